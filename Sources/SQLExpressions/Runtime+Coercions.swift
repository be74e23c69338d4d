import CSQLite
import Glibc
import MySQLProtocol
import MySQLTypes

/// What `m_assign` has to make: the constant second argument, decoded.
package struct AssignmentSpec {
    /// What the value's carrier does not tell by itself, see `ExpressionBuilder.assign`.
    package var source: UInt8
    package var isNotNull: Bool
    package var type: MySQLType
    package var sourceDecimals: Int
    package var column: String

    package init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 8, omittingEmptySubsequences: false)
        guard parts.count == 9, let source = parts[0].utf8.first,
            let kind = UInt8(parts[2]).flatMap(MySQLType.Kind.init),
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
    package func addCoercions() {
        // Integer into an integer column: value, least, greatest (-1: BIGINT UNSIGNED's), NOT NULL, column.
        add("m_ci") { call throws(SQLError) in
            if call.isNull(0) {
                guard call.int(3) != 0 else { return call.returnNull() }
                try Coercion.nullForNotNull(call.string(4))
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
                try Coercion.nullForNotNull(call.string(3))
                return call.return(text: [])
            }
            let bytes = call.bytes(0)
            let limit = call.int(1)
            if bytes.count <= limit || UTF8Scanner.count(bytes) <= limit { return call.return(text: bytes) }
            call.return(text: try Coercion.cut(bytes, limit, call.context, call.string(3)))
        }
        // Counts the rows of a statement that goes through a table, before their values are computed: for "at row N".
        add("m_next_row") { call in
            call.context.rowNumber += 1
            call.return(1)
        }
        // LIMIT's value from a parameter: SQLite takes a negative one for no limit, MySQL refuses it. Above 2^63 (a blob)
        // there is none.
        add("m_limit") { call throws(SQLError) in
            if call.isBlob(0) { return call.return(Int.max) }
            let value = call.int(0)
            if value < 0 { throw SQLError(.dataOutOfRange, "unsigned integer", "EXECUTE") }
            call.return(value)
        }
        add("m_assign") { call throws(SQLError) in
            let text = call.string(1)
            let spec: AssignmentSpec
            if let known = call.context.assignmentSpecs[text] {
                spec = known
            } else {
                guard let parsed = AssignmentSpec(text) else {
                    throw SQLError(.unknownError, message: "Bad assignment")
                }
                spec = parsed
                if call.context.assignmentSpecs.count > 4096 { call.context.assignmentSpecs.removeAll() }
                call.context.assignmentSpecs[text] = parsed
            }
            try Coercion.assign(call, spec)
        }
    }
}

/// Assignment to a column: MySQL's range checks, errors in strict mode, adjusted values with warnings otherwise.
package enum Coercion {
    package static func fail(_ context: ExpressionContext, _ error: SQLError) throws(SQLError) {
        if context.isStrict { throw error }
        context.warn(error)
    }

    package static func outOfRange(_ context: ExpressionContext, _ column: String) throws(SQLError) {
        try fail(context, SQLError(.warnDataOutOfRange, column, String(context.rowNumber)))
    }

    package static func truncated(_ context: ExpressionContext, _ column: String) throws(SQLError) {
        try fail(context, SQLError(.warnDataTruncated, column, String(context.rowNumber)))
    }

    package static func incorrect(
        _ context: ExpressionContext, _ type: String, _ value: UnsafeBufferPointer<UInt8>, _ column: String
    ) throws(SQLError) {
        try fail(
            context,
            SQLError(
                .truncatedWrongValueForField, type, String(decoding: value.prefix(128), as: UTF8.self), column,
                String(context.rowNumber)))
    }

    /// "Incorrect date value: 'x' for column 'c' at row 1" (1292).
    package static func incorrectTemporal(
        _ context: ExpressionContext, _ type: String, _ value: String, _ column: String
    ) throws(SQLError) {
        try fail(
            context,
            SQLError(
                .truncatedWrongValue,
                message: "Incorrect \(type) value: '\(value)' for column '\(column)' at row \(context.rowNumber)"))
    }

    /// Error 1048.
    package static func nullForNotNull(_ column: String) throws(SQLError) {
        throw SQLError(.badNullError, column)
    }

    /// The first `limit` characters; error 1406 unless only spaces go.
    package static func cut(
        _ bytes: UnsafeBufferPointer<UInt8>, _ limit: Int, _ context: ExpressionContext, _ column: String
    ) throws(SQLError) -> UnsafeBufferPointer<UInt8> {
        let end = FunctionRegistrar.offset(bytes, limit, isBinary: false)
        try cutCheck(bytes, end, context, column)
        return UnsafeBufferPointer(rebasing: bytes[0..<end])
    }

    package static func cutCheck(
        _ bytes: UnsafeBufferPointer<UInt8>, _ end: Int, _ context: ExpressionContext, _ column: String,
        isBinary: Bool = false
    ) throws(SQLError) {
        if !isBinary && bytes[end...].allSatisfy({ $0 == 0x20 }) {
            context.warn(SQLError(.warnDataTruncated, column, String(context.rowNumber)), level: .note)
        } else {
            if context.isStrict { throw SQLError(.dataTooLong, column, String(context.rowNumber)) }
            context.warn(SQLError(.warnDataTruncated, column, String(context.rowNumber)))
        }
    }

    package static func assign(_ call: SQLiteCall, _ spec: AssignmentSpec) throws(SQLError) {
        if call.isNull(0) {
            guard spec.isNotNull else { return call.returnNull() }
            try nullForNotNull(spec.column)
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
    package static func implicitDefault(_ call: SQLiteCall, _ type: MySQLType) {
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
}

extension Array where Element == UInt8 {
    package func withUnsafeBufferPointerThrowing(_ body: (UnsafeBufferPointer<UInt8>) throws(SQLError) -> Void) throws(SQLError)
    {
        var failure: SQLError?
        withUnsafeBufferPointer { buffer in
            do throws(SQLError) { try body(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

extension Int {
    /// Whole seconds of microseconds, rounded down.
    package var flooredSeconds: Int { self >= 0 ? self / 1_000_000 : -((-self + 999_999) / 1_000_000) }
}
