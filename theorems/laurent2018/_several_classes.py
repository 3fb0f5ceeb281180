r"""What the results on several classes share: the penalty as a text, and sums over replicates.

Component j of the parameters of replicate r, ω^(r) of some hidden layer, is the symbol ``wrxj``
(b for biases). L's penalty is R/(R-1) times the sum of all ‖ω^(r) - mean‖².
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

SIZES = ((2, 1), (2, 3), (3, 1), (3, 2), (4, 2), (5, 1))
"""Numbers of replicates and of components on which identities are checked."""


def total(terms: Sequence[str]) -> str:
    """A sum of texts."""
    return "+".join(terms) or "0"


def share(number: int) -> str:
    """1/n, as the kernel spells it."""
    return str(Fraction(1, number))


class Replicates:
    """R vectors of the same length, every component a symbol; counted from 1."""

    def __init__(self, number: int, length: int, letter: str = "w"):
        self.number, self.letter = number, letter
        self.indices = range(1, number + 1)
        self.components = range(1, length + 1)
        self.shape = rf"$R={number}$, $n={length}$"

    def entry(self, r: int, j: int) -> str:
        """Component j of vector r."""
        return f"{self.letter}{r}x{j}"

    @property
    def symbols(self) -> list[str]:
        """All components."""
        return [self.entry(r, j) for r in self.indices for j in self.components]

    @property
    def last(self) -> tuple[int, int]:
        """The last component of the last vector."""
        return self.number, self.components[-1]

    def pairs(self) -> Iterator[tuple[int, int]]:
        """r < s."""
        return combinations(self.indices, 2)

    def product(self, r: int, s: int) -> str:
        """The inner product of two of the vectors."""
        return total([f"{self.entry(r, j)}*{self.entry(s, j)}" for j in self.components])

    def of_the_others(self, r: int, j: int) -> str:
        """Component j of the mean of all vectors but r, L's tilde."""
        others = total([self.entry(s, j) for s in self.indices if s != r])
        return f"{share(self.number - 1)}*({others})"

    def excess(self, r: int) -> str:
        """‖ω^(r)‖² - ⟨ω^(r), mean of the others⟩: 0 for all r is the hypothesis of Lemma 108."""
        others = total([self.product(r, s) for s in self.indices if s != r])
        return f"{self.product(r, r)}-{share(self.number - 1)}*({others})"

    def differences(self) -> str:
        """The sum of ‖ω^(r) - ω^(s)‖² over all pairs."""
        return total(
            [
                f"({self.entry(r, j)}-{self.entry(s, j)})^2"
                for r, s in self.pairs()
                for j in self.components
            ]
        )

    def penalty(self, replaced: Mapping[str, str] | None = None) -> str:
        """R/(R-1) times the sum of ‖ω^(r) - mean‖²; some components may be replaced."""
        texts, n = replaced or {}, self.number
        terms = []
        for j in self.components:
            column = [texts.get(e, e) for e in (self.entry(r, j) for r in self.indices)]
            mean = f"1/{n}*({total(column)})"
            terms += [f"({text}-{mean})^2" for text in column]
        return f"{Fraction(n, n - 1)}*({total(terms)})"
