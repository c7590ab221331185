"""Severity and numbers: every row that can fire does so for a planted fault, and says it in the outcome's own words."""

import numpy as np
import pandas as pd
import pytest
from scipy.signal import lfilter
from scipy.special import stdtr

import rlskit as rk
from rlskit.checks.comparison import nights_per_column, overlap, separation, switches
from rlskit.checks.controls import negative_control, tomorrow
from rlskit.checks.e_value import e_value, e_value_row
from rlskit.checks.influence import influence
from rlskit.checks.missing import effect_bounds, rate_bounds, tipping_point
from rlskit.checks.omitted_terms import trend, weekday
from rlskit.checks.residuals import residual_persistence, residuals
from rlskit.checks.tracking import regimes
from rlskit.checks.unit import unit_of
from rlskit.models.columns import NIGHT
from tests.unit.checks.build import diary, material

KINDS = {"severity": rk.ORDINAL, "sleep_h": rk.GAUSSIAN}
each_kind = pytest.mark.parametrize("kind", KINDS)


def nights_of(kind, n=160, seed=1, worse=0.0, **columns):
    """A diary whose nights are worse by `worse` (n,), in standard deviations: severity 0 to 4, or hours of sleep."""
    table = diary(n, seed=seed, **columns)
    bad = np.random.default_rng(seed + 100).normal(size=n) + (worse(table) if callable(worse) else worse)
    table[kind] = np.clip(np.round(2 + 1.2 * bad), 0, 4) if kind == "severity" else 7 - bad
    return table


def with_done(much):
    return lambda table: much * table["done"].astype(float).to_numpy()


def made(kind, table, formula="{} ~ done", **options):
    return material(table, formula.format(kind), outcome=KINDS[kind], **options)


def empty(table, kind, outcome=(), both=()):
    table = table.copy()
    table.loc[[*outcome, *both], kind] = np.nan
    table.loc[list(both), "done"] = pd.NA
    return table


# --- what the exposure cannot have caused --------------------------------------------------------------------------
@each_kind
def test_the_negative_control_fires_on_a_response_of_the_same_evening(kind):
    def early(rng, table):
        return rng.random(len(table)) < 0.25

    def answering(rng, table):
        return np.where(table["early_symptoms"], rng.random(len(table)) < 0.9, rng.random(len(table)) < 0.35)

    for habit, result in ((answering, "fail"), (lambda rng, t: rng.random(len(t)) < 0.5, "pass")):
        found = negative_control(made(kind, nights_of(kind, early_symptoms=early, done=habit), before="early_symptoms"))
        assert found.result == result and " nights in 30 " in found.sentence


@each_kind
def test_a_bad_night_that_changes_the_next_day_says_look(kind):
    table = nights_of(kind)
    bad = table[kind] > 2 if kind == "severity" else table[kind] < 6.8
    chance = np.where(bad.shift(1, fill_value=False), 0.9, 0.25)
    table["done"] = pd.array(np.random.default_rng(3).random(160) < chance, dtype="boolean")
    found = tomorrow(made(kind, table))
    name, way, sign = ("severity", "higher", "+") if kind == "severity" else ("sleep (h)", "lower", "−")
    points = " points" if kind == "severity" else ""
    assert found.result == "look"
    assert found.sentence.startswith(f"The nights before days with done had {name} {way} by {abs(found.value):.2f}"
                                     f"{points} ({sign}")


@each_kind
def test_a_habit_by_chance_is_silent_tomorrow(kind):
    """And no narrower than the answer, which is unclear: no pass."""
    found = tomorrow(made(kind, nights_of(kind, seed=3)))
    assert found.result == "could not have shown it" and found.lower < 0 < found.upper


# --- the fit itself ------------------------------------------------------------------------------------------------
def spells(table):
    bad = np.cumsum(np.random.default_rng(5).random(len(table)) < 0.1) % 2
    return 2.0 * bad


@each_kind
def test_memory_that_the_model_lacks_fails_and_its_own_takes_it_in(kind):
    table = nights_of(kind, seed=3, worse=spells)
    assert residual_persistence(made(kind, table, night_to_night=False)).result == "fail"
    if kind == "severity":
        assert residual_persistence(made(kind, table)).result == "pass"
    weekly = nights_of(kind, worse=2.5 * (np.arange(160) % 7 < 2))
    assert residual_persistence(made(kind, weekly)).result == "fail"
    for persistence in (True, False):
        chance = made(kind, nights_of(kind, seed=3), night_to_night=persistence)
        assert residual_persistence(chance).result == "pass"


