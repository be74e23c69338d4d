import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes
import Platform

extension FunctionRegistrar {
    package func addTemporalFunctions() {
        addMoments()
        addParts()
        addTemporalArithmetic()
        addTemporalText()
        addUnixTime()
    }

    /// Fractional digits cut off.
    private static func cut(_ value: DateTime, _ decimals: Int) -> DateTime {
        value.rounded(decimals: decimals, truncating: true) ?? value
    }

    private func addMoments() {
        add("m_now") { call in
            let value =
                call.int(1) != 0
                ? DateTime(microsecondsSince1970: Int(call.context.statementStartMicroseconds)) : call.context.now
            call.return(text: Self.cut(value, call.int(0)).dateTimeText(decimals: call.int(0)))
        }
        add("m_sysdate") { call in
            let utc = Int(WallClock.microseconds())
            let value = DateTime(
                microsecondsSince1970: utc + call.context.timeZone.offset(atUTC: utc / 1_000_000) * 1_000_000)
            call.return(text: Self.cut(value, call.int(0)).dateTimeText(decimals: call.int(0)))
        }
        add("m_curdate") { call in
            let value =
                call.int(1) != 0
                ? DateTime(microsecondsSince1970: Int(call.context.statementStartMicroseconds)) : call.context.now
            call.return(text: value.dateText)
        }
        add("m_curtime") { call in
            let value =
                call.int(1) != 0
                ? DateTime(microsecondsSince1970: Int(call.context.statementStartMicroseconds)) : call.context.now
            call.return(Self.cut(value, call.int(0)).timeOfDayMicroseconds)
        }
        add("m_unix_now") { call in call.return(Int(call.context.statementStartMicroseconds) / 1_000_000) }
    }

    private func addParts() {
        /// Of a date; nil is NULL.
        func part(_ name: String, _ operation: @escaping (DateTime) -> Int?) {
            strict(name) { call in
                guard let value = call.dateTime(0), let result = operation(value) else { return call.returnNull() }
                call.return(result)
            }
        }
        part("m_year") { $0.year }
        part("m_month") { $0.month }
        part("m_dayofmonth") { $0.day }
        part("m_quarter") { ($0.month + 2) / 3 }
        part("m_dayofweek") {
            $0.hasZeroInDate ? nil : DateTime.weekday(dayNumber: $0.dayNumber, sundayFirst: true) + 1
        }
        part("m_weekday") { $0.hasZeroInDate ? nil : DateTime.weekday(dayNumber: $0.dayNumber, sundayFirst: false) }
        part("m_dayofyear") { $0.hasZeroInDate ? nil : $0.dayOfYear }
        part("m_weekofyear") { $0.hasZeroInDate ? nil : $0.week(mode: 3).week }
        part("m_to_days") { $0.hasZeroInDate ? nil : $0.dayNumber }
        part("m_to_seconds") { $0.hasZeroInDate ? nil : $0.dayNumber * 86400 + $0.timeOfDayMicroseconds / 1_000_000 }
        // A mode that is NULL makes it 0.
        add("m_week") { call in
            if call.count > 1, call.isNull(1) { return call.return(0) }
            guard !call.isNull(0), let value = call.dateTime(0), !value.hasZeroInDate else { return call.returnNull() }
            call.return(value.week(mode: call.count > 1 ? call.int(1) & 7 : call.context.defaultWeekFormat).week)
        }
        add("m_yearweek") { call in
            if call.count > 1, call.isNull(1) { return call.return(0) }
            guard !call.isNull(0), let value = call.dateTime(0), !value.hasZeroInDate else { return call.returnNull() }
            let (week, year) = value.week(mode: (call.count > 1 ? call.int(1) & 7 : 0) | 2)
            call.return(year * 100 + week)
        }
        strict("m_hour") { call in call.return(call.int(0).clampedMagnitude / 3_600_000_000) }
        strict("m_minute") { call in call.return(call.int(0).clampedMagnitude / 60_000_000 % 60) }
        strict("m_second") { call in call.return(call.int(0).clampedMagnitude / 1_000_000 % 60) }
        strict("m_microsecond") { call in call.return(call.int(0).clampedMagnitude % 1_000_000) }
        strict("m_dayname") { call in
            guard let value = call.dateTime(0), !value.hasZeroInDate else { return call.returnNull() }
            let names = TimeLocale.named(call.context.timeLocale).days
            call.return(text: names[DateTime.weekday(dayNumber: value.dayNumber, sundayFirst: false)])
        }
        strict("m_monthname") { call in
            guard let value = call.dateTime(0), value.month > 0, value.month <= 12 else { return call.returnNull() }
            call.return(text: TimeLocale.named(call.context.timeLocale).months[value.month - 1])
        }
        strict("m_last_day") { call in
            guard var value = call.dateTime(0), value.month > 0, value.month <= 12 else { return call.returnNull() }
            value.day = DateTime.daysIn(month: value.month, year: value.year)
            call.return(text: value.dateText)
        }
        strict("m_extract") { call in
            // A time is INTEGER, a date is TEXT.
            let isTime = !call.isText(0)
            let microseconds = isTime ? call.int(0) : 0
            let magnitude = microseconds.clampedMagnitude
            let date = isTime ? DateTime() : call.dateTime(0) ?? DateTime()
            let hour = isTime ? magnitude / 3_600_000_000 : date.hour
            let minute = isTime ? magnitude / 60_000_000 % 60 : date.minute
            let second = isTime ? magnitude / 1_000_000 % 60 : date.second
            let micro = isTime ? magnitude % 1_000_000 : date.microsecond
            let day = date.day
            let result: Int
            switch call.string(1) {
            case "YEAR": result = date.year
            case "YEAR_MONTH": result = date.year * 100 + date.month
            case "QUARTER": result = (date.month + 2) / 3
            case "MONTH": result = date.month
            case "WEEK": result = date.hasZeroInDate ? 0 : date.week(mode: call.context.defaultWeekFormat).week
            case "DAY": result = isTime ? hour / 24 : day
            case "DAY_HOUR": result = day * 100 + hour
            case "DAY_MINUTE": result = day * 10000 + hour * 100 + minute
            case "DAY_SECOND": result = day * 1_000_000 + hour * 10000 + minute * 100 + second
            case "DAY_MICROSECOND":
                result = (day * 1_000_000 + hour * 10000 + minute * 100 + second) * 1_000_000 + micro
            case "HOUR": result = hour
            case "HOUR_MINUTE": result = hour * 100 + minute
            case "HOUR_SECOND": result = hour * 10000 + minute * 100 + second
            case "HOUR_MICROSECOND": result = (hour * 10000 + minute * 100 + second) * 1_000_000 + micro
            case "MINUTE": result = minute
            case "MINUTE_SECOND": result = minute * 100 + second
            case "MINUTE_MICROSECOND": result = (minute * 100 + second) * 1_000_000 + micro
            case "SECOND": result = second
            case "SECOND_MICROSECOND": result = second * 1_000_000 + micro
            default: result = micro
            }
            call.return(microseconds < 0 ? -result : result)
        }
    }

