"""Members that have forgotten what they promised: damaged, cut off and restored files. They say what they found, do not vote,
and come back by recovery; never do two members hold different rows."""
import signal
import time

import pymysql
import pytest

from cluster import wait_until

ROWS = 40


def prepare(group):
    """A table, and two members beside the primary: the one that will be damaged and the one that will lag."""
    primary = group.primary()
    primary.query("CREATE DATABASE d")
    primary.query("CREATE TABLE d.t (id INT PRIMARY KEY, n INT)")
    primary.query("INSERT INTO d.t VALUES (1, 1)")
    group.wait_equal("SELECT * FROM d.t")
    damaged, lagging = [node for node in group.nodes if node is not primary]
    return primary, damaged, lagging


def insert(node, first, count=ROWS):
    for number in range(first, first + count):
        node.query(f"INSERT INTO d.t VALUES ({number}, {number})")


def kill(*nodes):
    for node in nodes:
        node.process.kill()
    for node in nodes:
        node.process.wait()


def last_segment(node):
    return sorted((node.datadir / "group_log").glob("group-log.0*"))[-1]


def used(content):
    return len(content.rstrip(b"\0"))


def cut_file(path):
    content = path.read_bytes()
    path.write_bytes(content[:used(content) - 1500])


def zero_end(path):
    content = path.read_bytes()
    end = used(content)
    path.write_bytes(content[:end - 1500] + bytes(len(content) - end + 1500))


def flip_bit(path):
    content = bytearray(path.read_bytes())
    content[used(content) - 3] ^= 1
    path.write_bytes(content)


def drop_segment(path):
    path.unlink()


def try_to_write(node):
    """Whether the member takes a write within moments."""
    connection = node.connect(read_timeout=3)
    try:
        connection.cursor().execute("INSERT INTO d.t VALUES (900, 900)")
        return True
    except (pymysql.Error, OSError):
        return False
    finally:
        try:
            connection.close()
        except pymysql.Error:
            pass


def whole_again(group, rows):
    """All are ONLINE, equal, and have every acknowledged row."""
    group.wait_online()
    group.wait_equal("SELECT @@gtid_executed")
    group.wait_equal("CHECKSUM TABLE d.t")
    stored = {row[0] for row in group.nodes[0].query("SELECT id FROM d.t")}
    assert set(rows) <= stored, sorted(set(rows) - stored)[:10]


@pytest.mark.parametrize("damage", [cut_file, zero_end, flip_bit, drop_segment], ids=lambda damage: damage.__name__)
def test_a_member_that_lost_the_end_of_its_log_does_not_vote(fresh_group, damage):
    """Only it and a dead member had the rows: with the third member it must not go on as if they had never been."""
    primary, damaged, lagging = prepare(fresh_group)
    # Silent, but not for so long that it would be removed.
    lagging.process.send_signal(signal.SIGSTOP)
    insert(primary, 100)
    wait_until(lambda: damaged.scalar("SELECT COUNT(*) FROM d.t") == ROWS + 1, "the rows on the second member")
    kill(primary, damaged, lagging)
    directory = last_segment(damaged).parent
    damage(last_segment(damaged))
    damaged.start()
    lagging.start()
    wait_until(lambda: "does not vote" in damaged.log() and "is damaged" in damaged.log(), "the member to say what it found")
    assert str(directory) in damaged.log()
    # Long enough for a group that would decide.
    time.sleep(3)
    assert not try_to_write(damaged) and not try_to_write(lagging)
    primary.start()
    whole_again(fresh_group, [1, *range(100, 100 + ROWS)])


def test_a_member_that_lost_the_end_of_its_log_comes_back_by_recovery(fresh_group):
    primary, damaged, lagging = prepare(fresh_group)
    insert(primary, 100)
    kill(damaged)
    flip_bit(last_segment(damaged))
    insert(primary, 200)
    damaged.start()
    whole_again(fresh_group, [1, *range(100, 100 + ROWS), *range(200, 200 + ROWS)])
    assert "is damaged" in damaged.log()
