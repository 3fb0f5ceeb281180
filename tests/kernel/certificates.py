"""Accepted certificates, several for every claim, as plain data; and builders for more.

``SAMPLES`` maps a name to a certificate that the kernel accepts. Nothing here was computed by the
library: the points and the evidence are written by hand, or come from the case files.
"""

import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parents[1] / "cases"
FORMAT = "exactmargin/certificate@1"
FLOW = "vardi2022/theorem-2.1"
POWER = "calculus/power-rule"
SQRT2 = {"generator": "r", "minpoly": ["-2", "0", "1"], "interval": ["1", "2"]}

Data = dict[str, Any]


def certificate(claim: str, problem: Any, evidence: Any, assumptions: Any = ()) -> Data:
    """A certificate as data."""
    return {
        "format": FORMAT,
        "claim": claim,
        "problem": problem,
        "evidence": evidence,
        "assumptions": list(assumptions),
    }


def encode(value: Any) -> bytes:
    """The bytes that the kernel reads."""
    return json.dumps(value, sort_keys=True).encode()


def problem_file(problem: Any) -> bytes:
    """The bytes of a user's problem file."""
    return encode({"format": "exactmargin/problem@1", **problem})


def case(name: str, **changes: Any) -> Data:
    """The problem of a case file, without what a certificate does not hold."""
    data = json.loads((CASES / f"{name}.json").read_text())
    kept = ("network", "data", "objective", "parameters", "field")
    return {k: data[k] for k in kept if k in data} | changes


def problem(
    patterns: list[Any],
    inputs: list[list[str]],
    weights: list[list[str]],
    *,
    labels: list[int] | None = None,
    biases: dict[int, list[str]] | None = None,
    slope: str = "0",
    layer: int | None = None,
    field: Data | None = None,
) -> Data:
    """A problem; ``biases`` maps layers, counted from 0, to their values."""
    biases = biases or {}
    layers = [{"pattern": p, "bias": l in biases} for l, p in enumerate(patterns)]
    objective: Data = {"kind": "max-margin"}
    if layer is not None:
        objective = {"kind": "layer-max-margin", "layer": layer}
    found = {
        "network": {"negative_slope": slope, "layers": layers},
        "data": {"inputs": inputs, "labels": labels or [1] * len(inputs)},
        "objective": objective,
        "parameters": {
            "weights": weights,
            "biases": [biases.get(l) for l in range(len(patterns))],
        },
    }
    return found if field is None else found | {"field": field}


def chain(w: str, v: str, x: str = "1", **more: Any) -> Data:
    """v sigma(w x), one example."""
    return problem([[[1]], [[1]]], [[x]], [[w], [v]], **more)


# Three units that see one input, the first layer free: kinks whose slopes must be fractions.
def three_units(w: list[str], slope: str = "0") -> Data:
    """sigma(w1 x) + sigma(w2 x) + sigma(w3 x) at x = 1 and x = -1."""
    patterns = [[[1], [2], [3]], [[1, 2, 3]]]
    return problem(patterns, [["1"], ["-1"]], [w, ["1"] * 3], slope=slope, layer=1)


# One weight w that two units see with opposite signs, and a second path that makes the point
# feasible: v1 sigma(w) + v2 sigma(-w) + sigma(u) at w = 0, u = 1.
def shared(v1: str, v2: str, **more: Any) -> Data:
    """The shared-weight problem in the first layer."""
    patterns = [[[1, 0, 0], [0, 1, 0], [0, 0, 2]], [[1, 2, 3]]]
    return problem(patterns, [["1", "-1", "1"]], [["0", "1"], [v1, v2, "1"]], layer=1, **more)


DIAGONAL = [[[1, 0], [0, 2]], [[1, 0], [0, 2]], [[1, 2]]]


def diagonal(inputs: list[list[str]], *weights: str, **more: Any) -> Data:
    """Two paths of depth three; weights in the order of the flat list."""
    w = list(weights)
    return problem(DIAGONAL, inputs, [w[:2], w[2:4], w[4:]], **more)


def split(layer: int, unit: int, plus: Any, minus: Any) -> Data:
    """An inner node of a split tree."""
    return {"layer": layer, "unit": unit, "plus": plus, "minus": minus}


def empty(*entries: tuple[int, int, str]) -> Data:
    """A leaf that is a null set."""
    return {"empty": [{"layer": l, "unit": k, "weight": nu} for l, k, nu in entries]}


def slopes(example: int, *entries: tuple[int, str]) -> Data:
    """A subgradient by slopes."""
    rows = [{"unit": unit, "slope": slope} for unit, slope in entries]
    return {"example": example, "slopes": rows}


def cells(example: int, *entries: tuple[str, list[Any]]) -> Data:
    """A subgradient by cells."""
    return {"example": example, "cells": [{"weight": c, "path": path} for c, path in entries]}


def kkt(about: Data, multipliers: list[str], *subgradients: Data) -> Data:
    """A certificate for kkt."""
    evidence = {"multipliers": multipliers, "subgradients": list(subgradients)}
    return certificate("kkt", about, evidence)


def near_kkt(
    about: Data, scale: str, epsilon: str, delta: str, multipliers: list[str], *subgradients: Data
) -> Data:
    """A certificate for approximate-kkt."""
    evidence = {"multipliers": multipliers, "subgradients": list(subgradients)}
    evidence |= {"scale": scale, "epsilon": epsilon, "delta": delta}
    return certificate("approximate-kkt", about, evidence)


def not_kkt(about: Data, separator: list[str], **trees: Any) -> Data:
    """A certificate for not-kkt; ``trees`` as example_1=..., example_2=..."""
    entries = [{"example": int(k.split("_")[1]), "tree": tree} for k, tree in trees.items()]
    return certificate("not-kkt", about, {"separator": separator, "splits": entries})


def curve(about: Data, numerators: Any, breakpoints: list[str], denominator: Any = None) -> Data:
    """A certificate for not-local-minimum."""
    evidence = {
        "numerators": numerators,
        "denominator": denominator or ["1"],
        "breakpoints": breakpoints,
    }
    return certificate("not-local-minimum", about, evidence)


def minimum(claim: str, about: Data, by: str, **evidence: Any) -> Data:
    """A certificate for local-minimum, global-minimum or norm-bound."""
    return certificate(claim, about, {"by": by, **evidence})


def dual(multipliers: list[str], *neurons: Data) -> Data:
    """A leaf of a tree of by = lifting: one tree per neuron."""
    return {"multipliers": multipliers, "neurons": list(neurons)}


def ball(sides: dict[int, str] | None = None, slopes: dict[int, str] | None = None) -> Data:
    """A leaf of a neuron's tree: weights of sides and slopes, by example."""
    return {
        "sides": [{"example": i, "weight": x} for i, x in (sides or {}).items()],
        "slopes": [{"example": i, "slope": x} for i, x in (slopes or {}).items()],
    }


def halves(example: int, plus: Any, minus: Any, **neuron: int) -> Data:
    """A split at a pre-activation; the neuron is named only outside of a neuron's own tree."""
    return {**neuron, "example": example, "plus": plus, "minus": minus}


def signs(positive: Any, negative: Any, **neuron: int) -> Data:
    """A split at an output weight."""
    return {**neuron, "positive": positive, "negative": negative}


def vertex(point: str, roots: str) -> Data:
    """A vertex of by = vertices, its entries and roots as texts like "1 -1/2"."""
    return {"point": point.split(), "roots": roots.split()}


def nothing(*weights: str, **neuron: int) -> Data:
    """An empty leaf: weights of sides, by example from 1; the neuron as in `halves`."""
    listed = [{"example": i, "weight": x} for i, x in enumerate(weights, 1)]
    return {**neuron, "empty": listed}


def without_point(about: Data) -> Data:
    """The problem without its parameters."""
    return {key: value for key, value in about.items() if key != "parameters"}


def better(about: Data, point: list[str]) -> Data:
    """A certificate for not-global-minimum."""
    return certificate("not-global-minimum", about, {"better": point})


def flow(about: Data, symbols: dict[str, str], **rest: Any) -> Data:
    """A certificate for gradient-flow-limit."""
    rows = [{"name": name, "motion": motion} for name, motion in symbols.items()]
    return certificate("gradient-flow-limit", about, {"symbols": rows, **rest}, [FLOW])


def limit(symbol: str, examples: list[int], parameter: int, value: str) -> Data:
    """One class of symbols in the limit."""
    return {"symbol": symbol, "examples": examples, "parameter": parameter, "value": value}


def single_flow(about: Data, region: list[str], parameter: int, bound: str = "1") -> Data:
    """One symbol that grows, one example, started at 1."""
    return flow(
        about,
        {"a": "increasing"},
        region=region,
        chains=[[1]],
        velocities=[[["a"]]],
        balances=[],
        limit=[limit("a", [1], parameter, "1")],
        start={"values": ["1"], "bounds": [bound], "terms": 20},
    )


def count(about: Data, number: int, *witnesses: Any) -> Data:
    """A certificate for cells: per arrangement None, or witnesses as texts like "1 -2"."""
    lists = [None if w is None else [text.split() for text in w] for w in witnesses]
    return certificate("cells", about, {"count": str(number), "witnesses": lists})


def hinge(about: Data, **data: Any) -> Data:
    """The problem under the hinge loss, without parameters; perhaps other labels, or weights."""
    found = {k: v for k, v in about.items() if k != "parameters"}
    return found | {"data": about["data"] | data, "objective": {"kind": "hinge"}}


def under_hinge(about: Data, **data: Any) -> Data:
    """The problem under the hinge loss, at its parameters."""
    return hinge(about, **data) | {"parameters": about["parameters"]}


def nowhere(*entries: tuple[int, str]) -> Data:
    """A leaf of a neuron's tree that is a null set: the weights of sides, by example."""
    return {"empty": [{"example": i, "weight": x} for i, x in entries]}


TWO_NEURONS = [[[1], [2]], [[1, 2]]]
"""Two neurons that read one input."""


def live(unit: int, sign: int, positive: str = "", kinks: str = "", **copies: str) -> Data:
    """A live neuron of kkt-exists: examples as words, copies as unit_2="3/4"."""
    rows = [{"unit": int(k.split("_")[1]), "ratio": ratio} for k, ratio in copies.items()]
    sides = {"positive": [*map(int, positive.split())], "kinks": [*map(int, kinks.split())]}
    return {"unit": unit, "sign": sign, **sides, "copies": rows}


def exists(
    about: Data, active: str, units: list[Data], centre: str, *inverse: str, **more: Any
) -> Data:
    """A certificate for kkt-exists; lists as words."""
    evidence: Data = {"scale": "1", "distance": "1/8", "radius": "1/1024", "local_minimum": "yes"}
    evidence |= {"active": [*map(int, active.split())], "units": units, "centre": centre.split()}
    return certificate(
        "kkt-exists", about, evidence | {"inverse": [row.split() for row in inverse]} | more
    )


