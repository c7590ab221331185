"""Attrs that pandas need not copy are, to everybody else, what they were."""

from __future__ import annotations

import json
import pickle

import pandas as pd

from rlskit.utils.attrs import shared

ATTRS = {"landmark": {"a": "21:00"}, "notes": ["one", "two"], "horizon": 0, "primary": None}


def test_a_column_shares_them_and_whoever_stores_them_finds_plain_ones():
    table = pd.DataFrame({"x": [1, 2]})
    table.attrs = shared(ATTRS)
    taken = table["x"].fillna(0)
    assert taken.attrs == ATTRS and taken.attrs["notes"] is table.attrs["notes"]
    assert taken.attrs["landmark"] is table.attrs["landmark"] and json.loads(json.dumps(taken.attrs)) == ATTRS
    stored = pickle.loads(pickle.dumps(taken.attrs))
    assert {type(one) for one in stored.values()} == {dict, list, int, type(None)} and stored == ATTRS
