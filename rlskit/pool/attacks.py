"""What somebody who wants to know could find out from shared nights: attacks on the shift of dates, and on who is who.

The attacker has the shared file, knows how anonymise moves dates, and tries every shift that it may have drawn. A shift
is guessed by a column that goes with the calendar: the column, less the person's mean of the weekday, is correlated
with the marks of the calendar (public holidays, clock changes, day length, the moon) at every possible shift, and the
largest correlation wins. Where several win alike, each is guessed equally often. The attacker is told the
year, as whoever knows a study is: by chance 1 in 51 guesses is right.
Which cells are empty is a column too, and a column that looks back over nights is held against marks that do.

anonymise runs these attacks on what it is about to give out, leaves out columns by which they succeed, and says what
they still find. Oracle: tests/unit/pool/test_attacks.py (people whose shift can be found, and is).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rlskit.diary.own import SLEEP_QUALITY

MOST_PEOPLE = 200  # that are attacked; of more, the first ones
RARE = 0.001  # a number of hits that guessing reaches less often than this is a success
EMPTY = ", empty cells"  # after a column's name: where it holds nothing
ALL = "all columns together"
NOT_ATTACKED = ("person", "night", "weekday", "day_index", "medicine_period")
DAY = np.timedelta64(1, "D")


def _holidays(rules: Callable[[], list]) -> Callable[[np.ndarray], np.ndarray]:
    """The nights before public holidays."""
    def mark(days: np.ndarray) -> np.ndarray:
        from pandas.tseries.holiday import AbstractHolidayCalendar

        found = AbstractHolidayCalendar(rules=rules()).holidays(days.min(), days.max() + 7 * DAY)
        return np.isin(days + DAY, found.to_numpy().astype("datetime64[D]")).astype(float)

    return mark


def _britain() -> list:
    from dateutil.relativedelta import MO
    from pandas.tseries import holiday as on

    def monday(name: str, month: int, day: int, which: int) -> on.Holiday:
        return on.Holiday(name, month=month, day=day, offset=on.DateOffset(weekday=MO(which)))

    return [on.Holiday("1 January", month=1, day=1, observance=on.next_monday), on.GoodFriday, on.EasterMonday,
            monday("early May", 5, 1, 1), monday("late May", 5, 31, -1), monday("August", 8, 31, -1),
            on.Holiday("25 December", month=12, day=25, observance=on.next_monday),
            on.Holiday("26 December", month=12, day=26, observance=on.next_monday_or_tuesday)]


def _continent() -> list:
    from pandas.tseries import holiday as on

    def easter(name: str, days: int) -> on.Holiday:
        return on.Holiday(name, month=1, day=1, offset=[on.Easter(), on.Day(days)])

    return [*(on.Holiday(name, month=month, day=day) for name, month, day in (
        ("1 January", 1, 1), ("1 May", 5, 1), ("15 August", 8, 15), ("1 November", 11, 1), ("25 December", 12, 25),
        ("26 December", 12, 26))), on.EasterMonday, easter("Ascension", 39), easter("Whit Monday", 50)]


def _america() -> list:
    from pandas.tseries.holiday import USFederalHolidayCalendar

    return USFederalHolidayCalendar.rules


def _clocks(zone: str) -> Callable[[np.ndarray], np.ndarray]:
    """Days whose night before was an hour longer, 1, or shorter, -1, as `sleep_h` of a row is the sleep before it."""
    def mark(days: np.ndarray) -> np.ndarray:
        noons = pd.DatetimeIndex(np.append(days - DAY, days[-1]).astype("datetime64[ns]")) + pd.Timedelta(hours=12)
        utc = noons.tz_localize(zone).tz_convert("UTC").tz_localize(None).to_numpy()
        return np.diff(utc) / np.timedelta64(1, "h") - 24

    return mark


def _daylight(days: np.ndarray) -> np.ndarray:
    """Day length in the north, from -1 at the winter solstice to 1."""
    return -np.cos(2 * np.pi * ((days - np.datetime64("2000-12-21")) / DAY) / 365.2422)


def _moon(days: np.ndarray) -> np.ndarray:
    """From -1 at the new moon to 1 at the full one, a day at most off."""
    return -np.cos(2 * np.pi * ((days - np.datetime64("2000-01-06")) / DAY) / 29.530589)


def _month_ends(days: np.ndarray) -> np.ndarray:
    """The last three days of a month, when wages are paid."""
    return (pd.DatetimeIndex(days) + pd.Timedelta(days=3)).month.to_numpy() != pd.DatetimeIndex(days).month.to_numpy()


def _ramadan(days: np.ndarray) -> np.ndarray:
    """Nights of Ramadan by the tabular calendar, a day or two off; years of 354 or 355 days, 11 in 30 of them long."""
    day = (days - np.datetime64("1970-01-01")) / DAY + 719163 - 227014  # day 1: the first of the calendar
    year = (30 * day + 10646 - 30) // 10631
    begin = 1 + 236 + 354 * (year - 1) + (3 + 11 * year) // 30  # eight months of 30 and 29 days, in turn, before it
    return ((day >= begin) & (day < begin + 30)).astype(float)


CALENDARS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "public holidays (Britain)": _holidays(_britain), "public holidays (United States)": _holidays(_america),
    "public holidays (continental Europe)": _holidays(_continent), "ends of months": _month_ends, "Ramadan": _ramadan,
    "clock changes (Europe)": _clocks("Europe/London"), "clock changes (United States)": _clocks("America/New_York"),
    "day length": _daylight, "the moon": _moon}


@dataclass(frozen=True)
class Calendar:
    """How often each attack by a calendar was right. likeness : attack → (people, shifts, columns), how well a column
    goes with the marks at each shift, 0 to 1; true : place of each person's true shift."""

    likeness: dict[str, np.ndarray]
    columns: list[str]
    true: np.ndarray

    def found(self, without: tuple[str, ...] = ()) -> pd.DataFrame:
        """attack, column, found (people, in expectation): each column alone, and all together. without : columns that
        went, and with them where they were empty."""
        kept = [at for at, name in enumerate(self.columns) if name.removesuffix(EMPTY) not in without]
        rows = []
        for attack, like in self.likeness.items():
            alone = [(attack, self.columns[at], _right(like[:, :, at], self.true)) for at in kept]
            rows += [*alone, (attack, ALL, _right((like[:, :, kept]**2).sum(axis=2), self.true))]
        return pd.DataFrame(rows, columns=["attack", "column", "found"])

    def tells_most(self, attack: str, columns: list[str]) -> str:
        """Of these columns, the one that goes best with the marks of a calendar at the true shifts."""
        like = self.likeness[attack][np.arange(len(self.true)), self.true]
        return max(columns, key=lambda name: like[:, self.columns.index(name)].mean())


