"""The methods paragraph and the checklist are those of the analysis: exact texts at pinned parameters."""

from __future__ import annotations

import platform
import re
from types import SimpleNamespace

import pandas as pd
import pytest

import rlskit as rk

GAP = ("[Not said yet: the design, where and from when to when, who could take part, how they were found, how "
       "symptoms were asked about, the app or device, why this many, the ethics committee, the registration, "
       "the funding.]")


def test_the_methods_paragraph_is_that_of_the_analysis(nights, fit):
    gaps = nights.copy()
    gaps.loc[gaps.index[:3], "alcohol_drinks"] = pd.NA
    fit = rk.fit("symptoms ~ alcohol_drinks", gaps, slopes="alcohol_drinks")
    effects = rk.estimate_effects(fit)
    text = rk.describe_methods(fit, effects, seed=7)
    assert re.sub(r"Software: .*", "Software: …", text) == (
        f"{GAP} "
        f"{fit.n_nights} nights of 4 people were analysed by a logistic mixed model (symptoms ~ alcohol_drinks) with a "
        "normally distributed random intercept for each person and correlated random slopes for alcohol_drinks and a "
        "stationary first-order autoregressive process from night to night, whose correlation falls with the number of "
        "nights between two "
        f"records, fitted by penalised maximum likelihood (likelihood: {fit.status.method}). Persistence is in the "
        "model since nights that follow one another tell less than as many independent ones: without it intervals are "
        "too narrow. The penalty: "
        "half-normal (sd 1.5) on the sd from night to night, Beta(2, 2) on its correlation, half-normal (sd 2.5) on "
        "each sd between people, none on the coefficients (log odds, per sd of an exposure). Effects are the "
        "change in symptom nights per 30 nights between two stated values of an exposure, all else as recorded, "
        f"averaged over nights within a person and then equally over people; 95% limits: {effects.method}. "
        f"{len(fit.left_out)} nights were left out ("
        + "; ".join(f"{r}: {n}" for r, n in fit.left_out["reason"].value_counts().items())
        + "). No missing answer was imputed, and a night without an answer never counts as one without symptoms. "
        "Nights were observed, not assigned, so that a difference need not be an effect. Software: …")
    assert f"rlskit {rk.__version__}" in text and f", Python {platform.python_version()}. Seed of random" in text
    assert text.endswith(" Seed of random numbers: 7.")
    plain = rk.fit("symptoms ~ alcohol_drinks", nights, prior=None)
    told = rk.describe_methods(plain, effects)
    assert ", fitted by maximum likelihood (" in told and "penalty" not in told and "Seed" not in told


def test_the_methods_in_lines_are_the_same_words(fit):
    effects = rk.estimate_effects(fit)
    lines = rk.describe_methods(fit, effects, width=60).splitlines()
    assert " ".join(lines) == rk.describe_methods(fit, effects)
    assert len(lines) > 5 and max(map(len, lines)) <= 60


def test_the_methods_say_which_nights_were_set_aside_and_what_else_was_tried(nights):
    early, unknown = nights["early_symptoms"].eq(True).sum(), nights["early_symptoms"].isna().sum()
    formula = "symptoms ~ within(stretched) + between(stretched)"
    fit = rk.fit(formula, rk.quiet_nights(nights), night_to_night=False)
    effects = rk.estimate_effects(fit)
    text = rk.describe_methods(fit, effects)
    assert text.startswith(
        f"{GAP} Only evenings known to be free of symptoms at the landmark were analysed: of 160 nights, "
        f"{early} were set aside because symptoms had begun before it and {unknown} were set aside because it is not "
        f"known whether they had. {fit.n_nights} nights of 4 people were analysed")
    assert "within(x) is x less the person's own mean and between(x) is that mean." in text and "lag(x)" not in text
    back = rk.fit("symptoms ~ lag(stretched)", nights, night_to_night=False)
    told = rk.describe_methods(back, rk.estimate_effects(back))
    assert ("lag(x) is x of the night before, lag(x, n) of n nights before and rolling(x, n) the mean over the n "
            "nights before, where at least half of them are known.") in told
    rows = pd.DataFrame({"main": [True, False, False, False], "landmark": ["", "22:00", "", ""],
                         "site": ["", "", "without a", "without b"], "model": "", "reason": ["", "", "", "too few"]})
    varied = SimpleNamespace(table=rows, dimensions=("landmark", "site", "model"), term="within(stretched)")
    told = rk.describe_methods(fit, effects, cross_check=effects, varied=varied)
    assert (f" As a cross-check that rests on other assumptions: {effects.method}. The contrast of within(stretched) "
            "was estimated again under 2 other choices (landmark, site); 1 more could not be done. Nights were") in told


