#!/usr/bin/env python3
"""Groups of real processes under fire, each member on a host (network namespace) of its own; needs root and iproute2.

    faults.py [--members 3|5] [--mode single|multi] [--faults a,b,...] [--seed N] [--duration S] [--quick]

Clients write and read all the while (workload.py). After each fault every member must be ONLINE again without an
operator's statement, within a bound; what was acknowledged must be there; at the end all members must be equal and the
history of the list-append transactions free of anomalies (isolation.py). A seed gives the same faults on the same
members in the same order, as far as processes and clocks let it.
"""
import argparse
import collections
import datetime
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent), str(pathlib.Path(__file__).resolve().parents[1] / "Acceptance")]

import pymysql  # noqa: E402

import isolation  # noqa: E402
import network  # noqa: E402
from cluster import BINARY, wait_until  # noqa: E402
from member import Member  # noqa: E402
from scenarios import FAULTS  # noqa: E402
from workload import SCHEMA, TABLES, Workload, parse  # noqa: E402

QUICK = ("kill_primary", "pause_short", "one_way_to_primary", "kill_all")
QUICK_HOLD = 4.0


class Canary:
    """How late the machine itself lets a sleeper wake: what a group's pause is to be compared with."""

    def __init__(self):
        self.late = [(0.0, 0.0)]
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            before = time.monotonic()
            time.sleep(0.01)
            now = time.monotonic()
            if now - before > 0.05:
                self.late.append((now, now - before - 0.01))

    def worst(self, start, end):
        return max((late for moment, late in self.late if start <= moment <= end), default=0.0)


