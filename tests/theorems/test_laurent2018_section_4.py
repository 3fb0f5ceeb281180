"""L section 4 and its appendix, and Figure 5: the proofs, and other looks at what they say."""

import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from random import Random

import pytest

from exactmargin.decisions import (
    Answer,
    Budget,
    Certificate,
    analyze,
    decide_clarke_critical,
    questions,
)
from exactmargin.errors import InternalError
from exactmargin.exact import Q
from exactmargin.formats import problem_from_json, problem_to_json
from exactmargin.networks import forward
from exactmargin.problems import MulticlassHinge, OneVersusAllHinge, Problem
from exactmargin.registry import Pack, Part, prove
from theorems.forms import full
from theorems.laurent2018 import corollary_3, corollary_4, corollary_101, figure_5, theorem_7
from theorems.laurent2018._several_classes_points import Classes, critical

CASE = Path(__file__).resolve().parents[1] / "cases" / "laurent2018-figure-5.json"
PACK = Pack.read("laurent2018", "theorems.laurent2018")
RESULTS = {result.id.removeprefix("laurent2018/"): result for result in PACK.results}

CRITICAL, NOT_CRITICAL = "clarke-critical", "not-clarke-critical"
LOCAL, NOT_LOCAL = "local-minimum", "not-local-minimum"
GLOBAL, NOT_GLOBAL = "global-minimum", "not-global-minimum"

CONCLUSIONS: dict[str, dict[str, int]] = {
    "figure-5": {
        "separable": 6,
        "positive": 14,
        "identity": 2,
        CRITICAL: 4,
        NOT_CRITICAL: 4,
        LOCAL: 3,
        NOT_LOCAL: 1,
        GLOBAL: 2,
        NOT_GLOBAL: 4,
    },
    "equation-15": {"identity": 3},
    "theorem-7": {"identity": 135, CRITICAL: 10, NOT_CRITICAL: 4},
    "corollary-3": {
        "separable": 17,
        "not-separable": 1,
        "positive": 27,
        "identity": 16,
        CRITICAL: 5,
        NOT_CRITICAL: 3,
        NOT_LOCAL: 10,
        GLOBAL: 4,
        NOT_GLOBAL: 4,
    },
    "corollary-4": {
        "separable": 9,
        "not-separable": 1,
        "positive": 34,
        "identity": 9,
        CRITICAL: 5,
        NOT_CRITICAL: 2,
        LOCAL: 1,
        NOT_GLOBAL: 1,
    },
    "lemma-108": {"identity": 20},
    "lemma-109": {"identity": 6, LOCAL: 3, NOT_LOCAL: 3},
    "corollary-100": {"positive": 20, CRITICAL: 5, NOT_CRITICAL: 2, GLOBAL: 5, NOT_GLOBAL: 2},
    "corollary-101": {
        "positive": 4,
        "identity": 44,
        LOCAL: 8,
        NOT_LOCAL: 6,
        GLOBAL: 7,
        NOT_GLOBAL: 1,
    },
}
"""What each certificate concludes, by claim."""

CITED = ("equation-11", "equation-12", "equation-13", "equation-14")
SAMPLED = ("corollary-3", "corollary-4", "corollary-100", "corollary-101")


def parts_of(id: str) -> list[Part]:
    """What the module of a result says."""
    return list(import_module(f"theorems.laurent2018.{RESULTS[id].module}").prove())


# ---------------------------------------------------------------- the proofs


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_kernel_accepts(id: str) -> None:
    outcome = prove(PACK, RESULTS[id]).outcome()
    assert outcome.accepted
    assert outcome.statement.startswith(f"laurent2018/{id}: ")
    assert "assuming" not in outcome.statement


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_conclusions(id: str) -> None:
    found = Counter[str]()
    for part in parts_of(id):
        claims = {step.name: step.claim for step in part.steps}
        found.update(claims[name] for name in part.conclusion)
    assert found == CONCLUSIONS[id]


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_same_call_gives_the_same_bytes(id: str) -> None:
    assert prove(PACK, RESULTS[id]).sha256 == prove(PACK, RESULTS[id]).sha256


