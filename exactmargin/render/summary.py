"""A certificate in a few lines for the terminal."""

from collections.abc import Mapping
from typing import Any

from exactmargin.kernel.problem import Problem
from exactmargin.kernel.replicates import read_problem
from exactmargin.render.acceptance import accept

__all__ = ["text_summary"]

_KINDS = {0: "ReLU", 1: "linear"}


def text_summary(certificate: Mapping[str, Any]) -> str:
    """What the certificate proves, about what, and on which assumptions; plain lines of text.

    Raises `InvalidInputError` where the kernel does not accept the certificate.
    """
    accepted = accept(certificate)
    outcome, data = accepted.outcome, accepted.data
    lines = [f"{outcome.claim}: {_line(outcome.statement)}"]
    for n, part in enumerate(accepted.parts, 1):
        if data["claim"] == "theorem":
            lines.append(f"  part {n}: {_name(part['name'])}")
        if part["problem"] is not None:
            lines.append(f"    about   {_about(read_problem(part['problem']))}")
        if data["claim"] == "theorem":
            for step in part["steps"]:
                mark = "proved " if step["name"] in part["conclusion"] else "step   "
                lines.append(f"    {mark} {step['claim']}: {_formula(step)}{_name(step['name'])}")
    lines += [f"  assumes   {name}" for name in data["assumptions"]]
    return "\n".join([*lines, f"  accepted by the kernel, sha256 {outcome.sha256}"])


def _formula(step: Mapping[str, Any]) -> str:
    """What an identity or an inequality says, in front of its name."""
    evidence = step["evidence"]
    if step["claim"] == "identity":
        return _line(f"{evidence['left']} = {evidence['right']}", 120) + " "
    return _line(f"{evidence['expression']} > 0", 120) + " " if step["claim"] == "positive" else ""


def _name(text: str) -> str:
    """The author's name for a part or a step, in quotation marks that it cannot close."""
    return f'"{_line(text.replace(chr(34), chr(39)), 120)}"'


def _line(text: str, most: int = 200) -> str:
    """One printable line, of moderate length."""
    text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 3] + "..."


def _about(problem: Problem) -> str:
    sizes = "-".join(
        str(n) for n in [len(problem.inputs[0]), *(len(x.rows) for x in problem.layers)]
    )
    kind = _KINDS.get(int(problem.slope), "") if problem.slope in (0, 1) else "leaky ReLU"
    examples, parameters = len(problem.labels), problem.layers[-1].stop
    free = "" if problem.layer is None else f", layer {problem.layer + 1} alone free"
    field = "" if problem.field is None else f", field of degree {len(problem.field.minpoly) - 1}"
    return (
        f"{kind} network {sizes}, {parameters} parameter{'s' * (parameters != 1)}{free}, "
        f"{examples} example{'s' * (examples != 1)}{field}"
    )
