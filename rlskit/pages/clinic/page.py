"""write_clinic_page(): one side of paper that a clinician reads in two minutes, as an accessible PDF.

Nothing is computed here: numbers.py, onset.py, habits.py and Answers say it, cells.py words it, page.typ sets it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.answers.result import Answers
from rlskit.answers.sentences import EARLIER, count, date_range, long_date, short_date
from rlskit.diary.night_rule import clock_minutes
from rlskit.diary.tables import Diary
from rlskit.errors import DiaryError
from rlskit.pages.clinic.cells import breakable, irls_text, iron_text, medicine_row, number_rows, short_range
from rlskit.pages.clinic.facts import DRUG_GROUPS, MIMICS, ClinicFacts
from rlskit.pages.clinic.findings import began_much_earlier, list_questions, list_sayings
from rlskit.pages.clinic.habits import list_habits
from rlskit.pages.clinic.numbers import NOT_RECORDED, compare_periods
from rlskit.pages.clinic.onset import trace_onset
from rlskit.pages.clinic.periods import Period, split_periods
from rlskit.pages.typeset import typeset
from rlskit.utils.files import write_whole
from rlskit.utils.stamp import stamp_analysis, stamp_lines

PAPERS = {"a4": ("a4", 186.0), "letter": ("us-letter", 191.9)}  # typst's name, width of the text in mm
TITLE = "Restless-legs diary: one page for a visit"
NATURE = "Self-recorded diary; not a diagnosis."
TOO_FEW = "Too few nights for rates (14 nights and 70% are needed)."
NOTE = ("IQR: middle half of the n nights. In brackets after rates and changes: 95% interval, which allows for bad "
        "nights that come in runs. Minus: fewer, less or earlier. Before and after prove little: in trials 40 in 100 "
        "people (95% interval 32 to 48) improved on a dummy treatment.")
# From roomy to tight; the first that fits on one side is taken. Points, except `leading`.
LAYOUTS = (
    {"size": 8.6, "leading": 0.55, "gap": 6.0, "cell": 2.4, "onset": 110.0},
    {"size": 8.5, "leading": 0.52, "gap": 5.2, "cell": 2.0, "onset": 96.0},
    {"size": 8.3, "leading": 0.5, "gap": 4.6, "cell": 1.8, "onset": 84.0},
    {"size": 8.0, "leading": 0.48, "gap": 4.2, "cell": 1.5, "onset": 76.0},
    {"size": 8.0, "leading": 0.44, "gap": 3.2, "cell": 1.3, "onset": 62.0},
    {"size": 8.0, "leading": 0.4, "gap": 2.6, "cell": 1.0, "onset": 48.0},
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
    """
    path = Path(path)
    if path.suffix.lower() != ".pdf":
        raise DiaryError(f"{path.name}: expected a name that ends in .pdf.")
    content = render_clinic_page(diary, nights, answers, facts=facts, paper=paper, made=made, stamp=stamp)
    return write_whole(path, content)


def render_clinic_page(
    diary: Diary, nights: pd.DataFrame, answers: Answers, *, facts: ClinicFacts | None = None, paper: str = "a4",
    made: dt.date | None = None, stamp: pd.DataFrame | None = None,
) -> bytes:
    """The bytes of the PDF (PDF/UA-1) that write_clinic_page writes."""
    if paper not in PAPERS:
        raise DiaryError(f'paper: expected one of {", ".join(PAPERS)}, found "{paper}".')
    content = page_content(diary, nights, answers, facts or ClinicFacts(), made or dt.date.today())
    strip, again = content["strip"](paper), stamp_lines(stamp_analysis(diary) if stamp is None else stamp)
    for layout in LAYOUTS:
        pdf, pages = typeset("rlskit.pages.clinic", "page.typ", "clinic page", {
            **content, "onset": content["onset"](layout["onset"], paper), "strip": strip, "stamp": again,
            "layout": layout, "paper": PAPERS[paper][0]})
        if pages == 1:
            return pdf
    raise DiaryError("clinic.toml holds more than one side of paper can. Shorten names, conditions or questions, or "
                     "leave out medicines that were stopped long ago.")


# --- what stands on it ---------------------------------------------------------------------------------------------
def page_content(
    diary: Diary, nights: pd.DataFrame, answers: Answers, facts: ClinicFacts, made: dt.date,
) -> dict[str, Any]:
    """Every text of the page by its place; "strip" and "onset" are functions that draw for a paper."""
    this, previous = split_periods(nights, facts.since)
    whole, _ = split_periods(nights, nights["night"].min().date())
    numbers = compare_periods(this, previous)
    noted = _noted(diary)
    return {
        "title": TITLE, "version": metadata.version("rlskit"),
        "made": f"rlskit {metadata.version('rlskit')}, {long_date(made)}",
        "name": breakable(facts.name or (answers.person if answers.person not in ("", "me") else "")
                          or "Name or ID: not given"),
        "period": f"{date_range(this.first, this.last)} ({count(this.n_nights, 'night')})",
        "recorded": _recorded(this), "nature": NATURE, "not_recorded": NOT_RECORDED,
        "numbers": {"head": ["", *_heads(this, previous)], "rows": number_rows(numbers), "typed": _typed(facts),
                    "note": NOTE},
        "strip": lambda paper: _strip(nights, this, facts, noted, paper),
        "onset": lambda body, paper: _onset(nights, facts, body, paper),
        "earlier": EARLIER if began_much_earlier(numbers) else None,
        "medicines": [medicine_row(i, one) for i, one in enumerate(facts.medicines, 1)],
        "noted": _noted_text(noted),
        "iron": [iron_text(one) for one in facts.iron] or [NOT_RECORDED],
        "groups": [[name, facts.drug_groups[key]] if key in facts.drug_groups else [f"{name} ({NOT_RECORDED})", False]
                   for key, name in DRUG_GROUPS.items()] if facts.drug_groups else [],
        "habits": [list(pair) for pair in list_habits(diary, this)],
        "sayings": list_sayings(answers, whole.enough),
        "mimics": [[name, key in facts.mimics] for key, name in MIMICS.items()],
        "questions": [[breakable(text), suggested] for text, suggested in list_questions(facts, numbers)],
    }


