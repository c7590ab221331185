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
SAID = """\
Anonymised nights: 30 of 1 people
  Ids of 1 person replaced by keyed hashes; the key is not in these files.
  Each person's dates moved, earlier or later, by half a year to three and a half, in whole weeks: weekdays are kept, \
seasons are not.
  Only derived columns are here: no text, no tag names, no notes. Clock hours are half hours, spreads of bedtimes \
tens of minutes.
  Free days are those that the person has on that weekday; hours slept lack the nights from Saturday to Sunday, on \
which clocks change.
  Up to 35 nights were left out at each end of every diary, of short ones up to a fifth, a random number that is told \
nowhere; what looks back beyond the new beginning is empty.
  diary: 1 cell emptied, so that every combination is shared by at least 5 people.
  Fewer than 5 people: nobody can hide among them. Whoever knows one of them may recognise the pattern of the nights.
  Calendars, where the year is known: no attack on any column finds the true dates of more than 1 of 1 person, which \
guessing reaches too.
  Someone who knows the first night of a diary finds the dates of 0.5 of 1 person, the last night, of 0.5. Files that \
are made when a diary ends tell its last night.
  Someone who knows the length of a diary and the traits finds 1 of 1 person.
  Someone who knows four weeks of answers in a row, from another release or by living with the person, finds 1 of 1, \
and all else that is here about them. Give out one release of one set of traits, to people you trust, not to \
everybody."""
PLANTED = ("Ann Example", "ann@example.org", "+44 7700 900123", "1971-04-05", "51.5007,-0.1246")


@pytest.fixture(scope="module")
def nights() -> pd.DataFrame:
    return rk.simulate_diaries(people=6, nights=60, seed=3).nights


def one_person(nights: pd.DataFrame, person: object) -> pd.DataFrame:
    return nights[nights["person"].eq(person)].reset_index(drop=True)


def everything(found) -> str:
    return " ".join([found.nights.to_csv(), found.people.to_csv(), json.dumps(found.manifest), repr(found),
                     found._repr_html_(), str(found.nights.attrs)])


def test_a_fit_of_whole_diaries_is_the_same_before_and_after(nights):
    shared = rk.anonymise(nights, key=KEY, whole=True).nights
    formula = "symptoms ~ within(alcohol_drinks) + weekday"
    one, other = (rk.fit(formula, t, prior=None) for t in (nights, shared))
    assert other.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(other.coef, one.coef, atol=1e-5)


def test_effects_of_cut_diaries_are_nearly_the_same():
    """A sixth of the nights is gone: the estimate moves by less than half of its interval, which is little wider."""
    nights = rk.simulate_diaries(people=8, nights=180, seed=4).nights
    shared = rk.anonymise(nights, key=KEY)
    assert 0.7 * len(nights) < len(shared.nights) < 0.95 * len(nights)
    one, other = (rk.compare(rk.fit("symptoms ~ alcohol_drinks", t, prior=None), "alcohol_drinks", 2, 0).table.iloc[0]
                  for t in (nights, shared.nights))
    width = one["upper"] - one["lower"]
    assert abs(one["estimate"] - other["estimate"]) < width / 2
    assert width * 0.8 < other["upper"] - other["lower"] < width * 1.4


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10_000), keep_season=st.booleans())
def test_every_shift_is_whole_weeks_of_nights_in_a_row(nights, seed, keep_season):
    """Whoever has the key finds each person again: their nights in a row, moved, weekday and answers as they were."""
    key = seed.to_bytes(32, "big")
    found = rk.anonymise(nights, key=key, k=1, keep_season=keep_season)
    same = ["symptoms", "stretched", "alcohol_drinks", "weekday"]
    moved = []
    for person, mine in nights.groupby("person"):
        new = rk.hash_id(person, key, release=found.manifest["release"])
        theirs = one_person(found.nights, new)
        at = [n for n in range(len(mine) - len(theirs) + 1)
              if mine[same][n:n + len(theirs)].astype(str).reset_index(drop=True).equals(theirs[same].astype(str))]
        assert len(at) == 1
        assert theirs["day_index"].tolist() == list(range(len(theirs)))
        moved.append((theirs["night"].iloc[0] - mine["night"].iloc[at[0]]).days)
    rest = [0] if keep_season else [w for w in range(-26, 26) if w]
    assert set(moved) <= {7 * (52 * y + w) for y in (-3, -2, -1, 1, 2, 3) for w in rest}


def test_ids_are_those_of_the_release_and_of_the_key(nights):
    """The same nights again have the same ids; other nights, or traits, only where the release has a name."""
    first, again = rk.anonymise(nights, key=KEY), rk.anonymise(nights, key=KEY)
    pd.testing.assert_frame_equal(first.nights, again.nights)
    some = nights[nights["person"].eq("p1")]
    assert not set(rk.anonymise(some, key=KEY).people["person"]) & set(first.people["person"])
    wave, later = (rk.anonymise(t, key=KEY, release="wave 1").people["person"] for t in (nights, some))
    assert set(later) < set(wave) and rk.hash_id("p1", KEY, release="wave 1") in set(later)
    assert not set(rk.anonymise(nights, key=KEY[::-1], release="wave 1").people["person"]) & set(wave)


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
    swim = np.random.default_rng(1).permutation([True, pd.NA] * 180)
    mine = nights.assign(movement_swim=pd.array(swim, "boolean"),
                         movement_bike=pd.array([pd.NA if one is pd.NA else False for one in swim], "boolean"))
    found = rk.anonymise(mine, key=KEY, k=1, whole=True)
    assert {c for c in found.nights if c.startswith("movement_")} - set(nights) == {"movement_other"}
    assert found.nights["movement_other"].value_counts(dropna=False).to_dict() == {True: 180, pd.NA: 180}
    assert found.manifest["columns_dropped"] == 0


