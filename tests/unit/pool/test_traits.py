"""Traits that may be shared: k-anonymity by its definition, on any table."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.pool.traits import coarsen_traits, common_traits

PEOPLE = [f"p{n}" for n in range(1, 7)]
MAIL = "ann@example.org"


def common(traits: pd.DataFrame, k: int) -> pd.DataFrame:
    people = list(traits["person"])
    coarse, _, _ = coarsen_traits(traits, k)
    return common_traits(coarse, people, {p: p for p in people}, k)[0]


def test_rare_combinations_of_traits_are_suppressed():
    traits = pd.DataFrame({"person": PEOPLE, "sex": ["f", "f", "f", "m", "m", "m"],
                           "age_band": ["40s", "40s", "40s", "50s", "50s", "90s"]})
    table, suppressed, classes = common_traits(traits, PEOPLE, {p: p for p in PEOPLE}, 2)
    assert classes["before"] == {"combinations": 3, "smallest": 1, "people_alone": 1}
    assert suppressed == {"age_band": 1, "sex": 1} and "90s" not in table.to_csv()
    assert table["age_band"].value_counts().to_dict() == {"40s": 3, "50s": 2}


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"), st.sampled_from("12345")), min_size=6,
                max_size=6), st.integers(2, 6))
def test_no_combination_with_a_trait_left_in_it_is_rarer_than_k(rows, k):
    columns = ["one", "two", "three"]
    words = common(pd.DataFrame(rows, columns=columns).assign(person=PEOPLE), k)[columns]
    sizes = words.fillna("").groupby(["one", "two", "three"])["one"].transform("size")
    assert sizes[words.notna().any(axis=1)].ge(k).all()


def test_numbers_become_bands_and_names_go():
    traits = pd.DataFrame({"person": PEOPLE, "age": [31, 33, 38, 47, 52, 80],
                           "contact": [f"{MAIL}{i}" for i in range(6)], "sex": ["f"] * 6,
                           "record": [7700900123 + i for i in range(6)], "bmi": [24] * 6})
    table, banded, named = coarsen_traits(traits, 3)
    assert sorted(table["age"]) == ["31 to 38"] * 3 + ["47 to 80"] * 3
    assert list(table) == ["person", "age", "sex", "bmi"] and set(table["bmi"]) == {24}
    assert banded == ["age"] and named == 2


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(18, 99), min_size=6, max_size=6), st.integers(2, 6))
def test_every_band_holds_k_people_and_their_ages(ages, k):
    found = common(pd.DataFrame({"person": PEOPLE, "age": ages}), k)
    bands = found["age"].value_counts()
    assert bands.sum() == 6 and bands.min() >= k
    for band, age in zip(found["age"], ages, strict=True):
        ends = [int(end) for end in str(band).split(" to ")]
        assert ends[0] <= age <= ends[-1]