def test_what_is_verified_and_what_is_cited() -> None:
    assert {RESULTS[id].status for id in CONCLUSIONS} == {"verified"}
    assert {RESULTS[id].status for id in CITED} == {"cited"}
    assert {RESULTS[id].coverage for id in SAMPLED} == {"sampled"}


CLAIMED = {
    CRITICAL: ("clarke_critical", Answer.YES),
    NOT_CRITICAL: ("clarke_critical", Answer.NO),
    LOCAL: ("local_minimum", Answer.YES),
    NOT_LOCAL: ("local_minimum", Answer.NO),
    GLOBAL: ("global_minimum", Answer.YES),
    NOT_GLOBAL: ("global_minimum", Answer.NO),
}


@pytest.mark.parametrize("id", CONCLUSIONS)
def test_the_finder_never_disagrees(id: str) -> None:
    for part in parts_of(id):
        claims = {step.claim for step in part.steps} & set(CLAIMED)
        if claims:
            asked = dict(questions(problem_from_json(part.problem), Budget(60)))
            for question, answer in map(CLAIMED.get, claims):
                assert asked[question]().answer in (answer, Answer.UNKNOWN), part.name


def test_another_answer_is_an_error() -> None:
    problem = figure_5.SQUARE.relation(0)
    with pytest.raises(InternalError, match=r"here: clarke-critical was expected; found no"):
        critical("here", problem)


# ---------------------------------------------------------------- Figure 5


def test_the_saddle_is_that_of_the_case() -> None:
    case = json.loads(CASE.read_text(encoding="utf-8"))
    stated = problem_to_json(figure_5.SADDLE.together(MulticlassHinge()))
    assert stated == {key: case[key] for key in stated}


def loss(point: Classes, kind: str, theta: list[Fraction]) -> Fraction:
    """Of a network with one hidden ReLU layer, by its definition: L eqs. 2 and 11, weights 1/N."""
    d, k, size = len(point.inputs[0]), len(point.patterns[0]), len(point.rows)
    w, rest = theta[: d * k], theta[d * k :]
    b, v, c = rest[:k], rest[k : k + size * k], rest[k + size * k :]
    total = Fraction(0)
    for x, y in zip(point.inputs, point.labels, strict=True):
        h = [max(sum(w[d * n + j] * x[j] for j in range(d)) + b[n], Fraction(0)) for n in range(k)]
        out = [sum(v[k * r + n] * h[n] for n in range(k)) + c[r] for r in range(size)]
        for r in range(size):
            if kind == "multiclass" and r != y:
                total += max(1 + out[r] - out[y], Fraction(0))
            elif kind != "multiclass":
                total += max(1 - out[r] if r == y else 1 + out[r], Fraction(0))
    return total / len(point.inputs)


MINIMA = [
    (figure_5.HELD, MulticlassHinge(), "multiclass", Fraction(4, 3)),
    (figure_5.FIVE, MulticlassHinge(), "multiclass", Fraction(6, 5)),
    (figure_5.SQUARE, OneVersusAllHinge(), "one against all", Fraction(2)),
]


def values(problem: Problem) -> list[Fraction]:
    """The parameters, flat."""
    return [Fraction(str(value)) for value in problem.point().flat()]


def nearby(point: Classes, objective: MulticlassHinge | OneVersusAllHinge, kind: str) -> Fraction:
    """The smallest loss at 1500 points nearby, in all and in a few coordinates, at five scales."""
    theta, draw, found = values(point.together(objective)), Random(0), []
    for n in range(1500):
        scale = Fraction(1, (30, 100, 10**3, 10**4, 10**6)[n % 5])
        some = draw.choice((0.2, 0.5, 1.0))
        moved = [a + scale * draw.randint(-9, 9) / 9 * (draw.random() < some) for a in theta]
        found.append(loss(point, kind, moved))
    return min(found)


@pytest.mark.parametrize(("point", "objective", "kind", "least"), MINIMA)
def test_no_point_nearby_is_better(point, objective, kind: str, least: Fraction) -> None:
    assert loss(point, kind, values(point.together(objective))) == least
    assert nearby(point, objective, kind) >= least


def test_near_the_saddle_some_are() -> None:
    """The same search finds smaller losses where there are some."""
    assert nearby(figure_5.SADDLE, MulticlassHinge(), "multiclass") < 1


