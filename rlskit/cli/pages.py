"""The pages: report, clinic, demo."""

from __future__ import annotations

from pathlib import Path

import click

import rlskit as rk
from rlskit.cli.common import (
    DATE_ORDER,
    NIGHT_STARTS,
    TIMEZONE,
    again,
    checked,
    clear_errors,
    command_words,
    is_clock,
    named,
    read_one,
)
from rlskit.cli.paths import FACTS, FILES, OUT_FILE, OUT_FOLDER
from rlskit.cli.screen import Screen, working
from rlskit.errors import DiaryError


@click.command()
@FILES
@click.option("--out", type=OUT_FOLDER, default=Path("rlskit-report"),
              show_default=True, help="Folder for the page.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
@click.option("--landmark", default=None, metavar="HH:MM", callback=checked(is_clock),
              help="Clock time that separates what was done from what came after. Default: your own.")
@click.option("--no-ledger", is_flag=True,
              help="Do not count this look, nor those before it: reading often then raises false alarms.")
@click.option("--notebooks", is_flag=True, help="Run the notebooks too, with a page of each. Needs rlskit[lab].")
def report(files, out, timezone, date_order, night_starts, landmark, no_ledger, notebooks) -> None:
    """What the diary says, as one page.

    It holds figures, sentences and what was left out. Several FILEs (or a folder of them) are one person's: for example
    a symptom diary and a sleep tracker.

    \b
    Examples
      rlskit report my-export.csv
      rlskit report my-export.csv sleep-export.csv --out my/report
      rlskit report my/exports --timezone Europe/London
      rlskit report my/exports --out my/report --notebooks
    """
    from rlskit.pages.make_report import ledger_of, make_report
    from rlskit.pages.notebooks import require_lab, run_notebooks

    with clear_errors():
        if notebooks:
            require_lab()
        with working() as now:
            now("Reading the diary")
            diary = read_one(files, timezone, date_order)
            stamp = rk.stamp_analysis(diary, command=command_words())
            ledger = None if no_ledger else ledger_of(files[0])
            page, remark = make_report(
                diary, out, now=now, night_starts=night_starts, landmark=landmark, stamp=stamp, ledger=ledger,
                files=files)
        screen = Screen()
        if remark:
            screen.say(remark)
        if notebooks:
            pages = run_notebooks(files, out, reading={"timezone": timezone, "date_order": date_order or ""},
                                  nights={"night_starts": night_starts if night_starts != "12:00" else "",
                                          "landmark": landmark or ""}, stamp=stamp)
            screen.written("The notebooks are", *pages)
        if len(diary.tags) and not diary.tags["column"].ne("").any():
            screen.say("None of the diary's tags is mapped yet, so the page has no answers. Draft their meaning with:")
            screen.command(again("check", "--write-mapping"))
        screen.written("The report is", page)


def _is_pdf(path: Path) -> None:
    """Before anything is worked out: DiaryError for another ending."""
    if path.suffix.lower() != ".pdf":
        raise DiaryError(f"{path.name}: expected a name that ends in .pdf.")


@click.command()
@FILES
@click.option("--out", type=OUT_FILE, default=Path("clinic.pdf"), show_default=True,
              callback=checked(_is_pdf), help="The page, a PDF.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--facts", type=FACTS, default=None, metavar="clinic.toml",
              help="Medicines, iron, questions and more, typed by you; draft it with rlskit template --clinic.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
def clinic(files, out, paper, facts, timezone, date_order, night_starts) -> None:
    """One side of paper for a visit to a clinic.

    It says what was recorded, and is read in two minutes.

    \b
    Examples
      rlskit template --clinic --out my/clinic.toml
      rlskit clinic my-export.csv --facts my/clinic.toml --out my/page.pdf
    """
    from rlskit.answers.trials import add_trials

    with clear_errors():
        with named("--facts"):
            typed = rk.read_facts(facts) if facts else None
        with working() as now:
            now("Reading the diary")
            diary = read_one(files, timezone, date_order)
            now("Working out the page")
            nights = rk.make_nights(diary, night_starts=night_starts)
            answers = add_trials(rk.answer_questions(nights), diary, files)
            page = rk.write_clinic_page(diary, nights, answers, out, facts=typed, paper=paper,
                                        stamp=rk.stamp_analysis(diary, command=command_words()))
        Screen().written("The page is", page)


@click.command()
@click.option("--out", type=OUT_FOLDER, default=Path("rlskit-demo"),
              show_default=True, help="Folder for the page.")
def demo(out) -> None:
    """The whole job on a made-up diary that comes with rlskit.

    \b
    Example
      rlskit demo --out my/demo
    """
    from rlskit.pages.make_report import make_report

    with clear_errors():
        with working() as now:
            now("Reading the sample diary")
            diary = rk.read_diary(rk.sample_path())
            page, _ = make_report(diary, out, now=now, stamp=rk.stamp_analysis(diary, command=command_words()))
        screen = Screen()
        screen.written("The sample is made up; what is true of it is in", rk.sample_path().parent / "sample-truth.json")
        screen.written("The sample diary's report is", page)
