"""Do the checks fire when they should, and only then? The negative control, and memory left over.

Run: nice -n 15 python benchmarks/negative_control.py [--diaries 300]   (make controls; an hour on one slow core)
Appends a row to benchmarks/negative_control.csv whenever a world is done and skips worlds that stand there already;
then writes benchmarks/negative_control.md. Diaries of 180 nights, seeds SEED, SEED + 1, …, the same in every world.

Best possible: the share that the most powerful test (Neyman & Pearson 1933) would catch at 5% false alarms, told
beforehand how likely stretching is in that world after every kind of last two nights, on evenings with and without
early symptoms. A real test has to learn that from the diary itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.signal import lfilter
from scipy.special import expit

import rlskit as rk
from rlskit.checks.context import line_up
from rlskit.checks.controls import link_with_before, negative_control
from rlskit.checks.residuals import residual_persistence

HERE = Path(__file__).resolve().parent
SEED, NIGHTS, DIARIES = 20261122, 180, 300
ORACLE_PEOPLE, LOOKS_BACK, FALSE_ALARMS, NULLS = 3000, 2, 0.05, 5
ANSWERING = {"responsive_stretching": 0.9, "early_share": 0.5}


def any_stretching(nights: pd.DataFrame, seed: int) -> pd.DataFrame:
    """What a diary without times calls stretching: at any hour, for any reason."""
    did = nights["stretched_state"].map({"yes": 1.0, "unknown_order": 1.0, "no": 0.0})
    return nights.assign(done=did.mask(nights["stretch_responsive"].fillna(False).astype(bool), 1.0))


def preventive(nights: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Preventive stretching, by the diary."""
    return nights.assign(done=nights["stretched"].astype("Float64"))


