"""The fonts of printed pages: matplotlib's own DejaVu Sans, so that every machine sets them alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path


def font_folder() -> Path:
    """Where the fonts lie."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def letters() -> frozenset[str]:
    """Every character that both weights of the font can draw."""
    from matplotlib.ft2font import FT2Font

    faces = [FT2Font(str(font_folder() / f"{name}.ttf")).get_charmap() for name in ("DejaVuSans", "DejaVuSans-Bold")]
    return frozenset(chr(code) for code in set(faces[0]) & set(faces[1]))
