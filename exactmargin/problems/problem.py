"""A margin problem: min ½‖free coordinates‖² subject to y_i Φ(θ; x_i) ≥ 1 (V eq. 2, Problem 4);
or a hinge loss, without constraints: min Σ_j w_j max(0, m_j), each m_j an affine function of the
outputs at one example (L eq. 5, 9, 15), of replicates with a penalty beside it (L eq. 13).

A `Problem` is the one thing that finders, checkers and files share.  It says its norm (l2), its
constraints and its free coordinates; what asks it for these need not know the objective's name.
All its numbers are elements of `field`: they are coerced on entry.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import NoneType
from typing import final

from flint import fmpq

from exactmargin.cells import SignatureMap
from exactmargin.cells.losses import BINARY
from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, sign, squared_norm
from exactmargin.exact.scalars import shown
from exactmargin.networks import Architecture, Parameters, copies, forward
from exactmargin.problems.objectives import (
    LOSSES,
    Hinge,
    LayerMaxMargin,
    MaxMargin,
    Objective,
    PenalizedOneVersusAllHinge,
)
from exactmargin.problems.penalty import spread, spread_monomials

__all__ = ["LossTerm", "Problem"]


@final
@dataclass(frozen=True, slots=True)
class LossTerm:
    """w max(0, m), m = 1 + Σ_r c_r Φ_r(θ; x_i): the example i, w > 0, and the factors c_r."""

    example: int
    weight: fmpq
    factors: Mapping[int, int]

    def inside(self, outputs: Sequence[Number]) -> Number:
        """m, from the outputs at the term's example."""
        return sum((outputs[r] * c for r, c in self.factors.items()), fmpq(1))


