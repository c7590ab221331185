"""Memory left over, single weeks and people, trend and weekday."""

import numpy as np
import pandas as pd

from rlskit.checks.influence import influence
from rlskit.checks.omitted_terms import trend, weekday
from rlskit.checks.residuals import left_over, residual_persistence
from rlskit.models.columns import NIGHT
from tests.unit.checks.build import diary, helps, material


def spells(rng, table):
    """Bad spells and good ones, of ten nights on average."""
    bad = np.cumsum(rng.random(len(table)) < 0.1) % 2 == 0
    return rng.random(len(table)) < np.where(bad, 0.85, 0.15)


def test_chance_leaves_no_memory_over():
    found = residual_persistence(material(diary(240)))
    assert found.result == "pass" and found.lower < found.value < found.upper
    assert found.sentence == "Bad nights follow one another about as the model expects."


def test_memory_that_would_undo_the_claim_unseen_is_no_pass():
    """A narrow claim on few nights, with an exposure that comes in weeks."""
    def weeks(rng, table):
        return (np.arange(len(table)) // 7) % 2 == 1

    few = material(diary(70, seed=20, done=weeks, symptoms=helps(0.42)))
    found = residual_persistence(few)
    assert few.answer.claim == -1 and found.result == "could not have shown it"
    assert found.sentence == ("Bad nights follow one another about as the model expects. Memory too small for these "
                              "nights to show would still be enough to undo the claim.")
    assert residual_persistence(material(diary(400, seed=20, done=weeks, symptoms=helps(0.42)))).result == "pass"


def test_spells_fail_where_the_model_has_no_memory():
    found = residual_persistence(material(diary(240, symptoms=spells), night_to_night=False))
    assert found.result == "fail" and found.value > 0.2
    assert found.sentence == ("Bad nights follow one another in a way that the model does not expect; chance alone "
                              "does this in fewer than 1 in 1,000 diaries. The interval may be too narrow.")


def test_the_models_own_memory_takes_spells_in():
    assert residual_persistence(material(diary(240, symptoms=spells))).result == "pass"


def test_a_weekly_pattern_is_left_over_even_with_memory():
    nights = diary(240, symptoms=lambda rng, t: rng.random(len(t)) < np.where(np.arange(len(t)) % 7 < 2, 0.85, 0.15))
    assert residual_persistence(material(nights)).result == "fail"


def test_nights_apart_have_no_neighbours():
    nights = diary(400)
    found = residual_persistence(material(nights[nights.index % 9 == 0].reset_index(drop=True)))
    assert found.sentence == "Not possible: fewer than 10 pairs of nights next to each other."


def test_people_who_differ_leave_no_memory_over():
    """Thirty people of different levels, no memory: their levels are integrated over, not plugged in."""
    rng = np.random.default_rng(6)
    p_values = []
    for _ in range(2):
        level = np.repeat(rng.normal(0, 1.5, 30), 20)
        nights = pd.DataFrame({"person": np.repeat(np.arange(30), 20), "night": np.tile(np.arange(20), 30),
                               "done": rng.random(600) < 0.5})
        nights["symptoms"] = rng.random(600) < 1 / (1 + np.exp(-level))
        p_values.append(left_over(material(nights, night_to_night=False))[1])
    assert min(p_values) > 0.02 and max(p_values) > 0.2


def test_weeks_that_agree_pass():
    found = influence(material(diary(210, symptoms=helps(0.35))))
    assert found.result == "pass"
    assert found.sentence == (f"Leaving out any single week moves the answer by at most {abs(found.value):.1f} symptom "
                              f"nights in 30 (to {found.sentence.split('(to ')[1]}")


def one_week(n=84):
    """Done on ten nights, seven of them in one week and all those bad; no effect elsewhere."""
    nights = diary(n, symptoms=lambda rng, t: rng.random(len(t)) < 0.25)
    nights["done"] = nights.index.isin([5, 20, 60, *range(35, 42)])
    nights.loc[35:41, "symptoms"] = True
    nights.loc[[5, 20, 60], "symptoms"] = [True, False, False]
    return nights


def test_one_week_that_carries_the_claim_fails():
    found = influence(material(one_week()))
    assert found.result == "fail"
    assert found.sentence.startswith("Leaving out the week from 6 April 2026 alone moves the answer from +")
    assert found.sentence.endswith(", and nothing is clear any more.")


def test_numbered_nights_make_weeks_of_seven():
    nights = one_week().assign(night=np.arange(84))
    assert "the week from night 35 alone" in influence(material(nights)).sentence


def test_one_person_that_carries_the_claim_fails():
    rng = np.random.default_rng(3)
    nights = pd.DataFrame({"person": np.repeat(list("abcde"), 60), "night": np.tile(np.arange(60), 5),
                           "done": rng.random(300) < 0.5})
    nights["symptoms"] = rng.random(300) < 0.4
    carries = nights["person"].eq("c")
    nights.loc[carries, "symptoms"] = nights["done"][carries] ^ (rng.random(60) < 0.02)
    found = influence(material(nights))
    assert (found.check, found.result) == ("single people", "fail")
    assert found.sentence.startswith("Leaving out one person alone moves the answer from +")


def test_one_newton_step_finds_the_weeks_that_matter():
    m = material(diary(84, symptoms=helps(0.3)))
    night = m.fit.design.frame[NIGHT].to_numpy()
    left = [m.refit.keeping(np.arange(84) // 7 != week, night) for week in range(12)]
    steps, fits = [one.stepped for one in left], [one.again().estimate for one in left]
    assert np.corrcoef(steps, fits)[0, 1] > 0.98
    assert np.abs(np.array(steps) - fits).max() < 0.25 * m.refit.standard_error


def test_fewer_than_three_weeks_have_no_influence_row():
    assert influence(material(diary(14, symptoms=[True, False] * 7))).result == "not possible"


def rising(rng, table):
    return rng.random(len(table)) < np.linspace(0.1, 0.8, len(table))


def test_a_trend_that_was_left_out_says_look():
    found = trend(material(diary(200, symptoms=rising)))
    assert found.result == "look"
    assert found.sentence.startswith("Symptom nights follow a steady trend, which the model leaves out. With it, the ")


def test_a_trend_shared_with_the_exposure_fails():
    nights = diary(200, symptoms=rising, done=lambda rng, t: rng.random(len(t)) < np.linspace(0.05, 0.95, len(t)))
    assert trend(material(nights, night_to_night=False)).result == "fail"


def test_a_trend_that_moves_the_answer_unseen_is_no_pass():
    nights = diary(50, seed=24, done=lambda rng, t: rng.random(len(t)) < np.linspace(0.05, 0.95, len(t)),
                   symptoms=helps(0.3))
    found = trend(material(nights, night_to_night=False))
    assert found.result == "could not have shown it"
    assert found.sentence == (
        "Symptom nights do not clearly follow a steady trend. With it, the answer would be −12.5 instead of −8.3. That "
        "is far, and these nights are too few to say whether it is there.")


def test_a_trend_in_the_model_is_not_asked_twice():
    nights = diary(200, symptoms=rising, day=np.arange(200.0))
    found = trend(material(nights, "symptoms ~ done + day"))
    assert (found.result, found.sentence) == ("pass", "The model takes a steady trend into account already.")


def test_no_trend_passes():
    found = trend(material(diary(200)))
    assert found.result == "pass"
    assert found.sentence.startswith("Symptom nights do not clearly follow a steady trend. With it, the answer would ")


def at_weekends(rng, table):
    return rng.random(len(table)) < np.where(table["night"].dt.day_of_week.isin([4, 5]), 0.85, 0.25)


def test_weekends_that_were_left_out_say_look():
    assert weekday(material(diary(200, symptoms=at_weekends))).result == "look"


def test_a_short_diary_sees_friday_and_saturday_evenings():
    found = weekday(material(diary(70, symptoms=at_weekends)))
    assert found.result == "look"
    assert found.sentence.startswith("Symptom nights follow the weekend (Friday and Saturday evenings), which the ")


def test_an_exposure_of_weekends_fails():
    nights = diary(200, symptoms=at_weekends,
                   done=lambda rng, t: rng.random(len(t)) < np.where(t["night"].dt.day_of_week.isin([4, 5]), 0.95, 0.1))
    assert weekday(material(nights)).result == "fail"


def test_days_alike_pass_and_short_diaries_ask_for_the_weekend_alone():
    assert weekday(material(diary(200))).result == "pass"
    assert "the weekend (Friday and Saturday evenings)" in weekday(material(diary(60))).sentence


def test_numbered_nights_have_no_weekday():
    found = weekday(material(diary(60).assign(night=np.arange(60))))
    assert found.sentence == "Not possible: the nights are numbered, so the day of the week is not known."
