"""anonymise(): nights of several people → nights that may be shared, with a manifest of what was done and what is left.

What leaves is the table that models read and nothing else: no events, no tags, no notes. All of it is derived, so no
free text can be in it.

* Ids become keyed hashes: HMAC-SHA256 of the id (RFC 2104), first 12 hex digits. Without the key nobody can test a
  guessed id. They are other ids in every release, unless the release is given a name.
* Each person's dates move by a whole number of weeks, drawn from the same key, so that weekdays stay true: by years of
  52 weeks, which are the same in every release, and up to 26 weeks more or less, which `keep_season` leaves out. Two
  releases that differ in it tell the weeks apart and not the years. Nights at either end are left out, and what would
  tell the true dates is coarsened (coarsen.py).
* Traits of people are made common (traits.py), the length of the diary, in bands, among them.
* At the end what is to be given out is attacked (attacks.py): columns by which the attacks succeed are left out, and
  what the attacks still find is said.

Oracle: tests/unit/pool/test_anonymise.py plants identifiers in every field and compares fits before and after;
benchmarks/attacks.py counts what attacks find.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from rlskit.errors import DiaryError
from rlskit.nights.validate import NIGHTS
from rlskit.pool.attacks import (
    ALL,
    CALENDARS,
    EMPTY,
    Calendar,
    attack_dates,
    attack_edges,
    attack_lengths,
    attack_sequences,
    most_by_chance,
    succeeds,
)
from rlskit.pool.coarsen import (
    CUT_DAYS,
    LOOKED_BACK,
    NEEDED,
    cap_periods,
    cut_ends,
    known_columns,
    most_cut,
    take_out,
    top_code,
    without_beginnings,
    without_calendar,
    without_small_cells,
)
from rlskit.pool.diversity import diversity, told_of_people
from rlskit.pool.ids import check_key, digest, hash_id
from rlskit.pool.traits import checked_traits, coarsen_traits, common_traits
from rlskit.utils.kinds import takes
from rlskit.utils.shown import as_written
from rlskit.utils.stamp import table_sha256, versions
from rlskit.utils.words import count

YEARS = np.array([-3, -2, -1, 1, 2, 3])  # of 52 weeks, of which one is drawn for a person
WEEKS = np.array([*range(-26, 0), *range(1, 26)])  # and of these one, but with keep_season
LENGTHS = ((28, "up to 4 weeks"), (91, "5 to 13 weeks"), (182, "14 to 26 weeks"), (366, "27 to 52 weeks"))


@dataclass(frozen=True)
class Anonymised:
    """`nights` to share; `people`: new id, length of the diary and the traits that were kept; `manifest`: what was done
    and what risk is left, ready for JSON. None of it holds an old id, an old date or the key."""

    __module__ = "rlskit"

    nights: pd.DataFrame
    people: pd.DataFrame
    manifest: dict

    def __repr__(self) -> str:
        return "\n".join([f"Anonymised nights: {len(self.nights)} of {len(self.people)} people",
                          *(f"  {line}" for line in (*self.manifest["done"], *self.manifest["left"]))])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in (*self.manifest["done"], *self.manifest["left"]))
        return as_written(f"<p>Anonymised nights: {len(self.nights)} of {len(self.people)} people</p><ul>{items}</ul>")


@takes(NIGHTS)
def anonymise(
    nights: pd.DataFrame, *, key: bytes, traits: pd.DataFrame | None = None, k: int = 5, keep_season: bool = False,
    whole: bool = False, release: str = "",
) -> Anonymised:
    """Nights of make_nights, for sharing.

    Parameters
    ----------
    nights : from make_nights, of any number of people; columns that make_nights does not know are dropped, and counted.
    key : at least 16 secret bytes, kept by you: whoever has it can test guesses at ids.
    traits : one row per person with a column `person`, such as age_band or sex; text is taken as a category.
    k : every combination of traits is shared by at least k people, amounts are top-coded at what k people reach, and a
        column that fewer people answered goes; 1 switches these off.
    keep_season : shift dates by multiples of 52 weeks alone. Whoever knows the year of a diary then knows its dates.
    whole : keep the first and the last nights of every diary; whoever knows one of their dates then knows all.
    release : name of this release: people have the same new ids in every release of one name. Without one they have
        others whenever the nights or the traits are others. `hash_id(person, key, release=manifest["release"])`.

    Raises
    ------
    DiaryError : a short key, no `person` or `night` column, or traits that do not fit the people.

    Example: ``rk.anonymise(several, key=b"sixteen secret bytes", k=3)``
    """
    check_key(key, "anonymise")
    for name in ("person", "night"):
        if name not in nights:
            raise DiaryError(f'anonymise: expected a column "{name}", as make_nights writes it; found '
                             f"{', '.join(map(str, list(nights)[:6]))}.")
    nights = nights.assign(night=pd.to_datetime(nights["night"]))
    people = list(dict.fromkeys(nights["person"]))
    coarse, banded, named = coarsen_traits(checked_traits(traits, people), k)
    release = release or _release(nights, traits, key)
    names = {person: hash_id(person, key, release=release) for person in people}
    if len(set(names.values())) < len(people):
        raise DiaryError("anonymise: two people would get the same new id. Use another key.")
    drawn = {p: shifts(key, p) for p in people}
    weeks = {names[p]: 0 if keep_season else weeks for p, (_, weeks) in drawn.items()}
    years = {names[p]: 52 * years for p, (years, _) in drawn.items()}
    shared, changed = _coarse(nights, key, k, whole)
    shared["person"] = shared["person"].map(names)
    shared["night"] += _weeks(shared, weeks) + _weeks(shared, years)
    shared = shared.sort_values(["person", "night"], kind="stable", ignore_index=True)  # the old order says who is who
    shared.attrs = {}
    # Who knows the year of a study has but the weeks to guess.
    attacked = (attack_dates(shared, years, 52 * YEARS, LOOKED_BACK) if keep_season else
                attack_dates(shared.assign(night=shared["night"] - _weeks(shared, years)), weeks, WEEKS, LOOKED_BACK))
    possible = len(YEARS if keep_season else WEEKS)
    telling = _telling(attacked, possible)
    take_out(shared, list(telling))
    counts = nights.groupby("person", sort=False).size()
    length = pd.Series({p: _length(n) for p, n in shared.groupby("person", sort=False).size().items()})
    table = pd.DataFrame({"person": people, "diary": [length[names[p]] for p in people]})
    table = table if coarse is None else table.merge(coarse, on="person", how="left")
    table, suppressed, classes = common_traits(table, people, names, k)
    left = _Left(people=len(people), k=k, classes=classes, whole=whole, counts=counts.rename(names),
                 possible=possible, changed=_changed(shared))
    table = table.sort_values("person", ignore_index=True)
    manifest = {"people": len(people), "k": k, "keep_season": keep_season, "release": release, "whole": whole,
                **changed, "suppressed": suppressed, "combinations": classes, "left_away": telling,
                "banded": banded, "traits_dropped": named, "software": versions()}
    manifest["diversity"] = diversity(table, told_of_people(shared))
    found = left.attacks(shared, table, attacked, tuple(telling))
    manifest |= {"attacks": found, "done": _done(manifest), "left": left.sentences(found, manifest["diversity"])}
    return Anonymised(shared, table, manifest)


def _release(nights: pd.DataFrame, traits: pd.DataFrame | None, key: bytes) -> str:
    """A name for what is given out, the same for the same nights and traits only."""
    of = "|".join(table_sha256(one) for one in (nights, traits) if one is not None)
    return digest(key, "release", of)[:8]


def _weeks(shared: pd.DataFrame, moved: dict[str, int]) -> pd.Series:
    """By how much each night is moved, of the weeks of its person."""
    return pd.to_timedelta(7 * shared["person"].map(moved), unit="D")


def shifts(key: bytes, person: object) -> tuple[int, int]:
    """Years of 52 weeks, and weeks: each evenly spread over those that may be drawn, the same in every release, so that
    two of them tell no more."""
    return tuple(int(drawn[int(digest(key, use, person), 16) % len(drawn)])  # type: ignore[return-value]
                 for use, drawn in (("years", YEARS), ("shift", WEEKS)))


def _coarse(nights: pd.DataFrame, key: bytes, k: int, whole: bool) -> tuple[pd.DataFrame, dict]:
    """The columns that may leave, made coarse, of the nights that may; what was changed, for the manifest."""
    kept = nights if whole else cut_ends(nights, key)
    shared, dropped = known_columns(kept, k)
    if not whole:
        without_beginnings(shared)
    without_calendar(shared)
    capped = top_code(shared, k)
    cap_periods(shared, k)
    rare = without_small_cells(shared, k)
    return shared, {"columns_dropped": dropped, "rare_columns": rare,
                    "top_coded": {name: {"limit": limit, "cells": cells} for name, (limit, cells) in capped.items()}}


def _telling(attacked: Calendar, shifts: int) -> dict[str, dict]:
    """Columns that have to go since an attack finds shifts by them, alone or with others: what found how many."""
    gone: dict[str, dict] = {}
    people = len(attacked.true)
    while True:
        found = attacked.found(tuple(gone))
        found = found[[succeeds(n, people, 1 / shifts) for n in found["found"]]].sort_values("found", ascending=False)
        free = [c for c in attacked.columns if c.removesuffix(EMPTY) not in (*gone, *NEEDED)]
        found = found[found["column"].isin([*free, ALL])]
        if found.empty or not free:
            return gone
        worst = found.iloc[0]
        name = attacked.tells_most(worst["attack"], free) if worst["column"] == ALL else worst["column"]
        gone[name.removesuffix(EMPTY)] = {"attack": worst["attack"], "found": round(float(worst["found"]), 1)}


def _length(nights: int) -> str:
    return next((word for most, word in LENGTHS if nights <= most), "more than 52 weeks")


def _changed(shared: pd.DataFrame) -> int:
    """How many people have a change of medicine."""
    if "medicine_period" not in shared:
        return 0
    return int(shared.groupby("person")["medicine_period"].nunique().gt(1).sum())


def _people(n: float) -> str:
    return "person" if n == 1 else "people"


def _done(said: dict) -> list[str]:
    """What was done, in sentences."""
    n, k = said["people"], said["k"]
    step = "1 to 3 times 52 weeks: weekday and season are kept" if said["keep_season"] else (
        "half a year to three and a half, in whole weeks: weekdays are kept, seasons are not")
    done = [
        f"Ids of {n} {_people(n)} replaced by keyed hashes; the key is not in these files.",
        f"Each person's dates moved, earlier or later, by {step}.",
        "Only derived columns are here: no text, no tag names, no notes. Clock hours are half hours, spreads of "
        "bedtimes tens of minutes.",
        "Free days are those that the person has on that weekday; hours slept lack the nights from Saturday to Sunday, "
        "on which clocks change.",
    ]
    if not said["whole"]:
        done.append(f"Up to {CUT_DAYS} nights were left out at each end of every diary, of short ones up to a fifth, a "
                    "random number that is told nowhere; what looks back beyond the new beginning is empty.")
    if said["columns_dropped"]:
        done.append(f"{said['columns_dropped']} columns that make_nights does not know were dropped.")
    done += [f"{name} was left out: fewer than {k} people answered it." for name in said["rare_columns"]]
    done += [f"{name} was left out: by it and {why['attack']} the dates of {why['found']:g} of {n} people were found."
             for name, why in said["left_away"].items()]
    done += [f"{name}: {count(cut['cells'], 'value')} above {cut['limit']:g} cut down to it, since fewer than {k} "
             "people went higher." for name, cut in said["top_coded"].items()]
    done += [f"{name}: {count(cells, 'cell')} emptied, so that every combination is shared by at least {k} people."
             for name, cells in said["suppressed"].items()]
    done += [f"{name}: numbers put into bands of at least {k} people." for name in said["banded"]]
    if named := said["traits_dropped"]:
        done.append(f"{named} {'trait was' if named == 1 else 'traits were'} dropped: what differs from person to "
                    "person is a name.")
    return done


@dataclass(frozen=True, kw_only=True)
class _Left:
    """What is known of a release when the risk that is left is told. counts : nights of each whole diary, by new id;
    possible : how many shifts there are; changed : people with a change of medicine."""

    people: int
    k: int
    classes: dict
    whole: bool
    counts: pd.Series
    possible: int
    changed: int

    def attacks(self, shared: pd.DataFrame, table: pd.DataFrame, dates: Calendar, gone: tuple[str, ...]) -> dict:
        """How many people each attack still finds, in expectation."""
        cut = self.counts.map(lambda n: 0 if self.whole else most_cut(n))
        n = shared.groupby("person").size().reindex(table["person"])
        whole = self.counts.reindex(n.index)
        # What has n nights had at most n / (1 - 2/5) of them, and 70 more.
        most = n if self.whole else np.minimum(np.ceil(n * 5 / 3), n + 70)
        lengths = pd.DataFrame({"at_least": n, "at_most": most, "true": whole})
        edges = attack_edges(pd.DataFrame({"first": cut, "last": cut}))
        best = dates.found(gone).groupby("attack", sort=False)["found"].max()
        # No exact number where guessing reaches it: who tries the attacks again would learn by it which one was right.
        least = most_by_chance(len(dates.true), 1 / self.possible)
        return {"by_chance": least, "shifts": self.possible, "of": len(dates.true),
                **{name: max(least, math.ceil(found - 0.01)) for name, found in best.items()},
                "first night known": round(edges["first"], 2), "last night known": round(edges["last"], 2),
                "length and traits known": round(attack_lengths(table, lengths), 2),
                "four weeks of answers known": attack_sequences(shared)}

    def sentences(self, found: dict, diverse: dict) -> list[str]:
        n, k = self.people, self.k
        left = []
        if n < k:
            left.append(f"Fewer than {k} people: nobody can hide among them. Whoever knows one of them may recognise "
                        "the pattern of the nights.")
        elif self.classes["after"]["smallest"] < k:
            left.append(f"The rarest combination of traits is still shared by {self.classes['after']['smallest']} "
                        "only.")
        calendar = {name: found[name] for name in CALENDARS}
        worst = max(calendar, key=lambda name: calendar[name])
        some = f"{calendar[worst]} of {found['of']} {_people(found['of'])}"
        left.append("Calendars, where the year is known: " + (
            f"no attack on any column finds the true dates of more than {some}, which guessing reaches too."
            if calendar[worst] == found["by_chance"] else
            f"the best attack on any column, by {worst}, finds the true dates of {some}."))
        if self.possible == len(YEARS):
            left.append(f"Someone who knows the year of a diary knows its dates: {n} of {n} {_people(n)}.")
        left.append(f"Someone who knows the first night of a diary finds the dates of {found['first night known']:g} "
                    f"of {n} {_people(n)}, the last night, of {found['last night known']:g}"
                    + (": no nights were cut." if self.whole else ". Files that are made when a diary ends tell its "
                       "last night."))
        if self.changed:
            left.append(f"Someone who knows the date of a change of medicine finds the dates of {self.changed} of {n} "
                        f"{_people(n)}.")
        left.append(f"Someone who knows the length of a diary and the traits finds "
                    f"{found['length and traits known']:g} of {n} {_people(n)}.")
        differ = {thing: one for thing, one in diverse.items() if one["t"] > 0}
        if alike := [thing for thing, one in differ.items() if one["l"] < 2]:
            left.append("Some combination of traits has one answer only in all its people: whoever knows somebody's "
                        f"traits may know {', '.join(alike)}.")
        if differ:
            left.append("Within a combination of traits, shares of answers differ from everybody's by up to "
                        f"{max(one['t'] for one in differ.values()):.0%}.")
        left.append(f"Someone who knows four weeks of answers in a row, from another release or by living with the "
                    f"person, finds {found['four weeks of answers known']:g} of {n}, and all else that is here about "
                    "them. Give out one release of one set of traits, to people you trust, not to everybody.")
        return left
