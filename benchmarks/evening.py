"""Stretching by the half hour, on diaries whose potential outcomes are known.

Run: python benchmarks/evening.py [--diaries 400] [--jobs 1] [--cells NAME:NIGHTS ...]    (resumes; stop it any time)

The diaries share nothing with the model that is fitted to them: symptoms begin at a rate, in steps of five minutes,
that follows a broken line over the evening and is multiplied by what the night brings; a stretch is done at any such
step from 18:00 to 22:55, on evenings still quiet then, and works from it on. One night in ten is not written down.
What is true of a diary is what its own recorded nights would have come to, each of them, with a stretch at the person's
usual time on every evening still quiet then, less the same without any stretch: sums of rates, nothing drawn.
One row a diary in evening.csv; evening.md is made of it.
"""

from __future__ import annotations

import argparse
import csv
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.special import expit, logit

import rlskit as rk
from rlskit.answers.half_hours import ask
from rlskit.answers.questions import BY_THE_HALF_HOUR
from rlskit.effects.evenings import compare_paths, paths_of
from rlskit.models.evenings import fit_evenings
from rlskit.nights.half_hours import tells_half_hours, usual_hour
from rlskit.nights.outcomes import last_night

SEED, BLOCK, STEP = 20261130, 4, 1 / 12  # hours
HOURS = np.arange(6.0, 15.0, STEP)  # after noon: 18:00 to 03:00
LINE = np.interp(HOURS, [6, 8, 10, 11.5, 13, 15], [-2.0, -0.9, -0.1, 0.1, -0.5, -1.8])
LANDMARK_H = 9.0
OUT = Path(__file__).with_name("evening.csv")
FIELDS = ["world", "nights", "seed", "hour", "truth", "estimate", "lower", "upper", "sigma", "seconds", "refused"]


@dataclass(frozen=True)
class World:
    """log rates: `level`; `bad` after a bad night; `stretch`, from a stretch on, for `lasts` hours. `sd` of a latent
    AR(1) with correlation 0.6; `answers`: log odds of planning a stretch after a bad night; `told`: share of the hours
    of first symptoms that are written down; `tells`: log odds of it, and `uneasy`: log odds of planning a stretch, for
    one sd of the latent of that very evening."""

    level: float
    bad: float = 0.0
    stretch: float = 0.0
    lasts: float = 24.0
    sd: float = 0.4
    answers: float = 1.2
    told: float = 1.0
    tells: float = 0.0
    uneasy: float = 0.0


WORLDS = {
    "null, state dependence weak": World(-2.75, bad=0.6),
    "null, state dependence strong": World(-3.1, bad=1.4, answers=2.0),
    "null, latent only": World(-2.55, sd=0.8),
    "-6, state dependence weak": World(-2.4, bad=0.6, stretch=-0.85),
    "-6, state dependence strong": World(-2.65, bad=1.4, stretch=-0.9, answers=2.0),
    "-6, latent only": World(-2.2, stretch=-0.9, sd=0.8),
    "wears off after 2 hours": World(-2.6, bad=0.6, stretch=-0.85, lasts=2.0),
    "-6, hour told on 95 of 100 nights": World(-2.4, bad=0.6, stretch=-0.85, told=0.95),
    "-6, hour told on 55 of 100 nights": World(-2.4, bad=0.6, stretch=-0.85, told=0.55),
    "null, strong, hour told on 55 of 100 nights": World(-3.1, bad=1.4, answers=2.0, told=0.55),
    "-6, hour told on 60 of 100 nights, mostly bad ones":
        World(-2.4, bad=0.6, stretch=-0.85, sd=0.8, told=0.6, tells=1.0),
    "null, stretches on uneasy evenings (cannot be answered)": World(-2.75, bad=0.6, sd=0.8, uneasy=1.0),
}
LENGTHS = (90, 180, 365)


