"""Which night an entry tells of: `tells_of` in rlskit.toml."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.diary.draft import suggest
from rlskit.diary.mapping import read_mapping
from rlskit.errors import DiaryError


def nights(tmp_path, app, tells_of, clock="07:30", **options):
    """A drink in the evening of every third day, the legs told the next morning; days 1 to 30 of January."""
    name = {"daylio": "daylio_export.csv", "bearable": "bearable-export.csv"}[app]
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(31)]
    lines = {"daylio": ["full_date,date,weekday,time,mood,activities,note_title,note"],
             "bearable": ["date,weekday,time of day,category,rating/amount,detail,notes"]}[app]
    for i, day in enumerate(days):
        wine, legs = i % 3 == 0, i % 3 == 1
        if app == "daylio":
            lines += [f'{day},January 1,Monday,{clock},meh,"{"Restless legs" if legs else "tea"}","",""',
                      f'{day},January 1,Monday,21:30,meh,"{"Alcohol" if wine else "tv"}","",""']
        else:
            ending = "th" if 10 < day.day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
            said = f"{day.day}{ending} Jan 2026"
            lines.append(f'"{said}","Monday","09:00","Mood","6","Mood",""')
            lines += [f'"{said}","Monday","pm","Factors","","Alcohol",""'] * wine
            lines += [f'"{said}","Monday","am","Symptom","2","Restless legs (Moderate)",""'] * legs
    (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text(
        f'timezone = "Europe/London"\n[tags."Restless legs"]\ncolumn = "symptoms"\nunticked = "no"\n{tells_of}\n'
        '[tags."Alcohol"]\ncolumn = "alcohol_drinks"\namount = 1\nunticked = "no"\n', encoding="utf-8")
    return rk.make_nights(rk.read_diary(tmp_path / name), **options).set_index("night").loc["2026-01-01":"2026-01-30"]


@pytest.mark.parametrize("app", ["daylio", "bearable"])
def test_told_of_last_night_the_symptom_is_on_the_night_of_the_drink(tmp_path, app):
    got = nights(tmp_path, app, 'tells_of = "last night"')
    drink = got["alcohol_drinks"].gt(0)
    assert got["symptoms_state"][drink].tolist() == ["yes"] * 10
    assert got["symptoms_state"][~drink].tolist() == ["no"] * 20


@pytest.mark.parametrize("app", ["daylio", "bearable"])
def test_told_of_tonight_the_symptom_is_on_the_night_after_the_entry(tmp_path, app):
    got = nights(tmp_path, app, 'tells_of = "tonight"')
    assert got.index[got["symptoms_state"].eq("yes")].day.tolist() == list(range(2, 31, 3))


def test_last_night_stays_the_night_before_the_diary_day_when_the_start_of_the_night_is_moved(tmp_path):
    got = nights(tmp_path, "daylio", 'tells_of = "last night"', "13:30", night_starts="18:00")
    assert got.index[got["symptoms_state"].eq("yes")].day.tolist() == list(range(1, 31, 3))


def test_a_wrong_value_is_named(tmp_path):
    path = tmp_path / "rlskit.toml"
    path.write_text('[tags."Legs"]\ncolumn = "symptoms"\ntells_of = "lastnight"\n', encoding="utf-8")
    with pytest.raises(DiaryError) as wrong:
        read_mapping(path)
    assert str(wrong.value) == ('rlskit.toml, [tags."Legs"], tells_of: expected one of last night, tonight, the clock '
                                'time, found "lastnight". Did you mean "last night"?')


def test_a_tag_that_says_last_night_is_drafted_so():
    assert suggest("restless legs last night") == {"column": "symptoms", "unticked": "no", "tells_of": "last night"}
    assert "tells_of" not in suggest("restless legs")


@settings(max_examples=30)
@given(st.datetimes(dt.datetime(2026, 1, 2), dt.datetime(2026, 12, 30)), st.sampled_from(["minute", "slot", "date"]),
       st.sampled_from(["pre", "am", "mid", "pm"]))
@example(dt.datetime(2026, 3, 4, 3, 59), "minute", "pre")
@example(dt.datetime(2026, 3, 4, 5, 30), "minute", "pre")
def test_last_night_is_one_night_before_tonight_and_who_tells_it_before_waking_is_up(moment, precision, slot):
    from rlskit.diary.mapping import Mapping, Tag
    from rlskit.diary.readers.assemble import assemble
    from rlskit.diary.readers.parsed import Options, Parsed

    said = {"row": 2, "moment": moment, "precision": precision, "slot": slot if precision == "slot" else "",
            "entry_clock": "event", "tag": "Legs", "raw": "Legs"}
    night = {told: assemble(Parsed("a.csv", "daylio", "", 1, mentions=[said]),
                            Mapping(tags={"legs": Tag("Legs", "symptoms", tells_of=told)}), Options()
                            ).events["night"][0] for told in ("last night", "tonight")}
    # the night in progress is the one just slept
    up_early = (precision == "minute" and 4 <= moment.hour < 6) or (precision == "slot" and slot == "pre")
    assert night["tonight"] - night["last night"] == pd.Timedelta(days=0 if up_early else 1)


@pytest.mark.parametrize("tells_of", ["", "last night", "tonight", "the clock time"])
@pytest.mark.parametrize(("reader", "text", "night"), [
    ("bearable", 'date,weekday,time of day,category,rating/amount,detail,notes\n"4th Mar 2026","Wednesday","pre",'
                 '"Symptom","2","Legs (Moderate)",""\n', 3),  # before 06:00 of the 4th
    ("bearable", 'date,weekday,time of day,category,rating/amount,detail,notes\n"4th Mar 2026","Wednesday","all day",'
                 '"Sleep factors","","Legs",""\n', 3),  # filled in on waking on the 4th, about the night before
    ("sleep_as_android", "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,"
                         "LenAdjust,Geo\n"
                         '"1772575200000","Europe/London","03. 03. 2026 23:00","04. 03. 2026 7:00","","8.000","0.0",'
                         '"#legs","10000","-1","-1.0","-1","-1.0","0",""\n', 3)])
def test_what_the_source_puts_on_the_night_just_slept_is_never_moved_a_night_further_back(
        tmp_path, reader, text, night, tells_of):
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")
    told = f'tells_of = "{tells_of}"\n' if tells_of else ""
    (tmp_path / "rlskit.toml").write_text(f'[tags.legs]\ncolumn = "symptoms"\n{told}', encoding="utf-8")
    events = rk.read_diary(tmp_path / "export.csv").events
    assert events.loc[events["type"].eq("symptom"), "night"].dt.day.tolist() == [night]


APPS = ["daylio", "bearable", "entries", "rows"]


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("told", ["last night", "tonight"])
def test_no_is_said_of_the_nights_that_an_entry_speaks_of_and_of_no_other(tmp_path, app, told):
    """Days with gaps: a box left empty in the morning is a no for the night before; the night after is nobody's."""
    days = {1: "Legs", 2: "", 4: "Walk", 5: "", 8: "Legs", 9: "Walk", 12: ""}
    tag = f'column = {{}}\nunticked = "no"\ntells_of = "{told}"\n'
    other = 'column = "alcohol_drinks"\nunticked = "no"\n'
    section, rows = "tags", []
    for day, ticked in days.items():
        date = f"2026-03-{day:02d}"
        if app == "daylio":
            rows.append(f"{date},,,08:00,meh,{ticked or 'tea'},,")
        elif app == "bearable":
            rows.append(f"{day}th Mar 2026,{date},,am,Factors,,{ticked or 'tea'},")
        else:
            section, hour = "columns", "08:00," if app == "entries" else ""
            rows.append(f"{date},{hour}{'x' * (ticked == 'Legs')},{'x' * (ticked == 'Walk')},x")
    header = {"daylio": "full_date,date,weekday,time,mood,activities,note_title,note",
              "bearable": "date,date formatted,weekday,time of day,category,rating/amount,detail,notes",
              "entries": "Day,Hour,Legs,Walk,Wine", "rows": "Day,Legs,Walk,Wine"}[app]
    (tmp_path / "diary.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    dated = '[columns.Day]\ncolumn = "night"\n' * (section == "columns")
    (tmp_path / "rlskit.toml").write_text(
        f'[habits.Stroll]\nkind = "yes/no"\n{dated}' + '[columns.Hour]\ncolumn = "time"\n' * (app == "entries")
        + f'[{section}.Legs]\n{tag.format(chr(34) + "symptoms" + chr(34))}[{section}.Walk]\n'
        + f'{tag.format(chr(34) + "Stroll" + chr(34))}[{section}.Wine]\n{other}', encoding="utf-8")
    got = rk.make_nights(rk.read_diary(tmp_path / "diary.csv")).set_index("night")
    back = 1 if told == "last night" else 0
    spoken_of = [pd.Timestamp(f"2026-03-{day:02d}") - pd.Timedelta(days=back) for day in days]
    for column, name in (("symptoms", "Legs"), ("stroll", "Walk")):
        state = got[f"{column}_state"]
        assert state.index[state.eq("yes")].tolist() == [
            night for night, ticked in zip(spoken_of, days.values(), strict=True) if ticked == name]
        assert set(state.index[state.eq("no")]) == {
            night for night, ticked in zip(spoken_of, days.values(), strict=True) if ticked != name}
