"""Many people's exports in one dataset; faults put in on purpose."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from dataclasses import replace

import pandas as pd
import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.pool import read as reading
from rlskit.pool.build import NOT_SETTLED
from rlskit.utils.open_questions import why_open
from tests.helpers.unwrapped import unwrapped

HEADER = "night,symptoms,alcohol_drinks"
KEY = bytes(range(32))


def new(name):
    return rk.hash_id(name, KEY)


def diary(path, symptoms="yes no", first="2026-03-01", nights=20):
    """A template of nights whose answers alternate."""
    words, days = symptoms.split(), pd.date_range(first, periods=nights)
    rows = [f"{d:%Y-%m-%d},{words[i % len(words)]},{i % 3}" for i, d in enumerate(days)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([HEADER, *rows]) + "\n")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Three people, two files and a folder, and the dataset made of them."""
    home = tmp_path_factory.mktemp("study")
    diary(home / "in" / "ann.csv")
    diary(home / "in" / "bob.csv", "yes yes no no")
    diary(home / "in" / "cleo" / "march.csv", "no")
    diary(home / "in" / "cleo" / "april.csv", "yes", first="2026-04-01")
    return home, rk.pool_diaries(home / "in", home / "out", key=KEY)


@pytest.fixture
def folder(study, tmp_path):
    """The people's files, to change."""
    return shutil.copytree(study[0] / "in", tmp_path / "in")


@pytest.fixture
def out(study, tmp_path):
    """The dataset made of them, to change."""
    return shutil.copytree(study[0] / "out", tmp_path / "out")


@pytest.fixture(autouse=True)
def key(tmp_path):
    """The key of every dataset called "out", so that its ids are known here."""
    (tmp_path / "out.key").write_bytes(KEY)


def parts(out):
    return {p.parent.name: p.stat().st_mtime_ns for p in out.glob("nights/*/*.parquet")}


def run_python(code, **more):
    """Another process that imports this rlskit."""
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, **more)


def test_the_dataset_is_make_nights_of_every_file(study):
    folder, pool = study[0] / "in", study[1]
    found = pd.read_parquet(pool.path)
    assert set(found["person"].astype(str)) == {new("ann"), new("bob"), new("cleo")}
    own = rk.make_nights(rk.read_diary(folder / "bob.csv"))
    mine = found[found["person"].eq(new("bob"))].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine[list(own)].drop(columns="person"), own.drop(columns="person"),
                                  check_dtype=False)
    assert pool.exclusions.empty


def test_a_column_that_only_some_people_fill_is_not_lost(folder, out):
    for name, movement in (("yves", "yoga"), ("zoe", "tai chi with Ann")):
        (folder / f"{name}.csv").write_text("night,symptoms,stretched,stretch_time,symptoms_before_stretch,movement\n"
                                            f"2026-03-01,yes,yes,20:30,no,{movement}\n2026-03-02,no,no,,,none\n")
    rk.pool_diaries(folder, out)
    nights = rk.load_nights(out)
    assert [c for c in nights if c.startswith("movement_")] == ["movement_other", "movement_yoga"]
    done = nights.groupby("person")[["movement_other", "movement_yoga"]].sum()
    assert done.loc[[new("yves"), new("zoe"), new("ann")]].to_numpy().tolist() == [[0, 1], [1, 0], [0, 0]]
    made = rk.make_nights(rk.read_diary(folder / "ann.csv"))
    assert nights["weekday"].dtype == made["weekday"].dtype


def test_the_nights_are_loaded_person_after_person(study):
    pool, nights = study[1], rk.load_nights(study[0] / "out")
    assert list(nights["person"].unique()) == sorted(pool.people["person"])
    assert len(nights) == pool.people["nights"].sum() and list(nights.columns[:2]) == ["person", "night"]
    assert all(mine["night"].is_monotonic_increasing for _, mine in nights.groupby("person"))


