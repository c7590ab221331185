"""Weekly rates: dots, line and band of the table, and words where nothing is known."""

from __future__ import annotations

import matplotlib
import numpy as np
import pytest

from rlskit.errors import ModelError
from rlskit.figures import alt_text, caption, plot_rates, plot_trend
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import artists, line


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


# --- the straight line ---------------------------------------------------------------------------------------------
def test_the_trend_draws_free_nights_their_band_and_the_line_with_its_limits():
    trend = samples.make_trend(6)
    ax = plot_trend(trend)
    x = matplotlib.dates.date2num(trend.table["week"].to_numpy())
    for column in ("line", "line_lower", "line_upper"):
        assert line(ax, column)[0] == pytest.approx(x) and line(ax, column)[1] == pytest.approx(trend.table[column])
    known = trend.table["n_answered"] >= 4
    seen = 7 * trend.table["n_free_nights"] / trend.table["n_answered"]
    assert line(ax, "observed")[1] == pytest.approx(seen[known])
    assert "symptom-free nights per week" in [text.get_text() for text in ax.texts]


def test_a_trend_without_a_line_says_why_and_draws_the_weeks_alone():
    trend = samples.make_trend(6, reason="Only 20 nights; 28 are needed.")
    ax = plot_trend(trend)
    assert artists(ax, "band") and not artists(ax, "line")
    assert " No line: only 20 nights; 28 are needed. " in caption(trend)


def test_caption_and_alt_text_of_the_trend():
    trend = samples.make_trend(2)
    assert caption(trend) == (
        "Symptom-free nights per week. Dots: nights free of symptoms out of those answered that week, as if all 7 had "
        "been answered; hollow dots: fewer than 4 answered; line and band: estimate and 95% interval. Dashed: straight "
        "line with 95% limits; four weeks later against now +1.4 (−0.5 to +3.2) in 30. 10 answered nights in "
        "2 weeks.")
    assert alt_text(trend).startswith("Symptom-free nights, week by week, from 3.0 of 7 in the week of 2 Mar 2026 to ")


def test_another_table_is_refused_by_its_name():
    with pytest.raises(ModelError, match="plot_trend: found rates; expected a trend"):
        plot_trend(samples.make_rates(4))
