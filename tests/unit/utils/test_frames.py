"""Tables of other libraries. Polars and DuckDB come by the same way as Arrow: narwhals."""

from __future__ import annotations

import pandas as pd
import pytest

import rlskit as rk
from rlskit.utils.frames import as_pandas

pa = pytest.importorskip("pyarrow")


def test_an_arrow_table_is_a_table():
    nights = rk.simulate_diaries(people=5, nights=30, seed=2).nights[["person", "night", "symptoms", "stretched"]]
    arrow = pa.Table.from_pandas(nights, preserve_index=False)
    fit = rk.fit("symptoms ~ stretched", arrow, night_to_night=False)
    pd.testing.assert_series_equal(fit.params, rk.fit("symptoms ~ stretched", nights, night_to_night=False).params)
    assert len(fit.predict(arrow)) == len(nights)
    pd.testing.assert_frame_equal(rk.tally_people(arrow), rk.tally_people(nights), check_dtype=False)


def test_questions_are_asked_of_an_arrow_table_too():
    nights = rk.simulate_diaries(1, 60, seed=2).nights
    nights.attrs = {}  # which only pandas has
    arrow = pa.Table.from_pandas(nights, preserve_index=False)
    pd.testing.assert_frame_equal(rk.answer_questions(arrow).table, rk.answer_questions(nights).table)
    pd.testing.assert_series_equal(rk.sleep_after(arrow), rk.sleep_after(nights))


@pytest.mark.parametrize("other", [None, "folder", 3, {"x": [1]}])
def test_anything_else_is_as_it_was(other):
    assert as_pandas(other) is other
