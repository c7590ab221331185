"""write_clinic_page(): one side of paper that a clinician reads in two minutes, as an accessible PDF.

Nothing is computed here: numbers.py, onset.py, habits.py and Answers say it, cells.py words it, page.typ sets it.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.answers.result import Answers
from rlskit.answers.sentences import EARLIER, count, date_range, long_date, short_date
from rlskit.diary.night_rule import clock_minutes
from rlskit.diary.tables import Diary
from rlskit.errors import DiaryError
from rlskit.pages.clinic.cells import (
    IRON_GUIDELINE,
    IRON_HEAD,
    breakable,
    iron_row,
    medicine_row,
    number_list,
    number_rows,
    past_text,
)
from rlskit.pages.clinic.changes import HEAD, Changes, list_changes
from rlskit.pages.clinic.facts import DRUG_GROUPS, MIMICS, ClinicFacts, Iron
from rlskit.pages.clinic.findings import list_questions, list_sayings
from rlskit.pages.clinic.habits import list_habits
from rlskit.pages.clinic.numbers import NOT_RECORDED, began_much_earlier, compare_periods
from rlskit.pages.clinic.onset import trace_onset
from rlskit.pages.clinic.periods import Period, split_periods
from rlskit.pages.typeset import typeset
from rlskit.utils.files import write_whole
from rlskit.utils.stamp import stamp_analysis, stamp_lines

PAPERS = {"a4": ("a4", 186.0), "letter": ("us-letter", 191.9)}  # typst's name, width of the text in mm
TITLE = "Restless-legs diary: one page for a visit"
NATURE = "Self-recorded diary; not a diagnosis."
TOO_FEW = "Too few nights for rates (14 nights and 70% are needed)."
NOTE = ("IQR: middle half of n nights. In brackets after rates and changes: 95% interval. Minus: fewer, less, earlier. "
        "Before and after prove little: in trials 40 in 100 people (95% interval 32 to 48) improved on a dummy "
        "treatment.")
NO_CAUSE = "A list of what was written down; it says nothing about a cause."
# From roomy to tight; the first that fits on one side is taken. Points, except `leading`.
LAYOUTS = (
    {"size": 8.6, "leading": 0.55, "gap": 6.0, "cell": 2.2, "onset": 110.0, "a_line": 122},
    {"size": 8.5, "leading": 0.52, "gap": 5.2, "cell": 1.9, "onset": 96.0, "a_line": 122},
    {"size": 8.3, "leading": 0.5, "gap": 4.6, "cell": 1.7, "onset": 84.0, "a_line": 122},
    {"size": 8.0, "leading": 0.48, "gap": 4.2, "cell": 1.5, "onset": 72.0, "a_line": 122},
    {"size": 8.0, "leading": 0.44, "gap": 3.2, "cell": 1.3, "onset": 60.0, "a_line": 183},
    {"size": 8.0, "leading": 0.4, "gap": 2.6, "cell": 0.8, "onset": 46.0, "a_line": 183},
)
CHANGES_NOTED = 3


def write_clinic_page(
    diary: Diary, nights: pd.DataFrame, answers: Answers, path: str | Path, *, facts: ClinicFacts | None = None,
    paper: str = "a4", made: dt.date | None = None, stamp: pd.DataFrame | None = None,
) -> Path:
    """Write the clinic page of one person as PDF and return its path; an older page of that name is replaced.

    Parameters
    ----------
    diary, nights, answers : from read_diary, make_nights and answer_questions.
    path : the file, ending in .pdf. It is written whole or not at all.
    facts : from read_facts; without it the page says "not recorded" in those places.
    paper : "a4" or "letter".
    made : date on the page; default today.
    stamp : from stamp_analysis, kept in the file's keywords; default that of the diary's files.

    Raises
    ------
    DiaryError : another ending or paper, `since` outside the diary, facts that do not fit on one side.
    ModelError : nights of several people.

    Example: ``rk.write_clinic_page(diary, nights, answers, "my/clinic.pdf")``
    """
    path = Path(path)
    if path.suffix.lower() != ".pdf":
        raise DiaryError(f"{path.name}: expected a name that ends in .pdf.")
    content = render_clinic_page(diary, nights, answers, facts=facts, paper=paper, made=made, stamp=stamp)
    return write_whole(path, content)


def render_clinic_page(
    diary: Diary, nights: pd.DataFrame, answers: Answers, *, facts: ClinicFacts | None = None, paper: str = "a4",
    made: dt.date | None = None, stamp: pd.DataFrame | None = None, form: str = "pdf",
) -> bytes:
    """The bytes of the PDF (PDF/UA-1) that write_clinic_page writes; of a picture of it where `form` is "png"."""
    if paper not in PAPERS:
        raise DiaryError(f'paper: expected one of {", ".join(PAPERS)}, found "{paper}".')
    content = page_content(diary, nights, answers, facts or ClinicFacts(), made or dt.date.today())
    again = stamp_lines(stamp_analysis(diary) if stamp is None else stamp)

    @cache
    def on_one_side(at: int) -> bytes:
        """The page in that layout; nothing where it takes more than one side."""
        layout = LAYOUTS[at]
        return typeset("rlskit.pages.clinic", "page.typ", "clinic page", {
            **content, **{name: content[name](layout, paper) for name in ("strip", "onset")}, "stamp": again,
            "layout": layout, "paper": PAPERS[paper][0]}, most=1, form=form)[0]

    roomiest = bisect_left(range(len(LAYOUTS)), True, key=lambda at: bool(on_one_side(at)))
    if roomiest < len(LAYOUTS):
        return on_one_side(roomiest)
    raise DiaryError("clinic.toml holds more than one side of paper can. Shorten names, conditions or questions, or "
                     "leave out medicines that were stopped long ago.")


# --- what stands on it ---------------------------------------------------------------------------------------------
def page_content(
    diary: Diary, nights: pd.DataFrame, answers: Answers, facts: ClinicFacts, made: dt.date,
) -> dict[str, Any]:
    """Every text of the page by its place; "strip" and "onset" are functions that draw for a layout and a paper."""
    this, previous = split_periods(nights, facts.since)
    whole, _ = split_periods(nights, nights["night"].min().date())
    numbers = compare_periods(this, previous)
    noted, changes = _noted(diary), list_changes(nights, facts)
    much_earlier = began_much_earlier(numbers) or changes.much_earlier
    strip = cache(lambda a_line, paper: _strip(nights, this, facts, noted, a_line, paper))  # most layouts share one
    return {
        "title": TITLE, "version": metadata.version("rlskit"),
        "made": f"rlskit {metadata.version('rlskit')}, {long_date(made)}",
        "name": breakable(facts.name or (answers.person if answers.person not in ("", "me") else "")
                          or "Name or ID: not given"),
        "period": f"{date_range(this.first, this.last)} ({count(this.n_nights, 'night')})",
        "recorded": _recorded(this), "nature": NATURE, "not_recorded": NOT_RECORDED,
        "numbers": {"head": ["", *_heads(this, previous)], "rows": [*number_rows(numbers), _sleep_lost(facts)],
                    "note": NOTE},
        "strip": lambda layout, paper: strip(int(layout["a_line"]), paper),
        "onset": lambda layout, paper: _onset(nights, facts, changes, layout["onset"], paper),
        "changes": {"head": HEAD, "rows": changes.rows, "unknown": changes.unknown, "note": NO_CAUSE},
        "earlier": EARLIER if much_earlier else None,
        "medicines": [medicine_row(i, one) for i, one in enumerate(facts.medicines, 1)],
        "noted": _noted_text(noted),
        "background": [[name, breakable(text) or NOT_RECORDED] for name, text in (
            ("Kidney", facts.kidney), ("Pregnancy", facts.pregnancy),
            ("Past dopamine medicines", "; ".join(past_text(one) for one in facts.past_dopamine)))],
        "iron": {"head": IRON_HEAD, "rows": [*map(iron_row, facts.iron or (Iron(),)), IRON_GUIDELINE]},
        "groups": [[name, facts.drug_groups[key]] if key in facts.drug_groups else [f"{name} ({NOT_RECORDED})", False]
                   for key, name in DRUG_GROUPS.items()] if facts.drug_groups else [],
        "habits": [list(pair) for pair in list_habits(diary, this)],
        "sayings": list_sayings(answers, whole.enough),
        "mimics": [[name, key in facts.mimics] for key, name in MIMICS.items()],
        "questions": [[breakable(text), suggested] for text, suggested in list_questions(facts, much_earlier)],
    }


def _recorded(this: Period) -> str:
    share = f"{this.n_answered} of {this.n_nights} ({this.n_answered / this.n_nights:.0%})"
    text = f"Nights recorded {share}, longest gap {count(this.longest_gap, 'night')}."
    return text if this.enough else f"{text} {TOO_FEW}"


def _heads(this: Period, previous: Period | None) -> list[str]:
    before = f"Previous {count(this.n_nights, 'night')}"
    return ["This period", before if previous else f"{before}: {NOT_RECORDED}", "Change (95% interval)"]


def _sleep_lost(facts: ClinicFacts) -> list[str]:
    lost = NOT_RECORDED if facts.sleep_lost is None else f"{count(facts.sleep_lost, 'night')}, as typed"
    return ["Nights of sleep lost to legs", lost, NOT_RECORDED, NOT_RECORDED]


def _noted(diary: Diary) -> list[tuple[dt.date, str]]:
    """Medicine changes that the diary itself holds: typed words, or the ticked tag's own name."""
    ticked = diary.events[diary.events["item"].eq("medicine_change") & diary.events["night"].notna()]
    typed = diary.daily[diary.daily["medicine_change"].fillna("").ne("")]
    both = [(night.date(), str(text)) for night, text in
            [*zip(ticked["night"], ticked["item_raw"], strict=True),
             *zip(typed["night"], typed["medicine_change"], strict=True)] if pd.notna(night)]
    return sorted(dict(reversed(both)).items())


