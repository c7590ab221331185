"""What the cards of the report say: one record for each question, one for each reason, in the words of daily life.

Nothing is decided here. answers/refusals.py names the reasons; a code without a sentence fails the tests.
"""

from __future__ import annotations

from dataclasses import dataclass

from rlskit.answers import refusals as why


@dataclass(frozen=True)
class Topic:
    """A question as a card asks it.

    ask : its heading. name : inside a sentence. change : the compared thing, {a} and {b} for the amounts. compared :
    which nights, for the kind of comparison. doubt : the main one. write : how to write it down.
    """

    ask: str
    name: str
    change: str
    compared: str
    doubt: str
    write: str


_TRACKED = "Write a number each day, 0 too."
_STRETCHED = "Write yes or no each evening, and the time you stretched."
TOPICS = {
    "stretching": Topic(
        "Does stretching before bed help?", "stretching", "with stretching", "Evenings",
        "Evenings you stretch on may differ in other ways.",
        _STRETCHED),
    "stretching_landmark": Topic(
        "Stretching, with the evening split at one time", "stretching, split at one time", "with stretching",
        "Evenings", "This is a check of the card on stretching.", _STRETCHED),
    "stretch_routine": Topic(
        "Does a stretching routine help?", "a stretching routine", "after {a} with stretching out of 14, not {b}",
        "Nights", "Good spells leave more quiet evenings to stretch on.", "Write yes or no each evening."),
    "stretch_steadiness": Topic(
        "Do weeks of stretching in a row help?", "weeks of stretching in a row", "after {a} in a row with much "
        "stretching, not {b}", "Nights", "A bad spell can end a routine.", "Write yes or no each evening."),
    "stretch_minutes": Topic(
        "Do more minutes of stretching help?", "minutes of stretching", "with {a} of stretching, not {b}", "Evenings",
        "Evenings with time for it may differ in other ways.", "Write the minutes each time you stretch."),
    "stretch_hold": Topic(
        "Does it help to hold a stretch longer?", "the seconds a stretch is held",
        "with a stretch held for {a}, not {b}", "Evenings", "Evenings with time for it may differ in other ways.",
        "Write how long you held each stretch."),
    "stretch_intensity": Topic(
        "Does a harder stretch help?", "how hard a stretch is", "with a stretch as hard as {a}, not {b}", "Evenings",
        "How the legs feel may decide how hard you stretch.", "Write how hard each stretch was, 0 to 10."),
    "movements": Topic(
        "Does another movement help?", "a second kind of movement", "with it", "Evenings", "",
        "Write which movement you did, such as walk or calf."),
    "caffeine_after_noon": Topic(
        "Does caffeine after noon matter?", "caffeine after noon", "with {a} of caffeine after noon, not {b}", "Days",
        "Busy days have more coffee.", _TRACKED),
    "caffeine_before_noon": Topic(
        "Does caffeine before noon matter?", "caffeine before noon", "with {a} of caffeine before noon, not {b}",
        "Days", "Tired days have more coffee.", _TRACKED),
    "alcohol": Topic(
        "Does alcohol matter?", "alcohol", "with {a}, not {b}", "Evenings",
        "Evenings with drinks are often late and busy.", _TRACKED),
    "bedtime_regularity": Topic(
        "Do uneven bedtimes matter?", "bedtimes", "after a week of uneven bedtimes, not even ones", "Weeks",
        "Bad nights make bedtimes uneven too.", "Write when you put the light out, or add a sleep tracker's file."),
    "waketime_regularity": Topic(
        "Do uneven wake times matter?", "wake times", "after a week of uneven wake times, not even ones", "Weeks",
        "Bad nights make wake times uneven too.", "Write when you woke up, or add a sleep tracker's file."),
    "social_jetlag": Topic(
        "Does later sleep on free days matter?", "sleep on free days", "after weeks of later sleep on free days",
        "Weeks", "A bad spell can make sleep and legs uneven.", "Write which days are free of work."),
    "iron": Topic(
        "Do nights differ with iron?", "iron", "with iron", "Days", "People take more when their legs are bad.",
        "Write yes or no each day."),
    "magnesium": Topic(
        "Do nights differ with magnesium?", "magnesium", "with magnesium", "Days",
        "People take more when their legs are bad.", "Write yes or no each day."),
    "trend": Topic(
        "Do the nights change over time?", "time", "four weeks later", "Weeks",
        "A season or a habit may have changed as well.", "Write each night, good or bad."),
}
# The first card of each line is the one that has an answer, else the first: the order in which people ask.
ORDER = (("stretching",), ("caffeine_after_noon", "caffeine_before_noon"), ("alcohol",), ("bedtime_regularity",))

