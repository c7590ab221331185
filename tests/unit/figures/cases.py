"""Every picture that the kit makes, each of tables that are hard to draw: (plot, table) by name."""

from __future__ import annotations

import numpy as np

from rlskit.figures import (
    plot_calendar,
    plot_dose,
    plot_effects,
    plot_onset,
    plot_people,
    plot_rates,
    plot_sleep,
    plot_tally,
    plot_trend,
)
from tests.helpers import picture_samples as samples

OPEN = samples.ROW | {"upper": np.inf, "upper_pointwise": np.inf, "verdict": "unclear"}
ALL_REFUSED = samples.make_answers(*(samples.refused(r) for r in (samples.ROW, samples.CAFFEINE, samples.ALCOHOL)))
OWN = ", your own 90th and 10th percentile"
SIXTEEN = samples.make_answers(  # a diary with ten exposures, as answer_questions words it
    samples.ROW, samples.CAFFEINE | {"label": "A stretching routine", "contrast": f"12 days vs 2 days{OWN}"},
    *(samples.ROW | {"label": f"Movement: {name}", "contrast": "with vs without"} for name in ("calf", "walk", "yoga")),
    *(samples.CAFFEINE | {"contrast": f"190 mg vs 0 mg{OWN}"} for _ in range(8)), samples.BEDTIME, samples.ALCOHOL,
    samples.refused(samples.BEDTIME) | {"verdict": "plan", "reason": "Watching alone cannot answer this: to see an "
                                        "effect of 3 nights in 30 would take more than two years of nights"})
TEN = samples.make_answers(*[samples.ROW, samples.CAFFEINE, samples.ALCOHOL, samples.BEDTIME, OPEN] * 2)
NAMED = samples.make_answers(samples.ROW | {"label": samples.LONG}, samples.CAFFEINE | {"label": samples.RIGHT_TO_LEFT})
UNBROKEN = samples.make_answers(samples.ROW | {"label": "x" * 120})

PICTURES = {
    "three nights": (plot_calendar, samples.make_nights(3)),
    "30 nights": (plot_calendar, samples.make_nights(30)),
    "180 nights": (plot_calendar, samples.make_nights(180)),
    "a year": (plot_calendar, samples.make_nights(365)),
    "60% missing": (plot_calendar, samples.make_nights(180, missing=0.6)),
    "all symptom nights": (plot_calendar, samples.make_nights(180, symptoms=1.1, missing=0, severity=False)),
    "weeks": (plot_rates, samples.make_rates(26, empty=(5, 6, 20, 22))),
    "a year of weeks": (plot_rates, samples.make_rates(53)),
    "five weeks": (plot_rates, samples.make_rates(5)),
    "one week": (plot_rates, samples.make_rates(1)),
    "weeks without an estimate": (plot_rates, samples.make_rates(3).assign(rate=np.nan)),
    "no answers": (plot_rates, samples.make_rates(9, empty=range(9))),
    "effects": (plot_effects, samples.make_answers()),
    "one effect": (plot_effects, samples.make_answers(samples.ROW)),
    "ten effects": (plot_effects, TEN),
    "sixteen effects": (plot_effects, SIXTEEN),
    "all refused": (plot_effects, ALL_REFUSED),
    "open interval": (plot_effects, samples.make_answers(OPEN)),
    "long and right-to-left names": (plot_effects, NAMED),
    "one word of 120 letters": (plot_effects, UNBROKEN),
    "effects of a fit": (plot_effects, samples.make_effects()),
    "odds ratios": (plot_effects, samples.make_effects("odds_ratio")),
    "onsets": (plot_onset, samples.make_onsets(90)),
    "a year of onsets": (plot_onset, samples.make_onsets(365)),
    "no onset": (plot_onset, samples.make_onsets(30).assign(onset_h=np.nan)),
    "sleep, three nights": (plot_sleep, samples.make_sleep(3)),
    "sleep, 30 nights": (plot_sleep, samples.make_sleep(30, missing=0)),
    "sleep, a year": (plot_sleep, samples.make_sleep(365)),
    "sleep, 60% missing": (plot_sleep, samples.make_sleep(180, missing=0.6)),
    "dose": (plot_dose, samples.make_curve()),
    "dose, open": (plot_dose, samples.make_curve(upper=np.inf)),
    "dose, a line only": (plot_dose, samples.make_curve(curved=False, label=samples.LONG)),
    "dose, refused": (plot_dose, samples.make_curve(reason="Only 3 nights with alcohol; 7 are needed")),
    "trend": (plot_trend, samples.make_trend()),
    "trend, two weeks": (plot_trend, samples.make_trend(2, reason="Only 14 nights; 28 are needed")),
    "four people who disagree": (plot_people, samples.make_people(4, opposing=True)),
    "twelve people, one of whom never changed it": (plot_people, samples.make_people(12, unchanged=1)),
    "sixty people": (plot_people, samples.make_people(60)),
    "300 people": (plot_people, samples.make_people(300)),
    "people with long names": (plot_people, samples.make_people(5, names=samples.LONG_NAMES)),
    "people as odds ratios": (plot_people, samples.make_people(8, scale="odds_ratio")),
    "a tally": (plot_tally, samples.make_tally(20)),
    "a tally of many": (plot_tally, samples.make_tally(150)),
    "a tally of nobody": (plot_tally, samples.make_tally(20).iloc[:0]),
}
