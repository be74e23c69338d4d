"""EXPLAIN in the traditional format: tables by their aliases, MySQL's access types and keys."""
import pytest

from sessions import Session


@pytest.fixture(scope="module")
def session(node):
    node.query("CREATE DATABASE ex")
    node.query("CREATE TABLE ex.t (id INT PRIMARY KEY, k INT, u INT, s VARCHAR(20), KEY kk (k), UNIQUE KEY uu (u))")
    node.query("INSERT INTO ex.t VALUES " + ",".join(f"({n}, {n % 5}, {n}, 'x')" for n in range(1, 51)))
    with Session(node, "ex") as session:
        yield session


@pytest.mark.parametrize("sql,expected", [
    ("SELECT * FROM t", [(1, "SIMPLE", "t", "ALL", None, 50)]),
    ("SELECT * FROM t WHERE id = 5", [(1, "SIMPLE", "t", "const", "PRIMARY", 1)]),
    ("SELECT * FROM t a WHERE u = 5", [(1, "SIMPLE", "a", "const", "uu", 1)]),
    ("SELECT * FROM t WHERE k = 3", [(1, "SIMPLE", "t", "ref", "kk", 5)]),
    ("SELECT * FROM t WHERE id > 40", [(1, "SIMPLE", "t", "range", "PRIMARY", 50)]),
    ("UPDATE t SET s = 'y' WHERE id = 3", [(1, "UPDATE", "t", "const", "PRIMARY", 1)]),
    ("DELETE FROM t WHERE k = 1", [(1, "DELETE", "t", "ref", "kk", 5)]),
    ("INSERT INTO t VALUES (99, 1, 99, 'z')", [(1, "INSERT", "t", "ALL", None, None)]),
])
def test_single_tables(session, sql, expected):
    assert [(r[0], r[1], r[2], r[4], r[6], r[9]) for r in session.run("EXPLAIN " + sql)] == expected


def test_joins_and_sorting(session):
    rows = session.run("EXPLAIN SELECT * FROM t a JOIN t b ON b.id = a.k ORDER BY a.s")
    assert [(r[2], r[4], r[6]) for r in rows] == [("a", "ALL", None), ("b", "eq_ref", "PRIMARY")]
    assert "Using filesort" in rows[0][11]


def test_other_formats_are_refused(session):
    for sql in ("EXPLAIN FORMAT=JSON SELECT 1", "EXPLAIN FORMAT=TREE SELECT 1", "EXPLAIN ANALYZE SELECT 1"):
        assert session.error(sql) == 1235


def test_histograms_are_refused_and_not_silently_left_out(session):
    assert session.error("ANALYZE TABLE t UPDATE HISTOGRAM ON k") == 1235
    assert session.error("ANALYZE TABLE t DROP HISTOGRAM ON k") == 1235
