"""write_template(): an empty diary to fill, as a spreadsheet, as CSV or as paper. Columns:
diary/readers/template_columns.py.

All three hold the same columns under the same names, so that a page filled by pen can be typed into the spreadsheet.
Spreadsheet and paper carry the stamp (utils/stamp.py) in their properties; a CSV has no place for it that is not a row.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

from rlskit.diary.readers.template_cells import NIGHTS
from rlskit.diary.readers.template_columns import COLUMNS, CUP, MOVEMENTS, SETTINGS, TELLS_OF, WRITTEN, Column
from rlskit.errors import DiaryError
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
PAPERS = ("a4", "letter")


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
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerows([s.name, f"{s.value:g}" if isinstance(s.value, float) else s.value, s.how] for s in SETTINGS)
    rows.writerow([c.name for c in WRITTEN])
    rows.writerows([night.isoformat() if night else "", *[""] * (len(WRITTEN) - 1)] for night in nights)
    return out.getvalue().encode()


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
_WIDTHS = {"night": 1.5, "movement": 1.3, "magnesium": 1.15, "medicine_change": 1.8, "stretch_min": 0.9}


def _pdf(nights: list[dt.date | None], paper: str = "a4") -> bytes:
    """Two weeks a page, landscape, in the standard fonts; yes and no are printed, to be circled."""
    from reportlab.lib.pagesizes import A4, LETTER, landscape
    from reportlab.lib.units import mm
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    out = io.BytesIO()
    page = landscape(A4 if paper == "a4" else LETTER)
    margin = 8 * mm
    width = page[0] - 2 * margin - 12  # the frame keeps 6 points free on each side
    document = SimpleDocTemplate(
        out, pagesize=page, leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin,
        title=TITLE, author="rlskit", subject="One row per night, to fill by pen", lang="en",
        keywords="; ".join(stamp_lines(stamp_analysis())))
    styles = _styles()
    story: list = []
    for first in range(0, len(nights), DAYS_PER_PAGE):
        story += [PageBreak()] if first else []
        story += [Paragraph(TITLE, styles["title"])]
        story += [Paragraph(line, styles["body"]) for line in (*INTRO, ON_PAPER)]
        story += [Spacer(1, 2 * mm), _grid(nights[first:first + DAYS_PER_PAGE], width, styles),
                  Spacer(1, 2.5 * mm), _how_table(width, styles)]
    document.build(story)
    return out.getvalue()


def _styles() -> dict:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.styles import ParagraphStyle

    body = ParagraphStyle("body", fontName="Helvetica", fontSize=8, leading=10)
    return {
        "title": ParagraphStyle("title", parent=body, fontName="Helvetica-Bold", fontSize=14, leading=18),
        "body": body,
        "head": ParagraphStyle("head", parent=body, fontName="Helvetica-Bold", fontSize=6.5, leading=7.8),
        "how": ParagraphStyle("how", parent=body, fontSize=7.5, leading=8.8),
        "choice": ParagraphStyle("choice", parent=body, fontSize=8, alignment=1, textColor=HexColor("#5F6B76")),
        "night": ParagraphStyle("night", parent=body, fontSize=8, leading=9),
    }


def _grid(nights: list[dt.date | None], width: float, styles: dict):
    """The rows to fill: one per night, lines heavier between the weeks."""
    from reportlab.lib.colors import HexColor
    from reportlab.lib.units import mm
    from reportlab.platypus import Paragraph, Table

    shares = [_WIDTHS.get(c.name, 1.0) for c in WRITTEN]
    cells = [[Paragraph(label(c), styles["head"]) for c in WRITTEN]]
    for night in nights:
        cells.append([Paragraph(f"{night:%a}<br/>{night.isoformat()}" if night else "", styles["night"]), *[
            Paragraph("yes&nbsp;&nbsp;&nbsp;no" if c.kind in ("yes_no", "yes_nos") else "", styles["choice"])
            for c in WRITTEN[1:]]])
    line, week = HexColor("#9AA5B1"), HexColor("#33404D")
    look = [
        ("GRID", (0, 0), (-1, -1), 0.4, line), ("BACKGROUND", (0, 0), (-1, 0), HexColor("#E8EEF4")),
        ("VALIGN", (0, 0), (-1, 0), "TOP"), ("VALIGN", (0, 1), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), 2), ("RIGHTPADDING", (0, 0), (-1, -1), 1),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
        *[("LINEBELOW", (0, row), (-1, row), 1.1, week) for row in range(0, len(nights) + 1, 7)],
    ]
    return Table(cells, colWidths=[width * s / sum(shares) for s in shares],
                 rowHeights=[11.5 * mm] + [8.6 * mm] * len(nights), style=look, repeatRows=1)


def _how_table(width: float, styles: dict):
    """How to fill each column, in two columns of small print below the rows."""
    from reportlab.platypus import Paragraph, Table

    lines = [Paragraph(f"<b>{label(c)}</b>: {c.how}", styles["how"]) for c in WRITTEN]
    half = (len(lines) + 1) // 2
    rows = [[lines[i], lines[half + i] if half + i < len(lines) else ""] for i in range(half)]
    return Table(rows, colWidths=[width / 2] * 2, style=[
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0.6)])
