"""The clinic page: what a diary and a few typed facts say, on one side of paper.

facts.py reads what the user typed, periods.py and numbers.py compare two stretches of nights, page.py sets the page.
"""

from __future__ import annotations

from rlskit.pages.clinic.facts import ClinicFacts, facts_template, read_facts
from rlskit.pages.clinic.numbers import compare_periods
from rlskit.pages.clinic.onset import trace_onset
from rlskit.pages.clinic.page import render_clinic_page, write_clinic_page
from rlskit.pages.clinic.periods import split_periods

__all__ = ["ClinicFacts", "compare_periods", "facts_template", "read_facts", "render_clinic_page", "split_periods",
           "trace_onset", "write_clinic_page"]
