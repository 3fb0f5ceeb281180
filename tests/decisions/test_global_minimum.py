"""Global minima: the papers' points, each class of networks, degenerate data, what stays open."""

import random
import re
from fractions import Fraction
from pathlib import Path

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, analyze, certify
from exactmargin.decisions import global_minimum as global_module
from exactmargin.decisions.global_minimum import global_minimum
from exactmargin.decisions.lifted_network import Lifted
from exactmargin.decisions.linear_global import is_product
from exactmargin.decisions.vertices import is_diagonal, vertices_global_minimum
from exactmargin.decisions.width_search import root_bound, search
from exactmargin.exact import Q, RealNumberField, squared_norm
from exactmargin.formats import read_expectations, read_problem
from exactmargin.networks import Parameters, diagonal, from_pattern, fully_connected
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem
from tests.decisions.test_kkt import make

CASES = sorted((Path(__file__).parent.parent / "cases").glob("vardi*.json"))
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


def decide(problem):
    """The answer, its certificate accepted again, and the method of a proof."""
    verdict = global_minimum(problem, Budget())
    if verdict.certificate is None:
        return verdict.answer, verdict.reason
    assert verdict.certificate.outcome().accepted
    wanted = "global-minimum" if verdict.answer is YES else "not-global-minimum"
    assert verdict.certificate.claim == wanted
    return verdict.answer, verdict.certificate.evidence.get("by")


# ---------------------------------------------------------------- the papers


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_papers_points(path):
    problem = read_problem(path)
    if isinstance(problem.objective, MaxMargin):
        assert (
            analyze(problem)["global_minimum"].answer.value
            == (read_expectations(path)["global_minimum"])
        )


def test_c6_is_local_and_not_global():
    """V Lemma C.6: one neuron less is better; the certificate is a point, found not copied."""
    verdicts = analyze(read_problem(next(p for p in CASES if "C.6" in p.name)))
    assert verdicts["local_minimum"].answer is YES
    better = [Q.parse(x) for x in verdicts["global_minimum"].certificate.evidence["better"]]
    assert 4.92 < float(squared_norm(better)) < 10


# ---------------------------------------------------------------- linear networks


def chain(depth, size, direction, extra=(), slope=1, widths=2):
    """A fully connected net, rank one, aligned and balanced: β = size^depth · direction."""
    rows = [[size * x for x in direction]] + [[Fraction(0)] * 2 for _ in range(widths - 1)]
    weights = [[x for row in rows for x in row]]
    for _ in range(depth - 2):
        weights.append([size] + [0] * (widths * widths - 1))
    weights.append([size] + [0] * (widths - 1))
    beta = [size**depth * x for x in direction]
    norm = sum(x * x for x in beta)
    foot = [x / norm for x in beta]
    inputs = [foot, *([a + t * b for a, b in zip(foot, p, strict=True)] for t, p in extra)]
    network = fully_connected([2, *[widths] * (depth - 1), 1], negative_slope=slope)
    return make(network, weights, inputs, [1] * len(inputs))


U = [Fraction(3, 5), Fraction(4, 5)]
ACROSS = [Fraction(-4, 5), Fraction(3, 5)]


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("size", [Fraction(1), Fraction(3, 2), Fraction(1, 3)])
def test_rank_one_balanced_aligned_is_global(depth, size):
    problem = chain(depth, size, U, [(1, ACROSS), (2, U)])
    assert decide(problem) == (YES, "product")


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_one_example_off_the_foot_moves_the_machine(depth):
    """All examples on one side of the foot: β* is another vector, and a chain of it is better."""
    problem = chain(depth, Fraction(1), U)
    moved = [[a + b / 7 for a, b in zip(U, ACROSS, strict=True)]]
    data = make(problem.network, problem.point().weights, moved, [1])
    assert data.is_feasible()
    assert decide(data) == (NO, None)


def test_product_in_an_algebraic_field():
    r = RealNumberField("r", [-2, 0, 1], (1, 2))
    base = make(fully_connected([1, 1, 1], negative_slope=1), [[1], [1]], [[1]], [1])

    def at(x, w, v):
        point = Parameters.over(r, base.network, [[w], [v]])
        data = Dataset.over(r, [[x]], [1])
        return Problem("t", r, base.network, data, MaxMargin(), point)

    assert decide(at(Fraction(1, 2), r.gen, r.gen)) == (YES, "product")
    assert decide(at(1, r.gen, r.gen / 2)) == (NO, None)
    assert decide(at(r.gen / 2, r.gen, 1)) == (NO, None)  # 2^(1/4) twice is better: 2 √2 < 3


