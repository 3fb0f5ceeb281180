"""KKT points of V Problem 2 at depth 2 with as many kinks, and as large, as one asks for.

`exactmargin.strategies.kkt_points` draws small ones of all kinds and repairs what does not fit,
which leaves few kinks; here sizes and shares are given, and what does not fit is thrown away. So
there are local minima whose proof must split regions, and a benchmark's table shows what it says.

Neurons, signs, multipliers and the sides of all pre-activations are chosen (zeros among them);
then every condition (stationarity, margins, sides) is linear in the inputs, and a linear program
finds some. Its vertices are degenerate: numbers at bounds, repeated and zero entries.
"""

import random
from fractions import Fraction

from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.exact import LinearProgram, LPStatus, Q, solve_lp
from exactmargin.networks import Parameters, from_pattern
from exactmargin.problems import MaxMargin, Problem

FAR = 4


def unit_vector(rng: random.Random, d: int, plain: bool) -> list[fmpq]:
    """A rational point of the unit sphere; of the axes, if `plain`."""
    if plain or d == 1:
        vector = [fmpq(0)] * d
        vector[rng.randrange(d)] = fmpq(rng.choice((1, -1)))
        return vector
    u = [fmpq(rng.randint(-3, 3), rng.randint(1, 2)) for _ in range(d - 1)]
    square = sum((x * x for x in u), fmpq(0))
    point = [2 * x / (1 + square) for x in u] + [(1 - square) / (1 + square)]
    rng.shuffle(point)
    return point


def kkt_point(
    rng: random.Random,
    *,
    d: int,
    moving: int,
    zero: int,
    n: int,
    slope: Fraction = Fraction(0),
    kinks: float = 0.2,
    sparse: float = 0.0,
    bias: bool = False,
    output_bias: bool = False,
    plain: float = 0.3,
    copies: int = 1,
    helping: float = 0.85,
    convex: bool = True,
) -> Problem | None:
    """A problem with a KKT point, or None where the choices do not fit together.

    `moving` neurons with v_k ≠ 0, each direction `copies` times, and `zero` neurons; a zero
    pre-activation with probability `kinks`, a missing first weight with probability `sparse`.
    """
    low, count = fmpq(slope.numerator, slope.denominator), moving + zero
    own = [[j for j in range(d) if rng.random() >= sparse] for _ in range(count)]
    labels = [rng.choice((1, -1)) for _ in range(n)]
    units, signs, sides = [], [], []
    for k in range(moving):
        if k % copies:
            own[k] = own[k - 1]
            units.append(units[-1])
            signs.append(signs[-1])
            sides.append(sides[-1])
            continue
        own[k] = own[k] or [rng.randrange(d)]
        units.append(unit_vector(rng, len(own[k]), rng.random() < plain))
        signs.append(rng.choice((1, -1)))
        helps = [y * signs[-1] * (1 if rng.random() < helping else -1) for y in labels]
        may = [convex or y != signs[-1] for y in labels]
        zeros = [rng.random() < kinks and allowed for allowed in may]
        sides.append([0 if zero else z for zero, z in zip(zeros, helps, strict=True)])
    for i, y in enumerate(labels):  # some neuron must make the margin of example i positive
        if all(side[i] * y * s <= 0 or y * s < 0 for side, s in zip(sides, signs, strict=True)):
            k = rng.randrange(moving)
            sides[k][i], labels[i] = 1, signs[k]
    sizes = [fmpq(rng.choice((1, 1, 2, 3)), rng.choice((1, 2))) for _ in range(moving)]
    lam = _multipliers(rng, labels, sum((v * v for v in sizes), fmpq(0)), output_bias)
    if lam is None:
        return None
    active = [value > 0 or rng.random() < 0.5 for value in lam]
    c = sum((a * y for a, y in zip(lam, labels, strict=True)), fmpq(0)) if output_bias else 0
    rows, senses, rhs = [], [], []

    def add(row, sense, right):
        rows.append({j: value for j, value in row.items() if value})
        senses.append(sense)
        rhs.append(Q.coerce(right))

    for k in range(moving):
        if k % copies:
            continue
        rho = [
            {1: fmpq(1), -1: low}[z] if z else low + (1 - low) * rng.choice((0, 0, 1, fmpq(1, 2)))
            for z in sides[k]
        ]
        pulls = [lam[i] * labels[i] * signs[k] * rho[i] for i in range(n)]
        for j, value in zip(own[k], units[k], strict=True):
            add({i * d + j: pulls[i] for i in range(n)}, "==", value)
        if bias and sum(pulls, fmpq(0)) != 0:
            return None  # the bias would have to be this number
        for i, z in enumerate(sides[k]):
            row = {i * d + j: value * (z or 1) for j, value in zip(own[k], units[k], strict=True)}
            if z:
                add(row, ">=", fmpq(rng.choice((1, 1, 2)), 8 * moving))
            else:
                add(row, "==", 0)
    for i in range(n):
        row: dict[int, fmpq] = {}
        for k in range(moving):
            a = low if sides[k][i] < 0 else 1
            for j, value in zip(own[k], units[k], strict=True):
                change = value * sizes[k] * sizes[k] * signs[k] * labels[i] * a
                row[i * d + j] = row.get(i * d + j, fmpq(0)) + change
        add(row, "==" if active[i] else ">=", 1 - labels[i] * c)
    for j in range(n * d):
        add({j: fmpq(1)}, "<=", FAR)
        add({j: fmpq(1)}, ">=", -FAR)
    costs = [Q.coerce(rng.choice((0, 0, 1, -1, 2))) for _ in range(n * d)]
    found = solve_lp(LinearProgram(Q, costs, rows, senses, rhs, True))
    if found.status is LPStatus.INFEASIBLE:
        return None
    inputs = [found.x[i * d : (i + 1) * d] for i in range(n)]
    return _problem(own, units, sizes, signs, inputs, labels, low, bias, c if output_bias else None)


