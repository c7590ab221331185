"""The sheets of paper for coin-flip nights, and all files of a plan."""

from __future__ import annotations

from rlskit.pages.trial.sheet import render_trial_sheet, write_plan_files

__all__ = ["render_trial_sheet", "write_plan_files"]
