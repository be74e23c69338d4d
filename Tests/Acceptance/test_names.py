"""Names over the wire: lower_case_table_names, the data directory's format, and changes of names and columns that touch no row."""
import re
import time

import pymysql
import pytest

from cluster import Node, free_port


def server(directory, **options):
    return Node(1, directory, "", f"127.0.0.1:{free_port()}", options=options)


def refusal(node):
    """Starts a server that is to refuse; what its log says."""
    node.start(wait=False)
    assert node.process.wait(timeout=30) != 0
    return node.log()


@pytest.fixture
def lowered(tmp_path):
    node = server(tmp_path / "lowered", lower_case_table_names=1).start()
    yield node
    node.stop()


def test_names_of_tables_are_lowered_when_the_server_says_so(lowered):
    connection = lowered.connect()
    with connection.cursor() as cursor:
        for sql in [
            "CREATE DATABASE Shop", "USE SHOP", "CREATE TABLE Orders (Id INT PRIMARY KEY, Total INT)",
            "INSERT INTO ORDERS VALUES (1, 10)", "CREATE VIEW BigOrders AS SELECT O.Id FROM Orders AS O WHERE o.total > 5",
            "CREATE TABLE Items (Id INT PRIMARY KEY, OrderId INT, FOREIGN KEY (OrderId) REFERENCES ORDERS (Id))",
            "CREATE USER u", "GRANT SELECT ON SHOP.ORDERS TO u",
        ]:
            cursor.execute(sql)
        cursor.execute("SHOW TABLES")
        assert [row[0] for row in cursor.fetchall()] == ["bigorders", "items", "orders"]
        cursor.execute("SELECT T.Id, t.TOTAL, Shop.ORDERS.Id FROM orders AS T, shop.Orders")
        assert cursor.fetchall() == ((1, 10, 1),)
        cursor.execute("SELECT * FROM shop.BIGORDERS")
        assert cursor.fetchall() == ((1,),)
        cursor.execute("SHOW COLUMNS FROM ORDERS")
        assert [row[0] for row in cursor.fetchall()] == ["Id", "Total"]
        cursor.execute("SELECT DATABASE(), @@lower_case_table_names")
        assert cursor.fetchall() == (("shop", 1),)
        with pytest.raises(pymysql.Error) as error:
            cursor.execute("CREATE TABLE ORDERS (a INT)")
        assert error.value.args[0] == 1050
        with pytest.raises(pymysql.Error) as error:
            cursor.execute("SET GLOBAL lower_case_table_names = 0")
        assert error.value.args[0] == 1238
    with lowered.connect(user="u", database="SHOP") as other, other.cursor() as cursor:
        cursor.execute("SELECT Id FROM Orders")
        assert cursor.fetchall() == ((1,),)


def test_names_of_tables_are_as_written_by_default(node):
    with node.connect() as connection, connection.cursor() as cursor:
        for sql in [
            "CREATE DATABASE Cased", "USE Cased", "CREATE TABLE T (a INT)", "CREATE TABLE t (a INT)",
            "INSERT INTO T VALUES (1)", "INSERT INTO t VALUES (2)", "CREATE DATABASE MYSQL", "CREATE TABLE MYSQL.user (a INT)",
        ]:
            cursor.execute(sql)
        cursor.execute("SELECT T.a, t.a FROM T, t")
        assert cursor.fetchall() == ((1, 2),)
        cursor.execute("SELECT user FROM mysql.user WHERE user = 'root'")
        assert cursor.fetchall() == (("root",),)
        for sql, code in [
            ("USE cased", 1049), ("SELECT a FROM Cased.tt", 1146), ("SELECT x.a FROM t AS X", 1054),
            ("WITH Q AS (SELECT 1) SELECT * FROM q", 1146), ("SELECT * FROM MYSQL.db", 1146),
            ("CREATE DATABASE mysql", 3552), ("CREATE DATABASE Information_Schema", 1044), ("DROP DATABASE mysql", 3552),
        ]:
            with pytest.raises(pymysql.Error) as error:
                cursor.execute(sql)
            assert error.value.args[0] == code, sql
        cursor.execute("DROP DATABASE MYSQL")
        cursor.execute("DROP DATABASE Cased")


