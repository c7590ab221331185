"""Tables → pictures. The only rooms that import matplotlib; they draw the table they are handed and compute nothing.

`plot_*(table, ax=None)` return the Axes. Without `ax` a figure of the right size is made, which a notebook shows.
`caption` and `alt_text` say what a table's picture shows; `render` makes a picture for a page, `save_picture` a file.
"""

from __future__ import annotations

from rlskit.figures.captions import alt_text, caption
from rlskit.figures.caterpillar import plot_people
from rlskit.figures.checks import plot_checks, plot_negative_control
from rlskit.figures.coverage_dots import plot_coverage
from rlskit.figures.dose_curve import plot_dose
from rlskit.figures.flow import plot_flow
from rlskit.figures.forest import plot_effects
from rlskit.figures.night_grid import plot_calendar
from rlskit.figures.onset import plot_onset
from rlskit.figures.pictures import Picture, render, save_picture
from rlskit.figures.sleep_bars import plot_sleep
from rlskit.figures.specifications import plot_specifications
from rlskit.figures.states import night_states
from rlskit.figures.strip import plot_strip
from rlskit.figures.swarm import plot_tally
from rlskit.figures.weekly import plot_rates, plot_trend

__all__ = ["Picture", "alt_text", "caption", "night_states", "plot_calendar", "plot_checks", "plot_coverage",
           "plot_dose", "plot_effects", "plot_flow", "plot_negative_control", "plot_onset", "plot_people", "plot_rates",
           "plot_sleep", "plot_specifications", "plot_strip", "plot_tally", "plot_trend", "render", "save_picture"]
