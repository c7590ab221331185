"""Sleep records → nights in bed: the pieces of a night are put together, and the longest of a night is the main one.

People with restless legs get up, and start their tracker again. The rule, its threshold and what it changes are in
docs/decisions/0026-pieces-of-a-night.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from rlskit.diary.night_rule import NIGHT_STARTS, clock_minutes, night_of_sleep
from rlskit.diary.tables import DAILY_COLUMNS, Diary, first_answers, join, table

APART = pd.Timedelta(hours=2)  # records at least this far apart are two sleeps
EVENING = pd.Timedelta(hours=6)  # from this long after a night starts (18:00 where that is noon); before it one naps
NIGHT = ["person", "night"]
PIECES = ["person", "app", "night"]  # what two apps wrote is never put together
KEY = ["person", "start", "night"]
SLEEP_CELLS = ["tz", "bed_time", "lights_out", "woke_up", "out_of_bed_time", "awakenings_n", "tst_min",
               "tst_source"]
OF_THE_NIGHT = ["bed_time", "out_of_bed_time", "quality", "origin"]  # what events do not hold


def nights_in_bed(
    sleeps: pd.DataFrame, night_starts: str = NIGHT_STARTS, sleep_from: Sequence[str] = (),
) -> pd.DataFrame:
    """One row per person and night in bed, in the order of their starts.

    Parameters
    ----------
    sleeps : one row per record (readers/parsed.py, SLEEP_COLUMNS), each with its `app` and night.
    night_starts : clock time at which a night starts.
    sleep_from : apps, the first before the next, whose sleep is the main one where several have one.

    Returns
    -------
    DataFrame : the same columns, and `records`, the labels of its records. The first start and bed_time, the last end
        and out_of_bed_time; hours of sleep are added up, time covered by an earlier record counts once; quality and
        origin are those of the longest record. `awakenings` counts the pieces but one; it is empty where no night at
        all is in pieces, since then one record a night counts nothing. `sleep` says whether it is what its app calls
        the night, the longest that is no nap; `main` whether it is the one of all apps: by `sleep_from`, else a
        device's before a diary's, else the longest.
        A nap, or a record without both times, stays a row of its own.
    """
    ordered = sleeps.sort_values("end", ascending=False, kind="stable").sort_values([*PIECES, "start"], kind="stable")
    timed = ordered[ordered["start"].notna() & ordered["end"].notna() & ~naps(ordered) & (
        ordered["start"] - ordered["night"] >= pd.Timedelta(minutes=clock_minutes(night_starts)) + EVENING)]
    before = timed.assign(end=timed.groupby(PIECES)["end"].cummax()).groupby(PIECES)["end"].shift()
    covered = (timed["end"].where(timed["end"] < before, before) - timed["start"]).clip(lower=pd.Timedelta(0))
    new = (1 - covered / (timed["end"] - timed["start"])).fillna(1.0).reindex(ordered.index, fill_value=1.0)
    goes_on = (timed["start"] - before < APART).reindex(ordered.index, fill_value=False)
    stay = pd.Series(range(len(ordered)), index=ordered.index).where(~goes_on).reindex(
        timed.index.append(ordered.index.difference(timed.index, sort=False))).ffill()

    pieces = ordered.assign(hours=ordered["hours"] * new, awakenings=new.gt(0.5).astype("Int64"))
    by = pieces.groupby(stay)
    whole = by.first()
    whole["end"], whole["out_of_bed_time"] = by["end"].max(), by["out_of_bed_time"].last()
    whole["hours"], up = by["hours"].sum(min_count=1), by["awakenings"].sum() - 1
    whole["awakenings"] = up.where(up.gt(0).any() & whole["end"].notna() & ~naps(whole))
    longest = ordered["hours"].fillna(0).sort_values(ascending=False, kind="stable").index
    whole[["quality", "origin"]] = pieces.loc[longest, ["quality", "origin"]].groupby(stay).first()
    whole["records"] = pd.Series(ordered.index, index=ordered.index).groupby(stay).agg(tuple)
    worth = _by_worth(whole, sleep_from)
    whole["sleep"], whole["main"] = (whole.index.isin(worth.drop_duplicates(by).index) for by in (PIECES, NIGHT))
    return whole.reset_index(drop=True)


def naps(sleeps: pd.DataFrame) -> pd.Series:
    """Which records the source itself calls a nap."""
    return sleeps["is_nap"].fillna(False).astype(bool)


def _by_worth(whole: pd.DataFrame, sleep_from: Sequence[str]) -> pd.DataFrame:
    """What is no nap, the one to be preferred first."""
    candidates = whole[~naps(whole)]
    place = {app: -at for at, app in enumerate(sleep_from)}
    by_worth = pd.DataFrame({"stated": candidates["app"].map(lambda app: place.get(app, -len(place))).astype(int),
                             "device": candidates["origin"].fillna("").str.startswith("device:"),
                             "hours": candidates["hours"].fillna(0)})
    order = by_worth.sort_values(list(by_worth), ascending=False, kind="stable").index
    return candidates.loc[order]


def daily_sleep(nights: pd.DataFrame) -> pd.DataFrame:
    """Rows of the daily table with the main sleep of each night, from nights_in_bed."""
    main = nights[nights["main"]]
    return table(pd.DataFrame({
        "person": main["person"], "night": main["night"],
        "wake_date": main["night"] + pd.Timedelta(days=1), "tz": main["tz"], "bed_time": main["bed_time"],
        "lights_out": main["start"], "woke_up": main["end"], "out_of_bed_time": main["out_of_bed_time"],
        "awakenings_n": main["awakenings"], "sleep_quality": main["quality"], "tst_min": main["hours"] * 60,
        "tst_source": main["origin"]}), DAILY_COLUMNS)


def sleep_from(diary: Diary) -> tuple[str, ...]:
    """The apps by which the sleep of a night is chosen, the first before the next, as the first file with any says."""
    return tuple(next((s.sleep_from for s in diary.source if s.sleep_from), "").split())


def sleep_again(
    daily: pd.DataFrame, events: pd.DataFrame, night_starts: str = NIGHT_STARTS, sleep_from: Sequence[str] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A diary's daily rows and events with the sleep of each night told again: nights start at another hour, or the
    records of several files have come together.

    daily : one or more rows a night. What was typed for a night stays on it, and is a whole night. events : with every
    record once. Returns (daily with one row a night, events with sleeps and naps told apart).
    """
    typed = daily["source"].ne("") & ~daily["tst_source"].str.startswith("device:")
    slept = daily["lights_out"].notna() | daily["tst_min"].notna()
    told = events[events["type"].isin(["sleep", "nap"])]
    records, alone = _records(told, night_starts), _cells(daily[slept], typed[slept], night_starts)
    known = ~typed[slept] & pd.MultiIndex.from_frame(alone[KEY]).isin(pd.MultiIndex.from_frame(records[KEY]))
    records = _with_cells(records, alone[known].sort_values("hours", ascending=False, kind="stable"))
    alone = alone[~known].set_axis([-1 - i for i in range(int((~known).sum()))])
    alone["app"] = alone.index.map(str)  # what stands in one row of a diary is a whole night
    nights = nights_in_bed(pd.concat([t for t in (records, alone) if len(t)] or [records]), night_starts, sleep_from)
    main = {label for labels in nights.loc[nights["sleep"], "records"] for label in labels}
    out = events.copy()
    out.loc[told.index, "type"] = ["sleep" if label in main else "nap" for label in told.index]
    out.loc[told.index, "night"] = records["night"]
    return _with_sleep(daily, daily_sleep(nights), slept, typed), out


