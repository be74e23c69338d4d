import Accounts
import MySQLParser
import MySQLProtocol
import MySQLTypes
import SQLBinder
import SQLDefinitions
import Storage

/// `information_schema.COLUMNS` and `COLUMNS_EXTENSIONS`.
enum ColumnsTable {
    static let rows: SystemTableRows = { context in
        var result: [[SystemValue]] = []
        for schema in context.visibleSchemas {
            for definition in context.catalog.definitions
            where definition.schema == schema && context.canSee(table: definition.name, in: schema) {
                let isOpen = context.catalog.isReadableByAll(schema: schema, table: definition.name)
                for (place, column) in definition.columns.enumerated() {
                    let privileges: Privileges =
                        isOpen ? .select : context.columnPrivileges(column.name, of: definition.name, in: schema)
                    if privileges.isEmpty { continue }
                    result.append(
                        row(column, place, schema, definition.name, definition.keys[place], privilegeNames(privileges)))
                }
            }
            // The session's temporary tables are here for SHOW COLUMNS.
            let temporary = context.session.storage.allTemporaryTables.filter { $0.schema == schema }.map(\.name)
            let names = context.dictionary.tableNames(in: schema).filter { context.canSee(table: $0, in: schema) }
            for name in names + temporary.filter({ !names.contains($0) }) {
                guard let table = context.session.table(schema, name)?.definition else { continue }
                for (place, column) in table.columns.enumerated() {
                    let privileges: Privileges =
                        table.isTemporary ? .allColumn : context.columnPrivileges(column.name, of: name, in: schema)
                    if privileges.isEmpty { continue }
                    result.append(row(column, place, schema, name, key(place, of: table), privilegeNames(privileges)))
                }
            }
            for name in context.dictionary.viewNames(in: schema) where context.canSee(table: name, in: schema) {
                guard let view = context.dictionary.view(schema, name) else { continue }
                for (place, column) in columns(of: view, context).enumerated() {
                    let privileges = context.columnPrivileges(column.name, of: name, in: schema)
                    if privileges.isEmpty { continue }
                    result.append(row(column, place, schema, name, "", privilegeNames(privileges)))
                }
            }
        }
        return result
    }

    static let extensions: SystemTableRows = { context in
        try rows(context).map { row in [row[0], row[1], row[2], row[3], nil, nil] }
    }

    /// A view's columns; none when the view has become invalid.
    static func columns(of view: ViewDefinition, _ context: SystemTableContext) -> [ColumnDefinition] {
        do throws(SQLError) {
            let query = try context.session.parseQuery(view.query)
            let binder = Binder(environment: context.session, builder: context.session.builder)
            let bound = try binder.bindQuery(query, parent: nil)
            return bound.columns.enumerated().map { place, column in
                let name = place < view.columns.count ? view.columns[place] : column.name
                var definition = ColumnDefinition(
                    name: name, type: column.typed.type, isNullable: column.typed.isNullable)
                // MySQL shows the zero value of a column that cannot be NULL.
                if !definition.isNullable, definition.type.isInteger { definition.defaultValue = .literal("0") }
                return definition
            }
        } catch {
            return []
        }
    }

    private static func privilegeNames(_ privileges: Privileges) -> String {
        [(Privileges.select, "select"), (.insert, "insert"), (.update, "update"), (.references, "references")]
            .filter { privileges.contains($0.0) }.map(\.1).joined(separator: ",")
    }

    /// PRI, UNI or MUL, as SHOW COLUMNS explains them.
    static func key(_ column: Int, of table: TableDefinition) -> String {
        if table.primaryKey?.parts.contains(where: { $0.column == column }) == true { return "PRI" }
        var result = ""
        for index in table.indexes where index.parts.first?.column == column {
            if index.kind == .unique, index.parts.count == 1 {
                // Without a primary key the first such key that allows no NULL stands for it.
                return table.primaryKey == nil && table.identifyingIndex?.name == index.name ? "PRI" : "UNI"
            }
            result = "MUL"
        }
        return result
    }

    private static func row(
        _ column: ColumnDefinition, _ place: Int, _ schema: String, _ table: String, _ key: String, _ privileges: String
    ) -> [SystemValue] {
        let type = TypeDescription(column.type)
        return [
            "def", .text(schema), .text(table), .text(column.name), .count(place + 1), defaultText(column),
            .yesNo(column.isNullable), .text(type.name), type.characters, type.octets, type.precision, type.scale,
            type.fractionalDigits, type.charset, type.collation, .text(column.type.columnTypeText), .text(key),
            .text(extra(column)), .text(privileges), .text(column.comment), .text(column.generated?.expression ?? ""), nil,
        ]
    }

