import BinaryLog
import MySQLTypes
import Platform
import Testing

@testable import Storage

@Suite struct TransactionTests {
    private func withNode(_ body: (TestNode) throws -> Void) throws {
        let node = try TestNode()
        defer { node.stop() }
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(.numbers("t", id: 1))
        }
        try body(node)
    }

    @Test("A committed insert, update and delete are seen by others only after the commit")
    func commits() throws {
        try withNode { node in
            let writer = try SessionConnection(node.database, id: 1)
            let reader = try SessionConnection(node.database, id: 2)
            try writer.begin(singleStatement: false)
            try writer.atomically { try writer.execute(#"INSERT INTO "test.t" VALUES (1, 10, 'a'), (2, 20, 'b')"#) }
            #expect(try writer.integer(#"SELECT count(*) FROM "test.t""#) == 2)
            #expect(try reader.integer(#"SELECT count(*) FROM "test.t""#) == 0)
            try node.commit(writer)
            #expect(try reader.integer(#"SELECT count(*) FROM "test.t""#) == 2)
            try node.run(writer, #"UPDATE "test.t" SET v = v + 1 WHERE id = 1"#)
            try node.run(writer, #"DELETE FROM "test.t" WHERE id = 2"#)
            #expect(
                try reader.query(#"SELECT * FROM "test.t""#) == [[.integer(1), .integer(11), .text(Array("a".utf8))]])
            #expect(node.database.rowLocks.count == 0)
        }
    }

    @Test("A rolled back transaction leaves nothing")
    func rollsBack() throws {
        try withNode { node in
            let session = try SessionConnection(node.database, id: 1)
            try session.begin(singleStatement: false)
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (1, 10, 'a')"#) }
            session.endTransaction()
            #expect(try session.integer(#"SELECT count(*) FROM "test.t""#) == 0)
            #expect(node.database.rowLocks.count == 0)
        }
    }

    @Test("Savepoints undo changes and capture alike")
    func savepoints() throws {
        try withNode { node in
            let session = try SessionConnection(node.database, id: 1)
            try session.begin(singleStatement: false)
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (1, 1, '')"#) }
            try session.setSavepoint("a")
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (2, 2, '')"#) }
            try session.setSavepoint("b")
            try session.atomically { try session.execute(#"UPDATE "test.t" SET v = 100"#) }
            #expect(session.captured.count == 4)
            try session.rollback(toSavepoint: "b")
            #expect(session.captured.count == 2)
            try session.rollback(toSavepoint: "a")
            expectError(.noSuchSavepoint("b")) { try session.rollback(toSavepoint: "b") }
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (3, 3, '')"#) }
            try session.release(savepoint: "a")
            try node.commit(session)
            #expect(try session.integer(#"SELECT group_concat(id) FROM "test.t""#) == nil)
            #expect(
                try session.query(#"SELECT group_concat(id) FROM "test.t""#) == [[.text(Array("1,3".utf8))]])
        }
    }

    @Test("A failed statement is undone alone")
    func statementAtomicity() throws {
        try withNode { node in
            let session = try SessionConnection(node.database, id: 1)
            try session.begin(singleStatement: false)
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (1, 1, '')"#) }
            expectError(.duplicateKey(table: "t1", columns: ["c1"], index: nil)) {
                try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (2, 2, ''), (1, 3, '')"#) }
            }
            #expect(session.captured.count == 1)
            try node.commit(session)
            #expect(try session.integer(#"SELECT count(*) FROM "test.t""#) == 1)
        }
    }

    @Test("An update that changes nothing is not logged")
    func unchangedRows() throws {
        try withNode { node in
            let session = try SessionConnection(node.database, id: 1)
            try node.run(session, #"INSERT INTO "test.t" VALUES (1, 1, 'x')"#)
            try session.begin(singleStatement: false)
            try session.atomically { try session.execute(#"UPDATE "test.t" SET v = 1"#) }
            #expect(session.captured.isEmpty)
            #expect(node.database.rowLocks.count == 1)
            session.endTransaction()
        }
    }

    @Test("The second update of a row waits for the first, then sees its outcome")
    func waitsForRow() throws {
        try withNode { node in
            let first = try SessionConnection(node.database, id: 1)
            try node.run(first, #"INSERT INTO "test.t" VALUES (1, 0, ''), (2, 0, '')"#)
            try first.begin(singleStatement: false)
            try first.atomically { try first.execute(#"UPDATE "test.t" SET v = v + 1 WHERE id = 1"#) }
            let started = Signal()
            let thread = Thread.start(name: "second") {
                do {
                    let second = try SessionConnection(node.database, id: 2)
                    try second.begin(singleStatement: false)
                    try second.atomically { try second.execute(#"UPDATE "test.t" SET v = 7 WHERE id = 2"#) }
                    started.set()
                    try second.atomically { try second.execute(#"UPDATE "test.t" SET v = v + 10 WHERE id = 1"#) }
                    try node.commit(second)
                } catch {
                    Issue.record("\(error)")
                }
            }
            started.wait()
            while !node.database.rowLocks.hasWaiters { Thread.sleep(.milliseconds(1)) }
            try node.commit(first)
            thread?.join()
            #expect(try first.query(#"SELECT v FROM "test.t" ORDER BY id"#) == [[.integer(11)], [.integer(7)]])
        }
    }

    @Test("The second insert of a key waits for the first, then is a duplicate")
    func duplicateInsert() throws {
        try withNode { node in
            let first = try SessionConnection(node.database, id: 1)
            try first.begin(singleStatement: false)
            try first.atomically { try first.execute(#"INSERT INTO "test.t" VALUES (1, 0, '')"#) }
            let thread = Thread.start(name: "second") {
                do {
                    let second = try SessionConnection(node.database, id: 2)
                    expectError(.duplicateKey(table: "t1", columns: ["c1"], index: nil)) {
                        try node.run(second, #"INSERT INTO "test.t" VALUES (1, 1, '')"#)
                    }
                } catch {
                    Issue.record("\(error)")
                }
            }
            while !node.database.rowLocks.hasWaiters { Thread.sleep(.milliseconds(1)) }
            try node.commit(first)
            thread?.join()
            #expect(node.database.rowLocks.count == 0)
        }
    }

    @Test("A lock wait ends at its timeout and undoes the statement only")
    func lockTimeout() throws {
        try withNode { node in
            let first = try SessionConnection(node.database, id: 1)
            try node.run(first, #"INSERT INTO "test.t" VALUES (1, 0, ''), (2, 0, '')"#)
            try first.begin(singleStatement: false)
            try first.atomically { try first.execute(#"UPDATE "test.t" SET v = 1 WHERE id = 1"#) }
            let second = try SessionConnection(node.database, id: 2)
            second.lockWaitTimeout = .milliseconds(20)
            try second.begin(singleStatement: false)
            try second.atomically { try second.execute(#"UPDATE "test.t" SET v = 2 WHERE id = 2"#) }
            expectError(.lockWaitTimeout) {
                try second.atomically { try second.execute(#"UPDATE "test.t" SET v = 3"#) }
            }
            #expect(try second.query(#"SELECT v FROM "test.t" ORDER BY id"#) == [[.integer(0)], [.integer(2)]])
            first.endTransaction()
            try node.commit(second)
            #expect(try second.query(#"SELECT v FROM "test.t" ORDER BY id"#) == [[.integer(0)], [.integer(2)]])
        }
    }

    @Test("Two transactions that wait for each other: one is the victim, the other commits")
    func deadlock() throws {
        try withNode { node in
            let first = try SessionConnection(node.database, id: 1)
            try node.run(first, #"INSERT INTO "test.t" VALUES (1, 0, ''), (2, 0, '')"#)
            try first.begin(singleStatement: false)
            try first.atomically { try first.execute(#"UPDATE "test.t" SET v = 1 WHERE id = 1"#) }
            let thread = Thread.start(name: "second") {
                do {
                    let second = try SessionConnection(node.database, id: 2)
                    try second.begin(singleStatement: false)
                    try second.atomically { try second.execute(#"UPDATE "test.t" SET v = 2 WHERE id = 2"#) }
                    try second.atomically { try second.execute(#"UPDATE "test.t" SET v = 2 WHERE id = 1"#) }
                    try node.commit(second)
                } catch {
                    Issue.record("\(error)")
                }
            }
            while !node.database.rowLocks.hasWaiters { Thread.sleep(.milliseconds(1)) }
            expectError(.deadlock) {
                try first.atomically { try first.execute(#"UPDATE "test.t" SET v = 1 WHERE id = 2"#) }
            }
            first.endTransaction()
            thread?.join()
            #expect(try first.query(#"SELECT v FROM "test.t" ORDER BY id"#) == [[.integer(2)], [.integer(2)]])
        }
    }

    @Test("A certified transaction of another member dooms the local one in its way")
    func doom() throws {
        try withNode { node in
            let local = try SessionConnection(node.database, id: 1)
            try node.run(local, #"INSERT INTO "test.t" VALUES (1, 0, '')"#)
            // Elsewhere: the same row, without this node's locks.
            let elsewhere = try SessionConnection(node.database, id: 2)
            try elsewhere.begin(singleStatement: false)
            try elsewhere.atomically { try elsewhere.execute(#"UPDATE "test.t" SET v = 5 WHERE id = 1"#) }
            elsewhere.releaseLocks()
            try local.begin(singleStatement: false)
            try local.atomically { try local.execute(#"UPDATE "test.t" SET v = 1 WHERE id = 1"#) }
            let position = try node.commitRemote(elsewhere.captured, snapshot: elsewhere.snapshot)
            expectError(.doomed) {
                try local.atomically { try local.execute(#"UPDATE "test.t" SET v = 2 WHERE id = 1"#) }
            }
            expectError(.doomed) { _ = try local.prepareCommit() }
            local.endTransaction()
            elsewhere.endTransaction()
            try node.wait(for: position)
            #expect(try local.integer(#"SELECT v FROM "test.t""#) == 5)
        }
    }

    @Test("A kill ends a long statement and leaves the transaction as it was before it")
    func kill() throws {
        try withNode { node in
            let session = try SessionConnection(node.database, id: 1)
            try session.begin(singleStatement: false)
            try session.atomically { try session.execute(#"INSERT INTO "test.t" VALUES (1, 1, '')"#) }
            try session.setSavepoint("s")
            let owner = session.owner
            let thread = Thread.start(name: "killer") {
                Thread.sleep(.milliseconds(30))
                owner.kill()
            }
            expectError(.interrupted) {
                try session.atomically {
                    try session.execute(
                        """
                        WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n)
                        INSERT INTO "test.t" SELECT i, 0, 'x' FROM n
                        """)
                }
            }
            thread?.join()
            #expect(try session.integer(#"SELECT count(*) FROM "test.t""#) == 1)
            try session.rollback(toSavepoint: "s")
            try node.commit(session)
            #expect(try session.integer(#"SELECT count(*) FROM "test.t""#) == 1)
        }
    }

    @Test("A transaction past its limit of bytes is refused")
    func tooLarge() throws {
        let node = try TestNode(transactionLimit: 2000)
        defer { node.stop() }
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(.numbers("t", id: 1))
        }
        let session = try SessionConnection(node.database, id: 1)
        // A row takes 24 bytes: two numbers of 9 each, and a text of one byte behind its length.
        expectError(.transactionTooLarge(bytes: 84 * 24, limitBytes: 2000)) {
            try node.run(
                session,
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
                INSERT INTO "test.t" SELECT i, 0, 'x' FROM n
                """)
        }
        #expect(try session.integer(#"SELECT count(*) FROM "test.t""#) == 0)
    }

    @Test("A write outside a transaction never gets into the file")
    func backstop() throws {
        try withNode { node in
            let session = try SessionConnection(node.database, id: 1)
            expectError(nil) { try session.execute(#"INSERT INTO "test.t" VALUES (1, 1, '')"#) }
            #expect(try session.integer(#"SELECT count(*) FROM "test.t""#) == 0)
        }
    }
}

/// Runs `body`, which is to throw `expected` (nil: any error of storage's).
func expectError(
    _ expected: StorageError?, _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) {
    do {
        try body()
        Issue.record("no error", sourceLocation: sourceLocation)
    } catch let error as StorageError {
        if let expected { #expect(error == expected, sourceLocation: sourceLocation) }
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}

/// Set once, awaited by others.
final class Signal: Sendable {
    private let lock = Lock()
    private let condition = Condition()
    nonisolated(unsafe) private var isSet = false

    func set() {
        lock.withLock {
            isSet = true
            condition.broadcast()
        }
    }

    func wait() {
        lock.withLock { while !isSet { condition.wait(lock) } }
    }
}
