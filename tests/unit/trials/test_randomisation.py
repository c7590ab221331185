"""Against every schedule gone through by hand, and against McNemar's exact test."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from rlskit.trials.design import block_orders
from rlskit.trials.plan import BLOCKS, DESIGNS, PAIRS
from rlskit.trials.randomisation import compare_schedules, redraw, weigh_blocks, weigh_nights

PAIR = block_orders(PAIRS)


def statistic(z: np.ndarray, y: np.ndarray, weights: np.ndarray) -> float:
    z = z.astype(float)
    spread = z @ weights @ z
    return float(z @ weights @ y / np.sqrt(spread)) if spread > 1e-12 else 0.0


def by_hand(effect: float, y: np.ndarray, z: np.ndarray, orders: np.ndarray, weights: np.ndarray) -> tuple[float, ...]:
    """One-sided p-values of an effect: the share of all schedules whose statistic is as large, and as small."""
    left = y - effect * z
    here, values = statistic(z, left, weights), []
    for kinds in product(range(len(orders)), repeat=len(y) // orders.shape[1]):
        values.append(statistic(np.concatenate([orders[k] for k in kinds]), left, weights))
    there = np.array(values)
    return float((there >= here - 1e-9).mean()), float((there <= here + 1e-9).mean())


@pytest.mark.parametrize("design", DESIGNS)
def test_a_small_trial_agrees_with_every_schedule_gone_through_by_hand(design):
    rng = np.random.default_rng(4)
    orders = block_orders(design, 3)
    blocks = {2: 8, 6: 2}[len(orders)] if design != BLOCKS else 3
    redrawn = redraw(orders, blocks)
    z = redrawn.treat[5]
    y = (rng.random(len(z)) < 0.3 + 0.4 * z).astype(float)
    weights = weigh_nights(np.arange(len(z), dtype=float))
    found = compare_schedules(y, z, z, redrawn, weights, level=0.8)
    up, down = by_hand(0.0, y, z, orders, weights)
    assert found.every
    assert found.p == pytest.approx(min(1.0, 2 * min(up, down)))
    if np.isfinite(found.lower):  # just inside a limit the effect is kept, just outside it is not
        for limit, side, out in ((found.lower, 0, -1e-6), (found.upper, 1, 1e-6)):
            assert by_hand(limit, y, z, orders, weights)[side] > 0.1
            assert by_hand(limit + out, y, z, orders, weights)[side] <= 0.1 + 1e-12


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=3, max_size=10), st.randoms())
def test_pairs_compared_inside_themselves_are_mcnemars_exact_test(nights, random):
    y = np.array(nights, dtype=float).reshape(-1)
    redrawn = redraw(PAIR, len(nights))
    z = redrawn.treat[random.randrange(len(redrawn.treat))]
    found = compare_schedules(y, z, z, redrawn, weigh_blocks(np.repeat(np.arange(len(nights)), 2)))
    difference = ((2 * z - 1) * y).reshape(-1, 2).sum(axis=1)
    unlike = int((difference != 0).sum())
    expected = binomtest(int((difference > 0).sum()), unlike).pvalue if unlike else 1.0
    assert found.p == pytest.approx(expected)


def test_drawn_at_random_it_comes_close_to_all_schedules():
    rng = np.random.default_rng(1)
    every = redraw(PAIR, 12)
    some = redraw(PAIR, 30, draws=50)
    assert every.every and not some.every and some.treat.shape == (50, 60)
    z = every.treat[77]
    y = rng.normal(size=24) - z
    weights = weigh_nights(np.arange(24.0))
    exact = compare_schedules(y, z, z, every, weights)
    drawn = compare_schedules(y, z, z, type(every)(treat=every.treat[rng.integers(4096, size=9999)], every=False),
                              weights)
    assert drawn.p == pytest.approx(exact.p, abs=0.01)
    assert (drawn.lower, drawn.upper) == pytest.approx((exact.lower, exact.upper), abs=0.08)


def test_the_limits_move_with_the_answers_and_their_unit():
    rng = np.random.default_rng(2)
    redrawn = redraw(PAIR, 30, draws=999)
    z = redraw(PAIR, 30, draws=1, seed=9).treat[0]
    y = rng.normal(size=60)
    weights = weigh_nights(np.arange(60.0))

    def of(answer: np.ndarray) -> np.ndarray:
        found = compare_schedules(answer, z, z, redrawn, weights)
        return np.array([found.lower, found.estimate, found.upper])

    plain = of(y)
    assert of(3.0 * y + 7.0 - 2.0 * z) == pytest.approx(3.0 * plain - 2.0)
    assert of(-y) == pytest.approx(-plain[::-1])


def test_where_the_coin_changed_nothing_there_is_no_effect_of_doing():
    redrawn = redraw(PAIR, 30, draws=99)
    z = redraw(PAIR, 30, draws=1, seed=9).treat[0]
    y = np.arange(60.0)
    found = compare_schedules(y, np.ones(60), z, redrawn, weigh_nights(y))
    assert np.isnan([found.estimate, found.lower, found.upper]).all() and found.p == 1.0


def test_what_was_done_gets_the_effect_of_doing_it():
    rng = np.random.default_rng(3)
    redrawn = redraw(PAIR, 200, draws=999)
    z = redraw(PAIR, 200, draws=1, seed=9).treat[0]
    done = np.where(z, rng.random(400) < 0.7, False).astype(float)
    found = compare_schedules(5.0 - 2.0 * done + 0.1 * rng.normal(size=400), done, z, redrawn,
                              weigh_nights(np.arange(400.0)))
    assert found.lower < -2.0 < found.upper and found.upper - found.lower < 0.2
