"""The canonical tables, written and read back: the same diary, the same nights."""

from __future__ import annotations

import csv
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.diary.readers.canonical import is_canonical
from rlskit.errors import DiaryError


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """The tables of a Bearable diary with a mapping, and that diary."""
    home = tmp_path_factory.mktemp("home")
    rows = [f'"{d.day}th {d:%b %Y}","{d.day_name()}","pm","Symptom","2","Legs (Moderate)","a ""note"", with cells"'
            for d in pd.date_range("2026-03-04", periods=12, freq="2D")]
    rows += [f'"{d.day}th {d:%b %Y}","{d.day_name()}","","Sleep","7:15","Asleep 23:30 - 06:45","  "'
             for d in pd.date_range("2026-03-04", periods=12)]
    header = "date,weekday,time of day,category,rating/amount,detail,notes"
    (home / "x.csv").write_text("\n".join([header, *rows]) + "\n")
    (home / "rlskit.toml").write_text('timezone = "Europe/London"\ngrams_per_drink = 12.0\n[tags.Legs]\n'
                                      'column = "symptoms"\nunticked = "no"\n')
    assert CliRunner().invoke(cli, ["convert", str(home / "x.csv"), "--out", str(home / "tables")]).exit_code == 0
    return home / "tables", rk.read_diary(home / "x.csv")


def test_the_diary_is_the_same_after_a_round_trip(converted):
    folder, diary = converted
    again = rk.read_diary(folder)
    for name in ("daily", "events", "issues", "tags"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(diary, name), check_dtype=False)
    assert [(s.file, s.app, s.rows, s.rows_used, s.timezone, s.grams_per_drink) for s in again.source] == [
        ("x.csv", "bearable", 24, 24, "Europe/London", 12.0)]
    pd.testing.assert_frame_equal(rk.account(again), rk.account(diary))
    pd.testing.assert_frame_equal(rk.make_nights(again), rk.make_nights(diary))
    assert rk.read_diary(folder, person="ann").daily["person"].unique().tolist() == ["ann"]


def test_parquet_brings_back_the_same_diary_with_its_types(converted, tmp_path):
    folder, diary = converted
    for out in ("csv", "p"):  # one form takes the place of the other
        made = CliRunner().invoke(cli, ["convert", str(folder.parent / "x.csv"), "--out", str(tmp_path / "p"),
                                        *(["--parquet"] if out == "p" else [])])
        assert made.exit_code == 0, made.output
    assert sorted(p.stem for p in (tmp_path / "p").glob("*.parquet")) == ["daily", "events", "issues", "nights", "tags"]
    assert not (tmp_path / "p/daily.csv").exists()
    again = rk.read_diary(tmp_path / "p")
    for name in ("daily", "events", "issues", "tags"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(diary, name))
    assert again.source[0].rows == diary.source[0].rows
    nights = pd.read_parquet(tmp_path / "p/nights.parquet")
    pd.testing.assert_frame_equal(nights, rk.make_nights(diary), check_dtype=False)


def test_damaged_parquet_ends_in_a_sentence(tmp_path, converted):
    folder = tmp_path / "p"
    CliRunner().invoke(cli, ["convert", str(converted[0].parent / "x.csv"), "--out", str(folder), "--parquet"])
    (folder / "events.parquet").write_bytes(b"PAR1 not so PAR1")
    with pytest.raises(DiaryError, match=r"^events\.parquet: expected the Parquet that rlskit convert writes"):
        rk.read_diary(folder)


def test_sites_come_back(tmp_path):
    (tmp_path / "x.csv").write_text("record_id,redcap_data_access_group,d,symptoms,f_complete\n1,rome,2026-03-01,1,2\n")
    (tmp_path / "rlskit.toml").write_text('[columns.d]\ncolumn = "night"\n')
    made = CliRunner().invoke(cli, ["convert", str(tmp_path / "x.csv"), "--out", str(tmp_path / "tables")])
    assert made.exit_code == 0 and rk.read_diary(tmp_path / "tables").sites == (("1", "rome"),)


def test_a_folder_of_tables_is_pooled_under_its_own_name(converted, tmp_path):
    shutil.copytree(converted[0], tmp_path / "in" / "ann")
    pool = rk.pool_diaries(tmp_path / "in", tmp_path / "out", key=b"k" * 16)
    assert pool.people["person"].tolist() == [rk.hash_id("ann", b"k" * 16)] and pool.exclusions.empty
    assert pool.people["nights"].tolist() == [len(rk.make_nights(converted[1]))]


@pytest.mark.parametrize(("name", "old", "new", "said"), [
    ("daily", "severity_0_10,", "severity,", 'daily.csv: expected the columns that rlskit convert writes, found no '
                                            '"severity_0_10". Convert the export again.'),
    ("events", "2026-03", "soon", 'events.csv, column "start_local": expected datetime64[us], found something else. '
                                   "Convert the export again."),
    ("source", "24", "many", "source.csv: expected what rlskit convert writes, found something else (invalid literal "
                             "for int() with base 10: 'many'). Convert the export again."),
])  # fmt: skip
def test_tables_that_were_changed_by_hand_say_where(converted, tmp_path, name, old, new, said):
    folder = shutil.copytree(converted[0], tmp_path / "tables")
    path = folder / f"{name}.csv"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(rk.DiaryError) as wrong:
        rk.read_diary(folder)
    assert str(wrong.value) == said


def test_other_folders_are_not_taken_for_tables(tmp_path):
    assert not is_canonical(tmp_path) and not is_canonical(tmp_path / "nowhere")


def test_a_tag_that_is_a_formula_runs_in_no_table_and_comes_back(tmp_path):
    tags = ["=HYPERLINK(\"\"http://x\"\")", "＝1", "'=1", "@a", "-b", "legs"]
    rows = [f'"{day}th Mar 2026","Wednesday","pm","Symptom","2","{tag} (Moderate)",""'
            for day, tag in enumerate(tags, 4)]
    header = "date,weekday,time of day,category,rating/amount,detail,notes"
    (tmp_path / "b.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text('timezone = "Europe/London"\n[tags."@a"]\ncolumn = "symptoms"\n'
                                          '[tags."-b"]\ncolumn = "-my habit"\n[habits."-my habit"]\nkind = "yes/no"\n')
    out = tmp_path / "tables"
    ran = CliRunner().invoke(cli, ["convert", str(tmp_path / "b.csv"), "--out", str(out)])
    assert ran.exit_code == 0, ran.output
    diary, again = rk.read_diary(tmp_path / "b.csv"), rk.read_diary(out)
    assert {tag.replace('""', '"') for tag in tags} <= set(diary.tags["tag"])
    for name in ("daily", "events", "issues", "tags"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(diary, name), check_dtype=False)
    assert again.habits == diary.habits
    cells = [cell for file in out.glob("*.csv") for row in csv.reader(file.open(encoding="utf-8", newline=""))
             for cell in row]
    assert "'=HYPERLINK(\"http://x\")" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@", "+", "＝", "-b", "-m"))]
