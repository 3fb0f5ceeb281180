"""Laws of the proofs of minima: random trees, the Lagrangian of a leaf, vertices by orthants."""

import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, permutations, product
from math import isqrt, prod
from typing import Any

import pytest
from flint import fmpq

from exactmargin.kernel import check
from tests.kernel.certificates import (
    SAMPLES,
    VC6,
    ball,
    certificate,
    dual,
    encode,
    halves,
    minimum,
    problem,
    signs,
    vertex,
    without_point,
)
from tests.rejections import truth

LIFTED = [name for name, sample in SAMPLES.items() if sample["evidence"].get("by") == "lifting"]


# ---------------------------------------------------------------- random trees of duality


class Drawn:
    """A random network with one hidden layer, and a tree that bounds the norm of its points."""

    def __init__(self, seed: int):
        self.draw = draw = random.Random(seed)
        self.width, self.size, n = draw.randint(1, 2), draw.randint(1, 2), draw.randint(1, 3)
        self.slope = draw.choice([Fraction(0), Fraction(1, 3), Fraction(1)])
        self.inputs = [[draw.randint(-2, 2) for _ in range(self.size)] for _ in range(n)]
        if draw.random() < 0.3:
            self.inputs[-1] = self.inputs[0]
        self.labels = [draw.choice([1, 1, -1]) for _ in self.inputs]
        self.pattern = [
            [self.size * k + j + 1 for j in range(self.size)] for k in range(self.width)
        ]
        self.biases = {l: [] for l in (0, 1) if draw.random() < 0.4}
        bias = [1] * (0 in self.biases)
        self.x = [[Fraction(a) for a in (*x, *bias)] for x in self.inputs]
        self.bounds: list[Fraction] = []

    def about(self) -> Any:
        """The problem, without parameters."""
        rows = [[str(a) for a in x] for x in self.inputs]
        output = [list(range(1, self.width + 1))]
        more: dict[str, Any] = {"labels": self.labels, "slope": str(self.slope)}
        found = problem([self.pattern, output], rows, [[], []], biases=self.biases, **more)
        return without_point(found)

    def tree(self, known: dict[Any, int], splits: int) -> Any:
        """A tree with at most so many splits on every way down; the bounds are noted."""
        open_ = [(k, None) for k in range(self.width)]
        open_ += [(k, i) for k in range(self.width) for i, x in enumerate(self.x) if any(x)]
        open_ = [what for what in open_ if what not in known]
        if splits and open_:
            k, i = what = self.draw.choice(open_)
            branches = [self.tree(known | {what: s}, splits - 1) for s in (1, -1)]
            return _named(branches, i) | {"neuron": k + 1}
        weights = [Fraction(self.draw.randint(0, 3)) for _ in self.x]
        self.longest = Fraction(1)
        neurons = [self.neuron(k, known, weights) for k in range(self.width)]
        scale = Fraction(isqrt(10**6 * self.longest.__ceil__()) + 1, 1000)
        weights = [a / scale for a in weights]
        t = sum(a * y for a, y in zip(weights, self.labels, strict=True))
        self.bounds.append(2 * sum(weights) - t * t * (1 in self.biases))
        return dual([str(a) for a in weights], *(_scaled(tree, 1 / scale) for tree in neurons))

    def neuron(self, k: int, known: dict[Any, int], weights: list[Fraction]) -> Any:
        """Neuron k's tree: what must be decided is split, what may stay open often does."""
        if (k, None) not in known:
            branches = [self.neuron(k, known | {(k, None): s}, weights) for s in (1, -1)]
            return _named(branches, None)
        s, listed = known[k, None], {}
        g = [Fraction(0)] * len(self.x[0])
        for i, (x, weight) in enumerate(zip(self.x, weights, strict=True)):
            pull = s * self.labels[i]
            if not any(x) or not weight:
                continue
            if (k, i) not in known and self.slope != 1:
                if pull > 0 or self.draw.random() < 0.4:
                    branches = [self.neuron(k, known | {(k, i): z}, weights) for z in (1, -1)]
                    return _named(branches, i)
                listed[i] = self.draw.choice([self.slope, Fraction(1, 2), Fraction(1)])
            on = known.get((k, i)) == 1 or self.slope == 1
            a = listed.get(i, Fraction(1) if on else self.slope)
            g = [b + weight * pull * a * c for b, c in zip(g, x, strict=True)]
        sides = {}
        for i, x in enumerate(self.x):
            if known.get((k, i)) and self.draw.random() < 0.3:
                sides[i] = Fraction(self.draw.randint(1, 2))
                g = [b + sides[i] * known[k, i] * c for b, c in zip(g, x, strict=True)]
        self.longest = max(self.longest, sum(b * b for b in g))
        return ball(
            {i + 1: str(x) for i, x in sides.items()}, {i + 1: str(x) for i, x in listed.items()}
        )


