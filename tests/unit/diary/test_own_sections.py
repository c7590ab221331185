"""[habits."…"] in rlskit.toml: what it defines, what a tag that points to it means, and every mistake by name."""

from __future__ import annotations

import json
import pickle

import pandas as pd
import pytest

from rlskit.answers.questions import AT_THE_LANDMARK, HOUR, QUESTIONS
from rlskit.diary.mapping import read_mapping
from rlskit.diary.own import (
    HABITS,
    OUTCOMES,
    SLEEP_QUALITY,
    Habit,
    OwnOutcome,
    as_attrs,
    column_of,
    habits_of,
    join_own,
    outcomes_of,
)
from rlskit.diary.own_sections import ROWS
from rlskit.diary.tables import Diary, table
from rlskit.errors import DiaryError

WALK = Habit("Evening walk", "evening_walk", when="evening")
COCOA = Habit("Cocoa", "cocoa", "amount", "cups", contrast=(2.0, 0.0))


def toml(tmp_path, text):
    path = tmp_path / "rlskit.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def test_everything_a_habit_can_say(tmp_path):
    mapping = toml(tmp_path, '''
        [habits."Evening walk"]
        kind = "yes/no"
        when = "evening"
        [habits.Cocoa]
        kind = "amount"
        unit = "cups"
        when = "after noon"
        contrast = [2, 0]
        [habits."Foot bath"]
        kind = "minutes"
        preventive = true
        after_bad_nights = true
        [habits."Вечерний чай"]
        kind = "amount"
        unit = "чашки"
        [tags.Walk]
        column = "Evening walk"
        [tags.Cocoa]
        column = "cocoa"
        amount = 1.5
    ''')
    assert mapping.habits == (
        Habit("Evening walk", "evening_walk", "yes/no", "", "evening"),
        Habit("Cocoa", "cocoa", "amount", "cups", "after noon", False, (2.0, 0.0)),
        Habit("Foot bath", "foot_bath", "minutes", "min", "", True, (20.0, 0.0), True),
        Habit("Вечерний чай", "вечерний_чай", "amount", "чашки"))
    walk, cocoa = mapping.tag("walk"), mapping.tag("cocoa")
    assert (walk.column, walk.type, walk.unit, walk.item, walk.per_tick) == (
        "evening_walk", "habit", "", "evening_walk", None)
    assert (cocoa.column, cocoa.unit, cocoa.per_tick) == ("cocoa", "cups", 1.5)


