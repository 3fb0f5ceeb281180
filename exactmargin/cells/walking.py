"""From a cell to its neighbours, one layer's block at a time (THEORY §2.4).

With all other blocks fixed, the pre-activations of a cell are affine in one block: the cell is a
polyhedron there, its facets are found by exact linear programs, and behind each lies another
cell. Every neighbour has exact parameters; facets that no single block meets are not found, so
walking bounds the number of cells from below.
"""

import random
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import final

from flint import fmpq

from exactmargin.cells.search import Clock, Row, direction_of
from exactmargin.cells.signatures import Signature, SignatureMap
from exactmargin.cells.slopes import vanishing_entries
from exactmargin.exact import dot, strictly_feasible_direction
from exactmargin.networks import Parameters, back_propagate, forward

__all__ = ["Step", "neighbours", "random_points", "settled", "walk"]

HALVINGS = 64


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A cell that was met: its signature and parameters inside, and the cell it was met from."""

    signature: Signature
    point: Parameters
    came_from: Signature | None = None


def neighbours(signatures: SignatureMap, start: Parameters) -> Iterator[Step]:
    """The cells behind the facets that single blocks meet at `start`, a point inside a cell."""
    here = signatures(start)
    flat = start.flat()
    for layer in range(signatures.network.depth):
        block = signatures.network.block_slice(layer)
        rows = _rows(signatures, start, here, layer)
        for wall in _walls(rows):
            others = [row for key, row in rows.items() if key != wall]
            row = rows[wall]
            positive = (*[signatures.field.zero] * (len(row) - 1), signatures.field.one)
            found = strictly_feasible_direction(
                signatures.field, [*others, positive], len(row), [row]
            ).direction
            if found is None:
                continue
            t = found[-1]
            at = [x / t for x in found[:-1]]
            crossed = _crossed(signatures, (flat, block, at, row[:-1]), here)
            if crossed is not None:
                yield Step(*crossed, here)


def walk(
    signatures: SignatureMap, starts: Iterable[Parameters], clock: Clock | None = None
) -> Iterator[Step]:
    """All cells that walking meets from these points, each once, breadth first and lazily.

    Raises `BudgetSpent` with the clock.
    """
    clock = clock or Clock()
    seen: set[Signature] = set()
    for start in starts:
        inside = settled(signatures, start)
        if inside is None or inside[0] in seen:
            continue
        seen.add(inside[0])
        waiting = deque([inside[1]])
        yield Step(*inside)
        while waiting:
            for step in neighbours(signatures, waiting.popleft()):
                clock.check()
                if step.signature not in seen:
                    seen.add(step.signature)
                    waiting.append(step.point)
                    yield step


def settled(signatures: SignatureMap, point: Parameters) -> tuple[Signature, Parameters] | None:
    """A point of a cell at or next to this one; its zeros are structural.

    None where no such point was met, which random small steps make improbable.
    """
    here = signatures(point)
    draw = random.Random(f"exactmargin {here}")
    flat, candidate, reached = point.flat(), point, here
    for halving in range(HALVINGS):
        if _is_open(signatures, reached):
            return reached, candidate
        step = fmpq(1, 2**halving)
        moved = [x + step * fmpq(draw.randrange(-16, 17), 16) for x in flat]
        candidate = Parameters.from_flat(signatures.network, moved)
        reached = signatures(candidate)
        if any(a and a != b for a, b in zip(here, reached, strict=True)):
            reached = here
    return None


def random_points(signatures: SignatureMap, count: int) -> Iterator[Parameters]:
    """Points with small integer coordinates; the same ones each time."""
    draw = random.Random("exactmargin")
    for _ in range(count):
        flat = [
            signatures.field.coerce(draw.randrange(-8, 9))
            for _ in range(signatures.network.parameter_count)
        ]
        yield Parameters.from_flat(signatures.network, flat)


def _is_open(signatures: SignatureMap, signature: Signature) -> bool:
    """Whether all zeros of a signature are structural, so that it is the one of a cell."""
    zeros = {e for e, side in zip(signatures.entries, signature, strict=True) if not side}
    return not zeros or zeros <= vanishing_entries(signatures, signature)


def _rows(
    signatures: SignatureMap, point: Parameters, here: Signature, layer: int
) -> dict[Row, Row]:
    """The rows (gradient in the block, constant), positive on the cell, by their direction.

    Entries that are multiples of one another have one row; zeros and constants have none.
    """
    network = signatures.network
    block = network.block_slice(layer)
    values, flat = signatures.values(point), point.flat()[block]
    sides = dict(zip(signatures.entries, here, strict=True))
    result: dict[Row, Row] = {}
    runs = [forward(network, point, x) for x in signatures.inputs]
    for (i, n, k), side, value in zip(signatures.entries, here, values, strict=True):
        if side == 0 or n < layer:
            continue
        slopes = [
            [fmpq(1) if sides[i, m, u] > 0 else network.negative_slope for u in range(width)]
            for m, width in enumerate(network.hidden_widths)
        ]
        inputs = (signatures.inputs[i], *runs[i].activations)
        factors = {k: 1}
        if n == network.depth - 1:
            factors = dict(signatures.loss_factors(i)[k])
        parts = [
            (c, back_propagate(network, point, inputs, slopes, (n, r))[block])
            for r, c in factors.items()
        ]
        zero = signatures.field.zero
        columns = zip(*(part for _, part in parts), strict=True)
        gradient = tuple(
            sum((c * a for (c, _), a in zip(parts, column, strict=True)), zero)
            for column in columns
        )
        row = (*gradient, value - dot(gradient, flat))
        row = tuple(side * x for x in row)
        result[direction_of(row)] = row
    return result


def _walls(rows: dict[Row, Row]) -> list[Row]:
    return [key for key in rows if any(key[:-1])]


def _crossed(
    signatures: SignatureMap,
    wall: tuple[Row, slice, Sequence[object], Row],
    here: Signature,
) -> tuple[Signature, Parameters] | None:
    """The cell behind a facet, reached from a point of it against the row's gradient."""
    flat, block, at, gradient = wall
    network = signatures.network
    on = Parameters.from_flat(network, (*flat[: block.start], *at, *flat[block.stop :]))  # type: ignore[arg-type] # numbers of the field
    kept = signatures(on)
    for halving in range(HALVINGS):
        step = fmpq(1, 2**halving)
        moved = [x - step * g for x, g in zip(on.flat()[block], gradient, strict=True)]
        point = Parameters.from_flat(network, (*flat[: block.start], *moved, *flat[block.stop :]))
        reached = signatures(point)
        if any(a and a != b for a, b in zip(kept, reached, strict=True)):
            continue
        inside = settled(signatures, point)
        if inside is not None and inside[0] != here:
            return inside
        return None
    return None
