"""Damaged files of every layout end as a diary or in a sentence, and no row is lost. Many more: `make fuzz`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rlskit.diary.readers.detect import readers
from rlskit.diary.readers.read import read_diary
from rlskit.diary.tables import account
from tests.helpers.places import ROOT
from tests.helpers.scripts import script

EACH = 3  # mutations of a layout


@pytest.fixture(scope="module")
def samples():
    return script("benchmarks/fuzz_samples.py").samples


def test_a_few_damaged_files_of_every_layout():
    done = subprocess.run([sys.executable, "-W", "ignore", str(ROOT / "benchmarks/fuzz.py"), "--quick", str(EACH)],
                          capture_output=True, text=True, timeout=300, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_reader_has_its_layouts_and_every_row_of_them_is_used_or_explained(tmp_path, samples):
    layouts = samples()
    assert {sample.app for sample in layouts.values()} == {reader.app for reader in readers()}
    for name, sample in layouts.items():
        folder = tmp_path / name
        folder.mkdir()
        for file, raw in sample.files.items():
            (folder / file).write_bytes(raw)
        diary = read_diary(folder / sample.give)
        assert {s.app for s in diary.source} == {sample.app}, name
        assert account(diary)["rows"].sum() == sum(s.rows for s in diary.source) > 10, name
        assert diary.source[0].rows_used, name


def test_the_same_bytes_each_time(samples):
    assert samples() == samples()
