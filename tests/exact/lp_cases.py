"""Random linear programs that are hard for floats, and a check of answers by code of its own."""

from fractions import Fraction

from flint import fmpq

from exactmargin.exact import LinearProgram, LPStatus, Q

HAIR = Fraction(1, 10**30)


def recheck(lp, result):
    """The three certificates as the docstring of `LPResult` states them, in `Fraction`s."""
    n, m = len(lp.objective), len(lp.rows)
    rows = [
        [(j, exact(row[j])) for j in (row if isinstance(row, dict) else range(n)) if row[j]]
        for row in map(plain, lp.rows)
    ]
    rhs, costs = list(map(exact, lp.rhs)), list(map(exact, lp.objective))

    def check_point(x, right):
        assert len(x) == n
        for row, sense, b in zip(rows, lp.senses, right, strict=True):
            left = sum(a * x[j] for j, a in row)
            assert left <= b if sense == "<=" else left >= b if sense == ">=" else left == b
        assert all(free or v >= 0 for v, free in zip(x, lp.free, strict=True))

    def check_multipliers(y, bounds):
        assert len(y) == m
        for v, sense in zip(y, lp.senses, strict=True):
            assert sense == "==" or (v >= 0 if sense == ">=" else v <= 0)
        totals = [Fraction(0)] * n
        for v, row in zip(y, rows, strict=True):
            for j, a in row:
                totals[j] += v * a
        for total, bound, free in zip(totals, bounds, lp.free, strict=True):
            assert total == bound if free else total <= bound

    def product(u, v):
        return sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0))

    if result.status is LPStatus.INFEASIBLE:
        y = list(map(exact, result.farkas))
        check_multipliers(y, [0] * n)
        assert product(y, rhs) > 0
        assert (result.x, result.value, result.dual, result.ray) == (None,) * 4
        return
    x = list(map(exact, result.x))
    check_point(x, rhs)
    assert result.farkas is None
    if result.status is LPStatus.UNBOUNDED:
        ray = list(map(exact, result.ray))
        check_point(ray, [0] * m)
        assert product(costs, ray) < 0
        assert (result.value, result.dual) == (None, None)
        return
    y = list(map(exact, result.dual))
    check_multipliers(y, costs)
    assert product(costs, x) == product(y, rhs) == exact(result.value)
    assert result.ray is None


def exact(value):
    return Fraction(int(value.p), int(value.q))


def plain(row):
    return row if isinstance(row, tuple) else dict(row)


def random_program(rnd, n, m):
    """A program of any status; half of them are degenerate, or what they are by a hair."""
    density = rnd.choice([0.2, 0.5, 1.0])
    big = rnd.choice([1, 1, 1, 10**6, 10**25])

    def number():
        value = Fraction(rnd.randint(-6, 6), rnd.choice([1, 1, 1, 2, 3, 7]))
        return value * big if rnd.random() < 0.1 else value

    rows = [[number() if rnd.random() < density else Fraction(0) for _ in range(n)]
            for _ in range(m)]  # fmt: skip
    free = [rnd.random() < 0.3 for _ in range(n)]
    senses = [rnd.choice(["<=", ">=", ">=", "=="]) for _ in range(m)]
    point = [Fraction(rnd.randint(0, 3)) for _ in range(n)]
    rhs = [sum(a * x for a, x in zip(row, point, strict=True)) for row in rows]
    for i, sense in enumerate(senses):
        if sense != "==" and rnd.random() < 0.5:
            rhs[i] += rnd.randint(0, 5) * (1 if sense == "<=" else -1)
    costs = [number() for _ in range(n)]
    if rnd.random() < 0.7:  # dual feasible
        costs = [Fraction(0) if free[j] else Fraction(rnd.randint(0, 2)) for j in range(n)]
        for row, sense in zip(rows, senses, strict=True):
            y = Fraction(rnd.randint(0, 3)) * {"<=": -1, ">=": 1, "==": rnd.choice([-1, 1])}[sense]
            costs = [c + y * a for c, a in zip(costs, row, strict=True)]
    if rnd.random() < 0.5:
        spoil(rnd, rows, senses, rhs, costs)
    return LinearProgram(Q, costs, rows, senses, rhs, free)


