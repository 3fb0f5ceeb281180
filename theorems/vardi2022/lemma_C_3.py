# ruff: noqa: N999 - named as the paper names the lemma
"""V Lemma C.3 (appendix C.1): balance of neurons, depth 2 without shared weights.

Statement. Along gradient flow on a linear or ReLU network of depth 2 without shared weights,
‖w_j‖² - v_j² is constant for every hidden neuron j.

Covered: on every cell, identically in all weights, inputs and slopes, for the patterns below; and
for every pattern the last two displays of the proof, for one neuron and two examples (they are sums
over the examples). Where a ReLU has a kink, σ'(z) z = σ(z) holds for every σ'(0). The printed proof
has w_l^T x_i^j inside a sum over l, a misprint for w_l^T x_i^l.
"""

from exactmargin.registry import Part, Step
from theorems.forms import Form
from theorems.steps import identity, part

PATTERNS = {
    "fully connected, three neurons": [[[1, 2], [3, 4], [5, 6]], [[1, 2, 3]]],
    "diagonal": [[[1, 0, 0], [0, 2, 0], [0, 0, 3]], [[1, 2, 3]]],
    "neurons of 1, 2 and 3 inputs": [[[1, 0, 0], [0, 2, 3], [4, 5, 6]], [[1, 2, 3]]],
    "a neuron without output weight": [[[1, 2], [3, 0]], [[1, 0]]],
}


def balance(name: str) -> Part:
    """The gradient, then the balance of every neuron."""
    form = Form(PATTERNS[name])
    rates = form.neuron_balances()
    return part(f"Patterns: {name}", None, [*form.derivatives(), *rates], rates)


def displays() -> Part:
    """The proof's sums: m_i = -l'(..) y_i, s_i = σ' and z_i = w^T x_i at example i."""
    first = identity(
        r"$\frac{d}{dt}\|w_j\|^2=-2\sum_i\ell'\,y_iv_j\sigma'z_i$ "
        r"is $-2\sum_i\ell'\,y_iv_j\sigma(z_i)$",
        "2*(m1*v*s1*z1+m2*v*s2*z2)",
        "2*(m1*v*(s1*z1)+m2*v*(s2*z2))",
        "m1 m2 v s1 s2 z1 z2",
    )
    second = identity(
        r"$\frac{d}{dt}v_j^2=2v_j\frac{dv_j}{dt}$ is the same",
        "2*v*(m1*(s1*z1)+m2*(s2*z2))",
        "2*(m1*v*(s1*z1)+m2*v*(s2*z2))",
        "m1 m2 v s1 s2 z1 z2",
    )
    kink: Step = identity(r"At a kink, $z=0$: $\sigma'(0)z=\sigma(0)=0$", "s*0", "0", "s")
    steps = [first, second, kink]
    return part("The displays of the proof, for one neuron", None, steps, steps)


def prove() -> list[Part]:
    """The patterns of the table, and the displays."""
    return [*(balance(name) for name in PATTERNS), displays()]
