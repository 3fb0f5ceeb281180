"""When two counterexamples are the same: up to the order of examples and hidden units."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from exactmargin import Problem, problem_from_json, problem_to_json
from exactmargin.campaigns import canonical, finding
from exactmargin.campaigns.finding import _reordered
from exactmargin.decisions import decide_feasible
from exactmargin.strategies import problems
from tests.campaigns.toys import problem


def shuffled(draw: Any, obj: dict[str, Any]) -> dict[str, Any]:
    """The same problem with its examples and hidden units in another order."""
    layers = obj["network"]["layers"]
    orders = [draw(st.permutations(range(len(layer["pattern"])))) for layer in layers[:-1]]
    result = _reordered(obj, [*orders, range(len(layers[-1]["pattern"]))])
    order = draw(st.permutations(range(len(obj["data"]["labels"]))))
    columns = {name: [column[i] for i in order] for name, column in obj["data"].items()}
    return {**result, "data": columns}


@given(problems(("max-margin", "layer-max-margin", "hinge")), st.data())
def test_the_order_does_not_matter(asked: Problem, data: st.DataObject) -> None:
    obj = problem_to_json(asked)
    assert canonical(shuffled(data.draw, obj)) == canonical(obj)


@given(problems(("max-margin",)))
def test_the_canonical_form_is_the_same_network(asked: Problem) -> None:
    """Its values at the examples are those of the problem, up to the order of the examples."""
    other = problem_from_json(canonical(problem_to_json(asked)))
    assert canonical(problem_to_json(other)) == problem_to_json(other)
    assert sorted(map(str, asked.margins())) == sorted(map(str, other.margins()))
    assert decide_feasible(asked).answer is decide_feasible(other).answer


def test_units_that_change_places_make_no_new_finding() -> None:
    one, two = (problem_to_json(problem(3, flip)) for flip in (False, True))
    assert one != two
    assert canonical(one) == canonical(two)
    assert canonical(one) != canonical(problem_to_json(problem(4)))


def test_many_units_are_left_where_they_stand(monkeypatch) -> None:
    monkeypatch.setattr(finding, "ORDERS", 1)
    one, two = (problem_to_json(problem(3, flip)) for flip in (False, True))
    assert canonical(one) == one
    assert canonical(two) == two
