"""The nights of the made-up person as the apps write them down: Bearable, Sleep as Android, Daylio, rlskit's template.

Each takes the facts of make_sample.py and a generator of its own, and gives the text of the file.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import add_elapsed, elapsed_hours

ZONE = ZoneInfo("Europe/London")
LEVELS = {50: "Little", 100: "Moderate", 200: "A lot"}
GLASSES = {1: "Little", 2: "Moderate", 3: "A lot"}
SEVERITY = ("Mild", "Moderate", "Severe", "Unbearable")
SLOTS = ("", "pre", "am", "mid", "pm", "all day")  # the order within a day
ENERGY = ("Awful", "Poor", "OK", "Good", "Great")
IN_PIECES = 0.12  # share of nights that were slept in pieces


# --- Bearable --------------------------------------------------------------------------------------------------------
def bearable(nights: list[dict], sleeps: pd.DataFrame, draw: np.random.Generator, *, timed: bool) -> str:
    """Rows as the app writes them since 2023: one per category and slot, none for a symptom that was absent.

    timed=False: the same nights, with one stretching tag for the whole day and no word about legs at 9 pm.
    """
    rows: list[tuple] = []  # date, slot or clock, category, rating, detail, notes

    def add(date: datetime, when: str, category: str, rating: object, detail: str, notes: str = "") -> None:
        rows.append((date, when, category, str(rating), detail, notes))

    for n in nights:
        day, next_day = n["night"], n["night"] + timedelta(days=1)
        for when, category, rating, detail, notes in _everyday(n, draw):
            add(day, when, category, rating, detail, notes)
        for when, category, items in _factors(n, draw, timed):
            add(day, when, category, "", " | ".join(items))
        for pre, amount, detail in _measured(n) if timed else []:
            add(next_day if pre else day, "pre" if pre else "pm", "Health measurements", amount, detail)
        if n["next_day"]:
            add(next_day, "am", "Health measurements", n["pulse"], "Resting pulse")
        for pre, item in _answering_stretch(n, timed):
            add(next_day if pre else day, "pre" if pre else "pm", "Personal care", "", item)
        if n["magnesium"]:
            add(day, f"22:{draw.integers(0, 60):02d}", "Meds/Supplements", 375, "Magnesium (mg)")
        if n["iron"]:
            add(day, "am", "Meds/Supplements", 65, "Iron (mg)")
        for date, when, rating in _symptom_rows(n, draw, timed):
            name = "Restless legs last night" if when == "am" else "Restless legs"
            add(date, when, "Symptom", rating, f"{name} ({SEVERITY[rating - 1]})")
    for row in _sleep_rows(sleeps, draw):
        add(*row)

    def order(row: tuple) -> tuple:
        return (row[0], SLOTS.index(row[1]) if row[1] in SLOTS else len(SLOTS), row[1].rjust(5), row[2])

    out = io.StringIO()
    out.write("date,date formatted,weekday,time of day,category,rating/amount,detail,notes\n")
    lines = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for date, *rest in sorted(rows, key=order):
        lines.writerow([_ordinal(date), f"{date:%Y-%m-%d}", f"{date:%A}", *rest])
    return out.getvalue()


def _ordinal(date: datetime) -> str:
    day = date.day
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending} {date:%b %Y}"


def _everyday(n: dict, draw) -> list[tuple]:
    """What has nothing to do with legs: mood every evening, energy, headaches, meals."""
    mood = int(draw.integers(4, 10)) - n["symptoms"]
    feelings = ["Calm", "Content"] if mood > 6 else ["Tired", "Meh"]
    note = ["", "", "", "long day, trains late", 'she said "go to bed"'][draw.integers(0, 5)]
    rows = [(f"{draw.integers(19, 23):02d}:{draw.integers(0, 60):02d}", "Mood", mood, " | ".join(feelings), note)]
    energy = int(draw.integers(1, 6))
    rows.append(("mid", "Energy", energy, ENERGY[energy - 1], ""))
    if draw.random() < 0.2:
        rating = int(draw.integers(1, 4))
        rows.append((("am", "mid", "pm")[draw.integers(0, 3)], "Symptom", rating,
                     f"Headache ({SEVERITY[rating - 1]})", ""))
    if draw.random() < 0.3:
        rows.append(("9:05", "Meds/Supplements", 25, "Vitamin D (mcg)", ""))
    if draw.random() < 0.25:
        rows.append(("pm", "Food Diary", "", "soup | bread", ""))
    return rows


def _factors(n: dict, draw, timed: bool) -> list[tuple]:
    """(slot, group, items) of the day's factors."""
    stress = ["", "💣 Stress - Low", "💣 Stress - Moderate", "💣 Stress - High"][draw.integers(0, 4)]
    decaf = draw.random() < 0.1  # sometimes "none" is written down, which is an answer too
    late_cup = draw.random() < 0.2
    rows = [("all day", "Work", ["🏠 Worked from home"])] if draw.random() < 0.3 and not n["free"] else []
    if n["coffee_am"]:
        rows.append(("am", "Nutrition", [f"☕ Coffee - {LEVELS[n['coffee_am']]}"]))
    if n["coffee_pm"]:
        rows.append(("pm" if late_cup else "mid", "Nutrition", [f"☕ Coffee - {LEVELS[n['coffee_pm']]}"]))
    elif decaf and n["coffee_am"]:
        rows.append(("mid", "Nutrition", ["☕ Coffee - None"]))
    if n["wine"]:
        rows.append(("pm", "Social", [f"🍷 Wine - {GLASSES[n['wine']]}", *(["👥 Met friends"] if n["free"] else [])]))
    if n["walk"]:
        rows.append(("pm", "Active", ["🚶 Evening walk"]))
    if not timed and (n["stretched"] or n["responsive"]):
        rows.append(("all day", "Active", ["🦵 Stretching"]))
    evening = (["🌀 Legs already restless at 9pm"] if n["early"] and timed else []) + ([stress] if stress else [])
    if evening:
        rows.append(("pm", "Behavioural patterns", evening))
    return rows


