"""What walking left open, put to an oracle: which further signatures have a cell (THEORY §2.4).

Signatures are put together layer by layer, on every pattern of the first layer. The signs below
a layer make its pre-activations polynomials in θ; a zero polynomial has sign 0, any other one has
the signs for which the system of strict inequalities so far is not empty. That is known where a
known cell begins with these signs; elsewhere the oracle is asked. A point that it gives is checked
exactly and is a cell more. Where it says "empty", no longer signature with that beginning is
counted: its word, without a certificate. Where it does not decide, all of them are counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, final

from exactmargin.cells.first_layer import FirstLayer
from exactmargin.cells.search import Clock, Row
from exactmargin.cells.signatures import Signature, SignatureMap
from exactmargin.cells.slopes import Expansion, layer_polynomials
from exactmargin.cells.walking import settled
from exactmargin.cells.z3_queries import Answer, Queries
from exactmargin.networks import Parameters

__all__ = ["OracleSearch"]


@final
@dataclass(frozen=True, slots=True)
class _Beginning:
    """Signs layer by layer; their inequalities, and the polynomials of the layer still to come."""

    signs: Signature
    system: tuple[Any, ...]
    coming: tuple[Expansion, ...]


@final
class OracleSearch:
    """Every signature, on the patterns of a `first` layer that is complete.

    Iterating yields the cells that are not among `known`, each with parameters inside, and raises
    `BudgetSpent` with the clock. Once it has ended, no more than `open_count` further cells
    exist; `empty` tells how often this rests on the oracle's word, `undecided` how many of its
    questions were left open.
    """

    def __init__(
        self,
        signatures: SignatureMap,
        first: FirstLayer,
        known: Iterable[Signature],
        queries: Queries,
        clock: Clock | None = None,
    ) -> None:
        self.open_count = self.empty = self.undecided = 0
        self._signatures, self._first, self._queries = signatures, first, queries
        self._clock = clock or Clock()
        entries = signatures.entries
        self._places = sorted(range(len(entries)), key=lambda p: (entries[p][1], entries[p]))
        self._beginnings: set[Signature] = set()
        for signature in known:
            self._add(signature)

    def __iter__(self) -> Iterator[tuple[Signature, Parameters]]:
        """The cells that are found, once."""
        for pattern in self._first:
            stack = [self._of_pattern(pattern)]
            while stack:
                self._clock.check()
                node = stack.pop()
                if node.signs not in self._beginnings:
                    found = self._inside(node)
                    if found is None:
                        continue
                    self._add(found[0])
                    yield found
                stack.extend(self._longer(self._with_layer(node)))

    def _add(self, signature: Signature) -> None:
        signs = self._ordered(signature)
        self._beginnings.update(signs[:n] for n in range(1, len(signs) + 1))

    def _ordered(self, signature: Signature) -> Signature:
        return tuple(signature[p] for p in self._places)

    def _of_pattern(self, pattern: Signature) -> _Beginning:
        """The inequalities of layer 1, which are linear; the pattern is known to be one."""
        rows = layer_polynomials(self._signatures, self._filled(()), 0)
        system = [
            self._queries.inequality(row, side)
            for row, side in zip(rows, pattern, strict=True)
            if side
        ]
        return _Beginning(pattern, tuple(system), ())

    def _with_layer(self, node: _Beginning) -> _Beginning:
        """The polynomials of the next layer, once all signs below it are there."""
        if node.coming or len(node.signs) == len(self._places):
            return node
        layer = self._signatures.entries[self._places[len(node.signs)]][1]
        rows = layer_polynomials(self._signatures, self._filled(node.signs), layer)
        return _Beginning(node.signs, node.system, rows)

    def _filled(self, signs: Signature) -> Signature:
        full = [0] * len(self._places)
        for place, side in zip(self._places, signs, strict=False):
            full[place] = side
        return tuple(full)

    def _longer(self, node: _Beginning) -> Iterator[_Beginning]:
        if not node.coming:  # a whole signature
            return
        row, rest = node.coming[0], node.coming[1:]
        if not row:
            yield _Beginning((*node.signs, 0), node.system, rest)
            return
        for side in (1, -1):
            inequality = self._queries.inequality(row, side)
            yield _Beginning((*node.signs, side), (*node.system, inequality), rest)

    def _inside(self, node: _Beginning) -> tuple[Signature, Parameters] | None:
        """A cell with this beginning; for layer 1 from a point of its own, else the oracle's."""
        signatures = self._signatures
        if len(node.signs) == len(signatures.inputs) * signatures.network.layers[0].rows:
            answer = Answer(False, [self._above(self._first.block(node.signs))])
        else:
            answer = self._queries.ask(node.system, self._clock.left())
        for point in answer.points:
            inside = settled(signatures, point)
            if inside is not None and self._ordered(inside[0])[: len(node.signs)] == node.signs:
                return inside
        self._clock.check()
        if answer.empty:
            self.empty += 1
        else:
            self.undecided += 1
            self.open_count += 2 ** (len(self._places) - len(node.signs))
        return None

    def _above(self, block: Row) -> Parameters:
        """Parameters with this block of layer 1."""
        rest = self._signatures.network.parameter_count - len(block)
        flat = (*block, *[self._signatures.field.one] * rest)
        return Parameters.from_flat(self._signatures.network, flat)
