"""The privilege matrix: what each account may do, recorded from a real MySQL and replayed against GroupLite.

    privilege_matrix.py record PORT            records privilege_matrix.json from the MySQL at 127.0.0.1:PORT (root, no password);
                                               the server is used up by that: it must be one of your own
    privilege_matrix.py record PORT -k TEXT    records only the actions whose name contains TEXT, keeps the others
    privilege_matrix.py replay [-k TEXT]       replays against a GroupLite of its own, prints the differences
    privilege_matrix.py replay --port PORT     the same against a server that runs
    privilege_matrix.py replay --write         writes the differences to privilege_matrix_known.txt

A cell is an action tried by an account with a grant. The file has a line for each action and outcome, with the grants that
lead to it. An outcome is `ok`, rows (for actions whose rows matter), or error number, SQLSTATE and text.

A grant is written `PRIVILEGE@OBJECT + ... - ...`: `none`, `SELECT@pm.t`, `SELECT(id)@pm.t + UPDATE(pub)@pm.t`, `ALL@* - SUPER@*`,
where `@*` is the global level. `role: ...` has it through a role that is not active, `setrole: ...` through one that is,
`expired: ...` with an expired password.

A step of an action is SQL, or one of
    @quiet SQL             prepares the ground; its outcome does not count unless it fails
    @root SQL              said by root
    @stmt SQL              prepared and executed by the binary protocol
    @prepare SQL, @exec    the two halves of that
    @com NAME ARGUMENT     a command of the protocol
and may hold {me}, {own} (connection id), {victim}, {system} (connection ids of an ordinary account and one with SYSTEM_USER).
"""
import argparse
import json
import pathlib
import re
import struct
import sys
import tempfile
import time

import pymysql
import pymysql.connections
import pymysql.err
from pymysql.constants import CLIENT

HERE = pathlib.Path(__file__).parent
DATA = HERE / "privilege_matrix.json"
KNOWN = HERE / "privilege_matrix_known.txt"

FIXTURE = [
    "DROP DATABASE IF EXISTS pm", "DROP DATABASE IF EXISTS pm2", "DROP DATABASE IF EXISTS pm3",
    "CREATE DATABASE pm", "CREATE DATABASE pm2",
    "CREATE TABLE pm.t (id INT PRIMARY KEY, pub VARCHAR(20), pw VARCHAR(20))",
    "INSERT INTO pm.t VALUES (1, 'a', 'x'), (2, 'b', 'y')",
    "CREATE TABLE pm.u (id INT PRIMARY KEY, v VARCHAR(20))",
    "INSERT INTO pm.u VALUES (1, 'u')",
    "CREATE TABLE pm2.t (id INT PRIMARY KEY, v VARCHAR(20))",
    "CREATE SQL SECURITY DEFINER VIEW pm.vd AS SELECT id, pub FROM pm.t",
    "CREATE SQL SECURITY INVOKER VIEW pm.vi AS SELECT id, pub FROM pm.t",
    "CREATE DEFINER=pmweak@'%' SQL SECURITY DEFINER VIEW pm.vw AS SELECT id, pub FROM pm.t",
]
ACCOUNTS = [
    "DROP USER IF EXISTS pmweak, pmother, pmsystem, pmvictim, pmnew, pmnew2, pmrole, pmrole2, pmnewrole",
    "CREATE USER pmweak, pmother, pmsystem, pmvictim",
    "CREATE ROLE pmrole, pmrole2",
    "GRANT SELECT ON pm.t TO pmrole",
    "GRANT SYSTEM_USER ON *.* TO pmsystem",
    "GRANT SELECT ON pm.u TO pmother",
]


class Failure(pymysql.err.OperationalError):
    """An error packet, with its SQLSTATE."""

    def __init__(self, number, state, text):
        super().__init__(number, text)
        self.number, self.state, self.text = number, state, text


def _raise(data):
    number = struct.unpack("<H", data[1:3])[0]
    if data[3:4] == b"#":
        raise Failure(number, data[4:9].decode(), data[9:].decode("utf8", "replace"))
    raise Failure(number, "HY000", data[3:].decode("utf8", "replace"))


COMMANDS = {
    "quit": 0x01, "init_db": 0x02, "field_list": 0x04, "create_db": 0x05, "drop_db": 0x06, "refresh": 0x07, "shutdown": 0x08,
    "statistics": 0x09, "process_info": 0x0A, "process_kill": 0x0C, "debug": 0x0D, "ping": 0x0E, "change_user": 0x11,
    "binlog_dump": 0x12, "table_dump": 0x13, "register_slave": 0x15, "stmt_prepare": 0x16, "set_option": 0x1B, "binlog_dump_gtid": 0x1E,
    "clone": 0x20,
}


