import Testing

@testable import SQLEngine

/// Statements and what a real MySQL 9.7 answers to them, one after the other on one session.
@Suite(.serialized) struct StatementTests {
    private func text(_ answer: TestClient.Answer) -> String {
        switch answer {
        case .ok(let affected, let insertID, let warnings, _): "ok \(affected) \(insertID) \(warnings)"
        case .rows(_, let rows): rows.map { $0.map { $0 ?? "NULL" }.joined(separator: ",") }.joined(separator: ";")
        case .error(let code, _, let message): "\(code) \(message)"
        }
    }

    private func expect(_ script: [(String, String)], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try node.client()
        for sql in ["CREATE DATABASE d", "USE d"] { _ = client.run(sql) }
        for (sql, expected) in script {
            #expect(text(client.run(sql)) == expected, "\(sql)", sourceLocation: sourceLocation)
        }
    }

    @Test func insertHasAllItsForms() throws {
        try expect([
            (
                "CREATE TABLE u (id INT AUTO_INCREMENT PRIMARY KEY, login VARCHAR(10) NOT NULL UNIQUE, n INT DEFAULT 0)",
                "ok 0 0 0"
            ),
            ("INSERT INTO u (login) VALUES ('ann'), ('bob')", "ok 2 1 0"),
            ("INSERT INTO u SET login = 'cat', n = 1 + 1", "ok 1 3 0"),
            ("INSERT INTO u (login) VALUES ('ann')", "1062 Duplicate entry 'ann' for key 'u.login'"),
            ("INSERT IGNORE INTO u (login) VALUES ('ann'), ('dan')", "ok 1 5 1"),
            ("INSERT INTO u (login, n) VALUES ('ann', 7) AS new ON DUPLICATE KEY UPDATE n = new.n", "ok 2 1 0"),
            ("INSERT INTO u (login, n) VALUES ('ann', 7) AS new ON DUPLICATE KEY UPDATE n = new.n", "ok 0 0 0"),
            ("REPLACE INTO u (id, login) VALUES (1, 'bob')", "ok 3 1 0"),
            ("SELECT id, login, n FROM u ORDER BY id", "1,bob,0;3,cat,2;5,dan,0"),
            ("INSERT INTO u (login, n) SELECT CONCAT(login, '2'), n FROM u WHERE n > 0", "ok 1 9 0"),
            ("INSERT INTO u (login) VALUES (NULL)", "1048 Column 'login' cannot be null"),
            ("INSERT INTO u (n) VALUES (1)", "1364 Field 'login' doesn't have a default value"),
            ("INSERT INTO u (login) VALUES ('much too long')", "1406 Data too long for column 'login' at row 1"),
            ("INSERT INTO u (login, n) VALUES ('x')", "1136 Column count doesn't match value count at row 1"),
            ("INSERT INTO u (login, nosuch) VALUES ('x', 1)", "1054 Unknown column 'nosuch' in 'field list'"),
        ])
    }

    @Test func updateAndDeleteCountWhatTheyChange() throws {
        try expect([
            ("CREATE TABLE a (id INT PRIMARY KEY, n INT, v VARCHAR(5))", "ok 0 0 0"),
            ("CREATE TABLE b (id INT PRIMARY KEY, a INT)", "ok 0 0 0"),
            ("INSERT INTO a VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 3, 'z')", "ok 3 0 0"),
            ("INSERT INTO b VALUES (10, 1), (20, 2)", "ok 2 0 0"),
            ("UPDATE a SET n = n + 1, v = n WHERE id = 1", "ok 1 0 0"),
            ("SELECT n, v FROM a WHERE id = 1", "2,2"),
            ("UPDATE a SET n = 2 WHERE id IN (1, 2)", "ok 0 0 0"),
            ("UPDATE a SET id = id + 1 ORDER BY id DESC", "ok 3 0 0"),
            ("UPDATE a JOIN b ON b.a = a.id SET a.v = 'both', b.a = 9", "ok 2 0 0"),
            ("UPDATE a SET n = (SELECT MAX(n) FROM a)", "1093 You can't specify target table 'a' for update in FROM clause"),
            ("DELETE a FROM a LEFT JOIN b ON b.a = a.id WHERE b.id IS NULL AND a.id > 2", "ok 2 0 0"),
            ("DELETE FROM a LIMIT 1", "ok 1 0 0"),
            ("SELECT COUNT(*) FROM a", "0"),
        ])
    }

