"""Certificates of every claim, small and exact, and two theorems made of them."""

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.certificates import SAMPLES as KERNEL_SAMPLES

FORMAT = "exactmargin/certificate@1"
HINGE = "cells, hinge"
FLOW = "vardi2022/theorem-2.1"
CASES = Path(__file__).resolve().parents[1] / "cases"

SHARED = {
    "network": {
        "negative_slope": "0",
        "layers": [
            {"pattern": [[1, 0], [1, 0], [0, 2]], "bias": False},
            {"pattern": [[1, 2, 3]], "bias": False},
        ],
    },
    "data": {"inputs": [["1", "1"]], "labels": [1]},
    "objective": {"kind": "max-margin"},
}


def problem(name: str, **other: Any) -> dict[str, Any]:
    """The problem of a case file, parts of it replaced."""
    file = json.loads((CASES / f"{name}.json").read_text())
    wanted = ("network", "data", "objective", "parameters", "field")
    return {key: file[key] for key in wanted if key in file} | other


def with_parameters(name: str, *weights: list[str], **other: Any) -> dict[str, Any]:
    """The problem of a case file at other weights."""
    return (
        problem(name, parameters={"weights": list(weights), "biases": [None] * len(weights)})
        | other
    )


def step(claim: str, evidence: Any, name: str = "", *assumes: str) -> dict[str, Any]:
    """A step of a theorem."""
    return {"name": name or claim, "claim": claim, "evidence": evidence} | (
        {"assumes": list(assumes)} if assumes else {}
    )


def certificate(claim: str, about: Any, evidence: Any, *assumptions: str) -> dict[str, Any]:
    """A certificate."""
    return {
        "format": FORMAT,
        "claim": claim,
        "problem": about,
        "evidence": evidence,
        "assumptions": list(assumptions),
    }


def slopes(*examples: int) -> list[Any]:
    """Slope 0 at unit 2 of these examples."""
    return [{"example": i, "slopes": [{"unit": 2, "slope": "0"}]} for i in examples]


KKT_3_2 = {"multipliers": ["2", "2"], "subgradients": slopes(1, 2)}
CURVE_3_2 = {
    "numerators": [["0", "0", "1/4"], ["2", "0", "-1"], ["0", "-1"], [], ["2"], ["0", "1"]],
    "denominator": ["1"],
    "breakpoints": ["1"],
}
CURVE_4_4 = {
    "numerators": [["0", "1"], ["1", "0", "-1"], ["1/2*r", "1/2"], ["1/2*r", "-1/2"]],
    "denominator": ["1"],
    "breakpoints": ["-2*r+3", "1/2*r"],
}
FLOW_3_2 = {
    "symbols": [
        {"name": name, "motion": motion}
        for name, motion in [
            ("a", "decreasing"),
            ("b", "increasing"),
            ("v", "increasing"),
            ("c", "constant"),
            ("d", "constant"),
            ("e", "constant"),
            ("f", "constant"),
        ]
    ],
    "region": ["a", "4*a+b", "-1/2*c+1/2*d", "-2*c-2*d", "v", "e-f"],
    "chains": [[1, 2]],
    "velocities": [
        [
            ["0", "1/2*v", "2*a+1/2*b", "0", "0", "0", "0"],
            ["-v", "17/4*v", "1/4*b", "0", "0", "0", "0"],
        ]
    ],
    "balances": [{"weights": ["1", "1", "0", "0", "-1", "0"], "symbols": [2, 3]}],
    "limit": [{"symbol": "b", "examples": [1, 2], "parameter": 2, "value": "2"}],
    "start": {"parameter": 2},
}
FLOW_C_6 = {
    "symbols": [{"name": "a", "motion": "increasing"}, {"name": "b", "motion": "increasing"}],
    "region": ["0", "a", "0", "-b", "a", "b"],
    "chains": [[1, 2], [3]],
    "velocities": [[["1/2*a", "0"], None], [["0", "b"]]],
    "balances": [],
    "limit": [
        {"symbol": "a", "examples": [1, 2], "parameter": 2, "value": "2"},
        {"symbol": "b", "examples": [3], "parameter": 4, "value": "1"},
    ],
    "start": {"values": ["3", "2"], "bounds": ["9/4", "9/4", "4"], "terms": 20},
}


