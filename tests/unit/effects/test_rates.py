import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from rlskit.effects.rates import estimate_rate, estimate_rates
from rlskit.errors import ModelError


def diary(n=70, seed=1):
    rng = np.random.default_rng(seed)
    nights = pd.DataFrame({"night": pd.date_range("2024-01-03", periods=n)})
    nights["symptoms"] = pd.array(rng.random(n) < 0.4, dtype="boolean")
    return nights


def test_one_row_for_every_calendar_week_also_the_silent_ones():
    nights = diary()
    nights.loc[19:32, "symptoms"] = pd.NA
    found = estimate_rates(nights)
    assert list(found.columns) == ["week", "n_answered", "n_symptom_nights", "rate", "lower", "upper", "method",
                                   "open"]
    assert found["week"].iloc[0] == pd.Timestamp("2024-01-01")
    assert (found["week"].diff().dropna() == pd.Timedelta(days=7)).all()
    assert found["n_answered"].sum() == 56
    assert found["n_symptom_nights"].sum() == nights["symptoms"].sum()
    silent = found[found["n_answered"] == 0]
    assert len(silent) == 2 and silent["n_symptom_nights"].isna().all() and silent["rate"].notna().all()
    assert ((found["lower"] < found["rate"]) & (found["rate"] < found["upper"])).all()
    assert found["lower"].min() > 0 and found["upper"].max() < 7


def test_rows_that_are_absent_and_rows_that_are_empty_say_the_same():
    nights = diary()
    nights.loc[19:32, "symptoms"] = pd.NA
    pd.testing.assert_frame_equal(estimate_rates(nights), estimate_rates(nights.dropna()))


def test_a_diary_of_three_nights_gets_exact_binomial_limits():
    nights = pd.DataFrame({"night": pd.date_range("2024-01-01", periods=3), "symptoms": [True, False, True]})
    week, whole = estimate_rates(nights).iloc[0], estimate_rate(nights).iloc[0]
    exact = binomtest(2, 3).proportion_ci()
    for row in (week, whole):
        assert (row["lower"] / 7, row["upper"] / 7) == pytest.approx((exact.low, exact.high))
        assert row["rate"] == pytest.approx(14 / 3)
        assert row["method"].startswith("exact binomial")


@pytest.mark.parametrize("answer", [True, False])
def test_every_night_alike_is_an_answer(answer):
    nights = diary().assign(symptoms=answer)
    whole = estimate_rate(nights).iloc[0]
    assert (whole["upper"] == 7.0) if answer else (whole["lower"] == 0.0)
    assert whole["method"] == (
        "exact binomial: too few nights with or without symptoms to see how nights follow one another")
    assert len(estimate_rates(nights)) == 11


def test_nothing_answered_gives_rows_without_numbers():
    found = estimate_rates(diary().assign(symptoms=pd.NA))
    assert len(found) == 11 and found["rate"].isna().all()
    assert estimate_rates(diary().head(0)).empty
    assert estimate_rate(diary().head(0)).iloc[0]["n_answered"] == 0


def test_whole_diary_rate_is_wider_when_nights_come_in_runs():
    n = 140
    runs, mixed = np.arange(n) // 10 % 2 == 0, np.arange(n) % 2 == 0
    night = pd.date_range("2024-01-01", periods=n)
    width = [
        np.ptp(estimate_rate(pd.DataFrame({"night": night, "symptoms": y}))[["lower", "upper"]]) for y in (runs, mixed)
    ]
    assert width[0] > 1.5 * width[1]
    thirty = estimate_rate(pd.DataFrame({"night": night, "symptoms": mixed}), out_of=30).iloc[0]
    assert thirty["rate"] == pytest.approx(15.0, abs=0.3) and thirty["method"].startswith("profile likelihood")


def test_months_and_integer_nights():
    assert estimate_rates(diary(), per="month")["month"].tolist() == [pd.Timestamp(2024, m, 1) for m in (1, 2, 3)]
    numbered = diary().assign(night=np.arange(5, 75))
    assert estimate_rates(numbered)["week"].tolist() == list(range(5, 75, 7))


def test_refusals():
    with pytest.raises(ModelError, match="found 2 people; expected one"):
        estimate_rates(diary().assign(person=["a", "b"] * 35))
    with pytest.raises(ModelError, match='per: found "year"'):
        estimate_rates(diary(), per="year")
    with pytest.raises(ModelError, match="found one night twice"):
        estimate_rates(pd.concat([diary(), diary()]))
    with pytest.raises(ModelError, match='no column "symptoms"'):
        estimate_rate(diary().drop(columns="symptoms"))
