"""simulate_diaries(): diaries with a known truth, for tests, coverage, power and the sample data.

The process, for person i and night t, with s the share of symptom nights that start before the landmark:

    f_it = b0 + u_i0 + sum_k (b_k + u_ik) x_itk + e_it,   e_it a stationary AR(1) with sd sigma and correlation phi,
    P(symptoms before the landmark) = s * expit(f_it),
    P(symptoms after it | quiet at the landmark) = expit(f_it + log(1 - s) + (b + u_i) * stretched_it).

Without stretching, P(any symptoms) is exactly expit(f_it), because p(1-s)/(1-sp) has the odds (1-s) * p/(1-p): both
models that the kit fits (any symptoms on all nights; later symptoms on nights quiet at the landmark) are logistic in
the exposures. A planned stretch is done only while the legs are quiet, so it is never a response to symptoms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.special import expit, ndtri

from rlskit.diary import NIGHT_COLUMNS
from rlskit.errors import ModelError
from rlskit.regularity import MINUTES, wrap

LANDMARK = "21:00"
LANDMARK_H = 9.0  # hours after noon
FIRST_NIGHT = "2026-05-10"
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
WINDOW, LEAST = 7, 4  # bedtime SD: past nights looked at, and how many of them must be recorded

# Log odds of symptoms per unit of the column: strong effects that 180 nights can show.
EFFECTS: Mapping[str, float] = MappingProxyType({
    "stretched": -1.6, "caffeine_after_noon_mg": 0.006, "alcohol_drinks": 1.3,
    "bedtime_sd_7_min": 0.006})
# Columns that move f; `stretched` acts only on nights that are quiet at the landmark.
LINEAR = ("caffeine_before_noon_mg", "caffeine_after_noon_mg", "alcohol_drinks", "iron", "magnesium",
          "bedtime_sd_7_min", "free_night", "day_index")
# The contrasts whose true size is known: a against b.
CONTRASTS = (("stretched", 1.0, 0.0), ("caffeine_after_noon_mg", 200.0, 0.0), ("alcohol_drinks", 2.0, 0.0),
             ("bedtime_sd_7_min", 90.0, 15.0))
YES_NO = ("symptoms", "early_symptoms", "stretched", "iron", "magnesium", "free_night")
AMOUNTS = ("caffeine_before_noon_mg", "caffeine_after_noon_mg", "alcohol_drinks")


def _nodes(n: int) -> list[tuple[float, float]]:
    """Gauss-Hermite nodes and weights for a standard normal."""
    at, weight = np.polynomial.hermite_e.hermegauss(n)
    return list(zip(at, weight / weight.sum(), strict=True))


_NIGHT_NODES, _STRETCH_NODES = _nodes(21), _nodes(7)


@dataclass(frozen=True)
class Truth:
    """What the diaries were made with.

    parameters : every argument, plus `intercept` (log odds).
    estimands : term, a, b, outcome, nights_per_30 (symptom nights per 30 nights, a minus b).
    people : person, their own deviations from the effects (log odds), their own `<term>_nights_per_30`.
    """

    parameters: dict
    estimands: pd.DataFrame
    people: pd.DataFrame


@dataclass(frozen=True)
class SimulatedDiaries:
    """`nights` as make_nights returns them, the `sleeps` behind them (person, night, lights_out, woke_up), `truth`."""

    nights: pd.DataFrame
    sleeps: pd.DataFrame
    truth: Truth


def simulate_diaries(
    people: int = 1,
    nights: int = 180,
    *,
    base_rate: float = 0.4,
    effects: Mapping[str, float] = EFFECTS,
    night_sd: float = 0.8,
    night_correlation: float = 0.5,
    person_sd: Mapping[str, float] = MappingProxyType({"intercept": 1.0, "stretched": 0.5}),
    early_share: float = 0.3,
    responsive_stretching: float = 0.5,
    missing: float = 0.1,
    gaps: tuple[tuple[int, int], ...] = (),
    logging_depends_on_symptoms: float = 0.0,
    tracked: Mapping[str, tuple[int, int]] = MappingProxyType({}),
    seed: int | np.random.Generator = 0,
) -> SimulatedDiaries:
    """Diaries of people whose true effects are known.

    Parameters
    ----------
    people, nights : number of people, and of calendar nights each; the first night is FIRST_NIGHT.
    base_rate : expected share of symptom nights, all effects at work; the intercept is solved for it.
    effects : log odds per unit of a column (`stretched` or one of LINEAR); columns not named have none.
    night_sd, night_correlation : sigma (logit scale) and phi of the night-to-night process.
    person_sd : sd between people of "intercept" and of effects, logit scale; one person has no such deviations.
    early_share : share of symptom nights (without stretching) that start before the landmark.
    responsive_stretching : probability of stretching *because* symptoms have come, on a symptom night.
    missing : share of nights, at random, on which nothing is written, not even the bedtime.
    gaps : (first, last) day_index of spells in which nobody wrote anything.
    logging_depends_on_symptoms : extra share of *symptom-free* nights on which the diary stays closed.
    tracked : column → (first, last) day_index in which it was tracked; outside, it is empty and "not_tracked".
    seed : integer or numpy Generator.

    Returns
    -------
    SimulatedDiaries. Estimands are counterfactual averages over the nights that random gaps leave, other columns as
    they are, integrated over the latent process by Gauss-Hermite quadrature: equally over nights within a person, then
    equally over people. For stretching, over nights still quiet at the landmark (each weighted with that probability),
    outcome symptoms after it; for the others, any symptoms, planned stretches kept.

    Raises
    ------
    ModelError : an unknown column, or a number out of range.
    """
    _check(people, nights, base_rate, effects, night_sd, night_correlation, person_sd, early_share, missing, tracked)
    rng = np.random.default_rng(seed)
    shape = (people, nights)
    kept = _kept(rng, shape, missing, gaps)
    exposures, bed, wake = _exposures(rng, shape, kept)
    deviations = {name: rng.normal(0.0, sd, people) if people > 1 else np.zeros(people)
                  for name, sd in person_sd.items()}

    sds = dict(person_sd) if people > 1 else {}
    world = _World({k: exposures[k] for k in (*LINEAR, "planned")}, dict(effects), sds, night_sd, early_share, kept)
    intercept = _solve_intercept(world, base_rate)
    f = (intercept + _fixed(world.x, effects) + deviations.get("intercept", np.zeros(people))[:, None]
         + sum(deviations[k][:, None] * world.x[k] for k in deviations if k in LINEAR)
         + night_sd * _persistent(rng, shape, night_correlation))
    stretch_effect = effects.get("stretched", 0.0) + deviations.get("stretched", np.zeros(people))[:, None]
    happened = _happened(rng, f, exposures["planned"], stretch_effect, early_share, responsive_stretching)
    closed = ~happened["symptoms"] & (rng.random(shape) < logging_depends_on_symptoms)

    table = _night_table({**exposures, **happened}, bed, wake, kept, kept & ~closed, tracked)
    parameters = {
        "people": people, "nights": nights, "base_rate": base_rate, "intercept": intercept, "effects": dict(effects),
        "night_sd": night_sd, "night_correlation": night_correlation, "person_sd": sds, "early_share": early_share,
        "responsive_stretching": responsive_stretching, "missing": missing, "gaps": [list(g) for g in gaps],
        "logging_depends_on_symptoms": logging_depends_on_symptoms, "tracked": {k: list(v) for k, v in tracked.items()}}
    truth = Truth(parameters, _estimands(world, intercept), _people(world, intercept, deviations, people))
    return SimulatedDiaries(table, _sleep_table(bed, wake, kept), truth)


def _check(people, nights, base_rate, effects, night_sd, night_correlation, person_sd, early_share, missing, tracked):
    known = {"effects": (*LINEAR, "stretched"), "person_sd": ("intercept", *LINEAR, "stretched"),
             "tracked": (*YES_NO, *AMOUNTS)}
    for name, given in (("effects", effects), ("person_sd", person_sd), ("tracked", tracked)):
        for column in given:
            if column not in known[name]:
                raise ModelError(f'simulate_diaries, {name}: expected one of {", ".join(known[name])}, '
                                 f'found "{column}".')
    for name, value, fine in (
        ("people", people, people >= 1), ("nights", nights, nights >= 1), ("base_rate", base_rate, 0 < base_rate < 1),
        ("night_sd", night_sd, night_sd >= 0), ("night_correlation", night_correlation, 0 <= night_correlation < 1),
        ("early_share", early_share, 0 <= early_share < 1), ("missing", missing, 0 <= missing < 1),
    ):
        if not fine:
            raise ModelError(f"simulate_diaries, {name}: {value} is out of range.")


# --- exposures: persistent Gaussian habits, cut into levels --------------------------------------------------------
def _persistent(rng: np.random.Generator, shape: tuple[int, int], correlation: float) -> np.ndarray:
    """Stationary unit-variance AR(1) along the nights, shape (people, nights)."""
    steps = rng.standard_normal(shape)
    steps[:, 1:] *= np.sqrt(1 - correlation**2)
    return lfilter([1.0], [1.0, -correlation], steps, axis=1)


def _levels(habit: np.ndarray, shares: tuple[float, ...], values: tuple[float, ...]) -> np.ndarray:
    """Cut a standard normal habit so that the values have these shares."""
    return np.asarray(values)[np.searchsorted(ndtri(np.cumsum(shares)[:-1]), habit)]


def _kept(rng: np.random.Generator, shape: tuple[int, int], missing: float, gaps) -> np.ndarray:
    kept = rng.random(shape) >= missing
    for first, last in gaps:
        kept[:, first:last + 1] = False
    return kept


def _exposures(rng, shape, kept) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """What people do, whatever their legs do; plus bedtimes and waking, minutes after midnight of the night's date."""
    people, nights = shape
    weekday = _calendar(nights).day_of_week.to_numpy()
    weekend = np.isin(weekday, (4, 5)).astype(float)[None, :]  # Friday and Saturday evenings
    habit_sd = 0.5 if people > 1 else 0.0

    def habit(correlation: float) -> np.ndarray:
        return rng.normal(0.0, 1.0, (people, 1)) * habit_sd + _persistent(rng, shape, correlation)

    x = {
        "planned": (habit(0.8) > 0).astype(float),  # spells of about five evenings
        "caffeine_before_noon_mg": _levels(habit(0.3), (0.2, 0.1, 0.5, 0.2), (0.0, 50.0, 100.0, 200.0)),
        "caffeine_after_noon_mg": _levels(habit(0.3), (0.4, 0.15, 0.25, 0.2), (0.0, 50.0, 100.0, 200.0)),
        "alcohol_drinks": _levels(habit(0.2) + 1.1 * weekend, (0.7, 0.15, 0.1, 0.05), (0.0, 1.0, 2.0, 3.0)),
        "iron": (habit(0.95) > 0.5).astype(float),
        "magnesium": (habit(0.9) > 0).astype(float),
        "free_night": np.broadcast_to(weekend, shape).copy(),
        "day_index": np.broadcast_to(np.arange(nights, dtype=float), shape).copy(),
    }
    # Bedtimes keep to 23:00 within minutes, or in irregular spells fall anywhere from 22:00 to 03:00. One window more
    # than the diary, so that its first nights have a past too.
    longer = (people, nights + WINDOW)
    usual = 1380 + 30 * habit_sd * rng.standard_normal((people, 1))
    loose = _persistent(rng, longer, 0.93) > 0
    bed = np.round(usual + np.where(loose, rng.uniform(-60, 240, longer), rng.normal(0, 10, longer)))
    wake = np.round(bed + rng.normal(435, 40, longer).clip(300, 600))
    # The regularity that acts is the one that the recorded nights show; only where they show none, the true one.
    shown = past_sd(np.where(np.hstack([np.zeros((people, WINDOW), bool), kept]), bed, np.nan))[:, WINDOW:]
    x["shown_sd"] = shown
    x["bedtime_sd_7_min"] = np.where(np.isnan(shown), past_sd(bed)[:, WINDOW:], shown)
    return x, bed[:, WINDOW:], wake[:, WINDOW:]


