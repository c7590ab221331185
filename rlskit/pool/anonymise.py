"""anonymise(): nights of several people → nights that may be shared, with a manifest of what was done and what is left.

What leaves is the table that models read and nothing else: no events, no tags, no notes, no clock times but the hour at
which symptoms began. All of it is derived, so no free text can be in it, and elapsed durations (hours of sleep, spread
of bedtimes) were computed before any date is moved: a shift over a clock change cannot alter them.

* Ids become keyed hashes: HMAC-SHA256 of the id (RFC 2104), first 12 hex digits. Without the key nobody can test a
  guessed id, and with it the same person gets the same new id in every file.
* Each person's dates move by a whole number of weeks, drawn from the same keyed hash, so that weekdays stay true; with
  `keep_season` by multiples of 52 weeks, so that the season stays too.
* Amounts that fewer than k people reach are cut down to what k people reach (top-coding); a movement that fewer than k
  people made becomes "other".
* What is known of the people themselves (`traits`) is coarsened, numbers into bands of at least k people, and then
  suppressed cell by cell, the rarest value first, until every combination is shared by at least k people (k-anonymity,
  Sweeney 2002, Int. J. Uncertain. Fuzz. 10, 557-570). A trait of words that differ from person to person is a name and
  is dropped.

Oracle: tests/unit/pool/test_anonymise.py plants identifiers in every field and compares fits before and after.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

import pandas as pd

from rlskit.diary.own import SLEEP_QUALITY, outcomes_of
from rlskit.diary.tables import MORE_NIGHT_COLUMNS, NIGHT_COLUMNS, STATES
from rlskit.errors import DiaryError
from rlskit.nights.validate import NIGHTS
from rlskit.pool.ids import check_key, digest, hash_id
from rlskit.utils.kinds import takes
from rlskit.utils.shown import as_written
from rlskit.utils.stamp import versions

WEEKS, YEARS = 26, 3  # longest shift, in weeks and, with keep_season, in years of 52 weeks
MOVEMENTS = ("calf", "hamstring", "walk", "yoga")  # names of movements that tell nothing about anybody
OTHER_MOVEMENT = "other"  # all else
AMOUNTS = ("stretch_min", "stretch_hold_s", "quiet_min", "caffeine_before_noon_mg", "caffeine_after_noon_mg",
           "alcohol_drinks")
LEAST_NUMBER_OF_A_PHONE = 1e6  # and of a record: nothing that is measured of a person is so large
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
    nights: pd.DataFrame, *, key: bytes, traits: pd.DataFrame | None = None, k: int = 5, keep_season: bool = False
) -> Anonymised:
    """Nights of make_nights, for sharing.

    Parameters
    ----------
    nights : from make_nights, of any number of people; columns that make_nights does not know are dropped, and counted.
    key : at least 16 secret bytes, kept by you: whoever has it can test guesses at ids.
    traits : one row per person with a column `person`, such as age_band or sex; text is taken as a category.
    k : every combination of traits is shared by at least k people, and amounts are top-coded at what k people reach;
        1 switches both off.
    keep_season : shift dates by multiples of 52 weeks instead of up to 26 weeks either way.

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
    people = list(dict.fromkeys(nights["person"]))
    names = {person: hash_id(person, key) for person in people}
    if len(set(names.values())) < len(people):
        raise DiaryError("anonymise: two people would get the same new id. Use another key.")
    shared, dropped = known_columns(nights, k)
    shared["person"] = shared["person"].map(names)
    weeks = nights["person"].map({p: _shift(key, p, keep_season) for p in people})
    shared["night"] = pd.to_datetime(nights["night"]).to_numpy() + pd.to_timedelta(7 * weeks.to_numpy(), unit="D")
    capped = _top_code(shared, k)
    coarse, banded, named = _coarsen(_checked(traits, names), k)
    kept, suppressed, classes = _traits(coarse, people, names, k)
    lengths = shared.groupby("person", sort=False).size().map(_length)
    table = pd.DataFrame({"person": lengths.index, "diary": lengths.to_numpy()}).merge(kept, on="person", how="left")
    order = {name: i for i, name in enumerate(sorted(lengths.index))}  # the old order would say who is who
    shared = shared.sort_values(["person", "night"], kind="stable", ignore_index=True)
    table = table.sort_values("person", key=lambda s: s.map(order), ignore_index=True)
    shared.attrs = {}
    manifest = _manifest(
        people=people, dropped=dropped, capped=capped, suppressed=suppressed, classes=classes, table=table,
        spans=_spans(shared), k=k, keep_season=keep_season)
    manifest["done"] += [f"{name}: numbers put into bands of at least {k} people." for name in banded]
    if named:
        manifest["done"].append(f"{named} {'trait was' if named == 1 else 'traits were'} dropped: what "
                                "differs from person to person is a name.")
    manifest |= {"banded": banded, "traits_dropped": named, "software": versions()}
    return Anonymised(shared, table, manifest)


