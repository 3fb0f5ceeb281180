"""Copies of a network side by side: the model of replicates (L §4, eq. 13 and 126).

Copy r of a network with R outputs has all hidden units and the output r alone. Side by side they
are one network: layer by layer the copies one after the other, each unit reading units of its own
copy; nothing is shared between copies. The flat parameters of a copy keep their order in it.
"""

from collections.abc import Iterable, Sequence

from exactmargin.errors import InvalidInputError
from exactmargin.networks.architecture import Architecture
from exactmargin.networks.layer import Layer

__all__ = ["coordinates_of_copy", "copies", "replicated", "with_output"]


LARGEST = 20_000_000
"""The number of pattern entries that copies side by side may have."""


def with_output(network: Architecture, r: int) -> Architecture:
    """The network with its output r alone (from 0), and without parameters that only others read.

    Raises `InvalidInputError` when there is no such output.
    """
    if isinstance(r, bool) or not 0 <= r < network.output_dimension:
        raise InvalidInputError(
            f"there is no output {r}; the network has outputs 0..{network.output_dimension - 1}"
        )
    *hidden, top = network.layers
    last = Layer(_renumbered([top.pattern[r]]), top.bias)
    return Architecture((*hidden, last), network.negative_slope)


def replicated(network: Architecture) -> Architecture:
    """A copy of the network for each of its outputs, side by side (L eq. 13).

    Raises `InvalidInputError` where the hidden layers have no parameter, so that the copies have
    nothing in common, and where their patterns would have more than `LARGEST` entries.
    """
    if network.block_slice(network.depth - 1).start == 0:
        raise InvalidInputError(
            "has no hidden layer with parameters; replicates of a network are copies of these, so "
            "expected at least one (L eq. 13)",
            place="network.layers",
        )
    entries = sum(layer.rows * layer.columns for layer in network.layers)
    if entries * network.output_dimension**2 > LARGEST:
        raise InvalidInputError(
            f"has {entries} pattern entries and {network.output_dimension} outputs; its copies "
            f"side by side have more than {LARGEST} entries, which is too many to be written out",
            place="network.layers",
        )
    return _side_by_side([with_output(network, r) for r in range(network.output_dimension)])


def copies(network: Architecture) -> tuple[Architecture, ...]:
    """The copies of which a network consists side by side, one for each output.

    The inverse of `replicated`. Raises `InvalidInputError` for a network that has not this form.
    """
    outputs = network.output_dimension
    if not any(layer.rows % outputs for layer in network.layers):
        found = tuple(
            Architecture(tuple(_layers_of_copy(network, r)), network.negative_slope)
            for r in range(outputs)
        )
        same = all(copy.layers[:-1] == found[0].layers[:-1] for copy in found)
        if same and _side_by_side(found) == network:
            return found
    raise InvalidInputError(
        f"is not {outputs} copies of one network side by side, one for each output; "
        "problems.replicates makes such networks (L eq. 13)",
        place="network.layers",
    )


def coordinates_of_copy(network: Architecture, r: int) -> tuple[int, ...]:
    """The flat places of the parameters of copy r, in the copy's own flat order.

    The network is one of `copies`, which is not checked.
    """
    found: list[int] = []
    for n, layer in enumerate(network.layers):
        start, rows = network.block_slice(n).start, _rows_of_copy(network, n, r)
        found += [start + g for g in sorted({g for k in rows for _, g in layer.entries[k]})]
        found += [start + layer.parameter_count + k for k in rows] if layer.bias else []
    return tuple(found)


def _rows_of_copy(network: Architecture, n: int, r: int) -> range:
    size = network.layers[n].rows // network.output_dimension
    return range(r * size, (r + 1) * size)


def _layers_of_copy(network: Architecture, r: int) -> list[Layer]:
    columns = slice(None)
    layers = []
    for n, layer in enumerate(network.layers):
        rows = _rows_of_copy(network, n, r)
        layers.append(Layer(_renumbered([layer.pattern[k][columns] for k in rows]), layer.bias))
        columns = slice(rows.start, rows.stop)
    return layers


def _side_by_side(networks: Sequence[Architecture]) -> Architecture:
    layers = []
    for n, first in enumerate(networks[0].layers):
        rows: list[list[int]] = []
        count = 0
        for r, network in enumerate(networks):
            layer = network.layers[n]
            before, after = (r, len(networks) - 1 - r) if n else (0, 0)
            rows += [
                [0] * (before * layer.columns)
                + [k + count if k else 0 for k in row]
                + [0] * (after * layer.columns)
                for row in layer.pattern
            ]
            count += layer.parameter_count
        layers.append(Layer(tuple(map(tuple, rows)), first.bias))
    return Architecture(tuple(layers), networks[0].negative_slope)


def _renumbered(rows: Iterable[Sequence[int]]) -> tuple[tuple[int, ...], ...]:
    """The pattern with the numbers 1, 2, ... in the order of its own."""
    kept = [tuple(row) for row in rows]
    used = sorted({k for row in kept for k in row} - {0})
    number = {0: 0} | {k: n for n, k in enumerate(used, 1)}
    return tuple(tuple(number[k] for k in row) for row in kept)
