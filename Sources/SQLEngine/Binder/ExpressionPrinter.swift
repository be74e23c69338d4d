import MySQLParser

/// MySQL source text of an expression in the form in which the server stores and shows it again: operators in
/// parentheses, names in backticks, functions in lower case, strings with their character set.
struct ExpressionPrinter {
    /// Whether columns keep their table's name.
    var qualifies = false

    func text(_ expression: Expression) -> String {
        switch expression.kind {
        case .literal(let literal): return text(literal)
        case .column(let name):
            let parts = qualifies ? [name.schema, name.table, name.name] : [nil, nil, name.name]
            return parts.compactMap { $0.map(backquoted) }.joined(separator: ".")
        case .parameter: return "?"
        case .userVariable(let name): return "@" + backquoted(name)
        case .systemVariable(let name): return "@@" + name.name
        case .assignment(let variable, let value): return "(@\(backquoted(variable)):=\(text(value)))"
        case .unary(let op, let operand):
            switch op {
            case .minus: return "-(\(text(operand)))".replacingLiteralParentheses(operand, prefix: "-", self)
            case .plus: return text(operand)
            case .bitNot: return "~(\(text(operand)))"
            case .not: return "(not(\(text(operand))))"
            case .binary: return "cast(\(text(operand)) as char charset binary)"
            }
        case .binary(let op, let left, let right): return "(\(text(left)) \(sign(op)) \(text(right)))"
        case .and(let operands): return "(" + operands.map(text).joined(separator: " and ") + ")"
        case .or(let operands): return "(" + operands.map(text).joined(separator: " or ") + ")"
        case .isNull(let operand, let negated): return "(\(text(operand)) is \(negated ? "not " : "")null)"
        case .isTruth(let operand, let value, let negated):
            let word =
                switch value {
                case .true: "true"
                case .false: "false"
                case .unknown: "null"
                }
            return "(\(text(operand)) is \(negated ? "not " : "")\(word))"
        case .between(let x, let low, let high, let negated):
            return "(\(text(x)) \(negated ? "not " : "")between \(text(low)) and \(text(high)))"
        case .inList(let x, let list, let negated):
            return "(\(text(x)) \(negated ? "not " : "")in (\(list.map(text).joined(separator: ","))))"
        case .like(let x, let pattern, let escape, let negated):
            let tail = escape.map { " escape " + text($0) } ?? ""
            let like = "(\(text(x)) like \(text(pattern))\(tail))"
            return negated ? "(not(\(like)))" : like
        case .regexp(let x, let pattern, let negated):
            let call = "regexp_like(\(text(x)),\(text(pattern)))"
            return negated ? "(not(\(call)))" : call
        case .soundsLike(let left, let right): return "(soundex(\(text(left))) = soundex(\(text(right))))"
        case .memberOf(let x, let array): return "\(text(x)) member of (\(text(array)))"
        case .jsonPath(let column, let path, let unquoted):
            let call = "json_extract(\(text(Expression(.column(column)))),\(string(path)))"
            return unquoted ? "json_unquote(\(call))" : call
        case .caseWhen(let operand, let branches, let otherwise):
            var result = "(case"
            if let operand { result += " " + text(operand) }
            for branch in branches { result += " when \(text(branch.when)) then \(text(branch.then))" }
            if let otherwise { result += " else " + text(otherwise) }
            return result + " end)"
        case .cast(let x, let type, let isArray):
            return "cast(\(text(x)) as \(castName(type))\(isArray ? " array" : ""))"
        case .convertUsing(let x, let charset): return "convert(\(text(x)) using \(charset))"
        case .collate(let x, let collation): return "(\(text(x)) collate \(collation))"
        case .dateArithmetic(let x, let interval, let isSubtraction):
            return "(\(text(x)) \(isSubtraction ? "-" : "+") interval \(text(interval.amount)) "
                + "\(interval.unit.rawValue.lowercased()))"
        case .function(let call):
            let name = call.schema.map { backquoted($0) + "." + backquoted(call.name) } ?? call.name
            return "\(name)(\(call.arguments.map(text).joined(separator: ",")))"
        case .extract(let unit, let x): return "extract(\(unit.rawValue.lowercased()) from \(text(x)))"
        case .timestampAdd(let unit, let amount, let x):
            return "(\(text(x)) + interval \(text(amount)) \(unit.rawValue.lowercased()))"
        case .timestampDiff(let unit, let from, let to):
            return "timestampdiff(\(unit.rawValue),\(text(from)),\(text(to)))"
        case .trim(let mode, let remove, let x):
            let word =
                switch mode {
                case .both: remove == nil ? "" : "both "
                case .leading: "leading "
                case .trailing: "trailing "
                }
            let removed = remove.map { text($0) + " from " } ?? (word.isEmpty ? "" : "from ")
            return "trim(\(word)\(removed)\(text(x)))"
        case .char(let arguments, let charset):
            return "char(\(arguments.map(text).joined(separator: ","))\(charset.map { " using " + $0 } ?? ""))"
        case .row(let items): return "(" + items.map(text).joined(separator: ",") + ")"
        case .defaultValue(let name): return name.map { "default(\(text(Expression(.column($0)))))" } ?? "default"
        case .insertedValue(let name): return "values(\(text(Expression(.column(name)))))"
        case .getFormat(let kind, let x):
            let word =
                switch kind {
                case .date: "DATE"
                case .time: "TIME"
                case .dateTime: "DATETIME"
                }
            return "get_format(\(word),\(text(x)))"
        case .aggregate(let call):
            let arguments = call.arguments.isEmpty ? "0" : call.arguments.map(text).joined(separator: ",")
            return "\(call.function.rawValue)(\(call.isDistinct ? "distinct " : "")\(arguments))"
        default: return ""
        }
    }

