"""Writes every file of data: `python data/make_sample.py [FOLDER]`. The same bytes each time.

One made-up person, simulated by rlskit.simulate with known effects, then written down the way the apps export. The seed
was fixed before anything was drawn, and stays whatever it gives (docs/decisions/0033-sample-diary.md). The evening walk
is what the simulation calls magnesium; iron and magnesium, like all else that `more` draws, change no night.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from sample_exports import bearable, daylio, sleep_as_android, template
from sample_texts import CLINIC, DAYLIO_MAPPING, MAPPING, README, UNTIMED_MAPPING

from rlskit.simulate.diaries import SimulatedDiaries, simulate_diaries
from rlskit.simulate.exposures import persistent
from rlskit.simulate.settings import EFFECTS

SEED = 20261122
NIGHTS = 180  # 10 May to 5 November 2026: the clocks go back on 25 October
WINE_FROM = 35  # the tag is new in month 2
AWAY = (96, 102)  # a week without the phone
SMALL = 60  # nights in the files of the other formats
WALK = -1.2  # log odds of symptoms after an evening walk
TOLD_NEXT_MORNING, RATED = 0.35, 0.8  # shares of symptom nights, of stretches
QUALITY, PULSE = (3.5, 1.0), (58, 3)  # on a night free of symptoms, and what symptoms take from it or add to it
EASED, QUIET = (0, 1, 2, 3, 4), (5, 26)  # points that a stretch eases by, evenly; minutes until quiet, evenly


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


# --- truth ------------------------------------------------------------------------------------------------------------
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


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
