"""Attacks on local minima: feasible points nearby, by random moves, that would be shorter."""

import random
from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactmargin import Parameters, Problem
from exactmargin.exact import squared_norm

__all__ = ["shorter_point"]


def shorter_point(
    problem: Problem,
    rng: random.Random,
    tries: int,
    powers: Sequence[int] = (10, 14, 18),
    slack: fmpq = fmpq(0),  # noqa: B008 - fmpq is immutable
) -> list[Any] | None:
    """A feasible point whose squared norm is below that at the point times 1 - slack, or None.

    Moves by about 2^-power, of few coordinates or of many; each is scaled until it is feasible,
    unless biases behind the first layer are in the way.
    """
    flat, m = problem.point().flat(), problem.network.depth
    norm = squared_norm(flat) * (1 - slack)
    scales = not any(layer.bias for layer in problem.network.layers[1:])
    for _ in range(tries):
        step = fmpq(1, 2 ** rng.choice(powers))
        kept = rng.random() < 0.5  # zeros move less often, so that few coordinates move together
        moved = [
            value + step * fmpq(rng.randint(-3, 3), 2) * (not kept or rng.random() < 0.4)
            for value in flat
        ]
        least = min(problem.margins(Parameters.from_flat(problem.network, moved)))
        feasible = least > 0 if scales else least >= 1
        if feasible and squared_norm(moved) ** m < (least**2 if scales else 1) * norm**m:
            return moved
    return None
