"""Full disks wait: nobody leaves the group, nobody gets a wrong answer, and space makes everything go on by itself."""
import os
import threading
import time

import pymysql
import pytest

from cluster import Group, Node, free_port, wait_until
from small_disks import SmallDisk

TABLE = "CREATE TABLE d.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, writer INT, n INT, filler MEDIUMBLOB, UNIQUE KEY w (writer, n))"


class Writers:
    """Clients of one server that insert numbered rows, and remember what was acknowledged and every error."""

    def __init__(self, node, first, count=4, size=20_000):
        self.node, self.size = node, size
        self.acknowledged = {first + place: [] for place in range(count)}
        self.errors = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(writer,), daemon=True) for writer in self.acknowledged]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join(90)
            assert not thread.is_alive(), "a writer still waits"

    @property
    def total(self):
        return sum(len(rows) for rows in self.acknowledged.values())

    def run(self, writer):
        connection = self.node.connect(read_timeout=120)
        number = 0
        while not self.stopped.is_set():
            number += 1
            try:
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO d.t (writer, n, filler) VALUES (%s, %s, %s)", (writer, number, os.urandom(self.size)))
            except (pymysql.Error, OSError) as error:
                self.errors.append(f"{writer}/{number}: {error}")
                return
            self.acknowledged[writer].append(number)

    def check(self, group):
        """No error was answered; everything acknowledged is on every member, once; the members are equal."""
        assert not self.errors
        group.wait_online(seconds=30)
        group.wait_equal("SELECT @@gtid_executed", seconds=60)
        group.wait_equal("CHECKSUM TABLE d.t")
        rows = group.nodes[0].query("SELECT writer, n FROM d.t")
        assert len(set(rows)) == len(rows)
        found = set(rows)
        for writer, numbers in self.acknowledged.items():
            assert [n for n in numbers if (writer, n) not in found] == []


def waiting(node):
    return int(node.query("SHOW GLOBAL STATUS LIKE 'Grouplite_disk_full_waiting'")[0][1])


def states(node):
    return {row[0] for row in node.query(
        "SELECT STATE FROM performance_schema.processlist WHERE INFO LIKE 'INSERT INTO d.t%'")}


def await_stall(writers, seconds=60):
    """Until nothing was acknowledged for two seconds."""
    last, since, deadline = writers.total, time.monotonic(), time.monotonic() + seconds
    while time.monotonic() - since < 2:
        assert time.monotonic() < deadline, "the writers never waited"
        time.sleep(0.1)
        if writers.total != last:
            last, since = writers.total, time.monotonic()


@pytest.fixture(scope="module")
def disks():
    with Group(3) as group:
        disks = []
        try:
            for node in group.nodes:
                disks.append(SmallDisk(node.datadir))
            group.start()
            group.primary().query("CREATE DATABASE d")
            group.primary().query(TABLE)
            group.wait_equal("SELECT COUNT(*) FROM d.t")
            yield group, dict(zip(group.nodes, disks))
        finally:
            for node in group.nodes:
                if node.process and node.process.poll() is None:
                    node.kill()
            for disk in disks:
                disk.unmount()


def test_a_full_secondary_lags_and_catches_up(disks):
    group, disks = disks
    primary = group.primary()
    secondary = next(node for node in group.nodes if node is not primary)
    with Writers(primary, 100, count=2) as writers:
        wait_until(lambda: writers.total > 20, "rows")
        disks[secondary].fill()
        wait_until(lambda: waiting(secondary) > 0, "the secondary waits for space", 30)
        before = writers.total
        wait_until(lambda: writers.total > before + 200, "the group goes on", 30)
        # It says so, where one would look; it is read; and it is nobody's ERROR.
        assert "[MY-000035] [Server] Disk is full writing" in secondary.log()
        wait_until(lambda: secondary.query(
            "SELECT APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_NUMBER FROM performance_schema.replication_applier_status_by_worker "
            "WHERE CHANNEL_NAME = 'group_replication_applier'") == ((1021,),), "the worker's transient error")
        assert secondary.scalar("SELECT COUNT(*) FROM d.t") > 0
        for node in group.nodes:
            assert [state for state, _ in node.members().values()] == ["ONLINE"] * 3
        disks[secondary].free()
        wait_until(lambda: waiting(secondary) == 0, "nobody waits any more", 30)
    writers.check(group)


