"""The cells of a network with at most one hidden layer: all of them, or their number.

*Margin problems* (THEORY §2.1, §2.2).  The hidden pre-activations are linear forms in the first
layer's parameters.  Units that share no parameter, not even through other units, are independent:
the cells are the products of the chambers of these groups' arrangements, and groups with the same
hyperplanes are enumerated once.  The output layer's parameters, the objective and the point do not
matter.

*Hinge problems* (§2.3): a split tree over all signs, which holds the list; see `hinge_cells`.
"""

from collections.abc import Iterator

from exactmargin.cells import Arrangement, chambers, count_chambers, is_liftable
from exactmargin.decisions.budget import Budget, BudgetSpent
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.hinge_cells import hinge_tree
from exactmargin.decisions.replicates import cells_of_replicates
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number
from exactmargin.problems import PenalizedOneVersusAllHinge, Problem, replicates

__all__ = ["cells_certificate", "check_listed", "decide_cells"]

Rows = tuple[tuple[Number, ...], ...]


def decide_cells(problem: Problem, *, listed: bool = True, budget: Budget | None = None) -> Verdict:
    """How many cells there are: yes with the certificate `cells`, or unknown.

    `listed` as for `cells_certificate`.  Unknown where no certificate is made: for several hidden
    layers, and under the hinge loss where several output weights read the same first-layer
    parameters; and where the budget is spent. Those of
    replicates are the products of the cells of each (L eq. 126).
    """
    check_listed(problem, listed)
    reason = _uncertified(problem)
    if reason is not None:
        return Verdict.unknown(reason)
    try:
        certificate = cells_certificate(problem, listed=listed, budget=budget)
    except BudgetSpent as spent:
        return Verdict.unknown(str(spent))
    return Verdict(Answer.YES, certificate)


def cells_certificate(
    problem: Problem, *, listed: bool = True, budget: Budget | None = None
) -> Certificate:
    """The certificate `cells`, accepted by the kernel: every cell with a witness, their number.

    Without `listed` it proves the number alone, and no chamber is enumerated; under the hinge loss
    the list is the proof, and it cannot be left out.  Raises `InvalidInputError` where no
    certificate is made (see `decide_cells`), `BudgetSpent` in long searches under the hinge loss.
    """
    reason = _uncertified(problem)
    if reason is not None:
        raise InvalidInputError(reason, place="network.layers")
    check_listed(problem, listed)
    if not problem.is_hinge:
        return _arrangements(problem, listed)
    if isinstance(problem.objective, PenalizedOneVersusAllHinge):
        return cells_of_replicates(problem, lambda one: cells_certificate(one, budget=budget))
    tree, number = hinge_tree(problem, budget or Budget())
    return Certificate.about(problem, "cells", {"count": str(number), "tree": tree}).verified()


def check_listed(problem: Problem, listed: bool) -> None:
    """Raise `InvalidInputError` where the number alone is wanted and has no proof of its own."""
    if problem.is_hinge and not listed:
        raise InvalidInputError(
            "under the hinge loss the list of the cells is the proof of their number; the number "
            "alone is not certified",
            place="objective",
        )


def _uncertified(problem: Problem) -> str | None:
    """Why no certificate is made, if none is."""
    if problem.network.depth > 2:
        return (
            f"the network has {problem.network.depth - 1} hidden layers; cells are certified for "
            "one hidden layer at most"
        )
    if isinstance(problem.objective, PenalizedOneVersusAllHinge):
        return _uncertified(replicates(problem)[0])
    if problem.network.output_dimension > 1:
        return (
            f"the network has {problem.network.output_dimension} outputs; cells of a loss are "
            "certified for one output"
        )
    if problem.is_hinge and not is_liftable(problem.signatures):
        return (
            "units that share parameters are read by different output weights; under the hinge "
            "loss cells are certified only where no two of these weights differ"
        )
    return None


def _arrangements(problem: Problem, listed: bool) -> Certificate:
    powers: dict[Rows, int] = {}
    for forms in _groups(problem) if problem.network.depth == 2 else ():
        hyperplanes = tuple(dict.fromkeys(_line(form) for form in forms if any(form)))
        if hyperplanes:
            powers[hyperplanes] = powers.get(hyperplanes, 0) + 1
    total = 1
    lists: list[list[list[str]] | None] = []
    for hyperplanes, power in powers.items():
        arrangement = Arrangement.central(problem.field, hyperplanes)
        if listed:
            points = chambers(arrangement).witnesses()  # half of them, then their opposites
            lists.append([[str(x) for x in w] for w in points[: len(points) // 2].tolist()])
            number = len(points)
        else:
            lists.append(None)
            number = count_chambers(arrangement)
        total *= number**power
    evidence = {"count": str(total), "witnesses": lists}
    return Certificate.about(problem, "cells", evidence).verified()


def _line(form: tuple[Number, ...]) -> tuple[Number, ...]:
    """What all multiples of a form have in common."""
    lead = next(x for x in form if x)
    return tuple(x / lead for x in form)


def _groups(problem: Problem) -> Iterator[Rows]:
    """The forms of each group of units that share parameters, unit by unit, example by example.

    A form has one number for each parameter of its group, in the order of the flat vector.
    """
    layer, zero, one = problem.network.layers[0], problem.field.zero, problem.field.one
    used = [{g for _, g in row} for row in layer.entries]
    left = list(range(layer.rows))
    while left:
        group, reached = [left.pop(0)], set[int]()
        for k in group:  # grows while it is walked through
            reached |= used[k]
            group += [other for other in left if used[other] & used[k]]
            left = [other for other in left if other not in group]
        group.sort()
        parameters = sorted(reached)
        forms = []
        for k in group:
            for x in problem.data.inputs:
                form = dict.fromkeys(parameters, zero)
                for j, g in layer.entries[k]:
                    form[g] += x[j]
                biases = [one if other == k else zero for other in group] if layer.bias else []
                forms.append((*form.values(), *biases))
        yield tuple(forms)
