"""Files to objects and back: problem files, strict in, canonical out; trained networks in."""

from exactmargin.formats.array_models import network_from_arrays
from exactmargin.formats.assembly import Trained
from exactmargin.formats.json_text import parse_json
from exactmargin.formats.models import Reading, convert, network_from_torch, read_network
from exactmargin.formats.places import Place
from exactmargin.formats.problem_reader import (
    PROBLEM_FORMAT,
    objective_from_json,
    problem_from_json,
    read_expectations,
    read_problem,
)
from exactmargin.formats.problem_writer import (
    canonical_json,
    problem_text,
    problem_to_json,
    write_problem,
)
from exactmargin.formats.samples import dataset_from_arrays, read_dataset
from exactmargin.formats.sources import replace_text

__all__ = [
    "PROBLEM_FORMAT",
    "Place",
    "Reading",
    "Trained",
    "canonical_json",
    "convert",
    "dataset_from_arrays",
    "network_from_arrays",
    "network_from_torch",
    "objective_from_json",
    "parse_json",
    "problem_from_json",
    "problem_text",
    "problem_to_json",
    "read_dataset",
    "read_expectations",
    "read_network",
    "read_problem",
    "replace_text",
    "write_problem",
]
