"""Multipliers of terms on their kinks: found where they hold a local minimum, and only there."""

from collections.abc import Sequence
from fractions import Fraction
from random import Random

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.hinge_held import held_certificate
from exactmargin.exact import Q, sign
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import Hinge, MulticlassHinge, OneVersusAllHinge, Problem


def constant_features(
    inputs: Sequence[Sequence[object]],
    labels: Sequence[int],
    v: Sequence[object],
    c: Sequence[object],
    loss: MulticlassHinge | OneVersusAllHinge,
    bias: object = 1,
) -> Problem:
    """One ReLU unit with the weights 0: its feature is the same at all inputs."""
    network = fully_connected([len(inputs[0]), 1, len(v)], bias=True)
    weights, biases = [[0] * len(inputs[0]), v], [[bias], c]
    point = Parameters.over(Q, network, weights, biases)
    return Problem("constant", Q, network, Dataset.over(Q, inputs, labels), loss, point)


LINE = ([[0], [1], [2]], [0, 1, 2], [1, 1, 1], [-2, -2, -2], OneVersusAllHinge())


def test_multipliers_of_degree_one() -> None:
    certificate = held_certificate(constant_features(*LINE), Budget())
    assert certificate is not None
    assert certificate.outcome().accepted
    values = [row["value"] for row in certificate.evidence["multipliers"]]
    assert any("u2_" in value for value in values)


def test_constant_multipliers() -> None:
    """Without a hidden layer: 2/3 max(0, 1 - w) + 1/3 max(0, 1 + w) at w = 1."""
    network = fully_connected([1, 1])
    data = Dataset.over(Q, [[1], [1]], [1, -1], ["2/3", "1/3"])
    point = Parameters.over(Q, network, [[1]])
    certificate = held_certificate(Problem("pulled", Q, network, data, Hinge(), point), Budget())
    assert certificate is not None
    assert certificate.evidence["multipliers"] == [{"term": 1, "value": "1/2"}]
    assert certificate.outcome().accepted


def test_not_where_a_unit_is_on_its_kink() -> None:
    assert held_certificate(constant_features(*LINE, bias=0), Budget()) is None


def test_not_where_nothing_is_on_its_kink() -> None:
    inputs, labels, v, _, loss = LINE
    assert held_certificate(constant_features(inputs, labels, v, [5, 6, 7], loss), Budget()) is None


def test_not_where_a_multiplier_must_be_one() -> None:
    """1/2 max(0, 1 - w) + 1/2 max(0, 1 + w) is constant from -1 to 1: a minimum, not shown so."""
    network = fully_connected([1, 1])
    data, point = Dataset.over(Q, [[1], [1]], [1, -1]), Parameters.over(Q, network, [[1]])
    assert held_certificate(Problem("even", Q, network, data, Hinge(), point), Budget()) is None


def test_not_where_the_gradients_do_not_cancel() -> None:
    """Separable by x alone, and v_1, v_2 differ: both classes move to their sides."""
    problem = constant_features([[0], [1]], [0, 1], [1, -1], [-2, 0], OneVersusAllHinge())
    assert held_certificate(problem, Budget()) is None


def test_the_budget_is_asked() -> None:
    with pytest.raises(BudgetSpent):
        held_certificate(constant_features(*LINE), Budget(0))


def moved(problem: Problem, draw: Random) -> Problem:
    """The problem at a point nearby."""
    scale = Fraction(1, draw.choice((40, 1000, 10**6)))
    some = draw.choice((0.2, 0.6, 1.0))
    flat = [
        x + Q.coerce(scale * draw.randint(-9, 9) / 9 * (draw.random() < some))
        for x in problem.point().flat()
    ]
    return problem.with_parameters(Parameters.from_flat(problem.network, flat))


def test_no_point_near_a_minimum_that_was_found_is_better() -> None:
    found = 0
    for seed in range(250):
        draw = Random(seed)
        classes, d = draw.choice((2, 3)), draw.choice((1, 2))
        size = draw.randint(classes, 5)
        inputs = [[draw.randint(-2, 2) for _ in range(d)] for _ in range(size)]
        labels = [*range(classes), *(draw.randrange(classes) for _ in range(size - classes))]
        v = [draw.choice((1, 1, 1, 2)) for _ in range(classes)]
        loss = draw.choice((MulticlassHinge(), OneVersusAllHinge()))
        target = [-1] * classes if isinstance(loss, OneVersusAllHinge) else [1, 0, 0][:classes]
        c = [t - a for t, a in zip(target, v, strict=True)]
        problem = constant_features(inputs, labels, v, c, loss)
        certificate = held_certificate(problem, Budget())
        if certificate is not None:
            found += 1
            assert certificate.outcome().accepted
            here = problem.objective_value()
            for _ in range(60):
                assert sign(moved(problem, draw).objective_value() - here) >= 0
    assert found >= 5
