"""Members that have forgotten what they promised: damaged, cut off and restored files. They say what they found, do not vote,
and come back by recovery; never do two members hold different rows."""
import shutil
import signal
import time

import pymysql
import pytest

from cluster import Node, free_port, wait_until

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


def flip_bit(path):
    content = bytearray(path.read_bytes())
    content[used(content) - 3] ^= 1
    path.write_bytes(content)


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


@pytest.mark.parametrize("damage", [cut_file, flip_bit], ids=lambda damage: damage.__name__)
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


def copy_files(node):
    """A copy of the member's data directory."""
    copy = node.directory / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(node.datadir, copy, ignore=shutil.ignore_patterns("*.sock*", "*.pid"))
    return copy


def restore(node, copy):
    shutil.rmtree(node.datadir)
    shutil.copytree(copy, node.datadir)


def test_an_old_copy_of_a_members_files_does_not_vote(fresh_group):
    """The copy is older than what a majority acknowledged; the third member lagged, and knows only that the member ran since."""
    primary, restored, lagging = prepare(fresh_group)
    restored.stop()
    copy = copy_files(restored)
    restored.start()
    fresh_group.wait_online()
    lagging.process.send_signal(signal.SIGSTOP)
    insert(primary, 100)
    wait_until(lambda: restored.scalar("SELECT COUNT(*) FROM d.t") == ROWS + 1, "the rows on the second member")
    kill(primary, restored, lagging)
    restore(restored, copy)
    restored.start()
    lagging.start()
    time.sleep(4)
    assert not try_to_write(restored) and not try_to_write(lagging)
    primary.start()
    whole_again(fresh_group, [1, *range(100, 100 + ROWS)])


def test_a_copy_of_a_running_members_files_does_not_vote_when_others_saw_it_go_on(fresh_group):
    primary, restored, lagging = prepare(fresh_group)
    copy = copy_files(restored)
    insert(primary, 50)
    # What the others have heard of it is on their disks within two seconds.
    time.sleep(2.5)
    insert(primary, 1000, 1)
    lagging.process.send_signal(signal.SIGSTOP)
    insert(primary, 100)
    wait_until(lambda: restored.scalar("SELECT COUNT(*) FROM d.t") == 2 * ROWS + 2, "the rows on the second member")
    kill(primary, restored, lagging)
    restore(restored, copy)
    restored.start(wait=False)
    lagging.start()
    time.sleep(4)
    assert not try_to_write(lagging)
    if restored.process.poll() is not None:
        # A copy of files that were being written may be refused as a whole.
        assert "ERROR" in restored.log()
        return
    primary.start()
    whole_again(fresh_group, [1, 1000, *range(50, 50 + ROWS), *range(100, 100 + ROWS)])


def test_copies_of_all_members_made_while_they_stood_still_start(fresh_group):
    primary, *others = prepare(fresh_group)
    insert(primary, 100)
    fresh_group.wait_equal("CHECKSUM TABLE d.t")
    kill(*fresh_group.nodes)
    copies = [copy_files(node) for node in fresh_group.nodes]
    for node in fresh_group.nodes:
        node.start(wait=False)
    fresh_group.wait_online()
    insert(fresh_group.primary(), 500)
    kill(*fresh_group.nodes)
    for node, copy in zip(fresh_group.nodes, copies):
        restore(node, copy)
    for node in fresh_group.nodes:
        node.start(wait=False)
    whole_again(fresh_group, [1, *range(100, 100 + ROWS)])
    insert(fresh_group.primary(), 500)
    whole_again(fresh_group, [*range(500, 500 + ROWS)])


def old_copies_of_two(group):
    """Of two members files that are older than what was acknowledged since; the third has what they forgot. All are down."""
    third, *restored = prepare(group)
    kill(*group.nodes)
    copies = [copy_files(node) for node in restored]
    for node in group.nodes:
        node.start(wait=False)
    group.wait_online()
    insert(group.primary(), 100)
    # Each has heard of the others' new runs, and has that on its disk.
    time.sleep(2.5)
    kill(*group.nodes)
    for node, copy in zip(restored, copies):
        restore(node, copy)
    return third, restored


