"""Who belongs to the group proves it: members with and without the group's secret, and a flood on the group port."""
import contextlib
import socket
import time

import pymysql
import pytest

from cluster import Group, Node, free_port, wait_until

SECRET = "0123456789abcdef0123456789abcdef"


def secret_file(directory, text=SECRET, mode=0o600):
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"secret-{abs(hash(text))}"
    path.write_text(text + "\n")
    path.chmod(mode)
    return path


@pytest.fixture
def secret_group(tmp_path):
    with Group(3, options={"group_replication_group_secret_file": secret_file(tmp_path)}) as group:
        yield group.start()


def stranger(group, tmp_path, **options):
    node = Node(9, tmp_path / "stranger", group.nodes[0].seeds, f"127.0.0.1:{free_port()}", options=options).start()
    Group.create_recovery_account(node)
    return node


@contextlib.contextmanager
def running(node):
    try:
        yield node
    finally:
        node.kill()


def test_a_group_with_a_secret_works_and_warns_of_nothing(secret_group):
    first = secret_group.nodes[0]
    first.query("CREATE DATABASE d")
    first.query("CREATE TABLE d.t (id INT PRIMARY KEY)")
    first.query("INSERT INTO d.t VALUES (1), (2)")
    assert secret_group.wait_equal("SELECT * FROM d.t") == ((1,), (2,))
    for node in secret_group.nodes:
        assert "can pass for a member" not in node.log()
        assert SECRET not in node.log()
        assert SECRET not in str(node.query("SHOW VARIABLES")) + str(node.query("SHOW PROCESSLIST"))
    last = secret_group.nodes[2]
    last.kill()
    last.start()
    secret_group.wait_online()


@pytest.mark.parametrize("text", [None, "another secret of at least sixteen bytes"])
def test_who_does_not_hold_the_secret_hears_so_within_seconds(secret_group, tmp_path, text):
    options = {} if text is None else {"group_replication_group_secret_file": secret_file(tmp_path, text)}
    with running(stranger(secret_group, tmp_path, **options)) as node:
        begin = time.monotonic()
        with pytest.raises(pymysql.Error) as error:
            node.query("START GROUP_REPLICATION")
        assert error.value.args[0] == 3092
        assert time.monotonic() - begin < 10
        assert "refused this server: it" in node.log()
        assert "secret of the group" in node.log() or "group's secret" in node.log()
        refusals = "".join(member.log() for member in secret_group.nodes)
        assert "group_replication_group_secret_file" in refusals and node.uuid in refusals
    secret_group.wait_online()


def test_a_secret_that_others_can_read_is_refused(tmp_path):
    path = secret_file(tmp_path, mode=0o644)
    node = Node(1, tmp_path / "s1", "", f"127.0.0.1:{free_port()}", options={"group_replication_group_secret_file": path}).start()
    with running(node):
        node.query("SET GLOBAL group_replication_bootstrap_group=ON")
        with pytest.raises(pymysql.Error) as error:
            node.query("START GROUP_REPLICATION")
        assert error.value.args[0] == 3096
        assert "others could read it" in node.log()


def test_without_a_secret_the_start_warns(tmp_path):
    node = Node(1, tmp_path / "s1", "", f"127.0.0.1:{free_port()}").start()
    with running(node):
        node.query("SET GLOBAL group_replication_bootstrap_group=ON")
        connection = node.connect()
        with connection.cursor() as cursor:
            cursor.execute("START GROUP_REPLICATION")
            cursor.execute("SHOW WARNINGS")
            warnings = cursor.fetchall()
        connection.close()
        assert len(warnings) == 1 and "group_replication_group_secret_file" in warnings[0][2]
        assert "can pass for a member" in node.log()


@pytest.mark.parametrize("has_secret", [False, True])
def test_a_flood_on_the_group_ports_keeps_no_member_out(tmp_path, has_secret):
    options = {"group_replication_group_secret_file": secret_file(tmp_path)} if has_secret else {}
    with Group(3, options=options) as group:
        group.start()
        last = group.nodes[2]
        last.kill()
        flood = []
        for number in range(400):
            host, port = group.nodes[number % 2].local_address.split(":")
            flood.append(socket.create_connection((host, int(port))))
            if number % 4 == 0:
                flood[-1].sendall(b"GLGC\x40\x00")
        last.start()
        group.wait_online(seconds=30)
        for connection in flood:
            connection.close()
