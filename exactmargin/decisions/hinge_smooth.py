"""A hinge loss where nothing is on its kink at θ: one multilinear polynomial near θ (L Theorem 1).

If its gradient is 0 but its Hessian H is not, H has both signs (L Corollary 2), and the loss falls
along the line of some d with dᵀHd < 0. If it is a constant, θ is a local minimum (of type I).
"""

from exactmargin.cells import HingeForm, MultilinearForm, indefinite_directions
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.curves import line_from
from exactmargin.decisions.hinge_curves import loss_curve
from exactmargin.decisions.loss_cells import LossPoint
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number, sign
from exactmargin.problems import Problem

__all__ = ["decide_where_smooth"]


def decide_where_smooth(problem: Problem) -> Verdict | None:
    """Whether θ is a local minimum; None where something is on its kink, where the gradient is not
    0, and where third derivatives decide.
    """
    point = LossPoint(problem)
    if point.completed({}):
        return None
    form, theta = _form(point), problem.point()
    if any(map(sign, form.gradient(theta))):
        return None
    directions = indefinite_directions(form.hessian(theta))
    if directions is not None:
        down = [problem.field.coerce(x) for x in directions[1]]
        certificate = loss_curve(problem, line_from(problem, down))
        return None if certificate is None else Verdict.proved(Answer.NO, certificate)
    try:
        constant = not any(form.monomials().keys() - {()})
    except InvalidInputError:  # too many monomials
        return None
    if not constant:
        return None
    certificate = Certificate.about(problem, "local-minimum", {"by": "constant"})
    return Verdict.proved(Answer.YES, certificate)


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
