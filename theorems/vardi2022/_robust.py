"""V Remark 3.2 for Theorems 3.2, 4.3 and 5.4: ReLU networks and all data in a box.

With d = x_1 - x_2, A = ⟨x_1, d⟩, B = -⟨x_2, d⟩, D = det(x_1, x_2) and n the vector d turned by a
right angle, the limit of neuron 1 is v_1 w_1 = n/D, ‖w_1‖ = v_1, with multipliers in the ratio
B : A. From every start of Theorem 3.2 the smaller of ⟨w_1, x_1⟩ and ⟨w_1, x_2⟩ never falls, so
neuron 1 stays active on both; the other neuron is off at both for ever.
"""

from exactmargin.exact import Q
from exactmargin.networks import fully_connected
from exactmargin.registry import Part
from theorems.steps import FLOW, curve, feasible, identity, kkt, part, positive
from theorems.vardi2022._boxes import inside
from theorems.vardi2022._samples import sample

PAIR = {
    "p": ("24/25", "26/25"),
    "q": ("21/100", "29/100"),
    "r": ("-26/25", "-24/25"),
    "s": ("21/100", "29/100"),
}
"""x_1 = (p, q) and x_2 = (r, s)."""
TRIPLE = PAIR | {"t": ("-1/25", "1/25"), "u": ("-26/25", "-24/25")}
"""x_3 = (t, u) besides."""
SIZES = {"A": ("9/5", "11/5"), "B": ("9/5", "11/5"), "D": ("2/5", "61/100")}

CORNERS = (
    (("1", "1/4"), ("-1", "1/4")),
    (("24/25", "29/100"), ("-26/25", "21/100")),
    (("26/25", "29/100"), ("-24/25", "29/100")),
)
"""The paper's data and two corners."""

A, B, D = "(p*(p-r)+q*(q-s))", "(r*(r-p)+s*(s-q))", "(p*s-r*q)"
DATA = "p q r s"


# ---------------------------------------------------------------- Theorem 3.2: the data


def box() -> Part:
    """What the proof needs of the data holds in the whole box."""
    steps = []
    for letter, value in (("A", A), ("B", B), ("D", D)):
        lo, hi = SIZES[letter]
        steps += inside(f"${letter}>{lo}$", f"{value}-{lo}", PAIR)
        steps += inside(f"${letter}<{hi}$", f"{hi}-{value}", PAIR)
    steps += [
        *inside(r"$\langle x_1,x_2\rangle<0$", "-(p*r+q*s)", PAIR),
        *inside(r"$\langle x_1,x_1+x_2\rangle>0$", "p*(p+r)+q*(q+s)", PAIR),
        *inside(r"$\langle x_2,x_1+x_2\rangle>0$", "r*(p+r)+s*(q+s)", PAIR),
        *inside(r"$AB>(A+B)D$", "A*B-(A+B)*D", SIZES),
        *inside(
            r"$2(AB-(A+B)D)D^2>\epsilon B^2(D^2+A^2)$, $0<\epsilon<\frac1{100}$",
            "2*(A*B-(A+B)*D)*D^2-e*B^2*(D^2+A^2)",
            SIZES | {"e": ("0", "1/100")},
        ),
    ]
    return part("Theorem 3.2: the box of the data", None, steps, steps[1::2])


# ---------------------------------------------------------------- Theorem 3.2: the flow


