"""The draft of [columns] for a table of one's own: what its headers say, where its cells agree. What the words do not
know, and what the cells leave open, is a question and never a guess."""

from __future__ import annotations

import re
import textwrap
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rlskit.diary.draft import key_lines, suggest
from rlskit.diary.mapping import TABLE_COLUMNS, tag_key
from rlskit.diary.readers import clock, table_words, template_answers
from rlskit.diary.readers.cell_kinds import (
    in_mg,
    is_amount,
    is_choice,
    is_clock,
    is_number,
    is_score,
    is_tick,
    is_yes_no,
    measured,
    rating,
    share,
)
from rlskit.diary.readers.table_cells import DATED, Sheet, holds_dates, read_sheet
from rlskit.diary.readers.table_lines import is_one_sided, lines_of_known, lines_of_unknown
from rlskit.diary.readers.table_rows import DETAILS
from rlskit.diary.readers.table_ticks import names_in
from rlskit.diary.readers.template_answers import MAX_MG, MAX_MINUTES, MAX_SECONDS, split_cell, text
from rlskit.diary.readers.yearless import lacks_year
from rlskit.diary.toml_values import toml_text

UNKNOWN, NO_SIDE = "What is it?", "Some of its words are not known."
EXAMPLES = 5  # different cells of a column that a draft shows
LEAST = 0.8  # share of the filled cells that must be understood
MORNING = (4, 12)  # hours in which people tell of the night that they have slept through
_YES_NO = {"symptoms", "early_symptoms", "stretched", "iron", "magnesium", "free_night"}
SYMPTOMS = ("symptoms", "early_symptoms", "severity_0_10")
_CHOICE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One column of the draft: the keys in force, and what is asked about it."""

    header: str
    cells: str  # how many, and some of them
    keys: dict[str, object] = field(default_factory=dict)
    question: str = ""
    names: tuple[tuple[str, int], ...] = ()  # what the cells of a list name, and how often
    lines: tuple[str, ...] = ()  # of rlskit.toml, that settle the question of a column without keys


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The drafted columns of one table, the one with the dates first; date_order : "" where it need not be said."""

    file: str
    entries: tuple[Entry, ...]
    date_order: str

    @property
    def tags(self) -> list[dict]:
        """The names in lists, as rows of TAG_COLUMNS: [tags] says what they mean."""
        return [{"tag": name, "group": e.header, "n": n} for e in self.entries for name, n in e.names]


def draft_table(path: Path) -> Draft | None:
    """The draft for a table, None where the file is none."""
    sheet = read_sheet(path, ())
    if sheet is None:
        return None
    dated_ones = [at for at, name in enumerate(sheet.header) if holds_dates(_filled(sheet, at)) or (
        table_words.NIGHT.search(tag_key(name)) and holds_dates(_filled(sheet, at), lacks_year))]
    night = next((at for at in dated_ones if table_words.NIGHT.search(tag_key(sheet.header[at]))), dated_ones[0])
    entries = [_entry(sheet, at, night) for at, name in enumerate(sheet.header)
               if name and at != night and _filled(sheet, at)]
    entries = _one_of_each(_with_amount(sheet, entries))
    dated = _night(sheet, night, entries)
    if "tells_of" not in dated.keys:
        times = _times(sheet, night, entries)
        only = SYMPTOMS if "entry_time" in dated.keys or any(e.keys.get("column") == "time" for e in entries) else None
        entries = [_told_in_the_morning(sheet, times, e) if only is None or e.keys.get("column") in only else e
                   for e in entries]
    return Draft(file=path.name, entries=(dated, *entries), date_order=clock.order_of_rows(
        [str(day) for day, _ in map(split_cell, _filled(sheet, night)) if isinstance(day, str)]))


