"""What the theorem modules of all packs share: one short function per kind of step, and fields.

Numbers are texts in the kernel's spelling ("-1/4", "1/2*r"); examples, units, layers and parameters
are counted from 1. Symbols are given as one text: "e s".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exactmargin.exact import RealNumberField
from exactmargin.formats import problem_to_json
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step

FLOW = "vardi2022/theorem-2.1"
POWER_RULE = "calculus/power-rule"
RAY = "vardi2022/proof-C.5.2"

SQRT2 = RealNumberField("r", (-2, 0, 1), (1, 2))
SQRT17 = RealNumberField("r", (-17, 0, 1), (4, 5))

ACTIVATIONS = (("linear", 1), ("ReLU", 0))
"""The two activations of V, each with its slope on the negative side."""

Objective = Mapping[str, Any] | None


def one_layer(layer: int) -> dict[str, Any]:
    """V Problem 4 for this layer, in the place of Problem 2."""
    return {"kind": "layer-max-margin", "layer": layer}


LAYER_1 = one_layer(1)


def part(
    name: str, problem: Problem | None, steps: Sequence[Step], conclusion: Iterable[Step]
) -> Part:
    """A part of a proof; the conclusion is given by its steps."""
    stated = None if problem is None else problem_to_json(problem)
    return Part(name, stated, steps, [step.name for step in conclusion])


def with_hypothesis(proof: Part, hypothesis: Step) -> Part:
    """The part with one more step, which it concludes."""
    steps, conclusion = [hypothesis, *proof.steps], [hypothesis.name, *proof.conclusion]
    return Part(proof.name, proof.problem, steps, conclusion)


def feasible(name: str) -> Step:
    """Every margin is at least 1."""
    return Step(name, "feasible", {})


def kkt(
    name: str,
    multipliers: Sequence[str],
    slopes: Mapping[int, Mapping[int, str]] | None = None,
    objective: Objective = None,
    directions: Mapping[int, Sequence[str]] | None = None,
) -> Step:
    """A KKT point with the given multipliers; `slopes[i][k]`: at the kink of unit k, example i.

    In a deep network `directions[i]` leads into the cell whose gradient is taken for example i.
    """
    subgradients: list[dict[str, Any]] = [
        {"example": i, "slopes": [{"unit": k, "slope": rho} for k, rho in units.items()]}
        for i, units in (slopes or {}).items()
    ]
    subgradients += [
        {"example": i, "cells": [{"weight": "1", "path": [list(direction)]}]}
        for i, direction in (directions or {}).items()
    ]
    evidence = {"multipliers": list(multipliers), "subgradients": subgradients}
    return Step(name, "kkt", evidence, objective)


def curve(
    name: str,
    numerators: Sequence[Sequence[str]],
    breakpoints: Sequence[str],
    denominator: Sequence[str] = ("1",),
    objective: Objective = None,
) -> Step:
    """A perturbation as a curve in t: coefficients from degree 0 up, one list per parameter."""
    evidence = {
        "numerators": [list(row) for row in numerators],
        "denominator": list(denominator),
        "breakpoints": list(breakpoints),
    }
    return Step(name, "not-local-minimum", evidence, objective)


def better(name: str, values: Sequence[str], objective: Objective = None) -> Step:
    """A feasible point with a smaller norm."""
    return Step(name, "not-global-minimum", {"better": list(values)}, objective)


def global_by_product(name: str, multipliers: Sequence[str]) -> Step:
    """A global minimum: sum λ_i y_i Φ_i is at most |g| times all |W^(l)| (V Theorem 3.1)."""
    return Step(name, "global-minimum", {"by": "product", "multipliers": list(multipliers)})


def lifted(
    name: str,
    multipliers: Sequence[str],
    neurons: int,
    claim: str = "local-minimum",
    squared_norm: str | None = None,
) -> Step:
    """A minimum, depth 2: λ solves the dual of the lifted problem (V Problems 8 and 11).

    Locally, on the one region around a point without kinks, that is all of the evidence: no side,
    no slope is open. Globally, on a linear network, each v_j may have either sign.
    """
    leaf: dict[str, Any] = {"sides": [], "slopes": []}
    either = leaf if claim == "local-minimum" else {"positive": leaf, "negative": leaf}
    tree = {"multipliers": list(multipliers), "neurons": [either] * neurons}
    bound = {} if squared_norm is None else {"squared_norm": squared_norm}
    return Step(name, claim, {"by": "lifting", "tree": tree, **bound})


def of_layer(name: str, multipliers: Sequence[str], layer: int, claim: str) -> Step:
    """A minimum of Problem 4: λ solves the dual of one quadratic program with affine constraints.

    Where no side is open, that is all of the evidence.
    """
    evidence = {"by": "layer", "tree": {"multipliers": list(multipliers)}}
    return Step(name, claim, evidence, one_layer(layer))


def no_kinks(name: str, objective: Objective = None) -> Step:
    """All inputs to hidden neurons are non-zero."""
    return Step(name, "no-kinks", {}, objective)


def nonzero_neurons(name: str) -> Step:
    """All hidden neurons have non-zero incoming weights."""
    return Step(name, "nonzero-neurons", {})


def evaluation(name: str, parameters: Sequence[str], example: int, value: str) -> Step:
    """The network's output at the given parameters and example."""
    evidence = {"parameters": list(parameters), "example": example, "value": value}
    return Step(name, "evaluation", evidence)


