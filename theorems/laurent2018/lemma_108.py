r"""L Lemma 108 (appendix, section 4): vectors that agree with the mean of the others.

Statement. If R ≥ 2 vectors have ‖x^(r)‖² = 1/(R-1) Σ_{s≠r} ⟨x^(s), x^(r)⟩ for every r, they are
equal.

Covered: the proof for given R and dimensions, all components free. The paper compares norms:
Cauchy-Schwarz (a sum of squares), then the largest norm is at most the mean of the others, then all
cosines are 1. And a shorter one: the hypotheses, added up, say that the sum of all
‖x^(r) - x^(s)‖² is 0.
"""

from exactmargin.registry import Part, Step
from theorems.laurent2018._several_classes import SIZES, Replicates, share, total
from theorems.steps import identity, part


def added_up(vectors: Replicates) -> Step:
    """The sum of the hypotheses is a sum of squares."""
    return identity(
        rf"{vectors.shape}: $\sum_r(\|x_r\|^2-\frac1{{R-1}}\sum_{{s\ne r}}\langle x_s,x_r\rangle)$ "
        r"is $\frac1{R-1}\sum_{r<s}\|x_r-x_s\|^2$",
        total([f"({vectors.excess(r)})" for r in vectors.indices]),
        f"{share(vectors.number - 1)}*({vectors.differences()})",
        " ".join(vectors.symbols),
    )


def cauchy_schwarz(vectors: Replicates) -> Step:
    """‖x‖²‖y‖² - ⟨x, y⟩² is the sum of the squared minors."""
    span = vectors.components
    minors = [f"(w1x{i}*w2x{j}-w1x{j}*w2x{i})^2" for i in span for j in range(i + 1, span.stop)]
    return identity(
        rf"Cauchy-Schwarz in dimension {len(span)}: $\|x_1\|^2\|x_2\|^2-\langle x_1,x_2\rangle^2$ "
        "is a sum of squares",
        f"({vectors.product(1, 1)})*({vectors.product(2, 2)})-({vectors.product(1, 2)})^2",
        total(minors),
        " ".join(vectors.symbols),
    )


def norms(number: int) -> Step:
    """n_1 is the largest norm, n_s = n_1 - d_s: then n_1 exceeds the mean by that of the d_s."""
    others = range(2, number + 1)
    return identity(
        rf"$R={number}$: $\|x_1\|-\frac1{{R-1}}\sum_s\|x_s\|$ is "
        rf"$\frac1{{R-1}}\sum_s(\|x_1\|-\|x_s\|)$",
        f"n-{share(number - 1)}*({total([f'(n-d{s})' for s in others])})",
        f"{share(number - 1)}*({total([f'd{s}' for s in others])})",
        " ".join(["n", *(f"d{s}" for s in others)]),
    )


def cosines(vectors: Replicates) -> Step:
    """Equal norms: Σ (1 - cos) n² is half the sum of ‖x_1 - x_s‖²."""
    others = [s for s in vectors.indices if s > 1]
    squared = [f"({vectors.product(1, 1)})-({vectors.product(s, s)})" for s in others]
    gaps = [f"(w1x{j}-{vectors.entry(s, j)})^2" for s in others for j in vectors.components]
    return identity(
        rf"{vectors.shape}, $\|x_1\|^2-\frac1{{R-1}}\sum_s\langle x_s,x_1\rangle$ is "
        r"$\frac1{2(R-1)}\sum_s\|x_1-x_s\|^2$ where $\|x_s\|=\|x_1\|$",
        vectors.excess(1),
        f"{share(2 * len(others))}*({total(gaps)}+{total(squared)})",
        " ".join(vectors.symbols),
    )


def prove() -> list[Part]:
    """The short proof, and the steps of the paper's."""
    tables = [Replicates(*size) for size in SIZES]
    short = [added_up(vectors) for vectors in tables]
    steps = [
        *(cauchy_schwarz(Replicates(2, n)) for n in (1, 2, 3, 4)),
        *(norms(number) for number in (2, 3, 4, 5)),
        *(cosines(vectors) for vectors in tables),
    ]
    return [
        part("The hypotheses, added up", None, short, short),
        part("The steps of the paper's proof", None, steps, steps),
    ]
