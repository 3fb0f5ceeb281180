"""``snap``: the KKT point near a trained network, for people, and as a problem file."""

from argparse import Namespace
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exactmargin.cli.files import about, check_stdin, write_text
from exactmargin.cli.status import Exit
from exactmargin.cli.terminal import Progress, complain, emit
from exactmargin.decisions import Answer, Budget, at_kkt_point, certify
from exactmargin.formats import read_problem, write_problem

__all__ = ["run_snap"]


def run_snap(arguments: Namespace) -> Exit:
    """Prove that there is a KKT point, say what it is, and write a rational point next to it."""
    check_stdin(arguments.problem)
    problem, progress = read_problem(arguments.problem), Progress()
    try:
        with about(arguments.problem):
            verdict = certify(problem, "kkt-exists", Budget(arguments.budget, progress.show))
    finally:
        progress.clear()
    if verdict.answer is not Answer.YES or verdict.certificate is None:
        complain(f"unknown: {verdict.reason}")
        return Exit.UNKNOWN
    evidence = verdict.certificate.evidence
    emit("\n".join(_report(evidence)))
    if arguments.output is not None:
        write_problem(at_kkt_point(problem, evidence), arguments.output)
        emit(f"{arguments.output}: the problem at a rational point within 2^-90 of it")
    if arguments.certificate is not None:
        write_text(verdict.certificate.text(), arguments.certificate)
        emit(f"{arguments.certificate}: {verdict.certificate.outcome().line()}")
    return Exit.HOLDS


def _report(evidence: Mapping[str, Any]) -> list[str]:
    distance, scale = (float(Fraction(evidence[name])) for name in ("distance", "scale"))
    layers = evidence.get("layers") or [evidence["units"]]
    units = [
        (
            f"Layer {l}, unit {unit['unit']}" if "layers" in evidence else f"Unit {unit['unit']}",
            unit,
        )
        for l, row in enumerate(layers, 1)
        for unit in row
    ]
    kinks = sum(len(unit["kinks"]) for _, unit in units)
    lines = [
        f"An exact KKT point is within {distance:.3g} of {scale:.6g} times the parameters, in each "
        "of them.",
        f"Active examples: {len(evidence['active'])}; neurons that are not zero: "
        f"{len(units) + sum(len(unit['copies']) for _, unit in units)}; kinks at active examples: "
        f"{kinks}.",
    ]
    for name, unit in units:
        if unit["kinks"]:
            lines.append(f"{name}: kinks at examples {_listed(unit['kinks'])}.")
        if unit["copies"]:
            copies = _listed([copy["unit"] for copy in unit["copies"]])
            lines.append(f"{name}: merged with its copies, units {copies}.")
    return [*lines, _minimum(evidence)]


def _minimum(evidence: Mapping[str, Any]) -> str:
    told = evidence["local_minimum"]
    if told == "yes":
        return "It is a local minimum."
    if told == "unknown":
        return "Whether it is a local minimum is open."
    if "descent" in evidence:
        unit = evidence["descent"]["unit"]
        return (
            f"It is not a local minimum: unit {unit} is zero, and the norm decreases as it grows."
        )
    return "It is not a local minimum: on one side of a kink the norm decreases."


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