def deep_curve(m: int) -> dict[str, Any]:
    """V Theorem 5.1: the first coordinate grows, the second shrinks, the whole is rescaled."""
    half = f"1/2*r^{m - 1}" if m > 2 else "1/2*r"
    return {
        "numerators": [[half, half], [half, f"-{half}"]] * m,
        "denominator": ["1", "0", "3/4"],
        "breakpoints": ["1/4"],
    }


def _not_kkt_shared() -> dict[str, Any]:
    def split(unit: int, plus: Any, minus: Any) -> dict[str, Any]:
        return {"layer": 1, "unit": unit, "plus": plus, "minus": minus}

    empty = {"empty": [{"layer": 1, "unit": k, "weight": "1"} for k in (1, 2)]}
    tree = split(1, split(2, "bound", empty), split(2, empty, "bound"))
    about = SHARED | {
        "parameters": {"weights": [["0", "1"], ["1", "-1", "1"]], "biases": [None] * 2}
    }
    evidence = {"separator": ["0", "0", "1", "0", "0"], "splits": [{"example": 1, "tree": tree}]}
    return certificate("not-kkt", about, evidence)


def _not_kkt_deep() -> dict[str, Any]:
    """A unit at zero feeds two units of the next layer with one sign: they switch together."""
    shape = [[[1, 0], [0, 2]], [[1, 0], [0, 2], [0, 3]], [[1, 2, 3]]]
    layers = [{"pattern": pattern, "bias": False} for pattern in shape]
    weights = [["1", "0"], ["1", "1", "1"], ["1", "1", "-3/4"]]
    about = {
        "network": {"negative_slope": "1/2", "layers": layers},
        "data": {"inputs": [["1", "1"]], "labels": [1]},
        "objective": {"kind": "max-margin"},
        "parameters": {"weights": weights, "biases": [None] * 3},
    }

    def split(layer: int, unit: int, plus: Any, minus: Any) -> dict[str, Any]:
        return {"layer": layer, "unit": unit, "plus": plus, "minus": minus}

    def empty(unit: int, weight: str) -> dict[str, Any]:
        return {"empty": [{"layer": 2, "unit": unit, "weight": weight}]}

    above = split(2, 2, split(2, 3, "bound", empty(3, "1")), empty(2, "1"))
    below = split(2, 2, empty(2, "2"), split(2, 3, empty(3, "1/3"), "bound"))
    tree = split(1, 2, above, below)
    separator = ["1", "-16", *["0"] * 6]
    return certificate(
        "not-kkt", about, {"separator": separator, "splits": [{"example": 1, "tree": tree}]}
    )


def forged(name: str = "vardi2022/theorem-3.1") -> dict[str, Any]:
    """A theorem that says of itself what its one step, 1 = 1, does not prove."""
    called = "Global: every KKT point is a global optimum"
    one = step("identity", {"symbols": [], "left": "1", "right": "1"}, called)
    part = {"name": called, "problem": None, "steps": [one], "conclusion": [called]}
    return certificate("theorem", None, {"theorem": name, "parts": [part]})


def _cells() -> dict[str, Any]:
    about = SHARED | {
        "parameters": {"weights": [["0", "1"], ["0", "0", "1"]], "biases": [None] * 2}
    }
    paths = [[["1", "0", "0", "0", "0"]], [["-1", "0", "0", "0", "0"], ["0", "0", "1", "0", "0"]]]
    cells = [{"weight": w, "path": p} for w, p in zip(("1/3", "2/3"), paths, strict=True)]
    return certificate(
        "kkt", about, {"multipliers": ["1"], "subgradients": [{"example": 1, "cells": cells}]}
    )


def _layer_curve() -> dict[str, Any]:
    rows = [["0", "1"], ["1", "-1"], ["1", "-1"], ["0", "1"], ["0", "-1"], ["-1", "1"], ["-1", "1"]]
    return certificate(
        "not-local-minimum",
        problem("vardi2022-theorem-5.3"),
        {"numerators": [*rows, ["0", "-1"]], "denominator": ["1"], "breakpoints": ["1/2", "1"]},
    )


