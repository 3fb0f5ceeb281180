"""Facts about one output Φ_i near θ: its multilinear forms, and its Hessian (L §2).

Each function hands its evidence to the kernel before it returns; the kernel computes Φ_i again by
itself. Nothing is searched, so that there is no verdict: where Φ_i has a kink at θ, or its
Hessian is zero, there is nothing to certify and the reason is raised.
"""

from exactmargin.cells import MultilinearForm, indefinite_directions
from exactmargin.decisions.certificate import Certificate
from exactmargin.errors import InvalidInputError
from exactmargin.exact import MAX_TEXT
from exactmargin.exact.scalars import shown
from exactmargin.problems import Problem

__all__ = ["form_certificate", "indefinite_certificate", "zero_trace_certificate"]


def form_certificate(problem: Problem, example: int) -> Certificate:
    """Φ_i near θ as the sum of the multilinear forms of L Theorem 1, written out.

    `example` counts from 0. Raises `InvalidInputError` when there is no such example or no point,
    when Φ_i has a kink at θ, and when a term is too long to be written in a certificate.
    """
    terms = []
    for term in _form(problem, example).terms():
        text = term.polynomial()
        if len(text) > MAX_TEXT:
            raise InvalidInputError(
                f"the term in {', '.join(term.blocks)} has {len(text)} characters; a certificate "
                f"holds at most {MAX_TEXT}, so keep the form factored"
            )
        terms.append({"blocks": list(term.blocks), "expression": text})
    evidence = {"example": example + 1, "terms": terms}
    return Certificate.about(problem, "multilinear-form", evidence).verified()


def zero_trace_certificate(problem: Problem, example: int) -> Certificate:
    """Near θ every ∂²Φ_i/∂θ_j² is zero, so the Hessian's trace is (L Corollary 2).

    `example` counts from 0. Raises `InvalidInputError` when there is no such example or no point,
    and when Φ_i has a kink at θ.
    """
    _form(problem, example)
    evidence = {"example": example + 1}
    return Certificate.about(problem, "zero-trace-hessian", evidence).verified()


def indefinite_certificate(problem: Problem, example: int) -> Certificate:
    """The Hessian of Φ_i at θ has both signs: two vectors show it (L Corollary 2).

    `example` counts from 0. Raises `InvalidInputError` when there is no such example or no point,
    when Φ_i has a kink at θ, and when the Hessian is zero there.
    """
    found = indefinite_directions(_form(problem, example).hessian(problem.point()))
    if found is None:
        raise InvalidInputError(
            f"the Hessian of Φ at example {example + 1} is zero at the point; it is not indefinite"
        )
    positive, negative = ([str(entry) for entry in d] for d in found)
    evidence = {"example": example + 1, "positive": positive, "negative": negative}
    return Certificate.about(problem, "indefinite-hessian", evidence).verified()


def _form(problem: Problem, example: int) -> MultilinearForm:
    _check_example(example, problem.data.size)
    point, x = problem.point(), problem.data.inputs[example]
    try:
        return MultilinearForm.at(problem.field, problem.network, point, x)
    except InvalidInputError as error:
        place = error.place or f"data.inputs[{example}]"
        raise type(error)(error.message, place=place) from None


def _check_example(example: object, size: int) -> None:
    if isinstance(example, bool) or not isinstance(example, int) or not 0 <= example < size:
        raise InvalidInputError(
            f"there is no example {shown(example)}; the sample has examples 0..{size - 1}"
        )
