"""Transactions up to the limit: ordered in fragments between other commits, nobody suspected, memory given back."""
import threading
import time

import pymysql
import pytest

from cluster import Group, wait_until

MIB = 1 << 20
#: Ten megabytes that do not compress.
BLOB = "REPEAT(SHA2(RAND(), 512), 81920)"


def memory(node, key="VmRSS"):
    """MiB of the process; VmHWM is the most since `forget_peak`."""
    with open(f"/proc/{node.process.pid}/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith(key))


def forget_peak(node):
    with open(f"/proc/{node.process.pid}/clear_refs", "w") as control:
        control.write("5")


class Inserts:
    """A client that inserts single rows, and how long each took."""

    def __init__(self, node):
        self.node = node
        self.latencies = []
        self.errors = []
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(60)

    def run(self):
        connection = self.node.connect(read_timeout=60)
        cursor = connection.cursor()
        while not self.stopped.is_set():
            start = time.monotonic()
            try:
                cursor.execute("INSERT INTO d.t (n) VALUES (1)")
            except pymysql.Error as error:
                self.errors.append(error)
                return
            self.latencies.append((start, time.monotonic() - start))


@pytest.fixture(scope="module")
def large_group():
    with Group(3, options={"max_allowed_packet": 1 << 30}) as members:
        members.start()
        primary = members.primary()
        primary.query("CREATE DATABASE d")
        primary.query("CREATE TABLE d.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, n INT)")
        primary.query("CREATE TABLE d.big (id BIGINT PRIMARY KEY, b LONGBLOB)")
        members.wait_equal("SELECT COUNT(*) FROM d.big")
        yield members


def test_others_commit_between_the_fragments_of_140_megabytes_and_nobody_is_suspected(large_group):
    primary = large_group.primary()
    idle = {node: memory(node) for node in large_group.nodes}
    for node in large_group.nodes:
        forget_peak(node)
    with Inserts(primary) as inserts:
        wait_until(lambda: len(inserts.latencies) > 50, "single-row commits")
        connection = primary.connect(read_timeout=120)
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        for number in range(14):
            cursor.execute(f"INSERT INTO d.big VALUES ({number}, {BLOB})")
        before = time.monotonic()
        cursor.execute("COMMIT")
        took = time.monotonic() - before
        during = [latency for start, latency in inserts.latencies if before <= start <= before + took]
        connection.close()
    assert not inserts.errors
    print(f"\n140 MB committed in {took:.2f} s, {len(during)} commits meanwhile, the slowest {max(during, default=0):.2f} s")
    assert len(during) > 5
    large_group.wait_equal("SELECT COUNT(*), SUM(LENGTH(b)), SUM(CRC32(b)) FROM d.big", seconds=60)
    for node in large_group.nodes:
        assert set(node.members().values()) == {("ONLINE", "PRIMARY"), ("ONLINE", "SECONDARY")}, node.members()
        assert "unreachable" not in node.log()
    peaks = [memory(node, "VmHWM") for node in large_group.nodes]
    print("MiB at most", peaks, "idle before", list(idle.values()))
    assert max(peaks) < 1100

    # What it took is given back: to within what one such transaction has.
    def given_back():
        return all(memory(node) < idle[node] + 200 for node in large_group.nodes)
    try:
        wait_until(given_back, "memory to be given back", 30)
    finally:
        print("MiB afterwards", [memory(node) for node in large_group.nodes])


def test_the_binary_log_caches_bound_what_a_session_captures_in_memory_and_at_all(large_group):
    primary = large_group.primary()

    def uses():
        rows = dict(primary.query("SHOW GLOBAL STATUS LIKE 'Binlog_cache%'"))
        return int(rows["Binlog_cache_use"]), int(rows["Binlog_cache_disk_use"])

    with primary.connect().cursor() as setting:
        setting.execute("SET GLOBAL binlog_cache_size = 8192")
        setting.execute("SET GLOBAL max_binlog_cache_size = 4096")
        setting.execute("SHOW WARNINGS")
        assert setting.fetchall() == (("Warning", 1738, "Option binlog_cache_size (8192) is greater than max_binlog_cache_size "
                                       "(4096); setting binlog_cache_size equal to max_binlog_cache_size."),)
        assert primary.query("SELECT @@binlog_cache_size, @@max_binlog_cache_size") == ((4096, 4096),)
        setting.execute("SET GLOBAL max_binlog_cache_size = 65536")
    try:
        with primary.connect().cursor() as cursor:
            before = uses()
            cursor.execute("INSERT INTO d.big VALUES (5000, REPEAT('x', 1000))")
            assert uses() == (before[0] + 1, before[1])
            cursor.execute("BEGIN")
            cursor.execute("INSERT INTO d.big VALUES (5001, REPEAT('x', 10000))")
            cursor.execute("INSERT INTO d.big VALUES (5002, REPEAT('y', 10000))")
            with pytest.raises(pymysql.Error) as error:
                cursor.execute("INSERT INTO d.big VALUES (5003, REPEAT('z', 60000))")
            assert error.value.args == (1197, "Multi-statement transaction required more than 'max_binlog_cache_size' bytes "
                                        "of storage; increase this mysqld variable and try again")
            cursor.execute("COMMIT")
            assert uses() == (before[0] + 2, before[1] + 1)
            cursor.execute("DELETE FROM d.big WHERE id >= 5000")
            assert cursor.rowcount == 3
    finally:
        primary.query("SET GLOBAL max_binlog_cache_size = DEFAULT")
        primary.query("SET GLOBAL binlog_cache_size = DEFAULT")


def test_a_transaction_above_the_limit_is_error_3100_and_changes_nothing(large_group):
    primary = large_group.primary()
    rows = primary.scalar("SELECT COUNT(*) FROM d.big")
    primary.query("SET GLOBAL group_replication_transaction_size_limit = 100000")
    try:
        with pytest.raises(pymysql.Error) as error:
            primary.query("INSERT INTO d.big VALUES (1000, REPEAT('x', 200000))")
        assert error.value.args == (3100, "Error on observer while running replication hook 'before_commit'.")
        assert "exceeds specified limit 100000. To increase the limit please adjust " \
            "group_replication_transaction_size_limit option." in primary.log()
        primary.query("INSERT INTO d.big VALUES (1001, REPEAT('x', 50000))")
    finally:
        primary.query("SET GLOBAL group_replication_transaction_size_limit = DEFAULT")
    assert primary.scalar("SELECT COUNT(*) FROM d.big") == rows + 1


def test_without_a_limit_nothing_but_memory_bounds_a_transaction(large_group):
    primary = large_group.primary()
    with primary.connect(read_timeout=120).cursor() as cursor:
        cursor.execute("BEGIN")
        for number in range(3000, 3017):
            cursor.execute(f"INSERT INTO d.big VALUES ({number}, {BLOB})")
            if number == 3012:
                primary.query("SET GLOBAL group_replication_transaction_size_limit = 0")
        try:
            cursor.execute("COMMIT")
        finally:
            primary.query("SET GLOBAL group_replication_transaction_size_limit = DEFAULT")
        # With the limit, whoever passes it hears at once, and the log says why.
        lines = primary.log().count("exceeds specified limit 150000000")
        cursor.execute("BEGIN")
        with pytest.raises(pymysql.Error) as error:
            for number in range(4000, 4017):
                cursor.execute(f"INSERT INTO d.big VALUES ({number}, {BLOB})")
        assert error.value.args[0] == 3100
        assert primary.log().count("exceeds specified limit 150000000") == lines + 1
        cursor.execute("ROLLBACK")
    assert primary.scalar("SELECT COUNT(*) FROM d.big WHERE id >= 3000") == 17
    large_group.wait_equal("SELECT COUNT(*), SUM(LENGTH(b)), SUM(CRC32(b)) FROM d.big", seconds=60)
    for first in (3010, 3000):
        primary.query(f"DELETE FROM d.big WHERE id >= {first}")


def test_small_fragments_and_a_member_that_joins_later_bring_the_same_rows(large_group):
    primary = large_group.primary()
    joiner = next(node for node in large_group.nodes if node is not primary)
    joiner.query("STOP GROUP_REPLICATION")
    primary.query(f"INSERT INTO d.big VALUES (2000, {BLOB}), (2001, {BLOB})")
    primary.query("INSERT INTO d.t (n) SELECT 1 FROM d.t a, d.t b LIMIT 100000")
    forget_peak(joiner)
    joiner.query("START GROUP_REPLICATION", read_timeout=120)
    large_group.wait_online()
    large_group.wait_equal("SELECT COUNT(*), SUM(LENGTH(b)), SUM(CRC32(b)) FROM d.big", seconds=60)
    large_group.wait_equal("SELECT COUNT(*), SUM(n), MAX(id) FROM d.t", seconds=60)
    print("MiB of the joiner at most", memory(joiner, "VmHWM"))
