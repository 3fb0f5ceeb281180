r"""What one replicate gains and pays when it moves alone from where all replicates are equal.

With equal weights, v_r = 0 and -1 < c_r < 1 all terms of the loss L^(r) are on. If the hidden
weights of replicate r move by s X and v_r by t u, the loss falls by s t κ, and the penalty grows by
s² ‖X‖². So with κ > 0 all small s = κ e, t = 2 γ ‖X‖² e bring E_γ down by γ κ² ‖X‖² e².
"""

from exactmargin.registry import Step
from theorems.laurent2018._several_classes import SIZES, Replicates, total
from theorems.steps import identity, positive


def alone(vectors: Replicates) -> Step:
    """The penalty where all replicates are ω but the first, which is ω + s X."""
    moved = {
        vectors.entry(r, j): f"(o{j}+s*x{j})" if r == 1 else f"o{j}"
        for r in vectors.indices
        for j in vectors.components
    }
    symbols = [f"{name}{j}" for name in "ox" for j in vectors.components]
    return identity(
        rf"{vectors.shape}, one replicate moves by $sX$: $\mathcal{{R}}=s^2\|X\|^2$",
        vectors.penalty(moved),
        f"s^2*({total([f'x{j}^2' for j in vectors.components])})",
        " ".join([*symbols, "s"]),
    )


def trade() -> list[Step]:
    """What is gained beats what is paid."""
    return [
        *(alone(Replicates(*size)) for size in SIZES),
        identity(
            r"$s=\kappa e$, $t=2\gamma\|X\|^2e$: $-st\kappa+\gamma s^2\|X\|^2="
            r"-\gamma\kappa^2\|X\|^2e^2$",
            "-(k*e)*(2*g*n*e)*k+g*(k*e)^2*n",
            "-g*k^2*n*e^2",
            "k e g n",
        ),
        positive(r"$\gamma\kappa^2\|X\|^2e^2>0$", "g*k^2*n*e^2", "k e g n"),
    ]


def all_terms_on(examples: int, inputs: int) -> Step:
    """The loss of a class with all terms on, as an affine function of (β, c)."""
    span, columns = range(1, examples + 1), range(1, inputs + 1)
    outputs = {i: total([f"q{j}*x{i}x{j}" for j in columns]) for i in span}
    z = {j: total([f"m{i}*y{i}*x{i}x{j}" for i in span]) for j in columns}
    symbols = [f"{name}{i}" for name in "my" for i in span] + [f"q{j}" for j in columns]
    symbols += [f"x{i}x{j}" for i in span for j in columns]
    return identity(
        rf"{examples} examples in dimension {inputs}: "
        r"$\sum_i\mu_i(1-y_i(\langle\beta,x_i\rangle+c))$ is "
        r"$\sum_i\mu_i-c\sum_i\mu_iy_i-\langle\beta,z\rangle$ with $z=\sum_i\mu_iy_ix_i$",
        total([f"m{i}*(1-y{i}*({outputs[i]}+c))" for i in span]),
        f"{total([f'm{i}' for i in span])}-c*({total([f'm{i}*y{i}' for i in span])})"
        f"-({total([f'q{j}*({z[j]})' for j in columns])})",
        " ".join([*symbols, "c"]),
    )


def at_zero() -> list[Step]:
    """v_r = 0 and equal weights: L^(r) = 1 for -1 ≤ c ≤ 1, and more beyond."""
    return [
        identity(
            r"$v_r=0$, $-1\le c\le1$: $\mathcal{L}^{(r)}=\frac12(1-c)+\frac12(1+c)=1$",
            "1/2*(1-c)+1/2*(1+c)",
            "1",
            "c",
        ),
        identity(
            r"$c=1+d$: $\mathcal{L}^{(r)}=\frac12(1+c)=1+\frac d2$, so a local minimum has "
            r"$-1\le c\le1$",
            "1/2*(1+(1+d))",
            "1+1/2*d",
            "d",
        ),
    ]
