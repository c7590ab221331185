"""The notebooks in a real JupyterLab, started by `rlskit lab` and used by a real browser, as a person would."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from pypdf import PdfReader

from rlskit.pages.working_copy import digest
from tests.helpers.places import ROOT

PATIENCE = 240  # seconds; a quiet machine needs about 20
OWN_DIARY = ROOT / "data" / "sample" / "other-formats" / "template" / "template.csv"
# notebook → its figures, and what only the own diary makes it say (it ends in July, the sample in November)
NOTEBOOKS = {"01-load-your-diary": (3, "my-diary.csv"), "02-what-changes-my-nights": (3, "July"),
             "04-clinic-page": (2, "my/clinic-page.pdf")}

FEW = "a $5 b $9.csv"  # nights too few for an answer

pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(ready, what, server=None):
    """The first true value of ready(), asked twice a second."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server is None or server.poll() is None, "JupyterLab ended by itself"
        found = ready()
        if found:
            return found
        time.sleep(0.5)
    pytest.fail(f"{what}: not within {PATIENCE} s")


def answers(url):
    try:
        with urlopen(url, timeout=5) as page:
            return page.status == 200
    except (URLError, OSError):
        return False


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """(address, working folder) of a JupyterLab that `rlskit lab` started, with a home of its own."""
    home = tmp_path_factory.mktemp("home")
    work, config, port, extensions = home / "work", home / "config", free_port(), home / "labextensions"
    config.mkdir()
    # make lite's tools, which only developers have, bring one for JupyterLite that JupyterLab cannot load
    shutil.copytree(Path(sys.prefix, "share", "jupyter", "labextensions"), extensions,
                    ignore=shutil.ignore_patterns("@jupyterlite"))
    (config / "jupyter_server_config.json").write_text(json.dumps({
        "ServerApp": {"port": port, "port_retries": 0, "password": ""},
        "LabApp": {"labextensions_path": [str(extensions)]},
        "IdentityProvider": {"token": ""}}))
    own = {"HOME": home, "JUPYTER_CONFIG_DIR": config, "JUPYTER_DATA_DIR": home / "data",
           "JUPYTER_RUNTIME_DIR": home / "run", "JUPYTERLAB_SETTINGS_DIR": home / "settings",
           "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces", "IPYTHONDIR": home / "ipython",
           "MPLCONFIGDIR": home / "matplotlib"}
    env = {**os.environ, **{name: str(path) for name, path in own.items()},
           "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    with (home / "log").open("w") as log:
        server = subprocess.Popen([sys.executable, "-m", "rlskit.cli", "lab", "--out", str(work), "--no-browser",
                                   "--allow-root"],
                                  cwd=home, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/api"), "JupyterLab", server)
        shutil.copyfile(OWN_DIARY, work / "my-diary.csv")
        (work / FEW).write_text("night,symptoms,stretched,alcohol_drinks\n" + "".join(
            f"2026-03-0{day},{'yes' if day % 2 else 'no'},no,0\n" for day in range(1, 9)), encoding="utf-8")
        yield f"http://127.0.0.1:{port}", work
    finally:
        os.killpg(server.pid, signal.SIGTERM)  # the group that was started here: the command, JupyterLab, its kernels
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


@pytest.fixture
def window(chromium):
    """A browser window that remembers what went wrong in it and what it asked for."""
    page = chromium.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE * 1000)
    page.wrong, page.asked = [], []
    page.on("console", lambda message: page.wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    yield page
    page.close()


def saved(work, name):
    """The code cells of the notebook as JupyterLab last saved it; none while it is writing."""
    try:
        notebook = json.loads((work / f"{name}.ipynb").read_text(encoding="utf-8"))
    except json.JSONDecodeError:
        return []
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def shown_pictures(window):
    return window.evaluate("[...document.querySelectorAll('.jp-RenderedImage img')].filter(i => i.naturalWidth > 200)"
                           ".length")


def test_it_opens_at_the_start_and_answers_a_diary_that_is_chosen_there(lab, window):
    address, _ = lab
    window.goto(address)
    window.wait_for_selector("#jp-main-statusbar >> text=Idle")
    assert window.url.endswith("/lab/tree/00-start.ipynb")
    window.locator(".lm-MenuBar-item", has_text="Run").click()
    window.locator('li[data-command="runmenu:run-all"]').click()
    window.locator("select[multiple]").select_option(FEW)
    window.locator("button", has_text="Use the marked ones").click()
    window.wait_for_selector(".rlskit-page .answer")
    window.wait_for_selector("img[alt^='Restless-legs diary: one page']")
    assert window.locator(f"b:text-is('{FEW}')").count() == 1 and window.locator("mjx-container").count() == 0
    assert window.locator(".jp-toast-button, .Toastify__toast").count() == 0  # nobody is asked about news
    assert window.wrong == [] and all(url.startswith((address, "data:", "blob:", address.replace("http", "ws")))
                                      for url in window.asked)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_change_the_path_run_all_and_see_the_figures(name, lab, window):
    address, work = lab
    original = ROOT / "notebooks" / f"{name}.ipynb"
    before = original.read_bytes()
    assert digest(json.loads((work / f"{name}.ipynb").read_text())) == digest(json.loads(before))

    window.goto(f"{address}/lab/tree/{name}.ipynb?reset")
    window.wait_for_selector(".jp-Notebook .jp-CodeCell .cm-content")
    window.wait_for_selector("#jp-main-statusbar >> text=Idle")  # the kernel is there
    window.locator(".jp-CodeCell .cm-content").first.click()
    window.keyboard.press("Control+End")
    window.keyboard.press("Shift+Home")
    window.keyboard.insert_text('path = "my-diary.csv"')

    window.locator(".lm-MenuBar-item", has_text="Run").click()
    window.locator('li[data-command="runmenu:run-all"]').click()
    wait_for(lambda: shown_pictures(window) >= 1, "the first figure")

    def done():
        window.keyboard.press("Control+s")
        cells = saved(work, name)
        failed = any(output["output_type"] == "error" for cell in cells for output in cell["outputs"])
        ran = failed or (bool(cells) and all(cell["execution_count"] for cell in cells))
        return cells if ran and 'path = "my-diary.csv"' in "".join(cells[0]["source"]) else None

    cells = wait_for(done, "Run All")
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"] == []
    figures, words = NOTEBOOKS[name]
    assert sum("image/png" in o.get("data", {}) for o in outputs) >= figures
    assert words in json.dumps(outputs)
    if name == "04-clinic-page":
        assert "13 June to 15 July 2026" in PdfReader(work / words).pages[0].extract_text()
    assert window.locator('.jp-RenderedText[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0
    assert window.wrong == []
    own = (address, address.replace("http", "ws"), "data:", "blob:")
    assert window.asked and [url for url in window.asked if not url.startswith(own)] == []
    assert original.read_bytes() == before
