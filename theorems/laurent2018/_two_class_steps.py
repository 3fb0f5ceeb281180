"""Steps about the hinge loss (L eq. 9) that the theorems on two classes share, and its problems.

Parameters are listed flat: the weights of a layer row by row, then its biases, layer by layer. So
with d inputs and K neurons (L eq. 9) the list is W, b, v, c.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from exactmargin.data import Dataset
from exactmargin.exact import Q, sign
from exactmargin.networks import Architecture, Parameters, fully_connected
from exactmargin.problems import Hinge, Problem
from exactmargin.registry import Step
from theorems.steps import curve, evaluation, positive

Path = Sequence[Sequence[str]]
LEAF: Mapping[str, Any] = {"neurons": []}
"""Nothing is on a kink: one cell."""

NEURON: Mapping[str, Any] = {"sides": [], "slopes": []}
"""Of a neuron's tree: all sides that count are known."""


def one_hidden_layer(inputs: int, neurons: int, slope: str) -> Architecture:
    """The network of L eq. 9: fully connected, one hidden layer, all biases."""
    return fully_connected((inputs, neurons, 1), negative_slope=Q.parse(slope), bias=True)


def hinge(
    name: str,
    network: Architecture,
    inputs: Sequence[Sequence[str]],
    labels: Sequence[int],
    point: Sequence[str],
    weights: Sequence[str] | None = None,
) -> Problem:
    """The hinge loss of a sample at a point (flat); the weights are 1/N unless given."""
    data = Dataset.over(Q, inputs, labels, weights)
    return Problem(
        name, Q, network, data, Hinge(), Parameters.from_flat(network, Q.coerce_all(point))
    )


def separable(
    name: str, weights: Sequence[str], bias: str, classes: Sequence[int] = (-1, 1)
) -> Step:
    """(q, β) of L eq. 121: positive on class 1, negative on class -1."""
    rows = [
        {"class": y, "weights": [_times(y, a) for a in weights], "bias": _times(y, bias)}
        for y in classes
    ]
    return Step(name, "separable", {"separators": rows})


def not_separable(name: str, weights: Sequence[str]) -> Step:
    """The convex hulls of the two classes meet, with these weights."""
    return Step(name, "not-separable", {"class": 1, "weights": list(weights)})


def critical(name: str, cells: Sequence[tuple[str, Path]]) -> Step:
    """0 is a convex combination of the gradients of the cells that the paths enter (L eq. 114)."""
    listed = [{"weight": a, "path": [list(d) for d in path]} for a, path in cells]
    return Step(name, "clarke-critical", {"cells": listed})


def not_critical(name: str, direction: Sequence[str], tree: Mapping[str, Any] = LEAF) -> Step:
    """The loss rises along the direction, to first order, in every cell around the point."""
    return Step(name, "not-clarke-critical", {"separator": list(direction), "tree": tree})


def solved(name: str, claim: str = "global-minimum") -> Step:
    """A loss of 0 is a global minimum."""
    return Step(name, claim, {"by": "zero-loss"})


def affine_minimum(name: str, multipliers: Sequence[str], claim: str = "global-minimum") -> Step:
    """Slope 1: 0 is a subgradient of the convex loss E (L eqs. 111 and 112)."""
    return Step(name, claim, {"by": "linear", "multipliers": list(multipliers)})


def lifted_minimum(name: str, tree: Mapping[str, Any]) -> Step:
    """A local minimum with one hidden layer: a bound from below on every region around it."""
    return Step(name, "local-minimum", {"by": "hinge-lifting", "tree": tree})


def descent(
    name: str,
    problem: Problem,
    motion: Mapping[int, Sequence[str]],
    breakpoints: Sequence[str],
) -> Step:
    """Not a local minimum: parameter p (from 1) moves by t, t², ... times the listed numbers."""
    return curve(name, moved(problem, motion), breakpoints)


def moved(problem: Problem, motion: Mapping[int, Sequence[str]]) -> list[list[str]]:
    """The parameters as polynomials in t."""
    rows = [[str(value)] for value in problem.point().flat()]
    for p, steps in motion.items():
        rows[p - 1] += steps
    return [[] if row == ["0"] else row for row in rows]


def read_neurons(problem: Problem) -> list[int]:
    """The neurons, from 1, with v_k not 0; one hidden layer, fully connected."""
    output = problem.point().weights[1]
    return [k for k, weight in enumerate(output, 1) if sign(weight)]


def against_lemma_105(problem: Problem, neuron: int, q: Sequence[str], beta: str) -> list[str]:
    """-sign(v_k)(q, β) for neuron k, 0 elsewhere: one hidden layer, a neuron with v_k not 0."""
    width, d = problem.network.layers[0].rows, problem.network.input_dimension
    side = -sign(problem.point().weights[1][neuron - 1])
    found = ["0"] * problem.network.parameter_count
    found[(neuron - 1) * d : neuron * d] = [_times(side, a) for a in q]
    found[width * d + neuron - 1] = _times(side, beta)
    return found


def hidden_output(name: str, problem: Problem, neuron: int, example: int, value: str) -> Step:
    """σ(⟨w_k, x_i⟩ + b_k): the output with v = e_k and without c; 0 on the blind side of a ReLU."""
    flat, first = [str(x) for x in problem.point().flat()], problem.network.block_slice(0)
    rest = ["0"] * (len(flat) - first.stop)
    rest[neuron - 1] = "1"
    return evaluation(name, [*flat[first], *rest], example, value)


def unsolved(problem: Problem, example: int, output: str) -> list[Step]:
    """The output at an example, and that its loss is positive."""
    flat, y = [str(x) for x in problem.point().flat()], problem.data.labels[example - 1]
    margin = f"({y})*({output})"
    return [
        evaluation(rf"$\hat{{y}}_{example}={output}$", flat, example, output),
        positive(f"Example {example} is unsolved", f"1-{margin}"),
    ]


def _times(side: int, text: str) -> str:
    return str(side * Q.parse(text))
