"""Starting as mysqld starts: option files, the command line, the data directory."""
import os
import pathlib
import signal
import subprocess
import time

import pytest

from cluster import BINARY, ROOT, Node, free_port, wait_until


def run_server(*arguments, seconds=30):
    return subprocess.run(
        [str(BINARY), "server", *map(str, arguments)], capture_output=True, text=True, timeout=seconds)


MANUAL = """
[mysqld]

#
# Disable other storage engines
#
disabled_storage_engines="MyISAM,BLACKHOLE,FEDERATED,ARCHIVE,MEMORY"

#
# Replication configuration parameters
#
server_id=1
gtid_mode=ON
enforce_gtid_consistency=ON
binlog_checksum=NONE           # Not needed from 8.0.21

#
# Group Replication configuration
#
plugin_load_add='group_replication.so'
transaction_write_set_extraction=XXHASH64
group_replication_group_name="aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
group_replication_start_on_boot=off
group_replication_local_address= "{local}"
group_replication_group_seeds= "{local},127.0.0.1:33062,127.0.0.1:33063"
group_replication_bootstrap_group= off
"""


@pytest.fixture
def started(tmp_path):
    """Starts servers from option files; kills what is left."""
    nodes = []

    def start(text, *arguments):
        node = Node(1, tmp_path, "", "")
        path = tmp_path / "test.cnf"
        path.write_text(text)
        node.option_file = lambda: path
        nodes.append(node)
        return node.start(f"--port={node.port}", f"--datadir={node.datadir}", "--bind-address=127.0.0.1", *arguments)
    yield start
    for node in nodes:
        if node.process and node.process.poll() is None:
            node.process.kill()
            node.process.wait()


def test_the_manuals_option_file_starts_a_node(started):
    node = started(MANUAL.format(local=f"127.0.0.1:{free_port()}"))
    assert node.scalar("SELECT @@group_replication_group_name") == "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
    assert node.scalar("SELECT @@server_id") == 1
    assert node.scalar("SELECT @@disabled_storage_engines") == "MyISAM,BLACKHOLE,FEDERATED,ARCHIVE,MEMORY"
    assert ("group_replication", "ACTIVE") in [row[:2] for row in node.query("SHOW PLUGINS")]


@pytest.mark.parametrize("name", ["s1", "s2", "s3"])
def test_the_shipped_option_files_start_nodes(started, name):
    text = (ROOT / "Config" / f"{name}.cnf").read_text()
    node = started(text, f"--group-replication-local-address=127.0.0.1:{free_port()}")
    assert node.scalar("SELECT @@server_id") == int(name[1])


def test_later_options_win_and_sizes_have_suffixes(started):
    node = started("[mysqld]\nmax_connections=5\n[client]\nmax_connections=6\n[server]\nmax_allowed_packet=2M\n",
                   "--max-connections=7", "--loose-no-such-thing=1", "--skip-read-only")
    assert node.scalar("SELECT @@max_connections") == 7
    assert node.scalar("SELECT @@max_allowed_packet") == 2 << 20
    assert "no-such-thing" in node.log()


@pytest.mark.parametrize("argument, message", [
    ("--no-such-thing=1", "unknown variable 'no-such-thing=1'"),
    ("--no-such-thing", "unknown option '--no-such-thing'"),
    ("--port=abc", "port"),
    ("--port", "requires an argument"),
    ("stray", "stray"),
])
def test_a_wrong_option_is_named(tmp_path, argument, message):
    result = run_server("--no-defaults", f"--datadir={tmp_path}/data", argument)
    assert result.returncode != 0
    assert message in result.stderr + result.stdout


def test_an_option_file_that_is_missing_or_malformed_is_named(tmp_path):
    result = run_server(f"--defaults-file={tmp_path}/none.cnf")
    assert result.returncode != 0 and "none.cnf" in result.stderr
    (tmp_path / "bad.cnf").write_text("port=1\n")
    result = run_server(f"--defaults-file={tmp_path}/bad.cnf")
    assert result.returncode != 0 and "without preceding group" in result.stderr


def test_initialize_insecure_makes_the_directory_and_ends(tmp_path):
    data = tmp_path / "data"
    result = run_server("--no-defaults", "--initialize-insecure", f"--datadir={data}")
    assert result.returncode == 0, result.stderr
    assert {"auto.cnf", "ca.pem", "server-cert.pem", "private_key.pem", "public_key.pem"} <= set(os.listdir(data))
    assert oct((data / "server-key.pem").stat().st_mode & 0o777) == "0o600"
    again = run_server("--no-defaults", "--initialize-insecure", f"--datadir={data}")
    assert again.returncode != 0 and "has files in it" in again.stderr


def test_the_directory_serves_one_server_and_sigterm_stops_it(started, tmp_path):
    node = started("[mysqld]\n")
    uuid = node.uuid
    second = run_server("--no-defaults", f"--datadir={node.datadir}", f"--port={free_port()}")
    assert second.returncode != 0
    assert "Another server is running with the data directory" in second.stderr
    assert node.scalar("SELECT 1") == 1
    assert list(node.datadir.glob("*.pid"))
    idle = node.connect()
    begin = time.monotonic()
    node.stop()
    assert node.process.returncode == 0 and time.monotonic() - begin < 5
    assert not list(node.datadir.glob("*.pid")) and not (node.datadir / "mysql.sock").exists()
    idle.close()
    node.start(f"--port={node.port}", f"--datadir={node.datadir}", "--bind-address=127.0.0.1")
    assert node.uuid == uuid


def test_the_shutdown_statement_stops_the_server(started):
    node = started("[mysqld]\n")
    node.query("SHUTDOWN")
    assert node.process.wait(10) == 0


def test_a_port_in_use_is_named(started):
    node = started("[mysqld]\n")
    result = run_server("--no-defaults", f"--datadir={node.directory}/other", f"--port={node.port}",
                        "--bind-address=127.0.0.1")
    assert result.returncode != 0 and str(node.port) in result.stderr


def test_a_fresh_directory_answers_in_well_under_a_second(started):
    begin = time.monotonic()
    node = started("[mysqld]\n")
    seconds = time.monotonic() - begin
    assert node.scalar("SELECT 1") == 1
    assert seconds < 3, f"{seconds:.2f} s until the first answer"
    # The certificates follow, without anybody asking for TLS.
    wait_until(lambda: (node.datadir / "ca.pem").exists(), "certificates are made", 20)
