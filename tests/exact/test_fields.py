"""Fields: the axioms as laws over the table, the order, the gate, text."""

import pickle
from decimal import Decimal
from fractions import Fraction
from math import isqrt

import mpmath
import pytest
from flint import fmpq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import GermField, Q, RationalField, RealNumberField, dot, sign, squared_norm

laws = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


# ------------------------------------------------------------------ laws over the table


@laws
@given(data=st.data())
def test_field_axioms(instance, data):
    field = instance.field
    x, y, z = (data.draw(instance.numbers) for _ in range(3))
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x + field.zero == x
    assert x * field.one == x
    assert x - x == field.zero
    assert x - y == x + (-y)
    if x:
        assert x / x == field.one
        assert (y / x) * x == y
        assert 1 / x == x**-1
    assert x**3 == x * x * x
    assert x**0 == 1


def test_coerce_all_is_coerce_of_each(instance):
    field = instance.field
    values = [1, fmpq(1, 2), Fraction(-3, 4), "2/3", Decimal("0.5"), field.one]
    assert field.coerce_all(values) == tuple(map(field.coerce, values))
    assert all(map(field.contains, field.coerce_all(values)))
    with pytest.raises(FloatRefusedError):
        field.coerce_all([1, 0.5])


@laws
@given(data=st.data())
def test_order_axioms(instance, data):
    x, y, z = (data.draw(instance.numbers) for _ in range(3))
    assert [x < y, x == y, x > y].count(True) == 1
    assert (x <= y) == (not x > y)
    assert (x >= y) == (not x < y)
    if x < y:
        assert x + z < y + z
        assert (y - x) * (1 + z * z) > 0
        if y < z:
            assert x < z
    assert sign(x) * sign(y) == sign(x * y)
    assert sign(-x) == -sign(x)
    assert x * x >= 0
    assert abs(x) >= 0
    assert bool(x) == (sign(x) != 0) == (x != 0)


@laws
@given(data=st.data())
def test_equal_numbers_hash_equal_and_survive_pickling(instance, data):
    x, y = (data.draw(instance.numbers) for _ in range(2))
    again = (x + y) - y
    assert again == x
    assert hash(again) == hash(x)
    copy = pickle.loads(pickle.dumps(x))
    assert copy == x
    assert instance.field.contains(copy)
    assert pickle.loads(pickle.dumps(instance.field)) == instance.field
    assert hash(pickle.loads(pickle.dumps(instance.field))) == hash(instance.field)


@pytest.mark.parametrize("value", [0, 1, -7, Fraction(3, 4), fmpq(-5, 6), Decimal("0.125")])
def test_rationals_embed_and_mix(instance, value):
    field = instance.field
    x, q = field.coerce(value), Q.coerce(value)
    assert field.contains(x)
    assert x == q
    assert q == x
    assert hash(x) == hash(q)
    assert field.sign(value) == sign(x) == sign(value)
    assert field.one + q == q + field.one == x + 1
    assert q * x == x * x
    assert q - x == 0 == x - q
    assert not q < x
    assert q <= x
    if q:
        assert q / x == x / q == 1


def test_division_by_zero_raises(instance):
    with pytest.raises(ZeroDivisionError):
        instance.field.one / instance.field.zero


@laws
@given(data=st.data())
def test_inner_products(instance, data):
    pairs = data.draw(st.lists(st.tuples(instance.numbers, instance.numbers), max_size=4))
    u, v = [p[0] for p in pairs], [p[1] for p in pairs]
    assert dot(u, v) == sum((x * y for x, y in pairs), instance.field.zero)
    assert squared_norm(u) == dot(u, u)
    assert dot([fmpq(1), *u], [fmpq(2), *v]) == dot(u, v) + 2


def test_inner_product_of_unequal_lengths():
    with pytest.raises(InvalidInputError) as e:
        dot([fmpq(1)], [])
    assert str(e.value) == (
        "an inner product of vectors of 1 and 0 numbers; the lengths must agree"
    )


# ------------------------------------------------------------------ order of the reals


def test_square_root_of_two_minus_two_is_negative(sqrt2):
    assert sign(sqrt2.gen - 2) == -1
    assert sqrt2.gen - 2 < 0 < sqrt2.gen - 1
    assert sqrt2.gen > Fraction(141421356, 100000000)
    assert sqrt2.gen < fmpq(141421357, 100000000)


