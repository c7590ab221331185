"""Modules that are scripts: of benchmarks, data and docs, which are no packages."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from tests.helpers.places import ROOT


def script(path: str) -> ModuleType:
    """The module of a path such as "benchmarks/fuzz_samples.py". Its folder is searched only meanwhile: a script may be
    called as a package is (benchmarks/coverage.py)."""
    folder, _, name = path.removesuffix(".py").rpartition("/")
    sys.path.insert(0, str(ROOT / folder))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.pop(0)
