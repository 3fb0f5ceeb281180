"""The parameters of a network in blocks with names, as a paper would write them.

One hidden layer, all weights present and none shared: vectors w_1, ..., w_K and v.  Otherwise,
layer by layer, a matrix W^(l) if all its weights are present and none is shared, and else the
vector u^(l) of its parameters; the layer of one output is v where it is full.  Biases are vectors
b^(l).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from exactmargin.kernel.problem import Layer, Problem
from exactmargin.render.layout import vector
from exactmargin.render.widths import LINE, width

__all__ = ["Block", "Naming", "is_full"]


@dataclass(frozen=True, slots=True)
class Block:
    """Some parameters with one name: a vector, or a matrix with that many columns.

    `entry` is the name of one parameter, with ``#`` in the place of its number.
    """

    name: str
    indices: tuple[int, ...]
    entry: str
    columns: int = 0
    layer: int = 0

    def entry_name(self, position: int) -> str:
        """The name of one parameter of the block."""
        if self.columns:
            row, column = divmod(position, self.columns)
            return self.entry.replace("#", f"{row + 1},{column + 1}")
        return self.name if len(self.indices) == 1 else self.entry.replace("#", str(position + 1))

    def value(self, entries: Sequence[str]) -> str:
        """The block with these entries (a list over all parameters), as a vector or matrix."""
        own = [entries[p] for p in self.indices]
        if not self.columns:
            return vector(own)
        rows = [own[i : i + self.columns] for i in range(0, len(own), self.columns)]
        return matrix(rows)


def matrix(rows: Sequence[Sequence[str]]) -> str:
    """A matrix; a wide or high one as the list of its rows."""
    body = " \\\\ ".join(" & ".join(row) for row in rows)
    shown = f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}"
    if len(rows[0]) <= 10 and len(rows) <= 16 and width(shown) <= LINE - 60.0:
        return shown
    listed = ("(" + ",\\allowbreak ".join(row) + ")" for row in rows)
    return "\\bigl(" + ";\\allowbreak\\, ".join(listed) + "\\bigr)"


def is_full(layer: Layer, sources: int) -> bool:
    """Whether every weight is present and none is shared."""
    numbers = [p for row in layer.rows for p, _ in row]
    return len(numbers) == len(layer.rows) * sources == len(set(numbers))


@dataclass(frozen=True)
class Naming:
    """How the parameters of one problem are called."""

    problem: Problem

    def sources(self, l: int) -> int:
        """The number of inputs of a layer (counted from 0)."""
        layers = self.problem.layers
        return len(layers[l - 1].rows) if l else len(self.problem.inputs[0])

    @cached_property
    def by_neuron(self) -> bool:
        """One hidden layer and an output, both full: the network of the papers' examples."""
        layers = self.problem.layers
        return (
            len(layers) == 2
            and self.problem.outputs == 1
            and all(is_full(layer, self.sources(l)) for l, layer in enumerate(layers))
        )

    @cached_property
    def blocks(self) -> list[Block]:
        """All parameters, in blocks, layer by layer."""
        return [block for l in range(len(self.problem.layers)) for block in self._layer(l)]

    def free_blocks(self) -> list[Block]:
        """The blocks that are optimised."""
        return [b for b in self.blocks if b.indices[0] in self.problem.block]

    def entry_name(self, p: int) -> str:
        """The name of the parameter with this flat index."""
        found = ((b, b.indices.index(p)) for b in self.blocks if p in b.indices)
        block, position = next(found)
        return block.entry_name(position)

    def _layer(self, l: int) -> list[Block]:
        layer, last = self.problem.layers[l], len(self.problem.layers) - 1
        weights = [p for row in layer.rows for p, _ in row]
        unique = tuple(dict.fromkeys(sorted(weights)))
        upper = f"^{{({l + 1})}}"
        blocks: list[Block] = []
        if not unique:
            pass
        elif l == last and is_full(layer, self.sources(l)) and last and len(layer.rows) == 1:
            name = "v" if len(unique) > 1 else "v_{1}"
            blocks.append(Block(name, tuple(weights), "v_{#}", 0, l))
        elif self.by_neuron:
            for k, row in enumerate(layer.rows, 1):
                name = f"w_{{{k}}}"
                blocks.append(Block(name, tuple(p for p, _ in row), name + "[#]", 0, l))
        elif is_full(layer, self.sources(l)) and len(layer.rows) > 1:
            name = "W" + upper
            blocks.append(Block(name, tuple(weights), name + "_{#}", self.sources(l), l))
        else:
            blocks.append(Block("u" + upper, unique, "u" + upper + "_{#}", 0, l))
        if layer.biases:
            blocks.append(Block("b" + upper, layer.biases, "b" + upper + "_{#}", 0, l))
        return blocks
