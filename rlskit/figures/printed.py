"""A picture for a printed page: SVG in fixed colours, letters as shapes, no caption in it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from rlskit.figures.style import bare_sheet, style


def printed(draw: Callable[..., Any], table: Any, width: float, **options: Any) -> str:
    """The SVG of `draw(table, sheet, **options)` (draw_strip, draw_onset …) at that width in inches."""
    with style():
        sheet = bare_sheet(width)
        draw(table, sheet, **options)
        out = io.StringIO()
        figure = sheet.ax.get_figure(root=True)
        assert figure is not None
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg"):]
