"""One layer of a network of class N: a pattern of present, missing and shared weights (V §2).

Theory of operation.  V describes the weight matrix W of layer l by a vector u of p parameters and
a function g_l: ``W[i][j] = 0`` where ``g_l(i, j) = 0`` and ``W[i][j] = u_k`` where
``g_l(i, j) = k > 0``.  `Layer.pattern` is g_l written as a matrix, with the paper's 1-based
parameter numbers; a repeated number is a shared weight.  The matrix is never formed:
`Layer.entries` keeps, row by row, only the weights that exist, and everything that works with a
layer walks over it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown

__all__ = ["Layer"]


@dataclass(frozen=True, slots=True)
class Layer:
    """The pattern g_l of one layer and whether it has biases (V §2; biases: L §2).

    `pattern` has one row per unit of the layer and one column per unit of the layer below:
    0 is a missing weight, k > 0 is parameter k of this layer; the numbers are 1..p without gaps,
    and a repeated number is a shared weight.  `bias` adds one parameter per row, never shared.

    Raises `InvalidInputError` for an empty or ragged pattern, for an entry that is not a
    non-negative integer, and for a gap in the numbers.
    """

    pattern: tuple[tuple[int, ...], ...]
    bias: bool = False
    entries: tuple[tuple[tuple[int, int], ...], ...] = field(init=False, repr=False, compare=False)
    """Row by row the pairs (column, parameter), both 0-based, of the weights that exist."""

    parameter_count: int = field(init=False, repr=False, compare=False)
    """p_l, the number of weights of this layer, a shared one counted once, biases not counted."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pattern", _checked_rows(self.pattern))
        if not isinstance(self.bias, bool):
            raise InvalidInputError(f"{shown(self.bias)} is not True or False", place="bias")
        used = {k for row in self.pattern for k in row if k}
        _check_gaps(used)
        entries = tuple(tuple((j, k - 1) for j, k in enumerate(row) if k) for row in self.pattern)
        object.__setattr__(self, "entries", entries)
        object.__setattr__(self, "parameter_count", len(used))

    @property
    def rows(self) -> int:
        """The number of units of this layer, d_l of V §2."""
        return len(self.pattern)

    @property
    def columns(self) -> int:
        """The number of units of the layer below, d_(l-1) of V §2."""
        return len(self.pattern[0])

    @property
    def bias_count(self) -> int:
        """The number of biases: one per row, or 0."""
        return self.rows if self.bias else 0

    @property
    def block_length(self) -> int:
        """The number of parameters of this layer, its biases included."""
        return self.parameter_count + self.bias_count

    @property
    def is_shared(self) -> bool:
        """Whether some parameter stands at two places of the pattern."""
        return sum(len(row) for row in self.entries) > self.parameter_count

    @property
    def description(self) -> str:
        """The shape in words, for messages: ``"pattern 2x2, entries 1..4"``."""
        entries = f"entries 1..{self.parameter_count}" if self.parameter_count else "no weight"
        return f"pattern {self.rows}x{self.columns}, {entries}"


def _checked_rows(pattern: Sequence[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """The pattern as a tuple of tuples, or an error that names the first bad place."""
    rows = tuple(tuple(row) for row in pattern)
    if not rows:
        raise InvalidInputError("is empty; expected one row per unit of the layer", place="pattern")
    for i, row in enumerate(rows):
        if not row:
            raise InvalidInputError(
                "is empty; expected one entry per unit of the layer below", place=f"pattern[{i}]"
            )
        if len(row) != len(rows[0]):
            raise InvalidInputError(
                f"has length {len(row)}, but row 0 has length {len(rows[0])}; all rows of a "
                "pattern have the same length",
                place=f"pattern[{i}]",
            )
        for j, entry in enumerate(row):
            _check_entry(entry, f"pattern[{i}][{j}]")
    return rows


def _check_entry(entry: object, place: str) -> None:
    if isinstance(entry, bool) or not isinstance(entry, int):
        raise InvalidInputError(
            f"{shown(entry)} is not an integer; expected 0 (no weight) or the number of a "
            "parameter, 1, 2, 3, ...",
            place=place,
        )
    if entry < 0:
        raise InvalidInputError(
            f"{shown(entry)} is negative; expected 0 (no weight) or the number of a parameter, "
            "1, 2, 3, ...",
            place=place,
        )


def _check_gaps(used: set[int]) -> None:
    """Refuse numbers that are not exactly 1..p: a parameter that occurs nowhere is a mistake."""
    if used and max(used) != len(used):
        missing = next(k for k in range(1, len(used) + 1) if k not in used)
        raise InvalidInputError(
            f"parameter {missing} occurs nowhere, but the largest number is {shown(max(used))}; "
            "the numbers of a layer's parameters are 1..p without gaps",
            place="pattern",
        )
