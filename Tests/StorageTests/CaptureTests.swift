import BinaryLog
import MySQLTypes
import Platform
import Testing

@testable import Storage

/// What is captured from one database and applied to another makes them equal.
@Suite struct CaptureTests {
    /// A node and a second database that gets everything too.
    private final class Pair {
        let node: TestNode
        let session: SessionConnection
        let otherNode: TestNode
        let other: ApplierConnection
        private var position: UInt64 = 1000

        init(_ tables: [TableDefinition]) throws {
            node = try TestNode()
            otherNode = try TestNode()
            other = try ApplierConnection(otherNode.database)
            try other.begin()
            try other.put(SchemaDefinition(name: "test"))
            for table in tables { try other.createTable(table) }
            try other.commit(StoredPosition(lineage: 1, position: 1))
            try node.ddl { applier in
                try applier.put(SchemaDefinition(name: "test"))
                for table in tables { try applier.createTable(table) }
            }
            session = try SessionConnection(node.database, id: 1)
        }

        func stop() {
            session.endTransaction()
            node.stop()
            otherNode.stop()
        }

        /// Runs statements as one transaction here, applies what was captured there, and compares the tables.
        func run(_ statements: String..., comparing tables: [String]) throws {
            try session.begin(singleStatement: false)
            for sql in statements { try session.atomically { try session.execute(sql) } }
            let body = try session.captured.events(serverID: 1, timestamp: 0)
            try node.commit(session)
            position += 1
            try other.begin()
            try other.apply(body[...])
            try other.commit(StoredPosition(lineage: 1, position: position))
            for table in tables {
                let sql = "SELECT * FROM \"test.\(table)\" ORDER BY 1, 2"
                let here = try session.query(sql)
                let there = try other.connection.rows(otherNode.database.translated(sql))
                #expect(here == there, "\(table) differs")
            }
        }
    }

    private func column(_ name: String, _ type: MySQLType, nullable: Bool = true) -> ColumnDefinition {
        ColumnDefinition(name: name, type: type, isNullable: nullable)
    }