def _shift(key: bytes, person: object, keep_season: bool) -> int:
    """Weeks, never 0, evenly spread over the allowed ones."""
    reach = YEARS if keep_season else WEEKS
    draw = int(digest(key, "shift", person), 16) % (2 * reach)
    step = draw - reach if draw < reach else draw - reach + 1
    return step * (52 if keep_season else 1)


def known_columns(nights: pd.DataFrame, k: int = 1) -> tuple[pd.DataFrame, int]:
    """Only what make_nights derives, with movements outside the known names, or made by fewer than k people, merged;
    and how many columns were dropped."""
    moved = [c for c in nights if str(c).startswith("movement_") and not str(c).endswith("_state")]
    made = {c: nights.loc[nights[c].eq(True).fillna(False).to_numpy(dtype=bool), "person"].nunique() for c in moved}
    own = [c for c in moved if str(c).removeprefix("movement_") not in MOVEMENTS or made[c] < k]
    rescaled = [one.column for one in outcomes_of(nights) if one.scale != SLEEP_QUALITY.scale]
    plain = [c for c in (*NIGHT_COLUMNS, *MORE_NIGHT_COLUMNS) if c in nights and c not in rescaled]
    plain += [c for c in moved if c not in own]
    out = {}
    for name in plain:
        out[name] = nights[name].array
        if f"{name}_state" in nights:
            state = nights[f"{name}_state"]
            known = state.isin(STATES)
            out[f"{name}_state"] = (state if known.all() else state.where(known, None)).array
    shared = pd.DataFrame(out)
    if own:
        did = nights[own].astype("boolean")
        some, known = did.fillna(False).any(axis=1), did.notna().any(axis=1)
        shared[f"movement_{OTHER_MOVEMENT}"] = some.astype("boolean").where(some | known, pd.NA).array
    if "medicine_period" in shared:  # numbered within the person, whatever it was called
        number = nights.groupby("person", sort=False)["medicine_period"].transform(lambda s: pd.factorize(s)[0])
        shared["medicine_period"] = pd.Categorical([f"period {n + 1}" for n in number.astype(int)])
    merged = len(own) + sum(f"{c}_state" in nights for c in own)
    return shared, nights.shape[1] - len(out) - merged


def _top_code(shared: pd.DataFrame, k: int) -> dict[str, tuple[float, int]]:
    """Cut amounts down to the k-th largest of the people's own maxima; column → (limit, cells changed)."""
    changed = {}
    people = shared["person"].nunique()
    for name in AMOUNTS if 1 < k <= people else ():
        if name not in shared:
            continue
        largest = shared.groupby("person")[name].max().dropna().sort_values(ascending=False)
        if len(largest) < k:
            continue
        limit = float(largest.iloc[k - 1])
        above = shared[name].gt(limit).fillna(False).to_numpy(dtype=bool)
        if above.any():
            shared.loc[above, name] = limit
            changed[name] = (limit, int(above.sum()))
    return changed


def _checked(traits: pd.DataFrame | None, names: dict) -> pd.DataFrame | None:
    """The traits, if each person of the diaries is in them at most once, and nobody else."""
    if traits is None:
        return None
    if "person" not in traits or traits["person"].duplicated().any():
        raise DiaryError('anonymise, traits: expected a column "person" with each person once.')
    strangers = [str(p) for p in traits["person"] if p not in names]
    if strangers:
        raise DiaryError(f"anonymise, traits: found {len(strangers)} people who have no nights; expected people of the "
                         "diaries only. Leave them out.")
    return traits


def _coarsen(traits: pd.DataFrame | None, k: int) -> tuple[pd.DataFrame | None, list[str], int]:
    """Numbers of which some are shared by fewer than k people in bands of k or more; which; and how many traits were
    dropped since their words are names."""
    if traits is None:
        return None, [], 0
    out, banded, named = traits[["person"]].copy(), [], 0
    for column in [c for c in traits if c != "person"]:
        said = traits[column].astype("object").where(traits[column].notna() & traits[column].ne(""), None)
        known = said.dropna()
        numbers = pd.to_numeric(known, errors="coerce")
        alone = len(known) > 2 and known.map(str).is_unique
        if alone and (numbers.isna().any() or numbers.abs().max() >= LEAST_NUMBER_OF_A_PHONE):
            named += 1
            continue
        if numbers.notna().all() and 1 < k <= len(known) and known.value_counts().min() < k:
            said = said.where(said.isna(), _bands(numbers, k).reindex(said.index))
            banded.append(str(column))
        out[column] = said
    return out, banded, named


def _bands(values: pd.Series, k: int) -> pd.Series:
    """Each number as the band it lies in, "38 to 45": as narrow as they can be with at least k people in each; whole
    numbers, so that the ends of a band are nobody's coordinates."""
    counts = values.value_counts().sort_index()
    bands: list[list[float]] = [[]]
    for value in counts.index:
        if counts[bands[-1]].sum() >= k:
            bands.append([])
        bands[-1].append(value)
    if len(bands) > 1 and counts[bands[-1]].sum() < k:
        last = bands.pop()
        bands[-1] += last
    ends = [(math.floor(band[0]), math.ceil(band[-1])) for band in bands]
    return values.map({value: f"{low}" if low == high else f"{low} to {high}"
                       for (low, high), band in zip(ends, bands, strict=True) for value in band})