def _with_cells(records: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The records with what the daily row of their night says: that of the same start and end; of a piece, that of the
    same start."""
    own, first = ([*KEY, "end"], KEY)
    found, loose = (records[by].join(rows.drop_duplicates(by).set_index(by)[OF_THE_NIGHT], on=by)[OF_THE_NIGHT]
                    for by in (own, first))
    return records.join(found.where(found["origin"].notna(), loose))


def _records(told: pd.DataFrame, night_starts: str) -> pd.DataFrame:
    """Sleep events as records."""
    start = told["start_local"].where(told["time_precision"].eq("minute"))
    return pd.DataFrame({
        "person": told["person"], "app": told["app"], "start": start, "end": told["end_local"],
        "night": night_of_sleep(start, night_starts).fillna(told["night"]), "hours": told["amount"],
        "tz": told["tz"], "is_nap": told["item"].eq("nap")})


def _cells(daily: pd.DataFrame, typed: pd.Series, night_starts: str) -> pd.DataFrame:
    """The sleeps of daily rows as records."""
    night = night_of_sleep(daily["lights_out"], night_starts).fillna(daily["night"])
    return pd.DataFrame({
        "person": daily["person"], "start": daily["lights_out"], "end": daily["woke_up"],
        "night": night.mask(typed, daily["night"]), "hours": daily["tst_min"] / 60, "tz": daily["tz"],
        "is_nap": False, "bed_time": daily["bed_time"], "out_of_bed_time": daily["out_of_bed_time"],
        "quality": daily["sleep_quality"], "origin": daily["tst_source"]})


def _with_sleep(daily: pd.DataFrame, asleep: pd.DataFrame, slept: pd.Series, typed: pd.Series) -> pd.DataFrame:
    """The answers of `daily` with the sleep cells of `asleep`; a row that held nothing but a sleep is gone."""
    keys = ["person", "night"]
    out = daily.copy()
    out.loc[slept | pd.MultiIndex.from_frame(daily[keys]).isin(pd.MultiIndex.from_frame(asleep[keys])),
            SLEEP_CELLS] = None
    out.loc[slept & ~typed, "sleep_quality"] = None
    answers = out.drop(columns=[*keys, "wake_date", "source"])
    out = out[~slept | (answers.notna() & answers.ne("").fillna(False)).any(axis=1)]
    return first_answers(join([table(out, DAILY_COLUMNS), asleep], DAILY_COLUMNS))
