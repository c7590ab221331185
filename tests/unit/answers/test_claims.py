"""One first question: how alpha is shared, passed on, and what is said about it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

import rlskit as rk
from rlskit.answers.claims import Primary, alone, family
from rlskit.answers.simultaneous import Weighed
from rlskit.errors import DiaryError, ModelError

RNG = np.random.default_rng(7)
WEIGHTS = {name: Weighed(1.0, pd.Series(RNG.normal(size=4000))) for name in ("a", "b", "c", "d", "e")}


def test_alpha_is_split_and_passed_on():
    together = family(WEIGHTS, 0.95, "", False)
    assert set(together) == set(WEIGHTS) and together["a"] == pytest.approx(0.95 ** (1 / 5), abs=1e-3)
    split = family(WEIGHTS, 0.95, "a", False)
    assert split["a"] == pytest.approx(0.96)
    assert split["b"] == split["e"] == pytest.approx(0.99 ** (1 / 4), abs=1e-3)
    passed = family(WEIGHTS, 0.95, "a", True)
    assert passed["a"] == pytest.approx(0.96) and passed["b"] == pytest.approx(0.95 ** (1 / 4), abs=1e-3)


def test_a_first_question_that_could_not_be_asked_takes_nothing():
    assert family(WEIGHTS, 0.95, "z", False) == family(WEIGHTS, 0.95, "", False)


def test_no_more_than_alpha_of_null_families_claim_anything():
    """Independent rows, 200,000 families: what the split lets through, with passing on."""
    z = np.abs(np.random.default_rng(20261130).normal(size=(200_000, 9)))
    cut = [ndtri(0.5 + level / 2) for level in (0.96, 0.99 ** (1 / 8), 0.95 ** (1 / 8))]
    first = z[:, 0] > cut[0]
    others = np.where(first, (z[:, 1:] > cut[2]).any(axis=1), (z[:, 1:] > cut[1]).any(axis=1))
    assert (first | others).mean() == pytest.approx(0.0496, abs=0.0015)


@pytest.fixture(scope="module")
def nights():
    return rk.simulate_diaries(1, 150, effects={"stretched": -0.8}, seed=8).nights


def test_the_first_question_has_narrower_limits_and_is_called_so(nights):
    plain, first = rk.answer_questions(nights), rk.answer_questions(nights, primary="stretching")
    assert first.primary == Primary(question="stretching")
    one, other = (answers.table.set_index("question").loc["stretching"] for answers in (plain, first))
    assert other["upper"] - other["lower"] < one["upper"] - one["lower"]
    assert other["lower_pointwise"] == pytest.approx(one["lower_pointwise"], abs=1e-6)
    assert "as the first question" in repr(first) and "as the first question" not in repr(plain)
    assert "As the first question: " in rk.describe(first)
    assert other["smallest_effect"] < one["smallest_effect"]  # what it needs follows


def test_a_plan_takes_the_level_of_the_first_question(nights):
    stated = nights.copy()
    stated.attrs = nights.attrs | {"primary": {"question": "alcohol", "since": ""}}
    assert alone(stated, "alcohol") == pytest.approx(0.96) and alone(stated, "stretching") == 0.95
    assert alone(nights, "alcohol") == 0.95
    first = rk.answer_questions(stated)
    assert first.claim_levels["alcohol"] == pytest.approx(alone(stated, "alcohol"))
    plan = rk.plan_nights(stated, "alcohol", effect=25.0, simulations=2, jobs=1, progress=False)
    assert plan.level == alone(stated, "alcohol")


def test_a_question_chosen_after_the_first_nights_says_so(nights):
    late = nights["night"].iloc[40].date()
    answers = rk.answer_questions(nights, primary=Primary(question="stretching", since=late))
    day = f"{late.day} {late:%B %Y}"
    assert answers.caveats[0] == (f'The first question, "stretching", was chosen on {day}, after the first 40 nights, '
                                  "which may have suggested it.")
    before = rk.answer_questions(nights, primary=Primary(question="stretching", since=dt.date(2000, 1, 1)))
    assert not before.caveats[0].startswith("The first question")


def test_an_unknown_first_question_names_those_known(nights):
    with pytest.raises(ModelError, match='answer_questions, primary: found "strech"; expected one of stretching, '):
        rk.answer_questions(nights, primary="strech")


def test_rlskit_toml_says_it_and_a_stored_diary_keeps_it(tmp_path):
    for name in ("bearable.csv", "rlskit.toml"):
        (tmp_path / name).write_text((rk.sample_path() / name).read_text(encoding="utf-8"), encoding="utf-8")
    mapping = tmp_path / "rlskit.toml"
    text = 'primary = { question = "alcohol", since = 2026-09-01 }\nlooks = { horizon = 180 }\n'
    mapping.write_text(text + mapping.read_text(encoding="utf-8"), encoding="utf-8")
    attrs = rk.make_nights(rk.read_diary(tmp_path)).attrs
    assert attrs["primary"] == {"question": "alcohol", "since": "2026-09-01"} and attrs["horizon"] == 180


@pytest.mark.parametrize(("line", "said"), [
    ('primary = "stretching"', 'rlskit.toml, primary: expected a line such as primary = { question = "stretching", '
                               "since = 2026-09-01 }, found 'stretching'."),
    ('primary = { question = "a", since = "soon" }',
     'rlskit.toml, primary, since: expected a date without quotes such as 2026-03-01, found "soon".'),
    ('primary = { questoin = "a" }', 'rlskit.toml, primary: expected a line such as primary = { question = '
                                     '"stretching", since = 2026-09-01 }, found {\'questoin\': \'a\'}.'),
    ("looks = 365", "rlskit.toml, looks: expected a line such as looks = { horizon = 365 }, found 365."),
    ("looks = { horizon = 5 }", "rlskit.toml, looks, horizon: expected a number of nights from 30 to 3660, found 5."),
])
def test_mistakes_are_named(tmp_path, line, said):
    path = tmp_path / "rlskit.toml"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(DiaryError) as wrong:
        rk.read_mapping(path)
    assert str(wrong.value) == said
