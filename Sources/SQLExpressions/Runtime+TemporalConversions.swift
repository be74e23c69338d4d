import CSQLite
import MySQLProtocol
import MySQLTypes

extension FunctionRegistrar {
    package func addTemporalConversions() {
        // A string as a date or datetime. 0: by sql_mode, 1: parts may be zero, 2: 0000-00-00 when it is none, 3: not the zero
        // date, 4: as 1; 3 and 4 warn of a "date".
        strict("m_s2dt") { call throws(SQLError) in
            let bytes = call.bytes(0)
            let mode = call.int(1)
            let rules: DateRules = mode == 3 ? [.noZeroDate] : (mode != 0 ? [] : call.context.dateRules)
            guard let parsed = TemporalParsing.dateTime(bytes, rules), let value = call.context.local(parsed) else {
                if mode >= 3 {
                    try ConversionWarning.truncated(call, "date", String(decoding: bytes.prefix(128), as: UTF8.self))
                    return call.returnNull()
                }
                try ConversionWarning.incorrect(call.context, "datetime", bytes)
                return call.int(1) == 2 ? call.return(text: "0000-00-00") : call.returnNull()
            }
            if parsed.isTruncated {
                call.context.warn(
                    SQLError(.truncatedWrongValue, "datetime", String(decoding: bytes.prefix(128), as: UTF8.self)))
            }
            if !parsed.hasTime { return call.return(text: value.dateText) }
            guard let rounded = value.rounded(decimals: 6, nanoseconds: parsed.nanoseconds) else {
                return call.returnNull()
            }
            call.return(text: rounded.dateTimeText(decimals: parsed.decimals))
        }
        // A string as a datetime or, when it is none, a time in microseconds: for EXTRACT(DAY_SECOND ...).
        strict("m_s2dtort") { call throws(SQLError) in
            let bytes = call.bytes(0)
            if bytes.contains(UInt8(ascii: "-")), let parsed = TemporalParsing.dateTime(bytes, []) {
                return call.return(text: parsed.value.dateTimeText(decimals: 6))
            }
            guard let time = TemporalParsing.time(bytes) else {
                try ConversionWarning.incorrect(call.context, "datetime", bytes)
                return call.returnNull()
            }
            call.return(time.microseconds)
        }
        strict("m_n2dt") { call throws(SQLError) in
            let exact = call.decimal(0)
            let whole = exact.rounded(to: 0, .towardZero)
            let rules: DateRules = call.int(1) != 0 ? [] : call.context.dateRules
            guard let number = whole.roundedInt64, let parsed = TemporalParsing.dateTime(number: Int(number), rules)
            else {
                let text = Array(exact.description.utf8)
                try text.withUnsafeBufferPointerThrowing { (buffer) throws(SQLError) in
                    try ConversionWarning.incorrect(call.context, "datetime", buffer)
                }
                return call.returnNull()
            }
            if !parsed.hasTime { return call.return(text: parsed.value.dateText) }
            var value = parsed.value
            value.microsecond = Self.fraction(exact)
            call.return(text: value.dateTimeText(decimals: min(exact.scale, 6)))
        }
        strict("m_t2dt") { call in
            let today = call.context.now
            let midnight = DateTime(year: today.year, month: today.month, day: today.day)
            guard let value = midnight.adding(microseconds: call.int(0)) else { return call.returnNull() }
            call.return(text: value.dateTimeText(decimals: call.int(1)))
        }
        strict("m_dt2date") { call throws(SQLError) in
            if call.context.sqlMode.contains(.noZeroDate), let value = call.dateTime(0), value.isZeroDate {
                try ConversionWarning.incorrect(call.context, "datetime", call.bytes(0))
                return call.returnNull()
            }
            call.return(text: UnsafeBufferPointer(rebasing: call.bytes(0).prefix(10)))
        }
        // 1 to 99 as a YEAR: for comparisons with one.
        strict("m_year2") { call in
            let value = call.real(0)
            if value >= 1 && value < 70 { return call.return(Int(saturating: value) + 2000) }
            if value >= 70 && value < 100 { return call.return(Int(saturating: value) + 1900) }
            call.return(argument: 0)
        }
        strict("m_dt2t") { call in
            guard let value = call.dateTime(0) else { return call.returnNull() }
            call.return(value.timeOfDayMicroseconds)
        }
        strict("m_s2t") { call throws(SQLError) in
            let bytes = call.bytes(0)
            guard let parsed = TemporalParsing.time(bytes) else {
                let error = SQLError(.truncatedWrongValue, "time", String(decoding: bytes.prefix(128), as: UTF8.self))
                if call.context.isStrict { throw error }
                call.context.warn(error)
                return call.returnNull()
            }
            if parsed.isTruncated || parsed.isOutOfRange {
                call.context.warn(
                    SQLError(.truncatedWrongValue, "time", String(decoding: bytes.prefix(128), as: UTF8.self)))
            }
            call.return(
                TimeValue.clamped(TimeValue.rounded(parsed.microseconds, decimals: 6, nanoseconds: parsed.nanoseconds))
                    .value)
        }
        strict("m_n2t") { call in
            let exact = call.decimal(0)
            guard let number = exact.rounded(to: 0, .towardZero).roundedInt64,
                let parsed = TemporalParsing.time(number: Int(number))
            else {
                call.context.warn(SQLError(.truncatedWrongValue, "time", exact.description))
                return call.returnNull()
            }
            if parsed.isOutOfRange {
                call.context.warn(SQLError(.truncatedWrongValue, "time", exact.description))
                return call.returnNull()
            }
            let fraction = Self.fraction(exact)
            call.return(TimeValue.clamped(parsed.microseconds + (exact.isNegative ? -fraction : fraction)).value)
        }
        strict("m_t2s") { call in call.return(text: TimeValue.text(call.int(0), decimals: call.int(1))) }
        strict("m_t2i") { call in call.return(TimeValue.number(TimeValue.rounded(call.int(0), decimals: 0))) }
        strict("m_t2d") { call in
            call.return(TemporalNumber.time(call.int(0), decimals: Self.decimals(ofMicroseconds: call.int(0))))
        }
        strict("m_dt2i") { call in
            guard let value = call.dateTime(0) else { return call.returnNull() }
            if call.bytes(0).count == 10 { return call.return(value.dateNumber) }
            call.return(value.rounded(decimals: 0)?.dateTimeNumber ?? value.dateTimeNumber)
        }
        strict("m_dt2d") { call in
            guard let value = call.dateTime(0) else { return call.returnNull() }
            let count = call.bytes(0).count
            if count == 10 { return call.return(value.dateNumber) }
            call.return(TemporalNumber.decimal(value, decimals: max(0, count - 20)))
        }
        // A date or datetime as DATETIME with so many fractional digits.
        strict("m_dtscale") { call in
            guard let value = call.dateTime(0), let rounded = value.rounded(decimals: call.int(1)) else {
                return call.returnNull()
            }
            call.return(text: rounded.dateTimeText(decimals: call.int(1)))
        }
        strict("m_tround") { call in
            call.return(TimeValue.clamped(TimeValue.rounded(call.int(0), decimals: call.int(1))).value)
        }
        // A value for comparison with a DATE (-1) or DATETIME(n) column: at least so many digits, more only where they
        // are not zero, so that texts compare. What is no date is the zero date; 1: it is refused (1525). 2: a number.
        strict("m_cmpdt") { call throws(SQLError) in try Self.comparand(call) }
        // A constant text for comparison with a TIME: microseconds. What is no time is compared as a text, so it comes after
        // all times (as a TEXT does in SQLite) or, when it begins with less than a digit, before them.
        strict("m_cmpt") { call in
            let bytes = call.bytes(0)
            if let parsed = TemporalParsing.time(bytes), !parsed.isTruncated, !parsed.isOutOfRange {
                return call.return(TimeValue.rounded(parsed.microseconds, decimals: 6, nanoseconds: parsed.nanoseconds))
            }
            let shown = String(decoding: bytes.prefix(128), as: UTF8.self)
            call.context.warn(SQLError(.truncatedWrongValue, message: "Incorrect TIME value: '\(shown)'"))
            if let first = bytes.first, first >= UInt8(ascii: "0") { call.return(text: bytes) } else { call.return(Int64.min) }
        }
        strict("m_fromutc") { call in
            let bytes = call.bytes(0)
            guard !call.context.timeZone.isUTC, let value = DateTime(carrier: bytes), !value.isZeroDate else {
                return call.return(argument: 0)
            }
            let utc = value.microsecondsSince1970
            let local = DateTime(
                microsecondsSince1970: utc + call.context.timeZone.offset(atUTC: utc.flooredSeconds) * 1_000_000)
            call.return(text: local.dateTimeText(decimals: max(0, bytes.count - 20)))
        }
        strict("m_toutc") { call in
            let bytes = call.bytes(0)
            guard !call.context.timeZone.isUTC, let value = DateTime(carrier: bytes), !value.isZeroDate else {
                return call.return(argument: 0)
            }
            let local = value.microsecondsSince1970
            let utc = call.context.timeZone.utc(fromLocal: local.flooredSeconds) * 1_000_000 + value.microsecond
            call.return(text: DateTime(microsecondsSince1970: utc).dateTimeText(decimals: max(0, bytes.count - 20)))
        }
        strict("m_casty") { call throws(SQLError) in
            let exact: Decimal
            if call.isText(0) {
                let parsed = Decimal.parse(call.bytes(0))
                if parsed.consumed == 0 || !Self.isBlank(call.bytes(0), from: parsed.consumed) {
                    call.context.warn(SQLError(.truncatedWrongValue, "YEAR", call.string(0)))
                    if parsed.consumed == 0 { return call.return(0) }
                }
                exact = parsed.value
            } else {
                exact = call.decimal(0)
            }
            var year = Int(exact.roundedInt64 ?? 9999)
            if year > 0 && year < 70 { year += 2000 } else if year >= 70 && year < 100 { year += 1900 }
            if year != 0 && (year < 1901 || year > 2155) {
                call.context.warn(SQLError(.truncatedWrongValue, "YEAR", call.string(0)))
                return call.returnNull()
            }
            call.return(year)
        }
    }

