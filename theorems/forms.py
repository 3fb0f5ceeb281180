"""The network with fixed slopes as a polynomial, and its gradient by backpropagation, as texts.

Weight k of layer l is the symbol ``wlxk``, the slope of unit i of layer l ``slxi``, input j ``xj``.
The slopes are free symbols: 1 and 0 make a linear or a ReLU network on any of its cells. The loss
is a sum of l(y_i Φ_i), so gradient flow moves every weight by a sum, over the examples, of
-l'(y_i Φ_i) y_i times the derivative of Φ_i: what holds for the derivatives of Φ at every example
holds for the velocities.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from exactmargin.registry import Step
from theorems.steps import identity

Pattern = Sequence[Sequence[int]]


class Form:
    """Φ for patterns as in V section 2: 0 is no weight, k > 0 is weight k of its layer."""

    def __init__(self, patterns: Sequence[Pattern]):
        self.patterns = patterns
        self.inputs = [f"x{j}" for j in range(len(patterns[0][0]))]
        self.symbols = [*self.inputs]
        for l, pattern in enumerate(patterns):
            numbers = sorted({k for row in pattern for k in row if k})
            self.symbols += [weight(l, k) for k in numbers]
            if l < len(patterns) - 1:
                self.symbols += [f"s{l}x{i}" for i in range(len(pattern))]

    def numbers(self, l: int) -> list[int]:
        """The numbers of the weights of layer l."""
        return sorted({k for row in self.patterns[l] for k in row if k})

    def layers(self, replaced: Mapping[str, str] | None = None) -> list[list[str]]:
        """The inputs, the outputs of all hidden units, and Φ; some weights may be replaced."""
        found = [self.inputs]
        for l, pattern in enumerate(self.patterns):
            texts = replaced or {}
            rows = []
            for i, row in enumerate(pattern):
                terms = [
                    f"{texts.get(weight(l, k), weight(l, k))}*({found[-1][j]})"
                    for j, k in enumerate(row)
                    if k
                ]
                slope = "" if l == len(self.patterns) - 1 else f"s{l}x{i}*"
                rows.append(f"{slope}({'+'.join(terms) or '0'})")
            found.append(rows)
        return found

    def pulls(self) -> list[list[str]]:
        """∂Φ/∂z of every unit, from the top: for V's h, layer by layer."""
        found = [["1"]]
        for l in range(len(self.patterns) - 1, 0, -1):
            above = self.patterns[l]
            rows = []
            for i in range(len(self.patterns[l - 1])):
                terms = [
                    f"{weight(l, row[i])}*({found[0][k]})" for k, row in enumerate(above) if row[i]
                ]
                rows.append(f"s{l - 1}x{i}*({'+'.join(terms) or '0'})")
            found.insert(0, rows)
        return found

    def derivative(self, l: int, k: int) -> str:
        """∂Φ/∂w: the sum over all places of the weight of ∂Φ/∂z times the unit's input."""
        pulls, layers = self.pulls(), self.layers()
        terms = [
            f"({pulls[l][i]})*({layers[l][j]})"
            for i, row in enumerate(self.patterns[l])
            for j, number in enumerate(row)
            if number == k
        ]
        return "+".join(terms)

    def identity(self, name: str, left: str, right: str, more: str = "") -> Step:
        """An identity in all the symbols."""
        return identity(name, left, right, " ".join([*self.symbols, *more.split()]))

    def derivatives(self) -> list[Step]:
        """Φ is affine in every weight, and this is its slope: the gradient as used is right."""
        value = self.layers()[-1][0]
        steps = []
        for l in range(len(self.patterns)):
            for k in self.numbers(l):
                moved = self.layers({weight(l, k): f"({weight(l, k)}+t)"})[-1][0]
                steps.append(
                    self.identity(
                        rf"Layer {l + 1}, weight {k}: $\Phi(w+t)=\Phi(w)+t\,"
                        r"\partial\Phi/\partial w$",
                        moved,
                        f"({value})+t*({self.derivative(l, k)})",
                        "t",
                    )
                )
        return steps

    def inner(self, l: int, numbers: Sequence[int]) -> str:
        """The sum of w ∂Φ/∂w over some weights of layer l; half the rate of their squared norm."""
        return "+".join(f"{weight(l, k)}*({self.derivative(l, k)})" for k in numbers) or "0"

    def neuron_balances(self) -> list[Step]:
        """For every hidden unit the weights into it and those out of it have the same rate."""
        steps = []
        for l, pattern in enumerate(self.patterns[:-1]):
            for i, row in enumerate(pattern):
                out = [above[i] for above in self.patterns[l + 1] if above[i]]
                steps.append(
                    self.identity(
                        rf"Layer {l + 1}, neuron {i + 1}: "
                        r"$\frac{d}{dt}\|\mathrm{in}\|^2=\frac{d}{dt}\|\mathrm{out}\|^2$",
                        self.inner(l, [k for k in row if k]),
                        self.inner(l + 1, out),
                    )
                )
        return steps

    def layer_balances(self) -> list[Step]:
        """For every layer the rate of the squared norm is 2Φ: the same for all layers (Euler)."""
        value = self.layers()[-1][0]
        return [
            self.identity(
                rf"Layer {l + 1}: $\langle u,\partial\Phi/\partial u\rangle=\Phi$",
                self.inner(l, self.numbers(l)),
                value,
            )
            for l in range(len(self.patterns))
        ]


def weight(l: int, k: int) -> str:
    """The symbol of weight k of layer l, layers counted from 0."""
    return f"w{l}x{k}"


def full(widths: Sequence[int]) -> list[Pattern]:
    """The patterns of a fully connected network."""
    return [
        [[i * columns + j + 1 for j in range(columns)] for i in range(rows)]
        for columns, rows in pairwise(widths)
    ]