def trajectory() -> Part:
    """Neuron 1 stays active on both examples; g, h, k stand for ⟨x_i, x_j⟩, z_i for ⟨w_1, x_i⟩."""
    smaller = r"where $z_1\le z_2$, so $\mu_1=\mu_2+\delta$, $\delta\ge0$"
    steps = [
        identity(
            rf"$\dot{{z}}_1=v_1(\mu_2\langle x_1,x_1+x_2\rangle+\delta\|x_1\|^2)$ {smaller}",
            "v*((m+d)*g+m*h)",
            "v*(m*(g+h)+d*g)",
            "v m d g h",
        ),
        positive(
            r"So the smaller of $z_1$, $z_2$ does not fall: both stay positive",
            "v*(m*S+d*g)",
            "v m S d g",
        ),
        identity(
            r"The same with 1 and 2 exchanged, where $z_2\le z_1$",
            "v*(m*h+(m+d)*k)",
            "v*(m*(k+h)+d*k)",
            "v m d h k",
        ),
        positive(r"$\dot{v}_1=\mu_1z_1+\mu_2z_2>0$, so $v_1\ge v_1(0)$", "m*y+n*z", "m n y z"),
        identity(
            r"The gradient of $y_i\Phi_i$ along $(0,1)$ in $w_1$ is $v_1$ times $q$ or $s$, which "
            r"are positive: the loss gets below the threshold",
            "v*(0*p+1*q)",
            "v*q",
            "v p q",
        ),
        identity(
            r"$v_1^2-\|w_1\|^2$ is conserved",
            "2*v*(m*(a*p+b*q)+n*(a*r+b*s))-2*(a*v*(m*p+n*r)+b*v*(m*q+n*s))",
            "0",
            f"v m n a b {DATA}",
        ),
        identity(
            r"Neuron 2 is off at both examples and stays: its pull is $\mu_iv_2\sigma'=0$",
            "m*v*0",
            "0",
            "m v",
        ),
    ]
    conclusion = [steps[0], steps[1], steps[3], steps[4]]
    return part("Theorem 3.2: the flow from every start, for all data", None, steps, conclusion)


def limit() -> Part:
    """The only KKT point that the direction can tend to."""
    steps = [
        identity(
            r"With $x_1$ alone active $w_1=cx_1$, and $\langle w_1,x_2\rangle$ is the negative "
            r"$c\langle x_1,x_2\rangle$; so with $x_2$ alone",
            "c*p*r+c*q*s",
            "c*(p*r+q*s)",
            f"c {DATA}",
        ),
        identity(
            r"So both are active, and $v_1w_1=n/D$: $\langle n,x_1\rangle=D$",
            "(s-q)*p+(p-r)*q",
            D,
            DATA,
        ),
        identity(r"$\langle n,x_2\rangle=D$", "(s-q)*r+(p-r)*s", D, DATA),
        identity(
            r"It is a KKT point, $\lambda\sim(B,A)>0$: $Bx_1+Ax_2=Dn$, first entry",
            f"{B}*p+{A}*r",
            f"{D}*(s-q)",
            DATA,
            (FLOW,),
        ),
        identity(r"$Bx_1+Ax_2=Dn$, second entry", f"{B}*q+{A}*s", f"{D}*(p-r)", DATA, (FLOW,)),
    ]
    return part("Theorem 3.2: the limit, for all data", None, steps, steps[1:])


# ---------------------------------------------------------------- Theorem 3.2: the perturbation


def normal_form() -> Part:
    """A similarity takes x_1 to (a, 1) and x_2 to (-b, 1), a = A/D, b = B/D; θ to its like."""
    length = "((p-r)^2+(q-s)^2)"
    steps = [
        identity(r"$\|d\|^2x_1=Ad+Dn$, first entry", f"{length}*p", f"{A}*(p-r)+{D}*(s-q)", DATA),
        identity(r"$\|d\|^2x_1=Ad+Dn$, second entry", f"{length}*q", f"{A}*(q-s)+{D}*(p-r)", DATA),
        identity(r"$\|d\|^2x_2=Dn-Bd$, first entry", f"{length}*r", f"{D}*(s-q)-{B}*(p-r)", DATA),
        identity(r"$\|d\|^2x_2=Dn-Bd$, second entry", f"{length}*s", f"{D}*(p-r)-{B}*(q-s)", DATA),
        identity(r"$n\perp d$", "(p-r)*(s-q)+(q-s)*(p-r)", "0", DATA),
        identity(r"$\|n\|=\|d\|$", "(s-q)^2+(p-r)^2", length, DATA),
        identity(
            r"$M=(m,-n;n,m)$: $\langle w,Mz\rangle=\langle M^\top w,z\rangle$, so $\Phi$ is kept",
            "x*(m*y-n*z)+w*(n*y+m*z)",
            "(x*m+w*n)*y+(w*m-x*n)*z",
            "m n x w y z",
        ),
        identity(
            r"$\|M^\top w\|^2=(m^2+n^2)\|w\|^2$: all norms have one factor, with $v$ as well",
            "(x*m+w*n)^2+(w*m-x*n)^2",
            "(m^2+n^2)*(x^2+w^2)",
            "m n x w",
        ),
        identity(
            r"$AB-(A+B)D=D^2(ab-a-b)$ for $A=aD$, $B=bD$",
            "(a*D)*(b*D)-(a*D+b*D)*D",
            "D^2*(a*b-a-b)",
            "a b D",
        ),
    ]
    return part("Theorem 3.2: a normal form of the data", None, steps, steps)


