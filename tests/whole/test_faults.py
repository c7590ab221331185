"""A command that is killed, or finds no room, leaves its earlier result or the new one. Many more: `make faults`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.helpers.places import ROOT


@pytest.mark.skipif(sys.platform != "linux", reason="forks, and kills as POSIX does")
def test_a_few_kills_and_a_disk_without_room():
    done = subprocess.run([sys.executable, "-W", "ignore", str(ROOT / "benchmarks/faults.py"), "--quick", "convert"],
                          capture_output=True, text=True, timeout=300, cwd=ROOT, check=False,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
