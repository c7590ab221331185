"""REDCap CSV exports: raw or labelled, longitudinal, repeating instruments, several people in one file.

What a study calls its variables stands in rlskit.toml, [columns]; a variable named like a column of rlskit's own
template needs no entry. table_rows.py reads the cells of each row. Rules (docs/data-dictionary.md):

* A row is blank outside its own form: nothing is filled down, and rows of other forms are explained, not dropped.
* An unticked checkbox is exported as 0 even where nobody ever saw it. A checkbox question with no box ticked is "none"
  only where its form is marked complete or unverified; else it is not recorded.
* Codes become labels by the data dictionary beside the data. Missing-data codes are the study's own: stated, not
  guessed.
* The data access group of a record is its person's site.
* A date that means the morning of filling in (`tells_of = "last night"`, as in the consensus sleep diary) is the
  evening's date plus one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from rlskit.diary.mapping import Tag
from rlskit.diary.readers import clock
from rlskit.diary.readers.decimals import settle, unclear_issues
from rlskit.diary.readers.parsed import Options, Parsed, Reader
from rlskit.diary.readers.redcap_dictionary import DELIMITERS, Variable, find_dictionary
from rlskit.diary.readers.table_rows import WORDS, Row, column_remarks, plan_columns, read_cells, refuse_one_sided
from rlskit.diary.readers.template_columns import BY_NAME, column_name
from rlskit.diary.readers.template_rows import date_of
from rlskit.diary.readers.text import read_table
from rlskit.diary.readers.yearless import with_years
from rlskit.diary.tables import KEPT, issue
from rlskit.errors import DiaryError

APP = "redcap"
OTHER_FORM = "no diary answer in this row"
TOO_SHORT = "row with too few cells"
NO_RECORD = "no record id"
NO_MOVEMENT = ("movement", "none")
# raw name, or the label that stands in a labelled export
SYSTEM = {
    "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_survey_identifier",
    "redcap_data_access_group", "event name", "repeat instrument", "repeat instance", "survey identifier",
    "data access group",
}  # fmt: skip
SITE = {"redcap_data_access_group", "data access group"}
TICKED, UNTICKED = {"1", "checked"}, {"0", "unchecked"}
DONE = {"1", "2", "unverified", "complete"}
_STATUS = {"0", "1", "2", "incomplete", "unverified", "complete", ""}


@dataclass(frozen=True)
class Source:
    """Where one answer comes from: its variable and column (`tag`), `at` the positions of its cells (several for a
    checkbox question), the `codes` of those boxes, the `form_at` position of its form's completion, and what its codes
    mean."""

    tag: Tag
    at: tuple[int, ...]
    codes: tuple[str, ...]
    labels: dict[str, str]
    form_at: int | None

    @property
    def variable(self) -> str:
        return self.tag.name


def recognises(path: Path) -> bool:
    """Whether the file has REDCap's own columns, or forms with their completion. Never raises."""
    try:
        lines = read_table(path, DELIMITERS).lines
        names = [c.strip().casefold() for c in lines[0][1]]
        if SYSTEM & set(names):
            return True
        status = [i for i, name in enumerate(names) if name.endswith("_complete") or name == "complete?"]
        cells = [row[i].strip().casefold() for _, row in lines[1:200] for i in status if i < len(row)]
        return bool(cells) and set(cells) <= _STATUS and any(cells)
    except (OSError, DiaryError):  # recognising never raises
        return False


