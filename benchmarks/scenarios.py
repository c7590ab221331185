"""Twenty-four ways in which a diary can mislead: what the advice table says about each.

Run: nice -n 15 python benchmarks/scenarios.py [--diaries 300]    appends to benchmarks/scenarios.csv and resumes
     python benchmarks/scenarios.py --table                        writes benchmarks/scenarios.md
Each diary has 180 nights of one person, a tenth of them without entry. One row of the advice table is asked, exactly as
answer_questions() asks it: its frame, its adjustment set, its refusals; where last night matters, also without last
night in the adjustment set. The true effect is known by quadrature over the night-to-night process; where a night
depends on the one before, from what each night of the diary would have been with and without. Limits are pointwise 95%
(coverage) and those of ten independent rows (claims).
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass, fields
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.special import expit
from scipy.stats import beta

import rlskit as rk
from rlskit.answers.confounders import LAST_NIGHT
from rlskit.answers.frames import frame_of
from rlskit.answers.questions import ALCOHOL, BEDTIMES, CAFFEINE_AFTER, STRETCHING, TREND_OVER_TIME, Question

HERE = Path(__file__).parent
RAW, TABLE = HERE / "scenarios.csv", HERE / "scenarios.md"
SEED, NIGHTS, ROWS = 20261122, 180, 10
SD, CORRELATION, EARLY = 0.8, 0.5, 0.4
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
AS_ANSWERED, WITHOUT = "as answered", "without last night"
FIELDS = ["scenario", "analysis", "number", "refused", "tag", "estimate", "lower", "upper", "family_lower",
          "family_upper", "truth", "verdict"]


def persistent(rng, n: int, correlation: float) -> np.ndarray:
    steps = rng.standard_normal(n)
    steps[1:] *= np.sqrt(1 - correlation**2)
    return lfilter([1.0], [1.0, -correlation], steps)


def evenings(rng, f: np.ndarray, wants: np.ndarray, effect: float, again: float) -> dict[str, np.ndarray]:
    """One draw: early symptoms, a preventive stretch on evenings still quiet, later symptoms, responsive stretches."""
    early = rng.random(f.size) < EARLY * expit(f)
    stretched = wants & ~early
    late = rng.random(f.size) < expit(f + np.log1p(-EARLY) + effect * stretched)
    return {"early": early, "stretched": stretched, "late": late,
            "responsive": (early | late) & (rng.random(f.size) < again)}


def landmark_truth(mean: np.ndarray, sd: float, effect: float) -> float:
    """Symptom nights per 30 nights still quiet at the landmark, stretched minus not."""
    top = bottom = 0.0
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        f = mean + sd * node
        quiet, base = 1 - EARLY * expit(f), f + np.log1p(-EARLY)
        top += weight * (quiet * (expit(base + effect) - expit(base))).mean()
        bottom += weight * quiet.mean()
    return 30 * top / bottom


def table(rng, drawn: dict[str, np.ndarray], **columns) -> pd.DataFrame:
    """Nights as make_nights returns them; a tenth has no entry."""
    n = drawn["early"].size
    nights = pd.date_range("2026-01-05", periods=n)
    ill = drawn["early"] | drawn["late"]
    state = np.where(drawn["stretched"], "yes", np.where(drawn["responsive"] & drawn["early"], "unknown_order", "no"))
    out = pd.DataFrame({
        "person": "me", "night": nights, "recorded": True, "symptoms": pd.array(drawn["late"], dtype="boolean"),
        "early_symptoms": pd.array(drawn["early"], dtype="boolean"),
        "severity_0_10": pd.array(np.where(ill, rng.integers(1, 11, n), 0), dtype="Int64"),
        "stretched": pd.array(np.where(state == "unknown_order", None, state == "yes"), dtype="boolean"),
        "stretched_state": state.astype(object), "stretch_responsive": pd.array(drawn["responsive"], dtype="boolean"),
        "caffeine_before_noon_mg": 0.0, "caffeine_after_noon_mg": 0.0, "alcohol_drinks": 0.0,
        "bedtime_sd_7_min": rng.uniform(5, 110, n), "weekday": pd.Categorical(nights.strftime("%a")),
        "day_index": np.arange(n), "medicine_period": pd.Categorical(["period 1"] * n)})
    for name, value in columns.items():
        out[name] = value
    gone = rng.random(n) < 0.1
    answers = ["symptoms", "early_symptoms", "severity_0_10", "stretched"]
    out.loc[gone, answers] = pd.NA
    out.loc[gone, "stretched_state"] = "not_recorded"
    out.attrs = {"landmark": "21:00"}
    return out


def base(rng, sd: float = SD, correlation: float = CORRELATION) -> tuple[np.ndarray, np.ndarray]:
    """Fixed part and the night's own process."""
    return np.full(NIGHTS, -0.4), sd * persistent(rng, NIGHTS, correlation)


