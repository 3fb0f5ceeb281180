"""L Figure 5: critical points of four classes where unsolved points are active; local minima."""

from pathlib import Path

import pytest
from flint import fmpq

from exactmargin import analyze, read_problem
from exactmargin.decisions import Answer, decide_separable, questions
from exactmargin.formats import read_expectations
from exactmargin.networks import forward

CASE = Path(__file__).resolve().parents[1] / "cases" / "laurent2018-figure-5.json"


def test_the_verdicts_are_as_expected() -> None:
    problem, expected = read_problem(CASE), read_expectations(CASE)
    found = {name: verdict.answer.value for name, verdict in analyze(problem).items()}
    found["separable"] = decide_separable(problem).answer.value
    assert found == expected


def test_the_analogue_of_theorem_6_fails() -> None:
    """Every point is unsolved, and on the active side of a neuron that the outputs read."""
    problem = read_problem(CASE)
    outputs = [forward(problem.network, problem.point(), x) for x in problem.data.inputs]
    worth = [term.inside(outputs[term.example].output) for term in problem.loss_terms]
    for i in range(problem.data.size):
        own = [m for m, term in zip(worth, problem.loss_terms, strict=True) if term.example == i]
        assert max(own) == 1  # unsolved
        assert 0 not in own  # and the loss is smooth here
        assert max(outputs[i].pre_activations[0]) == 3
    assert problem.objective_value() == fmpq(1)


def test_two_classes_that_one_neuron_sees_need_not_stay_alike() -> None:
    """The line of descent turns a neuron and weighs it for one of its two classes."""
    problem = read_problem(CASE)
    verdict = analyze(problem)["local_minimum"]
    assert verdict.answer is Answer.NO
    assert verdict.certificate is not None
    moved = [row for row in verdict.certificate.evidence["numerators"] if len(row) > 1]
    assert len(moved) == 2


@pytest.mark.parametrize("name", ["minimum", "one-vs-all"])
def test_terms_on_their_kinks_hold_a_local_minimum(name: str) -> None:
    """The finder finds multipliers that vary with the output weights: of degree 2, and 1."""
    path = Path(__file__).with_name(f"laurent2018-figure-5-{name}.json")
    problem, expected = read_problem(path), read_expectations(path)
    asked = dict(questions(problem))
    found = {question: asked[question]() for question in expected if question in asked}
    answers = {question: verdict.answer.value for question, verdict in found.items()}
    assert answers | {"separable": decide_separable(problem).answer.value} == expected
    evidence = found["local_minimum"].certificate.evidence
    degrees = [row["value"].count("*u2_") for row in evidence["multipliers"]]
    assert evidence["by"] == "constant"
    assert max(degrees) > 0
