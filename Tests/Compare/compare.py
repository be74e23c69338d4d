"""Random statements against a real MySQL and ours; what differs is made smaller and filed by what it is made of.

    compare.py --mysql 127.0.0.1:26801 [--seconds 600] [--seed 1] [--metadata] [--out DIRECTORY]

Prints each kind of difference once, with both answers, and how often it was met; exits with 1 if there was any.
"""
import argparse
import pathlib
import random
import sys
import tempfile
import time

import pymysql

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "Acceptance")]

import statements  # noqa: E402
import tables  # noqa: E402
from cluster import Node as Server, free_port  # noqa: E402
from tree import shrunk  # noqa: E402

DATABASE = "compare_mysql"
UNDECIDED = {3024, 1317, 2013, 1969}  # a time-out says nothing about the answer


class Side:
    """One server, and what it answers."""

    def __init__(self, host, port, seed):
        self.host, self.port, self.seed = host, port, seed
        self.connect()

    def connect(self):
        self.connection = pymysql.connect(host=self.host, port=self.port, user="root", autocommit=True, conv={}, use_unicode=False, read_timeout=20, charset="utf8mb4")
        self.cursor = self.connection.cursor()
        self.cursor.execute("SET max_execution_time = 3000, time_zone = '+00:00'")
        try:
            self.cursor.execute(f"USE {DATABASE}")
        except pymysql.Error:
            pass

    def prepare(self):
        for sql in [f"DROP DATABASE IF EXISTS {DATABASE}", f"CREATE DATABASE {DATABASE}", f"USE {DATABASE}", "SET sql_mode = 'ONLY_FULL_GROUP_BY'",
                    *tables.statements(self.seed), "SET sql_mode = DEFAULT"]:
            self.cursor.execute(sql)

    def answer(self, sql, changes):
        """("rows", rows, types) or ("error", number)."""
        try:
            if changes:
                self.cursor.execute("BEGIN")
            self.cursor.execute(sql)
            rows, description = self.cursor.fetchall(), self.cursor.description
            if changes:
                affected = self.cursor.rowcount
                self.cursor.execute("SHOW WARNINGS")
                warnings = sorted(row[1] for row in self.cursor.fetchall())
                self.cursor.execute("SELECT * FROM a" if sql.startswith("UPDATE") else "SELECT i32, v20, d2, f8, dt, tm, u8, e, j, vb, y FROM c")
                rows = ((affected,), tuple(warnings)) + tuple(self.cursor.fetchall())
            types = tuple((field[1], field[3], field[5]) for field in description) if description else ()
            return ("rows", rows, types)
        except (pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
            if error.args[0] in (2006, 2013, 0):
                self.connect()
            return ("error", error.args[0])
        except pymysql.Error as error:
            return ("error", error.args[0])
        finally:
            if changes:
                try:
                    self.cursor.execute("ROLLBACK")
                except pymysql.Error:
                    self.connect()


def same_value(one, other):
    if one == other:
        return True
    if one is None or other is None or isinstance(one, int) or isinstance(other, int):
        return False
    try:
        a, b = float(one), float(other)
    except ValueError:
        return False
    return (b"e" in one or b"." in one) and abs(a - b) <= 1e-13 * max(abs(a), abs(b))


def same_rows(one, other):
    return len(one) == len(other) and all(len(a) == len(b) and all(map(same_value, a, b)) for a, b in zip(one, other))


def key(row):
    return tuple((value is not None, str(value)) for value in row)


def verdict(sql, ours, theirs, metadata):
    """None if they agree, or the category of the difference."""
    if ours[0] == "error" and ours[1] == 2013:
        return "ours lost the connection"
    if "error" in (ours[0], theirs[0]):
        if ours[0] == theirs[0]:
            return None if ours[1] == theirs[1] or {ours[1], theirs[1]} & UNDECIDED else "another error"
        error = ours[1] if ours[0] == "error" else theirs[1]
        if error in UNDECIDED:
            return None
        return "ours refuses" if ours[0] == "error" else "ours accepts"
    if not same_rows(ours[1], theirs[1]):
        if " ORDER BY " in sql and " LIMIT" in sql or not same_rows(sorted(ours[1], key=key), sorted(theirs[1], key=key)):
            return "other rows"
    if metadata and ours[2] != theirs[2]:
        return "other types"
    return None


def shown(answer):
    if answer[0] == "error":
        return f"error {answer[1]}"
    rows = [tuple(value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value for value in row) for row in answer[1]]
    return f"{rows}"[:600] + (f" {answer[2]}" if answer[2] else "")


def differences(ours, theirs):
    """Only the rows that are not on both sides."""
    if ours[0] == "error" or theirs[0] == "error":
        return ours, theirs
    left, right = list(ours[1]), list(theirs[1])
    if len(left) == len(right):
        pairs = [(a, b) for a, b in zip(left, right) if not (len(a) == len(b) and all(map(same_value, a, b)))]
        return ("rows", [a for a, _ in pairs][:3], ours[2]), ("rows", [b for _, b in pairs][:3], theirs[2])
    return ours, theirs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mysql", default="127.0.0.1:26801")
    parser.add_argument("--ours", help="host:port of a running server; else one is started")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--metadata", action="store_true")
    parser.add_argument("--only", help="categories to report, by commas")
    options = parser.parse_args()

    started = None
    if options.ours:
        host, port = options.ours.rsplit(":", 1)
    else:
        started = Server(1, tempfile.mkdtemp(), "", f"127.0.0.1:{free_port()}").start()
        host, port = "127.0.0.1", started.port
    source = random.Random(options.seed)
    ours = Side(host, int(port), options.seed)
    theirs = Side(options.mysql.rsplit(":", 1)[0], int(options.mysql.rsplit(":", 1)[1]), options.seed)
    ours.prepare()
    theirs.prepare()

    found, tried, deadline = {}, 0, time.monotonic() + options.seconds
    while time.monotonic() < deadline:
        tree = statements.statement(source)
        tried += 1

        def category(candidate):
            sql = candidate.text()
            changes = sql.startswith(("INSERT", "UPDATE"))
            return verdict(sql, ours.answer(sql, changes), theirs.answer(sql, changes), options.metadata)

        kind = category(tree)
        if kind is None or options.only and kind not in options.only.split(","):
            continue
        tree = shrunk(tree, lambda candidate: category(candidate) == kind)
        filed = (kind, " ".join(sorted(tree.names())))
        if filed in found:
            found[filed] += 1
            continue
        found[filed] = 1
        sql = tree.text()
        changes = sql.startswith(("INSERT", "UPDATE"))
        left, right = differences(ours.answer(sql, changes), theirs.answer(sql, changes))
        print(f"-- {kind}: {filed[1]}\n{sql};\n--   ours  {shown(left)}\n--   MySQL {shown(right)}", flush=True)
    print(f"-- seed {options.seed}: {tried} statements, {sum(found.values())} differ, {len(found)} kinds")
    for (kind, names), count in sorted(found.items(), key=lambda item: -item[1])[:40]:
        print(f"--   {count:5}  {kind}: {names}")
    if started:
        started.kill()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
