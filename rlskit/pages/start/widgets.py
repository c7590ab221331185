"""The controls of the start notebook. They show and they ask; result.py answers, meanings.py writes down."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as w

from rlskit.diary.readers.draft_files import draft_tables
from rlskit.diary.tables import Diary, people
from rlskit.errors import RlskitError
from rlskit.pages.clinic.facts import FILE_NAME, facts_template
from rlskit.pages.clinic.page import write_clinic_page
from rlskit.pages.make_report import ledger_of, make_report
from rlskit.pages.start.files import MY, copy_sample, keep_upload, list_files, shown
from rlskit.pages.start.meanings import list_rows, write_meanings
from rlskit.pages.start.result import (
    StartResult,
    answer,
    answers_html,
    clinic_html,
    evenings,
    facts_beside,
    read_files,
    was_read,
)
from rlskit.pages.start.tag_table import TagTable
from rlskit.utils.files import write_whole
from rlskit.utils.progress import Work, as_bar, doing
from rlskit.utils.words import count

NUMBER = ("display:inline-block;width:1.7em;height:1.7em;line-height:1.7em;text-align:center;border-radius:50%;"
          "background:var(--jp-ui-font-color1,#17212b);color:var(--jp-layout-color0,#fff);font-weight:700;"
          "margin-right:.5em")
CUTS = [f"{hour % 24:02d}:{minute:02d}" for hour in range(16, 28) for minute in (0, 30)]
REPORT, CLINIC = Path("rlskit-report"), Path(MY) / "clinic-page.pdf"
ON_THE_LEFT = "Double-click it in the list of files on the left to open it."


class Controls:
    """The four steps; each shows itself once the one before it is done."""

    def __init__(self, files: Sequence[Path] = (), landmark: str | None = None):
        self.files, self.landmark = tuple(files), landmark
        self.diary: Diary | None = None
        self.result: StartResult | None = None
        self.table = TagTable()
        self.said = {step: w.HTML() for step in range(1, 5)}
        self.cards, self.clinic = w.HTML(), w.HTML(layout=w.Layout(width="50%", min_width="300px"))
        self.cut = w.VBox()
        self.steps = {
            1: _step(1, "Choose your files", self._choosers(), self.said[1]),
            2: _step(2, "Is this what your tags mean?", self.table.box, self.said[2],
                     _button("Save meanings", self._save_meanings, main=True)),
            3: _step(3, "When is the evening cut in two?", self.cut, self.said[3]),
            4: _step(4, "Your answers", self.said[4], self.cards, self._pages()),
        }
        self.box = w.VBox(list(self.steps.values()))
        self._show_steps(1)
        if self.files:
            self._choose(self.files)

    # --- 1: files ------------------------------------------------------------------------------------------------
    def _choosers(self) -> w.Widget:
        upload = w.FileUpload(multiple=True, description="Choose files…", button_style="primary",
                              layout=w.Layout(width="auto"))
        upload.observe(lambda change: self._uploaded(upload, change["new"]), "value")
        found = list_files(Path())
        marked = w.SelectMultiple(options=found, rows=min(5, len(found)), layout=w.Layout(width="320px"))
        mark = _button("Use the marked ones", lambda: self._choose([Path(name) for name in marked.value]))
        sample = _button("Use the made-up sample", lambda: self._choose([copy_sample(Path(MY))]))
        about = w.HTML(_words(f"The exports of your apps, or a table of your own; several files are one person's. They "
                              f"stay on this computer: chosen files are kept in the folder “{MY}”."))
        rows: list[w.Widget] = [about, w.HBox([upload, sample])]
        if found:
            rows.append(w.HBox([w.Label("Or those that are here:"), marked, mark]))
        return w.VBox(rows)

    def _uploaded(self, upload: w.FileUpload, new: Sequence[dict[str, Any]]) -> None:
        if new:
            with self._guarded(1):
                kept = [keep_upload(Path(MY), one["name"], bytes(one["content"])) for one in new]
                upload.value = ()
                self._choose(kept)

    def _choose(self, files: Sequence[Path]) -> None:
        with self._guarded(1):
            if not files:
                self.said[1].value = _words("Mark at least one file first.")
                return
            self._show_steps(1)
            self.files, self.result = tuple(files), None
            self.cards.value = self.clinic.value = self.saved.value = ""  # those of another diary
            self._read()

    def _read(self) -> None:
        """Read the files, show what was read and what the tags mean, and answer where something can be."""
        with self._working(1):
            self.diary = read_files(self.files)
            drafts = draft_tables(self.files)
            rows = list_rows(self.diary, _folder(self.files), drafts)
        self.said[1].value = was_read(self.diary)
        self.table.fill(rows)
        self._show_steps(2)
        if not people(self.diary) or not self.table.has_symptoms():
            self.said[2].value = _words("No row says yet which of them are restless legs. Choose it, tick “right”, and "
                                        "save.")
            return
        self._answer()

    # --- 2: meanings ---------------------------------------------------------------------------------------------
    def _save_meanings(self) -> None:
        with self._guarded(2):
            changed = self.table.changed()
            if not changed:
                self.said[2].value = _words("Nothing to save: tick “right” where a line is right.")
                return
            known = next((s.timezone for s in self.diary.source if s.timezone), "") if self.diary else ""
            path = write_meanings(_folder(self.files), changed, known)
            self._read()
            self.said[2].value = _words(f"Saved {count(len(changed), 'line')} in {shown(path)}. " + (
                "" if self.result else "No night says yet whether legs were restless."))

    # --- 3: the landmark -----------------------------------------------------------------------------------------
    def _fill_cut(self, result: StartResult) -> None:
        now = result.nights.attrs["landmark"]
        slider = w.SelectionSlider(options=sorted({*CUTS, now, result.own}, key=_after_noon), value=now,
                                   continuous_update=False, layout=w.Layout(width="420px"), description="Cut at")
        slider.observe(lambda change: self._move(change["new"], result.own), "value")
        self.cut.children = (slider, w.HTML(_words(f"{evenings(result.nights)} Your own is {result.own}.")))

    def _move(self, landmark: str, own: str) -> None:
        self.landmark = None if landmark == own else landmark
        with self._guarded(3):
            self._answer()

    # --- 4: answers ----------------------------------------------------------------------------------------------
    def _answer(self) -> None:
        assert self.diary is not None
        self._show_steps(4)
        with self._working(4) as work:
            work.say("Answering the questions")
            self.result = answer(self.diary, self.files, self.landmark)
            self._fill_cut(self.result)
            work.say("Drawing the answers")
            self.cards.value = answers_html(self.result)
            work.say("Setting the clinic page")
            self._draw_clinic()
        self.said[4].value = _words(self.result.remark) if self.result.remark else ""

    def _draw_clinic(self) -> None:
        if self.result:
            self.clinic.value = clinic_html(self.result, facts_beside(_folder(self.files)))

    def _pages(self) -> w.Widget:
        self.saved = w.HTML()
        text = "<h3 style='margin:0'>Your clinic page</h3>" + _words(
            "Shown as it prints, on one side of paper. Medicines, iron values and questions are yours to add.")
        buttons = [_button("Save report", self._save_report, main=True),
                   _button("Save clinic page", self._save_clinic), _button("Add medicines and iron", self._facts)]
        side = w.VBox([w.HTML(text), *buttons, self.saved], layout=w.Layout(width="45%", padding="0 0 0 16px"))
        return w.HBox([self.clinic, side], layout=w.Layout(flex_flow="row wrap", margin="16px 0 0 0"))

    def _save_report(self) -> None:
        def save(work: Work) -> str:
            assert self.diary is not None
            ledger = None if self.landmark else ledger_of(self.files[0])
            page, remark = make_report(self.diary, REPORT, now=work.say, landmark=self.landmark, ledger=ledger,
                                       files=self.files)
            return f"The report is {shown(page)}. {ON_THE_LEFT} {remark}"

        self._tell(save)

    def _save_clinic(self) -> None:
        def save(_: Work) -> str:
            assert self.result is not None
            page = write_clinic_page(self.result.diary, self.result.nights, self.result.answers, CLINIC,
                                     facts=facts_beside(_folder(self.files)))
            return f"The clinic page is {shown(page)}. {ON_THE_LEFT}"

        self._tell(save)

    def _facts(self) -> None:
        def take(_: Work) -> str:
            path = _folder(self.files) / FILE_NAME
            if not path.exists():
                write_whole(path, facts_template(), private=True)
                return (f"{shown(path)} is there to fill in. {ON_THE_LEFT} Save it, then press “Add medicines and "
                        "iron” again: the page will show it.")
            self._draw_clinic()
            return f"The page now shows what {shown(path)} says."

        self._tell(take)

    def _tell(self, act: Callable[[Work], str]) -> None:
        """Do something with the pages and say beside them what came of it."""
        with self._guarded(4, self.saved):
            with self._working(4, self.saved) as work:
                said = act(work)
            self.saved.value = _words(said)

    # --- what all steps share ------------------------------------------------------------------------------------
    def _show_steps(self, last: int) -> None:
        for number, step in self.steps.items():
            step.layout.display = "" if number <= last else "none"

    @contextlib.contextmanager
    def _guarded(self, step: int, where: w.HTML | None = None) -> Iterator[None]:
        """What goes wrong is said in the step."""
        try:
            yield
        except (RlskitError, OSError) as wrong:
            (where or self.said[step]).value = _words(str(wrong), wrong=True)

    @contextlib.contextmanager
    def _working(self, step: int, where: w.HTML | None = None) -> Iterator[Work]:
        """What is being done is shown in the step, and gone again."""
        place = where or self.said[step]

        def show(work: Work) -> None:
            place.value = as_bar(work)

        try:
            with doing("Reading the diary", show=show) as work:
                yield work
        finally:
            place.value = ""


def _step(number: int, title: str, *parts: w.Widget) -> w.VBox:
    head = w.HTML(f"<h2 style='margin:.4em 0'><span style='{NUMBER}'>{number}</span>{escape(title)}</h2>")
    rule = w.Layout(border_top="1px solid var(--jp-border-color1,#ccd4da)", padding="6px 0 10px 0")
    return w.VBox([head, *parts], layout=rule)


def _button(text: str, act: Callable[[], None], *, main: bool = False) -> w.Button:
    button = w.Button(description=text, button_style="primary" if main else "",
                      layout=w.Layout(width="auto", align_self="flex-start"))
    button.on_click(lambda _: act())
    return button


def _words(text: str, *, wrong: bool = False) -> str:
    style = "max-width:52em;line-height:1.4;margin:.3em 0"
    style += ";border-left:4px solid #a84300;padding-left:10px" if wrong else ""
    return f"<p class='mathjax_ignore' style='{style}'>{escape(text)}</p>" if text.strip() else ""


def _folder(files: Sequence[Path]) -> Path:
    return files[0] if files[0].is_dir() else files[0].parent


def _after_noon(clock: str) -> int:
    hour, minute = map(int, clock.split(":"))
    return (hour - 12) % 24 * 60 + minute