    /// An amount that is no number counts as 0, with a warning.
    private static func checkAmount(_ call: SQLiteCall) {
        guard call.isText(1), !call.string(2).contains("_"), Decimal.parse(call.bytes(1)).consumed == 0 else { return }
        call.context.warn(
            SQLError(.truncatedWrongValue, call.string(2) == "SECOND" ? "DECIMAL" : "INTEGER", call.string(1)))
    }

    package static func overflow(_ context: ExpressionContext) throws(SQLError) {
        let error = SQLError(.datetimeFunctionOverflow, "datetime")
        if context.isStrict { throw error }
        context.warn(error)
    }

    private func addTemporalArithmetic() {
        strict("m_datediff") { call in
            guard let left = call.dateTime(0), let right = call.dateTime(1), !left.hasZeroInDate, !right.hasZeroInDate
            else { return call.returnNull() }
            call.return(left.dayNumber - right.dayNumber)
        }
        // Date, amount, unit, sign, fractional digits (-1: DATE).
        strict("m_dateadd") { call throws(SQLError) in
            guard let value = call.dateTime(0), TemporalParsing.isValid(value, [.noZeroDate, .noZeroInDate]) else {
                return call.returnNull()
            }
            Self.checkAmount(call)
            guard
                let interval = TimeInterval(call.bytes(1), unit: call.string(2), isNegative: call.int(3) < 0),
                let result = interval.added(to: value)
            else {
                try Self.overflow(call.context)
                return call.returnNull()
            }
            call.return(text: call.int(4) < 0 ? result.dateText : result.dateTimeText(decimals: call.int(4)))
        }
        // The same on a string: the result is a string.
        strict("m_dateadds") { call throws(SQLError) in
            let bytes = call.bytes(0)
            guard let parsed = TemporalParsing.dateTime(bytes, [.noZeroDate, .noZeroInDate]) else {
                try ConversionWarning.incorrect(call.context, "datetime", bytes)
                return call.returnNull()
            }
            Self.checkAmount(call)
            guard let interval = TimeInterval(call.bytes(1), unit: call.string(2), isNegative: call.int(3) < 0),
                let result = interval.added(to: parsed.value)
            else {
                try Self.overflow(call.context)
                return call.returnNull()
            }
            if !parsed.hasTime && !interval.hasTime { return call.return(text: result.dateText) }
            call.return(text: result.dateTimeText(decimals: result.microsecond != 0 ? 6 : 0))
        }
        strict("m_timeadd") { call in
            guard let interval = TimeInterval(call.bytes(1), unit: call.string(2), isNegative: call.int(3) < 0),
                interval.days.magnitude < 10_000_000, interval.microseconds.magnitude < 1 << 60
            else { return call.returnNull() }
            let sum = call.int(0) + interval.microseconds + interval.days * 86_400_000_000
            let (value, isClamped) = TimeValue.clamped(sum)
            if isClamped {
                call.context.warn(SQLError(.datetimeFunctionOverflow, "time"))
                return call.returnNull()
            }
            call.return(value)
        }
        strict("m_timediff") { call in
            guard let left = TimeOperand(call, 0), let right = TimeOperand(call, 1), left.hasDate == right.hasDate
            else { return call.returnNull() }
            let (value, isClamped) = TimeValue.clamped(left.microseconds - right.microseconds)
            if isClamped {
                call.context.warn(
                    SQLError(
                        .truncatedWrongValue, "time",
                        String(
                            decoding: TimeValue.text(left.microseconds - right.microseconds, decimals: 0), as: UTF8.self
                        )))
            }
            call.return(value)
        }
        strict("m_addtimet") { call in
            let (value, isClamped) = TimeValue.clamped(call.int(0) + call.int(1) * call.int(2))
            guard isClamped else { return call.return(value) }
            call.context.warn(SQLError(.datetimeFunctionOverflow, "time"))
            call.returnNull()
        }
        strict("m_addtimedt") { call throws(SQLError) in
            guard let value = call.dateTime(0), let result = value.adding(microseconds: call.int(1) * call.int(2))
            else {
                try Self.overflow(call.context)
                return call.returnNull()
            }
            call.return(text: result.dateTimeText(decimals: call.int(3)))
        }
        strict("m_addtimes") { call in
            guard let operand = TimeOperand(call, 0) else { return call.returnNull() }
            let amount = call.int(1) * call.int(2)
            if operand.hasDate {
                guard let result = operand.date.adding(microseconds: amount) else { return call.returnNull() }
                return call.return(text: result.dateTimeText(decimals: result.microsecond != 0 ? 6 : 0))
            }
            let (value, isClamped) = TimeValue.clamped(operand.microseconds + amount)
            if isClamped {
                call.context.warn(
                    SQLError(
                        .truncatedWrongValue, "time",
                        String(decoding: TimeValue.text(operand.microseconds + amount, decimals: 0), as: UTF8.self)))
            }
            call.return(text: TimeValue.text(value, decimals: value % 1_000_000 != 0 ? 6 : 0))
        }
        strict("m_timestamp2") { call in
            guard let value = call.dateTime(0), let result = value.adding(microseconds: call.int(1)) else {
                return call.returnNull()
            }
            call.return(text: result.dateTimeText(decimals: call.int(2)))
        }
        strict("m_timestampdiff") { call in
            guard let from = call.dateTime(0), let to = call.dateTime(1), !from.hasZeroInDate, !to.hasZeroInDate else {
                return call.returnNull()
            }
            call.return(Self.difference(from, to, call.string(2)))
        }
        strict("m_period_add") { call throws(SQLError) in
            guard let months = Self.period(call.int64(0)) else { throw SQLError(.wrongArguments, "period_add") }
            let sum = months + Int(max(-1_000_000_000, min(call.wide(1), 1_000_000_000)))
            guard sum >= 0 else { throw SQLError(.wrongArguments, "period_add") }
            call.return(sum / 12 * 100 + sum % 12 + 1)
        }
        strict("m_period_diff") { call throws(SQLError) in
            guard let left = Self.period(call.int64(0)), let right = Self.period(call.int64(1)) else {
                throw SQLError(.wrongArguments, "period_diff")
            }
            call.return(left - right)
        }
    }

