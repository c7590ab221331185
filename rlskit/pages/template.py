"""write_template(): an empty diary to fill, as a spreadsheet, as CSV or as paper. Columns:
diary/readers/template_columns.py.

All three hold the same columns under the same names, so that a page filled by pen can be typed into the spreadsheet.
Spreadsheet and paper carry the stamp (utils/stamp.py) in their properties; a CSV has no place for it that is not a row.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

from rlskit.diary.readers.template_cells import NIGHTS
from rlskit.diary.readers.template_columns import COLUMNS, CUP, MOVEMENTS, SETTINGS, TELLS_OF, WRITTEN, Column
from rlskit.errors import DiaryError
from rlskit.pages.typeset import typeset
from rlskit.utils.csv_files import rows_as_csv
from rlskit.utils.files import write_whole
from rlskit.utils.kinds import PATH, takes
from rlskit.utils.stamp import stamp_analysis, stamp_lines

TITLE = "Restless-legs diary"
INTRO = (
    "One row per night, named by the date of the evening. What happens after midnight belongs to the same row.",
    'Write "no" and "0" too: an empty cell means "not recorded", and never "no". A row left empty is a night without '
    "a record; that is fine.",
)
ON_PAPER = (
    f"One of my cups has ______ mg of caffeine ({CUP.value:g} if left empty). Circle one: a row is dated by the "
    "evening and tells of tonight, or by the morning after and tells of last night."
)
DAYS_PER_PAGE = 14
ROOM = 1000  # rows of the spreadsheet that offer the choices, for diaries that go on
PAPERS = {"a4": "a4", "letter": "us-letter"}  # as typst names them


@takes(PATH)
def write_template(path: str | Path, *, weeks: int = 4, start: dt.date | None = None, paper: str = "a4") -> Path:
    """Write an empty diary; the ending of the name decides: .xlsx, .csv or .pdf.

    Parameters
    ----------
    path : the file to write; it must not exist yet, for it could be a diary that somebody filled in.
    weeks : how many weeks of nights, 1 to 52.
    start : date of the first evening. Default: today; on paper the dates are left to the pen.
    paper : "a4" or "letter", for .pdf.

    Returns
    -------
    Path : the file that was written.

    Raises
    ------
    DiaryError : another ending, a file that exists, or weeks or paper out of range.

    Example: ``rk.write_template("my/diary.csv")``
    """
    path = Path(path)
    writers = {".xlsx": _workbook, ".csv": _csv, ".pdf": _pdf}
    suffix = path.suffix.lower()
    if suffix not in writers:
        raise DiaryError(f"{path.name}: expected a name that ends in {', '.join(writers)}.")
    if paper not in PAPERS:
        raise DiaryError(f'paper: expected one of {", ".join(PAPERS)}, found "{paper}".')
    if not 1 <= weeks <= 52:
        raise DiaryError(f'weeks: expected 1–52, found "{weeks}".')
    if path.exists():
        raise DiaryError(f"{path.name}: the file exists already and may hold a filled diary. Give another name.")
    nights = _nights(start if start or suffix == ".pdf" else dt.date.today(), weeks)
    content = _pdf(nights, paper) if suffix == ".pdf" else writers[suffix](nights)
    return write_whole(path, content)


def _nights(start: dt.date | None, weeks: int) -> list[dt.date | None]:
    days = range(7 * weeks)
    return [start + dt.timedelta(days=i) for i in days] if start else [None for _ in days]


def label(column: Column) -> str:
    """The column's name in words; the reader knows both spellings as the same."""
    return column.name.replace("0_10", "0–10").replace("_", " ")


# --- CSV -------------------------------------------------------------------------------------------------------------
def _csv(nights: list[dt.date | None]) -> bytes:
    settings = ([s.name, f"{s.value:g}" if isinstance(s.value, float) else s.value, s.how] for s in SETTINGS)
    rows = ([night.isoformat() if night else "", *[""] * (len(WRITTEN) - 1)] for night in nights)
    return rows_as_csv([*settings, [c.name for c in WRITTEN], *rows]).encode()


# --- XLSX ------------------------------------------------------------------------------------------------------------
_FORMATS = {"date": "yyyy-mm-dd", "clock": "hh:mm", "clocks": "hh:mm"}


