"""The incidence set I(θ): the cells whose closure contains θ (THEORY §2.5; L §3).

Without loss and with one hidden layer it is local: the signs at θ, and the chambers of those rows
that vanish there. With the hinge loss, one hidden layer and `is_liftable` it is decided in lifted
coordinates over germs. A block of an output weight v ≠ 0 moves freely; so does a block where
v = 0 and (w, b) = 0, with either sign s; where v = 0 and q = (w, b) ≠ 0 it moves, with either s,
in the thin cone of q + ε f_r, the f_r being the corners of a simplex around 0. Only the entries
that are 0 at θ have to be watched, so each choice of their signs is one homogeneous strict linear
program. Elsewhere two bounds are given: cells that were met next to θ, and all signs at the zeros.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import final

from flint import fmpq

from exactmargin.cells.along import forward_along, germ_sign
from exactmargin.cells.first_layer import first_layer_groups
from exactmargin.cells.lift import Lift, is_liftable
from exactmargin.cells.search import Row, signs_on_cone
from exactmargin.cells.signatures import Signature, SignatureMap, check_signatures
from exactmargin.cells.slopes import vanishing_entries
from exactmargin.cells.walking import random_points
from exactmargin.errors import InvalidInputError
from exactmargin.exact import (
    Field,
    GermField,
    Number,
    Polynomial,
    dot,
    sign,
    strictly_feasible_direction,
)
from exactmargin.networks import Parameters

__all__ = ["Incidence", "incidence"]

DIRECTIONS = 512
"""How many directions are followed for the inner bound."""


@final
@dataclass(frozen=True, slots=True)
class Incidence:
    """I(θ) between two sets: `inner` are in it, nothing outside `outer` is."""

    inner: frozenset[Signature]
    outer: frozenset[Signature]

    @property
    def exact(self) -> bool:
        """Whether the two agree, so that I(θ) is known."""
        return self.inner == self.outer


def incidence(signatures: SignatureMap, point: Parameters, *, limit: int = 4096) -> Incidence:
    """I(θ) at `point`: exact for one hidden layer without loss or with a liftable hinge loss.

    Raises `InvalidInputError` where a bound would hold more than `limit` signatures, for a point
    that does not fit the network, and for what is no `SignatureMap`.
    """
    check_signatures(signatures)
    here = signatures(point)
    depth = signatures.network.depth
    if signatures.labels is None and depth <= 2:
        found = _first_layer(signatures, here)
        return Incidence(found, found)
    if is_liftable(signatures):
        found = _lifted(signatures, point, here)
        return Incidence(found, found)
    return _sandwich(signatures, point, here, limit)


def _first_layer(signatures: SignatureMap, here: Signature) -> frozenset[Signature]:
    places = [k for k, side in enumerate(here) if side == 0]
    rows = [signatures.first_layer_row(*signatures.entries[k][::2]) for k in places]
    origin = (signatures.field.zero,) * signatures.network.parameter_counts[0]
    return frozenset(
        _filled(here, places, signs)
        for signs, _ in signs_on_cone(signatures.field, (), rows, origin)
    )


def _filled(here: Signature, places: Sequence[int], signs: Sequence[int]) -> Signature:
    result = list(here)
    for place, side in zip(places, signs, strict=True):
        result[place] = side
    return tuple(result)


def _lifted(signatures: SignatureMap, point: Parameters, here: Signature) -> frozenset[Signature]:
    lift = Lift(signatures)
    outputs = point.weights[1] if lift.hidden else ()
    choices = [(sign(v),) if sign(v) else (1, -1) for v in outputs]
    germs = GermField(signatures.field)
    columns, free = _motions(lift, point, outputs, germs)
    field: Field = germs if not all(free) else signatures.field
    pattern, losses = lift.parted(here)
    zeros = [k for k, side in enumerate(pattern) if side == 0]
    flat_rows = [row for rows in lift.rows for row in rows] if lift.hidden else []
    result: set[Signature] = set()
    hidden_rows = [_moved(flat_rows[k], columns) for k in zeros]
    weak = [
        tuple(field.one if c == k else field.zero for c in range(len(columns)))
        for k, is_free in enumerate(free)
        if not is_free
    ]
    for hidden, known in _signs(field, hidden_rows, [], weak):
        full = _filled(pattern, zeros, hidden)
        open_losses = [i for i, side in enumerate(losses) if side == 0]
        for s in product(*choices):
            rows = lift.loss_rows(full, s)
            moved = [_moved(rows[i], columns) for i in open_losses]
            for signs, _ in _signs(field, moved, known, weak):
                result.add(lift.joined(full, _filled(losses, open_losses, signs)))
    return frozenset(result)


def _motions(
    lift: Lift, point: Parameters, outputs: Sequence[Number], germs: GermField
) -> tuple[list[Row], list[bool]]:
    """The directions in which lifted coordinates move from θ, and which of them both ways."""
    n, field = lift.width - 1, lift.signatures.field  # t stays 1
    q = (*point.weights[0], *(point.biases[0] or ()))
    thin: set[int] = set()
    columns: list[Row] = []
    free: list[bool] = []
    for g, v in enumerate(outputs):
        block = _block_of(lift, g)
        if sign(v) or not any(q[c] for c in block):
            continue
        thin |= block
        corners = [{c: germs.one} for c in sorted(block)] + [dict.fromkeys(block, -germs.one)]
        for corner in corners:
            columns.append(
                tuple(
                    (q[c] + germs.eps * corner.get(c, germs.zero)) if c in block else germs.zero
                    for c in range(lift.first)
                )
                + (germs.zero,) * (lift.width - lift.first)
            )
            free.append(False)
    for c in range(n):
        if c not in thin:
            columns.append(tuple(field.one if k == c else field.zero for k in range(lift.width)))
            free.append(True)
    return columns, free


def _block_of(lift: Lift, output: int) -> set[int]:
    """The coordinates of the units of layer 1 that an output parameter reads, and their groups."""
    units = {k for k, g in lift.reads.items() if g == output}
    return {
        c
        for group in first_layer_groups(lift.signatures)
        if units & set(group.units)
        for c in group.coordinates
    }


def _moved(row: Row, columns: Sequence[Row]) -> Row:
    """The change of a row's value along each direction."""
    return tuple(dot(row, column) for column in columns)


