"""The existence of a KKT point nearby: its pattern, its equations, and the box that holds it."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from exactmargin.kernel.pattern import full_system
from exactmargin.render.instance import problem_name
from exactmargin.render.layout import displays, table
from exactmargin.render.numerals import number
from exactmargin.render.setting import Setting

__all__ = ["kkt_exists", "nearby_sentence"]

_DIGITS = 8
_FULL_MINIMUM = {
    "yes": "With $b_{ik}=y_i\\,\\partial\\Phi_i/\\partial h_{ik}$, $h_{ik}$ the output of the "
    "unit, all $b_{ik}<0$, and no unit is zero. So $y_i\\Phi_i\\le y_iP_i-\\beta\\sum_k|z_{ik}|$ "
    "near $\\theta^*$ with some $\\beta>0$. The Hessian of "
    "$\\tfrac12\\|\\theta\\|^2-\\sum_i\\lambda_iy_iP_i$, plus a multiple of the squares of the "
    "gradients of the active margins and of the $z_{ik}$, is positive definite, up to rotations of "
    "copies, by the congruence of the certificate. So $\\theta^*$ is a local minimum.",
    "no": "At a kink $y_i\\,\\partial\\Phi_i/\\partial h_{ik}>0$, $h_{ik}$ the output of the unit: "
    "on one of its sides the norm decreases, so $\\theta^*$ is not a local minimum.",
    "unknown": "Whether $\\theta^*$ is a local minimum is not said.",
}
_KRAWCZYK = (
    "These equations say that $\\theta^*$ is stationary. By Krawczyk's test, with the inverse "
    "matrix of the certificate and in ball arithmetic, they have exactly one solution whose "
    "unknowns differ by at most ${}$ from those of the certificate, rounded:"
)


def nearby_sentence(setting: Setting, evidence: Any) -> str:
    """What is proved, as a part of a sentence."""
    scale, distance = setting.numbers([evidence["scale"], evidence["distance"]])
    theta = "\\theta" if scale == 1 else f"{number(scale)}\\,\\theta"
    word = {"yes": "a local minimum", "no": "not a local minimum"}.get(evidence["local_minimum"])
    also = f", {word}," if word else ""
    return (
        f"{problem_name(setting.problem)} has a KKT point $\\theta^*${also} with "
        f"$\\|\\theta^*-{theta}\\|_\\infty\\le{number(distance)}$"
    )


def kkt_exists(setting: Setting, evidence: Any) -> list[str]:
    """The table of the live neurons, the equations, and the rounded centre of the box."""
    return (_full if "layers" in evidence else _reduced)(setting, evidence)


def _reduced(setting: Setting, evidence: Any) -> list[str]:
    """One hidden layer."""
    slope, radius = number(setting.problem.slope), setting.numbers([evidence["radius"]])[0]
    active = _listed(evidence["active"])
    head = ["k", "s_k", "\\text{positive side}", "\\text{kink}", "\\text{copies (ratio)}"]
    bias = any(layer.biases for layer in setting.problem.layers[1:])
    return [
        f"At $\\theta^*$ the active examples are {active}. These neurons are not zero; the active "
        "examples that are not listed lie on their negative side:",
        table(head, [_row(setting, unit) for unit in evidence["units"]]),
        "A copy has the parameters of neuron $k$ multiplied by its ratio $f$. With "
        f"$a_{{ik}}=\\lambda_i$, $c_{{ik}}$, ${slope}\\lambda_i$ on the positive side, on the kink "
        "and on the negative side, with $x_{ik}$ the inputs that neuron $k$ reads (and 1 for its "
        "bias), $F_k=1+\\sum f^2$ and $t_k>0$,",
        displays(
            [
                "g_k=s_k\\sum_iy_ia_{ik}x_{ik},\\quad w_k=t_kg_k,\\quad v_k=s_kt_k"
                + (",\\quad c=\\sum_i\\lambda_iy_i" if bias else ""),
                "\\|g_k\\|^2=1,\\quad \\langle g_k,x_{ik}\\rangle=0\\text{ on kinks},\\quad "
                "y_i\\Bigl(\\sum_ks_kF_kt_k^2\\,\\sigma(\\langle g_k,x_{ik}\\rangle)"
                f"{'+c' if bias else ''}\\Bigr)=1.",
            ],
            end="",
        ),
        _KRAWCZYK.format(_rounded(radius)),
        table(["\\text{unknown}", "\\text{value}"], _unknowns(setting, evidence)),
        "In the whole box $\\lambda_i>0$, $t_k>0$, the $c_{ik}/\\lambda_i$ are slopes, the sides "
        "are as listed and all other margins are above 1.",
        _minimum(setting, evidence),
    ]


def _minimum(setting: Setting, evidence: Any) -> str:
    """Why the point is a local minimum, or is not."""
    told = evidence["local_minimum"]
    if told == "unknown":
        return "Whether $\\theta^*$ is a local minimum is not said."
    if "descent" in evidence:
        descent = evidence["descent"]
        k, s = descent["unit"], descent["sign"]
        u = ", ".join(number(value) for value in setting.numbers(descent["direction"]))
        gain = f"s\\sum_i\\lambda_iy_i\\,\\sigma(\\langle u,x_{{i{k}}}\\rangle)>\\|u\\|"
        return (
            f"Neuron ${k}$ is zero. With $s={s}$ and $u=({u})$, ${gain}$ in the whole box: it can "
            "grow along $u$ so that the norm decreases, and $\\theta^*$ is not a local minimum."
        )
    if told == "no":
        return (
            "A kink has $y_is_k=1$: on one of its sides the norm decreases, so $\\theta^*$ is not "
            "a local minimum."
        )
    if "zero_neurons" in evidence:
        units = _listed([entry["unit"] for entry in evidence["zero_neurons"]["neurons"]])
        bound = "s\\sum_i\\lambda_iy_i\\,\\sigma(\\langle u,x_{ik}\\rangle)\\le\\|u\\|"
        return (
            f"No kink has $y_is_k=1$, and for the zero neurons ({units}) the trees of the "
            f"certificate show ${bound}$ for both signs $s$, all $u$ and all $\\lambda$ of the "
            "box, so $\\theta^*$ is a local minimum."
        )
    return "No kink has $y_is_k=1$ and no neuron is zero, so $\\theta^*$ is a local minimum."


def _full(setting: Setting, evidence: Any) -> list[str]:
    """Any depth."""
    slope, radius = number(setting.problem.slope), setting.numbers([evidence["radius"]])[0]
    head = ["l", "k", "\\text{positive side}", "\\text{kink}", "\\text{copies (ratio)}"]
    rows = [
        [str(l), *_row(setting, unit)]
        for l, units in enumerate(evidence["layers"], 1)
        for unit in units
    ]
    return [
        f"At $\\theta^*$ the active examples are {_listed(evidence['active'])}. These hidden units "
        "are not zero; the active examples that are not listed lie on their negative side:",
        *([table(head, rows)] if rows else []),
        "A copy has the parameters of unit $k$ multiplied by its ratio, those of its inputs and "
        "those of its output. Let $P_i$ be $\\Phi_i$ with the slopes 1 on the positive side, "
        f"$\\rho_{{ik}}$ on the kink and ${slope}$ on the negative side, and $z_{{ik}}$ the "
        "pre-activations on the kinks:",
        displays(
            [
                "\\theta_p=\\sum_i\\lambda_iy_i\\,\\partial P_i/\\partial\\theta_p,\\quad "
                "y_iP_i=1,\\quad z_{ik}=0\\text{ on kinks}."
            ],
            end="",
        ),
        _KRAWCZYK.format(_rounded(radius)),
        table(["\\text{unknown}", "\\text{value}"], _full_unknowns(setting, evidence)),
        f"In the whole box $\\lambda_i>0$, ${slope}\\le\\rho_{{ik}}\\le1$, the sides are as listed "
        "and all other margins are above 1.",
        _FULL_MINIMUM[evidence["local_minimum"]],
    ]


def _full_unknowns(setting: Setting, evidence: Any) -> list[list[str]]:
    """Parameters, multipliers and slopes, in the kernel's order."""
    system = full_system(setting.problem, evidence)
    parameters = {
        p: block.entry_name(n)
        for block in setting.naming.blocks
        for n, p in enumerate(block.indices)
    }
    names = [parameters[p] for p in system.own]
    names += [f"\\lambda_{{{i}}}" for i in evidence["active"]]
    names += [f"\\rho_{{{i + 1},{k + 1}}}^{{({l + 1})}}" for i, l, k in system.kinks]
    values = setting.numbers(evidence["centre"])
    return [[name, _rounded(value)] for name, value in zip(names, values, strict=True)]


