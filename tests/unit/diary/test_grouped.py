"""Cells that are left out for one reason are counted, with examples, in the words of every page."""

import pytest

import rlskit as rk
from rlskit.diary.tables import account, grouped

WORDS = ["a few", "0", "2", "a few", "lots", "some", "1", "plenty", "rather much", "3"]
TABLE = ('[columns.Datum]\ncolumn = "night"\n[columns.Licht]\ncolumn = "lights_out"\n'
         '[columns.Bier]\ncolumn = "alcohol_drinks"\n')
FOUND = ('found "a few" (3 times), "lots" (2 times), "some" (2 times), "plenty" (2 times) and 1 other. Left out: 11 '
         "cells; see diary.issues.")


@pytest.mark.parametrize(("header", "row", "mapping", "column", "expected"), [
    ("night,alcohol_drinks,lights_out", "2026-03-{:02d},{},22:30", "", "alcohol_drinks", "a number of drinks"),
    ("Datum,Bier,Licht", "2026-03-{:02d},{},22:30", TABLE, "Bier", "a number of drinks"),
    ("Datum,Bier,Licht", "2026-03-{:02d},{},22:30", f'{TABLE}time = "20:00"\n', "Bier", "a number of drinks"),
    ("record_id,night,alcohol_drinks,iron,diary_complete", "7,2026-03-{:02d},{},1,2", "", "alcohol_drinks",
     "a number of drinks"),
    ("date formatted,date,weekday,time of day,category,rating/amount,detail,notes",
     '2026-03-{:02d},,,pm,Meds/Supplements,{},Iron (mg),', '[tags.Iron]\ncolumn = "iron"\n', "rating/amount",
     "a number"),
])
def test_amounts_that_are_left_out_are_counted_with_examples(tmp_path, header, row, mapping, column, expected):
    rows = [row.format(day, WORDS[day % 10]) for day in range(1, 19)]
    (tmp_path / "mine.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text(mapping, encoding="utf-8")
    diary = rk.read_diary(tmp_path / "mine.csv")
    assert [line for line in grouped(diary.issues) if "Left out" in line] == [
        f'mine.csv, lines 4 to 19, column "{column}": expected {expected}, {FOUND}']
    assert account(diary)["rows"].sum() == 18
    assert sum(diary.issues["column"].eq(column)) == 11


def test_a_yes_without_an_amount_is_named(tmp_path):
    (tmp_path / "mine.csv").write_text("night,alcohol_drinks,lights_out\n2026-03-01,FALSE,22:00\n"
                                       "2026-03-02,TRUE,22:00\n2026-03-03,2,22:00\n", encoding="utf-8")
    diary = rk.read_diary(tmp_path / "mine.csv")
    assert diary.daily["alcohol_any"].tolist() == ["no", "yes", "yes"]
    assert diary.issues[["kind", "row", "found"]].values.tolist() == [
        ["a yes without an amount, which no answer about how much can use", 3, "TRUE"]]


def test_a_few_cells_are_told_one_by_one(tmp_path):
    (tmp_path / "mine.csv").write_text("night,alcohol_drinks,lights_out\n2026-03-01,0,22:00\n2026-03-02,1,22:00\n"
                                       "2026-03-03,lots,22:00\n", encoding="utf-8")
    diary = rk.read_diary(tmp_path / "mine.csv")
    assert 'mine.csv, line 4, column "alcohol_drinks": expected a number of drinks, found "lots". Left out; see ' \
           "diary.issues." in grouped(diary.issues)
