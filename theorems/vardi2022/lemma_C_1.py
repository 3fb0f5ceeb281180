# ruff: noqa: N999 - named as the paper names the lemma
"""V Lemma C.1 (Du, Hu and Lee 2018; appendix C.1): balance of neurons, fully connected networks.

Statement. Along gradient flow on a fully connected linear or ReLU network of depth m ≥ 2, the
squared norm of the weights into a hidden neuron minus that of the weights out of it is constant;
hence also ‖W_j‖_F² - ‖W_(j+1)‖_F².

Covered: on every cell (where the slopes σ' are constant), identically in all weights, inputs and
slopes, for the shapes below: the gradient, and both rates, equal. And the argument for one neuron
of any network, with two inputs and three outputs written out. Kinks of ReLU are left as the paper
leaves them.
"""

from exactmargin.registry import Part, Step
from theorems.forms import Form, full
from theorems.steps import identity, part

SHAPES = ((1, 1, 1), (2, 2, 1), (1, 3, 1), (2, 2, 2, 1), (1, 2, 3, 1), (1, 2, 2, 2, 1))


def one_neuron() -> list[Step]:
    """z = <w, h> enters, v_k leads to a unit with q_k = ∂Φ/∂z_k: ∂Φ/∂z = σ'<v, q>."""
    z, pull = "(w1*h1+w2*h2)", "(s*(v1*q1+v2*q2+v3*q3))"
    symbols = "s w1 w2 h1 h2 v1 v2 v3 q1 q2 q3"
    return [
        identity(
            r"$\langle w,\partial\Phi/\partial w\rangle=\sigma'\langle v,q\rangle z$",
            f"w1*({pull}*h1)+w2*({pull}*h2)",
            f"{pull}*{z}",
            symbols,
        ),
        identity(
            r"$\langle v,\partial\Phi/\partial v\rangle=\langle v,q\rangle\sigma'z$, the same",
            "+".join(f"v{k}*(q{k}*(s*{z}))" for k in (1, 2, 3)),
            f"{pull}*{z}",
            symbols,
        ),
    ]


def balance(shape: tuple[int, ...]) -> Part:
    """The gradient, then the balance of every hidden neuron."""
    form = Form(full(shape))
    rates = form.neuron_balances()
    name = f"Widths {', '.join(map(str, shape))}"
    return part(name, None, [*form.derivatives(), *rates], rates)


def prove() -> list[Part]:
    """The shapes, and the argument for one neuron."""
    neuron = one_neuron()
    general = part("One neuron of any network", None, neuron, neuron)
    return [*(balance(shape) for shape in SHAPES), general]
