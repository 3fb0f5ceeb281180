"""Local and global minima of the binary hinge loss (THEORY §8.1; L eq. 9).

With one hidden layer and no shared weights both are decided completely, the global one by a search
whose cost grows fast with the size. Elsewhere: a loss of zero is a minimum; a linear network is
decided by a convex problem where that gives the minimum; a line from θ may descend, and points that
are best in one layer may be better; terms on their kinks may hold θ (`hinge_held`). Replicates with
a penalty: see `replicates`.
"""

from collections.abc import Iterator, Sequence

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import line_from
from exactmargin.decisions.hinge_blocks import better_in_a_block, lower_in_a_block
from exactmargin.decisions.hinge_curves import better_certificate, loss_curve
from exactmargin.decisions.hinge_held import held_certificate
from exactmargin.decisions.hinge_linear import linear_certificate
from exactmargin.decisions.hinge_lines import descent_directions
from exactmargin.decisions.hinge_search import HingeSearch
from exactmargin.decisions.hinge_smooth import decide_where_smooth
from exactmargin.decisions.hinge_view import HingeView, is_liftable_hinge
from exactmargin.decisions.replicates import global_by_replicates, local_by_replicates
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, Polynomial, sign
from exactmargin.problems import PenalizedOneVersusAllHinge, Problem

__all__ = ["decide_hinge_global_minimum", "decide_hinge_local_minimum"]


def decide_hinge_local_minimum(problem: Problem, budget: Budget) -> Verdict:
    """Whether θ is a local minimum of the loss; complete with one hidden layer, nothing shared."""
    budget.check()
    if isinstance(problem.objective, PenalizedOneVersusAllHinge):

        def decide(one: Problem) -> Verdict:
            return decide_hinge_local_minimum(one, budget)

        return local_by_replicates(problem, decide, budget)
    lowest = _at_the_bottom(problem, "local-minimum")
    if lowest is not None:
        return lowest
    if is_liftable_hinge(problem):
        search = HingeSearch(HingeView.of(problem, local=True), budget)
        tree = search.run()
        if search.descent is not None:
            return Verdict.proved(Answer.NO, search.descent)
        return _by_tree(problem, "local-minimum", tree)
    for direction in _directions(problem, budget):
        budget.check()
        certificate = loss_curve(problem, line_from(problem, direction))
        if certificate is not None:
            return Verdict.proved(Answer.NO, certificate)
    smooth = decide_where_smooth(problem, budget)
    if smooth is not None:
        return smooth
    held = held_certificate(problem, budget)
    if held is not None:
        return Verdict.proved(Answer.YES, held)
    return Verdict.unknown(
        "local minima of a hinge loss are decided with one hidden layer, one output and no shared "
        "weights, and elsewhere at points without kinks; here the loss is positive, no line of "
        "descent was found, and no multipliers of terms on their kinks"
    )


def decide_hinge_global_minimum(problem: Problem, local: Verdict, budget: Budget) -> Verdict:
    """Whether θ is a global minimum of the loss, given the verdict on local minima."""
    budget.check()
    if isinstance(problem.objective, PenalizedOneVersusAllHinge):

        def decide(one: Problem) -> Verdict:
            near = decide_hinge_local_minimum(one, budget)
            return decide_hinge_global_minimum(one, near, budget)

        return global_by_replicates(problem, decide, budget)
    lowest = _at_the_bottom(problem, "global-minimum")
    if lowest is not None:
        return lowest
    if local.answer is Answer.NO and local.certificate is not None:
        return Verdict.proved(Answer.NO, better_certificate(problem, _on_the_curve(local, problem)))
    if is_liftable_hinge(problem):
        search = HingeSearch(HingeView.of(problem, local=False), budget)
        tree = search.run()
        if search.better is None:
            return _by_tree(problem, "global-minimum", tree)
        return Verdict.proved(Answer.NO, better_certificate(problem, search.better))
    better = better_in_a_block(problem, budget)
    if better is None:
        return Verdict.unknown(
            "global minima of a hinge loss are decided with one hidden layer, one output and no "
            "shared weights; here the loss is positive, and nothing better was found"
        )
    return Verdict.proved(Answer.NO, better_certificate(problem, better))


def _directions(problem: Problem, budget: Budget) -> Iterator[Sequence[Number]]:
    lower = lower_in_a_block(problem, budget)
    if lower is not None:
        yield [a - b for a, b in zip(lower, problem.point().flat(), strict=True)]
    yield from descent_directions(problem)


def _at_the_bottom(problem: Problem, claim: str) -> Verdict | None:
    """Yes where the loss is zero, or the least that any affine function of the inputs has."""
    if not sign(problem.objective_value()):
        certificate = Certificate.about(problem, claim, {"by": "zero-loss"})
        return Verdict.proved(Answer.YES, certificate)
    linear = linear_certificate(problem, claim)
    return None if linear is None else Verdict.proved(Answer.YES, linear)


def _by_tree(problem: Problem, claim: str, tree: object) -> Verdict:
    evidence = {"by": "hinge-lifting", "tree": tree}
    return Verdict.proved(Answer.YES, Certificate.about(problem, claim, evidence))


def _on_the_curve(local: Verdict, problem: Problem) -> list[Number]:
    """A point of the curve that shows that θ is no local minimum."""
    assert local.certificate is not None
    field, evidence = problem.field, local.certificate.evidence
    t = field.parse(evidence["breakpoints"][-1]) / 2
    rows = ([field.parse(text) for text in row] for row in evidence["numerators"])
    return [Polynomial(field, row)(t) for row in rows]
