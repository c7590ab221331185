"""axe-core on the HTML report: nothing serious or critical for people who do not see the page, or use no mouse."""

from __future__ import annotations

import pytest

import rlskit as rk
from tests.helpers import picture_samples as samples

GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    diary = rk.read_diary(rk.sample_path())
    nights = samples.make_nights(180)
    folder = tmp_path_factory.mktemp("page")
    return rk.write_report(diary, nights, samples.make_answers(), samples.make_rates(26), folder,
                           sleep=samples.make_sleep(30), trend=samples.make_trend(), doses=[samples.make_curve()])


def grave(window):
    """(rule, what it is about) of every serious or critical finding of axe-core."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(window).response
    assert len(found["passes"]) > 10  # it really ran
    return [(one["id"], one["impact"], one["nodes"][0]["html"][:200]) for one in found["violations"]
            if one["impact"] in GRAVE]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_axe_finds_nothing_serious(chromium, page, scheme, width):
    window = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    window.goto(page.as_uri())
    assert grave(window) == []
    window.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert grave(window) == []
    window.close()


@pytest.mark.browser
def test_the_check_can_fail(chromium):
    window = chromium.new_page()
    window.set_content("<html lang='en'><title>x</title><main><h1>x</h1><img src='data:,'>"
                       "<p style='color:#bbb;background:#ccc'>pale words</p>" + "<p>z</p>" * 3 + "</main></html>")
    assert {rule for rule, *_ in grave(window)} >= {"image-alt", "color-contrast"}
    window.close()
