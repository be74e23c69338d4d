import MySQLTypes
import Platform
import Testing

@testable import Storage

@Suite struct DictionaryTests {
    private func sample() -> TableDefinition {
        var table = TableDefinition(
            id: 42, schema: "shop", name: "orders",
            columns: [
                ColumnDefinition(name: "id", type: MySQLType(.int, isUnsigned: true), isNullable: false),
                ColumnDefinition(
                    name: "state",
                    type: MySQLType(.enumeration, collation: .utf8mb4_0900_ai_ci, members: ["new", "it's done"])),
                ColumnDefinition(name: "made", type: MySQLType(.timestamp, decimals: 3)),
            ])
        table.columns[0].isAutoIncrement = true
        table.columns[1].defaultValue = .literal("new")
        table.columns[2].defaultValue = .currentTimestamp(3)
        table.columns[2].onUpdateCurrentTimestamp = 3
        table.columns[2].generated = .init(expression: "now(3)", isStored: true)
        table.columns[2].comment = "when"
        table.indexes = [
            IndexDefinition(name: "PRIMARY", kind: .primary, parts: [.init(column: 0)]),
            IndexDefinition(
                name: "mixed", kind: .unique,
                parts: [.init(column: 1, isDescending: true), .init(column: nil, expression: "lower(state)")]),
        ]
        table.foreignKeys = [
            ForeignKeyDefinition(
                name: "fk", columns: [0], referencedSchema: "shop", referencedTable: "p", referencedColumns: ["id"],
                onDelete: .setNull, onUpdate: .restrict)
        ]
        table.checks = [CheckDefinition(name: "positive", expression: "id > 0", isEnforced: false)]
        table.comment = "all orders"
        table.options = ["ROW_FORMAT=DYNAMIC"]
        table.version = 99
        table.createTime = 1_700_000_000
        return table
    }

    @Test("A table's definition is read as it was stored, and damaged bytes are refused")
    func coding() throws {
        let table = sample()
        let bytes = table.encoded()
        let read = try TableDefinition(decoding: bytes)
        #expect(read.encoded() == bytes)
        #expect(read.columns[2].generated?.expression == "now(3)")
        #expect(read.indexes[1].parts[1].expression == "lower(state)")
        #expect(read.foreignKeys[0].onDelete == .setNull)
        for count in 0..<bytes.count {
            do {
                _ = try TableDefinition(decoding: Array(bytes.prefix(count)))
                Issue.record("\(count) of \(bytes.count) bytes were read as a table")
            } catch {}
        }
    }

