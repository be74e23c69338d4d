"""Leaving a group, wanted or not, and coming back: loss of majority, expulsion, exit actions, STOP in order."""
import shutil
import signal
import subprocess
import threading
import time

import pymysql
import pytest

from cluster import Group, wait_until
from test_crashes import Writers, check, more_commits, prepare

STAGE = "stage/group_rpl/Undergoing auto-rejoin procedure"


def group_of(size=3, **options):
    return Group(size, options={f"group_replication_{name}": value for name, value in options.items()})


def pause(*nodes):
    for node in nodes:
        node.process.send_signal(signal.SIGSTOP)


def resume(*nodes):
    for node in nodes:
        node.process.send_signal(signal.SIGCONT)


def stages(node, table="current"):
    return node.query(
        f"SELECT WORK_COMPLETED, WORK_ESTIMATED FROM performance_schema.events_stages_{table} WHERE EVENT_NAME = '{STAGE}'")


class Statement:
    """One statement in a thread: its error number, or 0."""

    def __init__(self, node, sql):
        self.error = None
        self.thread = threading.Thread(target=self.run, args=(node, sql), daemon=True)
        self.thread.start()

    def run(self, node, sql):
        try:
            node.query(sql)
            self.error = 0
        except pymysql.Error as error:
            self.error = error.args[0]

    def outcome(self, seconds=60):
        self.thread.join(seconds)
        return self.error


def test_without_a_majority_writes_wait_and_reads_go_on():
    with group_of().start() as group:
        first, *others = group.nodes
        prepare(first)
        group.wait_equal("SELECT @@gtid_executed")
        pause(*others)
        try:
            write = Statement(first, "INSERT INTO d.t (writer, n) VALUES (1, 1)")
            states = "SELECT STATE FROM performance_schema.processlist WHERE INFO LIKE 'INSERT INTO d.t%'"
            wait_until(lambda: first.query(states) == (("waiting for handler commit",),), "the write to wait")
            wait_until(
                lambda: [first.members()[other.port][0] for other in others] == ["UNREACHABLE"] * 2, "both UNREACHABLE")
            assert first.scalar("SELECT COUNT(*) FROM d.t") == 0
            assert first.state() == "ONLINE"
            assert first.query(states) == (("waiting for handler commit",),)
        finally:
            resume(*others)
        assert write.outcome() == 0
        group.wait_online()
        assert group.wait_equal("SELECT writer, n FROM d.t") == ((1, 1),)


def test_no_kill_claims_a_rollback_that_does_not_happen():
    with group_of().start() as group:
        first, *others = group.nodes
        prepare(first)
        group.wait_equal("SELECT @@gtid_executed")
        pause(*others)
        try:
            writes = [Statement(first, f"INSERT INTO d.t (writer, n) VALUES (1, {n})") for n in (1, 2, 3)]
            waiting = "SELECT ID FROM performance_schema.processlist WHERE INFO LIKE 'INSERT INTO d.t%' ORDER BY INFO"
            waiting = waiting.replace(" WHERE", " WHERE STATE = 'waiting for handler commit' AND")
            ids = wait_until(lambda: len(first.query(waiting)) == 3 and first.query(waiting), "the writes to wait")
            first.query(f"KILL QUERY {ids[0][0]}")
            first.query(f"KILL {ids[1][0]}")
            # Nobody hears "interrupted": the one waits on, the other has lost its connection.
            assert writes[1].outcome() == 2013
            assert writes[0].thread.is_alive() and writes[2].thread.is_alive()
        finally:
            resume(*others)
        assert [writes[0].outcome(), writes[2].outcome()] == [0, 0]
        group.wait_online()
        assert group.wait_equal("SELECT n FROM d.t ORDER BY n") == ((1,), (2,), (3,))


def test_the_unreachable_majority_timeout_claims_no_rollback_and_the_member_comes_back():
    with group_of(unreachable_majority_timeout=2, member_expel_timeout=60).start() as group:
        first, *others = group.nodes
        prepare(first)
        group.wait_equal("SELECT @@gtid_executed")
        pause(*others)
        try:
            write = Statement(first, "INSERT INTO d.t (writer, n) VALUES (1, 1)")
            # The others have not heard of it; but they could have: nobody here knows, and nobody claims to.
            assert write.outcome() == 2013
            wait_until(lambda: first.state() == "ERROR", "ERROR")
            assert first.query("SELECT @@super_read_only") == ((1,),)
            assert first.scalar("SELECT COUNT(*) FROM d.t") == 0
            wait_until(lambda: stages(first) == ((1, 3),), "the stage")
        finally:
            resume(*others)
        # Nobody says or does anything more.
        group.wait_online()
        assert stages(first) == ()
        assert stages(first, "history_long") == ((1, 3),)
        assert first.scalar(
            "SELECT COUNT_STAR FROM performance_schema.events_stages_summary_global_by_event_name "
            f"WHERE EVENT_NAME = '{STAGE}'") == 1
        wait_until(lambda: group.primary().scalar("SELECT @@super_read_only") == 0, "a writable primary")
        group.primary().query("INSERT INTO d.t (writer, n) VALUES (2, 2)")
        assert (2, 2) in group.wait_equal("SELECT writer, n FROM d.t")


