"""Group actions: coordinated, one at a time, with progress, whoever asks and whoever dies."""
import threading
import time

import pymysql
import pytest

from cluster import Group, wait_until

STAGES = (
    "SELECT EVENT_NAME, WORK_COMPLETED, WORK_ESTIMATED FROM performance_schema.events_stages_current "
    "WHERE EVENT_NAME LIKE 'stage/group_rpl/%'")
STOP_APPLIER = "STOP REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'"
START_APPLIER = "START REPLICA SQL_THREAD FOR CHANNEL 'group_replication_applier'"


@pytest.fixture
def steered():
    with Group(3) as members:
        members.start()
        members.nodes[0].query("CREATE DATABASE s")
        members.nodes[0].query("CREATE TABLE s.t (id INT PRIMARY KEY, n INT NOT NULL)")
        members.nodes[0].query("INSERT INTO s.t VALUES (1, 0), (2, 0)")
        members.wait_equal("SELECT COUNT(*) FROM s.t")
        yield members


def roles(members):
    return [{port: role for port, (_, role) in node.members().items()} for node in members.nodes]


def wait_primary(members, node):
    def agreed():
        return all(
            {port for port, role in view.items() if role == "PRIMARY"} == {node.port} for view in roles(members)
        ) and node.scalar("SELECT @@super_read_only") == 0
    wait_until(agreed, f"s{node.number} is the primary")


def error_of(call):
    with pytest.raises(pymysql.Error) as raised:
        call()
    return raised.value.args


class Call:
    """A statement in a thread of its own, with its outcome."""

    def __init__(self, node, sql):
        self.connection = node.connect()
        self.id = self.connection.thread_id()
        self.outcome = None
        self.thread = threading.Thread(target=self.run, args=(sql,))
        self.thread.start()

    def run(self, sql):
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(sql)
                self.outcome = cursor.fetchall()[0][0]
        except pymysql.Error as error:
            self.outcome = error.args

    def result(self, seconds=30):
        self.thread.join(seconds)
        assert not self.thread.is_alive(), "the function does not return"
        return self.outcome


def test_the_primary_changes_from_any_member_and_modes_go_back_and_forth(steered):
    one, two, three = steered.nodes
    assert three.scalar(f"SELECT group_replication_set_as_primary('{two.uuid}')") == (
        f"Primary server switched to: {two.uuid}")
    wait_primary(steered, two)
    two.query("UPDATE s.t SET n = 1 WHERE id = 1")
    assert error_of(lambda: one.query("UPDATE s.t SET n = 1 WHERE id = 1"))[0] == 1290
    assert one.scalar("SELECT group_replication_switch_to_multi_primary_mode()") == (
        "Mode switched to multi-primary successfully.")
    for node in steered.nodes:
        wait_until(lambda: node.scalar("SELECT @@super_read_only") == 0, "everybody writes")
        assert node.query(
            "SELECT @@group_replication_single_primary_mode, @@group_replication_enforce_update_everywhere_checks, "
            "@@global.auto_increment_increment, @@global.auto_increment_offset") == ((0, 1, 7, node.number),)
        node.query(f"INSERT INTO s.t VALUES ({node.number + 10}, 0)")
    # In multi-primary mode every member owns slots again.
    wait_until(lambda: all(
        len(node.scalar(
            "SELECT WRITE_CONSENSUS_LEADERS_ACTUAL FROM performance_schema.replication_group_communication_information"
        ).split(",")) == 3 for node in steered.nodes), "three leaders")
    assert two.scalar(f"SELECT group_replication_switch_to_single_primary_mode('{three.uuid}')") == (
        "Mode switched to single-primary successfully.")
    wait_primary(steered, three)
    for node in steered.nodes:
        assert node.query(
            "SELECT @@group_replication_single_primary_mode, @@group_replication_enforce_update_everywhere_checks, "
            "@@global.auto_increment_increment, @@global.auto_increment_offset") == ((1, 0, 1, 1),)
    steered.wait_equal("SELECT * FROM s.t ORDER BY id")
    # A member that restarts comes back with the group's mode, whatever its option file says.
    assert one.scalar("SELECT group_replication_switch_to_multi_primary_mode()")
    two.kill()
    two.start()
    steered.wait_online()
    assert two.scalar("SELECT @@group_replication_single_primary_mode") == 0


def test_the_election_goes_by_weight_then_uuid(steered):
    one, two, three = steered.nodes
    three.query("SET GLOBAL group_replication_member_weight = 90")
    wait_until(lambda: True, "the weight is told")
    time.sleep(1.5)  # the weight travels with the periodic report
    one.query("STOP GROUP_REPLICATION")
    wait_until(lambda: three.scalar("SELECT @@super_read_only") == 0, "the heaviest is elected")
    assert two.scalar("SELECT @@super_read_only") == 1


