"""The entries of hinge losses: Σ_j w_j max(0, m_j), m_j = 1 + Σ_r c_jr Φ_r(x_i(j)) (L eq. 5, 6, 9).

`hinge`: one output, y = ±1, m = 1 - y Φ.  `multiclass-hinge` (L eq. 5): labels are outputs, m = 1 +
Φ_r - Φ_y for each r other than y; the entry r = y of L eq. 6 is always +1, its term always 1, and L
subtracts it again.  `one-vs-all-hinge` (L eq. 15): m = 1 - Φ_y, and 1 + Φ_r for each other r;
`penalized-one-vs-all-hinge` (L eq. 13) has the same entries, of replicates side by side.
"""

from collections.abc import Mapping

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown

__all__ = ["BINARY", "MULTICLASS", "ONE_VERSUS_ALL", "PENALIZED", "check_labels", "loss_entries"]

BINARY = "hinge"
MULTICLASS = "multiclass-hinge"
ONE_VERSUS_ALL = "one-vs-all-hinge"
PENALIZED = "penalized-one-vs-all-hinge"


def loss_entries(loss: str, label: int, outputs: int) -> Mapping[int, Mapping[int, int]]:
    """The factors c_r of the terms of one example, by the output r that names the term."""
    if loss == BINARY:
        return {0: {0: -label}}
    if loss == MULTICLASS:
        return {r: {r: 1, label: -1} for r in range(outputs) if r != label}
    return {r: {r: -1 if r == label else 1} for r in range(outputs)}


def check_labels(loss: str, labels: tuple[int, ...], outputs: int) -> None:
    """Raise `InvalidInputError`, with the place, where a label is not one of this loss."""
    wanted = (1, -1) if loss == BINARY else range(outputs)
    text = "1 or -1" if loss == BINARY else f"the number of an output, 0..{outputs - 1}"
    for i, label in enumerate(labels):
        if label not in wanted or isinstance(label, bool):
            raise InvalidInputError(
                f"{shown(label)} is not a label of the {loss} loss; expected {text}",
                place=f"labels[{i}]",
            )