def stretching(rng, effect=-1.2, again=0.5, sd=SD, correlation=CORRELATION, mean=None, wants=None, **columns):
    fixed, e = base(rng, sd, correlation)
    fixed = fixed if mean is None else mean
    wants = persistent(rng, NIGHTS, 0.5) > 0 if wants is None else wants
    drawn = evenings(rng, fixed + e, wants, effect, again)
    return table(rng, drawn, **columns), STRETCHING, landmark_truth(fixed, sd, effect)


def plain(rng, f: np.ndarray, **columns):
    """Nights in which nobody stretches."""
    return table(rng, evenings(rng, f, np.zeros(NIGHTS, bool), 0.0, 0.0), **columns)


def any_truth(mean: np.ndarray, sd: float, slope: float) -> float:
    """Symptom nights per 30 of any hour, exposure at a against b, `slope` the change in log odds between them."""
    def share(f):
        early = EARLY * expit(f)
        return (early + (1 - early) * expit(f + np.log1p(-EARLY))).mean()

    return 30 * sum(w * (share(mean + slope + sd * z) - share(mean + sd * z))
                    for z, w in zip(NODES, WEIGHTS, strict=True))


# --- the scenarios: rng → nights, question, truth -------------------------------------------------------------------
def nothing(rng):
    return stretching(rng, effect=0.0)


def helps(rng):
    return stretching(rng)


def indication_timed(rng):
    """Legs that come early are stretched because they came: the naive comparison says that stretching harms."""
    return stretching(rng, again=0.9)


def indication_untimed(rng):
    nights, question, truth = stretching(rng, again=0.9)
    did = nights["stretched"].fillna(False).astype(bool) | nights["stretch_responsive"].fillna(False).astype(bool)
    known = nights["stretched_state"].ne("not_recorded")
    nights["stretched_state"] = np.where(~known, "not_recorded", np.where(did, "unknown_order", "no"))
    nights["stretched"] = pd.array(np.where(known & ~did, False, None), dtype="boolean")
    ill = (nights["symptoms"] | nights["early_symptoms"]).fillna(False).astype(bool)
    nights["symptoms"] = nights["symptoms"] | nights["early_symptoms"]
    nights.loc[ill, "early_symptoms"] = pd.NA
    return nights, question, truth


def responsive_null(rng):
    return stretching(rng, effect=0.0, again=0.9)


def bad_spell_bedtimes(rng):
    """A hidden spell makes both legs and bedtimes unruly, and bad nights worse; bedtimes do nothing."""
    spell = persistent(rng, NIGHTS + 7, 0.93)
    bed = rng.normal(0, 1, NIGHTS + 7) * np.where(spell > 0, 90, 15)
    past = pd.Series(bed).rolling(7).std().shift(1).to_numpy()[7:]
    fixed, e = base(rng, 0.5)
    f = fixed + e + spell[7:]
    nights = plain(rng, f, bedtime_sd_7_min=past)
    worse = pd.array(1 + rng.binomial(9, expit(f - 0.5)), dtype="Int64")
    nights["severity_0_10"] = nights["severity_0_10"].mask(nights["severity_0_10"].gt(0).fillna(False), worse)
    return nights, BEDTIMES, 0.0


def medicine_change(rng):
    """Halfway a medicine calms the legs, and stretching becomes a habit at the same time."""
    second = np.arange(NIGHTS) >= NIGHTS // 2
    wants = rng.random(NIGHTS) < np.where(second, 0.7, 0.3)
    return stretching(rng, mean=-0.1 - 1.2 * second, wants=wants,
                      medicine_period=pd.Categorical(np.where(second, "period 2", "period 1")))


def rising_habit(rng):
    """Legs get better by themselves while stretching becomes more frequent."""
    along = np.linspace(-1, 1, NIGHTS)
    return stretching(rng, effect=0.0, mean=-0.4 - 0.8 * along, wants=rng.random(NIGHTS) < 0.5 + 0.3 * along)


