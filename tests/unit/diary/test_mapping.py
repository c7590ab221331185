"""rlskit.toml: what it says is what is meant, every mistake in it is named, and a draft can be read back."""

from __future__ import annotations

import datetime as dt
import tomllib

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlskit.diary.draft import draft_mapping, suggest
from rlskit.diary.mapping import Mapping, find_mapping, read_mapping, tag_key
from rlskit.diary.tables import TAG_COLUMNS, table
from rlskit.errors import DiaryError

# Names as people type them: quotes, emoji, brackets, line ends, right-to-left letters and marks. A name of nothing
# but space cannot be typed in any of the apps.
NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30).filter(tag_key)
ODD = ['say "when"', "back\\slash", "☕ Coffee", "🏋️‍♀️ gym", "Back (lower) pain", "[tags]", "line\nbreak", "tab\there",
       "# not a comment", "a = 1", "קפה", "\u202eeffoc", "قهوة", "'''", '"""', "a.b.c", "\x00", "\x7f", "ß", "İ"]


def tags(*names: str) -> pd.DataFrame:
    return table([{"tag": name, "group": "Factors", "n": i + 1, "first": pd.Timestamp("2026-01-05"),
                   "last": pd.Timestamp("2026-03-01")} for i, name in enumerate(names)], TAG_COLUMNS)


def toml(tmp_path, text: str) -> Mapping:
    path = tmp_path / "rlskit.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


