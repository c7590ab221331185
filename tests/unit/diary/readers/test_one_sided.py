"""A column in which a yes is understood and the no is not (or the other way round) is not used at all."""

import pytest

import rlskit as rk
from rlskit.diary.readers.one_sided import one_sided
from rlskit.diary.readers.template_answers import READ, yes_no
from rlskit.diary.readers.template_rows import A_SERVING
from rlskit.diary.tables import account

KIND = "a column of which only yes or only no is understood"


@pytest.mark.parametrize(("cells", "refused"), [
    (["yes", "no", "maybe"], False), (["yes", "", None], False), (["ja", "nix"], True), (["nope", "no"], True),
    (["x", "-", ""], True), (["perhaps"], False), ([], False)])
def test_one_side_is_refused_where_something_else_is_not_understood(cells, refused):
    assert one_sided({"symptoms": (yes_no, cells)}, ()) == ({"symptoms"} if refused else set())


@pytest.mark.parametrize(("cells", "refused"), [
    ([0, 0, "a few", "lots"], True), ([0, 0, "2 mugs or so", "lots"], True), ([0, 1, "a few", "lots"], False),
    (["0", "none", ""], False), ([2, "kaum was", "kaum was", 1], True), ([2, "2 mugs or so", "2 mugs or so", 1], False),
    ([2, "kaum was", 1], False), ([*[1, 2] * 15, "?", "?"], False), ([*[0] * 20, "a few", "a few"], False)])
def test_of_amounts_some_or_none_alone_is_refused_but_not_for_a_slip(cells, refused):
    assert one_sided({"cups": (READ["mg"], cells)}, {"cups"}) == ({"cups"} if refused else set())


def written(tmp_path, header, words, mapping=""):
    rows = "".join(f"2026-03-{day:02d},{word},22:30\n" for day, word in enumerate(words, 1))
    (tmp_path / "diary.csv").write_text(f"{header}\n{rows}", encoding="utf-8")
    (tmp_path / "rlskit.toml").write_text(mapping, encoding="utf-8")
    return rk.read_diary(tmp_path / "diary.csv")


TABLE = ('[columns.Datum]\ncolumn = "night"\n[columns.Beine]\ncolumn = "symptoms"\n'
         '[columns.Licht]\ncolumn = "lights_out"\n')


@pytest.mark.parametrize(("header", "mapping", "column"), [
    ("night,symptoms,lights_out", "", "symptoms"), ("Datum,Beine,Licht", TABLE, "Beine"),
    ("Datum,Beine,Licht", TABLE.replace('"symptoms"', '"early_symptoms"'), "Beine")])
def test_every_cell_of_it_is_listed_and_no_night_is_a_yes_or_a_no(tmp_path, header, mapping, column):
    diary = written(tmp_path, header, ["ja", "nix", "ja", "nix"], mapping)
    said = diary.issues[diary.issues["kind"].eq(KIND)]
    assert said["found"].tolist() == ["ja", "nix", "ja", "nix"] and said["column"].eq(column).all()
    assert said["message"].iloc[0] == (
        f'diary.csv, line 2, column "{column}": expected yes and no (or some and none) in words that rlskit '
        'knows, in the whole column, found "ja". Left out; see diary.issues.')
    nights = rk.make_nights(diary)
    assert not nights[["symptoms_state", "early_symptoms_state"]].isin(["yes", "no"]).any().any()
    assert account(diary)["rows"].sum() == 4


def test_minutes_beside_a_yes_are_no_other_side(tmp_path):
    mapping = TABLE.replace('column = "symptoms"', 'column = "stretched"\nunit = "min"\nunticked = "no"')
    diary = written(tmp_path, "Datum,Beine,Licht", ["ja", "20 min", "nein", "ja"], mapping)
    assert KIND not in set(diary.issues["kind"])


AMOUNT = TABLE.replace('column = "symptoms"', 'column = "alcohol_drinks"')


