"""Answers as lines and as a table: exact text, the same numbers in both, readable in a narrow column."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import rlskit as rk

COLUMN = 760  # pixels: half of a screen, or a page in print


@pytest.fixture
def answers(nights_of):
    return rk.answer_questions(nights_of())


def test_what_the_answers_look_like_in_print(nights_of):
    assert repr(rk.answer_questions(nights_of(3))) == (
        "Answers of 3 nights (3 recorded), symptom nights per 30 nights\n"
        "  Stretching before symptoms: Not enough recorded to say: 2 nights that can be compared; at least 14 are "
        "needed.\n"
        "  Caffeine before noon: Not enough recorded to say: 2 nights that can be compared; at least 14 are needed.\n"
        "  Caffeine after noon: Not enough recorded to say: 2 nights that can be compared; at least 14 are needed.\n"
        "  Alcohol: Not enough recorded to say: 2 nights that can be compared; at least 14 are needed.\n"
        "  Irregular bedtimes: Not enough recorded to say: 3 nights that can be compared; at least 14 are needed.\n"
        "  Change over time: Not enough recorded to say: 3 nights that can be compared; at least 14 are needed.\n"
        "  After a routine was stopped: Not enough recorded to say: no routine was kept for four weeks (5 days of "
        "7) and then stopped for four (1 day of 7 at most).\n"
        "  Switching after a few weeks: Not enough recorded to say: no habit has an answer yet that more nights "
        "would sharpen.\n"
        "  Not recorded: A stretching routine, Weeks of stretching in a row, Minutes of stretching, Seconds a "
        "stretch is held, Intensity of stretching, Movements compared, Irregular wake times, Later sleep on free days, "
        "Iron taken, Magnesium taken, Sleep quality, Relief after a stretch.\n"
        "  next: print(rk.describe(answers)), rk.plot_effects(answers)")


def with_rows(answers, *rows):
    """The first rows of the answers, with some cells changed."""
    table = answers.table.head(len(rows)).copy()
    for at, row in enumerate(rows):
        for name, value in row.items():
            table.loc[at, name] = value
    return dataclasses.replace(answers, table=table)


def test_what_the_answers_look_like_in_a_notebook(answers):
    html = with_rows(
        answers,
        {"label": "A <b> stretch", "contrast": "with vs without", "estimate": -5.04, "lower": -np.inf, "upper": 1.21,
         "lower_pointwise": -11.0, "upper_pointwise": 0.5,
         "n_nights": 1146, "verdict": "unclear", "design_tag": "association only", "reason": "Nights & days differ."},
        {"label": "Tea", "contrast": "2 vs 0", "n_nights": 0, "verdict": "refused", "reason": "Too few."},
        {"label": "Alcohol", "verdict": "not_recorded"},
        {"label": "Iron taken", "verdict": "not_recorded"})._repr_html_()
    left = "style='text-align:left;vertical-align:top'"
    heads = "".join(f"<th scope='col' {left}>{name}</th>" for name in (
        "question", "estimate (95% interval) [for all rows together]", "nights", "verdict, design", "reason"))
    assert html == (
        '<div class="rlskit mathjax_ignore"><p>Answers of 120 nights (120 recorded), symptom nights per 30 nights</p>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>"
        f"<tr><th scope='row' {left}>A &lt;b&gt; stretch<br><span style='font-weight:normal'>with vs without</span>"
        f"</th><td {left}>−5.0<br>(−11.0\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}+0.5)<br>"
        f"[no lower limit\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}+1.2]</td><td {left}>1,146</td>"
        f"<td {left}>unclear<br>association only</td><td {left}>Nights &amp; days differ.</td></tr>"
        f"<tr><th scope='row' {left}>Tea<br><span style='font-weight:normal'>2 vs 0</span></th><td {left}></td>"
        f"<td {left}>0</td><td {left}>refused</td><td {left}>Too few.</td></tr>"
        "</tbody></table><p>Not recorded: Alcohol, Iron taken.</p>"
        "<p>next: print(rk.describe(answers)), rk.plot_effects(answers)</p></div>")


def test_a_notebook_shows_every_reason_whole(answers):
    long = "Not enough nights were written down to say anything about it, whatever else the diary holds"
    shown = dataclasses.replace(answers, table=answers.table.assign(reason=long))._repr_html_()
    assert shown.count(f">{long}</td>") == answers.table["verdict"].ne("not_recorded").sum()
    assert answers.table["n_nights"].isna().any() and "NA" not in shown  # no number is an empty cell


@pytest.mark.browser
def test_the_table_can_be_read_in_a_narrow_column(answers, chromium, tmp_path):
    """As JupyterLab sets it: no word is cut, limits keep to one line, and no cell is a tower of single words."""
    nbformat, nbconvert = pytest.importorskip("nbformat"), pytest.importorskip("nbconvert")
    long = answers.table["reason"].where(answers.table["question"].ne("stretching"), "Bad nights make bedtimes "
           "irregular too. Counting the symptom nights of that week does not undo all of it: in made-up diaries where "
           "bedtimes did nothing, a bad spell alone added about 4 symptom nights in 30 here.")
    shown = dataclasses.replace(answers, table=answers.table.assign(reason=long))._repr_html_()
    out = nbformat.v4.new_output("execute_result", {"text/html": shown}, execution_count=1)
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("answers", outputs=[out])])
    page = tmp_path / "book.html"
    page.write_text(nbconvert.HTMLExporter().from_notebook_node(book)[0], encoding="utf-8")
    window = chromium.new_page(viewport={"width": COLUMN, "height": 900})
    try:
        window.goto(page.as_uri())
        window.wait_for_selector("table")
        wide = window.evaluate("document.documentElement.scrollWidth")
        cells = window.evaluate("[...document.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => {"
                                "const style = getComputedStyle(cell), box = cell.getBoundingClientRect();"
                                "const range = document.createRange(); range.selectNodeContents(cell);"
                                "return [box.width, range.getBoundingClientRect().height / parseFloat(style.lineHeight"
                                " === 'normal' ? 1.2 * parseFloat(style.fontSize) : style.lineHeight)]}))")
    finally:
        window.close()
    assert wide <= COLUMN
    lines = np.array(cells)[:, :, 1]
    assert np.array(cells)[0, 4, 0] >= 0.35 * COLUMN  # a reason is a sentence
    assert lines[:, 1].round().max() <= 3  # the estimate over its limits, its own and those for all rows
    assert lines.max() < 6.5
