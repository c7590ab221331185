"""Small made-up tables with the columns that the kit hands to figures, wording and report. No statistics in them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

import rlskit as rk
from rlskit.effects.people import PeopleEffects

LONG = "Slow calf and hamstring stretch against the kitchen wall, left leg"  # over 60 letters
RIGHT_TO_LEFT = "מתיחת שוק לפני השינה"


def make_nights(n=180, *, missing=0.15, symptoms=0.4, severity=True, start="2026-03-02", seed=1, person="me"):
    rng = np.random.default_rng(seed)
    night = pd.date_range(start, periods=n, freq="D")
    recorded = rng.random(n) >= missing
    recorded[[0, -1]] = True
    bad = rng.random(n) < symptoms
    grade = np.where(rng.random(n) < (0.9 if severity else 0.0), rng.integers(1, 11, n), 0)
    nights = pd.DataFrame({
        "person": person,
        "night": night,
        "recorded": recorded,
        "symptoms": pd.array(np.where(recorded, bad, None), dtype="boolean"),
        "symptoms_state": np.where(~recorded, "not_recorded", np.where(bad, "yes", "no")),
        "early_symptoms": pd.array(np.where(recorded, False, None), dtype="boolean"),
        "severity_0_10": pd.array(np.where(recorded & bad & (grade > 0), grade, None), dtype="Int64"),
        "weekday": night.day_name().str[:3],
        "day_index": np.arange(n),
    })
    nights.attrs.update(
        landmark="22:30",
        landmark_from="90% of your evening stretches were done by then",
        notes=["Nights in daylight saving changes are counted by the wall clock"],
        tag_choices=['Unticked "Coffee" counted as "no" on days with another entry, 2 Mar to 28 Aug'],
    )
    return nights


def make_rates(n=26, *, seed=2, start="2026-03-02", empty=()):
    rng = np.random.default_rng(seed)
    rate = 3 - np.linspace(0, 1.4, n) + 0.3 * np.sin(np.arange(n))
    answered = rng.integers(2, 8, n)
    rates = pd.DataFrame({
        "week": pd.date_range(start, periods=n, freq="7D"),
        "n_answered": answered,
        "n_symptom_nights": np.minimum(answered, np.round(answered * rate / 7).astype(int)),
        "rate": rate,
        "lower": np.maximum(rate - 1.3, 0),
        "upper": np.minimum(rate + 1.4, 7),
        "method": "smoothed over weeks, knows that bad nights come in runs", "open": "",
    })
    for week in empty:
        rates.loc[week, ["n_answered", "n_symptom_nights"]] = 0
        rates.loc[week, ["rate", "lower", "upper"]] = np.nan
    return rates


ROW = {
    "question": "stretching", "advice": "a calf stretch before bed brings relief",
    "label": "Stretching before symptoms",
    "contrast": "stretched vs not", "compares": "nights you stretched before any symptoms with nights you did not",
    "estimate": -3.6, "lower": -6.4, "upper": -0.7, "lower_pointwise": -5.8, "upper_pointwise": -1.3, "base_rate": 12.2,
    "n_nights": 132, "n_exposed": 60, "n_unexposed": 72, "population": "per 30 nights still symptom-free at 22:30",
    "design_tag": "before-symptom only", "adjusted_for": "weekday and trend", "verdict": "fewer",
    "reason": "Nights without a stretch may differ in other ways", "nights_needed": pd.NA, "smallest_effect": np.nan,
    "unit": "nights in 30", "better": "fewer", "code": "", "have": 0, "need": 0, "a": 1.0, "b": 0.0,
    "exposure_unit": "", "coin": "calf stretch at 19:30",
}
CAFFEINE = ROW | {
    "question": "caffeine_after_noon", "advice": "cut caffeine, above all after noon", "label": "Caffeine after noon",
    "contrast": "200 mg vs 0 mg", "compares": "nights after 200 mg of caffeine past noon with nights after none",
    "estimate": 2.1, "lower": -1.2, "upper": 5.6, "lower_pointwise": -0.4, "upper_pointwise": 4.7, "base_rate": 10.0,
    "n_nights": 150, "n_exposed": 80, "n_unexposed": 70, "population": "per 30 nights",
    "design_tag": "association only",
    "verdict": "unclear", "reason": "", "a": 200.0, "b": 0.0, "exposure_unit": "mg",
    "coin": "no caffeine at 12:00",
}
ALCOHOL = CAFFEINE | {
    "question": "alcohol", "advice": "limit alcohol", "label": "Alcohol", "contrast": "2 drinks vs 0",
    "compares": "nights after 2 drinks with nights after none", "estimate": np.nan, "lower": np.nan, "upper": np.nan,
    "lower_pointwise": np.nan, "upper_pointwise": np.nan, "base_rate": np.nan, "n_nights": 150, "n_exposed": 3,
    "n_unexposed": 147, "verdict": "refused",
    "reason": "Not enough recorded to say: only 3 nights with alcohol; 7 are needed", "nights_needed": 200,
    "code": "few with", "have": 3, "need": 7, "a": 2.0, "b": 0.0, "exposure_unit": "drinks",
    "coin": "no alcohol at 18:00",
}
BEDTIME = CAFFEINE | {
    "question": "bedtime_regularity", "advice": "keep sleep and wake times steady", "label": "Irregular bedtimes",
    "contrast": "90 min vs 15 min", "compares": "nights after a week of uneven bedtimes with nights after a steady one",
    "estimate": 4.4, "lower": 0.3, "upper": 9.0, "lower_pointwise": 1.0, "upper_pointwise": 8.1, "base_rate": 9.5,
    "n_nights": 120, "n_exposed": pd.NA, "n_unexposed": pd.NA, "verdict": "more",
    "reason": "Bad spells also move bedtimes", "a": 90.0, "b": 15.0, "exposure_unit": "min", "coin": "",
}


def make_answers(*rows, **fields):
    table = pd.DataFrame([*(rows or (ROW, CAFFEINE, ALCOHOL, BEDTIME))])
    for column in ("n_nights", "n_exposed", "n_unexposed", "nights_needed"):
        table[column] = table[column].astype("Int64")
    values = {
        "table": table, "level": 0.95, "n_people": 1, "person": "me", "landmark": "22:30",
        "first_night": dt.date(2026, 3, 2), "last_night": dt.date(2026, 8, 28), "n_nights": 180, "n_recorded": 153,
        "method": "Night-to-night model, profile likelihood, limits for all rows together",
        "caveats": ("27 nights have nothing written down",), "n_models": 4, "half_hour": "",
        "landmark_table": pd.DataFrame({"landmark": [], "shift_h": [], "estimate": [], "lower": [], "upper": []}),
        "primary": None,
        "flow": pd.DataFrame([("stretching", None, None, None, 9, "nothing is known about the night before")],
                             columns=["question", "step", "n", "people", "left_out", "reason"]),
    } | fields
    return rk.Answers(**{"claim_level": 0.99} | values)


def refused(row, reason="Not enough recorded to say: only 3 nights; 14 are needed", more=60):
    empty = dict.fromkeys(("estimate", "lower", "upper", "lower_pointwise", "upper_pointwise", "base_rate"), np.nan)
    why = {"verdict": "refused", "reason": reason, "nights_needed": more, "code": "few nights", "have": 3, "need": 14}
    return row | empty | why


def make_effects(scale="nights_per_30", terms=("stretched", "caffeine_after_noon_mg"), **fields):
    middle = {"nights_per_30": -3.0, "probability": -0.1, "odds_ratio": 0.6, "points": -0.5}[scale]
    table = pd.DataFrame([
        {"term": t, "contrast": "True vs False", "a": 1.0, "b": 0.0, "estimate": middle, "lower": middle * (1.5 if
         scale != "odds_ratio" else 0.5), "upper": middle * -0.2 if scale != "odds_ratio" else 1.4, "base_rate": 11.0,
         "n_nights": 150, "n_exposed": 60, "reason": ""} for t in terms])
    values = {"table": table, "scale": scale, "level": 0.95, "method": "profile likelihood", "n_nights": 150,
              "n_people": 1, "caveats": (), "base_unit": "nights per 30"} | fields
    return rk.Effects(**values)


def make_onsets(n=90, *, seed=3, start="2026-03-02"):
    """A table like trace_onset's, its medians rounded off here."""
    rng = np.random.default_rng(seed)
    onset = np.where(rng.random(n) < 0.5, rng.normal(9, 1.5, n), np.nan)
    median = 9 + 0.5 * np.sin(np.arange(n) / 20)
    table = pd.DataFrame({"night": pd.date_range(start, periods=n), "onset_h": onset, "median": median,
                          "lower": median - 1, "upper": median + 1.2})
    table.attrs["window"] = 21
    return table


