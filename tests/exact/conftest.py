"""The table of fields over which laws are tested, with a strategy for the numbers of each."""

from dataclasses import dataclass

import pytest
from flint import fmpq
from hypothesis import strategies as st

from exactmargin.exact import Field, GermField, Number, Q, RealNumberField

SQRT2 = RealNumberField("r", [-2, 0, 1], (1, 2))
THREE_ROOTS = [1, -3, 0, 1]  # x^3 - 3x + 1: roots near -1.88, 0.35, 1.53


@dataclass(frozen=True)
class Instance:
    """A field and a strategy that draws its numbers, zero and one among them."""

    field: Field
    numbers: st.SearchStrategy[Number]


rationals = st.builds(fmpq, st.integers(-50, 50), st.integers(1, 12))


def _algebraic(field: RealNumberField) -> Instance:
    rows = st.lists(rationals, max_size=field.degree)
    return Instance(field, rows.map(field.element))


def _germs(base: Instance) -> Instance:
    field = GermField(base.field)

    def build(top: list[Number], bottom: list[Number]) -> Number:
        den = sum((c * field.eps**i for i, c in enumerate(bottom)), field.zero)
        num = sum((c * field.eps**i for i, c in enumerate(top)), field.zero)
        return num / den if den else num

    few = st.lists(base.numbers, max_size=3)
    return Instance(field, st.builds(build, few, few))


RATIONAL = Instance(Q, rationals)
TABLE = {
    "Q": RATIONAL,
    "Q(sqrt2)": _algebraic(SQRT2),
    "Q(2^(1/3))": _algebraic(RealNumberField("c", [-2, 0, 0, 1], (1, 2))),
    "Q(2^(1/8))": _algebraic(RealNumberField("w", [-2, *[0] * 7, 1], (1, 2))),
    "cubic, least root": _algebraic(RealNumberField("s", THREE_ROOTS, (-2, -1))),
    "cubic, middle root": _algebraic(RealNumberField("s", THREE_ROOTS, (0, 1))),
    "cubic, greatest root": _algebraic(RealNumberField("s", THREE_ROOTS, (1, 2))),
    "degree one": _algebraic(RealNumberField("q", [-1, 3], (0, 1))),
    "germs over Q": _germs(RATIONAL),
    "germs over Q(sqrt2)": _germs(_algebraic(SQRT2)),
}


@pytest.fixture(params=TABLE.values(), ids=TABLE.keys())
def instance(request: pytest.FixtureRequest) -> Instance:
    """Every field of the table."""
    return request.param


@pytest.fixture
def sqrt2() -> RealNumberField:
    """Q(r) with r = √2."""
    return SQRT2
