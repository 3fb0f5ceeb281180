"""A problem as Coq's definitions, the integers that stand for it, and what Coq must read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from exactmargin.coq.numerals import denominator_of, integers, listed, q, z
from exactmargin.kernel.problem import Layer, Problem

__all__ = ["Setting", "definitions", "read_back"]

Edges = list[tuple[int, int]]


def _units(layer: Layer) -> list[Edges]:
    """Each unit's edges (parameter, source): source 0 is the constant 1, source j + 1 value j."""
    units = [[(p, j + 1) for p, j in row] for row in layer.rows]
    for unit, bias in zip(units, layer.biases, strict=False):
        unit.append((bias, 0))
    return units


def _unit(edges: Edges) -> str:
    return listed(edges, lambda e: f"({e[0]}, {e[1]})")


def definitions(problem: Problem) -> str:
    """The definitions ``P`` and ``theta``."""
    hidden = [_units(layer) for layer in problem.layers[:-1]]
    [output] = _units(problem.layers[-1])
    layers = listed(hidden, lambda units: listed(units, _unit))
    examples = zip(problem.labels, problem.inputs, strict=True)
    block = problem.block
    return (
        f"Definition P : problem := Problem\n"
        f"  (Network {layers}%nat\n    {_unit(output)}%nat {q(Fraction(problem.slope))})\n"
        f"  {listed(examples, lambda e: f'({q(Fraction(e[0]))}, {listed(e[1], q)})')}\n"
        f"  {block.start} {block.stop}.\n"
        f"Definition theta : list Q := {listed(problem.theta, q)}.\n"
    )


def read_back(problem: Problem) -> list[int]:
    """What ``show P theta`` is (``ReadBack.v``)."""

    def numbers(values: Sequence[Any]) -> list[int]:
        pairs = [Fraction(value).as_integer_ratio() for value in values]
        return [part for pair in pairs for part in pair]

    def row(edges: Edges) -> list[int]:
        return [len(edges), *(part for edge in edges for part in edge)]

    result = [len(problem.layers) - 1]
    for layer in problem.layers[:-1]:
        units = _units(layer)
        result += [len(units), *(part for unit in units for part in row(unit))]
    result += row(_units(problem.layers[-1])[0]) + numbers([problem.slope])
    result.append(len(problem.labels))
    for label, x in zip(problem.labels, problem.inputs, strict=True):
        result += [*numbers([label]), len(x), *numbers(x)]
    block = problem.block
    return [*result, block.start, block.stop, len(problem.theta), *numbers(problem.theta)]


@final
@dataclass(frozen=True, slots=True)
class Setting:
    """Integers for a problem: D for the parameters, T for the slopes, E for the inputs."""

    problem: Problem
    parameters: int
    slopes: int
    inputs: int

    @classmethod
    def of(cls, problem: Problem, slopes: Sequence[Any] = ()) -> "Setting":
        """Common denominators of the problem's numbers and of further slopes."""
        return cls(
            problem,
            denominator_of(problem.theta),
            denominator_of([problem.slope, *slopes]),
            denominator_of([x for row in problem.inputs for x in row]),
        )

    def over(self, theta: Sequence[Any]) -> str:
        """A Coq `setting` for parameters, which may have another denominator."""
        d = denominator_of(theta)
        numerators = listed(integers(theta, d), z)
        slope = integers([self.problem.slope], self.slopes)[0]
        return f"(Setting {z(d)} {z(self.slopes)} {z(slope)} {numerators})%Z"

    def data(self, common: bool = False) -> str:
        """The examples as integers, each input after its denominator, or that of all inputs."""
        rows = []
        for label, x in zip(self.problem.labels, self.problem.inputs, strict=True):
            d = self.inputs if common else denominator_of(x)
            rows.append((label, [d, *integers(x, d)]))
        return listed(rows, lambda row: f"({z(row[0])}, {listed(row[1], z)})") + "%Z"

    def gradient_denominator(self) -> int:
        """D^depth T^(depth - 1) E: what gradients and outputs are over."""
        depth = len(self.problem.layers)
        return int(self.parameters**depth * self.slopes ** (depth - 1) * self.inputs)

    def above(self, layer: int) -> int:
        """What gradients are over, by what pre-activations of a layer, from 1, are over."""
        return int((self.parameters * self.slopes) ** (len(self.problem.layers) - layer))