@pytest.mark.parametrize(("header", "mapping", "column", "words"), [
    ("night,alcohol_drinks,lights_out", "", "alcohol_drinks", ["0", "ein paar", "0", "viel"]),
    ("mg_in_a_cup,40,\nnight,caffeine_after_noon_cups,lights_out", "", "caffeine_after_noon_cups",
     ["0", "viel", "viel"]),
    ("Datum,Beine,Licht", AMOUNT, "Beine", ["0", "ein paar", "0", "viel"]),
    ("Datum,Beine,Licht", AMOUNT.replace('_drinks"', '_drinks"\ntime = "20:00"'), "Beine",
     ["0", "ein paar", "viel"]),
    ("Datum,Beine,Licht", AMOUNT.replace('"alcohol_drinks"', '"caffeine_after_noon_cups"\namount = 90'), "Beine",
     ["0", "viel", "viel"]),
    ("Datum,Beine,Licht", TABLE.replace('"symptoms"', '"symptoms"\nlevels = { ruhig = 0 }'), "Beine",
     ["ruhig", "wild"]),
    ("Datum,Beine,Licht", TABLE.replace('"symptoms"', '"stretched"'), "Beine", ["ja", "ja", "6:45"]),
    ("Datum,Beine,Licht", TABLE.replace('"symptoms"', '"symptoms"\nlevels = { 1 = 1 }'), "Beine", ["1", "2", "2"]),
])
def test_of_every_kind_and_reader_the_column_is_left_out_whole(tmp_path, header, mapping, column, words):
    diary = written(tmp_path, header, words, mapping)
    said = diary.issues[diary.issues["kind"].eq(KIND)]
    assert said["found"].tolist() == words and said["column"].eq(column).all()
    assert diary.daily["alcohol_any"].eq("").all() and diary.daily["caffeine_any"].eq("").all()
    assert diary.daily["symptoms"].eq("").all() and not len(diary.events[diary.events["type"].ne("note")])


CUPS = AMOUNT.replace('"alcohol_drinks"', '"caffeine_after_noon_cups"\namount = 90')


@pytest.mark.parametrize(("header", "mapping", "column", "amounts", "means"), [
    ("night,alcohol_drinks,lights_out", "", "alcohol_drinks", [1, 0, 1], "one drink"),
    ("night,caffeine_after_noon_cups,lights_out", "", "caffeine_after_noon_mg", [95, 0, 95], "one cup"),
    ("mg_in_a_cup,40,\nnight,caffeine_after_noon_cups,lights_out", "", "caffeine_after_noon_mg", [40, 0, 40],
     "one cup"),
    ("night,caffeine_before_noon_mg,lights_out", "", "caffeine_before_noon_mg", [95, 0, 95], "95 mg, a cup of coffee"),
    ("Datum,Beine,Licht", AMOUNT, "alcohol_drinks", [1, 0, 1], "one drink"),
    ("Datum,Beine,Licht", CUPS, "caffeine_after_noon_mg", [90, 0, 90], "one cup")])
@pytest.mark.parametrize("words", [["ja", "nein", "ja"], ["TRUE", "FALSE", "TRUE"], ["x", "0", "x"]])
def test_where_a_column_of_how_much_says_only_whether_a_yes_is_one_serving(
        tmp_path, header, mapping, column, amounts, means, words):
    diary = written(tmp_path, header, words, mapping)
    nights = rk.make_nights(diary)
    assert nights[column].tolist() == amounts and nights[f"{column}_state"].tolist() == ["yes", "no", "yes"]
    [said] = diary.issues.loc[diary.issues["kind"].eq(A_SERVING), "message"]
    assert said.endswith(f"only yes and no, where how much is asked. Kept. A yes counts as {means}.")


@pytest.mark.parametrize(("header", "mapping", "column"), [
    ("night,alcohol_drinks,lights_out", "", "alcohol_drinks"), ("Datum,Beine,Licht", AMOUNT, "alcohol_drinks")])
