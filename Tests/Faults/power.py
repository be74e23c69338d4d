#!/usr/bin/env python3
"""Power loss of real processes: only what was synchronised survives.

    power.py [--cuts N] [--seed N] [--around a,b,...] [--verbose]

A library preloaded into each server (power_recorder.c) keeps a copy of what its disk would have: bytes as of a file's last sync,
names as of a directory's. Under writers, and around joins, DDL, rotation, purge and checkpoints, all three members lose power at
once; their directories are put together from the copies, and they start again. Each time: all come back ONLINE by themselves, what
was acknowledged is there, once, and the members are equal. A seed gives the same cuts, as far as the machine does.
"""
import argparse
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import pymysql

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Acceptance"))

from cluster import Group, wait_until  # noqa: E402

TABLE = "CREATE TABLE d.t (id BIGINT AUTO_INCREMENT PRIMARY KEY, writer INT, n INT, filler VARBINARY(5000), UNIQUE KEY w (writer, n))"

ACTIONS = ["nothing", "definitions", "rotation", "checkpoint", "rejoin", "join"]


def build_recorder(directory):
    """The library; None where there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("clang")
    if not compiler:
        return None
    library = pathlib.Path(directory) / "power_recorder.so"
    source = pathlib.Path(__file__).with_name("power_recorder.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl", "-lpthread"], check=True)
    return library


class Disk:
    """The copy beside a node's data directory."""

    def __init__(self, node, library):
        self.node, self.library = node, library
        self.generation = 0
        self.renew()

    def renew(self):
        self.generation += 1
        self.copy = self.node.directory / f"copy-{self.generation}"
        self.node.prefix = [
            "env", f"LD_PRELOAD={self.library}", f"POWER_DATA={self.node.datadir}", f"POWER_COPY={self.copy}"]

    def put_together(self):
        """The data directory as the disk has it."""
        shutil.rmtree(self.node.datadir)
        top = next(self.copy.glob("top-*")).name.split("-")[1]
        self.put_directory(top, self.node.datadir)
        shutil.rmtree(self.copy)
        self.renew()

    def put_directory(self, number, target):
        target.mkdir(mode=0o750)
        names = self.copy / f"names-{number}"
        for line in names.read_text().splitlines() if names.exists() else []:
            kind, number, name = line.split(" ", 2)
            if kind == "d":
                self.put_directory(number, target / name)
            elif (self.copy / f"file-{number}").exists():
                shutil.copyfile(self.copy / f"file-{number}", target / name)
            else:
                (target / name).touch(mode=0o640)


class Writers:
    """They insert numbered rows wherever a write is taken, and remember what was acknowledged."""

    def __init__(self, run, count=4):
        self.run_, self.count = run, count
        self.acknowledged = {}
        self.stopped = threading.Event()
        self.threads = []

    def start(self, generation):
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self.write, args=(generation * 100 + place, self.stopped), daemon=True)
            for place in range(self.count)]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(30)

    def write(self, writer, stopped):
        rows = self.acknowledged.setdefault(writer, [])
        connection, number, turn = None, 0, writer
        while not stopped.is_set():
            number += 1
            try:
                if connection is None:
                    connection = self.run_.group.nodes[turn % 3].connect(read_timeout=15)
                with connection.cursor() as cursor:
                    cursor.execute(
                        "INSERT INTO d.t (writer, n, filler) VALUES (%s, %s, %s)", (writer, number, os.urandom(1 + number % 5000)))
                rows.append(number)
            except (pymysql.Error, OSError):
                turn += 1
                connection = None
                time.sleep(0.02)


