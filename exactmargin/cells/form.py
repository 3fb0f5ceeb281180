"""Sums of multilinear forms: one output of the network on one cell (L Theorem 1).

On a cell every activation is a constant diagonal matrix Λ, so that without biases
Φ = W^(m) Λ^(m-1) W^(m-1) ... Λ^(1) W^(1) x: linear in each layer's parameters. It is kept in this
factored form, the pattern of each W and the diagonal of each Λ; values, gradients and Hessians
are matrix products. With biases Φ = φ_0 + φ_1 + ... + φ_m, where φ_0 is in the blocks
(u^(1), ..., u^(m)) and φ_l in (b^(l), u^(l+1), ..., u^(m)). In L's letters m = L + 1,
u^(l) = ω^(l), u^(m) = V and b^(m) = c. A layer's weights and its biases are two blocks.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from flint import fmpq

from exactmargin.cells.curvature import Matrix, hessian_rows, hessian_times
from exactmargin.cells.expansion import (
    MONOMIALS,
    Monomials,
    blocks,
    expanded,
    spelled,
    to_sympy,
)
from exactmargin.cells.kinks import Kinks, Unit
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, Q
from exactmargin.exact.scalars import shown
from exactmargin.networks import (
    Architecture,
    Parameters,
    Slopes,
    gradient,
    linear_forward,
    zero_pre_activations,
)

__all__ = ["CellForm", "FormTerm", "MultilinearForm"]

NOTEBOOK_MONOMIALS = 100
"""The greatest number of monomials of a form that a notebook typesets."""


class CellForm(ABC):
    """A function of the parameters on one cell: a sum of multilinear forms and a constant.

    It is a polynomial on all of parameter space; on its cell it is Φ_i, or the loss. Parameters
    are those of `network`, with numbers of any field above `field`; vectors and matrices are
    over all of them, in flat order. Layers count from 0.
    """

    __slots__ = ()

    field: Field
    network: Architecture

    @property
    @abstractmethod
    def constant(self) -> Number:
        """The term without parameters, φ_(L+2) of a loss; 0 for Φ."""

    @abstractmethod
    def value(self, parameters: Parameters) -> Number:
        """The value at θ; raises `InvalidInputError` for parameters of another shape."""

    @abstractmethod
    def gradient(self, parameters: Parameters) -> tuple[Number, ...]:
        """The flat gradient at θ; raises as `value` does."""

    @abstractmethod
    def monomials(self, limit: int = MONOMIALS) -> Monomials:
        """The expansion: flat parameters to coefficient, the constant at ().

        Raises `InvalidInputError` when there are more than `limit` monomials.
        """

    def hessian(self, parameters: Parameters) -> Matrix:
        """The exact Hessian at θ, symmetric; its diagonal blocks are zero."""
        whole = slice(0, self.network.parameter_count)
        return hessian_rows(self.network, self.gradient, parameters, whole)

    def hessian_block(self, parameters: Parameters, rows: int, columns: int) -> Matrix:
        """∂²/∂(layer `rows`) ∂(layer `columns`) at θ, weights then biases; zero if they agree.

        Raises `InvalidInputError` when there is no such layer.
        """
        place, across = self.network.block_slice(rows), self.network.block_slice(columns)
        found = hessian_rows(self.network, self.gradient, parameters, place)
        return tuple(row[across] for row in found)

    def hessian_vector(
        self, parameters: Parameters, direction: Sequence[Number]
    ) -> tuple[Number, ...]:
        """H v at θ, by one gradient per layer; raises `InvalidInputError` for a wrong length."""
        return hessian_times(self.network, self.gradient, parameters, direction)

    def terms(self) -> tuple["FormTerm", ...]:
        """The terms of L Theorem 1 in its order: φ_0, the φ_l of layers with biases, a constant.

        The sum of their values is `value`. A layer without biases has no term, Φ no constant.
        """
        weights = tuple(f"u{n}" for n in range(1, self.network.depth + 1))
        result = [FormTerm(self, 0, weights)]
        for n, layer in enumerate(self.network.layers, start=1):
            if layer.bias:
                result.append(FormTerm(self, n, (f"b{n}", *weights[n:])))
        return tuple(result)

    def polynomial(self, limit: int = MONOMIALS) -> str:
        """The expansion as text in u1_1, b1_1, ...; raises as `monomials` does."""
        return spelled(self.field, self.network, self.monomials(limit))

    def sympy(self, limit: int = MONOMIALS) -> Any:
        """The expansion as a SymPy expression in the same symbols, a generator included."""
        return to_sympy(self.field, self.network, self.monomials(limit))

    def _repr_latex_(self) -> str | None:
        """The expansion as notebooks typeset it; None where it is too long to be read."""
        from sympy import latex

        try:
            return f"$\\displaystyle {latex(self.sympy(NOTEBOOK_MONOMIALS))}$"
        except InvalidInputError:
            return None


@final
@dataclass(frozen=True, slots=True)
class FormTerm:
    """φ_index of L Theorem 1: homogeneous of degree one in each of `blocks`, free of the others.

    `blocks` are names as in `blocks(network)`: ("u1", "u2") for φ_0, ("b1", "u2") for φ_1; the
    constant has none. It is evaluated as the whole at parameters whose other blocks are zero.
    """

    form: CellForm
    index: int
    blocks: tuple[str, ...]

    def value(self, parameters: Parameters) -> Number:
        """φ at θ; raises `InvalidInputError` for parameters of another shape."""
        if not self.blocks:
            return self.form.constant
        parameters.check(self.form.network)
        spans = blocks(self.form.network)
        kept = {p for name in self.blocks for p in spans[name]}
        zero = self.form.field.zero
        flat = [value if p in kept else zero for p, value in enumerate(parameters.flat())]
        point = Parameters.from_flat(self.form.network, flat)
        return self.form.value(point) - self.form.constant

    def monomials(self, limit: int = MONOMIALS) -> Monomials:
        """Those of the whole that belong to this term; raises as there."""
        whole = self.form.monomials(limit)
        if not self.blocks:
            return {key: value for key, value in whole.items() if not key}
        first = blocks(self.form.network)[self.blocks[0]]
        return {key: value for key, value in whole.items() if key and key[0] in first}

    def polynomial(self, limit: int = MONOMIALS) -> str:
        """The term as text; raises as `monomials` does."""
        return spelled(self.form.field, self.form.network, self.monomials(limit))

    def sympy(self, limit: int = MONOMIALS) -> Any:
        """The term as a SymPy expression; raises as `monomials` does."""
        return to_sympy(self.form.field, self.form.network, self.monomials(limit))


@final
@dataclass(frozen=True, slots=True)
class MultilinearForm(CellForm):
    """Φ at one input on one cell, factored (L proof of Theorem 1; V §2).

    `x` is the input, `slopes` has the diagonals of Λ^(1), ..., Λ^(m-1), `output` is the row of the
    last layer. Numbers are coerced into `field`, slopes into Q.

    Raises `InvalidInputError` when the input or the slopes do not fit the network, or when there
    is no such output.
    """

    field: Field
    network: Architecture
    x: tuple[Number, ...]
    slopes: Slopes
    output: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "x", tuple(self.field.coerce(value) for value in self.x))
        rows = tuple(tuple(Q.coerce(a) for a in row) for row in self.slopes)
        object.__setattr__(self, "slopes", rows)
        if not 0 <= self.output < self.network.output_dimension:
            raise InvalidInputError(
                f"there is no output {shown(self.output)}; the network has outputs "
                f"0..{self.network.output_dimension - 1}"
            )
        self.value(Parameters.zeros(self.network, self.field))  # checks the shapes

    @classmethod
    def at(
        cls,
        field: Field,
        network: Architecture,
        parameters: Parameters,
        x: Sequence[Number],
        *,
        sides: Mapping[Unit, int] | None = None,
        output: int = 0,
    ) -> "MultilinearForm":
        """The form of the cell of θ; at kinks, of the adjacent cell on the given `sides`.

        `sides` maps (layer, unit), 0-based, to +1 or -1. A zero pre-activation that stays zero
        near θ (an input of zeros, sources that are switched off) is no kink and needs none: its
        slope is written as 0. Raises `InvalidInputError` for a kink without a side, for a side
        that is not +1 or -1 or not at a zero, and for wrong shapes.
        """
        chosen = dict(sides or {})
        whole = slice(0, network.parameter_count)
        point = [field.coerce(value) for value in x]
        kinks = Kinks.at(field, network, parameters, point, whole)
        _check_sides(kinks, chosen)
        slopes, kink = kinks.slopes(chosen)
        if kink is not None:
            raise InvalidInputError(
                f"the pre-activation of (layer, unit) = {kink} is zero, so the point lies on the "
                "boundary of cells; give the side, +1 or -1"
            )
        rows = tuple(tuple(row) for row in slopes)
        return cls(field, network, tuple(point), rows, output)

    @property
    def constant(self) -> Number:
        """0: Φ has no term without parameters."""
        return self.field.zero

    def factors(
        self, parameters: Parameters
    ) -> tuple[tuple[Matrix, tuple[Number, ...] | None, tuple[fmpq, ...] | None], ...]:
        """Layer by layer W^(l), b^(l) or None, and the diagonal of Λ^(l), None for the last.

        Φ = W^(m)(... Λ^(1)(W^(1)x + b^(1)) ...) + b^(m). Raises as `value` does.
        """
        parameters.check(self.network)
        result = []
        for n, layer in enumerate(self.network.layers):
            weights = parameters.weights[n]
            rows: list[tuple[Number, ...]] = []
            for entries in layer.entries:
                row: list[Number] = [self.field.zero] * layer.columns
                for j, g in entries:
                    row[j] = weights[g]
                rows.append(tuple(row))
            slopes = self.slopes[n] if n < self.network.depth - 1 else None
            result.append((tuple(rows), parameters.biases[n], slopes))
        return tuple(result)

    def value(self, parameters: Parameters) -> Number:
        """Φ at θ; raises `InvalidInputError` for parameters of another shape."""
        run = linear_forward(self.network, parameters, self.x, self.slopes)
        return run.output[self.output]

    def gradient(self, parameters: Parameters) -> tuple[Number, ...]:
        """The flat gradient of Φ at θ; raises as `value` does."""
        return gradient(self.network, parameters, self.x, self.slopes, self.output)

    def monomials(self, limit: int = MONOMIALS) -> Monomials:
        """The expansion of Φ; raises `InvalidInputError` beyond `limit` monomials."""
        return expanded(self.field, self.network, self.x, self.slopes, self.output, limit)


def _check_sides(kinks: Kinks, sides: Mapping[Unit, int]) -> None:
    zeros = zero_pre_activations(kinks.run)
    for unit, side in sides.items():
        if unit not in zeros:
            raise InvalidInputError(
                f"a side is given for (layer, unit) = {unit}, which is not a hidden unit with "
                "pre-activation zero; leave it out"
            )
        if side not in (1, -1):
            raise InvalidInputError(
                f"the side of (layer, unit) = {unit} is {shown(side)}, not +1 or -1"
            )
