"""The command line: exit codes, clear messages, nothing half-written."""

from __future__ import annotations

import hashlib
import importlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from tests.helpers.unwrapped import unwrapped

HEADER = "night,symptoms,stretched,stretch_time,alcohol_drinks\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run("report", "x.csv") in an empty folder; returns click's result."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, [str(w) for w in words])


def iso(i):
    return f"2026-{1 + i // 28:02d}-{1 + i % 28:02d}"


def diary(n=60, symptoms=lambda i: i * i * 7 % 11 < 4, drinks=lambda i: i * 3 % 7 % 3, day=iso):
    """A diary in which no habit tells the symptom nights: where one does, its limits are searched for long."""
    yes = lambda b: "yes" if b else "no"  # noqa: E731
    return HEADER + "".join(f"{day(i)},{yes(symptoms(i))},{yes(i % 2)},{'21:00' if i % 2 else ''},{drinks(i)}\n"
                            for i in range(n))


BAD = {
    "empty spreadsheet": ("x.xlsx", b"", "x.xlsx: the file is empty. Export the diary again and give that file."),
    "empty file": ("x.csv", b"", "x.csv: the file is empty. Export the diary again and give that file."),
    "header only": ("x.csv", HEADER.encode(), None),
    "not a diary": ("x.csv", b"recipe,spoons\nsoup,3\nbread,1\n", None),
    "unreadable encoding": ("x.csv", HEADER.encode() + b"2026-01-01,\xff\xfe\x01yes\xc3(,no,,1\n", None),
    "ambiguous dates": ("x.csv", diary(12, day=lambda i: f"{1 + i:02d}/03/2026").encode(), None),
}  # fmt: skip
TWO_PEOPLE = "person," + HEADER + "".join(f"{p},2026-01-0{d},yes,no,,0\n" for p in "ab" for d in range(1, 5))


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("command", ["report", "check"])
def test_bad_input_is_one_clear_message_and_exit_code_1(run, tmp_path, name, command):
    file, content, exact = BAD[name]
    (tmp_path / file).write_bytes(content)
    words = (command, file, "--out", "page") if command == "report" else (command, file)
    result = run(*words)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    message = unwrapped(result.stderr)
    assert message.startswith(f"rlskit: {file}") and max(map(len, result.stderr.splitlines())) <= 80
    assert "Traceback" not in result.output
    assert exact is None or message == f"rlskit: {exact}"
    assert sorted(p.name for p in tmp_path.iterdir()) == [file]


def test_ambiguous_dates_name_the_option_that_settles_them(run, tmp_path):
    file, content, _ = BAD["ambiguous dates"]
    (tmp_path / file).write_bytes(content)
    assert "--date-order dmy" in run("report", file).stderr
    assert run("check", file, "--date-order", "dmy").exit_code == 0


@pytest.mark.parametrize("command", ["report", "convert"])
def test_two_people_are_named(run, tmp_path, command):
    (tmp_path / "x.csv").write_text(TWO_PEOPLE)
    result = run(command, "x.csv", "--out", "page")
    assert result.exit_code == 1 and not (tmp_path / "page").exists()
    assert unwrapped(result.stderr) == (
        "rlskit: x.csv: expected the diary of one person, found 2 (a, b). Make one file for each person, or pool them "
        "all with `rlskit pool FOLDER --out my/pool`.")


@pytest.mark.parametrize("command", ["check", "convert", "report"])
def test_the_start_of_the_night_can_be_moved(run, tmp_path, monkeypatch, command):
    seen, real = [], rk.make_nights
    for place in (rk, importlib.import_module("rlskit.pages.make_report")):
        monkeypatch.setattr(place, "make_nights", lambda diary, **how: seen.append(how["night_starts"])
                            or real(diary, **how))
    (tmp_path / "x.csv").write_text(diary(20), encoding="utf-8")
    out = () if command == "check" else ("--out", "page")
    assert run(command, "x.csv", "--night-starts", "18:00", *out).exit_code == 0
    wrong = run(command, "x.csv", "--night-starts", "noon", *out)
    assert (wrong.exit_code, wrong.stderr) == (
        1, 'rlskit: --night-starts: expected a clock time like "21:30", found "noon".\n')
    assert seen == ["18:00"]


def test_unknown_zone(run, tmp_path):
    (tmp_path / "x.csv").write_text(diary(), encoding="utf-8")
    result = run("report", "x.csv", "--timezone", "Europe/Lodnon", "--out", "page")
    assert result.exit_code == 1
    assert unwrapped(result.stderr) == (
        'rlskit: --timezone: expected an IANA time zone such as "Europe/London" or "America/New_York", found '
        '"Europe/Lodnon". Correct it in rlskit.toml or give --timezone.')
    assert not (tmp_path / "page").exists()


def test_a_folder_with_nothing_readable(run, tmp_path):
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "notes.txt").write_text("dear diary\n")
    result = run("report", "my", "--out", "page")
    assert result.exit_code == 1
    assert unwrapped(result.stderr) == ("rlskit: my: expected at least one diary export, found notes.txt. "
                                        "Give the file that your app exported.")


