"""What stands for the words, numbers and dates of a person: their shape, and nothing else of them.

A word is xxx, a number keeps its length, a date is of January 2026, a clock shows midnight. What is no letter and no
digit stays, so that delimiters, quotes, brackets and line ends are those of the file, right or wrong. Names alone are
kept as written: those of names.txt, which apps and rlskit give to columns, keys and tables, and only where such stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import cache
from importlib import resources

WORD, AFTER_THE_12TH, BEFORE = "xxx", "31", "01"
YEAR_FIRST = r"(?<!\d)(?P<y1>\d{4})(?P<ys>[-/.] ?)(?P<y2>\d{1,2})(?P=ys)(?P<y3>\d{1,2})(?!\d)(?P<yt>T(?=\d))?"
YEAR_LAST = r"(?<!\d)(?P<d1>\d{1,2})(?P<ds>[-/.] ?)(?P<d2>\d{1,2})(?P=ds)(?P<d3>\d{4}|\d{2})(?!\d)"
CLOCK = r"(?<!\d)(?P<hour>\d{1,2})(?P<clock>(?::\d\d){1,2}(?:\.\d+)?)(?!\d)(?P<half>\s?[AaPp]\.?[Mm]\b\.?|Z\b)?"
LOOP = r"\b(?P<loop>YES_MANUAL|YES_AUTO|UNKNOWN|SKIP|NO)\b"
MONTH = (r"\b(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
         r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b")
DAY, YEAR = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)\b", r"(?<![\d.])(?P<year>(?:19|20)\d\d)(?![\d.])"
NUMBER = r"(?P<whole>\d+)(?P<rest>\.\d+)?(?P<power>[eE][+-]?\d+)?"
LETTERS = r"(?P<word>(?:[^\W\d_]|[^\x00-\x7f\s\u2010-\u205e\u3001\u3002\xb7])+)"  # emoji too; no dashes, no quotes
SHAPES = re.compile("|".join((YEAR_FIRST, YEAR_LAST, CLOCK, r"(?P<same>\b(?:UTC|GMT|null)\b|(?<![\w.])-1(?![\w.:]))",
                              r"\b(?P<flag>[Tt]rue|TRUE|[Ff]alse|FALSE)\b", LOOP, MONTH, DAY, YEAR, NUMBER, LETTERS)))


@cache
def names() -> frozenset[str]:
    """The names of names.txt, in small letters."""
    text = resources.files("rlskit.diary.redact").joinpath("names.txt").read_text(encoding="utf-8")
    return frozenset(line.strip().casefold() for line in text.splitlines() if line.strip())


def mask(text: str) -> str:
    """The shape of a text."""
    return SHAPES.sub(_shape, text)


def _shape(found: re.Match) -> str:
    said = found.groupdict()
    if said["y1"]:
        return "2026" + said["ys"] + _part(said["y2"]) + said["ys"] + _part(said["y3"]) + (said["yt"] or "")
    if said["d1"]:
        year = "2026"[-len(said["d3"]):]
        return _part(said["d1"]) + said["ds"] + _part(said["d2"]) + said["ds"] + year
    if said["hour"]:
        half = said["half"] or ""
        hour = ("12" if half and half != "Z" else "00")[: len(said["hour"])]
        return hour + re.sub(r"\d", "0", said["clock"]) + re.sub("[Pp]", lambda p: "A" if p[0] == "P" else "a", half)
    if said["same"]:
        return said["same"]
    if said["flag"]:
        return "FALSE" if said["flag"].isupper() else "False" if said["flag"][0].isupper() else "false"
    if said["loop"]:
        return "UNKNOWN"
    if said["month"]:
        return "Jan" if len(said["month"]) == 3 else "January"
    if said["day"] or said["year"]:
        return "1st" if said["day"] else "2026"
    if said["word"]:
        return WORD
    return _digits(said["whole"]) + re.sub(r"\d", "0", said["rest"] or "") + re.sub(r"\d", "0", said["power"] or "")


def _part(written: str) -> str:
    """A day or a month: which of the two it is decides how a date is read, and no more is kept."""
    return (AFTER_THE_12TH if int(written) > 12 else BEFORE) if len(written) == 2 else "1"


def _digits(written: str) -> str:
    """As many digits, and a nought at the beginning where there was one: JSON has none before other digits."""
    first = "0" if len(written) == 1 or int(written[0]) == 0 else "1"
    return first + "0" * (len(written) - 1)


class Names:
    """Which names stay, and how many did not."""

    def __init__(self, keep: Collection[str] = ()):
        self.known = names() | {name.strip().casefold() for name in keep}
        self.unknown: set[str] = set()

    def is_known(self, name: str) -> bool:
        return name.strip().casefold() in self.known

    def shown(self, name: str, otherwise: Callable[[str], str] = mask) -> str:
        """A name as written where it is known, else its shape."""
        if self.is_known(name):
            return name
        if re.search(r"[^\W\d_]", name):
            self.unknown.add(name.strip())
        return otherwise(name)
