import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// Assignment to DATE, DATETIME, TIMESTAMP and TIME columns.
extension Coercion {
    package static func dateTime(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let context = call.context
        let kind = spec.type.kind
        let name = kind == .date ? "date" : "datetime"
        var rules = context.dateRules
        if !context.isStrict { rules.subtract([.noZeroDate, .noZeroInDate]) }
        var found: DateTime?
        var nanoseconds = 0
        var isTruncated = false
        var shown = ""
        switch spec.source {
        case UInt8(ascii: "D"), UInt8(ascii: "T"):
            found = call.dateTime(0)
            shown = call.string(0)
            if let value = found, !TemporalParsing.isValid(value, rules) { found = nil }
        case UInt8(ascii: "t"):
            let today = context.now
            found = DateTime(year: today.year, month: today.month, day: today.day).adding(microseconds: call.int(0))
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "j"):
            let bytes = call.bytes(0)
            shown = String(decoding: bytes.prefix(128), as: UTF8.self)
            if let parsed = TemporalParsing.dateTime(bytes, rules) {
                found = context.local(parsed)
                nanoseconds = parsed.nanoseconds
                isTruncated = parsed.isTruncated
                if parsed.hasOddDelimiter { warnDelimiter(context, bytes) }
            }
        default:
            let exact = try number(call, spec, name)
            shown = exact.description
            let whole = exact.rounded(to: 0, .towardZero)
            // -0.9 has no whole part, but is no date either.
            if !exact.isNegative, let number = whole.roundedInt64,
                let parsed = TemporalParsing.dateTime(number: Int(number), rules)
            {
                found = parsed.value
                let fraction =
                    exact.subtracting(whole)?.rounded(to: 9).multiplied(by: Decimal(Int64(1_000_000_000)))?.roundedInt64
                    ?? 0
                found?.microsecond = Int(fraction) / 1000
                nanoseconds = Int(fraction) % 1000
            }
        }
        guard var value = found else {
            if context.isStrict { try incorrectTemporal(context, name, shown, spec.column) }
            // Without strict mode: a date that does not exist is out of range, what is no date is cut off.
            let isDate =
                Array(shown.utf8).withUnsafeBufferPointer { TemporalParsing.dateTime($0, [.allowInvalidDates]) } != nil
            if isDate || spec.source == UInt8(ascii: "i") {
                try outOfRange(context, spec.column)
            } else {
                try truncated(context, spec.column)
            }
            return implicitDefault(call, spec.type)
        }
        if isTruncated {
            if context.isStrict {
                throw SQLError(
                    .truncatedWrongValue,
                    message:
                        "Incorrect \(name) value: '\(shown)' for column '\(spec.column)' at row \(context.rowNumber)")
            }
            context.warn(SQLError(.warnDataTruncated, spec.column, String(context.rowNumber)))
        }
        if kind == .date {
            if value.hasTime
                && (spec.source == UInt8(ascii: "s") || spec.source == UInt8(ascii: "T")
                    || spec.source == UInt8(ascii: "i"))
            {
                context.warn(
                    SQLError(
                        .truncatedWrongValue,
                        message:
                            "Incorrect date value: '\(shown)' for column '\(spec.column)' at row \(context.rowNumber)"),
                    level: .note)
            }
            return call.return(text: value.dateText)
        }
        guard
            let rounded = value.rounded(
                decimals: spec.type.decimals, nanoseconds: nanoseconds, truncating: rules.contains(.truncateFraction))
        else {
            try incorrectTemporal(context, name, shown, spec.column)
            return implicitDefault(call, spec.type)
        }
        value = rounded
        if kind == .timestamp && !(value.isZeroDate && !value.hasTime) {
            // The session's local time here; the column's UTC text is the binder's or ours, see GROUPLITE_TO_UTC.
            let local = value.microsecondsSince1970
            let utc = context.timeZone.utc(fromLocal: local.flooredSeconds)
            guard !value.hasZeroInDate, utc >= 1, utc <= 2_147_483_647 else {
                try incorrectTemporal(context, "datetime", shown, spec.column)
                return implicitDefault(call, spec.type)
            }
        }
        call.return(text: value.dateTimeText(decimals: spec.type.decimals))
    }

    /// Deprecated delimiters (4095).
    package static func warnDelimiter(_ context: ExpressionContext, _ bytes: UnsafeBufferPointer<UInt8>) {
        let isOdd: (UInt8) -> Bool = {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "@")
                || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "^")
        }
        guard let place = bytes.firstIndex(where: isOdd) else { return }
        context.warn(
            SQLError(
                .warnDeprecatedDatetimeDelimiter, String(UnicodeScalar(bytes[place])), String(place),
                String(decoding: bytes, as: UTF8.self), String(context.rowNumber), "-"))
    }

    package static func time(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let context = call.context
        var microseconds: Int
        var nanoseconds = 0
        switch spec.source {
        case UInt8(ascii: "t"): microseconds = call.int(0)
        case UInt8(ascii: "D"): microseconds = 0
        case UInt8(ascii: "T"):
            microseconds = call.dateTime(0)?.timeOfDayMicroseconds ?? 0
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "j"):
            let bytes = call.bytes(0)
            guard let parsed = TemporalParsing.time(bytes) else {
                try incorrectTemporal(context, "time", String(decoding: bytes.prefix(128), as: UTF8.self), spec.column)
                return call.return(0)
            }
            if parsed.isOutOfRange {
                if context.isStrict {
                    throw SQLError(
                        .truncatedWrongValue,
                        message:
                            "Incorrect time value: '\(String(decoding: bytes.prefix(128), as: UTF8.self))' for column '\(spec.column)' at row \(context.rowNumber)"
                    )
                }
                context.warn(SQLError(.warnDataOutOfRange, spec.column, String(context.rowNumber)))
            } else if parsed.isTruncated {
                try incorrectTemporal(context, "time", String(decoding: bytes.prefix(128), as: UTF8.self), spec.column)
            } else if parsed.hasDate {
                context.warn(
                    SQLError(
                        .truncatedWrongValue,
                        message:
                            "Incorrect time value: '\(String(decoding: bytes.prefix(128), as: UTF8.self))' for column '\(spec.column)' at row \(context.rowNumber)"
                    ), level: .note)
            }
            microseconds = parsed.microseconds
            nanoseconds = parsed.nanoseconds
        default:
            let exact = try number(call, spec, "time")
            let whole = exact.rounded(to: 0, .towardZero)
            guard let number = whole.roundedInt64, let parsed = TemporalParsing.time(number: Int(number)) else {
                try incorrectTemporal(context, "time", exact.description, spec.column)
                return call.return(0)
            }
            if parsed.isOutOfRange { try outOfRange(context, spec.column) }
            microseconds = parsed.microseconds
            let fraction =
                exact.subtracting(whole)?.absolute.rounded(to: 9).multiplied(by: Decimal(Int64(1_000_000_000)))?
                .roundedInt64 ?? 0
            microseconds += (exact.isNegative ? -1 : 1) * Int(fraction) / 1000
            nanoseconds = Int(fraction) % 1000
        }
        let rounded = TimeValue.rounded(microseconds, decimals: spec.type.decimals, nanoseconds: nanoseconds)
        call.return(TimeValue.clamped(rounded).value)
    }
}