def past_sd(minutes: np.ndarray) -> np.ndarray:
    """SD (ddof 1) of the clock times of the seven nights before each night, about their circular mean.

    minutes : (people, nights), NaN where unknown; NaN out where fewer than four of the seven are known. The same as
    regularity.past_clock_sd, for many people at once.
    """
    people, nights = minutes.shape
    before = np.hstack([np.full((people, WINDOW), np.nan), minutes])[:, :-1]
    past = np.lib.stride_tricks.sliding_window_view(before, WINDOW, axis=1)[:, :nights]
    known = ~np.isnan(past)
    n = known.sum(axis=2)
    angle = np.where(known, past, 0.0) * (2 * np.pi / MINUTES)
    centre = np.arctan2((np.sin(angle) * known).sum(2), (np.cos(angle) * known).sum(2)) * MINUTES / (2 * np.pi)
    off = np.where(known, wrap(np.where(known, past, 0.0) - centre[:, :, None]), 0.0)
    enough = np.maximum(n, 2)
    variance = (off**2).sum(2) - off.sum(2) ** 2 / enough
    return np.where(n >= LEAST, np.sqrt(np.maximum(variance, 0.0) / (enough - 1)), np.nan)


# --- what happens --------------------------------------------------------------------------------------------------
def _happened(rng, f, planned, stretch_effect, early_share, responsive) -> dict[str, np.ndarray]:
    """One draw of the evening: early symptoms, stretching, later symptoms; all (people, nights).

    Symptoms that started early go on after the landmark, so `symptoms` means any symptoms of the night.
    """
    early = rng.random(f.shape) < early_share * expit(f)
    stretched = (planned > 0) & ~early
    late = rng.random(f.shape) < expit(f + np.log1p(-early_share) + stretch_effect * stretched)
    symptoms = early | late
    onset = np.where(early, rng.uniform(LANDMARK_H - 4, LANDMARK_H, f.shape),
                     rng.uniform(LANDMARK_H, LANDMARK_H + 6, f.shape))
    severity = 1 + rng.binomial(9, expit(f - 0.5))
    return {"early_symptoms": early, "stretched": stretched, "symptoms": symptoms,
            "responsive": symptoms & (rng.random(f.shape) < responsive),
            "stretch_min": np.where(stretched, rng.integers(5, 21, f.shape), 0),
            "onset_h": np.where(symptoms, np.floor(onset * 60) / 60, np.nan),
            "severity_0_10": np.where(symptoms, severity, 0)}


