import Glibc
import MySQLTypes
import Platform
import Testing

@testable import Storage

/// The applier's own file system: what it gathers reaches the log before anybody can read it.
@Suite struct BatchingFileSystemTests {
    private static let rows = 3000

    private func copy(_ source: String, _ target: String) throws {
        let input = open(source, O_RDONLY)
        let output = open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer {
            close(input)
            close(output)
        }
        try #require(input >= 0 && output >= 0)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count <= 0 { break }
            try #require(write(output, buffer, count) == count)
        }
    }

    @Test("A commit of more pages than one write takes is read by others, and is whole after a crash")
    func largeCommits() throws {
        let node = try TestNode()
        defer { node.stop() }
        try node.ddl { applier in
            try applier.put(SchemaDefinition(name: "test"))
            try applier.createTable(.numbers("t", id: 1))
        }
        let writer = try SessionConnection(node.database, id: 1)
        let reader = try SessionConnection(node.database, id: 2)
        let sum = #"SELECT coalesce(sum(v), 0) FROM "test.t""#
        for round in 1...4 {
            try writer.begin(singleStatement: false)
            if round == 1 {
                try writer.atomically {
                    try writer.execute(
                        """
                        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(Self.rows))
                        INSERT INTO "test.t" SELECT i, 1, printf('%0400d', i) FROM n
                        """)
                }
            } else {
                try writer.atomically { try writer.execute(#"UPDATE "test.t" SET v = v + 1"#) }
            }
            try node.commit(writer)
            #expect(try reader.integer(sum) == Int64(Self.rows * round))
        }
        #expect(node.failed == nil)
        // As it would be found after a kill: the files as they are, without the log's index in shared memory.
        let directory = node.directory + "-copy"
        mkdir(directory, 0o700)
        for suffix in ["", "-wal"] { try copy(node.directory + "/rows.db" + suffix, directory + "/rows.db" + suffix) }
        let survivor = try TestNode(directory: directory)
        defer { survivor.stop() }
        #expect(survivor.database.appliedPosition == node.database.appliedPosition)
        let again = try SessionConnection(survivor.database, id: 3)
        #expect(try again.integer(sum) == Int64(Self.rows * 4))
        #expect(try again.query("PRAGMA integrity_check") == [[.text(Array("ok".utf8))]])
    }
}