@pytest.mark.parametrize(("text", "said"), [
    ('habits = "walk"', 'rlskit.toml, habits: expected sections such as [habits."Evening walk"], found "walk".'),
    ('[habits]\nwalk = true',
     'rlskit.toml, [habits."walk"]: expected a line such as kind = "yes/no" (one of yes/no, amount, minutes).'),
    ('[habits.Walk]\nwhen = "evening"',
     'rlskit.toml, [habits."Walk"]: expected a line such as kind = "yes/no" (one of yes/no, amount, minutes).'),
    ('[habits.Walk]\nkind = "yes/no"\nwhere = "outside"',
     'rlskit.toml, [habits."Walk"]: expected after_bad_nights, contrast, kind, preventive, unit, when, found "where". '
     'Did you mean "when"?'),
    ('[habits.Walk]\nkind = "yes"', 'rlskit.toml, [habits."Walk"], kind: expected one of yes/no, amount, minutes, '
                                    'found "yes". Did you mean "yes/no"?'),
    ('[habits.Walk]\nkind = "yes/no"\nwhen = "at night"',
     'rlskit.toml, [habits."Walk"], when: expected one of before noon, after noon, evening, found "at night".'),
    ('[habits.Nap]\nkind = "yes/no"\nafter_bad_nights = 1',
     'rlskit.toml, [habits."Nap"], after_bad_nights: expected true or false without quotes, found "1".'),
    ('[habits.Walk]\nkind = "yes/no"\npreventive = "yes"',
     'rlskit.toml, [habits."Walk"], preventive: expected true or false without quotes, found "yes".'),
    ('[habits.Cocoa]\nkind = "amount"',
     'rlskit.toml, [habits."Cocoa"]: an amount needs its unit. Add a line such as unit = "cups".'),
    ('[habits.Cocoa]\nkind = "amount"\nunit = " "',
     'rlskit.toml, [habits."Cocoa"]: an amount needs its unit. Add a line such as unit = "cups".'),
    ('[habits.Walk]\nkind = "minutes"\nunit = "h"',
     'rlskit.toml, [habits."Walk"], unit: only kind = "amount" has one, found "h". Leave the line out.'),
    ('[habits.Walk]\nkind = "yes/no"\ncontrast = [1, 0]',
     'rlskit.toml, [habits."Walk"], contrast: a yes is compared with a no, found "[1, 0]". Leave the line out.'),
    ('[habits.Walk]\nkind = "minutes"\ncontrast = 30',
     'rlskit.toml, [habits."Walk"], contrast: expected two numbers such as [2, 0], found "30".'),
    ('[habits.Walk]\nkind = "minutes"\ncontrast = [30, "none"]',
     'rlskit.toml, [habits."Walk"], contrast: expected a number of 0 or more, found "none".'),
    ('[habits.Walk]\nkind = "minutes"\ncontrast = [0, 30]',
     'rlskit.toml, [habits."Walk"], contrast: expected the larger amount first, such as [2, 0], found "[0, 30]".'),
    ('[habits.Alcohol]\nkind = "yes/no"',
     'rlskit.toml, [habits."Alcohol"]: "alcohol" is a name of rlskit\'s own. Choose another name.'),
    ('[outcomes]\nPulse = 60', 'rlskit.toml, [outcomes."Pulse"]: expected the lines scale = "0-10" (one of 0-10, 1-5, '
                               'number, count) and better = "higher" (or "lower").'),
    ('[outcomes.Pulse]\nscale = "number"',
     'rlskit.toml, [outcomes."Pulse"]: expected the lines scale = "0-10" (one of 0-10, 1-5, number, count) and better '
     '= "higher" (or "lower").'),
    ('[outcomes.Pulse]\nscale = "number"\nbetter = "lower"\nunit = "bpm"',
     'rlskit.toml, [outcomes."Pulse"]: expected better, scale, found "unit".'),
    ('[outcomes.Pulse]\nscale = "1-10"\nbetter = "lower"',
     'rlskit.toml, [outcomes."Pulse"], scale: expected one of 0-10, 1-5, number, count, found "1-10". '
     'Did you mean "0-10"?'),
    ('[outcomes.Pulse]\nscale = "number"\nbetter = "less"',
     'rlskit.toml, [outcomes."Pulse"], better: expected one of higher, lower, found "less".'),
    ('[outcomes."Sleep h"]\nscale = "number"\nbetter = "higher"',
     'rlskit.toml, [outcomes."Sleep h"]: "sleep_h" is a name of rlskit\'s own. Choose another name.'),
    ('[habits.Rest]\nkind = "yes/no"\n[outcomes.rest]\nscale = "0-10"\nbetter = "higher"',
     'rlskit.toml, [outcomes."rest"]: expected each name once, found it again (first as "Rest"). Spaces, capitals and '
     "signs make no difference."),
    ('[habits."Sleep quality"]\nkind = "yes/no"',
     'rlskit.toml, [habits."Sleep quality"]: "sleep_quality" is a name of rlskit\'s own. Choose another name.'),
    ('[habits.ignore]\nkind = "yes/no"',
     'rlskit.toml, [habits."ignore"]: "ignore" is a name of rlskit\'s own. Choose another name.'),
    ('[habits."Movement: calf"]\nkind = "yes/no"',
     'rlskit.toml, [habits."Movement: calf"]: "movement_calf" is a name of rlskit\'s own. Choose another name.'),
    ('[habits."☕"]\nkind = "yes/no"',
     'rlskit.toml, [habits."☕"]: expected a name that begins with a letter. Choose another name.'),
    ('[habits."Evening walk"]\nkind = "yes/no"\n[habits."evening  WALK!"]\nkind = "yes/no"',
     'rlskit.toml, [habits."evening  WALK!"]: expected each name once, found it again (first as "Evening walk"). '
     "Spaces, capitals and signs make no difference."),
    ('[tags.Walk]\ncolumn = "Evening walk"',
     'rlskit.toml, [tags."Walk"], column: expected one of symptoms, early_symptoms, stretched, stretch_hold_s, '
     'stretch_intensity_0_10, symptom_before, symptom_after, quiet_min, caffeine_mg, '
     'alcohol_drinks, iron, magnesium, free_night, medicine_change, ignore, found "Evening walk". One of your own '
     'needs a section [habits."Evening walk"] or [outcomes."Evening walk"].'),
    ('[habits."Evening walk"]\nkind = "yes/no"\n[tags.Walk]\ncolumn = "Evening wlk"',
     'rlskit.toml, [tags."Walk"], column: expected one of symptoms, early_symptoms, stretched, stretch_hold_s, '
     'stretch_intensity_0_10, symptom_before, symptom_after, quiet_min, caffeine_mg, '
     'alcohol_drinks, iron, magnesium, free_night, medicine_change, ignore, Evening walk, found "Evening wlk". '
     'Did you mean "Evening walk"?'),
])  # fmt: skip
def test_every_mistake_is_named(tmp_path, text, said):
    with pytest.raises(DiaryError) as wrong:
        toml(tmp_path, text)
    assert str(wrong.value) == said


