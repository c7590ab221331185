"""A dataset fitted in shards is the same fit, wherever its shards are asked."""

from __future__ import annotations

import contextlib
import os
import shutil
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joblib import parallel_config
from joblib.externals.loky import get_reusable_executor
from scipy.special import expit

import rlskit as rk
from rlskit.effects.contrasts import column_span
from rlskit.engine import Objective
from rlskit.models.shards import recipe as sharded
from rlskit.models.shards.design import open_dataset
from rlskit.models.shards.recipe import Question
from rlskit.pool.ids import hash_id

FORMULA = "symptoms ~ within(stretched) + between(stretched) + alcohol_drinks"
SLOPES = ("within(stretched)",)
WEEK = ["work", "home"]


def made_up(people, each, seed=1):
    """Nights of people with their own habits, intercepts and slopes; some cells are empty."""
    rng = np.random.default_rng(seed)
    tables = []
    for who in range(people):
        e = rng.normal(size=each)
        for t in range(1, each):
            e[t] = 0.6 * e[t - 1] + 0.8 * e[t]
        stretched = rng.random(each) < rng.uniform(0.2, 0.8)
        drinks = rng.poisson(rng.uniform(0.5, 2.0), each).astype(float)
        eta = -0.3 + (-0.5 + 0.5 * rng.normal()) * stretched + 0.2 * drinks + 0.8 * rng.normal() + e
        days = pd.date_range("2026-01-01", periods=each)
        nights = pd.DataFrame({
            "person": f"p{who:04d}", "night": days, "symptoms": pd.array(rng.random(each) < expit(eta), "boolean"),
            "stretched": pd.array(stretched, "boolean"), "alcohol_drinks": drinks,
            "severity": pd.array(rng.integers(0, 4, each), "Int64"),
            "weekday": pd.Categorical(np.array(WEEK)[(days.day_of_week > 4).astype(int)], WEEK)})
        nights.loc[rng.random(each) < 0.05, "alcohol_drinks"] = np.nan
        tables.append(nights)
    return pd.concat(tables, ignore_index=True)


def write(nights, home):
    for person, mine in nights.groupby("person", sort=False):
        folder = home / "nights" / f"person={person}"
        folder.mkdir(parents=True)
        mine.drop(columns="person").to_parquet(folder / "nights.parquet", index=False)
    return home


@pytest.fixture(scope="module")
def nights():
    return made_up(24, 25)


@pytest.fixture(scope="module")
def home(nights, tmp_path_factory):
    return write(nights, tmp_path_factory.mktemp("pool"))