    @Test("Every type's values come out as they went in")
    func types() throws {
        var table = TableDefinition(
            id: 7, schema: "test", name: "all",
            columns: [
                column("id", MySQLType(.bigInt, isUnsigned: true), nullable: false),
                column("tiny", MySQLType(.tinyInt)), column("utiny", MySQLType(.tinyInt, isUnsigned: true)),
                column("medium", MySQLType(.mediumInt)), column("big", MySQLType(.bigInt)),
                column("price", MySQLType(.decimal, length: 12, decimals: 3)),
                column("f", MySQLType(.float)), column("d", MySQLType(.double)),
                column("b", MySQLType(.bit, length: 12)), column("y", MySQLType(.year)),
                column("date", MySQLType(.date)), column("time", MySQLType(.time, decimals: 6)),
                column("stamp", MySQLType(.timestamp, decimals: 3)), column("when", MySQLType(.dateTime)),
                column("c", MySQLType(.char, length: 10, collation: .utf8mb4_bin)),
                column("text", MySQLType(.longText, collation: .utf8mb4_bin)),
                column("bin", MySQLType(.binary, length: 4)), column("blob", MySQLType(.blob)),
                column("e", MySQLType(.enumeration, collation: .utf8mb4_bin, members: ["a", "b"])),
                column("s", MySQLType(.set, collation: .utf8mb4_bin, members: ["x", "y", "z"])),
                column("j", MySQLType(.json)),
            ])
        table.indexes = [IndexDefinition(name: "PRIMARY", kind: .primary, parts: [.init(column: 0)])]
        let pair = try Pair([table])
        defer { pair.stop() }
        try pair.run(
            """
            INSERT INTO "test.all" VALUES (1, -128, 255, -8388608, -9223372036854775808, '-123456789.125', 1.5, 0.1, 4095,
                2026, '2026-11-21', -3599000001, '2026-11-21 08:15:00.125', '1000-01-01 00:00:00', 'grüße',
                'long 🎉', x'01020000', x'00ff', 2, 5, '{"a": [1, "x", null]}'),
                (x'FFFFFFFFFFFFFFFF', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
                NULL, NULL, NULL, NULL, NULL, NULL)
            """, comparing: ["all"])
        try pair.run(
            #"UPDATE "test.all" SET price = '0.000', f = -2.25, text = '', j = '[]', bin = x'00000000' WHERE id = 1"#,
            #"UPDATE "test.all" SET tiny = 5, "when" = '9999-12-31 23:59:59' WHERE id = x'FFFFFFFFFFFFFFFF'"#,
            comparing: ["all"])
        try pair.run(#"DELETE FROM "test.all" WHERE price = '0.000'"#, comparing: ["all"])
        #expect(try pair.session.integer(#"SELECT count(*) FROM "test.all""#) == 1)
    }

    @Test("Cascades, REPLACE's deletes and key changes are captured, with and without a rowid")
    func cascadesAndReplace() throws {
        var parent = TableDefinition(
            id: 1, schema: "test", name: "p",
            columns: [
                column("code", MySQLType(.varChar, length: 10, collation: .utf8mb4_bin), nullable: false),
                column("u", MySQLType(.int)),
            ])
        parent.indexes = [
            IndexDefinition(name: "PRIMARY", kind: .primary, parts: [.init(column: 0)]),
            IndexDefinition(name: "u", kind: .unique, parts: [.init(column: 1)]),
        ]
        var child = TableDefinition(
            id: 2, schema: "test", name: "c",
            columns: [
                column("id", MySQLType(.int), nullable: false),
                column("code", MySQLType(.varChar, length: 10, collation: .utf8mb4_bin)),
            ])
        child.indexes = [IndexDefinition(name: "PRIMARY", kind: .primary, parts: [.init(column: 0)])]
        child.foreignKeys = [
            ForeignKeyDefinition(
                name: "fk", columns: [1], referencedSchema: "test", referencedTable: "p", referencedColumns: ["code"],
                onDelete: .cascade, onUpdate: .cascade)
        ]
        let pair = try Pair([parent, child])
        defer { pair.stop() }
        let both = ["p", "c"]
        try pair.run(
            #"INSERT INTO "test.p" VALUES ('a', 1), ('b', 2), ('c', 3)"#,
            #"INSERT INTO "test.c" VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, NULL)"#, comparing: both)
        try pair.run(#"UPDATE "test.p" SET code = 'z' WHERE code = 'a'"#, comparing: both)
        #expect(try pair.session.integer(#"SELECT count(*) FROM "test.c" WHERE code = 'z'"#) == 2)
        try pair.run(#"DELETE FROM "test.p" WHERE code = 'b'"#, comparing: both)
        #expect(try pair.session.integer(#"SELECT count(*) FROM "test.c""#) == 3)
        // Takes the place of two rows: one with its key, one with its unique value.
        try pair.run(#"REPLACE INTO "test.p" VALUES ('c', 1)"#, comparing: both)
        #expect(try pair.session.integer(#"SELECT count(*) FROM "test.p""#) == 1)
        try pair.run(#"REPLACE INTO "test.c" VALUES (4, 'c')"#, #"UPDATE "test.c" SET id = 40"#, comparing: both)
        expectError(.foreignKey) { try pair.node.run(pair.session, #"INSERT INTO "test.c" VALUES (9, 'none')"#) }
        // INSERT IGNORE passes over a row that SQLite took back.
        try pair.session.begin(singleStatement: false)
        try pair.session.atomically {
            expectError(.foreignKey) { try pair.session.execute(#"INSERT INTO "test.c" VALUES (9, 'none')"#) }
            try pair.session.execute(#"INSERT INTO "test.c" VALUES (10, 'c')"#)
        }
        #expect(pair.session.captured.count == 1)
        pair.session.endTransaction()
    }

    @Test("Rows of a table without a key are found by all their columns")
    func withoutKey() throws {
        var table = TableDefinition.numbers("n", id: 1)
        table.indexes = []
        let pair = try Pair([table])
        defer { pair.stop() }
        try pair.run(#"INSERT INTO "test.n" VALUES (1, 1, 'a'), (1, 1, 'a'), (1, NULL, 'A')"#, comparing: ["n"])
        try pair.run(#"DELETE FROM "test.n" WHERE rowid = 1"#, comparing: ["n"])
        try pair.run(#"UPDATE "test.n" SET v = 5 WHERE pad = 'A'"#, comparing: ["n"])
        #expect(pair.session.captured.changesTableWithoutKey == nil)
        try pair.session.begin(singleStatement: true)
        try pair.session.execute(#"DELETE FROM "test.n""#)
        #expect(pair.session.captured.changesTableWithoutKey?.name == "n")
        #expect(pair.session.captured.count == 2)
    }

    @Test("Images above binlog_cache_size lie in a file: the events, savepoints and a renewed snapshot are the same")
    func spilled() throws {
        let pair = try Pair([.numbers("t", id: 1)])
        defer { pair.stop() }
        pair.node.database.setCaptureLimits(inMemory: 1 << 20, most: .max)
        let large = try SessionConnection(pair.node.database, id: 3)
        defer { large.endTransaction() }
        pair.node.database.setCaptureLimits(inMemory: 4096, most: .max)
        let small = try SessionConnection(pair.node.database, id: 2)
        defer { small.endTransaction() }
        func insert(_ from: Int, _ to: Int) -> String {
            "INSERT INTO \"test.t\" WITH RECURSIVE n(i) AS (SELECT \(from) UNION ALL SELECT i + 1 FROM n WHERE i < \(to)) "
                + "SELECT i, i, printf('%0500d', i) FROM n"
        }
        // Once with all of it in memory, once with all but the newest rows in the file.
        var bodies: [[UInt8]] = []
        for session in [large, small] {
            try session.begin(singleStatement: false)
            try session.atomically { try session.execute(insert(1, 50)) }
            try session.setSavepoint("a")
            try session.atomically { try session.execute(insert(51, 100)) }
            try session.rollback(toSavepoint: "a")
            try session.atomically { try session.execute(insert(51, 55)) }
            try session.atomically { try session.execute(#"UPDATE "test.t" SET v = v + 1 WHERE id < 20"#) }
            try session.renewSnapshot()
            #expect(try session.query(#"SELECT count(*), sum(v) FROM "test.t""#) == [[.integer(55), .integer(1559)]])
            #expect(session.captured.isOnDisk == (session === small))
            bodies.append(try session.captured.events(serverID: 1, timestamp: 0))
            var pieces: [UInt8] = []
            try session.captured.events(serverID: 1, timestamp: 0) { pieces += $0 }
            #expect(pieces == bodies.last)
            session.endTransaction()
            #expect(!session.captured.isOnDisk)
        }
        #expect(bodies.count == 2 && bodies[0] == bodies[1])
        #expect(bodies[0].count > 40_000)
    }

    @Test("What is captured above max_binlog_cache_size fails the statement alone; what is in memory is in the account")
    func captureLimits() throws {
        let pair = try Pair([.numbers("t", id: 1)])
        defer { pair.stop() }
        pair.node.database.setCaptureLimits(inMemory: 1 << 20, most: 600_000)
        let session = try SessionConnection(pair.node.database, id: 2)
        defer { session.endTransaction() }
        try session.begin(singleStatement: false)
        let before = session.memory.bytes
        try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (1, 1, zeroblob(500000))"#) }
        // SQLite's own pages, and the image.
        #expect(session.memory.bytes - before >= 900_000)
        #expect(throws: StorageError.captureFull) {
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (2, 2, zeroblob(100000))"#) }
        }
        #expect(try session.query(#"SELECT count(*) FROM "test.t""#) == [[.integer(1)]])
        #expect(session.captured.count == 1)
        session.memory.limit = before + 1_200_000
        #expect {
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (3, 3, zeroblob(90000))"#) }
        } throws: { error in
            if case StorageError.memory(.connection) = error { true } else { false }
        }
        session.memory.limit = .max
        session.endTransaction()
        #expect(session.memory.bytes < before + 1_000_000)
    }

    @Test("A row that differs from the log is reported with what differs")
    func divergence() throws {
        let pair = try Pair([.numbers("t", id: 1)])
        defer { pair.stop() }
        try pair.run(#"INSERT INTO "test.t" VALUES (1, 10, 'x'), (2, 20, 'y')"#, comparing: ["t"])
        try pair.other.begin()
        try pair.other.connection.execute(pair.node.database.translated(#"UPDATE "test.t" SET v = 11 WHERE id = 1"#))
        try pair.session.begin(singleStatement: true)
        try pair.session.execute(#"UPDATE "test.t" SET pad = 'z' WHERE id = 1"#)
        let body = try pair.session.captured.events(serverID: 1, timestamp: 0)
        #expect(divergence(pair.other, body).contains("column v is 11 here, 10 in the group's log"))
        pair.other.rollback()
        try pair.other.begin()
        try pair.other.connection.execute(pair.node.database.translated(#"DELETE FROM "test.t" WHERE id = 1"#))
        #expect(divergence(pair.other, body).contains("no such row here"))
        pair.other.rollback()
    }

    private func divergence(_ applier: ApplierConnection, _ body: [UInt8]) -> String {
        do {
            try applier.apply(body[...])
            return "applied"
        } catch {
            if case .diverged(let text) = error { return text }
            return "\(error)"
        }
    }

    @Test("Truncated and garbled events are refused, never trap")
    func garbage() throws {
        let pair = try Pair([.numbers("t", id: 1)])
        defer { pair.stop() }
        try pair.session.begin(singleStatement: true)
        try pair.session.execute(#"INSERT INTO "test.t" VALUES (1, 10, 'xyz'), (2, 20, 'y')"#)
        let body = try pair.session.captured.events(serverID: 1, timestamp: 0)
        var state: UInt64 = 88172645463325252
        for round in 0..<3000 {
            var damaged = body
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            if round % 3 == 0 {
                damaged.removeLast(Int(state % UInt64(body.count)))
            } else {
                damaged[Int(state % UInt64(body.count))] ^= UInt8(truncatingIfNeeded: state >> 32) | 1
            }
            try pair.other.begin()
            do {
                try pair.other.apply(damaged[...])
            } catch {
                // Refused: what is looked for is a trap.
            }
            pair.other.rollback()
        }
    }
}
