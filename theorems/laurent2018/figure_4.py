r"""L Figure 4 (section 3, with eq. 10): three local minima of a ReLU network with two neurons.

Statement. The loss (10) has two hidden ReLUs, no output bias, equal weights 1/N. (a) A global
minimum, all points solved. (b) A sub-optimal local minimum: each unsolved point is on the blind
side of both neurons, where the output is 0 and stays 0 under small perturbations. (c) The same with
no point classified correctly.

The figure has no numbers. Here the inputs are 2, 0 and -2 on a line, labelled 1, -1 and -1, in all
three panels. That (b) and (c) are sub-optimal is shown by the point of (a).
"""

from typing import NamedTuple

from exactmargin.networks import from_pattern
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class_steps import (
    NEURON,
    critical,
    hidden_output,
    hinge,
    lifted_minimum,
    solved,
    unsolved,
)
from theorems.steps import better, evaluation, part, positive

INPUTS, LABELS = (("2",), ("0",), ("-2",)), (1, -1, -1)


class Panel(NamedTuple):
    """A panel: W, b, v, and the outputs at the three points."""

    name: str
    point: tuple[str, ...]
    outputs: tuple[str, ...]

    def problem(self) -> Problem:
        """The loss of eq. 10 at the point."""
        network = from_pattern([[(1,), (2,)], [(1, 2)]], [True, False])
        return hinge(f"L Figure 4{self.name}", network, INPUTS, LABELS, self.point)

    def unsolved(self) -> list[int]:
        """The red points, from 1: those with output 0."""
        return [i for i, output in enumerate(self.outputs, 1) if output == "0"]

    def blind(self) -> list[Step]:
        """Red points: the loss is 1, both neurons are off, and the output is 0 all around."""
        problem, steps = self.problem(), list[Step]()
        for i in self.unsolved():
            zero = [{"blocks": b, "expression": "0"} for b in (["u1", "u2"], ["b1", "u2"])]
            around = {"example": i, "terms": zero}
            steps += [
                *unsolved(problem, i, "0"),
                *(
                    hidden_output(
                        f"Point {i} is on the blind side of neuron {k}", problem, k, i, "0"
                    )
                    for k in (1, 2)
                ),
                Step(rf"$\hat{{y}}_{i}=0$ near this point, too", "multilinear-form", around),
            ]
        return steps

    def green(self) -> list[Step]:
        """Green points: the margin is at least 1, here more."""
        steps = []
        for i, (y, output) in enumerate(zip(LABELS, self.outputs, strict=True), 1):
            if i not in self.unsolved():
                value = evaluation(rf"$\hat{{y}}_{i}={output}$", self.point, i, output)
                steps += [value, positive(f"Point {i} is solved", f"({y})*({output})-1")]
        return steps

    def local(self) -> Step:
        """λ is 1 at red points; both neurons have a known slope at all of them."""
        if not self.unsolved():
            return solved("A local minimum", "local-minimum")
        red = self.unsolved()
        multipliers = ["1" if i in red else "0" for i in range(1, len(LABELS) + 1)]
        return lifted_minimum(
            "A local minimum", {"multipliers": multipliers, "neurons": [NEURON] * 2}
        )

    def proof(self) -> Part:
        """Local minimum, global or not, critical; the red points are on the blind side."""
        problem = self.problem()
        ends = [
            self.local(),
            better("Not a global minimum", A.point)
            if self.unsolved()
            else solved("A global minimum"),
            critical("Critical: the loss is constant near this point", [("1", [["0"] * 6])]),
        ]
        blind = self.blind()
        sides = [step for step in blind if "blind" in step.name]
        return part(f"Panel {self.name}", problem, [*self.green(), *blind, *ends], [*ends, *sides])


A = Panel("(a)", ("1", "-1", "-1", "1", "2", "-2"), ("2", "-2", "-6"))
B = Panel("(b)", ("1", "1", "-1", "-1", "2", "2"), ("4", "0", "0"))
C = Panel("(c)", ("1", "-1", "-3", "-3", "1", "2"), ("0", "0", "0"))


def prove() -> list[Part]:
    """The three panels."""
    return [panel.proof() for panel in (A, B, C)]
