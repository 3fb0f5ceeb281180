"""Fields: the axioms as laws over the table, the order, the gate, text."""

import pickle
from decimal import Decimal
from fractions import Fraction
from math import isqrt

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


class HalfFloat(float):
    """Stands for the float types of other libraries."""


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


def test_inner_products_of_floats_are_refused(sqrt2):
    for one in (fmpq(1), sqrt2.one):
        for u, v in (([0.5], [one]), ([one], [0.5]), ([0.5], [0.5]), ([one, 0.5], [one, one])):
            with pytest.raises(FloatRefusedError, match=r"0\.5 is a floating-point number"):
                dot(u, v)


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
    roots = [
        RealNumberField("s", [1, -3, 0, 1], ends) for ends in ((-2, -1), (0, 1), (1, 2))
    ]
    assert [sign(f.gen) for f in roots] == [-1, 1, 1]
    assert [sign(f.gen - 1) for f in roots] == [-1, -1, 1]
    assert len(set(roots)) == 3


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
    for act in (lambda: sqrt2.gen + other.gen, lambda: sqrt2.gen < other.gen,
                lambda: sqrt2.gen == other.gen, lambda: Q.coerce(sqrt2.gen)):
        with pytest.raises(InvalidInputError, match=r"belongs to Q.*state all numbers in one field"):
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


# ------------------------------------------------------------------ the gate


def _numpy_floats():
    numpy = pytest.importorskip("numpy")
    return [numpy.float64(0.5), numpy.float32(0.5), numpy.float16("nan")]


@pytest.mark.parametrize(
    "value", [0.5, 1.0, float("nan"), float("inf"), HalfFloat(0.5), 0.5j], ids=repr
)
def test_floats_are_refused_everywhere(instance, value):
    field, one = instance.field, instance.field.one
    _refuses(field, one, value)


def test_numpy_floats_are_refused_everywhere(instance):
    for value in _numpy_floats():
        _refuses(instance.field, instance.field.one, value)


def _refuses(field, one, value):
    expected = (
        f"{value!r} is a floating-point number ({type(value).__name__}), where an exact number "
        'is expected; write it as a string such as "1/4" or "0.25", or as a Fraction'
    )
    for act in (field.coerce, field.sign, sign):
        with pytest.raises(FloatRefusedError) as e:
            act(value)
        assert str(e.value) == expected
    operators = [lambda: one + value, lambda: value * one, lambda: one / value, lambda: one < value]
    for act in operators:
        if field is Q:  # FLINT's own refusal
            with pytest.raises(TypeError):
                act()
        else:  # numpy hands its scalar over as a Python float
            with pytest.raises(FloatRefusedError, match="is a floating-point number"):
                act()
    assert one != value


def test_booleans_are_refused(instance):
    for value in (True, False):
        with pytest.raises(InvalidInputError) as e:
            instance.field.coerce(value)
        assert str(e.value) == (
            f"{value} is a truth value, where a number is expected; write 1 or 0"
        )


def test_integers_of_numpy_are_welcome():
    numpy = pytest.importorskip("numpy")
    assert Q.coerce(numpy.int64(7)) == 7
    with pytest.raises(InvalidInputError):
        Q.coerce(numpy.bool_(True))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "None is of type NoneType, where an exact number is expected; "
               'give an int, a Fraction or a string such as "-1/4"'),
        ([1], "[1] is of type list, where an exact number is expected; "
              'give an int, a Fraction or a string such as "-1/4"'),
        (Decimal("NaN"), "Decimal('NaN') is not finite; give a finite decimal number"),
        (Decimal("1E+5000"), "Decimal('1E+5000') has more than 4000 decimal places; "
                             "give a shorter number"),
    ],
)
def test_other_types_are_refused(instance, value, message):
    with pytest.raises(InvalidInputError) as e:
        instance.field.coerce(value)
    assert str(e.value) == message


# ------------------------------------------------------------------ text


@laws
@given(data=st.data())
def test_parse_inverts_format(instance, data):
    if isinstance(instance.field, GermField):
        return
    x = data.draw(instance.numbers)
    text = instance.field.format(x)
    assert instance.field.parse(text) == x
    assert instance.field.format(instance.field.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("3", fmpq(3)), ("-1/4", fmpq(-1, 4)), ("0.25", fmpq(1, 4)), ("-0.5", fmpq(-1, 2)),
     ("6/4", fmpq(3, 2)), ("007", fmpq(7)), ("-0", fmpq(0))],
)
def test_spellings_of_rationals(instance, text, value):
    assert instance.field.parse(text) == value
    assert instance.field.coerce(text) == value


@pytest.mark.parametrize(
    ("text", "canonical"),
    [("r", "r"), ("-r", "-r"), ("1*r", "r"), ("r^1", "r"), ("3-r", "-r+3"), ("r^2", "2"),
     ("r^3-r", "r"), ("0.5*r-2/4", "1/2*r-1/2"), ("r+r", "2*r"), ("r-r", "0"), ("r^0", "1")],
)
def test_spellings_in_a_number_field(sqrt2, text, canonical):
    assert sqrt2.format(sqrt2.parse(text)) == canonical


def test_canonical_spelling_has_descending_degrees():
    field = RealNumberField("r", [-2, 0, 0, 1], (1, 2))
    x = field.parse("3-r+1/2*r^2")
    assert field.format(x) == str(x) == "1/2*r^2-r+3"
    assert field.format(0) == "0"
    assert repr(x) == "<1/2*r^2-r+3 in Q(r | r^3-2=0, 1<r<2)>"


