"""Commands that cannot reach a network."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest


def offline(command: str, **options) -> subprocess.CompletedProcess:
    """The command in a network namespace of its own, where only the loopback is up."""
    return subprocess.run(["unshare", "-n", "sh", "-c", f"ip link set lo up && {command}"], capture_output=True,
                          text=True, check=False, **options)


def can_cut_off() -> bool:
    """Whether this machine has what that takes, and the right to it."""
    return bool(shutil.which("unshare") and shutil.which("ip") and offline("true").returncode == 0)


def need_no_network() -> None:
    """Skip where a command cannot be cut off; fail where nothing may be skipped."""
    if not can_cut_off():
        reason = "needs unshare and ip (Debian: iproute2), and the right to make a network namespace"
        (pytest.fail if os.environ.get("RLSKIT_NO_SKIPS") else pytest.skip)(reason)
