"""A KKT point of a network of any depth is a local minimum, or is none: its kinks, its Hessian.

System and solution are those of ``full_system``. At kinks put b_ik = y_i dP_i / dh_ik, with h_ik
the output of the unit: only the slopes of units above it play a part.

*Yes*, if all b_ik < 0 and no unit is zero. Give the kinks of an example their true slopes one by
one, from the bottom up: the one at hand has its true z_ik, as all below are done, and those above
it still have the slopes rho. So, for theta near theta*,

    y_i (Phi_i - P_i) = sum_k b_ik(theta) (sigma(z_ik) - rho_ik z_ik) <= -beta sum_k |z_ik|

with beta > 0: slope < rho_ik < 1, as theta* is inside of the box, where slope <= rho_ik <= 1. Let
z'_ik be z_ik with slopes rho below, so that sum_k |z'_ik| <= C sum_k |z_ik|. For feasible theta the
p_i = y_i P_i - 1 are at least y_i (P_i - Phi_i), a multiple of sum_k |z'_ik|. So for any kappa

    |theta|^2 / 2 >= F = |theta|^2 / 2 - sum_i lambda_i p_i + kappa / 2 (sum_i p_i^2 + sum z'_ik^2)

near theta*. There grad F = 0, and hess F = M is the (theta, theta) block of the Jacobian plus kappa
times the sum of the g g^T, g its rows of margins and kinks. So theta* is a local minimum if M is
positive definite: C M C^T is strictly diagonally dominant with a positive diagonal.
A copy counts as a unit of its own here. A rotation of it and its unit does not change F, and with
t = the tangents of these at theta* it is enough that M + sum t t^T is positive definite: the proof
is that of ``second_order``, for F as it is here.

*No*, if some b_ik > 0. The zero is regular, so the rows of margins and kinks are independent: a
dependency would be a vector that the Jacobian maps to 0, as its columns for lambda and rho are
multiples of the gradients of P_i and z_ik in the rows of theta, and 0 in the others, where z_ik = 0
(with copies, up to positive factors of the rows). They stay so when the slope of this one kink
becomes that of a side, a = 1 or ``slope``, which adds multiples of the gradient of its z to others.
So on either side there is a curve from theta*, among networks with the same copies and zero units,
along which its z is that of this side and changes at the rate 1 or -1, the other z of kinks are 0
and all active margins 1. These do not see the slopes of the others; with grad P_i = grad P_i^a +
(rho - a) (dP_i / dh) grad z, theta* = sum lambda_i y_i grad P_i gives the rate lambda_i (rho - a)
b_ik (1 or -1) < 0 of |theta|^2 / 2: a shorter feasible point, as near as we like.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .balls import ball, total
from .full_system import FullSystem
from .numbers import spend
from .outcome import need
from .reading import items, numbers, read_number
from .reduced import ONE, ZERO, Balls, Live, rational
from .second_order import turned


def apart(system: FullSystem, u: Balls) -> tuple[FullSystem, Balls]:
    """The same solution where copies are units of their own."""
    live = [
        [Live(m, 0, n.sides, {}) for m, n in sorted({m: n for n in row for m in n.members}.items())]
        for row in system.live
    ]
    other, theta = FullSystem(system.problem, system.active, live), system.parameters(u)
    rho = dict(zip(system.kinks, u[system.start :], strict=True))
    slopes = [rho[i, l, system.paths.shares[l + 1][m][0]] for i, l, m in other.kinks]
    return other, [*(theta[p] for p in other.own), *system.multipliers(u), *slopes]


def tangents(system: FullSystem, u: Balls) -> Iterator[Balls]:
    """Those of the rotations of each unit and its copies, in all parameters."""
    theta = system.parameters(u)
    for l, row in enumerate(system.live):
        for unit, copy in ((n.unit, m) for n in row for m in n.copies):
            t = [ZERO] * len(theta)
            for p, q in turned(system.problem, l, unit, copy, "evidence.layers"):
                t[p], t[q] = ZERO - theta[q], theta[p]
            yield t


def positive_definite(system: FullSystem, u: Balls, evidence: Any) -> None:
    """M, or M + sum t t^T."""
    kappa = ball(rational(read_number(evidence["penalty"], None, "evidence.penalty")))
    whole, there = apart(system, u)
    size, place = len(whole.own), "evidence.congruence"
    spend(whole.work + size**2 * (size + whole.size))
    jacobian = whole.derivatives(there)
    turns = [[t[p] for p in whole.own] for t in tangents(system, u)]
    columns = list(zip(*(row[:size] for row in jacobian[size:]), *turns, strict=True))
    weights = [kappa] * (whole.size - size) + [ONE] * len(turns)
    weighted = [[a * b for a, b in zip(weights, column, strict=True)] for column in columns]
    m = [
        [a + total(left, right) for a, right in zip(row[:size], columns, strict=True)]
        for row, left in zip(jacobian[:size], weighted, strict=True)
    ]
    rows = enumerate(items(evidence["congruence"], place, size))
    c = [[ball(rational(a)) for a in numbers(x, f"{place}[{p}]", None, size)] for p, x in rows]
    for p, row in enumerate(c):
        half = [total(row, column) for column in m]
        product = [total(half, other) for other in c]
        others = sum((x.size for q, x in enumerate(product) if q != p), Fraction(0))
        need(product[p].low > others, "exists-not-dominant", f"{place}[{p}]", product[p].low)
