"""The whole table: every row for any data, exact text, invariants, errors."""

import numpy as np
import pandas as pd
import pytest

import rlskit as rk
from rlskit.checks.context import line_up
from rlskit.checks.controls import negative_control
from rlskit.checks.fit_checks import CHECKS, Checks
from rlskit.checks.row import RESULTS
from tests.unit.checks.build import diary, helps

NAMES = ["symptoms before it", "tomorrow's exposure", "memory left over", "single weeks", "trend", "day of the week",
         "tracking", "nights alike", "empty nights and the answer", "nights that say nothing",
         "empty nights and the rate", "E-value", "one-sided nights", "changes", "nights per column"]


@pytest.fixture(scope="module")
def nights():
    return diary(90, seed=4, symptoms=helps(0.4))


@pytest.fixture(scope="module")
def checks(nights):
    return rk.check_fit(rk.fit("symptoms ~ done", nights), nights)


def test_every_row_is_there_with_a_result_and_a_sentence(checks):
    assert list(checks.table.columns) == ["check", "result", "value", "lower", "upper", "sentence"]
    assert list(checks.table["check"]) == NAMES and len(NAMES) == len(CHECKS)
    assert set(checks.table["result"]) <= set(RESULTS)
    assert checks.table["sentence"].str.endswith((".", ")")).all()


def test_no_row_advises_or_says_what_only_a_statistician_would_read(checks):
    text = " ".join(checks.table["sentence"]).lower()
    for word in ("significan", "p-value", "should", "you must", "try to", "recommend", "nan", "null"):
        assert word not in text


def test_the_answer_stands_beside_its_checks(checks, nights):
    effect = rk.compare(rk.fit("symptoms ~ done", nights), "done", 1, 0).table.iloc[0]
    assert checks.estimate == pytest.approx(effect["estimate"], abs=1e-6)
    assert [checks.lower, checks.upper] == pytest.approx([effect["lower"], effect["upper"]], abs=0.02)


def test_a_frame_of_ones_own_without_anything_else_says_what_is_not_possible():
    rng = np.random.default_rng(1)
    own = pd.DataFrame({"headache": rng.random(60) < 0.4, "dose": rng.integers(0, 4, 60).astype(float)})
    found = rk.check_fit(rk.fit("headache ~ dose", own, night_to_night=False), own)
    assert list(found.table["check"]) == NAMES
    cannot = found.table[found.table["result"].eq("not possible")]
    assert list(cannot["check"]) == ["symptoms before it", "day of the week", "tracking"]
    assert cannot["sentence"].str.startswith("Not possible: ").all()


def test_order_of_rows_and_name_of_the_person_change_nothing(checks, nights):
    shuffled = nights.assign(person="somebody").sample(frac=1, random_state=3)
    again = rk.check_fit(rk.fit("symptoms ~ done", shuffled), shuffled)
    pd.testing.assert_frame_equal(again.table, checks.table, atol=1e-3)


def test_several_people():
    rng = np.random.default_rng(2)
    table = pd.DataFrame({"person": np.repeat(list("abcd"), 50), "night": np.tile(np.arange(50), 4),
                          "done": rng.random(200) < 0.5})
    table["symptoms"] = rng.random(200) < 0.6 - 0.3 * table["done"]
    found = rk.check_fit(rk.fit("symptoms ~ done", table, slopes=("done",)), table)
    assert list(found.table["check"])[3] == "single people" and found.n_people == 4
    assert "4 people" in repr(found)


def test_the_simulated_confounded_diary_fails_and_the_landmark_does_not():
    nights = rk.simulate_diaries(1, 180, seed=5, responsive_stretching=0.3, early_share=0.4).nights
    for table, result in ((nights, "fail"), (rk.quiet_nights(nights), "pass")):
        fit = rk.fit("symptoms ~ stretched", table)
        assert negative_control(line_up(fit, nights, *[None] * 4, "person", "night", 0.95)).result == result


# --- exact text ----------------------------------------------------------------------------------------------------
PINNED = Checks(
    pd.DataFrame([["symptoms before it", "fail", 4.0, 1.0, 7.0, "Evenings with stretching had symptoms before it."],
                  ["trend", "pass", -3.0, np.nan, np.nan, "Symptom nights do not clearly follow a steady trend. " * 3],
                  ["E-value", "look", 1.5, 1.5, 3.0, "To explain <this> away."],
                  ["tracking", "not possible", np.nan, np.nan, np.nan, "Not possible: no states."]],
                 columns=["check", "result", "value", "lower", "upper", "sentence"]),
    "symptoms ~ stretched", "stretched", "stretching", 1.0, 0.0, -3.6, -6.0, -1.0, 0.95, 132, 1)


def test_repr():
    assert repr(PINNED) == """\
Checks of stretching in "symptoms ~ stretched", 132 nights of one person: 1 pass, 1 look, 1 fail, 1 not possible

FAIL          symptoms before it  Evenings with stretching had symptoms before it.
pass          trend               Symptom nights do not clearly follow a steady trend. Symptom nights do not clearly
                                  follow a steady trend. Symptom nights do not clearly follow a steady trend.
LOOK          E-value             To explain <this> away.
NOT POSSIBLE  tracking            Not possible: no states.

next: rk.plot_checks(checks), rk.plot_negative_control(checks)"""


def test_html_says_the_same_and_escapes():
    html = PINNED._repr_html_()
    assert ">✗ fail</td><th scope='row' style='text-align:left'>symptoms before it</th>" in html
    assert "To explain &lt;this&gt; away." in html and "<this>" not in html


# --- errors --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("options", "message"), [
    ({"exposure": "coffee"}, 'check_fit, exposure: found "coffee"; expected a column of "symptoms ~ done": '
                             "done."),
    ({"before": "early"}, 'check_fit, before: found no column "early" in the table of nights; expected the column of '
                          "symptoms that came before the exposure that evening."),
    ({"level": 95}, "check_fit, level: found 95; expected a number between 0 and 1, such as 0.95."),
])
def test_what_cannot_be_asked_is_one_clear_error(nights, options, message):
    with pytest.raises(rk.ModelError) as wrong:
        rk.check_fit(rk.fit("symptoms ~ done", nights), nights, **options)
    assert str(wrong.value) == message


def test_nights_of_another_diary_are_refused(nights):
    with pytest.raises(rk.ModelError) as wrong:
        rk.check_fit(rk.fit("symptoms ~ done", nights), nights.iloc[10:])
    assert str(wrong.value) == ("check_fit: found 10 modelled nights that are not in the table of nights; expected the "
                                "table that was fitted, or the whole one it was taken from.")


def test_a_night_twice_is_refused(nights):
    fit = rk.fit("symptoms ~ done", nights)
    with pytest.raises(rk.ModelError, match='two rows for one night of person "one person"'):
        rk.check_fit(fit, pd.concat([nights, nights.iloc[:1]]))


def test_a_formula_without_a_column_to_check_is_refused(nights):
    with pytest.raises(rk.ModelError, match="found no column in"):
        rk.check_fit(rk.fit("symptoms ~ 1", nights), nights)


def test_the_first_column_is_the_one_asked_about_unless_told(nights):
    nights = nights.assign(dose=np.random.default_rng(1).uniform(0, 3, len(nights)))
    fit = rk.fit("symptoms ~ dose + done", nights)
    given = [None] * 3
    assert line_up(fit, nights, None, *given, "person", "night", 0.95).exposure == "dose"
    assert line_up(fit, nights, "done", *given, "person", "night", 0.95).exposure == "done"
