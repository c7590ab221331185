"""check_answer: the very answer of the table, its own nights, and every other night for what it is."""

import pytest

import rlskit as rk


@pytest.fixture(scope="module")
def nights():
    return rk.simulate_diaries(1, 150, seed=11).nights


@pytest.fixture(scope="module")
def checks(nights):
    return rk.check_answer(nights)


def test_the_answer_that_is_checked_is_the_one_of_the_table(nights, checks):
    row = rk.answer_questions(nights).table.set_index("question").loc["stretching"]
    assert checks.estimate == pytest.approx(row["estimate"], abs=1e-4)
    assert [checks.lower, checks.upper] == pytest.approx([row["lower_pointwise"], row["upper_pointwise"]], abs=0.02)
    assert (checks.n_nights, checks.label) == (row["n_nights"], "stretching")


def test_evenings_set_aside_are_not_empty_nights(nights, checks):
    empty = int(nights["symptoms"].isna().sum())
    said = checks.table.set_index("check").loc["empty nights and the rate", "sentence"]
    assert said.startswith(f"{empty} nights have no answer about symptoms, beside {len(nights) - empty} that have one, "
                           f"{checks.n_nights} of them compared. ")


def test_the_landmark_analysis_passes_its_control_by_design(checks):
    assert checks.table.iloc[0]["result"] == "pass"
    assert checks.table.iloc[0]["sentence"].startswith(f"All {checks.n_nights} compared nights were still free of ")


def test_a_window_over_the_past_is_known_as_one(nights):
    found = rk.check_answer(nights, "bedtime_regularity").table.set_index("check")["sentence"]
    assert found["symptoms before it"] == ("Not possible: what is compared (irregular bedtimes) looks back over "
                                           "several nights, so it comes before this evening's symptoms.")
    assert found["tomorrow's exposure"].startswith("Nights followed by 7 nights with more irregular bedtimes had ")


def test_what_was_not_answered_cannot_be_checked(nights):
    with pytest.raises(rk.ModelError) as wrong:
        rk.check_answer(nights.iloc[:10])
    assert str(wrong.value).startswith('check_answer: "Stretching before symptoms" has no answer to check. Not enough ')
    with pytest.raises(rk.ModelError, match=r'^check_answer: found "tea"; expected one of stretching, '):
        rk.check_answer(nights, "tea")


def test_an_answer_is_clear_here_only_where_it_is_clear_in_the_table(nights):
    """With limits so wide that they hold everything there is no effect to explain away."""
    alone = rk.check_answer(nights, "alcohol").table.set_index("check")
    together = rk.check_answer(nights, "alcohol", claim_level=1 - 1e-9).table.set_index("check")
    assert alone.loc["E-value", "value"] > 1 == together.loc["E-value", "value"]
    control = "tomorrow's exposure"
    assert alone.loc[control, ["lower", "upper"]].equals(together.loc[control, ["lower", "upper"]])
