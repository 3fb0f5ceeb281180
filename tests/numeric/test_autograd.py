"""Away from kinks PyTorch's autograd gives our numbers, up to its rounding; at kinks it may not.

The numbers were recorded (`record_torch`); where PyTorch is installed they are also taken anew.
"""

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from exactmargin.numeric import Ball, back_propagate, enclose_kkt
from exactmargin.numeric.gradients import flat, residual, squared_norm, weighted_sum
from tests.numeric.autograd_cases import AT_A_KINK, CASES, Case, kept

RECORDED = json.loads(Path(__file__).with_name("autograd.json").read_text(encoding="utf-8"))
SOURCES = ["recorded", "live"] if importlib.util.find_spec("torch") else ["recorded"]


@pytest.fixture(scope="module", params=SOURCES)
def autograd(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What PyTorch says: as it was recorded, or now."""
    if request.param == "recorded":
        return RECORDED
    from tests.numeric.record_torch import record

    return record()


def agrees(ball: Ball, values: list[float], slips: Any) -> None:
    """Every value lies within the enclosure widened by what PyTorch may be off."""
    distance = np.abs(ball.middle - np.array(values))
    assert np.all(distance <= (ball.radii + slips) * (1 + 1e-9))


@pytest.mark.parametrize("name", CASES)
def test_the_same_numbers_away_from_kinks(name: str, autograd: dict[str, Any]) -> None:
    case: Case = CASES[name]
    said, slips, (network, _, labels, multipliers) = (
        autograd["cases"][name],
        case.slips,
        case.problem,
    )
    assert slips.right_slopes()
    agrees(case.passed.output[:, 0], said["outputs"], slips.forward[1][-1][:, 0])
    ours, some = back_propagate(network, case.passed), kept(case.architecture.parameter_count)
    for i, one in enumerate(np.eye(len(labels))):
        g, off = flat(network, weighted_sum(network, ours, Ball(one))), slips.gradient(one)
        agrees(g[some], said["gradients"][i], off[some])
        norm = np.sqrt(np.sum(g.middle**2))
        assert abs(said["norms"][i] - norm) <= slips.norm(norm, g.radii + off)
    weights = multipliers * labels
    rest, off = residual(network, ours, Ball(weights)), slips.gradient(weights)
    r = flat(network, rest)
    off = off + slips.unit * (np.abs(r.middle) + r.radii + off)
    agrees(r[some], said["residual"], off[some])
    low, high = np.sqrt(squared_norm(rest))
    slip = slips.norm(high, off)
    assert low - slip <= said["epsilon"] <= high + slip


@pytest.mark.parametrize("name", CASES)
def test_the_allowance_is_small(name: str) -> None:
    """What PyTorch is granted is far below what the numbers are, so that a wrong one is seen."""
    case = CASES[name]
    network, _, labels, _ = case.problem
    ours = back_propagate(network, case.passed)
    for one in np.eye(len(labels)):
        g = flat(network, weighted_sum(network, ours, Ball(one)))
        allowed = np.max(g.radii + case.slips.gradient(one))
        assert allowed < 2.0**15 * case.slips.unit * np.max(np.abs(g.middle))


def test_autograd_is_wrong_at_a_kink(autograd: dict[str, Any]) -> None:
    """relu(w) - relu(-w) is w, with derivative 1; and autograd's gradients at an exact KKT point
    (docs/numeric.md) leave a residual of √2/3 whatever the multipliers are."""
    assert autograd["kinks"]["slope"] == 0
    network, inputs = AT_A_KINK
    first, second = (np.array(g) for g in autograd["kinks"]["gradients"])
    theta = np.concatenate([W.reshape(-1) for W in network.weights])
    # θ - Σ λ_i g_i is orthogonal to g_1 and g_2 at λ = (8/9, 1): no other λ comes nearer
    rest = theta - 8 / 9 * first - second
    assert max(abs(rest @ first), abs(rest @ second)) < 1e-15
    assert np.linalg.norm(rest) == pytest.approx(2**0.5 / 3, abs=1e-15)
    found = enclose_kkt(network, inputs, [1, 1])
    assert found.clarke is not None
    assert found.clarke.epsilon.high < 2.5e-15
