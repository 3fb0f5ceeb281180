"""Many more instances of L Theorems 4, 5, 6, 100, by the modules' own construction; their limits.

The data are separable by construction, the points degenerate on purpose (`hinge_points`). What the
proofs of the paper construct must then be evidence for the kernel: at an unsolved point the
direction of Lemma 105, which makes it uncritical, and for equal weights the curve of one of Lemmas
105 to 107, along which the loss falls. Where a hypothesis is dropped the kernel must refuse it.
"""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from math import prod
from random import Random

import pytest
from hypothesis.strategies import SearchStrategy

from exactmargin.decisions import Certificate, decide_separable
from exactmargin.errors import InternalError
from exactmargin.exact import Q, dot, sign
from exactmargin.formats import problem_from_json, problem_to_json
from exactmargin.networks import Parameters, forward
from exactmargin.problems import Hinge, Problem
from exactmargin.registry import Part, Step
from exactmargin.strategies import hinge_points, instance
from tests.laws.hinge_loss import Loss
from theorems.laurent2018 import theorem_4, theorem_5, theorem_6, theorem_100
from theorems.laurent2018._two_class_curves import perturbation
from theorems.laurent2018._two_class_deep_moves import against, away, pull
from theorems.laurent2018._two_class_steps import (
    affine_minimum,
    against_lemma_105,
    critical,
    descent,
    hinge,
    not_critical,
    read_neurons,
)

WEIGHTS = ("1/4", "1/2", "1/4")
SLOPES = (Fraction(1), Fraction(1, 2), Fraction(1, 4))


@cache
def separable(kind: str | None, slope: Fraction, equal: bool) -> SearchStrategy[Problem]:
    return hinge_points(
        kind, size=(2, 4), slopes=[slope], weighted=True, separable=True, balanced=equal
    )


