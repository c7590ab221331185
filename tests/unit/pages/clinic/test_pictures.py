"""The strip calendar and the onset profile, by the data they draw; no text cut, none on top of another."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.dates import date2num

matplotlib.use("Agg")

from matplotlib import pyplot

from rlskit.figures import night_states, plot_onset, plot_strip
from rlskit.figures.onset import onset_caption
from rlskit.figures.printed import printed
from rlskit.figures.strip import A_LINE, MOST, draw_strip, strip_caption
from rlskit.pages.clinic import trace_onset
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import assert_no_meaning_in_hue_alone, assert_readable, found
from tests.unit.pages.clinic import build

DAY = dt.date(2026, 3, 2)
CHANGES = [(DAY + dt.timedelta(days=d), f"{w} {i}") for i, (d, w) in enumerate(
    [(3, "start"), (4, "stop"), (5, "start"), (20, "start"), (20, "stop"), (29, "start")], 1)]
DOSES = [("dose 1", 8.0, None, None), ("dose 2", 8.5, DAY, DAY + dt.timedelta(days=10)),
         ("dose 3, 4", 23.9, None, None),
         ("dose 5", 0.1, None, None), ("dose 6", 0.2, None, None)]


def onset_of(n, symptoms=0.5, seed=1):
    nights = samples.make_nights(n, symptoms=symptoms, start="2026-03-02")
    hours = np.random.default_rng(seed).normal(9, 1.5, n)
    nights["onset_h"] = pd.array(np.where(nights["symptoms"].fillna(False), hours, np.nan), dtype="Float64")
    return trace_onset(nights)


PICTURES = {f"strip of {n}": (plot_strip, samples.make_nights(n),
                              {"changes": CHANGES, "since": DAY + dt.timedelta(n // 2)})
            for n in (3, 30, 90, 93, 180, 365, 500)}
PICTURES |= {
    "strip, 60% missing": (plot_strip, samples.make_nights(90, missing=0.6), {}),
    "strip, no severity": (plot_strip, samples.make_nights(90, severity=False), {}),
    "onset of 30": (plot_onset, onset_of(30), {"doses": DOSES, "changes": CHANGES}),
    "onset of 90": (plot_onset, onset_of(90), {}),
    "onset of a year": (plot_onset, onset_of(365), {"doses": DOSES}),
    "onset, flat": (plot_onset, onset_of(365), {"doses": DOSES, "body": 48}),
    "no onset": (plot_onset, onset_of(30).assign(onset_h=np.nan), {}),
    "one onset": (plot_onset, onset_of(30, symptoms=0.0).assign(onset_h=[9.0] + [np.nan] * 29), {}),
}


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def draw(name):
    plot, table, options = PICTURES[name]
    return plot(table, **options)


@pytest.mark.parametrize("name", PICTURES)
def test_no_text_is_cut_or_overlaps_and_no_meaning_is_in_hue_alone(name):
    ax = draw(name)
    assert_readable(ax.figure)
    assert_no_meaning_in_hue_alone(ax)


@pytest.mark.parametrize("name", [n for n in PICTURES if n.startswith("strip")])
def test_a_cell_a_night_in_the_state_of_the_table(name):
    _, nights, _ = PICTURES[name]
    cells = {p.get_gid(): len(p.get_paths()) for p in draw(name).get_children()
             if isinstance(p, PolyCollection) and not (p.get_gid() or "").startswith("legend")}
    assert cells == night_states(nights)["state"].tail(MOST).value_counts().to_dict()


def test_cells_run_on_from_line_to_line():
    ax = plot_strip(samples.make_nights(180, missing=0, symptoms=-1))
    (cells,) = [p for p in ax.get_children() if p.get_gid() == "none"]
    corner = np.array([path.vertices[0] for path in cells.get_paths()])
    _, counts = np.unique(corner[:, 1], return_counts=True)
    assert counts.tolist() == [90, 90] and max(counts) <= A_LINE
    assert (np.diff(corner[:90, 0]) > 0).all() and corner[90, 0] == corner[0, 0]


def test_nights_not_recorded_are_hatched_and_unlike_nights_without_symptoms():
    ax = plot_strip(samples.make_nights(90))
    hatched, plain = found(ax, "not_recorded")[0], found(ax, "none")[0]
    assert hatched.get_hatch() and not plain.get_hatch()


def test_a_change_is_an_upright_line_at_the_edge_of_its_night():
    nights = samples.make_nights(30, missing=0, symptoms=-1)
    ax = plot_strip(nights, changes=[(DAY + dt.timedelta(days=4), "start 1"), (DAY + dt.timedelta(days=4), "stop 2"),
                                     (DAY + dt.timedelta(days=90), "later")])
    (line,) = found(ax, "change")
    (cells,) = [p for p in ax.get_children() if p.get_gid() == "none"]
    assert line.get_xdata()[0] == line.get_xdata()[1] == pytest.approx(cells.get_paths()[4].vertices[0][0], abs=0.6)
    assert [t.get_text() for t in found(ax, "change label")] == ["start 1, stop 2"]


def test_the_period_is_underlined_to_the_last_night():
    ax = plot_strip(samples.make_nights(30, missing=0, symptoms=-1), since=DAY + dt.timedelta(days=20))
    (line,) = found(ax, "this period")
    (cells,) = [p for p in ax.get_children() if p.get_gid() == "none"]
    assert line.get_xdata() == pytest.approx(
        [cells.get_paths()[20].vertices[0][0], cells.get_paths()[29].vertices[1][0]], abs=0.6)


def test_the_onset_axis_is_cut_to_the_data_and_the_whole_day_stands_beside_it():
    table = onset_of(90)
    ax = plot_onset(table, doses=DOSES, changes=CHANGES[:2], compared=[(DAY, DAY + dt.timedelta(days=20))])
    low, high = ax.get_ylim()
    assert low == np.floor(table["onset_h"].min() - 0.2) and high == np.ceil(table["onset_h"].max() + 0.2)
    (day,) = ax.child_axes
    assert day.get_ylim() == (0, 24) and len(found(day, "hours drawn")) == 1
    assert [t.get_text() for t in day.get_yticklabels()] == ["12:00", "18:00", "00:00", "06:00", "12:00"]
    known = table["median"].dropna()
    assert [found(day, name)[0].get_ydata()[0] for name in ("first", "last")] == [known.iloc[0], known.iloc[-1]]
    assert {t.get_text() for t in found(day, "dose label")} == {label for label, *_ in DOSES}
    (dots,) = found(ax, "onset")
    assert dots.get_ydata() == pytest.approx(table["onset_h"].to_numpy(), nan_ok=True)
    (median,) = found(ax, "median")
    assert median.get_ydata() == pytest.approx(table["median"].to_numpy(), nan_ok=True)
    drawn = [one for one in ax.get_lines() if one.get_gid() == "dose"]  # those outside the hours drawn stand beside
    assert [one.get_ydata()[0] for one in drawn] == [hour for _, hour, *_ in DOSES if low <= hour <= high]
    second = next(one for one in drawn if one.get_ydata()[0] == 8.5)
    assert second.get_xdata() == pytest.approx(date2num([np.datetime64(DAY), np.datetime64(DAY + dt.timedelta(10))]))
    assert len(found(ax, "change")) == 2 and len(found(ax, "compared")) == 1


@pytest.mark.parametrize(("days", "labels"), [((40, 41), ["stop 1", "start 2"]), ((40, 40), ["start 2", "stop 1"]),
                                              ((88, 89), ["stop 1"]), ((5, 60), ["stop 1", "start 2"])])
def test_two_changes_at_once_are_both_named_where_there_is_room(days, labels):
    made = [(DAY + dt.timedelta(days=day), label) for day, label in zip(days, ("stop 1", "start 2"), strict=True)]
    ax = plot_onset(onset_of(90), changes=made)
    found_labels = found(ax, "change label")
    assert [t.get_text() for t in found_labels] == labels
    ax.figure.canvas.draw()
    boxes = [t.get_window_extent() for t in found_labels]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


@pytest.mark.parametrize(("hours", "axis"), [([9.0], (7, 11)), ([0.1], (0, 4)), ([23.9], (20, 24)),
                                             ([0.1, 23.9], (0, 24)), ([7.9, 9.5], (7, 11))])
def test_the_axis_holds_whole_hours_and_four_at_least(hours, axis):
    table = onset_of(30).assign(onset_h=[*hours, *[np.nan] * (30 - len(hours))])
    assert plot_onset(table).get_ylim() == axis


def test_a_diary_without_onsets_gives_words_in_place_of_the_picture():
    ax = plot_onset(onset_of(30).assign(onset_h=np.nan))
    (words,) = found(ax, "refused")
    assert words.get_text() == "not recorded: no night says when its symptoms began" and not ax.lines
    assert "not recorded on any of 30 nights" in found(ax, "caption")[0].get_text().replace("\n", " ")


def test_captions_say_what_is_drawn():
    nights = samples.make_nights(90)
    states = night_states(nights)["state"].value_counts()
    ill = 90 - states["none"] - states["not_recorded"]
    assert strip_caption(nights, changes=CHANGES) == (
        f"One cell a night, 2 March to 30 May 2026: {ill} with symptoms, {states['none']} without, "
        f"{states['not_recorded']} not recorded. Upright: medicines.")
    table = onset_of(90)
    assert onset_caption(table, doses=DOSES, changes=CHANGES, compared=[(DAY, DAY)]) == (
        f"When symptoms began, a dot a night ({table['onset_h'].notna().sum()} onsets); line: running median of 21 "
        "nights; band: middle half of them. Right: the same hours in a whole day from noon to noon; ring: first "
        "median, dot: last. Grey: weeks compared. Upright: medicines. Dashed: dose times.")


def test_a_caption_names_no_median_where_none_is_drawn():
    assert onset_caption(PICTURES["one onset"][1]) == (
        "When symptoms began, a dot a night (1 onset). Right: the same hours in a whole day from noon to noon.")


@pytest.mark.parametrize("name", PICTURES)
def test_the_caption_under_a_picture_of_its_own(name):
    (note,) = found(draw(name), "caption")
    assert note.get_text().startswith(("One cell a night", "When symptoms began", "Clock time"))


def test_a_users_axes_is_returned():
    _, axes = pyplot.subplots(2, figsize=(14, 8))
    assert plot_strip(samples.make_nights(90), axes[0]) is axes[0]
    assert plot_onset(onset_of(90), axes[1]) is axes[1]


def test_a_printed_picture_is_plain_svg():
    svg = printed(draw_strip, build.made("90 nights")[1], 7.3)
    assert svg.startswith("<svg") and "var(--" not in svg and "<text" not in svg and 'href="http' not in svg
    assert svg == printed(draw_strip, build.made("90 nights")[1], 7.3)
