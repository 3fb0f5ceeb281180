r"""L Corollary 101 (appendix, section 4): several classes, deep linear networks, local minima.

Statement. Let α = 1, γ > 0, R ≥ 2, any data, and weights that are equal for all classes. A local
minimum of E_γ (L eq. 13 with eq. 132) with v̄_r = 0 for some r is a global minimum.

Covered: the steps of the proof as identities: the loss of a class where v̄_r = 0, what the moves
(133) and (134) of one replicate gain and pay, and the expansion for moves of all replicates. Then
instances: local minima with v̄_r = 0, which are global (Σ_i μ_i y_i x_i = 0 for such r, so ∇E = 0),
and points with v̄_r = 0 that are not global, nor local, one for each case of the proof. With two
classes the weights of the examples can be equal for both, and the instances are ones of E_γ; with
three each class has weights of its own, and its relation is checked. Without equal weights the
statement fails, on an instance.

Errata: in the proof "0 > <...>" must be "≥", as both sides are 0 for w_r = 0; "z_r = ∇E" lacks
a minus sign, and so does the last difference of losses; "if z_r for all r" is "if z_r = 0 for all
r".
"""

from exactmargin.registry import Part, Step
from theorems.forms import full
from theorems.laurent2018._several_classes import total
from theorems.laurent2018._several_classes_moves import all_terms_on, at_zero, trade
from theorems.laurent2018._several_classes_points import Classes, searched
from theorems.steps import identity, part, positive

CENTRED = Classes(
    "a class between the points of the other",
    ((0,), (-1,), (1,)),
    (0, 1, 1),
    full((1, 1)),
    [(1,)],
    None,
    [(0, 0), (0, "1/2")],
    slope=1,
    weights=("1/2", "1/4", "1/4"),
)
MINIMA = (
    CENTRED,
    CENTRED._replace(
        name="no hidden weight, c at the end of its interval", hidden=[(0,)], rows=[(3, 1), (-2, 0)]
    ),
    CENTRED._replace(
        name="two hidden layers",
        patterns=full((1, 2, 1)),
        hidden=[(1, -1), (2, 2)],
        rows=[(1, 0), (5, -1)],
    ),
    CENTRED._replace(
        name="two hidden layers, all weights 0",
        patterns=full((1, 2, 1)),
        hidden=[(0, 0), (0, 0)],
        rows=[(0, 0), (0, 0)],
    ),
)
APART = Classes(
    "two points",
    ((-1,), (1,)),
    (0, 1),
    full((1, 1)),
    [(1,)],
    None,
    [(0, 0), (0, 0)],
    slope=1,
)
DEEP = APART._replace(patterns=full((1, 1, 1)), hidden=[(0,), (0,)])
SADDLES = {
    "$Wz\\ne0$: $v_r$ moves": APART._replace(rows=[(0, "1/2"), (0, 1)]),
    "$Wz=0$, $v_r\\ne0$: $W$ moves": APART._replace(hidden=[(0,)], rows=[(1, 0), (0, 0)]),
    "$Wz=0$, $v_r=0$: both move": APART._replace(hidden=[(0,)], rows=[(0, -1), (0, 0)]),
    "two layers, $k=1$": DEEP._replace(hidden=[(1,), (0,)], rows=[(0, 0), (0, 0)]),
    "two layers, $k=0$, $W^{(2)}\\ne0$": DEEP._replace(hidden=[(0,), (1,)]),
    "two layers, $k=0$, $W^{(2)}=0$: all replicates move": DEEP,
}
"""Points with v̄_r = 0 and z_r ≠ 0, by the cases of the proof; the weights are 1/2."""

THREE = Classes(
    "three classes on a line",
    ((0,), (-1,), (1,), (3,), (-3,)),
    (0, 1, 1, 2, 0),
    full((1, 1)),
    [(1,)],
    None,
    [("-1/2", "-1/2"), (0, "1/3"), (1, -2)],
    slope=1,
    equal=True,
)


UNEQUAL = Classes(
    "weights 3/8, 3/8, 1/4",
    ((1, 0), (-1, 0), (0, 1)),
    (0, 0, 1),
    full((2, 1)),
    [(1, 0)],
    None,
    [(0, 1), (0, -1)],
    slope=1,
    weights=("3/8", "3/8", "1/4"),
)
"""W does not see the direction (0, 1) that separates the classes, and c is on a kink."""


def moves() -> Part:
    """(133) and (134)."""
    steps = [
        *at_zero(),
        *(all_terms_on(*shape) for shape in ((1, 1), (3, 1), (2, 2), (3, 3))),
        *trade(),
        identity(
            r"(134) with $v_r$ at rest, $X=A$, the outer product of "
            r"$(W^{(L)}\cdots W^{(k+2)})^\top v_r$ and $W^{(k)}\cdots W^{(1)}z$: "
            r"$-s\|A\|^2+\gamma s^2\|A\|^2=-s(1-\gamma s)\|A\|^2$",
            "-s*n+g*s^2*n",
            "-s*(1-g*s)*n",
            "s g n",
        ),
        positive(r"$0<s<1/\gamma$, $e=1-\gamma s$: $se\|A\|^2>0$", "s*e*n", "s e n"),
    ]
    return part("One replicate moves", None, steps, steps)