    /// Microseconds after a decimal's point.
    package static func fraction(_ value: Decimal) -> Int {
        guard value.scale > 0, let rest = value.absolute.subtracting(value.absolute.rounded(to: 0, .towardZero)) else {
            return 0
        }
        return Int(rest.rounded(to: 6, .towardZero).multiplied(by: Decimal(Int64(1_000_000)))?.roundedInt64 ?? 0)
    }

    private static func decimals(ofMicroseconds value: Int) -> Int {
        var rest = value.clampedMagnitude % 1_000_000
        if rest == 0 { return 0 }
        var decimals = 6
        while rest % 10 == 0 {
            rest /= 10
            decimals -= 1
        }
        return decimals
    }

    private static func comparand(_ call: SQLiteCall) throws(SQLError) {
        let decimals = call.int(1)
        let isRefused = call.int(2) == 1
        var found: DateTime?
        if call.int(2) != 2 {
            let bytes = call.bytes(0)
            if let parsed = TemporalParsing.dateTime(bytes, [.allowInvalidDates]),
                let value = call.context.local(parsed)
            {
                let strict = TemporalParsing.isValid(value, call.context.dateRules)
                if strict { found = value.rounded(decimals: 6, nanoseconds: parsed.nanoseconds) }
                if parsed.isTruncated || !strict {
                    call.context.warn(
                        SQLError(
                            .truncatedWrongValue,
                            message: "Incorrect \(decimals < 0 ? "DATE" : "DATETIME") value: '\(call.string(0))'"))
                    if !strict, isRefused { throw SQLError(.wrongValue, decimals < 0 ? "DATE" : "DATETIME", call.string(0)) }
                }
            } else if isRefused {
                throw SQLError(.wrongValue, decimals < 0 ? "DATE" : "DATETIME", call.string(0))
            } else {
                call.context.warn(
                    SQLError(
                        .truncatedWrongValue,
                        message: "Incorrect \(decimals < 0 ? "DATE" : "DATETIME") value: '\(call.string(0))'"))
            }
        } else {
            let exact = call.decimal(0)
            if let number = exact.rounded(to: 0, .towardZero).roundedInt64,
                let parsed = TemporalParsing.dateTime(number: Int(number), [])
            {
                found = parsed.value
                found?.microsecond = fraction(exact)
            }
        }
        let value = found ?? DateTime()
        if decimals < 0 && !value.hasTime { return call.return(text: value.dateText) }
        var digits = max(decimals, 0)
        let units = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1]
        while digits < 6 && value.microsecond % units[digits] != 0 { digits += 1 }
        call.return(text: value.dateTimeText(decimals: digits))
    }
}
