import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// What `m_assign` has to make: the constant second argument, decoded.
struct AssignmentSpec {
    /// What the value's carrier does not tell by itself, see `ExpressionBuilder.assign`.
    var source: UInt8
    var isNotNull: Bool
    var type: MySQLType
    var sourceDecimals: Int
    var column: String

    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 8, omittingEmptySubsequences: false)
        guard parts.count == 9, let source = parts[0].utf8.first, let kind = UInt8(parts[2]).flatMap(MySQLType.Kind.init),
            let length = Int(parts[3]), let decimals = Int(parts[4]), let flags = Int(parts[5]),
            let collation = UInt16(parts[6]), let sourceDecimals = Int(parts[7])
        else { return nil }
        self.source = source
        isNotNull = parts[1] == "1"
        type = MySQLType(
            kind, length: length, decimals: decimals, isUnsigned: flags & 1 != 0, isZeroFill: flags & 2 != 0,
            collation: CollationID(rawValue: collation))
        self.sourceDecimals = sourceDecimals
        column = String(parts[8])
    }
}

extension FunctionRegistrar {
    func addCoercions() {
        // Integer into an integer column: value, least, greatest (-1: BIGINT UNSIGNED's), NOT NULL, column.
        add("m_ci") { call throws(SQLError) in
            if call.isNull(0) {
                guard call.int(3) != 0 else { return call.returnNull() }
                try Coercion.nullForNotNull(call, call.string(4))
                return call.return(0)
            }
            let value = call.wide(0)
            let least = Int128(call.int64(1))
            let greatest = call.int64(2) == -1 ? Int128(UInt64.max) : Int128(call.int64(2))
            if value >= least && value <= greatest { return call.return(argument: 0) }
            try Coercion.outOfRange(call.context, call.string(4))
            call.return(wide: value < least ? least : greatest)
        }
        // String into VARCHAR of utf8mb4: value, characters, NOT NULL, column.
        add("m_cs") { call throws(SQLError) in
            if call.isNull(0) {
                guard call.int(2) != 0 else { return call.returnNull() }
                try Coercion.nullForNotNull(call, call.string(3))
                return call.return(text: [])
            }
            let bytes = call.bytes(0)
            let limit = call.int(1)
            if bytes.count <= limit || UTF8Scanner.count(bytes) <= limit { return call.return(text: bytes) }
            call.return(text: try Coercion.cut(bytes, limit, call.context, call.string(3)))
        }
        add("m_assign") { call throws(SQLError) in
            let text = call.string(1)
            let spec: AssignmentSpec
            if let known = call.context.assignmentSpecs[text] {
                spec = known
            } else {
                guard let parsed = AssignmentSpec(text) else { throw SQLError(.unknownError, message: "Bad assignment") }
                spec = parsed
                if call.context.assignmentSpecs.count > 4096 { call.context.assignmentSpecs.removeAll() }
                call.context.assignmentSpecs[text] = parsed
            }
            try Coercion.assign(call, spec)
        }
    }
}

/// Assignment to a column: MySQL's range checks, errors in strict mode, adjusted values with warnings otherwise.
enum Coercion {
    static func fail(_ context: ExpressionContext, _ error: SQLError) throws(SQLError) {
        if context.isStrict { throw error }
        context.warn(error)
    }

    static func outOfRange(_ context: ExpressionContext, _ column: String) throws(SQLError) {
        try fail(context, SQLError(.warnDataOutOfRange, column, String(context.rowNumber)))
    }

    static func truncated(_ context: ExpressionContext, _ column: String) throws(SQLError) {
        try fail(context, SQLError(.warnDataTruncated, column, String(context.rowNumber)))
    }

    static func incorrect(
        _ context: ExpressionContext, _ type: String, _ value: UnsafeBufferPointer<UInt8>, _ column: String
    ) throws(SQLError) {
        try fail(
            context,
            SQLError(
                .truncatedWrongValueForField, type, String(decoding: value.prefix(128), as: UTF8.self), column,
                String(context.rowNumber)))
    }

