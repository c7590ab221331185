"""What may be sent of a file that is not read: redact."""

from __future__ import annotations

from pathlib import Path

import click

from rlskit.cli.common import clear_errors
from rlskit.cli.paths import OUT_FILE, READ_FILE
from rlskit.cli.screen import Screen, working
from rlskit.errors import DiaryError
from rlskit.utils.files import write_whole
from rlskit.utils.words import count


@click.command()
@click.argument("file", type=READ_FILE)
@click.option("--out", type=OUT_FILE, default=None,
              help="The file to write. Default: redacted, with the ending of FILE, in this folder.")
@click.option("--keep", multiple=True, metavar="NAME",
              help="A name of a column, key or file that is the app's and not yours: it stays. May be given often.")
def redact(file, out, keep) -> None:
    """A file without what is in it, to show that it is not read.

    Keeps the layout: names of columns that apps use, delimiters, quotes, brackets, the way dates are written. Every
    word, number and date in it is replaced, and so is every name that rlskit does not know. Takes text, JSON, XML,
    workbooks, databases and zips, damaged ones as far as they go.

    \b
    Examples
      rlskit redact my-export.csv
      rlskit redact my-export.csv --keep "Legs score" --out my/layout.csv
    """
    from rlskit.diary.redact.files import ENDINGS
    from rlskit.diary.redact.files import redact as redacted

    with clear_errors():
        out = out or Path("redacted" + (file.suffix if file.suffix.lower() in ENDINGS else ""))
        if out.exists() and out.samefile(file):
            raise DiaryError(f"{out}: this is the file itself, which would be lost. Name another one with --out.")
        with working() as now:
            now("Replacing words, numbers and dates")
            made = redacted(file, keep)
            write_whole(out, made.content)
    screen = Screen()
    screen.say(f"The new file is taken for: {_taken_for(out)}.")
    if made.unknown:
        n = len(made.unknown)
        screen.say(f"{count(n, 'name')} that rlskit does not know {'was' if n == 1 else 'were'} replaced too. Those "
                   'that the app made, not you, help most: keep each with `--keep "NAME"`.')
    if made.empty:
        screen.say(f"{count(made.empty, 'file')} in the zip could not be shown: pictures, zips, damaged or locked.")
    screen.say("Open it and look at it before you send it.")
    screen.written("Wrote", out)


def _taken_for(path: Path) -> str:
    """What rlskit makes of the redacted file, in words that hold nothing of it."""
    from rlskit.diary.readers.detect import UnknownFile, find_reader
    from rlskit.diary.readers.packs import is_pack

    if is_pack(path):
        return "a zip of several files"
    try:
        return find_reader(path).called
    except UnknownFile as wrong:
        return wrong.kind