def test_fresh_noise_on_top_of_a_memory_of_numbers_is_seen():
    """The model of numbers has no noise beside its memory (docs/decisions/0011): pure memory passes, both together do
    not."""
    memory = lfilter([1.0], [1.0, -0.9], np.random.default_rng(6).normal(size=300))
    pure = nights_of("sleep_h", 300).assign(sleep_h=7 + memory)
    noisy = pure.assign(sleep_h=pure["sleep_h"] + 3 * np.random.default_rng(7).normal(size=300))
    assert residual_persistence(made("sleep_h", pure)).result == "pass"
    assert residual_persistence(made("sleep_h", noisy)).result == "fail"


@each_kind
def test_residuals_are_of_mean_zero_and_spread_one(kind):
    for table, options in ((nights_of(kind, worse=spells), {}), (people(kind, 10, 20), {"slopes": ("done",)})):
        r = residuals(made(kind, table, **options))
        assert abs(r.mean()) < 0.15 and r.std() == pytest.approx(1, abs=0.12)
        assert abs(np.corrcoef(r[1:], r[:-1])[0, 1]) < 0.2


def people(kind, n, each, seed=3):
    rng = np.random.default_rng(seed)
    table = nights_of(kind, n * each, seed, worse=np.repeat(rng.normal(0, 1, n), each))
    return table.assign(person=np.repeat(np.arange(n), each), night=np.tile(np.arange(each), n))


@each_kind
def test_one_week_that_carries_the_claim_fails_and_weeks_that_agree_pass(kind):
    table = nights_of(kind, 84, done=lambda rng, t: t.index.isin([5, 20, 60, *range(35, 42)]),
                      worse=3.0 * np.isin(np.arange(84), range(35, 42)))
    found = influence(made(kind, table, night_to_night=False))
    assert found.result == "fail" and "the week from 6 April 2026 alone moves the answer from" in found.sentence
    steady = influence(made(kind, nights_of(kind, 140, worse=with_done(-1.5))))
    unit = " points" if kind == "severity" else ""
    assert steady.result == "pass"
    assert f"moves the answer by at most {abs(steady.value):.2f}{unit} (to " in steady.sentence


@each_kind
def test_one_person_that_carries_the_claim_fails(kind):
    table = people(kind, 5, 40)
    table["done"] = pd.array(np.random.default_rng(5).random(200) < 0.5, dtype="boolean")
    carries = table["person"].eq(2).to_numpy()
    bad = 4.0 if kind == "severity" else 2.0
    table.loc[carries & table["done"].to_numpy(bool), kind] = bad
    table.loc[carries & ~table["done"].to_numpy(bool), kind] = 0.0 if kind == "severity" else 9.0
    found = influence(made(kind, table, night_to_night=False))
    assert (found.check, found.result) == ("single people", "fail")


def test_a_level_seen_in_one_week_alone_can_be_left_out():
    """Without that week there are two thresholds less, one of them between others; points stay points."""
    table = nights_of("severity", 84, worse=with_done(1.0))
    table["severity"] = table["severity"].clip(0, 3).replace(2, 3)
    table.loc[21:27, "severity"] = [2, 9, 2, 9, 2, 9, 2]
    m = made("severity", table)
    night = m.fit.design.frame[NIGHT].to_numpy()
    keep = np.arange(84) // 7 != 3
    again = m.refit.keeping(keep, night).again()
    alone = made("severity", table[keep])
    assert again.estimate == pytest.approx(alone.refit.estimate, abs=1e-4)
    assert again.nights.family.shapes == m.refit.nights.family.shapes - 2


@each_kind
def test_a_trend_left_out_says_look_and_one_shared_with_the_exposure_fails(kind):
    line = np.linspace(-1.2, 1.2, 200)
    found = trend(made(kind, nights_of(kind, 200, worse=line)))
    assert found.result == "look"
    assert found.sentence.startswith("Nights follow a steady trend, which the model leaves out. With it, the answer ")
    shared = nights_of(kind, 200, worse=line, done=lambda rng, t: rng.random(len(t)) < np.linspace(0.05, 0.95, len(t)))
    assert trend(made(kind, shared, night_to_night=False)).result == "fail"
    assert trend(made(kind, nights_of(kind, 200))).result == "pass"


@each_kind
def test_weekends_left_out_say_look(kind):
    weekend = np.arange(140) % 7 >= 5
    assert weekday(made(kind, nights_of(kind, 140, worse=1.5 * weekend))).result == "look"
    assert weekday(made(kind, nights_of(kind, 140))).result == "pass"


