"""rlskit in a browser: what it needs is there, a report is made where Pyodide is poor, the pages are built and opened.

No browser wheel of NumPy can be had where tests run: the page is opened with a stand-in for Pyodide, which answers what
rlskit answered in a Python that was made as poor.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import tomllib

import nbformat
import pytest
from packaging.requirements import Requirement

from tests.helpers.places import ROOT, SAMPLE
from tests.helpers.scripts import script

build = script("docs/lite/build.py")
LINES = 120  # of the sample's export
STAND_IN = """export const loadPyodide = async () => ({
  loadPackage: async () => {}, runPython: () => {}, FS: { mkdirTree() {}, writeFile() {} },
  pyimport: () => ({ read: async () => (await fetch("read.json")).text(),
                     answer: async () => (await fetch("answer.json")).text() }) });"""


def in_browser(code: str, *words: object) -> str:
    done = subprocess.run([sys.executable, "tests/helpers/as_in_a_browser.py", code, *map(str, words)], text=True,
                          capture_output=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What rlskit answers in such a Python: of the files, and as the report."""
    folder = tmp_path_factory.mktemp("lite") / "diary"
    folder.mkdir()
    for name in ("bearable.csv", "sleep-as-android.csv", "rlskit.toml"):
        lines = (SAMPLE / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / name).write_text("".join(lines[:LINES]), encoding="utf-8")
    code = """if True:
        import json, sys
        from rlskit.pages.in_browser import answer, read
        found = read(sys.argv[2], "Europe/London")
        print(found)
        print(answer(sys.argv[2], json.loads(found)["toml"]))"""
    return in_browser(code, folder).splitlines()


def test_that_python_is_as_poor_as_a_browser():
    assert in_browser("""if True:
        import os, subprocess, threading
        for start in (threading.Thread(target=print).start, os.fork, lambda: subprocess.run(["/bin/true"])):
            try:
                start()
            except (OSError, RuntimeError) as wrong:
                print(wrong)
        for name in ("fcntl", "typst", "_multiprocessing"):
            try:
                __import__(name)
            except ModuleNotFoundError as wrong:
                print(wrong)""").splitlines() == [
        "can't start new thread", *["[Errno 138] emscripten does not support processes"] * 2,
        *(f"No module named '{name}'" for name in ("fcntl", "typst", "_multiprocessing"))]


def test_a_report_is_made_without_threads_processes_and_locks(told):
    read, answer = map(json.loads, told)
    assert read["toml"] == (SAMPLE / "rlskit.toml").read_text(encoding="utf-8")
    assert "Bearable" in read["read"] and "Sleep as Android" in read["read"]
    assert answer["page"].startswith("<!DOCTYPE html>") and "symptom nights" in answer["page"]


def test_where_the_wheel_of_each_package_comes_from():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    tools = {"editables", "hatchling", "pathspec", "pluggy", "trove-classifiers"}  # that build rlskit's own wheel
    sources = build.sources()
    assert set(sources) == set(re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)) - tools
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for needed in map(Requirement, project["dependencies"]):
        source, _, version = sources[needed.name].partition(" ")
        assert source != "pyodide" or needed.specifier.contains(version), needed.name
        assert (source == "none") == (needed.marker is not None and not needed.marker.evaluate(
            {"sys_platform": "emscripten"})), needed.name


def test_what_is_fetched_is_pinned_by_its_hash():
    names = {name for name, source in build.sources().items() if source == "index"}
    blocks = build.locked(names).split("\n    --hash")[0::1]
    assert {line.split("==")[0] for line in build.locked(names).splitlines() if "==" in line} == names
    assert len(blocks) > len(names)


# --- the pages ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def site(tmp_path_factory, told):
    """What `make lite` builds, without wheels; as `whole` with a stand-in for Pyodide, which it has to be given."""
    out = tmp_path_factory.mktemp("out") / "lite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "gather_wheels", lambda folder: folder.mkdir())
        build.build(out, None)
    for name, text in zip(("read.json", "answer.json"), told, strict=True):
        (out / name).write_text(text, encoding="utf-8")
    return out


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def guess_type(self, path):
        return "text/javascript" if str(path).endswith(".mjs") else super().guess_type(path)


@pytest.fixture(scope="module")
def address(site):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def grave(window):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(window).response
    assert len(found["passes"]) > 10  # it really ran
    return [(one["id"], one["nodes"][0]["html"][:150]) for one in found["violations"]
            if one["impact"] in ("serious", "critical")]


def test_the_notebooks_install_rlskit_from_beside_the_page(site):
    folder = site / "jupyter" / "files"
    ours = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {path.name for path in folder.glob("*.ipynb")} == ours
    book = nbformat.read(folder / "00-start.ipynb", as_version=4)
    assert book.cells[0].source == build.FIRST
    settings = json.loads((site / "jupyter" / "jupyter-lite.json").read_text(encoding="utf-8"))
    kernel = settings["jupyter-config-data"]["litePluginSettings"][build.KERNEL]
    assert kernel["disablePyPIFallback"] and kernel["pyodideUrl"].startswith("./")


@pytest.mark.browser
def test_without_python_the_page_says_so(chromium, address):
    window = chromium.new_page()
    window.goto(address)
    window.get_by_role("button", name="Try the made-up sample").click()
    window.get_by_role("alert").filter(has_text="This copy of the page came without Python").wait_for()
    window.close()


@pytest.mark.browser
def test_from_a_dropped_file_to_the_saved_report(chromium, address, site, told):
    python = site / "jupyter" / "static" / "pyodide"
    python.mkdir(parents=True)
    (python / "pyodide.mjs").write_text(STAND_IN, encoding="utf-8")
    window = chromium.new_page(viewport={"width": 390, "height": 900})
    asked, wrong = set(), []
    window.on("request", lambda one: asked.add(one.url))
    window.on("console", lambda one: one.type == "error" and wrong.append(one.text))
    window.goto(address)
    window.locator("#files").set_input_files(SAMPLE / "bearable.csv")
    window.get_by_text("Sleep as Android").wait_for()
    assert window.locator("#toml").input_value() == json.loads(told[0])["toml"]
    window.get_by_role("button", name="Show the answers").click()
    window.frame_locator("#report").get_by_text("symptom nights").first.wait_for()
    with window.expect_download() as saved:
        window.get_by_role("link", name="Save the report").click()
    assert saved.value.path().read_text(encoding="utf-8") == json.loads(told[1])["page"]
    for width in (390, 1366):
        window.set_viewport_size({"width": width, "height": 900})
        assert not window.evaluate("document.documentElement.scrollWidth > innerWidth")
        assert (grave(window), wrong) == ([], [])
    assert {url for url in asked if not url.startswith((address, "data:", "blob:", "about:"))} == set()
    window.close()
