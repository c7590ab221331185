"""All files of a plan, or none; the sheet of paper holds every night."""

import datetime as dt
import io
import math

import pytest
from pypdf import PdfReader

import rlskit as rk
from rlskit.pages.trial import render_trial_sheet
from rlskit.trials.outputs import plan_table
from rlskit.utils.words import short_date

FILES = ["plan.json", "nights.ics", "sheet.pdf", "nights.csv", "rlskit.toml"]


@pytest.fixture(scope="module")
def plan():
    return rk.plan_trial(0.5, "Evening walk with the dog round the lake at 18:00",
                         control="Чтение, sitting (no walk) 40 letters long"[:40], design="periods", nights=60, seed=3,
                         made=dt.datetime(2027, 1, 2, 18, tzinfo=dt.UTC))


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_every_night_is_on_the_sheet(plan, paper, width):
    pdf = PdfReader(io.BytesIO(render_trial_sheet(plan, paper)))
    assert len(pdf.pages) == math.ceil(len(plan.schedule) / 28)
    assert round(float(pdf.pages[0].mediabox.width)) == width
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = " ".join("".join(page.extract_text() for page in pdf.pages).split())
    for one in plan.schedule:
        assert short_date(one.night) in text
    assert text.count("(not counted)") == sum(not one.counted for one in plan.schedule)
    assert plan.sha256 in text and "Symptoms after 18:00?" in text


def test_it_asks_what_the_table_asks():
    plan = rk.plan_trial(0.5, "compression stockings at 18:00", also=["sleep_h"], nights=40, seed=3,
                         made=dt.datetime(2027, 1, 2, 18, tzinfo=dt.UTC))
    text = " ".join(PdfReader(io.BytesIO(render_trial_sheet(plan))).pages[0].extract_text().split())
    assert "Compression stockings done? Symptoms after 18:00? Worst, 0–10 Lights out Woke up" in text
    assert plan_table(plan).splitlines()[0] == ("Night,Coin,Compression stockings done,Symptoms,Worst 0-10,Lights out,"
                                                "Woke up")


def test_all_files_or_none(plan, tmp_path):
    paths = rk.write_plan_files(plan, tmp_path / "trial", paper="letter")
    assert [path.name for path in paths] == FILES and all(path.is_file() for path in paths)
    assert rk.read_plan(tmp_path / "trial") == plan
    (tmp_path / "trial" / "plan.json").unlink()
    for path in paths[2:]:
        path.unlink()
    with pytest.raises(rk.DiaryError, match="what belongs to a plan is never overwritten"):
        rk.write_plan_files(plan, tmp_path / "trial")
    assert [path.name for path in (tmp_path / "trial").iterdir()] == ["nights.ics"]
    with pytest.raises(rk.DiaryError, match='paper: expected one of a4, letter, found "a5"'):
        rk.write_plan_files(plan, tmp_path / "other", paper="a5")
    assert not (tmp_path / "other").exists()


def test_a_run_that_ends_half_way_leaves_nothing(plan, tmp_path, monkeypatch):
    def no_room(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("rlskit.pages.trial.sheet.write_plan", no_room)
    with pytest.raises(OSError, match="No space left"):
        rk.write_plan_files(plan, tmp_path / "trial")
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_holds_something_else(plan, tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(rk.DiaryError) as wrong:
        rk.write_plan_files(plan, tmp_path)
    assert str(wrong.value) == (f"{tmp_path}: expected an empty folder, or one that this command wrote; found "
                                "letter.txt. Name another folder with --out.")
