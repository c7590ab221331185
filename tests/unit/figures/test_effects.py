"""The effects figure: intervals, refusals and words where the table says."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot

from rlskit.errors import ModelError
from rlskit.figures import alt_text, caption, plot_effects
from rlskit.figures.rows import counted, effect_rows
from rlskit.figures.style import PAPER
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import artists, line
from tests.unit.figures.cases import ALL_REFUSED, OPEN, PICTURES, SIXTEEN


def said(ax, gid):
    return [text.get_text() for text in artists(ax, gid)]


def test_an_interval_is_drawn_where_the_table_says():
    ax = plot_effects(samples.make_answers(samples.ROW))
    assert line(ax, "estimate")[0] == pytest.approx([-3.6])
    assert line(ax, "interval")[0] == pytest.approx([-6.4, -0.7])
    assert line(ax, "interval alone")[0] == pytest.approx([-5.8, -1.3])
    assert line(ax, "zero")[0] == pytest.approx([0, 0])
    assert [t.get_text() for t in artists(ax, "direction")] == ["← fewer", "more →"]
    assert said(ax, "row text") == ["Stretching before symptoms", "stretched vs not", "· before-symptom only"]
    assert said(ax, "row numbers") == ["−4 (−6 to just under 0)", "60 with, 72 without"]
    low, high = ax.get_xlim()
    assert low < -6.4 and high > 3


def test_an_open_interval_runs_to_the_edge_with_an_arrow():
    ax = plot_effects(samples.make_answers(OPEN))
    edge = ax.get_xlim()[1]
    assert line(ax, "interval")[0] == pytest.approx([-6.4, edge])
    assert line(ax, "open")[0] == pytest.approx([edge])
    assert artists(ax, "open")[0].get_marker() == ">"
    assert said(ax, "row numbers") == ["−4 (−6 to no upper limit)", "60 with, 72 without"]
    assert np.isfinite(ax.get_xlim()).all()


def test_a_refused_row_keeps_its_place_and_gives_its_reason():
    ax = plot_effects(samples.make_answers())
    said = " ".join(t.get_text() for t in artists(ax, "refused"))
    assert said == "Not enough recorded to say: only 3 nights with alcohol; 7 are needed."
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
    assert "association only: which came first is not told" in words
    assert "association only: which came first is not told" in alt_text(untimed)


def test_caption_of_the_effects():
    assert caption(samples.make_answers()) == (
        "Difference in symptom nights per 30 nights. Thin line and brackets: 95% limits that hold for all rows "
        "together; thick: 95% interval of that row alone. Filled dot: wholly on one side of zero. Rows marked "
        "before-symptom only: nights still symptom-free at 22:30. One person, 2 March to 28 August 2026: 153 of 180 "
        "nights recorded.")


def test_clear_rows_come_first_then_by_size_and_rows_without_an_interval_last():
    nothing = samples.ALCOHOL | {"label": "Iron taken", "verdict": "not_recorded", "reason": "Not recorded."}
    rows = effect_rows(samples.make_answers(nothing, samples.ALCOHOL, samples.CAFFEINE, samples.ROW, samples.BEDTIME))
    assert [row.label for row in rows] == ["Irregular bedtimes", "Stretching before symptoms", "Caffeine after noon",
                                           "Alcohol", "Iron taken"]


def test_ticks_stand_on_both_sides_with_a_grid_and_the_key_is_in_the_picture():
    ax = plot_effects(samples.make_answers())
    assert ax.xaxis.get_tick_params()["labeltop"] and ax.xaxis.get_tick_params()["labelbottom"]
    assert said(ax, "key")[1::2] == ["best guess", "all rows together", "this row alone"]
    assert said(plot_effects(samples.make_effects()), "key")[1::2] == ["best guess", "interval"]


def test_alt_text_of_the_effects():
    assert alt_text(samples.make_answers(samples.ROW, samples.ALCOHOL)) == (
        "Difference in symptom nights per 30 nights, one row per question; in brackets: 95% limits that hold for all "
        "rows together. Stretching before symptoms, stretched vs not: −4 (−6 to just under 0), before-symptom only. "
        "Alcohol, 2 drinks vs 0: not enough recorded to say: only 3 nights with alcohol; 7 are needed.")


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
    assert said(ax, "row text") == ["stretched", "yes vs no"]
    assert said(ax, "row numbers") == ["0.60 (0.30 to 1.40)", "150 nights (60 with)"]
    two = samples.make_effects(terms=("stretched", "stretched"), level=(0.95, 0.99))
    two.table["level"], two.table["lower"] = [0.95, 0.99], [-4.0, -5.0]
    ax = plot_effects(two)
    assert line(ax, "interval")[0][0] == pytest.approx(-5) and line(ax, "interval alone")[0][0] == pytest.approx(-4)
    assert "Thin line and brackets: 99% interval; thick: 95% interval of that row alone." in caption(two)


def test_an_odds_ratio_that_reaches_zero_is_open():
    source = samples.make_effects("odds_ratio", terms=("stretched",))
    source.table["lower"] = 0.0
    ax = plot_effects(source)
    assert artists(ax, "open")[0].get_marker() == "<"
    assert said(ax, "row numbers")[0] == "0.60 (no lower limit to 1.40)"


def test_no_rows_are_refused():
    with pytest.raises(ModelError, match="no effects to draw"):
        plot_effects(samples.make_effects(terms=()))


# --- how much room it takes ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["sixteen effects", "ten effects"])
def test_a_diary_of_ten_exposures_fits_one_side_of_letter_with_an_inch_around_it(name):
    _, table = PICTURES[name]
    figure = plot_effects(table).figure
    assert figure.get_figwidth() == 6.5 and figure.get_figheight() <= 9.0


@pytest.mark.parametrize("width", [6.5, 3.5])
def test_words_interval_and_numbers_keep_to_their_columns(width):
    ax = plot_effects(SIXTEEN, width=width)
    ax.figure.canvas.draw()
    room, paper = ax.get_window_extent(), ax.figure.bbox
    for text in artists(ax, "row numbers"):
        box = text.get_window_extent()
        assert room.x1 < box.x0 and box.x1 <= paper.x1
    for mark in (*artists(ax, "interval"), *artists(ax, "estimate")):
        box = mark.get_window_extent()
        assert room.x0 <= box.x0 and box.x1 <= room.x1
        words = [t.get_window_extent() for t in artists(ax, "row text")]
        assert not any(box.overlaps(there) for there in words)


def test_which_nights_count_is_said_once_where_the_tag_tells_it_and_else_in_the_row():
    assert counted(effect_rows(samples.make_answers())) == {"before-symptom only": "nights still symptom-free at 22:30"}
    mixed = samples.make_answers(samples.ROW, samples.ROW | {"population": "per 30 nights"})
    assert "Rows marked" not in caption(mixed)
    assert [row.nights for row in effect_rows(mixed)] == [
        "60 with, 72 without, nights still symptom-free at 22:30", "60 with, 72 without"]


def test_nights_that_with_and_without_do_not_add_up_to_are_written_out():
    (row,) = effect_rows(samples.make_answers(samples.ROW | {"n_nights": 140, "population": "per 30 nights"}))
    assert row.nights == "140 nights (60 with, 72 without)"


def test_nights_with_an_amount_are_said_by_the_amount_they_were_nearer_to():
    (row,) = effect_rows(samples.make_answers(samples.CAFFEINE))
    assert row.nights == "80 nearer 200 mg than 0 mg, 70 not"


def test_on_a_users_axes_all_words_stand_above_the_interval():
    _, own = pyplot.subplots(figsize=(5, 6))
    plot_effects(samples.make_answers(samples.ROW), own)
    assert said(own, "row numbers") == []
    assert said(own, "row text")[3:] == ["−4 (−6 to just under 0)", "· 60 with, 72 without"]
