"""L Definition 1 (section 2.2): rare and generic data.

Statement. For α > 0 the weighted data are rare if the equations (7) have a solution λ^(i) in {1, α,
..., α^L} and ε^(i,r) in {0, 1}, for classes r that are not the class c(i) of x^(i), not all 0;
otherwise generic.

Covered: instances of both, decided by the kernel, with the boundary cases: one example, equal and
opposite points, weights that only a power of α makes rare.

Errata. The printed definition wants any of the NR numbers ε^(i,r) to be non-zero. But those with r
= c(i) stand in no equation of (7), so with them alone every sample is rare: shown for small shapes,
all data free. And (7) has two of the three equations of (109) that hold for the errors of a flat
cell: the third has no λ. A sample is rare though no errors solve all three, and though no cell of a
network, all cells being listed, has a constant positive loss.
"""

from collections.abc import Iterator, Sequence

from exactmargin.networks import fully_connected
from exactmargin.problems import Problem
from exactmargin.registry import Part, Step
from theorems.laurent2018 import equation_7
from theorems.laurent2018._section_2 import choice, every_cell, found, instance
from theorems.steps import part, positive


def vacuous(shape: equation_7.Shape) -> Part:
    """With ε^(i,c(i)) = 1 and all others 0 both sides of (7) are 0, whatever the data are."""
    steps = [*literal(shape)]
    return part(f"Erratum: read literally every sample is rare; {shape.name}", None, steps, steps)


def literal(shape: equation_7.Shape) -> Iterator[Step]:
    """The two sides, class by class."""

    def only_own(i: int, r: int) -> str:
        return str(int(r == shape.labels[i]))

    for r in shape.classes:
        yield shape.identity(
            rf"(7) for class {r + 1}, both sides, $\epsilon^{{(i,c(i))}}=1$ alone",
            "+".join(f"({text})^2" for text in shape.sides(r, only_own)),
            "0",
        )


ALMOST = instance(
    "one input twice, weights 2/3 and 1/3, slope 1/2",
    fully_connected([1, 1, 1], negative_slope="1/2", bias=True),
    [0, 0, 0, 0],
    [(1,), (1,)],
    [1, -1],
    ["2/3", "1/3"],
)
"""Rare with λ = (1/2, 1); at one input both examples have the same slopes on every cell."""


def third_equation() -> list[Part]:
    """Rare; but the third equation of (109), μ_1 ε_1 = μ_2 ε_2, has the solution 0 only. And on no
    cell of the network is the loss constant and positive."""
    rare = Step(
        r"Rare: $\frac12\cdot\frac23(x,1)=1\cdot\frac13(x,1)$",
        "rare",
        {"choices": [choice(1, 1, [-1]), choice(2, 0, [1])]},
    )
    differ = [
        positive(r"(109) without $\lambda$, $\epsilon=(1,0)$: left side less right side", "2/3"),
        positive(r"$\epsilon=(0,1)$: right side less left side", "1/3"),
        positive(r"$\epsilon=(1,1)$: left side less right side", "2/3-1/3"),
    ]
    name = "Erratum: rare data, and no cell with errors on which the loss is constant"
    return [part(name, None, differ, differ), *every_cell(ALMOST, rare)]


def sample(
    name: str,
    layers: tuple[int, str],
    inputs: Sequence[object],
    labels: Sequence[int],
    weights: Sequence[object] | None = None,
) -> Problem:
    """So many hidden layers of one unit, and their slope; the point is 0 and does not matter."""
    hidden, slope = layers
    outputs = max(labels) + 1 if -1 not in labels and 0 in labels else 1
    network = fully_connected([1, *[1] * hidden, outputs], negative_slope=slope, bias=True)
    zero = [0] * network.parameter_count
    return instance(name, network, zero, [(x,) for x in inputs], labels, weights)


ONE, TWO, THIRD = (1, "1/2"), (2, "1/2"), (1, "1/3")

SAMPLES = (
    ("generic", sample("one example", ONE, [3], [1])),
    ("generic", sample("two inputs", ONE, [0, 1], [1, -1])),
    ("generic", sample("one input, one label", TWO, [1, 1], [1, 1])),
    ("rare", sample("one input, both labels", ONE, [1, 1], [1, -1])),
    ("generic", sample("one input, weights 4 : 1", ONE, [1, 1], [1, -1], ["4/5", "1/5"])),
    ("rare", sample("the same with two layers", TWO, [1, 1], [1, -1], ["4/5", "1/5"])),
    ("rare", sample("a mean", THIRD, [-1, 1, 0], [1, 1, -1], ["1/4", "1/4", "1/2"])),
    ("generic", sample("beside it", THIRD, [-1, 1, "1/9"], [1, 1, -1], ["1/4", "1/4", "1/2"])),
    ("generic", sample("three inputs, three classes", ONE, [0, 1, 3], [0, 1, 2])),
    ("rare", sample("three classes, two at one input", ONE, [1, 1, 5], [0, 2, 1])),
)
"""What the samples are."""


def decided(claim: str, problem: Problem) -> Part:
    """Rare or generic, read with r other than c(i)."""
    steps = [found(f"The sample is {claim}", problem, claim)]
    return part(f"Instance: {problem.name}", problem, steps, steps)


def prove() -> list[Part]:
    """Both errata, then samples."""
    shapes = map(vacuous, equation_7.SHAPES)
    return [*shapes, *third_equation(), *(decided(*sample) for sample in SAMPLES)]
