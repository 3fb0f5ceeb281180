"""The binary hinge loss on one cell, term by term (L eq. 9 and 110; Theorem 1, Lemma 102).

L = Σ μ^(i) σ(1 - y^(i) ŷ^(i)). On a cell the loss signature fixes each σ to ε^(i) ∈ {0, 1}, so
that L = Σ μ^(i) ε^(i) (1 - y^(i) Φ_i): the constant φ_(L+2) = Σ μ^(i) ε^(i), and the terms φ_0,
..., φ_(L+1) of the Φ_i with the coefficients -μ^(i) ε^(i) y^(i). For one hidden layer these are the
formulas of Lemma 102, with φ_2 = -γ c and γ = +Σ μ^(i) y^(i) ε^(i): the sign in the statement; the
last display of its proof has the other one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

from exactmargin.cells.expansion import MONOMIALS, Monomials
from exactmargin.cells.form import CellForm, FormTerm, MultilinearForm
from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, Q, sign
from exactmargin.exact.scalars import shown
from exactmargin.networks import Architecture, Parameters

__all__ = ["HingeForm", "hinge_form"]


@final
@dataclass(frozen=True, slots=True)
class HingeForm(CellForm):
    """The loss on one cell: `constant` + Σ `coefficients`[i] * `forms`[i]; see `hinge_form`."""

    field: Field
    network: Architecture
    forms: tuple[MultilinearForm, ...]
    coefficients: tuple[Number, ...]
    offset: Number

    @classmethod
    def at(
        cls, field: Field, network: Architecture, parameters: Parameters, data: Dataset
    ) -> "HingeForm":
        """The loss on the cell of θ: hidden and loss signature are read off there.

        Raises `InvalidInputError` at a kink of some Φ_i or where 1 - y^(i) ŷ^(i) = 0, with the
        example (there the loss has no single form), and for more than one output.
        """
        if network.output_dimension != 1:
            raise InvalidInputError(
                f"the network has {network.output_dimension} outputs; the binary hinge loss "
                "needs one (L eq. 9)"
            )
        forms: list[MultilinearForm] = []
        signature: list[int] = []
        for i, (x, y) in enumerate(zip(data.inputs, data.labels, strict=True)):
            try:
                form = MultilinearForm.at(field, network, parameters, x)
            except InvalidInputError as error:
                raise type(error)(error.message, place=f"data.inputs[{i}]") from None
            forms.append(form)
            signature.append(sign(1 - y * form.value(parameters)))
            if not signature[-1]:
                raise InvalidInputError(
                    "the margin is exactly 1, so the point lies on the boundary of cells of the "
                    "loss; build the forms one by one and give the loss signature to hinge_form",
                    place=f"data.inputs[{i}]",
                )
        return hinge_form(forms, data.labels, signature, data.weights)

    @classmethod
    def of_terms(
        cls,
        forms: Sequence[MultilinearForm],
        terms: Iterable[tuple[int, Number, Mapping[int, int]]],
    ) -> "HingeForm":
        """Σ w (1 + Σ_r c_r Φ_r) over the terms that are on: the example, w, and the c_r by output.

        `forms` are those of all outputs at the first example, then at the second, and so on.
        """
        field, network = forms[0].field, forms[0].network
        offset, coefficients = field.zero, [field.zero] * len(forms)
        for i, weight, factors in terms:
            offset = offset + weight
            for r, c in factors.items():
                place = i * network.output_dimension + r
                coefficients[place] = coefficients[place] + weight * c
        return cls(field, network, tuple(forms), tuple(coefficients), offset)

    @property
    def constant(self) -> Number:
        """φ_(L+2) = Σ μ^(i) ε^(i)."""
        return self.offset

    def value(self, parameters: Parameters) -> Number:
        """The loss at θ, on the cell; raises `InvalidInputError` for another shape."""
        total = self.offset
        for c, form in self._active():
            total = total + c * form.value(parameters)
        return total

    def gradient(self, parameters: Parameters) -> tuple[Number, ...]:
        """The flat gradient of the loss at θ; raises as `value` does."""
        parameters.check(self.network)
        total: list[Number] = [self.field.zero] * self.network.parameter_count
        for c, form in self._active():
            total = [a + c * b for a, b in zip(total, form.gradient(parameters), strict=True)]
        return tuple(total)

    def monomials(self, limit: int = MONOMIALS) -> Monomials:
        """The expansion of the loss, the constant at (); raises beyond `limit` monomials."""
        total: dict[tuple[int, ...], Number] = {(): self.offset}
        for c, form in self._active():
            for key, value in form.monomials(limit).items():
                total[key] = total.get(key, self.field.zero) + c * value
        return {key: value for key, value in total.items() if sign(value)}

    def terms(self) -> tuple[FormTerm, ...]:
        """φ_0, the φ_l of layers with biases, and the constant φ_(L+2) (L Theorem 1)."""
        return (*CellForm.terms(self), FormTerm(self, self.network.depth + 1, ()))

    def _active(self) -> list[tuple[Number, MultilinearForm]]:
        pairs = zip(self.coefficients, self.forms, strict=True)
        return [(c, form) for c, form in pairs if sign(c)]


def hinge_form(
    forms: Sequence[MultilinearForm],
    labels: Sequence[int],
    signature: Sequence[int],
    weights: Sequence[object] | None = None,
) -> HingeForm:
    """The binary hinge loss on the cell with these forms and this loss signature (L eq. 6, 9).

    One form, one label y = ±1, one sign of 1 - yŷ (+1: the example counts, -1: it does not) and
    one positive rational weight μ per example; `weights` None stands for 1/N each. Raises
    `InvalidInputError` when lengths differ or there is none, for a label or a sign that is not
    ±1, a weight that is not positive, and when the forms are of several networks or fields.
    """
    size = len(forms)
    if not size:
        raise InvalidInputError("is empty; expected one form per example", place="forms")
    given = [1] * size if weights is None else list(weights)
    for name, values in (("labels", labels), ("signature", signature), ("weights", given)):
        if len(values) != size:
            raise InvalidInputError(f"has length {len(values)} for {size} forms", place=name)
    field, network = forms[0].field, forms[0].network
    _check_each(forms, "forms", lambda form: form.field == field and form.network == network)
    for name, signs in (("labels", labels), ("signature", signature)):
        _check_each(signs, name, lambda s: s in (1, -1) and not isinstance(s, bool))
    mu = [Q.coerce(weight) / (size if weights is None else 1) for weight in given]
    _check_each(mu, "weights", lambda weight: weight > 0)
    of_examples = enumerate(zip(mu, labels, signature, strict=True))
    return HingeForm.of_terms(forms, [(i, m, {0: -y}) for i, (m, y, s) in of_examples if s > 0])


_WANTED = {
    "forms": "the network and the field of forms[0]",
    "labels": "1 or -1",
    "signature": "1 or -1, the sign of 1 - y Φ on the cell",
    "weights": "a positive rational",
}


def _check_each(values: Sequence[object], name: str, fits: Callable[..., bool]) -> None:
    for i, value in enumerate(values):
        if not fits(value):
            raise InvalidInputError(
                f"{shown(value)} does not fit; expected {_WANTED[name]}", place=f"{name}[{i}]"
            )