    @Test("Dictionary, rows, position and counters survive a restart")
    func persistence() throws {
        let node = try TestNode()
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test", collation: .utf8mb4_bin))
            var table = TableDefinition.numbers("t", id: 1)
            table.columns[0].isAutoIncrement = true
            try applier.createTable(table)
            try applier.put(ViewDefinition(schema: "test", name: "v", query: "select 1"))
            try applier.putObject("account", "", "root@localhost", [1, 2, 3])
        }
        let session = try SessionConnection(node.database, id: 1)
        try node.run(session, #"INSERT INTO "test.t" VALUES (5, 1, ''), (9, 2, '')"#)
        try node.run(session, #"DELETE FROM "test.t" WHERE id = 9"#)
        #expect(session.refreshDictionary().table("test", "t")?.autoIncrement.next == 10)
        node.stop(removing: false)

        let again = try TestNode(directory: node.directory)
        defer { again.stop() }
        let dictionary = again.database.dictionary
        #expect(dictionary.schema("test")?.collation == .utf8mb4_bin)
        #expect(dictionary.tableNames(in: "test") == ["t"])
        #expect(dictionary.view("test", "v")?.query == "select 1")
        #expect(dictionary.object("account", "", "root@localhost") == [1, 2, 3])
        // 9 is gone, and is not given out again.
        #expect(dictionary.table("test", "t")?.autoIncrement.next == 10)
        #expect(again.database.appliedPosition == 3)
        #expect(try SessionConnection(again.database, id: 1).integer(#"SELECT count(*) FROM "test.t""#) == 1)
    }

    @Test("A DDL that fails leaves neither table nor entry, the batch goes on")
    func failedDDL() throws {
        let node = try TestNode()
        defer { node.stop() }
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(.numbers("a", id: 1))
            do {
                try applier.inSavepoint {
                    try applier.createTable(.numbers("b", id: 2))
                    throw StorageError.unusable("on purpose")
                }
            } catch StorageError.unusable {}
            #expect(applier.table("test", "b") == nil)
            try applier.createTable(.numbers("c", id: 3))
        }
        #expect(node.database.dictionary.tableNames(in: "test") == ["a", "c"])
        let session = try SessionConnection(node.database, id: 1)
        expectError(nil) { _ = try session.integer(#"SELECT count(*) FROM "test.b""#) }
        #expect(try session.integer(#"SELECT count(*) FROM "test.c""#) == 0)
    }

    @Test("Rebuild, rename, index changes and truncation keep rows and entries together")
    func alterations() throws {
        let node = try TestNode()
        defer { node.stop() }
        let table = TableDefinition.numbers("t", id: 1)
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(table)
        }
        let session = try SessionConnection(node.database, id: 1)
        try node.run(session, #"INSERT INTO "test.t" VALUES (1, 10, 'x'), (2, 20, 'y')"#)
        var wider = table
        wider.id = 2
        wider.version = 1
        wider.columns.insert(ColumnDefinition(name: "extra", type: MySQLType(.int)), at: 1)
        wider.indexes.append(IndexDefinition(name: "k", kind: .unique, parts: [.init(column: 2)]))
        let rebuilt = wider
        try node.ddl { try $0.rebuildTable(table, as: rebuilt, values: [#""id""#, "7", #""v""#, #""pad""#]) }
        #expect(
            try session.query(#"SELECT * FROM "test.t" WHERE id = 2"#)
                == [[.integer(2), .integer(7), .integer(20), .text(Array("y".utf8))]])
        expectError(.duplicateKey(table: "test.t", columns: ["v"], index: nil)) {
            try node.run(session, #"INSERT INTO "test.t" VALUES (3, 0, 10, '')"#)
        }
        var moved = rebuilt
        moved.name = "u"
        let renamed = moved
        try node.ddl { try $0.renameTable(rebuilt, to: renamed) }
        #expect(session.refreshDictionary().table("test", "t") == nil)
        try node.run(session, #"INSERT INTO "test.u" VALUES (3, 0, 30, '')"#)
        var narrower = renamed
        narrower.indexes.removeLast()
        let unindexed = narrower
        try node.ddl { try $0.dropIndex(renamed.indexes[1], of: unindexed) }
        try node.run(session, #"INSERT INTO "test.u" VALUES (4, 0, 30, '')"#)
        try node.ddl { applier in
            // The name of the old index is free again with its table's.
            try applier.createTable(table)
            try applier.truncateTable(unindexed)
        }
        #expect(try session.integer(#"SELECT count(*) FROM "test.u""#) == 0)
        try node.ddl { applier in
            try applier.dropTable(unindexed)
            try applier.dropTable(table)
            try applier.removeSchema("test")
        }
        #expect(node.database.dictionary.schemaNames.isEmpty)
    }

    @Test("A DDL between a transaction's statements fails its certification")
    func schemaChangeConflicts() throws {
        let node = try TestNode()
        defer { node.stop() }
        let table = TableDefinition.numbers("t", id: 1)
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(table)
        }
        let session = try SessionConnection(node.database, id: 1)
        session.refreshDictionary()
        try session.begin(singleStatement: false)
        try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (1, 10, 'x')"#) }
        var changed = table
        changed.version = 5
        let indexed = changed
        try node.ddl([SchemaObject.hash(schema: "test", table: "t")]) { applier in
            try applier.createIndex(
                IndexDefinition(name: "k", kind: .secondary, parts: [.init(column: 1)]), of: indexed)
        }
        do {
            try node.commit(session)
            Issue.record("committed")
        } catch is TestNode.Conflict {}
        #expect(node.database.rowLocks.count == 0)
        try node.run(session, #"INSERT INTO "test.t" VALUES (1, 10, 'x')"#)
    }

    @Test(
        "AUTO_INCREMENT values follow increment and offset",
        arguments: [
            (1, 1, 1, 1, 2), (5, 1, 1, 5, 6), (1, 10, 3, 3, 4), (4, 10, 3, 13, 14), (13, 10, 3, 13, 14),
            (14, 7, 5, 19, 20), (5, 5, 9, 6, 7),
        ] as [(UInt64, UInt64, UInt64, UInt64, UInt64)])
    func autoIncrement(next: UInt64, increment: UInt64, offset: UInt64, first: UInt64, then: UInt64) {
        let counter = AutoIncrementCounter(next: next)
        #expect(counter.reserve(count: 1, increment: increment, offset: offset) == first)
        #expect(counter.next == then)
    }

    @Test("AUTO_INCREMENT gives nothing out past its column's greatest value")
    func autoIncrementEnds() {
        let counter = AutoIncrementCounter(next: 126)
        #expect(counter.reserve(count: 2, increment: 1, offset: 1, maximum: 127) == 126)
        #expect(counter.reserve(count: 1, increment: 1, offset: 1, maximum: 127) == nil)
        counter.raise(above: .max - 1)
        #expect(counter.reserve(count: 1, increment: 1, offset: 1) == nil)
    }
}