def parse(path: Path, options: Options) -> Parsed:
    """Every row of the export as answers of one person and night, or an issue that says why not.

    Raises
    ------
    DiaryError : no variable is known to hold the night's date, dates that could be day first or month first, or
        `person` stated for a file of several people.
    """
    table = read_table(path, DELIMITERS)
    header = [c.strip() for c in table.lines[0][1]]
    body = table.lines[1:]
    if not body:
        raise DiaryError(f"{path.name}: only a header line, no rows. Export the records again and give that file.",
                         kind="no rows below the header")
    known = find_dictionary(path, set(header))
    codes = options.redcap.missing_codes
    sources = _sources(path.name, header, options.columns, known)
    amounts = {at for s in sources for at in s.at if s.tag.column not in WORDS}
    body, unclear = settle(body, options.decimal_mark, {*range(len(header))} - amounts)
    night = _night(path.name, header, sources, known, body)
    words = with_years([_cell(cells, night.at[0], codes) for _, cells in body], options.year, options.date_order,
                       path.name, night.variable)
    order = clock.date_order([str(w) for w in words if w], options.date_order or "ymd", path.name, night.variable)
    people = {cells[0].strip() for _, cells in body} - {""}
    if options.person and options.person != "me" and len(people) > 1:
        raise DiaryError(f'{path.name}: expected one person for "{options.person}", found {len(people)} record ids. '
                         "Leave the person out: the record ids are kept.")
    plan = refuse_one_sided(plan_columns([s.tag for s in sources], path.name),
                            ((s.tag, [_said(s, cells, codes) for _, cells in body if len(cells) >= len(header)])
                             for s in sources))
    sites = _sites(header, body)
    out = Parsed(path.name, APP, "labelled" if _labelled(header) else "raw", rows=len(body), tags=plan.tags,
                 columns=", ".join(f'"{s.variable}" → {s.tag.column}' for s in sources),
                 sites=tuple(sorted((who, where[0]) for who, where in sites.items())), issues=list(table.issues),
                 date_order="iso" if order == "ymd" else order)
    for (line, cells), date in zip(body, words, strict=True):
        if len(cells) < len(header):
            out.issues.append(issue(out.file, TOO_SHORT, row=line, found=f"{len(cells)} cells",
                                    expected=f"{len(header)} cells"))
            continue
        said = tuple((s.tag, found) for s in sources if s is not night and (found := _said(s, cells, codes)))
        if not said:
            out.issues.append(issue(out.file, OTHER_FORM, row=line))
        elif not cells[0].strip():
            out.issues.append(issue(out.file, NO_RECORD, row=line, column=header[0], found="", expected="a record id"))
        elif day := date_of(line, date, order, out, night.variable):
            read_cells(Row(line=line, day=day, clock=None, person=cells[0].strip(), cells=_none_done(said)), plan, out)
    out.issues.extend(_two_sites(out.file, header[0], sites))
    out.issues.extend(unclear_issues(out.file, unclear, {at: (s.variable, s.tag.column)
                                                         for s in sources for at in s.at}))
    out.issues.extend(_remarks(out.file, header, body, codes, sources))
    out.issues.extend(column_remarks(plan, options.columns, (n.partition("___")[0] for n in _raw_names(header, known)),
                                      out.file))
    return out


def _sites(header: list[str], body: list) -> dict[str, list[str]]:
    """The data access groups of each record, in the order of the file: one, unless the record was moved."""
    at = [i for i, name in enumerate(header) if name.casefold() in SITE]
    found: dict[str, list[str]] = {}
    for _, cells in body if at else ():
        who, where = cells[0].strip(), _cell(cells, at[0], ())
        if who and where and where not in found.setdefault(who, []):
            found[who].append(where)
    return found


def _two_sites(file: str, record: str, sites: dict[str, list[str]]) -> list[dict]:
    return [issue(file, "a record of two sites", column=record, found=f"{who}: {', '.join(where)}", outcome=KEPT,
                  expected="one data access group", advice="The first is used.")
            for who, where in sites.items() if len(where) > 1]


def _none_done(said: tuple[tuple[Tag, str], ...]) -> tuple[tuple[Tag, str], ...]:
    """A form with no movement ticked says that there was no stretch."""
    none = [(replace(tag, column="stretched"), "no") for tag, found in said if (tag.column, found) == NO_MOVEMENT]
    told = any(tag.column == "stretched" for tag, _ in said)
    return said if told else (*said, *none)


# --- which variable is which column ----------------------------------------------------------------------------------
def _sources(file: str, header: list[str], columns: dict[str, Tag], known: dict[str, Variable]) -> list[Source]:
    """What this file's variables mean: by [columns] of rlskit.toml, else by the name of a column of the template."""
    names = _raw_names(header, known)
    asked = [tag for tag in columns.values() if _positions(tag.name, names)]
    taken = {column_name(tag.column) for tag in asked} | {column_name(tag.name) for tag in asked}
    own = []
    for variable in dict.fromkeys(n.partition("___")[0] for n in names[1:]):
        column = column_name(variable)
        if column in BY_NAME.keys() - {"person"} - taken:
            taken.add(column)
            own.append(Tag(variable, column))
    found = []
    for tag in (tag for tag in [*asked, *own] if tag.column not in ("ignore", "person")):
        at = _positions(tag.name, names)
        codes = tuple(names[i].partition("___")[2] for i in at)
        base = known.get(tag.name.partition("___")[0], Variable(tag.name))
        labels = {_box(code): label for code, label in base.choices.items()} if any(codes) else base.choices
        found.append(Source(tag, at, codes, labels, _form_at(at[-1], names, base.form)))
    return found


