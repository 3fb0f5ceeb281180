r"""L Figure 5 (section 3): four classes, a local minimum where the analogue of Theorem 6 fails.

Statement. A ReLU network with one hidden layer of two neurons and four outputs, data of four
classes, each separable from the rest: with the multiclass hinge loss there are a global minimum
with loss 0, and a sub-optimal local minimum where unsolved points are active.

Covered: both, with coordinates of our own, as L gives none. First the four points of a
rectangle: a global minimum, and a critical point where each neuron sees two unsolved classes, which
is a saddle. Then a local minimum, at which the features of all points are the same, and the outputs
(1, 0, 0, 0): class 1 is solved, just so, and no other class is. Nearby the loss is not smaller,
however the output weights v vary, as the points of class 1 hold those of the others: with
u_k = (v_2, v_3, v_4)_k - (v_1, v_1, v_1)_k and a = 10 u_1 × u_2, the points

    p_r = 4 x_r - (x_2 + x_3 + x_4) + (0, a_r),    r = 2, 3, 4,

are between two points of class 1, and Σ_r u_rk (p_r - 4 x_r + x_2 + x_3 + x_4) = 0 for both k.

Three classes, one neuron and five points suffice. The one-versus-all loss (11) has such a minimum,
too: on a square, with all outputs -1. Class r holds itself at p_r = x_r + Σ_s v_s (x_s - x_r)/3,
and Σ_r v_r (p_r - x_r) = 0. There the relation (14) fails: no class is critical by itself.
"""

from exactmargin.problems import MulticlassHinge, OneVersusAllHinge, Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018._several_classes_points import (
    Classes,
    critical,
    not_critical,
    searched,
    separable,
)
from theorems.steps import better, curve, identity, part, positive

TWO_NEURONS = ([[1, 2], [3, 4]],)
ONE_NEURON = ([[1, 2]],)
RECTANGLE = ((3, 1), (3, -1), (-3, 1), (-3, -1))

SADDLE = Classes(
    "Figure 5, on a rectangle",
    RECTANGLE,
    (0, 1, 2, 3),
    TWO_NEURONS,
    [(1, 0, -1, 0)],
    [(0, 0)],
    [(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 0)],
)
CORNERS = SADDLE._replace(
    name="Figure 5, left, on a rectangle",
    hidden=[(1, 0, 0, 1)],
    rows=[(6, 2, -10), (6, 0, -9), (0, 2, -1), (0, 0, 0)],
)
"""At the features h_r the outputs are 2<h_r, h> - |h_r|², the largest at the nearest one."""

HELD = Classes(
    "Figure 5, right, with nine points",
    ((1, 0), (0, -1), (-1, 0), (4, 10), (4, 12), (0, 6), (0, 8), (-4, 10), (-4, 12)),
    (1, 2, 3, 0, 0, 0, 0, 0, 0),
    TWO_NEURONS,
    [(0, 0, 0, 0)],
    [(1, 1)],
    [(2, 2, -3), (3, 2, -5), (1, 3, -4), (2, 1, -3)],
)
SOLVED = HELD._replace(
    name="Figure 5, left, with nine points",
    hidden=[(1, 0, 0, 1)],
    biases=[(5, 2)],
    rows=[(0, 4, -9), (9, -3, -42), (0, -9, 14), (-9, -3, 48)],
)
SQUARE = Classes(
    "one against all, on a square",
    ((1, 1), (1, -1), (-1, -1), (-1, 1)),
    (0, 1, 2, 3),
    ONE_NEURON,
    [(0, 0)],
    [(1,)],
    [(1, -2)] * 4,
)
FIVE = Classes(
    "three classes, one neuron, five points",
    ((1, 0), (-1, 0), (4, 5), (-4, 5), (0, 6)),
    (1, 2, 0, 0, 0),
    ONE_NEURON,
    [(0, 0)],
    [(1,)],
    [(2, -1), (3, -3), (1, -1)],
)
CORNER = SQUARE._replace(hidden=[(1, 1)], biases=[(-1,)], rows=[(2, -1), (0, -1), (0, -1), (0, -1)])
"""The neuron sees the first point alone, and class 1 reads it."""


def _weight(r: int, k: int) -> str:
    """The kernel's name of v_rk, counted from 1, with two neurons."""
    return f"u2_{2 * (r - 1) + k}"


def held_multipliers() -> dict[tuple[int, int], str]:
    """By example and class: the weights of two points of class 1, with the sum p_r.

    Their heights are 10 and 12 (r = 2, 4) or 6 and 8 (r = 3), and a_r is 10 at θ.
    """
    u = {(r, k): f"({_weight(r, k)}-{_weight(1, k)})" for r in (2, 3, 4) for k in (1, 2)}
    found: dict[tuple[int, int], str] = {}
    for r, s, t, above, example in ((2, 3, 4, 1, 4), (3, 4, 2, -3, 6), (4, 2, 3, 1, 8)):
        minor = f"{u[s, 1]}*{u[t, 2]}-{u[t, 1]}*{u[s, 2]}"
        low = HELD.inputs[example - 1][1]
        share = f"1/2*({above}-{low}+10*({minor}))"
        found |= {(example, r): f"1-{share}", (example + 1, r): share}
    return found


def square_multipliers() -> dict[tuple[int, int], str]:
    """By example and class: v_s/3, and ± what is missing to the sum 1, as x_r = x_s + x_t - x_o."""
    found: dict[tuple[int, int], str] = {}
    for r in range(4):
        others = [(r + n) % 4 for n in (1, 2, 3)]
        rest = "+".join(f"1/3*u2_{s + 1}" for s in others)
        for s, side in zip(others, "+-+", strict=True):
            found[s + 1, r + 1] = f"1/3*u2_{s + 1}{side}(1-({rest}))"
    return found