@pytest.mark.parametrize(("point", "objective", "kind", "least"), MINIMA)
def test_unsolved_points_are_active(point, objective, kind: str, least: Fraction) -> None:
    problem = point.together(objective)
    unsolved = set()
    for term in problem.loss_terms:
        trace = forward(problem.network, problem.point(), problem.data.inputs[term.example])
        assert min(trace.pre_activations[0]) > 0
        if term.inside(trace.output) > 0:
            unsolved.add(point.labels[term.example])
    solved = {0} if kind == "multiclass" else set[int]()
    assert unsolved == set(point.classes) - solved
    assert all(any(row[:-1]) for row in point.rows)


# ---------------------------------------------------------------- the statements, on many instances

DIRECTIONS = ((1, 0), (-1, 1), (-1, -1))
SMALL = (0, 0, 1, -1, 2, -2, Fraction(1, 2))


def drawn(seed: int, slope: object) -> Classes:
    """Three classes, each separable from the rest: class r lies along direction r, beyond 2."""
    draw = Random(f"{seed} {slope}")
    pairs = [(r, draw.randint(2, 4)) for r in (0, 1, 2) for _ in range(draw.choice((1, 1, 2)))]
    inputs = [tuple(t * a for a in DIRECTIONS[r]) for r, t in pairs]
    units = draw.choice((1, 2, 3))
    pattern = [[2 * k + 1, 2 * k + 2] for k in range(units)]
    hidden = [[draw.choice(SMALL) for _ in range(2 * units)]]
    biases = [[draw.choice((-1, 0, 1, -3)) for _ in range(units)]]
    rows = [[draw.choice(SMALL) for _ in range(units)] + [draw.choice((-1, 1, 0))] for _ in pairs]
    if draw.random() < 0.4:  # a neuron for each class: solved, sometimes
        pattern = [[1, 2], [3, 4], [5, 6]]
        hidden, biases = [[a for x in DIRECTIONS for a in x]], [[draw.choice((-1, 0))] * 3]
        scale = draw.choice((1, 2, 4))
        rows = [[scale * (k == r) for k in range(3)] + [draw.choice((-1, 0))] for r in range(3)]
    if not slope and draw.random() < 0.6:  # all but class 1 are on the blind side, or on the kink
        pattern, hidden = [[1, 2], [3, 4]], [[1, 0, *draw.choice(((0, 0), (1, 0)))]]
        biases = [[draw.choice((-1, 0)), draw.choice((-9, 9))]]
        second = draw.choice((0, 0, 1))
        rows = [[draw.choice((2, 3)), 0, -1]]
        rows += [[draw.choice((-2, -1, 0)), second, draw.choice((-1, 0, 1))] for _ in "12"]
    labels = [r for r, _ in pairs]
    return Classes(f"seed {seed}", inputs, labels, (pattern,), hidden, biases, rows[:3], slope)


def leaky(seeds: range) -> Iterator[bool]:
    """Corollary 3 (i): per critical point with all v_r not 0, whether its loss is positive."""
    for seed in seeds:
        point = drawn(seed, "1/2")
        problem = point.penalized()
        read = all(any(point.v(r)) for r in point.classes)
        if read and decide_clarke_critical(problem).answer is Answer.YES:
            yield problem.objective_value() > 0


def relu(seeds: range) -> Iterator[bool]:
    """Corollary 4: per critical point and unsolved example, whether a neuron that is read is on."""
    for seed in seeds:
        point = drawn(seed, 0)
        if decide_clarke_critical(point.penalized()).answer is Answer.YES:
            for r, i in corollary_4.unsolved(point):
                pairs = zip(point.v(r), corollary_4.neurons(point, i), strict=True)
                yield any(v and z > 0 for v, (_, z) in pairs)


