"""A table of one's own: [columns] in rlskit.toml says what its headers mean. Tiny tables, written here."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.diary.mapping import TABLE_COLUMNS
from rlskit.diary.readers.template_columns import BY_NAME, column_name
from rlskit.errors import DiaryError

HEADERS = {"Datum": "night", "Beine?": "symptoms", "Wie schlimm": "severity_0_10", "Licht aus": "lights_out",
           "Wach": "woke_up", "Eisen": "iron"}


def toml(columns: dict[str, str | dict]) -> str:
    """[columns] of header → column, or header → keys."""
    lines = []
    for header, said in columns.items():
        lines.append(f'[columns."{header}"]')
        keys = {"column": said} if isinstance(said, str) else said
        lines += [f"{key} = {repr(value).replace(chr(39), chr(34))}" if not isinstance(value, dict) else
                  f"{key} = {{ {', '.join(f'{chr(34)}{k}{chr(34)} = {v}' for k, v in value.items())} }}"
                  for key, value in keys.items()]
    return "\n".join(lines) + "\n"


def write(folder: Path, columns: dict, *rows: str, name: str = "mine.csv") -> Path:
    (folder / "rlskit.toml").write_text(toml(columns), encoding="utf-8")
    (folder / name).write_text("\n".join([";".join(columns), *rows]) + "\n", encoding="utf-8")
    return folder / name


def daily(diary: rk.Diary) -> pd.DataFrame:
    return diary.daily.set_index(diary.daily["night"].dt.strftime("%m-%d"))


def ticks(diary: rk.Diary) -> list[tuple]:
    """(night, type, amount) of every tick, an amount that nobody knows as None."""
    told = diary.events[diary.events["type"].ne("note")]
    return [(f"{e.night:%m-%d}", e.type, None if pd.isna(e.amount) else e.amount) for e in told.itertuples()]


def left_out(diary: rk.Diary) -> list[tuple]:
    said = diary.issues[diary.issues["row"].notna()]
    return [(i.row, i.column, i.found, i.expected or i.kind) for i in said.itertuples()]


# --- one row a night ------------------------------------------------------------------------------------------------
def test_what_the_columns_mean_is_read_as_the_template_reads_it(tmp_path):
    diary = rk.read_diary(write(tmp_path, HEADERS, "1.3.2026;ja;6;23:15;6:45;nein", "2.3.2026;nein;;22.50;7:00;",
                                "13.3.2026;;;;;"))
    got = daily(diary)
    assert got["symptoms"].tolist() == ["yes", "no"]
    assert got.loc["03-01", ["severity_0_10", "iron"]].tolist() == [6.0, "no"]
    assert got["tst_min"].round().tolist() == [450, 490]
    assert rk.account(diary)[["reason", "rows"]].values.tolist() == [["used", 2], ["the night was not filled in", 1]]
    assert diary.source[0].layout == "CSV, one row a night"


CELLS = {"symptoms": ["yes", "No", "nein", "maybe", ""], "severity_0_10": ["0", "7/10", "12", ""],
         "lights_out": ["23:15", "2230", "25:00", ""], "woke_up": ["6:45", ""], "alcohol_drinks": ["0", "2 beers", "x"],
         "iron": ["ja", "", "FALSE"], "free_night": ["да", "нет"], "stretched": ["yes", "no", ""],
         "stretch_min": ["15", "0", ""], "caffeine_before_noon_cups": ["2", "1,5", "none", ""]}  # fmt: skip


@settings(max_examples=40)  # of up to five nights each
@given(st.lists(st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()}), min_size=1,
                max_size=5))
def test_the_same_cells_say_the_same_as_in_the_template(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("table")
    nights = [f"2026-03-{10 + i}" for i in range(len(rows))]
    own = {"Tag": "night", **{f"Spalte {name}": name for name in CELLS}}
    mine = write(folder, own, *(";".join([night, *(row[name] for name in CELLS)])
                              for night, row in zip(nights, rows, strict=True)))
    out = io.StringIO()
    csv.writer(out).writerows([["night", *CELLS], *([n, *(r[name] for name in CELLS)]
                                                            for n, r in zip(nights, rows, strict=True))])
    (folder / "t").mkdir()
    (folder / "t" / "template.csv").write_text(out.getvalue(), encoding="utf-8")
    got, wanted = rk.read_diary(mine), rk.read_diary(folder / "t" / "template.csv")
    pd.testing.assert_frame_equal(got.daily.drop(columns="source"), wanted.daily.drop(columns="source"))
    told = ["type", "start_local", "night", "amount", "item", "intent"]
    pd.testing.assert_frame_equal(got.events.loc[got.events["type"].ne("note"), told].reset_index(drop=True),
                                  wanted.events[told])
    assert rk.account(got)["rows"].sum() == got.source[0].rows


def test_what_a_table_may_say_is_what_the_template_and_tags_know():
    assert {column_name(c) for c in TABLE_COLUMNS} - BY_NAME.keys() == {"time", "tags", "amount"}


def test_an_xlsx_says_the_same_as_a_csv(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["My diary"])
    book.active.append(list(HEADERS))
    book.active.append([dt.datetime(2026, 3, 1), True, 6, dt.time(23, 15), dt.time(6, 45), False])
    path = write(tmp_path, HEADERS, "1.3.2026;ja;6;23:15;6:45;nein", "13.3.2026;;;;;")
    book.save(tmp_path / "mine.xlsx")
    told = ["symptoms", "severity_0_10", "tst_min", "iron"]
    pd.testing.assert_frame_equal(rk.read_diary(tmp_path / "mine.xlsx").daily[told], rk.read_diary(path).daily[told])


# --- ticks: several columns for one thing, amounts, words of one's own ----------------------------------------------
def test_wine_and_beer_are_that_many_drinks_and_cups_go_by_their_strength(tmp_path):
    columns = {"Datum": "night", "Wein": "alcohol_drinks", "Bier": "alcohol_drinks",
               "Kaffee": {"column": "caffeine_mg", "amount": 60}}
    diary = rk.read_diary(write(tmp_path, columns, "2026-03-01;2 Gläser;1 beer;3", "2026-03-02;0;0;190 mg",
                                "2026-03-03;0;;0", "2026-03-04;;4 mg;2 Tassen"))
    assert ticks(diary) == [
        ("03-01", "alcohol", 2), ("03-01", "alcohol", 1), ("03-01", "caffeine", 180), ("03-02", "alcohol", 0),
        ("03-02", "alcohol", 0), ("03-02", "caffeine", 190), ("03-03", "caffeine", 0), ("03-04", "caffeine", 120)]
    # No wine, and nothing said about beer, is not "no alcohol".
    assert left_out(diary) == [(4, "Wein", "", "a no, and another column for the same is empty"),
                               (5, "Bier", "4 mg", "a number of drinks")]


def test_a_stretch_carries_what_its_keys_say(tmp_path):
    columns = {"Datum": "night", "Waden": {"column": "stretched", "movement": "calf", "intent": "preventive",
                                           "time": "21:00", "unit": "min"}}
    events = rk.read_diary(write(tmp_path, columns, "2026-03-01;15", "2026-03-02;no", "2026-03-03;yes")).events
    stretch = events[events["type"].eq("stretch")]
    assert stretch["amount"].tolist() == [15, 0, pd.NA]
    assert set(stretch["item"]) == {"calf"} and set(stretch["intent"]) == {"preventive"}
    assert stretch["start_local"].dt.strftime("%H:%M").tolist() == ["21:00"] * 3


def test_keys_of_a_stretch_go_with_other_columns_about_it(tmp_path):
    columns = {"Datum": "night", "Gedehnt": {"column": "stretched", "intent": "preventive", "movement": "calf"},
               "Wann": "stretch_time"}
    events = rk.read_diary(write(tmp_path, columns, "2026-03-01;ja;20:30", "2026-03-02;nein;")).events
    stretch = events[events["type"].eq("stretch")]
    assert stretch[["item", "intent"]].values.tolist() == [["calf", "preventive"]]
    assert stretch["start_local"].tolist() == [pd.Timestamp("2026-03-01 20:30")]


def test_levels_say_what_words_of_ones_own_mean(tmp_path):
    columns = {"Datum": "night", "Beine": {"column": "symptoms", "levels": {"ruhig": 0, "zappelig": 1}},
               "Kaffee": {"column": "caffeine_mg", "levels": {"wenig": 50}}}
    diary = rk.read_diary(write(tmp_path, columns, "2026-03-01;Ruhig;wenig", "2026-03-02;zappelig;viel"))
    assert daily(diary)["symptoms"].tolist() == ["no", "yes"]
    assert ticks(diary) == [("03-01", "caffeine", 50)]
    assert left_out(diary) == [(3, "Kaffee", "viel", "a number of cups")]


def test_an_empty_cell_is_a_no_only_where_the_mapping_says_so_and_the_row_could_be_read(tmp_path):
    rows = [f"2026-03-{d:02d};{said};1" for d, said in enumerate(["x", "", "x", "?", "", "x", "x"], 1)]
    for unticked, no in (("no", [2, 5]), ("not_recorded", [])):
        columns = {"Datum": "night", "Beine": {"column": "symptoms", "unticked": unticked}, "Eisen": "iron"}
        nights = rk.make_nights(rk.read_diary(write(tmp_path, columns, *rows)))
        assert nights["night"].dt.day[nights["symptoms_state"].eq("no")].tolist() == no


# --- which night -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("cell", "tells_of", "night"), [
    ("2026-03-05", "", "03-05"), ("2026-03-05", "last night", "03-04"), ("2026-03-05", "tonight", "03-05"),
    ("2026-03-05 21:30", "", "03-05"), ("2026-03-05 02:00", "", "03-04"), ("2026-03-05 07:30", "", "03-05"),
    ("2026-03-05 07:30", "last night", "03-04"), ("2026-03-05 05:30", "last night", "03-04"),
    ("2026-03-05 02:00", "last night", "03-03"), ("2026-03-05T00:00:00", "last night", "03-04")])
@pytest.mark.parametrize("on", ["night", "symptoms", "ticks"])
def test_the_night_that_a_cell_tells_of(tmp_path, cell, tells_of, night, on):
    """Stated for the whole table or for one column; read as an answer or as a tick, it is the same night."""
    keys = {"tells_of": tells_of} if tells_of else {}
    columns = {"Datum": {"column": "night", **(keys if on == "night" else {})},
               "Beine": {"column": "symptoms", **({"unticked": "no"} if on == "ticks" else {}),
                         **(keys if on != "night" else {})}}
    diary = rk.read_diary(write(tmp_path, columns, f"{cell};ja"))
    nights = rk.make_nights(diary)
    assert nights["night"].dt.strftime("%m-%d")[nights["symptoms_state"].eq("yes")].tolist() == [night]


def test_one_row_can_tell_of_two_nights(tmp_path):
    columns = {"Zeit": "night", "Letzte Nacht": {"column": "symptoms", "tells_of": "last night"},
               "Wein": "alcohol_drinks"}
    got = daily(rk.read_diary(write(tmp_path, columns, "2026-03-05 21:30;ja;2", "2026-03-06 21:40;nein;0")))
    assert got["symptoms"].tolist() == ["yes", "no", ""]
    assert got["alcohol_drinks"].tolist() == [pd.NA, 2, 0]


def test_a_second_row_of_a_night_is_named_and_left_out_and_one_about_other_things_is_used(tmp_path):
    columns = {"Datum": "night", "Beine": "symptoms", "Wein": "alcohol_drinks", "Bier": "alcohol_drinks"}
    diary = rk.read_diary(write(tmp_path, columns, "2026-03-05;ja;;", "2026-03-05;;1;0", "2026-03-05;nein;;",
                                "2026-03-05;;1;1"))
    assert daily(diary)["symptoms"].tolist() == ["yes"]
    assert ticks(diary) == [("03-05", "alcohol", 1), ("03-05", "alcohol", 0)]
    assert rk.account(diary)["rows"].tolist() == [2, 2]


# --- one row an entry ------------------------------------------------------------------------------------------------
def test_entries_of_a_night_add_up_and_keep_their_hour(tmp_path):
    columns = {"Datum": "night", "Uhr": "time", "Kaffee": "caffeine_mg", "Beine": "symptoms", "Stärke": "severity_0_10"}
    diary = rk.read_diary(write(tmp_path, columns, "2026-03-05;8:00;1;;", "2026-03-05;14:30;2;;",
                                "2026-03-06;1:15;;ja;7"))
    night = rk.make_nights(diary).iloc[0]
    assert (night["caffeine_before_noon_mg"], night["caffeine_after_noon_mg"]) == (95, 190)
    assert (night["symptoms"], night["severity_0_10"], night["onset_h"]) == (True, 7, 13.25)
    assert diary.source[0].layout == "CSV, one row an entry"


def test_an_entry_in_the_morning_can_tell_of_last_night(tmp_path):
    columns = {"Wann": {"column": "night", "entry_time": "event"}, "Wein": "alcohol_drinks",
               "Beine": {"column": "symptoms", "tells_of": "last night"}}
    diary = rk.read_diary(write(tmp_path, columns, "2026-03-05 21:30;2;", "2026-03-06 07:30;;ja"))
    assert ticks(diary) == [("03-05", "alcohol", 2), ("03-05", "symptom", None)]


# --- which file ------------------------------------------------------------------------------------------------------
def test_a_table_with_dates_that_nobody_mapped_is_read_and_nothing_in_it_is_guessed(tmp_path):
    (tmp_path / "fremd.csv").write_text("Paiva;Jalat\n2026-03-01;kyllä\n2026-03-02;ei\n", encoding="utf-8")
    diary = rk.read_diary(tmp_path / "fremd.csv")
    assert rk.account(diary)[["reason", "rows"]].values.tolist() == [
        ["used", 0], ["no column of this table is named in rlskit.toml", 2]]


def test_a_column_without_a_meaning_is_named(tmp_path):
    path = write(tmp_path, HEADERS, "2026-03-01;ja;6;23:15;6:45;nein;gut")
    path.write_text(path.read_text(encoding="utf-8").replace("Eisen\n", "Eisen;Laune\n"), encoding="utf-8")
    assert rk.read_diary(path).issues["message"].tolist()[-1] == (
        'mine.csv, column "Laune": a column that rlskit.toml does not name. Kept. 1 filled cells count for nothing.')


def test_headers_of_the_template_can_be_given_another_meaning(tmp_path):
    columns = {"night": "night", "symptoms": "early_symptoms", "stretched": "stretched"}
    events = rk.read_diary(write(tmp_path, columns, "2026-03-01;yes;no")).events
    assert "early_symptoms" in set(events["item"])


@pytest.mark.parametrize(("columns", "message"), [
    ({"Datum": "ignore", "Beine": "symptoms"},
     "mine.csv: no column is named as the night. Columns that hold dates: Datum. Write in rlskit.toml a section such "
     'as [columns."Datum"] with column = "night".'),
    ({"Datum": "night", "A": "lights_out", "B": "lights_out"},
     'mine.csv: two columns are "lights_out", such as "A". Write column = "ignore" for one of them in rlskit.toml.'),
    ({"Datum": "night", "Tag": "night"},
     'mine.csv: expected one column that is the night, found "Datum" and "Tag". Write column = "ignore" for the other '
     "in rlskit.toml.")])
def test_what_cannot_be_told_is_refused(tmp_path, columns, message):
    with pytest.raises(DiaryError) as wrong:
        rk.read_diary(write(tmp_path, columns, "2026-03-01;22:00;23:00", "2026-03-02;22:00;23:00"))
    assert str(wrong.value) == message


def test_a_key_with_a_wrong_unit_is_named(tmp_path):
    columns = {"Datum": "night", "Kaffee": {"column": "caffeine_mg", "unit": "cup"}}
    with pytest.raises(DiaryError) as wrong:
        rk.read_diary(write(tmp_path, columns, "1;2"))
    assert str(wrong.value) == ('rlskit.toml, [columns."Kaffee"], unit: expected one of cups, mg, drinks, min, h, s, '
                                'found "cup". Did you mean "cups"?')


def test_habits_and_outcomes_of_ones_own_are_columns_too(tmp_path):
    (tmp_path / "rlskit.toml").write_text("\n".join([
        '[habits."Fußbad"]', 'kind = "minutes"', '[habits.Walk]', 'kind = "yes/no"',
        '[habits.Kakao]', 'kind = "amount"', 'unit = "Tassen"',
        '[outcomes.Stimmung]', 'scale = "0-10"', 'better = "higher"',
        '[columns.Datum]', 'column = "night"', '[columns.Bad]', 'column = "Fußbad"', '[columns.Gang]',
        'column = "walk"', '[columns.Kakao]', 'column = "Kakao"', '[columns.Laune]', 'column = "Stimmung"']),
        encoding="utf-8")
    rows = ["Datum;Bad;Gang;Kakao;Laune", "2026-03-01;0,5 h;ja;2 Tassen;7/10", "2026-03-02;nein;nein;1;12",
            "2026-03-03;ja;;viel;0"]
    (tmp_path / "mine.csv").write_text("\n".join(rows), encoding="utf-8")
    diary = rk.read_diary(tmp_path / "mine.csv")
    nights = rk.make_nights(diary)
    known = ("fußbad", "walk", "kakao", "stimmung")
    found = {name: nights[name].astype("Float64").fillna(-1).tolist() for name in known}
    assert found == {"fußbad": [30.0, 0.0, -1.0], "walk": [1.0, 0.0, -1.0], "kakao": [2.0, 1.0, -1.0],
                     "stimmung": [7.0, -1.0, 0.0]}
    assert nights["fußbad_state"].tolist() == ["yes", "no", "yes"]
    assert sorted(diary.issues["message"])[:3] == [
        'mine.csv, column "Bad": 1 tick without an amount. Kept. They are a yes that does not say how much; a line '
        "such as amount = 1 in rlskit.toml says what one stands for.",
        'mine.csv, line 3, column "Laune": expected a value of 0-10, found "12". Left out; see diary.issues.',
        'mine.csv, line 4, column "Kakao": expected a number of Tassen, found "viel". Left out; see diary.issues.']


# --- lists of tags --------------------------------------------------------------------------------------------------
TAGS = '[tags."Legs, restless"]\ncolumn = "symptoms"\nunticked = "no"\n[tags.Wine]\ncolumn = "alcohol_drinks"\n'


def listed(folder: Path, columns: dict, tags: str, *rows: str) -> rk.Diary:
    path = write(folder, columns, *rows)
    with (folder / "rlskit.toml").open("a", encoding="utf-8") as file:
        file.write(tags)
    return rk.read_diary(path)


@pytest.mark.parametrize("cell", ["Legs, restless, Wine, Cards", "Wine|Cards|Legs, restless",
                                  "Cards, Wine, Legs, restless"])
def test_a_multiple_choice_names_tags_and_a_name_may_hold_a_comma(tmp_path, cell):
    diary = listed(tmp_path, {"When": "night", "What": "tags"}, TAGS, f"2026-03-05;{cell}", "2026-03-06;Cards")
    assert sorted(ticks(diary)) == [("03-05", "alcohol", 1), ("03-05", "symptom", None)]
    assert sorted(diary.tags["tag"]) == ["Cards", "Legs, restless", "Wine"]
    nights = rk.make_nights(diary)
    assert nights["symptoms_state"].tolist() == ["yes", "no"]


@pytest.mark.parametrize("where", ["night", "list", "tag"])
def test_a_list_tells_of_last_night_once_wherever_it_is_said(tmp_path, where):
    told = {"tells_of": "last night"}
    columns = {"When": {"column": "night", **(told if where in ("night", "tag") else {})},
               "What": {"column": "tags", **(told if where in ("list", "tag") else {})}}
    tags = TAGS.replace('unticked = "no"', 'tells_of = "last night"') if where == "tag" else TAGS
    diary = listed(tmp_path, columns, tags, '2026-03-06 07:30;Legs, restless')
    assert ticks(diary) == [("03-05", "symptom", None)]


def test_a_table_with_a_day_in_every_column_is_turned(tmp_path):
    columns = {"date": "night", "Beine": "symptoms", "Kaffee": "caffeine_mg"}
    path = write(tmp_path, columns, "")
    path.write_text("Mein Schlaf\n;1.3.2026;2.3.2026;3.3.2026;14.3.2026\nBeine;ja;nein;;vielleicht\nKaffee;2;0;1;\n",
                    encoding="utf-8")
    diary = rk.read_diary(path)
    assert daily(diary)["symptoms"].tolist() == ["yes", "no"]
    assert ticks(diary) == [("03-01", "caffeine", 190), ("03-02", "caffeine", 0), ("03-03", "caffeine", 95)]
    assert left_out(diary)[0] == (5, "Beine", "vielleicht", "yes or no")
    assert 'mine.csv: a day is a column of this table. Kept. A "line" below is the column of that number.' in set(
        diary.issues["message"])


@pytest.mark.parametrize("where", ["night", "list", "tag"])
def test_what_a_list_does_not_name_is_a_no_for_the_night_it_tells_of(tmp_path, where):
    told = {"tells_of": "last night"}
    columns = {"When": {"column": "night", **(told if where == "night" else {})},
               "What": {"column": "tags", **(told if where == "list" else {})}}
    tags = TAGS.replace('"symptoms"', '"symptoms"\ntells_of = "last night"') if where == "tag" else TAGS
    diary = listed(tmp_path, columns, tags, "2026-03-06;Legs, restless", "2026-03-07;Cards", "2026-03-10;Cards")
    state = rk.make_nights(diary).set_index("night")["symptoms_state"]
    assert state[state.isin(["yes", "no"])].to_dict() == {
        pd.Timestamp("2026-03-05"): "yes", pd.Timestamp("2026-03-06"): "no", pd.Timestamp("2026-03-09"): "no"}


@pytest.mark.parametrize("stated", ["", "me", "ann"])
def test_several_people_of_one_table_are_told_apart(tmp_path, stated):
    path = write(tmp_path, {"Datum": "night", "Wer": "person", "Beine": "symptoms",
                            "Wein": {"column": "alcohol_drinks", "unticked": "no"}},
                 "1.3.2026;Ann;ja;1", "1.3.2026;Bob;nein;0", "2.3.2026;Ann;nein;2", "13.3.2026;Bob;ja;1")
    diary = rk.read_diary(path, person=stated)
    assert sorted(zip(diary.daily["person"], diary.daily["symptoms"], strict=True)) == [
        ("Ann", "no"), ("Ann", "yes"), ("Bob", "no"), ("Bob", "yes")]
    drinks = diary.events[diary.events["type"].eq("alcohol")]
    assert drinks.groupby("person")["amount"].sum().to_dict() == {"Ann": 3, "Bob": 1}
    assert diary.issues["row"].isna().all()