def _biased() -> dict[str, Any]:
    network = {
        "negative_slope": "1/10",
        "layers": [
            {"pattern": [[1, 2], [3, 4]], "bias": True},
            {"pattern": [[1, 2], [3, 4]], "bias": False},
            {"pattern": [[1, 2]], "bias": True},
        ],
    }
    parameters = {
        "weights": [["1", "-2", "3/7", "4"], ["1", "0", "0", "1"], ["5", "1"]],
        "biases": [["1/2", "-1"], None, ["1/3"]],
    }
    about = {
        "network": network,
        "data": {"inputs": [["1", "1/4"], ["1", "-1"]], "labels": [1, 1]},
        "objective": {"kind": "max-margin"},
        "parameters": parameters,
    }
    return certificate("feasible", about, {})


def wide(claim: str) -> dict[str, Any]:
    """A network with 14 inputs, 9 hidden units and 30 examples, and numbers with many digits."""
    inputs = [
        [str(Fraction((7 * i + 3 * j) % 11 - 5, i % 4 + 1)) for j in range(14)] for i in range(30)
    ]
    pattern = [[9 * j + k + 1 for j in range(14)] for k in range(9)]
    network = {
        "negative_slope": "1/3",
        "layers": [
            {"pattern": pattern, "bias": True},
            {"pattern": [list(range(1, 10))], "bias": True},
        ],
    }
    weights = [str(Fraction(n * 12345678901 % 997 - 500, n % 89 + 101)) for n in range(126)]
    parameters = {
        "weights": [weights, [str(k - 4) for k in range(9)]],
        "biases": [[str(Fraction(k, 7)) for k in range(9)], ["100000"]],
    }
    about = {
        "network": network,
        "data": {"inputs": inputs, "labels": [1] * 30},
        "objective": {"kind": "max-margin"},
        "parameters": parameters,
    }
    theta = [*weights, *parameters["biases"][0], *parameters["weights"][1], "100000"]
    evidence: dict[str, Any] = {"separator": theta, "splits": []} if claim == "not-kkt" else {}
    if claim == "not-local-minimum":
        rows = [[x, str(-Fraction(x))] if x != "0" else [] for x in theta]
        evidence = {"numerators": rows, "denominator": ["1"], "breakpoints": ["1/10"]}
    return certificate(claim, about, evidence)


def impure() -> dict[str, Any]:
    """A field whose generator is not a root of a rational."""
    return certificate(
        "feasible",
        with_parameters("vardi2022-theorem-3.2", ["0", "r^2+4", "-r", "1/2"], ["r", "0"])
        | {"field": {"generator": "r", "minpoly": ["-2", "-1", "0", "1"], "interval": ["1", "2"]}},
        {},
    )


def theorem_3_2() -> dict[str, Any]:
    """V Theorem 3.2: the flow's limit, KKT, no local minimum."""
    steps = [
        step("gradient-flow-limit", FLOW_3_2, "the limit of gradient flow", FLOW),
        step("kkt", KKT_3_2, "a KKT point with $\\tilde w_2 = 0$"),
        step("not-local-minimum", CURVE_3_2, "a descending curve"),
    ]
    part = {
        "name": "the instance of the proof",
        "problem": problem("vardi2022-theorem-3.2"),
        "steps": steps,
        "conclusion": [s["name"] for s in steps],
    }
    return certificate("theorem", None, {"theorem": "vardi2022/theorem-3.2", "parts": [part]}, FLOW)


def theorem_of_parts(*names: str) -> dict[str, Any]:
    """A theorem with three parts, two about the same problem; the parts have these names."""
    names = names or ("linear", "the same again", "an identity")
    about = problem("vardi2022-theorem-4.4-relu")
    sym = {"symbols": ["eps"], "left": "(1+eps)^2", "right": "1+2*eps+eps^2"}
    layer = {"name": f"layer {names[0]}", "claim": "kkt", "evidence": None}
    layer |= {"objective": {"kind": "layer-max-margin", "layer": 1}}
    layer["evidence"] = {"multipliers": ["1"], "subgradients": []}
    kkt = step("kkt", {"multipliers": ["1"], "subgradients": []}, names[0])
    parts = [
        {"name": names[0], "problem": about, "steps": [kkt, layer], "conclusion": [names[0]]},
        {
            "name": names[1],
            "problem": about,
            "steps": [step("not-local-minimum", CURVE_4_4, names[1])],
            "conclusion": [names[1]],
        },
        {
            "name": names[2],
            "problem": None,
            "steps": [step("identity", sym, names[2])],
            "conclusion": [names[2]],
        },
    ]
    return certificate("theorem", None, {"theorem": "vardi2022/theorem-4.4", "parts": parts})