def test_an_expelled_member_is_back_at_once():
    with group_of(member_expel_timeout=0).start() as group:
        first, second, victim = group.nodes
        prepare(first)
        with Writers([first]) as writers:
            pause(victim)
            wait_until(lambda: len(first.members()) == 2, "the expulsion", 60)
            more_commits(writers)
            resume(victim)
            group.wait_online(seconds=30)
            more_commits(writers)
        check(group, writers)
        assert "Started auto-rejoin procedure attempt 1 of 3" in victim.log()


@pytest.mark.parametrize("action", ["READ_ONLY", "OFFLINE_MODE", "ABORT_SERVER"])
def test_exit_actions(action):
    with group_of(member_expel_timeout=0, autorejoin_tries=0, exit_state_action=action).start() as group:
        first, second, victim = group.nodes
        first.query("CREATE USER app@'%' IDENTIFIED BY ''")
        group.wait_equal("SELECT @@gtid_executed")
        session = victim.connect(user="app")
        pause(victim)
        wait_until(lambda: len(first.members()) == 2, "the expulsion", 60)
        resume(victim)
        if action == "ABORT_SERVER":
            wait_until(lambda: victim.process.poll() is not None, "the server's end")
            assert victim.process.returncode != 0
            return
        wait_until(lambda: victim.state() == "ERROR", "ERROR")
        assert victim.members() == {victim.port: ("ERROR", "")}
        if action == "READ_ONLY":
            wait_until(lambda: "set into read only mode after an error" in victim.log(), "the log line")
            assert victim.query("SELECT @@super_read_only, @@offline_mode") == ((1, 0),)
            assert session.cursor().execute("SELECT 1") == 1
            assert Statement(victim, "CREATE DATABASE e").outcome() == 1290
        else:
            wait_until(lambda: victim.scalar("SELECT @@offline_mode") == 1, "offline_mode")
            with pytest.raises(pymysql.Error):
                session.cursor().execute("SELECT 1")
            with pytest.raises(pymysql.Error) as refused:
                victim.connect(user="app")
            assert refused.value.args[0] == 3032
            # With CONNECTION_ADMIN one may still look, and mend.
            assert victim.query("SELECT @@super_read_only") == ((1,),)
            victim.query("STOP GROUP_REPLICATION")
            victim.query("SET GLOBAL offline_mode = OFF")
        victim.query("STOP GROUP_REPLICATION")
        assert victim.state() == "OFFLINE"
        victim.query("START GROUP_REPLICATION")
        group.wait_online()


def test_five_members_leave_one_by_one_and_two_have_a_quorum():
    with group_of(5).start() as group:
        prepare(group.primary())
        staying = list(group.nodes)
        number = 0
        while len(staying) > 1:
            leaver = staying.pop(0)
            leaver.query("STOP GROUP_REPLICATION")
            assert leaver.members() == {leaver.port: ("OFFLINE", "")}
            assert leaver.query("SELECT @@super_read_only") == ((1,),)
            group.wait_online(staying)
            wait_until(lambda: primary_of(staying).scalar("SELECT @@super_read_only") == 0, "a writable primary")
            number += 1
            primary_of(staying).query(f"INSERT INTO d.t (writer, n) VALUES (1, {number})")
            group.wait_equal("SELECT COUNT(*) FROM d.t", staying)
        assert staying[0].scalar("SELECT COUNT(*) FROM d.t") == 4


def primary_of(nodes):
    members = nodes[0].members()
    return next(node for node in nodes if members[node.port][1] == "PRIMARY")


def test_stop_and_start_while_writes_run():
    with group_of().start() as group:
        prepare(group.primary())
        with Writers(group.nodes) as writers:
            for _ in range(2):
                for node in group.nodes:
                    more_commits(writers, 30)
                    node.query("STOP GROUP_REPLICATION")
                    more_commits(writers, 30)
                    node.query("START GROUP_REPLICATION")
                    group.wait_online()
            more_commits(writers, 30)
        check(group, writers)