def perturbation() -> Part:
    """θ̃ = [(0,1), 0, 1, 0]; θ' = [(bε, 1-abε), (-τ, 0), 1, τ] with τ² = (a+b)ε."""
    steps = [
        identity(r"$\Phi(\tilde\theta;x_i)=1$", "1*(0*a+1*1)", "1", "a"),
        identity(r"$\lambda=(b,a)/(a+b)$: first entry", "b*a+a*(-b)", "0", "a b"),
        identity(r"$\lambda=(b,a)/(a+b)$: second entry", "b*1+a*1", "a+b", "a b"),
        identity(r"$\Phi(\theta';x_1)=1$: neuron 2 is off", "b*e*a+(1-a*b*e)*1", "1", "a b e"),
        identity(
            r"$\Phi(\theta';x_2)\ge1$: neuron 1 gives at least $1-b^2\epsilon-ab\epsilon$",
            "b*e*(-b)+(1-a*b*e)*1+(a+b)*e*b",
            "1",
            "a b e",
        ),
        identity(
            r"$\|\tilde\theta\|^2-\|\theta'\|^2=\epsilon c$ with $c=2(ab-a-b)-\epsilon b^2(1+a^2)$",
            "2-((b*e)^2+(1-a*b*e)^2+1+2*(a+b)*e)",
            "e*(2*(a*b-a-b)-e*b^2*(1+a^2))",
            "a b e",
        ),
        identity(
            r"$D^4c$ is what is positive in the box for $0<\epsilon<\frac1{100}$",
            "2*(a*D*b*D-(a*D+b*D)*D)*D^2-e*(b*D)^2*(D^2+(a*D)^2)",
            "D^4*(2*(a*b-a-b)-e*b^2*(1+a^2))",
            "a b e D",
        ),
        identity(
            r"$\|\theta'-\tilde\theta\|^2=\epsilon^2b^2(1+a^2)+2\epsilon(a+b)$, which tends to 0",
            "(b*e)^2+(a*b*e)^2+2*(a+b)*e",
            "e^2*b^2*(1+a^2)+2*e*(a+b)",
            "a b e",
        ),
    ]
    name = "Theorem 3.2: the perturbation, for all data"
    return part(name, None, steps, [*steps[3:6], steps[7]])


def corner(x: tuple[str, str], y: tuple[str, str]) -> Part:
    """Data of the box in their normal form: the point and the perturbation, by the kernel."""
    (p, q), (r, s) = (map(Q.coerce, z) for z in (x, y))
    det = p * s - r * q
    a, b = (p * (p - r) + q * (q - s)) / det, (r * (r - p) + s * (s - q)) / det
    instance = sample(
        f"x_1 = ({', '.join(x)}), x_2 = ({', '.join(y)}), in normal form",
        fully_connected([2, 2, 1]),
        [(0, 1, 0, 0), (1, 0)],
        [(a, 1), (-b, 1)],
        [1, 1],
        [Q.format(b / (a + b)), Q.format(a / (a + b))],
    )
    stationary = kkt(
        r"$\tilde\theta$ is a KKT point", instance.multipliers, {1: {2: "0"}, 2: {2: "0"}}
    )
    moved = [Q.format(b / (a + b)), Q.format(-a * b / (a + b))]
    descent = curve(
        r"The perturbation, $\epsilon=t^2/(a+b)$, for all $0<\epsilon<\frac1{100}$",
        [["0", "0", moved[0]], ["1", "0", moved[1]], ["0", "-1"], [], ["1"], ["0", "1"]],
        ["1/4"],  # t < 1/4 holds where e < 1/100, as a + b > 9/5 · 2 / (61/100)
    )
    steps = [feasible(r"$\tilde\theta$ is feasible"), stationary, descent]
    return part(f"In the box: {instance.problem.name}", instance.problem, steps, steps[1:])