def _named(branches: list[Any], example: int | None) -> Any:
    return signs(*branches) if example is None else halves(example + 1, *branches)


def _scaled(tree: Any, factor: Fraction) -> Any:
    """A neuron's tree, the weights of its sides multiplied."""
    if "sides" in tree:
        rows = [row | {"weight": str(Fraction(row["weight"]) * factor)} for row in tree["sides"]]
        return tree | {"sides": rows}
    return {k: _scaled(v, factor) if isinstance(v, dict) else v for k, v in tree.items()}


def drawn_bounds() -> Iterator[tuple[Any, Fraction, Any]]:
    """Problems, bounds and trees; those that say nothing are left out."""
    for seed in range(90):
        drawn = Drawn(seed)
        tree = drawn.tree({}, drawn.draw.randint(0, 3))
        if min(drawn.bounds) > 0:
            yield drawn.about(), min(drawn.bounds), tree


TREES = [*drawn_bounds()]


@pytest.mark.parametrize(("about", "bound", "tree"), TREES)
def test_what_a_random_tree_proves_is_true(about: Any, bound: Fraction, tree: Any) -> None:
    found = minimum("norm-bound", about, "lifting", squared_norm=str(bound), tree=tree)
    assert check(encode(found)).accepted, check(encode(found)).line()
    assert truth.true(found)
    more = found["evidence"] | {"squared_norm": str(bound + Fraction(1, 1000))}
    assert check(encode(certificate("norm-bound", about, more))).code == "lifting-bound"


def test_the_random_trees_are_of_all_kinds() -> None:
    assert len(TREES) > 40
    slopes = {about["network"]["negative_slope"] for about, _, _ in TREES}
    assert slopes == {"0", "1/3", "1"}
    for l in (0, 1):
        assert {about["network"]["layers"][l]["bias"] for about, _, _ in TREES} == {True, False}
    texts = [str(tree) for _, _, tree in TREES]
    for word in ("'neuron'", "'slope'", "'weight'"):
        assert sum(word in text for text in texts) > 10


# ---------------------------------------------------------------- the Lagrangian of a leaf


def multipliers_at(tree: Any, model: truth.Model, theta: list[Any]) -> list[Any]:
    """The multipliers of the region in which a point lies."""
    while "multipliers" not in tree:
        k = tree["neuron"] - 1
        if "example" in tree:
            z = model.forward(theta, model.inputs[tree["example"] - 1])[1][0][k]
            tree = tree["plus" if truth.sign(z) >= 0 else "minus"]
        else:
            v = theta[model.spans[1][0] + model.patterns[1][0][k] - 1]
            tree = tree["positive" if truth.sign(v) >= 0 else "negative"]
    return [truth.evaluate(a, model.names) for a in tree["multipliers"]]


def lagrangians(sample: Any, theta: list[Any]) -> tuple[Any, Any]:
    """|theta|^2 - 2 sum lambda_i (y_i Phi_i - 1) at a point, and its bound."""
    about, evidence = sample["problem"], sample["evidence"]
    model = truth.Model(truth.at_zero(about))
    weights = multipliers_at(evidence["tree"], model, theta)
    pull = sum((a * (m - 1) for a, m in zip(weights, model.margins(theta), strict=True)), fmpq(0))
    given = evidence.get("squared_norm")
    bound = truth.evaluate(given, model.names) if given else truth.square(model.theta)
    return truth.square(theta) - pull * 2, bound


@pytest.mark.parametrize("name", LIFTED)
def test_the_lagrangian_is_nowhere_below_the_bound(name: str) -> None:
    """Exactly, at points that need not be feasible: near theta, or anywhere."""
    sample, draw = SAMPLES[name], random.Random(name)
    start, near = truth.Model(truth.at_zero(sample["problem"])).theta, fmpq(1)
    if sample["claim"] == "local-minimum":
        near = fmpq(1, 50)
    for _ in range(300):
        step = [near * draw.choice([0, 1]) * fmpq(draw.randint(-99, 99), 40) for _ in start]
        found, bound = lagrangians(sample, [a + d for a, d in zip(start, step, strict=True)])
        assert truth.sign(found - bound) >= 0


# ---------------------------------------------------------------- vertices


def determinant(rows: list[list[Fraction]]) -> Fraction:
    """By permutations."""
    total = Fraction(0)
    for p in permutations(range(len(rows))):
        odd = sum(p[i] > p[j] for i, j in combinations(range(len(p)), 2)) % 2
        total += (-1) ** odd * prod((rows[i][j] for i, j in enumerate(p)), start=Fraction(1))
    return total


