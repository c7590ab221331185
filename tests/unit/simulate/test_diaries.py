"""simulate_diaries: moments against numerical integration, truth against brute force, gaps and states.

Monte-Carlo tolerances are about four standard errors of the case at hand; seeds are fixed.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy.special import expit

from rlskit.diary.tables import NIGHT_COLUMNS, STATES
from rlskit.nights.regularity import asleep_minutes, last_shift, past_clock_sd, past_sri
from rlskit.simulate.diaries import simulate_diaries
from rlskit.simulate.settings import AMOUNTS, YES_NO

NOTHING = {"effects": {}, "person_sd": {}, "missing": 0.0}


def numbers(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype=float, na_value=np.nan)


def by_person(nights: pd.DataFrame, column: str) -> np.ndarray:
    return numbers(nights[column].astype("Float64")).reshape(nights["person"].nunique(), -1)


# --- shape -----------------------------------------------------------------------------------------------------------
def test_one_row_per_person_and_calendar_night_with_the_model_columns():
    made = simulate_diaries(people=3, nights=40, seed=1)
    assert [c for c in NIGHT_COLUMNS if c not in made.nights] == []
    assert all(f"{name}_state" in made.nights for name in (*YES_NO, *AMOUNTS))
    assert made.nights.groupby("person")["night"].nunique().tolist() == [40] * 3
    assert made.nights.groupby("person")["night"].diff().dropna().eq(pd.Timedelta(days=1)).all()
    assert made.nights["weekday"].astype(str).equals(made.nights["night"].dt.day_name().str[:3])
    assert made.nights.attrs["landmark"] == "21:00"


def test_a_seed_fixes_everything_and_another_seed_changes_it():
    first, again = simulate_diaries(nights=30, seed=7), simulate_diaries(nights=30, seed=np.random.default_rng(7))
    assert_frame_equal(first.nights, again.nights)
    assert_frame_equal(first.truth.estimands, again.truth.estimands)
    assert not first.nights["symptoms"].equals(simulate_diaries(nights=30, seed=8).nights["symptoms"])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.integers(1, 3), nights=st.integers(1, 40),
       missing=st.floats(0, 0.9), early=st.floats(0, 0.9), closed=st.floats(0, 1))
def test_states_say_what_the_values_say(seed, people, nights, missing, early, closed):
    table = simulate_diaries(people, nights, missing=missing, early_share=early, logging_depends_on_symptoms=closed,
                             tracked={"alcohol_drinks": (3, 9)}, seed=seed).nights
    for name in (*YES_NO, *AMOUNTS):
        state, value = table[f"{name}_state"], table[name]
        assert set(state) <= set(STATES)
        assert value.notna().equals(state.isin(["yes", "no"]))
        assert (value[value.notna()].astype(float) > 0).equals(state[value.notna()].eq("yes"))
    unwritten = table[~table["recorded"]]
    answers = [*YES_NO, *AMOUNTS, "severity_0_10", "onset_h", "stretch_min", "stretch_responsive"]
    assert unwritten[answers].isna().all(axis=None)
    told = table[table["symptoms"].notna()]
    assert told["onset_h"].notna().equals(told["symptoms"].astype(bool))
    assert told["severity_0_10"].gt(0).astype(bool).equals(told["symptoms"].astype(bool))


# --- what happens ----------------------------------------------------------------------------------------------------
def test_base_rate_is_the_share_of_symptom_nights():
    for rate in (0.1, 0.4):
        made = simulate_diaries(people=400, nights=180, base_rate=rate, person_sd={}, missing=0.0, seed=2)
        assert numbers(made.nights["symptoms"]).mean() == pytest.approx(rate, abs=0.01)


def test_neighbouring_nights_are_as_alike_as_the_process_says():
    """P(two symptom nights in a row) against two-dimensional Gauss-Hermite quadrature, without exposures."""
    made = simulate_diaries(people=500, nights=200, night_sd=1.5, night_correlation=0.7, early_share=0.0, seed=3,
                            **NOTHING)
    y = by_person(made.nights, "symptoms")
    at, weight = np.polynomial.hermite_e.hermegauss(60)
    weight = weight / weight.sum()
    b = made.truth.parameters["intercept"]
    for gap in (1, 3):
        r = 0.7**gap
        second = r * at[:, None] + np.sqrt(1 - r * r) * at[None, :]
        both = (weight[:, None] * weight[None, :] * expit(b + 1.5 * at)[:, None] * expit(b + 1.5 * second)).sum()
        assert (y[:, gap:] * y[:, :-gap]).mean() == pytest.approx(both, abs=0.009)


def test_early_share_is_the_share_of_symptom_nights_that_start_before_the_landmark():
    made = simulate_diaries(people=300, nights=100, early_share=0.35, seed=4, **NOTHING).nights
    ill = made[made["symptoms"]]
    assert ill["early_symptoms"].mean() == pytest.approx(0.35, abs=0.012)
    assert (ill["onset_h"] < 9).eq(ill["early_symptoms"]).all()  # the landmark, 21:00, is nine hours after noon


def test_stretching_is_preventive_or_responsive_never_both_ways():
    table = simulate_diaries(people=50, nights=100, missing=0.0, responsive_stretching=0.4, seed=5).nights
    early = table["early_symptoms"].astype(bool)
    assert not table.loc[early, "stretched"].fillna(False).any()
    assert table.loc[early & table["stretch_responsive"], "stretched_state"].eq("unknown_order").all()
    assert table.loc[~early, "stretched"].notna().all()
    assert not table.loc[~table["symptoms"].astype(bool), "stretch_responsive"].any()
    assert table.loc[table["symptoms"].astype(bool), "stretch_responsive"].mean() == pytest.approx(0.4, abs=0.045)


def test_stretching_because_of_symptoms_makes_useless_stretching_look_harmful():
    table = simulate_diaries(people=100, nights=100, seed=6, **NOTHING).nights
    any_stretch = table["stretched"].fillna(False) | table["stretch_responsive"]
    naive = table.loc[any_stretch, "symptoms"].mean() - table.loc[~any_stretch, "symptoms"].mean()
    quiet = table[~table["early_symptoms"]]
    landmark = (quiet.loc[quiet["stretched"], "symptoms"].mean() - quiet.loc[~quiet["stretched"], "symptoms"].mean())
    assert naive > 0.1
    assert landmark == pytest.approx(0.0, abs=0.03)


def test_exposures_are_realistic():
    table = simulate_diaries(people=200, nights=120, missing=0.0, seed=7, **{"person_sd": {}, "effects": {}}).nights
    weekend = table["weekday"].isin(["Fri", "Sat"])
    assert table.loc[weekend, "alcohol_drinks"].mean() > 2 * table.loc[~weekend, "alcohol_drinks"].mean()
    morning = table["caffeine_before_noon_mg"].gt(0)
    assert 0.7 < morning.mean() < 0.9
    sd = numbers(table["bedtime_sd_7_min"])
    low, high = np.nanquantile(sd, [0.05, 0.95])
    assert low < 15 and high > 90  # the contrast of the regularity question lies inside what people do
    stretched = by_person(table, "stretched")
    pairs = ~np.isnan(stretched[:, 1:]) & ~np.isnan(stretched[:, :-1])
    assert np.corrcoef(stretched[:, 1:][pairs], stretched[:, :-1][pairs])[0, 1] > 0.3


# --- gaps and regimes ------------------------------------------------------------------------------------------------
def test_missing_nights_are_as_many_as_asked_and_gaps_are_empty():
    made = simulate_diaries(people=100, nights=100, missing=0.3, gaps=((20, 26),), seed=8)
    recorded = by_person(made.nights, "recorded")
    assert not recorded[:, 20:27].any()
    assert np.delete(recorded, np.s_[20:27], axis=1).mean() == pytest.approx(0.7, abs=0.02)
    assert len(made.sleeps) == recorded.sum()


def test_logging_that_depends_on_symptoms_loses_symptom_free_nights_only():
    always = simulate_diaries(people=40, nights=100, seed=9)
    shy = simulate_diaries(people=40, nights=100, logging_depends_on_symptoms=0.4, seed=9)
    lost = always.nights["recorded"] & ~shy.nights["recorded"]
    free = ~always.nights["symptoms"].fillna(True)
    assert lost[~free].sum() == 0
    assert lost[free].mean() == pytest.approx(0.4, abs=0.03)
    assert_frame_equal(always.truth.estimands, shy.truth.estimands)


def test_outside_its_regime_a_column_is_not_tracked():
    table = simulate_diaries(nights=50, tracked={"alcohol_drinks": (20, 39), "iron": (0, 9)}, seed=10).nights
    inside = table["day_index"].between(20, 39)
    assert table["alcohol_drinks_state"].eq("not_tracked").equals(~inside)
    assert table["iron_state"].eq("not_tracked").equals(~table["day_index"].between(0, 9))
    assert not table["stretched_state"].eq("not_tracked").any()


# --- sleep, never looking ahead --------------------------------------------------------------------------------------
def test_past_sleep_columns_agree_with_the_regularity_module():
    made = simulate_diaries(people=3, nights=80, missing=0.3, seed=11)
    for person, mine in made.nights.groupby("person"):
        slept = made.sleeps[made.sleeps["person"].eq(person)].set_index("night").reindex(mine["night"])
        bed, wake = ((slept[c] - slept.index) / pd.Timedelta(minutes=1) for c in ("lights_out", "woke_up"))
        bed, wake = bed.to_numpy(), wake.to_numpy()
        np.testing.assert_allclose(numbers(mine["bedtime_sd_7_min"]), past_clock_sd(bed), atol=1e-6)
        np.testing.assert_allclose(numbers(mine["last_shift_min"]), last_shift(bed), atol=1e-9)
        np.testing.assert_allclose(numbers(mine["sri_7"]), past_sri(asleep_minutes(bed - 720, wake - 720)), atol=1e-9)
        np.testing.assert_allclose(numbers(mine["sleep_h"])[1:], ((wake - bed) / 60)[:-1], atol=1e-9)


def test_stretched_days_count_the_fourteen_nights_before():
    table = simulate_diaries(nights=60, missing=0.02, seed=12).nights
    for i in range(60):
        before = table["stretched"].iloc[max(0, i - 14):i]
        count = table["stretched_days_14"].iloc[i]
        known = before.notna().sum()
        assert count == round(before.sum() * 14 / known) if known >= 10 else pd.isna(count)


# --- the truth -------------------------------------------------------------------------------------------------------
def brute_force(made, people_sd: dict[str, float], draws: int, seed: int) -> dict[str, float]:
    """The five estimands by playing every night `draws` times under a and under b, coins tossed and all.

    Uses recorded exposures only; the diaries it is used on have no missing nights and every planned stretch visible.
    """
    rng = np.random.default_rng(seed)
    table, truth = made.nights, made.truth.parameters
    effects, share = truth["effects"], truth["early_share"]
    x = {k: numbers(table[k].astype("Float64")) for k in ("caffeine_after_noon_mg", "alcohol_drinks",
                                                          "bedtime_sd_7_min")}
    played: dict[str, list] = {k: [] for k in ("stretched", *x)}

    def night(values: dict, stretch: float) -> tuple[np.ndarray, np.ndarray]:
        f = truth["intercept"] + u["intercept"] + e + sum(effects[k] * values[k] for k in x)
        early = coin_1 < share * expit(f)
        late = coin_2 < expit(f + np.log(1 - share) + (effects["stretched"] + u["stretched"]) * stretch)
        return early, late

    for row in range(len(table)):
        here = {k: v[row] for k, v in x.items()}
        e = truth["night_sd"] * rng.standard_normal(draws)
        u = {k: people_sd.get(k, 0.0) * rng.standard_normal(draws) for k in ("intercept", "stretched")}
        coin_1, coin_2 = rng.random((2, draws))
        early, late = night(here, 1.0)
        played["stretched"].append((late[~early].sum() - night(here, 0.0)[1][~early].sum(), (~early).sum()))
        for term, a, b in (("caffeine_after_noon_mg", 200, 0), ("alcohol_drinks", 2, 0), ("bedtime_sd_7_min", 90, 15)):
            ill = [np.logical_or(*night({**here, term: value}, 0.0)).mean() for value in (a, b)]
            played[term].append(ill[0] - ill[1])
    top, bottom = np.array(played.pop("stretched"), dtype=float).sum(axis=0)
    return {"stretched": 30 * top / bottom, "stretched_before": 30 * top / (draws * len(table)),
            **{k: 30 * float(np.mean(v)) for k, v in played.items()}}


@pytest.mark.parametrize("people", [1, 2])
def test_truth_is_what_playing_the_nights_gives(monkeypatch, people):
    """Tiny diaries in which nobody plans to stretch, so that every input of the truth is visible in the table."""
    from rlskit.simulate import diaries as simulate

    real = simulate.draw_exposures

    def nobody_stretches(*args):
        x, bed, wake = real(*args)
        return {**x, "planned": np.zeros_like(x["planned"]), "bedtime_sd_7_min": np.full_like(x["planned"], 40.0),
                "shown_sd": np.full_like(x["planned"], 40.0)}, bed, wake

    monkeypatch.setattr(simulate, "draw_exposures", nobody_stretches)
    people_sd = {"intercept": 1.2, "stretched": 0.8} if people > 1 else {}
    made = simulate_diaries(people, 8, person_sd=people_sd, missing=0.0, seed=13)
    assert_true_size(made.truth.estimands, brute_force(made, people_sd, 300_000, seed=1), 0.06)


def assert_true_size(estimands: pd.DataFrame, played: dict[str, float], tolerance: float) -> None:
    stated = estimands.set_index("term")["nights_per_30"]
    assert list(stated.index) == ["stretched", "stretched_before", "caffeine_after_noon_mg", "alcohol_drinks",
                                  "bedtime_sd_7_min"]
    for term, value in played.items():
        assert stated[term] == pytest.approx(value, abs=tolerance), term


def test_planned_stretches_soften_the_truth_about_caffeine():
    """P(any symptoms) with a planned stretch, against coin tosses."""
    from rlskit.simulate.truth import any_symptoms

    rng = np.random.default_rng(14)
    for f, effect in ((0.3, -1.6), (-1.0, 0.5)):
        early = rng.random(400_000) < 0.3 * expit(f)
        late = rng.random(400_000) < expit(f + np.log(0.7) + effect)
        assert any_symptoms(np.array(f), np.array(effect), 0.3) == pytest.approx((early | late).mean(), abs=0.004)
    assert any_symptoms(np.array(0.3), np.array(0.0), 0.3) == pytest.approx(expit(0.3), abs=1e-12)


def test_without_an_effect_the_truth_is_zero():
    truth = simulate_diaries(nights=30, effects={}, seed=15).truth
    assert truth.estimands["nights_per_30"].tolist() == pytest.approx([0.0] * 5, abs=1e-12)


def test_a_column_whose_effect_is_stated_has_a_true_size_too():
    effects = {"magnesium": -1.2, "iron": 0.0}
    truth = simulate_diaries(nights=30, effects=effects, night_sd=0.8, missing=0.0, seed=18).truth
    stated = truth.estimands.set_index("term")["nights_per_30"]
    f = truth.parameters["intercept"] + 0.8 * np.random.default_rng(18).normal(size=400_000)
    assert stated["magnesium"] == pytest.approx(30 * (expit(f - 1.2) - expit(f)).mean(), abs=0.02)
    assert list(stated.index[5:]) == ["iron", "magnesium"] and stated["iron"] == 0.0


def test_people_have_their_own_effects_that_average_to_the_common_one():
    truth = simulate_diaries(people=400, nights=20, person_sd={"intercept": 1.0, "stretched": 0.8}, seed=16).truth
    assert truth.people["intercept"].std() == pytest.approx(1.0, abs=0.15)
    stated = truth.estimands.set_index("term")["nights_per_30"]
    for term in stated.index:
        own = truth.people[f"{term}_nights_per_30"]
        assert own.mean() == pytest.approx(stated[term], abs=4 * own.std() / 20), term
    assert truth.people["stretched_nights_per_30"].std() > 1


def test_one_person_has_no_deviation_from_the_effects():
    truth = simulate_diaries(nights=30, seed=17).truth
    assert truth.parameters["person_sd"] == {}
    assert (truth.people[["intercept", "stretched"]] == 0).all(axis=None)
    assert truth.people["stretched_nights_per_30"].iloc[0] == pytest.approx(truth.estimands["nights_per_30"].iloc[0])


# --- options ---------------------------------------------------------------------------------------------------------
def test_a_stretch_that_is_done_anyway_never_answers_the_same_evening():
    """Planned stretches go on whether or not the legs are restless already; what they do comes after the landmark."""
    sure = {**NOTHING, "night_sd": 0.0, "responsive_stretching": 0.0, "early_share": 0.5}
    waits = simulate_diaries(nights=4000, seed=2, **sure).nights
    anyway = simulate_diaries(nights=4000, seed=2, stretch_anyway=1.0, **sure).nights
    early, stretched = anyway["early_symptoms"].astype(bool), anyway["stretched"].astype(bool)
    assert stretched[early].mean() == pytest.approx(stretched[~early].mean(), abs=0.06)
    assert not waits.loc[waits["early_symptoms"], "stretched"].any()
    assert (waits["stretched"] == (stretched & ~waits["early_symptoms"])).all()


def test_traits_sites_and_landmarks_leave_every_other_draw_as_it_was():
    same = {"people": 6, "nights": 20, "seed": 3}
    plain = simulate_diaries(**same).nights
    more = simulate_diaries(**same, sites=2, other_landmarks=True).nights
    assert more[list(plain)].equals(plain)
    assert more.groupby("person")["site"].first().tolist() == ["site 1", "site 2"] * 3
    earlier, later = more["early_symptoms_1h_earlier"], more["early_symptoms_1h_later"]
    assert (earlier <= more["early_symptoms"]).fillna(True).all()
    assert (more["early_symptoms"] <= later).fillna(True).all()
    assert earlier.sum() < more["early_symptoms"].sum() < later.sum()
    assert more["stretched_1h_earlier"].sum() < more["stretched"].sum() <= more["stretched_1h_later"].sum()


def test_a_trait_moves_the_effect_of_stretching_of_those_who_have_it():
    made = simulate_diaries(people=400, nights=10, seed=5, traits={"takes_iron": -1.5}, early_share=0.0,
                               person_sd={"intercept": 0.5, "stretched": 0.3}, effects={"stretched": -0.5})
    has = made.nights.groupby("person")["takes_iron"].first()
    own = made.truth.people.set_index("person")["stretched_nights_per_30"]
    assert has.sum() == 200
    assert -11 < own[has].mean() - own[~has].mean() < -5
    average = made.truth.estimands.set_index("term").loc["stretched", "nights_per_30"]
    assert average == pytest.approx(own.mean(), abs=0.3)
