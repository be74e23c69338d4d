"""Data directories: made whole or not at all, without a port; and servers that end as soon as they have begun."""
import os
import re
import signal
import socket
import subprocess
import time

import pymysql
import pytest

from cluster import BINARY, Node, free_port


def initialize(directory, *options, how="--initialize-insecure", prefix=()):
    return subprocess.run(
        [*prefix, str(BINARY), "server", "--no-defaults", how, f"--datadir={directory}", *options], capture_output=True, text=True,
        timeout=60)


class QuietConnection(pymysql.connections.Connection):
    """One that can handle an expired password, and so says nothing of its own."""

    def set_character_set(self, *_):
        pass


def server(tmp_path):
    return Node(1, tmp_path / "s1", "", f"127.0.0.1:{free_port()}")


def test_a_data_directory_is_made_without_a_port_and_the_first_start_has_the_first_binary_log(tmp_path):
    node = server(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", node.port))
        other.listen()
        made = initialize(node.datadir, f"--port={node.port}", "--bind-address=127.0.0.1")
    assert made.returncode == 0, made.stderr
    assert "root@localhost is created with an empty password" in made.stderr
    assert not [name for name in os.listdir(node.datadir) if name.startswith(("binlog", "mysql.sock"))]
    node.start()
    assert [row[0] for row in node.query("SHOW BINARY LOGS")] == ["binlog.000001"]
    node.stop()
    again = initialize(node.datadir)
    assert again.returncode == 1 and "the data directory has files in it. Aborting." in again.stderr


@pytest.mark.parametrize("broken", [{"log_error": "/nowhere/error.log"}, {"nofile": 12}])
def test_what_fails_leaves_nothing(tmp_path, broken):
    # With few files it fails in the middle, after the error log was opened in the directory.
    prefix = ["prlimit", f"--nofile={broken['nofile']}"] if "nofile" in broken else []
    options = [f"--log-error={broken.get('log_error', 'e.log')}"]
    there = tmp_path / "there"
    there.mkdir()
    for directory in (there, tmp_path / "made" / "on the way"):
        failed = initialize(directory, *options, prefix=prefix)
        assert failed.returncode == 1 and "Aborting" in failed.stderr
    assert os.listdir(there) == [] and not (tmp_path / "made").exists()
    # A directory of somebody else's is not touched.
    (there / "letter").write_text("dear")
    os.chmod(there / "letter", 0o666)
    before = os.stat(there / "letter")
    failed = initialize(there)
    assert failed.returncode == 1 and os.listdir(there) == ["letter"] and os.stat(there / "letter") == before


def test_a_first_start_that_cannot_listen_leaves_nothing(tmp_path):
    node = server(tmp_path)
    with socket.socket() as other:
        other.bind(("127.0.0.1", node.port))
        other.listen()
        node.start(wait=False)
        assert node.process.wait(30) == 1
    assert not node.datadir.exists()
    assert "Bind on TCP/IP port" in node.log()


def test_initialize_gives_root_a_password_that_has_to_be_changed(tmp_path):
    node = server(tmp_path)
    made = initialize(node.datadir, how="--initialize")
    assert made.returncode == 0, made.stderr
    line = re.search(
        r"\[Note\] \[MY-010454\] \[Server\] A temporary password is generated for root@localhost: (\S{12})$", made.stderr, re.M)
    assert line, made.stderr
    password = line.group(1)
    node.start(wait=False)
    deadline = time.monotonic() + 20
    while True:
        try:
            connection = QuietConnection(
                host=node.host, port=node.port, user="root", password=password, client_flag=1 << 22, autocommit=None)
            break
        except pymysql.err.OperationalError as error:
            assert error.args[0] == 2003 and time.monotonic() < deadline, error
            time.sleep(0.05)
    with pytest.raises(pymysql.Error) as denied:
        node.connect()
    assert denied.value.args[0] == 1045
    with connection.cursor() as cursor:
        with pytest.raises(pymysql.Error) as expired:
            cursor.execute("SELECT 1")
        assert expired.value.args[0] == 1820
        cursor.execute("ALTER USER root@localhost IDENTIFIED BY 'chosen'")
    # Nothing of it is in the binary log but what was chosen now.
    assert node.query("SELECT @@gtid_executed", password="chosen")[0][0].endswith(":1")
    node.stop()


def test_a_server_that_is_stopped_while_its_keys_are_made_ends_well(tmp_path):
    for number in range(8):
        node = Node(number + 1, tmp_path / f"s{number}", "", f"127.0.0.1:{free_port()}")
        node.start()
        if number % 2:
            # TLS is wanted at once, and is in the making.
            with socket.create_connection((node.host, node.port)) as client:
                client.recv(4)
        time.sleep(number * 0.02)
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(20) == 0, node.log()[-2000:]
        assert "Shutdown complete" in node.log()
