"""Reprs as HTML: nothing lost, nothing taken for a tag, columns as a table."""

from __future__ import annotations

import dataclasses
import inspect
import pickle
import re
import sys
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

import rlskit as rk
from rlskit.pages.clinic.facts import ClinicFacts
from rlskit.utils.shown import Columns, Description, Shown


class Fit(Shown):
    def parts(self):
        return ["A fit of 9 nights", "  one note", "", Columns([
            ("", "log odds", "std. error"), ("stretched", "-0.5", "0.1"), ("<b>x</b>", "1.25", "open"),
            ("iron", "— and no error")]), "", "Next: go on"]


def words(html):
    return unescape(re.sub("<[^>]+>", " ", html)).split()


def test_columns_are_a_table_and_indented_lines_a_list():
    assert Fit()._repr_html_() == (
        '<div class="rlskit mathjax_ignore"><p>A fit of 9 nights</p><ul><li>one note</li></ul>'
        '<table><thead><tr><th scope="col"></th><th scope="col">log odds</th><th scope="col">std. error</th></tr>'
        '</thead><tbody><tr><th scope="row">stretched</th><td>-0.5</td><td>0.1</td></tr>'
        '<tr><th scope="row">&lt;b&gt;x&lt;/b&gt;</th><td>1.25</td><td>open</td></tr>'
        '<tr><th scope="row">iron</th><td colspan="2">— and no error</td></tr></tbody></table><p>Next: go on</p></div>')


def test_text_sets_names_to_the_left_and_numbers_to_the_right_and_a_wide_cell_widens_nothing():
    assert repr(Fit()).split("\n") == [
        "A fit of 9 nights", "  one note", "",
        "           log odds  std. error",
        "stretched      -0.5         0.1",
        "<b>x</b>       1.25        open",
        "iron       — and no error", "", "Next: go on"]


CELLS = st.lists(st.text("ab <&:,—", max_size=9), min_size=1, max_size=4)


@given(CELLS, st.lists(CELLS, max_size=4))
def test_no_word_is_lost_and_none_becomes_a_tag(head, rows):
    table = Columns([head, *(row[: len(head)] for row in rows)])
    assert words(table.html()) == " ".join(table.lines()).split()
    assert words(table.html()) == " ".join(cell for row in table.rows for cell in row).split()


def test_a_period_says_what_it_is():
    nights = rk.make_nights(rk.read_diary(rk.sample_path() / "other-formats" / "template" / "template.csv"))
    this, _ = rk.split_periods(nights)
    assert repr(this).startswith(f"Period of {this.n_nights} nights, ")
    assert f"<li>{this.n_answered} answered, longest gap" in this._repr_html_()
    assert "too few for rates" in repr(rk.split_periods(nights.head(8))[0])


def test_every_public_verb_that_returns_a_result_of_ours_returns_one_that_a_notebook_can_show():
    shown = {}
    for name in rk.__all__:
        verb = getattr(rk, name)
        if inspect.isfunction(verb):
            kind = getattr(sys.modules[verb.__module__], str(verb.__annotations__.get("return")), None)
            if dataclasses.is_dataclass(kind) and name != "name_outcome":  # an argument, and no result
                shown[name] = hasattr(kind, "_repr_html_")
    assert {"read_diary", "read_mapping", "read_facts", "simulate_diaries", "estimate_effects"} <= set(shown)
    assert [name for name, has in shown.items() if not has] == []


def test_what_is_typed_or_made_up_is_shown_in_a_few_lines(tmp_path):
    (tmp_path / "rlskit.toml").write_text('timezone = "Europe/London"\n[tags."<b>"]\ncolumn = "symptoms"\n')
    mapping = rk.read_mapping(tmp_path / "rlskit.toml")
    assert repr(mapping) == "Mapping of 1 tag, time zone Europe/London\n  <b>: symptoms"
    assert "&lt;b&gt;: symptoms" in mapping._repr_html_()
    made = rk.simulate_diaries(people=2, nights=40, seed=1)
    assert repr(made).startswith("Simulated diaries: 2 of 40 nights each, symptoms on ")
    assert "<p>Simulated" in made._repr_html_()
    facts = ClinicFacts(name="R. L.", questions=("Why?", "When?"))
    assert repr(facts) == ("Facts for the clinic page of R. L.\n  2 questions\n"
                           "  next: rk.write_clinic_page(..., facts=facts)")
    assert "<p>Facts" in facts._repr_html_()


def test_a_description_is_its_text_and_in_a_notebook_its_parts():
    told = Description("Title\n- <a>\n", [("Title", ("one & two",), ()), ("Limits", (), ("<a>", "$5 … $9"))])
    assert told == "Title\n- <a>\n" and f"{told:.5}" == "Title"
    assert told._repr_html_() == (
        '<div class="rlskit mathjax_ignore"><h4>Title</h4><p>one &amp; two</p><h3>Limits</h3><ul><li>&lt;a&gt;</li>'
        "<li>$5 … $9</li></ul></div>")
    again = pickle.loads(pickle.dumps(told))
    assert again == told and again._repr_html_() == told._repr_html_()
