"""What the commands share: arguments and options, one clear message for what goes wrong, words of the stamp."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pandas as pd

from rlskit.cli.screen import Screen
from rlskit.errors import ArgumentError, DiaryError, RlskitError
from rlskit.utils.stamp import HEADING, stamp_lines

TIMEZONE = click.option("--timezone", default="", metavar="ZONE", help="IANA zone, such as Europe/London.")
DATE_ORDER = click.option("--date-order", type=click.Choice(["dmy", "mdy"]), default=None,
                          help="Order of day and month in dates such as 03/04/2026.")


@contextlib.contextmanager
def clear_errors(advice: str = ""):
    """A RlskitError, or a file that cannot be read or written, becomes one message and exit code 1.

    advice : what to do where the disk takes no more, for a command that keeps what it has finished.
    """
    try:
        yield
    except ArgumentError as wrong:
        raise SystemExit(_fail(f"{_option(wrong.argument)}: {wrong.text}")) from None
    except RlskitError as wrong:
        raise SystemExit(_fail(str(wrong))) from None
    except BrokenPipeError:
        raise  # the reader of our output went away (`| head`): click ends quietly
    except OSError as wrong:
        where = f"{wrong.filename}: " if wrong.filename and not advice else ""
        what = os.strerror(wrong.errno) if wrong.errno else str(wrong)
        otherwise = ("Check its name; nothing was written." if isinstance(wrong, FileNotFoundError) else
                     "Nothing was written there.")
        full = advice and wrong.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", None))
        raise SystemExit(_fail(f"{where}{what}. {advice if full else otherwise}")) from None


def _option(argument: str) -> str:
    """An argument of a function as the running command calls it; a diary came from its files."""
    params = {param.name: param for param in click.get_current_context().command.params}
    param = params.get("files" if argument == "diary" else argument)
    if param is None:
        return argument
    return param.opts[0] if isinstance(param, click.Option) else param.human_readable_name


def _fail(message: str) -> int:
    Screen(sys.stderr).say(("rlskit:", "bold red"), f" {message}")
    return 1


@contextlib.contextmanager
def named(option: str):
    """What is wrong with the value of an option is said with the option's name before it."""
    try:
        yield
    except RlskitError as wrong:
        raise type(wrong)(f"{option}: {wrong}") from None


def checked(test: Callable[[Any], object]):
    """A callback of click: the value of an option must pass a test, which raises a RlskitError where it does not."""
    def callback(context: click.Context, option: click.Parameter, value: Any) -> Any:
        if value:
            with clear_errors(), named(option.opts[0]):
                test(value)
        return value

    return callback


def is_clock(value: str) -> None:
    """Whether a value is a clock time; DiaryError where it is none."""
    from rlskit.diary.night_rule import clock_minutes

    clock_minutes(value)


NIGHT_STARTS = click.option("--night-starts", default="12:00", metavar="HH:MM", show_default=True,
                            callback=checked(is_clock),
                            help="Clock time at which a new night begins; move it if you sleep by day.")


def command_words(named: bool = True) -> str:
    """The command that is running, as it goes into a stamp: what was typed, paths without their folders. Where names of
    files may be names of people (`named=False`) there is only how many they were."""
    context = click.get_current_context()
    words = [f"rlskit {context.info_name}"]
    for option in context.command.params:
        value = context.params.get(option.name or "")
        if context.get_parameter_source(option.name or "") != click.core.ParameterSource.COMMANDLINE:
            continue
        if isinstance(option, click.Argument):
            paths = value if isinstance(value, tuple) else (value,)
            words += [p.name for p in paths] if named else [f"({len(paths)} given)"]
        elif option.opts[-1] in ("--out", "--key", "--who-is-who", "--write-mapping", "--jobs"):
            continue  # where it was written to, and by how many, changes nothing in it
        elif isinstance(value, Path):
            words += [option.opts[-1], value.name if named else "(a file)"]
        else:
            words += [option.opts[-1]] if value is True else [option.opts[-1], str(value)]
    return " ".join(words)


def again(name: str, *more: str) -> list[str]:
    """The words of a command on the files of the one that is running, with the options about reading that were typed
    for it."""
    context = click.get_current_context()
    words = ["rlskit", name]
    for option in context.command.params:
        value = context.params.get(option.name or "")
        if isinstance(option, click.Argument):
            words += [str(path) for path in value or ()]
        elif option.opts[0] in ("--timezone", "--date-order", "--night-starts") and value != option.default:
            words += [option.opts[0], str(value)]
    return [*words, *more]


def read_all(files: tuple[Path, ...], timezone: str, date_order: str | None):
    """The diary in one or more files or folders, of one person or of a study."""
    from rlskit.diary.readers.read import read_together

    return read_together(files, mapping=None, timezone=timezone, date_order=date_order or "", person="")


def read_one(files: tuple[Path, ...], timezone: str, date_order: str | None):
    """One person's diary out of one or more files or folders."""
    from rlskit.diary.tables import people

    diary = read_all(files, timezone, date_order)
    who = people(diary)
    if len(who) > 1:
        names = ", ".join(who[:5]) + (" …" if len(who) > 5 else "")
        raise DiaryError(f"{', '.join(f.name for f in files)}: expected the diary of one person, found {len(who)} "
                         f"({names}). Make one file for each person, or pool them all with "
                         "`rlskit pool FOLDER --out my/pool`.")
    return diary


def remarks(stamp: pd.DataFrame) -> str:
    """A stamp as the last lines of a TOML file, which reads past them."""
    return "".join(f"# {line}\n" for line in ("", HEADING, *stamp_lines(stamp)))