def _listed(examples: Sequence[int]) -> str:
    return ", ".join(f"${i}$" for i in examples)


def _row(setting: Setting, unit: Any) -> list[str]:
    ratios = setting.numbers([copy["ratio"] for copy in unit["copies"]])
    copies = (f"{c['unit']}\\;({_rounded(f)})" for c, f in zip(unit["copies"], ratios, strict=True))
    sides = (",\\allowbreak ".join(map(str, unit[name])) for name in ("positive", "kinks"))
    sign = [str(unit["sign"])] if "sign" in unit else []
    return [str(unit["unit"]), *sign, *sides, ",\\allowbreak ".join(copies)]


def _unknowns(setting: Setting, evidence: Any) -> list[list[str]]:
    units = evidence["units"]
    names = [f"\\lambda_{{{i}}}" for i in evidence["active"]]
    names += [f"c_{{{i},{unit['unit']}}}" for unit in units for i in unit["kinks"]]
    names += [f"t_{{{unit['unit']}}}" for unit in units]
    values = setting.numbers(evidence["centre"])
    return [[name, _rounded(value)] for name, value in zip(names, values, strict=True)]


def _rounded(x: Any) -> str:
    """A few digits of a rational."""
    value = Fraction(x)
    if value and abs(value) < Fraction(1, 10**4):
        power, size = 0, abs(value)
        while size < 1:
            power, size = power - 1, size * 10
        return f"{'-' if value < 0 else ''}{float(size):.2f}\\cdot10^{{{power}}}"
    whole = round(value * 10**_DIGITS)
    text = f"{abs(whole):0{_DIGITS + 1}d}"
    digits = f"{text[:-_DIGITS]}.{text[-_DIGITS:]}".rstrip("0").rstrip(".")
    return f"-{digits}" if whole < 0 else digits