def spoil(rnd, rows, senses, rhs, costs):
    """Make a program degenerate, and perturb it by a hair."""
    m, n = len(rows), len(costs)
    for _ in range(rnd.randint(1, 3)):
        i, k = rnd.randrange(m), rnd.randrange(m)
        match rnd.randrange(10):
            case 0:  # the same row again, a hair apart or the other way round
                rows[i], rhs[i] = (
                    [2 * a for a in rows[k]],
                    2 * rhs[k] + rnd.choice([-1, 0, 1]) * HAIR,
                )
                senses[i] = rnd.choice(["<=", ">=", "=="])
            case 1:  # a redundant row, or one that contradicts by a hair
                rows[i] = [a + b for a, b in zip(rows[k], rows[i - 1], strict=True)]
                rhs[i] = rhs[k] + rhs[i - 1] + rnd.choice([-1, 0, 0, 1]) * HAIR
            case 2:
                rhs[i] += rnd.choice([-1, 1]) * HAIR
            case 3:
                costs[rnd.randrange(n)] += rnd.choice([-1, 1]) * HAIR
            case 4:
                rows[i][rnd.randrange(n)] += rnd.choice([-1, 1]) * HAIR
            case 5:  # an empty column
                j = rnd.randrange(n)
                for row in rows:
                    row[j] = Fraction(0)
            case 6:  # an empty row, by a hair true or false
                rows[i] = [Fraction(0)] * n
                rhs[i] = rnd.choice([-1, 0, 0, 1]) * HAIR
            case 7 | 8:  # rows that contradict by a hair, or just do not
                chosen = rnd.sample(range(m), min(m, rnd.randint(1, 3)))
                weights = {k: (-1 if senses[k] == "<=" else 1) * rnd.randint(1, 3) for k in chosen}
                rows[i] = [-sum(w * rows[k][j] for k, w in weights.items()) for j in range(n)]
                rhs[i] = -sum(w * rhs[k] for k, w in weights.items()) + rnd.choice([0, 1, 1]) * HAIR
                senses[i] = ">="
            case 9:  # scales far apart
                factor = Fraction(10) ** rnd.choice([-30, -12, 12, 40])
                rows[i], rhs[i] = [a * factor for a in rows[i]], rhs[i] * factor


def klee_minty(n):
    """Integer Klee-Minty cube: the value is -5^n."""
    rows = [[2 ** (i - j + 1) if j < i else int(i == j) for j in range(n)] for i in range(n)]
    costs = [-(2 ** (n - 1 - j)) for j in range(n)]
    return LinearProgram(Q, costs, rows, ["<="] * n, [5 ** (i + 1) for i in range(n)])


def hilbert(n):
    """H x >= H 1 with Hilbert's matrix H, costs Hᵀ 1: the only optimum is x = 1."""
    rows = [[fmpq(1, i + j + 1) for j in range(n)] for i in range(n)]
    sums = [sum(row, fmpq(0)) for row in rows]
    return LinearProgram(Q, sums, rows, [">="] * n, sums, True)


def dense(rnd, n, m, infeasible=False):
    """min c·x, A x >= b, x free: bounded, and feasible, or infeasible by a hair."""
    rows = [[Fraction(rnd.randint(-9, 9), rnd.randint(1, 9)) for _ in range(n)] for _ in range(m)]
    point = [rnd.randint(-5, 5) for _ in range(n)]
    rhs = [sum(a * x for a, x in zip(row, point, strict=True)) - rnd.randint(0, 9) for row in rows]
    if infeasible:
        chosen = rnd.sample(range(m - 1), 3)
        for i in chosen:
            rhs[i] = sum(a * x for a, x in zip(rows[i], point, strict=True))
        rows[-1] = [-sum(rows[i][j] for i in chosen) for j in range(n)]
        rhs[-1] = -sum(rhs[i] for i in chosen) + HAIR
    weights = [rnd.randint(1, 9) for _ in range(m)]
    costs = [sum(w * row[j] for w, row in zip(weights, rows, strict=True)) for j in range(n)]
    return LinearProgram(Q, costs, rows, [">="] * m, rhs, True)