    @Test func queriesJoinGroupAndNest() throws {
        try expect([
            ("CREATE TABLE e (id INT PRIMARY KEY, dept INT, pay DECIMAL(8,2), name VARCHAR(10))", "ok 0 0 0"),
            ("CREATE TABLE d (id INT PRIMARY KEY, name VARCHAR(10))", "ok 0 0 0"),
            ("INSERT INTO d VALUES (1, 'A'), (2, 'B'), (3, 'C')", "ok 3 0 0"),
            ("INSERT INTO e VALUES (1, 1, 10.5, 'x'), (2, 1, 20, 'X'), (3, 2, 5, 'y'), (4, NULL, 1, 'z')", "ok 4 0 0"),
            ("SELECT d.name, SUM(pay) FROM d LEFT JOIN e ON e.dept = d.id GROUP BY d.id ORDER BY 1", "A,30.50;B,5.00;C,NULL"),
            ("SELECT name, COUNT(*) FROM e GROUP BY name HAVING COUNT(*) > 1", "x,2"),
            ("SELECT id FROM e WHERE pay > (SELECT AVG(pay) FROM e) ORDER BY id", "1;2"),
            ("SELECT id FROM e WHERE dept NOT IN (SELECT id FROM d) ORDER BY id", ""),
            ("SELECT (SELECT id FROM d)", "1242 Subquery returns more than 1 row"),
            ("SELECT id, RANK() OVER (ORDER BY pay DESC) FROM e ORDER BY id", "1,2;2,1;3,3;4,4"),
            ("WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT SUM(i) FROM n", "10"),
            ("SELECT 1 UNION SELECT 2.5 UNION SELECT '3' ORDER BY 1", "1;2.5;3"),
            ("SELECT dept, SUM(pay) FROM e WHERE dept > 0 GROUP BY dept WITH ROLLUP", "1,30.50;2,5.00;NULL,35.50"),
            ("SELECT name, pay FROM e GROUP BY name", "1055 Expression #2 of SELECT list is not in GROUP BY clause and contains nonaggregated column 'd.e.pay' which is not functionally dependent on columns in GROUP BY clause; this is incompatible with sql_mode=only_full_group_by"),
            ("SELECT id FROM e, d", "1052 Column 'id' in field list is ambiguous"),
            ("SELECT e.nosuch FROM e", "1054 Unknown column 'e.nosuch' in 'field list'"),
            ("SELECT id FROM e WHERE name = 'X' ORDER BY id", "1;2"),
            ("SELECT id FROM e ORDER BY pay LIMIT 1, 2", "3;1"),
        ])
    }

    @Test func transactionsKeepAndUndo() throws {
        try expect([
            ("CREATE TABLE t (id INT PRIMARY KEY)", "ok 0 0 0"),
            ("BEGIN", "ok 0 0 0"),
            ("INSERT INTO t VALUES (1)", "ok 1 0 0"),
            ("SAVEPOINT s", "ok 0 0 0"),
            ("INSERT INTO t VALUES (2)", "ok 1 0 0"),
            ("INSERT INTO t VALUES (3), (1)", "1062 Duplicate entry '1' for key 't.PRIMARY'"),
            ("SELECT COUNT(*) FROM t", "2"),
            ("ROLLBACK TO s", "ok 0 0 0"),
            ("COMMIT", "ok 0 0 0"),
            ("SELECT id FROM t", "1"),
            ("START TRANSACTION READ ONLY", "ok 0 0 0"),
            ("INSERT INTO t VALUES (9)", "1792 Cannot execute statement in a READ ONLY transaction."),
            ("ROLLBACK", "ok 0 0 0"),
            ("SET autocommit = 0", "ok 0 0 0"),
            ("INSERT INTO t VALUES (4)", "ok 1 0 0"),
            ("ROLLBACK", "ok 0 0 0"),
            ("SELECT COUNT(*) FROM t", "1"),
            ("ROLLBACK TO nosuch", "1305 SAVEPOINT nosuch does not exist"),
        ])
    }

