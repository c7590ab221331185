"""rk.start(): answers without controls where nobody looks on, with them where somebody does."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

import rlskit as rk
from rlskit.pages.start import page, result, widgets
from rlskit.pages.start.widgets import Controls
from tests.helpers.places import ROOT
from tests.unit.cli.test_commands import diary


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The folder of a notebook with a table of few nights, which answer nothing, and a file that is no diary."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "d.csv").write_text(diary(8))
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    return tmp_path


def press(controls, text):
    """Press the button that says so."""
    def under(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from under(child)

    next(one for one in under(controls.box) if getattr(one, "description", "") == text).click()


def shown_steps(controls):
    return [number for number, step in controls.steps.items() if step.layout.display != "none"]


def test_where_nobody_looks_on_the_answers_are_shown(own):
    found = rk.start("my/d.csv")
    assert "What this diary says" in repr(found) and repr(found) == rk.describe(found.result.answers)
    html = found._repr_html_()
    assert "symptom nights in 30" in html and html.count('class="answer"') > 1
    assert "data:image/png;base64," in html and "<script" not in html and "ipywidgets" not in html
    assert "<b>d.csv</b>" in html and str(own) not in html


def test_a_moved_cut_is_called_a_check(own):
    files = [Path("my/d.csv")]
    found = result.answer(result.read_files(files), files, "22:30")
    assert found.own == "21:00" and found.remark.startswith("You moved the cut.")
    assert not (own / "my" / "rlskit-looks.json").exists()  # only the person's own cut is a look


@pytest.mark.parametrize("path", [7, ["a.csv", 7], rk.BINARY])
def test_a_wrong_object_is_said(path):
    with pytest.raises(rk.DiaryError, match=r"start: found .* expected a path"):
        rk.start(path)


def test_without_ipywidgets_its_extra_is_named(own, monkeypatch):
    monkeypatch.setattr(page, "is_attended", lambda: True)
    monkeypatch.delitem(sys.modules, "rlskit.pages.start.widgets")
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(rk.DiaryError, match=r"ipywidgets is not installed\. Run `python -m pip install"):
        rk.start("my/d.csv")


def test_the_style_of_the_page_touches_nothing_else():
    css = result.scoped_style()
    assert css.startswith(".rlskit-page.rlskit-page {") and not any(
        line.strip().startswith(("html", "body", ":root")) for line in css.splitlines())


# --- the controls ----------------------------------------------------------------------------------------------------
@pytest.fixture
def quick(monkeypatch):
    """The answers are told, not worked out: each call's landmark."""
    asked = []

    def answered(diary, files, landmark=None):
        asked.append(landmark)
        nights = rk.make_nights(diary, landmark=landmark)
        return result.StartResult(diary=diary, nights=nights, answers=None, own="21:00", remark="")

    monkeypatch.setattr(widgets, "answer", answered)
    monkeypatch.setattr(widgets, "answers_html", lambda found: "CARDS")
    monkeypatch.setattr(widgets, "clinic_html", lambda found, facts: "PAGE")
    return asked


def test_steps_show_themselves_one_after_the_other(own, quick):
    lines = (ROOT / "data" / "sample" / "bearable.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (own / "my" / "bearable.csv").write_text("".join(lines[:100]), encoding="utf-8")
    controls = Controls()
    assert shown_steps(controls) == [1]
    controls._choose([own / "my" / "bearable.csv"])
    assert shown_steps(controls) == [1, 2] and "<b>bearable.csv</b>" in controls.said[1].value
    press(controls, "Save meanings")
    assert controls.said[2].value.endswith("Nothing to save: tick “right” where a line is right.</p>")
    next(line for line in controls.table.lines if line.row.name == "Restless legs").right.value = True
    press(controls, "Save meanings")
    assert "Saved 1 line in my/rlskit.toml." in controls.said[2].value and quick == [None]
    assert shown_steps(controls) == [1, 2, 3, 4] and controls.cards.value == "CARDS"
    slider = controls.cut.children[0]
    slider.value = "22:00"
    assert quick == [None, "22:00"] and "before 22:00 counts" in controls.cut.children[1].value
    controls.cut.children[0].value = "21:00"
    assert quick[-1] is None


def test_a_table_of_ones_own_is_drafted_by_its_columns(own, quick):
    rows = "".join(f"2026-03-0{day},{'yes' if day % 2 else 'no'},far\n" for day in range(1, 9))
    (own / "my" / "own.csv").write_text(f"Date,Restless legs?,Walked\n{rows}")
    controls = Controls([own / "my" / "own.csv"])
    assert [line.row.name for line in controls.table.lines] == ["Date", "Restless legs?"]
    assert controls.table.others.options == ("Walked",) and shown_steps(controls) == [1, 2]
    for line in controls.table.lines:
        line.right.value = True
    press(controls, "Save meanings")
    assert '[columns."Restless legs?"]' in (own / "my" / "rlskit.toml").read_text()
    assert shown_steps(controls) == [1, 2, 3, 4] and all(line.row.stated for line in controls.table.lines)


def test_a_file_that_cannot_be_read_is_a_sentence(own, quick):
    controls = Controls([own / "picture.png"])
    assert shown_steps(controls) == [1] and "picture" in controls.said[1].value
    controls._choose([own / "my" / "d.csv"])
    assert shown_steps(controls) == [1, 2, 3, 4]


def test_an_upload_is_kept_and_read(own, quick):
    controls = Controls()
    upload = controls.steps[1].children[1].children[1].children[0]
    upload.value = ({"name": "mine.csv", "type": "text/csv", "size": 1, "content": memoryview(diary(8).encode()),
                     "last_modified": dt.datetime(2026, 11, 5)},)
    assert (own / "my" / "mine.csv").read_text() == diary(8) and shown_steps(controls) == [1, 2, 3, 4]


def test_facts_are_typed_in_a_file_and_read_from_it(own, quick):
    controls = Controls([own / "my" / "d.csv"])
    press(controls, "Add medicines and iron")
    assert (own / "my" / "clinic.toml").exists() and "is there to fill in" in controls.saved.value
    press(controls, "Add medicines and iron")
    assert "The page now shows what my/clinic.toml says." in controls.saved.value
    (own / "my" / "clinic.toml").write_text("nonsense = 1")
    press(controls, "Add medicines and iron")
    assert "found &quot;nonsense&quot;" in controls.saved.value and "border-left" in controls.saved.value