def _noted_text(noted: list[tuple[dt.date, str]]) -> str | None:
    """The last few changes in words; None where there are none."""
    if not noted:
        return None
    more = f"; {len(noted) - CHANGES_NOTED} earlier" if len(noted) > CHANGES_NOTED else ""
    said = [f"{short_date(day)} {text[:40]}{'…' if len(text) > 40 else ''}" for day, text in noted[-CHANGES_NOTED:]]
    return breakable("; ".join(said) + more)


# --- pictures ------------------------------------------------------------------------------------------------------
def _strip(
    nights: pd.DataFrame, this: Period, facts: ClinicFacts, noted: list, a_line: int, paper: str,
) -> dict[str, str]:
    from rlskit.figures.printed import printed
    from rlskit.figures.strip import draw_strip, strip_caption

    changes = [*_starts_and_stops(facts), *((day, "noted") for day, _ in noted)]
    text = strip_caption(nights, changes=changes)
    return {"svg": printed(draw_strip, nights, _inches(paper), changes=changes, since=this.first,
                           a_line=a_line),
            "alt": f"Calendar of nights. {text}", "caption": text}


def _starts_and_stops(facts: ClinicFacts) -> list[tuple[dt.date, str]]:
    """(day, "start 1, 3") of the medicines."""
    return [(day, f"{word} {numbers}") for (day, word), numbers in _grouped(
        ((day, word), i) for i, one in enumerate(facts.medicines, 1)
        for day, word in ((one.start, "start"), (one.stop, "stop")) if day)]


