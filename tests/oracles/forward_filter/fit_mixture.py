"""Fit the eight-term normal mixture of rlskit/engine/families/logistic.py and print it.

logistic(x) = E Phi(x / (2V)), V ~ Kolmogorov-Smirnov (Andrews & Mallows 1974); eight terms are fitted to the
*relative* error of logistic(x) on [-14, 0], so that log-likelihoods, and not only probabilities, are accurate.
Run: python tests/oracles/forward_filter/fit_mixture.py
"""

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit, ndtr

TERMS, DEPTH = 8, 14.0


def main():
    x = -np.linspace(0.0, DEPTH, 400)
    start = np.linspace(np.log(0.8), np.log(5.0), TERMS)
    weight = np.exp(-0.5 * ((start - np.log(2.0)) / 0.35) ** 2)

    def relative_error(p):
        w = np.exp(p[:TERMS])
        return (ndtr(x[:, None] / np.exp(p[TERMS:])) @ (w / w.sum())) / expit(x) - 1.0

    found = least_squares(
        relative_error, np.r_[np.log(weight), start], xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=5000
    )
    w = np.exp(found.x[:TERMS])
    print("WEIGHTS =", (w / w.sum()).tolist())
    print("SCALES =", np.exp(found.x[TERMS:]).tolist())
    print("largest relative error on [-14, 0]:", np.abs(relative_error(found.x)).max())


if __name__ == "__main__":
    main()
