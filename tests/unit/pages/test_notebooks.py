"""`rlskit report --notebooks`: executed copies and pages on one's own diary, all or none, nothing fetched."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.pages import notebooks
from rlskit.pages.notebooks import as_page, on_files, run_notebooks
from tests.helpers.places import ROOT
from tests.helpers.unwrapped import unwrapped

OWN_DIARY = ROOT / "data" / "sample" / "other-formats" / "template" / "template.csv"


def short_notebook(*code):
    """A folder's worth of notebook that costs no fit."""
    opening = ["import rlskit as rk\n\npath = rk.sample_path()",
               "diary = rk.read_diary(path)\nnights = rk.make_nights(diary)"]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in (*opening, *code)])


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """shipped(name=notebook, …): these are the notebooks that rlskit carries."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    monkeypatch.setattr(notebooks, "notebooks_path", lambda: folder)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))

    def put(**books):
        for name, book in books.items():
            nbformat.write(book, folder / f"{name[1:].replace('_', '-')}.ipynb")
        return folder

    return put


def test_the_notebooks_run_on_the_own_diary_and_the_originals_stay_clean(shipped, tmp_path, monkeypatch):
    folder = shipped(n01_load=short_notebook("rk.plot_calendar(nights);", "diary"), n03_pool=short_notebook())
    before = (folder / "01-load.ipynb").read_bytes()
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(OWN_DIARY, tmp_path / "mine.csv")
    words = ["report", "mine.csv", "--out", "page", "--notebooks", "--night-starts", "13:00"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-2:] == [f"The notebooks are {Path('page') / '01-load.html'}",
                                               f"The report is {Path('page') / 'index.html'}"]
    assert sorted(p.name for p in (tmp_path / "page").iterdir()) == ["01-load.html", "01-load.ipynb", "index.html"]
    assert (folder / "01-load.ipynb").read_bytes() == before
    done = nbformat.read(tmp_path / "page" / "01-load.ipynb", as_version=4)
    assert done.cells[0].source.endswith("\npath = '../mine.csv'")  # from the page; no folder above is named
    assert str(tmp_path) not in (tmp_path / "page" / "01-load.ipynb").read_text(encoding="utf-8")
    assert done.cells[1].source == "diary = rk.read_diary(path)\nnights = rk.make_nights(diary, night_starts='13:00')"
    assert "mine.csv" in done.cells[3].outputs[0].data["text/html"]
    digest = hashlib.sha256((tmp_path / "mine.csv").read_bytes()).hexdigest()
    assert done.metadata["rlskit"]["command"] == "rlskit report mine.csv --night-starts 13:00 --notebooks"
    assert done.metadata["rlskit"]["sha256 of mine.csv"] == digest
    assert not any("execution" in cell.metadata for cell in done.cells)  # no clock time
    for page in ("01-load.html", "index.html"):
        text = (tmp_path / "page" / page).read_text(encoding="utf-8")
        assert "How to make this again" in text and f"sha256 of mine.csv: {digest}" in text
    page = (tmp_path / "page" / "01-load.html").read_text(encoding="utf-8")
    assert 'src="data:image/png' in page and 'alt="Calendar of nights. One square a night, ' in page
    assert '<html lang="en"' in page and "<script" not in page
    assert page.index("white-space: pre-wrap") < page.index("</head>") and '<footer style="font: ' in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//|@import|url\(["\']?http', page)


def test_a_file_from_elsewhere_is_its_name_alone(tmp_path, monkeypatch):
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    files = ["my/a.csv", tmp_path / "home" / "anna" / "b.csv"]
    assert notebooks.shown_paths(files, Path("my/page")) == ["../a.csv", "b.csv"]
    assert notebooks.shown_paths(files, tmp_path / "page") == ["a.csv", "b.csv"]


def test_a_notebook_that_fails_leaves_no_notebook_behind(shipped, tmp_path):
    shipped(n01_load=short_notebook("1"), n02_what=short_notebook("rk.make_nights(diary, night_starts='noon')"))
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("the report")
    with pytest.raises(rk.DiaryError) as wrong:
        run_notebooks([OWN_DIARY], tmp_path / "page")
    assert str(wrong.value) == ('notebook 02-what: DiaryError: expected a clock time like "21:30", found "noon". '
                                "No notebook was written.")
    assert [p.name for p in (tmp_path / "page").iterdir()] == ["index.html"]


def test_several_files_are_one_persons():
    book = json.loads(nbformat.writes(short_notebook()))
    book = on_files(book, ["a.csv", "b.csv"], {"timezone": "Europe/London"}, {})
    first, second = (cell["source"] for cell in book["cells"])
    assert first.endswith("path = ['a.csv', 'b.csv']")
    assert second.splitlines()[0] == ("diary = rk.combine_diaries(rk.read_diary(path[0], timezone='Europe/London'), "
                                      "rk.read_diary(path[1], timezone='Europe/London'))")


@pytest.mark.parametrize("name", ["01-load-your-diary", "02-what-changes-my-nights", "04-clinic-page"])
def test_every_shipped_notebook_takes_the_path_and_the_options(name):
    book = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
    book = on_files(book, ["x.csv"], {"date_order": "dmy"}, {"landmark": "21:00"})
    source = "\n".join(c["source"] for c in book["cells"])
    assert "\npath = 'x.csv'" in source and "rk.sample_path()" not in source
    assert "rk.read_diary(path, date_order='dmy')" in source and "rk.make_nights(diary, landmark='21:00')" in source


def test_without_the_extra_its_name_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nbconvert", None)
    shutil.copyfile(OWN_DIARY, tmp_path / "mine.csv")
    words = ["report", str(tmp_path / "mine.csv"), "--out", str(tmp_path / "page"), "--notebooks"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 1
    assert unwrapped(result.stderr) == ('rlskit: report --notebooks: nbconvert is not installed. Run: python -m pip '
                                        'install "rlskit[lab]"')
    assert not (tmp_path / "page").exists()


def test_a_name_that_looks_like_a_script_is_text_on_the_page():
    book = short_notebook()
    book.cells[1].outputs = [nbformat.v4.new_output("stream", text="<script>alert(1)</script>")]
    assert "<script" not in as_page(book, "x") and "&lt;script&gt;alert(1)" in as_page(book, "x")
