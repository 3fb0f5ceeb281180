"""Forward passes and gradients against an independent implementation over Fractions."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product

import pytest
from flint import fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number, Q, RealNumberField
from exactmargin.networks import (
    Architecture,
    Parameters,
    forward,
    from_pattern,
    fully_connected,
    gradient,
    linear_forward,
    slopes_from_sides,
    zero_pre_activations,
)

SLOPES = [Fraction(0), Fraction(1), Fraction(1, 10), Fraction(1, 2)]
SMALL = st.sampled_from([Fraction(n, d) for n in range(-3, 4) for d in (1, 2)])


def to_fraction(value: object) -> Fraction:
    """A rational of the package as Python's own."""
    assert isinstance(value, fmpq)
    return Fraction(int(value.p), int(value.q))


def renumbered(raw: list[list[int]]) -> tuple[tuple[int, ...], ...]:
    """The same sharing with the numbers 1..p without gaps, in order of appearance."""
    numbers: dict[int, int] = {}
    return tuple(
        tuple(0 if k == 0 else numbers.setdefault(k, len(numbers) + 1) for k in row) for row in raw
    )


@st.composite
def networks(draw: st.DrawFn, *, bias: bool | None = None) -> Architecture:
    """Architectures of depth 1..4 with missing and shared weights, biases, leaky slopes."""
    widths = draw(st.lists(st.integers(1, 3), min_size=2, max_size=5))
    patterns, biases = [], []
    for columns, rows in pairwise(widths):
        entry = st.integers(0, rows * columns)
        row = st.lists(entry, min_size=columns, max_size=columns)
        patterns.append(renumbered(draw(st.lists(row, min_size=rows, max_size=rows))))
        biases.append(draw(st.booleans()) if bias is None else bias)
    return from_pattern(patterns, biases, draw(st.sampled_from(SLOPES)))


def points(architecture: Architecture) -> st.SearchStrategy[list[Fraction]]:
    """Flat parameter vectors of small rationals, zeros included."""
    n = architecture.parameter_count
    return st.lists(SMALL, min_size=n, max_size=n)


def inputs(architecture: Architecture) -> st.SearchStrategy[list[Fraction]]:
    """Inputs of small rationals, zeros included."""
    n = architecture.input_dimension
    return st.lists(SMALL, min_size=n, max_size=n)


def over_q(architecture: Architecture, flat: Sequence[Fraction]) -> Parameters:
    """The parameters with these flat coordinates, over Q."""
    return Parameters.from_flat(architecture, [Q.coerce(u) for u in flat])


def direct(
    architecture: Architecture,
    flat: Sequence[Fraction],
    x: Sequence[Fraction],
    slopes: Sequence[Sequence[Fraction]] | None = None,
) -> list[list[Fraction]]:
    """All pre-activations, straight from the definition of V §2; with the given slopes if any."""
    a = to_fraction(architecture.negative_slope)
    rest, h, result = list(flat), list(x), []
    for n, layer in enumerate(architecture.layers):
        p = max(k for row in layer.pattern for k in row)
        u, rest = rest[:p], rest[p:]
        matrix = [[u[k - 1] if k else Fraction(0) for k in row] for row in layer.pattern]
        b = [Fraction(0)] * len(matrix)
        if layer.bias:
            b, rest = rest[: len(matrix)], rest[len(matrix) :]
        z = [
            sum((w * v for w, v in zip(row, h, strict=True)), c)
            for row, c in zip(matrix, b, strict=True)
        ]
        result.append(z)
        if slopes is None:
            h = [max(v, Fraction(0)) + a * min(v, Fraction(0)) for v in z]
        elif n < len(slopes):
            h = [s * v for s, v in zip(slopes[n], z, strict=True)]
    assert not rest
    return result


def q(values: Sequence[Fraction]) -> list[Number]:
    """The values as elements of Q."""
    return [Q.coerce(value) for value in values]


