"""The report as a reader meets it in a browser: the answer in the first 800 pixels, few screens and words, nothing cut.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from itertools import combinations

import numpy as np
import pytest

import rlskit as rk
from rlskit.pages.drawings import draw_range
from rlskit.pages.report import SHEET, render_page
from tests.helpers import picture_samples as samples
from tests.helpers.check_samples import make_checks
from tests.helpers.reading_age import grade
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
# cells whose text is wider than they are, or that lie upon the next one; words of a picture that reach out of it, or
# lie upon one another; and what reaches out of the page
CUT = """() => { const cut = [];
    for (const cell of document.querySelectorAll('td, tbody th, .number, .said, .next')) {
        const box = cell.getBoundingClientRect(), range = document.createRange(); range.selectNodeContents(cell);
        const text = range.getBoundingClientRect(); if (!cell.checkVisibility()) continue;
        if (text.right > box.right + 1 || box.right > innerWidth + 1 || cell.scrollWidth > cell.clientWidth + 1)
            cut.push(cell.textContent.trim().slice(0, 40)); }
    for (const svg of [...document.querySelectorAll('svg')].filter(s => s.checkVisibility() && !s.closest('img'))) {
        const frame = svg.getBoundingClientRect(); let last = null;
        for (const word of svg.querySelectorAll('text')) { const box = word.getBoundingClientRect();
            if (box.left < frame.left - 1 || box.right > frame.right + 1
                || box.top < frame.top - 1 || box.bottom > frame.bottom + 1 || (last && last.right > box.left + 1
                && last.left < box.right - 1 && last.bottom > box.top + 1 && last.top < box.bottom - 1))
                cut.push('drawn: ' + word.textContent);
            last = box; } }
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
    parts = {"trend": samples.make_trend(), "checks": make_checks(label="stretching"), "doses": [samples.make_curve()]}
    return render_page(diary, nights, answers, rk.estimate_rates(nights), sleep=rk.trace_sleep(diary),
                       **(parts if name == "sample" else {"trend": rk.trace_trend(nights)}))


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
def test_both_ends_of_a_range_stand_beside_each_other_inside_the_picture(chromium):
    ends = [-np.inf, -29.0, -12.0, -0.4, 0.3, 10.0, 19.6, 30.0, np.inf]
    window = chromium.new_page(viewport={"width": 390, "height": 844})
    drawn = "".join(draw_range(0.0, low, high, 20.0, filled=True) for low, high in combinations(ends, 2))
    window.set_content(f"<style>{resources.files('rlskit.pages').joinpath(SHEET).read_text('utf-8')}</style>{drawn}")
    assert window.evaluate(CUT) == []
    window.close()


@pytest.mark.parametrize(("name", "words"), [
    ("all symptoms", "Symptoms every night, so no change"), ("no symptoms", "No symptoms, so no change"),
    ("sparse", "Too early for a change over time; 15 nights not written down")])
def test_why_there_is_no_trend_is_said(name, words):
    assert words in page(name) and (name == "sparse" or "Too early" not in page(name))


@pytest.mark.parametrize("name", [*NAMES, "one movement", "no symptoms"])
def test_a_reader_of_twelve_can_follow_the_open_part(name):
    html = page(name)
    opened = html[html.index("<header>"):html.index('<div class="folds">')]
    opened = re.sub("<(details|svg|code)\\b.*?</\\1>", "", opened, flags=re.DOTALL)
    texts = [re.sub("<[^>]+>", " ", block).strip(" :") for block in re.split("</(?:p|h[1-6]|figcaption|div)>", opened)]
    assert grade(". ".join(text.rstrip(".") for text in texts if text) + ".") <= 7


@pytest.mark.parametrize("name", ["all symptoms", "sample"])
def test_the_axis_stands_only_over_pictures_that_use_it(name):
    assert ("axis of the pictures" in page(name)) == (name == "sample")


@pytest.mark.browser
@pytest.mark.parametrize("name", [*NAMES, "one movement"])
@pytest.mark.parametrize("size", SIZES)
def test_no_number_is_cut_folded_or_open(opened, name, size):
    window = opened(name, size)
    assert window.evaluate(CUT) == []
    window.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert window.evaluate(CUT) == []
    assert window.evaluate("document.querySelectorAll('td').length") > 10