class Link(pymysql.connections.Connection):
    """Says nothing by itself: an expired password would be refused SET NAMES."""

    def set_character_set(self, charset, collation=None):
        self.charset = charset
        self.encoding = "utf8"


class Connection:
    """A client that tells the exact error and speaks single commands."""

    def __init__(self, port, user, expired=False):
        self.port, self.user, self.expired = port, user, expired
        self.link = None
        self.statement = None
        self.open()

    def open(self):
        pymysql.err.raise_mysql_exception = _raise
        self.link = Link(
            host="127.0.0.1", port=self.port, user=self.user, password="", autocommit=None, read_timeout=20,
            client_flag=CLIENT.MULTI_RESULTS | (1 << 22 if self.expired else 0), local_infile=True, ssl_disabled=True)

    @property
    def id(self):
        return self.link.thread_id()

    def close(self):
        try:
            self.link.close()
        except (pymysql.Error, OSError):
            pass

    def query(self, sql):
        self.link.query(sql.encode("utf8") if isinstance(sql, str) else sql)
        rows = self.link._result.rows
        while self.link._result.has_next:
            self.link.next_result()
        return rows

    def reset(self):
        """Nothing of the cell stays in the session."""
        try:
            self.statement = None
            self.link._execute_command(0x1F, b"")
            self.link._read_ok_packet()
        except (pymysql.Error, OSError):
            self.close()
            self.open()

    def prepare(self, sql):
        self.link._execute_command(0x16, sql.encode("utf8"))
        packet = self.link._read_packet()
        packet.advance(1)
        self.statement, columns, parameters = packet.read_uint32(), packet.read_uint16(), packet.read_uint16()
        for count in (parameters, columns):
            if count:
                for _ in range(count + 1):
                    self.link._read_packet()

    def execute(self):
        if self.statement is None:
            raise Failure(0, "HY000", "nothing is prepared")
        self.link._execute_command(0x17, struct.pack("<IBI", self.statement, 0, 1))
        packet = self.link._read_packet()
        if packet.is_ok_packet():
            return
        for _ in range(packet.read_length_encoded_integer() + 1):
            self.link._read_packet()
        while not self.link._read_packet().is_eof_packet():
            pass

    def command(self, name, argument):
        payload = argument
        if name in ("binlog_dump", "binlog_dump_gtid", "register_slave", "change_user", "refresh", "process_kill", "set_option"):
            payload = b""
        else:
            payload = argument.encode().replace(b"\\0", b"\0")
        if name == "binlog_dump":
            payload = struct.pack("<IHI", 4, 1, 77)
        elif name == "binlog_dump_gtid":
            payload = struct.pack("<HIIQI", 1, 77, 0, 4, 8) + struct.pack("<Q", 0)
        elif name == "register_slave":
            payload = struct.pack("<I", 78) + b"\0\0\0" + struct.pack("<HII", 0, 0, 0)
        elif name == "change_user":
            payload = argument.encode() + b"\0\0\0" + struct.pack("<H", 45) + b"mysql_native_password\0"
        elif name == "refresh":
            payload = bytes([int(argument)])
        elif name == "process_kill":
            payload = struct.pack("<I", int(argument))
        elif name == "set_option":
            payload = struct.pack("<H", int(argument))
        self.link._execute_command(COMMANDS[name], payload)
        if name == "debug" or name == "set_option":
            self.link._read_packet()
        elif name == "field_list":
            while not self.link._read_packet().is_eof_packet():
                pass
        elif name == "stmt_prepare":
            self.link._read_packet()
            self.close()
            self.open()
        else:
            packet = self.link._read_packet()
            if name == "change_user" and packet.is_auth_switch_request():
                # An empty password, whatever the method.
                self.link.write_packet(b"")
                self.link._read_packet()
            if name.startswith("binlog"):
                # The events that follow are of no interest.
                self.link._force_close()
                self.open()


