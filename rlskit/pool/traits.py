"""Traits of people made common enough to be shared: bands of numbers, names left out, rare cells emptied.

What is known of the people themselves is coarsened, numbers into bands of at least k people, and then suppressed cell
by cell, the rarest value first, until every combination is shared by at least k people (k-anonymity, Sweeney 2002, Int.
J. Uncertain. Fuzz. 10, 557-570). A trait of words that differ from person to person is a name and is dropped.

Oracle: tests/unit/pool/test_traits.py (the definitions by pandas, on any table).
"""

from __future__ import annotations

import math

import pandas as pd

from rlskit.errors import DiaryError

LEAST_NUMBER_OF_A_PHONE = 1e6  # and of a record: nothing that is measured of a person is so large


def checked_traits(traits: pd.DataFrame | None, people: list) -> pd.DataFrame | None:
    """The traits, if each person of the diaries is in them at most once, and nobody else."""
    if traits is None:
        return None
    if "person" not in traits or traits["person"].duplicated().any():
        raise DiaryError('anonymise, traits: expected a column "person" with each person once.')
    strangers = [str(p) for p in traits["person"] if p not in people]
    if strangers:
        raise DiaryError(f"anonymise, traits: found {len(strangers)} people who have no nights; expected people of the "
                         "diaries only. Leave them out.")
    return traits


def coarsen_traits(traits: pd.DataFrame | None, k: int) -> tuple[pd.DataFrame | None, list[str], int]:
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


def common_traits(
    traits: pd.DataFrame, people: list, names: dict, k: int
) -> tuple[pd.DataFrame, dict[str, int], dict]:
    """Traits with new ids and rare cells empty; cells suppressed by column; sizes of the classes before and after."""
    table = traits.set_index("person").reindex(people)
    table = table.astype("object").where(table.notna(), None)
    before = _classes(table)
    suppressed = dict.fromkeys(map(str, table.columns), 0)
    while k > 1 and table.size and (rare := _rare(table, k)) is not None:
        cells, column = rare
        table.loc[cells, column] = None
        suppressed[str(column)] += len(cells)
    after = _classes(table)
    table.insert(0, "person", [names[p] for p in people])
    return table.reset_index(drop=True), {c: n for c, n in suppressed.items() if n}, {"before": before, "after": after}


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
