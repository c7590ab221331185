"""Reprs as HTML: nothing lost, nothing taken for a tag, columns as a table."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

import rlskit as rk
from rlskit.markup import as_html

LINES = ["A fit of 9 nights", "  one note", "", "            log odds  std. error", "stretched       -0.5         0.1",
         "<b>x</b>        1.25       open", "iron            —  ", "", "Next: go on"]


def words(html):
    return unescape(re.sub("<[^>]+>", " ", html)).split()


def test_columns_are_a_table_and_indented_lines_a_list():
    assert as_html(LINES) == (
        '<div class="rlskit"><p>A fit of 9 nights</p><ul><li>one note</li></ul>'
        '<table><thead><tr><th scope="col"></th><th scope="col">log odds</th><th scope="col">std. error</th></tr>'
        '</thead><tbody><tr><th scope="row">stretched</th><td>-0.5</td><td>0.1</td></tr>'
        '<tr><th scope="row">&lt;b&gt;x&lt;/b&gt;</th><td>1.25</td><td>open</td></tr>'
        '<tr><th scope="row">iron</th><td colspan="2">—</td></tr></tbody></table><p>Next: go on</p></div>')


@given(st.lists(st.text("ab <&:,  ", max_size=30), max_size=8))
def test_no_word_is_lost_and_none_becomes_a_tag(lines):
    assert words(as_html(lines)) == " ".join(lines).split()


def test_a_period_says_what_it_is():
    nights = rk.make_nights(rk.read_diary(rk.sample_path() / "other-formats" / "template" / "template.csv"))
    this, _ = rk.split_periods(nights)
    assert repr(this).startswith(f"Period of {this.n_nights} nights, ")
    assert f"<li>{this.n_answered} answered, longest gap" in this._repr_html_()
    assert "too few for rates" in repr(rk.split_periods(nights.head(8))[0])
