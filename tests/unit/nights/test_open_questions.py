"""Until it is told which night a symptom is of, and a question of rlskit.toml is settled, nothing is claimed of it."""

import datetime as dt

import pandas as pd
import pytest

import rlskit as rk
from rlskit.answers.stopping import after_stopping
from rlskit.errors import ModelError
from rlskit.figures import caption
from rlskit.nights.open_questions import LEAST, Unsettled, read_as, unsettled
from rlskit.nights.outcomes import symptom_nights
from rlskit.pages.clinic.numbers import compare_periods
from rlskit.pages.clinic.periods import split_periods
from rlskit.pages.report import render_page
from rlskit.trials.planning import measure_habits
from rlskit.utils.open_questions import why_open

DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(41)]


def diary_of(tmp_path, app="daylio", clock="07:30", told=None, tells_of="", name="Restless legs"):
    """A drink in the evening of every fourth day, restless legs ticked on the day after it."""
    told = [day for i, day in enumerate(DAYS) if i % 4 == 1] if told is None else told
    if app == "daylio":
        lines = ["full_date,date,weekday,time,mood,activities,note"]
        for i, day in enumerate(DAYS):
            lines += [f'{day},January 1,Monday,{clock},meh,"{name if day in told else "tea"}",""',
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
        f'[tags."{name}"]\ncolumn = "symptoms"\nunticked = "no"\n{stated}'
        '[tags.Wine]\ncolumn = "alcohol_drinks"\namount = 1\nunticked = "no"\n', encoding="utf-8")
    return rk.read_diary(tmp_path / "export.csv")


@pytest.mark.parametrize(("app", "clock"), [("daylio", "07:30"), ("bearable", "am"), ("bearable", "mid")])
def test_nothing_is_claimed_while_it_is_not_told(tmp_path, app, clock):
    nights = rk.make_nights(diary_of(tmp_path, app, clock))
    answers = rk.answer_questions(nights).table
    assert not answers["verdict"].isin(["fewer", "more", "unclear"]).any()
    assert answers.set_index("question").loc["alcohol", "reason"] == why_open(nights, "symptoms") == (
        "10 of 10 entries about restless legs were made in the morning or at midday, and rlskit.toml does not say "
        "whether they tell of the night before. `rlskit check` shows what each reading gives and the line that settles "
        "it.")
    after_wine = nights["night"].isin([str(day) for i, day in enumerate(DAYS) if i % 4 == 0])
    assert not nights.loc[after_wine, "symptoms_state"].eq("no").any()


@pytest.mark.parametrize(("app", "clock"), [("daylio", "07:30"), ("bearable", "am")])
def test_once_it_is_told_the_nights_are_as_meant(tmp_path, app, clock):
    nights = rk.make_nights(diary_of(tmp_path, app, clock, tells_of="last night")).head(40)
    assert not nights.attrs["open"]
    wine = nights["alcohol_drinks"].gt(0)
    assert nights["symptoms_state"][wine].eq("yes").all() and nights["symptoms_state"][~wine].eq("no").all()


@pytest.mark.parametrize("tells_of", ["last night", "tonight", "the clock time"])
def test_a_reading_is_what_the_mapping_would_give(tmp_path, tells_of):
    tried = rk.make_nights(read_as(diary_of(tmp_path), tells_of))
    said = rk.make_nights(diary_of(tmp_path, tells_of=tells_of))
    assert symptom_nights(tried).tolist() == symptom_nights(said).tolist()


@pytest.mark.parametrize(("clock", "told", "name", "expected"), [
    ("22:30", DAYS[::4], "Restless legs", None), ("07:30", DAYS[: LEAST - 1], "Restless legs", None),
    ("07:30", DAYS[:LEAST], "Restless legs", (3, 3)),
    *(("22:30", DAYS[:LEAST], name, (3, 0)) for name in (
        "Restless legs last night", "Unruhige Beine letzte Nacht", "Piernas inquietas anoche", "RLS la nuit dernière",
        "RLS noite passada", "RLS notte scorsa", "RLS afgelopen nacht", "СБН прошлой ночью")),
    *(("22:30", DAYS[:LEAST], name, None) for name in ("RLS tonight", "RLS vorige week", "Unruhige Beine nachts"))])
def test_evenings_and_a_few_restless_mornings_are_no_question_unless_the_name_says_last_night(
        tmp_path, clock, told, name, expected):
    diary = diary_of(tmp_path, clock=clock, told=told, name=name)
    found = [] if expected is None else [Unsettled(person="me", doubtful=expected[0], by_day=expected[1], ticks=3,
                                                   late=False, tags=(("daylio", name),))]
    assert unsettled(diary) == found