    /// Months since year 0 of a period YYMM or YYYYMM.
    private static func period(_ value: Int64) -> Int? {
        guard value > 0, value < 1_000_000 else { return nil }
        let month = Int(value) % 100
        guard month >= 1 && month <= 12 else { return nil }
        var year = Int(value) / 100
        if year < 70 { year += 2000 } else if year < 100 { year += 1900 }
        return year * 12 + month - 1
    }

    private static func difference(_ from: DateTime, _ to: DateTime, _ unit: String) -> Int {
        let left = from.dayNumber * 86_400_000_000 + from.timeOfDayMicroseconds
        let right = to.dayNumber * 86_400_000_000 + to.timeOfDayMicroseconds
        let microseconds = right - left
        switch unit {
        case "MICROSECOND": return microseconds
        case "SECOND": return microseconds / 1_000_000
        case "MINUTE": return microseconds / 60_000_000
        case "HOUR": return microseconds / 3_600_000_000
        case "DAY": return microseconds / 86_400_000_000
        case "WEEK": return microseconds / 604_800_000_000
        default:
            let (first, last) = microseconds < 0 ? (to, from) : (from, to)
            var months = (last.year - first.year) * 12 + last.month - first.month
            if last.day < first.day || last.day == first.day && last.timeOfDayMicroseconds < first.timeOfDayMicroseconds
            {
                months -= 1
            }
            let result = unit == "MONTH" ? months : (unit == "QUARTER" ? months / 3 : months / 12)
            return microseconds < 0 ? -result : result
        }
    }

