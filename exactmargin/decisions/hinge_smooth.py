"""A hinge loss where nothing is on its kink at θ: one polynomial near θ (L Theorem 1, 2).

The polynomial is affine in each parameter, so harmonic, and so is each homogeneous part of its
expansion at θ. If it is not a constant, the lowest such part takes both signs (L Corollary 2), and
the loss falls along some line; if it is one, θ is a local minimum (of type I).
"""

import random
from collections.abc import Iterator

from exactmargin.cells import HingeForm, MultilinearForm, indefinite_directions
from exactmargin.decisions.budget import Budget
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import line_from
from exactmargin.decisions.hinge_curves import loss_curve
from exactmargin.decisions.loss_cells import LossPoint
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number
from exactmargin.problems import Problem

__all__ = ["decide_where_smooth"]

LINES = 40
"""Lines drawn at random, both ways, where the Hessian is 0, too."""


def decide_where_smooth(problem: Problem, budget: Budget) -> Verdict | None:
    """Whether θ is a local minimum; None where something is on its kink, where the polynomial is
    too long to be written out, and where no line of descent was met.
    """
    point = LossPoint(problem)
    if point.completed({}):
        return None
    form = _form(point)
    try:
        constant = not any(form.monomials().keys() - {()})
    except InvalidInputError:  # too many monomials
        constant = False
    if constant:
        certificate = Certificate.about(problem, "local-minimum", {"by": "constant"})
        return Verdict.proved(Answer.YES, certificate)
    for direction in _directions(problem, form):
        budget.check()
        curve = loss_curve(problem, line_from(problem, direction))
        if curve is not None:
            return Verdict.proved(Answer.NO, curve)
    return None


def _directions(problem: Problem, form: HingeForm) -> Iterator[list[Number]]:
    """One from the Hessian at θ, if it is not 0; then those drawn."""
    coerce, draw = problem.field.coerce, random.Random(0)
    found = indefinite_directions(form.hessian(problem.point()))
    if found is not None:
        yield [coerce(x) for x in found[1]]
    for _ in range(LINES):
        drawn = [coerce(draw.randint(-9, 9)) for _ in range(problem.network.parameter_count)]
        yield drawn
        yield [-x for x in drawn]


def _form(point: LossPoint) -> HingeForm:
    """The loss near θ."""
    problem, field, network = point.problem, point.field, point.network
    outputs, zero = network.output_dimension, point.field.zero
    forms = []
    for i, x in enumerate(problem.data.inputs):
        slopes = tuple(map(tuple, point.slopes(i, {})[0]))
        forms += [MultilinearForm(field, network, x, slopes, r) for r in range(outputs)]
    offset: Number = zero
    coefficients: list[Number] = [zero] * len(forms)
    for term, side in zip(point.terms, point.signs, strict=True):
        if side > 0:
            offset = offset + term.weight
            for r, c in term.factors.items():
                place = term.example * outputs + r
                coefficients[place] = coefficients[place] + term.weight * c
    return HingeForm(field, network, tuple(forms), tuple(coefficients), offset)
