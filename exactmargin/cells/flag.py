"""The stages of the flag sweep: an arrangement, cut by ever more generic hyperplanes.

Let L be an essential central arrangement in K^r and f a linear functional.  Each pair ±C of
chambers of L has a member on which f > 0, or else f = 0 cuts C, and then the pair is a pair of
chambers of the restriction of L to f = 0.  So the pairs are the disjoint union, over
*stages* q = r, ..., 1, of the f_q-positive chambers of L cut down to a generic subspace of
dimension q:  f_q is drawn there, and its kernel is the subspace of the next stage.

A stage is a table: its rows are the hyperplanes, and f_q last, in coordinates of the subspace.
The kernel of f_q gets a lattice basis reduced by LLL, so that the integers stay small.

*Generic* means that f_q vanishes on no ray of the cut arrangement (a ray is a line in which
hyperplanes meet).  The sweep meets every ray, checks that exactly, and asks for another f_q by
`NotGeneric`; earlier stages do not depend on it.  f_q is an integer vector from a seeded
generator: the same arrangement gives the same stages.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, final

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from exactmargin.cells.arrangement import Arrangement
from exactmargin.exact import Field, Q

__all__ = ["LONGEST", "NotGeneric", "Stage", "first_stage", "minor_bound"]

LONGEST = 2**62
"""Minors below this bound are computed in 64-bit words by the compiled sweep."""


class NotGeneric(Exception):  # noqa: N818 - a signal between a sweep and its caller, not an error
    """The functional of this stage vanishes on a ray: draw another one."""


@final
@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: n + 1 `rows` of q numbers, those of the hyperplanes, then the functional.

    They are Python integers over Q, numbers of `field` elsewhere.  `basis` (r rows of q
    integers) takes coordinates of the subspace to those of the normals.  `bound` is above the
    absolute value of every minor of different rows; 0 over other fields than Q.
    """

    field: Field
    rows: tuple[tuple[Any, ...], ...]
    basis: tuple[tuple[int, ...], ...]
    bound: int
    attempt: int = 0

    @property
    def q(self) -> int:
        """The dimension of the subspace."""
        return len(self.rows[0])

    @property
    def size(self) -> int:
        """The number n of hyperplanes."""
        return len(self.rows) - 1

    @property
    def is_integral(self) -> bool:
        """Whether the entries are integers."""
        return self.bound > 0

    @property
    def table(self) -> NDArray[np.object_]:
        """The rows as an array (n + 1, q) of objects."""
        return _objects(self.rows)

    def redrawn(self) -> "Stage":
        """This stage with another functional, from a range that grows with every attempt."""
        return _drawn(self.field, self.table[:-1], _objects(self.basis), self.attempt + 1)

    def next(self) -> "Stage | None":
        """The stage in the kernel of the functional; None after q = 1."""
        if self.q == 1:
            return None
        kernel = _kernel_basis(tuple(int(x) for x in self.functional))
        table, basis = self.table[:-1] @ kernel, _objects(self.basis) @ kernel
        return _drawn(self.field, table, basis, 0)

    @property
    def functional(self) -> tuple[int, ...]:
        """The functional f_q."""
        if self.field is Q:
            return self.rows[-1]
        return tuple(int(x.rational().p) for x in self.rows[-1])


def first_stage(arrangement: Arrangement) -> Stage:
    """The stage of the whole space; the arrangement must have a hyperplane."""
    basis = np.identity(arrangement.rank, dtype=object)
    return _drawn(arrangement.field, _objects(arrangement.normals), basis, 0)


def _objects(rows: Sequence[Sequence[Any]]) -> NDArray[np.object_]:
    """A matrix of objects, whatever they are."""
    table = np.empty((len(rows), len(rows[0])), dtype=object)
    for k, row in enumerate(rows):
        table[k] = row
    return table


def _drawn(
    field: Field, table: NDArray[np.object_], basis: NDArray[np.object_], attempt: int
) -> Stage:
    """The stage with a functional drawn for this attempt.

    The range starts as large as keeps minors within 31 bits (or 62), between 2^6 and 2^12.  A
    functional from a range of M numbers vanishes on one of R rays with probability at most R/M,
    so that the attempts, each with a range four times as large, come to an end.
    """
    q, bits = table.shape[1], 8 + 2 * attempt
    if field is Q:
        room = minor_bound(table, q - 1).bit_length() + q.bit_length()
        limit = next((b for b in (31, 62) if b - room >= 6), 62)
        bits = min(12, max(6, limit - room)) + 2 * attempt
    functional: Sequence[Any] = _integers(q, attempt, bits)
    if field is not Q:
        functional = [field.coerce(x) for x in functional]
    full = np.concatenate([table, _objects([functional])])
    bound = minor_bound(full, q) if field is Q else 0
    return Stage(field, _tuples(full), _tuples(basis), bound, attempt)


@lru_cache(maxsize=1024)  # few keys; to seed a generator takes as long as to sweep 100 chambers
def _integers(q: int, attempt: int, bits: int) -> tuple[int, ...]:
    """q integers below 2^bits, the same ones whenever they are asked for."""
    draw = random.Random(f"exactmargin {q} {attempt}")
    return tuple(draw.randrange(1 - 2**bits, 2**bits) for _ in range(q))


def _tuples(table: NDArray[np.object_]) -> tuple[tuple[Any, ...], ...]:
    return tuple(map(tuple, table.tolist()))


def minor_bound(table: NDArray[np.object_], order: int) -> int:
    """Hadamard: a bound above every minor of up to `order` different rows of integers."""
    norms = sorted(math.isqrt(sum(x * x for x in row)) + 1 for row in table.tolist())
    return math.prod(norms[len(norms) - order :]) + 1 if order else 1


@lru_cache(maxsize=1024)  # the functionals come from `_integers`
def _kernel_basis(functional: tuple[int, ...]) -> NDArray[Any]:
    """A reduced basis of the integer vectors that the functional kills, as columns (q, q - 1)."""
    q, weight = len(functional), 1
    while True:
        rows = [
            [*(int(i == j) for j in range(q)), weight * value] for i, value in enumerate(functional)
        ]
        reduced = [[int(x) for x in row] for row in fmpz_mat(rows).lll().tolist()]
        kernel = [row[:-1] for row in reduced if row[-1] == 0]
        if len(kernel) == q - 1:
            return np.array(kernel, dtype=object).T.reshape(q, q - 1)
        weight = 2 * weight * (1 + sum(map(abs, functional)))
