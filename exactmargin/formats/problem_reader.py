"""Problem files, ``exactmargin/problem@1``: from JSON to a `Problem`.

One function per object of the file, in the file's order.  The guards check what JSON can get wrong
(types, keys, floats); the rooms below check what mathematics can (gaps, shapes, feasible ranges),
and `inside` puts the place in the file in front of their messages.
"""

from exactmargin.data import Dataset
from exactmargin.exact import Field, Number, Q, RealNumberField
from exactmargin.formats.guards import (
    as_bool,
    as_integer,
    as_list,
    as_number,
    as_object,
    as_text,
    check_keys,
)
from exactmargin.formats.json_text import parse_json
from exactmargin.formats.places import Place, inside, json_shown
from exactmargin.formats.sources import Source, read_text, source_name
from exactmargin.networks import Architecture, Layer, Parameters
from exactmargin.problems import (
    LOSSES,
    PLAIN_LOSSES,
    LayerMaxMargin,
    MaxMargin,
    Objective,
    PenalizedOneVersusAllHinge,
    Problem,
    replicated_problem,
)

__all__ = [
    "PROBLEM_FORMAT",
    "objective_from_json",
    "problem_from_json",
    "read_expectations",
    "read_problem",
]

PROBLEM_FORMAT = "exactmargin/problem@1"
"""The value of the key ``format`` of a problem file."""

_REQUIRED = ("network", "data", "objective")
_OPTIONAL = ("format", "name", "parameters", "field")
_FILE = 'an object with the keys "format", "network", "data" and "objective"'


def read_problem(source: Source) -> Problem:
    """The problem in a file (FORMATS, problem file); ``"-"`` is stdin.

    Raises `InvalidInputError` (`FloatRefusedError` for a JSON float) with one sentence that has
    the file, the place in it, the value and what is expected.
    """
    where = source_name(source)
    obj = as_object(parse_json(read_text(source), where), Place(where), _FILE)
    if "format" not in obj:
        raise Place(where).error(f'the key "format" is missing; expected "{PROBLEM_FORMAT}"')
    return problem_from_json(obj, where)


def read_expectations(source: Source) -> dict[str, object]:
    """What a problem file states under ``expect``, the verdicts of its author; {} without.

    Only the JSON is checked, not the problem.  Raises as `read_problem` does.
    """
    where = source_name(source)
    obj = as_object(parse_json(read_text(source), where), Place(where), _FILE)
    place = Place(where).key("expect")
    expect = as_object(obj.get("expect", {}), place, "an object of verdicts")
    return {str(key): value for key, value in expect.items()}


def problem_from_json(obj: object, where: str = "") -> Problem:
    """The problem that a JSON object describes; `where` names its file in messages.

    The key ``format`` may be left out here, as `problem_to_json` does, but must be right.
    Raises as `read_problem` does.
    """
    place = Place(where)
    top = as_object(obj, place, _FILE)
    if "evidence" in top and "claim" in top:
        raise place.error("is a certificate, not a problem; 'exactmargin verify' checks it")
    check_keys(top, place, _REQUIRED, _OPTIONAL)
    if top.get("format", PROBLEM_FORMAT) != PROBLEM_FORMAT:
        raise place.key("format").error(
            f'{json_shown(top["format"])} is not known; expected "{PROBLEM_FORMAT}"'
        )
    name = as_text(top.get("name", ""), place.key("name"), "free text")
    objective = objective_from_json(top["objective"], place.key("objective"))
    field = _field(top["field"], place.key("field")) if "field" in top else Q
    network = _network(top["network"], place.key("network"))
    data = _data(top["data"], field, network.input_dimension, place.key("data"))
    given, at = top.get("parameters"), place.key("parameters")
    if isinstance(objective, PenalizedOneVersusAllHinge):
        points = None
        if "parameters" in top:
            entries = enumerate(as_list(given, at, "the parameters of a replicate for each class"))
            points = [_parameters(entry, field, network, at.index(r)) for r, entry in entries]
        with inside(place):
            return replicated_problem(name, field, network, data, objective.gamma, points)
    parameters = _parameters(given, field, network, at) if "parameters" in top else None
    with inside(place):
        return Problem(name, field, network, data, objective, parameters)


def objective_from_json(value: object, place: Place) -> Objective:
    """The objective that a JSON object describes (FORMATS, objective); `place` is its place.

    Raises as `read_problem` does.
    """
    obj = as_object(value, place, 'an object such as {"kind": "max-margin"}')
    kinds = (MaxMargin.kind, LayerMaxMargin.kind, *(loss.kind for loss in LOSSES))
    supported = ", ".join(kinds)
    if "kind" not in obj:
        raise place.error(f'the key "kind" is missing; supported kinds: {supported}')
    kind = as_text(obj["kind"], place.key("kind"), f"one of {supported}")
    for plain in (MaxMargin, *PLAIN_LOSSES):
        if kind == plain.kind:
            check_keys(obj, place, ["kind"])
            return plain()
    if kind == PenalizedOneVersusAllHinge.kind:
        check_keys(obj, place, ["kind", "gamma"])
        gamma = as_number(obj["gamma"], Q, place.key("gamma"))
        with inside(place):
            return PenalizedOneVersusAllHinge(Q.coerce(gamma))
    if kind != LayerMaxMargin.kind:
        raise place.key("kind").error(f"{json_shown(kind)} is not known; supported: {supported}")
    check_keys(obj, place, ["kind", "layer"])
    layer = as_integer(obj["layer"], place.key("layer"), "the number of a layer, 1, 2, 3, ...")
    with inside(place):
        return LayerMaxMargin(layer)


