"""The posterior of a small model by a long random walk over parameters and people together, no integral approximated.
Writes people.csv (the data), exact.csv (quantiles) and versions.csv beside this file.

    python tests/oracles/person_draws/make.py          (a minute on a quiet machine; NumPy and SciPy only)

Model: logit P(y) = x beta + u_0 + x u_1, x = -0.5 or 0.5, u = Lambda w, w ~ N(0, I). Written out again here on purpose:
nothing is imported from rlskit. Prior: beta ~ N(0, 10^2), entries of Lambda half-normal or normal with sd 2.5, times
sd_0: both variances flat but for that. Quantities: beta; sd_0, sd_1; each person's change in risk, x = 0.5 against
-0.5; that of a new person; the share of people whose odds fall. 3,000 chains of 3,000 steps after 1,000 to settle;
`drift` is the largest difference between their first and second halves.
"""

import platform
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from scipy.special import expit, log_expit, ndtr

HERE = Path(__file__).parent
NIGHTS, CHAINS, SETTLE, STEPS, EVERY = 15, 3000, 1000, 3000, 60
# symptom nights of each person out of 15 with x = -0.5 and out of 15 with x = 0.5
YES = np.array([[9, 3], [4, 10], [13, 7], [6, 5], [11, 6]])


def log_prior(theta):
    beta, l00, l10, l11 = theta.T
    size = -0.5 * (beta / 10.0) ** 2 - 0.5 * (l00**2 + l10**2 + l11**2) / 2.5**2
    return np.where((l00 > 0) & (l11 > 0), size + np.log(np.maximum(l00, 1e-300)), -np.inf)


def own(theta, w):
    """Everybody's level and slope, (chains, people) each."""
    beta, l00, l10, l11 = theta.T[:, :, None]
    return l00 * w[..., 0], beta + l10 * w[..., 0] + l11 * w[..., 1]


def log_answers(level, slope):
    low, high = level - 0.5 * slope, level + 0.5 * slope
    parts = (YES[:, 0] * low + YES[:, 1] * high) + NIGHTS * (log_expit(-low) + log_expit(-high))
    return parts


def walk(rng, theta, w, answers):
    """One step: parameters with w held, people one by one, parameters with everybody's level and slope held."""
    step = rng.normal(size=theta.shape) * rng.choice([0.1, 0.4, 1.0], (len(theta), 1))
    new = theta + step * np.array([1.0, 0.7, 1.0, 1.0])
    found = log_answers(*own(new, w))
    gain = found.sum(1) - answers.sum(1) + log_prior(new) - log_prior(theta)
    yes = np.log(rng.random(len(theta))) < gain
    theta, answers = np.where(yes[:, None], new, theta), np.where(yes[:, None], found, answers)

    near = w + rng.normal(size=w.shape) * rng.choice([0.15, 0.5, 1.2], (len(w), w.shape[1], 1))
    found = log_answers(*own(theta, near))
    gain = found - answers - 0.5 * (near**2 - w**2).sum(2)
    yes = np.log(rng.random(gain.shape)) < gain
    w, answers = np.where(yes[..., None], near, w), np.where(yes, found, answers)

    level, slope = own(theta, w)
    new = theta + rng.normal(size=theta.shape) * rng.choice([0.05, 0.2, 0.6], (len(theta), 1))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        w0 = level / new[:, 1:2]
        w1 = (slope - new[:, :1] - new[:, 2:3] * w0) / new[:, 3:4]
        other = np.stack([w0, w1], axis=2)
        size = -0.5 * (other**2 - w**2).sum((1, 2)) - w.shape[1] * np.log(np.abs(new[:, 1] * new[:, 3]))
        gain = size + w.shape[1] * np.log(theta[:, 1] * theta[:, 3]) + log_prior(new) - log_prior(theta)
    yes = np.log(rng.random(len(theta))) < np.where(np.isnan(gain), -np.inf, gain)
    return np.where(yes[:, None], new, theta), np.where(yes[:, None, None], other, w), answers


def main():
    rng = np.random.default_rng(1)
    theta = np.abs(rng.normal(size=(CHAINS, 4))) * 0.5 + 0.3
    w = rng.normal(size=(CHAINS, len(YES), 2))
    answers, kept = log_answers(*own(theta, w)), []
    for number in range(SETTLE + STEPS):
        theta, w, answers = walk(rng, theta, w, answers)
        if number >= SETTLE and number % EVERY == 0:
            spread = np.hypot(theta[:, 2], theta[:, 3])
            everybody = np.concatenate([w, rng.normal(size=(CHAINS, 1, 2))], axis=1)
            level, slope = own(theta, everybody)
            change = expit(level + 0.5 * slope) - expit(level - 0.5 * slope)
            kept.append(np.column_stack([theta[:, 0], theta[:, 1], spread, ndtr(-theta[:, 0] / spread), change]))
    names = ["beta", "sd_0", "sd_1", "fewer", *[f"person_{i}" for i in range(len(YES))], "new_person"]
    halves = [np.quantile(np.vstack(part), [0.025, 0.5, 0.975], axis=0) for part in (kept[: len(kept) // 2],
                                                                                    kept[len(kept) // 2 :])]
    whole = np.quantile(np.vstack(kept), [0.025, 0.5, 0.975], axis=0).T
    exact = pd.DataFrame(whole, names, ["lower", "median", "upper"])
    exact["drift"] = np.abs(halves[1] - halves[0]).max(axis=0)
    exact.rename_axis("quantity").round(4).to_csv(HERE / "exact.csv")
    people = pd.DataFrame(YES, columns=["yes_low", "yes_high"]).assign(nights_each=NIGHTS)
    people.to_csv(HERE / "people.csv", index=False)
    tools = [("python", platform.python_version()), ("numpy", np.__version__), ("scipy", scipy.__version__)]
    pd.DataFrame(tools, columns=["tool", "version"]).to_csv(HERE / "versions.csv", index=False)


if __name__ == "__main__":
    main()