def minimum(name: str, problem: Problem, multipliers: dict[tuple[int, int], str]) -> Step:
    """A local minimum by multipliers that vary with the parameters."""
    numbers = {
        (term.example + 1, next(r for r, c in term.factors.items() if c > 0) + 1): j
        for j, term in enumerate(problem.loss_terms, 1)
        if max(term.factors.values()) > 0
    }
    by_term = sorted((numbers[key], value) for key, value in multipliers.items())
    listed = [{"term": j, "value": value} for j, value in by_term]
    return Step(name, "local-minimum", {"by": "constant", "multipliers": listed})


def flat(problem: Problem) -> list[str]:
    """The parameters in the kernel's spelling."""
    return [str(value) for value in problem.point().flat()]


def at_left(point: Classes) -> Part:
    """A global minimum, which solves all points."""
    problem = point.together(MulticlassHinge())
    steps = [
        separable("Each class is separable from the rest", problem),
        Step(r"$\mathcal{L}=0$: a global minimum", "global-minimum", {"by": "zero-loss"}),
    ]
    return part(point.name, problem, steps, steps)


def rectangle() -> Part:
    """A critical point where each neuron sees two classes; a saddle."""
    problem = SADDLE.together(MulticlassHinge())
    active = positive(r"$x_1$ is active, $v_{11}(\langle w_1,x_1\rangle+b_1)>0$", "1*(1*3+0*1+0)")
    unsolved = positive(r"and unsolved: $1+\hat{y}_2-\hat{y}_1>0$", "1+(1*3+0)-(1*3+0)")
    point = critical("A Clarke critical point; the analogue of Theorem 6 fails", problem)
    line = [[] if text == "0" else [text] for text in flat(problem)]
    for p, start, rate in ((2, "0", "1"), (7, "1", "1"), (9, "1", "-1")):
        line[p - 1] = [start, rate]
    saddle = curve("No local minimum: a line of descent", line, ["1/8"])
    lower = better("A smaller loss", flat(CORNERS.together(MulticlassHinge())))
    steps = [separable("Each class is separable from the rest", problem), active, unsolved]
    steps += [point, saddle, lower]
    return part(SADDLE.name, problem, steps, steps)


def at_right() -> Part:
    """A sub-optimal local minimum with unsolved active points."""
    problem = HELD.together(MulticlassHinge())
    loss = identity(
        r"$\mathcal{L}=\frac43$: the points of classes 2, 3, 4 have loss 4 each, class 1 has none",
        "1/9*3*((1+1-0)+(1+0-0)+(1+0-0))",
        "4/3",
    )
    steps = [
        separable("Each class is separable from the rest", problem),
        positive(r"All points are on the active side of both neurons: $0\cdot x+1>0$", "0+1"),
        *(
            positive(rf"Class {r} reads neuron {k}: $v_{{{r}{k}}}>0$", str(HELD.v(r - 1)[k - 1]))
            for r in (2, 3, 4)
            for k in (1, 2)
        ),
        loss,
        critical("A Clarke critical point; the analogue of Theorem 6 fails", problem),
        minimum("A local minimum", problem, held_multipliers()),
        better("A smaller loss", flat(SOLVED.together(MulticlassHinge()))),
    ]
    return part(HELD.name, problem, steps, steps)


def smallest() -> Part:
    """Three classes, with multipliers that a search has found."""
    problem = FIVE.together(MulticlassHinge())
    steps = [
        separable("Each class is separable from the rest", problem),
        positive(r"All points are on the active side: $0\cdot x+1>0$", "0+1"),
        *(FIVE.nonzero(r) for r in (1, 2)),
        identity(
            r"$\mathcal{L}=\frac65$: the points of classes 2 and 3 have loss 3 each",
            "1/5*2*((1+1-0)+(1+0-0))",
            "6/5",
        ),
        critical("A Clarke critical point", problem),
        searched("A local minimum", "local-minimum", problem),
        searched("A smaller loss", "not-global-minimum", problem),
    ]
    return part(FIVE.name, problem, steps, steps)


def one_against_all() -> Part:
    """A sub-optimal local minimum of the loss (11), unsolved points, all active."""
    problem = SQUARE.together(OneVersusAllHinge())
    steps = [
        separable("Each class is separable from the rest", problem),
        positive(r"All points are on the active side: $0\cdot x+1>0$", "0+1"),
        positive(r"Point $r$ is unsolved for class $r$: $1-\hat{y}_r>0$", "1-(1*1-2)"),
        critical("A Clarke critical point", problem),
        minimum("A local minimum", problem, square_multipliers()),
        better("A smaller loss", flat(CORNER.together(OneVersusAllHinge()))),
    ]
    return part(SQUARE.name, problem, steps, steps)


def not_one_by_one(r: int) -> Part:
    """There the relation (14) of class r fails."""
    problem = SQUARE.relation(r)
    step = not_critical(rf"$0\notin\partial_0\mathcal{{L}}^{{({r + 1})}}$", problem)
    return part(f"Relation (14), class {r + 1}", problem, [step], [step])


def prove() -> list[Part]:
    """The figure's two panels, on a rectangle and with nine points; the loss (11)."""
    return [
        at_left(CORNERS),
        rectangle(),
        at_left(SOLVED),
        at_right(),
        smallest(),
        one_against_all(),
        *(not_one_by_one(r) for r in SQUARE.classes),
    ]
