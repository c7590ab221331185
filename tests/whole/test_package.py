"""The package as a whole: public names, lazy loading, what is published, the wheel in an empty folder, no network."""

from __future__ import annotations

import ast
import email
import inspect
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import package_page
import pytest

import rlskit as rk
from tests.helpers.offline import need_no_network, offline
from tests.helpers.places import ROOT

MODULES = {p.stem for p in (ROOT / "rlskit").iterdir() if p.suffix == ".py" or p.is_dir()}


def python(code: str, **options) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_every_public_name_loads():
    for name in rk.__all__:
        assert getattr(rk, name) is not None


def test_no_public_name_equals_a_module_name():
    assert not MODULES & set(rk.__all__)


def test_signatures_show_choices_as_they_are_typed():
    typed = {"BINARY", "ORDINAL", "GAUSSIAN", "WEAK", "BARTLETT"}
    assert {name: repr(getattr(rk, name)) for name in typed} == {name: f"rk.{name}" for name in typed}
    assert "outcome: 'Outcome' = rk.BINARY" in str(inspect.signature(rk.fit))
    signatures = [str(inspect.signature(one)) for one in map(rk.__dict__.get, rk.__all__) if inspect.isfunction(one)]
    assert len(signatures) > 50 and not [one for one in signatures if " at 0x" in one]


def test_unknown_names_are_unknown():
    with pytest.raises(AttributeError, match="module 'rlskit' has no attribute 'stretch_more'"):
        _ = rk.stretch_more


def test_lazy_names_are_just_the_ones_type_checkers_see():
    tree = ast.parse((ROOT / "rlskit" / "__init__.py").read_text())
    [block] = [one for one in tree.body if isinstance(one, ast.If)]
    seen = {name.asname: one.module.removeprefix("rlskit.") for one in block.body if isinstance(one, ast.ImportFrom)
            for name in one.names if name.asname == name.name}  # "as" hands a name on; without it it is private
    assert seen == rk._HOME and (ROOT / "rlskit" / "py.typed").is_file()


def test_matplotlib_is_loaded_only_for_a_figure():
    loaded = python("import sys, rlskit as rk; rk.make_nights(rk.read_diary(rk.sample_path())); "
                    "print('matplotlib' in sys.modules, 'seaborn' in sys.modules, 'statsmodels' in sys.modules)")
    assert loaded == "False False False"


def test_a_tab_lists_the_names_and_loads_none():
    code = """if True:
        import sys
        from IPython.core.completer import provisionalcompleter
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config
        quiet = Config()
        quiet.HistoryManager.enabled = False
        shell = InteractiveShell(config=quiet)
        shell.run_cell("import rlskit as rk")
        with provisionalcompleter():
            found = [[one.text for one in shell.Completer.completions("rk.", 3)] for _ in "ab"]
        print("read_diary" in found[0], found[0] == found[1], "pandas" in sys.modules, "matplotlib" in sys.modules)"""
    assert python(code) == "True True False False"


def test_import_alone_is_light():
    heavy = python("import sys, rlskit; print([m for m in ('pandas', 'scipy', 'matplotlib') if m in sys.modules])")
    assert heavy == "[]"


# --- nothing leaves the machine (notebooks: test_notebooks.py) -------------------------------------------------------
@pytest.fixture
def no_network():
    need_no_network()


def test_the_cut_off_namespace_really_has_no_network(no_network):
    """The check must be able to fail: inside, loopback is the only interface and there is no route anywhere."""
    assert offline("ls /sys/class/net; ip -o link | cut -d: -f2").stdout.split()[-1] == "lo"
    assert offline("ip route").stdout == ""


# --- what is published ------------------------------------------------------------------------------------------------
in_git = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not in a clone of the repository")


def git(*words: str) -> list[str]:
    return subprocess.run(["git", *words], cwd=ROOT, text=True, capture_output=True, check=True).stdout.splitlines()


