"""group_replication_consistency: what transactions wait for, what is never held, and that AFTER stops nobody."""
import os
import random
import threading
import time

import pymysql
import pytest

from cluster import Group, wait_until

SECONDS = float(os.environ.get("AFTER_SECONDS", "15"))
LEVELS = ["EVENTUAL", "BEFORE_ON_PRIMARY_FAILOVER", "BEFORE", "AFTER", "BEFORE_AND_AFTER"]


@pytest.fixture(scope="module")
def everywhere():
    with Group(3, options={"group_replication_single_primary_mode": "OFF"}) as members:
        members.start()
        first = members.nodes[0]
        first.query("CREATE DATABASE c")
        first.query("CREATE TABLE c.t (id INT PRIMARY KEY, n INT NOT NULL)")
        first.query("INSERT INTO c.t VALUES " + ",".join(f"({n}, 0)" for n in range(10)))
        members.wait_equal("SELECT COUNT(*) FROM c.t")
        yield members


def at(node, level, **options):
    connection = node.connect(database="c", **options)
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION group_replication_consistency = '{level}'")
    return connection


def run(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_reads_and_writes(everywhere, level):
    connection = at(everywhere.nodes[1], level)
    run(connection, "UPDATE t SET n = n + 1 WHERE id = 1")
    run(connection, "BEGIN")
    run(connection, "SELECT n FROM t WHERE id = 1")
    run(connection, "UPDATE t SET n = n + 1 WHERE id = 2")
    run(connection, "COMMIT")
    connection.close()


def test_a_read_at_before_sees_what_was_committed_elsewhere(everywhere):
    writer = everywhere.nodes[0].connect(database="c")
    readers = [at(node, "BEFORE") for node in everywhere.nodes[1:]]
    for n in range(1, 200):
        run(writer, f"UPDATE t SET n = {n} WHERE id = 0")
        for reader in readers:
            assert run(reader, "SELECT n FROM t WHERE id = 0") == ((n,),)


def test_a_query_at_before_waits_for_the_table_that_was_just_created(everywhere):
    reader = at(everywhere.nodes[2], "BEFORE")
    for n in range(20):
        everywhere.nodes[0].query(f"CREATE TABLE c.fresh{n} (id INT PRIMARY KEY)")
        assert run(reader, f"SELECT COUNT(*) FROM fresh{n}") == ((0,),)
        everywhere.nodes[0].query(f"DROP TABLE c.fresh{n}")


def test_what_was_committed_at_after_is_read_everywhere_at_once(everywhere):
    writer = at(everywhere.nodes[0], "AFTER")
    readers = [node.connect(database="c") for node in everywhere.nodes]
    for n in range(1000, 1200):
        run(writer, f"UPDATE t SET n = {n} WHERE id = 0")
        for reader in readers:
            assert run(reader, "SELECT n FROM t WHERE id = 0") == ((n,),)


def test_no_member_shows_an_older_value_after_any_member_showed_a_newer_one(everywhere):
    """While a transaction with AFTER is on its way, whoever begins waits for it, at EVENTUAL too."""
    stopped = threading.Event()
    problems = []

    def write():
        connection = at(everywhere.nodes[0], "AFTER")
        n = 2000
        while not stopped.is_set():
            n += 1
            run(connection, f"UPDATE t SET n = {n} WHERE id = 0")

    def read(seed):
        connections = [node.connect(database="c") for node in everywhere.nodes]
        chance = random.Random(seed)
        seen = 0
        while not stopped.is_set():
            place = chance.randrange(3)
            value = run(connections[place], "SELECT n FROM t WHERE id = 0")[0][0]
            if value < seen:
                problems.append(f"s{place + 1} shows {value} after {seen} was seen")
                return
            seen = value

    threads = [threading.Thread(target=write)] + [threading.Thread(target=read, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + 5
    while time.monotonic() < end and not problems:
        time.sleep(0.05)
    stopped.set()
    for thread in threads:
        thread.join()
    assert not problems


@pytest.mark.parametrize("level", ["AFTER", "BEFORE_AND_AFTER"])
def test_hot_rows_written_at_after_on_all_members_never_stop_the_group(everywhere, level):
    stopped = threading.Event()
    problems = []
    done = [0] * 9
    newest = [time.monotonic()] * 9
    longest = [0.0]

    def work(worker):
        chance = random.Random(worker)
        connection = at(everywhere.nodes[worker % 3], level, autocommit=False)
        while not stopped.is_set():
            try:
                for row in chance.sample(range(10), 2):
                    run(connection, f"UPDATE t SET n = n + 1 WHERE id = {row}")
                connection.commit()
                done[worker] += 1
                newest[worker] = time.monotonic()
            except pymysql.Error as error:
                if error.args[0] not in (1213, 1205, 3101, 1180):
                    problems.append(error)
                    return
                connection.rollback()

    everywhere.nodes[0].query("UPDATE c.t SET n = 0")
    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(9)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and not problems:
        time.sleep(0.1)
        longest[0] = max(longest[0], time.monotonic() - max(newest))
    stopped.set()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "a session hangs"
    assert not problems
    print(f"{level}: {sum(done)} committed by {done}, longest pause {longest[0]:.2f} s")
    assert all(done), done
    assert longest[0] < 5
    rows = everywhere.wait_equal("SELECT SUM(n) FROM c.t")
    assert rows[0][0] == 2 * sum(done)
    everywhere.wait_online()


STOP_APPLIER = "STOP REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'"
START_APPLIER = "START REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'"


def test_while_an_applier_is_stopped_after_waits_others_are_held_and_steering_is_not(everywhere):
    paused = everywhere.nodes[2]
    one = everywhere.nodes[0]
    outcome = []

    def write():
        connection = at(one, "AFTER")
        run(connection, "UPDATE t SET n = 777 WHERE id = 3")
        outcome.append(time.monotonic())
        connection.close()

    held = one.connect(database="c")
    watcher = one.connect()
    paused.query(STOP_APPLIER)
    try:
        started = time.monotonic()
        writer = threading.Thread(target=write)
        writer.start()
        # The write is applied here, and waits for the stopped one; a read that begins now is held.
        wait_until(lambda: not outcome and len(run(watcher, "SHOW PROCESSLIST")) >= 3, "the writer waits")
        time.sleep(0.5)
        assert not outcome
        reader = threading.Thread(target=lambda: outcome.append(run(held, "SELECT n FROM t WHERE id = 3")))
        reader.start()
        wait_until(
            lambda: any("hook on transaction begin" in str(row) for row in run(watcher, "SHOW PROCESSLIST")),
            "the reader is shown as held")
        for sql in (
                "SHOW DATABASES", "SET @a = 1", "DO 1", "USE c", "SELECT 1", "SELECT @@version",
                "SELECT * FROM performance_schema.replication_group_members",
                "SELECT * FROM information_schema.PROCESSLIST"):
            run(watcher, sql)
        assert not outcome
    finally:
        paused.query(START_APPLIER)
    writer.join(60)
    reader.join(60)
    assert len(outcome) == 2 and ((777,),) in outcome
    everywhere.wait_online()


def test_an_after_that_waits_for_a_frozen_member_stops_nobody_who_does_not_show_it(everywhere):
    one, two, frozen = everywhere.nodes
    one.query("CREATE TABLE c.other (id INT PRIMARY KEY, n INT)")
    one.query("INSERT INTO c.other VALUES (1, 1)")
    before = everywhere.wait_equal("SELECT n FROM c.t WHERE id = 6")
    everywhere.wait_equal("SELECT * FROM c.other")
    began = one.connect(database="c", autocommit=False)
    run(began, "BEGIN")
    locker = frozen.connect()
    run(locker, "FLUSH TABLES WITH READ LOCK")
    writer = at(one, "AFTER")
    done = threading.Event()
    thread = threading.Thread(target=lambda: (run(writer, "UPDATE t SET n = 4711 WHERE id = 6"), done.set()))
    thread.start()
    try:
        waits = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'UPDATE t SET n = 4711%'"
        wait_until(lambda: one.scalar(waits), "the writer waits")
        # Applied on two of three by now.
        wait_until(lambda: int(two.scalar("SELECT COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE FROM performance_schema."
                                          "replication_group_member_stats WHERE MEMBER_ID = @@server_uuid")) == 0, "applied")
        time.sleep(0.3)
        assert not done.is_set()
        # EVENTUAL: rows of other tables are read, rows of all are changed, and the frozen member shows what it has.
        eventual = at(one, "EVENTUAL")
        begun = time.monotonic()
        assert run(eventual, "SELECT n FROM other") == ((1,),)
        run(eventual, "UPDATE other SET n = 2 WHERE id = 1")
        run(eventual, "UPDATE t SET n = n + 1 WHERE id = 7")
        run(eventual, "BEGIN")
        run(eventual, "UPDATE t SET n = n + 1 WHERE id = 8")
        run(eventual, "COMMIT")
        assert run(eventual, "SELECT n FROM other") == ((2,),)
        assert frozen.query("SELECT n FROM c.t WHERE id = 6") == before
        assert time.monotonic() - begun < 5 and not done.is_set()
        # Who would see it waits, in a transaction too that began before it, as the wait at its BEGIN could not know.
        shown = []
        for reader in (began, at(two, "EVENTUAL")):
            threading.Thread(target=lambda reader=reader: shown.append((run(reader, "SELECT n FROM t WHERE id = 6"), done.is_set()))).start()
        wait_until(lambda: all(any("hook on transaction begin" in str(row) for row in node.query("SHOW PROCESSLIST")) for node in (one, two)),
                   "the readers are held")
        assert not shown
    finally:
        run(locker, "UNLOCK TABLES")
    thread.join(30)
    wait_until(lambda: len(shown) == 2, "the readers are answered")
    assert [rows for rows, _ in shown] == [((4711,),)] * 2
    began.rollback()
    everywhere.wait_equal("SELECT * FROM c.t ORDER BY id")
    one.query("DROP TABLE c.other")


def test_a_held_statement_is_killed_and_a_killed_commit_answers_nobody_else(everywhere):
    paused = everywhere.nodes[2]
    one = everywhere.nodes[0]
    errors = []
    writer = at(one, "AFTER")
    holder = one.connect(database="c")
    watcher = one.connect()
    ids = [run(connection, "SELECT CONNECTION_ID()")[0][0] for connection in (writer, holder)]

    def expect_error(connection, sql):
        try:
            run(connection, sql)
            errors.append(None)
        except pymysql.Error as error:
            errors.append(error.args[0])

    paused.query(STOP_APPLIER)
    try:
        first = threading.Thread(target=expect_error, args=(writer, "UPDATE t SET n = 1 WHERE id = 4"))
        first.start()
        wait_until(
            lambda: run(watcher, "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE INFO LIKE 'UPDATE t%'")[0][0],
            "the writer is at work")
        time.sleep(0.5)
        second = threading.Thread(target=expect_error, args=(holder, "SELECT n FROM t"))
        second.start()
        wait_until(
            lambda: any("hook on transaction begin" in str(row) for row in run(watcher, "SHOW PROCESSLIST")),
            "the reader is held")
        run(watcher, f"KILL QUERY {ids[1]}")
        second.join(20)
        # It is committed, and waits for the others: nothing can call it back, and no answer may say so.
        run(watcher, f"KILL QUERY {ids[0]}")
        first.join(0.5)
        assert first.is_alive()
    finally:
        paused.query(START_APPLIER)
    first.join(20)
    assert errors == [3798, None]
    everywhere.wait_online()
    # Both sessions go on, and each hears of its own statement only.
    for n in range(50):
        run(writer, f"UPDATE t SET n = {n} WHERE id = 5")
        assert run(holder, "SELECT n FROM t WHERE id = 5") == ((n,),)
    run(writer, "UPDATE t SET n = 9 WHERE id = 4")
    everywhere.wait_equal("SELECT * FROM c.t ORDER BY id")


def test_levels_are_refused_on_members_that_are_not_online(everywhere):
    node = everywhere.nodes[2]
    node.query("STOP GROUP_REPLICATION")
    try:
        # In no group there is nothing to wait for.
        for level in LEVELS:
            assert run(at(node, level), "SELECT COUNT(*) FROM t") == ((10,),)
        with pytest.raises(pymysql.Error) as raised:
            run(node.connect(), "SET SESSION group_replication_consistency = 'SOMETIMES'")
        assert raised.value.args[0] == 1231
    finally:
        node.query("START GROUP_REPLICATION")
        everywhere.wait_online()
