"""L equation (7) (section 2.2, Definition 1): the linear equations of rare data.

Statement. ε^(i) is the sum of ε^(i,r) over y_r^(i) = 0, and for every class r

    Σ λ^(i) μ^(i) ε^(i) (x^(i), 1), over y_r = 1, is Σ λ^(i) μ^(i) ε^(i,r) (x^(i), 1), over y_r = 0.

Covered: for small shapes, all numbers free, this is the form in which the kernel has it: with the
class c(i) of x^(i) and unit vectors, left side less right side is entry r of

    Σ_i λ^(i) μ^(i) Σ_s ε^(i,s) (e_c(i) - e_s) (x^(i), 1).

And the sum of all R equations is 0 = 0: one of them follows from the others. With λ ε^(i,r) as ν
they are the first two equations of (109).
"""

from dataclasses import dataclass

from exactmargin.registry import Part, Step
from theorems.laurent2018._cells_forms import Error, error, total
from theorems.steps import identity, part


@dataclass(frozen=True)
class Shape:
    """The class of each example, and the number of classes; zi is any entry of (x^(i), 1)."""

    labels: tuple[int, ...]
    size: int

    @property
    def classes(self) -> range:
        """All classes."""
        return range(self.size)

    @property
    def name(self) -> str:
        """The shape in words."""
        return f"{len(self.labels)} example(s), {self.size} classes"

    def sides(self, r: int, error: Error = error) -> tuple[str, str]:
        """The two sides of (7) for class r."""
        left, right = [], []
        for i, label in enumerate(self.labels):
            if label == r:
                others = total([error(i, s) for s in self.classes if s != label])
                left.append(f"l{i}*m{i}*({others})*z{i}")
            else:
                right.append(f"l{i}*m{i}*{error(i, r)}*z{i}")
        return total(left), total(right)

    def by_unit_vectors(self, r: int) -> str:
        """Entry r of the kernel's sum."""
        return total(
            [
                f"l{i}*m{i}*{error(i, s)}*({int(label == r)}-{int(s == r)})*z{i}"
                for i, label in enumerate(self.labels)
                for s in self.classes
            ]
        )

    def identity(self, name: str, left: str, right: str) -> Step:
        """An identity in all symbols."""
        examples = range(len(self.labels))
        symbols = [f"{s}{i}" for s in "lmz" for i in examples]
        symbols += [error(i, r) for i in examples for r in self.classes]
        return identity(f"{name}; {self.name}", left, right, " ".join(symbols))


SHAPES = (
    Shape((0,), 2),
    Shape((0, 1), 2),
    Shape((0, 2, 2), 3),
    Shape((3, 0, 1, 1), 4),
)


def of_shape(shape: Shape) -> Part:
    """(7) by unit vectors, and the sum over the classes."""
    steps, sums = [], []
    for r in shape.classes:
        left, right = shape.sides(r)
        steps.append(
            shape.identity(
                rf"Class {r + 1}: (7) is an entry of a sum of unit vectors",
                f"({left})-({right})",
                shape.by_unit_vectors(r),
            )
        )
        sums.append(f"({left})-({right})")
    steps.append(shape.identity("The sum over all classes", total(sums), "0"))
    return part(f"Symbolic: {shape.name}", None, steps, steps)


def prove() -> list[Part]:
    """All shapes."""
    return [of_shape(shape) for shape in SHAPES]
