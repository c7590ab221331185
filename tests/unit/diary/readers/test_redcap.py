"""REDCap exports: forms, checkboxes, codes, labels. Synthetic files of the real exports' shapes, and those exports."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import rlskit as rk
from rlskit.diary.mapping import Mapping, Redcap, Tag
from rlskit.diary.readers import bearable, daylio, redcap, sleep_as_android, template
from rlskit.diary.readers.redcap_dictionary import is_dictionary, read_dictionary
from tests.helpers.places import EXPORTS

STUDY = EXPORTS / "redcap" / "study"
COLUMNS = {"diary_date": "night", "rls_tonight": "symptoms", "worst": "severity_0_10", "moves": "movement"}
CODES = ("-9",)
HEADER = "record_id,diary_date,rls_tonight,worst,moves___1,moves___2,evening_complete"


def study(folder: Path, *rows: str, header: str = HEADER, dictionary: bool = True) -> Path:
    """An export with these rows, beside the dictionary of the sample study."""
    (folder / "data.csv").write_text("\n".join([header, *rows]) + "\n")
    if dictionary:
        (folder / "dictionary.csv").write_text((STUDY / "dictionary.csv").read_text())
    return folder / "data.csv"


def read(path: Path, columns: dict[str, str] = COLUMNS, codes: tuple[str, ...] = CODES, **options) -> rk.Diary:
    """`columns`: variable → column, or → column and the night that it tells of."""
    told = {name: Tag(name, *said.split(" of ")[:1], tells_of=said.partition(" of ")[2]) for name, said in
            columns.items()}
    return rk.read_diary(path, mapping=Mapping(redcap=Redcap(codes), columns=told), **options)


def reasons(diary: rk.Diary) -> dict[str, int]:
    return dict(rk.account(diary)[["reason", "rows"]].itertuples(index=False))


def test_only_its_own_reader_knows_it_and_the_dictionary_is_no_diary():
    data, dictionary = STUDY / "data.csv", STUDY / "dictionary.csv"
    readers = (redcap, bearable, daylio, sleep_as_android, template)
    assert [m.recognises(data) for m in readers] == [True, False, False, False, False]
    assert [m.recognises(dictionary) for m in readers] == [False] * 5
    assert is_dictionary(dictionary) and not is_dictionary(data)


def test_every_row_of_every_form_is_used_or_explained():
    diary = rk.read_diary(STUDY)
    assert reasons(diary) == {"used": 4, "no diary answer in this row": 2}
    assert list(diary.daily["person"]) == ["101", "101", "101", "102"]
    assert list(diary.daily["symptoms"]) == ["yes", "no", "yes", "yes"]
    assert diary.daily["severity_0_10"].tolist() == [6, 0, pd.NA, 7]
    assert diary.daily["source"][3] == "redcap, data.csv, line 6"


def test_checkbox_labels_are_the_movements():
    events = rk.read_diary(STUDY).events
    assert list(events["item"]) == ["calf", "yoga", "walk"]
    assert list(events["item_raw"]) == ["Calf stretch", "Yoga", "Walk"]


def test_unticked_boxes_are_a_no_only_on_a_form_that_was_finished():
    daily = rk.read_diary(STUDY).daily
    # 1 March ticked; 2 March finished without a tick; 3 March not finished
    assert list(daily["stretched"][:3]) == ["yes", "no", ""]


@pytest.mark.parametrize(("status", "stretched"), [("0", ""), ("", ""), ("1", "no"), ("2", "no"), ("Complete", "no")])
def test_completion_decides_what_an_unticked_box_says(tmp_path, status, stretched):
    daily = read(study(tmp_path, f"7,2026-03-01,1,5,0,0,{status}", "7,2026-03-02,1,5,1,0,2")).daily
    assert list(daily["stretched"]) == [stretched, "yes"]


def test_one_box_can_be_a_column_of_its_own(tmp_path):
    header = HEADER.replace("moves___1,moves___2", "pills___1,pills___2")
    spec = {"diary_date": "night", "rls_tonight": "symptoms", "pills___1": "iron", "pills___2": "magnesium"}
    daily = read(study(tmp_path, "7,2026-03-01,1,,1,0,2", header=header, dictionary=False), spec).daily
    assert (daily["iron"][0], daily["magnesium"][0]) == ("yes", "no")


def test_a_morning_form_names_the_evening_before(tmp_path):
    path = study(tmp_path, "7,2026-03-02,1,5,0,0,2")
    assert read(path).daily["night"][0] == pd.Timestamp("2026-03-02")
    told = read(path, COLUMNS | {"diary_date": "night of last night"}).daily
    assert told["night"][0] == pd.Timestamp("2026-03-01")


def test_a_morning_form_and_an_evening_form_of_one_night_make_one_night(tmp_path):
    header = "record_id,redcap_repeat_instrument,diary_date,rls_tonight,evening_complete,lights_out,woke_up,m_complete"
    rows = ("7,evening,2026-03-01,1,2,,,", "7,morning,2026-03-01,,,23:10,07:00,2")
    spec = {"diary_date": "night", "rls_tonight": "symptoms"}
    daily = read(study(tmp_path, *rows, header=header, dictionary=False), spec).daily
    assert len(daily) == 1 and daily["symptoms"][0] == "yes"
    assert daily["lights_out"][0] == pd.Timestamp("2026-03-01 23:10")


def test_labelled_exports_say_the_same(tmp_path):
    raw = read(study(tmp_path, "7,2026-03-01,1,5,1,0,2"))
    header = '"Record ID","Date of this evening","Restless legs tonight?","How bad",moves___1,moves___2,Complete?'
    labelled = read(study(tmp_path, "7,2026-03-01,Yes,5,Checked,Unchecked,Complete", header=header))
    assert labelled.source[0].layout == "labelled" and raw.source[0].layout == "raw"
    pd.testing.assert_frame_equal(raw.daily, labelled.daily)


AT_SITES = HEADER.replace("record_id,", "record_id,{},")


@pytest.mark.parametrize("group", ["redcap_data_access_group", "Data Access Group"])
def test_the_data_access_group_is_the_site_all_the_way(tmp_path, group):
    rows = [f"{who},{where},2026-03-0{day},{int(day == 2)},,0,0,2"
            for who, where in (("1", "berlin"), ("2", "paris"), ("3", "")) for day in (1, 2, 3)]
    diary = read(study(tmp_path, *rows, header=AT_SITES.format(group)))
    assert diary.sites == (("1", "berlin"), ("2", "paris"))
    nights = rk.make_nights(diary)
    assert nights.groupby("person")["site"].first().fillna("").to_dict() == {"1": "berlin", "2": "paris", "3": ""}
    assert nights.groupby("person")["site"].nunique().max() == 1
    assert "site" not in rk.make_nights(read(study(tmp_path, "1,2026-03-01,1,,0,0,2")))


def test_a_record_of_two_sites_is_named(tmp_path):
    diary = read(study(tmp_path, "1,berlin,2026-03-01,1,,0,0,2", "1,paris,2026-03-02,1,,0,0,2",
                       header=AT_SITES.format("redcap_data_access_group")))
    assert diary.sites == (("1", "berlin"),)
    said = diary.issues.loc[diary.issues["kind"].eq("a record of two sites"), "message"]
    assert said.tolist() == [
        'data.csv, column "record_id": expected one data access group, found "1: berlin, paris". Kept. '
        'The first is used.']


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "^"])
def test_delimiters(tmp_path, delimiter):
    comma = read(study(tmp_path, "7,2026-03-01,1,5,1,0,2"))
    path = study(tmp_path, "7,2026-03-01,1,5,1,0,2".replace(",", delimiter), header=HEADER.replace(",", delimiter))
    pd.testing.assert_frame_equal(comma.daily, read(path).daily)


def test_a_decimal_comma_is_a_number(tmp_path):
    spec = {"diary_date": "night", "rls_tonight": "symptoms", "worst": "alcohol_drinks"}
    assert read(study(tmp_path, '7,2026-03-01,1,"1,5",0,0,2'), spec).daily["alcohol_drinks"][0] == 1.5


def test_missing_data_codes_are_those_of_the_study_and_counted(tmp_path):
    path = study(tmp_path, "7,2026-03-01,1,-9,0,0,2")
    coded = read(path)
    assert pd.isna(coded.daily["severity_0_10"][0])
    assert coded.issues["message"].tolist()[-1] == 'data.csv: missing-data code "-9" in 1 cells. Kept.'
    stranger = read(path, codes=())
    assert [(i.column, i.found, i.expected) for i in stranger.issues.itertuples() if i.column] == [
        ("worst", "-9", "0–10")]


def test_a_row_with_answers_and_no_date_or_no_record_is_listed(tmp_path):
    diary = read(study(tmp_path, "7,,1,5,0,0,2", ",2026-03-01,1,5,0,0,2", "7,2026-03-01,1,5,0,0,2", "7,2026"))
    assert reasons(diary) == {"used": 1, "no date of the night": 1, "no record id": 1, "row with too few cells": 1}


def test_names_of_people_stay_out_of_every_table():
    diary = rk.read_diary(STUDY)
    written = " ".join(t.to_csv() for t in (diary.daily, diary.events, diary.tags))
    assert "nickname" not in written
    unread = diary.issues.loc[diary.issues["kind"].eq("3 variables were not read"), "found"]
    assert unread.tolist() == ["nickname, bed, wake"]


def test_a_labelled_header_names_the_choice_of_each_box(tmp_path):
    raw = read(study(tmp_path, "7,2026-03-01,1,5,1,0,2", "7,2026-03-02,0,0,0,0,2"))
    header = ('"Record ID","Date of this evening","Restless legs tonight?","How bad",'
              '"Which movements? (choice=Calf stretch)","Which movements? (choice=Walk)",Complete?')
    label = read_dictionary(tmp_path / "dictionary.csv")["moves"].label
    path = study(tmp_path, "7,2026-03-01,Yes,5,Checked,Unchecked,Complete",
                 "7,2026-03-02,No,0,Unchecked,Unchecked,Complete", header=header.replace("Which movements?", label))
    labelled = read(path)
    pd.testing.assert_frame_equal(raw.daily, labelled.daily)
    assert list(labelled.events["item"]) == list(raw.events["item"]) == ["calf"]


def test_a_box_for_a_missing_data_code_is_no_movement(tmp_path):
    header = HEADER.replace("moves___2", "moves___2,moves____9")
    daily = read(study(tmp_path, "7,2026-03-01,1,5,0,0,1,2", "7,2026-03-02,1,5,0,1,0,2", header=header)).daily
    assert list(daily["stretched"]) == ["", "yes"]


def test_codes_of_boxes_are_written_in_lower_case(tmp_path):
    path = study(tmp_path, "7,2026-03-01,1,5,1,0,2", header=HEADER.replace("moves___1", "moves___a_b"))
    (tmp_path / "dictionary.csv").write_text((tmp_path / "dictionary.csv").read_text().replace("1, Calf", "A-B, Calf"))
    assert read(path).events["item_raw"].tolist() == ["Calf stretch"]


# --- what cannot be read ---------------------------------------------------------------------------------------------
def test_no_date_of_the_night(tmp_path):
    with pytest.raises(rk.DiaryError) as wrong:
        read(study(tmp_path, "7,2026-03-01,1,5,0,0,2"), {})
    assert str(wrong.value) == (
        "data.csv: a REDCap export, and no variable is known to hold the date of the night. Variables that hold dates: "
        'diary_date. Write in rlskit.toml beside it a section such as [columns."diary_date"], with column = "night" '
        'and tells_of = "tonight" or "last night".')


def test_a_variable_that_does_not_exist_is_named_with_the_one_that_is_like_it(tmp_path):
    diary = read(study(tmp_path, "7,2026-03-01,1,5,0,0,2"),
                 {"diary_date": "night", "worst": "severity_0_10", "rls_tonite": "symptoms"})
    assert diary.issues["message"].tolist()[-1] == (
        'data.csv, column "rls_tonite": a name in rlskit.toml that no column has. Kept. Did you mean "rls_tonight"?')


def test_each_variable_can_tell_of_its_own_night(tmp_path):
    spec = COLUMNS | {"rls_tonight": "symptoms of last night", "worst": "alcohol_drinks"}
    daily = read(study(tmp_path, "7,2026-03-02,1,5,0,0,2"), spec).daily
    assert daily[["symptoms", "alcohol_any"]].values.tolist() == [["yes", ""], ["", "yes"]]


def test_one_name_for_several_people(tmp_path):
    path = study(tmp_path, "7,2026-03-01,1,5,0,0,2", "8,2026-03-01,1,5,0,0,2")
    with pytest.raises(rk.DiaryError) as wrong:
        read(path, person="anna")
    assert str(wrong.value) == ('data.csv: expected one person for "anna", found 2 record ids. Leave the person out: '
                                "the record ids are kept.")


@pytest.mark.parametrize(("line", "said"), [
    ('night = "day"', "rlskit.toml, [redcap]: night is now said in [columns]. "
     'Write [columns."day"] and below it column = "night" in its place.'),
    ('ignore = ["movement"]', "rlskit.toml, [redcap]: ignore is now said in [columns]. "
     'Write [columns."movement"] and below it column = "ignore" in its place.'),
    ('columns = { worst = "severity_0_10" }', "rlskit.toml, [redcap]: columns is now said in [columns]. "
     'Write [columns."worst"] and below it column = "severity_0_10" in its place.'),
    ('tells_of = "last night"', "rlskit.toml, [redcap]: tells_of is now said in [columns]. "
     'Write tells_of = "last night" below the variable that is the night.'),
    ('night_means = "morning"', "rlskit.toml, [redcap]: night_means is now said in [columns]. "
     'Write tells_of = "last night" below the variable that is the night.'),
    ("missing_codes = -9", 'rlskit.toml, [redcap], missing_codes: expected a list such as ["-9", "999"], found "-9".'),
    ('mising_codes = []', 'rlskit.toml, [redcap]: expected missing_codes, found "mising_codes". '
                          'Did you mean "missing_codes"?'),
])  # fmt: skip
def test_the_section_says_what_is_wrong_in_it(tmp_path, line, said):
    (tmp_path / "rlskit.toml").write_text(f"[redcap]\n{line}\n")
    with pytest.raises(rk.DiaryError) as wrong:
        rk.read_mapping(tmp_path / "rlskit.toml")
    assert str(wrong.value) == said


def test_choices_with_and_without_spaces():
    assert read_dictionary(STUDY / "dictionary.csv")["moves"].choices == {"1": "Calf stretch", "2": "Walk", "3": "Yoga"}


# --- real exports ----------------------------------------------------------------------------------------------------
REAL = {
    "arm-multiple-delete": ({"birth_date": "night", "position": "medicine_change"}, 60, 20),
    "repeating-instruments": ({"date_bp": "night", "bp_systolic": "caffeine_after_noon_mg"}, 6, 2),
    "longitudinal": ({"date_enrolled": "night", "given_birth": "symptoms"}, 18, None),
}


@pytest.mark.exports
@pytest.mark.parametrize("project", sorted(REAL))
def test_real_projects_are_read_to_the_last_row(real_exports, project):
    spec, rows, used = REAL[project]
    diary = read(real_exports / "redcap" / project / "data.csv", spec)
    assert diary.source[0].rows == rows == rk.account(diary)["rows"].sum()
    assert used is None or diary.source[0].rows_used == used


@pytest.mark.exports
def test_every_real_project_is_recognised_and_asks_for_its_date(real_exports):
    found = sorted((real_exports / "redcap").glob("*/data.csv"))
    assert found
    for path in found:
        assert redcap.recognises(path), path.parent.name
        with pytest.raises(rk.DiaryError, match="no variable is known to hold the date of the night"):
            rk.read_diary(path)
