"""The evidence of a claim, as Coq's checkers want it.

Nothing here is trusted, and little is checked: a translation that is wrong is refused by Coq.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from exactmargin.coq.application import Application, Unsupported, numbers
from exactmargin.coq.curves import first_piece
from exactmargin.coq.minima import REAL_AXIOMS, global_minimum, local_minimum
from exactmargin.coq.numerals import denominator_of, integers, listed, numeral, z
from exactmargin.coq.setting import Setting, vector
from exactmargin.kernel.kkt import curve, enter
from exactmargin.kernel.network import Slopes, Trace, Unit, at, slopes_at
from exactmargin.kernel.numbers import sign
from exactmargin.kernel.problem import Problem
from exactmargin.kernel.reading import read_number

__all__ = ["CLAIMS"]

Selection = list[list[Any]]
Subgradient = list[tuple[Any, Selection]]


def _feasible(problem: Problem, _: Any) -> Application:
    setting = Setting.of(problem)
    arguments = (setting.over(problem.theta), setting.data())
    return Application("feasible P theta", "is_feasible", "is_feasible_sound", arguments)


def _better(problem: Problem, evidence: Any) -> Application:
    better = problem.with_free(numbers(evidence["better"]))
    setting = Setting.of(problem)
    settings = setting.over(problem.theta), setting.over(better, "theta'")
    arguments = ("theta'", *settings, setting.data())
    return Application(
        "~ global_minimum P theta",
        "better",
        "not_global_minimum",
        arguments,
        definitions=vector("theta'", better),
    )


def _curve(problem: Problem, evidence: Any) -> Application:
    setting = Setting.of(problem)
    numerators = [numbers(row) for row in evidence["numerators"]]
    denominator = numbers(evidence["denominator"])
    end = numbers(evidence["breakpoints"])[0]
    found = first_piece(problem, numerators, denominator, end)
    if found is None:
        raise Unsupported("the signs along the curve are not seen in sums of its coefficients")
    rows, d = found
    [slope] = integers([problem.slope], setting.slopes)
    along = (
        f"Definition curve : setting poly := (Setting {listed(d, z)} [{z(setting.slopes)}] "
        f"[{z(slope)}]\n  {listed(rows, lambda row: listed(row, z))})%Z.\n"
    )
    arguments = (setting.over(problem.theta), "curve", setting.data())
    statement = (
        "~ local_minimum P theta /\\ forall t, 0 < t -> t <= 1 ->\n"
        "  competitor P theta (at_time t curve)\n"
        "  /\\ inner (at_time t curve) (at_time t curve) < inner theta theta"
    )
    return Application(statement, "descent", "descent_sound", arguments, definitions=along)


def _selection(problem: Problem, trace: Trace, given: Slopes) -> Selection:
    """A slope for each hidden unit. At a zero that needs none (nothing depends on it) 1 serves."""

    def slope(value: Any, z: Any) -> Any:
        return value if not sign(z) else Fraction(1) if sign(z) > 0 else problem.slope

    return [
        [slope(given.get((l, k), Fraction(1)), z) for k, z in enumerate(row)]
        for l, row in enumerate(trace.z[:-1])
    ]


def _subgradient(problem: Problem, i: int, entry: Any) -> Subgradient:
    """Weights with selections."""
    trace = at(problem, problem.theta, i)
    if "cells" not in entry:
        rows = entry.get("slopes", [])
        given = {(0, s["unit"] - 1): read_number(s["slope"], None, "slopes") for s in rows}
        return [(Fraction(1), _selection(problem, trace, given))]
    result = []
    for cell in entry["cells"]:
        path = curve(problem, cell["path"], "cells")
        slopes, _ = enter(problem, trace, i, path, "cells")
        idle = {unit for unit, slope in slopes.items() if slope not in (1, problem.slope)}
        live = {unit: slope for unit, slope in slopes.items() if unit not in idle}
        weight = read_number(cell["weight"], None, "cells")
        result.append((weight, _selection(problem, trace, live)))
    return result


def _kkt(problem: Problem, evidence: Any) -> Application:
    multipliers = numbers(evidence["multipliers"])
    entries = {entry["example"] - 1: entry for entry in evidence["subgradients"]}
    gradients = [
        _subgradient(problem, i, entries.get(i, {})) if multiplier else []
        for i, multiplier in enumerate(multipliers)
    ]
    slopes = [s for g in gradients for _, rows in g for row in rows for s in row]
    setting = Setting.of(problem, slopes)
    over_l = denominator_of(multipliers)
    over_w = denominator_of([weight for g in gradients for weight, _ in g])

    def weighted(pair: tuple[Any, Selection]) -> str:
        rows = listed(pair[1], lambda row: listed(integers(row, setting.slopes), z))
        return f"({z(integers([pair[0]], over_w)[0])}, {rows})"

    pairs = zip(integers(multipliers, over_l), gradients, strict=True)
    terms = listed(pairs, lambda pair: f"({z(pair[0])}, {listed(pair[1], weighted)})")
    over_g = setting.gradient_denominator() // setting.parameters  # Coq leaves one factor out
    over_all = (*map(numeral, (over_l, over_w, over_g)),)
    examples = setting.data(common=True)
    arguments = (setting.over(problem.theta), examples, *over_all, f"{terms}%Z")
    return Application("kkt P theta", "is_kkt", "is_kkt_sound", arguments)


def _not_kkt(problem: Problem, evidence: Any) -> Application:
    trees = {entry["example"] - 1: _cases(entry["tree"]) for entry in evidence["splits"]}
    direction = numbers(evidence["separator"])
    whole = [Fraction(0)] * len(problem.theta)
    whole[problem.block.start : problem.block.stop] = direction
    setting = Setting.of(problem)
    u = listed(integers(whole, denominator_of(whole)), z)
    all_trees = listed(range(len(problem.labels)), lambda i: trees.get(i, "Bound"))
    arguments = (setting.over(problem.theta), setting.data(), f"{u}%Z", all_trees)
    return Application(
        "feasible P theta /\\ ~ kkt P theta", "is_not_kkt", "is_not_kkt_sound", arguments
    )


def _cases(tree: Any) -> str:
    """Cases at kinks, as Coq's."""
    if tree == "bound":
        return "Bound"
    if "empty" in tree:
        raise Unsupported(
            "the evidence leaves out a cell without interior; Coq's subgradients have its slopes"
        )
    plus, minus = _cases(tree["plus"]), _cases(tree["minus"])
    return f"(Case {tree['layer'] - 1}%nat {tree['unit'] - 1}%nat {plus} {minus})"


