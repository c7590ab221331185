"""How fast, how large, how right? The same simulated diaries through rlskit and its peers, in one run.

Run: python benchmarks/speed.py [--sizes 20x60 200x90 …] [--peers PYTHON] [--limit SECONDS] [--again]
     python benchmarks/speed.py --table      (speed.md from the rows that are there)

Rscript with lme4 and glmmTMB where they are to be compared; --peers names a Python that can import PyPI's glmm and
gpboost, best in an environment of its own. Rows are appended to speed.csv as they come and are not run twice; --again
starts over. Random intercept and slope for stretching, four columns, with and without AR(1) persistence. A tool that
cannot model persistence is fitted to the AR(1) nights all the same and says so. Every fit has a process of its own;
`seconds` is the wall time of the fit alone and `cpu_seconds` its processor time (medians of the runs), `peak_mb` the
largest memory of the process, imports included, `load` the machine's load average just before. `off_se` is the largest
distance of a coefficient from the truth in that tool's own standard errors: 5 coefficients, so 2 to 3 is chance and 5
is not. A fit that takes longer than the limit is stopped and its row says so.
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
import threading
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
OUT = HERE / "speed.csv"
SEED = 20261122
SIZES, RUNS, LIMIT = ("20x60", "200x90", "1000x180", "5000x200"), {20: 3}, 1800
BETA, PERSON_SD, SIGMA, PHI = np.array([-0.5, -0.4, 0.3, 0.25, 0.4]), np.array([0.8, 0.5]), 0.8, 0.5
COLUMNS = ["stretched", "caffeine", "alcohol", "late"]
NO = "no persistence"
TOOLS = {
    # name: what it does (without persistence, with it), where it runs; NO: it cannot model persistence
    "rlskit": (("adaptive quadrature", "EP"), "here"),
    "glmmTMB": (("Laplace", "Laplace"), "R"),
    "lme4": (("Laplace", f"Laplace, {NO}"), "R"),
    "glmm": (("Laplace", f"Laplace, {NO}"), "peers"),
    "glmm, 9 nodes": (("adaptive quadrature", f"adaptive quadrature, {NO}"), "peers"),
    "gpboost": (("Laplace, independent slopes", "Laplace, independent slopes, exponential process"), "peers"),
    "statsmodels VB": (("variational", f"variational, {NO}"), "here"),
    "statsmodels GEE": (("population average", f"population average, {NO}"), "here"),
}
FIELDS = [
    "people", "nights", "persistence", "tool", "method", "seconds", "cpu_seconds", "peak_mb", "log_likelihood",
    "stretched", "stretched_se", "off_se", "sd_intercept", "sd_slope", "sigma", "phi", "note", "load", "version",
]  # fmt: skip
SHOWN = FIELDS[:-2]


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

    nights, taken, used = pd.read_csv(path), [], []
    fit = {"rlskit": rlskit_fit, "glmm": glmm_fit, "gpboost": gpboost_fit, "statsmodels": statsmodels_fit}[
        tool.replace(",", " ").split()[0]](tool, nights, persistent)
    for _ in range(runs):
        start, processor = time.perf_counter(), time.process_time()
        found = fit()
        taken.append(time.perf_counter() - start)
        used.append(time.process_time() - processor)
    print("seconds", statistics.median(taken))
    print("cpu_seconds", statistics.median(used))
    nothing = {"log_likelihood": [np.nan], "person_sd": [np.nan] * 2, "sigma": [np.nan], "phi": [np.nan]}
    for name, values in (nothing | found()).items():
        print(name, *values)


FORMULA = "symptoms ~ " + " + ".join(COLUMNS)


def rlskit_fit(_, nights, persistent):
    import rlskit as rk

    rk.fit("symptoms ~ stretched", nights.iloc[:60], prior=None)

    def run():
        found = rk.fit(FORMULA, nights, slopes="stretched", night_to_night=persistent, prior=None)
        assert found.status.converged
        return lambda: {
            "log_likelihood": [found.log_likelihood], "beta": found.coef, "se": np.sqrt(np.diag(found.cov)),
            "person_sd": found.person_sd, "sigma": [found.night_sd if persistent else np.nan],
            "phi": [found.night_correlation], "version": ["rlskit", rk.__version__, "numpy", np.__version__]}

    return run


def glmm_fit(tool, nights, _):
    from importlib.metadata import version

    import glmm

    def run():
        found = glmm.fit(nights, FORMULA + " + (1 + stretched | person)", family="binomial",
                         nagq=9 if "nodes" in tool else 1)
        assert found.converged
        intercept, _, slope = found.varcorr[0]
        return lambda: {"log_likelihood": [found.loglik], "beta": found.beta, "se": found.se,
                        "person_sd": np.sqrt([intercept, slope]), "version": ["glmm", version("glmm")]}

    return run


def gpboost_fit(_, nights, persistent):
    """Its slopes are independent of the intercepts. exp(-lag / range), a person at a time, is an AR(1) process."""
    from importlib.metadata import version

    import gpboost

    x = np.column_stack([np.ones(len(nights)), nights[COLUMNS]])
    y, person = nights["symptoms"].to_numpy(float), nights["person"].to_numpy()
    more = {"gp_coords": nights[["night"]].to_numpy(float), "cov_function": "exponential", "cluster_ids": person}

    def run():
        found = gpboost.GPModel(
            group_data=person, group_rand_coef_data=nights[["stretched"]].to_numpy(float),
            ind_effect_group_rand_coef=[1], likelihood="bernoulli_logit", **(more if persistent else {}))
        found.fit(y=y, X=x)
        coef = found.get_coef(std_err=True).to_numpy()
        variance = found.get_cov_pars().to_numpy()[0]
        carried = {"sigma": [np.sqrt(variance[2])], "phi": [np.exp(-1 / variance[3])]} if persistent else {}
        return lambda: {
            "log_likelihood": [-found.get_current_neg_log_likelihood()], "beta": coef[0], "se": coef[1],
            "person_sd": np.sqrt(variance[:2]), "version": ["gpboost", version("gpboost")]} | carried

    return run


def statsmodels_fit(tool, nights, _):
    import statsmodels
    import statsmodels.api as sm
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    version = {"version": ["statsmodels", statsmodels.__version__]}

    def variational():
        parts = {"intercept": "0 + C(person)", "slope": "0 + C(person):stretched"}
        found = BinomialBayesMixedGLM.from_formula(FORMULA, parts, nights).fit_vb()
        return lambda: {"beta": found.fe_mean, "se": found.fe_sd, "person_sd": np.exp(found.vcp_mean)} | version

    def estimating():
        found = sm.GEE.from_formula(FORMULA, "person", nights, family=sm.families.Binomial(),
                                    cov_struct=sm.cov_struct.Exchangeable()).fit()
        return lambda: {"beta": found.params, "se": found.bse} | version

    return variational if tool.endswith("VB") else estimating


def run(tool: str, where: str, path: Path, persistent: bool, runs: int, limit: float) -> tuple[dict, float, str]:
    """What the fit printed, its peak memory in MB, and why it has no result."""
    if where == "R":
        command = ["Rscript", str(HERE / "speed.R"), tool, str(path), "ar1" if persistent else "none", str(runs)]
    else:
        command = [where, __file__, "--fit", tool, str(path), str(int(persistent)), str(runs)]
    with tempfile.TemporaryFile("w+") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        timer = threading.Timer(limit, child.kill)
        timer.start()
        _, status, used = os.wait4(child.pid, 0)
        late = not timer.is_alive()
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        lines = [line.split() for line in out.read().splitlines() if line]
    why = f"stopped after {limit:.0f} s" if late else "failed" if child.returncode else ""
    return {line[0]: line[1:] for line in lines if not why}, used.ru_maxrss / 1024, why


def row(people: int, nights: int, persistent: bool, tool: str, found: dict, peak: float, why: str, load: float) -> dict:
    made = dict.fromkeys(FIELDS, "") | {
        "people": people, "nights": nights, "persistence": "AR(1)" if persistent else "none", "tool": tool,
        "method": TOOLS[tool][0][persistent], "note": why, "load": round(load, 1), "peak_mb": round(peak)}
    if not found:
        return made

    def number(name: str, digits: int, at: int = 0):
        value = float(found[name][at])
        return "" if np.isnan(value) else round(value, digits)

    beta, se = np.array(found["beta"], dtype=float), np.array(found["se"], dtype=float)
    return made | {
        "seconds": number("seconds", 2), "cpu_seconds": number("cpu_seconds", 2),
        "log_likelihood": number("log_likelihood", 2), "stretched": round(float(beta[1]), 3),
        "stretched_se": round(float(se[1]), 3), "off_se": round(float(np.abs((beta - BETA) / se).max()), 1),
        "sd_intercept": number("person_sd", 2), "sd_slope": number("person_sd", 2, 1), "sigma": number("sigma", 2),
        "phi": number("phi", 2), "version": " ".join(found["version"]),
    }  # fmt: skip


def there() -> list[dict]:
    if not OUT.exists():
        return []
    with OUT.open(newline="") as file:
        return list(csv.DictReader(file))


def append(made: dict) -> None:
    new = not OUT.exists()
    with OUT.open("a", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        if new:
            writer.writeheader()
        writer.writerow(made)


def write_table() -> None:
    order = {name: at for at, name in enumerate(TOOLS)}
    rows = sorted(there(), key=lambda one: (int(one["people"]), one["persistence"] != "none", order[one["tool"]]))
    versions = sorted({one["version"] for one in rows if one["version"]})
    loads = [float(one["load"]) for one in rows]
    text = [
        "# Speed", "",
        f"`python benchmarks/speed.py`, seed {SEED}; {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}; {'; '.join(versions)}; one thread each. Load average before the fits "
        f"{min(loads):.1f} to {max(loads):.1f}: above 1 the machine was shared, wall time says little, and processor "
        "time is the fairer column.", "",
        f"Truth: stretched {BETA[1]}, sd of intercepts {PERSON_SD[0]}, of slopes {PERSON_SD[1]}; with AR(1) night to "
        f"night sd {SIGMA}, correlation {PHI}. `off_se`: largest distance of a coefficient from the truth in the "
        "tool's own standard errors. `log_likelihood`: exact to about 0.02 a person for rlskit, Laplace's where the "
        f"method says Laplace. GEE estimates population averages, which are nearer to zero than the truth stated here. "
        f'"{NO}": the tool cannot model what carries over from night to night and is fitted without it.', "",
        "| " + " | ".join(SHOWN) + " |", "|" + "---|" * len(SHOWN),
    ]  # fmt: skip
    text += ["| " + " | ".join("" if one[name] == "nan" else one[name] for name in SHOWN) + " |" for one in rows]
    (HERE / "speed.md").write_text("\n".join([*text, "", *ratios(rows)]) + "\n")


def ratios(rows: list[dict]) -> list[str]:
    """How many times faster than glmmTMB, and what a night costs, in processor time."""
    used = {(r["people"], r["nights"], r["persistence"], r["tool"]): float(r["cpu_seconds"]) for r in rows
            if r["cpu_seconds"]}
    lines = []
    for (people, nights, persistence, tool), mine in used.items():
        if tool == "rlskit":
            other = used.get((people, nights, persistence, "glmmTMB"))
            times = f", {other / mine:.1f} times faster than glmmTMB's Laplace fit" if other else ""
            each = 1e6 * mine / (int(people) * int(nights))
            lines.append(f"* {people} × {nights}, {persistence}: {each:.0f} s of processor time per million "
                         f"person-nights{times}.")
    return ["rlskit:", "", *lines]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--sizes", nargs="+", default=SIZES, help="people x nights, such as 200x90")
    words.add_argument("--tools", nargs="+", default=list(TOOLS), choices=list(TOOLS), metavar="TOOL")
    words.add_argument("--peers", help="a Python that has glmm and gpboost")
    words.add_argument("--limit", type=float, default=LIMIT, help="seconds after which a fit is stopped")
    words.add_argument("--again", action="store_true", help="start over")
    words.add_argument("--table", action="store_true", help="only write speed.md")
    words.add_argument("--fit", nargs=4, help=argparse.SUPPRESS)
    asked = words.parse_args()
    if asked.fit:
        fit_here(asked.fit[0], asked.fit[1], bool(int(asked.fit[2])), int(asked.fit[3]))
        return
    if asked.again:
        OUT.unlink(missing_ok=True)
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    done = {tuple(one[name] for name in FIELDS[:4]) for one in there()}
    where = {"here": sys.executable, "R": "R" if shutil.which("Rscript") else "", "peers": asked.peers or ""}
    for size in [] if asked.table else asked.sizes:
        people, nights = map(int, size.split("x"))
        for persistent in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "nights.csv"
                simulate(people, nights, persistent, path)
                for tool in asked.tools:
                    key = (str(people), str(nights), "AR(1)" if persistent else "none", tool)
                    if key in done or not where[TOOLS[tool][1]]:
                        continue
                    load = os.getloadavg()[0]
                    found = run(tool, where[TOOLS[tool][1]], path, persistent, RUNS.get(people, 1), asked.limit)
                    append(row(people, nights, persistent, tool, *found, load))
                    print(key, found[0].get("cpu_seconds", found[2]), flush=True)
    write_table()


if __name__ == "__main__":
    main()
