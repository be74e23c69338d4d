"""The classic anomalies at each isolation level: which happen, which wait, which fail; within a member and between members.

Names after Adya and Hermitage: P4 lost update, G-single read skew, G2-item write skew, G2 write skew over a predicate."""
import pymysql
import pytest

from cluster import Group, wait_until
from sessions import Session

SNAPSHOT = "SNAPSHOT"  # REPEATABLE READ with innodb_snapshot_isolation
WEAK = ["READ UNCOMMITTED", "READ COMMITTED"]
LEVELS = WEAK + ["REPEATABLE READ", SNAPSHOT, "SERIALIZABLE"]


def prepare(node):
    node.query("DROP DATABASE IF EXISTS iso")
    node.query("CREATE DATABASE iso")
    node.query("CREATE TABLE iso.t (id INT PRIMARY KEY, v INT NOT NULL, k INT, KEY (k))")
    node.query("INSERT INTO iso.t VALUES (1, 10, 0), (2, 20, 0)")


def begin(session, level):
    session.run(f"SET innodb_snapshot_isolation = {'ON' if level == SNAPSHOT else 'OFF'}")
    session.run(f"SET SESSION TRANSACTION ISOLATION LEVEL {'REPEATABLE READ' if level == SNAPSHOT else level}")
    session.run("SET innodb_lock_wait_timeout = 20")
    session.run("BEGIN")


@pytest.fixture
def pair(node):
    prepare(node)
    with Session(node, "iso") as a, Session(node, "iso") as b:
        yield a, b


def rows(session):
    return dict((row[0], row[1]) for row in session.run("SELECT id, v FROM t ORDER BY id"))


@pytest.mark.parametrize("level", LEVELS)
def test_uncommitted_and_rolled_back_changes_are_never_seen(pair, level):
    a, b = pair
    b.run("BEGIN")
    b.run("UPDATE t SET v = 99 WHERE id = 1")
    begin(a, level)
    if level == "SERIALIZABLE":
        a.start("SELECT id, v FROM t WHERE id = 1")
        assert a.waits
        b.run("ROLLBACK")
        assert a.result() == ((1, 10),)
    else:
        assert rows(a)[1] == 10
        b.run("ROLLBACK")
        assert rows(a)[1] == 10
    a.run("COMMIT")


@pytest.mark.parametrize("level", LEVELS)
def test_a_lost_update_needs_a_level_that_allows_it(pair, level):
    """Both read v, both write v + 1 computed by the client."""
    a, b = pair
    begin(a, level)
    begin(b, level)
    seen = a.value("SELECT v FROM t WHERE id = 1"), b.value("SELECT v FROM t WHERE id = 1")
    assert seen == (10, 10)
    if level == "SERIALIZABLE":
        a.start("UPDATE t SET v = 11 WHERE id = 1")
        assert a.waits, "b's shared lock"
        outcomes = {b.error("UPDATE t SET v = 11 WHERE id = 1")}
        if outcomes == {0}:
            b.run("COMMIT")
        result = a.result()
        outcomes.add(result if isinstance(result, str) else 0)
        assert outcomes in ({1213, 0}, {0, "error 1213"}), "one of the two is the deadlock's victim"
        return
    a.run("UPDATE t SET v = 11 WHERE id = 1")
    a.run("COMMIT")
    if level == SNAPSHOT:
        assert b.error("UPDATE t SET v = 11 WHERE id = 1") == 1020
        assert rows(b) == {1: 11, 2: 20}, "the transaction has ended; nothing of it is left"
    else:
        assert b.error("UPDATE t SET v = 11 WHERE id = 1") == 0
        b.run("COMMIT")
        assert rows(a)[1] == 11


@pytest.mark.parametrize("level", LEVELS)
def test_updates_of_what_is_there_are_never_lost(pair, level):
    a, b = pair
    begin(a, level)
    begin(b, level)
    a.run("UPDATE t SET v = v + 1 WHERE id = 1")
    b.start("UPDATE t SET v = v + 1 WHERE id = 1")
    assert b.waits
    a.run("COMMIT")
    assert b.result() == 1
    b.run("COMMIT")
    assert rows(a)[1] == 12


