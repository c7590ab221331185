"""Plans that lie beside a diary, in its folder and up to two below."""

from __future__ import annotations

import datetime as dt

from rlskit.trials.find import find_plans
from rlskit.trials.seal import write_plan
from tests.helpers.made_trials import made_plan


def test_plans_beside_the_file_and_two_folders_below_are_found_once_the_earliest_first(tmp_path):
    late, early = made_plan(20, start=dt.date(2026, 6, 1)), made_plan(20)
    for name, plan in (("b", late), ("a/b/deep", made_plan(40)), ("c", early), ("d", early)):
        (tmp_path / name).mkdir(parents=True)
        write_plan(plan, tmp_path / name)
    diary = tmp_path / "diary.csv"
    diary.write_text("", encoding="utf-8")
    assert find_plans([diary]) == find_plans([tmp_path, diary]) == (early, late)
    assert find_plans([tmp_path / "a"]) == find_plans([tmp_path / "a/b"]) == (made_plan(40),)
    assert find_plans([tmp_path / "b"]) == (late,)
