"""lag(x) and rolling(x, nights): by person and by calendar night, whatever the order of the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.models.formula import read_formula
from tests.unit.models.test_shards import made_up, write


def nights(people=3, n=60, seed=2):
    rng = np.random.default_rng(seed)
    table = pd.concat([pd.DataFrame({
        "person": f"p{i}", "night": pd.date_range("2026-03-01", periods=n), "symptoms": rng.random(n) < 0.4,
        "x": pd.array(rng.random(n) < 0.5, "boolean"), "mg": rng.gamma(2.0, 50.0, n),
        "arm": rng.choice(list("abc"), n)}) for i in range(people)], ignore_index=True)
    return table[rng.random(len(table)) < 0.85].sample(frac=1.0, random_state=seed)


def by_hand(table, column, least, most, how):
    """Of every row the values of its own person on the nights least … most before."""
    found = []
    for row in table.itertuples():
        back = (row.night - table["night"]).dt.days.between(least, most) & table["person"].eq(row.person)
        found.append(how(table.loc[back, column].dropna()))
    return found


def mean_of_half(length):
    return lambda values: values.astype(float).mean() if len(values) >= length / 2 else np.nan


def only(values):
    return values.iloc[0] if len(values) else np.nan


@pytest.mark.parametrize("seed", [1, 2])
def test_each_night_looks_back_at_its_own_nights(seed):
    table = nights(seed=seed)
    table.loc[table.index[::9], "x"] = pd.NA
    found = rk.look_back(table, "lag(x)", "lag(mg, 3)", "lag(arm)", "rolling(mg, 7)", "rolling(x, 1)",
                         "lag(rolling(mg, 2))")
    pd.testing.assert_index_equal(found.index, table.index)
    for name, column, span, how in (
        ("lag(x)", "x", (1, 1), only), ("lag(mg, 3)", "mg", (3, 3), only), ("lag(arm)", "arm", (1, 1), only),
        ("rolling(mg, 7)", "mg", (1, 7), mean_of_half(7)), ("rolling(x, 1)", "x", (1, 1), mean_of_half(1)),
    ):
        hand = pd.Series(by_hand(table, column, *span, how), index=table.index)
        hand = hand if column == "arm" else hand.astype(float)
        pd.testing.assert_series_equal(found[name], hand, check_names=False, check_dtype=False)
    twice = by_hand(found.assign(r=rk.look_back(table, "rolling(mg, 2)")["rolling(mg, 2)"]), "r", 1, 1, only)
    np.testing.assert_allclose(found["lag(rolling(mg, 2))"], np.array(twice, dtype=float))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 12)), min_size=1, max_size=20, unique=True),
       st.integers(1, 4))
def test_no_order_of_rows_and_no_other_person_changes_it(rows, back):
    table = pd.DataFrame(rows, columns=["person", "night"]).assign(x=lambda t: t["night"] + t["person"].eq("B") * 0.5)
    names = [f"lag(x, {back})" if back > 1 else "lag(x)", f"rolling(x, {back})"]
    found = rk.look_back(table, *names)
    there = set(rows)
    for row in found.itertuples(index=False):
        value, mean = row[-2:]
        assert (value == row.x - back) if (row.person, row.night - back) in there else np.isnan(value)
        known = [row.x - k for k in range(1, back + 1) if (row.person, row.night - k) in there]
        assert mean == pytest.approx(np.mean(known)) if len(known) >= back / 2 else np.isnan(mean)
    mixed = rk.look_back(table.sample(frac=1.0, random_state=1), *names).sort_index()
    pd.testing.assert_frame_equal(mixed, found)


def test_a_fit_is_that_of_columns_made_by_hand():
    table = nights()
    by_name = rk.fit("symptoms ~ x + lag(x) + rolling(mg, 7)", table)
    made = rk.look_back(table, "lag(x)", "rolling(mg, 7)").rename(columns={"lag(x)": "one", "rolling(mg, 7)": "week"})
    hand = rk.fit("symptoms ~ x + one + week", made)
    np.testing.assert_allclose(by_name.coef, hand.coef)
    assert by_name.left_out["reason"].value_counts().to_dict() == {
        reason.replace("one", "lag(x)").replace("week", "rolling(mg, 7)"): n
        for reason, n in hand.left_out["reason"].value_counts().items()}
    table = rk.estimate_effects(by_name).table
    assert table["term"].tolist() == ["x", "lag(x)", "rolling(mg, 7)"]
    assert table["contrast"].tolist()[:2] == ["yes vs no", "yes vs no"]
    assert rk.compare(by_name, "lag(x)", "yes", "no").table["estimate"].iloc[0] == table["estimate"].iloc[1]


def test_a_nights_own_change_and_a_persons_mean_of_what_was():
    split = rk.fit("symptoms ~ within(lag(x)) + between(lag(x))", nights(6))
    assert rk.estimate_effects(split).table["term"].tolist() == ["within(lag(x))"]
    words = rk.fit("symptoms ~ lag(arm)", nights(6))
    assert rk.estimate_effects(words).table["contrast"].tolist() == ["b vs a", "c vs a"]


def test_last_nights_outcome_may_be_looked_at():
    fit = rk.fit("symptoms ~ x + lag(symptoms)", nights(1, 120))
    assert fit.coef.index.tolist() == ["Intercept", "x", "lag(symptoms)"]
    found = rk.coverage_check(fit, simulations=1, jobs=1, progress=False)
    assert "lag(symptoms): kept as recorded, though the simulated nights before ended otherwise." in found.caveats


def test_nights_set_aside_are_looked_back_at_where_one_looks_first():
    table = nights(2, 80).assign(early_symptoms=lambda t: pd.array(np.arange(len(t)) % 3 == 0, "boolean"))
    late = rk.fit("symptoms ~ x + lag(symptoms)", rk.quiet_nights(table))
    aside = int(table["early_symptoms"].sum())
    assert late.caveats[0] == (
        f"lag(symptoms): looking back does not find the {aside} nights set aside, so that nights after them are left "
        'out. Look back first: rk.quiet_nights(rk.look_back(nights, "lag(symptoms)")).')
    first = rk.fit("symptoms ~ x + lag(symptoms)", rk.quiet_nights(rk.look_back(table, "lag(symptoms)")))
    assert not any("Look back first" in one for one in first.caveats) and first.n_nights > late.n_nights


def test_a_dataset_in_shards_looks_back_too(tmp_path, monkeypatch):
    table = made_up(6, 40)
    home = write(table, tmp_path / "pool")
    formula = "symptoms ~ stretched + lag(stretched) + rolling(alcohol_drinks, 7)"
    whole = rk.fit(formula, table)
    np.testing.assert_allclose(rk.fit(formula, home).coef, whole.coef, rtol=1e-6)
    monkeypatch.setattr("rlskit.models.shards.design.borders", lambda sizes: np.array([0, 3]))
    shards = rk.fit(formula, home)
    np.testing.assert_allclose(shards.coef, whole.coef, rtol=1e-4, atol=1e-5)
    assert shards.n_nights == whole.n_nights


REFUSED = {
    "rolling(x)": "found rolling(…), which takes the name of one column and over how many nights before, as in "
                  "rolling(x, 7). Make a column of what is inside it first.",
    "lag(x, 0)": "found lag(…), which takes the name of one column, and perhaps how many nights before, as in "
                 "lag(x, 2). Make a column of what is inside it first.",
    "lag(mg + 1)": "found lag(…), which takes the name of one column, and perhaps how many nights before, as in "
                   "lag(x, 2). Make a column of what is inside it first.",
    "within(x, 3)": "found within(…), which takes the name of one column. Make a column of what is inside it first.",
    "lag(within(x))": "found lag() of within(x); expected it the other way round, as in within(lag(…)): a mean is "
                      "taken once it is known which nights count.",
    "x.shift(1)": "found .shift(…), which takes the row above for the night before, whoever's it is and however long "
                  "ago; expected lag(x) or rolling(x, nights), which know people and calendar nights.",
    "lag(tea)": 'found no column "tea" in the table of nights. The table has: person, night, symptoms, x, mg, arm.',
}  # fmt: skip


@pytest.mark.parametrize("term", REFUSED)
def test_what_cannot_be_looked_back_at_is_one_clear_error(term):
    with pytest.raises(rk.ModelError) as wrong:
        rk.fit(f"symptoms ~ {term}", nights())
    assert str(wrong.value) == f'formula "symptoms ~ {term}": {REFUSED[term]}'


@pytest.mark.parametrize(("change", "message"), [
    (lambda t: rk.fit("symptoms ~ rolling(arm, 3)", t), 'rolling(arm, 3): found words in column "arm"; expected '
     "numbers or yes/no, of which there is a mean. Use lag()."),
    (lambda t: rk.fit("symptoms ~ lag(x)", t.drop(columns="night"), night_to_night=False),
     'formula "night=\'night\'": found no column "night" in the table of nights.'),
    (lambda t: rk.look_back(t, "x"), 'look_back: found "x"; expected lag(x) or rolling(x, nights), such as '
     '"lag(symptoms)".'),
])
def test_other_refusals(change, message):
    with pytest.raises(rk.ModelError) as wrong:
        change(nights())
    assert str(wrong.value).startswith(message)


def test_a_name_in_quotes_is_a_name():
    asked = read_formula("symptoms ~ `lag(x)` + rolling(`my mg`, 7) + log(lag(mg) + 1)")
    assert asked.columns == ("lag(x)", "rolling(my mg, 7)", "lag(mg)") and asked.needed == ("lag(x)", "mg", "my mg")
    table = nights().rename(columns={"mg": "my mg"})
    assert rk.fit("symptoms ~ rolling(`my mg`, 7)", table).coef.index[1] == "rolling(my mg, 7)"
