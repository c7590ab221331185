"""The page of `rlskit check`: the whole of it as text, every sample, and what each part does with much or odd data."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

from rlskit.cli import cli
from rlskit.cli.check_page import MAPPED, WEEKS
from tests.helpers.places import SAMPLE
from tests.helpers.unwrapped import unwrapped

HEADER = "night,symptoms,stretched,stretch_time,alcohol_drinks\n"
TAGS = "Tags: how often ticked, and what they were taken to mean"
LEGS = '[tags."Restless legs"]\ncolumn = "symptoms"\nunticked = "no"\ntells_of = "the clock time"\n'


@pytest.fixture
def check(tmp_path, monkeypatch):
    """check("x.csv", "--all", width=…) → the lines of the page."""
    monkeypatch.chdir(tmp_path)

    def run(*words, charset="utf-8"):
        done = CliRunner(charset=charset).invoke(cli, ["check", *map(str, words)])
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    return run


def template(folder, n=20, symptoms=lambda i: "no" if i % 3 else "yes", first=dt.date(2026, 1, 1)):
    rows = (f"{first + dt.timedelta(days=i)},{symptoms(i)},{'yes,21:00' if i % 2 else 'no,'},{i % 3}" for i in range(n))
    (folder / "x.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")


def daylio(folder, tags, days=10, name="d.csv"):
    lines = ["full_date,date,weekday,time,mood,activities,note_title,note"]
    lines += [f'2026-03-{d + 1:02d},March,Monday,21:30,meh,"{" | ".join(tags)}","",""' for d in range(days)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def part(lines, heading):
    """The lines below a heading, up to the next empty one."""
    lines = lines[lines.index(heading) + 1:]
    return lines[:lines.index("")]


def test_the_whole_page(check, tmp_path):
    template(tmp_path)
    assert "\n".join(check("x.csv")) == """\
What was read
  x.csv: rlskit template, 20 of 20 rows used

1 January to 20 January 2026: 20 nights, 20 with something written
  29 Dec 2025     ■□□■ □□■□□■□ □■□□■□□ ■□
  One mark a night, weeks from Monday: ■ symptoms  □ none  · not recorded

   yes   no   time unknown   not recorded
     7   13              0              0   symptoms
     0   13              7              0   symptoms before the landmark
     7   10              3              0   preventive stretching
    13    7              0              0   alcohol
  No night says anything about: caffeine before noon, caffeine after noon, iron,
    magnesium.
  Landmark: 21:00, the clock time by which 9 in 10 evening stretches were done,
    rounded up to the half hour.