# --- the truth -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _World:
    """Exposures x (people, nights), effects (one number, or one per person), sds between people and of the night's
    process, early share, nights that count."""

    x: dict[str, np.ndarray]
    effects: Mapping[str, float | np.ndarray]
    person_sd: dict[str, float]
    night_sd: float
    early_share: float
    kept: np.ndarray


def _fixed(x: Mapping[str, np.ndarray], effects: Mapping[str, float | np.ndarray]) -> np.ndarray:
    return sum((effects[k] * x[k] for k in effects if k in LINEAR), np.zeros_like(x["planned"]))


def _spread(world: _World, x: Mapping[str, np.ndarray]) -> np.ndarray:
    """Sd of f about its fixed part: the night's process and the people's deviations."""
    variance = np.full_like(x["planned"], world.night_sd**2 + world.person_sd.get("intercept", 0.0) ** 2)
    for name, sd in world.person_sd.items():
        if name in LINEAR:
            variance += (sd * x[name]) ** 2
    return np.sqrt(variance)


def _expect(value: Callable, mean: np.ndarray, spread: np.ndarray, stretch_sd: float) -> np.ndarray:
    """E value(f, d) over f ~ N(mean, spread^2) and, independent of it, the person's stretch deviation d."""
    total = np.zeros_like(mean)
    for node, weight in _NIGHT_NODES:
        f = mean + spread * node
        for d, w in _STRETCH_NODES if stretch_sd > 0 else [(0.0, 1.0)]:
            total += weight * w * value(f, stretch_sd * d)
    return total


