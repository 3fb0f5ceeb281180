"""The loss of L eq. 5 on one cell as texts: its multilinear forms, with every number a symbol.

On a cell the slopes λ of the hidden units and the errors ε of the loss are constants, whatever the
cell and the slope α are. Here they are free symbols, like parameters, inputs and weights μ. With
ν^(i) = (T^(i))^T E^(i) μ^(i) (L, proof of Lemma 101), which needs no ε of the true class,

    φ_0 = Σ_i <ν^(i), V Λ^(L) W^(L) ... Λ^(1) W^(1) x^(i)>,
    φ_l = Σ_i <ν^(i), V Λ^(L) W^(L) ... W^(l+1) Λ^(l) b^(l)>,    l = 1, ..., L,
    φ_(L+1) = Σ_i <ν^(i), c>.

Symbols: weight k of layer l is ``wlxk``, a bias of it ``blxk`` (the last layer is V, c in L); unit
k of layer l has the slope ``sixlxk`` at example i; ``nixr`` is ν, ``eixr`` is ε, ``mi`` is μ.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from exactmargin.registry import Step
from theorems.forms import Pattern, full
from theorems.steps import identity

Value = Callable[[str, int], str]
Error = Callable[[int, int], str]


def symbol(block: str, k: int) -> str:
    """Entry k of a block: a weight by its number, a bias by its unit."""
    return f"{block}x{k}"


def error(i: int, r: int) -> str:
    """ε_r^(i)."""
    return f"e{i}x{r}"


def renamed(names: dict[str, str]) -> Value:
    """Some blocks under other names; with the name 0 a block is zero."""

    def value(block: str, k: int) -> str:
        name = names.get(block, block)
        return name if name == "0" else symbol(name, k)

    return value


def total(terms: Sequence[str]) -> str:
    """The sum of some texts."""
    return "+".join(terms) or "0"


class LossOnCell:
    """A shape: the pattern of each layer (0 is no weight), and the class of each example."""

    def __init__(self, patterns: Sequence[Pattern], labels: Sequence[int] = (0,)):
        self.patterns, self.labels = patterns, labels
        self.layers = range(1, len(patterns) + 1)
        self.hidden = len(patterns) - 1
        self.classes = range(len(patterns[-1]))
        self.inputs = range(len(patterns[0][0]))

    @property
    def name(self) -> str:
        """The shape in words."""
        widths = "-".join(str(n) for n in (len(self.inputs), *map(len, self.patterns)))
        sizes = [len({k for row in p for k in row if k}) for p in self.patterns]
        places = [len(p) * len(p[0]) for p in self.patterns]
        structured = "" if sizes == places else ", structured"
        return f"widths {widths}{structured}, {len(self.labels)} example(s)"

    @property
    def blocks(self) -> dict[str, list[int]]:
        """The blocks of parameters with the numbers of their entries."""
        found = {}
        for l, pattern in zip(self.layers, self.patterns, strict=True):
            found[f"w{l}"] = sorted({k for row in pattern for k in row if k})
            found[f"b{l}"] = [*range(len(pattern))]
        return found

    def symbols(self) -> list[str]:
        """Those of the parameters, then of all that a cell fixes."""
        names = [symbol(block, k) for block, numbers in self.blocks.items() for k in numbers]
        for i in range(len(self.labels)):
            names += [f"x{i}x{j}" for j in self.inputs] + [f"n{i}x{r}" for r in self.classes]
            for l in self.layers[:-1]:
                names += [f"s{i}x{l}x{k}" for k in range(len(self.patterns[l - 1]))]
        return names

    def parts(self, number: int) -> list[str]:
        """The blocks in which φ_number is linear; none if it is the constant."""
        first = [f"b{number}"] if 0 < number <= self.hidden + 1 else []
        return first + [f"w{l}" for l in self.layers if l > number]

    def passed(self, i: int, start: int, value: Value, biases: bool) -> list[str]:
        """What layer `start`'s bias (or the input, if 0) gives at the outputs, example i."""
        row = [f"x{i}x{j}" for j in self.inputs]
        for l in self.layers[max(start - 1, 0) :]:
            if l == start:
                row = [value(f"b{l}", k) for k in range(len(self.patterns[l - 1]))]
            else:
                above = []
                for k, weights in enumerate(self.patterns[l - 1]):
                    terms = [
                        f"{value(f'w{l}', p)}*{text}"
                        for p, text in zip(weights, row, strict=True)
                        if p
                    ]
                    above.append(total(terms + [value(f"b{l}", k)] * biases))
                row = above
            if l <= self.hidden:
                row = [f"s{i}x{l}x{k}*({text})" for k, text in enumerate(row)]
        return row

    def against_nu(self, start: int, value: Value, biases: bool = False) -> str:
        """Σ_i <ν^(i), what is passed>."""
        return total(
            [
                f"n{i}x{r}*({text})"
                for i in range(len(self.labels))
                for r, text in enumerate(self.passed(i, start, value, biases))
            ]
        )

    def form(self, number: int, value: Value = symbol) -> str:
        """φ_0, ..., φ_(L+1)."""
        return self.against_nu(number, value)

    def outputs(self, value: Value = symbol) -> str:
        """Σ_i <ν^(i), ŷ^(i)>: the loss on the cell but for φ_(L+2), by L eq. 4."""
        return self.against_nu(0, value, biases=True)

    def nu(self, i: int, r: int) -> str:
        """ν_r^(i) = μ ε_r for another class, and minus their sum for the true one."""
        label = self.labels[i]
        if r != label:
            return f"m{i}*{error(i, r)}"
        return f"-m{i}*({self.errors(i)})"

    def errors(self, i: int) -> str:
        """ε^(i): the errors of example i, over r that are not the true class."""
        return total([error(i, r) for r in self.classes if r != self.labels[i]])

    def constant(self) -> str:
        """φ_(L+2) = Σ_i μ^(i) ε^(i)."""
        return total([f"m{i}*({self.errors(i)})" for i in range(len(self.labels))])

    def terms(self) -> Iterator[tuple[int, int]]:
        """Examples and classes."""
        return product(range(len(self.labels)), self.classes)

    def forms(self) -> range:
        """The numbers of the forms that are not the constant."""
        return range(self.hidden + 2)

    def identity(self, name: str, left: str, right: str, more: Sequence[str] = ()) -> Step:
        """An identity in all symbols of the shape, and perhaps more."""
        symbols = dict.fromkeys([*self.symbols(), *more])
        return identity(f"{name}; {self.name}", left, right, " ".join(symbols))


def dense(*widths: int, labels: Sequence[int] = (0,)) -> LossOnCell:
    """Fully connected: the widths from the inputs to the classes."""
    return LossOnCell(full(widths), labels)


SHARED = LossOnCell([[[1, 2, 0], [0, 1, 2]], [[1, 0], [2, 1]], [[1, 2], [3, 4]]], (1,))
"""A convolution, then a layer with a shared and a missing weight: W depends linearly on ω."""

SHAPES = (
    dense(1, 1, 2),
    dense(2, 2, 3, labels=(2,)),
    dense(2, 1, 2, labels=(0, 1, 1)),
    dense(1, 2, 4, labels=(3, 0)),
    dense(2, 2, 2, 3),
    dense(1, 1, 2, 2, labels=(0, 1)),
    dense(2, 2, 1, 2, 2),
    SHARED,
)
"""Depth 1 to 3, two to four classes, one to three examples."""
