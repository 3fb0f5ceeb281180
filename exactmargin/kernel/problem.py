"""A problem, read strictly from a certificate or leniently from a user's file.

V Problem 2: minimise half the squared norm of all parameters, V Problem 4: of one layer's,
subject to y_i Phi(theta; x_i) >= 1 for every example. Biases count in the norm. L eq. 5, 9, 15:
minimise a hinge loss (``hinge``), for one output and labels 1 and -1 (L eq. 9), or for several and
labels that number them from 0. All lists of parameters are flat: layer
by layer, the weights in parameter-number order, then the biases.
In a file examples, layers, units and parameters are counted from 1; here from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .numbers import Field, Number, sign
from .outcome import form
from .reading import integer, items, keys, numbers, read_number, table, word


@dataclass(frozen=True, slots=True)
class Layer:
    """Rows of (flat parameter index, source unit); the flat index of each row's bias, if any."""

    rows: tuple[tuple[tuple[int, int], ...], ...]
    biases: tuple[int, ...]
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Network, data, objective (``layer``: the only free one, or None) and parameters.

    ``loss`` is the kind of a hinge problem's loss and ``weights`` are its mu_i, both None for other
    objectives. Without parameters
    (``has_point`` is false; ``cells``, ``norm-bound``) ``theta`` is empty.
    """

    field: Field | None
    slope: Fraction
    layers: tuple[Layer, ...]
    inputs: tuple[tuple[Number, ...], ...]
    labels: tuple[int, ...]
    layer: int | None
    loss: str | None
    weights: tuple[Number, ...] | None
    theta: tuple[Number, ...]
    has_point: bool

    @property
    def outputs(self) -> int:
        """R, the number of outputs."""
        return len(self.layers[-1].rows)

    @property
    def classes(self) -> range:
        """The labels that an example can have."""
        return labels_of(self.outputs)

    @property
    def block(self) -> range:
        """Flat indices of the parameters that are optimised."""
        last = -1 if self.layer is None else self.layer
        return range(self.layers[self.first].start, self.layers[last].stop)

    @property
    def first(self) -> int:
        """The first layer whose parameters are optimised."""
        return self.layer or 0

    @property
    def free(self) -> list[Any]:
        """The parameters that are optimised."""
        return [self.theta[p] for p in self.block]

    def with_free(self, values: list[Any]) -> list[Any]:
        """All parameters, the optimised ones replaced."""
        return [*self.theta[: self.block.start], *values, *self.theta[self.block.stop :]]


ONE_OUTPUT = ("max-margin", "layer-max-margin", "hinge")
SEVERAL_OUTPUTS = ("multiclass-hinge", "one-vs-all-hinge")


def labels_of(outputs: int) -> range:
    """1 and -1 for one output, else the outputs' numbers from 0."""
    return range(-1, 2, 2) if outputs == 1 else range(outputs)


def read_field(value: Any, lenient: bool) -> Field | None:
    """Q (None) or Q(r)."""
    if value is None:
        return None
    place = "problem.field"
    keys(value, place, ("generator", "minpoly", "interval"))
    minpoly: Any = numbers(value["minpoly"], f"{place}.minpoly", None, None, lenient)
    ends: Any = numbers(value["interval"], f"{place}.interval", None, 2, lenient)
    return Field(word(value["generator"], place), tuple(minpoly), *ends)


def read_layers(value: Any) -> tuple[tuple[Layer, ...], int]:
    """The layers of a network and the number of its inputs."""
    layers: list[Layer] = []
    inputs = width = start = 0
    for place, layer in table(value, "problem.network.layers", ("pattern", "bias")):
        pattern = items(layer["pattern"], place)
        form(bool(pattern), "no-units", place)
        width = width or len(items(pattern[0], place))
        form(width > 0, "no-inputs", place)
        rows = [items(row, f"{place}.pattern[{k}]", width) for k, row in enumerate(pattern)]
        used = {integer(g, place, 0, 10**6) for row in rows for g in row} - {0}
        form(used == set(range(1, len(used) + 1)), "parameter-numbers", place, sorted(used)[:9])
        form(isinstance(layer["bias"], bool), "not-a-boolean", place, layer["bias"])
        edges = tuple(tuple((start + g - 1, j) for j, g in enumerate(row) if g) for row in rows)
        stop = start + len(used)
        biases = tuple(range(stop, stop + len(rows) * layer["bias"]))
        layers.append(Layer(edges, biases, start, stop + len(biases)))
        inputs, start, width = inputs or width, stop + len(biases), len(rows)
    form(bool(layers), "no-layers", "problem.network")
    return tuple(layers), inputs


