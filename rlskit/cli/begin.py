"""What to begin with: an empty diary, the notebooks."""

from __future__ import annotations

import os
import sys
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rlskit as rk
from rlskit.cli.common import clear_errors, command_words, named, remarks
from rlskit.cli.paths import OUT_FILE, OUT_FOLDER
from rlskit.cli.screen import Screen
from rlskit.errors import DiaryError
from rlskit.utils.files import write_whole

if TYPE_CHECKING:
    from rlskit.pages.working_copy import Copies


@click.command()
@click.option("--out", type=OUT_FILE, required=True,
              help="diary.xlsx or diary.csv to type in, diary.pdf to print and fill by pen; clinic.toml with --clinic.")
@click.option("--clinic", is_flag=True, help="The facts for the clinic page instead: an empty clinic.toml.")
@click.option("--weeks", type=click.IntRange(1, 52), default=4, show_default=True)
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True)
def template(out, clinic, weeks, paper) -> None:
    """An empty diary, to type in or to fill by pen.

    A spreadsheet with yes/no choices, or four weeks on paper: the same columns.

    \b
    Examples
      rlskit template --out diary.xlsx
      rlskit template --out diary.pdf --paper letter
      rlskit template --clinic --out clinic.toml
    """
    with clear_errors(), named("--out"):
        if out.exists():
            raise DiaryError(f"{out}: exists already; a diary is never overwritten. Choose another name.")
        if clinic and out.suffix.lower() != ".toml":
            raise DiaryError(f"{out.name}: expected a name that ends in .toml for the facts of the clinic page.")
        if clinic:
            from rlskit.pages.clinic import facts_template

            write_whole(out, facts_template() + remarks(rk.stamp_analysis(command=command_words())))
        else:
            rk.write_template(out, weeks=weeks, paper=paper)
        Screen().written("Wrote", out)


@click.command()
@click.option("--out", type=OUT_FOLDER, default=Path("rlskit-notebooks"),
              show_default=True, help="Working folder for your copy of the notebooks.")
@click.option("--no-browser", is_flag=True, help="Start JupyterLab without opening a browser.")
@click.option("--allow-root", is_flag=True, help="Start it as the administrator, root, too.")
def lab(out, no_browser, allow_root) -> None:
    """JupyterLab on a working copy of the notebooks.

    It opens 00-start: choose your files, say what your tags mean, read the answers. The originals stay clean; copies
    that you have not edited are renewed when rlskit is. Needs rlskit[lab].

    \b
    Example
      rlskit lab --out my/notebooks
    """
    import importlib.util
    import subprocess

    from rlskit.pages.working_copy import START, copy_notebooks
    from rlskit.utils.resources import notebooks_path

    with clear_errors():
        for needed, name in (("jupyterlab", "JupyterLab"), ("ipywidgets", "ipywidgets")):
            if importlib.util.find_spec(needed) is None:
                raise DiaryError(f'lab: {name} is not installed. Run: `python -m pip install "rlskit[lab]"`')
        if _is_root() and not allow_root:
            raise DiaryError("lab: this is the administrator's account (root), and every notebook could change "
                             "anything on this computer. Start it as yourself, or add --allow-root.")
        out.mkdir(parents=True, exist_ok=True)
        copies = copy_notebooks(notebooks_path(), out)
        _say_copies(Screen(), copies)
        command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={out}", "--ServerApp.ip=127.0.0.1",
                   f"--LabApp.default_url=/lab/tree/{START}"]
        flags = {"--no-browser": no_browser, "--allow-root": allow_root}
        raise SystemExit(subprocess.call([*command, *(flag for flag, on in flags.items() if on)], env=_lab_settings()))


def _lab_settings() -> dict[str, str]:
    """The environment of JupyterLab: it asks nobody for news or newer versions, for nothing leaves this computer, and
    does not ask its user whether it may."""
    quiet = str(resources.files("rlskit.pages.start"))
    return {**os.environ, "JUPYTER_CONFIG_PATH": os.pathsep.join(
        [quiet, *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])])}


def _is_root() -> bool:
    return sys.platform != "win32" and os.geteuid() == 0


def _say_copies(screen: Screen, copies: Copies) -> None:
    """What became of the copies, where that is not what was to be expected."""
    if copies.renewed:
        screen.say(f"Renewed, as you had not edited them: {', '.join(copies.renewed)}.")
    if copies.kept:
        screen.say(f"Kept, as you have edited them: {', '.join(copies.kept)}. This rlskit has newer ones: give yours "
                   "another name, and start `rlskit lab` again to get them.")
