r"""L Corollary 3 (section 4): several classes, one hidden layer of leaky ReLU.

Statement. Let 0 < α < 1, γ > 0, R ≥ 2, and let each class be linearly separable from the rest.
(i) A critical point of E_γ with v_r ≠ 0 for all r is a global minimum of the loss and of E_γ.
(ii) If the weights are equal for all classes, no local minimum of E_γ has v_r = 0 for some r.

Covered: (i) on instances: critical points (two to four classes; an empty class, entries of v_r that
are 0, inputs on kinks of neurons, margins of exactly 1), and points that are not optimal, which are
not critical. (ii) for all data: the loss L^(r) = 1 of a class with v_r = 0 falls when v_r moves; or
else the hidden weights of replicate r move, too, and this pays for the penalty (from the ends 1 and
-1 of its interval c_r moves inside first, at no cost). The steps are identities. And on instances,
for all values of c_r in question.

Errata. "Linearly separable" must mean each class from the rest: with two classes apart at a time
a critical point with all v_r ≠ 0 need not be optimal. Part (ii) is printed as: a local minimum with
v_r = 0 is global; but L^(r) = 1 there and the proof ends with L^(r) = 0, so there is none. In the
proof of (ii) the bias may fall by less than <w_h, x^(i1+1) - x^(i1)>; the printed number is
negative.
"""

from exactmargin.registry import Part, Step
from theorems.laurent2018._several_classes import total
from theorems.laurent2018._several_classes_clusters import CLUSTERS, not_from_the_rest, pairs
from theorems.laurent2018._several_classes_moves import at_zero, trade
from theorems.laurent2018._several_classes_points import (
    Classes,
    critical,
    not_critical,
    searched,
    separable,
)
from theorems.steps import identity, part, positive

TRIANGLE = Classes(
    "three classes, a neuron for each",
    ((2, 0), (-1, 2), (-1, -2)),
    (0, 1, 2),
    ([[1, 2], [3, 4], [5, 6]],),
    [(1, 0, 0, 1, 0, -1)],
    [(0, -1, -1)],
    [(2, 0, 0, 0), (0, 2, 0, 0), (0, 0, 2, 0)],
    slope="1/2",
)
SOLVED = (
    Classes(
        "two points, a kink and margins of 1",
        ((-1,), (1,)),
        (0, 1),
        ([[1]],),
        [(1,)],
        [(1,)],
        [(-1, 1), (1, -1)],
        slope="1/2",
    ),
    TRIANGLE,
    TRIANGLE._replace(
        name="a class without examples",
        rows=[(3, 0, 0, 0), (0, 3, 0, 0), (0, 0, 3, 0), (1, 0, 0, -3)],
        slope="1/3",
    ),
    Classes(
        "three classes, all neurons active, repeated points",
        ((1, 0), (0, 1), (-3, -1), (1, 0), (2, 1)),
        (0, 1, 2, 0, 0),
        ([[1, 2], [3, 4]],),
        [(1, 0, 0, 1)],
        [(5, 5)],
        [(2, -2, -1), (-2, 5, -17), (-1, -1, 8)],
        slope="1/4",
    ),
)
UNSOLVED = (
    TRIANGLE._replace(
        name="three classes, small output weights",
        rows=[("1/2", 0, 0, 0), (0, 2, 0, 0), (0, 0, 2, 0)],
    ),
    TRIANGLE._replace(
        name="three classes, two alike", rows=[(2, 0, 0, 0), (0, 1, 1, 0), (0, 1, 1, 0)]
    ),
    SOLVED[0]._replace(name="two points, the wrong way round", rows=[(1, 0), (-1, 0)]),
)
TWO = SOLVED[0]._replace(name="two points, equal weights", hidden=[(1,)], biases=[(0,)])
TURNED = TWO._replace(hidden=[(0,)], biases=[(0,)])
WITHOUT = {
    "$c=0$": TWO._replace(rows=[(0, 0), (2, 0)]),
    "$c=\\frac12$, both classes": TWO._replace(rows=[(0, "1/2"), (0, "1/2")]),
    "$c=1$, the end of the interval": TWO._replace(rows=[(0, 1), (0, -1)]),
    "$c=-1$, the other end": TWO._replace(rows=[(0, -1), (2, 0)]),
    "$c=2$, beyond": TWO._replace(rows=[(0, 2), (0, 0)]),
    "$w=0$, $b=0$: all neurons at their kinks": TURNED._replace(rows=[(0, 0), (0, 0)]),
    "$w=0$, $b=1$: constant features": TURNED._replace(biases=[(1,)], rows=[(0, 0), (0, 1)]),
}
"""Points with v_r = 0 for some r, two classes with the weight 1/2 each."""


def solved(point: Classes, gamma: str) -> Part:
    """(i): critical with all v_r ≠ 0, hence optimal."""
    problem = point.penalized(gamma)
    steps = [
        separable("Each class is separable from the rest", problem),
        *(point.nonzero(r) for r in point.classes),
        critical(rf"A critical point of $\mathcal{{E}}_\gamma$, $\gamma={gamma}$", problem),
        searched(r"A global minimum of $\mathcal{E}_\gamma$", "global-minimum", problem),
    ]
    return part(f"(i) {point.name}", problem, steps, steps)


def unsolved(point: Classes) -> Part:
    """(i): not optimal, all v_r ≠ 0, hence not critical."""
    problem = point.penalized()
    steps = [
        separable("Each class is separable from the rest", problem),
        *(point.nonzero(r) for r in point.classes),
        searched(r"No global minimum of $\mathcal{E}_\gamma$", "not-global-minimum", problem),
        not_critical(r"No critical point of $\mathcal{E}_\gamma$", problem),
    ]
    return part(f"(i) {point.name}", problem, steps, steps)