    /// "Incorrect date value: 'x' for column 'c' at row 1" (1292).
    static func incorrectTemporal(
        _ context: ExpressionContext, _ type: String, _ value: String, _ column: String
    ) throws(SQLError) {
        try fail(
            context,
            SQLError(
                .truncatedWrongValue, message: "Incorrect \(type) value: '\(value)' for column '\(column)' at row \(context.rowNumber)"))
    }

    /// Error 1048, or a warning where the context says so.
    static func nullForNotNull(_ call: SQLiteCall, _ column: String) throws(SQLError) {
        let error = SQLError(.badNullError, column)
        guard call.context.convertsNullToDefault else { throw error }
        call.context.warn(error)
    }

    /// The first `limit` characters; error 1406 unless only spaces go.
    static func cut(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limit: Int, _ context: ExpressionContext, _ column: String
    ) throws(SQLError) -> UnsafeBufferPointer<UInt8> {
        let end = FunctionRegistrar.offset(bytes, limit, isBinary: false)
        try cutCheck(bytes, end, context, column)
        return UnsafeBufferPointer(rebasing: bytes[0..<end])
    }

    static func cutCheck(
        _ bytes: UnsafeBufferPointer<UInt8>, _ end: Int, _ context: ExpressionContext, _ column: String, isBinary: Bool = false
    ) throws(SQLError) {
        if !isBinary && bytes[end...].allSatisfy({ $0 == 0x20 }) {
            context.warn(SQLError(.warnDataTruncated, column, String(context.rowNumber)), level: .note)
        } else {
            if context.isStrict { throw SQLError(.dataTooLong, column, String(context.rowNumber)) }
            context.warn(SQLError(.warnDataTruncated, column, String(context.rowNumber)))
        }
    }