@dataclass(frozen=True, slots=True)
class Problem:
    """A network, a sample, an objective, and perhaps a point θ.

    The margin problems and the binary hinge loss have one output and labels ±1; the losses of
    several classes have more outputs, and labels that number them from 0; replicates of a
    network stand side by side in one (`problems.replicates`).

    `parameters` is None where only the problem is meant; methods that need a point then take it
    as an argument.  Numbers are coerced into `field`.

    Raises `InvalidInputError`, with the place, when the output dimension does not fit, when the
    inputs do not have the network's input dimension, when labels do not fit, when the sample of a
    margin problem has weights, when the objective's layer does not exist, when the parameters do
    not fit the network, and when a number is not in the field.
    """

    name: str
    field: Field
    network: Architecture
    data: Dataset
    objective: Objective
    parameters: Parameters | None = None

    def __post_init__(self) -> None:
        _check_types(self)
        _check_objective(self.network, self.objective)
        _check_output(self.network, self.objective)
        _check_sample(self.network, self.data, self.objective)
        _coerce_numbers(self)

    def margins(self, parameters: Parameters | None = None) -> tuple[Number, ...]:
        """y_i Φ(θ; x_i) for every example, at `parameters` or at the problem's own.

        Raises `InvalidInputError` when there is no point, when it does not fit the network, and
        for several outputs.
        """
        if self.network.output_dimension > 1:
            raise InvalidInputError(
                f"the network has {self.network.output_dimension} outputs; margins are those of "
                "one output (V §2)"
            )
        point = self.point(parameters)
        outputs = (forward(self.network, point, x).output[0] for x in self.data.inputs)
        return tuple(z if y > 0 else -z for y, z in zip(self.data.labels, outputs, strict=True))

    @property
    def is_hinge(self) -> bool:
        """Whether the objective is a hinge loss, which has no constraints."""
        return isinstance(self.objective, LOSSES)

    @property
    def classes(self) -> tuple[int, ...]:
        """The labels that an example can have: -1 and 1, or the numbers of the outputs."""
        size = self.network.output_dimension
        return (-1, 1) if size == 1 else tuple(range(size))

    @property
    def signatures(self) -> SignatureMap:
        """S: hidden signs for the margin problems, hidden and loss signs for the hinge losses."""
        about = (self.field, self.network, self.data.inputs)
        if not self.is_hinge:
            return SignatureMap(*about)
        return SignatureMap(*about, self.data.labels, self.objective.kind)

    @property
    def loss_terms(self) -> tuple[LossTerm, ...]:
        """The terms of the hinge loss, by example, then by output; empty for margin problems."""
        signatures, weights = self.signatures, self.example_weights
        return tuple(
            LossTerm(i, weight, factors)
            for i, weight in enumerate(weights)
            for factors in signatures.loss_factors(i).values()
        )

    @property
    def example_weights(self) -> tuple[fmpq, ...]:
        """μ^(i) of L eq. 9: the sample's weights, or 1/N each."""
        return self.data.weights or (fmpq(1, self.data.size),) * self.data.size

    def constraint_values(self, parameters: Parameters | None = None) -> tuple[Number, ...]:
        """y_i Φ(θ; x_i) - 1 for every example: what the constraints keep at or above zero.

        Empty for the hinge losses, which have none.
        """
        if self.is_hinge:
            return ()
        return tuple(margin - 1 for margin in self.margins(parameters))

    def is_feasible(self, parameters: Parameters | None = None) -> bool:
        """Whether every margin is at least 1."""
        return not self.violated_examples(parameters)

    def violated_examples(self, parameters: Parameters | None = None) -> tuple[int, ...]:
        """The examples (0-based) whose margin is below 1."""
        values = self.constraint_values(parameters)
        return tuple(i for i, value in enumerate(values) if sign(value) < 0)

    def active_examples(self, parameters: Parameters | None = None) -> tuple[int, ...]:
        """The examples (0-based) whose margin is exactly 1."""
        values = self.constraint_values(parameters)
        return tuple(i for i, value in enumerate(values) if sign(value) == 0)

    @property
    def free_slice(self) -> slice:
        """Which coordinates of the flat parameter vector are optimised: all, or one block."""
        if isinstance(self.objective, LayerMaxMargin):
            return self.network.block_slice(self.objective.layer - 1)
        return slice(0, self.network.parameter_count)

    def free_parameters(self, parameters: Parameters | None = None) -> tuple[Number, ...]:
        """The free coordinates of the point, in flat order.  Raises as `margins` does."""
        return self.point(parameters).flat()[self.free_slice]

    def objective_value(self, parameters: Parameters | None = None) -> Number:
        """Half the squared l2 norm of the free coordinates, or the hinge loss with its penalty.

        Raises as `margins` does.
        """
        if self.is_hinge:
            point = self.point(parameters)
            outputs = [forward(self.network, point, x).output for x in self.data.inputs]
            pairs = [(term.weight, term.inside(outputs[term.example])) for term in self.loss_terms]
            return sum((w * m for w, m in pairs if sign(m) > 0), self.penalty(point))
        return (self.field.zero + squared_norm(self.free_parameters(parameters))) / 2

    def penalty(self, parameters: Parameters | None = None) -> Number:
        """γ R (L eq. 13) of replicates at the point; 0 for all other objectives.

        Raises as `margins` does where there is no point.
        """
        point, zero = self.point(parameters), self.field.zero
        if not isinstance(self.objective, PenalizedOneVersusAllHinge):
            return zero
        return spread(self.network, point.flat(), zero) * self.objective.gamma

    @property
    def penalty_monomials(self) -> dict[tuple[int, ...], fmpq]:
        """The coefficients of γ R by the flat places of the parameters in each of its monomials."""
        if not isinstance(self.objective, PenalizedOneVersusAllHinge):
            return {}
        factor = self.objective.gamma
        return {pair: factor * c for pair, c in spread_monomials(self.network).items()}

    def with_free(self, values: Iterable[Number]) -> Parameters:
        """The problem's point with its free coordinates replaced by `values`, in flat order.

        Numbers of any exact field are taken as they are, so that a perturbation may be over germs.
        Raises `InvalidInputError` when their number is wrong, and when coordinates are fixed but
        the problem has no parameters to fix them at.
        """
        new = tuple(values)
        free = self.free_slice
        if len(new) != free.stop - free.start:
            raise InvalidInputError(
                f"the vector has length {len(new)}; the number of free coordinates is "
                f"{free.stop - free.start}"
            )
        if len(new) == self.network.parameter_count:
            return Parameters.from_flat(self.network, new)
        flat = self.point().flat()
        return Parameters.from_flat(self.network, flat[: free.start] + new + flat[free.stop :])

    def with_parameters(self, parameters: Parameters | None) -> "Problem":
        """The same problem at another point, or at none."""
        return replace(self, parameters=parameters)

    def point(self, parameters: Parameters | None = None) -> Parameters:
        """`parameters`, or the problem's own; raises `InvalidInputError` when there are none.

        The shape of a point from outside is checked against the network.
        """
        if parameters is not None:
            parameters.check(self.network)
            return parameters
        if self.parameters is None:
            raise InvalidInputError(
                'the problem has no point; give "parameters", which only questions about cells, '
                "about the sample and about the least norm do without"
            )
        return self.parameters


MARGIN_OUTPUT = "margin problems need one output (V §2)"


