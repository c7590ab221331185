"""Whose true dates come out of shared nights? Attacks on groups of eight made-up people, before and after anonymise.

Run: python benchmarks/attacks.py [--groups 6]
     python benchmarks/attacks.py --quick                     (two groups of a kind; prints, writes nothing)

Each group is of eight people of one kind, with 180 nights between 2025 and 2026, shared under a key of its own.
"Before" is the table of nights with other ids and the dates moved by whole weeks, and nothing else. An attack by a
calendar tries every column and all of them together, and its best is counted, although an attacker would not know which
that is.
Writes attacks.csv and attacks.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import rlskit as rk
from rlskit.pool.anonymise import WEEKS, shifts
from rlskit.pool.attacks import ALL, CALENDARS, attack_dates
from rlskit.pool.coarsen import LOOKED_BACK, most_cut

HERE = Path(__file__).resolve().parent
OUT = HERE / "attacks.csv"
SEED, PEOPLE, NIGHTS, GROUPS = 20261130, 8, 180, 6
SHIFTS = WEEKS
DAY = np.timedelta64(1, "D")


# --- people ----------------------------------------------------------------------------------------------------------
def strict(nights: pd.DataFrame, free: np.ndarray, rng: np.random.Generator) -> None:
    """To bed and up by the clock, five minutes either way, on free days too."""
    _sleep(nights, bed=rng.integers(-5, 6, len(nights)), wake=rng.integers(-5, 6, len(nights)))


def office(nights: pd.DataFrame, free: np.ndarray, rng: np.random.Generator) -> None:
    """Later to bed and longer asleep before free days, with a drink more often."""
    _sleep(nights, bed=60 * free + rng.normal(0, 20, len(nights)), wake=90 * free + rng.normal(0, 25, len(nights)))
    nights["alcohol_drinks"] = pd.array((rng.random(len(nights)) < 0.15 + 0.45 * free).astype(float), "Float64")


def seasons(nights: pd.DataFrame, free: np.ndarray, rng: np.random.Generator) -> None:
    """Legs that are worse in long days, and shorter nights then."""
    light = CALENDARS["day length"](nights["night"].to_numpy().astype("datetime64[D]"))
    noise = rng.normal(0, 30, (2, len(nights)))
    _sleep(nights, bed=30 * light + noise[0], wake=-10 * light + noise[1])
    worse = np.clip(np.round(4 + 2 * light + rng.normal(0, 1.5, len(nights))), 0, 10)
    nights["severity_0_10"] = pd.array(worse.astype(int), "Int64")


def moon(nights: pd.DataFrame, free: np.ndarray, rng: np.random.Generator) -> None:
    """Severity that goes with the moon, and a tag for it."""
    full = CALENDARS["the moon"](nights["night"].to_numpy().astype("datetime64[D]"))
    _sleep(nights, bed=rng.normal(0, 30, len(nights)), wake=rng.normal(0, 30, len(nights)))
    worse = np.clip(np.round(4 + 1.5 * full + rng.normal(0, 1.5, len(nights))), 0, 10)
    nights["severity_0_10"] = pd.array(worse.astype(int), "Int64")
    nights["full_moon"] = full > 0.95


def observant(nights: pd.DataFrame, free: np.ndarray, rng: np.random.Generator) -> None:
    """No coffee by day in Ramadan, no alcohol in that month, and nothing written down about iron before holidays."""
    days = nights["night"].to_numpy().astype("datetime64[D]")
    fast = CALENDARS["Ramadan"](days) > 0
    _sleep(nights, bed=rng.normal(0, 30, len(nights)) + 60 * fast, wake=rng.normal(0, 30, len(nights)) - 60 * fast)
    drinks = (rng.random(len(nights)) < 0.2 + 0.5 * CALENDARS["ends of months"](days)) & ~fast
    nights["alcohol_drinks"] = pd.array(drinks.astype(float), "Float64")
    nights["caffeine_before_noon_mg"] = pd.array(np.where(fast, 0.0, 95.0), "Float64")
    nights["iron"] = pd.array(np.where(CALENDARS["public holidays (Britain)"](days) > 0, None, True), "boolean")


KINDS: dict[str, Callable[[pd.DataFrame, np.ndarray, np.random.Generator], None]] = {
    "by the clock": strict, "office workers": office, "seasons": seasons, "the moon": moon,
    "observant": observant}


def _sleep(nights: pd.DataFrame, bed: np.ndarray, wake: np.ndarray) -> None:
    """The columns of sleep, of minutes after 22:50 and 6:30; those of a row are of the night before its day."""
    clocks = CALENDARS["clock changes (Europe)"](nights["night"].to_numpy().astype("datetime64[D]"))
    slept = 7 + 40 / 60 + np.roll(wake - bed, 1) / 60 + clocks
    before = pd.Series(np.roll(bed, 1), dtype=float)
    nights["sleep_h"] = pd.array(slept, "Float64")
    nights["last_shift_min"] = pd.array(before.diff().to_numpy(), "Float64")
    nights["bedtime_sd_7_min"] = pd.array(before.rolling(7).std(ddof=0).to_numpy(), "Float64")
    nights["waketime_sd_7_min"] = pd.array(pd.Series(np.roll(wake, 1)).rolling(7).std(ddof=0).to_numpy(), "Float64")


def group(kind: str, number: int) -> pd.DataFrame:
    """Nights of eight people of a kind, each begun on a day of their own."""
    rng = np.random.default_rng([SEED, list(KINDS).index(kind), number])
    nights = rk.simulate_diaries(people=PEOPLE, nights=NIGHTS, seed=int(rng.integers(2**31))).nights
    parts = []
    for _, mine in nights.groupby("person", sort=False):
        mine = mine.reset_index(drop=True)
        start = np.datetime64("2025-01-13") + int(rng.integers(0, 300)) * DAY
        mine["night"] = pd.DatetimeIndex((start + np.arange(len(mine)) * DAY).astype("datetime64[us]"))
        days = mine["night"].to_numpy().astype("datetime64[D]")
        mine["weekday"] = pd.Categorical(mine["night"].dt.strftime("%a"))
        holiday = CALENDARS["public holidays (Britain)"](days) > 0
        free = (mine["night"] + DAY).dt.day_of_week.ge(5).to_numpy() | holiday
        mine["free_night"] = pd.array(free, "boolean")
        KINDS[kind](mine, free, rng)
        parts.append(mine)
    return pd.concat(parts, ignore_index=True)


# --- attacks ---------------------------------------------------------------------------------------------------------
def attacked(kind: str, number: int) -> Iterator[dict]:
    """Rows of one group: attack, found before and after, of eight."""
    nights = group(kind, number)
    key = np.random.default_rng([SEED, number]).bytes(32)
    after = rk.anonymise(nights, key=key)
    ids = {p: rk.hash_id(p, key, release=after.manifest["release"]) for p in nights["person"].unique()}
    begun = nights.groupby("person")["night"].min().rename(ids)
    drawn = {new: shifts(key, person) for person, new in ids.items()}
    weeks = {new: moved for new, (_, moved) in drawn.items()}
    years = {new: 364 * moved for new, (moved, _) in drawn.items()}
    known = after.nights.assign(night=after.nights["night"] - pd.to_timedelta(after.nights["person"].map(years), "D"))
    before = nights.drop(columns="full_moon", errors="ignore").assign(person=nights["person"].map(ids))
    before["night"] += pd.to_timedelta(7 * before["person"].map(weeks), unit="D")
    said = {"kind": kind, "group": number, "left_away": " ".join(after.manifest["left_away"])}
    left = _calendars(known, weeks)
    for attack, found in _calendars(before, weeks).items():
        yield said | {"attack": attack, "before": found, "after": left[attack]}
    ended = nights.groupby("person")["night"].max().rename(ids)
    for attack, truth, end in (("first night known", begun, "min"), ("last night known", ended, "max")):
        yield said | {"attack": attack, "before": _edge(before, truth, end), "after": _edge(after.nights, truth, end)}
    again = rk.anonymise(nights, key=key, traits=pd.DataFrame({"person": list(ids), "sex": ["f", "m"] * 4}), k=2)
    yield said | {"attack": "ids of two releases of one key", "before": float(PEOPLE),
                  "after": float(len(set(after.people["person"]) & set(again.people["person"])))}
    yield said | {"attack": "length and traits known", "before": float(PEOPLE),
                  "after": again.manifest["attacks"]["length and traits known"]}
    yield said | {"attack": "four weeks of answers known", "before": float(PEOPLE),
                  "after": after.manifest["attacks"]["four weeks of answers known"]}


def _calendars(shared: pd.DataFrame, weeks: dict[str, int]) -> dict[str, float]:
    found = attack_dates(shared, weeks, SHIFTS, LOOKED_BACK).found()
    best = found.groupby("attack", sort=False)["found"].max()
    return {**best, "all columns, best calendar": float(found.loc[found["column"].eq(ALL), "found"].max())}


def _edge(shared: pd.DataFrame, truth: pd.Series, end: str) -> float:
    """Whose shift is found by whoever knows the true first or last night: one of those that may be left is guessed."""
    seen = shared.groupby("person")["night"].agg(end)
    found = 0.0
    for person, night in seen.items():
        whole = len(shared[shared["person"].eq(person)]) == NIGHTS
        gaps = range(0, 1 if whole else most_cut(NIGHTS) + 1)
        sign = 1 if end == "min" else -1
        may = {(night - sign * pd.Timedelta(gap, "D") - truth[person]).days for gap in gaps}
        found += 1 / max(len({days for days in may if days % 7 == 0}), 1)
    return found


# --- is it still of use? ---------------------------------------------------------------------------------------------
def kept(number: int) -> Iterator[dict]:
    """How far effects and their intervals of shared nights are from those of the nights themselves."""
    nights = rk.simulate_diaries(people=PEOPLE, nights=NIGHTS, seed=SEED + number).nights
    shared = rk.anonymise(nights, key=np.random.default_rng([SEED, number]).bytes(32)).nights
    for term, a, b in (("stretched", True, False), ("alcohol_drinks", 2, 0), ("caffeine_after_noon_mg", 100, 0)):
        one, other = (rk.compare(rk.fit(f"symptoms ~ {term} + weekday", rk.quiet_nights(t)), term, a, b).table.iloc[0]
                      for t in (nights, shared))
        yield {"group": number, "term": term, "moved": abs(other["estimate"] - one["estimate"]),
               "wider": (other["upper"] - other["lower"]) / (one["upper"] - one["lower"]),
               "width": one["upper"] - one["lower"]}


# --- table -----------------------------------------------------------------------------------------------------------
def written(rows: pd.DataFrame, use: pd.DataFrame) -> str:
    """attacks.md"""
    groups = rows["group"].nunique()
    lines = ["# What attacks on shared nights find", "",
             f"`make attacks` (seed {SEED}). {groups} groups of {PEOPLE} made-up people of each kind, {NIGHTS} nights "
             "a person: of eight, how many true dates are found, the mean of all groups and the most in any. Before: "
             "only ids and dates changed. Who attacks by a calendar is told the year. By chance a guess finds 0.16 of "
             "8; the best of the guesses about every column, which is what is counted for calendars, 1 to 2.", "",
             "| people | attack | before | after | most after |", "|---|---|---|---|---|"]
    for (kind, attack), some in rows.groupby(["kind", "attack"], sort=False):
        lines.append(f"| {kind} | {attack} | {some['before'].mean():.1f} | {some['after'].mean():.1f} | "
                     f"{some['after'].max():.1f} |")
    lines += ["", "Columns that were left out since an attack succeeded by them, in groups of 100:", ""]
    first = rows.drop_duplicates(["kind", "group"])
    for kind, some in first.groupby("kind", sort=False):
        counts = some["left_away"].fillna("").str.split().explode().value_counts()
        said = ", ".join(f"{name} {100 * n / len(some):.0f}" for name, n in counts.items()) or "none"
        lines.append(f"* {kind}: {said}")
    lines += ["", f"What is lost: effects in {use['group'].nunique()} groups, in nights per 30.", "",
              "| effect | estimate moves by (mean) | of a 95% interval that is wide | interval is wider, times |",
              "|---|---|---|---|"]
    for term, some in use.groupby("term", sort=False):
        lines.append(f"| {term} | {some['moved'].mean():.1f} | {some['width'].mean():.1f} | "
                     f"{some['wider'].mean():.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--groups", type=int, default=GROUPS)
    args.add_argument("--quick", action="store_true")
    given = args.parse_args()
    groups = 2 if given.quick else given.groups
    done = pd.read_csv(OUT) if OUT.exists() and not given.quick else pd.DataFrame(columns=["kind", "group"])
    have = set(zip(done["kind"], done["group"], strict=True))
    for kind in KINDS:
        for number in range(groups):
            if (kind, number) in have:
                continue
            rows = pd.DataFrame(attacked(kind, number))
            done = pd.concat([done, rows], ignore_index=True) if len(done) else rows
            if not given.quick:
                done.to_csv(OUT, index=False, float_format="%.3f")
    text = written(done, pd.DataFrame([row for n in range(2 if given.quick else 5) for row in kept(n)]))
    if given.quick:
        print(text)
    else:
        (HERE / "attacks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
