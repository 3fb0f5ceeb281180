"""L Theorem 3 (section 2.2): on generic data flat minima are optimal.

Statement. Fully connected network, α > 0, generic data (Definition 1, read with r other than the
class of x^(i)). Then L(ω) = 0 at every local minimum of type I.

By Lemma 101 the errors of a flat cell solve (7), so on generic data they are 0, and the loss there
is φ_(L+2) = Σ_i μ^(i) ε^(i) = 0; on the closure of the cell it is 0 by continuity. Covered: these
lemmas, in their modules, and instances: generic data with flat minima, which have the loss 0, and
with local minima of positive loss, which are sharp; and a network with the complete list of its
cells, none of which is flat with positive loss. Where a hypothesis is dropped: rare data, ReLU, and
a network that is not fully connected have flat minima with positive loss.

Erratum. The proof ends with ε_r^(i) = 0 for all i and r; for r = c(i) it is σ'(1) = 1 by (101).
"""

from exactmargin.networks import from_pattern, fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018 import corollary_1, lemma_101, theorem_2
from theorems.laurent2018._section_2 import (
    CONSTANT,
    FLAT_AND_RARE,
    MIXED,
    OPTIMUM,
    ZERO_LOSS,
    better,
    every_cell,
    flat,
    found,
    instance,
    rest,
    zero_loss,
)
from theorems.steps import part, positive


def true_class() -> Part:
    """The entry of the loss at r = c(i) is 1 (equation 3), so σ' is 1 there."""
    steps = [positive(r"At $r=c(i)$ the loss reads $\sigma(1)$, so $\epsilon_r^{(i)}=1\ne0$", "1")]
    return part(r"Erratum: not all $\epsilon_r^{(i)}$ are 0", None, steps, steps)


def generic(problem: Problem) -> Step:
    """The hypothesis."""
    return found("Hypothesis: the data are generic", problem, "generic")


OPTIMAL = (
    OPTIMUM,
    *(problem for problem in theorem_2.SOLVED if problem.network.negative_slope),
    instance(
        "leaky, three classes, a margin of 1",
        fully_connected([1, 1, 3], negative_slope="1/2", bias=True),
        [1, 0, 0, 2, 4, 0, -1, -4],
        [(0,), (1,), (2,)],
        [0, 1, 2],
    ),
)
"""Generic data and a point with the loss 0, on kinks."""


def optimal(problem: Problem) -> Part:
    """A flat minimum on generic data."""
    steps = [
        generic(problem),
        flat("A local minimum of type I", ZERO_LOSS, theorem_2.path(problem)),
        zero_loss(r"$\mathcal{L}(\omega)=0$"),
    ]
    return part(f"Instance: {problem.name}", problem, steps, steps)


LINEAR = instance(
    "linear, the data of the instance before, loss 1/2",
    fully_connected([1, 1, 1], negative_slope=1, bias=True),
    [1, 0, 0, 1],
    [(1,), (-1,), (0,)],
    [1, 1, -1],
    ["3/8", "3/8", "1/4"],
)


def positive_loss(problem: Problem) -> Part:
    """Generic data, a local minimum that is not solved: of type II."""
    steps = [generic(problem), found("A local minimum of type II", problem, "sharp-minimum")]
    return part(f"Instance, positive loss: {problem.name}", problem, steps, steps)


# ---------------------------------------------------------------- every cell of one network

SMALL = instance(
    "leaky, one unit, two inputs",
    fully_connected([1, 1, 1], negative_slope="1/2", bias=True),
    [0, 0, 0, 0],
    [(0,), (1,)],
    [1, -1],
)


# ---------------------------------------------------------------- hypotheses that are needed

RELU, LOWER = corollary_1.FLAT[0]

UNREAD = instance(
    "the second input is not read",
    from_pattern([[[1, 0]], [[1]]], [True, True], "1/2"),
    [1, 1, "1/4", 0],
    [(0, 1), (0, 2)],
    [1, -1],
)


def without_slope() -> list[Part]:
    """α = 0: data that are generic for the slope 1/2, and a flat minimum with the loss 1."""
    leaky = fully_connected([1, 1, 1], negative_slope="1/2", bias=True)
    data = [list(x) for x in RELU.data.inputs]
    same = instance("the same data, leaky", leaky, [0] * 4, data, RELU.data.labels)
    first, wide = [generic(same)], flat("Type I for ReLU", CONSTANT, rest(RELU))
    second = [wide, better(r"$\mathcal{L}(\omega)=1>0$", RELU, LOWER)]
    return [
        part(r"Without $\alpha>0$: the data, for the slope 1/2", same, first, first),
        part(r"Without $\alpha>0$: a flat minimum", RELU, second, second),
    ]


def not_fully_connected() -> Part:
    """Generic data that the network cannot tell apart."""
    steps = [generic(UNREAD), flat("Type I, with the loss 1", CONSTANT, rest(UNREAD))]
    return part(f"Not fully connected: {UNREAD.name}", UNREAD, steps, steps)


def prove() -> list[Part]:
    """The erratum, instances, what is needed."""
    return [
        true_class(),
        *map(optimal, OPTIMAL),
        *map(positive_loss, (MIXED, LINEAR)),
        *every_cell(SMALL, generic(SMALL)),
        *(lemma_101.of_cell(*pair) for pair in FLAT_AND_RARE),
        *without_slope(),
        not_fully_connected(),
    ]