class Run:
    def __init__(self, options):
        self.options = options
        self.bound = options.bound
        self.chance = random.Random(options.seed)
        self.directory = pathlib.Path(options.dir or tempfile.mkdtemp(prefix="grouplite-faults-"))
        self.directory.mkdir(parents=True, exist_ok=True)
        self.diary = open(self.directory / "diary.log", "a", buffering=1)
        self.problems = []
        self.verified = {}
        self.canary = Canary()
        self.rows = []
        self.network = network.Network(options.members)
        seeds = ",".join(f"{self.network.address(number)}:33061" for number in self.network.numbers)
        self.members = [
            Member(number, self.network, self.note, directory=self.directory / f"s{number}", seeds=seeds,
                   local_address=f"{self.network.address(number)}:33061", port=3306,
                   options={"group_replication_single_primary_mode": "ON" if options.mode == "single" else "OFF"})
            for number in self.network.numbers]
        self.workload = Workload(self.members, options.seed, snapshot_isolation=not options.no_snapshot_isolation)

    def note(self, text):
        moment = datetime.datetime.now(datetime.timezone.utc).strftime("%H:%M:%S.%f")[:-3]
        self.diary.write(f"{moment} {text}\n")
        if self.options.verbose:
            print(f"{moment} {text}", flush=True)

    def problem(self, text):
        self.problems.append(text)
        self.note(f"PROBLEM {text}")
        print(f"PROBLEM {text}", flush=True)

    # What the faults ask for

    def primary(self):
        primaries = [member for member in self.members if member.role == "PRIMARY"]
        return self.chance.choice(primaries or self.members)

    def other(self, member):
        return self.chance.choice([other for other in self.members if other is not member])

    def statement(self, member, sql):
        """An operator's statement. It may fail, with other faults at the same time."""
        try:
            self.note(f"{member}: {sql}: {member.local_query(sql, read_timeout=60)}")
        except (pymysql.Error, OSError) as error:
            self.note(f"{member}: {sql}: {error}")

    # The run

    def start(self):
        for member in self.members:
            member.datadir.mkdir(parents=True)
        if {"disk_full", "disks_full"} & set(self.options.faults):
            for member in self.members:
                member.give_small_disk()
        for member in self.members:
            member.open()
        for member in self.members:
            wait_until(lambda: member.local_query("SELECT 1"), f"{member} answers", 60)
            member.provision()
        started = time.monotonic()
        bootstrap = self.members[0]
        bootstrap.local_query("SET GLOBAL group_replication_bootstrap_group=ON", "START GROUP_REPLICATION",
                              "SET GLOBAL group_replication_bootstrap_group=OFF", read_timeout=60)
        bootstrap.local_query(*SCHEMA, read_timeout=30)
        for member in self.members[1:]:
            member.local_query("START GROUP_REPLICATION", read_timeout=60)
        self.await_online("at the start")
        self.note(f"{len(self.members)} members ONLINE after {time.monotonic() - started:.1f} s")
        for member in self.members:
            member.options["group_replication_start_on_boot"] = "ON"
            member.option_file()
        self.workload.start()
        time.sleep(3)

    def online(self):
        return all(member.sees_online(len(self.members)) for member in self.members)

    def await_online(self, when):
        try:
            wait_until(self.online, "every member sees all ONLINE", self.bound)
            return True
        except AssertionError:
            views = "\n".join(f"    {member} {'runs' if member.running else 'is down'}: {member.view}" for member in self.members)
            self.problem(f"not all ONLINE within {self.bound:.0f} s {when}\n{views}")
            return False

    def strike(self, names):
        """One fault, or several at the same time, mended in the same order."""
        name = " + ".join(names)
        time.sleep(2.5)  # of peace, to compare with
        before = self.workload.rate(time.monotonic() - 2, time.monotonic())
        began = time.monotonic()
        running = []
        for number, one in enumerate(names):
            if number:
                time.sleep(self.chance.uniform(0.2, 3))
            steps = FAULTS[one](self)
            running.append((one, steps, next(steps)))
            self.note(f"=== {one}: {running[-1][2]}")
        struck = time.monotonic()
        hold = max(FAULTS[one].hold for one in names)
        time.sleep(min(hold, QUICK_HOLD) if self.options.quick else hold)
        mending = time.monotonic()
        for one, steps, what in running:
            next(steps, None)
            self.note(f"=== mended: {one}: {what}")
        mended = time.monotonic()
        online = self.await_online(f"after {name}")
        back = time.monotonic()
        if not online:
            self.repair()
        self.await_commits(name)
        end = time.monotonic()
        gap, at = self.workload.longest_gap(began, end)
        row = {
            "fault": name, "what": ", ".join(what for _, _, what in running), "gap": gap, "gap_at": at - began,
            "after_mending": self.workload.longest_gap(mending, end)[0], "before": before,
            "during": self.workload.rate(struck, mending), "back": back - mended if online else None,
            "machine": self.canary.worst(began, end), "load": os.getloadavg()[0]}
        self.rows.append(row)
        self.note(f"{row}; ledger rows in each second from 2 s before on: {self.workload.per_second(began - 2, end)}")
        print(f"{name} ({row['what']}): {gap:.2f} s without a commit, from {row['gap_at']:.1f} s on; "
              f"{before:.0f} ledger rows/s before, {row['during']:.0f} during; "
              + (f"all ONLINE {row['back']:.1f} s after mending" if online else "NOT ONLINE AGAIN")
              + f" (load {row['load']:.0f}, the machine itself late by up to {row['machine']:.2f} s)", flush=True)
        self.check_acknowledged(f"after {name}")

    def repair(self):
        """So that the other faults can be tried after one that was not overcome: restarts who is not ONLINE."""
        for member in self.members:
            if member.state != "ONLINE":
                self.note(f"{member} is killed and started by the run itself")
                member.kill()
                member.start(wait=False)
        self.await_online("after their restart")

    def await_commits(self, name, count=20):
        goal = len(self.workload.commits) + count
        try:
            wait_until(lambda: len(self.workload.commits) >= goal, f"{count} more commits", 30)
        except AssertionError:
            self.problem(f"no {count} commits within 30 s with all members ONLINE after {name}")

    def check_acknowledged(self, when):
        """Every acknowledged row of the ledger is (soon) on a member that is ONLINE."""
        promised = {writer.writer: writer.acknowledged[self.verified.get(writer.writer, 0):] for writer in self.workload.ledger}
        member = self.chance.choice([member for member in self.members if member.state == "ONLINE"] or self.members)
        missing = {}

        def there():
            missing.clear()
            for writer, numbers in promised.items():
                if numbers:
                    stored = {row[0] for row in member.local_query(
                        f"SELECT n FROM f.ledger WHERE writer = {writer} AND n BETWEEN {numbers[0]} AND {numbers[-1]}",
                        read_timeout=20)}
                    if lost := [number for number in numbers if number not in stored]:
                        missing[writer] = lost
            return not missing
        try:
            wait_until(there, "acknowledged rows", 30)
        except AssertionError as error:
            lost = {writer: (len(numbers), numbers[:5]) for writer, numbers in missing.items()}
            self.problem(f"ACKNOWLEDGED AND LOST {when}, on {member}: {lost} ({error})")
        for writer, numbers in promised.items():
            self.verified[writer] = self.verified.get(writer, 0) + len(numbers)

    def finish(self):
        self.network.heal()
        self.await_online("at the end")
        self.workload.stop()
        self.problems += self.workload.problems
        if stale := self.workload.fresh.stale:
            self.problem(f"{len(stale)} reads at BEFORE did not see what had been acknowledged: {stale[:3]}")
        for member in self.members:
            self.problems += member.problems
        if not self.equal("SELECT @@global.gtid_executed"):
            return
        for table in TABLES:
            self.equal(f"CHECKSUM TABLE {table}")
            self.equal(f"SHOW CREATE TABLE {table}")
        self.equal("SELECT table_name FROM information_schema.tables WHERE table_schema = 'f' ORDER BY table_name")
        last = self.members[0]
        for writer in self.workload.ledger:
            stored = {row[0] for row in last.local_query(
                f"SELECT n FROM f.ledger WHERE writer = {writer.writer}", read_timeout=60)}
            if lost := sorted(set(writer.acknowledged) - stored):
                self.problem(f"ACKNOWLEDGED AND LOST: {len(lost)} rows of writer {writer.writer}: {lost[:5]}")
            if ghosts := [(number, error) for number, error in writer.refused if number in stored]:
                self.problem(f"refused and yet there: {len(ghosts)} rows of writer {writer.writer}: {ghosts[:5]}")
        final = {key: parse(text) for key, text in last.local_query("SELECT k, v FROM f.lists", read_timeout=60)}
        history = self.workload.history()
        anomalies = isolation.check(history, final)
        judged = [anomaly for anomaly in anomalies
                  if not (self.options.no_snapshot_isolation and anomaly.name.startswith(isolation.OF_SNAPSHOTS))]
        for anomaly in judged[:10]:
            self.problem(f"{anomaly.name}: {anomaly.detail}")
        outcomes = {outcome: sum(1 for one in history if one.outcome == outcome)
                    for outcome in (isolation.OK, isolation.FAILED, isolation.UNKNOWN)}
        print(f"list-append: {outcomes}, {len(final)} lists, anomalies: "
              f"{dict(collections.Counter(anomaly.name for anomaly in anomalies))}, "
              f"{isolation.write_skew(history, final)} write skews (allowed)")
        print(f"resident MiB: {', '.join(f'{member} {member.resident_mib}' for member in self.members)}")
        self.note(f"counts: {dict(self.workload.counts)}")

    def equal(self, sql):
        answers = {}

        def same():
            for member in self.members:
                answers[str(member)] = member.local_query(sql, read_timeout=60)
            return len(set(answers.values())) == 1
        try:
            wait_until(same, f"equal answers to {sql}", self.bound)
            return True
        except AssertionError as error:
            self.problem(f"THE MEMBERS DIFFER: {error}\n" + "\n".join(f"    {name}: {rows}" for name, rows in answers.items()))
            return False

    def report(self):
        print("\n| fault | seconds without a commit | of them after mending | ledger rows/s before, during | back ONLINE, s |")
        print("|---|---|---|---|---|")
        for row in self.rows:
            back = "never" if row["back"] is None else f"{row['back']:.1f}"
            print(f"| {row['fault']} ({row['what']}) | {row['gap']:.2f} | {row['after_mending']:.2f} | "
                  f"{row['before']:.0f}, {row['during']:.0f} | {back} |")

    def close(self):
        for member in self.members:
            member.resume()
            member.close()