def identity(
    name: str, left: str, right: str, symbols: str = "", assumes: tuple[str, ...] = ()
) -> Step:
    """Two expressions are equal, all symbols free."""
    evidence = {"symbols": symbols.split(), "left": left, "right": right}
    return Step(name, "identity", evidence, None, assumes)


def positive(name: str, expression: str, symbols: str = "", assumes: tuple[str, ...] = ()) -> Step:
    """An expression is > 0 where all symbols are."""
    evidence = {"symbols": symbols.split(), "expression": expression}
    return Step(name, "positive", evidence, None, assumes)


def positive_between(name: str, expression: str, rewritten: str, end: str) -> list[Step]:
    """`expression` > 0 for 0 < e < `end`: rewritten with s = end - e > 0, it is evidently so."""
    where = rf"{name}, rewritten with $s={end}-\epsilon$"
    substituted = re.sub(r"\bs\b", f"({end}-e)", rewritten)
    return [
        identity(where, expression, substituted, "e"),
        positive(rf"{name}, for all $0<\epsilon<{end}$", rewritten, "e s"),
    ]


def flow(
    name: str,
    symbols: Mapping[str, str],
    region: Sequence[str],
    chains: Sequence[Sequence[int]],
    velocities: Sequence[Sequence[Sequence[str] | None]],
    limit: Sequence[tuple[str, Sequence[int], int, str]],
    start: Mapping[str, Any],
    balances: Sequence[tuple[Sequence[str], tuple[int, int]]] = (),
) -> Step:
    """Where gradient flow goes: the region, its velocities, the unique KKT point in the limit."""
    evidence = {
        "symbols": [{"name": name, "motion": motion} for name, motion in symbols.items()],
        "region": list(region),
        "chains": [list(chain) for chain in chains],
        "velocities": [list(row) for row in velocities],
        "balances": [{"weights": list(q), "symbols": list(pair)} for q, pair in balances],
        "limit": [
            {"symbol": s, "examples": list(examples), "parameter": p, "value": value}
            for s, examples, p, value in limit
        ],
        "start": start,
    }
    return Step(name, "gradient-flow-limit", evidence, None, (FLOW,))


def start_at(values: Sequence[str], margins: Sequence[str]) -> dict[str, Any]:
    """One start: the symbols' values and the margins there, for the loss below the threshold."""
    return {"values": list(values), "bounds": list(margins), "terms": 20}
