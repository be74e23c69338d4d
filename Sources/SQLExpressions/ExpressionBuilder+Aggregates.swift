import MySQLProtocol
import MySQLTypes

/// `GROUP_CONCAT(... ORDER BY ...)`'s keys.
public struct AggregateOrder: Sendable {
    public var expression: TypedSQL
    public var isDescending: Bool

    public init(expression: TypedSQL, isDescending: Bool) {
        self.expression = expression
        self.isDescending = isDescending
    }
}

extension ExpressionBuilder {
    private static let aggregateNames: Set<String> = [
        "COUNT", "SUM", "AVG", "MIN", "MAX", "BIT_AND", "BIT_OR", "BIT_XOR", "STD", "STDDEV", "STDDEV_POP",
        "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP", "GROUP_CONCAT", "JSON_ARRAYAGG", "JSON_OBJECTAGG",
    ]

    /// Whether `name` is an aggregate function (ANY_VALUE is an ordinary one).
    public static func isAggregate(_ name: String) -> Bool {
        aggregateNames.contains(name.uppercased())
    }

    /// COUNT (arguments empty for `*`), SUM, AVG, MIN, MAX, BIT_*, STD..., GROUP_CONCAT, JSON_ARRAYAGG, JSON_OBJECTAGG.
    ///
    /// The outermost SQLite function of `sql` is the aggregate itself, wherever MySQL allows OVER: it may be appended.
    public func aggregate(
        _ name: String, _ arguments: [TypedSQL], isDistinct: Bool, order: [AggregateOrder] = [],
        separator: [UInt8]? = nil
    ) throws(SQLError) -> TypedSQL {
        let upper = name.uppercased()
        let distinct = isDistinct ? "DISTINCT " : ""
        func only() throws(SQLError) -> TypedSQL {
            guard arguments.count == 1 else { throw SQLError(.parseError, name, "1") }
            return arguments[0]
        }
        switch upper {
        case "COUNT":
            let sql: String
            if arguments.isEmpty {
                sql = "count(*)"
            } else if arguments.count == 1 {
                sql = "count(" + distinct + (isDistinct ? sortKey(arguments[0]) : arguments[0].sql) + ")"
            } else {
                // A row with a NULL does not count: its key is NULL.
                sql = "count(DISTINCT " + Self.call("m_strict_key", list: arguments.map { distinctKey($0) }) + ")"
            }
            return TypedSQL(sql: sql, type: .integer(width: 21), isNullable: false)
        case "SUM", "AVG":
            return sum(upper, try only(), distinct)
        case "MIN", "MAX":
            let x = try only()
            var result = TypedSQL(sql: "", type: x.type, isNullable: true, coercibility: x.coercibility)
            result.isBoolean = x.isBoolean
            let function = upper == "MIN" ? "min" : "max"
            switch x.type.kind {
            case .enumeration, .set:
                result.type = MySQLType(.char, length: x.type.displayLength, collation: x.type.collation)
                result.sql = function + "(" + Self.collated(stringValue(x), x.type.collation) + ")"
            case .json: result.sql = Self.call(upper == "MIN" ? "m_jmin" : "m_jmax", x.sql)
            default: result.sql = function + "(" + sortKey(x) + ")"
            }
            return result
        case "BIT_AND", "BIT_OR", "BIT_XOR":
            let x = try only()
            return TypedSQL(
                sql: Self.call("m_agg_" + upper.lowercased(), integerValue(x)), type: .unsignedBigInt, isNullable: false
            )
        case "STD", "STDDEV", "STDDEV_POP", "STDDEV_SAMP", "VARIANCE", "VAR_POP", "VAR_SAMP":
            let x = try only()
            let isSample = upper.hasSuffix("SAMP")
            let function = (upper.hasPrefix("VAR") ? "m_var" : "m_std") + (isSample ? "_samp" : "")
            return TypedSQL(sql: function + "(" + realValue(x) + ")", type: .double, isNullable: true)
        case "GROUP_CONCAT":
            return try groupConcat(arguments, isDistinct: isDistinct, order: order, separator: separator)
        case "JSON_ARRAYAGG":
            let x = try only()
            return TypedSQL(sql: Self.call("m_json_arrayagg", jsonValue(x)), type: .json, isNullable: true)
        case "JSON_OBJECTAGG":
            guard arguments.count == 2 else { throw SQLError(.parseError, name, "1") }
            return TypedSQL(
                sql: Self.call(
                    "m_json_objectagg",
                    arguments[0].type.isBinary ? Self.call("m_jcharacters", arguments[0].sql) : stringValue(arguments[0]),
                    jsonValue(arguments[1])), type: .json,
                isNullable: true)
        default: throw SQLError(.spDoesNotExist, "FUNCTION", currentDatabase + "." + name)
        }
    }

