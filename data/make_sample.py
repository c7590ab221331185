"""Writes every file of data: `python data/make_sample.py [FOLDER]`. The same bytes each time.

One made-up person, simulated by rlskit.simulate with known effects, then written down the way the apps export. The seed
was fixed before anything was drawn, and stays whatever it gives (docs/decisions/0033-sample-diary.md). The evening walk
is what the simulation calls magnesium; iron and magnesium, like all else that `more` draws, change no night.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import add_elapsed, elapsed_hours
from rlskit.simulate.diaries import SimulatedDiaries, simulate_diaries
from rlskit.simulate.exposures import persistent
from rlskit.simulate.settings import EFFECTS

SEED = 20261122
NIGHTS = 180  # 10 May to 5 November 2026: the clocks go back on 25 October
WINE_FROM = 35  # the tag is new in month 2
AWAY = (96, 102)  # a week without the phone
ZONE = ZoneInfo("Europe/London")
SMALL = 60  # nights in the files of the other formats
WALK = -1.2  # log odds of symptoms after an evening walk
TOLD_NEXT_MORNING, IN_PIECES, RATED = 0.35, 0.12, 0.8  # shares of symptom nights, of nights, of stretches
QUALITY, PULSE = (3.5, 1.0), (58, 3)  # on a night free of symptoms, and what symptoms take from it or add to it
EASED, QUIET = (0, 1, 2, 3, 4), (5, 26)  # points that a stretch eases by, evenly; minutes until quiet, evenly

LEVELS = {50: "Little", 100: "Moderate", 200: "A lot"}
GLASSES = {1: "Little", 2: "Moderate", 3: "A lot"}
SEVERITY = ("Mild", "Moderate", "Severe", "Unbearable")
SLOTS = ("", "pre", "am", "mid", "pm", "all day")  # the order within a day
ENERGY = ("Awful", "Poor", "OK", "Good", "Great")


def simulate() -> SimulatedDiaries:
    """The person behind every file."""
    return simulate_diaries(people=1, nights=NIGHTS, effects={**EFFECTS, "magnesium": WALK}, missing=0.06, gaps=(AWAY,),
                            tracked={"alcohol_drinks": (WINE_FROM, NIGHTS - 1)}, seed=SEED)


def main(data: Path) -> None:
    folder = data / "sample"  # diaries and their mapping alone: whoever reads the folder gets no remark on other files
    made = simulate()
    nights, sleeps = facts(made.nights), made.sleeps
    sleep_file = sleep_as_android(sleeps, {n["night"]: n["quality"] for n in nights}, rng(2))
    write(folder / "bearable.csv", bearable(nights, sleeps, rng(1), timed=True))
    write(folder / "sleep-as-android.csv", sleep_file)
    write(folder / "rlskit.toml", MAPPING)
    write(folder / "clinic.toml", CLINIC)
    write(data / "sample-truth.json", truth_text(made))
    write(data / "README.md", readme(made))
    write(folder / "untimed/bearable.csv", bearable(nights, sleeps, rng(1), timed=False))
    write(folder / "untimed/sleep-as-android.csv", sleep_file)
    write(folder / "untimed/rlskit.toml", UNTIMED_MAPPING)
    write(folder / "other-formats/daylio/daylio.csv", daylio(nights[:SMALL], rng(3)))
    write(folder / "other-formats/daylio/rlskit.toml", DAYLIO_MAPPING)
    write(folder / "other-formats/template/template.csv", template(nights[:SMALL], sleeps, rng(4)))


def rng(stream: int) -> np.random.Generator:
    return np.random.default_rng([SEED, stream])


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def facts(nights: pd.DataFrame) -> list[dict]:
    """What each recorded night holds, in plain numbers; `wine` is None before the tag existed."""
    written = nights[nights["recorded"]]
    known = [{
        "night": n.night.to_pydatetime(), "early": bool(n.early_symptoms), "symptoms": bool(n.symptoms),
        "onset_h": None if pd.isna(n.onset_h) else float(n.onset_h), "severity": int(n.severity_0_10),
        # On a night with early symptoms nothing preventive was done; see rlskit.simulate.
        "stretched": not n.early_symptoms and bool(n.stretched), "responsive": bool(n.stretch_responsive),
        "stretch_min": 0 if pd.isna(n.stretch_min) else int(n.stretch_min),
        "coffee_am": int(n.caffeine_before_noon_mg), "coffee_pm": int(n.caffeine_after_noon_mg),
        "wine": None if pd.isna(n.alcohol_drinks) else int(n.alcohol_drinks), "walk": bool(n.magnesium),
        "free": bool(n.free_night),
    } for n in written.itertuples(index=False)]
    return [n | extra for n, extra in zip(known, more(known, rng(5)), strict=True)]


def more(nights: list[dict], draw: np.random.Generator) -> list[dict]:
    """What changes no night: pills, how a stretch was done, what is felt after it, and what the next morning tells.
    `next_day`: whether something was written on it, so that a morning row adds no day to the diary."""
    magnesium, iron = (persistent(draw, (1, len(nights)), 0.9)[0] > least for least in (0.0, 0.3))
    days = {n["night"] for n in nights}
    extras = []
    for i, n in enumerate(nights):
        movement = ("calf", "calf", "hamstring", "both")[draw.integers(0, 4)]
        eased, calm, rated = draw.choice(EASED), int(draw.integers(*QUIET)), draw.random() < RATED
        next_day, ill = n["night"] + timedelta(days=1) in days, n["symptoms"]
        extras.append({
            "magnesium": bool(magnesium[i]), "iron": bool(iron[i]), "movement": movement if n["stretched"] else "",
            "hold": int(draw.choice((10, 20, 30, 45))), "pull": int(draw.integers(2, 9)),
            "before": n["severity"] if n["responsive"] and rated else None,
            "after": max(0, n["severity"] - int(eased)), "quiet": calm, "next_day": next_day,
            "told_late": bool(ill and next_day and draw.random() < TOLD_NEXT_MORNING),
            "quality": QUALITY[0] - QUALITY[1] * ill + draw.integers(-2, 3) / 2,
            "pulse": int(PULSE[0] + PULSE[1] * ill + draw.integers(-3, 4))})
    return extras


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


# --- truth, mappings, readme -----------------------------------------------------------------------------------------
# Rows of the advice table without a size of their own, and why.
WITH_STRETCHING = "goes with stretching tonight, which comes in spells and is what acts"
UNSIZED = {
    "stretch_routine": WITH_STRETCHING, "stretch_steadiness": WITH_STRETCHING,
    "stretch_minutes": "any stretch acts, however long", "movement_calf": "any stretch acts, whichever it is",
    "movement_hamstring": "any stretch acts, whichever it is",
    "waketime_regularity": "goes with irregular bedtimes, which are what acts",
    "after_stopping": "no routine of four weeks was stopped for four",
    "nights_needed": "about the diary, not the nights"}
NOTHING = ("caffeine_before_noon", "iron", "magnesium", "social_jetlag", "trend", "stretch_hold", "stretch_intensity")
SIZED = {"stretched_before": "stretching", "stretched": "stretching_landmark",  # by term of the simulation
         "caffeine_after_noon_mg": "caffeine_after_noon", "alcohol_drinks": "alcohol",
         "bedtime_sd_7_min": "bedtime_regularity", "magnesium": "evening_walk"}


def estimands(made: SimulatedDiaries) -> list[dict]:
    """The true effects, the walk by its own name."""
    return [{**row, "term": "evening_walk" if row["term"] == "magnesium" else row["term"],
             "nights_per_30": round(row["nights_per_30"], 3)} for row in made.truth.estimands.to_dict("records")]


def advice(made: SimulatedDiaries) -> dict[str, dict]:
    """What is true of each row of the advice table: its size in the row's unit, or why it has none of its own."""
    sizes = {SIZED[r.term]: round(r.nights_per_30, 3) for r in made.truth.estimands.itertuples()}
    # symptom nights a stretch takes, as a share: its way to the two outcomes
    by_stretching = sizes["stretching_landmark"] / 30
    points = {"sleep_quality": -QUALITY[1] * by_stretching, "resting_pulse": PULSE[1] * by_stretching}
    return {**{key: {"size": size} for key, size in sizes.items()},
            **{key: {"size": round(size, 3)} for key, size in points.items()},
            **{key: {"size": 0.0} for key in NOTHING},
            "relief": {"size": float(np.median(EASED)), "quiet_min": float(np.median(range(*QUIET)))},
            **{key: {"why": why} for key, why in UNSIZED.items()}}


