r"""L Corollary 100 (appendix, section 4): several classes, deep linear networks, critical points.

Statement. Let α = 1, γ > 0, R ≥ 2, any data, and v̄_r = (W^(L) ... W^(1))^T v_r. A critical point of
E_γ (L eq. 13 with eq. 132) with v̄_r ≠ 0 for all r is a global minimum of the loss and of E_γ.

Covered: instances with one and two hidden layers, wide and narrow, with units that are 0, with data
that are not separable and a positive loss. At each the same weights τ that make a class critical
show that it is optimal; the sum of R optimal values is the least value of E_γ. And a point that is
not optimal is not critical. That a critical point of E_γ is one for each class, and conversely,
is Theorem 7; that it is then optimal is Theorem 100.
"""

from exactmargin.registry import Part
from theorems.forms import full
from theorems.laurent2018._several_classes_points import (
    Classes,
    critical,
    not_critical,
    searched,
)
from theorems.steps import part

LINE = Classes(
    "five points on a line, one hidden unit",
    ((-2,), (-1,), (1,), (2,), (0,)),
    (0, 1, 0, 2, 1),
    full((1, 1)),
    [(1,)],
    None,
    [("-1/2", "-1/2"), ("-1/2", "0"), (2, -3)],
    slope=1,
)
PLANE = Classes(
    "five points in the plane, W the unit matrix",
    ((1, 0), (0, 1), (-1, -1), (1, 1), (0, 0)),
    (0, 1, 2, 1, 0),
    full((2, 2)),
    [(1, 0, 0, 1)],
    None,
    [(2, -2, -1), (0, 2, -1), (-3, -3, -3)],
    slope=1,
)
INSTANCES = (
    LINE,
    LINE._replace(
        name="five points on a line, two hidden layers, zero units",
        patterns=full((1, 2, 2)),
        hidden=[(1, 0), (2, 5, 0, 0)],
        rows=[("-1/4", 3, "-1/2"), ("-1/4", 0, "0"), (1, -1, -3)],
    ),
    PLANE,
    PLANE._replace(
        name="five points in the plane, two hidden layers",
        patterns=full((2, 2, 2)),
        hidden=[(1, 1, 0, 1), (1, 0, 1, 1)],
        rows=[(6, -4, -1), (-2, 2, -1), (-3, 0, -3)],
    ),
    Classes(
        "two classes, the same point in both",
        ((0,), (0,), (1,)),
        (0, 1, 1),
        full((1, 1)),
        [(1,)],
        None,
        [(-2, 1), (2, -1)],
        slope=1,
        weights=("1/2", "1/4", "1/4"),
    ),
)
WORSE = (
    LINE._replace(name="five points on a line, not optimal", rows=[(1, 0), (1, 0), (1, 0)]),
    INSTANCES[3]._replace(
        name="five points in the plane, one class not optimal",
        rows=[(6, -4, -1), (-2, 2, -1), (1, 0, 0)],
    ),
)


def instance(point: Classes, gamma: str) -> Part:
    """Critical, v̄_r ≠ 0, hence a global minimum."""
    problem = point.penalized(gamma)
    steps = [
        *(point.nonzero(r, pulled_back=True) for r in point.classes),
        critical(rf"A critical point of $\mathcal{{E}}_\gamma$, $\gamma={gamma}$", problem),
        searched(r"A global minimum of $\mathcal{E}_\gamma$", "global-minimum", problem),
    ]
    return part(f"Instance: {point.name}", problem, steps, steps)


def worse(point: Classes) -> Part:
    """Not optimal, v̄_r ≠ 0, hence not critical."""
    problem = point.penalized()
    steps = [
        *(point.nonzero(r, pulled_back=True) for r in point.classes),
        searched(r"No global minimum of $\mathcal{E}_\gamma$", "not-global-minimum", problem),
        not_critical(r"No critical point of $\mathcal{E}_\gamma$", problem),
    ]
    return part(f"Instance: {point.name}", problem, steps, steps)


def prove() -> list[Part]:
    """Critical points, and points that are not optimal."""
    gammas = ("1", "1/3", "7", "1", "1/100")
    pairs = zip(INSTANCES, gammas, strict=True)
    return [*(instance(point, gamma) for point, gamma in pairs), *map(worse, WORSE)]
