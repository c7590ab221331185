"""Against the package ville (tests/oracles/ville), and what bets may never do."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.trials.betting import GRID, bet_on, block_differences
from tests.helpers.places import ORACLES

STEP = 2.0 / (GRID - 1)


@pytest.mark.parametrize("trial", ["nothing", "helps", "always worse"])
def test_e_values_and_sequences_agree_with_ville(trial):
    data, theirs = (table[table["trial"].eq(trial)] for table in
                    (pd.read_csv(ORACLES / f"ville/{name}.csv") for name in ("differences", "sequences")))
    ours = bet_on(data["difference"].to_numpy(float))
    assert ours.e_value == pytest.approx(theirs["e_value"].to_numpy(), rel=1e-6)
    # theirs takes the larger of the two bets, ours both: hardly narrower
    assert ours.lower == pytest.approx(theirs["lower"].to_numpy(), abs=5.1 * STEP)
    assert ours.upper == pytest.approx(theirs["upper"].to_numpy(), abs=5.1 * STEP)


@pytest.mark.parametrize("trial", ["nothing", "helps", "always worse"])
def test_beta_binomial_e_values_claim_the_same(trial):
    data, theirs = (table[table["trial"].eq(trial)] for table in
                    (pd.read_csv(ORACLES / f"ville/{name}.csv") for name in ("differences", "sequences")))
    ours, other = bet_on(data["difference"].to_numpy(float)).e_value, theirs["beta_binomial"].to_numpy()
    assert (ours.max() >= 20.0) == (other.max() >= 20.0)
    early = other < 20.0  # two ways of betting on the same pairs: never far apart before either has won
    assert np.abs(np.log(ours) - np.log(other))[early].max() < np.log(4.0)


@pytest.mark.parametrize("blocks", [None, 10, 40])
def test_over_every_way_that_eight_pairs_can_fall_bets_gain_nothing(blocks):
    found = np.array([bet_on(np.array(fell), blocks=blocks).e_value for fell in product([-1.0, 1.0], repeat=8)])
    assert found.mean(axis=0) == pytest.approx(np.ones(8))
    assert all((found.max(axis=1) >= capital).mean() <= 1.0 / capital for capital in (1.5, 2.0, 4.0, 20.0))


def test_without_an_effect_capital_of_twenty_hardly_ever_turns_up():
    rng = np.random.default_rng(5)
    ever = [bet_on(rng.choice([-1.0, 0.0, 1.0], p=[0.25, 0.5, 0.25], size=60), blocks=60).e_value.max() >= 20.0
            for _ in range(300)]
    assert np.mean(ever) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 1.0]), min_size=1, max_size=40))
def test_limits_only_close_in_and_leave_zero_out_once_the_capital_was_twenty(differences):
    found = bet_on(np.array(differences), blocks=40)
    assert (np.diff(found.lower) >= 0).all() and (np.diff(found.upper) <= 0).all()
    ever = np.maximum.accumulate(found.e_value) >= 20.0
    assert ((found.lower > STEP) | (found.upper < -STEP))[~ever].sum() == 0


def test_turned_round_the_limits_turn_round():
    differences = np.random.default_rng(6).choice([-1.0, 0.0, 1.0], size=30)
    plain, turned = bet_on(differences), bet_on(-differences)
    assert turned.e_value == pytest.approx(plain.e_value)
    assert turned.lower == pytest.approx(-plain.upper)


def test_a_block_without_an_answer_on_either_side_is_left_away():
    answer = np.array([1.0, 0.0, np.nan, 1.0, 0.0, 1.0, np.nan, 1.0])
    treat = np.array([True, False, True, False, False, True, True, False])
    differences, last = block_differences(answer, treat, np.array([1, 1, 2, 2, 3, 3, 4, 4]))
    assert differences.tolist() == [1.0, 1.0] and last.tolist() == [1, 5]
    differences, _ = block_differences(np.array([1.0, np.nan, 0.0, 1.0]), np.array([True, True, False, False]),
                                       np.array([1, 1, 1, 1]))
    assert differences.tolist() == [0.5]
