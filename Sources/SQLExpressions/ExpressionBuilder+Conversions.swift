import MySQLProtocol
import MySQLTypes

/// What a function wants an argument to be.
package enum ValueKind: Sendable {
    /// Whatever it is.
    case any
    /// A string; integers may come as INTEGER, which reads as text too.
    case string
    /// A string in the bytes of its own character set.
    case bytes
    /// INTEGER, or an 8-byte BLOB above 2^63 - 1.
    case integer
    case real
    /// TEXT in decimal notation; integers may come as they are.
    case decimal
    /// By type: integer, decimal or real.
    case numeric
    /// TEXT: a date, or a date with a time. Invalid strings are NULL with a warning; parts may be zero.
    case temporal
    /// As `temporal`, for functions that take a date's parts (their warning says "date"); `datePart` of a zero date is NULL
    /// for `realDatePart`.
    case datePart, realDatePart
    /// As `temporal`, but zero dates follow `sql_mode`.
    case dateTime
    case date
    /// INTEGER: microseconds.
    case time
    /// A JSON document: strings are parsed.
    case json
    /// A value to be put into a JSON document: strings are quoted.
    case jsonValue
    /// A truth value.
    case condition
}

/// What arithmetic does with a type.
package enum NumericDomain: Comparable, Sendable {
    case integer, decimal, real
}

extension ExpressionBuilder {
    package static func call(_ name: String, _ arguments: String...) -> String {
        call(name, list: arguments)
    }

    /// A call of a function of ours with any number of arguments. SQLite takes 127: more are gathered, see ``ArgumentPack``.
    package static func call(_ name: String, list arguments: [String]) -> String {
        if arguments.count <= ArgumentPack.directArguments { return name + "(" + arguments.joined(separator: ",") + ")" }
        var packs = arguments
        while packs.count > ArgumentPack.directArguments {
            packs = stride(from: 0, to: packs.count, by: ArgumentPack.directArguments).map { start in
                "m_pack(" + packs[start..<min(start + ArgumentPack.directArguments, packs.count)].joined(separator: ",") + ")"
            }
        }
        return "m_spread(" + TextLiteral.sqlite(name) + "," + packs.joined(separator: ",") + ")"
    }

    /// The members of an ENUM or SET as one literal.
    package static func memberList(_ type: MySQLType) -> String {
        TextLiteral.sqlite(type.members.joined(separator: "\u{1F}"))
    }

    package static func domain(_ x: TypedSQL) -> NumericDomain {
        if x.isHexadecimal { return .integer }
        // ENUM and SET are strings to arithmetic, and their numbers doubles.
        if x.type.kind == .enumeration || x.type.kind == .set { return .real }
        if x.type.isIntegral { return .integer }
        if x.type.isDecimal { return .decimal }
        if x.type.isTemporal { return x.type.decimals == 0 ? .integer : .decimal }
        return .real
    }

    package func convert(_ x: TypedSQL, to kind: ValueKind) -> String {
        switch kind {
        case .any: return x.sql
        case .string: return stringArgument(x)
        case .bytes:
            if x.type.isText && !x.type.collation.characterSet.isUTF8 {
                return Self.call("m_encode", x.sql, TextLiteral.sqlite(x.type.collation.characterSet.name))
            }
            return stringArgument(x)
        case .integer: return integerValue(x)
        case .real: return realValue(x)
        case .decimal: return decimalValue(x)
        case .numeric:
            switch Self.domain(x) {
            case .integer: return integerValue(x)
            case .decimal: return decimalValue(x)
            case .real: return realValue(x)
            }
        case .temporal: return dateTimeValue(x, isFuzzy: true)
        case .datePart, .realDatePart:
            guard x.type.isString else { return dateTimeValue(x, isFuzzy: true) }
            if case .datePart = kind { return Self.call("m_s2dt", stringValue(x), "4") }
            return Self.call("m_s2dt", stringValue(x), "3")
        case .dateTime: return dateTimeValue(x, isFuzzy: false)
        case .date:
            switch x.type.kind {
            case .date, .null: return x.sql
            default: return Self.call("m_dt2date", dateTimeValue(x, isFuzzy: true))
            }
        case .time: return timeValue(x)
        case .json: return jsonDocument(x)
        case .jsonValue: return jsonValue(x)
        case .condition: return conditionSQL(x)
        }
    }

