import MySQLTypes
import Testing

@testable import SQLEngine

/// Whatever a name holds, it is a name: nothing in it reaches SQLite, none collides with another.
struct NamesTests {
    private static let accent = "\u{301}"
    static let hostile: [String] = [
        "a`b", "a\"b", "a'b", "a]b", "a[b", "a`\(accent)b", "a\"\(accent)b", "a'\(accent)b", "a]\(accent)b", "`", "\"", "``",
        "pw\"\(accent) from[t1]t1--", "pw\" from \"t1\" --", "pw`\(accent)` from `secret`.`t` -- ", "x'; DROP TABLE t1; --",
        "a\\b", "a\\", "\\\"", "%s", "a.b", ".", "a.`b.c", "rowid", "_rowid_", "oid", "main", "temp", "sqlite_master",
        "sqlite_x", "t1", "c1", "w1", "q1", "x1", "i1_1", "missing_parent", "mysql.dictionary", "select", "\u{1F600}",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{e9}", "e\(accent)", "\u{202E}abc", " a", "-- a", "/* a", "#a",
        String(repeating: "\"", count: 64), String(repeating: "`", count: 64), String(repeating: "\u{1F600}", count: 64),
    ].map { $0.hasSuffix(" ") ? $0 + "x" : $0 }

    private func expectRows(_ client: TestClient, _ sql: String, _ rows: [[String?]], _ name: String) {
        guard case .rows(_, let found) = client.run(sql) else {
            Issue.record("\(name): \(sql): \(client.run(sql))")
            return
        }
        #expect(found == rows, "\(name): \(sql)")
    }

    private func expectOK(_ client: TestClient, _ sql: String, _ name: String) {
        let answer = client.run(sql)
        guard case .ok = answer else {
            Issue.record("\(name): \(sql): \(answer)")
            return
        }
    }

    private func error(_ client: TestClient, _ sql: String) -> UInt16 {
        if case .error(let code, _, _) = client.run(sql) { return code }
        return 0
    }

    @Test("Hostile names name databases, tables, columns, indexes, constraints and views")
    func objects() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        expectOK(client, "CREATE DATABASE secret", "")
        expectOK(client, "CREATE TABLE secret.t (pw VARCHAR(20))", "")
        expectOK(client, "INSERT INTO secret.t VALUES ('hidden')", "")
        for name in Self.hostile {
            let n = Identifier.mysql(name)
            if name != "mysql" { expectOK(client, "CREATE DATABASE \(n)", name) }
            expectOK(
                client,
                "CREATE TABLE \(n).\(n) (id INT PRIMARY KEY, \(n) VARCHAR(20), b INT AS (id + 1), d INT DEFAULT (id + 2), "
                    + "UNIQUE KEY \(n) (\(n)), CONSTRAINT \(n) CHECK (\(n) <> 'no'))", name)
            expectOK(client, "INSERT INTO \(n).\(n) (id, \(n)) VALUES (1, 'one'), (2, 'two')", name)
            expectRows(
                client, "SELECT \(n), \(n).\(n), \(n).\(n).\(n), b, d FROM \(n).\(n) WHERE \(n) = 'two'",
                [["two", "two", "two", "3", "4"]], name)
            #expect(error(client, "INSERT INTO \(n).\(n) (id, \(n)) VALUES (3, 'one')") == 1062, "\(name)")
            #expect(error(client, "INSERT INTO \(n).\(n) (id, \(n)) VALUES (3, 'no')") == 3819, "\(name)")
            expectOK(client, "UPDATE \(n).\(n) AS \(n) SET \(n).\(n) = 'zwei' WHERE \(n).\(n) = 'two'", name)
            expectOK(client, "DELETE FROM \(n).\(n) WHERE \(n) = 'one'", name)
            expectOK(client, "CREATE VIEW \(n).v AS SELECT \(n) AS \(n) FROM \(n).\(n)", name)
            expectRows(client, "SELECT \(n) FROM \(n).v", [["zwei"]], name)
            guard case .rows(_, let text) = client.run("SHOW CREATE TABLE \(n).\(n)"), let create = text.first?.last, let create else {
                Issue.record("\(name): SHOW CREATE TABLE")
                continue
            }
            expectOK(client, "DROP TABLE \(n).\(n)", name)
            expectOK(client, "USE \(n)", name)
            expectOK(client, create, name)
            expectOK(client, "CREATE TEMPORARY TABLE \(n).tmp (\(n) INT)", name)
            expectRows(client, "SELECT \(n) FROM \(n).tmp", [], name)
            expectOK(client, "DROP TEMPORARY TABLE \(n).tmp", name)
            expectOK(client, "RENAME TABLE \(n).\(n) TO \(n).plain, \(n).plain TO \(n).\(n)", name)
            expectOK(client, "ALTER TABLE \(n).\(n) RENAME INDEX \(n) TO k, ADD COLUMN extra INT, ALTER INDEX \(n) VISIBLE", name)
        }
        for name in Self.hostile {
            let n = Identifier.mysql(name)
            expectRows(client, "SELECT COUNT(*) FROM \(n).\(n)", [["0"]], name)
            expectOK(client, "DROP DATABASE \(n)", name)
        }
        expectRows(client, "SELECT pw FROM secret.t", [["hidden"]], "")
    }

    @Test("Hostile names name what a statement or session calls by name")
    func aliases() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        expectOK(client, "CREATE DATABASE d", "")
        expectOK(client, "USE d", "")
        expectOK(client, "CREATE TABLE t (a INT PRIMARY KEY)", "")
        expectOK(client, "INSERT INTO t VALUES (1), (2)", "")
        for name in Self.hostile {
            let n = Identifier.mysql(name)
            expectRows(client, "SELECT \(n).a AS \(n) FROM t AS \(n) ORDER BY \(n)", [["1"], ["2"]], name)
            expectRows(client, "SELECT \(n).\(n) FROM (SELECT a AS \(n) FROM t) AS \(n) WHERE \(n) = 2", [["2"]], name)
            expectRows(client, "SELECT a AS \(n), COUNT(*) FROM t GROUP BY \(n) HAVING \(n) > 1", [["2", "1"]], name)
            expectRows(
                client, "WITH \(n)(\(n)) AS (SELECT a FROM t) SELECT \(n).\(n) FROM \(n) ORDER BY 1", [["1"], ["2"]], name)
            expectRows(
                client, "SELECT SUM(a) OVER \(n) FROM t WINDOW \(n) AS (ORDER BY a)", [["1"], ["3"]], name)
            expectOK(client, "SET @\(n) = 5", name)
            expectRows(client, "SELECT @\(n)", [["5"]], name)
            expectOK(client, "PREPARE \(n) FROM 'SELECT 7'", name)
            expectRows(client, "EXECUTE \(n)", [["7"]], name)
            expectOK(client, "DEALLOCATE PREPARE \(n)", name)
            expectOK(client, "BEGIN", name)
            expectOK(client, "UPDATE t SET a = 3 WHERE a = 2", name)
            expectOK(client, "SAVEPOINT \(n)", name)
            expectOK(client, "DELETE FROM t", name)
            expectOK(client, "ROLLBACK TO SAVEPOINT \(n)", name)
            expectRows(client, "SELECT a FROM t ORDER BY a", [["1"], ["3"]], name)
            expectOK(client, "ROLLBACK", name)
            let user = String(String.UnicodeScalarView(name.unicodeScalars.prefix(32)))
            let u = "\(Identifier.mysql(user))@\(Identifier.mysql("localhost"))"
            expectOK(client, "CREATE USER \(u)", name)
            expectOK(client, "GRANT SELECT ON d.t TO \(u)", name)
            expectOK(client, "DROP USER \(u)", name)
        }
    }

    @Test("A character beyond the basic plane is a question mark in a name")
    func supplementary() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        expectOK(client, "CREATE DATABASE d", "")
        expectOK(client, "CREATE TABLE d.`t\u{1F600}` (`\u{1F600}` INT)", "")
        #expect(error(client, "CREATE TABLE d.`t?` (a INT)") == 1050)
        guard case .rows(let columns, _) = client.run("SELECT `?`, 1 AS `a\u{1F600}` FROM d.`t\u{1F601}`") else {
            Issue.record("no rows")
            return
        }
        #expect(columns.map(\.name) == ["?", "a?"])
    }

    @Test("Names that only look alike are different tables, columns and databases")
    func collisions() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        let tables = [
            "a.`b.c`", "`a.b`.c", "a.Y", "a.y", "a.`\u{e9}`", "a.`e\u{301}`", "a.`x.i`", "a.x", "MYSQL.user", "SYS.version", "a.t1",
            "a.sqlite_sequence", "`mysql.user`.x",
        ]
        for database in ["a", "`a.b`", "MYSQL", "SYS", "`mysql.user`"] { expectOK(client, "CREATE DATABASE \(database)", "") }
        for (place, table) in tables.enumerated() {
            expectOK(client, "CREATE TABLE \(table) (id INT PRIMARY KEY, rowid INT, _rowid_ INT, oid INT, KEY i (rowid))", table)
            expectOK(client, "INSERT INTO \(table) VALUES (\(place), 100, 200, 300)", table)
        }
        for (place, table) in tables.enumerated() {
            expectRows(
                client, "SELECT id, rowid, _rowid_, oid FROM \(table)", [["\(place)", "100", "200", "300"]], table)
        }
        expectOK(client, "CREATE TABLE a.plain (id VARCHAR(10))", "")
        for word in ["rowid", "_rowid_", "oid", "c1"] {
            #expect(error(client, "SELECT \(word) FROM a.plain") == 1054, "\(word)")
            #expect(error(client, "UPDATE a.plain SET \(word) = 1") == 1054, "\(word)")
        }
        expectOK(client, "CREATE TABLE a.cols (`\u{e9}` INT, `e\u{301}` INT, c2 INT, c1 INT)", "")
        expectOK(client, "INSERT INTO a.cols (`e\u{301}`, `\u{e9}`, c1, c2) VALUES (1, 2, 3, 4)", "")
        expectRows(client, "SELECT `\u{e9}`, `e\u{301}`, c1, c2 FROM a.cols", [["2", "1", "3", "4"]], "")
        #expect(error(client, "CREATE TABLE a.dup (\u{e1} INT, \u{c1} INT)") == 1060)
        // What SQLite calls its tables is no table.
        for word in ["t1", "t2", "missing_parent", "sqlite_master", "sqlite_schema", "`mysql.dictionary`", "main"] {
            #expect(error(client, "SELECT * FROM `a.b`.\(word)") == 1146, "\(word)")
        }
    }

    @Test("A name is too long, ends with a space or is empty: MySQL's errors", arguments: [
        ("CREATE DATABASE `x `", 1102), ("CREATE DATABASE ``", 1102), ("CREATE DATABASE `L`", 1059),
        ("CREATE TABLE `x ` (a INT)", 1103), ("CREATE TABLE `` (a INT)", 1103), ("CREATE TABLE `L` (a INT)", 1059),
        ("CREATE TABLE x (`a ` INT)", 1166), ("CREATE TABLE x (`` INT)", 1166), ("CREATE TABLE x (`L` INT)", 1059),
        ("CREATE TABLE x (a INT, KEY `k ` (a))", 1280), ("CREATE TABLE x (a INT, KEY `` (a))", 1280),
        ("CREATE TABLE x (a INT, KEY `L` (a))", 1059), ("CREATE TABLE x (a INT, CONSTRAINT `L` CHECK (a > 1))", 1059),
        ("CREATE VIEW `v ` AS SELECT 1", 1103), ("CREATE VIEW `L` AS SELECT 1", 1059), ("CREATE VIEW v AS SELECT 1 AS `a `", 1166),
        ("CREATE VIEW v (`a `) AS SELECT 1", 1166), ("CREATE VIEW v AS SELECT 1 AS `L`", 1166),
        ("ALTER TABLE t ADD COLUMN `L` INT", 1059), ("ALTER TABLE t RENAME COLUMN a TO `b `", 1166),
        ("ALTER TABLE t RENAME INDEX k TO `L`", 1059), ("RENAME TABLE t TO `L`", 1059), ("RENAME TABLE t TO `x `", 1103),
        ("SET @`LL` = 1", 3061), ("SELECT `L` FROM t", 1054), ("CREATE TABLE `a\0b` (x INT)", 1064), ("SELECT 1 AS `a\0b`", 1064),
    ])
    func refusals(sql: String, code: UInt16) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for setup in ["CREATE DATABASE d", "USE d", "CREATE TABLE t (a INT, KEY k (a))"] { _ = client.run(setup) }
        let long = sql.replacing("`LL`", with: "`" + String(repeating: "l", count: 65) + "`")
            .replacing("`L`", with: "`" + String(repeating: "l", count: 65) + "`")
        #expect(error(client, long) == code, "\(sql): \(client.run(long))")
    }
}
