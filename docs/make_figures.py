"""The pictures of the README, from the synthetic sample and the benchmark tables: python docs/make_figures.py
(make figures)."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from benchmark_figures import draw_coverage_grid, draw_speed
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli

HERE = Path(__file__).resolve().parent


def main() -> None:
    nights = rk.make_nights(rk.read_diary(rk.sample_path()))
    answers = rk.answer_questions(nights)
    # No date or version goes into the file, so that making it again gives the same bytes.
    rk.plot_effects(answers).figure.savefig(HERE / "figures" / "effects.png", dpi=144, metadata={"Software": None})
    _clinic_page()
    for name, draw in (("speed", draw_speed), ("coverage", draw_coverage_grid)):
        draw().savefig(HERE / "figures" / f"{name}.png", dpi=144, metadata={"Software": None})


def _clinic_page() -> None:
    """The clinic page as a picture; pdftoppm comes with poppler-utils."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.pdf"
        facts = str(rk.sample_path() / "clinic.toml")
        CliRunner().invoke(cli, ["clinic", str(rk.sample_path()), "--facts", facts, "--out", str(page)],
                           catch_exceptions=False)
        subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", page, HERE / "figures" / "clinic"], check=True)


if __name__ == "__main__":
    (HERE / "figures").mkdir(exist_ok=True)
    main()
