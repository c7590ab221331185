"""What tests need from outside the repository: folders of real data and a browser.

Where one is missing they skip, or fail under RLSKIT_NO_SKIPS=1.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The time of one example says more about the machine than about the code; failures are kept in no folder of their own.
# What is judged is the change, so its examples are the same every time; `make properties` looks for new ones.
settings.register_profile("rlskit", deadline=None, database=None, derandomize=True)
settings.register_profile("search", deadline=None, database=None)
settings.load_profile("rlskit")

# For formats of addresses, which no notebook has, jsonschema compiles 38 grammars as it loads: two seconds a worker.
sys.modules.setdefault("rfc3987_syntax", None)


def _folder(variable: str) -> Path:
    """The folder named by an environment variable; skip where it is unset, fail where nothing may be skipped."""
    stated = os.environ.get(variable, "")
    if stated:
        assert Path(stated).is_dir(), f"{variable} names no folder: {stated}"
        return Path(stated)
    message = f"{variable} is not set"
    if os.environ.get("RLSKIT_NO_SKIPS") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def real_exports() -> Path:
    """The folder of real exports (environment variable RLSKIT_REAL_EXPORTS)."""
    return _folder("RLSKIT_REAL_EXPORTS")


@pytest.fixture(scope="session")
def anchors() -> Path:
    """The folder of public data with published results (environment variable RLSKIT_ANCHORS)."""
    return _folder("RLSKIT_ANCHORS")


@pytest.fixture(scope="module")
def chromium():
    """A real headless browser; skip where none is installed, fail where nothing may be skipped."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        if os.environ.get("RLSKIT_NO_SKIPS") == "1":
            pytest.fail("Chromium is needed for this test and was not found on PATH")
        pytest.skip("no Chromium on PATH")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()