class Matrix:
    """A server with the accounts that a set of grants asks for."""

    def __init__(self, port):
        self.port = port
        self.root = Connection(port, "root")
        self.accounts = {}
        self.connections = {}
        self.standing = {}
        self.refused = {}

    # MARK: Accounts

    def prepare(self, grants):
        for statement in ACCOUNTS[:2] + FIXTURE + ACCOUNTS[2:]:
            self.root.query(statement)
        self.accounts = {grant: f"m{number}" for number, grant in enumerate(grants, 1)}

    def begin(self, grant):
        """The account with the grant; each has its turn, so that few are there at a time."""
        name = self.accounts[grant]
        self.root.query(f"DROP USER IF EXISTS {name}, r{name}")
        self.root.query(f"CREATE USER {name}")
        try:
            self.grant(grant, name)
            self.connections[grant] = Connection(self.port, name, grant.startswith("expired: "))
        except Failure as error:
            self.refused[grant] = f"the grant is refused: {error.number} {error.state} {error.text}"

    def end(self, grant):
        if grant in self.connections:
            self.connections.pop(grant).close()
        self.root.query(f"DROP USER IF EXISTS {self.accounts[grant]}, r{self.accounts[grant]}")

    def grant(self, grant, name):
        kind, _, rest = grant.rpartition(": ")
        target = name
        if kind.endswith("role"):
            target = "r" + name
            self.root.query(f"CREATE ROLE {target}")
        together = {}
        for sign, privilege, place in re.findall(r"(?:^|([+-]) )([^@]+)@(\S+)", "" if rest == "none" else rest):
            place = "*.*" if place == "*" else place if "." in place else place + ".*"
            # What belongs to one object is granted at once: a privilege on a table that is not there needs CREATE beside it.
            key = (sign == "-", place, privilege if privilege == "ALL" or sign == "-" else "")
            together.setdefault(key, []).append(privilege)
        for (is_revoked, place, _), privileges in together.items():
            verb, to = ("REVOKE", "FROM") if is_revoked else ("GRANT", "TO")
            self.root.query(f"{verb} {', '.join(privileges)} ON {place} {to} {target}")
        if kind.endswith("role"):
            self.root.query(f"GRANT {target} TO {name}")
        if kind == "expired":
            self.root.query(f"ALTER USER {name} PASSWORD EXPIRE")

    def bystander(self, user):
        """The id of a standing session that may be killed."""
        found = self.standing.get(user)
        try:
            if found:
                found.link._execute_command(0x0E, b"")
                found.link._read_packet()
                return found.id
        except (pymysql.Error, OSError):
            found.close()
        self.standing[user] = Connection(self.port, user)
        return self.standing[user].id

    # MARK: Cells

    def run(self, action, grant):
        if grant in self.refused:
            return self.normalised(self.refused[grant])
        client = self.connections[grant]
        ids = {}
        text = "\n".join(action["steps"])
        if "{victim}" in text:
            ids["victim"] = self.bystander("pmvictim")
        if "{system}" in text:
            ids["system"] = self.bystander("pmsystem")
        if "{own}" in text:
            ids["own"] = client.id
        outcomes = []
        quiet = ["SET ROLE ALL"] if grant.startswith("setrole: ") else []
        for step in ["@quiet " + sql for sql in quiet] + action["steps"]:
            for name, value in ids.items():
                step = step.replace("{%s}" % name, str(value))
            step = step.replace("{me}", self.accounts[grant])
            outcome, counts = self.step(client, step, action.get("rows", False))
            for name, value in ids.items():
                outcome = re.sub(r"(?<!^)\b%d\b" % value, name.upper(), outcome)
            if counts or outcome != "ok":
                outcomes.append(outcome if counts else "before: " + outcome)
            if not counts and outcome != "ok":
                break
        is_used_up = "{me}" in text or client.expired
        # A reset leaves the current database.
        if re.search(r"(^|\b)(USE|init_db) ", text):
            client.close()
            client.open()
        if is_used_up:
            client.close()
        else:
            client.reset()
        if action.get("undo") and ("undo_always" in action or any(not is_error(outcome) for outcome in outcomes)):
            self.undo([statement.replace("{me}", self.accounts[grant]) for statement in action["undo"]])
        if is_used_up:
            # What became of the account itself is gone with it.
            self.end(grant)
            self.begin(grant)
        return self.normalised(" | ".join(outcomes))

    def step(self, client, step, keeps_rows):
        verb, _, rest = step.partition(" ") if step.startswith("@") else ("", "", step)
        try:
            rows = ()
            if verb == "@root":
                self.root.query(rest)
            elif verb == "@stmt":
                client.prepare(rest)
                client.execute()
            elif verb == "@prepare":
                client.prepare(rest)
            elif verb == "@exec":
                client.execute()
            elif verb == "@com":
                client.command(*(rest.split(" ", 1) + [""])[:2])
            else:
                rows = client.query(rest)
            counts = verb not in ("@quiet", "@root", "@prepare")
            if keeps_rows and counts and rows is not None:
                return json.dumps(sorted([["" if cell is None else str(cell) for cell in row] for row in rows])), counts
            return "ok", counts
        except Failure as error:
            return f"{error.number} {error.state} {error.text}", verb not in ("@quiet", "@root")
        except (pymysql.Error, OSError, IndexError, struct.error, AssertionError) as error:
            client.close()
            try:
                client.open()
            except (pymysql.Error, OSError):
                return f"the connection ended and no other could be made", True
            return "the connection ended", True

    def undo(self, statements):
        for statement in statements:
            if statement == "@fixture":
                self.undo(FIXTURE)
                continue
            try:
                self.root.query(statement)
            except (pymysql.Error, OSError):
                pass

    @staticmethod
    def normalised(outcome):
        outcome = re.sub(r"""\b(r?)m\d+\b(?=['"`@]|$)""", lambda found: "ROLE" if found[1] else "USER", outcome)
        outcome = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID", outcome)
        outcome = re.sub(r"\(errno: .*\)$", "(errno)", outcome)
        return outcome

    def all(self, actions, progress=False):
        """{action's name: {grant: outcome}}; account by account, so that few connections are open."""
        results = {action["name"]: {} for action in actions}
        by_grant = {}
        for action in actions:
            for grant in action["grants"]:
                by_grant.setdefault(grant, []).append(action)
        self.prepare(list(by_grant))
        for grant, some in by_grant.items():
            started = time.monotonic()
            self.begin(grant)
            for action in some:
                began = time.monotonic()
                results[action["name"]][grant] = self.run(action, grant)
                if progress and time.monotonic() - began > 1:
                    print(f"slow: {time.monotonic() - began:.1f} s {action['name']} as {grant}", file=sys.stderr)
            self.end(grant)
            if progress:
                print(f"{time.monotonic() - started:6.1f} s {len(some):5} {grant}", file=sys.stderr)
        return results


