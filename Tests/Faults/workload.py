"""The clients of a fault run: they write and read all the while and remember what they were told.

- a ledger writer for each member, which stays with it: numbered rows, one autocommit INSERT each. When each
  acknowledgement came says how long the group took no commit, whichever member takes them;
- mixed workers that go wherever writes are taken: transfers between accounts whose sum is constant, list-append
  transactions (isolation.py judges them), changes of a table whose definition changes, a large row now and then, and
  snapshots on any member;
- a definer that alters, creates and drops tables under them;
- a reader at group_replication_consistency=BEFORE, which has to see on any member what was acknowledged before.
"""
import collections
import random
import threading
import time

import pymysql

from isolation import FAILED, OK, UNKNOWN, Transaction

ACCOUNTS = 8
BALANCE = 100
ACTIVE_KEYS = 5
LIST_LENGTH = 40
# Answers to a COMMIT, or to an autocommit statement, that promise: it did not happen. (Who cannot know ends the connection
# without an answer: 2013.)
ROLLED_BACK = {1020, 1205, 1213, 1290, 1317, 1792, 1836, 3024, 3032, 3100, 3101, 3796, 3797}
READ_ONLY = {1290, 1792, 1836, 3032, 3096}

SCHEMA = (
    "CREATE DATABASE f",
    "CREATE TABLE f.ledger (writer INT NOT NULL, n INT NOT NULL, member INT NOT NULL, PRIMARY KEY (writer, n))",
    "CREATE TABLE f.accounts (id INT PRIMARY KEY, balance INT NOT NULL)",
    "CREATE TABLE f.lists (k INT PRIMARY KEY, v TEXT NOT NULL)",
    "CREATE TABLE f.shapes (id INT PRIMARY KEY, v INT NOT NULL)",
    "CREATE TABLE f.blobs (id INT PRIMARY KEY, b LONGBLOB)",
    "INSERT INTO f.accounts VALUES " + ", ".join(f"({number}, {BALANCE})" for number in range(ACCOUNTS)),
)
TABLES = ("f.ledger", "f.accounts", "f.lists", "f.shapes", "f.blobs")
SHAPES = 40
BLOBS = 4
BLOB_BYTES = (20_000, 800_000)


def parse(text):
    return tuple(int(value) for value in text.split(",")) if text else ()


class Keys:
    """The keys that lists are appended to now; a full list gives its place to a new key."""

    def __init__(self):
        self.lock = threading.Lock()
        self.counts = collections.Counter()
        self.active = list(range(1, ACTIVE_KEYS + 1))
        self.next = ACTIVE_KEYS + 1

    def to_append(self, chance):
        with self.lock:
            place = chance.randrange(ACTIVE_KEYS)
            key = self.active[place]
            self.counts[key] += 1
            if self.counts[key] >= LIST_LENGTH:
                self.active[place] = self.next
                self.next += 1
            return key

    def to_read(self, chance):
        with self.lock:
            return chance.choice(self.active)


