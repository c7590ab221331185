"""Levels are levels: words and numbers in C() are compared one with another by everything that makes contrasts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rlskit as rk
from rlskit.effects.contrasts import levels_of, prestated_contrasts
from rlskit.models.design import make_design
from tests.unit.models.test_shards import made_up, write

WORDS = {1: "a", 2: "b", 3: "c"}


def nights(people=1, n=90, seed=8):
    rng = np.random.default_rng(seed)
    tables = []
    for person in range(people):
        g = rng.integers(1, 4, n)
        tables.append(pd.DataFrame({
            "person": f"p{person}", "night": np.arange(n), "y": rng.random(n) < np.where(g == 2, 0.8, 0.3), "g": g,
            "arm": pd.Series(g).map(WORDS), "age": "old" if person % 2 else "young"}))
    return pd.concat(tables, ignore_index=True)


def asked(formula, table, column, **options):
    return [(one.a, one.b) for one in prestated_contrasts(make_design(formula, table), column, **options)]


@pytest.mark.parametrize(("formula", "column", "pairs"), [
    ("y ~ C(g)", "g", [(2, 1), (3, 1)]),
    ("y ~ arm", "arm", [("b", "a"), ("c", "a")]),
    ("y ~ C(arm, contr.treatment('b'))", "arm", [("a", "b"), ("c", "b")]),
    ("y ~ C(g, levels=[3, 1, 2])", "g", [(1, 3), (2, 3)]),
    ("y ~ C(g, contr.sum)", "g", [(2, 1), (3, 1)]),
    ("y ~ 0 + arm", "arm", [("b", "a"), ("c", "a")]),
])
def test_each_level_is_compared_with_the_reference(formula, column, pairs):
    assert asked(formula, nights(), column) == pairs


def test_each_with_each_where_that_is_asked():
    found = rk.estimate_effects(rk.fit("y ~ arm", nights()), every_pair=True).table
    assert found["contrast"].tolist() == ["b vs a", "c vs a", "c vs b"]
    b, c, between = found["estimate"]
    assert between == pytest.approx(c - b, abs=0.05)
    with pytest.raises(rk.ModelError) as wrong:
        rk.estimate_effects(rk.fit("y ~ arm", nights()), every_pair="all")
    assert str(wrong.value) == "every_pair: found 'all'; expected True or False."


def test_a_level_between_two_percentiles_is_seen():
    for formula in ("y ~ C(g)", "y ~ arm"):
        table = rk.estimate_effects(rk.fit(formula, nights())).table
        assert table["estimate"].round(1).tolist()[0] > 11 and "percentile" not in " ".join(table["contrast"])


def test_numbers_and_words_give_the_same():
    words, numbers = (rk.estimate_effects(rk.fit(f, nights())).table for f in ("y ~ arm", "y ~ C(g)"))
    columns = ["estimate", "lower", "upper", "base_rate", "n_exposed"]
    pd.testing.assert_frame_equal(words[columns], numbers[columns])
    assert numbers["contrast"].tolist() == ["level 2 vs level 1", "level 3 vs level 1"]
    said = " ".join(str(rk.describe(rk.estimate_effects(rk.fit("y ~ C(g)", nights())))).split())
    assert "This compares g at level 2 with g at level 1" in said and "90 nights: 33 at level 2 and 57 not." in said


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["mild", "none", "3 or more", "yes", "x y"]), min_size=30, max_size=30))
def test_every_level_that_occurs_is_asked_about_once(values):
    """The kind: a term never vanishes, whatever words a column holds."""
    table = pd.DataFrame({"night": range(30), "y": [0, 1] * 15, "word": values, "x": np.arange(30) % 7})
    design = make_design("y ~ word + x", table)
    found = prestated_contrasts(design, "word")
    different = sorted(set(values))
    assert levels_of(design, "word") == tuple(different)
    if len(different) == 1:
        assert [one.refused for one in found] == ["the same on every modelled night: it never varied"]
    else:
        assert [(one.a, one.b, one.refused) for one in found] == [(one, different[0], "") for one in different[1:]]


def test_what_nobody_changed_is_one_row_with_the_reason():
    table = rk.estimate_effects(rk.fit("y ~ arm + age", nights(4, 40))).table
    own = table[table["term"].eq("age")]
    assert own["contrast"].tolist() == ["young vs old"]
    assert own["reason"].tolist() == ["no person ever changed it: comparing people is not an effect of changing it"]


def test_levels_that_nobody_links_are_refused():
    table = nights(4, 40)
    apart = table["person"].isin(["p0", "p1"])
    table.loc[apart, "arm"] = np.where(table.loc[apart, "g"] == 2, "b", "a")
    table.loc[~apart, "arm"] = np.where(table.loc[~apart, "g"] == 2, "d", "c")
    reason = "nobody had both: comparing people is not an effect of changing it"
    found = rk.estimate_effects(rk.fit("y ~ arm", table), every_pair=True).table.set_index("contrast")["reason"]
    assert found[found.eq("")].index.tolist() == ["b vs a", "d vs c"] and set(found) == {"", reason}
    # a third level that some of both had links them
    table.loc[(table["g"] == 3), "arm"] = "e"
    assert rk.estimate_effects(rk.fit("y ~ arm", table), every_pair=True).table["reason"].eq("").all()


@pytest.mark.parametrize("verb", ["estimate_people", "explain_spread", "check_fit", "vary_analysis"])
def test_a_verb_of_one_contrast_asks_which_two_levels(verb):
    table = nights(3, 40)
    fit = rk.fit("y ~ arm * age", table, slopes=("arm",), night_to_night=False)
    calls = {"estimate_people": lambda **o: rk.estimate_people(fit, "arm", **o),
             "explain_spread": lambda **o: rk.explain_spread(fit, "arm", "age", **o),
             "check_fit": lambda **o: rk.check_fit(fit, table, exposure="arm", **o),
             "vary_analysis": lambda **o: rk.vary_analysis("y ~ arm", table, "arm", **o)}
    with pytest.raises(rk.ModelError) as wrong:
        calls[verb]()
    assert str(wrong.value) == (f'{verb}: found 3 levels of "arm" (a, b, c); expected two of them to compare. Say '
                                "which, such as contrast=('b', 'a').")
    with pytest.raises(rk.ModelError) as wrong:
        calls[verb](contrast=("b", "z"))
    assert str(wrong.value) == f"{verb}, contrast: found 'b' and 'z' for \"arm\"; expected two of: a, b, c."


def test_the_verbs_of_one_contrast_answer_for_two_levels():
    table = nights(4, 40)
    fit = rk.fit("y ~ arm * age", table, slopes=("arm",), night_to_night=False)
    people = rk.estimate_people(fit, "arm", contrast=("b", "c"))
    assert people.contrast == "b vs c"
    own = people.table[people.table["kind"].eq("person")]
    for name, level in (("n_exposed", "b"), ("n_unexposed", "c")):
        assert own[name].tolist() == table["arm"].eq(level).groupby(table["person"]).sum().tolist()
    told = rk.explain_spread(fit, "arm", "age", contrast=("b", "a"))
    assert told.table["level"].tolist() == ["old", "young", "young − old"] and (told.table["estimate"][:2] > 5).all()


def test_a_moderator_of_several_levels_has_them_all():
    table = nights(6, 40)
    table["site"] = table["person"].map(dict(zip(sorted(set(table["person"])), [1, 2, 3, 1, 2, 3], strict=True)))
    table["done"] = table["g"] == 2
    fit = rk.fit("y ~ done * C(site)", table, slopes=("done",), night_to_night=False)
    told = rk.explain_spread(fit, "done", "site").table
    assert told.loc[told["row"].eq("effect"), "level"].tolist() == ["1", "2", "3"]
    with pytest.raises(rk.ModelError) as wrong:
        rk.explain_spread(fit, "done", "site", at=(1, "b"))
    assert str(wrong.value) == "at: found (1, 'b'); expected two or more levels of site."


def test_levels_in_shards_are_those_of_the_table(tmp_path, monkeypatch):
    table = made_up(6, 40)
    home = write(table, tmp_path / "pool")
    monkeypatch.setattr("rlskit.models.shards.design.borders", lambda sizes: np.array([0, 3]))
    whole, shards = (rk.estimate_effects(rk.fit("symptoms ~ weekday + stretched", one)).table for one in (table, home))
    assert whole["contrast"].tolist() == shards["contrast"].tolist() == ["home vs work", "yes vs no"]
    columns = ["estimate", "lower", "upper", "n_exposed"]
    np.testing.assert_allclose(shards[columns].astype(float), whole[columns].astype(float), rtol=1e-3, atol=1e-3)


def test_check_fit_compares_the_nights_of_two_levels():
    table = nights(1, 120)
    for formula, column, pair, sides in (("y ~ arm", "arm", ("b", "a"), ("arm b", "arm a")),
                                         ("y ~ C(g)", "C(g)", (2, 1), ("g 2", "g 1"))):
        fit = rk.fit(formula, table)
        found = rk.check_fit(fit, table, exposure=column, contrast=pair)
        own = rk.compare(fit, column, *pair, correction=None).table.iloc[0]
        assert found.estimate == pytest.approx(own["estimate"]) and found.label == sides[0]
        exposed = table.loc[table["arm"].isin(["a", "b"]), "arm"].eq("b")
        row = found.table.set_index("check").loc["changes"]
        assert row["value"] == (exposed != exposed.shift()).sum() - 1
        assert row["sentence"] == (f"{row['value']:.0f} changes from nights with {sides[0]} to nights with {sides[1]} "
                                   "or back.")


def test_a_simulated_diary_has_every_level():
    found = rk.coverage_check(rk.fit("y ~ C(g)", nights(1, 60)), simulations=2, jobs=1, progress=False)
    assert found.table["contrast"].tolist() == ["level 2 vs level 1", "level 3 vs level 1"]
    assert found.table["truth"].notna().all()


def test_gee_and_specifications_take_the_same_levels():
    table = nights(10, 40)
    fit = rk.fit("y ~ arm", table, night_to_night=False)
    assert rk.cross_check_effects(fit).table["contrast"].tolist() == ["b vs a", "c vs a"]
    varied = rk.vary_analysis("y ~ arm", table, "arm", contrast=("b", "c")).table.set_index("specification")
    assert varied.loc[["main analysis", "GEE on the difference scale"], "estimate"].gt(11).all()
