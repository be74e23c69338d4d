import MySQLTypes

/// The data dictionary as one statement sees it: immutable, replaced as a whole when a DDL commits.
public final class DataDictionary: Sendable {
    /// Grows by one with each replacement: plans that were bound against an older one are bound anew.
    public let version: UInt64
    let content: DictionaryContent

    init(version: UInt64, content: DictionaryContent) {
        self.version = version
        self.content = content
    }

    public func schema(_ name: String) -> SchemaDefinition? { content.schemas[ExactName(name)] }
    public func table(_ schema: String, _ name: String) -> Table? { content.table(schema, name) }
    public func view(_ schema: String, _ name: String) -> ViewDefinition? { content.view(schema, name) }

    /// Names in byte order.
    public var schemaNames: [String] { content.schemas.keys.sorted().map(\.text) }
    /// Names in byte order.
    public func tableNames(in schema: String) -> [String] { content.tableNames(in: schema) }
    /// Names in byte order.
    public func viewNames(in schema: String) -> [String] { content.viewNames(in: schema) }

    /// The table whose rows are in the SQLite table of this name.
    public func table(sqliteName: String) -> Table? { content.bySQLiteName[sqliteName] }

    /// Tables with a foreign key onto this one.
    public func children(of table: Table) -> [Table] {
        content.children(of: table.schema, table.name)
    }

    /// Whatever else is kept with the dictionary: accounts, roles, routines, persisted settings. `kind` says what.
    public func object(_ kind: String, _ schema: String = "", _ name: String = "") -> [UInt8]? {
        content.objects[ObjectKey(kind, schema, name)]
    }

    /// The objects of one kind, by schema and name.
    public func objects(_ kind: String) -> [(schema: String, name: String, body: [UInt8])] {
        content.objects.filter { $0.key.kind == kind }
            .sorted { ($0.key.schema, $0.key.name) < ($1.key.schema, $1.key.name) }
            .map { ($0.key.schema.text, $0.key.name.text, $0.value) }
    }
}

struct ObjectKey: Hashable, Sendable {
    var kind: String
    var schema: ExactName
    var name: ExactName

    init(_ kind: String, _ schema: String, _ name: String) {
        self.kind = kind
        self.schema = ExactName(schema)
        self.name = ExactName(name)
    }
}

/// A table by its names.
public struct TableName: Hashable, Sendable {
    public var schema: ExactName
    public var table: ExactName

    public init(_ schema: String, _ table: String) {
        self.schema = ExactName(schema)
        self.table = ExactName(table)
    }
}

/// The dictionary's content as a value: the applier edits a copy and publishes it.
struct DictionaryContent: Sendable {
    var schemas: [ExactName: SchemaDefinition] = [:]
    private(set) var tables: [ExactName: [ExactName: Table]] = [:]
    private(set) var views: [ExactName: [ExactName: ViewDefinition]] = [:]
    var objects: [ObjectKey: [UInt8]] = [:]
    /// Derived from ``tables`` by ``derive()``.
    private(set) var bySQLiteName: [String: Table] = [:]
    /// The tables that refer to one, which need not be there.
    private var children: [TableName: [TableName]] = [:]

    func table(_ schema: String, _ name: String) -> Table? { tables[ExactName(schema)]?[ExactName(name)] }
    func view(_ schema: String, _ name: String) -> ViewDefinition? { views[ExactName(schema)]?[ExactName(name)] }
    var allTables: [Table] { tables.values.flatMap(\.values) }

    /// Names in byte order.
    func tableNames(in schema: String) -> [String] {
        (tables[ExactName(schema)].map { Array($0.keys) } ?? []).sorted().map(\.text)
    }

    /// Names in byte order.
    func viewNames(in schema: String) -> [String] {
        (views[ExactName(schema)].map { Array($0.keys) } ?? []).sorted().map(\.text)
    }

    func children(of schema: String, _ name: String) -> [Table] {
        (children[TableName(schema, name)] ?? []).compactMap { tables[$0.schema]?[$0.table] }
    }

    mutating func put(_ table: Table) {
        tables[ExactName(table.schema), default: [:]][ExactName(table.name)] = table
    }

    mutating func put(_ view: ViewDefinition) {
        views[ExactName(view.schema), default: [:]][ExactName(view.name)] = view
    }

    mutating func removeTable(_ schema: String, _ name: String) {
        tables[ExactName(schema)]?[ExactName(name)] = nil
    }

    mutating func removeView(_ schema: String, _ name: String) {
        views[ExactName(schema)]?[ExactName(name)] = nil
    }

    mutating func removeSchema(_ name: String) {
        schemas[ExactName(name)] = nil
        tables[ExactName(name)] = nil
        views[ExactName(name)] = nil
    }

    /// Makes what is looked up by other keys, and gives each child table its parents' keys.
    mutating func derive() {
        bySQLiteName = [:]
        children = [:]
        for table in allTables where !table.definition.foreignKeys.isEmpty {
            put(Table(table.definition, counter: table.autoIncrement) { self.table($0, $1)?.definition })
            for key in table.definition.foreignKeys {
                children[TableName(key.referencedSchema, key.referencedTable), default: []].append(
                    TableName(table.schema, table.name))
            }
        }
        for table in allTables { bySQLiteName[table.sqliteName] = table }
        for key in children.keys {
            children[key] = Array(Set(children[key] ?? [])).sorted { ($0.schema, $0.table) < ($1.schema, $1.table) }
        }
    }
}