BAD_RATIONALS = [
    " 1", "1 ", "1\n", "+1", "--1", "1e5", "1E5", "1_000", "1.", ".5", "1/-2", "1/2/3", "1.5/2",
    "1/2.5", "0x10", "inf", "nan", "1,5", "\N{ARABIC-INDIC DIGIT ONE}", "\N{SUPERSCRIPT TWO}",
    "\N{MINUS SIGN}1", "a", "-", "/", "(1)",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD_RATIONALS)
def test_text_that_is_no_rational(sqrt2, text):
    with pytest.raises(InvalidInputError) as e:
        Q.parse(text)
    assert str(e.value) == (
        f'{text!r} is not a rational number; write "3", "-1/4" or "0.25", '
        "without spaces or exponents"
    )
    with pytest.raises(InvalidInputError, match="is not a number of Q"):
        sqrt2.parse(text)


@pytest.mark.parametrize(
    "text", ["s", "r2", "2r", "r*2", "r^", "r^-1", "r^1000", "r**2", "1/r", "r/2", "2*-r", "r +1",
             "(r)", "+r", "r+", "r--1", "rr", "R", "r^1.5", "1*2", "1*"]
)  # fmt: skip
def test_text_that_is_no_number_of_the_field(sqrt2, text):
    with pytest.raises(InvalidInputError) as e:
        sqrt2.parse(text)
    assert str(e.value) == (
        f"{text!r} is not a number of {sqrt2!r}; write rationals and powers of r such as "
        '"1/2*r^2-r+3", without spaces'
    )


def test_other_rejections_of_text(instance):
    parse = instance.field.parse
    for text, message in (
        ("", 'the number is empty; write one such as "-1/4"'),
        ("1" * 4001, "a number of 4001 characters; at most 4000 are read; shorten it"),
        ("1/0", "'1/0' divides by zero; give another denominator"),
    ):
        with pytest.raises(InvalidInputError) as e:
            parse(text)
        assert str(e.value) == message
    with pytest.raises(InvalidInputError, match="where text is expected"):
        parse(3)
    assert parse("1" * 4000) > 0


# ------------------------------------------------------------------ definitions of fields


@pytest.mark.parametrize(
    ("generator", "minpoly", "interval", "message"),
    [
        ("2r", [-2, 0, 1], (1, 2), "generator: '2r' cannot name the generator; "
         "use a letter followed by letters, digits or underscores"),
        ("", [-2, 0, 1], (1, 2), "generator: '' cannot name the generator; "
         "use a letter followed by letters, digits or underscores"),
        (3, [-2, 0, 1], (1, 2), "generator: 3 cannot name the generator; "
         "use a letter followed by letters, digits or underscores"),
        ("r\n", [-2, 0, 1], (1, 2), "generator: 'r\\n' cannot name the generator; "
         "use a letter followed by letters, digits or underscores"),
        ("r", [5], (1, 2), "minpoly: the minimal polynomial is the constant 5; "
         "give one of degree at least 1, coefficients from degree 0 up"),
        ("r", [0, 0], (1, 2), "minpoly: the minimal polynomial is the constant 0; "
         "give one of degree at least 1, coefficients from degree 0 up"),
        ("r", [2, -3, 1], (0, "1.5"), "minpoly: r^2-3*r+2 is reducible over Q "
         "(a factor: r-2); give the minimal polynomial of r"),
        ("r", [4, 0, -4, 0, 1], (1, 2), "minpoly: r^4-4*r^2+4 is reducible over Q "
         "(a factor: r^2-2); give the minimal polynomial of r"),
        ("r", [-2, 0, 1], (2, 1), "interval: the lower end 2 is not less than the upper end 1; "
         "swap or widen them"),
        ("r", [-2, 0, 1], (1, 1), "interval: the lower end 1 is not less than the upper end 1; "
         "swap or widen them"),
        ("r", [-2, 0, 1], 3, "interval: 3 is not an interval; give two rationals"),
        ("r", [-1, 2], (0, "1/2"), "interval: the end 1/2 is itself a root of r-1/2; "
         "move it off the root"),
        ("r", [-2, 0, 1], (-2, 2), "interval: r^2-2 has 2 roots between -2 and 2; "
         "give an interval with exactly one"),
        ("r", [-2, 0, 1], (2, 3), "interval: r^2-2 has 0 roots between 2 and 3; "
         "give an interval with exactly one"),
        ("r", [1, 0, 1], (-9, 9), "interval: r^2+1 has 0 roots between -9 and 9; "
         "give an interval with exactly one"),
    ],
)  # fmt: skip
def test_wrong_definitions_of_a_number_field(generator, minpoly, interval, message):
    with pytest.raises(InvalidInputError) as e:
        RealNumberField(generator, minpoly, interval)
    assert str(e.value) == message


def test_floats_in_definitions_are_refused():
    for minpoly, interval in (([-2.0, 0, 1], (1, 2)), ([-2, 0, 1], (1.0, 2))):
        with pytest.raises(FloatRefusedError):
            RealNumberField("r", minpoly, interval)


def test_germs_of_germs_are_refused():
    with pytest.raises(InvalidInputError) as e:
        GermField(GermField(Q))
    assert str(e.value) == "germs over Q(eps); the base must be Q or a field Q(r)"


def test_what_a_field_tells_about_itself(sqrt2):
    assert sqrt2.generator == "r"
    assert sqrt2.minpoly == (-2, 0, 1)
    assert sqrt2.interval == (1, 2)
    assert sqrt2.degree == 2
    assert repr(sqrt2) == "Q(r | r^2-2=0, 1<r<2)"
    assert not sqrt2.contains(fmpq(1))
    assert not Q.contains(1)
    assert repr(GermField(Q)) == "Q(eps)"
