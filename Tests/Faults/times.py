#!/usr/bin/env python3
"""How long things take under fire, as medians of several rounds: three members and their clients on this machine.

    times.py [--rounds 5] [--clients 4]

Clients insert single rows with autocommit wherever writes are taken, and connect again at once when they are refused or
cut off. What is killed is killed with -9. (A loss of power also loses what was not synced: that is the simulator's.)
"""
import argparse
import os
import pathlib
import shutil
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Acceptance"))

import pymysql  # noqa: E402

from cluster import Group, wait_until  # noqa: E402

PEACE = 3.0
HOLD = 4.0
# Of an autocommit INSERT, where the member takes no writes (now): try the next one.
ELSEWHERE = {1290, 1792, 1836, 3032, 3100}


class Clients:
    def __init__(self, group, count):
        self.group = group
        self.commits = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(count)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        turn = 0
        while not self.stopped.is_set():
            node = self.group.nodes[turn % len(self.group.nodes)]
            try:
                connection = node.connect(autocommit=True, read_timeout=15)
                with connection.cursor() as cursor:
                    while not self.stopped.is_set():
                        cursor.execute(f"INSERT INTO d.t (client) VALUES ({number})")
                        self.commits.append(time.monotonic())
            except (pymysql.Error, OSError):
                turn += 1
                time.sleep(0.005)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(20)

    def longest_gap(self, start, end):
        moments = [start, *(moment for moment in sorted(self.commits) if start <= moment <= end), end]
        return max(later - earlier for earlier, later in zip(moments, moments[1:]))

    def rate(self, start, end):
        return sum(1 for moment in list(self.commits) if start <= moment < end) / (end - start)

    def first_after(self, moment):
        wait_until(lambda: self.commits and self.commits[-1] > moment, "a commit", 90)
        return min(commit for commit in list(self.commits) if commit > moment)


def sees_itself_online(node):
    try:
        return node.members().get(node.port, ("",))[0] == "ONLINE"
    except (pymysql.Error, OSError):
        return False


def all_online(group):
    """When every member lists all as ONLINE."""
    def whole():
        try:
            return all(sum(state == "ONLINE" for state, _ in node.members().values()) == len(group.nodes) for node in group.nodes)
        except (pymysql.Error, OSError):
            return False
    wait_until(whole, "all ONLINE", 90)
    return time.monotonic()


class Times:
    def __init__(self, group, clients):
        self.group, self.clients = group, clients
        self.found = {}

    def note(self, what, value):
        self.found.setdefault(what, []).append(value)
        print(f"  {what}: {value:.2f}", flush=True)

    def killed(self, victim):
        """Kills it under load; what clients noticed, and how long it takes to be back."""
        name = "the primary" if victim is self.group.primary() else "a secondary"
        time.sleep(PEACE)
        moment = time.monotonic()
        before = self.clients.rate(moment - PEACE + 0.5, moment)
        victim.kill()
        time.sleep(HOLD)
        end = time.monotonic()
        self.note(f"kill -9 of {name}: seconds without a commit", self.clients.longest_gap(moment, end))
        if name == "a secondary":
            worst = min(self.clients.rate(moment + second, moment + second + 1) for second in range(int(HOLD)))
            self.note("kill -9 of a secondary: worst second, of the rate before", worst / before)
        victim.start(wait=False)
        started = time.monotonic()
        wait_until(lambda: sees_itself_online(victim), "ONLINE", 90)
        self.note(f"restart under load after kill -9 of {name}: ONLINE after, s", time.monotonic() - started)
        all_online(self.group)

    def all_killed(self):
        time.sleep(PEACE)
        for node in self.group.nodes:
            node.process.kill()
        for node in self.group.nodes:
            node.kill()
        started = time.monotonic()
        for node in self.group.nodes:
            node.start(wait=False)
        first = self.clients.first_after(started)
        online = all_online(self.group)
        self.note("kill -9 of all, started again: first commit after, s", first - started)
        self.note("kill -9 of all, started again: all ONLINE after, s", online - started)

    def emptied(self, victim):
        victim.kill()
        shutil.rmtree(victim.datadir)
        victim.options["group_replication_start_on_boot"] = "OFF"
        time.sleep(PEACE)
        started = time.monotonic()
        victim.start(wait=False)
        victim.wait_for_connection()
        self.group.create_recovery_account(victim)
        victim.query("START GROUP_REPLICATION", read_timeout=90)
        wait_until(lambda: sees_itself_online(victim), "ONLINE", 90)
        self.note("empty member under load: ONLINE after, s", time.monotonic() - started)
        victim.options["group_replication_start_on_boot"] = "ON"
        all_online(self.group)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    with Group(3) as group:
        group.start()
        primary = group.primary()
        primary.query("CREATE DATABASE d")
        primary.query("CREATE TABLE d.t (id INT AUTO_INCREMENT PRIMARY KEY, client INT)")
        times = Times(group, Clients(group, options.clients))
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}, load {os.getloadavg()[0]:.1f}", flush=True)
            times.killed(group.primary())
            times.killed(next(node for node in group.nodes if node is not group.primary()))
            times.emptied(next(node for node in group.nodes if node is not group.primary()))
            times.all_killed()
        times.clients.stop()
        rows = len(times.clients.commits)
        stored = group.primary().query("SELECT COUNT(*) FROM d.t")[0][0]
        group.wait_equal("CHECKSUM TABLE d.t")
        print(f"\n{rows} rows acknowledged, {stored} stored, all members equal\n\n| | median | worst |\n|---|---|---|")
        for what, values in times.found.items():
            worst = min(values) if "of the rate" in what else max(values)
            print(f"| {what} | {statistics.median(values):.2f} | {worst:.2f} |")
        if stored < rows:
            sys.exit("acknowledged rows are missing")


if __name__ == "__main__":
    main()
