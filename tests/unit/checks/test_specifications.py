"""One answer under every other choice: each row is the analysis that a person would set up by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.checks import specifications as sensitivity
from rlskit.errors import ModelError

FORMULA = "symptoms ~ within(stretched) + between(stretched)"
SLOPES = ("within(stretched)",)


@pytest.fixture(scope="module")
def nights():
    made = rk.simulate_diaries(people=10, nights=32, seed=11, sites=2, other_landmarks=True, missing=0.08).nights
    cut = made["person"].eq("p02") & made["day_index"].ge(20)  # one person keeps fewer nights
    changed = made["person"].isin(["p03", "p05"]) & made["day_index"].ge(18)
    made["medicine_period"] = np.where(changed, "period 2", "period 1")
    made = made[~cut]
    closed = made["person"].isin(["p01", "p07"]) & made["day_index"].isin([5, 9, 14])
    made.loc[closed, ["symptoms", "early_symptoms", "severity_0_10"]] = pd.NA
    return made.reset_index(drop=True)


@pytest.fixture(scope="module")
def fits():
    """Every fit of `varied`."""
    return []


@pytest.fixture(scope="module")
def varied(nights, fits):
    def counted(*given, **options):
        fits.append(rk.fit(*given, **options))
        return fits[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sensitivity, "fit", counted)
        return rk.vary_analysis(FORMULA, nights, "stretched", slopes=SLOPES, severity=(3,), least_nights=20,
                                settling_nights=7, medicine_nights=5)


def by_hand(nights, quiet="early_symptoms", formula=FORMULA, slopes=SLOPES, **options):
    rows = nights[nights[quiet].eq(False).fillna(False).astype(bool)]
    fit = rk.fit(formula, rows, slopes=slopes, **options)
    return fit, rk.compare(fit, "within(stretched)", 1.0, 0.0).table.iloc[0]


def same(row, fit, found):
    for name in ("estimate", "lower", "upper"):
        assert row[name] == pytest.approx(found[name], abs=0.02), name
    assert (row["n_nights"], row["n_people"]) == (fit.n_nights, fit.n_people)


def test_the_choices_are_those_that_were_asked_for(varied):
    table = varied.table
    assert list(table.columns) == [
        "specification", "landmark", "outcome", "empty nights", "nights", "site", "model", "main", "estimate", "lower",
        "upper", "n_people", "n_nights", "reason",
    ]  # fmt: skip
    assert table["specification"].tolist() == [
        "main analysis", "landmark 1 h earlier", "landmark 1 h later", "severity 3 or more",
        "empty nights bad with it, good without", "empty nights good with it, bad without",
        "people with 20 nights or more", "without the first 7 nights", "without 5 nights from a medicine change",
        "without site 1", "without site 2", "without persistence from night to night", "one effect for everybody",
        "GEE on the difference scale",
    ]  # fmt: skip
    assert table["main"].tolist() == [True] + [False] * 13 and (table["reason"] == "").all()
    choice = table[list(varied.dimensions)]
    assert (choice.ne("").sum(axis=1) == [0] + [1] * 13).all()
    with pytest.raises(dataclasses.FrozenInstanceError):
        varied.term = "other"


def test_the_main_fit_serves_again_where_it_is_only_read_in_another_way(varied, fits):
    assert len(fits) == len(varied.table) - 1  # GEE is the one


def test_each_row_is_the_analysis_set_up_by_hand(nights, varied):
    rows = varied.table.set_index("specification")
    same(rows.loc["main analysis"], *by_hand(nights))
    later = nights.assign(**{name: nights[f"{name}_1h_later"] for name in ("symptoms", "early_symptoms", "stretched")})
    same(rows.loc["landmark 1 h later"], *by_hand(later))
    assert rows.loc["landmark 1 h later", "n_nights"] != rows.loc["main analysis", "n_nights"]
    graded = nights.assign(symptoms=(nights["severity_0_10"] >= 3).astype("boolean"))
    same(rows.loc["severity 3 or more"], *by_hand(graded))
    quiet = rk.quiet_nights(nights).dropna(subset=["symptoms", "stretched"]).groupby("person").size()
    few = quiet.index[quiet < 20]
    assert "p02" in few and len(few) < 6
    same(rows.loc["people with 20 nights or more"], *by_hand(nights[~nights["person"].isin(few)]))
    same(rows.loc["without the first 7 nights"], *by_hand(nights[nights["day_index"] >= 7]))
    after = nights["person"].isin(["p03", "p05"]) & nights["day_index"].between(18, 22)
    assert after.any()
    same(rows.loc["without 5 nights from a medicine change"], *by_hand(nights[~after]))
    same(rows.loc["without site 2"], *by_hand(nights[nights["site"] == "site 1"]))
    same(rows.loc["without persistence from night to night"], *by_hand(nights, night_to_night=False))
    same(rows.loc["one effect for everybody"], *by_hand(nights, slopes=()))
    quiet = rk.fit(FORMULA, rk.quiet_nights(nights), slopes=SLOPES)
    same(rows.loc["GEE on the difference scale"], quiet, rk.cross_check_effects(quiet).table.iloc[0])


def test_empty_nights_are_bounded_by_the_two_worst_endings(nights, varied):
    rows = varied.table.set_index("specification")
    empty = nights["symptoms"].isna()
    did = nights["stretched"].fillna(True)  # an empty night is taken for an exposed one
    assert nights.loc[empty, "stretched"].isna().any() and nights.loc[empty, "stretched"].notna().any()
    bad = nights.assign(symptoms=nights["symptoms"].mask(empty, did), stretched=nights["stretched"].mask(empty, did),
                        early_symptoms=nights["early_symptoms"].mask(empty, False))
    same(rows.loc["empty nights bad with it, good without"], *by_hand(bad))
    good = bad.assign(symptoms=nights["symptoms"].mask(empty, ~did.astype(bool)))
    same(rows.loc["empty nights good with it, bad without"], *by_hand(good))
    main = rows.loc["main analysis", "estimate"]
    assert rows.loc["empty nights good with it, bad without", "estimate"] < main
    assert main < rows.loc["empty nights bad with it, good without", "estimate"]


def test_what_these_nights_do_not_allow_is_a_row_with_its_reason():
    plain = rk.simulate_diaries(people=5, nights=30, seed=3, missing=0.0).nights
    plain["severity_0_10"] = pd.NA
    found = rk.vary_analysis("symptoms ~ within(stretched)", plain[plain["symptoms"].notna()], "within(stretched)",
                             severity=(4,), least_nights=14)
    reasons = found.table.set_index("specification")["reason"]
    assert reasons[reasons != ""].to_dict() == {
        "landmark 1 h earlier": "the nights do not say how the evening looked at that hour; make_nights does, where "
                                "times are known",
        "landmark 1 h later": "the nights do not say how the evening looked at that hour; make_nights does, where "
                              "times are known",
        "severity 4 or more": "severity of no night is known",
        "empty nights bad with it, good without": "every night has an answer",
        "empty nights good with it, bad without": "every night has an answer",
        "people with 14 nights or more": "everybody has 14 nights or more",
        "without 14 nights from a medicine change": "no medicine change was recorded",
        "GEE on the difference scale": "cross_check_effects: found 5 people and 2 columns; expected at least 8 people "
                                       "and more people than columns, since the error is taken over people.",
    }
    assert found.table.loc[found.table["reason"] != "", ["estimate", "lower", "upper"]].isna().all(axis=None)
    text = repr(found)
    assert ("people with 14 nights or more                    —  not possible: everybody has 14 nights or more"
            in text.splitlines())
    assert text.splitlines()[0] == ("Change in symptom nights per 30 nights under 3 specifications; within(stretched), "
                                    "yes vs no")


def test_choices_together(nights):
    nights = nights.drop(columns=["medicine_period", "site"])
    found = rk.vary_analysis("symptoms ~ alcohol_drinks", nights, "alcohol_drinks", severity=(4, 7), least_nights=25,
                             settling_nights=7, combine=("outcome", "nights"))
    assert "landmark" not in found.dimensions  # not compared on quiet evenings
    both = found.table[found.table[["outcome", "nights"]].ne("").all(axis=1)]
    assert both["specification"].tolist()[:2] == ["severity 4 or more; people with 25 nights or more",
                                                  "severity 4 or more; without the first 7 nights"]
    assert len(both) == 2 * 3 and (both["reason"] != "").tolist() == [False, False, True] * 2
    one = both.set_index("specification").loc["severity 7 or more; without the first 7 nights"]
    rows = nights[nights["day_index"] >= 7].assign(symptoms=(nights["severity_0_10"] >= 7).astype("boolean"))
    fit = rk.fit("symptoms ~ alcohol_drinks", rows)
    a, b = rk.estimate_effects(rk.fit("symptoms ~ alcohol_drinks", nights)).table.loc[0, ["a", "b"]]
    same(one, fit, rk.compare(fit, "alcohol_drinks", a, b).table.iloc[0])


@pytest.mark.parametrize(("options", "message"), [
    ({"combine": ("model", "tea")}, 'combine: found "tea"; expected names among landmark, outcome, empty nights, '
     "nights, site, model."),
    ({"exposure": "tea"}, f'vary_analysis: found no column "tea" in "{FORMULA}"; expected one of: stretched.'),
    ({"night": "evening"}, 'formula "night=\'evening\'": found no column "evening" in the table of nights. The table '
     "has: alcohol_drinks, night, person, stretched, symptoms."),
])  # fmt: skip
def test_what_cannot_be_asked_is_one_clear_error(nights, options, message):
    few = nights[["alcohol_drinks", "night", "person", "stretched", "symptoms"]]
    with pytest.raises(ModelError) as wrong:
        rk.vary_analysis(FORMULA, few, **({"exposure": "stretched"} | options))
    assert str(wrong.value) == message
