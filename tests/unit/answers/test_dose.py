"""trace_dose(): the curve is the contrasts of one spline model, its band holds for the whole curve."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import rlskit as rk
from rlskit.answers.dose import COLUMNS, _knots, _through, amounts_in
from rlskit.answers.frames import frame_of
from rlskit.answers.questions import CAFFEINE_AFTER


def bent(x):
    """Log odds that rise to 100 mg and stay there."""
    return 2.2 * np.minimum(x, 100) / 100


@pytest.fixture(scope="module")
def dosed():
    """nights of 300 evenings with 0 to 300 mg of caffeine, whose log odds of symptoms follow `shape`."""

    def build(nights_of, shape, n=300, seed=20261122):
        rng = np.random.default_rng(seed)
        x = 50.0 * rng.integers(0, 7, n)
        ill = rng.random(n) < expit(-1.5 + shape(x))
        return nights_of(n, symptoms=pd.array(ill, dtype="boolean"),
                         caffeine_after_noon_mg=pd.array(x, dtype="Float64"))

    return build


def test_the_curve_is_the_contrasts_of_one_spline_model(nights_of, dosed):
    nights = dosed(nights_of, bent)
    curve = rk.trace_dose(nights, "caffeine_after_noon_mg")
    assert tuple(curve.table.columns) == COLUMNS
    assert curve.curved and curve.reason == "" and curve.table["x"].iloc[[0, -1]].tolist() == [0.0, 300.0]
    assert curve.table.iloc[0, 1:].eq(0).all()
    frame = frame_of(CAFFEINE_AFTER, nights)
    knots = _knots(frame.nights["exposure"].to_numpy(), 0.0, 300.0)
    assert len(knots) == 2
    spline = f"cr(exposure, knots={knots}, lower_bound=0.0, upper_bound=300.0, constraints='center')"
    model = rk.fit(frame.formula.replace("exposure", spline), frame.nights)
    found = rk.compare(model, "exposure", 150.0, 0.0).table.iloc[0]
    at = curve.table.set_index("x").loc[150.0]
    assert at["estimate"] == pytest.approx(found["estimate"], abs=1e-3)
    assert at["lower"] < found["lower"] - 0.3 and at["upper"] > found["upper"] + 0.3  # the whole curve, not one point
    line = rk.compare(rk.fit(frame.formula, frame.nights), "exposure", 300.0, 0.0).table.iloc[0]
    assert curve.table.iloc[-1, 4:].tolist() == pytest.approx(line[["estimate", "lower", "upper"]].tolist(), abs=1e-3)
    lines = repr(curve).splitlines()
    assert lines[0] == "Caffeine after noon, by mg: symptom nights per 30 nights, against 0 mg"
    assert lines[1] == "  299 nights, association only; 95% band for the whole curve"
    assert lines[2] == "       0 mg:  +0.0 (+0.0 to +0.0), straight line +0.0 (+0.0 to +0.0)"
    assert len(lines) == 8 and lines[-1] == "  next: rk.plot_dose(curve)"


def test_a_bend_is_seen_beside_the_straight_line(nights_of, dosed):
    table = rk.trace_dose(dosed(nights_of, bent), "caffeine_after_noon_mg").table.set_index("x")
    truth = 30 * (expit(-1.5 + bent(table.index.to_numpy())) - expit(-1.5))
    assert ((table["lower"] <= truth) & (truth <= table["upper"])).all()
    assert table.loc[100.0, "estimate"] > table.loc[100.0, "line"] + 1.5


def test_two_amounts_allow_no_more_than_a_line(nights_of, dosed):
    nights = dosed(nights_of, lambda x: 0.004 * x)
    nights["caffeine_after_noon_mg"] = (nights["caffeine_after_noon_mg"] > 100).astype("Float64") * 200.0
    curve = rk.trace_dose(nights, "caffeine_after_noon_mg")
    assert not curve.curved and "1 model" in curve.method
    assert curve.table["estimate"].equals(curve.table["line"])


def test_too_little_is_a_reason_and_no_curve(nights_of):
    curve = rk.trace_dose(nights_of(10), "caffeine_after_noon_mg")
    assert len(curve.table) == 0 and tuple(curve.table.columns) == COLUMNS
    assert repr(curve) == ("Caffeine after noon, by mg: Not enough recorded to say: 9 nights that can be compared; at "
                           "least 14 are needed.")
    assert rk.trace_dose(nights_of(120), "stretch_min").reason == "Not recorded."


@pytest.fixture(scope="module")
def timed():
    """nights of evenings with and without stretching between 17:00 and 20:45, the later the better by `slope` an hour;
    without stretching half of them are symptom nights."""

    def build(nights_of, slope, n=300, seed=20261122):
        rng = np.random.default_rng(seed)
        hour = 5 + 0.25 * rng.integers(0, 16, n)
        did = rng.random(n) < 0.8
        ill = rng.random(n) < expit(np.where(did, 1.0 - slope * (hour - 5), 0.0))
        return nights_of(n, stretched=pd.array(did, dtype="boolean"), symptoms=pd.array(ill, dtype="boolean"),
                         stretch_h=pd.Series(hour).where(did).astype("Float64"))

    return build


def test_the_hour_of_stretching_is_a_curve_among_evenings_with_stretching(nights_of, timed):
    nights = timed(nights_of, 0.8)
    curve = rk.trace_dose(nights, "stretch_h")
    did = nights["stretched"].fillna(False).astype(bool) & nights["day_index"].gt(0)  # before the first night is none
    assert curve.curved and curve.n_nights == did.sum() < len(nights) and curve.design_tag == "before-symptom only"
    low = curve.reference
    assert curve.table["x"].iloc[0] == low == 5.0
    truth = 30 * (expit(1.0 - 0.8 * (curve.table["x"] - 5)) - expit(1.0 - 0.8 * (low - 5)))
    assert ((curve.table["lower"] <= truth) & (truth <= curve.table["upper"])).all()
    assert ((curve.table["line_lower"] <= truth) & (truth <= curve.table["line_upper"])).all()
    line = rk.compare(rk.fit("symptoms ~ stretch_h", nights[did]), "stretch_h", 7.0, 5.0).table.iloc[0]
    at = curve.table.set_index("x")["line"]
    assert np.interp(7.0, at.index, at) == pytest.approx(line["estimate"], abs=0.6)  # that has no adjusters
    lines = repr(curve).splitlines()
    assert lines[0] == ("Hour of stretching, by clock time: symptom nights per 30 nights still symptom-free at 21:00, "
                        "against 17:00")
    assert lines[2] == "  17:00:  +0.0 (+0.0 to +0.0), straight line +0.0 (+0.0 to +0.0)"
    assert lines[-2].startswith("  20:30: -1")  # ten and more fewer
    later = int((nights["stretch_h"][did] > low).sum())
    assert f"This uses {curve.n_nights} nights, {later} of them later than 17:00." in str(rk.describe(curve)).replace(
        "\n", " ")


def test_hours_before_noon_are_hours(nights_of, timed):
    """A night that starts at midnight, or a stretch in the morning: hours after noon are below zero then."""
    nights = timed(nights_of, 0.8)
    nights["stretch_h"] = nights["stretch_h"] - 12
    curve = rk.trace_dose(nights, "stretch_h")
    assert curve.reason == "" and repr(curve).splitlines()[2].startswith("  05:00:  +0.0")
    nights["stretch_h"] = pd.array([pd.NA] * len(nights), dtype="Float64")
    assert rk.trace_dose(nights, "stretch_h").reason == "Not recorded."


def test_an_hour_that_is_nearly_always_the_same_has_no_curve(nights_of, timed):
    nights = timed(nights_of, 0.8)
    nights["stretch_h"] = nights["stretch_h"].where(nights["stretch_h"].isna(), 9.0)
    curve = rk.trace_dose(nights, "stretch_h")
    assert len(curve.table) == 0 and curve.reason == (
        "Nothing to compare: hardly any night differs in the hour of stretching.")
    assert rk.describe(curve).startswith("What this curve says\n\nHour of stretching\nNothing to compare: ")


def test_without_the_order_of_stretching_and_symptoms_the_hour_has_no_curve(nights_of, timed):
    nights = timed(nights_of, 0.8)
    nights["early_symptoms"] = pd.array([pd.NA] * len(nights), dtype="boolean")
    assert rk.trace_dose(nights, "stretch_h").reason == (
        "Not enough recorded to say: the diary does not tell whether stretching came before or after symptoms.")


def test_a_large_amount_has_no_exponent(nights_of, dosed):
    nights = dosed(nights_of, bent)
    nights["caffeine_after_noon_mg"] = nights["caffeine_after_noon_mg"] * 4
    said = str(rk.describe(rk.trace_dose(nights, "caffeine_after_noon_mg")))
    assert "1200 mg against 0" in said and "e+03" not in said


def test_other_terms_and_several_people_are_refused(nights_of):
    with pytest.raises(rk.ModelError, match=r'^trace_dose: found "stretched"; expected one of stretch_min, '):
        rk.trace_dose(nights_of(60), "stretched")
    two = nights_of(60, person=["a", "b"] * 30)
    with pytest.raises(rk.ModelError, match=r"^trace_dose: found nights of 2 people; expected one"):
        rk.trace_dose(two, "alcohol_drinks")


def test_an_open_limit_stays_open_between_its_neighbours():
    nodes = pd.DataFrame({"upper": [0.0, 1.0, np.inf]}, index=[0.0, 1.0, 2.0])
    assert _through(nodes, np.array([0.0, 0.5, 1.0, 1.5, 2.0]))[:, 0].tolist() == [0.0, 0.5, 1.0, np.inf, np.inf]


def test_the_curves_of_a_report_are_of_amounts_that_have_an_answer(nights_of):
    nights = nights_of(20)
    table = pd.DataFrame({
        "question": ["alcohol", "caffeine_after_noon", "caffeine_before_noon", "stretch_minutes", "stretching"],
        "estimate": [1.0, -2.0, 3.0, np.nan, 1.0], "design_tag": ["association only"] * 5})
    assert amounts_in(SimpleNamespace(table=table), nights) == ("caffeine_after_noon_mg", "alcohol_drinks")
    table.loc[4, "design_tag"] = "before-symptom only"  # then the hour can be asked about
    assert amounts_in(SimpleNamespace(table=table), nights) == ("stretch_h", "caffeine_after_noon_mg", "alcohol_drinks")
