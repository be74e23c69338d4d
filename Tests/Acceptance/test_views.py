"""Views mean the same in any current database and after their tables got columns; SHOW CREATE VIEW prints MySQL's form."""
import pytest

from sessions import Session


@pytest.fixture
def session(node):
    for name in ("v1", "v2"):
        node.query(f"DROP DATABASE IF EXISTS {name}")
        node.query(f"CREATE DATABASE {name}")
        node.query(f"CREATE TABLE {name}.t (id INT PRIMARY KEY, v INT)")
        node.query(f"CREATE TABLE {name}.u (id INT PRIMARY KEY, w INT)")
    node.query("INSERT INTO v1.t VALUES (1, 10), (2, 20)")
    node.query("INSERT INTO v1.u VALUES (2, 200)")
    node.query("INSERT INTO v2.t VALUES (5, 50)")
    with Session(node, "v1") as session:
        yield session


def test_names_are_those_of_the_creation(session):
    session.run("CREATE VIEW x AS SELECT * FROM t")
    session.run("USE v2")
    assert session.run("SELECT * FROM v1.x") == ((1, 10), (2, 20))
    assert session.value("SHOW CREATE VIEW v1.x") == "x"
    assert "from `v1`.`t`" in session.run("SHOW CREATE VIEW v1.x")[0][1]


def test_columns_added_later_are_not_part_of_it(session):
    session.run("CREATE VIEW x AS SELECT * FROM t")
    session.run("ALTER TABLE t ADD COLUMN z INT FIRST")
    assert session.run("SELECT * FROM x") == ((1, 10), (2, 20))


def text(session, definition):
    session.run("DROP VIEW IF EXISTS x")
    session.run(f"CREATE VIEW x AS {definition}")
    session.run("SELECT * FROM x")
    return session.run("SHOW CREATE VIEW x")[0][1].split(" AS ", 1)[1]


@pytest.mark.parametrize("definition,expected", [
    ("SELECT id, v+1 AS n FROM t", "select `t`.`id` AS `id`,(`t`.`v` + 1) AS `n` from `t`"),
    ("SELECT a.* FROM t a WHERE v > 5 ORDER BY v",
     "select `a`.`id` AS `id`,`a`.`v` AS `v` from `t` `a` where (`a`.`v` > 5) order by `a`.`v`"),
    ("SELECT t.id, u.w FROM t JOIN u ON t.id = u.id",
     "select `t`.`id` AS `id`,`u`.`w` AS `w` from (`t` join `u` on((`t`.`id` = `u`.`id`)))"),
    ("SELECT v AS n, COUNT(*) AS c FROM t GROUP BY v HAVING c > 0 ORDER BY n",
     "select `t`.`v` AS `n`,count(0) AS `c` from `t` group by `t`.`v` having (`c` > 0) order by `n`"),
])
def test_show_create_view_has_the_form_of_mysql(session, definition, expected):
    assert text(session, definition) == expected


@pytest.mark.parametrize("definition", [
    "SELECT * FROM t NATURAL JOIN u", "SELECT * FROM t LEFT JOIN u USING (id)",
    "WITH c AS (SELECT id FROM t) SELECT * FROM c", "SELECT * FROM (SELECT id, v FROM t) d WHERE d.v > 0",
    "SELECT id FROM t UNION SELECT id FROM u ORDER BY id", "SELECT (SELECT MAX(w) FROM u WHERE u.id = t.id) AS m FROM t",
    "SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id) LIMIT 1",
    "SELECT id, ROW_NUMBER() OVER (ORDER BY v) AS r FROM t", "SELECT CASE WHEN v > 10 THEN 'a' ELSE 'b' END AS k FROM t",
    "SELECT 1 AS one, 'x' AS text, NULL AS n", "SELECT id FROM t WHERE v IN (SELECT v FROM t WHERE v BETWEEN 1 AND 99)",
    "SELECT DATE_ADD('2026-01-01', INTERVAL v DAY) AS d FROM t", "SELECT CAST(v AS CHAR) AS c FROM t",
    "TABLE t", "VALUES ROW(1, 2), ROW(3, 4)", "SELECT GROUP_CONCAT(v ORDER BY id SEPARATOR '-') AS g FROM t",
    "SELECT t.*, w FROM t, u WHERE t.id = u.id",
])
def test_every_form_gives_the_same_rows_from_elsewhere(session, definition):
    session.run(f"CREATE VIEW x AS {definition}")
    expected = session.run(definition)
    session.run("USE v2")
    assert session.run("SELECT * FROM v1.x") == expected


