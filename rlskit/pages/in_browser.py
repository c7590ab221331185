"""What the page in the browser (docs/lite) asks of rlskit: files in a folder → what was read and a draft of their
meaning → the report. Answers are JSON; bad input is a sentence in it. Nothing is kept, so that no looks are counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from rlskit.diary.draft import draft_mapping
from rlskit.diary.mapping import FILE_NAME, mapping_file
from rlskit.diary.readers.draft_files import draft_tables
from rlskit.diary.readers.read import read_together
from rlskit.diary.readers.table_draft import draft_text
from rlskit.errors import RlskitError
from rlskit.pages.make_report import make_report
from rlskit.pages.start.result import read_files, was_read
from rlskit.utils.stamp import stamp_analysis
from rlskit.utils.text_files import decode

REPORT = "report"


def read(folder: str, zone: str = "") -> str:
    """JSON: `read`, HTML of what was read, and `toml`, what the files' rlskit.toml says, else a draft of one; where
    they cannot be read `problem`, a sentence, and a `toml` to settle it in. zone : that of the browser."""
    files = Path(folder)
    there = mapping_file(files)
    if there is not None:
        zone = ""
    said = {"toml": decode(there.read_bytes())[0] if there else f'timezone = "{zone}"\n' if zone else ""}

    def look() -> dict[str, str]:
        diary = read_together([files], mapping=None, timezone=zone, date_order="", person="")
        drafts = [] if there else draft_tables([files])
        order = next((draft.date_order for draft in drafts if draft.date_order), "")
        text = draft_mapping(diary.tags, zone, columns=draft_text(drafts), date_order=order)
        return {"read": was_read(diary), "toml": said["toml"] if there else text}

    return _told(look, said)


def answer(folder: str, toml: str) -> str:
    """JSON: `page`, the report as one page of HTML, with what `toml` says of the tags; or `problem`, a sentence."""
    files = Path(folder)

    def report() -> dict[str, str]:
        (mapping_file(files) or files / FILE_NAME).write_text(toml, encoding="utf-8")
        diary = read_files([files])
        page, _ = make_report(diary, files.parent / REPORT, now=lambda what: None, files=[files],
                              stamp=stamp_analysis(diary, command="in a browser"))
        return {"page": page.read_text(encoding="utf-8")}

    return _told(report, {})


def _told(work: Callable[[], dict[str, str]], otherwise: dict[str, str]) -> str:
    try:
        return json.dumps(work())
    except RlskitError as wrong:
        return json.dumps(otherwise | {"problem": str(wrong)})
