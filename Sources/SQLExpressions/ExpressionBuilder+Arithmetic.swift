import MySQLProtocol
import MySQLTypes

extension ExpressionBuilder {
    public func unary(_ op: UnaryOperator, _ x: TypedSQL) throws(SQLError) -> TypedSQL {
        switch op {
        case .plus: return x
        case .not:
            return predicate("(NOT " + conditionSQL(x) + ")", isNullable: x.isNullable, constant: x.isConstant)
        case .bitNot:
            if isBitString(x) {
                return TypedSQL(
                    sql: Self.call("m_bitnots", x.sql), type: x.type, isNullable: x.isNullable, isConstant: x.isConstant
                )
            }
            return TypedSQL(
                sql: Self.call("m_bitnot", integerValue(x)), type: .unsignedBigInt, isNullable: x.isNullable,
                isConstant: x.isConstant)
        case .minus: return negate(x)
        }
    }

    private func negate(_ x: TypedSQL) -> TypedSQL {
        var result = TypedSQL(sql: "", type: x.type, isNullable: x.isNullable, isConstant: x.isConstant)
        switch Self.domain(x) {
        case .integer:
            var type = MySQLType.bigInt
            if x.type.isInteger {
                type.length = x.type.length > 0 ? x.type.length + 1 : 0
                if x.type.kind != .bigInt && !x.type.isUnsigned {
                    type = MySQLType(.bigInt, length: x.type.displayLength + 1)
                }
            }
            result.type = type
            switch x.literal {
            case .integer(let value)? where x.type.isInteger && value < 0:
                // MySQL makes the negation of a negative constant a DECIMAL.
                consultedLiterals.insert(x.sql)
                result.type = .decimal(precision: x.type.digits, scale: 0)
                result.sql = Self.call("m_dneg", x.sql)
                result.literal = nil
            case .integer(let value)? where x.type.isInteger && value > .min:
                result.literal = .integer(-value)
                result.sql = x.sql.hasPrefix("?") ? "(-" + x.sql + ")" : LiteralValue.integer(-value).sql
            case .blob(let bytes)? where x.type.isInteger:
                let magnitude = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                if magnitude == 1 << 63 {
                    result.literal = .integer(.min)
                    result.sql = Self.call("m_neg", x.sql)
                    return result
                }
                // Beyond BIGINT: a decimal, as in MySQL.
                result.type = .decimal(precision: 20, scale: 0)
                result.sql = Self.call("m_dneg", x.sql)
                result.literal = nil
            default:
                let isSmall = x.type.isInteger && x.type.kind != .bigInt && !x.type.isUnsigned
                result.sql = isSmall ? "(-" + x.sql + ")" : Self.call("m_neg", integerValue(x))
            }
        case .decimal:
            result.type =
                x.type.isDecimal ? x.type : .decimal(precision: x.type.digits + x.type.decimals, scale: x.type.decimals)
            result.type.isUnsigned = false
            result.sql = Self.call("m_dneg", decimalValue(x))
        case .real:
            result.type = .double
            result.sql = "(-" + realValue(x) + ")"
            if case .real(let value)? = x.literal {
                result.literal = .real(-value)
            }
        }
        return result
    }

    /// A string on which bit operators work byte by byte: a binary string that is no hexadecimal literal.
    private func isBitString(_ x: TypedSQL) -> Bool {
        x.type.isBinary && !x.isHexadecimal
    }

    package func predicate(_ sql: String, isNullable: Bool, constant: Bool) -> TypedSQL {
        TypedSQL(sql: sql, type: .boolean, isNullable: isNullable, isConstant: constant, isBoolean: true)
    }

    public func binary(_ op: BinaryOperator, _ left: TypedSQL, _ right: TypedSQL) throws(SQLError) -> TypedSQL {
        let isNullable = left.isNullable || right.isNullable
        let isConstant = left.isConstant && right.isConstant
        switch op {
        case .and:
            return predicate(
                "(" + conditionSQL(left) + " AND " + conditionSQL(right) + ")", isNullable: isNullable,
                constant: isConstant)
        case .or:
            return predicate(
                "(" + conditionSQL(left) + " OR " + conditionSQL(right) + ")", isNullable: isNullable,
                constant: isConstant)
        case .xor:
            return predicate(
                "((NOT " + conditionSQL(left) + ") <> (NOT " + conditionSQL(right) + "))", isNullable: isNullable,
                constant: isConstant)
        case .bitAnd, .bitOr, .bitXor, .shiftLeft, .shiftRight:
            return bitOperation(op, left, right, isNullable: isNullable, isConstant: isConstant)
        case .add, .subtract, .multiply, .divide, .integerDivide, .modulo:
            return arithmetic(op, left, right, isConstant: isConstant)
        }
    }