def test_depth_one_is_the_support_vector_machine():
    network = from_pattern([[(1, 2)]])
    assert decide(make(network, [[1, 0]], [[1, 0], [2, -3]], [1, 1])) == (YES, "product")
    assert decide(make(network, [[1, 1]], [[1, 0], [2, -3]], [1, -1])) == (YES, "product")
    assert decide(make(network, [[2, 2]], [[1, 0], [2, -3]], [1, -1])) == (NO, None)


def test_first_layer_biases_are_inputs_of_the_product():
    network = from_pattern([[(1,)], [(1,)]], [True, False], negative_slope=1)
    far = make(network, [[0], [1]], [[5], [-5]], [1, 1], biases=[[1], None])
    assert decide(far) == (YES, "product")
    assert decide(make(network, [[0], [2]], [[5], [-5]], [1, 1], biases=[[1], None])) == (NO, None)


def test_inputs_without_a_weight_do_not_count():
    """The second input is seen by no unit: the machine is that of the first alone."""
    network = from_pattern([[(1, 0), (2, 0)], [(1, 2)]], negative_slope=1)
    assert decide(make(network, [[1, 0], [1, 0]], [[1, 9]], [1])) == (YES, "product")


def test_sparse_linear_two_layers_fall_to_lifting():
    """Units see one input each: the l1 norm of β counts, not the l2 norm."""
    network, half = diagonal(2, 2, negative_slope=1), Fraction(1, 2)
    assert decide(make(network, [[1, 0], [1, 0]], [[1, half]], [1])) == (YES, "product")
    two = make(network, [[1, half], [1, half]], [[1, 0], [0, 4]], [1, 1])
    assert decide(two) == (YES, "lifting")
    even = make(network, [[1, 1], [Fraction(1, 2)] * 2], [[1, 1]], [1])
    assert decide(even) == (NO, None)


def test_diagonal_ties_have_many_minima():
    """Both inputs the same: every balanced split of the weight is a global minimum."""
    network = diagonal(2, 2, negative_slope=1)
    split = [Fraction(3, 5), Fraction(4, 5)]
    assert decide(make(network, [split, split], [[1, 1]], [1])) == (YES, "product")
    assert decide(make(network, [[1, 0], [1, 0]], [[1, 1]], [1])) == (YES, "product")


@pytest.mark.parametrize("depth", [3, 4])
def test_diagonal_vertices(depth):
    network = diagonal(2, depth, negative_slope=1)
    lone = make(network, [[1, 0]] * depth, [[1, Fraction(1, 2)]], [1])
    assert decide(lone) == (YES, "product")
    both = make(network, [[1, 1]] * depth, [[1, 0], [0, 1]], [1, 1])
    assert decide(both) == (YES, "vertices")
    other = make(network, [[0, 2]] + [[0, 1]] * (depth - 1), [[1, Fraction(1, 2)]], [1])
    assert decide(other) == (NO, None)
    tie = make(network, [[1, 0]] * depth, [[1, 1]], [1])
    assert decide(tie) == (YES, "product")


@pytest.mark.parametrize("slope", [0, Fraction(1, 4), 1])
def test_the_longest_part_that_a_unit_reads_bounds_nonlinear_networks(slope):
    """V Remark 3.2 for 5.1: on the larger coordinate the diagonal point is a global minimum."""
    network, u = diagonal(2, 3, negative_slope=slope), Fraction(10, 11)
    x = [Fraction(1331, 1000), 1]
    assert decide(make(network, [[u, 0]] * 3, [x], [1])) == (YES, "product")
    answer, _ = decide(make(network, [[0, 1]] * 3, [x], [1]))
    assert answer is NO


def test_too_many_vertices_are_said():
    network = diagonal(12, 3, negative_slope=1)
    inputs = [[int(i == j) + 1 for j in range(12)] for i in range(12)]
    problem = make(network, [[1] * 12] * 3, inputs, [1] * 12)
    assert is_diagonal(problem)
    verdict = vertices_global_minimum(problem, Budget())
    assert verdict.reason == (
        "the vertices of 12 examples in 12 chains need 2704156 linear systems; at most 100000 are "
        "solved"
    )
    assert decide(problem)[0] is NO  # a better point is easy to find


# ---------------------------------------------------------------- two layers


def test_one_example_two_layers():
    network = fully_connected([2, 2, 1])
    tight = [[Fraction(3, 5), Fraction(4, 5), 0, 0], [1, 0]]
    assert decide(make(network, tight, [U], [1])) == (YES, "product")
    astride = [[a + t * b for a, b in zip(U, ACROSS, strict=True)] for t in (-3, 3)]
    assert decide(make(network, tight, astride, [1, 1]))[0] is NO  # two neurons, one for each
    single = make(fully_connected([2, 1, 1]), [tight[0][:2], [1]], astride, [1, 1])
    assert decide(single) == (YES, "lifting")
    twice = [[Fraction(3, 5), Fraction(4, 5)] * 2, [1, 1]]
    assert decide(make(network, twice, [U], [1])) == (NO, None)


