import Testing

@testable import SQLEngine

/// Numbers' columns against texts, as a real MySQL 9.7 compares them.
struct ComparisonTests {
    private func rows(_ client: TestClient, _ sql: String) -> String {
        switch client.run(sql) {
        case .error(_, _, let message): message
        case .ok(let affected, _, _, _): "ok \(affected)"
        case .rows(_, let rows): rows.map { $0.map { $0 ?? "NULL" }.joined(separator: ",") }.joined(separator: ";")
        }
    }

    private func node() throws -> (EngineNode, TestClient) {
        let node = try EngineNode()
        let client = try node.client()
        for sql in [
            "CREATE DATABASE d", "USE d",
            "CREATE TABLE s (id BIGINT PRIMARY KEY, v DECIMAL(30,2), u BIGINT UNSIGNED)",
            "INSERT INTO s VALUES (1295772036504131620, 12345678901234567890.12, 18446744073709551615), "
                + "(1295772036504131621, 12345678901234567890.13, 18446744073709551614), (5, 5, 5)",
            "SET @k = '1295772036504131621'",
        ] {
            if case .error(let code, _, let message) = client.run(sql) { Issue.record("\(sql): \(code) \(message)") }
        }
        return (node, client)
    }

    @Test("A text is converted to the column's type: a neighbour above 2^53 is another number", arguments: [
        ("id = '1295772036504131621'", "1295772036504131621"), ("id = '5.0'", "5"), ("id = '5.5'", ""),
        ("id = ' 5 '", "5"), ("'5' = id", "5"), ("id = '1.295772036504131621e18'", "1295772036504131621"),
        ("id > '1295772036504131620'", "1295772036504131621"),
        ("id < '99999999999999999999' AND id > '5.5'", "1295772036504131620;1295772036504131621"),
        ("id IN ('1295772036504131621', '5')", "5;1295772036504131621"),
        ("id BETWEEN '1295772036504131621' AND '1295772036504131622'", "1295772036504131621"),
        ("id = CONCAT('12957720365041316', '21')", "1295772036504131621"), ("id = @k", "1295772036504131621"),
        ("u = '18446744073709551615'", "1295772036504131620"), ("u = '-1'", ""),
        ("v = '12345678901234567890.13'", "1295772036504131621"), ("v > '12345678901234567890.12'", "1295772036504131621"),
        // These two compare doubles, in MySQL too.
        ("v IN ('12345678901234567890.13', '3')", "1295772036504131620;1295772036504131621"),
        ("v BETWEEN '12345678901234567890.13' AND '12345678901234567890.14'", "1295772036504131620;1295772036504131621"),
    ])
    func conditions(_ condition: String, _ expected: String) throws {
        let (node, client) = try node()
        defer { node.remove() }
        #expect(rows(client, "SELECT id FROM s WHERE \(condition) ORDER BY id") == expected)
        #expect(rows(client, "SELECT id FROM (SELECT * FROM s) AS x WHERE \(condition) ORDER BY id") == expected)
    }

    @Test func theRightRowIsChanged() throws {
        let (node, client) = try node()
        defer { node.remove() }
        #expect(rows(client, "UPDATE s SET v = 1 WHERE id = '1295772036504131621'") == "ok 1")
        #expect(rows(client, "DELETE FROM s WHERE id = '1295772036504131622'") == "ok 0")
        #expect(rows(client, "PREPARE p FROM 'SELECT v FROM s WHERE id = ?'") == "ok 0")
        #expect(rows(client, "EXECUTE p USING @k") == "1.00")
        #expect(rows(client, "CREATE TABLE w (id VARCHAR(30))") == "ok 0")
        #expect(rows(client, "INSERT INTO w VALUES ('1295772036504131621'), ('5')") == "ok 2")
        #expect(rows(client, "SELECT w.id FROM w JOIN s ON w.id = s.id ORDER BY s.id") == "5;1295772036504131621")
    }

    @Test func aLargeTextIsANumberWithoutAWarning() throws {
        let (node, client) = try node()
        defer { node.remove() }
        #expect(rows(client, "CREATE TABLE tx (id INT PRIMARY KEY, body LONGTEXT, v VARCHAR(10))") == "ok 0")
        #expect(rows(client, "INSERT INTO tx VALUES (1, 'abc', 'abc'), (2, '5', '5')") == "ok 2")
        #expect(rows(client, "DELETE FROM tx WHERE v = 5") == "Truncated incorrect DOUBLE value: 'abc'")
        #expect(rows(client, "DELETE FROM tx WHERE body = 5") == "ok 1")
        #expect(rows(client, "SELECT COUNT(*) FROM tx WHERE body = 0") == "1")
        #expect(rows(client, "SHOW WARNINGS") == "")
    }
}
