"""The pages of the documentation site, gathered in out/docs/pages: those of docs/manual, the decisions and tables that
stand elsewhere, a page for every public name, the help of every command, the notebooks run on the sample, and the
gallery's figures. `make docs` builds the site of them; nothing here knows by which program.

Pages link to one another by where they lie in the repository, so that a link works there too."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import shutil
import tempfile
from pathlib import Path
from posixpath import dirname, relpath

from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.utils.words import whole_signed

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "manual"
MADE = ROOT / "out" / "docs"  # notebooks and figures, kept until the code changes
PAGES = MADE / "pages"

# what stands elsewhere → where it stands in the site
ELSEWHERE = {
    "docs/limits.md": "explanation/limits.md",
    "docs/threat-model.md": "explanation/threat-model.md",
    "docs/data-dictionary.md": "reference/columns.md",
    "docs/formats.md": "reference/formats.md",
    "docs/cent-2015.md": "reference/cent-2015.md",
    "CHANGELOG.md": "changes.md",
    "docs/CONTRIBUTING.md": "contributing.md",
    "docs/CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "docs/decisions/README.md": "decisions/index.md",
    "benchmarks/README.md": "benchmarks/index.md",
}
FOLDERS = {"docs/decisions": "decisions", "benchmarks": "benchmarks", "docs/figures": "figures",
           "data/sample": "sample", "docs/manual": ""}
SUFFIXES = {".md", ".png", ".css", ".js", ".csv", ".toml"}
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]+)(#[^)\s]*)?\)")

GROUPS = {"diary": "Read a diary", "nights": "Nights", "models": "Models", "effects": "Effects", "answers": "Answers",
          "checks": "Checks", "trials": "Coin-flip nights", "pool": "Many people", "simulate": "Made-up diaries",
          "figures": "Figures", "pages": "Pages and papers"}


def site_uri(path: Path) -> str | None:
    """Where a file of the repository stands in the site, if it does."""
    try:
        name = path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return None
    if name in ELSEWHERE:
        return ELSEWHERE[name]
    folder, _, file = name.rpartition("/")
    for real, shown in sorted(FOLDERS.items(), key=lambda pair: -len(pair[0])):
        below = name.removeprefix(f"{real}/")
        if path.suffix in SUFFIXES and (folder == real or (real == "docs/manual" and below != name)):
            return f"{shown}/{file}" if shown else below
    return None


def relink(text: str, real: Path, uri: str) -> str:
    """The links of a page as they are in the site; of a file that has no page there, the words alone."""
    def moved(match: re.Match) -> str:
        sign, words, target, anchor = match.groups()
        if "://" in target or target.startswith("mailto:"):
            return match[0]
        there = site_uri(real.parent / target)
        if there is None:
            return words
        return f"{sign}[{words}]({relpath(there, dirname(uri) or '.')}{anchor or ''})"

    return LINK.sub(moved, text)


def brought_in() -> dict[str, Path]:
    """What stands outside docs/manual, by its place in the site."""
    found = [ROOT / name for name in ELSEWHERE]
    for folder in FOLDERS:
        found += sorted((ROOT / folder).glob("*")) if folder != "docs/manual" else []
    return {uri: path for path in found if path.is_file() and (uri := site_uri(path))}


def homes() -> dict[str, str]:
    """Every public name and where its docstring stands."""
    return {name: f"rlskit.{_home(name)}.{name}" for name in sorted(rk.__all__, key=str.lower) if name in rk._HOME}


def _home(name: str) -> str:
    module = getattr(getattr(rk, name), "__module__", "")
    return module.removeprefix("rlskit.") if module.startswith("rlskit.") else rk._HOME[name]


def first_line(name: str) -> str:
    return re.sub(r"\s+", " ", (getattr(rk, name).__doc__ or "").strip().split("\n\n")[0])


def names_table() -> str:
    """Every public name with its first sentence, by what it is about."""
    groups: dict[str, list[str]] = {}
    for name in homes():
        group = GROUPS.get(rk._HOME[name].split(".")[0], "Besides")
        groups.setdefault(group, []).append(f"| [`rk.{name}`](python/{name}.md) | {first_line(name)} |")
    return "\n\n".join("\n".join([f"## {group}", "", "| name | what it does |", "|---|---|", *groups[group]])
                       for group in (*GROUPS.values(), "Besides") if group in groups)


def commands_help() -> str:
    """The help of every command, as the screen shows it."""
    said = []
    for name in ["", *sorted(cli.commands)]:
        done = CliRunner().invoke(cli, [*filter(None, [name]), "--help"], prog_name="rlskit")
        said.append(f"## rlskit {name}".rstrip() + f"\n\n```text\n{done.output.rstrip()}\n```")
    return "\n\n".join(said)


def advice_table() -> str:
    """Each piece of advice, what is compared, and the answer of the sample diary."""
    rows = rk.answer_questions(rk.make_nights(rk.read_diary(rk.sample_path()))).table
    said = ["| the advice | what is compared | the sample diary |", "|---|---|---|"]
    for row in rows[rows["estimate"].notna() & (rows["unit"] == "nights in 30")].itertuples():
        limits = f"{whole_signed(row.lower)} to {whole_signed(row.upper)}"
        said.append(f"| {row.advice} | {row.compares} | {whole_signed(row.estimate)} ({limits}), {row.verdict} |")
    return "\n".join(said)


# --- what has to run ----------------------------------------------------------------------------------------------
def kept(name: str, source: str) -> Path:
    """The folder of what was made of this source by this rlskit; what was made of it by another one is made anew."""
    parts = hashlib.sha256(source.encode())
    for path in sorted((ROOT / "rlskit").rglob("*.py")):
        parts.update(path.read_bytes())
    return MADE / f"{name}-{parts.hexdigest()[:12]}"


def figures(text: str) -> list[tuple[str, str]]:
    """File and alt text of the picture that each block of the gallery saves last."""
    folder = kept("gallery", text)
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    lasts = [ast.parse(block).body[-1].value for block in blocks]
    told = folder / "alt.txt"
    if not told.exists():
        folder.mkdir(parents=True, exist_ok=True)
        here, made, alts = Path.cwd(), {"rk": rk}, []
        try:
            os.chdir(folder)
            for block, last in zip(blocks, lasts, strict=True):
                exec(block, made)
                alts.append(rk.alt_text(eval(ast.unparse(last.args[0]), made)).replace("\n", " "))
        finally:
            os.chdir(here)
        told.write_text("\n".join(alts), encoding="utf-8")
    alts = told.read_text(encoding="utf-8").splitlines()
    return [(str(folder / last.args[1].value), alt) for last, alt in zip(lasts, alts, strict=True)]


def notebook_pages() -> dict[str, str]:
    """The notebooks run on the sample, each as one page without a script."""
    import nbformat
    from nbclient import NotebookClient

    from rlskit.pages.notebooks import as_page

    pages = {}
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for path in sorted((ROOT / "notebooks").glob("0[1-9]-*.ipynb")):
        page = kept(path.stem, path.read_text(encoding="utf-8")) / "page.html"
        if not page.exists():
            book = nbformat.read(path, as_version=4)
            with tempfile.TemporaryDirectory() as folder:
                NotebookClient(book, timeout=600, resources={"metadata": {"path": folder}}).execute()
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(as_page(book, path.stem), encoding="utf-8")
        pages[f"notebooks/{path.stem}.html"] = page.read_text(encoding="utf-8")
    return pages


# --- all of it ----------------------------------------------------------------------------------------------------
def filled(markdown: str, uri: str, run: bool) -> str:
    """A page with what is made for it."""
    for place, made in (("<!-- names -->", names_table), ("<!-- commands -->", commands_help),
                        ("<!-- advice -->", advice_table)):
        if place in markdown:
            markdown = markdown.replace(place, made())
    return with_figures(markdown) if run and uri == "gallery.md" else markdown


def with_figures(markdown: str) -> str:
    """Each block of code with its picture under it."""
    pictures = iter(figures((MANUAL / "gallery.md").read_text(encoding="utf-8")))

    def block(match: re.Match) -> str:
        path, alt = next(pictures)
        return f"{match[0]}\n\n![{alt}](gallery/{Path(path).name})"

    return re.sub(r"```python\n.*?```", block, markdown, flags=re.DOTALL)


def gather(pages: Path, *, run: bool) -> None:
    """Every page into a folder. run : with what takes minutes, the notebooks and the gallery's figures."""
    def put(uri: str, text: str) -> None:
        (pages / uri).parent.mkdir(parents=True, exist_ok=True)
        (pages / uri).write_text(text, encoding="utf-8")

    shutil.rmtree(pages, ignore_errors=True)
    own = {uri: path for path in MANUAL.rglob("*") if path.is_file() and (uri := site_uri(path))}
    for uri, path in (own | brought_in()).items():
        if path.suffix == ".md":
            put(uri, filled(relink(path.read_text(encoding="utf-8"), path, uri), uri, run))
        else:
            (pages / uri).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, pages / uri)
    for name, home in homes().items():
        put(f"reference/python/{name}.md",
            f"---\ntitle: rk.{name}\n---\n\n::: {home}\n    options:\n      heading: rk.{name}\n")
    if run:
        for uri, page in notebook_pages().items():
            put(uri, page)
        (pages / "gallery").mkdir()
        for path, _ in figures((MANUAL / "gallery.md").read_text(encoding="utf-8")):
            shutil.copy(path, pages / "gallery")


if __name__ == "__main__":
    gather(PAGES, run=True)
