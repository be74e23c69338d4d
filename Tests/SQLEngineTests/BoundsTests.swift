import MySQLProtocol
import Testing

@testable import SQLEngine

/// No statement takes more than it may: results are bounded before they are built, recursion by its depth, sessions by
/// their memory. What is expected was answered by MySQL 9.7.
@Suite(.serialized) struct BoundsTests {
    private func code(_ answer: TestClient.Answer) -> UInt16 {
        if case .error(let code, _, _) = answer { return code }
        return 0
    }

    private func value(_ answer: TestClient.Answer) -> String? {
        guard case .rows(_, let rows) = answer else { return "\(answer)" }
        return rows.first?.first ?? nil
    }

    private func warning(_ client: TestClient) -> String? {
        guard case .rows(_, let rows) = client.run("SHOW WARNINGS"), let row = rows.first else { return nil }
        return "\(row[1] ?? "") \(row[2] ?? "")"
    }

    private static let packet = 10_000

    /// Expressions whose result would have more than `packet` bytes, by the name that the warning gives the function.
    static let tooLong: [(String, String)] = [
        ("concat", "CONCAT(REPEAT('a',6000),REPEAT('a',6000))"),
        ("concat_ws", "CONCAT_WS(',',REPEAT('a',6000),REPEAT('a',6000))"),
        ("replace", "REPLACE(REPEAT('a',600),'a',REPEAT('b',600))"),
        ("export_set", "EXPORT_SET(-1,REPEAT('a',6000),'b',',',64)"),
        ("repeat", "REPEAT('ab',6000)"),
        ("space", "SPACE(12000)"),
        ("lpad", "LPAD('a',12000,'b')"),
        ("lpad", "LPAD('a',3000,'ä')"),
        ("rpad", "RPAD('a',12000,'b')"),
        ("insert", "INSERT(REPEAT('a',6000),1,1,REPEAT('a',6000))"),
        ("to_base64", "TO_BASE64(REPEAT('a',9000))"),
        ("quote", "QUOTE(REPEAT('\\'',6000))"),
        ("cast_as_binary", "CAST('a' AS BINARY(12000))"),
        ("cast_as_char", "CAST('a' AS CHAR(12000))"),
        ("weight_string", "WEIGHT_STRING(REPEAT('a',9000))"),
        ("json_array", "JSON_ARRAY(REPEAT('a',6000),REPEAT('a',6000))"),
        ("json_object", "JSON_OBJECT('a',REPEAT('a',6000),'b',REPEAT('a',6000))"),
        ("json_merge_preserve", "JSON_MERGE_PRESERVE(JSON_ARRAY(REPEAT('a',6000)),JSON_ARRAY(REPEAT('a',6000)))"),
        ("json_set", "JSON_SET('{}','$.a',REPEAT('a',6000),'$.b',REPEAT('a',6000))"),
        ("json_pretty", "JSON_PRETTY(CONCAT(REPEAT('[',90),'1',REPEAT(']',90)))"),
    ]