    private func sum(_ name: String, _ x: TypedSQL, _ distinct: String) -> TypedSQL {
        let isAverage = name == "AVG"
        if numericDomain(x) == .real {
            let value = realValue(x)
            return TypedSQL(
                sql: (isAverage ? "m_ravg(" : "m_rsum(") + distinct + value + ")", type: .double, isNullable: true)
        }
        let shape = decimalShape(x)
        let value = numericDomain(x) == .integer ? integerValue(x) : decimalValue(x)
        let key = x.type.isDecimal && !distinct.isEmpty ? value + " COLLATE \"decimal\"" : value
        if isAverage {
            let increment = context.divPrecisionIncrement
            let scale = min(shape.scale + increment, Decimal.maxScale)
            let type = MySQLType.decimal(precision: shape.integers + shape.scale + increment, scale: scale)
            if !distinct.isEmpty {
                return TypedSQL(sql: "m_davg_distinct(" + distinct + key + ")", type: type, isNullable: true)
            }
            return TypedSQL(
                sql: Self.call("m_davg", key, String(scale), String(increment)), type: type, isNullable: true)
        }
        let type = MySQLType.decimal(precision: shape.integers + shape.scale + 22, scale: shape.scale)
        return TypedSQL(sql: "m_dsum(" + distinct + key + ")", type: type, isNullable: true)
    }

    /// A value whose bytes are equal for equal values.
    package func distinctKey(_ x: TypedSQL) -> String {
        if x.type.isNonBinaryString && x.type.isText {
            return Self.call("m_sortkey", x.sql, String(x.type.collation.rawValue))
        }
        return x.sql
    }

    private func groupConcat(
        _ arguments: [TypedSQL], isDistinct: Bool, order: [AggregateOrder], separator: [UInt8]?
    ) throws(SQLError) -> TypedSQL {
        let (collation, coercibility) = try mergedCollation(arguments, "group_concat")
        let value: String
        if arguments.count == 1 {
            value = stringArgument(arguments[0])
        } else {
            value = Self.call("m_concat", list: arguments.map { stringArgument($0) })
        }
        // Value, separator, key for DISTINCT, then for each ORDER BY key: its value and how it sorts (collation, minus one for
        // descending).
        var items = [value, LiteralValue.text(separator ?? [UInt8(ascii: ",")]).sql]
        items.append(isDistinct ? Self.call("m_key", arguments.map { distinctKey($0) }.joined(separator: ",")) : "NULL")
        for key in order {
            let kind: Int
            switch key.expression.type.kind {
            case .decimal: kind = 10000
            default:
                kind =
                    key.expression.type.isNonBinaryString && key.expression.type.isText
                    ? Int(key.expression.type.collation.rawValue) : 63
            }
            items.append(key.expression.sql)
            items.append(String(key.isDescending ? -kind : kind))
        }
        var groupConcatType: MySQLType?
        if context.groupConcatMaxLength < 512 {
            let id = coercibility == .numeric || coercibility == .ignorable ? context.connectionCollation : collation
            groupConcatType = .string(length: context.groupConcatMaxLength / id.characterSet.maxLength, collation: id)
        }
        return TypedSQL(
            sql: "m_group_concat(" + items.joined(separator: ",") + ")",
            type: groupConcatType
                ?? MySQLType(
                    collation == .binary && coercibility != .ignorable ? .longBlob : .longText,
                    collation: coercibility == .numeric || coercibility == .ignorable
                        ? context.connectionCollation : collation), isNullable: true,
            coercibility: coercibility == .numeric ? .coercible : coercibility)
    }
}