@pytest.mark.parametrize("level", LEVELS)
def test_read_skew(pair, level):
    """a reads row 1; b changes both rows; a reads row 2."""
    a, b = pair
    begin(a, level)
    assert a.value("SELECT v FROM t WHERE id = 1") == 10
    begin(b, level)
    if level == "SERIALIZABLE":
        b.start("UPDATE t SET v = v + 1")
        assert b.waits
        assert a.value("SELECT v FROM t WHERE id = 2") == 20
        a.run("COMMIT")
        assert b.result() == 2
        b.run("COMMIT")
        return
    b.run("UPDATE t SET v = v + 1")
    b.run("COMMIT")
    assert a.value("SELECT v FROM t WHERE id = 2") == (21 if level in WEAK else 20)
    a.run("COMMIT")


@pytest.mark.parametrize("level", LEVELS)
def test_read_skew_with_an_own_write_between(pair, level):
    """G-single where the reader writes: snapshot isolation must not move its snapshot."""
    a, b = pair
    begin(a, level)
    assert a.value("SELECT v FROM t WHERE id = 1") == 10
    if level == "SERIALIZABLE":
        return
    b.run("UPDATE t SET v = v + 100")
    outcome = a.error("UPDATE t SET v = v + 1 WHERE id = 2")
    if level == SNAPSHOT:
        assert outcome == 1020
    else:
        assert outcome == 0
        a.run("COMMIT")
        assert rows(a) == {1: 110, 2: 121}


@pytest.mark.parametrize("level", LEVELS)
def test_write_skew_of_two_rows(pair, level):
    """Each reads both rows and changes one of them: only SERIALIZABLE forbids it."""
    a, b = pair
    begin(a, level)
    begin(b, level)
    for session in pair:
        for key in (1, 2):
            session.value(f"SELECT v FROM t WHERE id = {key}")
    if level == "SERIALIZABLE":
        a.start("UPDATE t SET v = 0 WHERE id = 1")
        assert a.waits
        second = b.error("UPDATE t SET v = 0 WHERE id = 2")
        if second == 0:
            b.run("COMMIT")
        first = a.result()
        assert (first, second) in ((1, 1213), ("error 1213", 0))
        a.run("COMMIT")
        assert sum(rows(a).values()) in (10, 20)
    else:
        a.run("UPDATE t SET v = 0 WHERE id = 1")
        b.run("UPDATE t SET v = 0 WHERE id = 2")
        a.run("COMMIT")
        b.run("COMMIT")
        assert rows(a) == {1: 0, 2: 0}


@pytest.mark.parametrize("level", LEVELS)
def test_write_skew_over_a_predicate(pair, level):
    """Each counts the rows of k = 0 and inserts one: only SERIALIZABLE forbids it."""
    a, b = pair
    begin(a, level)
    begin(b, level)
    for session in pair:
        assert session.value("SELECT COUNT(*) FROM t WHERE k = 0") == 2
    if level == "SERIALIZABLE":
        a.start("INSERT INTO t VALUES (3, 30, 0)")
        assert a.waits
        second = b.error("INSERT INTO t VALUES (4, 40, 0)")
        if second == 0:
            b.run("COMMIT")
        assert (a.result(), second) in ((1, 1213), ("error 1213", 0))
        a.run("COMMIT")
        assert len(rows(a)) == 3
    else:
        a.run("INSERT INTO t VALUES (3, 30, 0)")
        b.run("INSERT INTO t VALUES (4, 40, 0)")
        a.run("COMMIT")
        b.run("COMMIT")
        assert len(rows(a)) == 4


@pytest.mark.parametrize("level", LEVELS)
def test_phantoms(pair, level):
    a, b = pair
    begin(a, level)
    assert len(a.run("SELECT * FROM t WHERE k = 0")) == 2
    if level == "SERIALIZABLE":
        b.start("INSERT INTO t VALUES (3, 30, 0)")
        assert b.waits
        assert len(a.run("SELECT * FROM t WHERE k = 0")) == 2
        a.run("COMMIT")
        assert b.result() == 1
    else:
        b.run("INSERT INTO t VALUES (3, 30, 0)")
        assert len(a.run("SELECT * FROM t WHERE k = 0")) == (3 if level in WEAK else 2)
        a.run("COMMIT")


