"""The one style sheet, and sheets of paper measured in points: text sizes are known, so nothing is left to luck.

Every plot works in points (1/72 inch): it says how much room its text needs and the sheet gives the figure that size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

# Widths in inches: the text column of A4 and of US Letter, and one column of a journal or a phone.
PAGE_WIDTH = 6.5
COLUMN_WIDTH = 3.5

# matplotlib carries this font with it, so a page looks the same on every machine; it has Hebrew and Arabic letters.
FONT = ["DejaVu Sans"]
SMALL, NORMAL = 8.0, 9.0  # points; nothing is smaller
LEADING = 1.25
SCREEN_DPI = 110

PAPER, INK, SOFT, RULE = "#ffffff", "#1b1b1b", "#565656", "#d4d4d4"
BLUE, BAND, ZONE = "#0072b2", "#b9d9ec", "#ececec"  # blue of Okabe and Ito's palette and its tints

# One night, from light to dark in steps that survive a greyscale print (tested).
NO_SYMPTOMS = "#e4eef5"
SYMPTOMS = {"mild": "#8fc1e3", "moderate": "#2f7fb8", "severe": "#08335a"}
HATCH, HATCH_INK = "/////", "#8a8a8a"
# The same colours for a dark screen, where brighter is worse: only pages use them, by the reader's own setting.
DARK = {
    PAPER: "#16181b", INK: "#ececec", SOFT: "#b8b8b8", RULE: "#45494e", BLUE: "#56b4e9", BAND: "#1d4058",
    ZONE: "#2b2f33", NO_SYMPTOMS: "#26323a", SYMPTOMS["mild"]: "#2c6488", SYMPTOMS["moderate"]: "#62abda",
    SYMPTOMS["severe"]: "#dbeffc", HATCH_INK: "#8b8b8b",
}

STYLE = {
    "axes.edgecolor": SOFT,
    "axes.facecolor": PAPER,
    "axes.labelcolor": INK,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "figure.dpi": SCREEN_DPI,
    "figure.facecolor": PAPER,
    "font.family": FONT,
    "font.size": SMALL,
    "hatch.linewidth": 0.9,
    "pdf.fonttype": 42,  # TrueType: journals turn Type 3 away
    "savefig.dpi": 300,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "path",
    "svg.hashsalt": "rlskit",
    "text.color": INK,
    "text.parse_math": False,  # a "$" in a name is a dollar, not a formula
    "xtick.color": SOFT,
    "xtick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.color": SOFT,
    "ytick.labelcolor": INK,
    "ytick.labelsize": SMALL,
}


@contextmanager
def style() -> Iterator[None]:
    """The style sheet while one picture is drawn or saved; the user's own settings come back afterwards."""
    with matplotlib.rc_context(cast("Any", STYLE)):
        yield


