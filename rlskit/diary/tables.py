"""The canonical tables: columns, units and allowed values. `Diary` holds them; no file is read, no model fitted here.

Source of the column list: the project's canonical schema (docs/data-dictionary.md); names are used verbatim everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, reduce

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import day_text
from rlskit.diary.own import HABITS, OUTCOMES, Habit, OwnOutcome, join_own
from rlskit.errors import DiaryError
from rlskit.utils.kinds import Kind, takes
from rlskit.utils.words import count

# --- daily: one row per person and night that anything was written for -------------------------------------------
DAILY_COLUMNS: dict[str, str] = {
    "person": "object",
    "night": "datetime64[us]",
    "wake_date": "datetime64[us]",
    "tz": "object",
    "symptoms": "object",  # yes | no | "" (not answered)
    "severity_0_10": "Float64",  # 0-10
    "severity_raw": "object",
    "severity_scale": "object",  # nrs_0_10 | likert_1_5 | cat_1_4 | ""
    "symptoms_began": "datetime64[us]",  # local
    "bed_time": "datetime64[us]",
    "lights_out": "datetime64[us]",
    "woke_up": "datetime64[us]",
    "out_of_bed_time": "datetime64[us]",
    "awakenings_n": "Int64",  # times out of bed between the pieces of a night
    "sleep_quality": "Float64",  # 1-5
    "tst_min": "Float64",  # elapsed minutes of the main sleep
    "tst_source": "object",  # diary_reported | diary_computed | device:<name> | ""
    "caffeine_any": "object",  # yes | no | ""
    "caffeine_before_noon_mg": "Float64",
    "caffeine_after_noon_mg": "Float64",
    "alcohol_any": "object",
    "alcohol_drinks": "Float64",
    "stretched": "object",
    "iron": "object",
    "magnesium": "object",
    "free_night": "object",  # is the next day free
    "medicine_change": "object",  # free text typed by the user, shown back only to the user
    "source": "object",
}

# --- events: one row per event -----------------------------------------------------------------------------------
EVENT_COLUMNS: dict[str, str] = {
    "person": "object",
    "event_id": "object",  # stable hash: reading the same file again gives the same id
    "type": "object",  # one of EVENT_TYPES
    "start_local": "datetime64[us]",  # only the date counts where time_precision is slot or date
    "end_local": "datetime64[us]",
    "tz": "object",
    "time_precision": "object",  # minute | quarter_hour | slot | date
    "slot": "object",  # pre | am | mid | pm | all_day | ""
    "night": "datetime64[us]",
    "night_rule": "object",  # wake_to_wake | fallback_0600 | noon_sleep_start | slot | source_date | last_night
    "amount": "Float64",
    "unit": "object",  # mg | drinks | min | s | score | nrs_0_10 | h | ""
    "item": "object",  # normalised name: caffeine, calf, iron, early_symptoms, nap (called so by the source) ...
    "item_raw": "object",  # the user's own name of the tag
    "intent": "object",  # stretch and its details only: preventive | responsive | unknown
    "app": "object",
    "file": "object",
    "row": "Int64",  # line in the file
}

EVENT_TYPES = (
    "symptom",
    "stretch",
    "detail",
    "caffeine",
    "alcohol",
    "supplement",
    "medication",
    "free",
    "habit",
    "outcome",
    "sleep",
    "nap",
    "note",
)

# What can be said about a stretch, each an event of type "detail" of that item, and its unit: how long it was held, how
# strong it was, how bad the legs were before and after it, and the minutes until they were quiet.
STRETCH_DETAILS = {"stretch_hold_s": "s", "stretch_intensity_0_10": "nrs_0_10", "symptom_before": "nrs_0_10",
                   "symptom_after": "nrs_0_10", "quiet_min": "min"}

ISSUE_COLUMNS: dict[str, str] = {
    "file": "object",
    "row": "Int64",  # line in the file; missing for a remark about the whole file
    "kind": "object",  # short reason, the same for every row it explains
    "column": "object",
    "found": "object",
    "expected": "object",
    "outcome": "object",  # LEFT_OUT | CELL_OUT | DAY_ONLY | KEPT
    "message": "object",
}

# What became of a row that is named in an issue.
LEFT_OUT = "left out"  # nothing of it is used
CELL_OUT = "cell left out"  # the named cell is not used, the rest of its row is
DAY_ONLY = "shows the day was kept"  # no mapped answer in it, but it proves that the diary was open that day
KEPT = "kept"  # used; the issue is a remark
FEW_CELLS, EXAMPLES = 3, 4  # more cells of a column than these are told together, with so many different ones
SEE_ISSUES = "; see diary.issues"  # in messages: where a screen has no diary at hand, it leaves this out

TAG_COLUMNS: dict[str, str] = {
    "person": "object",
    "app": "object",
    "file": "object",
    "tag": "object",  # as the user wrote it
    "group": "object",  # the app's own category
    "n": "Int64",
    "first": "datetime64[us]",
    "last": "datetime64[us]",
    "column": "object",  # canonical column; "" = not mapped
    "item": "object",
    "intent": "object",
    "unticked": "object",  # no | not_recorded
    "tells_of": "object",  # last night | tonight | the clock time; "" = not stated
    "tracked_from": "datetime64[us]",  # stated by the user; missing = detect
    "tracked_until": "datetime64[us]",
}

# --- model_nights: what make_nights returns ------------------------------------------------------------------------
NIGHT_COLUMNS = (
    "person",
    "night",
    "recorded",
    "symptoms",
    "severity_0_10",
    "early_symptoms",
    "onset_h",
    "stretched",
    "stretch_min",
    "stretch_responsive",
    "stretched_days_14",
    # movement_<name> columns stand here
    "caffeine_before_noon_mg",
    "caffeine_after_noon_mg",
    "alcohol_drinks",
    "iron",
    "magnesium",
    "bedtime_sd_7_min",
    "last_shift_min",
    "sri_7",
    "sleep_h",
    "free_night",
    "weekday",
    "day_index",
    "medicine_period",
)
# The evening as seen from one hour earlier and later than the landmark: `<name>_1h_earlier`, `<name>_1h_later`.
SHIFTED = ("symptoms", "early_symptoms", "stretched")
SHIFTS = {"1h_earlier": -60, "1h_later": 60}
MORE_NIGHT_COLUMNS = ("last_night", "stretch_h", "stretched_before", "stretched_before_h", *STRETCH_DETAILS,
                      "stretched_weeks_28", "waketime_sd_7_min", "social_jetlag_28_min", "sleep_quality",
                      *(f"{name}_{ending}" for ending in SHIFTS for name in SHIFTED))
# Columns that look back over several nights, none of them tonight, and over how many.
LOOKS_BACK = {
    "stretched_days_14": 14, "bedtime_sd_7_min": 7, "last_shift_min": 2, "sri_7": 7, "social_jetlag_28_min": 28,
    "last_night": 1,
}  # fmt: skip
# Every answer column also has `<name>_state`: why it is filled or empty.
STATES = ("yes", "no", "not_recorded", "not_tracked", "unknown_order")

RANGES = {"severity_0_10": (0, 10), "sleep_quality": (1, 5), "tst_min": (0, 1440), "alcohol_drinks": (0, 40)}

# Stated factors, printed wherever an amount was derived from them.
CAFFEINE_MG_PER_SERVING = 95.0  # one 8 oz cup of brewed coffee, USDA FoodData Central; consensus sleep diary serving
NAMED = 20  # tags that are not used, by name
GRAMS_PER_DRINK = 10.0  # WHO AUDIT standard drink; other countries: `grams_per_drink` in rlskit.toml


@dataclass(frozen=True)
class Source:
    """One file as it was read: `rows` data rows = `rows_used` + rows explained in the issues."""

    __module__ = "rlskit"

    file: str
    app: str  # bearable | daylio | sleep_as_android | template
    layout: str
    rows: int
    rows_used: int
    person: str = "me"
    timezone: str = ""  # IANA name, "" = none known
    timezone_from: str = ""  # the file | rlskit.toml | --timezone
    date_order: str = ""  # iso | dmy | mdy
    grams_per_drink: float = GRAMS_PER_DRINK
    sha256: str = ""  # of the file
    mapping_sha256: str = ""  # of the rlskit.toml that was used
    columns: str = ""  # of a table of one's own: what rlskit.toml says that each is
    primary: str = ""  # the first question, as rlskit.toml states it
    primary_since: str = ""  # the day from which it is, ISO
    sleep_from: str = ""  # apps whose sleep comes first, with blanks between
    horizon: int = 0  # nights over which looks are counted; 0 = not stated


@dataclass(frozen=True)
class Diary:
    """A diary in canonical form. `print(diary)` says what was read; `account(diary)` explains every row.

    habits, outcomes : those of one's own, as rlskit.toml defines them. sites : (person, site) of a study in several
    places.
    """

    __module__ = "rlskit"

    daily: pd.DataFrame
    events: pd.DataFrame
    issues: pd.DataFrame
    source: tuple[Source, ...]
    tags: pd.DataFrame
    habits: tuple[Habit, ...] = ()
    outcomes: tuple[OwnOutcome, ...] = ()
    sites: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "\n".join(summary_lines(self))

    def _repr_html_(self) -> str:
        from rlskit.utils.shown import Columns, as_html

        unused = list(self.tags.loc[self.tags["column"].eq(""), "tag"].drop_duplicates())
        more = [f"and {len(unused) - NAMED:,} more"] if len(unused) > NAMED else []
        named = [f"Tags that are not used: {', '.join([*unused[:NAMED], *more])}."] if unused else []
        rows = [("file", "what became of the rows", "rows"), *account(self).astype(str).itertuples(index=False)]
        return as_html([*(f"  {line}" for line in summary_lines(self)), Columns(rows), *named])


TAGS = Kind(said="the tags of a diary", made="They stand in diary.tags.", taken="rk.draft_mapping(tags)",
            columns=("tag", "group", "n"), error=DiaryError)
DIARY = Kind(said="a diary", made="Read one with rk.read_diary(path).", taken="rk.make_nights(diary)", types=(Diary,),
             error=DiaryError)


def table(rows: Iterable[dict] | pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """Rows as a DataFrame with exactly these columns and types; absent cells are empty text, NA or NaT."""
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if not len(frame):
        return _empty(tuple(columns.items())).copy()
    if _is_table(frame, columns):
        return frame.reset_index(drop=True)
    index = pd.RangeIndex(len(frame))
    out = {}
    for name, kind in columns.items():
        blank = "" if kind == "object" else None
        # A Series of a stated type: from a bare array of text pandas 3 would make its own text type.
        out[name] = pd.Series(_typed(frame[name], kind) if name in frame else blank, index=index, dtype=kind)
    return pd.DataFrame(out, index=index)


@cache
def _empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """The table without rows, made once: most exports leave most tables empty."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in columns}, index=pd.RangeIndex(0))