def vertices_by_orthants(rows: list[list[int]]) -> set[tuple[Fraction, ...]]:
    """Of {beta: <row, beta> >= 1} in every closed orthant, by Cramer's rule."""
    size, found = len(rows[0]), set()
    for orthant in product((1, -1), repeat=size):
        axes = [([Fraction(s * (j == n)) for j in range(size)], 0) for n, s in enumerate(orthant)]
        constraints = axes + [([Fraction(a) for a in row], 1) for row in rows]
        for tight in combinations(constraints, size):
            square = [row for row, _ in tight]
            below = determinant(square)
            if below:
                column = [b for _, b in tight]
                replaced = [
                    [
                        [*row[:j], Fraction(b), *row[j + 1 :]]
                        for row, b in zip(square, column, strict=True)
                    ]
                    for j in range(size)
                ]
                beta = tuple(determinant(a) / below for a in replaced)
                if all(
                    sum(a * b for a, b in zip(row, beta, strict=True)) >= right
                    for row, right in constraints
                ):
                    found.add(beta)
    return found


@pytest.mark.parametrize("seed", range(25))
def test_the_vertices_are_those_of_all_orthants(seed: int) -> None:
    """The list of another code is accepted; without any one of its points it is not."""
    draw = random.Random(seed)
    size, n = draw.choice([(1, 2), (2, 1), (2, 3), (3, 2), (3, 4)])
    rows = [[draw.randint(-1, 3) for _ in range(size)] for _ in range(n)]
    rows += rows[:1] * draw.randint(0, 1)
    labels = [draw.choice([1, -1]) for _ in rows]
    units = [[k + 1 if j == k else 0 for j in range(size)] for k in range(size)]
    inputs = [[str(a * y) for a in row] for row, y in zip(rows, labels, strict=True)]
    about = problem(
        [units, units, [list(range(1, size + 1))]], inputs, [[]] * 3, labels=labels, slope="1"
    )
    listed, lowest = [], Fraction(10**9)
    for beta in sorted(vertices_by_orthants(rows)):
        roots = [lower_root(b) for b in beta]
        lowest = min(lowest, 3 * sum(roots))
        listed.append(vertex(" ".join(map(str, beta)), " ".join(map(str, roots))))

    def found(rest: list[Any]) -> Any:
        evidence = {"squared_norm": str(lowest), "vertices": rest}
        return minimum("norm-bound", without_point(about), "vertices", **evidence)

    assert check(encode(found(listed))).accepted, check(encode(found(listed))).line()
    assert truth.true(found(listed))
    for k in range(len(listed)):
        rest = listed[:k] + listed[k + 1 :]
        assert check(encode(found(rest))).code == "vertex-missing"


def lower_root(beta: Fraction) -> Fraction:
    """A lower bound of |beta|^(2/3)."""
    root = Fraction(int(float(beta * beta) ** (1 / 3) * 1000), 1000)
    return root if root**3 <= beta * beta else root - Fraction(1, 1000)


def test_a_vertex_has_no_more_coordinates_than_there_are_examples() -> None:
    """One example with 40 inputs: 40 vertices, and no look at the 2^40 sets of coordinates."""
    size = 40
    units = [[k + 1 if j == k else 0 for j in range(size)] for k in range(size)]
    about = problem([units, [list(range(1, size + 1))]], [["1"] * size], [[]] * 2, slope="1")
    points = [" ".join("01"[j == k] for j in range(size)) for k in reversed(range(size))]
    evidence = {"squared_norm": "2", "vertices": [vertex(point, point) for point in points]}
    found = minimum("norm-bound", without_point(about), "vertices", **evidence)
    assert check(encode(found)).accepted, check(encode(found)).line()


# ---------------------------------------------------------------- single facts


def test_a_local_minimum_is_not_proved_to_be_global() -> None:
    """Near theta the signs of Lemma C.6 are those at theta; elsewhere both must be looked at."""
    leaf = SAMPLES["local-minimum"]["evidence"]["tree"]
    found = minimum("global-minimum", VC6, "lifting", tree=leaf)
    assert check(encode(found)).code == "lifting-sign-open"


def test_a_zero_input_needs_no_slope_and_a_zero_preactivation_does() -> None:
    """With a bias the same neuron sees (0, 1), which is not zero."""
    tree = dual(["1", "1"], ball(), ball())
    about = problem(
        [[[1, 0], [0, 2]], [[1, 2]]], [["1", "0"], ["0", "1"]], [["1", "1"], ["1", "1"]]
    )
    assert check(encode(minimum("local-minimum", about, "lifting", tree=tree))).accepted
    full = problem(
        [[[1, 2], [3, 4]], [[1, 2]]], [["1", "0"], ["0", "1"]], [["1", "0", "0", "1"], ["1", "1"]]
    )
    found = minimum("local-minimum", full, "lifting", tree=tree)
    assert check(encode(found)).code == "lifting-side-open"
