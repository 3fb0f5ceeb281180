"""``by: layer``: one layer moves (V Problem 4, or a network of one layer): duality on regions.

In the parameters u of one layer alone, pre-activations and outputs are affine once the slopes are
known: the layer's own pre-activations are, everything below does not move, and everything above
multiplies by constants. Shared weights and biases change nothing. At a leaf of a split tree
(``regions``) put, with the affine functions of the region,

    L(u) = sum_i lambda_i (1 - y_i Phi_i(u)) - sum_j mu_j c_j z_j(u) = b - <g, u>.

If u is feasible and in the region, L(u) <= 0, so

    |u|^2 >= |u|^2 + 2 L(u) = |u - g|^2 + 2 b - |g|^2 >= 2 b - |g|^2,

and if 2 b - |g|^2 is at least the bound at every leaf, every feasible u has that norm. Regions are
closed, and nothing is asked of them: one that is empty has a leaf too.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .network import gradient, inner
from .numbers import Number, sign
from .outcome import form, need
from .problem import Problem
from .reading import keys
from .regions import Force, Region, forces, leaves, root, settled


def layer(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    """Every feasible point (near theta, if ``local``) has at least this squared norm."""
    keys(evidence, "evidence", ("tree",))
    one = problem.layer is not None or len(problem.layers) == 1
    need(one, "several-layers-move", "problem.objective")
    form(problem.has_point or problem.layer is None, "no-fixed-layers", "problem")
    for region, leaf, place in leaves(root(problem, local), evidence["tree"], "evidence.tree"):
        keys(leaf, place, ("multipliers",), ("sides", "slopes"))
        b, g = affine(*forces(region, leaf, place), place)
        reached = b * 2 - inner(g, g)
        need(sign(reached - bound) >= 0, "layer-bound", place, reached, bound)


def affine(
    region: Region, multipliers: list[Number], weights: list[Force], place: str
) -> tuple[Any, list[Any]]:
    """b and g, L(u) = b - <g, u> on the region."""
    problem = region.problem
    origin = problem.with_free([Fraction(0)] * len(problem.block))
    b: Any = sum(multipliers, Fraction(0))
    g: list[Any] = [Fraction(0)] * len(problem.block)
    for i, unit, weight in weights:
        trace = region.trace(origin, i, unit)
        z = trace.output if unit is None else trace.z[unit[0]][unit[1]]
        whole = gradient(problem, origin, trace, trace.slopes, unit)
        b = b - weight * settled(z, 0, place)
        slopes = [settled(whole[p], 0, place) for p in problem.block]
        g = [a + weight * x for a, x in zip(g, slopes, strict=True)]
    return b, g