def _is_table(frame: pd.DataFrame, columns: dict[str, str]) -> bool:
    """Whether there is nothing left to do: these columns, these types, no empty cell of text."""
    return (list(frame.columns) == list(columns) and [str(kind) for kind in frame.dtypes] == list(columns.values())
            and not any(pd.isna(frame[name].array).any() for name, kind in columns.items() if kind == "object"))


def _typed(column: pd.Series, kind: str) -> np.ndarray | pd.api.extensions.ExtensionArray:
    """The cells of a column in a type; numbers and moments may come as text."""
    if kind == "object":
        cells = column.to_numpy(dtype=object, copy=True)
        cells[pd.isna(cells)] = ""
        return cells
    if str(column.dtype) == kind:
        return column.array
    if kind.startswith("datetime"):
        column = pd.to_datetime(column)
    elif kind == "Float64":
        column = pd.to_numeric(column)
    return column.astype(kind).array


def join(tables: Sequence[pd.DataFrame], columns: dict[str, str]) -> pd.DataFrame:
    """The rows of several canonical tables, one after the other, types kept."""
    full = [t for t in tables if len(t)]
    return table(pd.concat(full, ignore_index=True) if full else [], columns)


def issue(
    file: str, kind: str, *, row: int | None = None, column: str = "", found: object = "", expected: str = "",
    outcome: str = LEFT_OUT, advice: str = "",
) -> dict:
    """One row of `Diary.issues`, its message worded where / found / expected / what became of it."""
    where = file + (f", line {row}" if row is not None else "") + (f', column "{column}"' if column else "")
    what = f': expected {expected}, found "{found}".' if expected else f": {kind}."
    became = {LEFT_OUT: f" Left out{SEE_ISSUES}.", CELL_OUT: f" Left out{SEE_ISSUES}.",
              DAY_ONLY: " Used only as a sign that the day was kept.", KEPT: " Kept."}[outcome]
    message = where + what + became + (f" {advice}" if advice else "")
    return {"file": file, "row": row, "kind": kind, "column": column, "found": str(found), "expected": expected,
            "outcome": outcome, "message": message}