def exists_full(
    about: Data, active: str, layers: list[list[Data]], centre: str, *inverse: str, **more: Any
) -> Data:
    """The same with the full system; live units without signs, in layers."""
    found = exists(about, active, [], centre, *inverse, **more)
    del found["evidence"]["units"]
    found["evidence"]["layers"] = [
        [{key: unit[key] for key in unit if key != "sign"} for unit in row] for row in layers
    ]
    return found


def hessian(congruence: str, penalty: str = "1") -> Data:
    """What a local minimum needs there: rows of words, separated by commas."""
    return {"penalty": penalty, "congruence": [row.split() for row in congruence.split(",")]}


def two_directions(x: str, **more: Any) -> Data:
    """Two neurons near (1, 0) and (0, 1), at x_1 = (1, x) and x_2 = (0, 1)."""
    patterns = [[[1, 2], [3, 4]], [[1, 2]]]
    theta = [["1", "0", "0", "1"], ["1", "1"]]
    return problem(patterns, [["1", x], ["0", "1"]], theta, **more)


def critical(about: Data, *entries: tuple[str, list[Any]]) -> Data:
    """A certificate for clarke-critical: weights and paths."""
    listed = [{"weight": weight, "path": path} for weight, path in entries]
    return certificate("clarke-critical", about, {"cells": listed})


def not_critical(about: Data, separator: str, tree: Any) -> Data:
    """A certificate for not-clarke-critical."""
    evidence = {"separator": separator.split(), "tree": tree}
    return certificate("not-clarke-critical", about, evidence)


def typed(about: Data, minimum: Data, **evidence: Any) -> Data:
    """A certificate for flat-minimum (a path) or sharp-minimum (a tree)."""
    claim = "flat-minimum" if "path" in evidence else "sharp-minimum"
    proof = {key: value for key, value in minimum.items() if key != "claim"}
    return certificate(claim, about, {"minimum": proof, **evidence})


def bounded(test: str = "", **trees: Any) -> Data:
    """A leaf that is bounded: perhaps a test point; ``trees`` of units as unit_1=..., unit_2=..."""
    units = [{"unit": int(k.split("_")[1]), "tree": tree} for k, tree in trees.items()]
    return {"neurons": units, **({"test": test.split()} if test else {})}


def by_term(term: int, plus: Any, minus: Any) -> Data:
    """A split at the inside of a term."""
    return {"term": term, "plus": plus, "minus": minus}


def null(**weights: str) -> Data:
    """A leaf that is a null set: weights of kinks as kink_<example>_<layer>_<unit>, of term_<j>."""
    found: list[Data] = []
    for name, weight in weights.items():
        kind, *places = name.split("_")
        names = ("example", "layer", "unit") if kind == "kink" else ("term",)
        found.append(dict(zip(names, map(int, places), strict=True)) | {"weight": weight})
    return {"empty": found}


def tree(about: Data, number: int, *nodes: str) -> Data:
    """A certificate for cells under the hinge loss; the nodes of the tree as words.

    "h 1 2": example 1, unit 2; "l 1": loss 1; "o 1": output weight 1; "e ...": empty, with
    weights; "c ...": a cell, with a point.
    """
    found: list[Data] = []
    for node in nodes:
        kind, *words = node.split()
        if kind in "ec":
            found.append({{"e": "empty", "c": "cell"}[kind]: words})
        elif kind == "h":
            found.append({"example": int(words[0]), "unit": int(words[1])})
        else:
            found.append({{"l": "example", "o": "output"}[kind]: int(words[0])})
    return certificate("cells", about, {"count": str(number), "tree": found})


def step(name: str, claim: str, evidence: Any, **more: Any) -> Data:
    """A step of a part of a theorem."""
    return {"name": name, "claim": claim, "evidence": evidence, **more}


def theorem(name: str, *parts: Data, assumptions: Any = ()) -> Data:
    """A certificate for theorem."""
    return certificate("theorem", None, {"theorem": name, "parts": list(parts)}, assumptions)


def part(name: str, about: Any, steps: list[Data], *conclusion: str) -> Data:
    """A part of a theorem."""
    return {"name": name, "problem": about, "steps": steps, "conclusion": list(conclusion)}


V31 = case("vardi2022-theorem-3.1")
V32 = case("vardi2022-theorem-3.2")
V41 = case("vardi2022-theorem-4.1-relu")
V44 = case("vardi2022-theorem-4.4-relu")
V51 = case("vardi2022-theorem-5.1-m3-relu")
V53 = case("vardi2022-theorem-5.3")
V54 = case("vardi2022-theorem-5.4")
VC6 = case("vardi2022-lemma-C.6")

# Leaky, with biases in both layers: the first unit sees -1 and 0, the output is 2 and 1.
BIASED = problem(
    [[[1], [2]], [[1, 2]]],
    [["1"], ["2"]],
    [["1", "0"], ["-2", "1"]],
    biases={0: ["-2", "0"], 1: ["1"]},
    slope="1/2",
)

# Leaky, with biases in both layers and no kink: the units see 2 and -1.
BIASED_FORM = problem(
    [[[1], [2]], [[1, 2]]],
    [["1"]],
    [["1", "-1"], ["2", "-3"]],
    biases={0: ["1", "0"], 1: ["1"]},
    slope="1/2",
)


def form(about: Data, *expressions: str) -> Data:
    """A certificate for multilinear-form, with the blocks of L Theorem 1."""
    layers = enumerate(about["network"]["layers"], 1)
    weights = [f"u{l}" for l in range(1, len(about["network"]["layers"]) + 1)]
    blocks = [weights, *([f"b{l}", *weights[l:]] for l, layer in layers if layer["bias"])]
    pairs = zip(blocks, expressions, strict=True)
    terms = [{"blocks": names, "expression": text} for names, text in pairs]
    return certificate("multilinear-form", about, {"example": 1, "terms": terms})


def loss_form(about: Data, *expressions: str) -> Data:
    """The same for the loss; the last expression is the constant."""
    *forms, constant = expressions
    terms = form(about, *forms)["evidence"]["terms"]
    evidence = {"terms": [*terms, {"blocks": [], "expression": constant}]}
    return certificate("multilinear-form", about, evidence)


def indefinite(about: Data, positive: list[str], negative: list[str]) -> Data:
    """A certificate for indefinite-hessian."""
    evidence = {"example": 1, "positive": positive, "negative": negative}
    return certificate("indefinite-hessian", about, evidence)


SPLIT_TRAP = split(
    1,
    1,
    plus=split(1, 2, plus=empty((1, 1, "1"), (1, 2, "1")), minus="bound"),
    minus=split(1, 2, plus="bound", minus=empty((1, 1, "1/2"), (1, 2, "1/2"))),
)

# A unit at zero that feeds two units of the next layer with the same sign: they switch together.
TOGETHER = problem(
    [[[1, 0], [0, 2]], [[1, 0], [0, 2], [0, 3]], [[1, 2, 3]]],
    [["1", "1"]],
    [["1", "0"], ["1", "1", "1"], ["1", "1", "-3/4"]],
    slope="1/2",
)
TOGETHER_TREE = split(
    1,
    2,
    plus=split(
        2,
        2,
        plus=split(2, 3, plus="bound", minus=empty((2, 3, "1"))),
        minus=empty((2, 2, "1")),
    ),
    minus=split(
        2,
        2,
        plus=empty((2, 2, "2")),
        minus=split(2, 3, plus=empty((2, 3, "1/3")), minus="bound"),
    ),
)

KKT_32 = [["2", "2"], slopes(1, (2, "0")), slopes(2, (2, "0"))]

CURVE_32 = [["0", "0", "1/4"], ["2", "0", "-1"], ["0", "-1"], [], ["2"], ["0", "1"]]
CURVE_44 = [["0", "1"], ["1", "0", "-1"], ["1/2*r", "1/2"], ["1/2*r", "-1/2"]]
CURVE_53 = [
    ["0", "1"],
    ["1", "-1"],
    ["1", "-1"],
    ["0", "-1"],
    ["0", "-1"],
    ["-1", "1"],
    ["-1", "1"],
    ["0", "1"],
]

GENERAL_32: Data = {
    "region": ["a", "4*a+b", "-1/2*c+1/2*d", "-2*c-2*d", "v", "e-f"],
    "chains": [[1, 2]],
    "velocities": [
        [
            ["0", "1/2*v", "2*a+1/2*b", "0", "0", "0", "0"],
            ["-v", "17/4*v", "1/4*b", "0", "0", "0", "0"],
        ]
    ],
    "balances": [{"weights": ["1", "1", "0", "0", "-1", "0"], "symbols": [2, 3]}],
    "limit": [limit("b", [1, 2], 2, "2")],
    "start": {"parameter": 2},
}
GENERAL_32_SYMBOLS = {
    "a": "decreasing",
    "b": "increasing",
    "v": "increasing",
    "c": "constant",
    "d": "constant",
    "e": "constant",
    "f": "constant",
}

LEAKY_FLOW = chain("-1", "-1", "2", slope="1/2")


# One neuron must be on at both examples: two would be cheaper, so the multipliers differ by region.
TOGETHER_ON = [["12/5", "1"], ["-12/5", "1"]]


def one_neuron(slope: str) -> Data:
    """One neuron at (0, 1), 1."""
    return problem([[[1, 2]], [[1]]], TOGETHER_ON, [["0", "1"], ["1"]], slope=slope)


# Where example 1 is off, the neuron gives it no margin: its multiplier costs nothing.
ONE_NEURON_TREE = signs(
    halves(
        1,
        halves(2, dual(["1/2", "1/2"], ball()), dual(["0", "1"], ball()), neuron=1),
        dual(["1", "0"], ball()),
        neuron=1,
    ),
    dual(["1", "0"], ball(slopes={1: "0"})),
    neuron=1,
)
# Leaky: that takes the weight 1/2 on its side.
ONE_NEURON_LEAKY = signs(
    halves(
        1,
        halves(2, dual(["1/2", "1/2"], ball()), dual(["0", "1"], ball({2: "1/2"})), neuron=1),
        dual(["1", "0"], ball({1: "1/2"})),
        neuron=1,
    ),
    dual(["1/2", "1/2"], ball(slopes={1: "1/2", 2: "3/4"})),
    neuron=1,
)
# A neuron that is zero, or whatever it is: with output weight >= 0 both sides of the example.
ZERO_NEURON = signs(halves(1, ball(), ball()), ball(slopes={1: "0"}))

