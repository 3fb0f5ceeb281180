"""(ε, δ)-approximate KKT points: exact ones, scaled ones, kinks, and floats that agree."""

from pathlib import Path

import numpy as np
import pytest

from exactmargin import (
    Answer,
    Dataset,
    Hinge,
    InvalidInputError,
    LayerMaxMargin,
    MaxMargin,
    Parameters,
    Problem,
    Q,
    certify,
    disjoint_patches,
    from_pattern,
    fully_connected,
)
from exactmargin.decisions import Budget, approximate_kkt
from exactmargin.formats import read_problem
from exactmargin.numeric import FloatNetwork, enclose_kkt, float_inputs

CASES = sorted((Path(__file__).parent.parent / "cases").glob("vardi*.json"))


def make(network, weights, inputs, labels, objective=None, biases=None):
    """A problem over Q from plain numbers."""
    point = Parameters.over(Q, network, weights, biases)
    data = Dataset.over(Q, inputs, labels)
    return Problem("test", Q, network, data, objective or MaxMargin(), point)


def stated(problem):
    """ε, δ and s of the certificate, as floats."""
    verdict = certify(problem, "approximate-kkt")
    assert verdict.answer is Answer.YES
    assert verdict.certificate.claim == "approximate-kkt"
    evidence = verdict.certificate.evidence
    return tuple(
        float(Q.parse(evidence[k]).p) / float(Q.parse(evidence[k]).q)
        for k in ("epsilon", "delta", "scale")
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_papers_points_are_kkt_points(path):
    epsilon, delta, scale = stated(read_problem(path))
    assert epsilon < 1e-9
    assert delta == 0
    assert scale == 1


@pytest.mark.parametrize("factor", ["1", "1/2", "3"])
def test_a_kink_that_needs_a_slope_between(factor):
    """(1, 0) is on a kink at (0, 1), whose slope must be 1/2; and any multiple of the point."""
    f = Q.parse(factor)
    weights = [[f, 0, 0, f], [f, f]]
    problem = make(fully_connected([2, 2, 1]), weights, [[1, "-1/2"], [0, 1]], [1, 1])
    assert stated(problem) == (0, 0, pytest.approx(float(f.q) / float(f.p)))


def test_a_scale_that_is_no_fraction():
    """Margin 1/2 at depth 2: s is above √2, by less than 2^-20."""
    problem = make(fully_connected([1, 1, 1]), [["1/2"], [1]], [[1]], [1])
    epsilon, delta, scale = stated(problem)
    assert 0 <= scale - 2**0.5 < 2**-20
    # at (√2/2, √2) the best λ of (√2/2 - λ√2, √2 - λ√2/2) is 4/5: ε² = 9/10
    assert epsilon == pytest.approx(0.9**0.5, abs=1e-6)
    assert 0 <= delta < 1e-5


def test_shared_weights_take_cells():
    """v1 σ(w) + v2 σ(-w) at w = 0: the slopes of the two units depend on each other."""
    network = from_pattern([[(1, 0, 0), (0, 1, 0), (0, 0, 2)], [(1, 2, 3)]])
    problem = make(network, [[0, 1], [1, 1, 1]], [[1, -1, 1]], [1], LayerMaxMargin(1))
    assert stated(problem) == (0, 0, 1)
    verdict = certify(problem, "approximate-kkt")
    assert "cells" in verdict.certificate.evidence["subgradients"][0]


def test_no_multiple_is_feasible():
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[1], [2]], [1, -1])
    verdict = certify(problem, "approximate-kkt")
    assert verdict.answer is Answer.NO
    assert verdict.certificate.claim == "infeasible"


@pytest.mark.parametrize(("bias", "answer"), [("-1/2", Answer.NO), ("1/2", Answer.YES)])
def test_biases_are_not_scaled(bias, answer):
    network = fully_connected([1, 1], bias=True)
    problem = make(network, [["1"]], [[1]], [1], biases=[[bias]])
    assert certify(problem, "approximate-kkt").answer is answer


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("network", [fully_connected([3, 4, 1]), disjoint_patches(2, 2)])
def test_floats_and_fractions_find_the_same(network, seed):
    """Random points away from kinks; where the margins allow a multiple."""
    rng = np.random.default_rng(seed)
    point = Parameters.from_flat(
        network,
        [Q.coerce(int(v)) / 8 for v in rng.integers(-9, 10, network.parameter_count) * 2 + 1],
    )
    inputs = (rng.integers(-9, 10, (9, network.input_dimension)) * 2 + 1).tolist()
    floats = FloatNetwork.of(network, point)
    margins = Problem(
        "", Q, network, Dataset.over(Q, inputs, [1] * 9), MaxMargin(), point
    ).margins()
    kept = [(x, 1 if m > 0 else -1) for x, m in zip(inputs, margins, strict=True) if m]
    data = Dataset.over(Q, [x for x, _ in kept], [y for _, y in kept])
    problem = Problem("random", Q, network, data, MaxMargin(), point)
    found = enclose_kkt(floats, *float_inputs(problem))
    epsilon, delta, scale = stated(problem)
    best = found.clarke or found.plain
    assert epsilon == pytest.approx(best.epsilon.high, rel=1e-5, abs=1e-6)
    assert delta == pytest.approx(best.delta.high, rel=1e-3, abs=1e-5)
    assert scale == pytest.approx(found.scale, rel=1e-6)


def test_too_large_for_the_kernel(monkeypatch):
    monkeypatch.setattr(approximate_kkt, "MOST_NUMBERS", 1)
    verdict = certify(make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1]), "approximate-kkt")
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason == (
        "1 gradients of 2 numbers are too many for an exact proof (at most 1 numbers); "
        "analyze --numeric encloses ε and δ with rounding bounds"
    )


def test_the_budget_is_asked():
    problem = make(fully_connected([1, 1, 1]), [[1], [1]], [[1]], [1])
    verdict = certify(problem, "approximate-kkt", Budget(0))
    assert verdict.answer is Answer.UNKNOWN
    assert verdict.reason == "the budget of 0 seconds is spent"


def test_a_hinge_loss_has_no_kkt_points():
    problem = make(fully_connected([1, 1]), [[1]], [[1]], [1], Hinge())
    with pytest.raises(InvalidInputError, match="objective kind 'hinge' has no constraints"):
        certify(problem, "approximate-kkt")
