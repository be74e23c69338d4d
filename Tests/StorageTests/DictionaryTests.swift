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
        table.storeAsListed()
        table.columns[0].olderRowsValue = .real(1.5)
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
        #expect(read.columns.map(\.id) == table.columns.map(\.id))
        #expect(read.columns[0].olderRowsValue == .real(1.5))
        #expect(read.indexes.map(\.id) == [1, 2])
        #expect(read.storedColumns == table.storedColumns)
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
        var listed = TableDefinition.numbers("t", id: 1)
        listed.storeAsListed()
        let table = listed
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(table)
        }
        let session = try SessionConnection(node.database, id: 1)
        try node.run(session, #"INSERT INTO "test.t" VALUES (1, 10, 'x'), (2, 20, 'y')"#)
        var wider = table
        wider.version = 1
        wider.columns.insert(ColumnDefinition(name: "extra", type: MySQLType(.int)), at: 1)
        wider.indexes.append(IndexDefinition(name: "k", kind: .unique, parts: [.init(column: 2)]))
        wider.storeAsListed()
        let rebuilt = wider
        try node.ddl { try $0.rebuildTable(table, as: rebuilt, values: ["c1", "7", "c2", "c3"]) }
        #expect(
            try session.query(#"SELECT * FROM "test.t" WHERE id = 2"#)
                == [[.integer(2), .integer(7), .integer(20), .text(Array("y".utf8))]])
        expectError(.duplicateKey(table: "t1", columns: ["c2"], index: nil)) {
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
        let another = TableDefinition.numbers("t", id: 2)
        try node.ddl { try $0.redefineTable(renamed, as: unindexed) }
        try node.run(session, #"INSERT INTO "test.u" VALUES (4, 0, 30, '')"#)
        try node.ddl { applier in
            // The names of the table and its index are free again.
            try applier.createTable(another)
            try applier.truncateTable(unindexed)
        }
        #expect(try session.integer(#"SELECT count(*) FROM "test.u""#) == 0)
        try node.ddl { applier in
            try applier.dropTable(unindexed)
            try applier.dropTable(another)
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
        changed.indexes.append(IndexDefinition(name: "k", kind: .secondary, parts: [.init(column: 1)]))
        let indexed = changed
        try node.ddl([SchemaObject.hash(schema: "test", table: "t")]) { applier in
            try applier.redefineTable(try #require(applier.table("test", "t")).definition, as: indexed)
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

/// Changes that touch no row.
@Suite struct InstantChangeTests {
    private static let values: [StoredValue] = [
        .null, .integer(0), .integer(-7), .integer(.min), .integer(.max), .real(5), .real(-0.5), .real(1e300), .real(0),
        .text([]), .text(Array("it's \u{301}".utf8)), .text([0x61, 0, 0x62]), .blob([]), .blob([0, 0xFF]),
        .text(Array("12".utf8)),
    ]

    private func node(keyed type: MySQLType) throws -> (TestNode, SessionConnection) {
        let node = try TestNode()
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            var table = TableDefinition.numbers("t", id: 1)
            table.columns[0].type = type
            try applier.createTable(table)
        }
        let session = try SessionConnection(node.database, id: 1)
        try node.run(session, #"INSERT INTO "test.t" VALUES (1, 10, 'x'), (2, 20, 'y')"#)
        return (node, session)
    }

    private func redefine(_ node: TestNode, _ change: @escaping @Sendable (inout TableDefinition) -> Void) throws {
        try node.ddl { applier in
            let old = try #require(applier.table("test", "t")).definition
            var new = old
            change(&new)
            new.version += 1
            try applier.redefineTable(old, as: new)
        }
    }

    @Test("Rows that are older than a column have its value: read, captured, compared and changed", arguments: values, [
        MySQLType(.int), MySQLType(.bigInt, isUnsigned: true),
    ])
    func addedColumn(value: StoredValue, key: MySQLType) throws {
        let (node, session) = try node(keyed: key)
        defer { node.stop() }
        try redefine(node) { table in
            var column = ColumnDefinition(name: "late", type: MySQLType(.varBinary, length: 100))
            switch value {
            case .integer: column.type = MySQLType(.bigInt)
            case .real: column.type = MySQLType(.double)
            case .text: column.type = MySQLType(.varChar, length: 100, collation: .utf8mb4_bin)
            default: break
            }
            column.olderRowsValue = value == .null ? nil : value
            table.columns.insert(column, at: 1)
        }
        session.refreshDictionary()
        #expect(try session.query(#"SELECT late FROM "test.t""#) == [[value], [value]])
        try node.run(session, #"INSERT INTO "test.t" (id, v, pad, late) VALUES (3, 30, 'z', NULL)"#)
        // The applier finds the rows by all their columns as captured: a wrong image is a divergence.
        try node.run(session, #"UPDATE "test.t" SET v = v + 1"#)
        #expect(try session.query(#"SELECT late, v FROM "test.t" ORDER BY id"#) == [
            [value, .integer(11)], [value, .integer(21)], [.null, .integer(31)],
        ])
        session.refreshDictionary()
        try session.begin(singleStatement: true)
        try session.execute(#"DELETE FROM "test.t" WHERE id = 1"#)
        #expect(try session.captured.row(at: 0).value(session.captured.changes[0].before, 1).stored == value)
        try node.commit(session)
        try node.run(session, #"DELETE FROM "test.t""#)
        #expect(try session.integer(#"SELECT count(*) FROM "test.t""#) == 0)
        #expect(node.failed == nil)
    }

    @Test("A dropped column is gone, its place stays, its number is not given again")
    func droppedColumn() throws {
        let (node, session) = try node(keyed: MySQLType(.int))
        defer { node.stop() }
        try redefine(node) { $0.columns.remove(at: 1) }
        session.refreshDictionary()
        try node.run(session, #"INSERT INTO "test.t" (id, pad) VALUES (3, 'z')"#)
        try redefine(node) { table in
            var column = ColumnDefinition(name: "v", type: MySQLType(.bigInt), isNullable: false)
            column.olderRowsValue = .integer(5)
            table.columns.insert(column, at: 0)
            table.indexes[0].parts[0].column = 1
        }
        session.refreshDictionary()
        let table = try #require(node.database.dictionary.table("test", "t"))
        #expect(table.definition.columns.map(\.id) == [4, 1, 3])
        #expect(table.definition.storedColumns == [1, 2, 3, 4])
        try node.run(session, #"UPDATE "test.t" SET v = v + id WHERE id = 3"#)
        #expect(try session.query(#"SELECT v, id, pad FROM "test.t" ORDER BY id"#) == [
            [.integer(5), .integer(1), .text(Array("x".utf8))], [.integer(5), .integer(2), .text(Array("y".utf8))],
            [.integer(8), .integer(3), .text(Array("z".utf8))],
        ])
        #expect(try session.query("PRAGMA integrity_check") == [[.text(Array("ok".utf8))]])
    }

    @Test("A change that fails leaves SQLite's schema as it was")
    func undone() throws {
        let (node, session) = try node(keyed: MySQLType(.int))
        defer { node.stop() }
        try node.ddl { applier in
            let old = try #require(applier.table("test", "t")).definition
            var new = old
            new.columns.remove(at: 1)
            do {
                try applier.inSavepoint {
                    try applier.redefineTable(old, as: new)
                    throw StorageError.unusable("on purpose")
                }
            } catch StorageError.unusable {}
        }
        try node.run(session, #"UPDATE "test.t" SET v = v + 1"#)
        #expect(try session.query(#"SELECT v FROM "test.t""#) == [[.integer(11)], [.integer(21)]])
        #expect(node.failed == nil)
    }

    @Test("Foreign keys find their parent when it comes, follow its names, and lose it when it goes")
    func parents() throws {
        let node = try TestNode()
        defer { node.stop() }
        var child = TableDefinition.numbers("c", id: 1)
        child.foreignKeys = [
            ForeignKeyDefinition(
                name: "fk", columns: [1], referencedSchema: "test", referencedTable: "p", referencedColumns: ["ID"])
        ]
        let orphan = child
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(orphan)
        }
        let session = try SessionConnection(node.database, id: 1)
        let insert = #"INSERT INTO "test.c" VALUES (1, 1, '')"#
        expectError(.foreignKey) { try node.run(session, insert) }
        try node.ddl { try $0.createTable(.numbers("p", id: 2)) }
        expectError(.foreignKey) { try node.run(session, insert) }
        try node.run(session, #"INSERT INTO "test.p" VALUES (1, 1, '')"#)
        try node.run(session, insert)
        try node.ddl { applier in
            let parent = try #require(applier.table("test", "p")).definition
            var renamed = parent
            renamed.name = "q"
            try applier.renameTable(parent, to: renamed)
            var again = renamed
            again.columns[0].name = "key"
            try applier.redefineTable(renamed, as: again)
        }
        let key = try #require(node.database.dictionary.table("test", "c")).definition.foreignKeys[0]
        #expect((key.referencedTable, key.referencedColumns) == ("q", ["key"]))
        expectError(.foreignKey) { try node.run(session, #"DELETE FROM "test.q""#) }
        try node.ddl { applier in try applier.dropTable(try #require(applier.table("test", "q")).definition) }
        expectError(.foreignKey) { try node.run(session, #"INSERT INTO "test.c" VALUES (2, 1, '')"#) }
        #expect(node.failed == nil)
    }
}
