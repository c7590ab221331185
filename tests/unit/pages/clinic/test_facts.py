"""clinic.toml: what is typed comes through as typed, and a wrong line is named with the nearest right one."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from rlskit.errors import DiaryError
from rlskit.pages.clinic.facts import (
    DRUG_GROUPS,
    MIMICS,
    ClinicFacts,
    Irls,
    Iron,
    Medicine,
    PastMedicine,
    facts_template,
    read_facts,
)


def read(tmp_path, text):
    path = tmp_path / "clinic.toml"
    path.write_text(text, encoding="utf-8")
    return read_facts(path)


def test_the_empty_template_says_nothing(tmp_path):
    assert read(tmp_path, facts_template()) == ClinicFacts()


def test_every_commented_line_of_the_template_can_be_used(tmp_path):
    text = re.sub(r"(?m)^# (?=[a-z_]+ = )", "", facts_template())
    facts = read(tmp_path, text)
    assert facts.since == dt.date(2026, 9, 1)
    assert (facts.sleep_lost, facts.rest_minutes_before, facts.rest_minutes) == (6, 30, 10)
    assert facts.past_dopamine == (PastMedicine("name on the box", "highest dose", "2019 to 2022"),)
    assert facts.irls == (Irls(21, dt.date(2026, 11, 2)),)
    assert facts.medicines == (Medicine("name on the box", "as on the box", "20:00", ("20:00",),
                                        dt.date(2026, 6, 12), dt.date(2026, 9, 30)),)
    assert facts.iron == (Iron(52, "ng/mL", 24, dt.date(2026, 8, 14), "morning, fasting, off iron for a day"),)
    assert facts.drug_groups == dict.fromkeys(DRUG_GROUPS, False) and facts.mimics == tuple(MIMICS)


@pytest.mark.parametrize("typed, time, clocks", [
    ('"20:00"', "20:00", ("20:00",)), ("20:00:00", "20:00", ("20:00",)), ('"8:30"', "08:30", ("08:30",)),
    ('["14:00", "21:00"]', "14:00, 21:00", ("14:00", "21:00")), ('"at bedtime"', "at bedtime", ()),
    ('["14:00", "at bedtime"]', "14:00, at bedtime", ("14:00",)), ('""', "", ()),
])
def test_dose_times_are_clock_times_or_words(tmp_path, typed, time, clocks):
    (one,) = read(tmp_path, f'[[medicines]]\nname = "x"\ntime = {typed}\n').medicines
    assert (one.time, one.clocks) == (time, clocks)


def test_background_is_words_or_yes_and_no(tmp_path):
    facts = read(tmp_path, '[background]\nkidney = "stage 3"\npregnancy = false\n[body]\nother_parts_before = "none"\n')
    assert (facts.kidney, facts.pregnancy, facts.other_parts_before) == ("stage 3", "no", "none")


def test_totals_come_in_the_order_of_their_dates(tmp_path):
    facts = read(tmp_path, "[[irls]]\ntotal = 20\ndate = 2026-05-01\n[[irls]]\ntotal = 25\ndate = 2026-01-01\n")
    assert [one.total for one in facts.irls] == [25, 20]


def test_text_becomes_one_line_without_marks_that_turn_the_writing(tmp_path):
    facts = read(tmp_path, '[person]\nname = "  A\\n\\tB \\u202Ec\\u2066 "\n')
    assert facts.name == "A B c"


def test_both_spellings_of_micrograms_are_one(tmp_path):
    facts = read(tmp_path, '[[iron]]\nferritin = 52\nunit = "\u03bcg/L"\n[[iron]]\nferritin = 5\nunit = "\u00b5g/L"\n')
    assert {one.unit for one in facts.iron} == {"\u00b5g/L"}


WRONG = {
    "not TOML": ("[person\n", r"clinic.toml: not valid TOML \(.*\)\. Correct it, or draft an empty one with `rlskit"),
    "unknown section": ("[persn]\n",
                        'clinic.toml: expected background, body, .*, visit, found "persn". Did you mean "person"?'),
    "unknown key": ('[[medicines]]\nnam = "x"\n',
                    r'clinic.toml, \[\[medicines\]\]: expected .*, found "nam". Did you mean "name"?'),
    "unknown mimic": ("[mimics]\nsweling = true\n",
                      r'\[mimics\]: expected .*, found "sweling". Did you mean "swelling"?'),
    "single brackets": ('[iron]\nferritin = 5\n', r"iron: expected sections that begin with \[\[iron\]\], in double"),
    "no section": ('person = "me"\n', r'person: expected a section \[person\], found "me"'),
    "number as text": ('[[iron]]\nferritin = "52"\n',
                       r'\[\[iron\]\], ferritin: expected a number from 0 to 20000, found'),
    "percent above 100": ("[[iron]]\ntsat = 240\n", r'tsat: expected a number from 0 to 100, found "240"'),
    "not a number": ("[[iron]]\ntsat = nan\n", r'tsat: expected a number from 0 to 100, found "nan"'),
    "unknown unit": ('[[iron]]\nferritin = 5\nunit = "ng/ml"\n', 'expected one of ng/mL, µg/L, found "ng/ml". Did you'),
    "iron without a value": ("[[iron]]\ndate = 2026-01-01\n", "expected a line such as ferritin = 52 or tsat = 24"),
    "total above 40": ("[[irls]]\ntotal = 41\ndate = 2026-01-01\n", 'expected a whole number from 0 to 40, found "41"'),
    "half a point": ("[[irls]]\ntotal = 20.5\ndate = 2026-01-01\n", "expected a whole number from 0 to 40"),
    "total without a date": ("[[irls]]\ntotal = 4\n", "expected a line such as date = 2026-11-02, found none"),
    "second section": ("[[irls]]\ntotal = 4\ndate = 2026-01-01\n[[irls]]\ndate = 2026-01-01\n",
                       r"\[\[irls\]\] 2,: expected a line such as total = 21"),
    "date in quotes": ('[visit]\nsince = "2026-01-01"\n', r"expected a date without quotes such as 2026-03-01, found"),
    "date with a time": ("[visit]\nsince = 2026-01-01T10:00:00\n", "expected a date without quotes"),
    "stop before start": ('[[medicines]]\nname = "x"\nstart = 2026-02-01\nstop = 2026-01-01\n',
                          r'stop: expected a date after start \(2026-02-01\), found "2026-01-01"'),
    "no such hour": ('[[medicines]]\nname = "x"\ntime = "25:00"\n',
                     'expected a clock time like "21:30", found "25:00"'),
    "no name": ('[[medicines]]\ndose = "1 mg"\n', 'expected a line such as name = "name on the box", found none'),
    "nine medicines": ('[[medicines]]\nname = "x"\n' * 9, "expected at most 8, found 9. The page has one side"),
    "four questions": ('[visit]\nquestions = ["a", "b", "c", "d"]\n', "questions: expected at most 3, found 4"),
    "one question": ('[visit]\nquestions = "a"\n', r'expected a list such as \["First question\?"\], found "a"'),
    "61 letters": (f'[person]\nname = "{"x" * 61}"\n', r'name: expected at most 60 letters, found 61 \("x{30}…"\)'),
    "yes": ('[drug_groups]\nserotonergic = "yes"\n', 'serotonergic: expected true or false, found "yes"'),
    "nights": ("[body]\nsleep_lost = -1\n", r'sleep_lost: expected a whole number from 0 to 366, found "-1"'),
    "a number as name": ("[person]\nname = 5\n", 'name: expected text in quotes, found "5"'),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_line_is_one_clear_error(tmp_path, case):
    text, message = WRONG[case]
    with pytest.raises(DiaryError, match=message) as wrong:
        read(tmp_path, text)
    assert "\n" not in str(wrong.value) or case == "not TOML"
    assert str(wrong.value).startswith("clinic.toml")


def test_no_advice_and_no_threshold_in_the_template():
    text = facts_template().lower()
    for word in ("should", "must", "75", "recommend", "better to", "normal", "too low"):
        assert word not in text