def samples_of_points() -> Mapping[str, dict[str, Any]]:
    """Accepted certificates about points and curves, by name."""
    at_3_2 = problem("vardi2022-theorem-3.2")
    far = with_parameters("vardi2022-theorem-3.2", ["0", "4", "0", "0"], ["2", "0"])
    low = with_parameters("vardi2022-theorem-3.2", ["1/2", "-1", "0", "0"], ["2", "1"])
    idle = with_parameters("vardi2022-theorem-3.2", ["0", "2", "0", "0"], ["2", "1"])
    return {
        "feasible": certificate("feasible", at_3_2, {}),
        "feasible-biases": _biased(),
        "infeasible": certificate("infeasible", low, {"example": 2}),
        "kkt": certificate("kkt", at_3_2, KKT_3_2),
        "kkt-cells": _cells(),
        "kkt-deep": certificate(
            "kkt",
            problem("vardi2022-theorem-5.1-m6-relu"),
            {"multipliers": ["r^4"], "subgradients": []},
        ),
        "not-kkt": certificate(
            "not-kkt", far, {"separator": ["0", "4", "0", "0", "2", "0"], "splits": []}
        ),
        "not-kkt-kinks": certificate(
            "not-kkt", idle, {"separator": ["0", "0", "0", "0", "0", "1"], "splits": []}
        ),
        "not-kkt-tree": _not_kkt_shared(),
        "not-kkt-deep": _not_kkt_deep(),
        "not-local-minimum": certificate("not-local-minimum", at_3_2, CURVE_3_2),
        "not-local-minimum-surds": certificate(
            "not-local-minimum", problem("vardi2022-theorem-4.4-relu"), CURVE_4_4
        ),
        "not-local-minimum-deep": certificate(
            "not-local-minimum",
            problem("vardi2022-theorem-5.1-m3-relu"),
            {"numerators": [], "denominator": ["1", "0", "3/4"], "breakpoints": ["1/4"]}
            | deep_curve(3),
        ),
        "not-local-minimum-layer": _layer_curve(),
    }


def samples_of_cells() -> Mapping[str, dict[str, Any]]:
    """Accepted certificates about cells: a list, shared weights over a field, a number, nothing."""
    at_4_4 = problem("vardi2022-theorem-4.4-relu")
    pair = {"count": "4", "witnesses": [[["1", "0"], ["0", "1"]]]}
    rows = [[str(n), "1"] for n in range(70)]
    between = [["2", str(-2 * n - 1)] for n in range(69)]  # two neighbouring rows differ in sign
    many = SHARED | {"data": {"inputs": rows, "labels": [1] * 70}}
    layer = {"pattern": [[1, 2], [3, 4], [0, 5]], "bias": False}
    many["network"] = {"negative_slope": "1/2", "layers": [layer, SHARED["network"]["layers"][1]]}
    fan = {"count": str(140 * 140 * 2), "witnesses": [[["1", "1"], *between], None]}
    none = SHARED | {"data": {"inputs": [["0", "0"]], "labels": [1]}}
    hinge = [sample for name, sample in KERNEL_SAMPLES.items() if name.startswith(HINGE)]
    return {
        "cells": certificate("cells", at_4_4, pair),
        "cells-many": certificate("cells", many, fan),
        **{f"cells-{n}": sample for n, sample in enumerate(hinge, 1)},
        "cells-none": certificate("cells", none, {"count": "1", "witnesses": []}),
    }


def _split(example: int, plus: Any, minus: Any, **neuron: int) -> dict[str, Any]:
    return {**neuron, "example": example, "plus": plus, "minus": minus}


