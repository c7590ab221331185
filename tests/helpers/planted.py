"""Exports of every format with a person's identifiers in every field that can hold text; see
tests/whole/test_planted.py.

Each builder writes what its reader understands, so that the planted words travel as far as anything can.
"""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd

NAME, MAIL, PHONE, BORN, PLACE = ("Zelda Quimby", "zelda.quimby@example.org", "+44 7700 900123", "1971-04-05",
                                  "51.50071,-0.12462")
ALL = " ".join((NAME, MAIL, PHONE, BORN, PLACE))
# what any of it can turn into on its way: without case, spaces or signs
TRACES = ("zelda", "quimby", "example.org", "example_org", "900123", BORN, "1971_04_05", "51.50071",
          "51_50071", "12462")
LEGS, STRETCH, PILL = f"Legs {ALL}", f"Stretch {ALL}", f"Pill {ALL}"
DAYS = [pd.Timestamp("2026-03-01") + pd.Timedelta(days=i) for i in range(4)]

MAPPING = f"""
timezone = "Europe/London"
[tags."{LEGS}"]
column = "symptoms"
unticked = "no"
[tags."{STRETCH}"]
column = "stretched"
intent = "preventive"
time = "20:30"
movement = "zelda_quimby_900123"
unticked = "no"
[tags."{PILL}"]
column = "medicine_change"
[redcap]
missing_codes = ["{PHONE}"]
[columns]
day = {{ column = "night" }}
rls = {{ column = "symptoms" }}
moves = {{ column = "movement" }}
pill = {{ column = "medicine_change" }}
"""


def named(format_: str, ending: str) -> str:
    """A file name that says who somebody is."""
    return f"{format_} {ALL}{ending}"


def write_all(folder: Path) -> list[Path]:
    """One export of every format in `folder`, damaged ones too, and the mapping."""
    folder.mkdir(parents=True)
    (folder / "rlskit.toml").write_text(MAPPING, encoding="utf-8")
    for write in (bearable, daylio, daylio_backup, sleep_as_android, template, redcap, damaged):
        write(folder)
    return sorted(p for p in folder.iterdir() if p.name != "rlskit.toml" and "dictionary" not in p.name)


