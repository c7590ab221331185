"""Two more peers in the pooled cells of the coverage grid: statsmodels' VB model and, where R is present, glmmTMB.

Run: python benchmarks/coverage_peers.py           (make coverage-peers; appends to coverage_peers.csv and resumes)

The very studies of benchmarks/coverage.py (its pooled cells and seed, the first STUDIES of each) are simulated again.
Both peers get the model that rlskit gets, a person intercept and a slope of the first exposure; glmmTMB (Laplace) also
the night-to-night process, ar1, which the VB model (BinomialBayesMixedGLM, mean-field) has not. Their interval is
that of the average risk difference per 30 nights, a against b, everything random averaged over at its estimate, by the
delta method on the fixed coefficients' covariance. A peer that fails, or whose covariance is not finite, is counted.
`coverage.py --table` shows their coverage beside.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from coverage import EXPOSURES, KEYS, POOLED, SEED, SLOPE, Cell, generator, probability, simulate, truth

from rlskit.answers.refusals import count, refusal
from rlskit.effects.contrasts import prestated_contrasts
from rlskit.models.design import make_design

STUDIES = 40  # stated beforehand
OUT = Path(__file__).with_name("coverage_peers.csv")
FORMULA = "symptoms ~ " + " + ".join(EXPOSURES)
COLUMNS = ["Intercept", *EXPOSURES]
FIELDS = [*KEYS, "method", "seed", "number", "answered", "covered", "failed", "median_width", "version"]
GLMMTMB = """
suppressMessages(library(glmmTMB))
asked <- commandArgs(TRUE)
nights <- read.csv(asked[1])
nights$person <- factor(nights$person)
nights$night <- factor(nights$night, levels = seq_len(max(nights$night) + 1) - 1)
fit <- suppressWarnings(glmmTMB(as.formula(asked[3]), nights, family = binomial))
spread <- VarCorr(fit)$cond
own <- spread$person
e <- if ("person.1" %in% names(spread)) sqrt(spread$person.1[1, 1]) else 0
out <- rbind(fixef(fit)$cond, as.matrix(vcov(fit)$cond))
out <- cbind(out, c(own[1, 1], own[2, 2], own[1, 2], e, rep(NA, nrow(out) - 4)))
write.table(out, asked[2], sep = ",", row.names = FALSE, col.names = FALSE)
cat(as.character(packageVersion("glmmTMB")))
"""


def by_vb(nights: pd.DataFrame):
    """beta (p,), its covariance (p, p), the variance of everything random at a value of the slope's column."""
    import statsmodels
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    random = {"level": "0 + C(person)", "slope": f"0 + C(person):{SLOPE}"}
    found = BinomialBayesMixedGLM.from_formula(FORMULA, random, nights).fit_vb()
    sd = np.exp(found.vcp_mean)
    return found.fe_mean, np.diag(found.fe_sd**2), lambda x: sd[0] ** 2 + (sd[1] * x) ** 2, statsmodels.__version__


def by_glmmtmb(nights: pd.DataFrame):
    """The same by R."""
    formula = f"{FORMULA} + (1 + {SLOPE} | person) + ar1(night + 0 | person)"
    with tempfile.TemporaryDirectory() as folder:
        script, data, out = (Path(folder) / name for name in ("fit.R", "nights.csv", "out.csv"))
        script.write_text(GLMMTMB)
        nights.to_csv(data, index=False)
        asked = ["Rscript", str(script), str(data), str(out), formula]
        said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=900)
        table = np.genfromtxt(out, delimiter=",")
    p = table.shape[1] - 1
    level, slope, both, e = table[:4, p]
    return table[0, :p], table[1:, :p], lambda x: level + 2 * both * x + slope * x**2 + e**2, said.stdout.strip()


PEERS = {"VB": by_vb, "glmmTMB": by_glmmtmb}


def limits(nights: pd.DataFrame, found, term: str, a: float, b: float) -> tuple[float, float]:
    """Risk difference per 30 nights with delta-method limits; people count equally, as in rlskit's answer."""
    beta, cov, variance, _ = found
    size = nights.groupby("person")["symptoms"].transform("size").to_numpy()
    weights = 1 / (size * nights["person"].nunique())

    def difference(at: np.ndarray) -> float:
        sides = []
        for value in (a, b):
            moved = nights.assign(**{term: value})
            eta = at[0] + moved[list(EXPOSURES)].to_numpy() @ at[1:]
            sides.append(weights @ probability(eta, np.sqrt(variance(moved[SLOPE].to_numpy()))))
        return 30 * (sides[0] - sides[1])

    step = 1e-4
    gradient = [(difference(beta + step * e) - difference(beta - step * e)) / (2 * step) for e in np.eye(len(beta))]
    middle, error = difference(beta), np.sqrt(gradient @ cov @ gradient)
    return middle - 1.96 * error, middle + 1.96 * error


def one(cell: Cell, number: int, method: str) -> dict:
    nights, eta = simulate(generator(cell, SEED, number), cell)
    row = dict(zip(KEYS, cell, strict=True)) | {"method": method, "seed": SEED, "number": number, "answered": 0,
                                                "covered": 0, "failed": 0, "median_width": "", "version": ""}
    design = make_design(FORMULA, nights, slopes=(SLOPE,))
    symptom, person, asked = nights["symptoms"].to_numpy(bool), nights["person"].to_numpy(), []
    for c in (one for term in design.columns for one in prestated_contrasts(design, term)):
        exposed = nights[c.term].to_numpy() > (c.a + c.b) / 2
        if not c.refused and not refusal(count(symptom, exposed, person), "", "", cell[0])[0]:
            asked.append(c)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = PEERS[method](nights)
            ends = [limits(nights, found, c.term, c.a, c.b) for c in asked]
    except Exception:  # a peer that fails on a study is counted, whatever its error
        return row | {"failed": len(asked)}
    known = [(c, end) for c, end in zip(asked, ends, strict=True) if np.isfinite(end).all()]
    inside = [end[0] <= truth(nights, eta, cell, c.term, c.a, c.b) <= end[1] for c, end in known]
    width = round(float(np.median([end[1] - end[0] for _, end in known])), 2) if known else ""
    return row | {"answered": len(known), "covered": int(sum(inside)), "failed": len(asked) - len(known),
                  "median_width": width, "version": found[3]}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--studies", type=int, default=STUDIES)
    asked = words.parse_args()
    methods = [m for m in PEERS if m != "glmmTMB" or shutil.which("Rscript")]
    done = set()
    if OUT.exists():
        done = set(pd.read_csv(OUT)[[*KEYS, "method", "number"]].itertuples(index=False, name=None))
    for number in range(asked.studies):
        for cell in POOLED:
            for method in methods:
                if (*cell, method, number) in done:
                    continue
                row, new = one(cell, number, method), not OUT.exists()
                with OUT.open("a", newline="") as out:
                    writer = csv.DictWriter(out, FIELDS, lineterminator="\n")
                    if new:
                        writer.writeheader()
                    writer.writerow(row)
        print(number + 1, "studies a cell", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
