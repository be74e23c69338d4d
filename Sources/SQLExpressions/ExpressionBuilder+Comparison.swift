import MySQLProtocol
import MySQLTypes

extension ExpressionBuilder {
    package static func symbol(_ op: ComparisonOperator) -> String {
        switch op {
        case .equal: "="
        case .notEqual: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .nullSafeEqual: "IS"
        }
    }

    /// As it is in error messages.
    private static func printed(_ op: ComparisonOperator) -> String {
        op == .nullSafeEqual ? "<=>" : (op == .notEqual ? "<>" : symbol(op))
    }

    /// `name` is the operation in error messages, where it is not the operator itself: NULLIF, CASE. `collation` is the one that
    /// a longer list of strings was found to have.
    public func compare(
        _ op: ComparisonOperator, _ left: TypedSQL, _ right: TypedSQL, as name: String? = nil, collation: CollationID? = nil
    ) throws(SQLError) -> TypedSQL {
        let (a, b) = try comparablePair(
            left, right, isEquality: op == .equal || op == .notEqual || op == .nullSafeEqual, name ?? Self.printed(op),
            isOperator: name != "case", collation: collation)
        return predicate(
            "(" + a + " " + Self.symbol(op) + " " + b + ")",
            isNullable: op != .nullSafeEqual && (left.isNullable || right.isNullable),
            constant: left.isConstant && right.isConstant)
    }

    /// Both sides converted so that SQLite's own `=`, `<`, IN and ORDER BY agree with MySQL: for row comparisons,
    /// `x IN (SELECT ...)`, USING. The left side carries the COLLATE.
    public func comparable(_ left: TypedSQL, _ right: TypedSQL) throws(SQLError) -> (left: TypedSQL, right: TypedSQL) {
        let (a, b) = try comparablePair(left, right, isEquality: false, "=")
        var first = left
        var second = right
        first.sql = a
        second.sql = b
        return (first, second)
    }

    private func comparablePair(
        _ left: TypedSQL, _ right: TypedSQL, isEquality: Bool, _ operation: String, isOperator: Bool = false,
        collation: CollationID? = nil
    ) throws(SQLError) -> (String, String) {
        let l = left.type
        let r = right.type
        if l.isNull || r.isNull { return (left.sql, right.sql) }
        if l.kind == .json || r.kind == .json {
            return (Self.call("m_jsort", jsonComparand(left)), Self.call("m_jsort", jsonComparand(right)))
        }
        if l.isTemporal || r.isTemporal {
            return try temporalPair(left, right, operation, isOperator: isOperator, collation)
        }
        // ENUM against a literal: by index, so that an index on the column serves.
        if isEquality, l.kind == .enumeration || r.kind == .enumeration, let pair = enumerationPair(left, right) {
            return pair
        }
        if isStringLike(left) && isStringLike(right) { return try stringPair(left, right, operation, collation) }
        if let pair = columnPair(left, right, keepsDecimals: isOperator) { return pair }
        return numberPair(left, right)
    }

    /// A number's column against a text: MySQL converts a constant to the column's type, and looks the others up so by an index,
    /// where a double would take numbers above 2^53 for their neighbours. (Of DECIMAL only constants by `=`, `<` and their kin; IN
    /// and BETWEEN compare doubles.)
    private func columnPair(_ left: TypedSQL, _ right: TypedSQL, keepsDecimals: Bool) -> (String, String)? {
        let isLeft = isField(left) && !left.type.isString
        let (column, other) = isLeft ? (left, right) : (right, left)
        guard isField(column), other.type.isString, !other.isHexadecimal else { return nil }
        let text = stringValue(other)
        let pair: (String, String)
        switch Self.domain(column) {
        case .integer where column.type.kind != .year && !column.type.isTemporal:
            pair = (integerValue(column), Self.call("m_s2exact", text))
        case .decimal where keepsDecimals && column.type.isDecimal && other.isConstant:
            pair = (column.sql + " COLLATE \"decimal\"", Self.call("m_s2d", text))
        default: return nil
        }
        return isLeft ? pair : (pair.1, pair.0)
    }

    /// Compares as a string when the other side is one too.
    private func isStringLike(_ x: TypedSQL) -> Bool {
        x.type.isString || x.type.kind == .enumeration || x.type.kind == .set
    }

    private func jsonComparand(_ x: TypedSQL) -> String {
        x.type.kind == .json ? x.sql : jsonValue(x)
    }

    private func enumerationPair(_ left: TypedSQL, _ right: TypedSQL) -> (String, String)? {
        let (column, other) = left.type.kind == .enumeration ? (left, right) : (right, left)
        guard column.isColumn, other.isConstant, other.type.isString, !other.isHexadecimal,
            other.coercibility >= .coercible
        else { return nil }
        let index = Self.call(
            "m_enumof", stringValue(other), Self.memberList(column.type), String(column.type.collation.rawValue))
        return left.type.kind == .enumeration ? (left.sql, index) : (index, right.sql)
    }

