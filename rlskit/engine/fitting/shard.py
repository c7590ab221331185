"""The likelihood as a sum over shards: runs of people, in order, whose borders depend on the nights alone.

Equation. log P(y) = sum over shards of log P(y of its people), because people are independent given theta; so are its
slopes. Borders: a shard begins with the first person behind the next NIGHTS nights. Partial sums are added in the
order of the shards. What a shard answers is a pure function of theta and a `Rule`, whoever computes it and whatever it
computed before: so the sum is the same to the last bit in one process, in many, and after one of them died.

Propagation and quadrature need a place to begin. A shard that is alone begins where it last ended, which is quickest.
One of many begins nowhere, or at the sites or modes of a parameter point that the rule names; whoever has not been
there goes there first.
Oracle: tests/unit/engine/fitting/test_shard.py (one shard, many shards, another order).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from rlskit.engine.integrals.ep import Slopes, integrate, slopes
from rlskit.engine.integrals.quadrature import integrate_people, integrate_together
from rlskit.engine.nights import Facts, Nights, add_facts
from rlskit.engine.parameters import Layout

NIGHTS = 20_000
LAST = "where the last one ended"


@dataclass(frozen=True)
class Rule:
    """How to integrate. nodes: of the quadrature, 0 for propagation; tolerance: of the sites; begin: LAST, or the
    parameters (k,) at whose sites or modes to begin, or None for anywhere."""

    nodes: int
    tolerance: float
    begin: np.ndarray | str | None


@dataclass(frozen=True)
class Partial:
    """A shard's part of log P(y), and what each of its nights adds to the slopes."""

    log_likelihood: float
    slopes: Slopes
    sweeps: int


class Shard:
    """Some people's nights and columns x (n, p); `first`: how many people come before them."""

    __module__ = "rlskit"

    def __init__(self, nights: Nights, x: np.ndarray, first: int = 0):
        self.nights, self.x, self.first = nights, x, first
        self.layout = Layout(x.shape[1], nights.z.shape[1], nights.persistence, nights.family.shapes)
        self._begin: dict[int, tuple[bytes, Any]] = {}  # nodes → where it was made, sites or modes

    def integral(self, theta: np.ndarray, rule: Rule) -> Partial | None:
        """None where it fails."""
        start = self._start(rule)
        found, end = self._solve(theta, rule, start)
        if found is None and start is not None and not rule.nodes:
            # a start from elsewhere may fail where empty sites do not
            found, end = self._solve(theta, rule, None)
        if found is not None and isinstance(rule.begin, str):
            self._begin[rule.nodes] = (b"", end)
        return found

    def _start(self, rule: Rule):
        made, start = self._begin.get(rule.nodes, (b"", None))
        if rule.begin is None or isinstance(rule.begin, str):
            return None if rule.begin is None else start
        wanted = rule.begin.tobytes() + np.float64(rule.tolerance).tobytes()
        if made != wanted:
            start = self._solve(rule.begin, rule, None)[1]
            self._begin[rule.nodes] = (wanted, start)
        return start

    def _solve(self, theta: np.ndarray, rule: Rule, start) -> tuple[Partial | None, Any]:
        part = self.layout.unpack(theta)
        nights, offset = self.nights.at(part.shape), self.x @ part.beta
        if rule.nodes:
            people = integrate_people(nights, offset, part.scale, part.sigma, part.phi, rule.nodes, start)
            if not people.converged:
                return None, None
            return Partial(people.log_likelihood, people.slopes, 0), people.predictor
        found = integrate(nights, offset, part.scale, part.sigma, part.phi, start, rule.tolerance)
        if not found.converged:
            return None, None
        by = slopes(nights, found, part.sigma)
        return Partial(found.log_likelihood, by, found.sweeps), (found.precision, found.shift)

    def by_night(self, by: Slopes) -> np.ndarray:
        """What every night adds to the slope by every parameter, (n, k)."""
        z = self.nights.z
        columns = [self.nights.family.sum_rows(self.x * by.offset[:, None]), by.shape]
        columns += [(z[:, j] * by.moment[:, k])[:, None] for j in range(z.shape[1]) for k in range(j + 1)]
        if self.layout.persistence:
            columns += [by.sigma[:, None], by.phi[:, None]]
        return np.hstack(columns)


Task = Callable[..., Any]


class Parts(Protocol):
    """All shards, wherever they are."""

    @property
    def facts(self) -> Facts: ...

    @property
    def nights(self) -> Nights:
        """Everybody's, in one table; only where they are held in one."""
        ...

    @property
    def x(self) -> np.ndarray: ...

    @property
    def alone(self) -> bool:
        """Whether there is one shard, held here."""
        ...

    def each(self, task: Task, *given: Any) -> list[Any]:
        """task(shard, *given) of every shard, in order."""
        ...

    def fresh(self) -> Parts:
        """The same, with nothing remembered from earlier calls."""
        ...


