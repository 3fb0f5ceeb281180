"""The table of rules for problems with a hinge loss, and of those for any objective.

``OF_ONE_OUTPUT`` are claims about the one output of a network; a hinge loss may be of several,
of which an ``evaluation`` then names one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .algebra import identity, positive
from .clarke import clarke_critical, not_clarke_critical
from .flat import flat_minimum, sharp_minimum
from .general_position import evaluation, no_kinks, nonzero_neurons
from .hinge_cells import hinge_cells
from .hinge_minima import (
    hinge_global_minimum,
    hinge_local_minimum,
    hinge_not_global_minimum,
    hinge_not_local_minimum,
)
from .multilinear import indefinite_hessian, multilinear_form, zero_trace_hessian
from .outcome import need
from .problem import Problem
from .replicate_rules import REPLICATE_RULES
from .replicates import Replicated
from .sample import generic, not_separable, rare, separable

FREE_OF_OBJECTIVES: dict[str, Callable[[Any, Any], str]] = {
    "no-kinks": no_kinks,
    "nonzero-neurons": nonzero_neurons,
    "evaluation": evaluation,
    "multilinear-form": multilinear_form,
    "zero-trace-hessian": zero_trace_hessian,
    "indefinite-hessian": indefinite_hessian,
    "separable": separable,
    "not-separable": not_separable,
    "identity": identity,
    "positive": positive,
}
_RULES: dict[str, Callable[[Any, Any], str]] = {
    "local-minimum": hinge_local_minimum,
    "not-local-minimum": hinge_not_local_minimum,
    "global-minimum": hinge_global_minimum,
    "not-global-minimum": hinge_not_global_minimum,
    "clarke-critical": clarke_critical,
    "not-clarke-critical": not_clarke_critical,
    "flat-minimum": flat_minimum,
    "sharp-minimum": sharp_minimum,
    "rare": rare,
    "generic": generic,
    "cells": hinge_cells,
    **FREE_OF_OBJECTIVES,
}

OF_ONE_OUTPUT = ("evaluation", "cells")
OF_FORMS = ("multilinear-form", "zero-trace-hessian", "indefinite-hessian")
OF_THE_SAMPLE = ("rare", "generic")
"""Claims about the sample, its weights and its classes."""
FREE_OF_PENALTIES = {*FREE_OF_OBJECTIVES, *OF_THE_SAMPLE}.difference(OF_FORMS)


def _checked(claim: str, problem: Problem, evidence: Any) -> str:
    """The rule of a claim, for a hinge loss that it is about."""
    if isinstance(problem, Replicated) and claim not in FREE_OF_PENALTIES:
        need(claim in REPLICATE_RULES, "claim-about-replicates", "problem.objective", claim)
        return REPLICATE_RULES[claim](problem, evidence)
    named = claim == "evaluation" and isinstance(evidence, dict) and "unit" in evidence
    single = problem.outputs == 1 or claim not in OF_ONE_OUTPUT or named
    need(single, "claim-about-one-output", "problem.network", problem.outputs)
    return _RULES[claim](problem, evidence)


HINGE_RULES: dict[str, Callable[[Any, Any], str]] = {
    claim: partial(_checked, claim) for claim in _RULES
}
