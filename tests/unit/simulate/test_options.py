"""simulate_diaries: what is refused, in which words, and what is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk

SPAN = "the first and the last night, whole numbers counted from 0, such as"
ACTS = ("caffeine_before_noon_mg, caffeine_after_noon_mg, alcohol_drinks, iron, magnesium, bedtime_sd_7_min, "
        "free_night, day_index, stretched")
TRACKED = ("symptoms, early_symptoms, stretched, iron, magnesium, free_night, caffeine_before_noon_mg, "
           "caffeine_after_noon_mg, alcohol_drinks")
NEW = 'expected names that the table of nights does not have yet, such as "takes_iron".'
SEED = "expected a whole number, 0 or more, such as 1, or a generator made by numpy.random.default_rng."
REACHED = ("expected a share that diaries with such effects and standard deviations can have. Take smaller ones, or "
           "another share.")


@pytest.mark.parametrize(("option", "message"), [
    ({"effects": {"strech": 1.0}}, f'effects: expected one of {ACTS}, found "strech".'),
    ({"effects": {"stretched": np.inf}}, 'effects["stretched"]: found inf; expected a finite number.'),
    ({"effects": {"stretched": "a"}}, "effects[\"stretched\"]: found 'a'; expected a finite number."),
    ({"effects": 5}, 'effects: found 5; expected a dictionary by name, such as {"stretched": 0.5}.'),
    ({"effects": {"alcohol_drinks": 500.0}}, f"base_rate: found 0.4; {REACHED}"),
    ({"person_sd": {"slope": 1.0}}, f'person_sd: expected one of intercept, {ACTS}, found "slope".'),
    ({"person_sd": {"intercept": -1}}, 'person_sd["intercept"]: found -1; expected a finite number, 0 or more.'),
    ({"person_sd": {"intercept": np.nan}}, 'person_sd["intercept"]: found nan; expected a finite number, 0 or more.'),
    ({"traits": {"old": np.nan}}, 'traits["old"]: found nan; expected a finite number.'),
    ({"traits": {"old": 10**400}}, f'traits["old"]: found {10**400}; expected a finite number.'),
    ({"traits": {"symptoms": 1.0}, "people": 4}, f"traits: found 'symptoms'; {NEW}"),
    ({"traits": {1: 1.0}}, f"traits: found 1; {NEW}"),
    ({"tracked": {"wine": (0, 3)}}, f'tracked: expected one of {TRACKED}, found "wine".'),
    ({"tracked": {"iron": (9, 2)}}, f'tracked["iron"]: found (9, 2); expected {SPAN} (20, 26).'),
    ({"tracked": {"iron": 9}}, f'tracked["iron"]: found 9; expected {SPAN} (20, 26).'),
    ({"tracked": [3]}, 'tracked: found [3]; expected a dictionary by name, such as {"stretched": (20, 26)}.'),
    ({"gaps": ((-10, 500),)}, f"gaps: found (-10, 500); expected pairs of {SPAN} ((20, 26),)."),
    ({"gaps": ((3, 9), (9, 3))}, f"gaps: found (9, 3); expected pairs of {SPAN} ((20, 26),)."),
    ({"gaps": (20, 26)}, f"gaps: found 20; expected pairs of {SPAN} ((20, 26),)."),
    ({"gaps": ((1, 2, 3),)}, f"gaps: found (1, 2, 3); expected pairs of {SPAN} ((20, 26),)."),
    ({"gaps": (("a", 2),)}, f"gaps: found ('a', 2); expected pairs of {SPAN} ((20, 26),)."),
    ({"gaps": None}, f"gaps: found None; expected pairs of {SPAN} ((20, 26),)."),
    ({"base_rate": 1.2}, "base_rate: found 1.2; expected more than 0 and below 1."),
    ({"base_rate": "a"}, "base_rate: found 'a'; expected more than 0 and below 1."),
    ({"base_rate": 1e-20}, f"base_rate: found 1e-20; {REACHED}"),
    ({"night_correlation": 1.0}, "night_correlation: found 1.0; expected 0 or more and below 1."),
    ({"early_share": -0.1}, "early_share: found -0.1; expected 0 or more and below 1."),
    ({"missing": None}, "missing: found None; expected 0 or more and below 1."),
    ({"night_sd": -5}, "night_sd: found -5; expected a finite number, 0 or more."),
    ({"night_sd": np.inf}, "night_sd: found inf; expected a finite number, 0 or more."),
    ({"responsive_stretching": 5}, "responsive_stretching: found 5; expected a number from 0 to 1."),
    ({"stretch_anyway": 2}, "stretch_anyway: found 2; expected a number from 0 to 1."),
    ({"logging_depends_on_symptoms": 3.0}, "logging_depends_on_symptoms: found 3.0; expected a number from 0 to 1."),
    ({"people": 0}, "people: found 0; expected a whole number, 1 or more, such as 20."),
    ({"people": True}, "people: found True; expected a whole number, 1 or more, such as 20."),
    ({"nights": -5}, "nights: found -5; expected a whole number, 1 or more, such as 180."),
    ({"sites": -3}, "sites: found -3; expected a whole number, 0 or more, such as 3."),
    ({"sites": 2.5}, "sites: found 2.5; expected a whole number, 0 or more, such as 3."),
    ({"seed": -1}, f"seed: found -1; {SEED}"),
    ({"seed": "a"}, f"seed: found 'a'; {SEED}"),
])
def test_an_option_that_no_diary_can_be_made_with_is_refused_by_its_name(option, message):
    with pytest.raises(rk.ModelError) as refused:
        rk.simulate_diaries(**{"people": 2, "nights": 20, **option})
    assert str(refused.value) == f"simulate_diaries, {message}"


def test_no_trait_takes_the_place_of_a_column():
    more = {"people": 2, "nights": 8, "sites": 2, "other_landmarks": True}
    for column in rk.simulate_diaries(**more).nights:
        with pytest.raises(rk.ModelError, match=f"^simulate_diaries, traits: found '{column}'; expected names"):
            rk.simulate_diaries(**more, traits={column: 1.0})
    assert "site" in rk.simulate_diaries(people=2, nights=8, traits={"site": 1.0}).nights  # not asked for, so free


def test_a_trait_may_be_called_self():
    """pandas takes no keyword of that name."""
    more = {"people": 4, "nights": 8, "seed": 1}
    made, usual = (rk.simulate_diaries(**more, traits={name: 1.0}).nights for name in ("self", "old"))
    assert made["self"].tolist() == usual["old"].tolist()
    pd.testing.assert_frame_equal(made.drop(columns="self"), usual.drop(columns="old"))


@pytest.mark.parametrize("option", [
    {"stretch_anyway": True, "responsive_stretching": 0}, {"gaps": [[5, 500]]}, {"gaps": np.array([[3, 3]])},
    {"seed": np.random.default_rng(1)}, {"seed": None}, {"seed": [1, 2]}, {"people": np.int64(2)},
    {"base_rate": np.float32(0.3)}, {"logging_depends_on_symptoms": 1},
    {"tracked": {"iron": [0, 10**6]}},
])
def test_what_diaries_can_be_made_with_is_taken(option):
    assert len(rk.simulate_diaries(**{"nights": 9, **option}).nights) in (9, 18)
