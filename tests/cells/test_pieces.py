"""Pieces of one layer: their affine functions and bounds against forward passes."""

import random
from dataclasses import replace

from exactmargin.cells import FreeLayer, Piece
from exactmargin.exact import Q, sign
from exactmargin.networks import forward
from exactmargin.problems import LayerMaxMargin
from tests.laws.layer_instances import cell, first_layer, random_problem, units


def layers_of(problem):
    """The free layers of all examples, and what `layer_instances` calls their units."""
    first = first_layer(problem)
    return [
        FreeLayer(problem.field, problem.network, problem.point(), x, y, first)
        for x, y in zip(problem.data.inputs, problem.data.labels, strict=True)
    ]


def drawn(seeds):
    """(random numbers, problem, example, free layer)"""
    for seed in seeds:
        rng = random.Random(seed)
        problem = random_problem(rng)
        for i, layer in enumerate(layers_of(problem)):
            yield rng, problem, i, layer


def random_block(rng, problem):
    return [Q.coerce(rng.randint(-3, 3)) for _ in problem.free_parameters()]


def test_runs_are_forward_passes():
    for rng, problem, i, layer in drawn(range(100)):
        u = random_block(rng, problem)
        run = forward(problem.network, problem.with_free(u), problem.data.inputs[i])
        pairs = {
            (n, k): z
            for n, row in enumerate(run.pre_activations)
            for k, z in enumerate(row)
            if n >= layer.first
        }
        assert layer.run(u) == pairs
        assert layer.margin(u) == run.output[0] * layer.label


def test_forms_on_a_full_cell():
    """With all sides given, every unit's function and the margin are those of the linear pass."""
    for rng, problem, i, layer in drawn(range(60)):
        sides = {place: rng.choice([1, -1]) for place in units(problem)}
        piece = Piece(layer, {(n, k): s for (j, n, k), s in sides.items() if j == i})
        assert piece.wanted == piece.concave == ()
        around = cell(problem, sides)
        (row,) = (row for row in around.margins if row.name == i)
        form, pulls = piece.margin({})
        assert (form.gradient, 1 - form.constant, pulls) == (row.normal, row.bound, {})
        for row in around.sides:
            if row.name[0] == i:
                form = piece.form(row.name[1:]).times(sides[row.name])
                assert (form.gradient, -form.constant) == (row.normal, row.bound)


def complete(rng, piece):
    """Sides at random until none is wanted."""
    while piece.wanted:
        piece = piece.split(rng.choice(piece.wanted), rng.choice([1, -1]))
    return piece


def test_slopes_bound_the_margin():
    """On the region every choice of slopes bounds the margin from above, one of them exactly;
    what a concave unit adds is minus its pull times its function."""
    concave = deep = 0
    for rng, problem, _, layer in drawn(range(250)):
        piece, low = complete(rng, Piece(layer, {})), problem.network.negative_slope
        concave += bool(piece.concave)
        deep += any(n < layer.output[0] - 1 for n, _ in piece.concave)
        for _ in range(4):
            u = random_block(rng, problem)
            slopes = {unit: rng.choice([low, (low + 1) / 2, Q.one]) for unit in piece.concave}
            bound, pulls = piece.margin(slopes)
            assert all(sign(value) <= 0 for value in pulls.values())
            best, _ = piece.margin(piece.slopes_at(u))
            assert best.at(u) == piece.bound(u) <= bound.at(u)
            if all(sign(piece.form(unit).at(u)) * side >= 0 for unit, side in piece.sides.items()):
                assert layer.margin(u) == piece.bound(u)
            for unit, value in pulls.items():
                raised, _ = piece.margin({**slopes, unit: slopes[unit] + 1})
                below, _ = piece.pull(unit, slopes)
                assert raised.at(u) == bound.at(u) - value * below.at(u)
    assert concave > 30
    assert deep > 5


def test_derivatives_are_differences():
    """Along a short enough step the margin is its derivative times the step."""
    for rng, problem, _, layer in drawn(range(100)):
        u, d = random_block(rng, problem), random_block(rng, problem)
        step = Q.one / 10**9
        there = [a + step * b for a, b in zip(u, d, strict=True)]
        assert layer.margin(there) - layer.margin(u) == step * layer.derivative(layer.signs(u), d)


def test_a_layer_that_nothing_reads():
    """Where the output has weight zero on everything free, the margin is constant."""
    for _, problem, _, layer in drawn(range(40)):
        depth = problem.network.depth
        if depth > 1 and isinstance(problem.objective, LayerMaxMargin) and layer.first < depth - 1:
            last = problem.network.block_slice(depth - 1)
            size = problem.network.layers[-1].parameter_count
            flat = list(problem.point().flat())
            flat[last.start : last.start + size] = [Q.zero] * size
            silent = replace(
                problem, parameters=type(problem.point()).from_flat(problem.network, flat)
            )
            piece = Piece(layers_of(silent)[0], {})
            assert piece.wanted == piece.concave == ()
            assert not any(piece.margin({})[0].gradient)
