r"""L Theorem 6 (section 3): ReLU networks, unsolved points are on the blind side.

Statement. Take the loss (9) with α = 0 and separable data, and a critical point (Clarke). For each
x_i that contributes to the loss, and each neuron k, ⟨w_k, x_i⟩ + b_k ≤ 0 or v_k = 0.

Covered: the steps of the proof, which are those of Theorem 4 up to ρ_i = 0, everything free, for
the shapes of `_two_class_proof`; and that ρ_i = 0 needs λ_i = 0 in a cell with a share, which at
⟨w_k, x_i⟩ + b_k > 0 no cell has. Then instances: critical points where each unsolved example is
blind to each neuron that is read, one of them just on its hyperplane, and the panels of Figure 4;
points where one is not, which are not critical: neuron k, moved as in Lemma 105, decreases the loss
to first order in every cell around the point. Without separability the conclusion may fail.

Erratum: after the theorem, sub-optimal local minima are said to exist "exactly when a data point
does not activate any of the ReLUs". The alternative v_k = 0 cannot be left out, even with equal
weights: there is a (sharp) one where every example activates a neuron.
"""

from collections.abc import Sequence
from typing import NamedTuple

from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018 import figure_4
from theorems.laurent2018._two_class_proof import steps, unsolved_counts
from theorems.laurent2018._two_class_steps import (
    NEURON,
    Path,
    against_lemma_105,
    critical,
    hidden_output,
    hinge,
    lifted_minimum,
    not_critical,
    not_separable,
    one_hidden_layer,
    read_neurons,
    separable,
    unsolved,
)
from theorems.steps import better, identity, part

LINE, SIDES = (("1",), ("-1",)), (1, -1)
PLANE, CORNER = (("1", "0"), ("0", "1"), ("-1", "-1")), (1, 1, -1)


class Critical(NamedTuple):
    """A critical point of separable data: (q, β), cells with shares, the unsolved examples."""

    name: str
    problem: Problem
    q: Sequence[str]
    beta: str
    cells: Sequence[tuple[str, Path]]
    outputs: dict[int, str]

    def proof(self) -> Part:
        """Each unsolved example is on the blind side of each neuron with v_k not 0."""
        blind = [
            hidden_output(
                f"Example {i} is on the blind side of neuron {k}", self.problem, k, i, "0"
            )
            for i in self.outputs
            for k in read_neurons(self.problem)
        ]
        point = critical("Critical", self.cells)
        told = [
            step for i, output in self.outputs.items() for step in unsolved(self.problem, i, output)
        ]
        data = separable("The data are separable", self.q, self.beta)
        return part(self.name, self.problem, [data, point, *told, *blind], [point, *blind])


class Seen(NamedTuple):
    """An unsolved example on the active side of a neuron with v_k not 0."""

    name: str
    problem: Problem
    q: Sequence[str]
    beta: str
    neuron: int
    example: int
    output: str
    seen: str

    def proof(self) -> Part:
        """The point is not critical."""
        up = against_lemma_105(self.problem, self.neuron, self.q, self.beta)
        end = not_critical(r"Not critical: $-\mathrm{sign}(v_k)(q,\beta)$ leads upwards", up)
        k, i = self.neuron, self.example
        active = hidden_output(f"Example {i} is seen by neuron {k}", self.problem, k, i, self.seen)
        data = separable("The data are separable", self.q, self.beta)
        told = unsolved(self.problem, i, self.output)
        return part(self.name, self.problem, [data, active, *told, end], [active, end])


def blind_points() -> list[Critical]:
    """Dead points, one on a hyperplane, neurons that are not read."""
    one, two = one_hidden_layer(1, 1, "0"), one_hidden_layer(1, 2, "0")
    plane, weights = one_hidden_layer(2, 1, "0"), ("1/4", "1/4", "1/2")
    corner, idle = ("1", "-1", "0", "2", "-1"), ("0", "1", "1", "-5", "0", "1", "0")
    return [
        Critical(
            "An unsolved example on the hyperplane of the neuron",
            hinge("L Theorem 6", one, LINE, SIDES, ("1", "-1", "1", "0")),
            *(("1",), "0"),
            [("1", [["-1", "0", "0", "0"]])],
            {1: "0", 2: "0"},
        ),
        Critical(
            "A critical point between two cells, kinks of both kinds",
            hinge("L Theorem 6", plane, PLANE, CORNER, corner, weights),
            *(("1", "1"), "1/2"),
            [("1/2", [["1", "0", "0", "0", "-1"]]), ("1/2", [["0", "1/2", "0", "0", "1"]])],
            {2: "-1"},
        ),
        Critical(
            "A dead neuron that is read; another sees all points, but is not read",
            hinge("L Theorem 6", two, LINE, SIDES, idle),
            *(("1",), "0"),
            [("1", [["0"] * 7])],
            {1: "0", 2: "0"},
        ),
        Critical(
            "All examples are behind the neuron",
            hinge(
                "L Theorem 6",
                one,
                (("0",), ("1",)),
                SIDES,
                ("1", "-5", "1", "0"),
                ("1/2", "1/2"),
            ),
            *(("-1",), "1/2"),
            [("1", [["0"] * 4])],
            {1: "0", 2: "0"},
        ),
    ]


