"""No cell of a CSV that rlskit writes runs in a spreadsheet, and reading it gives the same text. Oracle: the standard
library's csv."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.utils.csv_files import as_meant, guarded, read_csv, rows_as_csv, write_csv

PACKAGE = Path(rk.__file__).parent
NASTY = st.text(alphabet=st.sampled_from("='+-@\t\r\n ＝＋－＠﹣1,.\"ab\ufeff\u200b\x00"), max_size=6)
TEXT = st.one_of(NASTY, st.text(max_size=6))
WRITERS = {"table": write_csv, "rows": lambda table: rows_as_csv([table.columns, *table.to_numpy().tolist()])}


def runs(cell: str) -> bool:
    """Whether a spreadsheet may take a cell for a formula: as careful as can be, whatever is blank or unseen left out;
    a plain number is none."""
    seen = unicodedata.normalize("NFKC", cell).lstrip("\ufeff\u200b\x00 \t\r\n")
    number = re.fullmatch(r"[+-]?\d+([.,]\d+)?( to [+-]?\d+([.,]\d+)?)?", cell)
    return not number and (cell[:1] in {"\t", "\r", "\n"} or seen[:1] in {"=", "+", "-", "@"})


@pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS)
@given(cells=st.lists(st.tuples(TEXT, TEXT), max_size=4), names=st.tuples(TEXT, TEXT))
@settings(max_examples=150, deadline=None)
def test_no_cell_runs_and_every_text_comes_back(write, cells, names, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(write(pd.DataFrame(cells, columns=list(names), dtype=object)).encode())
    written = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    assert not [cell for row in written for cell in row if runs(cell)]
    again = read_csv(path)
    assert list(again.columns) == list(names) and [tuple(row) for row in again.to_numpy()] == cells


@pytest.mark.parametrize("raw", [b"", b"\n", b"a,b\n1,2\n3\n", b"a,b\n1,2,3\n", b"a\n\xff\n", b"a\n" + b"x" * 200_000])
def test_a_damaged_table_is_one_sentence(tmp_path, raw):
    (tmp_path / "daily.csv").write_bytes(raw)
    with pytest.raises(rk.DiaryError) as wrong:
        read_csv(tmp_path / "daily.csv")
    assert str(wrong.value) == "daily.csv: expected a table as rlskit wrote it, found a damaged one. Make it again."


@pytest.mark.parametrize(("text", "cell"), [
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), (" =1", "' =1"), ("\t=1", "'\t=1"), ("＝1", "'＝1"), ("'=1", "''=1"),
    ("-2+3", "'-2+3"), ("- a list", "'- a list"), ("-1|cmd", "'-1|cmd"), ("it's", "it's"), ("'quoted'", "'quoted'"),
    ("-2.1", "-2.1"), ("+3", "+3"), ("-2.1 to 0.4", "-2.1 to 0.4"), ("-2.1 to open", "-2.1 to open"),
    ("a = b", "a = b")])
def test_what_could_run_has_an_apostrophe_and_a_number_has_none(text, cell):
    assert guarded(text) == cell and as_meant(cell) == text


def test_numbers_dates_and_what_is_missing_are_as_pandas_writes_them():
    table = pd.DataFrame({"n": [-1.5, float("nan")], "i": pd.array([-2, None], "Int64"),
                          "o": pd.Series([-3, None], dtype=object), "d": pd.to_datetime(["2026-01-02", None]),
                          "c": pd.Categorical(["-a", None])})
    assert write_csv(table) == "n,i,o,d,c\n-1.5,-2,-3,2026-01-02,'-a\n,,,,\n"
    assert write_csv(table.iloc[:0]) == "n,i,o,d,c\n"


def test_no_other_file_writes_csv():
    """table_sha256 in utils/stamp.py hashes a table as CSV, and writes none."""
    writes = re.compile(r"\.to_csv\(|csv\.(?:Dict)?[wW]riter\(|\.to_excel\(|write_csv\(\)")
    found = {path.relative_to(PACKAGE).as_posix(): len(writes.findall(path.read_text("utf-8")))
             for path in PACKAGE.rglob("*.py")}
    assert {name: n for name, n in found.items() if n} == {"utils/csv_files.py": 3, "utils/stamp.py": 1}