def attack_dates(
    shared: pd.DataFrame, weeks: Mapping[str, int], possible: np.ndarray, back: Mapping[str, int],
) -> Calendar:
    """Try every calendar on every column of shared nights, and on where it is empty.

    weeks : the shift of each person that was really drawn. possible : shifts, in weeks, that may be drawn. back : over
    how many nights a column looks back.
    """
    columns, values, over = _columns(shared, back)
    people = list(dict.fromkeys(shared["person"]))[:MOST_PEOPLE]
    likeness = {name: np.zeros((len(people), len(possible), len(columns))) for name in CALENDARS}
    days = shared["night"].to_numpy().astype("datetime64[D]")
    reach = max(over) * DAY
    first = days.min() - 7 * int(possible.max()) * DAY - reach  # what may have been the first day, and the last one
    every = np.arange(first, days.max() - 7 * int(possible.min()) * DAY + DAY)
    marks = {name: calendar(every).astype(float) for name, calendar in CALENDARS.items()}
    groups = shared.groupby("person", sort=False).indices
    for nights in np.unique(over):
        at = np.flatnonzero(over == nights)
        seen = {name: np.convolve(mark, np.ones(nights))[:len(mark)] for name, mark in marks.items()}
        for number, person in enumerate(people):
            mine = groups[person]
            place = (days[mine] - first).astype(int)
            for name in CALENDARS:
                likeness[name][number][:, at] = _likeness(
                    values[np.ix_(mine, at)], seen[name][place - 7 * possible[:, None]], place % 7)
    true = np.array([int(np.flatnonzero(possible == weeks[person])[0]) for person in people])
    return Calendar(likeness, columns, true)


