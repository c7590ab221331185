"""Which two settings of a column are compared: stated before looking, and kept where each person has been.

docs/decisions/0003-estimand.md. One table by column name; the rest by rule. A contrast can be refused, with the reason.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from rlskit.engine import Scenario
from rlskit.errors import ModelError
from rlskit.models.columns import YES_NO_WORDS, set_columns
from rlskit.models.design import AnyDesign, Design
from rlskit.models.formula import grouped_column
from rlskit.models.matrix import touches
from rlskit.utils.words import AMOUNT

# The pre-stated contrasts, a against b, by column name. "shift": the middle of the diary, later against earlier.
CONTRASTS: dict[str, tuple[float, float]] = {
    "caffeine_after_noon_mg": (200.0, 0.0),
    "caffeine_before_noon_mg": (200.0, 0.0),
    "alcohol_drinks": (2.0, 0.0),
    "bedtime_sd_7_min": (90.0, 15.0),
    "stretch_min": (20.0, 0.0),
    "stretch_hold_s": (30.0, 10.0),
    "stretch_intensity_0_10": (7.0, 3.0),
    "stretched_days_14": (14.0, 0.0),
    "stretched_weeks_28": (4.0, 0.0),
    "waketime_sd_7_min": (90.0, 15.0),
}
SHIFTS: dict[str, float] = {"day_index": 28.0}
UNLINKED = "nobody had both: comparing people is not an effect of changing it"


@dataclass(frozen=True)
class Span:
    """What a source column holds over all modelled nights: `numeric` or words, lowest and highest number (nan for
    words), `yes_no` where all are 0 or 1, `words` (empty for numbers), `constant`, and `changed`: whether anybody's own
    values differ."""

    numeric: bool
    low: float
    high: float
    yes_no: bool
    words: frozenset
    constant: bool
    changed: bool


@dataclass(frozen=True)
class Contrast:
    """One question to a design: `column` set to `a` against `b`, its `text`, or the `refused` reason. coefficient:
    whether `column` is one of the model matrix, moved alone, and not one of the table of nights. groups: whether its
    values are levels, words or numbers in C(): a night has one of them or not, and none is nearer than another."""

    term: str
    column: str
    text: str
    a: float | str
    b: float | str
    refused: str = ""
    coefficient: bool = False
    groups: bool = False

    @property
    def asked(self) -> str:
        """The term, and of levels which two of them."""
        return f"{self.term} ({self.text})" if self.groups else self.term


def prestated_contrasts(design: AnyDesign, column: str, every_pair: bool = False) -> list[Contrast]:
    """What a column is asked by default: of levels each against the reference, or each against each; else one."""
    levels = levels_of(design, column)
    if not levels:
        return [_of_numbers(design, column)]
    pairs = [(a, b) for b, a in combinations(levels, 2) if every_pair or b == levels[0]]
    found = _of_levels(design, column, column, pairs)
    if len(pairs) != 1 and (refused := refuse_column(design, column)):
        # of one reason one row
        text = f"each vs {_told(levels[0])}" if pairs else ""
        return [Contrast(column, column, text, np.nan, np.nan, refused, groups=True)]
    return found


def one_contrast(design: AnyDesign, column: str, name: str, asked: object, verb: str) -> Contrast:
    """The contrast of a verb that makes one of `column`, called `name` where it was asked for: the two values asked
    for, else the only one that is pre-stated. Raises ModelError where there is none, or no single one."""
    if asked is not None:
        a, b = asked if isinstance(asked, tuple | list) and len(asked) == 2 else (asked, None)
        found = [replace(contrast_of(design, column, name, a, b, f"{verb}, contrast"), term=_term(design, column))]
    else:
        found = prestated_contrasts(design, column)
    if len(found) > 1:
        known = ", ".join(_told(one) for one in levels_of(design, column))
        two = ", ".join(f"{side:g}" if isinstance(side, float) else repr(side) for side in (found[0].a, found[0].b))
        raise ModelError(f'{verb}: found {len(found) + 1} levels of "{name}" ({known}); expected two of them to '
                         f"compare. Say which, such as contrast=({two}).")
    if found[0].refused:
        raise ModelError(f'{verb}: found nothing to compare in "{name}" ({found[0].refused}); expected a column that '
                         "changed. Choose another column.")
    return found[0]


def contrast_of(design: AnyDesign, column: str, name: str, a, b, verb: str) -> Contrast:
    """A contrast of one's own: a column, called `name` where it was asked for, at a against b."""
    levels, span = levels_of(design, column), column_span(design, column)
    if span.numeric:
        a, b = (_number(value, name, span.yes_no, verb) for value in (a, b))
    yes_no = span.yes_no and {a, b} <= {0.0, 1.0}
    known = levels if levels or not refuse_group(design, column, a, b) else _all_values(design, column)
    if known and not all(isinstance(side, Hashable) and side in known for side in (a, b)):
        found = " and ".join(_side(side, yes_no) if span.numeric else repr(side) for side in (a, b))
        raise ModelError(f'{verb}: found {found} for "{name}"; expected two of: '
                         f"{', '.join(map(level_text, sorted(known) if span.numeric else sorted(map(str, known))))}.")
    if a == b:
        said = _side(a, yes_no)
        raise ModelError(f'{verb}: found {said} against {said} for "{name}"; expected two that differ. Choose another '
                         "one to compare it with.")
    if levels:
        return _of_levels(design, column, name, [(a, b)])[0]
    return Contrast(name, column, f"{_side(a, yes_no)} vs {_side(b, yes_no)}", a, b, refuse_column(design, column))


