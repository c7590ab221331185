"""Many people's exports in one dataset; faults put in on purpose."""

from __future__ import annotations

import errno
import os
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit import pool as module
from rlskit.cli import cli

HEADER = "night,symptoms,alcohol_drinks"


def diary(path, symptoms="yes no", first="2026-03-01"):
    """A template of 20 nights whose answers alternate."""
    words, days = symptoms.split(), pd.date_range(first, periods=20)
    rows = [f"{d:%Y-%m-%d},{words[i % len(words)]},{i % 3}" for i, d in enumerate(days)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *rows]) + "\n")


@pytest.fixture
def folder(tmp_path):
    """Three people: two files and a folder."""
    diary(tmp_path / "in" / "ann.csv")
    diary(tmp_path / "in" / "bob.csv", "yes yes no no")
    diary(tmp_path / "in" / "cleo" / "march.csv", "no")
    diary(tmp_path / "in" / "cleo" / "april.csv", "yes", first="2026-04-01")
    return tmp_path / "in"


def parts(out):
    return {p.parent.name: p.stat().st_mtime_ns for p in out.glob("nights/*/*.parquet")}


def test_the_dataset_is_make_nights_of_every_file(folder, tmp_path):
    pool = rk.pool_diaries(folder, tmp_path / "out")
    found = pd.read_parquet(pool.path)
    assert sorted(found["person"].astype(str).unique()) == ["ann", "bob", "cleo"]
    own = rk.make_nights(rk.read_diary(folder / "bob.csv", person="bob"))
    mine = found[found["person"].eq("bob")].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine[list(own)].drop(columns="person"), own.drop(columns="person"),
                                  check_dtype=False, check_categorical=False)
    assert pool.exclusions.empty and not (tmp_path / "out" / ".writing").exists()


def test_the_nights_are_loaded_person_after_person(folder, tmp_path):
    pool = rk.pool_diaries(folder, tmp_path / "pool", progress=False)
    nights = rk.load_nights(tmp_path / "pool")
    assert list(nights["person"].unique()) == sorted(pool.people["person"])
    assert len(nights) == pool.people["nights"].sum() and list(nights.columns[:2]) == ["person", "night"]
    assert nights.groupby("person")["night"].is_monotonic_increasing.all()


def test_the_summary_counts_people_answers_and_persistence(folder, tmp_path):
    pool = rk.pool_diaries(folder, tmp_path / "out")
    assert pool.people[["person", "nights", "answered", "symptom_nights"]].to_numpy().tolist() == [
        ["ann", 20, 20, 10], ["bob", 20, 20, 10], ["cleo", 51, 40, 20]]
    assert pool.people["after_symptoms"].round(2).tolist() == [0.0, 0.5, 1.0]
    assert repr(pool).splitlines()[:4] == [
        "Pooled nights: 3 people, 91 nights, 80 with an answer about symptoms",
        "  symptom nights per 30: median person 15, from 15 to 15 in most (10-90%)",
        "  a symptom night followed a symptom night in 50%, a night without in 48%",
        "  symptoms: 88% of nights, 3 people"]


def test_a_second_run_does_only_what_is_new(folder, tmp_path):
    out = tmp_path / "out"
    rk.pool_diaries(folder, out)
    before = parts(out)
    diary(folder / "dan.csv")
    diary(folder / "ann.csv", "no no yes")
    (folder / "bob.csv").unlink()
    pool = rk.pool_diaries(folder, out)
    after = parts(out)
    assert list(pool.people["person"]) == ["ann", "cleo", "dan"]
    assert {p for p in after if before.get(p) != after[p]} == {"person=ann", "person=dan"}
    assert set(after) == {"person=ann", "person=cleo", "person=dan"}


def test_other_settings_or_another_mapping_read_everything_again(folder, tmp_path):
    out = tmp_path / "out"
    rk.pool_diaries(folder, out)
    before = parts(out)
    rk.pool_diaries(folder, out, landmark="21:00")
    between = parts(out)
    (folder / "rlskit.toml").write_text('timezone = "Europe/London"\n')
    rk.pool_diaries(folder, out, landmark="21:00")
    after = parts(out)
    assert all(before[p] != between[p] != after[p] for p in before)