def draft_text(drafts: Sequence[Draft], old: str = "") -> str:
    """[columns] of all these tables, a header of several once; what is not recognised stands last, as comments.

    old : the rlskit.toml that is there: what it names, if in a comment, is left out."""
    entries = list({tag_key(e.header): e for draft in reversed(drafts) for e in reversed(draft.entries)}.values())[::-1]
    named = {tag_key(name) for name in tomllib.loads(old).get("columns", {})}
    entries = [e for e in entries if tag_key(e.header) not in named and f"[columns.{toml_text(e.header)}]" not in old]
    lines = [line for e in entries if e.keys for line in
             ("", f"[columns.{toml_text(e.header)}]   # {e.cells}", *key_lines(e.keys),
              *([f"question = {_quoted(e.question)}"] if e.question else []))]
    unknown = [line for e in entries if not e.keys for line in
               (f"# [columns.{toml_text(e.header)}]   # {e.cells}", *_asked(e))]
    if unknown:
        lines += ["", "# Not recognised. To use one, take the # away and write below it what it is.", *unknown]
    return "\n".join(lines)


def _quoted(question: str) -> str:
    """A question as a value of TOML, without backslashes where that can be: it holds lines to write."""
    return toml_text(question) if "'" in question else f"'{question}'"


def _asked(entry: Entry) -> list[str]:
    return textwrap.wrap(entry.question, 110, initial_indent="# ? ", subsequent_indent="#   ")


def _filled(sheet: Sheet, at: int) -> list[object]:
    return [c for c in sheet.column(at) if text(c)]


# --- one column ------------------------------------------------------------------------------------------------------
def _entry(sheet: Sheet, at: int, night: int) -> Entry:
    header, filled = sheet.header[at], _filled(sheet, at)
    often = Counter(text(c) for c in filled)
    shown = ", ".join(f"{_short(said)} ({n})" if n > 1 else _short(said) for said, n in often.most_common(EXAMPLES))
    cells = f"{len(filled)} cells: {shown}{' …' if len(often) > EXAMPLES else ''}"
    keys, question = suggest_column(header, filled)
    if not keys and (names := _listed(filled, one_a_row=_several_a_day(sheet, night, at))):
        return Entry(header=header, cells=cells, keys={"column": "tags"}, names=names)
    if keys and is_one_sided(header, keys, filled):
        return Entry(header=header, cells=cells, question=NO_SIDE, lines=lines_of_known(str(keys["column"]), filled))
    return Entry(header=header, cells=cells, keys=keys, question=question,
                 lines=() if keys else _lines(header, question, filled))


def _lines(header: str, question: str, cells: Sequence[object]) -> tuple[str, ...]:
    """What settles the question of a column without keys; a question may hold its lines itself."""
    about = suggest(tag_key(header))
    if "write column" in question.casefold():
        return ()
    if question == UNKNOWN or about is None:
        return lines_of_unknown(header, cells)
    return lines_of_known(str(about["column"]), cells)


def _listed(cells: Sequence[object], *, one_a_row: bool) -> tuple[tuple[str, int], ...]:
    """The names that the cells of a multiple choice list, the most frequent first; none where they are no such cells:
    several in one cell, the same again and again, and one that the words know. one_a_row : a day has several rows, so
    that each may name one thing; then the words must know two that are not the same."""
    lists = [names_in(text(c), ()) for c in cells]
    often = Counter(name for names in lists for name in names)
    again = sum(often.values()) >= 2 * len(often)
    known = {str(about["column"]) for name in often if (about := suggest(name))}
    if again and (known if any(len(names) > 1 for names in lists) else len(known) > 1 and one_a_row):
        return tuple(often.most_common())
    return ()


def _short(said: str) -> str:
    """A cell fit for a comment: one line, nothing that turns the direction of writing."""
    plain = toml_text(" ".join(said.split()))[1:-1]
    return plain if len(plain) <= 24 else plain[:23] + "…"


