r"""L Lemma 102 (appendix): the multilinear decomposition of the loss with one hidden layer.

Statement. On a cell, L(W, v, b, c) = φ_0(W, v) + φ_1(b, v) + φ_2(c) + φ_3 with
φ_0 = -Σ v_k ⟨a_k, w_k⟩, φ_1 = -Σ v_k α_k b_k, φ_2 = -γc and φ_3 = δ, where a_k, α_k, γ and δ are
sums over the examples of μyελx, μyελ, μyε and με.

Covered: the shapes of `SHAPES`, everything free; and that L is the sum of these forms near points
in cells of networks with the slopes 0, 1/2 and 1. Erratum: the last display of the proof has γ with
the other sign; and φ_3 depends on nothing.
"""

from collections.abc import Mapping, Sequence

from exactmargin.exact import Q
from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class import Cell, cells, free, total
from theorems.laurent2018._two_class_steps import hinge, one_hidden_layer
from theorems.steps import evaluation, part, positive

INPUTS, LABELS = (("2",), ("-1",)), (1, -1)
SOLVED_ONE = ("1", "-1", "1/2", "1", "1", "-1/4", "1/4")
SOLVED_NONE = ("1", "-1", "1/2", "1", "1/4", "-1/4", "0")
"""W, b, v, c; the pre-activations are (5/2, -1) at the first example, (-1/2, 2) at the second."""

SIDES = ((1, -1), (-1, 1))
OUTPUTS = {
    "0": (("11/4", "-1/4"), ("5/8", "-1/2")),
    "1/2": (("23/8", "-1/2"), ("3/4", "-9/16")),
    "1": (("3", "-3/4"), ("7/8", "-5/8")),
}
"""Φ at the two examples, for each slope at the two points."""


def decomposition(cell: Cell) -> list[Step]:
    """The four forms, and the sum of all."""
    phi_0 = total(f"(-v{k})*(({cell.a(k, j)})*w{k}_{j})" for k in cell.neurons for j in cell.inputs)
    phi_1 = total(f"(-v{k})*({cell.alpha(k)})*b{k}" for k in cell.neurons)
    printed = f"{phi_0}+{phi_1}-(-({cell.gamma()}))*c+{cell.delta()}"
    twice = f"(-2)*c*({cell.gamma()})"
    terms = {
        r"\phi_0=-\sum_kv_k\langle a_k,w_k\rangle": (_part(cell, "w"), phi_0),
        r"\phi_1=-\sum_kv_k\alpha_kb_k": (_part(cell, "b"), phi_1),
        r"\phi_2=-\gamma c": (
            total(f"(-mu{i})*eps{i}*y{i}*c" for i in cell.examples),
            f"(-({cell.gamma()}))*c",
        ),
    }
    return [
        free(
            rf"{cell.shape}: $\mathcal{{L}}=\phi_0+\phi_1+\phi_2+\phi_3$",
            cell.loss(),
            f"{phi_0}+{phi_1}-({cell.gamma()})*c+{cell.delta()}",
        ),
        *(free(f"{cell.shape}: ${name}$", *sides) for name, sides in terms.items()),
        free(
            rf"Erratum, {cell.shape}: with $\gamma=-\sum_i\mu_iy_i\varepsilon_i$, as the proof ends"
            r", $\mathcal{L}$ differs from $\phi_0+\phi_1+\phi_2+\phi_3$",
            f"{cell.loss()}-({printed})",
            twice,
        ),
    ]


def _part(cell: Cell, which: str) -> str:
    """-Σ μ ε y v^T Λ W x, or with b in the place of W x."""

    def inner(i: int, k: int) -> str:
        names = {name: name for name in cell.parameters}
        return f"({cell.weighted(i, k, names)})" if which == "w" else f"b{k}"

    return total(
        f"(-mu{i})*eps{i}*y{i}*v{k}*lambda{i}_{k}*{inner(i, k)}"
        for i in cell.examples
        for k in cell.neurons
    )


