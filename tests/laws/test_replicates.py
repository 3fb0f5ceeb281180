"""Replicates with a penalty (L eq. 13): the verdicts against a search that knows no theorem.

`truth` samples cells and curves of the whole objective, penalty included; that replicates decide,
and that critical points have equal replicates (L Theorem 7), is no part of it.
"""

import json
import random
from collections import Counter
from typing import Any

import pytest
import sympy
from flint import fmpq

from exactmargin import (
    Dataset,
    Parameters,
    Problem,
    Q,
    analyze,
    enumerate_cells,
    fully_connected,
    problem_from_json,
    problem_to_json,
    replicated_problem,
    signature_graph,
)
from exactmargin.cells.expansion import symbol_names
from exactmargin.decisions import Answer, certify, decide_clarke_critical
from exactmargin.kernel import check
from exactmargin.kernel.hinge import loss
from exactmargin.kernel.replicates import read_problem
from exactmargin.problems import replicate_points, replicates_agree, shared_problem
from tests.rejections import truth

GAMMAS = ("1", "1/1000000", "5/3")


def drawn(seed: int, agree: bool, depth: int = 2) -> Problem:
    """Small integers, so that kinks, terms at zero, zero inputs and zero units are frequent."""
    draw = random.Random(seed)
    outputs, size = draw.choice((2, 2, 3)), draw.choice((1, 2, 3))
    widths = [draw.choice((1, 2)), *(draw.choice((1, 2)) for _ in range(depth - 1)), outputs]
    slope = draw.choice((fmpq(0), fmpq(1, 2), fmpq(1)))
    network = fully_connected(widths, negative_slope=slope, bias=draw.random() < 0.5)
    hidden = network.block_slice(depth - 1).start
    inputs = [[draw.randint(-1, 1) for _ in range(widths[0])] for _ in range(size)]
    weights = None if draw.random() < 0.5 else [draw.choice(("1", "1/3")) for _ in inputs]
    data = Dataset.over(Q, inputs, [draw.randrange(outputs) for _ in inputs], weights)
    values = (0, 0, 1, -1, 2)
    flat = [fmpq(draw.choice(values)) for _ in range(network.parameter_count)]
    if draw.random() < 0.4:  # nothing is read: critical points are frequent
        flat[hidden:] = [fmpq(0)] * (len(flat) - hidden)
    points = []
    for _ in range(outputs):
        points.append(Parameters.from_flat(network, flat))
        if not agree:
            flat = list(flat)
            flat[draw.randrange(hidden)] += draw.choice((fmpq(0), fmpq(1, 3), fmpq(-1)))
    return replicated_problem("", Q, network, data, draw.choice(GAMMAS), points)


def data(problem: Problem) -> Any:
    """The problem as the kernel and `truth` read it."""
    return json.loads(json.dumps(problem_to_json(problem)))


@pytest.mark.parametrize("seed", range(25))
def test_the_objective_three_ways(seed: int) -> None:
    problem = drawn(seed, agree=seed % 2 == 0, depth=2 + seed % 2)
    obj = data(problem)
    assert problem_from_json(obj) == problem
    kernel, found = read_problem(obj), truth.Replicates(obj)
    assert tuple(map(str, kernel.theta)) == tuple(map(str, problem.point().flat()))
    value = str(problem.objective_value())
    assert value == str(loss(kernel, kernel.theta)) == str(found.loss(found.points))


def test_critical_points_have_equal_replicates() -> None:
    """L Theorem 7 on 300 exact instances, against sampled cells and the gradient of the penalty."""
    found: Counter[tuple[bool, str]] = Counter()
    for seed in range(300):
        problem = drawn(seed, agree=seed % 3 > 0, depth=2 + (seed % 10 == 0))
        verdict = decide_clarke_critical(problem)
        agree = replicates_agree(problem)
        found[agree, verdict.answer.value] += 1
        distance = truth.Replicates(data(problem)).distance()
        if verdict.answer is Answer.YES:
            assert agree, seed
            assert distance < 1e-9, seed
        elif verdict.answer is Answer.NO:
            assert distance > 1e-7, seed
    assert found[False, "no"] > 50
    assert found[True, "no"] > 50
    assert found[True, "yes"] > 20
    assert not found[False, "yes"]
    assert not found[False, "unknown"]