    /// A string as functions of ours read it.
    package func stringArgument(_ x: TypedSQL) -> String {
        x.type.isInteger && !x.type.isZeroFill && !x.type.mayBeUnsignedBlob ? x.sql : stringValue(x)
    }

    /// A value of type TEXT (or BLOB).
    package func stringValue(_ x: TypedSQL) -> String {
        let type = x.type
        switch type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt:
            if type.isZeroFill && type.length > 0 { return Self.call("m_zerofill", x.sql, String(type.length)) }
            return Self.call("m_i2s", x.sql)
        case .year: return Self.call("m_zerofill", x.sql, "4")
        case .float where type.decimals == MySQLType.notFixedDecimals: return Self.call("m_f2s", x.sql)
        case .double where type.decimals == MySQLType.notFixedDecimals: return Self.call("m_r2s", x.sql)
        case .float, .double: return Self.call("m_rf2s", x.sql, String(type.decimals))
        case .bit: return Self.call("m_bit2s", x.sql, String(type.bitBytes))
        case .time: return Self.call("m_t2s", x.sql, String(type.decimals))
        case .enumeration: return Self.call("m_enum", x.sql, Self.memberList(type))
        case .set: return Self.call("m_set", x.sql, Self.memberList(type))
        case .null, .decimal, .date, .dateTime, .timestamp, .char, .varChar, .tinyText, .text, .mediumText, .longText,
            .binary, .varBinary, .tinyBlob, .blob, .mediumBlob, .longBlob, .json, .geometry:
            return x.sql
        }
    }

    /// An ENUM or SET that is no column is a string to whoever wants a number.
    private func isText(_ x: TypedSQL) -> Bool {
        switch x.type.kind {
        case .enumeration, .set: !x.isColumn && !x.isDerivedColumn
        default: x.type.isString
        }
    }

    package func integerValue(_ x: TypedSQL) -> String {
        if let chosen = x.chosen { return chosen.sql(integerValue) }
        if x.isHexadecimal { return Self.call("m_hex2i", x.sql) }
        switch x.type.kind {
        case .decimal: return Self.call("m_d2i", x.sql)
        case .float, .double: return Self.call("m_r2i", x.sql)
        case .date, .dateTime, .timestamp: return Self.call("m_dt2i", x.sql)
        case .time: return Self.call("m_t2i", x.sql)
        case .json: return Self.call("m_j2i", x.sql)
        case .null: return x.sql
        default: return isText(x) ? Self.call("m_s2i", stringValue(x)) : x.sql
        }
    }

    package func realValue(_ x: TypedSQL) -> String {
        if let chosen = x.chosen { return chosen.sql(realValue) }
        if x.isHexadecimal { return Self.call("m_u2r", Self.call("m_hex2i", x.sql)) }
        switch x.type.kind {
        case .decimal: return Self.call("m_d2r", x.sql)
        case .date, .dateTime, .timestamp: return Self.call("m_d2r", Self.call("m_dt2d", x.sql))
        case .time: return Self.call("m_d2r", Self.call("m_t2d", x.sql))
        case .json: return Self.call("m_j2r", x.sql)
        case .null: return x.sql
        default:
            if isText(x) { return Self.call(x.isColumn && x.type.isLargeObject ? "m_lob2r" : "m_s2r", stringValue(x)) }
            return x.type.mayBeUnsignedBlob ? Self.call("m_u2r", x.sql) : x.sql
        }
    }

    package func decimalValue(_ x: TypedSQL) -> String {
        if let chosen = x.chosen { return chosen.sql(decimalValue) }
        if x.isHexadecimal { return Self.call("m_hex2i", x.sql) }
        switch x.type.kind {
        case .float, .double: return Self.call("m_r2d", x.sql)
        case .date, .dateTime, .timestamp: return Self.call("m_dt2d", x.sql)
        case .time: return Self.call("m_t2d", x.sql)
        case .json: return Self.call("m_j2d", x.sql)
        case .decimal, .null: return x.sql
        default: return isText(x) ? Self.call("m_s2d", stringValue(x)) : x.sql
        }
    }

    package func dateTimeValue(_ x: TypedSQL, isFuzzy: Bool) -> String {
        switch x.type.kind {
        case .date, .dateTime, .timestamp, .null: return x.sql
        case .time: return Self.call("m_t2dt", x.sql, String(x.type.decimals))
        default:
            if x.type.isString || x.type.kind == .enumeration || x.type.kind == .set {
                return Self.call("m_s2dt", stringValue(x), isFuzzy ? "1" : "0")
            }
            if x.type.kind == .json { return Self.call("m_s2dt", Self.call("m_junquote", x.sql), isFuzzy ? "1" : "0") }
            return Self.call("m_n2dt", convert(x, to: .numeric), isFuzzy ? "1" : "0")
        }
    }

    package func timeValue(_ x: TypedSQL) -> String {
        switch x.type.kind {
        case .time, .null: return x.sql
        case .date, .dateTime, .timestamp: return Self.call("m_dt2t", x.sql)
        case .json: return Self.call("m_s2t", Self.call("m_junquote", x.sql))
        default:
            return x.type.isString || x.type.kind == .enumeration
                ? Self.call("m_s2t", stringValue(x)) : Self.call("m_n2t", convert(x, to: .numeric))
        }
    }

    /// A JSON document.
    package func jsonDocument(_ x: TypedSQL) -> String {
        switch x.type.kind {
        case .json, .null: return x.sql
        default: return x.type.isString ? Self.call("m_jparse", stringValue(x)) : jsonValue(x)
        }
    }

    /// A value inside a JSON document.
    package func jsonValue(_ x: TypedSQL) -> String {
        if x.isBoolean { return Self.call("m_jbool", x.sql) }
        switch x.type.kind {
        case .json: return x.sql
        case .null: return x.sql
        case .float, .double: return Self.call("m_r2j", x.sql)
        case .decimal: return x.sql
        case .date: return Self.call("m_jquote", x.sql)
        case .dateTime, .timestamp: return Self.call("m_jdt", x.sql)
        case .time: return Self.call("m_jquote", Self.call("m_t2s", x.sql, "6"))
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt, .year: return Self.call("m_i2s", x.sql)
        default:
            // Binary strings are kept as base64, with the number of the type that they had.
            guard x.type.isBinary || x.type.kind == .bit else { return Self.call("m_jquote", stringValue(x)) }
            return Self.call("m_jbase64", stringValue(x), String(Self.wireType(ofBinary: x.type.kind)))
        }
    }

    private static func wireType(ofBinary kind: MySQLType.Kind) -> Int {
        switch kind {
        case .bit: 16
        case .tinyBlob: 249
        case .mediumBlob: 250
        case .longBlob: 251
        case .blob: 252
        case .binary, .char: 254
        default: 15
        }
    }

    /// `x` as SQLite's truth value, for WHERE, ON, HAVING.
    public func condition(_ x: TypedSQL) throws(SQLError) -> String {
        conditionSQL(x)
    }

    /// A JSON document is true unless it is the number 0.
    package func conditionSQL(_ x: TypedSQL) -> String {
        if x.type.kind == .json { return "(" + Self.call("m_jsort", x.sql) + " <> " + Self.call("m_jsort", "'0'") + ")" }
        return choiceSQL(x)
    }

    /// As IF and CASE ask: a JSON document by its number.
    package func choiceSQL(_ x: TypedSQL) -> String {
        if let chosen = x.chosen { return chosen.sql(choiceSQL) }
        if isText(x) || x.type.kind == .json || x.isHexadecimal { return realValue(x) }
        return x.type.mayBeUnsignedBlob ? Self.call("m_u2r", x.sql) : x.sql
    }

    // MARK: Conversion to a type

    /// `x` in the carrier of `type`, without range checks: columns of a UNION, branches of CASE.
    public func convert(_ x: TypedSQL, to type: MySQLType) throws(SQLError) -> TypedSQL {
        var result = x
        result.type = type
        if x.type.isNull {
            result.isHexadecimal = false
            return result
        }
        result.sql = convertedSQL(x, to: type)
        if result.sql != x.sql {
            result.literal = nil
            result.isColumn = false
        }
        result.isHexadecimal = false
        if type.kind != .json { result.isBoolean = result.isBoolean && type.isInteger }
        return result
    }

    private func convertedSQL(_ x: TypedSQL, to type: MySQLType) -> String {
        switch type.carrier {
        case .null: return x.sql
        case .integer, .unsignedInteger:
            return integerValue(x)
        case .real:
            return x.type.isInteger ? Self.call("m_u2r", x.sql) : realValue(x)
        case .decimalText:
            if x.type.isDecimal && x.type.decimals == type.decimals { return x.sql }
            return Self.call("m_dscale", decimalValue(x), String(type.decimals))
        case .dateText: return convert(x, to: .date)
        case .dateTimeText:
            if x.type.isDateTime && x.type.decimals == type.decimals { return x.sql }
            return Self.call("m_dtscale", dateTimeValue(x, isFuzzy: true), String(type.decimals))
        case .timeMicroseconds: return timeValue(x)
        case .text:
            if x.type.isBinary || x.type.kind == .bit {
                return Self.call("m_decode", stringValue(x), TextLiteral.sqlite(type.collation.characterSet.name))
            }
            return stringValue(x)
        case .blob:
            if x.type.isBinary || x.type.kind == .bit { return stringValue(x) }
            return "CAST(" + convert(x, to: .bytes) + " AS BLOB)"
        case .enumerationIndex:
            return x.type.kind == .enumeration && x.type.members == type.members
                ? x.sql : Self.call("m_s2enum", stringValue(x), Self.memberList(type))
        case .setMask: return x.sql
        case .json: return x.type.isString && !x.isHexadecimal ? jsonValue(x) : jsonValue(x)
        }
    }

    // MARK: Collations

    /// What the collation of several strings is wanted for. Where nothing is compared, two columns of different collations of one
    /// character set may stand together: the result is compared by its bytes, and gives way to every other collation.
    package enum CollationUse {
        case result, comparison
    }

    /// The collation of an operation on several strings, by coercibility; errors 1267, 1270 and 1271 where it is not defined.
    package func mergedCollation(
        _ expressions: [TypedSQL], _ operation: String, for use: CollationUse = .result
    ) throws(SQLError) -> (CollationID, Coercibility) {
        let strings = expressions.filter { !$0.type.isNull }.map { collation(of: $0) }
        guard var merged = strings.first else { return (.binary, .ignorable) }
        for next in strings.dropFirst() {
            guard let both = merge(merged, next), use == .result || both.1 != .none else { throw mixed(strings, operation) }
            merged = both
        }
        return merged
    }

    private func collation(of x: TypedSQL) -> (CollationID, Coercibility) {
        if x.type.isBinary || x.type.kind == .bit { return (.binary, x.coercibility) }
        if x.type.isNonBinaryString { return (x.type.collation, x.coercibility) }
        if x.type.kind == .json { return (.utf8mb4_bin, .implicit) }
        return (context.connectionCollation, .numeric)
    }

    private func merge(
        _ left: (CollationID, Coercibility), _ right: (CollationID, Coercibility)
    ) -> (CollationID, Coercibility)? {
        if left.0 == right.0 { return (left.0, min(left.1, right.1)) }
        if left.1 == .numeric && right.1 != .numeric { return right }
        if right.1 == .numeric && left.1 != .numeric { return left }
        let leftSet = left.0.characterSet
        let rightSet = right.0.characterSet
        if left.0 == .binary || right.0 == .binary {
            if left.0 == .binary { return left.1 <= right.1 ? left : right }
            return right.1 <= left.1 ? right : left
        }
        if left.1 != right.1 {
            let (winner, loser) = left.1 < right.1 ? (left, right) : (right, left)
            // A Unicode string does not become a smaller character set unless it is a constant that fits.
            if !winner.0.characterSet.isUnicode && loser.0.characterSet.isUnicode && loser.1 <= .implicit
                && winner.1 == .implicit
            {
                return loser
            }
            return winner
        }
        if leftSet == rightSet {
            if left.1 == .explicit { return nil }
            if Collation(left.0)?.isBinary ?? false { return left }
            if Collation(right.0)?.isBinary ?? false { return right }
            if left.1 >= .coercible && left.1 != .none { return left }
            return Collation.named(leftSet.name + "_bin").map { ($0.id, .none) }
        }
        if left.1 > .explicit {
            if leftSet.isUnicode != rightSet.isUnicode { return leftSet.isUnicode ? left : right }
            if leftSet.isUnicode && leftSet.maxLength != rightSet.maxLength {
                return leftSet.maxLength > rightSet.maxLength ? left : right
            }
            // What is of ASCII fits everywhere.
            if leftSet == .ascii || rightSet == .ascii { return leftSet == .ascii ? right : left }
            if left.1 >= .coercible { return left }
        }
        return nil
    }

    private func mixed(_ strings: [(CollationID, Coercibility)], _ operation: String) -> SQLError {
        let named = strings.flatMap { [$0.0.name, Self.printed($0.1)] }
        switch strings.count {
        case 2 where operation != "UNION": return SQLError(.cantAggregate2collations, named[0], named[1], named[2], named[3], operation)
        case 3 where operation != "UNION":
            return SQLError(.cantAggregate3collations, named[0], named[1], named[2], named[3], named[4], named[5], operation)
        default: return SQLError(.cantAggregateNcollations, operation)
        }
    }

    private static func printed(_ coercibility: Coercibility) -> String {
        switch coercibility {
        case .explicit: "EXPLICIT"
        case .none: "NONE"
        case .implicit: "IMPLICIT"
        case .systemConstant: "SYSCONST"
        case .coercible: "COERCIBLE"
        case .numeric: "NUMERIC"
        case .ignorable: "IGNORABLE"
        }
    }

    /// `x COLLATE name`.
    public func collate(_ x: TypedSQL, _ name: String) throws(SQLError) -> TypedSQL {
        guard let collation = Collation.named(name) else { throw SQLError(.unknownCollation, name) }
        var result = x
        let set: CharacterSet
        if x.type.isBinary {
            set = .binary
        } else if x.type.isNonBinaryString {
            set = x.type.collation.characterSet
        } else {
            set = context.connectionCollation.characterSet
        }
        guard set == collation.characterSet else {
            throw SQLError(.collationCharsetMismatch, collation.name, set.name)
        }
        if !x.type.isText {
            result.sql = x.type.isBinary ? x.sql : stringValue(x)
            result.type = .string(length: x.type.displayLength, collation: collation.id)
            result.literal = nil
            result.isHexadecimal = false
        }
        result.type.collation = collation.id
        result.coercibility = .explicit
        result.isColumn = false
        return result
    }

    package static func collated(_ sql: String, _ collation: CollationID) -> String {
        collation == .binary ? sql : sql + " COLLATE " + Identifier.sqlite(collation.name)
    }

    /// A number that SQLite takes distances of.
    package func orderedNumber(_ x: TypedSQL) -> String {
        switch Self.domain(x) {
        case .decimal: Self.call("m_d2num", decimalValue(x))
        case .integer: x.type.mayBeUnsignedBlob ? Self.call("m_u2r", x.sql) : integerValue(x)
        case .real: realValue(x)
        }
    }

    /// What ORDER BY, GROUP BY and DISTINCT need: `x` with its COLLATE, so that SQLite orders it as MySQL does.
    public func sortKey(_ x: TypedSQL) -> String {
        switch x.type.kind {
        case .decimal: x.sql + " COLLATE " + Identifier.sqlite("decimal")
        case .json: Self.call("m_jsort", x.sql)
        default: x.type.isNonBinaryString && x.type.isText ? Self.collated(x.sql, x.type.collation) : x.sql
        }
    }
}