def any_symptoms(f: np.ndarray, stretch_effect: np.ndarray, early_share: float) -> np.ndarray:
    """P(any symptoms) from the log odds f of a night without stretching and the effect of its planned stretch."""
    early = early_share * expit(f)
    return early + (1 - early) * expit(f + np.log1p(-early_share) + stretch_effect)


def _rate(world: _World, x: Mapping[str, np.ndarray], intercept, own_stretch=0.0) -> np.ndarray:
    """P(any symptoms) of each night, people's deviations and the night's process integrated out."""
    effect = world.effects.get("stretched", 0.0) + own_stretch
    mean = intercept + _fixed(x, world.effects)
    planned = x["planned"]
    stretch_sd = world.person_sd.get("stretched", 0.0)
    return _expect(lambda f, d: any_symptoms(f, (effect + d) * planned, world.early_share), mean, _spread(world, x),
                   stretch_sd)


def _stretch_contrast(world: _World, intercept, own_stretch=0.0) -> tuple[np.ndarray, np.ndarray]:
    """Of each night: P(quiet at the landmark) times the change that stretching makes, and P(quiet at the landmark)."""
    effect = world.effects.get("stretched", 0.0) + own_stretch
    share = world.early_share

    def change(f, d):
        base = f + np.log1p(-share)
        return (1 - share * expit(f)) * (expit(base + effect + d) - expit(base))

    mean, spread = intercept + _fixed(world.x, world.effects), _spread(world, world.x)
    quiet = _expect(lambda f, d: 1 - share * expit(f), mean, spread, 0.0)
    return _expect(change, mean, spread, world.person_sd.get("stretched", 0.0)), quiet


