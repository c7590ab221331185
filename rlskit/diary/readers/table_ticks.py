"""How much a cell of a table says of what its column, or the row's name for it, means: a tick and its amount."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from rlskit.diary.mapping import Tag, tag_key
from rlskit.diary.own import COUNT, NUMBER, YES_NO, Habit, OwnOutcome, on_scale
from rlskit.diary.readers import template_answers
from rlskit.diary.readers.template_answers import Unreadable, text
from rlskit.diary.units import factor, unit_called

# Unit of a column → the units (of template_answers.count) that its cells may have, the first of a bare number.
UNITS = {"mg": ("cups", "mg"), "drinks": ("drinks",), "min": ("minutes",), "s": ("seconds",)}
_COUNTS_AS = {"cups": "cups", "drinks": "drinks", "mg": "mg", "g": "mg", "min": "minutes", "h": "minutes",
              "s": "seconds"}
_MOST = {"cups": template_answers.MAX_CUPS, "drinks": template_answers.MAX_DRINKS, "mg": template_answers.MAX_MG,
         "minutes": template_answers.MAX_MINUTES, "seconds": template_answers.MAX_SECONDS}
_MENTIONED = {"cups": "count", "drinks": "count", "minutes": "min", "seconds": "s"}  # as a mention names the unit


def tick(tag: Tag, value: object) -> dict:
    """How much a cell says: `amount` (0 for a no, None for a yes), `unit` and `level` of a mention."""
    if tag_key(text(value)) in tag.levels:
        return {"level": text(value)}
    if tag.own is not None:
        said = template_answers.word(value)
        return {"amount": _rating(tag.own, said, tag.cell_unit) if isinstance(tag.own, OwnOutcome) else
                _habit(tag.own, said, tag.cell_unit)}
    if tag.column == "severity_0_10" or tag.unit == "nrs_0_10":
        return {"amount": template_answers.severity(value), "unit": "nrs_0_10"}
    unit = tag.unit
    if unit not in UNITS:
        return {"amount": 0.0 if template_answers.yes_no(value) == "no" else None}
    counts = template_answers.unit_of(value) or tag.cell_unit
    if unit == "min" and not counts:
        if tag.column == "stretched":
            return {"amount": 0.0 if _yes_no_or_minutes(value) == "no" else None}
        counts = "min"
    counted = _COUNTS_AS[counts] if counts else UNITS[unit][0]
    if counted == "drinks" and unit == "mg":
        counted = "cups"  # a glass of cola
    if counted not in UNITS[unit]:
        raise Unreadable(f"a number of {' or '.join(UNITS[unit])}")
    found = template_answers.count(value, _MOST[counted], counted, tag.cell_unit)
    if not isinstance(found, float):
        return {"amount": None}
    return {"amount": found, "unit": _MENTIONED.get(counted, counted)}


def _habit(habit: Habit, said: str, bare: str) -> float | None:
    """What a cell says of a habit of one's own, in its unit: 0 for a no, None for a yes. bare : the unit of a number
    that has none behind it, "" for the habit's own."""
    if habit.kind == YES_NO:
        return 0.0 if template_answers.yes_no(said) == "no" else None
    if said in template_answers.NONE:
        return 0.0
    if said in template_answers.YES and said != "1":
        return None
    found = _in_unit(said, habit.unit, bare or habit.unit)
    if found is None or found < 0:
        raise Unreadable(f"a number of {habit.unit}")
    return found


def _rating(outcome: OwnOutcome, said: str, unit: str) -> float | None:
    """What a cell says of an outcome of one's own; None for a tick of what is counted. unit : of its numbers, where
    rlskit.toml states one."""
    top = outcome.scale.partition("-")[2]
    if outcome.scale == COUNT and said in template_answers.YES and said != "1":
        return None
    if outcome.scale != NUMBER and said in template_answers.NO:
        found: float | None = 0.0
    else:
        found = _in_unit(re.sub(rf"\s*/\s*{top}$", "", said) if top else said, unit, unit)  # "7/10"
    if found is None or not on_scale(found, outcome.scale):
        raise Unreadable(f"a value of {outcome.scale}" if top else f"a number of {unit}" if unit else
                         "a number of 0 or more" if found is not None else "a number without a unit")
    return found


def _in_unit(said: str, unit: str, bare: str) -> float | None:
    """A number in a unit, whatever unit that measures the same it was written in; None where it is none. bare : the
    unit of a number that has none behind it."""
    try:
        found, written = template_answers.measured(said, unit_called(bare))
    except ValueError:
        return None
    times = factor(written or bare, unit)
    return None if times is None else found * times


def _yes_no_or_minutes(value: object) -> str | None:
    try:
        return template_answers.yes_no(value)
    except Unreadable:
        raise Unreadable('yes or no; numbers need unit = "min" in rlskit.toml') from None


# --- rows that name what they tell of --------------------------------------------------------------------------------
def how_much(tag: Tag | None, said: object) -> dict:
    """The amount that a row tells of what it names, as `tick` has it: of a stretch a number alone is minutes. Nothing
    where the name has no meaning yet."""
    if not text(said) or tag is None or tag.column == "ignore":
        return {}
    if tag.type == "symptom" and template_answers.word(said) not in template_answers.YES | template_answers.NO:
        if "/" not in text(said):
            raise Unreadable("how bad of 10, such as 6/10")
        return {"amount": template_answers.severity(said), "unit": "nrs_0_10"}
    if tag.unit == "" and not tag.own:  # 100 mg of iron are iron
        return {"amount": None if template_answers.word(said) in template_answers.YES or _some(said) else 0.0}
    minutes = tag.unit == "min" and not tag.own and not tag.cell_unit
    return tick(replace(tag, cell_unit="min") if minutes else tag, said)


def _some(said: object) -> bool:
    """Whether a number is above none; Unreadable where it is neither that nor a word for none."""
    try:
        return template_answers.word(said) not in template_answers.NONE and template_answers.measured(
            template_answers.word(said))[0] > 0
    except ValueError:
        raise Unreadable("how much") from None


def names_in(cell: str, known: Collection[str]) -> list[str]:
    """The names that a cell lists, each once. Forms join by commas, and a name may hold a comma: the longest run of
    parts that rlskit.toml knows (by tag_key) is one name."""
    parts = [p.strip() for p in re.split(r"[|;\n]" if re.search(r"[|;\n]", cell) else r",", cell)]
    names, longest = [], 1 + max((name.count(",") for name in known), default=0)
    while parts:
        runs = (n for n in range(min(len(parts), longest), 1, -1) if tag_key(", ".join(parts[:n])) in known)
        n = next(runs, 1)
        names.append(", ".join(parts[:n]))
        parts = parts[n:]
    return list(dict.fromkeys(name for name in names if name))
