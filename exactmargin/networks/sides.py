"""Kinks and sides: from a forward pass to the slopes of one adjacent cell (V App. B; L §2)."""

from collections.abc import Mapping

from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import sign
from exactmargin.exact.scalars import shown
from exactmargin.networks.evaluation import ForwardPass, Slopes

__all__ = ["slopes_from_sides", "zero_pre_activations"]


def zero_pre_activations(forward_pass: ForwardPass) -> tuple[tuple[int, int], ...]:
    """The pairs (layer, unit), 0-based, of the hidden units whose pre-activation is zero."""
    return tuple(
        (n, i)
        for n, zs in enumerate(forward_pass.pre_activations[:-1])
        for i, z in enumerate(zs)
        if sign(z) == 0
    )


def slopes_from_sides(
    forward_pass: ForwardPass, sides: Mapping[tuple[int, int], int] | None = None
) -> Slopes:
    """The slopes of the cell that is adjacent on the given sides: 1 or a for each hidden unit.

    `sides` maps (layer, unit), 0-based, of each zero pre-activation to +1 or -1, the sign that the
    pre-activation has in the cell.  Raises `InvalidInputError` when a zero has no side, a side is
    not +1 or -1, or a side is given where the pre-activation is not zero.  In a linear network
    sides may be left out: there both give the same slope.
    """
    slope = forward_pass.negative_slope
    chosen = dict(sides or {})
    result: list[tuple[fmpq, ...]] = []
    for n, zs in enumerate(forward_pass.pre_activations[:-1]):
        row: list[fmpq] = []
        for i, z in enumerate(zs):
            side = sign(z)
            if side == 0:
                side = _chosen_side(chosen, (n, i), optional=slope == 1)
            row.append(fmpq(1) if side > 0 else slope)
        result.append(tuple(row))
    if chosen:
        unit = next(iter(chosen))
        raise InvalidInputError(
            f"a side is given for (layer, unit) = {unit}, which is not a hidden unit with "
            "pre-activation zero; leave it out"
        )
    return tuple(result)


def _chosen_side(chosen: dict[tuple[int, int], int], unit: tuple[int, int], optional: bool) -> int:
    if unit not in chosen:
        if optional:
            return 1
        raise InvalidInputError(
            f"the pre-activation of (layer, unit) = {unit} is zero, so its slope is not "
            "determined; give the side, +1 or -1"
        )
    side = chosen.pop(unit)
    if side not in (1, -1):
        raise InvalidInputError(
            f"the side of (layer, unit) = {unit} is {shown(side)}, not +1 or -1"
        )
    return side
