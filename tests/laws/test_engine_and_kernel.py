"""Two implementations, one answer: forward passes, margins, gradients, verdicts."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from exactmargin.cells import Kinks, cells_around
from exactmargin.decisions import Answer, Certificate, analyze
from exactmargin.exact import RealNumberField
from exactmargin.formats import problem_from_json, problem_to_json, read_problem
from exactmargin.kernel.network import at, free_gradient, slopes_at
from exactmargin.kernel.problem import read_problem as kernel_problem
from exactmargin.networks import forward
from exactmargin.strategies import problems

MARGINS = ["max-margin", "layer-max-margin"]
CASES = sorted((Path(__file__).parent.parent / "cases").glob("vardi*.json"))


def text(numbers):
    return [str(x) for x in numbers]


def check_agreement(problem, seen):
    """Forward passes and margins agree; every yes and no is accepted by the kernel."""
    kernel = kernel_problem(problem_to_json(problem))
    for i, (x, margin) in enumerate(zip(problem.data.inputs, problem.margins(), strict=True)):
        trace = at(kernel, kernel.theta, i)
        run = forward(problem.network, problem.point(), x)
        assert [text(row) for row in trace.z] == [text(row) for row in run.pre_activations]
        assert str(trace.output * kernel.labels[i]) == str(margin)
    verdicts = analyze(problem)
    for name, verdict in verdicts.items():
        seen[f"{name} {verdict.answer.value}"] += 1
        if verdict.certificate is not None:
            assert verdict.certificate.outcome().accepted
    if verdicts["feasible"].answer is Answer.NO:
        assert {v.answer for v in verdicts.values()} == {Answer.NO}
    elif verdicts["kkt"].answer is not Answer.UNKNOWN:
        claim = {Answer.YES: "kkt", Answer.NO: "not-kkt"}[verdicts["kkt"].answer]
        assert verdicts["kkt"].certificate.claim == claim


def test_thousand_problems():
    """Engine and kernel on 1000 random problems, among which every answer occurs."""
    seen: Counter[str] = Counter()

    @settings(max_examples=1000, suppress_health_check=list(HealthCheck))
    @given(problems(MARGINS))
    def run(problem):
        check_agreement(problem, seen)

    run()
    for wanted in ("feasible no", "kkt yes", "kkt no", "local_minimum no", "local_minimum yes"):
        assert seen[wanted] >= 10, seen


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(problems(MARGINS))
def test_cell_gradients_agree(problem):
    """The engine's gradient on every cell around theta is the kernel's on the same sides."""
    kernel = kernel_problem(problem_to_json(problem))
    for i, x in enumerate(problem.data.inputs):
        kinks = Kinks.at(problem.field, problem.network, problem.point(), x, problem.free_slice)
        trace = at(kernel, kernel.theta, i)
        for cell in cells_around(kinks).cells:
            slopes = slopes_at(
                kernel, trace, lambda unit, s=cell.sides: 1 if s[unit] > 0 else kernel.slope
            )
            assert text(free_gradient(kernel, trace, slopes)) == text(cell.gradient)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_cases_margins_agree_over_their_fields(path):
    problem = read_problem(path)
    kernel = kernel_problem(problem_to_json(problem))
    spell = problem.field.format
    for i, margin in enumerate(problem.margins()):
        found = at(kernel, kernel.theta, i).output * kernel.labels[i]
        if isinstance(problem.field, RealNumberField):
            r = problem.field.gen
            found = sum((r ** (e or (0,))[0] * c for e, c in found.terms.items()), r * 0)
            assert spell(found) == spell(margin)
        else:
            assert str(found) == spell(margin)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(problems(MARGINS))
def test_certificates_are_canonical(problem):
    """Reading a problem back and deciding again writes the same bytes."""
    again = problem_from_json(problem_to_json(problem))
    first, second = analyze(problem), analyze(again)
    for name, verdict in first.items():
        certificate = verdict.certificate
        assert (certificate and certificate.text()) == (
            second[name].certificate and second[name].certificate.text()
        )
        assert certificate is None or isinstance(certificate, Certificate)