def _leaf(slopes: Mapping[int, str], sides: Mapping[int, str] | None = None) -> dict[str, Any]:
    rows = [{"example": i, "weight": x} for i, x in (sides or {}).items()]
    return {"sides": rows, "slopes": [{"example": i, "slope": x} for i, x in slopes.items()]}


def _lifting_tree() -> dict[str, Any]:
    """One leaky neuron that must be on at two examples: other multipliers where it is off."""

    def leaf(multipliers: list[str], neuron: Any) -> dict[str, Any]:
        return {"multipliers": multipliers, "neurons": [neuron]}

    both = leaf(["1/2", "1/2"], _leaf({}))
    plus = _split(2, both, leaf(["0", "1"], _leaf({}, {2: "1/2"})), neuron=1)
    positive = _split(1, plus, leaf(["1", "0"], _leaf({}, {1: "1/2"})), neuron=1)
    negative = leaf(["1/2", "1/2"], _leaf({1: "1/2", 2: "3/4"}))
    return {"neuron": 1, "positive": positive, "negative": negative}


def _many_cases() -> dict[str, Any]:
    """All sides of six examples that one zero neuron sees: a table of 65 cases, cut short."""
    tree: Any = _leaf({})
    for i in range(1, 7):
        tree = _split(i, tree, tree)
    neuron = {"positive": tree, "negative": _leaf(dict.fromkeys(range(1, 7), "1/10"))}
    network = {
        "negative_slope": "1/10",
        "layers": [
            {"pattern": [[1, 0, 2]], "bias": False},
            {"pattern": [[1]], "bias": True},
        ],
    }
    inputs = [["1/9", str(n), str(Fraction(n, 7))] for n in range(6)]
    about = {
        "network": network,
        "data": {"inputs": inputs, "labels": [1] * 6},
        "objective": {"kind": "max-margin"},
        "parameters": {"weights": [["0", "0"], ["0"]], "biases": [None, ["1"]]},
    }
    evidence = {"tree": {"multipliers": ["1/2"] + ["1/10"] * 5, "neurons": [neuron]}}
    return certificate("local-minimum", about, {"by": "lifting", **evidence})


def _at(example: int, layer: int, unit: int, **value: str) -> dict[str, Any]:
    return {"example": example, "layer": layer, "unit": unit, **value}


def _cut(example: int, layer: int, unit: int, plus: Any, minus: Any) -> dict[str, Any]:
    return {"example": example, "layer": layer, "unit": unit, "plus": plus, "minus": minus}


def _curved(multipliers: list[str], penalty: str, size: int, **more: Any) -> dict[str, Any]:
    rows = [["1" if p == q else "0" for q in range(size)] for p in range(size)]
    return {"multipliers": multipliers, "penalty": penalty, "congruence": rows, **more}


def _wide_resting() -> dict[str, Any]:
    """All sides of six units at zero: 64 regions with 13 parameters, too many to be shown."""
    pattern = [[k] for k in range(1, 7)]
    network = {
        "negative_slope": "1/3",
        "layers": [
            {"pattern": pattern, "bias": False},
            {"pattern": [[1, 2, 3, 4, 5, 6]], "bias": True},
        ],
    }
    zeros = ["0"] * 6
    parameters = {"weights": [zeros, zeros], "biases": [None, ["1"]]}
    about = {
        "network": network,
        "data": {"inputs": [["1/4"]], "labels": [1]},
        "objective": {"kind": "max-margin"},
        "parameters": parameters,
    }
    tree: Any = _curved(["1"], "0", 13)
    for k in range(6, 0, -1):
        tree = _cut(1, 1, k, tree, tree)
    return certificate("local-minimum", about, {"by": "second-order", "tree": tree})


