"""What the calendar shows of a night: one state per night, from the columns of make_nights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rlskit.errors import ModelError
from rlskit.nights.outcomes import symptom_nights

STATES = ("none", "mild", "moderate", "severe", "ungraded", "not_recorded")
WORDS = {
    "none": "no symptoms",
    "mild": "symptoms, severity 1–3",
    "moderate": "symptoms, severity 4–6",
    "severe": "symptoms, severity 7–10",
    "ungraded": "symptoms, severity not given",
    "not_recorded": "not recorded",
}


def night_states(nights: pd.DataFrame) -> pd.DataFrame:
    """One row per calendar night from first to last: columns `night`, `state` (one of STATES), `severity`.

    A night missing from the table is "not_recorded" like one without an answer; only an answered "no" is "none".
    """
    one_person(nights)
    frame = pd.DataFrame({
        "night": pd.to_datetime(nights["night"]).to_numpy(),
        "symptoms": symptom_nights(nights).astype("boolean").array,
        "severity": nights["severity_0_10"].astype("Float64").array if "severity_0_10" in nights else pd.NA,
    }).set_index("night").sort_index()
    frame = frame.reindex(pd.date_range(frame.index.min(), frame.index.max(), freq="D", name="night"))
    severity = pd.to_numeric(frame["severity"]).astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    yes = frame["symptoms"].fillna(False).to_numpy(dtype=bool)
    no = (~frame["symptoms"]).fillna(False).to_numpy(dtype=bool)
    grade = np.select([severity >= 7, severity >= 4, severity > 0], ["severe", "moderate", "mild"], "ungraded")
    state = np.where(yes, grade, np.where(no, "none", "not_recorded"))
    return pd.DataFrame({"night": frame.index, "state": state, "severity": np.where(yes, severity, np.nan)})


def one_person(nights: pd.DataFrame) -> None:
    """Refuse an empty table or one of several people, naming the way out."""
    if len(nights) == 0:
        raise ModelError("There are no nights to draw: the table is empty.")
    people = list(dict.fromkeys(nights["person"])) if "person" in nights else []
    if len(people) > 1:
        shown = ", ".join(str(p) for p in people[:3]) + (", …" if len(people) > 3 else "")
        raise ModelError(f"A calendar shows one person, and this table holds {len(people)} ({shown}). "
                         f'Choose one: plot_calendar(nights[nights["person"] == {people[0]!r}]).')
