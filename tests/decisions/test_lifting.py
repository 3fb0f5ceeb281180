"""Local minima at depth 2 without shared weights: the papers' cases, each kind of degeneracy."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

import exactmargin.decisions.lifting as lifting
from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, BudgetSpent, analyze
from exactmargin.decisions.lifted_problem import is_lifted
from exactmargin.decisions.lifting import lifted_local_minimum
from exactmargin.decisions.neuron_trees import least_norm
from exactmargin.exact import Q, RealNumberField
from exactmargin.formats import read_problem
from exactmargin.networks import Parameters, from_pattern, fully_connected
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem
from tests.laws.kkt_points import private_neurons

CASES = sorted((Path(__file__).parents[1] / "cases").glob("vardi*.json"))
ROOT2 = RealNumberField("r", [-2, 0, 1], (1, 2))


def decided(network, weights, inputs, labels, biases=None, field=Q):
    """The verdict at a feasible point, and its evidence."""
    data = Dataset.over(field, inputs, labels)
    point = Parameters.over(field, network, weights, biases)
    problem = Problem("case", field, network, data, MaxMargin(), point)
    assert problem.is_feasible()
    assert is_lifted(problem)
    verdict = lifted_local_minimum(problem, Budget())
    evidence = verdict.certificate.evidence if verdict.certificate else None
    return verdict.answer.value, evidence


def dense(d, K, slope=0, bias=False):
    return fully_connected([d, K, 1], negative_slope=slope, bias=bias)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_of_the_papers(path):
    problem = read_problem(path)
    expected = json.loads(path.read_text(encoding="utf-8"))["expect"]["local_minimum"]
    if is_lifted(problem):
        assert analyze(problem)["local_minimum"].answer.value == expected


def test_the_papers_have_such_cases():
    stems = {path.stem for path in CASES if is_lifted(read_problem(path))}
    wanted = ("theorem-3.2", "theorem-4.1-relu", "theorem-4.1-linear", "theorem-4.2.2", "lemma-C.6")
    assert stems == {f"vardi2022-{name}" for name in wanted}


def test_what_it_is_for():
    data, one = Dataset.over(Q, [[1]], [1]), dense(1, 1)
    assert is_lifted(Problem("x", Q, one, data, MaxMargin()))
    assert not is_lifted(Problem("x", Q, one, data, LayerMaxMargin(1)))
    deep, shallow = fully_connected([1, 1, 1, 1]), fully_connected([1, 1])
    shared = from_pattern([[[1], [1]], [[1, 2]]])
    for network in (deep, shallow, shared):
        assert not is_lifted(Problem("x", Q, network, data, MaxMargin()))


# ---------------------------------------------------------------- points that are not balanced

IDLE = from_pattern([[[1], [2], [0]], [[1, 0, 2]]])
"""Three neurons: whole, without output weight, without input."""


@pytest.mark.parametrize(
    ("network", "weights", "rescaled"),
    [
        (dense(1, 1), [["2"], ["1/2"]], True),
        (dense(1, 1), [["1/2"], ["2"]], True),
        (dense(1, 2), [["1", "1"], ["1", "0"]], False),
        (dense(1, 2), [["1", "0"], ["1", "1"]], False),
        (dense(1, 1), [["2"], ["2"]], False),
        (IDLE, [["1", "1"], ["1", "0"]], False),
        (IDLE, [["1", "0"], ["1", "-1"]], False),
    ],
    ids=["w longer", "v longer", "no v", "no w", "nothing active", "no output", "no input"],
)
def test_what_can_shrink_does(network, weights, rescaled):
    answer, evidence = decided(network, weights, [["1"]], [1])
    assert answer == "no"
    assert (evidence["denominator"] != ["1"]) == rescaled


def test_idle_neurons_at_rest():
    answer, evidence = decided(IDLE, [["1", "0"], ["1", "0"]], [["1"]], [1])
    leaf = {"sides": [], "slopes": []}
    assert answer == "yes"
    assert evidence["tree"]["neurons"] == [leaf, leaf, {"positive": leaf, "negative": leaf}]


# ---------------------------------------------------------------- zeros


def test_a_zero_neuron_as_good_as_its_neighbour():
    """‖g‖ = 1 exactly: nothing is gained by a copy, nor lost."""
    answer, evidence = decided(dense(2, 2), [["1", 0, 0, 0], ["1", 0]], [[1, 0]], [1])
    assert answer == "yes"
    assert evidence["tree"]["multipliers"] == ["1"]


def test_a_zero_neuron_that_helps():
    """One neuron serves two examples at 90 degrees; two would do at 120."""
    inputs = {"yes": [["1", "1"], ["1", "-1"]], "no": [["1", "2"], ["1", "-2"]]}
    for expected, x in inputs.items():
        assert decided(dense(2, 2), [[1, 0, 0, 0], [1, 0]], x, [1, 1])[0] == expected


def test_repeated_and_zero_and_inactive_examples():
    x = [["1", "1"], ["1", "-1"], ["1", "1"], ["3", "3"], ["1", "0"]]
    assert decided(dense(2, 2), [[1, 0, 0, 0], [1, 0]], x, [1] * 5)[0] == "yes"
    x = [["1", "2"], ["1", "-2"], ["1", "-2"], ["5", "-9"], ["2", "0"]]
    assert decided(dense(2, 2), [[1, 0, 0, 0], [1, 0]], x, [1] * 5)[0] == "no"


@pytest.mark.parametrize("slope", [0, "1/3", 1])
def test_convex_and_concave_zeros(slope):
    """Neuron 1 serves example 1, neuron 2 example 2, whose input is a zero of neuron 1.

    With s_1 = y_2 neuron 1 can help example 2; with s_1 = -y_2 it can only where it has a slope
    on the side where it is off.
    """
    x = [["1", "0"], ["0", "1"]]
    same = decided(dense(2, 2, slope), [[1, 0, 0, 1], [1, 1]], x, [1, 1])[0]
    assert same == "no"
    other = decided(dense(2, 2, slope), [[1, 0, 0, 1], [1, -1]], x, [1, -1])[0]
    assert other == ("yes" if slope == 0 else "no")


def leaves(tree):
    """The number of regions of a neuron's tree."""
    return 1 if "sides" in tree else sum(leaves(tree[name]) for name in ("plus", "minus"))


