r"""The loss of L eq. 9 on a cell as texts of the kernel, everything in it a symbol.

With N examples, d inputs and K neurons: the weights μ_i of the examples and their labels y_i, the
inputs x_ij, the state ε_i of the loss and the slopes λ_ik of the neurons in the cell, and the
parameters w_kj, b_k, v_k, c. A cell fixes ε and λ; as they are free here, what is an identity holds
in every cell of every such network, whatever its slope.
"""

import re
from collections.abc import Iterable, Mapping

from exactmargin.registry import Step
from theorems.steps import identity

SHAPES = ((1, 1, 1), (3, 1, 2), (2, 2, 2), (2, 1, 3))
"""Numbers of examples, inputs and neurons on which identities are checked."""


def symbols(*texts: str) -> str:
    """All letters of the texts, in their order."""
    return " ".join(dict.fromkeys(re.findall(r"[A-Za-z]\w*", " ".join(texts))))


def free(name: str, left: str, right: str) -> Step:
    """An identity in all letters that it has."""
    return identity(name, left, right, symbols(left, right))


def total(terms: Iterable[str]) -> str:
    """A sum of texts."""
    return "+".join(terms) or "0"


def brackets(text: str) -> str:
    """The text as a factor."""
    return f"({text})" if "+" in text else text


class Cell:
    """The loss on a cell for one shape; the numbers count from 1, as in the paper."""

    def __init__(self, examples: int, inputs: int, neurons: int):
        self.examples = range(1, examples + 1)
        self.inputs = range(1, inputs + 1)
        self.neurons = range(1, neurons + 1)
        self.shape = rf"$N={examples}$, $d={inputs}$, $K={neurons}$"
        self.parameters = [
            *(f"w{k}_{j}" for k in self.neurons for j in self.inputs),
            *(f"b{k}" for k in self.neurons),
            *(f"v{k}" for k in self.neurons),
            "c",
        ]

    def loss(self, moved: Mapping[str, str] | None = None) -> str:
        """Σ μ ε (1 - y (Σ v λ (⟨w, x⟩ + b) + c)); some parameters may be replaced."""
        at = {name: name for name in self.parameters} | dict(moved or {})

        def output(i: int) -> str:
            neurons = total(
                f"{at[f'v{k}']}*lambda{i}_{k}*({self.weighted(i, k, at)}+{at[f'b{k}']})"
                for k in self.neurons
            )
            return f"{neurons}+{at['c']}"

        return total(f"mu{i}*eps{i}*(1-y{i}*({output(i)}))" for i in self.examples)

    def weighted(self, i: int, k: int, at: Mapping[str, str]) -> str:
        """⟨w_k, x_i⟩."""
        return total(f"{at[f'w{k}_{j}']}*x{i}_{j}" for j in self.inputs)

    def a(self, k: int, j: int) -> str:
        """Entry j of a_k (L eq. 119)."""
        return total(f"mu{i}*y{i}*eps{i}*lambda{i}_{k}*x{i}_{j}" for i in self.examples)

    def alpha(self, k: int) -> str:
        """α_k (L eq. 119)."""
        return total(f"mu{i}*y{i}*eps{i}*lambda{i}_{k}" for i in self.examples)

    def gamma(self) -> str:
        """γ (L eq. 120)."""
        return total(f"mu{i}*y{i}*eps{i}" for i in self.examples)

    def delta(self) -> str:
        """δ, which is φ_3 (L eq. 120)."""
        return total(f"mu{i}*eps{i}" for i in self.examples)

    def along(self, k: int, w: str = "w", b: str = "b") -> str:
        """⟨a_k, w_k⟩ + α_k b_k; for the separator (q, β) with w = "q" and b = "beta"."""
        of = {"w": f"w{k}_"}.get(w, w)
        slopes = [f"({self.a(k, j)})*{of}{j}" for j in self.inputs]
        return total([*slopes, f"({self.alpha(k)})*{b}{k if b == 'b' else ''}"])

    def active(self, k: int) -> str:
        """Σ μ ε λ_k, by which the loss falls per margin (L eq. 122)."""
        return total(f"mu{i}*eps{i}*lambda{i}_{k}" for i in self.examples)

    def estimate(self, k: int) -> Step:
        r"""L eq. 122: ⟨q, a_k⟩ + βα_k - m Σ μελ is a sum of μελ (y(⟨q, x⟩ + β) - m), all ≥ 0."""
        slack = total(
            f"mu{i}*eps{i}*lambda{i}_{k}*"
            f"(y{i}*({total(f'q{j}*x{i}_{j}' for j in self.inputs)}+beta)-m)"
            for i in self.examples
        )
        return free(
            rf"(122), {self.shape}: $\langle q,a_{k}\rangle+\beta\alpha_{k}$ exceeds "
            rf"$m\sum_i\mu_i\varepsilon_i\lambda_{{i,{k}}}$ by $\sum_i\mu_i\varepsilon_i"
            rf"\lambda_{{i,{k}}}(y_i(\langle q,x_i\rangle+\beta)-m)$",
            f"{self.along(k, 'q', 'beta')}-m*({self.active(k)})",
            slack,
        )


def cells() -> list[Cell]:
    """The shapes of `SHAPES`."""
    return [Cell(*shape) for shape in SHAPES]
