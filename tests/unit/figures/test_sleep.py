"""The double plot of sleep: bars where the table says, each night twice, gaps as gaps."""

from __future__ import annotations

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot

import rlskit as rk
from rlskit.figures import night_states
from rlskit.figures.sleep import sleep_caption
from tests.helpers import picture_samples as samples
from tests.helpers.picture_checks import assert_readable, found


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


def bars(ax, kind):
    """Left, right, top and bottom of the bars of a kind."""
    drawn = found(ax, kind)
    corners = np.array([path.vertices[:4] for path in drawn[0].get_paths()]) if drawn else np.zeros((0, 4, 2))
    return [(c[:, 0].min(), c[:, 0].max(), c[:, 1].min(), c[:, 1].max()) for c in corners]


def sleeps(*rows):
    table = pd.DataFrame(rows, columns=["night", "kind", "start_h", "end_h"])
    return table.assign(night=pd.to_datetime(table["night"]))


THREE = sleeps(("2026-03-02", "main", 11.0, 19.0), ("2026-03-03", "main", np.nan, np.nan),
               ("2026-03-04", "main", 10.0, 25.0), ("2026-03-04", "nap", 2.0, 3.0))


def test_a_night_is_drawn_in_its_own_line_and_to_the_right_of_the_one_before():
    drawn = sorted((round(a, 6), round(b, 6), int(top)) for a, b, top, _ in bars(rk.plot_sleep(THREE), "main"))
    assert drawn == [(10, 25, 2), (11, 19, 0), (34, 48, 1)]  # 25:00 ends at the edge of the right half
    assert sorted((left, int(top)) for left, _, top, _ in bars(rk.plot_sleep(THREE), "nap")) == [(2, 2), (26, 1)]


def test_a_sleep_past_noon_runs_into_the_next_line():
    longer = pd.concat([THREE, sleeps(("2026-03-05", "main", 11.0, 18.0))], ignore_index=True)
    assert (0, 1, 3) in [(left, right, int(top)) for left, right, top, _ in bars(rk.plot_sleep(longer), "main")]


def test_lines_too_thin_for_a_gap_have_none():
    for nights, gap in ((150, 0.24), (240, 0.0)):
        _, _, top, bottom = bars(rk.plot_sleep(samples.make_sleep(nights)), "main")[0]
        assert bottom - top == pytest.approx(1 - gap)


def test_marks_before_the_lines_say_which_nights_had_symptoms():
    table, nights = samples.make_sleep(30), samples.make_nights(30)
    states = night_states(nights)["state"]
    ax = rk.plot_sleep(table, nights=nights)
    counted = {kind: len(found(ax, f"mark {kind}")[0].get_paths()) for kind in ("none", "ungraded", "not_recorded")}
    ill = int((~states.isin(["none", "not_recorded"])).sum())
    none, empty = states.eq("none").sum(), states.eq("not_recorded").sum()
    assert counted == {"none": none, "ungraded": ill, "not_recorded": empty}
    assert {"symptoms that night", "no symptoms"} <= {t.get_text() for t in ax.get_legend().get_texts()}
    assert_readable(ax.figure)


def test_a_sparse_diary_takes_less_room():
    tall = [rk.plot_sleep(samples.make_sleep(180, missing=m)).figure.get_figheight() for m in (0, 0.4, 0.8)]
    assert tall[0] > 1.2 * tall[1] and tall[1] > 1.2 * tall[2]


def test_nights_without_times_are_hatched_and_runs_of_them_are_one_box():
    table = samples.make_sleep(30, missing=0)
    table.loc[table["night"].between("2026-03-10", "2026-03-12"), ["start_h", "end_h"]] = np.nan
    ax = rk.plot_sleep(table)
    assert sorted(bars(ax, "not_recorded")) == [(0, 24, 8, 11), (24, 48, 7, 10)]
    assert found(ax, "not_recorded")[0].get_hatch() and not found(ax, "main")[0].get_hatch()


def test_a_night_without_sleep_is_a_mark_and_not_a_gap():
    ax = rk.plot_sleep(sleeps(("2026-03-02", "main", 12.0, 12.0), ("2026-03-03", "main", 11.0, 19.0)))
    assert (12, 12, 0) in [(left, right, int(top)) for left, right, top, _ in bars(ax, "main")]
    assert not found(ax, "not_recorded")


def test_the_axis_runs_from_noon_to_noon_twice_and_the_first_night_is_on_top():
    ax = rk.plot_sleep(samples.make_sleep(30))
    assert ax.get_xlim() == (0, 48) and ax.get_ylim() == (30, 0)
    assert [t.get_text() for t in ax.get_xticklabels()] == [
        "12:00", "18:00", "00:00", "06:00", "12:00", "18:00", "00:00", "06:00", "12:00"]
    assert [t.get_text() for t in ax.get_yticklabels()][:2] == ["2 Mar", "9 Mar"]
    assert [t.get_text() for t in found(ax, "legend")[0].get_texts()] == [
        "lights out to waking", "nap", "times not recorded"]


def test_caption_of_the_sleep():
    table = samples.make_sleep(30, missing=0)
    assert sleep_caption(table) == (
        "Sleep from noon to noon to noon: a line a night, and to its right the night after. 2 March to 31 March 2026: "
        "times on 30 of 30 nights. SD of lights-out 48 min (27 nights). Sleep regularity index 81, 95% interval 77 to "
        "84 (60 pair-days; weekly bootstrap). No range of these is agreed to be normal.")
    part = table[table["night"] < "2026-03-09"]  # its measures were taken on more nights than are drawn
    assert sleep_caption(part).endswith("times on 7 of 7 nights.")


def test_another_table_is_refused_with_the_way_out():
    with pytest.raises(rk.ModelError) as refusal:
        rk.plot_sleep(samples.make_nights(9))
    assert str(refusal.value) == (
        "plot_sleep: found nights; expected nights of sleep. Make them with rk.trace_sleep(diary). What you have goes "
        "to rk.answer_questions(nights).")


def test_trace_sleep_of_the_sample():
    diary = rk.read_diary(rk.sample_path())
    table = rk.trace_sleep(diary)
    main = table[table["kind"].eq("main")].set_index("night")
    slept = diary.daily.dropna(subset=["lights_out", "woke_up"]).set_index("night")
    assert len(main) == (main.index[-1] - main.index[0]).days + 1
    assert main["start_h"].notna().sum() == len(slept) == table.attrs["measured_on"]
    hours = (slept["lights_out"] - slept.index) / pd.Timedelta(hours=1) - 12
    assert main.loc[slept.index, "start_h"].to_numpy() == pytest.approx(hours.to_numpy())
    assert table["kind"].eq("nap").sum() == diary.events["type"].eq("nap").sum() > 0
    card = rk.measure_regularity(diary)
    assert [row["measure"] for row in table.attrs["regularity"]] == list(card["measure"])


def test_a_diary_without_sleep_times_gives_words(tmp_path):
    (tmp_path / "d.csv").write_text("night,symptoms,lights_out,woke_up\n2026-03-01,yes,,\n")
    table = rk.trace_sleep(rk.read_diary(tmp_path / "d.csv"))
    ax = rk.plot_sleep(table)
    assert len(table) == 0 and not ax.axison
    assert [t.get_text() for t in found(ax, "refused")] == ["not recorded: no night has both bedtime and waking"]
    assert "no night has both a time of lights out and a time of waking" in found(ax, "caption")[0].get_text().replace(
        "\n", " ")