def test_lower_case_table_names_stays_as_the_directory_was_made(tmp_path):
    node = server(tmp_path / "fixed").start()
    node.stop()
    node.options["lower_case_table_names"] = 1
    assert ("Different lower_case_table_names settings for server ('1') and data dictionary ('0')." in refusal(node))
    node.options["lower_case_table_names"] = 2
    assert "lower_case_table_names=2 is for file systems that are not case sensitive: use 0 or 1" in refusal(node)
    del node.options["lower_case_table_names"]
    node.start().stop()


def test_a_data_directory_of_another_format_is_refused_with_words(tmp_path):
    node = server(tmp_path / "format").start()
    node.stop()
    file = node.datadir / "grouplite.format"
    text = file.read_text()
    number = int(re.search(r"version=(\d+)", text)[1])
    file.write_text(text.replace(f"version={number}", f"version={number + 1}"))
    assert f"was made by a newer GroupLite (format {number + 1}, this one reads {number}): run that version, or" in refusal(node)
    file.unlink()
    assert f"was made by an older GroupLite (format 1, this one reads {number}): dump its data" in refusal(node)
    file.write_text("[format]\n")
    assert "does not say which format the data directory has" in refusal(node)
    file.write_text(text)
    node.start().stop()


@pytest.fixture
def large(node):
    """A table of 200,000 rows."""
    with node.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE large")
        cursor.execute("USE large")
        cursor.execute("CREATE TABLE t (id INT PRIMARY KEY, a INT, b VARCHAR(20), e ENUM('x', 'y'), KEY ka (a))")
        cursor.execute("CREATE TABLE other (id INT PRIMARY KEY)")
        for start in range(1, 200_001, 20_000):
            rows = ",".join(f"({id},{id % 100},'row {id}','x')" for id in range(start, start + 20_000))
            cursor.execute(f"INSERT INTO t VALUES {rows}")
    yield node
    node.query("DROP DATABASE large")


INSTANT = [
    "ADD COLUMN c INT", "ADD COLUMN d VARCHAR(10) NOT NULL DEFAULT 'some' FIRST", "ADD COLUMN f DATETIME DEFAULT NOW() AFTER a",
    "DROP COLUMN c", "RENAME COLUMN a TO z, RENAME COLUMN b TO a", "MODIFY a VARCHAR(200) AFTER id",
    "MODIFY e ENUM('x', 'y', 'z')", "ALTER COLUMN e SET DEFAULT 'y'", "DROP COLUMN z", "COMMENT 'new'", "MODIFY id BIGINT",
    "RENAME TO u", "RENAME TO t",
]


def test_an_alter_that_touches_no_row_takes_no_time(large):
    with large.connect(database="large") as connection, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE other COMMENT 'warm'")
        name = "t"
        times = {}
        for change in INSTANT:
            start = time.monotonic()
            cursor.execute(f"ALTER TABLE {name} {change}")
            times[change] = time.monotonic() - start
            if change.startswith("RENAME TO"):
                name = change.split()[-1]
        start = time.monotonic()
        cursor.execute("ALTER TABLE t FORCE")
        rebuild = time.monotonic() - start
        print(f"rebuild {rebuild * 1000:.0f} ms;", ", ".join(f"{c}: {t * 1000:.1f} ms" for c, t in times.items()))
        # A machine may be busy: most of them, against the change that does copy the rows.
        assert sorted(times.values())[len(times) * 3 // 4] < rebuild / 4
        cursor.execute("SELECT d, id, a, e, COUNT(*) FROM t WHERE id IN (1, 200000) GROUP BY d, id, a, e ORDER BY id")
        assert cursor.fetchall() == (("some", 1, "row 1", "x", 1), ("some", 200000, "row 200000", "x", 1))
        cursor.execute("CHECK TABLE t")
        assert cursor.fetchall()[-1][-1] == "OK"