def build(*words: object, cwd: Path | None = None) -> None:
    done = subprocess.run([sys.executable, *map(str, words)], cwd=cwd, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The folder with the archive of the source, and the wheel that was built of it, not of this checkout."""
    folder = tmp_path_factory.mktemp("published")
    build("-m", "hatchling", "build", "-t", "sdist", "-d", folder / "dist", cwd=ROOT)
    (source,) = (folder / "dist").glob("rlskit-*.tar.gz")
    build("-m", "pip", "--disable-pip-version-check", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir",
          folder / "dist", source, cwd=folder)
    return folder / "dist"


@in_git
def test_the_archive_of_the_source_holds_what_the_tests_need(published):
    (source,) = published.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {name for name in git("ls-files") if not name.startswith(".ci/") and (ROOT / name).exists()}
    assert wanted - held == set()
    assert {name.split("/")[0] for name in held - wanted} <= {"PKG-INFO", *{name.split("/")[0] for name in wanted}}


def test_an_index_would_take_both_files(published):
    done = subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *published.iterdir()], text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("PASSED") == 2


def test_the_package_page_without_an_address_makes_none_up(published):
    (made,) = published.glob("*.whl")
    with zipfile.ZipFile(made) as archive:
        (name,) = [one for one in archive.namelist() if one.endswith(".dist-info/METADATA")]
        told = email.message_from_bytes(archive.read(name))
    assert (told["Version"], told.get_all("Project-URL")) == (rk.__version__, None)
    shown = told.get_payload()
    assert "# rlskit" in shown and not re.findall(r"!\[|\]\((?!https?:)", shown)


def test_with_its_address_the_package_page_shows_its_pictures():
    assert package_page.links("", "1.2.0") == {}
    links = package_page.links("https://example.org/rlskit", "1.2.0")
    assert links["Changelog"] == "https://example.org/rlskit/blob/v1.2.0/CHANGELOG.md"
    shown = package_page.page((ROOT / "README.md").read_text(encoding="utf-8"), "https://example.org/rlskit", "1.2.0")
    assert "(https://example.org/rlskit/raw/v1.2.0/docs/figures/effects.png)" in shown
    assert "[docs/manual](https://example.org/rlskit/blob/v1.2.0/docs/manual/index.md)" in shown
    assert not re.findall(r"\]\((?!https?:|#)", shown)


def test_what_is_imported_is_declared_and_what_is_declared_is_imported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.match(r"[\w.-]+", one)[0] for one in project["dependencies"]}
    extras = {re.match(r"[\w.-]+", one)[0] for names in project["optional-dependencies"].values() for one in names}
    imported = set()
    for path in (ROOT / "rlskit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else (
                [node.module] if isinstance(node, ast.ImportFrom) and not node.level and node.module else [])
            imported |= {name.partition(".")[0] for name in names}
    others = {name.lower() for name in imported - set(sys.stdlib_module_names) - {"rlskit"}}
    by_way = {"dateutil", "markupsafe", "nbformat", "ipython", "traitlets"}  # of pandas, jinja2 and ipykernel
    assert others - declared - extras - by_way == set()
    assert declared - others == {"tzdata"}  # zoneinfo reads it


@in_git
def test_a_tag_on_this_commit_is_its_version():
    assert {tag for tag in git("tag", "--points-at", "HEAD") if tag.startswith("v")} <= {f"v{rk.__version__}"}


# --- the wheel, without a network ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def wheel(published):
    """rlskit installed from that wheel, into a folder of its own."""
    site = published.parent / "site"
    build("-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-deps", "--no-index", "--target", site,
          *published.glob("*.whl"))
    return site


def from_wheel(site: Path, *words, cwd: Path) -> subprocess.CompletedProcess:
    return offline(f"{sys.executable} -m rlskit.cli {' '.join(words)}", cwd=cwd,
                   env={**os.environ, "PYTHONPATH": str(site)})


def test_demo_from_a_wheel_in_an_empty_folder_without_a_network(wheel, no_network, tmp_path):
    where = subprocess.run([sys.executable, "-c", "import rlskit; print(rlskit.__file__)"], cwd=tmp_path, text=True,
                           env={**os.environ, "PYTHONPATH": str(wheel)}, capture_output=True, check=True).stdout
    assert where.startswith(str(wheel))
    done = from_wheel(wheel, "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()] == ["rlskit-demo/index.html"]
    assert str(Path("rlskit-demo") / "index.html") in done.stdout
    (truth,) = re.findall(r"what is true of it is in (\S+json)", " ".join(done.stdout.split()))
    assert Path(truth).is_file()


def test_the_wheel_carries_notebooks_sample_and_types(wheel):
    data = wheel / "rlskit" / "_data"
    assert {"01-load-your-diary.ipynb", "02-what-changes-my-nights.ipynb"} <= {p.name for p in
                                                                              (data / "notebooks").iterdir()}
    assert (data / "sample" / "bearable.csv").is_file()
    assert (wheel / "rlskit" / "py.typed").is_file() and (wheel / "rlskit/diary/redact/names.txt").is_file()


def test_the_clinic_page_from_a_wheel_in_an_empty_folder_without_a_network(wheel, no_network, tmp_path):
    for words in (["template", "--clinic", "--out", "clinic.toml"],
                  ["clinic", str(ROOT / "data" / "sample"), "--facts", "clinic.toml", "--out", "page.pdf"]):
        done = from_wheel(wheel, *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clinic.toml", "page.pdf"]