def test_a_commit_in_flight_at_stop_gets_the_true_answer():
    """Who is told that his transaction was rolled back does not find its row in the group, and the reverse."""
    with group_of().start() as group:
        first, *others = group.nodes
        prepare(first)
        told = {}

        def insert(writer, number):
            connection = first.connect()
            try:
                while True:
                    number += 1
                    told[writer, number] = None
                    with connection.cursor() as cursor:
                        cursor.execute("INSERT INTO d.t (writer, n) VALUES (%s, %s)", (writer, number))
                    told[writer, number] = 0
            except pymysql.Error as error:
                told[writer, number] = error.args[0]

        for turn in range(5):
            wait_until(lambda: group.primary() is first and first.scalar("SELECT @@super_read_only") == 0, "a primary")
            before = len(told)
            threads = [
                threading.Thread(target=insert, args=(writer, turn * 1_000_000), daemon=True) for writer in range(8)]
            for thread in threads:
                thread.start()
            wait_until(lambda: len(told) > before + 100, "commits")
            first.query("STOP GROUP_REPLICATION")
            for thread in threads:
                thread.join(30)
                assert not thread.is_alive()
            wait_until(lambda: others[0].members().get(first.port) is None, "s1 is gone")
            group.wait_equal("SELECT COUNT(*) FROM d.t", others)
            rows = set(group.wait_equal("SELECT writer, n FROM d.t ORDER BY writer, n", others))
            for row, answer in told.items():
                assert (row in rows) == (answer == 0), (row, answer)
            first.query("START GROUP_REPLICATION")
            group.wait_online()
            first.query(f"SELECT group_replication_set_as_primary('{first.uuid}')")
            wait_until(lambda: first.scalar("SELECT @@super_read_only") == 0, "s1 is the primary again")


def test_a_joiner_killed_as_it_asks_neither_blocks_a_group_of_one_nor_stays_out():
    with Group(2) as group:
        first, joiner = group.nodes
        for node in group.nodes:
            node.start(wait=False)
        for node in group.nodes:
            node.wait_for_connection()
            group.create_recovery_account(node)
        group.bootstrap(first)
        prepare(first)
        joiner.options["group_replication_start_on_boot"] = "ON"
        for number, delay in enumerate((0, 0.005, 0.01, 0.02, 0.05)):
            start = Statement(joiner, "START GROUP_REPLICATION")
            time.sleep(delay)  # somewhere in the join
            joiner.kill()
            start.outcome()
            write = Statement(first, f"INSERT INTO d.t (writer, n) VALUES (1, {number})")
            assert write.outcome(30) == 0
            joiner.start()
            group.wait_online()
            assert len(group.wait_equal("SELECT writer, n FROM d.t ORDER BY n")) == number + 1
            joiner.query("STOP GROUP_REPLICATION")


def test_start_with_an_account_of_its_own_and_open_transactions():
    with Group(2) as group:
        first, second = group.nodes
        for node in group.nodes:
            node.start(wait=False)
        for node in group.nodes:
            node.wait_for_connection()
        first.query("CREATE USER rec@'%' IDENTIFIED BY 'secret'")
        first.query("GRANT REPLICATION SLAVE ON *.* TO rec@'%'")
        prepare(first)
        session = first.connect(autocommit=False)
        session.cursor().execute("INSERT INTO d.t (writer, n) VALUES (1, 1)")
        Group.bootstrap(first)
        # What was open before START is rolled back.
        with pytest.raises(pymysql.Error):
            session.commit()
        assert Statement(second, "START GROUP_REPLICATION PASSWORD='x'").outcome() == 3971
        assert Statement(second, "START GROUP_REPLICATION USER='', PASSWORD='x'").outcome() == 3970
        assert Statement(
            second, f"START GROUP_REPLICATION USER='rec', PASSWORD='{'x' * 33}'").outcome() == 3972
        second.query("START GROUP_REPLICATION USER='rec', PASSWORD='secret'")
        group.wait_online()
        assert group.wait_equal("SELECT COUNT(*) FROM d.t") == ((0,),)


def wipe(node):
    """The disk of a stopped node is lost."""
    shutil.rmtree(node.datadir)


def test_restarted_and_empty_members_are_online_under_load():
    with group_of().start() as group:
        prepare(group.primary())
        first, second, third = group.nodes
        with Writers([first], count=8) as writers:
            more_commits(writers, 300)
            for lost in (False, True):
                third.kill()
                more_commits(writers, 300)
                if lost:
                    wipe(third)
                    third.options["group_replication_start_on_boot"] = "OFF"
                third.start()
                if lost:
                    Group.create_recovery_account(third)
                    # The joiner's own account statements were not logged, those of the others were not either.
                    third.query("START GROUP_REPLICATION")
                group.wait_online(seconds=60)
                more_commits(writers, 100)
        check(group, writers)


