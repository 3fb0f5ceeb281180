"""V Theorem 4.3 (proof C.6): ReLU without zero inputs: a local, perhaps not a global optimum.

Statement. For a depth-2 ReLU network without shared weights, let gradient flow converge in
direction to a KKT point of Problem 2 where no input to a hidden neuron is zero. It is a local
optimum (first half), but perhaps not a global one, even in a fully connected network (second half).

Covered: the second half (Lemma C.6), and on its instance the steps of the first half; the last one
is an identity that bounds the norm near the point by Σ λ_i. The first half for all
networks is not covered. Assumed: V Theorem 2.1.
"""

from exactmargin.registry import Part
from theorems.vardi2022 import lemma_C_6
from theorems.vardi2022._steps import identity, no_kinks, part, positive


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
    conclusion = [inputs, stationary, bound, value]
    name = "Proof C.6, first half, on the instance of Lemma C.6"
    return part(name, lemma_C_6.instance(), steps, conclusion)


def prove() -> list[Part]:
    """The first half on one instance; the second half by Lemma C.6."""
    return [first_half(), *lemma_C_6.prove()]
