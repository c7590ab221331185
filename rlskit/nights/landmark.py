"""The landmark: one clock time per person. What was done before it is exposure, what came after it is outcome.

A night is judged by what was true *at* the landmark and nothing later (docs/decisions/0005-landmark.md): a stretch
after it, responsive ones included, neither makes a night "stretched" nor removes it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.night_rule import NIGHT_STARTS, SLOT_HOURS, clock_minutes

DEFAULT = "21:00"
EVENING = (5 * 60, 18 * 60)  # minutes after the night starts: from noon, 17:00 to 06:00
TIMED = ("minute", "quarter_hour")
DONE_BY = 0.9  # share of the evening stretches that were done by the landmark


def minutes_on_night(moment: pd.Series, night: pd.Series) -> pd.Series:
    """Wall-clock minutes after midnight of the night's date; 01:00 of the next day is 1500."""
    return (moment - night) / pd.Timedelta(minutes=1)


def find_landmark(
    stretches: pd.DataFrame, lights_out_min: np.ndarray, night_starts: str = NIGHT_STARTS
) -> tuple[str, str]:
    """This person's landmark as "HH:MM", and a sentence saying where it comes from. Never looks at symptoms.

    stretches : stretch events with start_local, night_date, time_precision, intent; those the user calls responsive
        are not used. lights_out_min : minutes after midnight of the night's date, NaN where unknown.
    """
    timed = stretches[stretches["time_precision"].isin(TIMED) & stretches["intent"].ne("responsive")]
    at = minutes_on_night(timed["start_local"], timed["night_date"])
    noon = clock_minutes(night_starts)
    at = at[(at >= noon + EVENING[0]) & (at < noon + EVENING[1])]
    if at.empty:
        return DEFAULT, f"{DEFAULT}, because the diary holds no clock times of evening stretching"
    done = float(np.quantile(at, DONE_BY, method="inverted_cdf"))
    landmark = int(np.ceil(done / 30) * 30)
    said = "the clock time by which 9 in 10 evening stretches were done, rounded up to the half hour"
    known = lights_out_min[~np.isnan(lights_out_min)]
    if known.size and np.median(known) < landmark:
        landmark = int(np.floor(np.median(known)))
        said = "the median time of lights out, which came before 9 in 10 evening stretches were done"
    clock = f"{landmark // 60 % 24:02d}:{landmark % 60:02d}"
    return clock, f"{clock}, {said}"


def spans(events: pd.DataFrame) -> pd.DataFrame:
    """First and last possible minute (after midnight of the night's date) of each event.

    A clock time is a point; a slot its six hours; a date the whole diary day.
    """
    point = minutes_on_night(events["start_local"], events["night_date"])
    begin, end = point.astype(float).copy(), point.astype(float).copy()
    slot = events["slot"].where(events["time_precision"].eq("slot"), "")
    for name, (first, last) in SLOT_HOURS.items():
        here = slot.eq(name)
        day = 1440 * ((events["start_local"].dt.normalize() - events["night_date"]) / pd.Timedelta(days=1))
        begin = begin.mask(here, day + first * 60)
        end = end.mask(here, day + last * 60)
    whole = events["time_precision"].eq("date") | slot.eq("all_day")
    return pd.DataFrame({"begin": begin.mask(whole, 0.0), "end": end.mask(whole, 2160.0)}, index=events.index)


def symptom_order(events: pd.DataFrame, mark: int, noon: int = 720) -> pd.DataFrame:
    """Per night with a symptom event from noon on: `before`, `after` (surely before / at or after the landmark) and
    `somewhere` (its time straddles the landmark or is unknown); all boolean, indexed by night.

    noon : minute of the night's date at which the night starts.
    """
    span = spans(events)
    evening = span["end"] > noon
    events, span = events[evening], span[evening]
    flags = pd.DataFrame({
        "night": events["night_date"],
        "before": (span["end"] < mark) | ((span["end"] <= mark) & events["time_precision"].eq("slot")),
        "after": span["begin"] >= mark})
    flags["somewhere"] = ~flags["before"] & ~flags["after"]
    return flags.groupby("night").any()


def stretch_order(stretches: pd.DataFrame, mark: int, first_symptom: pd.Series) -> pd.DataFrame:
    """Per stretch: `when` (before | after | unknown, against the landmark) and `why` (preventive | responsive |
    unknown). Clock times of stretch and first symptom decide `why` where both are known; else the stated intent."""
    span = spans(stretches)
    slot = stretches["time_precision"].eq("slot")
    before = (span["end"] <= mark)
    after = (span["begin"] > mark) | (slot & (span["begin"] >= mark))
    when = np.select([before, after], ["before", "after"], "unknown")
    began = stretches["night_date"].map(first_symptom).astype(float)
    both = stretches["time_precision"].isin(TIMED) & began.notna()
    by_clock = np.where(span["begin"] <= began, "preventive", "responsive")
    why = np.where(both, by_clock, stretches["intent"].replace("", "unknown"))
    return pd.DataFrame({"night": stretches["night_date"], "when": when, "why": why,
                         "minutes": stretches["amount"], "movement": stretches["item"]}, index=stretches.index)


def stretch_proof(stretches: pd.DataFrame, mark: int) -> tuple[pd.Series, pd.Series]:
    """Nights that were surely restless at the landmark, and nights that were surely still quiet, by what was said about
    a stretch of known hour: "already restless" before the landmark, "not yet" at or after it."""
    timed = stretches[stretches["time_precision"].isin(TIMED)]
    at = minutes_on_night(timed["start_local"], timed["night_date"])
    restless = timed["intent"].eq("responsive") & (at < mark)
    calm = timed["intent"].eq("preventive") & (at >= mark)
    return timed.loc[restless, "night_date"], timed.loc[calm, "night_date"]


def stretched_states(orders: pd.DataFrame, early: pd.Series) -> pd.Series:
    """yes | no | unknown_order for each night with stretches, by what was true at the landmark; indexed by night.

    orders : as stretch_order returns it. early : were there symptoms before the landmark (True, False, NA), indexed by
    night. Where it is False, a stretch that came before the landmark came before any symptom, and a responsive one must
    have come after it.
    """
    quiet = orders["night"].map(early).eq(False).fillna(False).to_numpy(bool)
    why, when = orders["why"].to_numpy(object), orders["when"].to_numpy(object)
    by = pd.DataFrame({
        "night": orders["night"].to_numpy(),
        "preventive": (when == "before") & ((why == "preventive") | ((why == "unknown") & quiet)),
        "later": (when == "after") | ((why == "responsive") & quiet)}).groupby("night")
    known = [by["preventive"].any(), by["later"].all()]
    return pd.Series(np.select(known, ["yes", "no"], "unknown_order"), index=known[0].index, dtype=object)
