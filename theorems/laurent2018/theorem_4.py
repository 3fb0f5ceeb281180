r"""L Theorem 4 (section 3; its proof is headed "Proof of Theorem 6"): leaky ReLU, critical points.

Statement. Take the loss (9) with slope α > 0 and separable data. At a critical point (Clarke)
v = 0, or it is a global minimum, with loss 0.

Covered: the steps of the proof, everything free, for the shapes of `_two_class_proof`. With L
Lemmas 102 and 103 they show: if v_k is not 0, all ρ_i vanish, so no term of the loss is on in a
cell with a share. Then instances, with many kinks. Where L > 0 and v_k is not 0, the loss falls to
first order in *every* cell around the point if neuron k moves by sign(v_k)(q, β): the point is not
critical. Both alternatives occur, alone; and without separability, or with α = 0, a critical point
with v not 0 may be no global minimum.

Erratum: "ρ_i = 0 for all i if and only if ε_i = 0 for all i in the cell u_0" holds only in the
direction that is used.
"""

from collections.abc import Sequence
from typing import NamedTuple

from exactmargin.problems import Problem
from exactmargin.registry import Part
from theorems.laurent2018._two_class_proof import steps, unsolved_counts
from theorems.laurent2018._two_class_steps import (
    against_lemma_105,
    critical,
    hinge,
    not_critical,
    not_separable,
    one_hidden_layer,
    separable,
    solved,
    unsolved,
)
from theorems.steps import better, part, positive

LINE, SIDES = (("1",), ("-1",)), (1, -1)
PLANE, CORNER = (("1", "0"), ("0", "1"), ("-1", "-1")), (1, 1, -1)


class Unsolved(NamedTuple):
    """Separable data with (q, β), a neuron with v_k not 0, an example whose loss is positive."""

    name: str
    problem: Problem
    q: Sequence[str]
    beta: str
    neuron: int
    example: int
    output: str

    def proof(self) -> Part:
        """By Lemma 105 the loss falls to first order, in every cell around the point."""
        up = against_lemma_105(self.problem, self.neuron, self.q, self.beta)
        end = not_critical(r"Not critical: $-\mathrm{sign}(v_k)(q,\beta)$ leads upwards", up)
        steps = [
            separable("The data are separable", self.q, self.beta),
            *unsolved(self.problem, self.example, self.output),
            end,
        ]
        return part(self.name, self.problem, steps, [end])


def points() -> list[Unsolved]:
    """Points on kinks of the neurons, of the loss, of both; both signs of v_k."""
    half, quarter = one_hidden_layer(1, 1, "1/2"), one_hidden_layer(2, 2, "1/4")
    corner = ("1", "0", "0", "0", "0", "-1", "1", "-1", "0")
    rows: list[tuple[str, Problem, tuple[str, ...], str, int, int, str]] = [
        (
            "A term of the loss is 0",
            hinge("L Theorem 4", half, LINE, SIDES, ("1", "0", "1", "0")),
            *(("1",), "0", 1, 2, "-1/2"),
        ),
        (
            "A zero neuron: all pre-activations are 0",
            hinge("L Theorem 4", half, LINE, SIDES, ("0", "0", "-1", "0"), ("1/3", "2/3")),
            *(("1",), "0", 1, 1, "0"),
        ),
        (
            "Both kinds of kinks at one example",
            hinge("L Theorem 4", half, LINE, SIDES, ("1", "-1", "1", "1")),
            *(("1",), "0", 1, 2, "0"),
        ),
        (
            "Two neurons in the plane, kinks of both, the second neuron moves",
            hinge("L Theorem 4", quarter, PLANE, CORNER, corner),
            *(("1", "1"), "1/2", 2, 2, "1/4"),
        ),
    ]
    return [Unsolved(*row) for row in rows]


def alternatives() -> list[Part]:
    """Critical points with v not 0: solved. With v = 0: either."""
    half = one_hidden_layer(1, 1, "1/2")
    tight = hinge("L Theorem 4", half, LINE, SIDES, ("1", "0", "2", "0"))
    zero = hinge("L Theorem 4", half, LINE, SIDES, ("0", "0", "0", "0"))
    alone = hinge("L Theorem 4", half, LINE, (1, 1), ("1", "3", "0", "1"))
    data = separable("The data are separable", ("1",), "0")
    optimal = [
        data,
        critical("Critical, a term of the loss is 0", [("1", [["0", "0", "1", "0"]])]),
        solved("A global minimum"),
    ]
    trivial = [
        data,
        critical("Critical, all parameters are 0", [("1", [["0", "-1", "0", "0"]])]),
        better("Not a global minimum", ("1/2", "0", "1/2", "0")),
    ]
    both = [
        separable("The data are separable: there is one class", ("0",), "1", [1]),
        critical("Critical, $c$ alone decides", [("1", [["0", "0", "0", "1"]])]),
        solved("A global minimum"),
    ]
    return [
        part(r"$v\ne0$, a global minimum", tight, optimal, optimal[1:]),
        part("$v=0$, not a global minimum", zero, trivial, trivial[1:]),
        part("$v=0$, a global minimum", alone, both, both[1:]),
    ]


def hypotheses() -> list[Part]:
    """v is not 0, the point is critical and not a global minimum: each hypothesis is needed."""
    mixed = hinge(
        "L Theorem 4, not separable",
        one_hidden_layer(1, 1, "1/2"),
        (("-1",), ("0",), ("1",)),
        (1, -1, 1),
        ("0", "1", "1/2", "0"),
        ("1/4", "1/2", "1/4"),
    )
    dead = hinge(
        "L Theorem 4, ReLU", one_hidden_layer(1, 1, "0"), LINE, SIDES, ("1", "-2", "1", "1/2")
    )
    inside = [("1", [["0", "0", "0", "0"]])]
    without = [
        not_separable("The data are not separable", ("1", "2", "1")),
        critical("Critical", inside),
        better("Not a global minimum", ("-2", "0", "1", "-1")),
    ]
    off = [
        separable("The data are separable", ("1",), "0"),
        critical(r"Critical, with $\alpha=0$", inside),
        better("Not a global minimum", ("2", "0", "1", "-1")),
    ]
    return [
        part(r"$v\ne0$ without separability", mixed, without, without),
        part(r"$v\ne0$ with $\alpha=0$", dead, off, off),
    ]


def equations() -> Part:
    """The steps of the proof; the erratum."""
    counts = [unsolved_counts(2, (0,)), unsolved_counts(2, (1,)), unsolved_counts(3, (1, 0))]
    erratum = positive(
        r"Erratum: $\theta=(\frac12,\frac12)$, $\varepsilon_1=(0,1)$: $\rho_1>0$, though "
        r"$\varepsilon_1=0$ in the first cell",
        "1/2*1*0*1+1/2*1*1*1",
    )
    return part("Proof of Theorem 4", None, [*steps(), *counts, erratum], counts)


def prove() -> list[Part]:
    """The steps of the proof; instances of either alternative, and outside of the hypotheses."""
    return [
        equations(),
        *(point.proof() for point in points()),
        *alternatives(),
        *hypotheses(),
    ]