def _columns(shared: pd.DataFrame, back: Mapping[str, int]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Names of the columns to attack, their numbers, (nights, columns), and over how many nights each looks back; those
    of empty cells last, where they are not those of `recorded`."""
    names = [str(c) for c in shared if c not in NOT_ATTACKED and not str(c).endswith("_state")]
    values = [_numbers(shared[c]) for c in names]
    kept = shared["recorded"].fillna(False).to_numpy(bool) if "recorded" in shared else np.ones(len(shared), bool)
    empty = {name: known for name, column in zip(names, values, strict=True)
             if (known := ~np.isnan(column)).any() and not known.all() and not (known == kept).all()}
    over = [*(back.get(name, 1) for name in names), *(1 for _ in empty)]
    return ([*names, *(f"{name}{EMPTY}" for name in empty)],
            np.column_stack([*values, *(known.astype(float) for known in empty.values())]), np.array(over))


def _likeness(values: np.ndarray, marks: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """|correlation| of every column of (nights, columns) with the marks of every shift, (shifts, nights), weekdays
    taken out of both; (shifts, columns)."""
    known = ~np.isnan(values)
    days = (weekday[:, None] == np.unique(weekday)).astype(float)  # (nights, weekdays)
    filled = np.where(known, values, 0.0)
    means = (days.T @ filled) / np.maximum(days.T @ known, 1)
    centred = np.where(known, filled - days @ means, 0.0)
    marks = marks - (marks @ (days / days.sum(axis=0))) @ days.T
    size = np.sqrt((marks**2) @ known * (centred**2).sum(axis=0))
    return np.divide(np.abs(marks @ centred), size, out=np.zeros_like(size), where=size > 1e-9)


def _numbers(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column, errors="coerce").to_numpy(float, na_value=np.nan)


def _right(score: np.ndarray, true: np.ndarray) -> float:
    """Of (people, shifts): how many true shifts have the largest score, a tie shared out."""
    best = score >= score.max(axis=1, keepdims=True) - 1e-9
    told = score.max(axis=1) > 0
    return float((best[np.arange(len(true)), true] / best.sum(axis=1) * told).sum())


def succeeds(found: float, people: int, chance: float) -> bool:
    """Whether so many were found as guessing hardly ever finds: of 8 people with 51 shifts, 3."""
    from scipy.stats import binom

    return bool(people) and binom.sf(np.ceil(found - 0.01) - 1, people, chance) < RARE


def most_by_chance(people: int, chance: float) -> int:
    """The largest number of people found that is no success."""
    return max(n for n in range(people + 1) if not succeeds(n, people, chance)) if people else 0


def attack_edges(cut: pd.DataFrame) -> dict[str, float]:
    """People whose dates are found by whoever knows the first, or the last, night of their diary.

    cut : person, first, last: how many nights may have been left out at either end, at most. The weekday is kept, so
    that the attacker is left with every seventh of them.
    """
    return {end: float((1 / (cut[end] // 7 + 1)).sum()) for end in ("first", "last")}


def attack_lengths(people: pd.DataFrame, lengths: pd.DataFrame) -> float:
    """People that are found by whoever knows the length of their diary and their traits.

    people : person and traits; an empty cell may be anything. lengths : person, nights (as shared), at_least, at_most
    (how many the whole diary may have had), true.
    """
    traits = people.drop(columns="person").astype("object")
    traits = traits.where(traits.notna(), None)
    found = 0.0
    for at, whole in enumerate(lengths["true"]):
        fits = (lengths["at_least"].le(whole) & lengths["at_most"].ge(whole)).to_numpy()
        for name in traits:
            mine = traits[name].iloc[at]
            if mine is not None:
                fits = fits & (traits[name].isna() | traits[name].eq(mine)).to_numpy()
        found += 1 / max(int(fits.sum()), 1)
    return found


def attack_sequences(shared: pd.DataFrame, nights: int = 28) -> float:
    """People who are found in another release of the same nights: none else answered alike on `nights` nights in a row,
    neither "symptoms" nor what was done."""
    columns = [c for c in ("recorded", "symptoms", "stretched", "alcohol_drinks", SLEEP_QUALITY.column) if c in shared]
    seen: dict[tuple, set] = {}
    for person, mine in shared.groupby("person", sort=False):
        cells = mine[columns].astype("object").where(mine[columns].notna(), None)
        rows = list(cells.itertuples(index=False, name=None))
        for at in range(0, max(len(rows) - nights + 1, 1)):
            seen.setdefault(tuple(rows[at:at + nights]), set()).add(person)
    alone = {next(iter(who)) for who in seen.values() if len(who) == 1}
    return float(len(alone))
