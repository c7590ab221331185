"""The flow figure: every number of the table is in a box, boxes are in order and nothing overlaps."""

from __future__ import annotations

import matplotlib
import pandas as pd
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.patches import Rectangle

import rlskit as rk
from rlskit.figures import alt_text, caption

LONG = ("dates that could be read day first or month first, where neither the file, nor rlskit.toml, nor the command "
        "says which of the two was meant")  # fmt: skip


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def flow(reasons=6) -> pd.DataFrame:
    rows = [("Exports found", 40, None, None, "")]
    rows += [("Exports found", None, None, n, f"{LONG} {n}") for n in range(1, reasons + 1)]
    rows += [("Exports read", 40 - sum(range(reasons + 1)), None, None, ""), ("Nights", 1900, 19, None, ""),
             ("Nights", None, None, 900, "symptoms not recorded"), ("Nights answered", 1000, 1, None, "")]
    table = pd.DataFrame(rows, columns=["step", "n", "people", "left_out", "reason"])
    return table.astype({"n": "Int64", "people": "Int64", "left_out": "Int64"})


def texts(ax, gid):
    return " ".join(t.get_text().strip() for t in ax.texts if t.get_gid() == gid)


def test_every_number_and_reason_is_in_a_box():
    ax = rk.plot_flow(flow())
    assert texts(ax, "step") == ("40 Exports found 19 Exports read 1,900 of 19 people Nights 1,000 of 1 person "
                                 "Nights answered")
    said = texts(ax, "left out")
    assert said.startswith("Left out: 21 1 dates that could be")
    assert said.endswith("Left out: 900 900 symptoms not recorded")
    assert all(f"{n} {LONG} {n}" in " ".join(said.split()) for n in range(1, 7))


@pytest.mark.parametrize("width", [6.5, 3.5])
@pytest.mark.parametrize("reasons", [0, 1, 8])
def test_boxes_stand_apart_in_order_and_hold_their_words(width, reasons):
    ax = rk.plot_flow(flow(reasons), width=width)
    ax.figure.canvas.draw()
    boxes = [p for p in ax.patches if isinstance(p, Rectangle)]
    steps = [p for p in boxes if p.get_gid() == "step"]
    assert [p.get_y() for p in steps] == sorted(p.get_y() for p in steps) and len(steps) == 4
    assert len(boxes) == 4 + 1 + (reasons > 0)
    areas = [p.get_window_extent() for p in boxes]
    for i, one in enumerate(areas):
        assert not any(one.overlaps(other) for other in areas[i + 1:])
    words = [t for t in ax.texts if t.get_gid() in ("step", "left out")]
    for word in words:
        at = word.get_window_extent()
        assert any(a.x0 <= at.x0 and at.x1 <= a.x1 and a.y0 <= at.y0 and at.y1 <= a.y1 for a in areas), word.get_text()
    whole = ax.figure.bbox
    assert all(whole.x0 <= a.x0 and a.x1 <= whole.x1 and whole.y0 <= a.y0 and a.y1 <= whole.y1 for a in areas)


def test_an_arrow_leads_from_each_step_to_the_next_and_to_what_was_left_out():
    ax = rk.plot_flow(flow())
    assert len([t for t in ax.texts if t.get_gid() == "arrow"]) == 3 + 2


def test_caption_and_alt_text_are_the_table():
    assert caption(flow()) == (
        "Exports found: 40. Nights answered: 1,000 of 1 person. Boxes with a dashed edge: what was left out before the "
        "next step, and why. Nothing else was left out.")
    assert alt_text(flow(1)) == (
        f"Flow of the study, step by step. Exports found: 40. Left out: 1 {LONG} 1. Exports read: 39. Nights: 1,900 of "
        "19 people. Left out: 900 symptoms not recorded. Nights answered: 1,000 of 1 person.")


def test_it_is_saved_and_another_table_is_refused(tmp_path):
    rk.save_picture(flow(), tmp_path / "flow.svg")
    assert "Exports found: 40" in (tmp_path / "flow.svg").read_text()
    with pytest.raises(rk.ModelError, match="n, people, left_out; expected a flow of nights"):
        rk.plot_flow(flow().drop(columns="reason"))