def test_two_neurons_are_needed_and_global():
    """x and -x with one label: no single neuron is feasible; the tree has to branch or not."""
    network = fully_connected([1, 2, 1])
    problem = make(network, [[1, -1], [1, 1]], [[1], [-1]], [1, 1])
    assert decide(problem) == (YES, "lifting")


def test_width_matters():
    """V 3.2's data: two neurons beat the one neuron between them, one neuron has no choice."""
    inputs, labels = [[1, Fraction(1, 4)], [-1, Fraction(1, 4)]], [1, 1]
    one = make(fully_connected([2, 1, 1]), [[0, 2], [2]], inputs, labels)
    assert decide(one) == (YES, "lifting")
    two = make(fully_connected([2, 2, 1]), [[0, 2, 0, 0], [2, 0]], inputs, labels)
    assert decide(two) == (NO, None)
    found = root_bound(Lifted.of(one), Budget())
    assert found is not None
    assert 3 < float(found[0]) < 8  # for every width; that 8 is the least needs K = 1


@pytest.mark.parametrize("slope", [0, Fraction(1, 4), 1])
@pytest.mark.parametrize("output", [False, True])
def test_biases(slope, output):
    """Φ = c alone is best where all labels agree; with hidden biases only, v σ(b)."""
    network = from_pattern([[(1,)], [(1,)]], [True, output], negative_slope=slope)
    if output:
        problem = make(network, [[0], [0]], [[3], [-3]], [1, 1], biases=[[0], [1]])
    else:
        problem = make(network, [[0], [1]], [[3], [-3]], [1, 1], biases=[[1], None])
    assert decide(problem)[0] is YES


def test_unbalanced_and_idle_weights_are_never_global():
    network = fully_connected([1, 2, 1])
    for weights in ([[2, 0], [Fraction(1, 2), 0]], [[1, 3], [1, 0]], [[1, 0], [1, 3]]):
        assert decide(make(network, weights, [[1]], [1])) == (NO, None)


def test_neurons_without_inputs_or_outputs():
    network = from_pattern([[(1,), (0,), (2,)], [(1, 2, 0)]])
    assert decide(make(network, [[1, 0], [1, 0]], [[1], [2]], [1, 1])) == (YES, "product")
    assert decide(make(network, [[1, 1], [1, 0]], [[1]], [1])) == (NO, None)
    both = from_pattern([[(1,), (0,), (2,), (3,)], [(1, 2, 0, 3)]])
    weights = [[1, 0, -1], [1, 0, 1]]
    assert decide(make(both, weights, [[1], [-1]], [1, 1])) == (YES, "lifting")


def test_repeated_points_and_a_zero_input():
    network = from_pattern([[(1,)], [(1,)]], [False, True])
    same = make(network, [[1], [1]], [[1], [1], [1]], [1, 1, 1], biases=[None, [0]])
    assert decide(same)[0] is NO  # c = 1 alone has norm 1
    zero = make(network, [[0], [0]], [[1], [0]], [1, 1], biases=[None, [1]])
    assert decide(zero) == (YES, "lifting")


def test_a_zero_input_without_biases_is_infeasible():
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[1], [0]], [1, 1])
    verdict = analyze(problem)["global_minimum"]
    assert (verdict.answer, verdict.certificate.claim) == (NO, "infeasible")


def test_the_order_of_the_neurons_does_not_matter():
    """All orders of an optimal network's neurons are proved by the same search."""
    network = fully_connected([2, 3, 1])
    rows = [[1, 0], [0, 1], [0, 0]]
    outs = [1, -1, 0]
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        weights = [[x for k in order for x in rows[k]], [outs[k] for k in order]]
        assert decide(make(network, weights, [[1, 0], [0, 1]], [1, -1])) == (YES, "lifting")


def test_irrational_data_over_their_field():
    r = RealNumberField("r", [-2, 0, 1], (1, 2))
    network, half = fully_connected([2, 1, 1]), r.gen / 2
    data = Dataset.over(r, [[half, half], [0, r.gen], [r.gen, 0]], [1] * 3)
    for factor, answer in ((1, (YES, "product")), (2, (NO, None))):
        point = Parameters.over(r, network, [[half * factor] * 2, [1]])
        assert decide(Problem("t", r, network, data, MaxMargin(), point)) == answer