# Two neurons for two examples with opposite labels, each on the other's hyperplane.
OPPOSITE = problem(
    [[[1, 2], [3, 4]], [[1, 2]]],
    [["1", "0"], ["0", "1"]],
    [["1", "0", "0", "1"], ["1", "-1"]],
    labels=[1, -1],
)
OPPOSITE_TREE = dual(["1", "1"], ball(slopes={2: "0"}), ball(slopes={1: "0"}))

# Neuron 2 has no output weight and sees zeros, neuron 3 has no inputs.
SPARSE = problem([[[1, 0], [0, 2], [0, 0]], [[1, 0, 2]]], [["1", "0"]], [["1", "0"], ["1", "0"]])

# The third chain ends below the output; the first layer is narrower than the second.
CHAINS = problem(
    [[[1, 0, 0], [0, 2, 0]], [[1, 0], [0, 2], [0, 0]], [[1, 2, 3]]],
    [["2", "1", "5"], ["1", "2", "-5"]],
    [["1", "0"], ["1", "0"], ["1", "0", "0"]],
    slope="1",
)


def neurons(pattern: Any, inputs: list[str], **more: Any) -> Data:
    """A network with one hidden layer and no parameters; inputs as texts like "1 -2"."""
    weights: list[list[str]] = [[], []]
    patterns = [pattern, [list(range(1, len(pattern) + 1))]]
    found = problem(patterns, [text.split() for text in inputs], weights, **more)
    del found["parameters"]
    return found


# Two units see three inputs in general position: 6 chambers each.
GENERAL = neurons([[1, 2], [3, 4]], ["1 0", "0 1", "1 1"])
GENERAL_LIST = ["1 1", "2 -1", "1 -2"]
RESONANCE_3 = ["1 0 0", "0 1 0", "0 0 1", "1 1 0", "1 0 1", "0 1 1", "1 1 1"]

# One neuron at x = 1 and x = 2, both with multipliers: on different sides of them there is no w.
TWO_LENGTHS = without_point(problem([[[1]], [[1]]], [["1"], ["2"]], [[], []]))
LENGTHS_INSIDE = dual(
    ["1/2", "1/4"],
    signs(
        halves(1, halves(2, ball(), nothing("2", "1")), halves(2, nothing("2", "1"), ball())),
        ball(slopes={1: "0", 2: "0"}),
    ),
)
SAME_SIDES = dual(["1/2", "1/4"], signs(ball(), ball()))
LENGTHS_OUTSIDE = halves(
    1,
    halves(2, SAME_SIDES, nothing("2", "1", neuron=1), neuron=1),
    halves(2, nothing("2", "1", neuron=1), SAME_SIDES, neuron=1),
    neuron=1,
)

# v sigma(w x) at x = 1, under the hinge loss: in (P, t) the loss is t - P, t + P or t.
HINGE = hinge(chain("1", "1"))
HINGE_TREE = (
    *("h 1 1", "o 1"),
    *("l 1", "c 1/2", "c 2"),  # v > 0
    *("l 1", "c 1", "e 1 1 1"),  # v < 0
    *("l 1", "c -1", "e 1 0 1"),  # the unit is off, v of any sign
)


def cut(example: int, layer: int, unit: int, plus: Any, minus: Any) -> Data:
    """A split at a pre-activation, of a tree of regions."""
    return {"example": example, **split(layer, unit, plus, minus)}


def at_unit(example: int, layer: int, unit: int, **value: str) -> Data:
    """The weight of a side, or a listed slope."""
    return {"example": example, "layer": layer, "unit": unit, **value}


def leaf(multipliers: str, **more: Any) -> Data:
    """A leaf; multipliers as a text like "1 1/2"."""
    return {"multipliers": multipliers.split(), **more}


def curved(multipliers: str, penalty: str, diagonal: str, **more: Any) -> Data:
    """A leaf with second derivatives; the congruence is a diagonal matrix."""
    entries = diagonal.split()
    rows = [[x if i == j else "0" for j in range(len(entries))] for i, x in enumerate(entries)]
    return leaf(multipliers, penalty=penalty, congruence=rows, **more)


# The first layer of V Theorem 5.4, where no pre-activation is zero.
LEAF_54 = leaf("2 2 1")

# s(w1) + s(w2) - s(w3) at one example, the first layer free: least at (1/2, 1/2, 0).
THREE = problem(
    [[[1], [2], [3]], [[1, 2, 3]]],
    [["1"]],
    [["1/2", "1/2", "0"], ["1", "1", "-1"]],
    layer=1,
)
THREE_OFF = [at_unit(1, 1, 3, slope="0")]
THREE_ONE = leaf("1", slopes=THREE_OFF)  # one of the two units at most is on
THREE_TREE = cut(
    1,
    1,
    1,
    cut(1, 1, 2, leaf("1/2", slopes=THREE_OFF), THREE_ONE),
    cut(1, 1, 2, THREE_ONE, THREE_ONE),
)

# u + s(w) >= 1 and u - s(w) >= 1 at w = 0, u = 1.
HINGED = problem(
    [[[1, 0, 0], [0, 1, 0], [0, 0, 2]], [[1, 2, 3]]],
    [["1", "0", "1"], ["0", "1", "1"]],
    [["0", "1"], ["1", "-1", "1"]],
    layer=1,
)
HINGED_TREE = cut(
    1,
    1,
    1,
    leaf(
        "1/4 3/4",
        sides=[at_unit(1, 1, 1, weight="1/2")],
        slopes=[at_unit(2, 1, 2, slope="1")],
    ),
    leaf("1 0"),
)

# s(s(u)) - s(s(w)) at u = 1, w = 0, the first layer free: the kinks at w pull downwards.
UNDER = problem(
    [[[1], [2]], [[1, 0], [0, 2]], [[1, 2]]],
    [["1"]],
    [["1", "0"], ["1", "1"], ["1", "-1"]],
    layer=1,
)
UNDER_TREE = leaf("1", slopes=[at_unit(1, 1, 2, slope="0"), at_unit(1, 2, 2, slope="1")])

# r u + b, leaky, between two layers that do not move.
MIDDLE = problem(
    [[[1]], [[1]], [[1]]],
    [["1"]],
    [["r"], ["0"], ["1"]],
    biases={1: ["1"]},
    slope="1/2",
    layer=2,
    field=SQRT2,
)
MIDDLE_TREE = cut(1, 2, 1, leaf("1/3"), leaf("1", sides=[at_unit(1, 2, 1, weight="1/2")]))

ALONE = without_point(problem([[[1, 2]]], [["1", "1"]], [[]]))  # one layer

CHAIN_3 = problem([[[1]], [[1]], [[1]]], [["1"]], [["1"]] * 3)
CHAIN_3_ROOT = problem([[[1]], [[1]], [[1]]], [["2"]], [["1/2*r^2"]] * 3, field=V51["field"])

# A neuron whose pre-activation is zero at the second example, where it only does harm.
CONCAVE = problem(
    [[[1, 2, 0], [0, 0, 3]], [[1, 2]]],
    [["1", "0", "0"], ["0", "1", "1"]],
    [["1", "0", "1"], ["1", "-1"]],
    labels=[1, -1],
)
CONCAVE_TREE = cut(
    2,
    1,
    1,
    curved("1 1", "1", "1 5/4 1 1 1", sides=[at_unit(2, 1, 1, weight="1")]),
    curved("1 1", "1", "1 1 1 1 1"),
)

# v s(w/4) + v s(w/4) + c at w = v = 0, c = 1: both weights are shared.
RESTING = problem([[[1, 0], [0, 1]], [[1, 1]]], [["1/4", "1/4"]], [["0"], ["0"]], biases={1: ["1"]})
RESTING_LEAF = curved("1", "0", "1 1 1")
RESTING_HALF = cut(1, 1, 2, RESTING_LEAF, RESTING_LEAF)
RESTING_TREE = cut(1, 1, 1, RESTING_HALF, RESTING_HALF)


def turn(layer: int, unit: int, other: int) -> Data:
    """A rotation of two units."""
    return {"layer": layer, "unit": unit, "with": other}


# A second unit that is zero: where its slope is that of the first they can be rotated.
IDLE = problem([[[1], [2]], [[1, 2]]], [["1"]], [["1", "0"], ["1", "0"]])
IDLE_TURNED = curved("1", "1", "1 1 1 1", rotations=[turn(1, 1, 2)])
IDLE_TREE = cut(1, 1, 2, IDLE_TURNED, curved("1", "1", "1 1 1 1"))
IDLE_3 = problem([[[1], [2]], [[1, 2]], [[1]]], [["1"]], [["1", "0"], ["1", "0"], ["1"]], slope="1")


# Opposite labels at the same input: whatever the network does, the loss is at least 1.
def conflict(w: str, v: str, count: int = 1, **more: Any) -> Data:
    """v sigma(w), under the hinge loss."""
    about = problem([[[1]], [[1]]], [["1"], ["1"]] * count, [[w], [v]], **more)
    return under_hinge(about, labels=[1, -1] * count)


CONFLICT_TREE = dual(
    ["1", "1"],
    signs(
        halves(1, ball(slopes={2: "1"}), ball(slopes={2: "0"})),
        halves(2, ball(slopes={1: "1"}), ball(slopes={1: "0"})),
    ),
)
# An output weight of 0 may become positive or negative; each time other examples hold it.
TURNING = under_hinge(
    problem(
        [[[1, 2]], [[1]]],
        [["2", "1"], ["1", "0"], ["0", "0"]],
        [["1", "0"], ["0"]],
        biases={1: ["1"]},
    ),
    labels=[1, -1, 1],
)
TURNING_TREE = signs(dual(["0", "1", "1"], ball()), dual(["1", "1", "0"], ball()), neuron=1)


def of_sample(xs: str, labels: list[int], slope: str = "0", **more: Any) -> Data:
    """Numbers as inputs, a network with one hidden unit, no parameters; the hinge loss."""
    about = problem([[[1]], [[1]]], [[x] for x in xs.split()], [[], []], slope=slope)
    return hinge(about, labels=labels, **more)


def separators(*rows: tuple[int, str, str]) -> Data:
    """Class, weight and bias, for inputs that are numbers."""
    return {"separators": [{"class": c, "weights": [w], "bias": b} for c, w, b in rows]}


def chosen(*rows: tuple[int, int, list[int]]) -> Data:
    """Example, exponent and classes."""
    names = ("example", "exponent", "classes")
    return {"choices": [dict(zip(names, row, strict=True)) for row in rows]}


def functional(*vectors: str) -> Data:
    """A leaf of a tree of choices."""
    return {"functional": [vector.split() for vector in vectors]}


def pair_split(example: int, label: int, on: Data, off: Data) -> Data:
    """A split by whether a pair is on."""
    return {"example": example, "class": label, "on": on, "off": off}


