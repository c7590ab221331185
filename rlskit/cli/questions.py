"""What `rlskit check` asks, each with the lines of rlskit.toml that settle it, and its verdict: what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rlskit.diary.mapping import FILE_NAME, OPEN_QUESTION, mapping_file
from rlskit.diary.night_rule import day_text
from rlskit.diary.readers.decimals import UNCLEAR
from rlskit.diary.readers.parsed import MORNING_DATES
from rlskit.diary.readers.table import APP as TABLE
from rlskit.diary.readers.table import NO_COLUMNS, NOT_NAMED
from rlskit.diary.readers.table_draft import UNKNOWN, Draft, Entry
from rlskit.diary.tables import Diary
from rlskit.diary.toml_values import toml_text
from rlskit.nights.make import make_nights
from rlskit.nights.open_questions import FEEDS, read_as, unsettled
from rlskit.nights.outcomes import symptom_nights
from rlskit.utils.open_questions import why_open
from rlskit.utils.words import capital, count

READINGS = {"last night": "the night before", "tonight": "the night after", "the clock time": "as read now"}
NAMED = 5  # columns that a question names


@dataclass(frozen=True, kw_only=True)
class Question:
    """readings : what each answer would give. lines : of rlskit.toml, as they are to be written."""

    asks: str
    readings: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """good : a report can be made. command : the words of what to do next."""

    good: bool
    text: str
    command: tuple[str, ...] = ()


def questions(
    diary: Diary, nights: pd.DataFrame | None, night_starts: str, drafts: Sequence[Draft], draft_command: Sequence[str],
) -> list[Question]:
    """All that is unsettled in a diary, what hinders most first. draft_command : what drafts the columns of a table."""
    return [*_which_night(diary, night_starts), *_morning_dates(diary), *_of_mapping(diary), *_two_numbers(diary),
            *_before_or_because(diary, nights), *_not_recognised(drafts), *_waiting(diary, draft_command),
            *_zone(diary)]


def _which_night(diary: Diary, night_starts: str) -> Iterator[Question]:
    """What each reading of the entries that may tell of the night before gives, and the line that settles it."""
    for open_ in unsettled(diary, night_starts)[:1]:
        readings = []
        for tells_of, meaning in READINGS.items():
            nights = make_nights(read_as(diary, tells_of), night_starts=night_starts)
            ill = symptom_nights(nights)
            first = nights["night"][ill.fillna(False)].min()
            readings.append(f'"{tells_of}", {meaning}: {int(ill.sum())} symptom nights of {int(ill.notna().sum())}'
                            + ("" if pd.isna(first) else f", first {day_text(first)}"))
        key = 'tells_of = "last night"    # or one of the others'
        lines = [line for app, tag in open_.tags for line in (_named_in(diary, app, tag), key)]
        yield Question(asks=f"{open_.how_many}. Which night do they tell of?", readings=tuple(readings),
                       lines=tuple(lines))


def _morning_dates(diary: Diary) -> Iterator[Question]:
    """Rows whose date has a clock time in the morning, read as the night to come."""
    apps = {s.file: s.app for s in diary.source}
    for one in diary.issues[diary.issues["kind"].eq(MORNING_DATES)].itertuples():
        where, which = ((_section(TABLE, one.column),), "") if apps[one.file] == TABLE else ((), ", above all sections")
        yield Question(
            asks=f"In {one.file} {one.found} have a date with a clock time between 6:00 and 17:00, and are read as "
                 "the night to come. Do they tell of the night before?",
            lines=(*where, f'tells_of = "last night"    # or "the clock time"{which}'))


def _before_or_because(diary: Diary, nights: pd.DataFrame | None) -> Iterator[Question]:
    """Stretching of which neither the clock nor rlskit.toml says whether it came before the symptoms."""
    unknown = 0 if nights is None else int(nights["stretched_state"].eq("unknown_order").sum())
    tags = diary.tags[diary.tags["column"].eq("stretched") & diary.tags["intent"].isin(["unknown", ""])
                      & diary.tags["n"].gt(0)]
    if unknown and len(tags):
        lines = [line for app, tag in tags[["app", "tag"]].drop_duplicates().itertuples(index=False) for line in
                 (_named_in(diary, app, tag), 'intent = "preventive"    # "responsive": because of symptoms')]
        yield Question(asks=f"On {count(unknown, 'night')} it is not known whether stretching came before the symptoms "
                            "or because of them. Which is it?", lines=tuple(lines))


def _of_mapping(diary: Diary) -> Iterator[Question]:
    """The questions that stand in rlskit.toml, each once, with all columns that it is asked of."""
    asked = diary.issues[diary.issues["kind"].eq(OPEN_QUESTION)].drop_duplicates(["column", "expected"])
    hinders = asked["found"].map(lambda column: "symptoms" in FEEDS.get(column, (column,)))
    asked = asked.assign(later=~hinders.astype(bool)).sort_values("later", kind="stable")
    for question, mine in asked.groupby("expected", sort=False):
        yield Question(asks=f"{question} Correct what does not fit, and take the line `question` out of:",
                       lines=tuple(_section(TABLE, header) for header in mine["column"]))


def _two_numbers(diary: Diary) -> Iterator[Question]:
    """Columns with numbers that can be read two ways, together: one line settles all of a folder."""
    asked = diary.issues[diary.issues["kind"].eq(UNCLEAR)]
    if len(asked):
        names = ", ".join(dict.fromkeys(map(toml_text, asked["column"])))
        yield Question(asks=f"{asked['expected'].iloc[0]}. Which is it in {names}? Above all sections:",
                       lines=('decimal_mark = "."    # or ","',))


def _not_recognised(drafts: Sequence[Draft]) -> Iterator[Question]:
    """Columns of a table that its draft leaves out: each question once, with all columns that it is asked of."""
    asked: dict[tuple, list[Entry]] = {}
    for entry in (e for draft in drafts for e in draft.entries if not e.keys):
        alike = tuple(line.replace(toml_text(entry.header), "") for line in entry.lines)
        asked.setdefault((entry.question, alike if entry.question == UNKNOWN else entry.header), []).append(entry)
    for (question, _), entries in asked.items():
        headers = [entry.header for entry in entries]
        names = ", ".join([*map(toml_text, headers[:NAMED]), *(["…"] if len(headers) > NAMED else [])])
        lines = (_section(TABLE, headers[0]), *entries[0].lines) if entries[0].lines else ()
        if question == UNKNOWN:
            yield Question(asks=f"{count(len(headers), 'column')} not recognised, and not used ({names}). To use one, "
                                "write a column of rlskit's that it holds, or make it a habit or an outcome of your "
                                "own, for example:", lines=lines)
        else:
            yield Question(asks=f"Not used: {names}. {question}", lines=lines)


def _waiting(diary: Diary, draft_command: Sequence[str]) -> Iterator[Question]:
    """Tables that are not used, while something else is."""
    waiting = diary.issues.loc[diary.issues["kind"].eq(NO_COLUMNS), "file"].unique()
    if len(waiting) and len(waiting) < len(diary.source):
        yield Question(asks=f"Not used, as none of its columns is named: {', '.join(waiting)}. This adds them: "
                            f"`{' '.join(draft_command)}`")


def _zone(diary: Diary) -> Iterator[Question]:
    slept = diary.daily[["lights_out", "woke_up"]].notna().any(axis=None)
    files = [s.file for s in diary.source if not s.timezone and s.rows_used]
    if slept and files:
        yield Question(asks="In which time zone did you sleep? The length of a night in which the clocks change "
                            "depends on it.", lines=('timezone = "Europe/London"',))


def _named_in(diary: Diary, app: str, tag: str) -> str:
    """The section of a tag; a name that a cell of a table lists is a tag, too."""
    groups = diary.tags.loc[diary.tags["app"].eq(app) & diary.tags["tag"].eq(tag), "group"]
    return _section(app if groups.eq("column").any() else "", tag)


def _section(app: str, tag: str) -> str:
    return f"[{'columns' if app == TABLE else 'tags'}.{toml_text(tag)}]"


def verdict(
    diary: Diary, nights: pd.DataFrame | None, asked: Sequence[Question], again: Callable[..., list[str]], *,
    folder: Path, drafted: str,
) -> Verdict:
    """What it all comes to. again : the words of a command on the same files; folder : where its rlskit.toml stands;
    drafted : what was written into it just now, without a full stop, "" if nothing."""
    ill = pd.Series(dtype="boolean") if nights is None else symptom_nights(nights)
    answered, check, report = int(ill.notna().sum()), tuple(again("check")), tuple(again("report"))
    no_columns = bool(diary.issues["kind"].eq(NO_COLUMNS).any())
    what = "columns" if no_columns else "tags"
    if not answered and diary.tags["column"].eq("").all() and (len(diary.tags) or no_columns):
        if drafted:
            return Verdict(good=False, command=check, text=f"{drafted}. None of the {what} was recognised: write there "
                           "what they mean, then check again:")
        there = mapping_file(folder)
        none, this = (f"no {FILE_NAME} says what the {what} mean", "drafts one") if there is None else (
            f"{there} names none of the {what}", "adds what is recognised")
        return Verdict(good=False, command=(*check, "--write-mapping"),
                       text=f"Nothing counts yet: {none}. This {this}:")
    draft = f"{drafted}. " if drafted else ""
    if not answered:
        none = f"{draft}No night says whether legs were restless, so nothing can be answered yet."
        if not drafted and diary.issues["kind"].eq(NOT_NAMED).any():
            return Verdict(good=False, command=(*check, "--write-mapping"), text=f"{none} In {FILE_NAME} some columns "
                           "are not named. This adds what is recognised and asks about the rest:")
        write = f" too, or write in {FILE_NAME} where it stands" if len(diary.tags) or drafted else ""
        return Verdict(good=False, command=check, text=f"{none} Give the diary that says it{write}; then check again:")
    if nights is not None and why_open(nights, "symptoms"):
        return Verdict(good=False, text=f"{draft}Nothing can be said about symptoms yet. Write the answer to question "
                       f"1 in {FILE_NAME}, then check again:", command=check)
    many = 0 if nights is None else nights["person"].nunique()
    pool = ("rlskit", "pool", str(folder), "--out", "my/pool")
    next_, end, who = (pool, "pool them", f"{many} people, ") if many > 1 else (report, "make the report", "")
    begin, end = (f"{drafted}", f"Read every line of it, then {end}") if drafted else ("Ready", capital(end))
    left = f", {count(len(asked), 'question')} to settle" if asked else ""
    return Verdict(good=True, command=next_, text=f"{begin}: {who}{count(ill.sum(), 'symptom night')} among "
                   f"{answered:,} with an answer{left}. {end}:")
