import MySQLProtocol
import MySQLTypes

extension ExpressionBuilder {
    /// CASE [operand] WHEN ... THEN ... ELSE ... END.
    public func caseExpression(
        operand: TypedSQL?, branches: [(when: TypedSQL, then: TypedSQL)], otherwise: TypedSQL?
    ) throws(SQLError) -> TypedSQL {
        var results = branches.map(\.then)
        if let otherwise { results.append(otherwise) }
        let merged = try merged(results, "case")
        var collation: CollationID?
        if let operand { collation = try commonCollation(of: operand, with: branches.map(\.when), "case") }
        var pieces = ["(CASE"]
        for branch in branches {
            let condition: String
            if let operand {
                condition = try compare(.equal, operand, branch.when, as: "case", collation: collation).sql
            } else {
                condition = choiceSQL(branch.when)
            }
            pieces[pieces.count - 1] += " WHEN " + condition + " THEN "
            pieces.append("")
        }
        if otherwise != nil {
            pieces[pieces.count - 1] += " ELSE "
            pieces.append("")
        }
        pieces[pieces.count - 1] += " END)"
        var result = try choose(results, pieces, as: merged)
        result.isNullable = otherwise == nil || results.contains { $0.isNullable }
        result.isConstant =
            results.allSatisfy(\.isConstant) && branches.allSatisfy { $0.when.isConstant }
            && operand?.isConstant ?? true
        return result
    }

    /// One of several values in their merged type.
    package func choose(_ branches: [TypedSQL], _ pieces: [String], as merged: TypedSQL) throws(SQLError) -> TypedSQL {
        var result = merged
        result.sql = pieces[0]
        for (index, branch) in branches.enumerated() { result.sql += try convert(branch, to: merged.type).sql + pieces[index + 1] }
        let chosen = ChosenSQL(pieces: pieces, branches: branches)
        if result.type.isString || result.type.kind == .enumeration || result.type.kind == .set, !chosen.isPlainText {
            result.chosen = chosen
        }
        return result
    }

    /// IF(), IFNULL(), COALESCE()...: the merged type without SQL.
    package func merged(_ expressions: [TypedSQL], _ operation: String) throws(SQLError) -> TypedSQL {
        let type = try mergedType(of: expressions, for: operation)
        var result = TypedSQL(
            sql: "", type: type, isNullable: expressions.contains { $0.isNullable },
            isConstant: expressions.allSatisfy(\.isConstant))
        if type.isString { result.coercibility = try mergedCollation(expressions, operation).1 }
        result.isBoolean =
            !expressions.isEmpty && expressions.allSatisfy { $0.isBoolean || $0.type.isNull }
            && expressions.contains { $0.isBoolean }
        return result
    }

    /// The type of a UNION's column, of CASE's branches, of COALESCE.
    public func mergedType(of expressions: [TypedSQL], for operation: String) throws(SQLError) -> MySQLType {
        let present = expressions.filter { !$0.type.isNull }
        guard let first = present.first else { return MySQLType(.null) }
        let types = present.map(\.type)
        if types.allSatisfy({ $0 == first.type }) && !first.type.isString { return first.type }
        if types.allSatisfy(\.isInteger) { return Self.mergedInteger(types) }
        if types.allSatisfy({ $0.isInteger || $0.isDecimal || $0.isReal || $0.kind == .year || $0.kind == .bit }) {
            if types.contains(where: \.isReal) {
                let isFloat = types.allSatisfy { $0.kind == .float }
                return MySQLType(isFloat ? .float : .double, decimals: MySQLType.notFixedDecimals)
            }
            if types.contains(where: \.isDecimal) {
                var integers = 0
                var scale = 0
                for x in present {
                    let shape = decimalShape(x)
                    integers = max(integers, shape.integers)
                    scale = max(scale, shape.scale)
                }
                return .decimal(precision: integers + scale, scale: scale, isUnsigned: types.allSatisfy(\.isUnsigned))
            }
            if types.allSatisfy({ $0.kind == .bit }) { return MySQLType(.bit, length: types.map(\.length).max() ?? 1) }
            if types.allSatisfy({ $0.kind == .year }) { return first.type }
            return Self.mergedInteger(
                types.map { $0.isInteger ? $0 : MySQLType($0.kind == .year ? .int : .bigInt, isUnsigned: true) })
        }
        if types.allSatisfy(\.isTemporal) {
            let decimals = types.map(\.decimals).max() ?? 0
            if types.allSatisfy({ $0.kind == .time }) { return MySQLType(.time, decimals: decimals) }
            if types.allSatisfy({ $0.kind == .date }) { return MySQLType(.date) }
            if types.allSatisfy({ $0.kind == .timestamp }) { return MySQLType(.timestamp, decimals: decimals) }
            return MySQLType(.dateTime, decimals: decimals)
        }
        if types.allSatisfy({ $0.kind == .json }) { return MySQLType(.json) }
        let (collation, _) = try mergedCollation(present, operation, for: operation == "UNION" ? .comparison : .result)
        if types.allSatisfy({ $0.kind == .char || $0.kind == .binary }), Set(types.map(\.length)).count == 1,
            types.allSatisfy({ $0.kind == first.type.kind })
        {
            var type = first.type
            type.collation = collation
            return type
        }
        // Long texts stay what they are.
        var length = 0
        for type in types { length = max(length, type.displayLength) }
        return .string(length: length, collation: collation)
    }

