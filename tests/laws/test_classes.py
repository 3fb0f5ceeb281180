"""Hinge losses of several classes: by hand, three ways, and as the binary loss in disguise."""

import json
import random
from typing import Any

import pytest
from flint import fmpq

from exactmargin import (
    Dataset,
    Hinge,
    MulticlassHinge,
    OneVersusAllHinge,
    Parameters,
    Problem,
    Q,
    analyze,
    enumerate_cells,
    from_pattern,
    fully_connected,
    problem_from_json,
    problem_to_json,
)
from exactmargin.cells import is_flat
from exactmargin.decisions import Answer
from exactmargin.kernel.hinge import loss, terms
from exactmargin.kernel.problem import read_problem
from exactmargin.problems import Objective
from tests.rejections import truth

OBJECTIVES: tuple[Objective, ...] = (MulticlassHinge(), OneVersusAllHinge())


def drawn(draw: random.Random, depth: int, objective: Objective) -> Problem:
    """Small integers: zeros, kinks and terms at zero are frequent."""
    outputs, width, size = draw.choice((2, 3)), draw.choice((1, 2)), draw.choice((1, 2, 3))
    widths = [draw.choice((1, 2)), *[width] * (depth - 1), outputs]
    slope = draw.choice((fmpq(0), fmpq(1, 2), fmpq(1)))
    network = fully_connected(widths, negative_slope=slope, bias=draw.random() < 0.5)
    values = [fmpq(draw.randint(-2, 2)) for _ in range(network.parameter_count)]
    inputs = [[draw.randint(-2, 2) for _ in range(widths[0])] for _ in range(size)]
    weights = None if draw.random() < 0.5 else [draw.choice(("1", "1/3")) for _ in inputs]
    data = Dataset.over(Q, inputs, [draw.randrange(outputs) for _ in inputs], weights)
    return Problem("", Q, network, data, objective, Parameters.from_flat(network, values))