def _workbook(nights: list[dt.date | None]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.properties.title, book.properties.creator = TITLE, "rlskit"
    book.properties.description = "\n".join(stamp_lines(stamp_analysis()))
    sheet = book.active
    sheet.title = "diary"
    for setting in SETTINGS:
        sheet.append([setting.name, setting.value, setting.how])
    sheet.add_data_validation(_one_of_nights(f"B{[s.name for s in SETTINGS].index(TELLS_OF.name) + 1}"))
    top = len(SETTINGS) + 1
    sheet.append([c.name for c in WRITTEN])
    for night in nights:
        sheet.append([night])
    sheet.freeze_panes = f"B{top + 1}"
    sheet.row_dimensions[top].height = 48
    for i, column in enumerate(WRITTEN, 1):
        letter = get_column_letter(i)
        head = sheet.cell(top, i)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF4")
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[letter].width = 30 if column.name == "medicine_change" else 14
        for row in range(top + 1, top + 1 + len(nights)):
            sheet.cell(row, i).number_format = _FORMATS.get(column.kind, "General")
        sheet.add_data_validation(_choices(column, f"{letter}{top + 1}:{letter}{ROOM}"))
    _how_sheet(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _one_of_nights(cell: str):
    """The choice of the night that each row tells of."""
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = DataValidation(type="list", formula1=f'"{",".join(NIGHTS)}"', allow_blank=True, sqref=cell)
    choices.showErrorMessage, choices.error = True, f"Please choose {' or '.join(NIGHTS)}."
    return choices


def _choices(column: Column, cells: str):
    """What a cell offers and asks for. Only yes/no and the severity refuse anything else."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = {
        "yes_no": {"type": "list", "formula1": '"yes,no"', "errorStyle": "stop"},
        "yes_nos": {"type": "list", "formula1": '"yes,no"', "errorStyle": "information"},
        "movements": {"type": "list", "formula1": f'"{",".join(MOVEMENTS)}"', "errorStyle": "information"},
        "severity": {"type": "whole", "operator": "between", "formula1": "0", "formula2": "10", "errorStyle": "stop"},
    }.get(column.kind, {})
    choices = DataValidation(allow_blank=True, sqref=cells, **rule)
    choices.showInputMessage, choices.promptTitle, choices.prompt = True, column.name[:32], column.how[:255]
    choices.showErrorMessage = column.kind in ("yes_no", "severity")
    choices.error = "Please choose yes or no." if column.kind == "yes_no" else "A whole number from 0 to 10."
    return choices


def _how_sheet(book) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet("how to fill")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 90
    sheet.append([TITLE])
    sheet["A1"].font = Font(bold=True, size=14)
    for line in INTRO:
        sheet.append([None, line])
    sheet.append(["column", "what goes in"])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for name, how in [*((s.name, s.how) for s in SETTINGS), *((c.name, c.how) for c in WRITTEN)]:
        sheet.append([name, how])
    sheet.append(["columns you may add", "Write the name behind the last column of the diary."])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for column in (c for c in COLUMNS if not c.in_template):
        sheet.append([column.name, column.how])
    for (cell,) in sheet.iter_rows(min_col=2, max_col=2):
        cell.alignment = Alignment(wrap_text=True, vertical="top")


# --- PDF -------------------------------------------------------------------------------------------------------------
# Share of the page's width that a column gets; the others get 1.
_WIDTHS = {"night": 1.5, "movement": 1.3, "magnesium": 1.15, "medicine_change": 1.8, "stretch_min": 0.9,
           "severity_0_10": 1.1}


def _pdf(nights: list[dt.date | None], paper: str = "a4") -> bytes:
    """Two weeks a page, landscape; yes and no are printed, to be circled. template.typ sets it."""
    rows = [f"{night:%a}\n{night.isoformat()}" if night else "" for night in nights]
    content = {
        "title": TITLE, "stamp": stamp_lines(stamp_analysis()), "intro": [*INTRO, ON_PAPER],
        "paper": PAPERS[paper],
        "columns": [{"name": label(c), "how": c.how, "width": _WIDTHS.get(c.name, 1),
                     "choice": c.kind in ("yes_no", "yes_nos")} for c in WRITTEN],
        "sheets": [rows[at:at + DAYS_PER_PAGE] for at in range(0, len(rows), DAYS_PER_PAGE)]}
    return typeset("rlskit.pages", "template.typ", "paper diary", content)[0]
