import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rlskit.errors import ModelError
from rlskit.models.design import make_design


def diary(n=40, seed=1, **more):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "night": pd.date_range("2024-01-01", periods=n),
            "symptoms": pd.array(rng.random(n) < 0.4, dtype="boolean"),
            "stretched": pd.array(rng.random(n) < 0.5, dtype="boolean"),
            "caffeine_after_noon_mg": rng.choice([0.0, 80.0, 200.0], n),
            **more,
        }
    )


def test_rows_in_are_rows_modelled_plus_rows_left_out_with_reasons():
    nights = diary()
    nights.loc[3, "symptoms"] = pd.NA
    nights.loc[7, "stretched"] = pd.NA
    nights.loc[9, "stretched"] = pd.NA
    nights.loc[9, "caffeine_after_noon_mg"] = np.nan
    found = make_design("symptoms ~ stretched + caffeine_after_noon_mg", nights)
    assert len(found.frame) + len(found.left_out) == len(nights)
    assert found.left_out["row"].tolist() == [3, 7, 9]
    assert found.left_out["night"].tolist() == [pd.Timestamp(2024, 1, d) for d in (4, 8, 10)]
    assert found.left_out["reason"].tolist() == [
        "symptoms empty",
        "stretched empty",
        "stretched, caffeine_after_noon_mg empty",
    ]


def test_a_gap_keeps_its_length_whatever_the_night_is_written_as():
    nights = diary().drop(index=[5, 6, 20])
    ways = {
        "dates": nights["night"],
        "python dates": nights["night"].dt.date,
        "text": nights["night"].dt.strftime("%Y-%m-%d"),
        "numbers": (nights["night"] - nights["night"].min()).dt.days,
        "nullable numbers": (nights["night"] - nights["night"].min()).dt.days.astype("Int64"),
        "with a zone": nights["night"].dt.tz_localize("Europe/London"),
    }
    for name, night in ways.items():
        gap = make_design("symptoms ~ stretched", nights.assign(night=night)).nights.gap
        assert np.isinf(gap[0]), name
        assert gap[4:7].tolist() == [1.0, 3.0, 1.0], name
        assert gap[17:20].tolist() == [1.0, 2.0, 1.0], name


@pytest.mark.parametrize("kind", ["boolean", "bool", "Int64", "float", "object"])
def test_yes_no_columns_of_any_kind_are_one_column(kind):
    nights = diary()
    nights["stretched"] = nights["stretched"].astype(kind)
    nights["symptoms"] = nights["symptoms"].astype(kind)
    found = make_design("symptoms ~ stretched", nights)
    assert found.names == ("Intercept", "stretched")
    assert set(found.frame["stretched"]) == {0.0, 1.0}


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_row_order_does_not_matter(random):
    nights = pd.concat([diary(20, seed=s).assign(person=p) for s, p in ((1, "b"), (2, "a"), (3, "c"))])
    nights = nights.reset_index(drop=True)
    order = list(nights.index)
    random.shuffle(order)
    one = make_design("symptoms ~ stretched + caffeine_after_noon_mg", nights)
    other = make_design("symptoms ~ stretched + caffeine_after_noon_mg", nights.loc[order])
    assert np.allclose(one.x, other.x)
    assert (one.nights.family.sign == other.nights.family.sign).all()
    assert one.people == other.people == ("a", "b", "c")
    assert one.nights.starts.tolist() == [0, 20, 40]


def test_standardised_columns_come_back_on_the_users_scale():
    nights = diary(weekday=pd.date_range("2024-01-01", periods=40).day_name())
    found = make_design("symptoms ~ stretched * caffeine_after_noon_mg + weekday", nights)
    coef = np.linspace(-1.0, 1.0, len(found.names))
    raw = found.spec.get_model_matrix(found.frame)[list(found.names)].to_numpy(dtype=float)
    assert np.allclose(found.x @ coef, raw @ (found.to_user @ coef))
    assert np.abs(found.x[:, 1:].mean(0)).max() < 1e-12
    assert found.x[:, 1:].std(0) == pytest.approx(np.ones(len(found.names) - 1))


