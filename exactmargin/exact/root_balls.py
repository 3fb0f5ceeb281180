"""One real root of one irreducible polynomial: its definition checked, then balls around it."""

from collections.abc import Sequence

from flint import arb, ctx, fmpq, fmpq_poly

from exactmargin.errors import InvalidInputError
from exactmargin.exact.intervals import roots_in
from exactmargin.exact.polynomial import Polynomial
from exactmargin.exact.rationals import Q
from exactmargin.exact.scalars import clipped, shown

__all__ = ["FIRST_PRECISION", "RootBalls", "irreducible", "isolating"]

FIRST_PRECISION = 64
"""The precision in bits at which a sign is tried first; it doubles until the ball decides."""


def irreducible(minpoly: Sequence[object]) -> Polynomial:
    """The monic polynomial; raises unless it has degree >= 1 and is irreducible over Q."""
    polynomial = Polynomial(Q, minpoly)
    if polynomial.degree() < 1:
        raise InvalidInputError(
            f"the minimal polynomial is the constant {polynomial.format('r')}; "
            "give one of degree at least 1, coefficients from degree 0 up",
            place="minpoly",
        )
    monic = polynomial * (1 / Q.coerce(polynomial[polynomial.degree()]))
    _, factors = fmpq_poly([Q.coerce(c) for c in monic.coefficients]).factor()
    if len(factors) != 1 or factors[0][1] != 1:
        factor = Polynomial(Q, factors[0][0].coeffs()).format("r")
        raise InvalidInputError(
            f"{clipped(polynomial.format('r'))} is reducible over Q "
            f"(a factor: {clipped(factor)}); "
            "give the minimal polynomial of r",
            place="minpoly",
        )
    return monic


def isolating(polynomial: Polynomial, interval: object) -> tuple[fmpq, fmpq]:
    """The ends (lo, hi); raises unless exactly one root lies between them, and none at them."""
    if not isinstance(interval, (tuple, list)) or len(interval) != 2:
        raise InvalidInputError(
            f"{shown(interval)} is not an interval; give two rationals", place="interval"
        )
    low, high = Q.coerce(interval[0]), Q.coerce(interval[1])
    texts = [clipped(str(end)) for end in (low, high)]
    if not low < high:
        raise InvalidInputError(
            f"the lower end {texts[0]} is not less than the upper end {texts[1]}; "
            "swap or widen them",
            place="interval",
        )
    text = clipped(polynomial.format("r"))
    for end, shown_end in zip((low, high), texts, strict=True):
        if not polynomial(end):
            raise InvalidInputError(
                f"the end {shown_end} is itself a root of {text}; move it off the root",
                place="interval",
            )
    roots = roots_in(polynomial, low, high)
    if roots != 1:
        raise InvalidInputError(
            f"{text} has {roots} roots between {texts[0]} and {texts[1]}; "
            "give an interval with exactly one",
            place="interval",
        )
    return low, high


class RootBalls:
    """Ever smaller balls around the root of a polynomial in an isolating interval.

    Bisection until the derivative's ball B excludes zero by far, then interval Newton:
    r lies in m - p(m)/B (mean value theorem) for every m in the ball.
    """

    __slots__ = ("_derivative", "_modulus", "_powers", "_start")

    def __init__(self, modulus: fmpq_poly, low: fmpq, high: fmpq) -> None:
        self._modulus, self._derivative = modulus, modulus.derivative()
        self._powers: dict[int, list[arb]] = {}
        rises = modulus(high) > 0
        with ctx.workprec(FIRST_PRECISION):
            while not self._newton_works(low, high):
                middle = (low + high) / 2
                if modulus(middle) == 0:  # then the degree is 1
                    low = high = middle
                elif (modulus(middle) > 0) == rises:
                    high = middle
                else:
                    low = middle
                ctx.prec += 1
        self._start = (low, high)

    def _newton_works(self, low: fmpq, high: fmpq) -> bool:
        slope = self._slope(arb(low).union(arb(high)))
        return bool(4 * slope.rad() < abs(slope.mid()))

    def _slope(self, ball: arb) -> arb:
        return _horner(self._derivative, ball)

    def powers(self, precision: int) -> list[arb]:
        """Balls around 1, r, r², ..., of about this many bits; computed once for each."""
        if precision not in self._powers:
            with ctx.workprec(precision + 32):
                ball = arb(self._start[0]).union(arb(self._start[1]))
                for _ in range(precision.bit_length() + 8):
                    middle = ball.mid()
                    step = middle - _horner(self._modulus, middle) / self._slope(ball)
                    if not step.rad() < ball.rad():
                        break
                    ball = step
                powers = [arb(1)]
                for _ in range(self._modulus.degree() - 1):
                    powers.append(powers[-1] * ball)
            self._powers[precision] = powers
        return self._powers[precision]


def _horner(poly: fmpq_poly, x: arb) -> arb:
    value = arb(0)
    for c in reversed(poly.coeffs()):
        value = value * x + c
    return value