def test_rows_are_changed_through_a_view(session):
    session.run("CREATE VIEW x AS SELECT id AS n, v AS w FROM t WHERE v < 100")
    assert session.run("INSERT INTO x (n, w) VALUES (3, 30)") == 1
    assert session.run("INSERT INTO x VALUES (4, 40), (5, 500)") == 2
    assert session.run("UPDATE x SET w = w + 1 WHERE n >= 3") == 2
    assert session.run("DELETE FROM x WHERE n = 4") == 1
    assert session.run("UPDATE x SET w = 0 WHERE n = 5") == 0, "row 5 is not in the view"
    assert session.run("SELECT * FROM t ORDER BY id") == ((1, 10), (2, 20), (3, 31), (5, 500))
    assert session.run("REPLACE INTO x SET n = 3, w = 33") == 2
    assert session.error("INSERT INTO x (id) VALUES (9)") == 1054
    session.run("USE v2")
    assert session.run("UPDATE v1.x SET w = 34 WHERE n = 3") == 1
    session.run("PREPARE s FROM 'UPDATE v1.x SET w = ? WHERE n = ?'")
    session.run("SET @w = 35, @n = 3")
    assert session.run("EXECUTE s USING @w, @n") == 1
    assert session.value("SELECT v FROM v1.t WHERE id = 3") == 35


def test_check_options(session):
    session.run("CREATE VIEW a AS SELECT id, v FROM t WHERE v > 0")
    session.run("CREATE VIEW b AS SELECT id, v FROM a WHERE v < 100 WITH CASCADED CHECK OPTION")
    session.run("CREATE VIEW c AS SELECT id, v FROM a WHERE v < 100 WITH LOCAL CHECK OPTION")
    assert session.message("INSERT INTO b VALUES (8, -8)") == "CHECK OPTION failed 'v1.b'"
    assert session.error("UPDATE b SET v = 1000 WHERE id = 1") == 1369
    assert session.error("INSERT INTO b VALUES (8, NULL)") == 1369
    assert session.run("INSERT INTO b VALUES (8, 8)") == 1
    assert session.run("INSERT INTO c VALUES (9, -9)") == 1
    assert session.error("UPDATE c SET v = 100 WHERE id = 1") == 1369
    assert session.run("UPDATE a SET v = 1000 WHERE id = 1") == 1
    assert session.run("INSERT IGNORE INTO b VALUES (10, 1000), (11, 11)") == 1


def test_views_that_cannot_be_changed(session):
    session.run("CREATE VIEW g AS SELECT v, COUNT(*) AS c FROM t GROUP BY v")
    session.run("CREATE VIEW e AS SELECT id, v * 2 AS d FROM t")
    session.run("CREATE VIEW l AS SELECT id FROM t LIMIT 1")
    for view in ("g", "l"):
        assert session.error(f"DELETE FROM {view}") == 1288
    assert session.error("UPDATE g SET c = 1") == 1288
    assert session.error("INSERT INTO g VALUES (1, 1)") == 1471
    assert session.error("UPDATE e SET d = 1") == 1348
    assert session.error("INSERT INTO e VALUES (7, 7)") == 1471
    assert session.run("UPDATE e SET id = 7 WHERE id = 2") == 1
    assert session.run("DELETE FROM e WHERE id = 7") == 1


def test_gtids_that_cannot_be_set_are_refused(session):
    assert session.error("SET gtid_next = 'bad'") == 1774
    assert session.error("SET gtid_next = 'ANONYMOUS'") == 1782
    assert session.error("SET GLOBAL gtid_purged = 'bad'") == 1231
    assert session.error("SET GLOBAL gtid_purged = CONCAT('+', @@gtid_executed)") == 3546
    assert session.error("SET GLOBAL gtid_purged = '+3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5'") == 1235
