"""The manual's tutorial (section 18.2.1), statement by statement, through command-line clients."""
import os
import pathlib
import shutil
import subprocess

import pytest

from cluster import Group, wait_until

REAL_MYSQL = pathlib.Path(__file__).resolve().parents[3] / "shared/tools/real-mysql/run"


def clients():
    yield pytest.param(["mariadb", "--skip-ssl"], id="mariadb")
    if REAL_MYSQL.exists() and pathlib.Path(os.environ.get("PEERS", "/tmp/peers"), "sid/usr/bin/mysql").exists():
        yield pytest.param([str(REAL_MYSQL), "mysql"], id="mysql-9.7")


def run(client, node, sql, *options):
    result = subprocess.run(
        [*client, "-h127.0.0.1", f"-P{node.port}", "-uroot", "--batch", *options, "-e", sql],
        capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, f"{sql}\n{result.stderr}"
    return [line.split("\t") for line in result.stdout.splitlines()]


@pytest.mark.parametrize("client", list(clients()))
def test_the_tutorial_works_statement_by_statement(client):
    if shutil.which(client[0]) is None:
        pytest.skip(f"{client[0]} is not installed")
    with Group(3) as group:
        s1, s2, s3 = group.nodes
        for node in group.nodes:
            node.start()
            run(client, node, "INSTALL PLUGIN group_replication SONAME 'group_replication.so'")
            plugins = run(client, node, "SHOW PLUGINS")
            assert ["group_replication", "ACTIVE", "GROUP REPLICATION"] in [row[:3] for row in plugins]
            run(client, node, """
                SET SQL_LOG_BIN=0;
                CREATE USER rpl_user@'%' IDENTIFIED BY 'password';
                GRANT REPLICATION SLAVE ON *.* TO rpl_user@'%';
                GRANT BACKUP_ADMIN ON *.* TO rpl_user@'%';
                FLUSH PRIVILEGES;
                SET SQL_LOG_BIN=1;""")
            run(client, node, "CHANGE MASTER TO MASTER_USER='rpl_user', MASTER_PASSWORD='password' "
                "FOR CHANNEL 'group_replication_recovery'")
        run(client, s1, "SET GLOBAL group_replication_bootstrap_group=ON; START GROUP_REPLICATION; "
            "SET GLOBAL group_replication_bootstrap_group=OFF")
        members = run(client, s1, "SELECT * FROM performance_schema.replication_group_members")
        assert members[0][:6] == [
            "CHANNEL_NAME", "MEMBER_ID", "MEMBER_HOST", "MEMBER_PORT", "MEMBER_STATE", "MEMBER_ROLE"]
        assert members[1][2:6] == ["127.0.0.1", str(s1.port), "ONLINE", "PRIMARY"]
        run(client, s1, """
            CREATE DATABASE test;
            USE test;
            CREATE TABLE t1 (c1 INT PRIMARY KEY, c2 TEXT NOT NULL);
            INSERT INTO t1 VALUES (1, 'Luis');""")
        assert run(client, s1, "SELECT * FROM test.t1") == [["c1", "c2"], ["1", "Luis"]]
        events = [row[2] for row in run(client, s1, "SHOW BINLOG EVENTS")[1:]]
        assert events == [
            "Format_desc", "Previous_gtids",
            "Gtid", "Query", "View_change", "Query",
            "Gtid", "Query", "Gtid", "Query",
            "Gtid", "Query", "Table_map", "Write_rows", "Xid"]
        for node in (s2, s3):
            run(client, node, "START GROUP_REPLICATION")
            wait_until(lambda: node.state() == "ONLINE", f"s{node.number} ONLINE")
            assert run(client, node, "SHOW DATABASES LIKE 'test'")[1:] == [["test"]]
            assert run(client, node, "SELECT * FROM test.t1") == [["c1", "c2"], ["1", "Luis"]]
            assert "Write_rows" in [row[2] for row in run(client, node, "SHOW BINLOG EVENTS")[1:]]
        group.wait_online()
        assert group.wait_equal("SELECT @@gtid_executed")
        run(client, s3, "STOP GROUP_REPLICATION")
        wait_until(lambda: len(s1.members()) == 2, "s3 gone from the view of s1")