    private func addTemporalText() {
        strict("m_date_format") { call in
            guard let value = call.dateTime(0),
                let text = DateFormat.format(value, call.bytes(1), .named(call.context.timeLocale)),
                !call.bytes(1).isEmpty
            else { return call.returnNull() }
            call.return(text: text)
        }
        strict("m_time_format") { call in
            let microseconds = call.int(0)
            let magnitude = microseconds.clampedMagnitude
            let seconds = magnitude / 1_000_000
            let value = DateTime(
                hour: seconds / 3600 % 24, minute: seconds / 60 % 60, second: seconds % 60,
                microsecond: magnitude % 1_000_000)
            guard
                let text = DateFormat.format(
                    value, call.bytes(1), .named(call.context.timeLocale), timeHours: seconds / 3600,
                    isNegative: microseconds < 0), !call.bytes(1).isEmpty
            else { return call.returnNull() }
            call.return(text: text)
        }
        strict("m_get_format") { call in
            let formats: [String: [String: String]] = [
                "DATE": [
                    "USA": "%m.%d.%Y", "JIS": "%Y-%m-%d", "ISO": "%Y-%m-%d", "EUR": "%d.%m.%Y", "INTERNAL": "%Y%m%d",
                ],
                "DATETIME": [
                    "USA": "%Y-%m-%d %H.%i.%s", "JIS": "%Y-%m-%d %H:%i:%s", "ISO": "%Y-%m-%d %H:%i:%s",
                    "EUR": "%Y-%m-%d %H.%i.%s", "INTERNAL": "%Y%m%d%H%i%s",
                ],
                "TIME": [
                    "USA": "%h:%i:%s %p", "JIS": "%H:%i:%s", "ISO": "%H:%i:%s", "EUR": "%H.%i.%s", "INTERNAL": "%H%i%s",
                ],
            ]
            let kind = call.string(0).uppercased()
            guard let format = formats[kind == "TIMESTAMP" ? "DATETIME" : kind]?[call.string(1).uppercased()] else {
                return call.returnNull()
            }
            call.return(text: format)
        }
        // Text, format, 0 date, 1 time, 2 datetime, fractional digits.
        strict("m_str_to_date") { call throws(SQLError) in
            let mode = call.int(2)
            let parsed = DateFormat.parse(call.bytes(0), call.bytes(1))
            var rules = call.context.dateRules
            if mode == 1 { rules = [] }
            guard let parsed, mode == 1 || TemporalParsing.isValid(parsed.value, rules) else {
                let error = SQLError(
                    .wrongValueForType, mode == 0 ? "datetime" : (mode == 1 ? "time" : "datetime"), call.string(0),
                    "str_to_date")
                if call.context.isStrict { throw error }
                call.context.warn(error)
                return call.returnNull()
            }
            if parsed.isTruncated {
                call.context.warn(
                    SQLError(
                        .truncatedWrongValue, mode == 0 ? "date" : (mode == 1 ? "time" : "datetime"), call.string(0)))
            }
            switch mode {
            case 0: call.return(text: parsed.value.dateText)
            case 1: call.return(parsed.value.timeOfDayMicroseconds)
            default: call.return(text: parsed.value.dateTimeText(decimals: call.int(3)))
            }
        }
    }

