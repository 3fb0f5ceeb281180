"""``convert``: a trained network and its sample to an exact problem file."""

from argparse import Namespace
from pathlib import Path

from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import emit
from exactmargin.formats import (
    Place,
    Reading,
    canonical_json,
    convert,
    objective_from_json,
    problem_to_json,
    write_problem,
)
from exactmargin.formats.problem_reader import PROBLEM_FORMAT

__all__ = ["run_convert"]


def run_convert(arguments: Namespace) -> Exit:
    """Write the problem, and say in one line what it is."""
    kind: dict[str, object] = {"kind": arguments.objective}
    if arguments.layer is not None:
        kind["layer"] = arguments.layer
    objective = objective_from_json(kind, Place("convert", "objective"))
    problem = convert(
        arguments.model,
        arguments.data,
        objective,
        name=Path(arguments.model).name if arguments.name is None else arguments.name,
        reading=Reading(
            negative_slope=arguments.negative_slope,
            input_shape=arguments.input_shape,
            untie_biases=arguments.untie_biases,
            normalised=arguments.normalised,
        ),
    )
    if arguments.output == "-":
        file = {"format": PROBLEM_FORMAT, "name": problem.name, **problem_to_json(problem)}
        emit(canonical_json(file).rstrip("\n"))
        return Exit.HOLDS
    write_problem(problem, arguments.output)
    widths = "-".join(map(str, problem.network.widths))
    emit(
        f"{arguments.output}: widths {widths}, {problem.network.parameter_count} parameters, "
        f"{problem.data.size} examples, exact"
    )
    return Exit.HOLDS
