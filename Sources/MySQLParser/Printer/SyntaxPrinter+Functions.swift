import MySQLTypes

extension SyntaxPrinter {
    /// The kinds that print as calls.
    mutating func writeFunction(_ kind: ExpressionKind) {
        switch kind {
        case .function(let call): write(call)
        case .aggregate(let call): write(call)
        case .window(let call):
            writeCall(call.function.rawValue, call.arguments)
            if call.isFromLast { write(" from last") }
            if call.ignoresNulls { write(" ignore nulls") }
            write(call.over)
        case .cast(let operand, let type, let isArray):
            write("cast(")
            write(operand)
            write(" as ")
            write(type)
            write(isArray ? " array)" : ")")
        case .castAtTimeZone(let operand, let zone, let digits):
            write("cast(")
            write(operand)
            write(" at time zone " + TextLiteral.mysql(zone, quotes: .escaped) + " as datetime")
            write(digits > 0 ? "(\(digits)))" : ")")
        case .convertUsing(let operand, let charset):
            write("convert(")
            write(operand)
            write(" using " + charset + ")")
        case .extract(let unit, let operand):
            write("extract(" + unit.rawValue.lowercased() + " from ")
            write(operand)
            write(")")
        case .timestampAdd(let unit, let amount, let date):
            write("(")
            write(date)
            write(" + ")
            write(Interval(amount: amount, unit: unit))
            write(")")
        case .timestampDiff(let unit, let first, let second):
            write("timestampdiff(" + unit.rawValue + ",")
            write(list: [first, second])
            write(")")
        case .getFormat(let kind, let format):
            let word =
                switch kind {
                case .date: "DATE"
                case .time: "TIME"
                case .dateTime: "DATETIME"
                }
            write("get_format(" + word + ", ")
            write(format)
            write(")")
        case .trim(let mode, let remove, let operand): writeTrim(mode, remove, operand)
        case .char(let list, let charset):
            write("char(")
            write(list: list)
            if let charset { write(" using " + charset) }
            write(")")
        case .weightString(let operand, let asBinary, let length):
            write("weight_string(")
            write(operand)
            if let length { write((asBinary ? " as binary(" : " as char(") + "\(length))") }
            write(")")
        case .match(let columns, let against, let mode):
            write("(match ")
            for (index, column) in columns.enumerated() {
                if index > 0 { write(",") }
                write(column)
            }
            write(" against (")
            write(against)
            switch mode {
            case .naturalLanguage: break
            case .boolean: write(" in boolean mode")
            case .withExpansion, .naturalLanguageWithExpansion: write(" with query expansion")
            }
            write("))")
        case .jsonValue(let document, let path, let type, let onEmpty, let onError):
            write("json_value(")
            write(document)
            write(", ")
            write(path)
            if let type {
                write(" returning ")
                write(type)
            }
            write(onEmpty, "empty")
            write(onError, "error")
            write(")")
        default: break
        }
    }

    mutating func write(_ response: JSONResponse?, _ event: String) {
        switch response {
        case nil: return
        case .null: write(" null on " + event)
        case .error: write(" error on " + event)
        case .value(let value):
            write(" default ")
            write(value)
            write(" on " + event)
        }
    }

    private mutating func writeTrim(_ mode: TrimMode, _ remove: Expression?, _ operand: Expression) {
        write("trim(")
        switch mode {
        case .both: if remove != nil { write("both ") }
        case .leading: write("leading ")
        case .trailing: write("trailing ")
        }
        if let remove {
            write(remove)
            write(" from ")
        } else if mode != .both {
            write("from ")
        }
        write(operand)
        write(")")
    }

    private mutating func write(_ call: FunctionCall) {
        if let schema = call.schema {
            write(Identifier.mysql(schema) + "." + Identifier.mysql(call.name))
            return writeCall("", call.arguments)
        }
        switch call.name {
        case "date" where call.arguments.count == 1:
            write("cast(")
            write(call.arguments[0])
            write(" as date)")
        case "time" where call.arguments.count == 1:
            write("cast(")
            write(call.arguments[0])
            write(" as time)")
        case "isnull" where call.arguments.count == 1:
            write("(")
            write(call.arguments[0])
            write(" is null)")
        default:
            // What begins with a digit may be a number.
            let bytes = call.name.utf8
            let isWord = bytes.first?.isDigit == false && bytes.allSatisfy(\.isNamePart) && !call.needsQuotes
            writeCall(isWord ? call.name : Identifier.mysql(call.name), call.arguments)
        }
    }

