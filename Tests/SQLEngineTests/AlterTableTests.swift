import Testing

@testable import SQLEngine

/// ALTER TABLE as a real MySQL 9.7 answers it.
struct AlterTableTests {
    private func client(_ node: EngineNode, _ statements: [String]) throws -> TestClient {
        let client = try node.client()
        for sql in ["CREATE DATABASE d", "USE d"] + statements {
            if case .error(let code, _, let message) = client.run(sql) { Issue.record("\(sql): \(code) \(message)") }
        }
        return client
    }

    private func answer(_ client: TestClient, _ sql: String) -> String {
        switch client.run(sql) {
        case .error(_, _, let message): message
        case .ok: "ok"
        case .rows(_, let rows): rows.map { $0.map { $0 ?? "NULL" }.joined(separator: ",") }.joined(separator: ";")
        }
    }

    private static let everyType = """
        CREATE TABLE t (id int primary key, a int, b varchar(10), n int not null default 3, e enum('a','b'), s set('a','b'), vb varbinary(10), f varchar(300), ch char(5), tx text, g int as (a+1), gs int as (a+1) stored, k int, key kk (k), unique ku (a), constraint cx check (a<100), pid int, constraint fk foreign key (pid) references p(id)) comment 'x'
        """

    @Test("ALGORITHM=INSTANT, ALGORITHM=INPLACE and LOCK=NONE are answered as InnoDB answers them", arguments: [
        ("add column z int", "ok", "ok", "ok"),
        ("add column z int not null", "ok", "ok", "ok"),
        ("add column z int first", "ok", "ok", "ok"),
        ("add column z int default 5 after a", "ok", "ok", "ok"),
        ("add column z int default (1+1)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported for this operation. Try ALGORITHM=COPY.", "LOCK=NONE is not supported for this operation. Try LOCK=SHARED."),
        ("add column z timestamp default current_timestamp", "ok", "ok", "ok"),
        ("add column z int auto_increment unique", "ALGORITHM=INSTANT is not supported. Reason: Adding an auto-increment column requires a lock. Try ALGORITHM=COPY/INPLACE.", "ok", "LOCK=NONE is not supported. Reason: Adding an auto-increment column requires a lock. Try LOCK=SHARED."),
        ("add column z int as (a+1)", "ok", "ok", "ok"),
        ("add column z int as (a+1) stored", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported for this operation. Try ALGORITHM=COPY.", "LOCK=NONE is not supported for this operation. Try LOCK=SHARED."),
        ("add column z text", "ok", "ok", "ok"),
        ("add column z json", "ok", "ok", "ok"),
        ("drop column b", "ok", "ok", "ok"),
        ("drop column k", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("drop column g", "ok", "ok", "ok"),
        ("drop column gs", "ok", "ok", "ok"),
        ("rename column b to bb", "ok", "ok", "ok"),
        ("change b bb varchar(10)", "ok", "ok", "ok"),
        ("modify b varchar(10) first", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("modify b varchar(20)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("modify b varchar(300)", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("modify f varchar(500)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("modify b varchar(5)", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("modify vb varbinary(20)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("modify ch char(8)", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("modify n int null default 3", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("modify a int not null", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("modify a bigint", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY.", "ALGORITHM=INPLACE is not supported for this operation. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: COPY algorithm requires a lock. Try LOCK=SHARED."),
        ("modify e enum('a','b','c')", "ok", "ok", "ok"),
        ("modify e enum('c','a','b')", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("modify s set('a','b','c')", "ok", "ok", "ok"),
        ("modify s set('a','b','c','d','e','f','g','h','i')", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("modify b varchar(10) comment 'x'", "ok", "ok", "ok"),
        ("modify b varchar(10) default 'q'", "ok", "ok", "ok"),
        ("modify b varchar(10) character set latin1", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("modify tx longtext", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("alter column a set default 5", "ok", "ok", "ok"),
        ("alter column a drop default", "ok", "ok", "ok"),
        ("alter column b set invisible", "ok", "ok", "ok"),
        ("add index x (b)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("add unique x (b)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("add index x ((a+1))", "ALGORITHM=INSTANT is not supported. Reason: ADD COLUMN col...VIRTUAL, ADD INDEX(col). Try ALGORITHM=COPY/INPLACE.", "ok", "LOCK=NONE is not supported. Reason: ADD COLUMN col...VIRTUAL, ADD INDEX(col). Try LOCK=SHARED."),
        ("drop index kk", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("drop index kk, add index kk (k)", "ok", "ok", "ok"),
        ("rename index kk to k2", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("alter index kk invisible", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("drop primary key", "ALGORITHM=INSTANT is not supported. Reason: Dropping a primary key is not allowed without also adding a new primary key. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Dropping a primary key is not allowed without also adding a new primary key. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Dropping a primary key is not allowed without also adding a new primary key. Try LOCK=SHARED."),
        ("drop primary key, add primary key (n)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("drop foreign key fk", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("add check (a<50)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY.", "ALGORITHM=INPLACE is not supported for this operation. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: COPY algorithm requires a lock. Try LOCK=SHARED."),
        ("drop check cx", "ok", "ok", "ok"),
        ("alter check cx not enforced", "ok", "ok", "ok"),
        ("rename to t2", "ok", "ok", "LOCK=NONE/SHARED is not supported for this operation. Try LOCK=EXCLUSIVE."),
        ("comment 'y'", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("auto_increment=5", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("engine=innodb", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("force", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("convert to character set latin1", "ALGORITHM=INSTANT is not supported. Reason: Need to rebuild the table to change column type. Try ALGORITHM=COPY/INPLACE.", "ALGORITHM=INPLACE is not supported. Reason: Cannot change column type INPLACE. Try ALGORITHM=COPY.", "LOCK=NONE is not supported. Reason: Cannot change column type INPLACE. Try LOCK=SHARED."),
        ("default charset latin1", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("row_format=dynamic", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("add column z int, add index iz (z)", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("add column z int, drop column b", "ok", "ok", "ok"),
        ("add column z int, rename column b to c", "ok", "ok", "ok"),
        ("modify b varchar(20), alter column a set default 5", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
        ("engine=innodb, comment 'w'", "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE.", "ok", "ok"),
    ])
    func algorithms(change: String, instant: String, inPlace: String, lockNone: String) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try client(node, ["CREATE TABLE p (id INT PRIMARY KEY)"])
        for (clause, expected) in [
            ("ALGORITHM=INSTANT", instant), ("ALGORITHM=INPLACE", inPlace), ("LOCK=NONE", lockNone), ("ALGORITHM=COPY", "ok"),
        ] {
            for sql in ["DROP TABLE IF EXISTS t, t2", Self.everyType, "INSERT INTO t (id, a, b, k) VALUES (1, 1, 'x', 1)"] {
                #expect(["ok"] == [answer(client, sql)])
            }
            let found = answer(client, "ALTER TABLE t \(change), \(clause)")
            #expect(found == expected, "\(change), \(clause)")
        }
    }

    @Test("ALGORITHM and LOCK go together, or not", arguments: [
        ("ALTER TABLE t ADD COLUMN z INT, ALGORITHM=INSTANT, LOCK=NONE",
            "Incorrect usage of ALGORITHM=INSTANT and LOCK=NONE/SHARED/EXCLUSIVE"),
        ("ALTER TABLE t ADD COLUMN z INT, ALGORITHM=INSTANT, LOCK=DEFAULT", "ok"),
        ("ALTER TABLE t ADD COLUMN z INT, ALGORITHM=COPY, LOCK=NONE",
            "LOCK=NONE is not supported. Reason: COPY algorithm requires a lock. Try LOCK=SHARED."),
        ("ALTER TABLE t ALGORITHM=bad, ADD COLUMN q INT", "Unknown ALGORITHM 'bad'"),
        ("ALTER TABLE t LOCK=bad, ADD COLUMN q INT", "Unknown LOCK type 'bad'"),
        ("CREATE INDEX x ON t (b) ALGORITHM=INSTANT",
            "ALGORITHM=INSTANT is not supported for this operation. Try ALGORITHM=COPY/INPLACE."),
        ("CREATE INDEX x ON t (b) ALGORITHM=INPLACE LOCK=NONE", "ok"),
        ("DROP INDEX ka ON t ALGORITHM=COPY LOCK=NONE",
            "LOCK=NONE is not supported. Reason: COPY algorithm requires a lock. Try LOCK=SHARED."),
        ("ALTER TABLE t RENAME TO t3, LOCK=SHARED",
            "LOCK=NONE/SHARED is not supported for this operation. Try LOCK=EXCLUSIVE."),
        ("ALTER TABLE t RENAME TO t3, LOCK=EXCLUSIVE", "ok"),
    ])
    func algorithmsAndLocks(sql: String, expected: String) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try client(node, ["CREATE TABLE t (a INT, b VARCHAR(10), KEY ka (a))"])
        #expect(answer(client, sql) == expected)
    }

    /// Statements one after the other, each with MySQL's answer.
    private func script(_ steps: [(String, String)]) throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try client(node, [])
        for (sql, expected) in steps {
            let found = answer(client, sql)
            #expect(found == expected, "\(sql)")
        }
    }

    @Test("A statement of many parts is judged as a whole")
    func wholes() throws {
        try script([
            ("CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(10), c INT, KEY ka (a), KEY kac (a, c), UNIQUE kb (b))", "ok"),
            ("INSERT INTO t VALUES (1, 1, 'x', 5), (2, 2, 'y', 6)", "ok"),
            ("ALTER TABLE t DROP COLUMN a, ADD COLUMN a BIGINT", "ok"),
            ("SELECT * FROM t", "1,x,5,NULL;2,y,6,NULL"),
            ("ALTER TABLE t DROP COLUMN nosuch, ADD COLUMN b INT", "Can't DROP 'nosuch'; check that column/key exists"),
            ("ALTER TABLE t ADD COLUMN z INT, ADD INDEX iz (z)", "ok"),
            ("ALTER TABLE t RENAME COLUMN b TO c, RENAME COLUMN c TO b", "ok"),
            ("SELECT id, b, c FROM t WHERE c = 'y'", "2,6,y"),
            ("INSERT INTO t (id, c) VALUES (3, 'x')", "Duplicate entry 'x' for key 't.kb'"),
            ("ALTER TABLE t RENAME COLUMN b TO c", "Duplicate column name 'c'"),
            ("ALTER TABLE t RENAME COLUMN nosuch TO q", "Unknown column 'nosuch' in 't'"),
            ("ALTER TABLE t CHANGE b bb INT, CHANGE c b VARCHAR(10)", "ok"),
            ("ALTER TABLE t ADD COLUMN w INT AFTER nosuch", "Unknown column 'nosuch' in 't'"),
            ("ALTER TABLE t ADD COLUMN w INT AFTER ww, ADD COLUMN ww INT", "Unknown column 'ww' in 't'"),
            ("ALTER TABLE t ADD COLUMN ww INT, ADD COLUMN w INT AFTER ww", "ok"),
            ("ALTER TABLE t DROP COLUMN w, MODIFY w INT", "Unknown column 'w' in 't'"),
            ("ALTER TABLE t DROP COLUMN w, RENAME COLUMN w TO w2", "Unknown column 'w' in 't'"),
            ("ALTER TABLE t ALTER COLUMN nosuch SET DEFAULT 5", "Unknown column 'nosuch' in 't'"),
            ("ALTER TABLE t DROP INDEX nosuch, DROP COLUMN nosuch2", "Can't DROP 'nosuch'; check that column/key exists"),
            ("ALTER TABLE t DROP COLUMN nosuch2, DROP INDEX nosuch", "Can't DROP 'nosuch2'; check that column/key exists"),
            ("ALTER TABLE t DROP COLUMN nosuch2, ADD INDEX x (nosuch3)", "Can't DROP 'nosuch2'; check that column/key exists"),
            ("ALTER TABLE t ADD INDEX x (nosuch3), ADD INDEX iz (a)", "Key column 'nosuch3' doesn't exist in table"),
            ("ALTER TABLE t ADD INDEX iz (a)", "Duplicate key name 'iz'"),
            ("ALTER TABLE t DROP INDEX iz, ADD INDEX iz (a)", "ok"),
            ("ALTER TABLE t RENAME INDEX iz TO iz2, RENAME INDEX kac TO iz", "ok"),
            ("ALTER TABLE t RENAME INDEX iz TO iz2", "Duplicate key name 'iz2'"),
            ("ALTER TABLE t RENAME INDEX nosuch TO x", "Key 'nosuch' doesn't exist in table 't'"),
            ("ALTER TABLE t MODIFY a INT, MODIFY a BIGINT", "Unknown column 'a' in 't'"),
            ("ALTER TABLE t RENAME COLUMN a TO q, RENAME COLUMN a TO r", "Unknown column 'a' in 't'"),
            ("ALTER TABLE t DROP COLUMN a, DROP COLUMN a", "Can't DROP 'a'; check that column/key exists"),
            ("ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (a)", "Invalid use of NULL value"),
            ("ALTER TABLE t DROP PRIMARY KEY", "ok"),
            ("ALTER TABLE t DROP PRIMARY KEY", "Can't DROP 'PRIMARY'; check that column/key exists"),
            ("ALTER TABLE t ADD PRIMARY KEY (id), ADD PRIMARY KEY (a)", "Multiple primary key defined"),
            ("ALTER TABLE t DROP CHECK nosuch", "Check constraint 'nosuch' is not found in the table."),
            ("ALTER TABLE t DROP CONSTRAINT nosuch", "Constraint 'nosuch' does not exist."),
            ("ALTER TABLE t DROP FOREIGN KEY nosuch", "Can't DROP 'nosuch'; check that column/key exists"),
            ("ALTER TABLE t ALTER INDEX nosuch INVISIBLE", "Key 'nosuch' doesn't exist in table 't'"),
            ("ALTER TABLE t ADD COLUMN ID INT", "Duplicate column name 'ID'"),
            ("ALTER TABLE t ADD COLUMN ID2 INT, ADD COLUMN id2 INT", "Duplicate column name 'id2'"),
            ("ALTER TABLE t RENAME COLUMN id TO ID", "ok"),
            ("ALTER TABLE t CHANGE id iD INT", "ok"),
            ("SELECT b, bb FROM t ORDER BY id", "x,5;y,6"),
            ("CREATE TABLE one (a INT)", "ok"),
            ("ALTER TABLE one DROP COLUMN a", "You can't delete all columns with ALTER TABLE; use DROP TABLE instead"),
            ("ALTER TABLE one DROP COLUMN a, ADD COLUMN b INT", "ok"),
            ("ALTER TABLE one ADD COLUMN c INT INVISIBLE, DROP COLUMN b", "A table must have at least one visible column."),
        ])
    }

    @Test("What expressions and foreign keys need stays")
    func dependencies() throws {
        try script([
            ("CREATE TABLE g (a INT, b INT AS (a + 1), c INT, d INT DEFAULT (c + 1), CHECK (c > 0), KEY f ((c * 2)))", "ok"),
            ("ALTER TABLE g DROP COLUMN a", "Column 'a' has a generated column dependency."),
            ("ALTER TABLE g RENAME COLUMN a TO aa", "Column 'a' has a generated column dependency."),
            ("ALTER TABLE g CHANGE a aa INT", "Column 'a' has a generated column dependency."),
            ("ALTER TABLE g DROP COLUMN c", "Column 'c' of table 'g' has a default value expression dependency and cannot be dropped or renamed."),
            ("ALTER TABLE g RENAME COLUMN c TO cc", "Check constraint 'g_chk_1' uses column 'c', hence column cannot be dropped or renamed."),
            ("ALTER TABLE g DROP COLUMN a, DROP COLUMN b", "ok"),
            ("CREATE TABLE g3 (a INT, b INT, CHECK (b > 0), CONSTRAINT two CHECK (a > b))", "ok"),
            ("ALTER TABLE g3 DROP COLUMN b", "Check constraint 'two' uses column 'b', hence column cannot be dropped or renamed."),
            ("CREATE TABLE g4 (a INT, KEY f ((a + 1)))", "ok"),
            ("ALTER TABLE g4 DROP COLUMN a", "Column 'a' has a functional index dependency and cannot be dropped or renamed."),
            ("CREATE TABLE p (id INT PRIMARY KEY, k INT UNIQUE)", "ok"),
            ("CREATE TABLE ch (id INT PRIMARY KEY, pid INT, FOREIGN KEY (pid) REFERENCES p (k))", "ok"),
            ("INSERT INTO p VALUES (1, 7)", "ok"),
            ("ALTER TABLE p RENAME COLUMN k TO kk", "ok"),
            ("ALTER TABLE p DROP COLUMN kk", "Cannot drop column 'kk': needed in a foreign key constraint 'ch_ibfk_1' of table 'ch'"),
            ("ALTER TABLE p DROP INDEX k", "Cannot drop index 'k': needed in a foreign key constraint"),
            ("ALTER TABLE p MODIFY kk BIGINT", "Referencing column 'pid' and referenced column 'kk' in foreign key constraint 'ch_ibfk_1' are incompatible."),
            ("ALTER TABLE ch DROP COLUMN pid", "Cannot drop column 'pid': needed in a foreign key constraint 'ch_ibfk_1'"),
            ("ALTER TABLE ch DROP INDEX pid", "Cannot drop index 'pid': needed in a foreign key constraint"),
            ("RENAME TABLE p TO pp, ch TO ch2", "ok"),
            ("INSERT INTO ch2 VALUES (1, 8)", "Cannot add or update a child row: a foreign key constraint fails (`d`.`ch2`, CONSTRAINT `ch2_ibfk_1` FOREIGN KEY (`pid`) REFERENCES `pp` (`kk`))"),
            ("INSERT INTO ch2 VALUES (1, 7)", "ok"),
            ("ALTER TABLE ch2 DROP FOREIGN KEY ch2_ibfk_1, DROP COLUMN pid", "ok"),
        ])
    }

    @Test("RENAME TABLE renames one after the other: swaps, cycles, other schemas")
    func renames() throws {
        try script([
            ("CREATE DATABASE e", "ok"),
            ("CREATE TABLE a (x INT)", "ok"), ("CREATE TABLE b (x INT)", "ok"), ("CREATE TABLE c (x INT CHECK (x > 0))", "ok"),
            ("INSERT INTO a VALUES (1)", "ok"), ("INSERT INTO b VALUES (2)", "ok"), ("INSERT INTO c VALUES (3)", "ok"),
            ("RENAME TABLE a TO tmp, b TO a, tmp TO b", "ok"), ("SELECT a.x, b.x FROM a, b", "2,1"),
            ("RENAME TABLE a TO tmp, c TO a, b TO c, tmp TO b", "ok"), ("SELECT a.x, b.x, c.x FROM a, b, c", "3,2,1"),
            ("INSERT INTO a VALUES (0)", "Check constraint 'a_chk_1' is violated."),
            ("RENAME TABLE a TO e.a, e.a TO e.b", "ok"), ("SELECT x FROM e.b", "3"),
            ("RENAME TABLE nosuch TO b", "Table 'b' already exists"), ("RENAME TABLE nosuch TO x", "Table 'd.nosuch' doesn't exist"),
            ("RENAME TABLE b TO nosuchdb.x", "Unknown database 'nosuchdb'"), ("RENAME TABLE b TO x1, b TO x2", "Table 'd.b' doesn't exist"),
            ("RENAME TABLE b TO x1, nosuch TO x2", "Table 'd.nosuch' doesn't exist"), ("SELECT x FROM b", "2"),
            ("CREATE VIEW v AS SELECT x FROM b", "ok"), ("RENAME TABLE v TO w, w TO v", "ok"), ("SELECT x FROM v", "2"),
            ("ALTER TABLE b ADD COLUMN y INT DEFAULT 9, RENAME TO bb", "ok"), ("SELECT x, y FROM bb", "2,9"),
        ])
    }

    @Test("Columns come, go and move, and every row has what it should")
    func columns() throws {
        try script([
            ("CREATE TABLE t (id INT PRIMARY KEY, a INT NOT NULL DEFAULT 4, b VARCHAR(5), e ENUM('x', 'y'), KEY (b))", "ok"),
            ("INSERT INTO t VALUES (1, 1, 'one', 'x'), (2, 2, 'two', 'y')", "ok"),
            ("ALTER TABLE t ADD COLUMN n INT NOT NULL FIRST, ADD COLUMN s VARCHAR(10) DEFAULT 'it''s' AFTER a", "ok"),
            ("SELECT * FROM t", "0,1,1,it's,one,x;0,2,2,it's,two,y"),
            ("ALTER TABLE t ADD COLUMN r DOUBLE DEFAULT 5, ADD COLUMN u BIGINT UNSIGNED DEFAULT 18446744073709551615, "
                + "ADD COLUMN m DECIMAL(6, 2) DEFAULT 1.5, ADD COLUMN y YEAR DEFAULT 2000, ADD COLUMN z BIT(3) DEFAULT b'101', "
                + "ADD COLUMN bin BINARY(3) DEFAULT 'ab', ADD COLUMN ti TIME NOT NULL, ADD COLUMN da DATETIME DEFAULT '2020-01-02'", "ok"),
            ("SELECT r, u, m, y, z + 0, HEX(bin), ti, da FROM t WHERE id = 1",
                "5,18446744073709551615,1.50,2000,5,616200,00:00:00,2020-01-02 00:00:00"),
            ("UPDATE t SET a = a + 10, r = r + 0.5 WHERE s = 'it''s'", "ok"), ("SELECT id, a, r FROM t", "1,11,5.5;2,12,5.5"),
            ("ALTER TABLE t ALTER COLUMN ti SET DEFAULT '01:02:03'", "ok"),
            ("ALTER TABLE t DROP COLUMN a, DROP COLUMN b, MODIFY id BIGINT AFTER e, MODIFY e ENUM('x', 'y', 'z') DEFAULT 'z'", "ok"),
            ("INSERT INTO t (id, n) VALUES (3, 7)", "ok"),
            ("SELECT n, s, e, id, r FROM t ORDER BY id", "0,it's,x,1,5.5;0,it's,y,2,5.5;7,it's,z,3,5"),
            ("ALTER TABLE t ADD COLUMN a VARCHAR(3) DEFAULT 'new', ADD UNIQUE ua (a, id)", "ok"),
            ("SELECT a FROM t WHERE a = 'new' ORDER BY id", "new;new;new"),
            ("INSERT INTO t (id) VALUES (3)", "Field 'n' doesn't have a default value"),
            ("INSERT INTO t (id, n) VALUES (3, 1)", "Duplicate entry '3' for key 't.PRIMARY'"),
            ("DELETE FROM t WHERE id = 1", "ok"), ("ALTER TABLE t FORCE", "ok"),
            ("SELECT n, s, e, id, a FROM t ORDER BY id", "0,it's,y,2,new;7,it's,z,3,new"),
            ("ALTER TABLE t MODIFY n INT NULL, ALTER COLUMN s SET DEFAULT 'later'", "ok"),
            ("INSERT INTO t (id, n) VALUES (4, NULL)", "ok"), ("SELECT n, s FROM t ORDER BY id", "0,it's;7,it's;NULL,later"),
            ("ALTER TABLE t MODIFY n INT NOT NULL", "Invalid use of NULL value"),
            ("DELETE FROM t WHERE n IS NULL", "ok"), ("ALTER TABLE t MODIFY n INT NOT NULL", "ok"),
            ("SELECT n, s FROM t ORDER BY id", "0,it's;7,it's"),
        ])
    }

    @Test("A constraint's name is its schema's")
    func constraintNames() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try client(node, [
            "CREATE TABLE p (id INT PRIMARY KEY)",
            "CREATE TABLE a (i INT, CONSTRAINT ck CHECK (i > 0), CONSTRAINT fk FOREIGN KEY (i) REFERENCES p (id))",
            "CREATE TABLE b (i INT)",
        ])
        #expect(answer(client, "CREATE TABLE c (i INT, CONSTRAINT CK CHECK (i > 0))") == "Duplicate check constraint name 'CK'.")
        #expect(answer(client, "ALTER TABLE b ADD CONSTRAINT ck CHECK (i > 0)") == "Duplicate check constraint name 'ck'.")
        #expect(
            answer(client, "ALTER TABLE b ADD CONSTRAINT FK FOREIGN KEY (i) REFERENCES p (id)")
                == "Duplicate foreign key constraint name 'FK'")
        #expect(answer(client, "ALTER TABLE a ADD COLUMN j INT") == "ok")
        #expect(answer(client, "ALTER TABLE a RENAME TO z") == "ok")
        #expect(answer(client, "CREATE DATABASE e") == "ok")
        #expect(answer(client, "CREATE TABLE e.a (i INT, CONSTRAINT ck CHECK (i > 0))") == "ok")
    }

    @Test("A TIMESTAMP's default is a moment, whatever the session's time zone")
    func momentsAsDefaults() throws {
        let node = try EngineNode()
        defer { node.remove() }
        let client = try client(node, [
            "SET time_zone = '+05:00'",
            "CREATE TABLE t (id INT PRIMARY KEY, at TIMESTAMP(1) NOT NULL DEFAULT '2020-01-01 10:00:00.5', n INT)",
            "INSERT INTO t (id) VALUES (1)", "INSERT INTO t VALUES (2, DEFAULT, 1)",
            "SET time_zone = '-03:00'",
            "INSERT INTO t SET id = 3", "INSERT INTO t (id) SELECT 4", "INSERT INTO t VALUES (5, DEFAULT(at), 1)",
            "INSERT INTO t (id, at) VALUES (6, '2000-01-01'), (7, '2000-01-01')",
            "UPDATE t SET at = DEFAULT WHERE id = 6", "INSERT INTO t (id) VALUES (7) ON DUPLICATE KEY UPDATE at = DEFAULT(at)",
        ])
        #expect(answer(client, "SELECT DISTINCT at, COUNT(*) FROM t GROUP BY at") == "2020-01-01 02:00:00.5,7")
        #expect(answer(client, "ALTER TABLE t ADD COLUMN z TIMESTAMP NULL DEFAULT '2021-06-01 00:00:00'") == "ok")
        #expect(answer(client, "SET time_zone = '+00:00'") == "ok")
        #expect(
            answer(client, "SELECT at, z, DEFAULT(z) FROM t LIMIT 1")
                == "2020-01-01 05:00:00.5,2021-06-01 03:00:00,2021-06-01 03:00:00")
    }
}