CANNOT, ONE_SIDED, NOT_WRITTEN = "Cannot be asked yet", "Nothing to compare", "Not written down"
UNTOLD_TIMES = "Write when you stretched, and when the symptoms began."


@dataclass(frozen=True)
class Said:
    """A reason for no answer: the verdict, the sentence, and the next step ("" is to keep writing, with a date where
    there is one). shared : the sentence is about the diary, so that several questions can share a card. slow : why it
    takes more nights than are short."""

    verdict: str
    sentence: str
    next: str = ""
    shared: bool = False
    slow: str = ""


REASONS = {
    why.NOT_RECORDED: Said(NOT_WRITTEN, "No night says anything about {these}.", "{write}", shared=True),
    why.NO_SYMPTOMS_ASKED: Said(
        CANNOT, "No night says if you had symptoms, yes or no.",
        "Write yes or no each night. If a tag tells it, name that tag in rlskit.toml.", shared=True),
    why.UNSETTLED: Said(
        CANNOT, "A question about what these answers mean is not settled.", "See how to settle it:",
        shared=True),
    why.ALL_ILL: Said(
        ONE_SIDED, "All {answered} nights had symptoms. It needs at least {need} nights without.",
        "Write “no” after a quiet night. Nothing is wrong with your diary.", shared=True),
    why.NONE_ILL: Said(
        ONE_SIDED, "None of the {answered} nights had symptoms. It needs at least {need} nights with symptoms.",
        "Keep writing. Nothing is wrong with your diary.", shared=True),
    why.ALWAYS: Said(
        ONE_SIDED, "Always yes: all {nights} nights compared have {names}. It needs {need} without.",
        "Write “no” on nights without it."),
    why.NEVER: Said(
        ONE_SIDED, "Always no: none of the {nights} nights compared has {names}. It needs {need} with it.",
        "Nothing is missing. Write “yes” if there is such a night."),
    why.SAME: Said(ONE_SIDED, "Nearly the same every night: {names}.", "It can be asked once more nights differ."),
    why.FEW_NIGHTS: Said(
        CANNOT, "So far {have} of {need} nights can be compared.", shared=True,
        slow="Some of them may not count, and it needs enough nights of each kind: with and without."),
    why.FEW_ILL: Said(CANNOT, "{nights_had} with symptoms so far. It needs {need}."),
    why.FEW_FREE: Said(CANNOT, "{nights_had} without symptoms so far. It needs {need}."),
    why.FEW_WITH: Said(CANNOT, "{nights_had} {more} so far. It needs {need}."),
    why.FEW_WITHOUT: Said(CANNOT, "{nights_had} {less} so far. It needs {need}."),
    why.FEW_CHANGES: Said(CANNOT, "{changes} from one night to the next so far. It needs {need}."),
    why.SHORT: Said(CANNOT, "The diary covers hardly more than four weeks.", shared=True),
    why.ALIKE: Said(CANNOT, "{nights_had} unlike the others so far. It needs {need}."),
    why.UNTOLD: Said(CANNOT, "The diary does not say which came first, {topic} or the symptoms.", UNTOLD_TIMES),
    why.NO_HOUR: Said(CANNOT, "The diary does not say at what time of day.", "Write the time, or give the tag one."),
    why.TOGETHER: Said(CANNOT, "You always did it together with another movement.", "It can be asked once you did one "
                       "of the two alone."),
    why.ONE_KIND: Said(ONE_SIDED, "So far you wrote down one kind of movement only.", "It can be asked once you tried "
                       "another one."),
    why.FORETOLD: Said(CANNOT, "You did it after one kind of night only, good or bad.", "It can be asked once it came "
                       "after both."),
    why.FAILED: Said(CANNOT, "No number could be worked out.", "The reason is under “More about each answer”."),
    # of an answer that claims nothing
    why.ORDER: Said(CANNOT, "You stretched on {exposed} nights. The diary does not say which came first, the stretch "
                    "or the symptoms.", UNTOLD_TIMES),
    why.FOLLOWS: Said(CANNOT, "You stretched on {exposed} nights, often because of symptoms. The diary cannot show if "
                      "it helps.", "Write when you stretched before any symptoms, and when the symptoms began."),
}
DOUBTS = {
    why.TURNS: "Counted in another way, the answer changes sides.",
    why.PEOPLE_DIFFER: "People differ: for some it goes the other way.",
    why.STAYS: "This was clear in an earlier report; a claim once made stays.",
    why.CLOSED: "A report read early or often has chances of a false alarm, so nothing is claimed.",
}
