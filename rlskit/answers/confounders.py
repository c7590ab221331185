"""Which recorded column confounds which row of the advice table, and why. Each row's adjustment set is read from here.

One list, most important first; never a mediator. A row about tonight needs last night: a bad night makes the next one
likelier to be bad and changes what is done on the day between. Rows that look back over several nights hold last night
among the nights whose symptoms they are adjusted for; beside those it would take away what the window does through it.
Change over time is adjusted for neither: symptoms of nights before are how a change goes on. Measured:
docs/decisions/0024-last-night.md, which shows the same table.
"""

from __future__ import annotations

from dataclasses import dataclass

# Habits of one's own: one confounded as a cup or a drink is, one done against symptoms as stretching is.
HABIT, PREVENTIVE_HABIT = "own_habit", "own_preventive_habit"
TONIGHT = ("stretching", "stretch_minutes", "stretch_hold", "stretch_intensity", "stretch_hour", "movement",
           "caffeine_before_noon", "caffeine_after_noon", "alcohol", "iron", "magnesium", HABIT, PREVENTIVE_HABIT)
LOOKING_BACK = ("stretch_routine", "stretch_steadiness", "bedtime_regularity", "waketime_regularity", "social_jetlag")
OVER_TIME = ("trend",)
SUPPLEMENTS = ("iron", "magnesium")
COFFEE = ("caffeine_before_noon", "caffeine_after_noon")

LAST_NIGHT, OTHER_MOVEMENTS = "last_night", "movement_"


@dataclass(frozen=True, kw_only=True)
class Confounder:
    """One recorded column. `name`: in words ("" where it depends on the row); `why`: it confounds; `needs`: keys of the
    rows that would mislead without it, so that nights on which it is unknown are set aside; `uses`: keys of the rows
    that take it where nearly all of their nights know it and their number can carry it."""

    column: str
    name: str
    why: str
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


CONFOUNDERS = (
    Confounder(column=LAST_NIGHT, name="symptoms last night", needs=TONIGHT,
               why="A bad night makes the next one likelier to be bad, and changes what is done on the day between."),
    Confounder(column="past_share", name="", needs=LOOKING_BACK, uses=SUPPLEMENTS,
               why="Bad spells go on, and change the habits of the same weeks. Last night is among these nights."),
    Confounder(column="past_severity", name="", needs=LOOKING_BACK,
               why="A spell of worse nights goes on longer, and changes habits more."),
    Confounder(column=OTHER_MOVEMENTS, name="", needs=("movement",),
               why="Several kinds of movement are done on the same evenings."),
    Confounder(column="medicine_period", name="recorded medicine changes", uses=(*TONIGHT, *LOOKING_BACK, *OVER_TIME),
               why="A change of medicine changes the legs more than anything else, and habits may change with it."),
    Confounder(column="medicine_as_needed", name="medicine as needed", needs=TONIGHT,
               why="It is taken because the legs are bad or a bad night is feared, and in place of other things."),
    Confounder(column="weekend", name="weekend evenings", uses=(*TONIGHT, *LOOKING_BACK, *OVER_TIME),
               why="Friday and Saturday evenings differ in what is done and in how the night goes."),
    Confounder(column="alcohol_drinks", name="alcohol", uses=(*COFFEE, HABIT, "bedtime_regularity"),
               why="Evenings with drinks have coffee, late hours and worse legs of their own."),
    Confounder(column="caffeine_after_noon_mg", name="caffeine after noon",
               uses=("caffeine_before_noon", "alcohol", HABIT),
               why="Coffee early and late, and coffee and drinks, go together."),
    Confounder(column="caffeine_before_noon_mg", name="caffeine before noon", uses=("caffeine_after_noon",),
               why="Coffee early and late go together."),
    Confounder(column="trend", name="a steady trend", uses=(*TONIGHT, *LOOKING_BACK),
               why="Legs and habits may both change slowly over the diary."),
    Confounder(column="nap_min", name="a nap", uses=TONIGHT,
               why="A nap follows a bad night, and changes the evening and the night after it."),
    Confounder(column="sleep_h", name="sleep last night", uses=(*COFFEE, "alcohol", HABIT),
               why="A late or short night is followed by more coffee, fewer drinks and worse legs."),
)


def columns_for(row: str, movements: tuple[str, ...], *, needed: bool = False) -> tuple[str, ...]:
    """Candidate columns of a row's adjustment set, in order; `needed`: only those that it would mislead without.
    movements: the columns of the other kinds of movement."""
    mine = [one for one in CONFOUNDERS if row in one.needs or (row in one.uses and not needed)]
    return tuple(name for one in mine for name in (movements if one.column == OTHER_MOVEMENTS else (one.column,)))
