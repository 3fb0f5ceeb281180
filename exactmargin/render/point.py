"""Facts about a point: feasible, infeasible, no kinks, no zero neurons, one value."""

from collections.abc import Sequence
from typing import Any

from exactmargin.kernel.network import at
from exactmargin.render.instance import block_values
from exactmargin.render.layout import chain, relation, table
from exactmargin.render.numerals import number, polynomial
from exactmargin.render.setting import Setting, pre_activation_head
from exactmargin.render.widths import LINE, width

__all__ = [
    "evaluated",
    "evaluation",
    "infeasible",
    "layered_table",
    "margins",
    "no_kinks",
    "nonzero_neurons",
    "point_table",
]


def point_table(
    setting: Setting,
    theta: Sequence[Any],
    examples: Sequence[int],
    more: Sequence[tuple[str, Sequence[str]]] = (),
    mark: str = "",
) -> str:
    """Examples with their pre-activations and margins at numbers, and further columns."""
    rows = []
    for n, i in enumerate(examples):
        trace = at(setting.problem, theta, i)
        margin = number(trace.output * setting.problem.labels[i])
        extra = [column[n] for _, column in more]
        rows.append([[str(i + 1)], setting.hidden(trace), [margin, *extra]])
    margin = f"y_i\\,\\Phi(\\theta{mark};x_i)"
    heads = [["i"], pre_activation_head(setting, mark), [margin, *(h for h, _ in more)]]
    return layered_table(heads, rows, mark)


def layered_table(
    heads: Sequence[Sequence[str]], rows: Sequence[Sequence[Sequence[str]]], mark: str = ""
) -> str:
    """A table whose rows are (example, pre-activations per layer, the rest).

    Where the pre-activations of one example are too wide for a row, they get a table of their own
    with a row per layer.
    """
    hidden_widths = [width("".join(hidden)) for _, hidden, _ in [heads, *rows]]
    if len(heads[1]) < 2 or max(hidden_widths) <= LINE / 2:
        return table(_flat(heads), [_flat(row) for row in rows])
    layers = [[*i, str(l), z] for i, hidden, _ in rows for l, z in enumerate(hidden, 1)]
    return "\n".join(
        [
            table(["i", "l", f"z^{{(l){mark}}}"], layers),
            table([*heads[0], *heads[2]], [[*row[0], *row[2]] for row in rows]),
        ]
    )


def _flat(groups: Sequence[Sequence[str]]) -> list[str]:
    return [cell for group in groups for cell in group]


def _all(setting: Setting) -> range:
    return range(len(setting.problem.labels))


def margins(setting: Setting, evidence: Any) -> list[str]:
    """Feasible: every margin."""
    del evidence
    shown = point_table(setting, setting.problem.theta, _all(setting))
    return ["The hidden pre-activations and the margins, all of them at least 1:", shown]


def infeasible(setting: Setting, evidence: Any) -> list[str]:
    """One margin below 1."""
    i = evidence["example"] - 1
    text = f"The margin of example~{i + 1} is below 1:"
    return [text, point_table(setting, setting.problem.theta, [i])]


def no_kinks(setting: Setting, evidence: Any) -> list[str]:
    """All hidden pre-activations."""
    del evidence
    shown = point_table(setting, setting.problem.theta, _all(setting))
    first = setting.problem.first
    where = f" from layer~{first + 1} on" if first else ""
    return [f"None of the hidden pre-activations{where} is zero:", shown]


def nonzero_neurons(setting: Setting, evidence: Any) -> list[str]:
    """The incoming weights of every hidden neuron."""
    del evidence
    problem = setting.problem
    rows = []
    for l, layer in enumerate(problem.layers[:-1]):
        for k, row in enumerate(layer.rows):
            entries = {j: number(problem.theta[p]) for p, j in row}
            shown = [entries.get(j, "0") for j in range(setting.naming.sources(l))]
            rows.append([str(l + 1), str(k + 1), ",\\allowbreak ".join(shown)])
    head = ["\\text{layer}", "\\text{unit}", "\\text{incoming weights}"]
    return ["Every hidden neuron has an incoming weight that is not zero:", table(head, rows)]


def evaluated(evidence: Any) -> str:
    """What an ``evaluation`` is the value of, in words."""
    i = evidence["example"]
    if "layer" not in evidence:
        return f"$\\Phi(\\vartheta;x_{{{i}}})$"
    unit = f"unit~{evidence['unit']} of layer~{evidence['layer']}"
    return f"the pre-activation of {unit} at example~{i}"


def evaluation(setting: Setting, evidence: Any) -> list[str]:
    """The value of the network, or of one unit, at other parameters."""
    theta = setting.numbers(evidence["parameters"])
    i = evidence["example"]
    entries = [number(x) for x in theta]
    (value,) = setting.numbers([evidence["value"]])
    result = ["At the parameters $\\vartheta$ given by"]
    result.append(block_values(setting.naming.blocks, entries))
    if "layer" in evidence:
        return [*result, f"{evaluated(evidence)} is ${polynomial(value, [])}$."]
    trace = at(setting.problem, theta, i - 1)
    hidden = ", ".join(f"${z}$" for z in setting.hidden(trace))
    if hidden:
        result.append(f"the hidden pre-activations of example~{i} are {hidden}, and")
    result.append(
        chain(f"\\Phi(\\vartheta;x_{{{i}}})", relation("=", polynomial(value, [])), end=".")
    )
    return result