@pytest.mark.parametrize("level", LEVELS)
def test_a_snapshot_once_read_stays(pair, level):
    a, b = pair
    begin(a, level)
    first = rows(a)
    if level == "SERIALIZABLE":
        return
    b.run("UPDATE t SET v = 77 WHERE id = 2")
    a.run("UPDATE t SET v = 11 WHERE id = 1")
    assert rows(a)[2] == (77 if level in WEAK else first[2])
    a.run("COMMIT")


def test_snapshot_isolation_restarts_what_has_read_nothing(pair):
    a, b = pair
    begin(a, SNAPSHOT)
    b.run("UPDATE t SET v = 50 WHERE id = 1")
    a.run("UPDATE t SET v = v + 1 WHERE id = 1")
    a.run("COMMIT")
    assert rows(a)[1] == 51
    a.run("SET autocommit = 1")
    assert a.error("UPDATE t SET v = v + 1 WHERE id = 1") == 0


def test_snapshot_isolation_waits_where_it_is_and_then_fails(pair):
    a, b = pair
    begin(a, SNAPSHOT)
    rows(a)
    b.run("BEGIN")
    b.run("UPDATE t SET v = 50 WHERE id = 1")
    a.start("UPDATE t SET v = 60 WHERE id = 1")
    assert a.waits
    b.run("COMMIT")
    assert a.result() == "error 1020"
    begin(a, SNAPSHOT)
    rows(a)
    b.run("BEGIN")
    b.run("UPDATE t SET v = 50 WHERE id = 2")
    a.start("UPDATE t SET v = 60 WHERE id = 2")
    assert a.waits
    b.run("ROLLBACK")
    assert a.result() == 1
    begin(b, SNAPSHOT)
    rows(b)
    a.run("COMMIT")
    assert b.message("SELECT * FROM t WHERE id = 2 FOR UPDATE") == "Record has changed since last read in table 't'"
    assert b.error("INSERT INTO t VALUES (5, 5, 5)") == 0
    begin(b, SNAPSHOT)
    rows(b)
    a.run("INSERT INTO t VALUES (6, 6, 6)")
    assert b.error("INSERT INTO t VALUES (6, 6, 6)") in (1020, 1062)


def test_serializable_locks_only_the_row_looked_up_by_its_key(pair):
    a, b = pair
    begin(a, "SERIALIZABLE")
    a.run("SELECT * FROM t WHERE id = 1")
    assert a.run("SELECT * FROM t WHERE id = 7") == ()
    b.run("SET innodb_lock_wait_timeout = 1")
    assert b.error("UPDATE t SET v = 0 WHERE id = 2") == 0
    assert b.error("INSERT INTO t VALUES (8, 8, 8)") == 0
    assert b.error("UPDATE t SET v = 0 WHERE id = 1") == 1205
    assert b.error("INSERT INTO t VALUES (7, 7, 7)") == 1205
    a.run("COMMIT")
    assert b.error("INSERT INTO t VALUES (7, 7, 7)") == 0


def test_serializable_autocommit_reads_take_no_locks(pair):
    a, b = pair
    a.run("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE")
    b.run("BEGIN")
    b.run("UPDATE t SET v = 99 WHERE id = 1")
    assert rows(a)[1] == 10
    b.run("ROLLBACK")
    begin(a, "SERIALIZABLE")
    a.run("COMMIT")
    a.run("START TRANSACTION READ ONLY")
    assert rows(a)[1] == 10
    assert b.error("UPDATE t SET v = 99 WHERE id = 1") == 0
    assert rows(a)[1] == 10
    a.run("COMMIT")


def test_updates_of_disjoint_predicates_do_not_swap_under_serializable(pair):
    a, b = pair
    begin(a, "SERIALIZABLE")
    begin(b, "SERIALIZABLE")
    a.run("UPDATE t SET v = 20 WHERE v = 10")
    b.start("UPDATE t SET v = 10 WHERE v = 20")
    assert b.waits
    a.run("COMMIT")
    assert b.result() == 2
    b.run("COMMIT")
    assert set(rows(a).values()) == {10}