def is_error(outcome):
    return bool(re.match(r"(before: )?\d+ [0-9A-Z]{5} |the connection ended", outcome))


# MARK: The file

def dump(actions, results):
    """One line for each outcome of an action, so that a change is a line of a diff."""
    out = ["{"]
    for position, action in enumerate(sorted(actions, key=lambda action: action["name"])):
        outcomes = {}
        for grant, outcome in results[action["name"]].items():
            outcomes.setdefault(outcome, []).append(grant)
        facts = {key: action[key] for key in ("steps", "undo", "undo_always", "rows") if key in action}
        if facts == {"steps": [action["name"]]}:
            facts = {}
        out.append(f"{',' if position else ''}{json.dumps(action['name'])}: {{\"how\": {json.dumps(facts)},")
        out.append(",\n".join(
            f"  {json.dumps(outcome)}: {json.dumps('; '.join(sorted(grants)))}" for outcome, grants in sorted(outcomes.items())))
        out.append("}")
    out.append("}")
    return "\n".join(out) + "\n"


def load(path=DATA):
    """The actions with their grants, and the recorded results."""
    actions, results = [], {}
    for name, lines in json.loads(path.read_text()).items():
        how = lines.pop("how")
        cells = {grant: outcome for outcome, grants in lines.items() for grant in grants.split("; ")}
        actions.append({"name": name, "steps": [name], **how, "grants": sorted(cells)})
        results[name] = cells
    return actions, results


# MARK: Comparing

DENIALS = {1044, 1045, 1095, 1142, 1143, 1227, 1345, 1356, 1370, 1410, 1820, 3530, 3619, 3878, 4031}


def is_denial(outcome):
    found = re.match(r"(\d+) ", outcome)
    return bool(found) and int(found[1]) in DENIALS


def agree(theirs, ours):
    """Equal, or a kind of statement or function that GroupLite does not have where MySQL allows it."""
    if theirs == ours:
        return True
    pairs = list(zip(theirs.split(" | "), ours.split(" | ")))
    return len(pairs) == len(theirs.split(" | ")) == len(ours.split(" | ")) and all(
        mine == their or (not is_denial(their) and is_missing(mine)) for their, mine in pairs)


