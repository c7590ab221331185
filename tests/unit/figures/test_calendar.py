"""The calendar: a square a night, its state as the table has it, told apart without colour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection

from rlskit.errors import ModelError
from rlskit.figures import caption, night_states, plot_calendar
from rlskit.figures.style import DARK as DARK_COLOURS
from rlskit.figures.style import HATCH_INK, NO_SYMPTOMS, PAPER, SYMPTOMS, lightness
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import artists


def calendar_counts(ax):
    return {p.get_gid(): len(p.get_paths()) for p in ax.get_children()
            if isinstance(p, PolyCollection) and not (p.get_gid() or "").startswith("legend")}


@pytest.mark.parametrize("n", [3, 30, 180, 365, 800])
def test_a_square_a_night_in_the_state_of_the_table(n):
    nights = samples.make_nights(n)
    drawn = calendar_counts(plot_calendar(nights))
    assert drawn == night_states(nights)["state"].value_counts().to_dict()
    assert sum(drawn.values()) == n


def test_a_gap_in_the_calendar_is_drawn_as_not_recorded():
    nights = samples.make_nights(30, missing=0).drop(index=[7, 8, 9])
    assert calendar_counts(plot_calendar(nights))["not_recorded"] == 3


def test_the_states_of_nights():
    nights = samples.make_nights(8, missing=0)
    nights["symptoms"] = pd.array([True, True, True, True, False, None, False, None], dtype="boolean")
    nights["early_symptoms"] = pd.array([False, False, False, None, False, None, True, None], dtype="boolean")
    nights["severity_0_10"] = pd.array([2, 5, 9, None, 0, None, None, 4], dtype="Int64")
    assert list(night_states(nights)["state"]) == [
        "mild", "moderate", "severe", "ungraded", "none", "not_recorded", "ungraded", "not_recorded"]


def test_a_column_of_the_long_calendar_is_a_week():
    ax = plot_calendar(samples.make_nights(180, missing=0, symptoms=-1, start="2026-03-02"))  # a Monday
    (squares,) = [p for p in ax.get_children() if p.get_gid() == "none"]
    corner = np.array([path.vertices[0] for path in squares.get_paths()])
    size = corner[7, 0] - corner[0, 0]
    assert corner[:7, 0] == pytest.approx(corner[0, 0])
    assert np.diff(corner[:7, 1]) == pytest.approx(size)
    assert corner[7, 1] == pytest.approx(corner[0, 1])


def test_the_states_differ_without_colour():
    shades = [lightness(c) for c in (NO_SYMPTOMS, SYMPTOMS["mild"], SYMPTOMS["moderate"], SYMPTOMS["severe"])]
    assert (np.diff(shades) < -15).all()
    dark = [lightness(DARK_COLOURS[c]) for c in (NO_SYMPTOMS, *SYMPTOMS.values())]
    assert (np.diff(dark) > 15).all()
    nights = samples.make_nights(180)
    ax = plot_calendar(nights)
    hatches = {p.get_gid(): p.get_hatch() for p in ax.get_children() if isinstance(p, PolyCollection)}
    assert hatches["not_recorded"] and not hatches["none"] and not hatches["severe"]
    assert lightness(PAPER) - lightness(HATCH_INK) > 35
    dots = artists(ax, "no severity")
    assert sum(len(d.get_xdata()) for d in dots) == night_states(nights)["state"].eq("ungraded").sum()


def test_the_legend_says_the_states_in_words():
    words = {t.get_text() for t in artists(plot_calendar(samples.make_nights(180)), "legend")}
    assert words == {"no symptoms", "symptoms, severity 1–3", "symptoms, severity 4–6", "symptoms, severity 7–10",
                     "symptoms, severity not given", "not recorded"}
    words = {t.get_text() for t in artists(plot_calendar(samples.make_nights(30, severity=False)), "legend")}
    assert words == {"no symptoms", "symptoms", "not recorded"}


def test_the_calendar_refuses_several_people_and_names_the_way_out():
    both = pd.concat([samples.make_nights(9, person="ann"), samples.make_nights(9, person="bo")])
    with pytest.raises(ModelError) as refusal:
        plot_calendar(both)
    assert str(refusal.value) == ("A calendar shows one person, and this table holds 2 (ann, bo). "
                                  "Choose one: plot_calendar(nights[nights[\"person\"] == 'ann']).")
    with pytest.raises(ModelError, match="no nights to draw"):
        plot_calendar(samples.make_nights(9).iloc[:0])


def test_caption_of_the_calendar():
    nights = samples.make_nights(4, missing=0)
    nights["symptoms"] = pd.array([True, False, False, None], dtype="boolean")
    assert caption(nights) == ("One square a night, 2 March to 5 March 2026 (4 nights). Symptoms: 1. No symptoms: 2. "
                               "Not recorded: 1; these are not nights without symptoms.")