def test_the_f_test_of_added_columns_is_that_of_linear_regression():
    """Without persistence: the t statistic of the new column, squared."""
    m = made("sleep_h", nights_of("sleep_h", 60), night_to_night=False)
    line = np.arange(60.0)
    x = np.column_stack([m.refit.x, line - line.mean()])
    beta, rss, *_ = np.linalg.lstsq(x, m.fit.design.response, rcond=None)
    t = beta[-1] / np.sqrt(rss[0] / 57 * np.linalg.inv(x.T @ x)[-1, -1])
    assert m.refit.chance(m.refit.adding(line[:, None]), 1) == pytest.approx(2 * stdtr(57, -abs(t)), rel=1e-6)


# --- what can be compared ------------------------------------------------------------------------------------------
@each_kind
def test_rows_that_ask_about_the_exposure_alone_are_those_of_yes_and_no(kind):
    table = nights_of(kind, done=lambda rng, t: (np.arange(len(t)) > 80) ^ (rng.random(len(t)) < 0.01))
    mine, yes_no = made(kind, table), material(table)
    for check in (overlap, switches):
        assert check(mine) == check(yes_no) and check(mine).result != "pass"


def test_severity_at_one_end_with_the_exposure_is_one_sided_and_numbers_never_are():
    table = nights_of("severity")
    table.loc[table["done"].to_numpy(bool), "severity"] = 0.0
    found = separation(made("severity", table))
    assert found.sentence == ("The nights with done, or those without done, all lie at one end of the scale. How large "
                              "the difference is cannot be told: the interval has no limit on one side.")
    assert found.result == "fail"
    both = separation(made("severity", nights_of("severity")))
    assert both.sentence == "Milder and worse nights are found on both sides."
    assert separation(made("sleep_h", nights_of("sleep_h"))).sentence == (
        "Not possible: a number has no endings to lie on one side; averages always have both limits.")


def test_nights_are_worth_less_where_most_have_one_level():
    """n - sum n_k^3 / n^2: four levels alike are worth 150 of 160 nights; 147 nights at one level leave 36."""
    table = nights_of("severity").assign(severity=np.arange(160) % 4)
    even = nights_per_column(made("severity", table))
    assert even.value == 160 - 4 * 40**3 / 160**2
    assert even.sentence == "160 nights for 1 column in the model, 150 for each."
    rng = np.random.default_rng(1)
    more = table.assign(severity=np.where(np.arange(160) % 13 == 0, 2 + np.arange(160) % 2, 0),
                        **{f"x{i}": rng.random(160) for i in range(7)})
    uneven = nights_per_column(made("severity", more, "{} ~ done + x0 + x1 + x2 + x3 + x4 + x5 + x6"))
    assert uneven.value == (160 - (147**3 + 7**3 + 6**3) / 160**2) / 8 and uneven.result == "fail"
    assert uneven.sentence.startswith("160 nights, worth 35 evenly spread ones, for 8 columns in the model, 4 for ")
    assert nights_per_column(made("sleep_h", nights_of("sleep_h"))).value == 160


@pytest.mark.parametrize(("kind", "word"), [("severity", "severity"), ("sleep_h", "sleep (h)")])
def test_empty_nights_that_were_filled_in_fail_by_name(kind, word):
    table = nights_of(kind)
    table[f"{kind}_state"] = np.where(np.arange(160) < 20, "not_recorded", "yes")
    found = regimes(made(kind, table))
    assert found.result == "fail"
    assert found.sentence.startswith(f"20 compared nights count as answered about {word}, but nothing was written down")


# --- empty nights --------------------------------------------------------------------------------------------------
def test_bounds_of_the_average_are_arithmetic():
    table = empty(nights_of("severity"), "severity", outcome=range(40))
    found = rate_bounds(made("severity", table))
    total = table["severity"].sum()
    assert (found.check, found.result) == ("empty nights and the average", "look")
    assert (found.value, found.lower, found.upper) == (total / 120, total / 160, (total + 40 * 4) / 160)
    assert found.sentence == (
        f"40 nights have no answer about severity, beside 120 compared. The average is {found.value:.2f}; were all the "
        f"empty ones nights at the lowest level (0) it would be {found.lower:.2f}, were they nights at the highest "
        f"level (4) {found.upper:.2f}.")


def test_numbers_are_bounded_by_what_was_seen_and_say_so():
    table = empty(nights_of("sleep_h"), "sleep_h", outcome=range(90))
    seen, found = table["sleep_h"].dropna(), rate_bounds(made("sleep_h", table))
    assert found.result == "fail"
    assert (found.lower, found.upper) == pytest.approx(((seen.sum() + 90 * seen.min()) / 160,
                                                        (seen.sum() + 90 * seen.max()) / 160))
    assert found.sentence.endswith(" Nights unlike any seen could move it further.")


