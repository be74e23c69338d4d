import MySQLTypes
import SQLBinder
import Storage

/// The text of SHOW CREATE TABLE: a table as the statement that would make it (manual, "SHOW CREATE TABLE Statement").
package struct ShowCreateTable {
    package let table: TableDefinition
    /// The next value of AUTO_INCREMENT; shown when above 1.
    package var nextAutoIncrement: UInt64 = 1
    package var isTemporary = false

    package var text: String {
        var lines = table.columns.map { "  " + column($0) }
        lines += table.indexes.map { "  " + index($0) }
        lines += table.foreignKeys.map { "  " + foreignKey($0) }
        lines += table.checks.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }.map { "  " + check($0) }
        return "CREATE \(isTemporary ? "TEMPORARY " : "")TABLE \(Identifier.mysql(table.name)) (\n"
            + lines.joined(separator: ",\n") + "\n) " + options
    }

    private func column(_ column: ColumnDefinition) -> String {
        var text = "\(Identifier.mysql(column.name)) \(column.type.columnTypeText)"
        if column.type.hasCharacterSet && column.type.collation != table.collation {
            let charset = CollationChoice.charsetName(of: column.type.collation)
            text += " CHARACTER SET \(charset) COLLATE \(CollationChoice.name(of: column.type.collation))"
        } else if column.type.hasCharacterSet,
            column.type.collation != column.type.collation.characterSet.defaultCollation
        {
            text += " COLLATE \(CollationChoice.name(of: column.type.collation))"
        }
        if let generated = column.generated {
            text += " GENERATED ALWAYS AS (\(generated.expression)) \(generated.isStored ? "STORED" : "VIRTUAL")"
        }
        if !column.isNullable {
            text += " NOT NULL"
        } else if column.type.kind == .timestamp {
            text += " NULL"
        }
        if column.generated == nil { text += defaultText(column) }
        if let digits = column.onUpdateCurrentTimestamp {
            text += " ON UPDATE CURRENT_TIMESTAMP" + (digits > 0 ? "(\(digits))" : "")
        }
        if column.isAutoIncrement { text += " AUTO_INCREMENT" }
        if column.isInvisible { text += " /*!80023 INVISIBLE */" }
        if !column.comment.isEmpty { text += " COMMENT \(TextLiteral.mysql(column.comment))" }
        return text
    }

    private func defaultText(_ column: ColumnDefinition) -> String {
        switch column.defaultValue {
        case .none: return ""
        case .null:
            // TEXT, BLOB and JSON columns show no default at all.
            switch column.type.kind {
            case .tinyText, .text, .mediumText, .longText, .tinyBlob, .blob, .mediumBlob, .longBlob, .geometry:
                return ""
            default: return column.isNullable ? " DEFAULT NULL" : ""
            }
        case .literal(let value): return " DEFAULT \(TextLiteral.mysql(value))"
        case .bits(let value): return " DEFAULT \(value)"
        case .currentTimestamp(let digits): return " DEFAULT CURRENT_TIMESTAMP" + (digits > 0 ? "(\(digits))" : "")
        case .expression(let expression): return " DEFAULT (\(expression))"
        }
    }

    private func index(_ index: IndexDefinition) -> String {
        let parts = index.parts.map { part in
            var text: String
            if let column = part.column {
                text = Identifier.mysql(table.columns[column].name) + (part.prefixLength.map { "(\($0))" } ?? "")
            } else {
                text = "(\(part.expression ?? ""))"
            }
            if part.isDescending { text += " DESC" }
            return text
        }.joined(separator: ",")
        var text: String
        switch index.kind {
        case .primary: text = "PRIMARY KEY (\(parts))"
        case .unique: text = "UNIQUE KEY \(Identifier.mysql(index.name)) (\(parts))"
        case .secondary: text = "KEY \(Identifier.mysql(index.name)) (\(parts))"
        case .fullText: text = "FULLTEXT KEY \(Identifier.mysql(index.name)) (\(parts))"
        case .spatial: text = "SPATIAL KEY \(Identifier.mysql(index.name)) (\(parts))"
        }
        if !index.comment.isEmpty { text += " COMMENT \(TextLiteral.mysql(index.comment))" }
        if index.isInvisible { text += " /*!80000 INVISIBLE */" }
        return text
    }

    private func foreignKey(_ key: ForeignKeyDefinition) -> String {
        let columns = key.columns.map { Identifier.mysql(table.columns[$0].name) }.joined(separator: ", ")
        let parent =
            (key.referencedSchema == table.schema ? "" : Identifier.mysql(key.referencedSchema) + ".")
            + Identifier.mysql(key.referencedTable)
        var text = "CONSTRAINT \(Identifier.mysql(key.name)) FOREIGN KEY (\(columns)) REFERENCES \(parent) "
        text += "(\(key.referencedColumns.map(Identifier.mysql).joined(separator: ", ")))"
        if key.onDelete != .noAction { text += " ON DELETE \(key.onDelete.rawValue)" }
        if key.onUpdate != .noAction { text += " ON UPDATE \(key.onUpdate.rawValue)" }
        return text
    }

    private func check(_ check: CheckDefinition) -> String {
        "CONSTRAINT \(Identifier.mysql(check.name)) CHECK (\(check.expression))"
            + (check.isEnforced ? "" : " /*!80016 NOT ENFORCED */")
    }

    private var options: String {
        var text = "ENGINE=\(table.engine)"
        if nextAutoIncrement > 1 && table.autoIncrementColumn != nil { text += " AUTO_INCREMENT=\(nextAutoIncrement)" }
        text += " DEFAULT CHARSET=\(CollationChoice.charsetName(of: table.collation))"
        // utf8mb4's is always shown, others only where they are not their character set's default.
        if table.collation.characterSet == .utf8mb4
            || table.collation != table.collation.characterSet.defaultCollation
        {
            text += " COLLATE=\(CollationChoice.name(of: table.collation))"
        }
        for option in table.options { text += " " + option }
        if !table.comment.isEmpty { text += " COMMENT=\(TextLiteral.mysql(table.comment))" }
        return text
    }

    package init(table: TableDefinition, nextAutoIncrement: UInt64 = 1, isTemporary: Bool = false) {
        self.table = table
        self.nextAutoIncrement = nextAutoIncrement
        self.isTemporary = isTemporary
    }
}

