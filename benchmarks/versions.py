"""Do the versions that pyproject.toml allows work? Tests with the lowest and the newest ones, on the oldest and the
newest Python that is installed here.

Run: python benchmarks/versions.py [--newest /path/to/python3.13]                        (needs uv)

Each environment is made in a folder of its own that goes afterwards. Where versions matter most is tried: what is read
and written as text, formulas and tables, the engine, pages and figures. Writes a row an environment, and a table of
them, beside this file.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
ROOT, OUT = HERE.parent, HERE / "versions.csv"
OLDEST = "3.11"
PARTS = ("utils", "nights/test_open_questions.py", "diary/readers/test_table.py", "models/test_columns.py",
         "models/test_formula.py", "models/test_outcome.py", "engine/families", "engine/fitting/test_maximum.py",
         "pages/test_paper.py", "pages/trial")
TOOLS = ("pytest", "hypothesis", "pypdf", "colorspacious", "ipython", "ipykernel")
QUIET = {"UV_PYTHON_DOWNLOADS": "never", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def uv(*words: str, cwd: Path | None = None) -> str:
    return subprocess.run(["uv", *words], check=True, text=True, capture_output=True, cwd=cwd,
                          env=os.environ | QUIET).stdout


def newest_python() -> str:
    """The newest Python that is installed, without a release to come."""
    found = re.findall(r"^cpython-(3\.\d+)\.\d+-", uv("python", "list", "--only-installed"), re.MULTILINE)
    return max(found, key=lambda version: int(version.split(".")[1]))


def environments(newest: str) -> list[tuple[str, str]]:
    """Which versions of the direct dependencies, and which Python."""
    return [("lowest-direct", OLDEST), ("highest", OLDEST), *([("highest", newest)] if newest != OLDEST else [])]


def tried(which: str, python: str) -> dict[str, object]:
    """The tests in an environment of these versions."""
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room)
        pins, env = folder / "pins.txt", folder / "env"
        uv("venv", "--quiet", "--python", python, str(env))
        uv("pip", "compile", str(ROOT / "pyproject.toml"), "--python", str(env), "--resolution", which, "--extra",
           "pool", "--no-header", "--no-annotate", "--quiet", "--output-file", str(pins))
        uv("pip", "install", "--quiet", "--python", str(env), "--requirement", str(pins), "--constraint", str(pins),
           *TOOLS)
        done = subprocess.run([env / "bin" / "python", "-m", "pytest", "-q", "--tb=line",
                               *(f"tests/unit/{part}" for part in PARTS)],
                              cwd=ROOT, text=True, capture_output=True, check=False, env=os.environ | QUIET)
        if done.returncode:
            print(done.stdout[-3000:], done.stderr[-1000:], flush=True)
        counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|error)", done.stdout)}
        version = subprocess.run([env / "bin" / "python", "-V"], check=True, text=True, capture_output=True).stdout
        return {"versions": which, "python": version.split()[1], "passed": counts.get("passed", 0),
                "failed": counts.get("failed", 0) + counts.get("error", 0), "pins": " ".join(direct(pins))}


def direct(pins: Path) -> Iterator[str]:
    """The pins of the direct dependencies."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = {re.split("[<>=]", one)[0] for one in [*project["dependencies"], *project["optional-dependencies"]["pool"]]}
    yield from (line for line in pins.read_text().splitlines() if line.partition("==")[0] in names)


def markdown(rows: pd.DataFrame) -> str:
    pins = pd.DataFrame([dict(pin.split("==") for pin in row.split()) for row in rows["pins"]]).T
    heads = [f"{row.versions}, Python {row.python}" for row in rows.itertuples()]
    lines = [f"| {name} | {' | '.join(pins.loc[name].fillna('–'))} |" for name in sorted(pins.index)]
    said = [f"{row.passed:,} passed, {row.failed} failed" for row in rows.itertuples()]
    return "\n".join(["# Versions of the direct dependencies", "",
                      f"`make check-versions`: tests of {', '.join(PARTS)} in environments of their own.", "",
                      f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}", *lines,
                      f"| **tests** | {' | '.join(said)} |", ""])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--newest", help="a Python that uv does not find by itself, as version or path")
    asked = words.parse_args()
    rows = pd.DataFrame([tried(*one) for one in environments(asked.newest or newest_python())])
    rows.to_csv(OUT, index=False)
    (HERE / "versions.md").write_text(markdown(rows), encoding="utf-8")
    sys.exit(bool(rows["failed"].any()))


if __name__ == "__main__":
    main()
