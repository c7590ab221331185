"""Model nights with a plain pattern, for the questions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def nights_of():
    """nights_of(n, **columns) → model nights of one person; columns given win over the quiet defaults."""

    def build(n=120, seed=1, landmark="21:00", **columns):
        rng = np.random.default_rng(seed)
        nights = pd.date_range("2026-01-01", periods=n)
        table = pd.DataFrame({
            "person": "me", "night": nights, "recorded": True,
            "symptoms": pd.array(rng.random(n) < 0.4, dtype="boolean"),
            "early_symptoms": pd.array(np.zeros(n, dtype=bool), dtype="boolean"),
            "stretched": pd.array(rng.random(n) < 0.5, dtype="boolean"),
            "stretch_responsive": pd.array(np.zeros(n, dtype=bool), dtype="boolean"),
            "caffeine_before_noon_mg": pd.array(95.0 * rng.integers(0, 3, n), dtype="Float64"),
            "caffeine_after_noon_mg": pd.array(100.0 * rng.integers(0, 4, n), dtype="Float64"),
            "alcohol_drinks": pd.array(rng.integers(0, 4, n).astype(float), dtype="Float64"),
            "bedtime_sd_7_min": pd.array(rng.uniform(5, 110, n), dtype="Float64"),
            "weekday": pd.Categorical(nights.strftime("%a")), "day_index": np.arange(n),
            "medicine_period": pd.Categorical(["period 1"] * n)})
        for name, value in columns.items():
            table[name] = value
        for name in ("stretched", "caffeine_after_noon_mg", "caffeine_before_noon_mg", "alcohol_drinks"):
            if f"{name}_state" not in table:
                values = table[name].astype("Float64")
                table[f"{name}_state"] = np.where(values.isna(), "not_recorded",
                                                  np.where(values.fillna(0) > 0, "yes", "no"))
        table.attrs = {"landmark": landmark, "notes": []}
        return table

    return build
