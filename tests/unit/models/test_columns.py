"""Columns, names and values that were once taken for something else without a word."""

from __future__ import annotations

import datetime as dt
import warnings
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.errors import ModelError


def diary(n=90, seed=3, person=None, **columns):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "night": np.arange(n), "symptoms": rng.random(n) < 0.45, "x": rng.random(n) < 0.5,
        "mg": rng.gamma(2.0, 100.0, n).round()}).assign(**columns)
    return table if person is None else table.assign(person=person)


def pooled(people=4, n=40, **columns):
    return pd.concat([diary(n, i, f"p{i}") for i in range(people)], ignore_index=True).assign(**columns)


def refusal(ask, *given, **options):
    with pytest.raises(ModelError) as caught:
        ask(*given, **options)
    return str(caught.value)


# --- numbers that stand for groups ------------------------------------------------------------------------------------
def drinks(n):
    return np.array([0.0, 0.0, 1.0, 3.0])[np.random.default_rng(5).integers(0, 4, n)]


def test_a_number_that_no_night_had_is_in_no_group():
    found = rk.fit("symptoms ~ C(alcohol_drinks)", diary(alcohol_drinks=drinks(90)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = rk.estimate_effects(found).table
        assert rows["contrast"].tolist() == ["level 1 vs level 0", "level 3 vs level 0"]
        assert rows["reason"].eq("").all() and rows["estimate"].notna().all()
        for a, b in ((2, 0), (0, 2)):
            assert refusal(rk.compare, found, "alcohol_drinks", a, b) == (
                f'compare: found {a} and {b} for "alcohol_drinks"; expected two of: 0, 1, 3.')
        known = rk.compare(found, "alcohol_drinks", 3, 0)
    assert np.isfinite(known.table[["estimate", "lower", "upper"]].astype(float)).all(axis=None)


def test_groups_made_by_a_rule_hold_numbers_that_no_night_had():
    found = rk.fit("symptoms ~ C(alcohol_drinks > 0)", diary(alcohol_drinks=drinks(90)))
    assert rk.compare(found, "alcohol_drinks", 2, 0).table["estimate"].notna().all()


def test_a_number_is_refused_where_a_function_makes_groups_of_it():
    found = rk.fit("symptoms ~ C(np.floor(alcohol_drinks)) + x", pooled(alcohol_drinks=drinks(160)),
                   night_to_night=False)
    row = rk.estimate_effects(found).table.set_index("term").loc["alcohol_drinks"]
    assert row["reason"] == "no modelled night had 2, and each number is a group of its own"


# --- names that the model itself uses ---------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["night ", "person ", "row ", "my mg", "class", "mg:x", "count", "mg.day", "a. b"])
def test_a_column_is_itself_under_any_name(name):
    usual = rk.fit("symptoms ~ x + mg", diary())
    found = rk.fit(f"symptoms ~ x + `{name}`", diary().rename(columns={"mg": name}))
    np.testing.assert_allclose(found.coef, usual.coef, rtol=1e-9)
    assert rk.estimate_effects(found).table["term"].tolist() == ["x", name]


@pytest.mark.parametrize("name", ["my mg", "mg.day"])
@pytest.mark.parametrize("term", ["I({} ** 2)", "cr({}, df=3, constraints='center')", "scale({})", "np.log({} + 1)"])
def test_a_column_is_itself_inside_a_function(name, term):
    usual = rk.fit(f"symptoms ~ x + {term.format('mg')}", diary())
    found = rk.fit(f"symptoms ~ x + {term.format(f'`{name}`')}", diary(mg=1.0, **{name: diary()["mg"]}))
    np.testing.assert_allclose(found.coef, usual.coef, rtol=1e-9)
    assert rk.estimate_effects(found).table["term"].tolist() == ["x", name]


def test_a_method_of_a_column_moves_with_it():
    found = rk.fit("symptoms ~ mg + mg.clip(lower=150)", diary())
    whole = rk.fit("symptoms ~ mg + np.maximum(mg, 150)", diary())
    ours, same = (rk.estimate_effects(one).table["estimate"].to_numpy(dtype=float) for one in (found, whole))
    np.testing.assert_allclose(ours, same, rtol=1e-6)


def test_a_column_called_as_the_constant_is_refused():
    assert refusal(rk.fit, "symptoms ~ x + Intercept", diary().rename(columns={"mg": "Intercept"})) == (
        'formula "symptoms ~ x + Intercept": found a column named "Intercept"; expected another name, since the '
        "constant of every model is called that. Rename the column.")


def test_a_column_called_as_a_number_is_refused():
    assert refusal(rk.fit, "symptoms ~ x + `1`", diary().rename(columns={"mg": "1"})) == (
        'formula "symptoms ~ x + `1`": found a column named "1", which a formula takes for the number; expected '
        "another name. Rename the column.")


@pytest.mark.parametrize("name", ["1", "Intercept"])
def test_the_intercept_is_no_slope_to_ask_for(name):
    assert refusal(rk.fit, "symptoms ~ x", pooled(), slopes=("x", name)) == (
        f'slopes: found "{name}"; expected terms of the formula. Leave it out: where there are several people, '
        "everybody has an intercept of their own already.")


# --- nights without an end --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("options", [{}, {"outcome": rk.GAUSSIAN}, {"night_to_night": False}])
def test_an_infinite_night_is_refused(options):
    nights = diary(night=np.where(np.arange(90) == 7, np.inf, np.arange(90.0)))
    outcome = "mg" if options.get("outcome") else "symptoms"
    assert refusal(rk.fit, f"{outcome} ~ x", nights, **options) == (
        'column "night", row 7: found an infinite value; expected a finite number or an empty cell. Correct the value, '
        "or empty the cell so that the night is left out.")


# --- between() of one person ------------------------------------------------------------------------------------------
def test_between_of_one_person_is_a_refused_row():
    table = rk.estimate_effects(rk.fit("symptoms ~ between(x) + mg", diary())).table.set_index("term")
    assert np.isnan(table.loc["x", "estimate"]) and table.loc["x", "reason"] == (
        "only between(x) is in the model: comparing people is not an effect of changing it")
    assert np.isfinite(table.loc["mg", "estimate"])


def test_between_of_a_column_whose_name_is_in_anothers():
    found = rk.fit("symptoms ~ between(x) + x2", pooled().assign(x2=lambda d: d["mg"] > 150), night_to_night=False)
    table = rk.estimate_effects(found).table.set_index("term")
    assert table.loc["x", "reason"].startswith("only between(x) is in the model") and table.loc["x2", "reason"] == ""


# --- numbers in columns of objects and of text ------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [np.int64, np.float32, np.float64, Decimal, Fraction, int])
def test_numbers_of_any_kind_are_numbers(kind):
    usual = rk.fit("symptoms ~ x + mg", diary())
    objects = pd.Series([kind(int(v)) for v in diary()["mg"]], dtype=object)
    np.testing.assert_allclose(rk.fit("symptoms ~ x + mg", diary(mg=objects)).coef, usual.coef, rtol=1e-9)


def test_severities_and_hours_of_any_kind():
    severity = np.random.default_rng(1).integers(0, 4, 90)
    for outcome, kind in ((rk.ORDINAL, np.int64), (rk.GAUSSIAN, Decimal)):
        usual = rk.fit("y ~ x", diary(y=severity), outcome=outcome)
        objects = pd.Series([kind(int(v)) for v in severity], dtype=object)
        np.testing.assert_allclose(rk.fit("y ~ x", diary(y=objects), outcome=outcome).coef, usual.coef, rtol=1e-9)


TEXT = {
    "all": ({}, 'found numbers written as text, such as "161"; expected numbers. Turn them into numbers with '
                "pandas.to_numeric(nights['mg']); where they only name groups, write C(mg)."),
    "one word": ({3: "n/a"}, 'found numbers written as text, such as "161", and words, such as "n/a"; expected '
                             "numbers. Turn them into numbers with pandas.to_numeric(nights['mg'], errors=\"coerce\"), "
                             "which leaves the words empty; where they only name groups, write C(mg)."),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXT)
@pytest.mark.parametrize("write", ["{:.0f}", " {:.0f} "])
def test_numbers_written_as_text_are_refused(case, write):
    words, message = TEXT[case]
    text = diary()["mg"].map(write.format)
    text[list(words)] = list(words.values())
    said = refusal(rk.fit, "symptoms ~ mg", diary(mg=text))
    assert said.replace(f'"{text[0]}"', '"161"') == 'column "mg": ' + message


def test_numbers_beside_words_are_refused():
    mixed = diary()["mg"].astype(object)
    mixed[5] = "much"
    said = f'found numbers written as text, such as "{mixed[0]}", and words, such as "much"; expected numbers.'
    assert said in refusal(rk.fit, "symptoms ~ mg", diary(mg=mixed))


def test_numbers_that_are_called_groups_are_groups():
    site = np.random.default_rng(1).integers(1, 4, 90).astype(str)
    for formula, column in (("symptoms ~ C(site)", site), ("symptoms ~ site", pd.Categorical(site))):
        assert len(rk.fit(formula, diary(site=column)).coef) == 3
    band = np.array(["none", "1", "2", "3 or more"])[np.random.default_rng(2).integers(0, 4, 90)]
    assert len(rk.fit("symptoms ~ band", diary(band=band)).coef) == 4
    refused = refusal(rk.fit, "symptoms ~ `my site`", diary(**{"my site": site}))
    assert refused.endswith("where they only name groups, write C(`my site`).")
    assert len(rk.fit("symptoms ~ C(`my site`)", diary(**{"my site": site})).coef) == 3


# --- days, times and numbers in other writing -------------------------------------------------------------------------
AMOUNTS = np.random.default_rng(4).integers(1, 9, 90)
CODE = {
    "1.5": (1, "{:.1f}", "nights['m']"),
    "1,5": (0.1, "{:.1f}", "nights['m'].replace({',': '.'}, regex=True)"),
    "−1": (-1, "{:.0f}", "nights['m'].replace({'−': '-'}, regex=True)"),
    "10%": (10, "{:.0f}%", "nights['m'].replace({'%': ''}, regex=True)"),
    "5 min": (5, "{:.0f} min", "nights['m'].replace({'min': ''}, regex=True)"),
    "−1,5 min.": (-0.1, "{:.1f} min.", "nights['m'].replace({'min.': '', '−': '-', ',': '.'}, regex=True)"),
    "1,000,000": (1e6, "{:,.0f}", "nights['m'].replace({',': ''}, regex=True)"),
    "1,000.5": (1000.1, "{:,.1f}", "nights['m'].replace({',': ''}, regex=True)"),
}


def advised(code, nights):
    """What the code in a message makes of the nights."""
    return eval(code, {"pandas": pd, "nights": nights})


@pytest.mark.parametrize("kind", [object, "str"])
@pytest.mark.parametrize("case", CODE)
def test_the_advice_for_numbers_in_other_writing_works(case, kind):
    size, form, code = CODE[case]
    text = [form.format(size * v) for v in AMOUNTS]
    if "," in case and "000" not in case:
        text = [one.replace(".", ",", 1) for one in text]
    nights = diary(m=pd.Series([one.replace("-", "−") for one in text], dtype=kind))
    code = f"pandas.to_numeric({code})"
    assert refusal(rk.fit, "symptoms ~ m", nights) == (
        f'column "m": found numbers written as text, such as "{nights["m"][0]}"; expected numbers. Turn them into '
        f"numbers with {code}; where they only name groups, write C(m).")
    np.testing.assert_allclose(advised(code, nights), size * AMOUNTS)
    assert len(rk.fit("symptoms ~ m", nights.assign(m=advised(code, nights))).coef) == 2
    assert len(rk.fit("symptoms ~ C(m)", nights).coef) == 8


def test_a_comma_before_three_digits_may_be_either():
    nights = diary(m=[f"{v},200" for v in AMOUNTS])
    both = [f"pandas.to_numeric(nights['m'].replace({{',': {sign}}}, regex=True))" for sign in ("''", "'.'")]
    assert refusal(rk.fit, "symptoms ~ m", nights) == (
        f'column "m": found numbers written as text, such as "{AMOUNTS[0]},200"; expected numbers. Turn them into '
        f"numbers with {both[0]} if commas mark thousands, or with {{',': '.'}} if they mark decimals; where they only "
        "name groups, write C(m).")
    for code, value in zip(both, (1000 * AMOUNTS + 200, AMOUNTS + 0.2), strict=True):
        np.testing.assert_allclose(advised(code, nights), value)


def test_words_beside_numbers_in_other_writing_are_left_empty():
    nights = diary(m=np.where(np.arange(90) % 9, [f"{v} min" for v in AMOUNTS], "not sure"))
    code = "pandas.to_numeric(nights['m'].replace({'min': ''}, regex=True), errors=\"coerce\")"
    assert f"such as \"not sure\"; expected numbers. Turn them into numbers with {code}, which leaves" in refusal(
        rk.fit, "symptoms ~ m", nights)
    np.testing.assert_array_equal(advised(code, nights), np.where(np.arange(90) % 9, AMOUNTS, np.nan))


@pytest.mark.parametrize("forms", [["{} h", "{}0 min"], ["1 drink", "{} drinks"], ["1 20{}"], ["1.20{},5"], ["1'20{}"],
                                   ["{}", "{} min"]])
def test_where_no_code_works_words_do(forms):
    nights = diary(m=[forms[i % len(forms)].format(v) for i, v in enumerate(AMOUNTS)])
    assert refusal(rk.fit, "symptoms ~ m", nights) == (
        f'column "m": found numbers written as text, such as "{nights["m"][0]}"; expected numbers. Write plain numbers '
        "instead, all in one unit, such as 1200 or 1.5; where they only name groups, write C(m).")


@pytest.mark.parametrize("form", ["{:02d}/04/2026", "{}.4.26", "2026/04/{:02d}", "{} Apr 2026", "Apr {}, 2026",
                                  "{:02d}.04.2026 21:30"])
def test_days_in_any_writing_are_refused(form):
    nights = diary(m=[form.format(v) for v in AMOUNTS])
    assert refusal(rk.fit, "symptoms ~ m", nights) == (
        'column "m": found dates; expected yes/no, numbers or words in a formula. Make a number of them first, such as '
        "the days since the first night (make_nights has day_index).")
    days = pd.to_datetime(nights["m"], dayfirst=True, format="mixed")
    assert len(rk.fit("symptoms ~ m", nights.assign(m=(days - days.min()).dt.days)).coef) == 2


@pytest.mark.parametrize("form", ["{}:15", "{}h15", "0{}:15:00", "{}:15 am", "{}:15 a.m.", "0{}:15 AM"])
@pytest.mark.parametrize("formula", ["symptoms ~ m", "m ~ x"])
def test_times_are_refused(form, formula):
    nights = diary(m=[form.format(v) for v in AMOUNTS])
    options = {"outcome": rk.GAUSSIAN} if formula == "m ~ x" else {}
    code = 'pandas.to_datetime(nights[\'m\'], format="mixed", errors="coerce").dt'
    assert refusal(rk.fit, formula, nights, **options) == (
        f'column "m": found times, such as "{nights["m"][0]}"; expected numbers. Make hours of them: with t = {code} '
        "they are t.hour + t.minute / 60. Of times of day take (hours - 12) % 24, the hours after noon, so that 00:30 "
        "comes after 23:30.")
    t = advised(code, nights)
    hours = t.hour + t.minute / 60
    np.testing.assert_allclose(hours, AMOUNTS + 0.25)
    assert len(rk.fit(formula, nights.assign(m=(hours - 12) % 24), **options).coef) == 2


def test_times_that_are_no_text_and_empty_cells():
    nights = diary(m=pd.Series([None, *(dt.time(v, 15) for v in AMOUNTS[1:])], dtype=object))
    code = 'pandas.to_datetime(nights[\'m\'].astype(str), format="mixed", errors="coerce").dt'
    assert f"Make hours of them: with t = {code} they are" in refusal(rk.fit, "symptoms ~ m", nights)
    np.testing.assert_array_equal(advised(code, nights).hour[1:], AMOUNTS[1:])


@pytest.mark.parametrize("kind", ["dates", "times"])
def test_an_outcome_of_days_or_times_is_refused(kind):
    nights = diary(m=[f"{v:02d}/04/2026" if kind == "dates" else f"0{v}:15" for v in AMOUNTS])
    for outcome in (rk.BINARY, rk.ORDINAL, rk.GAUSSIAN):
        assert refusal(rk.fit, "m ~ x", nights, outcome=outcome).startswith(f'column "m": found {kind}')


@pytest.mark.parametrize("form", ["{} or more", "<{}", "{}-9", "p{}", "week {}", "{}+", "{}_1", "1:{}"])
def test_groups_with_a_number_in_their_name_are_groups(form):
    assert len(rk.fit("symptoms ~ m", diary(m=[form.format(v) for v in AMOUNTS])).coef) == 8


# --- groups and terms by the names they are shown under ---------------------------------------------------------------
def test_a_term_is_compared_by_the_column_in_it():
    found = rk.fit("symptoms ~ C(alcohol_drinks) + log(mg + 1)", diary(alcohol_drinks=drinks(90)))
    shown, column = (rk.compare(found, name, 3, 0).table for name in ("C(alcohol_drinks)", "alcohol_drinks"))
    pd.testing.assert_frame_equal(shown.drop(columns="term"), column.drop(columns="term"))
    for term, meant in (("C(alcohol_drinks)[T.1.0]", "alcohol_drinks"), ("log(mg + 1)", "mg")):
        assert refusal(rk.compare, found, term, 3, 0) == (
            f'compare: found no column "{term}" in "{found.formula}"; expected one of: alcohol_drinks, mg. '
            f'Did you mean "{meant}"?')


def test_within_takes_any_name():
    usual = rk.fit("symptoms ~ within(mg) + between(mg)", pooled(), slopes=("within(mg)",), night_to_night=False)
    for name in ("my mg", "mg (day)", "mg.day"):
        found = rk.fit(f"symptoms ~ within(`{name}`) + between(`{name}`)", pooled().rename(columns={"mg": name}),
                       slopes=(f"within(`{name}`)",), night_to_night=False)
        np.testing.assert_allclose(found.coef, usual.coef, rtol=1e-9)
        assert rk.estimate_effects(found).table["term"].tolist() == [f"within({name})"]
        assert rk.compare(found, f"within({name})", 200, 0).table["estimate"].notna().all()


# --- numbers out of range ---------------------------------------------------------------------------------------------
def test_numbers_out_of_range_are_refused():
    weeks = np.arange(90) % 7.0
    said = 'column "v", row 6: found 6e+160, out of range; expected numbers up to 1e+100. Correct the value, or '
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for formula, options in (("symptoms ~ v", {}), ("v ~ x", {"outcome": rk.GAUSSIAN})):
            assert refusal(rk.fit, formula, diary(v=1e160 * weeks), **options) == said + "use a larger unit."
        assert refusal(rk.fit, "symptoms ~ exp(v)", diary(v=400.0 + weeks)) == (
            'term "exp(v)", row 0: found 5.22147e+173, out of range; expected numbers up to 1e+100. Change the '
            "term.")
    usual = rk.fit("symptoms ~ v", diary(v=weeks))
    np.testing.assert_allclose(rk.fit("symptoms ~ v", diary(v=1e99 * weeks)).coef * [1, 1e99], usual.coef, rtol=1e-6)


@pytest.mark.parametrize("size", [1e13, 1e15])
def test_a_number_that_hardly_varies_beside_its_size_is_refused(size):
    weeks = np.arange(90) % 7.0
    nights = diary(v=size + weeks)
    assert refusal(rk.fit, "symptoms ~ v", nights) == (
        f'column "v": found numbers from {size:.17g} to {size + 6:.17g}, which hardly differ beside their size; '
        "expected numbers nearer to 0. Subtract their middle first: nights['v'] - nights['v'].median().")
    advised = rk.fit("symptoms ~ v", diary(v=nights["v"] - nights["v"].median()))
    np.testing.assert_allclose(advised.coef.iloc[1], rk.fit("symptoms ~ v", diary(v=weeks)).coef.iloc[1], rtol=1e-6)


def test_a_column_may_be_called_self():
    """pandas takes no keyword of that name."""
    nights = diary(v=np.arange(90) % 2 > 0)
    usual, same = (rk.estimate_effects(rk.fit(f"symptoms ~ {name} * mg", nights.rename(columns={"v": name}))).table
                   for name in ("v", "self"))
    assert same["term"].tolist() == ["self", "mg"]
    assert same[["estimate", "lower"]].to_numpy() == pytest.approx(usual[["estimate", "lower"]].to_numpy())


@pytest.mark.parametrize("unit", [1e-13, 1e-40])
def test_a_small_unit_is_not_the_same_on_all_nights(unit):
    weeks = np.arange(90) % 7.0
    usual = rk.fit("symptoms ~ x * v", diary(v=weeks))
    small = rk.fit("symptoms ~ x * v", diary(v=unit * weeks))
    np.testing.assert_allclose(small.coef * [1, 1, unit, unit], usual.coef, rtol=1e-5, atol=1e-8)
    squares, small = (rk.fit("symptoms ~ I(v**2) + I(v - 2 * v)", diary(v=one * weeks)).coef for one in (1.0, unit))
    np.testing.assert_allclose(small * [1, unit**2, unit], squares, rtol=1e-5)


@pytest.mark.parametrize(("unit", "jitter"), [(1.0, 0.0), (1e-13, 0.0), (1e7, 0.0), (1.0, 1e-16)])
def test_what_is_within_a_column_that_nobody_changed_is_the_same(unit, jitter):
    """Sums miss a person's mean by rounding: three times 0.1 is not 0.3."""
    nights = pd.concat([diary(person=who, v=unit * value * (1.0 + jitter * (np.arange(90) % 2)))
                        for who, value in enumerate((0.1, 0.3, 0.7))], ignore_index=True)
    found = rk.fit("symptoms ~ x * within(v) + between(v)", nights, night_to_night=False)
    assert list(found.design.left_out_terms) == ["within(v)", "x:within(v)"]
    alike = nights.assign(v=np.where(np.arange(270) % 2, 0.3, 0.1 + 0.2) * unit)
    found = rk.fit("symptoms ~ x + between(v) + center(v) + I(v - 0.3 * v / 0.3)", alike, night_to_night=False)
    assert found.coef.index.tolist() == ["Intercept", "x"]


def test_a_number_that_is_the_same_but_for_rounding_is_the_same():
    found = rk.fit("symptoms ~ x + v", diary(v=np.where(np.arange(90) % 2, 0.3, 0.1 + 0.2)))
    assert found.design.left_out_terms == {"v": "the same on all 90 modelled nights"}


# --- nights -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["period", "objects"])
def test_a_day_is_a_night(kind):
    days = (pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(90), unit="D")).to_period("D")
    found = rk.fit("symptoms ~ x", diary(night=days if kind == "period" else pd.Series(days, dtype=object)))
    np.testing.assert_array_equal(found.coef, rk.fit("symptoms ~ x", diary()).coef)


def test_one_night_left_out_is_one():
    nights = diary()
    nights.loc[3, "mg"] = np.nan
    assert "1 night with an empty cell was left out." in rk.estimate_effects(rk.fit("symptoms ~ mg", nights)).caveats


# --- where a term is not defined --------------------------------------------------------------------------------------
@pytest.mark.parametrize("term", ["np.log(tea)", "log(tea)", "np.sqrt(tea - 1)", "I(1 / tea)", "np.exp(tea * 1000)"])
def test_a_term_without_a_value_on_some_night_is_refused_and_nothing_else_is_said(term):
    table = diary(tea=np.arange(90.0) % 4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = refusal(rk.fit, f"symptoms ~ {term}", table)
    assert said.endswith("not a finite number there; expected a term defined on every complete night (log(0) is not). "
                         "Change the term.")


def test_a_contrast_with_a_side_where_a_term_is_not_defined_is_refused():
    fit = rk.fit("symptoms ~ log(mg)", diary(mg=10.0 + np.arange(90.0) % 7))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = refusal(rk.compare, fit, "mg", 12, 0)
    assert said == ('term "log(mg)": not a finite number with "mg" set to 0; expected a value at which it is defined '
                    "(log(0) is not). Compare other values.")


def test_an_outcome_that_is_no_yes_or_no_is_shown_as_it_was_typed():
    table = diary(severity=np.arange(90) % 5)
    assert 'found "2"; expected yes/no' in refusal(rk.fit, "severity ~ x", table)
    table["severity"] = table["severity"].astype(float).where(table.index != 3, np.inf)
    assert refusal(rk.fit, "severity ~ x", table, outcome=rk.ORDINAL).endswith(
        "found inf; expected whole numbers, such as a severity from 0 to 10. Correct the value, or empty the cell.")


def test_levels_of_which_most_stand_alone_are_refused():
    nights = pd.DataFrame({"night": range(60), "bad": [0, 1] * 30, "x": np.arange(60) / 7.0})
    nights["note"], nights["kind"] = [f"note {k}" for k in range(60)], [f"kind {k % 12}" for k in range(60)]
    for term, name in (("C(x)", "x"), ("note", "note")):
        with pytest.raises(ModelError) as wrong:
            rk.fit(f"bad ~ {term}", nights)
        assert str(wrong.value) == (
            f'column "{name}": found 60 different levels on 60 nights; expected levels that come back, each on several '
            "nights. Group them first, or take them as a number.")
    assert rk.fit("bad ~ kind", nights).n_nights == 60