def test_irrational_pairs_over_their_field():
    """x = ±√2/2 with one label: a neuron for each, in Q(√2)."""
    r = RealNumberField("r", [-2, 0, 1], (1, 2))
    network, half = fully_connected([1, 2, 1]), r.gen / 2
    data = Dataset.over(r, [[half], [-half]], [1, 1])
    point = Parameters.over(r, network, [[r.gen, -2], [1, half]])
    assert decide(Problem("t", r, network, data, MaxMargin(), point)) == (NO, None)


# ---------------------------------------------------------------- deep and shared


def test_deep_relu_with_one_example_is_proved_by_its_product():
    assert decide(chain(3, Fraction(3, 2), U, slope=0)) == (YES, "product")
    both = chain(3, Fraction(3, 2), U, [(1, ACROSS), (-1, ACROSS)], slope=0)
    assert decide(both)[0] is YES


def test_deep_relu_with_a_better_point():
    problem = chain(3, Fraction(2), U, slope=0)
    more = make(problem.network, problem.point().weights, [U], [1])
    assert decide(more) == (NO, None)


def test_deep_relu_stays_open_and_says_why():
    """V 4.3's picture one layer deeper: global or not, no method here proves it."""
    network = fully_connected([2, 2, 1, 1])
    weights = [[1, 0, 0, 1], [1, 1], [1]]
    answer, reason = decide(make(network, weights, [[1, 0], [0, 1]], [1, 1]))
    assert answer is NO or "no method proves" in reason


def test_one_layer_problems_are_another_methods():
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1], LayerMaxMargin(1))
    assert decide(problem)[0] is UNKNOWN


def test_shared_weights_find_better_points_only():
    network = from_pattern([[(1, 0), (0, 1)], [(1, 2)]])
    assert not is_product(make(network, [[1], [1, 1]], [[1, 1]], [1]))
    assert decide(make(network, [[1], [1, 0]], [[1, 1]], [1])) == (NO, None)


# ---------------------------------------------------------------- budgets and limits


def test_a_spent_budget_is_unknown_with_its_reason():
    problem = make(fully_connected([1, 2, 1]), [[1, -1], [1, 1]], [[1], [-1]], [1, 1])
    found = search(Lifted.of(problem), squared_norm(problem.free_parameters()), Budget(0), work=9)
    assert found.tree is None
    assert found.better is None
    assert "budget" in found.reason
    verdict = analyze(problem, budget=0)["global_minimum"]
    assert verdict.answer is UNKNOWN


def test_a_search_that_ends_early_says_its_bounds(monkeypatch):
    """V 3.2's data and one neuron: the root's bound holds for every width and is below 8."""
    monkeypatch.setattr(global_module, "WORK", 0)
    monkeypatch.setattr(global_module, "better_by_ascent", lambda *_: None)
    inputs, network = [[1, Fraction(1, 4)], [-1, Fraction(1, 4)]], fully_connected([2, 1, 1])
    answer, reason = decide(make(network, [[0, 2], [2]], inputs, [1, 1]))
    assert answer is UNKNOWN
    pattern = r"1 region open: .* about 3\.88.* \(proved: 3\.88.*\), that of the point is 8$"
    assert re.match(pattern, reason), reason


def test_too_many_pieces_are_said(monkeypatch):
    monkeypatch.setattr(global_module, "better_by_ascent", lambda *_: None)
    rng = random.Random(1)
    inputs = [[rng.randint(1, 9) for _ in range(6)] for _ in range(20)]
    problem = make(fully_connected([6, 1, 1]), [[1] * 6, [1]], inputs, [1] * 20)
    answer, reason = decide(problem)
    assert answer is UNKNOWN
    assert reason.startswith("a neuron has up to ")


def test_numbers_beyond_floats_are_said(monkeypatch):
    monkeypatch.setattr(global_module, "better_by_ascent", lambda *_: None)
    tiny = Fraction(1, 10**200)
    problem = make(fully_connected([1, 1, 1]), [[2 * 10**100], [10**100]], [[tiny]], [1])
    answer, reason = decide(problem)
    assert answer is UNKNOWN
    assert "floats" in reason


def test_certify_a_global_minimum_and_a_norm_bound():
    problem = make(fully_connected([1, 2, 1]), [[1, -1], [1, 1]], [[1], [-1]], [1, 1])
    assert certify(problem, "global-minimum").certificate.claim == "global-minimum"
    bound = certify(problem, "norm-bound").certificate
    assert bound.claim == "norm-bound"
    assert "parameters" not in bound.problem
    assert 3.99 < float(Q.parse(bound.evidence["squared_norm"])) <= 4
