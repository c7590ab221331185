"""The page: one file, everything in it, in the stated order, safe against what a diary may hold, whole or not there."""

from __future__ import annotations

import base64
import datetime as dt
import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rlskit.answers import sentences as wording
from rlskit.answers.onset import OnsetShift
from rlskit.diary.tables import (
    DAILY_COLUMNS,
    EVENT_COLUMNS,
    ISSUE_COLUMNS,
    TAG_COLUMNS,
    Diary,
    Source,
    issue,
    table,
)
from rlskit.errors import DiaryError
from rlskit.pages import report
from rlskit.pages.report import render_page, write_report
from tests.helpers import picture_samples as samples
from tests.helpers.check_samples import make_checks
from tests.helpers.places import ROOT

SCRIPT = "<script>alert('tag')</script>"


def make_diary(file="bearable.csv", tags=("Magnesium bath", "Tea")):
    return Diary(
        daily=table([], DAILY_COLUMNS), events=table([], EVENT_COLUMNS),
        issues=table([issue(file, "severity out of range", row=n, column="rating", found=11, expected="1–4")
                      for n in range(10)], ISSUE_COLUMNS),
        source=(Source(file, "bearable", "v2", 400, 390, timezone="Europe/London", timezone_from="rlskit.toml"),
                Source("sleep.csv", "sleep_as_android", "csv", 180, 180)),
        tags=table([{"app": "bearable", "file": file, "tag": name, "group": "Factors", "n": 12 + n,
                     "first": "2026-03-02", "last": "2026-08-01", "column": ""} for n, name in enumerate(tags)]
                   + [{"app": "bearable", "file": file, "tag": "Coffee", "n": 90, "column": "caffeine_mg"}],
                   TAG_COLUMNS))


def page(diary=None, nights=None, answers=None, rates=None, checks=None, **more):
    return render_page(diary or make_diary(), samples.make_nights(180) if nights is None else nights,
                       answers or samples.make_answers(), samples.make_rates(26) if rates is None else rates, checks,
                       **more)


ALL_REFUSED = samples.make_answers(*(samples.refused(r) for r in (samples.ROW, samples.CAFFEINE, samples.ALCOHOL)))
HARD = {
    "sample": {},
    "three nights, all refused": {"nights": samples.make_nights(3), "answers": ALL_REFUSED,
                                  "rates": samples.make_rates(1)},
    "a year, long names": {
        "diary": make_diary("y" * 120 + ".csv", tags=[samples.LONG, "z" * 90, *(f"tag {n}" for n in range(20))]),
        "nights": samples.make_nights(365), "rates": samples.make_rates(53),
        "answers": samples.make_answers(samples.ROW | {"label": samples.LONG, "upper": np.inf})},
    "right to left": {"diary": make_diary("יומן.csv", tags=[samples.RIGHT_TO_LEFT]),
                      "answers": samples.make_answers(samples.ROW | {"label": samples.RIGHT_TO_LEFT},
                                                      person=samples.RIGHT_TO_LEFT)},
}


@cache
def hard_page(name):
    """A page takes the better part of a second: each is made once."""
    return page(**HARD[name])


