"""The cells behind the facets of a cell, exactly, for one hidden layer (THEORY §2.2, §2.3).

In lifted coordinates a cell of a hinge network is a union of polyhedra, one for each choice s of
output signs; behind each facet of each lies a neighbour. Without loss the cells are chambers.
Elsewhere `walking` finds the facets that single blocks meet.
"""

from collections.abc import Iterator
from itertools import islice

from flint import fmpq

from exactmargin.cells.lift import Lift, OutputSigns, is_liftable
from exactmargin.cells.search import Row, direction_of
from exactmargin.cells.signatures import Signature, SignatureMap
from exactmargin.cells.walking import HALVINGS, Step, neighbours, settled
from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact import strictly_feasible_direction
from exactmargin.networks import Parameters

__all__ = ["adjacent_cells", "has_hidden_facet", "walk_cells"]


def adjacent_cells(signatures: SignatureMap, point: Parameters) -> Iterator[Step]:
    """The cells that share a facet with the cell of `point`, each once, with parameters inside.

    All of them for one hidden layer (without loss, or where `is_liftable`), else those behind
    facets that single blocks meet at `point`.  Where several entries vanish on one hyperplane (a
    repeated point, a loss that depends on c alone) they flip together.  Raises
    `InvalidInputError` where `point` lies in no cell's inside: an entry is 0 but not structural.
    """
    here = signatures(point)
    found = _lifted(signatures, here) if is_liftable(signatures) else neighbours(signatures, point)
    seen = {here}
    for step in found:
        if step.signature not in seen:
            seen.add(step.signature)
            yield step


def walk_cells(
    signatures: SignatureMap, start: Parameters, count: int | None = None
) -> Iterator[Step]:
    """The signature graph from the cell of `start`, breadth first and lazily: `start` itself,
    then every cell that is met, each once; at most `count` of them.

    Raises `InvalidInputError` where `start` lies in no cell's inside.
    """
    here = signatures(start)
    inside = settled(signatures, start)
    if inside is None or inside[0] != here:
        raise InvalidInputError(
            "the point lies on the boundary of cells, where a sign is 0; start from a point "
            "inside a cell, such as a witness"
        )
    return islice(_walk(signatures, Step(here, start)), count)


def _walk(signatures: SignatureMap, start: Step) -> Iterator[Step]:
    seen, waiting = {start.signature}, [start]
    yield start
    while waiting:
        level, waiting = waiting, []
        for step in level:
            for after in adjacent_cells(signatures, step.point):
                if after.signature not in seen:
                    seen.add(after.signature)
                    waiting.append(after)
                    yield after


def has_hidden_facet(
    lift: Lift, signature: Signature, position: int, choices: tuple[OutputSigns, ...]
) -> bool:
    """Whether, for one of the choices of s, the cell has a facet where one hidden entry is 0."""
    pattern, losses = lift.parted(signature)
    place = position - position // (lift.units + 1)
    wall = tuple(0 if n != place else side for n, side in enumerate(pattern))
    others = tuple(side if n != place else 0 for n, side in enumerate(pattern))
    seen = set()
    for s in choices:
        rows = _signed(lift.loss_rows(pattern, s), losses)
        if tuple(rows) in seen:
            continue
        seen.add(tuple(rows))
        strict = [*lift.hidden_rows(others), *rows, lift.positive]
        found = strictly_feasible_direction(
            lift.signatures.field, strict, lift.width, lift.hidden_rows(wall)
        )
        if found.direction is not None:
            return True
    return False


def _signed(rows: tuple[Row, ...], sides: Signature) -> list[Row]:
    return [
        row if side > 0 else tuple(-x for x in row) for row, side in zip(rows, sides, strict=True)
    ]


def _lifted(signatures: SignatureMap, here: Signature) -> Iterator[Step]:
    lift = Lift(signatures)
    pattern, losses = lift.parted(here)
    seen = set()
    for s in lift.output_signs():
        loss_rows = tuple(_signed(lift.loss_rows(pattern, s), losses))
        if loss_rows in seen:
            continue
        seen.add(loss_rows)
        lines: dict[Row, Row] = {}
        for row in (*lift.hidden_rows(pattern), *loss_rows):
            lines[direction_of(row)] = row
        lines.pop(lift.positive, None)  # a constant loss
        for wall, row in lines.items():
            others = [line for key, line in lines.items() if key != wall]
            found = strictly_feasible_direction(
                signatures.field, [*others, lift.positive], lift.width, [row]
            ).direction
            if found is not None:
                yield _beyond(lift, found, row, s, here)


def _beyond(lift: Lift, facet: Row, row: Row, s: OutputSigns, here: Signature) -> Step:
    """The cell behind a facet, a little against the row from a point of the facet alone."""
    kept = lift.signatures(lift.parameters(facet, s))
    for halving in range(HALVINGS):
        step = fmpq(1, 2**halving)
        moved = tuple(p - step * x for p, x in zip(facet, row, strict=True))
        if moved[-1] <= 0:
            continue
        point = lift.parameters(moved, s)
        reached = lift.signatures(point)
        if all(
            b == a if a or not c else b == -c for a, b, c in zip(kept, reached, here, strict=True)
        ):
            return Step(reached, point, here)
    raise InternalError(f"no cell was met behind a facet of {here}")