def plan(options, chance):
    """The faults in their order: each once; then, as long as there is time, random ones, half of them two at a time."""
    names = list(options.faults)
    if not (options.quick or options.ordered):
        chance.shuffle(names)
    for name in names:
        yield [name]
    while True:
        yield chance.sample(names, 2 if len(names) > 1 and chance.random() < 0.5 else 1)


def watchdog(seconds):
    """A run that hangs ends too; the kernel then clears up after it."""
    time.sleep(seconds)
    print(f"faults: not over after {seconds:.0f} s", file=sys.stderr, flush=True)
    os._exit(3)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=3)
    parser.add_argument("--mode", choices=("single", "multi"), default="single", help="single- or multi-primary")
    parser.add_argument("--faults", help=f"comma-separated, of: {', '.join(FAULTS)} (default: all)")
    parser.add_argument("--ordered", action="store_true", help="the faults in the order given")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--duration", type=float, default=None,
                        help="seconds: begin no fault later, and go on with random ones until then (default: each fault once)")
    parser.add_argument("--bound", type=float, default=90, help="seconds within which all must be ONLINE again")
    parser.add_argument("--quick", action="store_true", help=f"about a minute: {', '.join(QUICK)}, held briefly")
    parser.add_argument("--no-snapshot-isolation", action="store_true",
                        help="leave innodb_snapshot_isolation OFF: lost updates and moving snapshots are counted only")
    parser.add_argument("--dir", help="where the members live (default: a temporary directory, removed when all is well)")
    parser.add_argument("--keep", action="store_true", help="do not remove the directory")
    parser.add_argument("--verbose", action="store_true", help="the diary on the terminal too")
    options = parser.parse_args()
    chosen = options.faults.split(",") if options.faults else QUICK if options.quick else list(FAULTS)
    if unknown := [name for name in chosen if name not in FAULTS]:
        parser.error(f"no such fault: {', '.join(unknown)}")
    options.faults = [name for name in chosen if FAULTS[name].minimum <= options.members]
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1 << 31)
    return options


