"""The habits block: how often in this period, as lines of (name, what was recorded)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.answers.sentences import count
from rlskit.diary.tables import Diary
from rlskit.nights.regularity import asleep_minutes, circular_mean, clock_sd, sri, wrap
from rlskit.pages.clinic.numbers import NOT_RECORDED
from rlskit.pages.clinic.periods import Period

NOON = 720


def list_habits(diary: Diary, period: Period) -> list[tuple[str, str]]:
    """Caffeine, alcohol, stretching, bedtimes and sleep regularity of the period; "not recorded" stays in its place."""
    nights = period.nights
    before, after = (nights[f"caffeine_{side}_noon_mg"].astype("Float64") for side in ("before", "after"))
    total = before.fillna(0) + after.fillna(0)
    caffeine = total.gt(0).where((before.notna() & after.notna()) | total.gt(0), pd.NA)
    sleep = _sleep(diary, period)
    return [
        ("Caffeine", _of(caffeine, "day")),
        ("… after noon", _of(after.gt(0).where(after.notna(), pd.NA), "day")),
        ("… last cup", _last_cup(diary, period)),
        ("Alcohol", _of(nights["alcohol_drinks"].gt(0).where(nights["alcohol_drinks"].notna(), pd.NA), "night")),
        ("Stretched before symptoms", _of(nights["stretched"], "night") + _untimed(nights)),
        ("Stretched because of them", _of(_responsive(nights), "night")),
        ("Bedtime SD", _spread(sleep["bed"])),
        ("Sleep regularity (SRI)", _sri(sleep)),
    ]


def _of(answers: pd.Series, noun: str) -> str:
    known = answers.dropna().astype(bool)
    return f"{int(known.sum())} of {count(len(known), noun)}" if len(known) else NOT_RECORDED


def _responsive(nights: pd.DataFrame) -> pd.Series:
    """Stretched because of symptoms; unknown where a stretch has neither an hour nor a reason."""
    untold = nights["stretched_state"].eq("unknown_order") & nights["stretch_responsive"].eq(False).fillna(False)
    return nights["stretch_responsive"].mask(untold.astype(bool), pd.NA)


def _untimed(nights: pd.DataFrame) -> str:
    """How many nights had a stretch that came before or after symptoms, nobody knows which."""
    n = int(nights["stretched_state"].eq("unknown_order").sum())
    return f", {n} untimed" if n else ""


def _last_cup(diary: Diary, period: Period) -> str:
    cups = diary.events
    cups = cups[cups["type"].eq("caffeine") & cups["amount"].ne(0).fillna(True)
                & cups["time_precision"].isin(["minute", "quarter_hour"])
                & cups["night"].between(pd.Timestamp(period.first), pd.Timestamp(period.last))]
    if cups.empty:
        return NOT_RECORDED
    last = cups.groupby("night")["start_local"].max()
    clock = (last.dt.hour * 60 + last.dt.minute).to_numpy(dtype=float)
    middle = circular_mean(clock)
    typical = round(middle + float(np.median(wrap(clock - middle)))) % 1440
    return f"median {typical // 60:02d}:{typical % 60:02d} ({count(len(last), 'day')})"


def _sleep(diary: Diary, period: Period) -> pd.DataFrame:
    """Lights-out and last waking of each calendar night, in minutes after midnight of the evening's date."""
    calendar = pd.date_range(period.first, period.last)
    rows = diary.daily.dropna(subset=["night"]).drop_duplicates("night").set_index("night")
    rows = rows.reindex(calendar)
    date = pd.Series(calendar, index=calendar)
    moments = {"bed": rows["lights_out"].fillna(rows["bed_time"]), "wake": rows["woke_up"]}
    return pd.DataFrame({name: ((moment - date) / pd.Timedelta(minutes=1)).astype(float)
                         for name, moment in moments.items()})


def _spread(bed: pd.Series) -> str:
    sd, n = clock_sd(bed.to_numpy())
    return NOT_RECORDED if np.isnan(sd) else f"{sd:.0f} min ({count(n, 'night')})"


def _sri(sleep: pd.DataFrame) -> str:
    index, pairs = sri(asleep_minutes(sleep["bed"].to_numpy() - NOON, sleep["wake"].to_numpy() - NOON))
    if not pairs:
        return NOT_RECORDED
    return f"too few pairs of days ({int(pairs)})" if np.isnan(index) else f"{index:.0f} ({int(pairs)} pair-days)"
