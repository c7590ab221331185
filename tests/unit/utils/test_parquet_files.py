"""Tables as Parquet: the same table again, and without pyarrow one sentence."""

from __future__ import annotations

import sys

import pandas as pd
import pytest

from rlskit.errors import DiaryError
from rlskit.utils.parquet_files import has_column, read_parquet, write_parquet

TABLE = pd.DataFrame({"night": pd.to_datetime(["2026-03-01", None]).astype("datetime64[us]"),
                      "said": pd.Series(["=1+1", ""], dtype=object), "yes": pd.array([True, None], dtype="boolean")})


def test_a_table_comes_back_bit_for_bit_and_is_known_by_a_column(tmp_path):
    table = TABLE.copy()
    table.attrs["of"] = object()  # no table's own remarks go into the file
    write_parquet(table, tmp_path / "t.parquet")
    again = read_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(again.astype({"said": object}), TABLE)
    assert has_column(tmp_path / "t.parquet", "said") and not has_column(tmp_path / "t.parquet", "other")
    (tmp_path / "t.csv").write_text("said\n")
    assert not has_column(tmp_path / "t.csv", "said")


@pytest.mark.parametrize("use", [lambda path: write_parquet(TABLE, path), read_parquet])
def test_without_pyarrow_a_sentence_says_how_to_install_it(tmp_path, monkeypatch, use):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(DiaryError) as wrong:
        use(tmp_path / "t.parquet")
    assert str(wrong.value) == ('t.parquet: Parquet needs pyarrow, which is not installed. '
                                'Run: python -m pip install "rlskit[pool]"')
