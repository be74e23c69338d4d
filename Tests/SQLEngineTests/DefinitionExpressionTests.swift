import CSQLite
import Testing

@testable import SQLEngine
@testable import Storage
@testable import SQLExpressions

/// Definitions with expressions: MySQL 9.7's answers, and what they compute.
@Suite(.serialized) struct DefinitionExpressionTests {
    private func run(_ body: (TestClient) throws -> Void) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for statement in ["CREATE DATABASE d", "USE d"] { _ = client.run(statement) }
        try body(client)
    }

    private func code(_ client: TestClient, _ statement: String) -> UInt16 {
        if case .error(let code, _, _) = client.run(statement) { code } else { 0 }
    }

    private func rows(_ client: TestClient, _ statement: String) -> [[String?]] {
        switch client.run(statement) {
        case .rows(_, let rows): return rows
        case .error(let code, _, let message): return [["\(code) \(message)"]]
        case .ok: return []
        }
    }

    @Test(arguments: [
        ("CREATE TABLE r (a INT, b INT DEFAULT (a + 1), c INT AS (b + 1), e INT DEFAULT (c))", 0),
        ("CREATE TABLE r (a INT AUTO_INCREMENT PRIMARY KEY, c INT AS (a + 1))", 3109),
        ("CREATE TABLE r (a INT AUTO_INCREMENT PRIMARY KEY, c INT DEFAULT (a + 1))", 3768),
        ("CREATE TABLE r (a INT AUTO_INCREMENT PRIMARY KEY, CHECK (a > 1))", 3818),
        ("CREATE TABLE r (a INT AUTO_INCREMENT PRIMARY KEY, INDEX ((a + 1)))", 3754),
        ("CREATE TABLE r (a INT AS (a + 1))", 3107), ("CREATE TABLE r (a INT AS (b), b INT AS (1))", 3107),
        ("CREATE TABLE r (a INT, b INT AS (c), c INT)", 0), ("CREATE TABLE r (a INT DEFAULT (b), b INT DEFAULT (1))", 3767),
        ("CREATE TABLE r (a INT DEFAULT (b), b INT DEFAULT 1)", 0), ("CREATE TABLE r (a INT DEFAULT (b), b INT AS (1))", 3767),
        ("CREATE TABLE r (a INT CHECK (a + 1))", 3812), ("CREATE TABLE r (a INT CHECK (1))", 3812), ("CREATE TABLE r (a INT, CHECK (NULL))", 3812),
        ("CREATE TABLE r (a INT, CHECK (TRUE))", 0), ("CREATE TABLE r (a INT, CHECK (a XOR 1))", 0), ("CREATE TABLE r (a INT, CHECK (NOT a))", 0),
        ("CREATE TABLE r (a INT, CHECK (IF(a, TRUE, FALSE)))", 3812), ("CREATE TABLE r (a INT, CHECK (COALESCE(a > 1, TRUE)))", 3812),
        ("CREATE TABLE r (a INT, CHECK (ISNULL(a)))", 0), ("CREATE TABLE r (a INT, CHECK (STRCMP('a', 'b')))", 0),
        ("CREATE TABLE r (a INT, CHECK (IS_FREE_LOCK('a')))", 3812), ("CREATE TABLE r (a INT, CHECK (nosuch + 1))", 3812),
        ("CREATE TABLE r (a INT, CHECK ((SELECT 1)))", 3812), ("CREATE TABLE r (a INT, CHECK (a IN (SELECT 1)))", 3815),
        ("CREATE TABLE r (a INT, CHECK (SLEEP(1) = 0))", 3814), ("CREATE TABLE r (a INT, CHECK (@a > 1))", 3816),
        ("CREATE TABLE r (a INT CHECK (b > 1), b INT)", 3813), ("CREATE TABLE r (a INT CHECK (nosuch > 1), b INT)", 3813),
        ("CREATE TABLE r (a INT, CHECK (nosuch > 1))", 3820), ("CREATE TABLE r (a INT, CHECK (UUID() IS NULL OR nosuch > 1))", 3814),
        ("CREATE TABLE r (a INT, b INT DEFAULT (SLEEP(1) + nosuch))", 3770), ("CREATE TABLE r (a INT, b INT AS (RAND() + (SELECT 1)))", 3763),
        ("CREATE TABLE r (a INT, b INT AS ((SELECT 1) + RAND()))", 3102), ("CREATE TABLE r (a INT, b INT AS (@a + RAND()))", 3772),
        ("CREATE TABLE r (a INT, b INT AS (SUM(a)))", 1111), ("CREATE TABLE r (a INT, b INT DEFAULT (nodb.f(1)))", 3770),
        ("CREATE TABLE r (a INT, INDEX ((a)))", 3762), ("CREATE TABLE r (a INT, INDEX ((1)))", 0),
        ("CREATE TABLE r (s TEXT, INDEX ((CONCAT(s, 'a'))))", 3757), ("CREATE TABLE r (j JSON, INDEX ((j->'$.a')))", 3753),
        ("CREATE TABLE r (j JSON, INDEX ((CAST(j->'$.a' AS UNSIGNED))))", 0), ("CREATE TABLE r (a INT, PRIMARY KEY ((a + 1)))", 3756),
        ("CREATE TABLE r (a INT, INDEX ((ROW(1, 2))))", 3800), ("CREATE TABLE r (a INT, b INT AS (a), PRIMARY KEY (b))", 3106),
        ("CREATE TABLE r (a INT, b INT AS (a) STORED PRIMARY KEY)", 0), ("CREATE TABLE r (a INT AS (1) AUTO_INCREMENT)", 1221),
        ("CREATE TABLE r (a INT AS (1) DEFAULT 4)", 1221), ("CREATE TABLE r (a INT DEFAULT (UUID()), b BLOB DEFAULT (UUID()), c JSON DEFAULT (JSON_ARRAY()))", 0),
        ("CREATE TABLE r (a INT, b INT DEFAULT (nosuch))", 1054), ("CREATE TABLE r (a INT, b INT AS (nosuch))", 1054),
        ("CREATE TABLE r (a INT, INDEX ((nosuch + 1)))", 1054), ("CREATE TABLE r (a INT, INDEX ((SLEEP(1) + nosuch)))", 3758),
        ("CREATE TABLE r (a INT DEFAULT 3, INDEX ((DEFAULT(a))))", 3758), ("CREATE TEMPORARY TABLE r (a INT DEFAULT (SLEEP(1)))", 3770),
    ] as [(String, UInt16)])
    func createTableTakesTheExpressionsThatMySQLTakes(statement: String, expected: UInt16) throws {
        try run { client in #expect(code(client, statement) == expected, "\(statement)") }
    }

    @Test(arguments: [
        ("ADD COLUMN u VARCHAR(40) DEFAULT (UUID())", 1674), ("ADD COLUMN u DATETIME DEFAULT (SYSDATE())", 1674),
        ("ADD COLUMN u DOUBLE DEFAULT (RAND())", 1674), ("ADD COLUMN u DOUBLE DEFAULT (RAND(3))", 1674),
        ("ADD COLUMN u VARBINARY(10) DEFAULT (RANDOM_BYTES(4))", 1674), ("ADD COLUMN u VARCHAR(90) DEFAULT (CURRENT_USER())", 1674),
        ("ADD COLUMN u DATETIME DEFAULT (NOW()), ADD COLUMN v VARCHAR(40) DEFAULT (CONCAT(UUID()))", 1674),
        ("ADD COLUMN u INT, MODIFY s VARCHAR(40) DEFAULT (UUID())", 1674), ("MODIFY s VARCHAR(40) DEFAULT (UUID())", 0),
        ("ALTER COLUMN s SET DEFAULT (UUID())", 0), ("ADD COLUMN u DATETIME DEFAULT (NOW())", 0),
        ("ADD COLUMN u INT DEFAULT (id + 1), ADD COLUMN v INT AS (u + 1), ADD INDEX ((u + 2))", 0),
        ("ADD COLUMN s2 INT DEFAULT (SLEEP(1000000))", 3770), ("ADD CHECK (SLEEP(3) = 0)", 3814), ("ADD COLUMN u INT DEFAULT ((SELECT 1))", 3769),
        ("ADD CHECK (RANDOM_BYTES(4) IS NOT NULL)", 1674), ("ADD COLUMN z VARCHAR(60) AS (FORMAT_BYTES(ROUND(a, -308)))", 0),
        ("ADD COLUMN u INT NOT NULL DEFAULT (1/0)", 1365),
        ("ADD COLUMN u TINYINT DEFAULT (id * 1000)", 1264), ("ADD COLUMN u TINYINT AS (id * 1000)", 1264), ("ADD CHECK (id > 1)", 3819),
        ("ADD UNIQUE ((1))", 1062), ("ADD COLUMN u INT NOT NULL UNIQUE", 1062), ("ADD INDEX ((id / 0))", 1365),
        ("ADD INDEX ((CAST(s AS DATE)))", 3751), ("ADD COLUMN u INT AS (POW(a, 400))", 1690),
    ] as [(String, UInt16)])
    func alterTableGivesEachRowTheValueThatAllMembersCompute(change: String, expected: UInt16) throws {
        try run { client in
            for statement in [
                "CREATE TABLE t (id INT PRIMARY KEY, s VARCHAR(40), a DOUBLE)", "INSERT INTO t VALUES (1, 'x', 1.797e308), (2, NULL, 2)",
            ] { _ = client.run(statement) }
            #expect(code(client, "ALTER TABLE t " + change) == expected, "\(change)")
            // Refused or not, the table is there and can be changed.
            #expect(code(client, "ALTER TABLE t ADD COLUMN other INT") == 0)
        }
    }

    @Test func withoutTheBinaryLogAnAddedColumnMayHaveAVolatileDefault() throws {
        try run { client in
            for statement in ["CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)", "SET sql_log_bin = 0"] {
                _ = client.run(statement)
            }
            #expect(code(client, "ALTER TABLE t ADD COLUMN u VARCHAR(40) DEFAULT (UUID())") == 0)
            #expect(rows(client, "SELECT COUNT(DISTINCT u) FROM t") == [["2"]])
        }
    }

    @Test func defaultsReferToOtherColumns() throws {
        try run { client in
            for statement in [
                "CREATE TABLE t (a INT, b INT DEFAULT (a + 1), c INT AS (b * 2), e INT DEFAULT (c + f), f INT DEFAULT 100)",
                "INSERT INTO t (a) VALUES (1)", "INSERT INTO t (a, b) VALUES (1, 10)", "INSERT INTO t (a, f) VALUES (2, 0)",
                "INSERT INTO t (a, b) VALUES (5, DEFAULT)",
            ] { #expect(code(client, statement) == 0, "\(statement)") }
            #expect(
                rows(client, "SELECT a, b, c, e, f FROM t") == [
                    ["1", "2", "4", "104", "100"], ["1", "10", "20", "120", "100"], ["2", "3", "6", "6", "0"], ["5", "6", "12", "112", "100"],
                ])
            #expect(code(client, "INSERT INTO t (a) VALUES (DEFAULT(b))") == 3773)
            #expect(code(client, "ALTER TABLE t ADD COLUMN g INT DEFAULT (a + b), ADD COLUMN h INT AS (g + 1), ADD COLUMN k INT DEFAULT (h + 1)") == 0)
            #expect(rows(client, "SELECT g, h, k FROM t WHERE a = 5") == [["11", "12", "13"]])
        }
    }

    @Test func everyFunctionsCodeIsRegistered() {
        _ = SQLiteLibrary.refusal
        let context = ExpressionContext()
        var connection: OpaquePointer?
        sqlite3_open(":memory:", &connection)
        defer { sqlite3_close_v2(connection) }
        guard let connection else { return }
        registerFunctions(on: connection, context: context)
        var registered: Set<String> = []
        var statement: OpaquePointer?
        sqlite3_prepare_v2(connection, "SELECT DISTINCT name FROM pragma_function_list", -1, &statement, nil)
        while sqlite3_step(statement) == SQLITE_ROW {
            if let name = sqlite3_column_text(statement, 0) { registered.insert(String(cString: name)) }
        }
        sqlite3_finalize(statement)
        for (name, entry) in FunctionCatalog.shared.entries {
            for code in entry.code { #expect(registered.contains(code), "\(name): \(code)") }
        }
    }

    @Test func everyFunctionsCodeIsAsRepeatableAsItsEntrySays() {
        for (name, entry) in FunctionCatalog.shared.entries where !entry.determinism.isRepeatable {
            #expect(entry.code.contains { !FunctionRegistrar.isRepeatable($0) }, "\(name)")
            #expect(entry.places.isDisjoint(with: [.generatedColumn, .functionalIndex, .partition]), "\(name)")
        }
        for (name, entry) in FunctionCatalog.shared.entries where entry.determinism == .sideEffect {
            #expect(entry.places.subtracting(.view).isEmpty, "\(name)")
        }
    }
}
