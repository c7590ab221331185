"""Long diaries are cut into pieces that overlap: nothing is to change by it beyond FADED, which is the tolerance."""

from __future__ import annotations

import numpy as np
import pytest

from rlskit.engine.integrals import chains
from rlskit.engine.integrals.chains import Kernels, smooth

GRID = np.linspace(-7.0, 7.0, 25)


@pytest.mark.parametrize(("phi", "people", "offsets"), [(0.01, 1, 1), (0.35, 3, 1), (0.5, 2, 2), (0.6, 1, 1)])
def test_pieces_of_a_diary_tell_what_the_whole_tells(monkeypatch, phi, people, offsets):
    rng = np.random.default_rng(5)
    sizes = rng.integers(300, 900, people)
    starts = np.cumsum(sizes) - sizes
    gap = rng.choice([1.0, 1.0, 2.0, 5.0], sizes.sum())
    gap[starts] = np.inf
    likelihood = 1.0 / (1.0 + np.exp(-rng.normal(size=(sizes.sum(), offsets, 1)) - 1.5 * GRID))
    cut = smooth(likelihood, gap, starts, sizes, Kernels(GRID, phi))
    monkeypatch.setattr(chains, "FEW", 0)
    whole = smooth(likelihood, gap, starts, sizes, Kernels(GRID, phi))
    assert cut.log_p == pytest.approx(whole.log_p, abs=1e-8)
    assert cut.share == pytest.approx(whole.share, abs=1e-9)
    assert cut.product == pytest.approx(whole.product, abs=1e-9)


def test_only_long_diaries_of_few_people_are_cut():
    one = np.array([0])
    assert chains._pieces(one, np.array([4000]), 1, 0.5)[0].size == 16
    assert chains._pieces(one, np.array([4000]), chains.FEW, 0.5)[0].size == 1
    assert chains._pieces(one, np.array([200]), 1, 0.5)[0].size == 1
    begin, first, last, end = chains._pieces(one, np.array([4000]), 1, 0.5)
    assert (first[1:] == last[:-1]).all() and (first - begin)[1:].min() == (end - last)[:-1].min() == 30
