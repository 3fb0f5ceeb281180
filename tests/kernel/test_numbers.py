"""The kernel's numbers against mpmath and sympy, which share nothing with them."""

import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import pytest
import sympy

from exactmargin.kernel.expressions import orthant_sign, read_expression
from exactmargin.kernel.numbers import (
    Field,
    Poly,
    as_poly,
    bernstein_sign,
    from_coefficients,
    pieces,
    remainder,
    sign,
    signs_at_roots,
    symbol,
    value,
)
from exactmargin.kernel.outcome import Malformed, Rejected
from exactmargin.kernel.reading import read_number

X = sympy.Symbol("x")
SHAPES = {  # minimal polynomial from degree 0 up, and an interval
    "sqrt2": ([-2, 0, 1], (1, 2)),
    "-sqrt2": ([-2, 0, 1], (-2, -1)),
    "sqrt2, falling": ([2, 0, -1], (1, 2)),
    "2^(1/3)": ([-2, 0, 0, 1], (1, 2)),
    "2^(1/8)": ([-2, 0, 0, 0, 0, 0, 0, 0, 1], (1, 2)),
    "cubic, least root": ([1, -3, 0, 1], (-2, -1)),
    "cubic, middle root": ([1, -3, 0, 1], (0, 1)),
    "cubic, greatest root": ([1, -3, 0, 1], (1, 2)),
    "degree one": ([-1, 3], (0, 1)),
    "rational, by halving": ([-3, 2], (1, 2)),
    "rational, by halving, falling": ([3, -2], (1, 2)),
    "reducible": ([6, -2, -3, 1], (1, 2)),  # (x^2 - 2)(x - 3)
    "reducible, two near": ([2, -2, -1, 1], (Fraction(5, 4), 2)),  # (x^2 - 2)(x - 1)
    "cube of a polynomial": ([-8, 0, 12, 0, -6, 0, 1], (1, 2)),  # (x^2 - 2)^3
    "square beside": ([-18, 12, 7, -6, 1], (1, 2)),  # (x^2 - 2)(x - 3)^2
}


def field(name: str) -> Field:
    """The field of a shape."""
    minpoly, (lo, hi) = SHAPES[name]
    return Field("r", tuple(map(Fraction, minpoly)), Fraction(lo), Fraction(hi))


def root(name: str) -> Any:
    """The root to 200 digits."""
    minpoly, (lo, hi) = SHAPES[name]
    lo, hi = mpmath.mpf(Fraction(lo).numerator) / Fraction(lo).denominator, mpmath.mpf(hi)
    at = lambda x: mpmath.polyval(minpoly[::-1], x)  # noqa: E731 - as short as its name
    rising = at(hi) > 0
    for _ in range(700):
        middle = (lo + hi) / 2
        if (at(middle) > 0) == rising:
            hi = middle
        else:
            lo = middle
    return lo


def number(c: list[Fraction], over: Field) -> Poly:
    """c(r)."""
    return Poly({(i,) if i else (): a for i, a in enumerate(c)}, over)


def sympy_poly(c: list[Any]) -> Any:
    """A sympy polynomial from coefficients, degree 0 first."""
    rows = [sympy.Rational(Fraction(a).numerator, Fraction(a).denominator) for a in c]
    return sympy.Poly(rows[::-1] or [0], X)


def vanishes(name: str, c: list[Fraction]) -> bool:
    """Whether c(r) = 0, by sympy: a common root in the interval."""
    minpoly, (lo, hi) = SHAPES[name]
    common = sympy.gcd(sympy_poly(minpoly), sympy_poly(c))
    lo, hi = Fraction(lo), Fraction(hi)
    ends = (
        sympy.Rational(lo.numerator, lo.denominator),
        sympy.Rational(hi.numerator, hi.denominator),
    )
    return bool(sympy.Poly(common, X).count_roots(*ends) > 0)


def random_rational(draw: random.Random) -> Fraction:
    return Fraction(draw.randint(-30, 30), draw.randint(1, 12))


