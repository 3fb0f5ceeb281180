"""The sample: hyperplanes between classes, hulls that meet, rare choices, trees of functionals."""

from collections.abc import Sequence
from typing import Any

from exactmargin.kernel.network import inner
from exactmargin.render.layout import chain, items, table, vector
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["generic", "not_separable", "rare", "separable"]

_EQUATIONS = (
    "with $\\hat x_i=(x_i,1)$, $c(i)$ the class of example $i$ and $e_r$ the unit vector of class "
    "$r$, of the equations"
)
_SYSTEM = (
    "\\sum_i\\lambda_i\\mu_i\\sum_{r\\ne c(i)}\\varepsilon_{ir}\\,(e_{c(i)}-e_r)\\otimes\\hat x_i"
)
_CHOICES = (
    "$\\varepsilon_{ir}\\in\\{0,1\\}$, not all zero, and $\\lambda_i\\in\\{1,\\alpha,\\dots,"
    "\\alpha^L\\}$, $\\alpha$ the negative slope and $L$ the number of hidden layers"
)


def separable(setting: Setting, evidence: Any) -> list[str]:
    """A hyperplane for each class, and its values at the inputs."""
    rows, values = [], []
    for entry in evidence["separators"]:
        *w, b = setting.numbers([*entry["weights"], entry["bias"]])
        rows.append([str(entry["class"]), vector([number(a) for a in w]), number(b)])
        values.append([number(inner([*w, b], [*x, 1])) for x in setting.problem.inputs])
    labels = setting.problem.labels
    head = ["i", "y_i", *(f"\\langle w_{{{row[0]}}},x_i\\rangle+b_{{{row[0]}}}" for row in rows)]
    lines = zip(*values, strict=True)
    shown = [[str(i), str(labels[i - 1]), *line] for i, line in enumerate(lines, 1)]
    return [
        "The functions $\\langle w_c,x\\rangle+b_c$ with",
        table(["c", "w_c", "b_c"], rows),
        "are positive on the inputs of their class $c$, and negative on all others:",
        table(head, shown),
    ]


def not_separable(setting: Setting, evidence: Any) -> list[str]:
    """A point in two hulls."""
    weights, c = setting.numbers(evidence["weights"]), evidence["class"]
    labels = setting.problem.labels
    rows = [
        [str(i), str(y), number(a)] for i, (y, a) in enumerate(zip(labels, weights, strict=True), 1)
    ]
    total = f"\\sum_{{y_i={c}}}a_i\\hat x_i"
    return [
        "With $\\hat x_i=(x_i,1)$ and the weights $a_i\\ge0$ in",
        table(["i", "y_i", "a_i"], rows),
        chain(total, [f"= \\sum_{{y_i\\ne {c}}}a_i\\hat x_i"], end=","),
        f"so the convex hull of class {c} meets that of the rest.",
    ]


def rare(setting: Setting, evidence: Any) -> list[str]:
    """The choice."""
    rows = [
        [
            str(entry["example"]),
            number(setting.problem.slope ** entry["exponent"]),
            ", ".join(map(str, entry["classes"])),
        ]
        for entry in evidence["choices"]
    ]
    return [
        f"The sample is rare if there are {_CHOICES}, that are a solution, {_EQUATIONS}",
        chain(_SYSTEM, ["= 0"], end="."),
        "One solution is, all other $\\varepsilon_{ir}$ being 0,",
        table(["i", "\\lambda_i", "\\varepsilon_{ir}=1\\text{ for }r ="], rows),
    ]


def generic(setting: Setting, evidence: Any) -> list[str]:
    """The tree."""
    return [
        f"The sample is generic if no {_CHOICES}, are a solution, {_EQUATIONS}",
        chain(_SYSTEM, ["= 0"], end="."),
        "The choices are split into cases. In each the inner product of the left side with given "
        "vectors $q_r$, one for each class, is positive for all choices of the case but zero:",
        items(_case(setting, evidence["tree"], [])),
    ]


def _case(setting: Setting, tree: Any, known: Sequence[str]) -> list[str]:
    """One line for each leaf."""
    if "functional" in tree:
        rows = [vector([number(a) for a in setting.numbers(row)]) for row in tree["functional"]]
        pairs = zip(setting.problem.classes, rows, strict=True)
        vectors = ", ".join(f"$q_{{{r}}}={row}$" for r, row in pairs)
        return [f"{', '.join(known) or 'all choices'}: {vectors}"]
    i = tree["example"]
    if "class" in tree:
        name = f"\\varepsilon_{{{i},{tree['class']}}}"
        sides = ((1, tree["on"]), (0, tree["off"]))
        return [
            line
            for value, branch in sides
            for line in _case(setting, branch, [*known, f"${name}={value}$"])
        ]
    found = []
    for n, branch in enumerate(tree["exponents"]):
        value = number(setting.problem.slope**n)
        found += _case(setting, branch, [*known, f"$\\lambda_{{{i}}}={value}$"])
    return found
