"""Gradients, Gram matrices and residuals enclose the exact ones, for every kind of architecture."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import fmpq

from exactmargin import (
    Architecture,
    Parameters,
    Q,
    convolutional,
    diagonal,
    disjoint_patches,
    from_pattern,
    fully_connected,
)
from exactmargin.networks import forward, gradient
from exactmargin.numeric import (
    Ball,
    FloatNetwork,
    Gradients,
    back_propagate,
    forward_pass,
    gram,
)
from exactmargin.numeric.gradients import products_with_point, residual, squared_norm
from tests.numeric.adversarial import exact

ARCHITECTURES = {
    "dense": fully_connected([3, 4, 1]),
    "dense, biases, leaky": fully_connected([3, 4, 2, 1], negative_slope="1/3", bias=True),
    "linear": fully_connected([2, 2, 2, 1], negative_slope=1),
    "one layer": fully_connected([3, 1], bias=True),
    "diagonal": diagonal(3, 3, negative_slope="1/4"),
    "patches": disjoint_patches(3, 2),
    "convolution, biases": convolutional(6, 3, bias=True),
    "shared and missing": from_pattern([[[1, 2, 0], [2, 1, 3]], [[1, 1]]]),
}


def case(network: Architecture, seed: int) -> tuple[FloatNetwork, Any, Any, list[list[fmpq]]]:
    """A random point and five inputs: in floats, and the exact gradients with slope a at kinks."""
    rng = np.random.default_rng(seed)
    whole = rng.standard_normal(network.parameter_count) * 10.0 ** rng.integers(-3, 4)
    if seed % 2:
        whole = np.round(whole)
    point = Parameters.from_flat(network, [exact(v) for v in whole.tolist()])
    inputs = np.round(rng.standard_normal((5, network.input_dimension)), seed)
    jacobian = []
    for x in inputs.tolist():
        run = forward(network, point, [exact(v) for v in x])
        slopes = tuple(
            tuple(fmpq(1) if z > 0 else network.negative_slope for z in row)
            for row in run.pre_activations[:-1]
        )
        jacobian.append(list(gradient(network, point, [exact(v) for v in x], slopes)))
    return FloatNetwork.of(network, point), inputs, whole, jacobian


def contains(ball: Ball, values: list[list[fmpq]]) -> bool:
    rows = zip(ball.middle.tolist(), ball.radii.tolist(), values, strict=True)
    return all(
        abs(exact(m) - v) <= exact(r)
        for ms, rs, vs in rows
        for m, r, v in zip(ms, rs, vs, strict=True)
    )


def tight(ball: Ball) -> bool:
    return bool(np.all(ball.radii <= 1e-12 * (1 + np.max(np.abs(ball.middle)))))


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_gram_and_products_enclose_the_exact_ones(name: str, seed: int) -> None:
    network = ARCHITECTURES[name]
    floats, inputs, whole, jacobian = case(network, seed)
    found = back_propagate(floats, forward_pass(floats, inputs))
    inner = [[sum(map(_times, a, b), fmpq(0)) for b in jacobian] for a in jacobian]
    G = gram(floats, found, found)
    assert contains(G, inner)
    assert tight(G)
    theta = [exact(v) for v in whole.tolist()]
    products = products_with_point(floats, found)
    expected = [sum(map(_times, g, theta), fmpq(0)) for g in jacobian]
    assert contains(products[:, None], [[v] for v in expected])
    for l in range(network.depth):
        at = network.block_slice(l)
        part = [[sum(map(_times, a[at], b[at]), fmpq(0)) for b in jacobian] for a in jacobian]
        assert contains(gram(floats, found, found, (l,)), part)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", ARCHITECTURES)
def test_residual_encloses_the_exact_one(name: str, seed: int) -> None:
    floats, inputs, whole, jacobian = case(ARCHITECTURES[name], seed)
    found = back_propagate(floats, forward_pass(floats, inputs))
    coefficients = np.array([0.5, -0.25, 0.0, 3.0, 0.1])
    low, high = squared_norm(residual(floats, found, Ball(coefficients)))
    c = [exact(v) for v in coefficients.tolist()]
    rest = [
        exact(value) - sum((a * g[p] for a, g in zip(c, jacobian, strict=True)), fmpq(0))
        for p, value in enumerate(whole.tolist())
    ]
    square = sum((r * r for r in rest), fmpq(0))
    assert exact(low) <= square <= exact(high)
    assert high - low <= 1e-9 * (1 + high)


def test_a_shared_parameter_is_subtracted_from_once() -> None:
    """W = [[w, w]], x = (1, 2): the gradient in w is 3, and w - c·3 is squared once."""
    network = from_pattern([[[1, 1]]])
    floats = FloatNetwork.of(network, Parameters.over(Q, network, [[5]]))
    found = back_propagate(floats, forward_pass(floats, np.array([[1.0, 2.0]])))
    low, high = squared_norm(residual(floats, found, Ball(np.array([1.0]))))
    assert low <= 4 <= high < 4.001


def test_taking_rows_keeps_both_factors() -> None:
    floats, inputs, _, _ = case(ARCHITECTURES["dense"], 0)
    found = back_propagate(floats, forward_pass(floats, inputs))
    part = found.take(np.array([3, 1]))
    assert isinstance(part, Gradients)
    assert part.size == 2
    both = gram(floats, found, found).middle[np.ix_([3, 1], [3, 1])]
    assert np.allclose(gram(floats, part, part).middle, both, rtol=1e-13)


def test_fractions_agree_with_a_complex_step() -> None:
    """Away from kinks Φ is analytic in θ: the imaginary part of Φ(θ + iht)/h is ⟨∇Φ, t⟩."""
    floats, inputs, _, _ = case(ARCHITECTURES["dense, biases, leaky"], 0)
    found = back_propagate(floats, forward_pass(floats, inputs))
    rng = np.random.default_rng(1)
    steps = [rng.standard_normal(W.shape) for W in floats.weights]
    shifts = [rng.standard_normal(b.shape) for b in floats.biases if b is not None]
    h: Any = inputs.astype(complex)
    for l, (W, t, s) in enumerate(zip(floats.weights, steps, shifts, strict=True)):
        bias = floats.biases[l]
        assert bias is not None
        z = h @ (W + 1e-200j * t).T + bias + 1e-200j * s
        h = z if l == floats.depth - 1 else np.where(z.real > 0, z, z / 3)
    expected = h[:, 0].imag / 1e-200
    slopes = sum(
        np.einsum("nr,nc,rc->n", d.middle, a.middle, t) + d.middle @ s
        for d, a, t, s in zip(found.deltas, found.inputs, steps, shifts, strict=True)
    )
    assert np.allclose(slopes, expected, rtol=1e-12)


def _times(a: Any, b: Any) -> Any:
    return a * b


def test_what_is_no_float_is_refused() -> None:
    from exactmargin import InvalidInputError

    network = fully_connected([2, 1])
    with pytest.raises(InvalidInputError) as refused:
        FloatNetwork.of(network, Parameters.over(Q, network, [["1/2", "1/3"]]))
    assert str(refused.value) == (
        "weights[0][1]: 1/3 is not a float64; float arithmetic with rigorous bounds works on "
        "networks and samples whose numbers are floats"
    )
    assert Fraction(0.5) == Fraction(1, 2)
