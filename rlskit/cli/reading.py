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
@click.option("--write-mapping", is_flag=True, help="Draft rlskit.toml beside the first file; "
              "one that is there gets what it does not name yet at its end.")
def check(files, timezone, date_order, write_mapping, night_starts) -> None:
    """What was read, what was left out and why, and what the tags were taken to mean.

    \b
    Examples
      rlskit check bearable.csv
      rlskit check bearable.csv --write-mapping
    """
    from rlskit.diary.tables import people
    from rlskit.nights.summary import check_lines, first_nights

    with clear_errors():
        diary = read_one(files, timezone, date_order)
        drafts = _table_drafts(files) if write_mapping else []
        drafted = [_write_mapping(diary, files[0], timezone, date_order, drafts)] if write_mapping else []
        if drafts:  # the draft is in force: what it makes of the tables is what is shown
            diary = read_one(files, timezone, date_order or _order(drafts))
        nights = rk.make_nights(diary, night_starts=night_starts) if people(diary) else None
        lines = check_lines(diary, nights, night_starts)
        if drafts and nights is not None:
            lines += ["", *first_nights(diary, nights)]
        asked = [f"  {question}" for draft in drafts for question in draft.questions]
        click.echo("\n".join([*lines, *(["", "Questions", *asked] if asked else []), *drafted]))


def _table_drafts(files: tuple[Path, ...]) -> list:
    """What the columns of those files may mean that are tables of one's own, and that no rlskit.toml speaks of."""
    from rlskit.diary.readers import table
    from rlskit.diary.readers.detect import UnknownFile, find_reader
    from rlskit.diary.readers.table_draft import draft_table

    drafts = []
    for path in (p for f in files for p in (sorted(f.iterdir()) if f.is_dir() else [f]) if p.is_file()):
        with contextlib.suppress(UnknownFile):
            if find_reader(path) is table.READER and (draft := draft_table(path)):
                drafts.append(draft)
    return drafts


def _write_mapping(diary, first: Path, timezone: str, date_order: str | None, drafts: list) -> str:
    """Draft rlskit.toml in the folder of the first file."""
    from rlskit.diary.mapping import FILE_NAME, mapping_file
    from rlskit.diary.readers.table_draft import draft_text
    from rlskit.diary.tables import TAG_COLUMNS, join, table

    folder = first if first.is_dir() else first.parent
    listed = table([one for draft in drafts for one in draft.tags], TAG_COLUMNS)
    tags = join([diary.tags, listed], TAG_COLUMNS)
    if there := mapping_file(folder):
        return _add_to_mapping(there, tags[tags["column"].eq("")], [s.file for s in diary.source], drafts)
    path = folder / FILE_NAME
    known = timezone or next((s.timezone for s in diary.source if s.timezone), "")
    stamp = rk.stamp_analysis(diary, command=command_words())
    order = date_order or _order(drafts)
    text = rk.draft_mapping(tags, known, columns=draft_text(drafts), date_order=order if drafts else "")
    write_whole(path, text + remarks(stamp))
    return f"\nDrafted {path}. Read every line of it, then run rlskit report."


def _order(drafts: list) -> str:
    """The order of day and month that the drafts found."""
    return next((d.date_order for d in drafts if d.date_order), "")


def _add_to_mapping(path: Path, tags: pd.DataFrame, files: list[str], drafts: list) -> str:
    """Add to an rlskit.toml what it does not name yet, and say so. What cannot stand at its end is printed."""
    from rlskit.diary.draft import add_sections
    from rlskit.diary.mapping import read_mapping
    from rlskit.diary.readers.table_draft import draft_text
    from rlskit.utils.text_files import MARKED, decode

    mapping, (old, unusual) = read_mapping(path), decode(path.read_bytes())
    columns, heading = draft_text(drafts, old), f"# Added by `rlskit check --write-mapping` for {', '.join(files)}"
    try:
        if unusual not in ("", MARKED):
            raise DiaryError(f"it is {unusual}")
        text = add_sections(old, tags, columns, heading)
    except DiaryError as why:
        lines = add_sections("", tags, columns, heading)
        return f"\n{path} is as it was: it takes no sections at its end ({why}). Lines to add by hand:\n{lines}"
    if text == old:
        return f"\n{path} names already what is recognised in {', '.join(files)}; nothing was added."
    write_whole(path, "\ufeff" * bool(unusual) + text)
    order = "" if mapping.date_order or not _order(drafts) else (
        f' Write date_order = "{_order(drafts)}" at its top, before the first [.')
    return (f"\nAdded sections at the end of {path}; what stood in it is as it was. Read every new line, then run "
            f"rlskit report.{order}")


@click.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder for the tables.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
def convert(files, out, timezone, date_order, night_starts) -> None:
    """The diary as plain tables: daily.csv, events.csv, issues.csv, tags.csv, habits.csv, outcomes.csv, nights.csv (one
    row a night), source.csv and stamp.csv, which say what they were made of. `rlskit` reads the folder again wherever
    it reads an export.

    \b
    Example
      rlskit convert bearable.csv --out my/tables
    """
    from rlskit.diary.own import Habit, OwnOutcome

    with clear_errors():
        diary = read_one(files, timezone, date_order)
        tables = {"daily": diary.daily, "events": diary.events, "issues": diary.issues, "tags": diary.tags,
                  "habits": _own(diary.habits, Habit), "outcomes": _own(diary.outcomes, OwnOutcome),
                  "nights": rk.make_nights(diary, night_starts=night_starts),
                  "source": pd.DataFrame([dataclasses.asdict(s) for s in diary.source]),
                  "stamp": rk.stamp_analysis(diary, command=command_words())}
        with contextlib.ExitStack() as whole:  # all of them or none
            for name, rows in tables.items():
                rows.to_csv(whole.enter_context(whole_file(out / f"{name}.csv")), index=False)
        click.echo(f"Wrote {', '.join(f'{n}.csv' for n in tables)} to {out}")


def _own(definitions, kind) -> pd.DataFrame:
    """Definitions of one's own as a table, which has its columns also where there are none."""
    from rlskit.diary.own import as_attrs

    return pd.DataFrame(as_attrs(definitions), columns=[field.name for field in dataclasses.fields(kind)])
