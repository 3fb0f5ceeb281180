"""The multilinear form on a cell as text, read off its signature (L Theorem 1)."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from flint import fmpq

from exactmargin.cells.expansion import spelled
from exactmargin.cells.form import CellForm, MultilinearForm
from exactmargin.cells.hinge_form import HingeForm
from exactmargin.cells.signatures import Signature, SignatureMap
from exactmargin.cells.slopes import NO_PENALTY
from exactmargin.errors import InvalidInputError

__all__ = ["FORM_MONOMIALS", "FormText", "form_text"]

FORM_MONOMIALS = 1000
"""The most monomials of a polynomial that is written at a cell; there are many cells."""

FormText: TypeAlias = str | tuple[str, ...] | None


def form_text(
    signatures: SignatureMap,
    weights: Sequence[fmpq],
    signature: Signature,
    limit: int = FORM_MONOMIALS,
    penalty: Mapping[tuple[int, ...], fmpq] = NO_PENALTY,
) -> FormText:
    """With labels the hinge loss on the cell and a penalty, else Φ at every input and output.

    Polynomials in u1_1, b1_1, ..., as `CellForm.polynomial` spells them. None where one of them
    has more than `limit` monomials: their number is that of the network's paths, and grows
    exponentially with its depth. Raises `InvalidInputError` where the field's generator has the
    name of a parameter.
    """
    network, field, labels = signatures.network, signatures.field, signatures.labels
    sides = dict(zip(signatures.entries, signature, strict=True))
    slopes = {1: fmpq(1), 0: fmpq(0), -1: network.negative_slope}
    forms = []
    for i, x in enumerate(signatures.inputs):
        diagonals = tuple(
            tuple(slopes[sides[i, n, k]] for k in range(width))
            for n, width in enumerate(network.hidden_widths)
        )
        for output in range(network.output_dimension):
            forms.append(MultilinearForm(field, network, x, diagonals, output))
    polynomials: list[CellForm] = list(forms)
    if labels is not None and forms:
        terms = [
            (i, weight, factors)
            for i, weight in enumerate(weights)
            for name, factors in signatures.loss_factors(i).items()
            if sides[i, network.depth - 1, name] > 0
        ]
        polynomials = [HingeForm.of_terms(forms, terms)]
    try:
        expansions = [form.monomials(limit) for form in polynomials]
    except InvalidInputError:  # too many monomials
        return None
    if penalty:  # of squares and the like, which no loss has
        expansions = [{**expansion, **penalty} for expansion in expansions]
    texts = tuple(spelled(field, network, expansion) for expansion in expansions)
    return texts if labels is None else "".join(texts) or "0"
