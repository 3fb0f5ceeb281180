"""Minima of hinge losses: every answer is proved, and no nearby point refutes a yes."""

import pytest

from exactmargin.decisions import Answer, Verdict, analyze
from exactmargin.strategies import hinge_points, instance
from tests.laws.hinge_loss import Loss

SEEDS = range(240)
SPARSE = hinge_points(size=(1, 4), sparse=True, hidden_bias=None, output_bias=None)
WEIGHTED = hinge_points(size=(1, 4), sparse=True, hidden_bias=None, weighted=True)


def verdicts(seed: int) -> dict[str, Verdict]:
    """The answers; never unknown, with the kernel's consent, and not refuted by sampling."""
    problem = instance((SPARSE, WEIGHTED)[seed % 2], 0, seed)
    found, loss = analyze(problem), Loss(problem)
    assert str(loss(loss.theta)) == str(problem.objective_value())
    local, everywhere = found["local_minimum"], found["global_minimum"]
    for verdict in (local, everywhere):
        assert verdict.answer is not Answer.UNKNOWN, verdict.reason
        assert verdict.certificate is not None
        assert verdict.certificate.outcome().accepted
    if local.answer is Answer.YES:
        assert loss.smallest_near(150, seed) == loss(loss.theta)
    else:
        assert everywhere.answer is Answer.NO
    if everywhere.answer is Answer.YES:
        assert loss.smallest_anywhere(150, seed) == loss(loss.theta)
    return found


@pytest.mark.parametrize("start", range(0, len(SEEDS), 120))
def test_minima_of_small_problems(start: int) -> None:
    answers = set()
    for seed in SEEDS[start : start + 120]:
        found = verdicts(seed)
        answers.add((found["local_minimum"].answer, found["global_minimum"].answer))
    assert (Answer.NO, Answer.NO) in answers
    assert (Answer.YES, Answer.NO) in answers
    assert (Answer.YES, Answer.YES) in answers
