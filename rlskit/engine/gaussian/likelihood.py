"""Numeric nights (hours of sleep): the restricted likelihood of a linear mixed model with persistence, exactly.

Equation. y = X beta + Z u + e, cov(y) = sigma^2 V, V = R + Z Lambda Lambda' Z', where R has entries phi^|s - t| within
a person (the identity without persistence). R^-1 is tridiagonal, so a'R^-1 b = sum_k (a_k - r_k a_{k-1})
(b_k - r_k b_{k-1}) / (1 - r_k^2) with r_k = phi^gap, and people are eliminated by q x q blocks: with N_i = Z'R^-1 Z,
H_i = Z'R^-1 D, D = [X y] and K_i = Lambda (I + Lambda'N_i Lambda)^-1 Lambda',

    M = D'V^-1 D = D'R^-1 D - sum_i H_i'K_i H_i,     log|V| = log|R| + sum_i log|I + Lambda'N_i Lambda|.

beta and sigma^2 drop out: beta-hat = M_xx^-1 M_xy, rss = M_yy - M_yx beta-hat, sigma^2-hat = rss/(n - p), and
    l_R = -1/2 [(n - p) (1 + log(2 pi rss/(n - p))) + log|V| + log|M_xx|]
(Harville 1974, Biometrika 61, 383-385; Laird & Ware 1982, Biometrics 38, 963-974; Pinheiro & Bates 2000, chapter 5).
Maximum likelihood has n in place of n - p and no log|M_xx|. phi may be negative, as in nlme's corAR1: a short night may
be followed by a long one. One pass over the nights per evaluation. Oracles: dense matrices and finite differences in
tests/unit/engine/gaussian/test_likelihood.py; nlme and lme4 in tests/oracles/nlme_ar1 and tests/oracles/lmer_slopes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from rlskit.engine.nights import Nights

ATANH_REACH = 6.0
ROUNDING = 1e-24

_triangle = cache(np.tril_indices)


@dataclass(frozen=True)
class Covariance:
    """Relative to sigma: `scale` = Lambda (q, q) lower triangular, and `phi` (0 without persistence)."""

    __module__ = "rlskit"

    scale: np.ndarray
    phi: float


@dataclass(frozen=True)
class Moments:
    """The data seen through V at one covariance: `product` = M (p+1, p+1), `log_det` of V, and what slopes need:
    per person `blocks` N (people, q, q), `cross` H (people, q, p+1) and `inner` K (people, q, q)."""

    __module__ = "rlskit"

    covariance: Covariance
    product: np.ndarray
    log_det: float
    blocks: np.ndarray
    cross: np.ndarray
    inner: np.ndarray


@dataclass(frozen=True)
class Solution:
    """Generalised least squares at one covariance: `beta` (p,) less the shift, `unscaled` = M_xx^-1 (p, p), `rss`, and
    `log_det_x`."""

    beta: np.ndarray
    unscaled: np.ndarray
    rss: float
    log_det_x: float


class GaussianObjective:
    """The log-likelihood of `response` y (n,) with fixed columns x (n, p), as a function of theta = (lower triangle of
    Lambda row by row; atanh phi with persistence). Calling it gives (value, gradient); beta and sigma are profiled out.

    restricted: REML, else maximum likelihood. Lambda's diagonal may have either sign; zero is an interior point.
    y stands here less its ordinary least squares prediction x @ `shift`, so that no large constant costs digits.
    """

    __module__ = "rlskit"

    def __init__(
        self, nights: Nights, response: np.ndarray, x: np.ndarray, restricted: bool = True,
        shift: np.ndarray | None = None,
    ):
        self.nights, self.restricted, self.people = nights, restricted, nights.starts.size
        self.n, self.p = x.shape
        self.q, self.persistence = nights.z.shape[1], nights.persistence
        self.shift = np.linalg.lstsq(x, response, rcond=None)[0] if shift is None else shift
        left = response - x @ self.shift
        self.exact = self.leaves_nothing(float(left @ left), float(response @ response))
        self.columns = np.vstack([x.T, left[None]])
        self.z = np.ascontiguousarray(nights.z.T)
        self.size = self.q * (self.q + 1) // 2 + self.persistence
        self._still: tuple | None = None

    @staticmethod
    def leaves_nothing(left: float, squares: float) -> bool:
        """Whether the columns tell the response exactly: sums of squares of what is left and of the response."""
        return bool(left <= ROUNDING * squares)

    @property
    def even(self) -> list[int]:
        """Coordinates in which the likelihood is flat at zero: Lambda's diagonal."""
        return [(j + 1) * (j + 2) // 2 - 1 for j in range(self.q)]

    @property
    def freedom(self) -> int:
        """n - p by REML, n by maximum likelihood."""
        return self.n - self.p if self.restricted else self.n

    def unpack(self, theta: np.ndarray) -> Covariance:
        """Vector to named parts. phi stops short of one, where the likelihood has long been level."""
        scale = np.zeros((self.q, self.q))
        scale[_triangle(self.q)] = theta[: theta.size - self.persistence]
        if not self.persistence:
            return Covariance(scale, 0.0)
        return Covariance(scale, float(np.tanh(np.clip(theta[-1], -ATANH_REACH, ATANH_REACH))))

    def beyond(self, theta: np.ndarray) -> bool:
        """Whether phi has stopped: the likelihood is constant from there on."""
        return bool(self.persistence and abs(theta[-1]) > ATANH_REACH)

    def moments(self, theta: np.ndarray) -> Moments:
        """M and log|V|; one pass over the nights, none without persistence."""
        return self.moments_at(self.unpack(theta))

    def moments_at(self, part: Covariance) -> Moments:
        """The same at a covariance."""
        total, cross, blocks, log_det = self._whitened(part.phi)
        if not self.q:
            return Moments(part, total, log_det, blocks, cross, blocks)
        inside = np.eye(self.q) + part.scale.T @ blocks @ part.scale
        inner = part.scale @ np.linalg.inv(inside) @ part.scale.T
        log_det += float(np.linalg.slogdet(inside)[1].sum())
        product = total - np.einsum("iqa,iqb->ab", cross, inner @ cross)
        return Moments(part, product, log_det, blocks, cross, inner)

    def _whitened(self, phi: float):
        """D'R^-1 D, H, N and log|R|; the same at every call without persistence, and kept."""
        if self._still is not None:
            return self._still
        log_det, d, z = 0.0, self.columns, self.z
        if self.persistence:
            links = link_strength(self.nights.gap, phi)
            log_det = float(np.log1p(-links * links).sum())
            d, z = whiten(d, links), whiten(z, links)
        starts = self.nights.starts
        people, q, m = starts.size, self.q, len(d)
        cross, blocks = np.empty((people, q, m)), np.empty((people, q, q))
        for j in range(q):
            cross[:, j] = np.add.reduceat(z[j] * d, starts, axis=1).T
            blocks[:, j] = np.add.reduceat(z[j] * z, starts, axis=1).T
        found = d @ d.T, cross, blocks, log_det
        if not self.persistence:
            self._still = found
        return found

    def __call__(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        if self.exact:
            return -np.inf, np.zeros_like(theta)
        seen = self.moments(theta)
        found = solve(seen.product)
        if found is None:
            return -np.inf, np.zeros_like(theta)
        free = self.freedom
        value = -0.5 * (free * (1.0 + np.log(2.0 * np.pi * found.rss / free)) + seen.log_det)
        weight = np.outer(residual_maker(found), residual_maker(found)) * (free / found.rss)
        if self.restricted:
            value -= 0.5 * found.log_det_x
            weight[:-1, :-1] += found.unscaled
        return float(value), self.slope(seen, weight, still=self.beyond(theta))

    def slope(
        self, seen: Moments, weight: np.ndarray, determinant: bool = True, still: bool = False
    ) -> np.ndarray:
        """Gradient of -1/2 [tr(weight M) + log|V|] by theta, weight (p+1, p+1) positive semidefinite and held fixed;
        determinant: whether log|V| counts; still: phi does not move.

        By phi, M = min over U of (D - ZU)'R^-1 (D - ZU) + U'(Lambda Lambda')^-1 U is taken at its U = K H.
        """
        by = []
        scale, blocks, inner, cross = seen.covariance.scale, seen.blocks, seen.inner, seen.cross
        if self.q:
            left = np.eye(self.q) - blocks @ inner
            seen_by = left @ (cross @ weight @ cross.transpose(0, 2, 1)) @ left.transpose(0, 2, 1)
            if determinant:
                seen_by = seen_by - left @ blocks
            by.append((seen_by.sum(axis=0) @ scale)[_triangle(self.q)])
        if self.persistence:
            by.append([0.0 if still else self._phi_slope(seen, weight, determinant)])
        return np.concatenate(by) if by else np.zeros(0)

    def _phi_slope(self, seen: Moments, weight: np.ndarray, determinant: bool) -> float:
        values, vectors = np.linalg.eigh(weight)
        keep = values > 1e-14 * max(values[-1], 0.0)
        root = vectors[:, keep] * np.sqrt(values[keep])
        rows = root.T @ self.columns
        who = self.nights.person
        if self.q:
            moved = (seen.inner @ seen.cross @ root)[who]
            rows = rows - np.einsum("qn,nqr->rn", self.z, moved)
        if self.q and determinant:
            # K = L L', so that tr(K Z'R^-1 Z) is a sum over columns of Z L
            values, vectors = np.linalg.eigh(seen.inner)
            half = (vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :])[who]
            rows = np.vstack([rows, np.einsum("qn,nqr->rn", self.z, half)])
        phi, gap = seen.covariance.phi, self.nights.gap[1:]
        r = link_strength(gap, phi)
        room = 1.0 - r * r
        before, error = rows[:, :-1], rows[:, 1:] - r * rows[:, :-1]
        by_link = 2.0 * (r * (error * error).sum(axis=0) / room - (before * error).sum(axis=0) - determinant * r) / room
        with np.errstate(under="ignore"):
            steps = np.where(np.isfinite(gap), gap, 0.0) * np.power(phi, np.maximum(gap - 1.0, 0.0))
        return float(-0.5 * (by_link * steps).sum() * (1.0 - phi * phi))


def link_strength(gap: np.ndarray, phi: float) -> np.ndarray:
    """r = phi^gap (n,), 0 where a person starts (gap inf)."""
    with np.errstate(under="ignore"):
        return np.power(phi, gap)


def whiten(rows: np.ndarray, links: np.ndarray) -> np.ndarray:
    """(a_k - r_k a_{k-1}) / sqrt(1 - r_k^2) along the nights of rows (m, n): products are then those by R^-1."""
    out = rows / np.sqrt(1.0 - links * links)
    out[:, 1:] -= rows[:, :-1] * (links[1:] / np.sqrt(1.0 - links[1:] ** 2))
    return out


def solve(product: np.ndarray) -> Solution | None:
    """Least squares from M; None where rounding leaves it indefinite."""
    try:
        root = np.linalg.cholesky(product)
    except np.linalg.LinAlgError:
        return None
    back = np.linalg.inv(root[:-1, :-1])
    beta = back.T @ root[-1, :-1]
    return Solution(beta, back.T @ back, float(root[-1, -1] ** 2), 2.0 * float(np.log(np.diag(root)[:-1]).sum()))


def residual_maker(found: Solution) -> np.ndarray:
    """b (p+1,) with D b = y - X beta-hat, D = [X y]."""
    return np.append(-found.beta, 1.0)