extension MySQLType {
    /// Whether the type has a character set of its own choice.
    package var hasCharacterSet: Bool {
        switch kind {
        case .char, .varChar, .tinyText, .text, .mediumText, .longText, .enumeration, .set: true
        default: false
        }
    }

    /// `information_schema.columns.column_type`: the type with its attributes, in lower case.
    package var columnTypeText: String {
        func suffix(_ text: String) -> String {
            text + (isUnsigned ? " unsigned" : "") + (isZeroFill ? " zerofill" : "")
        }
        // What an expression's integer takes to display is no part of its type.
        func width(_ name: String) -> String {
            suffix(length > 0 && (isZeroFill || kind == .tinyInt && length == 1) ? "\(name)(\(length))" : name)
        }
        func fraction(_ name: String) -> String { decimals > 0 ? "\(name)(\(decimals))" : name }
        func floating(_ name: String) -> String {
            suffix(decimals == MySQLType.notFixedDecimals ? name : "\(name)(\(length),\(decimals))")
        }
        func list(_ name: String) -> String {
            "\(name)(\(members.map { "'" + $0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'" }.joined(separator: ",")))"
        }
        switch kind {
        case .null: return "null"
        case .tinyInt: return width("tinyint")
        case .smallInt: return width("smallint")
        case .mediumInt: return width("mediumint")
        case .int: return width("int")
        case .bigInt: return width("bigint")
        case .decimal: return suffix("decimal(\(length),\(decimals))")
        case .float: return floating("float")
        case .double: return floating("double")
        case .bit: return "bit(\(length))"
        case .year: return "year"
        case .date: return "date"
        case .time: return fraction("time")
        case .dateTime: return fraction("datetime")
        case .timestamp: return fraction("timestamp")
        case .char: return "char(\(length))"
        case .varChar: return "varchar(\(length))"
        case .tinyText: return "tinytext"
        case .text: return "text"
        case .mediumText: return "mediumtext"
        case .longText: return "longtext"
        case .binary: return "binary(\(length))"
        case .varBinary: return "varbinary(\(length))"
        case .tinyBlob: return "tinyblob"
        case .blob: return "blob"
        case .mediumBlob: return "mediumblob"
        case .longBlob: return "longblob"
        case .enumeration: return list("enum")
        case .set: return list("set")
        case .json: return "json"
        case .geometry: return "geometry"
        }
    }

    /// `information_schema.columns.data_type`: the type's bare name.
    package var dataTypeName: String {
        let text = columnTypeText
        return String(text.prefix { $0 != "(" && $0 != " " })
    }
}