def _onset(
    nights: pd.DataFrame, facts: ClinicFacts, changes: Changes, body: float, paper: str,
) -> dict[str, str] | None:
    table = trace_onset(nights)
    if not table["onset_h"].notna().any():
        return None
    from rlskit.figures.onset import draw_onset, onset_alt, onset_caption
    from rlskit.figures.printed import printed

    labels = dict(_grouped((at, i) for i, one in enumerate(facts.medicines, 1) for at in one.clocks))
    doses = [(f"dose {labels[at]}", (clock_minutes(at) - 720) % 1440 / 60, one.start, one.stop)
             for one in facts.medicines for at in one.clocks]
    marks: dict[str, Any] = {"doses": doses, "changes": _starts_and_stops(facts), "compared": changes.spans}
    return {"svg": printed(draw_onset, table, _inches(paper), body=body, **marks),
            "alt": onset_alt(table, **marks), "caption": onset_caption(table, **marks)}


def _grouped(pairs: Iterable[tuple[Any, int]]) -> list[tuple[Any, str]]:
    """The numbers that share a key, as one label: [(key, "1, 3")]."""
    groups: dict[Any, list[int]] = {}
    for key, number in pairs:
        groups.setdefault(key, []).append(number)
    return [(key, number_list(numbers)) for key, numbers in groups.items()]


def _inches(paper: str) -> float:
    return PAPERS[paper][1] / 25.4
