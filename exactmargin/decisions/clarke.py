"""Critical points of hinge losses in the sense of Clarke (L Definition 2, eq. 8; THEORY §8.2).

θ is critical iff 0 is in the convex hull of the gradients of the cells around θ. Cells are found
as they are needed: while 0 is not in the hull of those found, some u has a positive inner product
with all of these; either it has one with all cells around θ, which a split tree proves, or there is
a new cell (`LossTree`).
"""

from collections.abc import Sequence

from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.loss_cells import LossPoint, Path
from exactmargin.decisions.loss_tree import Doubt, Found, LossTree
from exactmargin.decisions.replicates import critical_by_replicates
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.exact import Number, sign, strictly_feasible_direction
from exactmargin.problems import PenalizedOneVersusAllHinge, Problem

__all__ = ["decide_clarke_critical"]

Vector = tuple[Number, ...]


def decide_clarke_critical(problem: Problem, budget: Budget | None = None) -> Verdict:
    """Whether θ is a Clarke critical point of the hinge loss.

    Complete without a hidden layer, and with one whose parameters are not shared; elsewhere
    unknown where cells that could neither be entered nor excluded matter; for replicates with a
    penalty as for each of them. Raises `BudgetSpent`,
    and `InvalidInputError` where the problem has no point.
    """
    if isinstance(problem.objective, PenalizedOneVersusAllHinge):
        return critical_by_replicates(problem, lambda one: decide_clarke_critical(one, budget))
    point, time = LossPoint(problem), budget or Budget()
    size = problem.network.parameter_count
    found: list[tuple[Vector, Path]] = []
    doubtful: list[Vector] = []
    u: Sequence[Number] = (problem.field.zero,) * size
    while True:
        time.check()
        time.report(f"deciding: {len(found)} cells around the point ...")
        try:
            tree = LossTree(point, u, point.columns, time).prove({}, {}, {})
        except Found as cell:
            found.append((point.vector(cell.witness.sides), cell.witness.path))
        except Doubt as doubt:
            doubtful.append(point.vector(doubt.sides))
        else:
            evidence = {"separator": [problem.field.format(x) for x in u], "tree": tree}
            certificate = Certificate.about(problem, "not-clarke-critical", evidence)
            return Verdict.proved(Answer.NO, certificate)
        vectors = [vector for vector, _ in found]
        separated = strictly_feasible_direction(problem.field, [*vectors, *doubtful], size)
        if separated.direction is not None:
            u = separated.direction
            continue
        weights = separated.multipliers
        if doubtful:
            weights = strictly_feasible_direction(problem.field, vectors, size).multipliers
        if weights is None:
            return Verdict.unknown(
                "kinks in deeper layers, shared parameters or several outputs: the cells that were "
                "reached around the point do not make it critical, those that could not be "
                "excluded might"
            )
        return _critical(problem, [path for _, path in found], weights)


def _critical(problem: Problem, paths: Sequence[Path], weights: Sequence[Number]) -> Verdict:
    spell = problem.field.format
    cells = [
        {"weight": spell(weight), "path": [[spell(x) for x in step] for step in path]}
        for path, weight in zip(paths, weights, strict=True)
        if sign(weight)
    ]
    certificate = Certificate.about(problem, "clarke-critical", {"cells": cells})
    return Verdict.proved(Answer.YES, certificate)
