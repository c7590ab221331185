"""The block of changes that clinicians ask about, as rows (what, earlier, now, change): what was written down and
typed, side by side. It weighs nothing and names no cause."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from rlskit.answers.onset import PER, OnsetShift, Span, onset_shift
from rlskit.answers.sentences import and_list, count, short_date, signed, signed_interval
from rlskit.pages.clinic.cells import breakable, irls_text, number_list, short_range
from rlskit.pages.clinic.facts import ClinicFacts, Medicine
from rlskit.pages.clinic.numbers import NOT_RECORDED, TOO_FEW
from rlskit.pages.clinic.periods import period_between
from rlskit.utils.words import clock

HEAD = ("", "Earlier", "Now", "Change")
MOST_DOSES = 3  # medicines that are named with their doses
MOST_STARTS = 3  # first days on a medicine that have a row, the latest ones
WEEK = 7.0


@dataclass(frozen=True)
class Changes:
    """`rows`: four cells each; `unknown`: a line on what stands nowhere; `much_earlier`: whether onset moved so far;
    `spans`: the first and last nights of the weeks that the first row compares."""

    rows: tuple[tuple[str, ...], ...]
    unknown: str
    much_earlier: bool
    spans: tuple[Span, ...]


def list_changes(nights: pd.DataFrame, facts: ClinicFacts) -> Changes:
    """Onset since the start and since the latest medicines, daytime symptoms, and what was typed for then and now."""
    start = onset_shift(nights)
    began = _since_medicines(nights, facts)
    medicines = began[-MOST_STARTS:]
    typed = {
        "Arms or other parts": (breakable(facts.other_parts_before), breakable(facts.other_parts), ""),
        "IRLS total": _irls(facts), "Medicines and doses": _doses(nights, facts),
        "Minutes at rest until symptoms": _minutes(facts.rest_minutes_before, facts.rest_minutes),
    }
    told = _since_start(start, nights)
    rows = [*told[:1], *[_onset_row(name, shift) for name, shift in medicines], *told[1:],
            *[(name, then or NOT_RECORDED, now or NOT_RECORDED, change)
              for name, (then, now, change) in typed.items() if then or now]]
    missing = [*([] if start else ["hour of onset", "daytime symptoms"]),
               *[name[0].lower() + name[1:] if name[1].islower() else name
                 for name, (then, now, _) in typed.items() if not (then or now)]]
    shifts = [shift for shift in (start, *[shift for _, shift in began]) if shift is not None]
    return Changes(
        rows=tuple(rows), unknown=" ".join([
            *(["Onset before earlier medicines stands in the picture alone."] if len(began) > len(medicines) else []),
            *([f"Not recorded, to ask about: {and_list(missing)}."] if missing else [])]),
        much_earlier=any(shift.much_earlier for shift in shifts),
        spans=(start.before_span, start.now_span) if start and _apart(start) else ())


def _apart(shift: OnsetShift) -> bool:
    """Whether there are weeks between those compared: where there are none, shading them would shade all."""
    return (shift.now_span[0] - shift.before_span[1]).days > 1


# --- from the diary ------------------------------------------------------------------------------------------------
def _since_start(shift: OnsetShift | None, nights: pd.DataFrame) -> list[tuple[str, ...]]:
    if shift is None:
        return []
    by_day = [f"{day} of {count(n, 'night')}" for day, n in
              ((shift.day_before, shift.n_before), (shift.day_now, shift.n_now))]
    rates = [rate * WEEK / PER if period_between(nights, *span).enough else None for rate, span in
             ((shift.rate_before, shift.before_span), (shift.rate_now, shift.now_span))]
    then, now = rates
    moved = "" if then is None or now is None else signed(now - then)
    return [_onset_row("Median onset since start", shift),
            ("Symptom nights per week", *(TOO_FEW if r is None else f"{r:.1f}" for r in rates), moved),
            ("Symptoms before 18:00", *by_day, "")]


def _onset_row(name: str, shift: OnsetShift) -> tuple[str, ...]:
    spans = short_range(*shift.before_span), f"from {short_date(shift.now_span[0])}"
    cells = [f"{clock(middle)} (n = {n}; {span})" if n else f"{NOT_RECORDED} ({span})" for middle, n, span in
             zip((shift.before, shift.now), (shift.n_before, shift.n_now), spans, strict=True)]
    return name, *cells, "too few hours" if shift.reason else (
        f"{signed(shift.change)} h ({signed_interval(shift.lower, shift.upper)})")


def _since_medicines(nights: pd.DataFrame, facts: ClinicFacts) -> list[tuple[str, OnsetShift]]:
    """The shift since each first day on a medicine within the diary, medicines of one day together."""
    starts: dict = {}
    for number, one in enumerate(facts.medicines, 1):
        if one.start:
            starts.setdefault(one.start, []).append(number)
    found = [(f"… since medicine {number_list(numbers)}", onset_shift(nights, since=day))
             for day, numbers in sorted(starts.items())]
    return [(name, shift) for name, shift in found if shift is not None]


# --- as typed ------------------------------------------------------------------------------------------------------
def _irls(facts: ClinicFacts) -> tuple[str, ...]:
    """The first and the newest typed total."""
    if not facts.irls:
        return "", "", ""
    first, last = facts.irls[0], facts.irls[-1]
    if first is last:
        return "", irls_text(last), ""
    return irls_text(first), irls_text(last), _moved(last.total - first.total)


def _minutes(then: int | None, now: int | None) -> tuple[str, ...]:
    change = "" if then is None or now is None else _moved(now - then)
    return *("" if one is None else f"{one} min" for one in (then, now)), change


def _moved(difference: int) -> str:
    return "none" if not difference else f"{'+' if difference > 0 else '−'}{abs(difference)}"


def _doses(nights: pd.DataFrame, facts: ClinicFacts) -> tuple[str, ...]:
    """The numbers and doses of what was taken on the first and on the last night of the diary, as typed below it."""
    if not facts.medicines:
        return "", "", ""
    first, last = nights["night"].min().date(), nights["night"].max().date()
    taken = [[(number, one) for number, one in enumerate(facts.medicines, 1)
              if (one.start is None or one.start <= day) and (one.stop is None or day <= one.stop)]
             for day in (first, last)]
    then, now = ({number for number, _ in some} for some in taken)
    said = [_named(some) for some in taken]
    moves = [f"{what} {number_list(list(some))}" for what, some in
             (("begun", now - then), ("stopped", then - now)) if some]
    return *said, "; ".join(moves) or "none typed"


def _named(taken: list[tuple[int, Medicine]]) -> str:
    """"1: 0.25 mg; 3: 0.5 mg"; of many the numbers alone, whose doses stand in the table of medicines."""
    if len(taken) > MOST_DOSES:
        return f"numbers {number_list([number for number, _ in taken])}"
    return breakable("; ".join(f"{number}: {one.dose or 'dose not typed'}" for number, one in taken)) or "none"