def suggest_column(header: str, cells: Sequence[object]) -> tuple[dict[str, object], str]:
    """Keys for a column by its header and its filled cells, and what is left to ask. No keys where the header is not
    known, or the cells are not of a kind that fits it."""
    key = tag_key(header)
    words = " ".join(w for w in _CHOICE.sub(" ", key).split() if not is_choice(w)).strip(" ?¿:!.")
    if table_words.TIME.search(words) and share(cells, is_clock) >= LEAST:
        return {"column": "time"}, ""
    if column := _of_a_stretch(key, cells):
        return {"column": column}, ""
    if table_words.FREE_TOMORROW.search(words) and share(cells, is_yes_no) >= LEAST:
        return {"column": "free_night"}, ""
    about = suggest(words)
    if about is None:
        target = next((column for column, said in table_words.CLOCKS if re.search(said, words)), "")
        if target and not table_words.LENGTH.search(words) and share(cells, is_clock) >= LEAST:
            return {"column": target}, ""
        if target and not table_words.LENGTH.search(words) and share(cells, is_clock) >= 1 - LEAST:
            return {}, f'If it is a clock time, write column = "{target}". Cells that are none are left out and named.'
        return {}, UNKNOWN
    about |= {"amount": round(float(str(about["amount"])))} if "amount" in about else {}
    keys = {name: value for name, value in about.items() if name not in ("unticked", "amount")}
    if keys.get("intent") == "unknown":
        del keys["intent"]
    if about["column"] == "free_night":
        return {}, 'If it says that the day after is free, write column = "free_night".'
    if share(cells, is_tick) >= LEAST:
        amount = {"amount": about["amount"]} if "amount" in about else {}
        keys |= amount | {"unticked": "no"}
        return keys, 'Does an empty cell mean no? If not, take the line unticked = "no" out.'
    if about["column"] in _YES_NO and share(cells, is_yes_no) >= LEAST:
        return keys, ""
    by_kind = {"symptoms": _symptoms, "early_symptoms": _symptoms, "stretched": _stretched, "caffeine_mg": _caffeine,
               "alcohol_drinks": _alcohol}
    if about["column"] in by_kind:
        return by_kind[about["column"]](key, cells, keys, about)
    return {}, "Its cells are not yes or no. What do they mean?"


def _of_a_stretch(header: str, cells: Sequence[object]) -> str:
    """The column of what else is told of a stretch, where header and cells fit; else nothing."""
    def counts(most: float, unit: str) -> bool:
        return share(cells, lambda c: measured(c, most, unit)) >= LEAST

    stretching = (suggest(header) or {}).get("column") == "stretched"
    timed = stretching or table_words.SECONDS.search(header) or all(template_answers.unit_of(c) == "s" for c in cells)
    if table_words.HOLD.search(header) and timed and counts(MAX_SECONDS, "seconds"):
        return "stretch_hold_s"
    if table_words.QUIET.search(header) and counts(MAX_MINUTES, "minutes"):
        return "quiet_min"
    bad = any((rating(c) or 0) > 5 for c in cells)
    if share(cells, is_score) < LEAST or not (bad or table_words.OUT_OF_TEN.search(header)):
        return ""
    if table_words.BEFORE_STRETCH.search(header):
        return "symptom_before"
    if table_words.AFTER_STRETCH.search(header):
        return "symptom_after"
    return "stretch_intensity_0_10" if stretching and table_words.SEVERITY.search(header) else ""


def _symptoms(header: str, cells: Sequence[object], keys: dict, about: dict) -> tuple[dict[str, object], str]:
    if share(cells, is_score) >= LEAST:
        numbers = [found for c in cells if isinstance(found := rating(c), float)]
        bad = table_words.SEVERITY.search(header) and max(numbers) > 5
        if table_words.OUT_OF_TEN.search(header) or all("/10" in text(c) for c in cells) or bad:
            return keys | {"column": "severity_0_10"}, ""
        top = f"{max(numbers):g}"
        return {}, (f'Numbers up to {top}. If 10 would be as bad as can be, write column = "severity_0_10"; if not, '
                    'column = "symptoms" and levels = { "0" = 0, "1" = 1, … } (0 = no, 1 = yes).')
    if share(cells, is_clock) >= LEAST:
        return keys | {"column": "symptoms_began"}, "Is this when the restlessness began? If not, take it out."
    return {}, "Which of its words mean no?"


