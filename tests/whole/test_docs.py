"""The manual: its tutorials run as they are written, and what its pages name is there (the site: test_site.py)."""

from __future__ import annotations

import importlib
import re
import shlex
import tomllib
import zipfile

import matplotlib.pyplot as plt
import pytest
import site_parts
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.diary.readers.detect import readers
from tests.helpers.places import ROOT
from tests.helpers.scripts import script

MANUAL = ROOT / "docs" / "manual"
PAGES = sorted(MANUAL.rglob("*.md"))
TUTORIALS = [page for page in sorted((MANUAL / "tutorials").glob("*.md")) if page.name != "index.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
STEP = re.compile(rf"{BLOCK.pattern}|\]\([./]*(data/sample/[\w.-]+)\)", re.MULTILINE | re.DOTALL)
OWN_FILES = {"table", "template"}  # are nobody's exports
HOW_TO = {"loop_habits": "loop-habit-tracker.md"}
LINES = 200  # of the sample's export: enough for every command, and soon answered


def named(path):
    return str(path.relative_to(ROOT))


def commands(code):
    """The `rlskit` commands of a block; what installs something is not run."""
    lines = [shlex.split(line, comments=True) for line in code.replace("\\\n", " ").splitlines()]
    return [words[1:] for words in lines if words[:1] == ["rlskit"]]


def save(sample, folder):
    """What a reader does with a link to a file of the sample: saves it in the folder `my`."""
    folder.mkdir(exist_ok=True)
    lines = (ROOT / sample).read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / sample.rpartition("/")[2]).write_text("".join(lines[:LINES]), encoding="utf-8")


