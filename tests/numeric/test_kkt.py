"""Enclosures of (ε, δ): exact KKT points, kinks, scales; and ε and δ recomputed in fractions."""

from fractions import Fraction
from typing import Any

import array_api_strict
import numpy as np
import pytest

from exactmargin import InvalidInputError
from exactmargin.networks import fully_connected
from exactmargin.numeric import FloatNetwork, Stationarity, enclose_kkt
from tests.numeric.adversarial import slow_forward

# w_1 = (1, 0) is on a kink at x_2 = (0, 1): there the slope 1/2 makes it a KKT point, λ = (1, 1).
KINKED = FloatNetwork.dense([[[1, 0], [0, 1]], [[1, 1]]])
KINKED_INPUTS = np.array([[1.0, -0.5], [0.0, 1.0]])


def exact_epsilon_squared(
    network: FloatNetwork, inputs: Any, labels: Any, scale: float, found: Stationarity
) -> tuple[Fraction, Fraction]:
    """ε² and δ of the multipliers and slopes, in fractions, for two layers without biases."""
    s, slope = Fraction(scale), Fraction(int(network.slope.p), int(network.slope.q))
    W, v = ([[Fraction(a) for a in row] for row in M.tolist()] for M in network.weights)
    rest_W, rest_v = [[s * a for a in row] for row in W], [s * a for a in v[0]]
    delta = Fraction(0)
    for i, (x, y) in enumerate(zip(inputs, labels, strict=True)):
        c, (z, read) = Fraction(found.multipliers[i]) * int(y), slow_forward(network, x)
        delta = max(delta, Fraction(found.multipliers[i]) * (s**2 * int(y) * z[1][0] - 1))
        for k, value in enumerate(z[0]):
            rho = Fraction(1) if value > 0 else slope
            if value == 0:
                rho = Fraction(found.slopes.get((i, k), rho))
            rest_v[k] -= s * c * read[1][k]
            for j, a in enumerate(read[0]):
                rest_W[k][j] -= s * c * v[0][k] * rho * a
    return sum((a * a for row in [*rest_W, rest_v] for a in row), Fraction(0)), delta


def test_a_kink_makes_the_difference() -> None:
    found = enclose_kkt(KINKED, KINKED_INPUTS, [1, 1])
    assert found.reason is None
    assert found.kinks == 1
    assert found.plain is not None
    assert found.clarke is not None
    assert found.plain.epsilon.low > 0.47  # sigma'(0) = 0: "not a KKT point"
    assert found.clarke.epsilon.high < 1e-12  # it is one
    assert found.clarke.delta.high < 1e-12
    assert found.clarke.slopes == {(1, 0): pytest.approx(0.5)}
    assert found.clarke.multipliers == pytest.approx([1, 1])


@pytest.mark.parametrize("slope", ["0", "1/4", "1/3"])
@pytest.mark.parametrize("seed", range(8))
def test_enclosures_contain_the_exact_numbers(seed: int, slope: str) -> None:
    """Random two-layer networks on a grid, with many kinks."""
    rng = np.random.default_rng(seed)
    W, v = rng.integers(-2, 3, (5, 3)) / 2, rng.integers(1, 4, (1, 5)) * 0.3
    network = FloatNetwork.dense([W, v], slope=slope)
    inputs = rng.integers(-2, 3, (12, 3)) * 0.1
    outputs = [slow_forward(network, x)[0][1][0] for x in inputs]
    inputs = inputs[[bool(z) for z in outputs]]
    labels = [1 if z > 0 else -1 for z in outputs if z]
    found = enclose_kkt(network, inputs, labels, slack=100)
    assert found.plain is not None
    assert found.clarke is not None
    assert found.clarke.epsilon.low <= found.plain.epsilon.high * (1 + 1e-6)
    for stated in (found.plain, found.clarke):
        square, delta = exact_epsilon_squared(network, inputs, labels, found.scale, stated)
        assert Fraction(stated.epsilon.low) ** 2 <= square <= Fraction(stated.epsilon.high) ** 2
        assert stated.epsilon.high - stated.epsilon.low < 1e-9 * found.norm.high
        assert Fraction(stated.delta.low) <= delta <= Fraction(stated.delta.high)


def test_scaling_makes_a_trained_point_feasible() -> None:
    """Half of a KKT point: the margins are 1/4, and s = 2 brings them to 1."""
    half = FloatNetwork.dense([KINKED.weights[0] / 2, KINKED.weights[1] / 2])
    found = enclose_kkt(half, KINKED_INPUTS, [1, 1])
    assert found.scale == pytest.approx(2)
    assert found.least_margin.low <= 0.25 <= found.least_margin.high
    assert found.norm.low <= 2.0001
    assert found.clarke is not None
    assert found.clarke.epsilon.high < 1e-12