def read_parameters(
    value: Any, layers: tuple[Layer, ...], field: Field | None, lenient: bool
) -> tuple[Number, ...]:
    """The parameters as one flat list."""
    place = "problem.parameters"
    if lenient and isinstance(value, dict) and not any(layer.biases for layer in layers):
        value = {"biases": [None] * len(layers), **value}
    keys(value, place, ("weights", "biases"))
    weights = items(value["weights"], f"{place}.weights", len(layers))
    biases = items(value["biases"], f"{place}.biases", len(layers))
    theta: list[Number] = []
    for l, layer in enumerate(layers):
        size = layer.stop - layer.start - len(layer.biases)
        theta += numbers(weights[l], f"{place}.weights[{l}]", field, size, lenient)
        where = f"{place}.biases[{l}]"
        if layer.biases:
            theta += numbers(biases[l], where, field, len(layer.biases), lenient)
        else:
            form(biases[l] is None, "bias-without-bias", where, biases[l])
    return tuple(theta)


def read_weights(data: Any, size: int, lenient: bool) -> tuple[Number, ...]:
    """The weights of the examples in a hinge loss, 1/N each where there are none."""
    place = "problem.data.weights"
    found = numbers(
        data.get("weights", [str(Fraction(1, size))] * size), place, None, size, lenient
    )
    for weight in found:
        form(sign(weight) > 0, "example-weight", place, weight)
    return tuple(found)


def read_problem(value: Any, lenient: bool = False) -> Problem:
    """A problem; ``lenient`` reads a user's file, with its name, notes and freer numbers."""
    if lenient:
        value = without_notes(value)
    keys(value, "problem", ("network", "data", "objective"), ("field", "parameters"))
    field = read_field(value.get("field"), lenient)
    network = keys(value["network"], "problem.network", ("negative_slope", "layers"))
    place = "problem.network.negative_slope"
    slope: Any = read_number(network["negative_slope"], None, place, lenient)
    form(0 <= slope <= 1, "slope-out-of-range", place, slope)
    layers, width = read_layers(network["layers"])
    data = keys(value["data"], "problem.data", ("inputs", "labels"), ("weights",))
    place = "problem.data.inputs"
    rows = enumerate(items(data["inputs"], place))
    inputs = tuple(tuple(numbers(x, f"{place}[{i}]", field, width, lenient)) for i, x in rows)
    form(bool(inputs), "no-examples", place)
    outputs = len(layers[-1].rows)
    labels = items(data["labels"], "problem.data.labels", len(inputs))
    for y in labels:
        known = type(y) is int and y in labels_of(outputs)
        form(known, "label", "problem.data.labels", y)
    kind, layer = read_objective(value["objective"], len(layers))
    kinds = ONE_OUTPUT if outputs == 1 else SEVERAL_OUTPUTS
    form(kind in kinds, "number-of-outputs", "problem.network", outputs, kind)
    loss = None if "margin" in kind else kind
    weights = read_weights(data, len(inputs), lenient) if loss else None
    form(loss is not None or "weights" not in data, "weights-without-hinge", "problem.data")
    has_point = "parameters" in value
    theta = read_parameters(value["parameters"], layers, field, lenient) if has_point else ()
    about = (field, slope, layers, inputs, tuple(labels), layer, loss, weights)
    return Problem(*about, theta, has_point)


def read_objective(value: Any, depth: int) -> tuple[str, int | None]:
    """Its kind, and the layer that is free, if it is only one."""
    place = "problem.objective"
    objective, layer = keys(value, place, ("kind",), ("layer",)), None
    if "layer" in objective:
        layer = integer(objective["layer"], place, 1, depth) - 1
    kinds = ("max-margin", "hinge", *SEVERAL_OUTPUTS) if layer is None else ("layer-max-margin",)
    form(objective["kind"] in kinds, "objective", place, objective)
    return str(objective["kind"]), layer


def without_notes(value: Any) -> Any:
    """A user's file without its name, its notes and its expectations."""
    if isinstance(value, list):
        return [without_notes(x) for x in value]
    if not isinstance(value, dict):
        return value
    notes = {k for k in value if k in ("expect", "name", "format") or k.startswith("x-")}
    return {k: without_notes(v) for k, v in value.items() if k not in notes}
