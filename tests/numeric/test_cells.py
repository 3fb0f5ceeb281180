"""Kinks that depend on each other: the gradients that are used are those of cells, says the kernel.

What floats state about deep and shared networks is written as a certificate `approximate-kkt`,
with the cells' directions as paths, and the kernel checks it from nothing.
"""

from fractions import Fraction
from typing import Any

import array_api_strict
import numpy as np
import pytest

from exactmargin import (
    Answer,
    Architecture,
    Dataset,
    LayerMaxMargin,
    MaxMargin,
    Parameters,
    Problem,
    Q,
    certify,
    convolutional,
    from_pattern,
    fully_connected,
)
from exactmargin.decisions.certificate import Certificate
from exactmargin.networks import forward
from exactmargin.numeric import (
    ExactNetwork,
    FloatNetwork,
    KKTEnclosure,
    cells,
    enclose_kkt,
    enclose_problem,
)
from tests.numeric.adversarial import exact

KINDS: dict[str, tuple[Architecture, int | None]] = {
    "deep": (fully_connected([2, 3, 2, 1]), None),
    "deep, leaky": (fully_connected([2, 2, 2, 1], negative_slope="1/4"), None),
    "deep, biases": (fully_connected([2, 2, 2, 1], bias=True), None),
    "deeper": (fully_connected([2, 2, 2, 2, 1]), None),
    "first layer": (fully_connected([2, 3, 2, 1]), 1),
    "middle layer": (fully_connected([2, 2, 3, 1]), 2),
    "convolution": (convolutional(4, 2), None),
    "shared and missing": (from_pattern([[[1, 2, 0], [2, 1, 3], [0, 1, 1]], [[1, 1, 2]]]), None),
    "shared, deep": (from_pattern([[[1, 2], [2, 1]], [[1, 2], [3, 1]], [[1, 2]]]), None),
}


def random_problem(kind: str, seed: int) -> Problem | None:
    """Small integers, so that kinks abound; labels that fit. None where no margin is positive."""
    network, layer = KINDS[kind]
    rng = np.random.default_rng(seed)
    flat = rng.integers(-1, 3, network.parameter_count).tolist()
    point = Parameters.from_flat(network, [Q.coerce(value) for value in flat])
    inputs, labels = [], []
    for x in rng.integers(-1, 2, (5, network.input_dimension)).tolist():
        (output,) = forward(network, point, [Q.coerce(value) for value in x]).pre_activations[-1]
        if abs(output) > int(network.has_bias):  # then the point, or a multiple, is feasible
            inputs.append(x)
            labels.append(1 if output > 0 else -1)
    if not inputs:
        return None
    objective = MaxMargin() if layer is None else LayerMaxMargin(layer)
    return Problem("random", Q, network, Dataset.over(Q, inputs, labels), objective, point)


def as_certificate(problem: Problem, found: KKTEnclosure, epsilon: Fraction) -> Certificate:
    """What `found.clarke` states, with this ε."""
    stated, scale = found.clarke, Fraction(found.scale)
    assert stated is not None
    degree = problem.network.depth if isinstance(problem.objective, MaxMargin) else 1
    factor = 1 if problem.network.has_bias else scale ** (2 - degree)
    multipliers = [Fraction(value) for value in stated.multipliers.tolist()]
    cells: dict[int, list[dict[str, Any]]] = {}
    for cell in stated.cells:
        share = Fraction(cell.weight) / multipliers[cell.example]
        path = [[str(exact(value)) for value in cell.direction.tolist()]]
        cells.setdefault(cell.example, []).append({"weight": str(share), "path": path})
    evidence = {
        "scale": str(scale),
        "epsilon": str(epsilon),
        "delta": str(Fraction(stated.delta.high)),
        "multipliers": [str(value * factor) for value in multipliers],
        "subgradients": [{"example": i + 1, "cells": rows} for i, rows in sorted(cells.items())],
    }
    return Certificate.about(problem, "approximate-kkt", evidence)


def check_one(problem: Problem) -> int:
    """What is stated against the kernel and the exact search; how many cells it rests on."""
    found = enclose_problem(problem)
    assert found.plain is not None
    if found.clarke is None:
        assert found.reason is not None
        return 0
    low, high = (Fraction(value) for value in found.clarke.epsilon)
    accepted = as_certificate(problem, found, high).outcome()
    assert accepted.accepted, accepted.line()
    if low > 0:  # and it is no less than the lower bound
        refused = as_certificate(problem, found, low * (1 - Fraction(1, 10**6))).outcome()
        assert refused.code == "residual-above-epsilon"
    verdict = certify(problem, "approximate-kkt")
    assert verdict.answer is Answer.YES
    exactly = float(Fraction(str(verdict.certificate.evidence["epsilon"])))
    assert found.reason is not None or float(high) <= exactly * (1 + 1e-5) + 1e-6
    return len(found.clarke.cells)


