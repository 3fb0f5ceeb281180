"""A network with one hidden layer and no shared weight, neuron by neuron, and lifted (THEORY §4).

Neuron k has the row w_k (its bias last, where the hidden layer has biases) over its own inputs
x_i^k (1 last), and the output weight v_k, unless the output does not use it. Lifting puts p_k =
|v_k| w_k and s_k = sign v_k: then Φ_i = Σ_k s_k σ(<p_k, x_i^k>) + c, and the smallest norm with
these p is 2 Σ ‖p_k‖ + c², at |v_k| = ‖w_k‖ = √‖p_k‖.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import fmpq

from exactmargin.decisions.better import smaller_point
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.lifted_problem import is_lifted, own_places
from exactmargin.decisions.proposals import SHORT_FIRST, nearby, rational_above, root_of
from exactmargin.exact import Number, dot, sign, squared_norm
from exactmargin.problems import Problem

__all__ = ["Lifted", "Neuron"]

Vector = tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Neuron:
    """Where neuron k's parameters stand in the flat vector, and its inputs x_i^k."""

    row: tuple[int, ...]
    output: int | None
    inputs: tuple[Vector, ...]


@dataclass(frozen=True, slots=True)
class Lifted:
    """The neurons of a two-layer problem, and the place of the output bias, if there is one."""

    problem: Problem
    neurons: tuple[Neuron, ...]
    bias: int | None

    @classmethod
    def of(cls, problem: Problem) -> "Lifted | None":
        """The lifted problem; None for another depth or objective, or with shared weights."""
        if not is_lifted(problem):
            return None
        hidden, output = problem.network.layers
        one = [problem.field.one] * hidden.bias
        neurons = []
        for entries, (row, weight) in zip(hidden.entries, own_places(problem), strict=True):
            inputs = tuple((*(x[j] for j, _ in entries), *one) for x in problem.data.inputs)
            neurons.append(Neuron(row, weight, inputs))
        bias = problem.network.parameter_count - 1 if output.bias else None
        return cls(problem, tuple(neurons), bias)

    @property
    def slope(self) -> Number:
        """The slope of the activation for negative arguments."""
        return self.problem.network.negative_slope

    @property
    def labels(self) -> tuple[int, ...]:
        """The labels y_i."""
        return self.problem.data.labels

    def kinds(self) -> dict[tuple[Vector, ...], list[int]]:
        """The neurons with an output weight, those with the same inputs together."""
        found: dict[tuple[Vector, ...], list[int]] = {}
        for k, neuron in enumerate(self.neurons):
            if neuron.output is not None:
                found.setdefault(neuron.inputs, []).append(k)
        return found

    def lift(self) -> tuple[dict[int, tuple[int, Vector]], Number]:
        """The (s_k, p_k) with p_k ≠ 0 of the problem's own point, and its output bias or 0."""
        flat = self.problem.point().flat()
        found: dict[int, tuple[int, Vector]] = {}
        for k, neuron in enumerate(self.neurons):
            v = self.problem.field.zero if neuron.output is None else flat[neuron.output]
            w = tuple(flat[g] for g in neuron.row)
            if v and any(w):
                found[k] = sign(v), tuple(v * sign(v) * value for value in w)
        return found, self.problem.field.zero if self.bias is None else flat[self.bias]

    def unit(self, j: int) -> Vector | None:
        """p_j/‖p_j‖ at the problem's point, where ‖w_j‖ = |v_j| puts it in the field; else None."""
        flat, neuron = self.problem.point().flat(), self.neurons[j]
        w = [flat[g] for g in neuron.row]
        v = self.problem.field.zero if neuron.output is None else flat[neuron.output]
        if not v or squared_norm(w) != v * v:
            return None
        return tuple(value / (v * sign(v)) for value in w)

    def better(
        self,
        pieces: Mapping[int, tuple[int, Sequence[float]]],
        bias: float = 0.0,
        precisions: Sequence[int] = SHORT_FIRST,
    ) -> Certificate | None:
        """The certificate `not-global-minimum` of a point near the lifted one that is proposed.

        Its numbers have as many binary digits as the first of `precisions` that is enough. None
        where the point, made feasible, has no smaller norm than the problem's own.
        """
        for bits in precisions:
            exact = {
                k: (s, tuple(nearby(value, bits) for value in p)) for k, (s, p) in pieces.items()
            }
            point = self.lowered(exact, nearby(bias, bits), bits)
            found = None if point is None else smaller_point(self.problem, point)
            if found is not None:
                return found
        return None

    def lowered(
        self, pieces: Mapping[int, tuple[int, Vector]], bias: Number, bits: int
    ) -> list[Number] | None:
        """A feasible flat point with these p_k and output bias, up to one factor; or None.

        Its norm is the least up to the error of square roots with `bits` digits.
        """
        outputs = [bias] * len(self.labels)
        slope = self.slope
        for k, (s, p) in pieces.items():
            for i, x in enumerate(self.neurons[k].inputs):
                z = dot(p, x)
                outputs[i] += s * (z if sign(z) > 0 else slope * z)
        least = min((value * y for value, y in zip(outputs, self.labels, strict=True)))
        if sign(least) <= 0:
            return None
        factor = fmpq(1) if least == 1 else rational_above(1 / least, bits)
        flat: list[Number] = [self.problem.field.zero] * self.problem.network.parameter_count
        if self.bias is not None:
            flat[self.bias] = bias * factor
        for k, (s, p) in pieces.items():
            output = self.neurons[k].output
            if output is None or not any(p):
                continue
            v = root_of(squared_norm(p) * factor * factor, 4, bits)
            flat[output] = s * v + self.problem.field.zero
            for g, value in zip(self.neurons[k].row, p, strict=True):
                flat[g] = value * factor / v
        return flat
