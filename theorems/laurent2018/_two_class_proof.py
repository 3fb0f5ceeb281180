r"""The steps that the proofs of L Theorems 4 and 6 share: equations (114) to (116) for one neuron.

One neuron k, N examples of which the first ones have the label 1, and the cells u that have a share
θ_u > 0 in the critical point; μ_i, ε_iu, λ_iu, x_ij and v are symbols.
ρ_i = Σ_u θ_u μ_i ε_iu λ_iu.
"""

from collections.abc import Sequence
from itertools import chain, combinations

from exactmargin.registry import Step
from theorems.laurent2018._two_class import free, symbols, total
from theorems.steps import positive

Shape = tuple[int, int, int, int]
SHAPES: tuple[Shape, ...] = ((1, 1, 1, 2), (2, 1, 2, 2), (1, 2, 1, 3))
"""Examples of class 1, of class -1, inputs, cells."""


def share(i: int, cells: int) -> str:
    """ρ_i (L eq. 116)."""
    return total(f"theta{u}*mu{i}*eps{i}_{u}*lambda{i}_{u}" for u in range(1, cells + 1))


def collected(shape: Shape) -> list[Step]:
    """Σ_u θ_u ∂L_u by w_k and by b_k are -v_k times the two sides' difference in (115), (116)."""
    plus, minus, inputs, cells = shape
    examples, first = range(1, plus + minus + 1), range(1, plus + 1)
    units = range(1, cells + 1)
    steps = []
    for j in (*range(1, inputs + 1), 0):
        factor = {i: f"*x{i}_{j}" if j else "" for i in examples}
        left = total(
            f"theta{u}*v*mu{i}*({1 if i in first else -1})*eps{i}_{u}*lambda{i}_{u}{factor[i]}"
            for u in units
            for i in examples
        )
        sums = [
            total(f"({share(i, cells)}){factor[i]}" for i in examples if (i in first) == of_plus)
            for of_plus in (True, False)
        ]
        what = rf"a_{{k,{j}}}^{{(u)}}$, (115)" if j else r"\alpha_k^{(u)}$, (116)"
        name = rf"{told(shape)}: $\sum_u\theta_uv_k{what}"
        steps.append(free(name, left, f"v*({sums[0]}-({sums[1]}))"))
    return steps


def separated(examples: int) -> list[Step]:
    """Where (115) and (116) hold, Σ ρ_i y_i (⟨q, x_i⟩ + β) is 0; it is > 0 unless all ρ_i are 0."""
    every = range(1, examples + 1)
    left = total(
        [
            f"q*({total(f'y{i}*rho{i}*x{i}' for i in every)})",
            f"beta*({total(f'y{i}*rho{i}' for i in every)})",
        ]
    )
    found = [
        free(
            rf"$N={examples}$: $\langle q,\sum_iy_i\rho_ix_i\rangle+\beta\sum_iy_i\rho_i$ is "
            r"$\sum_i\rho_iy_i(\langle q,x_i\rangle+\beta)$",
            left,
            total(f"rho{i}*(y{i}*(q*x{i}+beta))" for i in every),
        )
    ]
    sizes = range(1, examples + 1)
    for support in chain.from_iterable(combinations(every, n) for n in sizes):
        shown = ",".join(map(str, support))
        where = rf"$N={examples}$: this is positive where $\rho_i>0$ just for $i={shown}$"
        value = total(f"rho{i}*(m+s{i})" for i in support)
        found.append(positive(where, value, symbols(value)))
    return found


def unsolved_counts(cells: int, others: Sequence[int]) -> Step:
    """ρ_i > 0 if ε_i = λ_i = 1 times something positive in one cell; `others`: ε there."""
    units = range(2, cells + 1)
    rest = [f"theta{u}*mu*{e}*lambda{u}" for u, e in zip(units, others, strict=True)]
    shown = ",".join(["1", *map(str, others)])
    value = total(["theta1*mu*1*lambda1", *rest])
    return positive(
        rf"$\rho_i>0$ where $\varepsilon_i^{{(u)}}=({shown})$ and $\lambda_i^{{(u)}}>0$",
        value,
        symbols(value),
    )


def told(shape: Shape) -> str:
    """The shape, for readers."""
    plus, minus, inputs, cells = shape
    return f"$N={plus}+{minus}$, $d={inputs}$, {cells} cells"


def steps() -> list[Step]:
    """All of them, for the shapes of `SHAPES`."""
    return [
        *(step for shape in SHAPES for step in collected(shape)),
        *(step for examples in (2, 3) for step in separated(examples)),
    ]