def test_no_such_file(run):
    said = "rlskit: nowhere.csv: no such file or folder. This folder is empty.\n"
    assert run("report", "nowhere.csv").stderr == said


def test_wrong_usage_is_exit_code_2(run):
    assert run("report").exit_code == 2
    assert run("template", "--out", "x.pdf", "--paper", "a3").exit_code == 2


# --- answers, not errors -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", [
    diary(3), diary(60, drinks=lambda i: 0), diary(60, symptoms=lambda i: True), diary(60, symptoms=lambda i: False)],
    ids=["three nights", "an exposure that never varies", "every night a symptom night", "no symptom night"])
def test_little_or_constant_data_is_an_answer_not_an_error(run, tmp_path, text):
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    result = run("report", "x.csv", "--out", "page")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
    assert "not enough" in page.lower()


def test_report_writes_one_page_and_says_where(run, tmp_path):
    (tmp_path / "x.csv").write_text(diary(), encoding="utf-8")
    result = run("report", "x.csv", "--out", "page")
    assert result.output == f"The report is {Path('page') / 'index.html'}\n"
    assert [p.name for p in (tmp_path / "page").iterdir()] == ["index.html"]


def test_a_report_that_cannot_be_written_is_a_clear_message(run, tmp_path):
    (tmp_path / "x.csv").write_text(diary(), encoding="utf-8")
    (tmp_path / "page").write_text("a file where the folder should be")
    result = run("report", "x.csv", "--out", "page")
    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output
    assert (tmp_path / "page").read_text(encoding="utf-8") == "a file where the folder should be"


# --- the other commands --------------------------------------------------------------------------------------------
def test_write_mapping_drafts_and_never_changes_what_is_there(run, tmp_path):
    sample = rk.sample_path() / "bearable.csv"
    (tmp_path / "b.csv").write_bytes(sample.read_bytes())
    first = run("check", "b.csv", "--write-mapping")
    assert first.exit_code == 0, first.output
    drafted = (tmp_path / "rlskit.toml").read_text(encoding="utf-8")
    assert '[tags."Restless legs"]' in drafted
    assert "# How to make this again\n" in drafted and "# command: rlskit check b.csv\n" in drafted
    assert f"# sha256 of b.csv: {hashlib.sha256(sample.read_bytes()).hexdigest()}\n" in drafted
    again = run("check", "b.csv", "--write-mapping")
    assert again.exit_code == 0
    assert "rlskit.toml names already what is recognised; nothing was added" in " ".join(again.output.split())
    assert (tmp_path / "rlskit.toml").read_text(encoding="utf-8") == drafted
    assert sorted(p.name for p in tmp_path.iterdir()) == ["b.csv", "rlskit.toml"]


MINE = '# my own words\r\n[tags.Coffee]\r\ncolumn = "caffeine_mg" # as I drink it\r\namount = 60\r\n'


def second_file(folder, mapping):
    """A table beside an rlskit.toml that somebody wrote for another file."""
    (folder / "rlskit.toml").write_bytes(mapping)
    rows = [f"{day}/1/2026;{'yes' if day % 2 else 'no'};well" for day in range(1, 29)]
    (folder / "two.csv").write_text("\n".join(["Datum;Unruhige Beine;Laune", *rows]) + "\n", encoding="utf-8")


def test_a_second_file_gets_its_draft_at_the_end_of_the_mapping_that_is_there(run, tmp_path):
    second_file(tmp_path, MINE.encode())
    said = run("check", "two.csv", "--write-mapping", "--date-order", "dmy")
    text = (tmp_path / "rlskit.toml").read_bytes().decode()
    assert said.exit_code == 0 and text.startswith(MINE), said.output
    assert text.removeprefix(MINE).splitlines()[:6] == [
        "", "# Added by `rlskit check --write-mapping` for two.csv", "",
        '[columns."Datum"]   # 28 cells, such as 1/1/2026', 'column = "night"',
        "question = 'Is it the date of the evening? If it is that of the morning after, write tells_of = \"last "
        "night\".'"]
    shown = " ".join(said.output.split())
    assert "Added sections at the end of rlskit.toml; what stood in it is as it was." in shown
    assert "28 of 28 rows used" in shown  # and the draft is in force
    again = run("check", "two.csv", "--write-mapping", "--date-order", "dmy")
    assert again.exit_code == 0 and (tmp_path / "rlskit.toml").read_bytes().decode() == text


@pytest.mark.parametrize(("mapping", "why"), [
    (MINE.encode("utf-16"), "it is UTF-16 text"),
    (b'columns = { "Mood" = { column = "ignore" } }\n', "its tags or columns stand in braces")])