def _number(value, name: str, yes_no: bool, verb: str) -> float:
    """One side of a contrast."""
    if yes_no and isinstance(value, str) and value.strip().lower() in YES_NO_WORDS:
        return YES_NO_WORDS[value.strip().lower()]
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = np.nan
    if not np.isfinite(found):
        known = "yes or no" if yes_no else "a number in the units of the column"
        raise ModelError(f'{verb}: found {value!r} for "{name}"; expected {known}.')
    return found


def levels_of(design: AnyDesign, column: str) -> tuple:
    """The levels of a column of words, or of numbers in C(), that occur, the reference of the model first; empty for
    numbers that are amounts."""
    from formulaic.transforms.contrasts import TreatmentContrasts

    span = column_span(design, column)
    for factor, state in design.spec.factor_contrasts.items():
        if column in (str(factor.expr).strip("`"), grouped_column(str(factor.expr))):
            there = _all_values(design, column) if span.numeric else span.words
            base = state.contrasts.base if isinstance(state.contrasts, TreatmentContrasts) else None
            return tuple(sorted((one for one in state.levels if one in there), key=lambda one: one != base))
    return () if span.numeric else tuple(sorted(span.words, key=str))


def _all_values(design: AnyDesign, column: str) -> set:
    return set().union(*design.each(_values, column))


def _values(design: Design, column: str) -> set:
    return set(design.frame[column])


def _of_levels(design: AnyDesign, column: str, name: str, pairs: list[tuple]) -> list[Contrast]:
    yes_no, refused = column_span(design, column).yes_no, refuse_column(design, column)
    own = [one for part in design.each(_of_people, column) for one in part] if len(design.people) > 1 else []
    return [Contrast(name, column, f"{_told(a, yes_no)} vs {_told(b, yes_no)}", a, b,
                     refused or ("" if not own or _linked(a, b, own) else UNLINKED), groups=True) for a, b in pairs]


def _told(value, yes_no: bool = False) -> str:
    """A level in words: "b", "level 2", which is no amount, "yes"."""
    text = _side(value, yes_no)
    return f"level {text}" if AMOUNT.match(text) else text


def _side(value, yes_no: bool) -> str:
    return {1.0: "yes", 0.0: "no"}[value] if yes_no else level_text(value)


def level_text(value) -> str:
    """A level, or a number, as it is typed."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _term(design: AnyDesign, column: str) -> str:
    return f"within({column})" if f"within({column})" in design.names else column


def _of_numbers(design: AnyDesign, column: str) -> Contrast:
    span, term = column_span(design, column), _term(design, column)
    refused = refuse_column(design, column)
    if span.yes_no and column not in CONTRASTS:
        return Contrast(term, column, "yes vs no", 1.0, 0.0, refused)
    if column in SHIFTS:
        middle, shift = 0.5 * (span.low + span.high), SHIFTS[column]
        a, b, text = middle + shift / 2, middle - shift / 2, f"+{shift:g}"
    elif column in CONTRASTS:
        a, b = CONTRASTS[column]
        text = f"{a:g} vs {b:g}"
    else:
        a, b, text = np.inf, -np.inf, ""
    if refused:
        return Contrast(term, column, text or "own 90th vs own 10th percentile", a, b, refused)
    if not _been_at(design, column, a, b):
        b, a, alike = _own_percentiles(design, column)
        text = f"own 90th vs own 10th percentile ({a:.3g} vs {b:.3g})"
        if alike:
            whose = "" if len(design.people) == 1 else " of most people"
            refused = f"at least 80% of nights{whose} had the same value ({a:.3g}): nothing to compare it with"
    if not refused:
        refused = refuse_group(design, column, a, b)
    return Contrast(term, column, text, float(a), float(b), refused)


def term_of(design: AnyDesign, column: str) -> tuple[str, list[str]]:
    """The term of the formula that holds this column and no other, within() before all, as `slopes` takes it: C(x) of
    C(x); and its columns of the model. The column's own name, and none, where there is no such term."""
    spec = design.spec
    for name in (f"within({column})", column):
        for term, used in spec.term_variables.items():
            if len(term.factors) == 1 and any(touches(variable, name) for variable in used):
                found = [str(spec.column_names[i]) for i in spec.term_indices[term]]
                return str(term), [one for one in found if one in design.names]
    return column, []


def column_span(design: AnyDesign, column: str) -> Span:
    """What a source column holds over all modelled nights, wherever its shards lie."""
    return _join_spans(design.each(_span, column))


