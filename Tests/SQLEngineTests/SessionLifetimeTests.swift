import Testing

@testable import SQLEngine

/// A session that has ended is gone: its connection to SQLite, its plans and its page cache with it.
@Suite(.serialized) struct SessionLifetimeTests {
    @Test(arguments: [
        "SELECT n, COUNT(*) FROM t GROUP BY n",
        "INSERT INTO t VALUES (10, 1 + 1)",
        "INSERT INTO t VALUES (1, 1) ON DUPLICATE KEY UPDATE n = VALUES(n) + DEFAULT(n)",
        "REPLACE INTO t (id, n) VALUES (2, DEFAULT(n))",
        "INSERT INTO t SELECT id + 100, n FROM t",
        "UPDATE t SET n = n + 1 WHERE id = 1",
        "UPDATE t SET n = DEFAULT(n)",
        "DELETE FROM t WHERE id = 1",
        "CREATE TABLE u (i INT PRIMARY KEY)",
    ])
    func sessionsAreFreed(_ sql: String) throws {
        let node = try EngineNode()
        defer { node.remove() }
        weak var session: Session?
        do {
            let client = try node.client()
            for setup in [
                "CREATE DATABASE d", "USE d", "CREATE TABLE t (id INT PRIMARY KEY, n INT DEFAULT 3)",
                "INSERT INTO t VALUES (1, 1), (2, 2)",
            ] { _ = client.run(setup) }
            let answer = client.run(sql)
            if case .error(let code, _, let message) = answer { Issue.record("\(code) \(message)") }
            session = client.session
            client.session.close()
        }
        #expect(session == nil)
    }
}