def test_a_mapping_that_takes_no_sections_at_its_end_is_left_alone_and_they_are_printed(run, tmp_path, mapping, why):
    second_file(tmp_path, mapping)
    said = run("check", "two.csv", "--write-mapping", "--date-order", "dmy")
    shown = " ".join(said.output.split())
    assert said.exit_code == 0 and f"rlskit.toml takes no sections at its end ({why}). Add by hand:" in shown
    assert '[columns."Unruhige Beine"]' in said.output and (tmp_path / "rlskit.toml").read_bytes() == mapping


def test_check_lists_unmapped_tags_with_counts(run, tmp_path):
    (tmp_path / "b.csv").write_bytes((rk.sample_path() / "bearable.csv").read_bytes())
    assert '    57  "Restless legs" (Symptom)' in run("check", "b.csv", "--all").output


def test_an_unmapped_diary_still_gives_a_page_that_says_what_to_do(run, tmp_path):
    (tmp_path / "b.csv").write_bytes((rk.sample_path() / "bearable.csv").read_bytes())
    result = run("report", "b.csv", "--out", "page")
    assert result.exit_code == 0, result.output
    assert result.output == (
        "None of the diary's tags is mapped yet, so the page has no answers. Draft their\n  meaning with:\n"
        f"  rlskit check b.csv --write-mapping\nThe report is {Path('page') / 'index.html'}\n")


@pytest.mark.parametrize("suffix", ["xlsx", "csv", "pdf"])
def test_template_is_written_once(run, tmp_path, suffix):
    assert run("template", "--out", f"diary.{suffix}").exit_code == 0
    size = (tmp_path / f"diary.{suffix}").stat().st_size
    again = run("template", "--out", f"diary.{suffix}")
    assert again.exit_code == 1 and "never overwritten" in again.stderr
    assert [(p.name, p.stat().st_size) for p in tmp_path.iterdir()] == [(f"diary.{suffix}", size)]


def test_template_of_an_unknown_kind(run, tmp_path):
    result = run("template", "--out", "diary.docx")
    assert result.exit_code == 1 and "diary.docx" in result.stderr
    assert not list(tmp_path.iterdir())


def test_convert_writes_the_canonical_tables(run, tmp_path):
    (tmp_path / "x.csv").write_text(diary(20), encoding="utf-8")
    assert run("convert", "x.csv", "--out", "tables").exit_code == 0
    assert sorted(p.name for p in (tmp_path / "tables").iterdir()) == [
        "daily.csv", "dictionary.csv", "events.csv", "habits.csv", "issues.csv", "nights.csv", "outcomes.csv",
        "sites.csv", "source.csv", "stamp.csv", "tags.csv"]


def test_convert_writes_all_tables_or_none(run, tmp_path, monkeypatch):
    (tmp_path / "x.csv").write_text(diary(20), encoding="utf-8")
    write, done = pd.DataFrame.to_csv, []

    def full_disk(self, *args, **options):
        done.append(1)
        if len(done) == 3:
            raise OSError(28, "No space left on device")
        return write(self, *args, **options)

    monkeypatch.setattr(pd.DataFrame, "to_csv", full_disk)
    result = run("convert", "x.csv", "--out", "tables")
    assert result.exit_code == 1 and "No space left on device" in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_the_most_weeks_that_the_command_offers_can_be_written(run, tmp_path):
    assert run("template", "--out", "d.csv", "--weeks", "52").exit_code == 0
    assert run("template", "--out", "e.csv", "--weeks", "53").exit_code == 2


def test_a_template_of_another_kind_is_refused_by_the_name_that_was_typed(run, tmp_path):
    result = run("template", "--out", "deep/d.doc")
    assert (result.exit_code, result.stderr) == (
        1, "rlskit: --out: d.doc: expected a name that ends in .xlsx, .csv, .pdf.\n")
    assert list(tmp_path.iterdir()) == []
    assert run("template", "--out", "deep/d.csv").exit_code == 0
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["d.csv"]


def test_a_reader_that_goes_away_loses_nothing(tmp_path):
    """`rlskit check … --write-mapping | head -1`: the draft is written all the same, and nothing is complained of."""
    sample = tmp_path / "b.csv"
    sample.write_bytes((rk.sample_path() / "bearable.csv").read_bytes())
    check = subprocess.Popen([sys.executable, "-m", "rlskit.cli", "check", str(sample), "--write-mapping"],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check.stdout.close()
    assert check.stderr.read() == b""
    check.wait()
    assert (tmp_path / "rlskit.toml").is_file()


def test_a_file_of_facts_that_is_not_there_is_named(run, tmp_path):
    (tmp_path / "x.csv").write_text(diary())
    result = run("clinic", "x.csv", "--facts", "nothere.toml", "--out", "page.pdf")
    assert result.exit_code == 1
    assert unwrapped(result.stderr) == (
        "rlskit: --facts: nothere.toml: no such file. Correct it, or draft an empty one with `rlskit template --clinic "
        "--out clinic.toml`. This folder holds x.csv.")
    assert not (tmp_path / "page.pdf").exists()