@given(st.data())
@settings(max_examples=150)
def test_forward_is_the_definition(data: st.DataObject) -> None:
    net = data.draw(networks())
    flat, x = data.draw(points(net)), data.draw(inputs(net))
    run = forward(net, over_q(net, flat), q(x))
    expected = direct(net, flat, x)
    assert [[to_fraction(z) for z in zs] for zs in run.pre_activations] == expected
    assert [to_fraction(z) for z in run.output] == expected[-1]
    a = to_fraction(net.negative_slope)
    assert [[to_fraction(h) for h in hs] for hs in run.activations] == [
        [z if z > 0 else a * z for z in zs] for zs in expected[:-1]
    ]
    assert list(zero_pre_activations(run)) == [
        (n, i) for n, zs in enumerate(expected[:-1]) for i, z in enumerate(zs) if z == 0
    ]


@given(st.data())
@settings(max_examples=80)
def test_gradient_at_every_side_is_the_finite_difference_of_the_form(data: st.DataObject) -> None:
    """Along one coordinate a form without sharing is affine: f(u+e_k) - f(u) is the derivative.

    A shared parameter enters its layer's block linearly too, so this holds for every network of
    class N.  At kinks it is checked for every choice of sides.
    """
    net = data.draw(networks())
    flat, x = data.draw(points(net)), data.draw(inputs(net))
    parameters = over_q(net, flat)
    run = forward(net, parameters, q(x))
    zeros = zero_pre_activations(run)
    output = data.draw(st.integers(0, net.output_dimension - 1))
    for choice in list(product((1, -1), repeat=len(zeros)))[:8]:
        slopes = slopes_from_sides(run, dict(zip(zeros, choice, strict=True)))
        fractions = [[to_fraction(s) for s in row] for row in slopes]
        base = direct(net, flat, x, fractions)[-1][output]
        assert base == to_fraction(run.output[output])
        differences = []
        for k in range(len(flat)):
            moved = [u + (i == k) for i, u in enumerate(flat)]
            differences.append(direct(net, moved, x, fractions)[-1][output] - base)
        found = gradient(net, parameters, q(x), slopes, output)
        assert [to_fraction(g) for g in found] == differences


@given(st.data())
@settings(max_examples=80)
def test_gradient_is_the_derivative_of_the_network_away_from_kinks(data: st.DataObject) -> None:
    """On an open cell, a small enough step keeps all signs: Φ itself has this difference."""
    net = data.draw(networks())
    flat, x = data.draw(points(net)), data.draw(inputs(net))
    parameters = over_q(net, flat)
    run = forward(net, parameters, q(x))
    assume(not zero_pre_activations(run))
    found = gradient(net, parameters, q(x), slopes_from_sides(run))
    signs = [[z > 0 for z in zs] for zs in direct(net, flat, x)[:-1]]
    for k, g in enumerate(found):
        step = Fraction(1)
        while True:
            moved = [u + step * (i == k) for i, u in enumerate(flat)]
            there = direct(net, moved, x)
            if [[z > 0 for z in zs] for zs in there[:-1]] == signs:
                break
            step /= 2
        assert to_fraction(g) * step == there[-1][0] - to_fraction(run.output[0])


@given(st.data())
@settings(max_examples=80)
def test_euler_identity_holds_for_every_layer_without_biases(data: st.DataObject) -> None:
    """⟨u^(l), ∂Φ/∂u^(l)⟩ = Φ for every layer, for every choice of sides (THEORY §1)."""
    net = data.draw(networks(bias=False))
    flat, x = data.draw(points(net)), data.draw(inputs(net))
    parameters = over_q(net, flat)
    run = forward(net, parameters, q(x))
    side = data.draw(st.sampled_from((1, -1)))
    slopes = slopes_from_sides(run, dict.fromkeys(zero_pre_activations(run), side))
    found = gradient(net, parameters, q(x), slopes)
    for layer in range(net.depth):
        block = net.block_slice(layer)
        total = sum(
            (u * to_fraction(g) for u, g in zip(flat[block], found[block], strict=True)),
            Fraction(0),
        )
        assert total == to_fraction(run.output[0])


@given(st.data())
def test_linear_forward_with_the_networks_own_slopes_is_forward(data: st.DataObject) -> None:
    net = data.draw(networks())
    parameters = over_q(net, data.draw(points(net)))
    x = q(data.draw(inputs(net)))
    run = forward(net, parameters, x)
    slopes = slopes_from_sides(run, dict.fromkeys(zero_pre_activations(run), -1))
    assert linear_forward(net, parameters, x, slopes) == run


