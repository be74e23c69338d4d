"""A member whose data was changed behind its back is found out, says what differs, and leaves; the others go on."""
import sqlite3

import pytest

import pages
from cluster import Group, wait_until

VERIFY = "CHECKSUM TABLE d.t"


def prepare(group):
    node = group.primary()
    node.query("CREATE DATABASE d")
    node.query("CREATE TABLE d.t (id INT PRIMARY KEY, name VARCHAR(20), n INT)")
    node.query("INSERT INTO d.t VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30)")
    group.wait_equal("SELECT * FROM d.t ORDER BY id")
    return node


def tamper(node, *statements):
    """What the sqlite3 tool would do to the file of a member that is stopped, with the pages' checksums made right again, as a
    bug of the server's would leave them. There tables and columns have numbers for names: `{t}` is the table, its columns are
    `{c[0]}` and so on."""
    node.stop()
    files = [path for path in node.datadir.iterdir() if path.is_file() and path.read_bytes()[:6] == b"SQLite"]
    assert len(files) == 1, files
    database = sqlite3.connect(files[0])
    database.create_collation("utf8mb4_0900_ai_ci", lambda a, b: (a > b) - (a < b))
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 't[0-9]*'")]
    assert len(tables) == 1, tables
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({tables[0]})")]
    for statement in statements:
        statement = statement.format(t=tables[0], c=columns)
        assert database.execute(statement).rowcount == 1, statement
    database.commit()
    database.close()
    assert pages.reseal(files[0]), "the tool leaves checksums that are wrong"
    node.start()


def found_out(group, node, change, said):
    """`change` on the primary touches the row: the member goes to ERROR, says all of `said`, and the others go on."""
    primary = group.primary()
    others = [other for other in group.nodes if other is not node]
    group.wait_online()
    primary.query(change)
    wait_until(lambda: node.state() == "ERROR", "the member to be in ERROR")
    for text in said:
        assert text in node.log(), (text, node.log()[-3000:])
    wait_until(lambda: set(primary.members()) == {other.port for other in others}, "the member to be out of the group")
    primary.query("INSERT INTO d.t VALUES (100, 'after', 1)")
    group.wait_equal("SELECT * FROM d.t ORDER BY id", others)
    assert node.scalar("SELECT @@super_read_only") == 1
    # It does not come back by itself with what it has.
    assert node.state() == "ERROR"


@pytest.mark.parametrize("tampering, change, said", [
    ("UPDATE {t} SET {c[1]} = 'zwei' WHERE {c[0]} = 2", "UPDATE d.t SET n = 21 WHERE id = 2",
     ["d.t", "(id = 2", "'zwei' here", "'two' in the group's log"]),
    ("DELETE FROM {t} WHERE {c[0]} = 3", "DELETE FROM d.t WHERE id = 3", ["d.t", "(id = 3", "no such row here"]),
    ("INSERT INTO {t} VALUES (4, 'four', 40)", "INSERT INTO d.t VALUES (4, 'vier', 41)", ["d.t", "(id = 4", "insert"]),
], ids=["changed", "deleted", "inserted"])
def test_a_row_changed_behind_the_servers_back_is_found_when_it_is_next_touched(tampering, change, said):
    with Group(3, options={"group_replication_rebuild_damaged_member": "OFF"}) as group:
        group.start()
        prepare(group)
        node = next(node for node in group.nodes if node is not group.primary())
        tamper(node, tampering)
        found_out(group, node, change, said)


def test_checksum_table_shows_which_member_differs():
    with Group(3) as group:
        group.start()
        prepare(group)
        node = next(node for node in group.nodes if node is not group.primary())
        before = group.wait_equal(VERIFY)
        tamper(node, "UPDATE {t} SET {c[2]} = 11 WHERE {c[0]} = 1")
        group.wait_online()
        others = [other for other in group.nodes if other is not node]
        assert group.wait_equal(VERIFY, others) == before
        assert node.query(VERIFY) != before


def test_of_three_the_one_whose_change_fits_nobody_elses_data_goes_and_comes_back_with_the_others():
    """The changed row is the primary's: once both healthy members went to ERROR, and it went on alone."""
    with Group(3) as group:
        group.start()
        node = prepare(group)
        others = [other for other in group.nodes if other is not node]
        tamper(node, "UPDATE {t} SET {c[2]} = 11 WHERE {c[0]} = 1")
        group.wait_online()
        node.query(f"SELECT group_replication_set_as_primary('{node.uuid}')")
        wait_until(lambda: node.scalar("SELECT @@super_read_only") == 0, "the member to be primary")
        try:
            node.query("UPDATE d.t SET n = n + 1 WHERE id = 1")
        except Exception as error:  # it may be thrown out before it answers
            assert error.args[0] in (2013, 2006), error
        wait_until(lambda: "data were made anew from its group" in node.log(), "the odd one's data to be made anew", 60)
        node.wait_for_connection()
        group.wait_online()
        assert group.wait_equal("SELECT n FROM d.t WHERE id = 1") == ((10,),)
        for other in others:
            assert "does not fit the data of most members" in other.log()
            assert "The server was automatically set into read only mode" not in other.log()
