import Testing

@testable import SQLEngine

/// Values at the ends of their types, and calls with more arguments than SQLite takes: MySQL 9.7's answers.
@Suite(.serialized) struct BoundaryTests {
    private static let infinity = "ROUND(1.7976931348623157e308, -308)"

    private func answers(_ statements: [String], _ body: (TestClient) throws -> Void) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for statement in ["CREATE DATABASE d", "USE d"] + statements {
            if case .error(let code, _, let message) = client.run(statement) { Issue.record("\(statement): \(code) \(message)") }
        }
        try body(client)
    }

    private func value(_ client: TestClient, _ expression: String) -> String? {
        switch client.run("SELECT " + expression) {
        case .rows(_, let rows): rows.first?.first ?? nil
        case .error(let code, _, let message): "\(code) \(message)"
        case .ok: "ok"
        }
    }

    private func error(_ client: TestClient, _ statement: String) -> UInt16? {
        if case .error(let code, _, _) = client.run(statement) { code } else { nil }
    }

    @Test func bytesAndTimesAreFormattedWhateverTheirSize() throws {
        try answers([]) { client in
            let expected: [(String, String)] = [
                ("FORMAT_BYTES(\(Self.infinity))", " inf EiB"), ("FORMAT_BYTES(-\(Self.infinity))", "-inf EiB"),
                ("FORMAT_PICO_TIME(\(Self.infinity))", " inf d"), ("FORMAT_BYTES(1e300)", "8.67e+281 EiB"),
                ("FORMAT_BYTES(-1e300)", "-8.67e+281 EiB"), ("FORMAT_BYTES(1023.5)", "1023 bytes"), ("FORMAT_BYTES(-1)", "  -1 bytes"),
                ("FORMAT_BYTES(0.5)", "   0 bytes"), ("FORMAT_BYTES(1e23)", "86736.17 EiB"), ("FORMAT_BYTES(1.5e23)", "1.30e+05 EiB"),
                ("FORMAT_PICO_TIME(1e30)", "1.16e+13 d"), ("FORMAT_PICO_TIME(999)", "999 ps"), ("FORMAT_PICO_TIME(-5)", " -5 ps"),
                ("FORMAT_PICO_TIME(86400e12 * 99999)", "99999.00 d"),
            ]
            for (expression, answer) in expected { #expect(value(client, expression) == answer, "\(expression)") }
        }
    }

    @Test func theLeastIntegerIsNotNegated() throws {
        try answers(["CREATE TABLE t (i BIGINT)", "PREPARE s FROM 'INSERT INTO t (i) VALUES (-?)'", "SET @a = -9223372036854775808, @b = 5"]) {
            client in
            #expect([1264, 1690].contains(error(client, "EXECUTE s USING @a")))
            #expect(error(client, "EXECUTE s USING @b") == nil)
            #expect(value(client, "i FROM t") == "-5")
        }
    }

    @Test func infinityIsStoredNowhere() throws {
        try answers(["CREATE TABLE t (id INT PRIMARY KEY, a DOUBLE, f FLOAT, i BIGINT)", "INSERT INTO t VALUES (1, 1, 1, 1)"]) { client in
            for statement in [
                "INSERT INTO t (id, a) VALUES (2, \(Self.infinity))", "INSERT INTO t (id, f) VALUES (2, \(Self.infinity))",
                "INSERT INTO t (id, i) VALUES (2, \(Self.infinity))", "INSERT INTO t (id, a) VALUES (2, '1e309')",
                "INSERT INTO t (id, a) SELECT 2, SUM(x) FROM (SELECT 1.7e308 AS x UNION ALL SELECT 1.7e308) AS q",
                "UPDATE t SET a = \(Self.infinity)",
            ] { #expect(error(client, statement) == 1264, "\(statement)") }
            #expect(error(client, "INSERT IGNORE INTO t (id, a) VALUES (3, \(Self.infinity))") == nil)
            #expect(value(client, "a FROM t WHERE id = 3") == "1.7976931348623157e308")
        }
    }

    @Test func callsTakeAnyNumberOfArguments() throws {
        func list(_ item: String, _ count: Int) -> String { Array(repeating: item, count: count).joined(separator: ",") }
        try answers([]) { client in
            #expect(value(client, "LENGTH(CONCAT(\(list("'ab'", 20_000))))") == "40000")
            #expect(value(client, "CONCAT(\(list("'ab'", 300)), NULL)") == nil)
            #expect(value(client, "COALESCE(\(list("NULL", 1999)), 7)") == "7")
            #expect(value(client, "LENGTH(CONCAT_WS(',', \(list("NULL", 200)), \(list("'a'", 200))))") == "399")
            #expect(value(client, "JSON_LENGTH(JSON_ARRAY(\(list("1", 500))))") == "500")
            #expect(value(client, "JSON_LENGTH(JSON_OBJECT(\((0..<200).map { "'k\($0)', \($0)" }.joined(separator: ","))))") == "200")
            #expect(value(client, "GREATEST(\((0..<300).map(String.init).joined(separator: ",")))") == "299")
            #expect(value(client, "FIELD('z', \(list("'a'", 150)), 'z')") == "151")
            #expect(value(client, "ELT(150, \((1...200).map { "'\($0)'" }.joined(separator: ",")))") == "150")
            #expect(value(client, "INTERVAL(149.5, \((0..<300).map(String.init).joined(separator: ",")))") == "150")
            #expect(value(client, "LENGTH(CHAR(\(list("65", 400))))") == "400")
        }
    }

    @Test func binaryStringsAreBase64InDocumentsAndNoKeys() throws {
        try answers(["CREATE TABLE t (j JSON)"]) { client in
            let expected: [(String, String)] = [
                ("JSON_ARRAY(_binary x'FF')", #"["base64:type15:/w=="]"#), ("JSON_OBJECT('a', x'FF')", #"{"a": "base64:type15:/w=="}"#),
                ("CAST(_binary x'22FF22' AS JSON)", #""base64:type15:Iv8i""#), ("JSON_ARRAYAGG(x'FF')", #"["base64:type15:/w=="]"#),
                ("JSON_SET('{}', '$.a', _binary x'FF')", #"{"a": "base64:type15:/w=="}"#), ("JSON_VALID(_binary '1')", "0"),
            ]
            for (expression, answer) in expected { #expect(value(client, expression) == answer, "\(expression)") }
            for statement in [
                "SELECT JSON_OBJECT(_binary x'FF', 1)", "SELECT JSON_QUOTE(_binary x'FF')", "SELECT JSON_SET('{}', _binary x'242EFF', 1)",
                "SELECT JSON_EXTRACT(_binary '{}', '$')", "SELECT JSON_OBJECTAGG(x'FF', 1)", "INSERT INTO t VALUES (_binary x'22FF22')",
                "INSERT INTO t VALUES (_binary '[1]')",
            ] { #expect(error(client, statement) == 3144, "\(statement)") }
        }
    }

    @Test func namesWithHugeNumbersAreNoCounters() throws {
        try answers([
            "CREATE TABLE t (a INT PRIMARY KEY, CONSTRAINT t_chk_9223372036854775807 CHECK (a > 1), CHECK (a > 2))",
            "CREATE TABLE c (a INT, CONSTRAINT c_ibfk_9223372036854775807 FOREIGN KEY (a) REFERENCES t (a), "
                + "FOREIGN KEY (a) REFERENCES t (a))",
        ]) { _ in }
    }

    @Test func noWordOfSQLiteReachesAClient() throws {
        try answers([]) { client in
            let statements = [
                "SELECT " + Array(repeating: "1", count: 3000).joined(separator: ","),
                "SELECT COUNT(DISTINCT " + Array(repeating: "1", count: 200).joined(separator: ",") + ")",
                "SELECT 1 FROM " + (0..<80).map { "(SELECT 1 AS a) AS t\($0)" }.joined(separator: ","),
                "SELECT 1 GROUP BY " + Array(repeating: "1", count: 3000).joined(separator: ","),
            ]
            for statement in statements {
                if case .error(let code, _, let message) = client.run(statement) {
                    #expect(code != 1030, "\(statement.prefix(60)): \(message)")
                }
            }
        }
    }
}
