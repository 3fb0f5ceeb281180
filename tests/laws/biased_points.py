"""KKT points of deep networks with biases in the first layer, found by trial.

`deep_kkt_points` draws none with biases: by stationarity a bias is the sum of the pulls on its
unit, so that sizes, multipliers and sides have to fit, which random ones seldom do; those that do
not are thrown away here. The network, θ (a tree of units whose incoming and outgoing norms agree),
the multipliers and the slopes are chosen first; a linear program finds inputs.
"""

from fractions import Fraction

from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.exact import LinearProgram, LPStatus, Q, sign, solve_lp
from exactmargin.networks import Parameters, from_pattern, gradient, linear_forward
from exactmargin.problems import MaxMargin, Problem

__all__ = ["biased_kkt_point"]

FAR = 6


def unit_vector(rng, d):
    """A rational point of the unit sphere."""
    if d == 1:
        return [fmpq(rng.choice((1, -1)))]
    u = [fmpq(rng.randint(-3, 3), rng.randint(1, 2)) for _ in range(d - 1)]
    square = sum((x * x for x in u), fmpq(0))
    point = [2 * x / (1 + square) for x in u] + [(1 - square) / (1 + square)]
    rng.shuffle(point)
    return point


def sides_for(rng, network, point):
    """Sides of the hidden units and a label, as the signs of the weights allow; else at random."""
    sides = [[rng.choice((1, -1)) for _ in range(network.hidden_widths[0])]]
    values = [s if s > 0 else s * network.negative_slope for s in sides[0]]
    for layer, weights in zip(network.layers[1:], point.weights[1:], strict=True):
        row = []
        for entries in layer.entries:
            seen = {sign(weights[g] * values[j]) for j, g in entries} - {0}
            row.append(seen.pop() if len(seen) == 1 else rng.choice((1, -1)))
        sides.append(row)
        values = [s if s > 0 else s * network.negative_slope for s in row]
    return sides[:-1], sides[-1][0]


def inputs_for(rng, network, theta, n):
    """A problem whose point θ is a KKT point with these slopes, or None."""
    point = Parameters.from_flat(network, theta)
    low, d = network.negative_slope, network.input_dimension
    chosen = [sides_for(rng, network, point) for _ in range(n)]
    labels = [y for _, y in chosen]
    weights = [fmpq(rng.choice((0, 1, 1, 2))) for _ in range(n)]
    first = sum((v * v for v in theta[network.block_slice(network.depth - 1)]), fmpq(0))
    total = sum(weights, fmpq(0))
    if not total:
        return None
    weights = [w * first / total for w in weights]
    rows, senses, rhs = [], [], []

    def add(row, sense, right):
        rows.append(row)
        senses.append(sense)
        rhs.append(right)

    stationary = [({}, fmpq(0)) for _ in theta]
    for i, (sides, y) in enumerate(chosen):
        slopes = tuple(tuple(fmpq(1) if s > 0 else low for s in row) for row in sides)
        places = [[fmpq(0)] * d] + [[fmpq(j == k) for k in range(d)] for j in range(d)]
        runs = [linear_forward(network, point, x, slopes).pre_activations for x in places]
        pulls = [gradient(network, point, x, slopes) for x in places]

        def affine(values, i=i):
            start = values[0]
            return {i * d + j: v - start for j, v in enumerate(values[1:])}, start

        for p, (row, _) in enumerate(stationary):
            change, start = affine([pull[p] * weights[i] * y for pull in pulls])
            row.update(change)
            stationary[p] = row, stationary[p][1] + start
        for layer, signs in enumerate(sides):
            for k, s in enumerate(signs):
                change, start = affine([run[layer][k] * s for run in runs])
                if network.negative_slope != 1:
                    add(change, ">=", -start)
        change, start = affine([run[-1][0] * y for run in runs])
        add(change, "==" if weights[i] or rng.random() < 0.5 else ">=", 1 - start)
    for (row, start), value in zip(stationary, theta, strict=True):
        add(row, "==", value - start)
    for j in range(n * d):
        add({j: fmpq(1)}, "<=", FAR)
        add({j: fmpq(1)}, ">=", -FAR)
    costs = [Q.coerce(rng.choice((0, 0, 1, -1, 2))) for _ in range(n * d)]
    found = solve_lp(LinearProgram(Q, costs, rows, senses, rhs, True))
    if found.status is LPStatus.INFEASIBLE:
        return None
    inputs = [found.x[i * d : (i + 1) * d] for i in range(n)]
    return Problem("constructed, biased", Q, network, Dataset(inputs, labels), MaxMargin(), point)


def balanced_tree(rng, widths, children):
    """Weights {(layer, unit, source): value}: in-norm = out-norm at all units of a tree.

    `children` sources at most for each unit; every unit has one parent at most. The first layer has
    one more source, of which the input is 1.
    """
    result, level = {}, {0: fmpq(rng.choice((1, 1, 2, 3)), rng.choice((1, 2)))}
    for layer in range(len(widths) - 1, -1, -1):
        sources = list(range(widths[layer] + (layer == 0)))
        rng.shuffle(sources)
        below = {}
        for unit, size in level.items():
            count = min(rng.randint(1, children), len(sources))
            if not count:
                return None
            vector = unit_vector(rng, count)
            mine = sources[:count]
            if layer:
                sources = sources[count:]
            for source, value in zip(mine, vector, strict=True):
                if value:
                    result[layer, unit, source] = size * value
                    below[source] = size * abs(value)
        level = below
    return result


def layered(rng, widths, children, extra, slope):
    """A network without shared weights, its weights a balanced tree and zeros; `extra` of these."""
    tree = balanced_tree(rng, widths, children)
    if tree is None:
        return None
    patterns, theta = [], []
    for layer, (columns, rows) in enumerate(zip(widths, (*widths[1:], 1), strict=True)):
        number, pattern = 0, []
        for unit in range(rows):
            row = []
            for source in range(columns):
                value = tree.get((layer, unit, source))
                present = value is not None or rng.random() < extra
                number += present
                row.append(number if present else 0)
                theta += [fmpq(value or 0)] * present
            pattern.append(row)
        patterns.append(pattern)
        if layer == 0:
            theta += [fmpq(tree.get((0, unit, columns), 0)) for unit in range(rows)]
    flags = [layer == 0 for layer in range(len(widths))]
    return from_pattern(patterns, flags, slope), theta


def biased_kkt_point(rng):
    """A problem with a KKT point, or None where the choices do not fit."""
    slope = rng.choice((Fraction(0), Fraction(0), Fraction(1, 4)))
    chosen = layered(rng, [rng.randint(1, 3), 2, 2], 2, 0.3, slope)
    return None if chosen is None else inputs_for(rng, *chosen, n=rng.randint(1, 4))
