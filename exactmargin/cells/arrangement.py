"""Arrangements of hyperplanes: what was given, and the cleaned form that is enumerated.

A *central* arrangement is a list of vectors a_i in K^d; hyperplane i is {x : <a_i,x> = 0}.  An
*affine* one has offsets b_i as well, {x : <a_i,x> + b_i = 0}; it is the central arrangement of
the vectors (a_i, b_i) and (0, 1) in K^(d+1), looked at on the side x_{d+1} > 0.  A *chamber* is a
connected component of what the hyperplanes leave over; on it the sign of every row is constant.

Cleaning changes no chamber.  A row that is zero bounds nothing and is only remembered; rows that
are multiples of one another are one hyperplane; columns that depend on the others are dropped,
after which the normals span the space (the arrangement is *essential*); rows over Q become
primitive integer vectors.  *Provenance* says which input rows each hyperplane stands for, and
whether a row points the same way (+1) or the other (-1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Algebraic, Field, Number, Q, dot, nullspace, sign

__all__ = ["Arrangement", "Provenance"]

Provenance: TypeAlias = tuple[tuple[int, int], ...]
"""The input rows that one hyperplane stands for: pairs (row, +1 or -1)."""

Row: TypeAlias = tuple[Any, ...]
"""A normal: Python integers over Q, numbers of the field elsewhere."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """A hyperplane arrangement; make one by `Arrangement.central` or `Arrangement.affine`.

    `rows` are the n input vectors, of `dimension` numbers, or one more with the offset last where
    `is_affine`.  `normals` are the N distinct hyperplanes, vectors of `rank` numbers that stand in
    the columns `columns` of the input; `provenance[k]` says which rows hyperplane k stands for,
    `zero_rows` which rows are zero.  In an affine arrangement hyperplane 0 is infinity,
    x_{d+1} = 0: the rows it stands for are constant, and it may stand for none.

    Conventions: an arrangement without hyperplanes (no rows, zero rows only, d = 0) has rank 0
    and exactly one chamber, the whole space.
    """

    field: Field
    dimension: int
    is_affine: bool
    rows: tuple[tuple[Number, ...], ...]
    normals: tuple[Row, ...]
    columns: tuple[int, ...]
    provenance: tuple[Provenance, ...]
    zero_rows: tuple[int, ...]

    @classmethod
    def central(
        cls,
        field: Field,
        normals: Sequence[Sequence[object]],
        *,
        dimension: int | None = None,
    ) -> "Arrangement":
        """The hyperplanes <a_i,x> = 0 of n vectors of d numbers (an integer array will do).

        `dimension` is needed where there are no rows.  Raises InvalidInputError for a ragged
        matrix, FloatRefusedError for floats.
        """
        rows, d = _matrix(field, normals, dimension)
        return _cleaned(field, d, False, rows)

    @classmethod
    def affine(
        cls,
        field: Field,
        normals: Sequence[Sequence[object]],
        offsets: Sequence[object],
        *,
        dimension: int | None = None,
    ) -> "Arrangement":
        """The hyperplanes <a_i,x> + b_i = 0 of n vectors of d numbers and n offsets.

        Errors as for `central`; also where there are not as many offsets as normals.
        """
        vectors, constants = _as_lists(normals), _as_lists(offsets)
        if len(vectors) != len(constants):
            raise InvalidInputError(
                f"{len(constants)} offsets for {len(vectors)} normals; the numbers must agree",
                place="offsets",
            )
        joined = [[*_as_lists(v), b] for v, b in zip(vectors, constants, strict=True)]
        rows, width = _matrix(field, joined, None if dimension is None else dimension + 1)
        return _cleaned(field, width - 1, True, rows)

    @property
    def rank(self) -> int:
        """The dimension of the span of the normals (in K^(d+1) where affine)."""
        return len(self.columns)

    @property
    def size(self) -> int:
        """The number N of distinct hyperplanes, infinity included where affine."""
        return len(self.normals)

    @property
    def width(self) -> int:
        """The number of coordinates of a row: d, or d + 1 where affine."""
        return self.dimension + self.is_affine

    def signs_at(self, point: Sequence[Number]) -> tuple[int, ...]:
        """The exact sign of every input row at a point of d numbers, or of d + 1 homogeneous
        ones where affine; raises InvalidInputError for another length.
        """
        if self.is_affine and len(point) == self.dimension:
            point = (*point, self.field.one)
        return tuple(sign(dot(row, point)) for row in self.rows)

    def __repr__(self) -> str:
        kind = "affine" if self.is_affine else "central"
        return (
            f"<{kind} arrangement of {len(self.rows)} rows over {self.field!r} in dimension "
            f"{self.dimension}: {self.size} hyperplanes of rank {self.rank}>"
        )


def _as_lists(values: Any) -> Any:
    """Arrays as nested lists of Python numbers; anything else as it is."""
    return values.tolist() if hasattr(values, "tolist") else values


def _matrix(
    field: Field, rows: Sequence[Sequence[object]], width: int | None
) -> tuple[tuple[tuple[Number, ...], ...], int]:
    rows = _as_lists(rows)
    if width is None:
        if not len(rows):
            raise InvalidInputError(
                "an arrangement without rows; say in which space it lies by dimension=",
                place="normals",
            )
        width = len(rows[0])
    table = []
    for i, row in enumerate(rows):
        row = _as_lists(row)
        if len(row) != width:
            raise InvalidInputError(
                f"{len(row)} numbers, where {width} are expected; give rows of one length",
                place=f"normals[{i}]",
            )
        table.append(tuple(map(field.coerce, row)))
    return tuple(table), width


def _cleaned(
    field: Field, dimension: int, affine: bool, rows: tuple[tuple[Number, ...], ...]
) -> Arrangement:
    scaled = [_primitive(row) for row in rows]
    one, zero = (1, 0) if field is Q else (field.one, field.zero)
    classes: dict[Row, int] = {}
    normals: list[Row] = []
    provenance: list[list[tuple[int, int]]] = []
    zero_rows = []
    if affine:  # infinity comes first
        infinity = (*[zero] * dimension, one)
        classes[_line(infinity)[0]] = 0
        normals.append(infinity)
        provenance.append([])
    for i, row in enumerate(scaled):
        if not any(row):
            zero_rows.append(i)
            continue
        line, side = _line(row)
        k = classes.setdefault(line, len(normals))
        if k == len(normals):
            normals.append(row)
            provenance.append([])
        provenance[k].append((i, side * _line(normals[k])[1]))
    columns = _independent_columns(normals)
    essential = tuple(normals)
    if len(columns) < dimension + affine:
        essential = tuple(_primitive([row[c] for c in columns]) for row in normals)
    frozen = tuple(map(tuple, provenance))
    return Arrangement(field, dimension, affine, rows, essential, columns, frozen, tuple(zero_rows))


def _primitive(row: Sequence[Any]) -> Row:
    """The row times a positive number: integers without common factor where it is rational.

    Over Q(r) the coefficients of the numbers are made so; other fields keep the row.
    """
    if all(isinstance(x, Algebraic) for x in row):
        parts = [c for x in row for c in x.coefficients]
        factor = _clearing(parts)
        return tuple(x * factor for x in row) if factor != 1 else tuple(row)
    if any(not isinstance(x, fmpq | int) for x in row):
        return tuple(row)
    if all(isinstance(x, int) or x.q == 1 for x in row):
        whole = [int(x) if isinstance(x, int) else int(x.p) for x in row]
    else:
        factor = _clearing(row)
        whole = [int((x * factor).p) for x in row]
    content = math.gcd(*whole)
    return tuple(x // content for x in whole) if content > 1 else tuple(whole)


def _clearing(parts: Sequence[Any]) -> fmpq:
    """The positive rational that makes these rationals integers without common factor."""
    below = math.lcm(*(int(fmpq(x).q) for x in parts))
    above = math.gcd(*(int((fmpq(x) * below).p) for x in parts))
    return fmpq(below, above) if above else fmpq(1)


def _line(row: Row) -> tuple[Row, int]:
    """What is common to all nonzero multiples of a primitive row, and the side it is on."""
    lead = next(x for x in row if x)
    if isinstance(lead, int):
        return (row, 1) if lead > 0 else (tuple(-x for x in row), -1)
    return tuple(x / lead for x in row), sign(lead)


def _independent_columns(rows: Sequence[Row]) -> tuple[int, ...]:
    """The pivot columns: the others are combinations of the pivot columns before them."""
    if not rows:
        return ()
    free = {max(j for j, x in enumerate(v) if x) for v in nullspace(rows)}
    return tuple(j for j in range(len(rows[0])) if j not in free)
