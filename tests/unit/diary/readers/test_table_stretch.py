"""However many columns tell of the stretch of an entry, it is one."""

from itertools import combinations

import pytest

import rlskit as rk
from rlskit.diary.tables import account
from rlskit.errors import DiaryError

CELLS = {"stretched": "yes", "stretch_min": "15", "movement": "calf", "stretch_time": "21:10",
         "symptoms_before_stretch": "no"}
TOGETHER = [some for n in range(1, 6) for some in combinations(CELLS, n) if some != ("symptoms_before_stretch",)]


def read(tmp_path, columns, *rows):
    header = ",".join(["When", *columns, "Wine"])
    (tmp_path / "my.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    named = {"When": 'night"\nentry_time = "event', "Wine": "alcohol_drinks", **columns}
    (tmp_path / "rlskit.toml").write_text(
        "".join(f'[columns."{name}"]\ncolumn = "{column}"\n' for name, column in named.items()), encoding="utf-8")
    return rk.read_diary(tmp_path / "my.csv")


@pytest.mark.parametrize("some", TOGETHER)
def test_each_entry_counts_one_stretch_with_all_that_its_columns_say(tmp_path, some):
    said = ",".join(CELLS[name] for name in some)
    diary = read(tmp_path, {name: name for name in some}, f"2026-03-01 21:00,{said},", f"2026-03-02 21:00,{said},",
                 f"2026-03-02 23:00,{said},", f"2026-03-03 21:00,{',' * (len(some) - 1)},1")
    done = diary.events[diary.events["type"].eq("stretch")]
    assert done["row"].tolist() == [2, 3, 4] and diary.issues.empty
    assert done["amount"].fillna(0).tolist() == [15 if "stretch_min" in some else 0] * 3
    assert done["item"].eq("calf" if "movement" in some else "stretched").all()
    assert done["intent"].eq("preventive" if "symptoms_before_stretch" in some else "unknown").all()
    assert done["start_local"].dt.strftime("%H:%M").tolist() == (
        ["21:10"] * 3 if "stretch_time" in some else ["21:00", "21:00", "23:00"])
    assert account(diary)["rows"].sum() == 4


def test_no_stretch_is_a_no_and_what_contradicts_itself_is_left_out(tmp_path):
    columns = {"Done": "stretched", "Minutes": "stretch_min"}
    diary = read(tmp_path, columns, "2026-03-01 21:00,no,,", "2026-03-02 21:00,no,15,", "2026-03-03 21:00,no,0,1",
                 "2026-03-04 21:00,,lots,1")
    done = diary.events[diary.events["type"].eq("stretch")]
    assert done[["row", "amount"]].values.tolist() == [[2, 0.0], [4, 0.0]]
    assert sorted(diary.issues["row"]) == [3, 3, 5]
    assert account(diary)["rows"].sum() == 4


def test_of_two_columns_it_cannot_be_told_which_one_the_minutes_are_of(tmp_path):
    with pytest.raises(DiaryError) as wrong:
        read(tmp_path, {"Calf": "stretched", "Yoga": "stretched", "Minutes": "stretch_min"}, "2026-03-01 21:00,x,,15,")
    assert str(wrong.value) == (
        'my.csv: two columns are "stretched", such as "Calf", and another says more about a stretch. Write column = '
        '"ignore" for one of them in rlskit.toml.')
