"""Damage on a member's disk is found where it is: that member leaves, whatever its role, and makes its data anew from the others;
these go on."""
import re
import shutil

import pymysql
import pytest

import pages
from cluster import Group, Node, free_port, wait_until

# The scrub would find what these tests want a reader to find.
QUIET = {"grouplite_scrub_rate": 0}
ROWS = "SELECT id, name, n FROM d.t ORDER BY id"


def prepare(group):
    node = group.primary()
    node.query("CREATE DATABASE d")
    node.query("CREATE TABLE d.t (id INT PRIMARY KEY, name VARCHAR(100), n INT)")
    node.query("INSERT INTO d.t VALUES " + ",".join(f"({i}, 'needle-{i:06}-{'x' * 60}', 0)" for i in range(1, 2001)))
    for other in group.nodes:
        connection = other.connect()
        with connection.cursor() as cursor:
            for sql in ("SET GLOBAL super_read_only = OFF", "SET SQL_LOG_BIN = 0", "CREATE USER here@'%' IDENTIFIED BY 'secret'", "GRANT SELECT ON d.* TO here@'%'",
                        f"SET GLOBAL super_read_only = {'OFF' if other is node else 'ON'}"):
                cursor.execute(sql)
        connection.close()
    node.query("CREATE USER shared@'%' IDENTIFIED BY 'secret'")
    return node


def store(node):
    return node.datadir / "grouplite.db"


def break_row(node, row):
    """Flips a bit of that row in the file of a member that is stopped, and starts it."""
    node.stop()
    assert pages.flip(store(node), f"needle-{row:06}".encode()) == 1
    assert len(pages.wrong(store(node))) == 1
    node.start()


def rebuilt(group, node):
    """The member is back with data of its own making, equal to the others', and the damaged ones are kept."""
    wait_until(lambda: "data were made anew from its group" in node.log(), "the data to be made anew", 60)
    node.wait_for_connection()
    group.wait_online()
    group.wait_equal(ROWS)
    group.wait_equal("CHECKSUM TABLE d.t")
    aside = [path for path in node.datadir.iterdir() if path.name.startswith("damaged-")]
    assert len(aside) == 1 and (aside[0] / "grouplite.db").exists()
    assert not (node.datadir / "group_replication.damaged").exists()
    assert not (node.datadir / "grouplite.rebuild").exists()


def test_a_damaged_page_on_the_primary_costs_the_primary_alone():
    """Once UPDATE n = n + 1 of such a row put both healthy members into ERROR, and left the damaged one ONLINE."""
    with Group(3, options=QUIET) as group:
        group.start()
        node = prepare(group)
        others = [other for other in group.nodes if other is not node]
        group.wait_equal(ROWS)
        break_row(node, 1500)
        group.wait_online()
        node.query(f"SELECT group_replication_set_as_primary('{node.uuid}')")
        wait_until(lambda: node.scalar("SELECT @@super_read_only") == 0, "the member to be primary")
        with pytest.raises(pymysql.Error) as error:
            node.query("UPDATE d.t SET n = n + 1 WHERE id = 1500")
        assert error.value.args == (1877, "Operation cannot be performed. The table 'd.t' is missing, corrupt or contains bad data.")
        # It may be back before anybody looks at the members.
        removed = f"Members removed from the group: 127.0.0.1:{node.port}"
        wait_until(lambda: removed in others[0].log(), "the damaged one to be out")
        assert re.search(r"Damage was found in page \d+ of '.*grouplite.db' \(offset \d+\): its checksum is wrong", node.log())
        wait_until(lambda: group_primary(others).query("UPDATE d.t SET n = n + 1 WHERE id = 1500") is not None, "the others to go on")
        rebuilt(group, node)
        assert group.wait_equal("SELECT n, LEFT(name, 13) FROM d.t WHERE id = 1500") == ((1, "needle-001500"),)
        # Accounts of this server alone are still there, as are the recovery channel's.
        assert node.scalar("SELECT n FROM d.t WHERE id = 1500", user="here", password="secret") == 1
        assert node.scalar("SELECT COUNT(*) FROM mysql.user WHERE user IN ('rpl_user', 'shared')") == 2


