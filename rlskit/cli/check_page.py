"""The page of `rlskit check`: what was read, the nights, the tags, what was left out, what is left to settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from rich.cells import cell_len

from rlskit.cli.questions import Question, Verdict
from rlskit.cli.screen import Screen
from rlskit.diary.mapping import OPEN_QUESTION
from rlskit.diary.night_rule import day_text
from rlskit.diary.own import habits_of
from rlskit.diary.readers.assemble import NOT_MAPPED
from rlskit.diary.readers.detect import readers
from rlskit.diary.readers.parsed import MORNING_DATES
from rlskit.diary.readers.table import APP as TABLE
from rlskit.diary.tables import CELL_OUT, DAY_ONLY, KEPT, LEFT_OUT, SEE_ISSUES, Diary, grouped
from rlskit.nights.outcomes import symptom_nights
from rlskit.utils.open_questions import why_open
from rlskit.utils.words import and_list, capital, carry_on, count, count_people, date_range, short_date

MAPPED, WEEKS, EXAMPLES = 20, 64, 2  # how many are shown without --all
ALL = "(--all lists them)"
MARKS = ("■□·", "#o.")  # symptoms, none, not recorded; where letters are few
BECAME = {LEFT_OUT: "left out", CELL_OUT: "read without one cell", KEPT: "read with a remark",
          DAY_ONLY: "used only as a sign that the diary was kept"}
ANSWERS = {
    "symptoms": "symptoms", "early_symptoms": "symptoms before the landmark", "stretched": "preventive stretching",
    "caffeine_before_noon_mg": "caffeine before noon", "caffeine_after_noon_mg": "caffeine after noon",
    "alcohol_drinks": "alcohol", "iron": "iron", "magnesium": "magnesium",
}  # fmt: skip
UNTIMED = "time unknown"
KNOWN = ["yes", "no", UNTIMED]
STATES = {"yes": ("yes",), "no": ("no",), UNTIMED: ("unknown_order",), "not recorded": ("not_recorded", "not_tracked")}
UNDERSTOOD = {"symptoms": "restless legs", "stretched": "stretched", "alcohol_drinks": "alcohol", "iron": "iron",
              "magnesium": "magnesium", "free_night": "next day free"}
FIRST = 7  # nights that are shown as understood


def show_check(
    screen: Screen, diary: Diary, nights: pd.DataFrame | None, asked: Sequence[Question], verdict: Verdict, *,
    everything: bool, drafted: bool,
) -> None:
    """Print the page. nights : None where nothing in the diary has a night; everything : lists in full; drafted : a
    table's columns were, so the first nights are shown as understood."""
    _files(screen, diary)
    if nights is not None:
        _nights(screen, nights, everything)
        if drafted:
            _first_nights(screen, diary, nights)
    _tags(screen, diary.tags, everything)
    _left_out(screen, diary, everything)
    _to_settle(screen, asked)
    screen.verdict(verdict.good, verdict.text)
    screen.command(verdict.command)


# --- files and nights ------------------------------------------------------------------------------------------------
def _files(screen: Screen, diary: Diary) -> None:
    screen.heading("What was read")
    called = {reader.app: reader.called for reader in readers()}
    bare = diary.issues[_show_the_day(diary.issues)].drop_duplicates(["file", "row"])["file"].value_counts()
    for s in diary.source:
        n = int(bare.get(s.file, 0))
        rest = f", {n:,} without a mapped tag" if n else ""
        used = f"{s.rows_used:,} of {count(s.rows, 'row')} used"
        screen.say((s.file, "bold"), f": {called[s.app]}, {used}{rest}", indent=2)
        if s.columns:
            screen.say(s.columns, indent=4)
    for one in _unread(diary).itertuples():
        screen.say((one.file, "bold"), f": not read, {one.kind}", indent=2)
    if zones := {s.timezone: None for s in diary.source if s.timezone}:
        screen.say(f"Clock times are those of {and_list(zones)}.", indent=2)


