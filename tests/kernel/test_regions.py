"""Laws of split trees: random trees of one layer, Lagrangians, Hessians by second differences."""

import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from flint import fmpq

from exactmargin.kernel import check
from exactmargin.kernel.one_layer import affine
from exactmargin.kernel.outcome import Rejected
from exactmargin.kernel.problem import read_problem
from exactmargin.kernel.regions import Force, Kink, Region, pull, root, settled
from exactmargin.kernel.second_order import gradient_and_hessian, turned
from tests.kernel.certificates import (
    SAMPLES,
    at_unit,
    curved,
    cut,
    encode,
    minimum,
    problem,
)
from tests.rejections import truth

BY = {
    method: [name for name, s in SAMPLES.items() if s["evidence"].get("by") == method]
    for method in ("layer", "second-order")
}


# ---------------------------------------------------------------- random trees of one layer


class Drawn:
    """A random network one of whose layers is free, and a tree that bounds its norm."""

    def __init__(self, seed: int):
        self.draw = draw = random.Random(seed)
        widths = [*(draw.randint(1, 2) for _ in range(draw.choice([2, 3]))), 1]
        patterns, weights = [], []
        for a, b in pairwise(widths):
            rows = [[draw.choice([0, 1, 2, 3]) for _ in range(a)] for _ in range(b)]
            rows[0][0] = rows[0][0] or 1
            used = sorted({g for row in rows for g in row} - {0})
            numbers = {g: n for n, g in enumerate(used, 1)}
            patterns.append([[numbers.get(g, 0) for g in row] for row in rows])
            weights.append([str(draw.choice([-2, -1, 1, 2])) for _ in numbers])
        biases = {
            l: [str(draw.randint(-1, 2)) for _ in rows]
            for l, rows in enumerate(patterns)
            if draw.random() < 0.4
        }
        n = draw.randint(1, 2)
        inputs = [[str(draw.randint(-2, 2)) for _ in range(widths[0])] for _ in range(n)]
        labels = [draw.choice([1, 1, -1]) for _ in inputs]
        self.about = problem(
            patterns,
            inputs,
            weights,
            labels=labels,
            biases=biases,
            slope=draw.choice(["0", "0", "1/2", "1"]),
            layer=draw.randint(1, len(patterns)),
        )
        self.problem = read_problem(self.about)
        self.bounds: list[Fraction] = []

    def tree(self, region: Region) -> Any:
        """Splits until all outputs are settled; at a leaf the best of some random multipliers."""
        layers, labels = self.problem.layers, self.problem.labels
        units = [(l, k) for l, layer in enumerate(layers[:-1]) for k in range(len(layer.rows))]
        open_ = [(i, unit) for i in range(len(labels)) for unit in units]
        open_ = [kink for kink in open_ if kink not in region.slopes]
        here, listed = region, dict[Kink, Fraction]()
        for i, unit in sorted(open_, key=lambda kink: -kink[1][0]):
            if is_concave(here, i, unit) and self.draw.random() < 0.8:
                listed[i, unit] = self.draw.choice([self.problem.slope, Fraction(1)])
                here = replace(region, listed=listed)
        margins: list[Force] = [(i, None, Fraction(y)) for i, y in enumerate(labels)]
        if not all(settles(here, force) for force in margins):
            kink = i, (l, k) = self.draw.choice(open_)
            branches = [self.tree(region.split(kink, side)) for side in (1, -1)]
            return cut(i + 1, l + 1, k + 1, *branches)
        sides: list[Force] = [(i, unit, Fraction(s)) for (i, unit), s in region.sides.items()]
        sides = sorted(force for force in sides if settles(here, force))
        best, found = Fraction(0), [Fraction(0)] * (len(margins) + len(sides))
        for _ in range(40):
            drawn = [Fraction(self.draw.choice([0, 1, 1, 2, 3])) for _ in found]
            weights = [(i, u, s * a) for (i, u, s), a in zip(margins + sides, drawn, strict=True)]
            b, g = affine(here, drawn[: len(margins)], weights, "")
            length = sum(x * x for x in g)
            bound = b * b / length if length else 100 * b
            if b > 0 and bound > best:
                best, found = bound, [a * (b / length if length else 50) for a in drawn]
        self.bounds.append(best)
        rows = zip(sides, found[len(margins) :], strict=True)
        return {
            "multipliers": [str(a) for a in found[: len(margins)]],
            "sides": [at_unit(i + 1, *up(u), weight=str(a)) for (i, u, _), a in rows if a],
            "slopes": [at_unit(i + 1, *up(u), slope=str(listed[i, u])) for i, u in sorted(listed)],
        }


