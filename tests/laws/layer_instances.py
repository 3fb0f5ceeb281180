"""One free layer: random problems with kinks on active margins, and their cells by brute force.

Nothing here uses the pieces of the engine: affine functions are read off linear forward passes at
0 and at the unit vectors.
"""

from dataclasses import dataclass, replace
from itertools import combinations, product

from exactmargin.data import Dataset
from exactmargin.exact import (
    Contradiction,
    HalfSpace,
    LeastNorm,
    LinearProgram,
    LPStatus,
    Q,
    dot,
    sign,
    solve,
    solve_lp,
)
from exactmargin.networks import Parameters, forward, from_pattern, linear_forward
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem


def random_network(rng, depth, width):
    """Dense, sparse or shared patterns, twins, biases now and then; slopes 0, leaky, 1."""
    widths = [rng.randint(1, width) for _ in range(depth)] + [1]
    patterns = []
    for rows, columns in zip(widths[1:], widths[:-1], strict=True):
        kind, used, pattern = rng.random(), 0, []
        for _ in range(rows):
            row = []
            for _ in range(columns):
                if kind < 0.3 and rng.random() < 0.25:
                    row.append(0)
                elif 0.3 <= kind < 0.5 and used and rng.random() < 0.4:
                    row.append(rng.randint(1, used))
                else:
                    used += 1
                    row.append(used)
            pattern.append(row)
        if 0.5 <= kind < 0.75 and rows > 1:
            pattern[1] = pattern[0]  # twins: units that are the same function
        numbers = {g: n for n, g in enumerate(sorted({g for row in pattern for g in row} - {0}), 1)}
        patterns.append([[numbers.get(g, 0) for g in row] for row in pattern])
    biases = [rng.random() < 0.2 for _ in patterns]
    slope = rng.choice(["0", "0", "0", "1/4", "1/2", "1"])
    return from_pattern(patterns, biases, negative_slope=slope)


def random_problem(rng, depth=4, width=3, examples=4):
    """A problem with one free layer at a random point, feasible or not; small integers.

    Mostly a hidden layer is free, and labels follow a random point's outputs, so that feasible
    points are not rare.
    """
    deep = rng.choice([1, *range(2, depth + 1), *range(2, depth + 1)])
    network = random_network(rng, deep, width)
    size = rng.randint(1, examples)
    inputs = [[rng.randint(-2, 2) for _ in range(network.input_dimension)] for _ in range(size)]
    if size > 1 and rng.random() < 0.2:
        inputs[1] = inputs[0]
    flat = [rng.choice([-2, -1, -1, 1, 1, 2, 3, 0]) for _ in range(network.parameter_count)]
    point = Parameters.from_flat(network, [Q.coerce(value) for value in flat])
    alone = deep == 1 and rng.random() < 0.5
    layer = rng.choice([*range(1, deep), *range(1, deep + 1)])
    data = Dataset.over(Q, inputs, [1] * size)
    draft = Problem(
        "layer", Q, network, data, MaxMargin() if alone else LayerMaxMargin(layer), point
    )
    labels = [sign(margin) or rng.choice([1, -1]) for margin in draft.margins()]
    return replace(draft, data=Dataset.over(Q, inputs, labels))


@dataclass(frozen=True)
class Cell:
    """Sides z_j ≥ 0 and margins as half-spaces of the free block."""

    sides: list
    margins: list

    @property
    def rows(self):
        return [*self.sides, *self.margins]


def first_layer(problem):
    objective = problem.objective
    return objective.layer - 1 if isinstance(objective, LayerMaxMargin) else 0


def units(problem):
    """The hidden units from the free layer on, of every example."""
    hidden = problem.network.hidden_widths
    first = first_layer(problem)
    return [
        (i, n, k)
        for i in range(problem.data.size)
        for n in range(first, len(hidden))
        for k in range(hidden[n])
    ]


