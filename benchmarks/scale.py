"""How do time and memory grow with person-nights? From 10,000 to 1,000,000, each stage in a process of its own.

Run: python benchmarks/scale.py [--people 50 500 5000] [--stages write fit effects pool] [--jobs 1] [--again]
     python benchmarks/scale.py --table      (scale.md from the rows that are there)

People of 200 nights each. Stages: `write`, a dataset partitioned by person, one small Parquet file each; `fit`, rk.fit
on its path with AR(1) persistence and slopes for within(stretched); `effects`, rk.estimate_effects of that fit. `pool`
reads a CSV file for each person (template format), derives the nights and writes them: rk.pool_diaries as it is used;
`features` is the part of it inside make_nights (with one process). pool is the slowest, and runs last. --jobs: joblib's
loky processes for fit, effects and pool (1: in the process itself). Rows are appended to scale.csv and not run twice;
--again starts over.
Wall and processor seconds and the largest memory are those of the stage's process, and with --jobs of its workers too.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import rlskit as rk

HERE = Path(__file__).resolve().parent
OUT = HERE / "scale.csv"
SEED, NIGHTS, PEOPLE = 20261122, 200, (50, 500, 5000)
BETA, PERSON_SD, SIGMA, PHI = (-0.6, -0.4, 0.25), (0.8, 0.5), 0.8, 0.5
FORMULA = "symptoms ~ within(stretched) + between(stretched) + alcohol_drinks"
SLOPES = ("within(stretched)",)
STAGES = ("write", "fit", "effects", "pool")
FIELDS = ["person_nights", "stage", "jobs", "wall_s", "cpu_s", "peak_mb", "log_likelihood", "estimate", "load"]


def diary(person: int) -> pd.DataFrame:
    """One person's nights; the same whatever the number of people."""
    rng = np.random.default_rng([SEED, person])
    u = rng.normal(size=2) * PERSON_SD
    stretched = rng.random(NIGHTS) < rng.uniform(0.2, 0.7)
    drinks = rng.poisson(1.0, NIGHTS).astype(float)
    e = rng.normal(size=NIGHTS)
    for t in range(1, NIGHTS):
        e[t] = PHI * e[t - 1] + np.sqrt(1 - PHI**2) * e[t]
    eta = BETA[0] + u[0] + (BETA[1] + u[1]) * stretched + BETA[2] * drinks + SIGMA * e
    return pd.DataFrame({
        "night": pd.date_range("2025-01-01", periods=NIGHTS), "symptoms": rng.random(NIGHTS) < 1 / (1 + np.exp(-eta)),
        "stretched": stretched, "alcohol_drinks": drinks})


def write(people: int, home: Path, jobs: int) -> dict:
    for person in range(people):
        folder = home / "dataset" / "nights" / f"person=p{person:06d}"
        folder.mkdir(parents=True, exist_ok=True)
        diary(person).to_parquet(folder / "nights.parquet", index=False)
    return {}


def fit(people: int, home: Path, jobs: int) -> dict:
    with where(jobs):
        found = rk.fit(FORMULA, home / "dataset", slopes=SLOPES)
    (home / "fit.pickle").write_bytes(pickle.dumps(found))
    return {"log_likelihood": round(found.log_likelihood, 4), "estimate": round(float(found.coef.iloc[1]), 5)}


def effects(people: int, home: Path, jobs: int) -> dict:
    with where(jobs):
        found = rk.estimate_effects(pickle.loads((home / "fit.pickle").read_bytes()))
    return {"estimate": round(float(found.table["estimate"].iloc[0]), 5)}


def pool(people: int, home: Path, jobs: int) -> dict:
    import rlskit.pool.read as module

    exports, spent, derive = home / "exports", [0.0, 0.0], module.make_nights
    exports.mkdir(exist_ok=True)
    for person in range(people):
        table = diary(person)
        yes_no = {name: table[name].map({True: "yes", False: "no"}) for name in ("symptoms", "stretched")}
        table.assign(**yes_no).to_csv(exports / f"p{person:06d}.csv", index=False, date_format="%Y-%m-%d")

    def timed(*given, **options):
        wall, cpu = time.perf_counter(), time.process_time()
        made = derive(*given, **options)
        spent[0] += time.perf_counter() - wall
        spent[1] += time.process_time() - cpu
        return made

    if jobs == 1:
        module.make_nights = timed
    with where(jobs):
        rk.pool_diaries(exports, home / "pooled", progress=False)
    return {"features": spent} if jobs == 1 else {}


def where(jobs: int):
    from joblib import parallel_config

    return parallel_config(backend="loky" if jobs > 1 else "sequential", n_jobs=jobs)