@pytest.mark.parametrize(("clock", "by_day"), [("13:00", 10), ("16:45", 10), ("17:30", 0), ("20:00", 0)])
def test_who_always_writes_in_the_afternoon_is_asked_too(tmp_path, clock, by_day):
    found = unsettled(diary_of(tmp_path, clock=clock))
    assert [(one.by_day, one.late) for one in found] == [(10, True)] * bool(by_day)
    assert all(one.how_many == "10 of 10 entries about restless legs were made by day, before 17:00" for one in found)


def test_a_few_restless_afternoons_are_no_question(tmp_path):
    diary = diary_of(tmp_path, clock="22:30", told=DAYS[:8])
    text = (tmp_path / "export.csv").read_text().replace("22:30", "14:00", 3)
    (tmp_path / "export.csv").write_text(text)
    assert unsettled(diary) == unsettled(rk.read_diary(tmp_path / "export.csv")) == []


def test_a_tag_called_last_night_is_asked_about_and_no_such_night_is_a_no(tmp_path):
    diary = diary_of(tmp_path, clock="22:30", told=DAYS[4:20:4], name="Restless legs last night")
    nights = rk.make_nights(diary).set_index("night")
    assert unsettled(diary)[0].how_many == "4 of 4 entries about restless legs are called last night"
    assert nights.loc[[str(day) for day in DAYS[3:16:4]], "symptoms_state"].ne("no").all()


def test_no_rate_is_stated_while_it_is_open(tmp_path):
    nights = rk.make_nights(diary_of(tmp_path))
    why = why_open(nights, "symptoms")
    for rates in (rk.estimate_rate(nights), rk.estimate_rates(nights)):
        assert rates["open"].eq(why).all() and rates["rate"].isna().all() and rates["n_symptom_nights"].isna().all()
    assert caption(rk.estimate_rates(nights)) == f"Symptom nights per week: open. {why}"
    this, before = split_periods(nights)
    numbers = compare_periods(this, before).set_index("measure")
    assert numbers.loc["symptom_nights", "reason"].iloc[0] == "open: `rlskit check` asks"
    assert rk.trace_trend(nights).reason == why and rk.answer_questions(nights).onset is None
    assert rk.estimate_rate(rk.make_nights(diary_of(tmp_path, tells_of="tonight")))["open"].eq("").all()


def test_and_no_page_plan_or_trial_goes_by_it(tmp_path):
    diary = diary_of(tmp_path)
    nights = rk.make_nights(diary)
    why, answers = why_open(nights, "symptoms"), rk.answer_questions(nights)
    assert not any("in 30" in line for line in answers.caveats)
    page = render_page(diary, nights, answers, rk.estimate_rates(nights), trend=rk.trace_trend(nights))
    assert "How often you had symptoms is open." in page and "Weeks are not counted before that is settled." in page
    assert rk.describe_people(nights).set_index("what").filter(like="per 30", axis=0)["value"].tolist() == ["open"]
    assert after_stopping(nights.assign(stretched=True)).reason == why
    with pytest.raises(ModelError, match="made in the morning"):
        measure_habits(nights)


def test_what_is_open_of_one_person_says_nothing_about_another(tmp_path):
    nights = pd.concat([rk.make_nights(diary_of(tmp_path)).assign(person=who) for who in ("a", "b")])
    nights.attrs = {"open": [["a", "symptoms", "Not settled."]]}
    assert why_open(nights, "symptoms") == why_open(nights[nights["person"].eq("a")], "symptoms") == "Not settled."
    assert why_open(nights[nights["person"].eq("b")], "symptoms") == ""
    assert why_open(nights, "alcohol_drinks") == ""


def test_a_column_with_an_open_question_is_read_and_nothing_is_claimed_of_it(tmp_path):
    lines = ["Date,Legs,Wine,Iron"] + [f"{day},{'yes' if i % 3 else 'no'},{i % 2},{'yes' if i % 4 else 'no'}"
                                       for i, day in enumerate(DAYS)]
    (tmp_path / "my.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping = ('[columns.Date]\ncolumn = "night"\n[columns.Legs]\ncolumn = "symptoms"\n[columns.Iron]\n'
               'column = "iron"\n[columns.Wine]\ncolumn = "alcohol_drinks"\n')
    (tmp_path / "rlskit.toml").write_text(f'{mapping}question = "Is a glass one drink?"\n', encoding="utf-8")
    diary = rk.read_diary(tmp_path / "my.csv")
    nights = rk.make_nights(diary)
    answers = rk.answer_questions(nights).table.set_index("question")
    assert answers.loc["alcohol", "reason"] == (
        'rlskit.toml has an open question about "Wine", and nothing is claimed of it before that is settled. '
        "`rlskit check` shows it.")
    assert answers.loc["iron", "verdict"] in ("fewer", "more", "unclear")
    assert nights["alcohol_drinks"].sum() == 20 and rk.estimate_rate(nights)["open"].eq("").all()
