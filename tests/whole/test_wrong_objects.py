"""Every public function handed every public result: a sentence that says what was expected, never a bare error."""

from __future__ import annotations

import inspect

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import rlskit as rk
from rlskit.errors import DiaryError, ModelError

# They take text, numbers or nothing first, or any object whatever.
OTHERS = {"fit", "hash_id", "look_back", "simulate_diaries", "stamp_analysis", "strobe_checklist", "sample_path",
          "vary_analysis", "write_table", "combine_diaries", "start"}
FUNCTIONS = sorted(name for name in rk.__all__ if inspect.isfunction(getattr(rk, name)) and name not in OTHERS)


@pytest.fixture(scope="module")
def things():
    diary = rk.read_diary(rk.sample_path() / "bearable.csv")
    nights = rk.make_nights(diary).iloc[:40]  # what takes nights is quick with few
    fit = rk.fit("symptoms ~ stretched", nights)
    return {"a diary": diary, "nights": nights, "a fit": fit, "effects": rk.estimate_effects(fit),
            "rates": rk.estimate_rates(nights), "a trend": rk.trace_trend(nights), "the tags": diary.tags,
            "checks": rk.check_fit(fit, nights), "a mapping": rk.Mapping(), "a table": pd.DataFrame({"x": [1]}),
            "no path": "no/such", "nothing": None, "a number": 3, "words": "stretched"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_wrong_object_is_one_sentence(name, things, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    function = getattr(rk, name)
    asked = [one for one in inspect.signature(function).parameters.values() if one.default is one.empty]
    more = ["stretched"] * (sum(one.kind is one.POSITIONAL_OR_KEYWORD for one in asked) - 1)
    named = {one.name: b"k" * 32 for one in asked if one.kind is one.KEYWORD_ONLY}
    if "simulations" in inspect.signature(function).parameters:  # what takes the thing is not what is tried here
        named |= {"simulations": 2, "jobs": 1}
    bare = {}
    for what, thing in things.items():
        try:
            function(thing, *more, **named)
        except (DiaryError, ModelError) as said:
            assert str(said).rstrip().endswith((".", "?")), (what, said)
        except Exception as wrong:
            bare[what] = repr(wrong)
        finally:
            plt.close("all")
    assert not bare


def test_the_sentence_says_what_was_found_what_was_expected_and_where_it_goes(things):
    for function, thing, said in (
        (rk.estimate_effects, "a diary", "estimate_effects: found a diary; expected a fit. Make one with "
                                         "rk.fit(formula, nights). What you have goes to rk.make_nights(diary)."),
        (rk.make_nights, "no path", 'make_nights: found the text "no/such"; expected a diary. Read one with '
                                    "rk.read_diary(path)."),
        (rk.plot_calendar, "a table", "plot_calendar: found a table with the columns x; expected nights. Make them "
                                      "with rk.make_nights(diary)."),
        (rk.read_diary, "nothing", 'read_diary: found nothing (None); expected a path. Write it as text, such as '
                                   '"my/diary.csv".'),
        (rk.plot_effects, "a fit", "plot_effects: found a fit; expected answers. Make them with "
                                   "rk.answer_questions(nights). What you have goes to rk.estimate_effects(fit)."),
    ):
        with pytest.raises((DiaryError, ModelError)) as wrong:
            function(things[thing])
        assert str(wrong.value) == said
