"""Real GroupLite processes for tests and benchmarks: one Node is one `grouplite server`, a Group is several of them."""
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import pymysql

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("GROUPLITE", ROOT / ".build/release/grouplite"))
GROUP_NAME = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa"


def free_port():
    """A port that nobody listens on, below those that the system gives to outgoing connections."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def wait_until(condition, what, seconds=30.0):
    """Awaits a condition; a failure names what was awaited and the last error."""
    deadline = time.monotonic() + seconds
    last = None
    while time.monotonic() < deadline:
        try:
            result = condition()
            if result:
                return result
        except (pymysql.Error, OSError) as error:
            last = error
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds} s for: {what} (last error: {last})")


class Node:
    def __init__(self, number, directory, seeds, local_address, port=None, options=None, host="127.0.0.1", prefix=()):
        self.number = number
        self.host = host
        self.prefix = list(prefix)  # the command that starts the server elsewhere: in a network namespace
        self.directory = pathlib.Path(directory)
        self.port = port or free_port()
        self.local_address = local_address
        self.seeds = seeds
        self.options = dict(options or {})
        self.process = None

    @property
    def datadir(self):
        return self.directory / "data"

    @property
    def log_path(self):
        return self.directory / "error.log"

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def option_file(self):
        path = self.directory / "my.cnf"
        values = {
            "datadir": self.datadir,
            "port": self.port,
            "bind_address": self.host,
            "report_host": self.host,
            "server_id": self.number,
            "gtid_mode": "ON",
            "enforce_gtid_consistency": "ON",
            "group_replication_group_name": f'"{GROUP_NAME}"',
            "group_replication_start_on_boot": "OFF",
            "group_replication_local_address": f'"{self.local_address}"',
            "group_replication_group_seeds": f'"{self.seeds}"',
        }
        values.update(self.options)
        path.write_text("[mysqld]\n" + "".join(f"{name}={value}\n" for name, value in values.items()))
        return path

    def start(self, *arguments, wait=True):
        self.directory.mkdir(parents=True, exist_ok=True)
        log = open(self.log_path, "ab")
        self.process = subprocess.Popen(
            [*self.prefix, str(BINARY), "server", f"--defaults-file={self.option_file()}", *arguments],
            stdout=log, stderr=log, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
        if wait:
            self.wait_for_connection()
        return self

    def wait_for_connection(self, seconds=30.0):
        def connected():
            if self.process.poll() is not None:
                raise AssertionError(f"node {self.number} ended with {self.process.returncode}:\n{self.log()[-3000:]}")
            self.connect().close()
            return True
        wait_until(connected, f"node {self.number} answers", seconds)

    def connect(self, user="root", password="", database=None, **options):
        options.setdefault("autocommit", True)
        return pymysql.connect(
            host=self.host, port=self.port, user=user, password=password, database=database,
            connect_timeout=5, read_timeout=options.pop("read_timeout", 60), write_timeout=60, **options)

    def query(self, sql, **options):
        connection = self.connect(**options)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def scalar(self, sql, **options):
        rows = self.query(sql, **options)
        return rows[0][0] if rows else None

    def kill(self):
        """kill -9: nothing of the process runs any more when this returns."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, seconds=30):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"node {self.number} did not stop on SIGTERM:\n{self.log()[-3000:]}")

    @property
    def uuid(self):
        return self.scalar("SELECT @@server_uuid")

    def state(self):
        """This member's own state as it sees itself."""
        return self.scalar(
            "SELECT MEMBER_STATE FROM performance_schema.replication_group_members WHERE MEMBER_ID = @@server_uuid")

    def members(self):
        return {row[0]: (row[1], row[2]) for row in self.query(
            "SELECT MEMBER_PORT, MEMBER_STATE, MEMBER_ROLE FROM performance_schema.replication_group_members")}


class Group:
    """Several nodes with fresh data directories, a recovery account, and group replication started."""

    def __init__(self, size=3, directory=None, options=None):
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="grouplite-"))
        addresses = [f"127.0.0.1:{free_port()}" for _ in range(size)]
        self.nodes = [
            Node(number, self.directory / f"s{number}", ",".join(addresses), addresses[number - 1], options=options)
            for number in range(1, size + 1)]

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        for node in self.nodes:
            if node.process and node.process.poll() is None:
                node.process.kill()
                node.process.wait()
        if kind is None:
            shutil.rmtree(self.directory, ignore_errors=True)

    def start(self):
        for node in self.nodes:
            node.start(wait=False)
        for node in self.nodes:
            node.wait_for_connection()
            self.create_recovery_account(node)
        self.bootstrap(self.nodes[0])
        for node in self.nodes[1:]:
            node.query("START GROUP_REPLICATION")
        self.wait_online()
        for node in self.nodes:
            node.options["group_replication_start_on_boot"] = "ON"
        return self

    @staticmethod
    def create_recovery_account(node):
        connection = node.connect()
        with connection.cursor() as cursor:
            for sql in (
                "SET SQL_LOG_BIN=0",
                "CREATE USER rpl_user@'%' IDENTIFIED BY 'password'",
                "GRANT REPLICATION SLAVE ON *.* TO rpl_user@'%'",
                "GRANT BACKUP_ADMIN ON *.* TO rpl_user@'%'",
                "FLUSH PRIVILEGES",
                "SET SQL_LOG_BIN=1",
                "CHANGE REPLICATION SOURCE TO SOURCE_USER='rpl_user', SOURCE_PASSWORD='password' "
                "FOR CHANNEL 'group_replication_recovery'",
            ):
                cursor.execute(sql)
        connection.close()

    @staticmethod
    def bootstrap(node):
        node.query("SET GLOBAL group_replication_bootstrap_group=ON")
        node.query("START GROUP_REPLICATION")
        node.query("SET GLOBAL group_replication_bootstrap_group=OFF")

    def wait_online(self, nodes=None, seconds=60.0):
        """Until each of `nodes` sees exactly these nodes ONLINE."""
        nodes = nodes or self.nodes
        ports = {node.port for node in nodes}

        def all_online():
            return all(
                {port for port, (state, _) in node.members().items() if state == "ONLINE"} == ports
                and set(node.members()) == ports for node in nodes)
        try:
            wait_until(all_online, f"{len(nodes)} members ONLINE", seconds)
        except AssertionError as error:
            views = []
            for node in nodes:
                try:
                    views.append(str(node.members()))
                except Exception as problem:  # the node may be down: say so in the report
                    views.append(str(problem))
            raise AssertionError(str(error) + "\n" + "\n".join(views) + "\n" + "\n".join(
                f"--- s{node.number}\n{node.log()[-1500:]}" for node in nodes))

    def primary(self):
        for node in self.nodes:
            if node.process.poll() is not None:
                continue
            for port, (state, role) in node.members().items():
                if role == "PRIMARY" and state == "ONLINE":
                    return next(other for other in self.nodes if other.port == port)
        raise AssertionError("no primary")

    def wait_equal(self, sql, nodes=None, seconds=30.0):
        """Until `sql` gives the same rows on each node; returns them."""
        nodes = nodes or self.nodes
        answers = []

        def equal():
            answers[:] = [node.query(sql) for node in nodes]
            return all(answer == answers[0] for answer in answers)
        try:
            wait_until(equal, f"equal answers to {sql}", seconds)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{answers}")
        return answers[0]
