"""``local-minimum``, ``global-minimum``, ``norm-bound``: no feasible point has a smaller norm.

All three say that every feasible theta' (near theta, for a local minimum) has |theta'|^2 >= B, the
norm of the free parameters; for the two minima theta is feasible and B is its own squared norm,
for ``norm-bound`` the evidence states B, and the problem may come without parameters. The
evidence names the method of the proof under ``by``; each method is a theorem in its module's head.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .feasible import margins_at_least_one
from .lifting import lifting
from .network import inner
from .numbers import Number, sign
from .one_layer import layer
from .outcome import form, need, show
from .problem import Problem
from .products import product, vertices
from .reading import keys, read_number, word
from .second_order import second_order

# method(problem, evidence, bound, local) refuses, unless every feasible theta' has
# |theta'|^2 >= bound; ``local``: every feasible theta' near theta.
Method = Callable[[Problem, Any, Number, bool], None]
METHODS: dict[str, Method] = {
    "lifting": lifting,
    "product": product,
    "vertices": vertices,
    "layer": layer,
    "second-order": second_order,
}


def local_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a local minimum of V Problem 2 or 4."""
    _prove_minimum(problem, evidence, local=True)
    return "the parameters are a local minimum"


def global_minimum(problem: Problem, evidence: Any) -> str:
    """theta is a global minimum of V Problem 2 or 4."""
    _prove_minimum(problem, evidence, local=False)
    return "the parameters are a global minimum"


def norm_bound(problem: Problem, evidence: Any) -> str:
    """Every feasible point has at least this squared norm."""
    keys(evidence, "evidence", ("by", "squared_norm"), evidence)
    place = "evidence.squared_norm"
    bound = read_number(evidence["squared_norm"], problem.field, place)
    need(sign(bound) > 0, "norm-bound-not-positive", place, bound)
    rest = {key: value for key, value in evidence.items() if key != "squared_norm"}
    _prove(problem, rest, bound, local=False)
    return f"every feasible point has squared norm at least {show(bound)}"


def _prove_minimum(problem: Problem, evidence: Any, local: bool) -> None:
    margins_at_least_one(problem, problem.theta, "minimum-infeasible")
    _prove(problem, evidence, inner(problem.free, problem.free), local)


def _prove(problem: Problem, evidence: Any, bound: Number, local: bool) -> None:
    method, rest = by_method(METHODS, evidence)
    method(problem, rest, bound, local)


def by_method(methods: dict[str, Method], evidence: Any) -> tuple[Method, Any]:
    """The method that the evidence names, and what else it holds."""
    by = word(keys(evidence, "evidence", ("by",), evidence)["by"], "evidence.by")
    form(by in methods, "method-unknown", "evidence.by", by)
    return methods[by], {key: value for key, value in evidence.items() if key != "by"}
