"""The axis of differences and ratios: everything on it, 1 among the ticks of a ratio, labels that have room."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import pyplot

from rlskit.effects.scales import SCALES
from rlskit.figures import plot_effects, plot_people
from rlskit.figures.scale_axis import APART, draw_scale, name_ends, ratio_ticks
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import artists


@given(st.floats(1.5, 900), st.floats(80, 500))
def test_ticks_of_a_ratio_are_even_on_both_sides_of_1_and_have_room(furthest, across):
    ticks = ratio_ticks(furthest, across)
    assert 1.0 in ticks and len(ticks) >= 3 and len(ticks) * APART <= across
    assert [1 / t for t in reversed(ticks)] == pytest.approx(ticks)
    assert all(1 / furthest * 0.999 <= t <= furthest * 1.001 for t in ticks)


@given(st.lists(st.floats(-40, 40), min_size=1, max_size=6))
def test_every_value_lies_on_the_axis_and_so_does_no_difference(values):
    ax = pyplot.figure().add_subplot()
    draw_scale(ax, SCALES["nights_per_30"], [*values, math.inf, math.nan, None], 200)
    low, high = ax.get_xlim()
    assert low < min(values) and high > max(values) and low < -3 and high > 3
    assert all(low <= tick <= high for tick in ax.get_xticks())
    pyplot.close("all")


@pytest.mark.parametrize(("across", "words"), [(300, ["← fewer symptom nights", "more symptom nights →"]),
                                               (120, ["← fewer", "more →"])])
def test_the_ends_are_named_in_full_where_there_is_room(across, words):
    ax = pyplot.figure().add_subplot()
    name_ends(ax, SCALES["nights_per_30"], across)
    assert [text.get_text() for text in artists(ax, "direction")] == words


def test_effects_and_people_have_the_same_axis_of_odds_ratios():
    people = plot_people(samples.make_people(8, scale="odds_ratio"))
    effects = plot_effects(samples.make_effects("odds_ratio"))
    assert people.get_xscale() == effects.get_xscale() == "log"
    assert 1.0 in people.get_xticks() and 1.0 in effects.get_xticks()