class Run:
    def __init__(self, options, library, directory):
        self.options = options
        self.chance = random.Random(options.seed)
        # A member that is back before its donors tries them again after this; MySQL's default is a minute.
        self.group = Group(3, directory=directory, options={"group_replication_recovery_reconnect_interval": 2})
        self.disks = {node: Disk(node, library) for node in self.group.nodes}
        self.writers = Writers(self)
        self.tables = 0

    def note(self, text):
        if self.options.verbose:
            print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)

    def start(self):
        self.group.start()
        self.group.primary().query("CREATE DATABASE d")
        self.group.primary().query(TABLE)
        self.group.wait_equal("SELECT COUNT(*) FROM d.t")
        time.sleep(self.options.settle)

    # What the power is lost around.

    def nothing(self):
        return "writes"

    def definitions(self):
        primary = self.group.primary()
        self.tables += 1
        primary.query(f"CREATE TABLE d.x{self.tables} (a INT PRIMARY KEY, b INT)")
        primary.query(f"INSERT INTO d.x{self.tables} VALUES (1, 1)")
        primary.query(f"ALTER TABLE d.x{self.tables} ADD COLUMN c INT, ADD KEY (b)")
        return "definitions"

    def rotation(self):
        node = self.chance.choice(self.group.nodes)
        node.query("FLUSH BINARY LOGS")
        node.query("FLUSH BINARY LOGS")
        node.query(f"PURGE BINARY LOGS TO '{node.query('SHOW BINARY LOGS')[-2][0]}'")
        return "rotation and purge"

    def checkpoint(self):
        time.sleep(1 + self.chance.random() * 10)
        return "a checkpoint or a snapshot"

    def rejoin(self):
        node = self.chance.choice([node for node in self.group.nodes if node is not self.group.primary()])
        node.query("STOP GROUP_REPLICATION")
        time.sleep(self.chance.random())
        node.query("START GROUP_REPLICATION")
        return "a member's leaving and joining"

    def join(self):
        """A new server in a member's place."""
        node = self.chance.choice([node for node in self.group.nodes if node is not self.group.primary()])
        node.kill()
        shutil.rmtree(node.datadir)
        shutil.rmtree(self.disks[node].copy)
        self.disks[node].renew()
        node.options["group_replication_start_on_boot"] = "OFF"
        node.start()
        self.group.create_recovery_account(node)
        node.options["group_replication_start_on_boot"] = "ON"
        node.option_file()
        # Its predecessor is removed first.
        wait_until(lambda: node.query("START GROUP_REPLICATION") is not None, "the new server joins", 60)
        return "a new member"

    # One cut.

    def cut(self, number):
        self.writers.start(number)
        time.sleep(0.3 + self.chance.random())
        action = self.chance.choice([getattr(self, name) for name in self.options.around])
        about = action()
        delay = self.chance.random() ** 2 * 3
        time.sleep(delay)
        ended = [node.process for node in self.group.nodes]
        for process in ended:
            process.kill()
        for process in ended:
            process.wait()
        self.writers.stop()
        for disk in self.disks.values():
            disk.put_together()
        for node in self.group.nodes:
            node.start(wait=False)
        for node in self.group.nodes:
            node.wait_for_connection(60)
        self.note(f"cut {number}: {delay:.2f} s after {about}; {sum(map(len, self.writers.acknowledged.values()))} rows acknowledged")
        try:
            self.check()
        except AssertionError as error:
            raise AssertionError(f"cut {number}, {delay:.2f} s after {about} (seed {self.options.seed}): {error}")

    def check(self):
        self.group.wait_online(seconds=60)
        self.group.wait_equal("SELECT @@gtid_executed")
        tables = [row[0] for row in self.group.nodes[0].query("SHOW TABLES FROM d")]
        self.group.wait_equal("CHECKSUM TABLE " + ", ".join(f"d.{table}" for table in tables))
        rows = self.group.nodes[0].query("SELECT writer, n FROM d.t")
        found = set(rows)
        if len(found) != len(rows):
            raise AssertionError("rows are doubled")
        missing = [(writer, n) for writer, numbers in self.writers.acknowledged.items() for n in numbers if (writer, n) not in found]
        if missing:
            raise AssertionError(f"{len(missing)} acknowledged rows are missing: {missing[:5]}")
        for number in range(1, self.tables + 1):
            if f"x{number}" not in tables:
                raise AssertionError(f"the table x{number}, which was acknowledged, is missing")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--around", default=",".join(ACTIONS), help=f"comma-separated, of: {', '.join(ACTIONS)} (default: all)")
    parser.add_argument("--settle", type=float, default=0, help="seconds between the group's making and the first cut")
    parser.add_argument("--dir", help="where everything is kept; it stays")
    options = parser.parse_args()
    options.around = options.around.split(",")
    if unknown := set(options.around) - set(ACTIONS):
        sys.exit(f"power: unknown: {', '.join(unknown)}")
    directory = pathlib.Path(options.dir or tempfile.mkdtemp(prefix="grouplite-power-"))
    directory.mkdir(parents=True, exist_ok=True)
    library = build_recorder(directory)
    if not library:
        sys.exit("power: no C compiler")
    print(f"power: {options.cuts} cuts, seed {options.seed}", flush=True)
    run = Run(options, library, directory)
    try:
        with run.group:
            run.start()
            for number in range(1, options.cuts + 1):
                run.cut(number)
            total = sum(map(len, run.writers.acknowledged.values()))
    except AssertionError as error:
        sys.exit(f"power: {error}\nEverything is in {directory}")
    print(f"power: {options.cuts} cuts, {total} acknowledged rows, nothing missing, all members equal")


if __name__ == "__main__":
    main()
