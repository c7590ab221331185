"""How far off is each way of counting responsive stretching, when stretching does nothing at all?

Run: python benchmarks/landmark_bias.py   (seed and size are fixed below; about 10 s)
Prints the table of docs/decisions/0005-landmark.md: mean difference in symptom nights per 30, truth 0.
"""

from __future__ import annotations

import numpy as np

SEED, DIARIES, NIGHTS = 20261122, 400, 1000
LANDMARK_H = 9.0  # hours after noon: 21:00


def simulate(rng: np.random.Generator, answers_again: float) -> dict[str, np.ndarray]:
    """Nights of one person whose stretching never changes anything.

    Symptoms come on 40% of nights, at an hour between 18:00 and 02:00. By 21:00 the person has stretched on half of
    the evenings that were still quiet. Once symptoms come, they stretch in response with probability 0.7, or
    `answers_again` if they had stretched already that evening.
    """
    persist = np.zeros(NIGHTS)
    for t in range(1, NIGHTS):
        persist[t] = 0.5 * persist[t - 1] + np.sqrt(0.75) * rng.normal()
    ill = rng.random(NIGHTS) < 1 / (1 + np.exp(0.45 - 0.8 * persist))
    onset = np.where(ill, rng.uniform(6, 14, NIGHTS), np.inf)
    wants, at = rng.random(NIGHTS) < 0.5, rng.uniform(8, LANDMARK_H, NIGHTS)
    preventive = wants & (at < onset)
    responsive = ill & (rng.random(NIGHTS) < np.where(preventive, answers_again, 0.7))
    return {"ill": ill, "onset": onset, "preventive": preventive, "responsive": responsive}


def difference(outcome: np.ndarray, stretched: np.ndarray, keep: np.ndarray) -> float:
    return 30 * (outcome[keep & stretched].mean() - outcome[keep & ~stretched].mean())


def main() -> None:
    print(f"seed {SEED}, {DIARIES} diaries of {NIGHTS} nights; true effect 0 symptom nights per 30\n")
    print("| responsive stretching after a preventive one | preventive vs all other nights | quiet at the landmark, "
          "nights with any responsive stretch set aside | quiet at the landmark, judged at the landmark |")
    print("|---|---|---|---|")
    for answers_again in (0.7, 0.2, 0.0):
        rng = np.random.default_rng(SEED)
        rows = []
        for _ in range(DIARIES):
            d = simulate(rng, answers_again)
            quiet, late = d["onset"] >= LANDMARK_H, d["ill"] & (d["onset"] >= LANDMARK_H)
            everything = np.ones(NIGHTS, dtype=bool)
            rows.append((difference(d["ill"], d["preventive"], everything),
                         difference(late, d["preventive"], quiet & ~d["responsive"]),
                         difference(late, d["preventive"], quiet)))
        mean, error = np.mean(rows, axis=0), np.std(rows, axis=0) / np.sqrt(DIARIES)
        cells = " | ".join(f"{m:+.2f} (±{e:.2f})" for m, e in zip(mean, error, strict=True))
        print(f"| {answers_again:.0%} | {cells} |")


if __name__ == "__main__":
    main()
