"""L Lemma 100 (appendix, section 2): a sum of D_i A x_i that vanishes for every matrix A.

Statement. For points x_1, ..., x_N of R^d and diagonal m x m matrices D_1, ..., D_N: Σ_i D_i A x_i
= 0 for all m x d matrices A if and only if Σ_i D_i(j,j) x_i = 0 for each j.

Covered: for small N, m, d, all numbers free. Entry j of the sum is Σ_k A(j,k) Σ_i D_i(j,j) x_i(k),
so it vanishes if the inner sums do; and with the matrix unit A = e_j e_k^T it is that inner sum.
Erratum: in the proof the columns a_k of A are in R^m, not in R.
"""

from collections.abc import Callable, Iterator

from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import total
from theorems.steps import identity, part

SHAPES = ((1, 1, 1), (2, 1, 3), (1, 3, 2), (2, 2, 2), (3, 2, 1), (3, 3, 3))
"""N, m, d."""


def entry(examples: int, d: int, j: int, a: Callable[[int, int], str]) -> str:
    """Σ_i (D_i A x_i)(j)."""
    rows = [total([f"{a(j, k)}*x{i}x{k}" for k in range(d)]) for i in range(examples)]
    return total([f"d{i}x{j}*({row})" for i, row in enumerate(rows)])


def inner(examples: int, j: int, k: int) -> str:
    """Σ_i D_i(j,j) x_i(k)."""
    return total([f"d{i}x{j}*x{i}x{k}" for i in range(examples)])


def steps(examples: int, m: int, d: int) -> Iterator[Step]:
    """Both directions, entry by entry."""
    symbols = [f"a{j}x{k}" for j in range(m) for k in range(d)]
    symbols += [f"d{i}x{j}" for i in range(examples) for j in range(m)]
    symbols += [f"x{i}x{k}" for i in range(examples) for k in range(d)]
    for j in range(m):
        yield identity(
            rf"Entry {j + 1}: $\sum_iD_iAx_i$ is $\sum_kA(j,k)\sum_iD_i(j,j)x_i(k)$",
            entry(examples, d, j, lambda row, column: f"a{row}x{column}"),
            total([f"a{j}x{k}*({inner(examples, j, k)})" for k in range(d)]),
            " ".join(symbols),
        )
        for k in range(d):

            def unit(row: int, column: int, place: tuple[int, int] = (j, k)) -> str:
                return str(int((row, column) == place))

            yield identity(
                rf"Entry {j + 1}, $A=e_{{{j + 1}}}e_{{{k + 1}}}^\top$: $\sum_iD_i(j,j)x_i(k)$",
                entry(examples, d, j, unit),
                inner(examples, j, k),
                " ".join(symbols),
            )


def of_shape(examples: int, m: int, d: int) -> Part:
    """The lemma for one shape."""
    found = [*steps(examples, m, d)]
    return part(f"Symbolic: $N={examples}$, $m={m}$, $d={d}$", None, found, found)


def prove() -> list[Part]:
    """All shapes."""
    return [of_shape(*shape) for shape in SHAPES]
