"""L Corollary 1 (section 2.2): differentiable extrema lie in flat cells.

Statement. Local minima and maxima of the loss occur only on boundaries of cells, or in cells on
which the loss is constant; there its value is φ_(L+2).

Covered, for the shapes of Theorem 1 with all numbers free, hence on every cell. The proof of
Corollary 2 has L(ω + t e) + L(ω - t e) = 2 L(ω) in each coordinate. So where L(ω) is the smallest
or the largest value in a box, it is the value on both sides in one coordinate after the other, and
L is constant in the box, which the paper takes from the strong maximum principle. Then the
polynomial of the cell is constant; each form φ_l is that polynomial less φ_(L+2), with other blocks
at zero, so it vanishes. Also the printed proof: (106), and how (107) is taken apart. Instances:
cells on which the loss is constant and positive, with two and three classes, with their forms, all
0 but φ_(L+2); points of cells that are not flat, with curves of smaller loss.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from exactmargin.decisions import form_certificate
from exactmargin.networks import fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import SHAPES, LossOnCell, dense, renamed, symbol, total
from theorems.laurent2018._section_2 import (
    CONSTANT,
    CURVED,
    FLAT_AND_RARE,
    better,
    flat,
    found,
    instance,
    rest,
)
from theorems.steps import part

EXPANDED = (dense(1, 1, 2), dense(1, 2, 2, labels=(0, 1)), dense(1, 1, 1, 2))
"""Shapes for (106): one and two hidden layers."""


def recovered(shape: LossOnCell) -> Iterator[Step]:
    """φ_l from the polynomial of the cell: other biases zero, and the weights of layer l."""
    for number in shape.forms():
        kept = f"b{number}"
        zero = {f"b{l}": "0" for l in shape.layers if f"b{l}" != kept}
        if number:
            zero[f"w{number}"] = "0"
        yield shape.identity(
            rf"$\phi_{{{number}}}$ is $\mathcal{{L}}-\phi_{{L+2}}$ where other blocks are 0",
            shape.outputs(renamed(zero)),
            shape.form(number),
        )


def of_shape(shape: LossOnCell) -> Part:
    """What a constant polynomial has for its forms."""
    steps = [*recovered(shape)]
    return part(f"Symbolic: {shape.name}", None, steps, steps)


# ---------------------------------------------------------------- the printed proof


def mixed(shape: LossOnCell, number: int, moved: Sequence[str]) -> str:
    """φ_number with some blocks from the perturbation (their symbols end with z)."""
    return shape.form(number, renamed({block: f"{block}z" for block in moved}))


def expansion(shape: LossOnCell) -> Part:
    """(106) and (107): the powers of δ, and the highest ones taken apart."""

    def along(block: str, k: int) -> str:
        return f"({symbol(block, k)}+d*{symbol(block + 'z', k)})"

    powers: dict[int, list[str]] = {}
    for number in shape.forms():
        blocks = shape.parts(number)
        for size in range(len(blocks) + 1):
            powers.setdefault(size, []).extend(
                mixed(shape, number, moved) for moved in combinations(blocks, size)
            )
    top = shape.hidden + 1
    both = [mixed(shape, number, shape.parts(number)) for number in (0, 1)]
    sums = [f"d^{size}*({total(texts)})" for size, texts in powers.items() if size > 1]
    more = ["d", *(symbol(f"{b}z", k) for b, ks in shape.blocks.items() for k in ks)]
    highest = shape.identity(
        rf"(106): the coefficient of $\delta^{{{top}}}$ is $(\phi_0+\phi_1)(\omega)$",
        total(powers[top]),
        total(both),
        more,
    )
    steps = [
        shape.identity(
            r"(106): $\mathcal{L}(\hat\omega+\delta\omega)$ in powers of $\delta$",
            shape.outputs(along),
            "+".join([total(powers[0]), f"d*({total(powers[1])})", *sums]),
            more,
        ),
        highest,
        shape.identity(
            r"$\mathbf{b}^{(1)}=0$ leaves $\phi_0$ of $\phi_0+\phi_1$",
            "+".join(shape.form(number, renamed({"b1": "0"})) for number in (0, 1)),
            shape.form(0),
        ),
        shape.identity(
            r"Corrected: $\omega^{(1)}=0$ leaves $\phi_1$, which does not depend on $\omega^{(1)}$",
            "+".join(shape.form(number, renamed({"w1": "0"})) for number in (0, 1)),
            shape.form(1),
        ),
    ]
    return part(f"The printed proof: {shape.name}", None, steps, steps)


# ---------------------------------------------------------------- instances

FLAT = (
    (
        instance(
            "ReLU, the unit is off, equal weights: constant 1",
            fully_connected([1, 1, 1], bias=True),
            [-1, 0, 1, "1/3"],
            [(1,), (2,)],
            [1, -1],
        ),
        [2, -3, -4, 3],
    ),
    (
        instance(
            "three classes, ReLU, all units off: constant 2",
            fully_connected([1, 1, 3], bias=True),
            [-1, 0, 1, 2, 3, 0, "1/2", "1/4"],
            [(1,), (2,), (3,)],
            [0, 1, 2],
        ),
        [1, 0, 0, 1, "3/2", 3, 0, -2],
    ),
)
"""ReLU: cells with a constant, positive loss; a point with a smaller loss."""


def constant(problem: Problem, smaller: Sequence[object] | None = None) -> Part:
    """A local minimum inside of a flat cell, where all forms are 0 but φ_(L+2)."""
    forms = form_certificate(problem).evidence
    steps = [
        flat(r"$\mathcal{L}$ is constant near $\omega$: type I", CONSTANT, rest(problem)),
        Step(r"$\mathcal{L}=\phi_{L+2}$, all other forms are 0", "multilinear-form", forms),
    ]
    if smaller is not None:
        steps.append(better(r"$\mathcal{L}(\omega)=\phi_{L+2}$ is positive", problem, smaller))
    return part(f"Instance: {problem.name}", problem, steps, steps)


def descent(problem: Problem) -> Part:
    """A point of a cell that is not flat."""
    steps = [found("A curve of points with a smaller loss", problem, "not-local-minimum")]
    return part(f"Instance: {problem.name}", problem, steps, steps)


def prove() -> list[Part]:
    """Constant polynomials, the printed proof, instances."""
    return [
        *map(of_shape, SHAPES),
        *map(expansion, EXPANDED),
        *(constant(*pair) for pair in FLAT),
        *(constant(problem) for problem, _ in FLAT_AND_RARE),
        *map(descent, CURVED),
    ]