def test_a_damaged_export_in_the_middle_is_set_aside_with_its_reason(folder, tmp_path):
    (folder / "azure.csv").write_bytes(b"\x00\x01\x02 not a diary")
    (folder / "bo.csv").write_text("night,symptoms,alcohol_drinks\n")
    pool = rk.pool_diaries(folder, tmp_path / "out")
    assert list(pool.people["person"]) == ["ann", "bob", "cleo"]
    assert list(pool.exclusions["export"]) == ["azure.csv", "bo.csv"]
    assert pool.exclusions["reason"].str.contains("azure.csv|bo.csv").all()
    assert repr(pool).splitlines()[-2].startswith("  left out: bo.csv: bo.csv: expected at least one night")


def test_one_person_in_two_exports_is_said_and_not_overwritten(folder, tmp_path):
    diary(folder / "bob" / "again.csv", "no")
    pool = rk.pool_diaries(folder, tmp_path / "out")
    assert pool.exclusions.to_numpy().tolist() == [[
        "bob.csv", "bob: already read from bob. Put one person's files in a folder of their own."]]


def test_a_full_disk_keeps_what_was_finished(folder, tmp_path, monkeypatch):
    out, real = tmp_path / "out", pd.DataFrame.to_parquet

    def full(frame, path, **more):
        if "bob" in str(path):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        real(frame, path, **more)

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    done = CliRunner().invoke(cli, ["pool", str(folder), "--out", str(out)])
    assert done.exit_code == 1 and "No space left on device" in done.output and "Traceback" not in done.output
    assert set(parts(out)) == {"person=ann"} and not list(out.rglob("*.part")) and not (out / ".writing").exists()
    before = parts(out)
    monkeypatch.undo()
    assert len(rk.pool_diaries(folder, out).people) == 3
    assert parts(out)["person=ann"] == before["person=ann"]


def test_an_interruption_loses_nothing_that_was_finished(folder, tmp_path, monkeypatch):
    out, real = tmp_path / "out", module.make_nights

    def stop(diary, **more):
        if any(s.file == "bob.csv" for s in diary.source):
            raise KeyboardInterrupt
        return real(diary, **more)

    monkeypatch.setattr(module, "make_nights", stop)
    with pytest.raises(KeyboardInterrupt):
        rk.pool_diaries(folder, out)
    monkeypatch.undo()
    before = parts(out)
    assert set(before) == {"person=ann"}
    assert len(rk.pool_diaries(folder, out).people) == 3 and parts(out)["person=ann"] == before["person=ann"]


def test_two_runs_at_once_and_a_lock_left_behind(folder, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / ".writing").write_text(str(os.getpid()))
    with pytest.raises(rk.DiaryError) as wrong:
        rk.pool_diaries(folder, out)
    assert str(wrong.value) == f"{out}: another run is writing there. Wait for it, or name another folder."
    (out / ".writing").write_text("999999999")
    assert len(rk.pool_diaries(folder, out).people) == 3


def test_what_is_no_pool_and_no_folder(folder, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.docx").write_text("x")
    with pytest.raises(rk.DiaryError, match=r"expected an empty folder.* found thesis\.docx"):
        rk.pool_diaries(folder, tmp_path / "taken")
    with pytest.raises(rk.DiaryError, match="expected a folder of diary exports, found none"):
        rk.pool_diaries(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(rk.DiaryError, match="expected a dataset that pool_diaries wrote, found none"):
        rk.read_pool(tmp_path / "taken")


def test_an_id_that_is_no_name_of_a_folder(tmp_path):
    study = tmp_path / "in"
    study.mkdir()
    (study / "rlskit.toml").write_text('[redcap]\nnight = "d"\n')
    (study / "data.csv").write_text("record_id,d,symptoms,f_complete\na/b,2026-03-01,1,2\nc=d é,2026-03-01,0,2\n")
    pool = rk.pool_diaries(study, tmp_path / "out")
    assert sorted(pd.read_parquet(pool.path)["person"].astype(str)) == ["a/b", "c=d é"]
    shutil.rmtree(tmp_path / "out")


def test_the_command_says_what_was_pooled(folder, tmp_path):
    done = CliRunner().invoke(cli, ["pool", str(folder), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert done.output.splitlines()[0] == "Pooled nights: 3 people, 91 nights, 80 with an answer about symptoms"
    assert done.output.splitlines()[-1] == f"Wrote {tmp_path / 'out' / 'nights'}"