@pytest.mark.parametrize("labels", [[1] * 8, [1, -1] * 5, [-1] * 3], ids=len)
def test_zero_neurons_among_many_examples(labels):
    """Each sign of a zero neuron has a region for every sign choice at its convex zeros."""
    problem = private_neurons(labels, Fraction(1, 16 * len(labels)))
    verdict = lifted_local_minimum(problem, Budget())
    assert verdict.answer is Answer.YES
    neurons = verdict.certificate.evidence["tree"]["neurons"]
    for tree in neurons[-2:]:
        assert leaves(tree["positive"]) == 2 ** labels.count(1)
        assert leaves(tree["negative"]) == 2 ** labels.count(-1)
    large = private_neurons(labels, Fraction(1))
    assert lifted_local_minimum(large, Budget()).answer is Answer.NO


def test_a_violation_among_many_regions_is_guessed():
    """Of 2^18 regions some are violated: they are not gone through."""
    problem = private_neurons([1] * 18, Fraction(1, 50))
    assert lifted_local_minimum(problem, Budget(60)).answer is Answer.NO


PAIR = from_pattern([[[1, 2, 0], [0, 0, 3]], [[1, 2]]])
"""Neuron 1 sees two coordinates, neuron 2 the third."""


def test_no_multiplier_serves_all_sides():
    """Examples 1 and 2 lie on two sides of neuron 1 and are the same to neuron 2.

    λ_1 + λ_2 = 1; on the side of example 1 it must be λ_1 = 0, on the other λ_2 = 0.
    """
    x = [["0", "1", "1"], ["0", "-1", "1"], ["1", "0", "0"]]
    answer, evidence = decided(PAIR, [[1, 0, 1], [1, 1]], x, [1, 1, 1])
    tree = evidence["tree"]
    assert answer == "yes"
    assert (tree["neuron"], set(tree)) == (1, {"neuron", "example", "plus", "minus"})
    found = {tuple(tree[side]["multipliers"]) for side in ("plus", "minus")}
    assert found == {("0", "1", "1"), ("1", "0", "1")}


def test_one_multiplier_for_both_sides_of_a_zero():
    """A convex and a concave zero on one line of neuron 1 balance, λ_1 = λ_2 = 1 forced."""
    wide = from_pattern([[[1, 2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 4]], [[1, 2, 3]]])
    x = [["0", "1", "1", "0"], ["0", "1", "0", "1"], ["1", "0", "0", "0"]]
    answer, evidence = decided(wide, [[1, 0, 1, 1], [1, 1, -1]], x, [1, -1, 1])
    assert answer == "yes"
    assert evidence["tree"]["multipliers"] == ["1", "1", "1"]
    assert set(evidence["tree"]["neurons"][0]) == {"example", "plus", "minus"}


@pytest.mark.parametrize("digits", [1, 20, 60, 200])
@pytest.mark.parametrize(("excess", "expected"), [(-1, "yes"), (0, "yes"), (1, "no")])
def test_a_zero_neuron_at_its_limit(digits, excess, expected):
    """λ = 1, and a zero neuron whose input has the length 1 + 10^-digits, or less: all is exact."""
    network = from_pattern([[[1, 0, 0], [0, 2, 3]], [[1, 2]]])
    size = 1 + Fraction(excess, 10**digits)
    x = [[1, size * Fraction(3, 5), size * Fraction(4, 5)]]
    assert decided(network, [[1, 0, 0], [1, 0]], x, [1])[0] == expected


# ---------------------------------------------------------------- biases, fields