def unread(seeds: range) -> Iterator[bool]:
    """Corollary 3 (ii): per point of two classes with v_1 = 0, whether it is a local minimum."""
    for seed in seeds:
        draw = Random(seed)
        side = draw.choice((1, 2))
        inputs = [(-side,), (-1,), (1,), (draw.randint(1, 3),)]
        middle = [draw.choice((0, 1, -1, Fraction(1, 2), 2)) for _ in range(2)]
        units = draw.choice((1, 2))
        second = [draw.choice(SMALL) for _ in range(units)]
        point = Classes(
            f"seed {seed}",
            inputs,
            (0, 0, 1, 1),
            ([[k + 1] for k in range(units)],),
            [[draw.choice(SMALL) for _ in range(units)]],
            [[draw.choice((-1, 0, 1, -3)) for _ in range(units)]],
            [[0] * units + [middle[0]], [*second, middle[1]]],
            draw.choice(("1/2", "1/3")),
        )
        answer = analyze(point.penalized("1/2"), budget=20)["local_minimum"].answer
        assert answer is not Answer.UNKNOWN
        yield answer is Answer.YES


@pytest.mark.parametrize(
    ("law", "seeds", "least"),
    [(leaky, range(150), 10), (relu, range(150), 20), (unread, range(40), 40)],
    ids=["corollary-3-i", "corollary-4", "corollary-3-ii"],
)
def test_no_instance_violates_it(law, seeds: range, least: int) -> None:
    found = Counter(law(seeds))
    assert found[True] == 0
    assert found[False] >= least


# ---------------------------------------------------------------- hypotheses that are needed


def test_corollary_3_needs_leaks() -> None:
    """With slope 0 a critical point with all v_r not 0 has a positive loss."""
    problem = corollary_4.BLIND.penalized()
    assert decide_clarke_critical(problem).answer is Answer.YES
    assert problem.objective_value() > 0


def test_corollary_3_ii_needs_equal_weights() -> None:
    """L Theorem 5's example, for both classes: one point against two on both sides, W beside it."""
    point = corollary_101.UNEQUAL._replace(
        patterns=([[1, 2]],), biases=[(9,)], slope="1/2", hidden=[(1, 0)]
    )
    assert analyze(point.penalized(), budget=20)["local_minimum"].answer is Answer.YES
    assert point.penalized().objective_value() > 0


def test_corollary_100_needs_that_v_bar_is_not_zero() -> None:
    """The local minimum of the module without equal weights: critical, not global."""
    problem = corollary_101.UNEQUAL.penalized()
    assert decide_clarke_critical(problem).answer is Answer.YES


def test_theorem_7_does_not_hold_without_the_penalty() -> None:
    """A critical point of the loss (11) where no class is critical."""
    together = figure_5.SQUARE.together(OneVersusAllHinge())
    assert decide_clarke_critical(together).answer is Answer.YES
    answers = [decide_clarke_critical(figure_5.SQUARE.relation(r)).answer for r in range(4)]
    assert answers == [Answer.NO] * 4


def test_the_euler_forms_are_those_of_theorem_1() -> None:
    """φ_l starts at the bias of hidden layer l, with as many weights as that has units."""
    for layers in theorem_7.SHAPES.values():
        for l in range(1, len(layers)):
            form = theorem_7.from_bias(layers, l)
            assert form.numbers(0) == list(range(1, len(layers[l - 1]) + 1))
            assert form.patterns[1:] == list(layers[l:])


def test_a_pulled_back_vector_is_that_of_the_network() -> None:
    """L's bar v, against the network's values at the unit vectors."""
    point = Classes(
        "two layers",
        ((1, 0), (0, 1)),
        (0, 1),
        full((2, 3, 2)),
        [(1, 2, 3, 4, 5, 6), (1, 0, -1, 2, 1, 1)],
        None,
        [(1, 2, 0), (0, -1, 0)],
        slope=1,
    )
    for r in point.classes:
        network, theta = point.network(1), point.point([point.rows[r]])
        outputs = [forward(network, theta, x).output[0] for x in point.relation(r).data.inputs]
        for text, output in zip(point.pulled_back(r), outputs, strict=True):
            evidence = {"symbols": [], "left": text, "right": str(output)}
            assert Certificate("identity", None, evidence).outcome().accepted


def test_a_separable_sample_in_pairs_only() -> None:
    """The data of the errata: any two classes are separable, class 2 from the rest is not."""
    point = corollary_3.CLUSTERS
    assert point.relation(1).data.labels == (-1, 1, 1, -1)
    assert point.together(OneVersusAllHinge()).objective_value() == Q.coerce("3/4")
