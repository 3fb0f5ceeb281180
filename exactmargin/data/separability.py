"""Linear separability with a margin: one exact linear program for each class.

R classes are *linearly separable* if each is separable from the rest: there are (w, b) with
<w, x> + b > 0 on the inputs of the class and < 0 on all others. That is what Theorem 4 and
Corollaries 3 and 4 of L need; a weaker reading makes Corollary 3 (i) false for three classes.
"""

from dataclasses import dataclass
from typing import final

from exactmargin.data.dataset import Dataset
from exactmargin.exact import Field, Number, strictly_feasible_direction

__all__ = ["Separability", "separability"]

Vector = tuple[Number, ...]


@final
@dataclass(frozen=True, slots=True)
class Separability:
    """Separable: `separators`, one (w, b) of margin at least 1 for each class of the sample, by
    class. Not separable: None, and `weights` a_i >= 0, sum 1, for the class `refuted`, whose convex
    hull meets that of the rest: Σ a_i s_i (x_i, 1) = 0 with s_i = 1 on the class, -1 elsewhere.
    """

    separators: dict[int, Vector] | None = None
    refuted: int | None = None
    weights: Vector | None = None


def separability(field: Field, data: Dataset) -> Separability:
    """Whether the sample is linearly separable, with the reason; inputs over `field`."""
    found: dict[int, Vector] = {}
    for c in sorted(set(data.labels)):
        rows = [
            [x if y == c else -x for x in (*row, field.one)]
            for row, y in zip(data.inputs, data.labels, strict=True)
        ]
        answer = strictly_feasible_direction(field, rows, data.dimension + 1)
        if answer.direction is None:
            return Separability(refuted=c, weights=answer.multipliers)
        found[c] = answer.direction
    return Separability(found)
