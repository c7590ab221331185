"""The card of a trial: its verdict, the kind of comparison, and when to look next."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rlskit.pages.trial_cards import trial_card
from rlskit.trials.result import GOING_ON, TOO_EARLY, UNFAIR
from tests.unit.answers.test_trial_sentences import OPEN, ROW, made


def test_a_claim_has_a_filled_dot_and_the_coin_as_its_kind():
    card = trial_card(made(), 20.0)
    assert (card.state, card.verdict) == ("clear", "Fewer symptom nights")
    assert card.sentence == "About 5 fewer symptom nights in 30. It could be 2 to 8 fewer."
    assert card.kind == "A coin decided each evening: 55 with, 57 without" and 'class="ink"' in card.picture
    assert card.next == "show it to somebody who knows your health, with the plan."


@pytest.mark.parametrize(("result", "state", "verdict", "kind", "step"), [
    (made(GOING_ON, row=OPEN, claimed=(False, False), taken=(True, False), looked_at=60), "unclear", "Not yet clear",
     "A coin decided each evening: 55 with, 57 without", "follow the coin until 29 June 2026, the next look."),
    (made(TOO_EARLY, row=ROW | {"reason": "The first planned look is after 60 nights."}, claimed=(False, False),
          taken=(False, False), looked_at=0, nights=31), "refused", "Too early to say",
     "A coin decided each evening: 31 nights so far", "follow the coin until 30 April 2026, the next look."),
])
def test_before_the_end_it_says_when_to_look_next(result, state, verdict, kind, step):
    card = trial_card(result, 20.0)
    assert (card.state, card.verdict, card.kind, card.next) == (state, verdict, kind, step)


def test_what_no_coin_decided_says_so():
    card = trial_card(replace(made(UNFAIR), unfair="The schedule goes to and fro."), 20.0)
    assert card.verdict == "No fair test" and card.kind.startswith("No coin decided: ")
    assert card.sentence.endswith("But: The schedule goes to and fro.")
