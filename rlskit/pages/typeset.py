"""typeset(): a printed page as an accessible PDF, what stands on it as data, how it is set as a .typ file."""

from __future__ import annotations

import json
import unicodedata
from importlib import resources
from typing import Any

from rlskit.errors import DiaryError

PICTURE_PPI = 150.0


def typeset(
    package: str, file: str, what: str, content: dict[str, Any], *, most: int | None = None, form: str = "pdf",
) -> tuple[bytes, int]:
    """The PDF (PDF/UA-1), or the picture (`form`="png"), and the number of pages, which the .typ file says as <pages>.
    what : of the error's message. most : pages above which nothing is set, so that a try which does not fit takes half
    the time.
    Fonts: matplotlib's own DejaVu Sans, so that every machine sets it alike."""
    import typst

    from rlskit.figures.fonts import font_folder

    source = resources.files(package).joinpath(file).read_bytes()
    common: Any = {"input": source, "font_paths": [str(font_folder())], "ignore_system_fonts": True,
                   "sys_inputs": {"data": json.dumps(_printable(content))}}
    try:
        pages = json.loads(typst.query(selector="<pages>", field="value", one=True, **common))
        if most is not None and int(pages) > most:
            return b"", int(pages)
        made: Any = {"format": form, **({"pdf_standards": ["ua-1"]} if form == "pdf" else {"ppi": PICTURE_PPI})}
        return typst.compile(**made, **common), int(pages)
    except typst.TypstError as wrong:
        raise DiaryError(f"{what}: expected words that can be set, found something that cannot ({wrong}). Write names "
                         "and notes in plain letters. Nothing was written.") from None


def _printable(value: Any) -> Any:
    """The same in characters that the page's font can draw: a tagged page may hold no others.

    A letter that it lacks becomes an empty box, so that a gap is seen; marks on a letter and characters that stand for
    none (control, private, unassigned) are taken out.
    """
    from rlskit.figures.fonts import letters

    if isinstance(value, str):
        return "".join(c if c == "\n" or c in letters() else "" if unicodedata.category(c)[0] in "MC" else "□"
                       for c in unicodedata.normalize("NFC", value))
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list | tuple) else value
