"""rlskit-looks.json, beside rlskit.toml: when a diary was looked at, at which nights, what was claimed (looks.py)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rlskit.answers.looks import Look
from rlskit.errors import DiaryError
from rlskit.utils.files import check_file, write_whole

LEDGER = "rlskit-looks.json"
ABOUT = "Readings of this diary by rlskit report, kept so that reading it often does not raise false alarms."


def read_looks(folder: str | Path) -> tuple[Look, ...]:
    """The looks kept in a folder, none where there is no ledger; DiaryError where it is not one."""
    path = Path(folder) / LEDGER
    check_file(path)
    if not path.is_file():
        return ()
    try:
        return tuple(_look(said) for said in json.loads(path.read_text(encoding="utf-8"))["looks"])
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise DiaryError(f"{path}: expected the looks that rlskit report keeps, found something else ({wrong}). Put "
                         "the file back as it was; without it, or with --no-ledger, reading often raises false alarms."
                         ) from None


def keep_look(folder: str | Path, looks: Sequence[Look], this: Look) -> Path:
    """Write the ledger with this look in it, in place of an earlier one at the same nights. Health data: for the user
    alone to read. OSError where the folder cannot be written."""
    others = [one for one in looks if (one.person, one.last_night) != (this.person, this.last_night)]
    lines = [asdict(one) for one in sorted([*others, this], key=lambda one: (one.person, one.last_night))]
    text = json.dumps({"about": ABOUT, "looks": lines}, indent=1, default=str, ensure_ascii=False)
    return write_whole(Path(folder) / LEDGER, text + "\n", private=True)


def _look(said: dict) -> Look:
    days = {name: dt.date.fromisoformat(said[name]) for name in ("date", "first_night", "last_night")}
    cuts = {str(key): None if cut is None else float(cut) for key, cut in said["cuts"].items()}
    claims = {str(key): str(side) for key, side in said["claims"].items()}
    return Look(**days, person=str(said["person"]), inputs=str(said.get("inputs", "")), cuts=cuts, claims=claims)
