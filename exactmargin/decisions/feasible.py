"""Feasibility: every margin is at least 1 (V Problems 2 and 4)."""

from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem

__all__ = ["check_decidable", "decide_feasible", "infeasible_certificate"]


def check_decidable(problem: Problem) -> None:
    """Raise `InvalidInputError` for an objective without constraints, whose norm has no bound."""
    if problem.is_hinge:
        raise InvalidInputError(
            f"objective kind '{problem.objective.kind}' has no constraints, so no bound on norms; "
            f"norms are bounded for {MaxMargin.kind} and {LayerMaxMargin.kind}"
        )


def decide_feasible(problem: Problem) -> Verdict:
    """Whether θ satisfies all constraints; raises `InvalidInputError` where there is no θ."""
    infeasible = infeasible_certificate(problem)
    if infeasible is not None:
        return Verdict.proved(Answer.NO, infeasible)
    return Verdict.proved(Answer.YES, Certificate.about(problem, "feasible", {}))


def infeasible_certificate(problem: Problem) -> Certificate | None:
    """The certificate `infeasible` of the first violated example, or None at a feasible point."""
    violated = problem.violated_examples()
    if not violated:
        return None
    return Certificate.about(problem, "infeasible", {"example": violated[0] + 1})