def expansion(depth: int) -> Step:
    """The product of depth + 1 factors w + δx, width 1: its top coefficient is the product of x."""
    span = range(depth + 1)
    factors = [f"(w{l}+d*x{l})" for l in span]
    lower = []
    for chosen in range(2 ** (depth + 1) - 1):
        on = [l for l in span if chosen >> l & 1]
        texts = [f"x{l}" if l in on else f"w{l}" for l in span]
        lower.append("*".join([*texts, *["d"] * len(on)]))
    top = "*".join([*(f"x{l}" for l in span), *["d"] * (depth + 1)])
    return identity(
        rf"All replicates move, $L={depth}$, width 1: the coefficient of $\delta^{{{depth + 1}}}$ "
        r"is the product of the directions",
        "*".join(factors),
        f"{total(lower)}+{top}",
        " ".join([*(f"w{l}" for l in span), *(f"x{l}" for l in span), "d"]),
    )


def errata() -> Part:
    """x = (-1, 1), y = (-1, 1), weights 1/2: z = 1; E falls where w rises."""
    steps = [
        identity(r"$z=\frac12\cdot(-1)\cdot(-1)+\frac12\cdot1\cdot1=1$", "1/2*(-1)*(-1)+1/2", "1"),
        identity(
            r"Erratum: $E(w,c)=1-w$ near $(0,0)$, so $\nabla_wE(0,c)=-z$, not $z$",
            "1/2*(1+(-w+c))+1/2*(1-(w+c))",
            "1-w",
            "w c",
        ),
        identity(
            r"Erratum: $L=1$, $W=1$, $v=t$: the loss changes by "
            r"$-\langle\tilde{W}^\top\tilde{V},Z\rangle=-t$, not by $t$",
            "(1/2*(1+(-t+c))+1/2*(1-(t+c)))-1",
            "-t",
            "t c",
        ),
        identity(
            r"Erratum: at $w_r=0$ both sides of $0>\langle W^{(L)}\cdots W^{(1)}z_r,\delta w_r"
            r"\rangle$ are 0",
            "z*d*0",
            "0",
            "z d",
        ),
    ]
    return part("Errata of the proof", None, steps, steps)


def minimum(point: Classes) -> Part:
    """A local minimum with v̄_r = 0 is a global one."""
    problem = point.penalized()
    steps = [
        *(vanishes(point, r) for r in point.classes),
        searched(r"A local minimum of $\mathcal{E}_\gamma$", "local-minimum", problem),
        searched(r"A global minimum of $\mathcal{E}_\gamma$", "global-minimum", problem),
    ]
    return part(f"Instance: {point.name}", problem, steps, steps)


def vanishes(point: Classes, r: int) -> Step:
    """v̄_r = 0: the sum of squares is 0."""
    squares = total([f"{text}^2" for text in point.pulled_back(r)])
    return identity(rf"$\bar{{v}}_{{{r + 1}}}=0$", squares, "0")


def saddle(case: str) -> Part:
    """v̄_r = 0 and z_r ≠ 0: no local minimum."""
    point = SADDLES[case]
    problem = point.penalized("1/2")
    steps = [
        *(vanishes(point, r) for r in point.classes),
        searched(r"No local minimum of $\mathcal{E}_\gamma$", "not-local-minimum", problem),
    ]
    return part(f"Case: {case}", problem, steps, steps)


def relation(r: int) -> Part:
    """A class of the three, with weights of its own: a global minimum of its loss."""
    problem = THREE.relation(r)
    zero = THREE.v(r)[0] == 0
    steps = [
        vanishes(THREE, r) if zero else THREE.nonzero(r, pulled_back=True),
        searched(rf"A local minimum of $\mathcal{{L}}^{{({r + 1})}}$", "local-minimum", problem),
        searched(rf"A global minimum of $\mathcal{{L}}^{{({r + 1})}}$", "global-minimum", problem),
    ]
    return part(f"{THREE.name}, class {r + 1} against the rest", problem, steps, steps)


def needed() -> Part:
    """Without equal weights a local minimum with v̄_r = 0 need not be global."""
    problem = UNEQUAL.penalized()
    steps = [
        *(vanishes(UNEQUAL, r) for r in UNEQUAL.classes),
        searched(r"A local minimum of $\mathcal{E}_\gamma$", "local-minimum", problem),
        searched(r"It is not a global one", "not-global-minimum", problem),
    ]
    return part(f"Equal weights are needed: {UNEQUAL.name}", problem, steps, steps)


def prove() -> list[Part]:
    """The steps, the errata, minima, the cases of the proof, three classes, unequal weights."""
    powers = [expansion(depth) for depth in (1, 2, 3)]
    return [
        moves(),
        part("All replicates move", None, powers, powers),
        errata(),
        *map(minimum, MINIMA),
        *map(saddle, SADDLES),
        *(relation(r) for r in THREE.classes),
        needed(),
    ]
