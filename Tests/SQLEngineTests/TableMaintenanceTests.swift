import Testing

@testable import SQLEngine

@Suite(.serialized) struct TableMaintenanceTests {
    private func rows(_ answer: TestClient.Answer) -> [String] {
        switch answer {
        case .ok: ["ok"]
        case .rows(_, let rows): rows.map { $0.map { $0 ?? "NULL" }.joined(separator: "|") }
        case .error(let code, _, let message): ["\(code) \(message)"]
        }
    }

    @Test func aChecksumDependsOnTheRowsAloneAndMissingTablesAreNull() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for statement in [
            "CREATE DATABASE d", "USE d", "CREATE TABLE a (id INT PRIMARY KEY, v VARCHAR(9), n DOUBLE)",
            "CREATE TABLE b (id INT PRIMARY KEY, v VARCHAR(9), n DOUBLE)",
            "INSERT INTO a VALUES (1, 'x', 1.5), (2, NULL, 2), (3, '', -0.5)", "INSERT INTO b VALUES (3, '', -0.5)",
            "INSERT INTO b VALUES (2, NULL, 2), (1, 'x', 1.5)",
        ] {
            #expect(rows(client.run(statement)) == ["ok"], "\(statement)")
        }
        let both = rows(client.run("CHECKSUM TABLE a, b, nope"))
        #expect(both.count == 3)
        #expect(both[0].dropFirst(4) == both[1].dropFirst(4))
        #expect(both[0] != "d.a|0")
        #expect(both[2] == "d.nope|NULL")
        _ = client.run("UPDATE b SET v = '' WHERE id = 2")
        #expect(rows(client.run("CHECKSUM TABLE b"))[0].dropFirst(4) != both[1].dropFirst(4))
        _ = client.run("DELETE FROM a")
        #expect(rows(client.run("CHECKSUM TABLE a")) == ["d.a|0"])
        #expect(rows(client.run("CHECKSUM TABLE a QUICK")) == ["d.a|NULL"])
        #expect(rows(client.run("CHECK TABLE a, nope")) == [
            "d.a|check|status|OK", "d.nope|check|Error|Table 'd.nope' doesn't exist", "d.nope|check|status|Operation failed",
        ])
        #expect(rows(client.run("REPAIR TABLE a")) == ["d.a|repair|note|The storage engine for the table doesn't support repair"])
    }
}
