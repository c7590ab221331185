"""Published data through the public functions against lme4 (R): estimates and profile limits, log odds scale.

Tolerance 0.02 standard errors throughout, the anchors being lme4's adaptive Gauss-Hermite quadrature with 15 or 25
nodes (glm for one person). `RLSKIT_ANCHORS` names the folder with anchors_glmer.csv and data/, whose README.md has the
models.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import rlskit as rk

pytestmark = pytest.mark.anchors
TOLERANCE = 0.02
EXPOSURES = "stress_global_lag1 + sleep_hours_lag1 + caff_count_dif_lag1"


def toenail(data):
    nights = data("toenail")
    nights["y"] = nights["outcome"] == "moderate or severe"
    ours = "treatment[T.terbinafine]"
    names = {"treatmentterbinafine": ours, "treatmentterbinafine:time": f"{ours}:time"}
    return nights, "y ~ treatment * time", "patientID", "visit", names


def kostecki_dillon(data):
    nights = data("kostecki_dillon")
    nights["y"] = nights["headache"] == "yes"
    nights["a"] = (nights["airq"] - nights["airq"].mean()) / nights["airq"].std()
    nights["ab"] = nights.groupby("id")["a"].transform("mean")
    nights["aw"] = nights["a"] - nights["ab"]
    nights["medication"] = pd.Categorical(nights["medication"], ["none", "reduced", "continuing"])
    names = {f"medication{level}": f"medication[T.{level}]" for level in ("reduced", "continuing")}
    return nights, "y ~ aw + ab + medication", "id", "time", names


def ohio(data):
    return data("ohio"), "resp ~ age * smoke", "id", "age", {}


def bacteria(data):
    nights = data("bacteria")
    nights["y"] = nights["y"] == "y"
    nights["trt"] = pd.Categorical(nights["trt"], ["placebo", "drug", "drug+"])
    names = {"trtdrug": "trt[T.drug]", "trtdrug+": "trt[T.drug+]", "I(week > 2)TRUE": "I(week > 2)"}
    return nights, "y ~ trt + I(week > 2)", "ID", "week", names


def holsteen(data):
    return data("holsteen_migraine"), f"mig_ind ~ {EXPOSURES}", "id", "day", {}


@pytest.fixture
def data(anchors):
    """The named table as a plain DataFrame; dots in column names turned into underscores for formulas."""
    def read(name):
        table = pd.read_csv(anchors / "data" / f"{name}.csv")
        return table.rename(columns=lambda column: column.replace(".", "_"))

    return read


def check(anchors, dataset, nights, formula, person, night, names):
    found = rk.fit(formula, nights, person=person, night=night, night_to_night=False, prior=None)
    assert found.status.converged
    table = rk.estimate_coefficients(found, correction=None).table.set_index("term")
    peer = pd.read_csv(anchors / "anchors_glmer.csv").query("dataset == @dataset")
    peer = peer.assign(term=peer["term"].replace({"(Intercept)": "Intercept", **names})).set_index("term")
    assert set(peer.index) == set(table.index)
    got = np.log(table.loc[peer.index, ["estimate", "lower", "upper"]].astype(float))
    off = (got.to_numpy() - peer[["est", "prof_lo", "prof_hi"]].to_numpy()) / peer[["se"]].to_numpy()
    assert np.abs(off).max() < TOLERANCE, pd.DataFrame(off, peer.index, ["estimate", "lower", "upper"])
    assert found.n_nights == peer["n"].iloc[0] and found.n_people == peer["groups"].iloc[0]
    return found, peer


@pytest.mark.parametrize(
    ("dataset", "model"),
    [("toenail", toenail), ("kostecki_dillon", kostecki_dillon), ("ohio", ohio), ("bacteria", bacteria),
     ("holsteen4 (4 persons)", holsteen)],
)  # fmt: skip
def test_several_people_equal_lme4(anchors, data, dataset, model):
    found, peer = check(anchors, dataset, *model(data))
    assert found.person_sd["Intercept"] == pytest.approx(peer["re_sd"].iloc[0], abs=0.01)
    # lme4's 25 nodes are themselves 0.02 from the integral on the toenail data
    assert found.log_likelihood == pytest.approx(peer["logLik"].iloc[0], abs=0.03)
    assert "adaptive Gauss-Hermite quadrature over people" in found.status.method
    assert found.status.accuracy.endswith("of twice the nodes")


@pytest.mark.parametrize("person", [545, 1765, 2617, 3211])
def test_one_person_equals_glm(anchors, data, person):
    nights, formula, who, night, names = holsteen(data)
    mine = nights[nights["id"] == person]
    found, peer = check(anchors, f"holsteen id {person} glm", mine, formula, who, night, names)
    assert found.log_likelihood == pytest.approx(peer["logLik"].iloc[0], abs=1e-3)


REFUSED = "no person ever changed it: comparing people is not an effect of changing it"


def test_what_no_person_changed_is_no_effect(anchors, data):
    """Kostecki-Dillon's medication differs between people only: fitted, its odds ratio is that of lme4, but it is not
    called an effect, in numbers or in words."""
    nights, formula, person, night, _ = kostecki_dillon(data)
    fit = rk.fit(formula, nights, person=person, night=night, night_to_night=False, prior=None)
    effects = rk.estimate_effects(fit)
    table = effects.table.set_index("term")
    assert table.loc[["ab", "medication"], "reason"].tolist() == [REFUSED] * 2
    assert table.loc["medication", ["estimate", "lower", "upper", "base_rate"]].isna().all()
    assert table.loc["aw", "reason"] == "" and table.loc["aw", ["estimate", "lower", "upper"]].notna().all()
    row = [line for line in repr(effects).splitlines() if line.startswith("medication")]
    assert [" ".join(line.split()) for line in row] == [f"medication each vs none — refused: {REFUSED}"]
    for level in ("reduced", "continuing"):
        asked = rk.compare(fit, "medication", level, "none")
        assert asked.table.loc[0, "reason"] == REFUSED and np.isnan(asked.table.loc[0, "estimate"])
        assert " ".join(repr(asked).splitlines()[3].split()) == f"medication {level} vs none — refused: {REFUSED}"
    odds = rk.estimate_coefficients(fit)
    for name in ("medication[T.reduced]", "medication[T.continuing]", "ab"):
        assert f"{name} compares people with each other: it is not an effect of changing it." in odds.caveats
    assert not [note for note in odds.caveats if note.startswith(("aw", "Intercept"))]
