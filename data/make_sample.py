"""Writes every file of data: `python data/make_sample.py [FOLDER]`. The same bytes each time.

One made-up person, simulated by rlskit.simulate with known effects, then written down the way the apps export. The seed
was fixed before anything was drawn, and stays whatever it gives.
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

SEED = 20261122
NIGHTS = 180  # 10 May to 5 November 2026: the clocks go back on 25 October
WINE_FROM = 35  # the tag is new in month 2
AWAY = (96, 102)  # a week without the phone
ZONE = ZoneInfo("Europe/London")
SMALL = 60  # nights in the files of the other formats

LEVELS = {50: "Little", 100: "Moderate", 200: "A lot"}
GLASSES = {1: "Little", 2: "Moderate", 3: "A lot"}
SEVERITY = ("Mild", "Moderate", "Severe", "Unbearable")
SLOTS = ("", "pre", "am", "mid", "pm", "all day")  # the order within a day
ENERGY = ("Awful", "Poor", "OK", "Good", "Great")


def simulate() -> SimulatedDiaries:
    """The person behind every file."""
    return simulate_diaries(people=1, nights=NIGHTS, missing=0.06, gaps=(AWAY,),
                            tracked={"alcohol_drinks": (WINE_FROM, NIGHTS - 1)}, seed=SEED)


def main(data: Path) -> None:
    folder = data / "sample"  # diaries and their mapping alone: whoever reads the folder gets no remark on other files
    made = simulate()
    nights, sleeps = facts(made.nights), made.sleeps
    sleep_file = sleep_as_android(sleeps, rng(2))
    write(folder / "bearable.csv", bearable(nights, sleeps, rng(1), timed=True))
    write(folder / "sleep-as-android.csv", sleep_file)
    write(folder / "rlskit.toml", MAPPING)
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
    return [{
        "night": n.night.to_pydatetime(), "early": bool(n.early_symptoms), "symptoms": bool(n.symptoms),
        "onset_h": None if pd.isna(n.onset_h) else float(n.onset_h), "severity": int(n.severity_0_10),
        # On a night with early symptoms nothing preventive was done; see rlskit.simulate.
        "stretched": not n.early_symptoms and bool(n.stretched), "responsive": bool(n.stretch_responsive),
        "stretch_min": 0 if pd.isna(n.stretch_min) else int(n.stretch_min),
        "coffee_am": int(n.caffeine_before_noon_mg), "coffee_pm": int(n.caffeine_after_noon_mg),
        "wine": None if pd.isna(n.alcohol_drinks) else int(n.alcohol_drinks), "magnesium": bool(n.magnesium),
        "iron": bool(n.iron), "free": bool(n.free_night),
    } for n in written.itertuples(index=False)]


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
        for pre, item in _answering_stretch(n, timed):
            add(next_day if pre else day, "pre" if pre else "pm", "Personal care", "", item)
        if n["magnesium"]:
            add(day, f"22:{draw.integers(0, 60):02d}", "Meds/Supplements", 375, "Magnesium (mg)")
        for pre, rating in _symptom_slots(n, draw):
            add(next_day if pre else day, "pre" if pre else "pm", "Symptom", rating,
                f"Restless legs ({SEVERITY[rating - 1]})")
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
    body = (["🦵 Calf stretch"] if n["stretched"] else []) if timed else []
    if body:
        rows.append(("pm", "Active", body))
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


def _symptom_slots(n: dict, draw) -> list[tuple[bool, int]]:
    """(after midnight?, rating 1-4) of each slot in which the legs were rated."""
    goes_on = draw.random() < 0.3
    if not n["symptoms"]:
        return []
    rating = 1 + (n["severity"] > 3) + (n["severity"] > 5) + (n["severity"] > 8)
    if n["onset_h"] >= 12:
        return [(True, rating)]
    return [(False, rating)] + ([(True, max(1, rating - 1))] if goes_on else [])


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
def sleep_as_android(sleeps: pd.DataFrame, draw: np.random.Generator) -> str:
    """Every record with its own header line, newest first; noise lines under some; three naps."""
    records = [(s.lights_out.to_pydatetime(), elapsed_hours(s.lights_out, s.woke_up, ZONE), "")
               for s in sleeps.itertuples()]
    for i in sorted(draw.choice(len(sleeps), 3, replace=False)):
        afternoon = sleeps["night"].iloc[i].to_pydatetime() + timedelta(hours=14, minutes=int(draw.integers(0, 90)))
        records.append((afternoon, 25 / 60, " Nap length 0:25"))
    return "".join(_record(start, hours, said, draw) for start, hours, said in sorted(records, reverse=True))


FIXED = "Id,Tz,From,To,Sched,Hours,Rating,Comment,Framerate,Snore,Noise,Cycles,DeepSleep,LenAdjust,Geo"


def _record(start: datetime, hours: float, said: str, draw) -> str:
    begins = start.replace(tzinfo=ZONE).astimezone(UTC)
    ids = int(begins.timestamp() * 1000)
    end = add_elapsed(start, hours, ZONE)
    every = 40 if hours > 1 else 10
    clocks = [(begins + timedelta(minutes=m)).astimezone(ZONE) for m in range(every, round(60 * hours), every)]
    events = [f"LIGHT_START-{ids + 900_000}", f"DEEP_START-{ids + 4_500_000}", f"DEEP_END-{ids + 7_000_000}-1.5"]
    tags = said + [" #watch", " #watch #light", "", " #late_meal_1x"][draw.integers(0, 4)]
    rating = ["0.0", "0.0", "3.5", "4.0"][draw.integers(0, 4)]
    cells = [str(ids), "Europe/London", _stamp(start), _stamp(end), _stamp(end), f"{hours:.3f}", rating, tags, "10000",
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
            "magnesium,free_tomorrow,medicine_change")


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
def truth_text(made: SimulatedDiaries) -> str:
    """The seed, the parameters and the true sizes of the effects."""
    parameters = {**made.truth.parameters, "intercept": round(made.truth.parameters["intercept"], 4)}
    estimands = [{**row, "nights_per_30": round(row["nights_per_30"], 3)}
                 for row in made.truth.estimands.to_dict("records")]
    return json.dumps({"seed": SEED, "landmark": made.nights.attrs["landmark"], "estimands": estimands,
                       "parameters": parameters}, indent=2) + "\n"


def readme(made: SimulatedDiaries) -> str:
    rows = "".join(f"| {r.term} | {r.a:g} against {r.b:g} | {r.outcome} | {r.nights_per_30:+.1f} |\n"
                   for r in made.truth.estimands.itertuples())
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
'''

MAPPING = '''# What the tags of the sample diary mean.
timezone = "Europe/London"

[tags."Restless legs"]
column = "symptoms"
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

[tags."Stretched because legs twitched"]
column = "stretched"
intent = "responsive"
unticked = "no"

''' + FOOD_AND_DRINK

UNTIMED_MAPPING = '''# The twin without intent or times: nothing tells one stretch from another.
timezone = "Europe/London"

[tags."Restless legs"]
column = "symptoms"
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
* `sample/rlskit.toml`: what the tags mean. A calf stretch is done by nine, and only while the legs are quiet;
  "Stretched because legs twitched" answers symptoms.
* `sample/untimed/`: the same nights, with one stretching tag that knows neither intent nor time.
* `sample/other-formats/`: the first 60 written nights of the same person as a Daylio export and in rlskit's own
  template. The template counts cups, not milligrams.
* `sample-truth.json`: the parameters, and the true effects in symptom nights per 30:

| what | compared | outcome | nights per 30 |
|---|---|---|---|
@ROWS@
Stretching is compared on nights still quiet at 21:00; the others on all nights.
"""


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
