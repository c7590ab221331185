"""The small pictures of the report, written as SVG by hand: one drawing for every width, colours from the page's style.

Filled squares are symptom nights, pale ones with an edge nights without, hatched ones nights not written down; counts
are circles, so that a filled square never means anything else. Blue is fewer, orange is more, and words say it too.
"""

from __future__ import annotations

import math
from html import escape

import numpy as np
import pandas as pd

from rlskit.effects.rates import BINOMIAL
from rlskit.utils.words import MONTHS, count, long_date, short_date, side, whole

WIDE, MIDDLE = 340.0, 170.0  # units of a card's picture
ROOM = 150.0  # from the middle to either end of the axis
ICONS = {
    "clear": '<circle cx="10" cy="10" r="8" class="ink"/>',
    "unclear": '<circle cx="10" cy="10" r="7.5" class="hollow"/><path d="M10 2.5a7.5 7.5 0 0 0 0 15z" class="ink"/>',
    "refused": '<circle cx="10" cy="10" r="7.5" class="hollow dashed"/>',
    "not_recorded": '<rect x="2.5" y="2.5" width="15" height="15" class="empty"/>',
}
HATCH = ('<svg width="0" height="0" class="defs" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5" '
         'patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" class="paper"/>'
         '<path d="M0 0V5" class="hatched"/></pattern></defs></svg>')
NOTHING = ('<svg class="mini" viewBox="0 0 340 24" role="img" aria-label="nothing written down">'
           '<rect x="20" y="5" width="300" height="14" class="empty"/></svg>')
FACES = {"none": "free", "not_recorded": "empty", "mild": "ill mild", "moderate": "ill moderate", "severe": "ill",
         "ungraded": "ill"}
DAYS = ("Mon", "", "Wed", "", "Fri", "", "Sun")
TENS = (0, 7 / 3, 14 / 3, 7)  # 0, 10, 20 and 30 nights in 30, as nights of a week
BAND = 27  # weeks side by side; a longer diary goes on below


def icon(state: str) -> str:
    return f'<svg class="icon" width="18" height="18" viewBox="0 0 20 20" aria-hidden="true">{ICONS[state]}</svg>'


def _svg(body: str, high: float, said: str, kind: str = "mini", wide: float = WIDE) -> str:
    return (f'<svg class="{kind}" viewBox="0 0 {wide:g} {high:g}" role="img" aria-label="{escape(said)}">{body}</svg>')


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'


# --- the cards -----------------------------------------------------------------------------------------------------
def draw_range(guess: float, low: float, high: float, span: float, *, filled: bool, named: bool = True) -> str:
    """Best guess and both ends on the axis that all cards share, -span to span; open sides end in an arrow. named :
    with both ends in words under it."""
    def at(value: float) -> float:
        return MIDDLE + ROOM * max(-span, min(span, value)) / span

    left, right, y = at(low), at(high), 16.0
    ticks = "".join(f'<path d="M{at(t):.1f} {y - 3}v6" class="rule"/>' for t in np.arange(-span, span + 1, 10) if t)
    parts = [f'<path d="M20 {y}H320" class="rule"/>', ticks]
    for start, end, kind in ((left, min(right, MIDDLE), "fewer"), (max(left, MIDDLE), right, "more")):
        if end > start:
            parts.append(f'<path d="M{start:.1f} {y}H{end:.1f}" class="bar {kind}"/>')
    parts.append(f'<path d="M{MIDDLE} 2V30" class="zero"/>')
    for value, x, way in ((low, left, -1), (high, right, 1)):
        arrow = math.isinf(value)
        shape = f"M{x - 6 * way:.1f} {y - 6}L{x:.1f} {y}L{x - 6 * way:.1f} {y + 6}" if arrow else f"M{x:.1f} {y - 6}v12"
        parts.append(f'<path d="{shape}" class="end"/>')
    parts.append(f'<circle cx="{at(guess):.1f}" cy="{y}" r="5" class="{"ink" if filled else "hollow"}"/>')
    names = ["no limit" if math.isinf(v) else side(v) for v in (low, high)]
    if named:
        places = _side_by_side((left, right), [3.6 * len(name) + 4 for name in names])
        parts += [_text(x, 44, name, "middle") for x, name in zip(places, names, strict=True)]
    return _svg("".join(parts), 48 if named else 32,
                f"best guess {side(guess)}, range {names[0]} to {names[1]}, symptom nights in 30")


