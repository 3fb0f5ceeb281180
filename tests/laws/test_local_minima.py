"""Local minima at depth 2: KKT points by construction, decided, and what is proved is attacked.

A proof of *yes* is about every point near θ with the signs of θ where those are not zero, so a
single better point among these refutes it, near or far: random points are tried, and curves on
which zero neurons leave at order τ and all else at order τ². Scaling all neurons makes each of
them feasible, so no trial is wasted.
"""

import random
from collections import Counter
from itertools import count, islice

import pytest
from flint import fmpq

from exactmargin.data import Dataset
from exactmargin.decisions import Answer, Budget, decide_kkt
from exactmargin.decisions.lifting import lifted_local_minimum
from exactmargin.exact import RealNumberField, sign, squared_norm
from exactmargin.networks import Parameters, forward
from exactmargin.problems import Problem
from exactmargin.strategies import architectures, instance, kkt_points, problems
from tests.laws.points import small_kkt_points

SEED = "local minima"


def signs(problem, flat):
    """The signs of the v_k, and of all pre-activations."""
    point = Parameters.from_flat(problem.network, flat)
    runs = [forward(problem.network, point, x) for x in problem.data.inputs]
    hidden = [sign(z) for run in runs for z in run.pre_activations[0]]
    return [*map(sign, point.weights[1]), *hidden], [run.output[0] for run in runs]


def best_norm(problem, flat, outputs, active):
    """The squared norm after scaling all neurons to feasibility in the active examples, or None."""
    bias = flat[-1] if problem.network.layers[1].bias else fmpq(0)
    square, most = fmpq(0), []
    for i in active:
        y = problem.data.labels[i]
        missing, reach = 1 - y * bias, y * (outputs[i] - bias)
        if missing > 0 and reach <= 0:
            return None
        if missing > 0:
            square = max(square, missing / reach)
        elif reach < 0:
            most.append(missing / reach)
    if any(square > bound for bound in most):
        return None
    return square * (squared_norm(flat) - bias * bias) + bias * bias


def candidates(problem, rng, number):
    """Points near θ, and not so near."""
    flat = list(problem.point().flat())
    last = problem.network.layers[1]
    zero = [not v for v in problem.point().weights[1]]
    own = {}  # parameter -> its neuron
    hidden = problem.network.layers[0]
    for k, row in enumerate(hidden.entries):
        own |= {g: k for _, g in row}
        if hidden.bias:
            own[hidden.parameter_count + k] = k
    own |= {hidden.block_length + g: k for k, g in last.entries[0]}
    for _ in range(number):
        tau = fmpq(1, 2 ** rng.randint(0, 9))
        keep = rng.random() < 0.3
        new = []
        for p, value in enumerate(flat):
            order = tau if p in own and zero[own[p]] else tau * tau
            wild = rng.randint(-3, 3) if rng.random() < 0.7 else 0
            new.append(value if keep and order != tau else value + order * fmpq(wild, 2))
        yield new


def attack(problem, rng, number):
    """A better point with the signs of θ, or None."""
    flat = problem.point().flat()
    old, _ = signs(problem, flat)
    active = problem.active_examples()
    norm = squared_norm(flat)
    for new in candidates(problem, rng, number):
        found, outputs = signs(problem, new)
        if any(a and a != b for a, b in zip(old, found, strict=True)):
            continue
        reached = best_norm(problem, new, outputs, active)
        if reached is not None and reached < norm:
            return new
    return None


def survey(number, degenerate, trials, attacked):
    """Decide so many constructed points; attack each yes, and some of the others."""
    seen = Counter()
    for n, problem in enumerate(islice(small_kkt_points(degenerate, 0), number)):
        rng = random.Random(f"{SEED} {degenerate} {n}")
        verdict = lifted_local_minimum(problem, Budget(60))
        seen[verdict.answer] += 1
        if verdict.answer is Answer.YES:
            tree = verdict.certificate.evidence["tree"]
            seen["several multipliers"] += "multipliers" not in tree
            assert attack(problem, rng, trials) is None
        elif verdict.answer is Answer.NO and seen["attacked"] < attacked:
            seen["attacked"] += 1
            seen["found"] += attack(problem, rng, 20 * trials) is not None
        elif verdict.answer is Answer.UNKNOWN:
            assert verdict.reason.startswith("boundary")
    return seen


@pytest.mark.parametrize("degenerate", [False, True], ids=["random", "degenerate"])
def test_constructed_points(degenerate):
    """Nearly all are decided, yes withstands the attack, and the attack is no sham."""
    seen = survey(200, degenerate, 25, 12)
    assert seen[Answer.YES] >= 60, seen
    assert seen[Answer.NO] >= 10, seen
    assert seen[Answer.UNKNOWN] <= 2, seen
    assert seen["found"] >= 4, seen
    assert not degenerate or seen["several multipliers"], seen


def test_constructed_points_are_kkt_points():
    for problem in (p for d in (False, True) for p in islice(small_kkt_points(d, 2), 100)):
        assert decide_kkt(problem).answer is Answer.YES


def feasible_points():
    """Balanced and others; every margin is 1."""
    networks = architectures(depth=2, kinds=["dense", "sparse"], biases=False)
    kinds = [problems(["max-margin"], networks=networks, points=p) for p in ("balanced", "any")]
    drawn = (instance(kinds[n % 3 == 0], 0, n) for n in count())
    return (problem for problem in drawn if problem.is_feasible())


def test_other_points():
    """At any feasible point there is an answer, and no local minimum fails to be a KKT point."""
    seen = Counter()
    for problem in islice(feasible_points(), 150):
        answer = lifted_local_minimum(problem, Budget(60)).answer
        kkt = decide_kkt(problem).answer
        assert answer is Answer.NO or (answer, kkt) == (Answer.YES, Answer.YES)
        seen[kkt, answer] += 1
    assert seen[Answer.NO, Answer.NO] >= 30, seen
    assert seen[Answer.YES, Answer.YES] >= 3, seen


def turned(problem, field):
    """The problem in coordinates that are turned by 45 degrees, over Q(√2)."""
    half = 1 / field.gen

    def turn(row):
        a, b, *rest = (field.coerce(x) for x in row)
        return [(a - b) * half, (a + b) * half, *rest]

    width, d = problem.network.layers[0].rows, problem.data.dimension
    first, last = problem.point().weights
    first = [x for k in range(width) for x in turn(first[k * d : (k + 1) * d])]
    point = Parameters.over(field, problem.network, [first, last], problem.point().biases)
    data = Dataset.over(field, map(turn, problem.data.inputs), problem.data.labels)
    return Problem("turned", field, problem.network, data, problem.objective, point)


def test_answers_do_not_depend_on_coordinates():
    """The same point over Q(√2): numbers, rounding and norms are others, the answer is not."""
    field, seen = RealNumberField("r", [-2, 0, 1], (1, 2)), Counter()
    relu = {"slopes": [0], "biases": False, "sparse": False}
    points = kkt_points(dimension=(2, 3), moving=(1, 2), zero=1, size=4, **relu)
    for n in range(40):
        problem = instance(points, 0, n)
        answer = lifted_local_minimum(problem, Budget(60)).answer
        assert lifted_local_minimum(turned(problem, field), Budget(60)).answer is answer
        seen[answer] += 1
    assert min(seen[Answer.YES], seen[Answer.NO]) >= 8, seen
