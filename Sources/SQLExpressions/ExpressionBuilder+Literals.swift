import MySQLProtocol
import MySQLTypes

// Literals. `sql` is the placeholder ("?3") of a literal that was lifted out, nil to inline it; the carrier to bind is
// in `TypedSQL.literal`.

extension ExpressionBuilder {
    private func make(_ value: LiteralValue, _ type: MySQLType, _ coercibility: Coercibility, _ sql: String?)
        -> TypedSQL
    {
        TypedSQL(
            sql: sql ?? value.sql, type: type, isNullable: value == .null, coercibility: coercibility, literal: value,
            isConstant: true)
    }

    public func null(sql: String? = nil) -> TypedSQL {
        make(.null, MySQLType(.null), .ignorable, sql)
    }

    /// TRUE and FALSE.
    public func boolean(_ value: Bool) -> TypedSQL {
        var result = make(.integer(value ? 1 : 0), .boolean, .numeric, nil)
        result.isBoolean = true
        return result
    }

    /// Unsigned digits of any length: BIGINT, BIGINT UNSIGNED, or DECIMAL when too big.
    public func integer(_ digits: String, sql: String? = nil) throws(SQLError) -> TypedSQL {
        let width = max(digits.utf8.count, 1)
        if let value = Int64(digits) {
            return make(.integer(value), .integer(width: width), .numeric, sql)
        }
        if let value = UInt64(digits) {
            var type = MySQLType.integer(width: width)
            type.isUnsigned = true
            return make(.blob(Self.bigEndian(value)), type, .numeric, sql)
        }
        return try decimal(digits, sql: sql)
    }

    package static func bigEndian(_ value: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(56 - 8 * $0)) }
    }

    /// `1.50`, `.5`, `5.`
    public func decimal(_ text: String, sql: String? = nil) throws(SQLError) -> TypedSQL {
        let bytes = Array(text.utf8)
        let parsed = bytes.withUnsafeBufferPointer { Decimal.parse($0) }
        var value = parsed.value
        if value.scale > Decimal.maxScale { value = value.rounded(to: Decimal.maxScale) }
        if parsed.isOverflow || value.integerDigits > Decimal.maxPrecision {
            value = .greatest(precision: Decimal.maxPrecision, scale: 0, isNegative: false)
        }
        let type = MySQLType.decimal(
            precision: max(value.integerDigits, 1) + value.scale
                - (value.integerDigits == 0 ? (value.scale > 0 ? 1 : 0) : 0), scale: value.scale)
        return make(.text(Array(value.description.utf8)), type, .numeric, sql)
    }

    /// `1e3`; error 1367 when out of range.
    public func real(_ text: String, sql: String? = nil) throws(SQLError) -> TypedSQL {
        let bytes = Array(text.utf8)
        let parsed = bytes.withUnsafeBufferPointer { NumberParsing.double($0) }
        if parsed.isOutOfRange { throw SQLError(.illegalValueForType, "double", text) }
        return make(.real(parsed.value), .double, .numeric, sql)
    }

    /// A string without introducer: UTF-8, the connection's collation.
    public func string(_ bytes: [UInt8], sql: String? = nil) throws(SQLError) -> TypedSQL {
        let collation = context.connectionCollation
        if collation == .binary { return make(.blob(bytes), .string(length: bytes.count, collation: .binary), .coercible, sql) }
        let set = collation.characterSet
        if set.hasAllCharacters { return text(bytes, collation: collation, sql: sql) }
        return text(bytes.withUnsafeBufferPointer { set.fitted($0) }, collation: collation, sql: sql)
    }

    package func text(_ bytes: [UInt8], collation: CollationID, sql: String?) -> TypedSQL {
        let count = bytes.withUnsafeBufferPointer { UTF8Scanner.count($0) }
        return make(.text(bytes), .string(length: count, collation: collation), .coercible, sql)
    }

    /// `_latin1'...'`, `_utf8mb4 x'...'`: error 1115 for an unknown character set, 1300 for malformed bytes.
    public func string(introducer: String, _ bytes: [UInt8], isText: Bool = true, sql: String? = nil) throws(SQLError) -> TypedSQL {
        guard let set = CharacterSet.named(introducer) else { throw SQLError(.unknownCharacterSet, introducer) }
        // The very bytes that the client wrote, where its statement came in another set than UTF-8.
        let client = context.clientCharset
        let bytes = isText && !client.isUTF8 && client != .binary ? bytes.withUnsafeBufferPointer { client.encode($0).bytes } : bytes
        if set == .binary {
            return make(.blob(bytes), .string(length: bytes.count, collation: .binary), .coercible, sql)
        }
        guard let utf8 = bytes.withUnsafeBufferPointer({ set.decode($0) }) else {
            let bad = bytes.withUnsafeBufferPointer { set.firstInvalid($0) } ?? 0
            let shown = bytes.dropFirst(bad).prefix(6).map { LiteralValue.hex([$0]) }.joined()
            throw SQLError(.invalidCharacterString, set.name, shown)
        }
        return text(utf8, collation: set.defaultCollation, sql: sql)
    }

    /// x'..', 0x.., b'..': a binary string that is an unsigned number in numeric context.
    public func hexadecimal(_ bytes: [UInt8], sql: String? = nil) -> TypedSQL {
        var result = make(.blob(bytes), .string(length: bytes.count, collation: .binary), .coercible, sql)
        result.isHexadecimal = true
        return result
    }

    /// DATE'..', TIME'..', TIMESTAMP'..' (kind .date, .time, .dateTime); error 1525.
    public func temporal(_ kind: MySQLType.Kind, _ text: String, sql: String? = nil) throws(SQLError) -> TypedSQL {
        let bytes = Array(text.utf8)
        switch kind {
        case .time:
            guard let parsed = bytes.withUnsafeBufferPointer({ TemporalParsing.time($0) }), !parsed.isTruncated,
                !parsed.isOutOfRange
            else { throw SQLError(.wrongValue, "TIME", text) }
            let value = TimeValue.rounded(parsed.microseconds, decimals: 6, nanoseconds: parsed.nanoseconds)
            return make(.integer(Int64(value)), MySQLType(.time, decimals: parsed.decimals), .numeric, sql)
        case .date:
            guard let parsed = bytes.withUnsafeBufferPointer({ TemporalParsing.dateTime($0, context.dateRules) }),
                !parsed.isTruncated, !parsed.hasTime
            else { throw SQLError(.wrongValue, "DATE", text) }
            return make(.text(parsed.value.dateText), MySQLType(.date), .numeric, sql)
        default:
            guard let parsed = bytes.withUnsafeBufferPointer({ TemporalParsing.dateTime($0, context.dateRules) }),
                !parsed.isTruncated, parsed.hasTime, let shifted = context.local(parsed),
                let value = shifted.rounded(decimals: parsed.decimals, nanoseconds: parsed.nanoseconds)
            else { throw SQLError(.wrongValue, "DATETIME", text) }
            return make(
                .text(value.dateTimeText(decimals: parsed.decimals)), MySQLType(.dateTime, decimals: parsed.decimals),
                .numeric, sql)
        }
    }

    /// A prepared statement's parameter with the type that the client gave it; `value` is in the type's carrier.
    public func parameter(_ value: LiteralValue, type: MySQLType, sql: String) -> TypedSQL {
        var result = TypedSQL(
            sql: sql, type: type, isNullable: true, coercibility: type.isString ? .coercible : .numeric, literal: value,
            isConstant: true)
        if value == .null && type.isNull { result.coercibility = .ignorable }
        return result
    }
}
