"""The exact sign of a polynomial on an open interval, with a Bernstein certificate.

Deciding is Sturm's theorem; proving is Bernstein's form.  On [s, t] write
p = Σ b_i C(n,i) (x-s)^i (t-x)^(n-i) / (t-s)^n.  If all b_i have one sign or are zero, and not
all are zero, then p has that sign on (s, t): each basis polynomial is positive there.  So a
list of breakpoints is a certificate that a checker verifies without Sturm, by recomputing the
b_i of every piece (and p at the inner breakpoints, which pieces leave out).

Sturm over an ordered field F counts roots in the real closure of F, so for germs too "no root
in (a, b)" is a statement about all points between a and b.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from typing import Literal

from flint import fmpq

from exactmargin.errors import InternalError, InvalidInputError
from exactmargin.exact.fields import Field, Number, sign
from exactmargin.exact.polynomial import Polynomial
from exactmargin.exact.scalars import clipped

__all__ = [
    "IntervalSign",
    "bernstein_coefficients",
    "first_positive_root_bound",
    "roots_in",
    "sign_on_interval",
    "sturm_chain",
]

Sign = Literal[-1, 0, 1]


@dataclass(frozen=True, slots=True)
class IntervalSign:
    """The exact sign of a polynomial on the open interval (a, b).

    `sign` is -1, 0 or +1 where it is constant there, and None where it changes or vanishes at
    some point inside.  For a nonzero sign `breakpoints` is a = t_0 < ... < t_m = b such that
    on every [t_j, t_(j+1)] all Bernstein coefficients have that sign or are zero, not all zero,
    and p(t_j) != 0 for 0 < j < m; else it is empty.
    """

    polynomial: Polynomial
    a: Number
    b: Number
    sign: Sign | None
    breakpoints: tuple[Number, ...]


def sturm_chain(p: Polynomial) -> list[Polynomial]:
    """Sturm's chain of the squarefree part of p != 0: its variations drop by one per root.

    p, p', and negated remainders, each scaled by a positive number; where the last one is not
    constant it is gcd(p, p') and divides all of them, after which V(a) - V(b) is the number of
    distinct roots in the half-open (a, b], whatever p is at the ends (Sturm 1829).
    """
    chain = [p, p.derivative()]
    while chain[-1]:
        rest = -(chain[-2] % chain[-1])
        if rest:
            lead = rest[rest.degree()]
            rest = rest * (p.field.one / (lead if sign(lead) > 0 else -lead))
        chain.append(rest)
    chain.pop()
    last = chain[-1]
    return [q // last for q in chain] if last.degree() > 0 else chain


def _variations(values: Sequence[Number]) -> int:
    signs = [s for s in map(sign, values) if s]
    return sum(s != t for s, t in pairwise(signs))


def _variations_at(chain: Sequence[Polynomial], x: Number) -> int:
    return _variations([q(x) for q in chain])


def _interval(field: Field, a: object, b: object) -> tuple[Number, Number]:
    low, high = field.coerce(a), field.coerce(b)
    if sign(high - low) <= 0:
        ends = [clipped(field.format(end)) for end in (low, high)]
        raise InvalidInputError(
            f"the interval from {ends[0]} to {ends[1]} is empty; "
            "the lower end must be less than the upper end"
        )
    return low, high


def _nonzero(p: Polynomial, wish: str) -> None:
    if not p:
        raise InvalidInputError(f"the zero polynomial has no {wish}; give a nonzero one")


def _refuse_germs(p: Polynomial, wish: str) -> None:
    if not p.field.archimedean:
        raise InvalidInputError(
            f"{wish} over {p.field!r} is refused: bisection never meets an infinitesimal; "
            "state the polynomial over Q or Q(r)"
        )


def roots_in(p: Polynomial, a: object, b: object) -> int:
    """The number of distinct roots of p in the open interval (a, b), in the real closure.

    The ends may be roots; they do not count.  Raises InvalidInputError for p = 0 and a >= b.
    """
    low, high = _interval(p.field, a, b)
    _nonzero(p, "finite number of roots")
    return _roots_between(sturm_chain(p), low, high)


def _roots_between(chain: Sequence[Polynomial], low: Number, high: Number) -> int:
    half_open = _variations_at(chain, low) - _variations_at(chain, high)
    return half_open - (not chain[0](high))


def bernstein_coefficients(p: Polynomial, a: object, b: object) -> tuple[Number, ...]:
    """The n+1 coefficients of p (of degree n) in the Bernstein basis of degree n on [a, b].

    b_i = Σ_(j<=i) C(i,j)/C(n,j) q_j, where q(x) = p(a + (b-a)x).  Empty for p = 0.
    """
    low, high = _interval(p.field, a, b)
    q, n = p.compose_linear(low, high - low), p.degree()
    weighted = [q[j] / comb(n, j) for j in range(n + 1)]
    return tuple(
        sum((weighted[j] * comb(i, j) for j in range(i + 1)), p.field.zero) for i in range(n + 1)
    )


def _halves(b: Sequence[Number]) -> tuple[list[Number], list[Number]]:
    """De Casteljau at the midpoint: the coefficients on the left and the right half."""
    row, left, right = list(b), [b[0]], [b[-1]]
    half = fmpq(1, 2)
    while len(row) > 1:
        row = [(x + y) * half for x, y in pairwise(row)]
        left.append(row[0])
        right.append(row[-1])
    return left, right[::-1]


def sign_on_interval(p: Polynomial, a: object, b: object) -> IntervalSign:
    """The exact sign of p on the open interval (a, b), with its Bernstein certificate.

    Complete over Q and Q(r).  Raises InvalidInputError for a >= b, and over germs.
    """
    _refuse_germs(p, "a sign certificate")
    low, high = _interval(p.field, a, b)
    if not p:
        return IntervalSign(p, low, high, 0, ())
    if _roots_between(sturm_chain(p), low, high):
        return IntervalSign(p, low, high, None, ())
    value = sign(p((low + high) * fmpq(1, 2)))
    if value == 0:
        raise InternalError("Sturm's count missed a root at the midpoint")
    found: Sign = 1 if value > 0 else -1
    return IntervalSign(p, low, high, found, _breakpoints(p, low, high, found))


def _breakpoints(p: Polynomial, a: Number, b: Number, wanted: int) -> tuple[Number, ...]:
    """Bisect (a, b), where p has no root, until each piece shows its sign in Bernstein form.

    It terminates.  Let d > 0 be the least distance from [a, b] to the roots of p other than a
    and b themselves, complex ones included (there is none inside).  Take a piece [s, t] with
    t - s < d and write p = (x-s)^k (t-x)^l q with q(s), q(t) != 0.  The open disc with diameter
    (s, t) lies within (t-s)/2 < d of [s, t] and meets the real line in (s, t), so no root of q
    is in it; by the one-circle theorem (Obreshkoff; Basu, Pollack, Roy, section 10.2) the
    Bernstein coefficients of q have no sign variation, and the first and last of them, q(s) and
    q(t), are not zero.  Those of p are, up to positive factors, the same sequence with k zeros
    before and l behind it.  In an archimedean field halving gets below d.
    """
    points = [a]
    stack = [(a, b, list(bernstein_coefficients(p, a, b)))]
    while stack:
        low, high, coefficients = stack.pop()
        if all(sign(c) != -wanted for c in coefficients):
            points.append(high)
            continue
        middle = (low + high) * fmpq(1, 2)
        left, right = _halves(coefficients)
        stack += [(middle, high, right), (low, middle, left)]
    return tuple(points)


def first_positive_root_bound(p: Polynomial) -> fmpq:
    """The greatest power of two t <= 1 such that p has constant nonzero sign on (0, t].

    The sign is that of the lowest nonzero coefficient.  Raises InvalidInputError for p = 0 and
    over germs (whose roots may be infinitesimal).
    """
    _nonzero(p, "sign to the right of 0")
    _refuse_germs(p, "a rational bound")
    chain = sturm_chain(p)
    at_zero = _variations_at(chain, p.field.zero)

    def clear(k: int) -> bool:  # no root in (0, 2^-k]
        return at_zero == _variations_at(chain, p.field.coerce(fmpq(1, 1 << k)))

    if clear(0):
        return fmpq(1)
    bad, good = 0, 1
    while not clear(good):
        bad, good = good, 2 * good
    while good - bad > 1:
        middle = (bad + good) // 2
        bad, good = (bad, middle) if clear(middle) else (middle, good)
    return fmpq(1, 1 << good)
