"""A problem as Coq's definitions, the integers that stand for it, and what Coq must read back."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from exactmargin.coq.numerals import denominator_of, listed, numeral, pair, z
from exactmargin.kernel.problem import Layer, Problem

__all__ = ["Setting", "definitions", "read_back", "vector"]

Edges = list[tuple[int, int]]


def _units(layer: Layer) -> list[Edges]:
    """Each unit's edges (parameter, source): source 0 is the constant 1, source j + 1 value j."""
    units = [[(p, j + 1) for p, j in row] for row in layer.rows]
    for unit, bias in zip(units, layer.biases, strict=False):
        unit.append((bias, 0))
    return units


def _runs(edges: Edges) -> str:
    """A unit as runs (parameter, source, length), in each of which both numbers rise by one."""
    runs: list[tuple[int, int, int]] = []
    for p, s in edges:
        if runs and (p, s) == (runs[-1][0] + runs[-1][2], runs[-1][1] + runs[-1][2]):
            runs[-1] = (*runs[-1][:2], runs[-1][2] + 1)
        else:
            runs.append((p, s, 1))
    return listed(runs, str)


def definitions(problem: Problem) -> str:
    """The definitions ``P`` and ``theta``."""
    hidden = [_units(layer) for layer in problem.layers[:-1]]
    [output] = _units(problem.layers[-1])
    layers = listed(hidden, lambda units: listed(units, _runs))
    examples = zip(problem.labels, problem.inputs, strict=True)
    data = listed(examples, lambda e: f"({pair(e[0])}, {listed(e[1], pair)})")
    block = problem.block
    return (
        f"Definition P : problem := Problem\n"
        f"  (Network (map (map edges) {layers}%Z)\n"
        f"    (edges {_runs(output)}%Z) (fraction {pair(problem.slope)}%Z))\n"
        f"  (map example {data}%Z)\n"
        f"  (Z.to_nat {block.start}) (Z.to_nat {block.stop}).\n"
        f"{vector('theta', problem.theta)}"
    )


def vector(name: str, values: Sequence[Any]) -> str:
    """The definition of a list of rational numbers."""
    return f"Definition {name} : list Q := map fraction {listed(values, pair)}%Z.\n"


def read_back(problem: Problem) -> list[int]:
    """What ``show P theta`` is (``Text.v``)."""

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

    def over(self, theta: Sequence[Any], name: str = "theta") -> str:
        """A Coq `setting` for parameters that have a name, over their own denominator."""
        over = numeral(denominator_of(theta)), numeral(self.slopes)
        return f"(setting_of P {name} {over[0]} {over[1]})%Z"

    def data(self, common: bool = False) -> str:
        """The examples as integers, each input after its denominator, or that of all inputs."""
        denominators = [self.inputs if common else denominator_of(x) for x in self.problem.inputs]
        return f"(data_of P {listed(denominators, z)}%Z)"

    def gradient_denominator(self) -> int:
        """D^depth T^(depth - 1) E: what gradients and outputs are over."""
        depth = len(self.problem.layers)
        return int(self.parameters**depth * self.slopes ** (depth - 1) * self.inputs)

    def above(self, layer: int) -> int:
        """What gradients are over, by what pre-activations of a layer, from 1, are over."""
        return int((self.parameters * self.slopes) ** (len(self.problem.layers) - layer))
