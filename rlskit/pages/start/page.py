"""start(): all of rlskit in one cell of a notebook, with controls where somebody looks on and without them where nobody
does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from rlskit.answers.sentences import describe
from rlskit.errors import DiaryError
from rlskit.pages.start.result import StartResult, answer, answers_html, clinic_html, facts_beside, read_files, was_read
from rlskit.utils.kinds import PATH, check_kind
from rlskit.utils.progress import doing, is_attended
from rlskit.utils.resources import sample_path

NEEDED = ('start: ipywidgets is not installed. Run `python -m pip install "rlskit[lab]"` and start the notebook again, '
          'or go on without controls: rk.read_diary("my/diary.csv") as in notebook 01.')


@dataclass(frozen=True, kw_only=True)
class StartPage:
    """The answers without controls: `print` tells them in words, a notebook shows what the controls would show."""

    __module__ = "rlskit"

    result: StartResult = field(repr=False)
    html: str = field(repr=False)

    def __repr__(self) -> str:
        return describe(self.result.answers)

    def _repr_html_(self) -> str:
        return self.html


def start(path: str | Path | Sequence[str | Path] | None = None, *, landmark: str | None = None) -> Any:
    """From files to answers in one cell: choose files, say what your tags mean, read the answers, save the pages.

    path : a file, a folder, or several of them, of one person; None lets you choose, and is the made-up sample where
    nobody looks on. landmark : the clock time that cuts the evening in two; None takes the person's own.
    Returns the controls in a notebook that somebody runs; else (papermill, nbconvert, plain Python) a page with the
    answers, which a notebook shows. Raises DiaryError where the files cannot be read, or ipywidgets is missing.

    Example: ``rk.start(rk.sample_path())``
    """
    given = [] if path is None else list(path) if isinstance(path, list | tuple) else [path]
    for one in given:
        check_kind(one, "start", PATH)
    files = [Path(str(one)) for one in given]
    if not is_attended():
        return _page(files or [sample_path()], landmark)
    try:
        from rlskit.pages.start.widgets import Controls
    except ModuleNotFoundError as missing:
        if missing.name != "ipywidgets":
            raise
        raise DiaryError(NEEDED) from None
    return Controls(files, landmark).box


@doing("Answering the questions")
def _page(files: list[Path], landmark: str | None) -> StartPage:
    result = answer(read_files(files), files, landmark)
    folder = files[0] if files[0].is_dir() else files[0].parent
    remark = f"<p>{escape(result.remark)}</p>" if result.remark else ""
    parts = (was_read(result.diary), remark, answers_html(result), clinic_html(result, facts_beside(folder)))
    return StartPage(result=result, html="\n".join(parts))
