"""The `rlskit` command. Bad input: one clear message and exit code 1; wrong usage: exit code 2; never a prompt.

pages.py makes pages, trial.py plans a fair test and analyse.py answers it, reading.py says what was read, many.py
shares and pools, begin.py has what one begins with; common.py what they share.
"""

from __future__ import annotations

import click

import rlskit as rk
from rlskit.cli.analyse import analyse
from rlskit.cli.begin import lab, template
from rlskit.cli.many import anonymise, pool
from rlskit.cli.pages import clinic, demo, report
from rlskit.cli.reading import check, convert
from rlskit.cli.trial import plan, tonight


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(rk.__version__, prog_name="rlskit")
def cli() -> None:
    """Turns a restless-legs diary into honest answers. Nothing leaves this computer.

    \b
    Examples
      rlskit demo                                   the sample diary, start to end
      rlskit check my-export.csv --write-mapping    what was understood; drafts rlskit.toml
      rlskit report my-export.csv --out my/report   the page with figures and answers
      rlskit plan my-export.csv --out my/trial      a fair test: a coin decides each evening
      rlskit template --out diary.pdf               an empty diary to fill by pen
    """


for _command in (analyse, anonymise, check, clinic, convert, demo, lab, plan, pool, report, template, tonight):
    cli.add_command(_command)


def main() -> None:
    """Entry point of the `rlskit` command."""
    cli(prog_name="rlskit")
