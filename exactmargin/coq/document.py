"""A certificate as a Coq file: one module for each claim about a problem."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from exactmargin.coq.application import Unsupported
from exactmargin.coq.evidence import CLAIMS
from exactmargin.coq.setting import definitions, read_back
from exactmargin.kernel.problem import Problem, read_problem

__all__ = ["Theorem", "theorems", "to_coq"]

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,:=-]+")  # could end a comment, or begin a text in it

_HEAD = """\
(* Made from a certificate; not to be trusted, but to be made anew and checked: docs/coq.md. *)
From Coq Require Import List ZArith QArith.
From Coq Require Rdefinitions.
From ExactMargin Require SpecificationR Hessian Lifting OneLayer Products.
From ExactMargin Require Import Specification Machine Minima Curves Kkt NotKkt Text.
Import ListNotations.
Local Open Scope Q_scope.
Set Printing Width 1000000.
Set Printing Depth 100000000.
"""


@final
@dataclass(frozen=True, slots=True)
class Theorem:
    """One claim: its name, its Coq text, what Coq must read back, and the axioms it may rest on.

    `reason` says why there is no text, where Coq has no checker for the claim.
    """

    name: str
    claim: str
    text: str | None
    expected: tuple[int, ...]
    axioms: frozenset[str] = frozenset()
    reason: str | None = None


def theorems(certificate: Mapping[str, Any]) -> list[Theorem]:
    """The claims of a certificate that the kernel has accepted, in its order."""
    if certificate["claim"] != "theorem":
        return [_theorem("claim", certificate["claim"], certificate)]
    result = []
    for part in certificate["evidence"]["parts"]:
        for step in part["steps"]:
            problem = part["problem"]
            if problem is not None and "objective" in step:
                problem = {**problem, "objective": step["objective"]}
            about = {"problem": problem, "evidence": step["evidence"]}
            result.append(_theorem(f"{part['name']}: {step['name']}", step["claim"], about))
    return result


def to_coq(certificate: Mapping[str, Any]) -> str:
    """The Coq file of all claims that Coq has a checker for.

    Raises `Unsupported` where there is none at all.
    """
    found = theorems(certificate)
    texts = [theorem.text for theorem in found if theorem.text is not None]
    if not texts:
        reasons = {f"{theorem.claim}: {theorem.reason}" for theorem in found}
        raise Unsupported("; ".join(sorted(reasons)))
    return file_of(texts)


def file_of(texts: list[str]) -> str:
    """One file with these theorems."""
    modules = (f"Module Claim{n}.\n{text}End Claim{n}.\n" for n, text in enumerate(texts, 1))
    return "\n".join([_HEAD, *modules])


def _theorem(name: str, claim: str, about: Mapping[str, Any]) -> Theorem:
    try:
        problem = _problem(claim, about["problem"])
        application = CLAIMS[claim](problem, about["evidence"])
    except Unsupported as reason:
        return Theorem(name, claim, None, (), reason=str(reason))
    text = (
        f"(* {_NOT_PLAIN.sub(' ', name)} *)\n{definitions(problem)}{application.definitions}"
        f"Theorem claim : {application.statement}.\n"
        f"Proof.\n{application.proof()}\nQed.\n"
        "Print Assumptions claim.\n"
        "Local Open Scope dec_int_scope.\nEval vm_compute in show P theta.\n"
    )
    return Theorem(name, claim, text, tuple(read_back(problem)), application.axioms)


def _problem(claim: str, value: Any) -> Problem:
    if claim not in CLAIMS:
        known = ", ".join(sorted(CLAIMS))
        raise Unsupported(f"Coq has checkers for the claims {known}")
    if not value["objective"]["kind"].endswith("max-margin"):
        raise Unsupported("the Coq specification has margins, not losses")
    problem = read_problem(value)
    if problem.field is not None:
        raise Unsupported(f"the numbers are in {problem.field}; the Coq specification is over Q")
    return problem
