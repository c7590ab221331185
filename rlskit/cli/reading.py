"""What was read: check, convert."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click
import pandas as pd

import rlskit as rk
from rlskit.cli.common import (
    DATE_ORDER,
    NIGHT_STARTS,
    TIMEZONE,
    again,
    clear_errors,
    command_words,
    read_all,
    read_one,
    remarks,
)
from rlskit.cli.paths import FILES, OUT_FOLDER
from rlskit.cli.questions import Question, questions, verdict
from rlskit.cli.screen import Screen, working
from rlskit.errors import DiaryError
from rlskit.utils.csv_files import write_csv
from rlskit.utils.files import whole_folder, write_whole
from rlskit.utils.parquet_files import write_parquet

LONG = ("daily", "events", "issues", "tags", "nights")  # tables that --parquet writes as such


@click.command()
@FILES
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
@click.option("--write-mapping", is_flag=True, help="Draft rlskit.toml beside the first file; "
              "one that is there gets what it does not name yet at its end.")
@click.option("--all", "everything", is_flag=True, help="Every tag, every week and every remark, not the first few.")
def check(files, timezone, date_order, write_mapping, everything, night_starts) -> None:
    """What was understood of a diary, and what is left to settle.

    Says what was read, which nights had symptoms, what the tags were taken to mean, what was left out and why; the last
    lines say what to do next. Of a study of many people it shows each one's nights; `rlskit pool` is next then.

    \b
    Examples
      rlskit check my-export.csv
      rlskit check my-export.csv --write-mapping
      rlskit check my/exports --all
    """
    from rlskit.cli.check_page import show_check
    from rlskit.diary.readers.draft_files import draft_tables
    from rlskit.diary.tables import people

    with clear_errors():
        with working() as now:
            now("Reading the diary")
            diary = read_all(files, timezone, date_order)
            drafts = draft_tables(files) if write_mapping else []
            drafted, by_hand = (_write_mapping(diary, files[0], timezone, date_order, drafts) if write_mapping
                                else ("", []))
            if write_mapping:  # the draft is in force: what it makes of the diary is what is shown
                now("Reading the diary with the draft")
                diary = read_all(files, timezone, date_order or _order(drafts))
            now("Putting it on its nights")
            nights = rk.make_nights(diary, night_starts=night_starts) if people(diary) else None
            asked = [*by_hand, *questions(diary, nights, night_starts, drafts, again("check", "--write-mapping"))]
            found = verdict(diary, nights, asked, again, folder=_folder(files[0]), drafted=drafted)
        show_check(Screen(), diary, nights, asked, found, everything=everything, drafted=bool(drafts))


def _write_mapping(
    diary, first: Path, timezone: str, date_order: str | None, drafts: list
) -> tuple[str, list[Question]]:
    """Draft rlskit.toml in the folder of the first file, or add to it: what was done, what is to be done by hand."""
    from rlskit.diary.mapping import FILE_NAME, mapping_file
    from rlskit.diary.readers.table_draft import draft_text
    from rlskit.diary.tables import TAG_COLUMNS, join, table

    folder = _folder(first)
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
    return f"Drafted {path}", []


def _order(drafts: list) -> str:
    """The order of day and month that the drafts found."""
    return next((d.date_order for d in drafts if d.date_order), "")


def _add_to_mapping(path: Path, tags: pd.DataFrame, files: list[str], drafts: list) -> tuple[str, list[Question]]:
    """Add to an rlskit.toml what it does not name yet. What cannot stand at its end is to be added by hand."""
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
        lines = add_sections("", tags, columns, heading).strip().splitlines()
        return f"{path} is as it was", [Question(asks=f"{path} takes no sections at its end ({why}). Add by hand:",
                                                 lines=tuple(lines))]
    if text == old:
        return f"{path} names already what is recognised; nothing was added", []
    write_whole(path, "\ufeff" * bool(unusual) + text)
    order = [] if mapping.date_order or not _order(drafts) else [
        Question(asks=f"At the top of {path}, before the first [, write:", lines=(f'date_order = "{_order(drafts)}"',))]
    return f"Added sections at the end of {path}; what stood in it is as it was", order


def _folder(first: Path) -> Path:
    """Where the rlskit.toml of a diary stands."""
    return first if first.is_dir() else first.parent


@click.command()
@FILES
@click.option("--out", type=OUT_FOLDER, required=True, help="Folder for the tables.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
@click.option("--parquet", is_flag=True, help="The long tables as Parquet, which keeps the types of columns.")
def convert(files, out, timezone, date_order, night_starts, parquet) -> None:
    """The diary as plain tables.

    Writes daily.csv, events.csv, issues.csv, tags.csv, habits.csv, outcomes.csv, sites.csv, nights.csv (one row a
    night), and source.csv and stamp.csv, which say what they were made of; dictionary.csv says what every column
    holds. `rlskit` reads the folder again wherever it reads an export. The folder is written as a whole: what an
    earlier run left in it goes.

    \b
    Examples
      rlskit convert my-export.csv --out my/tables
      rlskit convert my-export.csv --out my/tables --parquet
    """
    from rlskit.diary.own import Habit, OwnOutcome
    from rlskit.nights.dictionary import DICTIONARY, data_dictionary

    with clear_errors():
        with working() as now:
            now("Reading the diary")
            diary = read_one(files, timezone, date_order)
            tables = {"daily": diary.daily, "events": diary.events, "issues": diary.issues, "tags": diary.tags,
                      "habits": _own(diary.habits, Habit), "outcomes": _own(diary.outcomes, OwnOutcome),
                      "sites": pd.DataFrame(diary.sites, columns=["person", "site"]),
                      "nights": rk.make_nights(diary, night_starts=night_starts),
                      "source": pd.DataFrame([dataclasses.asdict(s) for s in diary.source]),
                      "stamp": rk.stamp_analysis(diary, command=command_words())}
            tables[DICTIONARY] = data_dictionary(tables)
            now("Writing the tables")
            written = [f"{name}.parquet" if parquet and name in LONG else f"{name}.csv" for name in tables]
            with whole_folder(out, names=[*written, *(f"{n}.{kind}" for n in LONG for kind in ("csv", "parquet"))]) as (
                    draft):
                for name, rows in zip(written, tables.values(), strict=True):
                    (write_parquet if name.endswith(".parquet") else write_csv)(rows, draft / name)
        Screen().written(f"Wrote {', '.join(written)} to", out)


def _own(definitions, kind) -> pd.DataFrame:
    """Definitions of one's own as a table, which has its columns also where there are none."""
    from rlskit.diary.own import as_attrs

    return pd.DataFrame(as_attrs(definitions), columns=[field.name for field in dataclasses.fields(kind)])
