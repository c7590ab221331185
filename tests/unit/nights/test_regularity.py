"""Regularity measures against reference values (tests/oracles/regularity/vectors.json), to 1e-6."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rlskit as rk
from rlskit.nights import regularity as reg
from rlskit.nights.regularity_table import skipped_minutes
from tests.helpers.places import ORACLES

VECTORS = json.loads((ORACLES / "regularity" / "vectors.json").read_text())
DIARIES = {d["name"]: d for d in VECTORS["diaries"]}


def clock(text: str) -> int:
    hours, minutes = text.split(":")
    return 60 * int(hours) + int(minutes)


def arrays(diary: dict):
    """start, end (minutes after noon), free flags, sleep states; missing nights NaN."""
    nights = pd.date_range(diary["nights"][0][0], diary["nights"][-1][0])
    start, end, free, naps = np.full(len(nights), np.nan), np.full(len(nights), np.nan), np.zeros(len(nights), bool), []
    for night, onset, wake, sleeps, is_free, missing in diary["nights"]:
        i = nights.get_loc(night)
        if missing:
            continue
        start[i], end[i], free[i] = (clock(onset) - 720) % 1440, (clock(wake) - 720) % 1440, is_free
        naps += [(i, (clock(a) - 720) % 1440, (clock(b) - 720) % 1440) for a, b in sleeps]
    skipped = skipped_minutes(nights, pd.Series(diary["tz"], index=nights))
    return start, end, free, reg.asleep_minutes(start, end, naps, skipped)


def same(found, expected):
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    return np.allclose(found, expected, rtol=0, atol=1e-6, equal_nan=True)


@pytest.mark.parametrize("name", DIARIES)
def test_sleep_regularity_index(name):
    value, days = reg.sri(arrays(DIARIES[name])[3], least_pairs=1)
    assert same(value, DIARIES[name]["sri"]) and same(days, DIARIES[name]["pair_days"])


@pytest.mark.parametrize("name", DIARIES)
def test_person_measures(name):
    start, end, free, _ = arrays(DIARIES[name])
    expected = DIARIES[name]["person"]
    mid, known = reg.mid_sleep(start, end), ~np.isnan(start)
    assert same(reg.clock_sd(start)[0], expected["wrapped_sd_on_min"])
    assert same(reg.clock_sd(mid)[0], expected["wrapped_sd_mid_min"])
    assert same(reg.rmssd(mid), (expected["rmssd_mid_min"], expected["n_consecutive_pairs"]))
    if expected["sjl_signed_min"] is None:
        return
    assert same(reg.shift_between(mid[known & free], mid[known & ~free]), expected["sjl_signed_min"])
    msf = reg.corrected_mid_sleep(mid, (end - start) / 60, free)
    assert same((msf + 720) % 1440, expected["MSFsc_min"])
    assert same(reg.phase_deviation(mid, msf)[0], expected["cpd_MSFsc_only_nights_with_previous_h"])


@pytest.mark.parametrize("name", DIARIES)
def test_night_level_predictors_look_only_back(name):
    start = arrays(DIARIES[name])[0]
    assert same(reg.past_clock_sd(start), np.array(DIARIES[name]["past7_sd"], dtype=float))
    assert same(reg.past_clock_sd(start, window=14, least=7), np.array(DIARIES[name]["past14_sd"], dtype=float))
    tonights = np.array(DIARIES[name]["shift"], dtype=float)
    assert same(reg.last_shift(start)[1:], tonights[:-1])


@pytest.mark.parametrize("row", VECTORS["social_jetlag"], ids=lambda r: f"{r['msw']} {r['msf']}")
def test_social_jetlag_takes_the_shorter_arc(row):
    found = reg.shift_between(np.array([clock(row["msf"])]), np.array([clock(row["msw"])])) / 60
    assert np.isclose(found, row["sjl_rel_h_shorter"], atol=1e-6)


def test_an_all_nighter_is_data_and_a_missing_night_is_not():
    start, end = np.full(8, 660.0), np.full(8, 1140.0)
    whole = reg.sri(reg.asleep_minutes(start, end))
    assert whole == (100.0, 7.0)
    end[4] = start[4]  # no sleep at all: eight hours differ from the night before and the night after
    assert same(reg.sri(reg.asleep_minutes(start, end)), (100 - 200 * 2 * 480 / (7 * 1440), 7.0))
    start[4] = np.nan
    assert reg.sri(reg.asleep_minutes(start, end)) == (100.0, 5.0)


def test_spring_forward_skips_an_hour_of_one_window_only():
    nights = pd.date_range("2026-03-27", periods=4)
    assert skipped_minutes(nights, pd.Series("Europe/London", index=nights)) == [(1, 780.0, 840.0)]  # 01:00 to 02:00
    assert skipped_minutes(nights, pd.Series("", index=nights)) == []
    autumn = pd.date_range("2026-10-23", periods=4)
    assert skipped_minutes(autumn, pd.Series("Europe/London", index=autumn)) == []


def test_too_few_pairs_give_nothing():
    asleep = reg.asleep_minutes(np.full(5, 660.0), np.full(5, 1140.0))
    assert np.isnan(reg.sri(asleep)[0]) and reg.sri(asleep)[1] == 4.0
    assert np.isnan(reg.sri_interval(asleep)).all()


def test_the_interval_holds_its_own_estimate_on_a_long_diary():
    rng = np.random.default_rng(5)
    asleep = reg.asleep_minutes(660 + rng.normal(0, 60, 90), 1140 + rng.normal(0, 60, 90))
    low, high = reg.sri_interval(asleep)
    assert -100 < low < reg.sri(asleep)[0] < high < 100


@given(st.lists(st.floats(-5000, 5000), min_size=1, max_size=50))
def test_wrap_stays_within_half_a_day(minutes):
    wrapped = reg.wrap(np.array(minutes))
    assert ((wrapped > -720.0000001) & (wrapped <= 720)).all()
    assert np.allclose(np.cos(wrapped * np.pi / 720), np.cos(np.array(minutes) * np.pi / 720), atol=1e-6)


@given(st.lists(st.floats(0, 1439), min_size=3, max_size=30), st.floats(0, 1439))
def test_spread_does_not_depend_on_the_hour(minutes, turn):
    there = np.array(minutes)
    if np.hypot(np.cos(there * np.pi / 720).mean(), np.sin(there * np.pi / 720).mean()) < 0.1:
        return  # times all round the clock have no mean to speak of
    assert np.isclose(reg.clock_sd(there)[0], reg.clock_sd((there + turn) % 1440)[0], atol=1e-6)


def test_the_card_of_the_sample():
    card = rk.measure_regularity(rk.read_diary(rk.sample_path())).set_index("measure")
    assert card.loc["Sleep regularity index", "n"] > 56
    assert card.loc["Sleep regularity index", "lower"] < card.loc["Sleep regularity index", "value"]
    assert card.loc["Social jetlag", "note"] == "needs 5 work and 3 free nights, as free_night says"
    assert np.isnan(card.loc["Social jetlag", "value"])


def test_no_times_no_card(tmp_path):
    (tmp_path / "d.csv").write_text("night,symptoms,lights_out,woke_up\n2026-03-01,yes,,\n")
    with pytest.raises(rk.DiaryError, match="expected nights with lights-out and waking times, found none"):
        rk.measure_regularity(rk.read_diary(tmp_path / "d.csv"))
