"""V Figure 1: the two neurons of Theorem 3.2 in time.

What it shows. u_i = v_i w_i: as t → ∞, ‖u_1‖ tends to infinity and u_1 converges in direction to
(0, 1); u_2 does not move.

Covered, for every start of Theorem 3.2: the flow steps of that theorem, where w_2 and v_2 are
constant and the limit is w_1 = (0, 2), v_1 = 2; that the entry of u_1 along (0, 1) rises all the
time; and that it is at least v_1 b, where b > 0 does not fall, and v_1 → ∞, since by Theorem 2.1
the norm does and v_1² - ‖w_1‖² is constant. Assumed: V Theorem 2.1.
"""

from exactmargin.registry import Part
from theorems.steps import identity, part, positive
from theorems.vardi2022 import theorem_3_2


def prove() -> list[Part]:
    """The flow, and u_1 along it: w_1 = (a, 4a + b), v_1 = u; the mirrored region is alike."""
    right = theorem_3_2.trajectory(
        "a", [1, 2], r"Gradient flow from every start with $w_1[1](0)\ge0$; $w_2$, $v_2$ constant"
    )
    left = theorem_3_2.trajectory(
        "-a", [2, 1], r"Gradient flow from every start with $w_1[1](0)\le0$; $w_2$, $v_2$ constant"
    )
    direction = [
        identity(r"$\tilde{u}_1=\tilde{v}_1\tilde{w}_1=(0,4)$, first entry", "2*0", "0"),
        identity(r"$\tilde{u}_1=\tilde{v}_1\tilde{w}_1=(0,4)$, second entry", "2*2", "4"),
        identity(r"$\tilde{u}_2=\tilde{v}_2\tilde{w}_2=0$: $u_2/\|\theta\|\to0$", "0*0", "0"),
    ]
    rises = [
        positive(
            r"$u_1[2]=v_1(4a+b)$ rises, both examples: $\dot{v}_1(4a+b)+v_1(4\dot{a}+\dot{b})>0$",
            "(2*a+1/2*b)*(4*a+b)+u*(4*0+1/2*u)",
            "a b u",
        ),
        positive(
            r"$u_1[2]$ rises, the example with the smaller margin alone",
            "1/4*b*(4*a+b)+u*(4*(-u)+17/4*u)",
            "a b u",
        ),
    ]
    bound = identity(r"$u_1[2]-v_1b=4v_1a\ge0$", "u*(4*a+b)-u*b", "4*u*a", "a b u")
    steps = [right, left, *direction, *rises, bound]
    return [part("Figure 1", theorem_3_2.instance(), steps, steps)]