def test_a_full_primarys_writers_wait_and_can_be_killed(disks):
    group, disks = disks
    primary = group.primary()
    with Writers(primary, 200) as writers:
        wait_until(lambda: writers.total > 20, "rows")
        disks[primary].fill()
        await_stall(writers)
        assert waiting(primary) > 0
        assert states(primary) == {"Waiting for disk space"}
        assert primary.scalar("SELECT COUNT(*) FROM d.t") > 0
        for node in group.nodes:
            assert [state for state, _ in node.members().values()] == ["ONLINE"] * 3
        # A commit that was not handed to the group yet is ended by KILL, and is nowhere.
        connection = primary.connect()
        answer = []

        def insert():
            try:
                connection.cursor().execute("INSERT INTO d.t (writer, n) VALUES (299, 1)")
            except pymysql.Error as error:
                answer.append(error.args[0])
        thread = threading.Thread(target=insert, daemon=True)
        thread.start()
        wait_until(lambda: ("Waiting for disk space",) in primary.query(
            f"SELECT STATE FROM performance_schema.processlist WHERE ID = {connection.thread_id()}"), "it waits")
        primary.query(f"KILL QUERY {connection.thread_id()}")
        thread.join(10)
        assert answer == [1317]
        disks[primary].free()
        before = writers.total
        wait_until(lambda: writers.total > before + 20, "the writers go on", 30)
        assert waiting(primary) == 0
    writers.check(group)
    assert group.primary().scalar("SELECT COUNT(*) FROM d.t WHERE writer = 299") == 0


def test_all_disks_full_then_free(disks):
    group, disks = disks
    primary = group.primary()
    with Writers(primary, 300) as writers:
        wait_until(lambda: writers.total > 20, "rows")
        for disk in disks.values():
            disk.fill()
        await_stall(writers)
        assert waiting(primary) > 0
        time.sleep(3)
        for node in group.nodes:
            assert [state for state, _ in node.members().values()] == ["ONLINE"] * 3
            assert node.scalar("SELECT COUNT(*) FROM d.t") > 0
        for disk in disks.values():
            disk.free()
        before = writers.total
        wait_until(lambda: writers.total > before + 20, "the writers go on", 30)
    writers.check(group)
    assert group.primary() is primary


def test_a_joiner_waits_for_space_on_its_own_disk(disks):
    group, disks = disks
    primary = group.primary()
    joiner = next(node for node in group.nodes if node is not primary)
    joiner.query("STOP GROUP_REPLICATION")
    # Short rows: the others' disks must not be full while this one is.
    with Writers(primary, 350, count=1, size=200) as writers:
        wait_until(lambda: writers.total > 20, "rows that it lacks")
        disks[joiner].fill()
        start = threading.Thread(target=lambda: joiner.query("START GROUP_REPLICATION", read_timeout=120), daemon=True)
        start.start()
        wait_until(lambda: waiting(joiner) > 0, "the joiner waits for space", 30)
        time.sleep(9)
        assert joiner.state() in ("RECOVERING", "OFFLINE"), joiner.log()[-2000:]
        before = writers.total
        wait_until(lambda: writers.total > before + 20, "the others go on")
        disks[joiner].free()
        start.join(60)
    writers.check(group)


def test_purge_makes_space_on_a_full_disk(disks):
    group, disks = disks
    primary = group.primary()
    primary.query("FLUSH BINARY LOGS")
    with Writers(primary, 400) as writers:
        wait_until(lambda: writers.total > 20, "rows")
        disks[primary].fill()
        await_stall(writers)
        before = writers.total
        primary.query(f"PURGE BINARY LOGS TO '{primary.query('SHOW BINARY LOGS')[-1][0]}'")
        wait_until(lambda: writers.total > before + 20, "the writers go on", 30)
        disks[primary].free()
    writers.check(group)


def test_a_server_with_a_full_disk_ends_on_sigterm_and_comes_back(disks):
    group, disks = disks
    primary = group.primary()
    # Short rows: the others' disks must not be full before this one has room again.
    with Writers(primary, 500, count=1, size=200) as writers:
        wait_until(lambda: writers.total > 20, "rows")
        secondary = next(node for node in group.nodes if node is not primary)
        disks[secondary].fill()
        wait_until(lambda: waiting(secondary) > 0, "the secondary waits for space", 30)
        started = time.monotonic()
        secondary.stop(seconds=60)
        assert time.monotonic() - started < 45
        # It starts on the full disk, and waits there for space.
        secondary.start(wait=False)
        time.sleep(2)
        disks[secondary].free()
        secondary.wait_for_connection(60)
        group.wait_online(seconds=60)
    writers.check(group)


def test_a_nearly_full_disk_warns_first(tmp_path):
    node = Node(1, tmp_path, "", f"127.0.0.1:{free_port()}")
    disk = SmallDisk(node.datadir, size="200m")
    try:
        node.start()
        with open(disk.ballast, "wb") as file:
            file.write(bytes((os.statvfs(disk.path).f_bavail * 4096) - (20 << 20)))
        wait_until(lambda: "is nearly full" in node.log(), "a warning")
        assert int(node.query("SHOW GLOBAL STATUS LIKE 'Grouplite_disk_free'")[0][1]) < 30 << 20
        assert node.log().count("is nearly full") == 1
        disk.free()
        wait_until(lambda: "has space again" in node.log(), "that it is over")
    finally:
        node.kill()
        disk.unmount()