class Outline(HTMLParser):
    """Tags in order with their attributes, and the text of headings and table cells."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.headings, self.stack, self.cells = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "source"):
            self.stack.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append([int(tag[1]), ""])
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        if self.stack and any(re.fullmatch("h[1-6]", t) for t in self.stack):
            self.headings[-1][1] += data
        if "td" in self.stack or "th" in self.stack:
            self.cells[-1] += data

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


# --- what is on it -------------------------------------------------------------------------------------------------
def test_the_answer_stands_first_and_method_and_files_last():
    html = hard_page("sample")
    headings = [text for level, text in Outline(html).headings if level <= 2]
    assert headings[:4] == ["Your restless legs diary", "What goes with your nights", "Night by night",
                            "Answers side by side"]
    folded = re.findall(r"<summary>(.+?)</summary>", html[: html.index("Files</caption>")])
    assert folded[0] == "More about each answer"
    assert folded[-2:] == ["What it cannot tell you", "What was read and left out"]
    assert "<details open" not in html


def test_a_card_for_each_question_in_the_order_in_which_people_ask():
    headings = [text for level, text in Outline(hard_page("sample")).headings if level == 3]
    assert headings[:4] == ["Does stretching before bed help?", "Does caffeine after noon matter?",
                            "Does alcohol matter?", "Do uneven bedtimes matter?"]


def test_checks_are_folded_with_their_panel_and_table():
    outline = Outline(page(checks=make_checks(label="stretching <before>")))
    headings = [text for level, text in outline.headings if level <= 2]
    assert "What could overturn the answer on stretching <before>" in headings
    at = outline.cells.index("tomorrow's exposure")
    assert outline.cells[at : at + 2] == ["tomorrow's exposure", "look"]
    assert len(outline.all("img")) == 1 and outline.all("img")[0]["alt"].startswith("Checks, one row each.")


def test_files_rows_tags_and_choices_are_counted_and_printed():
    cells = Outline(hard_page("sample")).cells
    at = cells.index("bearable.csv")
    assert cells[at : at + 5] == ["bearable.csv", "Bearable (v2)", "400", "390", "Europe/London (from rlskit.toml)"]
    assert "severity out of range" in cells and "10" in cells
    at = cells.index("Magnesium bath")
    assert cells[at : at + 4] == ["Magnesium bath", "12", "Factors", "2 Mar 2026 to 1 Aug 2026"]
    assert "Coffee" not in cells  # mapped
    html = hard_page("sample")
    assert "Unticked &quot;Coffee&quot; counted as &quot;no&quot; on days with another entry, 2 Mar to 28 Aug" in html
    assert "Each evening is split at 22:30, 90% of your evening stretches were done by then." in html


def test_sentences_are_those_of_wording_caveats_first_and_limits_last():
    answers, html = samples.make_answers(), hard_page("sample")
    places = [html.index(line) for line in ("27 nights have nothing written down.", "Fewer symptom nights: about 4")]
    assert places == sorted(places)
    for label, contrast, text in wording.describe_rows(answers):
        assert f"<bdi>{label}</bdi> ({contrast})</h3>\n<p>{text}</p>" in html
    assert all(f"<li><bdi>{line}</bdi></li>" in html for line in wording.LIMITS)


def test_every_picture_has_words_and_its_numbers_stand_in_a_table():
    outline = Outline(hard_page("sample"))
    pictures = [svg for svg in outline.all("svg") if "aria-hidden" not in svg]
    assert len(pictures) >= 12 and all(svg["role"] == "img" and len(svg["aria-label"]) > 5 for svg in pictures)
    cells = outline.cells
    at = cells.index("Stretching before symptoms")
    assert cells[at : at + 8] == ["Stretching before symptoms", "stretched vs not", "−3.6", "−6.4 to −0.7",
                                  "−5.8 to −1.3", "132", "60", "72"]
    at = cells.index("Stretching before symptoms", at + 1)
    assert cells[at : at + 6] == ["Stretching before symptoms", "12.2", "per 30 nights still symptom-free at 22:30",
                                  "9: nothing is known about the night before", "before-symptom only",
                                  "weekday and trend"]
    at = cells.index("Alcohol")
    assert cells[at : at + 3] == ["Alcohol", "2 drinks vs 0", "not enough recorded to say"]
    weeks = samples.make_rates(26)
    at = cells.index("2 Mar 2026", cells.index("week from"))
    assert cells[at : at + 4] == ["2 Mar 2026", str(weeks["n_answered"][0]), str(weeks["n_symptom_nights"][0]), "3.0"]
    assert sum(cell == "not recorded" for cell in cells) > 20  # the nights, one by one


def test_a_command_inside_a_sentence_is_set_as_one():
    html = page(answers=samples.make_answers(samples.ROW | {"verdict": "unclear", "nights_needed": 900}))
    assert "<code>rlskit plan FILES --out my/trial</code>" in html
    assert "`" not in html[html.index("<body>"):]


LANDMARKS = pd.DataFrame({
    "landmark": ["20:00", "21:00"], "shift_h": [-1, 0], "estimate": [np.nan, -3.5], "lower": [np.nan, -9.4],
    "upper": [np.nan, 2.5], "n_nights": [217, 191], "n_exposed": [103, 94],
    "reason": ["The diary does not tell what came before 20:00 and what after.", ""]})
FULL = {"sleep": samples.make_sleep(30), "trend": samples.make_trend(), "checks": make_checks(label="stretching"),
        "doses": [samples.make_curve(), samples.make_curve(label=samples.LONG), samples.make_curve(reason="too few")],
        "answers": samples.make_answers(landmark_table=LANDMARKS)}


@cache
def full_page():
    return page(**FULL)


def test_sleep_trend_and_doses_stand_with_their_tables_where_the_diary_holds_them():
    outline = Outline(full_page())
    folded = re.findall("<summary>(.+?)</summary>", full_page())
    assert [h for h in folded if h in ("Change over time", "When you slept", "More of it, more effect?")] == [
        "More of it, more effect?", "Change over time", "When you slept"]
    assert {"Alcohol", samples.LONG} <= {text for _, text in outline.headings}
    assert len(outline.all("img")) == 5  # the curve that was refused has none
    assert sum("noon to noon" in p["alt"] for p in outline.all("img")) == 1
    cells = outline.cells
    at = cells.index("2 Mar 2026", cells.index("lights out"))
    assert cells[at : at + 2] == ["2 Mar 2026", "night"] and re.fullmatch(r"\d\d:\d\d", cells[at + 2])
    assert "SD of lights-out" in cells and "3 drinks" in cells and "straight line" in cells
    at = cells.index("2 Mar 2026", cells.index("symptom-free"))
    assert cells[at + 5 : at + 7] == ["2.0", "1.0 to 3.2"]


def test_when_symptoms_begin_is_drawn_where_hours_are_told():
    nights = samples.make_nights(30).assign(onset_h=10.0)
    told = OnsetShift(
        now=10.0, before=9.0, change=1.0, lower=-1.0, upper=3.0, level=0.95, n_now=9, n_before=9, day_now=0,
        day_before=0, rate_now=12.0, rate_before=12.0, now_span=(dt.date(2026, 3, 10),) * 2,
        before_span=(dt.date(2026, 3, 2),) * 2, reason="")
    html = page(nights=nights, answers=replace(samples.make_answers(), onset=told))
    assert "<summary>When symptoms begin</summary>" in html and wording.describe_onset(told)[:40] in html
    assert "When symptoms began, a dot a night" in html
    assert "When symptoms begin</summary>" not in hard_page("sample")


def test_what_the_diary_does_not_hold_leaves_no_empty_part():
    html = (page(sleep=samples.make_sleep(30).assign(start_h=np.nan, end_h=np.nan),
                           trend=samples.make_trend(3, reason="Only 20 nights; 28 are needed"),
                           doses=[samples.make_curve(reason="too few")]))
    folded = re.findall("<summary>(.+?)</summary>", html)
    assert "When you slept" not in folded and "More of it, more effect?" not in folded
    assert "Change over time" in folded and not Outline(html).all("img")


def test_the_answer_an_hour_earlier_stands_beside_the_own_one():
    cells = Outline(full_page()).cells
    at = cells.index("20:00 (1 h earlier)")
    assert cells[at : at + 6] == ["20:00 (1 h earlier)", "not enough recorded to say", "", "217", "103",
                                  "The diary does not tell what came before 20:00 and what after."]
    assert cells[at + 6 : at + 12] == ["21:00 (your own time)", "−3.5", "−9.4 to +2.5", "191", "94", ""]
    assert "evening split at another time" not in hard_page("sample")


def test_no_weeks_is_said_in_words():
    assert "Not enough recorded to show weeks." in page(rates=samples.make_rates(26).iloc[:0])


@pytest.mark.parametrize("name", HARD)
def test_the_page_is_well_formed_and_readable_aloud(name):
    outline = Outline(hard_page(name))
    assert outline.stack == []
    assert outline.all("html")[0]["lang"] == "en"
    assert [len(outline.all(tag)) for tag in ("main", "header")] == [1, 1]
    levels = [level for level, _ in outline.headings]
    assert levels[0] == 1 and levels.count(1) == 1 and max(np.diff(levels)) <= 1
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in outline.all("a")} <= set(ids)
    assert all("scope" in th for th in outline.all("th"))
    assert len(outline.all("caption")) == len(outline.all("table"))


# --- one file ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", HARD)
def test_nothing_is_loaded_from_anywhere(name):
    html = full_page() if name == "sample" else hard_page(name)
    outline = Outline(html)
    assert not re.search(r"https?:|//[a-z]", re.sub(r"data:[^\"]+", "", html))
    loaded = [a.get("src") or a.get("srcset") for a in outline.all("img") + outline.all("source")]
    assert len(loaded) == (5 if name == "sample" else 0)
    assert all(one.startswith("data:image/svg+xml;base64,") for one in loaded)
    for one in loaded:
        svg = base64.b64decode(one.split(",", 1)[1]).decode()
        assert not re.search(r"(href|url\()\W*https?:", svg)
    assert not {"script", "iframe", "object", "embed", "form"} & {tag for tag, _ in outline.tags}
    assert "@import" not in html and set(re.findall(r"url\((.+?)\)", re.sub(r"data:[^\"]+", "", html))) == {"#hatch"}


def test_what_the_user_wrote_is_text_and_never_code():
    nights = samples.make_nights(40)
    nights.attrs["tag_choices"], nights.attrs["notes"] = [SCRIPT], [SCRIPT]
    html = page(make_diary(SCRIPT, tags=[SCRIPT]), nights, samples.make_answers(
        samples.ROW | {"label": SCRIPT, "reason": SCRIPT}, person=SCRIPT, caveats=(SCRIPT,)))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") >= 6


def test_right_to_left_names_are_set_apart():
    html = hard_page("right to left")
    assert f"<bdi>{samples.RIGHT_TO_LEFT}</bdi>" in html and "<bdi>יומן.csv</bdi>" in html


# --- written whole or not at all -----------------------------------------------------------------------------------
def write(folder):
    return write_report(make_diary(), samples.make_nights(30), samples.make_answers(), samples.make_rates(5), folder)


def test_the_folder_is_made_and_holds_one_file(tmp_path):
    path = write(tmp_path / "new" / "out")
    assert path == tmp_path / "new" / "out" / "index.html"
    assert os.listdir(path.parent) == ["index.html"]
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert path.read_bytes() == write(tmp_path / "again").read_bytes()


def test_a_failed_report_leaves_nothing_behind_and_an_old_one_untouched(tmp_path, monkeypatch):
    with pytest.raises(DiaryError), monkeypatch.context() as m:
        m.setattr(report, "_reading", lambda *_: (_ for _ in ()).throw(DiaryError("no")))
        write(tmp_path / "out")
    assert not (tmp_path / "out").exists()
    old = write(tmp_path / "out").read_bytes()
    with pytest.raises(OSError), monkeypatch.context() as m:
        m.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        write(tmp_path / "out")
    assert os.listdir(tmp_path / "out") == ["index.html"]
    assert (tmp_path / "out" / "index.html").read_bytes() == old


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(DiaryError, match=r"out: expected a folder to write index.html to, found a file\."):
        write(tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine"


def test_matplotlib_is_loaded_only_when_something_is_drawn():
    code = ("import sys, rlskit.pages.report, rlskit.answers.sentences; "
            "sys.exit('matplotlib' in sys.modules or 'jinja2' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


# --- in a real browser ---------------------------------------------------------------------------------------------
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", HARD)
def test_the_page_fits_a_phone_without_sideways_scrolling(name, scheme, chromium, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(hard_page(name), encoding="utf-8")
    window = chromium.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    said, asked = [], []
    window.on("console", lambda message: said.append(message.text))
    window.on("pageerror", lambda error: said.append(str(error)))
    window.on("request", lambda request: asked.append(request.url))
    window.goto(path.as_uri())
    assert window.evaluate("document.documentElement.scrollWidth") <= 390
    window.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert window.evaluate("document.documentElement.scrollWidth") <= 390
    shown = window.evaluate("[...document.images].map(i => [i.complete, i.naturalWidth, i.currentSrc.length])")
    assert all(done and wide > 200 for done, wide, _ in shown)
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    paper = window.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(17, 24, 30)")
    window.close()


# the words of cells that are no sentence, as far as they are broken over two lines
CUT = """[...document.querySelectorAll('td:not(.long) bdi, th[scope=col]')].flatMap(cell => {
    const text = cell.firstChild, whole = document.createRange();
    return [...(text ? text.data : '').matchAll(/[^\\s-]+/g)].filter(word => {
        whole.setStart(text, word.index); whole.setEnd(text, word.index + word[0].length);
        return new Set([...whole.getClientRects()].map(box => Math.round(box.top))).size > 1;
    }).map(word => word[0]);
})"""


@pytest.mark.browser
def test_the_page_prints(chromium, tmp_path):
    path = tmp_path / "index.html"
    path.write_text(full_page(), encoding="utf-8")
    window = chromium.new_page(color_scheme="dark")
    window.goto(path.as_uri())
    pdf = window.pdf(format="A4")
    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(pdf)).pages
    text = " ".join(" ".join(one.extract_text().split()) for one in pages)
    assert len(pages) <= 2 and "Does stretching before bed help?" in text and "What was read" not in text
    window.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    # what is wider than the paper makes a browser shrink the page: figures keep their size, so their text is 8 points
    for inches in (210 / 25.4, 8.5):
        window.set_viewport_size({"width": int(96 * (inches - 26 / 25.4)), "height": 900})
        window.emulate_media(media="print")
        assert window.evaluate("document.documentElement.scrollWidth <= innerWidth")
        wide = window.evaluate("[...document.images].map(i => Math.round(i.getBoundingClientRect().width))")
        assert set(wide) == {378}
        assert window.evaluate(CUT) == []
    window.close()
