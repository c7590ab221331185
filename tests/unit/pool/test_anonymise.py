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
        "  No diary was cut: 1 of 1 person can be told by the number of nights, or of days from the first to the last, "
        "which no other diary has. If others may know it, cut all diaries to one length before sharing.\n"
        "  Someone who knows on which nights a person had symptoms, or skipped the diary, could still find that "
        "pattern. Share the files with people you trust, not with everybody.")


def test_the_length_of_a_diary_is_a_risk_that_is_left(nights):
    """Six diaries of one length hide each other; one night less, or a gap of one, tells whose it is."""
    def said(these):
        return [line for line in rk.anonymise(these, key=KEY).manifest["left"] if line.startswith("No diary was cut")]

    who = nights["person"].unique()
    assert said(nights) == []
    last, inside = (nights.index[nights["person"].eq(p)][at] for p, at in ((who[0], -1), (who[1], 3)))
    for gone, count in (([last], 1), ([last, inside], 2)):
        assert said(nights.drop(gone))[0].startswith(f"No diary was cut: {count} of {len(who)} people can be told by ")


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


def one_person(nights: pd.DataFrame, person: object) -> pd.DataFrame:
    return nights[nights["person"].eq(person)].reset_index(drop=True)


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000), keep_season=st.booleans())
def test_within_person_estimates_are_identical_after_any_shift(nights, seed, keep_season):
    """One person's own model, with its trend over the dates: the same numbers to the last bit."""
    mine = one_person(nights, "p1")
    theirs = rk.anonymise(mine, key=seed.to_bytes(32, "big"), k=1, keep_season=keep_season).nights
    assert (mine["night"] != theirs["night"]).all()
    one, other = (rk.fit("symptoms ~ alcohol_drinks + day_index", t, prior=None, night_to_night=False)
                  for t in (mine, theirs))
    assert one.coef.equals(other.coef) and one.log_likelihood == other.log_likelihood
    effects = [rk.compare(f, "alcohol_drinks", 1, 0).table[["estimate", "lower", "upper"]] for f in (one, other)]
    pd.testing.assert_frame_equal(*effects, check_exact=True)


def test_hours_slept_over_a_clock_change_are_those_of_the_night_itself(tmp_path):
    """23:00 to 7:00 on the night when London's clocks go forward is seven hours; wherever the date is moved to, the
    seven hours go with it."""
    (tmp_path / "x.csv").write_text("night,symptoms,lights_out,woke_up\n" + "".join(
        f"2026-03-{day},yes,23:00,7:00\n" for day in range(25, 32)))
    nights = rk.make_nights(rk.read_diary(tmp_path / "x.csv", timezone="Europe/London"))
    slept = nights["sleep_h"].dropna().tolist()
    assert slept.count(7) == 1 and set(slept) == {7, 8}
    for key in (bytes([i]) * 16 for i in range(5)):
        shared = rk.anonymise(nights, key=key).nights
        assert shared["sleep_h"].dropna().tolist() == slept
        assert "2026-03-28" not in shared["night"].astype(str).tolist()


def test_numbers_become_bands_and_names_go(nights):
    traits = pd.DataFrame({"person": nights["person"].unique(), "age": [31, 33, 38, 47, 52, 80],
                           "contact": [f"{PLANTED[1]}{i}" for i in range(6)], "sex": ["f"] * 6,
                           "record": [7700900123 + i for i in range(6)], "bmi": [24] * 6})
    found = rk.anonymise(nights, key=KEY, traits=traits, k=3)
    assert sorted(found.people["age"]) == ["31 to 38"] * 3 + ["47 to 80"] * 3
    assert list(found.people) == ["person", "diary", "age", "sex", "bmi"] and set(found.people["bmi"]) == {24}
    assert found.manifest["banded"] == ["age"] and found.manifest["traits_dropped"] == 2
    assert "age: numbers put into bands of at least 3 people." in found.manifest["done"]
    assert "2 traits were dropped: what differs from person to person is a name." in found.manifest["done"]
    assert PLANTED[1] not in everything(found) and "77009" not in everything(found)


@settings(max_examples=30)
@given(st.lists(st.integers(18, 99), min_size=6, max_size=6), st.integers(2, 6))
def test_every_band_holds_k_people_and_their_ages(nights, ages, k):
    traits = pd.DataFrame({"person": nights["person"].unique(), "age": ages})
    found = rk.anonymise(nights, key=KEY, traits=traits, k=k).people
    bands = found["age"].value_counts()
    assert bands.sum() == 6 and bands.min() >= k
    ends = {str(b): [int(e) for e in str(b).split(" to ")] for b in bands.index}
    where = dict(zip(found["person"], found["age"].map(str), strict=True))
    for person, age in zip(traits["person"], ages, strict=True):
        own = ends[where[rk.hash_id(person, KEY)]]
        assert own[0] <= age <= own[-1]


def test_a_movement_of_few_people_becomes_other(nights):
    mine = nights.assign(movement_yoga=nights["person"].eq("p1").astype("boolean"),
                         movement_walk=pd.array([True] * len(nights), "boolean"))
    found = rk.anonymise(mine, key=KEY, k=2).nights
    assert "movement_yoga" not in found and found["movement_other"].sum() == 60 and found["movement_walk"].all()
    assert "movement_yoga" in rk.anonymise(mine, key=KEY, k=1).nights


def test_columns_of_the_hour_around_the_landmark_are_kept():
    nights = rk.make_nights(rk.read_diary(rk.sample_path() / "other-formats" / "template" / "template.csv"))
    kept = rk.anonymise(nights, key=KEY, k=1)
    assert {"social_jetlag_28_min", "stretched_1h_earlier", "symptoms_1h_later"} <= set(kept.nights)
    assert kept.manifest["columns_dropped"] == 0 and kept.manifest["software"].startswith("rlskit ")
