"""Minima for Coq: a checker for each method of proof; the claims are about all real parameters."""

from collections.abc import Callable
from typing import Any

from exactmargin.coq.application import Application, Unsupported
from exactmargin.coq.lifting import lifting
from exactmargin.coq.one_layer import layer
from exactmargin.coq.products import product
from exactmargin.kernel.problem import Problem

__all__ = ["REAL_AXIOMS", "global_minimum", "local_minimum"]

REAL_AXIOMS = frozenset(
    {
        "ClassicalDedekindReals.sig_forall_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
    }
)
"""What Coq's own real numbers rest on, as far as it is used."""

_Arguments = Callable[[Problem, Any], tuple[str, ...]]
_METHODS: dict[str, tuple[str, str, _Arguments]] = {
    "lifting": ("Lifting", "least {near}", lifting),
    "layer": ("OneLayer", "least {near}", layer),
    "product": ("Products", "least", product),
}


def local_minimum(problem: Problem, evidence: Any) -> Application:
    """theta is a local minimum, among all real parameters."""
    return _minimum(problem, evidence, "local")


def global_minimum(problem: Problem, evidence: Any) -> Application:
    """theta is a global minimum, among all real parameters."""
    return _minimum(problem, evidence, "global")


def _minimum(problem: Problem, evidence: Any, kind: str) -> Application:
    by = evidence.get("by")
    if by not in _METHODS:
        known = ", ".join(_METHODS)
        raise Unsupported(f"the proof is by {by}; Coq has checkers for proofs by {known}")
    module, checker, arguments = _METHODS[by]
    near = "true" if kind == "local" else "false"
    return Application(
        f"SpecificationR.{kind}_minimum P (map Rdefinitions.Q2R theta)",
        f"{module}.{checker.format(near=near)}",
        f"{module}.{kind}_minimum_sound",
        arguments(problem, evidence),
        REAL_AXIOMS,
    )
