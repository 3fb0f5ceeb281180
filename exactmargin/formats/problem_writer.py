"""From a `Problem` to JSON, canonically: equal problems make equal bytes.

The canonical object has no name, no format key and no expectations, so that it can stand inside a
certificate; a file adds the first two.  Every number is a string in the field's one spelling.
"""

import json
from pathlib import Path

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q, RealNumberField
from exactmargin.exact.scalars import shown
from exactmargin.formats.problem_reader import PROBLEM_FORMAT
from exactmargin.formats.sources import write_text
from exactmargin.networks import Parameters
from exactmargin.problems import (
    LayerMaxMargin,
    PenalizedOneVersusAllHinge,
    Problem,
    replicate_points,
    shared_network,
)

__all__ = ["canonical_json", "problem_text", "problem_to_json", "write_problem"]


def canonical_json(obj: object) -> str:
    """The one text of a JSON object: keys sorted, indent 1, ASCII only, a newline at the end.

    Raises `InvalidInputError` for what has no exact JSON, floats included.
    """
    _check_exact(obj)
    return json.dumps(obj, sort_keys=True, indent=1, ensure_ascii=True) + "\n"


def problem_to_json(problem: Problem) -> dict[str, object]:
    """The canonical JSON object of a problem: data, network, objective, parameters and field.

    ``parameters`` is left out where the problem has no point, ``field`` where it is Q; there is no
    name and no format key.  ``problem_from_json`` is the inverse, up to the name.  Raises
    `InvalidInputError` for a field that files cannot state (germs).
    """
    spell = problem.field.format
    objective: dict[str, object] = {"kind": problem.objective.kind}
    network, penalized = problem.network, None
    if isinstance(problem.objective, LayerMaxMargin):
        objective["layer"] = problem.objective.layer
    elif isinstance(problem.objective, PenalizedOneVersusAllHinge):
        network, penalized = shared_network(problem), problem.objective
        objective["gamma"] = Q.format(penalized.gamma)
    data: dict[str, object] = {
        "inputs": [[spell(value) for value in x] for x in problem.data.inputs],
        "labels": list(problem.data.labels),
    }
    result: dict[str, object] = {
        "data": data,
        "network": {
            "layers": [
                {"bias": layer.bias, "pattern": [list(row) for row in layer.pattern]}
                for layer in network.layers
            ],
            "negative_slope": Q.format(problem.network.negative_slope),
        },
        "objective": objective,
    }
    if problem.data.weights is not None:
        weights = [Q.format(weight) for weight in problem.data.weights]
        result["data"] = {**data, "weights": weights}
    if problem.parameters is not None:
        points = replicate_points(problem) if penalized else (problem.parameters,)
        spelled = [_parameters(problem, point) for point in points]
        result["parameters"] = spelled if penalized else spelled[0]
    if problem.field != Q:
        result["field"] = _field(problem)
    return result


def problem_text(problem: Problem) -> str:
    """The text of a problem file: the canonical JSON with its format and its name."""
    return canonical_json(
        {"format": PROBLEM_FORMAT, "name": problem.name, **problem_to_json(problem)}
    )


def write_problem(problem: Problem, path: str | Path) -> None:
    """Write a problem file; raises `InvalidInputError` when the file cannot be written."""
    write_text(problem_text(problem), path)


def _parameters(problem: Problem, parameters: Parameters) -> dict[str, object]:
    spell = problem.field.format
    return {
        "biases": [b if b is None else [spell(value) for value in b] for b in parameters.biases],
        "weights": [[spell(value) for value in u] for u in parameters.weights],
    }


def _field(problem: Problem) -> dict[str, object]:
    field = problem.field
    if not isinstance(field, RealNumberField):
        raise InvalidInputError(
            f"{shown(field)} has no place in a problem file; expected Q or Q(r)", place="field"
        )
    return {
        "generator": field.generator,
        "interval": [Q.format(end) for end in field.interval],
        "minpoly": [Q.format(coefficient) for coefficient in field.minpoly],
    }


def _check_exact(obj: object) -> None:
    if isinstance(obj, dict):
        for key, value in obj.items():
            if not isinstance(key, str):
                raise InvalidInputError(f"the key {shown(key)} is not a string")
            _check_exact(value)
    elif isinstance(obj, (list, tuple)):
        for value in obj:
            _check_exact(value)
    elif obj is not None and not isinstance(obj, (str, int)):
        raise InvalidInputError(
            f"{shown(obj)} has no exact JSON; write numbers as strings or integers"
        )