def stage_here(stage: str, people: int, home: Path, jobs: int) -> None:
    """In a process of its own: run, and print what it took as JSON."""
    wall = time.perf_counter()
    found = {"write": write, "fit": fit, "effects": effects, "pool": pool}[stage](people, home, jobs)
    wall = time.perf_counter() - wall
    if jobs > 1:
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor().shutdown(wait=True)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"wall_s": round(wall, 1), "cpu_s": round(cpu, 1),
                      "peak_mb": round(max(one.ru_maxrss for one in used) / 1024)} | found))


def there() -> pd.DataFrame:
    return pd.read_csv(OUT) if OUT.exists() else pd.DataFrame(columns=FIELDS)


def append(row: dict) -> None:
    new = not OUT.exists()
    with OUT.open("a", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n", restval="")
        if new:
            writer.writeheader()
        writer.writerow(row)


def run(stage: str, people: int, home: Path, jobs: int) -> list[dict]:
    load = round(os.getloadavg()[0], 1)
    done = subprocess.run([sys.executable, __file__, "--here", stage, str(people), str(home), str(jobs)],
                          stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    rows = [{"person_nights": people * NIGHTS, "stage": stage, "jobs": jobs, "load": load} | found]
    if "features" in found:
        wall, cpu = rows[0].pop("features")
        rows.append(rows[0] | {"stage": "features", "wall_s": round(wall, 1), "cpu_s": round(cpu, 1)})
    return rows


def exponent(table: pd.DataFrame, column: str) -> str:
    """From one size to the next: by which power of the nights a column grows."""
    table = table.sort_values("person_nights")
    steps = np.diff(np.log(table[column].clip(lower=0.1))) / np.diff(np.log(table["person_nights"]))
    return ", ".join(f"{step:.2f}" for step in steps) or "—"


def write_table() -> None:
    table = there().sort_values(["stage", "jobs", "person_nights"])
    lines = ["# Scale", "",
             f"`make scale`: people of {NIGHTS} nights, `{FORMULA}`, AR(1), slopes for {SLOPES[0]}; seed {SEED}; "
             f"{os.cpu_count()} cores. Load average before the stages {table['load'].min()} to {table['load'].max()}: "
             "above 1 the machine was shared, wall time says little, and processor time is the fairer column.", "",
             "| person-nights | stage | processes | wall s | CPU s | peak MB |", "|---|---|---|---|---|---|"]
    lines += [f"| {r.person_nights:,} | {r.stage} | {r.jobs} | {r.wall_s:g} | {r.cpu_s:g} | {r.peak_mb:g} |"
              for r in table.itertuples()]
    lines += ["", "Growth, as a power of person-nights from one size to the next (1: linear; below 1: a fixed start, "
              "such as imports, still counts):", "", "| stage | processes | CPU | peak memory |", "|---|---|---|---|"]
    lines += [f"| {stage} | {jobs} | {exponent(mine, 'cpu_s')} | {exponent(mine, 'peak_mb')} |"
              for (stage, jobs), mine in table.groupby(["stage", "jobs"])]
    largest = int(table["person_nights"].max())
    for stage, mine in table[table["jobs"].eq(1)].groupby("stage"):
        top = mine.sort_values("person_nights").iloc[-1]
        if top["person_nights"] < largest:
            reckoned = top["cpu_s"] * largest / top["person_nights"]
            lines += ["", f"`{stage}` was not run at {largest:,}: at the rate of {int(top['person_nights']):,} it "
                      f"would take {reckoned:,.0f} CPU s."]
    (HERE / "scale.md").write_text("\n".join(lines) + "\n")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--people", nargs="+", type=int, default=PEOPLE)
    words.add_argument("--stages", nargs="+", default=STAGES, choices=STAGES)
    words.add_argument("--jobs", type=int, default=1)
    words.add_argument("--again", action="store_true", help="start over")
    words.add_argument("--table", action="store_true", help="only write scale.md")
    words.add_argument("--here", nargs=4, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.here:
        stage, people, home, jobs = asked.here
        stage_here(stage, int(people), Path(home), int(jobs))
        return
    if asked.again:
        OUT.unlink(missing_ok=True)
    done = {(int(r.person_nights), r.stage, int(r.jobs)) for r in there().itertuples()}
    for people in [] if asked.table else asked.people:
        todo = [s for s in STAGES if s in asked.stages and (people * NIGHTS, s, asked.jobs) not in done]
        if not todo:
            continue
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            needs = {"fit": ["write"], "effects": ["write", "fit"]}
            wanted = {*todo, *(one for stage in todo for one in needs.get(stage, []))}
            for stage in (s for s in STAGES if s in wanted):
                for row in run(stage, people, home, asked.jobs):
                    print(row, flush=True)
                    if stage in todo:
                        append(row)
                        write_table()
    write_table()


if __name__ == "__main__":
    main()
