import MySQLTypes

/// Writes a tree as MySQL's own text, in the normal form that SHOW CREATE shows and that stored expressions have: lower-case
/// words, quoted names, every operation in parentheses.
public struct SyntaxPrinter {
    /// Written before string literals, as in generated columns, defaults and checks (`_utf8mb4'#'`); nil in views.
    public var literalCharset: String?
    /// Completes names, for views.
    var names: NameCompletion?
    /// Names in this schema are printed without it.
    public var omittedSchema: String?
    /// Columns are printed by their names alone: in a table's definition they can be its own only, whatever it is called later.
    var omitsTables = false
    var text = ""

    public init(literalCharset: String? = nil) {
        self.literalCharset = literalCharset
    }

    /// An expression of a stored default, generated column, check or functional key part.
    public static func print(
        _ expression: Expression, literalCharset: String? = "utf8mb4", omitsTables: Bool = false
    ) -> String {
        var printer = SyntaxPrinter(literalCharset: literalCharset)
        printer.omitsTables = omitsTables
        printer.write(expression)
        return printer.text
    }

    /// A view's query; `names` completes what it names, names of `omittedSchema` go without it.
    public static func print(
        _ query: QueryExpression, names: NameCompletion? = nil, omittedSchema: String? = nil
    ) -> String {
        var printer = SyntaxPrinter()
        printer.names = names
        printer.omittedSchema = omittedSchema
        printer.write(query)
        return printer.text
    }

    // MARK: Pieces

    mutating func write(_ piece: String) {
        text += piece
    }

    mutating func writeName(_ name: String) {
        text += Identifier.mysql(name)
    }

    mutating func write(_ name: ObjectName) {
        let name = names?.complete(name) ?? name
        if let schema = name.schema, schema != omittedSchema {
            writeName(schema)
            write(".")
        }
        writeName(name.name)
    }

    mutating func write(_ name: ColumnName) {
        writeAsIs(names?.complete(name) ?? name)
    }

    mutating func writeAsIs(_ name: ColumnName) {
        if omitsTables { return writeName(name.name) }
        if let schema = name.schema, schema != omittedSchema {
            writeName(schema)
            write(".")
        }
        if let table = name.table {
            writeName(table)
            write(".")
        }
        writeName(name.name)
    }

    mutating func write(list: [Expression], separator: String = ",") {
        for (index, item) in list.enumerated() {
            if index > 0 { write(separator) }
            write(item)
        }
    }

    mutating func writeNames(_ names: [String]) {
        write(names.map(Identifier.mysql).joined(separator: ","))
    }

    mutating func write(_ literal: Literal) {
        switch literal {
        case .null: write("NULL")
        case .boolean(let value): write(value ? "true" : "false")
        case .integer(let value): write(String(value))
        case .decimal(let digits), .float(let digits): write(digits)
        case .string(let bytes, let introducer):
            if let charset = introducer ?? literalCharset { write("_" + charset) }
            write(TextLiteral.mysql(bytes, quotes: .escaped))
        case .hex(let bytes, let introducer), .bits(let bytes, let introducer):
            if let introducer { write("_" + introducer) }
            write("0x" + Self.hexadecimal(bytes))
        case .temporal(let kind, let bytes):
            switch kind {
            case .date: write("DATE")
            case .time: write("TIME")
            case .timestamp: write("TIMESTAMP")
            }
            write(TextLiteral.mysql(bytes, quotes: .escaped))
        }
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var result: [UInt8] = []
        for byte in bytes {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }
}