def _span(design: Design, column: str) -> Span:
    values = design.frame[column]
    changed = bool(values.groupby(design.nights.person).nunique().max() > 1) if len(values) else False
    yes_no = bool(values.isin((0.0, 1.0)).all())
    if values.dtype == float:
        low, high = float(values.min()), float(values.max())
        return Span(True, low, high, yes_no, frozenset(), low == high, changed)
    words = frozenset(values.unique())
    return Span(False, np.nan, np.nan, yes_no, words, len(words) <= 1, changed)


def _join_spans(parts: Sequence[Span]) -> Span:
    low, high = min(part.low for part in parts), max(part.high for part in parts)
    words = frozenset().union(*(part.words for part in parts))
    numeric = parts[0].numeric
    return Span(numeric, low, high, all(part.yes_no for part in parts), words,
                low == high if numeric else len(words) <= 1, any(part.changed for part in parts))


def _quantiles(design: Design, column: str, at: tuple[float, float], method: str) -> np.ndarray:
    """Two quantiles of every person's own nights, (people, 2)."""
    parts = np.split(design.frame[column].to_numpy(), design.nights.starts[1:])
    return np.array([np.quantile(own, at, method=method) for own in parts])  # type: ignore[call-overload]


def _been_at(design: AnyDesign, column: str, a: float, b: float) -> bool:
    """Whether a and b lie in the 5-95% range of their own nights for at least half of the people."""
    ranges = np.vstack(design.each(_quantiles, column, (0.05, 0.95), "linear"))
    return bool(np.mean((ranges[:, 0] <= min(a, b)) & (max(a, b) <= ranges[:, 1])) >= 0.5)


def _own_percentiles(design: AnyDesign, column: str) -> tuple[float, float, bool]:
    """10th and 90th percentile of the middle person, not of everybody's nights thrown together: people who differ from
    each other have not been where the others were. Whether they are the same for most people."""
    ends = np.vstack(design.each(_quantiles, column, (0.1, 0.9), "inverted_cdf"))
    low, high = np.median(ends, axis=0)
    return float(low), float(high), bool(np.mean(ends[:, 0] == ends[:, 1]) > 0.5 or low == high)


def _moves(design: AnyDesign, column: str) -> bool:
    """Whether changing the column on a night changes anything in the model: between() alone stays where it is."""
    used = {variable for variables in design.spec.term_variables.values() for variable in variables}
    return any(touches(variable, name) for variable in used for name in (column, f"within({column})"))


def is_yes_no(design: AnyDesign, column: str) -> bool:
    return column_span(design, column).yes_no


def refuse_column(design: AnyDesign, column: str) -> str:
    span = column_span(design, column)
    if span.constant:
        return "the same on every modelled night: it never varied"
    if column in design.columns and not _moves(design, column):
        return f"only between({column}) is in the model: comparing people is not an effect of changing it"
    if column.startswith("between(") or len(design.people) == 1:
        return ""
    if not span.changed:
        return "no person ever changed it: comparing people is not an effect of changing it"
    return ""


def _linked(a, b, own: list[frozenset]) -> bool:
    """Whether somebody had both levels, or people link them by way of others. own: what each person had."""
    reached = {b}
    while more := set().union(*(one for one in own if one & reached)) - reached:
        reached |= more
    return a in reached


def _of_people(design: Design, column: str) -> set[frozenset]:
    """The values that each person had."""
    return {frozenset(own.unique()) for _, own in design.frame[column].groupby(design.nights.person)}


def refuse_group(design: AnyDesign, column: str, *values: float) -> str:
    """Why a number cannot be one side: where numbers stand for groups, as in C(x), a number that no night had is in
    none of them."""
    lost = next((value for value in values if any(design.each(_in_no_group, column, value))), None)
    return "" if lost is None else f"no modelled night had {lost:g}, and each number is a group of its own"


def _in_no_group(design: Design, column: str, value: float) -> bool:
    if not design.spec.factor_contrasts:
        return False
    from formulaic.errors import DataMismatchWarning

    with warnings.catch_warnings():
        warnings.simplefilter("error", DataMismatchWarning)
        try:
            design.spec.get_model_matrix(set_columns(design.frame.iloc[:1], {column: value}), na_action="raise")
        except DataMismatchWarning:
            return True
    return False


def mean_change(design: AnyDesign, contrast: Contrast) -> tuple[np.ndarray, np.ndarray]:
    """The average change under a contrast, people counted equally: of every column of the model (p,), and of those
    whose coefficient differs between people (q,)."""
    x, z = zip(*design.each(_changes, contrast), strict=True)
    return np.sum(x, axis=0), np.sum(z, axis=0)


def _changes(design: Design, contrast: Contrast) -> tuple[np.ndarray, np.ndarray]:
    a, b = (scenario_at(design, contrast.column, value) for value in (contrast.a, contrast.b))
    return design.weights @ (a.x - b.x), design.weights @ (a.z - b.z)


def scenario_at(design: Design, column: str, value: float | str) -> Scenario:
    """Every modelled night with the column set. Kept for the many evaluations of a profile, until the next contrast."""
    kept = design.kept
    if (column, value) not in kept:
        while len(kept) > 1:
            kept.pop(next(iter(kept)))
        kept[column, value] = design.scenario(**{column: value})
    return kept[column, value]