def _traits(traits, people, names, k) -> tuple[pd.DataFrame, dict[str, int], dict]:
    """Traits with new ids and rare cells empty; cells suppressed by column; sizes of the classes before and after."""
    if traits is None:
        return pd.DataFrame({"person": list(names.values())}), {}, {}
    table = traits.set_index("person").reindex(people)
    table = table.astype("object").where(table.notna(), None)
    before = _classes(table)
    suppressed = dict.fromkeys(map(str, table.columns), 0)
    while k > 1 and table.size and (rare := _rare(table, k)) is not None:
        cells, column = rare
        table.loc[cells, column] = None
        suppressed[str(column)] += len(cells)
    table.insert(0, "new", [names[p] for p in people])
    kept = table.rename(columns={"new": "person"}).reset_index(drop=True)
    return kept, {c: n for c, n in suppressed.items() if n}, {"before": before, "after": _classes(table.iloc[:, 1:])}


def _classes(table: pd.DataFrame) -> dict[str, int]:
    """Combinations of traits: how many there are, the smallest, and how many people are alone in theirs."""
    sizes = _words(table).groupby(list(table.columns)).size() if table.shape[1] else pd.Series([len(table)])
    return {"combinations": len(sizes), "smallest": int(sizes.min()), "people_alone": int((sizes == 1).sum())}


def _words(table: pd.DataFrame) -> pd.DataFrame:
    """Every cell as text, an empty one as empty text: a group of its own."""
    return table.astype("object").where(table.notna(), "").map(str)


def _rare(table: pd.DataFrame, k: int) -> tuple[list, object] | None:
    """The next cells to empty: in a combination shared by fewer than k people, its trait value that fewest people have.
    None where every combination is common, or nothing is left to empty."""
    words = _words(table)
    size = words.groupby(list(words.columns))[words.columns[0]].transform("size")
    best: tuple[int, list, object] | None = None
    for column in table.columns:
        filled = (size < k) & table[column].notna()
        if not filled.any():
            continue
        shared_by = words[column].map(words[column].value_counts())[filled]
        value = words.loc[shared_by.idxmin(), column]
        if best is None or shared_by.min() < best[0]:
            best = (int(shared_by.min()), list(table.index[filled & words[column].eq(value)]), column)
    return None if best is None else (best[1], best[2])


def _length(nights: int) -> str:
    return next((word for most, word in LENGTHS if nights <= most), "more than 52 weeks")


def _spans(shared: pd.DataFrame) -> pd.DataFrame:
    """Of each person: nights, and days from the first to the last. No shift of dates changes either."""
    night = shared.groupby("person")["night"]
    return pd.DataFrame({"nights": night.size(), "days": (night.max() - night.min()).dt.days})


def _people(n: int) -> str:
    return "person" if n == 1 else "people"


def _manifest(people, dropped, capped, suppressed, classes, table, spans, k, keep_season) -> dict:
    n = len(people)
    step = f"1 to {YEARS} times 52 weeks: weekday and season are kept" if keep_season else (
        f"1 to {WEEKS} weeks: weekdays are kept, seasons are not")
    done = [
        f"Ids of {n} {_people(n)} replaced by keyed hashes; the key is not in these files.",
        f"Each person's dates moved, earlier or later, by {step}.",
        "Only derived columns are here: no text, no tag names, no notes, no bedtimes.",
    ]
    if dropped:
        done.append(f"{dropped} columns that make_nights does not know were dropped.")
    done += [f"{name}: {cells} values above {limit:g} cut down to it, since fewer than {k} people went higher."
             for name, (limit, cells) in capped.items()]
    done += [f"{name}: {cells} cells emptied, so that every combination is shared by at least {k} people."
             for name, cells in suppressed.items()]
    left = []
    if n < k:
        left.append(f"Fewer than {k} people: nobody can hide among them. Whoever knows one of them may recognise the "
                    "pattern of the nights.")
    elif classes and classes["after"]["smallest"] < k:
        left.append(f"The rarest combination of traits is still shared by {classes['after']['smallest']} only.")
    alone = int((table.groupby("diary")["diary"].transform("size") == 1).sum()) if n else 0
    if alone:
        left.append(f"{alone} of the diaries {'has' if alone == 1 else 'have'} a length (in bands) that no other has.")
    if lone := int((~spans.duplicated(keep=False)).sum()):
        left.append(f"No diary was cut: {lone} of {n} {_people(n)} can be told by the number of nights, or of days "
                    "from the first to the last, which no other diary has. If others may know it, cut all diaries to "
                    "one length before sharing.")
    left.append("Someone who knows on which nights a person had symptoms, or skipped the diary, could still find that "
                "pattern. Share the files with people you trust, not with everybody.")
    return {"people": n, "k": k, "keep_season": keep_season, "columns_dropped": dropped,
            "top_coded": {name: {"limit": limit, "cells": cells} for name, (limit, cells) in capped.items()},
            "suppressed": suppressed, "combinations": classes, "done": done, "left": left}
