"""How fast, how large, how right? The same simulated diaries through rlskit, glmmTMB, lme4, statsmodels, in one run.

Run: python benchmarks/speed.py [--large]     (Rscript with lme4 and glmmTMB where they are to be compared)
Writes speed.csv and speed.md beside this file. Random intercept and slope for stretching, four columns, with and
without AR(1) persistence; tools that cannot model it have no row there. Every fit has a process of its own; `seconds`
is the wall time of the fit alone and `cpu_seconds` its processor time (medians of the runs), `peak_mb` the largest
memory of the process, imports included. `off_se` is the largest distance of a coefficient from the truth in that
tool's own standard errors: 5 coefficients, so 2 to 3 is chance and 5 is not.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
SEED = 20261122
SIZES, LARGE, RUNS = [(20, 60), (200, 90)], [(1000, 180)], {20: 3}
BETA, PERSON_SD, SIGMA, PHI = np.array([-0.5, -0.4, 0.3, 0.25, 0.4]), np.array([0.8, 0.5]), 0.8, 0.5
COLUMNS = ["stretched", "caffeine", "alcohol", "late"]
TOOLS = [
    # name, method, persistence it can model
    ("rlskit", {True: "EP", False: "adaptive quadrature"}, True),
    ("glmmTMB", "Laplace", True),
    ("lme4", "Laplace", False),
    ("statsmodels VB", "variational", False),
    ("statsmodels GEE", "exchangeable, population average", False),
]
FIELDS = [
    "people", "nights", "persistence", "tool", "method", "seconds", "cpu_seconds", "peak_mb", "log_likelihood",
    "stretched", "stretched_se", "off_se", "sd_intercept", "sd_slope", "sigma", "phi",
]  # fmt: skip


def simulate(people: int, nights: int, persistent: bool, path: Path) -> None:
    rng = np.random.default_rng([SEED, people, nights, persistent])
    n, who = people * nights, np.repeat(np.arange(people), nights)
    x = np.column_stack([rng.random(n) < 0.45, rng.normal(size=(n, 3)).round(3)]).astype(float)
    u = rng.normal(size=(people, 2)) * PERSON_SD
    e = np.empty((people, nights))
    e[:, 0] = rng.normal(size=people)
    for t in range(1, nights):
        e[:, t] = PHI * e[:, t - 1] + np.sqrt(1 - PHI**2) * rng.normal(size=people)
    eta = BETA[0] + x @ BETA[1:] + u[who, 0] + x[:, 0] * u[who, 1] + persistent * SIGMA * e.ravel()
    y = rng.random(n) < 1.0 / (1.0 + np.exp(-eta))
    table = np.column_stack([who, np.tile(np.arange(nights), people), y, x])
    header = ",".join(["person", "night", "symptoms", *COLUMNS])
    np.savetxt(path, table, "%g", ",", header=header, comments="")


def fit_here(tool: str, path: str, persistent: bool, runs: int) -> None:
    """In a process of its own: fit, and print one line per result."""
    import pandas as pd

    nights, formula, taken, used = pd.read_csv(path), "symptoms ~ " + " + ".join(COLUMNS), [], []
    nan = [np.nan]
    if tool == "rlskit":
        import rlskit as rk

        rk.fit("symptoms ~ stretched", nights.iloc[:60], prior=None)
        for _ in range(runs):
            start, processor = time.perf_counter(), time.process_time()
            found = rk.fit(formula, nights, slopes="stretched", night_to_night=persistent, prior=None)
            taken.append(time.perf_counter() - start)
            used.append(time.process_time() - processor)
        assert found.status.converged
        lines = {"log_likelihood": [found.log_likelihood], "beta": found.coef, "se": np.sqrt(np.diag(found.cov)),
                 "person_sd": found.person_sd, "sigma": [found.night_sd if persistent else np.nan],
                 "phi": [found.night_correlation], "version": ["rlskit", rk.__version__, "numpy", np.__version__]}
    else:
        import statsmodels
        import statsmodels.api as sm
        from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

        lines = {"sigma": nan, "phi": nan, "version": ["statsmodels", statsmodels.__version__]}
        for _ in range(runs):
            start, processor = time.perf_counter(), time.process_time()
            if tool == "statsmodels VB":
                parts = {"intercept": "0 + C(person)", "slope": "0 + C(person):stretched"}
                found = BinomialBayesMixedGLM.from_formula(formula, parts, nights).fit_vb()
            else:
                found = sm.GEE.from_formula(
                    formula, "person", nights, family=sm.families.Binomial(), cov_struct=sm.cov_struct.Exchangeable()
                ).fit()
            taken.append(time.perf_counter() - start)
            used.append(time.process_time() - processor)
        if tool == "statsmodels VB":
            spread = np.exp(found.vcp_mean)
            lines |= {"log_likelihood": nan, "beta": found.fe_mean, "se": found.fe_sd, "person_sd": spread}
        else:
            lines |= {"log_likelihood": nan, "beta": found.params, "se": found.bse, "person_sd": [np.nan, np.nan]}
    print("seconds", statistics.median(taken))
    print("cpu_seconds", statistics.median(used))
    for name, values in lines.items():
        print(name, *values)


def run(tool: str, path: Path, persistent: bool, runs: int) -> tuple[dict[str, list[str]], float] | None:
    if tool in ("lme4", "glmmTMB"):
        command = ["Rscript", str(HERE / "speed.R"), tool, str(path), "ar1" if persistent else "none", str(runs)]
    else:
        command = [sys.executable, __file__, "--fit", tool, str(path), str(int(persistent)), str(runs)]
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = [line.split() for line in out.read().splitlines() if line]
    if child.returncode:
        return None
    return {line[0]: line[1:] for line in lines}, used.ru_maxrss / 1024


def row(people: int, nights: int, persistent: bool, tool: str, method: str, found: dict, peak: float) -> dict:
    beta, se = np.array(found["beta"], dtype=float), np.array(found["se"], dtype=float)
    return {
        "people": people, "nights": nights, "persistence": "AR(1)" if persistent else "none", "tool": tool,
        "method": method, "seconds": round(float(found["seconds"][0]), 2),
        "cpu_seconds": round(float(found["cpu_seconds"][0]), 2), "peak_mb": round(peak),
        "log_likelihood": round(float(found["log_likelihood"][0]), 2), "stretched": round(float(beta[1]), 3),
        "stretched_se": round(float(se[1]), 3), "off_se": round(float(np.abs((beta - BETA) / se).max()), 1),
        "sd_intercept": round(float(found["person_sd"][0]), 2), "sd_slope": round(float(found["person_sd"][1]), 2),
        "sigma": round(float(found["sigma"][0]), 2), "phi": round(float(found["phi"][0]), 2),
    }  # fmt: skip


def write(rows: list[dict], versions: list[str]) -> None:
    with (HERE / "speed.csv").open("w", newline="") as file:
        made = csv.DictWriter(file, FIELDS, lineterminator="\n")
        made.writeheader()
        made.writerows(rows)
    load = os.getloadavg()[0]
    text = [
        "# Speed", "",
        f"`python benchmarks/speed.py`, seed {SEED}, {time.strftime('%Y-%m-%d')}; {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}; {'; '.join(sorted(set(versions)))}; "
        f"OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')}. Load average at the end {load:.1f}: above 1 "
        "the machine was shared, wall time says little, and processor time is the fairer column.", "",
        f"Truth: stretched {BETA[1]}, sd of intercepts {PERSON_SD[0]}, of slopes {PERSON_SD[1]}; with AR(1) night to "
        f"night sd {SIGMA}, correlation {PHI}. `off_se`: largest distance of a coefficient from the truth in the "
        "tool's own standard errors. `log_likelihood`: exact to about 0.02 a person for rlskit, Laplace's for glmmTMB "
        "and lme4. GEE estimates population averages, which are nearer to zero than the truth stated here.", "",
        "| " + " | ".join(FIELDS) + " |", "|" + "---|" * len(FIELDS),
    ]  # fmt: skip
    text += ["| " + " | ".join("" if value != value else str(value) for value in one.values()) + " |" for one in rows]
    (HERE / "speed.md").write_text("\n".join(text) + "\n")


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--large", action="store_true", help="1000 people x 180 nights too")
    words.add_argument("--fit", nargs=4, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.fit:
        fit_here(asked.fit[0], asked.fit[1], bool(int(asked.fit[2])), int(asked.fit[3]))
        return
    rows, versions = [], []
    for people, nights in SIZES + (LARGE if asked.large else []):
        for persistent in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "nights.csv"
                simulate(people, nights, persistent, path)
                for tool, method, able in TOOLS:
                    if (persistent and not able) or (tool in ("lme4", "glmmTMB") and not shutil.which("Rscript")):
                        continue
                    done = run(tool, path, persistent, RUNS.get(people, 1))
                    if done is None:
                        print(people, nights, persistent, tool, "failed", flush=True)
                        continue
                    method = method[persistent] if isinstance(method, dict) else method
                    rows.append(row(people, nights, persistent, tool, method, *done))
                    versions.append(" ".join(done[0]["version"]))
                    print(rows[-1], flush=True)
    write(rows, versions)


if __name__ == "__main__":
    main()
