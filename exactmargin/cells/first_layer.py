"""The first hidden layer: a product of arrangements, one for each group of units (THEORY §2.2).

A pre-activation of the first layer is linear in the layer's block. Units that share a parameter
(V §2, g_1) depend on each other and make one *group* with one joint arrangement; the groups are
independent. Groups with the same rows have the same chambers, which are computed once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import final

from exactmargin.cells.arrangement import Arrangement
from exactmargin.cells.chambers import Chambers, stream_chambers
from exactmargin.cells.search import BudgetSpent, Clock, Row, signs_on_cone
from exactmargin.cells.signatures import Entry, Signature, SignatureMap
from exactmargin.exact import Field

__all__ = ["FirstLayer", "Group", "GroupChambers", "cover_bound", "first_layer_groups"]


@final
@dataclass(frozen=True, slots=True)
class Group:
    """Units that share parameters: their `coordinates` in the block, and their joint rows.

    `rows` are in these coordinates, one for each entry of `entries`.
    """

    units: tuple[int, ...]
    coordinates: tuple[int, ...]
    entries: tuple[Entry, ...]
    rows: tuple[Row, ...]


def first_layer_groups(signatures: SignatureMap) -> tuple[Group, ...]:
    """The groups of the units of layer 1 of a network with a hidden layer, in order."""
    layer = signatures.network.layers[0]
    groups: list[tuple[set[int], set[int]]] = []
    for unit, entries in enumerate(layer.entries):
        units, used = {unit}, {k for _, k in entries}
        if layer.bias:
            used.add(layer.parameter_count + unit)
        for group in [group for group in groups if group[1] & used]:
            groups.remove(group)
            units |= group[0]
            used |= group[1]
        groups.append((units, used))
    return tuple(
        _group(signatures, sorted(units), sorted(used))
        for units, used in sorted(groups, key=_first)
    )


def _first(group: tuple[set[int], set[int]]) -> int:
    return min(group[0])


def _group(signatures: SignatureMap, units: list[int], used: list[int]) -> Group:
    entries = tuple((i, 0, k) for k in units for i in range(len(signatures.inputs)))
    rows = []
    for i, _, k in entries:
        row = signatures.first_layer_row(i, k)
        rows.append(tuple(row[c] for c in used))
    return Group(tuple(units), tuple(used), entries, tuple(rows))


def cover_bound(hyperplanes: int, dimension: int) -> int:
    """The greatest number of chambers of so many hyperplanes through 0 (Cover 1965)."""
    if hyperplanes == 0 or dimension == 0:
        return 1
    total, term = 0, 1
    for k in range(min(dimension, hyperplanes)):
        total += term
        term = term * (hyperplanes - 1 - k) // (k + 1)
    return 2 * total


@final
class GroupChambers:
    """The chambers of one group: their number, their signs, and a point inside each on demand."""

    def __init__(self, field: Field, group: Group, clock: Clock) -> None:
        self._pieces: list[Chambers] = []
        self._search: dict[tuple[int, ...], Row] = {}
        self._places: dict[tuple[int, ...], tuple[int, int]] | None = None
        self.complete = True
        arrangement = Arrangement.central(field, group.rows, dimension=len(group.coordinates))
        try:
            for piece in stream_chambers(arrangement):
                self._pieces.append(piece)
                clock.check()
        except BudgetSpent:
            self.complete = False
        if not self._pieces:  # at least one
            origin = (field.zero,) * len(group.coordinates)
            self._search = dict([next(signs_on_cone(field, (), group.rows, origin))])

    def __len__(self) -> int:
        return sum(piece.count for piece in self._pieces) + len(self._search)

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        yield from self._search
        for piece in self._pieces:
            yield from piece

    def __contains__(self, signs: object) -> bool:
        return signs in self._search or signs in self._index()

    def witness(self, signs: tuple[int, ...]) -> Row:
        """A point of the chamber with these signs; `KeyError` where there is none."""
        if signs in self._search:
            return self._search[signs]
        piece, place = self._index()[signs]
        if place not in self._points[piece]:
            self._points[piece][place] = self._pieces[piece].witness(place)
        return self._points[piece][place]

    def _index(self) -> dict[tuple[int, ...], tuple[int, int]]:
        if self._places is None:
            self._points: list[dict[int, Row]] = [{} for _ in self._pieces]
            self._places = {
                signs: (n, i)
                for n, piece in enumerate(self._pieces)
                for i, signs in enumerate(piece)
            }
        return self._places


@final
class FirstLayer:
    """All sign patterns of the first hidden layer, as a product: nothing is multiplied out.

    `chambers[g]` are the chambers of group g. `complete` tells whether the clock let every group
    be finished; each has at least one chamber.
    """

    def __init__(self, signatures: SignatureMap, clock: Clock | None = None) -> None:
        self.signatures = signatures
        self.groups = first_layer_groups(signatures)
        known: dict[tuple[Row, ...], GroupChambers] = {}
        self.chambers: list[GroupChambers] = []
        for group in self.groups:
            if group.rows not in known:
                known[group.rows] = GroupChambers(signatures.field, group, clock or Clock())
            self.chambers.append(known[group.rows])
        self.complete = all(chambers.complete for chambers in self.chambers)

    @property
    def count(self) -> int:
        """The number of patterns that were found: all of them where `complete`."""
        return prod(map(len, self.chambers))

    @property
    def bound(self) -> int:
        """A number that the patterns do not exceed; their number where `complete`."""
        if self.complete:
            return self.count
        return prod(
            cover_bound(sum(any(row) for row in group.rows), len(group.coordinates))
            for group in self.groups
        )

    def __iter__(self) -> Iterator[Signature]:
        """The patterns, as signs of all entries of layer 1: example by example, unit by unit."""
        for choice in product(*self.chambers):
            yield self._joined(choice)

    def __contains__(self, pattern: Signature) -> bool:
        return all(
            signs in chambers
            for signs, chambers in zip(self._parted(pattern), self.chambers, strict=True)
        )

    def block(self, pattern: Signature) -> Row:
        """A point of the layer's block with this pattern; `KeyError` where there is none."""
        result = [self.signatures.field.zero] * self.signatures.network.parameter_counts[0]
        for group, signs, chambers in zip(
            self.groups, self._parted(pattern), self.chambers, strict=True
        ):
            for c, value in zip(group.coordinates, chambers.witness(signs), strict=True):
                result[c] = value
        return tuple(result)

    def _joined(self, choice: tuple[tuple[int, ...], ...]) -> Signature:
        width = self.signatures.network.layers[0].rows
        result = [0] * (len(self.signatures.inputs) * width)
        for group, signs in zip(self.groups, choice, strict=True):
            for (i, _, k), side in zip(group.entries, signs, strict=True):
                result[i * width + k] = side
        return tuple(result)

    def _parted(self, pattern: Signature) -> list[tuple[int, ...]]:
        width = self.signatures.network.layers[0].rows
        return [tuple(pattern[i * width + k] for i, _, k in g.entries) for g in self.groups]