def test_the_direction_in_which_unequal_replicates_are_not_critical() -> None:
    """Exactly: no gradient of the losses has a part along it, and the penalty's has a positive."""
    tried = 0
    for seed in range(60):
        problem = drawn(seed, agree=False, depth=2 + seed % 3)
        found = truth.Replicates(data(problem))
        rows = list(zip(*(point[: found.hidden] for point in found.points), strict=True))
        differ = [p for p, row in enumerate(rows) if len(set(row)) > 1]
        if not differ:
            continue
        tried += 1
        spans = found.models[0].spans
        l = max(n for n, (start, _, _) in enumerate(spans) if start <= differ[-1])
        start, _, end = spans[l]
        above = range(spans[l + 1][0], spans[l + 1][1])
        for one, model in zip(found.problems, found.models, strict=True):
            move = [
                v if start <= p < end else -v if p in above else v * 0
                for p, v in enumerate(model.theta)
            ]
            for cell in truth.loss_cells(one, model):
                gradient = truth.loss_gradient(model, cell)
                assert sum(a * b for a, b in zip(gradient, move, strict=True)) == 0, seed
        size = len(found.models)
        pulls = (x * (x - sum(row) / size) for row in rows[start:end] for x in row)
        assert sum(pulls) > 0, seed
    assert tried > 30


@pytest.mark.parametrize("part", range(5))
def test_all_verdicts_against_a_search(part: int) -> None:
    """Every yes and no; with one hidden layer critical points and global minima are decided."""
    answers: Counter[tuple[str, str]] = Counter()
    for seed in range(1000 + 24 * part, 1024 + 24 * part):
        problem = drawn(seed, agree=seed % 4 > 0)
        verdicts = analyze(problem)
        for name, verdict in verdicts.items():
            answers[name, verdict.answer.value] += 1
            if verdict.certificate is not None:
                certificate = json.loads(verdict.certificate.text())
                assert truth.true(certificate), (seed, name)
        if verdicts["local_minimum"].answer is Answer.YES:
            assert replicates_agree(problem)
            shared = analyze(shared_problem(problem))  # L Lemma 109
            assert shared["local_minimum"].answer is not Answer.NO, seed
    assert not answers["clarke_critical", "unknown"]
    assert not answers["global_minimum", "unknown"]
    assert answers["local_minimum", "unknown"] < 4
    assert answers["clarke_critical", "yes"] > 0
    assert answers["local_minimum", "no"] > 0


def test_a_zero_unit_starts_to_move_whatever_the_penalty_is() -> None:
    """w v = t² with w = t/C and v = C t costs γ t²/C², less than it brings for C large."""
    network = fully_connected([1, 1, 2])
    sample, zero = Dataset.over(Q, [[1]], [0]), Parameters.zeros(network, Q)
    for gamma in ("1/100", "1", "1000000"):
        verdicts = analyze(replicated_problem("", Q, network, sample, gamma, [zero, zero]))
        assert {name: v.answer.value for name, v in verdicts.items()} == {
            "clarke_critical": "yes",
            "local_minimum": "no",
            "global_minimum": "no",
            "local_minimum_type": "none",
        }


def test_cells_are_products() -> None:
    network = fully_connected([1, 1, 3])
    sample = Dataset.over(Q, [[1]], [1])
    problem = replicated_problem("", Q, network, sample, 1)
    verdict = certify(problem, "cells")
    assert verdict.certificate is not None
    assert verdict.certificate.evidence["count"] == "27"
    assert truth.true(json.loads(verdict.certificate.text()))


def test_what_only_other_outputs_read_does_not_count() -> None:
    """The same problem from points whose other rows are anything."""
    problem = drawn(3, agree=True)
    points = replicate_points(problem)
    obj = data(problem)
    for r, own in enumerate(obj["parameters"]):
        rows = obj["network"]["layers"][-1]["pattern"]
        for s, row in enumerate(rows):
            for g in row if s != r else ():
                own["weights"][-1][g - 1] = "17"
    assert problem_from_json(obj) == problem
    assert replicate_points(problem_from_json(obj)) == points
    certificate = decide_clarke_critical(problem).certificate
    assert certificate is not None
    file = json.dumps({"format": "exactmargin/problem@1", **obj})
    assert check(certificate.text(), file).accepted


def test_forms_of_cells_hold_the_penalty() -> None:
    """The polynomial of each cell has the objective's value inside the cell; none is flat."""
    network = fully_connected([1, 1, 2])
    sample = Dataset.over(Q, [[1]], [1])
    problem = replicated_problem("", Q, network, sample, "5/3")
    graph = signature_graph(
        enumerate_cells(problem.signatures, budget=5),
        weights=problem.example_weights,
        penalty=problem.penalty_monomials,
        forms=True,
    )
    names = symbol_names(problem.network)
    assert len(graph) == 9
    for node in graph.nodes.values():
        values = {name: str(x) for name, x in zip(names, node["witness"].flat(), strict=True)}
        form = sympy.sympify(node["form"]).subs(values)
        assert str(form) == str(problem.objective_value(node["witness"]))
        assert not node["flat"]
