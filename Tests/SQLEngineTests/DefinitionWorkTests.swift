import Testing

@testable import SQLEngine

/// No DDL holds an applier for as long as somebody likes: what its expressions do is counted, alike on all members.
@Suite(.serialized) struct DefinitionWorkTests {
    private func error(_ answer: TestClient.Answer) -> UInt16 {
        if case .error(let code, _, _) = answer { return code }
        return 0
    }

    @Test(arguments: [
        "ALTER TABLE w.t ADD COLUMN x INT AS (LENGTH(REPEAT(s, 1000))) STORED",
        "ALTER TABLE w.t ADD COLUMN x INT DEFAULT (LENGTH(REPEAT('a', 2000000)))",
        "ALTER TABLE w.t ADD CHECK (LENGTH(REPEAT(s, 1000)) > 1)",
        "ALTER TABLE w.t ADD KEY x ((LENGTH(REPEAT(s, 1000))))",
        "ALTER TABLE w.t ADD COLUMN x INT AS (REPEAT('a', 100000) REGEXP CONCAT('(a*)*', s)) STORED",
    ])
    func aDefinitionThatWorksTooLongIsRefused(sql: String) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for statement in [
            "CREATE DATABASE w", "CREATE TABLE w.t (id INT PRIMARY KEY, s VARCHAR(1000))",
            "INSERT INTO w.t VALUES (1, REPEAT('b', 1000)), (2, REPEAT('c', 1000))",
        ] { #expect(error(client.run(statement)) == 0) }
        node.executor.workLimit = 1 << 17
        #expect(error(client.run(sql)) == 3024)
        // Nothing of it is left: neither the column, nor the limit for what comes after it.
        #expect(error(client.run("SELECT x FROM w.t")) == 1054)
        #expect(error(client.run("ALTER TABLE w.t ADD COLUMN y INT AS (LENGTH(s)) STORED, ADD KEY ((LENGTH(s)))")) == 0)
        #expect(error(client.run("INSERT INTO w.t (id, s) SELECT 10 + id, REPEAT('d', 900) FROM w.t")) == 0)
        node.executor.workLimit = 1 << 35
        if !sql.contains("REGEXP") { #expect(error(client.run(sql)) == 0) }
    }
}
