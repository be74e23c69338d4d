import CSQLite
import Glibc
import Platform
import Testing

@testable import Storage

/// A full disk and a disk that fails, under SQLite's own writes.
@Suite struct FileWritesTests {
    private static func makeDirectory() -> String {
        var template = Array("/tmp/file-writes-test-XXXXXX".utf8CString)
        return mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
    }

    private static func commit(_ applier: ApplierConnection, _ position: UInt64, rows: Int = 1) throws {
        try applier.begin()
        for row in 0..<rows {
            try applier.connection.run(
                "INSERT INTO filler VALUES (?, zeroblob(3000))", [.integer(Int64(position) * 1000 + Int64(row))])
        }
        try applier.commit(StoredPosition(lineage: 1, position: position, gtidExecuted: [], extra: []))
    }

    private static func count(_ database: Database) throws -> Int {
        var rows = -1
        database.maintenance { connection in
            if case .integer(let found)? = (try? connection.rows("SELECT count(*) FROM filler"))?.first?.first { rows = Int(found) }
        }
        return rows
    }

    @Test("A commit that finds no space is rolled back, readers see nothing of it, and done again it is whole", arguments: [ENOSPC, EDQUOT])
    func fullDisk(_ code: Int32) throws {
        let directory = Self.makeDirectory()
        let faults = FileFaults(directory: directory)
        defer { faults.remove() }
        let database = try Database.open(Database.Configuration(path: directory + "/rows.db"))
        let applier = try ApplierConnection(database)
        try applier.begin()
        try applier.connection.run("CREATE TABLE filler (a INTEGER PRIMARY KEY, b)")
        try applier.commit(StoredPosition(lineage: 1, position: 1, gtidExecuted: [], extra: []))
        // At each amount of space that is left, to the last byte of what is needed.
        var position: UInt64 = 1
        for left in stride(from: UInt64(0), to: 60_000, by: 3_701) {
            faults.setBytesLeft(left, errno: code)
            let before = try Self.count(database)
            do {
                try Self.commit(applier, position + 1, rows: 10)
                #expect(left > 30_000)
            } catch let error as StorageError {
                #expect(error.isDiskFull)
                #expect(try Self.count(database) == before)
                #expect(database.appliedPosition == position)
                faults.setBytesLeft(nil)
                try Self.commit(applier, position + 1, rows: 10)
            }
            position += 1
            #expect(try Self.count(database) == before + 10)
            #expect(database.appliedPosition == position)
        }
        // A checkpoint without space leaves the log as it is; with space it is moved.
        faults.setBytesLeft(0, errno: code)
        database.maintenance { #expect(Checkpointer.checkpoint($0, SQLITE_CHECKPOINT_PASSIVE) == SQLITE_FULL) }
        faults.setBytesLeft(nil)
        database.maintenance { #expect(Checkpointer.checkpoint($0, SQLITE_CHECKPOINT_TRUNCATE) == SQLITE_OK) }
        #expect(try Self.count(database) == Int(position - 1) * 10)
    }

    @Test("A sync of SQLite's files that failed is never believed again, and is damage", arguments: ["rows.db", "rows.db-wal"])
    func failedSync(_ name: String) throws {
        let directory = Self.makeDirectory()
        let faults = FileFaults(directory: directory)
        defer { faults.remove() }
        let database = try Database.open(Database.Configuration(path: directory + "/rows.db"))
        let applier = try ApplierConnection(database)
        try applier.begin()
        try applier.connection.run("CREATE TABLE filler (a INTEGER PRIMARY KEY, b)")
        try applier.commit(StoredPosition(lineage: 1, position: 1, gtidExecuted: [], extra: []))
        try Self.commit(applier, 2)
        faults.fail(.sync, EIO, suffix: name)
        database.maintenance { #expect(Checkpointer.checkpoint($0, SQLITE_CHECKPOINT_TRUNCATE) == SQLITE_IOERR) }
        #expect(database.damage.places.map(\.file) == [directory + "/" + name])
        // The disk would say OK now.
        database.maintenance { #expect(Checkpointer.checkpoint($0, SQLITE_CHECKPOINT_TRUNCATE) == SQLITE_IOERR) }
        #expect(throws: StorageError.self) { _ = try SessionConnection(database, id: 1) }
        if name.hasSuffix("wal") { #expect(throws: StorageError.self) { try database.synchronize() } }
    }
}
