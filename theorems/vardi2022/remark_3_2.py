"""V Remark 3.2: the negative results withstand small changes of the data.

Statement. Theorem 3.2 holds for all x_1, x_2 whose coordinates differ by less than 1/25 from those
of (1, 1/4) and (-1, 1/4); likewise 4.3 and 5.4 with x_3 that near to (0, -1), the data of Lemma
C.6; 4.1 for x = (α, β) with β > α > 0; and 5.1 for every x = (α, β) with α, β > 0 where the start
is chosen with the data.

The paper gives no proof. Covered: all data in these sets, by identities and by polynomials that are
positive on the whole box (3.2, 4.3 and 5.4 in `_robust`); the steps are named by what they show of
the flow and of the point. At the paper's data and at two corners of the box the kernel checks the
point and its perturbation themselves. For 5.1 depths 3 to 6. Assumed: V Theorem 2.1.

Erratum: for 5.1 with the paper's start the remark fails.
"""

from exactmargin.networks import diagonal
from exactmargin.registry import Part
from theorems.steps import (
    ACTIVATIONS,
    FLOW,
    feasible,
    global_by_product,
    identity,
    kkt,
    part,
    positive,
)
from theorems.vardi2022._boxes import inside
from theorems.vardi2022._robust import relu_networks
from theorems.vardi2022._samples import sample

DEPTHS = range(3, 7)


# ---------------------------------------------------------------- Theorem 4.1


def diagonal_of_depth_two() -> Part:
    """x = (α, β), both activations: f, h and d stand for α, β and β-α; the start is the paper's."""
    steps = [
        *inside(r"$\beta>\alpha$ near $(1,2)$", "h-f", {"f": ("3/4", "5/4"), "h": ("7/4", "9/4")}),
        identity(r"On $w_j=(a,0)$ the second entry of each gradient is 0", "h*0", "0", "h"),
        identity(
            r"The first entries are $\alpha a$ for both layers: $w_1=w_2$ stays, and $a$ rises",
            "a*f",
            "f*a",
            "a f",
        ),
        positive(r"At the start $\Phi=\alpha>0$: the loss is $\ell(\alpha)<\ell(0)$", "f*1", "f"),
        identity(
            r"The limit $w_j=(z,0)$, $\alpha z^2=1$: $\lambda\alpha z=z$ for $\lambda=1/\alpha$",
            "l*(f*z)",
            "(l*f)*z",
            "l f z",
            (FLOW,),
        ),
        identity(
            r"$w_j'=(x,y)$, $\alpha x^2+\beta y^2=1$: "
            r"$\alpha\|\theta'\|^2=2-2(\beta-\alpha)y^2$, and $\alpha\|\tilde\theta\|^2=2$",
            "f*(2*x^2+2*y^2)",
            "2*(f*x^2+h*y^2)-2*(h-f)*y^2",
            "f h x y",
        ),
        positive(r"So $\|\theta'\|<\|\tilde\theta\|$ for every small $y>0$", "2*d*y^2", "d y"),
    ]
    return part("Theorem 4.1 for all data with $\\beta>\\alpha>0$", None, steps, steps[1:])


# ---------------------------------------------------------------- Theorem 5.1


def diagonal_of_depth(m: int) -> Part:
    """x = (α, β), here (f, h), and f u^(m-2) = h w^(m-2) = 1, U = u², W = w²; the start (u, w)."""
    n = m - 2
    power = f"^{n}" if n > 1 else ""
    larger = "(U+W){0}*(U*{1}^{2}+W*{3}^{2})^2-(U*{1}^2+W*{3}^2)^{2}"
    steps = [
        identity(
            r"On $w_j=c(u,w)$ the gradient is $c^{m-1}$ times $(\alpha u^{m-2}u,\beta w^{m-2}w)$, "
            r"which is $(u,w)$: the ray is kept",
            f"f*(c*u)^{m - 1}",
            f"(f*u{power})*u*c^{m - 1}",
            "f u c",
        ),
        positive(r"The loss at $c=1$ is below $\ell(0)$: $\Phi=U+W>0$", "U+W", "U W"),
        identity(
            r"The limit is $c^m(U+W)=1$, a KKT point: $\lambda\alpha(cu)^{m-1}$ is $cu$ for "
            r"$\lambda=c^{2-m}$",
            f"(l*c{power})*(f*u{power})*c*u",
            f"l*f*(c*u)^{m - 1}",
            "l c f u",
            (FLOW,),
        ),
        identity(
            r"$(\|\tilde\theta\|^2/m)^m=(U+W)^{m-2}(c^m(U+W))^2$",
            f"(c^2*(U+W))^{m}",
            f"(U+W){power}*(c^{m}*(U+W))^2",
            "c U W",
        ),
        *(
            positive(
                r"$w_j'=(ux,wz)$ with $Ux^m+Wz^m=1$: $(U+W)^{m-2}>(\|\theta'\|^2/m)^m$ where "
                + where,
                larger.format(power, x, m, z),
                "U W z d",
            )
            for where, x, z in (("$x>z$", "(z+d)", "z"), ("$x<z$", "z", "(z+d)"))
        ),
    ]
    name = f"Theorem 5.1 at depth {m}, for all data, the start chosen with them"
    return part(name, None, steps, [steps[0], steps[2], *steps[4:]])


def erratum(name: str, slope: int) -> Part:
    """Depth 3, x = (1.331, 1), the paper's start (1, 1): the limit is a global optimum."""
    instance = sample(
        f"depth 3, x = (1331/1000, 1), {name}",
        diagonal(2, 3, negative_slope=slope),
        [("10/11", 0)] * 3,
        [("1331/1000", 1)],
        [1],
        ["100/121"],
    )
    steps = [
        identity(
            r"On $w_j=(a,b)$ the flow is $\dot{a}=\mu\alpha a^2$, $\dot{b}=\mu b^2$, so "
            r"$\frac1b-\frac1{\alpha a}$ is conserved",
            "(m*b^2)*(f*a^2)-(m*f*a^2)*b^2",
            "0",
            "m a b f",
        ),
        identity(
            r"At the start it is $1-\frac1\alpha=\frac{331}{1331}$, so $b<\frac{1331}{331}$ for "
            r"ever: the direction tends to $(1,0)$",
            "1331/331*(1331-1000)",
            "1331",
            assumes=(FLOW,),
        ),
    ]
    step = (0, 1, 0, 1, 0, 0)
    stationary = kkt(
        r"$w_j=(\frac{10}{11},0)$ is a KKT point",
        instance.multipliers,
        directions=None if slope else {1: [str(x) for x in step]},
    )
    least = global_by_product("It is a global optimum", ["100/121"])
    steps += [feasible("It is feasible"), stationary, least]
    title = f"Erratum: Theorem 5.1 with the paper's start, {instance.problem.name}"
    return part(title, instance.problem, steps, [steps[1], stationary, least])


def prove() -> list[Part]:
    """All data sets of the boxes, three of them, and the erratum."""
    return [
        *relu_networks(),
        diagonal_of_depth_two(),
        *(diagonal_of_depth(m) for m in DEPTHS),
        *(erratum(name, slope) for name, slope in ACTIVATIONS),
    ]
