"""The trial closing in: what is drawn is what the result holds, and it can be read."""

from __future__ import annotations

import numpy as np
import pytest

import rlskit as rk
from rlskit.errors import ModelError
from rlskit.figures import caption
from rlskit.figures.style import COLUMN_WIDTH, PAGE_WIDTH
from rlskit.figures.trial import naive_claims
from rlskit.trials.plan import COUNT, TrialOutcome
from tests.helpers.made_trials import followed, made_plan
from tests.helpers.picture_checks import artists, assert_readable, line


@pytest.fixture(scope="module")
def result():
    plan = made_plan(120, looks=(60, 120))
    return rk.analyse_trial(plan, followed(plan, effect=-3.0, seed=2, nights=100), draws=199)


@pytest.mark.parametrize("width", [PAGE_WIDTH, COLUMN_WIDTH])
def test_it_can_be_read_at_both_widths(result, width):
    ax = rk.plot_trial(result, width=width)
    assert_readable(ax.get_figure())


def test_it_draws_the_looks_the_bets_and_the_naive_claims(result):
    ax = rk.plot_trial(result)
    x, y = line(ax, "difference")
    assert x[-1] == 100 and y[-1] == pytest.approx(result.course["naive"].iloc[-1])
    assert len(artists(ax, "planned look")) == 2 and len(artists(ax, "look")) == 1
    at, _ = line(ax, "interval")
    assert (at == 60).all()
    marks, _ = line(ax, "naive claim")
    assert marks.tolist() == naive_claims(result)["number"].tolist() and len(marks)
    (band,) = artists(ax, "any morning")
    inside = band.get_paths()[0].vertices
    assert inside[:, 0].min() == 1 and inside[:, 0].max() == 100


def test_words_say_what_the_picture_shows(result, tmp_path):
    text = rk.alt_text(result)
    claims = naive_claims(result)
    assert text.startswith("Calf stretch, trial night by night. Look after 60 nights: ")
    assert f"claimed something: {len(claims)}, the first" in text and "100 of 120 nights; coin-flip." in text
    assert len(caption(result).split()) <= 60
    saved = rk.save_picture(result, tmp_path / "trial.svg").read_text(encoding="utf-8")
    assert "Look after 60 nights" in saved


def test_no_trial_has_neither_looks_nor_their_words():
    plan = made_plan(60)
    unfair = rk.analyse_trial(made_plan(60, schedule=plan.schedule, seed=9), followed(plan), draws=99)
    ax = rk.plot_trial(unfair)
    assert not artists(ax, "look") and "No fair test. Line:" in rk.alt_text(unfair)
    assert "The schedule is not the one that the plan's own seed draws" in rk.alt_text(unfair)


def test_an_outcome_without_ends_has_no_band():
    plan = made_plan(60, outcomes=(TrialOutcome(column="awakenings", kind=COUNT),))
    nights = followed(plan).assign(awakenings=np.random.default_rng(1).poisson(3, 60).astype(float))
    ax = rk.plot_trial(rk.analyse_trial(plan, nights, draws=99))
    assert not artists(ax, "any morning") and len(artists(ax, "look")) == 1
    assert "however often one looks" not in rk.alt_text(rk.analyse_trial(plan, nights, draws=99))


def test_something_else_is_refused():
    with pytest.raises(ModelError, match="plot_trial: found nights; expected the answer of a trial"):
        rk.plot_trial(followed(made_plan(20)))
