"""What may be shared: no id, no date, no text of the person is left, and the analysis is the same."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk

KEY = bytes(range(32))
PLANTED = ("Ann Example", "ann@example.org", "+44 7700 900123", "1971-04-05", "51.5007,-0.1246")


@pytest.fixture(scope="module")
def nights() -> pd.DataFrame:
    return rk.simulate_diaries(people=6, nights=60, seed=3).nights


def everything(found) -> str:
    return " ".join([found.nights.to_csv(), found.people.to_csv(), json.dumps(found.manifest), repr(found),
                     found._repr_html_(), str(found.nights.attrs)])


def test_a_fit_is_the_same_before_and_after(nights):
    shared = rk.anonymise(nights, key=KEY).nights
    formula = "symptoms ~ within(alcohol_drinks) + weekday"
    one, other = (rk.fit(formula, t, prior=None) for t in (nights, shared))
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(other.coef, one.coef, atol=1e-5)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000), keep_season=st.booleans())
def test_every_shift_is_whole_weeks_and_leaves_all_else(nights, seed, keep_season):
    key = seed.to_bytes(32, "big")
    found = rk.anonymise(nights, key=key, k=1, keep_season=keep_season)
    moved = {}
    for person, mine in nights.groupby("person"):
        match = [p for p, theirs in found.nights.groupby("person")
                 if np.array_equal(theirs["day_index"], mine["day_index"])
                 and theirs["symptoms"].astype(str).tolist() == mine["symptoms"].astype(str).tolist()
                 and theirs["alcohol_drinks"].astype(str).tolist() == mine["alcohol_drinks"].astype(str).tolist()]
        assert len(match) == 1
        theirs = found.nights[found.nights["person"].eq(match[0])]
        days = {d.days for d in theirs["night"].reset_index(drop=True) - mine["night"].reset_index(drop=True)}
        assert len(days) == 1
        moved[person] = days.pop()
        rest = [c for c in mine if c not in ("person", "night")]
        pd.testing.assert_frame_equal(theirs[rest].reset_index(drop=True), mine[rest].reset_index(drop=True),
                                      check_dtype=False, check_categorical=False)
    steps = {7 * 52 * y for y in (1, 2, 3)} if keep_season else {7 * w for w in range(1, 27)}
    assert {abs(d) for d in moved.values()} <= steps


def test_the_same_person_gets_the_same_id_again_and_another_with_another_key(nights):
    first, again = rk.anonymise(nights, key=KEY), rk.anonymise(nights[nights["person"].eq("p1")], key=KEY)
    assert set(again.people["person"]) < set(first.people["person"])
    other = rk.anonymise(nights, key=KEY[::-1])
    assert not set(other.people["person"]) & set(first.people["person"])


def test_planted_identifiers_are_nowhere(nights):
    planted = nights.copy()
    planted["person"] = planted["person"].map({p: f"{p} {PLANTED[0]}" for p in planted["person"].unique()})
    planted["notes"], planted[PLANTED[1]] = PLANTED[4], True
    planted["movement_walk_with_ann"] = True
    planted["stretched_state"] = PLANTED[2]
    planted["medicine_period"] = f"since {PLANTED[3]}"
    planted.attrs = {"notes": list(PLANTED)}
    traits = pd.DataFrame({"person": planted["person"].unique(), "sex": ["f", "m"] * 3})
    text = everything(rk.anonymise(planted, key=KEY, traits=traits, k=2))
    for word in (*PLANTED, "ann", "p1 ", KEY.hex()):
        assert word not in text, word
    old = {str(d)[:10] for d in nights["night"]}
    first = rk.anonymise(nights, key=KEY, keep_season=True)
    assert not old & {str(d)[:10] for d in first.nights["night"]}


def test_own_movements_become_one(nights):
    mine = nights.assign(movement_swim=pd.array([True, pd.NA] * 180, "boolean"),
                         movement_bike=pd.array([False, pd.NA] * 180, "boolean"))
    found = rk.anonymise(mine, key=KEY, k=1)
    assert {c for c in found.nights if c.startswith("movement_")} - set(nights) == {"movement_other"}
    assert found.nights["movement_other"].value_counts(dropna=False).to_dict() == {True: 180, pd.NA: 180}
    assert found.manifest["columns_dropped"] == 0


def test_an_amount_that_few_reach_is_cut_down(nights):
    mine = nights.copy()
    one = mine.index[mine["person"].eq("p2")][:3]
    mine.loc[one, "alcohol_drinks"] = 31.0
    found = rk.anonymise(mine, key=KEY, k=2)
    most = mine.groupby("person")["alcohol_drinks"].max().sort_values().iloc[-2]
    assert found.nights["alcohol_drinks"].max() == most < 31
    assert found.manifest["top_coded"]["alcohol_drinks"]["limit"] == most
    assert rk.anonymise(mine, key=KEY, k=1).nights["alcohol_drinks"].max() == 31


def test_rare_combinations_of_traits_are_suppressed(nights):
    traits = pd.DataFrame({"person": nights["person"].unique(), "sex": ["f", "f", "f", "m", "m", "m"],
                           "age_band": ["40s", "40s", "40s", "50s", "50s", "90s"]})
    found = rk.anonymise(nights, key=KEY, traits=traits, k=2)
    assert found.manifest["combinations"]["before"] == {"combinations": 3, "smallest": 1, "people_alone": 1}
    assert found.manifest["suppressed"] == {"age_band": 1, "sex": 1}
    assert "90s" not in everything(found)
    assert found.people["age_band"].value_counts().to_dict() == {"40s": 3, "50s": 2}


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("12345")), min_size=6,
                max_size=6), st.integers(2, 6))
def test_no_combination_with_a_trait_left_in_it_is_rarer_than_k(nights, rows, k):
    traits = pd.DataFrame(rows, columns=["one", "two", "three"]).assign(person=nights["person"].unique())
    people = rk.anonymise(nights, key=KEY, traits=traits, k=k).people
    words = people[["one", "two", "three"]]
    sizes = words.fillna("").groupby(["one", "two", "three"])["one"].transform("size")
    assert sizes[words.notna().any(axis=1)].ge(k).all()


def test_one_person_is_told_that_nobody_hides_them():
    found = rk.anonymise(rk.simulate_diaries(nights=40, seed=1).nights, key=KEY)
    assert repr(found) == (
        "Anonymised nights: 40 of 1 people\n"
        "  Ids of 1 person replaced by keyed hashes; the key is not in these files.\n"
        "  Each person's dates moved, earlier or later, by 1 to 26 weeks: weekdays are kept, seasons are not.\n"
        "  Only derived columns are here: no text, no tag names, no notes, no bedtimes.\n"
        "  Fewer than 5 people: nobody can hide among them. Whoever knows one of them may recognise the pattern of the "
        "nights.\n"
        "  1 of the diaries has a length (in bands) that no other has.\n"
        "  Someone who knows on which nights a person had symptoms, or skipped the diary, could still find that "
        "pattern. Share the files with people you trust, not with everybody.")


@pytest.mark.parametrize(("change", "said"), [
    ({"key": b"short"}, "anonymise: expected a key of at least 16 secret bytes, found 5. "
                        "secrets.token_bytes(32) makes one."),
    ({"traits": pd.DataFrame({"sex": ["f"]})}, 'anonymise, traits: expected a column "person" with each person once.'),
    ({"traits": pd.DataFrame({"person": ["nobody"], "sex": ["f"]})},
     "anonymise, traits: found 1 people who have no nights; expected people of the diaries only. Leave them out."),
])  # fmt: skip
def test_what_cannot_be_done(nights, change, said):
    with pytest.raises(rk.DiaryError) as wrong:
        rk.anonymise(nights, **({"key": KEY} | change))
    assert str(wrong.value) == said
