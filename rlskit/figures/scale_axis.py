"""The axis of a difference or a ratio, with the words at both its ends: the same wherever intervals are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter

from rlskit.effects.scales import Scale
from rlskit.figures.style import INK, LEADING, SMALL, number_tick, text_width, wrap

APART = 24.0  # points that the label of a ratio takes on the axis
DECADES = tuple(10.0**k for k in range(-3, 4))
STEPS = tuple(d * m for d in DECADES for m in (1, 2, 5))


def draw_scale(ax: Axes, scale: Scale, ends: Iterable[Any], across: float, room: float | None = None) -> None:
    """Limits, ticks and label of the x axis, so that every finite value of `ends` lies on it.

    across : points of the axis. room : points that its label may take, where that is more.
    """
    known = [float(v) for v in ends if v is not None and math.isfinite(v)]
    if scale.log:
        far = max([math.log(scale.span)] + [abs(math.log(v)) for v in known if v > 0]) * 1.08
        ax.set_xscale("log")
        ax.set_xlim(math.exp(-far), math.exp(far))
        ax.xaxis.set_major_locator(FixedLocator(ratio_ticks(math.exp(far), across)))
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    else:
        low, high = min([-scale.span, *known]), max([scale.span, *known])
        edge = (high - low) * 0.05
        low, high = low - edge, high + edge
        ax.set_xlim(low, high)
        even = MaxNLocator(nbins=max(4, int(across // 30)), steps=[1, 2, 5, 10]).tick_values(low, high)
        ax.xaxis.set_major_locator(FixedLocator([v for v in even if low <= v <= high]))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: number_tick(v)))
    ax.set_xlabel("\n".join(wrap(scale.axis, room or across)), fontsize=SMALL, linespacing=LEADING)
    ax.tick_params(axis="x", labelsize=SMALL)


def label_height(scale: Scale, room: float) -> float:
    """Points that a second and third line of the axis label take."""
    return (len(wrap(scale.axis, room)) - 1) * SMALL * LEADING


def ratio_ticks(furthest: float, across: float) -> list[float]:
    """1 and the round ratios on both sides of it up to `furthest`, as many as have room in `across` points."""
    for steps in (STEPS, DECADES):
        ticks = [v for v in steps if 0.9999 / furthest <= v <= 1.0001 * furthest]
        if len(ticks) > 1 and len(ticks) * APART <= across:
            return ticks
    last = max([v for v in STEPS if 1 < v <= 1.0001 * furthest], default=furthest)
    return [1 / last, 1.0, last]


def name_ends(ax: Axes, scale: Scale, across: float, lift: float = 4.0) -> None:
    """"← fewer" and "more →" `lift` points above the axis, in full where there is room."""
    words = (f"← {scale.less}", f"{scale.more} →")
    if sum(text_width(one) for one in words) + 10 > across:
        words = (f"← {scale.less.split()[0]}", f"{scale.more.split()[0]} →")
    for text, x, side in zip(words, (0, 1), ("left", "right"), strict=True):
        ax.annotate(text, (x, 1), (0, lift), xycoords="axes fraction", textcoords="offset points", ha=side, va="bottom",
                    fontsize=SMALL, color=INK, annotation_clip=False, gid="direction")
