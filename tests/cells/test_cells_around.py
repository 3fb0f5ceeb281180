"""The cells around a point: brute force over signs, idle units, paths that enter."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings

from exactmargin.cells import Kinks, TooManyCells, cells_around, forward_along, germ_sign
from exactmargin.exact import Polynomial, Q, sign, strictly_feasible_direction
from exactmargin.networks import Parameters, from_pattern
from exactmargin.strategies import architectures, problems

MARGINS = ["max-margin", "layer-max-margin"]


def kinks_of(problem, i):
    x, free = problem.data.inputs[i], problem.free_slice
    return Kinks.at(problem.field, problem.network, problem.point(), x, free)


def leaves(tree):
    """(number of bound leaves, number of empty leaves)."""
    if tree == "bound":
        return 1, 0
    if "empty" in tree:
        return 0, 1
    (a, b), (c, d) = leaves(tree["plus"]), leaves(tree["minus"])
    return a + c, b + d


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(problems(MARGINS))
def test_every_path_enters_its_cell(problem):
    """Along theta + t d every kink has, for small t > 0, the sign that the cell says."""
    for i in range(problem.data.size):
        kinks = kinks_of(problem, i)
        found = cells_around(kinks)
        assert leaves(found.tree)[0] == len(found.cells) >= 1
        assert len({tuple(sorted(cell.sides.items())) for cell in found.cells}) == len(found.cells)
        for cell in found.cells:
            if cell.path is None:
                continue
            flat = [[value] for value in kinks.parameters.flat()]
            for column, *steps in zip(flat[kinks.free], *cell.path, strict=True):
                column.extend(steps)
            curve = [Polynomial(kinks.field, column) for column in flat]
            slopes = {1: 1, 0: 0, -1: problem.network.negative_slope}
            z = forward_along(
                Q,
                problem.network,
                curve,
                kinks.x,
                lambda _n, _k, p, s=slopes: Q.coerce(s[germ_sign(p)]),
            )
            assert all(germ_sign(z[n][k]) == side for (n, k), side in cell.sides.items())


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(problems(MARGINS, networks=architectures(depth=(1, 2))))
def test_one_hidden_layer_against_all_sign_vectors(problem):
    """The cells are exactly the sign vectors at the kinks that some direction realises."""
    for i in range(problem.data.size):
        kinks = kinks_of(problem, i)
        found = cells_around(kinks)
        assert found.exact
        if kinks.first > 0 or problem.network.depth == 1:
            assert [dict(cell.sides) for cell in found.cells] == [{}]
            continue
        blank, _ = kinks.slopes({})
        normals = {
            (0, k): kinks.gradient(blank, (0, k))
            for k, z in enumerate(kinks.run.pre_activations[0])
            if sign(z) == 0 and problem.network.negative_slope != 1
        }
        normals = {unit: normal for unit, normal in normals.items() if any(map(sign, normal))}
        size = len(problem.free_parameters())
        expected = set()
        for signs in product((1, -1), repeat=len(normals)):
            rows = [[s * v for v in n] for s, n in zip(signs, normals.values(), strict=True)]
            if not rows or strictly_feasible_direction(Q, rows, size).direction is not None:
                expected.add(tuple(zip(normals, signs, strict=True)))
        assert {tuple(sorted(cell.sides.items())) for cell in found.cells} == expected


def test_idle_units_have_no_side():
    """A zero input, and a unit behind one that is off, are zero on a whole neighbourhood."""
    network = from_pattern([[(1, 0), (0, 2)], [(1, 0), (0, 2)], [(1, 2)]])
    point = Parameters.over(Q, network, [[1, -1], [1, 4], [1, 1]])
    run = Kinks.at(Q, network, point, [Q.coerce(1), Q.coerce(1)], slice(0, 6))
    assert sign(run.run.pre_activations[1][1]) == 0
    assert [dict(cell.sides) for cell in cells_around(run).cells] == [{}]
    zero = Kinks.at(Q, network, point, [Q.coerce(1), Q.zero], slice(0, 6))
    assert [dict(cell.sides) for cell in cells_around(zero).cells] == [{}]


def test_deep_kinks_are_bounded_from_both_sides():
    """First-layer kink before a positive weight: three sign pairs are conceivable, two exist."""
    network = from_pattern([[(1,)], [(1,)], [(1,)]])
    point = Parameters.over(Q, network, [[0], [5], [1]])
    found = cells_around(Kinks.at(Q, network, point, [Q.coerce(1)], slice(0, 3)))
    assert [dict(cell.sides) for cell in found.cells] == [{(0, 0): 1, (1, 0): 1}, {(0, 0): -1}]
    assert found.exact
    assert leaves(found.tree) == (2, 1)


def test_budget():
    network = from_pattern([[(1,), (2,), (3,)], [(1, 2, 3)]])
    point = Parameters.over(Q, network, [[0, 0, 0], [1, 1, 1]])
    kinks = Kinks.at(Q, network, point, [Q.coerce(1)], slice(0, 6))
    assert len(cells_around(kinks, 8).cells) == 8
    with pytest.raises(TooManyCells):
        cells_around(kinks, 7)
