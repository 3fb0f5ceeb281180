"""Regions of one free layer's block, and the evidence of their leaves (`by: layer`).

A region is cut out by sides that splits have taken; beyond these, sides may be known from the
start (near θ). At a leaf, λ on the margins, slopes of concave units and μ on the sides taken
make g = Σλ_i ∇(y_iΦ_i) + Σμ_j z_j ∇h_j and the bound of THEORY §6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from exactmargin.cells import Affine, FreeLayer, Piece, Unit
from exactmargin.exact import Number, sign
from exactmargin.problems import LayerMaxMargin, Problem

__all__ = ["Kink", "LayerRegion", "free_layers", "is_one_layer", "leaf", "split_node"]

Kink: TypeAlias = tuple[int, Unit]
"""An example and a hidden unit, 0-based."""

Tree: TypeAlias = dict[str, Any]


def is_one_layer(problem: Problem) -> bool:
    """Whether a single layer moves: V Problem 4, or Problem 2 of a network of depth 1."""
    return isinstance(problem.objective, LayerMaxMargin) or problem.network.depth == 1


def free_layers(problem: Problem) -> list[FreeLayer]:
    """Each example's margin as a function of the free block; needs a point of the problem."""
    objective = problem.objective
    first = objective.layer - 1 if isinstance(objective, LayerMaxMargin) else 0
    return [
        FreeLayer(problem.field, problem.network, problem.point(), x, y, first)
        for x, y in zip(problem.data.inputs, problem.data.labels, strict=True)
    ]


@final
@dataclass(frozen=True, slots=True)
class LayerRegion:
    """What is known of each example's sides; `taken` holds, for each side that a split has taken,
    the affine function that is ≥ 0 on it."""

    pieces: tuple[Piece, ...]
    taken: Mapping[Kink, Affine]

    def split(self, kink: Kink) -> tuple["LayerRegion", "LayerRegion"]:
        """The closed half z ≥ 0 and the closed half z ≤ 0."""
        return self.side(kink, 1), self.side(kink, -1)

    def side(self, kink: Kink, side: int) -> "LayerRegion":
        """The half where side·z ≥ 0."""
        i, unit = kink
        pieces = list(self.pieces)
        pieces[i] = pieces[i].split(unit, side)
        form = self.pieces[i].form(unit).times(side)
        return LayerRegion(tuple(pieces), {**self.taken, kink: form})

    def completed(self, runs: Mapping[int, Mapping[Unit, Number]]) -> "LayerRegion":
        """The region, cut down until nothing is wanted for these examples: each wanted unit is
        on the side of its number in the example's run (0: ≥ 0)."""
        region = self
        for i, run in runs.items():
            while region.pieces[i].wanted:
                unit = region.pieces[i].wanted[0]
                region = region.side((i, unit), sign(run[unit]) or 1)
        return region


def split_node(kink: Kink, plus: Tree, minus: Tree) -> Tree:
    """An inner node of the tree of the evidence."""
    return {**_place(kink), "plus": plus, "minus": minus}


def leaf(
    problem: Problem,
    multipliers: Sequence[Number],
    slopes: Mapping[Kink, Number],
    sides: Mapping[Kink, Number],
) -> Tree:
    """A leaf of the tree of the evidence; sides of weight 0 are left out."""
    spell = problem.field.format
    result: Tree = {"multipliers": [spell(value) for value in multipliers]}
    listed = {
        "sides": [
            {**_place(kink), "weight": spell(value)}
            for kink, value in sorted(sides.items(), key=lambda pair: pair[0])
            if sign(value)
        ],
        "slopes": [
            {**_place(kink), "slope": spell(slope)}
            for kink, slope in sorted(slopes.items(), key=lambda pair: pair[0])
        ],
    }
    return result | {key: rows for key, rows in listed.items() if rows}


def _place(kink: Kink) -> Tree:
    i, (n, k) = kink
    return {"example": i + 1, "layer": n + 1, "unit": k + 1}
