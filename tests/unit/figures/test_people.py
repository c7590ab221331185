"""The people figure draws its table: order, names, the average beside those who differ from it."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot

from rlskit.errors import ModelError
from rlskit.figures import alt_text, caption, plot_people
from rlskit.figures.style import BLUE, PAPER, lightness
from tests.helpers import picture_samples as samples


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def drawn(ax, gid):
    return [a for a in ax.get_children() if a.get_gid() == gid]


def test_people_stand_from_lowest_to_highest_with_their_own_intervals():
    source = samples.make_people(12)
    ax = plot_people(source)
    people = source.table.head(12).sort_values("estimate")
    assert [a.get_text() for a in drawn(ax, "name")] == [*people["person"], "average", "new person"]
    assert [a.get_xdata()[0] for a in drawn(ax, "person")] == people["estimate"].tolist()
    heights = [a.get_ydata()[0] for a in drawn(ax, "person")]
    assert heights == sorted(heights)
    ends = [tuple(a.get_xdata()) for a in drawn(ax, "interval")]
    assert ends[:12] == list(zip(people["lower"], people["upper"], strict=True))
    (average,), (new,) = drawn(ax, "average"), drawn(ax, "new person")
    assert average.get_xdata()[0] == -2.4 and new.get_xdata()[0] == -2.3
    band = drawn(ax, "new person band")[0].get_paths()[0].vertices
    assert (band[:, 0].min(), band[:, 0].max()) == (-9.0, 4.5)


def test_a_filled_dot_is_an_interval_on_one_side():
    source = samples.make_people(4, opposing=True)
    ax = plot_people(source)
    assert {a.get_markerfacecolor() for a in drawn(ax, "person")} == {BLUE}
    assert drawn(ax, "average")[0].get_markerfacecolor() == PAPER
    # shape and not only colour tells the three kinds apart
    kinds = [drawn(ax, kind)[0].get_marker() for kind in ("person", "average", "new person")]
    assert len(set(kinds)) == 3


def test_who_has_no_number_keeps_a_row_with_the_reason():
    ax = plot_people(samples.make_people(12, unchanged=2))
    assert [a.get_text() for a in drawn(ax, "reason")] == ["never changed it"] * 2
    assert len(drawn(ax, "person")) == 10
    assert "2 people never changed it." in caption(samples.make_people(12, unchanged=2))


def test_the_ends_of_a_long_name_stay():
    ax = plot_people(samples.make_people(5, names=samples.LONG_NAMES))
    names = [a.get_text() for a in drawn(ax, "name")][:5]
    assert len(set(names)) == 5 and all(n.startswith("Participant") and n[-5:] in "000-a 001-b 002-a 003-b 004-a"
                                        for n in names)


def test_a_crowd_has_no_names_and_stays_on_a_page():
    ax = plot_people(samples.make_people(300))
    assert [a.get_text() for a in drawn(ax, "name")] == ["average", "new person"]
    assert ax.figure.get_figheight() < 11


def test_the_dots_of_a_crowd_stand_out_from_their_lines():
    ax = plot_people(samples.make_people(60))
    dot, line = drawn(ax, "person")[0], drawn(ax, "interval")[0]
    assert lightness(line.get_color()) - lightness(dot.get_color()) > 20
    assert dot.get_markersize() == pytest.approx(3.2) and drawn(ax, "interval")[-1].get_color() == BLUE


def test_caption_and_words_for_who_does_not_see_it():
    source = samples.make_people(4, opposing=True, names=["Ada", "Ben", "Cleo", "Dev"])
    assert caption(source) == (
        "Difference in symptom nights per 30 nights: stretched, yes vs no. "
        "Dot, line: estimate, 95% interval; filled: on one side of zero. "
        "Diamond: average; square, band: one more person. "
        "Of all people like these, about 74% (45% to 94%) would have fewer symptom nights and about 26% (6% to 55%) "
        "more. 4 people, 240 nights."
    )
    assert alt_text(source) == (
        "Difference in symptom nights per 30 nights for stretched, yes vs no, one line per person. "
        "4 people: 2 with fewer symptom nights, 2 with more symptom nights, 0 unclear. "
        "Lowest: Ada, −13.5 (−19.6 to −6.7). Highest: Dev, +10.2 (+5.3 to +15.6). "
        "Average: −0.4 (−6.2 to +5.5). New person: −0.5 (−22.0 to +19.8). "
        "Of all people like these, about 74% (45% to 94%) would have fewer symptom nights and about 26% (6% to 55%) "
        "more."
    )


def test_numbers_stand_behind_a_name_written_from_right_to_left():
    source = samples.make_people(4, opposing=True, names=["נועה", "Ben", "Cleo", "دانة"])
    said = alt_text(source)
    assert "Lowest: \u2068נועה\u2069, −13.5 (" in said and "Highest: \u2068دانة\u2069, +10.2 (" in said


def test_other_tables_are_refused():
    with pytest.raises(ModelError) as caught:
        plot_people(samples.make_effects())
    assert str(caught.value) == (
        "plot_people: found effects; expected effects of each person. Make them with rk.estimate_people(fit, term). "
        "What you have goes to rk.plot_effects(effects).")


def test_a_users_own_axes_keep_their_place():
    _, axes = pyplot.subplots(1, 2, figsize=(9, 4))
    before = axes[0].get_position().bounds
    assert plot_people(samples.make_people(6), axes[0]) is axes[0]
    assert np.allclose(axes[0].get_position().bounds, before)