def weekend_drinks(rng):
    """Drinks come with weekends, and weekends bring symptoms of their own; drinks add to them."""
    fixed, e = base(rng)
    weekend = np.isin(pd.date_range("2026-01-05", periods=NIGHTS).day_of_week, (4, 5))
    drinks = np.where(rng.random(NIGHTS) < np.where(weekend, 0.7, 0.15), 2.0, 0.0)
    mean = fixed + 0.8 * weekend
    return plain(rng, mean + 0.4 * drinks + e, alcohol_drinks=drinks), ALCOHOL, any_truth(mean, SD, 0.8)


def unrecorded_bad_nights(rng):
    """A third of the symptom-free nights has no entry, next to none of the others."""
    nights, question, truth = stretching(rng)
    free = ~(nights["symptoms"] | nights["early_symptoms"]).fillna(True).astype(bool)
    nights.loc[free & (rng.random(NIGHTS) < 0.33), ["symptoms", "early_symptoms", "stretched"]] = pd.NA
    return nights, question, truth


def coffee_after_bad_nights(rng):
    """A bad night leads to more coffee the next day; coffee does nothing, and bad nights come in runs."""
    fixed, e = base(rng, 1.2, 0.7)
    f = fixed + e
    drawn = evenings(rng, f, np.zeros(NIGHTS, bool), 0.0, 0.0)
    bad = np.roll(drawn["early"] | drawn["late"], 1)
    cups = rng.binomial(3, np.where(bad, 0.6, 0.3))
    return table(rng, drawn, caffeine_after_noon_mg=80.0 * cups), CAFFEINE_AFTER, 0.0


def drift_as_trend(rng):
    """No trend, but legs that stay bad or good for weeks."""
    fixed, e = base(rng, 1.0, 0.9)
    return plain(rng, fixed + e), TREND_OVER_TIME, 0.0


def coffee_with_drinks(rng, question=CAFFEINE_AFTER):
    """Coffee and drinks come on the same days; drinks act, coffee does nothing."""
    fixed, e = base(rng)
    day = persistent(rng, NIGHTS, 0.3)
    drinks = np.where(rng.random(NIGHTS) < expit(2 * day - 0.5), 2.0, 0.0)
    cups = rng.binomial(3, expit(2 * day - 0.5))
    nights = plain(rng, fixed + 0.4 * drinks + e, alcohol_drinks=drinks, caffeine_after_noon_mg=80.0 * cups)
    return nights, question, any_truth(fixed, SD, 0.8) if question is ALCOHOL else 0.0


def told_wrong(rng, effect=-1.2):
    """One stretch in ten is not written down, and one in ten evenings without has one written down."""
    nights, question, truth = stretching(rng, effect=effect)
    wrong = (rng.random(NIGHTS) < 0.1) & nights["stretched"].notna().to_numpy()
    nights.loc[wrong, "stretched"] = ~nights.loc[wrong, "stretched"]
    nights.loc[wrong, "stretched_state"] = nights.loc[wrong, "stretched"].map({True: "yes", False: "no"})
    return nights, question, truth


# --- nights that depend on the night before ---------------------------------------------------------------------------
@dataclass(frozen=True, kw_only=True)
class World:
    """Log odds that last night's symptoms add tonight (`again`) and to wanting to stretch, or to each cup of coffee
    (`feedback`); of a stretch tonight (`effect`) and last night (`carry`). pill: whether a medicine that helps is taken
    after bad nights, and in place of stretching. hidden: share of good nights that are not written down."""

    again: float = 0.8
    feedback: float = 1.0
    effect: float = 0.0
    carry: float = 0.0
    pill: bool = False
    coffee: bool = False
    hidden: float = 0.0


WEAK, STRONG = {"again": 0.8, "feedback": 1.0}, {"again": 2.0, "feedback": 2.0}
HELPS = -1.5