@pytest.mark.parametrize("digits", [200, 4000])
def test_nearly_equal_numbers(sqrt2, digits):
    scale = 10**digits
    below = fmpq(isqrt(2 * scale * scale), scale)  # 0 < √2 - below < 10^-digits
    difference = sqrt2.gen - below
    assert 0 < difference < fmpq(1, scale)
    assert sqrt2.gen < below + fmpq(1, scale)
    tiny = (sqrt2.gen - 1) ** 300  # about 10^-115
    assert tiny > 0
    assert -tiny < 0


def test_huge_numbers(sqrt2):
    huge = "9" * 4000
    x = sqrt2.coerce(huge)
    assert sqrt2.format(x) == huge
    assert x * sqrt2.gen > x
    assert sign(x * sqrt2.gen - x * Fraction(141421356, 10**8)) == 1
    assert Q.format(Q.parse(huge) ** 2)[-1] == "1"


def test_the_three_roots_of_a_cubic_are_in_order():
    roots = [RealNumberField("s", [1, -3, 0, 1], ends) for ends in ((-2, -1), (0, 1), (1, 2))]
    assert [sign(f.gen) for f in roots] == [-1, 1, 1]
    assert [sign(f.gen - 1) for f in roots] == [-1, -1, 1]
    assert len(set(roots)) == 3


@laws
@given(data=st.data())
def test_order_agrees_with_high_precision_numerics(instance, data):
    field = instance.field
    if not isinstance(field, RealNumberField):
        return
    x, y = data.draw(instance.numbers), data.draw(instance.numbers)
    with mpmath.workdps(80):

        def real(q):
            return mpmath.mpf(int(q.p)) / int(q.q)

        polynomial = [real(c) for c in reversed(field.minpoly)]
        roots = mpmath.polyroots(polynomial, maxsteps=200, extraprec=400)
        low, high = map(real, field.interval)
        (root,) = (r.real for r in roots if abs(r.imag) < 1e-60 and low < r.real < high)
        difference = sum(real(c) * root**i for i, c in enumerate((x - y).coefficients))
        assert sign(x - y) == (x > y) - (x < y)
        if abs(difference) > 1e-50:
            assert sign(x - y) == mpmath.sign(difference)
        else:
            assert x == y


def test_equal_by_definition_not_by_interval(sqrt2):
    other = RealNumberField("r", [-4, 0, 2], ("1.4", "1.5"))  # scaled, narrower
    assert other == sqrt2
    assert hash(other) == hash(sqrt2)
    assert other.gen == sqrt2.gen
    assert (other.gen + sqrt2.gen) ** 2 == 8
    assert RealNumberField("r", [-2, 0, 1], (-2, -1)) != sqrt2
    assert RealNumberField("t", [-2, 0, 1], (1, 2)) != sqrt2
    assert GermField(other) == GermField(sqrt2) != GermField(Q)
    assert RationalField() is Q


def test_numbers_of_two_fields_do_not_mix(sqrt2):
    other = RealNumberField("t", [-3, 0, 1], (1, 2))
    for act in (
        lambda: sqrt2.gen + other.gen,
        lambda: sqrt2.gen < other.gen,
        lambda: sqrt2.gen == other.gen,
        lambda: Q.coerce(sqrt2.gen),
    ):
        with pytest.raises(InvalidInputError, match=r"belongs to .*; state all"):
            act()
    assert sqrt2.gen + other.one == sqrt2.gen + 1
    assert Q.coerce(sqrt2.gen**2) == 2


def test_epsilon_is_positive_and_below_everything(sqrt2):
    for field in (GermField(Q), GermField(sqrt2)):
        eps = field.eps
        assert 0 < eps < fmpq(1, 10**100)
        assert 0 < eps**2 < eps / 10**100
        assert 1 / eps > 10**100
        assert -eps < 0
        assert (1 - eps) / (1 + eps) < 1
        assert (eps**2 - 3 * eps**3) / (eps - eps**2) > 0
    eps = GermField(sqrt2).eps
    assert sqrt2.gen - 2 + eps < 0
    assert eps + sqrt2.gen == sqrt2.gen + eps
    assert str((sqrt2.gen * eps + 1) / (1 + eps)) == "(r*eps+1)/(eps+1)"
    assert str(eps - eps) == "0"
    assert (eps / (2 * eps)).rational() == fmpq(1, 2)
