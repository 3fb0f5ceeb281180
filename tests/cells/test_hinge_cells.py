"""Cells of one-hidden-layer hinge networks against a linear program on every signature."""

import random
from itertools import product

import pytest

from exactmargin.cells import SignatureMap, enumerate_cells, is_flat
from exactmargin.exact import Q, strictly_feasible_direction
from exactmargin.networks import disjoint_patches, from_pattern, fully_connected


def by_brute_force(signatures):
    """Every signature, by its own linear program for every s (THEORY §2.3), written anew.

    Variables: w_k (and b_k) of each unit scaled by |v_k|, c, t. A hidden pattern that is not
    feasible by itself rules out its 2^N signatures.
    """
    network, inputs, labels = signatures.network, signatures.inputs, signatures.labels
    bias, d, units = network.layers[0].bias, network.input_dimension, network.layers[0].rows
    points = [[*x, 1] if bias else list(x) for x in inputs]
    size = len(points[0])
    width = size * units + 2
    assert size == d + bias

    def feasible(rows):
        return strictly_feasible_direction(Q, rows, width).direction is not None

    def hidden_row(i, k, side):
        row = [Q.zero] * width
        row[k * size : (k + 1) * size] = [side * Q.coerce(z) for z in points[i]]
        return row

    t_row = [Q.zero] * (width - 1) + [Q.one]
    moving = [i for i, x in enumerate(points) if any(x)]
    one_unit = []
    for sides in product((1, -1), repeat=len(moving)):
        rows = [hidden_row(i, 0, s) for i, s in zip(moving, sides, strict=True)]
        if feasible([*rows, t_row]):
            full = dict(zip(moving, sides, strict=True))
            one_unit.append([full.get(i, 0) for i in range(len(points))])
    found = set()
    for pattern in product(one_unit, repeat=units):
        rows = [hidden_row(i, k, pattern[k][i]) for k in range(units) for i in moving]
        for losses in product((1, -1), repeat=len(points)):
            for s in product((1, -1), repeat=units):
                lines = []
                for i, loss in enumerate(losses):
                    line = list(t_row)
                    for k in range(units):
                        slope = 1 if pattern[k][i] > 0 else network.negative_slope
                        for j, z in enumerate(points[i]):
                            line[k * size + j] -= labels[i] * s[k] * slope * Q.coerce(z)
                    if network.layers[1].bias:
                        line[-2] = Q.coerce(-labels[i])
                    lines.append([loss * z for z in line])
                if feasible([*rows, *lines, t_row]):
                    found.add(
                        tuple(
                            side
                            for i, loss in enumerate(losses)
                            for side in (*(p[i] for p in pattern), loss)
                        )
                    )
                    break
    return found


def family(kind, n, d):
    draw = random.Random(f"{kind} {n} {d}")
    labels = [draw.choice((1, -1)) for _ in range(n)]
    if kind == "random":
        return [[draw.randint(-9, 9) or 1 for _ in range(d)] for _ in range(n)], labels
    base = [[1] * d, [-2] * d, [1] * d, [0] * d]  # parallel, repeated, zero
    return base[:n], labels


CASES = [
    (kind, n, units, d)
    for kind in ("random", "degenerate")
    for n in (1, 2, 3, 4)
    for units in (1, 2)
    for d in (1, 2)
]


@pytest.mark.parametrize(("kind", "n", "units", "d"), CASES)
def test_against_a_linear_program_on_every_signature(kind, n, units, d):
    inputs, labels = family(kind, n, d)
    bias = d == 1 and n < 4
    network = fully_connected([d, units, 1], negative_slope="1/3" if n == 3 else 0, bias=bias)
    signatures = SignatureMap(Q, network, inputs, labels)
    cells = enumerate_cells(signatures)
    assert cells.complete
    assert set(cells) == by_brute_force(signatures)
    assert all(signatures(cells.witness(u)) == u for u in cells)


def test_with_all_biases_in_the_plane():
    inputs, labels = family("random", 2, 2)
    signatures = SignatureMap(Q, fully_connected([2, 2, 1], bias=True), inputs, labels)
    assert set(enumerate_cells(signatures)) == by_brute_force(signatures)


def test_without_hidden_layer():
    """Two lines in the plane of (w, c), both labels: 1 - w - c and 1 + 2w + c."""
    signatures = SignatureMap(Q, fully_connected([1, 1], bias=True), [[1], [2]], [1, -1])
    assert enumerate_cells(signatures).count == 4
    parallel = SignatureMap(Q, fully_connected([1, 1]), [[1], [1]], [1, -1])
    assert sorted(enumerate_cells(parallel)) == [(-1, 1), (1, -1), (1, 1)]


def test_a_unit_without_output_weight_has_its_own_arrangement():
    network = from_pattern([[(1,), (2,)], [(1, 0)]])
    alone = SignatureMap(Q, fully_connected([1, 1, 1]), [[1], [-2]], [1, -1])
    both = SignatureMap(Q, network, [[1], [-2]], [1, -1])
    assert enumerate_cells(both).count == 2 * enumerate_cells(alone).count


def test_shared_output_weight_has_one_sign():
    """v for both units: with x = 1, y = 1 the output is v(σ(w_1) + σ(w_2))."""
    network = from_pattern([[(1,), (2,)], [(1, 1)]])
    cells = enumerate_cells(SignatureMap(Q, network, [[1]], [1]))
    assert cells.complete
    assert sorted(cells) == [
        (-1, -1, 1),
        *[(a, b, c) for a, b in ((-1, 1), (1, -1), (1, 1)) for c in (-1, 1)],
    ]


def test_one_filter_read_by_two_output_weights_has_bounds():
    signatures = SignatureMap(Q, disjoint_patches(2, 2), [[1, 2, 0, 1], [2, -1, 1, 1]], [1, -1])
    cells = enumerate_cells(signatures)
    assert cells.count == 21  # the bounds meet
    assert all(signatures(cells.witness(u)) == u for u in cells)


def test_flat_cells():
    """L Thm 2: flat where all active losses have cancelling forms, above all where L = 0."""
    signatures = SignatureMap(Q, fully_connected([1, 1, 1]), [[1], [2]], [1, -1])
    weights = (Q.coerce("2/3"), Q.coerce("1/3"))
    flat = {u: is_flat(signatures, weights, u) for u in enumerate_cells(signatures)}
    assert flat[-1, 1, -1, 1]  # the unit is off
    assert flat[1, 1, 1, 1]  # 2/3 * 1 = 1/3 * 2
    assert not flat[1, -1, 1, 1]
    assert not is_flat(signatures, (Q.one, Q.one), (1, 1, 1, 1))


def test_a_budget_leaves_bounds():
    inputs, labels = family("random", 4, 2)
    signatures = SignatureMap(Q, fully_connected([2, 2, 1]), inputs, labels)
    cells = enumerate_cells(signatures, budget=0.05)
    assert cells.spent
    assert cells.lower < cells.upper <= 64 * 16
