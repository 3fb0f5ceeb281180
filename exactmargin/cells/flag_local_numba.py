"""The chambers of local problems, compiled: where more hyperplanes meet than the rank.

See `flag_sweep` for the method.  A problem is a set of rows of a table; `work` is the stack of
tables (with pivots and masks), `store` is (chain of rays, chambers found, their chains): what is
found is counted, and kept as far as there is room.  Importing this module imports Numba.
"""

from typing import Any

from numba import njit

from exactmargin.cells.flag_tables_numba import (
    NONE,
    ONE,
    bit,
    det_sign,
    eliminate,
    fan,
    lowest,
    vanishing,
)

__all__ = ["emit", "local", "on_line"]


@njit
def emit(word: Any, store: Any, count: int) -> int:
    """Store one chamber where there is room for it; the new number of chambers."""
    link, out, chains = store
    if count < len(out):
        out[count] = word
    if count < len(chains):
        for k in range(len(link)):
            for i in range(len(link)):
                chains[count, k, i] = link[k, i]
    return count + 1


@njit
def on_line(tables: Any, src: int, rows: Any, base: Any, store: Any, count: int) -> int:
    """On a line: the chamber where f > 0; -1 where f is zero."""
    link = store[0]
    n, q = tables.shape[2] - 1, tables.shape[1]
    f = tables[src, 0, n]
    if f == 0:
        return -1
    link[q - 1, q - 1] = lowest(rows)
    left = rows
    while left:
        l = lowest(left)
        left &= left - ONE
        if (tables[src, 0, l] > 0) == (f > 0):
            base |= bit(l)
    return emit(base, store, count)


@njit
def in_plane(tables: Any, src: int, rows: Any, base: Any, store: Any, count: int) -> int:
    """In a plane: one chamber for every line but that of the first row; -1 if not generic."""
    link = store[0]
    n, q, h = tables.shape[2] - 1, tables.shape[1], lowest(rows)
    fx, fy = tables[src, 0, n], tables[src, 1, n]
    positive, seen = fan(tables, src, rows, h)
    along = det_sign(fx, tables[src, 1, h], fy, tables[src, 0, h])
    if along == 0:
        return -1
    on_h = positive if along > 0 else rows & ~positive & ~seen
    left = rows & ~seen
    while left:
        j = lowest(left)
        positive, zero = fan(tables, src, rows, j)
        left &= ~zero
        along = det_sign(fx, tables[src, 1, j], fy, tables[src, 0, j])
        if along == 0:
            return -1
        if along < 0:
            positive = rows & ~positive & ~zero
        link[q - 2, 0], link[q - 2, q - 1], link[q - 1, q - 1] = j, h, j
        count = emit(base | positive | (on_h & zero), store, count)
    return count


@njit
def local(
    work: Any, src: int, p: int, free: int, rows: Any, base: Any, store: Any, count: int
) -> int:
    """The f-positive chambers of some rows of table src; -1 if f is not generic.

    Tables from `free` on may be used: `free` for the kernel of the first row h, the next ones
    for the flats in a depth-first search over their least bases.
    """
    tables, meta, masks = work
    link = store[0]
    if p == 1:
        return on_line(tables, src, rows, base, store, count)
    if p == 2:
        return in_plane(tables, src, rows, base, store, count)
    n, q, h = tables.shape[2] - 1, tables.shape[1], lowest(rows)
    eliminate(tables, meta, src, free, p, h, rows)
    link[q - p, q - 1] = h
    masks[free, 0], masks[free, 1] = NONE, rows & ~bit(h)
    level = 0
    while level >= 0:
        now = src if level == 0 else free + level
        closed, untried = masks[free + level, 0], masks[free + level, 1]
        if untried == 0:
            level -= 1
            continue
        j = lowest(untried)
        masks[free + level, 1] = untried & (untried - ONE)
        link[q - p, level] = j
        if level < p - 2:
            after = free + level + 1
            eliminate(tables, meta, now, after, p - level, j, rows)
            fresh = vanishing(tables, after, p - level - 1, rows & ~closed)
            if lowest(fresh) == j:
                closed |= fresh
                masks[after, 0] = closed
                masks[after, 1] = masks[free + level, 1] & ~closed
                level += 1
            continue
        positive, fresh = fan(tables, now, rows & ~closed, j)
        masks[free + level, 1] &= ~fresh
        if lowest(fresh) != j:
            continue
        x, y = tables[now, 0, j], tables[now, 1, j]
        along = det_sign(tables[now, 0, n], y, tables[now, 1, n], x)
        if along == 0:
            return -1
        if along < 0:
            positive = rows & ~closed & ~positive & ~fresh
        count = local(
            work, free, p - 1, free + p - 1, closed | fresh, base | positive, store, count
        )
        if count < 0:
            return -1
    return count
