"""The check panel and the negative control beside the answer, tested by what they draw."""

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot
from matplotlib.figure import Figure

import rlskit as rk
from rlskit.answers.result_sentences import WORST_FIRST
from rlskit.checks.fit_checks import MARKS as printed
from rlskit.checks.row import RESULTS
from rlskit.figures import alt_text, caption, render
from rlskit.figures import checks as panel
from rlskit.figures.style import COLUMN_WIDTH, PAGE_WIDTH
from tests.helpers import check_samples as samples
from tests.helpers.picture_checks import assert_no_meaning_in_hue_alone, assert_readable, found
from tests.helpers.picture_samples import LONG

CONTROL, ROWS, made = samples.CONTROL, samples.CHECK_ROWS, samples.make_checks

TABLES = {
    "four results": made(),
    "one row": made(ROWS[2]),
    "fifteen rows": made(*(ROWS * 4)[:15]),
    "a long name": made(label=LONG),
    "no control": made((CONTROL[0], "not possible", np.nan, np.nan, np.nan, "Not possible: no times."), *ROWS),
    "a control as wide as the answer": made(CONTROL, ("tomorrow's exposure", "could not have shown it", 1.2, -5.0, 6.4,
                                                      "No clear link."), *ROWS),
    "an open control": made((*CONTROL[:3], -np.inf, *CONTROL[4:])),
}


@pytest.fixture(autouse=True)
def _close():
    yield
    pyplot.close("all")


@pytest.mark.parametrize("width", [PAGE_WIDTH, COLUMN_WIDTH], ids=["page", "column"])
@pytest.mark.parametrize("name", TABLES)
def test_the_panel_is_readable_and_says_nothing_by_colour_alone(name, width):
    figure = rk.plot_checks(TABLES[name], width=width)
    assert_readable(figure)
    assert_no_meaning_in_hue_alone(figure.axes[0])


@pytest.mark.parametrize("width", [PAGE_WIDTH, COLUMN_WIDTH], ids=["page", "column"])
@pytest.mark.parametrize("name", [n for n in TABLES if n != "one row"])
def test_the_control_beside_the_answer_is_readable(name, width):
    assert_readable(rk.plot_negative_control(TABLES[name], width=width).figure)


def test_every_row_has_its_mark_result_name_and_sentence():
    ax = rk.plot_checks(made()).axes[0]
    words = {gid: [t.get_text() for t in found(ax, gid)] for gid in ("result", "check", "sentence")}
    assert words["result"] == [row[1] for row in ROWS] and words["check"] == [row[0] for row in ROWS]
    assert " ".join(words["sentence"]) == " ".join(row[5] for row in ROWS)
    forms = {row[1]: found(ax, f"mark {row[1]}")[0].get_marker() for row in ROWS}
    assert len(set(forms.values())) == 4


def test_every_result_has_a_mark_in_print_and_in_the_panel():
    assert set(panel.MARKS) == set(printed) == set(RESULTS) == set(WORST_FIRST)
    assert len(set(panel.MARKS.values())) == len(RESULTS)


def test_a_figure_of_ones_own_is_drawn_in_and_returned():
    own = Figure()
    assert rk.plot_checks(made(), own) is own
    assert own.get_figwidth() == pytest.approx(PAGE_WIDTH)


def test_the_pair_is_drawn_where_the_table_says():
    ax = rk.plot_negative_control(made())
    assert [tuple(line.get_xdata()) for line in found(ax, "interval")] == [(-6.0, -1.0), (4.6, 10.9)]
    assert [line.get_xdata()[0] for line in found(ax, "estimate")] == [-3.6, 7.8]


def test_without_a_control_its_row_says_why():
    ax = rk.plot_negative_control(TABLES["no control"])
    assert [t.get_text() for t in found(ax, "refused")] == ["Not possible: no times."]
    assert len(found(ax, "interval")) == 1


def test_a_table_without_the_control_is_refused():
    with pytest.raises(rk.ModelError, match="no negative control in this table"):
        rk.plot_negative_control(TABLES["one row"])


def test_captions_and_words():
    assert caption(made()) == (
        "What could overturn the answer on stretching: 1 pass, 1 look, 1 fail, 1 not possible. Pass: nothing was "
        "found, which does not prove that nothing is there. Look: read the line. Fail: the answer may be wrong. 132 "
        "nights of one person; intervals at 95%.")
    assert alt_text(made(ROWS[2])) == ("Checks, one row each. trend: pass. Symptom nights do not clearly follow a "
                                       "steady trend.")
    (drawn,) = found(rk.plot_checks(made()).axes[0], "caption")
    assert " ".join(drawn.get_text().split()) == caption(made())


def test_a_page_can_carry_the_panel():
    picture = render(made())
    assert picture.svg.startswith("<svg") and picture.caption == caption(made()) and picture == render(made())
