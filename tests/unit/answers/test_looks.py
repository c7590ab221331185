"""Looks: the cuts of spending, that a claim stays, and which readings count as one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

import rlskit as rk
from rlskit.answers.ledger import LEDGER, keep_look, read_looks
from rlskit.answers.looks import Look, chance_of_passing, cut_of, earlier
from rlskit.errors import DiaryError

FIRST = dt.date(2026, 1, 1)
MONTHS = [round(365 * month / 12) for month in range(1, 13)]


def look(nights: int, **cuts: float | None) -> Look:
    return Look(date=FIRST + dt.timedelta(nights), person="me", first_night=FIRST,
                last_night=FIRST + dt.timedelta(nights - 1), cuts=cuts)


def read(nights, horizon: int, alpha: float = 0.05) -> list[float | None]:
    """The cut of each look in turn."""
    looks: list[Look] = []
    for n in nights:
        this = look(n)
        cut = cut_of("a", looks, this, alpha, horizon)
        looks.append(replace(this, cuts={"a": cut}))
    return [one.cuts["a"] for one in looks]


def test_monthly_looks_over_a_year_have_the_cuts_of_obrien_and_fleming():
    """The simulated ones stand in the specification: 100,000 paths, months 3 to 12."""
    cuts = read(MONTHS, 365)
    assert cuts[0] is None
    simulated = [3.95, 3.43, 3.08, 2.83, 2.65, 2.49, 2.37, 2.28, 2.21, 2.13]
    assert cuts[2:] == pytest.approx(simulated, abs=0.035)


def test_the_chance_is_that_of_paths_drawn_at_random():
    rng = np.random.default_rng(20261130)
    nights, cuts = np.array([40.0, 55.0, 120.0, 121.0, 300.0]), np.array([2.6, 2.2, 2.9, 2.1, 2.0])
    steps = rng.normal(size=(400_000, 5)) * np.sqrt(np.diff(nights, prepend=0.0))
    passed = (np.abs(steps.cumsum(axis=1) / np.sqrt(nights)) > cuts).any(axis=1).mean()
    assert chance_of_passing(nights, cuts) == pytest.approx(passed, abs=3.5 * np.sqrt(passed / 400_000))
    assert chance_of_passing([90.0], [ndtri(0.975)]) == pytest.approx(0.05, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(20, 400), min_size=1, max_size=8, unique=True), st.sampled_from([0.05, 0.04, 0.05 / 9]))
def test_whatever_the_days_no_more_than_alpha_is_spent(nights, alpha):
    nights = sorted(nights)
    cuts = read(nights, 365, alpha)
    some = [(n, cut) for n, cut in zip(nights, cuts, strict=True) if cut is not None]
    assert chance_of_passing(*zip(*some, strict=True)) <= alpha + 1e-4 if some else True


def test_without_a_horizon_the_first_look_spends_all_of_it():
    assert read([120, 150, 400], 0) == [pytest.approx(ndtri(0.975), abs=1e-3), None, None]


def test_a_horizon_stated_after_a_first_look_that_spent_all_gives_nothing_back():
    assert cut_of("a", [look(120, a=1.96)], look(200), 0.05, 365) is None
    assert cut_of("b", [look(120, a=1.96)], look(200), 0.05, 365) is not None


def test_the_same_nights_are_the_same_look_and_other_people_and_times_are_another_diary():
    this = look(200)
    assert earlier([look(200), look(120), look(250)], this) == (look(120),)
    assert earlier([replace(look(120), person="Ada")], this) == ()
    new_year = replace(this, first_night=FIRST + dt.timedelta(365), last_night=FIRST + dt.timedelta(500))
    assert earlier([look(120), look(365)], new_year) == ()


def test_the_ledger_is_read_as_it_was_written_and_by_nobody_else(tmp_path):
    one, two = look(120, a=1.96, b=None), replace(look(150, a=None), claims={"a": "fewer"}, inputs="ab")
    keep_look(tmp_path, (), one)
    path = keep_look(tmp_path, read_looks(tmp_path), two)
    assert read_looks(tmp_path) == (one, two)
    assert path.stat().st_mode & 0o777 == 0o600
    again = replace(two, claims={})
    keep_look(tmp_path, read_looks(tmp_path), again)
    assert read_looks(tmp_path) == (one, again)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"looks": [{"date": "soon"}]}', '{"looks": 3}'])
def test_a_ledger_that_is_none_is_one_sentence(tmp_path, text):
    (tmp_path / LEDGER).write_text(text)
    with pytest.raises(DiaryError, match="expected the looks that rlskit report keeps, found something else"):
        read_looks(tmp_path)


@pytest.fixture(scope="module")
def nights():
    return rk.simulate_diaries(1, 180, effects={"alcohol_drinks": 1.2}, seed=5).nights


def test_a_claim_once_made_stays_and_what_is_new_is_marked(nights):
    alone = rk.answer_questions(nights)
    assert alone.look.claims == {"alcohol": "more"}
    earlier_one = replace(alone.look, last_night=alone.look.last_night - dt.timedelta(30), date=dt.date(2026, 5, 1))
    stays = rk.answer_questions(nights, looks=[earlier_one])
    row = stays.table.set_index("question").loc["alcohol"]
    assert row["verdict"] == "more"
    assert row["reason"] == "Clear in the report of 1 May 2026, after 150 nights; a claim once made stays."
    marked = rk.answer_questions(nights, looks=[replace(earlier_one, claims={})])
    row = marked.table.set_index("question").loc["alcohol"]
    assert (row["verdict"], row["lower"] > 0) == ("unclear", True)
    assert row["reason"] == (
        "Seen on repeated reading: the report of 1 May 2026 asked this already, and each further one adds to the "
        "chance of a false alarm. New nights in a folder of their own would settle it.")
    assert marked.look.claims == {} and marked.look.cuts["alcohol"] is None


def test_a_horizon_widens_the_limits_of_an_early_look(nights):
    once, often = rk.answer_questions(nights), rk.answer_questions(nights.assign(), looks=())
    assert often.claim_levels == once.claim_levels  # no horizon is stated, and it is the first look
    shared = nights.copy()
    shared.attrs = nights.attrs | {"horizon": 365}
    stated = rk.answer_questions(shared, looks=())
    assert stated.claim_levels["alcohol"] > once.claim_levels["alcohol"]
    wide, narrow = (answers.table.set_index("question").loc["alcohol"] for answers in (stated, once))
    assert wide["upper"] - wide["lower"] > narrow["upper"] - narrow["lower"]
    assert (wide["lower_pointwise"], wide["estimate"]) == (narrow["lower_pointwise"], narrow["estimate"])
