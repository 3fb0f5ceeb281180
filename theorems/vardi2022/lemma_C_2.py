# ruff: noqa: N999 - named as the paper names the lemma
"""V Lemma C.2 (Du, Hu and Lee 2018; appendix C.1): balance of layers, sparse and shared weights.

Statement. Along gradient flow on a linear or ReLU network with sparse or shared weights,
‖u^(j)‖² - ‖u^(j+1)‖² is constant.

Covered: on every cell, identically in all weights, inputs and slopes, for the patterns below: the
gradient, and ⟨u^(j), ∂Φ/∂u^(j)⟩ = Φ for every layer j (Euler), so all layers have the same rate.
What happens at kinks of ReLU is left as the paper leaves it.
"""

from exactmargin.registry import Part
from theorems.forms import Form
from theorems.steps import part

PATTERNS = {
    "one filter on two disjoint patches (Theorem 4.4)": [[[1, 2, 0, 0], [0, 0, 1, 2]], [[1, 2]]],
    "a filter that slides": [[[1, 2, 0], [0, 1, 2]], [[1, 2]]],
    "diagonal, depth 4": [*[[[1, 0], [0, 2]]] * 3, [[1, 2]]],
    "all weights of a layer shared": [[[1, 1], [1, 1]], [[1, 1]]],
    "depth 3, shared in every layer": [[[1, 2], [2, 1]], [[1, 0], [2, 1]], [[1, 1]]],
    "a unit without inputs, a unit without outputs": [
        [[1, 2], [0, 0], [3, 0]],
        [[1, 2, 0], [0, 3, 0]],
        [[1, 2]],
    ],
}


def balance(name: str) -> Part:
    """The gradient, then the rates of all layers."""
    form = Form(PATTERNS[name])
    rates = form.layer_balances()
    return part(f"Patterns: {name}", None, [*form.derivatives(), *rates], rates)


def prove() -> list[Part]:
    """All patterns of the table."""
    return [balance(name) for name in PATTERNS]
