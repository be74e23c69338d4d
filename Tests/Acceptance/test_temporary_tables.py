"""Temporary tables: one session's, hiding others, following transactions, on read-only members too, and never sent."""
import pytest

from sessions import Session


@pytest.fixture
def pair(node):
    node.query("DROP DATABASE IF EXISTS tt")
    node.query("CREATE DATABASE tt")
    node.query("CREATE TABLE tt.t (id INT PRIMARY KEY, v INT)")
    node.query("INSERT INTO tt.t VALUES (1, 10), (2, 20)")
    with Session(node, "tt") as a, Session(node, "tt") as b:
        yield a, b


def test_it_belongs_to_its_session_and_hides_the_table(pair):
    a, b = pair
    a.run("CREATE TEMPORARY TABLE t (x VARCHAR(10) PRIMARY KEY)")
    a.run("INSERT INTO t VALUES ('mine')")
    assert a.run("SELECT * FROM t") == (("mine",),)
    assert b.value("SELECT COUNT(*) FROM t") == 2
    assert a.error("INSERT INTO t VALUES ('mine')") == 1062
    assert "CREATE TEMPORARY TABLE `t`" in a.run("SHOW CREATE TABLE t")[0][1]
    assert [row[0] for row in a.run("DESCRIBE t")] == ["x"]
    assert a.error("CREATE TEMPORARY TABLE t (y INT)") == 1050
    assert a.error("CREATE TEMPORARY TABLE IF NOT EXISTS t (y INT)") == 0
    assert b.error("INSERT INTO t VALUES (3, 30)") == 0
    a.run("DROP TABLE t")
    assert a.value("SELECT COUNT(*) FROM t") == 3
    assert a.error("DROP TEMPORARY TABLE t") == 1051
    assert a.error("DROP TEMPORARY TABLE IF EXISTS t") == 0
    assert a.value("SELECT COUNT(*) FROM t") == 3


def test_it_ends_with_the_session(pair):
    a, _ = pair
    with Session(a.node, "tt") as c:
        c.run("CREATE TEMPORARY TABLE only (x INT)")
        c.run("INSERT INTO only VALUES (1)")
    with Session(a.node, "tt") as c:
        assert c.error("SELECT * FROM only") == 1146


def test_changes_joins_and_selects(pair):
    a, _ = pair
    a.run("CREATE TEMPORARY TABLE k (id INT AUTO_INCREMENT PRIMARY KEY, n INT, s TEXT, KEY (n))")
    assert a.run("INSERT INTO k (n, s) VALUES (1, 'a'), (2, 'b'), (3, 'c')") == 3
    assert a.run("UPDATE k SET s = UPPER(s) WHERE n > 1") == 2
    assert a.run("DELETE FROM k WHERE n = 1") == 1
    assert a.run("SELECT t.v, k.s FROM t JOIN k ON t.id = k.n") == ((20, "B"),)
    assert a.run("INSERT INTO k (n) SELECT id FROM t") == 2
    assert a.run("REPLACE INTO k VALUES (2, 9, 'z')") == 2
    assert a.run("INSERT INTO k VALUES (2, 9, 'z') ON DUPLICATE KEY UPDATE n = 10") == 2
    assert a.value("SELECT n FROM k WHERE id = 2") == 10
    assert a.run("INSERT INTO t SELECT 100 + id, n FROM k") == 4
    assert a.run("UPDATE t JOIN k ON t.id = k.id SET t.v = k.n") == 1
    a.run("TRUNCATE TABLE k")
    assert a.value("SELECT COUNT(*) FROM k") == 0
    a.run("CREATE TEMPORARY TABLE c AS SELECT id, v FROM t WHERE id < 3")
    assert a.run("SELECT id FROM c ORDER BY id") == ((1,), (2,))
    a.run("CREATE TEMPORARY TABLE d LIKE t")
    assert a.run("SELECT * FROM d") == ()
    assert a.run("ALTER TABLE d ADD COLUMN z INT") == 0
    assert a.error("CREATE VIEW dd AS SELECT * FROM d") == 1352
    a.run("DROP TABLE c, d, k")


