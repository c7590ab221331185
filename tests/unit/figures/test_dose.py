"""The dose-response figure: the curve, the line and the band of the table, and words where there is none."""

from __future__ import annotations

from dataclasses import replace

import matplotlib
import numpy as np
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


def test_curve_line_and_band_are_the_table():
    curve = samples.make_curve()
    ax = rk.plot_dose(curve)
    for gid, column in (("curve", "estimate"), ("line", "line"), ("line_lower", "line_lower")):
        (drawn,) = found(ax, gid)
        assert drawn.get_xdata() == pytest.approx(curve.table["x"]) and drawn.get_ydata() == pytest.approx(
            curve.table[column])
    edge = found(ax, "band")[0].get_paths()[0].vertices[:, 1]
    assert (edge.min(), edge.max()) == pytest.approx((0, curve.table["upper"].max()))
    assert list(found(ax, "zero")[0].get_ydata()) == [0, 0]
    assert found(ax, "curve")[0].get_linestyle() != found(ax, "line")[0].get_linestyle()


def test_an_open_band_runs_to_the_edge():
    ax = rk.plot_dose(samples.make_curve(upper=np.inf))
    top = ax.get_ylim()[1]
    assert np.isfinite(top) and found(ax, "band")[0].get_paths()[0].vertices[:, 1].max() == pytest.approx(top)
    assert "no upper limit" in alt_text(samples.make_curve(upper=np.inf))


def test_a_line_only_has_no_curve_and_says_why():
    ax = rk.plot_dose(samples.make_curve(curved=False))
    assert not found(ax, "curve") and not found(ax, "band") and found(ax, "line")
    assert "Too few different amounts for a curve. Dashed: straight line" in caption(samples.make_curve(curved=False))


def test_a_refused_curve_is_words():
    ax = rk.plot_dose(samples.make_curve(reason="Only 3 nights with alcohol; 7 are needed"))
    assert not ax.axison and not ax.lines
    assert " ".join(t.get_text() for t in found(ax, "refused")) == (
        "not enough recorded to say: only 3 nights with alcohol; 7 are needed.")


def test_the_zone_too_small_to_matter_is_the_users():
    ax = rk.plot_dose(samples.make_curve(), too_small=2)
    box = found(ax, "too small")[0].get_bbox()
    assert (box.y0, box.y1) == (-2, 2)
    assert not found(rk.plot_dose(samples.make_curve()), "too small")


def test_caption_of_a_curve():
    assert caption(samples.make_curve()) == (
        "Difference in symptom nights per 30 nights, against 0 drinks. Blue: smooth curve with a 95% band that holds "
        "for the whole curve. Dashed: straight line with 95% limits. 133 nights, 60 with more than that; association "
        "only. Taken into account: weekend evenings. Logistic model with night-to-night persistence, natural cubic "
        "spline with 2 degrees of freedom, profile likelihood; 2 models.")


def test_hours_are_said_and_drawn_as_clock_times():
    curve = samples.make_hours()
    ax = rk.plot_dose(curve)
    assert [ax.xaxis.get_major_formatter()(at) for at in ax.get_xticks()] == [
        "17:00", "17:30", "18:00", "18:30", "19:00", "19:30", "20:00", "20:30"]
    assert ax.get_xlabel() == "clock time"
    assert caption(curve).startswith(
        "Difference in symptom nights per 30 nights still symptom-free at 21:00, against 17:00. Blue: smooth curve")
    assert "133 nights, 60 later than that; before-symptom only." in caption(curve)
    assert "At 20:45: +8.7 (+5.2 to +13.9)" in alt_text(curve)
    refused = samples.make_hours(reason="Not recorded.")
    assert alt_text(refused) == ("Hour of stretching: not enough recorded to say: not recorded. Does the hour matter? "
                                 "133 nights; before-symptom only.")


def test_a_curve_of_nothing_recorded_names_no_design():
    curve = samples.make_hours(reason="Not recorded.")
    curve = replace(curve, n_nights=0, design_tag="")
    assert caption(curve) == "Does the hour matter? 0 nights."


def test_another_value_is_refused():
    with pytest.raises(rk.ModelError, match="plot_dose: found nights; expected a dose curve"):
        rk.plot_dose(samples.make_nights(9))
