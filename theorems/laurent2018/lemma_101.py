"""L Lemma 101 (appendix, section 2): what a cell with a constant loss says of the data.

Statement. Fully connected network, Ω_u a cell on which the loss is constant, ε_r^(i) its errors and
ε^(i) = Σ ε_r^(i) over the r that are not the class of x^(i). There are λ^(i) in {1, α, ..., α^L}
such that for each class r the sums over y_r = 1 of ε^(i) λ^(i) μ^(i) x^(i), of ε^(i) λ^(i) μ^(i)
and of ε^(i) μ^(i) are the sums over y_r = 0 of ε_r^(i) λ^(i) μ^(i) x^(i), and so on (109).

Covered: for fully connected shapes of depth 1 to 3, all numbers free. The loss is constant if and
only if the forms vanish (Corollary 1). φ_0 is the sum over the paths j, k_1, ..., k_L, r of the
product of the weights of the path and Σ_i ν_r^(i) λ_(k_L) ... λ_(k_1) x_j^(i), and φ_l likewise, so
the forms vanish if and only if all these sums do; matrix units give each of them. With λ^(i) the
product of the slopes of one choice of k_1, ..., k_L, ν turns the sums into (109). Instances: cells
with a constant positive loss, leaky, one and two hidden layers, two and three classes, with (109)
as the kernel's rare data.
"""

from collections.abc import Iterator
from itertools import product

from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import LossOnCell, Value, dense, error, symbol, total
from theorems.laurent2018._section_2 import CONSTANT, FLAT_AND_RARE, flat, rest
from theorems.steps import identity, part

SHAPES = (
    dense(1, 1, 2),
    dense(2, 2, 3, labels=(2,)),
    dense(2, 1, 2, labels=(0, 1, 1)),
    dense(2, 2, 2, 2),
    dense(1, 1, 2, 2, labels=(0, 1)),
    dense(2, 2, 1, 2, 2),
)

Path = tuple[int, ...]


def paths(shape: LossOnCell, number: int) -> list[Path]:
    """Input or first unit, unit after unit, class: the monomials of φ_number."""
    widths = [range(len(pattern)) for pattern in shape.patterns]
    return [*product(*([shape.inputs, *widths] if not number else widths[number - 1 :]))]


def weight_names(shape: LossOnCell, number: int, path: Path) -> list[str]:
    """The weights along a path, after its bias if it begins with one."""
    first = [symbol(f"b{number}", path[0])] * (number > 0)
    steps = zip(path[1:], path, shape.layers[number:], strict=False)
    return first + [symbol(f"w{l}", shape.patterns[l - 1][k][j]) for k, j, l in steps]


def sums(shape: LossOnCell, number: int, path: Path) -> str:
    """Σ_i ν_r^(i) λ ... λ, times x_j^(i) where the path begins at an input."""
    units = path[:-1] if number else path[1:-1]
    terms = []
    for i in range(len(shape.labels)):
        factors = [f"n{i}x{path[-1]}"] + [f"x{i}x{path[0]}"] * (not number)
        factors += [f"s{i}x{l}x{k}" for l, k in enumerate(units, max(number, 1))]
        terms.append("*".join(factors))
    return total(terms)


def vanishing(shape: LossOnCell) -> Iterator[Step]:
    """The monomials of each form, and one of them by matrix units."""
    for number in shape.forms():
        every = paths(shape, number)
        yield shape.identity(
            rf"$\phi_{{{number}}}$ is a sum over paths, each with a monomial of its own",
            shape.form(number),
            total(
                [
                    "*".join([*weight_names(shape, number, p), f"({sums(shape, number, p)})"])
                    for p in every
                ]
            ),
        )
        yield shape.identity(
            rf"Matrix units along one path: $\phi_{{{number}}}$ is its sum",
            shape.form(number, units(weight_names(shape, number, every[-1]))),
            sums(shape, number, every[-1]),
        )


def units(names: list[str]) -> Value:
    """These parameters are 1, all others 0."""
    return lambda block, k: str(int(symbol(block, k) in names))


def signs(shape: LossOnCell) -> Iterator[Step]:
    """(109) in ν = T^T E μ, with g for λ x, λ or 1: ε of the true class does not matter."""
    symbols = [f"{s}{i}" for s in "mg" for i in range(len(shape.labels))]
    symbols += [error(i, r) for i, r in shape.terms()]
    for r in shape.classes:
        left, right, forms = [], [], []
        for i, label in enumerate(shape.labels):
            own = f"{error(i, r)}*m{i}"
            if r == label:
                left.append(f"({shape.errors(i)})*m{i}*g{i}")
                own += f"-({total([f'{error(i, s)}*m{i}' for s in shape.classes])})"
            else:
                right.append(f"{own}*g{i}")
            forms.append(f"({own})*g{i}")
        yield identity(
            rf"(109), class {r + 1}: right less left side is $\sum_i\nu_{{{r + 1}}}^{{(i)}}g_i$, "
            rf"where $g$ is $\lambda x_j$, $\lambda$ or $1$; {shape.name}",
            f"({total(right)})-({total(left)})",
            total(forms),
            " ".join(symbols),
        )


def of_shape(shape: LossOnCell) -> Part:
    """The lemma for one shape."""
    steps = [*vanishing(shape), *signs(shape)]
    return part(f"Symbolic: {shape.name}", None, steps, steps)


def of_cell(problem: Problem, choices: list[dict[str, object]]) -> Part:
    """A cell with a constant positive loss, and (109) for it."""
    steps = [
        flat(r"$\mathcal{L}$ is constant on the cell of $\omega$", CONSTANT, rest(problem)),
        Step("(109) for the errors on the cell", "rare", {"choices": choices}),
    ]
    return part(f"Instance: {problem.name}", problem, steps, steps)


def prove() -> list[Part]:
    """Shapes, then cells."""
    return [*map(of_shape, SHAPES), *(of_cell(*pair) for pair in FLAT_AND_RARE)]