def of_classes(
    patterns: list[Any], inputs: list[str], labels: list[int], weights: list[list[str]], kind: str
) -> Data:
    """Numbers as inputs, several outputs, a loss of classes, at parameters."""
    about = problem(patterns, [[x] for x in inputs], weights, labels=labels)
    return about | {"objective": {"kind": kind}}


# Two outputs, the multiples w1 and w2 of the only input 1.
TWO_OUTPUTS = [[[1], [2]]]
RIGHT = of_classes(TWO_OUTPUTS, ["1"], [0], [["1", "0"]], "multiclass-hinge")
# At 1 the hidden unit is on and both other classes have a loss; at -2 it is off.
LOSS_OF_CLASSES = of_classes(
    [[[1]], [[1], [2], [3]]],
    ["1", "-2"],
    [0, 2],
    [["1"], ["1", "2", "1/2"]],
    "multiclass-hinge",
)
LOSS_FORM = under_hinge(chain("1", "1/2"))
SOLVED_FORM = under_hinge(
    problem([[[1]], [[1]]], [["0"]], [["1"], ["1"]], biases={0: ["-1"], 1: ["2"]})
)
RESTING_CLASSES = of_classes(TWO_OUTPUTS, ["1"], [0], [["0", "0"]], "one-vs-all-hinge")
THREE_CLASSES = of_classes(
    [[[1]], [[1], [2], [3]]],
    ["1", "-1", "0"],
    [0, 1, 2],
    [["0"], ["0", "0", "0"]],
    "multiclass-hinge",
)
# Both inputs on the blind side, and classes at odds: 1 + 1 + 1 whatever moves a little.
DEAD_CLASSES = of_classes(
    [[[1]], [[1], [2]]], ["1", "2"], [0, 1], [["-1"], ["3", "1"]], "one-vs-all-hinge"
)
# Three inputs on a line, all outputs -1: between which neighbours a class is held depends on v.
HELD = problem(
    [[[1]], [[1], [2], [3]]],
    [["0"], ["1"], ["2"]],
    [["0"], ["1", "1", "1"]],
    labels=[0, 1, 2],
    biases={0: ["1"], 1: ["-2", "-2", "-2"]},
) | {"objective": {"kind": "one-vs-all-hinge"}}
# One output at one input, held by its weights: 2/3 (1 - w) and 1/3 (1 + w) at w = 1.
PULLED = under_hinge(
    problem([[[1]]], [["1"], ["1"]], [["1"]]), labels=[1, -1], weights=["2/3", "1/3"]
)


def varying(**values: str) -> list[Data]:
    """Multipliers of terms as term_<j>, polynomials in the parameters."""
    return [{"term": int(name[5:]), "value": value} for name, value in values.items()]


HELD_VALUES = varying(
    term_2="1/2",
    term_3="3/2*u2_1-1",
    term_4="2-3/2*u2_3",
    term_6="2-3/2*u2_1",
    term_7="3/2*u2_3-1",
    term_8="1/2",
)


def replicated(
    patterns: list[Any],
    inputs: list[list[str]],
    labels: list[int],
    points: list[list[list[str]]],
    gamma: str = "1",
    **more: Any,
) -> Data:
    """Replicates with a penalty: the weights of each; ``biases`` of each by layers from 0."""
    biases = more.pop("biases", [{}] * len(points))
    found = [
        problem(patterns, inputs, weights, labels=labels, biases=own, **more)
        for weights, own in zip(points, biases, strict=True)
    ]
    objective = {"kind": "penalized-one-vs-all-hinge", "gamma": gamma}
    return found[0] | {"objective": objective, "parameters": [one["parameters"] for one in found]}


def each(*evidence: Data) -> Data:
    """Evidence that is one piece for each replicate."""
    return {"replicates": list(evidence)}


# One unit, read by two outputs, of which a replicate has one; the class of the only input 1 is 0.
TWINS = [[[1]], [[1], [2]]]


def twins(*points: str, gamma: str = "1", **more: Any) -> Data:
    """The weights w, v_0, v_1 of each replicate."""
    rows = [point.split() for point in points]
    weights = [[[w], v] for w, *v in rows]
    return replicated(TWINS, [["1"]], [0], weights, gamma, **more)


AT_REST = twins("0 0 0", "0 0 0")
SOLVED = twins("1 1 5", "1 5 -1", gamma="2/3")
HALF_SOLVED = twins("1 0 0", "1 0 -1")
APART = twins("1 0 0", "-1 0 0")
UP_FROM_REST = {"cells": [{"weight": "1", "path": [["1", "0"]]}]}
# Three classes, two inputs and biases, over Q(sqrt2): dead units.
DEAD_TRIPLETS = replicated(
    [[[1]], [[1], [2], [3]]],
    [["r"], ["1"]],
    [0, 2],
    [[["-1"], [v, "1", v]] for v in ("1", "r", "2")],
    "1/1000000",
    slope="0",
    field=SQRT2,
    biases=[{0: ["-r"], 1: ["0", "-2", c]} for c in ("3", "r", "1/2")],
)
# Two hidden layers: the weights w, u, v of each replicate; w differs.
DEEP_TWINS = replicated(
    [[[1]], [[1]], [[1], [2]]],
    [["1"]],
    [1],
    [[["1"], ["1"], ["0", "0"]], [["-1"], ["1"], ["0", "0"]]],
    biases=[{0: ["0"]}, {0: ["0"]}],
)
TWIN_CELLS = each(
    {"count": "3", "tree": tree(HINGE, 3, *HINGE_TREE)["evidence"]["tree"]},
    {
        "count": "3",
        "tree": tree(
            HINGE,
            3,
            *("h 1 1", "o 1"),
            *("l 1", "c 1", "e 1 1 1"),
            *("l 1", "c 1/2", "c 2"),
            *("l 1", "c -1", "e 1 0 1"),
        )["evidence"]["tree"],
    },
)
TWO_SIDES = of_sample("1 -1", [1, -1])
MIXED = of_sample("0 1 2", [1, -1, 1])
REPEATED = of_sample("1 1", [1, -1], "1/2")
UNEQUAL = of_sample("1 1", [1, -1], "1/2", weights=["2/5", "3/5"])
UP, DOWN = functional("0 0", "0 1"), functional("0 1", "0 0")
UNEQUAL_TREE = pair_split(
    1,
    -1,
    pair_split(
        2,
        1,
        {"example": 2, "exponents": [DOWN, {"example": 1, "exponents": [UP, DOWN]}]},
        UP,
    ),
    DOWN,
)
# Opposite labels at one input, not equally heavy: the loss is flat for w < 0, sharp at v w = 1.
UNEVEN = {"weights": ["2/3", "1/3"]}
FIGURE_1 = case("laurent2018-figure-1-sharp")
UNEVEN_LEAF = dual(["1/2", "1"], ball())
# Twice the same kink: its two sides belong together.
ONE_KINK = under_hinge(
    problem([[[1]], [[1]]], [["1"], ["1"]], [["0"], ["1"]], slope="1/2"), labels=[1, -1], **UNEVEN
)
ONE_KINK_TREE = halves(1, halves(2, "bound", nowhere((1, "1"), (2, "1"))), None)
ONE_KINK_TREE["minus"] = halves(2, nowhere((1, "1"), (2, "1")), "bound")
# Three terms on a line, all zero: what is in between does not differ from both others.
LINE = {
    "inputs": [["-1"], ["0"], ["1"], ["0"]],
    "labels": [1, 1, 1, -1],
    "weights": ["1/6", "1/3", "1/6", "1/3"],
}


def line(depth: int) -> Data:
    """w x + b, perhaps multiplied by v = 1, at w = 0, b = 1."""
    w, v = [[["0"]], [["0"], ["1"]]][depth - 1], ["1"]
    return under_hinge(
        problem([[[1]]] * depth, LINE["inputs"], w, biases={0: v}, slope="1"), **LINE
    )


def line_tree(last: str = "") -> Data:
    """No flat cell: the terms 1 and 3 differ, or agree and 2 agrees with them."""
    between = null(term_1="1", term_2="2", term_3="1")
    both = by_term(2, bounded("0 -1" + last), between)
    none = by_term(2, between, bounded("0 1" + last))
    return by_term(
        1,
        by_term(3, both, bounded("1 0" + last)),
        by_term(3, bounded("-1 0" + last), none),
    )


LINE_MINIMUM = {"by": "linear", "multipliers": ["1", "0", "1", "1"]}
# v = 0: the sign of v decides which of the terms 2 and 3 is larger than term 1.
THIN = under_hinge(
    problem([[[1]], [[1]]], [["1"], ["2"], ["-1"], ["1"]], [["1"], ["0"]], biases={1: ["1"]}),
    labels=[1, 1, 1, -1],
    weights=["3/8", "1/8", "1/8", "3/8"],
)
THIN_MINIMUM = {"by": "hinge-lifting", "tree": dual(["1", "0", "0", "1"], signs(ball(), ball()))}
THIN_EMPTY = {
    "output": 1,
    "plus": null(term_1="1", term_3="1"),
    "minus": null(term_1="1", term_2="1"),
}
THIN_TREE = by_term(
    1,
    by_term(2, bounded("-1 1 -1"), by_term(3, bounded("0 1 -1"), THIN_EMPTY)),
    bounded("1 1 0"),
)
# Term 1 is on a kink and at most term 2: v sigma(b) is not negative.
KINKED = under_hinge(
    problem(
        [[[1]], [[1]]],
        [["0"], ["-1"], ["0"]],
        [["1"], ["1"]],
        biases={0: ["0"], 1: ["1"]},
    ),
    labels=[1, 1, -1],
    weights=["3/8", "1/4", "3/8"],
)
TWICE = nowhere((1, "1"), (3, "1"))
KINKED_MINIMUM = {
    "by": "hinge-lifting",
    "tree": dual(["1", "0", "1"], halves(1, halves(3, ball(), TWICE), halves(3, TWICE, ball()))),
}
KINKED_EMPTY = {"example": 1} | split(
    1, 1, null(kink_1_1_1="1", term_1="1", term_2="1"), null(term_1="1", term_2="1")
)
KINKED_TREE = by_term(1, by_term(2, bounded("0 0 1 -1"), KINKED_EMPTY), bounded("0 0 1 1"))
# Leaky, three layers, at w = 0: the unit above changes its side with the first one.
THREE_DEEP = under_hinge(
    problem([[[1]]] * 3, [["1"]], [["0"], ["1"], ["1"]], slope="1/2"),
)
THREE_DEEP_TREE = {"example": 1} | split(1, 1, bounded(), bounded())

