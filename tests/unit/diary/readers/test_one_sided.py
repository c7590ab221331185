"""A column in which a yes is understood and the no is not (or the other way round) is not used at all."""

import pytest

import rlskit as rk
from rlskit.diary.readers.template_answers import one_sided
from rlskit.diary.tables import account

KIND = "a column of which only yes or only no is understood"


@pytest.mark.parametrize(("cells", "refused"), [
    (["yes", "no", "maybe"], False), (["yes", "", None], False), (["ja", "nix"], True), (["nope", "no"], True),
    (["x", "-", ""], True), (["perhaps"], False), ([], False)])
def test_one_side_is_refused_where_something_else_is_not_understood(cells, refused):
    assert one_sided({"symptoms": cells}) == ({"symptoms"} if refused else set())


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
        f'diary.csv, line 2, column "{column}": expected yes and no in words that rlskit knows, in the whole column, '
        'found "ja". Left out; see diary.issues.')
    nights = rk.make_nights(diary)
    assert not nights[["symptoms_state", "early_symptoms_state"]].isin(["yes", "no"]).any().any()
    assert account(diary)["rows"].sum() == 4


def test_minutes_beside_a_yes_are_no_other_side(tmp_path):
    mapping = TABLE.replace('column = "symptoms"', 'column = "stretched"\nunit = "min"\nunticked = "no"')
    diary = written(tmp_path, "Datum,Beine,Licht", ["ja", "20 min", "nein", "ja"], mapping)
    assert KIND not in set(diary.issues["kind"])