def test_within_and_between_split_a_column_and_person_means_stay():
    nights = pd.concat([diary(20, seed=s).assign(person=s) for s in (1, 2)], ignore_index=True)
    found = make_design("symptoms ~ within(caffeine_after_noon_mg) + between(caffeine_after_noon_mg)", nights)
    assert found.names == ("Intercept", "within(caffeine_after_noon_mg)", "between(caffeine_after_noon_mg)")
    assert found.columns == ("caffeine_after_noon_mg",)
    means = nights.groupby("person")["caffeine_after_noon_mg"].mean()
    assert sorted(set(found.frame["between(caffeine_after_noon_mg)"])) == pytest.approx(sorted(means))
    moved = found.scenario(caffeine_after_noon_mg=200.0)
    back = moved.x * found.scale + found.centre
    assert back[:20, 1] == pytest.approx(np.full(20, 200.0 - means[1]))
    assert back[:, 2] == pytest.approx(found.frame["between(caffeine_after_noon_mg)"].to_numpy())


def test_a_scenario_changes_interactions_and_transforms_too():
    nights = diary()
    simple = make_design("symptoms ~ stretched + caffeine_after_noon_mg", nights)
    bent = make_design("symptoms ~ stretched * caffeine_after_noon_mg + np.sqrt(caffeine_after_noon_mg)", nights)
    raw = bent.scenario(caffeine_after_noon_mg=100.0).x * bent.scale + bent.centre
    for name, value in zip(bent.names, raw.T, strict=True):
        if name == "np.sqrt(caffeine_after_noon_mg)":
            assert value == pytest.approx(np.full(40, 10.0))
        if name == "stretched:caffeine_after_noon_mg":
            assert set(np.round(value)) == {0.0, 100.0}
    assert simple.scenario().x == pytest.approx(simple.x)


def test_a_constant_column_is_left_out_of_the_model_and_named():
    nights = diary(iron=True, clinic="A")
    found = make_design("symptoms ~ stretched + iron + clinic", nights)
    assert found.names == ("Intercept", "stretched")
    assert found.left_out_terms == {
        "iron": "the same on all 40 modelled nights",
        "clinic": "the same on all 40 modelled nights",
    }


def test_slopes_choose_columns_of_z():
    nights = pd.concat([diary(20, seed=s).assign(person=s) for s in (1, 2, 3)], ignore_index=True)
    found = make_design("symptoms ~ stretched + caffeine_after_noon_mg", nights, slopes=("stretched",))
    assert found.slope_names == ("Intercept", "stretched")
    assert np.allclose(found.nights.z, found.x[:, :2])


def infinite():
    nights = diary()
    nights.loc[4, "caffeine_after_noon_mg"] = np.inf
    return nights


def twice():
    nights = diary()
    nights.loc[5, "night"] = nights.loc[4, "night"]
    return nights


ERRORS = {
    "constant outcome": (
        "symptoms ~ stretched",
        lambda: diary(symptoms=True),
        'outcome "symptoms": found yes on all 40 modelled nights; expected both yes and no. '
        "Nothing can be compared when every night ends alike; keep recording.",
    ),
    "infinite": (
        "symptoms ~ caffeine_after_noon_mg",
        infinite,
        'column "caffeine_after_noon_mg", row 4: found an infinite value; expected a finite number or an empty cell. '
        "Correct the value, or empty the cell so that the night is left out.",
    ),
    "duplicated column": (
        "symptoms ~ caffeine_after_noon_mg + espresso",
        lambda: diary().assign(espresso=lambda d: d["caffeine_after_noon_mg"] / 63),
        'columns "espresso" and "caffeine_after_noon_mg": found that one is computed exactly from the other; expected '
        "columns that vary separately. Leave one of them out of the formula.",
    ),
    "few nights": (
        "symptoms ~ stretched",
        lambda: diary(9, seed=4),
        'outcome "symptoms": found 9 complete nights; expected at least 14 for one person. '
        "Record 5 more, or ask about fewer columns.",
    ),
    "few of one outcome": (
        "symptoms ~ stretched",
        lambda: diary(symptoms=[True] * 3 + [False] * 37),
        'outcome "symptoms": found 3 nights yes and 37 no; expected at least 5 of each for one person. '
        "Record until there are 2 more of the rarer.",
    ),
    "unknown column": (
        "symptoms ~ streched",
        diary,
        'formula "symptoms ~ streched": found no column "streched" in the table of nights. Did you mean "stretched"?',
    ),
    "unknown outcome": (
        "symptom ~ stretched",
        diary,
        'formula "symptom ~ stretched": found no column "symptom" in the table of nights. Did you mean "symptoms"?',
    ),
    "nothing near": (
        "symptoms ~ zzz",
        diary,
        'formula "symptoms ~ zzz": found no column "zzz" in the table of nights. The table has: night, symptoms, '
        "stretched, caffeine_after_noon_mg.",
    ),
    "outcome not yes/no": (
        "caffeine_after_noon_mg ~ stretched",
        diary,
        None,
    ),
    "duplicate night": (
        "symptoms ~ stretched",
        twice,
        'column "night": found rows 4 and 5 for one night of person "one person"; expected one row per person and '
        "night. Keep one of them.",
    ),
    "no tilde": (
        "symptoms stretched",
        diary,
        'formula "symptoms stretched": found no outcome and columns around a "~"; expected "symptoms ~ stretched + …". '
        'Write the outcome left of "~"; "symptoms ~ 1" fits the rate alone.',
    ),
    "broken formula": (
        "symptoms ~ stretched + (",
        diary,
        'formula "symptoms ~ stretched + (": could not be read: Could not find matching context marker. '
        'Expected names joined by "+".',
    ),
    "night is no date": (
        "symptoms ~ stretched",
        lambda: diary(night=["Tuesday"] * 40),
        'column "night": found "Tuesday"; expected a whole number or a date (YYYY-MM-DD). Turn it into dates with '
        "pandas.to_datetime first.",
    ),
    "night is a fraction": (
        "symptoms ~ stretched",
        lambda: diary(night=np.arange(40) + 0.5),
        'column "night": found 0.5; expected a whole number or a date. Number the nights.',
    ),
    "term undefined": (
        "symptoms ~ np.log(caffeine_after_noon_mg)",
        diary,
        None,
    ),
}


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize("case", ERRORS)
def test_errors_say_where_what_and_what_to_do(case):
    formula, nights, message = ERRORS[case]
    with pytest.raises(ModelError) as caught:
        make_design(formula, nights())
    if message is not None:
        assert str(caught.value) == message
    else:
        assert "expected" in str(caught.value)


