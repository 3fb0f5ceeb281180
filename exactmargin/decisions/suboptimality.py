"""How far a feasible point is from the least norm (V Remark 3.1), between certified bounds.

‖θ‖/‖θ*‖, θ* a global minimum of V Problem 2, lies between ‖θ‖ over the norm of the best feasible
point that is found, and ‖θ‖ over a proved lower bound (`norm-bound`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isqrt
from typing import Any, TypeAlias, final

from flint import fmpq

from exactmargin.decisions.ascent import better_by_ascent
from exactmargin.decisions.better import smaller_point
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.feasible import check_decidable
from exactmargin.decisions.global_minimum import global_minimum, work_for
from exactmargin.decisions.lifted_network import Lifted
from exactmargin.decisions.linear_global import (
    is_bounded_singly,
    is_product,
    largest_read,
    product_machine,
    single_products,
)
from exactmargin.decisions.nearby import floor_at
from exactmargin.decisions.pieces import NotSearchable
from exactmargin.decisions.proposals import root_of
from exactmargin.decisions.svm import Nearest
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.decisions.vertices import SYSTEMS, is_diagonal, systems, vertices_bound
from exactmargin.decisions.width_search import root_bound, search
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number, Q, sign, squared_norm
from exactmargin.networks import RationalLike
from exactmargin.problems import MaxMargin, Problem

__all__ = ["Suboptimality", "decide_norm_bound", "suboptimality"]

Bound: TypeAlias = tuple[Number, Mapping[str, Any]]

_BITS = 40
_PRECISE = (24, 50)
_ROUNDS = 20


@final
@dataclass(frozen=True, slots=True)
class Suboptimality:
    """lower ≤ ‖θ‖/‖θ*‖ ≤ upper, rationals; `upper` is None where no lower bound on ‖θ*‖ is known.

    `better` certifies the feasible point behind `lower` (`not-global-minimum`), or θ's own
    feasibility where lower = 1; `bound` certifies the `norm-bound` behind `upper`.
    """

    lower: fmpq
    upper: fmpq | None
    better: Certificate
    bound: Certificate | None

    def __repr__(self) -> str:
        upper = "" if self.upper is None else f" <= {float(self.upper):.6g}"
        return f"<Suboptimality {float(self.lower):.6g} <= |theta|/|theta*|{upper}, rounded>"


def suboptimality(
    problem: Problem, budget: float | None = None, *, tolerance: RationalLike = "1/1000"
) -> Suboptimality:
    """Certified bounds on ‖θ‖/‖θ*‖ for a feasible point θ of V Problem 2.

    `budget` is in seconds. Where two layers without shared weights allow it the search goes on
    until the squared norms of its two bounds differ by the factor 1 - `tolerance`. Raises
    `InvalidInputError` for other objectives, where there is no point, and where it is infeasible.
    """
    check_decidable(problem)
    if not isinstance(problem.objective, MaxMargin):
        raise InvalidInputError(
            f"objective kind '{problem.objective.kind}': the suboptimality of a point is about "
            "all parameters; give the objective max-margin"
        )
    violated = problem.violated_examples()
    if violated:
        raise InvalidInputError(
            f"the margin of example {violated[0] + 1} is below 1; give a feasible point"
        )
    time = Budget(budget)
    best, found = _best(problem, time, Q.coerce(tolerance))
    norm, least = (squared_norm(p.free_parameters()) for p in (problem, best))
    better = smaller_point(problem, best.free_parameters())
    bound, upper = None, None
    if found is not None:
        evidence = {**found[1], "squared_norm": problem.field.format(found[0])}
        bound = Certificate.about(problem.with_parameters(None), "norm-bound", evidence).verified()
        upper = _root_above(norm / found[0])
    if better is None:
        return Suboptimality(fmpq(1), upper, Certificate.about(problem, "feasible", {}), bound)
    return Suboptimality(max(fmpq(1), _root_below(norm / least)), upper, better.verified(), bound)


def decide_norm_bound(problem: Problem, budget: Budget) -> Verdict:
    """A lower bound on the norm of all feasible points, as good as the methods find at θ's size.

    The point of the problem only says where to begin; unknown where no method gives a bound.
    """
    if not isinstance(problem.objective, MaxMargin):
        return Verdict.unknown("norm bounds are proved for the objective max-margin")
    found = _greatest(problem, budget)
    if found is None:
        return Verdict.unknown("no method bounds the norm of this network's feasible points")
    evidence = {**found[1], "squared_norm": problem.field.format(found[0])}
    about = problem.with_parameters(None)
    return Verdict.proved(Answer.YES, Certificate.about(about, "norm-bound", evidence))


def _best(problem: Problem, budget: Budget, tolerance: fmpq) -> tuple[Problem, Bound | None]:
    """The best point that is found, and the greatest bound."""
    bound: Bound | None = None
    try:
        bound = _greatest(problem, budget)
        for _ in range(_ROUNDS):
            lifted = Lifted.of(problem)
            if lifted is None:
                better = _improved(problem, budget)
            else:
                target = squared_norm(problem.free_parameters()) * (1 - tolerance)
                work = work_for(budget)
                found = search(lifted, target, budget, work=work, precisions=_PRECISE)
                if found.tree is not None:
                    return problem, (target, {"by": "lifting", "tree": found.tree})
                better = found.better
            if better is None:
                break
            problem = _at(problem, better)
    except (BudgetSpent, NotSearchable):
        pass  # what was found so far counts
    return problem, bound


def _improved(problem: Problem, budget: Budget) -> Certificate | None:
    verdict = global_minimum(problem, budget)
    if verdict.answer is Answer.YES:
        return None
    return verdict.certificate or better_by_ascent(problem, budget)


def _at(problem: Problem, better: Certificate) -> Problem:
    values = [problem.field.parse(text) for text in better.evidence["better"]]
    return problem.with_parameters(problem.with_free(values))


def _greatest(problem: Problem, budget: Budget) -> Bound | None:
    """The greatest of the bounds that the methods give without a search."""
    best: Bound | None = None
    for bound in _bounds(problem, budget):
        if best is None or sign(bound[0] - best[0]) > 0:
            best = bound
    return best


def _bounds(problem: Problem, budget: Budget) -> Iterator[Bound]:
    network = problem.network
    if not network.is_no_share:
        return
    if is_product(problem):
        yield from _product(problem, product_machine(problem, budget))
    elif is_bounded_singly(problem):
        for machine in single_products(problem):
            yield from _product(problem, machine)
    if is_diagonal(problem) and systems(problem) <= SYSTEMS:
        yield vertices_bound(problem, budget, _BITS)
    lifted = Lifted.of(problem)
    if lifted is not None:
        try:
            found = root_bound(lifted, budget)
        except NotSearchable:
            return
        if found is not None:
            yield found[0], {"by": "lifting", "tree": found[1]}


def _product(problem: Problem, machine: Nearest) -> Iterator[Bound]:
    """m r with r^m G² ≤ 1, for multipliers with sum 1."""
    m, size = problem.network.depth, largest_read(problem, machine)
    if sign(size):
        root = root_of(1 / size, m, _BITS)
        while sign(root**m * size - 1) > 0:
            root -= root / 2 ** (_BITS - 2)
        spell = problem.field.format
        multipliers = [spell(problem.field.coerce(value)) for value in machine.weights]
        yield m * problem.field.coerce(root), {"by": "product", "multipliers": multipliers}


def _root_below(value: Number) -> fmpq:
    """A rational not above the square root of value > 0, and within 2^-40 of it."""
    return fmpq(isqrt(int(floor_at(value * 4**_BITS, 0).p)), 2**_BITS)


def _root_above(value: Number) -> fmpq:
    """A rational above the square root."""
    return _root_below(value) + fmpq(1, 2**_BITS)