# --- reading -------------------------------------------------------------------------------------------------------
def test_everything_a_file_can_say(tmp_path):
    mapping = toml(tmp_path, '''
        timezone = "Europe/London"
        date_order = "dmy"
        grams_per_drink = 8
        person = "p1"
        [tags."Calf stretch"]
        column = "stretched"
        intent = "preventive"
        unticked = "no"
        amount = 15
        time = "21:30"
        movement = "calf"
        tracked_from = 2026-01-01
        tracked_until = 2026-06-30
        [tags.Coffee]
        column = "caffeine_mg"
        levels = { Little = 50, "A lot" = 300 }
        entry_time = "event"
    ''')
    assert (mapping.timezone, mapping.timezone_from, mapping.date_order) == ("Europe/London", "rlskit.toml", "dmy")
    assert (mapping.grams_per_drink, mapping.person) == (8.0, "p1")
    calf = mapping.tag(" calf   STRETCH ")
    assert (calf.column, calf.intent, calf.unticked, calf.amount) == ("stretched", "preventive", "no", 15.0)
    assert (calf.time, calf.movement, calf.item, calf.type, calf.unit) == ("21:30", "calf", "calf", "stretch", "min")
    assert (calf.tracked_from, calf.tracked_until) == (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    coffee = mapping.tag("coffee")
    assert (coffee.levels, coffee.entry_time, coffee.item) == ({"little": 50.0, "a lot": 300.0}, "event",
                                                               "caffeine_mg")
    assert mapping.tag("tea") is None


def test_silence_means_the_careful_choice(tmp_path):
    tag = toml(tmp_path, '[tags.Stretch]\ncolumn = "stretched"').tag("stretch")
    assert (tag.intent, tag.unticked, tag.amount, tag.time) == ("unknown", "not_recorded", None, "")


def test_a_clock_time_may_be_written_without_quotes_and_the_file_with_a_mark(tmp_path):
    (tmp_path / "rlskit.toml").write_bytes(b'\xef\xbb\xbf[tags.Stretch]\ncolumn = "stretched"\ntime = 21:30:00\n')
    assert read_mapping(tmp_path / "rlskit.toml").tag("stretch").time == "21:30"


@pytest.mark.parametrize(("text", "expected"), [
    ('timezon = "Europe/London"',
     'rlskit.toml: expected columns, date_order, decimal_mark, grams_per_drink, habits, looks, outcomes, person, '
     'primary, redcap, sleep_from, tags, tells_of, timezone, travel, year, found "timezon". Did you mean "timezone"?'),
    ('[tags.Coffee]\ncolumn = "cafeine_mg"',
     'rlskit.toml, [tags."Coffee"], column: expected one of symptoms, early_symptoms, stretched, stretch_hold_s, '
     'stretch_intensity_0_10, symptom_before, symptom_after, quiet_min, caffeine_mg, '
     'alcohol_drinks, iron, magnesium, free_night, medicine_change, ignore, found "cafeine_mg". '
     'Did you mean "caffeine_mg"?'),
    ('[tags.Coffee]\ncolumn = ["caffeine_mg"]',
     'rlskit.toml, [tags."Coffee"], column: expected one of symptoms, early_symptoms, stretched, stretch_hold_s, '
     'stretch_intensity_0_10, symptom_before, symptom_after, quiet_min, caffeine_mg, '
     'alcohol_drinks, iron, magnesium, free_night, medicine_change, ignore, found "[\'caffeine_mg\']". '
     'Did you mean "caffeine_mg"?'),
    ('[tags.Coffee]\ncolumn = "iron"\nuntiked = "no"',
     'rlskit.toml, [tags."Coffee"]: expected amount, column, entry_time, intent, levels, movement, tells_of, time, '
     'tracked_from, tracked_until, unticked, found "untiked". Did you mean "unticked"?'),
    ("[tags.Coffee]\namount = 2", 'rlskit.toml, [tags."Coffee"]: expected a line such as column = "stretched".'),
    ('tags = "Coffee"', 'rlskit.toml, tags: expected sections such as [tags."Calf stretch"], found "Coffee".'),
    ('date_order = "dym"', 'rlskit.toml, date_order: expected one of dmy, mdy, ymd, found "dym".'),
    ("grams_per_drink = -1", 'rlskit.toml, grams_per_drink: expected a number above 0, found "-1".'),
    ("grams_per_drink = 0", 'rlskit.toml, grams_per_drink: expected a number above 0, found "0".'),
    ('[tags.A]\ncolumn = "iron"\namount = nan',
     'rlskit.toml, [tags."A"], amount: expected a number of 0 or more, found "nan".'),
    ('[tags.A]\ncolumn = "iron"\nlevels = { Little = inf }',
     'rlskit.toml, [tags."A"], levels, Little: expected a number of 0 or more, found "inf".'),
    ('[tags.A]\ncolumn = "iron"\namount = "two"',
     'rlskit.toml, [tags."A"], amount: expected a number of 0 or more, found "two".'),
    ('[tags.A]\ncolumn = "iron"\namount = true',
     'rlskit.toml, [tags."A"], amount: expected a number of 0 or more, found "True".'),
    ('[tags.A]\ncolumn = "iron"\ntime = "9 pm"',
     'rlskit.toml, [tags."A"], time: expected a clock time like "21:30", found "9 pm".'),
    ('[tags.A]\ncolumn = "iron"\nlevels = 3',
     'rlskit.toml, [tags."A"], levels: expected a table such as { Little = 50, Moderate = 100 }.'),
    ('[tags.A]\ncolumn = "iron"\ntracked_from = "2026-03-01"',
     'rlskit.toml, [tags."A"], tracked_from: expected a date without quotes such as 2026-03-01, found "2026-03-01".'),
    ('[tags.A]\ncolumn = "stretched"\nmovement = "Calf!"',
     'rlskit.toml, [tags."A"], movement: expected one lower-case word such as "calf", found "Calf!".'),
    ('[tags.A]\ncolumn = "stretched"\nintent = "preventative"',
     'rlskit.toml, [tags."A"], intent: expected one of preventive, responsive, unknown, found "preventative". '
     'Did you mean "preventive"?'),
    ('[tags.Coffee]\ncolumn = "iron"\n[tags."coffee "]\ncolumn = "iron"',
     'rlskit.toml, [tags."coffee "]: expected each tag once, found it again (first as "Coffee"). '
     "Spaces and capitals make no difference."),
    ('timezone = "Mars/Base"',
     'rlskit.toml, timezone: expected an IANA time zone such as "Europe/London" or "America/New_York", '
     'found "Mars/Base". Correct it in rlskit.toml or give --timezone.')])
def test_every_mistake_is_named(tmp_path, text, expected):
    with pytest.raises(DiaryError) as wrong:
        toml(tmp_path, text)
    assert str(wrong.value) == expected


def test_what_is_not_toml_is_named(tmp_path):
    with pytest.raises(DiaryError, match=r"^rlskit\.toml: not valid TOML \(.*line 1"):
        toml(tmp_path, "column: stretched")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("name", ["rlskit.toml", "rlskit.toml.txt", "RLSKIT.TOML"])
def test_the_mapping_is_read_as_an_editor_of_windows_saves_it(tmp_path, name, encoding):
    (tmp_path / name).write_bytes('[tags."Müde Beine"]\ncolumn = "symptoms"\n'.encode(encoding))
    assert list(find_mapping(tmp_path).tags) == ["müde beine"]


def test_two_mappings_in_one_folder_are_refused(tmp_path):
    for name in ("rlskit.toml", "rlskit.toml.txt"):
        (tmp_path / name).write_text("")
    with pytest.raises(DiaryError) as wrong:
        find_mapping(tmp_path)
    assert str(wrong.value) == (f"{tmp_path}: expected one rlskit.toml, found rlskit.toml and rlskit.toml.txt. Keep "
                                "the one that you edited and name it rlskit.toml.")


def test_no_file_maps_nothing(tmp_path):
    assert find_mapping(tmp_path) == Mapping()


@given(NAMES)
def test_a_key_has_one_spelling(name):
    assert tag_key(tag_key(name)) == tag_key(name)
    assert tag_key(f"  {name}\t") == tag_key(name)


# --- drafting ------------------------------------------------------------------------------------------------------
def read_text(text: str, tmp_path_factory) -> Mapping:
    path = tmp_path_factory.mktemp("draft") / "rlskit.toml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


@pytest.mark.parametrize(("name", "column"), [
    ("coffee", "caffeine_mg"), ("Kaffee", "caffeine_mg"), ("☕ Coffee", "caffeine_mg"), ("kawa", "caffeine_mg"),
    ("calf stretch", "stretched"), ("Rozciąganie", "stretched"), ("Restless legs", "symptoms"),
    ("Twitching legs", "symptoms"), ("legs restless at stretching time", "early_symptoms"),
    ("Legs already restless at 9pm", "early_symptoms"), ("Beine unruhig", "symptoms"),
    ("Jambes sans repos", "symptoms"),
    ("Legs jumpy", "symptoms"), ("Rotwein", "alcohol_drinks"), ("Weizenbier", "alcohol_drinks"),
    ("Cappuccino", "caffeine_mg"),
    ("RLS", "symptoms"), ("red wine", "alcohol_drinks"), ("Eisen", "iron"),
    ("Magnesium", "magnesium"), ("black tea", "caffeine_mg"), ("Day off", "free_night")])
def test_names_reach_their_columns(name, column, tmp_path_factory):
    mapping = read_text(draft_mapping(tags(name)), tmp_path_factory)
    assert (mapping.tag(name).column, mapping.tag(name).unticked) == (column, "no")


@pytest.mark.parametrize("name", ["Restlessness", "decaf coffee", "No caffeine", "alcohol-free beer", "herbal tea",
                                  "ironing", "Ferris wheel",
                                  "alkoholfreies Bier", "RLS medication", "ferritin test", "along the river", "Wed",
                                  "Schwein", "drink water", "steak", "eye twitch", "Home"])
def test_names_that_only_look_alike_are_not_suggested(name):
    assert suggest(name) is None


@pytest.mark.parametrize(("name", "movement"), [
    ("calf stretch", "calf"), ("Wadendehnung", "calf"), ("Hamstring stretches", "hamstring"), ("stretching", None)])
def test_a_movement_is_suggested_where_the_name_of_a_stretch_says_it(name, movement):
    assert suggest(name).get("movement") == movement


@pytest.mark.parametrize(("name", "intent"), [
    ("calf stretch", "unknown"), ("Stretch before bed", "preventive"), ("stretch because legs twitch", "responsive"),
    ("stretching routine", "preventive"), ("relief stretch", "responsive")])
def test_the_intent_of_a_stretch_is_only_suggested_where_its_name_says_it(name, intent):
    assert suggest(name)["intent"] == intent


def test_a_draft_lists_what_it_did_not_recognise():
    text = draft_mapping(tags("Coffee", "Home", "coffee "), timezone="Europe/Paris")
    assert text.startswith("# What the tags of your diary mean.")
    assert text.endswith('''timezone = "Europe/Paris"

[tags."Coffee"]   # 1 times, 2026-01-05 to 2026-03-01
column = "caffeine_mg"
amount = 95.0
unticked = "no"

# Not recognised. To use one, take the # away and write below it a line such as
# column = "stretched"   (one of symptoms, early_symptoms, stretched, stretch_hold_s, stretch_intensity_0_10, '''
                         '''symptom_before, symptom_after, quiet_min, caffeine_mg, alcohol_drinks, iron, magnesium, '''
                         '''free_night, medicine_change, ignore, or a habit of your own:
# a section [habits."Evening walk"] with kind = "yes/no", then column = "Evening walk")
# [tags."Home"]   # 2 times, in "Factors"
''')


def test_a_draft_without_tags_is_a_file(tmp_path_factory):
    assert read_text(draft_mapping(tags()), tmp_path_factory).tags == {}


@given(st.lists(st.one_of(NAMES, st.sampled_from(ODD), NAMES.map("coffee {}".format)), max_size=6))
def test_any_draft_reads_back(tmp_path_factory, names):
    """Active entries and, once their # is taken away, the listed ones: each under the very name of the diary."""
    found = tags(*names)
    text = draft_mapping(found)
    mapping = read_text(text, tmp_path_factory)
    for name in names:
        drafted = suggest(name)
        assert (mapping.tag(name) is not None) == (drafted is not None)
        if drafted:
            assert mapping.tag(name).column == drafted["column"]
    listed = [line.removeprefix("# ") for line in text.split("\n") if line.startswith("# [tags.")]
    every = {tag_key(n) for n in tomllib.loads("\n".join(listed)).get("tags", {})}
    assert every == {tag_key(n) for n in names if suggest(n) is None}
    assert not {"\u202e", "\x00"} & set(text)