    /// As MySQL 9 does; MySQL 8 ignored it.
    @Test func referencesAtAColumnIsAForeignKey() throws {
        let mismatch = "1239 Incorrect foreign key definition for 'foreign key without name': Key reference and table reference "
            + "don't match"
        try expect([
            ("CREATE TABLE p (id INT PRIMARY KEY, u INT UNIQUE)", "ok 0 0 0"),
            ("CREATE TABLE a (id INT PRIMARY KEY, b INT REFERENCES p)", "ok 0 0 0"),
            ("ALTER TABLE a ADD COLUMN c INT REFERENCES p (u) ON UPDATE CASCADE", "ok 0 0 0"),
            (
                "INSERT INTO a VALUES (1, NULL, 5)",
                "1452 Cannot add or update a child row: a foreign key constraint fails (`d`.`a`, CONSTRAINT `a_ibfk_2` FOREIGN "
                    + "KEY (`c`) REFERENCES `p` (`u`) ON UPDATE CASCADE)"
            ),
            (
                "INSERT INTO a VALUES (1, 7, NULL)",
                "1452 Cannot add or update a child row: a foreign key constraint fails (`d`.`a`, CONSTRAINT `a_ibfk_1` FOREIGN "
                    + "KEY (`b`) REFERENCES `p` (`id`))"
            ),
            ("CREATE TABLE s (id INT PRIMARY KEY, p INT REFERENCES s)", "ok 0 0 0"),
            ("CREATE TABLE n (a INT UNIQUE)", "ok 0 0 0"),
            ("CREATE TABLE f (a INT REFERENCES n)", mismatch),
            ("CREATE TABLE f (a INT REFERENCES nosuch)", mismatch),
            ("CREATE TABLE f (a INT REFERENCES nosuch (x))", "1824 Failed to open the referenced table 'nosuch'"),
        ])
    }

    @Test func definitionsAreCheckedAndCarriedOut() throws {
        try expect([
            ("CREATE TABLE p (id INT PRIMARY KEY)", "ok 0 0 0"),
            (
                "CREATE TABLE c (id INT PRIMARY KEY, p INT, n INT CHECK (n > 0), g INT AS (n * 2) STORED, "
                    + "CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id))", "ok 0 0 0"
            ),
            ("INSERT INTO p VALUES (1)", "ok 1 0 0"),
            ("INSERT INTO c (id, p, n) VALUES (1, 1, 4)", "ok 1 0 0"),
            ("SELECT g FROM c", "8"),
            ("INSERT INTO c (id, p, n) VALUES (2, 1, 0)", "3819 Check constraint 'c_chk_1' is violated."),
            (
                "INSERT INTO c (id, p, n) VALUES (2, 7, 1)",
                "1452 Cannot add or update a child row: a foreign key constraint fails (`d`.`c`, CONSTRAINT `f` FOREIGN KEY "
                    + "(`p`) REFERENCES `p` (`id`))"
            ),
            (
                "DELETE FROM p",
                "1451 Cannot delete or update a parent row: a foreign key constraint fails (`d`.`c`, CONSTRAINT `f` FOREIGN "
                    + "KEY (`p`) REFERENCES `p` (`id`))"
            ),
            ("DROP TABLE p", "3730 Cannot drop table 'p' referenced by a foreign key constraint 'f' on table 'c'."),
            ("ALTER TABLE c ADD COLUMN x VARCHAR(5) DEFAULT 'new' AFTER id, ADD INDEX (n)", "ok 0 0 0"),
            ("UPDATE c SET n = 5 WHERE id = 1", "ok 1 0 0"),
            ("SELECT * FROM c", "1,new,1,5,10"),
            ("ALTER TABLE c DROP COLUMN nosuch", "1091 Can't DROP 'nosuch'; check that column/key exists"),
            ("CREATE TABLE p (id INT)", "1050 Table 'p' already exists"),
            ("CREATE VIEW v AS SELECT id, n FROM c", "ok 0 0 0"),
            ("SELECT n FROM v", "5"),
            ("RENAME TABLE c TO cc", "ok 0 0 0"),
            ("SELECT n FROM cc", "5"),
            ("SELECT n FROM v", "1356 View 'd.v' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them"),
            ("TRUNCATE TABLE cc", "ok 0 0 0"),
            ("SELECT COUNT(*) FROM cc", "0"),
            ("DROP TABLE cc, p", "ok 0 0 0"),
        ])
    }

