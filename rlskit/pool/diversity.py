"""What a combination of traits gives away about the people who share it, although nobody of them can be picked out.

k-anonymity hides who somebody is among k people and nothing else: if all of them have symptoms every night, whoever
knows the traits of one knows that. For each thing that is told of people, l is the fewest different answers within any
combination (l-diversity, Machanavajjhala et al. 2007), and t the farthest that the answers within one are from those of
everybody (t-closeness, Li et al. 2007): half the sum of the differences of shares, 0 to 1.

Oracle: tests/oracles/traits (pycanon).
"""

from __future__ import annotations

import pandas as pd

from rlskit.nights.outcomes import symptom_nights

THIRDS = ("seldom", "in between", "often")
TOLD = {"alcohol_drinks": "drinks", "iron": "takes iron", "magnesium": "takes magnesium"}


def told_of_people(shared: pd.DataFrame) -> pd.DataFrame:
    """person, and what shared nights tell of them in words: how often they have symptoms, in thirds of the people, and
    whether they ever drink, take iron or magnesium; "" where nothing is told."""
    ill = symptom_nights(shared).astype("Float64").groupby(shared["person"], sort=True).mean()
    place = (ill.rank(method="first") - 1) / ill.notna().sum()  # from 0 to below 1
    often = place.map(lambda share: "" if pd.isna(share) else THIRDS[int(3 * share)])
    told = {"symptom nights": often}
    for column, said in TOLD.items():
        if column in shared:
            ever = shared[column].astype("Float64").groupby(shared["person"], sort=True).max()
            told[said] = ever.map(lambda most: "" if pd.isna(most) else "yes" if most > 0 else "no")
    return pd.DataFrame(told).rename_axis("person").reset_index()


def diversity(traits: pd.DataFrame, told: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Of each thing told, how many different answers the people of any combination of traits have at least, `l`, and
    how far their shares are from everybody's at most, `t`. Both tables have a person a row."""
    names = [c for c in traits if c != "person"]
    both = traits.merge(told, on="person")
    words = both[names].astype("object").where(both[names].notna(), "").map(str)
    groups = words.groupby(names, sort=False).ngroup() if names else pd.Series(0, index=both.index)
    found = {}
    for thing in [c for c in told if c != "person"]:
        shares = pd.crosstab(groups, both[thing], normalize="index")
        apart = (shares - both[thing].value_counts(normalize=True)).abs().sum(axis=1) / 2
        found[thing] = {"l": int(shares.gt(0).sum(axis=1).min()), "t": round(float(apart.max()), 2)}
    return found
