"""Public diaries from the raw file to the table of a paper: the published or R's numbers beside ours."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.papers import drinking, holsteen, kostecki_dillon

pytestmark = pytest.mark.anchors


@pytest.fixture
def data(anchors):
    return anchors / "data"


def test_kostecki_dillon_with_two_slopes_stands_beside_lme4(data):
    fit = kostecki_dillon.fitted(data)
    table = kostecki_dillon.table(fit)
    coefficients, sds = table[table["standard error"].notna()], table[table["standard error"].isna()]
    off = (coefficients["rlskit"] - coefficients["lme4 (Laplace)"]) / coefficients["standard error"]
    assert len(off) == 5 and off.abs().max() < 0.05, table
    assert len(sds) == 3 and (sds["rlskit"] / sds["lme4 (Laplace)"]).between(1.02, 1.04).all(), table
    assert repr(fit).splitlines()[1] == "4152 days of 133 people; yes/no outcome"


def test_the_likelihood_of_the_drinking_diaries_is_that_of_sums_over_grids(data):
    table = drinking.table(data)
    assert len(table) == 3 and (table["rlskit"] - table["sums"]).abs().max() < 0.05, table
    assert table["rlskit"].iloc[-1] > 10  # stress adds much, so that agreement is not that of two zeros


def test_each_of_holsteens_four_people_stands_beside_glm(anchors, data):
    table = holsteen.table(holsteen.fits(data), pd.read_csv(anchors / "anchors_glmer.csv"))
    assert table.index.get_level_values("id").nunique() == 4 and len(table) == 16
    for name in holsteen.LIMITS:
        off = (table[name] - table[f"glm {name}"]) / table["glm se"]
        assert off.abs().max() < 0.02, table
