"""Tables of minors for the compiled flag sweep, and the signs that are read off them.

Tables hold minors (fraction-free elimination after Bareiss), below 2^62 by Hadamard's bound,
which the caller checks.  A 2×2 determinant of such numbers is formed in 128 bits; it is divided
exactly by the previous pivot 2^z·m, m odd, by a shift and a multiplication with the inverse of m
modulo 2^64.  At the leaves only signs are needed: they are read off doubles where a rigorous
error bound allows it (`directions`), and redone in 128 bits where it does not.

A set of hyperplanes is one word.  Importing this module imports Numba.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

__all__ = [
    "NONE",
    "ONE",
    "bit",
    "det_sign",
    "directions",
    "eliminate",
    "fan",
    "lowest",
    "ones",
    "sign",
    "vanishing",
]

# Rounding: with u = 2^-53, converting x and y and multiplying gives fl(xy) = xy(1+e)^3, |e| <= u;
# the subtraction adds at most u|v|.  So v = fl(fl(xy') - fl(yx')) is wrong by less than
# 4.01 u (|xy'| + |yx'|), computed from the rounded products; 2^-50 = 8u is safe.  Numbers are
# integers below 2^62: no product overflows, none is subnormal.
EPSILON = 2.0**-50

ONE = np.uint64(1)
NONE = np.uint64(0)


@intrinsic
def _det_shifted(context: Any, a: Any, b: Any, c: Any, d: Any, z: Any) -> Any:
    """The low 64 bits of (ab - cd) / 2^z, formed in 128 bits."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        a, b, c, d, z = (builder.sext(x, wide) for x in args)
        value = builder.sub(builder.mul(a, b), builder.mul(c, d))
        return builder.trunc(builder.ashr(value, z), ir.IntType(64))

    return types.int64(*[types.int64] * 5), generate


@intrinsic
def _det_sign(context: Any, a: Any, b: Any, c: Any, d: Any) -> Any:
    """The sign of ab - cd, formed in 128 bits."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide, narrow = ir.IntType(128), ir.IntType(64)
        a, b, c, d = (builder.sext(x, wide) for x in args)
        left, right = builder.mul(a, b), builder.mul(c, d)
        above = builder.zext(builder.icmp_signed(">", left, right), narrow)
        below = builder.zext(builder.icmp_signed("<", left, right), narrow)
        return builder.sub(above, below)

    return types.int64(*[types.int64] * 4), generate


@intrinsic
def _lowest(context: Any, word: Any) -> Any:
    """The number of the lowest bit of a nonzero word."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def _ones(context: Any, word: Any) -> Any:
    """The number of bits set in a word."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.int64(types.uint64), generate


# Numba's stubs would show type checkers the context that callers do not pass.
det_shifted: Any = _det_shifted
det_sign: Any = _det_sign
lowest: Any = _lowest
ones: Any = _ones


@njit
def bit(k: int) -> Any:
    """The set of one hyperplane."""
    return ONE << np.uint64(k)


@njit
def sign(x: int) -> int:
    """-1, 0 or +1."""
    return (1 if x > 0 else 0) - (1 if x < 0 else 0)


@njit
def inverse(m: int) -> int:
    """The inverse of an odd number modulo 2^64 (Newton; each step doubles the good bits)."""
    x = (3 * m) ^ 2
    for _ in range(5):
        x = x * (2 - m * x)
    return x


@njit
def pivot_column(tables: Any, src: int, p: int, row: int) -> int:
    """The column of the least nonzero entry of a row; -1 where the row is zero."""
    best, found = np.int64(0), -1
    for c in range(p):
        value = abs(tables[src, c, row])
        if value != 0 and (found < 0 or value < best):
            best, found = value, c
    return found


@njit
def eliminate(tables: Any, meta: Any, src: int, dst: int, p: int, row: int, rows: Any) -> None:
    """Table dst := table src on the kernel of a row, for these rows and the functional.

    `meta[s]` is (previous pivot, parity of the column order) of table s: an entry of row l is
    the determinant of the rows eliminated, then l, up to that parity.
    """
    n = tables.shape[2] - 1
    pc = pivot_column(tables, src, p, row)
    pivot, previous = tables[src, pc, row], meta[src, 0]
    z = np.int64(0)
    while (previous >> z) & 1 == 0:
        z += 1
    undo = inverse(previous >> z)
    k = 0
    for c in range(p):
        if c == pc:
            continue
        b = tables[src, c, row]
        left = rows
        while left:
            l = lowest(left)
            left &= left - ONE
            x = det_shifted(tables[src, c, l], pivot, tables[src, pc, l], b, z)
            tables[dst, k, l] = x * undo
        x = det_shifted(tables[src, c, n], pivot, tables[src, pc, n], b, z)
        tables[dst, k, n] = x * undo
        k += 1
    meta[dst, 0] = pivot
    meta[dst, 1] = meta[src, 1] ^ (pc & 1)


@njit
def vanishing(tables: Any, src: int, p: int, rows: Any) -> Any:
    """The rows that are zero in a table."""
    zero, left = NONE, rows
    while left:
        l = lowest(left)
        left &= left - ONE
        c = 0
        while c < p and tables[src, c, l] == 0:
            c += 1
        if c == p:
            zero |= bit(l)
    return zero


@njit
def fan(tables: Any, src: int, rows: Any, line: Any) -> tuple[Any, Any]:
    """The rows that are (positive, zero) along the kernel of row `line`, in a plane.

    The orientation is that on which x·y_line - y·x_line counts as positive for row (x, y).
    """
    x, y = tables[src, 0, line], tables[src, 1, line]
    positive, zero, left = NONE, NONE, rows
    while left:
        l = lowest(left)
        left &= left - ONE
        s = det_sign(tables[src, 0, l], y, tables[src, 1, l], x)
        if s > 0:
            positive |= bit(l)
        elif s == 0:
            zero |= bit(l)
    return positive, zero


@njit
def directions(X: Any, Y: Any, powers: Any, n: int, xj: float, yj: float) -> tuple[Any, Any]:
    """The rows where x·y_j - y·x_j is surely (positive, negative); see `EPSILON`."""
    positive, negative = NONE, NONE
    for l in range(n):
        a, b = X[l] * yj, Y[l] * xj
        v, e = a - b, EPSILON * (abs(a) + abs(b))
        positive |= powers[l] if v > e else NONE
        negative |= powers[l] if v < -e else NONE
    return positive, negative