def samples_of_regions() -> Mapping[str, dict[str, Any]]:
    """Accepted certificates about minima by split trees, of one layer and of all."""
    at_5_4 = problem("vardi2022-theorem-5.4")
    off = [_at(1, 1, 3, slope="0")]
    one = {"multipliers": ["1"], "slopes": off}
    both = _cut(1, 1, 2, {"multipliers": ["1/2"], "slopes": off}, one)
    three = at_5_4 | {
        "network": {
            "negative_slope": "0",
            "layers": [
                {"pattern": [[1], [2], [3]], "bias": False},
                {"pattern": [[1, 2, 3]], "bias": False},
            ],
        },
        "data": {"inputs": [["1"]], "labels": [1]},
        "parameters": {"weights": [["1/2", "1/2", "0"], ["1", "1", "-1"]], "biases": [None] * 2},
    }
    layer = {"pattern": [[1]], "bias": False}
    middle = {
        "network": {"negative_slope": "1/2", "layers": [layer, layer | {"bias": True}, layer]},
        "data": {"inputs": [["1"]], "labels": [1]},
        "objective": {"kind": "layer-max-margin", "layer": 2},
        "parameters": {"weights": [["r"], ["0"], ["1"]], "biases": [None, ["1"], None]},
        "field": problem("vardi2022-theorem-4.4-relu")["field"],
    }
    minus = {"multipliers": ["1"], "sides": [_at(1, 2, 1, weight="1/2")]}
    cube = {
        "network": {"negative_slope": "0", "layers": [layer] * 3},
        "data": {"inputs": [["2"]], "labels": [1]},
        "objective": {"kind": "max-margin"},
        "parameters": {"weights": [["1/2*r^2"]] * 3, "biases": [None] * 3},
        "field": problem("vardi2022-theorem-5.1-m3-relu")["field"],
    }
    concave = cube | {
        "network": {
            "negative_slope": "0",
            "layers": [
                {"pattern": [[1, 2, 0], [0, 0, 3]], "bias": False},
                {"pattern": [[1, 2]], "bias": False},
            ],
        },
        "data": {"inputs": [["1", "0", "0"], ["0", "1", "1"]], "labels": [1, -1]},
        "parameters": {"weights": [["1", "0", "1"], ["1", "-1"]], "biases": [None] * 2},
    }
    del concave["field"]
    plus = _curved(["1", "1"], "1", 5, sides=[_at(2, 1, 1, weight="1")])
    plus["congruence"][1][1] = "5/4"
    split = _cut(2, 1, 1, plus, _curved(["1", "1"], "1", 5))
    listed = _curved(["1", "1"], "1", 5, slopes=[_at(2, 1, 1, slope="0")])

    def second(about: Any, tree: Any) -> dict[str, Any]:
        return certificate("local-minimum", about, {"by": "second-order", "tree": tree})

    return {
        "local-minimum-layer": certificate(
            "local-minimum", at_5_4, {"by": "layer", "tree": {"multipliers": ["2", "2", "1"]}}
        ),
        "global-minimum-layer": certificate(
            "global-minimum",
            three,
            {"by": "layer", "tree": _cut(1, 1, 1, both, _cut(1, 1, 2, one, one))},
        ),
        "norm-bound-layer": certificate(
            "norm-bound",
            middle,
            {
                "by": "layer",
                "tree": _cut(1, 2, 1, {"multipliers": ["1/3"]}, minus),
                "squared_norm": "1/3",
            },
        ),
        "local-minimum-deep": second(cube, _curved(["1/2*r"], "1/2*r", 3)),
        "local-minimum-kinks": second(concave, split),
        "local-minimum-slopes": second(concave, listed),
        "local-minimum-wide": _wide_resting(),
    }


