"""Schedules: balanced inside each block, every order equally likely, the same seed the same nights."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.trials.design import block_orders, draw_schedule
from rlskit.trials.plan import DESIGNS

MONDAY = dt.date(2026, 3, 2)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DESIGNS), st.integers(40, 400), st.integers(0, 2**40))
def test_each_block_is_half_and_half_and_nights_follow_one_another(design, nights, seed):
    schedule = draw_schedule(MONDAY, nights, design=design, seed=seed)
    assert [one.night for one in schedule] == [MONDAY + dt.timedelta(days=i) for i in range(len(schedule))]
    blocks = Counter(one.block for one in schedule)
    length = block_orders(design).shape[1]
    assert nights <= len(schedule) < nights + length and set(blocks.values()) == {length}
    for counted in (True, False):
        with_it = Counter(one.block for one in schedule if one.treat and one.counted is counted)
        without = Counter(one.block for one in schedule if not one.treat and one.counted is counted)
        assert with_it == without
    assert schedule == draw_schedule(MONDAY, nights, design=design, seed=seed)


def test_the_orders_of_a_block():
    assert block_orders("pairs").tolist() == [[True, False], [False, True]]
    assert len(block_orders("blocks of 4")) == 6
    assert block_orders("periods", 3).tolist() == [[True] * 3 + [False] * 3, [False] * 3 + [True] * 3]


@pytest.mark.parametrize("design", DESIGNS)
def test_every_order_is_equally_likely(design):
    orders = block_orders(design)
    schedule = draw_schedule(MONDAY, orders.shape[1] * 6000, design=design, seed=1)
    drawn = Counter(map(bytes, np.array([one.treat for one in schedule]).reshape(6000, -1)))
    expected = 6000 / len(orders)
    assert len(drawn) == len(orders)
    assert all(abs(n - expected) < 5 * np.sqrt(expected) for n in drawn.values())


def test_a_wash_out_is_the_beginning_of_each_period():
    schedule = draw_schedule(MONDAY, 40, design="periods", seed=3, washout=2, period=5)
    assert [one.counted for one in schedule] == ([False] * 2 + [True] * 3) * 8
