"""Whose limits are printed: "95% interval" is the row's own, others are called for all rows together, everywhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rlskit.answers.claims import Primary
from rlskit.answers.result import as_html, as_text
from rlskit.answers.sentences import describe
from rlskit.figures import alt_text, caption
from rlskit.pages.clinic.findings import list_sayings
from rlskit.pages.report_tables import answer_table
from tests.helpers import picture_samples as samples

# own limits and those for all rows that no rounding makes alike
ROW = samples.ROW | {"estimate": 8.0, "lower_pointwise": 4.0, "upper_pointwise": 12.0, "lower": 2.0, "upper": 14.0,
                     "verdict": "more"}
OWN = ("between 4 more and 12 more", "+4.0 to +12.0", "+4.0\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}+12.0",
       "+4 to +12")
FAMILY = ("between 2 more and 14 more", "+2.0 to +14.0", "+2.0\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}+14.0",
          "+2 to +14")
SURFACES = {
    "sentences": describe, "print": as_text, "html": as_html,
    "clinic page": lambda answers: " ".join(list_sayings(answers, enough=True)),
    "table": lambda answers: str([answer_table(answers).head, *answer_table(answers).rows]),
    "figure": lambda answers: alt_text(answers) + caption(answers),
}


@pytest.mark.parametrize("name", ["sentences", "print", "html", "table", "figure"])
def test_the_limits_of_the_first_question_are_not_called_those_of_all_rows(name):
    answers = replace(samples.make_answers(ROW), primary=Primary(question=ROW["question"]))
    text = " ".join(SURFACES[name](answers).split())
    assert "as the first question" in text.lower()
    assert name not in ("sentences", "print") or "all rows together" not in text.lower()


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("verdict", ["more", "unclear"])
def test_an_interval_is_the_rows_own_and_other_limits_are_named(name, verdict):
    text = " ".join(SURFACES[name](samples.make_answers(ROW | {"verdict": verdict})).replace("\n", " ").split(" "))
    own, family = ([one for one in forms if one in text] for forms in (OWN, FAMILY))
    if name == "summary" and verdict == "unclear":
        assert not own and not family
        return
    assert own or family
    assert not own or "95% interval" in text
    assert not family or "all rows" in text
    if name in ("clinic page", "summary"):
        assert own and not family
    if name in ("sentences", "print", "html", "table"):
        assert own and family