    private static func defaultText(_ column: ColumnDefinition) -> SystemValue {
        switch column.defaultValue {
        case .none, .null: nil
        case .literal(let value), .bits(let value), .expression(let value): .text(value)
        case .currentTimestamp(let digits): .text("CURRENT_TIMESTAMP" + (digits > 0 ? "(\(digits))" : ""))
        }
    }

    private static func extra(_ column: ColumnDefinition) -> String {
        var words: [String] = []
        if column.isAutoIncrement { words.append("auto_increment") }
        switch column.defaultValue {
        case .currentTimestamp, .expression: words.append("DEFAULT_GENERATED")
        default: break
        }
        if let digits = column.onUpdateCurrentTimestamp {
            words.append("on update CURRENT_TIMESTAMP" + (digits > 0 ? "(\(digits))" : ""))
        }
        if let generated = column.generated { words.append(generated.isStored ? "STORED GENERATED" : "VIRTUAL GENERATED") }
        if column.isInvisible { words.append("INVISIBLE") }
        return words.joined(separator: " ")
    }
}

/// What information_schema says of a type, in several of its tables.
struct TypeDescription {
    /// DATA_TYPE.
    let name: String
    let characters: SystemValue
    let octets: SystemValue
    let precision: SystemValue
    let scale: SystemValue
    let fractionalDigits: SystemValue
    let charset: SystemValue
    let collation: SystemValue

    init(_ type: MySQLType) {
        name = String(type.columnTypeText.prefix { $0 != "(" && $0 != " " })
        var characters: SystemValue = nil
        var octets: SystemValue = nil
        var precision: SystemValue = nil
        var scale: SystemValue = nil
        var fraction: SystemValue = nil
        let bytes = CollationChoice.maximumBytesPerCharacter(of: type.collation)
        switch type.kind {
        case .char, .varChar:
            characters = .count(type.length)
            octets = .count(type.length * bytes)
        case .binary, .varBinary:
            characters = .count(type.length)
            octets = .count(type.length)
        case .tinyText, .tinyBlob: (characters, octets) = (255, 255)
        case .text, .blob: (characters, octets) = (65_535, 65_535)
        case .mediumText, .mediumBlob: (characters, octets) = (16_777_215, 16_777_215)
        case .longText, .longBlob: (characters, octets) = (4_294_967_295, 4_294_967_295)
        case .enumeration:
            let longest = type.members.map(\.unicodeScalars.count).max() ?? 0
            (characters, octets) = (.count(longest), .count(longest * bytes))
        case .set:
            let total = type.members.map(\.unicodeScalars.count).reduce(0, +) + max(0, type.members.count - 1)
            (characters, octets) = (.count(total), .count(total * bytes))
        case .tinyInt: (precision, scale) = (3, 0)
        case .smallInt: (precision, scale) = (5, 0)
        case .mediumInt: (precision, scale) = (7, 0)
        case .int: (precision, scale) = (10, 0)
        case .bigInt: (precision, scale) = (type.isUnsigned ? 20 : 19, 0)
        case .decimal: (precision, scale) = (.count(type.length), .count(type.decimals))
        case .float:
            precision = .count(type.length > 0 ? type.length : 12)
            if type.decimals < MySQLType.notFixedDecimals { scale = .count(type.decimals) }
        case .double:
            precision = .count(type.length > 0 ? type.length : 22)
            if type.decimals < MySQLType.notFixedDecimals { scale = .count(type.decimals) }
        case .bit: precision = .count(type.length)
        case .time, .dateTime, .timestamp: fraction = .count(type.decimals)
        case .null, .year, .date, .json, .geometry: break
        }
        self.characters = characters
        self.octets = octets
        self.precision = precision
        self.scale = scale
        fractionalDigits = fraction
        charset = type.isText || type.kind == .enumeration || type.kind == .set
            ? .text(CollationChoice.charsetName(of: type.collation)) : nil
        collation = type.isText || type.kind == .enumeration || type.kind == .set
            ? .text(CollationChoice.name(of: type.collation)) : nil
    }
}
