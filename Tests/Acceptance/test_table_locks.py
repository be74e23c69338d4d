"""LOCK TABLES, UNLOCK TABLES, FLUSH TABLES WITH READ LOCK, as sessions of one member and a group see them."""
import shutil
import subprocess

import pytest

from cluster import wait_until
from sessions import Session


@pytest.fixture
def tables(node):
    node.query("DROP DATABASE IF EXISTS l")
    node.query("CREATE DATABASE l")
    for sql in ("CREATE TABLE l.t (id INT PRIMARY KEY, v INT)", "CREATE TABLE l.u (id INT PRIMARY KEY, v INT)",
                "INSERT INTO l.t VALUES (1, 10), (2, 20)", "INSERT INTO l.u VALUES (1, 10)",
                "CREATE VIEW l.w AS SELECT id, v FROM l.t"):
        node.query(sql)
    with Session(node, "l") as a, Session(node, "l") as b:
        yield a, b


def test_a_read_lock_lets_others_read_and_makes_their_changes_wait(tables):
    a, b = tables
    a.run("LOCK TABLES t READ")
    assert b.value("SELECT COUNT(*) FROM t") == 2
    b.start("INSERT INTO t VALUES (3, 30)")
    assert b.waits
    assert a.value("SELECT COUNT(*) FROM t") == 2
    a.run("UNLOCK TABLES")
    assert b.result() == 1
    assert a.value("SELECT COUNT(*) FROM t") == 3


def test_a_write_lock_makes_reads_wait_and_they_see_what_was_written(tables):
    a, b = tables
    a.run("LOCK TABLES t WRITE")
    a.run("UPDATE t SET v = 11 WHERE id = 1")
    b.start("SELECT v FROM t WHERE id = 1")
    assert b.waits
    a.run("UPDATE t SET v = 12 WHERE id = 1")
    a.run("UNLOCK TABLES")
    assert b.result() == ((12,),)


def test_changes_that_waited_for_a_write_lock_see_its_rows(tables):
    a, b = tables
    a.run("LOCK TABLES t WRITE")
    b.start("UPDATE t SET v = v + 1")
    assert b.waits
    a.run("INSERT INTO t VALUES (3, 30)")
    a.run("UNLOCK TABLES")
    assert b.result() == 3


def test_tables_that_were_not_locked_and_read_locks_refuse(tables):
    a, _ = tables
    a.run("LOCK TABLES t READ, t AS x WRITE")
    assert a.error("SELECT * FROM u") == 1100
    assert a.message("SELECT * FROM t AS y") == "Table 'y' was not locked with LOCK TABLES"
    assert a.error("SELECT * FROM t, t AS x") == 0
    a.run("LOCK TABLES t READ")
    assert a.error("INSERT INTO t VALUES (9, 9)") == 1099
    assert a.message("UPDATE t SET v = 1") == "Table 't' was locked with a READ lock and can't be updated"
    assert a.error("DELETE FROM t") == 1099
    assert a.error("SELECT * FROM t FOR UPDATE") == 1099
    assert a.error("INSERT INTO u VALUES (9, 9)") == 1100
    assert a.error("TRUNCATE t") == 1099
    assert a.error("ALTER TABLE u ADD COLUMN z INT") == 1100
    assert a.error("CREATE TABLE n (a INT PRIMARY KEY)") == 1100
    assert a.error("CREATE DATABASE l2") == 1192
    assert a.error("START GROUP_REPLICATION") == 1192
    assert a.error("CREATE USER zz") == 1100
    assert a.error("FLUSH TABLES WITH READ LOCK") == 1192
    assert a.error("LOCK TABLES t READ, t READ") == 1066
    assert a.error("LOCK TABLES nothing READ") == 1146
    assert a.error("SELECT * FROM performance_schema.replication_group_members") == 0
    assert a.error("SELECT * FROM u") == 0, "the failed LOCK TABLES had given the locks back"


def test_prepared_statements_meet_the_locks_too(tables):
    a, _ = tables
    a.run("PREPARE s FROM 'SELECT COUNT(*) FROM u'")
    a.run("EXECUTE s")
    a.run("LOCK TABLES t READ")
    assert a.error("EXECUTE s") == 1100
    a.run("UNLOCK TABLES")
    assert a.value("EXECUTE s") == 1


def test_a_view_is_locked_with_its_tables(tables):
    a, b = tables
    a.run("LOCK TABLES w READ")
    assert a.value("SELECT COUNT(*) FROM w") == 2
    assert a.error("SELECT COUNT(*) FROM u") == 1100
    b.start("UPDATE t SET v = 0")
    assert b.waits
    a.run("UNLOCK TABLES")
    assert b.result() == 2


