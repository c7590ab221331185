"""One night of the template: cells that were understood → canonical answers and events. The rules: template.py."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from rlskit.diary.night_rule import on_night
from rlskit.diary.readers.clock import lacks_half
from rlskit.diary.readers.template_answers import text
from rlskit.diary.tables import CAFFEINE_MG_PER_SERVING, CELL_OUT, STRETCH_DETAILS, issue

DAY_STARTS = "06:00"  # a clock time before this is after midnight
SLEEP_STARTS = "12:00"  # lights out before this is the next morning
ALIKE = ("stretch_hold_s", "stretch_intensity_0_10")  # one answer stands for all stretches of a night
LONGEST_H = 18.0  # longer from lights out to waking: the two times are a mistake

CONTRADICTION = "answers of one night that contradict each other"
NO_HALF = "clock times that may lack am or pm"
WHOLE_CLOCK = "clock times with am or pm, or of a 24-hour clock"
Clock = dt.time | dt.datetime


@dataclass(frozen=True)
class Night:
    """The understood cells of one row, by column name."""

    date: dt.date
    cells: dict[str, object]
    person: str
    line: int
    file: str
    app: str = "template"

    def get(self, name: str):
        return self.cells.get(name)


def night_answers(night: Night, issues: list[dict]) -> tuple[dict | None, list[dict]]:
    """The canonical daily row and events of a night; None where no cell is left to say anything."""
    night = _whole_clock(night, issues)
    bed = _bed(night, issues)
    symptoms = _symptoms(night, bed, issues)
    stretched, stretches = _stretches(night, bed, symptoms.get("symptoms_began"), issues)
    found = {
        **bed, **symptoms, "stretched": stretched, **_caffeine(night), **_alcohol(night),
        "iron": night.get("iron"), "magnesium": night.get("magnesium"),
        "free_night": night.get("free_night"), "medicine_change": night.get("medicine_change"),
    }
    found = {name: value for name, value in found.items() if value not in (None, "")}
    if not found:
        return None, []
    who = {"person": night.person, "row": night.line}
    midnight = dt.datetime.combine(night.date, dt.time())
    events = [{**who, "night": midnight, "night_rule": "source_date", **e} for e in stretches]
    if onset := symptoms.get("symptoms_began"):
        events.append({**who, "night": midnight, "night_rule": "source_date", "type": "symptom",
                       "start_local": onset, "time_precision": "minute", "item": "symptoms",
                       "item_raw": "symptoms_began"})
    return {**who, "night": midnight, **found, "source": f"{night.app}, {night.file}, line {night.line}"}, events


def _out(night: Night, issues: list[dict], kind: str, columns: list[str], expected: str, advice: str = "") -> None:
    """An issue about cells that are left out together."""
    there = [c for c in columns if night.get(c) not in (None, [])]
    found = ", ".join(f"{c} {_said(night.get(c))}" for c in there)
    issues.append(issue(night.file, kind, row=night.line, column=there[0], found=found, expected=expected,
                        outcome=CELL_OUT, advice=advice))


def _said(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(_said(v[1] if isinstance(v, tuple) else v) for v in value)
    return text(value)


def _whole_clock(night: Night, issues: list[dict]) -> Night:
    """The night without clock times of a 12-hour clock that do not say which half of the day they mean."""
    lights, woke = night.get("lights_out"), night.get("woke_up")
    if not (isinstance(lights, dt.time) and isinstance(woke, dt.time) and lacks_half(lights, woke)):
        return night
    said = {c: night.get(c) for c in ("lights_out", "woke_up", "symptoms_began", "stretch_time")}
    doubtful = [c for c, value in said.items() if c in ("lights_out", "woke_up") or any(
        isinstance(t, dt.time) and 1 <= t.hour < 13 for t in (value if isinstance(value, list) else [value]))]
    later = f"{(lights.hour + 12) % 24}:{lights:%M}"
    _out(night, issues, NO_HALF, doubtful, WHOLE_CLOCK,
         f"If the light went out at night, write {later}.")
    return replace(night, cells={c: v for c, v in night.cells.items() if c not in doubtful})


# --- time in bed -----------------------------------------------------------------------------------------------------
def _bed(night: Night, issues: list[dict]) -> dict:
    """lights_out, woke_up; both left out where they cannot be."""
    lights, woke = night.get("lights_out"), night.get("woke_up")
    start = _moment(lights, night.date, SLEEP_STARTS)
    if isinstance(woke, dt.time):
        # The first such clock time after lights out; without lights out, the morning after.
        first = start or dt.datetime.combine(night.date + dt.timedelta(days=1), dt.time())
        end = dt.datetime.combine(first.date(), woke)
        end += dt.timedelta(days=end < first)
    else:
        end = woke
    midnight = dt.datetime.combine(night.date, dt.time())
    outside = any(m is not None and not midnight <= m < midnight + dt.timedelta(days=2, hours=12) for m in (start, end))
    if outside or (start and end and not 0 < (end - start).total_seconds() <= 3600 * LONGEST_H):
        _out(night, issues, "impossible times: lights out is not before waking", ["lights_out", "woke_up"],
             f"lights out, then waking at most {LONGEST_H:g} hours later",
             "If your clock has 12 hours, write 10:30 pm.")
        return {}
    return {"lights_out": start, "woke_up": end,
            "tst_source": "diary_computed" if start and end else None}


def _moment(clock: Clock | None, night: dt.date, day_starts: str) -> dt.datetime | None:
    return on_night(night, clock, day_starts) if isinstance(clock, dt.time) else clock


def _evening_moment(clock: Clock | None, night: dt.date, bed: dict) -> dt.datetime | None:
    """When something of this evening or night happened."""
    if not isinstance(clock, dt.time):
        return clock
    next_day = dt.datetime.combine(night + dt.timedelta(days=1), clock)
    start, end = bed.get("lights_out"), bed.get("woke_up")
    return next_day if start and end and start <= next_day <= end else on_night(night, clock, DAY_STARTS)


# --- symptoms --------------------------------------------------------------------------------------------------------
def _symptoms(night: Night, bed: dict, issues: list[dict]) -> dict:
    said, severity, began = (night.get(c) for c in ("symptoms", "severity_0_10", "symptoms_began"))
    yes = said == "yes" or began is not None or (severity is not None and severity > 0)
    no = said == "no" or severity == 0
    if yes and no:
        _out(night, issues, CONTRADICTION, ["symptoms", "severity_0_10", "symptoms_began"], "answers that agree")
        return {}
    onset = _evening_moment(began, night.date, bed)
    scale = {} if severity is None else {"severity_0_10": severity, "severity_raw": text(severity),
                                         "severity_scale": "nrs_0_10"}
    return {"symptoms": "yes" if yes else "no" if no else None, "symptoms_began": onset, **scale}


# --- stretching ------------------------------------------------------------------------------------------------------
def _stretches(night: Night, bed: dict, onset: dt.datetime | None, issues: list[dict]) -> tuple[str | None, list[dict]]:
    """Was there any stretch, and each one with its time, minutes, movement and intent."""
    columns = ["stretched", "stretch_time", "stretch_min", "movement"]
    said, times, minutes, movement = (night.get(c) for c in columns)
    yes = said == "yes" or bool(times) or bool(movement) or (minutes is not None and any(m > 0 for m in minutes))
    no = said == "no" or (minutes is not None and not any(m > 0 for m in minutes))
    if yes and no:
        _out(night, issues, CONTRADICTION, columns, "answers that agree")
        return None, []
    if not yes:
        if "yes" in (night.get("symptoms_before_stretch") or []) or (night.get("symptoms_before_stretch") and not no):
            _out(night, issues, "restless before a stretch that is not recorded",
                 ["symptoms_before_stretch", "stretched"], "a stretch, or an empty cell")
        if any(night.get(name) for name in STRETCH_DETAILS):
            _out(night, issues, "more about a stretch that is not recorded", [*STRETCH_DETAILS, "stretched"],
                 "a stretch, or empty cells")
        return ("no" if no else None), []
    n = max(len(times or []), len(minutes or []) if times else 1, 1)
    starts = [_evening_moment(t, night.date, bed) for t in times or []] or [None] * n
    lengths = _one_each(night, "stretch_min", minutes, n, issues)
    told = {name: _one_each(night, name, night.get(name), n, issues, spread=name in ALIKE) for name in STRETCH_DETAILS}
    before = _restless_before(night, told["symptom_before"], n, issues)
    intents = [_intent(night, b, s, onset, issues) for b, s in zip(before, starts, strict=False)]
    names = movement or [("stretched", "stretched")]
    each = [[name] for name in names] if len(names) == len(starts) else [names] * len(starts)
    events = []
    for at, (start, length, intent, done) in enumerate(zip(starts, lengths, intents, each, strict=False)):
        when = {"start_local": start or dt.datetime.combine(night.date, dt.time()), "intent": intent,
                "time_precision": "minute" if start else "date", "slot": "" if start else "all_day"}
        for i, (item, raw) in enumerate(done):
            # Several movements in one stretch share its minutes: the first carries them, so that sums stay right.
            events.append({
                "type": "stretch", **when, "amount": length if i == 0 else None,
                "unit": "min" if i == 0 and length is not None else "", "item": item, "item_raw": raw})
        events += [{"type": "detail", **when, "amount": some[at], "unit": STRETCH_DETAILS[name], "item": name,
                    "item_raw": name} for name, some in told.items() if some[at] is not None]
    return "yes", events


def _restless_before(night: Night, rated: list, n: int, issues: list[dict]) -> list[str | None]:
    """Whether the legs were restless before each stretch, as said; where only rated, as rated."""
    said = _one_each(night, "symptoms_before_stretch", night.get("symptoms_before_stretch"), n, issues, spread=True)
    by_rating = [None if one is None else "yes" if one > 0 else "no" for one in rated]
    if any(a and b and a != b for a, b in zip(said, by_rating, strict=True)):
        _out(night, issues, CONTRADICTION, ["symptoms_before_stretch", "symptom_before"], "answers that agree",
             "The stretch counts as one of unknown order.")
        return [None] * n
    return [a or b for a, b in zip(said, by_rating, strict=True)]


def _one_each(night: Night, column: str, said: list | None, n: int, issues: list[dict], *, spread=False) -> list:
    """One value per stretch; a single one stands for all only where `spread`; else the cell is left out."""
    if said is None or len(said) == n:
        return said or [None] * n
    if spread and len(said) == 1:
        return said * n
    _out(night, issues, f"{column} does not fit the number of stretches", [column], f"{n} answers, one per stretch")
    return [None] * n


def _intent(night: Night, before: str | None, start: dt.datetime | None, onset: dt.datetime | None,
            issues: list[dict]) -> str:
    """preventive | responsive | unknown; a cell that the clock times contradict decides nothing."""
    if before is None:
        return "unknown"
    if start and onset and ((before == "no" and onset < start) or (before == "yes" and onset > start)):
        _out(night, issues, CONTRADICTION, ["symptoms_before_stretch", "stretch_time", "symptoms_began"],
             "clock times that agree with it", "The stretch counts as one of unknown order.")
        return "unknown"
    return "responsive" if before == "yes" else "preventive"


# --- caffeine, alcohol -----------------------------------------------------------------------------------------------
def _caffeine(night: Night) -> dict:
    halves = {}
    for half in ("before", "after"):
        mg, cups = night.get(f"caffeine_{half}_noon_mg"), night.get(f"caffeine_{half}_noon_cups")
        halves[half] = mg if mg is not None else cups * CAFFEINE_MG_PER_SERVING if isinstance(cups, float) else cups
    drunk = [h == "yes" or h > 0 for h in halves.values() if h is not None]
    return {
        "caffeine_any": "yes" if any(drunk) else "no" if len(drunk) == 2 else None,
        **{f"caffeine_{half}_noon_mg": mg for half, mg in halves.items() if isinstance(mg, float)}}


def _alcohol(night: Night) -> dict:
    drinks = night.get("alcohol_drinks")
    if drinks is None:
        return {}
    if drinks == "yes":
        return {"alcohol_any": "yes"}
    return {"alcohol_any": "yes" if drinks > 0 else "no", "alcohol_drinks": drinks}
