"""V Problem 2 at depth 2 without shared weights, in lifted coordinates, near θ (THEORY §4).

Φ_i = Σ_k v_k σ(⟨w_k, x_i^k⟩) + c, where x_i^k are neuron k's own inputs, with a 1 for its bias.
With p_k = |v_k| w_k and s_k = sign v_k the problem is to minimise Σ ‖p_k‖ + c²/2 subject to
y_i (Σ_k s_k σ(⟨p_k, x_i^k⟩) + c) ≥ 1. Examples are those that are active at θ, counted in their
order; neurons keep their numbers in the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from exactmargin.exact import Field, Number, dot, sign
from exactmargin.problems import MaxMargin, Problem

__all__ = ["LiftedProblem", "Neuron", "Vector", "is_lifted", "own_places"]

Vector: TypeAlias = Sequence[Number]


def is_lifted(problem: Problem) -> bool:
    """Whether the problem is of this class: V Problem 2, depth 2, no shared weights."""
    network = problem.network
    return isinstance(problem.objective, MaxMargin) and network.depth == 2 and network.is_no_share


def own_places(problem: Problem) -> list[tuple[tuple[int, ...], int | None]]:
    """For each neuron the flat indices of w_k, its bias last, and of v_k (None: no weight)."""
    hidden, output = problem.network.layers
    start, weights = hidden.block_length, hidden.parameter_count
    ends = {k: start + g for k, g in output.entries[0]}
    return [
        (
            (*(g for _, g in row), *((weights + k,) if hidden.bias else ())),
            ends.get(k),
        )
        for k, row in enumerate(hidden.entries)
    ]


@final
@dataclass(frozen=True, slots=True)
class Neuron:
    """A neuron with ‖w_k‖ = |v_k|, and what the active examples make of it.

    `inputs` are the x_i^k; `weights` and `output` the places of w_k and v_k in θ; `s` is the sign
    of v_k; `unit` is w_k/|v_k| (empty where s = 0); `sides` are the signs of ⟨w_k, x_i^k⟩;
    `kinks` says where σ has a kink: that sign is 0, and x_i^k is not.
    """

    inputs: tuple[tuple[Number, ...], ...]
    weights: tuple[int, ...]
    output: int | None
    s: int
    unit: tuple[Number, ...]
    sides: tuple[int, ...]
    kinks: tuple[bool, ...]


@final
@dataclass(frozen=True, slots=True)
class LiftedProblem:
    """The problem near a feasible, balanced θ; `bias` is the output's, None without one."""

    problem: Problem
    field: Field
    examples: tuple[int, ...]
    labels: tuple[int, ...]
    neurons: tuple[Neuron, ...]
    bias: Number | None

    @classmethod
    def at(cls, problem: Problem) -> "LiftedProblem":
        """The lifted problem at the problem's own point, which is balanced (`unbalanced_curve`)."""
        theta, active = problem.point().flat(), problem.active_examples()
        hidden = problem.network.layers[0]
        one = [problem.field.one] * hidden.bias
        neurons = []
        for row, (weights, output) in zip(hidden.entries, own_places(problem), strict=True):
            inputs = tuple((*(problem.data.inputs[i][j] for j, _ in row), *one) for i in active)
            v = problem.field.zero if output is None else theta[output]
            s, w = sign(v), [theta[p] for p in weights]
            unit = tuple(value / (v * s) for value in w) if s else ()
            sides = tuple(sign(dot(w, x)) if s else 0 for x in inputs)
            smooth = problem.network.is_linear
            kinks = tuple(
                not z and not smooth and any(map(sign, x))
                for z, x in zip(sides, inputs, strict=True)
            )
            neurons.append(Neuron(inputs, weights, output, s, unit, sides, kinks))
        labels = tuple(problem.data.labels[i] for i in active)
        bias = theta[-1] if problem.network.layers[1].bias else None
        return cls(problem, problem.field, active, labels, tuple(neurons), bias)

    def is_convex(self, k: int, i: int, s: int) -> bool:
        """Whether y_i s σ is convex in w_k at a kink: such a kink must be split (λ_i > 0)."""
        return self.neurons[k].kinks[i] and self.labels[i] * s > 0

    def slope(self, side: int) -> Number:
        """σ' on a side; any side will do where the network is linear."""
        one, low = self.field.one, self.problem.network.negative_slope
        return one if side > 0 else self.field.coerce(low)

    def rates(self, k: int, s: int, d: Vector) -> list[Number]:
        """The derivatives of the active y_i Φ_i when p_k moves along d, with the sign s of v_k."""
        neuron, result = self.neurons[k], []
        for y, x, z in zip(self.labels, neuron.inputs, neuron.sides, strict=True):
            move = dot(x, d)
            slope = self.slope(z or sign(move))
            result.append(move * slope * (y * s))
        return result

    @property
    def lifted_point(self) -> list[list[Number]]:
        """The p_k."""
        theta, result = self.theta, []
        for n in self.neurons:
            size = theta[n.output] * n.s if n.output is not None else self.field.zero
            result.append([theta[p] * size for p in n.weights])
        return result

    @property
    def theta(self) -> tuple[Number, ...]:
        """θ as one vector."""
        return self.problem.point().flat()
