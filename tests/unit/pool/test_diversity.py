"""What combinations of traits give away: k, l and t against pycanon, and what is told of people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.pool.diversity import diversity, told_of_people
from rlskit.pool.traits import common_traits
from tests.helpers.places import ORACLES

TABLES = pd.read_csv(ORACLES / "traits" / "tables.csv", dtype={"case": int})
NUMBERS = pd.read_csv(ORACLES / "traits" / "numbers.csv")


@pytest.mark.parametrize("case", TABLES["case"].unique())
def test_k_l_and_t_are_those_of_pycanon(case):
    people = TABLES[TABLES["case"].eq(case)].drop(columns="case").reset_index(drop=True)
    traits = people[["person", "sex", "age_band"]]
    names = dict(zip(people["person"], people["person"], strict=True))
    found = diversity(traits, people[["person", "symptom nights", "drinks"]])
    peer = NUMBERS[NUMBERS["case"].eq(case)].set_index("told")
    for told, one in found.items():
        assert one["l"] == peer.loc[told, "l"] and one["t"] == pytest.approx(peer.loc[told, "t"], abs=0.0051)
    assert common_traits(traits, list(names), names, 1)[2]["before"]["smallest"] == peer["k"].iloc[0]


def test_people_are_told_apart_by_thirds_of_symptom_nights_and_by_what_they_ever_did():
    nights = rk.simulate_diaries(people=6, nights=40, seed=1).nights
    nights["alcohol_drinks"] = nights["alcohol_drinks"].where(nights["person"].ne("p1"), 0.0)
    nights["iron"] = pd.array([pd.NA] * len(nights), "boolean")
    told = told_of_people(nights).set_index("person")
    rates = rk.symptom_nights(nights).astype("Float64").groupby(nights["person"]).mean().sort_values()
    assert list(told.loc[rates.index, "symptom nights"]) == ["seldom"] * 2 + ["in between"] * 2 + ["often"] * 2
    assert told.loc["p1", "drinks"] == "no" and set(told["takes iron"]) == {""}


def test_the_manifest_says_what_a_combination_gives_away():
    nights = rk.simulate_diaries(people=8, nights=40, seed=2).nights
    sexes = np.where(nights["person"].isin(["p1", "p2", "p3", "p4"]), "f", "m")
    nights["alcohol_drinks"] = nights["alcohol_drinks"].mask(sexes == "f", 0.0)
    traits = pd.DataFrame({"person": nights["person"].unique()}).assign(sex=["f"] * 4 + ["m"] * 4)
    found = rk.anonymise(nights, key=bytes(32), traits=traits, k=2).manifest
    assert found["diversity"]["drinks"] == {"l": 1, "t": 0.5}
    said = " ".join(found["left"])
    assert "drinks" in said.partition("traits may know ")[2].partition(".")[0]
    assert "differ from everybody's by up to " in said