def _recorded(this: Period) -> str:
    share = f"{this.n_answered} of {this.n_nights} ({this.n_answered / this.n_nights:.0%})"
    text = f"Nights recorded {share}, longest gap {count(this.longest_gap, 'night')}."
    return text if this.enough else f"{text} {TOO_FEW}"


def _heads(this: Period, previous: Period | None) -> list[str]:
    before = short_range(previous.first, previous.last) if previous else NOT_RECORDED
    return [f"This period\n{short_range(this.first, this.last)}", f"Previous {count(this.n_nights, 'night')}\n{before}",
            "Change\n(95% interval)"]


def _typed(facts: ClinicFacts) -> list[list[str]]:
    lost = NOT_RECORDED if facts.sleep_lost is None else f"{count(facts.sleep_lost, 'night')} of this period, as typed"
    return [["Nights of sleep lost to legs", lost],
            ["Arms or other parts", breakable(facts.other_parts) or NOT_RECORDED],
            ["IRLS total, as typed", irls_text(facts)]]


def _noted(diary: Diary) -> list[tuple[dt.date, str]]:
    """Medicine changes that the diary itself holds: typed words, or the ticked tag's own name."""
    ticked = diary.events[diary.events["item"].eq("medicine_change") & diary.events["night_date"].notna()]
    typed = diary.daily[diary.daily["medicine_change"].fillna("").ne("")]
    both = [(night.date(), str(text)) for night, text in
            [*zip(ticked["night_date"], ticked["item_raw"], strict=True),
             *zip(typed["night_date"], typed["medicine_change"], strict=True)] if pd.notna(night)]
    return sorted(dict(reversed(both)).items())


def _noted_text(noted: list[tuple[dt.date, str]]) -> str | None:
    """The last few changes in words; None where there are none."""
    if not noted:
        return None
    more = f"; {len(noted) - CHANGES_NOTED} earlier" if len(noted) > CHANGES_NOTED else ""
    said = [f"{short_date(day)} {text[:40]}{'…' if len(text) > 40 else ''}" for day, text in noted[-CHANGES_NOTED:]]
    return breakable("; ".join(said) + more)


# --- pictures ------------------------------------------------------------------------------------------------------
def _strip(nights: pd.DataFrame, this: Period, facts: ClinicFacts, noted: list, paper: str) -> dict[str, str]:
    from rlskit.figures.printed import printed
    from rlskit.figures.strip import draw_strip, strip_caption

    changes = [(day, f"{word} {numbers}") for (day, word), numbers in _grouped(
        ((day, word), i) for i, one in enumerate(facts.medicines, 1)
        for day, word in ((one.start, "start"), (one.stop, "stop")) if day)]
    changes += [(day, "noted") for day, _ in noted]
    text = strip_caption(nights, changes=changes) + " Thick line below: this period."
    return {"svg": printed(draw_strip, nights, _inches(paper), changes=changes, since=this.first),
            "alt": f"Calendar of nights. {text}", "caption": text}


def _onset(nights: pd.DataFrame, facts: ClinicFacts, body: float, paper: str) -> dict[str, str] | None:
    table = trace_onset(nights)
    if not table["onset_h"].notna().any():
        return None
    from rlskit.figures.onset import draw_onset, onset_alt, onset_caption
    from rlskit.figures.printed import printed

    labels = dict(_grouped((at, i) for i, one in enumerate(facts.medicines, 1) for at in one.clocks))
    doses = [(f"dose {labels[at]}", (clock_minutes(at) - 720) % 1440 / 60, one.start, one.stop)
             for one in facts.medicines for at in one.clocks]
    return {"svg": printed(draw_onset, table, _inches(paper), doses=doses, body=body),
            "alt": onset_alt(table, doses=doses), "caption": onset_caption(table, doses=doses)}


def _grouped(pairs: Iterable[tuple[Any, int]]) -> list[tuple[Any, str]]:
    """The numbers that share a key, as one label: [(key, "1, 3")]."""
    groups: dict[Any, list[int]] = {}
    for key, number in pairs:
        groups.setdefault(key, []).append(number)
    return [(key, ", ".join(map(str, dict.fromkeys(numbers)))) for key, numbers in groups.items()]


def _inches(paper: str) -> float:
    return PAPERS[paper][1] / 25.4
