"""The tally of many people: the numbers by hand, and the dots, lines and bars of the table."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot

import rlskit as rk
from rlskit.figures import alt_text, caption
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import found


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def test_the_tally_by_hand():
    nights = pd.DataFrame({
        "person": ["a"] * 12 + ["b"] * 12,
        "symptoms": pd.array([True, True, False, False, False, None] + [True, False] * 3
                             + [True] * 12, dtype="boolean"),
        "stretched": pd.array([True] * 6 + [False] * 6 + [True] * 3 + [False] * 8 + [None], dtype="boolean")})
    tally = rk.tally_people(nights)
    assert tally.to_dict("records") == [
        {"person": "a", "side": "without", "n_nights": 6, "n_symptom_nights": 3, "per_30": 15.0},
        {"person": "a", "side": "with", "n_nights": 5, "n_symptom_nights": 2, "per_30": 12.0}]
    assert tally.attrs == {"by": "stretched", "least": 5, "left_out": 1}
    assert rk.tally_people(nights, least=3)["person"].nunique() == 2
    with pytest.raises(rk.ModelError, match="yoga"):
        rk.tally_people(nights, "yoga")


def test_dots_lines_and_medians_are_the_table():
    tally = samples.make_tally(20)
    ax = rk.plot_tally(tally)
    ax.figure.canvas.draw()  # seaborn moves the dots apart when they are drawn
    sides = {side: mine.set_index("person")["per_30"] for side, mine in tally.groupby("side")}
    for x, side in enumerate(("without", "with")):
        (dots,) = found(ax, side)
        assert sorted(dots.get_offsets()[:, 1]) == pytest.approx(sorted(sides[side]), abs=1e-9)
        assert np.abs(dots.get_offsets()[:, 0] - x).max() < 0.27
        bar = found(ax, "median")[x]
        assert bar.get_ydata()[0] == pytest.approx(sides[side].median())
    (lines,) = found(ax, "person")
    ends = np.array([segment[:, 1] for segment in lines.get_segments()])
    for end, side in enumerate(("without", "with")):  # a line begins and ends at the dots of its person
        places = found(ax, side)[0].get_offsets()
        assert np.array([segment[end] for segment in lines.get_segments()]) == pytest.approx(np.asarray(places))
    assert ends == pytest.approx(np.column_stack([sides["without"], sides["with"]]))
    assert found(ax, "without")[0].get_facecolor()[0, :3] == pytest.approx(1.0)  # hollow


@pytest.mark.parametrize("dpi", [72, 300])
def test_lines_begin_at_their_dots_at_any_resolution(dpi):
    ax = rk.plot_tally(samples.make_tally(20))
    ax.figure.set_dpi(dpi)
    ax.figure.canvas.draw()
    (lines,) = found(ax, "person")
    for end, side in enumerate(("without", "with")):
        assert np.array([segment[end] for segment in lines.get_segments()]) == pytest.approx(
            np.asarray(found(ax, side)[0].get_offsets()))


def test_caption_of_a_tally():
    tally = samples.make_tally(20)
    nights = tally["n_nights"].sum()
    assert caption(tally) == (
        "Each person's symptom nights per 30 nights as counted, without (hollow) and with (filled), joined by a "
        "line; bars: the person in the middle. Fewer with it: 19 people; more: 1 person. Nothing else is taken into "
        f"account, so this is no effect. 20 people, {nights:,} nights. Left out, under 5 answered nights on a side: 3 "
        "people.")
    assert "The person in the middle has" in alt_text(tally)


def test_nobody_with_enough_nights_gives_words():
    ax = rk.plot_tally(samples.make_tally(20).iloc[:0])
    assert not ax.axison
    assert found(ax, "refused")[0].get_text() == "not enough nights with and without it"


def test_another_table_is_refused():
    with pytest.raises(rk.ModelError, match="plot_tally: found nights; expected a tally"):
        rk.plot_tally(samples.make_nights(9))
