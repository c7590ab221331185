"""The decision records: short, with figures and details behind a heading, and all of them in the index."""

from __future__ import annotations

import re

import pytest

from tests.helpers.places import ROOT

FOLDER = ROOT / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
MOST_WORDS = 400
ROW = re.compile(r"^\| \[(\d{4})\]\((\d{4}-[\w-]+\.md)\) \| \S.* \| (\S.*) \| \d{4}-\d\d-\d\d \|$", re.MULTILINE)


def before_the_figures(text):
    """A record up to its first heading, such as Measured or In detail."""
    return text.split("\n## ")[0]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_a_decision_is_said_first_and_in_few_words(path):
    text = path.read_text(encoding="utf-8")
    assert len(before_the_figures(text).split()) <= MOST_WORDS
    assert "**Deci" in before_the_figures(text)


def test_the_index_has_every_record_with_its_status_and_date():
    rows = ROW.findall((FOLDER / "README.md").read_text(encoding="utf-8"))
    assert [(number, file) for number, file, _ in rows] == [(path.name[:4], path.name) for path in RECORDS]