def elements(name: str) -> list[list[Fraction]]:
    """Random ones, ones that vanish at the root, and ones that nearly do."""
    draw = random.Random(name)
    minpoly = list(map(Fraction, SHAPES[name][0]))
    found = [[random_rational(draw) for _ in range(draw.randint(1, 5))] for _ in range(30)]
    found += [[Fraction(0)], [Fraction(0), Fraction(1)], minpoly, [*minpoly, Fraction(1)]]
    with mpmath.workdps(220):
        r = root(name)
        for digits in (5, 20, 60):
            q = 10**digits + draw.randint(0, 9)
            p = int(mpmath.nint(r * q))
            found.append([Fraction(-p, q), Fraction(1)])
    for factor in ([-2, 0, 1], [-3, 1], [4, 0, -4, 0, 1]):
        product = [Fraction(0)] * (len(factor) + 1)
        for i, a in enumerate(factor):
            for j, b in enumerate([random_rational(draw), Fraction(1)]):
                product[i + j] += a * b
        found.append(product)
    return found


@pytest.mark.parametrize("name", SHAPES)
def test_signs_of_algebraic_numbers(name: str) -> None:
    over = field(name)
    zeros = 0
    with mpmath.workdps(220):
        r = root(name)
        for c in elements(name):
            x = mpmath.polyval([mpmath.mpf(a.numerator) / a.denominator for a in c[::-1]], r)
            expected = 0 if vanishes(name, c) else int(mpmath.sign(x))
            assert (abs(x) < mpmath.mpf(10) ** -150) == (expected == 0), c
            assert sign(number(c, over)) == expected, c
            assert sign(number(c, field(name)) * -3) == -expected  # a fresh interval
            zeros += not expected
    assert zeros >= 2


@pytest.mark.parametrize("name", SHAPES)
def test_sign_of_products_and_sums(name: str) -> None:
    over, rows = field(name), elements(name)[:12]
    for c in rows:
        for d in rows:
            a, b = number(c, over), number(d, over)
            assert sign(a * b) == sign(a) * sign(b)
            assert sign(a - b) == -sign(b - a)
            if sign(a) == sign(b):
                assert sign(a + b) == sign(a)


def test_numbers_mix_with_rationals_and_integers() -> None:
    r = Poly({(1,): Fraction(1)}, field("sqrt2"))
    half = Fraction(1, 2)
    assert [sign(x) for x in (half + r, half - r, r - half, half * r, 2 * r, -r)] == [
        1,
        -1,
        1,
        1,
        1,
        -1,
    ]
    assert sign(r * r - 2) == 0
    assert sign(sum([r, r], Fraction(0)) - 2 * r) == 0


def test_sturm_counts() -> None:
    draw = random.Random(7)
    for _ in range(200):
        factors = [[draw.randint(-6, 6), draw.randint(1, 3)] for _ in range(draw.randint(1, 4))]
        poly = sympy_poly([draw.randint(-4, 4), draw.randint(-4, 4), draw.randint(1, 3)])
        for factor in factors:
            poly *= sympy_poly(factor) ** draw.randint(1, 2)
        c = tuple(Fraction(int(a)) for a in poly.all_coeffs()[::-1])
        lo = Fraction(draw.randint(-40, 0), 7)
        hi = lo + Fraction(draw.randint(1, 60), 7)
        slope = tuple(i * a for i, a in enumerate(c))[1:]
        if value(c, lo) == 0 or value(c, hi) == value(slope, hi) == 0:
            continue  # the theorem asks for ends that are not multiple roots
        low, high = (sympy.Rational(x.numerator, x.denominator) for x in (lo, hi))
        distinct = len({x for x in sympy.real_roots(poly) if low < x <= high})
        assert signs_at_roots(c, [Fraction(1)], lo, hi) == distinct


