"""What the functions of group replication answer, as a real MySQL 9.7 group's answers were recorded."""
import pymysql
import pytest

from cluster import wait_until

INIT = 1123
FAILED = 3910
SINGLE = "group_replication_switch_to_single_primary_mode"
MULTI = "group_replication_switch_to_multi_primary_mode"
PRIMARY = "group_replication_set_as_primary"
CONCURRENCY = "group_replication_set_write_concurrency"
PROTOCOL = "group_replication_set_communication_protocol"
NO_UUID = "Wrong arguments: You need to specify a server uuid."
NOT_ONLINE = "Member must be ONLINE and in the majority partition."
ACTION = "('mysql_disable_super_read_only_if_primary', 'AFTER_PRIMARY_ELECTION')"
STRANGER = "11111111-2222-3333-4444-555555555555"


def call(node, function, arguments="()"):
    """The function's result; of an error its number and what it says after the function's name."""
    try:
        return node.scalar(f"SELECT {function}{arguments}")
    except pymysql.Error as error:
        number, text = error.args
        start = {INIT: f"Can't initialize function '{function}'; ", FAILED: f"The function '{function}' failed. "}
        assert text.startswith(start[number]), text
        return number, text.removeprefix(start[number])


def roles(node):
    return [role for _, (_, role) in sorted(node.members().items())]


def test_arguments_are_checked_as_mysql_does(group):
    one, two, _ = group.nodes
    version = one.scalar("SELECT @@version").split("-")[0]
    for function, arguments, answer in (
        ("group_replication_get_write_concurrency", "()", 10),
        ("group_replication_get_communication_protocol", "()", "8.0.27"),
        ("group_replication_get_communication_protocol", "(1)", (INIT, "UDF does not take arguments.")),
        (CONCURRENCY, "(10)",
         "UDF is asynchronous, check log or call group_replication_get_write_concurrency()."),
        (CONCURRENCY, "(9)", (INIT, "Argument must be between 10 and 200.")),
        (CONCURRENCY, "(201)", (INIT, "Argument must be between 10 and 200.")),
        (CONCURRENCY, "()", (INIT, "UDF takes one integer argument.")),
        (CONCURRENCY, "('a')", (INIT, "UDF takes one integer argument.")),
        (PROTOCOL, "('8.0.27')", f"The operation {PROTOCOL} completed successfully"),
        (PROTOCOL, "('9.9.9')", (INIT, f"9.9.9 is not between 5.7.14 and {version}")),
        (PROTOCOL, "('abc')", (INIT, "'abc' is not version string argument with format major.minor.patch")),
        (PRIMARY, "()", (INIT, NO_UUID)),
        (PRIMARY, "('')", (INIT, NO_UUID)),
        (PRIMARY, "(NULL)", (INIT, NO_UUID)),
        (PRIMARY, "(1)", (INIT, NO_UUID)),
        (PRIMARY, "('x')", (INIT, "Wrong arguments: The server uuid is not valid.")),
        (PRIMARY, f"('{STRANGER}')", (INIT, "The requested uuid is not a member of the group.")),
        (PRIMARY, f"('{two.uuid}', -1)", (FAILED, "Valid range for running_transactions_timeout is 0 to 3600.")),
        (PRIMARY, f"('{two.uuid}', 99999)", (FAILED, "Valid range for running_transactions_timeout is 0 to 3600.")),
        (PRIMARY, f"('{two.uuid}', 'a')", (
            INIT, "Wrong arguments: Second parameter `running_transactions_timeout` must be type integer between "
            "0 - 3600 (seconds).")),
        (SINGLE, "('x')", (INIT, "Wrong arguments: The server uuid is not valid.")),
        (MULTI, "('x')", (INIT, "Wrong arguments: This function takes no arguments.")),
        ("group_replication_reset_member_actions", "()", (
            FAILED, "Member must be OFFLINE to reset its member actions configuration.")),
        ("group_replication_disable_member_action", ACTION, "OK"),
        ("group_replication_enable_member_action", ACTION, "OK"),
    ):
        assert call(one, function, arguments) == answer, (function, arguments)


def test_roles_and_modes_change_with_mysqls_answers(group):
    one, two, _ = group.nodes
    assert call(one, PRIMARY, f"('{one.uuid}')") == "The requested member is already the current group primary."
    assert call(two, PRIMARY, f"('{one.uuid}')") == "The requested member is already the current group primary."
    assert call(one, SINGLE) == "The group is already on single-primary mode."
    assert call(one, SINGLE, f"('{one.uuid}')") == (
        f"Already in single-primary mode. Did you mean to use {PRIMARY}?")
    assert call(one, PRIMARY, f"('{two.uuid}')") == f"Primary server switched to: {two.uuid}"
    assert sorted(roles(one)) == ["PRIMARY", "SECONDARY", "SECONDARY"]
    assert call(one, PRIMARY, f"('{one.uuid}', 10)") == f"Primary server switched to: {one.uuid}"
    assert call(one, MULTI) == "Mode switched to multi-primary successfully."
    assert roles(one) == ["PRIMARY"] * 3
    assert call(one, MULTI) == "The group is already on multi-primary mode."
    assert call(one, PRIMARY, f"('{two.uuid}')") == (INIT, f"In multi-primary mode. Use {SINGLE}.")
    assert one.query(
        "SELECT @@group_replication_single_primary_mode, @@group_replication_enforce_update_everywhere_checks, "
        "@@super_read_only") == ((0, 1, 0),)
    assert call(one, SINGLE, f"('{STRANGER}')") == (INIT, "The requested uuid is not a member of the group.")
    assert call(one, SINGLE, f"('{one.uuid}')") == "Mode switched to single-primary successfully."
    assert roles(one).count("PRIMARY") == 1 and one.members()[one.port] == ("ONLINE", "PRIMARY")


def test_outside_of_a_group_they_are_refused(group):
    three = group.nodes[2]
    three.query("STOP GROUP_REPLICATION")
    try:
        for function, arguments in (
            (PRIMARY, f"('{three.uuid}')"), (SINGLE, "()"), (MULTI, "()"), (CONCURRENCY, "(20)"),
            ("group_replication_get_write_concurrency", "()"), (PROTOCOL, "('8.0.27')"),
            ("group_replication_get_communication_protocol", "()"),
        ):
            assert call(three, function, arguments) == (INIT, NOT_ONLINE), function
        for function, arguments in (
            ("group_replication_reset_member_actions", "()"), ("group_replication_disable_member_action", ACTION),
        ):
            assert call(three, function, arguments) == (INIT, "Server must have super_read_only=0."), function
    finally:
        three.query("START GROUP_REPLICATION")
        group.wait_online()
    wait_until(lambda: three.scalar("SELECT @@super_read_only") == 1, "a secondary")
