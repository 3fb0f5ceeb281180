"""Polynomials: ring laws, Sturm against sympy, Bernstein certificates checked independently."""

import pickle
from fractions import Fraction
from itertools import pairwise
from math import comb

import pytest
import sympy
from flint import fmpq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import (
    GermField,
    Polynomial,
    Q,
    bernstein_coefficients,
    first_positive_root_bound,
    roots_in,
    sign,
    sign_on_interval,
)

laws = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def q(*coefficients):
    return Polynomial(Q, coefficients)


def with_roots(*roots):
    product = q(1)
    for root in roots:
        product = product * q(-fmpq(root), 1)
    return product


def check_certificate(p, a, b, wanted, breakpoints):
    """Bernstein coefficients anew, by expanding p((s·(1-u) + t·u)) in (1-u)^(n-i) u^i."""
    assert breakpoints[0] == a
    assert breakpoints[-1] == b
    n = p.degree()
    for s, t in pairwise(breakpoints):
        assert s < t
        scaled = [0] * (n + 1)  # coefficients of u^i (1-u)^(n-i)
        for k, c in enumerate(p.coefficients):
            for j in range(k + 1):  # (s(1-u) + tu)^k · ((1-u) + u)^(n-k)
                for e in range(n - k + 1):
                    scaled[j + e] += c * comb(k, j) * s ** (k - j) * t**j * comb(n - k, e)
        signs = {sign(x) for x in scaled}
        assert wanted in signs
        assert signs <= {0, wanted}
        again = bernstein_coefficients(p, s, t)
        assert all(x == y * comb(n, i) for i, (x, y) in enumerate(zip(scaled, again, strict=True)))
    assert all(sign(p(t)) == wanted for t in breakpoints[1:-1])


# ------------------------------------------------------------------ algebra


@laws
@given(data=st.data())
def test_ring_laws(instance, data):
    rows = st.lists(instance.numbers, max_size=4)
    f, g, h = (Polynomial(instance.field, data.draw(rows)) for _ in range(3))
    x = data.draw(instance.numbers)
    assert (f + g) * h == f * h + g * h
    assert f * g == g * f
    assert f - f == 0 * f == Polynomial(instance.field, [])
    assert (f * g)(x) == f(x) * g(x)
    assert (f + x)(x) == f(x) + x
    assert (f * g).derivative() == f.derivative() * g + f * g.derivative()
    assert f.compose_linear(x, 3)(2) == f(x + 6)
    assert f**2 == f * f
    assert f**0 == Polynomial(instance.field, [1])
    assert hash(f + g) == hash(g + f)
    if g:
        quotient, rest = divmod(f, g)
        assert quotient * g + rest == f
        assert rest.degree() < g.degree()
    if f * g:
        assert (f * g).degree() == f.degree() + g.degree()
        assert not (f * h) % (f.gcd(f * h))


def test_shape_and_format(sqrt2):
    assert q(1, 2, 0, 0).coefficients == (1, 2)
    assert q().degree() == -1
    assert q(0)[5] == 0
    assert q(3, -1, "1/2").format("t") == "1/2*t^2-t+3"
    assert q(0, 0, -1).format() == "-x^2"
    assert q().format() == "0"
    r = sqrt2.gen
    assert Polynomial(sqrt2, [r - 1, r + 1, -r]).format("t") == "-r*t^2+(r+1)*t+(r-1)"
    assert pickle.loads(pickle.dumps(q(1, 2))) == q(1, 2)
    eps = GermField(Q).eps
    assert q(1, 2)(eps) == 1 + 2 * eps
    assert q(5)(eps) == 5


def test_misuse():
    with pytest.raises(FloatRefusedError):
        q(0.5)
    with pytest.raises(FloatRefusedError):
        q(1)(0.5)
    with pytest.raises(ZeroDivisionError):
        divmod(q(1), q())
    for act, message in (
        (lambda: q(1) ** -1, "exponent -1; an int >= 0 is expected"),
        (lambda: q(1)[-1], "coefficient index -1; give an index >= 0"),
        (lambda: roots_in(q(1, 1), 1, 1), "the interval from 1 to 1 is empty; "
         "the lower end must be less than the upper end"),
        (lambda: roots_in(q(), 0, 1), "the zero polynomial has no finite number of roots; "
         "give a nonzero one"),
        (lambda: first_positive_root_bound(q()), "the zero polynomial has no sign to the right "
         "of 0; give a nonzero one"),
        (lambda: q(1) + Polynomial(GermField(Q), [1]), "polynomials over Q and over Q(eps) do "
         "not mix; state both over one field"),
        (lambda: sign_on_interval(Polynomial(GermField(Q), [1]), 0, 1), "a sign certificate over "
         "Q(eps) is refused: bisection never meets an infinitesimal; state the polynomial over "
         "Q or Q(r)"),
    ):  # fmt: skip
        with pytest.raises(InvalidInputError) as e:
            act()
        assert str(e.value) == message


