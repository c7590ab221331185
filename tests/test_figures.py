"""Figures are tested by the data they draw: places of artists, captions, sizes of text, overlaps, greyscale."""

from __future__ import annotations

import sys
from html import unescape
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PolyCollection

matplotlib.use("Agg")
sys.path.insert(0, str(Path(__file__).parent))

import picture_samples as samples
from matplotlib import pyplot
from picture_checks import SMALLEST, TALLEST, assert_no_meaning_in_hue_alone, assert_readable, grey, marks, told_apart

from rlskit.errors import DiaryError, ModelError
from rlskit.figures import (
    alt_text,
    caption,
    night_states,
    plot_calendar,
    plot_dose,
    plot_effects,
    plot_onset,
    plot_people,
    plot_rates,
    plot_sleep,
    plot_tally,
    render,
    save_picture,
)
from rlskit.figures.style import (
    COLUMN_WIDTH,
    FONT,
    HATCH_INK,
    INK,
    NO_SYMPTOMS,
    PAGE_WIDTH,
    PAPER,
    SOFT,
    SYMPTOMS,
    lightness,
    text_width,
    wrap,
)
from rlskit.figures.style import DARK as DARK_COLOURS

OPEN = samples.ROW | {"upper": np.inf, "upper_pointwise": np.inf, "verdict": "unclear"}
ALL_REFUSED = samples.make_answers(*(samples.refused(r) for r in (samples.ROW, samples.CAFFEINE, samples.ALCOHOL)))
TEN = samples.make_answers(*[samples.ROW, samples.CAFFEINE, samples.ALCOHOL, samples.BEDTIME, OPEN] * 2)
NAMED = samples.make_answers(samples.ROW | {"label": samples.LONG}, samples.CAFFEINE | {"label": samples.RIGHT_TO_LEFT})
UNBROKEN = samples.make_answers(samples.ROW | {"label": "x" * 120})

PICTURES = {
    "three nights": (plot_calendar, samples.make_nights(3)),
    "30 nights": (plot_calendar, samples.make_nights(30)),
    "180 nights": (plot_calendar, samples.make_nights(180)),
    "a year": (plot_calendar, samples.make_nights(365)),
    "60% missing": (plot_calendar, samples.make_nights(180, missing=0.6)),
    "all symptom nights": (plot_calendar, samples.make_nights(180, symptoms=1.1, missing=0, severity=False)),
    "weeks": (plot_rates, samples.make_rates(26, empty=(5, 6, 20, 22))),
    "a year of weeks": (plot_rates, samples.make_rates(53)),
    "five weeks": (plot_rates, samples.make_rates(5)),
    "one week": (plot_rates, samples.make_rates(1)),
    "weeks without an estimate": (plot_rates, samples.make_rates(3).assign(rate=np.nan)),
    "no answers": (plot_rates, samples.make_rates(9, empty=range(9))),
    "effects": (plot_effects, samples.make_answers()),
    "one effect": (plot_effects, samples.make_answers(samples.ROW)),
    "ten effects": (plot_effects, TEN),
    "all refused": (plot_effects, ALL_REFUSED),
    "open interval": (plot_effects, samples.make_answers(OPEN)),
    "long and right-to-left names": (plot_effects, NAMED),
    "one word of 120 letters": (plot_effects, UNBROKEN),
    "effects of a fit": (plot_effects, samples.make_effects()),
    "odds ratios": (plot_effects, samples.make_effects("odds_ratio")),
    "onsets": (plot_onset, samples.make_onsets(90)),
    "a year of onsets": (plot_onset, samples.make_onsets(365)),
    "no onset": (plot_onset, samples.make_onsets(30).assign(onset_h=np.nan)),
    "sleep, three nights": (plot_sleep, samples.make_sleep(3)),
    "sleep, 30 nights": (plot_sleep, samples.make_sleep(30, missing=0)),
    "sleep, a year": (plot_sleep, samples.make_sleep(365)),
    "sleep, 60% missing": (plot_sleep, samples.make_sleep(180, missing=0.6)),
    "dose": (plot_dose, samples.make_curve()),
    "dose, open": (plot_dose, samples.make_curve(upper=np.inf)),
    "dose, a line only": (plot_dose, samples.make_curve(curved=False, label=samples.LONG)),
    "dose, refused": (plot_dose, samples.make_curve(reason="Only 3 nights with alcohol; 7 are needed")),
    "four people who disagree": (plot_people, samples.make_people(4, opposing=True)),
    "twelve people, one of whom never changed it": (plot_people, samples.make_people(12, unchanged=1)),
    "sixty people": (plot_people, samples.make_people(60)),
    "300 people": (plot_people, samples.make_people(300)),
    "people with long names": (plot_people, samples.make_people(5, names=samples.LONG_NAMES)),
    "people as odds ratios": (plot_people, samples.make_people(8, scale="odds_ratio")),
    "a tally": (plot_tally, samples.make_tally(20)),
    "a tally of many": (plot_tally, samples.make_tally(150)),
    "a tally of nobody": (plot_tally, samples.make_tally(20).iloc[:0]),
}
LONG = ("ten effects",)  # taller than a side of paper


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


