r"""L Lemma 105 (appendix): the first perturbation, of a neuron that is read.

Statement. For separable data with (q, β) and margin m (L eq. 121), move neuron k by
t sign(v_k)(q, β). Then (i) for small t ≥ 0 the point ω(t) stays in the closure of one cell u around
ω, and (ii) L(ω) ≥ L(ω(t)) + t|v_k| m Σ μελ_k, with ε and λ of that cell.

Covered: (ii) in every cell, for the shapes of `SHAPES` and either sign of v_k, everything free,
with the estimate (122). Then instances, with kinks at ω, on which the loss falls for all t in an
interval, while the signature of ω(t) keeps its entries. Erratum: the proof of (i) infers the
closure of one cell from a constant signature; it follows after shrinking t_0, because the closures
are finitely many closed semialgebraic sets that cover the curve.
"""

from exactmargin.registry import Part, Step
from theorems.laurent2018._two_class import Cell, cells, free
from theorems.laurent2018._two_class_steps import descent, hinge, one_hidden_layer, separable
from theorems.steps import identity, part, positive

SIGNS = (1, -1)


def falls(cell: Cell, sign: int) -> Step:
    """The loss on a cell at ω(t), k = 1, with v_1 = n or -n, n = |v_1|."""
    read = {"v1": f"(({sign})*n)"}
    neuron = {f"w1_{j}": f"(w1_{j}+t*({sign})*q{j})" for j in cell.inputs}
    neuron["b1"] = f"(b1+t*({sign})*beta)"
    return free(
        rf"{cell.shape}, $v_1={'' if sign > 0 else '-'}|v_1|$: "
        r"$\mathcal{L}(\omega(t))=\mathcal{L}(\omega)-t|v_1|(\langle a_1,q\rangle+\alpha_1\beta)$",
        cell.loss(read | neuron),
        f"{cell.loss(read)}-t*n*({cell.along(1, 'q', 'beta')})",
    )


def along_curves() -> list[Part]:
    """Where (122) makes the loss fall, it falls along the curve."""
    inputs, labels, names = (("1",), ("-1",)), (1, -1), r"$q=1$, $\beta=0$"
    starts = {
        "A zero neuron, and a term of the loss at 0": ("1/2", ("0", "1", "0", "-1", "1", "0", "1")),
        "A negative output weight": ("1/2", ("1", "1", "0", "-1", "-1", "0", "0")),
        "A ReLU that sees one of two unsolved points": (
            "0",
            ("1", "0", "0", "0", "1/2", "0", "0"),
        ),
    }
    parts = []
    for name, (slope, point) in starts.items():
        problem = hinge("L Lemma 105", one_hidden_layer(1, 2, slope), inputs, labels, point)
        side = "1" if not point[4].startswith("-") else "-1"
        steps = [
            separable(f"The data are separable, {names}", ("1",), "0"),
            descent(r"$\mathcal{L}(\omega(t))<\mathcal{L}(\omega)$", problem, {1: [side]}, ["1/2"]),
        ]
        parts.append(part(name, problem, steps, steps))
    return parts


def constant_signature() -> Part:
    """(a, a (t - 1/2)) is (0, 0) on the line a = 0: no sign vector's closure holds all of it."""
    steps = [
        identity("Erratum: on the line $a=0$ both forms are 0", "0*(t-1/2)", "0", "t"),
        positive(
            r"Erratum: with $a>0$, $t<\frac12$ the second is negative", "-(a*(1/2-s-1/2))", "a s"
        ),
        positive(r"Erratum: with $a>0$, $t>\frac12$ it is positive", "a*(1/2+s-1/2)", "a s"),
    ]
    return part("Constant signatures and closures of cells", None, steps, steps)


def prove() -> list[Part]:
    """The identity and the estimate, then the curves."""
    identities = [falls(cell, sign) for cell in cells() for sign in SIGNS]
    estimates = [cell.estimate(1) for cell in cells()]
    steps = [*identities, *estimates]
    return [part("The loss on a cell", None, steps, steps), *along_curves(), constant_signature()]