def grouped(issues: pd.DataFrame) -> list[str]:
    """The messages of issues; where more than a few cells of a column are left out for one reason, one message counts
    them, and says what stands in them, the most frequent first. A message with an advice of its own stays."""
    said = []
    for _, some in issues.groupby(["kind", "file", "column", "expected"], sort=False):
        plain = [one.message == issue(one.file, one.kind, row=one.row, column=one.column, found=one.found,
                                      expected=one.expected, outcome=one.outcome)["message"]
                 for one in some.itertuples()]
        first, out = some.iloc[0], some["outcome"].isin([CELL_OUT, LEFT_OUT]) & some["row"].notna()
        if len(some) <= FEW_CELLS or not (first["column"] and first["expected"] and out.all() and all(plain)):
            said += list(some["message"])
            continue
        often = some["found"].value_counts()
        found = ", ".join(f'"{what}"' + (f" ({n} times)" if n > 1 else "") for what, n in often.head(EXAMPLES).items())
        others = f" and {count(len(often) - EXAMPLES, 'other')}" if len(often) > EXAMPLES else ""
        said.append(f'{first["file"]}, lines {some["row"].min()} to {some["row"].max()}, column "{first["column"]}": '
                    f"expected {first['expected']}, found {found}{others}. Left out: {len(some)} cells"
                    f"{SEE_ISSUES}.")
    return said


