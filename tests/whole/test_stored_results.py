"""Results that were stored are read again after files have moved: what a pickle names of rlskit is rlskit alone."""

from __future__ import annotations

import pickle
import pickletools

import pandas as pd
import pytest

import rlskit as rk

FORMULA = "symptoms ~ stretched"
FACTS = """[[medicines]]
name = "Iron tablets"
start = 2026-01-01
"""


def named(value) -> set[tuple[str, str]]:
    """(module, class) of everything that a pickle asks rlskit for."""
    words: list[str] = []
    found = set()
    for code, word, _ in pickletools.genops(pickle.dumps(value, protocol=4)):
        if code.name.endswith("BINUNICODE"):
            words.append(word)
        elif code.name == "STACK_GLOBAL":
            found.add((words[-2], words[-1]))
    return {(module, name) for module, name in found if module.partition(".")[0] == "rlskit"}


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> dict:
    diary = rk.read_diary(rk.sample_path())
    nights = rk.simulate_diaries(nights=90, seed=4, other_landmarks=True).nights
    quiet = rk.quiet_nights(nights)
    several = rk.simulate_diaries(people=6, nights=40, seed=1)
    one, people = rk.fit(FORMULA, quiet), rk.fit(FORMULA, several.nights, slopes="stretched")
    numeric = rk.fit("sleep_h ~ stretched", nights, outcome=rk.GAUSSIAN)
    levels = rk.fit("severity_0_10 ~ stretched", rk.simulate_diaries(nights=60, seed=2).nights, outcome=rk.ORDINAL)
    facts = tmp_path_factory.mktemp("facts") / "clinic.toml"
    facts.write_text(FACTS, encoding="utf-8")
    return {
        "diary": diary, "simulated": several, "fit": one, "people": people, "numeric": numeric, "levels": levels,
        "effects": rk.estimate_effects(one), "own": rk.estimate_people(people, "stretched"), "outcome": rk.BINARY,
        "prior": rk.WEAK, "correction": rk.BARTLETT, "checks": rk.check_fit(one, nights),
        "answers": rk.answer_questions(nights), "trend": rk.trace_trend(nights),
        "plan": rk.plan_nights(nights, "stretching", simulations=2, jobs=1), "facts": rk.read_facts(facts),
        "mapping": rk.read_mapping(rk.sample_path() / "rlskit.toml"), "error": rk.ModelError("no"),
        "coverage": rk.coverage_check(one, simulations=2, jobs=1),
        "specifications": rk.vary_analysis(FORMULA, nights, "stretched"),
    }


@pytest.mark.parametrize("kind", [
    "diary", "simulated", "fit", "people", "numeric", "levels", "effects", "own", "outcome", "prior", "correction",
    "checks", "answers", "trend", "plan", "facts", "mapping", "error", "coverage", "specifications"])
def test_a_stored_result_names_no_file_of_the_package(results, kind):
    assert {module for module, _ in named(results[kind])} <= {"rlskit"}
    assert type(pickle.loads(pickle.dumps(results[kind]))) is type(results[kind])


def test_a_fit_that_was_stored_answers_as_before(results):
    again = pickle.loads(pickle.dumps(results["fit"]))
    pd.testing.assert_frame_equal(rk.estimate_effects(again).table, results["effects"].table, rtol=1e-3)


def test_a_class_of_another_file_would_be_found_out():
    from rlskit.engine.fitting.shard import Rule

    assert named(Rule(0, 1e-7, None)) == {("rlskit.engine.fitting.shard", "Rule")}
