r"""L Equation (15) (section 4): the loss of one class against the rest is a binary hinge loss.

Statement. With y^(i,r) = 1 for the examples of class r and -1 for the others, the loss (12) of
class r, written with one-hot targets, is Σ_i μ^(i,r) max(0, 1 - y^(i,r)(⟨v_r, x^(i,1)⟩ + c_r)): the
loss (9) of a network with one output.

Covered: (-1)^Y = 1 - 2Y for both targets Y, so with y = 2Y - 1 both terms have the same inside,
for all outputs.
"""

from exactmargin.registry import Part
from theorems.steps import identity, part


def prove() -> list[Part]:
    """The sign, then the inside of the term."""
    steps = [
        identity(r"$Y=0$: $(-1)^Y=1-2Y$", "1", "1-2*0"),
        identity(r"$Y=1$: $(-1)^Y=1-2Y$", "-1", "1-2*1"),
        identity(
            r"$y=2Y-1$, $\hat{y}_r=\langle v_r,x\rangle+c_r$: $1+\hat{y}_r(1-2Y)=1-y\hat{y}_r$",
            "1+(p+c)*(1-2*Y)",
            "1-(2*Y-1)*(p+c)",
            "Y p c",
        ),
    ]
    return [part("The loss of one class", None, steps, steps)]
