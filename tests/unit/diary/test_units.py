"""How many of one unit another is, in the words that people write."""

from __future__ import annotations

import pytest

from rlskit.diary.units import UNITS, factor, unit_called


@pytest.mark.parametrize(("written", "unit", "times"), [
    ("min", "h", 1 / 60), ("Stunden", "min", 60), ("g", "mg", 1000), ("mcg", "g", 1e-6), ("cup", "cups", 1),
    ("Tasse", "cups", 1), ("km", "km", 1), ("KM", "km", 1), ("lap", "laps", 1), ("Runde", "Runden", 1),
    ("h", "s", 3600), ("min", "cups", None), ("m", "min", None), ("miles", "km", None), ("mg", "g", 1e-3),
    ("lamps", "laps", None)])
def test_one_unit_in_another(written, unit, times):
    assert factor(written, unit) == (None if times is None else pytest.approx(times))


def test_a_word_is_for_one_unit_only():
    words = [word for said in UNITS.values() for word in said.split()]
    assert len(words) == len(set(words)) and {unit_called(f"{word.upper()}.") for word in words} == set(UNITS)
