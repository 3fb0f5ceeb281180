"""Files to objects and back: problem files, strict in, canonical out."""

from exactmargin.formats.json_text import parse_json
from exactmargin.formats.problem_reader import (
    PROBLEM_FORMAT,
    problem_from_json,
    read_expectations,
    read_problem,
)
from exactmargin.formats.problem_writer import canonical_json, problem_to_json, write_problem

__all__ = [
    "PROBLEM_FORMAT",
    "canonical_json",
    "parse_json",
    "problem_from_json",
    "problem_to_json",
    "read_expectations",
    "read_problem",
    "write_problem",
]
