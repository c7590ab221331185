"""check_fit(): a fit and its nights → a table of checks, each pass, look, fail or not possible, with a sentence.

Thresholds and what was measured: docs/decisions/0015-checks.md.
"""

from __future__ import annotations

import textwrap
from dataclasses import asdict, dataclass
from html import escape

import pandas as pd

from rlskit.checks.comparison import nights_per_column, overlap, separation, switches
from rlskit.checks.context import Context, line_up
from rlskit.checks.controls import negative_control, tomorrow
from rlskit.checks.e_value import e_value_row
from rlskit.checks.influence import influence
from rlskit.checks.missing import effect_bounds, rate_bounds, tipping_point
from rlskit.checks.omitted_terms import trend, weekday
from rlskit.checks.residuals import residual_persistence
from rlskit.checks.row import COLUMNS, RESULTS
from rlskit.checks.tracking import regimes
from rlskit.errors import ModelError
from rlskit.models.fitting import FIT, Fitted
from rlskit.models.outcome import BINARY, Outcome
from rlskit.utils.arguments import check_level
from rlskit.utils.dataset import as_table
from rlskit.utils.kinds import Kind, check_kind
from rlskit.utils.progress import doing
from rlskit.utils.shown import as_written
from rlskit.utils.words import of_people

# In the order of the table: what may overturn the answer comes first.
CHECKS = (
    negative_control, tomorrow, residual_persistence, influence, trend, weekday, regimes, overlap, effect_bounds,
    tipping_point, rate_bounds, e_value_row, separation, switches, nights_per_column,
)  # fmt: skip
LINE = 118


@dataclass(frozen=True)
class Checks:
    """What was tried on one answer. `table`: check, result (pass | look | fail | not possible), value, lower, upper
    (empty where they mean nothing), sentence.

    The answer itself: `exposure` (column) and `label` (in words), a against b; estimate, lower, upper at `level`, in
    symptom nights per 30 nights, points of severity or the outcome's own units (`unit`); formula, n_nights, n_people;
    `counted`: which nights these are, such as those still symptom-free at the landmark.
    """

    __module__ = "rlskit"

    table: pd.DataFrame
    formula: str
    exposure: str
    label: str
    a: float | str
    b: float | str
    estimate: float
    lower: float
    upper: float
    level: float
    n_nights: int
    n_people: int
    unit: str = "per 30 nights"
    outcome: Outcome = BINARY
    counted: str = "nights"

    def __repr__(self) -> str:
        wide, said = (max(len(word) for word in self.table[name]) for name in ("check", "result"))
        lines = [_title(self), ""]
        for row in self.table.itertuples(index=False):
            head = f"{row.result.upper() if row.result != 'pass' else 'pass':<{said}}  {row.check:<{wide}}  "
            lines.append(textwrap.fill(row.sentence, LINE, initial_indent=head, subsequent_indent=" " * len(head)))
        return "\n".join([*lines, "", "next: rk.plot_checks(checks), rk.plot_negative_control(checks)"])

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"  # JupyterLab sets cells to the right
        rows = "".join(
            f"<tr><td style='white-space:nowrap;text-align:left'>{MARKS[row.result]} {row.result}</td>"
            f"<th scope='row' {left}>{escape(row.check)}</th><td {left}>{escape(row.sentence)}</td></tr>"
            for row in self.table.itertuples(index=False))
        head = "".join(f"<th scope='col' {left}>{name}</th>" for name in ("result", "check", "what was seen"))
        return as_written(f"<p>{escape(_title(self))}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>"
                          "</table>")


CHECKED = Kind(said="checks", made="Make them with rk.check_fit(fit, nights) or rk.check_answer(nights).",
               taken="rk.plot_checks(checks)", types=(Checks,))


MARKS = {"pass": "✓", "look": "!", "fail": "✗", "could not have shown it": "?", "not possible": "–"}


def check_fit(
    fit: Fitted,
    nights: pd.DataFrame,
    *,
    exposure: str | None = None,
    contrast: tuple[float | str, float | str] | None = None,
    before: str | None = None,
    label: str | None = None,
    window: bool | int | None = None,
    person: str | None = None,
    night: str | None = None,
    level: float = 0.95,
    claim_level: float | None = None,
) -> Checks:
    """Try to overturn one answer of a fit: what it may rest on besides the exposure.

    Parameters
    ----------
    fit : from fit(), with yes/no, ordinal or numeric nights.
    nights : the table that was fitted, or the whole one it was taken from; from make_nights or any other. The whole one
        tells more: which nights are empty, and what was true on the night before.
    exposure : the column asked about; None takes the first one of the formula.
    contrast : its two values (a, b); None takes those of estimate_effects; of more than two levels they must be said.
    before : column of symptoms that came before the exposure that evening; None takes `early_symptoms` for stretching,
        and none for anything that may have come before those.
    window : whether the exposure looks back over several nights, or over how many; None: where the formula says so
        (lag, rolling) and for the columns of make_nights that do, such as bedtime_sd_7_min. Of a column of your own say
        it, whatever it is called.
    label : the exposure in words. level : of the checks' own intervals.
    person, night : as in fit(); None takes what the fit was told.
    claim_level : of the limits by which the answer is judged, where it is one of several (Answers.claim_level); None
        takes `level`.

    Returns
    -------
    Checks, frozen. A check that these nights do not allow is a row "not possible", never missing.

    Raises
    ------
    ModelError : nights that are not those of the fit, an unknown column, or a fit that did not converge.

    Example: ``checks = rk.check_fit(fit, nights)``
    """
    check_level(level, "check_fit, level")
    if claim_level is not None:
        check_level(claim_level, "check_fit, claim_level")
    check_kind(fit, "check_fit", FIT)
    nights = as_table(nights)
    if not isinstance(nights, pd.DataFrame):
        raise ModelError(f"check_fit, nights: found {nights!r}; expected the table of nights that was fitted, or the "
                         "whole one that it was taken from.")
    m: Context = line_up(
        fit=fit, nights=nights, exposure=exposure, contrast=contrast, before=before, label=label,
        person=person or fit.design.person_column, night=night or fit.design.night_column, level=level,
        window=window, claim_level=claim_level)
    with doing("Trying what could overturn the answer") as work:
        found = [asdict(check(m)) for check in work.each(CHECKS, len(CHECKS))]
    table = pd.DataFrame(found, columns=COLUMNS)
    table["sentence"] = table["sentence"].map(lambda said: fit.outcome.said(of_people(said, fit.n_people)))
    answer = m.refit.limits(level)  # beside the negative control, at the same level
    return Checks(
        table=table, formula=fit.formula, exposure=m.exposure, label=m.label, a=m.contrast.a, b=m.contrast.b,
        estimate=answer.estimate, lower=answer.lower, upper=answer.upper, level=level, n_nights=fit.n_nights,
        n_people=fit.n_people, unit=_counted_in(m), outcome=fit.outcome,
        counted=m.counted)


def _counted_in(m: Context) -> str:
    if m.unit.times > 1.0:
        return "per 30 nights"
    return (m.fit.outcome.own_name or m.unit.outcome) if m.unit.seen else "points"


def _title(checks: Checks) -> str:
    people = "one person" if checks.n_people == 1 else f"{checks.n_people} people"
    counts = checks.table["result"].value_counts()
    said = ", ".join(f"{counts[result]} {result}" for result in RESULTS if result in counts)
    which = checks.counted.removeprefix("nights")
    of = checks.outcome.said(f"{checks.n_nights} nights of {people}{which and f',{which}'}")
    return f"Checks of {checks.label} in \"{checks.formula}\", {of}: {said}"
