import MySQLProtocol
import MySQLTypes

extension FunctionCatalog {
    package mutating func addNumericFunctions() {
        custom("ABS", 1...1, code: ["m_iabs", "m_dabs"]) { builder, x throws(SQLError) in
            switch builder.numericDomain(x[0]) {
            case .integer:
                return TypedSQL(
                    sql: ExpressionBuilder.call("m_iabs", builder.integerValue(x[0])),
                    type: MySQLType(
                        .bigInt, length: x[0].type.isInteger ? x[0].type.displayLength : 0,
                        isUnsigned: builder.isUnsignedInteger(x[0])), isNullable: x[0].isNullable,
                    isConstant: x[0].isConstant)
            case .decimal:
                return TypedSQL(
                    sql: ExpressionBuilder.call("m_dabs", builder.decimalValue(x[0])), type: builder.decimalType(x[0]),
                    isNullable: x[0].isNullable, isConstant: x[0].isConstant)
            case .real:
                return TypedSQL(
                    sql: ExpressionBuilder.call("abs", builder.realValue(x[0])),
                    type: x[0].type.isNull ? MySQLType(.double) : .double, isNullable: x[0].isNullable,
                    isConstant: x[0].isConstant)
            }
        }
        custom("SIGN", 1...1) { builder, x throws(SQLError) in
            let value =
                builder.numericDomain(x[0]) == .decimal
                ? ExpressionBuilder.call("m_d2num", builder.decimalValue(x[0])) : builder.convert(x[0], to: .real)
            return TypedSQL(
                sql: ExpressionBuilder.call("m_sign", value), type: .integer(width: 17), isNullable: x[0].isNullable,
                isConstant: x[0].isConstant)
        }
        for (name, sql) in [("CEIL", "ceil"), ("CEILING", "ceil"), ("FLOOR", "floor")] {
            custom(name, 1...1, code: ["m_i" + sql, "m_d" + sql, "m_r" + sql]) { builder, x throws(SQLError) in
                switch builder.numericDomain(x[0]) {
                case .integer:
                    return TypedSQL(
                        sql: builder.integerValue(x[0]),
                        type: MySQLType(
                            .bigInt, length: x[0].type.isInteger ? x[0].type.displayLength : 0,
                            isUnsigned: builder.isUnsignedInteger(x[0])), isNullable: x[0].isNullable,
                        isConstant: x[0].isConstant)
                case .decimal:
                    let shape = builder.decimalShape(x[0])
                    // What fits in BIGINT is BIGINT.
                    let type: MySQLType =
                        shape.integers < 18
                        ? MySQLType(.bigInt, length: 17) : .decimal(precision: shape.integers + 1, scale: 0)
                    return TypedSQL(
                        sql: ExpressionBuilder.call(
                            type.isInteger ? "m_i" + sql : "m_d" + sql, builder.decimalValue(x[0])), type: type,
                        isNullable: x[0].isNullable, isConstant: x[0].isConstant)
                case .real:
                    return TypedSQL(
                        sql: ExpressionBuilder.call("m_r" + sql, builder.realValue(x[0])), type: .double,
                        isNullable: x[0].isNullable, isConstant: x[0].isConstant)
                }
            }
        }
        for (name, truncates) in [("ROUND", "0"), ("TRUNCATE", "1")] {
            custom(name, name == "ROUND" ? 1...2 : 2...2, code: ["m_iround", "m_dround", "m_rround"]) { builder, x throws(SQLError) in
                builder.rounding(x[0], x.count > 1 ? x[1] : nil, truncates)
            }
        }
        custom("MOD", 2...2, code: ["m_imod", "m_dmod", "m_rmod"]) { builder, x throws(SQLError) in try builder.binary(.modulo, x[0], x[1]) }
        let real: @Sendable (ExpressionBuilder, [TypedSQL]) throws(SQLError) -> MySQLType = { _, _ in .double }
        for name in ["POW", "POWER"] { add(name, 2...2, [.real], sql: "m_pow", real) }
        for name in ["EXP", "SIN", "COS", "TAN", "COT", "DEGREES", "RADIANS"] { add(name, 1...1, [.real], real) }
        for name in ["SQRT", "LN", "LOG2", "LOG10", "ASIN", "ACOS"] {
            add(name, 1...1, [.real], nullable: .always, real)
        }
        add("LOG", 1...2, [.real], nullable: .always, real)
        for name in ["ATAN", "ATAN2"] { add(name, 1...2, [.real], sql: "m_atan", real) }
        custom("PI", 0...0, code: []) { _, _ throws(SQLError) in
            TypedSQL(
                sql: "3.141592653589793", type: MySQLType(.double, length: 8, decimals: 6), isNullable: false,
                isConstant: true)
        }
        add("RAND", 0...1, [.integer], nullable: .never, determinism: .volatile, real)
        custom("BIT_COUNT", 1...1, code: ["m_bit_count", "m_bit_counts"]) { builder, x throws(SQLError) in
            let isBytes = x[0].type.isBinary && !x[0].isHexadecimal
            return TypedSQL(
                sql: ExpressionBuilder.call(
                    isBytes ? "m_bit_counts" : "m_bit_count", isBytes ? x[0].sql : builder.integerValue(x[0])),
                type: .integer(width: 2), isNullable: x[0].isNullable, isConstant: x[0].isConstant)
        }
        for (name, sign) in [("GREATEST", "1"), ("LEAST", "-1")] {
            custom(name, 2...Self.many, code: ["m_extreme"]) { builder, x throws(SQLError) in try builder.extreme(name.lowercased(), sign, x)
            }
        }
        custom("INTERVAL", 2...Self.many) { builder, x throws(SQLError) in
            TypedSQL(
                sql: ExpressionBuilder.call("m_interval", list: x.map { builder.realValue($0) }),
                type: .integer(width: 2),
                isNullable: false, isConstant: x.allSatisfy(\.isConstant))
        }
    }
}