def test_rows_follow_transactions_and_tables_do_not(pair):
    a, b = pair
    a.run("CREATE TEMPORARY TABLE k (id INT PRIMARY KEY)")
    a.run("BEGIN")
    a.run("INSERT INTO k VALUES (1)")
    a.run("ROLLBACK")
    assert a.value("SELECT COUNT(*) FROM k") == 0
    a.run("BEGIN")
    a.run("INSERT INTO k VALUES (1)")
    a.run("SAVEPOINT s")
    a.run("INSERT INTO k VALUES (2)")
    a.run("INSERT INTO t VALUES (3, 30)")
    a.run("ROLLBACK TO s")
    a.run("INSERT INTO t VALUES (4, 40)")
    a.run("COMMIT")
    assert a.run("SELECT id FROM k") == ((1,),)
    assert [row[0] for row in b.run("SELECT id FROM t ORDER BY id")] == [1, 2, 4]
    a.run("BEGIN")
    a.run("SELECT * FROM t")
    a.run("CREATE TEMPORARY TABLE fresh (id INT PRIMARY KEY)")
    a.run("INSERT INTO fresh VALUES (1), (2)")
    a.run("SAVEPOINT s")
    a.run("ROLLBACK TO s")
    assert a.value("SELECT COUNT(*) FROM fresh") == 2
    b.run("UPDATE t SET v = v + 1 WHERE id = 1")
    a.run("UPDATE t SET v = v + 1 WHERE id = 1")  # moves to a newer snapshot
    assert a.value("SELECT COUNT(*) FROM fresh") == 2
    a.run("DELETE FROM fresh WHERE id = 1")
    a.run("DROP TEMPORARY TABLE k")
    assert a.error("SELECT * FROM k") == 1146
    a.run("COMMIT")
    assert a.run("SELECT id FROM fresh") == ((2,),)
    assert a.value("SELECT v FROM t WHERE id = 1") == 12
    a.run("BEGIN")
    a.run("CREATE TEMPORARY TABLE stays (id INT PRIMARY KEY)")
    a.run("INSERT INTO stays VALUES (1)")
    a.run("ROLLBACK")
    assert a.value("SELECT COUNT(*) FROM stays") == 0
    a.run("START TRANSACTION READ ONLY")
    a.run("SELECT * FROM t")
    a.run("INSERT INTO stays VALUES (7)")
    assert a.error("INSERT INTO stays VALUES (7)") == 1062
    assert a.error("INSERT INTO t VALUES (7, 7)") == 1792
    a.run("COMMIT")
    assert a.run("SELECT id FROM stays") == ((7,),)


def test_prepared_statements_see_them_come_and_go(pair):
    a, _ = pair
    a.run("PREPARE s FROM 'SELECT COUNT(*) FROM t'")
    assert a.value("EXECUTE s") == 2
    a.run("CREATE TEMPORARY TABLE t (x INT)")
    assert a.value("EXECUTE s") == 0
    a.run("DROP TEMPORARY TABLE t")
    assert a.value("EXECUTE s") == 2


def test_locked_tables_and_the_global_lock_leave_them_alone(pair):
    a, b = pair
    a.run("CREATE TEMPORARY TABLE k (id INT)")
    a.run("LOCK TABLES t READ")
    assert a.error("INSERT INTO k VALUES (1)") == 0
    assert a.value("SELECT COUNT(*) FROM k") == 1
    a.run("UNLOCK TABLES")
    a.run("FLUSH TABLES WITH READ LOCK")
    assert a.error("INSERT INTO k VALUES (2)") == 0
    a.run("UNLOCK TABLES")
    assert a.value("SELECT COUNT(*) FROM k") == 2


def test_privileges(pair):
    a, _ = pair
    a.run("DROP USER IF EXISTS temper")
    a.run("CREATE USER temper")
    a.run("GRANT SELECT ON tt.* TO temper")
    with Session(a.node, "tt", user="temper") as c:
        assert c.error("CREATE TEMPORARY TABLE k (id INT)") == 1044
    a.run("GRANT CREATE TEMPORARY TABLES ON tt.* TO temper")
    with Session(a.node, "tt", user="temper") as c:
        c.run("CREATE TEMPORARY TABLE k (id INT)")
        assert c.run("INSERT INTO k VALUES (1), (2)") == 2
        assert c.run("UPDATE k SET id = id + 1") == 2
        assert c.run("DELETE FROM k WHERE id = 2") == 1
        assert c.error("INSERT INTO t VALUES (9, 9)") == 1142


