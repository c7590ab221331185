import json

import pytest

from tests.helpers.places import ORACLES


@pytest.fixture(scope="session")
def exact():
    """Numbers made without expectation propagation: tests/oracles/forward_filter/make.py."""
    return json.loads((ORACLES / "forward_filter" / "exact.json").read_text())
