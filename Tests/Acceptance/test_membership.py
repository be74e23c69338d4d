"""Members paused, lost, returned and forced; a group of nine; IPv4 and IPv6: real processes."""
import contextlib
import shutil
import signal
import time

import pymysql
import pytest

from cluster import Group, Node, free_port, wait_until

TABLE = "CREATE TABLE d.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, n INT)"


def prepare(node):
    node.query("CREATE DATABASE d")
    node.query(TABLE)


@contextlib.contextmanager
def paused(node):
    node.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        node.process.send_signal(signal.SIGCONT)


def states(node):
    return {port: state for port, (state, _) in node.members().items()}


def seconds_until(condition, what, limit=40.0):
    begin = time.monotonic()
    wait_until(condition, what, limit)
    return time.monotonic() - begin


def test_a_paused_member_is_unreachable_then_removed_then_learns_it(fresh_group):
    first, second, third = fresh_group.nodes
    prepare(first)
    third.query("SET GLOBAL group_replication_autorejoin_tries=0")
    with paused(third):
        begin = time.monotonic()
        unreachable = seconds_until(lambda: states(first).get(third.port) == "UNREACHABLE", "UNREACHABLE")
        assert 4 < unreachable < 8
        first.query("INSERT INTO d.t (n) VALUES (1)")
        wait_until(lambda: third.port not in states(first), "removal")
        assert 8 < time.monotonic() - begin < 16
        fresh_group.wait_online([first, second])
    wait_until(lambda: third.state() == "ERROR", "the removed member learns it", 10)


def test_one_that_returns_in_time_is_online_again_without_recovery(fresh_group):
    first, second, third = fresh_group.nodes
    prepare(first)
    views = third.log().count("Group membership changed")
    with paused(third):
        wait_until(lambda: states(second).get(third.port) == "UNREACHABLE", "UNREACHABLE", 10)
        for number in range(100):
            first.query(f"INSERT INTO d.t (n) VALUES ({number})")
    wait_until(lambda: third.scalar("SELECT COUNT(*) FROM d.t") == 100, "the rest of the log", 5)
    fresh_group.wait_online(seconds=5)
    assert third.log().count("Group membership changed") == views


def test_the_expel_timeout_acts_on_a_suspicion_that_is_there(fresh_group):
    first, second, third = fresh_group.nodes
    for node in fresh_group.nodes:
        node.query("SET GLOBAL group_replication_member_expel_timeout=3600")
    with paused(third):
        wait_until(lambda: states(first).get(third.port) == "UNREACHABLE", "UNREACHABLE", 10)
        time.sleep(8)
        assert states(first).get(third.port) == "UNREACHABLE"
        for node in (first, second):
            node.query("SET GLOBAL group_replication_member_expel_timeout=0")
        wait_until(lambda: third.port not in states(first), "removal", 3)


def test_forcing_the_members_that_are_left(fresh_group):
    first, second, third = fresh_group.nodes
    prepare(first)
    first.query("INSERT INTO d.t (n) VALUES (1)")
    survivor = third.local_address
    with pytest.raises(pymysql.Error) as error:
        third.query(f"SET GLOBAL group_replication_force_members='{survivor}'")
    assert error.value.args[0] == 4118
    with contextlib.ExitStack() as stack:
        # Together, so that no majority is left that removes one of them.
        stack.enter_context(paused(first))
        stack.enter_context(paused(second))
        wait_until(lambda: states(third).get(first.port) == "UNREACHABLE", "UNREACHABLE", 10)
        # They might be the group, somewhere else: that is a doubt, which the operator has to dispel.
        with pytest.raises(pymysql.Error) as error:
            third.query(f"SET GLOBAL group_replication_force_members='{survivor}'")
        assert error.value.args[0] == 4118 and "may be alive" in error.value.args[1]
        wait_until(lambda: "group_replication_force_members = " in third.log(), "the log names the statement", 15)
        third.query(f"SET GLOBAL group_replication_force_members='{survivor}'")
        fresh_group.wait_online([third])
        third.query("SET GLOBAL group_replication_force_members=''")
        wait_until(lambda: third.query("INSERT INTO d.t (n) VALUES (2)") is not None, "a write", 10)
    # They are of an older epoch: neither goes on with the other.
    wait_until(lambda: len(states(third)) == 3, "they came back as new members", 60)
    fresh_group.wait_online()
    fresh_group.wait_equal("CHECKSUM TABLE d.t")
    assert first.scalar("SELECT COUNT(*) FROM d.t") == 2


def test_a_majority_that_lost_its_disks_is_named(fresh_group):
    first, second, third = fresh_group.nodes
    prepare(first)
    fresh_group.wait_equal("SELECT COUNT(*) FROM d.t")  # the third alone keeps it: a majority had it without the third
    for node in fresh_group.nodes:
        node.kill()
    for node in (first, second):
        shutil.rmtree(node.datadir)
        node.options["group_replication_start_on_boot"] = "OFF"
        node.start()
        Group.create_recovery_account(node)
        node.stop()
        node.options["group_replication_start_on_boot"] = "ON"
        node.start()
    third.start()
    wait_until(lambda: "majority's logs are gone" in third.log(), "the log says what is missing", 60)
    assert first.local_address in third.log() and second.local_address in third.log()
    third.query(f"SET GLOBAL group_replication_force_members='{third.local_address}'")
    fresh_group.wait_online()
    assert first.scalar("SELECT COUNT(*) FROM d.t") == 0


def test_nine_members_mixed_addresses_and_no_tenth(tmp_path):
    hosts = ["127.0.0.1", "[::1]", "localhost"]
    addresses = [f"{hosts[number % 3]}:{free_port()}" for number in range(10)]
    group = Group(0, tmp_path)
    group.nodes = [
        Node(number, tmp_path / f"s{number}", ",".join(addresses), addresses[number - 1]) for number in range(1, 11)]
    with group:
        for node in group.nodes:
            node.start(wait=False)
        for node in group.nodes:
            node.wait_for_connection()
            Group.create_recovery_account(node)
        Group.bootstrap(group.nodes[0])
        for node in group.nodes[1:9]:
            node.query("START GROUP_REPLICATION")
        group.wait_online(group.nodes[:9])
        tenth = group.nodes[9]
        with pytest.raises(pymysql.Error) as error:
            tenth.query("START GROUP_REPLICATION")
        assert error.value.args == (
            3191, "The START GROUP_REPLICATION command failed since the group already has 9 members.")
        prepare(group.nodes[0])
        # Four of nine go; five are a majority.
        for node in group.nodes[:4]:
            node.kill()
        rest = group.nodes[4:9]
        group.wait_online(rest)
        primary = next(node for node in rest if node.members()[node.port][1] == "PRIMARY")
        primary.query("INSERT INTO d.t (n) VALUES (1)")
        group.wait_equal("CHECKSUM TABLE d.t", rest)