def night_by_night(rng, world: World, n: int = NIGHTS):
    """A diary of such nights, its question, and what the exposure truly did in it, in symptom nights in 30."""
    fixed = -0.4 - 0.5 * world.again + SD * persistent(rng, n, CORRELATION)
    drawn = {name: np.zeros(n, bool) for name in ("early", "stretched", "late", "responsive")}
    pill, cups, f = np.zeros(n, bool), np.zeros(n), fixed.copy()
    bad = did = False
    for t in range(n):
        pill[t] = world.pill and rng.random() < (0.6 if bad else 0.1)
        cups[t] = rng.binomial(3, expit(world.feedback * (bad - 0.5) - 0.5)) if world.coffee else 0
        f[t] += world.again * bad + world.carry * did - 1.2 * pill[t]
        wants = not world.coffee and rng.random() < expit(world.feedback * (bad - 0.5) - 1.5 * pill[t])
        drawn["early"][t] = rng.random() < EARLY * expit(f[t])
        drawn["stretched"][t] = did = wants and not drawn["early"][t]
        drawn["late"][t] = rng.random() < expit(f[t] + np.log1p(-EARLY) + world.effect * did)
        bad = drawn["early"][t] or drawn["late"][t]
    quiet, base = 1 - EARLY * expit(f), f + np.log1p(-EARLY)
    truth = 30 * float((quiet * (expit(base + world.effect) - expit(base))).sum() / quiet.sum())
    nights = table(rng, drawn, caffeine_after_noon_mg=80.0 * cups, medicine_as_needed=pill)
    good = ~(drawn["early"] | drawn["late"]) & (rng.random(n) < world.hidden)
    nights.loc[good, ["symptoms", "early_symptoms", "severity_0_10", "stretched"]] = pd.NA
    nights.loc[good, "stretched_state"] = "not_recorded"
    return nights, CAFFEINE_AFTER if world.coffee else STRETCHING, truth


@dataclass(frozen=True)
class Unadjusted(Question):
    """A row without last night in its adjustment set, on all its nights."""

    @property
    def adjust(self) -> tuple[str, ...]:
        return tuple(name for name in super().adjust if name != LAST_NIGHT)

    @property
    def always(self) -> tuple[str, ...]:
        return tuple(name for name in super().always if name != LAST_NIGHT)


def unadjusted(question: Question) -> Question:
    return Unadjusted(**{one.name: getattr(question, one.name) for one in fields(question)})


WORLDS = {
    "a bad night makes the next one likelier and leads to stretching": World(**WEAK),
    "the same, both strongly": World(**STRONG),
    "the same, weakly, and stretching helps": World(**WEAK, effect=HELPS),
    "the same, and last night's stretch helps tonight too": World(**WEAK, effect=HELPS, carry=-0.5),
    "the same, strongly, stretching does nothing, a pill is taken as needed": World(**STRONG, pill=True),
    "the same, strongly, 40% of good nights not written down": World(**STRONG, hidden=0.4),
    "a bad night makes the next one likelier and leads to coffee": World(**WEAK, coffee=True),
    "the same, both strongly, coffee": World(**STRONG, coffee=True),
}
SCENARIOS = {
    "nothing at work": nothing, "stretching helps": helps,
    "stretching helps, and answers early legs; times known": indication_timed,
    "the same without times": indication_untimed,
    "stretching does nothing, and answers early legs; times known": responsive_null,
    "a bad spell makes legs and bedtimes unruly": bad_spell_bedtimes,
    "medicine change and new habit together": medicine_change,
    "legs get better by themselves, habit grows": rising_habit,
    "drinks at weekends, which are worse anyway": weekend_drinks,
    "quiet nights are often not written down": unrecorded_bad_nights,
    "more coffee after bad nights": coffee_after_bad_nights,
    "weeks of good and bad legs, no trend": drift_as_trend,
    **{name: partial(night_by_night, world=world) for name, world in WORLDS.items()},
    "coffee comes with drinks, which act": coffee_with_drinks,
    "drinks come with coffee, which does nothing": partial(coffee_with_drinks, question=ALCOHOL),
    "stretching does nothing, one evening in ten is told wrongly": partial(told_wrong, effect=0.0),
    "stretching helps, one evening in ten is told wrongly": told_wrong,
}


def analyses(name: str) -> tuple[str, ...]:
    return (AS_ANSWERED, WITHOUT) if name in WORLDS else (AS_ANSWERED,)