def after_bad_nights(nights: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Stretching without any effect that answers last night's symptoms and last night's stretching, never tonight's."""
    rng = np.random.default_rng([seed, 1])
    ill = nights["symptoms"].astype("Float64").fillna(0.0).to_numpy(float)
    done = np.zeros(len(nights))
    for t in range(1, len(nights)):
        done[t] = rng.random() < expit(-1.0 + 1.5 * ill[t - 1] + 1.0 * done[t - 1])
    return nights.assign(done=np.where(nights["recorded"], done, np.nan))


def _process(nights: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Whether stretching was done, and a process of its own with sd 1 and correlation 0.5 a night."""
    rng = np.random.default_rng([seed, 2])
    steps = rng.normal(size=len(nights))
    steps[1:] *= np.sqrt(0.75)
    return nights["stretched"].astype("Float64").fillna(0.0).to_numpy(float), lfilter([1.0], [1.0, -0.5], steps), rng


def severity(nights: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Five levels, by the cumulative logit; night-to-night sd 0.8."""
    done, process, rng = _process(nights, seed)
    latent = 0.8 * process - 0.6 * done + rng.logistic(size=len(nights))
    level = (latent[:, None] > np.array([-1.0, 0.0, 1.0, 2.2])).sum(axis=1)
    return preventive(nights, seed).assign(severity=np.where(nights["recorded"], level, np.nan))


def hours(nights: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Hours of sleep, normal; night-to-night sd 1."""
    done, process, _ = _process(nights, seed)
    return preventive(nights, seed).assign(hours=np.where(nights["recorded"], 7.0 + process + 0.4 * done, np.nan))


@dataclass(frozen=True)
class World:
    """name, whether a response of the same evening is left in ("yes", "no", "" for memory), how diaries are made, which
    nights are fitted, and what a night's answer is."""

    name: str
    left_in: str
    change: Callable = any_stretching
    made: dict = field(default_factory=dict)
    quiet: bool = False
    night_to_night: bool = True
    nights: int = NIGHTS
    formula: str = "symptoms ~ done"
    outcome: Any = rk.BINARY


WORLDS = (
    World("any stretching, all nights; symptoms make people stretch (9 in 10; half come early)", "yes", made=ANSWERING),
    World("the same; a planned stretch is done early or late", "yes", made={**ANSWERING, "stretch_anyway": 1.0}),
    World("stretching by habit, whatever the evening; it helps", "no", preventive,
          {"responsive_stretching": 0.0, "stretch_anyway": 1.0, "early_share": 0.5}),
    World("stretching after bad nights, without any effect", "no", after_bad_nights,
          {"effects": {}, "responsive_stretching": 0.0, "early_share": 0.5}),
    World("preventive stretching against all other nights", "yes", preventive),
    World("landmark analysis: only evenings still quiet; symptoms make people stretch", "no", preventive, ANSWERING,
          quiet=True),
    World("stretching by habit, stronger memory (sd 1.2, correlation 0.8)", "no", preventive,
          {"responsive_stretching": 0.0, "stretch_anyway": 1.0, "early_share": 0.5, "night_sd": 1.2,
           "night_correlation": 0.8}),
    World("any stretching, planned ones early or late; 3 in 10 come early, 7 in 10 stretch", "yes",
          made={"responsive_stretching": 0.7, "early_share": 0.3, "stretch_anyway": 1.0}),
    World("any stretching, the simulator's own settings: 3 in 10 come early, 5 in 10 stretch, planned ones are left "
          "undone then", "yes"),
)
THREE = "symptoms ~ done + alcohol_drinks + caffeine_after_noon_mg"
MEMORY = (
    *(World(f"{nights} nights, sd {sd:g}, correlation {phi:g}" + ("" if held else ", fitted without memory"), "",
            preventive, {"night_sd": sd, "night_correlation": phi}, nights=nights, night_to_night=held, formula=THREE)
      for nights, sd, phi, held in ((180, 0.8, 0.5, True), (180, 1.2, 0.8, False), (60, 0.8, 0.5, True),
                                    (180, 0.0, 0.5, True), (180, 1.2, 0.8, True), (365, 1.2, 0.8, False),
                                    (365, 1.2, 0.8, True))),
    World("severity in five levels, 180 nights", "", severity, formula="severity ~ done", outcome=rk.ORDINAL),
    World("hours of sleep, 180 nights", "", hours, formula="hours ~ done", outcome=rk.GAUSSIAN),
    World("hours of sleep, 60 nights", "", hours, nights=60, formula="hours ~ done", outcome=rk.GAUSSIAN),
    World("hours of sleep, 60 nights, fitted without memory", "", hours, night_to_night=False, nights=60,
          formula="hours ~ done", outcome=rk.GAUSSIAN),
)


def one(world: World, seed: int) -> tuple[str, str, str]:
    """Result of the negative control, of its statistics alone (as where a diary has no times) and of the memory check
    in one diary; "not fitted" where fit() refuses."""
    nights = world.change(rk.simulate_diaries(1, world.nights, seed=seed, **world.made).nights, seed)
    try:
        fit = rk.fit(world.formula, rk.quiet_nights(nights) if world.quiet else nights,
                     night_to_night=world.night_to_night, outcome=world.outcome)
        material = line_up(fit, nights, "done", None, "early_symptoms", "stretching", "person", "night", 0.95)
    except rk.ModelError:
        return "not fitted", "not fitted", "not fitted"
    if not world.left_in:
        return "", "", residual_persistence(material).result
    control, link = negative_control(material), link_with_before(material)
    return control.result, link.result, ""


def best_possible(world: World) -> float:
    """Share of diaries that the likelihood-ratio test of both truths would catch; nan where nothing is left in."""
    if world.left_in != "yes":
        return np.nan
    alike = {"intercept": 0.0, "stretched": 0.0}
    made = rk.simulate_diaries(ORACLE_PEOPLE, world.nights, seed=SEED, person_sd=alike, **world.made).nights
    columns = ["symptoms", "early_symptoms", "done"]
    nights = world.change(made, SEED)[["person", *columns]].astype(dict.fromkeys(columns, "Float64"))
    people = nights.groupby("person", sort=False)
    last = {}
    for back in range(1, LOOKS_BACK + 1):
        last[f"ill {back}"] = people[["symptoms", "early_symptoms"]].shift(back).max(axis=1).fillna(-1.0)
        last[f"done {back}"] = people["done"].shift(back).fillna(-1.0)
    nights = nights.assign(**last)
    nights = nights.dropna(subset=["done", "early_symptoms"]).astype(dict.fromkeys(columns[1:], float))
    done, who = nights["done"].to_numpy() > 0.5, pd.factorize(nights["person"])[0]
    without, told = (nights.groupby(list(by))["done"].transform("mean").clip(1e-6, 1 - 1e-6).to_numpy()
                     for by in (last, (*last, "early_symptoms")))
    yes, no = np.log(told / without), np.log((1 - told) / (1 - without))
    rng = np.random.default_rng(SEED)
    null = np.concatenate([np.bincount(who, np.where(rng.random(done.size) < without, yes, no)) for _ in range(NULLS)])
    return float(np.mean(np.bincount(who, np.where(done, yes, no)) > np.quantile(null, 1 - FALSE_ALARMS)))


def run(world: World, diaries: int) -> dict:
    found = pd.DataFrame([one(world, SEED + i) for i in range(diaries)], columns=["control", "link", "memory"])
    column = found["control" if world.left_in else "memory"]
    counts = column.value_counts()
    told = diaries - int(counts.get("not possible", 0)) - int(counts.get("not fitted", 0))
    fired = int(counts.get("fail", 0)) + int(counts.get("look", 0))
    link = round(float(found["link"].eq("fail").sum() / told), 4) if told and world.left_in else np.nan
    return {"world": world.name, "left_in": world.left_in or "memory", "nights": world.nights, "diaries": diaries,
            "fired": fired, "not_possible": int(counts.get("not possible", 0)),
            "not_fitted": int(counts.get("not fitted", 0)),
            "share": round(fired / told, 4) if told else np.nan,
            "link": link, "best": round(best_possible(world), 3)}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--diaries", type=int, default=DIARIES)
    diaries = options.parse_args().diaries
    path = HERE / "negative_control.csv"
    for world in (*WORLDS[:4], MEMORY[0], *WORLDS[4:], *MEMORY[1:]):
        done = pd.read_csv(path) if path.exists() else pd.DataFrame({"world": []})
        if world.name in set(done["world"]):
            continue
        size = diaries if world.left_in else max(2 * diaries // 3, 1)
        row = pd.DataFrame([run(world, size)])
        row.to_csv(path, mode="a", header=not path.exists(), index=False)
        (HERE / "negative_control.md").write_text(page(pd.read_csv(path)), encoding="utf-8")
        print(row.to_string(index=False, header=False), flush=True)


def page(table: pd.DataFrame) -> str:
    """The committed table."""
    lines = ["# Do the checks fire when they should?", "",
             f"`nice -n 15 python benchmarks/negative_control.py`, seeds from {SEED}; rlskit {rk.__version__}. Diaries "
             "made by `simulate_diaries`.", "",
             "Fired: the negative control failed, or memory left over said look or fail, as a share of the diaries in "
             "which it could be told. ± is the Monte-Carlo standard error. Statistics alone: where the diary did not "
             "say which stretching answered symptoms, only on which evenings symptoms had come before. Best possible: "
             "what the most powerful test of those columns would reach at 5% false alarms if it knew beforehand how "
             "likely stretching is in that world after every kind of last two nights.", ""]
    for kind, title in (("yes", "Negative control, same-evening response left in: at least 90% should fire"),
                        ("no", "Negative control, no such response left in: at most 10% should fire"),
                        ("memory", "Memory left over: about 5% should fire where the model holds the memory")):
        best = kind == "yes"
        lines += [f"## {title}", "", f"| world | diaries | fired | not possible |"
                  f"{' statistics alone | best possible |' * best}", f"|---|---|---|---|{'---|---|' * best}"]
        for row in table[table["left_in"].eq(kind)].itertuples():
            told = row.diaries - row.not_possible - row.not_fitted
            error = np.sqrt(row.share * (1 - row.share) / max(told, 1))
            lines.append(f"| {row.world} | {row.diaries} | {row.share:.1%} ± {error:.1%} | {row.not_possible} |"
                         + f" {row.link:.1%} | {row.best:.0%} |" * best)
        lines.append("")
    left = [w.name for w in (*WORLDS, *MEMORY) if w.name not in set(table["world"])]
    if left:
        lines += ["Not run yet (`make controls` goes on where it stopped):", "", *(f"* {name}" for name in left), ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