def seen_points() -> list[Seen]:
    """Kinks of another neuron and of the loss; a negative output weight; a seen class -1."""
    two, plane = one_hidden_layer(1, 2, "0"), one_hidden_layer(2, 1, "0")
    rows: list[tuple[str, Problem, Sequence[str], str, int, int, str, str]] = [
        (
            "The other neuron is dead",
            hinge("L Theorem 6", two, LINE, SIDES, ("1", "0", "0", "-2", "1/2", "3", "0")),
            *(("1",), "0", 1, 1, "1/2", "1"),
        ),
        (
            "The other neuron is on a kink, the first is read with -1",
            hinge("L Theorem 6", two, LINE, SIDES, ("1", "1", "0", "1", "-1", "0", "0")),
            *(("1",), "0", 1, 1, "-1", "1"),
        ),
        (
            "A term of the loss is 0; the seen example has the label -1",
            hinge("L Theorem 6", plane, PLANE, CORNER, ("-1", "0", "0", "-1/2", "1")),
            *(("1", "1"), "1/2", 1, 3, "1/2", "1"),
        ),
    ]
    return [Seen(*row) for row in rows]


def panels() -> list[Part]:
    """The red points of Figure 4 are on the blind side of both neurons; (10) has no output bias."""
    parts = []
    for panel in (figure_4.A, figure_4.B, figure_4.C):
        proof = panel.proof()
        data = separable("The data are separable", ("1",), "-1")
        steps = [data, *proof.steps]
        parts.append(part(f"Figure 4, panel {panel.name}", panel.problem(), steps, _named(proof)))
    return parts


def without_separability() -> Part:
    """One point with both labels, seen by a neuron that is read, unsolved, and critical."""
    network, twice = one_hidden_layer(1, 1, "0"), (("0",), ("0",))
    problem = hinge("L Theorem 6, not separable", network, twice, SIDES, ("0", "1", "1/2", "0"))
    steps = [
        not_separable("The data are not separable", ("1", "1")),
        critical("Critical", [("1", [["0"] * 4])]),
        *unsolved(problem, 1, "1/2"),
        hidden_output("Example 1 is seen by the neuron", problem, 1, 1, "1"),
    ]
    return part("Data that are not separable", problem, steps, steps)


def seen_by_the_unread() -> Part:
    """Erratum: equal weights, every example turns a neuron on, and a sub-optimal local minimum.

    Neuron 1 solves the last example and is off at the others; neuron 2 is on at all, with v_2 = 0.
    """
    inputs = (("1", "0"), ("3", "0"), ("2", "1"), ("2", "5"))
    point = ("0", "1", "1", "0", "-2", "0", "-1", "0", "1")
    weights = ("1/4", "1/4", "1/6", "1/3")
    network = one_hidden_layer(2, 2, "0")
    problem = hinge("L Theorem 6, erratum", network, inputs, (1, 1, -1, -1), point, weights)
    into, out = (["0"] * 7 + [a, "0"] for a in ("1", "-1"))
    regions = {
        side: {"multipliers": multipliers, "neurons": [NEURON, NEURON]}
        for side, multipliers in (
            ("positive", ["2/3", "0", "1", "0"]),
            ("negative", ["1/6", "1/2", "1", "0"]),
        )
    }
    ends = [
        lifted_minimum("Erratum: a local minimum", {"neuron": 2, **regions}),
        better("It is not global", ("0", "2", "0", "0", "0", "0", "-1", "0", "1")),
        *(
            hidden_output(f"Neuron {k} is on at example {i}", problem, k, i, value)
            for k, i, value in ((2, 1, "1"), (2, 2, "3"), (2, 3, "2"), (1, 4, "3"))
        ),
    ]
    steps = [
        separable("The data are separable", ("0", "-1"), "1/2"),
        identity("The classes have the same weight", "1/4+1/4", "1/6+1/3"),
        *unsolved(problem, 3, "1"),
        critical("Critical", [("2/3", [into]), ("1/3", [out])]),
        *ends,
    ]
    return part("A sub-optimal minimum without a dead example", problem, steps, ends)


def equations() -> Part:
    """The steps of the proof."""
    counts = [unsolved_counts(2, (1,)), unsolved_counts(3, (1, 1))]
    return part("Proof of Theorem 6", None, [*steps(), *counts], counts)


def _named(proof: Part) -> list[Step]:
    return [step for step in proof.steps if step.name in proof.conclusion]


def prove() -> list[Part]:
    """The steps of the proof; blind points, seen points, Figure 4; the hypothesis."""
    return [
        equations(),
        *(point.proof() for point in blind_points()),
        *(point.proof() for point in seen_points()),
        *panels(),
        without_separability(),
        seen_by_the_unread(),
    ]