def truth_text(made: SimulatedDiaries) -> str:
    """The seed, the parameters and the true sizes of the effects."""
    parameters = {**made.truth.parameters, "intercept": round(made.truth.parameters["intercept"], 4)}
    effects = dict(parameters["effects"])
    parameters["effects"] = {**effects, "evening_walk": effects.pop("magnesium")}
    del parameters["effects"]["magnesium"]
    return json.dumps({"seed": SEED, "landmark": made.nights.attrs["landmark"], "estimands": estimands(made),
                       "advice": advice(made), "parameters": parameters}, indent=2) + "\n"


def readme(made: SimulatedDiaries) -> str:
    rows = "".join(f"| {r['term']} | {r['a']:g} against {r['b']:g} | {r['outcome']} | {r['nights_per_30']:+.1f} |\n"
                   for r in estimands(made))
    return README.replace("@ROWS@", rows)


FOOD_AND_DRINK = '''[tags."Coffee"]
column = "caffeine_mg"
levels = { Little = 50, Moderate = 100, "A lot" = 200 }
unticked = "no"

[tags."Wine"]
column = "alcohol_drinks"
levels = { Little = 1, Moderate = 2, "A lot" = 3 }
unticked = "no"

[tags."Magnesium"]
column = "magnesium"
unticked = "no"

[tags."Iron"]
column = "iron"
unticked = "no"

[habits."Evening walk"]          # a habit of one's own
kind = "yes/no"
when = "evening"

[tags."Evening walk"]
column = "Evening walk"
unticked = "no"

[outcomes."Resting pulse"]       # and something else to judge nights by, measured on waking
scale = "number"
better = "lower"

[tags."Resting pulse"]
column = "Resting pulse"
tells_of = "last night"
'''

