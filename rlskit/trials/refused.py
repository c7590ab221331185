"""What a coin must never decide: prescribed medicine, its dose, or its stopping.

A list can never be whole. refused.toml holds what is prescribed for restless legs, what is known to make them worse,
the common groups with the endings of their international names, and the words for medicine itself; accents, capitals
and endings of other languages (pramipexol, gabapentina) do not hide a name. Oracle: tests/unit/trials/test_refused.py.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources

from rlskit.errors import ArgumentError

WHY = ("A coin must never decide about medicine, its dose or leaving it out: starting, stopping or changing it can "
       "harm, and restless legs can come back worse. Talk to the person who prescribed it, or to a pharmacist.")
LONG = 6

AMOUNT = re.compile(r"\d\s*(?:mg|mcg|µg|μg|ug|ml|iu|i\.e\.|ie|me|units?|drops|tropfen)\b")
FOOD = re.compile(r"\b(?:caffein|koffein|cafein|coffee|kaffee|cafe|tea|tee|magnesium|alcohol|wine|beer|water|milk|"
                  r"juice|saft|jus)\w*")


def refuse_medicine(where: str, argument: str, text: str) -> None:
    """Raise ArgumentError with the reason where a text names a medicine, a group of them, or a dose."""
    if found := medicine_in(text):
        raise ArgumentError(where, argument, f'found "{found}" in "{text}"; expected something that you are free to do '
                                             f"or leave on any evening, such as a calf stretch. {WHY}")


def medicine_in(text: str) -> str:
    """The first word of a text that means medicine, as it stands in it; "" where there is none."""
    listed = _listed()
    for word in re.findall(r"[\w\u0900-\u0963]+", text):
        bare = _plain(word)
        named = bare.startswith(listed.beginnings) or any(name in bare for name in listed.inside)
        if named or bare in listed.words or (bare not in listed.everyday and bare.endswith(listed.endings)):
            return word
    amount = AMOUNT.search(_plain(text))
    return amount.group() if amount and not FOOD.search(_plain(text)) else ""


@dataclass(frozen=True)
class _Listed:
    """refused.toml, as it is looked up."""

    beginnings: tuple[str, ...]
    inside: tuple[str, ...]
    words: frozenset[str]
    everyday: frozenset[str]
    endings: tuple[str, ...]


@cache
def _listed() -> _Listed:
    lists = tomllib.loads(resources.files("rlskit.trials").joinpath("refused.toml").read_text(encoding="utf-8"))
    names = tuple(_plain(name) for group in lists["beginnings"].values() for name in group.split())
    endings = lists["endings"]["refused"].split()
    return _Listed(names, tuple(name for name in names if len(name) >= LONG or not name.isascii()),
                   frozenset(lists["words"]["refused"].split()), frozenset(lists["words"]["everyday"].split()),
                   (*endings, *(f"{one}s" for one in endings)))


def _plain(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))
