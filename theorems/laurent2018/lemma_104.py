r"""L Lemma 104 (appendix): a piecewise polynomial keeps its sign just right of 0.

Statement. If f agrees with a polynomial on each of finitely many intervals that make up the real
line, then sign f(t) is constant on (0, t_0) for some t_0 > 0.

Covered: every polynomial of degree at most 4, with a t_0, which the paper does not give. On some
(0, t^*) f is one polynomial; if that is 0, so is its sign. Else f or -f is t^j (p + a_1 t + ... +
a_n t^n) with p > 0. A number is a difference of two positive ones, a_i = z_i - r_i. For
t = p/(p + r_1 + ... + r_n + s) with s > 0, that is for all 0 < t < p/(p + Σ r_i), the bracket times
(p + Σ r_i + s)^n has no negative coefficient, so t_0 is the smaller of this bound and t^*. No such
bound may reach the first root, and none that depends on p alone will do: p - r t.

Lemmas 105 and 107 apply this to the signature along ω(t), where each σ_α(A + Bt) has two pieces.
"""

from exactmargin.registry import Part, Step
from theorems.steps import identity, part, positive

DEGREES = range(5)


def keeps_its_sign(n: int) -> Step:
    """p + Σ (z_i - r_i) t^i > 0 for all 0 < t < p/(p + Σ r_i), times (p + Σ r_i + s)^n."""
    falls = [f"r{i}" for i in range(1, n + 1)]
    whole = f"({'+'.join(['p', *falls, 's'])})"
    terms = [f"p*{power(whole, n)}"] + [
        f"(z{i}-r{i})*{power('p', i)}*{power(whole, n - i)}" for i in range(1, n + 1)
    ]
    return positive(
        rf"Degree {n}: $p+\sum_{{i=1}}^{{{n}}}(z_i-r_i)t^i>0$ for $0<t<p/(p+\sum_ir_i)$",
        "+".join(terms),
        " ".join(["p", "s", *(f"{a}{i}" for i in range(1, n + 1) for a in "rz")]),
    )


def power(base: str, exponent: int) -> str:
    """A power as the kernel spells it."""
    return {0: "1", 1: base}.get(exponent, f"{base}^{exponent}")


def first_root() -> list[Step]:
    """p - r t: positive up to p/r, where it is 0, negative beyond."""
    return [
        positive(r"$p-rt>0$ for $t=p/(r+s)$", "p*(r+s)-r*p", "p r s"),
        identity(r"$p-rt=0$ for $t=p/r$", "p*r-r*p", "0", "p r"),
        positive(r"$p-rt<0$ for $t=p/r+s$", "r*(p+s*r)-p*r", "p r s"),
    ]


def prove() -> list[Part]:
    """The sign for all polynomials of each degree, and where it changes for p - r t."""
    signs = [keeps_its_sign(n) for n in DEGREES]
    return [part("Polynomials just right of 0", None, [*signs, *first_root()], signs)]
