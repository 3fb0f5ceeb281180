r"""L Lemma 106 (appendix): the second perturbation, of an output weight where all are 0.

Statement. Where v = 0 and c is neither 1 nor -1, move v_k by t. Then (i) for small |t| the point
ω(t) stays in the closures of all cells around ω, and (ii) L(ω(t)) - L(ω) = -t(⟨a_k, w_k⟩ +
α_k b_k) with a_k and α_k of any of them.

Covered: (ii) in every cell, for the shapes of `SHAPES`, everything free; instances along which the
loss falls for all small t, upwards and downwards, with kinks at ω. Erratum: (ii) is printed with
-α_k b_k in the brackets, in the proof as well; (124) uses the correct sign. At c = 1 the lemma
fails: there L has different slopes for t > 0 and t < 0.
"""

from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class import Cell, cells, free
from theorems.laurent2018._two_class_steps import descent, hinge, one_hidden_layer
from theorems.steps import evaluation, identity, part, positive

START = ("0", "1", "0", "0")
"""w, b, v, c of the counterexample; x = 0, y = 1."""


def change(cell: Cell, k: int) -> list[Step]:
    """(ii) and the printed (ii), v_k being t."""
    unread = {f"v{other}": "0" for other in cell.neurons}
    change = f"{cell.loss(unread | {f'v{k}': 't'})}-({cell.loss(unread)})"
    return [
        free(
            rf"{cell.shape}: $\mathcal{{L}}(\omega(t))-\mathcal{{L}}(\omega)="
            rf"-t(\langle a_{k},w_{k}\rangle+\alpha_{k}b_{k})$",
            change,
            f"(-t)*({cell.along(k)})",
        ),
        free(
            rf"Erratum, {cell.shape}: it differs from the printed "
            rf"$-t(\langle a_{k},w_{k}\rangle-\alpha_{k}b_{k})$ by $-2t\alpha_{k}b_{k}$",
            f"{change}-(-t)*({cell.along(k)}-2*({cell.alpha(k)})*b{k})",
            f"(-2)*t*({cell.alpha(k)})*b{k}",
        ),
    ]


def counterexample() -> Part:
    """x = 0, y = 1, w = 0, b = 1, c = 0: L(t) = 1 - t, and 1 + t is printed."""
    problem = hinge("L Lemma 106", one_hidden_layer(1, 1, "0"), [("0",)], [1], START)
    there = ("0", "1", "1/2", "0")
    a, alpha = "1*1*1*1*0", "1*1*1*1"
    steps = [
        evaluation(r"Erratum: $\hat{y}=0$ at $\omega$, so $\mathcal{L}=1$", START, 1, "0"),
        evaluation(
            r"Erratum: $\hat{y}=\frac12$ at $\omega(\frac12)$, so $\mathcal{L}=\frac12$",
            there,
            1,
            "1/2",
        ),
        identity(
            r"$-t(\langle a,w\rangle+\alpha b)=-\frac12$ at $t=\frac12$",
            f"-1/2*(({a})*0+({alpha})*1)",
            "(1-1/2)-(1-0)",
        ),
        positive(
            r"Erratum: the printed $-t(\langle a,w\rangle-\alpha b)$ is positive there",
            f"-1/2*(({a})*0-({alpha})*1)",
        ),
        descent("Erratum: the loss falls for $0<t<1$", problem, {3: ["1"]}, ["1"]),
    ]
    return part("The printed sign", problem, steps, steps)


def both_directions() -> list[Part]:
    """A neuron with a zero pre-activation; it may be read with t > 0, or with t < 0."""
    inputs, labels = (("1",), ("0",), ("-2",)), (1, -1, -1)
    parts = []
    for name, w, side in (("upwards", "1", "1"), ("downwards", "-1", "-1")):
        point = (w, "0", "0", "1/2")
        problem = hinge("L Lemma 106", one_hidden_layer(1, 1, "1/2"), inputs, labels, point)
        falls = descent(f"The loss falls, $v$ moves {name}", problem, {3: [side]}, ["1/4"])
        parts.append(part(f"$v$ moves {name}", problem, [falls], [falls]))
    return parts


def boundary() -> Part:
    """c = 1: L = max(0, -t), so neither of the two cells around ω holds ω(t) for all small t."""
    point = ("0", "1", "0", "1")
    problem = hinge("L Lemma 106, boundary", one_hidden_layer(1, 1, "0"), [("0",)], [1], point)
    steps = [
        evaluation(r"$c=1$, $t=\frac12$: $\hat{y}=\frac32$", ("0", "1", "1/2", "1"), 1, "3/2"),
        positive(r"$c=1$, $t=\frac12$: the loss is 0", "3/2-1"),
        evaluation(r"$c=1$, $t=-\frac12$: $\hat{y}=\frac12$", ("0", "1", "-1/2", "1"), 1, "1/2"),
        positive(r"$c=1$, $t=-\frac12$: the loss is not 0", "1-1/2"),
    ]
    return part(r"The excluded $c=1$", problem, steps, steps)


def prove() -> list[Part]:
    """(ii) for every neuron, the erratum, curves, the boundary."""
    changes = [step for cell in cells() for k in cell.neurons for step in change(cell, k)]
    first = part("The loss on a cell", None, changes, changes)
    return [first, counterexample(), *both_directions(), boundary()]
