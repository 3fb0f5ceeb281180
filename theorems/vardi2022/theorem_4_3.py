"""V Theorem 4.3 (proof C.6): ReLU without zero inputs: a local, perhaps not a global optimum.

Statement. For a depth-2 ReLU network without shared weights, let gradient flow converge in
direction to a KKT point of Problem 2 where no input to a hidden neuron is zero. It is a local
optimum (first half), but perhaps not a global one, even in a fully connected network (second half).

Covered: the second half (Lemma C.6). The first half on instances: that of the lemma, step by step;
a family beside it; equal neurons, so that the optimum is not isolated; patterns that overlap,
labels and output weights of both signs; repeated points, active points without a multiplier,
inactive points; and the point over Q(2^(1/4)) to which the flow of Theorem 4.2, part 2, is turned.
Where all multipliers are equal, gradient flow is checked to go there. Each is a KKT point of
Problem 11 with the same λ, hence a local optimum. The first half for all networks is not proved.
Assumed: V Theorem 2.1.
"""

from exactmargin.networks import from_pattern, fully_connected
from exactmargin.registry import Part
from theorems.steps import feasible, identity, kkt, lifted, no_kinks, part, positive
from theorems.vardi2022 import lemma_C_6, theorem_4_2_2
from theorems.vardi2022._samples import Sample, is_radial, radial_flow, sample

OVERLAPPING = from_pattern([[[1, 2, 0], [0, 3, 4]], [[1, 2]]])


def first_half() -> Part:
    """C.6 up to Problem 11, on the instance of the lemma: A is the table of active neurons."""
    inputs = no_kinks(r"Hypothesis: $\tilde{w}_j^\top x_i\ne0$ for all $i$, $j$")
    stationary = lemma_C_6.multipliers(r"(10) holds with $\lambda=(2,2,1)$")
    bound = identity(
        r"Near $\tilde\theta$: $\frac12\|\theta'\|^2-\sum_i\lambda_iy_i\Phi(\theta';x_i)$ "
        r"is a sum of squares",
        "1/2*(a^2+b^2+c^2+d^2+u^2+v^2)-(2*u*(a+1/4*b)+2*u*(-a+1/4*b)+v*(-d))",
        "1/2*(a^2+(b-u)^2+c^2+(d+v)^2)",
        "a b c d u v",
    )
    value = identity(
        r"$\sum_i\lambda_i=\frac12\|\tilde\theta\|^2$", "2+2+1", "1/2*(2^2+1^2+2^2+1^2)"
    )
    steps = [
        inputs,
        stationary,
        identity(r"$\|\tilde{w}_1\|=|\tilde{v}_1|$ (Lemma C.4)", "0^2+2^2", "2^2"),
        identity(r"$\|\tilde{w}_2\|=|\tilde{v}_2|$ (Lemma C.4)", "0^2+(-1)^2", "1^2"),
        positive(r"$A_{11}=1$: $\tilde{w}_1^\top x_1>0$", "0*1+2*1/4"),
        positive(r"$A_{21}=1$: $\tilde{w}_1^\top x_2>0$", "0*(-1)+2*1/4"),
        positive(r"$A_{31}=0$: $-\tilde{w}_1^\top x_3>0$", "-(0*0+2*(-1))"),
        positive(r"$A_{12}=0$: $-\tilde{w}_2^\top x_1>0$", "-(0*1+(-1)*1/4)"),
        positive(r"$A_{22}=0$: $-\tilde{w}_2^\top x_2>0$", "-(0*(-1)+(-1)*1/4)"),
        positive(r"$A_{32}=1$: $\tilde{w}_2^\top x_3>0$", "0*0+(-1)*(-1)"),
        identity(r"(12) for $\tilde{u}_1/\|\tilde{u}_1\|=(0,1)$, first entry", "0", "2*1+2*(-1)"),
        identity(r"(12) for $\tilde{u}_1/\|\tilde{u}_1\|$, second entry", "1", "2*1/4+2*1/4"),
        identity(r"(12) for $\tilde{u}_2/\|\tilde{u}_2\|=(0,-1)$, first entry", "0", "1*0"),
        identity(r"(12) for $\tilde{u}_2/\|\tilde{u}_2\|$, second entry", "-1", "1*(-1)"),
        bound,
        value,
    ]
    nearby = lemma_C_6.local_optimum()
    steps.append(nearby)
    conclusion = [inputs, stationary, bound, value, nearby]
    name = "Proof C.6, first half, on the instance of Lemma C.6"
    return part(name, lemma_C_6.instance(), steps, conclusion)


