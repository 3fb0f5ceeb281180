"""Replicates side by side (L eq. 13): networks, points, the penalty and its gradient."""

import random
from fractions import Fraction

import pytest
import sympy
from flint import fmpq

from exactmargin import (
    Architecture,
    Dataset,
    Hinge,
    InvalidInputError,
    Layer,
    OneVersusAllHinge,
    Parameters,
    PenalizedOneVersusAllHinge,
    Problem,
    Q,
    fully_connected,
    replicated_problem,
    replicates,
)
from exactmargin.errors import FloatRefusedError
from exactmargin.networks import coordinates_of_copy, copies, replicated, with_output
from exactmargin.problems import (
    replicate_points,
    replicates_agree,
    shared_network,
    shared_problem,
    spread,
    spread_gradient,
)

DENSE = fully_connected([2, 2, 3], bias=True)
# Shared and missing weights, one layer with biases; outputs that share a weight.
SHARED = Architecture(
    (
        Layer(((1, 2, 0), (0, 1, 2))),
        Layer(((1, 0), (2, 1), (0, 3)), True),
        Layer(((1, 2, 0), (0, 2, 3))),
    ),
    "1/3",
)


def drawn(network: Architecture, seed: int) -> Problem:
    """Small integers everywhere."""
    draw, outputs = random.Random(seed), network.output_dimension
    points = [
        Parameters.from_flat(
            network, [fmpq(draw.randint(-3, 3), 2) for _ in range(network.parameter_count)]
        )
        for _ in range(outputs)
    ]
    inputs = [[draw.randint(-2, 2) for _ in range(network.input_dimension)] for _ in range(3)]
    data = Dataset.over(Q, inputs, [n % outputs for n in range(3)])
    return replicated_problem("", Q, network, data, "2/7", points)


@pytest.mark.parametrize("network", [DENSE, SHARED], ids=["dense", "shared"])
def test_copies_stand_side_by_side(network: Architecture) -> None:
    together, outputs = replicated(network), network.output_dimension
    assert copies(together) == tuple(with_output(network, r) for r in range(outputs))
    places = [p for r in range(outputs) for p in coordinates_of_copy(together, r)]
    assert sorted(places) == list(range(together.parameter_count))
    assert together.output_dimension == outputs
    assert together.hidden_widths == tuple(outputs * n for n in network.hidden_widths)


@pytest.mark.parametrize("network", [DENSE, SHARED], ids=["dense", "shared"])
def test_each_output_is_that_of_its_own_point(network: Architecture) -> None:
    """Of the r-th point the output r, the others' parameters set to anything."""
    problem = drawn(network, 1)
    points = replicate_points(problem)
    for r, one in enumerate(replicates(problem)):
        whole = Problem(
            "", Q, shared_network(problem), problem.data, OneVersusAllHinge(), points[r]
        )
        assert isinstance(one.objective, Hinge)
        assert one.data.labels == tuple(1 if y == r else -1 for y in problem.data.labels)
        outputs = [m * y for m, y in zip(one.margins(), one.data.labels, strict=True)]
        terms = whole.loss_terms[r :: network.output_dimension]
        values = whole.signatures.values(points[r])
        per_example = len(values) // problem.data.size
        inside = [
            values[(i + 1) * per_example - network.output_dimension + r]
            for i in range(problem.data.size)
        ]
        assert inside == [1 + z * term.factors[r] for z, term in zip(outputs, terms, strict=True)]


@pytest.mark.parametrize("network", [DENSE, SHARED], ids=["dense", "shared"])
def test_the_objective_is_the_sum_of_the_losses_and_the_penalty(network: Architecture) -> None:
    problem = drawn(network, 2)
    losses = sum((one.objective_value() for one in replicates(problem)), Q.zero)
    hidden = network.block_slice(network.depth - 1).start
    rows = [one.point().flat()[:hidden] for one in replicates(problem)]
    size, penalty = len(rows), Q.zero
    for column in zip(*rows, strict=True):
        mean = sum(column, Q.zero) / size
        penalty += sum(((x - mean) ** 2 for x in column), Q.zero)
    penalty *= fmpq(2, 7) * fmpq(size, size - 1)
    assert penalty > 0
    assert problem.penalty() == penalty
    assert problem.objective_value() == losses + penalty


@pytest.mark.parametrize("network", [DENSE, SHARED], ids=["dense", "shared"])
def test_the_gradient_of_the_penalty_by_differences(network: Architecture) -> None:
    """R is quadratic: its central differences are its derivatives."""
    problem = drawn(network, 3)
    flat = list(problem.point().flat())
    gradient = spread_gradient(problem.network, flat, Q.zero)
    for p in range(len(flat)):
        ends = [
            spread(problem.network, [*flat[:p], flat[p] + h, *flat[p + 1 :]], Q.zero)
            for h in (1, -1)
        ]
        assert gradient[p] == (ends[0] - ends[1]) / 2