def _answering_stretch(n: dict, timed: bool) -> list[tuple]:
    """(after midnight?, item) of a stretch that answered symptoms."""
    if not n["responsive"] or not timed:
        return []
    return [(n["onset_h"] >= 12, "⚡ Stretched because legs twitched")]


def _measured(n: dict) -> list[tuple[bool, int, str]]:
    """(after midnight?, number, name) of what is measured about a stretch."""
    rows = []
    if n["stretched"]:
        done = ("calf", "hamstring") if n["movement"] == "both" else (n["movement"],)
        half = n["stretch_min"] // 2
        shares = (half, n["stretch_min"] - half) if len(done) > 1 else (n["stretch_min"],)
        rows += [(False, share, f"{name.capitalize()} stretch (min)") for name, share in zip(done, shares, strict=True)]
        rows += [(False, n["hold"], "Stretch held, seconds"), (False, n["pull"], "Pull of the stretch, of 10")]
    if n["before"] is not None:
        pre = n["onset_h"] >= 12
        rows += [(pre, n["before"], "Legs before stretching, of 10"), (pre, n["after"], "Legs after stretching, of 10"),
                 (pre, n["quiet"], "Minutes until quiet")]
    return rows


def _symptom_rows(n: dict, draw, timed: bool) -> list[tuple[datetime, str, int]]:
    """(date, slot or clock, rating 1-4) of each time the legs were rated: the hour at which they began, and that they
    went on, or "am" of the next morning, about the night. timed=False: the slot in place of the hour."""
    goes_on = draw.random() < 0.3 or (timed and n["early"])  # what begins early goes on; a slot says so by itself
    if not n["symptoms"]:
        return []
    rating = 1 + (n["severity"] > 3) + (n["severity"] > 5) + (n["severity"] > 8)
    next_day, after_midnight = n["night"] + timedelta(days=1), n["onset_h"] >= 12
    if n["told_late"]:
        return [(next_day, "am", rating)]
    began = n["night"] + timedelta(minutes=round(60 * (12 + n["onset_h"])))
    slot = "pre" if after_midnight else "pm"
    first = (next_day if after_midnight else n["night"], f"{began.hour}:{began:%M}" if timed else slot, rating)
    return [first] + ([(next_day, "pre", max(1, rating - 1))] if goes_on and not after_midnight else [])


