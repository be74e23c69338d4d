import Testing

@testable import SQLEngine

@Suite(.serialized) struct FirstTests {
    private func text(_ answer: TestClient.Answer) -> String {
        switch answer {
        case .ok(let affected, let insertID, let warnings, let info): "ok \(affected) \(insertID) \(warnings) \(info)"
        case .rows(let columns, let rows):
            columns.map(\.name).joined(separator: "|") + "\n"
                + rows.map { $0.map { $0 ?? "NULL" }.joined(separator: "|") }.joined(separator: "\n")
        case .error(let code, let state, let message): "\(code) \(state) \(message)"
        }
    }

    @Test func rowsGoInAndComeOutThroughJoins() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        #expect(text(client.run("CREATE DATABASE d")) == "ok 1 0 0 ")
        #expect(text(client.run("USE d")) == "ok 0 0 0 ")
        #expect(text(client.run("CREATE TABLE a (id INT PRIMARY KEY, n INT)")) == "ok 0 0 0 ")
        #expect(text(client.run("CREATE TABLE b (id INT AUTO_INCREMENT PRIMARY KEY, a INT, k INT, KEY (a))")) == "ok 0 0 0 ")
        #expect(text(client.run("INSERT INTO a VALUES (1, 10), (2, 20)")) == "ok 2 0 0 Records: 2  Duplicates: 0  Warnings: 0")
        #expect(text(client.run("INSERT INTO b (a, k) VALUES (1, 5), (1, 6), (2, 7)")) == "ok 3 1 0 Records: 3  Duplicates: 0  Warnings: 0")
        #expect(
            text(client.run("SELECT a.id, b.k FROM a JOIN b ON b.a = a.id WHERE a.n = 10 ORDER BY b.id"))
                == "id|k\n1|5\n1|6")
        #expect(text(client.run("INSERT INTO a VALUES (1, 3)")) == "1062 23000 Duplicate entry '1' for key 'a.PRIMARY'")
        #expect(text(client.run("UPDATE b SET k = k + 1 WHERE id = 3")) == "ok 1 0 0 Rows matched: 1  Changed: 1  Warnings: 0")
        #expect(text(client.run("SELECT k FROM b WHERE id = 3")) == "k\n8")
        #expect(text(client.run("DELETE FROM b WHERE a = 1")) == "ok 2 0 0 ")
        #expect(text(client.run("SELECT COUNT(*) FROM b")) == "COUNT(*)\n1")
        #expect(text(client.run("SELECT * FROM nosuch")) == "1146 42S02 Table 'd.nosuch' doesn't exist")
    }

    /// What a DDL stores must be what the log says of the row afterwards: the applier compares them.
    @Test(arguments: [
        ("DECIMAL(65,30)", "0", "JSON"), ("DECIMAL(10,2)", "-1.50", "JSON"), ("DECIMAL(40,0)", "1e30", "JSON"),
        ("DECIMAL(10,2)", "0.1", "TIMESTAMP(2) NULL"), ("DOUBLE", "0.1", "TIMESTAMP(2) NULL"),
    ])
    func convertedRowsCanBeChanged(from: String, value: String, to: String) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for statement in [
            "CREATE DATABASE d", "USE d", "SET sql_mode = ''", "CREATE TABLE t (id INT PRIMARY KEY, v \(from), n INT)",
            "INSERT INTO t VALUES (1, \(value), 1)", "ALTER TABLE t MODIFY v \(to)",
        ] {
            if case .error(_, _, let message) = client.run(statement) { Issue.record("\(statement): \(message)") }
        }
        if to == "JSON" {
            #expect(text(client.run("ALTER TABLE t ADD j JSON AS (JSON_ARRAY(2.50, v)) STORED")).hasPrefix("ok "))
        }
        #expect(text(client.run("UPDATE t SET n = 2")) == "ok 1 0 0 Rows matched: 1  Changed: 1  Warnings: 0")
        #expect(text(client.run("DELETE FROM t")) == "ok 1 0 0 ")
    }
}
