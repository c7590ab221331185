"""An outcome of one's own: what every sentence calls it."""

from __future__ import annotations

import pytest

import rlskit as rk
from rlskit.effects.model_table import note_of_model

HEADACHE = rk.name_outcome("headache day", unit="days")


@pytest.mark.parametrize(("text", "said"), [
    ("Symptom nights do not follow a trend: 2 fewer symptom nights per 30 nights.",
     "Headache days do not follow a trend: 2 fewer headache days per 30 days."),
    ("Nights compared; less than 1 symptom night, a night at a time, fortnightly.",
     "Days compared; less than 1 headache day, a day at a time, fortnightly."),
    ('Fit it on rk.quiet_nights(nights), column "night".', 'Fit it on rk.quiet_nights(nights), column "night".'),
    ("change in points of severity, nights_per_30", "change in points of headache day, nights_per_30"),
])
def test_words_about_symptom_nights_are_words_about_the_outcome(text, said):
    assert HEADACHE.said(text) == said
    assert rk.BINARY.said(text) == text


def test_a_name_makes_no_other_kind_of_outcome():
    assert HEADACHE == rk.BINARY and rk.name_outcome("pain", like=rk.ORDINAL) == rk.ORDINAL
    assert rk.BINARY.noun == "symptom night"  # nothing was set


@pytest.mark.parametrize(("given", "said"), [
    (("", "days"), "name_outcome, name: found ''"), (("x", 3), "name_outcome, unit: found 3"),
])
def test_no_text_is_no_name(given, said):
    with pytest.raises(rk.ModelError) as refused:
        rk.name_outcome(*given)
    assert str(refused.value) == f'{said}; expected text, as in rk.name_outcome("headache day", unit="days").'


def test_nothing_says_symptom_night_where_there_are_none():
    table = rk.simulate_diaries(people=5, nights=30, seed=1).nights.rename(
        columns={"symptoms": "migraine", "person": "id", "night": "day"})
    fit = rk.fit("migraine ~ stretched + (stretched | id)", table, night="day", night_to_night=False, outcome=HEADACHE)
    effects, own = rk.estimate_effects(fit), rk.estimate_people(fit, "stretched")
    texts = [repr(fit), repr(effects), repr(own), rk.describe(effects), rk.describe(own),
             rk.describe_methods(fit, effects), rk.tabulate_effects({"all": effects}).to_string(), rk.alt_text(effects),
             rk.alt_text(own), note_of_model(fit, 0.95)]
    for text in texts:
        assert "symptom night" not in text.lower(), text
    drawn = rk.plot_effects(effects).figure.findobj(lambda one: type(one).__name__ in ("Text", "Annotation"))
    words = " ".join(one.get_text().replace("\n", " ") for one in drawn)
    assert "headache days per 30 days" in words and "symptom night" not in words
    assert repr(effects).startswith("Change in headache days per 30 days; ")
