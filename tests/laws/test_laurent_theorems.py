"""L Theorems 2, 4, 5 and 6 as laws: no instance with their hypotheses violates their conclusion.

One hidden layer, fully connected, with all biases, as in L eq. 9. The data are separable by
construction: an affine function with small integers gives the labels. The points are degenerate on
purpose: output weights that are 0, c = 1 or -1, units that are off at every example, points scaled
onto a margin, solved points. Where a hypothesis is dropped the conclusion fails, which shows that
the law is not empty: with unequal weights (Theorem 5), and without biases (Theorem 2, read
literally).
"""

import random
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, analyze
from exactmargin.exact import Q, sign
from exactmargin.networks import Parameters, forward, from_pattern
from exactmargin.problems import Hinge, Problem

YES = Answer.YES
SMALL = (0, 0, 1, -1, 1, -1, 2, -2, Fraction(1, 2))


def separable(draw: random.Random) -> tuple[list[list[Fraction]], list[int]]:
    """Points in one or two dimensions and the side of a line on which they are; never on it."""
    d = draw.choice((1, 1, 2))
    normal = [Fraction(draw.choice((1, -1, 2))) for _ in range(d)]
    offset = Fraction(draw.choice((-1, 1, 3)), 2)
    inputs, labels = [], []
    for _ in range(draw.randint(2, 4)):
        x = [Fraction(draw.randint(-2, 2)) for _ in range(d)]
        side = sum((a * b for a, b in zip(normal, x, strict=True)), offset)
        if side:
            inputs.append(x)
            labels.append(1 if side > 0 else -1)
    return inputs, labels


def weights(draw: random.Random, labels: list[int], equal: bool) -> list[Fraction]:
    """Positive weights with the sum 1; both classes have the sum 1/2 if `equal`."""
    parts = [Fraction(draw.randint(1, 3)) for _ in labels]
    if equal and len(set(labels)) == 2:
        sums = Counter({1: Fraction(0), -1: Fraction(0)})
        for y, part in zip(labels, parts, strict=True):
            sums[y] += part
        return [part / sums[y] / 2 for y, part in zip(labels, parts, strict=True)]
    return [part / sum(parts) for part in parts]


def instance(seed: int, slope: Fraction, *, equal: bool = False, bias: bool = True) -> Problem:
    """A problem with separable data and a point at which something is on its kink, mostly."""
    draw = random.Random(f"{seed} {slope} {equal} {bias}")
    inputs, labels = separable(draw)
    while not inputs or (equal and len(set(labels)) < 2):
        inputs, labels = separable(draw)
    units, d = draw.choice((1, 1, 2)), len(inputs[0])
    rows = [tuple(range(1 + k * d, 1 + k * d + d)) for k in range(units)]
    patterns = [rows, [tuple(range(1, units + 1))]]
    network = from_pattern(patterns, [bias, True], negative_slope=slope)
    hidden = [[Fraction(draw.choice(SMALL)) for _ in range(d)] for _ in range(units)]
    offsets = [Fraction(draw.choice(SMALL)) for _ in range(units)]
    for k in range(units):  # off at every example
        if bias and draw.random() < 0.4:
            offsets[k] = -max(sum(a * b for a, b in zip(hidden[k], x, strict=True)) for x in inputs)
            offsets[k] -= draw.choice((0, 1))
    kind = draw.choice(("zero", "zero", "any", "any", "solved"))
    output = [Fraction(0 if kind == "zero" else draw.choice(SMALL)) for _ in range(units)]
    middle = Fraction(draw.choice((1, -1, 1, -1, 0, Fraction(1, 2))))
    scale = Fraction(draw.choice((4, 8)) if kind == "solved" else 1)
    flat = [x for row in hidden for x in row] + (offsets if bias else [])
    flat += [x * scale for x in output] + [middle]
    point = Parameters.from_flat(network, [Q.coerce(x) for x in flat])
    data = Dataset(inputs, labels, weights(draw, labels, equal))
    return Problem(f"separable {seed}", Q, network, data, Hinge(), point)