@takes(DIARY)
def account(diary: Diary) -> pd.DataFrame:
    """What became of every row of every file: columns `file`, `reason`, `rows`; per file the rows add up.

    A row that is both used and remarked upon counts as used; a row with several reasons counts under the first.
    Example: ``rk.account(diary)``
    """
    parts = []
    for s in diary.source:
        parts.append({"file": s.file, "reason": "used", "rows": s.rows_used})
        mine = diary.issues[diary.issues["file"].eq(s.file) & diary.issues["row"].notna()
                            & diary.issues["outcome"].isin([LEFT_OUT, DAY_ONLY])].drop_duplicates("row")
        for kind, n in mine.groupby("kind", sort=False).size().items():
            parts.append({"file": s.file, "reason": str(kind), "rows": int(n)})
    return pd.DataFrame(parts, columns=["file", "reason", "rows"])


def diary_of_file(source: Iterable[Source]) -> dict[str, str]:
    """Which diary each file is part of. An app's files are one diary, however often it was exported; tables of one's
    own are one where the same columns were read."""
    return {s.file: f"{s.app} {s.columns}".strip() for s in source}


def people(diary: Diary) -> list[str]:
    """The ids of the people in the diary, in order of appearance."""
    return list(dict.fromkeys([*diary.daily["person"], *diary.events["person"]]))


def summary_lines(diary: Diary) -> list[str]:
    """The lines of `print(diary)`: files, dates covered, people, tags, issues, next step."""
    nights = sorted({*diary.daily["night"].dropna(), *diary.events["night"].dropna()})
    who = people(diary)
    lines = [f"Diary of {len(who)} people" if len(who) != 1 else "Diary of one person"]
    if nights:
        lines.append(f"  {count(len(nights), 'night')} with something written, {day_text(nights[0])} to "
                     f"{day_text(nights[-1])}")
    for s in diary.source:
        zone = f", times in {s.timezone} (from {s.timezone_from})" if s.timezone else ", no time zone known"
        lines.append(f"  {s.file}: {s.app} ({s.layout}), {count(s.rows, 'row')}, {s.rows_used:,} used{zone}")
    mapped = diary.tags["column"].ne("")
    if len(diary.tags):
        lines.append(f"  {count(mapped.sum(), 'tag')} mapped, {int((~mapped).sum())} not mapped")
    remarks = count(len(diary.issues), "remark")
    return [*lines, f"  {remarks}: see diary.issues; what became of every row: rk.account(diary)",
            "  next: rk.make_nights(diary)"]


def first_answers(daily: pd.DataFrame) -> pd.DataFrame:
    """One row per person and night: the first non-empty answer of each column, in row order.

    Where two rows disagree the caller reports it; this only picks.
    """
    if daily.empty:
        return daily
    keys = ["person", "night"]
    if not daily.duplicated(keys).any():
        return table(daily.sort_values(keys, kind="stable"), DAILY_COLUMNS)
    blank = daily.where(daily.astype("object").ne(""), pd.NA)
    first = blank.groupby(keys, sort=True, dropna=False).first().reset_index()
    return table(first, DAILY_COLUMNS)


def merge(parts: Sequence[Diary]) -> Diary:
    """Several diaries side by side: tables joined, nothing reconciled (see combine.py for one person's)."""
    return reduce(lambda a, b: Diary(
        daily=join([a.daily, b.daily], DAILY_COLUMNS), events=join([a.events, b.events], EVENT_COLUMNS),
        issues=join([a.issues, b.issues], ISSUE_COLUMNS), source=a.source + b.source,
        tags=join([a.tags, b.tags], TAG_COLUMNS), habits=join_own(a.habits, b.habits, HABITS),
        outcomes=join_own(a.outcomes, b.outcomes, OUTCOMES), sites=tuple(sorted({*a.sites, *b.sites}))), parts)
