"""What a table says about itself (`attrs`), so that it costs nothing to take a column of it.

pandas copies the attrs of a table, deeply, for every column and every result: for a diary with its files, habits and
notes a seventh of the time in which its questions are answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class _Said(list):
    """A list that all tables share: nobody changes it in its place. It is stored as an ordinary one."""

    def __deepcopy__(self, memo: dict) -> _Said:
        return self

    def __reduce_ex__(self, protocol: Any) -> tuple:
        return list, (list(self),)


class _Named(dict):
    """The same of a dictionary."""

    def __deepcopy__(self, memo: dict) -> _Named:
        return self

    def __reduce_ex__(self, protocol: Any) -> tuple:
        return dict, (dict(self),)


def shared(attrs: Mapping[Any, Any]) -> dict:
    """The attrs with their lists and dictionaries shared by all tables that are made of this one."""
    return {name: _Said(one) if isinstance(one, list) else _Named(one) if isinstance(one, dict) else one
            for name, one in attrs.items()}
