"""Diaries for the clinic page, written in the kit's own template and read back like anybody's."""

from __future__ import annotations

import csv
import datetime as dt
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import rlskit as rk
from rlskit.pages.clinic.facts import DRUG_GROUPS, MIMICS, ClinicFacts, Irls, Iron, Medicine

START, MADE = dt.date(2026, 1, 5), dt.date(2026, 11, 22)
LONG = "Slow-release name of exactly sixty letters, as some boxes do"
RIGHT_TO_LEFT = "מתיחת שוק לפני השינה"
ODD = "#set page(width: 1cm) $x^2$ *b* _i_ `r` \"q\" 'a' \\n @x <y> // c"
COLUMNS = ("night", "symptoms", "severity_0_10", "symptoms_began", "stretched", "caffeine_before_noon_cups",
           "caffeine_after_noon_cups", "alcohol_drinks", "lights_out", "woke_up", "medicine_change")


def rows(n=90, missing=0.1, rate=0.4, onsets=True, severity=True, shift=0.0, changes=None, seed=1):
    """Rows of a diary: symptoms, 1 in 10 nights missing, onset around 21:00 and `shift` hours later from the middle."""
    rng = np.random.default_rng(seed)

    def clock(hour):
        return f"{int(hour) % 24:02d}:{int(hour % 1 * 60):02d}"

    out = []
    for i in range(n):
        gone, bad = rng.random() < missing, rng.random() < rate
        began, grade = 21 + rng.normal(0, 1.2) + shift * (i >= n / 2), rng.integers(1, 11)
        row = {"night": (START + dt.timedelta(days=i)).isoformat(), "symptoms": "yes" if bad else "no",
               "severity_0_10": grade if bad and severity else "", "symptoms_began": clock(began) if bad and onsets
               else "", "stretched": "yes" if rng.random() < 0.5 else "no",
               "caffeine_before_noon_cups": rng.integers(0, 3), "caffeine_after_noon_cups": rng.integers(0, 2),
               "alcohol_drinks": rng.integers(0, 3), "lights_out": clock(23 + rng.normal(0, 0.8)),
               "woke_up": clock(7 + rng.normal(0, 0.5)), "medicine_change": (changes or {}).get(i, "")}
        if not (gone and 0 < i < n - 1):
            out.append(row)
    return out


def write(path: Path, lines) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(lines)
    return path


def read(lines):
    """(diary, nights) of such rows."""
    with TemporaryDirectory() as folder:
        diary = rk.read_diary(write(Path(folder) / "diary.csv", lines))
    return diary, rk.make_nights(diary)


def medicine(i, **fields):
    return Medicine(**{"name": f"Medicine {i}", "dose": "0.125 mg", "time": "20:00", "clocks": ("20:00",),
                       "start": dt.date(2026, 2, 1)} | fields)


FULL = ClinicFacts(
    name="A. B.", questions=("Why is it worse in the evening?",), other_parts="arms, the left more than the right",
    sleep_lost=6, irls=(Irls(24, dt.date(2026, 1, 3)), Irls(21, dt.date(2026, 3, 30))),
    medicines=(medicine(1), medicine(2, time="14:00, 21:00", clocks=("14:00", "21:00"), start=dt.date(2026, 1, 20),
                                     stop=dt.date(2026, 3, 1)), medicine(3, name=LONG, clocks=(), time="at bedtime")),
    iron=(Iron(52, "µg/L", 24, dt.date(2026, 1, 14), "morning, fasting, off iron for a day"),),
    drug_groups={"antihistamine": True, "serotonergic": False}, mimics=("swelling",))
HEAVY = ClinicFacts(
    name="W" * 60, questions=(("A question that goes on and on, " * 4)[:118],) * 3, other_parts="x" * 60, sleep_lost=4,
    irls=FULL.irls, medicines=tuple(medicine(i, name=f"Medicine name {i} retard") for i in range(1, 9)),
    iron=FULL.iron * 2,
    drug_groups=dict.fromkeys(DRUG_GROUPS, True), mimics=tuple(MIMICS))
ODD_FACTS = ClinicFacts(
    name=ODD, questions=(ODD, RIGHT_TO_LEFT, "日本語 😀"), other_parts=RIGHT_TO_LEFT, irls=FULL.irls,
    medicines=(medicine(1, name=RIGHT_TO_LEFT, dose=ODD[:40]), medicine(2, name="x" * 60)),
    iron=(Iron(5, conditions=ODD),))

CASES = {
    "30 nights": ({"n": 30}, None), "90 nights": ({"n": 90, "shift": -2.5, "changes": {40: "dose halved"}}, FULL),
    "365 nights": ({"n": 365}, FULL), "all symptom nights": ({"n": 90, "rate": 1.1, "missing": 0}, None),
    "60% missing": ({"n": 90, "missing": 0.6}, FULL), "no onset times": ({"n": 60, "onsets": False,
                                                                         "severity": False}, None),
    "ten nights": ({"n": 10}, None), "as much as is allowed": ({"n": 365, "changes": {300: "dose halved"}}, HEAVY),
    "odd words": ({"n": 60}, ODD_FACTS),
}


@cache
def made(case):
    """(diary, nights, answers) of a case; each is read once."""
    diary, nights = read(rows(**CASES[case][0]))
    return diary, nights, rk.answer_questions(nights)


@cache
def page(case, paper):
    """The PDF of a case."""
    from rlskit.pages.clinic import render_clinic_page

    return render_clinic_page(*made(case), facts=CASES[case][1], paper=paper, made=MADE)