def make_sleep(n=30, *, missing=0.1, seed=4, start="2026-03-02"):
    """A table like trace_sleep's, with a nap, a night without sleep and one that lasts past noon."""
    rng = np.random.default_rng(seed)
    night = pd.date_range(start, periods=n)
    begin = rng.normal(11.2, 0.8, n)
    end = begin + rng.normal(7.2, 0.7, n)
    empty = rng.random(n) < missing
    empty[[0, -1]] = False
    begin[empty], end[empty] = np.nan, np.nan
    end[0] = 24.5
    begin[-1] = end[-1] = 12.0
    main = pd.DataFrame({"night": night, "kind": "main", "start_h": begin, "end_h": end})
    nap = pd.DataFrame({"night": [night[1]], "kind": "nap", "start_h": [2.0], "end_h": [2.75]})
    table = pd.concat([main, nap], ignore_index=True).sort_values(["night", "start_h"], ignore_index=True)
    blank = {"lower": np.nan, "upper": np.nan, "note": ""}
    table.attrs = {"measured_on": int((~empty).sum()), "regularity": [
        {"measure": "SD of lights-out", "value": 48.2, "unit": "min", "n": 27.0, "n_of": "nights", **blank},
        {"measure": "Social jetlag", "value": np.nan, "unit": "min", "n": 0, "n_of": "0 work and 0 free nights",
         **blank},
        {"measure": "Sleep regularity index", "value": 81.2, "lower": 77.0, "upper": 84.4, "unit": "-100 to 100",
         "n": 60.0, "n_of": "pair-days", "note": "weekly bootstrap"}]}
    return table


