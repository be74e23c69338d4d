#!/usr/bin/env python3
"""Compares a fresh standalone server with a real MySQL's recorded answers, both halves:  conformance.py DIRECTORY [runner options]"""
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from cluster import Node, free_port  # noqa: E402

directory = pathlib.Path(sys.argv[1])
status = 0
for half in ("cases", "cases/second"):
    files = sorted(map(str, (directory / half).glob("*.sql")))
    if not files:
        continue
    print(f"== {half}", flush=True)
    with tempfile.TemporaryDirectory(prefix="grouplite-conformance-") as scratch:
        node = Node(1, scratch, "", f"127.0.0.1:{free_port()}").start()
        try:
            status |= subprocess.call([
                sys.executable, str(directory / "runner.py"), "compare", "127.0.0.1", str(node.port), "root", "",
                *sys.argv[2:], *files])
        finally:
            node.stop()
sys.exit(status)
