"""kill -9 in all its forms: what was acknowledged is there afterwards, and the members agree."""
import threading
import time

import pymysql
import pytest

from cluster import wait_until

TABLE = "CREATE TABLE d.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, writer INT, n INT, UNIQUE KEY w (writer, n))"


class Writers:
    """Clients that insert numbered rows wherever a write is taken, and remember what was acknowledged."""

    def __init__(self, nodes, count=4):
        self.nodes = nodes
        self.acknowledged = [[] for _ in range(count)]
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(writer,), daemon=True) for writer in range(count)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join(30)

    @property
    def total(self):
        return sum(len(rows) for rows in self.acknowledged)

    def run(self, writer):
        number = 0
        turn = writer
        connection = None
        while not self.stopped.is_set():
            number += 1
            try:
                if connection is None:
                    connection = self.nodes[turn % len(self.nodes)].connect(read_timeout=20)
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO d.t (writer, n) VALUES (%s, %s)", (writer, number))
                self.acknowledged[writer].append(number)
            except (pymysql.Error, OSError):
                turn += 1
                try:
                    connection and connection.close()
                except pymysql.Error:
                    pass
                connection = None
                time.sleep(0.01)


def prepare(node):
    node.query("CREATE DATABASE d")
    node.query(TABLE)


def check(group, writers, nodes=None):
    nodes = nodes or group.nodes
    group.wait_equal("SELECT @@gtid_executed", nodes)
    group.wait_equal("CHECKSUM TABLE d.t", nodes)
    for writer, acknowledged in enumerate(writers.acknowledged):
        stored = {row[0] for row in nodes[0].query(f"SELECT n FROM d.t WHERE writer = {writer}")}
        missing = set(acknowledged) - stored
        assert not missing, f"acknowledged and lost: writer {writer}, {sorted(missing)[:10]}"


def more_commits(writers, count=100):
    goal = writers.total + count
    wait_until(lambda: writers.total >= goal, f"{count} more commits", 60)


def test_a_killed_primary_is_replaced_and_comes_back(fresh_group):
    prepare(fresh_group.primary())
    with Writers(fresh_group.nodes) as writers:
        for _ in range(2):
            more_commits(writers)
            victim = fresh_group.primary()
            victim.kill()
            more_commits(writers)
            victim.start()
            fresh_group.wait_online()
        more_commits(writers)
    check(fresh_group, writers)


def test_a_killed_secondary_does_not_stop_the_group(fresh_group):
    prepare(fresh_group.primary())
    with Writers(fresh_group.nodes) as writers:
        more_commits(writers)
        victim = next(node for node in fresh_group.nodes if node is not fresh_group.primary())
        victim.kill()
        more_commits(writers)
        victim.start()
        fresh_group.wait_online()
        more_commits(writers)
    check(fresh_group, writers)


def test_all_members_killed_at_once_come_back_by_themselves(fresh_group):
    prepare(fresh_group.primary())
    with Writers(fresh_group.nodes) as writers:
        for _ in range(2):
            more_commits(writers)
            for node in fresh_group.nodes:
                node.process.kill()
            for node in fresh_group.nodes:
                node.process.wait()
            for node in fresh_group.nodes:
                node.start(wait=False)
            fresh_group.wait_online()
            more_commits(writers)
    check(fresh_group, writers)


def test_a_single_node_killed_in_a_loop_loses_nothing(node):
    prepare(node)

    class Alone:
        nodes = [node]
    with Writers(Alone.nodes) as writers:
        for _ in range(5):
            more_commits(writers)
            node.kill()
            node.start()
        more_commits(writers)
    for writer, acknowledged in enumerate(writers.acknowledged):
        stored = {row[0] for row in node.query(f"SELECT n FROM d.t WHERE writer = {writer}")}
        assert set(acknowledged) <= stored


@pytest.mark.parametrize("spacing", [0.008, 0.1, 1.0])
def test_any_two_of_three_that_come_back_go_on_however_they_died(fresh_group, spacing):
    """Of members that die within moments the last one is not the group alone."""
    nodes = fresh_group.nodes
    prepare(nodes[0])
    with Writers(nodes) as writers:
        more_commits(writers)
        for node in nodes:
            node.process.kill()
            time.sleep(spacing)
        for node in nodes:
            node.process.wait()
    pair = nodes[:2]
    for node in pair:
        node.start(wait=False)
    for node in pair:
        node.wait_for_connection()
    wait_until(lambda: any(node.scalar("SELECT @@super_read_only") == 0 for node in pair), "a writable primary", 20)
    writable = next(node for node in pair if node.scalar("SELECT @@super_read_only") == 0)
    writable.query("INSERT INTO d.t (writer, n) VALUES (99, 1)")
    nodes[2].start()
    fresh_group.wait_online()
    check(fresh_group, writers)
