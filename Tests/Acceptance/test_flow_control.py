"""Flow control: a member that cannot keep up slows the writers down as configured, and never stops them for good."""
import threading
import time

import pymysql
import pytest

from cluster import Group, wait_until

STOP_APPLIER = "STOP REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'"
START_APPLIER = "START REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'"


@pytest.fixture(scope="module")
def throttled():
    with Group(3) as members:
        members.start()
        members.nodes[0].query("CREATE DATABASE f")
        members.nodes[0].query("CREATE TABLE f.t (id INT PRIMARY KEY, n INT, b LONGBLOB)")
        members.nodes[0].query("INSERT INTO f.t (id, n) VALUES (1, 0), (2, 0), (3, 0), (4, 0)")
        members.wait_equal("SELECT COUNT(*) FROM f.t")
        yield members


def configure(node, **values):
    for name, value in values.items():
        node.query(f"SET GLOBAL group_replication_flow_control_{name} = {value}")


class Writers:
    def __init__(self, node, count=4, sql="UPDATE f.t SET n = n + 1 WHERE id = %d"):
        self.done = 0
        self.stopped = threading.Event()
        self.problems = []
        self.threads = [threading.Thread(target=self.work, args=(node, sql % (worker + 1))) for worker in range(count)]
        for thread in self.threads:
            thread.start()

    def work(self, node, sql):
        connection = node.connect()
        while not self.stopped.is_set():
            try:
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                self.done += 1
            except pymysql.Error as error:
                self.problems.append(error)
                return

    def rate(self, seconds):
        before = self.done
        time.sleep(seconds)
        return (self.done - before) / seconds

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()
        assert not self.problems


def queue_of(node, member):
    return node.scalar(
        "SELECT COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE FROM performance_schema.replication_group_member_stats "
        f"WHERE MEMBER_ID = '{member.uuid}'")


def test_a_stopped_applier_throttles_to_the_minimum_quota_and_releases(throttled):
    one, _, slow = throttled.nodes
    configure(one, applier_threshold=100, min_quota=30, hold_percent=0, release_percent=0)
    slow.query(STOP_APPLIER)
    writers = Writers(one)
    try:
        wait_until(lambda: queue_of(one, slow) > 100, "the queue grows, as the primary's table shows")
        wait_until(lambda: writers.rate(2) < 60, "the writers are down at about the minimum quota of 30 a second")
        rate = writers.rate(3)
        assert 5 < rate < 60, rate
        slow.query(START_APPLIER)
        wait_until(lambda: queue_of(one, slow) == 0, "the queue is worked off")
        wait_until(lambda: writers.rate(1) > 100, "the writers run freely again")
    finally:
        writers.stop()
        configure(one, applier_threshold=25000, min_quota=0, hold_percent=10, release_percent=50)
    throttled.wait_equal("SELECT id, n FROM f.t ORDER BY id")
    throttled.wait_online()


def test_disabled_means_that_nobody_waits(throttled):
    one, _, slow = throttled.nodes
    configure(one, applier_threshold=50, min_quota=5, mode="'DISABLED'")
    slow.query(STOP_APPLIER)
    writers = Writers(one)
    try:
        wait_until(lambda: queue_of(one, slow) > 100, "the queue grows")
        assert writers.rate(3) > 50
    finally:
        slow.query(START_APPLIER)
        writers.stop()
        configure(one, applier_threshold=25000, min_quota=0, mode="'QUOTA'")
    wait_until(lambda: queue_of(one, slow) == 0, "the queue is worked off")


def test_bytes_count_and_not_only_transactions(throttled):
    """40 transactions of 1 MB are far below a threshold of 1,000 transactions, and far above it in weight."""
    one, _, slow = throttled.nodes
    configure(one, applier_threshold=1000, min_quota=300, hold_percent=0, release_percent=0)
    slow.query(STOP_APPLIER)
    writers = Writers(one, count=2, sql="UPDATE f.t SET b = REPEAT(CHAR(65 + RAND() * 20), 1000000) WHERE id = %d")
    try:
        # 1 MB weighs 245 (each update has the old and the new image: twice that), so about one in two seconds passes.
        wait_until(lambda: queue_of(one, slow) >= 10, "some large ones are queued")
        time.sleep(3)
        assert writers.rate(4) < 6
    finally:
        slow.query(START_APPLIER)
        writers.stop()
        configure(one, applier_threshold=25000, min_quota=0, hold_percent=10, release_percent=50)
    throttled.wait_equal("SELECT id, n, SHA2(b, 256) FROM f.t ORDER BY id")


@pytest.mark.parametrize("maximum", ["max_quota", "max_commit_quota"])
def test_a_maximum_quota_holds_without_any_backlog(throttled, maximum):
    one = throttled.nodes[0]
    configure(one, **{maximum: 20})
    writers = Writers(one)
    try:
        wait_until(lambda: writers.rate(2) <= 30, "the writers are down at the maximum quota of 20 a second")
        configure(one, **{maximum: 0})
        wait_until(lambda: writers.rate(1) > 100, "without a maximum they go on at full speed")
    finally:
        configure(one, **{maximum: 0})
        writers.stop()


@pytest.mark.parametrize("maximum", ["max_quota", "max_commit_quota"])
def test_quotas_must_fit_each_other(throttled, maximum):
    one = throttled.nodes[0]
    configure(one, **{maximum: 100})
    for name in ("min_quota", "min_recovery_quota"):
        with pytest.raises(pymysql.Error) as raised:
            configure(one, **{name: 101})
        assert raised.value.args[0] == 1231
    configure(one, min_quota=50)
    with pytest.raises(pymysql.Error) as raised:
        configure(one, **{maximum: 49})
    assert raised.value.args[0] == 1231
    configure(one, min_quota=0, **{maximum: 0})


def test_memory_and_status_have_real_counts(throttled):
    one = throttled.nodes[0]
    one.query("SET GLOBAL group_replication_consistency = 'EVENTUAL'")
    one.query("UPDATE f.t SET n = n + 1 WHERE id = 1")
    status = dict(one.query("SHOW GLOBAL STATUS LIKE 'Gr\\_%'"))
    for name in ("Gr_data_messages_sent_count", "Gr_data_messages_sent_bytes_sum", "Gr_control_messages_sent_count",
                 "Gr_control_messages_sent_bytes_sum", "Gr_total_messages_sent_count", "Gr_consensus_bytes_sent_sum",
                 "Gr_all_consensus_proposals_count"):
        assert int(status[name]) > 0, (name, status)
    rows = {name: (count, size) for name, count, size in one.query(
        "SELECT EVENT_NAME, CURRENT_COUNT_USED, CURRENT_NUMBER_OF_BYTES_USED FROM "
        "performance_schema.memory_summary_global_by_event_name WHERE EVENT_NAME LIKE 'memory/group_rpl/%'")}
    assert "memory/group_rpl/GCS_XCom::xcom_cache" in rows
    assert rows["memory/group_rpl/certification_info"][0] > 0
