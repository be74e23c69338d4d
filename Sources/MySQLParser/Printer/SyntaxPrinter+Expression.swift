import MySQLTypes

extension SyntaxPrinter {
    mutating func write(_ expression: Expression) {
        switch expression.kind {
        case .literal(let literal): write(literal)
        case .column(let name): write(name)
        case .parameter: write("?")
        case .userVariable(let name): write("@" + Identifier.mysql(name))
        case .systemVariable(let name): write(name)
        case .assignment(let variable, let value):
            write("(@" + Identifier.mysql(variable) + ":=")
            write(value)
            write(")")
        case .unary(let operation, let operand): write(operation, operand)
        case .binary(let operation, let left, let right):
            write("(")
            write(left)
            write(" " + Self.spelling(operation) + " ")
            write(right)
            write(")")
        case .and(let terms): writeInParentheses(terms, " and ")
        case .or(let terms): writeInParentheses(terms, " or ")
        case .quantified(let operation, let left, let quantifier, let query):
            write("(")
            write(left)
            write(" " + Self.spelling(operation) + (quantifier == .any ? " any (" : " all ("))
            write(query)
            write("))")
        case .isNull(let operand, let negated):
            writeSuffixed(operand, negated ? " is not null" : " is null")
        case .isTruth(let operand, let value, let negated):
            let word =
                switch value {
                case .true: "true"
                case .false: "false"
                case .unknown: "unknown"
                }
            writeSuffixed(operand, (negated ? " is not " : " is ") + word)
        case .between(let operand, let low, let high, let negated):
            write("(")
            write(operand)
            write(negated ? " not between " : " between ")
            write(low)
            write(" and ")
            write(high)
            write(")")
        case .inList(let operand, let list, let negated):
            write("(")
            write(operand)
            write(negated ? " not in (" : " in (")
            write(list: list)
            write("))")
        case .inSubquery(let operand, let query, let negated):
            write("(")
            write(operand)
            write(negated ? " not in (" : " in (")
            write(query)
            write("))")
        case .like(let operand, let pattern, let escape, let negated):
            if negated { write("(not(") }
            write("(")
            write(operand)
            write(" like ")
            write(pattern)
            if let escape {
                write(" escape ")
                write(escape)
            }
            write(negated ? ")))" : ")")
        case .regexp(let operand, let pattern, let negated):
            if negated { write("(not(") }
            writeCall("regexp_like", [operand, pattern])
            if negated { write("))") }
        case .soundsLike(let left, let right):
            write("(soundex(")
            write(left)
            write(") = soundex(")
            write(right)
            write("))")
        case .memberOf(let value, let array):
            write(value)
            write(" member of (")
            write(array)
            write(")")
        case .jsonPath(let column, let path, let unquoted):
            write(unquoted ? "json_unquote(json_extract(" : "json_extract(")
            write(column)
            write(",")
            write(Literal.string(path, introducer: nil))
            write(unquoted ? "))" : ")")
        case .caseWhen(let operand, let branches, let otherwise): writeCase(operand, branches, otherwise)
        case .collate(let operand, let collation): writeSuffixed(operand, " collate " + collation)
        case .dateArithmetic(let date, let interval, let isSubtraction):
            write("(")
            write(date)
            write(isSubtraction ? " - " : " + ")
            write(interval)
            write(")")
        case .row(let list):
            write("(")
            write(list: list)
            write(")")
        case .subquery(let query):
            write("(")
            write(query)
            write(")")
        case .exists(let query):
            write("exists(")
            write(query)
            write(")")
        case .defaultValue(let column):
            guard let column else { return write("default") }
            write("default(")
            write(column)
            write(")")
        case .insertedValue(let column):
            write("values(")
            write(column)
            write(")")
        default: writeFunction(expression.kind)
        }
    }

    mutating func write(_ name: SystemVariableName) {
        write("@@")
        switch name.scope {
        case .global: write("global.")
        case .session: write("session.")
        case .persist: write("persist.")
        case .persistOnly: write("persist_only.")
        case nil: break
        }
        if let prefix = name.prefix { write(Identifier.mysql(prefix) + ".") }
        writeName(name.name)
    }

    mutating func write(_ interval: Interval) {
        write("interval ")
        write(interval.amount)
        write(" " + interval.unit.rawValue.lowercased())
    }

    private mutating func write(_ operation: UnaryOperator, _ operand: Expression) {
        switch operation {
        case .minus:
            if case .literal(let literal) = operand.kind {
                switch literal {
                case .integer, .decimal, .float:
                    write("-")
                    return write(operand)
                default: break
                }
            }
            write("-(")
            write(operand)
            write(")")
        case .plus: write(operand)
        case .bitNot:
            write("~(")
            write(operand)
            write(")")
        case .not:
            write("(not(")
            write(operand)
            write("))")
        case .binary:
            write("cast(")
            write(operand)
            write(" as char charset binary)")
        }
    }

    static func spelling(_ operation: BinaryOperator) -> String {
        switch operation {
        case .add: "+"
        case .subtract: "-"
        case .multiply: "*"
        case .divide: "/"
        case .integerDivide: "DIV"
        case .modulo: "%"
        case .bitOr: "|"
        case .bitAnd: "&"
        case .bitXor: "^"
        case .shiftLeft: "<<"
        case .shiftRight: ">>"
        case .equal: "="
        case .nullSafeEqual: "<=>"
        case .notEqual: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .logicalXor: "xor"
        case .concat: "||"
        }
    }

    private mutating func writeInParentheses(_ terms: [Expression], _ separator: String) {
        write("(")
        write(list: terms, separator: separator)
        write(")")
    }

    private mutating func writeSuffixed(_ operand: Expression, _ suffix: String) {
        write("(")
        write(operand)
        write(suffix + ")")
    }

    mutating func writeCall(_ name: String, _ arguments: [Expression]) {
        write(name + "(")
        write(list: arguments)
        write(")")
    }

    private mutating func writeCase(_ operand: Expression?, _ branches: [CaseBranch], _ otherwise: Expression?) {
        write("(case ")
        if let operand {
            write(operand)
            write(" ")
        }
        for branch in branches {
            write("when ")
            write(branch.when)
            write(" then ")
            write(branch.then)
            write(" ")
        }
        if let otherwise {
            write("else ")
            write(otherwise)
            write(" ")
        }
        write("end)")
    }
}
