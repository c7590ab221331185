"""Coin-flip nights: plan, tonight."""

from __future__ import annotations

import datetime as dt

import click

import rlskit as rk
from rlskit.cli.common import DATE_ORDER, NIGHT_STARTS, TIMEZONE, clear_errors, read_one
from rlskit.cli.paths import OUT_FOLDER, PLAN, READ
from rlskit.cli.screen import Screen, working
from rlskit.diary.night_rule import zone
from rlskit.errors import DiaryError

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.argument("files", nargs=-1, type=READ)
@click.option("--out", type=OUT_FOLDER, required=True, help="Folder for the plan.")
@click.option("--rate", type=float, default=None, metavar="SHARE",
              help="Share of nights with symptoms, such as 0.5, where there is no diary yet.")
@click.option("--treatment", default="calf stretch at 19:30", show_default=True,
              help="What is done on half of the nights, and its clock time.")
@click.option("--control", default="", metavar="TEXT", help="What is done on the others.  [default: no TREATMENT]")
@click.option("--also", multiple=True, metavar="COLUMN",
              help="Judged too, beside symptoms, which decide: severity_0_10, sleep_h. May be given several times.")
@click.option("--start", type=DAY, default=None, metavar="YYYY-MM-DD", help="First evening.  [default: tomorrow]")
@click.option("--nights", type=int, default=None,
              help="How many.  [default: the fewest that show 6 fewer symptom nights in 30]")
@click.option("--design", type=click.Choice(["pairs", "blocks of 4", "periods"]), default="pairs", show_default=True,
              help="blocks of 4: it may still work the next night; periods: it works slowly.")
@click.option("--looks", type=click.Choice(["end", "monthly"]), default="end", show_default=True,
              help="When the answer is read.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
def plan(files, out, rate, treatment, control, also, start, nights, design, looks, paper, timezone, date_order,
         night_starts) -> None:
    """Plan a fair test: a coin decides each evening.

    Watching cannot separate "stretching helps" from "I stretch when it is bad"; a coin can. How many nights it takes
    comes from your own diary. OUT holds the plan, sealed, and its nights for your phone, on paper and as a table.

    \b
    Examples
      rlskit plan my-export.csv --out my/trial
      rlskit plan --rate 0.5 --treatment "walk at 18:00" --nights 60 --out my/walk
      rlskit tonight my/trial
    """
    from rlskit.trials.find import at_once, find_plans

    with clear_errors():
        if bool(files) == (rate is not None):
            raise DiaryError("plan: expected the files of a diary, or --rate with the share of nights with symptoms, "
                             f"found {'both' if files else 'neither'}.")
        with working() as now:
            now("Reading the diary")
            diary = read_one(files, timezone, date_order) if files else None
            known = rate if diary is None else rk.make_nights(diary, night_starts=night_starts)
            now("Trying how many nights it takes")
            place = timezone or next((s.timezone for s in diary.source if s.timezone), "") if diary else timezone
            made = rk.plan_trial(known, treatment, control=control, also=also, start=start.date() if start else None,
                                 nights=nights, design=design, looks=looks, made=_now(place))
            paths = rk.write_plan_files(made, out, paper=paper)
        screen = Screen()
        screen.lines(str(made))
        screen.say()
        if beside := at_once(made, find_plans([out.resolve().parent])):
            screen.say(beside)
        screen.written(f"Wrote {', '.join(path.name for path in paths)} to", out)
        screen.say("Each evening:")
        screen.command(["rlskit", "tonight", str(out)])


@click.command()
@click.argument("folder", type=PLAN)
@click.option("--on", type=DAY, default=None, metavar="YYYY-MM-DD", help="Another evening.  [default: this one]")
def tonight(folder, on) -> None:
    """What the coin says for tonight. FOLDER is where `rlskit plan` wrote to.

    \b
    Example
      rlskit tonight my/trial
    """
    from rlskit.trials.words import tonight_line

    with clear_errors():
        made = rk.read_plan(folder)
        Screen().say(tonight_line(made, on.date() if on else _evening(_now(made.timezone))), hang=0)


def _now(name: str) -> dt.datetime:
    """The moment, in a zone that has a name or that of this computer."""
    return dt.datetime.now(zone(name, "--timezone")) if name else dt.datetime.now().astimezone()


def _evening(moment: dt.datetime) -> dt.date:
    """The evening that a moment belongs to: until 04:00 the one before."""
    return (moment - dt.timedelta(hours=4)).date()