@pytest.mark.parametrize("kind", KINDS)
def test_the_kernel_accepts_what_is_stated(kind: str) -> None:
    problems = [random_problem(kind, seed) for seed in range(20)]
    assert sum(check_one(problem) for problem in problems if problem is not None) >= 4


# Two chains v_k relu(u_k relu(<w_k, x>)), all norms 1; x_2 is on both kinks of the first one.
CHAINS = from_pattern([[[1, 2], [3, 4]], [[1, 0], [0, 2]], [[1, 2]]])
STACKED = FloatNetwork.of(CHAINS, Parameters.over(Q, CHAINS, [[1, 0, 0, 1], [1, 1], [1, 1]]))
STACKED_INPUTS = np.array([[1.0, -0.5], [0.0, 1.0]])


def test_kinks_in_two_layers_make_a_kkt_point() -> None:
    """w_1 = λ_1 x_1 + λ_2 x_2 / 2: half of the cell where x_2 is on the chain's positive side."""
    found = enclose_kkt(STACKED, STACKED_INPUTS, [1, 1])
    assert found.plain is not None
    assert found.clarke is not None
    assert found.plain.epsilon.low > 0.4
    assert found.clarke.epsilon.high < 1e-6
    assert found.clarke.multipliers == pytest.approx([1, 1], abs=1e-6)
    assert found.reason is None
    whole = sum(cell.weight for cell in found.clarke.cells if cell.example == 1)
    assert whole == found.clarke.multipliers[1]
    assert len(found.clarke.cells) >= 2
    assert {cell.example for cell in found.clarke.cells} == {1}


def test_another_library_gives_the_same_cells() -> None:
    found = enclose_kkt(STACKED, array_api_strict.asarray(STACKED_INPUTS), [1, 1])
    expected = enclose_kkt(STACKED, STACKED_INPUTS, [1, 1])
    assert found.clarke is not None
    assert expected.clarke is not None
    assert found.clarke.epsilon == pytest.approx(expected.clarke.epsilon, abs=1e-12)
    assert len(found.clarke.cells) == len(expected.clarke.cells)
    for mine, theirs in zip(found.clarke.cells, expected.clarke.cells, strict=True):
        assert np.allclose(mine.direction, theirs.direction)


def test_signs_that_nobody_can_have() -> None:
    """With only the first layer free, -σ(z_1) is never positive."""
    network = fully_connected([2, 2, 3, 1])
    point = Parameters.over(Q, network, [[1, -1, 0, 1], [-1, 0, 1, 0, 0, 1], [5, 1, 1]])
    data = Dataset.over(Q, [[1, 1], [2, 1]], [1, 1])
    found = enclose_problem(Problem("t", Q, network, data, LayerMaxMargin(1), point))
    assert found.clarke is not None
    assert found.reason == (
        "at 1 example other sides of the kinks would help, but no direction into their cells was "
        "found (there may be none)"
    )


def test_many_kinks_are_not_all_compared() -> None:
    """Ten kinks in the first of two hidden layers: an ascent, which here finds the best signs."""
    size = cells.COMPARED + 4
    first = np.zeros((size + 1, 2))
    first[-1] = [0, 1]
    first[:-1, 0] = 1
    second = np.eye(size + 1)
    network = FloatNetwork.dense([first, second, np.ones((1, size + 1))])
    found = enclose_kkt(network, np.array([[0.0, 1.0]]), [1])
    assert found.clarke is not None
    assert found.reason == "at 1 example not all sides of the kinks were compared"
    assert found.plain is not None
    assert found.clarke.epsilon.high <= found.plain.epsilon.high * (1 + 1e-9)


def test_a_search_that_is_cut_off_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "ROUNDS", 1)
    found = enclose_kkt(STACKED, STACKED_INPUTS, [1, 1])
    assert found.clarke is not None
    assert found.clarke.epsilon.low > 0.4
    assert found.reason == "the search ended at 2 gradients"


def test_a_line_is_entered_or_not() -> None:
    """σ(w_1 x) at w_1 = 0, x = (1, -1): the unit is idle if the two weights are one."""
    exact_network = ExactNetwork(FloatNetwork.dense([[[0, 0]], [[1]]]))
    x = np.array([1.0, -1.0])

    def along(*row: float) -> Any:
        return exact_network.enter(x, [(0, np.array([row]), None)])

    assert [signs.tolist() for signs in along(1.0, 0.0)] == [[1]]
    assert [signs.tolist() for signs in along(1.0, 1.0 + 2.0**-52)] == [[-1]]
    assert along(1.0, 1.0) is None
    shared = from_pattern([[[1, 1]], [[1]]])
    idle = ExactNetwork(FloatNetwork.of(shared, Parameters.over(Q, shared, [[1], [1]])))
    assert [signs.tolist() for signs in idle.enter(x, [(0, np.ones((1, 2)), None)]) or ()] == [[0]]
