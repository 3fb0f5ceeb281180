"""The flag sweep: every chamber of an arrangement once, from signs of minors alone.

No linear program, no hashing, nothing to remember: the state is a stack of tables.

*Stages.*  By `flag`, pairs ±C of chambers are the f-positive chambers P(L, f) of the stages.

*Rays.*  Let L be a central arrangement of rank q, h one of its hyperplanes, a its normal.  Then
P(L, f) is the disjoint union, over the rays u of L outside h oriented so that f(u) > 0, of the
sets P(L_u, f_u): L_u are the hyperplanes through u, f_u = f - f(u)/a(u)·a, and the other
hyperplanes have the sign that they have at u.
  Proof.  In the slices a = ±1 the functional f is bounded below on a cell C iff f > 0 on the
  recession cone of C.  As f is generic, its least point u on C is unique; f(u) > 0 iff f > 0 on C
  and the local cone of C at u is f_u-positive.  Conversely f_u-positivity at u makes u the least
  point, and f = f_u > 0 on the recession directions, where a = 0.
On the kernel of a, f_u = f; so the local chambers are those of the restriction of L_u to h, one
dimension lower, and the method applies to them again.  A chamber is thus a chain of rays
u_0, u_1, ..., and u_0 + εu_1 + ε²u_2 + ... lies in it for small ε > 0.

*Flats.*  Rays outside h are the flats of corank 1 without h; each is met once, by its least basis
in depth-first order.  The search below carries many tables at once.  Where as many hyperplanes
meet as the rank, there is one local chamber, and l has the sign of c_l in f = Σ c_l a_l.

*Exactness.*  See `flag_tables`: integers of proved size, Python integers, or field numbers.  That
f vanishes on no ray, those in h included, is checked; `NotGeneric` asks for another f.

The method is a bijective form of Zaslavsky's count of chambers by the flats of a generic flag.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from exactmargin.cells.flag import NotGeneric, Stage
from exactmargin.cells.flag_tables import Arithmetic, Tables
from exactmargin.cells.packing import Words, pack

__all__ = ["NumpyStage", "prepare"]

Flags: TypeAlias = NDArray[np.bool_]
Indices: TypeAlias = NDArray[np.intp]

_BATCH = 1 << 18
"""About this many numbers are computed with at a time."""


@final
@dataclass(frozen=True, slots=True)
class _Local:
    """A batch of local problems: find the f-positive chambers of m hyperplanes each.

    `tables` (B, m+1, p), `previous` pivots (B,), `names` (B, m) of the hyperplanes, and the
    signs that are known of all n, `positive` (B, n).
    """

    tables: Tables
    previous: Tables
    names: Indices
    positive: Flags

    def part(self, which: Any) -> "_Local":
        """Some of the problems."""
        return _Local(
            self.tables[which], self.previous[which], self.names[which], self.positive[which]
        )


@final
@dataclass(frozen=True, slots=True)
class _Nodes:
    """A batch of nodes of the search for flats in problems `owner`; `last` is the last choice."""

    tables: Tables
    previous: Tables
    owner: Indices
    closed: Flags
    last: Indices


@final
@dataclass(frozen=True, slots=True, eq=False)
class NumpyStage:
    """A stage ready to run; made by `prepare`."""

    stage: Stage
    arithmetic: Arithmetic

    def words(self, prefix: tuple[int, ...] = ()) -> Iterator[Words]:
        """The chambers whose ray has a least basis that begins with `prefix`, in pieces.

        Raises NotGeneric.
        """
        table = self.arithmetic.table(self.stage)
        start = _Local(
            table,
            self.arithmetic.ones(1),
            np.arange(self.stage.size)[np.newaxis],
            np.zeros((1, self.stage.size), np.bool_),
        )
        for positive in self._chambers(start, prefix):
            yield pack(positive)

    def count(self, prefix: tuple[int, ...] = ()) -> int:
        """The number of chambers below a prefix; raises NotGeneric."""
        return sum(len(words) for words in self.words(prefix))

    def check(self) -> None:
        """Raises NotGeneric if f vanishes on a ray in hyperplane 0."""
        if self.stage.q == 1:
            return
        table = self.arithmetic.table(self.stage)
        zero = np.zeros(1, np.intp)
        tables, previous = self.arithmetic.eliminate(table, self.arithmetic.ones(1), zero)
        if self.stage.q == 2:
            if self.arithmetic.signs(tables[:, -1, 0])[0] == 0:
                raise NotGeneric
            return
        closed = np.zeros((1, self.stage.size), np.bool_)
        closed[:, 0] = True
        nodes = _Nodes(tables, previous, zero, closed, zero)
        for leaf, which, lines in self._planes(nodes, ()):
            x, y = leaf.tables[which, -1].T
            u, v = leaf.tables[which, lines].T
            if not self.arithmetic.signs(x * v - y * u).all():
                raise NotGeneric

    def _chambers(self, local: _Local, prefix: tuple[int, ...] = ()) -> Iterator[Flags]:
        """The chambers of a batch of local problems, as booleans over all n hyperplanes."""
        number, rows, p = local.tables.shape
        if rows - 1 == p:
            yield _placed(local, self._simple(local.tables, local.previous))
            return
        if p == 1:
            signs = self.arithmetic.signs(local.tables[:, :, 0])
            yield _placed(local, _oriented(signs))
            return
        first = np.zeros(number, np.intp)
        closed = np.zeros((number, rows - 1), np.bool_)
        nodes = _Nodes(local.tables, local.previous, np.arange(number), closed, first)
        below, pivots = self.arithmetic.eliminate(local.tables, local.previous, first)
        under = _Local(below, pivots, local.names, local.positive)
        for leaf, which, lines in self._planes(nodes, prefix):
            signs = self.arithmetic.planes(leaf.tables, which, lines)
            before = leaf.closed[which]
            zero = signs[:, :-1] == 0
            good = ((zero & ~before).argmax(axis=1) == lines) & ~zero[:, 0]
            owner = leaf.owner[which]
            yield from self._at_rays(under, owner[good], signs[good], zero[good])

    def _at_rays(
        self, under: _Local, owner: Indices, signs: NDArray[np.int8], zero: Flags
    ) -> Iterator[Flags]:
        """The chambers at rays with these signs and zeros, in the problems' restrictions to h."""
        known = _oriented(signs)
        through = zero.sum(axis=1)
        for m in np.unique(through):
            here = np.flatnonzero(through == m)
            k, row = np.nonzero(~zero[here])
            positive = under.positive[owner[here]]
            positive[k, under.names[owner[here][k], row]] = known[here[k], row]
            rows = np.nonzero(zero[here])[1].reshape(len(here), m)
            line = owner[here][:, np.newaxis]
            with_f = np.concatenate([rows, np.full((len(here), 1), zero.shape[1])], axis=1)
            local = _Local(
                under.tables[line, with_f],
                under.previous[owner[here]],
                under.names[line, rows],
                positive,
            )
            step = max(1, _BATCH // (int(m) ** 2 * local.tables.shape[2]))
            for start in range(0, len(here), step):
                yield from self._chambers(local.part(slice(start, start + step)))

    def _planes(
        self, nodes: _Nodes, prefix: tuple[int, ...]
    ) -> Iterator[tuple[_Nodes, Indices, Indices]]:
        """The nodes whose flat is a plane, and the rows that may follow: (nodes, which, row)."""
        rows, p = nodes.tables.shape[1] - 1, nodes.tables.shape[2]
        open_ = ~nodes.closed & (np.arange(rows) > nodes.last[:, np.newaxis])
        if prefix:
            open_ &= np.arange(rows) == prefix[0]
        which, chosen = np.nonzero(open_)
        step = max(1, _BATCH // (rows * p))
        for start in range(0, len(which), step):
            k, j = which[start : start + step], chosen[start : start + step]
            if p == 2:
                yield nodes, k, j
                continue
            tables, previous = self.arithmetic.eliminate(nodes.tables[k], nodes.previous[k], j)
            zero = (tables[:, :-1] == 0).all(axis=2)
            good = (zero & ~nodes.closed[k]).argmax(axis=1) == j
            child = _Nodes(tables[good], previous[good], nodes.owner[k[good]], zero[good], j[good])
            yield from self._planes(child, prefix[1:])

    def _simple(self, tables: Tables, previous: Tables) -> Flags:
        """The signs of the c_l in f = Σ c_l a_l, for p independent rows: (B, p) positive.

        By halves: on the kernel of one half of the rows only the other half is left of the sum.
        """
        p = tables.shape[2]
        if p == 1:
            return _oriented(self.arithmetic.signs(tables[:, :, 0]))
        half, answers = p // 2, []
        for kept in (range(half), range(half, p)):
            part, pivots = tables, previous
            for row in range(p):
                if row not in kept:
                    rows = np.full(len(part), row)
                    part, pivots = self.arithmetic.eliminate(part, pivots, rows)
            answers.append(self._simple(part[:, [*kept, p]], pivots))
        return np.concatenate(answers, axis=1)


def _oriented(signs: NDArray[np.int8]) -> Flags:
    """Which rows are positive where f, the last one, is; raises NotGeneric where f is zero."""
    if not signs[:, -1].all():
        raise NotGeneric
    positive: Flags = signs[:, :-1] == signs[:, -1:]
    return positive


def _placed(local: _Local, signs: Flags) -> Flags:
    """The chambers of which `signs` are the last that were missing."""
    positive = local.positive.copy()
    positive[np.arange(len(signs))[:, np.newaxis], local.names] = signs
    return positive


def prepare(stage: Stage) -> NumpyStage:
    """The stage, ready to run; raises NotGeneric where f vanishes on a ray in hyperplane 0."""
    result = NumpyStage(stage, Arithmetic(stage))
    result.check()
    return result