class Workload:
    def __init__(self, nodes, seed, mixed_workers=3, snapshot_isolation=True):
        self.nodes = nodes
        self.stopped = threading.Event()
        self.keys = Keys()
        self.snapshot_isolation = snapshot_isolation
        self.problems = []          # what no client may ever see
        self.commits = []           # (moment, kind) of each acknowledged commit
        self.counts = collections.Counter()
        self.ledger = [LedgerWriter(self, writer, node) for writer, node in enumerate(nodes)]
        self.mixed = [MixedWorker(self, number, f"{seed}/{number}") for number in range(mixed_workers)]
        self.fresh = FreshReader(self, f"{seed}/fresh")
        others = [self.fresh, Definer(self, f"{seed}/definer")]
        self.threads = [
            threading.Thread(target=self.guarded, args=(client,), daemon=True)
            for client in [*self.ledger, *self.mixed, *others]]

    def guarded(self, client):
        try:
            client.run()
        except Exception as error:  # an end of a client that nobody sees would make the run worthless
            self.problem(f"{type(client).__name__} ended: {error!r}")

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        deadline = time.monotonic() + 30
        for thread in self.threads:
            thread.join(max(0.1, deadline - time.monotonic()))

    def problem(self, text):
        if len(self.problems) < 50:
            self.problems.append(text)

    def committed(self, kind):
        self.commits.append((time.monotonic(), kind))
        self.counts[kind] += 1

    def longest_gap(self, start, end):
        """The longest time between `start` and `end` without an acknowledged commit, and when it began."""
        moments = [start, *(moment for moment, _ in list(self.commits) if start <= moment <= end), end]
        return max((later - earlier, earlier) for earlier, later in zip(moments, moments[1:]))

    def rate(self, start, end):
        """Ledger rows per second. Each member has its own writer of these, so none is stuck where nothing moves."""
        rows = sum(1 for moment, kind in list(self.commits) if kind == "ledger" and start <= moment <= end)
        return rows / max(0.001, end - start)

    def per_second(self, start, end):
        """Ledger rows in each second from `start` on."""
        rows = [0] * (int(end - start) + 1)
        for moment, kind in list(self.commits):
            if kind == "ledger" and start <= moment <= end:
                rows[int(moment - start)] += 1
        return rows

    def history(self):
        return [transaction for worker in self.mixed for transaction in list(worker.history)]


class Client:
    """Connections by member, thrown away when they fail."""

    def __init__(self, workload):
        self.workload = workload
        self.connections = {}
        self.serial = 0

    def connection(self, node, autocommit=False):
        if node not in self.connections:
            self.serial += 1
            made = node.connect(user="tester", autocommit=autocommit, read_timeout=10)
            self.connections[node] = (made, f"{id(self)}/{self.serial}")
            with made.cursor() as cursor:
                if self.workload.snapshot_isolation:
                    cursor.execute("SET SESSION innodb_snapshot_isolation = ON")
        return self.connections[node]

    def drop(self, node):
        made = self.connections.pop(node, None)
        if made:
            try:
                made[0]._force_close()
            except (pymysql.Error, OSError):
                pass

    def pause(self, seconds):
        self.workload.stopped.wait(seconds)


class LedgerWriter(Client):
    def __init__(self, workload, writer, node):
        super().__init__(workload)
        self.writer = writer
        self.node = node
        self.acknowledged = []
        self.refused = []   # (n, error): rolled back, said the server

    def run(self):
        number = 0
        while not self.workload.stopped.is_set():
            number += 1
            try:
                connection, _ = self.connection(self.node, autocommit=True)
                with connection.cursor() as cursor:
                    cursor.execute(f"INSERT INTO f.ledger VALUES ({self.writer}, {number}, {self.node.number})")
                self.acknowledged.append(number)
                self.workload.committed("ledger")
                self.pause(0.004)
            except (pymysql.Error, OSError) as error:
                code = error.args[0] if isinstance(error, pymysql.MySQLError) and error.args else None
                if code in ROLLED_BACK:
                    self.refused.append((number, error.args))
                else:
                    self.drop(self.node)
                self.workload.counts[f"ledger error {code}"] += 1
                self.pause(0.02)


