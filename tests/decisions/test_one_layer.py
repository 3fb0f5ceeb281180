"""Minima where one layer moves: the papers' cases, and every kind of kink by hand (THEORY §6)."""

from pathlib import Path

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, BudgetSpent, analyze
from exactmargin.decisions.one_layer import (
    is_one_layer,
    layer_global_minimum,
    layer_local_minimum,
)
from exactmargin.exact import Q, RealNumberField
from exactmargin.formats import read_expectations, read_problem
from exactmargin.networks import Parameters, from_pattern, fully_connected
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem

CASES = Path(__file__).parent.parent / "cases"
FOREVER = Budget()


def make(network, weights, inputs, labels, layer=1, biases=None, field=Q):
    """A problem of one layer from plain numbers."""
    point = Parameters.over(field, network, weights, biases)
    data = Dataset.over(field, inputs, labels)
    objective = LayerMaxMargin(layer) if layer else MaxMargin()
    return Problem("test", field, network, data, objective, point)


def both(problem):
    """The answers of the two decisions, and the tree of the local one."""
    local = layer_local_minimum(problem, FOREVER)
    everywhere = layer_global_minimum(problem, FOREVER)
    tree = local.certificate.evidence.get("tree")
    return local.answer.value, everywhere.answer.value, tree


def leaves(tree):
    """The leaves of a tree of evidence."""
    if "plus" not in tree:
        return [tree]
    return leaves(tree["plus"]) + leaves(tree["minus"])


@pytest.mark.parametrize("name", ["5.3", "5.4"])
def test_the_papers_cases(name):
    path = CASES / f"vardi2022-theorem-{name}.json"
    found = analyze(read_problem(path))
    assert {key: verdict.answer.value for key, verdict in found.items()} == read_expectations(path)


@pytest.mark.parametrize(("layer", "depth"), [(1, 3), (2, 3), (3, 3), (0, 1), (1, 1)])
def test_linear_networks_have_one_region(layer, depth):
    """V Theorem 5.2: in one layer of a linear network KKT points are global minima."""
    network = fully_connected([2, *[1] * depth], negative_slope=1)
    weights = [["1/2", "1/2"]] + [["1"]] * (depth - 1)
    data = [["1", "1"], ["-1", "-1"], ["2", "1"]], [1, -1, 1]
    local, everywhere, tree = both(make(network, weights, *data, layer))
    assert (local, everywhere) == ("yes", "yes")
    assert set(tree) == {"multipliers"}
    longer = [[str(2 * Q.parse(a)) for a in block] for block in weights]
    assert both(make(network, longer, *data, layer))[:2] == ("no", "no")


def one_example(v, u, x=1, label=1, slope=0):
    """Φ = Σ_k v_k σ(u_k x): one example, one weight for each unit."""
    network = from_pattern(
        [[[k + 1] for k in range(len(u))], [[k + 1 for k in range(len(u))]]], negative_slope=slope
    )
    return make(network, [u, v], [[x]], [label])


def test_a_convex_kink_is_left():
    """Φ = σ(u_1) + σ(u_2) at (1, 0): the second unit helps, (1-t, t) is shorter."""
    assert both(one_example([1, 1], [1, 0]))[:2] == ("no", "no")


def test_a_concave_kink_is_held_by_its_slope():
    """Φ = σ(u_1) - σ(u_2) at (1, 0): no split, a slope in [0, 1]."""
    local, everywhere, tree = both(one_example([1, -1], [1, 0]))
    assert (local, everywhere) == ("yes", "yes")
    assert tree == {
        "multipliers": ["1"],
        "slopes": [{"example": 1, "layer": 1, "unit": 2, "slope": "0"}],
    }


def test_a_split_with_a_slope_between():
    """Φ = σ(w) - 2σ(w) + u at w = 0: the first unit needs a side; on its plus side the slope 1/2
    of the second one holds the kink, on its minus side 0."""
    network = from_pattern([[[1, 0], [1, 0], [0, 2]], [[1, 2, 3]]])
    local, everywhere, tree = both(make(network, [[0, 1], [1, -2, 1]], [[1, 1]], [1]))
    assert (local, everywhere) == ("yes", "yes")
    assert (tree["example"], tree["layer"], tree["unit"]) == (1, 1, 1)
    second = {"example": 1, "layer": 1, "unit": 2}
    assert [leaf["slopes"] for leaf in leaves(tree)] == [
        [{**second, "slope": "1/2"}],
        [{**second, "slope": "0"}],
    ]


def test_kinks_of_a_lower_layer():
    """Φ = σ(u_1) - σ(σ(u_2)) at (1, 0), twice deep: slopes of both layers, no split."""
    network = from_pattern([[[1], [2]], [[1, 0], [0, 2]], [[1, 2]]])
    local, everywhere, tree = both(make(network, [[1, 0], [1, 1], [1, -1]], [[1]], [1]))
    assert (local, everywhere) == ("yes", "yes")
    assert "plus" not in tree