def up(unit: Any) -> tuple[int, int]:
    """A unit, counted from 1."""
    return unit[0] + 1, unit[1] + 1


def settles(region: Region, force: Force) -> bool:
    """Whether the function does not depend on open slopes."""
    try:
        affine(region, [], [force], "")
    except Rejected:
        return False
    return True


def is_concave(region: Region, i: int, unit: Any) -> bool:
    """Whether the pull on the margin is known and negative."""
    try:
        v = settled(pull(region, i, unit), 0, "")
    except Rejected:
        return False
    return truth.sign(v * region.problem.labels[i]) < 0


def drawn_bounds() -> Iterator[tuple[Any, Fraction, Any]]:
    """Problems, bounds and trees; those that say nothing are left out."""
    for seed in range(90):
        drawn = Drawn(seed)
        tree = drawn.tree(root(drawn.problem, local=False))
        if min(drawn.bounds) > 0:
            yield drawn.about, min(drawn.bounds), tree


TREES = [*drawn_bounds()]


@pytest.mark.parametrize(("about", "bound", "tree"), TREES)
def test_what_a_random_tree_proves_is_true(about: Any, bound: Fraction, tree: Any) -> None:
    found = minimum("norm-bound", about, "layer", squared_norm=str(bound), tree=tree)
    assert check(encode(found)).accepted, check(encode(found)).line()
    assert truth.true(found)
    found["evidence"]["squared_norm"] = str(bound + Fraction(1, 1000))
    assert check(encode(found)).code == "layer-bound"


def test_the_random_trees_are_of_all_kinds() -> None:
    assert len(TREES) > 40
    assert {about["network"]["negative_slope"] for about, _, _ in TREES} == {"0", "1/2", "1"}
    assert {about["objective"]["layer"] for about, _, _ in TREES} == {1, 2, 3}
    texts = [str(tree) for _, _, tree in TREES]
    for word in ("'plus'", "'slope'", "'weight'"):
        assert sum(word in text for text in texts) > 8


# ---------------------------------------------------------------- Lagrangians


def leaf_at(tree: Any, model: truth.Model, theta: list[Any]) -> tuple[Any, dict[Any, int]]:
    """The leaf of the region in which a point lies, and the sides on the way."""
    sides = {}
    while "plus" in tree:
        i, l, k = tree["example"], tree["layer"], tree["unit"]
        z = model.forward(theta, model.inputs[i - 1])[1][l - 1][k - 1]
        sides[i, l, k] = 1 if truth.sign(z) >= 0 else -1
        tree = tree["plus" if sides[i, l, k] > 0 else "minus"]
    return tree, sides


@pytest.mark.parametrize("name", BY["layer"] + BY["second-order"])
def test_the_lagrangian_is_nowhere_below_the_bound(name: str) -> None:
    """Exactly, at points that need not be feasible: near theta, or anywhere."""
    sample, draw = SAMPLES[name], random.Random(name)
    evidence, model = sample["evidence"], truth.Model(truth.at_zero(sample["problem"]))
    start = [model.theta[p] for p in model.free]
    given = evidence.get("squared_norm")
    bound = truth.evaluate(given, model.names) if given else truth.square(start)
    near = fmpq(1, 1000) if sample["claim"] == "local-minimum" else fmpq(1)
    for _ in range(200):
        step = [near * draw.choice([0, 1]) * fmpq(draw.randint(-99, 99), 40) for _ in start]
        free = [a + d for a, d in zip(start, step, strict=True)]
        theta = model.replaced(free)
        leaf, sides = leaf_at(evidence["tree"], model, theta)
        penalty = truth.evaluate(leaf.get("penalty", "0"), model.names)
        total = truth.square(free)
        for text, margin in zip(leaf["multipliers"], model.margins(theta), strict=True):
            weight, s = truth.evaluate(text, model.names), margin - 1
            total = total - (weight * s * 2 - penalty * s * s if truth.sign(weight) else 0)
        for row in leaf.get("sides", []):
            i, l, k = row["example"], row["layer"], row["unit"]
            t = model.forward(theta, model.inputs[i - 1])[1][l - 1][k - 1] * sides[i, l, k]
            total = total - truth.evaluate(row["weight"], model.names) * t * 2 + penalty * t * t
        assert truth.sign(total - bound) >= 0


