"""A fair test's answer: analyse."""

from __future__ import annotations

import click

import rlskit as rk
from rlskit.cli.common import DATE_ORDER, TIMEZONE, clear_errors, command_words, read_one
from rlskit.cli.paths import FILES, OUT_FOLDER, PLAN
from rlskit.cli.screen import Screen, working
from rlskit.utils.csv_files import write_csv
from rlskit.utils.files import whole_folder

TABLES = ("table", "looks", "course", "arms")


@click.command()
@click.argument("plan", type=PLAN, metavar="DIR")
@FILES
@click.option("--out", type=OUT_FOLDER, default=None,
              help="Folder for the figure, trial.svg, and the tables behind it.")
@TIMEZONE
@DATE_ORDER
def analyse(plan, files, out, timezone, date_order) -> None:
    """What a plan's coin-flip nights say: as assigned first. DIR is the folder that rlskit plan wrote.

    Before the first planned look it says when that is, and what may be said on any morning.

    \b
    Examples
      rlskit analyse my/trial my-export.csv
      rlskit analyse my/trial my-export.csv --out my/answer
    """
    from rlskit.trials.find import find_plans

    with clear_errors():
        sealed = rk.read_plan(plan)
        folder = plan if plan.is_dir() else plan.parent
        others = [one for one in find_plans([folder.resolve().parent]) if one.sha256 != sealed.sha256]
        screen = Screen()
        with working() as now:
            now("Reading the diary")
            diary = read_one(files, timezone or sealed.timezone, date_order)
            now("Working out the answer")
            result = rk.analyse_trial(sealed, diary, others=others)
            stamp = rk.stamp_analysis(diary, command=command_words(), seed=sealed.seed)
            if out is not None:
                tables = {**{name: getattr(result, name) for name in TABLES}, "stamp": stamp}
                with whole_folder(out, names=["trial.svg", *(f"{name}.csv" for name in tables)]) as draft:
                    rk.save_picture(result, draft / "trial.svg", stamp=stamp)
                    for name, rows in tables.items():
                        write_csv(rows, draft / f"{name}.csv")
        screen.lines(rk.describe(result).rstrip("\n"))
        if out is not None:
            screen.say()
            screen.written(f"Wrote trial.svg, {', '.join(f'{name}.csv' for name in TABLES)} and stamp.csv to", out)