def test_cascades_wait_for_locks_on_the_children(tables):
    a, b = tables
    a.run("CREATE TABLE c (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES t (id) ON DELETE CASCADE)")
    a.run("INSERT INTO c VALUES (1, 1)")
    a.run("LOCK TABLES c READ")
    b.start("DELETE FROM t WHERE id = 1")
    assert b.waits
    assert a.value("SELECT COUNT(*) FROM c") == 1
    a.run("UNLOCK TABLES")
    assert b.result() == 1
    assert a.value("SELECT COUNT(*) FROM c") == 0


def test_a_lock_waits_for_open_transactions_that_changed_the_table(tables):
    a, b = tables
    b.run("BEGIN")
    b.run("UPDATE t SET v = 99 WHERE id = 1")
    a.start("LOCK TABLES t READ")
    assert a.waits
    b.run("COMMIT")
    a.result()
    assert a.value("SELECT v FROM t WHERE id = 1") == 99


def test_lock_wait_timeout_bounds_the_wait(tables):
    a, b = tables
    a.run("LOCK TABLES t WRITE")
    b.run("SET lock_wait_timeout = 1")
    assert b.error("INSERT INTO t VALUES (3, 30)") == 1205
    assert b.error("SELECT * FROM t") == 1205
    assert b.error("LOCK TABLES t READ") == 1205
    assert b.error("ALTER TABLE t ADD COLUMN z INT") == 1205
    a.run("UNLOCK TABLES")
    assert b.error("INSERT INTO t VALUES (3, 30)") == 0


def test_locks_end_with_the_session_with_unlock_and_with_start_transaction(tables):
    a, b = tables
    with Session(a.node, "l") as c:
        c.run("LOCK TABLES t WRITE")
        b.start("INSERT INTO t VALUES (3, 30)")
        assert b.waits
    assert b.result() == 1
    a.run("LOCK TABLES t WRITE")
    a.run("START TRANSACTION")
    assert b.value("SELECT COUNT(*) FROM t") == 3
    a.run("INSERT INTO u VALUES (5, 5)")
    a.run("LOCK TABLES u WRITE")  # commits
    a.run("ROLLBACK")
    a.run("UNLOCK TABLES")
    assert b.value("SELECT COUNT(*) FROM u") == 2


def test_transactions_under_locks_keep_them(tables):
    a, b = tables
    a.run("SET autocommit = 0")
    a.run("LOCK TABLES t WRITE, u READ")
    a.run("INSERT INTO t VALUES (3, 30)")
    a.run("COMMIT")
    b.start("SELECT COUNT(*) FROM t")
    assert b.waits
    a.run("INSERT INTO t VALUES (4, 40)")
    a.run("ROLLBACK")
    a.run("UNLOCK TABLES")
    assert b.result() == ((3,),)


def test_ddl_under_a_write_lock(tables):
    a, b = tables
    a.run("LOCK TABLES t WRITE")
    a.run("ALTER TABLE t ADD COLUMN z INT DEFAULT 7")
    assert a.value("SELECT z FROM t WHERE id = 1") == 7
    a.run("RENAME TABLE t TO t9")
    assert a.value("SELECT COUNT(*) FROM t9") == 2
    b.start("SELECT COUNT(*) FROM t9")
    assert b.waits
    a.run("DROP TABLE t9")
    a.run("UNLOCK TABLES")
    assert b.result() in ("error 1146", "error 1412")


def test_a_deadlock_of_table_locks_has_one_victim(tables):
    a, b = tables
    a.run("BEGIN")
    a.run("UPDATE t SET v = 1 WHERE id = 1")
    b.start("LOCK TABLES t WRITE, u WRITE")
    assert b.waits
    outcomes = [a.error("UPDATE u SET v = 1 WHERE id = 1")]
    a.run("ROLLBACK")
    outcomes.append(b.result())
    assert 1213 in outcomes or "error 1213" in outcomes or outcomes[0] == 0


def test_killed_waits_end(tables):
    a, b = tables
    a.run("LOCK TABLES t WRITE")
    b.start("UPDATE t SET v = 0")
    assert b.waits
    a.node.query(f"KILL QUERY {b.id}")
    assert b.result() == "error 1317"
    a.run("UNLOCK TABLES")


def test_privileges(tables):
    a, _ = tables
    a.run("DROP USER IF EXISTS locker")
    a.run("CREATE USER locker")
    a.run("GRANT SELECT ON l.* TO locker")
    with Session(a.node, "l", user="locker") as c:
        assert c.error("LOCK TABLES t READ") == 1044
        a.run("GRANT LOCK TABLES ON l.* TO locker")
        assert c.error("LOCK TABLES t READ") == 0
        assert c.error("FLUSH TABLES WITH READ LOCK") in (1227, 1192)
        c.run("UNLOCK TABLES")
        assert c.error("FLUSH TABLES WITH READ LOCK") == 1227


