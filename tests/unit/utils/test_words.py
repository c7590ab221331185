"""Terms of a formula as people say them."""

from __future__ import annotations

import pytest

from rlskit.utils.words import readable


@pytest.mark.parametrize(("term", "words"), [
    ("caffeine_after_noon_mg", "caffeine after noon (mg)"),
    ("within(stretched)", "stretched, each person's own nights"),
    ("between(alcohol_drinks)", "alcohol (drinks), people compared"), ("C(movement)", "movement"),
    ("lag(stretched)", "stretched, the night before"), ("rolling(caffeine_mg, 7)", "caffeine (mg), last 7 nights"),
    ("log(x)", "log(x)"), ("stretched:within(x)", "stretched:within(x)")])
def test_a_term_in_words(term, words):
    assert readable(term) == words