def _show_the_day(issues: pd.DataFrame) -> pd.Series:
    """Rows of entries of which no tag is mapped: not ticked may mean no, so they count, and are no fault."""
    return issues["outcome"].eq(DAY_ONLY) & issues["kind"].eq(NOT_MAPPED)


def _unread(diary: Diary) -> pd.DataFrame:
    """The remarks about files of a folder that are no part of the diary."""
    return diary.issues[~diary.issues["file"].isin([s.file for s in diary.source]) & diary.issues["row"].isna()]


def _nights(screen: Screen, nights: pd.DataFrame, everything: bool) -> None:
    first, last = nights["night"].min(), nights["night"].max()
    many = nights["person"].nunique()
    screen.heading((f"{many} people, " if many > 1 else "") + f"{date_range(first, last)}: "
                   f"{count(len(nights), 'night')}, {int(nights['recorded'].sum()):,} with something written")
    ill = symptom_nights(nights)
    if why_open(nights, "symptoms"):
        screen.say("Which nights had symptoms is open: question 1 below.", indent=2)
    elif many > 1:
        _people(screen, nights, ill, everything)
    elif ill.notna().any():
        _strip(screen, nights["night"], ill, everything)
    own = {habit.column: habit.name for habit in habits_of(nights)}
    states = pd.DataFrame({name: [nights[f"{column}_state"].isin(group).sum() for group in STATES.values()]
                           for column, name in {**ANSWERS, **own}.items()}, index=list(STATES)).T
    answered = states[KNOWN].any(axis=1)
    if not answered.any():
        screen.say("No night has an answer yet.", indent=2)
        return
    _table(screen, states.loc[answered, [s for s in STATES if s != UNTIMED or states[s].any()]])
    if not answered.all():
        screen.say(f"No night says anything about: {', '.join(states.index[~answered])}.", indent=2)
    if slept := int(nights["bedtime_sd_7_min"].notna().sum()):
        screen.say(f"How steady bedtimes were over the past week is known on {count(slept, 'night')}.", indent=2)
    if isinstance(nights.attrs.get("landmark_from"), str):
        screen.say(f"Landmark: {nights.attrs['landmark_from']}.", indent=2)
    for note in nights.attrs.get("notes", []):
        screen.say(note, indent=2)


def _table(screen: Screen, numbers: pd.DataFrame) -> None:
    """Whole numbers in columns, each row's name last, where it may be as long as it likes."""
    wide = [len(word) + 3 for word in numbers]
    screen.say("".join(word.rjust(w) for word, w in zip(numbers, wide, strict=True)))
    for name, row in zip(numbers.index, numbers.itertuples(index=False), strict=True):
        cells = "".join(f"{n:,}".rjust(w) for n, w in zip(row, wide, strict=True))
        screen.say(f"{cells}   {name}", hang=sum(wide) + 3)


def _people(screen: Screen, nights: pd.DataFrame, ill: pd.Series, everything: bool) -> None:
    """A line a person: symptom nights of those with an answer."""
    each = ill.astype("Float64").groupby(nights["person"], sort=False).agg(["sum", "count"]).astype(int)
    sites = nights.groupby("person", sort=False)["site"].first() if "site" in nights else pd.Series(dtype=object)
    for who, had, answered in each.head(None if everything else MAPPED).itertuples():
        where = f", {sites[who]}" if pd.notna(sites.get(who)) else ""
        screen.say(f"{had:>6,} of {answered:,}   {who}{where}", hang=8)
    if len(each) > MAPPED and not everything:
        screen.say(f"… and {count_people(len(each) - MAPPED)} more {ALL}", indent=2)
    screen.say("Each person: symptom nights of nights with an answer.", indent=2)
    screen.say()