def decided(problem: Problem) -> dict[str, Answer]:
    """The four answers, each with a certificate; with one hidden layer none is unknown here,
    except whether a point is a global minimum."""
    found = {name: verdict.answer for name, verdict in analyze(problem, budget=20).items()}
    assert Answer.UNKNOWN not in (found["clarke_critical"], found["local_minimum"]), problem
    return found


def output_weights(problem: Problem) -> list[object]:
    """v."""
    block = problem.network.block_slice(1)
    return [*problem.point().flat()[block]][:-1]


def violations_of_theorem_2(seeds: range) -> Iterator[bool]:
    """Per local minimum with loss 0: whether it is sharp."""
    for seed in seeds:
        slope = Fraction(seed % 3, 2)
        problem = instance(seed, slope)
        if not sign(problem.objective_value()):
            yield decided(problem)["local_minimum_type"] is not Answer.FLAT


def violations_of_theorem_4(seeds: range) -> Iterator[bool]:
    """Per critical point with v not 0, slope positive: whether it has a positive loss."""
    for seed in seeds:
        problem = instance(seed, Fraction(1, 2 + seed % 2))
        read = any(map(sign, output_weights(problem)))
        if read and decided(problem)["clarke_critical"] is YES:
            yield bool(sign(problem.objective_value()))


def violations_of_theorem_5(seeds: range, *, equal: bool = True) -> Iterator[bool]:
    """Per local minimum, slope positive: whether it has a positive loss (0 can be reached)."""
    for seed in seeds:
        problem = instance(seed, Fraction(1, 1 + seed % 3), equal=equal)
        if decided(problem)["local_minimum"] is YES:
            yield bool(sign(problem.objective_value()))


def violations_of_theorem_6(seeds: range) -> Iterator[bool]:
    """Per unsolved example of a critical point, slope 0: whether an active unit sees it."""
    for seed in seeds:
        problem = instance(seed, Fraction(0))
        v, margins = output_weights(problem), problem.margins()
        unsolved = [i for i, margin in enumerate(margins) if sign(1 - margin) > 0]
        if unsolved and any(map(sign, v)) and decided(problem)["clarke_critical"] is YES:
            for i in unsolved:
                z = forward(problem.network, problem.point(), problem.data.inputs[i])
                pairs = zip(z.pre_activations[0], v, strict=True)
                yield any(sign(value) > 0 and sign(weight) for value, weight in pairs)


@pytest.mark.parametrize(
    ("law", "seeds", "least"),
    [
        (violations_of_theorem_2, range(400), 20),
        (violations_of_theorem_4, range(300), 10),
        (violations_of_theorem_5, range(200), 10),
        (violations_of_theorem_6, range(300), 20),
    ],
    ids=["theorem-2", "theorem-4", "theorem-5", "theorem-6"],
)
def test_no_instance_violates_it(law, seeds: range, least: int) -> None:
    found = Counter(law(seeds))
    assert found[True] == 0
    assert found[False] >= least  # so many instances have the hypotheses


def test_theorem_2_without_biases_of_the_units() -> None:
    """At an input 0 every pre-activation is 0 for all parameters. Read literally there is then no
    cell at all, so that a local minimum with loss 0 is of type II. Entries that vanish identically
    are not counted here: with this reading no instance violates the theorem."""
    literal = 0
    for seed in range(400):
        problem = instance(seed, Fraction(seed % 3, 2), bias=False)
        if not sign(problem.objective_value()):
            assert decided(problem)["local_minimum_type"] is Answer.FLAT
            literal += any(not any(map(sign, x)) for x in problem.data.inputs)
    assert literal > 0


def test_theorem_5_needs_equal_weights() -> None:
    assert any(violations_of_theorem_5(range(300), equal=False))
