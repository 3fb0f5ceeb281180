"""``by: layer`` for Coq: trees over sides of pre-activations, and duality at their leaves."""

from collections.abc import Mapping
from typing import Any

from exactmargin.coq.application import Unsupported, numbers
from exactmargin.coq.numerals import denominator_of, integers, listed, numeral, z
from exactmargin.coq.setting import Setting
from exactmargin.kernel.problem import Problem

__all__ = ["layer"]


def layer(problem: Problem, evidence: Any) -> tuple[str, ...]:
    """The arguments of ``OneLayer.least`` after P and theta."""
    setting = Setting.of(problem)
    given = _weights(evidence["tree"])
    common = denominator_of(given)
    return (
        setting.over(problem.theta),
        setting.data(common=True),
        f"{numeral(common * setting.gradient_denominator())}%Z",
        _tree(setting, evidence["tree"], common),
    )


def _branches(tree: Mapping[str, Any]) -> list[Any]:
    return [tree[side] for side in ("plus", "minus") if side in tree]


def _weights(tree: Mapping[str, Any]) -> list[Any]:
    """All multipliers, and all weights of sides."""
    found = [weight for branch in _branches(tree) for weight in _weights(branch)]
    sides = numbers(side["weight"] for side in tree.get("sides", ()))
    return [*found, *numbers(tree.get("multipliers", ())), *sides]


def _tree(setting: Setting, tree: Mapping[str, Any], common: int) -> str:
    """A tree; its weights as integers, as ``OneLayer.v`` scales the forms."""
    if "plus" in tree:
        plus, minus = (_tree(setting, branch, common) for branch in _branches(tree))
        return f"(OneLayer.Split {_unit(tree)} {plus} {minus})"
    if tree.get("slopes"):
        raise Unsupported("the evidence lists slopes; Coq's checker of proofs by layer has none")
    multipliers = listed(integers(numbers(tree["multipliers"]), common), z)

    def weighted(side: Mapping[str, Any]) -> str:
        [weight] = integers(numbers([side["weight"]]), common)
        weight *= setting.above(side["layer"])
        return f"({', '.join(_unit(side).split())}, {z(weight)}%Z)"

    return f"(OneLayer.At {multipliers}%Z {listed(tree.get('sides', ()), weighted)})"


def _unit(value: Mapping[str, Any]) -> str:
    """Example, layer and unit."""
    return " ".join(f"{value[key] - 1}%nat" for key in ("example", "layer", "unit"))
