"""L equation (5) (section 2): the loss of weighted data.

Statement. With weights μ^(i) > 0 whose sum is 1, the weighted sum of the losses (3) is

    L(ω) = -1 + Σ_i μ^(i) <1, σ((Id - 1 ⊗ y^(i)) ŷ^(i) + 1)>.

Covered: for up to four examples and four classes, with symbols s_r^(i) for the values of σ, where
that of the target is 1 by (3), and μ^(N) = 1 - μ^(1) - ... - μ^(N-1). The sum 1 is needed: with
other weights (5) differs from the sum of the losses by 1 less the sum of the weights.
"""

from exactmargin.registry import Part
from theorems.laurent2018._cells_forms import total
from theorems.steps import identity, part

SHAPES = ((1, 2), (2, 3), (3, 4), (4, 2))
"""Examples, classes; the target of example i is i modulo the number of classes."""


def of_shape(examples: int, classes: int) -> Part:
    """The sum of the losses, and (5)."""
    last = examples - 1
    rest = [f"m{i}" for i in range(last)]
    weights = [*rest, "-".join(["(1", *rest]) + ")"]
    printed, losses = [], []
    for i in range(examples):
        values = [f"s{i}x{r}" for r in range(classes) if r != i % classes]
        losses.append(f"({total(values)})")
        printed.append(f"(1+{total(values)})")
    free = [f"s{i}x{r}" for i in range(examples) for r in range(classes)]
    steps = [
        identity(
            r"$\sum_i\mu^{(i)}\ell^{(i)}$ is (5), if $\sum_i\mu^{(i)}=1$",
            total([f"{w}*{loss}" for w, loss in zip(weights, losses, strict=True)]),
            "-1+" + total([f"{w}*{text}" for w, text in zip(weights, printed, strict=True)]),
            " ".join([*rest, *free]),
        ),
        identity(
            r"for any weights it is (5) plus $1-\sum_i\mu^{(i)}$",
            total([f"m{i}*{loss}" for i, loss in enumerate(losses)]),
            "-1+"
            + total([f"m{i}*{text}" for i, text in enumerate(printed)])
            + "+1-("
            + total([f"m{i}" for i in range(examples)])
            + ")",
            " ".join([*rest, f"m{last}", *free]),
        ),
    ]
    return part(f"Symbolic: {examples} example(s), {classes} classes", None, steps, steps)


def prove() -> list[Part]:
    """All shapes."""
    return [of_shape(*shape) for shape in SHAPES]
