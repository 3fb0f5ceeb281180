"""Zero neurons beside a KKT point whose multipliers are known up to a radius (THEORY §4).

A zero neuron can do without its norm where s Σ λ_i y_i σ(⟨u, x_i⟩) > ‖u‖ for a direction u and a
sign s: then the point is no local minimum. Where for no u and s the two are even equal, it takes no
part. Both are found with rational multipliers near λ, a little too large: what holds for these
strictly holds for λ.
"""

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.lifted_problem import LiftedProblem, Neuron, own_places
from exactmargin.decisions.nearby import floor_at
from exactmargin.decisions.neuron_trees import Move, NeuronTree
from exactmargin.exact import Number, Q, dot, sign, squared_norm
from exactmargin.problems import Problem

__all__ = ["zero_neurons"]

MOST_CONVEX = 10
"""Examples of one class that a neuron's tree is split at, at most: 2^n leaves."""

BITS = 48
"""Binary digits of the multipliers."""

MARGIN = fmpq(1, 2**20)
"""What ‖g_k‖ must stay below 1 by, for the trees to serve λ too."""


def zero_neurons(
    problem: Problem,
    units: Sequence[int],
    active: Sequence[int],
    multipliers: Sequence[fmpq],
    radius: fmpq,
    budget: Budget,
) -> tuple[str, dict[str, Any]]:
    """Whether the zero neurons `units` leave a KKT point a local minimum, with the evidence.

    `multipliers` are those of the `active` examples, each within `radius` of the true one. The
    answer is "yes" with the key `zero_neurons`, "no" with `descent`, or "unknown".
    """
    lifted = _lifted(problem, active)
    large = [floor_at(a / (1 - MARGIN), BITS) for a in multipliers]
    trees: list[dict[str, Any]] = []
    for k in units:
        inputs = lifted.neurons[k].inputs
        moving = [y for y, x in zip(lifted.labels, inputs, strict=True) if any(map(sign, x))]
        if max(moving.count(1), moving.count(-1)) > MOST_CONVEX:
            return "unknown", {}
        found = NeuronTree(lifted, k, large, {}, budget, 1)
        for move in found.moves:
            if _grows(lifted, move, multipliers, radius):
                descent = {"unit": k + 1, "sign": move.s, "direction": [*map(Q.format, move.d)]}
                return "no", {"descent": descent}
        trees.append({"unit": k + 1, "tree": None if found.moves else _smaller(found.tree)})
    near = [value * (1 - MARGIN) for value in large]
    errors = [abs(a - b) + radius for a, b in zip(near, multipliers, strict=True)]
    if any(entry["tree"] is None for entry in trees) or any(
        sign(dot(errors, _sizes(lifted.neurons[k])) - MARGIN) > 0 for k in units
    ):
        return "unknown", {}
    listed = [fmpq(0)] * problem.data.size
    for i, value in zip(active, near, strict=True):
        listed[i] = value
    evidence = {"multipliers": [Q.format(a) for a in listed], "neurons": trees}
    return "yes", {"zero_neurons": evidence}


def _sizes(neuron: Neuron) -> list[Number]:
    """‖x_i‖_1 of its inputs."""
    return [sum((a if sign(a) > 0 else -a for a in x), fmpq(0)) for x in neuron.inputs]


def _lifted(problem: Problem, active: Sequence[int]) -> LiftedProblem:
    """The lifted problem at the zero point, for these examples."""
    hidden, smooth = problem.network.layers[0], problem.network.is_linear
    neurons, still = [], (0,) * len(active)
    for row, (weights, output) in zip(hidden.entries, own_places(problem), strict=True):
        one = [fmpq(1)] * hidden.bias
        inputs = tuple((*(problem.data.inputs[i][j] for j, _ in row), *one) for i in active)
        kinks = tuple(not smooth and any(map(sign, x)) for x in inputs)
        neurons.append(Neuron(inputs, weights, output, 0, (), still, kinks))
    labels = tuple(problem.data.labels[i] for i in active)
    return LiftedProblem(problem, Q, tuple(active), labels, tuple(neurons), None)


def _grows(lifted: LiftedProblem, move: Move, multipliers: Sequence[fmpq], radius: fmpq) -> bool:
    """Whether the move gains more than its length, for all multipliers within the radius."""
    rates = lifted.rates(move.k, move.s, move.d)
    slack = sum((r if sign(r) > 0 else -r for r in rates), fmpq(0)) * radius
    gain = dot(rates, multipliers) - slack
    return sign(gain) > 0 and sign(gain * gain - squared_norm(move.d)) > 0


def _smaller(tree: Any) -> Any:
    """The tree for multipliers that are smaller by the margin: so are all weights of sides."""
    if "sides" not in tree:
        return {key: tree[key] if key == "example" else _smaller(tree[key]) for key in tree}
    sides = [
        {**side, "weight": Q.format(Q.parse(side["weight"]) * (1 - MARGIN))}
        for side in tree["sides"]
    ]
    return {**tree, "sides": sides}