def group_primary(nodes):
    for node in nodes:
        for port, (state, role) in node.members().items():
            if role == "PRIMARY" and state == "ONLINE":
                return next(other for other in nodes if other.port == port)
    raise OSError("no primary yet")


def test_a_damaged_page_on_a_secondary_is_found_by_its_applier():
    with Group(3, options=QUIET) as group:
        group.start()
        primary = prepare(group)
        node = next(other for other in group.nodes if other is not primary)
        group.wait_equal(ROWS)
        break_row(node, 700)
        group.wait_online()
        primary.query("UPDATE d.t SET n = 7 WHERE id = 700")
        rebuilt(group, node)


def test_a_member_that_is_told_not_to_keeps_its_data_and_stays_out():
    with Group(3, options={**QUIET, "group_replication_rebuild_damaged_member": "OFF"}) as group:
        group.start()
        primary = prepare(group)
        node = next(other for other in group.nodes if other is not primary)
        group.wait_equal(ROWS)
        break_row(node, 700)
        group.wait_online()
        primary.query("UPDATE d.t SET n = 7 WHERE id = 700")
        wait_until(lambda: node.state() == "ERROR", "the member to be in ERROR")
        # It does not stay RECOVERING for ever when it is started again: it says why not.
        node.query("STOP GROUP_REPLICATION")
        with pytest.raises(pymysql.Error) as error:
            node.query("START GROUP_REPLICATION")
        assert error.value.args[0] == 3092
        node.stop()
        node.start()
        assert node.state() == "OFFLINE" and node.scalar("SELECT @@super_read_only") == 1
        assert "group_replication_rebuild_damaged_member is OFF" in node.log()
        # What is not damaged can be read.
        assert node.scalar("SELECT n FROM d.t WHERE id = 1") == 0
        assert set(primary.members().values()) == {("ONLINE", "PRIMARY"), ("ONLINE", "SECONDARY")}


