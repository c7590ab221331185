"""What was read from a diary, as plain lines: files, rows, tags, nights, remarks. `rlskit check` prints them."""

from __future__ import annotations

import pandas as pd

from rlskit.diary.mapping import OPEN_QUESTION
from rlskit.diary.night_rule import NIGHT_STARTS, day_text
from rlskit.diary.own import habits_of
from rlskit.diary.readers.table import APP as TABLE
from rlskit.diary.readers.table import NO_COLUMNS
from rlskit.diary.tables import KEPT, Diary, account, grouped
from rlskit.diary.toml_values import toml_text
from rlskit.nights.make import make_nights
from rlskit.nights.open_questions import Unsettled, read_as, unsettled
from rlskit.nights.outcomes import symptom_nights
from rlskit.utils.open_questions import why_open

UNDERSTOOD = {"symptoms": "restless legs", "stretched": "stretched", "alcohol_drinks": "alcohol", "iron": "iron",
              "magnesium": "magnesium", "free_night": "next day free"}
READINGS = {"last night": "the night before the entry", "tonight": "the night after it",
            "the clock time": "as it is read now"}
FIRST = 7  # nights that are shown as understood
SHOWN = 20  # remarks of each kind and tags in a list before "and … more"

ANSWERS = {
    "symptoms": "symptoms", "early_symptoms": "symptoms before the landmark", "stretched": "preventive stretching",
    "caffeine_before_noon_mg": "caffeine before noon", "caffeine_after_noon_mg": "caffeine after noon",
    "alcohol_drinks": "alcohol", "iron": "iron", "magnesium": "magnesium",
}  # fmt: skip
STATES = {"yes": "yes", "no": "no", "not_recorded": "not recorded", "not_tracked": "not tracked",
          "unknown_order": "yes, but when is unknown"}


def check_lines(diary: Diary, nights: pd.DataFrame | None, night_starts: str = NIGHT_STARTS) -> list[str]:
    """Everything `rlskit check` prints. `nights` from make_nights, None where nothing in the diary has a night."""
    lines = ["What was read", *_files(diary), ""]
    if nights is not None:
        lines += ["The nights", *_nights(nights), ""]
    if len(diary.tags):
        lines += ["Tags and what they were taken to mean", *_mapped(diary.tags), "",
                  "Tags that are not mapped (they count for nothing)", *_unmapped(diary.tags), ""]
    lines += ["Remarks", *_remarks(diary.issues)]
    waiting = diary.issues.loc[diary.issues["kind"].eq(NO_COLUMNS), "file"].unique()
    lines += [f"  {file} waits for its columns to be named: `rlskit check {file} --write-mapping` drafts them"
              for file in waiting]
    if len(diary.tags) and diary.tags["column"].eq("").all():
        lines += ["", "Nothing counts yet. What your tags mean stands in rlskit.toml; this drafts it:",
                  "  rlskit check FILE --write-mapping"]
    asked = diary.issues[diary.issues["kind"].eq(OPEN_QUESTION)].drop_duplicates(["column", "expected"])
    settled_by = [*(line for question in unsettled(diary, night_starts)[:1]
                    for line in _which_night(question, diary, night_starts)),
                  *(line for one in asked.itertuples() for line in _asked(one))]
    return [*lines, *(["", "To settle before anything is claimed", *settled_by] if settled_by else [])]


def _asked(one) -> list[str]:
    """A question of rlskit.toml, and the line that settles it."""
    return [f"  {one.file}, column {toml_text(one.column)}: {one.expected}",
            f"    Correct [columns.{toml_text(one.column)}] in rlskit.toml, and take its line question out."]


def _which_night(question: Unsettled, diary: Diary, night_starts: str) -> list[str]:
    """What each reading of the entries that may tell of the night before gives, and the line that settles it."""
    lines = [f"  {question.how_many}. Which night do they tell of?"]
    for tells_of, meaning in READINGS.items():
        nights = make_nights(read_as(diary, tells_of), night_starts=night_starts)
        ill = symptom_nights(nights)
        first = ", ".join(day_text(night) for night in nights["night"][ill.eq(True).fillna(False)].head(3))
        lines.append(f'    "{tells_of}", {meaning}: {int(ill.sum())} symptom nights of {int(ill.notna().sum())}'
                     + (f", the first {first}" if first else ""))
    lines.append("  Write the reading that is yours in rlskit.toml, for example:")
    for app, tag in question.tags:
        lines += [f"    [{'columns' if app == TABLE else 'tags'}.{toml_text(tag)}]", '    tells_of = "last night"']
    return lines


def _files(diary: Diary) -> list[str]:
    lines = []
    rows = account(diary)
    for s in diary.source:
        zone = f"{s.timezone} (from {s.timezone_from})" if s.timezone else "unknown; give --timezone"
        lines.append(f"  {s.file}: {s.app.replace('_', ' ')}, {s.layout}; {_count(s.rows, 'row')}; time zone {zone}")
        for reason, n in rows.loc[rows["file"].eq(s.file), ["reason", "rows"]].itertuples(index=False):
            lines.append(f"    {n:>6}  {reason}")
    return lines


