"""L Theorem 2 (section 2.2): the loss is positive at local minima of type II.

Statement. If ω is a local minimum of type II, on no closure of a cell on which the loss is
constant, then L(ω) > 0. Here: of a network whose hidden units all have biases.

Covered: the proof. With ω̃ = (W, λV, b^(l) + ε^(l), λc), identically for shapes of depth 1 to 3, all
numbers free: η̃ = η + <W, Δx> + ε^(l) and z̃ = λ z + λ <v_r - v_y, Δx>; and the inequalities that
give ω̃ the sign + where η is 0 or positive, - where it is negative, and no error where z ≤ -1.
Instances: points with the loss 0, on kinks of any layer and with z = -1, dead, repeated and zero
inputs, ReLU, leaky and linear, two and three classes, up to three hidden layers. With λ = 1 + t,
ε^(L) = t^2, ..., ε^(1) = t^(L+1) each ω̃ runs in one cell, on which the loss is 0: ω is of type I.

Erratum. The proof moves the biases, and the theorem, stated for every network (5), fails without
them: with x = 0, or with two hidden layers and the first one off, there are points of loss 0 that
have no cell at all near them. Without hidden biases it holds for one hidden layer where no input
(or patch of one) is zero: there a small change of w_k makes its pre-activations non-zero.
"""

from collections.abc import Iterator
from itertools import chain

from exactmargin.networks import Architecture, convolutional, from_pattern, fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018 import lemma_1
from theorems.laurent2018._cells_forms import total
from theorems.laurent2018._section_2 import ZERO_LOSS, flat, instance, zero_loss
from theorems.steps import identity, part, positive

WIDTHS = (1, 2, 3)
"""Numbers of units below, for the identities."""


def perturbed(width: int) -> Iterator[Step]:
    """η̃ and z̃, for so many units below: x̃ = x + h."""
    units = range(width)
    names = [f"{s}{k}" for s in "wxhvu" for k in units]
    symbols = " ".join([*names, "b", "e", "l", "c", "f"])
    eta = total([f"w{k}*x{k}" for k in units])
    change = total([f"w{k}*h{k}" for k in units])
    yield identity(
        rf"$\tilde\eta=\eta+\langle W_k,\Delta x\rangle+\epsilon$, {width} unit(s) below",
        total([f"w{k}*(x{k}+h{k})" for k in units]) + "+b+e",
        f"({eta}+b)+({change})+e",
        symbols,
    )
    z = total([f"(v{k}-u{k})*x{k}" for k in units]) + "+c-f"
    yield identity(
        rf"$\tilde{{z}}=\lambda z+\lambda\langle v_r-v_y,\Delta x\rangle$, {width} unit(s) below",
        total([f"(l*v{k}-l*u{k})*(x{k}+h{k})" for k in units]) + "+l*c-l*f",
        f"l*({z})+l*({total([f'(v{k}-u{k})*h{k}' for k in units])})",
        symbols,
    )


def inequalities() -> list[Step]:
    """Signs of ω̃; a is a bound of |<W, Δx>|, that is C W_* ε^(l-1), or of |<v_r - v_y, Δx>|."""
    return [
        positive(
            r"$\eta\ge0$: with $\epsilon^{(l)}=a+s$, $s>0$ and $\langle W,\Delta x\rangle=-a+q$, "
            r"$q\ge0$, even for $\eta=q=0$: $\tilde\eta=s>0$",
            "0+(-a+0)+(a+s)",
            "a s",
        ),
        positive(
            r"the same for $\eta>0$, $q>0$",
            "n+(-a+q)+(a+s)",
            "a s n q",
        ),
        positive(
            r"$\eta=-2n<0$: with $a=n-s$, $\epsilon^{(l)}=n-u$, even for "
            r"$\langle W,\Delta x\rangle=a$: $-\tilde\eta=s+u>0$",
            "-(-2*n+(n-s)+(n-u))",
            "n s u",
        ),
        positive(
            r"$z=-1-m$, $\lambda=1+t$, $\lambda a=t-s$: $-\tilde{z}-1\ge\lambda m+s>0$",
            "-((1+t)*(-1-m)+(t-s))-1",
            "t s m",
        ),
        positive(r"the same for $z=-1$", "-((1+t)*(-1)+(t-s))-1", "t s"),
    ]


def path(problem: Problem) -> list[list[str]]:
    """ω̃ = ω + t d_1 + t² d_2 + ...: d_1 is (V, c), then 1 for the biases of layer L, L - 1, ..."""
    network, point = problem.network, problem.point()
    still = [[0] * (layer.parameter_count + layer.bias_count) for layer in network.layers]
    spell = problem.field.format
    top = [*point.weights[-1], *(point.biases[-1] or ())]
    found = [[*(str(x) for x in chain(*still[:-1])), *map(spell, top)]]
    for l in range(network.depth - 2, -1, -1):
        moved = [list(row) for row in still]
        count = network.layers[l].bias_count
        moved[l][-count:] = [1] * count
        found.append([str(x) for x in chain(*moved)])
    return found