def _sleep_rows(sleeps: pd.DataFrame, draw) -> list[tuple]:
    """A few sleeps typed into Bearable too, dated by the morning of waking, times to the nearest five minutes."""
    rows = []
    for i in sorted(draw.choice(len(sleeps), 9, replace=False)):
        start, end = (sleeps[c].iloc[i].round("5min").to_pydatetime() for c in ("lights_out", "woke_up"))
        hours, minutes = divmod(round(60 * elapsed_hours(start, end, ZONE)), 60)
        morning = datetime.combine(end.date(), datetime.min.time())
        rows.append((morning, "", "Sleep", f"{hours}:{minutes:02d}", f"Asleep {start:%H:%M} - {end:%H:%M}", ". "))
    return rows


# --- Sleep as Android ------------------------------------------------------------------------------------------------
def sleep_as_android(sleeps: pd.DataFrame, quality: dict, draw: np.random.Generator) -> str:
    """Every record with its own header line, newest first; noise lines under some; some nights in two or three records;
    three naps. quality : of each night that was written down, as stars."""
    records = []
    for s in sleeps.itertuples():
        stars = f"{quality[s.night]:.1f}" if s.night in quality and draw.random() < 0.8 else "0.0"
        records += [(start, hours, "", stars) for start, hours in pieces(s.lights_out, s.woke_up, draw)]
    for i in sorted(draw.choice(len(sleeps), 3, replace=False)):
        afternoon = sleeps["night"].iloc[i].to_pydatetime() + timedelta(hours=14, minutes=int(draw.integers(0, 90)))
        records.append((afternoon, 25 / 60, " Nap length 0:25", "0.0"))
    return "".join(_record(*record, draw) for record in sorted(records, reverse=True))


def pieces(lights_out: pd.Timestamp, woke_up: pd.Timestamp, draw: np.random.Generator) -> list[tuple[datetime, float]]:
    """(start, hours asleep) of one record a night, or of two or three with 10 to 50 minutes awake between them."""
    start, hours = lights_out.to_pydatetime(), elapsed_hours(lights_out, woke_up, ZONE)
    if draw.random() >= IN_PIECES:
        return [(start, hours)]
    times = int(draw.integers(1, 3))
    cuts = [round(60 * hours * (i + 1) / (times + 1)) for i in range(times)]
    awake = [int(m) for m in draw.integers(10, 51, times)]
    begins, ends = [0, *(cut + out for cut, out in zip(cuts, awake, strict=True))], [*cuts, round(60 * hours)]
    return [(add_elapsed(start, a / 60, ZONE), (b - a) / 60) for a, b in zip(begins, ends, strict=True)]


FIXED = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo"