def _raw_names(header: list[str], known: dict[str, Variable]) -> list[str]:
    """The header with labels as variables: `Which? (choice=Yoga)` of a labelled export is `which___2` of a raw one."""
    by_label = {v.label.casefold(): v for v in known.values() if v.label}
    names = []
    for label in header:
        question, one, choice = label.rpartition(" (choice=")
        variable = by_label.get(question.casefold()) if one else None
        codes = [] if variable is None else [
            c for c, said in variable.choices.items() if said.casefold() == choice.removesuffix(")").strip().casefold()]
        if variable is not None and codes:
            names.append(f"{variable.name}___{_box(codes[0])}")
        else:
            names.append(by_label[label.casefold()].name if label.casefold() in by_label else label)
    return names


def _box(code: str) -> str:
    """A code as REDCap writes it into the name of a checkbox's column: lower case, with _ for what is no letter."""
    return re.sub(r"[^a-z0-9]", "_", code.casefold())


def _positions(variable: str, names: list[str]) -> tuple[int, ...]:
    """Where a variable stands: one cell, or the cells of its boxes (`var___code`)."""
    return tuple(i for i, n in enumerate(names) if n == variable or n.startswith(f"{variable}___"))


def _form_at(at: int, names: list[str], form: str) -> int | None:
    """The completion of the form a cell stands on: by the dictionary, else the next one to its right."""
    if form and f"{form}_complete" in names:
        return names.index(f"{form}_complete")
    status = (i for i in range(at, len(names)) if names[i].endswith("_complete") or names[i].casefold() == "complete?")
    return next(status, None)


def _night(file: str, header: list[str], sources: list[Source], known: dict[str, Variable], body: list) -> Source:
    night = next((s for s in sources if s.tag.column == "night"), None)
    if night is not None:
        return night
    dates = [v.name for v in known.values() if v.validation.startswith("date")]
    dates = dates or [h for i, h in enumerate(header) if _looks_like_dates([c[i] for _, c in body if i < len(c)])]
    which = f" Variables that hold dates: {', '.join(dates[:8])}." if dates else ""
    raise DiaryError(f"{file}: a REDCap export, and no variable is known to hold the date of the night.{which} Write "
                     'in rlskit.toml beside it a section such as [columns."diary_date"], with column = "night" and '
                     'tells_of = "tonight" or "last night".',
                     kind="no variable is known to hold the date of the night")


def _looks_like_dates(cells: list[str]) -> bool:
    filled = [c.strip() for c in cells if c.strip()]
    try:
        return bool(filled) and all(clock.parse_date(c, "ymd") is not None and len(c) <= 10 for c in filled)
    except ValueError:
        return False


def _labelled(header: list[str]) -> bool:
    return any(h.casefold() in SYSTEM and h.casefold() == h.casefold().replace("_", " ") for h in header) or any(
        h.casefold() == "complete?" for h in header)


# --- cells -----------------------------------------------------------------------------------------------------------
def _cell(cells: list[str], at: int, missing: Collection[str]) -> str:
    """A cell; a missing-data code of the study is an empty one."""
    said = cells[at].strip() if at < len(cells) else ""
    return "" if said in missing else said


def _said(source: Source, cells: list[str], missing: Collection[str]) -> str:
    """What one row says to one template column, in words; "" where it says nothing."""
    if not any(source.codes):
        said = _cell(cells, source.at[0], missing)
        return source.labels.get(said, said)
    boxes = [_cell(cells, i, missing).casefold() for i in source.at]
    ticked = [code for code, box in zip(source.codes, boxes, strict=True) if box in TICKED]
    if {_box(code) for code in missing} & set(ticked):
        return ""  # the box that says why there is no answer
    seen = bool(ticked) or (source.form_at is not None and cells[source.form_at].strip().casefold() in DONE)
    if not seen or not set(boxes) & (TICKED | UNTICKED):
        return ""
    if source.tag.column == "movement":
        return "; ".join(source.labels.get(code, code) for code in ticked) or "none"
    return "yes" if ticked else "no"


def _remarks(file: str, header: list[str], body: list, missing: Collection[str], sources: list[Source]) -> list[dict]:
    """What was not read: variables without a meaning (counted, not named one by one), and missing-data codes."""
    read = {i for s in sources for i in s.at}
    unread = [h for i, h in enumerate(header) if i not in read and i and h.casefold() not in SYSTEM
              and not h.endswith("_complete") and h.casefold() != "complete?"]
    said = []
    if unread:
        said.append(issue(file, f"{len(unread)} variables were not read", outcome=KEPT, found=", ".join(unread[:8]),
                          advice="Name those you want under [columns] in rlskit.toml."))
    codes = Counter(c.strip() for _, cells in body for i, c in enumerate(cells) if i in read)
    for code in missing:
        said.append(issue(file, f'missing-data code "{code}" in {codes[code]} cells', outcome=KEPT))
    return said


READER = Reader(app=APP, called="REDCap", recognises=recognises, parse=parse)
