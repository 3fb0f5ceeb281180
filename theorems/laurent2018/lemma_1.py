"""L Lemma 1 (section 2.1): the cells are open and disjoint, the rest is closed and a null set.

Statement. For a network with a bias at every unit each Ω_u is open, different cells are disjoint,
and the complement of their union, the boundary set, is closed and of Lebesgue measure 0.

The cells are disjoint by definition, and open as the entries of the signature are signs of
continuous functions; so the boundary set is closed. Covered: the equations (100) of the proof.
For the shapes of Theorem 1, slopes and all else free, each pre-activation moves by t if its bias
does, as the features below do not contain that bias, and each entry of the loss moves by t if c_s
does; so each entry vanishes on the graph of a function of the other parameters, which are finitely
many null sets. (The features are Lipschitz on bounded sets only.) Instances: networks with one
hidden layer, with the complete list of their cells.

Errata. (100) for c_s: printed c_s = -(1 + <v_s - v_r, x>); the entry vanishes where c_s = c_r - (1
+ <v_s - v_r, x>). And the biases of (4), of which the lemma says nothing, are needed: without them
the boundary set can contain an open set, as behind a unit that is off pre-activations are 0.
"""

from collections.abc import Iterator, Sequence

from exactmargin.networks import from_pattern, fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import SHAPES, LossOnCell, symbol, total
from theorems.laurent2018._section_2 import found, instance
from theorems.steps import identity, part, positive


def against(weights: Sequence[str], row: Sequence[str]) -> str:
    """<w, x>."""
    return total([f"({w})*{x}" for w, x in zip(weights, row, strict=True)])


def weights_of(shape: LossOnCell, l: int, k: int) -> list[str]:
    """Row k of the weights of layer l."""
    return [symbol(f"w{l}", p) if p else "0" for p in shape.patterns[l - 1][k]]


def graphs(shape: LossOnCell, i: int) -> Iterator[Step]:
    """For each entry of example i's signature: as a function of its own bias it is that bias less
    the right side of (100), which does not contain it."""
    row = [f"x{i}x{j}" for j in shape.inputs]
    for l in shape.layers[:-1]:
        units = range(len(shape.patterns[l - 1]))
        inner = [against(weights_of(shape, l, k), row) for k in units]
        for k, text in enumerate(inner):
            bias = f"(-({text})+t)"
            yield moves(shape, rf"$\eta_{{{k + 1}}}^{{({i + 1},{l})}}$", f"{text}+{bias}", l, k)
        row = [f"s{i}x{l}x{k}*({inner[k]}+{symbol(f'b{l}', k)})" for k in units]
    l, y = shape.hidden + 1, shape.labels[i]
    true, c = weights_of(shape, l, y), symbol(f"b{l}", y)
    for r in shape.classes:
        if r != y:
            own = weights_of(shape, l, r)
            difference = [f"{a}-{b}" for a, b in zip(own, true, strict=True)]
            bias = f"({c}-(1+{against(difference, row)})+t)"
            entry = f"1+{against(own, row)}+{bias}-({against(true, row)}+{c})"
            yield moves(shape, rf"the loss at ${i + 1}$, class {r + 1}", entry, l, r)


def moves(shape: LossOnCell, entry: str, text: str, l: int, k: int) -> Step:
    """The entry at the bias of (100) plus t is t; no feature in it contains the bias."""
    name = rf"(100), {entry}: the bias of (100) plus $t$ gives $t$; {shape.name}"
    symbols = [s for s in shape.symbols() if s != symbol(f"b{l}", k)]
    return identity(name, text, "t", " ".join([*symbols, "t"]))


def of_shape(shape: LossOnCell) -> Part:
    """Every entry vanishes on a graph over the other parameters."""
    steps = [step for i in range(len(shape.labels)) for step in graphs(shape, i)]
    return part(f"Symbolic: {shape.name}", None, steps, steps)


def wrong_sign() -> Part:
    """(100) as printed, with e = <v_s - v_r, x>: the entry 1 + e + c_s - c_r is -c_r there."""
    refuted = positive(r"Refuted: with $c_r=-1$ the entry is 1 on the printed graph", "-(-1)")
    steps = [
        identity(
            r"On the printed graph $c_s=-(1+\langle v_s-v_r,x\rangle)$ the entry is $-c_r$",
            "1+e+(-(1+e))-c",
            "-c",
            "e c",
        ),
        refuted,
        identity(
            r"Corrected: it vanishes at $c_s=c_r-(1+\langle v_s-v_r,x\rangle)$",
            "1+e+(c-(1+e))-c",
            "0",
            "e c",
        ),
    ]
    return part("Erratum to (100)", None, steps, steps)


def without_biases() -> Part:
    """ReLU, x = 1, no biases: the pre-activation w_2 σ(w_1 x) of the second layer is the output of
    the first two layers, and near w_1 = -1 it is the polynomial 0."""
    two_layers = instance("ReLU, two layers of one weight", CHAIN, [-1, 1], [(1,)], [1])
    zero = {"blocks": ["u1", "u2"], "expression": "0"}
    steps = [
        Step(
            r"Near $w_1=-1$ an entry of $\mathcal{S}$, that of $w_2\sigma(w_1x)$, is 0",
            "multilinear-form",
            {"example": 1, "terms": [zero]},
        ),
        positive(r"So where $w_1=-p<0$: $-w_1x=p>0$, the first unit is off", "-((-p)*1)", "p"),
    ]
    return part(r"Without biases $\mathcal{N}$ contains an open set", two_layers, steps, steps)


CHAIN = fully_connected([1, 1, 1])

LISTED = (
    instance(
        "two inputs, one ReLU with bias",
        fully_connected([1, 1, 1], bias=True),
        [1, 0, 1, 0],
        [(1,), (-1,)],
        [1, -1],
    ),
    instance(
        "leaky, two inputs, without biases",
        fully_connected([2, 1, 1], negative_slope="1/3"),
        [1, 1, 1],
        [(1, 0), (1, 1), (0, 2)],
        [1, -1, 1],
    ),
    instance(
        "two units that share a weight",
        from_pattern([[[1, 0], [0, 1]], [[1, 1]]], [False, True]),
        [1, 1, 1],
        [(1, 2), (0, 0)],
        [1, 1],
    ),
)


def listed(problem: Problem) -> Part:
    """All cells, each with a point inside: a tree of signs that covers all but a null set."""
    steps = [found("The complete list of the cells", problem, "cells")]
    return part(f"Instance: {problem.name}", problem, steps, steps)


def prove() -> list[Part]:
    """The graphs, the errata, complete lists."""
    shapes = [of_shape(shape) for shape in SHAPES]
    return [*shapes, wrong_sign(), without_biases(), *map(listed, LISTED)]
