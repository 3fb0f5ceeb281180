"""Where one layer moves: the decisions against enumeration of all patterns, on random problems.

Every certificate is checked by the kernel on its way (a verdict without that does not exist), so
what is tested is that the decisions answer, and that the enumeration, which shares no code with
them beyond exact linear algebra and linear programs, says the same.
"""

import random
from collections import Counter

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget
from exactmargin.decisions.one_layer import layer_global_minimum, layer_local_minimum
from exactmargin.exact import Q
from exactmargin.networks import Parameters, from_pattern
from exactmargin.problems import LayerMaxMargin, Problem
from tests.laws.layer_instances import (
    best_of_a_cell,
    is_local_minimum_by_enumeration,
    least_squared_norm_by_enumeration,
    random_problem,
    units,
    zeros,
)

MOST_KINKS, MOST_UNITS, MOST_COORDINATES = 6, 3, 4


def instances(seeds):
    """Problems at the least-norm point of one of their cells."""
    for seed in seeds:
        rng = random.Random(seed)
        problem = best_of_a_cell(random_problem(rng), rng, rng.choice([1, 12]))
        if problem is not None:
            yield problem


def check_local(seeds):
    """The local decision against a linear program for each pattern of the zeros."""
    seen = Counter()
    for problem in instances(seeds):
        kinks = len(zeros(problem))
        if kinks <= MOST_KINKS:
            verdict = layer_local_minimum(problem, Budget())
            expected = is_local_minimum_by_enumeration(problem)
            assert verdict.answer is (Answer.YES if expected else Answer.NO), problem
            seen[f"depth {problem.network.depth} {verdict.answer.value}"] += 1
            seen[f"{'kinks' if kinks else 'smooth'} {verdict.answer.value}"] += 1
            text = str(verdict.certificate.evidence.get("tree"))
            seen["splits"] += "plus" in text
            seen["slopes"] += "slope" in text
    return seen


def check_global(seeds):
    """The global decision against the least norm of all cells."""
    seen = Counter()
    for problem in instances(seeds):
        small = len(units(problem)) <= MOST_UNITS
        if small and len(problem.free_parameters()) <= MOST_COORDINATES:
            verdict = layer_global_minimum(problem, Budget())
            best = least_squared_norm_by_enumeration(problem)
            expected = best == problem.objective_value() * 2
            assert verdict.answer is (Answer.YES if expected else Answer.NO), problem
            seen[verdict.answer.value] += 1
            seen["splits"] += "plus" in str(verdict.certificate.evidence.get("tree"))
    return seen


def test_local_minima_by_enumeration():
    seen = check_local(range(300))
    for wanted in (
        "depth 1 yes",
        "depth 2 no",
        "depth 3 yes",
        "depth 4 no",
        "kinks yes",
        "kinks no",
    ):
        assert seen[wanted] >= 5, seen
    assert seen["slopes"] >= 5, seen
    assert seen["splits"] >= 1, seen


def test_global_minima_by_enumeration():
    seen = check_global(range(500))
    for wanted in ("yes", "no", "splits"):
        assert seen[wanted] >= 3, seen


def test_a_longer_point_of_the_same_cell_is_no_minimum():
    """Without biases twice θ is feasible too, and shrinking it again descends."""
    found = 0
    for problem in instances(range(120)):
        if not problem.network.has_bias:
            double = [2 * a for a in problem.free_parameters()]
            stretched = problem.with_parameters(problem.with_free(double))
            assert layer_local_minimum(stretched, Budget()).answer is Answer.NO
            assert layer_global_minimum(stretched, Budget()).answer is Answer.NO
            found += 1
    assert found >= 20


def bundles(rng, count, slope):
    """Φ = u + Σ_j f_j(w_j), f_j(w) = Σ_k v_k σ(c_k w), at u = 1, w = 0; and the f_j.

    Each w_j is shared by the units of its bundle, all of them at their kink.
    """
    functions = [
        [
            (rng.choice([1, -1, 2, -2]), rng.choice([1, -1, -1, -2]))
            for _ in range(rng.randint(1, 3))
        ]
        for _ in range(count)
    ]
    size = 1 + sum(map(len, functions))
    pattern, x, v = [[1] + [0] * (size - 1)], [1], [1]
    for j, function in enumerate(functions):
        for c, weight in function:
            pattern.append([j + 2 if p == len(x) else 0 for p in range(size)])
            x.append(c)
            v.append(weight)
    network = from_pattern([pattern, [list(range(1, size + 1))]], negative_slope=slope)
    point = Parameters.over(Q, network, [[1] + [0] * count, v])
    data = Dataset.over(Q, [x], [1])
    return Problem("bundles", Q, network, data, LayerMaxMargin(1), point), functions


def test_bundles_of_kinks_are_decided_by_their_slopes():
    """A local (and global) minimum iff no f_j rises to either side."""
    seen = Counter()
    for seed in range(250):
        rng = random.Random(seed)
        slope = rng.choice([Q.zero, Q.zero, Q.one / 4])
        problem, functions = bundles(rng, rng.randint(1, 3), slope)
        expected = all(
            sum(v * (c * w if c * w > 0 else slope * c * w) for c, v in function) <= 0
            for function in functions
            for w in (1, -1)
        )
        local = layer_local_minimum(problem, Budget())
        assert local.answer is layer_global_minimum(problem, Budget()).answer
        assert local.answer is (Answer.YES if expected else Answer.NO)
        tree = str(local.certificate.evidence.get("tree"))
        seen[local.answer.value, "plus" in tree, "weight" in tree] += 1
    assert min(seen["yes", True, False], seen["yes", False, False], seen["no", False, False]) >= 10
    assert seen["yes", True, True], seen