@each_kind
def test_worst_cases_are_the_fits_of_filled_tables(kind):
    table = nights_of(kind, worse=with_done(-0.7))
    gaps = empty(table, kind, outcome=range(0, 160, 4))
    m = made(kind, gaps)
    found = effect_bounds(m)
    done = gaps["done"].to_numpy(bool)
    estimates = []
    for high_with in (True, False):
        worst = np.where(done == high_with, gaps[kind].max(), gaps[kind].min())
        filled = made(kind, gaps.assign(**{kind: gaps[kind].fillna(pd.Series(worst))}))
        estimates.append(filled.refit.estimate)
    assert (found.lower, found.upper) == pytest.approx(sorted(estimates), abs=1e-3)
    assert found.result == "look" and "what it claims would not stay in every case." in found.sentence
    assert ("At worst means nights like the lowest seen (" in found.sentence) == (kind == "sleep_h")


@each_kind
def test_nights_that_say_nothing_can_undo_a_claim(kind):
    table = empty(nights_of(kind, worse=with_done(-0.6)), kind, both=range(0, 160, 4))
    m = made(kind, table)
    found = tipping_point(m)
    # less severity with it is undone by bad nights, more sleep by short ones
    against = "nights at the highest level (4)" if kind == "severity" else "nights like the lowest seen ("
    assert m.answer.claim == (-1 if kind == "severity" else 1)
    assert found.result == "look" and 0 < found.value <= 40
    assert f" of them been nights with done and {against}" in found.sentence


# --- E-value -------------------------------------------------------------------------------------------------------
@each_kind
def test_the_e_value_of_an_average(kind):
    """A difference of half a standard deviation is a risk ratio of 1.58 and an E-value of 2.53 (VanderWeele & Ding)."""
    assert e_value(np.exp(0.91 * 0.5)) == pytest.approx(2.529, abs=1e-3)
    m = made(kind, nights_of(kind, 300, worse=with_done(-1.0)))
    y, done = m.fit.design.response, m.exposed
    rest = y - np.where(done, y[done].mean(), y[~done].mean())
    sd = np.sqrt((rest**2).sum() / (len(y) - 2))
    near = min(abs(m.answer.lower), abs(m.answer.upper)) / sd
    found = e_value_row(m)
    assert found.result == "pass" and found.value == pytest.approx(e_value(np.exp(0.91 * near)))
    way = "lower severity" if kind == "severity" else "higher sleep (h)"
    assert found.sentence == (
        f"To explain this away, by its 95% interval, something not written down would have to make {way}, "
        f"and done, at least {found.value:.1f} times as likely (E-value "
        f"{found.value:.1f}; {found.upper:.1f} at the best guess). This is "
        "a rule of thumb for averages.")


@each_kind
def test_a_claim_that_just_holds_has_a_small_e_value(kind):
    results = {e_value_row(made(kind, nights_of(kind, 160, seed, worse=with_done(-0.35)))).result for seed in range(4)}
    assert results >= {"pass", "look"} or results >= {"pass", "fail"}


# --- invariants ----------------------------------------------------------------------------------------------------
def checked(kind, table, **options):
    return rk.check_fit(rk.fit(f"{kind} ~ done", table, outcome=KINDS[kind]), table, **options)


@each_kind
def test_order_of_rows_and_name_of_the_person_change_nothing(kind):
    table = empty(nights_of(kind, 45, worse=with_done(-0.8)), kind, outcome=[4], both=[9])
    found = checked(kind, table)
    again = checked(kind, table.assign(person="somebody").sample(frac=1, random_state=3))
    assert len(found.table) == 15
    pd.testing.assert_frame_equal(again.table, found.table, atol=1e-3)


def test_people_with_slopes_of_their_own_have_every_row():
    table = empty(people("sleep_h", 6, 25), "sleep_h", outcome=[3, 30], both=[60])
    fit = rk.fit("sleep_h ~ within(done) + between(done)", table, outcome=rk.GAUSSIAN, slopes=("within(done)",))
    found = rk.check_fit(fit, table, exposure="done")
    effect = rk.compare(fit, "within(done)", 1, 0).table.iloc[0]
    assert found.estimate == pytest.approx(effect["estimate"])
    assert [found.lower, found.upper] == pytest.approx([effect["lower"], effect["upper"]])
    cannot = found.table[found.table["result"].eq("not possible")]["check"]
    assert list(cannot) == ["symptoms before it", "day of the week", "one-sided nights"]