def test_one_person_has_no_slopes():
    with pytest.raises(ModelError, match=r"slopes=\('stretched',\): found one person; expected several"):
        make_design("symptoms ~ stretched", diary(), slopes=("stretched",))


def test_an_unknown_slope_names_the_nearest_term():
    nights = pd.concat([diary(20, seed=s).assign(person=s) for s in (1, 2)], ignore_index=True)
    with pytest.raises(ModelError, match=r'slopes: found "streched".*Did you mean "stretched"'):
        make_design("symptoms ~ stretched", nights, slopes=("streched",))


def test_a_table_of_empty_answers_is_too_few_nights_not_a_crash():
    with pytest.raises(ModelError, match="found 0 complete nights"):
        make_design("symptoms ~ stretched", diary().assign(symptoms=pd.NA))
    with pytest.raises(ModelError, match="found 0 complete nights"):
        make_design("symptoms ~ stretched", diary().head(0))


def test_within_needs_numbers():
    with pytest.raises(ModelError, match='words in column "weekday"'):
        make_design("symptoms ~ within(weekday)", diary(weekday=["Mon", "Tue"] * 20))


def test_a_table_without_the_night_column_fits_only_without_persistence():
    nights = diary().drop(columns="night")
    assert not make_design("symptoms ~ stretched", nights, night_to_night=False).nights.persistence
    with pytest.raises(ModelError, match='found no column "night"'):
        make_design("symptoms ~ stretched", nights)


def test_the_users_table_is_not_changed():
    nights = diary(weekday=pd.Categorical(["Mon", "Tue"] * 20))
    before = nights.copy(deep=True)
    make_design("symptoms ~ stretched + weekday", nights)
    pd.testing.assert_frame_equal(nights, before)


def test_dates_of_several_types_can_stand_in_one_object_column():
    nights = diary()
    nights["night"] = [dt.date(2024, 1, 1) + dt.timedelta(days=i) for i in range(40)]
    assert make_design("symptoms ~ stretched", nights).nights.gap[1:].tolist() == [1.0] * 39


def test_a_column_may_stand_inside_a_spline_or_a_scale_alone():
    table = diary(x=np.linspace(0.0, 1.0, 40), y=np.linspace(1.0, 3.0, 40) ** 2)
    design = make_design("symptoms ~ cr(x, df=2, constraints='center') + scale(np.log(y))", table)
    assert design.columns == ("x", "y")
    moved = design.scenario(x=0.5).x - design.x
    assert np.abs(moved[:, 1:3]).max() > 0.1 and np.abs(moved[:, 3]).max() == 0.0
