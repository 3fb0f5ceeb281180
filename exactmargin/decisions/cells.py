"""The cells of one hidden layer: all of them, or their number (THEORY §2.1, §2.2).

The hidden pre-activations are linear forms in the first layer's parameters.  Units that share no
parameter, not even through other units, are independent: the cells are the products of the
chambers of these groups' arrangements, and groups with the same hyperplanes are enumerated once.
The output layer's parameters, the objective and the point do not matter.
"""

from collections.abc import Iterator

from exactmargin.cells import Arrangement, chambers, count_chambers
from exactmargin.decisions.certificate import Certificate
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number
from exactmargin.problems import Problem

__all__ = ["cells_certificate"]

Rows = tuple[tuple[Number, ...], ...]


def cells_certificate(problem: Problem, *, listed: bool = True) -> Certificate:
    """The certificate `cells`, accepted by the kernel: every chamber with a witness, their number.

    Without `listed` it proves the number alone, and no chamber is enumerated.  Raises
    `InvalidInputError` for a network that has not exactly one hidden layer.
    """
    if problem.network.depth != 2:
        raise InvalidInputError(
            f"the network has {problem.network.depth - 1} hidden layers; cells are certified for "
            "one hidden layer",
            place="network.layers",
        )
    powers: dict[Rows, int] = {}
    for forms in _groups(problem):
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