    private func addUnixTime() {
        // A local date or datetime, fractional digits.
        strict("m_unix_timestamp") { call in
            let decimals = call.int(1)
            func zero() { decimals == 0 ? call.return(0) : call.return(Decimal.zero.rounded(to: decimals)) }
            guard let value = call.dateTime(0), !value.hasZeroInDate else { return zero() }
            let local = value.microsecondsSince1970
            let utc = call.context.timeZone.utc(fromLocal: local.flooredSeconds)
            guard utc > 0, utc <= 32_536_771_199 else { return zero() }
            if decimals == 0 { return call.return(utc) }
            let exact = Decimal(Int128(utc) * 1_000_000 + Int128(value.microsecond)).shifted(scale: 6)
            call.return(exact.rounded(to: decimals, .towardZero))
        }
        strict("m_from_unixtime") { call in
            let exact = call.decimal(0)
            guard let scaled = exact.multiplied(by: Decimal(Int64(1_000_000)))?.rounded(to: 0).roundedInt64,
                scaled >= 0, scaled < 32_536_771_200_000_000
            else { return call.returnNull() }
            let utc = Int(scaled)
            let local = DateTime(
                microsecondsSince1970: utc + call.context.timeZone.offset(atUTC: utc / 1_000_000) * 1_000_000)
            guard let rounded = local.rounded(decimals: call.int(1)) else { return call.returnNull() }
            call.return(text: rounded.dateTimeText(decimals: call.int(1)))
        }
        strict("m_from_days") { call in
            let days = max(0, min(call.wide(0), 10_000_000))
            if days == 0, call.context.sqlMode.contains(.noZeroDate) {
                call.context.warn(SQLError(.datetimeFunctionOverflow, "from_days"))
                return call.returnNull()
            }
            call.return(text: (days > DateTime.maxDayNumber ? DateTime() : DateTime(dayNumber: Int(days))).dateText)
        }
        strict("m_sec_to_time") { call in
            let exact = call.decimal(0)
            let scaled =
                exact.multiplied(by: Decimal(Int64(1_000_000)))?.rounded(to: 0).roundedInt64
                ?? (exact.isNegative ? .min / 2 : .max / 2)
            let (value, isClamped) = TimeValue.clamped(TimeValue.rounded(Int(scaled), decimals: call.int(1)))
            if isClamped { call.context.warn(SQLError(.truncatedWrongValue, "time", exact.description)) }
            call.return(value)
        }
        strict("m_time_to_sec") { call in call.return(call.int(0) / 1_000_000) }
        strict("m_maketime") { call in
            let hour = call.wide(0)
            let minute = call.wide(1)
            let second = call.decimal(2)
            guard minute >= 0, minute < 60, !second.isNegative,
                let whole = second.rounded(to: 0, .towardZero).roundedInt64, whole < 60
            else { return call.returnNull() }
            let fraction = Self.fraction(second)
            let hours = Int(min(hour < 0 ? -hour : hour, 100_000))
            let magnitude = ((hours * 60 + Int(minute)) * 60 + Int(whole)) * 1_000_000 + fraction
            let (value, isClamped) = TimeValue.clamped(
                TimeValue.rounded(hour < 0 ? -magnitude : magnitude, decimals: call.int(3)))
            if isClamped { call.context.warn(SQLError(.truncatedWrongValue, "time", "\(hour):\(minute):\(second)")) }
            call.return(value)
        }
        strict("m_makedate") { call in
            var year = Int(max(-1, min(call.wide(0), 100_000)))
            let day = Int(max(-1, min(call.wide(1), 10_000_000)))
            guard year >= 0, year <= 9999, day > 0 else { return call.returnNull() }
            if year < 70 { year += 2000 } else if year < 100 { year += 1900 }
            let number = DateTime.dayNumber(year: year, month: 1, day: 1) + day - 1
            guard number <= DateTime.maxDayNumber else { return call.returnNull() }
            call.return(text: DateTime(dayNumber: number).dateText)
        }
        strict("m_convert_tz") { call in
            guard let value = call.dateTime(0), !value.hasZeroInDate, let from = TimeZone(name: call.string(1)),
                let to = TimeZone(name: call.string(2))
            else { return call.returnNull() }
            let utc = from.utc(fromLocal: value.microsecondsSince1970.flooredSeconds)
            guard utc > 0, utc <= 32_536_771_199 else {
                return call.return(text: value.dateTimeText(decimals: call.int(3)))
            }
            let local = DateTime(microsecondsSince1970: (utc + to.offset(atUTC: utc)) * 1_000_000 + value.microsecond)
            call.return(text: local.dateTimeText(decimals: call.int(3)))
        }
    }
}