    @Test func nullInAnAutoIncrementColumnIsRefusedByUpdate() throws {
        try expect([
            ("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n INT)", "ok 0 0 0"),
            ("INSERT INTO t VALUES (NULL, 1), (NULL, 2)", "ok 2 1 0"),
            ("UPDATE t SET id = NULL WHERE n = 1", "1048 Column 'id' cannot be null"),
            ("INSERT INTO t VALUES (1, 1) ON DUPLICATE KEY UPDATE id = NULL", "1048 Column 'id' cannot be null"),
            ("UPDATE IGNORE t SET id = NULL WHERE n = 1", "ok 1 0 1"),
            ("SHOW WARNINGS", "Warning,1048,Column 'id' cannot be null"),
            ("SELECT id, n FROM t ORDER BY n", "0,1;2,2"),
        ])
    }

    @Test func aChildOfADroppedTableKeepsItsRowsAndTakesNoNewReferences() throws {
        let refused =
            "1452 Cannot add or update a child row: a foreign key constraint fails (`d`.`c`, CONSTRAINT `f` FOREIGN KEY "
            + "(`p`, `q`) REFERENCES `p` (`id`, `k`) ON DELETE CASCADE)"
        try expect([
            ("CREATE TABLE p (id INT, k INT, PRIMARY KEY (id, k))", "ok 0 0 0"),
            ("CREATE TABLE o (id INT PRIMARY KEY)", "ok 0 0 0"),
            (
                "CREATE TABLE c (id INT PRIMARY KEY, p INT, q INT, o INT, "
                    + "CONSTRAINT f FOREIGN KEY (p, q) REFERENCES p (id, k) ON DELETE CASCADE, "
                    + "CONSTRAINT g FOREIGN KEY (o) REFERENCES o (id) ON DELETE CASCADE)", "ok 0 0 0"
            ),
            ("INSERT INTO p VALUES (1, 1)", "ok 1 0 0"),
            ("INSERT INTO o VALUES (1), (2)", "ok 2 0 0"),
            ("INSERT INTO c VALUES (1, 1, 1, 1), (2, 1, 1, 2), (3, 1, 1, NULL)", "ok 3 0 0"),
            ("SET foreign_key_checks = 0", "ok 0 0 0"),
            ("DROP TABLE p", "ok 0 0 0"),
            ("SET foreign_key_checks = 1", "ok 0 0 0"),
            ("INSERT INTO c VALUES (4, NULL, 1, 2)", "ok 1 0 0"),
            ("INSERT INTO c VALUES (5, 1, 1, 2)", refused),
            ("INSERT IGNORE INTO c VALUES (5, 1, 1, 2), (6, NULL, NULL, NULL)", "ok 1 0 1"),
            ("UPDATE c SET id = 7, o = 2 WHERE id = 1", "ok 1 0 0"),
            ("UPDATE c SET q = 2 WHERE id = 7", refused),
            ("UPDATE c SET q = NULL WHERE id = 7", "ok 1 0 0"),
            ("BEGIN", "ok 0 0 0"),
            ("DELETE FROM c WHERE id = 3", "ok 1 0 0"),
            ("SAVEPOINT s", "ok 0 0 0"),
            ("DELETE FROM o WHERE id = 2", "ok 1 0 0"),
            ("ROLLBACK TO s", "ok 0 0 0"),
            ("SELECT id FROM c ORDER BY id", "2;4;6;7"),
            ("DELETE FROM o WHERE id = 2", "ok 1 0 0"),
            ("COMMIT", "ok 0 0 0"),
            ("SELECT id FROM c", "6"),
            ("SELECT * FROM p", "1146 Table 'd.p' doesn't exist"),
            ("CREATE TABLE p (id INT, k INT, PRIMARY KEY (id, k))", "ok 0 0 0"),
            ("INSERT INTO p VALUES (1, 2)", "ok 1 0 0"),
            ("INSERT INTO c VALUES (5, 1, 2, NULL)", "ok 1 0 0"),
            ("DELETE FROM p", "ok 1 0 0"),
            ("SELECT id FROM c", "6"),
        ])
    }