def test_signs_at_roots() -> None:
    """Tarski's count against sympy's roots, also of multiple and of common ones."""
    draw, seen = random.Random(11), set()
    for _ in range(150):
        linear = [sympy_poly([draw.randint(-6, 6), draw.randint(1, 3)]) for _ in range(3)]
        p = linear[0] ** draw.randint(1, 2) * sympy_poly([-draw.randint(1, 5), 0, 1])
        c = draw.choice(linear) * draw.choice([1, -1, linear[2], linear[0] - linear[1]])
        p, c = p * linear[1], sympy.Poly(c, X)
        rows = [tuple(Fraction(int(a)) for a in q.all_coeffs()[::-1]) for q in (p, c)]
        lo, hi = Fraction(-draw.randint(0, 40), 7), Fraction(draw.randint(1, 60), 7)
        if not value(rows[0], lo) or not value(rows[0], hi):
            continue  # the theorem asks for ends that are not roots
        low, high = (sympy.Rational(x.numerator, x.denominator) for x in (lo, hi))
        roots = {x for x in sympy.real_roots(p) if low < x < high}
        expected = sum(int(sympy.sign(c.as_expr().subs(X, x))) for x in roots)
        assert signs_at_roots(*rows, lo, hi) == expected
        seen.add(expected)
    assert seen >= {-2, -1, 0, 1, 2}


def test_remainder() -> None:
    draw = random.Random(8)
    for _ in range(200):
        a = [Fraction(draw.randint(-5, 5)) for _ in range(draw.randint(0, 7))]
        b = (*(Fraction(draw.randint(-5, 5)) for _ in range(draw.randint(0, 3))), Fraction(2))
        expected = sympy.rem(sympy_poly(a), sympy_poly(list(b))).all_coeffs()[::-1]
        found = [Fraction(int(x.p), int(x.q)) for x in expected]
        assert remainder(a, b) == tuple(found if any(found) else [])


def test_bernstein_against_dense_sampling() -> None:
    draw = random.Random(9)
    decided = 0
    for _ in range(400):
        c = [random_rational(draw) for _ in range(draw.randint(1, 6))]
        if draw.random() < 0.3:
            c = [abs(x) for x in c]
        a = random_rational(draw)
        b = a + abs(random_rational(draw)) + Fraction(1, 9)
        found = bernstein_sign(from_coefficients(c), a, b)
        signs = {sign(value(c, a + (b - a) * Fraction(i, 64))) for i in range(1, 64)}
        if found is None:
            continue
        decided += 1
        assert signs == {found}
    assert decided > 150


def test_bernstein_is_complete_on_small_pieces() -> None:
    """Where the sign is strict on a closed interval, halving decides."""
    parabola = from_coefficients([Fraction(101, 400), Fraction(-1), Fraction(1)])
    assert bernstein_sign(parabola, Fraction(0), Fraction(1)) is None
    points = [Fraction(i, 16) for i in range(17)]
    found = {bernstein_sign(parabola, a, b) for a, b in pairwise(points)}
    assert found == {1}


def test_bernstein_over_a_field_and_at_its_edges() -> None:
    r = Poly({(1,): Fraction(1)}, field("sqrt2"))
    t = symbol(1)
    assert bernstein_sign(r - t, Fraction(1), r) == 1  # zero at the end only
    assert bernstein_sign(t * t - 2, Fraction(1), r) == -1
    assert bernstein_sign(t * t - 2, Fraction(1), Fraction(3, 2)) is None
    assert bernstein_sign(t * t - r * r, Fraction(-1), Fraction(1)) == -1
    assert bernstein_sign(Poly({}), Fraction(0), Fraction(1)) == 0
    assert bernstein_sign(Fraction(-2), Fraction(0), Fraction(1)) == -1
    assert bernstein_sign(t - t + (r * r - 2) * t, Fraction(0), Fraction(1)) == 0


def test_sign_on_an_orthant() -> None:
    a, b = symbol(1), symbol(2)
    assert orthant_sign(as_poly(a * a + b), {1, 2}) == 1
    assert orthant_sign(as_poly(-(a * a) - b), {1}) == -1
    assert orthant_sign(as_poly(a - b), {1, 2}) is None
    assert orthant_sign(as_poly(a * b), {1}) is None  # b may be 0
    assert orthant_sign(as_poly(a * b + 1), ()) == 1
    assert orthant_sign(Poly({}), {1}) == 0
    r = Poly({(1,): Fraction(1)}, field("sqrt2"))
    assert orthant_sign(as_poly((r * r - 2) * a - b * (1 - r)), {2}) == 1