def test_the_global_read_lock_holds_changes_and_commits(tables):
    a, b = tables
    with Session(a.node, "l") as c:
        c.run("BEGIN")
        c.run("UPDATE t SET v = 99 WHERE id = 1")
        a.run("FLUSH TABLES WITH READ LOCK")
        assert b.value("SELECT v FROM t WHERE id = 1") == 10
        c.start("COMMIT")
        assert c.waits
        b.start("INSERT INTO t VALUES (3, 30)")
        assert b.waits
        assert a.error("INSERT INTO t VALUES (4, 40)") == 1223
        assert a.error("CREATE TABLE n (a INT PRIMARY KEY)") == 1223
        assert a.error("LOCK TABLES t WRITE") == 1223
        assert a.error("STOP GROUP_REPLICATION") == 1192
        assert a.value("SELECT SUM(v) FROM t") == 30
        a.run("UNLOCK TABLES")
        c.result()
        assert b.result() == 1
    assert a.value("SELECT SUM(v) FROM t") == 99 + 20 + 30


def test_a_transaction_goes_on_when_the_global_lock_is_given_back(tables):
    a, b = tables
    a.run("FLUSH TABLES WITH READ LOCK")
    a.run("START TRANSACTION WITH CONSISTENT SNAPSHOT")
    a.run("UNLOCK TABLES")
    b.run("UPDATE t SET v = 0")
    assert a.value("SELECT SUM(v) FROM t") == 30
    a.run("COMMIT")


def test_flush_of_named_tables_locks_them(tables):
    a, b = tables
    a.run("FLUSH TABLES t WITH READ LOCK")
    assert a.error("SELECT * FROM u") == 1100
    b.start("UPDATE t SET v = 0")
    assert b.waits
    assert a.error("FLUSH TABLES t WITH READ LOCK") == 1192
    a.run("UNLOCK TABLES")
    assert b.result() == 2
    assert a.error("FLUSH TABLES w WITH READ LOCK") == 1347
    assert a.error("FLUSH TABLES t FOR EXPORT") == 1031


def test_user_locks_are_those_of_mysql(tables):
    a, b = tables
    assert a.value("SELECT GET_LOCK('x', 0)") == 1
    assert b.value("SELECT GET_LOCK('x', 0)") == 0
    assert b.value("SELECT IS_FREE_LOCK('x')") == 0
    assert b.value("SELECT IS_USED_LOCK('x')") == a.id
    b.start("SELECT GET_LOCK('x', 10)")
    assert b.waits
    assert a.value("SELECT RELEASE_LOCK('x')") == 1
    assert b.result() == ((1,),)
    assert b.value("SELECT RELEASE_ALL_LOCKS()") == 1


@pytest.mark.skipif(not (shutil.which("mariadb-dump") or shutil.which("mysqldump")), reason="no dump program")
@pytest.mark.parametrize("options", [["--lock-tables"], ["--single-transaction"], ["--lock-all-tables"], ["--opt"]])
def test_dumps_work(tables, options):
    a, _ = tables
    program = shutil.which("mariadb-dump") or shutil.which("mysqldump")
    result = subprocess.run(
        [program, "--no-defaults", "--skip-ssl", "-h127.0.0.1", f"-P{a.node.port}", "-uroot", *options, "l"],
        capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert "(2,20)" in result.stdout and "VIEW `w`" in result.stdout


def test_locks_of_a_secondary_give_one_moment_and_never_stop_the_group(group):
    primary, secondary = group.nodes[0], group.nodes[1]
    primary.query("CREATE DATABASE IF NOT EXISTS l")
    primary.query("CREATE TABLE l.g (id INT PRIMARY KEY)")
    primary.query("INSERT INTO l.g VALUES (1)")
    group.wait_equal("SELECT COUNT(*) FROM l.g")
    with Session(secondary, "l") as a, Session(secondary, "l") as b:
        # LOCK TABLES: the applier goes on, the holder stays at the moment of its locks.
        a.run("LOCK TABLES g READ")
        assert a.value("SELECT COUNT(*) FROM g") == 1
        primary.query("INSERT INTO l.g VALUES (2)")
        wait_until(lambda: b.value("SELECT COUNT(*) FROM g") == 2, "the applier goes on")
        assert a.value("SELECT COUNT(*) FROM g") == 1
        a.run("UNLOCK TABLES")
        assert a.value("SELECT COUNT(*) FROM g") == 2
        # FLUSH TABLES WITH READ LOCK: this member stands still, the group goes on.
        a.run("FLUSH TABLES WITH READ LOCK")
        before = a.value("SELECT @@gtid_executed")
        primary.query("INSERT INTO l.g VALUES (3)")
        third = group.nodes[2]
        wait_until(lambda: third.scalar("SELECT COUNT(*) FROM l.g") == 3, "the others go on")
        assert b.value("SELECT COUNT(*) FROM g") == 2
        assert a.value("SELECT @@gtid_executed") == before
    with Session(secondary, "l") as b:
        wait_until(lambda: b.value("SELECT COUNT(*) FROM g") == 3, "the end of the holder's session lets it go on")
    group.wait_equal("SELECT COUNT(*) FROM l.g")