@pytest.mark.parametrize("size", [2, 3, 4])
def test_the_gradient_of_the_penalty_is_twice_the_printed_one(size: int) -> None:
    """L, proof of Theorem 7, has ω - ω̃ for it, ω̃ the mean of the others: it is 2 (ω - ω̃)."""
    network = replicated(fully_connected([1, 1, size]))
    x = sympy.symbols(f"x0:{size}")
    mean = sum(x) / size
    penalty = sympy.Rational(size, size - 1) * sum((a - mean) ** 2 for a in x)
    others = [sum(x[:r] + x[r + 1 :]) / (size - 1) for r in range(size)]
    values = {a: 3 * n * n - 5 for n, a in enumerate(x)}
    flat = [fmpq(values[a]) for a in x] + [fmpq(0)] * size
    found = [Fraction(str(g)) for g in spread_gradient(network, flat, Q.zero)]
    for r, a in enumerate(x):
        assert sympy.expand(sympy.diff(penalty, a) - 2 * (a - others[r])) == 0
        assert found[r] == sympy.diff(penalty, a).subs(values)
    assert not any(found[size:])


def test_one_replicate_alone_pays_the_square_of_its_move() -> None:
    network = replicated(DENSE)
    flat = [fmpq(n % 5) for n in range(network.parameter_count)]
    same = {
        p: flat[coordinates_of_copy(network, 0)[n]]
        for r in range(3)
        for n, p in enumerate(coordinates_of_copy(network, r)[:6])
    }
    flat = [same.get(p, x) for p, x in enumerate(flat)]
    assert spread(network, flat, Q.zero) == 0
    for p, step in zip(coordinates_of_copy(network, 1)[:6], (1, -2, 3, 0, 5, 1), strict=True):
        flat[p] += step
    assert spread(network, flat, Q.zero) == 1 + 4 + 9 + 25 + 1


def test_common_hidden_layers() -> None:
    """Where the replicates agree the shared problem has the same loss (L Lemma 109)."""
    problem = drawn(SHARED, 4)
    assert not replicates_agree(problem)
    shared = shared_problem(problem)
    agreeing = replicated_problem("", Q, shared.network, problem.data, "2/7", [shared.point()] * 2)
    assert replicates_agree(agreeing)
    assert agreeing.penalty() == 0
    assert agreeing.objective_value() == shared.objective_value()
    assert shared_problem(agreeing) == shared
    assert shared_problem(problem.with_parameters(None)).parameters is None


COMPLAINTS = [
    (lambda: PenalizedOneVersusAllHinge(0), "gamma: 0 is not positive"),
    (lambda: PenalizedOneVersusAllHinge("-1/2"), "gamma: -1/2 is not positive"),
    (lambda: PenalizedOneVersusAllHinge("r"), "gamma: 'r' is not a rational number"),
    (lambda: with_output(DENSE, 3), "there is no output 3; the network has outputs 0..2"),
    (lambda: replicated(fully_connected([2, 2])), "network.layers: has no hidden layer with"),
    (
        lambda: replicated(fully_connected([1, 500, 500, 10])),
        "network.layers: has 255500 pattern entries and 10 outputs; its copies side by side",
    ),
    (
        lambda: Problem("", Q, DENSE, drawn(DENSE, 0).data, PenalizedOneVersusAllHinge(1)),
        "network.layers: is not 3 copies of one network side by side",
    ),
    (
        lambda: Problem(
            "", Q, fully_connected([2, 3, 3]), drawn(DENSE, 0).data, PenalizedOneVersusAllHinge(1)
        ),
        "network.layers: is not 3 copies of one network side by side",
    ),
    (
        lambda: replicated_problem("", Q, DENSE, drawn(DENSE, 0).data, 1, []),
        "parameters: has length 0; the network has 3 outputs",
    ),
    (
        lambda: replicated_problem(
            "", Q, DENSE, drawn(DENSE, 0).data, 1, [Parameters.zeros(SHARED, Q)] * 3
        ),
        "parameters[0].weights: has length 3; the network has depth 2",
    ),
    (
        lambda: replicates(Problem("", Q, DENSE, drawn(DENSE, 0).data, OneVersusAllHinge())),
        "objective: objective kind 'one-vs-all-hinge' has no replicates",
    ),
    (
        lambda: replicates_agree(drawn(DENSE, 0).with_parameters(None)),
        "the problem has no point",
    ),
]


@pytest.mark.parametrize(("wrong", "says"), COMPLAINTS, ids=[c[1] for c in COMPLAINTS])
def test_complaints(wrong, says: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        wrong()
    assert str(caught.value).startswith(says)


def test_a_float_is_refused() -> None:
    with pytest.raises(FloatRefusedError, match=r"gamma: 0\.5 is a floating-point number"):
        PenalizedOneVersusAllHinge(0.5)  # type: ignore[arg-type] # that is the point
