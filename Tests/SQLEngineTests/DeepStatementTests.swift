import Testing

@testable import SQLEngine

/// Long chains and deep nesting: executed, or refused with error 1436; never a lost server.
@Suite(.serialized) struct DeepStatementTests {
    private func code(_ answer: TestClient.Answer) -> UInt16 {
        if case .error(let code, _, _) = answer { return code }
        return 0
    }

    @Test func chainsOfConditionsAndUnionsAreExecuted() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        #expect(code(client.run("SELECT 1 WHERE 1" + String(repeating: " AND 1 = 1", count: 5000))) == 0)
        #expect(code(client.run("SELECT 1 WHERE 1" + String(repeating: " OR 1 = 2", count: 5000))) == 0)
        #expect(code(client.run("SELECT 1" + String(repeating: " UNION ALL SELECT 1", count: 100))) == 0)
        guard case .rows(_, let rows) = client.run("SELECT 1 UNION SELECT 2 UNION ALL SELECT 1 UNION ALL SELECT 2") else {
            Issue.record("no rows")
            return
        }
        #expect(rows.map { $0[0] } == ["1", "2", "1", "2"])
        guard case .rows(_, let distinct) = client.run("SELECT 1 UNION ALL SELECT 1 UNION SELECT 1") else {
            Issue.record("no rows")
            return
        }
        #expect(distinct.count == 1)
    }

    @Test func whatSQLiteCannotNestIsRefusedAsTooDeep() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        #expect(code(client.run("SELECT " + String(repeating: "abs(", count: 60) + "1" + String(repeating: ")", count: 60))) == 1436)
        #expect(code(client.run("SELECT 1" + String(repeating: "+1", count: 100_000))) == 1436)
    }
}