def _stretched(header: str, cells: Sequence[object], keys: dict, about: dict) -> tuple[dict[str, object], str]:
    if share(cells, is_clock) >= LEAST and not share(cells, is_number) >= LEAST:
        return {"column": "stretch_time"}, ""
    if share(cells, lambda c: measured(c, MAX_MINUTES, "minutes")) >= LEAST:
        if table_words.MINUTES.search(header) or any(template_answers.unit_of(c) in ("min", "h") for c in cells):
            return keys | {"unit": "min"}, ""
        return {}, 'What do its numbers count? If minutes, write column = "stretched" and unit = "min".'
    return {}, 'If it names the movement, write column = "movement".'


def _caffeine(header: str, cells: Sequence[object], keys: dict, about: dict) -> tuple[dict[str, object], str]:
    by_weight = bool(table_words.MILLIGRAMS.search(header)) or share(cells, in_mg) > 0.5
    most, unit = (MAX_MG, "mg") if by_weight else (template_answers.MAX_CUPS, "cups")
    if share(cells, lambda c: in_mg(c) or measured(c, most, unit)) < LEAST:
        return {}, "How much is it? Its cells are neither yes and no nor a number of cups or milligrams."
    what = "yes one cup, and that" if _mostly_yes_no(cells) else "cup of it"
    cup = f"Is a {what} {about['amount']:g} mg of caffeine?"
    half = ("before" if table_words.BEFORE_NOON.search(header) else
            "after" if table_words.AFTER_NOON.search(header) else "")
    if half:
        keys = {"column": f"caffeine_{half}_noon_{unit}"}
        return (keys, "") if by_weight else (keys | {"amount": about["amount"]}, cup)
    when = 'At which hour? Without a line such as time = "08:00" nobody knows how much came after noon.'
    if by_weight:
        return keys | {"unit": "mg"}, when
    return keys | {"unit": "cups", "amount": about["amount"]}, f"{cup} {when}"


def _alcohol(header: str, cells: Sequence[object], keys: dict, about: dict) -> tuple[dict[str, object], str]:
    if _mostly_yes_no(cells):
        return keys | {"amount": 1}, "Is a yes one drink?"
    if share(cells, lambda c: measured(c, template_answers.MAX_DRINKS, "drinks")) >= LEAST:
        return keys, ""
    return {}, "How many drinks is it? Its cells are neither yes and no nor a number of drinks."


def _mostly_yes_no(cells: Sequence[object]) -> bool:
    return share(cells, is_yes_no) >= LEAST and any(not is_number(c) for c in cells)


def _with_amount(sheet: Sheet, entries: list[Entry]) -> list[Entry]:
    """The columns, one of them the amount of what the rows name, where its header says so and its cells are numbers."""
    named = (at for at, e in enumerate(entries) if not e.keys and table_words.AMOUNT.search(
        tag_key(e.header).strip(" ?:")) and share(_filled(sheet, sheet.header.index(e.header)), is_amount) >= LEAST)
    at = next(named, None)
    if at is None or not any(e.keys.get("column") == "tags" for e in entries):
        return entries
    asked = "Beside coffee a number is cups, beside a stretch minutes, beside alcohol drinks. Is it so?"
    return [*entries[:at], replace(entries[at], keys={"column": "amount"}, question=asked, lines=()), *entries[at + 1:]]


