"""The flag sweep, compiled: one stage of at most 64 hyperplanes whose minors fit 62 bits.

The method and its proof are in `flag_sweep`; both give the same chambers.  Here a set of
hyperplanes is one word, and a depth-first search keeps its tables (`flag_tables_numba`) on a
stack.  The sign of hyperplane l in a simple leaf S (as many hyperplanes as the rank) is by
Cramer's rule

    s_l = (-1)^(t-1-i) · sign det(h, S without l, f) · sign det(h, S),    l the i-th of t = |S|,

so a table of the signs det(h, T, f) over the (t-1)-subsets T, one byte each, answers it.

Numba caches machine code by the file of the entry point alone; the entry points are therefore
closures over a digest of these files, so that a change in any is compiled anew.
"""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from exactmargin.cells import flag_local_numba, flag_tables_numba
from exactmargin.cells.flag import LONGEST, NotGeneric, Stage
from exactmargin.cells.flag_local_numba import emit, local, on_line
from exactmargin.cells.flag_tables_numba import (
    NONE,
    ONE,
    bit,
    det_sign,
    directions,
    eliminate,
    lowest,
    ones,
    sign,
    vanishing,
)
from exactmargin.cells.packing import Words
from exactmargin.errors import InternalError

__all__ = ["CompiledStage", "prepare", "supports"]

_LARGEST_TABLE = 2**30
"""So many signs, one byte each, are kept at most."""


@njit
def _fill(tables: Any, meta: Any, all_rows: Any, binomials: Any, signs: Any) -> bool:
    """signs[rank of T] := sign det(h, T, f) for the (t-1)-subsets T independent of h = row 0.

    Table q is that of the kernel of h.  False where f vanishes on a ray in h.
    """
    q, n = tables.shape[1], tables.shape[2] - 1
    t, start = q - 1, q
    if t == 1:
        signs[0] = sign(tables[start, 0, n]) * (1 - 2 * meta[start, 1])
        return bool(signs[0] != 0)
    closed = np.zeros(q, np.uint64)
    rank = np.zeros(q, np.int64)
    cursor = np.ones(q, np.int64)
    closed[0] = ONE
    level = 0
    while level >= 0:
        now = start + level
        if level == t - 2:
            turn = (1 - 2 * meta[now, 1]) * sign(meta[now, 0])
            fx, fy = tables[now, 0, n], tables[now, 1, n]
            for j in range(cursor[level], n):
                if closed[level] & bit(j):
                    continue
                s = det_sign(tables[now, 0, j], fy, tables[now, 1, j], fx)
                if s == 0:
                    return False
                signs[rank[level] + binomials[j - 1, level + 1]] = s * turn
            level -= 1
            continue
        j = cursor[level]
        if j > n - (t - 1 - level):
            level -= 1
            continue
        cursor[level] = j + 1
        if closed[level] & bit(j):
            continue
        p = t - level
        eliminate(tables, meta, now, now + 1, p, j, all_rows)
        fresh = vanishing(tables, now + 1, p - 1, all_rows & ~closed[level])
        closed[level + 1] = closed[level] | fresh
        rank[level + 1] = rank[level] + binomials[j - 1, level + 1]
        cursor[level + 1] = j + 1
        level += 1
    return True


@njit
def _ranks(chosen: Any, t: int, binomials: Any) -> Any:
    """For i < t: the rank of the t - 1 chosen rows without the i-th, a j still to come."""
    ranks = np.zeros(t, np.int64)
    for i in range(t):
        for a in range(t - 1):
            if a != i:
                ranks[i] += binomials[chosen[a] - 1, a + 1 - (1 if a > i else 0)]
    return ranks


