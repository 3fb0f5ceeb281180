"""One table for all claims: what is proved, in a sentence, and how its evidence is shown."""

from collections.abc import Callable
from typing import Any

from exactmargin.errors import InvalidInputError
from exactmargin.kernel.problem import Problem
from exactmargin.kernel.reading import read_number
from exactmargin.kernel.replicates import Replicated
from exactmargin.render import algebra, hinge_minima, point
from exactmargin.render.cells import cells
from exactmargin.render.existence import kkt_exists, nearby_sentence
from exactmargin.render.forms import indefinite_hessian, multilinear_form, zero_trace_hessian
from exactmargin.render.gradient_flow_limit import gradient_flow_limit
from exactmargin.render.instance import problem_name
from exactmargin.render.kkt import approximate_kkt, kkt
from exactmargin.render.loss_cells import (
    clarke_critical,
    flat_minimum,
    not_clarke_critical,
    sharp_minimum,
)
from exactmargin.render.minima import not_global_minimum, not_local_minimum
from exactmargin.render.minimum import global_minimum, local_minimum, norm_bound
from exactmargin.render.naming import Naming
from exactmargin.render.not_kkt import not_kkt
from exactmargin.render.numerals import number
from exactmargin.render.replicates import OF_REPLICATES
from exactmargin.render.sample import generic, not_separable, rare, separable
from exactmargin.render.setting import Setting

__all__ = ["ABOUT_POLYNOMIALS", "ABOUT_PROBLEMS", "sentence", "show"]

ABOUT_PROBLEMS: dict[str, tuple[str, Callable[[Setting, Any], list[str]]]] = {
    "feasible": ("$\\theta$ satisfies all constraints of {P}", point.margins),
    "infeasible": ("$\\theta$ violates a constraint of {P}", point.infeasible),
    "kkt": ("$\\theta$ is a KKT point of {P}", kkt),
    "not-kkt": ("$\\theta$ is feasible and not a KKT point of {P}", not_kkt),
    "approximate-kkt": (
        "$\\theta$, up to scale, is an approximate KKT point of {P}",
        approximate_kkt,
    ),
    "kkt-exists": ("{P} has a KKT point near $\\theta$", kkt_exists),
    "local-minimum": ("$\\theta$ is a local minimum of {P}", local_minimum),
    "not-local-minimum": ("$\\theta$ is not a local minimum of {P}", not_local_minimum),
    "global-minimum": ("$\\theta$ is a global minimum of {P}", global_minimum),
    "not-global-minimum": ("$\\theta$ is not a global minimum of {P}", not_global_minimum),
    "norm-bound": ("every feasible point of {P} has at least a given norm", norm_bound),
    "clarke-critical": ("$\\theta$ is a critical point (Clarke) of {P}", clarke_critical),
    "not-clarke-critical": (
        "$\\theta$ is not a critical point (Clarke) of {P}",
        not_clarke_critical,
    ),
    "flat-minimum": ("$\\theta$ is a flat local minimum of {P}", flat_minimum),
    "sharp-minimum": ("$\\theta$ is a sharp local minimum of {P}", sharp_minimum),
    "no-kinks": ("the inputs to all hidden neurons are non-zero", point.no_kinks),
    "nonzero-neurons": ("no hidden neuron has zero incoming weights", point.nonzero_neurons),
    "evaluation": ("the network has a given value at other parameters", point.evaluation),
    "gradient-flow-limit": (
        "gradient flow converges in direction to $\\theta$",
        gradient_flow_limit,
    ),
    "multilinear-form": (
        "near $\\theta$ the network at an example is the sum of multilinear forms below",
        multilinear_form,
    ),
    "zero-trace-hessian": (
        "near $\\theta$ the Hessian of the network at an example has a zero diagonal",
        zero_trace_hessian,
    ),
    "indefinite-hessian": (
        "at $\\theta$ the Hessian of the network at an example is indefinite",
        indefinite_hessian,
    ),
    "separable": ("each class of the sample is linearly separable from the rest", separable),
    "not-separable": ("the classes of the sample are not linearly separable", not_separable),
    "rare": ("the sample is rare", rare),
    "generic": ("the sample is generic", generic),
    "cells": ("the parameters have a given number of cells", cells),
}
"""The claims about a problem; {P} is the problem's name."""

