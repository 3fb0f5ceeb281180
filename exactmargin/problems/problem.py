"""A margin problem: min ½‖free coordinates‖² subject to y_i Φ(θ; x_i) ≥ 1 (V eq. 2, Problem 4);
or a hinge loss: min Σ μ_i max(0, 1 - y_i Φ(θ; x_i)), without constraints (L eq. 9).

A `Problem` is the one thing that finders, checkers and files share.  It says its norm (l2), its
constraints and its free coordinates; what asks it for these need not know the objective's name.
All its numbers are elements of `field`: they are coerced on entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import NoneType

from flint import fmpq

from exactmargin.cells import SignatureMap
from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Field, Number, sign, squared_norm
from exactmargin.exact.scalars import shown
from exactmargin.networks import Architecture, Parameters, forward
from exactmargin.problems.objectives import Hinge, LayerMaxMargin, MaxMargin, Objective

__all__ = ["Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A network with one output, a sample with labels ±1, an objective, and perhaps a point θ.

    `parameters` is None where only the problem is meant; methods that need a point then take it
    as an argument.  Numbers are coerced into `field`.

    Raises `InvalidInputError`, with the place, when the output dimension is not 1, when the
    inputs do not have the network's input dimension, when labels are not ±1, when the sample of a
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
        _check_output(self.network, self.is_hinge)
        _check_sample(self.network, self.data, self.is_hinge)
        _check_objective(self.network, self.objective)
        _coerce_numbers(self)

    def margins(self, parameters: Parameters | None = None) -> tuple[Number, ...]:
        """y_i Φ(θ; x_i) for every example, at `parameters` or at the problem's own.

        Raises `InvalidInputError` when there is no point, or when it does not fit the network.
        """
        point = self.point(parameters)
        outputs = (forward(self.network, point, x).output[0] for x in self.data.inputs)
        return tuple(z if y > 0 else -z for y, z in zip(self.data.labels, outputs, strict=True))

    @property
    def is_hinge(self) -> bool:
        """Whether the objective is the hinge loss, which has no constraints."""
        return isinstance(self.objective, Hinge)

    @property
    def classes(self) -> tuple[int, ...]:
        """The labels that an example can have: -1 and 1, or the numbers of the outputs."""
        size = self.network.output_dimension
        return (-1, 1) if size == 1 else tuple(range(size))

    @property
    def signatures(self) -> SignatureMap:
        """S: hidden signs for the margin problems, hidden and loss signs for the hinge loss."""
        labels = self.data.labels if self.is_hinge else None
        return SignatureMap(self.field, self.network, self.data.inputs, labels)

    @property
    def example_weights(self) -> tuple[fmpq, ...]:
        """μ^(i) of L eq. 9: the sample's weights, or 1/N each."""
        return self.data.weights or (fmpq(1, self.data.size),) * self.data.size

    def constraint_values(self, parameters: Parameters | None = None) -> tuple[Number, ...]:
        """y_i Φ(θ; x_i) - 1 for every example: what the constraints keep at or above zero.

        Empty for the hinge loss, which has none.
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
        """Half the squared l2 norm of the free coordinates, or the hinge loss at the point.

        Raises as `margins` does.
        """
        if self.is_hinge:
            pairs = zip(self.example_weights, self.margins(parameters), strict=True)
            gaps = [(weight, 1 - margin) for weight, margin in pairs]
            return sum((w * gap for w, gap in gaps if sign(gap) > 0), self.field.zero)
        return (self.field.zero + squared_norm(self.free_parameters(parameters))) / 2

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
                'the problem has no point; give "parameters", which only cell enumeration can '
                "do without"
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


def _check_output(network: Architecture, hinge: bool) -> None:
    if network.output_dimension != 1:
        who = "binary hinge loss needs one output (L eq. 9)" if hinge else MARGIN_OUTPUT
        raise InvalidInputError(
            f"has {network.output_dimension} rows, so the network has as many outputs; the {who}",
            place=f"network.layers[{network.depth - 1}].pattern",
        )


def _check_sample(network: Architecture, data: Dataset, hinge: bool) -> None:
    if data.dimension != network.input_dimension:
        raise InvalidInputError(
            f"has length {data.dimension}; the network has input dimension "
            f"{network.input_dimension} (the columns of its first pattern)",
            place="data.inputs[0]",
        )
    _check_signs(data.labels, hinge)
    if data.weights is not None and not hinge:
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


def _check_objective(network: Architecture, objective: Objective) -> None:
    if isinstance(objective, LayerMaxMargin):
        if objective.layer > network.depth:
            raise InvalidInputError(
                f"there is no layer {shown(objective.layer)}; the network has layers "
                f"1..{network.depth}",
                place="objective.layer",
            )
    elif not isinstance(objective, MaxMargin | Hinge):
        raise InvalidInputError(
            f"{shown(objective)} is not an objective; expected MaxMargin(), "
            "LayerMaxMargin(layer) or Hinge()",
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