    /// The integer type that holds all; DECIMAL when signed ones meet BIGINT UNSIGNED.
    private static func mergedInteger(_ types: [MySQLType]) -> MySQLType {
        let order: [MySQLType.Kind] = [.tinyInt, .smallInt, .mediumInt, .int, .bigInt]
        func rank(_ type: MySQLType) -> Int { order.firstIndex(of: type.kind) ?? 4 }
        let widest = types.map(rank).max() ?? 4
        let hasSigned = types.contains { !$0.isUnsigned }
        let hasUnsigned = types.contains { $0.isUnsigned }
        var kind = order[widest]
        var isUnsigned = hasUnsigned && !hasSigned
        if hasSigned && hasUnsigned {
            isUnsigned = false
            if types.contains(where: { $0.isUnsigned && rank($0) == widest }) {
                if widest == 4 { return .decimal(precision: 20, scale: 0) }
                kind = order[widest + 1]
            }
        }
        var type = MySQLType(kind, isUnsigned: isUnsigned)
        if kind == .bigInt {
            type.length =
                types.allSatisfy { $0.kind != .bigInt || $0.length > 0 } ? types.map(\.displayLength).max() ?? 0 : 0
        }
        return type
    }

    // MARK: User variables

    /// `@name`
    public func userVariable(_ name: String) -> TypedSQL {
        let variable = context.userVariables[name.lowercased()]
        var type = variable?.type ?? MySQLType(.mediumBlob, length: 0, collation: .binary)
        if variable == nil || variable?.type.isNull ?? true { type = MySQLType(.varBinary, length: 0) }
        return TypedSQL(
            sql: Self.call("m_uservar", TextLiteral.sqlite(name.lowercased())),
            type: type.kind == .varBinary ? type : Self.variableType(type), isNullable: true, coercibility: .implicit,
            isConstant: true)
    }

    /// What a variable remembers: BIGINT, DOUBLE, DECIMAL or a string.
    package static func variableType(_ type: MySQLType) -> MySQLType {
        switch type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .bigInt, .year:
            return MySQLType(.bigInt, isUnsigned: type.isUnsigned)
        case .float, .double: return .double
        case .decimal:
            return .decimal(precision: Decimal.maxPrecision, scale: type.decimals)
        case .bit, .binary, .varBinary, .tinyBlob, .blob, .mediumBlob, .longBlob, .geometry:
            return MySQLType(.mediumBlob)
        case .null: return type
        default: return MySQLType(.longText, collation: type.isNonBinaryString ? type.collation : .utf8mb4_0900_ai_ci)
        }
    }

    /// `@name := x`, also SET @name = x: gives back the value.
    public func assignUserVariable(_ name: String, _ x: TypedSQL) throws(SQLError) -> TypedSQL {
        var type = Self.variableType(x.type)
        var value = x
        if type.isString && !x.type.isString { value.sql = stringValue(x) }
        if x.isHexadecimal { type = MySQLType(.mediumBlob) }
        if type.isDecimal { value.sql = x.sql }
        var result = x
        result.sql = Self.call("m_setvar", TextLiteral.sqlite(name.lowercased()), value.sql, TextLiteral.sqlite(Self.spec(type)))
        result.type = type
        if type.isDecimal { result.type = x.type }
        result.literal = nil
        result.isColumn = false
        result.isConstant = false
        return result
    }
}
