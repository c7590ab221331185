"""The two errors in IPython: the message, no traceback."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import rlskit as rk


@pytest.mark.parametrize("kind", [rk.DiaryError, rk.ModelError])
def test_ipython_shows_the_message_alone(kind, capsys):
    quiet = Config()
    quiet.HistoryManager.enabled = False
    shell = InteractiveShell(config=quiet)
    shell.run_cell(f"import rlskit\nraise rlskit.{kind.__name__}('my/diary.csv: no such file. ' + 'This folder ' * 9)")
    said = capsys.readouterr().out.strip().splitlines()
    assert said == ["my/diary.csv: no such file. This folder This folder This folder This folder This folder",
                    "This folder This folder This folder This folder"]
