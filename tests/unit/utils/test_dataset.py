"""What takes a table of nights takes a dataset by pool_diaries too; oracle: the same verb on the table itself.
Fits of datasets: tests/unit/models/test_shards.py."""

from __future__ import annotations

import pandas as pd
import pytest

import rlskit as rk
from rlskit.errors import DiaryError

KEPT = ["person", "night", "recorded", "symptoms", "early_symptoms", "stretched", "alcohol_drinks", "severity_0_10",
        "medicine_period"]
FORMULA = "symptoms ~ within(stretched) + alcohol_drinks"
VERBS = {
    "predict": lambda fit, nights: fit.predict(nights),
    "augment": lambda fit, nights: fit.augment(nights)[["person", "night", ".fitted", ".lower", ".resid"]],
    "check": lambda fit, nights: rk.check_fit(fit, nights, exposure="stretched").table,
    "vary": lambda fit, nights: rk.vary_analysis(FORMULA, nights, "stretched").table,
    "tally": lambda fit, nights: rk.tally_people(nights),
    "describe": lambda fit, nights: rk.describe_people(nights),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Nights, the folder they were written to by person, and a fit of them."""
    nights = rk.simulate_diaries(people=6, nights=30, effects={"stretched": -1.0}, seed=4).nights[KEPT]
    home = tmp_path_factory.mktemp("pool")
    for person, mine in nights.groupby("person", sort=False):
        (home / "nights" / f"person={person}").mkdir(parents=True)
        mine.drop(columns="person").to_parquet(home / "nights" / f"person={person}" / "nights.parquet", index=False)
    return nights, home, rk.fit(FORMULA, nights)


@pytest.mark.parametrize("verb", VERBS)
def test_a_folder_is_the_table_that_was_written_to_it(both, verb):
    nights, home, fit = both
    pd.testing.assert_frame_equal(VERBS[verb](fit, str(home)), VERBS[verb](fit, nights), check_dtype=False)


def test_the_quiet_nights_of_a_folder_are_those_of_the_table(both):
    nights, home, fit = both
    quiet = fit.predict(rk.quiet_nights(home))
    pd.testing.assert_frame_equal(quiet, fit.predict(rk.quiet_nights(nights)))


def test_a_folder_that_holds_no_people_is_named(both, tmp_path):
    with pytest.raises(DiaryError, match="expected folders named person=… with Parquet files"):
        both[2].predict(tmp_path)
