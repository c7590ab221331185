"""rlskit plan and rlskit tonight: what they write and say, and one sentence for what is wrong."""

import datetime as dt
import re

import pytest
from click.testing import CliRunner

import rlskit as rk
from rlskit.cli import cli
from rlskit.cli.trial import _evening
from tests.helpers.unwrapped import unwrapped

TOMORROW = dt.date.today() + dt.timedelta(days=1)


def run(*words):
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trial") / "plan"
    return folder, run("plan", rk.sample_path(), "--out", folder)


def test_a_diary_and_nothing_else(made):
    folder, done = made
    assert done.exit_code == 0, done.output
    plan = rk.read_plan(folder)
    assert plan.treatment == "calf stretch at 19:30" and plan.timezone
    assert abs((plan.start - TOMORROW).days) <= 1  # the diary's zone may have another date than this computer's
    assert sorted(path.name for path in folder.iterdir()) == ["nights.csv", "nights.ics", "plan.json", "rlskit.toml",
                                                              "sheet.pdf"]
    assert plan.sha256 in done.output and "this cannot be blinded" in " ".join(done.output.split())
    assert max(map(len, done.output.split("\n\nWrote")[0].splitlines())) <= 80


def test_tonight(made):
    folder, _ = made
    plan = rk.read_plan(folder)
    for number in (0, 1, -1):
        one = plan.schedule[number]
        said = run("tonight", folder, "--on", one.night).output
        assert re.fullmatch(rf"Tonight, \w+day \d+ \w+ \d+: {plan.treatment if one.treat else plan.control}\. Night "
                            rf"\d+ of {len(plan.schedule)}\.", unwrapped(said))
    before, after = plan.start - dt.timedelta(days=1), plan.end + dt.timedelta(days=1)
    assert run("tonight", folder, "--on", before).output.startswith("No coin tonight: the first of ")
    said = unwrapped(run("tonight", folder / "plan.json", "--on", after).output)
    assert "Read the answer with `rlskit analyse`." in said
    assert run("tonight", folder).exit_code == 0


def test_after_midnight_it_is_still_the_same_evening():
    at = dt.datetime(2027, 1, 5, 3, 59)
    assert _evening(at) == dt.date(2027, 1, 4) and _evening(at + dt.timedelta(minutes=1)) == dt.date(2027, 1, 5)


def test_without_a_diary(tmp_path):
    start = TOMORROW + dt.timedelta(days=7)
    done = run("plan", "--rate", 0.4, "--treatment", "evening walk at 18:00", "--control", "reading", "--nights", 60,
               "--design", "blocks of 4", "--looks", "monthly", "--also", "severity_0_10", "--also", "sleep_h",
               "--start", start, "--timezone", "Europe/London", "--paper", "letter", "--out", tmp_path / "trial")
    assert done.exit_code == 0, done.output
    plan = rk.read_plan(tmp_path / "trial")
    assert (plan.start, plan.control, plan.looks, plan.design) == (start, "reading", (28, 60), "blocks of 4")
    assert [one.column for one in plan.outcomes] == ["symptoms", "severity_0_10", "sleep_h"]


WRONG = {
    "neither": (["plan"], "plan: expected the files of a diary, or --rate with the share of nights with symptoms, "
                          "found neither."),
    "both": (["plan", ".", "--rate", "0.5"], "found both."),
    "medicine": (["plan", "--rate", "0.5", "--treatment", "Sifrol at 20:00"],
                 "such as a calf stretch. A coin must never decide about medicine"),
    "rate": (["plan", "--rate", "1.5"], "rlskit: --rate: found 1.5; expected the share of nights with symptoms"),
    "late": (["plan", "--rate", "0.5", "--treatment", "walk at 23:00"], "rlskit: --treatment: found 23:00;"),
    "else": (["plan", "--rate", "0.5", "--control", "my Lyrica"], 'rlskit: --control: found "Lyrica"'),
    "also": (["plan", "--rate", "0.5", "--also", "mood"], "rlskit: --also: found ['mood'];"),
    "few": (["plan", "--rate", "0.5", "--nights", "30"], "rlskit: --nights: found 30; expected 40 to 1095."),
    "over": (["plan", "--rate", "0.5", "--start", "2026-01-05"], "rlskit: --start: found 5 January 2026, and the "
                                                                 "plan is made on"),
    "zone": (["plan", "--rate", "0.5", "--timezone", "Mars"], "expected an IANA time zone"),
    "no plan": (["tonight", "nowhere"], "no plan there"),
}


@pytest.mark.parametrize(("words", "message"), WRONG.values(), ids=WRONG)
def test_one_sentence_for_what_is_wrong(tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    done = run(*words, *(["--out", "trial"] if words[0] == "plan" else []))
    assert done.exit_code == 1 and message in unwrapped(done.stderr)
    assert list(tmp_path.iterdir()) == []


def test_an_edited_plan_and_a_second_one(made, tmp_path):
    folder, _ = made
    assert "never overwritten" in run("plan", "--rate", 0.5, "--nights", 40, "--out", folder).stderr
    text = (folder / "plan.json").read_text(encoding="utf-8")
    (tmp_path / "plan.json").write_text(text.replace('"treat": true', '"treat": false', 1), encoding="utf-8")
    assert "this plan was changed after it was sealed" in unwrapped(run("tonight", tmp_path).stderr)


def test_two_plans_at_once(made):
    folder, done = made
    after = rk.read_plan(folder).end + dt.timedelta(days=1)
    words = ("plan", "--rate", 0.5, "--treatment", "walk at 18:00", "--nights", 40, "--out")
    said = unwrapped(run(*words, folder.parent / "walk").output)
    assert ("Two at once cannot be told apart: follow one of them, or begin this one afterwards, with --start "
            f"{after}.") in said
    for alone in (done, run(*words, folder.parent / "later", "--start", after + dt.timedelta(days=40))):
        assert alone.exit_code == 0 and "at once" not in alone.output