    private func stringPair(
        _ left: TypedSQL, _ right: TypedSQL, _ operation: String, _ known: CollationID?
    ) throws(SQLError) -> (String, String) {
        let collation: CollationID
        if let known { collation = known } else { collation = try mergedCollation([left, right], operation, for: .comparison).0 }
        if collation == .binary {
            return (asBlob(left), asBlob(right))
        }
        return (Self.collated(asText(left), collation), asText(right))
    }

    /// TEXT: bytes taken as UTF-8.
    private func asText(_ x: TypedSQL) -> String {
        x.type.isBinary ? "CAST(" + x.sql + " AS TEXT)" : stringValue(x)
    }

    private func asBlob(_ x: TypedSQL) -> String {
        x.type.isBinary ? x.sql : "CAST(" + convert(x, to: .bytes) + " AS BLOB)"
    }

    private func numberPair(_ left: TypedSQL, _ right: TypedSQL) -> (String, String) {
        if left.type.kind == .year && right.isConstant && right.type.kind != .year {
            return (left.sql, Self.call("m_year2", realValue(right)))
        }
        if right.type.kind == .year && left.isConstant && left.type.kind != .year {
            return (Self.call("m_year2", realValue(left)), right.sql)
        }
        let a = Self.domain(left)
        let b = Self.domain(right)
        switch max(a, b) {
        case .integer: return (integerValue(left), integerValue(right))
        case .decimal:
            if a == b { return (left.sql + " COLLATE \"decimal\"", right.sql) }
            // Integers and reals compare exactly in SQLite; the decimal becomes one of them.
            func side(_ x: TypedSQL, _ domain: NumericDomain) -> String {
                domain == .decimal ? Self.call("m_d2num", decimalValue(x)) : integerValue(x)
            }
            return (side(left, a), side(right, b))
        case .real:
            // SQLite compares an integer with a real exactly, MySQL as two doubles. (A column stays, for its indexes.)
            func side(_ x: TypedSQL, _ other: TypedSQL) -> String {
                guard Self.domain(x) == .integer, !isField(x), !x.isConstant || other.type.isString else { return realValue(x) }
                return "CAST(" + realValue(x) + " AS REAL)"
            }
            return (side(left, right), side(right, left))
        }
    }

    private func isField(_ x: TypedSQL) -> Bool { x.isColumn || x.isDerivedColumn }

    /// A date that is none is an error only beside an operator (`=`, `<`); in IN, BETWEEN and CASE it is the zero date.
    private func temporalPair(
        _ left: TypedSQL, _ right: TypedSQL, _ operation: String, isOperator: Bool, _ collation: CollationID?
    ) throws(SQLError) -> (String, String) {
        let l = left.type
        let r = right.type
        if l.isTemporal && r.isTemporal {
            if l.kind == .time && r.kind == .time { return (left.sql, right.sql) }
            if l.kind == .date && r.kind == .date { return (left.sql, right.sql) }
            let decimals = max(l.decimals, r.decimals)
            return (asDateTime(left, decimals), asDateTime(right, decimals))
        }
        let (temporal, other) = l.isTemporal ? (left, right) : (right, left)
        let isLeft = l.isTemporal
        func ordered(_ temporal: String, _ other: String) -> (String, String) {
            isLeft ? (temporal, other) : (other, temporal)
        }
        if other.type.kind == .year || !isStringLike(other) && !other.isConstant {
            let pair = numberPair(left, right)
            return pair
        }
        if other.isHexadecimal { return numberPair(left, right) }
        let isText = isStringLike(other)
        let value = isText ? stringValue(other) : convert(other, to: .numeric)
        switch temporal.type.kind {
        case .time:
            guard isText else { return ordered(temporal.sql, Self.call("m_n2t", value)) }
            // A text that is no constant is compared with the time's text.
            if !other.isConstant { return try stringPair(left, right, operation, collation) }
            return ordered(temporal.sql, Self.call("m_cmpt", value))
        default:
            // A constant takes the column's form, with more digits or a time only where it has them: so texts compare.
            let isDate = temporal.type.kind == .date
            let mode = isText ? (other.isConstant && isOperator ? "1" : "0") : "2"
            return ordered(
                temporal.sql,
                Self.call(
                    "m_cmpdt", value, isDate ? "-1" : String(temporal.type.decimals), mode))
        }
    }

    private func asDateTime(_ x: TypedSQL, _ decimals: Int) -> String {
        switch x.type.kind {
        case .date: return Self.call("m_dtscale", x.sql, String(decimals))
        case .time: return Self.call("m_dtscale", Self.call("m_t2dt", x.sql, String(x.type.decimals)), String(decimals))
        default: return x.type.decimals == decimals ? x.sql : Self.call("m_dtscale", x.sql, String(decimals))
        }
    }