OF_HINGE: dict[str, Callable[[Setting, Any], list[str]]] = {
    "local-minimum": hinge_minima.local_minimum,
    "not-local-minimum": hinge_minima.not_local_minimum,
    "global-minimum": hinge_minima.global_minimum,
    "not-global-minimum": hinge_minima.not_global_minimum,
}
"""The claims whose evidence is another one under a hinge loss."""

ABOUT_POLYNOMIALS: dict[str, Callable[[Any, Any], list[str]]] = {
    "identity": algebra.identity,
    "positive": algebra.positive,
}
"""The claims about polynomials."""


def sentence(claim: str, problem: Problem | None, evidence: Any) -> str:
    """What the kernel has proved, as a part of a sentence (LaTeX); no word of the author's."""
    if claim == "gradient-flow-limit":
        start = "all starts in" if "parameter" in evidence["start"] else "a start in"
        return f"gradient flow from {start} the region below converges in direction to $\\theta$"
    if claim == "cells":
        plural = "" if evidence["count"] == "1" else "s"
        return f"the parameters have exactly ${evidence['count']}$ cell{plural}"
    if claim == "norm-bound" and problem is not None:
        least = number(read_number(evidence["squared_norm"], problem.field, "evidence"))
        return (
            f"every feasible point of {problem_name(problem)} has squared norm at least ${least}$"
        )
    if claim == "approximate-kkt" and problem is not None:
        texts = (evidence[name] for name in ("scale", "epsilon", "delta"))
        values = (number(read_number(text, problem.field, "evidence")) for text in texts)
        scale, epsilon, delta = values
        return (
            f"${'' if scale == '1' else scale}\\theta$ is an $(\\varepsilon,\\delta)$-approximate "
            f"KKT point of {problem_name(problem)} with $\\varepsilon={epsilon}$, $\\delta={delta}$"
        )
    if claim == "kkt-exists" and problem is not None:
        return nearby_sentence(Setting(problem, Naming(problem)), evidence)
    if claim == "infeasible":
        return f"$\\theta$ violates the constraint of example~{evidence['example']}"
    if claim == "evaluation":
        return f"{point.evaluated(evidence)} has the value below"
    if claim in ABOUT_POLYNOMIALS:
        field = problem.field if problem else None
        return algebra.formula(claim, field, evidence) + algebra.quantifier(claim, evidence)
    text = ABOUT_PROBLEMS[claim][0]
    if "an example" in text:
        about = (
            f"the network at example~{evidence['example']}" if "example" in evidence else "the loss"
        )
        text = text.replace("the network at an example", about)
    return text if problem is None else text.replace("{P}", problem_name(problem))


def show(claim: str, problem: Problem | None, evidence: Any) -> list[str]:
    """The paragraphs that show the evidence."""
    if claim in ABOUT_POLYNOMIALS:
        field = problem.field if problem else None
        return ABOUT_POLYNOMIALS[claim](field, evidence)
    if claim not in ABOUT_PROBLEMS or problem is None:
        raise InvalidInputError(
            f"no way to render the claim {claim!r}; known are the kernel's claims"
        )
    if isinstance(problem, Replicated) and claim in OF_REPLICATES:
        return OF_REPLICATES[claim](Setting(problem, Naming(problem)), evidence, claim, show)
    shown = ABOUT_PROBLEMS[claim][1]
    if problem.weights is not None:
        shown = OF_HINGE.get(claim, shown)
    return shown(Setting(problem, Naming(problem)), evidence)
