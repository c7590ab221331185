"""Table 1: who is in the analysis, in all and by group.

Amounts are means of each person's nights, told over people, so that nobody counts twice. Groups are compared by
standardised differences: of two means (m1 - m2) / sqrt((v1 + v2) / 2), of two shares the same with p (1 - p) for v
(Austin 2009, Stat. Med. 28, 3083-3107). Oracle: by hand in tests/unit/pages/test_people_table.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.models.columns import plain
from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.validate import NIGHTS
from rlskit.utils.kinds import TABLE, takes
from rlskit.utils.open_questions import open_people
from rlskit.utils.stamp import INPUTS
from rlskit.utils.words import readable

MOST_WORDS = 12  # in a column of any table that are rows of their own
YES_NO = {"stretched": "Stretched before symptoms", "stretch_responsive": "Stretched because of symptoms",
          "iron": "Iron supplement", "magnesium": "Magnesium supplement"}  # fmt: skip
NUMBERS = {"caffeine_before_noon_mg": ("Caffeine before noon", "mg"),
           "caffeine_after_noon_mg": ("Caffeine after noon", "mg"), "alcohol_drinks": ("Alcohol", "drinks"),
           "bedtime_sd_7_min": ("Spread of bedtimes over 7 nights", "min"), "sleep_h": ("Sleep", "h"),
           "severity_0_10": ("Severity on symptom nights", "0–10")}  # fmt: skip
NOT_RECORDED = "not recorded"


@dataclass(frozen=True)
class _Row:
    """`nights` (none of a trait) and `people` with anything recorded; centre and variance of what is compared between
    groups, nan where nothing is."""

    what: str
    value: str
    nights: int | None
    people: int
    centre: float = np.nan
    variance: float = np.nan


def _median(values: pd.Series) -> str:
    low, mid, high = values.quantile([0.25, 0.5, 0.75])
    return f"{mid:.3g} ({low:.3g} to {high:.3g})"


def _mean(values: pd.Series) -> str:
    return f"{values.mean():.3g} ± {values.std():.3g}" if len(values) > 1 else f"{values.mean():.3g}"


AVERAGES: dict[str, tuple[str, Callable[[pd.Series], str]]] = {
    "median": ("median (quartiles)", _median), "mean": ("mean ± SD", _mean)}


@takes(TABLE)
def describe_people(
    nights: pd.DataFrame, traits: pd.DataFrame | None = None, *, person: str = "person", by: str | None = None,
    average: str = "median",
) -> pd.DataFrame:
    """Table 1: who is in the analysis.

    Parameters
    ----------
    nights : from make_nights, a pooled dataset, or any table with a column of people: of such a table every other
        column is a row.
    traits : one row per person, the column of people and what is known of them.
    person : what the tables call a person.
    by : a column of either table that is the same on all rows of a person, such as the arm or the site.
    average : "median", with quartiles, or "mean", with the standard deviation.

    Returns
    -------
    A table: `what` (with its unit and statistic), `value`, `nights` and `people` with anything recorded of it, and
    `missing`, the share of nights (of a trait: of people) without it. With `by` a column for each group and `smd`, the
    standardised difference, the largest where there are more than two groups. Amounts are means of each person's
    nights, told over people, so that nobody counts twice. People of whom it is not settled which nights had symptoms
    are in no rate, and those of whom it is not told whether a stretch came before symptoms are in no share of it.

    Raises
    ------
    ModelError : for a table without that column, a group that changes within a person, or another average.

    Examples
    --------
    >>> import pandas as pd, rlskit as rk
    >>> table = pd.DataFrame({"id": [1, 1, 2], "arm": ["a", "a", "b"], "score": [3.0, 4.0, 5.0]})
    >>> found = rk.describe_people(table, person="id", by="arm", average="mean").set_index("what")
    >>> found.loc["score, mean ± SD", ["a", "b"]].tolist()
    ['3.5', '5']
    """
    if person not in nights:
        raise ModelError(f'describe_people: found no column "{person}"; expected the one that says who it is. Say '
                         'person="…".')
    if average not in AVERAGES:
        raise ModelError(f"describe_people, average: found {average!r}; expected one of {', '.join(AVERAGES)}.")
    nights = nights.rename(columns={person: "person"})
    about = None if traits is None else traits.rename(columns={person: "person"})
    group = None if by is None else _groups(nights, about, by)
    if by is not None:
        nights, about = (None if one is None else one.drop(columns=by, errors="ignore") for one in (nights, about))
    rows_of = partial(_rows, whole=nights, traits=about, average=average)
    rows = rows_of(nights)
    table = pd.DataFrame({"what": [row.what for row in rows], "value": [row.value for row in rows]})
    if group is not None:
        table = table.drop(columns="value").assign(all=table["value"])
        parts = [rows_of(nights[nights["person"].map(group).eq(name)]) for name in sorted(group.unique())]
        for name, part in zip(sorted(group.unique()), parts, strict=True):
            table[name] = [row.value for row in part]
        table["smd"] = [_largest_difference(some) for some in zip(*parts, strict=True)]
    table["nights"] = pd.array([row.nights for row in rows], dtype="Int64")
    table["people"] = [row.people for row in rows]
    everybody = nights["person"].nunique()
    table["missing"] = [f"{1 - (row.people / everybody if row.nights is None else row.nights / len(nights)):.0%}"
                        for row in rows]
    table.attrs[INPUTS] = nights.attrs.get(INPUTS, [])
    return table


def _groups(nights: pd.DataFrame, traits: pd.DataFrame | None, by: str) -> pd.Series:
    """The group of each person, as text."""
    found = nights if by in nights else traits
    if found is None or by not in found:
        raise ModelError(f'describe_people, by: found no column "{by}"; expected one of the nights or of the traits.')
    per = found.groupby("person", observed=True)[by]
    changed = int(per.nunique().gt(1).sum())
    if changed:
        raise ModelError(f'describe_people, by: found more than one "{by}" for {changed} of {len(per)} people; '
                         "expected one that is the same on all rows of a person.")
    said = per.first().dropna().astype(str)
    return said.reindex(nights["person"].unique(), fill_value=NOT_RECORDED)


def _largest_difference(rows: tuple[_Row, ...]) -> float:
    """The largest standardised difference between two groups of one row."""
    spreads = [(one.centre - other.centre, np.sqrt((one.variance + other.variance) / 2))
               for one, other in combinations(rows, 2)]
    return max((abs(apart) / spread for apart, spread in spreads if spread > 0), default=np.nan)


def _rows(nights: pd.DataFrame, whole: pd.DataFrame, traits: pd.DataFrame | None, average: str) -> list[_Row]:
    """All rows of some people; `whole` says which words there are."""
    who = nights.groupby("person", sort=False, observed=True)
    told = partial(_told, average=average)
    rows = [_Row("People", f"{who.ngroups}", len(nights), who.ngroups),
            _Row("Nights", f"{len(nights)}", len(nights), who.ngroups),
            told("Nights per person", who.size(), len(nights))]
    if NIGHTS.fits(whole):
        rows += _diary_rows(nights, told)
    else:
        rows += [row for name in whole.columns.drop("person") for row in _own_rows(nights, whole, name, told)]
    return rows + _trait_rows(nights, traits, told)


def _told(what: str, values: pd.Series, nights: int | None, average: str) -> _Row:
    """A row of numbers, one of each person."""
    label, text = AVERAGES[average]
    known = values.dropna().astype(float)
    value = NOT_RECORDED if known.empty else text(known)
    return _Row(f"{what}, {label}", value, nights, len(known), known.mean(), known.var())


def _share(what: str, count: int, known: int, nights: int | None, people: int) -> _Row:
    """A row of how many of those known."""
    if not known:
        return _Row(f"{what}, n (%)", NOT_RECORDED, nights, people)
    share = count / known
    return _Row(f"{what}, n (%)", f"{count} ({share:.0%})", nights, people, share, share * (1.0 - share))


def _by_person(what: str, values: pd.Series, nights: pd.DataFrame, told: Callable) -> _Row:
    """Each person's mean over their nights."""
    return told(what, values.groupby(nights["person"], sort=False, observed=True).mean(), int(values.notna().sum()))


