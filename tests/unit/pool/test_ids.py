"""The secret key: made whole, for its owner alone, and no copy of it stays."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rlskit.pool.ids import find_key


@pytest.mark.skipif(os.name != "posix", reason="asks for processes as POSIX does")
def test_a_copy_of_a_run_that_was_killed_goes(tmp_path):
    key = find_key(tmp_path / "secret.key")
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True, capture_output=True)
    (tmp_path / f".secret.key.{int(gone.stdout)}.part").write_bytes(key)
    assert find_key(tmp_path / "secret.key") == key
    assert [p.name for p in tmp_path.iterdir()] == ["secret.key"]
