"""Upper bounds for the number of cells where walking alone cannot end (THEORY §2.4).

Without shared weights more cells are possible than with them; on a pattern of layer 1 the signs
of one unit of layer 2 (or of the loss above one hidden layer) are then exactly those of the lifted
linear systems (`lift`), and units taken one by one allow more than units together. Above that, a
unit has at most as many sign patterns as hyperplanes in its parameters have chambers.
"""

from collections.abc import Iterator
from math import prod

from exactmargin.cells.first_layer import FirstLayer, cover_bound
from exactmargin.cells.lift import Lift
from exactmargin.cells.search import Clock, Row, signs_on_cone
from exactmargin.cells.signatures import Signature, SignatureMap
from exactmargin.exact import Number
from exactmargin.networks import Architecture, Layer, Parameters

__all__ = ["coarse_bound", "refined_bound"]


def coarse_bound(signatures: SignatureMap, first: FirstLayer) -> int:
    """Patterns of the first layer times what hyperplanes allow in all later layers."""
    return first.bound * _above(signatures, 1)


def _above(signatures: SignatureMap, start: int) -> int:
    """What the layers from `start` on (0-based), and the loss, allow on one cell below them."""
    network, n = signatures.network, len(signatures.inputs)
    total = 1
    for layer in network.layers[start:-1]:
        if layer.is_shared:
            total *= cover_bound(n * layer.rows, layer.block_length)
        else:
            total *= prod(cover_bound(n, len(row) + layer.bias) for row in layer.entries)
    if signatures.loss_count:
        losses = signatures.loss_count + 1  # and t > 0
        total *= cover_bound(losses, network.layers[-1].block_length + 1) // 2
    return total


def refined_bound(
    signatures: SignatureMap, first: FirstLayer, clock: Clock, points: list[Parameters]
) -> int:
    """The bound of the head of this module; a point of each lifted system goes to `points`.

    With one hidden layer and several outputs it is the coarse bound.
    Raises `BudgetSpent` with the clock.
    """
    network = signatures.network
    with_loss = network.depth == 2
    if with_loss and network.output_dimension > 1:
        return coarse_bound(signatures, first)
    rest = 1 if with_loss else _above(signatures, 2)
    units = range(network.layers[1].rows)
    lifts = [_unshared_lift(signatures, unit, with_loss) for unit in units]
    total = 0
    for pattern in first:
        block = first.block(pattern)
        count = 1
        for unit, lift in zip(units, lifts, strict=True):
            vectors = set()
            for signs, s, point in _signs(signatures, lift, pattern, block, clock, with_loss):
                if signs not in vectors:
                    vectors.add(signs)
                    points.extend(_composed(signatures, unit, lift.parameters(point, s)))
            count *= len(vectors)
        total += count
    return total * rest


def _unshared_lift(signatures: SignatureMap, unit: int, with_loss: bool) -> Lift:
    """The lift of layer 1 and one unit of layer 2, without shared weights."""
    network = signatures.network
    second = network.layers[1]
    top = Layer((tuple(_renumbered(second.pattern[unit : unit + 1])[0]),), second.bias)
    below = Layer(_renumbered(network.layers[0].pattern), network.layers[0].bias)
    small = Architecture((below, top), network.negative_slope)
    labels = signatures.labels if with_loss else (-1,) * len(signatures.inputs)
    return Lift(SignatureMap(signatures.field, small, signatures.inputs, labels))


def _renumbered(pattern: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    numbers = iter(range(1, 1 + sum(bool(k) for row in pattern for k in row)))
    return tuple(tuple(next(numbers) if k else 0 for k in row) for row in pattern)


def _signs(
    signatures: SignatureMap,
    lift: Lift,
    pattern: Signature,
    block: Row,
    clock: Clock,
    with_loss: bool,
) -> Iterator[tuple[Signature, Signature, Row]]:
    """(signs of the unit or of the loss, s, point) on one pattern of layer 1."""
    inside = lift.start(_unshared_block(signatures, block))
    fixed = [*lift.hidden_rows(pattern), lift.positive]
    seen: set[tuple[Row, ...]] = set()
    for s in lift.output_signs():
        rows = lift.loss_rows(pattern, s)
        if not with_loss:  # with labels -1 these are 1 + z: take the 1 away
            rows = tuple((*row[:-1], row[-1] - 1) for row in rows)
        if rows not in seen:
            seen.add(rows)
            for signs, point in signs_on_cone(signatures.field, fixed, rows, inside, clock):
                yield signs, s, point


def _unshared_block(signatures: SignatureMap, block: Row) -> Row:
    layer = signatures.network.layers[0]
    weights = [block[g] for row in layer.entries for _, g in row]
    return (*weights, *block[layer.parameter_count :])


def _composed(signatures: SignatureMap, unit: int, small: Parameters) -> Iterator[Parameters]:
    """The point as parameters of the whole network, where layer 1 has no shared weight."""
    network = signatures.network
    first, second = network.layers[0], network.layers[1]
    if first.is_shared or second.is_shared:
        return
    flat: list[Number] = [signatures.field.one] * network.parameter_count
    for g, value in zip(
        (g for row in first.entries for _, g in row), small.weights[0], strict=True
    ):
        flat[g] = value
    for k, value in enumerate(small.biases[0] or ()):
        flat[first.parameter_count + k] = value
    start = network.block_slice(1).start
    for (_, g), value in zip(second.entries[unit], small.weights[1], strict=True):
        flat[start + g] = value
    for value in small.biases[1] or ():
        flat[start + second.parameter_count + unit] = value
    yield Parameters.from_flat(network, flat)
