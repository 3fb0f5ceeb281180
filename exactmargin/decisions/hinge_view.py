"""The binary hinge loss with one hidden layer in lifted coordinates (THEORY §2.3, §8.1).

Φ_i = Σ_k v_k σ(⟨w_k, x_i^k⟩) + c, where x_i^k are neuron k's own inputs, with a 1 for its bias.
With P_k = |v_k| (w_k, b_k) and s_k = sign v_k the loss is Σ μ_i max(0, 1 - y_i (Σ_k s_k
σ(⟨P_k, x_i^k⟩) + c)): piecewise linear in (P, c) where the s_k are fixed. A `HingeView` says what
is known of all points in question: near θ, or everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from exactmargin.exact import Field, Number, dot, sign
from exactmargin.problems import Hinge, Problem

__all__ = ["HingeView", "Known", "Move", "Neuron", "Vector", "is_liftable_hinge", "loss_at"]

Vector: TypeAlias = Sequence[Number]

Known: TypeAlias = dict[tuple[int, int | None], int]
"""What splits have decided: (k, i) is the side of neuron k at example i, (k, None) sign v_k."""


def is_liftable_hinge(problem: Problem) -> bool:
    """Whether the problem is of this class: binary hinge loss, one hidden layer, no sharing."""
    network = problem.network
    binary = isinstance(problem.objective, Hinge) and network.output_dimension == 1
    return binary and network.depth == 2 and network.is_no_share


def loss_at(problem: Problem, parameters: Sequence[Number]) -> Number:
    """L at other parameters, flat."""
    return problem.objective_value(problem.with_free(parameters))


@final
@dataclass(frozen=True, slots=True)
class Neuron:
    """A neuron with an output weight, and what is known of it.

    `inputs` are its x_i^k; `weights` and `output` the places of w_k and v_k in θ; `s` is the sign
    of v_k and `sides` are those of the pre-activations, 0 where they are open; `kinks` says where
    such an open side matters; `lead` is w_k where v_k = 0 and w_k ≠ 0 at θ (P_k then stays in a
    thin cone around w_k), else empty.
    """

    k: int
    inputs: tuple[tuple[Number, ...], ...]
    weights: tuple[int, ...]
    output: int
    s: int
    sides: tuple[int, ...]
    kinks: tuple[bool, ...]
    lead: tuple[Number, ...]


@final
@dataclass(frozen=True, slots=True)
class Move:
    """P_k moves along d, with the sign s of v_k."""

    k: int
    s: int
    d: tuple[Number, ...]


@final
@dataclass(frozen=True, slots=True)
class HingeView:
    """The problem near θ, or everywhere (`local` is false).

    `least` and `most` bound λ_i = τ_i μ_i: near θ a term that is positive has λ_i = μ_i, one that
    is negative 0. `loss` is L(θ), `bias` says whether the output has one.
    """

    problem: Problem
    field: Field
    local: bool
    labels: tuple[int, ...]
    neurons: dict[int, Neuron]
    least: tuple[Number, ...]
    most: tuple[Number, ...]
    loss: Number
    bias: bool

    @classmethod
    def of(cls, problem: Problem, local: bool) -> "HingeView":
        """The view of a problem's own point; the problem is one of `is_liftable_hinge`."""
        field = problem.field
        terms = [1 if not local else sign(1 - m) for m in problem.margins()]
        weights = [field.coerce(w) for w in problem.example_weights]
        pairs = list(zip(terms, weights, strict=True))
        least = tuple(w if local and t > 0 else field.zero for t, w in pairs)
        most = tuple(w if t >= 0 else field.zero for t, w in pairs)
        neurons = {n.k: n for n in _neurons(problem, local)}
        loss = problem.objective_value()
        bias = problem.network.layers[1].bias
        return cls(problem, field, local, problem.data.labels, neurons, least, most, loss, bias)

    def slope(self, side: int) -> Number:
        """σ' on a side; any side will do where the network is linear."""
        return (
            self.field.one if side > 0 else self.field.coerce(self.problem.network.negative_slope)
        )

    def convex(self, k: int, s: int) -> list[int]:
        """The examples at whose open kinks y_i s σ is convex: there the two sides differ."""
        kinks = enumerate(zip(self.neurons[k].kinks, self.labels, self.most, strict=True))
        return [i for i, (kink, y, most) in kinks if kink and y * s > 0 and sign(most)]

    def rates(self, move: Move) -> list[Number]:
        """The derivatives of the y_i Φ_i when P_k moves."""
        neuron, result = self.neurons[move.k], []
        for y, x, z in zip(self.labels, neuron.inputs, neuron.sides, strict=True):
            change = dot(x, move.d)
            result.append(change * self.slope(z or sign(change)) * (y * move.s))
        return result


def _neurons(problem: Problem, local: bool) -> list[Neuron]:
    theta, hidden = problem.point().flat(), problem.network.layers[0]
    ends = {k: hidden.block_length + g for k, g in problem.network.layers[1].entries[0]}
    one = [problem.field.one] * hidden.bias
    found = []
    for k, row in enumerate(hidden.entries):
        if k not in ends:
            continue
        places = (*(g for _, g in row), *([hidden.parameter_count + k] * hidden.bias))
        inputs = tuple((*(x[j] for j, _ in row), *one) for x in problem.data.inputs)
        w = tuple(theta[p] for p in places)
        s = sign(theta[ends[k]]) if local else 0
        sides = tuple(sign(dot(w, x)) if local else 0 for x in inputs)
        smooth = problem.network.is_linear
        kinks = tuple(
            not z and not smooth and any(map(sign, x)) for z, x in zip(sides, inputs, strict=True)
        )
        lead = w if local and not s and any(map(sign, w)) else ()
        found.append(Neuron(k, inputs, places, ends[k], s, sides, kinks, lead))
    return found