def main():
    options = arguments()
    network.enter()
    if not BINARY.exists():
        sys.exit(f"faults: no {BINARY}: run `make build`, or set GROUPLITE")
    limit = 300 + (options.duration or 0) + (options.bound + 120) * (len(options.faults) if options.duration is None else 2)
    threading.Thread(target=watchdog, args=(limit,), daemon=True).start()
    print(f"faults: {options.members} members, {options.mode}-primary, --seed {options.seed}", flush=True)
    run = Run(options)
    print(f"faults: {run.directory}", flush=True)
    try:
        run.start()
        began = time.monotonic()
        for number, names in enumerate(plan(options, run.chance)):
            late = options.duration is not None and time.monotonic() - began >= options.duration
            if late or (options.duration is None and number >= len(options.faults)):
                break
            run.strike(names)
        run.finish()
    except (AssertionError, pymysql.Error, OSError) as error:
        run.problem(f"the run ended: {error!r}")
    finally:
        run.close()
    run.report()
    if run.problems:
        print(f"\nfaults: {len(run.problems)} problems; --members {options.members} --mode {options.mode} "
              f"--seed {options.seed}; logs in {run.directory}")
        for problem in run.problems:
            print(f"  - {problem}")
        os._exit(1)
    if not options.keep and not options.dir:
        shutil.rmtree(run.directory, ignore_errors=True)
    print("faults: nothing lost, nobody differs, everybody back")
    os._exit(0)


if __name__ == "__main__":
    main()