    private func sign(_ op: MySQLParser.BinaryOperator) -> String {
        switch op {
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

    func text(_ literal: Literal) -> String {
        switch literal {
        case .null: return "NULL"
        case .boolean(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .decimal(let text), .float(let text): return text
        case .string(let bytes, let introducer): return "_\(introducer ?? "utf8mb4")" + string(bytes)
        case .hex(let bytes, _): return "0x" + LiteralValue.hex(bytes).lowercased()
        case .bits(let bytes, _): return "0x" + LiteralValue.hex(bytes).lowercased()
        case .temporal(let kind, let bytes):
            let word =
                switch kind {
                case .date: "DATE"
                case .time: "TIME"
                case .timestamp: "TIMESTAMP"
                }
            return word + string(bytes)
        }
    }

    func string(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = [UInt8(ascii: "'")]
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "'"), UInt8(ascii: "\\"): result += [UInt8(ascii: "\\"), byte]
            case 0: result += Array("\\0".utf8)
            case 10: result += Array("\\n".utf8)
            case 13: result += Array("\\r".utf8)
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self) + "'"
    }

    private func castName(_ type: CastType) -> String {
        switch type {
        case .binary(let length): return "char\(length.map { "(\($0))" } ?? "") charset binary"
        case .char(let length, let charset, _):
            return "char\(length.map { "(\($0))" } ?? "")\(charset.map { " charset " + $0 } ?? "")"
        case .signed: return "signed"
        case .unsigned: return "unsigned"
        case .date: return "date"
        case .year: return "year"
        case .time(let digits): return digits > 0 ? "time(\(digits))" : "time"
        case .dateTime(let digits): return digits > 0 ? "datetime(\(digits))" : "datetime"
        case .decimal(let precision, let scale): return "decimal(\(precision ?? 10),\(scale ?? 0))"
        case .json: return "json"
        case .float: return "float"
        case .double, .real: return "double"
        case .geometry(let name): return name.lowercased()
        case .vector: return "vector"
        }
    }
}

extension String {
    /// A minus before a number needs no parentheses.
    fileprivate func replacingLiteralParentheses(
        _ operand: Expression, prefix: String, _ printer: ExpressionPrinter
    ) -> String {
        if case .literal = operand.kind { return prefix + printer.text(operand) }
        return self
    }
}
