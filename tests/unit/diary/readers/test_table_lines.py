"""What the draft of a table only asks about comes with the lines that settle it; written, they do."""

from __future__ import annotations

import re

import pytest

import rlskit as rk
from rlskit.diary.readers.table_draft import NO_SIDE, draft_table

KINDS = {
    "ticks": ("Zappelbeine", ["x", "", "x"]), "yes and no": ("Fidgets", ["Y", "N", "Y"]),
    "amounts": ("Joe", ["0", "3", "2"]), "clock times": ("Zzz o'clock", ["22:30", "23:15", "0:10"]),
    "a severity": ("Severity /10", ["7", "0", "3"]), "names": ("what", ["coffee", "stretch", "coffee", "stretch"]),
    "free words": ("Notes", ["so so", "rather hot", "quiet"]), "its own name": ("night_date", ["Y", "N", "Y"]),
    "O and N": ("Jambes sans repos", ["O", "N", "O"]), "plus and minus": ("СБН", ["+", "-", "+"]),
    "drinks in dashes": ("Wein", ["-", "1 Glas", "-"]), "crosses": ("Kaffee", ["xx", "x", "xxx"]),
    "a none nobody knows": ("Bier", ["1", "2", "1", "gar nix", "2", "1", "2", "1", "1", "1", "gar nix"]),
    "a none of a half day": ("Coffee before noon", ["1", "2", "1", "gar nix", "2", "1", "2", "1", "1", "1", "gar nix"]),
    "a supplement": ("Magnesium", ["O", "N", "O"]),
}


def table(folder, header, cells):
    path = folder / "t.csv"
    path.write_text(f'Date,{header}\n' + "".join(f"2026-03-{1 + i:02d},{c}\n" for i, c in enumerate(cells)),
                    encoding="utf-8")
    return path


@pytest.mark.parametrize(("header", "cells"), KINDS.values(), ids=KINDS)
def test_the_lines_of_a_question_settle_it(header, cells, tmp_path):
    path = table(tmp_path, header, cells)
    asked = next(e for e in draft_table(path).entries if e.header == header)
    assert not asked.keys and asked.lines
    lines = re.sub(r"= \?", "= 0", "\n".join(asked.lines), count=1).replace("= ?", "= 1")
    (tmp_path / "rlskit.toml").write_text(
        f'[columns."Date"]\ncolumn = "night"\n[columns."{header}"]\n{lines}\n', encoding="utf-8")
    diary = rk.read_diary(path)
    kinds = set(diary.issues["kind"])
    assert not {k for k in kinds if "unreadable" in k or "does not name" in k or "one side" in k}, kinds
    assert not diary.issues["message"].str.contains("in the whole column").any()


def test_a_column_that_would_be_refused_is_asked_about_and_not_drafted(tmp_path):
    asked = draft_table(table(tmp_path, *KINDS["a none nobody knows"])).entries[1]
    assert (asked.keys, asked.question) == ({}, NO_SIDE)
    assert asked.lines == ('column = "alcohol_drinks"',
                           'levels = { "gar nix" = ? }    # how many drinks each is, in place of each ?')
