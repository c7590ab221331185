"""Where two files of one person tell different things about one night: one remark per night and column.

Which file wins is settled elsewhere (combine.py, nights/): a typed answer before ticks, of typed ones the first file's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import pandas as pd

from rlskit.diary.tables import KEPT, Diary, issue

KIND = "two files answer differently for one night"
BOTH = "two files hold their own events of one night"
YES_NO = {"symptoms": "symptom", "stretched": "stretch", "caffeine_any": "caffeine", "alcohol_any": "alcohol"}
ITEMS = {"iron": "iron", "magnesium": "magnesium", "free_night": "free_night"}
# Sleep has a rule of its own in combine.py.
TYPED = ("symptoms", "severity_0_10", "symptoms_began", "sleep_quality", "caffeine_any", "caffeine_before_noon_mg",
         "caffeine_after_noon_mg", "alcohol_any", "alcohol_drinks", "stretched", "iron", "magnesium",
         "free_night", "medicine_change")
ADDED_UP = ("stretch", "caffeine", "alcohol", "habit")
AMOUNTS = {"alcohol_drinks": "alcohol", "caffeine_mg": "caffeine"}
PLACE = ["night", "column", "file"]


def disagreements(diaries: Sequence[Diary]) -> list[dict]:
    """Issues for every night and column in which the diaries, one per file and in the order of use, differ."""
    names = [" + ".join(s.file for s in d.source) or f"diary {i}" for i, d in enumerate(diaries, 1)]
    told = [part.assign(file=name) for name, d in zip(names, diaries, strict=True) for part in _typed(d) + _ticked(d)]
    if not told:
        return []
    # In a file that both types and ticks, what is typed is its answer.
    answers = pd.concat(told, ignore_index=True).drop_duplicates(PLACE)
    answers = pd.concat([_free(answers), answers], ignore_index=True).drop_duplicates(PLACE)
    return _different(answers) + _added_up(diaries, names)


def _typed(diary: Diary) -> list[pd.DataFrame]:
    """night, column, value (a number or text), typed: the filled cells of the daily table."""
    daily = diary.daily
    values = {name: daily[name] for name in TYPED}
    values["caffeine_mg"] = daily["caffeine_before_noon_mg"] + daily["caffeine_after_noon_mg"]
    parts = (_long(daily["night"], name, value, typed=True) for name, value in values.items())
    return [part for part in parts if len(part)]


def _ticked(diary: Diary) -> list[pd.DataFrame]:
    """The same of events: a yes or no of each kind, and amounts of a night."""
    events = diary.events
    main = events["item"].ne("early_symptoms")  # those of the early evening only are another question
    kinds = {**{name: events["type"].eq(kind) & main for name, kind in YES_NO.items()},
             **{name: events["item"].eq(item) for name, item in ITEMS.items()}}
    parts = []
    for name, these in kinds.items():
        if not these.any():
            continue
        some = events[these]["amount"].ne(0).fillna(True).groupby(events["night"]).any()
        parts.append(_long(some.index.to_series(), name, some.map({True: "yes", False: "no"}), typed=False))
    graded = events[kinds["symptoms"] & events["unit"].eq("nrs_0_10")]
    amounts = {"severity_0_10": graded.groupby("night")["amount"].max()}
    for name, kind in AMOUNTS.items():
        amounts[name] = events[events["type"].eq(kind)].groupby("night")["amount"].sum(min_count=1)
    parts += [_long(of.index.to_series(), name, of, typed=False) for name, of in amounts.items()]
    return [part for part in parts if len(part)]


def _long(nights: pd.Series, column: str, values: pd.Series, *, typed: bool) -> pd.DataFrame:
    there = (values.notna() & values.astype(object).ne("")).to_numpy(bool)
    return pd.DataFrame({"night": nights.to_numpy()[there], "column": column,
                         "value": values.to_numpy(object)[there], "typed": typed})


def _free(answers: pd.DataFrame) -> pd.DataFrame:
    """A typed no to symptoms, where it is the answer used, answers their severity and onset too."""
    first = answers[answers["typed"] & answers["column"].eq("symptoms")].drop_duplicates("night")
    told = answers[answers["column"].isin(("severity_0_10", "symptoms_began")) & answers["value"].ne(0)]
    both = first[first["value"].eq("no")].merge(told[["night", "column"]].drop_duplicates(), on="night",
                                                suffixes=("_no", ""))
    return both[list(answers.columns)].assign(value="no symptoms")


def _different(answers: pd.DataFrame) -> list[dict]:
    answers = answers[answers.groupby(["night", "column"])["value"].transform("nunique").gt(1)]
    answers = answers.sort_values(["night", "column"], kind="stable")
    found = []
    for (night, column), these in groupby(answers.itertuples(index=False), key=lambda r: (r.night, r.column)):
        rows = list(these)
        typed = [r for r in rows if r.typed]
        # Amounts of ticks are added up, none is ignored; two typed ones of caffeine differ in a half, and that is told.
        if (column in AMOUNTS and not typed) or (column == "caffeine_mg" and len(typed) == len(rows)):
            continue
        used = typed[0] if typed else max(rows, key=lambda r: r.value)  # of ticks one yes is enough, the worst counts
        said = ", ".join(f"{_said(r.value, column)} in {r.file}" for r in rows)
        found.append(issue(" + ".join(r.file for r in rows), KIND, column=column, found=f"{night:%Y-%m-%d}: {said}",
                           expected="one answer", outcome=KEPT, advice=f"The answer of {used.file} is used."))
    return found


def _said(value: object, column: str) -> str:
    if column == "medicine_change":
        return "a text"  # the user's own words are not repeated in a list that may be shown to others
    if isinstance(value, pd.Timestamp):
        return f"{value:%H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _added_up(diaries: Sequence[Diary], names: Sequence[str]) -> list[dict]:
    """Nights on which each file has events that the other has not: all of them count, perhaps the same one twice."""
    events = pd.concat([d.events.assign(file=name) for d, name in zip(diaries, names, strict=True)])
    events = events[events["type"].isin(ADDED_UP) & events["amount"].ne(0).fillna(True)]
    own = events[~events.duplicated("event_id", keep=False)]
    found = []
    for (night, kind), rows in own.groupby(["night", "type"], sort=True):
        files = list(dict.fromkeys(rows["file"]))
        if len(files) > 1:
            each = ", ".join(f"{rows['file'].eq(f).sum()} in {f}" for f in files)
            found.append(issue(" + ".join(files), BOTH, column=str(kind), found=f"{night:%Y-%m-%d}: {each}",
                               expected="events in one file", outcome=KEPT,
                               advice="All of them count, unless a typed answer says otherwise. If they are the same, "
                                      "take them out of one file."))
    return found