    private func bitOperation(
        _ op: BinaryOperator, _ left: TypedSQL, _ right: TypedSQL, isNullable: Bool, isConstant: Bool
    ) -> TypedSQL {
        let isShift = op == .shiftLeft || op == .shiftRight
        let isString =
            isShift
            ? isBitString(left)
            : (left.type.isBinary && right.type.isBinary && (isBitString(left) || isBitString(right)))
        let name: String
        switch op {
        case .bitAnd: name = "m_bitand"
        case .bitOr: name = "m_bitor"
        case .bitXor: name = "m_bitxor"
        case .shiftLeft: name = "m_shl"
        default: name = "m_shr"
        }
        if isString {
            return TypedSQL(
                sql: Self.call(name + "s", left.sql, isShift ? integerValue(right) : right.sql),
                type: .string(length: left.type.displayLength, collation: .binary), isNullable: isNullable,
                isConstant: isConstant)
        }
        return TypedSQL(
            sql: Self.call(name, integerValue(left), integerValue(right)), type: .unsignedBigInt,
            isNullable: isNullable,
            isConstant: isConstant)
    }

    /// Both fit in 32 bits with sign, so that sums and products fit in 64.
    private func isSmall(_ x: TypedSQL) -> Bool {
        switch x.type.kind {
        case .tinyInt, .smallInt, .mediumInt, .int, .year: return !x.type.isUnsigned || x.type.kind != .int
        case .bigInt: return x.type.length > 0 && x.type.length <= 9
        default: return false
        }
    }

    private func arithmetic(_ op: BinaryOperator, _ left: TypedSQL, _ right: TypedSQL, isConstant: Bool) -> TypedSQL {
        var domain = max(Self.domain(left), Self.domain(right))
        if left.type.isNull || right.type.isNull { domain = max(domain, .real) }
        var isNullable = left.isNullable || right.isNullable
        if op == .divide || op == .modulo || op == .integerDivide { isNullable = true }
        if op == .divide && domain == .integer { domain = .decimal }
        if op == .integerDivide {
            let width = domain == .integer && left.type.isInteger ? intWidth(left) : 0
            let type = MySQLType(
                .bigInt, length: width < 19 ? width : 0, isUnsigned: isUnsignedInteger(left) || isUnsignedInteger(right)
            )
            let sql: String
            if domain == .integer {
                sql = Self.call("m_idiv", integerValue(left), integerValue(right), type.isUnsigned ? "1" : "0")
            } else {
                sql = Self.call("m_ddivint", decimalForDiv(left), decimalForDiv(right), type.isUnsigned ? "1" : "0")
            }
            return TypedSQL(sql: sql, type: type, isNullable: true, isConstant: isConstant)
        }
        switch domain {
        case .real:
            let name: String
            switch op {
            case .add: name = "m_radd"
            case .subtract: name = "m_rsub"
            case .multiply: name = "m_rmul"
            case .divide: name = "m_rdiv"
            default: name = "m_rmod"
            }
            return TypedSQL(
                sql: Self.call(name, realValue(left), realValue(right)),
                type: realType(op, left, right), isNullable: isNullable, isConstant: isConstant)
        case .integer: return integerArithmetic(op, left, right, isNullable: isNullable, isConstant: isConstant)
        case .decimal: return decimalArithmetic(op, left, right, isNullable: isNullable, isConstant: isConstant)
        }
    }

    private func realType(_ op: BinaryOperator, _ left: TypedSQL, _ right: TypedSQL) -> MySQLType {
        if left.type.isNull || right.type.isNull { return MySQLType(.double) }
        func decimals(_ x: TypedSQL) -> Int {
            x.type.isReal || x.type.isDecimal ? x.type.decimals : (x.type.isInteger ? 0 : MySQLType.notFixedDecimals)
        }
        let (a, b) = (decimals(left), decimals(right))
        guard a < MySQLType.notFixedDecimals, b < MySQLType.notFixedDecimals else { return .double }
        switch op {
        case .add, .subtract, .modulo: return MySQLType(.double, length: 23, decimals: max(a, b))
        case .multiply: return a + b <= 30 ? MySQLType(.double, length: 23, decimals: a + b) : .double
        default:
            let scale = max(a, b) + context.divPrecisionIncrement
            return scale <= 30 ? MySQLType(.double, length: 23, decimals: scale) : .double
        }
    }

    private func decimalForDiv(_ x: TypedSQL) -> String {
        Self.domain(x) == .real ? Self.call("m_r2d", realValue(x)) : decimalValue(x)
    }

