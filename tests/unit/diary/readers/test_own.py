"""Habits and outcomes of one's own in every layout: what is written is what the night says, or it is named."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

import rlskit as rk
from rlskit.diary.own import SCALES
from rlskit.diary.readers.template_answers import PAIRS

YES, NOT_READ = "yes", None  # a yes that does not say how much; no value, and an issue that shows the cell
NUMBERS = {"2": 2, "1.5": 1.5, "1,5": 1.5, "½": 0.5, "1½": 1.5, "1 ½": 1.5, "0": 0, "none": 0, "nein": 0, "2-3": 2.5,
           "2 – 3": 2.5, "~2": 2, "yes": YES, "x": YES, "-2": NOT_READ, "8,412": NOT_READ, "a few": NOT_READ,
           "nan": NOT_READ, "?": NOT_READ}
RATED = {"~2": 2, "2-3": 2.5, "good": NOT_READ, "N/A": NOT_READ, "3 min": NOT_READ, "99": NOT_READ, "-1": NOT_READ}


def scale(low: int, high: int) -> dict:
    steps = range(low, high + 1)
    return RATED | {form.format(n, high): n for n in steps for form in ("{}", "{}/{}", "{} / {}")} | {
        form.format(n): n + 0.5 for n in steps[:-1] for form in ("{},5", "{}.5")} | {
        form.format(high + 1, high): NOT_READ for form in ("{}", "{}/{}")}


# Header → its section in rlskit.toml, and what its cells say.
OWN: dict[str, tuple[dict, dict]] = {
    "Walk": ({"kind": "yes/no"}, {side: n for pair in PAIRS for side, n in zip(pair, (YES, 0), strict=True)} | {
        "maybe": NOT_READ, "20 min": NOT_READ}),
    "Cocoa": ({"kind": "amount", "unit": "cups"}, NUMBERS | {
        "2 cups": 2, "1 cup": 1, "2 Tassen": 2, "2-3 cups": 2.5, "30 min": NOT_READ, "200 mg": NOT_READ}),
    "Run": ({"kind": "amount", "unit": "km"}, NUMBERS | {"3 km": 3, "3,5km": 3.5, "3 min": NOT_READ}),
    "Laps": ({"kind": "amount", "unit": "laps"}, NUMBERS | {"1 lap": 1, "3 laps": 3, "3 lamps": NOT_READ}),
    "Bath": ({"kind": "minutes"}, NUMBERS | {"30 min": 30, "1,5 h": 90, "1 Stunde": 60, "20-30 min": 25, "90 s": 1.5,
                                             "1h30": 90, "1 Std. 5 Min.": 65, "0:45": 45, "1:15:00": 75,
                                             "1:30": NOT_READ, "eine halbe Stunde": NOT_READ, "2 cups": NOT_READ}),
    "Nap": ({"kind": "amount", "unit": "h"}, NUMBERS | {"30 min": 0.5, "2 h": 2, "1:30": 1.5, "0:15 h": 0.25}),
    "Herb": ({"kind": "amount", "unit": "mg"}, NUMBERS | {"1 g": 1000, "200 mg": 200}),
    "Rest": ({"scale": "0-10", "better": "higher"}, scale(0, 10) | {"no": 0}),
    "Calm": ({"scale": "1-5", "better": "higher"}, scale(1, 5) | {"0": NOT_READ, "no": NOT_READ}),
    "Pulse": ({"scale": "number", "better": "lower"}, {"60": 60, "-3": -3, "97,5": 97.5, "60-70": 65, "no": NOT_READ,
                                                       "none": NOT_READ, "60 min": NOT_READ, "N/A": NOT_READ}),
    "Awake": ({"scale": "count", "better": "lower"}, {"0": 0, "1": 1, "25": 25, "none": 0, "2-3": 2.5, "x": 1,
                                                      "-1": NOT_READ, "2 min": NOT_READ, "N/A": NOT_READ}),
}
FIRST = dt.date(2026, 1, 1)
ROWS = [(FIRST + dt.timedelta(days=at), [list(cells)[at] if at < len(cells) else "" for _, cells in OWN.values()])
        for at in range(max(len(cells) for _, cells in OWN.values()))]
SECTIONS = "".join(f"[{'habits' if 'kind' in said else 'outcomes'}.{name}]\n" + "".join(
    f"{key} = {json.dumps(value)}\n" for key, value in said.items()) for name, (said, _) in OWN.items())


def columns(**about: str) -> str:
    """[columns] of every own header, and of others with their keys."""
    keys = {name: f"column = {json.dumps(name)}" for name in OWN} | about
    return "".join(f"[columns.{json.dumps(name)}]\n{said}\n" for name, said in keys.items())


def lines(delimiter: str, *rows: list) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


def wide() -> tuple[str, str]:
    return lines(";", ["Datum", *OWN], *[[day, *cells] for day, cells in ROWS]), columns(Datum='column = "night"')


def entries() -> tuple[str, str]:
    rows = [[day, "21:00", *cells] for day, cells in ROWS]
    return lines(",", ["Datum", "Zeit", *OWN], *rows), columns(Datum='column = "night"', Zeit='column = "time"')


def across() -> tuple[str, str]:
    turned = [[name, *[cells[at] for _, cells in ROWS]] for at, name in enumerate(OWN)]
    return lines(";", ["Datum", *[f"{day:%d.%m.%Y}" for day, _ in ROWS]], *turned), columns(Datum='column = "night"')


def form() -> tuple[str, str]:
    rows = [[f"{day:%m/%d/%Y} 21:10:33", *cells] for day, cells in ROWS]
    return lines(",", ["Timestamp", *OWN], *rows), 'date_order = "mdy"\n' + columns(Timestamp='column = "night"')


def redcap() -> tuple[str, str]:
    rows = [[7, "night", at, day, *cells, 2] for at, (day, cells) in enumerate(ROWS, 1)]
    head = ["record_id", "redcap_repeat_instrument", "redcap_repeat_instance", "day", *OWN, "night_complete"]
    return lines(",", head, *rows), columns(day='column = "night"\ntells_of = "tonight"')


def labelled() -> tuple[str, str]:
    rows = [[7, "Night", at, day, *cells, "Complete"] for at, (day, cells) in enumerate(ROWS, 1)]
    head = ["Record ID", "Repeat Instrument", "Repeat Instance", "Day", *OWN, "Complete?"]
    return lines(",", head, *rows), columns(Day='column = "night"\ntells_of = "tonight"')


def template() -> tuple[str, str]:
    """With columns added behind its last: under the names of one's own they need no section."""
    return lines(",", ["night", "symptoms", "lights_out", *OWN], *[[day, "yes", "", *cells] for day, cells in ROWS]), ""


