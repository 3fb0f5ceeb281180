"""Incidence sets: every case of THEORY §2.5, against sampling; at the origin, all cells."""

import random
from fractions import Fraction

import pytest

from exactmargin.cells import SignatureMap, enumerate_cells, incidence
from exactmargin.exact import Q
from exactmargin.networks import Parameters, disjoint_patches, from_pattern, fully_connected

HINGE = SignatureMap(Q, fully_connected([1, 1, 1], bias=True), [[2], [-1]], [1, -1])
TWO = SignatureMap(Q, fully_connected([1, 2, 1]), [[1], [-2]], [1, -1])


def sampled(signatures, point, count=4000):
    """The cells that random points at distance about 10^-6 lie in: never more than I(θ)."""
    draw = random.Random(repr(point))
    found = set()
    for _ in range(count):
        flat = [
            x + Q.coerce(Fraction(draw.randint(-99, 99), 10 ** draw.choice((6, 6, 9, 12))))
            for x in point.flat()
        ]
        signature = signatures(Parameters.from_flat(signatures.network, flat))
        if 0 not in signature:
            found.add(signature)
    return found


def test_at_the_origin_all_cells_meet_without_loss():
    signatures = SignatureMap(Q, fully_connected([2, 2, 1]), [[1, 2], [2, -1], [0, 0]])
    found = incidence(signatures, Parameters.zeros(signatures.network, Q))
    assert found.exact
    assert found.inner == set(enumerate_cells(signatures))


def test_inside_a_cell_there_is_one():
    for signatures in (HINGE, TWO):
        cells = enumerate_cells(signatures)
        for u in cells:
            assert incidence(signatures, cells.witness(u)).inner == {u}


POINTS = {  # (w, b), v, c
    "v not 0, a kink": ([[1], [1]], [[1], [0]]),
    "v not 0, a loss at 0": ([["1/2"], [1]], [[0], [0]]),
    "v not 0, both": ([[1], [1]], [[1], [-1]]),
    "zero neuron": ([[0], [0]], [[0], [1]]),
    "zero neuron, one loss at 0": ([[0], [0]], [[0], [-1]]),
    "v = 0, thin cone, a loss at 0": ([[1], [0]], [[0], [1]]),
    "v = 0, thin cone, a kink and a loss at 0": ([[1], [0]], [[1], [1]]),
    "v = 0, thin cone, the other loss": ([[1], [0]], [[1], [-1]]),
    "v not 0, (w, b) = 0, a loss at 0": ([[0], [1]], [[0], [1]]),
}


@pytest.mark.parametrize(("weights", "biases"), POINTS.values(), ids=POINTS)
def test_every_kind_of_block_against_samples(weights, biases):
    point = Parameters.over(Q, HINGE.network, weights, biases)
    found = incidence(HINGE, point)
    assert found.exact
    assert found.inner <= set(enumerate_cells(HINGE))
    assert sampled(HINGE, point) == found.inner


def test_two_units_against_samples():
    point = Parameters.over(Q, TWO.network, [[0, 1], [1, 0]])
    found = incidence(TWO, point)
    assert sampled(TWO, point) == found.inner


def test_a_unit_that_shares_a_weight_and_has_no_output():
    """With v = 0 the whole group is scaled, also the unit that the output does not read."""
    network = from_pattern([[(1, 0), (1, 2)], [(1, 0)]])
    signatures = SignatureMap(Q, network, [[1, -1], [1, 1]], [1, -1])
    for weights in ([[1, 1], [0]], [[0, 1], [0]], [[0, 0], [1]]):
        point = Parameters.over(Q, network, weights)
        found = incidence(signatures, point)
        assert found.exact
        assert sampled(signatures, point) == found.inner


def test_sandwich_elsewhere():
    deep = SignatureMap(Q, fully_connected([1, 1, 1, 1]), [[1]])
    found = incidence(deep, Parameters.zeros(deep.network, Q))
    assert found.exact
    assert found.inner == {(-1, 0), (1, -1), (1, 1)}
    shared = SignatureMap(Q, disjoint_patches(2, 1), [[1, -1]], [1])
    point = Parameters.over(Q, shared.network, [[0], [1, 1]])
    bounds = incidence(shared, point)
    assert bounds.inner == {(1, -1, 1), (-1, 1, 1)}
    assert bounds.inner < bounds.outer
    assert not bounds.exact
