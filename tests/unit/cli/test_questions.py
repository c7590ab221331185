"""What `rlskit check` asks, with the lines that settle it: written as they stand, they do. And its verdict."""

from __future__ import annotations

import datetime as dt

import pytest
from click.testing import CliRunner

from rlskit.cli import cli

FIRST = dt.date(2026, 1, 1)
LEGS = '[tags."Restless legs"]\ncolumn = "symptoms"\nunticked = "no"\n'


@pytest.fixture
def check(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*words):
        done = CliRunner().invoke(cli, ["check", *words])
        assert done.exit_code == 0, done.output
        return done.output.splitlines()

    return run


def daylio(folder, told="07:30", stretch=(), n=40):
    lines = ["full_date,date,weekday,time,mood,activities,note_title,note"]
    for i, day in enumerate(FIRST + dt.timedelta(days=i) for i in range(n)):
        lines += [f'{day},d,Monday,{told},meh,"{"Restless legs" if i % 4 == 1 else "tea"}","",""',
                  f'{day},d,Monday,12:10,meh,"{"Stretch" if i in stretch else "tv"}","",""']
    (folder / "d.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def asked(lines):
    heading = "To settle, by a line in rlskit.toml"
    return lines[lines.index(heading) + 1:lines.index("", lines.index(heading))] if heading in lines else []


def settle(folder, lines):
    """Write the lines that a question gives into rlskit.toml: keys of a section that is there go into it."""
    section, key = (line.strip() for line in lines)
    text = (folder / "rlskit.toml").read_text()
    (folder / "rlskit.toml").write_text(text.replace(section, f"{section}\n{key}"))


def test_the_night_that_mornings_tell_of(check, tmp_path):
    daylio(tmp_path)
    (tmp_path / "rlskit.toml").write_text(LEGS)
    lines = check("d.csv")
    said = asked(lines)
    assert said == [
        "  1. 10 of 10 entries about restless legs were made in the morning or at midday.",
        "     Which night do they tell of?",
        '     "last night", the night before: 10 symptom nights of 39, first 1 Jan 2026',
        '     "tonight", the night after: 10 symptom nights of 40, first 2 Jan 2026',
        '     "the clock time", as read now: 10 symptom nights of 40, first 2 Jan 2026',
        '       [tags."Restless legs"]',
        '       tells_of = "last night"    # or one of the others']
    assert lines[-3:] == ["Nothing can be said about symptoms yet. Write the answer to question 1 in",
                          "rlskit.toml, then check again:", "  rlskit check d.csv"]
    settle(tmp_path, said[-2:])
    after = check("d.csv")
    assert asked(after) == [] and after[-1] == "  rlskit report d.csv"


def test_whether_stretching_came_before_or_because(check, tmp_path):
    daylio(tmp_path, told="22:30", stretch=range(0, 40, 2))
    (tmp_path / "rlskit.toml").write_text(LEGS + '[tags."Stretch"]\ncolumn = "stretched"\nunticked = "no"\n'
                                          'entry_time = "day"\n')
    lines = check("d.csv")
    said = asked(lines)
    assert said == [
        "  1. On 20 nights it is not known whether stretching came before the symptoms or",
        "     because of them. Which is it?",
        '       [tags."Stretch"]', '       intent = "preventive"    # "responsive": because of symptoms']
    assert lines[-3] == "Ready: 10 symptom nights among 40 with an answer, 1 question to settle. Make the"
    settle(tmp_path, said[-2:])
    assert asked(check("d.csv")) == []


def test_the_time_zone_of_sleep(check, tmp_path):
    rows = [f"{FIRST + dt.timedelta(days=i)},{'no' if i % 3 else 'yes'},22:30,06:30" for i in range(20)]
    (tmp_path / "x.csv").write_text("night,symptoms,lights_out,woke_up\n" + "\n".join(rows) + "\n", encoding="utf-8")
    said = asked(check("x.csv"))
    assert said == ["  1. In which time zone did you sleep? The length of a night in which the clocks",
                    "     change depends on it.", '       timezone = "Europe/London"']
    (tmp_path / "rlskit.toml").write_text(said[-1].strip() + "\n")
    after = check("x.csv")
    assert asked(after) == [] and "  Clock times are those of Europe/London." in after


def test_a_table_that_waits_beside_a_diary_that_is_read(check, tmp_path):
    folder = tmp_path / "my"
    folder.mkdir()
    daylio(folder, told="22:30")
    (folder / "rlskit.toml").write_text(LEGS)
    (folder / "own.csv").write_text("When,Cocoa\n" + "\n".join(f"2026-01-{d:02d},{d}" for d in range(1, 15)) + "\n")
    assert asked(check("my")) == [
        "  1. Not used, as none of its columns is named: own.csv. This adds them:",
        "     `rlskit check my --write-mapping`"]


def test_a_table_whose_other_columns_are_not_named_yet_is_sent_to_the_draft(check, tmp_path):
    rows = "\n".join(f"2026-01-{d:02d},{'yes' if d % 3 else 'no'}" for d in range(1, 15))
    (tmp_path / "own.csv").write_text(f"Night,Restless legs\n{rows}\n")
    (tmp_path / "rlskit.toml").write_text('[columns.Night]\ncolumn = "night"\n')
    assert check("own.csv")[-4:] == [
        "No night says whether legs were restless, so nothing can be answered yet. In",
        "rlskit.toml some columns are not named. This adds what is recognised and asks", "about the rest:",
        "  rlskit check own.csv --write-mapping"]
    assert check("own.csv", "--write-mapping")[-1] == "  rlskit report own.csv"


# --- the verdict -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("mapping", "words", "expected"), [
    (None, (), [
        "Nothing counts yet: no rlskit.toml says what the tags mean. This drafts one:",
        "  rlskit check d.csv --write-mapping"]),
    (None, ("--timezone", "Europe/London"), [
        "Nothing counts yet: no rlskit.toml says what the tags mean. This drafts one:",
        "  rlskit check d.csv --timezone Europe/London --write-mapping"]),
    ('timezone = "Europe/London"\n', (), [
        "Nothing counts yet: rlskit.toml names none of the tags. This adds what is",
        "recognised:", "  rlskit check d.csv --write-mapping"]),
    ('[tags."tv"]\ncolumn = "iron"\n', (), [
        "No night says whether legs were restless, so nothing can be answered yet. Give",
        "the diary that says it too, or write in rlskit.toml where it stands; then check", "again:",
        "  rlskit check d.csv"]),
    (LEGS + 'tells_of = "tonight"\n', ("--night-starts", "11:00"), [
        "Ready: 10 symptom nights among 40 with an answer. Make the report:",
        "  rlskit report d.csv --night-starts 11:00"]),
])
def test_the_verdict_and_what_to_do_come_last(check, tmp_path, mapping, words, expected):
    daylio(tmp_path)
    if mapping:
        (tmp_path / "rlskit.toml").write_text(mapping)
    lines = check("d.csv", *words)
    assert lines[-len(expected):] == expected and lines[-len(expected) - 1] == ""