# ------------------------------------------------------------------ Sturm


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=7).filter(any),
    st.lists(st.fractions(-3, 3, max_denominator=4), max_size=3),
    st.fractions(-3, 3, max_denominator=4),
    st.fractions("1/4", 4, max_denominator=4),
)
def test_sturm_agrees_with_sympy(coefficients, roots, low, width):
    p = q(*coefficients) * with_roots(*map(Q.coerce, roots))
    a, b = Fraction(low), Fraction(low) + Fraction(width)
    x = sympy.Symbol("x")
    exact = [sympy.Rational(int(c.p), int(c.q)) for c in reversed(p.coefficients)]
    poly = sympy.Poly(exact, x).sqf_part()
    ends = [sympy.Rational(e.numerator, e.denominator) for e in (a, b)]
    count = poly.count_roots(*ends) if poly.degree() > 0 else 0
    count -= sum(poly.eval(e) == 0 for e in ends)
    assert roots_in(p, a, b) == count


def test_double_roots_and_roots_at_the_ends():
    p = with_roots(0, 0, "1/2", "1/2", 1, 2)
    assert roots_in(p, 0, 1) == 1
    assert roots_in(p, 0, "1/2") == 0
    assert roots_in(p, -1, 3) == 4
    assert roots_in(p, "1/2", 2) == 1
    assert roots_in(q(7), 0, 1) == 0


def test_roots_over_the_other_fields(sqrt2):
    r = sqrt2.gen
    p = Polynomial(sqrt2, [-r, 0, 1])  # x^2 = √2
    assert roots_in(p, -2, 2) == 2
    assert roots_in(p, 1, r) == 1
    assert roots_in(Polynomial(sqrt2, [-2, 0, 1]), 0, r) == 0  # the end is the root
    eps = GermField(Q).eps
    f = Polynomial(GermField(Q), [-eps, 0, 1])  # x^2 = ε: in the real closure
    assert roots_in(f, 0, 1) == 1
    assert roots_in(f, eps, 1) == 1
    assert roots_in(f, 0, eps) == 0
    assert roots_in(Polynomial(GermField(Q), [eps, 0, 1]), -1, 1) == 0


# ------------------------------------------------------------------ certificates


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.integers(-9, 9), min_size=1, max_size=6).filter(any),
    st.lists(st.sampled_from([0, 1, 2, -1]), max_size=3),
    st.booleans(),
)
def test_certificates_prove_their_sign(coefficients, roots, square):
    p = q(*coefficients)
    p = (p * p if square else p) * with_roots(*roots)
    result = sign_on_interval(p, 0, 1)
    if result.sign is None:
        assert roots_in(p, 0, 1) > 0
        assert result.breakpoints == ()
    else:
        assert roots_in(p, 0, 1) == 0
        check_certificate(p, fmpq(0), fmpq(1), result.sign, result.breakpoints)


@pytest.mark.parametrize("digits", [1, 5, 20])
def test_complex_roots_close_to_the_interval(digits):
    gap = fmpq(1, 10**digits)
    p = with_roots("1/3", "1/3") + gap  # complex roots at distance √gap
    p = p * with_roots(0, 0, 1) * -1  # and roots at both ends
    result = sign_on_interval(p, 0, 1)
    assert result.sign == 1
    assert len(result.breakpoints) < 10 + 8 * digits
    check_certificate(p, fmpq(0), fmpq(1), 1, result.breakpoints)


def test_signs_that_are_not_nonzero():
    assert sign_on_interval(q(), 0, 1).sign == 0
    assert sign_on_interval(q(), 0, 1).breakpoints == ()
    assert sign_on_interval(with_roots("1/2", "1/2"), 0, 1).sign is None
    assert sign_on_interval(with_roots("1/2"), 0, 1).sign is None
    assert sign_on_interval(with_roots("1/2"), 0, "1/2").sign == -1
    assert sign_on_interval(q(-3), 0, 1) == sign_on_interval(q(-3), 0, 1)


def test_certificate_over_a_number_field(sqrt2):
    r = sqrt2.gen
    p = Polynomial(sqrt2, [2, -2 * r, 1]) * Polynomial(sqrt2, [0, 1]) + fmpq(1, 1000)
    result = sign_on_interval(p, 0, 2)  # x(x-r)^2 + 1/1000
    assert result.sign == 1
    check_certificate(p, sqrt2.zero, sqrt2.coerce(2), 1, result.breakpoints)
    tight = sign_on_interval(Polynomial(sqrt2, [2, -2 * r, 1]), 0, r)
    assert (tight.sign, tight.breakpoints) == (1, (0, r))


# ------------------------------------------------------------------ first root


@pytest.mark.parametrize(
    ("p", "bound"),
    [
        (q(1), fmpq(1)),
        (q(0, 0, 3), fmpq(1)),
        (with_roots(1), fmpq(1, 2)),
        (with_roots("1/4"), fmpq(1, 8)),
        (with_roots("3/8", 0, -1, 5), fmpq(1, 4)),
        (with_roots(fmpq(3, 2**70)), fmpq(1, 2**69)),
        (with_roots(fmpq(1, 2**64), fmpq(1, 2**64)), fmpq(1, 2**65)),
        (with_roots(-1, -2), fmpq(1)),
    ],
)
def test_first_positive_root_bound(p, bound):
    t = first_positive_root_bound(p)
    assert t == bound
    assert p(t) != 0
    assert roots_in(p, 0, t) == 0
    assert t == 1 or roots_in(p, 0, 2 * t) + (p(2 * t) == 0) > 0
    lowest = next(c for c in p.coefficients if c)
    assert sign(p(t / 3)) == sign(p(t)) == sign(lowest)
