"""The `rlskit` command. Bad input: one clear message and exit code 1; wrong usage: exit code 2; never a prompt.

pages.py makes pages, trial.py plans a fair test and analyse.py answers it, reading.py says what was read, many.py
shares and pools, begin.py has what one begins with, redact.py what may be sent of a file that is not read; common.py
what they share. All of them print through screen.py; check_page.py and questions.py are the page of check.
"""

from __future__ import annotations

import click

import rlskit as rk
from rlskit.cli.analyse import analyse
from rlskit.cli.begin import lab, template
from rlskit.cli.many import anonymise, pool
from rlskit.cli.pages import clinic, demo, report
from rlskit.cli.reading import check, convert
from rlskit.cli.redact import redact
from rlskit.cli.screen import Screen, never_break
from rlskit.cli.trial import plan, tonight

THREE = (("Is my diary understood?", "check", "my-export.csv"),
         ("What does it say?", "report", "my-export.csv"),
         ("Settle it by a fair test", "plan", "my-export.csv", "--out", "my/trial"))


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(rk.__version__, prog_name="rlskit")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turns a restless-legs diary into honest answers. Nothing leaves this computer.

    \b
    Examples
      rlskit check my-export.csv                    what was understood
      rlskit report my-export.csv --out my/report   the page with the answers
      rlskit plan my-export.csv --out my/trial      a fair test by coin flips
      rlskit template --out diary.pdf               an empty diary to fill by pen
      rlskit demo                                   a made-up diary, start to end
    """
    if context.invoked_subcommand is None:
        _first_page(Screen())


def _first_page(screen: Screen) -> None:
    """Typed alone: the three things to do."""
    screen.say("rlskit reads a restless-legs diary and says what it shows. Nothing leaves this computer.", hang=0)
    for number, (what, *command) in enumerate(THREE, 1):
        screen.heading(f"{number}. {what}")
        screen.command(["rlskit", *command])
    screen.say()
    screen.say("No diary yet? `rlskit template --out diary.pdf` makes one to fill by pen, and `rlskit demo` shows it "
               "all on a made-up diary. Everything else: `rlskit --help`.", hang=0)


for _command in (analyse, anonymise, check, clinic, convert, demo, lab, plan, pool, redact, report, template, tonight):
    cli.add_command(_command)


def main() -> None:
    """Entry point of the `rlskit` command."""
    never_break()
    cli(prog_name="rlskit")
