"""Signs are exact whatever the floats do, and enclosures contain the exact numbers."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import array_api_compat
import array_api_strict
import numpy as np
import pytest

from exactmargin import InvalidInputError
from exactmargin.numeric import Ball, ExactNetwork, FloatNetwork, forward_pass, signatures
from exactmargin.numeric.arrays import host
from tests.numeric.adversarial import TINY_SLOPE, fractions, random_case, slow_forward

assert array_api_compat.__version__, "loaded: it takes part where it is"


def signs(values: list[Fraction]) -> list[int]:
    return [(v > 0) - (v < 0) for v in values]


def outside(ball: Ball, i: int, exact: list[Fraction]) -> list[tuple[float, float, Fraction]]:
    """The numbers of row i that the ball does not contain."""
    middles, radii = ball.middle[i].tolist(), ball.radii[i].tolist()
    return [
        (m, r, v)
        for m, r, v in zip(middles, radii, exact, strict=True)
        if np.isfinite(m) and np.isfinite(r) and abs(Fraction(m) - v) > Fraction(r)
    ]


def test_floats_never_contradict_fractions() -> None:
    """10^4 networks with scales 10^+-150, denormals, overflow, cancellation to the last bit."""
    rng = np.random.default_rng(8)
    recomputed = certain = 0
    for n in range(10_000):
        network, inputs = random_case(rng)
        found = forward_pass(network, inputs)
        recomputed += len(found.recomputed)
        certain += len(inputs) - len(found.recomputed)
        for i, x in enumerate(inputs):
            z, read = slow_forward(network, x)
            assert [s[i].tolist() for s in found.signs] == [signs(v) for v in z[:-1]], n
            for ball, exact in zip(found.inputs, read, strict=True):
                assert outside(ball, i, exact) == [], n
            assert outside(found.output, i, z[-1]) == [], n
    assert recomputed > 1000
    assert certain > 10_000


def test_zeros_from_nothing_need_no_exact_pass() -> None:
    """A dead layer and an input of zeros: every product is zero, and floats know it."""
    network = FloatNetwork.dense([np.eye(2), [[1, 1], [1, -1]], [[1, 1]]])
    found = forward_pass(network, np.array([[-1.0, -2.0], [0.0, 0.0], [3.0, -1.0]]))
    assert [s.tolist() for s in found.signs] == [
        [[-1, -1], [0, 0], [1, -1]],
        [[0, 0], [0, 0], [1, 1]],
    ]
    assert found.recomputed.tolist() == []
    assert found.output.middle[:2].tolist() == found.output.radii[:2].tolist() == [[0], [0]]


@pytest.mark.parametrize("slope", [TINY_SLOPE, f"1/{3 * 2**1070}"])
def test_a_slope_that_no_float_holds_is_not_zero(slope: str) -> None:
    network = FloatNetwork.dense([[[1]], [[1]], [[1]]], slope=slope)
    found = forward_pass(network, np.array([[-1.0]]))
    assert [s.tolist() for s in found.signs] == [[[-1]], [[-1]]]
    assert outside(found.output, 0, [-(Fraction(slope) ** 2)]) == []


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.array([[1, 1]]), "weights[0]: is a ndarray of int64"),
        (np.array([[1, 1]], dtype=np.float32), "weights[0]: is a ndarray of float32"),
        (np.ma.array([[1.0, 1.0]]), "weights[0]: is a MaskedArray of float64"),
    ],
)
def test_a_network_of_other_bits_is_refused(weights: Any, message: str) -> None:
    """Exact passes read the bits of float64."""
    with pytest.raises(InvalidInputError) as refused:
        FloatNetwork((weights, np.array([[1.0]])), (np.array([1e-300]), None))
    assert str(refused.value).startswith(message)


@pytest.mark.parametrize(
    "number", [2**53 + 1, Fraction(1, 3), np.int64(2**53 + 1), np.longdouble(1) / 3]
)
def test_dense_rounds_nothing(number: Any) -> None:
    for weights in ([[number, 1.0]], np.array([[number, number]])):
        with pytest.raises(InvalidInputError):
            FloatNetwork.dense([weights])


def test_dense_takes_what_floats_hold() -> None:
    given = [[[np.float32(0.1), 2**60, "1/4"]], np.array([[3]])]
    network = FloatNetwork.dense(given)
    assert [W.tolist() for W in network.weights] == [
        [[float(np.float32(0.1)), 2.0**60, 0.25]],
        [[3.0]],
    ]


def test_no_inputs_have_no_signs() -> None:
    network = FloatNetwork.dense([[[1.0, 2.0]], [[1.0]]])
    assert [s.shape for s in signatures(network, np.zeros((0, 2))).signs] == [(0, 1)]


def test_a_kink_by_cancellation_is_recomputed() -> None:
    network = FloatNetwork.dense([[[0.1, 0.3]], [[1.0]]])
    found = forward_pass(network, np.array([[0.3, -0.1], [0.3, np.nextafter(-0.1, 0)]]))
    assert found.signs[0].tolist() == [[0], [1]]
    assert found.recomputed.tolist() == [0, 1]
    assert outside(found.output, 1, slow_forward(network, np.array([0.3, -0.1]))[0][1]) != []


@pytest.mark.parametrize("kind", [np.asarray, array_api_strict.asarray])
def test_chunks_and_other_libraries_change_nothing(kind: Callable[[object], object]) -> None:
    rng = np.random.default_rng(3)
    shapes = [(7, 4), (6, 7), (1, 6)]
    network = FloatNetwork.dense([rng.integers(-2, 3, s) for s in shapes], slope="1/3")
    inputs = rng.integers(-2, 3, (300, 4)).astype(np.float64)
    whole = signatures(network, inputs)
    small = signatures(network, kind(inputs), memory=20_000)
    assert whole.recomputed == small.recomputed > 0
    for a, b in zip(whole.signs, small.signs, strict=True):
        assert a.dtype == np.int8
        assert a.tolist() == b.tolist()


def test_exact_pass_has_exact_outputs() -> None:
    network = FloatNetwork.dense([[[0.1], [-0.1]], [[3.0, 1e-320]]], [[0.5, 0.0], None], "1/3")
    x = np.array([1e150])
    found = ExactNetwork(network).forward(x)
    (z, out), _ = slow_forward(network, x)
    assert [s.tolist() for s in found.signs] == [signs(z)]
    assert [Fraction(int(v.p), int(v.q)) for v in found.output] == out
    assert fractions(x) == [Fraction(1e150)]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (np.ones((2, 3)), "the inputs have shape (2, 3); expected (N, 2), one row per example"),
        (np.ones(2), "the inputs have shape (2,); expected (N, 2), one row per example"),
        (np.array([[1, np.nan]]), "an input has a number that is not finite"),
        (
            np.ma.array([[1.0, 2.0]], mask=[[0, 1]]),
            "the inputs are a MaskedArray, whose products and masks are its own; expected a plain "
            "array, as numpy.asarray makes it",
        ),
        (
            np.ones((1, 2), dtype=np.float32),
            "the inputs are of type float32; expected float64 (a conversion from float32 is exact)",
        ),
        (
            [[1.0, 2.0]],
            "an object of type list is no array; expected one of NumPy, PyTorch, CuPy or another "
            "library that follows the array API standard",
        ),
    ],
)
def test_wrong_inputs_are_refused(inputs: object, message: str) -> None:
    network = FloatNetwork.dense([np.ones((1, 2))])
    with pytest.raises(InvalidInputError) as refused:
        signatures(network, inputs)
    assert str(refused.value) == message


def test_an_array_that_cannot_be_read() -> None:
    class Locked:
        """An array of a library that hands nothing out."""

        def __dlpack__(self, **_: object) -> None:
            raise BufferError("requires grad")

        def __dlpack_device__(self) -> tuple[int, int]:
            return 1, 0

    with pytest.raises(InvalidInputError) as refused:
        host(Locked())
    assert str(refused.value).startswith("an array of type Locked cannot be brought to the host (")


def test_a_watch_ends_the_work() -> None:
    """What the watch raises comes through, before the second chunk."""
    said: list[str] = []

    class Watch:
        def check(self) -> None:
            if said:
                raise TimeoutError

        def report(self, text: str, /) -> None:
            said.append(text)

    network = FloatNetwork.dense([np.ones((2, 2)), np.ones((1, 2))])
    with pytest.raises(TimeoutError):
        signatures(network, np.ones((100, 2)), memory=10_000, watch=Watch())
    assert said == ["forward passes: 0 of 100"]