def test_a_row_deleted_where_there_was_none_is_locked(pair):
    """DELETE of an absent row, then INSERT of it, in two sessions: one waits, nobody gets 1062."""
    a, b = pair
    a.run("BEGIN")
    b.run("BEGIN")
    assert a.run("DELETE FROM t WHERE id = 5") == 0
    b.start("DELETE FROM t WHERE id = 5")
    assert b.waits
    a.run("INSERT INTO t VALUES (5, 50, 5)")
    a.run("COMMIT")
    assert b.result() == 1
    b.run("INSERT INTO t VALUES (5, 51, 5)")
    b.run("COMMIT")
    assert rows(a)[5] == 51


def test_a_row_looked_for_with_for_update_is_locked_where_it_would_be(pair):
    a, b = pair
    a.run("BEGIN")
    assert a.run("SELECT * FROM t WHERE id = 5 FOR UPDATE") == ()
    b.start("INSERT INTO t VALUES (5, 50, 5)")
    assert b.waits
    a.run("ROLLBACK")
    assert b.result() == 1
    begin(a, "READ COMMITTED")
    assert a.run("DELETE FROM t WHERE id = 9") == 0
    assert b.error("INSERT INTO t VALUES (9, 9, 9)") == 0


def test_prepared_statements_follow_the_level(pair):
    a, b = pair
    a.run("PREPARE s FROM 'SELECT v FROM t WHERE id = ?'")
    a.run("SET @one = 1")
    assert a.value("EXECUTE s USING @one") == 10
    begin(a, "SERIALIZABLE")
    assert a.value("EXECUTE s USING @one") == 10
    b.run("SET innodb_lock_wait_timeout = 1")
    assert b.error("UPDATE t SET v = 0 WHERE id = 1") == 1205
    a.run("COMMIT")
    assert b.error("UPDATE t SET v = 0 WHERE id = 1") == 0


# Between members

@pytest.fixture(scope="module")
def members():
    with Group(2, options={"group_replication_single_primary_mode": "OFF"}) as group:
        group.start()
        yield group


@pytest.fixture
def far(members):
    prepare(members.nodes[0])
    members.wait_equal("SELECT COUNT(*) FROM iso.t")
    with Session(members.nodes[0], "iso") as a, Session(members.nodes[1], "iso") as b:
        wait_until(lambda: len(rows(b)) == 2, "the rows arrive")
        yield a, b


CONFLICT = (1180, 3101, 1213, 1020)


def outcome(session, *statements):
    for sql in statements:
        code = session.error(sql)
        if code:
            session.error("ROLLBACK")
            return code
    return 0


@pytest.mark.parametrize("level", LEVELS[:4])
def test_no_update_is_lost_between_members(far, level):
    a, b = far
    begin(a, level)
    begin(b, level)
    assert rows(a) == rows(b)
    a.run("UPDATE t SET v = 11 WHERE id = 1")
    b.run("UPDATE t SET v = 12 WHERE id = 1")
    assert a.error("COMMIT") == 0
    assert outcome(b, "COMMIT") in CONFLICT
    wait_until(lambda: rows(b) == {1: 11, 2: 20}, "the first committer's value is everywhere")


@pytest.mark.parametrize("level", LEVELS[2:4])
def test_snapshots_hold_against_other_members(far, level):
    a, b = far
    begin(a, level)
    assert a.value("SELECT v FROM t WHERE id = 1") == 10
    b.run("UPDATE t SET v = v + 1")
    with Session(a.node, "iso") as c:
        wait_until(lambda: rows(c)[1] == 11, "the change arrives")
    assert a.value("SELECT v FROM t WHERE id = 2") == 20
    if level == SNAPSHOT:
        assert a.error("UPDATE t SET v = v + 1 WHERE id = 2") == 1020
    else:
        a.run("UPDATE t SET v = v + 1 WHERE id = 2")
        a.run("COMMIT")
        wait_until(lambda: rows(b) == {1: 11, 2: 22}, "both changes are everywhere")
