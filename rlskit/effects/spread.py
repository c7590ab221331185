"""Do people answer to a change in opposite directions? What the spread of a fit says, for the tables that average.

With c and c_z the change of a night in x and z, averaged over nights, the linear predictor falls for a share
Phi(-c'beta / |Lambda'c_z|) of all people (engine/draws/person_effects.py): read off Sigma, not by counting
estimates, which partial pooling draws together. Here at the estimates alone, as a warning; estimate_people gives it an
interval.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.special import ndtr

from rlskit.effects.contrasts import Contrast, mean_change
from rlskit.models.fitting import Fitted
from rlskit.models.outcome import BINARY, ORDINAL

MINORITY = 0.1  # from this share of people on the other side, the average alone would mislead
DIFFER, SAME, FEW = "people differ", "people taken to be alike", "few people"  # keys of caveats


def share_below(fit: Fitted, contrast: Contrast) -> float:
    """Share of all people for whom the change lowers the outcome, at the estimates; nan where it has no slope."""
    middle, spread, _ = _pieces(fit, contrast)
    return float(ndtr(-middle / max(spread, 1e-9 * abs(middle), 1e-300))) if np.isfinite(spread) else np.nan


def hides_people(fit: Fitted, contrast: Contrast) -> bool:
    """Whether the average hides people on its other side: a tenth of them or more, with a spread that is wider than the
    standard error of the average. A spread that is lost in that error divides people by chance alone."""
    _, spread, error = _pieces(fit, contrast)
    below = share_below(fit, contrast)
    return bool(min(below, 1.0 - below) >= MINORITY and spread > error)


def _pieces(fit: Fitted, contrast: Contrast) -> tuple[float, float, float]:
    """Change of the linear predictor on average, its sd between people (nan without a slope), its standard error."""
    change, change_z = mean_change(fit.design, contrast)
    part = fit.maximum.parameters if fit.outcome in (BINARY, ORDINAL) else fit.maximum
    covariance = fit.maximum.covariance[: change.size, : change.size]
    spread = float(np.linalg.norm(part.scale.T @ change_z)) if np.abs(change_z).max(initial=0.0) > 0.0 else np.nan
    return float(change @ part.beta), spread, float(np.sqrt(max(change @ covariance @ change, 0.0)))


class Caveat(str):
    """A sentence beside a result that others look for. key : what it says. about : the terms, or (term, contrast), that
    it is about; short : the same in a cell of a table that names them."""

    __module__ = "rlskit"
    key: str
    about: tuple
    short: str

    def __new__(cls, text: str, key: str, about: tuple = (), short: str = "") -> Caveat:
        made = super().__new__(cls, text)
        made.key, made.about, made.short = key, about, short
        return made

    def __getnewargs__(self) -> tuple:
        return str(self), self.key, self.about, self.short


def spread_notes(fit: Fitted, contrasts: list[Contrast]) -> tuple[list[Caveat], list[Caveat]]:
    """A sentence on each contrast whose average hides people on the other side; and one on those that could not show
    it, because they have no slopes. Both empty for one person."""
    differ: list[Caveat] = []
    same: list[str] = []
    if fit.n_people == 1:
        return differ, []
    for contrast in contrasts:
        if contrast.refused or contrast.coefficient or contrast.term.startswith("between("):
            continue
        below = share_below(fit, contrast)
        if np.isnan(below):
            same.append(contrast.term)
        elif hides_people(fit, contrast):
            differ.append(_differing(fit, contrast, below))
    return differ, [_told_nothing(tuple(dict.fromkeys(same)))] if same else []


def _told_nothing(terms: tuple[str, ...]) -> Caveat:
    short = "Taken to be the same in everybody"
    return Caveat(f"{short}: {', '.join(terms)}. An average near zero may hide people who go opposite ways; slopes= "
                  "lets them differ.", SAME, terms, f"{short}.")


def _differing(fit: Fitted, contrast: Contrast, below: float) -> Caveat:
    """That people differ, as counts out of 100 people."""
    less, more = {BINARY: (f"fewer {fit.outcome.noun}s", "more"), ORDINAL: (f"milder {fit.outcome.unit}", "worse")}.get(
        fit.outcome, (f"less {fit.outcome.own_name or fit.design.outcome}", "more"))
    shown = f'"{contrast.term}"' + (f", contrast={(contrast.a, contrast.b)!r}" if contrast.groups else "")
    short = (f"People differ in {contrast.asked}: by the spread between them it goes with {less} for about "
             f"{100 * below:.0f} in 100 people and with {more} for {100 - round(100 * below):.0f}. The average speaks "
             "for neither.")
    about = ((contrast.term, contrast.text),)
    return Caveat(f"{short} estimate_people(fit, {shown}) shows each.", DIFFER, about, short)


def disagreements(caveats: Iterable[str]) -> tuple[str, ...]:
    """Those of the caveats that say that an average speaks for people on neither side of it."""
    return tuple(note for note in caveats if key_of(note) == DIFFER)


def key_of(caveat: str) -> str:
    return caveat.key if isinstance(caveat, Caveat) else ""


def note_of(caveats: Iterable[str], term: str, contrast: str) -> str:
    """What the caveats of an average say of the people behind one contrast of it, for a cell of a table; empty where
    they say nothing."""
    found = (note for note in caveats if isinstance(note, Caveat) and {term, (term, contrast)} & {*note.about})
    return next((note.short for note in found), "")
