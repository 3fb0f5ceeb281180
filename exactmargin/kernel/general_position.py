"""Small facts about the point itself: no kinks, no zero neurons, the value of one unit."""

from __future__ import annotations

from typing import Any

from .network import Unit, at, unit_name
from .numbers import sign
from .outcome import need
from .problem import Problem
from .reading import integer, keys, numbers, read_number


def no_kinks(problem: Problem, evidence: Any) -> str:
    """The inputs to all hidden neurons (from the first free layer on) are non-zero."""
    keys(evidence, "evidence", ())
    for i in range(len(problem.labels)):
        trace = at(problem, problem.theta, i)
        for l in range(problem.first, len(problem.layers) - 1):
            for k, z in enumerate(trace.z[l]):
                need(bool(sign(z)), "kink", f"example {i + 1}, {unit_name((l, k))}")
    where = f" from layer {problem.first + 1} on" if problem.first else ""
    return f"no hidden pre-activation is zero{where}"


def nonzero_neurons(problem: Problem, evidence: Any) -> str:
    """Every hidden neuron's vector of incoming weights is non-zero."""
    keys(evidence, "evidence", ())
    for l, layer in enumerate(problem.layers[:-1]):
        for k, row in enumerate(layer.rows):
            alive = any(sign(problem.theta[p]) for p, _ in row)
            need(alive, "zero-neuron", unit_name((l, k)))
    return "no hidden neuron has zero weights"


def evaluation(problem: Problem, evidence: Any) -> str:
    """Phi, or one pre-activation, at given parameters and an example has the given value."""
    keys(evidence, "evidence", ("parameters", "example", "value"), ("layer", "unit"))
    l, k = unit = _unit(problem, evidence)
    size = len(problem.theta)
    theta = numbers(evidence["parameters"], "evidence.parameters", problem.field, size)
    i = integer(evidence["example"], "evidence.example", 1, len(problem.labels)) - 1
    value = read_number(evidence["value"], problem.field, "evidence.value")
    z = at(problem, theta, i).z[l][k]
    need(not sign(z - value), "other-value", f"example {i + 1}", z, value)
    name = f"the pre-activation of {unit_name(unit)}" if "layer" in evidence else "the output"
    return f"{name} at example {i + 1} and the given parameters is {value}"


def _unit(problem: Problem, evidence: Any) -> Unit:
    """The unit that is named, or the one output; the outputs are the units of the last layer."""
    if "layer" not in evidence and "unit" not in evidence:
        return len(problem.layers) - 1, 0
    keys(evidence, "evidence", ("layer", "unit"), evidence)
    l = integer(evidence["layer"], "evidence.layer", 1, len(problem.layers)) - 1
    return l, integer(evidence["unit"], "evidence.unit", 1, len(problem.layers[l].rows)) - 1
