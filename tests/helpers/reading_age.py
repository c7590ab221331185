"""How old a reader must be: Flesch-Kincaid grade = 0.39 words/sentence + 11.8 syllables/word - 15.59 (Kincaid 1975).

Grade 7 is the year in which most people turn 12 or 13. Numbers count as no words, so that an interval is no long one.
"""

from __future__ import annotations

import re


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end aside."""
    found = re.findall(r"[aeiouy]+", word.lower())
    return max(1, len(found) - (word.lower().endswith("e") and len(found) > 1))


def grade(text: str) -> float:
    """The grade of a text; a sentence ends at a full stop that a gap follows."""
    sentences = [s for s in re.split(r"(?<=[.!?])\s+", text) if s]
    words = re.findall(r"[A-Za-z]+", text)
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