class InMemory:
    """Nights and columns x (n, p) held here, as one shard or several."""

    __module__ = "rlskit"

    def __init__(self, nights: Nights, x: np.ndarray):
        self.nights, self.x = nights, x
        self._facts: Facts | None = None
        starts = borders(nights.sizes)
        if starts.size == 1:
            self._shards = [Shard(nights, x)]
        else:
            ends = np.append(starts[1:], nights.people)
            self._shards = [_cut(nights, x, one, other) for one, other in zip(starts, ends, strict=True)]

    @property
    def alone(self) -> bool:
        return len(self._shards) == 1

    @property
    def facts(self) -> Facts:
        if self._facts is None:
            self._facts = add_facts(self.each(look))
        return self._facts

    def each(self, task: Task, *given: Any) -> list[Any]:
        return [task(shard, *given) for shard in self._shards]

    def fresh(self) -> InMemory:
        return InMemory(self.nights, self.x)


def borders(sizes: np.ndarray) -> np.ndarray:
    """The person with whom each shard starts. sizes (people,): everybody's modelled nights, in order."""
    before = np.cumsum(sizes) - sizes
    return np.flatnonzero(np.diff(before // NIGHTS, prepend=-1))


def _cut(nights: Nights, x: np.ndarray, one: int, other: int) -> Shard:
    first = nights.starts[one]
    rows = slice(first, nights.starts[other] if other < nights.people else nights.size)
    part = replace(nights, family=nights.family.take(rows), starts=nights.starts[one:other] - first,
                   gap=nights.gap[rows], z=nights.z[rows])
    return Shard(part, x[rows], one)


# --- what a shard is asked: every task takes the shard first ----------------------------------------------------------
def look(shard: Shard) -> Facts:
    nights, x = shard.nights, shard.x
    counts = np.bincount(nights.family.level, minlength=nights.family.shapes + 2)
    return Facts(
        size=nights.size, people=nights.people, q=nights.q, persistence=nights.persistence, nearest=nights.nearest,
        counts=counts, gram=x.T @ x, total=x.sum(axis=0), varies=np.ptp(x, axis=0) > 0.0,
        family=nights.family.take(slice(0, 0)))


def gradient(shard: Shard, theta: np.ndarray, rule: Rule) -> tuple[float, np.ndarray, int] | None:
    """Log-likelihood, its slopes (k,) and how many sweeps it took; None where the integral fails."""
    found = _tried(shard, theta, rule)
    if found is None:
        return None
    by = found.slopes
    return found.log_likelihood, shard.layout.pack(
        shard.x.T @ by.offset, np.tril(shard.nights.z.T @ by.moment), float(by.sigma.sum()), float(by.phi.sum()),
        by.shape.sum(axis=0),
    ), found.sweeps  # fmt: skip


def gradients(shard: Shard, thetas: np.ndarray) -> np.ndarray:
    """Slopes (m, k) at many points (m, k), those of one sigma and phi together."""
    found, p = np.empty_like(thetas), shard.layout.p
    for tail in np.unique(thetas[:, p:], axis=0):
        mine = (thetas[:, p:] == tail).all(axis=1)
        part = shard.layout.unpack(thetas[mine][0])
        by_row, *by_chain = integrate_together(shard.nights, shard.x @ thetas[mine, :p].T, part.sigma, part.phi)
        found[mine] = np.column_stack([by_row.T @ shard.x, *by_chain])
    return found


def value(shard: Shard, theta: np.ndarray, rule: Rule) -> float:
    """Log-likelihood alone; nan where the integral fails."""
    found = shard.integral(theta, rule)
    return np.nan if found is None else found.log_likelihood


def night_slopes(shard: Shard, theta: np.ndarray, rule: Rule) -> tuple[float, np.ndarray] | None:
    """Log-likelihood and what every night adds to its slope, (n, k)."""
    found = _tried(shard, theta, rule)
    return None if found is None else (found.log_likelihood, shard.by_night(found.slopes))


def people_slopes(shard: Shard, theta: np.ndarray, rule: Rule) -> tuple[float, np.ndarray] | None:
    """Log-likelihood and every person's slope of it, (people, k)."""
    found = night_slopes(shard, theta, rule)
    return None if found is None else (found[0], np.add.reduceat(found[1], shard.nights.starts, axis=0))


def slopes_squared(shard: Shard, theta: np.ndarray, rule: Rule) -> tuple[np.ndarray, np.ndarray] | None:
    """The sums of the people's slopes (k,) and of their outer products (k, k)."""
    found = people_slopes(shard, theta, rule)
    return None if found is None else (found[1].sum(axis=0), found[1].T @ found[1])


def _tried(shard: Shard, theta: np.ndarray, rule: Rule) -> Partial | None:
    try:
        return shard.integral(theta, rule)
    except np.linalg.LinAlgError:
        return None