    @Test func constantsOrderAndGroupNothing() throws {
        try expect([
            ("CREATE TABLE t (id INT PRIMARY KEY, n INT)", "ok 0 0 0"),
            ("INSERT INTO t VALUES (1, 5), (2, 5)", "ok 2 0 0"),
            ("SELECT COUNT(*) FROM t ORDER BY COALESCE(-1)", "2"),
            ("SELECT id FROM t ORDER BY COALESCE(7), id", "1;2"),
            ("SELECT id FROM t ORDER BY -1, id DESC", "2;1"),
            ("SELECT SUM(n) FROM t GROUP BY COALESCE(9)", "10"),
            ("SELECT id, SUM(n) FROM t GROUP BY id WITH ROLLUP ORDER BY GROUPING(id) DESC, id", "NULL,10;1,5;2,5"),
            ("SELECT id FROM t UNION SELECT 3 ORDER BY COALESCE(5), id DESC", "3;2;1"),
            ("UPDATE t SET n = 6 ORDER BY COALESCE(99), id LIMIT 1", "ok 1 0 0"),
            ("DELETE FROM t ORDER BY -99 LIMIT 2", "ok 2 0 0"),
        ])
    }

    @Test func alterTableLosesNoValuesWhereTheModeIsStrict() throws {
        try expect([
            ("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10), e ENUM('a', 'b', 'c'))", "ok 0 0 0"),
            ("INSERT INTO t VALUES (1, 'x', 'a'), (2, 'long', 'b'), (3, '12', 'c')", "ok 3 0 0"),
            ("ALTER TABLE t MODIFY v VARCHAR(2)", "1406 Data too long for column 'v' at row 2"),
            ("ALTER TABLE t MODIFY v INT", "1366 Incorrect integer value: 'x' for column 'v' at row 1"),
            ("ALTER TABLE t MODIFY e ENUM('b', 'a')", "1265 Data truncated for column 'e' at row 3"),
            ("SELECT * FROM t", "1,x,a;2,long,b;3,12,c"),
            ("ALTER TABLE t MODIFY e ENUM('c', 'b', 'a')", "ok 0 0 0"),
            ("SELECT e, e + 0 FROM t", "a,3;b,2;c,1"),
            ("SET sql_mode = ''", "ok 0 0 0"),
            ("ALTER TABLE t MODIFY v VARCHAR(2)", "ok 0 0 0"),
            ("SELECT v FROM t", "x;lo;12"),
        ])
    }

    @Test func aRefusedRowUsesUpNoAutoIncrementValue() throws {
        try expect([
            ("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n INT CHECK (n > 0), m INT AS (n * 2))", "ok 0 0 0"),
            ("INSERT INTO t (n) VALUES (1)", "ok 1 1 0"),
            ("INSERT INTO t (n) VALUES (0)", "3819 Check constraint 't_chk_1' is violated."),
            ("INSERT INTO t (n) VALUES (2)", "ok 1 2 0"),
            ("CREATE TABLE u (id INT AUTO_INCREMENT PRIMARY KEY, CHECK (id > 5))", "3818 Check constraint 'u_chk_1' cannot refer to an auto-increment column."),
            ("CREATE TABLE u (id INT AUTO_INCREMENT PRIMARY KEY, n INT AS (id + 1))", "3109 Generated column 'n' cannot refer to auto-increment column."),
            ("CREATE TABLE u (id SERIAL, n INT)", "ok 0 0 0"),
            ("SHOW CREATE TABLE u", "u,CREATE TABLE `u` (\n  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\n  `n` int DEFAULT NULL,\n  UNIQUE KEY `id` (`id`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci"),
        ])
    }