    static func assign(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        if call.isNull(0) {
            guard spec.isNotNull else { return call.returnNull() }
            try nullForNotNull(call, spec.column)
            return implicitDefault(call, spec.type)
        }
        switch spec.type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt: try integer(call, spec)
        case .decimal: try decimal(call, spec)
        case .float, .double: try real(call, spec)
        case .bit: try bit(call, spec)
        case .year: try year(call, spec)
        case .date, .dateTime, .timestamp: try dateTime(call, spec)
        case .time: try time(call, spec)
        case .char, .varChar, .tinyText, .text, .mediumText, .longText: try text(call, spec)
        case .binary, .varBinary, .tinyBlob, .blob, .mediumBlob, .longBlob, .geometry: try binary(call, spec)
        case .enumeration: try enumeration(call, spec)
        case .set: try set(call, spec)
        case .json: try json(call, spec)
        case .null: call.returnNull()
        }
    }

    /// What NULL becomes in a NOT NULL column without strict mode.
    static func implicitDefault(_ call: SQLiteCall, _ type: MySQLType) {
        switch type.carrier {
        case .integer, .unsignedInteger, .timeMicroseconds, .setMask: call.return(0)
        case .enumerationIndex: call.return(1)
        case .real: call.return(0.0)
        case .decimalText: call.return(Decimal.zero.rounded(to: type.decimals))
        case .dateText: call.return(text: "0000-00-00")
        case .dateTimeText: call.return(text: DateTime().dateTimeText(decimals: type.decimals))
        case .text: call.return(text: [])
        case .blob: call.return(blob: type.kind == .binary ? [UInt8](repeating: 0, count: type.length) : [])
        case .json: call.return(text: "null")
        case .null: call.returnNull()
        }
    }

    // MARK: Numbers

    private static func hexNumber(_ call: SQLiteCall) -> UInt64 {
        call.bytes(0).suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The value as a decimal, strings parsed with 1366 or 1265.
    private static func number(_ call: SQLiteCall, _ spec: AssignmentSpec, _ type: String) throws(SQLError) -> Decimal {
        switch spec.source {
        case UInt8(ascii: "h"): return Decimal(hexNumber(call))
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "j"):
            let bytes = call.bytes(0)
            let parsed = Decimal.parse(bytes)
            let isBlank = FunctionRegistrar.isBlank(bytes, from: parsed.consumed)
            if parsed.consumed == 0 || !isBlank && type == "decimal" {
                try incorrect(call.context, type, bytes, spec.column)
            } else if !isBlank {
                try truncated(call.context, spec.column)
            }
            return parsed.value
        case UInt8(ascii: "D"), UInt8(ascii: "T"):
            guard let value = call.dateTime(0) else { return .zero }
            if spec.source == UInt8(ascii: "D") { return Decimal(Int64(value.dateNumber)) }
            return TemporalNumber.decimal(value, decimals: spec.sourceDecimals)
        case UInt8(ascii: "t"): return TemporalNumber.time(call.int(0), decimals: spec.sourceDecimals)
        default: return call.decimal(0)
        }
    }

    private static func integer(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let range = spec.type.integerRange
        let value: Int128
        if spec.source == UInt8(ascii: "i") {
            value = call.wide(0)
        } else if spec.source == UInt8(ascii: "r") {
            value = FunctionRegistrar.wide(call.real(0).rounded(.toNearestOrEven))
            if call.real(0).magnitude > 1.8446744073709552e19 { try outOfRange(call.context, spec.column) }
        } else {
            let exact = try number(call, spec, "integer")
            if let signed = exact.roundedInt64 {
                value = Int128(signed)
            } else if let unsigned = exact.roundedUInt64 {
                value = Int128(unsigned)
            } else {
                try outOfRange(call.context, spec.column)
                return call.return(wide: exact.isNegative ? Int128(range.min) : Int128(range.max))
            }
        }
        if value < Int128(range.min) {
            try outOfRange(call.context, spec.column)
            return call.return(wide: Int128(range.min))
        }
        if value > Int128(range.max) {
            try outOfRange(call.context, spec.column)
            return call.return(wide: Int128(range.max))
        }
        call.return(wide: value)
    }

    private static func decimal(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let value = try number(call, spec, "decimal")
        if spec.type.isUnsigned && value.isNegative {
            try outOfRange(call.context, spec.column)
            return call.return(Decimal.zero.rounded(to: spec.type.decimals))
        }
        let (fitted, isOutOfRange, isInexact) = value.fitted(precision: spec.type.length, scale: spec.type.decimals)
        if isOutOfRange {
            try outOfRange(call.context, spec.column)
        } else if isInexact {
            call.context.warn(SQLError(.warnDataTruncated, spec.column, String(call.context.rowNumber)), level: .note)
        }
        call.return(fitted)
    }

    private static func real(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        var value: Double
        switch spec.source {
        case UInt8(ascii: "r"): value = call.real(0)
        case UInt8(ascii: "i"): value = call.isBlob(0) ? Double(call.bits(0)) : call.real(0)
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "j"):
            let bytes = call.bytes(0)
            let parsed = NumberParsing.double(bytes)
            value = parsed.value
            if parsed.isOutOfRange {
                try outOfRange(call.context, spec.column)
            } else if parsed.isTruncated {
                let hasNumber = bytes.contains { $0 >= 48 && $0 <= 57 } && parsed.value != 0
                if hasNumber { try truncated(call.context, spec.column) } else { try incorrect(call.context, spec.type.kind == .float ? "float" : "double", bytes, spec.column) }
            }
        default: value = try number(call, spec, "double").doubleValue
        }
        let type = spec.type
        if type.isUnsigned && value < 0 {
            try outOfRange(call.context, spec.column)
            value = 0
        }
        if type.decimals != MySQLType.notFixedDecimals {
            value = FunctionRegistrar.rounded(value, type.decimals, truncating: false)
            let greatest = Glibc.pow(10, Double(type.length - type.decimals)) - Glibc.pow(10, -Double(type.decimals))
            if value.magnitude > greatest {
                try outOfRange(call.context, spec.column)
                value = value < 0 ? -greatest : greatest
            }
        }
        if type.kind == .float {
            let single = Float(value)
            if single.isInfinite {
                try outOfRange(call.context, spec.column)
                value = value < 0 ? -Double(Float.greatestFiniteMagnitude) : Double(Float.greatestFiniteMagnitude)
            } else {
                value = Double(single)
            }
        }
        call.return(value)
    }

    private static func bit(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let width = max(spec.type.length, 1)
        let greatest: UInt64 = width >= 64 ? .max : (1 << UInt64(width)) - 1
        let value: Int128
        switch spec.source {
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "h"), UInt8(ascii: "j"):
            let bytes = call.bytes(0).drop { $0 == 0 }
            if bytes.count > 8 {
                try tooLong(call, spec)
                return call.return(unsigned: greatest)
            }
            value = Int128(bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        case UInt8(ascii: "i"): value = Int128(call.bits(0))
        case UInt8(ascii: "r"): value = FunctionRegistrar.wide(call.real(0).rounded(.toNearestOrEven))
        default: value = Int128(try number(call, spec, "integer").roundedInt64 ?? .max)
        }
        if value < 0 || value > Int128(greatest) {
            try tooLong(call, spec)
            return call.return(unsigned: greatest)
        }
        call.return(wide: value)
    }

    private static func tooLong(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        if call.context.isStrict { throw SQLError(.dataTooLong, spec.column, String(call.context.rowNumber)) }
        call.context.warn(SQLError(.warnDataOutOfRange, spec.column, String(call.context.rowNumber)))
    }

    private static func year(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        var value: Int
        var isString = false
        switch spec.source {
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "j"):
            isString = true
            let parsed = Decimal.parse(call.bytes(0))
            if parsed.consumed == 0 {
                try incorrect(call.context, "integer", call.bytes(0), spec.column)
                return call.return(0)
            }
            if !FunctionRegistrar.isBlank(call.bytes(0), from: parsed.consumed) { try truncated(call.context, spec.column) }
            value = Int(parsed.value.roundedInt64 ?? 9999)
            if call.bytes(0).count == 4 && value == 0 { isString = false }
        case UInt8(ascii: "D"), UInt8(ascii: "T"): value = call.dateTime(0)?.year ?? 0
        case UInt8(ascii: "t"): value = call.context.now.year
        default: value = Int(try number(call, spec, "integer").roundedInt64 ?? 9999)
        }
        if value >= 1 && value < 70 || isString && value == 0 { value += 2000 } else if value >= 70 && value < 100 { value += 1900 }
        if value != 0 && (value < 1901 || value > 2155) {
            try outOfRange(call.context, spec.column)
            value = 0
        }
        call.return(value)
    }

    // MARK: Dates

    private static func dateTime(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
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
            if let number = whole.roundedInt64, let parsed = TemporalParsing.dateTime(number: Int(number), rules) {
                found = parsed.value
                let fraction = exact.subtracting(whole)?.rounded(to: 9).multiplied(by: Decimal(Int64(1_000_000_000)))?.roundedInt64 ?? 0
                found?.microsecond = Int(fraction) / 1000
                nanoseconds = Int(fraction) % 1000
            }
        }
        guard var value = found else {
            if context.isStrict { try incorrectTemporal(context, name, shown, spec.column) }
            // Without strict mode: a date that does not exist is out of range, what is no date is cut off.
            let isDate = Array(shown.utf8).withUnsafeBufferPointer { TemporalParsing.dateTime($0, [.allowInvalidDates]) } != nil
            if isDate || spec.source == UInt8(ascii: "i") { try outOfRange(context, spec.column) } else { try truncated(context, spec.column) }
            return implicitDefault(call, spec.type)
        }
        if isTruncated {
            if context.isStrict { throw SQLError(.truncatedWrongValue, message: "Incorrect \(name) value: '\(shown)' for column '\(spec.column)' at row \(context.rowNumber)") }
            context.warn(SQLError(.warnDataTruncated, spec.column, String(context.rowNumber)))
        }
        if kind == .date {
            if value.hasTime && (spec.source == UInt8(ascii: "s") || spec.source == UInt8(ascii: "T") || spec.source == UInt8(ascii: "i")) {
                context.warn(SQLError(.truncatedWrongValue, message: "Incorrect date value: '\(shown)' for column '\(spec.column)' at row \(context.rowNumber)"), level: .note)
            }
            return call.return(text: value.dateText)
        }
        guard let rounded = value.rounded(decimals: spec.type.decimals, nanoseconds: nanoseconds, truncating: rules.contains(.truncateFraction)) else {
            try incorrectTemporal(context, name, shown, spec.column)
            return implicitDefault(call, spec.type)
        }
        value = rounded
        if kind == .timestamp && !value.isZeroDate {
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
    private static func warnDelimiter(_ context: ExpressionContext, _ bytes: UnsafeBufferPointer<UInt8>) {
        let isOdd: (UInt8) -> Bool = { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "^") }
        guard let place = bytes.firstIndex(where: isOdd) else { return }
        context.warn(
            SQLError(
                .warnDeprecatedDatetimeDelimiter, String(UnicodeScalar(bytes[place])), String(place),
                String(decoding: bytes, as: UTF8.self), String(context.rowNumber), "-"))
    }

    private static func time(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let context = call.context
        var microseconds: Int
        var nanoseconds = 0
        switch spec.source {
        case UInt8(ascii: "t"): microseconds = call.int(0)
        case UInt8(ascii: "D"): microseconds = 0
        case UInt8(ascii: "T"):
            microseconds = call.dateTime(0)?.timeOfDayMicroseconds ?? 0
            context.warn(SQLError(.warnDataTruncated, spec.column, String(context.rowNumber)), level: .note)
        case UInt8(ascii: "s"), UInt8(ascii: "b"), UInt8(ascii: "j"):
            let bytes = call.bytes(0)
            guard let parsed = TemporalParsing.time(bytes) else {
                try incorrectTemporal(context, "time", String(decoding: bytes.prefix(128), as: UTF8.self), spec.column)
                return call.return(0)
            }
            if parsed.isOutOfRange {
                if context.isStrict { throw SQLError(.truncatedWrongValue, message: "Incorrect time value: '\(String(decoding: bytes.prefix(128), as: UTF8.self))' for column '\(spec.column)' at row \(context.rowNumber)") }
                context.warn(SQLError(.warnDataOutOfRange, spec.column, String(context.rowNumber)))
            } else if parsed.isTruncated {
                try incorrectTemporal(context, "time", String(decoding: bytes.prefix(128), as: UTF8.self), spec.column)
            } else if parsed.hasDate {
                context.warn(SQLError(.truncatedWrongValue, message: "Incorrect time value: '\(String(decoding: bytes.prefix(128), as: UTF8.self))' for column '\(spec.column)' at row \(context.rowNumber)"), level: .note)
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
            let fraction = exact.subtracting(whole)?.absolute.rounded(to: 9).multiplied(by: Decimal(Int64(1_000_000_000)))?.roundedInt64 ?? 0
            microseconds += (exact.isNegative ? -1 : 1) * Int(fraction) / 1000
            nanoseconds = Int(fraction) % 1000
        }
        let rounded = TimeValue.rounded(microseconds, decimals: spec.type.decimals, nanoseconds: nanoseconds)
        call.return(TimeValue.clamped(rounded).value)
    }

    // MARK: Strings

    /// The most bytes of TINYTEXT to LONGTEXT and the BLOBs.
    static func maxBytes(_ kind: MySQLType.Kind) -> Int? {
        switch kind {
        case .tinyText, .tinyBlob: 255
        case .text, .blob: 65535
        case .mediumText, .mediumBlob: 16_777_215
        case .longText, .longBlob: 4_294_967_295
        default: nil
        }
    }

    private static func text(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let context = call.context
        let set = spec.type.collation.characterSet
        var bytes = call.bytes(0)
        // Bytes of another character set that are stored as this one's.
        if spec.source == UInt8(ascii: "b") || spec.source == UInt8(ascii: "h") {
            guard let decoded = set.decode(bytes) else {
                let bad = UTF8Scanner.firstInvalid(bytes) ?? 0
                let shown = bytes.dropFirst(bad).prefix(6).map { $0 >= 0x20 && $0 < 0x7F ? String(UnicodeScalar($0)) : "\\x" + LiteralValue.hex([$0]) }.joined()
                try fail(context, SQLError(.truncatedWrongValueForField, "string", shown, spec.column, String(context.rowNumber)))
                return call.return(text: [])
            }
            if set.isUTF8 == false { return try decoded.withUnsafeBufferPointerThrowing { (buffer) throws(SQLError) in try storeText(call, spec, buffer) } }
        } else if set.maxLength < 4, let base = bytes.baseAddress {
            var pointer = base
            let end = base + bytes.count
            while pointer < end {
                let start = pointer
                if !set.has(UTF8Scanner.next(&pointer, end)) {
                    let shown = bytes[(start - base)...].prefix(6).map { $0 >= 0x20 && $0 < 0x7F ? String(UnicodeScalar($0)) : "\\x" + LiteralValue.hex([$0]) }.joined()
                    try fail(context, SQLError(.truncatedWrongValueForField, "string", shown, spec.column, String(context.rowNumber)))
                    let encoded = set.encode(bytes).bytes
                    let decoded = encoded.withUnsafeBufferPointer { set.decode($0) } ?? []
                    return try decoded.withUnsafeBufferPointerThrowing { (buffer) throws(SQLError) in try storeText(call, spec, buffer) }
                }
            }
        }
        bytes = call.bytes(0)
        try storeText(call, spec, bytes)
    }

    private static func storeText(_ call: SQLiteCall, _ spec: AssignmentSpec, _ text: UnsafeBufferPointer<UInt8>) throws(SQLError) {
        var bytes = text
        if spec.type.kind == .char {
            var count = bytes.count
            while count > 0 && bytes[count - 1] == 0x20 { count -= 1 }
            if UTF8Scanner.count(bytes) > spec.type.length || count < bytes.count {
                bytes = UnsafeBufferPointer(rebasing: bytes[0..<count])
            }
        }
        if let limit = maxBytes(spec.type.kind) {
            let set = spec.type.collation.characterSet
            let length = set.isUTF8 ? bytes.count : set.encode(bytes).bytes.count
            if length > limit {
                var end = limit
                while end > 0 && end < bytes.count && bytes[end] & 0xC0 == 0x80 { end -= 1 }
                try cutCheck(bytes, min(end, bytes.count), call.context, spec.column)
                bytes = UnsafeBufferPointer(rebasing: bytes[0..<min(end, bytes.count)])
            }
        } else if bytes.count > spec.type.length && UTF8Scanner.count(bytes) > spec.type.length {
            bytes = try cut(bytes, spec.type.length, call.context, spec.column)
        }
        call.return(text: bytes)
    }

    private static func binary(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        var bytes = call.bytes(0)
        if let limit = maxBytes(spec.type.kind) ?? (spec.type.kind == .geometry ? nil : spec.type.length), bytes.count > limit {
            try cutCheck(bytes, limit, call.context, spec.column, isBinary: true)
            bytes = UnsafeBufferPointer(rebasing: bytes[0..<limit])
        }
        if spec.type.kind == .binary && bytes.count < spec.type.length {
            return call.return(blob: Array(bytes) + [UInt8](repeating: 0, count: spec.type.length - bytes.count))
        }
        call.return(blob: bytes)
    }

    // MARK: ENUM, SET, JSON

    private static func enumeration(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let members = Members(call.bytes(2))
        var count = 0
        members.forEach { _ in count += 1 }
        if spec.source == UInt8(ascii: "s") || spec.source == UInt8(ascii: "b") || spec.source == UInt8(ascii: "j") {
            let text = call.bytes(0)
            let index = members.index(of: text, spec.type.collation)
            if index > 0 { return call.return(index) }
            // A number in a string is an index.
            let parsed = NumberParsing.integer(text)
            if !parsed.isTruncated, !parsed.isNegative, parsed.magnitude >= 1, parsed.magnitude <= UInt64(count) {
                return call.return(Int(parsed.magnitude))
            }
            try truncated(call.context, spec.column)
            return call.return(0)
        }
        let value = try number(call, spec, "integer").roundedInt64 ?? -1
        if value >= 1 && value <= count { return call.return(value) }
        try truncated(call.context, spec.column)
        call.return(0)
    }

    private static func set(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        let members = Members(call.bytes(2))
        var count = 0
        members.forEach { _ in count += 1 }
        let greatest: UInt64 = count >= 64 ? .max : (1 << UInt64(count)) - 1
        if spec.source == UInt8(ascii: "s") || spec.source == UInt8(ascii: "b") || spec.source == UInt8(ascii: "j") {
            let text = call.bytes(0)
            if text.isEmpty { return call.return(0) }
            var mask: UInt64 = 0
            var isBad = false
            var start = 0
            for index in 0...text.count where index == text.count || text[index] == UInt8(ascii: ",") {
                let place = members.index(of: UnsafeBufferPointer(rebasing: text[start..<index]), spec.type.collation)
                if place > 0 { mask |= 1 << UInt64(place - 1) } else { isBad = true }
                start = index + 1
            }
            if !isBad { return call.return(unsigned: mask) }
            let parsed = NumberParsing.integer(text)
            if !parsed.isTruncated, !parsed.isNegative, parsed.magnitude <= greatest { return call.return(unsigned: parsed.magnitude) }
            try truncated(call.context, spec.column)
            return call.return(unsigned: mask)
        }
        let value = try number(call, spec, "integer")
        if let unsigned = value.roundedUInt64, unsigned <= greatest { return call.return(unsigned: unsigned) }
        try truncated(call.context, spec.column)
        call.return(unsigned: (value.roundedUInt64 ?? 0) & greatest)
    }

    private static func json(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        switch spec.source {
        case UInt8(ascii: "j"): call.return(argument: 0)
        case UInt8(ascii: "s"):
            switch JSONParser.parse(call.bytes(0)) {
            case .success(let value): call.return(text: value.text)
            case .failure(let failure):
                throw SQLError(.invalidJsonText, failure.reason, String(failure.position), "\(call.context.jsonColumnPrefix)\(spec.column)")
            }
        case UInt8(ascii: "b"), UInt8(ascii: "h"):
            throw SQLError(.invalidJsonCharset, "binary")
        case UInt8(ascii: "D"), UInt8(ascii: "T"):
            call.return(text: JSONValue.string(Array(call.bytes(0))).text)
        case UInt8(ascii: "t"): call.return(text: JSONValue.string(TimeValue.text(call.int(0), decimals: 6)).text)
        case UInt8(ascii: "r"): call.return(text: JSONValue.double(call.real(0)).text)
        case UInt8(ascii: "i"): call.return(text: String(call.wide(0)))
        default: call.return(text: call.bytes(0))
        }
    }
}

