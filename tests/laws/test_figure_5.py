"""L Figure 5: a critical point of four classes where every point is active and unsolved."""

from pathlib import Path

from flint import fmpq

from exactmargin import analyze, read_problem
from exactmargin.decisions import Answer, decide_separable
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