def cell(problem, sides):
    """The closed cell of these sides: {(example, layer, unit): ±1} from the free layer on."""
    size = len(problem.free_parameters())
    units_ = [[Q.coerce(int(p == q)) for p in range(size)] for q in range(size)]
    points = [problem.with_free(u) for u in ([Q.zero] * size, *units_)]
    low = problem.network.negative_slope
    result = Cell([], [])
    for i, (x, y) in enumerate(zip(problem.data.inputs, problem.data.labels, strict=True)):
        below = forward(problem.network, problem.point(), x).pre_activations
        slopes = tuple(
            tuple(
                Q.one if sides.get((i, n, k), sign(z) or 1) > 0 else low for k, z in enumerate(row)
            )
            for n, row in enumerate(below[:-1])
        )
        runs = [linear_forward(problem.network, point, x, slopes) for point in points]
        origin, *others = [[z for row in run.pre_activations for z in row] for run in runs]
        places = [(i, n, k) for n, row in enumerate(below) for k in range(len(row))]
        for index, place in enumerate(places):
            side = y if index == len(places) - 1 else sides.get(place)
            if side is None or (low == 1 and index < len(places) - 1):
                continue
            normal = tuple((other[index] - origin[index]) * side for other in others)
            bound = -origin[index] * side
            if index == len(places) - 1:
                result.margins.append(HalfSpace(i, normal, bound + 1))
            else:
                result.sides.append(HalfSpace(place, normal, bound))
    return result


def least_norm_of(rows, n):
    """The least-norm point of some half-spaces of Q^n, None where they have no common point."""
    state = LeastNorm.of(Q, n)
    while True:
        violated = next((row for row in rows if sign(row.gap(state.point)) < 0), None)
        if violated is None:
            return state.point
        state = state.enforce(violated)
        if isinstance(state, Contradiction):
            return None


def best_of_a_cell(problem, rng, attempts=12):
    """The problem at the least-norm point of a random closed cell, with kinks if it may be.

    There sides are tight with positive multipliers, as a rule: kinks on active margins. None
    where all cells that were tried are empty.
    """
    found = None
    for _ in range(attempts):
        chosen = {place: rng.choice([1, 1, -1]) for place in units(problem)}
        point = least_norm_of(cell(problem, chosen).rows, len(problem.free_parameters()))
        if point is not None:
            found = problem.with_parameters(problem.with_free(point))
            if zeros(found):
                break
    return found


def zeros(problem):
    """The zero pre-activations of active examples, from the free layer on, unless linear."""
    if problem.network.is_linear:
        return []
    found = []
    for i, n, k in units(problem):
        run = forward(problem.network, problem.point(), problem.data.inputs[i])
        if i in problem.active_examples() and not sign(run.pre_activations[n][k]):
            found.append((i, n, k))
    return found


def signs(problem):
    """The sides of the non-zero pre-activations."""
    found = {}
    for i, n, k in units(problem):
        run = forward(problem.network, problem.point(), problem.data.inputs[i])
        if sign(run.pre_activations[n][k]):
            found[i, n, k] = sign(run.pre_activations[n][k])
    return found


def is_local_minimum_by_enumeration(problem):
    """Whether no pattern of the zeros has a direction of descent: a linear program for each."""
    u, known, kinks = problem.free_parameters(), signs(problem), zeros(problem)
    n = len(u)
    for choice in product((1, -1), repeat=len(kinks)):
        around = cell(problem, {**known, **dict(zip(kinks, choice, strict=True))})
        tight = [row.normal for row in around.rows if not sign(row.gap(u))]
        box = [[Q.coerce(int(p == q)) for p in range(n)] for q in range(n)]
        rows = [*tight, *box, *box]
        senses = [">="] * (len(tight) + n) + ["<="] * n
        rhs = [Q.zero] * len(tight) + [-Q.one] * n + [Q.one] * n
        found = solve_lp(LinearProgram(Q, u, rows, senses, rhs, True))
        assert found.status is LPStatus.OPTIMAL
        if sign(found.value) < 0:
            return False
    return True


def least_squared_norm_by_enumeration(problem):
    """The least squared norm over all cells: each the best of the points where a set of rows is
    tight and the norm least, for all sets of rows."""
    places = [] if problem.network.is_linear else units(problem)
    best = None
    for choice in product((1, -1), repeat=len(places)):
        rows = cell(problem, dict(zip(places, choice, strict=True))).rows
        for point in candidates(rows, len(problem.free_parameters())):
            if all(sign(row.gap(point)) >= 0 for row in rows):
                size = dot(point, point)
                best = size if best is None else min(best, size)
    return best


def candidates(rows, n):
    """For each set of at most n rows that can be tight, the least-norm point where they are."""
    for size in range(min(n, len(rows)) + 1):
        for chosen in combinations(rows, size):
            gram = [[dot(a.normal, b.normal) for b in chosen] for a in chosen]
            weights = solve(gram, [row.bound for row in chosen]) if chosen else ()
            if weights is not None:
                yield [
                    sum((w * r.normal[p] for w, r in zip(weights, chosen, strict=True)), Q.zero)
                    for p in range(n)
                ]