SAMPLES: dict[str, Data] = {
    "feasible": certificate("feasible", V32, {}),
    "feasible, Q(sqrt2)": certificate("feasible", V44, {}),
    "feasible, layer": certificate("feasible", V53, {}),
    "feasible, leaky, biases": certificate("feasible", BIASED, {}),
    "infeasible": certificate("infeasible", chain("1", "1/2"), {"example": 1}),
    "infeasible, Q(sqrt2)": certificate(
        "infeasible", chain("1/2*r", "-r+2", field=SQRT2), {"example": 1}
    ),
    "kkt": kkt(V32, *KKT_32),
    "kkt, Q(sqrt2), shared": kkt(V44, ["1"]),
    "kkt, Q(2^(1/3)), depth 3": kkt(V51, ["r"]),
    "kkt, layer, slopes": kkt(
        three_units(["1", "0", "-1"]), ["1", "1"], slopes(1, (2, "1/2")), slopes(2, (2, "1/2"))
    ),
    "kkt, layer, leaky slopes": kkt(
        three_units(["2", "0", "-2"], "1/2"),
        ["4", "4"],
        slopes(1, (2, "3/4")),
        slopes(2, (2, "3/4")),
    ),
    "kkt, biases": kkt(
        problem([[[1], [2]], [[1, 2]]], [["0"]], [["0", "0"], ["1", "0"]], biases={0: ["1", "0"]}),
        ["1"],
        slopes(1, (2, "1/3")),
    ),
    "kkt, output bias": kkt(
        problem([[[1]], [[1]]], [["1"]], [["0"], ["0"]], biases={1: ["1"]}),
        ["1"],
        slopes(1, (1, "1")),
    ),
    "kkt, layer, shared, cells": kkt(
        shared("1", "1"),
        ["1"],
        cells(1, ("1/2", [["1", "0"]]), ("1/2", [["-1", "0"]])),
    ),
    "kkt, layer, shared, cells, Q(sqrt2)": kkt(
        shared("1", "r+1", field=SQRT2),
        ["1"],
        cells(1, ("1/2*r", [["0", "r"], ["1", "0"]]), ("-1/2*r+1", [["-r", "0"]])),
    ),
    "kkt, depth 3, cells": kkt(
        diagonal([["1", "1"]], "1", "0", "1", "0", "1", "0"),
        ["1"],
        cells(
            1,
            ("1/3", [["0", "1", "0", "1", "0", "0"]]),
            ("2/3", [["0", "-1", "0", "1", "0", "0"]]),
        ),
    ),
    # Each path is dead at the other one's example: its second unit is zero on an open set.
    "kkt, depth 3, dead layers": kkt(diagonal([["-1", "1"], ["1", "-1"]], *["1"] * 6), ["1", "1"]),
    "kkt, input of zeros": kkt(
        problem([[[1, 0], [0, 2]], [[1, 2]]], [["1", "0"]], [["1", "0"], ["1", "0"]]), ["1"]
    ),
    "approximate-kkt": near_kkt(chain("2", "1/2"), "1", "2", "0", ["1/2"]),
    "approximate-kkt, not active": near_kkt(chain("1", "1", "2"), "1", "0", "1/2", ["1/2"]),
    # The point is half of a KKT point whose first unit needs the slope 1/2 at the second example.
    "approximate-kkt, scale, slopes": near_kkt(
        problem(
            [[[1, 2], [3, 4]], [[1, 2]]],
            [["1", "-1/2"], ["0", "1"]],
            [["1/2", "0", "0", "1/2"], ["1/2", "1/2"]],
        ),
        "2",
        "1/10",
        "0",
        ["1", "1"],
        slopes(2, (1, "51/100")),
    ),
    "approximate-kkt, layer, cells, Q(sqrt2)": near_kkt(
        shared("1", "r+1", field=SQRT2),
        "r",
        "1",
        "r-1",
        ["1"],
        cells(1, ("1/2*r", [["0", "r"], ["1", "0"]]), ("-1/2*r+1", [["-r", "0"]])),
    ),
    "not-kkt": not_kkt(chain("2", "1/2"), ["4", "-1"]),
    "not-kkt, Q(sqrt2)": not_kkt(chain("r", "1/2*r", field=SQRT2), ["2", "-1"]),
    "not-kkt, nothing active": not_kkt(chain("2", "1"), ["2", "1"]),
    "not-kkt, layer, box": not_kkt(
        problem([[[1], [2]], [[1, 2]]], [["1"]], [["1", "0"], ["1", "-1"]], slope="1/2", layer=1),
        ["1", "2"],
    ),
    "not-kkt, box, both signs": not_kkt(
        problem([[[1], [2], [3]], [[1, 2, 3]]], [["1"]], [["2", "0", "0"], ["1/2", "1", "-1"]]),
        ["4", "-1", "0", "-1", "0", "0"],
    ),
    "not-kkt, layer, shared, tree": not_kkt(shared("1", "-1"), ["-1", "1"], example_1=SPLIT_TRAP),
    "not-kkt, depth 3, tree": not_kkt(TOGETHER, ["1", "-16", *["0"] * 6], example_1=TOGETHER_TREE),
    "not-kkt, depth 3, dead layer": not_kkt(
        diagonal([["1", "-1"]], *["1"] * 6), ["0", "1", "0", "0", "0", "0"]
    ),
    "not-kkt, biases": not_kkt(
        problem([[[1]], [[1]]], [["0"]], [["0"], ["1/2"]], biases={0: ["2"]}), ["0", "4", "-1"]
    ),
    "not-local-minimum": curve(V32, CURVE_32, ["1"]),
    "not-local-minimum, Q(sqrt2), two pieces": curve(V44, CURVE_44, ["-2*r+3", "1/2*r"]),
    "not-local-minimum, layer": curve(V53, CURVE_53, ["1/2", "1"]),
    "not-local-minimum, denominator": curve(
        chain("2", "1/2"), [["2"], ["1/2", "1", "1/2"]], ["1"], ["1", "1"]
    ),
    "not-local-minimum, denominator, biases": curve(
        problem([[[1]], [[1]]], [["0"]], [["0"], ["1/4"]], biases={0: ["2"], 1: ["1/2"]}),
        [[], ["2"], ["1/4", "1/2", "1/4"], ["1/2", "1/2"]],
        ["1/2"],
        ["1", "1"],
    ),
    "not-local-minimum, leaky, negative": curve(
        chain("-2", "-1", slope="1/2"), [["-2", "1/2"], ["-1", "-1/2"]], ["1/2"]
    ),
    "not-local-minimum, layer, denominator": curve(
        problem([[[1]], [[1]], [[1]]], [["1"]], [["1"], ["2"], ["1"]], layer=2),
        [["2"]],
        ["1"],
        ["1", "1"],
    ),
    "local-minimum": minimum(
        "local-minimum", VC6, "lifting", tree=dual(["2", "2", "1"], ball(), ball())
    ),
    "local-minimum, slopes": minimum("local-minimum", OPPOSITE, "lifting", tree=OPPOSITE_TREE),
    "local-minimum, sparse": minimum(
        "local-minimum",
        SPARSE,
        "lifting",
        tree=dual(["1"], ball(), ball(), signs(ball(), ball())),
    ),
    # All is zero but the output bias.
    "local-minimum, leaky, biases, zero neuron": minimum(
        "local-minimum",
        problem([[[1]], [[1]]], [["0"]], [["0"], ["0"]], biases={0: ["0"], 1: ["1"]}, slope="1/2"),
        "lifting",
        tree=dual(["1"], signs(halves(1, ball(), ball()), ball(slopes={1: "1/2"}))),
    ),
    "local-minimum, Q(sqrt2)": minimum(
        "local-minimum",
        chain("r+1", "r+1", "-2*r+3", field=SQRT2),
        "lifting",
        tree=dual(["2*r+3"], ball()),
    ),
    "local-minimum, product, Q(sqrt2)": minimum(
        "local-minimum",
        chain("r+1", "r+1", "-2*r+3", field=SQRT2, slope="1"),
        "product",
        multipliers=["r"],
    ),
    "local-minimum, vertices, depth 2": minimum(
        "local-minimum",
        problem(DIAGONAL[1:], [["1", "-1/2"]], [["1", "0"], ["1", "0"]], slope="1"),
        "vertices",
        vertices=[vertex("0 -2", "0 2"), vertex("1 0", "1 0")],
    ),
    "global-minimum": minimum("global-minimum", V31, "product", multipliers=["1", "0"]),
    "global-minimum, product, biases": minimum(
        "global-minimum",
        problem([[[1]], [[1]]], [["1"], ["-1"]], [["0"], ["1"]], biases={0: ["1"]}, slope="1"),
        "product",
        multipliers=["1/2", "1/2"],
    ),
    "global-minimum, vertices, depth 3": minimum(
        "global-minimum",
        diagonal([["1", "1/2"]], *["1", "0"] * 3, slope="1"),
        "vertices",
        vertices=[vertex("0 2", "0 3/2"), vertex("1 0", "1 0")],
    ),
    "global-minimum, lifting": minimum(
        "global-minimum", one_neuron("0"), "lifting", tree=ONE_NEURON_TREE
    ),
    "global-minimum, lifting, leaky, sides": minimum(
        "global-minimum", one_neuron("1/2"), "lifting", tree=ONE_NEURON_LEAKY
    ),
    "global-minimum, lifting, zero neuron": minimum(
        "global-minimum",
        problem([[[1], [2]], [[1, 2]]], [["1"]], [["1", "0"], ["1", "0"]]),
        "lifting",
        tree=dual(["1"], ZERO_NEURON, ZERO_NEURON),
    ),
    "norm-bound": minimum(
        "norm-bound", without_point(V31), "product", squared_norm="3", multipliers=["1", "0"]
    ),
    "norm-bound, one layer": minimum(
        "norm-bound",
        without_point(problem([[[1, 2]]], [["3", "4"]], [[]])),
        "product",
        squared_norm="1/25",
        multipliers=["1"],
    ),
    "norm-bound, lifting": minimum(
        "norm-bound",
        without_point(problem([[[1, 2]], [[1]]], [["3/5", "4/5"]], [[], []], slope="1")),
        "lifting",
        squared_norm="2",
        tree=dual(["1"], signs(ball(), ball())),
    ),
    "norm-bound, lifting, empty": minimum(
        "norm-bound", TWO_LENGTHS, "lifting", squared_norm="3/2", tree=LENGTHS_INSIDE
    ),
    "norm-bound, lifting, empty region": minimum(
        "norm-bound", TWO_LENGTHS, "lifting", squared_norm="3/2", tree=LENGTHS_OUTSIDE
    ),
    "global-minimum, product, one multiplier": minimum(
        "global-minimum",
        problem([[[1]], [[1]], [[1]]], [["1"], ["2"]], [["1"], ["1"], ["1"]], slope="1/3"),
        "product",
        multipliers=["1", "0"],
    ),
    "global-minimum, product, the longest part": minimum(
        "global-minimum",
        diagonal([["1331/1000", "1"]], *["10/11", "0"] * 3),
        "product",
        multipliers=["1"],
    ),
    "norm-bound, product, unseen input": minimum(
        "norm-bound",
        without_point(problem([[[0, 1], [0, 2]], [[1, 2]]], [["7", "1"]], [[], []], slope="1")),
        "product",
        squared_norm="2",
        multipliers=["1"],
    ),
    "norm-bound, vertices": minimum(
        "norm-bound",
        CHAINS,
        "vertices",
        squared_norm="14/5",
        vertices=[vertex("0 1", "0 1"), vertex("1/3 1/3", "7/15 7/15"), vertex("1 0", "1 0")],
    ),
    "not-global-minimum": better(VC6, ["16/17", "4/17", "-1", "-4/5", "1", "5/4"]),
    "not-global-minimum, layer": better(V54, ["8/17", "2/17", "-5/4", "-1"]),
    "not-global-minimum, Q(sqrt2)": better(chain("2*r", "1/4*r", field=SQRT2), ["r", "1/2*r"]),
    "local-minimum, layer": minimum("local-minimum", V54, "layer", tree=LEAF_54),
    "local-minimum, layer, kinks, shared": minimum(
        "local-minimum", HINGED, "layer", tree=HINGED_TREE
    ),
    "local-minimum, layer, slopes in two layers": minimum(
        "local-minimum", UNDER, "layer", tree=UNDER_TREE
    ),
    "global-minimum, layer": minimum("global-minimum", THREE, "layer", tree=THREE_TREE),
    "norm-bound, layer, biases, Q(sqrt2)": minimum(
        "norm-bound", MIDDLE, "layer", squared_norm="1/3", tree=MIDDLE_TREE
    ),
    "norm-bound, one layer, no point": minimum(
        "norm-bound", ALONE, "layer", squared_norm="1/2", tree=leaf("1/2")
    ),
    "local-minimum, second order, depth 3": minimum(
        "local-minimum", CHAIN_3, "second-order", tree=curved("1", "1", "1 1 1")
    ),
    "local-minimum, second order, Q(2^(1/3))": minimum(
        "local-minimum", CHAIN_3_ROOT, "second-order", tree=curved("1/2*r", "1/2*r", "1 1 1")
    ),
    "local-minimum, second order, kinks": minimum(
        "local-minimum", CONCAVE, "second-order", tree=CONCAVE_TREE
    ),
    "local-minimum, second order, slopes": minimum(
        "local-minimum",
        CONCAVE,
        "second-order",
        tree=curved("1 1", "1", "1 1 1 1 1", slopes=[at_unit(2, 1, 1, slope="0")]),
    ),
    "local-minimum, second order, shared, biases": minimum(
        "local-minimum", RESTING, "second-order", tree=RESTING_TREE
    ),
    "local-minimum, second order, layer": minimum(
        "local-minimum", V54, "second-order", tree=curved("2 2 1", "0", "1 1 1 1")
    ),
    "local-minimum, second order, rotations": minimum(
        "local-minimum", IDLE, "second-order", tree=IDLE_TREE
    ),
    "local-minimum, second order, rotations, depth 3": minimum(
        "local-minimum",
        IDLE_3,
        "second-order",
        tree=curved("1", "1", "1 1 1 1 1", rotations=[turn(1, 1, 2)]),
    ),
    "no-kinks": certificate("no-kinks", V44, {}),
    "no-kinks, layer": certificate(
        "no-kinks", V53 | {"objective": {"kind": "layer-max-margin", "layer": 2}}, {}
    ),
    "nonzero-neurons": certificate("nonzero-neurons", V53, {}),
    "nonzero-neurons, depth 3": certificate("nonzero-neurons", V51, {}),
    "evaluation": certificate(
        "evaluation",
        V32,
        {"parameters": ["1", "4", "0", "0", "3", "1"], "example": 1, "value": "6"},
    ),
    "evaluation, Q(sqrt2)": certificate(
        "evaluation", V44, {"parameters": ["r", "1", "1", "r"], "example": 1, "value": "9/2*r"}
    ),
    "evaluation, a unit": certificate(
        "evaluation",
        V32,
        {
            "parameters": ["1", "4", "-1", "0", "3", "1"],
            "example": 1,
            "layer": 1,
            "unit": 2,
            "value": "-1",
        },
    ),
    "multilinear-form": form(
        BIASED_FORM, "u1_1*u2_1+1/2*u1_2*u2_2", "b1_1*u2_1+1/2*b1_2*u2_2", "b2_1"
    ),
    "multilinear-form, Q(sqrt2), shared": form(
        V44, "4*u1_1*(u2_1-u2_2)+1/2*r*u1_2*u2_1+1/2*r*u1_2*u2_2"
    ),
    "multilinear-form, linear, at zero": form(chain("0", "1", "3", slope="1"), "3*u1_1*u2_1"),
    "multilinear-form, depth 3, dead layers": form(
        diagonal([["-1", "1"]], *["1"] * 6), "u1_2*u2_2*u3_2"
    ),
    "multilinear-form, loss": loss_form(LOSS_FORM, "-u1_1*u2_1", "1"),
    "multilinear-form, loss of three classes": loss_form(
        LOSS_OF_CLASSES, "1/2*u1_1*(u2_2+u2_3-2*u2_1)", "2"
    ),
    "multilinear-form, loss, idle unit, biases, nothing on": loss_form(
        SOLVED_FORM, "0", "0", "0", "0"
    ),
    "zero-trace-hessian, loss": certificate("zero-trace-hessian", LOSS_OF_CLASSES, {}),
    "indefinite-hessian, loss": certificate(
        "indefinite-hessian",
        LOSS_OF_CLASSES,
        {"positive": ["1", "-1", "0", "0"], "negative": ["1", "1", "0", "0"]},
    ),
    "zero-trace-hessian": certificate("zero-trace-hessian", BIASED_FORM, {"example": 1}),
    "zero-trace-hessian, Q(2^(1/3)), depth 3": certificate(
        "zero-trace-hessian", V51, {"example": 1}
    ),
    "indefinite-hessian": indefinite(
        BIASED_FORM, ["1", "0", "0", "0", "1", "0", "0"], ["0", "0", "1", "0", "-2", "0", "0"]
    ),
    "indefinite-hessian, Q(sqrt2), shared": indefinite(
        V44, ["1", "0", "1", "0"], ["0", "r", "0", "-1"]
    ),
    "flow, Q(sqrt2), shared": single_flow(V44, ["0", "a", "1/2*r*a", "1/2*r*a"], 2),
    "flow": single_flow(V41, ["a", "0", "a", "0"], 1),
    "flow, leaky": single_flow(LEAKY_FLOW, ["-a", "-a"], 1),
    "flow, every start": flow(V32, GENERAL_32_SYMBOLS, **GENERAL_32),
    "flow, two classes": flow(
        VC6,
        {"a": "increasing", "b": "increasing"},
        region=["0", "a", "0", "-b", "a", "b"],
        chains=[[1, 2], [3]],
        velocities=[[["1/2*a", "0"], None], [["0", "b"]]],
        balances=[],
        limit=[limit("a", [1, 2], 2, "2"), limit("b", [3], 4, "1")],
        start={"values": ["3", "2"], "bounds": ["9/4", "9/4", "4"], "terms": 20},
    ),
    "local-minimum, hinge, zero loss": minimum(
        "local-minimum", under_hinge(chain("1", "1")), "zero-loss"
    ),
    "local-minimum, hinge, dead units": minimum(
        "local-minimum",
        case("laurent2018-figure-4b"),
        "hinge-lifting",
        tree=dual(["0", "1", "1"], ball(), ball()),
    ),
    "local-minimum, hinge, turning": minimum(
        "local-minimum", TURNING, "hinge-lifting", tree=TURNING_TREE
    ),
    # At the kink of a unit that is read: the weights of the sides are needed.
    "local-minimum, hinge, sides": minimum(
        "local-minimum",
        under_hinge(
            problem([[[1, 2]], [[1]]], [["0", "1"], ["0", "2"]], [["1", "0"], ["1"]]),
            labels=[1, -1],
        ),
        "hinge-lifting",
        tree=dual(["1", "1"], halves(1, ball({1: "1/2"}, {2: "1"}), ball(slopes={2: "0"}))),
    ),
    "global-minimum, hinge, zero loss, Q(sqrt2), depth 3": minimum(
        "global-minimum",
        under_hinge(problem([[[1]]] * 3, [["1"]], [["r"], ["r"], ["r"]], field=SQRT2)),
        "zero-loss",
    ),
    "global-minimum, hinge, lifting": minimum(
        "global-minimum", conflict("0", "0"), "hinge-lifting", tree=CONFLICT_TREE
    ),
    "global-minimum, hinge, lifting, output bias, weights": minimum(
        "global-minimum",
        under_hinge(conflict("1", "1", biases={1: ["-1"]}), weights=["1/2", "1/2"]),
        "hinge-lifting",
        tree=CONFLICT_TREE,
    ),
    "global-minimum, hinge, lifting, null sets": minimum(
        "global-minimum",
        conflict("0", "0", 2),
        "hinge-lifting",
        tree=dual(
            ["1"] * 4,
            signs(
                halves(
                    1,
                    halves(3, ball(slopes={2: "1", 4: "1"}), nowhere((1, "1"), (3, "1"))),
                    halves(3, nowhere((1, "2"), (3, "2")), ball(slopes={2: "0", 4: "0"})),
                ),
                halves(
                    2,
                    halves(4, ball(slopes={1: "1", 3: "1"}), nowhere((2, "1"), (4, "1"))),
                    halves(4, nowhere((2, "1"), (4, "1")), ball(slopes={1: "0", 3: "0"})),
                ),
            ),
        ),
    ),
    "global-minimum, hinge, linear, shared": minimum(
        "global-minimum",
        under_hinge(
            problem([[[1, 0], [1, 0]], [[1, 1]]], [["1", "3"]] * 2, [["1"], ["0"]], slope="1"),
            labels=[1, -1],
        ),
        "linear",
        multipliers=["1", "1"],
    ),
    "local-minimum, hinge, linear, no hidden layer, bias, weights": minimum(
        "local-minimum",
        under_hinge(
            problem([[[1]]], [["1"], ["-1"], ["0"]], [["0"]], biases={0: ["1"]}),
            labels=[1, 1, -1],
            weights=["1/2", "1/4", "1/4"],
        ),
        "linear",
        multipliers=["1/4", "1/2", "1"],
    ),
    "not-local-minimum, hinge": curve(
        under_hinge(chain("1", "1/2")), [["1"], ["1/2", "1"]], ["1/4", "1/2"]
    ),
    "not-local-minimum, hinge, Q(sqrt2), denominator, biases, kink": curve(
        under_hinge(
            problem(
                [[[1]], [[1]]],
                [["0"], ["1"]],
                [["0"], ["0"]],
                biases={0: ["0"], 1: ["1/2*r"]},
                field=SQRT2,
            )
        ),
        [["0", "1"], ["0", "1"], ["0", "1"], ["1/2*r", "1/2*r"]],
        ["1/8"],
        ["1", "1"],
    ),
    "not-global-minimum, hinge": better(under_hinge(chain("1", "1/2")), ["1", "1"]),
    "not-global-minimum, hinge, figure": better(
        case("laurent2018-figure-4c"), ["2", "0", "-1", "1"]
    ),
    "clarke-critical": critical(FIGURE_1, ("1/2", [["1", "1"]]), ("1/2", [["-1", "-1"]])),
    "clarke-critical, two sides of a kink": critical(
        under_hinge(problem([[[1]], [[1]]], [["1"], ["-1"]], [["0"], ["1"]])),
        ("1/2", [["1", "0"]]),
        ("1/2", [["-1", "0"]]),
    ),
    "clarke-critical, Q(sqrt2), depth 3, leaky": critical(
        under_hinge(
            problem([[[1]]] * 3, [["r"]], [["0"]] * 3, slope="1/2", field=SQRT2), labels=[-1]
        ),
        ("1", [["0", "1", "0"], ["-1", "0", "r"]]),
    ),
    "not-clarke-critical": not_critical(under_hinge(chain("1", "1/2")), "-1 -1", bounded()),
    "not-clarke-critical, a unit's tree": not_critical(
        ONE_KINK, "-1 0", bounded(unit_1=ONE_KINK_TREE)
    ),
    "not-clarke-critical, splits": not_critical(
        ONE_KINK,
        "-1 0",
        {"example": 1}
        | split(
            1,
            1,
            {"example": 2} | split(1, 1, bounded(), null(kink_1_1_1="1", kink_2_1_1="1")),
            {"example": 2} | split(1, 1, null(kink_1_1_1="1", kink_2_1_1="1"), bounded()),
        ),
    ),
    "not-clarke-critical, depth 3": not_critical(THREE_DEEP, "-1 0 0", THREE_DEEP_TREE),
    "not-clarke-critical, Q(sqrt2), a term on its kink": not_critical(
        under_hinge(
            problem([[[1]], [[1]]], [["1"], ["1"]], [["r"], ["1/2*r"]], field=SQRT2),
            labels=[1, -1],
            weights=["1/3", "2/3"],
        ),
        "r 1",
        bounded(),
    ),
    "flat-minimum": typed(
        under_hinge(chain("1", "1")), {"by": "zero-loss"}, path=[["0", "0"], ["1", "0"]]
    ),
    "flat-minimum, dead unit": typed(
        under_hinge(chain("-1", "1")),
        {"by": "hinge-lifting", "tree": dual(["1"], ball())},
        path=[],
    ),
    "sharp-minimum": typed(
        FIGURE_1,
        {"by": "hinge-lifting", "tree": UNEVEN_LEAF},
        tree=by_term(1, bounded("-1 1"), bounded("1 1")),
    ),
    "sharp-minimum, no hidden layer": typed(line(1), LINE_MINIMUM, tree=line_tree()),
    "sharp-minimum, linear": typed(line(2), LINE_MINIMUM, tree=line_tree(" 1")),
    "sharp-minimum, output weight 0": typed(THIN, THIN_MINIMUM, tree=THIN_TREE),
    "sharp-minimum, kinks": typed(KINKED, KINKED_MINIMUM, tree=KINKED_TREE),
    "cells": count(GENERAL, 36, GENERAL_LIST),
    "cells, only the number": count(neurons([[1, 2, 3]], RESONANCE_3), 32, None),
    # A zero input, parallel and repeated ones; one unit sees one input, one sees none.
    "cells, degenerate": count(
        neurons([[1, 2], [0, 3], [0, 0]], ["0 0", "1 0", "-2 0", "0 1", "0 1"]),
        8,
        ["1 1", "1/2 -1/3"],
        ["1"],
    ),
    "cells, nothing": count(neurons([[1], [2]], ["0"], layer=2), 1),
    "cells, biases": count(
        neurons([[1]], ["1", "1", "-1", "0"], biases={0: [], 1: []}), 6, ["1 2", "2 1", "2 -1"]
    ),
    # Units 1 and 2 share a filter, units 3 and 4 too; unit 5 stands alone, as their copy.
    "cells, shared": count(
        neurons([[1, 2, 0], [0, 1, 2], [3, 4, 0], [0, 3, 4], [5, 0, 0]], ["1 1 0", "0 1 0"]),
        6 * 6 * 2,
        None,
        ["1"],
    ),
    "cells, Q(sqrt2), shared, at a point": count(V44, 4, ["1 0", "0 1"]),
    "cells, Q(sqrt2), parallel": count(
        neurons([[1, 2]], ["1 r", "r 2", "1 1"], field=SQRT2), 4, ["1 0", "-5 4"]
    ),
    "separable": certificate(
        "separable",
        {**TWO_SIDES, "objective": {"kind": "max-margin"}},
        separators((-1, "-1", "0"), (1, "1", "0")),
    ),
    "separable, hinge, Q(sqrt2), one class": certificate(
        "separable",
        hinge(problem([[[1]]], [["r"], ["-1/2*r"]], [["1"]], field=SQRT2)),
        separators((1, "-r", "3")),
    ),
    "not-separable": certificate("not-separable", MIXED, {"class": 1, "weights": ["1", "2", "1"]}),
    "not-separable, margin, the same input": certificate(
        "not-separable",
        {**of_sample("3 3", [1, -1]), "objective": {"kind": "max-margin"}},
        {"class": -1, "weights": ["1/2", "1/2"]},
    ),
    "rare": certificate("rare", REPEATED, chosen((1, 0, [-1]), (2, 0, [1]))),
    "rare, weights": certificate(
        "rare",
        of_sample("1 1 7", [1, -1, 1], "1/2", weights=["1/3", "2/3", "1"]),
        chosen((1, 0, [-1]), (2, 1, [1])),
    ),
    "generic": certificate(
        "generic", {**TWO_SIDES, "network": REPEATED["network"]}, {"tree": functional("0 0", "1 0")}
    ),
    "generic, tree": certificate("generic", UNEQUAL, {"tree": UNEQUAL_TREE}),
    "separable, one class of two": certificate("separable", RIGHT, separators((0, "1", "0"))),
    "not-separable, three classes": certificate(
        "not-separable", THREE_CLASSES, {"class": 2, "weights": ["1/2", "1/2", "1"]}
    ),
    "rare, three classes": certificate(
        "rare",
        {
            **of_classes([[[1], [2], [3]]], ["1"] * 3, [0, 1, 2], [["0"] * 3], "multiclass-hinge"),
            "network": {
                "negative_slope": "1/3",
                "layers": [{"pattern": [[1], [2], [3]], "bias": False}],
            },
        },
        chosen((1, 0, [1]), (2, 0, [2]), (3, 0, [0])),
    ),
    "global-minimum, multiclass": minimum("global-minimum", RIGHT, "zero-loss"),
    "local-minimum, hinge, constant": minimum(
        "local-minimum", under_hinge(chain("-1", "1")), "constant"
    ),
    "local-minimum, constant, multiclass": minimum("local-minimum", DEAD_CLASSES, "constant"),
    "local-minimum, constant, held": minimum(
        "local-minimum", PULLED, "constant", multipliers=varying(term_1="1/2")
    ),
    "local-minimum, constant, held as the parameters vary": minimum(
        "local-minimum", HELD, "constant", multipliers=HELD_VALUES
    ),
    "local-minimum, multiclass": minimum("local-minimum", RIGHT, "zero-loss"),
    "not-local-minimum, one-vs-all": curve(RESTING_CLASSES, [["0", "1"], []], ["1"]),
    "not-global-minimum, one-vs-all": better(RESTING_CLASSES, ["1", "-1"]),
    "not-global-minimum, multiclass, three": better(THREE_CLASSES, ["1", "1", "0", "0"]),
    "no-kinks, multiclass": certificate("no-kinks", RIGHT, {}),
    "clarke-critical, replicates": certificate(
        "clarke-critical", AT_REST, each(UP_FROM_REST, UP_FROM_REST)
    ),
    "not-clarke-critical, replicates": certificate("not-clarke-critical", APART, {}),
    "not-clarke-critical, replicates, one of them": certificate(
        "not-clarke-critical",
        HALF_SOLVED,
        {"replicate": 0, "evidence": {"separator": ["0", "-1"], "tree": {"neurons": []}}},
    ),
    "local-minimum, replicates": certificate(
        "local-minimum",
        DEAD_TRIPLETS,
        each({"by": "constant"}, {"by": "constant"}, {"by": "constant"}),
    ),
    "global-minimum, replicates": certificate(
        "global-minimum", SOLVED, each({"by": "zero-loss"}, {"by": "zero-loss"})
    ),
    "sharp-minimum, replicates": certificate(
        "sharp-minimum", SOLVED, {"minimum": each({"by": "zero-loss"}, {"by": "zero-loss"})}
    ),
    "not-local-minimum, replicates": curve(APART, [["1", "-1"], ["-1"], [], []], ["1/2"]),
    "not-local-minimum, replicates, deep, denominator": curve(
        DEEP_TWINS,
        [["1"], ["-1", "-1"], [], [], ["1", "1"], ["1", "1"], [], []],
        ["1"],
        ["1", "1"],
    ),
    "not-global-minimum, replicates": better(AT_REST, ["1", "1", "1", "-1"]),
    "cells, replicates": certificate(
        "cells",
        {k: v for k, v in AT_REST.items() if k != "parameters"},
        {"count": "9", **TWIN_CELLS},
    ),
    "no-kinks, replicates": certificate("no-kinks", APART, {}),
    "cells, hinge": tree(HINGE, 3, *HINGE_TREE),
    "cells, hinge, Q(sqrt2), leaky": tree(
        hinge(chain("1", "1", "r", slope="1/2", field=SQRT2)),
        4,
        *("o 1", "h 1 1", "l 1", "c 1/2", "c r", "l 1", "c -1", "e 1 1/2 1"),
        *("h 1 1", "l 1", "c 1", "e 1 1 1", "l 1", "c -1", "c -2"),
    ),
    "cells, hinge, no hidden layer, weights": tree(
        hinge(problem([[[1]]], [["1"], ["1"]], [["1"]]), labels=[1, -1], weights=["1/3", "2/3"]),
        3,
        *("l 1", "l 2", "c 0", "c -2", "l 2", "c 2", "e 2 1 1"),
    ),
    # A zero input: only the output's bias is left; no other unit is seen.
    "cells, hinge, zero input, bias": tree(
        hinge(problem([[[1], [2]], [[1, 0]]], [["0"]], [[], []], biases={1: []})),
        2,
        *("l 1", "c 0 0 0", "c 0 0 2"),
    ),
    # One weight w, seen by two units with opposite signs, and one weight of the output.
    "cells, hinge, shared": tree(
        hinge(problem([[[1, 0], [0, 1]], [[1, 1]]], [["1", "-1"]], [[], []])),
        4,
        *("h 1 1", "h 1 2", "e 0 1 1", "o 1"),
        *("l 1", "c 1/2", "c 2", "l 1", "c 1", "e 1 1 0 1"),
        *("h 1 2", "o 1"),
        *("l 1", "c -1/2", "c -2", "l 1", "c -1", "e 1 1 0 1", "e 0 1 1"),
    ),
    "identity": certificate(
        "identity", None, {"symbols": ["x", "y"], "left": "(x+y)^2", "right": "x^2+2*x*y+y^2"}
    ),
    "identity, Q(sqrt2)": certificate(
        "identity", V44, {"symbols": ["x"], "left": "(x+r)*(x-r)", "right": "x^2-2"}
    ),
    "positive": certificate(
        "positive",
        None,
        {"symbols": ["z", "d"], "expression": "2*((z+d)^3+z^3)^2-((z+d)^2+z^2)^3"},
    ),
    "positive, Q(sqrt2)": certificate(
        "positive", V44, {"symbols": ["x"], "expression": "(3-2*r)*x+x^2"}
    ),
    "theorem": theorem(
        "vardi2022/theorem-3.2",
        part(
            "a point",
            V32,
            [
                step("feasible", "feasible", {}),
                step("kkt", "kkt", {"multipliers": KKT_32[0], "subgradients": KKT_32[1:]}),
                step(  # the same point, another objective
                    "first layer",
                    "kkt",
                    {
                        "multipliers": ["2", "2"],
                        "subgradients": [slopes(1, (2, "0")), slopes(2, (2, "1"))],
                    },
                    objective={"kind": "layer-max-margin", "layer": 1},
                ),
            ],
            "kkt",
        ),
        part(
            "a flow",
            V41,
            [
                step(
                    "limit",
                    "gradient-flow-limit",
                    single_flow(V41, ["a", "0", "a", "0"], 1)["evidence"],
                    assumes=[FLOW],
                )
            ],
            "limit",
        ),
        assumptions=[FLOW],
    ),
    "theorem, a fact": theorem(
        "notes/a.1",
        part(
            "squares",
            None,
            [step("1", "identity", {"symbols": ["x"], "left": "(x+1)^2", "right": "x^2+2*x+1"})],
            "1",
        ),
    ),
}


