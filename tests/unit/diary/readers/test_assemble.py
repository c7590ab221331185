"""Parsed rows and a mapping become a diary: meaning, night, amount, and an account that adds up."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.diary.mapping import COLUMNS, Mapping, Tag
from rlskit.diary.readers.assemble import assemble
from rlskit.diary.readers.parsed import Options, Parsed
from rlskit.diary.tables import CELL_OUT, DAY_ONLY, KEPT, LEFT_OUT, account, issue
from rlskit.errors import DiaryError

EVENING = dt.datetime(2026, 3, 10, 21, 15)
NIGHT = pd.Timestamp("2026-03-10")


def mention(row=1, tag="Tag", moment=EVENING, **more) -> dict:
    return {"row": row, "moment": moment, "precision": "minute", "slot": "", "entry_clock": "event", "group": "g",
            "tag": tag, "raw": f"raw {tag}", **more}


def sleep(row=1, start=None, end=None, **more) -> dict:
    span = {"start": start and pd.Timestamp(start), "end": end and pd.Timestamp(end)}
    return {"row": row, "is_nap": False, **span, **more}


def diary_of(*, mapping: dict[str, Tag] | None = None, rows=9, options=Options(), timezone="", **parts):  # noqa: B008
    parsed = Parsed("f.csv", "app", "v1", rows, **parts)
    return assemble(parsed, Mapping(timezone=timezone, timezone_from="rlskit.toml" if timezone else "",
                                    tags={name.casefold(): tag for name, tag in (mapping or {}).items()}), options)


def one_event(tag: Tag, **more) -> pd.Series:
    diary = diary_of(mapping={"Tag": tag}, mentions=[mention(**more)])
    assert len(diary.events) == 1
    return diary.events.iloc[0]


# --- meaning -------------------------------------------------------------------------------------------------------
def test_a_mapped_tick_is_an_event_and_an_unmapped_one_is_only_counted():
    diary = diary_of(mapping={"Calf": Tag("Calf", "stretched", "preventive", "no", movement="calf")},
                     mentions=[mention(1, "Calf"), mention(2, "calf "), mention(3, "Tea"), mention(3, "Calf")])
    assert diary.events["type"].tolist() == ["stretch"] * 3
    assert diary.events[["item", "item_raw", "intent", "unit"]].iloc[0].tolist() == ["calf", "raw Calf", "preventive",
                                                                                  "min"]
    assert diary.tags[["tag", "n", "column", "intent", "unticked"]].fillna("").to_numpy().tolist() == [
        ["Calf", 3, "stretched", "preventive", "no"], ["Tea", 1, "", "", ""]]
    assert account(diary)["rows"].tolist() == [3]


def test_an_ignored_tag_gives_no_event():
    diary = diary_of(mapping={"Tag": Tag("Tag", "ignore")}, mentions=[mention()])
    assert diary.events.empty
    assert diary.tags["column"].tolist() == ["ignore"]


def test_a_tag_that_is_mapped_but_never_ticked_is_listed():
    diary = diary_of(mapping={"Wine": Tag("Wine", "alcohol_drinks")}, mentions=[mention()])
    assert diary.tags[["tag", "n"]].to_numpy().tolist() == [["Tag", 1], ["Wine", 0]]


def test_the_intent_of_what_is_no_stretch_is_empty():
    assert one_event(Tag("Tag", "iron", intent="preventive"))["intent"] == ""


# --- amounts -------------------------------------------------------------------------------------------------------
LEVELS = {"little": 50.0}


@pytest.mark.parametrize(("tag", "said", "expected"), [
    (Tag("Tag", "caffeine_mg"), {}, (95.0, "mg")),  # one serving
    (Tag("Tag", "caffeine_mg", amount=40), {}, (40.0, "mg")),
    (Tag("Tag", "caffeine_mg", amount=40), {"amount": 200.0, "unit": "mg"}, (200.0, "mg")),
    (Tag("Tag", "caffeine_mg"), {"amount": 0.2, "unit": "g"}, (200.0, "mg")),
    (Tag("Tag", "caffeine_mg", amount=40), {"amount": 2.0, "unit": "cups"}, (80.0, "mg")),
    (Tag("Tag", "caffeine_mg", amount=40), {"amount": 3.0, "unit": "count"}, (120.0, "mg")),
    (Tag("Tag", "caffeine_mg", amount=40), {"amount": 3.0, "unit": "l"}, (40.0, "mg")),
    (Tag("Tag", "caffeine_mg", amount=40, levels=LEVELS), {"level": "Little"}, (50.0, "mg")),
    (Tag("Tag", "caffeine_mg", amount=40, levels=LEVELS), {"level": "A lot"}, (40.0, "mg")),
    (Tag("Tag", "caffeine_mg"), {"level": "None"}, (0.0, "mg")),
    (Tag("Tag", "caffeine_mg"), {"amount": 0.0, "unit": "l"}, (0.0, "mg")),
    (Tag("Tag", "alcohol_drinks"), {}, (1.0, "drinks")),
    (Tag("Tag", "stretched"), {"amount": 0.25, "unit": "h"}, (15.0, "min")),
    (Tag("Tag", "stretched"), {}, (None, "min")),
    (Tag("Tag", "stretched"), {"amount": 2.0, "unit": "count"}, (None, "min")),
    (Tag("Tag", "symptoms"), {"amount": 3.0, "unit": "likert_1_4"}, (3.0, "likert_1_4")),
    (Tag("Tag", "iron"), {"amount": 65.0, "unit": "mg"}, (65.0, "mg")),
    (Tag("Tag", "iron"), {}, (None, ""))])
def test_how_much_a_tick_stands_for(tag, said, expected):
    event = one_event(tag, **said)
    amount = None if pd.isna(event["amount"]) else event["amount"]
    assert (amount, event["unit"]) == expected


def test_an_amount_in_an_unknown_unit_is_named():
    diary = diary_of(mapping={"Tag": Tag("Tag", "caffeine_mg")}, mentions=[mention(4, amount=2.5, unit="bars")])
    assert diary.issues["message"].tolist() == [
        'f.csv, line 4, column "caffeine_mg": expected an amount in mg, found "2.5 bars". Kept. '
        "Taken for one tick, 95 mg."]


# --- time ----------------------------------------------------------------------------------------------------------
def test_an_event_clock_is_a_time_and_an_entry_clock_is_a_night():
    late = dt.datetime(2026, 3, 11, 1, 30)
    event = one_event(Tag("Tag", "iron"), moment=late)
    assert (event["start_local"], event["time_precision"], event["night"]) == (late, "minute", NIGHT)
    entry = one_event(Tag("Tag", "iron"), moment=late, entry_clock="entry")
    assert (entry["start_local"], entry["time_precision"], entry["night"]) == (NIGHT, "date", NIGHT)


def test_the_user_says_what_the_clock_of_an_entry_means():
    late = dt.datetime(2026, 3, 11, 1, 30)
    told = one_event(Tag("Tag", "iron", entry_time="event"), moment=late, entry_clock="entry")
    assert (told["start_local"], told["time_precision"]) == (late, "minute")
    told = one_event(Tag("Tag", "iron", entry_time="day"), moment=late, entry_clock="event")
    assert (told["start_local"], told["time_precision"]) == (NIGHT, "date")


@pytest.mark.parametrize(("clock", "expected"), [("21:30", "2026-03-10 21:30"), ("00:15", "2026-03-11 00:15"),
                                                 ("07:00", "2026-03-10 07:00")])
def test_a_tag_with_a_time_of_its_own_is_done_then(clock, expected):
    event = one_event(Tag("Tag", "stretched", time=clock), precision="slot", slot="pm",
                      moment=dt.datetime(2026, 3, 10))
    assert event["start_local"] == pd.Timestamp(expected)
    assert (event["time_precision"], event["night"], event["slot"]) == ("quarter_hour", NIGHT, "")


def test_waking_decides_the_night_of_a_morning_dose():
    diary = diary_of(mapping={"Tag": Tag("Tag", "iron")}, mentions=[mention(1, moment=dt.datetime(2026, 3, 11, 9))],
                     sleeps=[sleep(2, "2026-03-10 23:00", "2026-03-11 10:00", hours=11.0)])
    assert diary.events.query("type == 'supplement'")["night"].tolist() == [NIGHT]


# --- sleep ---------------------------------------------------------------------------------------------------------
def test_the_longest_sleep_of_a_night_is_its_main_sleep():
    diary = diary_of(sleeps=[
        sleep(1, "2026-03-10 20:00", "2026-03-10 22:00", hours=2.0), sleep(2, "2026-03-11 00:00", "2026-03-11 05:00"),
        sleep(3, "2026-03-11 14:00", "2026-03-11 15:00", hours=1.0, is_nap=True)])
    assert diary.events.set_index("row")[["type", "item"]].to_numpy().tolist() == [
        ["nap", "sleep"], ["sleep", "sleep"], ["nap", "nap"]]
    night = diary.daily.iloc[0]
    assert (night["night"], night["wake_date"], night["tst_min"], night["tst_source"]) == (
        NIGHT, NIGHT + pd.Timedelta(days=1), 300.0, "diary_computed")
    assert len(diary.daily) == 1


def test_the_pieces_of_a_night_are_one_sleep_and_that_is_said():
    diary = diary_of(sleeps=[
        sleep(1, "2026-03-10 22:30", "2026-03-11 01:00"), sleep(2, "2026-03-11 04:30", "2026-03-11 07:00", quality=4),
        sleep(3, "2026-03-11 01:30", "2026-03-11 04:00"), sleep(4, "2026-03-11 23:00", "2026-03-12 07:00")])
    assert diary.events["type"].eq("sleep").all()
    cells = ["lights_out", "woke_up", "tst_min", "awakenings_n", "sleep_quality"]
    assert diary.daily[cells].iloc[0].tolist() == [
        pd.Timestamp("2026-03-10 22:30"), pd.Timestamp("2026-03-11 07:00"), 450.0, 2, 4.0]
    assert diary.daily["awakenings_n"].tolist() == [2, 0]
    assert diary.issues["message"].tolist() == [
        'f.csv, column "sleep": a night slept in pieces less than 2 hours apart is one night. Kept. 1 night; that of '
        "10 Mar 2026 runs from 22:30 to 07:00, with 7.5 hours of sleep."]
    assert account(diary)["rows"].tolist() == [4]


def test_length_is_elapsed_time_in_the_zone_of_the_diary():
    spring = sleep(1, "2026-03-28 23:00", "2026-03-29 07:00")
    assert diary_of(sleeps=[spring]).daily["tst_min"].tolist() == [480.0]
    assert diary_of(sleeps=[spring], timezone="Europe/Berlin").daily["tst_min"].tolist() == [420.0]
    abroad = {**spring, "tz": "Asia/Tokyo"}
    assert diary_of(sleeps=[abroad], timezone="Europe/Berlin").daily["tst_min"].tolist() == [480.0]


def test_sleep_of_impossible_length_and_the_same_sleep_again_are_listed():
    good = sleep(1, "2026-03-10 23:00", "2026-03-11 06:00", hours=7.0)
    diary = diary_of(rows=4, sleeps=[good, {**good, "row": 2}, {**good, "row": 3, "hours": 0.0},
                                     {**good, "row": 4, "hours": 25.0}])
    assert sorted(diary.issues["message"]) == [
        'f.csv, line 2, column "sleep": the same sleep again. Left out; see diary.issues.',
        'f.csv, line 3, column "sleep": expected more than 0 and at most 24 hours, found "0 h". '
        "Left out; see diary.issues.",
        'f.csv, line 4, column "sleep": expected more than 0 and at most 24 hours, found "25 h". '
        "Left out; see diary.issues."]
    assert account(diary)["rows"].sum() == 4


# --- answers -------------------------------------------------------------------------------------------------------
def answer(row: int, **cells) -> dict:
    return {"row": row, "night": NIGHT, **cells}


def test_a_second_answer_for_a_night_is_listed_and_the_first_one_used():
    diary = diary_of(rows=3, answers=[answer(1, symptoms="yes", severity_0_10=4), answer(2, symptoms="no"),
                                      answer(3, symptoms="yes", severity_0_10=4)])
    assert diary.daily["symptoms"].tolist() == ["yes"]
    assert diary.issues["message"].tolist() == [
        'f.csv, line 2, column "night": expected one row per night (they differ in symptoms, severity_0_10), '
        'found "2026-03-10". Left out; see diary.issues. The first row is used.',
        'f.csv, line 3, column "night": expected one row per night, found "2026-03-10". Left out; see diary.issues. '
        "The first row is used."]
    assert account(diary)["rows"].sum() == 3


def test_events_of_a_row_that_is_left_out_are_left_out_with_it():
    own = {"type": "caffeine", "start_local": EVENING, "time_precision": "minute", "slot": "", "amount": 80.0}
    diary = diary_of(rows=2, answers=[answer(1, caffeine_any="yes"), answer(2, caffeine_any="yes")],
                     events=[{**own, "row": 1}, {**own, "row": 2}])
    assert diary.events["row"].tolist() == [1]
    assert account(diary)["rows"].sum() == 2


def test_rows_that_answer_different_questions_about_a_night_are_both_used():
    slept = answer(2, tst_min=0.0, tst_source="diary_reported")
    diary = diary_of(rows=2, answers=[answer(1, sleep_quality=4.0), slept])
    assert diary.issues.empty
    assert diary.daily[["sleep_quality", "tst_min"]].to_numpy().tolist() == [[4.0, 0.0]]
    assert account(diary)["rows"].tolist() == [2]


# --- zone and person -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("stated", "mapped", "of_the_file", "expected"), [
    ("Asia/Tokyo", "Europe/Paris", "America/Lima", ("Asia/Tokyo", "--timezone")),
    ("", "Europe/Paris", "America/Lima", ("Europe/Paris", "rlskit.toml")),
    ("", "", "America/Lima", ("America/Lima", "the file")), ("", "", "", ("", ""))])
def test_who_says_the_zone(stated, mapped, of_the_file, expected):
    parsed = Parsed("f.csv", "app", "v1", 1, mentions=[mention()], timezone=of_the_file)
    mapping = Mapping(timezone=mapped, timezone_from="rlskit.toml" if mapped else "")
    source = assemble(parsed, mapping, Options(timezone=stated)).source[0]
    assert (source.timezone, source.timezone_from) == expected


def test_an_unknown_zone_of_the_file_is_an_error():
    with pytest.raises(DiaryError, match=r'the file: expected an IANA time zone .* found "Here"'):
        assemble(Parsed("f.csv", "app", "v1", 1, timezone="Here"), Mapping(), Options())


def test_the_person_is_the_callers_then_the_mappings():
    parsed = Parsed("f.csv", "app", "v1", 1, entries=[{"row": 1, "moment": EVENING, "precision": "minute", "slot": ""}])
    assert assemble(parsed, Mapping(person="m"), Options(person="o")).events["person"].tolist() == ["o"]
    assert assemble(parsed, Mapping(person="m"), Options(person="")).events["person"].tolist() == ["m"]


# --- the account and the ids ---------------------------------------------------------------------------------------
def test_a_row_counts_once_whatever_is_said_about_it():
    diary = diary_of(
        rows=6, mapping={"Tag": Tag("Tag", "iron")}, mentions=[mention(1), mention(4, "Tea")],
        entries=[{"row": r, "moment": EVENING, "precision": "minute", "slot": "", "group": "g"} for r in (1, 2, 5)],
        issues=[issue("f.csv", "bad cell", row=1, outcome=LEFT_OUT), issue("f.csv", "odd", row=2, outcome=KEPT),
                issue("f.csv", "bad row", row=3, outcome=LEFT_OUT), issue("f.csv", "worse", row=3, outcome=LEFT_OUT)],
        reasons={5: "no rating", 6: "nothing in it"})
    assert account(diary).set_index("reason")["rows"].to_dict() == {
        "used": 1, "bad row": 1, "no rating": 1, "nothing in it": 1,
        "no tag in this row is mapped in rlskit.toml": 2}
    outcome = diary.issues.set_index("kind")["outcome"]
    assert outcome["bad cell"] == CELL_OUT  # the rest of that row is used
    assert (outcome["no rating"], outcome["nothing in it"]) == (DAY_ONLY, LEFT_OUT)


WORDS = st.sampled_from(["coffee", "stretch", "tea", "Coffee "])
ROWS = st.integers(1, 8)
MOMENTS = st.datetimes(dt.datetime(2026, 3, 1), dt.datetime(2026, 4, 30)).map(lambda t: t.replace(microsecond=0))
HOURS = st.one_of(st.none(), st.floats(-1, 26))
MENTIONS = st.builds(mention, ROWS, WORDS, MOMENTS)
SLEEPS = st.builds(lambda row, start, hours: sleep(row, start, start + dt.timedelta(hours=7), hours=hours),
                   ROWS, MOMENTS, HOURS)
ENTRIES = st.builds(lambda row, at: {"row": row, "moment": at, "precision": "minute", "slot": ""}, ROWS, MOMENTS)
ANSWERS = st.builds(lambda row, at, said: {"row": row, "night": dt.datetime(at.year, at.month, at.day),
                                           "symptoms": said}, ROWS, MOMENTS, st.sampled_from(["yes", "no", ""]))


@settings(max_examples=40)
@given(st.lists(MENTIONS, max_size=8), st.lists(SLEEPS, max_size=4), st.lists(ENTRIES, max_size=6),
       st.lists(ANSWERS, max_size=4), st.sampled_from(sorted(COLUMNS)), st.sets(ROWS, max_size=3))
def test_used_and_explained_rows_add_up_to_the_rows_of_the_file(mentions, sleeps, entries, answers, column, left_out):
    """Whatever a reader hands over, every row of it is counted once."""
    parts = {"mentions": mentions, "sleeps": sleeps, "entries": entries, "answers": answers}
    touched = {part["row"] for rows in parts.values() for part in rows} | left_out
    diary = diary_of(rows=len(touched), mapping={"coffee": Tag("coffee", column)},
                     issues=[issue("f.csv", "odd", row=row) for row in sorted(left_out)], **parts)
    assert account(diary)["rows"].sum() == len(touched)
    assert diary.events["event_id"].is_unique
    assert diary.events["night"].notna().all()
    assert not diary.daily.duplicated(["person", "night"]).any()


@settings(max_examples=25)
@given(st.lists(MENTIONS, min_size=1, max_size=8), st.randoms())
def test_ids_do_not_depend_on_the_order_or_the_line_of_a_row(mentions, random):
    tags = {"coffee": Tag("coffee", "caffeine_mg"), "stretch": Tag("stretch", "stretched")}
    shuffled = [{**m, "row": m["row"] + 100} for m in random.sample(mentions, len(mentions))]
    one = diary_of(mapping=tags, mentions=mentions).events["event_id"]
    other = diary_of(mapping=tags, mentions=shuffled).events["event_id"]
    assert sorted(one) == sorted(other)
