"""Depth-2 ReLU problems for benchmarks: a point that is KKT by construction, and others."""

import random
from fractions import Fraction

from exactmargin.data import Dataset
from exactmargin.exact import Q
from exactmargin.networks import Parameters, fully_connected
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem

DIMENSION = 4


def generic_point(neurons: int, points: int, seed: int = 0, digits: int = 1) -> Problem:
    """Random integer weights and inputs, inputs scaled so that every example is active."""
    rng = random.Random(seed)
    network = fully_connected([DIMENSION, neurons, 1])
    low, high = 10 ** (digits - 1), 3 * 10 ** (digits - 1)
    flat = [
        Q.coerce(rng.choice([-1, 1]) * rng.randint(low, high))
        for _ in range(network.parameter_count)
    ]
    most = 10**digits - 1
    inputs = [[Q.coerce(rng.randint(-most, most)) for _ in range(DIMENSION)] for _ in range(points)]
    point = Parameters.from_flat(network, flat)
    draft = Problem("draft", Q, network, Dataset(inputs, [1] * points), MaxMargin(), point)
    outputs = draft.margins()
    kept = [(x, value) for x, value in zip(inputs, outputs, strict=True) if value]
    inputs = [[v / abs(value) for v in x] for x, value in kept]
    labels = [1 if value > 0 else -1 for _, value in kept]
    return Problem("generic", Q, network, Dataset(inputs, labels), MaxMargin(), point)


def kkt_point(neurons: int, points: int, seed: int = 0, digits: int = 1) -> Problem:
    """A KKT point of the first layer's problem with many kinks, by construction.

    Inputs are the unit vectors: w_k = Σ λ_i y_i v_k ρ_ik e_i has ρ_ik = 1 where y_i v_k > 0, a
    kink elsewhere; λ_i = 1 / Σ v_k² over the neurons with y_i v_k > 0 makes all margins 1.
    """
    rng = random.Random(seed)
    labels = [1 if i % 2 else -1 for i in range(points)]
    low, high = 10 ** (digits - 1), 5 * 10 ** (digits - 1)
    v = [Fraction(rng.randint(low, high)) * (1 if k % 2 else -1) for k in range(neurons)]
    weight = {y: 1 / sum(a * a for a in v if a * y > 0) for y in {*labels}}
    first = [weight[y] * y * a if y * a > 0 else 0 for a in v for y in labels]
    network = fully_connected([points, neurons, 1])
    inputs = [[int(i == j) for j in range(points)] for i in range(points)]
    point = Parameters.over(Q, network, [first, v])
    data = Dataset.over(Q, inputs, labels)
    return Problem("kkt", Q, network, data, LayerMaxMargin(1), point)
