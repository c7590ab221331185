"""The style sheet: words stand out from the paper, and lines hold what was written."""

from __future__ import annotations

from rlskit.figures.style import DARK as DARK_COLOURS
from rlskit.figures.style import FONT, INK, PAPER, SOFT, lightness, text_width, wrap
from tests.helpers import picture_samples as samples


def test_words_stand_out_from_the_paper_by_day_and_by_night():
    """WCAG 2.2, 1.4.3: at least 4.5 to 1."""
    for ink in (INK, SOFT):
        for word, paper in ((ink, PAPER), (DARK_COLOURS[ink], DARK_COLOURS[PAPER])):
            light, dark = sorted((luminance(word), luminance(paper)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(colour):
    """Relative luminance, from CIE lightness (white = 1)."""
    bright = (lightness(colour) + 16) / 116
    return bright**3 if bright > 6 / 29 else lightness(colour) / 903.3


def test_lines_are_wrapped_to_the_width_and_nothing_is_lost():
    text = f"{samples.LONG} {'x' * 90} {samples.RIGHT_TO_LEFT}"
    lines = wrap(text, 100)
    assert all(text_width(one) <= 100 for one in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert FONT == ["DejaVu Sans"]
