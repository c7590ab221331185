"""write_plan_files(): a plan sealed, and its nights on paper, for a phone, for a spreadsheet and for rlskit.toml.

sheet.typ sets the paper: four weeks a page, boxes to tick, greyscale-safe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rlskit.errors import DiaryError
from rlskit.pages.typeset import typeset
from rlskit.trials.outputs import (
    CALENDAR,
    MAPPING,
    TABLE,
    done_heading,
    plan_calendar,
    plan_mapping,
    plan_table,
    times_asked,
)
from rlskit.trials.plan import PLAN, TrialPlan
from rlskit.trials.seal import FILE_NAME, write_plan
from rlskit.trials.words import coin_says, day_name
from rlskit.utils.files import whole_folder
from rlskit.utils.kinds import takes
from rlskit.utils.words import capital, count, short_date

SHEET = "sheet.pdf"
PAPERS = {"a4": ("a4", 7.9), "letter": ("us-letter", 7.3)}  # typst's name, mm of a row
ROWS = 28  # nights a page
SHORT = 30  # letters that fit into a cell at full size
HOW = ("Look at tonight's row in the evening, not before. Do what the coin says, even when you would rather not. The "
       "next morning tick yes or no in both places: an empty row is “not written down”, never “no”. If you did "
       "otherwise, tick that; the night still counts.")


@takes(PLAN)
def write_plan_files(plan: TrialPlan, folder: str | Path, *, paper: str = "a4") -> list[Path]:
    """Seal a plan into a folder and write its nights beside it; return the paths, the sealed plan first.

    plan.json is the plan, sealed; nights.ics goes into the calendar of a phone; sheet.pdf ("a4" or "letter") is filled
    by pen, nights.csv in a spreadsheet; rlskit.toml says what the columns of nights.csv, and tags of an app, mean. All
    of them are written or none. Raises DiaryError where one of them is there already: they are never overwritten, and
    the folder must be new or empty.

    Example: ``rk.write_plan_files(plan, "my/trial")``
    """
    folder = Path(folder)
    parts = {CALENDAR: plan_calendar(plan), SHEET: render_trial_sheet(plan, paper),
             TABLE: plan_table(plan).encode(), MAPPING: plan_mapping(plan).encode()}
    there = [name for name in (FILE_NAME, *parts) if (folder / name).exists()]
    if there:
        raise DiaryError(f"{folder / there[0]}: exists already, and what belongs to a plan is never overwritten. Name "
                         "another folder.")
    with whole_folder(folder, names=()) as draft:
        for name, content in parts.items():
            (draft / name).write_bytes(content)
        write_plan(plan, draft)
    return [folder / name for name in (FILE_NAME, *parts)]


def render_trial_sheet(plan: TrialPlan, paper: str = "a4") -> bytes:
    """The bytes of the PDF (PDF/UA-1) to fill by pen."""
    if paper not in PAPERS:
        raise DiaryError(f'paper: expected one of {", ".join(PAPERS)}, found "{paper}".')
    rows = [[f"{day_name(one.night)[:3]} {short_date(one.night)}", capital(coin_says(plan, one.treat)), one.treat,
             one.counted] for one in plan.schedule]
    content: dict[str, Any] = {
        "title": f"Coin-flip nights: {plan.treatment}, or {plan.control}", "how": HOW, "paper": PAPERS[paper][0],
        "row": PAPERS[paper][1],
        "size": 8.6 if max(map(len, (plan.treatment, plan.control))) <= SHORT else 6.8,
        "asked": [f"{done_heading(plan)}?", f"Symptoms after {plan.at}?"],
        "numbers": ["Worst, 0–10", *times_asked(plan)],
        "not_counted": "not counted" if plan.washout else "",
        "sheets": [rows[at:at + ROWS] for at in range(0, len(rows), ROWS)],
        "foot": f"{count(len(rows), 'night')}. Plan sealed {short_date(plan.made)}, SHA-256 {plan.sha256}"}
    return typeset("rlskit.pages.trial", "sheet.typ", "sheet of the plan", content)[0]