def test_minutes_say_what_hours_say():
    table = empty(nights_of("sleep_h", 70, worse=with_done(-0.8)), "sleep_h", outcome=[4], both=[9])
    hours, minutes = checked("sleep_h", table), checked("sleep_h", table.assign(sleep_h=60 * table["sleep_h"]))
    assert list(hours.table["result"]) == list(minutes.table["result"])
    assert minutes.estimate == pytest.approx(60 * hours.estimate, rel=1e-4)
    scaled = hours.table["check"].isin(["tomorrow's exposure", "single weeks", "trend", "day of the week",
                                        "empty nights and the answer", "empty nights and the average"])
    for column in ("value", "lower", "upper"):
        times = np.where(scaled, 60, 1)
        np.testing.assert_allclose(minutes.table[column], hours.table[column] * times, rtol=2e-3, atol=2e-3)


def test_severity_of_two_levels_says_what_yes_and_no_say():
    """30 times the points of 0 and 1 are symptom nights in 30."""
    table = diary(80, seed=4)
    table.loc[table.index % 9 == 0, "symptoms"] = pd.NA
    yes_no = rk.check_fit(rk.fit("symptoms ~ done", table), table).table.set_index("check")
    levels = rk.check_fit(rk.fit("symptoms ~ done", table.assign(symptoms=table["symptoms"].astype("Float64")),
                                 outcome=rk.ORDINAL), table).table.set_index("check")
    for name in ("tomorrow's exposure", "single weeks", "trend", "day of the week", "empty nights and the answer"):
        assert levels.loc[name, "result"] == yes_no.loc[name, "result"]
        assert 30 * levels.loc[name, "value"] == pytest.approx(yes_no.loc[name, "value"], abs=0.02)
    assert levels.loc["memory left over", "value"] == pytest.approx(yes_no.loc["memory left over", "value"], abs=1e-3)


def test_words_in_order_are_levels_from_nought():
    table = empty(nights_of("severity", 45), "severity", outcome=[4], both=[9])
    table["severity"] = table["severity"].clip(1, 3) - 1  # 0, 1, 2
    table.loc[15, "done"] = pd.NA  # not compared, yet not empty of an answer about severity
    words = table.assign(severity=pd.Categorical.from_codes(
        table["severity"].fillna(-1).astype(int), ["none", "mild", "strong"], ordered=True))
    by_number, by_word = checked("severity", table), checked("severity", words)
    pd.testing.assert_frame_equal(by_word.table.drop(columns="sentence"), by_number.table.drop(columns="sentence"))
    assert "nights at the highest level (strong)" in " ".join(by_word.table["sentence"])


# --- how it is said ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("spread", "digits"), [(0.05, 4), (1.2, 2), (70.0, 1), (900.0, 0)])
def test_numbers_have_digits_by_their_spread(spread, digits):
    table = nights_of("sleep_h").assign(sleep_h=lambda t: 7 * spread + spread * (t["sleep_h"] - t["sleep_h"].mean()))
    assert unit_of(made("sleep_h", table).fit).digits == digits


@pytest.mark.parametrize(("kind", "answer", "said"), [
    ("severity", "severity about ", " points"), ("sleep_h", "sleep (h) about ", " sleep (h)")])
def test_words_and_pictures_speak_of_the_same_answer(kind, answer, said):
    table = nights_of(kind, 60, early_symptoms=lambda rng, t: rng.random(len(t)) < 0.3)
    found = checked(kind, table, before="early_symptoms")
    assert f"The answer that was checked, on done: {answer}" in " ".join(rk.describe(found).split())
    assert rk.plot_checks(found).axes
    ax = rk.plot_negative_control(found)
    (instead,) = [t.get_text() for t in ax.texts if t.get_gid() == "refused"]
    assert " ".join(instead.split()).endswith(f"{said.strip()}, which is another scale.")
    assert f"{answer[:1].upper()}{answer[1:-7]}: the answer" in [t.get_text() for t in ax.texts]
    assert "It should lie around zero." in rk.figures.checks.control_caption(found)


@pytest.mark.parametrize("kind", KINDS)
def test_no_row_advises_or_says_what_only_a_statistician_would_read(kind):
    found = checked(kind, empty(nights_of(kind, 60), kind, outcome=[3, 8], both=[20]))
    text = " ".join(found.table["sentence"]).lower()
    for word in ("significan", "p-value", "should", "you must", "recommend", "nan", "null", "symptom nights"):
        assert word not in text
