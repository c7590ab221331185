"""The draft of [columns]: what headers and cells say in eight languages, and what they leave open."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tomllib

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import rlskit as rk
from rlskit.cli import cli
from rlskit.diary.mapping import read_mapping
from rlskit.diary.readers.table_draft import draft_table, draft_text, suggest_column
from rlskit.diary.readers.table_lines import lines_of_unknown
from rlskit.errors import DiaryError
from rlskit.utils.open_questions import why_open

YES_NO, COUNTS, CLOCKS, SCORES = ["yes", "no"], ["0", "2", "1"], ["22:30", "23:15"], ["0", "7", "3"]


def column(header: str, cells: list[str]) -> str:
    return str(suggest_column(header, cells)[0].get("column", ""))


@pytest.mark.parametrize(("target", "cells", "headers"), [
    ("symptoms", YES_NO, ["Restless legs?", "Unruhige Beine (ja/nein)", "¿Piernas inquietas? (sí/no)",
                          "Jambes sans repos", "Pernas inquietas", "Gambe senza riposo", "Rusteloze benen",
                          "Gambe irrequiete", "Onrustige benen", "SPI",
                          "Беспокойные ноги"]),
    ("stretched", YES_NO, ["Stretched", "Gedehnt / Dehnen", "Estiramientos", "Étirements", "Alongamento",
                           "Allungamenti", "Rekoefeningen", "Растяжка"]),
    ("caffeine_mg", COUNTS, ["Coffee (cups)", "Kaffee (Tassen)", "Café", "Cafés", "Caffè", "Koffie", "Кофе"]),
    ("alcohol_drinks", COUNTS, ["Wine", "Wein (Gläser)", "Vino", "Vin", "Vinho", "Birra", "Wijn", "Вино"]),
    ("iron", YES_NO, ["Iron", "Eisen", "Hierro", "Fer", "Ferro", "IJzer", "Железо"]),
    ("magnesium", YES_NO, ["Magnesium", "Magnesio", "Magnésio", "Magnésium", "Магний"]),
    ("lights_out", CLOCKS, ["Lights out", "Licht aus", "Me dormí", "Coucher", "Apaguei a luz", "A letto", "Naar bed",
                            "Отбой", "Bedtime", "ins Bett"]),
    ("woke_up", CLOCKS, ["Woke up", "Aufgewacht", "Me desperté", "Réveil", "Acordei", "Sveglia", "Wakker", "Подъём",
                         "Got up", "Aufgestanden"]),
    ("severity_0_10", SCORES, ["RLS 0-10", "Wie schlimm waren die unruhigen Beine", "Piernas inquietas (0 a 10)"]),
    ("symptoms_began", CLOCKS, ["Restless legs began at", "Unruhige Beine ab"]),
    ("stretch_hold_s", ["30", "20"], ["Stretch held (s)", "Dehnung gehalten (Sekunden)", "Segundos mantenido",
                                      "Secondes tenues", "Segundos mantidos", "Secondi tenuti",
                                      "Vastgehouden, seconden", "Удержание, сек"]),
    ("symptom_before", SCORES, ["Legs before stretching, 0-10", "Beine vor dem Dehnen (0-10)",
                                "Piernas antes de estirar", "Jambes avant les étirements", "Pernas antes de alongar",
                                "Gambe prima di allungare", "Benen voor het rekken", "Ноги до растяжки"]),
    ("symptom_after", SCORES, ["Legs after stretching, 0-10", "Beine nach dem Dehnen (0-10)",
                               "Piernas después de estirar", "Jambes après les étirements", "Pernas depois de alongar",
                               "Gambe dopo allungamento", "Benen na het rekken", "Ноги после растяжки"]),
    ("stretch_intensity_0_10", SCORES, ["Intensity of stretch", "Dehnen: Intensität", "Estiramiento: intensidad",
                                        "Étirement, intensité", "Alongamento: intensidade",
                                        "Allungamento, intensità",
                                        "Rekken: hevigheid", "Растяжка: интенсивность"]),
    ("quiet_min", ["5", "12 min"], ["Minutes until quiet", "Minuten bis ruhig", "Minutos hasta la calma",
                                    "Minutes jusqu'au calme", "Minutos até a calma", "Minuti fino alla calma",
                                    "Minuten tot het rustig was", "Минут до покоя"]),
    ("time", CLOCKS, ["Time", "Uhrzeit", "Hora", "Heure", "Ora", "Tijd", "Время"]),
    ("caffeine_after_noon_cups", COUNTS, ["Coffee after noon", "Kaffee nachmittags", "Café por la tarde"]),
    ("free_night", YES_NO, ["Tomorrow off", "morgen frei"]),
])
def test_headers_in_eight_languages(target, cells, headers):
    assert {header: column(header, cells) for header in headers} == {header: target for header in headers}


UNKNOWN = ["Levottomat jalat", "Kahvi", "Nyugtalan láb", "Huzursuz bacak", "むずむず脚", "Mood", "Legs", "Beine", "x1",
           "How was it?", "Notes", "Stärke", "Tabletten", "Decaf coffee", "Alcohol-free beer", "Spritz (0-10)", "Q7",
           "♥"]


@pytest.mark.parametrize("cells", [YES_NO, COUNTS, CLOCKS, SCORES, ["x", "x"], ["schlecht", "gut"]])
@pytest.mark.parametrize("header", UNKNOWN)
def test_a_word_that_nobody_listed_is_a_question_and_never_a_guess(header, cells):
    keys, question = suggest_column(header, cells)
    assert keys == {} and question.endswith(("?", ".", ")"))


@pytest.mark.parametrize(("header", "cells"), [
    ("Restless legs", ["0", "1", "3", "4"]), ("Restless legs", ["mild", "severe", "none"]),
    ("Stretch", ["1", "2", "3"]), ("Wine", ["200 ml", "125 ml"]), ("Coffee", ["8:00", "14:00"]),
    ("Iron", ["65", "130"]), ("Woke up", ["3", "2"]),
    ("Time in bed", ["6:50", "7:20"]),
    ("Hours asleep", ["6:50", "7:20"]), ("Lights out", ["yes", "no"]), ("Weekend", ["yes", "no"])])
def test_cells_that_do_not_fit_their_header_are_a_question(header, cells):
    assert suggest_column(header, cells)[0] == {}


def test_of_a_column_of_crosses_an_empty_cell_is_asked_about():
    keys, question = suggest_column("Magnesium", ["x", "X"])
    assert keys == {"column": "magnesium", "unticked": "no"}
    assert question == 'Does an empty cell mean no? If not, take the line unticked = "no" out.'


def test_the_unit_of_a_column_is_in_its_header_or_in_its_cells():
    assert suggest_column("Dehnen (Minuten)", ["0", "15"])[0] == {"column": "stretched", "unit": "min"}
    assert suggest_column("Stretching", ["0", "15 min"])[0] == {"column": "stretched", "unit": "min"}
    assert suggest_column("Coffee", ["190 mg", "95 mg", "0"])[0] == {"column": "caffeine_mg", "unit": "mg"}
    assert suggest_column("Tea", ["2 cups", "1"])[0] == {"column": "caffeine_mg", "unit": "cups", "amount": 40}


# --- a whole table --------------------------------------------------------------------------------------------------
def nights(n: int = 14, clock: str = "") -> list[str]:
    """Dates that could be day first or month first for the first twelve."""
    return [f"{1 + i}/3/2026 {clock}".strip() for i in range(n)]


def write(folder, header: str, cells: list[str], *, name: str = "mine.csv"):
    (folder / name).write_text(header + "\n" + "\n".join(cells) + "\n", encoding="utf-8")
    return folder / name


def check(folder, *words: str):
    return CliRunner().invoke(cli, ["check", str(folder / "mine.csv"), *words])


def test_the_draft_is_in_force_and_the_first_nights_and_questions_are_shown(tmp_path):
    write(tmp_path, "Datum;Unruhige Beine;Kaffee;Laune", [f"{d};{'ja' if i % 2 else 'nein'};{i % 3};gut" for i, d in
                                                        enumerate(nights(11))])
    said = check(tmp_path, "--write-mapping")
    assert said.exit_code == 0, said.output
    text = (tmp_path / "rlskit.toml").read_text(encoding="utf-8")
    assert text[text.index("# timezone"):text.index("# \n")] == '''\
# timezone = "Europe/London"   # your time zone: needed for nights when the clocks change
date_order = "dmy"

[columns."Datum"]   # 11 cells, such as 1/3/2026
column = "night"
question = 'Is it the date of the evening? If it is that of the morning after, write tells_of = "last night".'

[columns."Unruhige Beine"]   # 11 cells: nein (6), ja (5)
column = "symptoms"

[columns."Kaffee"]   # 11 cells: 0 (4), 1 (4), 2 (3)
column = "caffeine_mg"
unit = "cups"
amount = 95
question = 'Is a cup of it 95 mg of caffeine? At which hour? Without a line such as time = "08:00" nobody knows how \
much came after noon.'

# Not recognised. To use one, take the # away and write below it what it is.
# [columns."Laune"]   # 11 cells: gut (11)
# ? What is it?
'''
    shown = said.output[said.output.index("The first nights"):said.output.index("\nDrafted")].splitlines()
    assert shown[:3] == ["The first nights as understood", "  Sun 1 Mar 2026: restless legs no, caffeine 0 mg",
                         "  Mon 2 Mar 2026: restless legs yes, caffeine 95 mg"]
    assert shown[shown.index("To settle, by a line in rlskit.toml"):] == [
        "To settle, by a line in rlskit.toml",
        "  1. Is it the date of the evening? If it is that of the morning after, write",
        '     tells_of = "last night". Correct what does not fit, and take the line',
        "     `question` out of:",
        '       [columns."Datum"]',
        "  2. Is a cup of it 95 mg of caffeine? At which hour? Without a line such as",
        '     time = "08:00" nobody knows how much came after noon. Correct what does not',
        "     fit, and take the line `question` out of:",
        '       [columns."Kaffee"]',
        '  3. 1 column not recognised, and not used ("Laune"). To use one, write a column',
        "     of rlskit's that it holds, or make it a habit or an outcome of your own,",
        "     for example:",
        '       [columns."Laune"]',
        '       column = "tags"    # if each cell names what was done or felt; then draft again']
    assert rk.make_nights(rk.read_diary(tmp_path / "mine.csv"))["symptoms"].sum() == 5


def test_without_a_draft_the_command_that_drafts_it_is_named(tmp_path):
    write(tmp_path, "Datum;Unruhige Beine", ["2026-03-01;ja", "2026-03-02;nein"])
    said = check(tmp_path)
    assert said.exit_code == 0
    assert said.output.splitlines()[-1].split()[-1] == "--write-mapping"


def test_a_form_filled_in_the_morning_tells_of_the_night_before(tmp_path):
    path = write(tmp_path, "Timestamp,RLS", [f"3/{d + 1}/2026 7:{10 + d}:00 AM,Yes" for d in range(20)])
    (dated, legs) = draft_table(path).entries
    assert dated.keys == {"column": "night", "tells_of": "last night"} and legs.keys == {"column": "symptoms"}
    assert dated.question == ("All 20 rows were written between 4:00 and noon, so they are taken for last night. "
                              "Is it so?")


def test_a_column_filled_in_the_morning_and_one_in_the_evening_tell_of_two_nights(tmp_path):
    rows = [row for d in range(1, 15) for row in (f"2026-03-{d:02d} 07:30,yes,", f"2026-03-{d:02d} 21:30,,1")]
    _, legs, wine = draft_table(write(tmp_path, "When,Restless legs,Wine", rows)).entries
    assert legs.keys == {"column": "symptoms", "tells_of": "last night"}
    assert wine.keys == {"column": "alcohol_drinks"}


def test_half_in_the_morning_is_a_question(tmp_path):
    rows = [f"2026-03-{d:02d} {'07:30' if d % 2 else '21:30'},yes" for d in range(1, 15)]
    legs = draft_table(write(tmp_path, "When,Restless legs", rows)).entries[1]
    assert "tells_of" not in legs.keys
    assert legs.question == ('7 of 14 cells were written between 4:00 and noon. Which night do they tell of? Write '
                             'tells_of = "last night" or "tonight".')


def test_several_rows_of_one_date_are_entries(tmp_path):
    path = write(tmp_path, "Date,Coffee", [f"2026-03-0{d},1" for d in (1, 1, 1, 2, 2, 3)])
    assert draft_table(path).entries[0].keys == {"column": "night", "entry_time": "event"}


def test_dates_whose_order_the_rows_do_not_tell_are_left_to_the_user(tmp_path):
    assert draft_table(write(tmp_path, "Date,RLS", ["1/3/2026,yes", "1/3/2026,no"])).date_order == ""
    assert draft_table(write(tmp_path, "Date,RLS", [f"{d},yes" for d in nights(14)])).date_order == ""
    write(tmp_path, "Date,RLS", ["3/1/2026,yes", "8/6/2026,no"])
    said = check(tmp_path, "--write-mapping")
    assert said.exit_code == 1 and "--date-order dmy or --date-order mdy" in said.output


HEADERS = st.one_of(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12),
                    st.sampled_from(["Restless legs", "Kaffee", "Wein", "Dehnen", "RLS 0-10", "Licht aus", "Réveil"]))
CELLS = st.one_of(st.sampled_from(["yes", "no", "1", "0", "7/10", "22:30", "2 cups", "190 mg", "x", "", "?", "30 min"]),
                  st.text(max_size=6))


@given(st.lists(HEADERS, min_size=1, max_size=6), st.data())
def test_every_draft_can_be_read_back_and_every_row_is_used_or_explained(tmp_path_factory, headers, data):
    folder = tmp_path_factory.mktemp("draft")
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(headers), max_size=len(headers)), min_size=2, max_size=6))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([["Datum", *headers], *([dt.date(2026, 3, 1 + i), *r] for i, r in enumerate(rows))])
    (folder / "mine.csv").write_bytes(out.getvalue().encode())
    try:
        draft = draft_table(folder / "mine.csv")
    except DiaryError:
        return
    if draft is None:
        assert not any(map(str.strip, headers))  # one name alone may be a title
        return
    text = draft_text([draft])
    (folder / "rlskit.toml").write_text(text, encoding="utf-8")
    assert tomllib.loads(text)["columns"] and read_mapping(folder / "rlskit.toml").columns
    try:
        diary = rk.read_diary(folder / "mine.csv")
    except DiaryError as wrong:
        assert wrong.kind == "no row could be read"
        return
    assert rk.account(diary)["rows"].sum() == diary.source[0].rows


def test_a_multiple_choice_is_drafted_with_its_tags(tmp_path):
    cells = ["Restless legs, Wine", "Wine", "Restless legs, Cards", "Cards, Wine"]
    write(tmp_path, "Date;What happened", [f"2026-03-0{i};{said}" for i, said in enumerate(cells, 1)])
    said = check(tmp_path, "--write-mapping")
    assert said.exit_code == 0, said.output
    mapping = read_mapping(tmp_path / "rlskit.toml")
    assert {t.name: t.column for t in (*mapping.columns.values(), *mapping.tags.values())} == {
        "Date": "night", "What happened": "tags", "Restless legs": "symptoms", "Wine": "alcohol_drinks"}
    assert '# [tags."Cards"]   # 2 times, in "What happened"' in (tmp_path / "rlskit.toml").read_text(encoding="utf-8")
    assert "  Sun 1 Mar 2026: restless legs yes, alcohol yes (1)" in said.output.splitlines()


def test_of_several_columns_of_dates_the_one_that_is_called_so_is_the_night(tmp_path):
    path = write(tmp_path, "changed,Datum,RLS", [f"2026-04-0{d},2026-03-0{d},yes" for d in (1, 2, 3)])
    (night, changed, _) = draft_table(path).entries
    assert (night.header, night.keys, changed.keys) == ("Datum", {"column": "night"}, {})


def test_a_table_that_shares_a_date_and_bedtimes_with_the_template_is_ones_own(tmp_path):
    rows = [f"2026-03-{day:02d},{'y' if day % 3 else 'n'},22:30,6:45" for day in range(1, 25)]
    path = write(tmp_path, "Date,Restless legs,Lights out,Woke up", rows)
    columns = {e.header: e.keys.get("column") for e in draft_table(path).entries}
    assert columns == {"Date": "night", "Restless legs": "symptoms", "Lights out": "lights_out", "Woke up": "woke_up"}
    assert check(tmp_path, "--write-mapping").exit_code == 0
    assert rk.make_nights(rk.read_diary(path))["symptoms"].sum() == 16


def test_minutes_beside_the_hour_of_a_stretch_are_its_minutes(tmp_path):
    rows = [f"2026-03-{day:02d},y,{10 + day % 5},21:10,2" for day in range(1, 25)]
    path = write(tmp_path, "Date,Restless legs,Stretching (min),Stretch time,Symptoms after stretch 0-10", rows)
    assert check(tmp_path, "--write-mapping").exit_code == 0
    diary = rk.read_diary(path)
    assert diary.events.loc[diary.events["type"].eq("stretch"), "amount"].sum() == sum(10 + d % 5 for d in range(1, 25))
    assert diary.issues["row"].isna().all()


@pytest.mark.parametrize(("header", "cells", "lines"), [
    ("Rest (1-5)", ["1", "3", "5"], ("outcomes", 'scale = "1-5"')),
    ("Rest 0–10", ["0", "7"], ("outcomes", 'scale = "0-10"')),
    ("Mood", ["7/10", "10/10"], ("outcomes", 'scale = "0-10"')),
    ("Awakenings", ["0", "3", "2"], ("habits", 'kind = "amount"')),
    ("Evening walk (min)", ["0", "20"], ("habits", 'kind = "minutes"')),
    ("Walk", ["20 min", "1 h"], ("habits", 'kind = "minutes"')),
    ("Walk", ["1", "0"], ("habits", 'kind = "yes/no"')),
    ("Spaziergang", ["ja", "nein"], ("habits", 'kind = "yes/no"'))])
def test_a_column_of_ones_own_is_shown_a_section_that_its_cells_fit(header, cells, lines):
    section, line = lines
    assert lines_of_unknown(header, cells)[1:3] == (f'[{section}."{header}"]', line)


@pytest.mark.parametrize(("header", "cells", "scale"), [
    ("Schlafqualität", ["1", "3", "5"], "1-5"), ("Sleep quality?", ["7", "9"], "0-10"),
    ("Sleep quality (0-10)", ["1", "5"], "0-10")])
def test_sleep_quality_is_the_outcome_of_that_name(header, cells, scale):
    assert lines_of_unknown(header, cells)[:3] == (
        'column = "Sleep quality"', '[outcomes."Sleep quality"]', f'scale = "{scale}"')


@pytest.mark.parametrize("header", ["Next day off", "Day off tomorrow?", "Morgen frei"])
def test_a_free_day_to_come_is_drafted_and_a_free_day_is_asked_about(header):
    assert suggest_column(header, ["yes", "no"]) == ({"column": "free_night"}, "")
    assert suggest_column("Day off", ["yes", "no"])[0] == {}


ENTRIES = ("23:00,restless legs,", "08:00,coffee,2", "21:30,stretch,10", "20:00,wine,1", "22:00,cards,3")
GERMAN = ("23:00;Unruhige Beine;", "08:00;Kaffee;2", "21:30;Dehnen;10", "20:00;Rotwein;1", "22:00;Karten;3")
OTHERS = ("09:00,coffee,none", "09:30,iron,100 mg", "09:40,magnesium,0", "21:00,stretch,0:20",
          "20:00,wine,lots", "19:00,coffee|wine,2", "23:00,restless legs,7/10", "22:00,stretch,long")


@pytest.mark.parametrize(("header", "rows"), [
    ("date,time,what,amount", [f"2026-03-{day:02d},{one}" for day in (1, 2) for one in ENTRIES]),
    ("When,What,How much?", [f"2026-03-{day:02d} {one}" for day in (1, 2) for one in ENTRIES]),
    ("Datum;Uhrzeit;Was;Menge", [f"{day:02d}.03.2026;{one}" for day in (1, 20) for one in GERMAN])])
def test_a_row_an_entry_that_names_what_it_tells_of_is_drafted_and_in_force(tmp_path, header, rows):
    path = write(tmp_path, header, rows)
    said = check(tmp_path, "--write-mapping")
    assert said.exit_code == 0, said.output
    diary = rk.read_diary(path)
    nights = rk.make_nights(diary)
    first = nights.iloc[0]
    assert (first["symptoms"], first["stretch_min"], first["alcohol_drinks"], first["caffeine_before_noon_mg"]) == (
        True, 10, 1, 190)
    assert why_open(nights, "caffeine_before_noon_mg") and not why_open(nights, "symptoms")
    assert "restless legs yes" in said.output and "Beside coffee a number is cups" in said.output
    assert rk.account(diary)["rows"].sum() == len(rows)


def test_the_amount_of_a_row_is_that_of_what_it_names(tmp_path):
    path = write(tmp_path, "date,time,what,amount", [f"2026-03-0{day},{one}" for day, rows in enumerate(
        (*[(*ENTRIES, "09:00,iron,1", "09:00,magnesium,1")] * 5, OTHERS), 1) for one in rows])
    assert check(tmp_path, "--write-mapping").exit_code == 0
    diary = rk.read_diary(path)
    second = diary.events[diary.events["night"].eq("2026-03-06") & diary.events["type"].ne("note")]
    told = {(e.type, None if pd.isna(e.amount) else e.amount, e.unit) for e in second.itertuples()}
    assert told == {("caffeine", 0, "mg"), ("stretch", None, "min"), ("stretch", 20, "min"), ("supplement", 0, ""),
                    ("supplement", None, ""), ("symptom", 7, "nrs_0_10")}
    left = [(i.row, i.column, i.found, i.outcome) for i in diary.issues.dropna(subset="row").itertuples() if i.column]
    assert left == [(41, "wine", "lots", "cell left out"), (42, "what", "coffee|wine", "cell left out"),
                    (44, "stretch", "long", "kept")]


@pytest.mark.parametrize("what", [["home", "work"], ["café", "home"], ["coffee", "tea"]])
def test_a_column_of_which_the_words_know_too_little_is_a_question(tmp_path, what):
    rows = [f"2026-03-0{day},{one},1" for day in range(1, 8) for one in what]
    assert [e.keys for e in draft_table(write(tmp_path, "date,what,amount", rows)).entries[1:]] == [{}, {}]


def test_a_header_of_clock_times_whose_cells_are_not_all_read_is_asked_by_its_name():
    assert suggest_column("Licht aus", ["22:30", "23.15", "halb elf", "spät"]) == (
        {}, 'If it is a clock time, write column = "lights_out". Cells that are none are left out and named.')
