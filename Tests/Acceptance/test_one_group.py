"""One group whatever the operator types: bootstrap, START, restarts, in any order, on any member."""
import threading
import time

import pymysql
import pytest

from cluster import Group, wait_until
from test_crashes import Writers, check, more_commits, prepare

BOOTSTRAP = "SET GLOBAL group_replication_bootstrap_group=ON"
NO_BOOTSTRAP = "SET GLOBAL group_replication_bootstrap_group=OFF"


def bootstrap(node):
    node.query(BOOTSTRAP)
    try:
        node.query("START GROUP_REPLICATION")
    finally:
        node.query(NO_BOOTSTRAP)


def down(nodes, how):
    for node in nodes:
        node.process.kill() if how == "kill" else node.process.terminate()
    for node in nodes:
        node.process.wait(30)


def up(nodes, start_on_boot="OFF"):
    for node in nodes:
        node.options["group_replication_start_on_boot"] = start_on_boot
        node.start(wait=False)
    for node in nodes:
        node.wait_for_connection()


def start(node):
    """What START answers, as a number; 0 for done."""
    try:
        node.query("START GROUP_REPLICATION")
        return 0
    except pymysql.Error as error:
        return error.args[0]


def view(node):
    return node.scalar("SELECT MAX(VIEW_ID) FROM performance_schema.replication_group_member_stats")


@pytest.mark.parametrize("how", ["kill", "term"])
def test_a_server_bootstraps_again_after_each_restart(how):
    with Group(1) as group:
        node = group.nodes[0].start()
        group.create_recovery_account(node)
        for turn in range(6):
            began = time.monotonic()
            bootstrap(node)
            assert time.monotonic() - began < 5
            group.wait_online()
            wait_until(lambda: node.scalar("SELECT @@super_read_only") == 0, "it to be writable")
            node.query(f"CREATE DATABASE d{turn}")
            down([node], how)
            up([node])
        assert len(node.query("SHOW DATABASES LIKE 'd_'")) == 6


@pytest.mark.parametrize("how", ["kill", "term"])
@pytest.mark.parametrize("first", [0, 2])
def test_the_manuals_own_full_restart(fresh_group, how, first):
    nodes = fresh_group.nodes
    prepare(fresh_group.primary())
    with Writers([nodes[0]]) as writers:
        more_commits(writers)
        if how == "kill":
            # What was acknowledged is on the primary for certain: an operator bootstraps the member that has most.
            first = 0
            down(nodes, how)
    if how == "term":
        fresh_group.wait_equal("SELECT @@gtid_executed")
        down(nodes, how)
    up(nodes)
    began = time.monotonic()
    bootstrap(nodes[first])
    for node in nodes:
        if node is not nodes[first]:
            assert start(node) == 0, node.log()[-2000:]
    fresh_group.wait_online()
    assert time.monotonic() - began < 15
    assert len({view(node) for node in nodes}) == 1
    check(fresh_group, writers)
    for node in nodes:
        assert "[ERROR]" not in node.log()[node.log().rindex("ready for connections"):]


def test_a_bootstrap_beside_the_living_group_takes_part_in_it(fresh_group):
    nodes = fresh_group.nodes
    prepare(nodes[0])
    for how in ["kill", "term", "stop"]:
        victim = next(node for node in nodes if node is not fresh_group.primary())
        if how == "stop":
            victim.query("STOP GROUP_REPLICATION")
        else:
            down([victim], how)
            up([victim])
        bootstrap(victim)
        fresh_group.wait_online()
        assert "the group is there already" in victim.log()
        fresh_group.primary().query("INSERT INTO d.t (writer, n) VALUES (9, %d)" % ["kill", "term", "stop"].index(how))
    assert len(fresh_group.wait_equal("SELECT writer, n FROM d.t ORDER BY n")) == 3


def test_all_bootstrap_at_once(fresh_group):
    nodes = fresh_group.nodes
    prepare(fresh_group.primary())
    fresh_group.wait_equal("SELECT @@gtid_executed")
    down(nodes, "kill")
    up(nodes)
    answers = {}

    def run(node):
        try:
            bootstrap(node)
            answers[node.number] = 0
        except pymysql.Error as error:
            answers[node.number] = error.args[0]
    threads = [threading.Thread(target=run, args=(node,)) for node in nodes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {1: 0, 2: 0, 3: 0}
    fresh_group.wait_online()
    assert len({view(node) for node in nodes}) == 1


def test_a_bootstrap_after_the_others_were_started_goes_on_with_them(fresh_group):
    nodes = fresh_group.nodes
    prepare(fresh_group.primary())
    with Writers(nodes) as writers:
        more_commits(writers)
        down(nodes, "kill")
    up(nodes)
    for node in nodes[1:]:
        assert start(node) == 0
    bootstrap(nodes[0])
    fresh_group.wait_online()
    check(fresh_group, writers)


def test_a_bootstrap_by_one_that_is_behind_loses_nothing(fresh_group):
    """The others are refused, loudly: what they acknowledged is theirs still, and the operator decides."""
    nodes = fresh_group.nodes
    prepare(nodes[0])
    fresh_group.wait_equal("SELECT @@gtid_executed")
    down([nodes[2]], "kill")
    nodes[0].query("INSERT INTO d.t (writer, n) VALUES (1, 1)")
    wait_until(lambda: nodes[1].scalar("SELECT COUNT(*) FROM d.t") == 1, "the second to have it")
    down(nodes[:2], "kill")
    up(nodes)
    bootstrap(nodes[2])
    nodes[2].query("CREATE DATABASE e")
    for node in nodes[:2]:
        assert start(node) == 3092
        assert node.query("SELECT writer, n FROM d.t") == ((1, 1),)
        assert "MY-011526" in node.log()
        assert node.state() == "OFFLINE"
    # The operator gives the bootstrapped one up.
    nodes[2].query("STOP GROUP_REPLICATION")
    bootstrap(nodes[0])
    assert start(nodes[1]) == 0
    fresh_group.wait_online(nodes[:2])