@njit
def _leaves(
    work: Any, fixed: Any, now: int, closed: Any, chosen: Any, store: Any, count: int
) -> int:
    """All rays of the plane of table `now`, and the chambers at each; -1 if not generic."""
    tables, meta, _ = work
    all_rows, signs, binomials, powers = fixed
    link, _, chains = store
    q, n = tables.shape[1], tables.shape[2] - 1
    t = q - 1
    X, Y = np.empty(n), np.empty(n)
    for l in range(n):
        X[l], Y[l] = tables[now, 0, l], tables[now, 1, l]
    fx, fy = tables[now, 0, n], tables[now, 1, n]
    ranks = _ranks(chosen, t, binomials)
    turn = (1 - 2 * meta[now, 1]) * sign(meta[now, 0]) * (1 if t & 1 else -1)
    for j in range(chosen[t - 2] + 1 if t > 1 else 1, n):
        if closed & bit(j):
            continue
        x, y = tables[now, 0, j], tables[now, 1, j]
        along = det_sign(fx, y, fy, x)
        if along == 0:
            return -1
        positive, negative = directions(X, Y, powers, n, X[j], Y[j])
        zero = closed | bit(j)
        unsure = all_rows & ~(positive | negative | zero)
        while unsure:
            l = lowest(unsure)
            unsure &= unsure - ONE
            s = det_sign(tables[now, 0, l], y, tables[now, 1, l], x)
            if s > 0:
                positive |= bit(l)
            elif s == 0:
                zero |= bit(l)
        if zero & ONE:
            continue
        word = positive if along > 0 else all_rows & ~positive & ~zero
        if ones(zero) == t:
            side = turn if positive & ONE else -turn
            add = binomials[j - 1, t - 1]
            if signs[ranks[t - 1]] == side:
                word |= bit(j)
            for i in range(t - 2, -1, -1):
                side = -side
                if signs[ranks[i] + add] == side:
                    word |= bit(chosen[i])
            if len(chains):
                for i in range(t - 1):
                    link[0, i] = chosen[i]
                link[0, t - 1], link[1, 0] = j, -1
            count = emit(word, store, count)
        elif lowest(zero & ~closed) == j:
            for i in range(t - 1):
                link[0, i] = chosen[i]
            link[0, t - 1], link[0, q - 1] = j, 0
            count = local(work, q, t, 2 * q, zero, word, store, count)
            if count < 0:
                return -1
    return count


@njit
def _search(work: Any, fixed: Any, prefix: Any, store: Any) -> int:
    """Depth first over the least bases of flats; table k is that of the kernel of k rows."""
    tables, meta, _ = work
    all_rows = fixed[0]
    q, n = tables.shape[1], tables.shape[2] - 1
    t = q - 1
    chosen, cursor = np.zeros(q, np.int64), np.ones(q, np.int64)
    closed = np.zeros(q, np.uint64)
    count, level, given = 0, 0, len(prefix)
    while level >= 0:
        if level == t - 1:
            count = _leaves(work, fixed, level, closed[level], chosen, store, count)
            if count < 0:
                return -1
            level = level - 1 if level > given else -1
            continue
        j = prefix[level] if level < given else cursor[level]
        if j > n - (t - level):
            level = level - 1 if level > given else -1
            continue
        cursor[level] = j + 1
        fresh = NONE
        if not closed[level] & bit(j):
            eliminate(tables, meta, level, level + 1, q - level, j, all_rows)
            fresh = vanishing(tables, level + 1, q - level - 1, all_rows & ~closed[level])
        if fresh and lowest(fresh) == j:
            chosen[level] = j
            closed[level + 1] = closed[level] | fresh
            cursor[level + 1] = j + 1
            level += 1
        elif level < given:
            return 0
    return count


@njit
def _load(table: Any, tables: Any, meta: Any) -> None:
    """Table 0 := a stage's table, column by column; its previous pivot is 1."""
    for row in range(table.shape[0]):
        for c in range(table.shape[1]):
            tables[0, c, row] = table[row, c]
    meta[0, 0] = 1


