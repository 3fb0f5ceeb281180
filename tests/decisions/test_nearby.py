"""Short rationals near numbers of Q and Q(r)."""

import pytest
from flint import fmpq

from exactmargin.decisions.nearby import floor_at, norm_above, root_near, rounded, simplest_near
from exactmargin.exact import Q, RealNumberField, sign

ROOT2 = RealNumberField("r", [-2, 0, 1], (1, 2))
NUMBERS = [
    Q.coerce(0),
    Q.coerce(7),
    Q.parse("22/7"),
    Q.parse("-1/3"),
    Q.coerce(10**40),
    fmpq(1, 10**40),
    ROOT2.gen,
    -ROOT2.gen,
    ROOT2.gen - fmpq(7, 5),
    ROOT2.gen * 10**30,
]


@pytest.mark.parametrize("x", NUMBERS, ids=str)
@pytest.mark.parametrize("bits", [0, 3, 50])
def test_floor(x, bits):
    found = floor_at(x, bits)
    assert (found * 2**bits).q == 1
    assert sign(x - found) >= 0
    assert sign(x - found - fmpq(1, 2**bits)) < 0


@pytest.mark.parametrize("x", [x for x in NUMBERS if sign(x) > 0], ids=str)
def test_root(x):
    root = root_near(x)
    assert sign(root * root - x) >= 0
    below = root * (1 - fmpq(1, 2**59))
    assert sign(below * below - x) < 0


def test_norm():
    assert norm_above([Q.zero, Q.zero]) == 0
    assert 0 <= norm_above([fmpq(3), fmpq(4)]) - 5 < fmpq(1, 2**50)


@pytest.mark.parametrize(
    ("x", "bits", "simplest"),
    [("1/3", 4, "1/3"), ("33334/100000", 10, "1/3"), ("33334/100000", 0, "0"), ("5", 9, "5")],
)
def test_simplest(x, bits, simplest):
    assert simplest_near(Q.parse(x), bits) == Q.parse(simplest)
    assert simplest_near(-Q.parse(x), bits) == -Q.parse(simplest)


def test_simplest_of_an_irrational_number():
    assert simplest_near(ROOT2.gen, 10) == fmpq(41, 29)


def test_rounded():
    assert rounded([fmpq(0), fmpq(0)], 4) == [0, 0]
    assert rounded([fmpq(-2), fmpq(1, 3)], 4) == [-1, fmpq(3, 16)]
    assert rounded([ROOT2.gen, ROOT2.one], 2) == [1, fmpq(3, 4)]
