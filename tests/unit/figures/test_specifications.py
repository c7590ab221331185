"""The specification curve draws its table: order, intervals, the dots below, the main analysis told by its shape."""

from __future__ import annotations

from dataclasses import replace

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot

import rlskit as rk
from rlskit.checks.specifications import COLUMNS, Specifications
from rlskit.errors import ModelError
from rlskit.figures import alt_text, caption, plot_specifications, save_picture
from rlskit.figures.style import COLUMN_WIDTH, PAGE_WIDTH, PAPER
from tests.helpers.picture_checks import TALLEST, assert_no_meaning_in_hue_alone, assert_readable, found

CHOICES = (
    ("main analysis", "", -3.0, -5.0, -1.0), ("landmark 1 h earlier", "landmark", -2.0, -4.5, 0.5),
    ("severity 7 or more", "outcome", -1.2, -2.0, -0.4), ("without the northern clinic", "site", -4.1, -7.0, -1.5),
    ("without the southern clinic", "site", 0.4, -2.0, 2.9), ("GEE on the difference scale", "model", -3.3, -np.inf, 0),
)


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def make_specifications(*, longer=False):
    rows = [dict.fromkeys(COLUMNS, "") | {"specification": name, "main": not dimension, "estimate": estimate,
                                         "lower": lower, "upper": upper, "n_people": 12, "n_nights": 700, "reason": ""}
            | ({dimension: name} if dimension else {}) for name, dimension, estimate, lower, upper in CHOICES]
    if longer:
        rows += [rows[0] | {"specification": f"without place number {i}", "site": f"without place number {i}",
                            "main": False, "estimate": -3.0 + i / 10} for i in range(15)]
    nothing = dict.fromkeys(("estimate", "lower", "upper", "n_people", "n_nights"), np.nan)
    rows.append(rows[0] | nothing | {"specification": "without 14 nights from a medicine change", "main": False,
                                     "nights": "without 14 nights from a medicine change",
                                     "reason": "no medicine change was recorded"})
    return Specifications(pd.DataFrame(rows, columns=COLUMNS), ("landmark", "outcome", "nights", "site", "model"),
                          "within(stretched)", "yes vs no", "symptoms ~ within(stretched)", "nights_per_30", 0.95,
                          "profile likelihood", 700, 12, ("Each interval is for its own analysis.",))


def test_estimates_rise_and_stand_on_their_intervals():
    ax = plot_specifications(make_specifications())
    drawn = sorted((a.get_xdata()[0], a.get_ydata()[0]) for g in ("estimate", "main estimate") for a in found(ax, g))
    assert drawn == [(0, -4.1), (1, -3.3), (2, -3.0), (3, -2.0), (4, -1.2), (5, 0.4)]
    (main,), (line,) = found(ax, "main estimate"), found(ax, "main interval")
    assert main.get_xdata()[0] == 2 and line.get_ydata().tolist() == [-5.0, -1.0]
    others = {a.get_xdata()[0]: a.get_ydata().tolist() for a in found(ax, "interval")}
    assert others[0] == [-7.0, -1.5] and others[4] == [-2.0, -0.4] and set(others) == {0, 1, 3, 4, 5}
    (low,) = found(ax, "open")
    assert low.get_xdata()[0] == 1 and others[1][0] == low.get_ydata()[0] and np.isfinite(others[1][0])


def test_the_main_analysis_is_told_by_shape_and_band_and_a_clear_one_by_its_filling():
    ax = plot_specifications(make_specifications())
    (main,) = found(ax, "main estimate")
    assert main.get_marker() == "D" and {a.get_marker() for a in found(ax, "estimate")} == {"o"}
    hollow = {a.get_xdata()[0] for a in found(ax, "estimate") if a.get_markerfacecolor() == PAPER}
    assert hollow == {1, 3, 5}
    assert len(found(ax, "main band")) == 2
    assert_no_meaning_in_hue_alone(ax.child_axes[0])  # below it, the place of a dot is what it means


