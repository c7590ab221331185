"""run_notebooks(): the notebooks on a person's own diary, as executed copies and as pages; the originals stay clean."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.errors import DiaryError
from rlskit.utils.files import draft_of
from rlskit.utils.progress import doing
from rlskit.utils.resources import notebooks_path
from rlskit.utils.stamp import stamp_analysis, stamp_html

ONE_PERSON = ("01-", "02-", "04-", "06-")  # the others are about several people, or about nights yet to come
NEEDED = 'report --notebooks: {missing} is not installed. Run: python -m pip install "rlskit[lab]"'
UNSAID = "No description has been provided for this image"
# no line of code is cut, whatever its path, and no word is broken that fits a line
WRAPPED = ("<style>.jp-InputArea pre { white-space: pre-wrap; overflow-wrap: anywhere } "
           ".jp-OutputArea-output pre { word-break: normal; overflow-wrap: anywhere }</style>")
FOOTER = '<footer style="font: 13px sans-serif; margin: 2em 5em">'
PATIENCE = 600  # seconds that one cell may take


def run_notebooks(
    files: Sequence[str | Path], out: str | Path, *, reading: dict[str, str] | None = None,
    nights: dict[str, str] | None = None, stamp: pd.DataFrame | None = None,
) -> list[Path]:
    """Run the notebooks for one person and write each into `out` as .ipynb with outputs and as .html.

    Parameters
    ----------
    files : the person's exports or folders of them.
    out : folder; what the notebooks write themselves (the clinic page) lands in it too.
    reading, nights : options of read_diary and make_nights that the copies shall state.
    stamp : from stamp_analysis; default that of the files. It is in the copies' metadata and at the end of the pages.

    Returns
    -------
    list of Path : the HTML pages. They hold no script and ask for nothing from anywhere. All is written or nothing is.

    Raises
    ------
    DiaryError : the extra `lab` is missing, or a notebook ended in an error.
    """
    require_lab()
    again = stamp_analysis(files) if stamp is None else stamp

    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    originals = [p for p in sorted(notebooks_path().glob("*.ipynb")) if p.name.startswith(ONE_PERSON)]
    with draft_of(out / "notebooks") as work:
        work.mkdir()

        def run(original: Path) -> None:
            book = json.loads(original.read_text(encoding="utf-8"))
            real, told = ([str(Path(f).resolve()) for f in files], shown_paths(files, out))
            runs, tells = (on_files(book, paths, reading or {}, nights or {}) for paths in (real, told))
            done = _execute(runs, original.stem, work)
            for cell, said in zip(done.cells, tells["cells"], strict=True):
                cell.source = said["source"]
            done.metadata["rlskit"] = dict(zip(again["what"], again["value"], strict=True))
            (work / original.name).write_text(_as_text(done), encoding="utf-8")
            (work / f"{original.stem}.html").write_text(as_page(done, original.stem, again), encoding="utf-8")

        # each has a kernel, a process, of its own; the threads only wait for them
        with doing("Running the notebooks") as now, ThreadPoolExecutor(
                min(len(originals), os.cpu_count() or 1)) as pool:
            list(now.each(pool.map(run, originals), len(originals)))
        written = [p.relative_to(work) for p in sorted(work.rglob("*")) if p.is_file()]
        for part in written:
            (out / part).parent.mkdir(parents=True, exist_ok=True)
            os.replace(work / part, out / part)
    return [out / part for part in written if part.suffix == ".html"]


def require_lab() -> None:
    """Raise DiaryError, naming the extra, where what runs notebooks is not installed."""
    for name in ("nbformat", "nbclient", "nbconvert", "ipykernel"):
        try:
            __import__(name)
        except ImportError:
            raise DiaryError(NEEDED.format(missing=name)) from None


def shown_paths(files: Sequence[str | Path], out: Path) -> list[str]:
    """The files as seen from the pages, which may be shared: no folder outside the one in which all this is done is
    named, so that a file elsewhere is its name alone."""
    here = Path.cwd().resolve()
    real, pages = [Path(f).resolve() for f in files], out.resolve()
    return [Path(os.path.relpath(one, pages)).as_posix()
            if one.is_relative_to(here) and pages.is_relative_to(here) else one.name for one in real]


def on_files(notebook: dict[str, Any], paths: Sequence[str], reading: dict[str, str], nights: dict[str, str]
             ) -> dict[str, Any]:
    """The notebook with the one path changed to these, and with the options that were given."""
    read = [_call("rk.read_diary", "path" if len(paths) == 1 else f"path[{i}]", reading) for i in range(len(paths))]
    changes = {
        r"(?m)^path = .*$": f"path = {paths[0]!r}" if len(paths) == 1 else f"path = {paths!r}",
        r"rk\.read_diary\(path\)": read[0] if len(paths) == 1 else f"rk.combine_diaries({', '.join(read)})",
        r"rk\.make_nights\(diary\)": _call("rk.make_nights", "diary", nights),
    }
    cells = []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            for old, new in changes.items():
                source = re.sub(old, new.replace("\\", r"\\"), source)  # a path may hold backslashes
        cells.append({**cell, "source": source})
    return {**notebook, "cells": cells}


def _call(verb: str, value: str, options: dict[str, str]) -> str:
    return f"{verb}({', '.join([value, *(f'{name}={text!r}' for name, text in options.items() if text)])})"


def _execute(notebook: dict[str, Any], name: str, folder: Path) -> Any:
    """The notebook with its outputs, run in `folder` by a kernel of this Python."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    node = nbformat.from_dict(notebook)
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    client = NotebookClient(node, timeout=PATIENCE, record_timing=False, resources={"metadata": {"path": str(folder)}})
    try:
        client.execute(env={**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"},
                       stderr=subprocess.DEVNULL)  # the kernel's own chatter; what a cell says is in its output
    except CellExecutionError as wrong:
        raise DiaryError(f"notebook {name}: {wrong.ename}: {wrong.evalue} No notebook was written.") from None
    except CellTimeoutError:
        raise DiaryError(f"notebook {name}: a cell took over {PATIENCE} seconds. No notebook was written.") from None
    return node


def _as_text(node: Any) -> str:
    import nbformat

    return nbformat.writes(node)


def as_page(node: Any, name: str, stamp: pd.DataFrame | None = None) -> str:
    """The executed notebook as one HTML page: pictures inside, no script, nothing fetched, its stamp at the end."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="lab", embed_images=True)
    page, _ = exporter.from_notebook_node(node, resources={"metadata": {"name": name}})
    page = re.sub(r"(?is)<script\b.*?</script>", "", page)  # formulas and widgets, from elsewhere; there are none
    said = iter([output["metadata"].get("image/png", {}).get("alt", "") for cell in node["cells"]
                 for output in cell.get("outputs", ()) if "image/png" in output.get("data", {})])
    # its template leaves out what the figures say of themselves
    page = re.sub(f'alt="{UNSAID}"', lambda _: f'alt="{escape(next(said))}"', page)
    page = page.replace("</head>", f"{WRAPPED}</head>", 1)
    if stamp is not None:
        page = page.replace("</body>", f"{FOOTER}{stamp_html(stamp)}</footer>\n</body>")
    return page if "<html lang" in page else page.replace("<html", '<html lang="en"', 1)