def cell_of_network(slope: str, point: Sequence[str], outputs: Sequence[str]) -> Part:
    """At a point in a cell: ε is 1 where the loss is on, and near it L is the sum of the forms."""
    problem = hinge("L Lemma 102", one_hidden_layer(1, 2, slope), INPUTS, LABELS, point)
    values = [evaluation(rf"$\hat{{y}}_{i}={v}$", point, i, v) for i, v in enumerate(outputs, 1)]
    signs = [sign_of_loss(i, y, value) for i, y, value in zip((1, 2), LABELS, outputs, strict=True)]
    on = [Q.parse(value) * y < 1 for y, value in zip(LABELS, outputs, strict=True)]
    told = forms(slope, on)
    name = f"Slope {slope}, a cell with {sum(on)} unsolved"
    return part(name, problem, [*values, *signs, told], [*signs, told])


def forms(slope: str, on: Sequence[bool]) -> Step:
    """φ_0, φ_1, φ_2 and φ_3 for N = 2, μ = 1/2; the pre-activations have the signs `SIDES`."""
    states = [f"(1/2)*({y})*({int(e)})" for y, e in zip(LABELS, on, strict=True)]
    pulls = {
        k: [
            f"{state}*({'1' if sides[k - 1] > 0 else slope})"
            for state, sides in zip(states, SIDES, strict=True)
        ]
        for k in (1, 2)
    }
    a = {k: total(f"{p}*({x})" for p, (x,) in zip(pulls[k], INPUTS, strict=True)) for k in (1, 2)}
    return loss_near(
        r"$\mathcal{L}=\phi_0+\phi_1+\phi_2+\phi_3$ in this cell",
        {
            "u1 u2": total(f"(-u2_{k})*({a[k]})*u1_{k}" for k in (1, 2)),
            "b1 u2": total(f"(-u2_{k})*({total(pulls[k])})*b1_{k}" for k in (1, 2)),
            "b2": f"(-({total(states)}))*b2_1",
            "": total(f"(1/2)*({int(e)})" for e in on),
        },
    )


def loss_near(name: str, forms: Mapping[str, str]) -> Step:
    """Near the point the loss is the sum of these forms in the named blocks."""
    terms = [{"blocks": blocks.split(), "expression": text} for blocks, text in forms.items()]
    return Step(name, "multilinear-form", {"terms": terms})


def sign_of_loss(i: int, y: int, value: str) -> Step:
    """1 - yΦ is not 0, and ε is 1 where it is positive."""
    unsolved = Q.parse(value) * y < 1
    margin = f"({y})*({value})"
    inside = f"1-{margin}" if unsolved else f"{margin}-1"
    return positive(rf"$\varepsilon_{i}={int(unsolved)}$", inside)


def counterexample() -> Part:
    """x = 0, y = 1, w = v = 0: L = 1 - c, and with the printed γ it would be 1 + c."""
    point = ("0", "1", "0", "1/2")
    problem = hinge("L Lemma 102, erratum", one_hidden_layer(1, 1, "1"), [("0",)], [1], point)
    told = {"u1 u2": "(-u2_1)*(0)*u1_1", "b1 u2": "(-u2_1)*b1_1", "b2": "-b2_1", "": "1"}
    steps = [
        loss_near(r"Erratum: $\phi_2=-c$ here", told),
        evaluation(r"Erratum: $\mathcal{L}=1-\hat{y}=\frac12$ at $c=\frac12$", point, 1, "1/2"),
        positive(
            r"Erratum: $\delta-\gamma c$ with the $\gamma=-1$ of the proof is more",
            "(1-(-1)*1/2)-(1-1/2)",
        ),
    ]
    return part("The sign of the last display", problem, steps, steps)


def prove() -> list[Part]:
    """The decomposition for all shapes, cells of networks, the erratum."""
    identities = [step for cell in cells() for step in decomposition(cell)]
    points = (SOLVED_ONE, SOLVED_NONE)
    return [
        part("The forms on a cell", None, identities, identities),
        *(
            cell_of_network(slope, point, values)
            for slope, outputs in OUTPUTS.items()
            for point, values in zip(points, outputs, strict=True)
        ),
        counterexample(),
    ]
