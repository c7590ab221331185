"""Oracle: the definitions by other means (null spaces, the programme without a column), and built nights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.special import expit

from rlskit.engine import InMemory, Ordinal, ends_of, opens, opens_in, telling
from rlskit.engine import Nights as Table
from rlskit.engine.fitting.separation import separating_direction, separation_of
from tests.unit.engine.build import several

UP, DOWN, HELD, ANY = np.inf, -np.inf, 0.0, np.nan


def yes_no(y, *columns):
    n = len(y)
    x = np.column_stack([np.ones(n), *columns]).astype(float)
    return InMemory(several(np.zeros(n), np.arange(n), y, np.zeros((n, 0))), x)


def found(parts):
    """Ends of the columns behind the constant, and which of them tell."""
    ends = ends_of(parts, np.eye(parts.x.shape[1]))
    return ends[1:].tolist(), telling(parts, separation_of(parts), ends)[1:].tolist()


def same(one, other):
    np.testing.assert_array_equal(one[0], other[0])
    assert one[1] == other[1]


rng = np.random.default_rng(2)
NUMBER, NOISE, MORE = rng.normal(size=(3, 80))
DUMMY = np.arange(80) % 4 == 0
MIXED = rng.random(80) < 0.5


def test_one_column_tells_every_night_beside_one_that_does_not():
    """Of the other nothing can be told: with nights infinitely far from the threshold it may do what it likes."""
    same(found(yes_no(NUMBER > 0.3, NUMBER, NOISE)), ([UP, ANY], [True, False]))
    same(found(yes_no(NUMBER < 0.3, NOISE, NUMBER)), ([ANY, DOWN], [False, True]))


def test_some_nights_told_leave_the_other_column_to_the_rest():
    same(found(yes_no(DUMMY | MIXED, DUMMY, NOISE)), ([UP, HELD], [True, False]))


def test_two_columns_that_tell_only_together():
    same(found(yes_no(NUMBER + NOISE > 0.2, NUMBER, NOISE, MORE)), ([UP, UP, ANY], [True, True, False]))


def test_of_two_columns_that_each_tell_every_night_both_are_said():
    y = NUMBER > 0.3
    twin = np.where(y, 1.0, -1.0) + 0.3 * MORE
    same(found(yes_no(y, NUMBER, twin, NOISE)), ([ANY, ANY, ANY], [True, True, False]))


def test_a_column_that_tells_some_nights_and_two_that_each_tell_the_rest():
    y = DUMMY | (NUMBER > 0.3)
    number = np.where(DUMMY, -np.abs(NUMBER), NUMBER)
    twin = np.where(DUMMY, -1.5, np.where(y, 1.0, -1.0)) + 0.1 * MORE
    same(found(yes_no(y, DUMMY, number, twin, NOISE)), ([UP, ANY, ANY, ANY], [True, True, True, False]))


def test_two_pairs_that_each_tell_only_together_are_all_said():
    y = NUMBER + NOISE > 0.2
    twin = np.where(y, 1.0, -1.0) + 0.2 * MORE - 0.7 * NOISE
    other = 0.7 * NOISE + 0.2 * MORE**2
    assert separating_direction(yes_no(y, twin).nights.family.margins(yes_no(y, twin).x)) is None
    same(found(yes_no(y, NUMBER, NOISE, twin, other)), ([ANY] * 4, [True] * 4))


def ordinal(level, *columns):
    n = len(level)
    x = np.column_stack([np.ones(n), *columns]).astype(float)
    gap = np.where(np.arange(n) == 0, np.inf, 1.0)
    return InMemory(Table(Ordinal(level, np.zeros(level.max() - 1)), np.array([0]), gap, np.zeros((n, 0)), False), x)


def test_ordinal_nights():
    level = np.where(DUMMY, 3, np.arange(80) % 3)
    parts = ordinal(level, DUMMY, NOISE)
    direction, every = separation_of(parts), np.eye(parts.facts.layout.fixed)
    ends = ends_of(parts, every)
    # the last threshold is crossed by all nights with the dummy and none without
    assert ends.tolist() == [HELD, UP, HELD, HELD, UP]
    assert telling(parts, direction, ends[:3]).tolist() == [False, True, False]
    told = ordinal(np.digitize(NUMBER, [-0.5, 0.5]), NUMBER, NOISE)
    ends = ends_of(told, np.eye(told.facts.layout.fixed))
    assert ends[1] == UP and np.isnan(ends[2]) and ends[3] == UP
    assert telling(told, separation_of(told), ends[:3]).tolist() == [False, True, False]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.5, 4.0), st.integers(1, 4))
def test_any_nights_against_the_definitions_and_in_shards(seed, steep, columns):
    rng = np.random.default_rng(seed)
    n, each = 48, 6
    x = np.column_stack([np.ones(n), rng.integers(-1, 2, (n, columns))]).astype(float)
    y = rng.random(n) < expit(steep * x @ rng.integers(-3, 4, columns + 1))
    nights = several(np.repeat(np.arange(n // each), each), np.tile(np.arange(each), n // each), y, np.zeros((n, 0)))
    parts = InMemory(nights, x)
    direction = separation_of(parts)
    if direction is None:
        return
    margins, every = nights.family.margins(x), np.eye(columns + 1)
    moved = margins @ direction > 1e-6
    ends, free = ends_of(parts, every), null_space(np.vstack([margins[~moved], np.zeros(columns + 1)]))
    for j, end in enumerate(ends):
        assert opens_in(parts, every[j]) == opens(margins, every[j])
        assert (end == HELD) == (np.abs(free[j]).max() < 1e-9)
        without = separating_direction(np.delete(margins, j, axis=1))
        all_moved = without is not None and ((np.delete(margins, j, axis=1) @ without > 1e-6) == moved).all()
        assert np.isinf(end) == (not all_moved)
        assert not np.isinf(end) or end == np.copysign(np.inf, direction[j])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rlskit.engine.fitting.shard.NIGHTS", 12)
        patch.setattr("rlskit.engine.fitting.separation._EACH", 3)
        shards = InMemory(nights, x)
        np.testing.assert_array_equal(ends_of(shards, every), ends)
        assert telling(shards, separation_of(shards), ends).tolist() == telling(parts, direction, ends).tolist()