def template_last_night() -> tuple[str, str]:
    rows = [[day + dt.timedelta(days=1), "yes", "", *cells] for day, cells in ROWS]
    return lines(",", ["each_row_tells_of", "last night"], ["night", "symptoms", "lights_out", *OWN], *rows), ""


@pytest.fixture(scope="module", params=[wide, entries, across, form, redcap, labelled, template, template_last_night,
                                        "xlsx"])
def read(request, tmp_path_factory) -> tuple[rk.Diary, pd.DataFrame]:
    folder = tmp_path_factory.mktemp("own")
    said, mapping = (wide if request.param == "xlsx" else request.param)()
    (folder / "rlskit.toml").write_text(mapping + SECTIONS, encoding="utf-8")
    (folder / "mine.csv").write_text(said, encoding="utf-8")
    if request.param == "xlsx":
        as_workbook(folder / "mine.csv")
    diary = rk.read_diary(next(path for path in folder.iterdir() if path.suffix in (".csv", ".xlsx")))
    return diary, rk.make_nights(diary).set_index("night")


def as_workbook(path: Path) -> None:
    """The file as a spreadsheet that keeps its numbers as numbers."""
    book = Workbook()
    for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter=";"):
        book.active.append([number(cell) for cell in row])
    book.save(path.with_suffix(".xlsx"))
    path.unlink()


def number(cell: str) -> object:
    """One stays text, so that the sheet has a point and a comma before decimals, and neither says what "8,412" is."""
    try:
        return float(cell) if cell not in ("nan", "1.5") else cell
    except ValueError:
        return cell


@pytest.mark.parametrize("name", OWN)
def test_every_cell_of_every_layout_is_itself_or_is_named(read, name):
    _, nights = read
    said, cells = OWN[name]
    column, state = nights[name.lower()].astype("Float64"), nights.get(f"{name.lower()}_state")
    found, expected = {}, {}
    for at, (cell, value) in enumerate(cells.items()):
        night = pd.Timestamp(FIRST + dt.timedelta(days=at))
        answered = state is not None and state[night] == "yes"
        found[cell] = YES if answered and (said.get("kind") == "yes/no" or pd.isna(column[night])) else (
            None if pd.isna(column[night]) else column[night])
        expected[cell] = value
    assert found == expected
    rest = column.index[column.index >= pd.Timestamp(FIRST + dt.timedelta(days=len(cells)))]
    assert column[rest].isna().all() and (state is None or not state[rest].isin(["yes", "no"]).any())


def test_whatever_says_nothing_is_an_issue_and_nothing_else_is(read):
    diary, _ = read
    named = diary.issues[diary.issues["column"].isin(OWN) & diary.issues["row"].notna()]
    expected = sorted((name, cell) for name, (_, cells) in OWN.items() for cell, value in cells.items()
                      if value is NOT_READ)
    assert sorted(zip(named["column"], named["found"], strict=True)) == expected
    assert not diary.issues["kind"].isin(["a column that rlskit.toml does not name", "unknown column"]).any()


@pytest.mark.parametrize("scale", SCALES)
def test_every_scale_is_tried(scale):
    assert any(said.get("scale") == scale for said, _ in OWN.values())


