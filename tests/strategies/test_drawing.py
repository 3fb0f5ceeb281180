"""Examples by seed and number: the same whatever was drawn before, and all of the strategy."""

import pytest
from hypothesis import strategies as st

from exactmargin import InvalidInputError
from exactmargin.formats import problem_to_json
from exactmargin.strategies import instance, kkt_points, rationals

NONE = rationals().filter(lambda x: x > 9)


def test_an_instance_depends_on_seed_and_number_only():
    first, second = kkt_points(), kkt_points()
    there = [instance(first, 7, n) for n in range(20)]
    back = [instance(second, 7, n) for n in reversed(range(20))][::-1]
    assert list(map(problem_to_json, there)) == list(map(problem_to_json, back))
    assert there != [instance(first, 8, n) for n in range(20)]


def test_what_the_documentation_shows():
    assert str(instance(rationals(), 0, 4)) == "-3"


def test_long_examples_are_drawn_whole():
    """Also where an example takes more bytes than are tried first."""
    long = st.lists(st.integers(0, 2**64), min_size=600, max_size=600)
    assert len(instance(long, 0, 0)) == 600


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("kkt_points", 0, 0), r"^strategy: 'kkt_points' is not a Hypothesis strategy"),
        ((rationals(), 0, -1), r"^seed and number: 0 and -1; expected an integer"),
        ((rationals(), 0.5, 1), r"^seed and number: 0.5 and 1; expected an integer"),
        (
            (NONE, 0, 0),
            r"^instances: the strategy rejects instance 0 of seed 0",
        ),
    ],
)
def test_misuse(arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        instance(*arguments)