extension Array where Element == UInt8 {
    func withUnsafeBufferPointerThrowing(_ body: (UnsafeBufferPointer<UInt8>) throws(SQLError) -> Void) throws(SQLError) {
        var failure: SQLError?
        withUnsafeBufferPointer { buffer in
            do throws(SQLError) { try body(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

extension Int {
    /// Whole seconds of microseconds, rounded down.
    var flooredSeconds: Int { self >= 0 ? self / 1_000_000 : -((-self + 999_999) / 1_000_000) }
}

/// Temporal values as numbers.
enum TemporalNumber {
    /// YYYYMMDDhhmmss.f
    static func decimal(_ value: DateTime, decimals: Int) -> Decimal {
        with(fraction: value.microsecond, of: value.dateTimeNumber, decimals: decimals, isNegative: false)
    }

    /// hhmmss.f
    static func time(_ microseconds: Int, decimals: Int) -> Decimal {
        let number = TimeValue.number(microseconds).clampedMagnitude
        return with(fraction: microseconds.clampedMagnitude % 1_000_000, of: number, decimals: decimals, isNegative: microseconds < 0)
    }

    private static func with(fraction: Int, of number: Int, decimals: Int, isNegative: Bool) -> Decimal {
        let scaled = Decimal(Int128(number) * 1_000_000 + Int128(fraction)).shifted(scale: 6).rounded(to: decimals, .towardZero)
        return isNegative ? scaled.negated : scaled
    }
}