def _diary_rows(nights: pd.DataFrame, told: Callable) -> list[_Row]:
    """What make_nights knows."""
    answered = symptom_nights(nights).astype("Float64")
    open_ = nights["person"].astype(str).isin(open_people(nights, "symptoms"))
    known = int(answered.notna().sum())
    some = nights.loc[answered.notna(), "person"].nunique()
    rows = [_share("Nights with an answer about symptoms", known, len(nights), known, some),
            _by_person("Symptom nights per 30 answered", 30 * answered.mask(open_), nights, told)]
    if len(nights) and open_.all():
        rows[-1] = _Row(rows[-1].what, "open", 0, 0)
    for column, name in YES_NO.items():
        if column in nights:
            share = 100 * nights[column].astype("Float64")
            rows.append(_by_person(f"{name}, % of nights recorded", share.mask(_untold(nights, column)), nights, told))
    for column, (name, unit) in NUMBERS.items():
        if column in nights:
            values = nights[column].astype("Float64")
            values = values.where(values.gt(0)) if column == "severity_0_10" else values
            rows.append(_by_person(f"{name}, {unit}", values, nights, told))
    return rows


def _untold(nights: pd.DataFrame, column: str) -> pd.Series:
    """(n,) nights of people who on some night did it without saying when: what is left of theirs are the nights
    without, and a share of those would be 0%."""
    state = nights.get(f"{column}_state", pd.Series("", index=nights.index))
    return state.eq("unknown_order").groupby(nights["person"], observed=True).transform("any")