CASES = [
    pytest.param(drawn(random.Random(n), 1 + n % 3, OBJECTIVES[n // 3 % 2]), id=str(n))
    for n in range(30)
]


def test_the_losses_by_hand() -> None:
    """Outputs (2, 1, -3) of class 1: multiclass 2 + 0; one versus all 3 + 0 + 0."""
    network = fully_connected([1, 3])
    point = Parameters.over(Q, network, [[2, 1, -3]], [None])
    data = Dataset.over(Q, [[1]], [1])
    values = [Problem("", Q, network, data, o, point).objective_value() for o in OBJECTIVES]
    assert values == [2, 3]


@pytest.mark.parametrize("problem", CASES)
def test_the_loss_three_ways(problem: Problem) -> None:
    obj: Any = json.loads(json.dumps(problem_to_json(problem)))
    assert problem_from_json(obj) == problem
    kernel = read_problem(obj)
    model = truth.Model(obj)
    value = str(problem.objective_value())
    assert (
        value == str(loss(kernel, kernel.theta)) == str(truth.hinge_loss(obj, model, model.theta))
    )
    own = [(t.example, str(t.weight), dict(t.factors)) for t in problem.loss_terms]
    assert own == [(t.example, str(t.weight), t.factors) for t in terms(kernel)]


@pytest.mark.parametrize("problem", CASES)
def test_signatures_have_the_terms_but_not_that_of_the_true_class(problem: Problem) -> None:
    signatures, last = problem.signatures, problem.network.depth - 1
    entries = [(i, r) for i, n, r in signatures.entries if n == last]
    everything = [(i, r) for i in range(problem.data.size) for r in problem.classes]
    if isinstance(problem.objective, MulticlassHinge):
        labels = problem.data.labels
        everything = [(i, r) for i, r in everything if r != labels[i]]
    assert entries == everything
    assert len(entries) == signatures.loss_count == len(problem.loss_terms)


@pytest.mark.parametrize("problem", CASES)
def test_verdicts_agree_with_each_other(problem: Problem) -> None:
    verdicts = {name: v.answer for name, v in analyze(problem).items()}
    if verdicts["global_minimum"] is Answer.YES:
        assert verdicts["local_minimum"] is Answer.YES
    if verdicts["local_minimum"] is Answer.YES:
        assert verdicts["clarke_critical"] is not Answer.NO
    if verdicts["local_minimum"] is Answer.NO:
        assert verdicts["global_minimum"] is Answer.NO
        assert verdicts["local_minimum_type"] is Answer.NONE
    if not problem.objective_value():
        assert verdicts["global_minimum"] is Answer.YES
        assert verdicts["clarke_critical"] is Answer.YES


@pytest.mark.parametrize("problem", CASES[:18])
def test_cells_that_are_drawn_are_within_the_bounds(problem: Problem) -> None:
    signatures, draw, met = problem.signatures, random.Random(1), set()
    for _ in range(200):
        values = [fmpq(draw.randint(-40, 40), 8) for _ in range(problem.network.parameter_count)]
        met.add(signatures(Parameters.from_flat(problem.network, values)))
    cells = enumerate_cells(signatures, budget=3)
    met = {signature for signature in met if 0 not in signature}
    assert len(met) <= cells.upper
    if cells.complete:
        assert met <= {*cells}
    assert problem.network.depth > 1 or cells.complete
    for signature in list(cells)[:20]:
        point = problem.with_parameters(cells.witness(signature))
        assert point.signatures(point.point()) == signature
        positive = any(
            s > 0 and n == problem.network.depth - 1
            for s, (_, n, _) in zip(signature, signatures.entries, strict=True)
        )
        assert positive or is_flat(signatures, problem.example_weights, signature)


def disguised(draw: random.Random, shape: int, size: int = 3) -> tuple[Problem, Problem]:
    """A binary problem, and the same with a second output that is always zero: 1 + Φ_1 - Φ_0 is
    1 - Φ_0 for class 0, and 1 + Φ_0 for class 1."""
    hidden = [[[1, 2], [3, 4]], [[1, 2]], [[1, 0], [0, 1]]][shape % 3]
    top = list(range(1, len(hidden) + 1))
    slope = draw.choice((fmpq(0), fmpq(1, 2)))
    networks = [
        from_pattern([hidden, rows], negative_slope=slope, biases=[shape % 2 == 0, False])
        for rows in ([top], [top, [0] * len(top)])
    ]
    inputs = [[draw.randint(-2, 2) for _ in range(2)] for _ in range(size)]
    signs = [draw.choice((1, -1)) for _ in inputs]
    values = [fmpq(draw.randint(-2, 2)) for _ in range(networks[0].parameter_count)]
    points = [Parameters.from_flat(network, values) for network in networks]
    return (
        Problem("", Q, networks[0], Dataset.over(Q, inputs, signs), Hinge(), points[0]),
        Problem(
            "",
            Q,
            networks[1],
            Dataset.over(Q, inputs, [(1 - s) // 2 for s in signs]),
            MulticlassHinge(),
            points[1],
        ),
    )


@pytest.mark.parametrize("n", range(24))
def test_a_second_output_of_zero_is_the_binary_loss(n: int) -> None:
    binary, classes = disguised(random.Random(n), n)
    assert binary.objective_value() == classes.objective_value()
    one, other = ({k: v.answer for k, v in analyze(p).items()} for p in (binary, classes))
    for name, answer in other.items():
        assert answer in (Answer.UNKNOWN, one[name]), name


@pytest.mark.parametrize("n", [0, 1, 3, 4])
def test_its_cells_are_those_of_the_binary_loss(n: int) -> None:
    binary, classes = disguised(random.Random(n), n, size=2)
    known, bounds = (enumerate_cells(p.signatures, budget=20) for p in (binary, classes))
    assert known.complete
    assert {*bounds} <= {*known}
    assert bounds.lower <= known.count <= bounds.upper


def smooth(depth: int, weights: list[list[int]], slope: int = 0) -> Problem:
    """The input 1, of class 0 of two; one unit in each hidden layer."""
    network = fully_connected([*[1] * depth, 2], negative_slope=fmpq(slope))
    data = Dataset.over(Q, [[1]], [0])
    point = Parameters.over(Q, network, weights, [None] * depth)
    return Problem("", Q, network, data, MulticlassHinge(), point)


@pytest.mark.parametrize(
    ("problem", "answer", "kind"),
    [
        (smooth(2, [[-1], [3, 3]]), Answer.YES, Answer.FLAT),  # a dead unit
        (smooth(3, [[1], [-1], [3, 3]]), Answer.YES, Answer.FLAT),  # behind a live one
        (smooth(2, [[1], [3, 3]]), Answer.NO, Answer.NONE),  # the gradient
        (smooth(2, [[0], [3, 3]], slope=1), Answer.NO, Answer.NONE),  # the Hessian
        (smooth(3, [[0], [0], [0, 0]], slope=1), Answer.NO, Answer.NONE),  # third derivatives
        (smooth(4, [[0], [0], [0], [0, 0]], slope=1), Answer.NO, Answer.NONE),
    ],
)
def test_points_without_kinks_are_decided(problem: Problem, answer: Answer, kind: Answer) -> None:
    verdicts = {name: verdict.answer for name, verdict in analyze(problem).items()}
    assert (verdicts["local_minimum"], verdicts["local_minimum_type"]) == (answer, kind)