def samples_of_minima() -> Mapping[str, dict[str, Any]]:
    """Accepted certificates about minima and bounds, by each method."""
    c_6 = problem("vardi2022-lemma-C.6")
    flat = {"multipliers": ["2", "2", "1"], "neurons": [_leaf({}), _leaf({})]}
    wide = {"inputs": [["12/5", "1"], ["-12/5", "1"]], "labels": [1, 1]}
    network = {
        "negative_slope": "1/2",
        "layers": [{"pattern": [[1, 2]], "bias": False}, {"pattern": [[1]], "bias": False}],
    }
    parameters = {"weights": [["0", "1"], ["1"]], "biases": [None] * 2}
    one = c_6 | {"network": network, "data": wide, "parameters": parameters}
    at_3_1 = problem("vardi2022-theorem-3.1")
    unknown = {key: value for key, value in at_3_1.items() if key != "parameters"}
    bound = {"by": "product", "multipliers": ["1", "0"], "squared_norm": "3"}
    layers = [{"pattern": p, "bias": False} for p in ([[1, 0], [0, 2]], [[1, 0], [0, 2]], [[1, 2]])]
    diagonal = {
        "network": {"negative_slope": "1", "layers": layers},
        "data": {"inputs": [["2", "1"], ["1", "2"]], "labels": [1, 1]},
        "objective": {"kind": "max-margin"},
    }
    listed = [(["0", "1"], ["0", "1"]), (["1/3", "1/3"], ["7/15"] * 2), (["1", "0"], ["1", "0"])]
    rows = [{"point": point, "roots": roots} for point, roots in listed]
    vertices = {"by": "vertices", "vertices": rows, "squared_norm": "14/5"}
    biased = {
        "network": {
            "negative_slope": "1",
            "layers": [{"pattern": [[1]], "bias": True}, {"pattern": [[1]], "bias": False}],
        },
        "data": {"inputs": [["1"], ["-1"]], "labels": [1, 1]},
        "objective": {"kind": "max-margin"},
        "parameters": {"weights": [["0"], ["1"]], "biases": [["1"], None]},
    }
    surds = {"field": problem("vardi2022-theorem-4.4-relu")["field"]}
    surds |= {"data": {"inputs": [["-2*r+3"]], "labels": [1]}}
    surds |= {"parameters": {"weights": [["r+1"], ["r+1"]], "biases": [None] * 2}}
    layer = {"pattern": [[1]], "bias": False}
    surds |= {"network": {"negative_slope": "0", "layers": [layer] * 2}}
    root = {"multipliers": ["2*r+3"], "neurons": [_leaf({})]}
    hinge = [s for name, s in KERNEL_SAMPLES.items() if "hinge" in name and HINGE not in name]
    kinds = ("clarke", "not-clarke", "flat", "sharp")
    cells = [s for name, s in KERNEL_SAMPLES.items() if name.startswith(kinds)]
    forms = [s for name, s in KERNEL_SAMPLES.items() if ", loss" in name]
    return {
        **samples_of_regions(),
        **{f"{sample['claim']}-{n}": sample for n, sample in enumerate(cells, 1)},
        **{f"{sample['claim']}-hinge-{n}": sample for n, sample in enumerate(hinge, 1)},
        **{f"{sample['claim']}-loss-{n}": sample for n, sample in enumerate(forms, 1)},
        "local-minimum": certificate("local-minimum", c_6, {"by": "lifting", "tree": flat}),
        "local-minimum-surds": certificate(
            "local-minimum", c_6 | surds, {"by": "lifting", "tree": root}
        ),
        "local-minimum-many": _many_cases(),
        "global-minimum": certificate(
            "global-minimum", one, {"by": "lifting", "tree": _lifting_tree()}
        ),
        "global-minimum-product": certificate(
            "global-minimum", biased, {"by": "product", "multipliers": ["1/2", "1/2"]}
        ),
        "norm-bound": certificate("norm-bound", unknown, bound),
        "norm-bound-vertices": certificate("norm-bound", diagonal, vertices),
    }


