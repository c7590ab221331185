"""Pictures for pages and files: their words inside, light and dark, the same bytes every time."""

from __future__ import annotations

import subprocess
import sys
from html import unescape

import pandas as pd
import pytest

from rlskit.errors import DiaryError, ModelError
from rlskit.figures import alt_text, caption, plot_effects, render, save_picture
from rlskit.figures.style import DARK as DARK_COLOURS
from rlskit.figures.style import PAGE_WIDTH
from tests.helpers import picture_samples as samples
from tests.helpers.places import ROOT

KINDS = {"calendar": samples.make_nights(30), "weeks": samples.make_rates(8), "effects": samples.make_answers(),
         "onsets": samples.make_onsets(30), "sleep": samples.make_sleep(30), "tally": samples.make_tally(20),
         "dose": samples.make_curve(), "trend": samples.make_trend()}


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_saving_is_matplotlibs_own(kind, tmp_path):
    path = tmp_path / f"figure.{kind}"
    plot_effects(samples.make_answers()).figure.savefig(path)
    assert path.stat().st_size > 5000


@pytest.mark.parametrize("name", KINDS)
def test_a_saved_picture_holds_its_words_and_is_the_same_every_time(name, tmp_path):
    from PIL import Image
    from pypdf import PdfReader

    table, alt = KINDS[name], " ".join(alt_text(KINDS[name]).split())
    png, svg, pdf = (save_picture(table, tmp_path / "new" / f"x.{kind}") for kind in ("png", "svg", "pdf"))
    with Image.open(png) as picture:
        assert picture.size[0] == round(PAGE_WIDTH * 300) and picture.text["Description"] == alt
    assert alt[:40] in unescape(svg.read_text(encoding="utf-8"))
    reader = PdfReader(pdf)
    assert reader.metadata.subject == alt and float(reader.pages[0].mediabox.width) == PAGE_WIDTH * 72
    assert b"/Type3" not in pdf.read_bytes()  # journals turn such fonts away
    assert svg.read_bytes() == save_picture(table, tmp_path / "again.svg").read_bytes()
    assert not list(tmp_path.glob("**/*.part"))


def test_a_picture_of_another_kind_is_refused_by_its_name(tmp_path):
    with pytest.raises(DiaryError, match=r"x\.jpg: expected a name that ends in \.png, \.svg or \.pdf\."):
        save_picture(samples.make_rates(8), tmp_path / "x.jpg")


def test_a_table_without_a_picture_is_refused():
    with pytest.raises(ModelError, match="There is no picture for this table"):
        caption(pd.DataFrame({"a": [1]}))


@pytest.mark.parametrize("table", [samples.make_nights(40), samples.make_rates(8), samples.make_answers()])
def test_a_picture_for_a_page_follows_light_and_dark_and_is_the_same_every_time(table):
    picture = render(table)
    assert picture.svg.startswith("<svg")
    assert "prefers-color-scheme:dark" in picture.svg
    body = picture.svg.split("</style>", 1)[1]
    assert not any(colour in body for colour in DARK_COLOURS)
    assert picture == render(table)
    assert picture.caption == caption(table) and picture.alt == alt_text(table)


def test_a_page_is_drawn_without_pyplot():
    code = ("import sys; from tests.helpers import picture_samples as s; from rlskit.figures import render; "
            "render(s.make_answers()); sys.exit('matplotlib.pyplot' in sys.modules)")
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
