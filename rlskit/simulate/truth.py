"""The true size of every contrast: counterfactual averages, the latent process integrated out by quadrature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit

from rlskit.errors import ModelError
from rlskit.simulate.settings import CONTRASTS, LINEAR, MORE_CONTRASTS, names


def _nodes(n: int) -> list[tuple[float, float]]:
    """Gauss-Hermite nodes and weights for a standard normal."""
    at, weight = np.polynomial.hermite_e.hermegauss(n)
    return list(zip(at, weight / weight.sum(), strict=True))


_NIGHT_NODES, _STRETCH_NODES = _nodes(21), _nodes(7)


@dataclass(frozen=True)
class World:
    """Exposures x (people, nights), effects (one number, or one per person), sds between people and of the night's
    process, early share, nights that count."""

    x: dict[str, np.ndarray]
    effects: Mapping[str, float | np.ndarray]
    person_sd: dict[str, float]
    night_sd: float
    early_share: float
    kept: np.ndarray


def fixed(x: Mapping[str, np.ndarray], effects: Mapping[str, float | np.ndarray]) -> np.ndarray:
    return sum((effects[k] * x[k] for k in effects if k in LINEAR), np.zeros_like(x["planned"]))


def _spread(world: World, x: Mapping[str, np.ndarray]) -> np.ndarray:
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


def _rate(world: World, x: Mapping[str, np.ndarray], intercept, own_stretch=0.0) -> np.ndarray:
    """P(any symptoms) of each night, people's deviations and the night's process integrated out."""
    effect = world.effects.get("stretched", 0.0) + own_stretch
    mean = intercept + fixed(x, world.effects)
    planned = x["planned"]
    stretch_sd = world.person_sd.get("stretched", 0.0)
    return _expect(lambda f, d: any_symptoms(f, (effect + d) * planned, world.early_share), mean, _spread(world, x),
                   stretch_sd)


def _stretch_contrast(world: World, intercept, own_stretch=0.0) -> tuple[np.ndarray, np.ndarray]:
    """Of each night: P(quiet at the landmark) times the change that stretching makes, and P(quiet at the landmark)."""
    effect = world.effects.get("stretched", 0.0) + own_stretch
    share = world.early_share

    def change(f, d):
        base = f + np.log1p(-share)
        return (1 - share * expit(f)) * (expit(base + effect + d) - expit(base))

    mean, spread = intercept + fixed(world.x, world.effects), _spread(world, world.x)
    quiet = _expect(lambda f, d: 1 - share * expit(f), mean, spread, 0.0)
    return _expect(change, mean, spread, world.person_sd.get("stretched", 0.0)), quiet


def _contrasts(world: World, intercept, own_stretch=0.0) -> dict[str, np.ndarray]:
    """Symptom nights per 30 of every contrast, for each person: (people,)."""
    n = np.maximum(world.kept.sum(axis=1), 1)
    top, bottom = ((one * world.kept).sum(1) for one in _stretch_contrast(world, intercept, own_stretch))
    out = {"stretched": 30 * top / np.where(bottom > 0, bottom, 1.0), "stretched_before": 30 * top / n}
    for term, a, b in _asked(world):
        if term in out:
            continue
        at = [_rate(world, {**world.x, term: np.full_like(world.x[term], v)}, intercept, own_stretch) for v in (a, b)]
        out[term] = 30 * ((at[0] - at[1]) * world.kept).sum(1) / n
    return out


def estimands(world: World, intercept: float) -> pd.DataFrame:
    some = world.kept.any(axis=1)
    by_person = _contrasts(world, intercept)
    return pd.DataFrame([
        {"term": term, "a": a, "b": b,
         "outcome": "symptoms after the landmark" if term == "stretched" else "any symptoms",
         "nights_per_30": float(by_person[term][some].mean()) if some.any() else np.nan}
        for term, a, b in _asked(world)])


def _asked(world: World) -> list[tuple[str, float, float]]:
    """The contrasts whose size is told."""
    return [*CONTRASTS, *(one for one in MORE_CONTRASTS if one[0] in world.effects)]


def people_truth(world: World, intercept: float, deviations: dict[str, np.ndarray], people: int) -> pd.DataFrame:
    """Each person's deviations and own contrasts, with the night's process alone integrated out."""
    out = {"person": names(people), **deviations}
    if people > 1:
        shift = intercept + deviations.get("intercept", np.zeros(people))[:, None]
        own = World(world.x, {**world.effects, **{k: world.effects.get(k, 0.0) + deviations[k][:, None]
                                                   for k in deviations if k in LINEAR}},
                     {}, world.night_sd, world.early_share, world.kept)
        contrasts = _contrasts(own, shift, deviations.get("stretched", np.zeros(people))[:, None])
    else:
        contrasts = _contrasts(world, intercept)
    return pd.DataFrame({**out, **{f"{term}_nights_per_30": value for term, value in contrasts.items()}})


def solve_intercept(world: World, base_rate: float) -> float:
    """The intercept at which the expected share of symptom nights is base_rate (over 5,000 nights at most)."""
    n = world.kept.size
    # Golden-ratio steps spread over the calendar without falling in with the week, as equal steps might.
    some = np.arange(n) if n <= 5_000 else (np.arange(5_000) * 0.6180339887498949 % 1 * n).astype(int)
    few = {k: v.reshape(1, -1)[:, some] for k, v in world.x.items()}
    middle = float(fixed(few, world.effects).mean())
    try:
        return brentq(lambda b: float(_rate(world, few, b).mean()) - base_rate, -middle - 30, -middle + 30, xtol=1e-10)
    except ValueError:  # the share lies outside what the two ends give, or the effects overflow
        raise ModelError(f"simulate_diaries, base_rate: found {base_rate!r}; expected a share that diaries with such "
                         "effects and standard deviations can have. Take smaller ones, or another share.") from None
