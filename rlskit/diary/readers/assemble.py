"""Parsed file + mapping → Diary: tags get their meaning, sleeps their night, and every row its account."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from rlskit.diary.mapping import Mapping, Tag, tag_key
from rlskit.diary.night_rule import (
    LAST_NIGHT,
    OF_THE_SLEEP,
    assign_nights,
    clock_on_night,
    day_text,
    elapsed_hours,
    night_of_sleep,
    on_the_day,
    zone,
)
from rlskit.diary.readers.amounts import amount, unfit_amounts
from rlskit.diary.readers.parsed import ENTRY_COLUMNS, MENTION_COLUMNS, SLEEP_COLUMNS, Options, Parsed
from rlskit.diary.sleeps import daily_sleep, naps, nights_in_bed
from rlskit.diary.tables import (
    CELL_OUT,
    DAILY_COLUMNS,
    DAY_ONLY,
    EVENT_COLUMNS,
    ISSUE_COLUMNS,
    KEPT,
    LEFT_OUT,
    TAG_COLUMNS,
    Diary,
    Source,
    first_answers,
    issue,
    join,
    table,
)
from rlskit.utils.words import count

NOT_MAPPED = "no tag in this row is mapped in rlskit.toml"
PIECES = "a night slept in pieces less than 2 hours apart is one night"


def assemble(parsed: Parsed, mapping: Mapping, options: Options) -> Diary:
    """The canonical diary of one parsed file. Sum over rows: used + explained = rows in the file."""
    tz, tz_from = _timezone(parsed, mapping, options)
    mapping = replace(mapping, tags=mapping.tags | parsed.tags)
    person = options.person or mapping.person
    issues = list(parsed.issues)

    sleeps = _sleeps(parsed, person, tz, issues)
    nights = nights_in_bed(sleeps.assign(app=parsed.app))
    issues += _in_pieces(nights, parsed.file)
    daily = join([_answers(parsed, person, tz, issues), daily_sleep(nights)], DAILY_COLUMNS)
    wakes = daily[["person", "night", "woke_up"]]

    mentions = table(parsed.mentions, MENTION_COLUMNS)
    mentions["person"] = mentions["person"].replace("", person)
    tags = _tags(mentions, mapping, parsed)
    mapped = _mapped_events(mentions, mapping, wakes, tz, parsed.app)
    issues += unfit_amounts(mentions, mapping, parsed.file)
    left_out = {i["row"] for i in issues if i["outcome"] == LEFT_OUT and i["row"] is not None}
    own = _own_events(parsed, person, tz)
    own = _with_ids(own[~own["row"].isin(left_out)], parsed.app)
    asleep = _with_ids(_sleep_events(sleeps, nights), parsed.app)
    events = join([own, mapped, asleep, _notes(parsed, person, tz)], EVENT_COLUMNS)
    events["app"], events["file"] = parsed.app, parsed.file
    events = assign_nights(events, wakes).sort_values("night", kind="stable")

    used = {int(r) for r in events.loc[events["type"].ne("note"), "row"].dropna()}
    used |= {int(a["row"]) for a in parsed.answers} - left_out
    used -= set(parsed.reasons)
    # What is left out of a row that is used otherwise is one cell of it: every row counts once.
    issues = [{**i, "outcome": CELL_OUT} if i["outcome"] == LEFT_OUT and i["row"] in used else i for i in issues]
    issues += _explain(parsed, used, issues)
    source = Source(
        file=parsed.file, app=parsed.app, layout=parsed.layout, rows=parsed.rows, rows_used=len(used),
        person=person, timezone=tz, timezone_from=tz_from, date_order=parsed.date_order,
        grams_per_drink=mapping.grams_per_drink, columns=parsed.columns, primary=mapping.primary,
        sleep_from=" ".join(mapping.sleep_from),
        primary_since=mapping.primary_since, horizon=mapping.horizon)
    return Diary(
        daily=first_answers(daily), events=table(events, EVENT_COLUMNS), issues=table(issues, ISSUE_COLUMNS),
        source=(source,), tags=tags, habits=mapping.habits, outcomes=mapping.outcomes, sites=parsed.sites)


def _timezone(parsed: Parsed, mapping: Mapping, options: Options) -> tuple[str, str]:
    for name, origin in ((options.timezone, "--timezone"), (mapping.timezone, mapping.timezone_from),
                         (parsed.timezone, "the file")):
        if name:
            zone(name, origin)
            return name, origin
    return "", ""


# --- tags ----------------------------------------------------------------------------------------------------------
def _tags(mentions: pd.DataFrame, mapping: Mapping, parsed: Parsed) -> pd.DataFrame:
    """One row per tag seen, with what the mapping makes of it; tags mapped but never seen are listed with n = 0."""
    rows = []
    seen = set()
    for (person, _), mine in mentions.groupby(["person", mentions["tag"].map(tag_key)], sort=False):
        name = mine["tag"].iloc[0]
        seen.add(tag_key(name))
        rows.append({"person": person, "tag": name, "group": mine["group"].iloc[0], "n": len(mine),
                     "first": mine["moment"].min().normalize(), "last": mine["moment"].max().normalize(),
                     **_meaning(mapping.tag(name), parsed.says_no)})
    rows.sort(key=lambda r: (r["column"] == "", -r["n"], r["tag"]))
    if parsed.mentions:
        rows += [{"tag": tag.name, "n": 0, **_meaning(tag)} for key, tag in mapping.tags.items() if key not in seen]
    return table([{**r, "app": parsed.app, "file": parsed.file} for r in rows], TAG_COLUMNS)


def _meaning(tag: Tag | None, says_no: bool = False) -> dict:
    if tag is None:
        return {"column": "", "unticked": "not_recorded" if says_no else ""}
    return {"column": tag.column, "item": tag.item, "intent": tag.told_intent,
            "unticked": tag.unticked, "tells_of": tag.tells_of, "tracked_from": tag.tracked_from,
            "tracked_until": tag.tracked_until}


def _mapped_events(mentions: pd.DataFrame, mapping: Mapping, wakes: pd.DataFrame, tz: str, app: str,
                   ) -> pd.DataFrame:
    """Mentions whose tag the mapping names, as events of the right type, time and amount."""
    tags = mentions["tag"].map(lambda name: mapping.tag(name))
    keep = tags.map(lambda tag: tag is not None and tag.column != "ignore").astype(bool)
    rows = mentions[keep]
    if rows.empty:
        return table([], EVENT_COLUMNS)
    tag = tags[keep]
    events = table(pd.DataFrame({
        "person": rows["person"], "type": tag.map(lambda t: t.type), "start_local": rows["moment"],
        "tz": tz, "time_precision": rows["precision"], "slot": rows["slot"],
        "amount": [amount(t, r) for t, r in zip(tag, rows.itertuples(index=False), strict=True)],
        "unit": [r.unit if t.unit in ("score", "") else t.unit for t, r in
                 zip(tag, rows.itertuples(index=False), strict=True)],
        "item": rows["item"].where(rows["item"].ne(""), tag.map(lambda t: t.item)), "item_raw": rows["raw"],
        "intent": rows["intent"].where(~rows["intent"].isin(["", "unknown"]), tag.map(lambda t: t.told_intent)),
        "row": rows["row"],
    }), EVENT_COLUMNS)
    # before its night is known: that can depend on what else is in the file
    events = _with_ids(events, app, rows["beside"])
    tag = tag.reset_index(drop=True)
    entry_clock = rows["entry_clock"].reset_index(drop=True)
    # Where the clock is that of the entry, not of the event, it only says which night the entry speaks of.
    said = tag.map(lambda t: t.entry_time).astype(object)
    speaks_of_day = said.eq("day") | (entry_clock.eq("entry") & said.ne("event"))
    fixed_time = tag.map(lambda t: bool(t.time)).astype(bool)
    events = assign_nights(events, wakes)
    tells_of = tag.map(lambda t: t.tells_of)
    of_the_sleep = entry_clock.eq("sleep")
    told_here = entry_clock.eq("night")
    last_night = tells_of.eq("last night") & ~of_the_sleep & ~told_here
    day_only = ((speaks_of_day & events["time_precision"].eq("minute")) | fixed_time | last_night
                | tells_of.eq("tonight"))
    events = on_the_day(events, day_only, last_night)
    events.loc[of_the_sleep, "night_rule"] = OF_THE_SLEEP
    events.loc[told_here & tells_of.eq("last night"), "night_rule"] = LAST_NIGHT
    clocks = [night + pd.Timedelta(minutes=clock_on_night(t.time)) if t.time else None
              for night, t in zip(events["night"], tag, strict=True)]
    events.loc[fixed_time, "start_local"] = pd.Series(clocks, index=events.index, dtype="datetime64[us]")[fixed_time]
    events.loc[fixed_time, "time_precision"] = "quarter_hour"
    return events


# --- events that need no mapping -------------------------------------------------------------------------------------
def _own_events(parsed: Parsed, person: str, tz: str) -> pd.DataFrame:
    events = table(parsed.events, EVENT_COLUMNS)
    events["person"] = events["person"].replace("", person)
    events["tz"] = events["tz"].replace("", tz)
    return events


def _notes(parsed: Parsed, person: str, tz: str) -> pd.DataFrame:
    """One note per entry, without its words: it proves that the diary was open that day."""
    if not parsed.entries:
        return table([], EVENT_COLUMNS)
    entries = table(parsed.entries, ENTRY_COLUMNS)
    before = entries["tells_of"].eq("last night")
    notes = table(pd.DataFrame({
        "person": entries["person"].replace("", person), "type": "note",
        "start_local": entries["moment"], "tz": tz, "time_precision": entries["precision"], "slot": entries["slot"],
        "night": entries["moment"].where(before), "night_rule": before.map({True: LAST_NIGHT, False: ""}),
        "item": entries["group"], "row": entries["row"]}), EVENT_COLUMNS)
    return _with_ids(notes, parsed.app, entries["beside"])


def _with_ids(events: pd.DataFrame, app: str, beside: pd.Series | str = "") -> pd.DataFrame:
    """Stable ids from what an event says and the sleep it stands beside, not from where it stands nor from what else
    is in the file: a record of sleep is one whether it is the night's or a nap. Repeats of the same words are
    numbered."""
    said = ["person", "type", "start_local", "time_precision", "slot", "amount", "unit", "item_raw"]
    words = events[said].assign(type=events["type"].replace("nap", "sleep"), beside=np.asarray(beside, dtype=object))
    words = words.astype(str).fillna("")  # pandas 3 keeps an empty cell empty when it makes text of the rest
    seen: Counter[str] = Counter()
    ids = []
    for text in map("|".join, zip(*(words[name].to_numpy(dtype=object) for name in words), strict=True)):
        ids.append(hashlib.sha256(f"{app}|{text}|{seen[text]}".encode()).hexdigest()[:16])
        seen[text] += 1
    return events.assign(event_id=pd.Series(ids, index=events.index, dtype=object))


# --- sleep -----------------------------------------------------------------------------------------------------------
def _sleeps(parsed: Parsed, person: str, tz: str, issues: list[dict]) -> pd.DataFrame:
    """Sleeps with their night; impossible ones are listed and left out."""
    sleeps = table(parsed.sleeps, SLEEP_COLUMNS)
    if sleeps.empty:
        return sleeps
    sleeps["person"] = sleeps["person"].replace("", person)
    sleeps["tz"] = sleeps["tz"].replace("", tz)
    unknown = sleeps["hours"].isna() & sleeps["origin"].ne("diary_reported")
    timed = unknown & sleeps["start"].notna() & sleeps["end"].notna()
    for i, s in sleeps[timed].iterrows():
        where = zone(s["tz"]) if s["tz"] else None
        sleeps.loc[i, "hours"] = elapsed_hours(s["start"].to_pydatetime(), s["end"].to_pydatetime(), where)
    sleeps.loc[timed & sleeps["origin"].eq(""), "origin"] = "diary_computed"
    bad = (sleeps["hours"].notna() & ((sleeps["hours"] <= 0) | (sleeps["hours"] > 24))).fillna(False).astype(bool)
    for s in sleeps[bad].itertuples():
        issues.append(issue(parsed.file, "sleep of no or impossible length", row=int(s.row), column="sleep",
                            found=f"{s.hours:g} h", expected="more than 0 and at most 24 hours"))
    sleeps = sleeps[~bad]
    again = sleeps.duplicated(["person", "start", "end", "hours", "night"])
    for s in sleeps[again].itertuples():
        issues.append(issue(parsed.file, "the same sleep again", row=int(s.row), column="sleep"))
    sleeps = sleeps[~again].copy()
    sleeps["night"] = sleeps["night"].fillna(night_of_sleep(sleeps["start"]))
    return sleeps.reset_index(drop=True)


def _sleep_events(sleeps: pd.DataFrame, nights: pd.DataFrame) -> pd.DataFrame:
    """One event a record: the pieces of a main sleep are all "sleep"; `item` keeps what the source itself calls it."""
    if sleeps.empty:
        return table([], EVENT_COLUMNS)
    main = {label for records in nights.loc[nights["main"], "records"] for label in records}
    return table(pd.DataFrame({
        "person": sleeps["person"], "type": ["sleep" if i in main else "nap" for i in sleeps.index],
        "start_local": sleeps["start"].fillna(sleeps["night"]), "end_local": sleeps["end"], "tz": sleeps["tz"],
        "time_precision": sleeps["start"].notna().map({True: "minute", False: "date"}), "night": sleeps["night"],
        "night_rule": OF_THE_SLEEP, "amount": sleeps["hours"], "unit": "h",
        "item": naps(sleeps).map({True: "nap", False: "sleep"}), "row": sleeps["row"]}), EVENT_COLUMNS)


def _in_pieces(nights: pd.DataFrame, file: str) -> list[dict]:
    """A remark where nights were put together."""
    many = nights[nights["records"].map(len).gt(1)]
    if many.empty:
        return []
    first = many.iloc[0]
    return [issue(file, PIECES, column="sleep", outcome=KEPT, found=f"{first['night']:%Y-%m-%d}",
                  advice=f"{count(len(many), 'night')}; that of {day_text(first['night'])} runs from "
                         f"{first['start']:%H:%M} to {first['end']:%H:%M}, with {first['hours']:.1f} hours of sleep.")]


# --- answers ---------------------------------------------------------------------------------------------------------
def _answers(parsed: Parsed, person: str, tz: str, issues: list[dict]) -> pd.DataFrame:
    """Rows that name their night. A second row that answers what the first does is listed, and left out.

    Two rows that answer different things about a night (an app with one row per question) are both used.
    """
    if not parsed.answers:
        return table([], DAILY_COLUMNS)
    rows = pd.DataFrame(parsed.answers)
    answers = table(rows, DAILY_COLUMNS)
    answers["person"] = answers["person"].replace("", person)
    answers["tz"] = answers["tz"].replace("", tz)
    answers["wake_date"] = answers["night"] + pd.Timedelta(days=1)
    answers["tst_min"] = answers["tst_min"].fillna(_minutes_between(answers, tz))
    keys = ["person", "night"]
    said = [c for c in DAILY_COLUMNS if c not in (*keys, "wake_date", "tz", "source")]
    filled = answers[said].notna() & answers[said].ne("").fillna(False)
    left_out = []
    for _, same in answers[answers.duplicated(keys, keep=False)].groupby(keys, sort=False):
        first, *others = same.index
        for i in others:
            shared = filled.loc[i] & filled.loc[first]
            if filled.loc[i].any() and not shared.any():
                continue
            differ = [c for c in said if str(answers[c][first]) != str(answers[c][i])]
            kind = "a second row for the same night, and it disagrees" if differ else "the same night twice"
            night = answers["night"][i]
            issues.append(issue(
                parsed.file, kind, row=int(rows["row"][i]), column="night", found=f"{night:%Y-%m-%d}",
                expected="one row per night" + (f" (they differ in {', '.join(differ)})" if differ else ""),
                advice="The first row is used."))
            left_out.append(i)
    return answers.drop(index=left_out)


def _minutes_between(answers: pd.DataFrame, tz: str) -> pd.Series:
    """Elapsed minutes from lights out to waking where the source computes them from its clock times."""
    where = zone(tz) if tz else None
    times = answers[["lights_out", "woke_up"]]
    times = times[answers["tst_source"].eq("diary_computed") & times.notna().all(axis=1)]
    minutes = [60 * elapsed_hours(start.to_pydatetime(), end.to_pydatetime(), where)
               for start, end in times.itertuples(index=False)]
    return pd.Series(minutes, index=times.index, dtype="Float64").reindex(answers.index)


# --- the account -----------------------------------------------------------------------------------------------------
def _explain(parsed: Parsed, used: set[int], issues: list[dict]) -> list[dict]:
    """An issue for every row that is neither used nor already explained."""
    explained = {i["row"] for i in issues if i["row"] is not None and i["outcome"] in (LEFT_OUT, DAY_ONLY)} | used
    extra = [issue(parsed.file, kind, row=row, outcome=DAY_ONLY if row in _entry_rows(parsed) else LEFT_OUT)
             for row, kind in parsed.reasons.items() if row not in explained]
    explained |= set(parsed.reasons)
    for row in sorted(_entry_rows(parsed) - explained):
        extra.append(issue(parsed.file, NOT_MAPPED, row=row, outcome=DAY_ONLY))
    explained |= _entry_rows(parsed)
    others = {int(m["row"]) for part in (parsed.mentions, parsed.sleeps, parsed.answers) for m in part} - explained
    extra += [issue(parsed.file, NOT_MAPPED, row=row) for row in sorted(others)]
    return extra


def _entry_rows(parsed: Parsed) -> set[int]:
    return {int(e["row"]) for e in parsed.entries}