def test_biases_count_in_the_norm():
    """x = 0 with a bias is an input 1: the neuron (w, b) = (0, 1)."""
    network = from_pattern([[[1]], [[1]]], [True, False])
    zero, far = [["0"]], [["0"], ["1"]]
    assert decided(network, [[0], [1]], zero, [1], [[1], None])[0] == "yes"
    assert decided(network, [[0], [1]], far, [1, 1], [[1], None])[0] == "yes"
    assert decided(network, [[1], [1]], [["1"]], [1], [[0], None])[0] == "no"


def test_output_bias():
    """min ‖w‖|v| + c²/2 with |v|‖w‖ + c = 1: c = 1 is stationary, and the network is at rest."""
    network = from_pattern([[[1]], [[1]]], [False, True])
    assert decided(network, [[0], [0]], [["1"]], [1], [None, [1]])[0] == "yes"
    assert decided(network, [[0], [0]], [["2"]], [1], [None, [1]])[0] == "no"
    assert decided(network, [[1], [1]], [["1"]], [1], [None, [0]])[0] == "no"


@pytest.mark.parametrize("v", [2, "1/3"])
@pytest.mark.parametrize("field", [Q, ROOT2], ids=["Q", "Q(r)"])
def test_rescaling_with_all_biases(v, field):
    """The bias of the neuron is scaled with its weights, that of the output stays."""
    network = dense(1, 2, "1/2", bias=True)
    weights, biases = [[1, "-1/2"], [v, 1]], [[1, 0], ["5"]]
    x, labels = [["1"], ["-3"]], [1, 1]
    answer, evidence = decided(network, weights, x, labels, biases, field)
    assert (answer, len(evidence["denominator"])) == ("no", 2)


@pytest.mark.parametrize(("height", "expected"), [("r+1/4", "yes"), ("r+1/2", "no")])
def test_over_an_extension(height, expected):
    """Again the angle of 120 degrees: √3 lies between the heights."""
    h = ROOT2.parse(height)
    x = [[1, h], [1, -h]]
    network = dense(2, 2)
    assert decided(network, [[1, 0, 0, 0], [1, 0]], x, [1, 1], field=ROOT2)[0] == expected


def test_a_direction_over_an_extension():
    r = ROOT2.gen
    x, w = [[1 / r, 1 / r], [r, 0]], [1 / r, 1 / r, 0, 0]
    assert decided(dense(2, 2), [w, [1, 0]], x, [1, 1], field=ROOT2)[0] == "yes"
    assert decided(dense(2, 2), [w, [1, 0]], x[1:], [1], field=ROOT2)[0] == "no"


# ---------------------------------------------------------------- the boundary, the budget


def limit_case():
    """Linear; λ = (a, b) with a + b = 1 and ‖Σ λ_i x_i‖ ≤ 1: only a = b, which cuts approach."""
    network = from_pattern([[[1, 0], [2, 3]], [[1, 2]]], negative_slope=1)
    data = Dataset.over(Q, [[-1, 4], [-1, 4], [-1, -4], [-1, -4]], [-1] * 4)
    point = Parameters.over(Q, network, [[-1, 0, 0], [-1, 0]])
    return Problem("limit", Q, network, data, MaxMargin(), point)


def test_a_limit_of_multipliers_is_found():
    assert lifted_local_minimum(limit_case(), Budget()).answer is Answer.YES


def test_a_boundary_case_says_how_far(monkeypatch):
    monkeypatch.setattr(lifting, "simplest_near", lambda x, _bits: x)
    verdict = lifted_local_minimum(limit_case(), Budget())
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason.startswith("boundary: a zero neuron's |g|^2 is to be at most 1, and at ")
    assert "1 + 2^-" in verdict.reason


def test_budget():
    with pytest.raises(BudgetSpent, match="the budget of 0 seconds is spent"):
        lifted_local_minimum(limit_case(), Budget(0))
    heard = []
    lifted_local_minimum(limit_case(), Budget(60, heard.append))
    assert heard[0] == "local_minimum: 1 programs, 0 leaves"


# ---------------------------------------------------------------- least norm


@pytest.mark.parametrize(
    ("start", "columns", "caps", "t"),
    [
        ([3, 4], [], [], []),
        ([3, 4], [[-1, 0]], [None], [3]),
        ([3, 4], [[1, 0]], [None], [0]),
        ([3, 4], [[-1, 0], [0, -1]], [2, None], [2, 4]),
        ([3, 4], [[-1, 0], [-2, 0]], [1, 1], [1, 1]),
        ([2, 1], [[-1, 0], [-1, -1]], [None, None], [1, 1]),
        ([1, -1], [[-1, 0], [-1, -1]], [None, None], [1, 0]),
    ],
)
def test_least_norm(start, columns, caps, t):
    vectors = [[Q.coerce(x) for x in row] for row in (start, *columns)]
    limits = [None if cap is None else Q.coerce(cap) for cap in caps]
    found, residual = least_norm(Q, vectors[0], vectors[1:], limits, Q.zero)
    assert found == t
    rest = [sum(a * c[j] for a, c in zip(t, columns, strict=True)) for j in range(2)]
    assert residual == [a + b for a, b in zip(start, rest, strict=True)]