# --- the whole table -------------------------------------------------------------------------------------------------
def _one_of_each(entries: list[Entry]) -> list[Entry]:
    """Columns of which there can be one only: the first that fits, the others are asked about."""
    columns = {entry.keys.get("column") for entry in entries}
    taken: set[object] = set()
    out = []
    for entry in entries:
        if entry.keys.get("unit") == "min" and set(DETAILS["stretched"]) & columns:  # beside its hour: an answer
            entry = replace(entry, keys={"column": "stretch_min"})
        column = entry.keys.get("column")
        alone = column in (*TABLE_COLUMNS, "medicine_change") or set(DETAILS.get(str(column), ())) & columns
        if alone and column in taken:
            entry = Entry(header=entry.header, cells=entry.cells, question=(
                f'Another column is "{column}" already. If it is this one, write column = "{column}" here, and '
                'column = "ignore" there.'))
        taken.add(column)
        out.append(entry)
    return out


def _night(sheet: Sheet, at: int, entries: list[Entry]) -> Entry:
    """The column with the dates; a row is an entry where nights have several that tell the same."""
    filled = _filled(sheet, at)
    cells = f"{len(filled)} cells, such as {_short(text(filled[0]))}"
    keys: dict[str, object] = {"column": "night"}
    timed = any(e.keys.get("column") == "time" for e in entries)
    several = [e for e in entries if e.keys and _several_a_day(sheet, at, sheet.header.index(e.header))]
    if not timed and several:
        if any(e.keys["column"] == "tags" for e in several):
            return Entry(header=sheet.header[at], cells=cells, keys=keys | {"entry_time": "event"})
        return Entry(header=sheet.header[at], cells=cells, keys=keys | {"entry_time": "event"}, question=(
            "Several rows have one date, so a row is taken for one entry, and amounts of a night add up. Is it so?"))
    hours = [_hour(at) for _, at in map(split_cell, filled) if at is not None]
    early = sum(map(_is_early, hours))
    question = "" if timed or hours else (
        'Is it the date of the evening? If it is that of the morning after, write tells_of = "last night".')
    if early and early == len(hours):
        keys["tells_of"] = "last night"
        question = f"All {early} rows were written between 4:00 and noon, so they are taken for last night. Is it so?"
    return Entry(header=sheet.header[at], cells=cells, keys=keys, question=question)


def _several_a_day(sheet: Sheet, night: int, at: int) -> bool:
    """Whether a column is filled several times on many a date."""
    cells = zip(sheet.column(night), sheet.column(at), strict=True)
    days = [str(split_cell(day)[0]) for day, c in cells if text(day) and text(c)]
    return len(set(days)) <= DATED * len(days)


def _times(sheet: Sheet, at: int, entries: list[Entry]) -> list[object]:
    """The clock time of each row, None where it has none: in a column of its own, or beside the date."""
    timed = next((sheet.header.index(e.header) for e in entries if e.keys.get("column") == "time"), None)
    if timed is None:
        return [split_cell(c)[1] for c in sheet.column(at)]
    return [c if text(c) and is_clock(c) else None for c in sheet.column(timed)]


def _told_in_the_morning(sheet: Sheet, times: list[object], entry: Entry) -> Entry:
    """A column that is filled in the morning tells of the night before; where that varies, it is asked."""
    column = sheet.column(sheet.header.index(entry.header))
    hours = [_hour(t) for t, c in zip(times, column, strict=True) if t is not None and text(c)]
    early = sum(map(_is_early, hours))
    if not entry.keys or "tells_of" in entry.keys or not early:
        return entry
    said = f"{early} of {len(hours)} cells were written between 4:00 and noon"
    mostly = early >= LEAST * len(hours)
    asked = (f"{said}, so they are taken for last night. Is it so?" if mostly else
             f'{said}. Which night do they tell of? Write tells_of = "last night" or "tonight".')
    return replace(entry, keys=entry.keys | ({"tells_of": "last night"} if mostly else {}),
                   question=f"{entry.question} {asked}".strip())


def _is_early(hour: int) -> bool:
    return MORNING[0] <= hour < MORNING[1]


def _hour(at: object) -> int:
    """The hour of a cell that is a clock time."""
    found = template_answers.clock(at)
    return found.hour if found is not None else 12
