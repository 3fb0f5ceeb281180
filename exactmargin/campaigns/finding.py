"""Findings: shrunk counterexamples, and when two of them are the same.

They are the same up to the order of the examples and of the units of each hidden layer.
"""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import permutations, product
from pathlib import Path
from typing import Any, final

from exactmargin.conjectures import Counterexample
from exactmargin.formats import canonical_json, problem_to_json, replace_text

__all__ = ["Finding", "canonical"]

ORDERS = 720
"""Networks with more orders of their units are compared as they stand: six units of one layer."""


@final
@dataclass(frozen=True, slots=True)
class Finding:
    """A counterexample as text: what it is in some lines, its problem file, its certificate, a
    LaTeX document of both.

    Findings with one `key` are the same. `seed` and `number` name the instance that it was shrunk
    from. There is neither certificate nor document where all conditions are read off the problem.
    """

    conjecture: str
    key: str
    seed: int
    number: int
    text: str
    problem: str
    certificate: str | None
    latex: str | None

    @classmethod
    def of(cls, found: Counterexample) -> "Finding":
        """The finding that a counterexample is."""
        certificate = found.certificate()
        form = {
            "conjecture": found.conjecture,
            "problem": canonical(problem_to_json(found.problem)),
        }
        return cls(
            conjecture=found.conjecture,
            key=hashlib.sha256(canonical_json(form).encode()).hexdigest()[:16],
            seed=found.seed,
            number=found.number,
            text=str(found),
            problem=found.problem_text(),
            certificate=None if certificate is None else certificate.text(),
            latex=found.latex(),
        )

    def to_json(self) -> dict[str, Any]:
        """A JSON object; `Finding` with its values is the inverse."""
        return asdict(self)

    @property
    def files(self) -> dict[str, tuple[str, str]]:
        """The names and the texts of the files that show it, by what they are."""
        files = {
            "problem": ("problem.json", self.problem),
            "certificate": ("certificate.json", self.certificate),
            "latex": ("counterexample.tex", self.latex),
        }
        return {what: (name, text) for what, (name, text) in files.items() if text is not None}

    def folder(self, campaign: Path) -> Path:
        """Where they are in the folder of a campaign."""
        name = re.sub(r"[^\w.-]", "_", self.conjecture)
        return campaign / "findings" / f"{name}-{self.key}"

    def write(self, campaign: Path) -> None:
        """Write those that are missing; raises `InvalidInputError` where it cannot."""
        for name, text in self.files.values():
            path = self.folder(campaign) / name
            if not path.exists():
                replace_text(text, path)


def canonical(problem: Mapping[str, Any]) -> dict[str, Any]:
    """The canonical JSON object of a problem, made independent of the order of its examples and,
    where there are at most `ORDERS` of them, of the orders of its hidden units.

    Of all orders it is the one whose text comes first, with each layer's parameters numbered as
    they are met, row by row.
    """
    examples = _sorted_examples(problem["data"])
    widths = [len(layer["pattern"]) for layer in problem["network"]["layers"][:-1]]
    if math.prod(map(math.factorial, widths)) > ORDERS:
        return {**problem, "data": examples}
    outputs = list(range(len(problem["network"]["layers"][-1]["pattern"])))
    orders = product(*(permutations(range(width)) for width in widths), [outputs])
    return min(
        ({**_reordered(problem, order), "data": examples} for order in orders), key=canonical_json
    )


def _sorted_examples(data: Mapping[str, Any]) -> dict[str, Any]:
    names = [name for name in ("inputs", "labels", "weights") if name in data]
    columns = zip(*(data[name] for name in names), strict=True)
    rows = zip(*sorted(columns, key=canonical_json), strict=True)
    return {name: list(column) for name, column in zip(names, rows, strict=True)}


def _reordered(problem: Mapping[str, Any], orders: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The problem with the units of each layer in the order given."""
    layers, point = problem["network"]["layers"], problem["parameters"]
    inputs: Sequence[int] = range(len(layers[0]["pattern"][0]))
    new_layers, weights, biases = [], [], []
    for layer, u, b, outputs in zip(layers, point["weights"], point["biases"], orders, strict=True):
        rows = [[layer["pattern"][k][j] for j in inputs] for k in outputs]
        numbers = {old: new + 1 for new, old in enumerate(dict.fromkeys(_nonzero(rows)))}
        pattern = [[numbers.get(entry, 0) for entry in row] for row in rows]
        new_layers.append({**layer, "pattern": pattern})
        weights.append([u[old - 1] for old in numbers])
        biases.append(b if b is None else [b[k] for k in outputs])
        inputs = outputs
    return {
        **problem,
        "network": {**problem["network"], "layers": new_layers},
        "parameters": {"weights": weights, "biases": biases},
    }


def _nonzero(rows: Sequence[Sequence[int]]) -> Iterator[int]:
    return (entry for row in rows for entry in row if entry)