# ---------------------------------------------------------------- second derivatives


@pytest.mark.parametrize("seed", range(12))
def test_derivatives_are_differences(seed: int) -> None:
    """Without shared weights a network with given slopes is affine in every parameter."""
    draw = random.Random(seed)
    patterns = [[[1, 2], [3, 4], [0, 5]], [[1, 2, 3], [4, 0, 5]], [[1, 2]]]
    weights = [[str(draw.choice([-2, -1, 0, 1, 2])) for _ in range(n)] for n in (5, 5, 2)]
    biases = {l: [str(draw.randint(-1, 1)) for _ in range(3 - l)] for l in (0, 1)}
    layer = draw.choice([None, 1, 2])
    about = problem(patterns, [["1", "-2"]], weights, biases=biases, slope="1/3", layer=layer)
    model, region = truth.Model(about), root(read_problem(about), local=True)
    sides: list[list[int]] = [[], []]
    for l, row in enumerate(model.forward(model.theta, model.inputs[0])[1]):
        for k, z in enumerate(row):
            sides[l].append(truth.sign(z) or draw.choice([1, -1]))
            if (0, (l, k)) not in region.slopes:
                region = region.split((0, (l, k)), sides[l][k])

    def moved(*steps: int) -> Any:
        theta = [v + steps.count(p) for p, v in enumerate(model.theta)]
        return Fraction(str(model.forward(theta, model.inputs[0], sides)[0]))

    here = moved()
    g, h = gradient_and_hessian(region, 0, None, "")
    assert g == [moved(p) - here for p in model.free]
    for p, row in zip(model.free, h, strict=True):
        wanted = [moved(p, q) - moved(p) - moved(q) + here if p != q else 0 for q in model.free]
        assert row == wanted


@pytest.mark.parametrize("layer", [0, 1])
def test_turned_units_change_no_output(layer: int) -> None:
    """By the angle of (3/5, 4/5), with biases; their slopes agree."""
    draw = random.Random(layer)
    patterns = [[[1, 2], [3, 4]], [[1, 2], [3, 4]], [[1, 2]]]
    weights = [[str(draw.randint(-4, 4)) for _ in range(n)] for n in (4, 4, 2)]
    biases = {l: [str(draw.randint(-4, 4)) for _ in range(2 - l // 2)] for l in range(3)}
    about = problem(patterns, [["2", "-1"]], weights, biases=biases, slope="1/3")
    model = truth.Model(about)
    pairs = turned(read_problem(about), layer, 0, 1, "")
    assert len(pairs) == [5, 4][layer]  # sources, targets, the bias
    theta = list(model.theta)
    for p, q in pairs:
        a, b = theta[p], theta[q]
        theta[p], theta[q] = (3 * a - 4 * b) / 5, (4 * a + 3 * b) / 5
    for slopes in ([[1, 1], [1, -1]], [[-1, -1], [1, -1]], [[1, -1], [-1, -1]]):
        same = slopes[layer][0] == slopes[layer][1]
        values = [
            model.forward(point, model.inputs[0], slopes)[0] for point in (model.theta, theta)
        ]
        assert (values[0] == values[1]) == same


# ---------------------------------------------------------------- single facts


def test_open_slopes_of_two_examples_do_not_cancel() -> None:
    """In V Theorem 5.4 the multipliers add up to zero if the examples have the same slopes."""
    found = SAMPLES["local-minimum, layer"] | {"claim": "global-minimum"}
    assert check(encode(found)).code == "open-slope"


def test_a_slope_that_changes_third_derivatives_alone_may_stay_open() -> None:
    """w3 s(w2 s(w1)) + c at zero: there the first two derivatives do not see a kink."""
    about = problem([[[1]]] * 3, [["9"]], [["0"]] * 3, biases={2: ["1"]})
    tree = curved("1", "0", "1 1 1 1")
    found = minimum("local-minimum", about, "second-order", tree=tree)
    assert check(encode(found)).accepted
    assert truth.true(found)