def _own_rows(nights: pd.DataFrame, whole: pd.DataFrame, name: str, told: Callable) -> list[_Row]:
    """A column of any table: what never changes within a person by people, the rest by nights."""
    everything = plain(whole[name]).set_axis(whole.index)
    per = everything.groupby(whole["person"], sort=False, observed=True)
    if per.nunique().le(1).all():
        return _trait(readable(name), per.first().reindex(nights["person"].unique()), per.first(), told)
    said, values = readable(name), everything.loc[nights.index]
    known = values.dropna()
    if everything.dtype != float:
        people = nights.loc[known.index, "person"].nunique()
        if everything.dropna().nunique() > MOST_WORDS:
            return [_Row(f"{said}, different values", f"{known.nunique()}", len(known), people)]
        count = known.astype(str).value_counts()
        return [_share(f"{said}: {word}", int(count.get(word, 0)), len(known), len(known), people)
                for word in everything.dropna().astype(str).value_counts().index]
    yes_no = bool(everything.dropna().isin((0.0, 1.0)).all())
    return [_by_person(f"{said}, % of nights recorded" if yes_no else said, (100 if yes_no else 1) * values, nights,
                       told)]


def _trait_rows(nights: pd.DataFrame, traits: pd.DataFrame | None, told: Callable) -> list[_Row]:
    """What is known of people themselves."""
    if traits is None:
        return []
    about = traits[traits["person"].isin(nights["person"].unique())]
    return [row for column in about.columns.drop("person")
            for row in _trait(column, plain(about[column]), plain(traits[column]), told)]


def _trait(what: str, values: pd.Series, everybody: pd.Series, told: Callable) -> list[_Row]:
    """One thing that is known of people: one value of each; `everybody` says which values there are."""
    known, found = values.dropna(), everybody.dropna()
    if found.dtype == float and not found.isin((0.0, 1.0)).all():
        return [told(what, known, None)]
    if found.dtype == float:
        return [_share(what, int(known.sum()), len(known), None, len(known))]
    if found.nunique() > MOST_WORDS:
        return [_Row(f"{what}, different values", f"{known.nunique()}", None, len(known))]
    return [_share(f"{what}: {value}", int(known.eq(value).sum()), len(known), None, len(known))
            for value in sorted(found.unique(), key=str)]