# --- tags -----------------------------------------------------------------------------------------------------------
# What Bearable writes: (category, detail, amount); what Daylio writes of the same: a scale; and what they say.
TICKED = {
    "Cocoa": [("Diet", "Cocoa", "2", "Cocoa: 2", 2), ("Diet", "Cocoa", "1,5", "Cocoa: 1,5", 1.5),
              ("Meds", "Cocoa (cup)", "1", "Cocoa: 1 cup", 1), ("Meds", "Cocoa (cups)", "3", "Cocoa: 3 cups", 3),
              ("Diet", "Cocoa", "None", "Cocoa: 0", 0), ("Meds", "Cocoa (min)", "30", "Cocoa: 30 min", YES)],
    "Bath": [("Diet", "Bath", "20", "Bath: 0:20", 20), ("Meds", "Bath (min)", "90", "Bath: 1:30", 90),
             ("Diet", "Bath", "0", "Bath: 0 h", 0), ("Meds", "Bath (cup)", "2", "Bath: 2 cups", YES)],
    "Nap": [("Meds", "Nap (min)", "30", "Nap: 0:30", 0.5), ("Diet", "Nap", "2", "Nap: 2 h", 2)],
    "Rest": [*[("Mine", "Rest", f"{n}", f"Rest: {n}/10 points", n) for n in range(11)],
             ("Mine", "Rest", "11", "Rest: 5/5", NOT_READ), ("Symptom", "Rest (Mild)", "1", "Rest: 0/5", NOT_READ)],
    "Calm": [*[("Mine", "Calm", f"{n}", f"Calm: {n}/5", n) for n in range(1, 6)],
             ("Mine", "Calm", "None", "Calm: 0/5", NOT_READ), ("Mine", "Calm", "6", "Calm: 0/10", NOT_READ)],
    "Pulse": [("Mine", "Pulse", "61", "Pulse: 61 bpm", 61), ("Mine", "Pulse", "60.5", "Pulse: 60.5", 60.5)],
    "Awake": [("Mine", "Awake", "None", "Awake: 0", 0), ("Mine", "Awake", "3", "Awake: 3", 3),
              ("Mine", "Awake", "", "Awake: 1", 1)],
}
TAGS = "".join(f"[tags.{name}]\ncolumn = {json.dumps(name)}\n" for name in TICKED)


def bearable(said: list[tuple]) -> str:
    return lines(",", ["date formatted", "date", "weekday", "time of day", "category", "rating/amount", "detail",
                       "notes"],
                 *[[day, f"{day.day}th {day:%b %Y}", "", "pm", category, amount, detail, ""]
                   for day, category, detail, amount, _, _ in said])


def daylio(said: list[tuple]) -> str:
    return lines(",", ["full_date", "date", "weekday", "time", "mood", "activities", "scales", "note_title", "note"],
                 *[[day, "", "", "21:00", "meh", "", scale, "", ""] for day, *_, scale, _ in said])


@pytest.mark.parametrize("app", [bearable, daylio])
def test_every_amount_and_every_value_of_a_scale_comes_through_a_tag(tmp_path, app):
    said = [(name, FIRST + dt.timedelta(days=at), *cells) for at, (name, cells) in enumerate(
        (name, cells) for name, some in TICKED.items() for cells in some)]
    (tmp_path / "diary.csv").write_text(app([cells for _, *cells in said]), encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text(TAGS + SECTIONS, encoding="utf-8")
    diary = rk.read_diary(tmp_path / "diary.csv")
    nights = rk.make_nights(diary).set_index("night")
    for name, day, *_, value in said:
        night, state = pd.Timestamp(day), nights.get(f"{name.lower()}_state")
        found = nights[name.lower()].astype("Float64").get(night)
        assert (YES if state is not None and state[night] == "yes" and pd.isna(found) else
                None if pd.isna(found) else found) == value, (name, day)
    lost = [day for _, day, *_, value in said if value in (YES, NOT_READ)]
    assert len(diary.issues[diary.issues["column"].isin(TICKED)]) == len(lost)


def test_ticks_that_do_not_say_how_much_are_named_with_the_line_that_does(tmp_path):
    rows = [(FIRST + dt.timedelta(days=at), "Diet", "Cocoa - A lot", "", "", "") for at in range(3)]
    rows += [(FIRST + dt.timedelta(days=at), "Mine", "Rest", "", "", "") for at in range(3, 5)]
    (tmp_path / "diary.csv").write_text(bearable(rows), encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text(TAGS + SECTIONS, encoding="utf-8")
    said = rk.read_diary(tmp_path / "diary.csv").issues["message"].tolist()
    assert said[:2] == [
        'diary.csv, column "Cocoa": 3 ticks without an amount. Kept. They are a yes that does not say how much; a line '
        'such as levels = { "A lot" = 1, … } in rlskit.toml says what one stands for.',
        'diary.csv, column "Rest": 2 ticks without an amount. Kept. Their nights get no value from them; a line such '
        "as amount = 1 in rlskit.toml says what one stands for."]
    assert said[2:] == [f'rlskit.toml: no tag and no column points to [habits."{name}"]. Kept. Write column = "{name}" '
                        "in the section of the tag or column that holds it."
                        for name in ("Walk", "Run", "Laps", "Herb")]
