"""Files of a diary beside a notebook: which there are, and where chosen ones are kept."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from rlskit.errors import DiaryError
from rlskit.utils.files import shown_name, write_whole
from rlskit.utils.resources import sample_path

MY = "my"
KINDS = {".csv", ".tsv", ".txt", ".xlsx", ".zip", ".daylio"}  # that a diary comes in; it is recognised by its content


def list_files(folder: Path) -> list[str]:
    """Those of a folder, and of its folder `my`, that may be diaries."""
    places = [folder, folder / MY]
    found = [one for place in places if place.is_dir() for one in sorted(place.iterdir())]
    return [one.relative_to(folder).as_posix() for one in found
            if one.is_file() and one.suffix.lower() in KINDS and shown_name(one) == one.name]


def keep_upload(folder: Path, name: str, content: bytes) -> Path:
    """Keep an upload in the folder, for its owner alone to read. Another file of that name stays as it is."""
    plain = Path(name.replace("\\", "/")).name
    if plain in ("", ".", ".."):
        raise DiaryError(f'"{name}": expected the name of a file.')
    for number in count(1):
        path = folder / (plain if number == 1 else f"{Path(plain).stem} ({number}){Path(plain).suffix}")
        if not path.exists():
            return write_whole(path, content, private=True)
        if path.is_file() and path.read_bytes() == content:
            return path
    raise AssertionError


def copy_sample(folder: Path) -> Path:
    """A copy of the made-up sample diary to try things on; one that is there stays as it is."""
    target = folder / "sample"
    if not target.exists():
        target.mkdir(parents=True)
        for one in sample_path().iterdir():
            if one.is_file():
                shutil.copyfile(one, target / one.name)
    return target


def shown(path: Path) -> str:
    """A path as seen from the notebook, else its name."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.name
