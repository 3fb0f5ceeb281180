# ruff: noqa: N999 - named as the paper names the lemma
"""V Lemma C.4 (appendix C.1): the limit is balanced.

Statement. If gradient flow on a linear or ReLU network of depth 2 without shared weights diverges
in norm and converges in direction to θ̃, then ‖w̃_l‖ = |ṽ_l| for every hidden neuron l.

Covered: the proof's identity, by which ‖w_l/N‖² - (v_l/N)² = Δ_l/N² for N = ‖θ(t)‖ and the Δ_l of
Lemma C.3; that this tends to 0 as N → ∞ is elementary. And a proof without the flow: at every KKT
point the multipliers give ‖w̃_l‖² = ṽ_l², identically for up to three examples in up to three
inputs of the neuron; a kink has z_i = 0, and its slope does not matter.
"""

from exactmargin.registry import Part, Step
from theorems.steps import identity, part

SHAPES = ((1, 1), (2, 2), (3, 2), (2, 3), (3, 3))


def limit() -> Step:
    """The proof's quotient, p = |w_l(t)|², q = v_l(t)², n = 1/|θ(t)|."""
    return identity(
        r"$\|w_l\|^2=v_l^2+\Delta_l$ gives $\|w_l\|^2/N^2-v_l^2/N^2=\Delta_l/N^2$",
        "(v^2+D)*n^2-(v*n)^2",
        "D*n^2",
        "v D n",
    )


def stationary(examples: int, inputs: int) -> Step:
    """w = sum c_i v x_i and v = sum c_i <w, x_i>, c_i = λ_i y_i σ'_i: then |w|² = v²."""
    span = range(1, inputs + 1)
    pulls = {j: "+".join(f"c{i}*x{i}_{j}" for i in range(1, examples + 1)) for j in span}
    w = {j: f"v*({pulls[j]})" for j in span}
    symbols = ["v", *(f"c{i}" for i in range(1, examples + 1))]
    symbols += [f"x{i}_{j}" for i in range(1, examples + 1) for j in span]
    products = [
        f"c{i}*({'+'.join(f'({w[j]})*x{i}_{j}' for j in span)})" for i in range(1, examples + 1)
    ]
    return identity(
        r"KKT, $w_l=\sum_ic_iv_lx_i^l$ and $v_l=\sum_ic_iw_l^\top x_i^l$: $\|w_l\|^2$ is "
        rf"$v_l\cdot v_l$; {examples} examples, {inputs} inputs",
        "+".join(f"({w[j]})^2" for j in span),
        f"v*({'+'.join(products)})",
        " ".join(symbols),
    )


def prove() -> list[Part]:
    """The limit of Lemma C.3, and the proof without the flow."""
    quotient = limit()
    balances = [stationary(*shape) for shape in SHAPES]
    return [
        part("Proof of Lemma C.4", None, [quotient], [quotient]),
        part("Every KKT point is balanced", None, balances, balances),
    ]
