"""V Theorem 3.1 (proof C.2): fully connected linear networks end in a global optimum.

Statement. On a fully connected linear network of depth m ≥ 2, let gradient flow on the exponential
or the logistic loss come below the threshold. Then it converges in direction to a global optimum of
Problem 2.

Covered: instances of depth 2 to 5 at the point that C.2 finds, W^(l) = C v_l v_(l-1)^T with unit
vectors v_l, and v_0 the direction of the maximum margin; among them zero neurons, layers of width
1, repeated points, active points without a multiplier, inactive points, square roots. Where all
multipliers are equal, gradient flow is checked to go there. Then the last steps of C.2, as
inequalities between polynomials of given shapes. The theorem for all networks is not proved.
Assumed: V Theorem 2.1. Proposition 4.4 of Ji and Telgarsky, which C.2 cites for the form of the
point, is not used: the instances have that form.
"""

from collections.abc import Sequence

from exactmargin.exact import Field, Q
from exactmargin.networks import fully_connected
from exactmargin.registry import Part, Step
from theorems.steps import (
    SQRT2,
    feasible,
    global_by_product,
    identity,
    kkt,
    part,
)
from theorems.vardi2022 import lemma_C_5
from theorems.vardi2022._samples import Sample, Vector, is_radial, linear, radial_flow, sample

A = ("3/5", "4/5")
B = ("4/5", "-3/5")
ROOTS = ("1/2*r", "-1/2*r")


def aligned(
    name: str,
    c: object,
    directions: Sequence[Vector],
    shares: Sequence[tuple[Vector, object]],
    beyond: Sequence[tuple[Vector, object]] = (),
    field: Field = Q,
) -> Sample:
    """W^(l) = c v_l v_(l-1)^T for unit vectors v_0, ..., v_(m-1), and v_m = 1.

    Then g = c^(2-m) v_0 has θ = ∇_θ Φ(θ; g).
    """
    norm, m = field.coerce(c), len(directions)
    v = [*(field.coerce_all(direction) for direction in directions), (field.one,)]
    blocks = [[norm * a * b for a in v[k + 1] for b in v[k]] for k in range(m)]
    g = [norm * norm * a for a in v[0]]
    for _ in range(m):
        g = [a / norm for a in g]
    network = fully_connected([len(u) for u in v], negative_slope=1)
    return linear(name, network, blocks, g, shares, beyond, field)


def instances() -> list[Sample]:
    """Depths 2 to 5, the degenerate cases first."""
    return [
        aligned("depth 2, one example", 2, [(0, 1), A], [((0, 0), 1)]),
        aligned("depth 2, one input, width 1", 1, [(1,), (1,)], [((0,), 1)], [((0,), 3)]),
        aligned(
            "depth 2, a zero neuron, repeated points",
            1,
            [A, (0, 1)],
            [((0, 0), "1/4"), ((0, 0), "1/4"), ((1, 0), "1/2")],
        ),
        aligned(
            "depth 2, all multipliers equal",
            "1/2",
            [B, A],
            [((1, 0), "1/2"), ((3, 0), "1/2")],
        ),
        aligned(
            "depth 2, an active point without a multiplier, inactive points",
            3,
            [("2/3", "1/3", "-2/3"), B],
            [((1, 0, 0), "1/3"), ((0, 0, 1), "2/3"), ((1, 1, 0), 0)],
            [((0, 2, 5), "3/2"), ((1, 0, 1), 2)],
        ),
        aligned(
            "depth 2, square roots", 1, [ROOTS, A], [((1, 0), "2/3"), ((0, 0), "1/3")], (), SQRT2
        ),
        aligned("depth 3, a layer of width 1", 2, [A, (1,), B], [((0, 1), 1)], [((5, 1), "7/2")]),
        sample(
            "depth 3, one active point",
            fully_connected([2, 2, 2, 1], negative_slope=1),
            [(1, 0, 0, 0), (1, 0, 0, 0), (1, 0)],
            [(1, 0), (3, 1)],
            [1, 1],
            [1, 0],
        ),
        aligned("depth 3, zero neurons in both layers", 1, [B, (1, 0), (0, 1)], [((1, 0), 1)]),
        aligned("depth 4", "1/2", [A, B, ("2/3", "2/3", "1/3"), A], [((1, 0), 1)]),
        aligned(
            "depth 5, multipliers of different size",
            2,
            [A, A, B, A, B],
            [((1, 0), "1/5"), ((0, 0), "4/5")],
        ),
    ]


def balance(instance: Sample) -> list[Step]:
    """C.2: all layers have the norm C; here C² = Σ λ_i, by stationarity."""
    field = instance.problem.field
    total = "+".join(f"({a})" for a in instance.multipliers)
    return [
        identity(
            rf"$\|\tilde{{W}}^{{({l})}}\|_F^2=\sum_i\lambda_i=C^2$",
            "+".join(f"({field.format(a)})^2" for a in block),
            total,
        )
        for l, block in enumerate(instance.point.weights, 1)
    ]


def proof(instance: Sample) -> Part:
    """C.2 on an instance: a KKT point with balanced layers, hence global with the same λ."""
    moves = []
    if is_radial(instance):
        moves = [radial_flow(instance, r"Gradient flow from $2\tilde\theta$")]
    stationary = kkt(r"$\tilde\theta$ is a KKT point", instance.multipliers)
    smallest = global_by_product(
        r"$\tilde\theta$ is a global optimum, with the same $\lambda$", instance.multipliers
    )
    steps = [
        *moves,
        feasible(r"$\tilde\theta$ is feasible"),
        stationary,
        *balance(instance),
        smallest,
    ]
    conclusion = [*moves, stationary, smallest]
    return part(f"Instance: {instance.problem.name}", instance.problem, steps, conclusion)


def submultiplicative(rows: int, columns: int) -> Step:
    """‖W‖_F²‖u‖² - ‖Wu‖² is the sum of (w_ki u_j - w_kj u_i)² over the rows k and i < j."""
    w = [[f"w{k}{i}" for i in range(columns)] for k in range(rows)]
    u = [f"u{i}" for i in range(columns)]
    images = ["+".join(f"{a}*{b}" for a, b in zip(row, u, strict=True)) for row in w]
    minors = [
        f"({row[i]}*{u[j]}-{row[j]}*{u[i]})^2"
        for row in w
        for i in range(columns)
        for j in range(i + 1, columns)
    ]
    entries = [a for row in w for a in row]
    return identity(
        rf"$\|W\|_F^2\|u\|^2-\|Wu\|^2$ is a sum of squares, $W$ of shape ${rows}\times{columns}$",
        f"({squares(entries)})*({squares(u)})-({squares(images)})",
        "+".join(minors),
        " ".join([*entries, *u]),
    )


def squares(terms: Sequence[str]) -> str:
    """The sum of the squares."""
    return "+".join(f"({a})^2" for a in terms)


def last_steps() -> Part:
    """C.2 from (6) on: ‖W^(m) ... W^(1)‖ ≤ ∏ ‖W^(l)‖_F, layer by layer, and Lemma C.5."""
    rows = [submultiplicative(*shape) for shape in ((1, 2), (2, 2), (2, 3), (3, 3))]
    means = [lemma_C_5.means(m) for m in lemma_C_5.SIZES]
    steps = [*rows, *means]
    return part("Proof C.2, the last steps, for given shapes", None, steps, steps)


def prove() -> list[Part]:
    """The instances, and the last steps of C.2."""
    return [*(proof(instance) for instance in instances()), last_steps()]
