"""data: made again byte for byte, and reading it gives back exactly what the generator put in."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.stopping import NO_STOP
from rlskit.diary.night_rule import elapsed_hours
from tests.helpers.places import SAMPLE
from tests.helpers.scripts import script

DATA = SAMPLE.parent
GENERATOR = script("data/make_sample.py")
STUDY = script("data/make_study.py")
SIMULATED = GENERATOR.simulate()
FACTS = GENERATOR.facts(SIMULATED.nights)
CLOCKS_BACK = pd.Timestamp("2026-10-24")


@pytest.fixture(scope="module")
def diary():
    return rk.read_diary(SAMPLE)


@pytest.fixture(scope="module")
def nights(diary):
    return rk.make_nights(diary).set_index("night")


def written(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*")
            if p.is_file() and p.suffix != ".py" and "__pycache__" not in p.parts and not p.name.startswith(".")}


def fact(name: str) -> pd.Series:
    return pd.Series({n["night"]: n[name] for n in FACTS})


# --- the files -------------------------------------------------------------------------------------------------------
def test_the_generator_makes_the_same_bytes_again(tmp_path):
    GENERATOR.main(tmp_path)
    STUDY.main(tmp_path / "sample" / "other-formats" / "redcap")
    assert written(tmp_path) == written(DATA)


def test_the_diary_has_gaps_a_week_away_a_late_tag_and_a_clock_change():
    made = SIMULATED.nights
    assert len(made) == 180
    assert 0.05 < 1 - made["recorded"].mean() < 0.15
    assert not made.loc[made["night"].between("2026-08-14", "2026-08-20"), "recorded"].any()
    first_wine = fact("wine").gt(0).idxmax()
    assert pd.Timestamp("2026-06-09") <= first_wine < pd.Timestamp("2026-07-09")  # month 2
    assert CLOCKS_BACK in set(SIMULATED.sleeps["night"])
    assert fact("early").any() and fact("stretched").any() and fact("responsive").any()
    assert 0.2 < fact("told_late").sum() / fact("symptoms").sum() < 0.45


def test_some_nights_are_in_pieces(diary):
    read = diary.daily.dropna(subset=["lights_out"]).set_index("night")
    pieces = events(diary, type="sleep", app="sleep_as_android").groupby("night").size()
    assert 10 <= pieces.gt(1).sum() == read["awakenings_n"].gt(0).sum() and pieces.max() == 3
    in_bed = (read["woke_up"] - read["lights_out"]) / pd.Timedelta(minutes=1)
    awake = (in_bed - read["tst_min"].astype(float))[pieces.index[pieces.gt(1)].difference([CLOCKS_BACK])]
    assert awake.between(9.9, 100.1).all()


def test_truth_json_and_readme_say_what_the_simulation_says():
    said = json.loads((DATA / "sample-truth.json").read_text(encoding="utf-8"))
    assert said["seed"] == 20261122
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    for row, true in zip(said["estimands"], SIMULATED.truth.estimands.itertuples(), strict=True):
        assert row["term"] == true.term.replace("magnesium", "evening_walk")  # what the simulation calls magnesium
        assert row["nights_per_30"] == pytest.approx(true.nights_per_30, abs=5e-4)
        assert f"| {true.nights_per_30:+.1f} |" in readme
    effects = {name.replace("magnesium", "evening_walk"): size
               for name, size in SIMULATED.truth.parameters["effects"].items()}
    assert said["parameters"]["effects"] == effects


def test_every_row_of_the_advice_table_is_told_and_its_truth_is_stated(nights):
    """No row is blank; what is answered holds its truth at the limits that hold for all rows together."""
    table = nights.reset_index()
    table.attrs = dict(nights.attrs)
    answers = rk.answer_questions(table)
    rows = answers.table.set_index("question")
    stated = json.loads((DATA / "sample-truth.json").read_text(encoding="utf-8"))["advice"]
    assert set(rows.index) == set(stated)
    told = rows["verdict"].to_dict()
    others = [told.pop(key) for key in ("relief", "after_stopping", "nights_needed")]
    assert others == ["described", "refused", "plan"]
    assert set(told.values()) <= {"fewer", "more", "lower", "higher", "unclear"}
    assert rows.loc["after_stopping", "reason"] == NO_STOP
    assert answers.half_hour == "21:00" and answers.onset is not None and not answers.onset.reason
    for key, truth in stated.items():
        if "size" in truth and key != "relief":
            assert rows.loc[key, "lower"] <= truth["size"] <= rows.loc[key, "upper"], key
    relief = answers.relief
    assert relief.lower <= stated["relief"]["size"] <= relief.upper
    assert relief.quiet_lower <= stated["relief"]["quiet_min"] <= relief.quiet_upper


def test_files_have_the_shape_of_the_apps():
    bearable = (SAMPLE / "bearable.csv").read_text(encoding="utf-8").splitlines()
    assert bearable[0] == "date,date formatted,weekday,time of day,category,rating/amount,detail,notes"
    assert all(line.count('","') == 7 for line in bearable[1:])
    assert not any("(None)" in line for line in bearable)  # an absent symptom has no row
    sleep = (SAMPLE / "sleep-as-android.csv").read_text(encoding="utf-8").splitlines()
    heads = [i for i, line in enumerate(sleep) if line.startswith("Id,Tz,From,To,Sched,Hours,")]
    assert all(sleep[i + 1].startswith('"17') for i in heads)
    assert len(heads) > len(SIMULATED.sleeps) + 3  # three naps, and nights in pieces
    assert any(line.startswith("," * 13) for line in sleep)  # noise


# --- reading it back -------------------------------------------------------------------------------------------------
def events(diary, **which) -> pd.DataFrame:
    found = diary.events
    for column, value in which.items():
        found = found[found[column].eq(value)]
    return found


def test_every_tick_and_no_other_is_read_on_its_night(diary):
    for which, name in (
        ({"item": "early_symptoms"}, "early"), ({"item": "symptoms"}, "symptoms"),
        ({"type": "stretch", "intent": "preventive"}, "stretched"),
        ({"type": "stretch", "intent": "responsive"}, "responsive"), ({"item": "magnesium"}, "magnesium"),
        ({"item": "iron"}, "iron"), ({"item": "evening_walk"}, "walk"),
    ):
        put_in = fact(name)
        assert set(events(diary, **which)["night"]) == set(put_in[put_in].index), name
    assert "unknown" not in set(events(diary, type="stretch")["intent"])
    late = events(diary, item="symptoms")
    late = late[late["item_raw"].str.startswith("Restless legs last night")]
    assert set(late["night"]) == set(fact("told_late")[fact("told_late")].index)


def test_what_is_measured_is_read_on_its_night(nights):
    stretched, rated = fact("stretched"), fact("before").notna()
    for column, name, where in (("stretch_min", "stretch_min", stretched), ("stretch_hold_s", "hold", stretched),
                                ("stretch_intensity_0_10", "pull", stretched), ("symptom_before", "before", rated),
                                ("symptom_after", "after", rated), ("quiet_min", "quiet", rated),
                                ("resting_pulse", "pulse", fact("next_day"))):
        put_in, read = fact(name)[where].astype(float), nights[column].astype("Float64").dropna().astype(float)
        assert read[read.ne(0) | (column == "symptom_after")].to_dict() == put_in.to_dict(), column
    stars = nights["sleep_quality"].dropna().astype(float)
    assert len(stars) > 90 and (stars == fact("quality")[stars.index]).all()


def test_the_hour_at_which_symptoms_began_is_read_where_it_is_told(nights):
    put_in, late = fact("onset_h"), fact("told_late")
    told = put_in[put_in.notna() & ~late].astype(float)
    read = nights["onset_h"].dropna().astype(float)
    assert 0.5 < len(told) / fact("symptoms").sum() < 1 and list(read.index) == list(told.index)
    np.testing.assert_allclose(read, told, atol=1e-9)


def test_every_cup_and_glass_is_read_with_its_amount(diary):
    coffee = events(diary, type="caffeine")
    by_slot = coffee[coffee["amount"].gt(0)].groupby(["night", coffee["slot"].eq("am")])["amount"].sum()
    for morning, name in ((True, "coffee_am"), (False, "coffee_pm")):
        put_in = fact(name)
        read = by_slot.xs(morning, level=1) if morning in by_slot.index.get_level_values(1) else by_slot
        assert read.to_dict() == put_in[put_in > 0].to_dict()
    assert coffee["amount"].eq(0).any()  # "Coffee - None" is written down, and is an answer
    wine = fact("wine").dropna()
    assert events(diary, type="alcohol").set_index("night")["amount"].to_dict() == wine[wine > 0].to_dict()


def test_every_sleep_is_read_with_its_times_and_elapsed_length(diary):
    read = diary.daily.dropna(subset=["lights_out"]).set_index("night")
    put_in = SIMULATED.sleeps.set_index("night")
    assert list(read.index) == list(put_in.index)
    assert read["lights_out"].equals(put_in["lights_out"].rename("lights_out"))
    late = (read["woke_up"] - put_in["woke_up"]) / pd.Timedelta(seconds=1)
    assert late.abs().max() < 3  # the app writes hours with three decimals
    zone = script("data/sample_exports.py").ZONE
    elapsed = pd.Series([60 * elapsed_hours(s.lights_out, s.woke_up, zone) for s in put_in.itertuples()], put_in.index)
    whole = read["awakenings_n"].isna()  # the others: test_some_nights_are_in_pieces
    np.testing.assert_allclose(read.loc[whole, "tst_min"].astype(float), elapsed[whole], atol=0.04)
    wall = (put_in["woke_up"] - put_in["lights_out"]).loc[CLOCKS_BACK] / pd.Timedelta(minutes=1)
    assert float(read.loc[CLOCKS_BACK, "tst_min"]) == pytest.approx(wall + 60, abs=0.04)
    assert len(events(diary, type="nap")["night"].unique()) == 3


def test_every_row_is_accounted_for_and_unmapped_tags_are_listed(diary):
    for source in diary.source:
        parts = rk.account(diary)
        assert parts.loc[parts["file"].eq(source.file), "rows"].sum() == source.rows
    unmapped = set(diary.tags.loc[diary.tags["column"].eq(""), "tag"])
    assert {"Headache", "Stress", "Vitamin D", "Met friends", "Worked from home", "watch", "late_meal"} <= unmapped


def test_model_nights_of_the_sample_are_the_simulated_nights(nights):
    made = SIMULATED.nights.set_index("night").loc[nights.index]
    assert nights["recorded"].equals(made["recorded"])
    for name in ("symptoms", "early_symptoms", "stretched", "stretch_responsive", "caffeine_before_noon_mg",
                 "caffeine_after_noon_mg", "alcohol_drinks"):
        pd.testing.assert_series_equal(nights[name].astype("Float64"), made[name].astype("Float64"))
    assert nights["evening_walk"].astype("Float64").equals(made["magnesium"].astype("Float64").rename("evening_walk"))
    for name in ("symptoms", "early_symptoms", "stretched"):
        assert nights[f"{name}_state"].tolist() == made[f"{name}_state"].tolist(), name
    kept = nights["recorded"]  # a gap between the last night without and the first with the tag could be either
    assert nights.loc[kept, "alcohol_drinks_state"].tolist() == made.loc[kept, "alcohol_drinks_state"].tolist()
    for name, tolerance in (("bedtime_sd_7_min", 1e-6), ("last_shift_min", 1e-6), ("sri_7", 0.2)):
        both = (nights[name], made[name])
        np.testing.assert_allclose(*(c.to_numpy(dtype=float, na_value=np.nan) for c in both), atol=tolerance)


def test_the_landmark_of_the_sample_is_nine(diary):
    assert rk.make_nights(diary).attrs["landmark"] == "21:00"


# --- the twin and the other formats ----------------------------------------------------------------------------------
def test_the_untimed_twin_tells_neither_intent_nor_time():
    diary = rk.read_diary(SAMPLE / "untimed")
    stretches = events(diary, type="stretch")
    put_in = fact("stretched") | fact("responsive")
    assert set(stretches["night"]) == set(put_in[put_in].index)
    assert set(stretches["intent"]) == {"unknown"} and set(stretches["time_precision"]) <= {"date", "slot"}
    assert set(stretches["slot"]) <= {"all_day", ""}
    assert not diary.events["item"].eq("early_symptoms").any()
    assert not rk.make_nights(diary)["stretched"].fillna(False).any()


@pytest.mark.parametrize("name", ["daylio", "template"])
def test_the_other_formats_tell_the_same_nights(name):
    diary = rk.read_diary(SAMPLE / "other-formats" / name)
    read = rk.make_nights(diary, landmark="21:00").set_index("night")
    first = FACTS[: GENERATOR.SMALL]
    index = pd.DatetimeIndex([n["night"] for n in first])
    assert list(read.index[read["recorded"]]) == list(index)
    read = read.loc[index]
    ill = read["symptoms"].fillna(False) | read["early_symptoms"].fillna(False)
    assert ill.tolist() == [n["symptoms"] for n in first]
    cup = 95 if name == "template" else 100  # the template counts cups
    for side, column in (("coffee_am", "caffeine_before_noon_mg"), ("coffee_pm", "caffeine_after_noon_mg")):
        told = read[column].notna()
        assert told.sum() > 50
        assert read.loc[told, column].tolist() == pytest.approx(
            [n[side] * cup / 100 for n, here in zip(first, told, strict=True) if here])
    yes = read["stretched"].fillna(False)
    assert set(index[yes]) == {n["night"] for n in first if n["stretched"]}


def test_the_study_tells_the_nights_that_were_put_in():
    """All people at once: who, where, when, and what the landmark makes of it."""
    read = rk.make_nights(rk.read_diary(SAMPLE / "other-formats" / "redcap"), landmark="21:00")
    made = rk.simulate_diaries(STUDY.PEOPLE, STUDY.NIGHTS, effects=STUDY.EFFECTS, traits=STUDY.TRAITS,
                               sites=STUDY.SITES, seed=STUDY.SEED).nights
    made = made[made["recorded"]].assign(person=made["person"].str.removeprefix("p"))
    both = made.merge(read[read["recorded"]], on=["person", "night"], suffixes=("", "_read"))
    assert len(both) == len(made) == read["recorded"].sum() == 451
    assert (both["site"].map(STUDY.GROUPS) == both["site_read"]).all()
    for column in ("symptoms", "early_symptoms", "severity_0_10", "iron", "alcohol_drinks", "stretch_responsive"):
        pd.testing.assert_series_equal(both[column], both[f"{column}_read"], check_names=False, check_dtype=False)
    quiet = ~both["early_symptoms"].astype(bool)
    assert (both["stretched"] == both["stretched_read"])[quiet].all()