def _contrasts(world: _World, intercept, own_stretch=0.0) -> dict[str, np.ndarray]:
    """Symptom nights per 30 of every contrast, for each person: (people,)."""
    n = np.maximum(world.kept.sum(axis=1), 1)
    out = {}
    for term, a, b in CONTRASTS:
        if term == "stretched":
            change, quiet = _stretch_contrast(world, intercept, own_stretch)
            top, bottom = (change * world.kept).sum(1), (quiet * world.kept).sum(1)
            out[term] = 30 * top / np.where(bottom > 0, bottom, 1.0)
            continue
        at = [_rate(world, {**world.x, term: np.full_like(world.x[term], v)}, intercept, own_stretch) for v in (a, b)]
        out[term] = 30 * ((at[0] - at[1]) * world.kept).sum(1) / n
    return out


def _estimands(world: _World, intercept: float) -> pd.DataFrame:
    some = world.kept.any(axis=1)
    by_person = _contrasts(world, intercept)
    return pd.DataFrame([
        {"term": term, "a": a, "b": b,
         "outcome": "symptoms after the landmark" if term == "stretched" else "any symptoms",
         "nights_per_30": float(by_person[term][some].mean()) if some.any() else np.nan} for term, a, b in CONTRASTS])


def _people(world: _World, intercept: float, deviations: dict[str, np.ndarray], people: int) -> pd.DataFrame:
    """Each person's deviations and own contrasts, with the night's process alone integrated out."""
    out = {"person": _names(people), **deviations}
    if people > 1:
        shift = intercept + deviations.get("intercept", np.zeros(people))[:, None]
        own = _World(world.x, {**world.effects, **{k: world.effects.get(k, 0.0) + deviations[k][:, None]
                                                   for k in deviations if k in LINEAR}},
                     {}, world.night_sd, world.early_share, world.kept)
        contrasts = _contrasts(own, shift, deviations.get("stretched", np.zeros(people))[:, None])
    else:
        contrasts = _contrasts(world, intercept)
    return pd.DataFrame({**out, **{f"{term}_nights_per_30": value for term, value in contrasts.items()}})


def _solve_intercept(world: _World, base_rate: float) -> float:
    """The intercept at which the expected share of symptom nights is base_rate (over 5,000 nights at most)."""
    n = world.kept.size
    # Golden-ratio steps spread over the calendar without falling in with the week, as equal steps might.
    some = np.arange(n) if n <= 5_000 else (np.arange(5_000) * 0.6180339887498949 % 1 * n).astype(int)
    few = {k: v.reshape(1, -1)[:, some] for k, v in world.x.items()}
    middle = float(_fixed(few, world.effects).mean())
    return brentq(lambda b: float(_rate(world, few, b).mean()) - base_rate, -middle - 30, -middle + 30, xtol=1e-10)


# --- tables --------------------------------------------------------------------------------------------------------
def _calendar(nights: int) -> pd.DatetimeIndex:
    return pd.date_range(FIRST_NIGHT, periods=nights, freq="D").as_unit("us")


def _names(people: int) -> list[str]:
    return ["me"] if people == 1 else [f"p{i + 1:0{len(str(people))}d}" for i in range(people)]


