"""Nights alike, one-sided nights, changes, nights per column; tracking; the E-value."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.special import xlogy

from rlskit.checks.comparison import nights_per_column, overlap, separation, switches
from rlskit.checks.e_value import e_value, e_value_row
from rlskit.checks.influence import influence
from rlskit.checks.tracking import regimes
from tests.unit.checks.build import diary, helps, material


# --- nights alike --------------------------------------------------------------------------------------------------
def test_a_habit_by_chance_has_counterparts():
    found = overlap(material(diary()))
    assert (found.result, found.value) == ("pass", 0.0)
    assert found.sentence == ("Each night with done has nights without done like it: neither the date nor the other "
                              "columns give it away.")


def test_an_exposure_of_the_second_half_fails():
    found = overlap(material(diary(done=lambda rng, t: (np.arange(len(t)) > 80) ^ (rng.random(len(t)) < 0.01))))
    assert found.result == "fail" and found.value > 0.5
    assert found.sentence.endswith("Most of the answer is the model's guess about nights that never were.")


def test_another_column_that_gives_it_away_says_look():
    """Never done on holidays, three nights in ten."""
    nights = diary(holiday=lambda rng, t: (rng.random(len(t)) < 0.3).astype(float))
    nights["done"] = nights["done"] & (nights["holiday"] == 0)
    found = overlap(material(nights, "symptoms ~ done + holiday"))
    assert found.result == "look" and found.value == pytest.approx((nights["holiday"] == 1).mean(), abs=0.02)
    assert found.sentence.endswith(" There the model fills in what was never seen.")


def test_people_who_never_changed_have_no_counterpart():
    rng = np.random.default_rng(1)
    nights = pd.DataFrame({"person": np.repeat(list("abcde"), 40), "night": np.tile(np.arange(40), 5),
                           "symptoms": rng.random(200) < 0.4, "done": rng.random(200) < 0.5})
    nights.loc[nights["person"].eq("b"), "done"] = True
    found = overlap(material(nights))
    assert (found.result, found.value) == ("look", 0.2)
    assert found.sentence.startswith("40 nights of 200 without a counterpart: who it was, the date or the other ")


# --- one-sided nights ----------------------------------------------------------------------------------------------
def test_both_endings_on_both_sides_pass():
    assert separation(material(diary())).sentence == "Nights with and nights without symptoms are found on both sides."


def test_an_exposure_with_one_ending_fails():
    nights = diary()
    nights["symptoms"] = nights["symptoms"] & ~nights["done"]
    found = separation(material(nights))
    assert found.result == "fail"
    assert found.sentence == ("The nights with done, or those without done, all ended alike. How large the difference "
                              "is cannot be told: the interval has no limit on one side.")


def test_another_column_with_one_ending_says_look():
    nights = diary(away=lambda rng, t: (rng.random(len(t)) < 0.2).astype(float))
    nights["symptoms"] = nights["symptoms"] | (nights["away"] == 1)
    found = separation(material(nights, "symptoms ~ done + away"))
    assert found.sentence == ("Grouped by away, the nights of one group all ended alike. What is said about done "
                              "rests on the other nights.")
    assert influence(material(nights, "symptoms ~ done + away")).sentence == (
        'Not possible: some nights are predicted perfectly, see "one-sided nights".')


def test_another_column_that_tells_every_night_leaves_nothing():
    """The direction that was found moved done as well, and its nights were said to have ended alike."""
    nights = diary(away=lambda rng, t: rng.normal(size=len(t)))
    nights["symptoms"] = nights["away"] > 0.5
    found = separation(material(nights, "symptoms ~ done + away"))
    assert (found.result, found.sentence) == ("fail", (
        "Grouped by away, the nights of one group all ended alike, which leaves nothing to tell done by: the "
        "interval has no limits."))


# --- changes, nights per column ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("block", "result", "ending"), [
    (80, "fail", "1 change from nights with done to nights without done or back: this is only a before and after."),
    (20, "look", "7 changes from nights with done to nights without done or back: few, so that a slow change of "
                 "anything else could look like an effect."),
    (8, "pass", "19 changes from nights with done to nights without done or back."),
])
def test_changes_are_counted(block, result, ending):
    found = switches(material(diary(done=lambda rng, t: np.arange(len(t)) // block % 2 == 0)))
    assert (found.result, found.sentence) == (result, ending)


def test_from_one_person_to_the_next_nothing_changed():
    rng = np.random.default_rng(1)
    nights = pd.DataFrame({"person": np.repeat(list("ab"), 40), "night": np.tile(np.arange(40), 2),
                           "symptoms": rng.random(80) < 0.4, "done": np.tile(np.arange(40) >= 20, 2)})
    assert switches(material(nights)).value == 2


@pytest.mark.parametrize(("columns", "result"), [(1, "pass"), (3, "look"), (6, "fail")])
def test_nights_for_each_column(columns, result):
    nights = diary(60, symptoms=np.arange(60) % 3 == 0)
    rng = np.random.default_rng(5)
    names = ["done"] + [f"x{i}" for i in range(1, columns)]
    found = nights_per_column(material(nights.assign(**{n: rng.random(60) for n in names[1:]}),
                                       "symptoms ~ " + " + ".join(names)))
    assert (found.result, found.value) == (result, 20 / columns)
    assert found.sentence.startswith(f"20 nights with symptoms for {columns} column")


# --- tracking ------------------------------------------------------------------------------------------------------
def stated(**counts):
    """A diary with states; so many first nights of each kind, their cells empty."""
    nights = diary(120)
    state = np.full(120, "yes", dtype=object)
    state[: counts.get("not_tracked", 0)] = "not_tracked"
    nights["done_state"] = state
    nights.loc[nights["done_state"].eq("not_tracked"), "done"] = pd.NA
    return nights


def test_tracked_throughout_passes():
    assert regimes(material(stated())).sentence == "Nothing compared here was taken up or dropped during the diary."


def test_tracked_for_a_part_says_look():
    found = regimes(material(stated(not_tracked=30)))
    assert (found.result, found.value) == ("look", 30)
    assert found.sentence == ("Done was tracked for a part of the diary only; 30 nights outside it are set aside. The "
                              "answer speaks for the tracked part.")


def test_untracked_nights_filled_in_fail():
    nights = stated(not_tracked=30)
    found = regimes(material(nights.assign(done=nights["done"].fillna(False))))
    assert (found.result, found.value) == ("fail", 30)
    assert found.sentence == ("30 compared nights count as answered about done, but nothing was written down then. An "
                              "empty night is not a no.")


def test_a_long_spell_without_ticks_says_look_where_no_states_are_known():
    nights = diary()
    nights.loc[:50, "done"] = False
    found = regimes(material(nights))
    assert found.result == "look" and found.value >= 51
    assert regimes(material(diary())).result == "pass"


def test_amounts_without_states_cannot_be_judged():
    nights = diary(dose=lambda rng, t: rng.uniform(0, 3, len(t)))
    assert regimes(material(nights, "symptoms ~ dose")).result == "not possible"


# --- E-value -------------------------------------------------------------------------------------------------------
def test_the_published_example():
    """VanderWeele & Ding 2017: a risk ratio of 3.9 with lower limit 1.8 has E-values 7.26 and 3.0."""
    assert (round(e_value(3.9), 2), round(e_value(1.8), 1)) == (7.26, 3.0)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9))
    assert e_value(1.0) == 1.0 and e_value(0.0) == np.inf


def test_no_effect_needs_no_explanation():
    found = e_value_row(material(diary()))
    assert (found.result, found.value) == ("pass", 1.0)
    assert found.sentence == 'The 95% interval holds "no difference", so there is nothing to explain away (E-value 1).'


def test_the_level_that_judges_is_said():
    m = material(diary(160, seed=3, symptoms=helps(0.2)))
    assert e_value_row(m).sentence.startswith("To explain this away, by its 95% interval, something")
    assert e_value_row(replace(m, claim_level=0.998)).sentence == (
        'The 99.8% interval holds "no difference", so there is nothing to explain away (E-value 1).')


@pytest.mark.parametrize(("much", "seed", "result"), [(0.45, 1, "pass"), (0.2, 3, "look"), (0.2, 4, "fail")])
def test_claims_are_graded_by_their_near_limit(much, seed, result):
    found = e_value_row(material(diary(160, seed=seed, symptoms=helps(much))))
    assert found.result == result and 1.0 < found.value < found.upper
    assert found.sentence == (
        "To explain this away, by its 95% interval, something not written down would have to make symptoms, "
        f"and done, at least {found.value:.1f} times as likely (E-value "
        f"{found.value:.1f}; {found.upper:.1f} at the best guess).")


def test_a_best_guess_without_bound_is_said_as_over_100():
    nights = diary(160, symptoms=lambda rng, t: (rng.random(len(t)) < 0.5) & ~t["done"].to_numpy(bool))
    found = e_value_row(material(nights))
    assert found.upper > 100.0
    assert found.sentence.endswith(
        f"at least {found.value:.1f} times as likely (E-value {found.value:.1f}; over 100 at the best guess).")


def test_the_risk_ratio_is_profiled():
    """Two independent proportions: the limit solves the likelihood-ratio equation of the 2 x 2 table."""
    m = material(diary(300, symptoms=helps(0.4)), night_to_night=False, prior=None)
    y, done = m.fit.design.response, m.exposed
    a, n, b, k = y[done].sum(), done.sum(), y[~done].sum(), (~done).sum()

    def loglik(p, q):
        return xlogy(a, p) + xlogy(n - a, 1 - p) + xlogy(b, q) + xlogy(k - b, 1 - q)

    def deviance(log_ratio):
        top = min(1.0, np.exp(-log_ratio))
        best = minimize_scalar(lambda q: -loglik(q * np.exp(log_ratio), q), bounds=(1e-6, top - 1e-6),
                               method="bounded", options={"xatol": 1e-10})
        return 2 * (loglik(a / n, b / k) + best.fun)

    estimate, lower, upper = m.refit.log_ratio_limits(0.95)
    centre = np.log(a / n * k / b)
    # the small-diary correction widens the cut-off by half a percent here
    assert estimate == pytest.approx(centre, abs=1e-4)
    assert deviance(upper) == pytest.approx(3.84, rel=0.03) and deviance(lower) == pytest.approx(3.84, rel=0.03)
    assert upper == pytest.approx(brentq(lambda r: deviance(r) - 3.8415, centre, 0.0), abs=0.02)
