r"""L Lemma 107 (appendix): the third perturbation, of a neuron and its output weight.

Statement. For separable data with (q, β) and margin m, where v = 0, move neuron k by t(q, β) and
v_k by t. Then (i) for small t ≥ 0 the point ω(t) stays in the closure of one cell u around ω, and
(ii) L(ω) ≥ L(ω(t)) + t(⟨a_k, w_k⟩ + α_k b_k) + t² m Σ μελ_k, with that cell's numbers.

Covered: (ii) in every cell, for the shapes of `SHAPES`, everything free, with the estimate (122).
Then instances on which the linear term is 0 or positive; where it is 0 the loss falls with t².

Erratum: (i) is proved as in Lemma 105, with the same gap.
"""

from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class import Cell, cells, free
from theorems.laurent2018._two_class_steps import descent, hinge, one_hidden_layer, separable
from theorems.steps import part

INPUTS, LABELS = (("1",), ("-1",)), (1, -1)
STARTS = {
    "All parameters are 0": (("0", "0", "0", "0"), None),
    "The linear term is 0, the neuron is not": (("0", "1", "0", "1/2"), None),
    "The linear term is positive": (("1", "0", "0", "0"), None),
    "$c=1$, a term of the loss is 0 at the start": (("0", "0", "0", "1"), ("1/4", "3/4")),
}
"""W, b, v, c, and the weights of the examples; q = 1, β = 0."""


def change(cell: Cell, k: int) -> Step:
    """The loss on a cell at ω(t)."""
    unread = {f"v{other}": "0" for other in cell.neurons}
    moves = {f"w{k}_{j}": f"(w{k}_{j}+t*q{j})" for j in cell.inputs}
    moves |= {f"b{k}": f"(b{k}+t*beta)", f"v{k}": "t"}
    return free(
        rf"{cell.shape}: $\mathcal{{L}}(\omega(t))-\mathcal{{L}}(\omega)$ is "
        rf"$-t(\langle a_{k},w_{k}\rangle+\alpha_{k}b_{k})"
        rf"-t^2(\langle a_{k},q\rangle+\alpha_{k}\beta)$",
        cell.loss(unread | moves),
        f"{cell.loss(unread)}-t*({cell.along(k)})-t^2*({cell.along(k, 'q', 'beta')})",
    )


def along_curves() -> list[Part]:
    """The loss falls along ω(t)."""
    parts = []
    for name, (point, weights) in STARTS.items():
        network = one_hidden_layer(1, 1, "1/2")
        problem = hinge("L Lemma 107", network, INPUTS, LABELS, point, weights)
        motion = {1: ["1"], 3: ["1"]}
        steps = [
            separable(r"The data are separable, $q=1$, $\beta=0$", ("1",), "0"),
            descent(r"$\mathcal{L}(\omega(t))<\mathcal{L}(\omega)$", problem, motion, ["1/4"]),
        ]
        parts.append(part(name, problem, steps, steps))
    return parts


def prove() -> list[Part]:
    """(ii) for every neuron, the estimate, curves."""
    changes = [change(cell, k) for cell in cells() for k in cell.neurons]
    estimates = [cell.estimate(k) for cell in cells() for k in cell.neurons]
    steps = [*changes, *estimates]
    return [part("The loss on a cell", None, steps, steps), *along_curves()]