def test_a_pool_without_a_symptom_answer_says_what_to_do(study):
    nobody = replace(study[1], people=study[1].people.assign(answered=0, symptom_nights=0))
    assert str(nobody).splitlines()[-1] == (
        "  next: nothing tells symptom nights apart. Apps have tags with names of their own: `rlskit check FILE "
        "--write-mapping` drafts an rlskit.toml beside an export; say in it what the tags mean, and pool again")


def test_the_summary_counts_people_answers_and_persistence(study):
    pool = study[1]
    table = pool.people.set_index("person").loc[[new("ann"), new("bob"), new("cleo")]]
    assert table[["nights", "answered", "symptom_nights", "not_tracked"]].to_numpy().tolist() == [
        [20, 20, 10, 0], [20, 20, 10, 0], [51, 40, 20, 0]]
    assert table["after_symptoms"].round(2).tolist() == [0.0, 0.5, 1.0]
    assert table["landmark"].tolist() == ["21:00"] * 3
    assert repr(pool).splitlines()[:4] == [
        "Pooled nights: 3 people, 91 nights, 80 with an answer about symptoms",
        "  symptom nights per 30: median person 15, from 15 to 15 in most (10-90%)",
        "  a symptom night followed a symptom night in 50%, a night without in 48% (mean over people)",
        "  symptoms: 88% of nights, 3 people"]
    summary = study[0] / "out" / "summary"
    assert (summary / "summary.txt").read_text().splitlines() == repr(pool).splitlines()
    for name, table in (("people", pool.people), ("columns", pool.columns), ("exports", pool.exports),
                        ("exclusions", pool.exclusions), ("flow", rk.tabulate_flow(pool))):
        assert list(pd.read_csv(summary / f"{name}.csv")) == list(table)


def test_a_person_whose_nights_are_not_settled_is_in_no_rate_and_no_claim(folder, out):
    dora = folder / "dora"
    dora.mkdir()
    rows = [f"2026-03-{day:02d},March {day},Monday,07:30,meh,{'legs' if day % 2 else 'tea'}," for day in range(1, 21)]
    (dora / "daylio.csv").write_text("\n".join(["full_date,date,weekday,time,mood,activities,note", *rows]) + "\n")
    (dora / "rlskit.toml").write_text('[tags.legs]\ncolumn = "symptoms"\nunticked = "no"\n')
    pool = rk.pool_diaries(folder, out, key=KEY)
    assert pool.people.set_index("person")["open"].to_dict() == {
        new("ann"): "", new("bob"): "", new("cleo"): "", new("dora"): "symptoms"}
    lines = repr(pool).splitlines()
    assert lines[1] == "  symptom nights per 30: median person 15, from 15 to 15 in most (10-90%)"
    assert lines[3] == ("  open, and in no rate: which nights had symptoms is not settled for 1 person; `rlskit check` "
                        "of their exports shows the line that settles it (`open` in people.csv)")
    nights = rk.load_nights(out)
    assert why_open(nights, "symptoms") == NOT_SETTLED
    assert why_open(nights[nights["person"].ne(new("dora"))], "symptoms") == ""
    of_folder, of_table = (rk.fit("symptoms ~ day_index", of) for of in (out, nights))
    assert of_folder.n_people == of_table.n_people == 3 and of_folder.n_nights == of_table.n_nights
    reasons = of_folder.left_out.groupby("person")["reason"].first()
    assert reasons[new("dora")] == "a question about this diary is open"
    with pytest.raises(rk.ModelError, match="found nights about which a question is open"):
        rk.fit("symptoms ~ day_index", nights[nights["person"].eq(new("dora"))])