def _nights(nights: pd.DataFrame) -> list[str]:
    first, last = nights["night"].min(), nights["night"].max()
    lines = [f"  {day_text(first)} to {day_text(last)}: {_count(len(nights), 'calendar night')}, "
             f"{int(nights['recorded'].sum())} with something written",
             "  symptom nights: open, see the end" if why_open(nights, "symptoms") else
             f"  symptom nights: {int(symptom_nights(nights).sum())} of {int(symptom_nights(nights).notna().sum())} "
             "nights with an answer"]
    own = {habit.column: habit.name for habit in habits_of(nights)}
    for column, name in {**ANSWERS, **own}.items():
        states = nights[f"{column}_state"].value_counts()
        said = ", ".join(f"{states[s]} {word}" for s, word in STATES.items() if s in states)
        lines.append(f"  {name}: {said}")
    slept = int(nights["bedtime_sd_7_min"].notna().sum())
    lines.append(f"  spread of bedtimes over the past week: known on {_count(slept, 'night')}")
    if isinstance(nights.attrs.get("landmark_from"), str):
        lines.append(f"  landmark: {nights.attrs['landmark_from']}")
    lines += [f"  {note}" for note in nights.attrs.get("notes", [])]
    return lines


def first_nights(diary: Diary, nights: pd.DataFrame) -> list[str]:
    """The first nights with something written, as they were understood, to hold beside the file."""
    lines = ["The first nights as understood"]
    daily = diary.daily.drop_duplicates("night_date").set_index("night_date")
    cups = diary.events[diary.events["type"].eq("caffeine")].groupby("night_date")["amount"].sum(min_count=1)
    typed = daily[["caffeine_before_noon_mg", "caffeine_after_noon_mg"]].sum(axis=1, min_count=1)
    for night in nights[nights["recorded"]].head(FIRST).to_dict("records"):
        said = [f"{name} {'no' if night[f'{column}_state'] == 'no' else 'yes'}{_how_much(night, column)}"
                for column, name in UNDERSTOOD.items() if night[f"{column}_state"] in ("yes", "no", "unknown_order")]
        mg = typed.get(night["night"], pd.NA)
        mg = cups.get(night["night"], pd.NA) if pd.isna(mg) else mg
        said += [f"caffeine {float(mg):g} mg"] if pd.notna(mg) else []
        for cell, name in (("try_sleep_time", "lights out"), ("final_wake_time", "awake")):
            at = daily[cell].get(night["night"], pd.NaT)
            said += [f"{name} {at:%H:%M}"] if pd.notna(at) else []
        lines.append(f"  {night['night']:%a} {day_text(night['night'])}: {', '.join(said) or 'nothing that is mapped'}")
    return lines


def _how_much(night: dict, column: str) -> str:
    amount, unit = {"symptoms": ("severity_0_10", " of 10"), "stretched": ("stretch_min", " min"),
                    "alcohol_drinks": ("alcohol_drinks", "")}.get(column, ("", ""))
    known = amount and night[f"{column}_state"] == "yes" and pd.notna(night[amount])
    return f" ({float(night[amount]):g}{unit})" if known else ""


def _mapped(tags: pd.DataFrame) -> list[str]:
    lines = []
    for t in tags[tags["column"].ne("")].itertuples(index=False):
        if t.n == 0:
            lines.append(f'  "{t.tag}" → {t.column}: mapped in rlskit.toml, but never used in {t.file}')
            continue
        intent = f", {t.intent}" if t.intent else ""
        rest = "" if t.column == "ignore" else f", unticked = {t.unticked.replace('_', ' ')}"
        lines.append(f'  "{t.tag}" → {t.column}{intent}{rest}; {_count(t.n, "time")}, '
                     f"{day_text(t.first)} to {day_text(t.last)}")
    return lines or ["  none"]


def _unmapped(tags: pd.DataFrame) -> list[str]:
    rest = tags[tags["column"].eq("")]
    lines = [f'  {t.n:>6}  "{t.tag}"' + (f" ({t.group})" if t.group else "") for t in rest.itertuples(index=False)]
    return lines or ["  none"]


def _remarks(issues: pd.DataFrame) -> list[str]:
    """Messages of rows that were left out or kept with a remark; rows without a mapped tag are counted above."""
    said = issues[issues["outcome"].ne("shows the day was kept")]
    lines = []
    for kind, mine in said.groupby("kind", sort=False):
        bare = mine["row"].notna() & mine["column"].eq("") & mine["found"].eq("")
        if len(mine) > SHOWN and bare.all() and mine["file"].nunique() == 1:  # nothing to tell but which lines
            lines.append(f"  {mine['file'].iloc[0]}, lines {mine['row'].min()} to {mine['row'].max()}: {kind} "
                         f"({_count(len(mine), 'row')})")
            continue
        messages = grouped(mine)
        lines += [f"  {message}" for message in messages[:SHOWN]]
        if len(messages) > SHOWN:
            kept = "kept" if mine["outcome"].eq(KEPT).all() else "left out"
            lines.append(f"  … and {_count(len(messages) - SHOWN, 'more row')} {kept} for the same reason: {kind}")
    return lines or ["  none"]


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" + ("" if n == 1 else "s")
