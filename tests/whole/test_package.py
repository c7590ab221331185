"""The package as a whole: public names, lazy loading, the wheel in an empty folder, no network."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

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
    tree = ast.parse((ROOT / "rlskit" / "__init__.pyi").read_text())
    seen = {name.asname: one.module.removeprefix("rlskit.") for one in tree.body if isinstance(one, ast.ImportFrom)
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


# --- the wheel, without a network ------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """rlskit installed from a wheel of this checkout, into a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT], check=True)
    subprocess.run([*pip, "install", "--no-deps", "--no-index", "--target", folder / "site",
                    *folder.glob("rlskit-*.whl")], check=True)
    return folder / "site"


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


def test_the_wheel_carries_notebooks_and_sample(wheel):
    data = wheel / "rlskit" / "_data"
    assert {"01-load-your-diary.ipynb", "02-what-changes-my-nights.ipynb"} <= {p.name for p in
                                                                              (data / "notebooks").iterdir()}
    assert (data / "sample" / "bearable.csv").is_file()


def test_the_clinic_page_from_a_wheel_in_an_empty_folder_without_a_network(wheel, no_network, tmp_path):
    for words in (["template", "--clinic", "--out", "clinic.toml"],
                  ["clinic", str(ROOT / "data" / "sample"), "--facts", "clinic.toml", "--out", "page.pdf"]):
        done = from_wheel(wheel, *words, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clinic.toml", "page.pdf"]
