import CSQLite
import Glibc
import MySQLTypes
import Platform
import Testing

@testable import Storage

/// What is on disk is not believed: each page of the database file and of its write-ahead log is compared when it is read.
@Suite struct PageChecksumTests {
    private static let pageSize = PageChecksum.pageSize

    @Test("A page's sum is XXH64 of all but its end, and differs for each byte and for each place")
    func sums() {
        var page = [UInt64](repeating: 0, count: Self.pageSize / 8)
        var random = SystemRandomNumberGenerator()
        for index in page.indices { page[index] = random.next() }
        page.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            PageChecksum.seal(base, page: 7)
            #expect(PageChecksum.isRight(base, page: 7))
            #expect(!PageChecksum.isRight(base, page: 8))
            let words = UnsafePointer(base.assumingMemoryBound(to: UInt64.self))
            for count in [4, 5, 7, 8, 31, 32, 511] {
                #expect(XXH64.hash(words: words, count: count) == XXH64.hash(UnsafeRawBufferPointer(rebasing: bytes[..<(8 * count)])))
            }
            for index in bytes.indices {
                for bit in [0, 3, 7] {
                    bytes[index] ^= 1 << bit
                    #expect(!PageChecksum.isRight(base, page: 7))
                    bytes[index] ^= 1 << bit
                }
            }
            #expect(PageChecksum.isRight(base, page: 7))
        }
    }

    /// Rows on several pages, moved into the database file or left in the log; the node is stopped.
    private func prepare(rows: Int = 3000, inLog: Bool = false) throws -> String {
        let node = try TestNode()
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(.numbers("t", id: 1))
        }
        if inLog { node.database.maintenance { _ = Checkpointer.checkpoint($0, SQLITE_CHECKPOINT_TRUNCATE) } }
        let session = try SessionConnection(node.database, id: 1)
        try session.begin(singleStatement: false)
        try session.atomically {
            try session.execute(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
                INSERT INTO "test.t" SELECT i, 1, printf('%0400d', i) FROM n
                """)
        }
        try node.commit(session)
        let directory = node.directory
        if inLog {
            // As a kill leaves it: with the log.
            let copy = directory + "-copy"
            mkdir(copy, 0o700)
            for suffix in ["", "-wal"] { try write(try read(directory + "/rows.db" + suffix), to: copy + "/rows.db" + suffix) }
            node.stop()
            return copy
        }
        node.stop(removing: false)
        return directory
    }

    private func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        try #require(file >= 0)
        defer { close(file) }
        let size = Int(lseek(file, 0, SEEK_END))
        var bytes = [UInt8](repeating: 0, count: size)
        try #require(pread(file, &bytes, size, 0) == size)
        return bytes
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        try #require(Glibc.write(file, bytes, bytes.count) == bytes.count)
    }

    private func remove(_ directory: String) {
        for suffix in ["", "-wal", "-shm"] { unlink(directory + "/rows.db" + suffix) }
        rmdir(directory)
    }

    /// Opens the store and reads all of it. Returns what was found damaged; nil where all is as it was written.
    private func readAll(_ directory: String) -> StoreDamage? {
        var found: StoreDamage?
        do {
            let database = try Database.open(Database.Configuration(path: directory + "/rows.db"))
            defer { found = database.damage.places.first }
            let session = try SessionConnection(database, id: 1)
            #expect(try session.integer(#"SELECT sum(v) FROM "test.t""#) == 3000)
            _ = try session.query("PRAGMA integrity_check")
        } catch let error as StorageError {
            #expect(error.isDamage, "\(error)")
            if found == nil, case .damaged(let damage) = error { found = damage }
            #expect(found != nil)
        } catch {
            Issue.record("\(error)")
        }
        return found
    }

    @Test("A flipped bit anywhere in the database file is found where it is")
    func everyByte() throws {
        let directory = try prepare()
        defer { remove(directory) }
        #expect(readAll(directory) == nil)
        let path = directory + "/rows.db"
        let whole = try read(path)
        #expect(whole.count % Self.pageSize == 0)
        #expect(whole[20] == 8, "the reserved bytes of each page")
        // Each byte of the file's header; of the others some of every page.
        var places = Array(0..<100)
        var offset = 100
        while offset < whole.count {
            places.append(offset)
            offset += 4093
        }
        for place in places {
            let bit = UInt8(1) << (place % 8)
            let file = open(path, O_WRONLY)
            var byte = whole[place] ^ bit
            pwrite(file, &byte, 1, off_t(place))
            let found = readAll(directory)
            #expect(found?.page == UInt64(place / Self.pageSize + 1), "byte \(place): \(String(describing: found))")
            #expect(found?.file.hasSuffix("/rows.db") == true)
            byte = whole[place]
            pwrite(file, &byte, 1, off_t(place))
            close(file)
        }
        #expect(readAll(directory) == nil)
    }

    @Test("A page in another one's place, a page of zeros and a file that ends too early are found")
    func misplaced() throws {
        let directory = try prepare()
        defer { remove(directory) }
        let path = directory + "/rows.db"
        let whole = try read(path)
        let size = Self.pageSize
        let pages = whole.count / size
        var swapped = whole
        swapped.replaceSubrange((pages - 1) * size..<pages * size, with: whole[(pages - 2) * size..<(pages - 1) * size])
        try write(swapped, to: path)
        #expect(readAll(directory)?.page == UInt64(pages))
        var zeroed = whole
        zeroed.replaceSubrange((pages - 1) * size..<pages * size, with: [UInt8](repeating: 0, count: size))
        try write(zeroed, to: path)
        #expect(readAll(directory)?.page == UInt64(pages))
        for end in [(pages - 1) * size, pages * size - 1, size + 10] {
            try write(Array(whole[..<end]), to: path)
            #expect(readAll(directory) != nil, "\(end) bytes are left")
        }
        try write(whole, to: path)
        #expect(readAll(directory) == nil)
    }

    @Test("A page read from the log is compared with its frame, also long after the log's recovery")
    func log() throws {
        let directory = try prepare(inLog: true)
        defer { remove(directory) }
        let path = directory + "/rows.db-wal"
        let database = try Database.open(Database.Configuration(path: directory + "/rows.db"))
        let sum = #"SELECT sum(v) FROM "test.t""#
        let first = try SessionConnection(database, id: 1)
        #expect(try first.integer(sum) == 3000)
        // While the server runs, a bit of some frame flips: of its page, and of its header.
        for place in [LogFrame.logHeaderSize + 40 * LogFrame.size + 24 + 1000, LogFrame.logHeaderSize + 40 * LogFrame.size + 3] {
            let file = open(path, O_RDWR)
            var byte: UInt8 = 0
            try #require(pread(file, &byte, 1, off_t(place)) == 1)
            byte ^= 4
            pwrite(file, &byte, 1, off_t(place))
            let session = try SessionConnection(database, id: UInt64(place))
            #expect(throws: StorageError.self) { try session.integer(sum) }
            #expect(database.damage.places.first?.file.hasSuffix("/rows.db-wal") == true)
            #expect(database.damage.places.first?.offset == UInt64(LogFrame.logHeaderSize + 40 * LogFrame.size))
            byte ^= 4
            pwrite(file, &byte, 1, off_t(place))
            close(file)
            #expect(try session.integer(sum) == 3000)
        }
    }

    @Test("What a transaction meets is an error of its own, and it can be rolled back")
    func transactions() throws {
        let directory = try prepare()
        defer { remove(directory) }
        let path = directory + "/rows.db"
        let file = open(path, O_RDWR)
        let place = off_t(Self.pageSize * 60 + 2000)
        var byte: UInt8 = 0
        try #require(pread(file, &byte, 1, place) == 1)
        byte ^= 1
        pwrite(file, &byte, 1, place)
        close(file)
        let database = try Database.open(Database.Configuration(path: path))
        let session = try SessionConnection(database, id: 1)
        for singleStatement in [false, true] {
            try session.begin(singleStatement: singleStatement)
            let error = #expect(throws: StorageError.self) {
                try session.atomically { try session.execute(#"UPDATE "test.t" SET v = v + 1"#) }
            }
            #expect(error?.isDamage == true, "\(String(describing: error))")
            session.endTransaction()
            #expect(throws: StorageError.self) { try session.integer(#"SELECT sum(v) FROM "test.t""#) }
        }
        #expect(database.damage.places.map(\.page) == [61])
    }

    @Test("A scrub finds what nobody has read, and takes nothing that is being written for damage")
    func scrub() throws {
        let directory = try prepare()
        defer { remove(directory) }
        let node = try TestNode(directory: directory)
        defer { node.stop(removing: false) }
        let scrub = StoreScrub(node.database)
        let session = try SessionConnection(node.database, id: 1)
        // Writers and checkpoints beside it.
        for round in 1...30 {
            try session.begin(singleStatement: false)
            try session.atomically { try session.execute(#"UPDATE "test.t" SET v = v + 1 WHERE id % 7 = \#(round % 7)"#) }
            try node.commit(session)
            node.database.maintenance { _ = Checkpointer.checkpoint($0, SQLITE_CHECKPOINT_PASSIVE) }
            var bytes = 0
            while let piece = scrub.step() { bytes += piece }
            #expect(bytes >= 300 * Self.pageSize)
            #expect(node.database.damage.isClear, "\(node.database.damage.places)")
        }
        node.database.maintenance { _ = Checkpointer.checkpoint($0, SQLITE_CHECKPOINT_TRUNCATE) }
        let file = open(directory + "/rows.db", O_RDWR)
        for page in [1, 40, 300] {
            let place = off_t((page - 1) * Self.pageSize + 3000)
            var byte: UInt8 = 0
            try #require(pread(file, &byte, 1, place) == 1)
            byte ^= 64
            pwrite(file, &byte, 1, place)
        }
        fsync(file)
        close(file)
        while scrub.step() != nil {}
        #expect(node.database.damage.places.map(\.page) == [1, 40, 300])
    }
}