def csv(path: Path, header: str, rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [",".join('"{}"'.format(str(c).replace('"', '""')) for c in row) for row in rows]
    path.write_text("\n".join([header, *cells]) + "\n", encoding="utf-8")


def bearable(folder: Path) -> None:
    def rows(day, *second):
        ordinal = f"{day.day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day.day, 'th') } {day:%b %Y}"
        start = [ordinal, *second, day.day_name()]
        return [[*start, "pm", "Symptom", "2", f"{LEGS} (Moderate)", ALL],
                [*start, "pm", f"Factors {ALL}", "", f"{STRETCH} | {PILL} | {ALL}", ALL],
                [*start, "21:00", "Mood", "5", ALL, ALL], [*start, "all day", ALL, ALL, ALL, ALL]]

    header = "date,weekday,time of day,category,rating/amount,detail,notes"
    csv(folder / named("v1", ".csv"), header, [row for d in DAYS for row in rows(d)])
    csv(folder / named("v2", ".csv"), header.replace("date,", "date,date formatted,"),
        [row for d in DAYS for row in rows(d, f"{d:%Y-%m-%d}")])


def daylio(folder: Path) -> None:
    tags = f"{LEGS} | {STRETCH} | {PILL}"
    layouts = {
        "year,date,weekday,time,mood,activities,note": lambda d: [d.year, f"{d:%B} {d.day}"],
        "full_date,date,weekday,time,mood,activities,note": lambda d: [f"{d:%Y-%m-%d}", f"{d:%B} {d.day}"],
        "full_date,date,weekday,time,mood,activities,note_title,note":
            lambda d: [f"{d:%Y-%m-%d}", f"{d:%B} {d.day}"],
        "full_date,date,weekday,time,mood,activities,scales,note_title,note":
            lambda d: [f"{d:%Y-%m-%d}", f"{d:%B} {d.day}"],
    }
    for i, (header, date) in enumerate(layouts.items()):
        more = {"note": ALL, "note_title": ALL, "scales": f"{LEGS}: 8/10 points | {ALL}: 3/5"}
        rows = [[*date(d), d.day_name(), "21:00", ALL, tags, *(more[c] for c in header.split(",")[6:])] for d in DAYS]
        # a folder of one person, with a second file in it that nobody can read
        path = folder / named(f"daylio{i}", "") / named("export", ".csv") if i == 0 else folder / named(f"daylio{i}",
                                                                                                     ".csv")
        csv(path, header, rows)
    (folder / named("daylio0", "") / named("letter", ".txt")).write_text(ALL)


def daylio_backup(folder: Path) -> None:
    tags = [{"id": i, "name": name, "id_tag_group": 1} for i, name in enumerate((LEGS, STRETCH, PILL))]
    entries = [{"minute": 0, "hour": 21, "day": d.day, "month": d.month - 1, "year": d.year, "timeZoneOffset": 0,
                "datetime": int((d + pd.Timedelta(hours=21)).timestamp() * 1000), "mood": 1, "note": ALL,
                "note_title": ALL, "tags": [0, 1, 2], "assets": [ALL]} for d in DAYS]
    data = {"dayEntries": entries, "tags": tags, "tag_groups": [{"id": 1, "name": ALL}], "owner": ALL,
            "customMoods": [{"id": 1, "custom_name": ALL, "mood_group_id": 2}]}
    with zipfile.ZipFile(folder / named("backup", ".daylio"), "w") as archive:
        archive.writestr("backup.daylio", base64.b64encode(json.dumps(data).encode()))
        archive.writestr(f"assets/{NAME}.jpg", ALL)
        archive.comment = ALL.encode()


def sleep_as_android(folder: Path) -> None:
    header = ('Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo,"22:55",'
              '"Event"')
    lines = []
    for d in DAYS:
        start = (d + pd.Timedelta(hours=23)).tz_localize("Europe/London")
        lines += [header, f'"{int(start.timestamp() * 1000)}","Europe/London","{d:%d. %m. %Y} 23:00",'
                          f'"{d + pd.Timedelta(days=1):%d. %m. %Y} 7:00","","8.000","3.0"," {ALL} #{NAME.split()[0]} ",'
                          f'"10000","-1","-1.0","5","0.4","0","{PLACE}","0.5","LIGHT_START-1-{PHONE}"']
    (folder / named("sleep", ".csv")).write_text("\n".join(lines) + "\n", encoding="utf-8")


def template(folder: Path) -> None:
    header = ["night", "person", "symptoms", "stretched", "stretch_time", "symptoms_before_stretch", "movement",
              "medicine_change", "severity_0_10", ALL.replace(",", ";")]
    rows = [[f"{d:%Y-%m-%d}", "", "yes", "yes", "20:30", "no", f"walk with {ALL}; yoga", ALL, ALL, ALL] for d in DAYS]
    csv(folder / named("sheet", ".csv"), ",".join(header), rows)
    csv(folder / "several.csv", ",".join(header), [[r[0], f"{who} {ALL}", *r[2:]] for who in "ab" for r in rows])
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = NAME
    for row in [[ALL], header, *rows]:
        sheet.append([str(c) for c in row])
    other = book.create_sheet(PHONE)
    other.append(["night", "symptoms", "stretched"])
    for name in ("creator", "title", "subject", "description", "keywords", "lastModifiedBy"):
        setattr(book.properties, name, ALL)
    book.save(folder / named("book", ".xlsx"))


def redcap(folder: Path) -> None:
    dictionary = [["Variable / Field Name", "Form Name", "Field Type", "Field Label",
                   "Choices, Calculations, OR Slider Labels", "Text Validation Type OR Show Slider Number"],
                  ["id", "evening", "text", f"Record {ALL}", "", ""], ["day", "evening", "text", "Day", "", "date_ymd"],
                  ["rls", "evening", "yesno", "Legs", "", ""], ["name", "evening", "text", ALL, "", ""],
                  ["moves", "evening", "checkbox", "Moves", f"1; {ALL} | 2; Yoga".replace(",", " ").replace(";", ","),
                   ""], ["pill", "evening", "notes", "Pill", "", ""]]
    csv(folder / "dictionary.csv", ",".join(f'"{c}"' for c in dictionary[0]), dictionary[1:])
    csv(folder / named("redcap", ".csv"), f'id,redcap_data_access_group,day,rls,name,moves___1,moves___2,pill,"{ALL}",'
        "evening_complete", [[f"r {ALL}", ALL, f"{d:%Y-%m-%d}", 1, ALL, 1, 1, ALL, ALL, 2] for d in DAYS])
    csv(folder / named("labelled", ".csv"), f'Record {ALL}'.replace(",", " ") + ",Data Access Group,Day,Legs,moves___1,"
        "moves___2,Pill,Complete?", [[f"l {ALL}", ALL, f"{d:%Y-%m-%d}", "Yes", "Checked", "Checked", ALL, "Complete"]
                                     for d in DAYS])


def damaged(folder: Path) -> None:
    """Files whose error messages quote what is in them."""
    csv(folder / named("dates", ".csv"), f'night,symptoms,"{ALL}"', [["01/02/2026", "yes", ALL],
                                                                                ["02/02/2026", ALL, ""]])
    csv(folder / named("nights", ".csv"), "night,symptoms", [[ALL, ALL]])
    csv(folder / named("unknown", ".csv"), ALL, [[ALL]])
    (folder / named("cut", ".daylio")).write_bytes(b"PK\x03\x04" + ALL.encode())
    (folder / named("own", "")).mkdir()
    (folder / named("own", "") / "rlskit.toml").write_text(f'[tags."{ALL}"]\ncolumn = "{ALL}"\n')
    csv(folder / named("own", "") / named("x", ".csv"), "night,symptoms", [["2026-03-01", "yes"]])
    (folder / named("empty", ".csv")).write_text("")
