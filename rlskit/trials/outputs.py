"""The nights of a plan for a phone (.ics), a spreadsheet (CSV) and rlskit.toml. The sheet of paper is a page
(pages/trial).

Clock times are those of the wall, without a zone: 19:30 stays 19:30 when the clocks change.
"""

from __future__ import annotations

import datetime as dt

from rlskit.diary.draft import key_lines, suggest
from rlskit.diary.toml_values import toml_text
from rlskit.trials.plan import HOURS, TrialPlan
from rlskit.trials.words import coin_says, name_of
from rlskit.utils.csv_files import rows_as_csv
from rlskit.utils.words import capital

CALENDAR, TABLE, MAPPING = "nights.ics", "nights.csv", "rlskit.toml"
NIGHT, COIN, ILL, WORST, TIMES = "Night", "Coin", "Symptoms", "Worst 0-10", ("Lights out", "Woke up")
LEGS = "Restless legs"
WRITE_DOWN = ("Tomorrow morning, write down whether you did it and whether there were symptoms after {at}. Yes and no "
              "both count; nothing written is not a no.")
LONG, ALARM = dt.timedelta(minutes=15), dt.timedelta(minutes=10)


def plan_calendar(plan: TrialPlan) -> bytes:
    """One appointment an evening, with an alarm ten minutes before, on either kind of night alike."""
    from icalendar import Alarm, Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//rlskit//coin-flip nights//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Coin-flip nights")  # the calendar of its own that phones offer for so many entries
    clock = dt.time.fromisoformat(plan.at)
    seal, nights = plan.sha256[:16], len(plan.schedule)
    for number, one in enumerate(plan.schedule, 1):
        event, alarm = Event(), Alarm()
        said = f"Tonight: {coin_says(plan, one.treat)}"
        start = dt.datetime.combine(one.night, clock)
        event.add("uid", f"{seal}-{one.night:%Y%m%d}@rlskit")
        event.add("dtstamp", plan.made.astimezone(dt.UTC))
        event.add("dtstart", start)
        event.add("dtend", start + LONG)
        event.add("summary", said)
        event.add("description", f"Coin-flip night {number} of {nights}. {WRITE_DOWN.format(at=plan.at)}")
        event.add("transp", "TRANSPARENT")
        alarm.add("action", "DISPLAY")
        alarm.add("description", said)
        alarm.add("trigger", -ALARM)
        event.add_component(alarm)
        calendar.add_component(event)
    return calendar.to_ical()


def plan_table(plan: TrialPlan) -> str:
    """A row a night to fill in a spreadsheet; `plan_mapping` says what its columns mean."""
    columns = [NIGHT, COIN, *_answers(plan)]
    return rows_as_csv([columns, *([one.night.isoformat(), coin_says(plan, one.treat), *[""] * (len(columns) - 2)]
                                   for one in plan.schedule)])


def plan_mapping(plan: TrialPlan) -> str:
    """What rlskit.toml must say so that a diary is read against the plan: columns of `plan_table`, and tags of apps."""
    name = name_of(plan)
    tag = capital(name)
    lines = [
        "# The evenings of your coin-flip nights. This file belongs beside nights.csv, as it is.",
        "# If you keep your diary in an app, copy the sections [tags] to the rlskit.toml beside its export, and give",
        "# them the names of your own tags.",
        *([f"timezone = {toml_text(plan.timezone)}"] if plan.timezone else []),
    ]
    if plan.done not in ("stretched", "magnesium"):
        lines += ["", f"[habits.{toml_text(tag)}]", *key_lines({"kind": "yes/no", "when": "evening"})]
    done = _done_keys(plan, name, tag)
    sections = {f"columns.{toml_text(column)}": keys for column, keys in _columns(plan, done).items()}
    sections[f"tags.{toml_text(tag)}"] = {**done, "unticked": "no"}
    sections[f"tags.{toml_text(LEGS)}"] = {"column": "symptoms", "unticked": "no"}
    for section, keys in sections.items():
        lines += ["", f"[{section}]", *key_lines(keys)]
    return "\n".join(lines) + "\n"


def _done_keys(plan: TrialPlan, name: str, tag: str) -> dict[str, object]:
    if plan.done == "magnesium":
        return {"column": "magnesium"}
    if plan.done != "stretched":
        return {"column": tag}
    movement = (suggest(name) or {}).get("movement")
    return {"column": "stretched", "intent": "preventive", "time": plan.at,
            **({"movement": movement} if movement else {})}


def _columns(plan: TrialPlan, done: dict[str, object]) -> dict[str, dict[str, object]]:
    meaning: dict[str, dict[str, object]] = {
        done_heading(plan): done, ILL: {"column": "symptoms"}, WORST: {"column": "severity_0_10"},
        **{time: {"column": time.lower().replace(" ", "_")} for time in TIMES}}
    return {NIGHT: {"column": "night"}, COIN: {"column": "ignore"}, **{name: meaning[name] for name in _answers(plan)}}


def done_heading(plan: TrialPlan) -> str:
    """Over yes and no to what was done, whatever the coin said: "Calf stretch done"."""
    return f"{capital(name_of(plan))} done"


def times_asked(plan: TrialPlan) -> tuple[str, ...]:
    """Clock times to write down, where hours of sleep are asked about."""
    return TIMES if any(one.kind == HOURS for one in plan.outcomes) else ()


def _answers(plan: TrialPlan) -> list[str]:
    return [done_heading(plan), ILL, WORST, *times_asked(plan)]