    package func isUnsignedInteger(_ x: TypedSQL) -> Bool {
        x.isHexadecimal || x.type.kind == .bit || x.type.kind == .year || x.type.kind == .set
            || x.type.kind == .enumeration
            || (x.type.isInteger || x.type.isDecimal) && x.type.isUnsigned
    }

    private func integerArithmetic(
        _ op: BinaryOperator, _ left: TypedSQL, _ right: TypedSQL, isNullable: Bool, isConstant: Bool
    ) -> TypedSQL {
        var isUnsigned = isUnsignedInteger(left) || isUnsignedInteger(right)
        let bothSmall = isSmall(left) && isSmall(right)
        let a = integerValue(left)
        let b = integerValue(right)
        let width = max(left.type.digits, right.type.digits) + 1
        let sql: String
        switch op {
        case .add:
            sql =
                bothSmall && !isUnsigned ? "(" + a + " + " + b + ")" : Self.call(isUnsigned ? "m_uadd" : "m_iadd", a, b)
        case .subtract:
            if isUnsigned && context.sqlMode.contains(.noUnsignedSubtraction) { isUnsigned = false }
            sql =
                bothSmall && !isUnsigned ? "(" + a + " - " + b + ")" : Self.call(isUnsigned ? "m_usub" : "m_isub", a, b)
        case .multiply:
            sql =
                bothSmall && !isUnsigned ? "(" + a + " * " + b + ")" : Self.call(isUnsigned ? "m_umul" : "m_imul", a, b)
        default:
            isUnsigned = isUnsignedInteger(left)
            sql = Self.call("m_imod", a, b)
        }
        var type = MySQLType(.bigInt, isUnsigned: isUnsigned)
        if width < 19 && op != .multiply { type.length = op == .modulo ? max(intWidth(left), intWidth(right)) : width }
        if op == .multiply, intWidth(left) + intWidth(right) < 19 { type.length = intWidth(left) + intWidth(right) }
        return TypedSQL(sql: sql, type: type, isNullable: isNullable, isConstant: isConstant)
    }

    private func intWidth(_ x: TypedSQL) -> Int {
        x.type.isInteger ? x.type.displayLength : 20
    }

    /// Precision and scale of an operand in decimal arithmetic.
    package func decimalShape(_ x: TypedSQL) -> (integers: Int, scale: Int) {
        if x.isHexadecimal { return (20, 0) }
        if x.type.isDecimal { return (x.type.length - x.type.decimals, x.type.decimals) }
        return (x.type.digits, x.type.isTemporal ? x.type.decimals : 0)
    }

    private func decimalArithmetic(
        _ op: BinaryOperator, _ left: TypedSQL, _ right: TypedSQL, isNullable: Bool, isConstant: Bool
    ) -> TypedSQL {
        let (leftIntegers, leftScale) = decimalShape(left)
        let (rightIntegers, rightScale) = decimalShape(right)
        let isUnsigned = isUnsignedInteger(left) && isUnsignedInteger(right) && op != .subtract
        let a = decimalValue(left)
        let b = decimalValue(right)
        let type: MySQLType
        var sql: String
        var needsScale = false
        switch op {
        case .add, .subtract:
            let scale = max(leftScale, rightScale)
            type = .decimal(
                precision: max(leftIntegers, rightIntegers) + scale + 1, scale: scale, isUnsigned: isUnsigned)
            sql = Self.call(op == .add ? "m_dadd" : "m_dsub", a, b)
        case .multiply:
            let scale = min(leftScale + rightScale, Decimal.maxScale)
            type = .decimal(
                precision: leftIntegers + leftScale + rightIntegers + rightScale, scale: scale, isUnsigned: isUnsigned)
            sql = Self.call("m_dmul", a, b)
            if leftScale + rightScale > Decimal.maxScale { needsScale = true }
        case .modulo:
            let scale = max(leftScale, rightScale)
            type = .decimal(precision: max(leftIntegers, rightIntegers) + scale, scale: scale, isUnsigned: isUnsigned)
            sql = Self.call("m_dmod", a, b)
        default:
            let increment = context.divPrecisionIncrement
            let scale = min(leftScale + increment, Decimal.maxScale)
            type = .decimal(
                precision: leftIntegers + leftScale + rightScale + increment, scale: scale, isUnsigned: isUnsigned)
            sql = Self.call("m_ddiv", a, b, String(increment))
            needsScale = true
        }
        if needsScale { sql = Self.call("m_dscale", sql, String(type.decimals)) }
        return TypedSQL(sql: sql, type: type, isNullable: isNullable, isConstant: isConstant)
    }
}
