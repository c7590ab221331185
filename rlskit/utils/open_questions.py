"""Questions about a diary that nobody has settled yet: `attrs["open"]` of a table of nights, rows of (person, columns
whose name begins so, why). Until they are settled nothing is claimed of those columns. The person "" is everybody.
"""

from __future__ import annotations

import pandas as pd

OPEN = "open"
OPEN_STILL = "a question about this diary is open"
ONE_PERSON = "one person"  # who kept a table without a column of people


def why_open(nights: pd.DataFrame, *columns: str) -> str:
    """What is to be settled before anything is claimed of these columns, in sentences; "" where nothing is. Of several
    people only those in the table count."""
    asked = nights.attrs.get(OPEN, ())
    people = {"", *nights["person"].astype(str)} if asked and "person" in nights else {""}
    return " ".join(dict.fromkeys(
        why for person, begins, why in asked
        if (person in people or "person" not in nights) and any(one.startswith(begins) for one in columns)))


def open_people(nights: pd.DataFrame, *columns: str, person: str = "person") -> set[str]:
    """Of whom something is to be settled before anything is claimed of these columns. person : the column of people; a
    table without it is one person's."""
    asked = {who for who, begins, _ in nights.attrs.get(OPEN, ()) if any(one.startswith(begins) for one in columns)}
    if asked and person not in nights:
        return {ONE_PERSON}
    return set(nights[person].astype(str)) if "" in asked else asked
