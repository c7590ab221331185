"""What holds for every picture: readable text, a caption and words drawn from its table, no meaning in hue."""

from __future__ import annotations

import matplotlib
import pytest
from matplotlib import pyplot

from rlskit.figures import alt_text, caption, plot_calendar
from rlskit.figures.style import COLUMN_WIDTH, PAGE_WIDTH
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import (
    SMALLEST,
    TALLEST,
    artists,
    assert_no_meaning_in_hue_alone,
    assert_readable,
    grey,
    marks,
    told_apart,
)
from tests.unit.figures.cases import PICTURES


@pytest.mark.parametrize("width", [PAGE_WIDTH, COLUMN_WIDTH], ids=["page", "column"])
@pytest.mark.parametrize("name", PICTURES)
def test_texts_are_large_enough_inside_the_paper_and_do_not_overlap(name, width):
    plot, table = PICTURES[name]
    ax = plot(table, width=width)
    assert_readable(ax.figure)
    assert_no_meaning_in_hue_alone(ax)
    assert width < PAGE_WIDTH or ax.figure.get_figheight() <= TALLEST


@pytest.mark.parametrize("name", PICTURES)
def test_the_caption_is_drawn_from_the_table(name):
    plot, table = PICTURES[name]
    (drawn,) = artists(plot(table), "caption")
    assert " ".join(drawn.get_text().split()) == caption(table)
    assert len(caption(table).split()) <= 60


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_has_words_for_who_does_not_see_it(name):
    _, table = PICTURES[name]
    assert len(alt_text(table)) > 60


def test_a_users_axes_is_returned_and_keeps_its_figure_and_nothing_global_changes():
    before = dict(matplotlib.rcParams)
    figure, axes = pyplot.subplots(1, 3, figsize=(20, 6))
    for ax, (plot, table) in zip(axes, (PICTURES["180 nights"], PICTURES["weeks"], PICTURES["effects"]), strict=True):
        assert plot(table, ax) is ax
        assert artists(ax, "caption")
    assert tuple(figure.get_size_inches()) == (20, 6)
    assert dict(matplotlib.rcParams) == before


def test_the_check_of_colours_can_fail():
    red, green = "#c4483b", "#6f7f2b"
    assert told_apart(red, green) == ["no green cones", "greyscale"]
    assert set(marks(plot_calendar(samples.make_nights(180)))) >= {"none", "mild", "moderate", "severe"}
    assert grey("#ffffff") == pytest.approx(100, abs=0.1) and SMALLEST == 8