    /// The collation by which a string is compared with all the strings of a list; nil where none of them is compared as a string.
    package func commonCollation(of x: TypedSQL, with list: [TypedSQL], _ operation: String) throws(SQLError) -> CollationID? {
        guard isStringLike(x), list.contains(where: isStringLike) else { return nil }
        return try mergedCollation([x] + list, operation, for: .comparison).0
    }

    public func between(_ x: TypedSQL, _ low: TypedSQL, _ high: TypedSQL, isNegated: Bool) throws(SQLError) -> TypedSQL
    {
        let collation = try commonCollation(of: x, with: [low, high], "between")
        let lower = try comparablePair(x, low, isEquality: false, "between", collation: collation)
        let upper = try comparablePair(x, high, isEquality: false, "between", collation: collation)
        let isNullable = x.isNullable || low.isNullable || high.isNullable
        let isConstant = x.isConstant && low.isConstant && high.isConstant
        let sql =
            lower.0 == upper.0
            ? "(" + lower.0 + " BETWEEN " + lower.1 + " AND " + upper.1 + ")"
            : "(" + lower.0 + " >= " + lower.1 + " AND " + upper.0 + " <= " + upper.1 + ")"
        return predicate(isNegated ? "(NOT " + sql + ")" : sql, isNullable: isNullable, constant: isConstant)
    }

    public func inList(_ x: TypedSQL, _ list: [TypedSQL], isNegated: Bool) throws(SQLError) -> TypedSQL {
        var x = x
        // Of a YEAR only a lone value means a year of two digits: then IN is `=`.
        if x.type.kind == .year, list.count > 1 { x.type = MySQLType(.int, length: 4, isUnsigned: true) }
        var left: String?
        var items: [String] = []
        var isUniform = true
        var pairs: [(String, String)] = []
        // A list of one is an equation.
        let operation = list.count > 1 ? " IN " : Self.printed(isNegated ? .notEqual : .equal)
        let collation = try commonCollation(of: x, with: list, operation)
        for item in list {
            let (a, b) = try comparablePair(x, item, isEquality: true, operation, isOperator: list.count == 1, collation: collation)
            pairs.append((a, b))
            if item.type.isNull {
                items.append(b)
                continue
            }
            if left == nil { left = a }
            if left != a { isUniform = false }
            items.append(b)
        }
        let isNullable = x.isNullable || list.contains { $0.isNullable }
        let isConstant = x.isConstant && list.allSatisfy(\.isConstant)
        if isUniform {
            return predicate(
                "(" + (left ?? x.sql) + (isNegated ? " NOT IN (" : " IN (") + items.joined(separator: ",") + "))",
                isNullable: isNullable, constant: isConstant)
        }
        let sql = "(" + pairs.map { $0.0 + " = " + $0.1 }.joined(separator: " OR ") + ")"
        return predicate(isNegated ? "(NOT " + sql + ")" : sql, isNullable: isNullable, constant: isConstant)
    }

    public func like(
        _ x: TypedSQL, _ pattern: TypedSQL, escape: TypedSQL?, isNegated: Bool
    ) throws(SQLError) -> TypedSQL {
        let (collation, _) = try mergedCollation([x, pattern], "like", for: .comparison)
        var escapeSQL = context.sqlMode.contains(.noBackslashEscapes) ? "''" : "'\\'"
        if let escape { escapeSQL = stringValue(escape) }
        let sql = Self.call("m_like", stringArgument(x), stringArgument(pattern), escapeSQL, String(collation.rawValue))
        return predicate(
            isNegated ? "(NOT " + sql + ")" : sql, isNullable: x.isNullable || pattern.isNullable,
            constant: x.isConstant && pattern.isConstant)
    }

    public func regexp(_ x: TypedSQL, _ pattern: TypedSQL, isNegated: Bool) throws(SQLError) -> TypedSQL {
        var result = try function("REGEXP_LIKE", [x, pattern])
        if isNegated { result.sql = "(NOT " + result.sql + ")" }
        return result
    }

    public func isTest(_ x: TypedSQL, _ predicate: IsPredicate, isNegated: Bool) throws(SQLError) -> TypedSQL {
        let not = isNegated ? "NOT " : ""
        switch predicate {
        case .null, .unknown:
            return self.predicate("(" + x.sql + " IS " + not + "NULL)", isNullable: false, constant: x.isConstant)
        case .isTrue:
            return self.predicate(
                "(" + conditionSQL(x) + " IS " + not + "TRUE)", isNullable: false, constant: x.isConstant)
        case .isFalse:
            return self.predicate(
                "(" + conditionSQL(x) + " IS " + not + "FALSE)", isNullable: false, constant: x.isConstant)
        }
    }
}
