"""plan_nights(): diaries of any length from one's own, an effect of exactly the stated size, the length it takes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

import rlskit as rk
from rlskit.answers.plan import COLUMNS, NightsPlan, _columns, _length, _more, _weeks, _with_effect, _world
from rlskit.engine import risk_difference


@pytest.fixture(scope="module")
def nights():
    return rk.simulate_diaries(1, 120, seed=3).nights


@pytest.fixture(scope="module")
def plan(nights):
    return rk.plan_nights(nights, "alcohol", effect=8, simulations=16, jobs=1)


def test_the_simulation_agrees_with_the_closed_form_on_a_plain_diary(plan):
    assert plan.closed_form <= (plan.latest if plan.latest is not None else 10_000)
    assert plan.earliest <= plan.closed_form
    assert tuple(plan.table.columns) == COLUMNS
    assert plan.table["simulations"].sum() == 16 and set(plan.table["effect"]) == {-8, 8}
    assert plan.table["nights"].iloc[0] == plan.nights_so_far + plan.closed_form
    assert (plan.nights_so_far, plan.level, plan.label) == (120, 0.95, "Alcohol")


def test_the_same_diary_gives_the_same_plan(nights):
    few = {"effect": 12, "simulations": 2, "jobs": 1}
    one, two = (rk.plan_nights(nights, "alcohol", **few) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.seed == two.seed != rk.plan_nights(nights, "alcohol", seed=5, **few).seed == 5


def test_an_effect_far_too_small_is_beyond_watching(nights):
    found = rk.plan_nights(nights, "alcohol", effect=0.5, simulations=2, jobs=1)
    assert found.nights_needed is None and found.table["nights"].max() == 120 + 730
    assert "Watching alone cannot answer this: it would take more than two years of nights." in repr(found)


# --- its parts -----------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"night": np.arange(100), "ill": rng.random(100) < 0.4, "x": rng.random(100) < 0.5})
    return rk.fit("ill ~ x", table)


@pytest.mark.parametrize("target", [-3.0, 3.0, -9.0])
def test_the_effect_in_the_drawn_diaries_is_exactly_the_stated_one(model, target):
    design, layout = model.design, model.maximum.objective.layout
    a, b = design.scenario(x=1.0), design.scenario(x=0.0)
    theta = _with_effect(layout, model.maximum.anchor, design.weights, a, b, target / 30)
    assert 30 * risk_difference(layout, theta, design.weights, a, b)[0] == pytest.approx(target, abs=1e-4)
    same = np.delete(theta, 1) == np.delete(model.maximum.anchor, 1)
    assert same.all()  # nothing else was touched


def test_an_effect_that_nights_cannot_have_is_none(model):
    design, layout = model.design, model.maximum.objective.layout
    same = design.scenario(x=1.0)
    assert _with_effect(layout, model.maximum.anchor, design.weights, same, same, -0.1) is None
    with pytest.raises(rk.ModelError, match=r"^plan_nights: an effect of 3 nights in 30 does not fit these "):
        _world(model, ("x", 1.0, 1.0), 100, 0.95, 3.0)


def test_a_longer_diary_is_made_of_whole_weeks_with_their_gaps():
    day = np.array([d for d in range(90) if d % 7 != 3])  # no Thursday was ever written down
    rows, place = _weeks(day.astype(float), 90, 200, np.random.default_rng(2))
    assert place.min() >= 0 and place.max() < 200 and (np.diff(place) > 0).all()
    assert set(place.astype(int) % 7) == {0, 1, 2, 4, 5, 6}
    assert (day[rows] % 7 == place % 7).all()  # every night keeps its weekday
    assert len(rows) == sum(d % 7 != 3 for d in range(200))
    one, at = _weeks(np.arange(10.0), 10, 20, np.random.default_rng(1))
    assert at.tolist() == list(range(20)) and set(one) <= set(range(10))


def test_time_goes_on_in_a_longer_diary():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({"night": np.arange(100), "ill": rng.random(100) < 0.4, "day": np.arange(100),
                          "x": rng.random(100) < 0.5})
    model = rk.fit("ill ~ day + x", table)
    contrast = ("day", 63.5, 35.5)
    world = _world(model, contrast, 100, 0.95, 3.0, over_time=True)
    rows, place = _weeks(world.day, 100, 300, np.random.default_rng(2))
    drawn, _, _ = _columns(world, rows, place, 300)
    time = [name for name in range(world.x.shape[1]) if world.each_night[name]]
    assert len(time) == 1
    per_day = (world.x[99, time] - world.x[0, time]) / 99
    assert np.diff(drawn[:, time].ravel()) == pytest.approx(np.full(299, per_day[0]))
    assert drawn[:, time].mean() == pytest.approx(world.x[:, time].mean())  # around the middle of the old diary
    assert (np.delete(drawn, time, axis=1) == np.delete(world.x[rows], time, axis=1)).all()
    assert (_columns(_world(model, contrast, 100, 0.95, 3.0), rows, place, 300)[0] == world.x[rows]).all()


def test_a_medicine_starts_once_and_goes_on_where_time_is_the_question():
    rng = np.random.default_rng(1)
    written = np.delete(np.arange(100), 45)  # no answer on night 45
    table = pd.DataFrame({"night": written, "ill": rng.random(99) < 0.4, "exposure": written,
                          "medicine_period": np.where(written < 40, "period 1", "period 2"), "x": rng.random(99) < 0.5})
    model = rk.fit("ill ~ exposure + medicine_period + x", table)
    contrast = ("exposure", 63.5, 35.5)
    world = _world(model, contrast, 100, 0.95, 3.0, over_time=True)
    assert [name for name, dated in zip(model.design.names, world.dated, strict=True) if dated] == [
        "medicine_period[T.period 2]"]
    rows, place = _weeks(world.day, 100, 300, np.random.default_rng(2))
    assert (rows[place >= 100] < 40).any()  # old weeks of the first period come again
    last = world.x[-1, world.dated]
    for columns, old in zip(_columns(world, rows, place, 300), (world.x, world.a, world.b), strict=True):
        assert ((columns[:, world.dated] == last).ravel() == (place >= 40)).all()
        others = ~world.dated & (world.each_night == 0)
        assert (columns[:, others] == old[rows][:, others]).all()
    other = _world(model, contrast, 100, 0.95, 3.0)  # time is not the question: weeks stay whole
    assert (_columns(other, rows, place, 300)[0] == world.x[rows]).all()


def test_a_plan_for_change_over_time_reaches_further_than_the_diary(nights):
    short = nights.head(60).copy()
    short.attrs = dict(nights.attrs)
    found = rk.plan_nights(short, "trend", simulations=30, jobs=1, progress=False)
    assert found.closed_form == 60
    assert 40 <= found.nights_needed <= 100  # rows with their old dates would never do


def test_shares_that_are_known_give_the_length_that_is_known():
    """Power Phi(k sqrt(N) - 1.96) with k = 0.2 is 80% at ((1.96 + 0.8416) / 0.2) ** 2 = 196 nights."""
    rows = [{"nights": n, "simulations": 10_000, "seen": round(10_000 * ndtr(0.2 * np.sqrt(n) - 1.959964))}
            for n in (100, 250)]
    best, least, most = _length(rows, 1.959964, 0.8)
    assert best == pytest.approx(196.2, abs=0.5)
    assert 185 < least < best < most < 207
    trend = [{"nights": n, "simulations": 10_000, "seen": round(10_000 * ndtr((0.01 * n) ** 1.5 - 1.959964))}
             for n in (150, 220)]
    assert _length(trend, 1.959964, 0.8, 1.5)[0] == pytest.approx(100 * 2.801585 ** (2 / 3), abs=0.5)
    fewer = [{**row, "simulations": 100, "seen": row["seen"] / 100} for row in rows]
    assert _length(fewer, 1.959964, 0.8)[2] - best == pytest.approx(10 * (most - best), rel=0.25)


@pytest.mark.parametrize(("length", "more"), [(90.0, 0), (100.0, 0), (101.0, 10), (829.0, 730), (835.0, None),
                                              (np.inf, None)])
def test_more_nights_are_tens_and_end_at_two_years(length, more):
    assert _more(length, 100) == more


# --- words ---------------------------------------------------------------------------------------------------------
TABLE = pd.DataFrame([[210, -3.0, 50, 39, 0.78, 0.648, 0.872], [210, 3.0, 50, 41, 0.82, 0.692, 0.902]],
                     columns=list(COLUMNS))


def made(**fields):
    values = {"question": "alcohol", "label": "Alcohol", "effect": 3.0, "power": 0.8, "level": 0.95,
              "nights_so_far": 120, "nights_needed": 1090, "earliest": 70, "latest": None, "closed_form": 80,
              "table": TABLE, "seed": 7, "caveats": ("If the model is right.",)} | fields
    return NightsPlan(**values)


def test_what_a_plan_looks_like_in_print():
    assert repr(made()) == (
        "Alcohol: an effect of 3 symptom nights in 30, seen 80 times in 100 at 95%\n"
        "\n"
        "About 1,090 more nights, beside 120 so far (simulation alone: 70 to more than two years).\n"
        "The advice table's quick formula says 80 at this level; the table asks at the level of all its questions "
        "together.\n"
        "\n"
        "nights  effect  diaries  share that showed it\n"
        "   210      -3       50  78% (65 to 87)\n"
        "   210      +3       50  82% (69 to 90)\n"
        "\n"
        "If the model is right.\n"
        "Seed 7.")
    assert "\nThis diary of 120 nights is long enough.\n" in repr(made(nights_needed=0))
    assert "<td>50</td>" in made()._repr_html_()


@pytest.mark.parametrize(("options", "message"), [
    ({"effect": 0}, "plan_nights, effect: found 0; expected nights in 30, such as 3."),
    ({"power": 1}, "plan_nights, power: found 1; expected a share between 0 and 1, such as 0.8."),
    ({"level": 2}, "plan_nights, level: found 2; expected a number between 0 and 1, such as 0.95."),
    ({"simulations": 1}, "plan_nights, simulations: found 1; expected a whole number, 2 or more, such as 200."),
    ({"simulations": 10.5}, "plan_nights, simulations: found 10.5; expected a whole number, 2 or more, such as 200."),
    ({"jobs": 0}, "plan_nights, jobs: found 0; expected a number of processes, such as 2, or -1 for every core."),
])
def test_numbers_out_of_range(nights, options, message):
    with pytest.raises(rk.ModelError) as wrong:
        rk.plan_nights(nights, **options)
    assert str(wrong.value) == message


def test_what_cannot_be_planned(nights):
    for table, question, message in (
        (pd.concat([nights, nights.assign(person="you")]), "alcohol",
         "plan_nights: found nights of 2 people; expected one. Choose one person's nights."),
        (nights, "tea", 'plan_nights: found "tea"; expected one of stretching, '),
        (nights.iloc[:10], "alcohol", 'plan_nights: "Alcohol" cannot be asked yet. Not enough recorded to say: '),
        (nights.assign(early_symptoms=pd.array([pd.NA] * len(nights), dtype="boolean")), "stretching",
         'plan_nights: "Stretching before symptoms" claims nothing however long the diary is: it does not tell which '
         "came first. Write down the time of stretching and of the first symptoms."),
    ):
        table.attrs = dict(nights.attrs)
        with pytest.raises(rk.ModelError) as wrong:
            rk.plan_nights(table, question)
        assert str(wrong.value).startswith(message)