def make_curve(*, curved=True, reason="", upper=0.0, label="Alcohol"):
    """A value like trace_dose's."""
    x = np.linspace(0, 3, 25)
    table = pd.DataFrame({"x": x, "estimate": 5 * np.sqrt(x), "lower": 3 * np.sqrt(x), "upper": 8 * np.sqrt(x) + upper,
                          "line": 3 * x, "line_lower": 1.5 * x, "line_upper": 4.5 * x})
    if not curved:
        table[["estimate", "lower", "upper"]] = table[["line", "line_lower", "line_upper"]]
    return rk.DoseCurve(
        table=table.iloc[:0] if reason else table, term="alcohol_drinks", label=label, unit="drinks", reference=0.0,
        level=0.95, curved=curved and not reason, population="per 30 nights", design_tag="association only",
        adjusted_for=("weekend evenings",), n_nights=133, n_exposed=60, person="me", reason=reason,
        method="logistic model with night-to-night persistence, natural cubic spline with 2 degrees of freedom, "
               "profile likelihood; 2 models")


def make_hours(**fields):
    """The same for the hour of stretching, 17:00 to 20:45."""
    curve = make_curve(label="Hour of stretching", **fields)
    table = curve.table.assign(x=5 + 1.25 * curve.table["x"])
    return rk.DoseCurve(**vars(curve) | {
        "table": table, "term": "stretch_h", "unit": "clock", "reference": 5.0, "design_tag": "before-symptom only",
        "population": "per 30 nights still symptom-free at 21:00", "adjusted_for": ()})


