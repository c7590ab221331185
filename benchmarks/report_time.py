"""How long does `rlskit report` take on a year of one diary, against the imports it cannot do without?

Run: python benchmarks/report_time.py   (make bench)
Interleaves the two commands, five times each after one warm-up, and prints medians and the ratio of processor seconds:
on a noisy machine only the ratio means something. Held to: at most 2.8.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

SEED, NIGHTS, RUNS = 20261122, 365, 5
IMPORTS = "import pandas, scipy.optimize, statsmodels.api, seaborn"


def write_diary(path: Path) -> None:
    """A year in the own template: five exposures (stretching, caffeine before and after noon, alcohol, bedtimes)."""
    rng = np.random.default_rng(SEED)
    day = np.datetime64("2025-06-01") + np.arange(NIGHTS)
    lines = ["night,symptoms,symptoms_began,stretched,stretch_time,symptoms_before_stretch,caffeine_before_noon_cups,"
             "caffeine_after_noon_cups,alcohol_drinks,lights_out,woke_up"]
    for date in day:
        ill, stretched = rng.random() < 0.4, rng.random() < 0.5
        lines.append(",".join([
            str(date), "yes" if ill else "no", f"22:{rng.integers(0, 60):02d}" if ill else "",
            "yes" if stretched else "no", "20:45" if stretched else "", "no" if stretched else "",
            str(rng.integers(0, 3)), str(rng.integers(0, 3)), str(rng.integers(0, 3)),
            f"23:{rng.integers(0, 60):02d}", f"07:{rng.integers(0, 60):02d}"]))
    path.write_text("\n".join(lines) + "\n")


def seconds(command: list[str]) -> float:
    """User and system time of a fresh process: other work on the machine counts little."""
    before = os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "OMP_NUM_THREADS": "1"})
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        diary = Path(folder) / "diary.csv"
        write_diary(diary)
        report = [sys.executable, "-m", "rlskit.cli", "report", str(diary), "--out", str(Path(folder) / "page")]
        imports = [sys.executable, "-c", IMPORTS]
        for command in (report, imports):
            seconds(command)
        pairs = [(seconds(report), seconds(imports)) for _ in range(RUNS)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"rlskit report, {NIGHTS} nights, five exposures: {ours:.2f} s (median of {RUNS})")
    print(f"{IMPORTS}: {theirs:.2f} s")
    print(f"ratio {ratio:.2f} (held to at most 2.8)")


if __name__ == "__main__":
    main()
