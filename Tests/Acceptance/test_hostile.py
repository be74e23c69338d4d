"""Garbage on every port and in every file: a clear error or log line, nothing lost, the process up."""
import os
import random
import socket
import struct
import subprocess

import pymysql
import pytest

from cluster import BINARY, Group, Node, free_port, wait_until


def send(port, data, read=True, awaits_greeting=False):
    """Sends bytes to a port and reads until the other side closes, at most for two seconds. `awaits_greeting`: reads before it
    sends, since a connection that is closed on garbage not yet read is reset, and takes along what was not yet received."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.settimeout(2)
        answer = b""
        try:
            if awaits_greeting:
                answer += connection.recv(65536)
            connection.sendall(data)
            if read:
                connection.shutdown(socket.SHUT_WR)
                while chunk := connection.recv(65536):
                    answer += chunk
        except OSError:
            pass
        return answer


def packet(payload, sequence=0):
    return struct.pack("<I", len(payload))[:3] + bytes([sequence]) + payload


def handshake_response(user=b"root", capabilities=0x000FA68D, rest=b""):
    return struct.pack("<IIB23x", capabilities, 1 << 24, 255) + user + b"\0" + rest


HELLOS = {
    "nothing": b"",
    "http": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "ones": b"\xff" * 4096,
    "zeros": b"\0" * 4096,
    "a header that announces 16 MB": b"\xff\xff\xff\x01",
    "a wrong sequence number": packet(handshake_response(), 7),
    "an endless user name": packet(struct.pack("<IIB23x", 0x000FA68D, 0, 255) + b"u" * 100_000, 1),
    "an authentication length beyond the packet": packet(handshake_response(rest=b"\xfe" + b"\xff" * 8), 1),
    "attributes beyond the packet": packet(handshake_response(
        capabilities=0x001FA68D, rest=b"\0mysql_native_password\0\xfc\xff\xff"), 1),
    "tls without tls": packet(struct.pack("<IIB23x", 0x000FAE8D, 0, 255), 1) + b"not a client hello at all",
    "protocol 3.20": packet(b"\x00\x00\x00\x00\x00root\0", 1),
}


@pytest.mark.parametrize("name", HELLOS)
def test_a_strange_hello_ends_that_connection_alone(node, name):
    answer = send(node.port, HELLOS[name], awaits_greeting=True)
    assert answer[4:5] == b"\n", "the greeting comes first"
    assert node.process.poll() is None
    assert node.scalar("SELECT 1") == 1


def test_random_packets_after_the_login_are_answered_or_end_the_connection(node):
    generator = random.Random(20261121)
    for _ in range(60):
        connection = node.connect()
        raw = connection._sock
        raw.settimeout(1)
        try:
            for _ in range(20):
                code = generator.choice([c for c in range(0, 34) if c not in (1, 8)])
                body = bytes([code]) + generator.randbytes(generator.randrange(0, 60))
                raw.sendall(packet(body))
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(65536):
                pass
        except OSError:
            pass
        finally:
            connection._force_close()
    assert node.process.poll() is None
    assert node.scalar("SELECT 1") == 1


def test_statements_of_random_bytes_are_errors(node):
    generator = random.Random(20261122)
    connection = node.connect()
    words = ["SELECT", "FROM", "(", ")", "'", '"', "`", ",", "*", "1", "WHERE", "/*", "*/", "--", "\\", "@", "@@", "\0",
             "INSERT INTO", "VALUES", "=", "AND", "0x", "b'", "1e", ".", ";", "CASE", "WHEN", "END", "?", "JOIN", "ON"]
    with connection.cursor() as cursor:
        for _ in range(400):
            if generator.random() < 0.5:
                sql = " ".join(generator.choices(words, k=generator.randrange(1, 30)))
            else:
                sql = generator.randbytes(generator.randrange(1, 100)).decode("latin1")
            try:
                cursor.execute(sql)
                cursor.fetchall()
            except pymysql.Error as error:
                assert error.args[0] not in (2006, 2013, 0), f"{sql!r} ended the connection"
    connection.close()


@pytest.mark.parametrize("sql", [
    "SELECT " + "(" * 20_000 + "1" + ")" * 20_000,
    "SELECT " + "-" * 1 + " -".join(["1"] * 20_000),
    "SELECT " + "NOT " * 50_000 + "1",
    "SELECT " + "1+" * 50_000 + "1",
    "SELECT * FROM " + "(SELECT * FROM " * 2_000 + "DUAL" + ") t" * 2_000,
    "SELECT CASE " + "WHEN 1 THEN CASE " * 5_000,
    "SELECT 1 IN (" + ",".join(["1"] * 100_000) + ")",
    "SELECT " + " UNION SELECT ".join(["1"] * 3_000),
], ids=["parentheses", "minus", "not", "plus", "subqueries", "case", "in", "union"])
def test_deep_and_long_statements_are_answered(node, sql):
    connection = node.connect()
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            cursor.fetchall()
    except pymysql.Error as error:
        assert error.args[0] not in (2006, 2013, 0), f"{error}\n{node.log()[-500:]}"
    finally:
        connection.close()
    assert node.scalar("SELECT 1") == 1


def test_many_half_open_connections_do_not_stop_the_others(node):
    node.query("SET GLOBAL connect_timeout = 2")
    try:
        held = [socket.create_connection(("127.0.0.1", node.port)) for _ in range(60)]
        assert node.scalar("SELECT 1") == 1

        def all_cut_off():
            return node.query("SHOW GLOBAL STATUS LIKE 'Threads_connected'")[0][1] == "1"
        wait_until(all_cut_off, "the silent connections are cut off", 15)
        for connection in held:
            connection.close()
    finally:
        node.query("SET GLOBAL connect_timeout = 10")


def test_garbage_on_the_group_port_changes_nothing(group):
    generator = random.Random(20261123)
    primary = group.primary()
    primary.query("CREATE DATABASE IF NOT EXISTS hostile")
    primary.query("CREATE TABLE hostile.t (id INT PRIMARY KEY AUTO_INCREMENT, v INT)")
    before = {node.port: node.members() for node in group.nodes}
    for node in group.nodes:
        port = int(node.local_address.rsplit(":", 1)[1])
        for data in [*HELLOS.values(), b"\x00\x00\x00\x10" * 5000, *(generator.randbytes(2000) for _ in range(20))]:
            send(port, data)
        primary.query("INSERT INTO hostile.t (v) VALUES (1)")
    assert {node.port: node.members() for node in group.nodes} == before
    group.wait_equal("SELECT COUNT(*), SUM(v) FROM hostile.t")
    for node in group.nodes:
        assert node.process.poll() is None


def run_server(*arguments, seconds=20):
    return subprocess.run(
        [str(BINARY), "server", *arguments], capture_output=True, text=True, timeout=seconds,
        env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})


def stopped_node(tmp_path, rows=50):
    server = Node(1, tmp_path / "node", "", f"127.0.0.1:{free_port()}").start()
    server.query("CREATE DATABASE kept")
    server.query("CREATE TABLE kept.t (id INT PRIMARY KEY, v VARCHAR(20))")
    for number in range(rows):
        server.query(f"INSERT INTO kept.t VALUES ({number}, 'row {number}')")
    return server


@pytest.mark.parametrize("cut", [1, 7, 20, 100])
def test_a_torn_binlog_is_rebuilt_and_no_row_is_lost(tmp_path, cut):
    server = stopped_node(tmp_path)
    executed = server.scalar("SELECT @@gtid_executed")
    server.kill()
    binlog = sorted(server.datadir.glob("binlog.0*"))[-1]
    with open(binlog, "r+b") as file:
        file.truncate(os.path.getsize(binlog) - cut)
    server.start()
    assert server.scalar("SELECT COUNT(*) FROM kept.t") == 50
    assert server.scalar("SELECT @@gtid_executed") == executed
    server.query("INSERT INTO kept.t VALUES (1000, 'after')")
    assert any(row[2] == "Write_rows" for row in server.query(f"SHOW BINLOG EVENTS IN '{binlog.name}'"))
    server.stop()


@pytest.mark.parametrize("file", ["auto.cnf", "binlog.index"])
def test_garbage_in_a_small_file_is_named_and_nothing_is_made_anew(tmp_path, file):
    server = stopped_node(tmp_path, rows=3)
    server.stop()
    content = (server.datadir / file).read_bytes()
    (server.datadir / file).write_bytes(b"\xff\x00garbage\n" * 3)
    server.start(wait=False)
    server.process.wait(30)
    assert server.process.returncode == 1
    assert "Fatal error" not in server.log()
    (server.datadir / file).write_bytes(content)
    server.start()
    assert server.scalar("SELECT COUNT(*) FROM kept.t") == 3
    server.stop()


def test_a_database_file_that_is_none_stops_the_start_with_a_message(tmp_path):
    server = stopped_node(tmp_path, rows=3)
    server.stop()
    for path in server.datadir.glob("grouplite.db*"):
        path.write_bytes(b"this is not a database" * 100)
    server.start(wait=False)
    server.process.wait(30)
    assert server.process.returncode == 1
    assert "Aborting" in server.log() and "Fatal error" not in server.log()