def _side_by_side(at: tuple[float, float], half: list[float]) -> tuple[float, float]:
    """Where two names stand, as near to where they belong as they have room: half of each is `half` wide."""
    one, other = (max(h, min(WIDE - h, x)) for x, h in zip(at, half, strict=True))
    short = max(0.0, half[0] + half[1] - (other - one)) / 2
    one, other = one - short, other + short
    back = max(0.0, half[0] - one) - max(0.0, other + half[1] - WIDE)
    return one + back, other + back


def draw_axis(span: float) -> str:
    """The head of the column of pictures: which side is which, and the numbers of the ticks."""
    step = 10 if span >= 20 else 5
    signs = {-1.0: "−", 0.0: "", 1.0: "+"}
    ticks = [_text(MIDDLE + ROOM * t / span, 30, f"{signs[float(np.sign(t))]}{abs(t):g}", "middle", "soft")
             for t in np.arange(-span, span + 1, step)]
    sides = (_text(MIDDLE - 10, 12, "← fewer nights in 30", "end", "fewer"),
             _text(MIDDLE + 10, 12, "more →", "start", "more"))
    return _svg("".join([*sides, *ticks]), 34,
                f"axis of the pictures below: {span:g} fewer to {span:g} more symptom nights in 30")


def draw_counts(have: int, need: int) -> str:
    """What there is, filled, of what is needed; nothing where nothing is counted."""
    if not need:
        return ""
    dots = "".join(f'<circle cx="{26 + 20 * i}" cy="12" r="6" class="{"ink" if i < have else "hollow"}"/>'
                   for i in range(min(need, 15)))
    return _svg(dots, 24, f"{have} of {need}")


# --- the rate ------------------------------------------------------------------------------------------------------
def draw_rate(rate: float, low: float, high: float) -> str:
    """Thirty squares, as many filled as there are symptom nights in 30, and the range under them."""
    faces = ["ill" if i < whole(rate) else "free" for i in range(30)]
    squares = "".join(f'<rect x="{1 + 12 * i}" y="2" width="10" height="16" rx="1.5" class="{face}"/>'
                      for i, face in enumerate(faces))
    left, right = (12.0 * v for v in (low, high))
    middle = max(60.0, min(300.0, (left + right) / 2))
    return _svg(f'{squares}<path d="M{left:.1f} 27H{right:.1f}M{left:.1f} 23v8M{right:.1f} 23v8" class="end"/>'
                + _text(middle, 43, f"likely {whole(low)} to {whole(high)}", "middle", "soft"), 46,
                f"{whole(rate)} of 30 nights; the true number may be {whole(low)} to {whole(high)}", wide=360)


def draw_weeks(rates: pd.DataFrame, *, small: bool = False) -> str:
    """Symptom nights in 30, a dot a week (hollow under four answers), their line and its range; where a diary is too
    short for a line, the range of each week."""
    wide, high, left = (220.0, 44.0, 2.0) if small else (WIDE, 138.0, 22.0)
    top, bottom = (4.0, high - 4.0) if small else (12.0, high - 22.0)  # room for half a figure beside the topmost line
    step = (wide - left - 6) / max(len(rates) - 1, 1)
    x = left + 3 + step * np.arange(len(rates))
    y = {name: bottom - (bottom - top) * rates[name].to_numpy(float) / 7 for name in ("rate", "lower", "upper")}
    parts = [] if small else [f'<path d="M{left} {_at(v, top, bottom):.1f}H{wide}" class="rule"/>'
                              + _text(left - 4, _at(v, top, bottom) + 4, f"{30 * v / 7:.0f}", "end", "soft")
                              for v in TENS]
    parts += _band(x, y) if is_smoothed(rates) else [
        f'<path d="M{a:.1f} {b:.1f}V{c:.1f}" class="each"/>' for a, b, c in zip(x, y["lower"], y["upper"], strict=True)
        if np.isfinite(b)]
    for at, row in zip(x, rates.itertuples(), strict=True):
        if row.n_answered:
            seen = 7 * row.n_symptom_nights / row.n_answered
            told = f"week of {short_date(row.week)}: {int(row.n_symptom_nights)} of {count(row.n_answered, 'night')}"
            parts.append(f'<circle cx="{at:.1f}" cy="{_at(seen, top, bottom):.1f}" r="{1.6 if small else 3}" '
                         f'class="{"ink" if row.n_answered >= 4 else "hollow thin"}"><title>{told}</title></circle>')
    if not small and len(rates):
        parts += [_text(x[0], high - 4, short_date(rates["week"].iloc[0]), "start", "soft"),
                  _text(x[-1], high - 4, short_date(rates["week"].iloc[-1]), "end", "soft") if len(rates) > 4 else ""]
    known_rates = rates.loc[rates["rate"].notna(), "rate"]
    ends = [whole(30 * rate / 7) for rate in (known_rates.iloc[0], known_rates.iloc[-1])] if len(known_rates) else []
    said = (f"{len(rates)} weeks, from {ends[0]} to {ends[1]} symptom nights in 30"
            if ends else "no week with an answer")
    return _svg("".join(parts), high, said, "spark" if small else "weeks", wide)