    private mutating func write(_ call: AggregateCall) {
        write(call.function.rawValue + "(")
        if call.isDistinct { write("distinct ") }
        if call.function == .count, call.arguments.isEmpty {
            write("0")
        } else {
            write(list: call.arguments)
        }
        if call.function == .groupConcat {
            if !call.orderBy.isEmpty {
                write(" order by ")
                write(call.orderBy, always: true)
            }
            write(" separator " + TextLiteral.mysql(call.separator ?? [UInt8(ascii: ",")], quotes: .escaped))
        }
        write(")")
        if let over = call.over { write(over) }
    }

    private mutating func write(_ window: WindowReference) {
        switch window {
        case .named(let name): write(" OVER " + Identifier.mysql(name))
        case .inline(let specification):
            write(" OVER (")
            write(specification)
            write(")")
        }
    }

    mutating func write(_ window: WindowSpecification) {
        if let base = window.base { write(Identifier.mysql(base) + " ") }
        if !window.partitionBy.isEmpty {
            write("PARTITION BY ")
            write(list: window.partitionBy)
            write(" ")
        }
        if !window.orderBy.isEmpty {
            write("ORDER BY ")
            write(window.orderBy)
            write(" ")
        }
        guard let frame = window.frame else { return }
        switch frame.unit {
        case .rows: write(" ROWS ")
        case .range: write(" RANGE ")
        case .groups: write(" GROUPS ")
        }
        write("BETWEEN ")
        write(frame.start)
        write(" AND ")
        write(frame.end ?? .currentRow)
    }

    private mutating func write(_ bound: WindowFrame.Bound) {
        switch bound {
        case .unboundedPreceding: write("UNBOUNDED PRECEDING")
        case .unboundedFollowing: write("UNBOUNDED FOLLOWING")
        case .currentRow: write("CURRENT ROW")
        case .preceding(let offset):
            write(offset)
            write(" PRECEDING")
        case .following(let offset):
            write(offset)
            write(" FOLLOWING")
        case .intervalPreceding(let interval):
            write(interval)
            write(" PRECEDING")
        case .intervalFollowing(let interval):
            write(interval)
            write(" FOLLOWING")
        }
    }

    mutating func write(_ items: [OrderItem], always: Bool = false) {
        for (index, item) in items.enumerated() {
            if index > 0 { write(",") }
            write(item.expression)
            switch item.direction {
            case .descending: write(always ? " DESC" : " desc")
            case .ascending, .unspecified: if always { write(" ASC") }
            }
        }
    }

    private mutating func write(_ type: CastType) {
        func number(_ value: UInt64?) -> String { value.map { "(\($0))" } ?? "" }
        switch type {
        case .binary(let length): write("char" + number(length) + " charset binary")
        case .char(let length, let charset, let isBinary):
            write("char" + number(length))
            if let charset = charset ?? literalCharset ?? "utf8mb4" as String? { write(" charset " + charset) }
            if isBinary { write(" binary") }
        case .signed: write("signed")
        case .unsigned: write("unsigned")
        case .date: write("date")
        case .year: write("year")
        case .time(let digits): write("time" + (digits > 0 ? "(\(digits))" : ""))
        case .dateTime(let digits): write("datetime" + (digits > 0 ? "(\(digits))" : ""))
        case .decimal(let precision, let scale): write("decimal(\(precision ?? 10),\(scale ?? 0))")
        case .json: write("json")
        case .float(let precision): write((precision ?? 0) > 24 ? "double" : "float")
        case .double, .real: write("double")
        case .geometry(let name): write(name)
        case .vector(let length): write("vector" + number(length))
        }
    }
}
