"""The notebooks run for real, top to bottom, on the sample; they are thin and carry no outputs."""

from __future__ import annotations

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

from rlskit.answers.sentences import LIMITS
from tests.helpers.offline import can_cut_off, need_no_network, offline
from tests.helpers.places import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("0[1-9]*.ipynb"))
START = ROOT / "notebooks" / "00-start.ipynb"
EVERY = [START, *NOTEBOOKS]
MOST_LINES = 40
INLINE = "module://matplotlib_inline.backend_inline"
FIGURES = {"01-load-your-diary": 3, "02-what-changes-my-nights": 3, "04-clinic-page": 2,
           "03-pooled-diaries": 5, "05-a-fair-test": 4, "06-can-i-trust-these-intervals": 3}
FEW_NIGHTS = "night,symptoms,stretched,alcohol_drinks\n" + "".join(
    f"2026-03-{day:02d},{'yes' if day % 2 else 'no'},no,0\n" for day in range(1, 6))
OPENING = {"03-pooled-diaries": "pool_diaries(path,"}


def name_of(path):
    return path.stem


def read(path):
    return nbformat.read(path, as_version=4)


def code_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def run(path, folder, monkeypatch):
    """An executed copy, run in `folder` with nothing but the environment's own packages."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("MPLBACKEND", INLINE)
    notebook = read(path)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def outputs(notebook):
    return [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]


def test_the_notebooks_are_there():
    assert set(FIGURES) <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_a_notebook_is_thin(path):
    code = code_of(read(path))
    lines = [line for source in code for line in source.splitlines() if line.strip()]
    assert len(lines) <= MOST_LINES
    tree = ast.parse("\n".join(code))
    banned = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.comprehension, ast.Lambda,
              ast.ImportFrom)
    assert not [node for node in ast.walk(tree) if isinstance(node, banned)]
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    assert imported == ["rlskit"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_name_in_a_styled_table_is_text_and_a_dollar_a_dollar(path):
    code = "\n".join(code_of(read(path)))
    assert code.count(".style") == code.count(".style.format(") == code.count('escape="html"')
    assert code.count(".style.") == code.count("""set_table_attributes("class='mathjax_ignore'")""")


def test_the_text_of_06_says_how_many_diaries_are_made_up():
    notebook = read(ROOT / "notebooks" / "06-can-i-trust-these-intervals.ipynb")
    assert "simulations=30)" in "".join(code_of(notebook))
    assert any("Thirty diaries are few" in cell.source for cell in notebook.cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)
def test_a_notebook_opens_with_one_path_shows_a_figure_at_once_and_ends_with_its_limits(path):
    notebook = read(path)
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds[:3] == ["markdown", "code", "code"]
    first, second = code_of(notebook)[:2]
    assert first.count("path = ") >= 1 and OPENING.get(path.stem, "read_diary(path)") in second and "rk.plot_" in second
    assert sum(source.count("\npath = ") for source in code_of(notebook)) == 1
    last = notebook.cells[-1]
    assert last.cell_type == "markdown" and last.source.startswith("## What this cannot tell you")
    assert [line[2:] for line in last.source.splitlines()[2:]] == list(LIMITS)


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_the_path_can_be_set_from_outside(path):
    tagged = [cell for cell in read(path).cells if "parameters" in cell.metadata.get("tags", ())]
    assert [cell.source for cell in tagged] == [code_of(read(path))[0]] and "\npath = " in tagged[0].source


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_no_table_of_a_notebook_takes_its_text_for_tags(path):
    code = "\n".join(code_of(read(path)))
    assert code.count(".style.") == code.count('escape="html"') and "value_counts" not in code


@pytest.mark.parametrize("path", EVERY, ids=name_of)
def test_no_outputs_are_tracked(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert outputs(notebook) == []
    assert all(cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """(whether there was no network, folder of the copies that ran): all run in one process, which takes long to load,
    cut off where that can be; one that fails holds its error."""
    folder, cut_off = tmp_path_factory.mktemp("notebook"), can_cut_off()
    if not cut_off:
        with pytest.MonkeyPatch.context() as patch:
            for path in NOTEBOOKS:
                nbformat.write(run(path, folder, patch), folder / path.name)
        return False, folder
    # not beside the original: 04 writes a page
    done = offline(f"{sys.executable} -m nbconvert --to notebook --execute --allow-errors --output-dir {folder} "
                   f"{' '.join(map(str, NOTEBOOKS))}", cwd=folder,
                   env={**os.environ, "PYTHONPATH": str(ROOT), "MPLBACKEND": INLINE})
    assert done.returncode == 0, done.stderr[-2000:]
    return True, folder


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=name_of)
def executed(request, ran):
    """(path, whether there was no network, the copy that ran)."""
    return request.param, ran[0], read(ran[1] / request.param.name)


def test_a_notebook_needs_no_network(executed):
    if not executed[1]:
        need_no_network()


def test_a_notebook_runs_in_a_folder_of_its_own(executed):
    path, _, done = executed
    kinds = [out.output_type for out in outputs(done)]
    assert "error" not in kinds
    assert [out.text for out in outputs(done) if out.get("name") == "stderr"] == []
    pictures = [out for out in outputs(done) if "image/png" in out.get("data", {})]
    assert len(pictures) >= FIGURES.get(path.stem, 1)
    drawn_by = next(cell for cell in done.cells if cell.cell_type == "code" and "rk.plot_" in cell.source)
    assert any("image/png" in out.get("data", {}) for out in drawn_by.outputs)
    assert not any("<Axes" in str(out.get("data", {})) for out in outputs(done))


def test_a_copy_elsewhere_runs_on_a_persons_own_folder(tmp_path, monkeypatch):
    own = tmp_path / "my"
    own.mkdir()
    for file in ("bearable.csv", "rlskit.toml"):
        shutil.copy(ROOT / "data" / "sample" / file, own / file)
    copy = tmp_path / "01-load-your-diary.ipynb"
    notebook = read(NOTEBOOKS[0])
    cell = notebook.cells[1]
    cell.source = cell.source.rsplit("path = ", 1)[0] + 'path = "my/bearable.csv"'
    nbformat.write(notebook, copy)
    done = run(copy, tmp_path, monkeypatch)
    shown = next(c for c in done.cells if c.source == "diary").outputs[0].data["text/html"]
    assert "bearable.csv" in shown and "sleep-as-android" not in shown


def test_papermill_runs_the_start_unattended_on_the_path_that_it_is_given(tmp_path, monkeypatch):
    (tmp_path / "few.csv").write_text(FEW_NIGHTS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setenv("MPLBACKEND", INLINE)
    page = (ROOT / "docs" / "manual" / "how-to" / "notebooks.md").read_text(encoding="utf-8")
    recipe = shlex.split(re.search(r"^papermill .*$", page, re.MULTILINE)[0])[1:]
    given = {"00-start.ipynb": str(START), "anna.ipynb": str(tmp_path / "anna.ipynb"), "my/anna.csv": "few.csv"}
    subprocess.run([sys.executable, "-m", "papermill", *(given.get(word, word) for word in recipe), "--cwd", tmp_path,
                    "--kernel", "python3", "--no-progress-bar"], check=True, capture_output=True)
    (shown,) = outputs(read(tmp_path / "anna.ipynb"))
    assert set(shown.data) == {"text/html", "text/plain"}  # no controls
    assert 'class="answer"' in shown.data["text/html"] and "few.csv" in shown.data["text/html"]


@pytest.mark.parametrize("name", ["02-what-changes-my-nights", "06-can-i-trust-these-intervals"])
def test_a_sparse_diary_ends_in_words_and_not_in_an_error(name, tmp_path, monkeypatch):
    (tmp_path / "few.csv").write_text(FEW_NIGHTS, encoding="utf-8")
    notebook = read(ROOT / "notebooks" / f"{name}.ipynb")
    cell = notebook.cells[1]
    cell.source = cell.source.rsplit("path = ", 1)[0] + 'path = "few.csv"'
    nbformat.write(notebook, tmp_path / "copy.ipynb")
    done = run(tmp_path / "copy.ipynb", tmp_path, monkeypatch)
    said = [out for out in outputs(done) if out.get("name") == "stdout"]
    assert "error" not in {out.output_type for out in outputs(done)}
    assert any("This diary cannot say:" in out.text for out in said)
    assert not any("is not defined" in out.text for out in said)
