"""Every output says what it was made of: versions, command, seed, hashes; no folder and no clock time in it."""

from __future__ import annotations

import hashlib
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from PIL import Image
from pypdf import PdfReader

import rlskit as rk
from rlskit.cli import cli
from rlskit.utils.stamp import bare_path, file_sha256, private_stamp, stamp_html, stamp_lines, this_command, unchanged

SAMPLE = rk.sample_path() / "other-formats" / "template" / "template.csv"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A diary in a folder whose name nobody must read, its nights and a fit of them."""
    folder = tmp_path_factory.mktemp("home-of-ann")
    shutil.copy(SAMPLE, folder / "mine.csv")
    (folder / "rlskit.toml").write_text('timezone = "Europe/London"\n')
    diary = rk.read_diary(folder / "mine.csv")
    nights = rk.make_nights(diary)
    fit = rk.fit("symptoms ~ alcohol_drinks", nights, night_to_night=False, prior=None)
    return folder, diary, nights, fit


def sha(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_versions_seed_and_the_hash_of_each_input(tmp_path):
    (tmp_path / "nights.csv").write_text("abc")
    stamp = rk.stamp_analysis([tmp_path / "nights.csv"], seed=7, command="fit").set_index("what")["value"]
    assert list(stamp.index) == ["software", "python", "system", "command", "seed", "sha256 of nights.csv"]
    assert stamp["sha256 of nights.csv"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert stamp["seed"] == "7" and stamp["command"] == "fit" and str(tmp_path) not in " ".join(stamp)
    assert stamp["software"].startswith(f"rlskit {rk.__version__}, numpy {np.__version__}, ")
    with pytest.raises(FileNotFoundError):
        rk.stamp_analysis([tmp_path / "gone.csv"])


@pytest.mark.parametrize(("argv", "said"), [
    (["/home/ann/run.py", "/home/ann/x.csv", "--out=/tmp/y", "3"], "run.py x.csv --out=y 3"),
    (["/venv/ipykernel_launcher.py", "-f", "/tmp/kernel-1.json"], "in a notebook"), (["-c"], ""), ([], "")])
def test_the_command_has_no_folders(argv, said):
    assert this_command(argv) == said
    assert bare_path("C:\\Users\\ann\\x.csv") == "x.csv"


def test_inputs_travel_from_the_file_to_the_effects(own):
    folder, diary, nights, fit = own
    found = [("mine.csv", sha(folder / "mine.csv")), ("rlskit.toml", sha(folder / "rlskit.toml"))]
    for made in (diary, nights, rk.quiet_nights(nights), fit, rk.estimate_effects(fit)):
        stamp = rk.stamp_analysis(made)
        assert stamp.iloc[4:].to_numpy().tolist() == [[f"sha256 of {name}", digest] for name, digest in found]


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_saved_figure_carries_it_and_is_the_same_again(own, tmp_path, kind):
    table = rk.estimate_effects(own[3])
    paths = [rk.save_picture(table, tmp_path / name / f"x.{kind}") for name in "ab"]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    said = {"png": lambda p: Image.open(p).text["Source"], "svg": lambda p: p.read_text("utf-8"),
            "pdf": lambda p: PdfReader(p).metadata["/Keywords"]}[kind](paths[0])
    assert f"sha256 of mine.csv: {sha(own[0] / 'mine.csv')}" in said and f"rlskit {rk.__version__}" in said
    assert re.search(r"sha256 of the table: [0-9a-f]{64}", said) and str(tmp_path) not in said
    assert "home-of-ann" not in paths[0].read_bytes().decode("latin-1")


@pytest.mark.parametrize("kind", ["csv", "html", "tex"])
def test_a_table_of_a_paper_carries_it(own, tmp_path, kind):
    table = rk.tabulate_effects({"one": rk.estimate_effects(own[3])})
    path = rk.write_table(table, tmp_path / f"models.{kind}")
    text = (tmp_path / "models.stamp.csv" if kind == "csv" else path).read_text("utf-8")
    assert sha(own[0] / "mine.csv") in text and "sha256 of the table" in text and "home-of-ann" not in text
    if kind == "tex":
        assert all(line.startswith("% ") for line in text.split("\\begin")[0].splitlines())
    if kind == "csv":
        assert len(pd.read_csv(path)) == len(table)
    other = rk.write_table(table, tmp_path / f"seeded.{kind}", rk.stamp_analysis(table, seed=11))
    text = (tmp_path / "seeded.stamp.csv" if kind == "csv" else other).read_text("utf-8")
    assert re.search(r"seed[,:] ?11", text)


def test_convert_writes_it_beside_its_tables(own, tmp_path):
    for name in "ab":
        words = ["convert", str(own[0] / "mine.csv"), "--out", str(tmp_path / name), "--timezone", "Europe/London"]
        assert CliRunner().invoke(cli, words).exit_code == 0
    stamp = pd.read_csv(tmp_path / "a" / "stamp.csv").set_index("what")["value"]
    assert stamp["command"] == "rlskit convert mine.csv --timezone Europe/London"
    assert stamp["sha256 of mine.csv"] == sha(own[0] / "mine.csv")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_an_empty_diary_carries_it(tmp_path):
    sheet, paper = (rk.write_template(tmp_path / f"diary.{kind}") for kind in ("xlsx", "pdf"))
    for said in (load_workbook(sheet).properties.description, PdfReader(paper).metadata["/Keywords"]):
        assert said.startswith(f"software: rlskit {rk.__version__}, numpy ") and "python: 3." in said


def test_what_is_shared_holds_a_hash_that_only_the_key_can_check():
    one = private_stamp(b"k" * 16, ["aa", "bb"], "pool").set_index("what")["value"]
    other = private_stamp(b"k" * 16, ["bb", "aa"], "pool").set_index("what")["value"]
    assert one.equals(other) and one["inputs"] == "2" and one["command"] == "pool"
    keys = {private_stamp(key * 16, ["aa", "bb"]).iloc[-1, 1] for key in (b"k", b"l")}
    assert len(keys) == 2 and all(len(k) == 64 for k in keys)


def test_its_small_print_is_text():
    stamp = pd.DataFrame([("command", "<b>"), ("seed", "")], columns=["what", "value"])
    assert stamp_lines(stamp) == ["command: <b>"] and "&lt;b&gt;" in stamp_html(stamp)


@pytest.mark.parametrize("folder", [False, True])
def test_what_changes_while_it_is_read_is_no_result(tmp_path, folder):
    """A folder that is synchronised: the hash would be of one version, and what was read of another."""
    file = tmp_path / "d" / "x.csv"
    file.parent.mkdir()
    file.write_text("one")
    what = file.parent if folder else file
    with unchanged(what) as digest:
        assert digest == file_sha256(what)
    with pytest.raises(rk.DiaryError) as wrong, unchanged(what):
        file.write_text("two")
    assert str(wrong.value) == (f"{what.name}: it was changed while it was read, by a folder that is synchronised "
                                "perhaps. Try again when it has come to rest.")
