"""Data directories on file systems of their own, which a test fills and frees."""
import os
import pathlib
import subprocess

import pytest


class SmallDisk:
    """A tmpfs over a data directory. Skips the test where mounting is not allowed."""

    def __init__(self, path, size="300m"):
        self.path = pathlib.Path(path)
        self.path.mkdir(parents=True, exist_ok=True)
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=750", "none", str(self.path)], capture_output=True, text=True)
        if mounted.returncode != 0:
            pytest.skip(f"mounting is not allowed here: {mounted.stderr.strip()}")

    @property
    def ballast(self):
        return self.path / "ballast"

    def fill(self):
        """Takes all that is free. What the server allocated ahead it still has."""
        with open(self.ballast, "ab", buffering=0) as file:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    pass

    def free(self):
        self.ballast.unlink(missing_ok=True)

    def unmount(self):
        subprocess.run(["umount", "-l", str(self.path)], check=False)