def _entries(digest: int) -> tuple[Any, Any]:
    """The two compiled entry points; `digest` makes them others for other sources."""

    @njit(nogil=True, cache=True)
    def prepare(table: Any, all_rows: Any, binomials: Any, signs: Any) -> bool:
        if digest < 0:
            return False
        q, n = table.shape[1], table.shape[0] - 1
        tables = np.zeros((2 * q, q, n + 1), np.int64)
        meta = np.zeros((2 * q, 2), np.int64)
        _load(table, tables, meta)
        eliminate(tables, meta, 0, q, q, 0, all_rows)
        return _fill(tables, meta, all_rows, binomials, signs)

    @njit(nogil=True, cache=True)
    def run(
        table: Any, all_rows: Any, binomials: Any, signs: Any, prefix: Any, out: Any, chains: Any
    ) -> int:
        if digest < 0:
            return -1
        q, n = table.shape[1], table.shape[0] - 1
        slots = 2 * q + q * q // 2 + 1
        tables = np.zeros((slots, q, n + 1), np.int64)
        meta = np.zeros((slots, 2), np.int64)
        masks = np.zeros((slots, 2), np.uint64)
        link = np.zeros((q, q), np.int8)
        powers = np.empty(n, np.uint64)
        for l in range(n):
            powers[l] = bit(l)
        _load(table, tables, meta)
        if q == 1:
            return on_line(tables, 0, all_rows, NONE, (link, out, chains), 0)
        eliminate(tables, meta, 0, q, q, 0, all_rows)
        return _search(
            (tables, meta, masks),
            (all_rows, signs, binomials, powers),
            prefix,
            (link, out, chains),
        )

    return prepare, run


def _digest() -> int:
    files = (__file__, flag_local_numba.__file__, flag_tables_numba.__file__)
    text = b"".join(Path(name).read_bytes() for name in files)
    return int.from_bytes(hashlib.sha256(text).digest()[:7])


_PREPARE, _RUN = _entries(_digest())


def supports(stage: Stage) -> bool:
    """Whether words of 64 bits suffice for the sets and the minors of this stage."""
    n, q = stage.size, stage.q
    if n > 64 or not stage.is_integral or stage.bound >= LONGEST:
        return False
    return q < 3 or math.comb(n - 1, q - 2) <= _LARGEST_TABLE


@final
@dataclass(frozen=True, slots=True, eq=False)
class CompiledStage:
    """A stage as machine words, with its table of signs; made by `prepare`."""

    table: NDArray[np.int64]
    all_rows: np.uint64
    binomials: NDArray[np.int64]
    signs: NDArray[np.int8]

    def count(self, prefix: tuple[int, ...] = ()) -> int:
        """The number of chambers below a prefix; raises NotGeneric."""
        return self._run(prefix, np.empty(0, np.uint64), np.empty((0, 1, 1), np.int8))

    def words(self, prefix: tuple[int, ...], estimate: int) -> Words:
        """The chambers below a prefix, twice as slowly if more than estimated.

        Raises NotGeneric.
        """
        out = np.empty(estimate, np.uint64)
        number = self._run(prefix, out, np.empty((0, 1, 1), np.int8))
        return out[:number].reshape(-1, 1) if number <= estimate else self.words(prefix, number)

    def chains(self, prefix: tuple[int, ...], number: int) -> tuple[Words, NDArray[np.int8]]:
        """The chambers, of which there are so many, and the rows that define their rays.

        Chains have shape (number, q, q): ray k is where rows [k, :q-1-k] and rows [:k, q-1]
        vanish, oriented by row [k, q-1]; in a simple leaf only [0, :q-1] is given and [1, 0] is
        -1.
        """
        q = self.table.shape[1]
        out, chains = np.empty(number, np.uint64), np.zeros((number, q, q), np.int8)
        if self._run(prefix, out, chains) != number:
            raise InternalError("a run of the sweep gave other chambers the second time")
        return out.reshape(-1, 1), chains

    def _run(self, prefix: tuple[int, ...], out: Any, chains: Any) -> int:
        start = np.array(prefix, np.int64)
        number = int(
            _RUN(self.table, self.all_rows, self.binomials, self.signs, start, out, chains)
        )
        if number < 0:
            raise NotGeneric
        return number


def prepare(stage: Stage) -> CompiledStage:
    """The stage, ready to run; raises NotGeneric where f vanishes on a ray in hyperplane 0."""
    n, q = stage.size, stage.q
    binomials = np.array(
        [[min(math.comb(a, b), LONGEST) for b in range(q + 1)] for a in range(n)], np.int64
    )
    size = math.comb(n - 1, q - 2) if q > 1 else 0
    table = np.ascontiguousarray(stage.table.astype(np.int64))
    result = CompiledStage(table, np.uint64(2**n - 1), binomials, np.zeros(size, np.int8))
    if q > 1 and not _PREPARE(table, result.all_rows, binomials, result.signs):
        raise NotGeneric
    return result
