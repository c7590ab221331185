"""(1 + x | person) in a formula: who the people are, and what differs between them.

Oracle: tests/unit/models/test_bars.py.
"""

from __future__ import annotations

import re

from rlskit.errors import ModelError

_BAR = re.compile(r"(?<![\w.])\(((?:[^()|]|\([^()]*\))*)\|([^()]*)\)")
_PLUS = re.compile(r"\+(?![^(]*\))")
_NAME = re.compile(r"[^\W\d][\w.]*|`[^`]+`")


def read_bars(formula: str, person: str, slopes: tuple[str, ...] = ()) -> tuple[str, str, tuple[str, ...]]:
    """The formula without its bars; the column of people and the slopes, with what bars say of them. Raises ModelError
    for a structure that there is not, naming the one that there is."""
    found = list(_BAR.finditer(formula)) if isinstance(formula, str) else []
    if not found:
        return formula, person, slopes
    if len(found) > 1:
        raise _refused(formula, " and ".join(one[0] for one in found), "one kind of group, the people",
                       "Keep the people, and add the other column as a term.")
    left, who = found[0][1], found[0][2].strip()
    if who.startswith("|"):
        raise _refused(formula, found[0][0], "a single |", "Slopes go with the intercept.")
    if not _NAME.fullmatch(who):
        raise _refused(formula, found[0][0], "one column after the |", "People in groups: add the group as a term.")
    who = who.strip("`")
    if person not in ("person", who):
        raise ModelError(f'formula "{formula}": found "{who}" after the |, and person={person!r}; expected one. '
                         "Leave person out.")
    terms = [term.strip() for term in _PLUS.split(left)]
    if "0" in terms or re.search(r"-\s*1", left):
        raise _refused(formula, found[0][0], "an intercept for everybody", f"Write (1 + … | {who}).")
    own = tuple(term for term in terms if term not in ("1", ""))
    return _without(formula, found[0]), who, tuple(dict.fromkeys((*slopes, *own)))


def _without(formula: str, bar: re.Match[str]) -> str:
    """The formula with the bar cut out, and one sign between what stood around it."""
    before, after = formula[: bar.start()].rstrip(), formula[bar.end() :].lstrip()
    if before.endswith("+"):
        return f"{before[:-1].rstrip()} {after}".rstrip()
    return f"{before} {after.removeprefix('+').lstrip() or '1'}"


def _refused(formula: str, found: str, expected: str, advice: str) -> ModelError:
    return ModelError(f'formula "{formula}": found {found}; expected {expected}. {advice}')
