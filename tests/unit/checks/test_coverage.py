"""coverage_check: counted by hand, the same for any number of processes, exact text."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.checks import coverage as checks
from rlskit.checks.simulated_fit import Found, simulate_one, start, value_at
from rlskit.effects.contrasts import Contrast
from rlskit.figures import alt_text, caption, render
from tests.helpers.picture_checks import assert_no_meaning_in_hue_alone, assert_readable
from tests.helpers.simulated_nights import asked_of, contrasts

FORMULA = "symptoms ~ walked + tea_cups"


def diary(nights: int = 45, rate: float = 0.0, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    walked, tea = rng.random(nights) < 0.5, rng.integers(0, 4, nights)
    p = 1 / (1 + np.exp(-(rate - 1.0 * walked + 0.3 * tea)))
    return pd.DataFrame({"night": np.arange(nights), "symptoms": rng.random(nights) < p, "walked": walked,
                         "tea_cups": tea})


@pytest.fixture(scope="module")
def fit() -> rk.Fit:
    return rk.fit(FORMULA, diary())


@pytest.fixture(scope="module")
def check(fit) -> rk.CoverageCheck:
    return rk.coverage_check(fit, simulations=4, seed=1, jobs=1)


def test_every_simulated_diary_is_accounted_for(fit, check):
    table = check.table
    assert list(table["term"]) == ["walked", "tea_cups"]
    assert (table["answered"] + table["refused"] + table["failed"] == 4).all()
    assert (table["covered"] <= table["answered"]).all() and table["coverage"].between(0.5, 1).all()
    effects = rk.estimate_effects(fit).table
    assert list(table["truth"]) == pytest.approx(list(effects["estimate"]), abs=1e-6)
    assert (table["coverage_lower"] <= table["coverage"]).all() and (table["coverage_upper"] <= 1).all()


def test_another_process_finds_the_same(fit):
    """What goes to a process is pickled, and a diary's numbers come from the seed and its own number alone."""
    task = (asked_of(fit, seed=1), start(fit), contrasts(fit), (0, 3))
    assert simulate_one(*pickle.loads(pickle.dumps(task))) == simulate_one(*task)


def test_the_seed_comes_from_the_data(fit):
    assert checks._seed(fit) == checks._seed(rk.fit(FORMULA, diary()))
    assert len({checks._seed(fit), checks._seed(rk.fit(FORMULA, diary(seed=5))),
                checks._seed(rk.fit("symptoms ~ tea_cups + walked", diary()))}) == 3


def test_shorter_intervals_hold_the_truth_less_often(fit):
    asked, theta, each = asked_of(fit, seed=2), start(fit), contrasts(fit)
    for number in range(3):
        wide, plain, half = (simulate_one(one, theta, each, (0, number)) for one in (
            asked, replace(asked, correction=None), replace(asked, level=0.5)))
        for a, b, c in zip(wide, plain, half, strict=True):
            assert a.lower < b.lower < c.lower < c.upper < b.upper < a.upper


def test_shares_counted_by_hand(monkeypatch, fit):
    """Of ten diaries seven answer, five of them hold the truth; of the null ones two of eight leave zero out."""
    truth = value_at(asked_of(fit), start(fit), contrasts(fit)[0])
    holds, misses = Found("answered", truth - 1, np.inf), Found("answered", truth + 1, truth + 2)
    own = [holds] * 5 + [misses] * 2 + [Found("refused")] * 2 + [Found("failed")]
    quiet, alarm = Found("answered", -3.0, 0.0), Found("answered", -3.0, -0.1)
    null = [quiet] * 6 + [alarm] * 2 + [Found("refused")] * 2

    def made(asked, theta, contrasts, number):
        return [(null if number[0] else own)[number[1]]] * len(contrasts)

    monkeypatch.setattr(checks, "simulate_one", made)
    row = rk.coverage_check(fit, simulations=10, seed=0, jobs=1).table.iloc[0]
    assert (row["simulations"], row["answered"], row["refused"], row["failed"]) == (10, 7, 2, 1)
    assert (row["covered"], row["null_answered"], row["null_refused"], row["null_failed"]) == (5, 8, 2, 0)
    assert row["coverage"] == pytest.approx(5 / 7) and row["false_alarms"] == pytest.approx(0.25)
    assert row["error"] == pytest.approx((5 / 7 * 2 / 7 / 7) ** 0.5)
    # Wilson's range by its own formula
    centre, half = (5 / 7 + 1.96**2 / 14) / (1 + 1.96**2 / 7), 1.96 * np.sqrt(10 / 343 + 1.96**2 / 196)
    assert row["coverage_lower"] == pytest.approx(centre - half / (1 + 1.96**2 / 7), abs=1e-4)


