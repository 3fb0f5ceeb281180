"""V Remark 4.1: diagonal linear networks of depth 2 in predictor space.

Statement. The predictor β of a KKT point of a diagonal linear network of depth 2 may fail to solve
Problem 3, min ‖β‖_1 subject to y_i ⟨β, x_i⟩ ≥ 1 (as in Theorem 4.1). At a KKT point with non-zero
weight vectors it solves Problem 3.

Problem 3 is a linear program: λ ≥ 0 with |Σ λ_i y_i x_i[j]| ≤ 1 for all j proves ‖β‖_1 ≥ Σ λ_i for
every feasible β. Covered: the first half by the data of Theorem 4.1, where the optimum is 1/2; the
second half on the diagonal instances of Theorem 4.2, part 1, not for all networks. Assumed: V
Theorem 2.1.
"""

from exactmargin.registry import Part, Step
from theorems.steps import identity, kkt, lifted, nonzero_neurons, part, positive
from theorems.vardi2022 import theorem_4_1, theorem_4_2_1
from theorems.vardi2022._samples import Sample


def duality() -> Part:
    """Weak duality of Problem 3, one coordinate: β_j = p - n and |β_j| = p + n, p, n ≥ 0."""
    gap = identity(
        r"$|\beta_j|-\beta_jg=p(1-g)+n(1+g)$, which is $\ge0$ for $|g|\le1$",
        "(p+n)-(p-n)*g",
        "p*(1-g)+n*(1+g)",
        "p n g",
    )
    means = identity(
        r"$2|\beta_j|\le w_1[j]^2+w_2[j]^2$ for $\beta_j=w_1[j]w_2[j]$: the difference is a square",
        "(a^2+b^2)-2*(a*b)",
        "(a-b)^2",
        "a b",
    )
    return part("Problem 3 and Problem 2", None, [gap, means], [gap, means])


def first_half() -> Part:
    """Theorem 4.1: the predictor is (1, 0), and (0, 1/2) is better; 1/2 is the optimum."""
    problem = theorem_4_1.instance(1)
    move = theorem_4_1.trajectory()
    stationary = kkt(r"$\tilde\theta$ is a KKT point with $\lambda=1$", ["1"])
    margin = identity(
        r"$\beta'=(0,\frac12)$ is feasible: $\langle\beta',x\rangle=1$", "0*1+1/2*2", "1"
    )
    smaller = positive(r"$\|\tilde\beta\|_1-\|\beta'\|_1=\frac12>0$", "(1+0)-(0+1/2)")
    bound = lifted(
        r"$\frac12$ is the optimum, by duality: $2\|\beta\|_1\ge1$, $\lambda=\frac12$",
        ["1/2"],
        2,
        "norm-bound",
        "1",
    )
    vertices = Step(
        r"$\frac12$ is the optimum, by the vertices $(0,\frac12)$ and $(1,0)$",
        "norm-bound",
        {
            "by": "vertices",
            "squared_norm": "1",
            "vertices": [
                {"point": ["0", "1/2"], "roots": ["0", "1/2"]},
                {"point": ["1", "0"], "roots": ["1", "0"]},
            ],
        },
    )
    steps = [
        move,
        stationary,
        identity(r"$\tilde\beta=(1,0)$, first entry $\tilde{w}_1[1]\tilde{w}_2[1]$", "1*1", "1"),
        identity(r"$\tilde\beta=(1,0)$, second entry", "0*0", "0"),
        margin,
        smaller,
        bound,
        vertices,
    ]
    conclusion = [move, stationary, margin, smaller, bound, vertices]
    return part("First half: Theorem 4.1", problem, steps, conclusion)


def second_half(instance: Sample) -> Part:
    """λ of the KKT point solves the dual of Problem 3, and ‖β‖_1 is its value."""
    data, format = instance.problem.data, instance.problem.field.format
    v = [format(a) for a in instance.point.weights[1]]
    w = [format(a) for a in instance.point.weights[0]]
    neurons = nonzero_neurons("Hypothesis: all weight vectors are non-zero")
    stationary = kkt(r"$\tilde\theta$ is a KKT point", instance.multipliers)
    duals = []
    for j, (a, b) in enumerate(zip(v, w, strict=True)):
        terms = [
            f"({weight})*({y})*({format(x[j])})"
            for weight, y, x in zip(instance.multipliers, data.labels, data.inputs, strict=True)
        ]
        duals.append(
            identity(
                rf"$v_jw_j=v_j^2\sum_i\lambda_iy_ix_i[j]$ and $v_j^2=w_j^2$: "
                rf"$|\sum_i\lambda_iy_ix_i[j]|=1$ for $j={j + 1}$",
                f"({'+'.join(terms)})*({a})",
                f"({b})",
            )
        )
        duals.append(identity(rf"$v_j^2=w_j^2$ for $j={j + 1}$", f"({a})^2", f"({b})^2"))
    value = identity(
        r"$\|\beta\|_1=\sum_jv_j^2=\sum_i\lambda_i$",
        "+".join(f"({a})^2" for a in v),
        "+".join(f"({a})" for a in instance.multipliers),
    )
    smallest = lifted(
        r"$2\|\tilde\beta\|_1=\|\tilde\theta\|^2$ is the least $\|\theta\|^2$: "
        r"$\tilde\beta$ solves Problem 3",
        instance.multipliers,
        len(v),
        "global-minimum",
    )
    steps = [neurons, stationary, *duals, value, smallest]
    conclusion = [neurons, stationary, *duals, value, smallest]
    return part(
        f"Second half, instance: {instance.problem.name}", instance.problem, steps, conclusion
    )


def prove() -> list[Part]:
    """Duality, the counterexample, and the instances with non-zero weights."""
    diagonal = theorem_4_2_1.instances()[:2]
    return [duality(), first_half(), *(second_half(instance) for instance in diagonal)]