def beside_the_lemma(p: int, alpha: int, beta: int) -> Sample:
    """x_1, x_2 = (±p, 1/α²), x_3 = (0, -1/β²): w_1 = (0, α), w_2 = (0, -β), λ = (α², α², 2β²)/2."""
    height, depth = f"1/{alpha**2}", f"-1/{beta**2}"
    weights = (f"{alpha**2}/2", f"{alpha**2}/2", beta**2)
    return sample(
        f"beside Lemma C.6, p = {p}, alpha = {alpha}, beta = {beta}",
        fully_connected([2, 2, 1]),
        [(0, alpha, 0, -beta), (alpha, beta)],
        [(p, height), (-p, height), (0, depth)],
        [1, 1, 1],
        weights,
    )


def instances() -> list[Sample]:
    """KKT points where no input to a hidden neuron is zero."""
    turned = theorem_4_2_2.turned_limit()
    return [
        *(beside_the_lemma(*numbers) for numbers in ((1, 1, 3), (7, 3, 1), (100, 2, 2))),
        sample(
            "two equal neurons: not isolated",
            fully_connected([2, 2, 1]),
            [(0, 3, 0, 4), (3, 4)],
            [(1, "1/25"), (-1, "1/25")],
            [1, 1],
            ["25/2", "25/2"],
        ),
        sample(
            "repeated, inactive and slack points",
            fully_connected([2, 2, 1]),
            [(0, 1, 0, -1), (1, -1)],
            [(1, 1), (-1, 1), (-1, 1), (5, 1), (0, 9), (0, -1), (3, -2)],
            [1, 1, 1, 1, 1, -1, -1],
            ["1/2", "1/4", "1/4", 0, 0, 1, 0],
        ),
        sample(
            "overlapping patterns, both signs",
            OVERLAPPING,
            [("3/5", "4/5", "-4/5", "3/5"), (1, -1)],
            [("59/30", "2/5", "41/30"), ("41/30", "-2/5", "59/30")],
            [1, -1],
            [1, 1],
        ),
        Sample.of(turned, ["1/2*r^2"] * 4),
    ]


def local(instance: Sample) -> Part:
    """C.6, first half, on an instance: Problem 11 is convex, and λ solves its dual."""
    moves = []
    if is_radial(instance):
        moves = [radial_flow(instance, r"Gradient flow from $2\tilde\theta$")]
    inputs = no_kinks(r"Hypothesis: $\tilde{w}_j^\top x_i^j\ne0$ for all $i$, $j$")
    stationary = kkt(r"(10): $\tilde\theta$ is a KKT point", instance.multipliers)
    nearby = lifted(
        r"(12) holds with the same $\lambda$: $\tilde\theta$ is a local optimum",
        instance.multipliers,
        len(instance.point.weights[1]),
    )
    steps = [*moves, inputs, feasible(r"$\tilde\theta$ is feasible"), stationary, nearby]
    conclusion = [*moves, inputs, stationary, nearby]
    return part(
        f"First half, instance: {instance.problem.name}", instance.problem, steps, conclusion
    )


def prove() -> list[Part]:
    """The first half on instances; the second half by Lemma C.6."""
    return [first_half(), *(local(instance) for instance in instances()), *lemma_C_6.prove()]
