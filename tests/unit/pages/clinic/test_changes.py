"""The changes that clinicians ask about: what was written down earlier and now, side by side, and never a verdict."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from rlskit.answers.onset import onset_shift
from rlskit.pages.clinic.cells import number_list
from rlskit.pages.clinic.changes import MOST_STARTS, list_changes
from rlskit.pages.clinic.facts import ClinicFacts, Irls
from tests.unit.pages.clinic import build


@cache
def year(drift=0.0, step=0.0, at=150):
    """A year's nights; onset moves by `drift` hours evenly over the year and by `step` hours on the night `at`."""
    lines = build.rows(n=365, missing=0.05, rate=0.6, severity=False)
    for i, line in enumerate(lines):
        if line["symptoms_began"]:
            began = dt.datetime.combine(build.START, dt.time.fromisoformat(line["symptoms_began"]))
            began += dt.timedelta(hours=drift * i / len(lines) + step * (i >= at))
            line["symptoms_began"] = f"{began:%H:%M}"
    return build.read(lines)[1]


def rows(nights, facts=None):
    return {name: cells for name, *cells in list_changes(nights, facts or ClinicFacts()).rows}


def hours(cell):
    return float(cell.split(" h")[0].replace("−", "-"))


@pytest.mark.parametrize(("drift", "least", "most", "mentioned"), [(-2.0, -2.3, -1.4, True), (0.0, -0.6, 0.6, False)])
def test_a_slow_drift_over_a_year_is_found_and_none_is_not(drift, least, most, mentioned):
    changes = list_changes(year(drift), ClinicFacts())
    then, now, moved = changes.rows[0][1:]
    assert changes.rows[0][0] == "Median onset since start" and least <= hours(moved) <= most
    assert changes.much_earlier == mentioned and len(changes.spans) == 2
    shift = onset_shift(year(drift))
    assert f"(n = {shift.n_before}; 5 Jan to" in then and f"(n = {shift.n_now}; from " in now


def test_a_step_at_a_medicine_is_found_where_the_medicine_began_and_not_at_another():
    medicines = (build.medicine(1, start=build.START + dt.timedelta(days=60)),
                 build.medicine(2, start=build.START + dt.timedelta(days=150)),
                 build.medicine(3, start=build.START + dt.timedelta(days=150)),
                 build.medicine(4, start=build.START + dt.timedelta(days=250)))
    found = rows(year(step=-2.0, at=150), ClinicFacts(medicines=medicines))
    assert hours(found["… since medicine 2, 3"][2]) == pytest.approx(-2.0, abs=0.5)
    assert hours(found["… since medicine 4"][2]) == pytest.approx(0.0, abs=0.6)
    assert hours(found["… since medicine 1"][2]) == pytest.approx(-2.0, abs=0.5)  # against the weeks before it


def test_earlier_medicines_than_the_latest_three_are_said_to_be_left_out():
    medicines = tuple(build.medicine(i, start=build.START + dt.timedelta(days=40 * i)) for i in range(1, 6))
    changes = list_changes(year(), ClinicFacts(medicines=medicines))
    assert [name for name, *_ in changes.rows if "since medicine" in name] == [
        f"… since medicine {i}" for i in range(3, 6)] and MOST_STARTS == 3
    assert changes.unknown.startswith("Onset before earlier medicines stands in the picture alone.")


def test_what_was_typed_stands_side_by_side_with_what_moved():
    facts = ClinicFacts(
        other_parts="arms", other_parts_before="none", rest_minutes=10, rest_minutes_before=30,
        irls=(Irls(17, dt.date(2026, 1, 2)), Irls(24, dt.date(2026, 11, 2))), medicines=(
            build.medicine(1, dose="0.25 mg", start=dt.date(2025, 1, 1), stop=dt.date(2026, 3, 1)),
            build.medicine(2, dose="0.5 mg", start=dt.date(2026, 3, 2))))
    found = rows(year(), facts)
    assert found["Arms or other parts"] == ["none", "arms", ""]
    assert found["Minutes at rest until symptoms"] == ["30 min", "10 min", "−20"]
    assert found["IRLS total"] == ["17 of 40, 2 Jan 2026 (IRLS: moderate)", "24 of 40, 2 Nov 2026 (IRLS: severe)", "+7"]
    assert found["Medicines and doses"] == ["1: 0.25 mg", "2: 0.5 mg", "begun 2; stopped 1"]
    assert found["Symptoms before 18:00"][0].startswith("0 of ")
    assert list_changes(year(), facts).unknown == ""


def test_what_stands_nowhere_is_one_line_to_ask_about():
    facts = ClinicFacts(irls=(Irls(20, dt.date(2026, 1, 2)),))
    changes = list_changes(build.read(build.rows(n=60, onsets=False))[1], facts)
    assert [name for name, *_ in changes.rows] == ["IRLS total"] and changes.spans == ()
    assert changes.rows[0][1:] == ("not recorded", "20 of 40, 2 Jan 2026 (IRLS: moderate)", "")
    assert changes.unknown == ("Not recorded, to ask about: hour of onset, daytime symptoms, arms or other parts, "
                               "medicines and doses and minutes at rest until symptoms.")


def test_weeks_with_too_few_nights_have_no_rate():
    lines = build.rows(n=120, missing=0, rate=1.1)
    found = rows(build.read([*lines[:50], *lines[50::5]])[1])
    assert found["Symptom nights per week"] == ["7.0", "too few nights for rates", ""]


def test_numbers_of_medicines_in_short():
    assert [number_list(some) for some in ([1], [1, 2], [3, 1], [1, 2, 3], [1, 2, 3, 5, 5], [])] == [
        "1", "1, 2", "1, 3", "1–3", "1–3, 5", ""]
