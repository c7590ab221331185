"""Exact numbers for the engine's tests, none of them by expectation propagation. Writes exact.json beside this file.

    python tests/oracles/forward_filter/make.py          (about ten minutes; NumPy and SciPy only)

diaries       log-likelihood of one diary at many (sigma, phi), by a forward filter over 1,201 grid points of e
intervals     penalised maximum and profile limits on symptom nights per 30 with that likelihood: scipy SLSQP under the
              constraint h = h0, Brent's method on the deviance, Gauss-Hermite (80 nodes) for the estimand
statistics    the likelihood-ratio statistic of a coefficient of 0 for the second column, maximised twice
people        log-likelihood of a few people with a random intercept and slope: 60 x 60 Gauss-Hermite over u, the
              forward filter inside it where nights follow one another
visits        log-likelihood of people seen seven times in a year who differ hugely, as in a trial of toenail infection,
              and whose visits follow one another: a sum over 241 points of u, the filter with 241 points inside
The model and priors are written out again here on purpose: nothing is imported from rlskit.
"""

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy.optimize import brentq, minimize
from scipy.special import expit, log_expit

HERE = Path(__file__).parent


def simulate(seed, n, beta, sigma, phi, missing):
    rng = np.random.default_rng(seed)
    e = np.empty(n)
    e[0] = rng.normal()
    for t in range(1, n):
        e[t] = phi * e[t - 1] + np.sqrt(1 - phi**2) * rng.normal()
    x = np.column_stack([np.ones(n), rng.random(n) < 0.45, np.round(rng.normal(size=n), 3)])
    y = rng.random(n) < expit(x @ beta + sigma * e)
    keep = np.flatnonzero(rng.random(n) > missing)
    return {"night": keep.tolist(), "x": x[keep].tolist(), "y": y[keep].astype(int).tolist()}


def filter_many(sign, night, offset, sigma, phi, points=1201):
    """log P(y) for offset (n,) or several offsets at once (n, m)."""
    offset = np.asarray(offset, dtype=float).reshape(len(sign), -1)
    v = np.linspace(-8, 8, points)
    density = np.exp(-0.5 * v**2)
    density /= density.sum()
    weight = np.tile(density, (offset.shape[1], 1))
    kernels, total = {}, np.zeros(offset.shape[1])
    for t in range(len(sign)):
        if t:
            r = phi ** (night[t] - night[t - 1])
            if r not in kernels:
                k = np.exp(-0.5 * (v[None, :] - r * v[:, None]) ** 2 / (1 - r * r))
                kernels[r] = k / k.sum(1, keepdims=True)
            weight = weight @ kernels[r]
        weight = weight * np.exp(log_expit(sign[t] * (offset[t][:, None] + abs(sigma) * v)))
        size = weight.sum(1)
        total += np.log(size)
        weight /= size[:, None]
    return total


STARTS = ([0, 0, 0, 0.8, 0.0], [0, 0, 0, 1.6, 1.5], [0, 0, 0, 0.1, 0.0], [0, 0, 0, 3.0, 2.0])


def penalty(sigma, phi):
    return -0.5 * (sigma / 1.5) ** 2 + np.log(4 * phi * (1 - phi))


