/// The data dictionary as one statement sees it: immutable, replaced as a whole when a DDL commits.
public final class DataDictionary: Sendable {
    /// Grows by one with each replacement: plans that were bound against an older one are bound anew.
    public let version: UInt64
    let content: DictionaryContent

    init(version: UInt64, content: DictionaryContent) {
        self.version = version
        self.content = content
    }

    public func schema(_ name: String) -> SchemaDefinition? { content.schemas[name] }
    public func table(_ schema: String, _ name: String) -> Table? { content.tables[schema]?[name] }
    public func view(_ schema: String, _ name: String) -> ViewDefinition? { content.views[schema]?[name] }

    /// Names in byte order.
    public var schemaNames: [String] { sorted(content.schemas.keys) }
    /// Names in byte order.
    public func tableNames(in schema: String) -> [String] {
        sorted(content.tables[schema].map { Array($0.keys) } ?? [])
    }
    /// Names in byte order.
    public func viewNames(in schema: String) -> [String] { sorted(content.views[schema].map { Array($0.keys) } ?? []) }

    /// The table whose rows are in the SQLite table of this name, `schema.table`.
    public func table(sqliteName: String) -> Table? { content.bySQLiteName[sqliteName] }
    /// The table with this number, as Table_map events of our own name it.
    public func table(id: UInt64) -> Table? { content.byID[id] }

    /// Tables with a foreign key onto this one.
    public func children(of table: Table) -> [Table] {
        (content.children[table.sqliteName] ?? []).compactMap { content.bySQLiteName[$0] }
    }

    /// Tables that foreign keys refer to and that do not exist, by SQLite's names, each with the columns referred to.
    var missingParents: [String: Set<[String]>] {
        var missing: [String: Set<[String]>] = [:]
        for (name, children) in content.children where content.bySQLiteName[name] == nil {
            for child in children {
                for key in content.bySQLiteName[child]?.definition.foreignKeys ?? []
                where key.referencedSchema + "." + key.referencedTable == name {
                    missing[name, default: []].insert(key.referencedColumns)
                }
            }
        }
        return missing
    }

    /// Whatever else is kept with the dictionary: accounts, roles, routines, persisted settings. `kind` says what.
    public func object(_ kind: String, _ schema: String = "", _ name: String = "") -> [UInt8]? {
        content.objects[ObjectKey(kind: kind, schema: schema, name: name)]
    }

    /// The objects of one kind, by schema and name.
    public func objects(_ kind: String) -> [(schema: String, name: String, body: [UInt8])] {
        content.objects.filter { $0.key.kind == kind }
            .map { ($0.key.schema, $0.key.name, $0.value) }
            .sorted { left, right in
                left.schema == right.schema
                    ? left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
                    : left.schema.utf8.lexicographicallyPrecedes(right.schema.utf8)
            }
    }

    private func sorted(_ names: some Collection<String>) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}

struct ObjectKey: Hashable, Sendable {
    var kind: String
    var schema: String
    var name: String
}

/// The dictionary's content as a value: the applier edits a copy and publishes it.
struct DictionaryContent: Sendable {
    var schemas: [String: SchemaDefinition] = [:]
    var tables: [String: [String: Table]] = [:]
    var views: [String: [String: ViewDefinition]] = [:]
    var objects: [ObjectKey: [UInt8]] = [:]
    /// Derived from ``tables`` by ``derive()``.
    private(set) var bySQLiteName: [String: Table] = [:]
    private(set) var byID: [UInt64: Table] = [:]
    private(set) var children: [String: [String]] = [:]

    /// Makes what is looked up by other keys, and gives each child table its parents' keys.
    mutating func derive() {
        bySQLiteName = [:]
        byID = [:]
        children = [:]
        for (schema, tablesOfSchema) in tables {
            for (name, table) in tablesOfSchema where !table.definition.foreignKeys.isEmpty {
                let resolved = Table(table.definition, counter: table.autoIncrement) { schema, name in
                    tables[schema]?[name]?.definition
                }
                tables[schema]?[name] = resolved
                for key in table.definition.foreignKeys {
                    children[key.referencedSchema + "." + key.referencedTable, default: []].append(table.sqliteName)
                }
            }
        }
        for table in tables.values.lazy.flatMap(\.values) {
            bySQLiteName[table.sqliteName] = table
            byID[table.definition.id] = table
        }
        for key in children.keys { children[key] = Array(Set(children[key] ?? [])).sorted() }
    }
}