def test_old_copies_of_two_members_that_went_on_without_the_third_do_not_take_it_in_unseen(fresh_group):
    """They are a majority and know nothing of what they forgot. The third comes back with other rows under the same GTIDs."""
    third, restored = old_copies_of_two(fresh_group)
    for node in restored:
        node.start(wait=False)
    for node in restored:
        node.wait_for_connection()
    wait_until(lambda: any(try_to_write(node) for node in restored), "the two to go on", 60)
    third.start(wait=False)
    for node in restored:
        wait_until(lambda: "an older copy" in node.log(), "those who forgot to hear it")
    wait_until(lambda: "Nothing can be decided" in third.log().split("ready for connections")[-1], "the third to say so")
    assert all(not try_to_write(node) for node in fresh_group.nodes)
    # Which rows are to be kept is an operator's to say; the others' are refused then, though their GTIDs are the group's.
    third.query(f"SET GLOBAL group_replication_force_members='{third.local_address}'")
    wait_until(lambda: third.state() == "ONLINE" and set(third.members()) == {third.port}, "the third to go on")
    insert(third, 3000)
    for node in restored:
        wait_until(lambda: "contents of its history differ" in node.log() or "not present in the group" in node.log(),
                   "other rows to be refused", 60)
        assert node.state() != "ONLINE"


def test_copies_of_all_members_made_one_after_the_other_never_differ_in_silence(fresh_group):
    primary, *others = prepare(fresh_group)
    copies = []
    for number, node in enumerate([*others, primary]):
        insert(primary, 1000 * (number + 1))
        time.sleep(1)
        copies.append(copy_files(node))
    kill(*fresh_group.nodes)
    for node, copy in zip([*others, primary], copies):
        restore(node, copy)
        node.start(wait=False)
    time.sleep(15)
    sums = {}
    for node in fresh_group.nodes:
        if node.process.poll() is not None:
            assert "ERROR" in node.log()
        elif node.state() == "ONLINE" and sum(state == "ONLINE" for state, _ in node.members().values()) >= 2:
            sums[node.number] = (node.scalar("SELECT @@gtid_executed"), node.query("CHECKSUM TABLE d.t"))
        else:
            assert "ERROR" in node.log()
    assert len({str(value) for value in sums.values()}) <= 1, sums


def test_a_copied_directory_at_another_address_harms_nobody(fresh_group):
    primary, original, third = prepare(fresh_group)
    copy = copy_files(original)
    stranger = Node(9, fresh_group.directory / "copy9", original.seeds, f"127.0.0.1:{free_port()}", options=original.options)
    stranger.directory.mkdir()
    shutil.copytree(copy, stranger.datadir)
    try:
        stranger.start()
        wait_until(lambda: "the log is that of the member" in stranger.log() or "group log is that of" in stranger.log(),
                   "the copy to say whose files it has")
        insert(primary, 100)
        time.sleep(3)
        fresh_group.wait_online()
        fresh_group.wait_equal("CHECKSUM TABLE d.t")
    finally:
        stranger.process.kill()
        stranger.process.wait()


def test_a_server_that_bootstrapped_by_mistake_is_refused_though_its_gtids_are_the_groups(fresh_group):
    primary, mistaken, third = prepare(fresh_group)
    mistaken.query("STOP GROUP_REPLICATION")
    # So that it asks nobody.
    mistaken.query(f"SET GLOBAL group_replication_group_seeds='{mistaken.local_address}'")
    fresh_group.bootstrap(mistaken)
    wait_until(lambda: mistaken.state() == "ONLINE", "a group of its own")
    insert(mistaken, 5000, 3)
    insert(primary, 100)
    mistaken.query("STOP GROUP_REPLICATION")
    mistaken.query(f"SET GLOBAL group_replication_group_seeds='{mistaken.seeds}'")
    try:
        mistaken.query("START GROUP_REPLICATION")
    except pymysql.Error:
        pass
    wait_until(lambda: mistaken.state() in ("ERROR", "OFFLINE"), "the server not to be a member")
    assert "transactions not present in the group" in mistaken.log(), mistaken.log()[-3000:]
    fresh_group.wait_online([primary, third])
