"""Do the versions that pyproject.toml allows work? Tests with the lowest and the newest ones, on the oldest and the
newest Python that is installed here.

Run: python benchmarks/versions.py [--only lowest-direct]                                (needs uv)

Each environment is made in a folder of its own that goes afterwards. Where versions matter most is tried: what is read
and written as text, workbooks, formulas and tables, the engine, pages and figures; with --all every test of a module
that needs no browser, which takes an hour. Writes a row an environment as soon as it is there, and a table of them.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
ROOT, OUT = HERE.parent, HERE / "versions.csv"
OLDEST = "3.11"
PARTS = ("utils", "nights/test_open_questions.py", "diary/readers/test_table.py", "models/test_columns.py",
         "models/test_formula.py", "models/test_outcome.py", "engine/families", "engine/fitting/test_maximum.py",
         "pages/test_paper.py", "pages/trial")
TOOLS = ("pytest", "hypothesis", "pypdf", "colorspacious")
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
HERE_FIRST = [str(folder) for folder in sorted(PYENV.glob("versions/3.*/bin"))]  # its own `python3.13` only sends on
QUIET = {"UV_PYTHON_DOWNLOADS": "never", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT),
         "PATH": os.pathsep.join([*HERE_FIRST, os.environ["PATH"]])}


def uv(*words: str) -> str:
    done = subprocess.run(["uv", *words], text=True, capture_output=True, check=False, env=os.environ | QUIET)
    if done.returncode:
        sys.exit(f"uv {' '.join(words)}\n{done.stderr}")
    return done.stdout


def newest_python() -> str:
    """The newest Python that is installed, without a release to come."""
    found = re.findall(r"^cpython-(3\.\d+)\.\d+-", uv("python", "list", "--only-installed"), re.MULTILINE)
    return max(found, key=lambda version: int(version.split(".")[1]))


def environments() -> list[tuple[str, str]]:
    """Which versions of the direct dependencies, and which Python."""
    newest = newest_python()
    return [("lowest-direct", OLDEST), ("highest", OLDEST), *([("highest", newest)] if newest != OLDEST else [])]


def tried(which: str, python: str, parts: Sequence[str]) -> dict[str, object]:
    """The tests in an environment of these versions."""
    with tempfile.TemporaryDirectory() as room:
        pins, env = Path(room) / "pins.txt", Path(room) / "env"
        uv("venv", "--quiet", "--python", python, str(env))
        uv("pip", "compile", str(ROOT / "pyproject.toml"), "--python", str(env), "--resolution", which, "--all-extras",
           "--no-header", "--no-annotate", "--quiet", "--output-file", str(pins))
        uv("pip", "install", "--quiet", "--python", str(env), "--requirement", str(pins), "--constraint", str(pins),
           *TOOLS)
        uv("pip", "install", "--quiet", "--python", str(env), "--no-deps", "--editable", str(ROOT))
        words = [env / "bin" / "python", "-m", "pytest", "--tb=line", "--disable-warnings",
                 "--continue-on-collection-errors", "-m", "not browser", *(f"tests/unit/{part}" for part in parts)]
        done = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=False, env=os.environ | QUIET)
        counts = {word: int(n) for n, word in re.findall(r"(\d+) (passed|failed|skipped|error)", done.stdout)}
        if done.returncode or not counts:
            print(done.stdout[-5000:], done.stderr[-1000:], flush=True)
        version = subprocess.run([env / "bin" / "python", "-V"], check=True, text=True, capture_output=True).stdout
        failed = counts.get("failed", 0) + counts.get("error", 0) + (not counts)  # no count: pytest broke off
        return {"versions": which, "python": version.split()[1], "passed": counts.get("passed", 0), "failed": failed,
                "skipped": counts.get("skipped", 0), "parts": " ".join(parts), "pins": " ".join(direct(pins))}


def direct(pins: Path) -> Iterator[str]:
    """The pins of the direct dependencies."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = sum(project["optional-dependencies"].values(), project["dependencies"])
    names = {re.split("[<>=]", one)[0] for one in asked}
    yield from (line for line in pins.read_text().splitlines() if line.partition("==")[0] in names)


def markdown(rows: pd.DataFrame) -> str:
    pins = pd.DataFrame([dict(pin.split(" ")[0].split("==") for pin in row.split()) for row in rows["pins"]]).T
    heads = [f"{row.versions}, Python {row.python}" for row in rows.itertuples()]
    lines = [f"| {name} | {' | '.join(pins.loc[name].fillna('–'))} |" for name in sorted(pins.index)]
    said = [f"{row.passed:,} passed, {row.failed} failed, {row.skipped} skipped" for row in rows.itertuples()]
    parts = [row.parts.replace(" ", ", ") or "all" for row in rows.itertuples()]
    return "\n".join(["# Versions of the direct dependencies", "",
                      "`make check-versions`: tests of modules in environments of their own, with all extras. Skipped "
                      "is what asks for data that is not in the repository.", "",
                      f"| | {' | '.join(heads)} |", f"|---|{'---|' * len(heads)}", *lines,
                      f"| **tests/unit** | {' | '.join(parts)} |", f"| **tests** | {' | '.join(said)} |", ""])


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--only", choices=["lowest-direct", "highest"], help="this one again, the others as they were")
    words.add_argument("--all", action="store_true", help="every test of a module that needs no browser")
    asked = words.parse_args()
    if shutil.which("uv") is None:
        sys.exit("uv is needed to make the environments, and is not on PATH")
    rows = pd.read_csv(OUT, keep_default_na=False).to_dict("records") if asked.only and OUT.exists() else []
    rows = [row for row in rows if row["versions"] != asked.only]
    for which, python in environments():
        if asked.only in (None, which):
            rows.append(tried(which, python, ("",) if asked.all else PARTS))
            pd.DataFrame(rows).to_csv(OUT, index=False)
    table = pd.DataFrame(rows)
    (HERE / "versions.md").write_text(markdown(table), encoding="utf-8")
    sys.exit(bool(table["failed"].any()))


if __name__ == "__main__":
    main()
