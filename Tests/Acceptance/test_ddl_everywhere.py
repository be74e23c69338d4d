"""DDL and DML on the same tables from all members at once: no divergence, and nobody leaves the group."""
import os
import random
import threading
import time

import pymysql
import pytest

from cluster import Group

SECONDS = float(os.environ.get("DDL_SECONDS", "30"))
# What a client may be told: conflicts, lock waits, a table or column or key that somebody else made or dropped.
EXPECTED = {1050, 1051, 1054, 1060, 1061, 1062, 1068, 1091, 1136, 1146, 1180, 1205, 1213, 1364, 1412, 3101}
TABLES = ["a", "b", "c"]


@pytest.fixture(scope="module")
def everywhere():
    with Group(3, options={"group_replication_single_primary_mode": "OFF"}) as members:
        members.start()
        members.nodes[0].query("CREATE DATABASE churn")
        members.wait_equal("SHOW DATABASES LIKE 'churn'")
        yield members


def statements(chance):
    table = chance.choice(TABLES)
    kind = chance.random()
    key = chance.randrange(1000)
    if kind < 0.06:
        return [f"CREATE TABLE IF NOT EXISTS {table} (id INT PRIMARY KEY, v INT, w VARCHAR(20))"]
    if kind < 0.10:
        return [f"CREATE TABLE {table} (id INT PRIMARY KEY, v INT)"]
    if kind < 0.14:
        return [f"DROP TABLE {table}"]
    if kind < 0.17:
        return [f"TRUNCATE TABLE {table}"]
    if kind < 0.21:
        return [f"ALTER TABLE {table} ADD COLUMN x{chance.randrange(3)} INT DEFAULT {key}"]
    if kind < 0.25:
        return [f"ALTER TABLE {table} DROP COLUMN x{chance.randrange(3)}"]
    if kind < 0.28:
        return [f"CREATE UNIQUE INDEX u ON {table} (v)"]
    if kind < 0.31:
        return [f"DROP INDEX u ON {table}"]
    if kind < 0.33:
        return [f"RENAME TABLE {table} TO {chance.choice(TABLES)}"]
    if kind < 0.60:
        return [f"INSERT INTO {table} (id, v) VALUES ({key}, {key * 7})"]
    if kind < 0.75:
        return [f"UPDATE {table} SET v = v + 1 WHERE id = {key}"]
    if kind < 0.85:
        return [f"DELETE FROM {table} WHERE id < {key % 50}"]
    other = chance.choice(TABLES)
    return ["BEGIN", f"REPLACE INTO {table} (id, v) VALUES ({key}, 1), ({key + 1}, {key})",
            f"UPDATE {other} SET v = 5 WHERE id = {key}", "COMMIT"]


def describe(node):
    """What this member has, for a failure's report."""
    found = []
    for (table,) in node.query("SHOW TABLES FROM churn"):
        try:
            found.append((table, node.query(f"SHOW CREATE TABLE churn.{table}"), node.scalar(f"SELECT COUNT(*) FROM churn.{table}")))
        except pymysql.Error as error:
            found.append((table, error))
    return found


def test_nobody_diverges_and_nobody_leaves(everywhere):
    stopped = threading.Event()
    problems = []
    done = [0] * 6
    seed = int(os.environ.get("DDL_SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"DDL_SEED={seed}")

    def work(worker):
        chance = random.Random(seed + worker)
        connection = everywhere.nodes[worker % 3].connect(database="churn")
        while not stopped.is_set():
            try:
                with connection.cursor() as cursor:
                    for sql in statements(chance):
                        cursor.execute(sql)
                done[worker] += 1
            except pymysql.Error as error:
                if error.args[0] not in EXPECTED:
                    problems.append(f"s{worker % 3 + 1}: {sql}: {error}")
                    return
                connection.rollback()
        connection.close()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and not problems:
        time.sleep(0.1)
    stopped.set()
    for thread in threads:
        thread.join()
    everywhere.wait_online(seconds=20)
    assert not problems, [describe(node) for node in everywhere.nodes]
    assert all(done), f"somebody never got anything done: {done}"
    print(f"statements done: {done}")
    for table in everywhere.wait_equal("SHOW TABLES FROM churn"):
        everywhere.wait_equal(f"SHOW CREATE TABLE churn.{table[0]}")
        everywhere.wait_equal(f"SELECT * FROM churn.{table[0]} ORDER BY id")
        everywhere.wait_equal(f"CHECKSUM TABLE churn.{table[0]}")


def test_a_definition_means_the_same_on_all_members_whatever_its_session_is_set_to(everywhere):
    """The whole of a session's settings travels with a DDL: what members compute for themselves is the same."""
    origin = everywhere.nodes[1]
    connection = origin.connect()
    cursor = connection.cursor()
    for statement in [
        "CREATE DATABASE settings", "CREATE TABLE settings.t (id INT PRIMARY KEY)", "INSERT INTO settings.t VALUES (1), (2)",
        "SET time_zone = '+05:30', lc_time_names = 'de_DE', div_precision_increment = 9, default_week_format = 3",
        "SET collation_connection = utf8mb4_bin, sql_mode = 'NO_UNSIGNED_SUBTRACTION'",
        "ALTER TABLE settings.t ADD COLUMN a DATETIME DEFAULT (FROM_UNIXTIME(0))",
        "ALTER TABLE settings.t ADD COLUMN b TIMESTAMP DEFAULT '2024-01-01 00:00:00'",
        "ALTER TABLE settings.t ADD COLUMN c VARCHAR(20) DEFAULT (DATE_FORMAT('2024-03-01', '%M'))",
        "ALTER TABLE settings.t ADD COLUMN d VARCHAR(30) DEFAULT (1 / 3)",
        "ALTER TABLE settings.t ADD COLUMN e INT DEFAULT (WEEK('2024-01-06'))",
        "ALTER TABLE settings.t ADD COLUMN f INT DEFAULT ('a' = 'A')",
        "ALTER TABLE settings.t ADD COLUMN g INT DEFAULT (CAST(1 AS UNSIGNED) - 2)",
        # Stored like the others, and changed by a row image on all of them.
        "INSERT INTO settings.t (id) VALUES (3)", "UPDATE settings.t SET g = 5",
    ]:
        cursor.execute(statement)
    connection.commit()
    connection.close()
    expected = everywhere.wait_equal("SELECT * FROM settings.t ORDER BY id")
    row = origin.query("SELECT a, UNIX_TIMESTAMP(b), c, d, e, f, g FROM settings.t WHERE id = 1")[0]
    assert (str(row[0]), row[1], row[2], row[3], row[4], row[5], row[6]) == (
        "1970-01-01 05:30:00", 1704047400, "März", "0.333333333", 1, 1, 5)
    assert everywhere.wait_equal("CHECKSUM TABLE settings.t") or expected