@pytest.mark.parametrize("name", ["group_replication.state", "binlog.000001"])
def test_damage_that_is_found_at_the_start_is_mended_from_the_group(name):
    with Group(3, options=QUIET) as group:
        group.start()
        primary = prepare(group)
        node = next(other for other in group.nodes if other is not primary)
        group.wait_equal(ROWS)
        node.stop()
        path = node.datadir / name
        data = bytearray(path.read_bytes())
        data[6 if name.startswith("binlog") else len(data) // 2] ^= 1
        path.write_bytes(data)
        node.start(wait=False)
        rebuilt(group, node)


def test_a_store_that_does_not_even_tell_its_accounts_is_left_as_it_is():
    with Group(3, options=QUIET) as group:
        group.start()
        primary = prepare(group)
        node = next(other for other in group.nodes if other is not primary)
        node.stop()
        data = bytearray(store(node).read_bytes())
        data[120] ^= 1
        store(node).write_bytes(data)
        for _ in range(2):
            node.start(wait=False)
            assert node.process.wait(60) == 1
            assert "the accounts of this server cannot be read" in node.log()
            assert store(node).read_bytes() == bytes(data)
        assert primary.query("SELECT COUNT(*) FROM d.t")[0][0] == 2000


def test_a_damaged_binary_log_of_a_donor_never_becomes_a_row_of_a_new_member():
    with Group(3, options=QUIET) as group:
        group.start()
        primary = prepare(group)
        node = next(other for other in group.nodes if other is not primary)
        donors = [other for other in group.nodes if other is not node]
        group.wait_equal(ROWS)
        node.stop()
        shutil.rmtree(node.datadir)
        group.wait_online(donors)
        for donor in donors:
            donor.query("FLUSH BINARY LOGS")
            assert pages.flip(donor.datadir / "binlog.000001", b"needle-000900") == 1
        node.options["group_replication_start_on_boot"] = "OFF"
        node.options["group_replication_recovery_retry_count"] = 2
        node.options["group_replication_recovery_reconnect_interval"] = 1
        node.start()
        Group.create_recovery_account(node)
        node.query("START GROUP_REPLICATION")
        wait_until(lambda: node.state() == "ERROR", "the recovery to be given up")
        assert re.search(r"binary log 'binlog.000001' at position \d+: a binlog event \(Write_rows\) with a wrong checksum", node.log())
        assert node.query("SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'd'") == ((1,),)
        # One whole log is enough, wherever it is.
        assert pages.flip(donors[1].datadir / "binlog.000001", bytes([ord("n") ^ 1]) + b"eedle-000900") == 1
        node.query("STOP GROUP_REPLICATION")
        node.query("SET GLOBAL group_replication_recovery_retry_count = 10")
        node.query("START GROUP_REPLICATION")
        group.wait_online()
        group.wait_equal(ROWS)


def lone(tmp_path, **options):
    return Node(1, tmp_path / "lone", "", f"127.0.0.1:{free_port()}", options=options)


def filled(node):
    node.query("CREATE DATABASE d")
    node.query("CREATE TABLE d.t (id INT PRIMARY KEY, name VARCHAR(100), n INT, KEY (name))")
    node.query("INSERT INTO d.t VALUES " + ",".join(f"({i}, 'needle-{i:06}-{'x' * 60}', 0)" for i in range(1, 2001)))
    node.query("CREATE TABLE d.other (id INT PRIMARY KEY)")


def test_check_table_reads_every_page_and_says_what_is_corrupt(tmp_path):
    node = lone(tmp_path, grouplite_scrub_rate=0).start()
    try:
        filled(node)
        for option in ("", "QUICK", "FAST", "MEDIUM", "EXTENDED", "CHANGED", "FOR UPGRADE"):
            assert node.query(f"CHECK TABLE d.t {option}") == (("d.t", "check", "status", "OK"),)
        node.stop()
        # In the row, and in the index's copy of the name.
        assert pages.flip(store(node), b"needle-001500") >= 2
        node.start()
        rows = node.query("CHECK TABLE d.t, d.other")
        assert rows[-1] == ("d.other", "check", "status", "OK")
        assert rows[-2] == ("d.t", "check", "error", "Corrupt")
        assert rows[0][:3] == ("d.t", "check", "error")
        assert re.fullmatch(r"Damage in page \d+ of '.*grouplite.db' \(offset \d+\): its checksum is wrong", rows[0][3]), rows
        assert node.query("SELECT n FROM d.t WHERE id = 1") == ((0,),)
        with pytest.raises(pymysql.Error) as error:
            node.query("SELECT * FROM d.t WHERE id = 1500")
        assert error.value.args[0] == 1877
    finally:
        node.stop()


def test_a_scrub_finds_damage_that_nobody_has_read(tmp_path):
    node = lone(tmp_path, grouplite_scrub_rate=0, max_binlog_size=65536).start()
    try:
        filled(node)
        node.query("FLUSH BINARY LOGS")
        node.stop()
        assert pages.flip(store(node), b"needle-001500") >= 2
        assert pages.flip(node.datadir / "binlog.000001", b"needle-000700") >= 1
        node.start()
        status = "SHOW GLOBAL STATUS LIKE 'Grouplite_scrub_%'"
        assert dict(node.query(status))["Grouplite_scrub_bytes_read"] in ("0", str(256 << 10), str(store(node).stat().st_size))
        node.query("SET GLOBAL grouplite_scrub_rate = 100000")
        shown = wait_until(lambda: (lambda all: all["Grouplite_scrub_passes"] != "0" and all)(dict(node.query(status))), "a whole pass")
        assert "grouplite.db" in shown["Grouplite_scrub_damage"]
        assert re.search(r"Damage was found in page \d+ of '.*grouplite.db'", node.log())
        assert re.search(r"Damage was found in binary log 'binlog.000001' at position \d+", node.log())
    finally:
        node.stop()
