#!/usr/bin/env python3
"""Instructions per transaction on one durable member, by callgrind: a figure that a busy machine does not move.

    count.py [--events 1000] [BINARY ...]        (default: the release binary; several are compared with the first)

Needs valgrind and sysbench. One client, one member, one table of 1,000 rows; the instructions of all threads of the
server are counted between dumps, and a run is compared with one of twice as many transactions, so that neither starting up
nor connecting and preparing statements is in them.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Acceptance"))
import cluster  # noqa: E402

SCRIPTS = ["point_select", "insert", "update_index", "write_only"]


def sysbench(node, script, *arguments):
    subprocess.run(
        ["sysbench", f"oltp_{script}", "--db-driver=mysql", "--mysql-host=127.0.0.1", f"--mysql-port={node.port}",
         "--mysql-user=bench", "--mysql-password=bench", "--mysql-db=sbtest", "--mysql-ssl=off", "--tables=1",
         "--table-size=1000", "--rand-seed=1", "--threads=1", "--time=0", *arguments], check=True, capture_output=True, text=True)


def instructions(scratch, number):
    """The total of dump `number`."""
    text = (scratch / f"callgrind.{number}").read_text()
    return int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE).group(1))


def count(binary, events):
    """Instructions per transaction by script."""
    cluster.BINARY = pathlib.Path(binary)
    result = {}
    with tempfile.TemporaryDirectory(prefix="grouplite-count-") as scratch:
        scratch = pathlib.Path(scratch)
        prefix = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/callgrind"]
        node = cluster.Node(1, scratch / "node", "", f"127.0.0.1:{cluster.free_port()}", prefix=prefix)
        node.start(wait=False)
        try:
            node.wait_for_connection(180)
            node.query("CREATE DATABASE sbtest")
            node.query("CREATE USER bench@'%' IDENTIFIED WITH caching_sha2_password BY 'bench'")
            node.query("GRANT ALL ON *.* TO bench@'%'")
            sysbench(node, "insert", "prepare")
            dumps = 0
            for script in SCRIPTS:
                # Plans and caches are warm before it counts.
                counts = []
                for number in 50, events, 2 * events:
                    sysbench(node, script, f"--events={number}", "run")
                    subprocess.run(["callgrind_control", "--dump", str(node.process.pid)], check=True, capture_output=True)
                    dumps += 1
                    counts.append(instructions(scratch, dumps))
                result[script] = (counts[2] - counts[1]) / events
        finally:
            node.kill()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("binaries", nargs="*", default=[str(cluster.BINARY)])
    arguments = parser.parse_args()
    first = None
    for binary in arguments.binaries:
        counted = count(binary, arguments.events)
        print(binary)
        for script, number in counted.items():
            ratio = f"  {number / first[script]:.3f} of the first" if first else ""
            print(f"  {script:14} {number:12,.0f} instructions a transaction{ratio}", flush=True)
        first = first or counted


if __name__ == "__main__":
    main()
