"""The landmark: one clock time per person. What was done before it is exposure, what came after it is outcome.

evening.py judges the evenings by it (docs/decisions/0005-landmark.md).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.diary.night_rule import NIGHT_STARTS, SLOT_HOURS, clock_minutes
from rlskit.utils.words import clock

# minutes after the night starts: from noon, 21:00; 17:00 to 06:00
DEFAULT = 9 * 60
EVENING = (5 * 60, 18 * 60)
TIMED = ("minute", "quarter_hour")
DONE_BY = 0.9  # share of the evening stretches that were done by the landmark


def minutes_on_night(moment: pd.Series, night: pd.Series) -> pd.Series:
    """Wall-clock minutes after midnight of the night's date; 01:00 of the next day is 1500."""
    return (moment - night) / pd.Timedelta(minutes=1)


def find_landmark(
    stretches: pd.DataFrame, lights_out_min: np.ndarray, night_starts: str = NIGHT_STARTS
) -> tuple[str, str]:
    """This person's landmark as "HH:MM", and a sentence saying where it comes from. Never looks at symptoms.

    stretches : stretch events with start_local, night, time_precision, intent; those the user calls responsive
        are not used. lights_out_min : minutes after midnight of the night's date, NaN where unknown.
    """
    timed = stretches[stretches["time_precision"].isin(TIMED) & stretches["intent"].ne("responsive")]
    at = minutes_on_night(timed["start_local"], timed["night"])
    noon = clock_minutes(night_starts)
    first, last = noon + EVENING[0], noon + EVENING[1]
    evening = at[(at >= first) & (at < last)]
    if evening.empty:
        at_clock, why = _clock(noon + DEFAULT), "the diary holds no clock times of evening stretching"
        if len(at) and night_starts != NIGHT_STARTS:
            why = (f"the diary holds no clock times of stretching from {_clock(first)} to {_clock(last)}, the evening "
                   f"of a night that starts at {night_starts}")
        return at_clock, f"{at_clock}, because {why}"
    done = float(np.quantile(evening, DONE_BY, method="inverted_cdf"))
    landmark = int(np.ceil(done / 30) * 30)
    said = "the clock time by which 9 in 10 evening stretches were done, rounded up to the half hour"
    known = lights_out_min[~np.isnan(lights_out_min)]
    if known.size and np.median(known) < landmark:
        landmark = int(np.floor(np.median(known)))
        said = "the median time of lights out, which came before 9 in 10 evening stretches were done"
    at_clock = _clock(landmark)
    return at_clock, f"{at_clock}, {said}"


def _clock(minutes: int) -> str:
    """Of minutes after midnight."""
    return clock(minutes / 60 - 12)


def spans(events: pd.DataFrame) -> pd.DataFrame:
    """First and last possible minute (after midnight of the night's date) of each event, `begin` and `end`.

    A clock time is a point; a slot its six hours; a date the whole diary day.
    """
    moment, night = events["start_local"].to_numpy(), events["night"].to_numpy()
    precision, slot = events["time_precision"].to_numpy(object), events["slot"].to_numpy(object)
    begin = (moment - night) / np.timedelta64(1, "m")
    end = begin.copy()
    day = 1440 * ((moment.astype("datetime64[D]") - night) / np.timedelta64(1, "D"))
    in_slot = precision == "slot"
    for name, (first, last) in SLOT_HOURS.items():
        here = in_slot & (slot == name)
        begin[here], end[here] = day[here] + first * 60, day[here] + last * 60
    whole = (precision == "date") | (in_slot & (slot == "all_day"))
    begin[whole], end[whole] = 0.0, 2160.0
    return pd.DataFrame({"begin": begin, "end": end}, index=events.index)
