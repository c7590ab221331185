"""Every path that documents, docstrings and comments name is there: a reader who follows one finds it."""

from __future__ import annotations

import re

import pytest

from tests.helpers.places import ROOT

ENDINGS = "py|md|R|typ|css|ipynb|j2"
PATH = re.compile(rf"(?<![\w/.*<>{{}}\"'=-])((?:[\w.-]+/)*[\w-]+(?:\.html)?\.(?:{ENDINGS}))\b(?!\()")
TEXTS = sorted({*ROOT.glob("*.md"), *(p for folder in ("docs", "benchmarks", "data", "rlskit", "tests")
                for p in (ROOT / folder).rglob("*") if p.suffix in (".md", ".py", ".R") and "exports" not in p.parts)})


def prose(path) -> str:
    """The words of a file: all of a document, the docstrings and comments of code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return "\n".join([*re.findall(r'"""(.*?)"""', text, flags=re.DOTALL), *re.findall(r"(?<![\"'\w])# (.*)", text)])


def found(name: str, path) -> bool:
    """Whether a path is there, from the root, the package, its main folders, or where it is named."""
    return any((base / name).exists() for base in (ROOT, ROOT / "rlskit", path.parent, ROOT / "rlskit" / "engine",
                                                   ROOT / "tests", ROOT / "benchmarks", ROOT / "data" / "sample"))


def missing(text: str, path) -> list[str]:
    return sorted({name for name in PATH.findall(text) if not found(name, path)})


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_named_in_words_exist(path):
    if path.name == "CHANGELOG.md":
        return
    assert missing(prose(path), path) == []


def test_a_path_that_is_gone_is_found_out():
    assert missing("as engine/tilt.py has it, see docs/decisions/0001-layers.md", ROOT / "README.md") == [
        "engine/tilt.py"]
