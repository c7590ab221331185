"""What the people figure shows, in words: its caption and the text read out in its place."""

from __future__ import annotations

from typing import Any

from rlskit.answers.sentences import count, signed, signed_interval
from rlskit.effects.people import describe_share
from rlskit.effects.spread import disagreements
from rlskit.figures.rows import Scale, scale_of
from rlskit.utils.words import isolate, readable


def people_caption(source: Any) -> str:
    """The caption of the picture of PeopleEffects."""
    scale, people = scale_of(source), source.table[source.table["kind"] == "person"]
    level = f"{100 * source.level:.3g}%"
    silent = int(people["estimate"].isna().sum())
    parts = [
        f"{scale.title}: {readable(source.term)}, {source.contrast}.",
        f"Dot, line: estimate, {level} interval; filled: on one side of {scale.nothing}.",
        "Diamond: average; square, band: one more person.",
        f"{_people(silent)} never changed it." if silent else "",
        *disagreements(source.caveats), describe_share(source),
        f"{_people(source.n_people)}, {count(source.n_nights, 'night')}.",
    ]  # fmt: skip
    return " ".join(part for part in parts if part)


def people_alt(source: Any) -> str:
    """What the picture of PeopleEffects shows, for somebody who does not see it."""
    scale, table = scale_of(source), source.table
    people = table[table["kind"] == "person"].dropna(subset="estimate").sort_values("estimate")
    rest = table[table["kind"] != "person"].set_index("kind")
    fewer, more = int((people["upper"] < scale.zero).sum()), int((people["lower"] > scale.zero).sum())
    ends = [f"{who}: {isolate(people.iloc[at]['person'])}, {_numbers(people.iloc[at], scale)}."
            for who, at in (("Lowest", 0), ("Highest", -1)) if len(people)]
    lines = [f"{scale.title} for {readable(source.term)}, {source.contrast}, one line per person.",
             f"{_people(len(people))}: {fewer} {_with(scale.less)}, {more} {_with(scale.more)}, "
             f"{len(people) - fewer - more} unclear.", *ends]
    lines += [f"{name.capitalize()}: {_numbers(rest.loc[name], scale)}." for name in ("average", "new person")]
    return " ".join([*lines, describe_share(source)])


def _with(words: str) -> str:
    return f"with {words}" if " " in words else words


def _people(n: int) -> str:
    return "1 person" if n == 1 else f"{n:,} people"


def _numbers(row: Any, scale: Scale) -> str:
    if scale.signed:
        return f"{signed(row['estimate'], scale.digits)} ({signed_interval(row['lower'], row['upper'], scale.digits)})"
    return f"{row['estimate']:.{scale.digits}f} ({row['lower']:.{scale.digits}f} to {row['upper']:.{scale.digits}f})"