@contextlib.contextmanager
def three_shards():
    """Three shards of 24 people's 25 nights, also where an exact integral would be affordable."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rlskit.engine.fitting.shard.NIGHTS", 200)
        patch.setattr("rlskit.engine.fitting.maximum.affordable", lambda facts: False)
        yield


@pytest.fixture(autouse=True)
def small_shards():
    with three_shards():
        yield


def estimated(where):
    with three_shards():
        fit = rk.fit(FORMULA, where, slopes=SLOPES)
        return fit, rk.estimate_effects(fit)


@pytest.fixture(scope="module")
def of_table(nights):
    return estimated(nights)


@pytest.fixture(scope="module")
def of_dataset(home):
    return estimated(home)


def same(one, other, exactly=False):
    (fit, effects), (fit_2, effects_2) = one, other
    assert fit.log_likelihood == pytest.approx(fit_2.log_likelihood, rel=0 if exactly else 1e-8)
    near = {"rtol": 0, "atol": 0} if exactly else {"rtol": 1e-6, "atol": 1e-6}
    pd.testing.assert_series_equal(fit.coef, fit_2.coef, **near)
    pd.testing.assert_frame_equal(fit.cov, fit_2.cov, **near)
    pd.testing.assert_series_equal(fit.person_sd, fit_2.person_sd, **near)
    assert (fit.night_sd, fit.night_correlation) == pytest.approx((fit_2.night_sd, fit_2.night_correlation), abs=1e-6)
    pd.testing.assert_frame_equal(effects.table, effects_2.table, **near)


def test_a_dataset_gives_the_numbers_of_its_table(of_table, of_dataset):
    (fit, effects), (other, _) = of_table, of_dataset
    same(of_table, of_dataset)
    assert len(other.design.parts.runs) == 3 and not fit.maximum.objective.parts.alone
    assert repr(fit) == repr(other) and repr(effects) == repr(of_dataset[1])
    assert fit.n_left_out == other.n_left_out == len(fit.left_out) > 0
    assert other.left_out.to_dict("records") == [{"reason": "alcohol_drinks empty", "nights": fit.n_left_out}]
    assert other.status == fit.status and other.maximum.accuracy.people == fit.maximum.accuracy.people
    assert effects.table["term"].tolist() == ["within(stretched)", "alcohol_drinks"]
    assert column_span(fit.design, "stretched") == column_span(other.design, "stretched")


def test_severity_too(nights, home):
    found = [rk.fit("severity ~ weekday", where, outcome=rk.ORDINAL, night_to_night=False) for where in (nights, home)]
    assert found[0].log_likelihood == pytest.approx(found[1].log_likelihood, rel=1e-8)
    pd.testing.assert_series_equal(found[0].thresholds, found[1].thresholds, rtol=1e-6)
    tables = [rk.compare(one, "weekday", "home", "work").table for one in found]
    pd.testing.assert_frame_equal(*tables, rtol=1e-6, atol=1e-6)


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_people_changes_nothing(nights, of_table, random):
    order = list(range(len(nights)))
    random.shuffle(order)
    fit = rk.fit(FORMULA, nights.iloc[order], slopes=SLOPES)
    same(of_table, (fit, of_table[1]))


def test_a_dataset_of_one_shard_is_a_table(nights, home, monkeypatch):
    monkeypatch.setattr("rlskit.engine.fitting.shard.NIGHTS", 20_000)
    fit, other = (rk.fit("symptoms ~ stretched", where, night_to_night=False) for where in (nights, home))
    assert fit.log_likelihood == other.log_likelihood and (fit.coef == other.coef).all()
    assert len(other.design.frame) == 600
    hours = rk.fit("alcohol_drinks ~ stretched", home, outcome=rk.GAUSSIAN)
    assert hours.n_nights == fit.n_nights - len(nights) + nights["alcohol_drinks"].notna().sum()


def killer(shard, marker):
    """Ends the process that is asked first."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return shard.nights.size
    os._exit(9)


@pytest.fixture
def killed_in_mid_fit(monkeypatch, tmp_path):
    """The sixth time that the shards are asked something, a worker dies. Returns how often they were asked."""
    calls, each = [], sharded.Dispersed.each

    def asked(parts, task, *given):
        calls.append(task)
        if len(calls) == 6:
            assert sum(each(parts, killer, str(tmp_path / "killed"))) > 0
        return each(parts, task, *given)

    monkeypatch.setattr(sharded.Dispersed, "each", asked)
    yield calls
    assert (tmp_path / "killed").exists() and len(calls) > 20


@pytest.fixture(scope="module")
def loky():
    yield {"backend": "loky", "n_jobs": 2}
    get_reusable_executor().shutdown(wait=True)


def test_loky_gives_the_same_to_the_last_bit_even_where_a_worker_dies(home, of_dataset, killed_in_mid_fit, loky):
    with parallel_config(**loky):
        fit = rk.fit(FORMULA, home, slopes=SLOPES)
    same((fit, of_dataset[1]), of_dataset, exactly=True)


def peak_of_asking(home, where):
    """What this process holds at most, in bytes, to open a dataset and evaluate its likelihood once."""
    sharded._held.clear()
    with parallel_config(**where):
        tracemalloc.start()
        design, _ = open_dataset(Question(str(home), FORMULA, "yes/no", "person", "night", SLOPES, True))
        objective = Objective.over(design.parts, rk.WEAK, 0)
        assert np.isfinite(objective(np.full(objective.layout.size, 0.3))[0])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return peak


def test_the_memory_of_the_process_that_asks_does_not_grow_with_the_nights(loky, home, tmp_path, monkeypatch):
    """Eight times the nights in as many shards. A table of 4,200 more nights holds more than 400 kB."""
    peak_of_asking(home, loky)  # imports
    peaks, here = [], []
    for each in (25, 200):
        monkeypatch.setattr("rlskit.engine.fitting.shard.NIGHTS", 5 * each)
        home = write(made_up(24, each), tmp_path / str(each))
        peaks.append(peak_of_asking(home, loky))
        here.append(peak_of_asking(home, {"backend": "sequential"}))
    assert peaks[1] - peaks[0] < 30_000
    assert here[1] - here[0] > 400_000