    @Test(arguments: tooLong) func aResultThatIsTooLongIsNULLWithAWarning(_ function: String, _ expression: String) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        client.session.context.settings.maxAllowedPacket = Self.packet
        #expect(value(client.run("SELECT LENGTH(\(expression)) IS NULL")) == "1")
        _ = client.run("SELECT LENGTH(\(expression))")
        #expect(
            warning(client)
                == "1301 Result of \(function)() was larger than max_allowed_packet (\(Self.packet)) - truncated")
    }

    @Test func whatMySQLDoesNotBoundIsBoundedWhenItIsNested() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        client.session.context.settings.maxAllowedPacket = Self.packet
        #expect(value(client.run("SELECT LENGTH(HEX(REPEAT('a',10000)))")) == "20000")
        #expect(value(client.run("SELECT HEX(HEX(REPEAT('a',10000))) IS NULL")) == "1")
        #expect(value(client.run("SELECT LENGTH(JSON_QUOTE(REPEAT('\"',9000)))")) == "18002")
        #expect(value(client.run("SELECT JSON_QUOTE(JSON_QUOTE(REPEAT('\"',9000))) IS NULL")) == "1")
        #expect(value(client.run("SELECT LENGTH(MAKE_SET(3,REPEAT('a',9000),REPEAT('a',9000)))")) == "18001")
        #expect(code(client.run("SELECT REGEXP_REPLACE(REPEAT('a',600),'a',REPEAT('b',600))")) == 3684)
    }

    @Test func listsAreCutWhileTheyAreGathered() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        client.session.context.settings.maxAllowedPacket = Self.packet
        let rows = "(SELECT REPEAT('a',3000) a UNION ALL SELECT REPEAT('b',3000) UNION ALL SELECT REPEAT('c',5000)) t"
        client.session.context.settings.groupConcatMaxLength = 4000
        #expect(value(client.run("SELECT LENGTH(GROUP_CONCAT(a)) FROM \(rows)")) == "4000")
        #expect(warning(client) == "1260 Row 2 was cut by GROUP_CONCAT()")
        #expect(value(client.run("SELECT LEFT(GROUP_CONCAT(a ORDER BY a DESC),1) FROM \(rows)")) == "c")
        #expect(warning(client) == "1260 Row 1 was cut by GROUP_CONCAT()")
        #expect(value(client.run("SELECT LENGTH(GROUP_CONCAT(DISTINCT a ORDER BY a SEPARATOR '')) FROM \(rows)")) == "4000")
        #expect(value(client.run("SELECT JSON_ARRAYAGG(a) IS NULL FROM \(rows)")) == "1")
        _ = client.run("SELECT JSON_ARRAYAGG(a) FROM \(rows)")
        #expect(
            warning(client) == "1301 Result of json_arrayagg() was larger than max_allowed_packet (10000) - truncated")
        _ = client.run("SELECT JSON_OBJECTAGG(LEFT(a,1), a) FROM \(rows)")
        #expect(
            warning(client) == "1301 Result of json_objectagg() was larger than max_allowed_packet (10000) - truncated")
        #expect(
            value(client.run("SELECT JSON_OBJECTAGG(k, v) FROM (SELECT 'bb' k, 1 v UNION ALL SELECT 'a', '\"' UNION ALL SELECT 'a', NULL) t"))
                == #"{"a": null, "bb": "1"}"#)
    }

    @Test func distinctKeysOfSeveralColumnsLeaveNullsOut() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        let rows = "(SELECT 1 a, 'x' b UNION ALL SELECT 1, 'X' UNION ALL SELECT 1, NULL UNION ALL SELECT 2, 'x') t"
        #expect(value(client.run("SELECT COUNT(DISTINCT a, b) FROM \(rows)")) == "2")
    }

    /// Recursive queries with MySQL's answers: an error's number, or the count of rows.
    static let recursions: [(String, String)] = [
        ("3576", "SELECT 1 AS n UNION ALL SELECT code FROM part LEFT JOIN x ON TRUE"),
        ("3576", "SELECT 1 AS n UNION ALL SELECT code FROM x RIGHT JOIN part ON TRUE"),
        ("3636", "SELECT 1 AS n UNION ALL SELECT n+1 FROM x"),
        ("3636", "SELECT 1 AS n UNION DISTINCT SELECT n+1 FROM x"),
        ("3577", "SELECT 1 AS n UNION ALL SELECT a.n+1 FROM x a JOIN x b"),
        ("3577", "SELECT 1 AS n UNION ALL SELECT 1 FROM part WHERE code IN (SELECT n FROM x)"),
        ("3577", "SELECT 1 AS n UNION ALL SELECT (SELECT n FROM x LIMIT 1)+1 FROM x"),
        ("3577", "SELECT 1 AS n UNION ALL SELECT (SELECT n FROM x LIMIT 1)+1"),
        ("3577", "SELECT 1 AS n UNION ALL SELECT n+1 FROM (SELECT * FROM x) d WHERE n<5"),
        ("3577", "SELECT 1 AS n UNION ALL (WITH y AS (SELECT * FROM x) SELECT n+1 FROM y WHERE n<5)"),
        ("3573", "SELECT n+1 FROM x"),
        ("3573", "SELECT 1 AS n EXCEPT SELECT n+1 FROM x"),
        ("3574", "SELECT n+1 FROM x UNION ALL SELECT n+1 FROM x"),
        ("3574", "SELECT n+1 FROM x UNION ALL SELECT 1 AS n"),
        ("3574", "SELECT 1 AS n UNION ALL SELECT n+1 FROM x WHERE n<5 UNION ALL SELECT 2"),
        ("3575", "SELECT 1 AS n UNION ALL SELECT max(n)+1 FROM x"),
        ("3575", "SELECT 1 AS n UNION ALL SELECT n+1 FROM x GROUP BY n"),
        ("1235", "SELECT 1 AS n UNION ALL SELECT DISTINCT n+1 FROM x"),
        ("1235", "SELECT 1 AS n UNION ALL (SELECT n+1 FROM x ORDER BY n)"),
        ("1235", "SELECT 1 AS n UNION ALL (SELECT n+1 FROM x LIMIT 1)"),
        ("31", "SELECT 1 AS n UNION ALL (SELECT n*2 FROM x WHERE n<16 UNION ALL SELECT n*2+1 FROM x WHERE n<16)"),
        ("3636", "SELECT 1 AS n UNION ALL SELECT n+1 FROM x LIMIT 10000"),
        ("100", "SELECT 1 AS n UNION ALL SELECT n+1 FROM x LIMIT 100"),
        ("2", "SELECT 1 AS n UNION SELECT 3-n FROM x"),
        ("5", "SELECT 1 AS n UNION SELECT n+1 FROM x WHERE n<5"),
        ("1000", "SELECT 1 AS n UNION ALL SELECT n+1 FROM x WHERE n<1000"),
        ("3636", "SELECT 1 AS n UNION ALL SELECT n+1 FROM x WHERE n<1001"),
    ]

    @Test func recursionIsCountedAndRefusedInEveryShape() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for statement in [
            "CREATE DATABASE d", "USE d", "CREATE TABLE part (code INT PRIMARY KEY)", "INSERT INTO part VALUES (1),(2),(3)",
        ] {
            #expect(code(client.run(statement)) == 0)
        }
        for (expected, query) in Self.recursions {
            let answer = client.run("WITH RECURSIVE x AS (\(query)) SELECT COUNT(*) FROM x")
            if case .error(let code, _, let message) = answer {
                #expect("\(code)" == expected, "\(query): \(message)")
            } else {
                #expect(value(answer) == expected, "\(query)")
            }
        }
    }

    @Test func preparedStatementsAreCounted() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        node.server.globals.store("max_prepared_stmt_count", .integer(2))
        #expect(code(client.run("PREPARE a FROM 'SELECT 1'")) == 0)
        #expect(code(client.run("PREPARE b FROM 'SELECT 1'")) == 0)
        #expect(code(client.run("PREPARE c FROM 'SELECT 1'")) == 1461)
        #expect(code(client.run("PREPARE a FROM 'SELECT 2'")) == 0)
        #expect(code(client.run("PREPARE a FROM 'SELEC'")) == 1064)
        #expect(node.server.preparedStatements.value == 1)
        let marks = String(repeating: "?,", count: 65_535) + "?"
        #expect(code(client.run("PREPARE d FROM 'SELECT \(marks)'")) == 1390)
        client.session.reset()
        #expect(node.server.preparedStatements.value == 0)
    }

    @Test func aSessionThatHoldsTooMuchMemoryEnds() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        // root is exempt, as in MySQL.
        client.session.storage.memory.limit = 8 << 20
        #expect(code(client.run("SELECT 1")) == 0)
        #expect(code(client.run("SET @a = REPEAT('a', 20000000)")) == 4082)
        #expect(client.session.wantsToDisconnect)
    }

    @Test func manyRowsAreGatheredOutsideOfMemory() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for statement in [
            "CREATE DATABASE d", "USE d", "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(1000))",
            "CREATE TABLE n (i INT PRIMARY KEY)",
            "INSERT INTO n WITH RECURSIVE x AS (SELECT 1 AS i UNION ALL SELECT i+1 FROM x WHERE i < 1000) SELECT i FROM x",
            "SET tmp_table_size = 1024",
            "INSERT INTO t SELECT (a.i - 1) * 1000 + b.i, REPEAT('x', 500) FROM n a, n b WHERE a.i <= 4",
        ] {
            #expect(code(client.run(statement)) == 0, "\(statement)")
        }
        #expect(value(client.run("SELECT CONCAT(COUNT(*), ' ', SUM(id), ' ', SUM(LENGTH(v))) FROM t")) == "4000 8002000 2000000")
        #expect(code(client.run("UPDATE t SET v = CONCAT(id, v) WHERE id % 2 = 0 ORDER BY v, id DESC")) == 0)
        #expect(value(client.run("SELECT COUNT(*) FROM t WHERE v LIKE CONCAT(id, 'x%')")) == "2000")
        #expect(value(client.run("SELECT COUNT(*) FROM (SELECT DISTINCT v, id FROM t UNION SELECT v, id FROM t) q")) == "4000")
        #expect(code(client.run("DELETE a FROM t a JOIN n b ON a.id > b.i")) == 0)
        #expect(value(client.run("SELECT COUNT(*) FROM t")) == "1")
    }
}