class MixedWorker(Client):
    def __init__(self, workload, number, seed):
        super().__init__(workload)
        self.number = number
        self.chance = random.Random(seed)
        self.history = []
        self.value = 0
        self.turn = number

    def run(self):
        while not self.workload.stopped.is_set():
            nodes = self.workload.nodes
            draw = self.chance.random()
            if draw < 0.25:
                self.attempt(self.chance.choice(nodes), self.snapshot)
                continue
            node = nodes[self.turn % len(nodes)]
            if self.chance.random() < 0.05:
                self.turn += 1  # in multi-primary mode: everybody writes everywhere
            operation = (self.transfer if draw < 0.45 else self.shape if draw < 0.52
                         else self.blob if draw < 0.5215 else self.lists)
            if not self.attempt(node, operation):
                self.turn += 1
            self.pause(0.002)

    def attempt(self, node, operation):
        """False when this member takes no writes, or cannot be reached."""
        try:
            connection, session = self.connection(node)
        except (pymysql.Error, OSError):
            self.drop(node)
            self.pause(0.02)
            return False
        try:
            operation(node, connection, session)
            return True
        except (pymysql.Error, OSError) as error:
            code = error.args[0] if isinstance(error, pymysql.MySQLError) and error.args else None
            self.workload.counts[f"{operation.__name__} error {code}"] += 1
            try:
                if code is None or code < 1000 or 2000 <= code < 3000:
                    raise
                connection.rollback()
            except (pymysql.Error, OSError):
                self.drop(node)
            return code not in READ_ONLY and code is not None and not 2000 <= code < 3000

    def transfer(self, node, connection, session):
        source, target = self.chance.sample(range(ACCOUNTS), 2)
        amount = self.chance.randint(1, 5)
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE f.accounts SET balance = balance - {amount} WHERE id = {source}")
            cursor.execute(f"UPDATE f.accounts SET balance = balance + {amount} WHERE id = {target}")
        connection.commit()
        self.workload.committed("transfer")

    def shape(self, node, connection, session):
        number = self.chance.randrange(SHAPES)
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO f.shapes (id, v) VALUES ({number}, 1) ON DUPLICATE KEY UPDATE v = v + 1")
            if self.chance.random() < 0.3:
                cursor.execute(f"DELETE FROM f.shapes WHERE id = {self.chance.randrange(SHAPES)}")
        connection.commit()
        self.workload.committed("shape")

    def blob(self, node, connection, session):
        with connection.cursor() as cursor:
            cursor.execute(f"REPLACE INTO f.blobs VALUES ({self.chance.randrange(BLOBS)}, "
                           f"REPEAT('{self.chance.choice('xyz')}', {self.chance.randint(*BLOB_BYTES)}))")
        connection.commit()
        self.workload.committed("blob")

    def snapshot(self, node, connection, session):
        """All accounts twice and some lists in one snapshot, on any member in any state that answers."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, balance FROM f.accounts ORDER BY id")
            first = cursor.fetchall()
            reads = [self.read(cursor, self.workload.keys.to_read(self.chance)) for _ in range(2)]
            cursor.execute("SELECT SUM(balance), COUNT(*) FROM f.accounts")
            total, count = cursor.fetchone()
            cursor.execute("SELECT id, balance FROM f.accounts ORDER BY id")
            second = cursor.fetchall()
        connection.commit()
        if first or count:  # a member that starts empty has not even the tables; between them and the rows lies a moment
            if (total, count) != (ACCOUNTS * BALANCE, ACCOUNTS) or first != second:
                self.workload.problem(
                    f"wrong snapshot on s{node.number}: sum {total} of {count} accounts, {first} then {second}")
        self.history.append(Transaction(OK, reads, session, f"s{node.number}"))
        self.workload.counts["snapshot"] += 1

    @staticmethod
    def read(cursor, key):
        cursor.execute(f"SELECT v FROM f.lists WHERE k = {key}")
        row = cursor.fetchone()
        return "read", key, parse(row[0] if row else "")

    def append(self, cursor, key):
        self.value += 1
        value = self.number * 10_000_000 + self.value
        changed = 0
        if self.chance.random() < 0.6:
            changed = cursor.execute(f"UPDATE f.lists SET v = CONCAT(v, ',{value}') WHERE k = {key}")
        if not changed:
            cursor.execute(f"INSERT INTO f.lists VALUES ({key}, '{value}') "
                           f"ON DUPLICATE KEY UPDATE v = CONCAT(v, ',{value}')")
        return "append", key, value

    def lists(self, node, connection, session):
        operations = []
        outcome = FAILED  # nothing of it can be there before COMMIT is sent
        try:
            with connection.cursor() as cursor:
                for _ in range(self.chance.randint(1, 4)):
                    if self.chance.random() < 0.5:
                        operations.append(self.read(cursor, self.workload.keys.to_read(self.chance)))
                    else:
                        operations.append(self.append(cursor, self.workload.keys.to_append(self.chance)))
            outcome = UNKNOWN
            connection.commit()
            outcome = OK
            if any(kind == "append" for kind, _, _ in operations):  # one that only read commits without a majority too
                self.workload.committed("lists")
        except pymysql.MySQLError as error:
            if error.args and error.args[0] in ROLLED_BACK:
                outcome = FAILED
            raise
        finally:
            self.history.append(Transaction(outcome, operations, session if outcome == OK else None, f"s{node.number}"))


class FreshReader(Client):
    """At BEFORE, a read sees on each member what had been acknowledged anywhere when it began; or it fails."""

    def __init__(self, workload, seed):
        super().__init__(workload)
        self.chance = random.Random(seed)
        self.stale = []

    def run(self):
        prepared = set()
        while not self.workload.stopped.is_set():
            node = self.chance.choice(self.workload.nodes)
            writer = self.chance.choice(self.workload.ledger)
            if not writer.acknowledged:
                self.pause(0.05)
                continue
            try:
                connection, session = self.connection(node, autocommit=True)
                with connection.cursor() as cursor:
                    if session not in prepared:
                        cursor.execute("SET SESSION group_replication_consistency = 'BEFORE'")
                        prepared.add(session)
                    number = writer.acknowledged[-1]
                    cursor.execute(f"SELECT n FROM f.ledger WHERE writer = {writer.writer} AND n = {number}")
                    if not cursor.fetchone():
                        self.miss(cursor, node, f"row {number} of writer {writer.writer} on s{node.number}")
                self.workload.counts["fresh read"] += 1
            except (pymysql.Error, OSError) as error:
                self.workload.counts[f"fresh read error {error.args[0] if error.args else None}"] += 1
                self.drop(node)
            self.pause(0.03)


    def miss(self, cursor, node, what):
        """A server that an operator took out of its group answers from what it has, as MySQL's does."""
        cursor.execute("SELECT MEMBER_STATE FROM performance_schema.replication_group_members WHERE MEMBER_ID = @@server_uuid")
        states = [row[0] for row in cursor.fetchall()]
        if states not in ([], ["OFFLINE"]):
            self.stale.append(what)
        node.note(f"missed at BEFORE: {what}, which is {states}")


