"""The pages: report, clinic, demo."""

from __future__ import annotations

from pathlib import Path

import click

import rlskit as rk
from rlskit.cli.common import DATE_ORDER, FILES, NIGHT_STARTS, TIMEZONE, clear_errors, command_words, read_one


@click.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rlskit-report"),
              show_default=True, help="Folder for the page.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
@click.option("--landmark", default=None, metavar="HH:MM",
              help="Clock time that separates what was done from what came after. Default: your own.")
@click.option("--no-ledger", is_flag=True,
              help="Do not count this look, nor those before it: reading often then raises false alarms.")
@click.option("--notebooks", is_flag=True, help="Run the notebooks too, with a page of each. Needs rlskit[lab].")
def report(files, out, timezone, date_order, night_starts, landmark, no_ledger, notebooks) -> None:
    """What the diary says, as one page: figures, sentences and what was left out.

    Several FILEs (or a folder of them) are one person's: for example a symptom diary and a sleep tracker.

    \b
    Examples
      rlskit report bearable.csv sleep-export.csv --out my/report
      rlskit report my/exports --timezone Europe/London
      rlskit report my/exports --out my/report --notebooks
    """
    from rlskit.pages.notebooks import require_lab, run_notebooks

    with clear_errors():
        if notebooks:
            require_lab()
        diary = read_one(files, timezone, date_order)
        stamp = rk.stamp_analysis(diary, command=command_words())
        folder = files[0] if files[0].is_dir() else files[0].parent
        ledger = None if no_ledger or folder.resolve().is_relative_to(rk.sample_path().resolve()) else folder
        page, remark = _report(diary, out, night_starts, landmark, stamp, ledger)
        click.echo(f"The report is {page}")
        if remark:
            click.echo(remark)
        if notebooks:
            pages = run_notebooks(files, out, reading={"timezone": timezone, "date_order": date_order or ""},
                                  nights={"night_starts": night_starts if night_starts != "12:00" else "",
                                          "landmark": landmark or ""}, stamp=stamp)
            click.echo("The notebooks are " + ", ".join(str(p) for p in pages))
        if len(diary.tags) and not diary.tags["column"].ne("").any():
            click.echo("None of the diary's tags is mapped yet, so the page has no answers. Draft their meaning with:\n"
                       f"  rlskit check {files[0]} --write-mapping")


def _report(
    diary, out: Path, night_starts: str = "12:00", landmark: str | None = None, stamp=None, ledger: Path | None = None,
) -> tuple[Path, str]:
    """The page, and what is to be said about it. ledger : the folder in which looks are counted; None where they are
    not."""
    from rlskit.answers.dose import amounts_in
    from rlskit.answers.ledger import LEDGER, keep_look, read_looks

    nights = rk.make_nights(diary, night_starts=night_starts, landmark=landmark)
    looks = None if ledger is None else read_looks(ledger)
    answers = rk.answer_questions(nights, looks=looks)
    # what stands on the order of stretching and symptoms is tried before it is shown
    question = "stretching_landmark" if answers.half_hour else "stretching"
    asked = answers.table[answers.table["question"].eq(question)].iloc[0]
    tried = asked["verdict"] in ("fewer", "more", "unclear") and asked["design_tag"] == "before-symptom only"
    checks = rk.check_answer(nights, question, claim_level=answers.claim_levels[question]) if tried else None
    page = rk.write_report(diary, nights, answers, rk.estimate_rates(nights), out, checks, sleep=rk.trace_sleep(diary),
                           trend=rk.trace_trend(nights), stamp=stamp,
                           doses=[rk.trace_dose(nights, term) for term in amounts_in(answers, nights)])
    if ledger is None or looks is None or answers.look is None:
        return page, ""
    try:
        keep_look(ledger, looks, answers.look)
    except OSError:
        return page, (f"{LEDGER} could not be written in {ledger}, so this look is not counted. Reading a diary "
                      "again and again raises false alarms.")
    return page, ""


@click.command()
@FILES
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("clinic.pdf"), show_default=True,
              help="The page, a PDF.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
@click.option("--facts", type=click.Path(path_type=Path, dir_okay=False), default=None, metavar="clinic.toml",
              help="Medicines, iron, questions and more, typed by you; draft it with rlskit template --clinic.")
@TIMEZONE
@DATE_ORDER
@NIGHT_STARTS
def clinic(files, out, paper, facts, timezone, date_order, night_starts) -> None:
    """One page for a visit to a clinic: what was recorded, on one side of paper, read in two minutes.

    \b
    Examples
      rlskit template --clinic --out my/clinic.toml
      rlskit clinic my/bearable.csv --facts my/clinic.toml --out my/page.pdf --paper letter
    """
    with clear_errors():
        typed = rk.read_facts(facts) if facts else None
        diary = read_one(files, timezone, date_order)
        nights = rk.make_nights(diary, night_starts=night_starts)
        page = rk.write_clinic_page(diary, nights, rk.answer_questions(nights), out, facts=typed, paper=paper,
                                    stamp=rk.stamp_analysis(diary, command=command_words()))
        click.echo(f"The page is {page}")


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rlskit-demo"),
              show_default=True, help="Folder for the page.")
def demo(out) -> None:
    """The whole job on the synthetic sample diary that comes with rlskit. No real person is in it."""
    with clear_errors():
        diary = rk.read_diary(rk.sample_path())
        page, _ = _report(diary, out, stamp=rk.stamp_analysis(diary, command=command_words()))
        click.echo(f"The sample diary's report is {page}")
        click.echo("Open it in a browser. The sample is made up; the truth it was made with is in sample-truth.json.")