def test_regimes_of_tracking_are_counted(tmp_path):
    """A tag that came into use in the second month of the diary, and one that went out of use in the first."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "rlskit.toml").write_text("".join(f'[tags."{tag}"]\ncolumn = "{column}"\nunticked = "no"\n'
                                                for tag, column in (("Legs", "symptoms"), ("Iron", "iron"),
                                                                    ("Magnesium", "magnesium"))))
    rows = [f"{d:%Y-%m-%d},{d.day_name()},20:00,good,{tags},,"
            for i, d in enumerate(pd.date_range("2026-01-01", periods=60))
            for tags in [" | ".join(["Legs"] * (i % 2) + ["Iron"] * (i >= 30) + ["Magnesium"] * (i < 30))]]
    (folder / "dora.csv").write_text("\n".join(["full_date,date,weekday,time,mood,activities,note_title,note",
                                                *(r.replace(",", ",x,", 1) for r in rows)]) + "\n")
    pool = rk.pool_diaries(folder, tmp_path / "out")
    row = pool.people.set_index("person").loc[new("dora")]
    assert (row["tracked_late"], row["stopped_early"]) == ("iron", "magnesium")
    table = pool.columns.set_index("column")[["tracked_late", "stopped_early"]]
    assert table.loc["iron"].tolist() == [1, 0] and table.loc["magnesium"].tolist() == [0, 1]
    assert any(line.endswith("(1 began to track it later)") for line in repr(pool).splitlines())


def test_a_second_run_does_only_what_is_new(folder, out):
    before = parts(out)
    diary(folder / "dan.csv")
    diary(folder / "ann.csv", "no no yes")
    (folder / "bob.csv").unlink()
    pool = rk.pool_diaries(folder, out)
    after = parts(out)
    assert set(pool.people["person"]) == {new("ann"), new("cleo"), new("dan")}
    assert {p for p in after if before.get(p) != after[p]} == {f"person={new('ann')}", f"person={new('dan')}"}
    assert set(after) == {f"person={new(name)}" for name in ("ann", "cleo", "dan")}


def test_other_settings_another_mapping_or_key_read_everything_again(folder, out):
    for name in ("bob.csv", "cleo"):
        (folder / name).rename(folder.parent / name)
    found = [rk.pool_diaries(folder, out) and parts(out)]
    found.append(rk.pool_diaries(folder, out, landmark="21:00") and parts(out))
    (folder / "rlskit.toml").write_text('timezone = "Europe/London"\n')
    found.append(rk.pool_diaries(folder, out, landmark="21:00") and parts(out))
    assert all(found[0][p] != found[1][p] != found[2][p] for p in found[0])
    rk.pool_diaries(folder, out, landmark="21:00", key=KEY[::-1])
    assert len(parts(out)) == len(found[2]) == 1 and not set(parts(out)) & set(found[2])


def test_without_a_key_one_is_made_beside_the_dataset_and_kept(folder, tmp_path):
    pool = rk.pool_diaries(folder, tmp_path / "other")
    key = tmp_path / "other.key"
    assert key.stat().st_mode & 0o077 == 0 and len(key.read_bytes()) == 64
    before = parts(tmp_path / "other")
    assert len(before) == 3
    rk.pool_diaries(folder, tmp_path / "other")
    assert parts(tmp_path / "other") == before
    who = rk.match_ids(folder, key=key.read_bytes())
    assert who[["export", "person"]].to_numpy().tolist() == [["ann.csv", "ann"], ["bob.csv", "bob"], ["cleo", "cleo"]]
    assert set(who["person_id"]) == set(pool.people["person"]) and set(who["export_id"]) == set(pool.exports["export"])


def test_a_damaged_export_in_the_middle_is_set_aside_with_its_reason(folder, out):
    (folder / "azure.csv").write_bytes(b"\x00\x01\x02 not a diary")
    (folder / "bo.csv").write_text("night,symptoms,alcohol_drinks\n")
    (folder / "boa.daylio").write_bytes(b"PK\x03\x04 cut off")
    pool = rk.pool_diaries(folder, out)
    assert set(pool.people["person"]) == {new("ann"), new("bob"), new("cleo")}
    assert pool.exclusions.set_index("export")["reason"].to_dict() == {
        new("azure.csv"): "not a diary that rlskit knows", new("bo.csv"): "no night of a diary in it",
        new("boa.daylio"): "not a diary that rlskit knows"}
    assert repr(pool).splitlines()[-3] == f"  left out: 1 export: no night of a diary in it ({new('bo.csv')})"
    before = parts(out)
    (folder / "azure.csv").unlink()
    diary(folder / "bo.csv", "no yes yes")  # mended
    pool = rk.pool_diaries(folder, out)
    assert list(pool.exclusions["export"]) == [new("boa.daylio")] and new("bo") in set(pool.people["person"])
    assert before.items() <= parts(out).items()


def test_a_reader_that_breaks_on_a_file_stops_nobody_else(folder, out, monkeypatch):
    real = reading.read_diary

    def broken(path, **more):
        if path.name == "bob.csv":
            raise KeyError("Ann Example")
        return real(path, **more)

    diary(folder / "bob.csv", "no")
    monkeypatch.setattr(reading, "read_diary", broken)
    pool = rk.pool_diaries(folder, out)
    assert pool.exclusions.to_numpy().tolist() == [[new("bob.csv"), "", "damaged: the reader stopped (KeyError)"]]


def test_an_export_that_cannot_be_opened_is_tried_again(folder, out):
    (folder / "gone.csv").symlink_to(folder / "nowhere.csv")
    pool = rk.pool_diaries(folder, out)
    assert pool.exclusions.to_numpy().tolist() == [[new("gone.csv"), "", "could not be opened"]]
    (folder / "gone.csv").unlink()
    diary(folder.parent / "elsewhere.csv", "yes no no")
    (folder / "gone.csv").symlink_to(folder.parent / "elsewhere.csv")
    pool = rk.pool_diaries(folder, out)
    assert pool.exclusions.empty and len(pool.people) == 4


def test_one_person_in_two_exports_is_said_and_not_overwritten(folder, out):
    diary(folder / "bob" / "again.csv", "no")
    pool = rk.pool_diaries(folder, out)
    assert pool.exclusions.to_numpy().tolist() == [[
        new("bob"), new("bob"), "the same person is in an export that was read before"]]


@pytest.mark.parametrize("way", ["copy", "link", "folder"])
def test_the_same_export_twice_is_one_person_and_named(folder, out, way):
    first = pd.read_parquet(out / "nights")
    if way == "copy":
        shutil.copy(folder / "bob.csv", folder / "bob - Copy.csv")  # sorts before the one that was read before
    elif way == "link":
        (folder / "dan.csv").symlink_to(folder / "bob.csv")
    else:
        shutil.copytree(folder / "cleo", folder / "Person 2")
    again = {"copy": "bob.csv", "link": "dan.csv", "folder": "cleo"}[way]
    for _ in range(2):  # the second run changes nothing
        pool = rk.pool_diaries(folder, out)
        assert pool.exclusions.to_numpy().tolist() == [[
            new(again), "", "the same files as another export, which counts once"]]
        assert len(pool.people) == 3 and len(pd.read_parquet(pool.path)) == len(first)
    if way == "link":
        (folder / "dan.csv").unlink()
        diary(folder / "dan.csv", "yes")
    else:
        shutil.rmtree(folder / "Person 2") if way == "folder" else (folder / "bob - Copy.csv").unlink()
    pool = rk.pool_diaries(folder, out)
    assert pool.exclusions.empty and len(pool.people) == 3 + (way == "link")


def test_odd_things_in_the_folder_stop_nobody_and_are_counted(folder, out):
    inside = os.fsencode(folder)
    text = (folder / "ann.csv").read_bytes().replace(b"no", b"yes", 1)
    for name in (b"J\x81rgen.csv", b"\xff\xfe"):
        with open(inside + b"/" + name, "wb") as file:
            file.write(text)
    (folder / ("x" * 251 + ".csv")).write_bytes(text)
    os.mkfifo(folder / "pipe.csv")
    (folder / "null").symlink_to("/dev/zero")
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "up").mkdir()
    (folder / "up" / "down").symlink_to(folder)
    for name in ("Thumbs.db", "desktop.ini", "~$diary.xlsx", "Icon\r"):
        (folder / name).write_bytes(b"\x00\x01")
    (folder / "__MACOSX").mkdir()
    pool = rk.pool_diaries(folder, out)
    assert len(pool.people) == 4  # the three, and the one of the long name
    assert pool.exclusions["reason"].value_counts().to_dict() == {
        "could not be opened": 3, "a name that is not UTF-8": 2, "not a diary that rlskit knows": 1}
    assert len(rk.match_ids(folder, key=KEY)) == 10


@pytest.mark.parametrize("at", [".", "../{}"])
def test_the_dataset_can_be_made_where_one_stands(folder, tmp_path, monkeypatch, at):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert len(rk.pool_diaries(folder, at.format("here")).people) == 3
    assert (tmp_path / "here.key").is_file()


FULL = """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
    from rlskit.cli import main
    sys.argv = ["rlskit", "pool", sys.argv[1], "--out", sys.argv[2]]
    main()
