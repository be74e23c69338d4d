/// DATE_FORMAT, TIME_FORMAT and STR_TO_DATE.
public enum DateFormat {
    /// The value under `format`; nil where a directive wants a part of the date that is zero. For a TIME `timeHours` holds
    /// the whole hours (which may be more than 23).
    public static func format(
        _ value: DateTime, _ format: UnsafeBufferPointer<UInt8>, _ locale: TimeLocale, timeHours: Int? = nil,
        isNegative: Bool = false
    ) -> [UInt8]? {
        var result: [UInt8] = []
        func put(_ number: Int, _ width: Int) { appendDigits(number, width, to: &result) }
        func put(_ text: String) { result.append(contentsOf: text.utf8) }
        guard value.month <= 12 else { return nil }
        let hour = timeHours ?? value.hour
        let isTime = timeHours != nil
        if isNegative { result.append(UInt8(ascii: "-")) }
        var index = 0
        while index < format.count {
            guard format[index] == UInt8(ascii: "%"), index + 1 < format.count else {
                result.append(format[index])
                index += 1
                continue
            }
            let directive = format[index + 1]
            index += 2
            switch directive {
            case UInt8(ascii: "M"):
                guard value.month > 0 else { return nil }
                put(locale.months[value.month - 1])
            case UInt8(ascii: "b"):
                guard value.month > 0 else { return nil }
                put(locale.shortMonths[value.month - 1])
            case UInt8(ascii: "W"), UInt8(ascii: "a"):
                guard !isTime, value.month > 0 || value.year > 0 else { return nil }
                let weekday = DateTime.weekday(dayNumber: value.dayNumber, sundayFirst: false)
                put(directive == UInt8(ascii: "W") ? locale.days[weekday] : locale.shortDays[weekday])
            case UInt8(ascii: "D"):
                if isTime { return nil }
                put(value.day, 1)
                switch value.day {
                case 1, 21, 31: put("st")
                case 2, 22: put("nd")
                case 3, 23: put("rd")
                default: put("th")
                }
            case UInt8(ascii: "Y"): put(value.year, 4)
            case UInt8(ascii: "y"): put(value.year % 100, 2)
            case UInt8(ascii: "m"): put(value.month, 2)
            case UInt8(ascii: "c"): put(value.month, 1)
            case UInt8(ascii: "d"): put(value.day, 2)
            case UInt8(ascii: "e"): put(value.day, 1)
            case UInt8(ascii: "f"): put(value.microsecond, 6)
            case UInt8(ascii: "H"): put(hour, 2)
            case UInt8(ascii: "h"), UInt8(ascii: "I"): put((hour % 24 + 11) % 12 + 1, 2)
            case UInt8(ascii: "i"): put(value.minute, 2)
            case UInt8(ascii: "j"):
                if isTime { return nil }
                put(value.dayOfYear, 3)
            case UInt8(ascii: "k"): put(hour, 1)
            case UInt8(ascii: "l"): put((hour % 24 + 11) % 12 + 1, 1)
            case UInt8(ascii: "p"): put(hour % 24 < 12 ? "AM" : "PM")
            case UInt8(ascii: "r"):
                put((hour % 24 + 11) % 12 + 1, 2)
                put(":")
                put(value.minute, 2)
                put(":")
                put(value.second, 2)
                put(hour % 24 < 12 ? " AM" : " PM")
            case UInt8(ascii: "S"), UInt8(ascii: "s"): put(value.second, 2)
            case UInt8(ascii: "T"):
                put(hour, 2)
                put(":")
                put(value.minute, 2)
                put(":")
                put(value.second, 2)
            case UInt8(ascii: "U"): put(value.week(mode: 0).week, 2)
            case UInt8(ascii: "u"): put(value.week(mode: 1).week, 2)
            case UInt8(ascii: "V"): put(value.week(mode: 2).week, 2)
            case UInt8(ascii: "v"): put(value.week(mode: 3).week, 2)
            case UInt8(ascii: "X"): put(value.week(mode: 2).year, 4)
            case UInt8(ascii: "x"): put(value.week(mode: 3).year, 4)
            case UInt8(ascii: "w"):
                if isTime { return nil }
                put(DateTime.weekday(dayNumber: value.dayNumber, sundayFirst: true), 1)
            default: result.append(directive)
            }
        }
        return result
    }