def beside(x: str) -> Data:
    """A live neuron that reads x_1 = 1, and a zero one that reads x_2 = x."""
    weights = [["1", "0"], ["1", "0"]]
    return problem([[[1, 0], [0, 2]], [[1, 2]]], [["1", x]], weights)


# With v_2 > 0 the second neuron is convex at x_2: both of its sides; else slope 0 serves both.
HARMLESS = {
    "multipliers": ["1"],
    "neurons": [
        {
            "unit": 2,
            "tree": {
                "positive": {
                    "example": 1,
                    "plus": {"sides": [], "slopes": []},
                    "minus": {"sides": [], "slopes": []},
                },
                "negative": {"sides": [], "slopes": [{"example": 1, "slope": "0"}]},
            },
        }
    ],
}
AT_ONE = ("1", [live(1, 1, "1")], "1 1", "1/2 0", "-1/4 1/2")

SAMPLES |= {
    "kkt-exists, harmless zero neuron": exists(beside("1/2"), *AT_ONE, zero_neurons=HARMLESS),
    "kkt-exists, zero neuron that grows": exists(
        beside("2"),
        *AT_ONE,
        local_minimum="no",
        descent={"unit": 2, "sign": 1, "direction": ["1"]},
    ),
    "kkt-exists": exists(
        chain("9/8", "1"), "1", [live(1, 1, "1")], "1 1", "1/2 0", "-1/4 1/2", distance="1/4"
    ),
    # x_2 is on the kink of the first neuron, which would rather have it on one of its sides
    "kkt-exists, convex kink": exists(
        two_directions("-1/2"),
        "1 2",
        [live(1, 1, "1", "2"), live(2, 1, "2")],
        "1 1 1/2 1 1",
        *("1/2 0 0 0 0", "0 1/2 0 0 0", "1/4 0 1 0 0", "-1/4 0 1/4 1/2 0", "0 -1/4 0 0 1/2"),
        local_minimum="no",
    ),
    # each neuron has inputs of its own; x_2, of the other class, is held on the kink of the first
    "kkt-exists, concave kink": exists(
        problem(
            [[[1, 2, 0], [0, 0, 3]], [[1, 2]]],
            [["1", "1/2", "0"], ["0", "1", "1"]],
            [["1", "0", "1"], ["1", "-1"]],
            labels=[1, -1],
        ),
        "1 2",
        [live(1, 1, "1", "2"), live(2, -1, "2")],
        "1 1 1/2 1 1",
        *("1/2 0 0 0 0", "0 1/2 0 0 0", "1/4 0 -1 0 0", "-1/4 0 -1/4 1/2 0", "0 -1/4 0 0 1/2"),
    ),
    "kkt-exists, copies": exists(
        problem([[[1], [2]], [[1, 2]]], [["1"], ["2"]], [["4/5", "3/5"], ["4/5", "3/5"]]),
        "1",
        [live(1, 1, "1", unit_2="3/4")],
        "1 4/5",
        *("1/2 0", "-1/5 2/5"),
    ),
    # kinks of both layers at x_2, of the other class, which a unit without inputs puts at -1
    "kkt-exists, deep": exists_full(
        problem(
            [[[1, 2]], [[1], [0]], [[1, 2]]],
            [["1/4", "1/2"], ["0", "1"]],
            [["2", "0"], ["2"], ["2", "-1"]],
            labels=[1, -1],
            biases={1: ["0", "1"]},
        ),
        "1 2",
        [[live(1, 0, "1", "2")], [live(1, 0, "1", "2"), live(2, 0, "1 2")]],
        "2 0 2 0 1 2 -1 2 3 1/2 2/3",
        "1/3 0 -1/6 0 0 -1/6 0 1/3 1/3 0 -2/9",
        "0 0 0 0 0 0 0 0 0 1 0",
        "-1/6 0 1/3 0 0 -1/6 0 1/3 1/3 0 -2/9",
        "0 0 0 0 0 0 0 0 0 -1 1",
        "0 0 0 0 1/4 0 1/4 0 1/2 0 2/3",
        "-1/6 0 -1/6 0 0 1/3 0 1/3 1/3 0 -2/9",
        "0 0 0 0 1/4 0 1/4 0 -1/2 0 -2/3",
        "-1/3 0 -1/3 0 0 -1/3 0 -1/3 -1/3 0 2/9",
        "-1/3 0 -1/3 0 -1/2 -1/3 1/2 -1/3 -1/3 0 2/9",
        "0 1/8 0 -1/8 0 0 0 0 0 -1/4 1/8",
        "-1/27 0 -1/27 1/6 1/9 -1/27 -1/9 -1/27 -1/27 1/6 -23/162",
        **hessian(
            "3/4 0 0 0 0 0 0, -3/8 3/8 0 0 0 0 0, 1/4 -1/4 7/8 0 0 0 0, "
            "-1/4 -3/8 -1/4 5/8 0 0 0, 1/8 1/8 1/8 1/4 7/8 0 0, "
            "5/8 -1/4 5/8 -3/8 1/8 9/8 0, -3/8 -1/8 -3/8 -1/4 -3/8 -3/8 7/8"
        ),
    ),
    "kkt-exists, full, convex kink": exists_full(
        two_directions("-1/2"),
        "1 2",
        [[live(1, 0, "1", "2"), live(2, 0, "2")]],
        "1 0 0 1 1 1 1 1 1/2",
        "1/4 0 0 0 -1/4 0 1/2 0 1/4",
        "0 0 0 0 0 0 0 0 1",
        "0 0 1 0 0 0 0 0 0",
        "0 0 0 1/4 0 -1/4 0 1/2 -1/4",
        "-1/4 0 0 0 1/4 0 1/2 0 1/4",
        "0 0 0 -1/4 0 1/4 0 1/2 -1/4",
        "-1/2 0 0 0 -1/2 0 0 0 0",
        "0 0 0 -1/2 0 -1/2 0 0 0",
        "-1/4 -1 0 1/4 -1/4 1/4 0 0 1",
        local_minimum="no",
    ),
    "kkt-exists, full, copies": exists_full(
        problem(TWO_NEURONS, [["1"]], [["4/5", "3/5"], ["4/5", "3/5"]]),
        "1",
        [[live(1, 0, "1", unit_2="3/4")]],
        "4/5 4/5 1",
        *("1/4 -1/4 2/5", "-1/4 1/4 2/5", "-5/8 -5/8 0"),
        **hessian("3/4 0 0 0, 0 3/4 0 0, 0 0 3/4 0, 0 0 0 3/4"),
    ),
    # the second units of both layers are zero
    "kkt-exists, deep, zero unit": exists_full(
        problem(
            [[[1], [2]], [[1, 2], [3, 4]], [[1, 2]]],
            [["1"], ["2"]],
            [["1", "0"], ["1", "0", "0", "0"], ["1", "0"]],
        ),
        "1",
        [[live(1, 0, "1")], [live(1, 0, "1")]],
        "1 1 1 1",
        *("1/3 -1/6 -1/6 1/3", "-1/6 1/3 -1/6 1/3", "-1/6 -1/6 1/3 1/3", "-1/3 -1/3 -1/3 -1/3"),
        local_minimum="unknown",
    ),
    "kkt-exists, leaky, output bias, zero neuron": exists(
        problem(
            [[[1], [2]], [[1, 2]]],
            [["1"], ["-2"]],
            [["1/2", "0"], ["1/2", "0"]],
            labels=[1, -1],
            slope="1/2",
            biases={1: ["0"]},
        ),
        "1 2",
        [live(1, 1, "1")],
        "1/2 1/2 1",
        *("1/4 1/4 -1/4", "1/4 -1/4 1/4", "-1/4 1/4 1/4"),
        scale="2",
        local_minimum="unknown",
    ),
}
