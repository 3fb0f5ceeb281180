"""Definitions of fields: what is refused, and what a field tells about itself."""

import pytest
from flint import fmpq

from exactmargin.errors import InvalidInputError
from exactmargin.exact import GermField, Q, RealNumberField


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