MAPPING = '''# What the tags of the sample diary mean.
timezone = "Europe/London"

[tags."Restless legs"]
column = "symptoms"
unticked = "no"

[tags."Restless legs last night"]   # told the next morning
column = "symptoms"
tells_of = "last night"
unticked = "no"

[tags."Legs already restless at 9pm"]
column = "early_symptoms"
unticked = "no"

[tags."Calf stretch"]            # done only while the legs are still quiet, by nine
column = "stretched"
intent = "preventive"
time = "21:00"
movement = "calf"
unticked = "no"

[tags."Hamstring stretch"]
column = "stretched"
intent = "preventive"
time = "21:00"
movement = "hamstring"
unticked = "no"

[tags."Stretch held, seconds"]
column = "stretch_hold_s"
intent = "preventive"

[tags."Pull of the stretch, of 10"]
column = "stretch_intensity_0_10"
intent = "preventive"

[tags."Stretched because legs twitched"]
column = "stretched"
intent = "responsive"
unticked = "no"

[tags."Legs before stretching, of 10"]
column = "symptom_before"
intent = "responsive"

[tags."Legs after stretching, of 10"]
column = "symptom_after"
intent = "responsive"

[tags."Minutes until quiet"]
column = "quiet_min"
intent = "responsive"

''' + FOOD_AND_DRINK

CLINIC = '''# Facts for the clinic page of the sample diary, made up like it. An empty one: `rlskit template --clinic`.

[person]
name = "A. B. (made up)"

[visit]
questions = ["Is there something against the bad nights in a row?"]

[body]
other_parts = "arms, since summer"
other_parts_before = "none"
rest_minutes = 15
rest_minutes_before = 30
sleep_lost = 11

[background]
kidney = "no"
pregnancy = "no"

[[irls]]
total = 17
date = 2026-05-11

[[irls]]
total = 22
date = 2026-11-02

[[medicines]]                    # no medicine of this name is sold
name = "Medicine A (made up)"
dose = "0.25 mg"
time = "20:00"
start = 2026-06-22
stop = 2026-08-30

[[medicines]]
name = "Medicine A (made up)"
dose = "0.5 mg"
time = "20:00"
start = 2026-08-31

[[past_dopamine]]
name = "none"

[[iron]]
ferritin = 52
unit = "µg/L"
tsat = 17
date = 2026-10-19
conditions = "morning, fasting, off iron for a day"

[drug_groups]
antihistamine = true
serotonergic = false
dopamine_blocking = false

[mimics]
snoring_or_pauses = true
'''

