"""From files to what the start notebook shows of them: the answers as the report has them, and the clinic page."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from pathlib import Path

import pandas as pd

from rlskit.answers.advice import answer_questions
from rlskit.answers.ledger import keep_look, read_looks
from rlskit.answers.result import Answers
from rlskit.answers.trend import trace_trend
from rlskit.answers.trials import add_trials
from rlskit.diary.readers.detect import readers
from rlskit.diary.readers.read import read_together
from rlskit.diary.tables import Diary, people
from rlskit.effects.rates import estimate_rates
from rlskit.errors import DiaryError
from rlskit.nights.make import make_nights
from rlskit.nights.outcomes import quiet_nights, symptom_nights
from rlskit.pages import drawings
from rlskit.pages.clinic.facts import FILE_NAME, ClinicFacts, read_facts
from rlskit.pages.clinic.page import TITLE, render_clinic_page
from rlskit.pages.make_report import ledger_of
from rlskit.pages.report import SHEET, render_page
from rlskit.utils.progress import doing
from rlskit.utils.words import count, date_range

FIRST, NEXT = '<section class="rate"', '<section aria-labelledby="effects">'  # of the report: the answers, what follows
MOVED = ("You moved the cut. Read what changes as a check: the answer is the one at your own time, {own}, which was "
         "not chosen by how the nights went.")
# a cell is narrower than a page
NARROWER = ("@media screen and (min-width: 1001px) { & { padding: 0 8px; } "
            ".axis, .answer { grid-template-columns: 200px 1fr 340px; gap: 0 16px; } "
            ".rate { grid-template-columns: auto 1fr 300px 200px; gap: 4px 16px; } }")


@dataclass(frozen=True, kw_only=True)
class StartResult:
    """A diary answered. own : the landmark that is this person's; remark : what is to be said beside the answers."""

    __module__ = "rlskit"

    diary: Diary
    nights: pd.DataFrame
    answers: Answers
    own: str
    remark: str


def read_files(files: Sequence[Path]) -> Diary:
    """Files and folders of one person. DiaryError where there are several people's."""
    with doing("Reading the diary"):
        diary = read_together(files, mapping=None, timezone="", date_order="", person="")
    who = people(diary)
    if len(who) > 1:
        raise DiaryError(f"Expected the diary of one person, found {len(who)}. Many people's diaries are pooled: "
                         "notebook 03.")
    return diary


def was_read(diary: Diary) -> str:
    """HTML: the files with what they are, those that were not read and why, the nights."""
    called = {reader.app: reader.called for reader in readers()}
    lines = [f"<b>{escape(s.file)}</b>: {escape(called.get(s.app, s.app))}, {s.rows_used:,} of {count(s.rows, 'row')} "
             "used" for s in diary.source]
    unread = diary.issues[~diary.issues["file"].isin([s.file for s in diary.source]) & diary.issues["row"].isna()]
    lines += [f"<b>{escape(one.file)}</b>: not read, {escape(one.kind)}" for one in unread.itertuples()]
    nights = pd.concat([diary.daily["night"], diary.events["night"]]).dropna()
    written = f"{count(nights.nunique(), 'night')} with something written"
    lines += [f"{written}, {date_range(nights.min(), nights.max())}"] if len(nights) else []
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f"<ul class='mathjax_ignore' style='line-height:1.4;margin:.3em 0'>{items}</ul>"


def answer(diary: Diary, files: Sequence[Path], landmark: str | None = None) -> StartResult:
    """The answers, and a look counted, as `rlskit report` counts it, where the landmark is the person's own."""
    nights = make_nights(diary, landmark=landmark)
    own = nights.attrs["landmark"] if landmark is None else make_nights(diary).attrs["landmark"]
    ledger = ledger_of(files[0])
    looks = None if ledger is None else read_looks(ledger)
    answers = add_trials(answer_questions(nights, looks=looks), diary, files)
    remark = MOVED.format(own=own) if nights.attrs["landmark"] != own else ""
    if ledger is not None and looks is not None and answers.look is not None and not remark:
        try:
            keep_look(ledger, looks, answers.look)
        except OSError:
            remark = "This look could not be counted: the folder of the diary cannot be written."
    return StartResult(diary=diary, nights=nights, answers=answers, own=own, remark=remark)


def evenings(nights: pd.DataFrame) -> str:
    """How many evenings the landmark leaves to compare."""
    n, of = len(quiet_nights(nights)), int(symptom_nights(nights).notna().sum())
    return (f"Stretching before {nights.attrs['landmark']} counts, and symptoms after it: {count(n, 'evening')} of "
            f"{of:,} still quiet then.")


def answers_html(result: StartResult) -> str:
    """The first screen of the report and its nights, with a style that touches nothing around it."""
    page = render_page(result.diary, result.nights, result.answers, estimate_rates(result.nights),
                       trend=trace_trend(result.nights))
    shown = page[page.index(FIRST):page.index(NEXT)]
    return (f"<style>{scoped_style()}</style><div class='rlskit-page mathjax_ignore'>{drawings.HATCH}{shown}</div>")


def scoped_style() -> str:
    """The report's style sheet for its part of a notebook: nested, so that it wins there over JupyterLab's."""
    css = resources.files("rlskit.pages").joinpath(SHEET).read_text(encoding="utf-8")
    css = re.sub(r"(?m)^(\s*)(?::root|html|body)(?= \{)", r"\1&", css)
    return f".rlskit-page.rlskit-page {{\n{css}\n{NARROWER}\n}}\n"


def clinic_html(result: StartResult, facts: ClinicFacts | None = None) -> str:
    """The clinic page as a picture."""
    picture = base64.b64encode(render_clinic_page(result.diary, result.nights, result.answers, facts=facts, form="png"))
    return (f'<img alt="{TITLE}. The saved PDF can be read aloud." style="max-width: 620px; width: 100%; border: 1px '
            f'solid #888" src="data:image/png;base64,{picture.decode("ascii")}">')


def facts_beside(folder: Path) -> ClinicFacts | None:
    """What clinic.toml in a folder says, None where there is none."""
    path = folder / FILE_NAME
    return read_facts(path) if path.is_file() else None
