"""A minute of `make faults`: members on hosts of their own (network namespaces), killed, paused and cut off under load."""
import pathlib
import subprocess
import sys

import pytest

FAULTS = pathlib.Path(__file__).resolve().parents[1] / "Faults"
sys.path.insert(0, str(FAULTS))

from network import missing  # noqa: E402


@pytest.mark.parametrize("mode, faults", [
    ("single", "kill_primary,pause_short,one_way_to_primary,kill_all"), ("multi", "kill_several,cut_link"),
])
def test_a_group_under_fire_loses_nothing_and_comes_back(mode, faults, tmp_path):
    if reason := missing():
        pytest.skip(reason)
    result = subprocess.run(
        [sys.executable, str(FAULTS / "faults.py"), "--quick", "--members", "3", "--mode", mode, "--faults", faults,
         "--dir", str(tmp_path)],
        capture_output=True, text=True, timeout=400)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
