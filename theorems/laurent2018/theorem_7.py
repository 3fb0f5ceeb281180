r"""L Theorem 7 (appendix, section 4): the penalty is exact, and every class is critical.

Statement. Let R ≥ 2 and γ > 0. At any Clarke critical point of E_γ (L eq. 13) all replicates of the
hidden layers are equal, and each class r satisfies 0 ∈ ∂L^(r) at the common features.

Covered: the proof for given shapes, everything free. The gradient of the penalty is 2(ω - ω̃) (an
erratum: the paper loses the 2, and puts a γ in). On a cell L^(r) is a sum of multilinear forms
φ_0, ..., φ_L in layers and biases, a constant and a form in c_r (Theorem 1), and Euler's theorem
holds for each. So with the averages A_l of φ_l over the cells of 0 ∈ ∂E_γ the inner products of
this relation with v_r, ω^(l,r) and b^(l,r) are, ω̃ being the mean of the other replicates,

    0 = A_0 + ... + A_L,
    0 = A_0 + ... + A_(l-1) + 2γ(‖ω^(l,r)‖² - ⟨ω^(l,r), ω̃^(l,r)⟩),
    0 = A_l + 2γ(‖b^(l,r)‖² - ⟨b^(l,r), b̃^(l,r)⟩).

Added up they make a sum of squares (Lemma 108), layer by layer from the last. Where all replicates
are equal the penalty has gradient 0, and what remains of the relation is part (ii), which holds
for c_r, too. The cells of E_γ are products of cells, so the same weights show it.

Then instances: critical points of E_γ, with the relation (14) of each class; points at which
replicates differ, even a little, where E_γ is not critical; and the local minimum of the loss (11)
of Figure 5, at which the replicates agree and (14) fails.
"""

from collections.abc import Mapping, Sequence

from exactmargin.registry import Part, Step
from theorems.forms import Form, Pattern, full
from theorems.laurent2018._several_classes import SIZES, Replicates, share, total
from theorems.laurent2018._several_classes_points import (
    Classes,
    Row,
    critical,
    not_critical,
)
from theorems.laurent2018.corollary_3 import SOLVED
from theorems.laurent2018.corollary_4 import BLIND
from theorems.laurent2018.figure_5 import SQUARE
from theorems.steps import identity, part

SHAPES: dict[str, Sequence[Pattern]] = {
    "widths 2, 1": full((2, 1, 1)),
    "widths 2, 2": full((2, 2, 1)),
    "widths 1, 2, 2": full((1, 2, 2, 1)),
    "widths 2, 1, 2, 1": full((2, 1, 2, 1, 1)),
    "a convolution, then shared and missing weights": [
        [[1, 2, 0], [0, 1, 2]],
        [[1, 0], [2, 1]],
        [[1, 2]],
    ],
}
"""The network of one class: the hidden layers, of these widths, and v_r."""


def gradient(vectors: Replicates, r: int, j: int) -> Step:
    """The penalty is quadratic in one component, with this slope and 1 in front of t²."""
    entry = vectors.entry(r, j)
    return identity(
        rf"{vectors.shape}: $\mathcal{{R}}(\omega_{{{r},{j}}}+t)=\mathcal{{R}}"
        rf"+2t(\omega_{{{r},{j}}}-\tilde\omega_{{{r},{j}}})+t^2$",
        vectors.penalty({entry: f"({entry}+t)"}),
        f"{vectors.penalty()}+2*t*({entry}-{vectors.of_the_others(r, j)})+t^2",
        " ".join([*vectors.symbols, "t"]),
    )


def of_the_penalty() -> Part:
    """∇R = 2(ω - ω̃), and the printed gradient refuted."""
    tables = [Replicates(*size) for size in SIZES]
    right = [
        step
        for vectors in tables
        for step in (gradient(vectors, 1, 1), gradient(vectors, *vectors.last))
    ]
    pair = Replicates(2, 1)
    wrong = identity(
        r"Erratum: $R=2$, $\omega_1=1$, $\omega_2=0$: $\mathcal{R}=(1+t)^2$ has slope $2$ at "
        r"$t=0$, while $\gamma(\omega_1-\tilde\omega_1)=\gamma$",
        pair.penalty({"w1x1": "(1+t)", "w2x1": "0"}),
        "1+2*t+t^2",
        "t",
    )
    return part("The gradient of the penalty", None, [*right, wrong], [*right, wrong])


def from_bias(layers: Sequence[Pattern], l: int) -> Form:
    """φ_l, l ≥ 1: the bias of hidden layer l, then the layers above; φ_0 is the network itself."""
    column: Pattern = [[k + 1] for k in range(len(layers[l - 1]))]
    return Form([column, *layers[l:]])


def euler(name: str) -> Part:
    """Every form is homogeneous of degree one in each of its blocks; any slopes, so any cell."""
    layers = SHAPES[name]
    forms = [Form(layers), *(from_bias(layers, l) for l in range(1, len(layers)))]
    shown: list[Step] = []
    for l, form in enumerate(forms):
        for step in (*form.derivatives(), *form.layer_balances()):
            evidence = step.evidence
            shown.append(Step(rf"$\phi_{l}$: {step.name}", step.claim, evidence))
    return part(f"Euler's theorem: {name}", None, shown, shown)


