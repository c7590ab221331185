"""simulate_diaries(): diaries with a known truth, for tests, coverage, power and the sample data.

The process, for person i and night t, with s the share of symptom nights that start before the landmark:

    f_it = b0 + u_i0 + sum_k (b_k + u_ik) x_itk + e_it,   e_it a stationary AR(1) with sd sigma and correlation phi,
    P(symptoms before the landmark) = s * expit(f_it),
    P(symptoms after it | quiet at the landmark) = expit(f_it + log(1 - s) + (b + u_i) * stretched_it).

Without stretching, P(any symptoms) is exactly expit(f_it), because p(1-s)/(1-sp) has the odds (1-s) * p/(1-p): both
models that the kit fits (any symptoms on all nights; later symptoms on nights quiet at the landmark) are logistic in
the exposures. A planned stretch is done only while the legs are quiet, unless `stretch_anyway` says otherwise; it acts
on what comes after the landmark alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import expit

from rlskit.simulate.additions import add_landmarks, add_people, draw_halves
from rlskit.simulate.exposures import draw_exposures, kept_nights, persistent
from rlskit.simulate.options import check_options, draws
from rlskit.simulate.settings import EFFECTS, LANDMARK_H, LINEAR, PERSON_SD
from rlskit.simulate.tables import night_table, sleep_table
from rlskit.simulate.truth import World, estimands, fixed, people_truth, solve_intercept
from rlskit.utils.shown import Shown


@dataclass(frozen=True)
class Truth:
    """What the diaries were made with.

    parameters : every argument, plus `intercept` (log odds).
    estimands : term, a, b, outcome, nights_per_30 (symptom nights per 30 nights, a minus b).
    people : person, their own deviations from the effects (log odds), their own `<term>_nights_per_30`.
    """

    __module__ = "rlskit"

    parameters: dict
    estimands: pd.DataFrame
    people: pd.DataFrame


@dataclass(frozen=True)
class SimulatedDiaries(Shown):
    """`nights` as make_nights returns them, the `sleeps` behind them (person, night, lights_out, woke_up), `truth`."""

    __module__ = "rlskit"

    nights: pd.DataFrame
    sleeps: pd.DataFrame
    truth: Truth

    def parts(self) -> list[str]:
        people, ill = self.nights["person"].nunique(), self.nights["symptoms"].dropna()
        share = f", symptoms on {ill.mean():.0%} of {len(ill)} answered nights" if len(ill) else ""
        return [f"Simulated diaries: {people} of {len(self.nights) // max(people, 1)} nights each{share}",
                "  next: rk.fit(...) on their .nights; what is true stands in .truth.estimands"]


def simulate_diaries(
    people: int = 1,
    nights: int = 180,
    *,
    base_rate: float = 0.4,
    effects: Mapping[str, float] | None = None,
    night_sd: float = 0.8,
    night_correlation: float = 0.5,
    person_sd: Mapping[str, float] | None = None,
    early_share: float = 0.3,
    responsive_stretching: float = 0.5,
    stretch_anyway: float = 0.0,
    missing: float = 0.1,
    gaps: tuple[tuple[int, int], ...] = (),
    logging_depends_on_symptoms: float = 0.0,
    tracked: Mapping[str, tuple[int, int]] | None = None,
    traits: Mapping[str, float] | None = None,
    sites: int = 0,
    other_landmarks: bool = False,
    seed: int | np.random.Generator = 0,
) -> SimulatedDiaries:
    """Diaries of people whose true effects are known.

    Parameters
    ----------
    people, nights : number of people, and of calendar nights each; the first night is FIRST_NIGHT.
    base_rate : expected share of symptom nights, all effects at work; the intercept is solved for it.
    effects : log odds per unit of a column (`stretched` or one of LINEAR); columns not named have none. None: stretched
        -1.6, caffeine_after_noon_mg 0.006, alcohol_drinks 1.3, bedtime_sd_7_min 0.006.
    night_sd, night_correlation : sigma (logit scale) and phi of the night-to-night process.
    person_sd : sd between people of "intercept" and of effects, logit scale; one person has no such deviations.
        None: intercept 1.0, stretched 0.5.
    early_share : share of symptom nights (without stretching) that start before the landmark.
    responsive_stretching : probability of stretching *because* symptoms have come, on a symptom night.
    stretch_anyway : probability that a planned stretch is done although symptoms have come already; at 1, without
        responsive stretching, it never answers the same evening.
    missing : share of nights, at random, on which nothing is written, not even the bedtime.
    gaps : (first, last) day_index of spells in which nobody wrote anything.
    logging_depends_on_symptoms : extra share of *symptom-free* nights on which the diary stays closed.
    tracked : column → (first, last) day_index in which it was tracked; outside, it is empty and "not_tracked".
    traits : name → log odds added to the effect of stretching in the half of the people who have that trait; a yes/no
        column of that name is added.
    sites : number of places that people come from, which change nothing; a column `site` is added.
    other_landmarks : add the evening as seen an hour earlier and later (columns of make_nights). A planned stretch is
        done at any minute of the two hours before the landmark.
    seed : integer or numpy Generator.

    Returns
    -------
    SimulatedDiaries. Estimands are counterfactual averages over the nights that random gaps leave, other columns as
    they are, integrated over the latent process by Gauss-Hermite quadrature: equally over nights within a person, then
    equally over people. For stretching, over nights still quiet at the landmark (each weighted with that probability),
    outcome symptoms after it; `stretched_before` is the same stretch counted over all nights, any symptoms; for the
    others, any symptoms, planned stretches kept. Caffeine before noon, iron and magnesium are among them where
    `effects` names them.

    Raises
    ------
    ModelError : an unknown column, a trait named like a column, or a number out of range.

    Example: ``several = rk.simulate_diaries(people=8, nights=30, traits={"takes_iron": -1.0}, seed=1).nights``
    """
    effects = EFFECTS if effects is None else effects
    person_sd = PERSON_SD if person_sd is None else person_sd
    tracked = {} if tracked is None else tracked
    traits = {} if traits is None else traits
    check_options(locals())
    rng, apart = draws(seed)
    shape = (people, nights)
    kept = kept_nights(rng, shape, missing, gaps)
    exposures, bed, wake = draw_exposures(rng, shape, kept)
    deviations = {name: rng.normal(0.0, sd, people) if people > 1 else np.zeros(people)
                  for name, sd in person_sd.items()}

    sds = dict(person_sd) if people > 1 else {}
    world = World({k: exposures[k] for k in (*LINEAR, "planned")}, dict(effects), sds, night_sd, early_share, kept)
    has = {name: draw_halves(apart, people) for name in traits}
    shift = sum((added * has[name] for name, added in traits.items()), np.zeros(people))
    if traits:
        usual = float(effects.get("stretched", 0.0))
        world = replace(world, effects={**effects, "stretched": usual + float(shift.mean())})
    intercept = solve_intercept(world, base_rate)
    if traits:
        world = replace(world, effects={**effects, "stretched": usual + shift[:, None]})
    f = (intercept + fixed(world.x, effects) + deviations.get("intercept", np.zeros(people))[:, None]
         + sum(deviations[k][:, None] * world.x[k] for k in deviations if k in LINEAR)
         + night_sd * persistent(rng, shape, night_correlation))
    stretch_effect = effects.get("stretched", 0.0) + (shift + deviations.get("stretched", np.zeros(people)))[:, None]
    happened = _happened(rng, f, exposures["planned"], stretch_effect, early_share, responsive_stretching,
                         stretch_anyway)
    closed = ~happened["symptoms"] & (rng.random(shape) < logging_depends_on_symptoms)

    table = night_table({**exposures, **happened}, bed, wake, kept, kept & ~closed, tracked)
    if other_landmarks:
        table = add_landmarks(table, apart, exposures["planned"].reshape(-1) > 0, happened)
    table = add_people(table, nights, has, sites)
    parameters = {
        "people": people, "nights": nights, "base_rate": base_rate, "intercept": intercept, "effects": dict(effects),
        "night_sd": night_sd, "night_correlation": night_correlation, "person_sd": sds, "early_share": early_share,
        "responsive_stretching": responsive_stretching, "stretch_anyway": stretch_anyway,
        "missing": missing, "gaps": [list(g) for g in gaps],
        "logging_depends_on_symptoms": logging_depends_on_symptoms, "tracked": {k: list(v) for k, v in tracked.items()},
        "traits": dict(traits), "sites": sites}
    truth = Truth(parameters, estimands(world, intercept), people_truth(world, intercept, deviations, people))
    return SimulatedDiaries(table, sleep_table(bed, wake, kept), truth)


def _happened(rng, f, planned, stretch_effect, early_share, responsive, anyway) -> dict[str, np.ndarray]:
    """One draw of the evening: early symptoms, stretching, later symptoms; all (people, nights).

    Symptoms that started early go on after the landmark, so `symptoms` means any symptoms of the night.
    """
    early = rng.random(f.shape) < early_share * expit(f)
    stretched = (planned > 0) & ~early
    if anyway > 0:  # no draw otherwise: a seed gives the diaries that it gave before
        stretched |= (planned > 0) & (rng.random(f.shape) < anyway)
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