def _night_table(v: dict[str, np.ndarray], bed, wake, kept, recorded, tracked) -> pd.DataFrame:
    """The columns that make_nights returns; answers are empty where nothing was recorded or tracked."""
    people, nights = recorded.shape
    flat = {name: np.asarray(value).reshape(-1) for name, value in v.items()}
    written = recorded.reshape(-1)
    calendar = _calendar(nights)
    out = {"person": np.repeat(_names(people), nights), "night": np.tile(calendar, people), "recorded": written}
    # At the landmark nobody can tell a stretch that answers early symptoms from one before them: no answer.
    unclear = flat["responsive"] & flat["early_symptoms"]
    for name in (*YES_NO, *AMOUNTS):
        state = np.where(flat[name] > 0, "yes", "no").astype(object)
        if name == "stretched":
            state[unclear] = "unknown_order"
        state[~written] = "not_recorded"
        first, last = tracked.get(name, (0, nights - 1))
        state[(flat["day_index"] < first) | (flat["day_index"] > last)] = "not_tracked"
        answered = np.isin(state, ("yes", "no"))
        kind = "boolean" if name in YES_NO else "Float64"
        value = flat[name].astype(bool) if kind == "boolean" else flat[name]
        out[name] = pd.array(value, dtype=kind)
        out[name][~answered] = pd.NA
        out[f"{name}_state"] = state

    did = ~np.isin(out["stretched_state"], ("not_recorded", "not_tracked"))
    out["stretch_responsive"] = _only(flat["responsive"], did, "boolean")
    out["stretch_min"] = _only(flat["stretch_min"].astype(float), np.isin(out["stretched_state"], ("yes", "no")),
                               "Float64")
    ill = np.isin(out["symptoms_state"], ("yes", "no"))
    out["severity_0_10"] = _only(flat["severity_0_10"], ill, "Int64")
    out["onset_h"] = _number(np.where(ill, flat["onset_h"], np.nan))
    out["stretched_days_14"] = _past_14(out["stretched"], people)
    out["bedtime_sd_7_min"] = _number(flat["shown_sd"])
    shown_bed, shown_wake = (np.where(kept, t, np.nan) for t in (bed, wake))
    out["last_shift_min"] = _number(wrap(_ago(shown_bed, 1) - _ago(shown_bed, 2)))
    out["sri_7"] = _number(_past_sri(shown_bed, shown_wake))
    out["sleep_h"] = _number(_ago(shown_wake - shown_bed, 1) / 60)
    out["weekday"] = pd.Categorical(np.array(WEEKDAYS)[np.tile(calendar.day_of_week, people)], WEEKDAYS)
    out["day_index"] = np.tile(np.arange(nights), people)
    out["medicine_period"] = pd.Categorical(["period 1"] * people * nights)
    order = [c for name in NIGHT_COLUMNS for c in (name, f"{name}_state") if c in out]
    table = pd.DataFrame({c: out[c] for c in order})
    table.attrs = {"landmark": LANDMARK, "landmark_from": "simulated"}
    return table


def _only(values: np.ndarray, where: np.ndarray, kind: str):
    column = pd.array(values, dtype=kind)
    column[~where] = pd.NA
    return column


def _number(values: np.ndarray):
    """Nullable floats, NaN as empty."""
    return _only(np.nan_to_num(values.reshape(-1)), ~np.isnan(values.reshape(-1)), "Float64")


def _ago(values: np.ndarray, nights: int) -> np.ndarray:
    """The value so many nights before, NaN where the diary had not begun."""
    return np.hstack([np.full((len(values), nights), np.nan), values])[:, :values.shape[1]]


def _past_14(stretched, people: int):
    """Nights stretched among the last 14, where all 14 are answered."""
    value = stretched.to_numpy(dtype=float, na_value=np.nan).reshape(people, -1)
    before = np.hstack([np.full((people, 14), np.nan), value])[:, :-1]
    count = np.lib.stride_tricks.sliding_window_view(before, 14, axis=1).sum(axis=2).reshape(-1)
    return _only(np.nan_to_num(count).astype(int), ~np.isnan(count), "Int64")


def _past_sri(bed: np.ndarray, wake: np.ndarray) -> np.ndarray:
    """Sleep regularity index of the seven noon-to-noon windows before each night, at least four valid pairs.

    With one sleep a window, and sleeps that overlap, a pair of windows disagrees for |bed shift| + |waking shift|
    minutes; checked against regularity.past_sri.
    """
    agree = 1 - (np.abs(bed - _ago(bed, 1)) + np.abs(wake - _ago(wake, 1))) / MINUTES
    pairs = np.hstack([np.full((len(agree), WINDOW), np.nan), agree])[:, :-1]
    past = np.lib.stride_tricks.sliding_window_view(pairs, WINDOW, axis=1)[:, :bed.shape[1], 1:]
    n = (~np.isnan(past)).sum(axis=2)
    return np.where(n >= LEAST, -100 + 200 * np.nansum(past, axis=2) / np.maximum(n, 1), np.nan)


def _sleep_table(bed: np.ndarray, wake: np.ndarray, kept: np.ndarray) -> pd.DataFrame:
    """The recorded sleeps on the wall clock of a place without clock changes."""
    people, nights = bed.shape
    night = np.tile(_calendar(nights), people)
    times = {name: pd.to_datetime(night) + pd.to_timedelta(minutes.reshape(-1), unit="min")
             for name, minutes in (("lights_out", bed), ("woke_up", wake))}
    table = pd.DataFrame({"person": np.repeat(_names(people), nights), "night": night, **times})
    return table[kept.reshape(-1)].reset_index(drop=True)
