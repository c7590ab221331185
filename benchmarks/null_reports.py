"""Whole reports on diaries without any effect, and on diaries with one: how often do they claim something?

Run: python benchmarks/null_reports.py [--null 400] [--power 200] [--jobs 2]     (resumes; stop it any time)

null: diaries of 180 nights shaped like the sample (simulate_diaries, persistence sd 0.8, correlation 0.5, exposures
with their own habits, 10% of nights missing) in which nothing has an effect. Any "fewer" or "more" in the table of
answer_questions is a claim; held to 5% of reports plus two Monte-Carlo errors. power: 365 nights in which two drinks
make EFFECT more symptom nights in 30, everything else nothing. The claims of the alcohol row are set beside those of
an analysis that is told the true sd and correlation: the same nights, columns and level, a likelihood-ratio test with
the chi-square cut-off. Held to at least 80% of its claims. Seeds count up from SEED; one row per diary.
"""

from __future__ import annotations

import argparse
import csv
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.special import logit
from scipy.stats import norm

import rlskit as rk
from rlskit.answers.frames import frame_of
from rlskit.answers.questions import QUESTIONS
from rlskit.engine import WEAK, Objective
from rlskit.engine.fitting.optimise import maximise
from rlskit.models.design import make_design

SEED, EFFECT, NIGHT_SD, CORRELATION = 50_000, 6.0, 0.8, 0.5  # stated beforehand
TERM, BLOCK = "alcohol_drinks", 4
OUT = Path(__file__).with_name("null_reports.csv")
FIELDS = ["kind", "seed", "claims", "asked", "claimed", "known"]


def log_odds() -> float:
    """Log odds a drink at which two drinks are EFFECT symptom nights in 30, in one long diary."""
    low, high = 0.0, 3.0
    for _ in range(20):
        middle = (low + high) / 2
        made = diary("power", 1, middle, nights=2000).truth.estimands
        found = float(made.loc[made["term"] == TERM, "nights_per_30"].iloc[0])
        low, high = (middle, high) if found < EFFECT else (low, middle)
    return low


def diary(kind: str, seed: int, effect: float, nights: int | None = None):
    effects = {TERM: effect} if kind == "power" else {}
    return rk.simulate_diaries(1, nights or (365 if kind == "power" else 180), effects=effects, night_sd=NIGHT_SD,
                               night_correlation=CORRELATION, seed=seed)


def one(kind: str, seed: int, effect: float) -> dict:
    warnings.simplefilter("ignore")
    nights = diary(kind, seed, effect).nights
    table = rk.answer_questions(nights).table
    answered = table[table["verdict"] != "refused"]
    claims = int(answered["verdict"].isin(["fewer", "more"]).sum())
    row = {"kind": kind, "seed": seed, "claims": claims, "asked": len(answered), "claimed": "", "known": ""}
    if kind == "power":
        own = table[table["question"] == "alcohol"].iloc[0]
        known = knowing(nights, len(answered)) if own["verdict"] != "refused" else ""
        row |= {"claimed": int(own["verdict"] in ("fewer", "more")), "known": known}
    return row


def knowing(nights: pd.DataFrame, asked: int) -> int:
    """Whether the exposure's coefficient is told from zero at the simultaneous level by who knows sigma and phi."""
    frame = frame_of(next(q for q in QUESTIONS if q.key == "alcohol"), nights)
    design = make_design(frame.formula, frame.nights, person="person", night="night", slopes=(), night_to_night=True)
    tail, best = np.array([NIGHT_SD, logit(CORRELATION)]), []
    for columns in (design.x, np.delete(design.x, design.names.index("exposure"), axis=1)):
        objective, p = Objective(design.nights, columns, WEAK), columns.shape[1]

        def given(beta, objective=objective, p=p):
            value, gradient = objective(np.concatenate([beta, tail]))
            return value, gradient[:p]

        inverse = np.linalg.inv(0.16 * columns.T @ columns)
        best.append(maximise(given, np.zeros(p), inverse).value)
    cut = norm.isf((1 - 0.95 ** (1 / asked)) / 2)
    return int(2 * (best[0] - best[1]) > cut**2)


def there() -> pd.DataFrame:
    return pd.read_csv(OUT, keep_default_na=False, na_values=[""]) if OUT.exists() else pd.DataFrame(columns=FIELDS)


def markdown() -> str:
    d = there()
    null, power = d[d["kind"] == "null"], d[(d["kind"] == "power") & d["known"].notna()]
    lines = ["# Claims of whole reports", "", "`python benchmarks/null_reports.py`, one row per diary in "
             f"null_reports.csv, seeds from {SEED}, rlskit {rk.__version__}.", ""]
    if len(null):
        share = (null["claims"] > 0).mean()
        error = np.sqrt(max(share * (1 - share), 0.05 * 0.95) / len(null))
        lines.append(f"* No effect, 180 nights: {100 * share:.1f}% of {len(null)} reports claim anything "
                     f"(Monte-Carlo error {100 * error:.1f}; held to 5% plus two errors, {5 + 200 * error:.1f}%), "
                     f"{null['asked'].mean():.1f} questions answered a report.")
    if len(power):
        ours, known = power["claimed"].mean(), power["known"].mean()
        ratio = ours / known if known else np.nan
        lines.append(f"* {EFFECT:g} nights in 30, 365 nights: the alcohol row claims it in {100 * ours:.0f}% of "
                     f"{len(power)} diaries, knowing σ and φ in {100 * known:.0f}%: {100 * ratio:.0f}% as often (held "
                     "to 80%).")
    return "\n".join([*lines, ""])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--null", type=int, default=400, help="diaries without an effect, in all")
    words.add_argument("--power", type=int, default=200, help="diaries with one, in all")
    words.add_argument("--jobs", type=int, default=-1)
    asked = words.parse_args()
    effect = log_odds()
    for kind, wanted in (("power", asked.power), ("null", asked.null)):
        done = int((there()["kind"] == kind).sum())
        for first in range(done, wanted, BLOCK):
            rows = Parallel(n_jobs=asked.jobs)(
                delayed(one)(kind, SEED + i, effect) for i in range(first, min(first + BLOCK, wanted)))
            new = not OUT.exists()
            with OUT.open("a", newline="") as out:
                writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
                if new:
                    writer.writeheader()
                writer.writerows(rows)
    OUT.with_suffix(".md").write_text(markdown())


if __name__ == "__main__":
    main()
