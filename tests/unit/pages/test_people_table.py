"""Table 1, by hand."""

import numpy as np
import pandas as pd
import pytest

import rlskit as rk

MIDDLE = "median (quartiles)"


def as_lists(table):
    return table.astype(object).where(table.notna(), None).to_numpy().tolist()


def test_people_count_once():
    nights = pd.DataFrame({
        "person": ["a"] * 3 + ["b"] * 1, "night": pd.date_range("2026-03-01", periods=4),
        "symptoms": pd.array([True, False, None, True], "boolean"), "early_symptoms": pd.array([False] * 4, "boolean"),
        "alcohol_drinks": [1.0, 1.0, 4.0, 0.0], "iron": pd.array([True, True, None, False], "boolean")})
    traits = pd.DataFrame({"person": ["a", "b"], "sex": ["f", "m"], "age": [40, None], "iron tablets": [True, True]})
    table = rk.describe_people(nights, traits)
    assert list(table) == ["what", "value", "nights", "people", "missing"]
    assert as_lists(table) == [
        ["People", "2", 4, 2, "0%"], ["Nights", "4", 4, 2, "0%"],
        [f"Nights per person, {MIDDLE}", "2 (1.5 to 2.5)", 4, 2, "0%"],
        ["Nights with an answer about symptoms, n (%)", "3 (75%)", 3, 2, "25%"],
        [f"Symptom nights per 30 answered, {MIDDLE}", "22.5 (18.8 to 26.2)", 3, 2, "25%"],
        [f"Iron supplement, % of nights recorded, {MIDDLE}", "50 (25 to 75)", 3, 2, "25%"],
        [f"Alcohol, drinks, {MIDDLE}", "1 (0.5 to 1.5)", 4, 2, "0%"],
        ["sex: f, n (%)", "1 (50%)", None, 2, "0%"], ["sex: m, n (%)", "1 (50%)", None, 2, "0%"],
        [f"age, {MIDDLE}", "40 (40 to 40)", None, 1, "50%"], ["iron tablets, n (%)", "2 (100%)", None, 2, "0%"]]


def test_any_table_with_people():
    """What never changes within a person is counted by people, the rest by nights."""
    table = pd.DataFrame({"id": [1, 1, 2, 2], "arm": ["a", "a", "b", None], "took_iron": [True, False, None, None],
                          "cups": [1.0, 3.0, 4.0, 6.0], "mood": ["low", "high", "low", None],
                          "day": pd.date_range("2026-01-01", periods=4).astype(str)})
    found = rk.describe_people(table, person="id").set_index("what")
    assert found["value"].to_dict() == {
        "People": "2", "Nights": "4", f"Nights per person, {MIDDLE}": "2 (2 to 2)", "arm: a, n (%)": "1 (50%)",
        "arm: b, n (%)": "1 (50%)", f"took iron, % of nights recorded, {MIDDLE}": "50 (50 to 50)",
        f"cups, {MIDDLE}": "3.5 (2.75 to 4.25)", "mood: low, n (%)": "2 (67%)", "mood: high, n (%)": "1 (33%)",
        "day: 2026-01-01, n (%)": "1 (25%)", "day: 2026-01-02, n (%)": "1 (25%)", "day: 2026-01-03, n (%)": "1 (25%)",
        "day: 2026-01-04, n (%)": "1 (25%)"}
    assert found.loc[f"took iron, % of nights recorded, {MIDDLE}", ["nights", "people", "missing"]].tolist() == [
        2, 1, "50%"]
    with pytest.raises(rk.ModelError, match='found no column "person"; expected the one that says who it is'):
        rk.describe_people(table)


def arms():
    return pd.DataFrame({
        "person": list("aabbccddee"), "arm": ["x"] * 4 + ["y"] * 6, "cups": [1, 1, 2, 2, 2, 2, 5, 5, 8, 8.0],
        "mood": ["low", "low", "low", "high"] + ["high"] * 6})


def test_groups_stand_side_by_side_with_standardised_differences():
    found = rk.describe_people(arms(), by="arm", average="mean").set_index("what")
    assert list(found) == ["all", "x", "y", "smd", "nights", "people", "missing"]
    cups = found.loc["cups, mean ± SD"]
    assert cups[["all", "x", "y"]].tolist() == ["3.6 ± 2.88", "1.5 ± 0.707", "5 ± 3"]
    assert cups["smd"] == pytest.approx(3.5 / np.sqrt((0.5 + 9) / 2))
    mood = found.loc["mood: low, n (%)"]
    assert mood[["all", "x", "y"]].tolist() == ["3 (30%)", "3 (75%)", "0 (0%)"]
    assert mood["smd"] == pytest.approx(0.75 / np.sqrt(0.75 * 0.25 / 2))
    assert "arm: x, n (%)" not in found.index and np.isnan(found.loc["People", "smd"])


def test_a_group_of_the_traits_and_one_that_is_not_known():
    nights = arms().drop(columns="arm")
    traits = pd.DataFrame({"person": list("abcd"), "site": [1, 1, 2, None]})
    found = rk.describe_people(nights, traits, by="site").set_index("what")
    assert list(found)[:4] == ["all", "1.0", "2.0", "not recorded"]
    assert found.loc["People", ["1.0", "2.0", "not recorded"]].tolist() == ["2", "1", "2"]


def test_three_groups_show_their_largest_difference():
    table = arms().assign(arm=list("xxxxyyyyzz"))
    table = pd.concat([table, pd.DataFrame({"person": ["f", "g"], "arm": "z", "cups": [9.0, 10.0], "mood": "low"})])
    found = rk.describe_people(table.reset_index(drop=True), by="arm").set_index("what")
    first, last = np.array([1, 2.0]), np.array([8, 9, 10.0])
    spread = np.sqrt((first.var(ddof=1) + last.var(ddof=1)) / 2)
    assert found.loc[f"cups, {MIDDLE}", "smd"] == pytest.approx((last.mean() - first.mean()) / spread)


def test_a_stretch_without_its_hour_is_no_share_of_0():
    nights = rk.simulate_diaries(people=2, nights=30, seed=3).nights
    untimed = nights["stretched"].fillna(False) & nights["person"].eq(nights["person"].iloc[0])
    nights.loc[untimed, "stretched"] = pd.NA
    nights.loc[untimed, "stretched_state"] = "unknown_order"
    row = rk.describe_people(nights).set_index("what").loc[f"Stretched before symptoms, % of nights recorded, {MIDDLE}"]
    assert untimed.any() and row["people"] == 1 and not row["value"].startswith("0 ")
    everybody = nights.assign(stretched_state="unknown_order")
    row = rk.describe_people(everybody).set_index("what").loc[
        f"Stretched before symptoms, % of nights recorded, {MIDDLE}"]
    assert row[["value", "missing"]].tolist() == ["not recorded", "100%"]


@pytest.mark.parametrize(("options", "message"), [
    ({"by": "site"}, 'describe_people, by: found no column "site"; expected one of the nights or of the traits.'),
    ({"by": "mood"}, 'describe_people, by: found more than one "mood" for 1 of 5 people; expected one that is the '
                     "same on all rows of a person."),
    ({"average": "mode"}, "describe_people, average: found 'mode'; expected one of median, mean."),
])
def test_wrong_options_are_one_sentence(options, message):
    with pytest.raises(rk.ModelError) as wrong:
        rk.describe_people(arms(), **options)
    assert str(wrong.value) == message
