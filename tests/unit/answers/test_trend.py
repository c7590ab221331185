"""trace_trend(): weeks and line of symptom-free nights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import rlskit as rk
from rlskit.answers.trend import COLUMNS


@pytest.fixture
def rising(nights_of):
    """200 nights whose chance of staying free of symptoms rises from 27% to 73%."""
    ill = np.random.default_rng(20261122).random(200) > expit(np.linspace(-1, 1, 200))
    early = pd.array(ill & (np.arange(200) % 5 == 0), dtype="boolean")
    return nights_of(200, symptoms=pd.array(ill & ~early.to_numpy(bool), dtype="boolean"), early_symptoms=early)


def test_more_free_nights_are_seen_with_their_line(rising):
    trend = rk.trace_trend(rising)
    table = trend.table
    assert tuple(table.columns) == COLUMNS
    assert table["n_answered"].sum() == trend.n_nights == 200
    free = ~(rising["symptoms"] | rising["early_symptoms"])
    assert table["n_free_nights"].sum() == free.sum()  # symptoms of any hour end a free night
    middle = (table["week"] - rising["night"].min()) / pd.Timedelta(days=1) + 3
    truth = 7 * expit(np.interp(middle, [0, 199], [-1, 1]))
    inside = (table["line_lower"] < truth) & (truth < table["line_upper"])
    assert inside.all() and table["line"].is_monotonic_increasing
    assert 0 < trend.lower < 30 * 2 * 28 / 199 * 0.23 < trend.upper  # about 0.23 of the log odds
    model = rk.fit("free ~ day_index", rising.assign(free=free))
    found = rk.compare(model, "day_index", 113.5, 85.5).table.iloc[0]
    assert (trend.change, trend.lower) == pytest.approx((found["estimate"], found["lower"]), abs=1e-3)
    assert repr(trend) == (
        "Symptom-free nights over 29 weeks, 200 answered nights\n"
        f"  four weeks later against now: {trend.change:+.1f} symptom-free nights per 30 (95% interval "
        f"{trend.lower:+.1f} to {trend.upper:+.1f})\n"
        "  next: rk.plot_trend(trend)")


def test_a_month_has_weeks_but_no_line(nights_of):
    trend = rk.trace_trend(nights_of(28))
    assert trend.reason == "Not enough recorded to say: the diary covers hardly more than 4 weeks."
    assert trend.table["line"].isna().all() and trend.table["rate"].notna().all()
    assert repr(trend).endswith("  no line: " + trend.reason)


def test_several_people_are_refused(nights_of):
    with pytest.raises(rk.ModelError, match=r"^trace_trend: found nights of 2 people; expected one"):
        rk.trace_trend(nights_of(60, person=["a", "b"] * 30))
