"""L Theorem 1 (section 2.2): on a cell the loss is a sum of multilinear forms.

Statement. For each cell Ω_u there are multilinear forms φ_0(ω^(1), ..., ω^(L), V),
φ_l(b^(l), ω^(l+1), ..., ω^(L), V) for l = 1, ..., L, φ_(L+1)(c), and a constant φ_(L+2), whose sum
is the loss on Ω_u.

Covered: for shapes of depth 1 to 3, with two to four classes, one of them a convolution, each with
all parameters, inputs, weights μ, slopes λ and errors ε free, hence on every cell and for every α:
the loss is the sum, and each form is linear in each of its blocks. And on instances the kernel
derives the forms of the loss on the cell around a point from nothing: ReLU with dead units, leaky,
linear, with shared weights, with and without biases, with two and three classes.

Erratum. The formulas of the proof have no weights, then 1/N; they are μ^(i) throughout.
"""

from collections.abc import Iterator

from exactmargin.decisions import form_certificate
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import SHAPES, LossOnCell, error, renamed, symbol, total
from theorems.laurent2018._section_2 import SMOOTH
from theorems.steps import identity, part, positive

BLOCK = {"w": r"\omega^{(%s)}", "b": r"\mathbf{b}^{(%s)}"}


def errors(shape: LossOnCell) -> Step:
    """With ŷ as it is: Σ μ ε (1 + ŷ_r - ŷ_y) = Σ <ν, ŷ> + φ_(L+2)."""
    outputs = {pair: f"y{pair[0]}x{pair[1]}" for pair in shape.terms()}
    loss = [
        f"m{i}*{error(i, r)}*(1+{outputs[i, r]}-{outputs[i, shape.labels[i]]})"
        for i, r in outputs
        if r != shape.labels[i]
    ]
    forms = [f"({shape.nu(i, r)})*{text}" for (i, r), text in outputs.items()]
    symbols = [f"m{i}" for i in range(len(shape.labels))]
    symbols += [*outputs.values(), *(error(i, r) for i, r in outputs)]
    return identity(
        r"On the cell $\mathcal{L}=\sum_i\langle\nu^{(i)},\hat{y}^{(i)}\rangle+\phi_{L+2}$; "
        + shape.name,
        total(loss),
        f"{total(forms)}+{shape.constant()}",
        " ".join(symbols),
    )


def decomposition(shape: LossOnCell) -> Step:
    """Σ <ν, ŷ> = φ_0 + ... + φ_(L+1)."""
    return shape.identity(
        r"$\sum_i\langle\nu^{(i)},\hat{y}^{(i)}\rangle=\phi_0+\dots+\phi_{L+1}$",
        shape.outputs(),
        total([shape.form(number) for number in shape.forms()]),
    )


def linear(shape: LossOnCell) -> Iterator[Step]:
    """Each form, in each of its blocks."""
    for number in shape.forms():
        for block in shape.parts(number):
            other = f"{block}z"

            def mixed(name: str, k: int, block: str = block, other: str = other) -> str:
                both = f"(p*{symbol(block, k)}+q*{symbol(other, k)})"
                return both if name == block else symbol(name, k)

            more = ["p", "q", *(symbol(other, k) for k in shape.blocks[block])]
            where = BLOCK[block[0]] % block[1:]
            yield shape.identity(
                rf"$\phi_{{{number}}}$ is linear in ${where}$",
                shape.form(number, mixed),
                f"p*({shape.form(number)})+q*({shape.form(number, renamed({block: other}))})",
                more,
            )


def of_shape(shape: LossOnCell) -> Part:
    """The theorem for one shape."""
    steps = [errors(shape), decomposition(shape), *linear(shape)]
    return part(f"Symbolic: {shape.name}", None, steps, steps)


def of_point(problem: Problem) -> Part:
    """The forms of the loss on the cell around a point."""
    forms = form_certificate(problem).evidence
    steps = [Step(r"$\mathcal{L}$ as a sum of multilinear forms", "multilinear-form", forms)]
    return part(f"Instance: {problem.name}", problem, steps, steps)


def weights() -> Part:
    """The proof has no μ at first, then 1/N for each example: for the losses a and b, N = 2."""
    differ = identity(
        r"$\frac12(a+b)$ less $\mu a+(1-\mu)b$ is $(\frac12-\mu)(a-b)$",
        "1/2*(a+b)-(m*a+(1-m)*b)",
        "(1/2-m)*(a-b)",
        "a b m",
    )
    refuted = positive(r"With $\mu=\frac23$, $a=0$, $b=2$ that is $\frac13$", "(1/2-2/3)*(0-2)")
    return part("Erratum: the weights in the proof", None, [differ, refuted], [differ, refuted])


def prove() -> list[Part]:
    """Shapes with everything free, points of cells, the weights."""
    points = [of_point(problem) for problem in SMOOTH]
    return [*map(of_shape, SHAPES), *points, weights()]