def test_an_amount_that_few_reach_is_cut_down(nights):
    mine = nights.copy()
    one = mine.index[mine["person"].eq("p2")][:3]
    mine.loc[one, "alcohol_drinks"] = 31.0
    found = rk.anonymise(mine, key=KEY, k=2, whole=True)
    most = mine.groupby("person")["alcohol_drinks"].max().sort_values().iloc[-2]
    assert found.nights["alcohol_drinks"].max() == most < 31
    assert found.manifest["top_coded"]["alcohol_drinks"]["limit"] == most
    assert rk.anonymise(mine, key=KEY, k=1, whole=True).nights["alcohol_drinks"].max() == 31


def test_one_person_is_told_that_nobody_hides_them():
    found = rk.anonymise(rk.simulate_diaries(nights=40, seed=1).nights, key=KEY)
    assert repr(found) == SAID


def test_the_manifest_says_what_is_left_in_numbers(nights):
    """Whole diaries are dated by whoever knows their first night; cut ones hardly, and of 60 nights there are 13 to 2
    beginnings of one weekday."""
    cut, whole = (rk.anonymise(nights, key=KEY, whole=whole).manifest for whole in (False, True))
    assert whole["attacks"]["first night known"] == whole["attacks"]["last night known"] == 6
    assert cut["attacks"]["first night known"] == 3  # up to 12 nights go: two beginnings of one weekday
    assert "Someone who knows the first night of a diary finds the dates of 6 of 6 people" in " ".join(whole["left"])
    assert json.loads(json.dumps(cut))["attacks"]["of"] == 6


@pytest.mark.parametrize(("change", "said"), [
    ({"key": b"short"}, "anonymise: expected a key of at least 16 secret bytes, found 5. "
                        "secrets.token_bytes(32) makes one."),
    ({"key": "0123456789abcdef0123"}, "anonymise: expected a key of at least 16 secret bytes, found str. "
                                      "secrets.token_bytes(32) makes one; text is turned into bytes by .encode()."),
    ({"traits": pd.DataFrame({"sex": ["f"]})}, 'anonymise, traits: expected a column "person" with each person once.'),
    ({"traits": pd.DataFrame({"person": ["nobody"], "sex": ["f"]})},
     "anonymise, traits: found 1 people who have no nights; expected people of the diaries only. Leave them out."),
])  # fmt: skip
def test_what_cannot_be_done(nights, change, said):
    with pytest.raises(rk.DiaryError) as wrong:
        rk.anonymise(nights, **({"key": KEY} | change))
    assert str(wrong.value) == said


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10_000), keep_season=st.booleans())
def test_within_person_estimates_are_identical_after_any_shift(nights, seed, keep_season):
    """One person's own model, with its trend over the dates: the same numbers to the last bit."""
    mine = one_person(nights, "p1")
    key = seed.to_bytes(32, "big")
    theirs = rk.anonymise(mine, key=key, k=1, keep_season=keep_season, whole=True).nights
    assert (mine["night"] != theirs["night"]).all()
    one, other = (rk.fit("symptoms ~ alcohol_drinks + day_index", t, prior=None, night_to_night=False)
                  for t in (mine, theirs))
    assert one.coef.equals(other.coef) and one.log_likelihood == other.log_likelihood
    effects = [rk.compare(f, "alcohol_drinks", 1, 0).table[["estimate", "lower", "upper"]] for f in (one, other)]
    pd.testing.assert_frame_equal(*effects, check_exact=True)


def test_no_hours_are_those_of_a_clock_change(tmp_path):
    """23:00 to 7:00 on the night when London's clocks go forward is seven hours; the rows of Sundays, where they would
    stand, hold none in any diary."""
    (tmp_path / "x.csv").write_text("night,symptoms,lights_out,woke_up\n" + "".join(
        f"2026-03-{day},yes,23:00,7:00\n" for day in range(15, 32)))
    nights = rk.make_nights(rk.read_diary(tmp_path / "x.csv", timezone="Europe/London"))
    assert set(nights["sleep_h"].dropna()) == {7, 8}
    shared = rk.anonymise(nights, key=KEY).nights
    assert set(shared["sleep_h"].dropna()) == {8}
    assert set(shared.loc[shared["sleep_h"].isna() & shared["day_index"].gt(0), "weekday"]) == {"Sun"}


def test_a_movement_of_few_people_becomes_other(nights):
    mine = nights.assign(movement_yoga=nights["person"].eq("p1").astype("boolean"),
                         movement_walk=pd.array([True] * len(nights), "boolean"))
    found = rk.anonymise(mine, key=KEY, k=2, whole=True).nights
    assert "movement_yoga" not in found and found["movement_other"].sum() == 60 and found["movement_walk"].all()
    assert "movement_yoga" in rk.anonymise(mine, key=KEY, k=1).nights


def test_columns_of_the_hour_around_the_landmark_are_kept():
    nights = rk.make_nights(rk.read_diary(rk.sample_path() / "other-formats" / "template" / "template.csv"))
    kept = rk.anonymise(nights, key=KEY, k=1)
    assert {"social_jetlag_28_min", "stretched_1h_earlier", "symptoms_1h_later"} <= set(kept.nights)
    assert kept.manifest["columns_dropped"] == 0 and kept.manifest["software"].startswith("rlskit ")
