"""L Corollary 2 (section 2.2): where the Hessian of the loss is not zero, it has both signs.

Statement. If ω is in a cell and D²L(ω) is not zero, it has a positive and a negative eigenvalue.

Covered: for the shapes of Theorem 1, all numbers free, L(ω + t e) + L(ω - t e) = 2 L(ω) for each
coordinate vector e, hence the diagonal of D²L is 0 on every cell; and with H_pp = H_qq = 0 the
vectors e_p ± e_q give ±2 H_pq, hence a symmetric matrix that is not zero has both signs. On
instances the kernel derives the Hessian of the loss from nothing: its diagonal is zero near the
point, and vectors with both signs are given where it is not zero.

Erratum. The text after the corollary, and section 5: at flat local minima D²L vanishes. That is so
inside of a flat cell, not on its boundary: a point of type I where L(c + t) = |t|/2.
"""

from collections.abc import Iterator

from exactmargin.decisions import indefinite_certificate
from exactmargin.networks import fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import SHAPES, LossOnCell, symbol
from theorems.laurent2018._section_2 import CURVED, SMOOTH, ZERO_LOSS, flat, instance
from theorems.steps import evaluation, identity, part


def coordinates(shape: LossOnCell) -> Iterator[Step]:
    """The mean of the values on both sides is the value between, in each coordinate."""
    here = shape.outputs()
    for block, numbers in shape.blocks.items():
        for number in numbers:

            def beside(sign: str, block: str = block, number: int = number) -> str:
                def value(name: str, k: int) -> str:
                    text = symbol(name, k)
                    return f"({text}{sign}t)" if (name, k) == (block, number) else text

                return shape.outputs(value)

            yield shape.identity(
                rf"$\mathcal{{L}}(\omega+te)+\mathcal{{L}}(\omega-te)=2\mathcal{{L}}(\omega)$, "
                rf"$e$ along {symbol(block, number)}",
                f"{beside('+')}+{beside('-')}",
                f"2*({here})",
                ["t"],
            )


def of_shape(shape: LossOnCell) -> Part:
    """The diagonal of the Hessian is zero."""
    steps = [*coordinates(shape)]
    return part(f"Symbolic: {shape.name}", None, steps, steps)


def both_signs() -> Part:
    """A symmetric matrix with zero diagonal and an entry h = H_pq that is not 0."""
    steps = [
        identity(
            rf"$H_{{pp}}=H_{{qq}}=0$: $(e_p{sign}e_q)^\top H(e_p{sign}e_q)={sign}2H_{{pq}}$",
            f"1*0*1{sign}1*h*1{sign}1*h*1+1*0*1",
            f"{sign}2*h".removeprefix("+"),
            "h",
        )
        for sign in "+-"
    ]
    return part("A zero diagonal, and an entry that is not zero", None, steps, steps)


def of_point(problem: Problem) -> Part:
    """The Hessian of the loss at a point of a cell."""
    steps = [Step(r"$D^2\mathcal{L}$ has the trace 0", "zero-trace-hessian", {})]
    if problem in CURVED:
        evidence = indefinite_certificate(problem).evidence
        steps.append(Step(r"$D^2\mathcal{L}$ has both signs", "indefinite-hessian", evidence))
    return part(f"Instance: {problem.name}", problem, steps, steps)


CREASE = instance(
    "one ReLU, both margins 1",
    fully_connected([1, 1, 1], bias=True),
    [1, 0, 2, -1],
    [(0,), (1,)],
    [-1, 1],
)

WITHIN = [["0", "0", "2", "-1"], ["0", "1", "0", "0"]]
"""(1 + t)(v, c), and b + t²: into a flat cell."""


def crease() -> Part:
    """A flat minimum on the boundary of its cell: with c + t the outputs are -1 + t and 1 + t, and
    the loss is σ(t)/2 + σ(-t)/2 = |t|/2."""
    inside = flat("Type I: the loss is 0 on a cell", ZERO_LOSS, WITHIN)
    steps = [inside]
    for name, c, outputs in (("", "-1/2", ("-1/2", "3/2")), ("-", "-3/2", ("-3/2", "1/2"))):
        steps += [
            evaluation(rf"$t={name}\frac12$: $\hat{{y}}^{{({i})}}$", ["1", "0", "2", c], i, output)
            for i, output in enumerate(outputs, 1)
        ]
    steps += [
        identity(r"The inside of the first loss is $t$", "1+(-1+t)", "t", "t"),
        identity(r"The inside of the second loss is $-t$", "1-(1+t)", "-t", "t"),
    ]
    return part("Erratum: at a flat minimum there may be no derivative", CREASE, steps, steps)


def prove() -> list[Part]:
    """The diagonal, the two vectors, points of cells, and a flat minimum without a Hessian."""
    shapes = [of_shape(shape) for shape in SHAPES]
    points = [of_point(problem) for problem in SMOOTH]
    return [*shapes, both_signs(), *points, crease()]