def _record(start: datetime, hours: float, said: str, stars: str, draw) -> str:
    begins = start.replace(tzinfo=ZONE).astimezone(UTC)
    ids = int(begins.timestamp() * 1000)
    end = add_elapsed(start, hours, ZONE)
    every = 40 if hours > 1 else 10
    clocks = [(begins + timedelta(minutes=m)).astimezone(ZONE) for m in range(every, round(60 * hours), every)]
    events = [f"LIGHT_START-{ids + 900_000}", f"DEEP_START-{ids + 4_500_000}", f"DEEP_END-{ids + 7_000_000}-1.5"]
    tags = said + [" #watch", " #watch #light", "", " #late_meal_1x"][draw.integers(0, 4)]
    cells = [str(ids), "Europe/London", _stamp(start), _stamp(end), _stamp(end), f"{hours:.3f}", stars, tags, "10000",
             "-1", "-1.0", str(draw.integers(2, 7)), f"{draw.uniform(0.2, 0.6):.4f}", "0", ""]
    cells += [f"{v:.4f}" for v in draw.exponential(0.4, len(clocks))] + events
    header = ",".join([FIXED, *(f'"{c.hour}:{c:%M}"' for c in clocks), *(['"Event"'] * len(events))])
    lines = [header, ",".join(f'"{c}"' for c in cells)]
    if draw.random() < 0.2:
        lines.append("," * 14 + "," + ",".join(f'"{v:.4f}"' for v in draw.exponential(0.02, len(clocks))))
    return "".join(line + "\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return f"{moment:%d. %m. %Y} {moment.hour}:{moment:%M}"


# --- Daylio and the template -----------------------------------------------------------------------------------------
CUPS = {50: "small ", 100: "", 200: "large "}


def daylio(nights: list[dict], draw: np.random.Generator) -> str:
    """The layout of 2020-25, 24 h, newest first: one entry an evening, one in six written after midnight."""
    rows = []
    for n in nights:
        late = draw.random() < 1 / 6
        moment = n["night"] + timedelta(hours=24 if late else 22, minutes=int(draw.integers(1, 60)))
        did = [word for word, yes in (
            ("reading", draw.random() < 0.4), ("restless legs", n["symptoms"]), ("legs restless by 9", n["early"]),
            ("calf stretch", n["stretched"]), ("stretched for twitching legs", n["responsive"]),
            (f"{CUPS.get(n['coffee_am'], '')}morning coffee", n["coffee_am"]),
            (f"{CUPS.get(n['coffee_pm'], '')}afternoon coffee", n["coffee_pm"]),
            (f"wine x{n['wine']}", n["wine"]), ("magnesium", n["magnesium"])) if yes]
        mood = ("meh" if n["symptoms"] else "good") if draw.random() < 0.8 else "rad"
        rows.append([f"{moment:%Y-%m-%d}", f"{moment.day} {moment:%B}", f"{moment:%A}", f"{moment:%H:%M}", mood,
                     " | ".join(did), "", ""])
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["full_date", "date", "weekday", "time", "mood", "activities", "note_title", "note"])
    lines.writerows(sorted(rows, key=lambda r: (r[0], r[3]), reverse=True))
    return "\ufeff" + out.getvalue()  # Daylio's exports begin with a byte order mark


TEMPLATE = ("night,symptoms,severity_0_10,symptoms_began,stretched,stretch_time,stretch_min,symptoms_before_stretch,"
            "movement,caffeine_before_noon_cups,caffeine_after_noon_cups,alcohol_drinks,lights_out,woke_up,iron,"
            "magnesium,free_night,medicine_change")


def template(nights: list[dict], sleeps: pd.DataFrame, draw: np.random.Generator) -> str:
    """rlskit's own template, one row a night; 100 mg of the simulation is written as one cup."""
    slept = {s.night.to_pydatetime(): s for s in sleeps.itertuples()}
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(TEMPLATE.split(","))
    for n in nights:
        began = None if n["onset_h"] is None else n["night"] + timedelta(minutes=round(60 * (12 + n["onset_h"])))
        stretches = []  # clock, minutes, legs already restless?
        if n["stretched"]:
            stretches.append((f"20:{draw.integers(0, 12) * 5:02d}", n["stretch_min"], "no"))
        if n["responsive"]:
            stretches.append((f"{began + timedelta(minutes=10):%H:%M}", int(draw.integers(3, 11)), "yes"))
        times, minutes, before = (["; ".join(str(s[k]) for s in stretches) for k in range(3)])
        sleep = slept[n["night"]]
        lines.writerow([
            f"{n['night']:%Y-%m-%d}", _yes(n["symptoms"]), n["severity"], "" if began is None else f"{began:%H:%M}",
            _yes(bool(stretches)), times, minutes, before, "calf" if stretches else "", f"{n['coffee_am'] / 100:g}",
            f"{n['coffee_pm'] / 100:g}", "" if n["wine"] is None else n["wine"], f"{sleep.lights_out:%H:%M}",
            f"{sleep.woke_up:%H:%M}", _yes(n["iron"]), _yes(n["magnesium"]), _yes(n["free"]), ""])
    return out.getvalue()


def _yes(said: bool) -> str:
    return "yes" if said else "no"