def _signs(
    field: Field, rows: Sequence[Row], known: list[Row], weak: Sequence[Row]
) -> list[tuple[tuple[int, ...], list[Row]]]:
    """All signs of the rows on open parts of {known > 0, weak >= 0}; rows of zeros have 0."""
    found: list[tuple[tuple[int, ...], list[Row]]] = [((), known)]
    for row in rows:
        split: list[tuple[tuple[int, ...], list[Row]]] = []
        for signs, strict in found:
            if not any(row):
                split.append(((*signs, 0), strict))
                continue
            for side in (-1, 1):
                lines = [*strict, tuple(side * x for x in row)]
                program = strictly_feasible_direction(field, lines, len(row), (), weak)
                if program.direction is not None:
                    split.append(((*signs, side), lines))
        found = split
    return found


def _sandwich(
    signatures: SignatureMap, point: Parameters, here: Signature, limit: int
) -> Incidence:
    idle = vanishing_entries(signatures, here)
    zeros = [k for k, side in enumerate(here) if side == 0]
    constant = {k for k in zeros if signatures.entries[k][1] == 0 and signatures.entries[k] in idle}
    moving = [k for k in zeros if k not in constant]
    if 3 ** len(moving) > limit:
        raise InvalidInputError(
            f"{len(moving)} entries are 0 at the point, which leaves 3^{len(moving)} signatures; "
            f"at most {limit} are compared"
        )
    inner = _met(signatures, point)
    outer = set()
    for signs in product((-1, 0, 1), repeat=len(moving)):
        candidate = _filled(here, moving, signs)
        none = {e for e, a in zip(signatures.entries, candidate, strict=True) if a == 0}
        if none == vanishing_entries(signatures, candidate):
            outer.add(candidate)
    return Incidence(frozenset(inner), frozenset(outer | inner))


def _met(signatures: SignatureMap, point: Parameters) -> set[Signature]:
    """The cells into which θ + t d leads for all small t > 0, for many directions d."""
    flat, result = point.flat(), set()
    for direction in random_points(signatures, DIRECTIONS):
        curve = [
            Polynomial(signatures.field, [x, d])
            for x, d in zip(flat, direction.flat(), strict=True)
        ]
        signature = _along(signatures, curve)
        zeros = {e for e, a in zip(signatures.entries, signature, strict=True) if a == 0}
        if zeros <= vanishing_entries(signatures, signature):
            result.add(signature)
    return result


def _along(signatures: SignatureMap, curve: Sequence[Polynomial]) -> Signature:
    network, field, result = signatures.network, signatures.field, list[int]()
    for i, x in enumerate(signatures.inputs):
        rows = forward_along(field, network, curve, x, lambda _n, _k, z: _slope(signatures, z))
        result += [germ_sign(z) for row in rows[:-1] for z in row]
        for factors in signatures.loss_factors(i).values():
            inside = Polynomial(field, [1])
            for r, c in factors.items():
                inside = inside + rows[-1][r] * c
            result.append(germ_sign(inside))
    return tuple(result)


def _slope(signatures: SignatureMap, z: Polynomial) -> fmpq:
    return fmpq(1) if germ_sign(z) > 0 else signatures.network.negative_slope
