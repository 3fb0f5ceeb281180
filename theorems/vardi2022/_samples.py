"""Instances of the universal theorems, made so that the hypotheses hold, also degenerate ones.

*Linear networks.* With the parameters θ such a network is x -> ⟨β, x⟩. Take g with θ = ∇_θ Φ(θ; g)
and put L = ⟨β, g⟩. Every z = g/L + t with t ⊥ β has Φ(θ; z) = 1, so examples x_i = y_i z_i with
Σ λ_i t_i = 0 and Σ λ_i = L make θ a KKT point with the multipliers λ. That is how `linear` makes
its data; the kernel checks the result from nothing.

*Radial flow.* If moreover all λ_i are the same number λ > 0, all examples pull with the same
weight on the ray θ(t) = a(t) θ, and gradient flow stays on it: a' = a^(m-1)/λ for the depth m, up
to the common factor -l'. By V Theorem 2.1 every limit of gradient flow is a KKT point, so KKT
points without such a flow are sampled as well.
"""

from collections.abc import Sequence
from typing import NamedTuple

from exactmargin.data import Dataset
from exactmargin.errors import InternalError
from exactmargin.exact import Field, Number, Q, dot
from exactmargin.networks import Architecture, Parameters, forward, zero_pre_activations
from exactmargin.problems import MaxMargin, Problem
from exactmargin.registry import Step
from theorems.steps import flow, start_at

Vector = Sequence[object]


class Sample(NamedTuple):
    """A problem at a KKT point, with the multipliers."""

    problem: Problem
    point: Parameters
    multipliers: list[str]

    @classmethod
    def of(cls, problem: Problem, multipliers: list[str]) -> "Sample":
        """A problem of another module; raises `InternalError` where it has no parameters."""
        if problem.parameters is None:
            raise InternalError(f"{problem.name} has no parameters; a KKT point needs them")
        return cls(problem, problem.parameters, multipliers)


def sample(
    name: str,
    network: Architecture,
    blocks: Sequence[Vector],
    inputs: Sequence[Vector],
    labels: Sequence[int],
    multipliers: Vector,
    field: Field = Q,
) -> Sample:
    """An instance written out in full."""
    data = Dataset.over(field, inputs, labels)
    point = Parameters.over(field, network, blocks)
    problem = Problem(name, field, network, data, MaxMargin(), point)
    return Sample(problem, point, [field.format(field.coerce(a)) for a in multipliers])


def linear(
    name: str,
    network: Architecture,
    blocks: Sequence[Vector],
    g: Vector,
    shares: Sequence[tuple[Vector, object]],
    beyond: Sequence[tuple[Vector, object]] = (),
    field: Field = Q,
) -> Sample:
    """A linear network at θ with θ = ∇_θ Φ(θ; g), with data as the module's head says.

    `shares` lists directions d with shares of L that add up to 1: two examples, on both sides of
    g/L along the part of d orthogonal to β, or g/L itself if d = 0; a share 0 is an example that
    is active without a multiplier. `beyond` lists directions with margins above 1. Labels
    alternate.
    """
    point = Parameters.over(field, network, blocks)
    pull = field.coerce_all(g)
    size = range(len(pull))
    units = [field.coerce_all([int(j == k) for k in size]) for j in size]
    beta = [forward(network, point, unit).output[0] for unit in units]
    total = dot(beta, pull)
    centre = [a / total for a in pull]

    def across(direction: Vector) -> list[Number]:
        d = field.coerce_all(direction)
        return [a - dot(beta, d) * b for a, b in zip(d, centre, strict=True)]

    points: list[tuple[list[Number], Number]] = []
    for direction, share in shares:
        t, weight = across(direction), field.coerce(share) * total
        if not any(t):
            points.append((centre, weight))
            continue
        for side in (1, -1):
            moved = [a + side * b for a, b in zip(centre, t, strict=True)]
            points.append((moved, weight / 2))
    for direction, margin in beyond:
        t, far = across(direction), field.coerce(margin)
        points.append(([far * a + b for a, b in zip(centre, t, strict=True)], field.zero))
    labels = [(-1) ** i for i in range(len(points))]
    inputs = [[y * a for a in z] for y, (z, _) in zip(labels, points, strict=True)]
    return sample(name, network, blocks, inputs, labels, [a for _, a in points], field)


def has_zero_inputs(instance: Sample) -> bool:
    """Whether some input to a hidden neuron is zero."""
    network, point = instance.problem.network, instance.point
    return any(
        zero_pre_activations(forward(network, point, x)) for x in instance.problem.data.inputs
    )


def is_radial(instance: Sample) -> bool:
    """Whether all multipliers are the same positive number."""
    return len(set(instance.multipliers)) == 1 and instance.multipliers[0] != "0"


def radial_flow(instance: Sample, name: str) -> Step:
    """Gradient flow along the ray of θ, from 2θ."""
    problem, field = instance.problem, instance.problem.field
    theta = [field.format(value) for value in instance.point.flat()]
    (weight,) = {field.parse(text) for text in instance.multipliers}
    m, examples = problem.network.depth, [*range(1, problem.data.size + 1)]
    speed = "*".join([f"({field.format(field.one / weight)})", *["a"] * (m - 1)])
    moving = next(p for p, text in enumerate(theta, 1) if text != "0")
    return flow(
        name,
        {"a": "increasing"},
        ["0" if text == "0" else f"({text})*a" for text in theta],
        [examples],
        [[[speed], *[None] * (len(examples) - 1)]],
        [("a", examples, moving, "1")],
        start_at(["2"], [str(2**m)] * len(examples)),
    )
