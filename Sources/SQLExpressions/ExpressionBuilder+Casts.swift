import MySQLProtocol
import MySQLTypes

extension ExpressionBuilder {
    public func cast(_ x: TypedSQL, to target: CastTarget) throws(SQLError) -> TypedSQL {
        var result = TypedSQL(sql: "", type: x.type, isNullable: x.isNullable, isConstant: x.isConstant)
        switch target {
        case .signed, .unsigned:
            let isUnsigned = target == .unsigned
            result.type = MySQLType(.bigInt, isUnsigned: isUnsigned)
            if x.type.isInteger && !x.type.mayBeUnsignedBlob && !isUnsigned {
                result.sql = x.sql
            } else if x.type.isString && !x.isHexadecimal {
                result.sql = Self.call("m_casts2i", stringValue(x), isUnsigned ? "1" : "0")
            } else {
                let value =
                    x.type.isDecimal
                    ? Self.call("m_castd2i", x.sql, isUnsigned ? "1" : "0")
                    : (x.type.isReal ? Self.call("m_castr2i", x.sql, isUnsigned ? "1" : "0") : integerValue(x))
                result.sql = Self.call(isUnsigned ? "m_i2u" : "m_u2i", value)
            }
        case .decimal(let precision, let scale):
            result.type = .decimal(precision: precision, scale: scale)
            result.sql = Self.call("m_castd", decimalValue(x), String(precision), String(scale))
        case .float:
            result.type = MySQLType(.float, decimals: MySQLType.notFixedDecimals)
            result.sql = Self.call("m_castf", realValue(x))
        case .double:
            result.type = .double
            result.sql = x.type.isReal ? x.sql : Self.call("m_u2r", realValue(x))
        case .char(let length, let collation):
            let collation = collation ?? (x.type.isText ? x.type.collation : context.connectionCollation)
            let set = collation.characterSet
            let chosen =
                set == context.connectionCollation.characterSet && !x.type.isText
                ? context.connectionCollation : collation
            result.type = .string(length: length ?? x.type.displayLength, collation: chosen)
            result.coercibility = .implicit
            var sql =
                x.type.isBinary || x.type.kind == .bit
                ? Self.call("m_decode", stringValue(x), TextLiteral.sqlite(set.name)) : stringValue(x)
            if x.type.isText && x.type.collation.characterSet != set && !set.hasAllCharacters {
                sql = Self.call("m_fit", sql, TextLiteral.sqlite(set.name))
            }
            if let length { sql = Self.call("m_cut", sql, String(length), "'CHAR'") }
            result.sql = sql
        case .binary(let length):
            result.type = .string(
                length: length ?? x.type.displayLength * (x.type.isText ? x.type.collation.characterSet.maxLength : 1),
                collation: .binary)
            if x.type.isText == false && !x.type.isBinary {
                result.type = .string(length: length ?? x.type.displayLength, collation: .binary)
            }
            result.coercibility = .implicit
            result.isNullable = true
            var sql = x.type.isBinary ? x.sql : "CAST(" + convert(x, to: .bytes) + " AS BLOB)"
            if let length { sql = Self.call("m_padbin", sql, String(length)) }
            result.sql = sql
        case .date:
            result.type = MySQLType(.date)
            result.isNullable = true
            result.sql = x.type.kind == .date ? x.sql : Self.call("m_dt2date", dateTimeValue(x, isFuzzy: false))
        case .time(let decimals):
            result.type = MySQLType(.time, decimals: decimals)
            result.isNullable = true
            result.sql =
                x.type.kind == .time && x.type.decimals <= decimals
                ? x.sql : Self.call("m_tround", timeValue(x), String(decimals))
        case .dateTime(let decimals):
            result.type = MySQLType(.dateTime, decimals: decimals)
            result.isNullable = true
            result.sql = Self.call("m_dtscale", dateTimeValue(x, isFuzzy: false), String(decimals))
        case .year:
            result.type = MySQLType(.year, isUnsigned: true)
            result.isNullable = true
            if x.type.hasDate {
                result.sql = Self.call("m_year", x.sql)
            } else if x.type.kind == .time {
                result.sql = Self.call("m_year", dateTimeValue(x, isFuzzy: true))
            } else {
                result.sql = Self.call("m_casty", x.type.isString ? stringValue(x) : convert(x, to: .numeric))
            }
        case .json:
            result.type = MySQLType(.json, collation: .utf8mb4_bin)
            result.isNullable = true
            result.coercibility = .implicit
            result.sql =
                x.type.isString && !x.type.isBinary
                ? Self.call("m_jparse", stringValue(x), "1", "'cast_as_json'") : jsonValue(x)
        }
        if target == .json {
            switch x.type.kind {
            case .date: result.knownJSONType = "DATE"
            case .time: result.knownJSONType = "TIME"
            case .dateTime, .timestamp: result.knownJSONType = "DATETIME"
            case .decimal: result.knownJSONType = "DECIMAL"
            default: break
            }
        }
        return result
    }

