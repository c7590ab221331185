"""What somebody who wants to know could find out from shared nights: attacks on the shift of dates, and on who is who.

The attacker has the shared file, knows how anonymise moves dates, and tries every shift that it may have drawn. A shift
is guessed by a column that goes with the calendar: the column, less the person's mean of the weekday, is correlated
with the marks of the calendar (public holidays, clock changes, day length, the moon) at every possible shift, and the
largest correlation wins. Where several win alike, each is guessed equally often. By chance 1 in 52 guesses is right.

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


CALENDARS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "public holidays (Britain)": _holidays(_britain), "public holidays (United States)": _holidays(_america),
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
        """attack, column, found (people, in expectation): each column alone, and all together."""
        kept = [at for at, name in enumerate(self.columns) if name not in without]
        rows = []
        for attack, like in self.likeness.items():
            alone = [(attack, self.columns[at], _right(like[:, :, at], self.true)) for at in kept]
            rows += [*alone, (attack, ALL, _right((like[:, :, kept]**2).sum(axis=2), self.true))]
        return pd.DataFrame(rows, columns=["attack", "column", "found"])

    def tells_most(self, attack: str, columns: list[str]) -> str:
        """Of these columns, the one that goes best with the marks of a calendar at the true shifts."""
        like = self.likeness[attack][np.arange(len(self.true)), self.true]
        return max(columns, key=lambda name: like[:, self.columns.index(name)].mean())


def attack_dates(shared: pd.DataFrame, weeks: Mapping[str, int], possible: np.ndarray) -> Calendar:
    """Try every calendar on every column of shared nights.

    weeks : the shift of each person that was really drawn. possible : shifts, in weeks, that may be drawn.
    """
    columns = [c for c in shared if c not in NOT_ATTACKED and not str(c).endswith("_state")]
    people = list(dict.fromkeys(shared["person"]))[:MOST_PEOPLE]
    likeness = {name: np.zeros((len(people), len(possible), len(columns))) for name in CALENDARS}
    days = shared["night"].to_numpy().astype("datetime64[D]")
    first = days.min() - 7 * int(possible.max()) * DAY  # what may have been the first day, and the last one
    every = np.arange(first, days.max() - 7 * int(possible.min()) * DAY + DAY)
    marks = {name: calendar(every) for name, calendar in CALENDARS.items()}
    groups = shared.groupby("person", sort=False).indices
    values = np.column_stack([_numbers(shared[c]) for c in columns])
    for at, person in enumerate(people):
        mine = groups[person]
        place = (days[mine] - first).astype(int)
        for name in CALENDARS:
            seen = marks[name][place - 7 * possible[:, None]]
            likeness[name][at] = _likeness(values[mine], seen, place % 7)
    true = np.array([int(np.flatnonzero(possible == weeks[person])[0]) for person in people])
    return Calendar(likeness, columns, true)


def _likeness(values: np.ndarray, marks: np.ndarray, weekday: np.ndarray) -> np.ndarray:
    """|correlation| of every column of (nights, columns) with the marks of every shift, (shifts, nights), weekdays
    taken out of both; (shifts, columns)."""
    known = ~np.isnan(values)
    marks, centred = marks.copy(), np.where(known, values, 0.0)
    for at in (weekday == one for one in np.unique(weekday)):
        marks[:, at] -= marks[:, at].mean(axis=1, keepdims=True)
        centred[at] -= np.where(known[at], centred[at].sum(axis=0) / np.maximum(known[at].sum(axis=0), 1), 0.0)
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
    """Whether so many were found as guessing hardly ever finds: of 8 people with 52 shifts, 3."""
    from scipy.stats import binom

    return bool(people) and binom.sf(np.ceil(found - 0.01) - 1, people, chance) < RARE


def best_by_chance(attacks: int, people: int, chance: float) -> int:
    """What the best of so many guesses about everybody finds, half of the time, where nothing can be found."""
    from scipy.stats import binom

    return int(next(n for n in range(people + 1) if binom.cdf(n, people, chance)**attacks >= 0.5))


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
