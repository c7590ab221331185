"""The coordinates that draws are made in: there and back, and the volume that a density gains or loses on the way."""

from __future__ import annotations

import numpy as np
import pytest

from rlskit.engine.draws.reparameterise import bend, reparameterise, reparameterised_slope
from rlskit.engine.parameters import Layout

LAYOUTS = [
    Layout(2, 0, True), Layout(2, 1, False), Layout(3, 2, True), Layout(2, 3, True, shapes=2), Layout(1, 5, False),
]  # fmt: skip


def some(layout: Layout, rows: int = 6) -> np.ndarray:
    rng = np.random.default_rng(layout.size)
    eta = rng.normal(scale=0.8, size=(rows, layout.size))
    if layout.persistence:
        eta[:, -2] = np.abs(eta[:, -2]) + 0.3
    return eta


@pytest.mark.parametrize("layout", LAYOUTS)
def test_there_and_back(layout):
    eta = some(layout)
    theta, _ = bend(layout, eta)
    assert reparameterise(layout, theta) == pytest.approx(eta, abs=1e-9)
    assert all((theta[:, at] > 0).all() for at in layout.even)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_volume_is_that_of_finite_differences(layout):
    eta = some(layout)
    theta, log_size = bend(layout, eta)
    for one, said in zip(theta, log_size, strict=True):
        assert -np.linalg.slogdet(reparameterised_slope(layout, one))[1] == pytest.approx(said, abs=1e-5)


def test_a_spread_of_zero_has_finite_coordinates():
    layout = Layout(1, 2, True)
    theta = np.array([[0.5, 0.0, 0.0, 0.0, 0.0, 0.3]])
    assert np.isfinite(reparameterise(layout, theta)).all()


def test_rows_keep_their_length_and_their_correlation():
    """Lambda Lambda' is what coordinates describe: row lengths are sds, the second row's turn is the correlation."""
    layout = Layout(0, 2, False)
    theta, _ = bend(layout, np.array([[np.log(0.5), np.arctanh(-0.6), np.log(2.0)]]))
    scale = layout.unpack(theta[0]).scale
    assert scale @ scale.T == pytest.approx(np.array([[0.25, -0.6], [-0.6, 4.0]]))
