"""Tracking regimes: when was a tag in use?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.nights.tracking import tracked_spells


def ticks(n, at):
    out = np.zeros(n, dtype=bool)
    out[list(at)] = True
    return out


def test_never_ticked_is_never_tracked():
    assert not tracked_spells(ticks(50, [])).any()


def test_a_tag_first_used_in_month_two_is_not_tracked_before():
    spells = tracked_spells(ticks(180, range(35, 180, 3)))
    assert not spells[:35].any()
    assert spells[35:].all()


def test_a_tag_dropped_is_not_tracked_after():
    spells = tracked_spells(ticks(180, range(0, 100, 3)))
    assert spells[:100].all()
    assert not spells[101:].any()


def test_a_long_pause_inside_is_not_tracked():
    spells = tracked_spells(ticks(200, [*range(0, 60, 2), *range(120, 200, 2)]))
    assert not spells[59:120].any()
    assert spells[:59].all() and spells[120:].all()


def test_a_run_no_longer_than_the_gaps_between_ticks_stays_tracked():
    assert tracked_spells(ticks(60, [10, 25, 40])).all()


def test_one_tick_in_a_long_diary_says_nothing_about_a_regime():
    assert tracked_spells(ticks(100, [60])).all()


def test_a_quiet_end_of_the_outcome_is_kept():
    quiet_end = ticks(180, range(0, 90, 2))
    assert tracked_spells(quiet_end, start_only=True).all()
    assert not tracked_spells(quiet_end)[92:].any()


@given(st.lists(st.booleans(), min_size=1, max_size=120))
def test_every_tick_lies_in_the_regime(ticked):
    ticked = np.array(ticked)
    assert tracked_spells(ticked)[ticked].all()


@given(st.lists(st.booleans(), min_size=1, max_size=120))
def test_regimes_read_the_same_backwards(ticked):
    forwards = tracked_spells(np.array(ticked))
    backwards = tracked_spells(np.array(ticked)[::-1])[::-1]
    assert (forwards == backwards).all()


@pytest.mark.parametrize("rate", [0.2, 0.5, 0.8])
def test_a_tag_in_steady_use_is_rarely_called_untracked(rate):
    rng = np.random.default_rng(1)
    lost = [(~tracked_spells(rng.random(120) < rate)).mean() for _ in range(500)]
    assert np.mean(lost) < 0.02  # share of nights wrongly set aside, over 500 diaries