def is_missing(outcome):
    return outcome.startswith("1235 ") or bool(re.match(
        r"1146 42S02 Table '(mysql|performance_schema|sys|information_schema)\.|1109 42S02 |1305 42000 FUNCTION ", outcome))


def differences(actions, theirs, ours):
    """Lines `action | theirs | ours | grants`."""
    lines = []
    for action in actions:
        grouped = {}
        for grant, outcome in theirs[action["name"]].items():
            mine = ours[action["name"]].get(grant, "not tried")
            if not agree(outcome, mine):
                grouped.setdefault((outcome, mine), []).append(grant)
        for (outcome, mine), grants in grouped.items():
            lines.append("  ||  ".join([action["name"], outcome, mine, "; ".join(sorted(grants))]))
    return sorted(lines)


def known():
    return [line for line in KNOWN.read_text().splitlines() if line and not line.startswith("#")] if KNOWN.exists() else []


HEADER = """# Where GroupLite does not answer like the MySQL that privilege_matrix.json was recorded from:
#     action  ||  MySQL's outcome  ||  GroupLite's outcome  ||  grants
# This list may only shrink. `privilege_matrix.py replay --write` writes it; what it adds is a fault to be mended.
#
# Left as they are, by kinds:
# - Global privileges: MySQL's sessions keep theirs until they connect anew, so that what was revoked still works; here GRANT and REVOKE
#   act at once (`REVOKE before`, `REVOKE between`, `SET ROLE NONE before @exec`, PREPARE of SET GLOBAL).
# - `REVOKE from active role`: alone these agree; in a full replay pmrole2 still holds what an earlier action granted.
# - Stricter than MySQL, which forgets a check: RESET PERSIST without a privilege, columns of NATURAL JOIN, a CTE that nothing reads, a
#   derived table beside an UPDATE's own table, SHOW TABLES ... WHERE on a database that may not be seen.
# - What is missing is named before who may use it, or the other way round, where neither tells anything: ALTER DATABASE, TRUNCATE,
#   START and STOP REPLICA FOR CHANNEL, definitions with subqueries, CALL, unknown names with an expired password.
# - Not done here (error 1235, 1305 or 1146): asynchronous_connection_failover_*, tagged GTIDs, LATERAL, InnoDB's tables of
#   information_schema, sys's summaries, the cost tables, metrics and meters of performance_schema, views over mysql's tables,
#   ON DUPLICATE KEY UPDATE of a view, FLUSH TABLES ... FOR EXPORT, dumps by file and position.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["record", "replay"])
    parser.add_argument("port", nargs="?", type=int)
    parser.add_argument("--port", dest="other", type=int)
    parser.add_argument("-k", default="")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--progress", action="store_true")
    arguments = parser.parse_args()
    port = arguments.port or arguments.other
    if arguments.what == "record":
        from privilege_actions import actions as make
        with_all = make(Connection(port, "root"))
        chosen = [action for action in with_all if arguments.k in action["name"]]
        results = Matrix(port).all(chosen, progress=arguments.progress)
        if arguments.k and DATA.exists():
            old, old_results = load()
            names = {action["name"] for action in chosen}
            keep = {action["name"] for action in with_all} - names
            chosen += [action for action in old if action["name"] in keep]
            results |= {name: cells for name, cells in old_results.items() if name in keep}
        DATA.write_text(dump(chosen, results))
        print(sum(len(cells) for cells in results.values()), "cells of", len(results), "actions")
        return
    actions, theirs = load()
    actions = [action for action in actions if arguments.k in action["name"]]
    started = time.monotonic()
    if port:
        ours = Matrix(port).all(actions, progress=arguments.progress)
    else:
        from cluster import Node, free_port
        with tempfile.TemporaryDirectory(prefix="grouplite-matrix-") as scratch:
            node = Node(1, scratch, "", f"127.0.0.1:{free_port()}").start()
            try:
                ours = Matrix(node.port).all(actions, progress=arguments.progress)
            finally:
                node.stop()
    lines = differences(actions, theirs, ours)
    cells = sum(len(action["grants"]) for action in actions)
    wrong = sum(line.split("  ||  ")[3].count(";") + 1 for line in lines)
    if arguments.write and not arguments.k:
        KNOWN.write_text(HEADER + "".join(line + "\n" for line in lines))
    else:
        print("\n".join(lines))
    print(f"{cells} cells, {cells - wrong} agree, {len(lines)} lines of differences, {time.monotonic() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE))
    main()