def diary(world: World, nights: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Nights as make_nights gives them, and the log rate of every night apart from clock and stretching, (nights,)."""
    rng = np.random.default_rng([SEED, seed, nights])
    dates = pd.date_range("2025-01-01", periods=nights)
    weekend, coffee = dates.day_of_week.isin([4, 5]), rng.random(nights) < 0.5
    latents, latent, habit = np.empty(nights), 0.0, 0.0
    rate, onset, done = np.empty(nights), np.full(nights, np.nan), np.full(nights, np.nan)
    bad = bool(rng.random() < 0.4)
    for t in range(nights):
        latent, habit = (0.6 * one + 0.8 * rng.standard_normal() for one in (latent, habit))
        latents[t] = latent
        rate[t] = world.level + world.bad * bad + world.sd * latent + 0.2 * coffee[t] + 0.25 * weekend[t]
        odds = 0.3 + 0.6 * habit + world.answers * (bad - 0.4) + world.uneasy * latent
        plan = rng.choice(np.arange(6.0, 11.0, STEP)) if rng.random() < 1 / (1 + np.exp(-odds)) else np.nan
        begins = rng.random(HOURS.size) < -np.expm1(-hazard(rate[t], plan, world))
        onset[t] = HOURS[begins.argmax()] + rng.random() * STEP if begins.any() else np.nan
        done[t] = plan if not onset[t] < plan else np.nan
        bad = bool(begins.any())
    ill, written = ~np.isnan(onset), rng.random(nights) >= 0.1
    shown = ill & (rng.random(nights) < expit(logit(world.told) + world.tells * latents))
    return table(dates, written, ill, np.where(shown, onset, np.nan), done, np.where(ill, onset, np.inf)), rate


def hazard(rate, hour, world: World) -> np.ndarray:
    """Expected beginnings in every step, of one night or of many with `rate` (n, 1), the stretch at `hour`."""
    works = (hour <= HOURS + 1e-9) & (hour + world.lasts > HOURS + 1e-9)
    return STEP * np.exp(rate + LINE + world.stretch * works)


def true_effect(rate: np.ndarray, hour: float, world: World) -> float:
    """Symptom nights in 30 with a stretch at `hour` on every evening still quiet then, less without any."""
    some, none = (-np.expm1(-hazard(rate[:, None], at, world).sum(axis=1)).mean() for at in (hour, np.nan))
    return 30 * float(some - none)


def table(dates, written, ill, onset, done, began) -> pd.DataFrame:
    def known(values, kind, where=written):
        return pd.array(np.where(where, values, 0), dtype=kind).copy(), ~where

    def column(values, kind, where=written):
        cells, empty = known(values, kind, where)
        cells[empty] = pd.NA
        return cells

    told = written & (~ill | ~np.isnan(onset))
    early, before = began < LANDMARK_H, done < LANDMARK_H
    out = pd.DataFrame({
        "person": "p", "night": dates, "recorded": written, "symptoms": column(ill, "boolean"),
        "early_symptoms": column(early, "boolean", told),
        "onset_h": column(np.nan_to_num(onset), "Float64", written & ~np.isnan(onset)),
        "stretched": column(before, "boolean"),
        "stretched_state": np.where(written, np.where(before, "yes", "no"), "not_recorded"),
        "stretch_responsive": column(np.zeros(len(ill), dtype=bool), "boolean"),
        "stretched_before": column(~np.isnan(done), "boolean"),
        "stretched_before_h": column(np.nan_to_num(done), "Float64", written & ~np.isnan(done)),
        "weekday": dates.strftime("%a"), "day_index": np.arange(len(ill)),
        "medicine_period": pd.Categorical(["period 1"] * len(ill))})
    out["last_night"] = last_night(out)
    out.attrs = {"landmark": "21:00"}
    return out


def one(name: str, nights: int, seed: int) -> dict:
    warnings.simplefilter("ignore")
    world = WORLDS[name]
    made, rate = diary(world, nights, seed)
    row = dict.fromkeys(FIELDS, "") | {"world": name, "nights": nights, "seed": seed}
    if not tells_half_hours(made):
        return row | {"refused": "hours not told"}
    hour = usual_hour(made)
    row |= {"hour": hour, "truth": true_effect(rate[made["recorded"]], hour, world)}
    frame = ask(BY_THE_HALF_HOUR, made)
    if frame.reason:
        return row | {"refused": frame.reason}
    begun, by = time.process_time(), frame.evenings
    model = fit_evenings(frame.formula, by.rows, untold="untold")
    if not model.status.converged:
        return row | {"refused": "did not converge"}
    found = compare_paths(model, paths_of(model, by.stretched, by.never, by.per_evening), (0.95,)).iloc[0]
    return row | {"estimate": found["estimate"], "lower": found["lower"], "upper": found["upper"],
                  "sigma": model.night_sd, "seconds": round(time.process_time() - begun, 3)}


def there() -> pd.DataFrame:
    return pd.read_csv(OUT) if OUT.exists() else pd.DataFrame(columns=FIELDS)


def markdown() -> str:
    lines = ["# Stretching by the half hour", "",
             f"`make evening`, one row per diary in evening.csv, seeds from {SEED}, rlskit {rk.__version__}. Symptom "
             "nights in 30; stretching at the person's usual time on every evening still quiet against not before "
             "symptoms. Bias and coverage (of the row's own 95% interval) with one Monte-Carlo error; claims: share of "
             "intervals that leave out 0; sd: the night-to-night sd found, on average.", "",
             "| diaries | nights | n | refused | truth | bias | coverage | width | claims | sd | CPU s |",
             "|---|---|---|---|---|---|---|---|---|---|---|"]
    known = there()
    known["order"] = known["world"].map({name: k for k, name in enumerate(WORLDS)})
    answerable = known[~known["world"].str.contains("cannot be answered")]
    cells = [(f"{name} | {nights}", cell) for (_, name, nights), cell in known.groupby(["order", "world", "nights"])]
    cells += [(f"all that can be answered | {nights}", cell) for nights, cell in answerable.groupby("nights")]
    return "\n".join([*lines, *(_line(*one) for one in cells), ""])


def _line(name: str, cell: pd.DataFrame) -> str:
    some = cell[cell["estimate"].notna()]
    n, off = len(some), some["estimate"] - some["truth"]
    hit = (some["lower"].le(some["truth"]) & some["truth"].le(some["upper"])).mean()
    error = np.sqrt(max(hit * (1 - hit), 0.05 * 0.95) / n)
    claims, width = (some["lower"].gt(0) | some["upper"].lt(0)).mean(), (some["upper"] - some["lower"]).median()
    return (f"| {name} | {n} | {100 * cell['estimate'].isna().mean():.0f}% | {some['truth'].mean():+.1f} | "
            f"{off.mean():+.2f} ± {off.std() / np.sqrt(n):.2f} | {100 * hit:.1f} ± {100 * error:.1f} | {width:.1f} | "
            f"{100 * claims:.0f}% | {some['sigma'].mean():.1f} | {some['seconds'].median():.1f} |")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--diaries", type=int, default=400, help="of each cell, in all")
    words.add_argument("--jobs", type=int, default=1)
    words.add_argument("--cells", nargs="*", default=None, metavar="NAME:NIGHTS", help="some cells only")
    asked = words.parse_args()
    cells = [(name, nights) for name in WORLDS for nights in LENGTHS]
    if asked.cells is not None:
        cells = [(name, int(nights)) for name, nights in (one.rsplit(":", 1) for one in asked.cells)]
    for first in range(0, asked.diaries, BLOCK):  # all cells fill up together
        for name, nights in cells:
            known = there()
            done = set(known.loc[known["world"].eq(name) & known["nights"].eq(nights), "seed"])
            seeds = [s for s in range(first, min(first + BLOCK, asked.diaries)) if s not in done]
            rows = Parallel(n_jobs=asked.jobs)(delayed(one)(name, nights, seed) for seed in seeds)
            new = not OUT.exists()
            with OUT.open("a", newline="") as out:
                writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
                if new:
                    writer.writeheader()
                writer.writerows(rows)
    OUT.with_suffix(".md").write_text(markdown())


if __name__ == "__main__":
    main()
