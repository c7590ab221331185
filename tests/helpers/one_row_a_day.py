"""A small export of every app that has one row a day: header and rows as text, for tests that go over all readers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from rlskit.diary.mapping import Mapping, Tag
from rlskit.diary.tables import Diary

MAPPING = Mapping(tags={"legs": Tag("legs", "symptoms")},
                  columns={"datum": Tag("Datum", "night"), "beine": Tag("Beine", "symptoms")})


def _ordinal(day: dt.date) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(day.day if day.day < 14 else day.day % 10, "th")
    return f"{day.day}{ending} {day:%b} {day.year}"


_SLEEPS = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles"

APPS: dict[str, tuple[str, Callable[[dt.date], str]]] = {
    "bearable": ("date,weekday,time of day,category,rating/amount,detail,notes",
                 lambda d: f'"{_ordinal(d)}","","pm","Symptom","2","legs (Moderate)",""'),
    "daylio": ("full_date,date,weekday,time,mood,activities,note", lambda d: f"{d},,,21:00,meh,legs,"),
    "redcap": ("record_id,redcap_event_name,night,symptoms", lambda d: f"me,v1,{d},yes"),
    "sleep_as_android": (_SLEEPS, lambda d: f'"x","","{d:%d. %m. %Y} 23:00","","","8.0","0.0","#legs","","","",""'),
    "table": ("Datum,Beine,Wetter", lambda d: f"{d},ja,Regen"),
    "template": ("night,symptoms,alcohol_drinks", lambda d: f"{d},yes,0"),
}


def write(path: Path, app: str, days: Sequence[dt.date]) -> Path:
    header, row = APPS[app]
    between = f"\n{header}\n" if app == "sleep_as_android" else "\n"
    path.write_text("\n".join([header, between.join(row(day) for day in days)]) + "\n", encoding="utf-8")
    return path


def nights_of(diary: Diary) -> list[dt.date]:
    """The nights that anything was written for."""
    return sorted({n.date() for t in (diary.daily, diary.events) for n in t["night"].dropna().map(pd.Timestamp)})


def write_dated(path: Path, app: str, dates: Sequence[str]) -> Path:
    """The export of an app that writes ISO dates, with these texts in their place, as a spreadsheet may save them."""
    start = dt.date(1950, 1, 1)  # none of the texts
    days = [start + dt.timedelta(days=i) for i in range(len(dates))]
    write(path, app, days)
    text = path.read_text(encoding="utf-8")
    for day, said in zip(days, dates, strict=True):
        text = text.replace(f'"{_ordinal(day)}"', said).replace(str(day), said)
    path.write_text(text, encoding="utf-8")
    return path
