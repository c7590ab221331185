"""What so many nights can see: the weights against their matrix, the chances against the analysis itself."""

import numpy as np
import pytest
from scipy.special import expit

from rlskit.trials import power
from rlskit.trials.design import block_orders
from rlskit.trials.power import Habits, chances, fewest_nights, power_at
from rlskit.trials.randomisation import compare_schedules, redraw, weigh_nights


@pytest.mark.parametrize("nights", [40, 41, 180])
def test_the_smoother_is_the_matrix(nights):
    rng = np.random.default_rng(nights)
    known = rng.random((nights, 5)) < 0.8
    answers = (rng.random((nights, 5)) < 0.4).astype(float)
    weighed, ones = power._weigh(np.array([answers, np.ones_like(answers)]), known)
    for trial in range(5):
        here = known[:, trial]
        exact = weigh_nights(np.flatnonzero(here).astype(float)) @ answers[here, trial]
        level = weighed[:, trial].sum() / ones[:, trial].sum()
        assert np.allclose((weighed - level * ones)[here, trial], exact, atol=1e-10)
        assert not weighed[~here, trial].any()


def significant_share(habits, design, effect, nights, trials, seed):
    """The share of trials that the analysis itself calls significant, in the true direction."""
    rng = np.random.default_rng(seed)
    orders = block_orders(design)
    redrawn = redraw(orders, nights // orders.shape[1], draws=499, seed=1)
    seen, runs = 0, habits.sd * power._runs(habits, nights, rng)
    for trial in range(trials):
        treat = orders[rng.integers(len(orders), size=nights // orders.shape[1])].ravel()
        odds = [power._log_odds(habits.rate - cut, habits.sd) for cut in (0.0, effect / 30.0)]
        ill = (rng.random(nights) < expit(np.where(treat, odds[1], odds[0]) + runs[:, trial])).astype(float)
        found = compare_schedules(ill, treat.astype(float), treat, redrawn, weigh_nights(np.arange(float(nights))))
        seen += found.p <= 0.05 and found.estimate < 0
    return seen / trials


@pytest.mark.parametrize(("design", "nights", "effect"), [("pairs", 40, 12), ("blocks of 4", 48, 9)])
def test_the_chance_is_that_of_the_analysis(design, nights, effect):
    habits = Habits(0.5, 2.0, 0.8)
    found = significant_share(habits, design, effect, nights, 200, seed=5)
    assert abs(found - power_at(habits, design, effect, nights)) < 2.5 * np.sqrt(0.25 / 200)


def test_without_an_effect_one_in_forty_shows_fewer():
    shares = chances(Habits(0.5, 1.5, 0.8), effects=(1e-9,))[1e-9]
    assert shares.loc[40:].between(0.012, 0.042).all()


def test_a_larger_effect_and_bad_nights_in_runs_are_seen_sooner():
    alone, runs = Habits(0.5), Habits(0.5, 2.0, 0.8)
    for length in (40, 120, 365):
        seen = [power_at(alone, "pairs", size, length) for size in (3, 6, 9, 12)]
        assert seen == sorted(seen)
        assert power_at(runs, "pairs", 6, length) > power_at(alone, "pairs", 6, length)
    needed = [fewest_nights(chances(alone)[size]) for size in (3, 6, 9, 12)]
    assert needed == sorted(needed, reverse=True)


def test_no_room_for_the_effect():
    assert np.isnan(power_at(Habits(0.3), "pairs", 9, 180)) and fewest_nights(chances(Habits(0.3))[9]) is None
    assert chances(Habits(0.05))[3].isna().all()


def test_a_few_periods_can_never_be_significant():
    assert power_at(Habits(0.5), "periods", 12, 70) == 0.0  # 32 schedules: p is 2 in 32 at best
