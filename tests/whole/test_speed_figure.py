"""The picture of speed in the README: every line named beside its end, no name on a line, a mark or another name."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg


@pytest.fixture(scope="module")
def figure():
    from benchmark_figures import draw_speed

    drawn = draw_speed()
    FigureCanvasAgg(drawn).draw()  # a figure without a screen has a canvas that draws nothing
    return drawn


def test_every_line_is_named_once_on_its_own_panel(figure):
    for panel in figure.axes:
        named = [t.get_text() for t in panel.texts]
        assert sorted(named) == sorted(line.get_label() for line in panel.lines)
    assert {t.get_text() for t in figure.axes[1].texts} == {"rlskit", "gpboost", "glmmTMB"}


def test_no_name_lies_on_a_line_a_mark_another_name_or_the_other_panel(figure):
    for panel in figure.axes:
        names = [t.get_window_extent() for t in panel.texts]
        assert not any(one.overlaps(other) for one, other in combinations(names, 2))
        assert all(figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1 for box in names)
        assert min(t.get_fontsize() for t in panel.texts) >= 8
        for line in panel.lines:
            corners = panel.transData.transform(np.column_stack([line.get_xdata(), line.get_ydata()]))
            along = np.concatenate([np.linspace(one, two, 500) for one, two in pairwise(corners)])
            assert not [box for box in names if box.padded(1).count_contains(along)], line.get_label()
    left, right = figure.axes
    assert max(t.get_window_extent().x1 for t in left.texts) < right.get_window_extent().x0 - 10


def test_a_name_stands_nearer_to_the_end_of_its_own_line_than_to_any_other(figure):
    for panel in figure.axes:
        ends = {line.get_label(): panel.transData.transform((line.get_xdata()[-1], line.get_ydata()[-1]))
                for line in panel.lines}
        for name in panel.texts:
            box = name.get_window_extent()
            far = {tool: np.hypot(*(np.clip(end, (box.x0, box.y0), (box.x1, box.y1)) - end))
                   for tool, end in ends.items()}
            assert min(far, key=far.get) == name.get_text()


def test_lines_are_told_apart_without_colour(figure):
    for panel in figure.axes:
        marks = [line.get_marker() for line in panel.lines]
        assert len(set(marks)) == len(marks)
