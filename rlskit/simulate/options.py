"""The options of simulate_diaries: each is refused by its name before anything is drawn.

Oracle: tests/unit/simulate/test_options.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from rlskit.diary.tables import NIGHT_COLUMNS, SHIFTED, SHIFTS
from rlskit.errors import ModelError
from rlskit.simulate.settings import AMOUNTS, LINEAR, YES_NO
from rlskit.utils.arguments import check_count, is_finite, is_whole

WHERE = "simulate_diaries"
KNOWN = {"effects": (*LINEAR, "stretched"), "person_sd": ("intercept", *LINEAR, "stretched"),
         "tracked": (*YES_NO, *AMOUNTS)}
COUNTS = {"people": (1, 20), "nights": (1, 180), "sites": (0, 3)}  # the least, and a usual number
SHARES = ("responsive_stretching", "stretch_anyway", "logging_depends_on_symptoms")
SPAN = "the first and the last night, whole numbers counted from 0, such as"
NO_SD = "a finite number, 0 or more"


def check_options(options: Mapping[str, Any]) -> None:
    """options: every argument of simulate_diaries by its name; the seed is left to draws()."""
    for name in ("effects", "person_sd", "tracked", "traits"):
        _check_names(name, options[name])
    for name, (least, usual) in COUNTS.items():
        check_count(options[name], f"{WHERE}, {name}", least, usual)
    _check_numbers(options)
    for name, expected in (("effects", "a finite number"), ("traits", "a finite number"), ("person_sd", NO_SD)):
        for key, value in options[name].items():
            if not is_finite(value) or (name == "person_sd" and value < 0):
                _refuse(f'{name}["{key}"]', value, expected)
    _check_spans(options["gaps"], options["tracked"])
    _check_traits(options)


def draws(seed: Any) -> tuple[np.random.Generator, np.random.Generator]:
    """The generator of the diaries; one apart for what is added on request, so that other draws stay as they were."""
    try:
        rng = np.random.default_rng(seed)
        return rng, rng.spawn(1)[0]
    except (TypeError, ValueError):
        raise ModelError(f"{WHERE}, seed: found {seed!r}; expected a whole number, 0 or more, such as 1, or a "
                         "generator made by numpy.random.default_rng.") from None


def _refuse(name: str, value: Any, expected: str) -> None:
    raise ModelError(f"{WHERE}, {name}: found {value!r}; expected {expected}.")


def _check_names(name: str, given: Any) -> None:
    if not isinstance(given, Mapping):
        example = "(20, 26)" if name == "tracked" else "0.5"
        _refuse(name, given, f'a dictionary by name, such as {{"stretched": {example}}}')
    for column in given:
        if name in KNOWN and column not in KNOWN[name]:
            raise ModelError(f'{WHERE}, {name}: expected one of {", ".join(KNOWN[name])}, found "{column}".')


def _check_numbers(options: Mapping[str, Any]) -> None:
    below_1 = "0 or more and below 1"
    for name, fine, expected in (
        ("base_rate", lambda x: 0 < x < 1, "more than 0 and below 1"),
        ("night_sd", lambda x: x >= 0, NO_SD),
        *((name, lambda x: 0 <= x < 1, below_1) for name in ("night_correlation", "early_share", "missing")),
        *((name, lambda x: 0 <= x <= 1, "a number from 0 to 1") for name in SHARES),
    ):
        if not is_finite(options[name]) or not fine(options[name]):
            _refuse(name, options[name], expected)


def _is_span(span: Any) -> bool:
    if not isinstance(span, Collection) or len(span) != 2:
        return False
    first, last = span
    return is_whole(first) and is_whole(last) and 0 <= first <= last  # a slice would count -1 from the end


def _check_spans(gaps: Any, tracked: Mapping[str, Any]) -> None:
    for gap in gaps if isinstance(gaps, Collection) else [gaps]:
        if not _is_span(gap):
            _refuse("gaps", gap, f"pairs of {SPAN} ((20, 26),)")
    for name, span in tracked.items():
        if not _is_span(span):
            _refuse(f'tracked["{name}"]', span, f"{SPAN} (20, 26)")


def _check_traits(options: Mapping[str, Any]) -> None:
    taken = {*NIGHT_COLUMNS, "last_night", *(f"{name}_state" for name in KNOWN["tracked"])}
    if options["sites"]:
        taken.add("site")
    if options["other_landmarks"]:
        taken |= {f"{name}_{ending}" for name in SHIFTED for ending in SHIFTS}
    for name in options["traits"]:
        if not isinstance(name, str) or name in taken:
            _refuse("traits", name, 'names that the table of nights does not have yet, such as "takes_iron"')