def drawn(seed: int, slope: Fraction, equal: bool = False) -> Problem:
    """A separable sample, with equal weights of both classes or any, and a degenerate point."""
    kind = (None, "any", "zero neurons", "constant")[seed // 3 % 4]
    return instance(separable(kind, slope, equal), 0, seed)


def code(problem: Problem, step: Step) -> str:
    """Why the kernel refuses a step; empty if it accepts it."""
    return Certificate(step.claim, problem_to_json(problem), step.evidence).outcome().code


def separator(problem: Problem) -> tuple[list[str], str]:
    """(q, β) of L eq. 121."""
    certificate = decide_separable(problem).certificate
    assert certificate is not None
    assert certificate.claim == "separable"
    row = certificate.evidence["separators"][-1]
    side = -1 if row["class"] == -1 else 1
    q = [str(side * Q.parse(a)) for a in row["weights"]]
    return q, str(side * Q.parse(row["bias"]))


def falls(problem: Problem, q: Sequence[str], beta: str) -> tuple[str, str]:
    """The lemma that is used, and why the kernel refuses its curve on every interval (0, 4^-n)."""
    lemma, motion = perturbation(problem, q, beta)
    refused = ""
    for n in range(2, 10):
        refused = code(problem, descent("falls", problem, motion, [f"1/{4**n}"]))
        if not refused:
            break
    return lemma, refused


def unsolved(problem: Problem) -> list[int]:
    """Examples with a positive loss, from 0."""
    return [i for i, margin in enumerate(problem.margins()) if sign(1 - margin) > 0]


# ---------------------------------------------------------------- Theorems 4, 5, 6


def test_theorem_4_no_unsolved_point_is_critical() -> None:
    """Wherever L > 0 and some v_k is not 0, Lemma 105 shows it, for each such k."""
    count = 0
    for seed in range(150):
        problem = drawn(seed, SLOPES[seed % 3])
        q, beta = separator(problem)
        for k in read_neurons(problem):
            if unsolved(problem):
                step = not_critical("not critical", against_lemma_105(problem, k, q, beta))
                assert code(problem, step) == "", seed
                count += 1
    assert count >= 50


def test_theorem_5_no_unsolved_point_is_a_local_minimum() -> None:
    """All five cases of the proof occur."""
    count: Counter[str] = Counter()
    for seed in range(200):
        problem = drawn(seed, SLOPES[seed % 3], equal=True)
        if unsolved(problem):
            lemma, refused = falls(problem, *separator(problem))
            assert refused == "", (seed, lemma)
            count[lemma] += 1
    cases = ("Lemma 105", "Lemma 106", "Lemma 107", "step 2, Lemma 106", "step 2, Lemma 107")
    assert set(count) == set(cases)
    assert min(count.values()) >= 3


def sees(problem: Problem, k: int, examples: list[int]) -> bool:
    """Whether neuron k, from 1, is on at one of the examples."""
    passes = (
        forward(problem.network, problem.point(), problem.data.inputs[i]).pre_activations[0]
        for i in examples
    )
    return any(sign(z[k - 1]) > 0 for z in passes)


def test_theorem_6_no_point_that_sees_an_unsolved_example_is_critical() -> None:
    """With slope 0, for each neuron that is read and on the active side of an unsolved example."""
    count = 0
    for seed in range(300):
        problem = drawn(seed, Fraction(0))
        q, beta = separator(problem)
        for k in read_neurons(problem):
            if sees(problem, k, unsolved(problem)):
                step = not_critical("not critical", against_lemma_105(problem, k, q, beta))
                assert code(problem, step) == "", seed
                count += 1
    assert count >= 40


# ---------------------------------------------------------------- Theorem 100


def deep_instance(seed: int) -> tuple[Problem, list[str]]:
    """A point with v-bar = 1 and |c| < 1, and λ: pairs with both labels, |x + c| < 1, cancel.

    All others have the margin 1 and λ = 0; their margins grow with v-bar.
    """
    draw = Random(seed)
    depth, c = draw.randint(1, 3), Fraction(draw.choice((0, 1, -1)), 2)
    rows: list[tuple[Fraction, int, int, str]] = []
    for _ in range(draw.randint(0, 2)):
        x, part = Fraction(draw.randint(-3, 3), 4) - c, draw.randint(1, 3)
        rows += [(x, y, part, "1") for y in (1, -1)]
    for _ in range(draw.randint(0 if rows else 1, 2)):
        y = draw.choice((1, -1))
        rows.append((y - c, y, draw.randint(1, 3), "0"))
    scales = [Fraction(draw.choice((1, -1, 2, -2)), draw.choice((1, 3))) for _ in range(depth)]
    point = [*map(str, scales), str(1 / prod(scales)), str(c)]
    inputs, labels, parts, multipliers = zip(*rows, strict=True)
    network = theorem_100.network((1,) * (depth + 1))
    weights = [str(Fraction(part, sum(parts))) for part in parts]
    columns = [[str(x)] for x in inputs]
    return hinge(f"deep {seed}", network, columns, labels, point, weights), list(multipliers)


@pytest.mark.parametrize("seed", range(40))
def test_theorem_100_i(seed: int) -> None:
    problem, multipliers = deep_instance(seed)
    flat = problem.point().flat()
    outwards = [str(sign(flat[0])), *["0"] * (len(flat) - 1)]
    assert code(problem, critical("critical", [("1", [outwards])])) == ""
    assert code(problem, affine_minimum("global", multipliers)) == ""


def deep_point(draw: Random, *, zero: bool) -> Problem:
    """Separable data with equal weights, and a linear network; many entries, or blocks, are 0."""
    problem = drawn(draw.randrange(10**6), Fraction(1), equal=True)
    d = len(problem.data.inputs[0])
    widths = (d, *(draw.randint(1, 2) for _ in range(draw.randint(1, 3))))
    network = theorem_100.network(widths)
    c = draw.choice((0, 1, -1, 1, -1, 2, Fraction(1, 2)))
    while True:
        flat = [Fraction(draw.choice((0, 0, 1, -1, 2))) for _ in range(network.parameter_count - 1)]
        for block in range(len(widths)):
            if draw.random() < (0.5 if zero else 0):
                span = network.block_slice(block)
                flat[span] = [Fraction(0)] * len(flat[span])
        point = Parameters.from_flat(network, Q.coerce_all([*flat, c]))
        made = Problem("deep", Q, network, problem.data, Hinge(), point)
        if any(map(sign, pull(made, 0))) != zero:
            return made


def test_theorem_100_i_what_is_not_global_is_not_critical() -> None:
    """(q, β), scaled to margins of 1, is a better point of E than an unsolved one."""
    count = 0
    for seed in range(60):
        problem = deep_point(Random(seed), zero=False)
        q, beta = separator(problem)
        hats = [[*x, Q.one] for x in problem.data.inputs]
        line = Q.coerce_all([*q, beta])
        margin = min(abs(dot(line, hat)) for hat in hats)
        w = [str(a / margin) for a in line]
        if unsolved(problem):
            step = not_critical("not critical", against(problem, w[:-1], w[-1]))
            assert code(problem, step) == "", seed
            count += 1
    assert count >= 40


def test_theorem_100_ii() -> None:
    """Where v-bar = 0 the loss falls: separable data have no z = 0."""
    sizes: Counter[int] = Counter()
    for seed in range(60):
        problem = deep_point(Random(seed), zero=True)
        c, size = problem.point().flat()[-1], problem.network.parameter_count
        motion = away(problem, theorem_100.pull_of_the_sample(problem))
        assert motion is not None
        sizes[len(set(motion) - {size})] += 1
        if sign(c * c - 1) > 0:
            motion = {size: ["-1"]}
        steps = (descent("falls", problem, motion, [f"1/{8**n}"]) for n in range(1, 8))
        assert "" in (code(problem, step) for step in steps), seed
    assert set(sizes) >= {1, 2, 3}


def test_no_curve_where_both_classes_have_the_same_mean() -> None:
    point = ("0", "0", "0")
    problem = hinge("mixed", theorem_100.network((1, 1)), *theorem_100.MIXED[:2], point, WEIGHTS)
    assert away(problem, theorem_100.pull_of_the_sample(problem)) is None
    with pytest.raises(InternalError, match="mixed: z = 0, so there is no curve"):
        theorem_100.escape("mixed", problem)


# ---------------------------------------------------------------- hypotheses that are needed


def test_unequal_weights_spoil_theorem_5() -> None:
    """At a local minimum no curve falls; that of the proof stays at its loss, or rises."""
    problem, _ = theorem_5.sharp("1/2")
    lemma, refused = falls(problem, ["0", "-1"], "1/2")
    assert (lemma, refused) == ("step 2, Lemma 106", "not-smaller-along")


@pytest.mark.parametrize(
    "part", [theorem_5.unequal("1/2"), theorem_5.unequal("1"), theorem_6.seen_by_the_unread()]
)
def test_a_search_without_theorems_finds_nothing_below_the_counterexamples(part: Part) -> None:
    """And below a saddle it does."""
    loss = Loss(problem_from_json(part.problem))
    assert loss.smallest_near(2000, 1) >= loss(loss.theta)
    problem = theorem_5.cases()[-1].problem
    saddle = Loss(problem)
    assert saddle.smallest_near(2000, 1) < saddle(saddle.theta)


def test_slope_0_spoils_theorem_4_and_what_is_left_is_theorem_6() -> None:
    """At a critical point behind all neurons the direction of Lemma 105 changes nothing."""
    for point in theorem_6.blind_points():
        (k,) = read_neurons(point.problem)
        up = against_lemma_105(point.problem, k, point.q, point.beta)
        assert code(point.problem, not_critical("not critical", up)) == "cell-bound"


def test_without_separability_the_direction_leads_nowhere() -> None:
    dead = theorem_4.hypotheses()[0].problem
    assert dead is not None
    evidence = not_critical("not critical", ["-1", "0", "0", "0"]).evidence
    outcome = Certificate("not-clarke-critical", dead, evidence).outcome()
    assert outcome.code == "cell-bound"
