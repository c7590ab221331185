"""Ten years of nights with sixty tags: processor time and memory of check, report and clinic, each under a minute.

Run: python benchmarks/long_diary.py [--years 10]

The Bearable export of the sample, which is made up, again and again with later dates, and tags of no meaning that bring
it to sixty, ten of them habits of one's own. One process for each command. Writes long_diary.md.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "data" / "sample"
OUT = HERE / "long_diary.md"
SEED, YEARS, TAGS, HABITS, MOST = 20261130, 10, 60, 10, 60
COMMANDS = {"check": ["check", "diary.csv"], "report": ["report", "diary.csv", "--out", "page"],
            "clinic": ["clinic", "diary.csv", "--out", "page.pdf"]}


def write_diary(folder: Path, years: int) -> int:
    """The export and its rlskit.toml; how many nights."""
    with (SAMPLE / "bearable.csv").open(encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    days: dict[str, list[list[str]]] = {}
    for row in rows:
        days.setdefault(row[1], []).append(row)
    tags = {row[6].split(" - ")[0] for row in rows}
    more = [f"Tag {number}" for number in range(TAGS - len(tags))]
    rng, told, nights = random.Random(SEED), list(days.values()), round(365.25 * years)
    last = max(map(dt.date.fromisoformat, days))
    with (folder / "diary.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        for number in range(nights):
            day = last - dt.timedelta(days=nights - 1 - number)
            when = [f"{day.day}th {day:%B %Y}", day.isoformat(), f"{day:%A}"]
            ticks = [["", "", "", "pm", "Active", "", tag, ""] for tag in more if rng.random() < 0.3]
            out.writerows([*when, *row[3:]] for row in [*told[number % len(told)], *ticks])
    own = "".join(f'\n[habits."{tag}"]\nkind = "yes/no"\nwhen = "evening"\n\n[tags."{tag}"]\ncolumn = "{tag}"\n'
                  'unticked = "no"\n' for tag in more[:HABITS])
    (folder / "rlskit.toml").write_text((SAMPLE / "rlskit.toml").read_text(encoding="utf-8") + own, encoding="utf-8")
    return nights


def measured(folder: Path, words: list[str]) -> tuple[float, float]:
    """Processor seconds and MB of a command."""
    code = ("import resource, sys\nfrom rlskit.cli import main\nsys.argv = ['rlskit', *sys.argv[1:]]\n"
            "try:\n    main()\nfinally:\n    used = resource.getrusage(resource.RUSAGE_SELF)\n"
            "    print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file=sys.stderr)")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code, *words], cwd=folder, capture_output=True,
                          text=True, check=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    seconds, memory = done.stderr.split()[-2:]
    return float(seconds), float(memory)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--years", type=float, default=YEARS)
    asked = words.parse_args()
    with tempfile.TemporaryDirectory() as room:
        nights = write_diary(Path(room), asked.years)
        size = (Path(room) / "diary.csv").stat().st_size / 1e6
        rows = {}
        for name, command in COMMANDS.items():
            rows[name] = measured(Path(room), command)
            print(name, *(f"{number:.1f}" for number in rows[name]), flush=True)
    if asked.years == YEARS:
        lines = [f"| {name} | {seconds:.1f} | {memory:.0f} |" for name, (seconds, memory) in rows.items()]
        OUT.write_text("\n".join([
            "# Ten years of nights with sixty tags", "",
            f"`make long-diary`: {nights:,} nights, {size:.1f} MB of Bearable, {TAGS} tags, {HABITS} of them habits of "
            f"one's own. Each command is to take at most {MOST} s of processor time; other work ran beside.",
            "",
            "| command | processor, s | memory at most, MB |", "|---|---|---|", *lines, ""]), encoding="utf-8")
    sys.exit(any(seconds > MOST for seconds, _ in rows.values()))


if __name__ == "__main__":
    main()
