"""A member on a host of its own: the server process, a supervisor that starts it again, and an eye on what it shows."""
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

import pymysql

from cluster import Node, wait_until

ROOMY = "8g"  # of memory, as far as it is used
CRASHES = {signal.SIGILL, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGFPE}


class Member(Node):
    def __init__(self, number, network, note, **options):
        super().__init__(number, host=network.address(number), prefix=network.inside(number), **options)
        self.note = note            # writes a line into the run's diary
        self.problems = []
        self.wanted = False         # it should run: what ends by itself is started again, as systemd would
        self.paused = False
        self.closing = threading.Event()
        self.view = {}              # what it shows: address -> (state, role)
        self.seen_at = 0.0
        self.options["socket"] = self.directory / "s"
        self.options["pid_file"] = self.directory / "pid"
        self.threads = [threading.Thread(target=target, daemon=True) for target in (self.watch, self.supervise)]

    def __str__(self):
        return f"s{self.number}"

    def open(self):
        self.start(wait=False)
        for thread in self.threads:
            thread.start()

    def start(self, *arguments, wait=True):
        super().start(*arguments, wait=False)
        self.wanted = True
        if wait:
            wait_until(lambda: self.local_query("SELECT 1"), f"{self} answers", 30)
        return self

    def local_connection(self, read_timeout=3):
        """Through the Unix socket, as root@localhost: works whatever the network does."""
        return pymysql.connect(unix_socket=str(self.options["socket"]), user="root", password="", autocommit=True,
                               connect_timeout=2, read_timeout=read_timeout)

    def local_query(self, *statements, read_timeout=3):
        connection = self.local_connection(read_timeout)
        try:
            with connection.cursor() as cursor:
                for sql in statements:
                    cursor.execute(sql)
                return cursor.fetchall()
        finally:
            connection.close()

    def provision(self):
        """What an operator does on a new server before it joins."""
        self.local_query(
            "SET SQL_LOG_BIN=0",
            "CREATE USER rpl_user@'%' IDENTIFIED BY 'password'",
            "GRANT REPLICATION SLAVE ON *.* TO rpl_user@'%'",
            "CREATE USER tester@'%'",
            "GRANT ALL ON *.* TO tester@'%' WITH GRANT OPTION",
            "REVOKE CONNECTION_ADMIN, SUPER ON *.* FROM tester@'%'",
            "SET SQL_LOG_BIN=1",
            "CHANGE REPLICATION SOURCE TO SOURCE_USER='rpl_user', SOURCE_PASSWORD='password' "
            "FOR CHANNEL 'group_replication_recovery'", read_timeout=30)

    def watch(self):
        """Asks the member five times a second what it sees, and notes each change."""
        connection = None
        while not self.closing.is_set():
            try:
                connection = connection or self.local_connection()
                with connection.cursor() as cursor:
                    cursor.execute("SELECT MEMBER_HOST, MEMBER_STATE, MEMBER_ROLE"
                                   " FROM performance_schema.replication_group_members")
                    view = {row[0]: (row[1], row[2]) for row in cursor.fetchall()}
                self.seen_at = time.monotonic()
            except (pymysql.Error, OSError):
                connection = None
                view = {}
            if view != self.view:
                self.view = view
                text = ", ".join(f"s{host.rsplit('.')[-1] or '?'} {state}{' ' + role if role else ''}"
                                 for host, (state, role) in sorted(view.items()))
                self.note(f"{self} shows: {text or 'nothing'}")
            self.closing.wait(0.2)

    def supervise(self):
        while not self.closing.wait(0.2):
            process = self.process
            if not self.wanted or process.poll() is None:
                continue
            self.ended(process.returncode)
            self.closing.wait(1)
            if self.wanted and self.process is process:
                self.note(f"{self} is started again by its supervisor")
                self.start(wait=False)

    def ended(self, code):
        self.note(f"{self} ended by itself with {code}")
        if -code in CRASHES or code - 128 in CRASHES:
            self.problems.append(f"{self} crashed: {signal.Signals(-code if code < 0 else code - 128).name}\n{self.log()[-1500:]}")

    @property
    def resident_mib(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) // 1024
        return 0

    @property
    def running(self):
        return self.process.poll() is None

    @property
    def state(self):
        """As it shows itself now; None when it does not answer."""
        if time.monotonic() - self.seen_at > 2:
            return None
        return self.view.get(self.host, (None, None))[0]

    @property
    def role(self):
        return self.view.get(self.host, (None, None))[1] if self.state == "ONLINE" else None

    def sees_online(self, count):
        return (self.state is not None and len(self.view) == count
                and all(state == "ONLINE" for state, _ in self.view.values()))

    def kill(self):
        self.wanted = False
        if self.running:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.paused = False

    def restart(self):
        """Stops as `systemctl restart` would: SIGTERM, and SIGKILL when that takes too long."""
        self.wanted = False
        if self.running:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.note(f"{self} did not end within 20 s of SIGTERM")
                self.kill()
        self.start(wait=False)

    def pause(self):
        if self.running:
            self.process.send_signal(signal.SIGSTOP)
            self.paused = True

    def resume(self):
        if self.paused and self.running:
            self.process.send_signal(signal.SIGCONT)
        self.paused = False

    def wipe(self):
        """The disk is lost: everything in the data directory is gone."""
        for entry in self.datadir.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def give_small_disk(self):
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOMY}", "none", str(self.datadir)], check=True)

    def fill_disk(self):
        """Nothing more can be written: the file system shrinks to what is used, but for a few pages."""
        status = os.statvfs(self.datadir)
        used = (status.f_blocks - status.f_bfree) * status.f_frsize
        self.resize_disk(str(used + 64 * 1024))

    def free_disk(self):
        self.resize_disk(ROOMY)

    def resize_disk(self, size):
        subprocess.run(["mount", "-o", f"remount,size={size}", str(self.datadir)], check=True)

    def close(self):
        self.closing.set()
        self.wanted = False
        if self.process and self.running:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