@pytest.mark.parametrize("labels", [[1, -1], [-1, -1]])
def test_what_no_multiple_makes_feasible(labels: list[int]) -> None:
    found = enclose_kkt(KINKED, KINKED_INPUTS, labels)
    assert found.plain is None
    assert found.clarke is None
    assert found.reason == "the least margin is -1: no multiple of the point is feasible"


@pytest.mark.parametrize(
    ("weights", "inputs", "reason"),
    [
        ([[[1e300]], [[1e300]]], [[1.0]], "the least margin is too large or too small for floats"),
        (
            [[[1e-300]], [[1e-300]]],
            [[1.0]],
            "the least margin is too large or too small for floats",
        ),
        (
            [[[0.1, 0.3]], [[1.0]]],
            [[0.3, -0.1]],
            "the least margin is 0: no multiple of the point is feasible",
        ),
    ],
)
def test_margins_out_of_range_and_zero(weights: Any, inputs: Any, reason: str) -> None:
    found = enclose_kkt(FloatNetwork.dense(weights), np.array(inputs), [1])
    assert found.plain is None
    assert found.reason == reason


@pytest.mark.parametrize(
    ("weights", "biases", "inputs"),
    [
        ([[[1e-150, 1e10]]], None, [[1e-155, 0.0]]),  # epsilon is 10^315
        (  # delta is
            [[[-7e-150, 5e-300], [1, 9], [1e-169, 1]], [[-7, 8e-68, -4]]],
            [[-5, -3, -8e-219], [-7e300]],
            [[-5e-150, -8], [-4e-291, 7e-300], [-2, 7e300]],
        ),
        ([[[-5e300, 5e-150]]], None, [[2e-152, 3e-300]]),  # a proposal of infinity
    ],
)
def test_bounds_beyond_floats_are_bounds(weights: Any, biases: Any, inputs: Any) -> None:
    network = FloatNetwork.dense(weights, biases, "1/10")
    labels = [1 if weights[0][0][0] > 0 else -1] * len(inputs)
    found = enclose_kkt(network, np.array(inputs), labels).plain
    assert found is not None
    for bounds in (found.epsilon, found.delta):
        assert 0 <= bounds.low <= bounds.high
        assert bounds.low < np.inf


def test_biases_spoil_the_scaling() -> None:
    network = FloatNetwork.dense([[[0.5]], [[1.0]]], [[0.0], None])
    found = enclose_kkt(network, np.array([[1.0]]), [1])
    assert found.plain is None
    assert found.reason == (
        "the least margin is 0.5, not above 1 for certain, and with biases a multiple of the "
        "point is another network"
    )
    top = enclose_kkt(network, np.array([[1.0]]), [1], layer=1)
    assert top.scale == pytest.approx(2)
    assert top.plain is not None
    assert top.plain.epsilon.high < 1e-12


def test_another_library_gives_the_same() -> None:
    """array-api-strict has the functions of the standard and no others."""
    found = enclose_kkt(KINKED, array_api_strict.asarray(KINKED_INPUTS), [1, 1])
    expected = enclose_kkt(KINKED, KINKED_INPUTS, [1, 1])
    assert found.clarke is not None
    assert expected.clarke is not None
    assert found.clarke.epsilon == pytest.approx(expected.clarke.epsilon, abs=1e-12)
    assert found.least_margin == expected.least_margin


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"labels": [1, 0]},
            "labels: the labels have shape (2,); expected (2,), one label 1 or -1 per input",
        ),
        ({"slack": -1.0}, "slack: is -1.0; expected a number that is not negative"),
        ({"layer": 2}, "there is no layer 2; the network has layers 0..1"),
        (
            {"memory": 100},
            "2 examples may have multipliers, which takes about 0 MiB; 0 MiB are "
            "allowed: give more memory, or a smaller slack",
        ),
    ],
)
def test_misuse_is_refused(change: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"labels": [1, 1], **change}
    with pytest.raises(InvalidInputError) as refused:
        enclose_kkt(KINKED, KINKED_INPUTS, **arguments)
    assert str(refused.value) == message


@pytest.mark.parametrize("network", [fully_connected([2, 1]), FloatNetwork])
def test_what_is_no_float_network(network: Any) -> None:
    with pytest.raises(InvalidInputError) as refused:
        enclose_kkt(network, KINKED_INPUTS, [1, 1])
    assert str(refused.value).startswith(f"network: {repr(network)[:40]}")
    assert str(refused.value).endswith(
        " is not a FloatNetwork; FloatNetwork.of(architecture, parameters) makes one"
    )
