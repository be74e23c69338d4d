"""Several members writing the same rows: one of two conflicting transactions fails, and every snapshot adds up."""
import random
import threading
import time

import pymysql
import pytest

from cluster import Group

ACCOUNTS = 20
RETRY = (1213, 1205, 3101, 1180, 1020)


@pytest.fixture(scope="module")
def multi_primary():
    with Group(3, options={"group_replication_single_primary_mode": "OFF"}) as members:
        members.start()
        first = members.nodes[0]
        first.query("CREATE DATABASE bank")
        first.query("CREATE TABLE bank.accounts (id INT PRIMARY KEY, balance INT NOT NULL)")
        first.query("INSERT INTO bank.accounts VALUES " + ",".join(f"({n}, 100)" for n in range(ACCOUNTS)))
        members.wait_equal("SELECT COUNT(*) FROM bank.accounts")
        yield members


def test_every_member_is_primary(multi_primary):
    for node in multi_primary.nodes:
        assert {role for _, role in node.members().values()} == {"PRIMARY"}


def test_the_second_of_two_conflicting_transactions_fails(multi_primary):
    one, two = (node.connect(autocommit=False) for node in multi_primary.nodes[:2])
    with one.cursor() as first, two.cursor() as second:
        first.execute("UPDATE bank.accounts SET balance = balance + 1 WHERE id = 0")
        second.execute("UPDATE bank.accounts SET balance = balance + 1 WHERE id = 0")
        one.commit()
        with pytest.raises(pymysql.Error) as raised:
            two.commit()
        assert raised.value.args[0] in (3101, 1180, 1213)
    one.close()
    two.close()
    multi_primary.nodes[0].query("UPDATE bank.accounts SET balance = 100 WHERE id = 0")
    multi_primary.wait_equal("SELECT * FROM bank.accounts ORDER BY id")


def test_the_sum_over_accounts_is_constant_in_every_snapshot(multi_primary):
    stopped = threading.Event()
    problems = []
    transfers = [0] * 6

    def transfer(worker):
        chance = random.Random(worker)
        connection = multi_primary.nodes[worker % 3].connect(autocommit=False)
        while not stopped.is_set():
            source, target = chance.sample(range(ACCOUNTS), 2)
            try:
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE bank.accounts SET balance = balance - 1 WHERE id = %s", (source,))
                    cursor.execute("UPDATE bank.accounts SET balance = balance + 1 WHERE id = %s", (target,))
                connection.commit()
                transfers[worker] += 1
            except pymysql.Error as error:
                if error.args[0] not in RETRY:
                    problems.append(error)
                    return
                connection.rollback()

    def watch(node):
        connection = node.connect()
        while not stopped.is_set():
            with connection.cursor() as cursor:
                cursor.execute("SELECT SUM(balance), COUNT(*) FROM bank.accounts")
                total, count = cursor.fetchone()
            if (total, count) != (100 * ACCOUNTS, ACCOUNTS):
                problems.append(f"s{node.number} sees {total} in {count} accounts")
                return

    threads = [threading.Thread(target=transfer, args=(worker,)) for worker in range(6)]
    threads += [threading.Thread(target=watch, args=(node,)) for node in multi_primary.nodes]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 10
    while time.monotonic() < end and not problems:
        time.sleep(0.1)
    stopped.set()
    for thread in threads:
        thread.join()
    assert not problems
    assert all(transfers), f"somebody never got a transfer through: {transfers}"
    multi_primary.wait_equal("SELECT * FROM bank.accounts ORDER BY id")
    multi_primary.wait_equal("CHECKSUM TABLE bank.accounts")


def test_strict_checks_refuse_serializable_and_cascades_and_without_them_both_are_safe(multi_primary):
    one, two, _ = multi_primary.nodes
    one.query("CREATE TABLE bank.parents (id INT PRIMARY KEY)")
    one.query(
        "CREATE TABLE bank.children (id INT PRIMARY KEY, parent INT, "
        "FOREIGN KEY (parent) REFERENCES bank.parents (id) ON DELETE CASCADE)")
    one.query("CREATE TABLE bank.keyless (id INT)")
    multi_primary.wait_equal("SHOW TABLES FROM bank")
    with pytest.raises(pymysql.Error) as raised:
        two.query("INSERT INTO bank.keyless VALUES (1)")
    assert raised.value.args == (3098, "The table does not comply with the requirements by an external plugin.")
    # Off: cascades are captured as changes of their own, so that all members have them.
    one.query("INSERT INTO bank.parents VALUES (1), (2)")
    one.query("INSERT INTO bank.children VALUES (1, 1), (2, 1), (3, 2)")
    multi_primary.wait_equal("SELECT * FROM bank.children ORDER BY id")
    two.query("DELETE FROM bank.parents WHERE id = 1")
    assert multi_primary.wait_equal("SELECT * FROM bank.children ORDER BY id") == ((3, 2),)
    # A child of a parent that another member deletes at the same time: one of the two fails.
    first, second = one.connect(autocommit=False), two.connect(autocommit=False)
    with first.cursor() as cursor:
        cursor.execute("INSERT INTO bank.children VALUES (4, 2)")
    failed = 0
    try:
        with second.cursor() as cursor:
            cursor.execute("DELETE FROM bank.parents WHERE id = 2")
        second.commit()
    except pymysql.Error:
        failed += 1
    try:
        first.commit()
    except pymysql.Error:
        failed += 1
    assert failed >= 1
    orphans = "SELECT COUNT(*) FROM bank.children c LEFT JOIN bank.parents p ON p.id = c.parent WHERE p.id IS NULL"
    assert multi_primary.wait_equal(orphans) == ((0,),)
    multi_primary.wait_online()


def test_strict_checks_on_refuse_what_mysql_refuses():
    with Group(1, options={
            "group_replication_single_primary_mode": "OFF",
            "group_replication_enforce_update_everywhere_checks": "ON"}) as members:
        members.start()
        node = members.nodes[0]
        node.query("CREATE DATABASE b")
        node.query("CREATE TABLE b.p (a INT PRIMARY KEY)")
        node.query("CREATE TABLE b.c (a INT PRIMARY KEY, b INT, FOREIGN KEY (b) REFERENCES b.p (a) ON DELETE CASCADE)")
        node.query("INSERT INTO b.p VALUES (1)")
        refusal = (3098, "The table does not comply with the requirements by an external plugin.")
        with pytest.raises(pymysql.Error) as raised:
            node.query("INSERT INTO b.c VALUES (1, 1)")
        assert raised.value.args == refusal
        connection = node.connect()
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            with pytest.raises(pymysql.Error) as raised:
                cursor.execute("INSERT INTO b.p VALUES (77)")
            assert raised.value.args == refusal
            cursor.execute("SELECT * FROM b.p")
            assert cursor.fetchall() == ((1,),)