def interval(diary, level_root=1.959963984540054):
    night, x, y = np.array(diary["night"]), np.array(diary["x"]), np.array(diary["y"])
    sign = 2 * y - 1
    nodes, w = np.polynomial.hermite_e.hermegauss(80)
    w = w / w.sum()

    def objective(theta):
        beta, sigma, phi = theta[:3], theta[3], expit(theta[4])
        return -(filter_many(sign, night, x @ beta, sigma, phi, 301)[0] + penalty(sigma, phi))

    def effect(theta):
        risk = []
        for value in (1.0, 0.0):
            at = x.copy()
            at[:, 1] = value
            risk.append(np.mean(expit((at @ theta[:3])[:, None] + abs(theta[3]) * nodes) @ w))
        return 30 * (risk[0] - risk[1])

    best = min((minimize(objective, one, method="BFGS", options={"gtol": 1e-6}) for one in STARTS), key=lambda f: f.fun)
    shorter = [np.delete(one, 1) for one in STARTS]
    without = min(
        (minimize(lambda t: objective(np.insert(t, 1, 0.0)), one, method="BFGS") for one in shorter),
        key=lambda f: f.fun,
    )

    def deviance(h0, memory):
        low = np.inf
        for start in (memory[0], best.x + np.array([0, 0, 0, 0.5, 0])):
            found = minimize(
                objective, start, method="SLSQP", constraints=[{"type": "eq", "fun": lambda t: effect(t) - h0}],
                options={"ftol": 1e-10, "maxiter": 200},
            )  # fmt: skip
            if abs(effect(found.x) - h0) < 1e-5 and found.fun < low:
                low, memory[0] = found.fun, found.x
        return 2 * (low - best.fun)

    centre, limits = effect(best.x), []
    for side in (-1, 1):
        memory, far = [best.x], 4.0
        while deviance(centre + side * far, memory) < level_root**2:
            far += 2.0
        root = brentq(
            lambda h: deviance(centre + side * h, memory) - level_root**2,  # noqa: B023
            far - 2.5, far, xtol=1e-3,
        )  # fmt: skip
        limits.append(centre + side * root)
    return {
        "theta": [*best.x[:3].tolist(), float(abs(best.x[3])), float(expit(best.x[4]))], "penalised": float(-best.fun),
        "statistic": float(2 * (without.fun - best.fun)),
        "estimate": float(centre), "lower": float(limits[0]), "upper": float(limits[1]),
    }  # fmt: skip


def people_case(seed, people, nights, beta, scale, sigma, phi):
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(people):
        u = np.array(scale) @ rng.normal(size=2)
        e = rng.normal()
        for t in range(nights):
            e = phi * e + np.sqrt(1 - phi**2) * rng.normal()
            x = round(float(rng.normal()), 3)
            rows.append(
                [i, t + 2 * (t > 3), x, int(rng.random() < expit(beta[0] + u[0] + (beta[1] + u[1]) * x + sigma * e))]
            )
    return rows


def people_log_likelihood(rows, beta, scale, sigma, phi):
    rows = np.array(rows, dtype=float)
    nodes, w = np.polynomial.hermite_e.hermegauss(60)
    one, two = (g.ravel() for g in np.meshgrid(nodes, nodes, indexing="ij"))
    log_w = np.log(np.outer(w, w).ravel() / w.sum() ** 2)
    u = np.array(scale) @ np.vstack([one, two])
    total = 0.0
    for i in np.unique(rows[:, 0]):
        mine = rows[rows[:, 0] == i]
        sign = 2 * mine[:, 3] - 1
        offset = beta[0] + u[0][None, :] + (beta[1] + u[1])[None, :] * mine[:, [2]]
        if sigma == 0:
            inside = log_expit(sign[:, None] * offset).sum(0)
        else:
            inside = filter_many(sign, mine[:, 1], offset, sigma, phi, 201)
        total += np.logaddexp.reduce(log_w + inside)
    return float(total)


VISITS = np.array([0, 1, 2, 3, 6, 9, 12])


