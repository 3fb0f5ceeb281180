r"""L Lemma 103 (appendix): the Clarke subdifferential of the loss, cell by cell.

Statement. The Clarke subdifferential at ω is the set of all convex combinations of the gradients at
ω of the polynomials of the cells whose closure contains ω; with only one such cell it is the
gradient.

Covered: these gradients, for the shapes of `SHAPES`, everything free, and that along any line they
tend to their value at ω, which is the step of the proof; that there are finitely many cells, open,
and a null set besides, is L Lemma 1. Then instances: inside a cell, on a fold between two, in a
corner of four (L Figure 3), with 0 in the set and outside of it; and where the gradients of four
cells cancel, which the slopes of a zero neuron tell apart.
"""

from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018 import figure_3
from theorems.laurent2018._two_class import Cell, cells, free, total
from theorems.laurent2018._two_class_steps import (
    LEAF,
    Path,
    critical,
    hinge,
    not_critical,
    one_hidden_layer,
)
from theorems.steps import identity, part

FOLD = {"term": 1, "plus": LEAF, "minus": LEAF}
"""On the line w_1 = 1 the first term of the loss of Figure 3 is 0; two cells meet."""


def gradient(cell: Cell) -> dict[str, str]:
    """The derivative of the loss on the cell by each parameter."""
    found: dict[str, str] = {}
    for k in cell.neurons:
        found |= {f"w{k}_{j}": f"(-v{k})*({cell.a(k, j)})" for j in cell.inputs}
    found |= {f"b{k}": f"(-v{k})*({cell.alpha(k)})" for k in cell.neurons}
    found |= {f"v{k}": f"(-1)*({cell.along(k)})" for k in cell.neurons}
    return found | {"c": f"(-1)*({cell.gamma()})"}


NAMES = {
    "w": r"$\partial\mathcal{L}/\partial w_k=-v_ka_k$",
    "b": r"$\partial\mathcal{L}/\partial b_k=-v_k\alpha_k$",
    "v": r"$\partial\mathcal{L}/\partial v_k=-\langle a_k,w_k\rangle-\alpha_kb_k$",
    "c": r"$\partial\mathcal{L}/\partial c=-\gamma$",
}


def derivatives(cell: Cell) -> list[Step]:
    """The loss on a cell is affine in each parameter, and this is its slope."""
    return [
        free(
            f"{cell.shape}, {_told(name)}: {NAMES[name[0]]}",
            cell.loss({name: f"({name}+t)"}),
            f"{cell.loss()}+t*({slope})",
        )
        for name, slope in gradient(cell).items()
    ]


def limits(cell: Cell) -> list[Step]:
    """Along ω + t d the derivatives by w_k and v_k are those at ω plus t times the same in d."""
    k = max(cell.neurons)
    by_v = total(f"({cell.a(k, j)})*(w{k}_{j}+t*d{j})" for j in cell.inputs)
    there = total(f"({cell.a(k, j)})*d{j}" for j in cell.inputs)
    return [
        free(
            rf"{cell.shape}: $\partial\mathcal{{L}}/\partial w_{{{k},1}}$ along $\omega+td$",
            f"(-(v{k}+t*u))*({cell.a(k, 1)})",
            f"(-v{k})*({cell.a(k, 1)})+t*((-u)*({cell.a(k, 1)}))",
        ),
        free(
            rf"{cell.shape}: $\partial\mathcal{{L}}/\partial v_{k}$ along $\omega+td$",
            f"(-1)*({by_v}+({cell.alpha(k)})*(b{k}+t*e))",
            f"(-1)*({cell.along(k)})+t*((-1)*({there}+({cell.alpha(k)})*e))",
        ),
    ]


def _told(name: str) -> str:
    index = name[1:].replace("_", ",")
    return f"${name[0]}_{{{index}}}$" if index else f"${name}$"


def constant_cell() -> Problem:
    """A ReLU that is off at both examples, with one of each class: the loss is 1 around it."""
    network = one_hidden_layer(1, 1, "0")
    return hinge("L Lemma 103", network, [("0",), ("1",)], [1, -1], ("1", "-2", "1", "0"))


def zero_neuron() -> Part:
    """All pre-activations are 0 and the neuron is read: four cells, by the signs of w and b."""
    inputs, weights = (("-1",), ("0",), ("1",)), ("1/4", "1/2", "1/4")
    network, point = one_hidden_layer(1, 1, "1/2"), ("0", "0", "1", "0")
    problem = hinge("L Lemma 103", network, inputs, (1, -1, 1), point, weights)
    cells: list[tuple[str, Path]] = [
        ("1/4", [[w, "0", "0", "0"], ["0", b, "0", "0"]]) for w in ("1", "-1") for b in ("1", "-1")
    ]
    slopes = [
        identity(rf"In the four cells $\partial\mathcal{{L}}/\partial {name}$ cancels", total, "0")
        for name, total in (
            ("w", "2*(-1/4*1+1/4*1/2)+2*(-1/4*1/2+1/4*1)"),
            ("b", "4*(-1/4*1-1/4*1/2)+2*(1/2*1)+2*(1/2*1/2)"),
        )
    ]
    end = critical("No gradient is 0, but their mean is", cells)
    return part("A zero neuron between four cells", problem, [*slopes, end], [end])


def instances() -> list[Part]:
    """One, two and four cells."""
    both: list[tuple[str, Path]] = [("1/2", [["1", "1"]]), ("1/2", [["-1", "-1"]])]
    smooth = not_critical(r"$\partial_0\mathcal{L}=\{(\frac16,\frac16)\}$", ("1", "1"))
    flat = critical(r"$\partial_0\mathcal{L}=\{0\}$", [("1", [["0"] * 4])])
    fold = not_critical("Both gradients have a positive second entry", ("0", "1"), FOLD)
    corner = critical("Two of the four gradients cancel", both)
    at = figure_3.instance
    return [
        part("Inside a cell", at(("3/2", "3/2")), [smooth], [smooth]),
        part("Inside a cell on which the loss is constant", constant_cell(), [flat], [flat]),
        part("On a fold between two cells", at(("1", "3/2")), [fold], [fold]),
        part("In a corner of four cells", at(("1", "1")), [corner], [corner]),
        zero_neuron(),
    ]


def prove() -> list[Part]:
    """The gradients, their limits, instances."""
    slopes = [step for cell in cells() for step in derivatives(cell)]
    continuous = [step for cell in cells() for step in limits(cell)]
    return [
        part("Gradients on a cell", None, [*slopes, *continuous], [*slopes, *continuous]),
        *instances(),
    ]