def artists(ax, gid):
    return [a for a in ax.get_children() if a.get_gid() == gid]


def line(ax, gid):
    (one,) = artists(ax, gid)
    return np.asarray(one.get_xdata()), np.asarray(one.get_ydata())


# --- every picture -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("width", [PAGE_WIDTH, COLUMN_WIDTH], ids=["page", "column"])
@pytest.mark.parametrize("name", PICTURES)
def test_texts_are_large_enough_inside_the_paper_and_do_not_overlap(name, width):
    plot, table = PICTURES[name]
    ax = plot(table, width=width)
    assert_readable(ax.figure)
    assert_no_meaning_in_hue_alone(ax)
    assert width < PAGE_WIDTH or name in LONG or ax.figure.get_figheight() <= TALLEST


@pytest.mark.parametrize("name", PICTURES)
def test_the_caption_is_drawn_from_the_table(name):
    plot, table = PICTURES[name]
    (drawn,) = artists(plot(table), "caption")
    assert " ".join(drawn.get_text().split()) == caption(table)


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


KINDS = {"calendar": samples.make_nights(30), "weeks": samples.make_rates(8), "effects": samples.make_answers(),
         "onsets": samples.make_onsets(30), "sleep": samples.make_sleep(30), "tally": samples.make_tally(20),
         "dose": samples.make_curve()}


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_saving_is_matplotlibs_own(kind, tmp_path):
    path = tmp_path / f"figure.{kind}"
    plot_effects(samples.make_answers()).figure.savefig(path)
    assert path.stat().st_size > 5000


@pytest.mark.parametrize("name", KINDS)
def test_a_saved_picture_holds_its_words_and_is_the_same_every_time(name, tmp_path):
    from PIL import Image
    from pypdf import PdfReader

    table, alt = KINDS[name], " ".join(alt_text(KINDS[name]).split())
    png, svg, pdf = (save_picture(table, tmp_path / "new" / f"x.{kind}") for kind in ("png", "svg", "pdf"))
    with Image.open(png) as picture:
        assert picture.size[0] == round(PAGE_WIDTH * 300) and picture.text["Description"] == alt
    assert alt[:40] in unescape(svg.read_text(encoding="utf-8"))
    reader = PdfReader(pdf)
    assert reader.metadata.subject == alt and float(reader.pages[0].mediabox.width) == PAGE_WIDTH * 72
    assert b"/Type3" not in pdf.read_bytes()  # journals turn such fonts away
    assert svg.read_bytes() == save_picture(table, tmp_path / "again.svg").read_bytes()
    assert not list(tmp_path.glob("**/*.part"))


