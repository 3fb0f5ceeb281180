# ruff: noqa: N999 - named as the paper names the lemma
"""V Lemma C.5 (appendix C.2): the inequality between the geometric and the quadratic mean.

Statement. If a_1 ⋯ a_m ≥ C^m with C ≥ 0, then a_1² + ... + a_m² ≥ m C².

Covered: m = 2, ..., 6, all a_j. With b_j = a_j² the claim is (b_1 + ... + b_m)^m ≥ m^m b_1 ⋯ b_m,
because b_1 ⋯ b_m ≥ C^(2m). In increasing order b_j = z + d_2 + ... + d_j, and the difference is a
polynomial in z and d without negative coefficients: > 0 inside, hence ≥ 0 on the boundary, and 0
where all d vanish. The paper minimises with Lagrange multipliers instead; its equations are the
last steps.
"""

from exactmargin.registry import Part, Step
from theorems.steps import identity, part, positive

SIZES = range(2, 7)


def means(m: int) -> Step:
    """(b_1 + ... + b_m)^m > m^m b_1 ... b_m for b in strictly increasing order."""
    rises = [f"d{j}" for j in range(2, m + 1)]
    b = ["+".join(["z", *rises[:j]]) for j in range(m)]
    total, product = "+".join(b), "*".join(f"({term})" for term in b)
    return positive(
        rf"$m={m}$: $(\sum_jb_j)^m>m^m\prod_jb_j$ for $b_1<\dots<b_m$",
        f"({total})^{m}-{m**m}*{product}",
        " ".join(["z", *rises]),
    )


def equality(m: int) -> Step:
    """The two sides agree where all b_j are equal: nothing better can be said."""
    return identity(rf"$m={m}$: equality for $b_1=\dots=b_m$", f"({m}*z)^{m}", f"{m**m}*z^{m}", "z")


def stationary(m: int) -> Step:
    """The paper's equation: a_l = λ ∏_{j≠l} a_j gives a_l² = λ ∏_j a_j, the same for all l."""
    rest = "*".join(f"a{j}" for j in range(2, m + 1))
    return identity(
        rf"$m={m}$: $a_1=\lambda\prod_{{j\ne1}}a_j$ gives $a_1^2=\lambda\prod_ja_j$",
        f"a1*(q*{rest})",
        f"q*(a1*{rest})",
        " ".join(["q", *(f"a{j}" for j in range(1, m + 1))]),
    )


def prove() -> list[Part]:
    """The inequality for m = 2, ..., 6."""
    inequalities = [means(m) for m in SIZES]
    equalities = [equality(m) for m in SIZES]
    steps = [*inequalities, *equalities, *(stationary(m) for m in SIZES)]
    name = "Lemma C.5 for given numbers of factors"
    return [part(name, None, steps, [*inequalities, *equalities])]