# ---------------------------------------------------------------- Theorems 4.3 and 5.4


def third_example() -> Part:
    """x_3 near (0, -1): neuron 1 is off there, and neuron 2 is on there alone."""
    steps = [
        *inside(r"$\langle x_1,x_3\rangle<0$", "-(p*t+q*u)", TRIPLE),
        *inside(r"$\langle x_2,x_3\rangle<0$", "-(r*t+s*u)", TRIPLE),
        *inside(r"$E=-\mathrm{det}(x_3,x_2)>0$", "u*r-t*s", TRIPLE),
        *inside(r"$F=-\mathrm{det}(x_1,x_3)>0$", "q*t-p*u", TRIPLE),
    ]
    found = steps[1::2]
    both = r"$-Dx_3=Ex_1+Fx_2$, so $\langle w_1,x_3\rangle<0$ where $z_1,z_2>0$: "
    symbols = f"{DATA} t u"
    more = [
        identity(both + "first entry", f"-{D}*t", "(u*r-t*s)*p+(q*t-p*u)*r", symbols),
        identity(both + "second entry", f"-{D}*u", "(u*r-t*s)*q+(q*t-p*u)*s", symbols),
        positive(
            r"$\dot{w}_2=\mu_3v_2x_3$: $\langle w_2,x_3\rangle$ and $v_2$ rise, and "
            r"$\langle w_2,x_1\rangle$, $\langle w_2,x_2\rangle$ fall",
            "m*v*l+m*z",  # l = |x_3|^2, z = <w_2, x_3>
            "m v l z",
        ),
        identity(
            r"The limit of neuron 2: $v_2w_2=x_3/\|x_3\|^2$, of margin 1",
            "t*t+u*u",
            "t^2+u^2",
            "t u",
            (FLOW,),
        ),
    ]
    name = "Theorems 4.3 and 5.4: the third example, for all data"
    return part(name, None, [*steps, *more], [*found, *more])


def not_global() -> Part:
    """‖θ̃‖² = 2(‖d‖/D + 1/‖x_3‖) against one θ', feasible for all data; the same for layer 1."""
    steps = [
        *inside(r"$\|d\|^2>9D^2$: $\|d\|/D>3$", "A+B-9*D^2", SIZES),
        *inside(r"$\|x_3\|<\frac{10}9$", "100/81-t^2-u^2", TRIPLE),
        *inside(r"$\langle(\frac{25}{24},0),x_1\rangle>1$", "25/24*p-1", TRIPLE),
        *inside(r"$\langle(-\frac{11}8,-\frac{11}{10}),x_2\rangle>1$", "-11/8*r-11/10*s-1", TRIPLE),
        *inside(r"$\langle(-\frac{11}8,-\frac{11}{10}),x_3\rangle>1$", "-11/8*t-11/10*u-1", TRIPLE),
    ]
    found = steps[1::2]
    more = [
        identity(r"$\|d\|^2=A+B$", "(p-r)^2+(q-s)^2", f"{A}+{B}", DATA),
        positive(
            r"4.3: with $v'=(1,\frac43)$, $\|\theta'\|^2<2(3+\frac9{10})<\|\tilde\theta\|^2$",
            "2*(3+9/10)-((25/24)^2+1+(3/4)^2*((11/8)^2+(11/10)^2)+(4/3)^2)",
        ),
        positive(
            r"5.4: with $\tilde{v}_1^2=3+x$, $\tilde{v}_2^2=\frac9{10}+y$ layer 1 has "
            r"$\|\tilde{u}\|^2=\tilde{v}_1^2+\tilde{v}_2^2>\|u'\|^2$",
            "(39/10+x+y)*(3+x)*(9/10+y)-(25/24)^2*(9/10+y)-((11/8)^2+(11/10)^2)*(3+x)",
            "x y",
        ),
    ]
    return part("Theorems 4.3 and 5.4: not global", None, [*steps, *more], [*found, *more[1:]])


def relu_networks() -> list[Part]:
    """Theorem 3.2 in the box and at three data sets in it; Theorems 4.3 and 5.4 in theirs."""
    return [
        box(),
        trajectory(),
        limit(),
        normal_form(),
        perturbation(),
        *(corner(x, y) for x, y in CORNERS),
        third_example(),
        not_global(),
    ]