@pytest.fixture(scope="module")
def cluster():
    import distributed

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
                                 host="127.0.0.1", silence_logs=50) as local,
        distributed.Client(local),
    ):
        yield local


def test_a_dask_cluster_gives_the_same_even_where_a_worker_dies(home, of_dataset, killed_in_mid_fit, cluster):
    with parallel_config(backend="dask"):
        fit = rk.fit(FORMULA, home, slopes=SLOPES)
        effects = rk.compare(fit, "alcohol_drinks", 2.0, 0.0, scale="odds_ratio", level=0.5)
    same((fit, of_dataset[1]), of_dataset)
    own = rk.compare(of_dataset[0], "alcohol_drinks", 2.0, 0.0, scale="odds_ratio", level=0.5)
    pd.testing.assert_frame_equal(effects.table, own.table, rtol=1e-6)


def test_what_went_wrong_in_the_work_is_not_tried_again(home, of_dataset, tmp_path):
    def task(shard, folder):
        (folder / f"{os.urandom(4).hex()}").touch()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        of_dataset[0].design.parts.each(task, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_dataset_that_changes_is_noticed(nights, tmp_path):
    home = write(nights, tmp_path / "pool")
    fit = rk.fit("symptoms ~ stretched", home, night_to_night=False)
    file = home / "nights" / "person=p0003" / "nights.parquet"
    pd.read_parquet(file).iloc[:20].to_parquet(file, index=False)
    sharded._held.clear()
    with pytest.raises(rk.ModelError, match="files that changed while the model was being fitted"):
        rk.estimate_effects(fit)


@pytest.mark.parametrize(("formula", "words"), [
    ("symptoms ~ scale(alcohol_drinks)", '"scale\\(alcohol_drinks\\)" depends on other nights'),
    ("symptoms ~ I(alcohol_drinks - alcohol_drinks.mean())", "depends on other nights than its own"),
    ("symptoms ~ C(severity)", "depends on other nights than its own"),
    ("symptoms ~ bs(alcohol_drinks, df=1)", 'found "bs\\(alcohol_drinks, df=1\\)", which cannot be worked out'),
    ("symptoms ~ exp(weekday)", 'found words in column "weekday", of which "exp\\(weekday\\)" cannot be worked out'),
    ("symptoms ~ coffee", 'found no column "coffee"'),
    ("symptoms ~ log(alcohol_drinks)", "not a finite number"),
    ("symptoms ~ alcohol_drinks + I(2 * alcohol_drinks)", "computed exactly from the other"),
])  # fmt: skip
def test_what_a_shard_cannot_know_is_refused(home, formula, words):
    with pytest.raises(rk.ModelError, match=words):
        rk.fit(formula, home)


@pytest.mark.parametrize("slopes", [(), SLOPES])
def test_numeric_nights_too(nights, home, slopes):
    """The restricted likelihood; persistence through gaps of empty cells."""
    formula = "alcohol_drinks ~ within(stretched) + between(stretched) + weekday"
    found = [rk.fit(formula, where, outcome=rk.GAUSSIAN, slopes=slopes) for where in (nights, home)]
    table, dataset = ((fit, rk.estimate_effects(fit)) for fit in found)
    assert len(found[1].design.parts.runs) == 3
    same(table, dataset)
    assert repr(found[0]) == repr(found[1]) and found[0].status == found[1].status
    home_again = rk.compare(found[1], "weekday", "home", "work", correction=None).table
    pd.testing.assert_frame_equal(home_again, rk.compare(found[0], "weekday", "home", "work", correction=None).table,
                                  rtol=1e-6, atol=1e-6)


def test_the_quiet_nights_of_a_dataset_are_those_of_its_table(nights, tmp_path):
    known = nights.assign(early_symptoms=pd.array(np.arange(len(nights)) % 4 == 0, "boolean"))
    known.loc[known.index % 5 == 0, "early_symptoms"] = pd.NA
    home = write(known, tmp_path / "pool")
    quiet = rk.quiet_nights(home)
    assert repr(quiet) == "Dataset of 24 people, nights still quiet at the landmark"
    fits = [rk.fit("symptoms ~ stretched", where) for where in (rk.quiet_nights(known), quiet, home)]
    assert fits[0].n_nights == fits[1].n_nights < fits[2].n_nights and len(fits[1].design.parts.runs) > 1
    assert fits[0].log_likelihood == pytest.approx(fits[1].log_likelihood, rel=1e-8)
    pd.testing.assert_series_equal(fits[0].coef, fits[1].coef, rtol=1e-6, atol=1e-6)
    assert fits[1].caveats == fits[0].caveats != fits[2].caveats
    with pytest.raises(rk.ModelError, match='found no column "early_symptoms"'):
        rk.fit("symptoms ~ stretched", rk.quiet_nights(write(nights, tmp_path / "other")))


def test_the_stamp_of_a_dataset_is_of_its_files(nights, home, of_dataset, tmp_path, monkeypatch):
    def said(fit):
        stamp = rk.stamp_analysis(fit).set_index("what")["value"]
        return stamp["sha256 of dataset of 24 people"]

    assert len(said(of_dataset[0])) == 64 and rk.stamp_analysis(of_dataset[1]).equals(rk.stamp_analysis(of_dataset[0]))
    monkeypatch.setattr("rlskit.engine.fitting.shard.NIGHTS", 20_000)
    one = rk.fit("symptoms ~ stretched", home, night_to_night=False)
    assert said(one) == said(of_dataset[0])
    other = write(nights.assign(symptoms=~nights["symptoms"]), tmp_path / "other")
    assert said(rk.fit("symptoms ~ stretched", other, night_to_night=False)) != said(one)


def test_one_persons_questions_ask_for_a_table(home, of_dataset):
    with pytest.raises(rk.ModelError, match=r"Fit it on rk\.load_nights"):
        rk.estimate_people(of_dataset[0], "within(stretched)")
    with pytest.raises(rk.DiaryError, match="expected the folder of a dataset"):
        rk.fit("symptoms ~ stretched", home / "nothing")
    with pytest.raises(rk.ModelError, match="partitioned by"):
        rk.fit("symptoms ~ stretched", home, person="who")


def test_a_pool_is_such_a_dataset_whoever_read_its_exports(tmp_path, monkeypatch, loky):
    """What pool_diaries writes is what load_nights gives, to the byte the same from two processes as from one."""
    for person in ("ann", "bob b", "cleo"):
        days = pd.date_range("2026-03-01", periods=24)
        rng = np.random.default_rng(len(person))
        lines = [f"{d:%Y-%m-%d},{rng.choice(['yes', 'no'])},{rng.integers(3)}" for d in days]
        lines[3:5] = [f"{d:%Y-%m-%d},yes," for d in days[3:5]] if person == "ann" else lines[3:5]
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{person}.csv").write_text("\n".join(["night,symptoms,alcohol_drinks", *lines]) + "\n")
    for name, where in (("pool", loky), ("one", {"backend": "sequential"})):
        with parallel_config(**where):
            rk.pool_diaries(tmp_path / "in", tmp_path / name, key=b"0123456789abcdef", progress=False)
    written = [{p.relative_to(tmp_path / name): p.read_bytes() for p in sorted((tmp_path / name).rglob("*.*"))
                if p.name != ".writing"} for name in ("pool", "one")]
    assert written[0] == written[1] and len(written[0]) == 13
    monkeypatch.setattr("rlskit.engine.fitting.shard.NIGHTS", 30)
    table, dataset = (rk.fit("symptoms ~ alcohol_drinks + weekday", where, night_to_night=False)
                      for where in (rk.load_nights(tmp_path / "pool"), tmp_path / "pool"))
    called = (hash_id(person, b"0123456789abcdef") for person in ("ann", "bob b", "cleo"))
    assert dataset.design.people == table.design.people == tuple(sorted(called))
    assert table.log_likelihood == pytest.approx(dataset.log_likelihood, rel=1e-8)
    pd.testing.assert_series_equal(table.coef, dataset.coef, rtol=1e-6, atol=1e-6)
    pool = rk.read_pool(tmp_path / "pool")
    flow = rk.tabulate_flow(pool, dataset)
    assert flow.equals(rk.tabulate_flow(pool, table)) and flow["left_out"].sum() == dataset.n_left_out == 2
    shutil.rmtree(tmp_path / "pool")
