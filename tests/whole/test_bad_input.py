"""What the engine refuses and what it does not, one test a line of the list, at the door people come in by: rk.fit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.errors import ModelError


def diary(n=60, seed=2, person=None, **columns):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({
        "night": pd.date_range("2024-01-01", periods=n), "symptoms": rng.random(n) < 0.45,
        "stretched": rng.random(n) < 0.5, "steps": rng.gamma(4.0, 1000.0, n).round()}).assign(**columns)
    return table if person is None else table.assign(person=person)


def pooled(people=3, n=40, **columns):
    return pd.concat([diary(n, seed=i, person=f"p{i}") for i in range(people)], ignore_index=True).assign(**columns)


def infinite(column):
    table = diary()
    table[column] = table[column].astype(float)
    table.loc[7, column] = np.inf
    return table


REFUSED = {
    "constant outcome": (
        lambda: rk.fit("symptoms ~ stretched", diary(symptoms=False)),
        'outcome "symptoms": found no on all 60 modelled nights; expected both yes and no. '
        'Nothing can be compared when '
        "every night ends alike; keep recording.",
    ),
    "constant outcome of several people": (
        lambda: rk.fit("symptoms ~ stretched", pooled(symptoms=True)),
        'outcome "symptoms": found yes on all 120 modelled nights; expected both yes and no. '
        'Nothing can be compared when '
        "every night ends alike; keep recording.",
    ),
    "an infinite value": (
        lambda: rk.fit("symptoms ~ steps", infinite("steps")),
        'column "steps", row 7: found an infinite value; expected a finite number or an empty '
        'cell. Correct the value, or '
        "empty the cell so that the night is left out.",
    ),
    "the same exposure twice": (
        lambda: rk.fit("symptoms ~ steps + km", diary().assign(km=lambda d: d["steps"] * 0.0007)),
        'columns "km" and "steps": found that one is computed exactly from the other; expected columns that vary '
        "separately. Leave one of them out of the formula.",
    ),
    "as many columns as nights": (
        lambda: rk.fit("symptoms ~ " + " + ".join(f"v{i}" for i in range(15)),
                       diary(15).assign(**{f"v{i}": np.arange(15.0) ** (i % 3) + (np.arange(15) == i)
                                           for i in range(15)})),
        "formula: found 16 columns for 15 complete nights; expected far fewer columns than nights. Leave some out, or "
        "record more nights.",
    ),
    "13 answered nights": (
        lambda: rk.fit("symptoms ~ stretched", diary(13)),
        'outcome "symptoms": found 13 complete nights; expected at least 14 for one person. '
        'Record 1 more, or ask about '
        "fewer columns.",
    ),
    "4 nights of one outcome": (
        lambda: rk.fit("symptoms ~ stretched", diary(symptoms=np.arange(60) < 56)),
        'outcome "symptoms": found 56 nights yes and 4 no; expected at least 5 of each for one '
        'person. Record until there '
        "is 1 more of the rarer.",
    ),
    "one person with slopes": (
        lambda: rk.fit("symptoms ~ stretched", diary(), slopes=("stretched",)),
        "slopes=('stretched',): found one person; expected several, since slopes are what "
        "differs between people. Leave "
        "slopes out: the coefficient is this person's own.",
    ),
    "two columns of one name": (
        lambda: rk.fit("symptoms ~ stretched", pd.concat([diary(), diary()[["stretched"]]], axis=1)),
        'formula "symptoms ~ stretched": found 2 columns named "stretched" in the table of nights; expected one. '
        "Rename one of them, or take it out.",
    ),
    "two columns of people": (
        lambda: rk.fit("symptoms ~ stretched", pd.concat([pooled(), pooled()[["person"]]], axis=1)),
        'formula "person=\'person\'": found 2 columns named "person" in the table of nights; expected one. '
        "Rename one of them, or take it out.",
    ),
    "two columns of early symptoms": (
        lambda: rk.fit("symptoms ~ stretched", pd.concat([diary(early_symptoms=False)] + 2 * [
            diary(early_symptoms=False)[["early_symptoms"]]], axis=1)),
        'formula "symptoms ~ stretched": found 3 columns named "early_symptoms" in the table of nights; expected one. '
        "Rename one of them, or take it out.",
    ),
    "a function without its end": (
        lambda: rk.fit("symptoms ~ log(steps +)", diary()),
        'formula "symptoms ~ log(steps +)": could not be read: "log(steps +)" is not complete. Look for what is '
        "missing inside its brackets.",
    ),
    "dates in a formula": (
        lambda: rk.fit("symptoms ~ night", diary()),
        'column "night": found dates; expected yes/no, numbers or words in a formula. Make a number of them first, '
        "such as the days since the first night (make_nights has day_index).",
    ),
    "the outcome on both sides": (
        lambda: rk.fit("symptoms ~ stretched + symptoms", diary()),
        'formula "symptoms ~ stretched + symptoms": found "symptoms" on both sides of the "~"; expected other columns '
        "on the right. Leave it out there: nothing explains itself.",
    ),
    "a slope twice": (
        lambda: rk.fit("symptoms ~ stretched", pooled(), slopes=("stretched", "stretched")),
        'slopes: found "stretched" twice; expected each term once. Leave one of them out.',
    ),
    "a prior in words": (
        lambda: rk.fit("symptoms ~ stretched", diary(), prior="weak"),
        "prior: found 'weak'; expected WEAK, or None for plain maximum likelihood.",
    ),
    "night_to_night in words": (
        lambda: rk.fit("symptoms ~ stretched", diary(), night_to_night="yes"),
        "night_to_night: found 'yes'; expected True or False.",
    ),
    "an unknown column": (
        lambda: rk.fit("symptoms ~ streched", diary()),
        'formula "symptoms ~ streched": found no column "streched" in the table of nights. Did you mean "stretched"?',
    ),
    "an unknown column of people": (
        lambda: rk.fit("symptoms ~ stretched", pooled(), person="persons"),
        'formula "person=\'persons\'": found no column "persons" in the table of nights. Did you mean "person"?',
    ),
}  # fmt: skip


def asked(*given, **options):
    return lambda: rk.compare(rk.fit("symptoms ~ stretched + steps", diary()), *given, **options)


def pooled_fit():
    return rk.fit("symptoms ~ stretched", pooled(), slopes=("stretched",), night_to_night=False)


def level_of(function):
    return f"{function}, level: found 1.5; expected a number between 0 and 1, such as 0.95."


REFUSED |= {
    "an exposure that was never written down": (
        lambda: rk.fit("symptoms ~ stretched + steps", diary(steps=np.nan)),
        'formula "symptoms ~ stretched + steps": found column "steps" empty on all 60 nights; expected answers in it. '
        "Leave it out of the formula, or record it.",
    ),
    "a night twice in a table put together of several": (
        lambda: rk.fit("symptoms ~ stretched", pd.concat([pooled(), diary(6, person="p1")[2:4]])
                       .set_index(np.r_[np.tile(np.arange(40), 3), 2, 3])),
        'column "night": found rows 42 and 120 (counted from 0) for one night of person "p1"; expected one row per '
        "person and night. Keep one of them.",
    ),
    "two nights twice": (
        lambda: rk.fit("symptoms ~ stretched", pd.concat([diary(), diary()[7:9]], ignore_index=True)),
        'column "night": found rows 7 and 60 for one night of person "one person"; expected one row per person and '
        "night. Keep one of them.",
    ),
    "a word for yes or no": (
        asked("stretched", "maybe", "no"), "compare: found 'maybe' for \"stretched\"; expected yes or no."),
    "a word for a number": (
        asked("steps", "yes", "no"),
        "compare: found 'yes' for \"steps\"; expected a number in the units of the column."),
    "an infinite contrast": (
        asked("steps", np.inf, 0), 'compare: found inf for "steps"; expected a number in the units of the column.'),
    "an empty contrast": (
        asked("stretched", 1, np.nan), 'compare: found nan for "stretched"; expected yes or no.'),
    "yes against yes": (
        asked("stretched", 1, True),
        'compare: found yes against yes for "stretched"; expected two that differ. Choose another one to compare it '
        "with."),
    "one number on both sides": (
        asked("steps", 4000, 4000.0),
        'compare: found 4000 against 4000 for "steps"; expected two that differ. Choose another one to compare it '
        "with."),
    "a level in percent": (
        asked("stretched", 1, 0, level="95"),
        "level: found '95'; expected a number between 0 and 1, such as 0.95, or several."),
    "level of estimate_rates": (lambda: rk.estimate_rates(diary(), level=1.5), level_of("estimate_rates")),
    "level of estimate_rate": (lambda: rk.estimate_rate(diary(), level=1.5), level_of("estimate_rate")),
    "level of cross_check_effects": (lambda: rk.cross_check_effects(pooled_fit(), level=1.5),
                                     level_of("cross_check_effects")),
    "level of vary_analysis": (lambda: rk.vary_analysis("symptoms ~ stretched", diary(), "stretched", level=1.5),
                               level_of("vary_analysis")),
    "no table for check_fit": (
        lambda: rk.check_fit(rk.fit("symptoms ~ stretched", diary()), None),
        "check_fit, nights: found None; expected the table of nights that was fitted, or the whole one that it was "
        "taken from."),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_what_to_do(case):
    ask, message = REFUSED[case]
    with pytest.raises(ModelError) as caught:
        ask()
    assert str(caught.value) == message


def test_a_fit_that_did_not_converge_gives_no_intervals():
    found = rk.fit("symptoms ~ stretched", diary())
    lost = dataclasses.replace(found, status=dataclasses.replace(found.status, converged=False))
    message = ('"symptoms ~ stretched" did not converge, so there is no interval to give. Use fewer '
               'columns, or the weak '
               "prior (prior=WEAK).")
    for ask in (rk.estimate_effects, rk.estimate_coefficients, lambda fit: rk.compare(fit, "stretched", True, False)):
        with pytest.raises(ModelError) as caught:
            ask(lost)
        assert str(caught.value) == message
    assert repr(lost).endswith(
        "Next: fewer columns, or prior=WEAK; estimate_effects(fit) gives no interval for this fit.")


# --- not an error ----------------------------------------------------------------------------------------------------
def test_missing_values_are_listed():
    nights = diary().astype({"stretched": "boolean"})
    nights.loc[[3, 9], "stretched"] = pd.NA
    nights.loc[5, "steps"] = np.nan
    found = rk.fit("symptoms ~ stretched + steps", nights)
    assert found.n_nights == 57 and found.left_out["row"].tolist() == [3, 5, 9]
    assert found.left_out["reason"].tolist() == ["stretched empty", "steps empty", "stretched empty"]
    assert "3 nights with an empty cell were left out." in rk.estimate_effects(found).caveats


def test_perfect_separation_is_an_open_interval():
    nights = diary()
    nights.loc[nights["stretched"], "symptoms"] = True
    effects = rk.estimate_effects(rk.fit("symptoms ~ stretched", nights))
    row = effects.table.iloc[0]
    assert row["upper"] == np.inf and np.isfinite(row["lower"]) and " to open" in repr(effects)


def test_two_people_are_said():
    caveats = rk.estimate_effects(rk.fit("symptoms ~ stretched", pooled(2))).caveats
    assert caveats[0] == "Only 2 people, each counted equally: it says little about anybody else."
    assert (
        "Only 2 people, each counted equally. The limits are those of many people like them, who may differ more than "
        "these do.") in rk.estimate_effects(rk.fit("symptoms ~ stretched", pooled(2), slopes=("stretched",))).caveats
    assert rk.estimate_effects(rk.fit("symptoms ~ stretched", pooled(6))).caveats[0] == (
        "An average over 6 people, each counted equally.")


def test_an_exposure_nobody_changed_fits_and_is_no_effect_of_changing_it():
    nights = pooled().assign(iron=lambda d: (d["person"] == "p1") * 1.0)
    found = rk.fit("symptoms ~ stretched + iron", nights)
    assert np.isfinite(found.coef["iron"])
    table = rk.estimate_effects(found).table.set_index("term")
    assert table.loc["iron", "reason"] == "no person ever changed it: comparing people is not an effect of changing it"
    assert np.isnan(table.loc["iron", "estimate"]) and np.isfinite(table.loc["stretched", "estimate"])


def test_a_constant_exposure_is_a_refused_row():
    found = rk.fit("symptoms ~ stretched + iron", diary(iron=True))
    assert found.design.left_out_terms == {"iron": "the same on all 60 modelled nights"}
    table = rk.estimate_effects(found).table.set_index("term")
    assert table.loc["iron", "reason"] == "the same on every modelled night: it never varied"


def test_yes_and_no_are_numbers_of_a_yes_no_column():
    found = rk.fit("symptoms ~ stretched", diary())
    usual = rk.compare(found, "stretched", True, False)
    for a, b in ((1, 0), ("yes", "no"), ("Yes", "No"), ("True", "False"), (np.True_, np.False_)):
        asked_in_words = rk.compare(found, "stretched", a, b)
        pd.testing.assert_frame_equal(asked_in_words.table, usual.table)
        assert asked_in_words.table["contrast"].tolist() == ["yes vs no"]


# --- between people --------------------------------------------------------------------------------------------------
def test_comparing_people_is_never_called_an_effect():
    nights = pooled(6).assign(symptoms=lambda d: np.arange(len(d)) % 3 == 0)
    found = rk.fit("symptoms ~ within(stretched) + between(stretched)", nights, night_to_night=False)
    assert rk.estimate_effects(found).table["term"].tolist() == ["within(stretched)"]
    asked = rk.compare(found, "between(stretched)", 0.6, 0.4)
    said = "between(stretched) compares people with each other: it is not an effect of changing it."
    assert said in asked.caveats and said in repr(asked)
    assert said in rk.estimate_coefficients(found).caveats
    assert not any("compares people" in c for c in rk.estimate_effects(found).caveats)
    alone = rk.fit("symptoms ~ between(stretched)", nights, night_to_night=False)
    row = rk.estimate_effects(alone).table.iloc[0]
    assert np.isnan(row["estimate"]) and row["reason"] == (
        "only between(stretched) is in the model: comparing people is not an effect of changing it")


def test_a_pooled_contrast_stays_where_each_person_has_been():
    """Two groups with their own ranges: 2,000-4,000 and 10,000-12,000 steps. Nobody ever went from 2,000 to 12,000."""
    nights = pooled(6, 40)
    who = nights["person"].str[1:].astype(int).to_numpy()
    nights["steps"] = np.tile(np.linspace(0.0, 2000.0, 40), 6) + np.where(who < 3, 2000.0, 10000.0)
    row = rk.estimate_effects(rk.fit("symptoms ~ within(steps)", nights, night_to_night=False)).table.iloc[0]
    assert 1500 < row["a"] - row["b"] < 2000
    # what is stated before is kept where most people's own nights hold it
    nights["alcohol_drinks"] = np.tile([0.0, 1.0, 2.0, 3.0], 60)
    nights.loc[who == 0, "alcohol_drinks"] = np.tile([0.0, 1.0], 20)
    kept = rk.estimate_effects(rk.fit("symptoms ~ alcohol_drinks", nights, night_to_night=False)).table.iloc[0]
    assert kept["contrast"] == "2 vs 0"
    nights.loc[who < 4, "alcohol_drinks"] = np.tile([0.0, 1.0], 80)
    moved = rk.estimate_effects(rk.fit("symptoms ~ alcohol_drinks", nights, night_to_night=False)).table.iloc[0]
    assert moved["contrast"] == "own 90th vs own 10th percentile (1 vs 0)"
    nights["alcohol_drinks"] = np.where(np.tile(np.arange(40) < 2, 6), 1.0, 0.0)
    nights.loc[0, "alcohol_drinks"] = 2.0
    refused = rk.estimate_effects(rk.fit("symptoms ~ alcohol_drinks", nights, night_to_night=False)).table.iloc[0]
    assert refused["reason"] == (
        "at least 80% of nights of most people had the same value (0): nothing to compare it with")