def _multipliers(
    rng: random.Random, labels: list[int], total: fmpq, output_bias: bool
) -> list[fmpq] | None:
    """λ ≥ 0 with Σ λ_i = Σ ‖p_k‖ + c², c = Σ λ_i y_i (0 without output bias): it must be so."""
    for _ in range(300):
        lam = [fmpq(rng.choice((0, 1, 1, 2, 3)), rng.choice((1, 2, 5))) for _ in labels]
        size = sum(lam, fmpq(0))
        if not output_bias and size:
            return [value * total / size for value in lam]
        c = sum((a * y for a, y in zip(lam, labels, strict=True)), fmpq(0))
        if size - c * c == total:
            return lam
    return None


def _problem(own, units, sizes, signs, inputs, labels, low, bias, c):
    d, count, moving = len(inputs[0]), len(own), len(units)
    number, pattern = 0, []
    for places in own:
        row = [0] * d
        for j in places:
            number += 1
            row[j] = number
        pattern.append(row)
    last = [[k + 1 for k in range(count)]]
    network = from_pattern([pattern, last], [bias, c is not None], negative_slope=low)
    flat = [x * sizes[k] for k in range(moving) for x in units[k]]
    flat += [fmpq(0)] * sum(len(places) for places in own[moving:])
    flat += [fmpq(0)] * (count if bias else 0)
    flat += [s * v for s, v in zip(signs, sizes, strict=True)] + [fmpq(0)] * (count - moving)
    flat += [] if c is None else [Q.coerce(c)]
    point = Parameters.from_flat(network, flat)
    return Problem("constructed", Q, network, Dataset(inputs, labels), MaxMargin(), point)


def private_neurons(labels: list[int], size: Fraction) -> Problem:
    """Example i has a neuron of its own, so that λ_i = 1; two zero neurons see three coordinates.

    These are random numbers from -9 to 9 times `size`: if it is small, the zero neurons stay.
    """
    rng, n = random.Random(0), len(labels)
    own = [[int(j == k) * (k + 1) for j in range(n)] + [0] * 3 for k in range(n)]
    both = [[0] * n + [n + 3 * k + j for j in (1, 2, 3)] for k in range(2)]
    network = from_pattern([own + both, [list(range(1, n + 3))]])
    inputs = [
        [int(i == j) for j in range(n)] + [rng.randint(-9, 9) * size for _ in range(3)]
        for i in range(n)
    ]
    point = Parameters.over(Q, network, [[1] * n + [0] * 6, [*labels, 0, 0]])
    return Problem("private", Q, network, Dataset.over(Q, inputs, labels), MaxMargin(), point)


def degenerate_kkt_point(rng: random.Random) -> Problem | None:
    """A tiny one, d ≤ 3 and n ≤ 4: half of all pre-activations zero, one or two zero neurons."""
    zero = rng.choice((1, 1, 2))
    return kkt_point(
        rng,
        d=rng.randint(1, 3),
        moving=rng.randint(1, 3 - zero),
        zero=zero,
        n=rng.randint(1, 4),
        slope=rng.choice((Fraction(0), Fraction(0), Fraction(1, 4), Fraction(1))),
        kinks=0.5,
        sparse=rng.choice((0, 0.3)),
        bias=rng.random() < 0.2,
        output_bias=rng.random() < 0.2,
        plain=0.7,
    )