def test_an_odds_ratio_of_one_is_no_effect(monkeypatch, fit):
    monkeypatch.setattr(checks, "simulate_one", lambda *task: [Found("answered", 0.7, 1.4)] * len(task[2]))
    found = rk.coverage_check(fit, simulations=3, seed=0, jobs=1, scale="odds_ratio")
    assert list(found.table["false_alarms"]) == [0.0, 0.0] and found.unit == "odds ratio"
    assert "whose interval leaves one out; they should be 5%" in caption(found)
    monkeypatch.setattr(checks, "simulate_one", lambda *task: [Found("answered", -0.1, 0.4)] * len(task[2]))
    found = rk.coverage_check(fit, simulations=3, seed=0, jobs=1, scale="odds_ratio")
    assert list(found.table["false_alarms"]) == [1, 1]


@pytest.mark.parametrize(("outcome", "asked", "said"), [
    (rk.ORDINAL, {}, "95% intervals of the change in points of severity by profile likelihood on the contrast "
     "itself, small-diary correction; they should"),
    (rk.ORDINAL, {"scale": "nights_per_30", "at_least": 2.0, "correction": None},
     "95% intervals of the change in nights at 2 or more per 30 nights by profile likelihood on the contrast itself; "
     "they should"),
    (rk.ORDINAL, {"scale": "odds_ratio", "level": 0.9, "correction": None},
     "90% intervals of the odds ratio by profile likelihood on the contrast itself; they should"),
    (rk.GAUSSIAN, {}, "95% intervals of the change in tea_cups, in its own units, by profile likelihood on the "
     "contrast itself, Student's t; they should"),
])
def test_every_outcome_and_scale_says_what_was_counted(outcome, asked, said):
    found = rk.coverage_check(rk.fit("tea_cups ~ walked", diary(), outcome=outcome), simulations=2, seed=1, jobs=1,
                              **asked)
    assert said in repr(found)
    row = found.table.iloc[0]
    assert row["answered"] == 2 and "walked" in alt_text(found)
    if outcome is rk.GAUSSIAN:
        assert "intervals for the change in tea_cups, in its own units, that held the truth." in caption(found)
    effects = {name: value for name, value in asked.items() if name != "correction"}
    estimate = rk.estimate_effects(rk.fit("tea_cups ~ walked", diary(), outcome=outcome), **effects).table.iloc[0]
    assert row["truth"] == pytest.approx(estimate["estimate"], rel=1e-4)


def test_what_the_simulated_diaries_lack_is_said():
    """No persistence where none was found; of nights that are predicted perfectly, a nearby model."""
    nights = diary(60)
    apart = rk.fit("symptoms ~ walked", nights.assign(symptoms=nights["symptoms"] & ~nights["walked"]))
    found = rk.coverage_check(apart, simulations=2, seed=1, jobs=1)
    assert found.caveats[1:] == (
        *(("No persistence from night to night was found, so the simulated diaries have none.",)
          if apart.night_sd < 0.02 else ()),
        "These nights are predicted perfectly in part; the diaries were drawn from a nearby model, in which the least "
        "clear of those nights comes out as it did 95 times in 100.")
    assert found.table["null_answered"].iloc[0] == 2
    flat = rk.fit("symptoms ~ walked", diary(60, seed=11))
    assert (flat.night_sd < 0.02) == (len(checks._caveats(flat)) == 2)


def test_diaries_with_too_few_symptom_nights_are_refused():
    rare = rk.fit("symptoms ~ walked", diary(45, -1.9, seed=2))
    found = rk.coverage_check(rare, simulations=4, seed=1, jobs=1).table.iloc[0]
    assert found["refused"] >= 1 and found["answered"] + found["refused"] == 4


def test_an_interrupt_goes_through(monkeypatch, fit):
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(checks, "simulate_one", stopped)
    with pytest.raises(KeyboardInterrupt):
        rk.coverage_check(fit, simulations=3, jobs=1)


def test_what_cannot_be_checked(fit):
    stuck = replace(fit, status=replace(fit.status, converged=False))
    with pytest.raises(rk.ModelError) as said:
        rk.coverage_check(stuck)
    assert str(said.value) == ('coverage_check: "symptoms ~ walked + tea_cups" did not converge, so it has no '
                               "intervals to check. Use fewer columns, or the weak prior (prior=WEAK).")
    for wrong, text in (({"simulations": 0}, "simulations: found 0; expected a whole number, 1 or more, such as 200."),
                        ({"simulations": 10.5},
                         "simulations: found 10.5; expected a whole number, 1 or more, such as 200."),
                        ({"jobs": 0}, "jobs: found 0; expected a number of processes, such as 2, or -1 for every "
                         "core."),
                        ({"level": 95}, "level: found 95; expected a number between 0 and 1, such as 0.95.")):
        with pytest.raises(rk.ModelError) as said:
            rk.coverage_check(fit, **wrong)
        assert str(said.value) == f"coverage_check, {text}"
    with pytest.raises(rk.ModelError) as said:
        rk.coverage_check(fit, scale="points")
    assert str(said.value) == (
        'scale: found "points"; expected one of nights_per_30, probability, risk_ratio, odds_ratio.')
    with pytest.raises(rk.ModelError) as said:
        rk.coverage_check(rk.estimate_effects(fit))
    assert str(said.value) == "coverage_check: found Effects; expected a fitted model, the result of fit()."
    alone = rk.fit("symptoms ~ 1", diary())
    with pytest.raises(rk.ModelError, match='"symptoms ~ 1" has no contrast with an interval'):
        rk.coverage_check(alone)


