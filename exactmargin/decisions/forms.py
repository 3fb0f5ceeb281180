"""Facts near θ about one output Φ_i, or the loss: multilinear forms, and the Hessian (L §2).

Each function hands its evidence to the kernel before it returns; the kernel computes the polynomial
again by itself. Nothing is searched: where something has a kink at θ, or the Hessian is zero, there
is nothing to certify and the reason is raised. `decide_form` makes an unknown of that reason.
"""

from exactmargin.cells import CellForm, HingeForm, MultilinearForm, indefinite_directions
from exactmargin.decisions.certificate import Certificate
from exactmargin.decisions.verdict import Answer, Verdict
from exactmargin.errors import InvalidInputError
from exactmargin.exact import MAX_TEXT, sign
from exactmargin.exact.scalars import shown
from exactmargin.problems import PLAIN_LOSSES, Problem

__all__ = [
    "FORMS",
    "decide_form",
    "form_certificate",
    "indefinite_certificate",
    "zero_trace_certificate",
]


def form_certificate(problem: Problem, example: int | None = None) -> Certificate:
    """Φ_i, or the loss, near θ as the sum of the multilinear forms of L Theorem 1, written out.

    `example` counts from 0; without one it is about the loss. Raises `InvalidInputError` when there
    is no such example, no loss or no point, at a kink, for Φ_i with several outputs, and when a
    term is too long to be written in a certificate.
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
    evidence = {**_about(example), "terms": terms}
    return Certificate.about(problem, "multilinear-form", evidence).verified()


def zero_trace_certificate(problem: Problem, example: int | None = None) -> Certificate:
    """Near θ every ∂²/∂θ_j² of Φ_i, or of the loss, is 0; so the trace is (L Corollary 2).

    `example` counts from 0; without one it is about the loss. Raises `InvalidInputError` when there
    is no such example, no loss or no point, at a kink, and for Φ_i with several outputs.
    """
    _form(problem, example)
    return Certificate.about(problem, "zero-trace-hessian", _about(example)).verified()


def indefinite_certificate(problem: Problem, example: int | None = None) -> Certificate:
    """The Hessian of Φ_i, or of the loss, has both signs at θ: two vectors show it (L Corollary 2).

    `example` counts from 0; without one it is about the loss. Raises `InvalidInputError` when there
    is no such example, no loss or no point, at a kink, for Φ_i with several outputs, and when the
    Hessian is zero there.
    """
    found = indefinite_directions(_form(problem, example).hessian(problem.point()))
    if found is None:
        of = "the loss" if example is None else f"Φ at example {example + 1}"
        raise InvalidInputError(f"the Hessian of {of} is zero at the point; it is not indefinite")
    positive, negative = ([str(entry) for entry in d] for d in found)
    evidence = {**_about(example), "positive": positive, "negative": negative}
    return Certificate.about(problem, "indefinite-hessian", evidence).verified()


FORMS = {
    "multilinear-form": form_certificate,
    "zero-trace-hessian": zero_trace_certificate,
    "indefinite-hessian": indefinite_certificate,
}
"""The claims of this module, each with what certifies it."""


def decide_form(problem: Problem, claim: str, example: int | None = None) -> Verdict:
    """Yes with the certificate of a claim in `FORMS`; unknown at a kink, for a Hessian that is
    zero, and for a term that is too long.

    `example` counts from 0; without one it is about the loss. Raises `InvalidInputError` when there
    is no such example, no loss or no point, and for Φ_i with several outputs.
    """
    _check_about(problem, example)
    problem.point()
    try:
        return Verdict(Answer.YES, FORMS[claim](problem, example))
    except InvalidInputError as nothing:
        return Verdict.unknown(str(nothing).removesuffix("; give the side, +1 or -1"))


def _about(example: int | None) -> dict[str, int]:
    return {} if example is None else {"example": example + 1}


def _form(problem: Problem, example: int | None) -> CellForm:
    _check_about(problem, example)
    return _loss_form(problem) if example is None else _output_form(problem, example, 0)


def _check_about(problem: Problem, example: int | None) -> None:
    """Raise where there is no such example, no single output, or no loss."""
    if example is None:
        if not isinstance(problem.objective, PLAIN_LOSSES):
            raise InvalidInputError(
                f"the objective {problem.objective.kind} is no sum of terms of a hinge loss alone; "
                f"give an example, 0..{problem.data.size - 1}, for the network's output there"
            )
        return
    _check_example(example, problem.data.size)
    outputs = problem.network.output_dimension
    if outputs > 1:
        raise InvalidInputError(
            f"the network has {outputs} outputs; of one example only one output has a certificate, "
            "so leave the example out to get the loss"
        )


def _loss_form(problem: Problem) -> HingeForm:
    """The loss on the cell of θ; raises where a term of it is zero."""
    point, outputs = problem.point(), range(problem.network.output_dimension)
    forms = [_output_form(problem, i, r) for i in range(problem.data.size) for r in outputs]
    values, terms = [form.value(point) for form in forms], []
    for term in problem.loss_terms:
        start = term.example * len(outputs)
        side = sign(term.inside(values[start : start + len(outputs)]))
        if not side:
            raise InvalidInputError(
                "a term of the loss is zero, so the point lies on the boundary of cells",
                place=f"data.inputs[{term.example}]",
            )
        if side > 0:
            terms.append((term.example, term.weight, term.factors))
    return HingeForm.of_terms(forms, terms)


def _output_form(problem: Problem, example: int, output: int) -> MultilinearForm:
    point, x = problem.point(), problem.data.inputs[example]
    try:
        return MultilinearForm.at(problem.field, problem.network, point, x, output=output)
    except InvalidInputError as error:
        place = error.place or f"data.inputs[{example}]"
        raise type(error)(error.message, place=place) from None


def _check_example(example: object, size: int) -> None:
    if isinstance(example, bool) or not isinstance(example, int) or not 0 <= example < size:
        raise InvalidInputError(
            f"there is no example {shown(example)}; the sample has examples 0..{size - 1}"
        )
