"""Many people's nights: anonymise, pool."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import click
import pandas as pd

import rlskit as rk
from rlskit.cli.common import (
    DATE_ORDER,
    NIGHT_STARTS,
    TIMEZONE,
    checked,
    clear_errors,
    command_words,
    is_clock,
    named,
)
from rlskit.cli.paths import OUT_FILE, OUT_FOLDER, READ_FILE, READ_FOLDER, SECRET, UNNAMED
from rlskit.cli.screen import Screen, working
from rlskit.errors import DiaryError
from rlskit.pool.ids import find_key
from rlskit.utils.csv_files import write_csv
from rlskit.utils.files import whole_folder, write_whole
from rlskit.utils.stamp import file_sha256, private_stamp, unchanged

SHARED = ("nights.csv", "people.csv", "manifest.json")


@click.command()
@click.argument("files", nargs=-1, required=True, type=UNNAMED)
@click.option("--out", type=OUT_FOLDER, required=True, help="Folder for the files.")
@click.option("--key", type=SECRET, required=True,
              help="File with your secret key; made where there is none. Keep it, and never share it.")
@click.option("--people", "traits", type=READ_FILE, default=None,
              help="CSV with a column person and traits such as age_band.")
@click.option("--k", type=click.IntRange(1, 1000), default=5, show_default=True,
              help="People who share every combination of traits.")
@click.option("--keep-season", is_flag=True, help="Move dates by whole years of 52 weeks: whoever "
              "knows the year of a diary then knows its dates.")
@click.option("--whole", is_flag=True, help="Keep the first and last nights of every diary. Whoever knows one of their "
                                            "dates then knows all.")
@click.option("--release", default="", metavar="NAME", help="Give people the ids that they have in every release of "
              "this name. Default: others in every release.")
@TIMEZONE
@DATE_ORDER
def anonymise(files, out, key, traits, k, keep_season, whole, release, timezone, date_order) -> None:
    """Nights for sharing: hashed ids, moved dates, no text. Each FILE or folder is one person; REDCap has several.

    Writes nights.csv, people.csv and manifest.json, which says what was done and how many people would still be found
    out, and how. The folder is written as a whole: what an earlier run left in it goes.

    \b
    Example
      rlskit anonymise diaries/* --key my/secret.key --out shared
    """
    with clear_errors():
        with named("--key"):
            _keep_out(key, out)
            secret = find_key(key) if key.exists() else None
        with named("--people"):
            about = None if traits is None else _traits(traits)
        with working() as now:
            nights, inputs = _nights_of_many(files, timezone, date_order or "", now)
            is_new = secret is None
            secret = secret or find_key(key)
            now("Hiding who it is")
            found = rk.anonymise(nights, key=secret, traits=about, k=k, keep_season=keep_season,
                                 whole=whole, release=release)
            inputs += [file_sha256(traits)] if traits else []
            again = private_stamp(secret, inputs, command_words(named=False))
            found.manifest["stamp"] = dict(zip(again["what"], again["value"], strict=True))
            with whole_folder(out, names=SHARED) as draft:
                write_csv(found.nights, draft / "nights.csv")
                write_csv(found.people, draft / "people.csv")
                (draft / "manifest.json").write_text(json.dumps(found.manifest, indent=1) + "\n", encoding="utf-8")
        screen = Screen()
        screen.lines(repr(found))
        _say_key(screen, key, is_new)
        screen.written("Wrote nights.csv, people.csv and manifest.json to", out)


@click.command()
@click.argument("folder", type=READ_FOLDER)
@click.option("--out", type=OUT_FOLDER, required=True, help="Folder for the dataset.")
@click.option("--key", type=SECRET, default=None,
              help="File with your secret key; made where there is none. Keep it, and never share it.  "
                   "[default: OUT.key, beside OUT]")
@click.option("--who-is-who", type=OUT_FILE, default=None, metavar="FILE.csv",
              help="Write which file and person got which id. Keep it, and never share it.")
@click.option("--landmark", default=None, metavar="HH:MM", callback=checked(is_clock),
              help="One landmark for everybody. Default: each one's own.")
@NIGHT_STARTS
@TIMEZONE
@DATE_ORDER
@click.option("--same-ids", is_flag=True, help="An id that stands in two exports (record 7 of two REDCap projects) is "
                                              "one person. Default: two people.")
@click.option("--jobs", type=click.IntRange(1, 512), default=1, show_default=True, help="Processes that read exports.")
def pool(folder, out, key, who_is_who, landmark, night_starts, timezone, date_order, same_ids, jobs) -> None:
    """Many people's exports as one Parquet dataset of nights. Each file or folder in FOLDER is one person.

    The dataset is for you, not to share: it holds the true dates and exact amounts. rlskit anonymise makes what may be.

    A run that was interrupted goes on where it stopped; an export that cannot be read is counted and left out. People
    and files are called by ids made with a secret key: no name, no text and no tag of a diary is in the dataset.
    OUT/summary says what was pooled; OUT/summary/flow.svg shows what was left out, and why.

    \b
    Examples
      rlskit pool diaries --out my/pooled
      rlskit pool diaries --out my/pooled --who-is-who my/who-is-who.csv
    """
    from joblib import parallel_config

    from rlskit.pool.build import key_path

    with clear_errors("The disk takes no more; what was finished before is kept. Make room and run the same command "
                      "again."):
        secret = key or key_path(out)
        for option, private in (("--key", secret), ("--who-is-who", who_is_who)):
            with named(option):
                if private is not None:
                    _keep_out(private, out)
        is_new = not secret.exists()
        with named("--key"):
            mine = None if key is None else find_key(key)
        with parallel_config(backend="loky" if jobs > 1 else "sequential", n_jobs=jobs):
            found = rk.pool_diaries(folder, out, key=mine, landmark=landmark,
                                    night_starts=night_starts, timezone=timezone, date_order=date_order or "",
                                    same_ids=same_ids, command=command_words(named=False))
        with working() as now:
            now("Drawing the flow figure")
            rk.save_picture(rk.tabulate_flow(found), out / "summary" / "flow.svg", stamp=found.stamp)
            if who_is_who is not None:  # before anything is printed, for a screen can be closed
                now("Reading again who is who")
                who = rk.match_ids(folder, key=find_key(secret), timezone=timezone, date_order=date_order or "",
                                   same_ids=same_ids)
                write_whole(who_is_who, write_csv(who), private=True)
        screen = Screen()
        screen.lines(repr(found))
        _say_key(screen, secret, is_new)
        if who_is_who is not None:
            screen.written("Which must not be shared: wrote", who_is_who)
        screen.say("Not to share: true dates and exact amounts are in it. `rlskit anonymise` makes what may be.")
        screen.written("Wrote", found.path)


def _keep_out(private: Path, out: Path) -> None:
    """DiaryError where a key or a list would stand anywhere in the folder `out`, by whatever name or link: a link in it
    would be followed."""
    folder = Path(os.path.realpath(out))
    names = {os.path.realpath(private), os.path.join(os.path.realpath(private.parent), private.name)}
    inside = any(_same(folder, one) for name in names for one in Path(name).parents)
    linked = private.exists() and folder.is_dir() and any(private.samefile(one) for one in folder.rglob("*")
                                                          if one.is_file())
    if inside or linked:
        raise DiaryError(f"{private}: it would stand among the files to share. Keep it in another folder.")


def _traits(path: Path) -> pd.DataFrame:
    """A row a person, as a spreadsheet saves it; an empty cell is not known."""
    from rlskit.diary.readers.text import read_table

    (_, header), *rows = read_table(path).lines
    for line, cells in rows:
        if len(cells) != len(header):
            raise DiaryError(f"{path.name}, line {line}: expected {len(header)} cells as in the header, found "
                             f"{len(cells)}. Correct that line.")
    return pd.DataFrame([cells for _, cells in rows], columns=header, dtype=str).replace("", None)


def _same(folder: Path, other: Path) -> bool:
    """Whether two names lead to one folder; names that differ in capitals alone do on many disks."""
    return (str(folder).casefold() == str(other).casefold()
            or (folder.exists() and other.exists() and folder.samefile(other)))


def _say_key(screen: Screen, key: Path, is_new: bool) -> None:
    if is_new:
        screen.say(f"Made a secret key: {key}. Keep it, and never share it.")


def _nights_of_many(files: tuple[Path, ...], timezone: str, date_order: str, now: Callable[[str], None],
                    ) -> tuple[pd.DataFrame, list[str]]:
    """The nights of everybody, and the SHA-256 of each file. A file is named by its place in the command: its name may
    be a person's."""
    from rlskit.diary.readers.read import check_is_there
    from rlskit.pool.read import named_nights

    parts: list[pd.DataFrame] = []
    read: dict[str, int] = {}
    hashes = []
    for number, file in enumerate(files, 1):
        where = f"file {number} of {len(files)}"
        now(f"Reading {where}")
        try:
            check_is_there(file)
            with unchanged(file) as digest:
                mine = named_nights(file, file.parent, timezone=timezone, date_order=date_order)
            hashes.append(digest)
        except DiaryError as wrong:
            raise DiaryError(f"{where}: {wrong.kind}. `rlskit check` on that file says more. Correct it or leave it "
                             "out.") from None
        for person in mine["person"].unique():
            if person in read:
                raise DiaryError(f"{where}: expected each person once, found one of file {read[person]} again. Put one "
                                 "person's files in a folder of their own, and give the folder. If these are two "
                                 "people (one number in two studies), do each study by itself, with a key of its own.")
            read[person] = number
        parts.append(mine)
    return pd.concat(parts, ignore_index=True), hashes
