"""No client can exhaust the server: memory, slots, threads' time. Each hostile statement is answered, and the process stays."""
import pathlib
import socket
import struct
import time

import pymysql
import pytest

from cluster import Node, free_port, wait_until
from sessions import Session

MEMORY_LIMIT = 3 << 30


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """A server that may have 3 GiB of addresses: whoever builds more than that ends it."""
    server = Node(
        1, tmp_path_factory.mktemp("node"), "", f"127.0.0.1:{free_port()}",
        options={"admin_address": "127.0.0.1", "admin_port": free_port(), "max_connections": 20},
        prefix=["prlimit", f"--as={MEMORY_LIMIT}"]).start()
    server.query("CREATE DATABASE d")
    server.query("CREATE TABLE d.n (i INT PRIMARY KEY, v VARCHAR(100))")
    server.query(
        "INSERT INTO d.n WITH RECURSIVE x AS (SELECT 1 AS i UNION ALL SELECT i+1 FROM x WHERE i < 1000) SELECT i, i FROM x")
    server.query("CREATE USER plain, admin")
    server.query("GRANT ALL ON d.* TO plain, admin")
    server.query("GRANT CONNECTION_ADMIN, SERVICE_CONNECTION_ADMIN ON *.* TO admin")
    yield server
    server.stop()


