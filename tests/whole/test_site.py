"""The documentation site in a real browser, on a phone and, in the dark, on a screen.

It is built here without its notebooks and figures, and one page of each kind is looked at. `make docs-look` looks at
every page of the site that `make docs` built.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import site_parts

from tests.helpers.places import ROOT

pytestmark = pytest.mark.browser
GRAVE = ("serious", "critical")
LOOKS = ((390, "light"), (1366, "dark"))
BUILT = os.environ.get("RLSKIT_SITE", "")
KINDS = ("index", "benchmarks/attacks", "reference/formats", "reference/python/Fit")
NAMES = ("Fit", "make_nights", "read_diary")  # of the hundred that have a page, those that are built here
NO_SEARCH = "search_index.js"  # which a browser loads from a server alone


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site in a folder. The builder stops at a link or an anchor that leads nowhere (--strict)."""
    if BUILT:
        return Path(BUILT).resolve()
    folder = tmp_path_factory.mktemp("site")
    homes = site_parts.homes()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site_parts, "homes", lambda: {name: homes[name] for name in NAMES})
        patch.setattr(site_parts, "advice_table", lambda: "| the advice |\n|---|\n| sleep |")  # takes six seconds
        site_parts.gather(folder / "pages", run=False)
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--config-file", ROOT / "docs" / "mkdocs.yml",
         "--site-dir", folder / "site"], capture_output=True, text=True, check=False,
        env={**os.environ, "RLSKIT_PAGES": str(folder / "pages"), "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"})
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "site"


def pages(site):
    """Those of the builder; a notebook's page is the one that `rlskit report --notebooks` makes."""
    if not BUILT:
        return [site / f"{name}.html" for name in KINDS]
    return [page for page in sorted(site.rglob("*.html"))
            if page.name != "404.html" and page.parent.name != "notebooks"]


def grave(window):
    """(rule, what it is about) of every serious or critical finding of axe-core."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(window).response
    assert len(found["passes"]) > 10  # it really ran
    return [(one["id"], one["nodes"][0]["html"][:150]) for one in found["violations"] if one["impact"] in GRAVE]


def test_pages_fit_their_window_ask_nobody_and_can_be_read_by_all(chromium, site):
    window = chromium.new_page()
    asked, wrong = set(), set()
    window.on("request", lambda one: asked.add(one.url))
    window.on("pageerror", lambda one: NO_SEARCH in str(one) or wrong.add(str(one)))
    found = {}
    for width, scheme in LOOKS:
        window.set_viewport_size({"width": width, "height": 900})
        window.emulate_media(color_scheme=scheme)
        for page in pages(site):
            window.goto(page.as_uri())
            too_wide = window.evaluate("document.documentElement.scrollWidth > innerWidth") * ["too wide"]
            if faults := [*too_wide, *grave(window)]:
                found[page.relative_to(site).as_posix(), width] = faults
    window.close()
    assert (found, wrong) == ({}, set())
    assert {url for url in asked if not url.startswith((site.as_uri(), "data:", "blob:"))} == set()


def test_the_menu_of_a_phone_leads_from_the_first_page_to_a_how_to(chromium, site):
    window = chromium.new_page(viewport={"width": 390, "height": 900})
    window.goto((site / "index.html").as_uri())
    window.locator("label.md-header__button[for=__drawer]").click()
    window.locator("nav.md-nav--primary > ul > li > .md-nav__container", has_text="How to").click()
    window.locator("article").get_by_role("link", name="Apple Health", exact=True).click()
    assert window.locator("h1").inner_text().startswith("Apple Health")
    window.close()