class Definer(Client):
    """Definitions change while rows do, on any member."""

    def __init__(self, workload, seed):
        super().__init__(workload)
        self.chance = random.Random(seed)

    def run(self):
        turn = 0
        while not self.workload.stopped.is_set():
            node = self.workload.nodes[turn % len(self.workload.nodes)]
            number = self.chance.randrange(3)
            statement = self.chance.choice((
                f"ALTER TABLE f.shapes ADD COLUMN c{number} INT DEFAULT {number}",
                f"ALTER TABLE f.shapes DROP COLUMN c{number}",
                f"CREATE INDEX i{number} ON f.shapes (v)",
                f"DROP INDEX i{number} ON f.shapes",
                f"CREATE TABLE f.extra{number} (id INT PRIMARY KEY) ",
                f"DROP TABLE f.extra{number}",
            ))
            try:
                connection, _ = self.connection(node, autocommit=True)
                with connection.cursor() as cursor:
                    cursor.execute(statement)
                self.workload.counts["definition"] += 1
            except (pymysql.Error, OSError) as error:
                code = error.args[0] if isinstance(error, pymysql.MySQLError) and error.args else None
                self.workload.counts[f"definition error {code}"] += 1
                if code is None or code < 1000 or 2000 <= code < 3000:
                    self.drop(node)
                if code not in (1050, 1051, 1060, 1061, 1091):  # it is there already, or not there
                    turn += 1
            if self.chance.random() < 0.2:
                turn += 1
            self.pause(0.3)
