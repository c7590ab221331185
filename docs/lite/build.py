"""`make lite`: rlskit in a browser, as a folder of files for any web server, out/lite. Nothing else is asked by it.

A start page (drop an export, read the answers, save the report), and JupyterLite with the notebooks and the sample.
Python itself is Pyodide's distribution, a download of its makers: `make lite PYODIDE=the folder or the .tar.bz2`.
Without it the pages are built all the same, and say that they have no Python.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[2]
HERE, OUT = ROOT / "docs" / "lite", ROOT / "out" / "lite"
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
SETTINGS = {"pyodideUrl": "./static/pyodide/pyodide.mjs", "disablePyPIFallback": True}  # else both are asked of others
FIRST = "%pip install -q rlskit ipywidgets"  # of the wheels beside the page
PAGE = ("index.html", "start.css", "start.js")


def sources() -> dict[str, str]:
    """Package → where its wheel comes from in a browser."""
    return tomllib.loads((HERE / "wheels.toml").read_text(encoding="utf-8"))["packages"]


def locked(names: set[str]) -> str:
    """Their part of requirements.lock, hashes included."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.findall(r"^\S.*(?:\n    .*)*", text, re.MULTILINE)
    return "\n".join(block for block in blocks if re.match(r"[\w.-]+", block)[0] in names)


def gather_wheels(folder: Path) -> None:
    """rlskit's own wheel, and those of plain Python, which pip fetches by the hashes of the lock."""
    folder.mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT, check=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as wanted:
        wanted.write(locked({name for name, source in sources().items() if source == "index"}))
        wanted.flush()
        subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps",
                        "--require-hashes", "--only-binary", ":all:", "--dest", str(folder), "-r", wanted.name],
                       check=True)


def copy_notebooks(folder: Path) -> None:
    """The notebooks, each with a first cell that installs rlskit in the page, and the sample."""
    shutil.copytree(ROOT / "data" / "sample", folder / "sample")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        book = nbformat.read(path, as_version=4)
        book.cells.insert(0, nbformat.v4.new_code_cell(FIRST, id="install"))
        nbformat.write(book, folder / path.name)


def put_python(given: Path, folder: Path) -> None:
    """Pyodide's distribution, from its folder or from the archive of it."""
    if given.is_dir():
        shutil.copytree(given, folder)
        return
    with tempfile.TemporaryDirectory() as home, tarfile.open(given) as archive:
        archive.extractall(home, filter="data")
        (found,) = {path.parent for path in Path(home).rglob("pyodide.mjs")}
        shutil.copytree(found, folder)


def build(out: Path, python: Path | None) -> None:
    jupyter = out / "jupyter"
    with tempfile.TemporaryDirectory() as home:
        lite = Path(home)
        gather_wheels(lite / "pypi")
        copy_notebooks(lite / "contents")
        if python is not None:
            put_python(python, lite / "static" / "pyodide")
        (lite / "jupyter-lite.json").write_text(json.dumps({
            "jupyter-lite-schema-version": 0,
            "jupyter-config-data": {"litePluginSettings": {KERNEL: SETTINGS}}}), encoding="utf-8")
        shutil.rmtree(out, ignore_errors=True)
        subprocess.run([sys.executable, "-W", "ignore", "-m", "jupyterlite_core", "build", "--lite-dir", str(lite),
                        "--contents", str(lite / "contents"), "--output-dir", str(jupyter), "--no-sourcemaps",
                        "--no-libarchive", "--apps", "lab"], check=True, stdout=subprocess.DEVNULL, cwd=home)
        wheels = sorted(path.name for path in (lite / "pypi").glob("*.whl"))
    for name in PAGE:
        shutil.copy(HERE / name, out / name)
    (out / "packages.json").write_text(json.dumps({
        "pyodide": sorted(name for name, source in sources().items() if source.startswith("pyodide ")),
        "wheels": wheels}), encoding="utf-8")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="rlskit in a browser")
    asked.add_argument("--pyodide", type=Path, default=None, help="Pyodide's distribution, a folder or an archive")
    asked.add_argument("--out", type=Path, default=OUT)
    given = asked.parse_args()
    build(given.out.resolve(), given.pyodide)
