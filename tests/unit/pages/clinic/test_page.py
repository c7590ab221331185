"""The page itself: one side, nine blocks in order, typed words as typed, readable by a screen reader, whole."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import shutil
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

import rlskit as rk
from rlskit.answers.sentences import STRETCH_FOLLOWS
from rlskit.errors import DiaryError
from rlskit.figures import printed as pictures
from rlskit.pages.clinic import page as page_module
from rlskit.pages.clinic.facts import ClinicFacts
from tests.unit.pages.clinic import build

PAPERS = {"a4": (595.3, 841.9), "letter": (612.0, 792.0)}
BLOCKS = ["Restless-legs diary: one page for a visit", "Numbers", "Every night", "When symptoms began",
          "Changes that clinicians ask about", "Medicines, iron and background, as typed", "Habits in this period",
          "What the diary can say (whole diary, not only this period)", "Anything like this? (tick)",
          "Questions for the visit"]
EVERY = [(case, paper) for case in build.CASES for paper in PAPERS]


def reader(content):
    return PdfReader(io.BytesIO(content))


def text_of(content):
    return " ".join(reader(content).pages[0].extract_text().replace("\u200b", "").split())


def structure(node, found=None):
    """Every element of the tag tree: (type, alternative text)."""
    found = [] if found is None else found
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for one in node:
            structure(one, found)
    elif isinstance(node, dict):
        if "/S" in node:
            found.append((str(node["/S"]), node.get("/Alt")))
        if "/K" in node:
            structure(node["/K"], found)
    return found


# --- one side of paper ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("case, paper", EVERY)
def test_one_page_of_that_paper_with_its_blocks_in_order(case, paper):
    pdf = reader(build.page(case, paper))
    assert len(pdf.pages) == 1
    assert [float(v) for v in pdf.pages[0].mediabox[2:]] == pytest.approx(PAPERS[paper], abs=0.5)
    text = text_of(build.page(case, paper))
    places = [text.index(title) for title in BLOCKS]
    assert places == sorted(places)
    assert "Self-recorded diary; not a diagnosis." in text and "22 November 2026" in text


@pytest.mark.parametrize("case, paper", EVERY)
def test_no_word_is_cut_or_lies_on_another(case, paper, tmp_path):
    if not shutil.which("pdftotext"):
        (pytest.fail if os.environ.get("RLSKIT_NO_SKIPS") else pytest.skip)("needs pdftotext (poppler-utils)")
    (tmp_path / "page.pdf").write_bytes(build.page(case, paper))
    subprocess.run(["pdftotext", "-bbox", "page.pdf", "page.html"], cwd=tmp_path, check=True)
    found = re.findall(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>',
                       (tmp_path / "page.html").read_text(encoding="utf-8"))
    boxes = [(*(float(v) for v in box), word) for *box, word in found]
    assert len(boxes) > 150
    wide, tall = PAPERS[paper]
    for i, (x0, y0, x1, y1, word) in enumerate(boxes):
        assert x0 > 30 and x1 < wide - 30 and y0 > 15 and y1 < tall - 15, word
        for a0, b0, a1, b1, other in boxes[i + 1:]:  # a box is the whole height of the font, letters are two thirds
            across, down = min(x1, a1) - max(x0, a0), min(y1, b1) - max(y0, b0)
            assert across < 1 or down < 0.4 * min(y1 - y0, b1 - b0), (word, other)


def test_what_does_not_fit_on_one_side_is_refused():
    words = ("several words of nine letters or so " * 4)[:120].strip()
    facts = ClinicFacts(questions=(words,) * 3, iron=tuple(build.Iron(5, conditions=words) for _ in range(3)),
                  medicines=tuple(build.medicine(i, name="Long name " * 5 + "end", dose=words[:40], time=words[:40])
                                  for i in range(8)))
    with pytest.raises(DiaryError, match=r"clinic\.toml holds more than one side of paper can\. Shorten"):
        page_module.render_clinic_page(*build.made("365 nights"), facts=facts)


# --- readable by everybody -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("case, paper", EVERY)
def test_the_pdf_is_tagged_titled_and_carries_its_fonts(case, paper):
    pdf = reader(build.page(case, paper))
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en-GB"
    assert "software: rlskit" in pdf.metadata["/Keywords"]  # its stamp, out of the reader's way
    assert pdf.metadata.title == page_module.TITLE and root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    fonts = pdf.pages[0]["/Resources"]["/Font"].get_object().values()
    for font in fonts:
        (below,) = font.get_object()["/DescendantFonts"]
        described = below.get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described), described["/FontName"]


def test_headings_tables_and_pictures_are_tagged_as_such():
    elements = structure(reader(build.page("90 nights", "a4")).trailer["/Root"]["/StructTreeRoot"]["/K"])
    kinds = [kind for kind, _ in elements]
    assert kinds.count("/H1") == 1 and kinds.count("/H2") == 9
    assert kinds.count("/Table") == 4 and kinds.count("/TH") >= 15
    alts = [alt for kind, alt in elements if kind == "/Figure"]
    assert len(alts) == 2
    assert alts[0].startswith("Calendar of nights. One cell a night") and "noon to noon" in alts[1]


@pytest.mark.parametrize("case, words", [
    ("30 nights", ["Nights recorded 28 of 30 (93%), longest gap 1 night.", "Name or ID: not given",
                   "Previous 30 nights: not recorded", "Medicines: not recorded", "Kidney: not recorded",
                   "date not recorded not recorded not recorded not recorded", "ticked by the patient: not recorded",
                   "Not recorded, to ask about: arms or other parts, IRLS total, medicines and doses and minutes at "
                   "rest until symptoms.", "Median onset since start"]),
    ("90 nights", ["A. B.", "arms, the left more than the right", "6 nights, as typed",
                   "IRLS total 24 of 40, 3 Jan 2026 (IRLS: severe) 21 of 40, 30 Mar 2026 (IRLS: severe) −3",
                   "14 Jan 2026 52 µg/L 24% morning, fasting, off iron for a day Guidelines discuss (AASM 2025) 75 "
                   "ng/mL (= µg/L) or less under 20% morning, off iron for a day",
                   "Changes noted in the diary: 14 Feb 2026 dose halved", "at bedtime", "1. Why is it worse",
                   "☑ sedating antihistamines", "☐ medicines that act on serotonin", "(not recorded)", "☑ swelling",
                   "(95% interval 32 to 48)"]),
    ("no onset times", ["When symptoms began not recorded", "Median onset of symptoms not recorded",
                        "to ask about: hour of onset, daytime symptoms, arms or other parts"]),
    ("all symptom nights", ["45 of 45 nights", "nights too alike", STRETCH_FOLLOWS]),
])
def test_what_is_on_it(case, words):
    text = text_of(build.page(case, "a4")).replace("\xa0", " ")
    for one in words:
        assert one in text, one


@pytest.mark.parametrize("case", ["60% missing", "ten nights"])
def test_too_few_nights_print_no_rate(case):
    text = text_of(build.page(case, "a4"))
    assert "Too few nights for rates (14 nights and 70% are needed)." in text
    row = text[text.index("Symptom nights per week"):text.index("Median severity")]
    assert not re.search(r"\d", row) and "too few nights for rates" in row
    assert "per 30 nights" not in text


def test_the_change_of_an_onset_two_hours_earlier_is_worth_mentioning():
    early = "Symptoms may now begin 2 hours or more earlier: worth mentioning to your clinician"
    assert early in text_of(build.page("90 nights", "a4"))
    assert early not in text_of(build.page("365 nights", "a4"))


def test_no_word_of_advice_and_no_target():
    for case in build.CASES:
        text = text_of(build.page(case, "a4")).lower().replace("(aasm 2025) 75 ng/ml", "")
        for word in ("augment", "should ", "you must", "target", "normal", "75", "percentile of"):
            assert word not in text.replace("your own 90th and 10th percentile", ""), (case, word)


# --- what was typed stays what it is -------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def drawn_once():
    """A picture of the same table with the same words on it is drawn once."""
    draw_it, kept = pictures.printed, {}

    def printed(draw, table, width, **options):
        key = (draw, table.to_csv(), width, repr(options))
        return kept.get(key) or kept.setdefault(key, draw_it(draw, table, width, **options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "printed", printed)
        yield


@settings(max_examples=25)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp")), min_size=1,
               max_size=60))
@example("#")
@example("$a$ #let x = 1 *b* _c_ `d` \"e\" 'f' \\u{41} \\ @g <h> // i /* j */ ~ -- ... = k")
@example("#panic(\"no\")")
@example("W" * 60)
@example(build.RIGHT_TO_LEFT)
@example("日本語 😀")
@example("0\u1cf3")  # a mark that the font lacks, on a letter that it has
def test_anything_that_can_be_typed_is_printed_as_it_is(drawn_once, text):
    facts = ClinicFacts(name=text, other_parts=text, medicines=(build.medicine(1, name=text),), questions=(text,))
    content = page_module.render_clinic_page(*build.made("ten nights"), facts=facts, made=build.MADE)
    assert len(reader(content).pages) == 1
    said = text_of(content)
    if text.isascii():
        squeezed = "".join(text.split())
        assert "".join(said.split()).count(squeezed) >= 4


def test_a_name_written_from_right_to_left_leaves_the_dates_after_it_alone(tmp_path):
    if not shutil.which("pdftotext"):
        (pytest.fail if os.environ.get("RLSKIT_NO_SKIPS") else pytest.skip)("needs pdftotext (poppler-utils)")
    facts = ClinicFacts(name="\u05de\u05e9\u05ea\u05ea\u05e4\u05ea \u05d0\u05d7\u05ea")
    content = page_module.render_clinic_page(*build.made("ten nights"), facts=facts, made=build.MADE)
    (tmp_path / "page.pdf").write_bytes(content)
    seen = subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True)
    assert re.search(r"\u05ea\W*\d+ \w+ to \d+ \w+ 2026 \(", seen.stdout.decode())


def test_characters_without_a_letter_of_their_own_are_taken_out():
    facts = ClinicFacts(name="A\x00B\x07\ue000\ufdd0C")
    content = page_module.render_clinic_page(*build.made("ten nights"), facts=facts, made=build.MADE)
    assert "ABC" in text_of(content)


def test_a_letter_that_the_font_lacks_is_seen_as_a_box():
    content = page_module.render_clinic_page(*build.made("ten nights"), facts=ClinicFacts(name="A日B"), made=build.MADE)
    assert "A□B" in text_of(content)


# --- whole or not at all -------------------------------------------------------------------------------------------
def test_writing_replaces_an_older_page_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "my" / "page.pdf"
    assert rk.write_clinic_page(*build.made("ten nights"), path, paper="letter") == path
    first = path.read_bytes()
    rk.write_clinic_page(*build.made("30 nights"), path)
    assert path.read_bytes() != first and [p.name for p in path.parent.iterdir()] == ["page.pdf"]


@pytest.mark.parametrize("name, options, message", [
    ("page.html", {}, "page.html: expected a name that ends in .pdf."),
    ("page.pdf", {"paper": "a3"}, 'paper: expected one of a4, letter, found "a3".'),
    ("page.pdf", {"facts": ClinicFacts(since=dt.date(2031, 1, 1))},
     "[visit] since: expected a date in the diary, 2026-01-05 to 2026-01-14, found 2031-01-01."),
])
def test_what_cannot_be_written_is_not(name, options, message, tmp_path):
    with pytest.raises(DiaryError) as wrong:
        rk.write_clinic_page(*build.made("ten nights"), tmp_path / name, **options)
    assert str(wrong.value) == message
    assert list(tmp_path.iterdir()) == []


def test_the_same_diary_gives_the_same_page():
    again = page_module.render_clinic_page(*build.made("30 nights"), made=build.MADE)
    assert text_of(again) == text_of(build.page("30 nights", "a4"))
