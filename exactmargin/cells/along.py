"""Forward passes along a curve of parameters: every pre-activation is a polynomial in t."""

from collections.abc import Callable, Sequence

from flint import fmpq

from exactmargin.exact import Field, Number, Polynomial, sign
from exactmargin.networks import Architecture

__all__ = ["forward_along", "germ_sign"]


def germ_sign(p: Polynomial) -> int:
    """The sign of p(t) for all small t > 0: that of the lowest non-zero coefficient."""
    return next((s for s in map(sign, p.coefficients) if s), 0)


def forward_along(
    field: Field,
    architecture: Architecture,
    curve: Sequence[Polynomial],
    x: Sequence[Number],
    slope: Callable[[int, int, Polynomial], fmpq],
) -> list[list[Polynomial]]:
    """All pre-activations, layer by layer, at the flat parameters `curve`(t) (V §2).

    `slope(layer, unit, z)` gives σ' on the side of the kink where z lies; it is asked once for
    each hidden unit, in order.
    """
    below = [Polynomial(field, [value]) for value in x]
    result: list[list[Polynomial]] = []
    start = 0
    for n, layer in enumerate(architecture.layers):
        middle = start + layer.parameter_count
        row: list[Polynomial] = []
        for k, entries in enumerate(layer.entries):
            z = curve[middle + k] if layer.bias else Polynomial(field, [])
            for j, g in entries:
                z = z + curve[start + g] * below[j]
            row.append(z)
        result.append(row)
        if n < architecture.depth - 1:
            below = [z * slope(n, k, z) for k, z in enumerate(row)]
        start = middle + layer.bias_count
    return result
