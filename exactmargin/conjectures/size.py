"""How large an instance is on paper: points, neurons, digits."""

from typing import NamedTuple

from exactmargin.problems import Problem

__all__ = ["Size", "complexity"]


class Size(NamedTuple):
    """The number of examples, of hidden units, and of digits of all numbers as they are written:
    inputs, parameters, weights of examples that are not all equal."""

    points: int
    neurons: int
    digits: int

    @classmethod
    def of(cls, problem: Problem) -> "Size":
        """The size of a problem with its point."""
        digits = sum(sum(c.isdigit() for c in text) for text in _numbers(problem))
        return cls(problem.data.size, sum(problem.network.hidden_widths), digits)

    def fits(self, other: "Size") -> bool:
        """Whether it is no larger than the other, in each of the three."""
        return all(a <= b for a, b in zip(self, other, strict=True))

    def __str__(self) -> str:
        return f"{self.points} points, {self.neurons} neurons, {self.digits} digits"


def complexity(problem: Problem) -> tuple[int, ...]:
    """What shrinking makes smaller: digits, points, neurons; then signs and bars, and the digits
    themselves; then labels other than 1."""
    texts = _numbers(problem)
    marks = sum(not c.isdigit() for text in texts for c in text)
    height = sum(
        int(part) for text in texts for part in text.replace("-", "").split("/") if part.isdigit()
    )
    size = Size.of(problem)
    odd = sum(label != 1 for label in problem.data.labels)
    return (size.digits, size.points, size.neurons, marks, height, odd)


def _numbers(problem: Problem) -> list[str]:
    spell, data = problem.field.format, problem.data
    texts = [spell(value) for x in data.inputs for value in x]
    texts += [spell(value) for value in problem.point().flat()]
    if data.weights is not None and len(set(data.weights)) > 1:
        texts += [str(weight) for weight in data.weights]
    return texts