@pytest.mark.parametrize(("other", "unknown", "state"), [("2", [True, False, False], "yes"),
                                                       ("3+", [True, True, False], "not_recorded")])
def test_a_yes_among_numbers_says_nowhere_how_much(tmp_path, header, mapping, column, other, unknown, state):
    diary = written(tmp_path, header, ["ja", other, "0"], mapping)
    nights = rk.make_nights(diary)
    assert nights[column].isna().tolist() == unknown
    assert nights[f"{column}_state"].tolist() == ["yes", state, "no"]
    assert A_SERVING not in set(diary.issues["kind"])


def test_a_coded_column_of_redcap_is_left_out_whole_unless_both_codes_are_understood(tmp_path):
    rows = "".join(f"7,2026-03-{day:02d},{day % 2 + 1},{day % 2},2\n" for day in range(1, 5))
    (tmp_path / "study.csv").write_text(f"record_id,night,symptoms,iron,sleep_complete\n{rows}", encoding="utf-8")
    diary = rk.read_diary(tmp_path / "study.csv")
    said = diary.issues[diary.issues["kind"].eq(KIND)]
    assert said["found"].tolist() == ["2", "1", "2", "1"] and said["column"].eq("symptoms").all()
    assert diary.daily["symptoms"].eq("").all() and diary.daily["iron"].tolist() == ["yes", "no", "yes", "no"]
    (tmp_path / "rlskit.toml").write_text('[columns.symptoms]\ncolumn = "symptoms"\nlevels = { 1 = 0, 2 = 2 }\n')
    assert rk.read_diary(tmp_path / "study.csv").daily["symptoms"].tolist() == ["yes", "no", "yes", "no"]


CLOCKS = '[columns.Tag]\ncolumn = "night"\n' + "".join(
    f'[columns.{name}]\ncolumn = "{column}"\n' for name, column in (
        ("RLS", "symptoms"), ("Began", "symptoms_began"), ("Stretch", "stretch_time"), ("Up", "woke_up")))


@pytest.mark.parametrize(("header", "mapping"), [
    ("Tag,RLS,Began,Stretch,Up", CLOCKS), ("night,symptoms,symptoms_began,stretch_time,woke_up", "")])
@pytest.mark.parametrize(("said", "left"), [
    (["10:05,9:30,6:45", "10:40,8:50,7:05", "11:20,9:10,6:50", "12:10,9:45,7:00"], 8),  # of 12 hours
    (["10:05,9:30,6:45", "10:40,8:50,7:05", "11:20,9:10,6:50", "12:10,21:45,7:00"], 0),  # one hour says 24
    (["10:05,9:30,6:45", "10:40,8:50,7:05", "11:20,9:10,6:50", "0:10,9:45,7:00"], 0),
    (["10:05,9:30,06:45", "10:40,8:50,07:05", "11:20,9:10,06:50", "12:10,9:45,07:00"], 0),
    (["10:05 am,9:30 am,6:45", "10:40 am,8:50 am,7:05", "11:20 am,9:10 am,6:50", ",,"], 0),
    (["10:05,,6:45", "2:40,,7:05", "1:20,,6:50", ",,"], 0),  # after midnight, and one slip
])
def test_clock_times_of_half_a_day_are_named_and_no_hours_of_the_morning(tmp_path, header, mapping, said, left):
    (tmp_path / "rlskit.toml").write_text(mapping + "\n")
    rows = "".join(f"2026-03-0{day},yes,{one}\n" for day, one in enumerate(said, 1))
    (tmp_path / "t.csv").write_text(f"{header}\n{rows}")
    diary = rk.read_diary(tmp_path / "t.csv")
    named = diary.issues[diary.issues["kind"].eq("clock times that may lack am or pm")]
    assert len(named) == left and diary.daily["symptoms"].eq("yes").all()
    assert bool(diary.daily["symptoms_began"].isna().all()) == bool(left)
