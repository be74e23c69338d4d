"""Power is lost: what was acknowledged had been synchronised. A short run of `make power`."""
import pathlib
import shutil
import subprocess
import sys

import pytest

POWER = pathlib.Path(__file__).resolve().parents[1] / "Faults" / "power.py"


def test_what_was_acknowledged_survives_a_loss_of_power_of_all(tmp_path):
    if not (shutil.which("cc") or shutil.which("clang")):
        pytest.skip("no C compiler for the recorder")
    result = subprocess.run(
        [sys.executable, str(POWER), "--cuts", "4", "--seed", "6", "--around", "nothing,definitions,rotation,rejoin,join",
         "--verbose", "--dir", str(tmp_path)],
        capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout[-4000:] + result.stderr[-4000:]
