"""Which prior on the spread between people gives intervals that hold at every spread? The normal case, on a grid.

Run: python benchmarks/spread_priors.py          (make spread-priors; writes benchmarks/spread_priors.md in a minute)

J people, each with an own slope theta_j ~ N(mu, tau^2) estimated with variance 0.4 (60 yes/no nights). Density of tau
proportional to tau^power: 0 is flat in tau, 1 flat in tau^2; times half-normal(2.5), as in the engine. A grid over tau,
normal mixtures given tau. Coverage of nominal 95% intervals for a new person's slope (exact given the data) and for the
people's own, and the median half-width of the first.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from scipy.stats import norm

SEED, DATA_SETS, VARIANCE, HALF_NORMAL = 20261122, 1500, 0.4, 2.5
TAU = (np.arange(160) + 0.5) * 0.03
PEOPLE, TRUE, POWERS = (6, 30), (0.0, 0.25, 0.5, 0.75, 1.0), (0.0, 0.5, 1.0, 2.0)


def cell(people: int, tau: float, power: float) -> tuple[float, float, float]:
    """Coverage of the new person's interval, of everybody's own, and the first one's median half-width."""
    rng = np.random.default_rng([SEED, people, int(100 * tau)])
    theta = tau * rng.normal(size=(DATA_SETS, people))
    y = theta + np.sqrt(VARIANCE) * rng.normal(size=theta.shape)
    total = VARIANCE + TAU**2
    mean = y.mean(axis=1, keepdims=True)
    log_weight = (power * np.log(TAU) - 0.5 * (TAU / HALF_NORMAL) ** 2 - 0.5 * (people - 1) * np.log(total)
                  - 0.5 * ((y - mean) ** 2).sum(axis=1, keepdims=True) / total)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    sd = np.sqrt(total / people + TAU**2)
    low, high = np.zeros((DATA_SETS, 1)), np.full((DATA_SETS, 1), 40.0)
    for _ in range(40):  # the half-width that holds 95% of the mixture, which is symmetric about the mean
        middle = 0.5 * (low + high)
        inside = (weight * (2.0 * norm.cdf(middle / sd) - 1.0)).sum(axis=1, keepdims=True)
        low, high = np.where(inside < 0.95, middle, low), np.where(inside < 0.95, high, middle)
    new = norm.cdf((mean + low) / max(tau, 1e-9)) - norm.cdf((mean - low) / max(tau, 1e-9))
    pull = VARIANCE / total
    own = []
    for j in range(4):
        centre = pull * mean + (1.0 - pull) * y[:, [j]]
        spread = np.sqrt(VARIANCE * (1.0 - pull) + pull**2 * total / people)
        at = (weight * norm.cdf((theta[:, [j]] - centre) / spread)).sum(axis=1)
        own.append(np.mean((at > 0.025) & (at < 0.975)))
    return float(new.mean()), float(np.mean(own)), float(np.median(low))


def main() -> None:
    lines = ["# Priors on the spread between people", "",
             f"`make spread-priors` (seed {SEED}, {DATA_SETS:,} data sets a cell); what was simulated: "
             "`benchmarks/spread_priors.py`. New person's coverage / own coverage / median half-width; errors: at most "
             "0.4, 0.3 points.", "",
             "| people; tau | " + " | ".join(f"tau^{power:g}" for power in POWERS) + " |", "|---" * 5 + "|"]
    for people in PEOPLE:
        for tau in TRUE:
            cells = [cell(people, tau, power) for power in POWERS]
            lines.append(f"| {people}; {tau:g} | "
                         + " | ".join(f"{100 * n:.1f} / {100 * o:.1f} / {w:.2f}" for n, o, w in cells) + " |")
    Path(__file__).with_suffix(".md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
