"""Relief after a stretch because of symptoms: described with its interval, refused where too few, no effect."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.relief import relief_of
from rlskit.answers.sentences import describe_row
from tests.helpers.reading_age import grade

LEAST = "Not enough recorded to say: {} with a stretch because of symptoms that was rated before and after; at least " \
        "10 are needed."


def rated(nights_of, n=24, all_nights=120, seed=1, quiet=True):
    """Nights of which n are rated; what falls by 3 points in the middle falls by 1 to 5."""
    rng = np.random.default_rng(seed)
    before = np.full(all_nights, np.nan)
    after, minutes = before.copy(), before.copy()
    before[:n] = rng.integers(5, 9, n)
    after[:n] = before[:n] - rng.integers(1, 6, n)
    minutes[:n] = rng.integers(5, 26, n) if quiet else np.nan
    columns = {"symptom_before": before, "symptom_after": after, "quiet_min": minutes}
    return nights_of(all_nights, **{name: pd.array(values, dtype="Float64").astype("Float64")
                                    for name, values in columns.items()})


def test_the_known_fall_lies_within_its_limits(nights_of):
    found = [relief_of(rated(nights_of, seed=seed)) for seed in range(40)]
    assert np.mean([one.lower <= 3 <= one.upper for one in found]) >= 0.95
    assert np.mean([one.quiet_lower <= 15 <= one.quiet_upper for one in found]) >= 0.9
    assert {(one.n, one.n_quiet, one.reason) for one in found} == {(24, 24, "")}


def test_its_row_is_described_and_says_what_it_does_not_show(nights_of):
    answers = rk.answer_questions(rated(nights_of, all_nights=40))
    row = answers.table.set_index("question").loc["relief"]
    assert (row["verdict"], row["design_tag"], row["n_nights"]) == ("described", "described only", 24)
    assert row[["estimate", "lower", "upper"]].isna().all()
    said = describe_row(answers.table[answers.table["question"].eq("relief")].iloc[0], answers)
    assert said == (
        "On 24 nights the legs went from 7 of 10 before to 4 after (middle values), and eased by 2.5 points on the "
        "middle night (95% interval 2 to 3). They were quiet after 16 minutes (middle of 24 nights; 95% interval 11 to "
        "20). This only says what was written down. Symptoms come and go by themselves, so it does not show what the "
        "stretch did.")
    assert grade(said) <= 7


def test_what_got_worse_is_said_to_be_worse(nights_of):
    nights = rated(nights_of, quiet=False)
    nights["symptom_after"] = nights["symptom_before"] + 1
    assert relief_of(nights).sentence.endswith(
        "and got worse by 1 point on the middle night (95% interval 1 to 1).")


@pytest.mark.parametrize(("n", "said", "needed"), [(9, "9 nights", 14), (1, "1 night", 1080)])
def test_few_ratings_say_how_many_are_needed(nights_of, n, said, needed):
    found = relief_of(rated(nights_of, n=n))
    assert (found.sentence, found.nights_needed) == (LEAST.format(said), needed)


def test_minutes_alone_are_told_alone(nights_of):
    nights = rated(nights_of).drop(columns=["symptom_before"])
    assert relief_of(nights).sentence.startswith("They were quiet after") is False
    assert relief_of(nights).sentence.startswith("The legs were quiet after")


def test_nothing_and_several_people(nights_of):
    assert relief_of(nights_of(30)) is None
    two = rated(nights_of).assign(person=["a", "b"] * 60)
    assert relief_of(two).sentence == (
        "Relief is described for one person's diary at a time; these are 2 people's.")
