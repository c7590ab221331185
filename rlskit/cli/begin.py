"""What to begin with: an empty diary, the notebooks."""

from __future__ import annotations

import sys
from pathlib import Path

import click

import rlskit as rk
from rlskit.cli.common import clear_errors, command_words, named, remarks
from rlskit.cli.screen import Screen
from rlskit.errors import DiaryError
from rlskit.utils.files import write_whole


@click.command()
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
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
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), default=Path("rlskit-notebooks"),
              show_default=True, help="Working folder for your copy of the notebooks.")
@click.option("--no-browser", is_flag=True, help="Start JupyterLab without opening a browser.")
def lab(out, no_browser) -> None:
    """JupyterLab on a working copy of the notebooks.

    The originals stay clean. Needs rlskit[lab].

    \b
    Example
      rlskit lab --out my/notebooks
    """
    import importlib.util
    import shutil
    import subprocess

    from rlskit.utils.resources import notebooks_path

    with clear_errors():
        if importlib.util.find_spec("jupyterlab") is None:
            raise DiaryError('lab: JupyterLab is not installed. Run: `python -m pip install "rlskit[lab]"`')
        out.mkdir(parents=True, exist_ok=True)
        for notebook in sorted(notebooks_path().glob("*.ipynb")):
            if not (out / notebook.name).exists():  # a copy you have worked in is yours
                shutil.copyfile(notebook, out / notebook.name)
        command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={out}", "--ServerApp.ip=127.0.0.1",
                   # nothing leaves this computer: JupyterLab would ask for its own news and newer versions
                   "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        raise SystemExit(subprocess.call([*command, *(["--no-browser"] if no_browser else [])]))
