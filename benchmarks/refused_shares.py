"""Why contrasts of the coverage grid are refused: counted on the same diaries, without a fit.

Run: python benchmarks/refused_shares.py          (a minute or two; writes refused_shares.csv and refused_shares.md)

The diaries are those of benchmarks/coverage.py (its cells, its seed, the first DIARIES of each). A contrast is refused
by the first rule that applies: the diary (fewer than 14 answered nights or 5 of either outcome: nothing is fitted);
fewer than 7 exposed or 7 unexposed nights; fewer than 4 switches; or nothing to compare (most nights alike). Beside
them the share refused among contrasts of diaries with 60 answered nights or more and 10 of each outcome, and among
those that also have 7 exposed nights, 7 unexposed nights and 4 switches, which no rule may refuse.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from coverage import EXPOSURES, KEYS, SEED, SLOPE, Cell, cells, generator, simulate

import rlskit as rk
from rlskit.answers.refusals import LEAST_EXPOSED, LEAST_SWITCHES, count, refusal
from rlskit.effects.contrasts import prestated_contrasts
from rlskit.models.design import make_design

DIARIES = 12
OUT = Path(__file__).with_name("refused_shares.csv")
RULES = ("diary", "exposed", "switches", "alike", "")
PLENTY = 10


def contrasts(cell: Cell, number: int) -> list[dict]:
    """One row per contrast of one diary: the rule that refuses it ("" for none), and what it had."""
    nights, _ = simulate(generator(cell, SEED, number), cell)
    symptom = nights["symptoms"].to_numpy(bool)
    enough = len(nights) >= 60 and min(symptom.sum(), (~symptom).sum()) >= PLENTY
    row = dict(zip(KEYS, cell, strict=True)) | {"enough": bool(enough)}
    try:
        design = make_design("symptoms ~ " + " + ".join(EXPOSURES), nights, slopes=(SLOPE,) if cell[5] > 1 else ())
    except rk.ModelError:
        return [row | {"term": term, "rule": "diary", "counted": False} for term in EXPOSURES]
    rows = []
    for term in EXPOSURES:
        contrast = prestated_contrasts(design, term)[0] if term in design.columns else None
        if contrast is None or not np.isfinite([contrast.a, contrast.b]).all():
            rows.append(row | {"term": term, "rule": "alike", "counted": False})
            continue
        exposed = nights[term].to_numpy() > (contrast.a + contrast.b) / 2
        c = count(symptom, exposed, nights["person"].to_numpy())
        few, seldom = min(c.exposed, c.unexposed) < LEAST_EXPOSED, c.switches < LEAST_SWITCHES
        rule = "exposed" if few else "switches" if seldom else "alike" if contrast.refused else ""
        if not rule and refusal(c, "", "", cell[0])[0]:
            rule = "diary"
        rows.append(row | {"term": term, "rule": rule, "counted": not few and not seldom})
    return rows


def share(rows: pd.DataFrame) -> str:
    return f"{100 * (rows['rule'] != '').mean():.0f}%" if len(rows) else "—"


def markdown(table: pd.DataFrame) -> str:
    lines = [
        "# Why contrasts of the coverage grid are refused", "",
        f"`make refused-shares`: the first {DIARIES} diaries of each cell of [coverage.md](coverage.md) "
        f"(seed {SEED}), counted without a fit. Percent of contrasts refused, by the first rule that applies. "
        f"*Diary*: fewer than 14 answered nights or 5 of either outcome. *Exposed*: fewer than {LEAST_EXPOSED} exposed "
        f"or unexposed nights. *Switches*: fewer than {LEAST_SWITCHES}. *Alike*: most nights hold the same value. "
        f"*Enough nights*: refused among diaries of 60 answered nights or more with {PLENTY} of each outcome; *and "
        "counts*: among those of their contrasts that have the exposed nights, unexposed nights and switches.", "",
        "| people; nights | base rate | σ, φ | missing | refused | diary | exposed | switches | alike | enough "
        "nights | and counts |", "|" + "---|" * 11,
    ]
    for cell, rows in table.groupby(KEYS, sort=False):
        n, rate, sigma, phi, gone, people = cell
        by = " | ".join(f"{100 * (rows['rule'] == rule).mean():.0f}" for rule in RULES[:-1])
        lines.append(f"| {people}; {n} | {rate:g} | {sigma:g}, {phi:g} | {gone:.0%} | {share(rows)} | {by} | "
                     f"{share(rows[rows['enough']])} | {share(rows[rows['enough'] & rows['counted']])} |")
    one = table[(table["people"] == 1) & table["enough"]]
    lines += ["", "One person, enough nights, by exposure:", "",
              "| exposure | refused | exposed | switches | alike | with the counts |", "|" + "---|" * 6]
    for term, rows in one.groupby("term", sort=False):
        by = " | ".join(f"{100 * (rows['rule'] == rule).mean():.0f}" for rule in RULES[1:-1])
        lines.append(f"| {term} | {share(rows)} | {by} | {share(rows[rows['counted']])} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    rows = []
    for cell in cells():
        rows += [row for number in range(DIARIES) for row in contrasts(cell, number)]
        print(cell, file=sys.stderr, flush=True)
    table = pd.DataFrame(rows)
    table.groupby([*KEYS, "term", "enough", "counted", "rule"], sort=False).size().rename("contrasts").to_csv(OUT)
    OUT.with_suffix(".md").write_text(markdown(table), encoding="utf-8")


if __name__ == "__main__":
    main()