def deep(*widths: int, slope: str = "0") -> Architecture:
    """Fully connected, with biases."""
    return fully_connected(widths, negative_slope=slope, bias=True)


SOLVED = (
    instance(
        "margins of exactly 1, an input on a kink",
        deep(1, 1, 1),
        [1, 0, 2, -1],
        [(0,), (1,)],
        [-1, 1],
    ),
    instance(
        "leaky, a zero neuron, repeated inputs, the input 0",
        deep(2, 2, 1, slope="1/2"),
        [1, 1, 0, 0, 0, 0, 4, 5, -1],
        [(1, 0), (1, 0), (0, -2), (0, 0)],
        [1, 1, -1, -1],
    ),
    instance(
        "three hidden layers, off or on kinks",
        deep(1, 1, 1, 1, 1),
        [-1, 0, 1, 0, 1, 0, 1, 1],
        [(1,), (0,)],
        [1, 1],
    ),
    instance(
        "leaky, two hidden layers, kinks in both",
        deep(1, 2, 1, 1, slope="1/3"),
        [1, -1, 0, 0, 1, 1, 0, 3, -1],
        [(0,), (1,), (-1,)],
        [-1, 1, 1],
    ),
    instance(
        "linear, nothing can be on a kink, a margin of 1",
        deep(1, 1, 1, slope="1"),
        [1, 0, 1, 0],
        [(1,), (-2,)],
        [1, -1],
    ),
    instance(
        "three classes, both units on their kinks at one input",
        deep(1, 2, 3),
        [1, -1, 0, 0, 2, 0, 0, 2, 0, 0, 0, 0, 1],
        [(1,), (-1,), (0,)],
        [0, 1, 2],
    ),
    instance(
        "a convolution with biases",
        convolutional(3, 2, bias=True),
        [1, -1, 0, 0, 2, 0, -1],
        [(1, 0, 1), (0, 0, 0)],
        [1, -1],
    ),
)
"""Points with the loss 0 where something is on its kink; the hidden units have biases."""


def of_point(problem: Problem) -> Part:
    """A point with loss 0 is of type I."""
    steps = [
        zero_loss(r"$\mathcal{L}(\omega)=0$"),
        flat(r"$\tilde\omega$ runs in one flat cell: type I", ZERO_LOSS, path(problem)),
    ]
    return part(f"Instance: {problem.name}", problem, steps, steps)


def without_hidden_biases() -> Part:
    """One hidden layer and no input is zero: W moves where the proof moves b."""
    problem = instance(
        "no hidden bias, a kink at an input that is not zero",
        from_pattern([[[1, 2]], [[1]]], [False, True]),
        [0, 1, -2, 1],
        [(1, 0), (0, 1)],
        [1, -1],
    )
    steps = [
        zero_loss(r"$\mathcal{L}(\omega)=0$"),
        flat(
            r"$(W+t^2(1,1),\lambda V,\lambda c)$ runs in one flat cell: type I",
            ZERO_LOSS,
            [["0", "0", "-2", "1"], ["1", "1", "0", "0"]],
        ),
    ]
    return part(f"Instance: {problem.name}", problem, steps, steps)


def refuted() -> list[Part]:
    """As printed: no cell is near these local minima, so no flat one, and the loss is 0."""
    zero_input = instance(
        "the input 0, no hidden bias",
        from_pattern([[[1]], [[1]]], [False, True]),
        [1, 1, 2],
        [(0,)],
        [1],
    )
    first_off = instance(
        "two hidden layers without biases, the first one off",
        from_pattern([[[1]], [[1]], [[1]]], [False, False, True]),
        [-1, 1, 1, 2],
        [(1,)],
        [1],
    )
    loss = zero_loss(r"$\mathcal{L}(\omega)=0$: a local minimum, even a global one")
    always = identity(
        r"The entry $w\cdot0$ of $\mathcal{S}$ is 0 for all $\omega$", "w*0", "0", "w"
    )
    return [
        part(f"Refuted as printed: {zero_input.name}", zero_input, [loss, always], [loss, always]),
        part(f"Refuted as printed: {first_off.name}", first_off, [loss], [loss]),
        lemma_1.without_biases(),
    ]


def prove() -> list[Part]:
    """The proof, points with loss 0, what fails without biases."""
    shifted = [step for width in WIDTHS for step in perturbed(width)]
    signs = inequalities()
    return [
        part(r"The proof: $\tilde\omega$", None, shifted, shifted),
        part("The proof: the signs", None, signs, signs),
        *map(of_point, SOLVED),
        without_hidden_biases(),
        *refuted(),
    ]