def test_a_picture_of_another_kind_is_refused_by_its_name(tmp_path):
    with pytest.raises(DiaryError, match=r"x\.jpg: expected a name that ends in \.png, \.svg or \.pdf\."):
        save_picture(samples.make_rates(8), tmp_path / "x.jpg")


def test_the_check_of_colours_can_fail():
    red, green = "#c4483b", "#6f7f2b"
    assert told_apart(red, green) == ["no green cones", "greyscale"]
    assert set(marks(plot_calendar(samples.make_nights(180)))) >= {"none", "mild", "moderate", "severe"}
    assert grey("#ffffff") == pytest.approx(100, abs=0.1) and SMALLEST == 8


def test_words_stand_out_from_the_paper_by_day_and_by_night():
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    for ink in (INK, SOFT):
        for word, paper in ((ink, PAPER), (DARK_COLOURS[ink], DARK_COLOURS[PAPER])):
            light, dark = sorted((luminance(word), luminance(paper)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour):
    """Relative luminance, from CIE lightness (white = 1)."""
    bright = (lightness(colour) + 16) / 116
    return bright**3 if bright > 6 / 29 else lightness(colour) / 903.3


def test_a_table_without_a_picture_is_refused():
    with pytest.raises(ModelError, match="There is no picture for this table"):
        caption(pd.DataFrame({"a": [1]}))


# --- calendar ------------------------------------------------------------------------------------------------------
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


# --- weekly rates --------------------------------------------------------------------------------------------------
def test_dots_line_and_band_are_the_table():
    rates = samples.make_rates(10)
    rates["n_answered"], rates["n_symptom_nights"] = [7, 3, 6, 0, 4, 7, 7, 7, 7, 7], [2, 1, 3, 0, 4, 1, 0, 7, 2, 3]
    ax = plot_rates(rates)
    x = matplotlib.dates.date2num(rates["week"].to_numpy())
    drawn_x, drawn_y = line(ax, "observed")
    full = rates["n_answered"] >= 4
    assert drawn_x == pytest.approx(x[full])
    assert drawn_y == pytest.approx((7 * rates["n_symptom_nights"] / rates["n_answered"])[full])
    assert line(ax, "few")[1] == pytest.approx([7 / 3])  # the empty week has no dot
    assert line(ax, "rate")[1] == pytest.approx(rates["rate"])
    (band,) = artists(ax, "band")
    edge = band.get_paths()[0].vertices
    assert edge[:, 1].min() == pytest.approx(rates["lower"].min())
    assert edge[:, 1].max() == pytest.approx(rates["upper"].max())
    assert ax.get_ylim() == (0, 7)


def test_the_band_stops_where_nothing_is_known_and_a_lone_week_is_still_seen():
    ax = plot_rates(samples.make_rates(10, empty=(3, 5)))
    assert len(artists(ax, "band")) == 3
    lone = [a for a in artists(ax, "band") if hasattr(a, "get_xdata")]
    assert len(lone) == 1 and lone[0].get_linewidth() > 5


def test_weeks_without_an_estimate_say_so():
    rates = samples.make_rates(1)
    rates[["rate", "lower", "upper"]] = np.nan
    ax = plot_rates(rates)
    assert artists(ax, "refused")[0].get_text() == "not enough recorded to estimate a rate"
    assert "no line: too little was recorded to estimate one" in caption(rates)


def test_a_diary_without_any_answer_has_words_and_no_empty_panel():
    rates = samples.make_rates(9, empty=range(9))
    rates["n_symptom_nights"] = np.nan
    ax = plot_rates(rates)
    assert artists(ax, "refused")[0].get_text().startswith("not enough recorded to show weeks")
    assert not ax.axison and not artists(ax, "observed")
    assert caption(rates) == "Symptom nights per week: no answered night in 9 weeks."


def test_caption_of_the_rates():
    assert caption(samples.make_rates(2)) == (
        "Symptom nights per week. Dots: nights with symptoms out of those answered that week, as if all 7 had been "
        "answered; hollow dots: fewer than 4 answered; line and band: estimate and 95% interval, smoothed over weeks, "
        "knows that bad nights come in runs. 10 answered nights in 2 weeks.")


# --- effects -------------------------------------------------------------------------------------------------------
def test_an_interval_is_drawn_where_the_table_says():
    ax = plot_effects(samples.make_answers(samples.ROW))
    assert line(ax, "estimate")[0] == pytest.approx([-3.6])
    assert line(ax, "interval")[0] == pytest.approx([-6.4, -0.7])
    assert line(ax, "interval alone")[0] == pytest.approx([-5.8, -1.3])
    assert line(ax, "zero")[0] == pytest.approx([0, 0])
    assert [t.get_text() for t in artists(ax, "direction")] == ["← fewer symptom nights", "more symptom nights →"]
    assert [t.get_text() for t in artists(ax, "row text")] == [
        "Stretching before symptoms", "stretched vs not: −3.6 (−6.4 to −0.7)", "before-symptom only",
        "132 nights (60 with, 72 without) still", "symptom-free at 22:30"]
    low, high = ax.get_xlim()
    assert low < -6.4 and high > 3


def test_an_open_interval_runs_to_the_edge_with_an_arrow():
    ax = plot_effects(samples.make_answers(OPEN))
    edge = ax.get_xlim()[1]
    assert line(ax, "interval")[0] == pytest.approx([-6.4, edge])
    assert line(ax, "open")[0] == pytest.approx([edge])
    assert artists(ax, "open")[0].get_marker() == ">"
    assert "stretched vs not: −3.6 (−6.4 to no upper limit)" in [t.get_text() for t in artists(ax, "row text")]
    assert np.isfinite(ax.get_xlim()).all()


def test_a_refused_row_keeps_its_place_and_gives_its_reason():
    ax = plot_effects(samples.make_answers())
    said = " ".join(t.get_text() for t in artists(ax, "refused"))
    assert said == "not enough recorded to say: only 3 nights with alcohol; 7 are needed."
    assert len(artists(ax, "estimate")) == 3
    assert "Alcohol" in [t.get_text() for t in artists(ax, "row text")]
    heights = [artists(ax, "zero")[i].get_ydata() for i in range(3)]
    at = artists(ax, "refused")[0].xy[1]
    assert not any(top < at < bottom for top, bottom in heights)  # the zero line does not cross the words


def test_all_rows_refused_leave_words_and_no_empty_axis():
    ax = plot_effects(ALL_REFUSED)
    assert not artists(ax, "estimate") and not ax.xaxis.get_visible()
    assert len(artists(ax, "refused")) >= 3
    assert "No row has enough recorded nights to draw." in caption(ALL_REFUSED)


def test_a_claim_has_a_filled_dot_and_nothing_else_has():
    untimed = samples.ROW | {"design_tag": "association only"}
    for row, filled in ((samples.ROW, True), (samples.CAFFEINE, False), (samples.BEDTIME, True), (untimed, False)):
        (dot,) = artists(plot_effects(samples.make_answers(row)), "estimate")
        assert (dot.get_markerfacecolor() != PAPER) is filled


def test_untimed_stretching_is_drawn_with_its_warning():
    untimed = samples.make_answers(samples.ROW | {"design_tag": "association only"})
    words = " ".join(t.get_text() for t in artists(plot_effects(untimed), "row text"))
    assert "association only: stretching often follows symptoms" in words
    assert "association only: stretching often follows symptoms" in alt_text(untimed)


def test_caption_of_the_effects():
    assert caption(samples.make_answers()) == (
        "Difference in symptom nights per 30 nights between the two kinds of night that each row compares. Dot: best "
        "estimate; thin line: 95% limits that hold for all rows together; thick line: 95% interval of that row alone. "
        "Filled dot: the whole thin line is on one side of zero; hollow dot: it is not, so the sign is unclear, or "
        "nothing is claimed. One person, 2 March to 28 August 2026: 153 of 180 nights recorded. Night-to-night model, "
        "profile likelihood, limits for all rows together. 27 nights have nothing written down.")


def test_alt_text_of_the_effects():
    assert alt_text(samples.make_answers(samples.ROW, samples.ALCOHOL)) == (
        "Difference in symptom nights per 30 nights, one row per question. Stretching before symptoms, stretched vs "
        "not: −3.6 (−6.4 to −0.7), before-symptom only. Alcohol, 2 drinks vs 0: not enough recorded to say: only 3 "
        "nights with alcohol; 7 are needed.")


def test_the_zone_too_small_to_matter_is_the_users():
    ax = plot_effects(samples.make_answers(samples.ROW), too_small=2)
    (zone,) = artists(ax, "too small")
    x = zone.get_paths()[0].vertices[:, 0]
    assert (x.min(), x.max()) == (-2, 2)
    assert "Shaded: within 2, named too small to matter." in " ".join(artists(ax, "caption")[0].get_text().split())
    assert not artists(plot_effects(samples.make_answers(samples.ROW)), "too small")


def test_effects_of_a_fit_are_drawn_on_their_own_scale():
    ax = plot_effects(samples.make_effects("odds_ratio", terms=("stretched",)))
    assert ax.get_xscale() == "log" and line(ax, "zero")[0] == pytest.approx([1, 1])
    assert [t.get_text() for t in artists(ax, "row text")][:2] == ["stretched", "yes vs no: 0.60 (0.30 to 1.40)"]
    two = samples.make_effects(terms=("stretched", "stretched"), level=(0.95, 0.99))
    two.table["level"], two.table["lower"] = [0.95, 0.99], [-4.0, -5.0]
    ax = plot_effects(two)
    assert line(ax, "interval")[0][0] == pytest.approx(-5) and line(ax, "interval alone")[0][0] == pytest.approx(-4)
    assert "thin line: 99% interval; thick line: 95% interval" in caption(two)


def test_an_odds_ratio_that_reaches_zero_is_open():
    source = samples.make_effects("odds_ratio", terms=("stretched",))
    source.table["lower"] = 0.0
    ax = plot_effects(source)
    assert artists(ax, "open")[0].get_marker() == "<"
    assert "yes vs no: 0.60 (no lower limit to 1.40)" in [t.get_text() for t in artists(ax, "row text")]


def test_no_rows_are_refused():
    with pytest.raises(ModelError, match="no effects to draw"):
        plot_effects(samples.make_effects(terms=()))


# --- pages, and text -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", [samples.make_nights(40), samples.make_rates(8), samples.make_answers()])
def test_a_picture_for_a_page_follows_light_and_dark_and_is_the_same_every_time(table):
    picture = render(table)
    assert picture.wide.startswith("<svg") and picture.narrow.startswith("<svg")
    assert "prefers-color-scheme:dark" in picture.wide
    body = picture.wide.split("</style>", 1)[1]
    assert not any(colour in body for colour in DARK_COLOURS)
    assert picture == render(table)
    assert picture.caption == caption(table) and picture.alt == alt_text(table)


def test_a_page_is_drawn_without_pyplot():
    import subprocess

    code = ("import sys; sys.path.insert(0, 'tests'); import picture_samples as s; from rlskit.figures import render; "
            "render(s.make_answers()); sys.exit('matplotlib.pyplot' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False).returncode == 0


def test_lines_are_wrapped_to_the_width_and_nothing_is_lost():
    text = f"{samples.LONG} {'x' * 90} {samples.RIGHT_TO_LEFT}"
    lines = wrap(text, 100)
    assert all(text_width(one) <= 100 for one in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert FONT == ["DejaVu Sans"]