def only_pairwise() -> list[Part]:
    """Erratum: critical, all v_r ≠ 0, any two classes separable, not optimal."""
    problem = CLUSTERS.penalized()
    steps = [
        *(CLUSTERS.nonzero(r) for r in CLUSTERS.classes),
        critical(r"A critical point of $\mathcal{E}_\gamma$", problem),
        searched(r"No global minimum of $\mathcal{E}_\gamma$", "not-global-minimum", problem),
    ]
    refuted = part(f"Erratum, (i) refuted: {CLUSTERS.name}", problem, steps, steps)
    return [*pairs(), not_from_the_rest(CLUSTERS), refuted]


def falls(examples: int, neurons: int) -> Step:
    """v_r = 0, all terms on, Σ μ y = 0: the loss is Σ μ - Σ_k v_k h_k, h_k = Σ μ y σ(z_k)."""
    span, units = range(1, examples + 1), range(1, neurons + 1)
    outputs = {i: total([f"v{k}*s{i}x{k}" for k in units]) for i in span}
    h = {k: total([f"m{i}*y{i}*s{i}x{k}" for i in span]) for k in units}
    weights, balance = total([f"m{i}" for i in span]), total([f"m{i}*y{i}" for i in span])
    symbols = [f"{name}{i}" for name in "my" for i in span] + [f"v{k}" for k in units]
    symbols += [f"s{i}x{k}" for i in span for k in units]
    return identity(
        rf"(ii) {examples} examples, {neurons} neurons: "
        r"$\sum_i\mu_i(1-y_i(\langle v,\sigma_i\rangle+c))$ is "
        r"$\sum_i\mu_i-c\sum_i\mu_iy_i-\sum_kv_kh_k$, $h_k=\sum_i\mu_iy_i\sigma_{ik}$",
        total([f"m{i}*(1-y{i}*({outputs[i]}+c))" for i in span]),
        f"{weights}-c*({balance})-({total([f'v{k}*({h[k]})' for k in units])})",
        " ".join([*symbols, "c"]),
    )


def turns(examples: int) -> list[Step]:
    """h_k = 0: along the separator (q, β) h_k has the slope κ = Σ μ λ y (<q, x> + β) > 0."""
    span = range(1, examples + 1)
    return [
        identity(
            rf"(ii) {examples} examples: in the cell that $(w_k,b_k)+s(q,\beta)$ enters, "
            r"$h_k(s)=h_k+s\kappa$, $\kappa=\sum_i\mu_iy_i\lambda_i(\langle q,x_i\rangle+\beta)$",
            total([f"m{i}*y{i}*l{i}*(z{i}+s*q{i})" for i in span]),
            f"{total([f'm{i}*y{i}*l{i}*z{i}' for i in span])}"
            f"+s*({total([f'm{i}*l{i}*(y{i}*q{i})' for i in span])})",
            " ".join(["s", *(f"{name}{i}" for i in span for name in "mylzq")]),
        ),
        positive(
            rf"{examples} examples: $\kappa>0$, as $\lambda_i\ge\alpha>0$ and $(q,\beta)$ "
            r"separates the class, $p_i=y_i(\langle q,x_i\rangle+\beta)>0$",
            total([f"m{i}*l{i}*p{i}" for i in span]),
            " ".join(f"{name}{i}" for i in span for name in "mlp"),
        ),
    ]


def second_part() -> Part:
    """(ii) for all data: L^(r) = 1 at v_r = 0 is no local minimum, nor is E_γ."""
    steps = [
        *at_zero(),
        *(falls(*shape) for shape in ((2, 1), (2, 2), (3, 2))),
        *(step for examples in (2, 3, 4) for step in turns(examples)),
        *trade(),
        identity(
            r"Erratum: $w_h=3$, $x^{(i_1)}=0$, $x^{(i_1+1)}=1$: the printed "
            r"$\langle w_h,x^{(i_1)}-x^{(i_1+1)}\rangle$ is $-3$",
            "3*(0-1)",
            "-3",
        ),
    ]
    return part("(ii) for all data", None, steps, steps)


def without(case: str) -> Part:
    """(ii): v_r = 0, equal weights: no local minimum."""
    point = WITHOUT[case]
    problem = point.penalized("1/2")
    steps = [
        separable("Each class is separable from the rest", problem),
        searched(r"No local minimum of $\mathcal{E}_\gamma$", "not-local-minimum", problem),
    ]
    return part(f"(ii) $v_r=0$, {case}", problem, steps, steps)


def three_classes(r: int) -> Part:
    """(ii) with three classes and weights of their own: class r alone with v_r = 0."""
    point = TRIANGLE._replace(equal=True, rows=[(0, 0, 0, n) for n in (0, 1, "-1/2")])
    problem = point.relation(r)
    name = rf"No local minimum of $\mathcal{{L}}^{{({r + 1})}}$"
    step = searched(name, "not-local-minimum", problem)
    return part(f"(ii) $v_r=0$, three classes, class {r + 1}", problem, [step], [step])


def prove() -> list[Part]:
    """(i) on instances, its erratum, (ii) for all data and on instances."""
    gammas = ("1", "1/2", "3", "1/10")
    return [
        *(solved(point, gamma) for point, gamma in zip(SOLVED, gammas, strict=True)),
        *map(unsolved, UNSOLVED),
        *only_pairwise(),
        second_part(),
        *map(without, WITHOUT),
        *map(three_classes, TRIANGLE.classes),
    ]