def _field(value: object, place: Place) -> Field:
    obj = as_object(value, place, 'an object with the keys "generator", "minpoly" and "interval"')
    check_keys(obj, place, ["generator", "minpoly", "interval"])
    generator = as_text(obj["generator"], place.key("generator"), 'a name such as "r"')
    minpoly = _numbers(obj["minpoly"], Q, place.key("minpoly"), "the coefficients from degree 0 up")
    interval = _numbers(obj["interval"], Q, place.key("interval"), "two rationals")
    if len(interval) != 2:
        raise place.key("interval").error(f"has length {len(interval)}; expected two rationals")
    with inside(place):
        return RealNumberField(generator, minpoly, (interval[0], interval[1]))


def _network(value: object, place: Place) -> Architecture:
    obj = as_object(value, place, 'an object with the keys "layers" and "negative_slope"')
    check_keys(obj, place, ["layers", "negative_slope"])
    slope = as_number(obj["negative_slope"], Q, place.key("negative_slope"))
    under = place.key("layers")
    layers = tuple(
        _layer(layer, under.index(i))
        for i, layer in enumerate(as_list(obj["layers"], under, "the layers from the input up"))
    )
    with inside(place):
        return Architecture(layers, Q.coerce(slope))


def _layer(value: object, place: Place) -> Layer:
    obj = as_object(value, place, 'an object with the keys "pattern" and "bias"')
    check_keys(obj, place, ["pattern", "bias"])
    under = place.key("pattern")
    entry = "0 (no weight) or the number of a parameter, 1, 2, 3, ..."
    pattern = tuple(
        tuple(
            as_integer(k, under.index(i).index(j), entry)
            for j, k in enumerate(as_list(row, under.index(i), "a row of the pattern"))
        )
        for i, row in enumerate(as_list(obj["pattern"], under, "the rows of the pattern"))
    )
    bias = as_bool(obj["bias"], place.key("bias"))
    with inside(place):
        return Layer(pattern, bias)


def _data(value: object, field: Field, width: int, place: Place) -> Dataset:
    obj = as_object(value, place, 'an object with the keys "inputs" and "labels"')
    check_keys(obj, place, ["inputs", "labels"], ["weights"])
    at_inputs, at_labels = place.key("inputs"), place.key("labels")
    inputs = tuple(
        _numbers(x, field, at_inputs.index(i), "the numbers of one input")
        for i, x in enumerate(as_list(obj["inputs"], at_inputs, "a list of inputs"))
    )
    for i, x in enumerate(inputs):
        if len(x) != width:
            raise at_inputs.index(i).error(
                f"has length {len(x)}; the network has input dimension {width} (the columns of its "
                "first pattern)"
            )
    labels = tuple(
        as_integer(label, at_labels.index(i), "1 or -1, or the number of an output")
        for i, label in enumerate(as_list(obj["labels"], at_labels, "one label per input"))
    )
    weights = None
    if "weights" in obj:
        weights = _numbers(obj["weights"], Q, place.key("weights"), "one number per input")
    with inside(place):
        return Dataset.over(field, inputs, labels, weights)


def _parameters(value: object, field: Field, network: Architecture, place: Place) -> Parameters:
    obj = as_object(value, place, 'an object with the keys "weights" and "biases"')
    check_keys(obj, place, ["weights"], ["biases"])
    at_weights, at_biases = place.key("weights"), place.key("biases")
    weights = tuple(
        _weights(u, field, at_weights.index(n))
        for n, u in enumerate(as_list(obj["weights"], at_weights, "one list per layer"))
    )
    biases: tuple[tuple[Number, ...] | None, ...] = (None,) * network.depth
    if "biases" in obj:
        biases = tuple(
            None if b is None else _numbers(b, field, at_biases.index(n), "the biases or null")
            for n, b in enumerate(as_list(obj["biases"], at_biases, "one list or null per layer"))
        )
    with inside(place):
        return Parameters.over(field, network, weights, biases)


def _weights(value: object, field: Field, place: Place) -> tuple[Number, ...]:
    """The parameters of one layer; a matrix, as other libraries have it, is refused as such."""
    expected = "the parameters of the layer in one list, in the order of their numbers"
    for i, entry in enumerate(as_list(value, place, expected)):
        if isinstance(entry, list):
            raise place.index(i).error(f"a list is not a number; expected {expected}")
    return _numbers(value, field, place, expected)


def _numbers(value: object, field: Field, place: Place, expected: str) -> tuple[Number, ...]:
    entries = as_list(value, place, expected)
    return tuple(as_number(entry, field, place.index(i)) for i, entry in enumerate(entries))