"""


def test_a_disk_that_takes_no_more_keeps_what_was_finished(folder, tmp_path):
    """For real: the system refuses to write more than so many bytes to a file, and the second person needs more."""
    out = tmp_path / "out"
    shutil.rmtree(folder / "cleo")
    diary(folder / "bob.csv", "yes no no", nights=500)
    limit = "34000"
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(FULL), str(folder), str(out), limit],
                          capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert unwrapped(done.stderr) == ("rlskit: File too large. The disk takes no more; what was finished before is "
                                      "kept. Make room and run the same command again.")
    assert set(parts(out)) == {f"person={new('ann')}"} and not list(out.rglob("*.part"))
    before = parts(out)
    assert len(rk.pool_diaries(folder, out).people) == 2
    assert parts(out)[f"person={new('ann')}"] == before[f"person={new('ann')}"]
    assert max(p.stat().st_size for p in out.rglob("*.parquet")) > int(limit)  # there was something to refuse


def test_an_interruption_loses_nothing_that_was_finished(folder, tmp_path, monkeypatch):
    out, real = tmp_path / "out", reading.make_nights

    def stop(diary, **more):
        if any(s.file == "bob.csv" for s in diary.source):
            raise KeyboardInterrupt
        return real(diary, **more)

    monkeypatch.setattr(reading, "make_nights", stop)
    with pytest.raises(KeyboardInterrupt):
        rk.pool_diaries(folder, out)
    monkeypatch.undo()
    before = parts(out)
    assert set(before) == {f"person={new('ann')}"}
    assert len(rk.pool_diaries(folder, out).people) == 3
    assert parts(out)[f"person={new('ann')}"] == before[f"person={new('ann')}"]


def test_a_run_that_was_killed_leaves_nothing_that_counts(folder, tmp_path):
    """Killed between a person's nights and the record of the export, which is then gone for good."""
    out = tmp_path / "out"
    killed = run_python(f"""
        import os, signal, rlskit as rk
        from rlskit.pool import build as pool
        real = pool.write_record
        def write_record(out, record):
            if record["export"] == {new("bob.csv")!r}:
                open(out / "nights" / ".nights.parquet.1.part", "w").close()
                os.kill(os.getpid(), signal.SIGKILL)
            real(out, record)
        pool.write_record = write_record
        rk.pool_diaries({str(folder)!r}, {str(out)!r})
    """)
    killed.wait()
    assert killed.returncode == -signal.SIGKILL
    assert set(parts(out)) == {f"person={new('ann')}", f"person={new('bob')}"} and (out / ".writing").exists()
    before = parts(out)
    (folder / "bob.csv").unlink()
    assert set(rk.pool_diaries(folder, out).people["person"]) == {new("ann"), new("cleo")}
    assert set(parts(out)) == {f"person={new('ann')}", f"person={new('cleo')}"}
    assert parts(out)[f"person={new('ann')}"] == before[f"person={new('ann')}"]
    assert not list(out.rglob("*.part"))


