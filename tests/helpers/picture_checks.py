"""What every picture holds to: readable text inside the paper, nothing on top of another, no meaning in hue alone."""

from __future__ import annotations

from itertools import combinations

import matplotlib
import numpy as np
from colorspacious import cspace_convert
from matplotlib.collections import Collection
from matplotlib.lines import Line2D
from matplotlib.text import Text

SMALLEST = 8.0  # points at print size
TALLEST = 9.4  # inches that A4 and Letter leave between their margins
APART = 10.0  # CAM02-UCS units; about 2 are just seen side by side
GREY_APART = 8.0  # CIE lightness
# "ungraded" has a dot on it; "end" caps an interval; the limits of a line are drawn as it is, thinner
DECORATION = {"rule", "clock", "months", "ungraded", "end", "line_lower", "line_upper", "range", None}


def texts(figure):
    return [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]


def artists(ax, gid):
    """The children of the axes of that name."""
    return [a for a in ax.get_children() if a.get_gid() == gid]


def line(ax, gid):
    """x and y of the only line of that name."""
    (one,) = artists(ax, gid)
    return np.asarray(one.get_xdata()), np.asarray(one.get_ydata())


def found(ax, gid):
    """The artists of that name."""
    return ax.findobj(lambda artist: artist.get_gid() == gid)


def assert_readable(figure):
    """Text of 8 points or more, inside the paper, none on top of another."""
    figure.canvas.draw()
    paper = figure.bbox
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts(figure)]
    boxes = [(text, box) for text, box in boxes if box.width > 0]
    assert len(boxes) >= 2
    for text, box in boxes:
        assert box.x0 >= paper.x0 - 0.5 and box.x1 <= paper.x1 + 0.5, f"cut at the side: {text!r}"
        assert box.y0 >= paper.y0 - 0.5 and box.y1 <= paper.y1 + 0.5, f"cut above or below: {text!r}"
    for (text, box), (other, there) in combinations(boxes, 2):
        across = min(box.x1, there.x1) - max(box.x0, there.x0)
        down = min(box.y1, there.y1) - max(box.y0, there.y0)
        assert across < 1 or down < 1.5, f"{text!r} overlaps {other!r}"
    assert min(t.get_fontsize() for t in texts(figure)) >= SMALLEST


# --- colour --------------------------------------------------------------------------------------------------------
VISIONS = {
    "usual": None,
    "no red cones": {"name": "sRGB1+CVD", "cvd_type": "protanomaly", "severity": 100},
    "no green cones": {"name": "sRGB1+CVD", "cvd_type": "deuteranomaly", "severity": 100},
    "no blue cones": {"name": "sRGB1+CVD", "cvd_type": "tritanomaly", "severity": 100},
}


def seen(colour, vision):
    """Place of a colour in CAM02-UCS as those eyes see it (Machado et al. 2009, by colorspacious)."""
    rgb = np.asarray(matplotlib.colors.to_rgb(colour))
    if vision is not None:
        rgb = np.clip(cspace_convert(rgb, vision, "sRGB1"), 0, 1)
    return cspace_convert(rgb, "sRGB1", "CAM02-UCS")


def grey(colour):
    """CIE lightness: what a greyscale print keeps."""
    return cspace_convert(matplotlib.colors.to_rgb(colour), "sRGB1", "CIELab")[0]


def told_apart(one, other):
    """The eyes, or the printer, for which two colours are too much alike."""
    alike = [name for name, vision in VISIONS.items()
             if np.linalg.norm(seen(one, vision) - seen(other, vision)) < APART]
    return alike + (["greyscale"] if abs(grey(one) - grey(other)) < GREY_APART else [])


def marks(ax):
    """gid → (form, colour) of what carries meaning: the form is everything about a mark but its colour."""
    out = {}
    for artist in ax.get_children():
        gid = artist.get_gid()
        if gid in DECORATION or str(gid).startswith("legend"):
            continue
        if isinstance(artist, Line2D):
            hollow = matplotlib.colors.to_hex(artist.get_markerfacecolor()) == "#ffffff"
            x, y = (np.unique(np.asarray(data, dtype=float)).size for data in artist.get_data(orig=False))
            way = "level" if y == 1 < x else "upright" if x == 1 < y else ""
            form = ("line", way, artist.get_linestyle(), str(artist._unscaled_dash_pattern), artist.get_marker(),
                    hollow, artist.get_linewidth() if artist.get_linestyle() != "None" else 0)
            out[gid] = (form, artist.get_color())
        elif isinstance(artist, Collection) and len(artist.get_facecolor()):
            out[gid] = (("area", artist.get_hatch()), matplotlib.colors.to_hex(artist.get_facecolor()[0]))
    return out


def assert_no_meaning_in_hue_alone(ax):
    """Two kinds of mark of one form differ for every eye and on a greyscale print."""
    for (gid, (form, colour)), (other, (its_form, its_colour)) in combinations(marks(ax).items(), 2):
        if form == its_form:
            assert not told_apart(colour, its_colour), f"{gid} and {other}: {told_apart(colour, its_colour)}"