def test_a_draft_is_in_force_and_says_what_it_makes_of_the_diary(check, tmp_path):
    daylio(tmp_path, told="22:30")
    lines = check("d.csv", "--write-mapping")
    assert lines[-3:] == ["Drafted rlskit.toml: 10 symptom nights among 40 with an answer. Read every line",
                          "of it, then make the report:", "  rlskit report d.csv"]
    assert '    10  "Restless legs" → symptoms, not ticked = no' in lines


def test_a_draft_that_recognises_nothing_says_so(check, tmp_path):
    daylio(tmp_path)
    text = (tmp_path / "d.csv").read_text().replace("Restless legs", "zzz").replace("tea", "tv")
    (tmp_path / "d.csv").write_text(text)
    assert check("d.csv", "--write-mapping")[-3:] == [
        "Drafted rlskit.toml. None of the tags was recognised: write there what they",
        "mean, then check again:", "  rlskit check d.csv"]


def test_a_question_of_the_mapping_and_the_line_that_goes_when_it_is_settled(check, tmp_path):
    rows = [f"{FIRST + dt.timedelta(days=i)},{'yes' if i % 3 else 'no'},{i % 2}" for i in range(20)]
    (tmp_path / "my.csv").write_text("Date,Legs,Wine\n" + "\n".join(rows) + "\n", encoding="utf-8")
    mapping = ('[columns.Date]\ncolumn = "night"\n[columns.Legs]\ncolumn = "symptoms"\n'
               '[columns.Wine]\ncolumn = "alcohol_drinks"\n')
    (tmp_path / "rlskit.toml").write_text(f'{mapping}question = "Is a glass one drink?"\n', encoding="utf-8")
    lines = check("my.csv")
    assert asked(lines) == [
        "  1. Is a glass one drink? Correct what does not fit, and take the line",
        "     `question` out of:", '       [columns."Wine"]']
    assert lines[-3:] == ["Ready: 13 symptom nights among 20 with an answer, 1 question to settle. Make the",
                          "report:", "  rlskit report my.csv"]


def test_no_night_is_shown_while_it_is_open_which_had_symptoms(check, tmp_path):
    daylio(tmp_path)
    (tmp_path / "rlskit.toml").write_text(LEGS)
    lines = check("d.csv")
    assert "  Which nights had symptoms is open: question 1 below." in lines
    assert not any("■" in line for line in lines)
