"""Formulas and arguments that nothing can be made of: one sentence each, as exact text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.errors import ModelError


def diary(n=90, **columns):
    rng = np.random.default_rng(3)
    return pd.DataFrame({
        "night": np.arange(n), "symptoms": rng.random(n) < 0.45, "x": rng.random(n) < 0.5,
        "mg": rng.gamma(2.0, 100.0, n).round(), "day": np.array(list("abc"))[np.arange(n) % 3]}).assign(**columns)


def pooled():
    return pd.concat([diary(40, person=person) for person in (1, 2)], ignore_index=True)


BARS = 'found "|"; expected columns joined by "+", and in brackets what differs between people: (1 + x | person).'
NOTHING = 'found neither a constant nor a column that varies; expected one of them. Write "~ 1" for the rate alone.'
ONE_COLUMN = "found within(…), which takes the name of one column. Make a column of what is inside it first."
FORMULAS = {
    "symptoms ~ 0": NOTHING,
    "symptoms ~ -1": NOTHING,
    "symptoms ~ 0 + mg": NOTHING,
    "symptoms ~ x ~ mg": 'found "~" more than once; expected one, between the outcome and the columns. '
                         'Join columns by "+".',
    "symptoms ~ x | mg": BARS,
    "symptoms ~ x || mg": BARS,
    "symptoms ~ .": 'found "."; expected the names of columns. Write each one, joined by "+".',
    "symptoms ~ x + ..": 'found ".."; expected the names of columns. Write each one, joined by "+".',
    "symptoms ~ x + offset(mg)": "found offset(…), but there are no offsets: docs/limits.md says which "
                                   "software has them. Leave it out.",
    "symptoms ~ within(I(mg**2))": ONE_COLUMN,
    "symptoms ~ within(mg + 1)": ONE_COLUMN,
    "symptoms ~ round(mg)": "found round(…), which is no function of a formula. Make a column of it first.",
    "symptoms ~ `~`": 'found a column named "~", which a formula takes for its own sign; expected another name. '
                      "Rename the column.",
    "symptoms ~ x:`~`": 'found a column named "~", which a formula takes for its own sign; expected another name. '
                        "Rename the column.",
    "symptoms ~ ``": 'found "``", a column without a name; expected a name between the two signs. Give the column a '
                     "name.",
}  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_refused_in_its_own_words(formula):
    nights = diary(mg=100.0) if formula == "symptoms ~ 0 + mg" else diary()
    with pytest.raises(ModelError) as caught:
        rk.fit(formula, nights)
    assert str(caught.value) == f'formula "{formula}": {FORMULAS[formula]}'


@pytest.mark.parametrize("formula", ["symptoms ~ np.log(mg + .5)", "symptoms ~ C((mg > 100) | (mg < 20))",
                                     "symptoms ~ `a ~ b | c`"])
def test_signs_inside_functions_and_names_are_their_own(formula):
    assert len(rk.fit(formula, diary().assign(**{"a ~ b | c": lambda d: d["mg"]})).coef) == 2


FUNCTIONS = {
    "cr(x)": ("cr(x)", "Must specify either 'df' or 'knots'"),
    "cr(x, dff=3)": ("cr(x, dff=3)", "cubic_spline() got an unexpected keyword argument 'dff'"),
    "bs(x, df=1)": ("bs(x, df=1)", "Invalid value for `df`. `df` must be greater than 3 [`degree` (+ 1 if "
                                   "`include_intercept` is `True`)]"),
    "mg + np.foo(x)": ("np.foo(x)", "module 'numpy' has no attribute 'foo'"),
    "mg:x.foo()": ("mg:x.foo()", "'Series' object has no attribute 'foo'"),
    "hashed(x)": ("hashed(x)", "hashed() missing 1 required positional argument: 'levels'"),
    "x + C(day, contr.treatment('zz'))": (
        "C(day, contr.treatment('zz'))", "Value `'zz'` for `TreatmentContrasts.base` is not among the provided levels"),
    "np.array([1, 2])": ("np.array([1, 2])", "Length of values (2) does not match length of index (90)"),
}  # fmt: skip


@pytest.mark.parametrize("right", FUNCTIONS)
def test_a_function_that_fails_is_refused_with_what_it_said(right):
    term, said = FUNCTIONS[right]
    with pytest.raises(ModelError) as caught:
        rk.fit(f"symptoms ~ {right}", diary())
    assert str(caught.value) == (
        f'formula "symptoms ~ {right}": found "{term}", which cannot be worked out: {said}. Correct what is inside its '
        "brackets, or make a column of it first.")


@pytest.mark.parametrize("kind", [np.array, pd.Categorical])
@pytest.mark.parametrize("term", ["exp(day)", "scale(day)", "center(day)", "poly(day)", "mg:exp(day)"])
def test_a_function_of_numbers_takes_no_words(term, kind):
    with pytest.raises(ModelError) as caught:
        rk.fit(f"symptoms ~ x + {term}", diary(day=kind(diary()["day"])))
    assert str(caught.value) == (
        f'formula "symptoms ~ x + {term}": found words in column "day", of which "{term}" cannot be worked out; '
        "expected numbers or yes/no. Write the column by itself.")


def compared(*given):
    return lambda: rk.compare(rk.fit("symptoms ~ x + day", diary()), *given)


def table(found):
    return (f"nights: found {found}; expected a table of nights (a pandas DataFrame), or the folder of a dataset by "
            "pool_diaries.")


DATES = ('column "m": found dates; expected yes/no, numbers or words in a formula. Make a number of them first, such '
         "as the days since the first night (make_nights has day_index).")
ARGUMENTS = {
    "no formula": (lambda: rk.fit(None, diary()), 'formula: found None; expected text such as "symptoms ~ stretched".'),
    "no nights": (lambda: rk.fit("symptoms ~ x", None), table("NoneType")),
    "a list of nights": (lambda: rk.fit("symptoms ~ x", [1, 2]), table("list")),
    "slopes as a number": (lambda: rk.fit("symptoms ~ x", pooled(), slopes=3),
                           'slopes: found 3; expected terms of the formula, such as ("stretched",).'),
    "slopes as numbers": (lambda: rk.fit("symptoms ~ x", pooled(), slopes=(3,)),
                          'slopes: found (3,); expected terms of the formula, such as ("stretched",).'),
    "a list for a word": (compared("day", ["b"], "a"),
                          "compare: found ['b'] and 'a' for \"day\"; expected two of: a, b, c."),
    "no term": (compared(None, 1, 0),
                'compare: found no column "None" in "symptoms ~ x + day"; expected one of: x, day.'),
    "a seed in words": (lambda: rk.coverage_check(rk.fit("symptoms ~ x", diary()), seed="a"),
                        "coverage_check, seed: found 'a'; expected a whole number, 0 or more, such as 1."),
    "a seed below zero": (lambda: rk.coverage_check(rk.fit("symptoms ~ x", diary()), seed=-1),
                          "coverage_check, seed: found -1; expected a whole number, 0 or more, such as 1."),
    "a spline beside a constant": (
        lambda: rk.fit("symptoms ~ cr(mg, df=3)", diary()),
        'term "cr(mg, df=3)": found that its columns add up to a constant, which the model has already; expected '
        "columns that vary separately. Write cr(mg, df=3, constraints='center')."),
    "an outcome that is made from a column": (
        lambda: rk.fit("h ~ x", diary().assign(h=lambda d: 2.0 * d["x"] + 1.0), outcome=rk.GAUSSIAN),
        '"h ~ x": found that the columns tell h exactly on all 90 nights, which leaves nothing to judge by; expected '
        "nights that differ by themselves. Leave out the column that h was made from."),
    "a night twice of a person with a number": (
        lambda: rk.fit("symptoms ~ x", pd.concat([pooled(), pooled()[:1]], ignore_index=True)),
        'column "night": found rows 0 and 80 for one night of person "1"; expected one row per person and night. '
        "Keep one of them."),
    "days in a formula": (
        lambda: rk.fit("symptoms ~ m", diary(m=pd.period_range("2024-01-01", periods=90, freq="D"))), DATES),
    "days written as text": (
        lambda: rk.fit("symptoms ~ m", diary(m=[f"2024-01-{1 + night % 28:02d}" for night in range(90)])), DATES),
    "lengths of time": (
        lambda: rk.fit("symptoms ~ m", diary(m=pd.to_timedelta(np.arange(90), unit="min"))),
        'column "m": found lengths of time; expected yes/no, numbers or words in a formula. Make hours of them first: '
        "nights['m'].dt.total_seconds() / 3600."),
    "lists": (lambda: rk.fit("symptoms ~ m", diary(m=[[night] for night in range(90)])),
              'column "m": found [0]; expected yes/no, numbers or words. Make one of them first.'),
}  # fmt: skip


@pytest.mark.parametrize("case", ARGUMENTS)
def test_an_argument_is_refused_in_one_sentence(case):
    ask, message = ARGUMENTS[case]
    with pytest.raises(ModelError) as caught:
        ask()
    assert str(caught.value) == message


def test_groups_may_be_called_by_days():
    words = np.array(["2024-01-01", "2024-02-01"])[np.arange(90) % 2]
    assert len(rk.fit("symptoms ~ m", diary(m=pd.Categorical(words))).coef) == 2
    assert len(rk.fit("symptoms ~ m", diary(m=np.char.add("from ", words))).coef) == 2
    assert len(rk.fit("symptoms ~ m", diary(m=np.char.add(words, " on iron"))).coef) == 2


def test_what_is_advised_works():
    assert len(rk.fit("symptoms ~ cr(mg, df=3, constraints='center')", diary()).coef) == 4
    assert len(rk.fit("symptoms ~ 1", diary()).coef) == 1
    assert rk.fit("symptoms ~ x", pooled(), slopes=None).person_sd.index.tolist() == ["Intercept"]


ADD = "Add it to the levels, or leave those nights out of the table."
LISTED = {
    'C(day, levels=["a", "b"])': f'"c" in column "day", which its levels leave out; expected "a" or "b". {ADD}',
    "mg + x:C(`my day`, contr.sum, levels=('b', 'a'))":
        f'"c" in column "my day", which its levels leave out; expected "b" or "a". {ADD}',
    "C(grade, levels=[0, 1])": f'2 in column "grade", which its levels leave out; expected 0 or 1. {ADD}',
    'C(grade, levels=["0", "1", "2"])':
        f'0 in column "grade", which its levels leave out; expected "0" or "1" or "2". {ADD}',
    "C(x, levels=[False, True])": '0 in column "x", which its levels leave out; expected False or True. Write '
                                  "levels=[0, 1]: no is 0 there, and yes 1.",
    "C(day, levels=[])": f'"a" in column "day", which its levels leave out; expected some levels. {ADD}',
}  # fmt: skip


@pytest.mark.parametrize("term", LISTED)
def test_levels_that_leave_a_value_out_are_refused(term):
    """They were taken for the level that others are compared with."""
    nights = diary(grade=np.arange(90) % 3)
    nights["my day"] = nights["day"]
    with pytest.raises(ModelError) as caught:
        rk.fit(f"symptoms ~ {term}", nights)
    assert str(caught.value) == f'formula "symptoms ~ {term}": found {LISTED[term]}'


@pytest.mark.parametrize("term", ['C(day, levels=["c", "b", "a"])', "C(x, levels=[1, 0])"])
def test_levels_that_list_every_value_are_taken(term):
    assert len(rk.fit(f"symptoms ~ {term}", diary()).coef) == (2 if "x" in term else 3)