def resident(node):
    """The process's memory now, and at its most since `forget_peak`, in MiB."""
    text = pathlib.Path(f"/proc/{node.process.pid}/status").read_text()
    return tuple(int(text.split(f"{name}:")[1].split()[0]) // 1024 for name in ("VmRSS", "VmHWM"))


def is_gone(node, connection):
    return node.scalar(f"SELECT COUNT(*) FROM information_schema.processlist WHERE ID = {connection}") == 0


def forget_peak(node):
    pathlib.Path(f"/proc/{node.process.pid}/clear_refs").write_text("5")


HOSTILE = [
    # (statement, the most MiB it may add, its error)
    ("SELECT LENGTH(REPLACE(REPEAT('a',60000),'a',REPEAT('b',60000)))", 50, 0),
    ("SELECT LENGTH(EXPORT_SET(-1,REPEAT('a',60000000),'b',',',64))", 200, 0),
    ("SELECT LENGTH(HEX(HEX(HEX(HEX(REPEAT('a',10000000))))))", 500, 0),
    ("SELECT LENGTH(GROUP_CONCAT(REPEAT('a',3000000))) FROM d.n", 50, 0),
    ("SELECT LENGTH(GROUP_CONCAT(REPEAT(i,30000) ORDER BY i DESC)) FROM d.n", 50, 0),
    ("SELECT LENGTH(JSON_ARRAYAGG(REPEAT(i,30000))) FROM d.n", 300, 0),
    ("SELECT LENGTH(JSON_OBJECTAGG(i, REPEAT(i,30000))) FROM d.n", 300, 0),
    ("SELECT COUNT(DISTINCT REPEAT(i,20000), i) FROM d.n", 50, 0),
    ("SELECT COUNT(*) FROM (SELECT DISTINCT REPEAT(i,30000) r FROM d.n) q", 50, 0),
    ("SELECT COUNT(*) FROM (SELECT REPEAT(i,20000) r FROM d.n UNION SELECT REPEAT(i+1000,20000) FROM d.n) q", 50, 0),
    ("SELECT " + ",".join(["REPEAT('a',60000000)"] * 60), 1300, 1041),
    ("SELECT JSON_LENGTH(CONCAT('[', REPEAT('1,', 30000000), '1]'))", 500, 1041),
    ("SELECT COUNT(*) FROM (SELECT a.i x, b.v y FROM d.n a, d.n b WHERE b.i <= 200 ORDER BY b.v DESC, a.v LIMIT 199999) q", 60, 0),
]


@pytest.mark.parametrize("statement,most,expected", HOSTILE)
def test_a_hostile_statement_is_answered_in_bounded_memory(node, statement, most, expected):
    with Session(node) as session:
        before, _ = resident(node)
        forget_peak(node)
        error = session.error(statement)
        _, peak = resident(node)
    print(f"{peak - before:6} MiB  {statement[:100]} {error or ''}")
    assert error == expected
    assert node.process.poll() is None
    assert peak - before <= most, f"{peak - before} MiB"


def test_rows_to_be_inserted_wait_in_a_file_and_no_limit_of_a_group_binds_a_lone_server(node):
    node.query("CREATE TABLE d.big (a INT, b INT, c VARCHAR(100), PRIMARY KEY (a, b))")
    node.query("SET GLOBAL group_replication_transaction_size_limit = 1000000")
    try:
        with Session(node) as session:
            # All rows are read before the first is written: one too many for its table says so with nothing changed.
            before, _ = resident(node)
            forget_peak(node)
            assert session.error(
                "INSERT INTO d.big SELECT a.i, b.i, REPEAT('x', 90 + (a.i = 1 AND b.i = 1) * 20) FROM d.n a, d.n b "
                "WHERE b.i <= 300") == 1406
            _, peak = resident(node)
            print(f"{peak - before} MiB")
            assert peak - before <= 60
            assert session.error(
                "INSERT INTO d.big SELECT a.i, b.i, REPEAT('x', 90) FROM d.n a, d.n b WHERE b.i <= 100") == 0
        assert node.scalar("SELECT COUNT(*) FROM d.big") == 100_000
    finally:
        node.query("SET GLOBAL group_replication_transaction_size_limit = DEFAULT")
        node.query("DROP TABLE d.big")


def test_a_session_that_holds_too_much_is_ended(node):
    node.query("SET GLOBAL connection_memory_limit = 20000000")
    try:
        for statement in (
                "SET @a = REPEAT('a', 30000000)",
                "SELECT LENGTH(CONCAT(" + ",".join(f"REPEAT('{i % 10}',1000000)" for i in range(40)) + "))",
        ):
            session = Session(node, user="plain")
            assert session.error(statement) == 4082, statement
            wait_until(lambda: is_gone(node, session.id), "the connection ends", 5)
        with Session(node) as root:
            assert root.value("SELECT LENGTH(REPEAT('a', 30000000))") == 30000000
    finally:
        node.query("SET GLOBAL connection_memory_limit = DEFAULT")


@pytest.mark.parametrize("blocker, query", [
    ("UPDATE d.waited SET v = 1", "SELECT * FROM d.waited FOR UPDATE"),
    ("LOCK TABLES d.waited WRITE", "SELECT * FROM d.waited"),
])
def test_max_execution_time_ends_a_wait_for_a_lock(node, blocker, query):
    node.query("CREATE TABLE IF NOT EXISTS d.waited (i INT PRIMARY KEY, v INT)")
    node.query("REPLACE INTO d.waited VALUES (1, 0)")
    holder = node.connect(autocommit=False)
    waiter = node.connect()
    try:
        holder.query(blocker)
        waiter.query("SET max_execution_time = 300")
        begin = time.monotonic()
        with pytest.raises(pymysql.err.OperationalError) as refusal:
            waiter.query(query)
        assert refusal.value.args[0] == 3024
        assert time.monotonic() - begin < 5
    finally:
        holder.close()
        waiter.close()


def test_max_execution_time_ends_queries_alone(node):
    with Session(node) as session, Session(node) as other:
        session.run("SET max_execution_time = 300")
        assert session.value("SELECT SLEEP(5)") == 1
        assert session.error("SELECT SLEEP(5) FROM d.n LIMIT 2") == 3024
        other.run("SELECT GET_LOCK('bounds', 0)")
        assert session.error("SELECT GET_LOCK('bounds', 5)") == 3024
        assert session.error("SELECT COUNT(*) FROM d.n a, d.n b, d.n c, d.n d") == 3024
        text = "CONCAT(REPEAT('a', 30000000), 'b')"
        assert session.error(f"SELECT LOCATE(CONCAT(REPEAT('a', 3000000), 'c'), {text})") == 3024
        assert session.error(f"SELECT {text} LIKE CONCAT('%', REPEAT('a', 3000000), 'c%')") == 3024
        start = time.monotonic()
        assert session.run("DO SLEEP(0.5)") == 0
        assert session.run("INSERT INTO d.n SELECT 2000 + SLEEP(0.5), 'x'") == 1
        assert time.monotonic() - start >= 1


@pytest.mark.parametrize("statement,answer", [
    ("SELECT SLEEP(60)", ((1,),)),
    ("SELECT SLEEP(60) FROM d.n", "error 1317"),
    ("SELECT GET_LOCK('held', 60)", "error 1317"),
    ("DELETE FROM d.n WHERE i = 1 AND SLEEP(60)", "error 1317"),
    ("SELECT COUNT(*) FROM d.n a, d.n b, d.n c, d.n d", "error 1317"),
    ("SELECT LOCATE(CONCAT(REPEAT('a', 3000000), 'c'), REPEAT('a', 30000000))", "error 1317"),
    ("SELECT JSON_OVERLAPS(j, REPLACE(j, '1', '2')) FROM (SELECT CONCAT('[', REPEAT('1,', 300000), '1]') j) q", "error 1317"),
])
def test_a_kill_is_heard_at_once(node, statement, answer):
    with Session(node) as holder, Session(node) as session:
        holder.run("SELECT GET_LOCK('held', 0)")
        session.start(statement)
        time.sleep(0.3)  # into the middle of its work
        start = time.monotonic()
        node.query(f"KILL QUERY {session.id}")
        assert session.result(20) == answer
        assert time.monotonic() - start < 1


@pytest.mark.parametrize("statement", [
    "SELECT SLEEP(1000)", "SELECT GET_LOCK('held', 1000)", "UPDATE d.n SET v = 'y' WHERE i = 7",
    "SELECT COUNT(*) FROM d.n a, d.n b, d.n c, d.n d",
])
def test_a_client_that_is_gone_frees_its_slot(node, statement):
    with Session(node) as holder:
        holder.run("SELECT GET_LOCK('held', 0)")
        holder.run("BEGIN")
        holder.run("UPDATE d.n SET v = 'x' WHERE i = 7")
        connection = node.connect()
        gone = connection.thread_id()
        with connection.cursor() as cursor:
            cursor.execute("SELECT GET_LOCK('of the gone one', 0)")
        connection._execute_command(3, statement)
        wait_until(
            lambda: node.scalar(f"SELECT COMMAND FROM information_schema.processlist WHERE ID = {gone}") == "Query",
            "the statement runs", 5)
        connection._sock.close()
        connection._rfile.close()
        wait_until(lambda: is_gone(node, gone), "the slot is free", 2)
        assert node.scalar("SELECT IS_FREE_LOCK('of the gone one')") == 1
        holder.run("ROLLBACK")


def silent(node, count):
    connections = [socket.create_connection(("127.0.0.1", node.port)) for _ in range(count)]
    return connections


def test_silent_connections_keep_nobody_out(node):
    connections = silent(node, 60)
    try:
        with Session(node, user="plain") as session:
            assert session.value("SELECT 1") == 1
    finally:
        for connection in connections:
            connection.close()


def connect_error(node, port=None, **options):
    try:
        pymysql.connect(host="127.0.0.1", port=port or node.port, connect_timeout=5, **options).close()
    except pymysql.Error as error:
        return error.args[0]
    return 0


def test_one_slot_is_kept_for_an_administrator_and_the_admin_interface_has_no_limit(node):
    def connected():
        return int(node.query("SHOW STATUS LIKE 'Threads_connected'")[0][1])
    wait_until(lambda: connected() == 1, "the sessions of other tests are gone", 10)
    sessions = []
    try:
        for _ in range(20):
            sessions.append(Session(node, user="plain"))
        assert connect_error(node, user="plain") == 1040
        sessions.append(Session(node, user="admin"))
        assert connect_error(node, user="admin") == 1040
        port = node.options["admin_port"]
        administrators = [
            pymysql.connect(host="127.0.0.1", port=port, user="admin", connect_timeout=5) for _ in range(3)]
        assert connect_error(node, port, user="plain") == 1227
        with administrators[0].cursor() as cursor:
            cursor.execute("SELECT 1")
        for connection in administrators:
            connection.close()
    finally:
        for session in sessions:
            session.close()


def prepare(connection, text):
    connection._execute_command(0x16, text)
    packet = connection._read_packet().get_all_data()
    return struct.unpack("<I", packet[1:5])[0], struct.unpack("<H", packet[7:9])[0]


def test_the_number_of_placeholders_and_of_prepared_statements_is_bounded(node):
    connection = node.connect()
    with pytest.raises(pymysql.Error) as error:
        prepare(connection, "SELECT " + ",".join("?" * 65_536))
    assert error.value.args[0] == 1390
    node.query("SET GLOBAL max_prepared_stmt_count = 3")
    try:
        for _ in range(3):
            prepare(connection, "SELECT 1")
            while connection._read_packet().get_all_data()[:1] != b"\xfe":
                pass
        with pytest.raises(pymysql.Error) as error:
            prepare(connection, "SELECT 1")
        assert error.value.args[0] == 1461
        assert node.query("SHOW STATUS LIKE 'Prepared_stmt_count'") == (("Prepared_stmt_count", "3"),)
    finally:
        node.query("SET GLOBAL max_prepared_stmt_count = DEFAULT")
    connection.close()
    wait_until(
        lambda: node.query("SHOW STATUS LIKE 'Prepared_stmt_count'") == (("Prepared_stmt_count", "0"),),
        "they are given back", 5)


def test_a_packet_that_drips_in_is_given_up(node):
    node.query("SET GLOBAL net_read_timeout = 1")
    try:
        connection = node.connect()
        raw = connection._sock
        text = b"\x03SELECT 1"
        raw.sendall(struct.pack("<I", 1000)[:3] + b"\0" + text)
        start = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() - start < 10:
                raw.sendall(b" ")
                time.sleep(0.2)
        assert time.monotonic() - start < 5
        raw.close()
    finally:
        node.query("SET GLOBAL net_read_timeout = DEFAULT")


def test_an_idle_session_is_told_that_it_was_ended(node):
    with Session(node) as session:
        session.run("SET wait_timeout = 1")
        wait_until(lambda: is_gone(node, session.id), "it is ended", 5)
        # What is sent to a closed connection may be refused before the answer that waits there is read.
        assert session.error("SELECT 1") in (4031, 2006, 2013)


def test_the_admin_interface_may_have_tls_of_its_own(node):
    def version(port):
        with pymysql.connect(host="127.0.0.1", port=port, user="root", ssl={"ssl": {}}, read_timeout=30) as link:
            with link.cursor() as cursor:
                cursor.execute("SHOW SESSION STATUS LIKE 'Ssl_version'")
                return cursor.fetchall()[0][1]

    def status(name):
        return node.scalar(
            "SELECT value FROM performance_schema.tls_channel_status WHERE channel = 'mysql_admin' "
            f"AND property = '{name}'")

    admin = node.options["admin_port"]
    assert (version(node.port), version(admin), status("Current_tls_cert")) == ("TLSv1.3", "TLSv1.3", "server-cert.pem")
    with Session(node) as root:
        assert root.error("SET GLOBAL admin_tls_version = 'TLSv1.1'") == 1231
        root.run("SET GLOBAL admin_tls_version = 'TLSv1.2', GLOBAL admin_ssl_ca = 'ca.pem', "
                 "GLOBAL admin_ssl_cert = 'server-cert.pem', GLOBAL admin_ssl_key = 'server-key.pem'")
        assert version(admin) == "TLSv1.3"
        root.run("ALTER INSTANCE RELOAD TLS FOR CHANNEL mysql_admin")
        assert (version(node.port), version(admin), status("Current_tls_version")) == ("TLSv1.3", "TLSv1.2", "TLSv1.2")
        root.run("SET GLOBAL admin_ssl_cert = 'nosuch.pem'")
        assert root.error("ALTER INSTANCE RELOAD TLS FOR CHANNEL mysql_admin") == 3888
        assert (version(admin), status("Current_tls_cert")) == ("TLSv1.2", "server-cert.pem")
        root.run("SET GLOBAL admin_tls_version = DEFAULT, GLOBAL admin_ssl_ca = '', GLOBAL admin_ssl_cert = '', "
                 "GLOBAL admin_ssl_key = ''")
        root.run("ALTER INSTANCE RELOAD TLS FOR CHANNEL mysql_admin")
    assert version(admin) == "TLSv1.3"


def test_an_admin_address_for_everybody_is_refused(tmp_path):
    server = Node(1, tmp_path, "", f"127.0.0.1:{free_port()}", options={"admin_address": "*"})
    server.start(wait=False)
    assert server.process.wait(20) != 0
    assert "admin_address" in server.log()