def exact(number: int, weights: int, biases: int, *, last: bool) -> Step:
    """The three relations, added up over the classes; u are the weights of the layer above.

    For class r, S is A_0 + ... + A_(l-1) and A is A_l. On the last hidden layer the relation with
    v_r reads S + A = 0, on the others the one with the layer above S + A + 2γ(excess of u) = 0.
    """
    w, b, u = (
        Replicates(number, weights),
        Replicates(number, biases, "b"),
        Replicates(number, 1, "u"),
    )
    terms, right = [], f"{w.differences()}+{b.differences()}"
    for r in w.indices:
        above = f"S{r}+A{r}" if last else f"S{r}+A{r}+2*g*({u.excess(r)})"
        terms.append(f"(S{r}+2*g*({w.excess(r)}))+(A{r}+2*g*({b.excess(r)}))-({above})")
    if not last:
        right += f"-({u.differences()})"
    symbols = [*w.symbols, *b.symbols, *([] if last else u.symbols), "g"]
    symbols += [f"{letter}{r}" for letter in "SA" for r in w.indices]
    where = "the last hidden layer" if last else "a layer below"
    less = "" if last else r"-\|u_r-u_s\|^2"
    return identity(
        rf"$R={number}$, {weights} weights and {biases} biases in {where}: the relations make "
        rf"$\frac{{2\gamma}}{{R-1}}$ times the sum over $r<s$ of "
        rf"$\|\omega_r-\omega_s\|^2+\|b_r-b_s\|^2{less}$",
        total(terms),
        f"2*g*{share(number - 1)}*({right})",
        " ".join(symbols),
    )


def equal(number: int) -> Step:
    """Equal replicates: ω - ω̃ = 0."""
    return identity(
        rf"(ii) $R={number}$: where all $\omega_r=\omega$, $2\gamma(\omega-\tilde\omega)=0$",
        f"2*g*(w-{share(number - 1)}*({total(['w'] * (number - 1))}))",
        "0",
        "w g",
    )


def exactness() -> Part:
    """(129) and (130): the induction over the layers, then part (ii)."""
    sizes = ((2, 1, 1), (2, 2, 3), (3, 2, 1), (3, 4, 2), (4, 2, 2))
    steps = [exact(*size, last=last) for size in sizes for last in (True, False)]
    steps += [equal(number) for number in (2, 3, 4, 5)]
    return part("(i) the replicates are equal, (ii) the classes are critical", None, steps, steps)


DEEP = Classes(
    "two hidden layers with biases, a unit on its kink",
    ((-1,), (1,), (2,)),
    (0, 1, 1),
    full((1, 2, 1)),
    [(1, -1), (1, 0)],
    [(0, 1), (1,)],
    [(-2, 3), (2, -3)],
)
DIFFERENT: tuple[tuple[Classes, dict[int, Sequence[Row]]], ...] = (
    (SOLVED[0], {0: [("1001/1000",)]}),
    (BLIND, {0: [(1, 0)], 2: [(1, "1/7")]}),
    (DEEP, {1: [(1, -1), (1, 1)]}),
)
"""Points, and the hidden weights of replicates that differ from the others."""


def agree(point: Classes) -> list[Part]:
    """E_γ is critical, and so is each class."""
    problem = point.penalized("1/3")
    whole = critical(r"A critical point of $\mathcal{E}_\gamma$, $\gamma=\frac13$", problem)
    parts = [part(f"Instance: {point.name}", problem, [whole], [whole])]
    for r in point.classes:
        step = critical(rf"$0\in\partial_0\mathcal{{L}}^{{({r + 1})}}$", point.relation(r))
        name = f"Instance: {point.name}, class {r + 1}"
        parts.append(part(name, point.relation(r), [step], [step]))
    return parts


def differ(point: Classes, moved: Mapping[int, Sequence[Row]]) -> Part:
    """Replicates differ, and E_γ is not critical."""
    problem = point.penalized("1/3", moved)
    step = not_critical(r"No critical point of $\mathcal{E}_\gamma$: replicates differ", problem)
    return part(f"{point.name}, replicates that differ", problem, [step], [step])


def pathological() -> Part:
    """A critical point of the loss (11) that is not one of E_γ."""
    problem = SQUARE.penalized("1/3")
    step = not_critical(r"The replicates agree, but one class is not critical", problem)
    return part(f"Figure 5, {SQUARE.name}", problem, [step], [step])


def prove() -> list[Part]:
    """The penalty's gradient, Euler's theorem, the induction; instances."""
    return [
        of_the_penalty(),
        *(euler(name) for name in SHAPES),
        exactness(),
        *(proof for point in (SOLVED[0], BLIND, DEEP) for proof in agree(point)),
        *(differ(point, moved) for point, moved in DIFFERENT),
        pathological(),
    ]