def test_secondaries_have_them_and_the_group_hears_nothing(group):
    primary, secondary = group.nodes[0], group.nodes[1]
    primary.query("CREATE DATABASE IF NOT EXISTS tt")
    primary.query("CREATE TABLE IF NOT EXISTS tt.g (id INT PRIMARY KEY)")
    group.wait_equal("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'tt'")
    before = secondary.scalar("SELECT @@gtid_executed")
    with Session(secondary, "tt") as a:
        a.run("CREATE TEMPORARY TABLE k (n INT)")
        assert a.run("INSERT INTO k VALUES (1), (2)") == 2
        assert a.run("UPDATE k SET n = n + 1") == 2
        assert a.error("INSERT INTO g VALUES (1)") == 1290
        a.run("PREPARE s FROM 'INSERT INTO k VALUES (?)'")
        a.run("SET @n = 5")
        a.run("EXECUTE s USING @n")
        assert a.value("SELECT COUNT(*) FROM k") == 3
        a.run("DROP TABLE k")
    assert secondary.scalar("SELECT @@gtid_executed") == before
    with Session(primary, "tt") as a:
        a.run("CREATE TEMPORARY TABLE k (n INT)")
        a.run("BEGIN")
        a.run("INSERT INTO k VALUES (1)")
        a.run("INSERT INTO g VALUES (1)")
        a.run("COMMIT")
        assert a.value("SELECT COUNT(*) FROM k") == 1
        before = a.value("SELECT @@gtid_executed")
        a.run("INSERT INTO k VALUES (2)")
        assert a.value("SELECT @@gtid_executed") == before
    group.wait_equal("SELECT COUNT(*) FROM tt.g")


def test_it_is_altered_like_any_other_table(pair):
    a, b = pair
    a.run("CREATE TEMPORARY TABLE k (id INT AUTO_INCREMENT PRIMARY KEY, s VARCHAR(20), n INT)")
    a.run("INSERT INTO k (s, n) VALUES ('x', 1), ('y', NULL), ('z', 3)")
    assert a.run("ALTER TABLE k ADD COLUMN c INT DEFAULT 5 FIRST, ADD KEY ks (s(3)), MODIFY n BIGINT") == 3
    assert a.run("SELECT * FROM k") == ((5, 1, "x", 1), (5, 2, "y", None), (5, 3, "z", 3))
    for sql, error in (("MODIFY n INT NOT NULL", 1265), ("ADD UNIQUE (c)", 1062), ("ADD d DATE NOT NULL", 1292),
                       ("ADD d INT NOT NULL DEFAULT (NULL)", 1048), ("ADD FOREIGN KEY (n) REFERENCES t (id)", 1215),
                       ("DROP COLUMN nosuch", 1091), ("ADD u VARCHAR(50) DEFAULT (UUID())", 1674)):
        assert a.error("ALTER TABLE k " + sql) == error, sql
    assert a.run("CREATE UNIQUE INDEX kn ON k ((n + 1))") == 3
    assert a.error("INSERT INTO k (n) VALUES (3)") == 1062
    assert a.run("DROP INDEX kn ON k") == 3
    assert a.run("ALTER TABLE k DROP COLUMN c, ADD g VARCHAR(30) AS (CONCAT(s, '!')), RENAME TO t") == 3
    assert a.run("SELECT * FROM t WHERE id = 2") == ((2, "y", None, "y!"),)
    a.run("INSERT INTO t (s) VALUES ('w')")
    assert a.value("SELECT id FROM t WHERE s = 'w'") == 4
    assert b.value("SELECT COUNT(*) FROM t") == 2
    # It ends the transaction, as ALTER TABLE does.
    a.run("BEGIN")
    a.run("INSERT INTO t (s) VALUES ('v')")
    a.run("ALTER TABLE t DROP COLUMN n")
    a.run("ROLLBACK")
    assert a.value("SELECT COUNT(*) FROM t") == 5
    a.run("LOCK TABLES t READ")
    a.run("UNLOCK TABLES")