def _strip(screen: Screen, dates: pd.Series, ill: pd.Series, everything: bool) -> None:
    """One character a night, seven a week; each line begins with the Monday of its first week."""
    marks = MARKS[0] if screen.holds(MARKS[0]) else MARKS[1]
    state = dict(zip(dates, ill.map({True: 0, False: 1}).fillna(2).astype(int), strict=True))
    mondays = pd.date_range(dates.min() - pd.Timedelta(days=dates.min().weekday()), dates.max(), freq="7D")
    shown = mondays if everything else mondays[-WEEKS:]
    many = max((screen.width - 15) // 8, 1)
    for at in range(0, len(shown), many):
        weeks = ["".join(marks[state[day]] if day in state else " " for day in pd.date_range(monday, periods=7))
                 for monday in shown[at:at + many]]
        screen.say(f"{short_date(shown[at]):>11}  {' '.join(weeks)}", indent=2, whole=True)
    hidden = f"The last {WEEKS} of {len(mondays)} weeks; --all shows them all." if len(shown) < len(mondays) else ""
    screen.say(f"One mark a night, weeks from Monday: {marks[0]} symptoms  {marks[1]} none  {marks[2]} not recorded",
               indent=2)
    if hidden:
        screen.say(hidden, indent=2)
    screen.say()


def _first_nights(screen: Screen, diary: Diary, nights: pd.DataFrame) -> None:
    """The first nights with something written, as they were understood, to hold beside the file; of a study, the first
    person's."""
    who = nights["person"].iloc[0]
    screen.heading("The first nights as understood" + (f", of {who}" if nights["person"].nunique() > 1 else ""))
    nights = nights[nights["person"].eq(who)]
    diary = replace(diary, **{name: rows[rows["person"].eq(who)] for name, rows in
                              (("daily", diary.daily), ("events", diary.events))})
    daily = diary.daily.drop_duplicates("night").set_index("night")
    cups = diary.events[diary.events["type"].eq("caffeine")].groupby("night")["amount"].sum(min_count=1)
    typed = daily[["caffeine_before_noon_mg", "caffeine_after_noon_mg"]].sum(axis=1, min_count=1)
    if not nights["recorded"].any():
        screen.say("None: no night has anything written that is mapped.", indent=2)
    for night in nights[nights["recorded"]].head(FIRST).to_dict("records"):
        said = [f"{name} {'no' if night[f'{column}_state'] == 'no' else 'yes'}{_how_much(night, column)}"
                for column, name in UNDERSTOOD.items() if night[f"{column}_state"] in ("yes", "no", "unknown_order")]
        mg = typed.get(night["night"], pd.NA)
        mg = cups.get(night["night"], pd.NA) if pd.isna(mg) else mg
        said += [f"caffeine {float(mg):g} mg"] if pd.notna(mg) else []
        for cell, name in (("lights_out", "lights out"), ("woke_up", "awake")):
            at = daily[cell].get(night["night"], pd.NaT)
            said += [f"{name} {at:%H:%M}"] if pd.notna(at) else []
        screen.say(f"{night['night']:%a} {day_text(night['night'])}: {', '.join(said) or 'nothing that is mapped'}",
                   indent=2)


def _how_much(night: dict, column: str) -> str:
    amount, unit = {"symptoms": ("severity_0_10", " of 10"), "stretched": ("stretch_min", " min"),
                    "alcohol_drinks": ("alcohol_drinks", "")}.get(column, ("", ""))
    known = amount and night[f"{column}_state"] == "yes" and pd.notna(night[amount])
    return f" ({float(night[amount]):g}{unit})" if known else ""


# --- tags ------------------------------------------------------------------------------------------------------------
def _tags(screen: Screen, tags: pd.DataFrame, everything: bool) -> None:
    if not len(tags):
        return
    what = "Columns: how often filled" if tags["app"].eq(TABLE).all() else "Tags: how often ticked"
    screen.heading(f"{what}, and what they were taken to mean")
    mapped, rest = tags[tags["column"].ne("")], tags[tags["column"].eq("")]
    for t in mapped.head(None if everything else MAPPED).itertuples(index=False):
        screen.say(f'{t.n:>6}  "{t.tag}" → {_meaning(t)}' + (_when(t) if everything else ""), hang=8)
    if len(mapped) > MAPPED and not everything:
        screen.say(f"… and {count(len(mapped) - MAPPED, 'more tag')} {ALL}", indent=2)
    if everything:
        screen.say(f"{count(len(rest), 'tag')} not mapped; not used:", indent=2)
        for t in rest.itertuples(index=False):
            screen.say(f'{t.n:>6}  "{t.tag}"' + (f" ({t.group})" if t.group else ""), hang=8)
    elif len(rest):
        screen.say(_one_line(f"{len(rest)} not mapped, not used: ", list(rest["tag"]), screen.width - 2), indent=2)


def _meaning(tag: Any) -> str:
    """Of a row of `Diary.tags`."""
    if tag.n == 0:
        return f"{tag.column}: stands in rlskit.toml, but nowhere in {tag.file}"
    intent = "" if tag.intent in ("", "unknown") else f", {tag.intent}"
    unticked = ", not ticked = no" if tag.unticked == "no" and tag.column != "ignore" else ""
    return f"{tag.column}{intent}{unticked}"


def _when(tag: Any) -> str:
    return "" if pd.isna(tag.first) else f", {day_text(tag.first)} to {day_text(tag.last)}"


def _one_line(head: str, names: Sequence[str], width: int) -> str:
    """The names, as many as fit into one line."""
    line = head + ", ".join(names)
    if cell_len(line) <= width:
        return line
    for many in range(len(names) - 1, 0, -1):
        line = f"{head}{', '.join(names[:many])}, … {ALL}"
        if cell_len(line) <= width:
            break
    return line


# --- what was left out -----------------------------------------------------------------------------------------------
def _left_out(screen: Screen, diary: Diary, everything: bool) -> None:
    """Each reason once, counted, with examples."""
    issues = diary.issues.drop(index=_unread(diary).index)
    said = issues[~_show_the_day(issues) & ~issues["kind"].isin([OPEN_QUESTION, MORNING_DATES])]
    if said.empty:
        return
    screen.heading("Left out, or read with a remark")
    only = diary.source[0].file if len(diary.source) == 1 else ""
    for (kind, outcome), mine in said.groupby(["kind", "outcome"], sort=False):
        messages = [_example(message, only) for message in (mine["message"] if everything else grouped(mine))]
        noun = "row" if mine["row"].notna().all() else "column" if mine["column"].ne("").all() else "file"
        many = count(len(mine), noun)
        if len(messages) == 1:
            screen.say(messages[0], indent=2)
        elif (mine["column"].eq("") & mine["expected"].eq("")).all():  # nothing to tell but which
            screen.say(f"{many} {BECAME[outcome]}: {kind} ({_which(mine, only)})", indent=2)
        elif mine["expected"].eq("").all() and not everything:
            screen.say(f"{many} like this: {carry_on(messages[0])}", indent=2)
        else:
            screen.say(f"{many} {BECAME[outcome]}: {kind}." + ("" if everything else " The first:"), indent=2)
            for message in messages[:None if everything else EXAMPLES]:
                screen.say(message, indent=4)


def _example(message: str, only: str) -> str:
    """A message as a screen shows it: without the name of the file where it is the only one."""
    message = message.replace(SEE_ISSUES, "")
    return capital(message.removeprefix(only).lstrip(":, ")) if only else message


def _which(mine: pd.DataFrame, only: str) -> str:
    files = mine["file"].unique()
    if len(files) > 1 or mine["row"].isna().any():
        return ", ".join(files[:EXAMPLES]) + (", …" if len(files) > EXAMPLES else "")
    return ("" if only else f"{files[0]}, ") + f"lines {mine['row'].min()} to {mine['row'].max()}"


def _to_settle(screen: Screen, asked: Sequence[Question]) -> None:
    if not asked:
        return
    screen.heading("To settle, by a line in rlskit.toml")
    for number, question in enumerate(asked, 1):
        screen.say(f"{number}. {question.asks}", indent=2, hang=3)
        for reading in question.readings:
            screen.say(reading, indent=5)
        for line in question.lines:
            screen.say((line, "bold"), indent=7, whole=True)
