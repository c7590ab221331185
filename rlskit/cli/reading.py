"""What was read: check, convert."""

from __future__ import annotations

import contextlib
import dataclasses
from pathlib import Path

import click
import pandas as pd

import rlskit as rk
from rlskit.cli.common import (
    DATE_ORDER,
    FILES,
    NIGHT_STARTS,
    TIMEZONE,
    clear_errors,
    command_words,
    read_one,
    remarks,
)
from rlskit.errors import DiaryError
from rlskit.utils.files import whole_file, write_whole


@click.command()
@FILES
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
@click.option("--write-mapping", is_flag=True, help="Draft rlskit.toml beside the first file (never overwrites one).")
def check(files, timezone, date_order, write_mapping, night_starts) -> None:
    """What was read, what was left out and why, and what the tags were taken to mean.

    \b
    Examples
      rlskit check bearable.csv
      rlskit check bearable.csv --write-mapping
    """
    from rlskit.diary.tables import people
    from rlskit.nights.summary import check_lines

    with clear_errors():
        diary = read_one(files, timezone, date_order)
        lines = check_lines(diary, rk.make_nights(diary, night_starts=night_starts) if people(diary) else None)
        drafted = [_write_mapping(diary, files[0], timezone)] if write_mapping else []
        click.echo("\n".join([*lines, *drafted]))


def _write_mapping(diary, first: Path, timezone: str) -> str:
    """Draft rlskit.toml in the folder of the first file."""
    from rlskit.diary.mapping import FILE_NAME, mapping_file

    folder = first if first.is_dir() else first.parent
    if there := mapping_file(folder):
        raise DiaryError(f"{there}: exists already and is never overwritten. Edit it, or move it away and try again.")
    path = folder / FILE_NAME
    known = timezone or next((s.timezone for s in diary.source if s.timezone), "")
    stamp = rk.stamp_analysis(diary, command=command_words())
    write_whole(path, rk.draft_mapping(diary.tags, known) + remarks(stamp))
    return f"\nDrafted {path}. Read every line of it, then run rlskit report."


@click.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the tables.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
def convert(files, out, timezone, date_order, night_starts) -> None:
    """The diary as plain tables: daily.csv, events.csv, issues.csv, tags.csv, nights.csv (one row a night),
    source.csv and stamp.csv, which say what they were made of. `rlskit` reads the folder again wherever it reads an
    export.

    \b
    Example
      rlskit convert bearable.csv --out my/tables
    """
    with clear_errors():
        diary = read_one(files, timezone, date_order)
        tables = {"daily": diary.daily, "events": diary.events, "issues": diary.issues, "tags": diary.tags,
                  "nights": rk.make_nights(diary, night_starts=night_starts),
                  "source": pd.DataFrame([dataclasses.asdict(s) for s in diary.source]),
                  "stamp": rk.stamp_analysis(diary, command=command_words())}
        with contextlib.ExitStack() as whole:  # all of them or none
            for name, rows in tables.items():
                rows.to_csv(whole.enter_context(whole_file(out / f"{name}.csv")), index=False)
        click.echo(f"Wrote {', '.join(f'{n}.csv' for n in tables)} to {out}")
