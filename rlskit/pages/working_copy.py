"""The working copy of the notebooks, which `rlskit lab` opens. A copy that nobody edited is renewed when rlskit has
changed; one that somebody did edit is theirs. Outputs are no edits: they come again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rlskit.utils.files import write_whole

START = "00-start.ipynb"
MARK = "shipped"  # in a copy's metadata: the digest of the notebook that it was made of


@dataclass(frozen=True, kw_only=True)
class Copies:
    """Names of the copies that were renewed, and of those that were kept although rlskit has others now."""

    renewed: tuple[str, ...]
    kept: tuple[str, ...]


def copy_notebooks(shipped: Path, folder: Path) -> Copies:
    """Copy the notebooks that are not in the folder yet, and renew those that nobody edited."""
    renewed, kept = [], []
    for original in sorted(shipped.glob("*.ipynb")):
        book, copy = json.loads(original.read_text(encoding="utf-8")), folder / original.name
        now, found = digest(book), _read(copy)
        if found is not None and found.said == now:
            continue
        if found is not None and found.said != found.made_of:
            kept += [copy.name] if found.made_of != now else []
            continue
        renewed += [] if found is None else [copy.name]
        marked = {**book, "metadata": {**book["metadata"], "rlskit": {MARK: now}}}
        write_whole(copy, json.dumps(marked, indent=1, ensure_ascii=False) + "\n")
    return Copies(renewed=tuple(renewed), kept=tuple(kept))


def digest(notebook: dict[str, Any]) -> str:
    """SHA-256 of what a notebook says: its cells without their outputs."""
    said = [(cell.get("cell_type"), "".join(cell.get("source", ""))) for cell in notebook.get("cells", ())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class _Copy:
    """A copy as it is: the digest of what it says, and of what it was made of; "" where it does not say."""

    said: str
    made_of: str


def _read(path: Path) -> _Copy | None:
    """None where there is no such file. What is no notebook counts as edited."""
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return _Copy(said=digest(found), made_of=str(found["metadata"].get("rlskit", {}).get(MARK, "")))
    except (ValueError, TypeError, AttributeError, KeyError):
        return _Copy(said="not a notebook", made_of="")