# --- text ----------------------------------------------------------------------------------------------------------
@lru_cache(maxsize=4096)
def text_width(text: str, size: float = SMALL, weight: str = "normal") -> float:
    """Width of one line of text in points, with a little to spare: on a screen, letters snap to whole pixels."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] * 1.035


def wrap(text: str, width: float, size: float = SMALL, weight: str = "normal") -> list[str]:
    """The lines of `text`, none wider than `width` points; a word that is too long by itself is cut between letters."""
    space = text_width("a b", size, weight) - text_width("ab", size, weight)
    lines: list[str] = []
    for paragraph in str(text).splitlines() or [""]:
        line, used = "", 0.0
        for word in paragraph.split():
            for piece in _pieces(word, width, size, weight):
                wide = text_width(piece, size, weight)
                if line and used + space + wide > width:
                    lines.append(line)
                    line, used = piece, wide
                else:
                    line, used = (f"{line} {piece}", used + space + wide) if line else (piece, wide)
        lines.append(line)
    return lines


def _pieces(word: str, width: float, size: float, weight: str) -> list[str]:
    if text_width(word, size, weight) <= width:
        return [word]
    pieces, start = [], 0
    for end in range(1, len(word) + 1):
        if end > start + 1 and text_width(word[start:end], size, weight) > width:
            pieces.append(word[start : end - 1])
            start = end - 1
    return [*pieces, word[start:]]


def number_tick(value: float) -> str:
    """A difference on an axis: "0", "+2", "−1.5"."""
    return "0" if abs(value) < 1e-9 else ("−" if value < 0 else "+") + f"{abs(value):g}"


# --- sheets --------------------------------------------------------------------------------------------------------
class DescribedFigure(Figure):
    """A figure that tells a notebook what it shows, so that a page made of it has that as alt text."""

    alt = ""

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        return {}, {"image/png": {"alt": self.alt}} if self.alt else {}


@dataclass(frozen=True)
class Sheet:
    """One Axes to draw on. `owned`: made for this picture, so its size follows the content; else the user's own."""

    ax: Axes
    width: float  # points, the whole figure where owned, else the axes
    owned: bool
    captioned: bool = True

    @property
    def figure(self) -> Figure:
        """The whole figure, of which a user's Axes may be a part."""
        return cast("Figure", self.ax.get_figure(root=True))

    def size(self, *, left: float, right: float, top: float, bottom: float, body: float) -> None:
        """Give the picture its size in points. A user's own Axes keeps the place it has."""
        if not self.owned:
            return
        height = top + body + bottom
        self.figure.set_size_inches(self.width / 72, height / 72)
        self.ax.set_position((left / self.width, bottom / height, (self.width - left - right) / self.width,
                              body / height))

    def describe(self, alt: str) -> None:
        """Say what the picture shows, for somebody who does not see it in a notebook."""
        if isinstance(self.figure, DescribedFigure):
            self.figure.alt = alt

    def say(self, words: str, caption: str, gid: str | None = None) -> Axes:
        """Words in the place of an empty panel, and the caption below them."""
        self.size(left=2, right=0, top=2, bottom=self.caption_height(caption), body=2 * SMALL)
        self.write_caption(caption, left=0, right=0, drop=4)
        self.ax.axis("off")
        self.ax.text(0, 0.5, words, style="italic", fontsize=SMALL, color=INK, va="center",
                     transform=self.ax.transAxes, gid="refused")
        if gid is not None:
            self.ax.set_gid(gid)
        return self.ax

    def write_caption(self, text: str, *, left: float, right: float, drop: float) -> None:
        """Write the caption below the axes, starting `drop` points under it and `left` points left of it."""
        self.describe(text)
        if not self.captioned:
            return
        lines = self.caption_lines(text)
        note = self.ax.annotate("\n".join(lines), (0, 0), (-left, -drop), xycoords="axes fraction",
                                textcoords="offset points", va="top", ha="left", fontsize=SMALL, color=SOFT,
                                linespacing=LEADING, annotation_clip=False)
        note.set_gid("caption")

    def caption_lines(self, text: str) -> list[str]:
        """The caption cut to the width of the picture; no lines where the page prints the caption itself."""
        return wrap(text, self.width - 4) if self.captioned else []

    def caption_height(self, text: str) -> float:
        """Points that the caption takes, a little room above and below it included."""
        return len(self.caption_lines(text)) * SMALL * LEADING * 1.03 + 8 if self.captioned else 0.0


def sheet_for(ax: Axes | None, width: float) -> Sheet:
    """The user's Axes, or a new figure of that width (inches) that a notebook shows.

    Call it outside `style()`: the first figure of a notebook switches interactive drawing on, which must outlast us.
    """
    if ax is not None:
        figure = cast("Figure", ax.get_figure(root=True))
        return Sheet(ax, ax.get_position().width * figure.get_figwidth() * 72, owned=False)
    from matplotlib import pyplot  # only here: a page is made without it

    figure = pyplot.figure(figsize=(width, 1.0), dpi=SCREEN_DPI, facecolor=PAPER, FigureClass=DescribedFigure)
    with style():
        return Sheet(figure.add_axes((0, 0, 1, 1)), width * 72, owned=True)


def bare_sheet(width: float) -> Sheet:
    """A figure for a page: no window, no pyplot, and no caption in it, because the page prints the caption."""
    return Sheet(Figure(figsize=(width, 1.0)).add_axes((0, 0, 1, 1)), width * 72, owned=True, captioned=False)



def lightness(colour: str) -> float:
    """CIE L* (0 black, 100 white) of a colour: what is left of it on a greyscale print."""
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in matplotlib.colors.to_rgb(colour)
    )
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * math.cbrt(y) - 16 if y > 0.008856 else 903.3 * y
