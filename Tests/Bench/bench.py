#!/usr/bin/env python3
"""Speed and memory of a three-member sandbox, as one Markdown table (needs sysbench). Durable settings, everything on this machine.

    bench.py [--time S] [--threads 1,8,32] [--tests point_select,insert,...] [--repeat N]

Medians over --repeat runs. The other members are drained between cells, so that no cell pays for the one before.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import pymysql

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Acceptance"))
from cluster import BINARY, wait_until  # noqa: E402

BASE_PORT = 28801
PORTS = [BASE_PORT + index for index in range(3)]


def connect(port, **options):
    return pymysql.connect(host="127.0.0.1", port=port, user="root", password="", autocommit=True,
                           connect_timeout=2, read_timeout=60, **options)


def query(port, sql):
    connection = connect(port)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    finally:
        connection.close()


class Sandbox:
    def __enter__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="grouplite-bench-"))
        self.log = open(self.directory / "sandbox.log", "wb")
        started = time.monotonic()
        self.process = subprocess.Popen(
            [str(BINARY), "sandbox", "--dir", str(self.directory / "data"), "--base-port", str(BASE_PORT)],
            stdout=self.log, stderr=self.log)
        wait_until(self.online, "three members ONLINE", 60)
        self.seconds_to_online = time.monotonic() - started
        return self

    def online(self):
        rows = query(PORTS[0], "SELECT MEMBER_STATE FROM performance_schema.replication_group_members")
        return len(rows) == 3 and all(row[0] == "ONLINE" for row in rows)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def pids(self):
        return [int(query(port, "SELECT @@pid_file")[0][0] and pathlib.Path(
            query(port, "SELECT @@pid_file")[0][0]).read_text()) for port in PORTS]

    def drain(self):
        def equal():
            sets = {query(port, "SELECT @@gtid_executed")[0][0] for port in PORTS}
            return len(sets) == 1
        wait_until(equal, "members equal", 120)


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


def sysbench(test, threads, seconds, *extra):
    command = [
        "sysbench", f"oltp_{test}", "--db-driver=mysql", "--mysql-host=127.0.0.1", f"--mysql-port={PORTS[0]}",
        "--mysql-user=root", "--mysql-db=sbtest", "--mysql-ssl=off", "--tables=4", "--table-size=10000",
        "--mysql-ignore-errors=1213,1020,1205,3101,1180", f"--threads={threads}", f"--time={seconds}",
        "--percentile=95", *extra]
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{result.stdout}{result.stderr}")
    return result.stdout


def figures(output):
    transactions = float(re.search(r"transactions:\s+\d+\s+\(([\d.]+)", output).group(1))
    p95 = float(re.search(r"95th percentile:\s+([\d.]+)", output).group(1))
    return transactions, p95


def commit_latency(seconds):
    query(PORTS[0], "CREATE TABLE IF NOT EXISTS sbtest.probe (id BIGINT AUTO_INCREMENT PRIMARY KEY, p INT, ts DOUBLE)")
    connection = connect(PORTS[0])
    times = []
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("INSERT INTO sbtest.probe (p, ts) VALUES (1, 0)")
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = time.perf_counter()
            cursor.execute("INSERT INTO sbtest.probe (p, ts) VALUES (1, 0)")
            times.append(1000 * (time.perf_counter() - before))
    connection.close()
    times.sort()
    return times[len(times) // 2], times[int(len(times) * 0.99)]


def failover(sandbox, victim, seconds=8):
    """kill -9 of member `victim`: (longest time without a commit, commits in each second around the kill)."""
    pid = sandbox.pids()[victim]
    commits = []
    stopped = threading.Event()

    def write():
        ports = list(PORTS)
        connection = None
        while not stopped.is_set():
            try:
                connection = connection or connect(ports[0])
                with connection.cursor() as cursor:
                    cursor.execute("INSERT INTO sbtest.probe (p, ts) VALUES (1, 0)")
                commits.append(time.monotonic())
            except (pymysql.Error, OSError):
                connection = None
                ports.append(ports.pop(0))
                time.sleep(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    time.sleep(2)
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    time.sleep(seconds - 2)
    stopped.set()
    writer.join()
    gap = max(later - earlier for earlier, later in zip(commits, commits[1:]))
    per_second = [sum(1 for moment in commits if second <= moment - killed < second + 1) for second in range(-1, 4)]
    return gap, per_second


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--time", type=int, default=10)
    parser.add_argument("--threads", default="1,8,32")
    parser.add_argument("--tests", default="point_select,insert,update_non_index,write_only,read_write")
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--no-failover", action="store_true")
    options = parser.parse_args()
    with Sandbox() as sandbox:
        idle = [resident_mib(pid) for pid in sandbox.pids()]
        query(PORTS[0], "CREATE DATABASE sbtest")
        sysbench("read_write", 1, 1, "prepare")
        print("| test | threads | tps | p95 ms |\n|---|---|---|---|")
        for test in options.tests.split(","):
            for threads in map(int, options.threads.split(",")):
                results = []
                for _ in range(options.repeat):
                    sysbench(test, threads, 1, "run")
                    sandbox.drain()
                    results.append(figures(sysbench(test, threads, options.time, "run")))
                    sandbox.drain()
                tps = statistics.median(result[0] for result in results)
                p95 = statistics.median(result[1] for result in results)
                print(f"| {test} | {threads} | {tps:.0f} | {p95:.2f} |", flush=True)
        median, p99 = commit_latency(5)
        print("\n| | |\n|---|---|")
        print(f"| one client, single-row INSERT, autocommit: median / p99 ms | {median:.2f} / {p99:.2f} |")
        print(f"| empty directories to three members ONLINE, s | {sandbox.seconds_to_online:.2f} |")
        print(f"| resident MiB per member, idle and fresh | {' / '.join(f'{value:.0f}' for value in idle)} |")
        busy = [resident_mib(pid) for pid in sandbox.pids()]
        print(f"| resident MiB per member after the matrix | {' / '.join(f'{value:.0f}' for value in busy)} |")
    if options.no_failover:
        return
    for victim, name in ((0, "the primary"), (2, "a secondary")):
        with Sandbox() as sandbox:
            query(PORTS[0], "CREATE DATABASE sbtest")
            commit_latency(0.5)
            gap, per_second = failover(sandbox, victim)
            print(f"| kill -9 of {name}: longest time without a commit, s | {gap:.2f} |")
            print(f"| commits in the second before and the four after | {' '.join(map(str, per_second))} |")


main()