def test_actions_wait_for_transactions_without_a_timeout_and_end_them_with_one(steered):
    one, two, _ = steered.nodes
    writer = one.connect(database="s", autocommit=False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 5 WHERE id = 1")
    waiting = Call(two, f"SELECT group_replication_set_as_primary('{two.uuid}')")
    wait_until(
        lambda: one.query(STAGES) == (
            ("stage/group_rpl/Primary Switch: waiting for pending transactions to finish", 0, 1),),
        "the stage shows the one transaction")
    assert two.query(STAGES)[0][0] == "stage/group_rpl/Primary Switch: waiting for pending transactions to finish"
    assert waiting.thread.is_alive()
    # Another action is refused meanwhile, on every member.
    for node in steered.nodes:
        code, text = error_of(lambda: node.query("SELECT group_replication_switch_to_multi_primary_mode()"))
        assert code == 3910 and "already a configuration action" in text
    # Others may begin, and the one that is waited for goes on.
    one.query("UPDATE s.t SET n = 6 WHERE id = 2")
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 7 WHERE id = 1")
    writer.commit()
    assert waiting.result() == f"Primary server switched to: {two.uuid}"
    wait_primary(steered, two)
    assert steered.wait_equal("SELECT n FROM s.t ORDER BY id") == ((7,), (6,))
    assert not two.query(STAGES)
    names = {row[0] for row in two.query("SELECT EVENT_NAME FROM performance_schema.events_stages_history_long")}
    assert "stage/group_rpl/Primary Election: Waiting for members to turn on super_read_only" in names

    writer = two.connect(database="s", autocommit=False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 100 WHERE id = 1")
    ending = Call(one, f"SELECT group_replication_set_as_primary('{one.uuid}', 2)")
    wait_until(lambda: two.query(STAGES), "the action runs")
    # Nobody else may begin to write, but the one that runs goes on until its time is over.
    wait_until(lambda: error_of(lambda: two.query("UPDATE s.t SET n = 8 WHERE id = 2"))[0] == 1290, "new writers are refused")
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 101 WHERE id = 1")
    assert ending.result() == f"Primary server switched to: {one.uuid}"
    with pytest.raises(pymysql.Error):
        with writer.cursor() as cursor:
            cursor.execute("UPDATE t SET n = 102 WHERE id = 1")
        writer.commit()
    wait_primary(steered, one)
    assert steered.wait_equal("SELECT n FROM s.t ORDER BY id") == ((7,), (6,))


def test_an_action_goes_on_when_its_session_is_killed(steered):
    one, two, three = steered.nodes
    writer = one.connect(database="s", autocommit=False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 5 WHERE id = 1")
    call = Call(three, f"SELECT group_replication_set_as_primary('{two.uuid}')")
    wait_until(lambda: one.query(STAGES), "the action runs")
    three.query(f"KILL QUERY {call.id}")
    code, text = call.result()
    assert code == 3910 and "killed" in text
    writer.commit()
    wait_primary(steered, two)


def test_an_action_goes_on_when_the_member_that_asked_dies(steered):
    one, two, three = steered.nodes
    writer = one.connect(database="s", autocommit=False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 5 WHERE id = 1")
    Call(three, f"SELECT group_replication_set_as_primary('{two.uuid}')")
    wait_until(lambda: one.query(STAGES), "the action runs")
    three.kill()
    writer.commit()
    steered.nodes = [one, two]
    try:
        wait_until(lambda: two.scalar("SELECT @@super_read_only") == 0, "s2 takes over")
        assert one.scalar("SELECT @@super_read_only") == 1
        two.query("UPDATE s.t SET n = 9 WHERE id = 2")
    finally:
        steered.nodes = [one, two, three]


def test_who_is_killed_in_the_middle_of_a_mode_switch_comes_back_into_one_mode(steered):
    one, two, three = steered.nodes
    mode = "SELECT @@group_replication_single_primary_mode, @@group_replication_enforce_update_everywhere_checks"
    for delay, victims in ((0.0, [three]), (0.01, [two]), (0.05, [three, two]), (0.002, [one])):
        single = one.scalar("SELECT @@group_replication_single_primary_mode")
        invoker = two if victims == [one] else one
        Call(invoker, "SELECT group_replication_switch_to_" + ("multi" if single else "single") + "_primary_mode()")
        time.sleep(delay)
        for victim in victims:
            victim.kill()
        alive = [node for node in steered.nodes if node not in victims]
        if len(alive) > 1:
            # The group has removed it: it joins anew, with the variables that it had.
            wait_until(lambda: all(len(node.members()) == len(alive) for node in alive), "the dead one is removed")
        for victim in victims:
            victim.start()
        steered.wait_online()
        wanted = ((0, 1),) if single else ((1, 0),)
        wait_until(lambda: all(node.query(mode) == wanted for node in steered.nodes), f"one mode, {wanted}")
        wait_until(lambda: sum(node.scalar("SELECT @@super_read_only") for node in steered.nodes) == (0 if single else 2), "its writers")
    # Killed while the switch waits for a transaction: nobody joins before it is over, and whoever asks at its boot asks again.
    primary = steered.primary()
    secondary, victim = [node for node in steered.nodes if node is not primary]
    if one.scalar("SELECT @@group_replication_single_primary_mode"):
        one.scalar("SELECT group_replication_switch_to_multi_primary_mode()")
        wait_until(lambda: secondary.scalar("SELECT @@super_read_only") == 0, "everybody writes")
    writer = secondary.connect(database="s", autocommit=False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 5 WHERE id = 1")
    switch = Call(primary, f"SELECT group_replication_switch_to_single_primary_mode('{primary.uuid}')")
    wait_until(lambda: primary.query(STAGES), "the action runs")
    victim.kill()
    wait_until(lambda: len(primary.members()) == 2, "the dead one is removed")
    victim.start()
    wait_until(lambda: "Multi primary mode migration" in victim.log() or "Change to single primary mode" in victim.log()
               or victim.state() != "ONLINE", "it asks")
    writer.commit()
    assert switch.result() == "Mode switched to single-primary successfully."
    steered.wait_online()
    wait_until(lambda: all(node.query(mode) == ((1, 0),) for node in steered.nodes), "one mode")
    # What an operator sets is not passed over.
    victim.query("STOP GROUP_REPLICATION")
    victim.query("SET GLOBAL group_replication_single_primary_mode = OFF")
    assert error_of(lambda: victim.query("START GROUP_REPLICATION"))[0] == 3092
    assert "MY-011529" in victim.log()


def test_an_action_ends_when_the_appointed_primary_dies_and_the_old_one_writes_on(steered):
    one, two, three = steered.nodes
    writer = one.connect(database="s", autocommit=False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 5 WHERE id = 1")
    call = Call(three, f"SELECT group_replication_set_as_primary('{two.uuid}')")
    wait_until(lambda: one.query(STAGES), "the action runs")
    two.kill()
    code, text = call.result()
    assert code == 3910 and "left the group" in text
    writer.commit()
    one.query("UPDATE s.t SET n = 9 WHERE id = 2")
    wait_until(lambda: not one.query(STAGES), "no stage is left")


def test_nobody_joins_during_an_action_and_no_action_runs_while_a_member_recovers(steered):
    one, two, three = steered.nodes
    three.query("STOP GROUP_REPLICATION")
    writer = one.connect(database="s", autocommit=False)
    with writer.cursor() as cursor:
        cursor.execute("UPDATE t SET n = 5 WHERE id = 1")
    call = Call(one, f"SELECT group_replication_set_as_primary('{two.uuid}')")
    wait_until(lambda: one.query(STAGES), "the action runs")
    assert error_of(lambda: three.query("START GROUP_REPLICATION"))[0] == 3092
    assert "MY-013207" in three.log() and "operation 'Primary election change' is running initiated by '127.0.0.1:" in three.log()
    writer.commit()
    assert call.result() == f"Primary server switched to: {two.uuid}"
    # A member whose applier is stopped after its join stays RECOVERING.
    three.query("START GROUP_REPLICATION")
    steered.wait_online()
    assert two.scalar(f"SELECT group_replication_set_as_primary('{one.uuid}')")
    wait_primary(steered, one)


def test_write_concurrency_and_communication_protocol_change_for_all(steered):
    one, two, three = steered.nodes
    two.query("SELECT group_replication_set_write_concurrency(20)")
    for node in steered.nodes:
        wait_until(lambda: node.scalar("SELECT group_replication_get_write_concurrency()") == 20, "the horizon")
    assert three.scalar("SELECT group_replication_set_communication_protocol('8.0.16')") == (
        "The operation group_replication_set_communication_protocol completed successfully")
    for node in steered.nodes:
        wait_until(lambda: node.scalar("SELECT group_replication_get_communication_protocol()") == "8.0.16", "protocol")
        assert node.query(
            "SELECT WRITE_CONCURRENCY, PROTOCOL_VERSION FROM "
            "performance_schema.replication_group_communication_information") == ((20, "8.0.16"),)


def test_writes_are_held_not_refused_while_a_new_primary_applies_its_backlog(steered):
    one, two, three = steered.nodes
    two.query("SET GLOBAL group_replication_member_weight = 100")
    time.sleep(1.5)
    two.query(STOP_APPLIER)
    for n in range(50):
        one.query(f"UPDATE s.t SET n = {n} WHERE id = 1")
    one.kill()
    held = two.connect(database="s")
    with held.cursor() as cursor:
        cursor.execute("SET SESSION group_replication_consistency = 'BEFORE_ON_PRIMARY_FAILOVER'")
    wait_until(lambda: two.members().get(two.port) == ("ONLINE", "PRIMARY"), "s2 is elected")
    outcome = []

    def write():
        with held.cursor() as cursor:
            cursor.execute("UPDATE t SET n = n + 1000 WHERE id = 1")
            outcome.append(cursor.rowcount)
    thread = threading.Thread(target=write)
    thread.start()
    wait_until(
        lambda: any("hook on transaction begin" in str(row) for row in two.query("SHOW PROCESSLIST")), "it is held")
    assert error_of(lambda: two.query("UPDATE s.t SET n = 0 WHERE id = 1"))[0] == 1290
    two.query(START_APPLIER)
    thread.join(30)
    assert outcome == [1]
    assert two.scalar("SELECT n FROM s.t WHERE id = 1") == 1049