def _check_types(problem: Problem) -> None:
    """Arguments in the wrong order or of the wrong kind are misuse, and said so."""
    wanted: tuple[tuple[str, type | tuple[type, ...]], ...] = (
        ("name", str),
        ("field", Field),
        ("network", Architecture),
        ("data", Dataset),
        ("parameters", (Parameters, NoneType)),
    )
    for name, kind in wanted:
        value = getattr(problem, name)
        if not isinstance(value, kind):
            expected = kind.__name__ if isinstance(kind, type) else "Parameters, or None"
            raise InvalidInputError(
                f"{shown(value)} is of type {type(value).__name__}; expected {expected} (the order "
                "is name, field, network, data, objective, parameters)",
                place=name,
            )


def _check_output(network: Architecture, objective: Objective) -> None:
    place = f"network.layers[{network.depth - 1}].pattern"
    if isinstance(objective, LOSSES) and objective.kind != BINARY:
        if network.output_dimension == 1:
            raise InvalidInputError(
                f"has one row, so the network has one output; the objective {objective.kind} needs "
                "one for each of several classes (L eq. 5); for two classes and one output, use "
                "the objective hinge and labels 1 and -1",
                place=place,
            )
        if isinstance(objective, PenalizedOneVersusAllHinge):
            copies(network)
    elif network.output_dimension != 1:
        binary = isinstance(objective, Hinge)
        who = "binary hinge loss needs one output (L eq. 9)" if binary else MARGIN_OUTPUT
        raise InvalidInputError(
            f"has {network.output_dimension} rows, so the network has as many outputs; the {who}",
            place=place,
        )


def _check_sample(network: Architecture, data: Dataset, objective: Objective) -> None:
    if data.dimension != network.input_dimension:
        raise InvalidInputError(
            f"has length {data.dimension}; the network has input dimension "
            f"{network.input_dimension} (the columns of its first pattern)",
            place="data.inputs[0]",
        )
    if network.output_dimension == 1:
        _check_signs(data.labels, isinstance(objective, Hinge))
    else:
        _check_classes(data.labels, network.output_dimension)
    if data.weights is not None and not isinstance(objective, LOSSES):
        raise InvalidInputError(
            "only hinge losses weight their examples; leave the weights out of a margin problem",
            place="data.weights",
        )


def _check_signs(labels: tuple[int, ...], hinge: bool) -> None:
    for i, label in enumerate(labels):
        if label in (1, -1):
            continue
        if label == 0 and set(labels) <= {0, 1}:
            raise InvalidInputError(
                "0 is not 1 or -1; labels 0 and 1 probably stand for -1 and 1, so write -1 for "
                "each 0",
                place=f"data.labels[{i}]",
            )
        who = "binary hinge loss needs" if hinge else "margin problems need"
        raise InvalidInputError(
            f"{shown(label)} is a class number; the {who} labels 1 and -1",
            place=f"data.labels[{i}]",
        )


def _check_classes(labels: tuple[int, ...], outputs: int) -> None:
    for i, label in enumerate(labels):
        if not 0 <= label < outputs:
            raise InvalidInputError(
                f"{shown(label)} is not the number of an output; expected 0..{outputs - 1}",
                place=f"data.labels[{i}]",
            )


def _check_objective(network: Architecture, objective: Objective) -> None:
    if isinstance(objective, LayerMaxMargin):
        if objective.layer > network.depth:
            raise InvalidInputError(
                f"there is no layer {shown(objective.layer)}; the network has layers "
                f"1..{network.depth}",
                place="objective.layer",
            )
    elif not isinstance(objective, (MaxMargin, *LOSSES)):
        raise InvalidInputError(
            f"{shown(objective)} is not an objective; expected MaxMargin(), "
            "LayerMaxMargin(layer), Hinge(), MulticlassHinge(), OneVersusAllHinge() or "
            "PenalizedOneVersusAllHinge(gamma)",
            place="objective",
        )


def _coerce_numbers(problem: Problem) -> None:
    """Replace the sample and the point of a new problem by their copies over its field."""
    field, data, point = problem.field, problem.data, problem.parameters
    place = "data"
    try:
        sample = Dataset.over(field, data.inputs, data.labels, data.weights)
        object.__setattr__(problem, "data", sample)
        if point is not None:
            place = "parameters"
            coerced = Parameters.over(field, problem.network, point.weights, point.biases)
            object.__setattr__(problem, "parameters", coerced)
    except InvalidInputError as error:
        raise type(error)(error.message, place=f"{place}.{error.place}") from None
