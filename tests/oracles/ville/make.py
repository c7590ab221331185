"""Betting e-values, Beta-binomial e-values (prior 1, 1, on the pairs that differ) and confidence sequences of the
package ville (PyPI). Writes differences.csv, sequences.csv and versions.csv beside this file.

    pip install ville==0.1.0
    python tests/oracles/ville/make.py

Nothing is imported from rlskit. Three made-up trials of 60 pairs: differences of -1, 0 and 1.
"""

import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from ville import BernoulliTest, BettingCS, BettingTest

HERE = Path(__file__).parent
SHARES = {"nothing": (0.25, 0.5, 0.25), "helps": (0.4, 0.45, 0.15), "always worse": (0.0, 0.2, 0.8)}


def main() -> None:
    rng = np.random.default_rng(20261130)
    data, found = ["trial,pair,difference"], ["trial,pair,e_value,beta_binomial,lower,upper"]
    for trial, shares in SHARES.items():
        differences = rng.choice([-1.0, 0.0, 1.0], p=shares, size=60)
        sequence = BettingCS(bounds=(-1.0, 1.0), alpha=0.05, grid=1201, intersect=True).fit(differences)
        capital = BettingTest(0.0, bounds=(-1.0, 1.0)).fit(differences).e_values_
        unlike = differences != 0.0
        mixed = np.concatenate([[1.0], BernoulliTest(0.5).fit((differences[unlike] > 0.0).astype(int)).e_values_])
        beta_binomial = mixed[np.cumsum(unlike)]
        for pair in range(60):
            data.append(f"{trial},{pair + 1},{differences[pair]:.0f}")
            lower, upper = (np.concatenate(side)[pair] for side in (sequence._lo, sequence._hi))
            found.append(f"{trial},{pair + 1},{capital[pair]:.9g},{beta_binomial[pair]:.9g},{lower:.6f},{upper:.6f}")
    tools = [f"{name},{version(name)}" for name in ("ville", "numpy", "scipy")]
    for name, lines in (("differences", data), ("sequences", found),
                        ("versions", ["tool,version", f"python,{platform.python_version()}", *tools])):
        (HERE / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
