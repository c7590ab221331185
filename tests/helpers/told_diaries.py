"""Made-up diaries that a page could say something false about, each as the CSV of the kit's own template."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np

import rlskit as rk

HEAD = ("night,symptoms,symptoms_began,stretched,stretch_time,symptoms_before_stretch,movement,"
        "caffeine_after_noon_cups,alcohol_drinks,iron,lights_out,woke_up")
START = dt.date(2026, 1, 5)


def _rows(n: int, *, ill: float | str = 0.4, stretched: float | str = 0.5, timed: bool = True, first_drink: int = 0,
          kept: float = 1.0, iron: str = "", seed: int = 3) -> list[str]:
    """ill, stretched : the share of nights, or the same answer every night; first_drink : the night from which alcohol
    is written down; kept : the share of nights that are."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        bad = ill if isinstance(ill, str) else ("yes" if rng.random() < ill else "no")
        did = stretched if isinstance(stretched, str) else ("yes" if rng.random() < stretched else "no")
        when = (f"22:{rng.integers(0, 60):02d}" if bad == "yes" else "", "20:30", "no") if timed else ("", "", "")
        did_at = when[1:] if did == "yes" else ("", "")
        drinks = str(rng.integers(0, 3)) if i >= first_drink else ""
        cups, light = str(rng.integers(0, 3)), f"23:{rng.integers(0, 60):02d}"
        if rng.random() < kept:
            rows.append(",".join([str(START + dt.timedelta(days=i)), bad, when[0], did, *did_at,
                                  "calf" if did == "yes" else "", cups, drinks, iron, light, "07:00"]))
    return rows


ROWS = {
    "all symptoms": lambda: _rows(115, ill="yes"),
    "no symptoms": lambda: _rows(60, ill="no"),
    "always no": lambda: _rows(28, stretched="no", iron="no"),
    "one movement": lambda: _rows(45),
    "untimed": lambda: _rows(45, timed=False),
    "sparse": lambda: _rows(30, kept=0.35),
    "thirty nights": lambda: _rows(30),
    "tagged late": lambda: _rows(60, first_drink=50),
}


def write_diary(name: str, folder: Path) -> Path:
    path = folder / f"{name.replace(' ', '-')}.csv"
    path.write_text("\n".join([HEAD, *ROWS[name]()]) + "\n", encoding="utf-8")
    return path


@cache
def told(name: str):
    """(diary, nights, answers) of the diary of that name."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        diary = rk.read_diary(write_diary(name, Path(folder)))
    nights = rk.make_nights(diary)
    return diary, nights, rk.answer_questions(nights)
