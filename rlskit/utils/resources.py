"""Where the sample diary and the notebooks lie: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

from rlskit.errors import DiaryError

_PACKAGE = Path(__file__).resolve().parents[1]


def sample_path() -> Path:
    """The folder of the synthetic sample diary; `rk.read_diary(rk.sample_path())` reads it. No real person is in it.

    Example: ``rk.read_diary(rk.sample_path() / "bearable.csv")``
    """
    return _find("sample", _PACKAGE.parent / "data" / "sample")


def notebooks_path() -> Path:
    """The folder of the notebooks as shipped; `rlskit lab` opens a copy, never these."""
    return _find("notebooks", _PACKAGE.parent / "notebooks")


def _find(name: str, checkout: Path) -> Path:
    installed = _PACKAGE / "_data" / name
    for folder in (installed, checkout):
        if folder.is_dir():
            return folder
    raise DiaryError(f"rlskit: its own folder {name} is missing. Install rlskit again.")