    @Test func whatCannotBeDoneIsRefusedAndLeavesNothing() throws {
        try expect([
            ("CREATE TABLE t (a TINYINT) SELECT 300 AS a", "1264 Out of range value for column 'a' at row 1"),
            ("INSERT INTO t VALUES (1)", "1146 Table 'd.t' doesn't exist"),
            ("SET autocommit = 0", "ok 0 0 0"),
            ("CREATE TABLE t SELECT 3 AS a", "ok 1 0 0"),
            ("ROLLBACK", "ok 0 0 0"),
            ("SELECT a FROM t", "3"),
            ("ALTER DATABASE d READ ONLY = 1", "1235 This version of MySQL doesn't yet support 'READ ONLY databases'"),
            ("SET sql_require_primary_key = 1", "ok 0 0 0"),
            ("CREATE TABLE u (a INT PRIMARY KEY)", "ok 0 0 0"),
            ("CREATE TABLE v (a INT)", SQLErrorText.tableWithoutPrimaryKey),
            ("CREATE TEMPORARY TABLE v (a INT)", SQLErrorText.tableWithoutPrimaryKey),
            ("ALTER TABLE u DROP PRIMARY KEY", SQLErrorText.tableWithoutPrimaryKey),
            ("PREPARE p FROM 'SELECT a FROM t LIMIT ?, ?'", "ok 0 0 0"),
            ("SET @zero = 0, @one = 1, @less = -1", "ok 0 0 0"),
            ("EXECUTE p USING @zero, @one", "3"),
            ("EXECUTE p USING @zero, @less", "1690 unsigned integer value is out of range in 'EXECUTE'"),
        ])
    }

    @Test func theStatementsTimeCanBeSet() throws {
        try expect([
            ("SET time_zone = '+00:00', timestamp = 1709209872.345678", "ok 0 0 0"),
            ("SELECT NOW(6), UNIX_TIMESTAMP(), CURDATE()", "2024-02-29 12:31:12.345678,1709209872,2024-02-29"),
            ("SET timestamp = DEFAULT", "ok 0 0 0"),
            ("SELECT YEAR(NOW()) > 2024", "1"),
        ])
    }

    @Test func preparedStatementsTakeParameters() throws {
        try expect([
            ("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10))", "ok 0 0 0"),
            ("PREPARE i FROM 'INSERT INTO t VALUES (?, ?)'", "ok 0 0 0"),
            ("SET @a = 1, @b = 'one'", "ok 0 0 0"),
            ("EXECUTE i USING @a, @b", "ok 1 0 0"),
            ("EXECUTE i USING @a", "1210 Incorrect arguments to EXECUTE"),
            ("PREPARE s FROM 'SELECT v FROM t WHERE id = ? LIMIT ?'", "ok 0 0 0"),
            ("EXECUTE s USING @a, @a", "one"),
            ("DEALLOCATE PREPARE s", "ok 0 0 0"),
            ("EXECUTE s USING @a, @a", "1243 Unknown prepared statement handler (s) given to EXECUTE"),
        ])
    }

    @Test func aStatementRepeatedWithOtherLiteralsGivesItsOwnRows() throws {
        try expect([
            ("CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10), m DECIMAL(6,2))", "ok 0 0 0"),
            ("INSERT INTO t VALUES (1, 'a', 1.5), (2, 'b', 2.5)", "ok 2 0 0"),
            ("SELECT v FROM t WHERE id = 1", "a"),
            ("SELECT v FROM t WHERE id = 2", "b"),
            ("SELECT id FROM t WHERE v = 'B'", "2"),
            ("SELECT id FROM t WHERE v = 'A'", "1"),
            ("SELECT id FROM t WHERE m = 1.50", "1"),
            ("SELECT id FROM t WHERE m = 2.5", "2"),
            ("UPDATE t SET v = 'c' WHERE id = 2", "ok 1 0 0"),
            ("ALTER TABLE t ADD COLUMN w INT DEFAULT 3", "ok 0 0 0"),
            ("SELECT * FROM t WHERE id = 2", "2,c,2.50,3"),
        ])
    }
}

private enum SQLErrorText {
    static let tableWithoutPrimaryKey =
        "3750 Unable to create or change a table without a primary key, when the system variable 'sql_require_primary_key' "
        + "is set. Add a primary key to the table or unset this variable to avoid this message. Note that tables without a "
        + "primary key can cause performance problems in row-based replication, so please consult your DBA before changing "
        + "this setting."
}