def test_pieces() -> None:
    one, two = Fraction(1), Fraction(2)
    assert pieces([one, two], "here") == [(Fraction(0), one), (one, two)]
    for points in ([one, one], [Fraction(0)], [-one], [two, one]):
        with pytest.raises(Rejected, match="breakpoints-not-rising"):
            pieces(points, "here")
    with pytest.raises(Malformed, match="no-breakpoints"):
        pieces([], "here")


def random_text(draw: random.Random, depth: int) -> str:
    """A random expression in x, y and r."""
    if depth == 0 or draw.random() < 0.2:
        return draw.choice(["x", "y", "r", "2", "1/3", "0", "7/2"])
    left, right = random_text(draw, depth - 1), random_text(draw, depth - 1)
    shape = draw.randrange(5)
    return (
        f"({left})^{draw.randint(2, 3)}",
        f"{left}+{right}",
        f"{left}-({right})",
        f"({left})*({right})",
        f"(-{left})",
    )[shape]


def test_expressions_against_sympy() -> None:
    draw = random.Random(10)
    names = {name: sympy.Symbol(name) for name in "xyr"}
    for _ in range(150):
        text = random_text(draw, 3)
        if text.startswith("-") or "+-" in text:
            continue
        mine = read_expression(text, ["x", "y"], field("sqrt2"), "here")
        theirs = sympy.sympify(text.replace("^", "**"), locals=names, rational=True)
        theirs = sympy.Poly(theirs, names["r"], names["x"], names["y"])
        expected = {powers: Fraction(int(a.p), int(a.q)) for powers, a in theirs.terms() if a}
        found = {(*e, *(0,) * (3 - len(e))): a for e, a in mine.terms.items()}
        assert found == expected, text


@pytest.mark.parametrize("name", ["sqrt2", "2^(1/8)", "cubic, middle root", "reducible"])
def test_every_number_has_one_spelling_and_is_read_back(name: str) -> None:
    over = field(name)
    degree = len(over.minpoly) - 1
    for c in elements(name):
        x = number(c[:degree], over)
        text = str(x)
        again = read_number(text, over, "here")
        assert str(again) == text
        assert sign(again - x) == 0
        assert " " not in text
        for other in (f"{text}+0", f"0+{text}", f"({text})", f" {text}", f"{text}\n", f"+{text}"):
            with pytest.raises(Malformed):
                read_number(other, over, "here")


def test_the_lenient_spelling() -> None:
    for text, expected in ((3, 3), ("0.25", Fraction(1, 4)), ("2/4", Fraction(1, 2)), ("-0", 0)):
        assert read_number(text, None, "here", lenient=True) == expected
        with pytest.raises(Malformed):
            read_number(text, None, "here")
    for text in (True, None, "1e3", ".5", "1.", "1/0", "0.5/2", [], 1.5):
        with pytest.raises(Malformed):
            read_number(text, None, "here", lenient=True)


def test_the_lenient_spelling_over_a_field() -> None:
    over = field("2^(1/3)")
    for text, expected in {
        "0.25*r^2+1": [1, 0, Fraction(1, 4)],
        "1-2/4*r": [1, Fraction(-1, 2)],
        "r+r": [0, 2],
        "-r-r^0": [-1, -1],
        "r*1/2*r^1": [0, 0, Fraction(1, 2)],
        "r^150+r^4": [2**50, 2],
    }.items():
        wanted = number([Fraction(a) for a in expected], over)
        assert sign(as_poly(read_number(text, over, "here", lenient=True)) - wanted) == 0
        with pytest.raises(Malformed):
            read_number(text, over, "here")
    for text in ("", "-", "r+", "+r", "--r", "r--1", "r r", "2r", "rr", "r^", "r^1000", "r^-1"):
        with pytest.raises(Malformed):
            read_number(text, over, "here", lenient=True)
    for text in ("(r)", "r/2", "1/0*r", "*r", "r*", "r**2", "s", "r\n", "r^1/2", "1e3*r"):
        with pytest.raises(Malformed):
            read_number(text, over, "here", lenient=True)
    long = "1/11*" * 700 + "s"  # no spelling takes long to refuse
    with pytest.raises(Malformed):
        read_number(long, over, "here", lenient=True)