def test_every_name_in_the_checklist_exists():
    table = rk.strobe_checklist()
    assert list(table.columns) == ["item", "asks", "where"] and len(table) == 21
    named = set(re.findall(r"\b(?!not_)[a-z]+_[a-z]+\b", " ".join(table["where"])))
    columns = {"adjusted_for", "nights_needed", "left_out"}
    assert named - columns <= set(rk._HOME), named - columns - set(rk._HOME)


def study_file(tmp_path, text: str):
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    return tmp_path / "study.toml"


def test_what_the_authors_say_stands_first_and_the_rest_is_a_gap(tmp_path, fit):
    study = rk.read_study(study_file(tmp_path, """
        design = "A diary study of symptom nights."
        eligibility = "Adults with restless legs."
        symptoms_asked = "Asked each morning: did your legs have to move last night?"
    """))
    text = rk.describe_methods(fit, rk.estimate_effects(fit), study=study)
    assert text.startswith(
        "A diary study of symptom nights. Adults with restless legs. Asked each morning: did your legs have to move "
        "last night? [Not said yet: where and from when to when, how they were found, the app or device, why this "
        f"many, the ethics committee, the registration, the funding.] {fit.n_nights} nights of 4 people")


def test_a_whole_study_has_no_gap(fit):
    from rlskit.pages.methods import STUDY
    assert "[" not in rk.describe_methods(fit, rk.estimate_effects(fit), study=dict.fromkeys(STUDY, "Said."))


def test_the_checklist_quotes_the_sentences_of_this_analysis(fit):
    effects = rk.estimate_effects(fit)
    says = rk.strobe_checklist(fit, effects, study={"funding": "None."}, cross_check=effects).set_index("item")["says"]
    assert says["22"] == "None." and says["6"] == "" and says["4–5"] == ""
    assert says["12c"].startswith("No missing answer was imputed")
    assert says["12e"].startswith("As a cross-check that rests on other assumptions")
    paragraph = rk.describe_methods(fit, effects, study={"funding": "None."}, cross_check=effects)
    for line in says[says.ne("")]:
        assert line.split(". ")[0] in paragraph


@pytest.mark.parametrize(("text", "message"), [
    ("devise = 'a watch'", 'study.toml: expected design, device, eligibility, ethics, funding, recruitment, '
     'registration, setting, size, symptoms_asked, found "devise". Did you mean "device"?'),
    ("size = 40", "study.toml, size: expected a sentence in quotes, found 40. Write lines such as: eligibility = "
     '"Adults with restless legs by the criteria of 2014."'),
])
def test_a_wrong_line_of_a_study_is_one_sentence(tmp_path, text, message):
    with pytest.raises(rk.DiaryError) as wrong:
        rk.read_study(study_file(tmp_path, text))
    assert str(wrong.value) == message


def test_a_study_with_another_key_is_refused(fit):
    with pytest.raises(rk.ModelError, match="describe_methods, study: found sponsor; expected design, setting"):
        rk.describe_methods(fit, rk.estimate_effects(fit), study={"sponsor": "x"})