def test_two_runs_at_once(folder, out):
    before = parts(out)
    diary(folder / "dan.csv", "no yes yes")
    other = run_python(f"""
        import pathlib, time
        from rlskit.utils.files import only_one
        with only_one(pathlib.Path({str(out)!r}) / ".writing"):
            print("writing", flush=True)
            time.sleep(60)
    """)
    assert other.stdout.readline() == "writing\n"
    with pytest.raises(rk.DiaryError) as wrong:
        rk.pool_diaries(folder, out)
    assert str(wrong.value) == f"{out}: another run is writing there. Wait for it, or name another folder."
    assert parts(out) == before
    os.kill(other.pid, signal.SIGKILL)  # what a killed run leaves behind does not bar the way
    other.wait()
    assert (out / ".writing").exists() and len(rk.pool_diaries(folder, out).people) == 4


def test_what_is_no_pool_and_no_folder(folder, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.docx").write_text("x")
    with pytest.raises(rk.DiaryError, match=r"expected an empty folder.* found thesis\.docx"):
        rk.pool_diaries(folder, tmp_path / "taken")
    with pytest.raises(rk.DiaryError, match="expected a folder of diary exports, found none"):
        rk.pool_diaries(tmp_path / "nowhere", tmp_path / "out")
    with pytest.raises(rk.DiaryError, match="expected a dataset that pool_diaries wrote, found none"):
        rk.read_pool(tmp_path / "taken")
    (folder / "rlskit.toml").write_text("timezone = ")
    with pytest.raises(rk.DiaryError, match="not valid TOML"):
        rk.pool_diaries(folder, tmp_path / "out")


def test_several_people_in_one_export(tmp_path):
    study = tmp_path / "in"
    study.mkdir()
    (study / "rlskit.toml").write_text('[columns.d]\ncolumn = "night"\n')
    (study / "data.csv").write_text("record_id,d,symptoms,f_complete\na/b,2026-03-01,1,2\nc=d é,2026-03-01,0,2\n")
    pool = rk.pool_diaries(study, tmp_path / "out")
    assert set(pd.read_parquet(pool.path)["person"].astype(str)) == {new("data/a/b"), new("data/c=d é")}
    who = rk.match_ids(study, key=KEY)
    assert who["person"].tolist() == ["a/b", "c=d é"] and set(who["person_id"]) == set(pool.people["person"])


def test_a_site_is_called_by_a_hash_as_its_people_are(tmp_path):
    study = tmp_path / "in"
    study.mkdir()
    (study / "rlskit.toml").write_text('[columns.d]\ncolumn = "night"\n')
    rows = [f"{who},2026-03-0{d},{d % 2},2" for who in ("1,berlin", "2,paris", "3,berlin", "4,") for d in (1, 2)]
    header = "record_id,redcap_data_access_group,d,symptoms,f_complete"
    (study / "all.csv").write_text("\n".join([header, *rows]) + "\n")
    rk.pool_diaries(study, tmp_path / "out", key=KEY)
    sites = rk.load_nights(tmp_path / "out").groupby("person")["site"].first()
    assert sites.fillna("").to_dict() == {new("all/1"): new("berlin"), new("all/2"): new("paris"),
                                          new("all/3"): new("berlin"), new("all/4"): ""}
    assert not any(b"berlin" in part.read_bytes() for part in (tmp_path / "out").rglob("*") if part.is_file())


def test_one_id_in_two_projects_is_two_people_unless_the_user_says_otherwise(tmp_path):
    study = tmp_path / "in"
    study.mkdir()
    (study / "rlskit.toml").write_text('[columns.d]\ncolumn = "night"\n')
    for name, ids, said in (("north", "7 8", "1"), ("south", "7 9", "0")):
        rows = [f"{who},2026-03-0{d},{said},2" for who in ids.split() for d in (1, 2)]
        (study / f"{name}.csv").write_text("\n".join(["record_id,d,symptoms,f_complete", *rows]) + "\n")
    two = rk.pool_diaries(study, tmp_path / "out", key=KEY)
    assert set(two.people["person"]) == {new(name) for name in ("north/7", "north/8", "south/7", "south/9")}
    assert two.exclusions.empty and two.shared_ids == 1
    assert repr(two).splitlines()[-2] == ("  1 id stands in more than one export, taken for different people; "
                                          "same_ids=True (--same-ids) takes them for the same")
    seen = pd.read_parquet(two.path).groupby("person", observed=True)["symptoms"].sum()
    assert (seen[new("north/7")], seen[new("south/7")]) == (2, 0)  # nobody's nights are another's
    one = rk.pool_diaries(study, tmp_path / "out", key=KEY, same_ids=True)
    assert set(one.people["person"]) == {new("7"), new("8"), new("9")} and one.shared_ids == 0
    assert one.exclusions.to_numpy().tolist() == [[
        new("south.csv"), new("7"), "the same person is in an export that was read before"]]
    who = rk.match_ids(study, key=KEY, same_ids=True)
    assert who.loc[who["person"].eq("7"), "person_id"].tolist() == [new("7")] * 2


def test_a_dataset_of_an_older_format_is_written_anew(folder, tmp_path):
    out = tmp_path / "out"
    (out / "nights" / "person=ann").mkdir(parents=True)
    (out / "nights" / "person=ann" / "nights.parquet").write_bytes(b"old")
    (out / "done").mkdir()
    (out / "done" / "0123.json").write_text(json.dumps({"export": "ann.csv", "people": ["ann"], "stamp": "x"}))
    rk.pool_diaries(folder, out)
    assert set(parts(out)) == {f"person={new(name)}" for name in ("ann", "bob", "cleo")}
    assert len(list((out / "done").iterdir())) == 3


def test_the_dataset_may_stand_among_the_exports(folder, out, tmp_path):
    inside = out.rename(folder / "out")
    (tmp_path / "out.key").rename(folder / "out.key")
    before = parts(inside)
    again = rk.pool_diaries(folder, inside)
    assert len(again.people) == 3 and again.exclusions.empty and parts(inside) == before


def test_the_command_says_what_was_pooled(folder, out, tmp_path):
    done = CliRunner().invoke(cli, ["pool", str(folder), "--out", str(tmp_path / "out"), "--same-ids", "--jobs", "1"])
    assert done.exit_code == 0
    stamp = rk.read_pool(tmp_path / "out").stamp.set_index("what")["value"]
    assert stamp["command"].endswith(" --same-ids")  # by how many processes changes nothing
    assert done.output.splitlines()[0] == "Pooled nights: 3 people, 91 nights, 80 with an answer about symptoms"
    assert done.output.splitlines()[-1].split()[-1] == str(tmp_path / "out" / "nights")


def test_the_flow_adds_up_with_and_without_a_model(folder, out):
    (folder / "empty.csv").write_text("")
    diary(folder / "bob" / "again.csv", "no")
    pool = rk.pool_diaries(folder, out)
    flow = rk.tabulate_flow(pool)
    assert flow[["step", "n", "people", "left_out", "reason"]].astype(object).fillna("").to_numpy().tolist() == [
        ["Exports found", 5, "", "", ""], ["Exports found", "", "", 1, "empty file"], ["Exports read", 4, "", "", ""],
        ["People in them", 4, 4, "", ""],
        ["People in them", "", "", 1, "the same person is in an export that was read before"],
        ["Nights from each first to last entry", 91, 3, "", ""],
        ["Nights from each first to last entry", "", "", 11, "symptoms not recorded"],
        ["Nights with an answer about symptoms", 80, 3, "", ""]]
    nights = rk.load_nights(out)
    fit = rk.fit("symptoms ~ alcohol_drinks", nights[nights["day_index"].ge(5)], night_to_night=False, prior=None)
    rows = rk.tabulate_flow(pool, fit).iloc[6:].astype(object).fillna("").to_numpy().tolist()
    asked, gone = fit.n_nights + len(fit.left_out), fit.left_out["reason"].value_counts()
    assert rows[0][3:] == [91 - asked, "set aside before the model, as the analysis states"]
    assert [r[3:] for r in rows[2:-1]] == [[n, reason] for reason, n in gone.items()] and len(rows) > 3
    assert rows[1][:2] == ["Nights handed to the model", asked]
    assert rows[-1][:3] == ["Nights in the model", fit.n_nights, 3]
