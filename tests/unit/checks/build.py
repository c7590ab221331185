"""Small diaries whose faults are known, and one check at a time."""

import numpy as np
import pandas as pd

import rlskit as rk
from rlskit.checks.context import line_up


def diary(n=160, seed=1, start="2026-03-02", **columns):
    """n nights of one person from Monday 2 March 2026 on: symptoms on 4 in 10, `done` on half of them, by chance."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"night": pd.date_range(start, periods=n, freq="D"), "symptoms": rng.random(n) < 0.4,
                          "done": rng.random(n) < 0.5})
    for name, value in columns.items():
        table[name] = value(rng, table) if callable(value) else value
    for name in ("symptoms", "done", "early_symptoms"):
        if name in table:
            table[name] = table[name].astype("boolean")
    return table


def helps(much, seed_shift=0):
    """Symptoms that are rarer on nights with `done`: 6 in 10 without, 6 in 10 minus `much` with."""
    return lambda rng, table: rng.random(len(table)) < 0.6 - much * table["done"].astype(float)


def material(table, formula="symptoms ~ done", nights=None, **options):
    """What a check is handed. options: of fit() (slopes, night_to_night, prior) or of check_fit()."""
    window = options.pop("window", None)
    own = {k: options.pop(k) for k in ("exposure", "contrast", "before", "label") if k in options}
    fit = rk.fit(formula, table, **options)
    keys = [own.get(k) for k in ("exposure", "contrast", "before", "label")]
    return line_up(fit, table if nights is None else nights, *keys, "person", "night", 0.95, window)
