"""L equation (3) (section 2): the multiclass hinge loss with a one-hot vector.

Statement. With y the unit vector of the target r_0,

    Σ over r ≠ r_0 of σ(1 + ŷ_r - ŷ_(r_0)) = -1 + Σ_r σ(1 + ŷ_r - <y, ŷ>)
                                          = -1 + <1, σ((Id - 1 ⊗ y) ŷ + 1)>.

Covered: two to five classes, each target, ŷ free. Entry by entry 1 + ŷ_r - <y, ŷ> is entry r of (Id
- 1 ⊗ y) ŷ + 1, it is the inside of the term r of (2), and the entry of the target is 1, for which
σ(1) = 1 cancels -1.
"""

from collections.abc import Iterator

from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import total
from theorems.steps import identity, part

CLASSES = (2, 3, 4, 5)


def entry(classes: int, target: int, r: int) -> str:
    """Row r of (Id - 1 ⊗ y) ŷ + 1."""
    row = [f"({int(s == r)}-1*{int(s == target)})*y{s}" for s in range(classes)]
    return f"{total(row)}+1"


def entries(classes: int, target: int) -> Iterator[Step]:
    """All entries for one target."""
    symbols = " ".join(f"y{s}" for s in range(classes))
    inner = total([f"{int(s == target)}*y{s}" for s in range(classes)])
    for r in range(classes):
        of = f"target {target + 1} of {classes}, entry {r + 1}"
        yield identity(
            rf"(3), {of}: $1+\hat{{y}}_r-\langle y,\hat{{y}}\rangle$ is that of the vector",
            f"1+y{r}-({inner})",
            entry(classes, target, r),
            symbols,
        )
        yield identity(
            rf"(2) and (3), {of}: " + ("the number 1" if r == target else "the term of (2)"),
            entry(classes, target, r),
            "1" if r == target else f"1+y{r}-y{target}",
            symbols,
        )


def of_size(classes: int) -> Part:
    """All targets among so many classes."""
    steps = [step for target in range(classes) for step in entries(classes, target)]
    return part(f"Symbolic: {classes} classes", None, steps, steps)


def prove() -> list[Part]:
    """All sizes."""
    return [of_size(classes) for classes in CLASSES]
