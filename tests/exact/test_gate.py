"""The gate: what may become a number, and each refusal by its message."""

from decimal import Decimal

import numpy
import pytest
from flint import fmpq

from exactmargin.errors import FloatRefusedError, InvalidInputError
from exactmargin.exact import Q, RealNumberField, dot, sign


class HalfFloat(float):
    """Stands for the float types of other libraries."""


def _numpy_floats():
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
    assert Q.coerce(numpy.int64(7)) == 7
    with pytest.raises(InvalidInputError):
        Q.coerce(numpy.bool_(True))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            None,
            "None is of type NoneType, where an exact number is expected; "
            'give an int, a Fraction or a string such as "-1/4"',
        ),
        (
            [1],
            "[1] is of type list, where an exact number is expected; "
            'give an int, a Fraction or a string such as "-1/4"',
        ),
        (Decimal("NaN"), "Decimal('NaN') is not finite; give a finite decimal number"),
        (
            Decimal("1E+5000"),
            "Decimal('1E+5000') has more than 4000 decimal places; give a shorter number",
        ),
    ],
)
def test_other_types_are_refused(instance, value, message):
    with pytest.raises(InvalidInputError) as e:
        instance.field.coerce(value)
    assert str(e.value) == message


def test_inner_products_of_floats_are_refused(sqrt2):
    for one in (fmpq(1), sqrt2.one):
        for u, v in (([0.5], [one]), ([one], [0.5]), ([0.5], [0.5]), ([one, 0.5], [one, one])):
            with pytest.raises(FloatRefusedError, match=r"0\.5 is a floating-point number"):
                dot(u, v)


def test_floats_in_definitions_are_refused():
    for minpoly, interval in (([-2.0, 0, 1], (1, 2)), ([-2, 0, 1], (1.0, 2))):
        with pytest.raises(FloatRefusedError):
            RealNumberField("r", minpoly, interval)