def test_changes_that_are_not_logged_do_not_overwrite_and_are_not_overwritten_unseen():
    with group_of(2).start() as group:
        first, second = group.nodes
        prepare(first)
        first.query("INSERT INTO d.t (writer, n) VALUES (1, 1)")
        group.wait_equal("SELECT writer, n FROM d.t")
        older = first.connect(autocommit=False)
        cursor = older.cursor()
        cursor.execute("SELECT n FROM d.t")
        local = first.connect()
        local.cursor().execute("SET SQL_LOG_BIN=0")
        local.cursor().execute("UPDATE d.t SET n = n + 10")
        # A write sees the newest row, as InnoDB's does.
        cursor.execute("UPDATE d.t SET n = n + 100")
        older.commit()
        assert first.scalar("SELECT n FROM d.t") == 111


def test_tls_between_members_and_for_recovery():
    with group_of(3, ssl_mode="REQUIRED", recovery_use_ssl="ON") as group:
        for node in group.nodes:
            node.start(wait=False)
        for node in group.nodes:
            node.wait_for_connection()
            group.create_recovery_account(node)
            connection = node.connect()
            for sql in ("SET SQL_LOG_BIN=0", "ALTER USER rpl_user@'%' REQUIRE SSL"):
                connection.cursor().execute(sql)
        first, second, plain = group.nodes
        group.bootstrap(first)
        prepare(first)
        second.query("START GROUP_REPLICATION")
        group.wait_online([first, second])
        first.query("INSERT INTO d.t (writer, n) VALUES (1, 1)")
        group.wait_equal("SELECT writer, n FROM d.t", [first, second])
        # Who does not speak TLS is nobody to them.
        plain.query("SET GLOBAL group_replication_ssl_mode = 'DISABLED'")
        assert Statement(plain, "START GROUP_REPLICATION").outcome(100) == 3092
        # Certificates of different authorities: the auto-generated ones.
        plain.query("SET GLOBAL group_replication_ssl_mode = 'VERIFY_CA'")
        assert Statement(plain, "START GROUP_REPLICATION").outcome(100) == 3092
        plain.query("SET GLOBAL group_replication_ssl_mode = 'REQUIRED'")
        plain.query("START GROUP_REPLICATION")
        group.wait_online()


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def test_tls_that_verifies_the_authority():
    with group_of(2, ssl_mode="VERIFY_CA") as group:
        group.directory.mkdir(exist_ok=True)
        ca, key = group.directory / "ca.pem", group.directory / "ca-key.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(ca), "-days", "30",
                "-subj", "/CN=test authority")
        for node in group.nodes:
            node.directory.mkdir()
            own, request, certificate = (str(node.directory / name) for name in ("key.pem", "req.pem", "cert.pem"))
            openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", own, "-out", request, "-subj", f"/CN=s{node.number}")
            openssl("x509", "-req", "-in", request, "-CA", str(ca), "-CAkey", str(key), "-CAcreateserial", "-out", certificate,
                    "-days", "30")
            node.options.update(ssl_ca=ca, ssl_cert=certificate, ssl_key=own)
        group.start()
        group.primary().query("CREATE DATABASE d")
        group.wait_equal("SELECT @@gtid_executed")


def test_member_actions_are_the_groups():
    with group_of().start() as group:
        primary = group.primary()
        action = "'mysql_disable_super_read_only_if_primary', 'AFTER_PRIMARY_ELECTION'"
        assert primary.query(f"SELECT group_replication_disable_member_action({action})") == (("OK",),)
        rows = group.wait_equal("SELECT * FROM performance_schema.replication_group_member_actions")
        assert rows[0] == ("mysql_disable_super_read_only_if_primary", "AFTER_PRIMARY_ELECTION", 0, "INTERNAL", 1, "IGNORE")
        assert group.wait_equal("SELECT version FROM performance_schema.replication_group_configuration_version") == ((2,),)
        others = [node for node in group.nodes if node is not primary]
        primary.query("STOP GROUP_REPLICATION")
        group.wait_online(others)
        elected = primary_of(others)
        wait_until(lambda: "A new primary with address" in elected.log(), "the election")
        assert elected.scalar("SELECT @@super_read_only") == 1
        elected.query("SET GLOBAL read_only = OFF")
        assert elected.query(f"SELECT group_replication_enable_member_action({action})") == (("OK",),)
        group.wait_equal("SELECT version FROM performance_schema.replication_group_configuration_version", others)