def make_trend(n=12, *, reason=""):
    """A value like trace_trend's."""
    table = make_rates(n, empty=(3,) if n > 3 else ()).drop(columns="method").rename(
        columns={"n_symptom_nights": "n_free_nights"})
    line = np.linspace(2.0, 4.0, n)
    table = table.assign(line=line, line_lower=line - 1, line_upper=line + 1.2)
    if reason:
        table[["line", "line_lower", "line_upper"]] = np.nan
    change = (np.nan,) * 3 if reason else (1.4, -0.5, 3.2)
    return rk.Trend(table=table, change=change[0], lower=change[1], upper=change[2], level=0.95, person="me",
                    n_nights=int(table["n_answered"].sum()), reason=reason,
                    method="smoothed; line: logistic model with night-to-night persistence")


def make_people(n=12, *, scale="nights_per_30", names=None, opposing=False, unchanged=0, **fields):
    """PeopleEffects of n people; opposing: half of them far below zero and half far above."""
    rng = np.random.default_rng(n)
    middle = rng.normal(-2.5, 3.0, n)
    if opposing:
        middle = np.where(np.arange(n) % 2 == 0, -11.0, 10.0) + rng.normal(0, 1.5, n)
    half = rng.uniform(3.5, 6.5, n)
    rows = [{"kind": "person", "person": name, "estimate": m, "lower": m - h, "upper": m + 1.1 * h, "n_nights": 60,
             "n_exposed": 28, "n_unexposed": 32, "reason": ""}
            for name, m, h in zip(names or [f"p{i + 1:02d}" for i in range(n)], middle, half, strict=True)]
    for row in rows[:unchanged]:
        row |= {"estimate": np.nan, "lower": np.nan, "upper": np.nan, "n_exposed": 0, "n_unexposed": 60,
                "reason": "never changed it: nothing here is their own"}
    wide = 22.0 if opposing else 9.0
    rows += [{"kind": "average", "person": "", "estimate": -0.4 if opposing else -2.4, "lower": -6.2 if opposing else
              -3.9, "upper": 5.5 if opposing else -0.9, "n_nights": 60 * n, "n_exposed": 28 * n, "n_unexposed": 32 * n,
              "reason": ""},
             {"kind": "new person", "person": "", "estimate": -0.5 if opposing else -2.3, "lower": -wide, "upper":
              0.9 * wide if opposing else 0.5 * wide, "n_nights": pd.NA, "n_exposed": pd.NA, "n_unexposed": pd.NA,
              "reason": ""}]
    table = pd.DataFrame(rows)
    if scale == "odds_ratio":
        table[["estimate", "lower", "upper"]] = np.exp(table[["estimate", "lower", "upper"]].astype(float) / 6.0)
    counts = ["n_nights", "n_exposed", "n_unexposed"]
    table[counts] = table[counts].astype("Int64")
    share = pd.DataFrame({"direction": ["fewer", "more"], "beyond": 0.0, "share": [0.74, 0.26], "lower": [0.45, 0.06],
                          "upper": [0.94, 0.55]})
    values = {"table": table, "heterogeneity": share, "term": "stretched", "contrast": "yes vs no", "scale": scale,
              "level": 0.95, "n_nights": 60 * n, "n_people": n,
              "method": "partial pooling; average by profile likelihood",
              "caveats": ("An association in recorded nights",)} | fields
    return PeopleEffects(**values)


LONG_NAMES = [f"Participant recruited at the northern clinic, code {i:03d}-{'ab'[i % 2]}" for i in range(5)]


def make_tally(people=20, *, seed=5):
    """A table like tally_people's."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(people):
        for side, share in (("without", 0.55), ("with", 0.3)):
            n = int(rng.integers(8, 40))
            k = int(rng.binomial(n, share))
            rows.append({"person": f"p{i:03d}", "side": side, "n_nights": n, "n_symptom_nights": k,
                         "per_30": 30 * k / n})
    table = pd.DataFrame(rows)
    table.attrs = {"by": "stretched", "least": 5, "left_out": 3}
    return table
