"""The nights and the fit that tables and methods of a paper are made of."""

import pandas as pd
import pytest

import rlskit as rk


@pytest.fixture(scope="module")
def nights() -> pd.DataFrame:
    return rk.simulate_diaries(people=4, nights=40, seed=5).nights


@pytest.fixture(scope="module")
def fit(nights) -> rk.Fit:
    return rk.fit("symptoms ~ alcohol_drinks", nights)
