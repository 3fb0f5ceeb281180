"""How far a trained network is from a KKT point of V Problem 2 or 4, with proven enclosures.

Lyu and Li (ICLR 2020, Definition C.4): θ is an (ε, δ)-approximate KKT point if it is feasible and
there are λ ≥ 0 and g_i in the Clarke subdifferential of each Φ_i with

    ‖θ - Σ λ_i y_i g_i‖ ≤ ε   and   λ_i (y_i Φ_i(θ) - 1) ≤ δ for every i.

A trained θ is taken up to scale: where Φ is homogeneous of degree p in the free parameters, sθ with
s^p min_i y_i Φ_i(θ) = 1 is feasible, the multipliers λ_i s^(2-p) belong to it, and its ε is s times
that of θ. Multipliers come from non-negative least squares on the Gram matrix; what is stated of
them is enclosed afterwards, whatever they are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from exactmargin.errors import InvalidInputError
from exactmargin.numeric.arrays import Array, Floats, Indices, host, namespace, to_device
from exactmargin.numeric.balls import Ball, enclosed_sum, quiet
from exactmargin.numeric.cells import CellMultipliers, cell_multipliers, dependent_kinks
from exactmargin.numeric.columns import Candidates
from exactmargin.numeric.exact_pass import Direction, ExactNetwork
from exactmargin.numeric.forward import MEMORY, check_inputs, chunks, forward_pass, slopes_at
from exactmargin.numeric.gradients import back_propagate, residual, squared_norm
from exactmargin.numeric.multipliers import clarke_multipliers, plain_multipliers
from exactmargin.numeric.network import FloatNetwork, float_inputs
from exactmargin.numeric.stationarity import Bounds, CellShare, Gaps, Stationarity, root
from exactmargin.numeric.watch import UNWATCHED, Watch
from exactmargin.problems import LayerMaxMargin, Problem

__all__ = ["KKTEnclosure", "enclose_kkt", "enclose_problem", "margins"]

TIE = 2.0**-20
"""The weight of Σ λ_i (y_i Φ_i - 1) beside ½ε²: among equally good multipliers, those of the
examples with the least margins are taken."""

UNIQUE = "no kink: the gradients of all examples that may have multipliers are unique"


@final
@dataclass(frozen=True, slots=True, eq=False)
class KKTEnclosure:
    """What `enclose_kkt` proves of a point θ.

    `least_margin` bounds min_i y_i Φ_i(θ); `scale` is s and `norm` bounds ‖sθ‖, in the free
    parameters. `candidates` are the examples that may have multipliers, `nearly_active` those with
    margins within 1% of the least one for certain, `kinks` the candidates' zero
    pre-activations, `recomputed` the examples passed again exactly. `plain` takes the negative
    slope at every kink, as automatic differentiation does; with kinks in a deeper layer or of units
    that share parameters, the Clarke subdifferential need not hold that gradient. `clarke` uses the
    kinks' freedom, by gradients that are certainly in the Clarke subdifferentials. Each is None
    where it is not stated; `reason` says why, or what of the freedom `clarke` may not have used.
    """

    examples: int
    candidates: int
    nearly_active: int
    kinks: int
    recomputed: int
    least_margin: Bounds
    scale: float
    norm: Bounds
    plain: Stationarity | None
    clarke: Stationarity | None
    reason: str | None


def enclose_kkt(
    network: FloatNetwork,
    inputs: Array,
    labels: Sequence[int] | NDArray[np.integer[Any]],
    *,
    layer: int | None = None,
    slack: float = 1.0,
    memory: int = MEMORY,
    watch: Watch = UNWATCHED,
) -> KKTEnclosure:
    """The enclosures for `inputs` (N, d_0), float64, and labels 1 and -1.

    `layer` (0-based) is the only free one, as in V Problem 4; by default all are free. Examples
    whose margin is above (1 + `slack`) times the least one get no multiplier. `memory` is about
    what arrays may take, in bytes. Raises `InvalidInputError` for wrong shapes and labels, for a
    network of several outputs, and where the candidates need more memory; and whatever
    `watch.check` raises.
    """
    free = _checked(network, inputs, labels, layer, slack)
    with quiet():
        return _enclosed(
            network, inputs, np.asarray(labels, np.float64), free, slack, memory, watch
        )


def _enclosed(
    network: FloatNetwork,
    inputs: Array,
    signs: Floats,
    free: tuple[int, ...],
    slack: float,
    memory: int,
    watch: Watch,
) -> KKTEnclosure:
    low, high, recomputed = margins(network, inputs, signs, memory=memory, watch=watch)
    least = Bounds(float(np.min(low)), float(np.min(high)))
    degree = _degree(network, free)
    scale = _scale(least.low, degree)
    chosen = np.flatnonzero(low <= (1 + slack) * least.high)
    norm = root(_norm(network, free), 1.0 if scale is None else scale)
    if scale is None:
        reason = _not_feasible(least, degree)
        return KKTEnclosure(len(signs), 0, 0, 0, recomputed, least, 1.0, norm, None, None, reason)
    _check_memory(network, len(chosen), memory)
    watch.report(f"gradients of {len(chosen)} examples")
    passed = forward_pass(network, _rows(inputs, chosen), watch=watch)
    gaps = Gaps(low[chosen], high[chosen], scale, degree or 2)
    case = Candidates(network, passed, signs[chosen], TIE * gaps.costs, free)
    kinks = sum(int(np.sum(s == 0)) for s in passed.signs)
    plain: Stationarity | None = _stated(case, gaps, plain_multipliers(case, watch), None)
    clarke, note = _clarke(case, gaps, kinks, memory, watch)
    active = int(np.sum(high <= 1.01 * least.low))
    about = (len(signs), len(chosen), active, kinks, recomputed, least, scale, norm)
    plain, clarke = (each and each.spread(chosen, len(signs)) for each in (plain, clarke))
    return KKTEnclosure(*about, plain, clarke, note)


def _clarke(
    case: Candidates, gaps: Gaps, kinks: int, memory: int, watch: Watch
) -> tuple[Stationarity | None, str | None]:
    """What the kinks' freedom gives; and why nothing, or what of it was not used."""
    network, first = case.network, case.free[0]
    if not kinks or network.slope == 1:
        return None, UNIQUE
    if not any(np.any(signs == 0) for signs in case.passed.signs[first:]):
        return None, "the free layer's gradients do not depend on the slopes at the kinks"
    watch.check()
    if network.units_move_freely:
        return _stated(case, gaps, *clarke_multipliers(case, watch)), None
    units = dependent_kinks(network, case.passed, first)
    if not any(units):
        return None, UNIQUE
    found = cell_multipliers(case, units, math.isqrt(memory // 96), watch)
    return _of_cells(case, gaps, found), _not_used(found)


def enclose_problem(
    problem: Problem, *, slack: float = 1.0, memory: int = MEMORY, watch: Watch = UNWATCHED
) -> KKTEnclosure:
    """`enclose_kkt` of a margin problem and its point, whose numbers are floats.

    Raises `InvalidInputError` as that does, for a hinge loss, where there is no point, and with the
    place for a number that is no float64.
    """
    if problem.is_hinge:
        raise InvalidInputError(
            f"objective kind '{problem.objective.kind}' has no constraints, so no KKT residual; "
            "expected max-margin or layer-max-margin"
        )
    inputs, labels = float_inputs(problem)
    network = FloatNetwork.of(problem.network, problem.point())
    objective = problem.objective
    layer = objective.layer - 1 if isinstance(objective, LayerMaxMargin) else None
    about = (network, inputs, labels)
    return enclose_kkt(*about, layer=layer, slack=slack, memory=memory, watch=watch)


def margins(
    network: FloatNetwork,
    inputs: Array,
    labels: Floats,
    *,
    memory: int = MEMORY,
    watch: Watch = UNWATCHED,
) -> tuple[Floats, Floats, int]:
    """Bounds of y_i Φ_i from below and above, (N,) each, and how many were recomputed exactly."""
    exact, parts, recomputed = ExactNetwork(network), [], 0
    for rows in chunks(network, inputs, memory, watch):
        found = forward_pass(network, rows, exact, watch=watch)
        parts.append((host(found.output.middle)[:, 0], host(found.output.radii)[:, 0]))
        recomputed += len(found.recomputed)
    middle, radius = (np.concatenate(column) for column in zip(*parts, strict=True))
    middle = middle * labels
    bad = ~np.isfinite(middle) | ~np.isfinite(radius)
    known = radius == 0  # exactly: an output of zero
    with quiet():
        low = np.where(known, middle, np.nextafter(middle - radius, -np.inf))
        high = np.where(known, middle, np.nextafter(middle + radius, np.inf))
    low, high = np.where(bad, -np.inf, low), np.where(bad, np.inf, high)
    return low, high, recomputed


def _stated(
    case: Candidates, gaps: Gaps, multipliers: Floats, slopes: Floats | None
) -> Stationarity:
    """What these multipliers and slopes at kinks (None: the negative slope) prove."""
    network, passed, like = case.network, case.passed, case.passed.output.middle
    given, changed = None, {}
    if slopes is not None:
        kinks = passed.signs[0] == 0
        plain = slopes_at(network, passed.signs[0], like)
        slopes = np.where(kinks, np.clip(slopes, _least_slope(network), 1.0), 0.0)
        middle = np.where(kinks, slopes, host(plain.middle))
        radius = np.where(kinks, 0.0, host(plain.radii))
        given = [Ball(to_device(middle, like), to_device(radius, like))]
        moved = kinks & (slopes > network.slope_ball[0]) & (multipliers > 0)[:, None]
        changed = {(int(i), int(k)): float(slopes[i, k]) for i, k in np.argwhere(moved)}
    weights = Ball(to_device(multipliers * case.labels, like))
    rest = residual(network, back_propagate(network, passed, given), weights, case.free)
    epsilon = root(squared_norm(rest), gaps.scale)
    return Stationarity(epsilon, gaps.delta(multipliers), multipliers, changed)


def _of_cells(case: Candidates, gaps: Gaps, found: CellMultipliers) -> Stationarity:
    """What these gradients of cells prove."""
    multipliers = np.zeros(len(case.labels))
    np.add.at(multipliers, found.owners, found.weights)
    used = np.flatnonzero(found.weights)
    like = case.passed.output.middle
    weights = Ball(to_device(found.weights[used] * case.labels[found.owners[used]], like))
    rest = residual(case.network, found.gradients.take(used), weights, case.free)
    cells = tuple(
        CellShare(int(found.owners[n]), float(found.weights[n]), _flat(case.network, direction))
        for n in used
        for direction in found.directions[n : n + 1]
        if direction is not None
    )
    epsilon = root(squared_norm(rest), gaps.scale)
    return Stationarity(epsilon, gaps.delta(multipliers), multipliers, {}, cells)


def _flat(network: FloatNetwork, direction: Direction) -> Floats:
    return np.concatenate([network.block(*step) for step in direction])


def _least_slope(network: FloatNetwork) -> float:
    """The least float that is not below the negative slope."""
    value, error = network.slope_ball
    return math.nextafter(value, 1.0) if error else value


def _degree(network: FloatNetwork, free: Sequence[int]) -> int | None:
    """p, where Φ is homogeneous in the free parameters; None where biases spoil it."""
    above = network.biases if len(free) == network.depth else network.biases[free[0] + 1 :]
    if any(b is not None for b in above):
        return None
    return network.depth if len(free) == network.depth else 1


def _scale(least: float, degree: int | None) -> float | None:
    """s with s^p least ≥ 1, near equality; None where there is none, or none that is known."""
    if degree is None:
        return 1.0 if least >= 1 else None
    if not least > 0:
        return None
    s = float(least ** (-1 / degree))
    if not 0 < s < math.inf:
        return None
    while Fraction(s) ** degree * Fraction(least) < 1:
        s = math.nextafter(s, math.inf)
    return s


def _not_feasible(least: Bounds, degree: int | None) -> str:
    if degree is None:
        return (
            f"the least margin is {least.low:.9g}, not above 1 for certain, and with biases a "
            "multiple of the point is another network"
        )
    if least.high > 0:
        return "the least margin is too large or too small for floats"
    return f"the least margin is {least.low:.9g}: no multiple of the point is feasible"


def _not_used(found: CellMultipliers) -> str | None:
    """What of the kinks' freedom the search may have left."""

    def at(examples: Indices) -> str:
        return f"at {len(examples)} example{'s' * (len(examples) != 1)}"

    said = []
    if len(found.missed):
        said.append(
            f"{at(found.missed)} other sides of the kinks would help, but no direction into their "
            "cells was found (there may be none)"
        )
    if len(found.unsearched):
        said.append(f"{at(found.unsearched)} not all sides of the kinks were compared")
    if found.spent:
        said.append(f"the search ended at {len(found.weights)} gradients")
    return "; ".join(said) or None


def _norm(network: FloatNetwork, free: Sequence[int]) -> tuple[float, float]:
    """Bounds of the squared norm of the free parameters, a shared one counted once."""
    low = high = 0.0
    for l in free:
        block = network.block(l, network.weights[l], network.biases[l])
        least, most = enclosed_sum(Ball(block))
        low, high = (low + least) * (1 - 2**-50), (high + most) * (1 + 2**-50)
    return low, high


def _rows(inputs: Array, chosen: Indices) -> Array:
    return namespace(inputs).take(inputs, to_device(chosen, inputs), axis=0)


def _check_memory(network: FloatNetwork, candidates: int, memory: int) -> None:
    parameters = sum(W.size for W in network.weights)
    wanted = 8 * (6 * candidates**2 + 8 * candidates * sum(network.widths) + 6 * parameters)
    if wanted > memory:
        raise InvalidInputError(
            f"{candidates} examples may have multipliers, which takes about {wanted >> 20} MiB; "
            f"{memory >> 20} MiB are allowed: give more memory, or a smaller slack"
        )


def _checked(
    network: FloatNetwork, inputs: Array, labels: Any, layer: int | None, slack: float
) -> tuple[int, ...]:
    """The free layers."""
    check_inputs(network, inputs)
    if network.widths[-1] != 1:
        raise InvalidInputError(
            f"the network has {network.widths[-1]} outputs; margin problems need one output (V §2)"
        )
    given = np.asarray(labels)
    if given.shape != (int(inputs.shape[0]),) or not np.all((given == 1) | (given == -1)):
        raise InvalidInputError(
            f"the labels have shape {given.shape}; expected ({int(inputs.shape[0])},), one label "
            "1 or -1 per input",
            place="labels",
        )
    if not given.size:
        raise InvalidInputError("is empty; expected at least one input", place="inputs")
    if not slack >= 0:
        raise InvalidInputError(
            f"is {slack}; expected a number that is not negative", place="slack"
        )
    if layer is None:
        return tuple(range(network.depth))
    if not 0 <= layer < network.depth:
        raise InvalidInputError(
            f"there is no layer {layer}; the network has layers 0..{network.depth - 1}"
        )
    return (layer,)
