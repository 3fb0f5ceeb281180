"""Proofs that a symmetric matrix is positive definite, proposed by floats, checked exactly.

C M Cᵀ strictly diagonally dominant with a positive diagonal: M is positive definite. C is the
inverse of a Cholesky factor, rounded to few bits, so that C M Cᵀ is close to the identity.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from exactmargin.decisions.nearby import floor_at
from exactmargin.exact import Field, Number, RealNumberField, dot, sign

__all__ = ["HUGE", "Floats", "congruence", "float_reader", "null_basis"]

Floats: TypeAlias = NDArray[np.float64]

HUGE = 1e120
"""Numbers from here on are left to exact arithmetic: floats propose nothing about them."""

_BITS = (8, 16, 32, 48)


def float_reader(field: Field) -> Callable[[Number], float]:
    """Numbers of the field as floats, good for proposals; infinite where they are too large."""

    def rational(x: Any) -> float:
        try:
            return int(x.p) / int(x.q)
        except OverflowError:
            return math.inf

    if not isinstance(field, RealNumberField):
        return rational
    r = rational(floor_at(field.gen, 60))

    def algebraic(x: Any) -> float:
        if isinstance(x, fmpq):
            return rational(x)
        return sum(rational(c) * r**k for k, c in enumerate(x.coefficients))

    return algebraic


def null_basis(rows: Floats) -> Floats:
    """An orthonormal basis of the kernel, as columns; the scale of a row does not matter."""
    norms = np.linalg.norm(rows, axis=1)
    rows = rows[norms > 0] / norms[norms > 0, None]
    if not rows.size:
        return np.eye(rows.shape[1])
    _, values, right = np.linalg.svd(rows)
    rank = int(np.sum(values > 1e-9 * values[0]))
    return np.asarray(right[rank:].T)


def congruence(matrix: Sequence[Sequence[Number]], near: Floats) -> list[list[fmpq]] | None:
    """A rational C that proves M positive definite, or None; `near` is M in floats."""
    try:
        inverse = np.linalg.inv(np.linalg.cholesky(near))
    except np.linalg.LinAlgError:
        return None
    if not np.all(np.abs(inverse) < HUGE):
        return None
    for bits in _BITS:
        scale = np.ldexp(1.0, bits)
        c = [[fmpq(round(x), 1 << bits) for x in row] for row in (inverse * scale).tolist()]
        if _is_dominant(matrix, c):
            return c
    return None


def _is_dominant(matrix: Sequence[Sequence[Number]], c: list[list[fmpq]]) -> bool:
    for p, row in enumerate(_product(matrix, c)):
        others = sum((x * sign(x) for q, x in enumerate(row) if q != p), fmpq(0))
        if sign(row[p] - others) <= 0:
            return False
    return True


def _product(matrix: Sequence[Sequence[Number]], c: list[list[fmpq]]) -> list[list[Number]]:
    """C M Cᵀ."""
    if all(isinstance(x, fmpq) for row in matrix for x in row):
        left = fmpq_mat(c)
        product = left * fmpq_mat(matrix) * left.transpose()  # type: ignore[arg-type] # all fmpq
        return [list(row) for row in product.tolist()]
    half = [[dot(row, column) for column in matrix] for row in c]
    return [[dot(row, other) for other in c] for row in half]