@pytest.fixture(scope="module")
def samples():
    return script("benchmarks/fuzz_samples.py").samples()


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_runs_as_it_is_written(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = {}
    for language, code, sample in STEP.findall(page.read_text(encoding="utf-8")):
        if sample:
            save(sample, tmp_path / "my")
        elif language == "python":
            exec(code, made)
        elif language == "toml" and (tmp_path / "my" / "clinic.toml").exists():
            (tmp_path / "my" / "clinic.toml").write_text(code, encoding="utf-8")
        elif language == "sh":
            for words in commands(code):
                done = CliRunner().invoke(cli, words)
                assert done.exit_code == 0, f"rlskit {' '.join(words)}\n{done.output}"
    plt.close("all")


# What a recipe calls a file → a made-up one of that app (benchmarks/fuzz_samples.py), alone or in the zip of a service.
CALLED = {"bearable.csv": "bearable.csv", "my-export.csv": "bearable.csv", "daylio.csv": "daylio.csv",
          "export.zip": "apple health.zip", "takeout.zip": "takeout.zip", "oura-sleep.csv": "oura.csv",
          "sleepdata.csv": "sleep cycle.csv", "Checkmarks.csv": "loop words.csv", "table.csv": "rows a night.csv",
          "sleep-as-android.csv": "sleep as android.csv", "study.csv": "redcap", "study/study.csv": "redcap",
          "exports/anna.csv": "bearable.csv", "exports/ben.csv": "daylio.csv"}
ZIPPED = {"garmin.zip": ("garmin.json", "0_sleepData.json"), "whoop.zip": ("whoop sleeps.csv", "sleeps.csv"),
          "health-connect.zip": ("health connect.db", "h.db")}
TYPED_IN = {"my/diary.xlsx": "template.xlsx"}  # once it has been made, before it is read
RECIPES = [page for page in PAGES if page.parent.name in ("how-to", "for")
           and re.search(r"^(rlskit |import rlskit)", page.read_text(encoding="utf-8"), re.MULTILINE)]


def fill(folder, samples):
    """The folder `my` of a reader who has an export of every app, fourteen nights long."""
    for name, layout in CALLED.items():
        sample = samples[layout]
        path = folder / ("" if name == "my-export.csv" else "my") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(sample.files[sample.give])
        for other in set(sample.files) - {sample.give, "rlskit.toml"}:
            (path.parent / other).write_bytes(sample.files[other])
    for name, (layout, inside) in ZIPPED.items():
        sample = samples[layout]
        with zipfile.ZipFile(folder / "my" / name, "w") as archive:
            archive.writestr(inside, sample.files[sample.give])


@pytest.mark.parametrize("page", RECIPES, ids=named)
def test_a_recipe_runs_as_it_is_written(page, tmp_path, monkeypatch, samples):
    monkeypatch.chdir(tmp_path)
    fill(tmp_path, samples)
    for language, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "toml" and "[redcap]" in code:
            for folder in ("my", "my/study"):
                (tmp_path / folder / "rlskit.toml").write_text(code, encoding="utf-8")
        elif language == "python" and '"my/' not in code:  # a pool of many people: the tutorial on them
            exec(code, {})
        for words in commands(code) if language == "sh" and code.startswith("rlskit") else ():
            for name in TYPED_IN.keys() & set(words if words[0] == "report" else ()):
                sample = samples[TYPED_IN[name]]
                (tmp_path / name).write_bytes(sample.files[sample.give])
            done = CliRunner().invoke(cli, words)
            assert done.exit_code == 0, f"rlskit {' '.join(words)}\n{done.output}"
    plt.close("all")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_of_a_page_lead_somewhere(page):
    links = {link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link}
    assert {link for link in links if not (page.parent / link).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_names_on_a_page_are_public(page):
    names = set(re.findall(r"\brk\.(\w+)", page.read_text(encoding="utf-8")))
    assert names - set(rk.__all__) - {"__version__"} == set()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_code_on_a_page_can_be_read_and_commands_have_their_options(page):
    for language, code in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            compile(code, str(page), "exec")
        elif language == "toml":
            tomllib.loads(code)
        elif language == "sh":
            for name, *words in commands(code):
                known = {opt for option in cli.commands[name].params for opt in option.opts}
                assert {word for word in words if word.startswith("--")} <= known, name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_mapping_on_a_page_is_one_that_is_read(page, tmp_path):
    for number, (language, code) in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
        if language == "toml" and re.search(r"^\[(tags|columns|habits|outcomes|redcap)\b", code, re.MULTILINE):
            file = tmp_path / str(number) / "rlskit.toml"
            file.parent.mkdir()
            file.write_text(code, encoding="utf-8")
            rk.read_mapping(file)


def test_every_page_is_in_the_menu():
    menu = set(re.findall(r"([\w/-]+\.md)$", (ROOT / "docs" / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE))
    assert {str(page.relative_to(MANUAL)) for page in PAGES} <= menu


@pytest.mark.parametrize("app", sorted({reader.app.removesuffix("_journal") for reader in readers()} - OWN_FILES))
def test_every_app_has_a_page_that_says_where_its_export_is(app):
    page = (MANUAL / "how-to" / HOW_TO.get(app, f"{app.replace('_', '-')}.md")).read_text(encoding="utf-8")
    (year,) = re.findall(r"\*\*Get the files?\*\* \(menus as of November (\d{4})\)\. .*\*[A-Z]", page)
    assert int(year) >= 2026


def test_every_key_of_rlskit_toml_is_explained():
    from rlskit.diary import mapping, own_sections

    page = (MANUAL / "reference" / "rlskit-toml.md").read_text(encoding="utf-8")
    keys = {*mapping._TOP, *mapping._KEYS, *own_sections._KEYS, "unit", "question", "missing_codes"}
    assert {key for key in keys if not re.search(rf"`{key}`|^\| `[^|]*\b{key}\b", page, re.MULTILINE)} == set()


def test_every_benchmark_is_in_the_index():
    index = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    tables = {path.name for path in (ROOT / "benchmarks").glob("*.md")} - {"README.md"}
    assert tables <= set(LINK.findall(index))


def test_the_citation_names_this_version_and_its_authors():
    said = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"\nversion: {rk.__version__}\n" in said
    assert re.findall(r"^  - name: (.+)$", said, re.MULTILINE) == [author["name"] for author in project["authors"]]


def test_every_public_name_has_a_page_where_it_is_found():
    homes = site_parts.homes()
    assert set(homes) == set(rk.__all__) - {"__version__"}
    for name, home in homes.items():
        module, _, own = home.rpartition(".")
        assert own == name and getattr(importlib.import_module(module), name) is getattr(rk, name)


def test_links_are_turned_to_where_a_page_stands_in_the_site():
    page = MANUAL / "explanation" / "landmark.md"
    text = ("[a](../../decisions/0005-landmark.md#x), [b](../tutorials/fair-test.md), [c](../../../rlskit/errors.py), "
            "![d](../../figures/speed.png)")
    assert site_parts.relink(text, page, "explanation/landmark.md") == (
        "[a](../decisions/0005-landmark.md#x), [b](../tutorials/fair-test.md), c, ![d](../figures/speed.png)")


def test_an_entry_of_a_docstring_becomes_two_lines():
    docstring_lines = pytest.importorskip("docstring_lines")  # needs griffe, which comes with the site's builder
    assert docstring_lines.two_lines("Parameters\n----------\npath : a file,\n    or a folder.\nExample: ``x``") == (
        "Parameters\n----------\npath\n    a file,\n    or a folder.\n\nExample: ``x``")