def is_smoothed(rates: pd.DataFrame) -> bool:
    """Whether the weeks have a line, or each week a rate of its own alone."""
    return bool(rates["method"].ne(BINOMIAL).any())


def _band(x: np.ndarray, y: dict[str, np.ndarray]) -> list[str]:
    """The line through the weeks that have an estimate, over its range; nothing where there are not two."""
    known = np.isfinite(y["rate"])
    if known.sum() < 2:
        return []
    lower, upper, line = (list(zip(x[known], y[name][known], strict=True)) for name in ("lower", "upper", "rate"))
    return [f'<path d="M{_points([*upper, *lower[::-1]])}z" class="band"/>',
            f'<path d="M{_points(line)}" class="trace"/>']


def _at(value: float, top: float, bottom: float) -> float:
    return bottom - (bottom - top) * value / 7


def _points(pairs: list[tuple[float, float]]) -> str:
    return "L".join(f"{x:.1f} {y:.1f}" for x, y in pairs)


# --- the calendar --------------------------------------------------------------------------------------------------
def draw_calendar(states: pd.DataFrame, words: dict[str, str]) -> str:
    """A square a night, a column a week, Monday on top; each says its night when it is pointed at."""
    first = states["night"].iloc[0]
    monday = first - pd.Timedelta(days=first.weekday())
    day = (states["night"] - monday).dt.days.to_numpy()
    week, weekday = day // 7, day % 7
    bands = int(week[-1]) // BAND + 1
    columns = min(int(week[-1]) + 1, BAND)
    cell = min(24.0, (WIDE - 30) / max(columns, 12))
    tall = 18 + 7 * cell + 6
    parts: list[str] = []
    for band in range(bands):
        parts += [_text(26, band * tall + 18 + (i + 0.72) * cell, name, "end", "soft") for i, name in enumerate(DAYS)]
    for at, one, row in zip(week, weekday, states.itertuples(), strict=True):
        x, y = 30 + (at % BAND) * cell, (at // BAND) * tall + 18 + one * cell
        severity = "" if pd.isna(row.severity) else f", {row.severity:g} of 10"
        told = words[row.state].split(",")[0]
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{cell - 1.6:.1f}" height="{cell - 1.6:.1f}" rx="1.5" '
                     f'class="{FACES[row.state]}"><title>{long_date(row.night)}: {told}{severity}</title></rect>')
    parts += [_text(30 + at * cell, band * tall + 12, name, "start", "soft")
              for band, at, name in _month_names(states["night"], week)]
    ill = int(states["state"].isin(["mild", "moderate", "severe", "ungraded"]).sum())
    said = (f"{count(len(states), 'night')}: {ill} with symptoms, {int(states['state'].eq('none').sum())} without, "
            f"{int(states['state'].eq('not_recorded').sum())} not written down")
    return _svg("".join(parts), bands * tall, said, "calendar")


def _month_names(night: pd.Series, week: np.ndarray) -> list[tuple[int, int, str]]:
    """(band, column, name) of each month, where its first night stands; none so near the right edge, or the one before,
    that they would touch."""
    names: list[tuple[int, int, str]] = []
    for at, day in zip(week, night, strict=True):
        band, column = divmod(int(at), BAND)
        name = MONTHS[day.month - 1][:3]
        last = names[-1] if names and names[-1][0] == band else None
        if (last is None or (last[2] != name and column - last[1] > 2)) and column < BAND - 2:
            names.append((band, column, name))
    return names