    /// CONVERT(x USING charset); error 1115 for an unknown one.
    public func convert(_ x: TypedSQL, using characterSet: String) throws(SQLError) -> TypedSQL {
        guard let set = CharacterSet.named(characterSet) else { throw SQLError(.unknownCharacterSet, characterSet) }
        var result = TypedSQL(
            sql: "", type: x.type, isNullable: true, coercibility: .implicit, isConstant: x.isConstant)
        if set == .binary {
            result.type = .string(length: x.type.displayLength * 4, collation: .binary)
            result.sql = "CAST(" + convert(x, to: .bytes) + " AS BLOB)"
            return result
        }
        let collation =
            set == context.connectionCollation.characterSet ? context.connectionCollation : set.defaultCollation
        result.type = .string(length: x.type.displayLength, collation: collation)
        if x.type.isBinary || x.type.kind == .bit {
            result.sql = Self.call("m_decode", stringValue(x), TextLiteral.sqlite(set.name))
        } else if x.type.isText && x.type.collation.characterSet != set && !set.hasAllCharacters {
            result.sql = Self.call("m_fit", stringValue(x), TextLiteral.sqlite(set.name))
        } else {
            result.sql = stringValue(x)
        }
        return result
    }

    // MARK: Assignment

    /// A type as a function's constant argument: see ``AssignmentSpec``.
    package static func spec(_ type: MySQLType) -> String {
        var flags = 0
        if type.isUnsigned { flags |= 1 }
        if type.isZeroFill { flags |= 2 }
        return [
            String(type.kind.rawValue), String(type.length), String(type.decimals), String(flags),
            String(type.collation.rawValue),
        ].joined(separator: " ")
    }

    /// `x` coerced for storing in a column: fails or warns as MySQL does (1264, 1265, 1292, 1366, 1406, 1048).
    public func assign(_ x: TypedSQL, to target: AssignmentTarget) throws(SQLError) -> TypedSQL {
        var result = TypedSQL(sql: x.sql, type: target.type, isNullable: target.isNullable)
        let needsNullCheck = !target.isNullable && x.isNullable
        if !needsNullCheck && isAssignable(x, to: target.type) { return result }
        let notNull = target.isNullable ? "0" : "1"
        let column = TextLiteral.sqlite(target.printedName)
        if target.type.isInteger, x.type.isIntegral, !x.isHexadecimal {
            let range = target.type.integerRange
            let max = range.max > UInt64(Int64.max) ? "-1" : String(range.max)
            result.sql = Self.call("m_ci", x.sql, LiteralValue.integer(range.min).sql, max, notNull, column)
            return result
        }
        if target.type.kind == .varChar, x.type.isText, target.type.collation.characterSet == .utf8mb4 {
            result.sql = Self.call("m_cs", x.sql, String(target.type.length), notNull, column)
            return result
        }
        // Source: a letter for what the carrier alone does not tell.
        let source: String
        var sql = x.sql
        if x.isHexadecimal {
            source = "h"
        } else {
            switch x.type.kind {
            case .null: source = "n"
            case .tinyInt, .smallInt, .mediumInt, .int, .bigInt, .year, .bit: source = "i"
            case .decimal: source = "d"
            case .float, .double: source = "r"
            case .date: source = "D"
            case .dateTime, .timestamp: source = "T"
            case .time: source = "t"
            case .json:
                source = "j"
                if target.type.isTemporal { sql = Self.call("m_junquote", x.sql) }
            case .enumeration:
                if target.type.isString || target.type.kind == .enumeration || target.type.kind == .set {
                    source = "s"
                    sql = stringValue(x)
                } else {
                    source = "i"
                }
            case .set:
                if target.type.isString || target.type.kind == .enumeration || target.type.kind == .set {
                    source = "s"
                    sql = stringValue(x)
                } else {
                    source = "i"
                }
            default: source = x.type.isBinary ? "b" : "s"
            }
        }
        if target.type.isString && (source == "i" || source == "r" || source == "t") {
            sql = stringValue(x)
        }
        // A BIT's number, not its bytes.
        if x.type.kind == .bit && target.type.isString { sql = Self.call("m_i2s", x.sql) }
        let members = target.type.members.isEmpty ? "''" : Self.memberList(target.type)
        result.sql = Self.call(
            "m_assign", sql,
            TextLiteral.sqlite(
                source + " " + notNull + " " + Self.spec(target.type) + " " + String(x.type.decimals) + " "
                    + target.printedName), members)
        return result
    }

    /// Every value of the expression is one of the column's, in the same carrier.
    private func isAssignable(_ x: TypedSQL, to type: MySQLType) -> Bool {
        let from = x.type
        if from.isNull { return true }
        if type.isInteger && from.isInteger {
            // Literals lifted into parameters change: only columns are known by type.
            guard x.isColumn else { return false }
            let source = from.integerRange
            let target = type.integerRange
            return source.min >= target.min && source.max <= target.max
        }
        guard x.isColumn, from.kind == type.kind else { return false }
        switch type.kind {
        case .varChar, .varBinary, .char: return from.length <= type.length && from.collation == type.collation
        case .decimal:
            return from.decimals == type.decimals && from.length <= type.length && (from.isUnsigned || !type.isUnsigned)
        case .date, .json, .longText, .longBlob, .year: return true
        case .dateTime, .time, .timestamp: return from.decimals == type.decimals
        case .double: return type.decimals == MySQLType.notFixedDecimals && !type.isUnsigned
        case .enumeration, .set: return from.members == type.members
        case .bit: return from.length <= type.length
        default: return false
        }
    }
}
