import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def exact():
    """Numbers made without expectation propagation: tests/oracles/forward_filter/make.py."""
    return json.loads((Path(__file__).parents[1] / "oracles" / "forward_filter" / "exact.json").read_text())
