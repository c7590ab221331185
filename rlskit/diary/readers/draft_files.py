"""Which of some files are tables of one's own that no rlskit.toml speaks of, and what their columns may mean."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from rlskit.diary.readers import table
from rlskit.diary.readers.detect import UnknownFile, find_reader
from rlskit.diary.readers.table_draft import Draft, draft_table


def draft_tables(files: Sequence[Path]) -> list[Draft]:
    """The drafts of those files, or files of these folders, that a draft can be made of."""
    drafts = []
    for path in (p for f in files for p in (sorted(f.iterdir()) if f.is_dir() else [f]) if p.is_file()):
        with contextlib.suppress(UnknownFile):
            if find_reader(path) is table.READER and (draft := draft_table(path)):
                drafts.append(draft)
    return drafts
