r"""L Theorem 5 (section 3): leaky ReLU with equally weighted classes, local minima are global.

Statement. Take the loss (9) with slope α > 0 and separable data, both classes of the same total
weight. Every local minimum is a global one, with loss 0.

Covered: the two steps of the proof. Step 1, with L Lemmas 105 to 107: a point with a positive loss
is no local minimum unless v = 0 and c is 1 or -1. Step 2: there the loss stays 1 for c on [-1, 1],
and just this needs equal weights. And that loss 0 can be reached with any neuron. Then instances: a
point with a positive loss for each case of the proof, from which the loss falls for all t in an
interval along the curve of `perturbation`; and solved points, on kinks. With the weights 3/8, 3/8,
1/4 there is a local minimum with L = 1/2 that is not global, for α = 1/2 and α = 1: equal weights
are needed.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class import total
from theorems.laurent2018._two_class_curves import perturbation
from theorems.laurent2018._two_class_steps import (
    NEURON,
    descent,
    hinge,
    lifted_minimum,
    one_hidden_layer,
    separable,
    solved,
)
from theorems.steps import better, identity, part, positive

LINE, SIDES = (("1",), ("-1",)), (1, -1)
BETWEEN = (("1", "0"), ("3", "0"), ("2", "1"))
"""Along the first axis the example of class -1 is between the other two."""

BETTER = ("0", "-1", "0", "1", "1")
"""Of `BETWEEN` the outputs are 1, 1, and 1 - α, which is less than 1 for class -1."""


class Case(NamedTuple):
    """Separable data with (q, β), equal weights, and a point with a positive loss."""

    name: str
    problem: Problem
    q: Sequence[str]
    beta: str

    def proof(self) -> Part:
        """Not a local minimum, by the perturbation that the paper picks here."""
        lemma, motion = perturbation(self.problem, self.q, self.beta)
        plus, minus = (self._weight(y) for y in (1, -1))
        falls = descent(f"Not a local minimum: {lemma}", self.problem, motion, ["1/16"])
        steps = [
            separable("The data are separable", self.q, self.beta),
            identity("The classes have the same weight", plus, minus),
            falls,
        ]
        return part(self.name, self.problem, steps, [falls])

    def _weight(self, label: int) -> str:
        pairs = zip(self.problem.example_weights, self.problem.data.labels, strict=True)
        return total(str(weight) for weight, y in pairs if y == label)


def cases() -> list[Case]:
    """Points for each case of the proof: zero neurons, kinks, terms of the loss that are 0."""
    points = {
        r"Step 1, $v\ne0$, a zero neuron": ("0", "0", "1", "1"),
        r"Step 1, $v=0$, $S\ne0$": ("1", "0", "0", "1/2"),
        "Step 1, $v=0$, $S=0$": ("0", "1", "0", "1/2"),
        "Step 1, $v=0$, $c=2$, a zero neuron": ("0", "0", "0", "2"),
        r"Step 2, $c=1$, $S\ne0$": ("1", "0", "0", "1"),
        r"Step 2, $c=-1$, $S\ne0$": ("1", "0", "0", "-1"),
        "Step 2, $c=1$, a zero neuron": ("0", "0", "0", "1"),
    }
    line = one_hidden_layer(1, 1, "1/2")
    found = [
        Case(name, hinge("L Theorem 5", line, LINE, SIDES, point), ("1",), "0")
        for name, point in points.items()
    ]
    plane = hinge(
        "L Theorem 5",
        one_hidden_layer(2, 1, "1/2"),
        BETWEEN,
        (1, 1, -1),
        ("1", "0", "0", "0", "1"),
        ("1/4", "1/4", "1/2"),
    )
    return [*found, Case("Step 2, $c=1$, $S=0$ in the plane", plane, ("0", "-1"), "1/2")]


def step_1() -> list[Step]:
    """The falls of Lemmas 105 and 107 are strict where one ε_i is 1; the first cancels (124)."""
    return [
        positive(
            r"(123): $t|v_k|m\sum_i\mu_i\varepsilon_i\lambda_{i,k}>0$, two examples, the first on",
            "t*v*m*(mu1*1*lambda1+mu2*0*lambda2)",
            "t v m mu1 mu2 lambda1 lambda2",
        ),
        positive(
            "The same with both on",
            "t*v*m*(mu1*1*lambda1+mu2*1*lambda2)",
            "t v m mu1 mu2 lambda1 lambda2",
        ),
        positive(
            r"With (124), Lemma 107 falls by $t^2m\sum_i\mu_i\varepsilon_i\lambda_{i,k}>0$",
            "t*0+t^2*m*(mu1*1*lambda1+mu2*0*lambda2)",
            "t m mu1 mu2 lambda1 lambda2",
        ),
    ]


def step_2() -> list[Step]:
    """v = 0 and c = 1 - t; P and M are the weights of the two classes."""
    return [
        identity(
            r"$\mathcal{L}(W,0,b,1-t)=2M+t(P-M)$ for $0\le t\le2$",
            "P*(1-(1-t))+M*(1+(1-t))",
            "2*M+t*(P-M)",
            "P M t",
        ),
        identity(r"With $P=M=\frac12$ this is 1", "1/2*t+1/2*(2-t)", "1", "t"),
        identity(
            r"$\mathcal{L}(W,0,b,-1+t)=(2-t)P+tM=1$ with $P=M=\frac12$",
            "1/2*(1-(-1+t))+1/2*(1+(-1+t))",
            "1",
            "t",
        ),
        positive(
            r"With $P>M$ the loss rises from $c=1$ inwards",
            "(2*M+t*((M+s)-M))-2*M",
            "M s t",
        ),
    ]


def reachable() -> list[Step]:
    """w_k = q, b_k = β and αm v_k = 1 solve all examples; |⟨q, x⟩ + β| = m + s."""
    return [
        identity(
            r"Class 1: $\alpha m(y\hat{y}-1)=s+(1-\alpha)m\ge0$",
            "(m+s)-alpha*m",
            "s+(1-alpha)*m",
            "alpha m s",
        ),
        identity(
            r"Class $-1$: $\alpha m(y\hat{y}-1)=\alpha s\ge0$",
            "alpha*(m+s)-alpha*m",
            "alpha*s",
            "alpha m s",
        ),
    ]


def minima() -> list[Part]:
    """Local minima, on kinks of the neurons and of the loss; equal weights."""
    points = {
        "A term of the loss is 0": ("1", "0", "2", "0"),
        "All terms of the loss are 0, and one pre-activation": ("1", "1", "1", "-1"),
    }
    parts = []
    for name, point in points.items():
        problem = hinge("L Theorem 5", one_hidden_layer(1, 1, "1/2"), LINE, SIDES, point)
        ends = [solved("A local minimum", "local-minimum"), solved("A global minimum")]
        parts.append(part(name, problem, ends, ends))
    return parts


def sharp(slope: str) -> tuple[Problem, Step]:
    """The weights 3/8, 3/8, 1/4: a local minimum with L = 1/2."""
    network, weights = one_hidden_layer(2, 1, slope), ("3/8", "3/8", "1/4")
    point = ("1", "0", "0", "0", "1")
    problem = hinge("L Theorem 5, unequal weights", network, BETWEEN, (1, 1, -1), point, weights)
    tree = {
        "neuron": 1,
        "positive": _leaf("2/3", "0", "1"),
        "negative": _leaf("1/6", "1/2", "1"),
    }
    return problem, lifted_minimum(r"A local minimum with $\mathcal{L}=\frac12$", tree)


def unequal(slope: str) -> Part:
    """That minimum is not global; `BETTER` has a smaller loss."""
    problem, local = sharp(slope)
    steps = [
        separable("The data are separable", ("0", "-1"), "1/2"),
        positive("Class 1 has the larger weight", "(3/8+3/8)-1/4"),
        local,
        better("Not a global minimum", BETTER),
    ]
    return part(rf"Unequal weights, $\alpha={slope}$", problem, steps, steps)


def _leaf(*multipliers: str) -> Mapping[str, object]:
    return {"multipliers": list(multipliers), "neurons": [NEURON]}


def prove() -> list[Part]:
    """The steps of the proof, the cases, minima, and the hypothesis."""
    steps = [*step_1(), *step_2(), *reachable()]
    return [
        part("Proof of Theorem 5", None, steps, steps),
        *(case.proof() for case in cases()),
        *minima(),
        *(unequal(slope) for slope in ("1/2", "1")),
    ]