def _zero_trace(problem: Problem, evidence: Any) -> Application:
    if "example" not in evidence:
        raise Unsupported("the claim is about the loss; Coq's is about an example")
    i = evidence["example"] - 1
    kinks: list[Unit] = []

    def decide(unit: Unit) -> Any:
        kinks.append(unit)
        return problem.slope

    trace = at(problem, problem.theta, i)
    slopes_at(replace(problem, layer=None), trace, decide)
    rows = zip(problem.layers[0].rows, trace.z[0], strict=True)
    zero = [row for row, z in rows if not sign(z)]
    idle = not kinks and problem.slope != 1 and len(problem.layers) > 1
    if idle and any(sign(problem.inputs[i][j]) for row in zero for _, j in row):
        raise Unsupported("inputs cancel in a shared weight; Coq's checker wants them to be zero")
    setting = Setting.of(problem)
    arguments = (f"{i}%nat", setting.over(problem.theta), setting.data())
    statement = (
        "SpecificationR.zero_diagonal (net P) (map Rdefinitions.Q2R theta)\n"
        f"  (map Rdefinitions.Q2R (snd (nth {i} (examples P) (0, []))))"
    )
    checker, theorem = "Hessian.has_zero_diagonal", "Hessian.zero_diagonal_sound"
    return Application(statement, checker, theorem, arguments, REAL_AXIOMS)


CLAIMS: dict[str, Callable[[Problem, Any], Application]] = {
    "feasible": _feasible,
    "kkt": _kkt,
    "not-kkt": _not_kkt,
    "not-global-minimum": _better,
    "not-local-minimum": _curve,
    "local-minimum": local_minimum,
    "global-minimum": global_minimum,
    "zero-trace-hessian": _zero_trace,
}
"""For each claim that Coq can check: (problem, evidence) to the checker with its arguments."""
