"""Symptoms ticked in the morning: nothing is claimed, and no night is called free, until their night is told."""

import datetime as dt

import pytest

import rlskit as rk
from rlskit.nights.morning import LEAST, Unsettled, read_as, unsettled
from rlskit.nights.outcomes import symptom_nights
from rlskit.nights.summary import check_lines

DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(41)]


def diary_of(tmp_path, app="daylio", clock="07:30", told=None, tells_of=""):
    """A drink in the evening of every fourth day, restless legs ticked on the day after it."""
    told = [day for i, day in enumerate(DAYS) if i % 4 == 1] if told is None else told
    if app == "daylio":
        lines = ["full_date,date,weekday,time,mood,activities,note"]
        for i, day in enumerate(DAYS):
            lines += [f'{day},January 1,Monday,{clock},meh,"{"Restless legs" if day in told else "tea"}",""',
                      f'{day},January 1,Monday,21:30,meh,"{"tv" if i % 4 else "Wine"}",""']
    else:
        lines = ["date,weekday,time of day,category,rating/amount,detail,notes"]
        for i, day in enumerate(DAYS):
            said = f"{day.day}th {day:%b %Y}"
            lines += [f'"{said}","Monday","09:00","Mood","6","Mood",""']
            lines += [f'"{said}","Monday","pm","Factors","","Wine",""'] * (i % 4 == 0)
            lines += [f'"{said}","Monday","{clock}","Symptom","2","Restless legs (Moderate)",""'] * (day in told)
    (tmp_path / "export.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    stated = f'tells_of = "{tells_of}"\n' if tells_of else ""
    (tmp_path / "rlskit.toml").write_text(
        f'[tags."Restless legs"]\ncolumn = "symptoms"\nunticked = "no"\n{stated}'
        '[tags.Wine]\ncolumn = "alcohol_drinks"\namount = 1\nunticked = "no"\n', encoding="utf-8")
    return rk.read_diary(tmp_path / "export.csv")


@pytest.mark.parametrize(("app", "clock"), [("daylio", "07:30"), ("bearable", "am"), ("bearable", "mid")])
def test_nothing_is_claimed_while_it_is_not_told(tmp_path, app, clock):
    nights = rk.make_nights(diary_of(tmp_path, app, clock))
    answers = rk.answer_questions(nights).table
    assert not answers["verdict"].isin(["fewer", "more", "unclear"]).any()
    assert answers.set_index("question").loc["alcohol", "reason"] == nights.attrs["unsettled"] == (
        "10 of 10 entries about restless legs were made in the morning or at midday, and rlskit.toml does not say "
        "whether they tell of the night before. `rlskit check` shows what each reading gives and the line that settles "
        "it.")
    after_wine = nights["night"].isin([str(day) for i, day in enumerate(DAYS) if i % 4 == 0])
    assert not nights.loc[after_wine, "symptoms_state"].eq("no").any()


@pytest.mark.parametrize(("app", "clock"), [("daylio", "07:30"), ("bearable", "am")])
def test_once_it_is_told_the_nights_are_as_meant(tmp_path, app, clock):
    nights = rk.make_nights(diary_of(tmp_path, app, clock, tells_of="last night")).head(40)
    assert nights.attrs["unsettled"] == ""
    wine = nights["alcohol_drinks"].gt(0)
    assert nights["symptoms_state"][wine].eq("yes").all() and nights["symptoms_state"][~wine].eq("no").all()


def test_check_shows_each_reading_and_the_lines_that_settle_it(tmp_path):
    diary = diary_of(tmp_path)
    lines = check_lines(diary, rk.make_nights(diary))
    assert lines[lines.index("To settle before anything is claimed"):] == [
        "To settle before anything is claimed",
        "  10 of 10 entries about restless legs were made in the morning or at midday. Which night do they tell of?",
        '    "last night", the night before the entry: 10 symptom nights of 41, the first 1 Jan 2026, 5 Jan 2026, '
        "9 Jan 2026",
        '    "tonight", the night after it: 10 symptom nights of 41, the first 2 Jan 2026, 6 Jan 2026, 10 Jan 2026',
        '    "the clock time", as it is read now: 10 symptom nights of 41, the first 2 Jan 2026, 6 Jan 2026, '
        "10 Jan 2026",
        "  Write the reading that is yours in rlskit.toml, for example:",
        '    [tags."Restless legs"]', '    tells_of = "last night"']


@pytest.mark.parametrize("tells_of", ["last night", "tonight", "the clock time"])
def test_a_reading_is_what_the_mapping_would_give(tmp_path, tells_of):
    tried = rk.make_nights(read_as(diary_of(tmp_path), tells_of))
    said = rk.make_nights(diary_of(tmp_path, tells_of=tells_of))
    assert symptom_nights(tried).tolist() == symptom_nights(said).tolist()


@pytest.mark.parametrize(("clock", "told", "expected"), [
    ("22:30", DAYS[::4], None), ("07:30", DAYS[: LEAST - 1], None),
    ("07:30", DAYS[:LEAST], Unsettled(morning=3, ticks=3, tags=(("daylio", "Restless legs"),)))])
def test_evenings_and_a_few_restless_mornings_are_no_question(tmp_path, clock, told, expected):
    assert unsettled(diary_of(tmp_path, clock=clock, told=told)) == expected