def samples() -> Mapping[str, dict[str, Any]]:
    """Accepted certificates by name; every claim is among them."""
    at_3_2 = problem("vardi2022-theorem-3.2")
    c_6 = problem("vardi2022-lemma-C.6")
    long = "+".join(f"{n}*x{n}^{n % 7 + 2}*y" for n in range(1, 40))
    huge = Fraction(int("7" * 300), 10**100 + 1)
    positive = "2*((z+d)^3+z^3)^2-((z+d)^2+z^2)^3"
    square = {"symbols": ["x", "y"], "left": "(x+y)^2", "right": "x^2+2*x*y+y^2"}
    return {
        **samples_of_points(),
        **samples_of_cells(),
        **samples_of_minima(),
        "not-global-minimum": certificate(
            "not-global-minimum",
            at_3_2,
            {"better": ["1/16", "7/4", "-1/2", "0", "2", "1/2"]},
        ),
        "not-global-minimum-sparse": certificate(
            "not-global-minimum",
            problem("vardi2022-theorem-4.1-linear"),
            {"better": ["0", "3/4", "0", "3/4"]},
        ),
        "multilinear-form": certificate(
            "multilinear-form",
            _biased()["problem"],
            {
                "example": 1,
                "terms": [
                    {
                        "blocks": ["u1", "u2", "u3"],
                        "expression": "u1_1*u2_1*u3_1+1/4*u1_2*u2_1*u3_1+u1_3*u2_2*u3_1"
                        "+1/4*u1_4*u2_2*u3_1+u1_1*u2_3*u3_2+1/4*u1_2*u2_3*u3_2+u1_3*u2_4*u3_2"
                        "+1/4*u1_4*u2_4*u3_2",
                    },
                    {
                        "blocks": ["b1", "u2", "u3"],
                        "expression": "b1_1*(u2_1*u3_1+u2_3*u3_2)+b1_2*(u2_2*u3_1+u2_4*u3_2)",
                    },
                    {"blocks": ["b3"], "expression": "b3_1"},
                ],
            },
        ),
        "multilinear-form-surds": certificate(
            "multilinear-form",
            problem("vardi2022-theorem-4.4-relu"),
            {
                "example": 1,
                "terms": [
                    {
                        "blocks": ["u1", "u2"],
                        "expression": "4*u1_1*(u2_1-u2_2)+1/2*r*u1_2*u2_1+1/2*r*u1_2*u2_2",
                    }
                ],
            },
        ),
        "zero-trace-hessian": certificate("zero-trace-hessian", c_6, {"example": 2}),
        "indefinite-hessian": certificate(
            "indefinite-hessian",
            problem("vardi2022-theorem-4.4-relu"),
            {
                "example": 1,
                "positive": ["1", "0", "1", "0"],
                "negative": ["0", "r", "0", "-1"],
            },
        ),
        "no-kinks": certificate("no-kinks", c_6, {}),
        "nonzero-neurons": certificate("nonzero-neurons", c_6, {}),
        "evaluation": certificate(
            "evaluation",
            at_3_2,
            {
                "parameters": ["1", "4", "0", "0", str(huge), "0"],
                "example": 1,
                "value": str(2 * huge),
            },
        ),
        "evaluation-unit": certificate(
            "evaluation",
            at_3_2,
            {
                "parameters": ["1", "4", "-1", "0", "1", "0"],
                "example": 1,
                "layer": 1,
                "unit": 2,
                "value": "-1",
            },
        ),
        "gradient-flow-limit": certificate("gradient-flow-limit", at_3_2, FLOW_3_2, FLOW),
        "gradient-flow-limit-start": certificate("gradient-flow-limit", c_6, FLOW_C_6, FLOW),
        "identity": certificate("identity", None, square),
        "identity-long": certificate(
            "identity",
            None,
            {
                "symbols": [*(f"x{n}" for n in range(1, 40)), "y"],
                "left": long,
                "right": long,
            },
        ),
        "positive": certificate("positive", None, {"symbols": ["z", "d"], "expression": positive}),
        "feasible-wide": wide("feasible"),
        "feasible-impure": impure(),
        "nonzero-neurons-wide": wide("nonzero-neurons"),
        "not-kkt-wide": wide("not-kkt"),
        "not-local-minimum-wide": wide("not-local-minimum"),
        "theorem": theorem_3_2(),
        "theorem-parts": theorem_of_parts(),
        "theorem-forged": forged(),
    }


SAMPLES = samples() | {
    name: sample
    for name, sample in KERNEL_SAMPLES.items()
    if sample["claim"]
    in ("approximate-kkt", "kkt-exists", "separable", "not-separable", "rare", "generic")
    or name.endswith(("multiclass", "one-vs-all", "three", "constant"))
    or "replicates" in name
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "sample" in metafunc.fixturenames:
        metafunc.parametrize("sample", SAMPLES.values(), ids=SAMPLES.keys())


@pytest.fixture
def all_samples() -> dict[str, dict[str, Any]]:
    """All samples by name."""
    return dict(SAMPLES)


@pytest.fixture
def hostile_theorem() -> Callable[..., dict[str, Any]]:
    """A theorem with three parts whose parts and steps have the given names."""
    return theorem_of_parts