def run(name: str, analysis: str, number: int) -> dict:
    rng = np.random.default_rng([SEED, list(SCENARIOS).index(name), number])
    nights, question, truth = SCENARIOS[name](rng)
    frame = frame_of(unadjusted(question) if analysis == WITHOUT else question, nights)
    row = dict.fromkeys(FIELDS, "") | {"scenario": name, "analysis": analysis, "number": number,
                                       "refused": frame.reason, "tag": frame.design_tag, "truth": round(truth, 4)}
    if frame.reason:
        return row
    levels = (0.95, 0.95 ** (1 / ROWS))
    try:
        found = rk.compare(rk.fit(frame.formula, frame.nights), "exposure", frame.a, frame.b, level=levels).table
    except rk.ModelError as wrong:
        return row | {"refused": f"ModelError: {wrong}"}
    one, family = found.iloc[0], found.iloc[1]
    verdict = "fewer" if family["upper"] < 0 else "more" if family["lower"] > 0 else "unclear"
    return row | {"estimate": round(one["estimate"], 4), "lower": round(one["lower"], 4),
                  "upper": round(one["upper"], 4), "family_lower": round(family["lower"], 4),
                  "family_upper": round(family["upper"], 4), "verdict": "unclear" if frame.no_claim else verdict}


def share(k: int, n: int) -> str:
    low = beta.ppf(0.025, k, n - k + 1) if k else 0.0
    high = beta.ppf(0.975, k + 1, n - k) if k < n else 1.0
    return f"{k / n:.0%} ({low:.0%} to {high:.0%})"


def write_table() -> None:
    raw = pd.read_csv(RAW, keep_default_na=False)
    lines = ["# Twenty-four ways in which a diary can mislead", "",
             "`make scenarios` (or `python benchmarks/scenarios.py --diaries 300`), every diary is in `scenarios.csv`; "
             f"seed {SEED}, {NIGHTS} nights a diary, a tenth without entry. Shares with exact 95% intervals, estimates "
             "with one Monte-Carlo error. A claim "
             "is an interval on one side of zero with limits as wide as for ten independent rows; a wrong claim is one "
             "on the wrong side of the truth's sign, or any where the truth is zero. Coverage: the truth inside the "
             "row's own 95% interval, among answered diaries. Width: the median of that interval's. "
             f'Analysis: "{AS_ANSWERED}" has last night in its adjustment set (decision 0024); "{WITHOUT}" is '
             "what the table did before that, for the first twelve on the diaries of its day.", "",
             "| scenario | row | analysis | diaries | true effect, nights in 30 | refused | design tag | mean estimate "
             "| coverage | width | claims | wrong claims |", "|---|---|---|---|---|---|---|---|---|---|---|---|"]
    for name, analysis in product(SCENARIOS, (AS_ANSWERED, WITHOUT)):
        some = raw[raw["scenario"].eq(name) & raw["analysis"].eq(analysis)]
        if some.empty:
            continue
        told = some[some["refused"].eq("")]
        n, truth = len(told), told["truth"].astype(float)
        estimate, lower, upper = (told[c].astype(float) for c in ("estimate", "lower", "upper"))
        inside = int(((lower <= truth) & (truth <= upper)).sum())
        claim = told["verdict"].isin(["fewer", "more"])
        right = (told["verdict"].eq("fewer") & (truth < 0)) | (told["verdict"].eq("more") & (truth > 0))
        question = SCENARIOS[name](np.random.default_rng(0))[1].label
        lines.append(f"| {name} | {question} | {analysis} | {len(some)} | {some['truth'].astype(float).mean():+.1f} | "
                     f"{1 - n / len(some):.0%} | {', '.join(sorted(set(told['tag'])))} | {estimate.mean():+.1f} "
                     f"± {estimate.std() / max(n, 1) ** 0.5:.1f} | {share(inside, n)} | {(upper - lower).median():.1f} "
                     f"| {share(int(claim.sum()), n)} | {share(int((claim & ~right).sum()), n)} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    ask = argparse.ArgumentParser()
    ask.add_argument("--diaries", type=int, default=300)
    ask.add_argument("--table", action="store_true")
    given = ask.parse_args()
    if not given.table:
        fresh = not RAW.exists()
        done = set() if fresh else {tuple(r) for r in pd.read_csv(RAW)[["scenario", "analysis", "number"]].to_numpy()}
        with RAW.open("a", newline="", encoding="utf-8") as file:
            out = csv.DictWriter(file, FIELDS)
            if fresh:
                out.writeheader()
            for number in range(given.diaries):
                for name, analysis in [(one, how) for one in SCENARIOS for how in analyses(one)]:
                    if (name, analysis, number) not in done:
                        out.writerow(run(name, analysis, number))
                        file.flush()
    write_table()


if __name__ == "__main__":
    main()