extension ExpressionBuilder {
    /// As `domain`, NULL being real.
    package func numericDomain(_ x: TypedSQL) -> NumericDomain { x.type.isNull ? .real : Self.domain(x) }

    package func decimalType(_ x: TypedSQL) -> MySQLType {
        if x.type.isDecimal { return x.type }
        let shape = decimalShape(x)
        return .decimal(precision: shape.integers + shape.scale, scale: shape.scale)
    }

    package func rounding(_ x: TypedSQL, _ places: TypedSQL?, _ truncates: String) -> TypedSQL {
        let isNullable = x.isNullable || places?.isNullable ?? false
        let isConstant = x.isConstant && places?.isConstant ?? true
        let placesSQL = places.map { integerValue($0) } ?? "0"
        let known = places == nil ? 0 : places.flatMap { consult($0) }
        switch numericDomain(x) {
        case .integer:
            return TypedSQL(
                sql: Self.call("m_iround", integerValue(x), placesSQL, truncates, isUnsignedInteger(x) ? "1" : "0"),
                type: MySQLType(
                    .bigInt, length: x.type.isInteger ? x.type.displayLength : 0, isUnsigned: isUnsignedInteger(x)),
                isNullable: isNullable, isConstant: isConstant)
        case .decimal:
            let shape = decimalShape(x)
            let resultScale = known.map { max(0, min($0, shape.scale)) } ?? (places?.literal == .null ? 0 : shape.scale)
            return TypedSQL(
                sql: Self.call("m_dround", decimalValue(x), placesSQL, truncates, String(resultScale)),
                type: .decimal(
                    precision: shape.integers + resultScale + (truncates == "0" ? 1 : 0), scale: resultScale),
                isNullable: isNullable,
                isConstant: isConstant)
        case .real:
            return TypedSQL(
                sql: Self.call("m_rround", realValue(x), placesSQL, truncates), type: .double, isNullable: isNullable,
                isConstant: isConstant)
        }
    }

    /// GREATEST and LEAST.
    package func extreme(_ operation: String, _ sign: String, _ x: [TypedSQL]) throws(SQLError) -> TypedSQL {
        var result = try merged(x, operation)
        result.isBoolean = false
        if result.type.isString, let date = x.first(where: { $0.type.hasDate }) {
            // Compared as dates, shown as strings.
            let type = MySQLType(date.type.kind == .date ? .date : .dateTime, decimals: date.type.decimals)
            var items: [String] = []
            for item in x { items.append(try convert(item, to: type).sql) }
            result.sql = Self.call("m_extreme", list: [sign, "63"] + items)
            return result
        }
        var items: [String] = []
        for item in x { items.append(try convert(item, to: result.type).sql) }
        let order: String
        switch result.type.carrier {
        case .decimalText: order = "-1"
        case .text: order = String(result.type.collation.rawValue)
        default: order = "63"
        }
        result.sql = Self.call("m_extreme", list: [sign, order] + items)
        return result
    }
}
