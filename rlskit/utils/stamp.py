"""stamp_analysis(): what it takes to make an output again. The one home of the stamp that every output carries.

Versions, the command, the seed and each input's SHA-256. No clock time and no folder stands in it: the same command on
the same input gives the same bytes, on any machine with the same versions.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import platform
import sys
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from rlskit.errors import DiaryError
from rlskit.utils.files import is_left_behind

PACKAGES, EXTRA = ("rlskit", "numpy", "scipy", "pandas", "matplotlib"), ("statsmodels",)  # EXTRA: where installed
INPUTS = "inputs"  # in the attrs of a table: (name, sha256) of every file it was made of
HEADING = "How to make this again"


def stamp_analysis(inputs: Any = (), *, seed: int | None = None, command: str | None = None) -> pd.DataFrame:
    """What it takes to do the analysis again: `what`, `value` rows of versions, command, seed and inputs.

    inputs : paths of files (each is named without its folders, with its SHA-256), or what was made of files: a diary,
        nights, a fit, effects or answers. command : default that of this process, folders left out. Raises
        FileNotFoundError for a file that is not there.

    Example: ``rk.stamp_analysis(diary)``
    """
    rows = [("software", versions()), ("python", platform.python_version()), ("system", platform.system()),
            ("command", this_command(sys.argv) if command is None else command)]
    if seed is not None:
        rows.append(("seed", str(seed)))
    rows += [(f"sha256 of {name}", digest) for name, digest in _inputs(inputs)]
    return pd.DataFrame(rows, columns=["what", "value"])


def stamp_table(table: Any, stamp: pd.DataFrame | None = None) -> pd.DataFrame:
    """The stamp of a table or a picture of it: that of its inputs, and the SHA-256 of the table itself."""
    rows = stamp_analysis(table) if stamp is None else stamp
    own = pd.DataFrame([("sha256 of the table", table_sha256(table))], columns=["what", "value"])
    return pd.concat([rows, own], ignore_index=True)


def stamp_lines(stamp: pd.DataFrame) -> list[str]:
    """`what: value`, one line for each row that has a value."""
    return [f"{row.what}: {row.value}" for row in stamp.itertuples() if row.value]


def stamp_html(stamp: pd.DataFrame) -> str:
    """The stamp as small print of a page, closed until it is opened; a hash may be cut between any two letters."""
    items = "".join(f'<li style="overflow-wrap:anywhere">{escape(line)}</li>' for line in stamp_lines(stamp))
    return f"<details><summary>{HEADING}</summary><ul>{items}</ul></details>"


def file_sha256(path: Path) -> str:
    """Of a file, its own, as sha256sum says it; of a folder, that of its files' in the order of their names,
    without what systems leave in it."""
    if path.is_dir():
        parts = [file_sha256(p) for p in sorted(path.rglob("*"))
                 if p.is_file() and not any(is_left_behind(q) for q in (p, *p.relative_to(path).parents))]
        return hashlib.sha256("".join(parts).encode()).hexdigest()
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def unchanged(path: Path) -> Iterator[str]:
    """The SHA-256 of a file or folder that is read in the block. DiaryError where it is another one at the end: what
    was read may be of neither."""
    digest = file_sha256(path)
    yield digest
    if file_sha256(path) != digest:
        raise DiaryError(f"{path.name}: it was changed while it was read, by a folder that is synchronised perhaps. "
                         "Try again when it has come to rest.", kind="changed while it was read")


def table_sha256(table: Any) -> str:
    """SHA-256 of a table as CSV; of a result, of its table."""
    rows = table if isinstance(table, pd.DataFrame) else getattr(table, "table", None)
    text = rows.to_csv(index=False, lineterminator="\n") if isinstance(rows, pd.DataFrame) else repr(table)
    return hashlib.sha256(text.encode()).hexdigest()


def versions() -> str:
    """Names and versions of the packages that numbers and pictures depend on."""
    found = []
    for name in (*PACKAGES, *EXTRA):
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # run from a folder, not installed
            found += [f"{name} (not installed)"] * (name in PACKAGES)
    return ", ".join(found)


def this_command(argv: Sequence[str]) -> str:
    """The command of a process, without folders; a notebook's kernel has none that says anything."""
    name = Path(argv[0]).name if argv else ""
    if "ipykernel" in name:
        return "in a notebook"
    return " ".join([name, *(bare_path(word) for word in argv[1:])]) if name not in ("", "-", "-c") else ""


def private_stamp(key: bytes, sha256s: Iterable[str], command: str = "", seed: int | None = None) -> pd.DataFrame:
    """The stamp of what is shared about other people: how many inputs, and one keyed hash of them all together.

    A plain SHA-256 of an export would let anybody who has that file find its person; this one only the key's owner
    can check.
    """
    parts = sorted(sha256s)
    stamp = stamp_analysis(seed=seed, command=command)
    one = hmac.new(key, "|".join(["inputs", *parts]).encode(), hashlib.sha256).hexdigest()
    rows = pd.DataFrame([("inputs", str(len(parts))), ("keyed sha256 of the inputs", one)], columns=["what", "value"])
    return pd.concat([stamp, rows], ignore_index=True)


def bare_path(word: str) -> str:
    """A word of a command without the folders in it; `--out=a/b` keeps its option."""
    option, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
    return f"{option}{equals}{value.replace(chr(92), '/').rstrip('/').rpartition('/')[2]}"


def _inputs(given: Any) -> Iterable[tuple[str, str]]:
    """(name, sha256) of what was given."""
    if isinstance(given, str | Path):
        given = [given]
    if hasattr(given, "source"):  # a diary
        yield from source_inputs(given.source)
        return
    if isinstance(given, Iterable) and not isinstance(given, pd.DataFrame):
        yield from ((path.name, file_sha256(path)) for path in map(Path, given))
    else:
        yield from inputs_of(given)


def inputs_of(made: Any) -> list[tuple[str, str]]:
    """(name, sha256) of the files that a table, a fit or a result with a table was made of, where they are known."""
    design = getattr(getattr(made, "design", None), "__dict__", {})  # a dataset's holds no nights, but their hash
    if "inputs" in design:
        return list(design["inputs"])
    frame = design.get("frame")
    for table in (made, getattr(made, "table", None), frame):
        if isinstance(table, pd.DataFrame):
            return list(table.attrs.get(INPUTS, ()))
    return []


def source_inputs(source: Iterable[Any]) -> list[tuple[str, str]]:
    """(name, sha256) of the files of a diary, and of the rlskit.toml that says what their tags mean."""
    found = [(s.file, s.sha256) for s in source if s.sha256]
    return [*found, *dict.fromkeys(("rlskit.toml", s.mapping_sha256) for s in source if s.mapping_sha256)]