# --- what people see -------------------------------------------------------------------------------------------------
@pytest.fixture
def shown() -> rk.CoverageCheck:
    def contrast(term, text, a, b):
        return Contrast(term, term, text, a, b)

    result = Found
    rows = [
        checks._row(contrast("walked", "yes vs no", 1, 0), -5.25, [result("answered", -9, -1)] * 190 +
                    [result("answered", 0, 1)] * 6 + [result("refused")] * 4,
                    [result("answered", -1, 1)] * 188 + [result("answered", 1, 2)] * 12),
        checks._row(contrast("tea_cups", "2 vs 0", 2, 0), 3.1, [result("failed")] * 200, [result("failed")] * 200)]
    return rk.CoverageCheck(pd.DataFrame(rows, columns=checks.COLUMNS), 0.95, 200, 42, 45, 1,
                            "profile likelihood on the contrast itself, small-diary correction",
                            ("If the model is right: this cannot see what the model leaves out, such as a habit that "
                             "changed with the symptoms.",))


def test_the_text(shown):
    assert repr(shown) == """\
If the model is right: 200 simulated diaries like this one, 45 nights of one person

term      contrast   truth  intervals that held it  false alarms  refused
walked    yes vs no  -5.25  96.9% (93.5 to 98.6)            6.0%       2%
tea_cups  2 vs 0      3.10  —                             — of 0       0%, 200 failed

95% intervals of the change in symptom nights per 30 nights by profile likelihood on the contrast itself, small-diary \
correction; they should hold the truth 95 times in 100 and raise 5 false alarms. Seed 42.
If the model is right: this cannot see what the model leaves out, such as a habit that changed with the symptoms.
Next: rk.plot_coverage(check) draws it."""
    assert shown._repr_html_().startswith('<div class="rlskit mathjax_ignore"><p>If the model is right: 200')


def test_the_picture_draws_the_table(shown):
    ax = rk.plot_coverage(shown)
    assert_readable(ax.figure)
    assert_no_meaning_in_hue_alone(ax)
    drawn = {line.get_gid(): line for line in ax.lines}
    row = shown.table.iloc[0]
    assert drawn["coverage"].get_xdata()[0] == pytest.approx(100 * row["coverage"])
    assert list(drawn["range"].get_xdata()) == pytest.approx([100 * row["coverage_lower"], 100 * row["coverage_upper"]])
    assert set(drawn["nominal"].get_xdata()) == {95.0}
    words = [text.get_text() for text in ax.texts]
    assert "no interval in 200 simulated diaries" in words and "should be 95%" in words
    assert "false alarms: 6.0%" in words and "no interval in 4 of 200" in words
    assert render(shown).svg.startswith("<svg")


def test_a_wide_range_in_a_narrow_column_leaves_the_claim_on_the_paper(shown):
    """Few simulations: the axis begins at 30%, so that 95% stands at the right edge."""
    table = shown.table.assign(coverage_lower=0.3)
    ax = rk.plot_coverage(replace(shown, table=table), width=3.5)
    assert ax.get_xlim()[0] < 30
    assert_readable(ax.figure)


def test_the_words_for_the_picture(shown):
    assert caption(shown) == (
        "200 simulated diaries, each with the same 45 nights of one person: share of the 95% intervals for the change "
        "in symptom nights per 30 nights that held the truth. Dot: the share; line: its own 95% range from counting so "
        "many diaries; upright line: where it should be. False alarms: diaries without that effect whose interval "
        "leaves zero out; they should be 5%. Intervals by profile likelihood on the contrast itself, small-diary "
        "correction. If the model is right: this cannot see what the model leaves out, such as a habit that changed "
        "with the symptoms.")
    assert alt_text(shown) == (
        "If the model is right: how often 95% intervals for the change in symptom nights per 30 nights hold the truth, "
        "one row per contrast. walked, yes vs no: 96.9% (93.5 to 98.6%) of 196, false alarms 6.0%. "
        "tea cups, 2 vs 0: no interval in any simulated diary.")


def test_only_a_coverage_check_is_drawn():
    with pytest.raises(rk.ModelError, match="found an empty table; expected a coverage check"):
        rk.plot_coverage(pd.DataFrame())