    /// What STR_TO_DATE read.
    public struct Parsed: Sendable {
        public var value = DateTime()
        public var isTruncated = false
    }

    /// Reads `text` under `format`; nil when it does not fit.
    public static func parse(_ text: UnsafeBufferPointer<UInt8>, _ format: UnsafeBufferPointer<UInt8>) -> Parsed? {
        var result = Parsed()
        var reader = FieldReader(text)
        var weekday = 0
        var dayOfYear = 0
        var week: Int?
        var isSundayWeek = false
        var weekYear: Int?
        var isAfternoon: Bool?
        var usesTwelveHours = false
        func number(_ width: Int) -> Int? {
            reader.isDigit ? reader.number(width) : nil
        }
        func name(_ names: [String]) -> Int? {
            let rest = String(decoding: text[reader.index...].prefix(32), as: UTF8.self).lowercased()
            var best: (index: Int, count: Int)?
            for (index, name) in names.enumerated()
            where rest.hasPrefix(name.lowercased()) && name.utf8.count > best?.count ?? 0 {
                best = (index, name.utf8.count)
            }
            guard let best else { return nil }
            reader.index += best.count
            return best.index
        }
        let locale = TimeLocale.english
        /// False when the text does not fit the directive.
        func directive(_ letter: UInt8) -> Bool {
            switch letter {
            case UInt8(ascii: "Y"):
                let start = reader.index
                guard let year = number(4) else { return false }
                result.value.year = year
                if reader.index - start <= 2 { result.value.year += year < 70 ? 2000 : 1900 }
            case UInt8(ascii: "y"):
                guard let year = number(2) else { return false }
                result.value.year = year + (year < 70 ? 2000 : 1900)
            case UInt8(ascii: "m"), UInt8(ascii: "c"):
                guard let month = number(2) else { return false }
                result.value.month = month
            case UInt8(ascii: "M"):
                guard let index = name(locale.months) else { return false }
                result.value.month = index + 1
            case UInt8(ascii: "b"):
                guard let index = name(locale.shortMonths) else { return false }
                result.value.month = index + 1
            case UInt8(ascii: "d"), UInt8(ascii: "e"):
                guard let day = number(2) else { return false }
                result.value.day = day
            case UInt8(ascii: "D"):
                guard let day = number(2) else { return false }
                result.value.day = day
                reader.index = min(reader.index + 2, text.count)
            case UInt8(ascii: "h"), UInt8(ascii: "I"), UInt8(ascii: "l"):
                usesTwelveHours = true
                guard let hour = number(2), hour >= 1, hour <= 12 else { return false }
                result.value.hour = hour
            case UInt8(ascii: "H"), UInt8(ascii: "k"):
                guard let hour = number(2) else { return false }
                result.value.hour = hour
            case UInt8(ascii: "i"):
                guard let minute = number(2) else { return false }
                result.value.minute = minute
            case UInt8(ascii: "s"), UInt8(ascii: "S"):
                guard let second = number(2) else { return false }
                result.value.second = second
            case UInt8(ascii: "f"):
                guard reader.isDigit else { return false }
                result.value.microsecond = reader.fraction().0
            case UInt8(ascii: "p"):
                guard let index = name(["AM", "PM"]) else { return false }
                isAfternoon = index == 1
            case UInt8(ascii: "W"):
                guard let index = name(locale.days) else { return false }
                weekday = index + 1
            case UInt8(ascii: "a"):
                guard let index = name(locale.shortDays) else { return false }
                weekday = index + 1
            case UInt8(ascii: "w"):
                guard let day = number(1), day < 7 else { return false }
                weekday = day == 0 ? 7 : day
            case UInt8(ascii: "j"):
                guard let day = number(3), day > 0, day < 367 else { return false }
                dayOfYear = day
            case UInt8(ascii: "V"), UInt8(ascii: "U"), UInt8(ascii: "v"), UInt8(ascii: "u"):
                guard let found = number(2), found < 54 else { return false }
                week = found
                isSundayWeek = letter == UInt8(ascii: "U") || letter == UInt8(ascii: "V")
            case UInt8(ascii: "X"), UInt8(ascii: "x"):
                guard let found = number(4) else { return false }
                weekYear = found
            case UInt8(ascii: "r"):
                usesTwelveHours = true
                guard directive(UInt8(ascii: "I")), literal(UInt8(ascii: ":")), directive(UInt8(ascii: "i")),
                    literal(UInt8(ascii: ":")), directive(UInt8(ascii: "s"))
                else { return false }
                reader.skipSpaces()
                return directive(UInt8(ascii: "p"))
            case UInt8(ascii: "T"):
                return directive(UInt8(ascii: "H")) && literal(UInt8(ascii: ":")) && directive(UInt8(ascii: "i"))
                    && literal(UInt8(ascii: ":")) && directive(UInt8(ascii: "s"))
            case UInt8(ascii: "."):
                while reader.index < text.count, text[reader.index].isPunctuation { reader.index += 1 }
            case UInt8(ascii: "@"):
                while reader.index < text.count, text[reader.index] | 0x20 >= 97, text[reader.index] | 0x20 <= 122 {
                    reader.index += 1
                }
            case UInt8(ascii: "#"):
                while reader.isDigit { reader.index += 1 }
            default: return literal(letter)
            }
            return true
        }
        func literal(_ byte: UInt8) -> Bool {
            guard reader.index < text.count, text[reader.index] == byte else { return false }
            reader.index += 1
            return true
        }
        var index = 0
        while index < format.count {
            reader.skipSpaces()
            if reader.index >= text.count { break }
            if Decimal.isSpace(format[index]) {
                index += 1
                continue
            }
            if format[index] == UInt8(ascii: "%"), index + 1 < format.count {
                guard directive(format[index + 1]) else { return nil }
                index += 2
            } else {
                guard literal(format[index]) else { return nil }
                index += 1
            }
        }
        if usesTwelveHours {
            if result.value.hour == 12 { result.value.hour = 0 }
            if isAfternoon ?? false { result.value.hour += 12 }
        }
        if dayOfYear > 0 {
            let number = DateTime.dayNumber(year: result.value.year, month: 1, day: 1) + dayOfYear - 1
            let date = DateTime(dayNumber: number)
            (result.value.year, result.value.month, result.value.day) = (date.year, date.month, date.day)
        }
        if let week, weekday > 0 {
            let year = weekYear ?? result.value.year
            let first = DateTime.dayNumber(year: year, month: 1, day: 1)
            let firstWeekday = DateTime.weekday(dayNumber: first, sundayFirst: isSundayWeek)
            var number = first
            if isSundayWeek {
                number += (firstWeekday == 0 ? 0 : 7) - firstWeekday + (week - 1) * 7 + weekday % 7
            } else {
                number += (firstWeekday <= 3 ? 0 : 7) - firstWeekday + (week - 1) * 7 + weekday - 1
            }
            let date = DateTime(dayNumber: number)
            (result.value.year, result.value.month, result.value.day) = (date.year, date.month, date.day)
        }
        guard result.value.month <= 12, result.value.day <= 31, result.value.hour < 24, result.value.minute < 60,
            result.value.second < 60
        else { return nil }
        reader.skipSpaces()
        result.isTruncated = reader.index < text.count
        return result
    }
}
