"""The report as a reader meets it in a browser: the answer in the first 800 pixels, few screens and words, nothing cut.
"""

from __future__ import annotations

from functools import cache

import pytest

import rlskit as rk
from rlskit.pages.report import render_page
from tests.helpers.told_diaries import told

SIZES = {"laptop": (1366, 768), "phone": (390, 844)}
NAMES = ("sample", "all symptoms", "thirty nights", "untimed", "sparse")
# stretching's sentence and its next step, of each diary
STRETCHING = {
    "sample": ("Perhaps 4 fewer symptom nights in 30 with stretching", "let a coin decide"),
    "all symptoms": ("All 115 nights had symptoms", "write “no” after a quiet night"),
    "thirty nights": ("Perhaps 2 fewer symptom nights in 30 with stretching", "let a coin decide"),
    "untimed": ("The diary does not say which came first", "write when you stretched"),
    "sparse": ("So far 4 of 14 nights can be compared", "keep writing: about"),
}
TOP = """() => { const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); let said = '';
    while (walk.nextNode()) { const range = document.createRange(); range.selectNode(walk.currentNode);
        const box = range.getBoundingClientRect(), shown = walk.currentNode.parentElement.checkVisibility();
        if (shown && box.height && box.bottom <= 800) said += ' ' + walk.currentNode.data; }
    return said.replace(/\\s+/g, ' '); }"""
# cells whose text is wider than they are, or that lie upon the next one, and what reaches out of the page
CUT = """() => { const cut = [];
    for (const cell of document.querySelectorAll('td, tbody th, .number, .said, .next')) {
        const box = cell.getBoundingClientRect(), range = document.createRange(); range.selectNodeContents(cell);
        const text = range.getBoundingClientRect(); if (!cell.checkVisibility()) continue;
        if (text.right > box.right + 1 || box.right > innerWidth + 1 || cell.scrollWidth > cell.clientWidth + 1)
            cut.push(cell.textContent.trim().slice(0, 40)); }
    if (document.documentElement.scrollWidth > innerWidth) cut.push('the page scrolls sideways');
    return cut; }"""


@cache
def page(name):
    if name == "sample":
        diary = rk.read_diary(rk.sample_path())
        nights = rk.make_nights(diary)
        answers = rk.answer_questions(nights)
    else:
        diary, nights, answers = told(name)
    return render_page(diary, nights, answers, rk.estimate_rates(nights), sleep=rk.trace_sleep(diary))


@pytest.fixture
def opened(chromium, tmp_path):
    """A function that opens the page of a diary at a size."""
    windows = []

    def open_page(name, size):
        path = tmp_path / "index.html"
        path.write_text(page(name), encoding="utf-8")
        wide, high = SIZES[size]
        windows.append(chromium.new_page(viewport={"width": wide, "height": high}))
        windows[-1].goto(path.as_uri())
        return windows[-1]

    yield open_page
    for window in windows:
        window.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", SIZES)
def test_the_first_800_pixels_hold_the_rate_the_answer_on_stretching_and_its_next_step(opened, name, size):
    top = opened(name, size).evaluate(TOP)
    assert "symptom nights in 30" in top
    for words in STRETCHING[name]:
        assert words in top


@pytest.mark.browser
@pytest.mark.parametrize(("name", "screens"), [
    ("sample", (3, 4)), ("all symptoms", (2, 3)), ("thirty nights", (2.6, 3.6)), ("sparse", (2, 3))])
def test_the_open_page_is_short(opened, name, screens):
    for size, most in zip(SIZES, screens, strict=True):
        window = opened(name, size)
        assert window.evaluate("document.documentElement.scrollHeight") / SIZES[size][1] <= most
        assert len(window.evaluate("document.body.innerText").split()) <= 600


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", SIZES)
def test_no_number_is_cut_folded_or_open(opened, name, size):
    window = opened(name, size)
    assert window.evaluate(CUT) == []
    window.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert window.evaluate(CUT) == []
    assert window.evaluate("document.querySelectorAll('td').length") > 10
