"""Writes the made-up study of a REDCap project: `python data/make_study.py [FOLDER]`. The same bytes each time.

Twelve people of three sites, simulated with known effects: stretching helps, more so people who take iron; drinks do
the opposite. One row a night that was filled in, in the names that such a study might give its variables.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from rlskit.simulate.diaries import simulate_diaries

SEED, PEOPLE, NIGHTS, SITES = 2, 12, 42, 3
EFFECTS, TRAITS = {"stretched": -1.0, "alcohol_drinks": 1.0}, {"takes_iron": -1.5}  # log odds
GROUPS = {"site 1": "hillside", "site 2": "riverside", "site 3": "seaside"}
VARIABLES = ("record_id", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group",
             "diary_date", "rls", "rls_start", "rls_worst", "stretch", "stretch_start", "stretch_length",
             "restless_before", "cups_am", "cups_pm", "drinks", "iron_pill", "light_off", "wake", "evening_complete")
MAPPING = """# What the variables of the study mean.
timezone = "Europe/London"

[columns]
diary_date = { column = "night", tells_of = "tonight" }
rls = { column = "symptoms" }
rls_start = { column = "symptoms_began" }
rls_worst = { column = "severity_0_10" }
stretch = { column = "stretched" }
stretch_start = { column = "stretch_time" }
stretch_length = { column = "stretch_min" }
restless_before = { column = "symptoms_before_stretch" }
cups_am = { column = "caffeine_before_noon_cups" }
cups_pm = { column = "caffeine_after_noon_cups" }
drinks = { column = "alcohol_drinks" }
iron_pill = { column = "iron" }
light_off = { column = "lights_out" }
wake = { column = "woke_up" }
"""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "study.csv").write_text(study(), encoding="utf-8", newline="")
    (folder / "rlskit.toml").write_text(MAPPING, encoding="utf-8", newline="")


def study() -> str:
    """The export, nights nobody wrote down left out."""
    made = simulate_diaries(PEOPLE, NIGHTS, effects=EFFECTS, traits=TRAITS, sites=SITES, seed=SEED)
    slept = made.sleeps.set_index(["person", "night"])
    draw, out = np.random.default_rng(SEED), io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(VARIABLES)
    for who, own in made.nights[made.nights["recorded"]].groupby("person", sort=False):
        for number, night in enumerate(own.to_dict("records"), 1):
            sleep = slept.loc[(who, night["night"])] if (who, night["night"]) in slept.index else None
            record = (str(who).removeprefix("p"), "evening", number, GROUPS[night["site"]])
            lines.writerow([*record, *row(night, sleep, draw), 2])
    return out.getvalue()


def row(night: dict, sleep: pd.Series | None, draw: np.random.Generator) -> list[object]:
    """What one evening's form and the next morning say."""
    ill = bool(night["symptoms"]) or bool(night["early_symptoms"])
    began = clock(night["onset_h"]) if ill else ""
    stretches = []  # when, minutes, legs already restless?
    if night["stretched"]:
        stretches.append((f"20:{draw.integers(0, 12) * 5:02d}", f"{night['stretch_min']:g}", "no"))
    if night["stretch_responsive"]:
        stretches.append((clock(night["onset_h"] + 1 / 6), str(draw.integers(3, 11)), "yes"))
    return [f"{night['night']:%Y-%m-%d}", int(ill), began, night["severity_0_10"], int(bool(stretches)),
            *("; ".join(one[k] for one in stretches) for k in range(3)),
            f"{night['caffeine_before_noon_mg'] / 95:.1f}", f"{night['caffeine_after_noon_mg'] / 95:.1f}",
            f"{night['alcohol_drinks']:g}", int(night["iron"]),
            *(("", "") if sleep is None else (f"{sleep['lights_out']:%H:%M}", f"{sleep['woke_up']:%H:%M}"))]


def clock(hours: float) -> str:
    """The clock time so many hours after noon."""
    minutes = round(60 * (12 + hours)) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "sample" / "other-formats" / "redcap")
