"""The pictures of the README, made from the synthetic sample: python docs/make_figures.py (make figures)."""

from __future__ import annotations

from pathlib import Path

import rlskit as rk

HERE = Path(__file__).resolve().parent


def main() -> None:
    nights = rk.make_nights(rk.read_diary(rk.sample_path()))
    answers = rk.answer_questions(nights)
    # No date or version goes into the file, so that making it again gives the same bytes.
    rk.plot_effects(answers).figure.savefig(HERE / "figures" / "effects.png", dpi=144, metadata={"Software": None})


if __name__ == "__main__":
    (HERE / "figures").mkdir(exist_ok=True)
    main()
