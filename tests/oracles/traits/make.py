"""k, l and t of tables of traits by pycanon 1.3.6. Writes tables.csv, numbers.csv and versions.csv beside this file.

    python tests/oracles/traits/make.py          (needs pycanon, which needs pandas 2: an environment of its own)
"""

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from pycanon.anonymity import k_anonymity, l_diversity, t_closeness

HERE = Path(__file__).parent
QUASI, TOLD = ["sex", "age_band"], ["symptom nights", "drinks"]


def table(case, rng):
    n = int(rng.integers(8, 40))
    return pd.DataFrame({
        "case": case, "person": [f"p{i}" for i in range(n)], "sex": rng.choice(["f", "m"], n),
        "age_band": rng.choice(["40s", "50s", "60s"], n, p=[0.5, 0.4, 0.1]),
        "symptom nights": rng.choice(["seldom", "in between", "often"], n), "drinks": rng.choice(["yes", "no"], n)})


def main():
    rng = np.random.default_rng(20261201)
    tables = pd.concat([table(case, rng) for case in range(12)], ignore_index=True)
    rows = []
    for case, of_case in tables.groupby("case"):
        people = of_case.reset_index(drop=True)  # pycanon takes places for labels
        for told in TOLD:
            rows.append((case, told, k_anonymity(people, QUASI), l_diversity(people, QUASI, [told]),
                         t_closeness(people, QUASI, [told])))
    tables.to_csv(HERE / "tables.csv", index=False)
    pd.DataFrame(rows, columns=["case", "told", "k", "l", "t"]).to_csv(HERE / "numbers.csv", index=False)
    names = ("pycanon", "pandas", "numpy")
    pd.DataFrame([(n, version(n)) for n in names], columns=["tool", "version"]).to_csv(HERE / "versions.csv",
                                                                                       index=False)


if __name__ == "__main__":
    main()
