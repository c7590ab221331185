"""The weeks after a routine was stopped: which evenings are stops, what is described, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.sentences import describe_row
from rlskit.answers.stopping import NO_STOP, after_stopping, find_stops

KEPT = np.array([1.0] * 40)
LEFT = np.zeros(40)


@pytest.fixture
def stopped(nights_of):
    """Forty evenings with stretching and forty without; symptoms on a share of each."""
    def build(before, after, seed=1):
        rng = np.random.default_rng(seed)
        ill = np.concatenate([rng.random(40) < before, rng.random(40) < after])
        return nights_of(80, symptoms=pd.array(ill, dtype="boolean"),
                         stretched=pd.array([True] * 40 + [False] * 40, dtype="boolean"))

    return build


def test_a_stop_follows_four_kept_weeks_and_leads_to_four_without():
    assert find_stops(np.concatenate([KEPT, LEFT])) == [40]
    assert find_stops(np.concatenate([KEPT[:27], LEFT])) == []
    assert find_stops(np.concatenate([KEPT, LEFT[:27]])) == []
    some = np.concatenate([KEPT, LEFT])
    some[[44, 50, 57, 63]] = 1.0  # four in 28 are still a stop
    assert find_stops(some) == [40]
    some[44::5] = 1.0
    assert find_stops(some) == []


def test_unknown_evenings_are_no_evenings_without_it():
    some = np.concatenate([KEPT, LEFT])
    some[45:54] = np.nan
    assert find_stops(some) == []
    some[53] = 0.0
    assert find_stops(some) == [40]


def test_two_stops_are_two_and_one_wave_is_one():
    assert find_stops(np.concatenate([KEPT, LEFT, KEPT, LEFT])) == [40, 120]
    some = np.concatenate([KEPT, LEFT])
    some[38] = 0.0
    assert find_stops(some) == [40]


def test_the_known_change_lies_within_its_limits(stopped):
    """12 symptom nights in 30 more, independent nights: limits of the model that knows persistence are wide enough."""
    found = [after_stopping(stopped(0.2, 0.6, seed)) for seed in range(8)]
    assert all(one.lower <= 12 <= one.upper for one in found)
    assert {(one.n_before, one.n_after) for one in found} == {(28, 28)}


def test_its_row_is_a_link_that_claims_nothing(stopped):
    answers = rk.answer_questions(stopped(0.2, 0.7))
    row = answers.table[answers.table["question"].eq("after_stopping")].iloc[0]
    assert (row["verdict"], row["design_tag"]) == ("described", "association only")
    assert (row["n_nights"], row["n_exposed"], row["n_unexposed"]) == (56, 28, 28)
    assert answers.stopped.stops == (pd.Timestamp(answers.first_night) + pd.Timedelta(days=40),)
    said = describe_row(row, answers)
    assert said.startswith("In the four weeks before a routine was stopped 5 in 30 were symptom nights (28 nights), in "
                           "the four after 18 (28 nights): about 13 more symptom nights, and between ")
    assert said.endswith(
        "(95% interval). A routine may be stopped because the legs changed, or when a season or a medicine did. "
        "This is a link, not proof. Something else about those nights may be behind it.")


def test_what_it_refuses(stopped, nights_of):
    kept_on = stopped(0.3, 0.3).assign(stretched=pd.array([True] * 80, dtype="boolean"))
    assert after_stopping(kept_on).sentence == NO_STOP
    assert after_stopping(stopped(0.0, 0.0)).sentence == (
        "Not enough recorded to say: around the stop 0 of these nights had symptoms; at least 5 are needed.")
    assert after_stopping(nights_of(30, stretched=pd.array([pd.NA] * 30, dtype="boolean"))) is None
    two = stopped(0.3, 0.3).assign(person=["a", "b"] * 40)
    assert after_stopping(two).sentence == (
        "Stops are described for one person's diary at a time; these are 2 people's.")