def test_the_rows_that_no_habit_may_be_called_are_those_of_the_advice_table():
    keys = {q.key for q in (*QUESTIONS, HOUR, AT_THE_LANDMARK)} | {"nights_needed", "relief", "after_stopping"}
    assert keys - {"iron", "magnesium"} == set(ROWS)  # those two are columns too


def test_two_spellings_of_a_name_are_one_column():
    assert {column_of(name) for name in ("Evening walk", " evening-walk", "EVENING  WALK!")} == {"evening_walk"}


def test_a_diary_stored_before_habits_is_one_without():
    """What is pickled holds the fields it had; a field that came later has its default."""
    empty = table([], {})
    old = Diary(empty, empty, empty, (), empty, (WALK,))
    assert pickle.loads(pickle.dumps(old)).habits == (WALK,)
    del old.__dict__["habits"]
    assert pickle.loads(pickle.dumps(old)).habits == ()


def test_files_put_together_share_their_habits_and_may_not_contradict_each_other():
    assert join_own([WALK], [COCOA, WALK], HABITS) == (WALK, COCOA)
    with pytest.raises(DiaryError) as wrong:
        join_own([WALK], [Habit("Evening walk", "evening_walk", "minutes", "min")], HABITS)
    assert str(wrong.value) == ('[habits."Evening walk"]: expected one meaning, found two in the files put together. '
                                "Make the sections of that name in their rlskit.toml the same.")


def test_definitions_stand_in_the_attrs_of_nights_as_any_file_can_keep_them():
    nights = pd.DataFrame()
    nights.attrs[HABITS] = json.loads(json.dumps(as_attrs([WALK, COCOA])))
    assert habits_of(nights) == (WALK, COCOA) and habits_of(pd.DataFrame()) == ()


def test_outcomes_and_the_quality_of_sleep_that_needs_no_section(tmp_path):
    mapping = toml(tmp_path, '''
        [outcomes.Awakenings]
        scale = "count"
        better = "lower"
        [tags."Woke up"]
        column = "Awakenings"
        [tags."Slept well"]
        column = "Sleep quality"
    ''')
    assert mapping.outcomes == (OwnOutcome("Awakenings", "awakenings", "count", "lower"),)
    assert (mapping.tag("woke up").type, mapping.tag("woke up").per_tick) == ("outcome", 1.0)
    assert (mapping.tag("slept well").own, mapping.tag("slept well").per_tick) == (SLEEP_QUALITY, None)
    nights = pd.DataFrame()
    nights.attrs[OUTCOMES] = as_attrs(mapping.outcomes)
    assert outcomes_of(nights) == (*mapping.outcomes, SLEEP_QUALITY)
    other = OwnOutcome("Sleep quality", "sleep_quality", "0-10", "higher")
    nights.attrs[OUTCOMES] = as_attrs([other])
    assert outcomes_of(nights) == (other,)


WALK_AND_REST = '[habits.Walk]\nkind = "amount"\nunit = "km"\n[outcomes.Rest]\nscale = "1-5"\nbetter = "higher"\n'


@pytest.mark.parametrize(("section", "said"), [
    ('[columns.Slept]\ncolumn = "Rest"\nlevels = { well = 6 }',
     'rlskit.toml, [columns."Slept"], levels, well: expected a value of 1-5, found "6".'),
    ('[tags.Slept]\ncolumn = "Rest"\namount = 0',
     'rlskit.toml, [tags."Slept"], amount: expected a value of 1-5, found "0".'),
    ('[tags.Walk]\ncolumn = "Walk"\nmovement = "walk"',
     'rlskit.toml, [tags."Walk"], movement: only a stretch has one, found "walk". Leave the line out.'),
    ('[tags.Pill]\ncolumn = "iron"\nmovement = "walk"',
     'rlskit.toml, [tags."Pill"], movement: only a stretch has one, found "walk". Leave the line out.'),
    ('[tags.Walk]\ncolumn = "Walk"\nintent = "preventive"',
     'rlskit.toml, [tags."Walk"], intent: only a stretch has one, found "preventive". Leave the line out; preventive = '
     'true in [habits."Walk"] says that it is done against symptoms.'),
    ('[columns.Walk]\ncolumn = "Walk"\nunit = "min"',
     'rlskit.toml, [columns."Walk"], unit: expected a unit that measures km, found "min".')])
def test_a_line_that_does_not_fit_ones_own_is_named(tmp_path, section, said):
    with pytest.raises(DiaryError) as wrong:
        toml(tmp_path, WALK_AND_REST + section)
    assert str(wrong.value) == said


def test_a_list_is_no_name_of_a_column(tmp_path):
    with pytest.raises(DiaryError, match=r"""\[tags."Walk"\], column: expected one of .* found "\['Walk'\]"."""):
        toml(tmp_path, WALK_AND_REST + '[tags.Walk]\ncolumn = ["Walk"]')