Ready: 7 symptom nights among 20 with an answer. Make the report:
  rlskit report x.csv"""


@pytest.mark.parametrize("charset", ["cp1252", "ascii"])
def test_a_stream_of_few_letters_gets_the_strip_in_ascii(check, tmp_path, charset):
    template(tmp_path, symptoms=lambda i: ("yes", "no", "")[i % 3])
    lines = check("x.csv", charset=charset)
    dot = "·" if charset == "cp1252" else "*"
    assert lines[4:6] == [
        "  29 Dec 2025     #o.# o.#o.#o .#o.#o. #o",
        "  One mark a night, weeks from Monday: # symptoms  o none  . not recorded"]
    assert dot not in lines[4] and lines[-1] == "  rlskit report x.csv"


@pytest.mark.parametrize("diary", [SAMPLE, SAMPLE / "untimed", SAMPLE / "other-formats" / "daylio"],
                         ids=lambda path: path.name)
def test_every_sample_ends_with_what_to_do_and_keeps_to_80_columns(check, diary, monkeypatch):
    monkeypatch.chdir(diary.parent)
    lines = check(diary.name)
    assert max(map(cell_len, lines)) <= 80
    assert lines[-2].endswith("the report:")
    assert lines[-1].startswith("  rlskit report ")


def test_a_study_shows_what_its_variables_mean_each_person_and_how_to_pool_them(check, monkeypatch):
    monkeypatch.chdir(SAMPLE / "other-formats")
    lines = check("redcap/study.csv")
    text = " ".join(line.strip() for line in lines)
    assert '"diary_date" → night, "rls" → symptoms' in text
    assert part(lines, "12 people, 10 May to 20 June 2026: 502 nights, 451 with something written")[:2] == [
        "    10 of 40   01, hillside", "    10 of 38   02, riverside"]
    assert text.index("Ready: 12 people, 184 symptom nights among 451 with an answer. Pool them:") < text.index(
        "rlskit pool redcap --out my/pool")


def test_of_many_people_the_first_are_shown_and_all_on_demand(check, tmp_path):
    rows = (f"{who},2026-01-0{day},{'yes' if day == 2 else 'no'}\n" for who in range(1001, 1026) for day in range(1, 5))
    (tmp_path / "x.csv").write_text("person,night,symptoms\n" + "".join(rows))
    few, every = check("x.csv"), check("x.csv", "--all")
    assert "  … and 5 people more (--all lists them)" in few and "     1 of 4   1025" in every
    assert sum(" of 4   1" in line for line in few) == 20 and sum(" of 4   1" in line for line in every) == 25


def test_a_long_diary_shows_its_last_weeks_and_all_on_demand(check, tmp_path):
    template(tmp_path, n=7 * (WEEKS + 20), first=dt.date(2024, 1, 1))
    short, full = check("x.csv"), check("x.csv", "--all")
    assert f"  The last {WEEKS} of {WEEKS + 20} weeks; --all shows them all." in short
    assert sum("■" in line for line in short) == WEEKS // 8 + 1  # and the line that says what the marks mean
    assert next(line for line in full if "■" in line).startswith("   1 Jan 2024  ■□□")
    assert sum("■" in line for line in full) == (WEEKS + 20 + 7) // 8 + 1


def test_unmapped_tags_are_one_line_and_a_list_on_demand(check, tmp_path):
    tags = ["Restless legs", *(f"habit number {i}" for i in range(30))]
    daylio(tmp_path, tags)
    (tmp_path / "rlskit.toml").write_text(LEGS)
    assert part(check("d.csv"), TAGS) == [
        '    10  "Restless legs" → symptoms, not ticked = no',
        "  30 not mapped, not used: habit number 0, habit number 1, … (--all lists them)"]
    full = part(check("d.csv", "--all"), TAGS)
    assert full[:3] == ['    10  "Restless legs" → symptoms, not ticked = no, 1 Mar 2026 to 10 Mar 2026',
                        "  30 tags not mapped; not used:", '    10  "habit number 0" (activities)']
    assert sum("habit number" in line for line in full) == 30


def test_many_mapped_tags_are_counted(check, tmp_path):
    tags = ["Restless legs", *(f"beer {i}" for i in range(MAPPED + 4))]
    daylio(tmp_path, tags)
    (tmp_path / "rlskit.toml").write_text(LEGS + "".join(
        f'[tags."{t}"]\ncolumn = "alcohol_drinks"\namount = 1\nunticked = "no"\n' for t in tags[1:]))
    lines = part(check("d.csv"), TAGS)
    assert len(lines) == MAPPED + 1 and lines[-1] == "  … and 5 more tags (--all lists them)"


def test_a_tag_that_is_never_ticked_is_said(check, tmp_path):
    daylio(tmp_path, ["Restless legs"])
    (tmp_path / "rlskit.toml").write_text(LEGS + '[tags."Wein"]\ncolumn = "alcohol_drinks"\namount = 1\n')
    assert '     0  "Wein" → alcohol_drinks: stands in rlskit.toml, but nowhere in d.csv' in check("d.csv")


def test_a_few_cells_are_told_one_by_one_and_all_on_demand(check, tmp_path):
    rows = [f"2026-01-{d:02d},{'no' if d % 2 else 'yes'},no,,{'lots' if d < 9 else d % 2}" for d in range(1, 21)]
    rows += ["2026-01-01,yes,no,,1", "2026-01-02,yes,no,,1"]
    (tmp_path / "x.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    heading = "Left out, or read with a remark"
    assert part(check("x.csv"), heading)[:3] == [
        '  Lines 2 to 9, column "alcohol_drinks": expected a number of drinks, found',
        '    "lots" (8 times). Left out: 8 cells.',
        "  2 rows left out: a second row for the same night, and it disagrees. The first:"]
    assert unwrapped("\n".join(part(check("x.csv", "--all"), heading))).count('found "lots". Left out.') == 8


def test_a_file_of_the_folder_that_is_not_read_stands_with_the_others(check, tmp_path):
    folder = tmp_path / "my"
    folder.mkdir()
    template(folder)
    (folder / "notes.txt").write_text("dear diary\n")
    assert check("my")[:4] == ["What was read", "  x.csv: rlskit template, 20 of 20 rows used",
                               "  notes.txt: not read, not a diary that rlskit knows", ""]


def test_tags_cannot_steer_the_screen(check, tmp_path):
    daylio(tmp_path, ["\x1b[31mRED\x1b]0;pwn\x07", "\u202eevil"])
    out = "\n".join(check("d.csv"))
    assert "\x1b" not in out and "\u202e" not in out
    assert "  2 not mapped, not used: �[31mRED�]0;pwn�, �evil" in out
