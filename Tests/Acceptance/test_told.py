"""What operators are told: a joiner its seed's reason, everybody what a variable takes, and where a member is now."""
import re
import socket
import time

import pymysql
import pytest

from cluster import Group, Node, free_port, wait_until


def own_address():
    """An address of this host that is not the loopback's, or None."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return None


def pair(tmp_path, seed_options, joiner_options, host="127.0.0.1"):
    addresses = [f"{host}:{free_port()}" for _ in range(2)]
    nodes = []
    for number, options in ((1, seed_options), (2, joiner_options)):
        nodes.append(Node(number, tmp_path / f"s{number}", addresses[0], addresses[number - 1], options=options).start())
        Group.create_recovery_account(nodes[-1])
    Group.bootstrap(nodes[0])
    wait_until(lambda: nodes[0].state() == "ONLINE", "the seed ONLINE")
    return nodes


REASONS = [
    ({}, {"group_replication_group_name": '"bbbbbbbb-aaaa-4aaa-8aaa-aaaaaaaaaaaa"'}, "MY-011735.*belongs to a group of another name"),
    ({"group_replication_ssl_mode": "REQUIRED"}, {}, "MY-011735.*it wants TLS, and this server has none"),
    ({}, {"group_replication_ssl_mode": "REQUIRED"}, "MY-011735.*it has no TLS for the group, and this server wants it"),
    ({"group_replication_ssl_mode": "REQUIRED"}, {"group_replication_ssl_mode": "VERIFY_CA"}, "MY-011735.*certificate verify failed"),
    ({"group_replication_ip_allowlist": "192.0.2.7"}, {}, "MY-011735.*this host's address is not in its allowlist"),
    ({}, {"lower_case_table_names": 1}, "MY-013107.*lower_case_table_names option value '1' different from the group '0'"),
    ({}, {"group_replication_view_change_uuid": "bbbbbbbb-aaaa-4aaa-8aaa-aaaaaaaaaaaa"}, "MY-013753.*view_change_uuid option value"),
    ({}, {"group_replication_gtid_assignment_block_size": 5}, "MY-011527.*gtid_assignment_block_size option value '5' different"),
    ({}, {"default_table_encryption": "ON"}, "MY-013376.*default_table_encryption option value '1' different"),
]


@pytest.mark.parametrize("seed,joiner,reason", REASONS, ids=[reason[2].split("*")[1][:24] for reason in REASONS])
def test_the_joiners_own_log_has_the_seeds_reason_within_seconds(tmp_path, seed, joiner, reason):
    host = "127.0.0.1"
    if "group_replication_ip_allowlist" in seed:
        host = own_address()
        if host is None:
            pytest.skip("this host has the loopback only, which is always allowed")
    first, second = pair(tmp_path, seed, joiner, host)
    try:
        begun = time.monotonic()
        with pytest.raises(pymysql.Error) as error:
            second.query("START GROUP_REPLICATION")
        assert error.value.args[0] == 3092
        assert time.monotonic() - begun < 8
        assert re.search(reason, second.log()), second.log()[-2500:]
        assert first.state() == "ONLINE"
        # The table shows what the file does.
        assert second.scalar(
            "SELECT COUNT(*) FROM performance_schema.error_log WHERE PRIO = 'Error' AND ERROR_CODE LIKE 'MY-01%' "
            "AND SUBSYSTEM = 'Repl'") > 0
    finally:
        for node in (first, second):
            node.stop()


def test_a_server_with_anothers_uuid_is_told_so(tmp_path):
    first, second = pair(tmp_path, {}, {})
    try:
        second.stop()
        (second.datadir / "auto.cnf").write_text((first.datadir / "auto.cnf").read_text())
        second.start()
        with pytest.raises(pymysql.Error):
            second.query("START GROUP_REPLICATION")
        assert "There is already a member with server_uuid" in second.log()
    finally:
        for node in (first, second):
            node.stop()


SEEDS = "127.0.0.1:9"
REFUSALS = [
    # what is set, the client's error, what the log says; as the real MySQL 9.7.4 was seen to answer
    ("group_replication_local_address = 'nosuch.invalid:26899'", 3096,
     ["MY-011735.*Invalid hostname or IP address .nosuch.invalid:26899. assigned to the parameter local_node!", "MY-011674", "MY-011637"]),
    ("group_replication_local_address = '192.0.2.1:26899'", 3096,
     ["MY-011735.*There is no local IP address matching the one configured for the local node .192.0.2.1:26899.", "MY-011674", "MY-011637"]),
    ("group_replication_local_address = '127.0.0.1'", 3096, ["MY-011735.*Invalid hostname", "MY-011674", "MY-011637"]),
    ("group_replication_local_address = ''", 3096, ["MY-011735.*Invalid hostname or IP address ..", "MY-011674", "MY-011637"]),
    ("group_replication_local_address = '127.0.0.1:0'", 3092, ["MY-011735.*Error initializing the group communication engine."]),
    ("group_replication_local_address = '127.0.0.1:{taken}'", 3092, ["MY-011735.*while waiting for the network layer to become ready"]),
    ("group_replication_group_seeds = 'garbage'", 3096,
     ['MY-011735.*Peer address "garbage" is not valid.', "MY-011735.*None of the provided peer address is valid.", "MY-011674", "MY-011637"]),
    ("group_replication_group_seeds = 'nosuch.invalid:1'", 3096, ['MY-011735.*Peer address "nosuch.invalid:1" is not valid.']),
    ("group_replication_group_seeds = ''", 3097, ["MY-011735.*Unable to join the group: peers not configured. ", "MY-011639"]),
    ("group_replication_group_name = @@server_uuid", 3092,
     ["MY-011642.*Member server_uuid is incompatible with the group. Server_uuid .* matches group_replication_group_name"]),
    ("group_replication_group_name = 'aaaaaaaaaaaa4aaa8aaaaaaaaaaaaaaa'", 3092, ["MY-011666.*Unable to parse the group_replication_group_name."]),
    ("group_replication_view_change_uuid = @@server_uuid", 3092, ["MY-013752.*is incompatible with group"]),
    ("server_id = 0", 3094, ["MY-011534", "MY-011669"]),
    ("group_replication_group_seeds = 'garbage," + SEEDS + "'", 3092, ['MY-011735.*Peer address "garbage" is not valid.', "MY-011735.*No member of the group answered"]),
]


def test_start_refuses_what_mysql_refuses_within_seconds_and_changes_nothing(tmp_path):
    node = Node(1, tmp_path / "s1", SEEDS, f"127.0.0.1:{free_port()}").start()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        try:
            for read_only in (0, 1):
                node.query(f"SET GLOBAL super_read_only = {read_only}")
                for setting, number, lines in REFUSALS[read_only * 8:]:
                    name = setting.split(" ")[0]
                    before = node.scalar(f"SELECT @@GLOBAL.{name}")
                    node.query("SET GLOBAL " + setting.format(taken=taken.getsockname()[1]))
                    seen = len(node.log())
                    begun = time.monotonic()
                    with pytest.raises(pymysql.Error) as error:
                        node.query("START GROUP_REPLICATION")
                    said = node.log()[seen:]
                    assert error.value.args[0] == number, (setting, said)
                    assert time.monotonic() - begun < 14, setting
                    for line in lines:
                        assert re.search(line, said), (setting, said)
                    assert node.query("SELECT @@super_read_only, @@read_only") == ((read_only, read_only),), setting
                    assert node.state() == "OFFLINE"
                    node.query(f"SET GLOBAL {name} = {before if isinstance(before, int) else repr(before)}")
            # From the option file, where SET is refused.
            node.query("SET GLOBAL super_read_only = 0")
            for option, value, line in (
                ("binlog_format", "STATEMENT", "MY-011595.*Binlog format should be ROW for Group Replication"),
                ("group_replication_force_members", "127.0.0.1:9", "MY-011634.*must be empty on group start. Current value: '127.0.0.1:9'"),
                ("log_replica_updates", "OFF", "MY-011677"), ("group_replication_enforce_update_everywhere_checks", "ON", "MY-011683"),
                ("group_replication_advertise_recovery_endpoints", "127.0.0.1:1", "MY-013592.*not listening on endpoint '127.0.0.1:1'"),
            ):
                node.stop()
                node.options = {option: value}
                node.start()
                with pytest.raises(pymysql.Error) as error:
                    node.query("START GROUP_REPLICATION")
                assert error.value.args[0] == 3092 and re.search(line, node.log()), (option, node.log()[-1500:])
                assert node.scalar("SELECT @@super_read_only") == 0
        finally:
            node.stop()


VARIABLES = [
    ("SET GLOBAL group_replication_group_name = ''", 1231),
    ("SET GLOBAL group_replication_group_name = 'hello'", 1231),
    ("SET GLOBAL group_replication_group_name = '{aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa}'", 1231),
    ("SET GLOBAL group_replication_view_change_uuid = ''", 1231),
    ("SET GLOBAL group_replication_view_change_uuid = 'AAAAAAAA-aaaa-4aaa-8aaa-aaaaaaaaaaaa'", 3976),
    ("SET GLOBAL group_replication_advertise_recovery_endpoints = 'x'", 3976),
    ("SET GLOBAL group_replication_advertise_recovery_endpoints = '127.0.0.1:1'", 3976),
    ("SET GLOBAL group_replication_advertise_recovery_endpoints = ''", 3976),
    ("SET GLOBAL group_replication_advertise_recovery_endpoints = 'default'", 3976),
    ("SET GLOBAL group_replication_force_members = '127.0.0.1:9'", 4118),
    ("SET GLOBAL group_replication_ip_whitelist = 'AUTOMATIC'", 1193),
    ("SET GLOBAL group_replication_allow_local_lower_version_join = ON", 1193),
    ("SET PERSIST group_replication_force_members = ''", 1238),
    ("SET GLOBAL group_replication_enforce_update_everywhere_checks = ON", 1231),
    ("SET GLOBAL group_replication_group_name = NULL", 1231),
    ("SET GLOBAL group_replication_recovery_ssl_ca = NULL", 1231),
    ("SET GLOBAL group_replication_recovery_compression_algorithms = 'bogus'", 1231),
    ("SET GLOBAL group_replication_communication_debug_options = 'BOGUS'", 1231),
    ("SET GLOBAL group_replication_auto_increment_increment = 65536", 1231),
    ("SET GLOBAL group_replication_member_expel_timeout = 3601", 1231),
    ("RESET REPLICA FOR CHANNEL 'nope'", 3074),
    ("RESET REPLICA ALL FOR CHANNEL 'nope'", 3074),
]
MOVED = [
    ("group_replication_flow_control_period", 61, 60, 1292),
    ("group_replication_flow_control_hold_percent", -1, 0, 1292),
    ("group_replication_transaction_size_limit", 2147483648, 2147483647, 1292),
    ("group_replication_poll_spin_loops", -1, 0, 1292),
    ("group_replication_member_weight", 101, 100, None),
    ("group_replication_components_stop_timeout", 1, 2, None),
    ("group_replication_recovery_retry_count", -1, 0, None),
    ("group_replication_unreachable_majority_timeout", -1, 0, None),
]


def test_variables_take_what_mysql_takes(tmp_path):
    node = Node(1, tmp_path / "s1", "", f"127.0.0.1:{free_port()}").start()
    try:
        for sql, number in VARIABLES:
            with pytest.raises(pymysql.Error) as error:
                node.query(sql)
            assert error.value.args[0] == number, sql
        connection = node.connect()
        with connection.cursor() as cursor:
            for name, given, kept, warning in MOVED:
                cursor.execute(f"SET GLOBAL {name} = {given}")
                cursor.execute("SHOW WARNINGS")
                assert [row[1] for row in cursor.fetchall()] == ([warning] if warning else []), name
                cursor.execute(f"SELECT @@GLOBAL.{name}")
                assert cursor.fetchone() == (kept,), name
            for given, kept in [
                ("gcs_debug_basic, xcom_debug_basic", "GCS_DEBUG_BASIC,XCOM_DEBUG_BASIC"), ("GCS_DEBUG_NONE,GCS_DEBUG_TRACE", "GCS_DEBUG_TRACE"),
                ("GCS_DEBUG_ALL,GCS_DEBUG_BASIC", "GCS_DEBUG_ALL"), ("", "GCS_DEBUG_NONE"),
            ]:
                cursor.execute("SET GLOBAL group_replication_communication_debug_options = %s", (given,))
                cursor.execute("SELECT @@GLOBAL.group_replication_communication_debug_options")
                assert cursor.fetchone() == (kept,)
            cursor.execute("SELECT @@report_port, @@port")
            assert cursor.fetchone() == (node.port, node.port)
            for old, new in [("slave_parallel_workers", "replica_parallel_workers"), ("slave_net_timeout", "replica_net_timeout")]:
                for one, other in ((old, new), (new, old)):
                    cursor.execute(f"SET GLOBAL {one} = 9 + @@{one}")
                    cursor.execute(f"SELECT @@{one} = @@{other}")
                    assert cursor.fetchone() == (1,), one
        connection.close()
        assert node.query(
            "SELECT PRIO, ERROR_CODE, SUBSYSTEM, DATA LIKE '%ready for connections%' FROM performance_schema.error_log "
            "WHERE ERROR_CODE = 'MY-010931'") == (("System", "MY-010931", "Server", 1),)
    finally:
        node.stop()


def test_an_invalid_allowlist_keeps_the_group_out_and_not_the_server_down(tmp_path):
    node = Node(1, tmp_path / "s1", "", f"127.0.0.1:{free_port()}", options={"group_replication_ip_allowlist": "x y"}).start()
    try:
        with pytest.raises(pymysql.Error) as error:
            Group.bootstrap(node)
        assert error.value.args[0] == 3096
        assert "group_replication_ip_allowlist" in node.log()
        node.query("SET GLOBAL group_replication_ip_allowlist = 'AUTOMATIC'")
        Group.bootstrap(node)
        wait_until(lambda: node.state() == "ONLINE", "ONLINE")
        with pytest.raises(pymysql.Error) as error:
            node.query("SET GLOBAL group_replication_ip_allowlist = 'x y'")
        assert error.value.args[0] == 3092
        assert node.scalar("SELECT @@group_replication_ip_allowlist") == "AUTOMATIC"
        for text, protocol in (("8.0.15", "5.7.14"), ("8.0.26", "8.0.16"), ("8.4.0", "8.0.27")):
            node.query(f"SELECT group_replication_set_communication_protocol('{text}')")
            assert node.scalar("SELECT group_replication_get_communication_protocol()") == protocol
    finally:
        node.stop()


def test_a_member_that_comes_back_elsewhere_is_shown_where_it_is_and_nobody_is_reachable_again_who_is_removed():
    with Group(3).start() as group:
        first, second, third = group.nodes
        second.kill()
        wait_until(lambda: len(first.members()) == 2, "the killed one removed")
        for node in (first, third):
            assert "is reachable again" not in node.log()
        second.start()
        group.wait_online()
        for node in group.nodes:
            node.stop()
        for node in group.nodes:
            node.port = free_port()
            node.start(wait=False)
        for node in group.nodes:
            node.wait_for_connection()
        group.wait_online()
        # Its recovery uses the new ports.
        primary = group.primary()
        primary.query("CREATE DATABASE d")
        joiner = next(node for node in group.nodes if node is not primary)
        joiner.query("STOP GROUP_REPLICATION")
        joiner.query("START GROUP_REPLICATION")
        group.wait_online()
        assert "Member was expelled" not in first.log() + third.log()
