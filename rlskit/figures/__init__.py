"""Tables → pictures. The only rooms that import matplotlib; they draw the table they are handed and compute nothing.

`plot_*(table, ax=None)` return the Axes. Without `ax` a figure of the right size is made, which a notebook shows.
`caption` and `alt_text` say what a table's picture shows; `render` makes a picture for a page, `save_picture` a file.
"""

from __future__ import annotations

from rlskit.figures.calendar import plot_calendar
from rlskit.figures.checks import plot_checks, plot_negative_control
from rlskit.figures.coverage import plot_coverage
from rlskit.figures.dose import plot_dose
from rlskit.figures.effects import plot_effects
from rlskit.figures.flow import plot_flow
from rlskit.figures.onset import plot_onset
from rlskit.figures.people import plot_people
from rlskit.figures.pictures import Picture, alt_text, caption, render, save_picture
from rlskit.figures.rates import plot_rates, plot_trend
from rlskit.figures.sleep import plot_sleep
from rlskit.figures.specifications import plot_specifications
from rlskit.figures.states import night_states
from rlskit.figures.strip import plot_strip
from rlskit.figures.tally import plot_tally
from rlskit.figures.trial import plot_trial

__all__ = ["Picture", "alt_text", "caption", "night_states", "plot_calendar", "plot_checks", "plot_coverage",
           "plot_dose", "plot_effects", "plot_flow", "plot_negative_control", "plot_onset", "plot_people", "plot_rates",
           "plot_sleep", "plot_specifications", "plot_strip", "plot_tally", "plot_trend", "plot_trial",
           "render", "save_picture"]