def visits_case(seed, people, beta, sd, sigma, phi):
    """Rows person, month, arm, answer; coefficients of 1, month, month x arm."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(people):
        u, e, last, arm = sd * rng.normal(), rng.normal(), 0, i % 2
        seen = VISITS[rng.random(VISITS.size) > 0.08] if i % 3 else VISITS
        for month in seen:
            r = phi ** (month - last)
            e, last = r * e + np.sqrt(1 - r * r) * rng.normal(), month
            eta = beta[0] + beta[1] * month + beta[2] * month * arm + u + sigma * e
            rows.append([i, int(month), arm, int(rng.random() < expit(eta))])
    return rows


def visits_log_likelihood(rows, beta, sd, sigma, phi, points=241):
    rows = np.array(rows, dtype=float)
    w = np.linspace(-9, 9, points)
    log_w = -0.5 * w * w - 0.5 * np.log(2 * np.pi) + np.log(w[1] - w[0])
    total = 0.0
    for i in np.unique(rows[:, 0]):
        mine = rows[rows[:, 0] == i]
        offset = beta[0] + beta[1] * mine[:, 1] + beta[2] * mine[:, 1] * mine[:, 2]
        inside = filter_many(2 * mine[:, 3] - 1, mine[:, 1], offset[:, None] + sd * w, sigma, phi, 241)
        total += np.logaddexp.reduce(log_w + inside)
    return float(total)


def main():
    beta = np.array([-0.4, -0.9, 0.5])
    diaries = {
        "81 nights": simulate(11, 90, beta, 1.0, 0.5, 0.1),
        "30 nights": simulate(12, 30, beta, 0.8, 0.5, 0.0),
        "120 nights": simulate(13, 140, beta, 1.2, 0.8, 0.15),
        "strong, 80 nights": simulate(14, 90, beta, 2.0, 0.9, 0.1),
        "very strong, 80 nights": simulate(15, 90, beta, 4.0, 0.9, 0.1),
        "very strong, 120 nights": simulate(16, 140, beta, 4.0, 0.9, 0.15),
    }
    for diary in diaries.values():
        sign, offset = 2 * np.array(diary["y"]) - 1, np.array(diary["x"]) @ beta
        diary["exact"] = [
            {"sigma": s, "phi": f, "log_likelihood": float(filter_many(sign, diary["night"], offset, s, f)[0])}
            for s, f in [(0.0, 0.5), (0.5, 0.3), (0.8, 0.5), (1.0, 0.5), (1.2, 0.8), (2.0, 0.5), (2.0, 0.9), (4.0, 0.9)]
        ]
        diary["interval"] = interval(diary)
        print(diary["interval"], flush=True)
    people = []
    for seed, count, nights, scale, sigma, phi in [
        (21, 6, 30, [[0.8, 0.0], [0.2, 0.4]], 0.0, 0.5),
        (22, 4, 20, [[0.8, 0.0], [0.2, 0.4]], 0.8, 0.5),
        (23, 3, 25, [[1.2, 0.0], [-0.3, 0.7]], 1.2, 0.8),
    ]:
        rows = people_case(seed, count, nights, beta[:2], scale, sigma, phi)
        people.append(
            {
                "rows": rows, "beta": beta[:2].tolist(), "scale": scale, "sigma": sigma, "phi": phi,
                "log_likelihood": people_log_likelihood(rows, beta[:2], scale, sigma, phi),
            }
        )  # fmt: skip
        print(people[-1]["log_likelihood"], flush=True)
    visits = []
    for seed, people_seen, sd, sigma, phi in [(31, 60, 4.0, 1.0, 0.6), (32, 60, 2.0, 1.5, 0.8)]:
        beta_visits = [-1.6, -0.4, -0.15]
        rows = visits_case(seed, people_seen, beta_visits, sd, sigma, phi)
        points = [(sd, sigma, phi), (0.7 * sd, sigma, phi), (sd, 1.5 * sigma, 0.5 * phi)]
        visits.append({
            "rows": rows, "beta": beta_visits,
            "exact": [
                {"sd": a, "sigma": b, "phi": c, "log_likelihood": visits_log_likelihood(rows, beta_visits, a, b, c)}
                for a, b, c in points
            ],
        })  # fmt: skip
        print(visits[-1]["exact"], flush=True)
    made = {
        "made_by": "python tests/oracles/forward_filter/make.py",
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__},
        "beta": beta.tolist(),
        "diaries": diaries,
        "people": people,
        "visits": visits,
    }
    (HERE / "exact.json").write_text(json.dumps(made, indent=1) + "\n")


if __name__ == "__main__":
    main()
