"""The table of rules for problems with a hinge loss, and of those for any objective.

``OF_ONE_OUTPUT`` are claims about the one output of a network; a hinge loss may be of several.
"""

from __future__ import annotations

from collections.abc import Callable
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
HINGE_RULES: dict[str, Callable[[Any, Any], str]] = {
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

OF_ONE_OUTPUT = (
    "multilinear-form",
    "zero-trace-hessian",
    "indefinite-hessian",
    "cells",
)