def test_both_ways_of_the_axis_are_named():
    words = {t.get_text(): t.get_position()[1] for t in found(plot_specifications(make_specifications()), "legend")}
    assert words["↑ more symptom nights"] < words["◆ main analysis"] < words["↓ fewer symptom nights"]  # from the top


def test_a_dot_below_stands_under_its_estimate_and_beside_its_words():
    ax = plot_specifications(make_specifications())
    at = {"landmark 1 h earlier": 3, "severity 7 or more": 4, "without the northern clinic": 0,
          "without the southern clinic": 5, "GEE on the difference scale": 1}
    words = {t.get_text(): t for t in found(ax, "choice")}
    assert list(words) == ["landmark 1 h earlier", "severity 7 or more", "without the northern clinic",
                           "without the southern clinic", "GEE on the difference scale"]
    assert [t.get_text() for t in found(ax, "dimension")] == ["landmark", "outcome", "site", "model"]
    ax.figure.canvas.draw()
    for name, x in at.items():
        (dots,) = found(ax, f"dots {name}")
        assert dots.get_xdata().tolist() == [x]
        box = words[name].get_window_extent()
        dot = dots.get_transform().transform((x, dots.get_ydata()[0]))
        assert abs(dot[1] - (box.y0 + box.y1) / 2) < 2.0
    curve, matrix = ax.child_axes
    assert curve.get_xlim() == matrix.get_xlim() and curve.get_position().x0 == matrix.get_position().x0


@pytest.mark.parametrize("width", [PAGE_WIDTH, COLUMN_WIDTH])
@pytest.mark.parametrize("longer", [False, True])
def test_it_can_be_read_at_both_widths(width, longer):
    ax = plot_specifications(make_specifications(longer=longer), width=width)
    assert_readable(ax.figure)
    if width == PAGE_WIDTH:
        assert ax.figure.get_figheight() < TALLEST


SUMMARY = ("5 of 6 specifications find fewer symptom nights, 3 with the whole interval on that side. Estimates run "
           "from −4.1 to +0.4; the main analysis says −3.0.")


def test_caption_and_alt_text_come_from_the_table():
    source = make_specifications()
    assert caption(source) == (
        "Difference in symptom nights per 30 nights: stretched, each person's own nights, yes vs no, under 6 "
        "specifications, by size. "
        "Line: 95% interval; filled: the whole line is on one side of zero. Diamond on the grey band: the main "
        "analysis. A dot below says what that analysis did differently; where a group has no dot, it did what the main "
        f"one does. {SUMMARY} 700 nights of 12 people in the main analysis (symptoms ~ within(stretched)). Not "
        "possible here: without 14 nights from a medicine change (no medicine change was recorded). Intervals by "
        "profile likelihood. Each interval is for its own analysis.")
    assert alt_text(source) == (
        "Specification curve for stretched, each person's own nights, yes vs no, in symptom nights per 30, from lowest "
        "to highest. "
        f"{SUMMARY} without the northern clinic: −4.1 (−7.0 to −1.5). GEE on the difference scale: −3.3 (no lower "
        "limit to 0.0). main analysis: −3.0 (−5.0 to −1.0). landmark 1 h earlier: −2.0 (−4.5 to +0.5). severity 7 or "
        "more: −1.2 (−2.0 to −0.4). without the southern clinic: +0.4 (−2.0 to +2.9).")
    assert plot_specifications(source).figure.alt == alt_text(source)


def test_numbers_stand_behind_a_site_written_from_right_to_left():
    source = make_specifications()
    table = source.table.replace("without the northern clinic", "without מרכז")
    assert "\u2068without מרכז\u2069: −4.1 (−7.0 to −1.5)." in alt_text(replace(source, table=table))


def test_it_is_saved_like_any_picture_and_nothing_else_is_drawn(tmp_path):
    assert save_picture(make_specifications(), tmp_path / "curve.png").stat().st_size > 10_000
    with pytest.raises(ModelError) as wrong:
        rk.plot_specifications(pd.DataFrame())
    assert str(wrong.value) == (
        "plot_specifications: found an empty table; expected the results of several analyses. Make them with "
        "rk.vary_analysis(formula, nights).")
