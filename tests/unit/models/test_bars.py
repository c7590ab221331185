"""(1 + x | person) in a formula."""

from __future__ import annotations

import pytest

from rlskit.errors import ModelError
from rlskit.models.bars import read_bars


@pytest.mark.parametrize(("typed", "read"), [
    ("y ~ x + (1 | id)", ("y ~ x", "id", ())),
    ("y ~ (1|id) + x", ("y ~ x", "id", ())),
    ("y ~ a + (1 + x|id) + b", ("y ~ a + b", "id", ("x",))),
    ("y ~ x + (x + within(z) | `my id`)", ("y ~ x", "my id", ("x", "within(z)"))),
    ("y ~ x + (rolling(x, 7) + C(z, levels=[1, 2]) | id)",
     ("y ~ x", "id", ("rolling(x, 7)", "C(z, levels=[1, 2])"))),
    ("y ~ (1 | id)", ("y ~ 1", "id", ())),
    ("y ~ C(x | z) + C((x > 1) | (z < 2))", ("y ~ C(x | z) + C((x > 1) | (z < 2))", "person", ())),
    ("y ~ log(x) + lag(x)", ("y ~ log(x) + lag(x)", "person", ())),
])
def test_bars_are_people_and_slopes(typed, read):
    assert read_bars(typed, "person") == read


def test_slopes_of_both_are_one_list():
    assert read_bars("y ~ x + z + (x | id)", "id", ("z", "x")) == ("y ~ x + z", "id", ("z", "x"))


@pytest.mark.parametrize(("typed", "said"), [
    ("y ~ x + (1 | id) + (1 | site)", "found (1 | id) and (1 | site); expected one kind of group, the people. Keep the "
                                      "people, and add the other column as a term."),
    ("y ~ x + (x || id)", "found (x || id); expected a single |. Slopes go with the intercept."),
    ("y ~ x + (1 | site/id)", "found (1 | site/id); expected one column after the |. People in groups: add the group "
                              "as a term."),
    ("y ~ x + (0 + x | id)", "found (0 + x | id); expected an intercept for everybody. Write (1 + … | id)."),
])
def test_other_structures_are_refused(typed, said):
    with pytest.raises(ModelError) as refused:
        read_bars(typed, "person")
    assert str(refused.value) == f'formula "{typed}": {said}'


def test_two_names_of_a_person_are_refused():
    with pytest.raises(ModelError) as refused:
        read_bars("y ~ x + (1 | id)", "who")
    assert str(refused.value).endswith("""found "id" after the |, and person='who'; expected one. Leave person out.""")