UNTIMED_MAPPING = '''# The twin without intent or times: nothing tells one stretch from another.
timezone = "Europe/London"

[tags."Restless legs"]
column = "symptoms"
unticked = "no"

[tags."Restless legs last night"]   # told the next morning
column = "symptoms"
tells_of = "last night"
unticked = "no"

[tags."Stretching"]
column = "stretched"
unticked = "no"

''' + FOOD_AND_DRINK


def _daylio_mapping() -> str:
    cups = "".join(
        f'\n[tags."{size}{when} coffee"]\ncolumn = "caffeine_mg"\namount = {mg}\ntime = "{clock}"\nunticked = "no"\n'
        for when, clock in (("morning", "08:00"), ("afternoon", "15:00")) for mg, size in CUPS.items())
    wine = "".join(f'\n[tags."wine x{k}"]\ncolumn = "alcohol_drinks"\namount = {k}\nunticked = "no"\n' for k in GLASSES)
    return '''# What the activities of the Daylio sample mean.
timezone = "Europe/London"

[tags."restless legs"]
column = "symptoms"
unticked = "no"

[tags."legs restless by 9"]
column = "early_symptoms"
unticked = "no"

[tags."calf stretch"]
column = "stretched"
intent = "preventive"
time = "21:00"
movement = "calf"
unticked = "no"

[tags."stretched for twitching legs"]
column = "stretched"
intent = "responsive"
unticked = "no"

[tags."magnesium"]
column = "magnesium"
unticked = "no"
''' + cups + wine


DAYLIO_MAPPING = _daylio_mapping()

README = """# The sample diary

No real person is in it. `make_sample.py` draws one made-up person with `rlskit.simulate_diaries` (seed 20261122, fixed
before anything was drawn) and writes the nights down the way the apps export them; running it again gives the same
bytes. `rk.read_diary("data/sample")` reads the pair as one person's diary.

* `sample/bearable.csv`, `sample/sleep-as-android.csv`: 180 nights from 10 May 2026, Europe/London, the clocks going
  back on 25 October; nothing written on some nights and in the week of 14 August; the wine tag is new in month 2.
  Some nights were slept in two or three pieces; of about a third of the symptom nights the next morning tells, of the
  others the hour at which they began is written down.
* `sample/rlskit.toml`: what the tags mean. Calf and hamstring stretches are done by nine, and only while the legs are
  quiet; "Stretched because legs twitched" answers symptoms, and is rated. The evening walk is a habit of the person's
  own, the resting pulse an outcome.
* `sample/clinic.toml`: facts for the clinic page, made up as well.
* `sample/untimed/`: the same nights, with one stretching tag that knows neither intent nor time.
* `sample/other-formats/`: the first 60 written nights of the same person as a Daylio export and in rlskit's own
  template. The template counts cups, not milligrams. `redcap/` is another study: twelve people of three sites, written
  by `make_study.py`.
* `sample-truth.json`: the parameters, what is true of every row of the advice table (`advice`), and the true effects in
  symptom nights per 30:

| what | compared | outcome | nights per 30 |
|---|---|---|---|
@ROWS@
`stretched` is compared on nights still quiet at 21:00; `stretched_before` is stretching at 21:00 on each of them,
counted over all nights; the others are compared on all nights. Coffee before noon, iron,
magnesium, the weekend, time, and how a stretch is done change nothing. A symptom night is slept one point worse, with a
pulse three beats higher. Legs ease by 0 to 4 points after a stretch because of symptoms; without it they might have
eased as much.
"""


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