def test_an_idle_unit_is_no_kink():
    """A unit without inputs, one whose input is zero, one without output: nothing to decide."""
    network = from_pattern([[[1, 0], [0, 0], [0, 2], [0, 3]], [[1, 2, 3, 0]]])
    problem = make(network, [[1, 0, 0], [1, 5, 5]], [[1, 0]], [1])
    assert both(problem) == ("yes", "yes", {"multipliers": ["1"]})


def test_shared_weights_make_one_kink_of_two():
    """v_1σ(u) + v_2σ(-u) at u = 0 beside a unit that keeps the margin: |u| pays, -|u| does not,
    u - σ(-u) and so on are decided by both sides at once."""
    network = from_pattern([[[1, 0, 0], [0, 1, 0], [0, 0, 2]], [[1, 2, 3]]])
    answers = {
        (v, w): both(make(network, [[0, 1], [v, w, 1]], [[1, -1, 1]], [1]))[:2]
        for v, w in [(1, 1), (-1, -1), (1, -1), (-1, 1), (0, 0), (1, -2)]
    }
    assert answers == {
        (1, 1): ("no", "no"),
        (-1, -1): ("yes", "yes"),
        (1, -1): ("no", "no"),
        (-1, 1): ("no", "no"),
        (0, 0): ("yes", "yes"),
        (1, -2): ("no", "no"),
    }


def test_two_examples_that_hold_each_other():
    """u + σ(w) ≥ 1 and u - σ(w) ≥ 1 at (1, 0): whichever side w takes, one margin falls."""
    network = from_pattern([[[1, 0, 0], [0, 1, 0], [0, 0, 2]], [[1, 2, 3]]])
    data = [[1, 0, 1], [0, 1, 1]], [1, 1]
    assert both(make(network, [[0, 1], [1, -1, 1]], *data))[:2] == ("yes", "yes")
    # with the second one twice as good, w may grow
    assert both(make(network, [[0, 1], [1, "-1/4", 1]], [[1, 0, 1], [0, 1, 2]], [1, 1]))[:2] == (
        "no",
        "no",
    )


def test_biases_below_and_above_the_free_layer():
    network = from_pattern([[[1]], [[1]], [[1]]], [True, True, True])
    weights, biases = [[1], [1], [1]], [[1], [0], [-1]]
    # Φ = σ(u h + b) - 1 with h = 2: u h + b ≥ 2, least at (u, b) = (4/5, 2/5)
    best = make(network, [[1], ["4/5"], [1]], [[1]], [1], 2, [[1], ["2/5"], [-1]])
    assert both(best)[:2] == ("yes", "yes")
    assert both(make(network, weights, [[1]], [1], 2, biases))[:2] == ("no", "no")


def test_zero_block_is_global():
    """Fixed biases alone keep the margin: u = 0 has norm 0."""
    network = from_pattern([[[1]], [[1]]], [False, True])
    problem = make(network, [[0], [1]], [[1]], [1], 1, [None, [1]])
    assert both(problem)[:2] == ("yes", "yes")


def test_over_an_algebraic_field():
    """u σ(√2 x) = √2 u at u = 1/√2 is least; the free layer is the second of three."""
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    network = from_pattern([[[1]], [[1]], [[1]]])
    problem = make(network, [["r"], ["1/2*r"], [1]], [[1]], [1], 2, field=field)
    assert both(problem)[:2] == ("yes", "yes")
    worse = make(network, [["r"], ["r"], [1]], [[1]], [1], 2, field=field)
    assert both(worse)[:2] == ("no", "no")


def three_alone():
    """Φ_i = σ(u_i) for three examples: the minimum is (1, 1, 1), of squared norm 3."""
    network = from_pattern([[[1, 0, 0], [0, 2, 0], [0, 0, 3]], [[1, 2, 3]]])
    inputs = [[int(i == j) for j in range(3)] for i in range(3)]
    return make(network, [[1, 1, 1], [1, 1, 1]], inputs, [1, 1, 1])


def test_where_the_time_ends_the_gap_is_said():
    texts = []

    def report(text):
        texts.append(text)
        if text == "global minimum in one layer: region 2":
            raise BudgetSpent("the time is over")

    problem = three_alone()
    assert both(problem)[:2] == ("yes", "yes")
    verdict = layer_global_minimum(problem, Budget(report=report))
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason == (
        "the time is over; every feasible point has squared norm at least 1.000000, this one has "
        "3.000000..."
    )
    assert texts == [
        "local minimum in one layer: 1 regions proved",
        *(f"global minimum in one layer: region {n}" for n in range(3)),
    ]


def test_no_time_at_all():
    with pytest.raises(BudgetSpent):
        layer_local_minimum(three_alone(), Budget(0))
    verdicts = analyze(three_alone(), budget=0)
    assert verdicts["local_minimum"].reason == "the budget of 0 seconds is spent"


def test_which_problems_are_one_layer():
    assert is_one_layer(make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1], 2))
    assert is_one_layer(make(fully_connected([1, 1]), [[1]], [[1]], [1], 0))
    assert not is_one_layer(make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1], 0))