def test_both_sides_of_a_relu_kink() -> None:
    net = fully_connected((2, 2, 1))
    parameters = Parameters.over(Q, net, [[0, 2, 0, 0], [2, 0]])
    run = forward(net, parameters, q([Fraction(1), Fraction(1, 4)]))
    assert zero_pre_activations(run) == ((0, 1),)
    x = q([Fraction(1), Fraction(1, 4)])
    on = gradient(net, parameters, x, slopes_from_sides(run, {(0, 1): 1}))
    off = gradient(net, parameters, x, slopes_from_sides(run, {(0, 1): -1}))
    assert [str(g) for g in on] == ["2", "1/2", "0", "0", "1/2", "0"]
    assert off == on  # the outgoing weight of the dead neuron is 0
    parameters = Parameters.over(Q, net, [[0, 2, 0, 0], [2, 3]])
    assert [str(g) for g in gradient(net, parameters, x, slopes_from_sides(run, {(0, 1): 1}))] == [
        "2", "1/2", "3", "3/4", "1/2", "0",
    ]  # fmt: skip


def test_an_algebraic_field_with_shared_weights() -> None:
    """V Theorem 4.4: w = (0, 1), v = (√2/2, √2/2) has Φ = 1 on its example."""
    field = RealNumberField("r", [-2, 0, 1], (1, 2))
    net = from_pattern([[[1, 2, 0, 0], [0, 0, 1, 2]], [[1, 2]]])
    parameters = Parameters.over(field, net, [[0, 1], ["1/2*r", "1/2*r"]])
    x = [field.coerce(value) for value in (4, "1/2*r", -4, "1/2*r")]
    run = forward(net, parameters, x)
    assert field.format(run.output[0]) == "1"
    assert [field.format(g) for g in gradient(net, parameters, x, slopes_from_sides(run))] == [
        "0", "1", "1/2*r", "1/2*r",
    ]  # fmt: skip


def test_a_linear_network_needs_no_sides_but_takes_them() -> None:
    net = fully_connected((1, 1, 1), negative_slope=1)
    run = forward(net, Parameters.zeros(net, Q), [Q.one])
    assert zero_pre_activations(run) == ((0, 0),)
    assert slopes_from_sides(run) == slopes_from_sides(run, {(0, 0): -1}) == ((fmpq(1),),)


@pytest.mark.parametrize(
    ("sides", "message"),
    [
        (
            {},
            "the pre-activation of (layer, unit) = (0, 0) is zero, so its slope is not "
            "determined; give the side, +1 or -1",
        ),
        ({(0, 0): 0}, "the side of (layer, unit) = (0, 0) is 0, not +1 or -1"),
        (
            {(0, 0): 1, (0, 1): 1},
            "a side is given for (layer, unit) = (0, 1), which is not a hidden unit with "
            "pre-activation zero; leave it out",
        ),
        (
            {(0, 0): 1, (1, 0): 1},
            "a side is given for (layer, unit) = (1, 0), which is not a hidden unit with "
            "pre-activation zero; leave it out",
        ),
    ],
)
def test_missing_wrong_and_superfluous_sides(
    sides: dict[tuple[int, int], int], message: str
) -> None:
    net = fully_connected((1, 2, 1))
    run = forward(net, Parameters.over(Q, net, [[0, 1], [1, -2]]), [Q.one])
    with pytest.raises(InvalidInputError) as error:
        slopes_from_sides(run, sides)
    assert str(error.value) == message


def test_wrong_shapes_are_named() -> None:
    net = fully_connected((2, 2, 1))
    parameters = Parameters.zeros(net, Q)
    x = (Q.one, Q.one)
    with pytest.raises(InvalidInputError) as error:
        forward(net, parameters, (Q.one,))
    assert str(error.value) == "the input has length 1; the network has input dimension 2"
    with pytest.raises(InvalidInputError) as error:
        gradient(net, parameters, x, ((Q.one,),))
    assert str(error.value) == ("the slopes have shape (1,); the network has hidden widths (2,)")
    with pytest.raises(InvalidInputError) as error:
        gradient(net, parameters, x, ((Q.one, Q.one),), output=1)
    assert str(error.value) == "there is no output 1; the network has outputs 0..0"
