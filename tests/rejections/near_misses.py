"""One near miss, or a few, for every check of the kernel: (certificate, the user's file or None).

A near miss for a ``need`` is a certificate that this check alone refuses: without the check the
kernel would accept it, and many of the claims are false. ``BACKED_UP`` lists the few checks
behind which something else stands, and what.
"""

import copy
from typing import Any

from tests.kernel.certificates import (
    AT_ONE,
    AT_REST,
    BIASED_FORM,
    CHAIN_3,
    CONFLICT_TREE,
    CURVE_32,
    DOWN,
    FIGURE_1,
    FLOW,
    GENERAL,
    GENERAL_32,
    GENERAL_32_SYMBOLS,
    HARMLESS,
    HINGE,
    HINGE_TREE,
    KINKED,
    KINKED_MINIMUM,
    KKT_32,
    LEAF_54,
    LOSS_FORM,
    MIXED,
    ONE_KINK,
    OPPOSITE,
    OPPOSITE_TREE,
    POWER,
    PULLED,
    REPEATED,
    RESTING_LEAF,
    RIGHT,
    SAMPLES,
    SOLVED,
    SPARSE,
    SQRT2,
    THIN,
    THIN_MINIMUM,
    THIN_TREE,
    THREE,
    THREE_TREE,
    TOGETHER,
    TOGETHER_TREE,
    TWO_NEURONS,
    TWO_OUTPUTS,
    TWO_SIDES,
    UNEQUAL,
    UNEVEN_LEAF,
    UP,
    V32,
    V44,
    V54,
    at_unit,
    ball,
    beside,
    better,
    bounded,
    by_term,
    case,
    cells,
    certificate,
    chain,
    chosen,
    conflict,
    count,
    critical,
    curve,
    curved,
    cut,
    diagonal,
    dual,
    empty,
    encode,
    exists,
    exists_full,
    flow,
    form,
    functional,
    halves,
    hessian,
    hinge,
    indefinite,
    kkt,
    leaf,
    limit,
    live,
    loss_form,
    minimum,
    near_kkt,
    not_critical,
    not_kkt,
    nothing,
    nowhere,
    null,
    of_classes,
    of_sample,
    one_neuron,
    pair_split,
    part,
    problem,
    problem_file,
    replicated,
    separators,
    shared,
    signs,
    single_flow,
    slopes,
    split,
    step,
    theorem,
    three_units,
    tree,
    turn,
    twins,
    two_directions,
    typed,
    under_hinge,
    varying,
    vertex,
    without_point,
)

Miss = tuple[bytes, bytes | None]


def change(value: Any, path: str, new: Any) -> Any:
    """A copy with another value at ``path`` ("problem.data.inputs.0.0")."""
    value = copy.deepcopy(value)
    *above, last = [int(k) if k.isdigit() else k for k in path.split(".")]
    inner = value
    for key in above:
        inner = inner[key]
    inner[last] = new
    return value


def miss(value: Any, user: Any = None) -> Miss:
    """The bytes of both files."""
    data = value if isinstance(value, bytes) else encode(value)
    whole = isinstance(user, dict) and "format" not in user
    return data, None if user is None else problem_file(user) if whole else encode(user)


def about(claim: str, path: str, new: Any) -> Miss:
    """A sample, changed at one place."""
    return miss(change(SAMPLES[claim], path, new))


def fact(left: str, right: str = "x", symbols: Any = ("x",), field: Any = None) -> Miss:
    """A claim that two expressions are equal."""
    evidence = {"symbols": list(symbols), "left": left, "right": right}
    return miss(certificate("identity", field, evidence))


def other(path: str, new: Any, base: Any = V44) -> Miss:
    """An accepted certificate, and a user's file that differs from its problem at one place."""
    return miss(certificate("feasible", base, {}), change(base, path, new))


ONE = chain("1", "1")
ONE_POINT = certificate("feasible", ONE, {})
TWO = problem([[[1]], [[1]]], [["1"], ["1"]], [["1"], ["1"]])  # twice the same example
LINEAR = chain("1", "1", slope="1")
OUTSIDE = problem(  # (1, 1) is not between (2, -1) and (1, 0)
    [[[1, 2]], [[1]]], [["2", "-1"], ["1", "0"]], [["1", "1"], ["1"]], layer=1
)
STEP = step("s", "feasible", {})
LAYER_2 = {"kind": "layer-max-margin", "layer": 2}


def with_inputs(base: Any, *inputs: list[str]) -> Any:
    """More examples, with the label 1."""
    found = copy.deepcopy(base)
    found["data"]["inputs"] += list(inputs)
    found["data"]["labels"] += [1] * len(inputs)
    return found


def single(base: Any = ONE, symbols: Any = None, **changes: Any) -> Any:
    """The flow of one neuron with one example, changed."""
    found = single_flow(base, ["a", "a"], 1)
    found["evidence"].update(changes)
    if symbols:
        found["evidence"]["symbols"] = [{"name": n, "motion": m} for n, m in symbols.items()]
    return found


def two_flow(second: str, theta: str, **changes: Any) -> Any:
    """The flow of one neuron with the inputs 1 and ``second``, started at 4."""
    base = problem([[[1]], [[1]]], [["1"], [second]], [[theta], [theta]])
    both = {"1": "2*a", "1/4": "5/4*a"}[second]
    found = single(
        base,
        chains=[[1, 2]],
        velocities=[[[both], None if second == "1" else [f"{second}*a"]]],
        limit=[limit("a", [1, 2], 1, theta)],
        start={"values": ["4"], "bounds": ["4", "4"], "terms": 20},
    )
    found["evidence"].update(changes)
    return found


def general(symbols: dict[str, str] | None = None, **changes: Any) -> Any:
    """The flow of Theorem 3.2 from every start, changed."""
    return flow(V32, GENERAL_32_SYMBOLS | (symbols or {}), **GENERAL_32 | changes)


def classes(**changes: Any) -> Any:
    """The flow of Lemma C.6, with two classes, changed."""
    found = copy.deepcopy(SAMPLES["flow, two classes"])
    found["evidence"].update(changes)
    return found


def dead_neuron(region: list[str], symbols: dict[str, str]) -> Miss:
    """One neuron that grows and one that must not be ignored."""
    base = problem([[[1], [2]], [[1, 2]]], [["1"]], [["1", "0"], ["1", "0"]])
    zeros = ["0"] * len(symbols)
    found = single(base, {"a": "increasing"} | symbols, region=region, velocities=[[["a", *zeros]]])
    found["evidence"]["start"]["values"] = ["1"] * (len(symbols) + 1)
    return miss(found)


def biased_flow() -> Miss:
    """A balanced neuron with a bias, at (8, 4): everything but homogeneity is there."""
    base = problem(
        [[[1, 2]], [[1]]], [["8", "4"]], [["8/27", "4/27"], ["1/3"]], biases={0: ["1/27"]}
    )
    found = single_flow(base, ["8*a", "4*a", "a", "9*a"], 3)
    found["evidence"]["velocities"] = [[["9*a"]]]
    found["evidence"]["limit"][0]["value"] = "1/27"
    return miss(found)


def zero_neuron_flow() -> Miss:
    """Lemma C.6 with a third neuron that is zero: a kink in the limit."""
    base = case("vardi2022-lemma-C.6")
    base["network"]["layers"][0]["pattern"].append([5, 6])
    base["network"]["layers"][1]["pattern"] = [[1, 2, 3]]
    base["parameters"]["weights"] = [["0", "2", "0", "-1", "0", "0"], ["2", "1", "0"]]
    found = classes(region=["0", "a", "0", "-b", "0", "0", "a", "b", "0"])
    return miss(found | {"problem": base})


def rising_flow() -> Miss:
    """A symbol that grows is called decreasing: the limit would be infeasible."""
    base = problem(
        [[[1, 0], [0, 2]], [[1, 2]]],
        [["1", "0"], ["0", "1"]],
        [["1", "0"], ["1", "0"]],
        slope="1",
    )
    return miss(
        single(
            base,
            {"a": "increasing", "b": "decreasing"},
            region=["a", "b", "a", "b"],
            chains=[[1], [2]],
            velocities=[[["a", "0"]], [["0", "b"]]],
            start={"values": ["2", "2"], "bounds": ["4", "4"], "terms": 9},
        )
    )


# w = a - d, v = a, linear: from d > 2 a the flow ends at the opposite of the claimed point.
FALLING = single(
    LINEAR,
    {"a": "increasing", "d": "decreasing"},
    region=["a-d", "a"],
    velocities=[[["a-d", "-d"]]],
    limit=[limit("a", [1], 2, "1")],
    start={"parameter": 1},
)
CROSSING = single(
    ONE,
    {"a": "increasing", "d": "decreasing"},
    region=["a+d", "a+d"],
    velocities=[[["2*a+d", "-a"]]],
    start={"parameter": 1},
)
# w = 2 a - b, v = 2 b - a, linear: no parameter bounds a or b.
UNBOUNDED = single(
    LINEAR,
    {"a": "increasing", "b": "increasing"},
    region=["2*a-b", "-a+2*b"],
    velocities=[[["b", "a"]]],
    balances=[{"weights": ["1", "-1"], "symbols": [1, 2]}],
    start={"values": ["1", "1"], "bounds": ["1"], "terms": 9},
)

# Two units that see the same input with the same weight: 2 sigma(w) + sigma(u), a KKT point.
SAME = problem(
    [[[1, 0, 0], [0, 1, 0], [0, 0, 2]], [[1, 2, 3]]],
    [["1", "1", "1"]],
    [["0", "1"], ["1", "1", "1"]],
    layer=1,
)
DIFFER = empty((1, 1, "1"), (1, 2, "-1"))
DEEP = empty((2, 2, "1"))
CONTRADICT = empty((1, 1, "1"), (1, 2, "1"))


def together(pattern: Any = None, slope: str = "1/2", biases: Any = None) -> Any:
    """The deep kinks that switch together, changed in the second layer."""
    pattern = pattern or [[1, 0], [0, 2], [0, 3]]
    count = len({g for row in pattern for g in row} - {0})
    weights = [["1", "0"], ["1"] * count, ["1", "1", "-3/4"]]
    patterns = [[[1, 0], [0, 2]], pattern, [[1, 2, 3]]]
    return problem(patterns, [["1", "1"]], weights, slope=slope, biases=biases)


def deep(base: Any, tree: Any) -> Miss:
    """A claim of not-kkt about the deep kinks."""
    size = sum(map(len, base["parameters"]["weights"]))
    size += sum(len(b or []) for b in base["parameters"]["biases"])
    return miss(not_kkt(base, ["1", "-16", *["0"] * (size - 2)], example_1=tree))


def one_layer(about: Any, tree: Any, claim: str = "local-minimum") -> Miss:
    """A claim by the dual rule of one layer."""
    return miss(minimum(claim, about, "layer", tree=tree))


def second_order(about: Any, tree: Any, claim: str = "local-minimum", **more: Any) -> Miss:
    """A claim by second derivatives."""
    return miss(minimum(claim, about, "second-order", tree=tree, **more))


# s(w2) - 2 s(-w1) at (1, 1): w1 can shrink. On either side of its unit something holds it, if
# one forgets that the unit is not at its kink.
PUSHED = problem([[[1, 0], [0, 2]], [[1, 2]]], [["-1", "1"]], [["1", "1"], ["-2", "1"]], layer=1)
PUSHED_SIDE = curved("1", "0", "1 1", sides=[at_unit(1, 1, 1, weight="1")])
PUSHED_TREE = cut(1, 1, 1, PUSHED_SIDE, PUSHED_SIDE)

# s(s(u) - s(w)), the first layer free.
BESIDE = problem([[[1], [2]], [[1, 2]], [[1]]], [["1"]], [["1", "0"], ["1", "-1"], ["1"]], layer=1)
BESIDE_OFF = [at_unit(1, 1, 2, slope="0")]
BESIDE_SIDE = leaf("1", sides=[at_unit(1, 2, 1, weight="1/10")], slopes=BESIDE_OFF)

BOTH_OFF = [at_unit(1, 1, 1, slope="0"), at_unit(1, 1, 2, slope="0")]

# v s(2 w) + c at w = v = 0, c = 1: it pays to raise w and v.
STRONG = problem([[[1]], [[1]]], [["2"]], [["0"], ["0"]], biases={1: ["1"]})


# Only the check at hand says that the two units may not be rotated; M is positive definite.
TURNED = [turn(1, 1, 2)]
LEAKY_TURN = curved("4", "4", "1 1 1 1", rotations=TURNED)
LEAKY_IDLE = problem([[[1], [2]], [[1, 2]]], [["1"]], [["-2", "0"], ["-2", "0"]], slope="1/4")
LOPSIDED = problem(
    [[[1, 0], [2, 3]], [[1, 2]]], [["1", "1"]], [["1", "0", "0"], ["1", "0"]]
)  # the second unit sees more, and it pays to use it
LOPSIDED_TURN = leaf(
    "1",
    penalty="1",
    congruence=[row.split() for row in ("1 0 0 0 0", "0 1 0 0 0", "0 0 1 0 0", "0 0 0 1 0")]
    + [["0", "0", "1", "0", "1"]],
    rotations=TURNED,
)
SHARING = problem(
    [[[1], [2], [2]], [[1, 2, 3]]], [["1"]], [["1", "0"], ["1", "0", "0"]], slope="1"
)  # it pays to use units 2 and 3 together
SHARING_TURN = leaf(
    "1",
    penalty="1",
    congruence=[row.split() for row in ("1 0 0 0 0", "0 1 0 0 1", "0 0 1 0 0", "0 0 0 1 0")]
    + [["0", "0", "0", "0", "1"]],
    rotations=TURNED,
)
# The sides of unit 2 at 1 and at -8 add up to nothing.
OPPOSED = problem(
    [[[1], [2]], [[1, 2]]],
    [["1"], ["-8"]],
    [["1", "0"], ["1", "0"]],
    labels=[1, -1],
    slope="1/4",
)
OPPOSED_SIDES = [at_unit(1, 1, 2, weight="8"), at_unit(2, 1, 2, weight="1")]
OPPOSED_TREE = cut(
    1,
    1,
    2,
    cut(
        2,
        1,
        2,
        curved("1 0", "1", "1 1 1 1", rotations=TURNED, sides=OPPOSED_SIDES),
        curved("1 0", "1", "1 1 1 1", rotations=TURNED),
    ),
    curved("1 0", "1", "1 1 1 1"),
)


def behind(weight: str) -> Any:
    """s(w1 + weight * w2) - s(w2) at (1, 0), the first layer free."""
    patterns = [[[0, 2, 0], [1, 0, 2]], [[1, 2]]]
    return problem(patterns, [["1", "1", weight]], [["1", "0"], ["-1", "1"]], layer=1)


FAR = chain("2", "1/2")  # feasible, and not balanced: its squared norm is 17/4, the smallest is 2
FAR_LINEAR = chain("2", "1/2", slope="1")


def lifted(about: Any, *tree: Any, claim: str = "local-minimum") -> Miss:
    """A claim by lifting: a tree, or multipliers and the neurons' trees of its only leaf."""
    return miss(minimum(claim, about, "lifting", tree=tree[0] if len(tree) == 1 else dual(*tree)))


def multiplied(about: Any, *multipliers: str) -> Miss:
    """A claim of a global minimum by a product."""
    return miss(minimum("global-minimum", about, "product", multipliers=list(multipliers)))


def at_vertices(about: Any, *vertices: Any) -> Miss:
    """A claim of a global minimum by vertices."""
    return miss(minimum("global-minimum", about, "vertices", vertices=list(vertices)))


def linear(pattern: Any, inputs: list[str], *weights: str, **more: Any) -> Any:
    """A linear network with one hidden layer; inputs and weights as texts like "1 -2"."""
    output = [list(range(1, len(pattern) + 1))]
    values = [text.split() for text in weights]
    rows = [text.split() for text in inputs]
    return problem([pattern, output], rows, values, **{"slope": "1"} | more)


# Two neurons on each other's hyperplane, both labels 1: one neuron between them is better.
APART = problem(
    [[[1, 2], [3, 4]], [[1, 2]]],
    [["1", "0"], ["0", "1"]],
    [["1", "0", "0", "1"], ["1", "1"]],
)
# At a slope above 1 example 1 would pull more than it can.
STEEP = without_point(problem([[[1]], [[1]]], [["1"], ["3"]], [[], []], labels=[1, -1]))
STEEP_TREE = dual(
    ["2", "5/3"],
    signs(
        halves(1, ball(slopes={2: "2/5"}), ball(slopes={2: "0"})),
        halves(2, ball(slopes={1: "2"}), ball(slopes={1: "0"})),
    ),
)

CROSSING_CURVE = curve(
    problem([[[1], [2]], [[1, 2]]], [["1"]], [["2", "-1/4"], ["1/2", "-1"]]),
    [["2", "-1"], ["-1/4", "1"], ["1/2", "1/2"], ["-1"]],
    ["1"],
)

FIELD = {**chain("1", "1"), "field": SQRT2}


def field(**changes: Any) -> Miss:
    """A problem over Q(sqrt2), the field changed."""
    return miss(certificate("feasible", FIELD | {"field": SQRT2 | changes}, {}))


def about_one(path: str, new: Any) -> Miss:
    """One neuron and one example, changed at one place."""
    return miss(change(ONE_POINT, path, new))


def weighted(weight: str) -> Miss:
    """The only example of a hinge problem has this weight."""
    return miss(tree(hinge(chain("1", "1"), weights=[weight]), 3, *HINGE_TREE))


def hinged(number: int, *words: str, nodes: Any = ()) -> Miss:
    """Another tree for the sample."""
    found = tree(HINGE, number, *words)
    found["evidence"]["tree"] += nodes
    return miss(found)


def hinge_node(n: int, word: str, number: int = 3) -> Miss:
    """One node of the sample's tree is another."""
    return hinged(number, *HINGE_TREE[:n], word, *HINGE_TREE[n + 1 :])


def read_twice() -> Miss:
    """(v1 + v2) sigma(w) and (v1 + 2 v2) sigma(w): both losses of w > 0 can be negative.

    With |v1| = |v2| they cannot.  The forms are t, P, P, P, 2P, then the losses.
    """
    about = hinge(
        problem([[[1, 0], [0, 1]], [[1, 2]]], [["1", "1"], ["1", "2"]], [[], []]), labels=[1, -1]
    )
    found = tree(
        about,
        4,
        *("h 1 1", "h 1 2", "h 2 1", "h 2 2", "o 1", "o 2"),
        *("l 1", "l 2", "c 1/4", "e 1 3 0 0 0 0 1", "l 2", "c 1", "e 1 3 0 0 0 0 1"),
        *("l 1", "l 2", "c 1/2", "c 2", "e 1 0 0 0 0 1"),
        *("o 2", "l 1", "l 2", "c 1", "e 1 1 0 0 0 0 1", "e 1 0 0 0 0 1"),
        *("l 1", "l 2", "c 1/6", "c 1", "e 1 2 0 0 0 1"),
        *("e 0 2 0 0 1", "e 0 1 0 1", "e 0 1 1"),
        *("h 1 2", "e 0 1 1", "h 2 1", "e 0 1 0 1", "h 2 2", "e 0 2 0 0 1"),
        *("l 1", "l 2", "c -1", "e 1 0 0 0 0 0 1", "e 1 0 0 0 0 1"),
    )
    return miss(found)


# The structure of files: ``form`` and what is raised as malformed.
MALFORMED: dict[str, list[Miss]] = {
    "problem-format": [
        miss(ONE_POINT, {"format": "exactmargin/problem@2", **ONE}),
        miss(ONE_POINT, {"format": 1, **ONE}),
    ],
    "too-much-work": [fact("((9^99)^99)^99", "0", ())],
    "not-json": [
        miss(b"{"),
        miss(b"\xff"),
        miss(b'{"a": ' + b"9" * 5000 + b"}"),
        miss(b"[" * 9**5),
    ],
    "float": [miss(encode(ONE_POINT).replace(b'"labels": [1]', b'"labels": [1.0]')), miss(b"NaN")],
    "duplicate-key": [miss(encode(ONE_POINT)[:-1] + b', "claim": "feasible"}')],
    "nested-too-deep": [fact("(" * 1900 + "x" + ")" * 1900)],
    "not-an-object": [
        miss([ONE_POINT]),
        about_one("evidence", []),
        about("flow", "evidence.start", 5),
        about("not-kkt, layer, shared, tree", "evidence.splits.0.tree", ["bound"]),
    ],
    "missing-key": [miss({k: v for k, v in ONE_POINT.items() if k != "assumptions"})],
    "unknown-key": [miss(ONE_POINT | {"note": "hello"}), about_one("evidence.note", "hello")],
    "not-a-list": [about_one("problem.data.inputs", {}), about_one("assumptions", "none")],
    "length": [
        about_one("problem.data.inputs.0", ["1", "1"]),
        about("flow", "evidence.region", []),
    ],
    "not-an-integer": [
        about_one("problem.network.layers.0.pattern", [[True]]),
        about("infeasible", "evidence.example", "1"),
        about("not-kkt, layer, shared, tree", "evidence.splits.0.tree.unit", None),
    ],
    "out-of-range": [
        about("infeasible", "evidence.example", 2),
        about("infeasible", "evidence.example", 0),
        about_one("problem.network.layers.0.pattern", [[-1]]),
    ],
    "not-rising": [
        miss(kkt(V32, KKT_32[0], KKT_32[2], KKT_32[1])),
        miss(kkt(V32, *KKT_32, KKT_32[2])),
        miss(not_kkt(chain("2", "1/2"), ["4", "-1"], example_1="bound", example_01="bound")),
    ],
    "not-a-text": [
        about_one("claim", ["feasible"]),
        about_one("problem.parameters.weights.0.0", 1),
        about("theorem", "evidence.parts.0.conclusion", [["kkt"]]),
        about("flow", "evidence.symbols.0.name", None),
    ],
    "text-too-long": [about_one("problem.parameters.weights.0.0", "1" * 4001)],
    "number-syntax": [
        about_one("problem.parameters.weights.0.0", text)
        for text in (
            "1e0",
            "+1",
            " 1",
            "1\n",
            "1/0",
            "1/2/3",
            "\u0661",
            "",
            "0x1",
            "1_0",
            ".5",
            "nan",
        )
    ],
    "number-spelling": [
        about_one("problem.parameters.weights.0.0", text)
        for text in ("2/2", "1.0", "1/1", "-0", "01", "0/1")
    ],
    "number-degree": [
        miss(
            change(
                certificate("feasible", FIELD, {}), "problem.parameters.weights", [["r^2"], ["1"]]
            )
        )
    ],
    "field-number-spelling": [
        miss(change(certificate("feasible", FIELD, {}), "problem.parameters.weights.0.0", text))
        for text in ("1+r", "r*1", "1*r", "r-0", "r^1", "2/4*r", "0.5*r")
    ],
    "field-number-syntax": [
        miss(change(certificate("feasible", FIELD, {}), "problem.parameters.weights.0.0", text))
        for text in ("(r)", "+r", "r+", "2r", "rr", "r^2000", "r^-1", "1/0*r", "9" * 3000 + "^99")
    ],
    "symbol": [
        fact("1", "1", ["1x"]),
        fact("1", "1", ["(x"]),
        fact("1", "1", ["x\n"]),
        miss(single(ONE, {"1": "increasing"})),
    ],
    "symbol-twice": [fact("x", symbols=["x", "x"])],
    "symbol-is-the-generator": [fact("r", "r", ["r"], V44)],
    "exponent": [fact(text) for text in ("x^0", "x^1", "x^100", "x^-1", "x^", "x^x", "x^1/2")],
    "power-of-a-fraction": [fact("3/2^2", "9/4"), fact("x*1/2^2", "1/4*x")],
    "bracket": [fact("(x", "x"), fact("((x)", "x")],
    "expression-tail": [fact("x)"), fact("x x"), fact("2x", "2*x"), fact("x;")],
    "format": [miss(ONE_POINT | {"format": "exactmargin/certificate@2"})],
    "claim-unknown": [
        miss(ONE_POINT | {"claim": "saddle"}),
        miss(theorem("a/b", part("p", ONE, [step("t", "theorem", {})], "t"))),
    ],
    "no-problem": [miss(ONE_POINT | {"problem": None})],
    "no-point": [
        miss(certificate("feasible", without_point(ONE), {})),
        miss(change(SAMPLES["identity, Q(sqrt2)"], "problem", without_point(V44))),
        miss(theorem("a/b", part("p", without_point(ONE), [STEP], "s"))),
    ],
    "assumption-repeated": [miss(ONE_POINT | {"assumptions": [POWER, POWER]})],
    "certificate-without-problem": [miss(SAMPLES["identity"], ONE)],
    "theorem-with-problem": [miss(SAMPLES["theorem, a fact"] | {"problem": ONE})],
    "theorem-name": [miss(theorem("Theorem 3.2", part("p", ONE, [STEP], "s")))],
    "no-parts": [miss(theorem("a/b"))],
    "no-conclusion": [miss(theorem("a/b", part("p", ONE, [STEP])))],
    "step-repeated": [miss(theorem("a/b", part("p", ONE, [STEP, STEP], "s")))],
    "objective-without-problem": [
        miss(theorem("a/b", part("p", None, [STEP | {"objective": LAYER_2}], "s")))
    ],
    "generator": [field(generator="2"), field(generator="r s"), field(generator="r\n")],
    "minpoly": [field(minpoly=["1"]), field(minpoly=[]), field(minpoly=["-2", "0", "1", "0"])],
    "no-sign-change": [
        field(interval=["2", "3"]),
        field(minpoly=["2", "0", "1"]),
        field(minpoly=["4", "0", "-4", "0", "1"]),
    ],
    "not-one-root": [
        field(minpoly=["0", "-1", "0", "1"], interval=["-2", "2"]),
        field(interval=["2", "1"]),
    ],
    "no-layers": [
        miss(
            change(
                change(ONE_POINT, "problem.network.layers", []),
                "problem.parameters",
                {"weights": [], "biases": []},
            )
        )
    ],
    "no-units": [about_one("problem.network.layers.0.pattern", [])],
    "no-inputs": [about_one("problem.network.layers.0.pattern", [[]])],
    "parameter-numbers": [about_one("problem.network.layers.0.pattern", [[2]])],
    "not-a-boolean": [about_one("problem.network.layers.0.bias", 0)],
    "number-of-outputs": [
        miss(certificate("feasible", problem([[[1], [2]]], [["1"]], [["1", "1"]]), {})),
        about_one("problem.objective", {"kind": "multiclass-hinge"}),
        miss(certificate("no-kinks", {**RIGHT, "objective": {"kind": "hinge"}}, {})),
    ],
    "slope-out-of-range": [about_one("problem.network.negative_slope", s) for s in ("3/2", "-1/2")],
    "no-examples": [miss(change(ONE_POINT, "problem.data", {"inputs": [], "labels": []}))],
    "label": [
        *(about_one("problem.data.labels", [y]) for y in (0, 2, True, "1", None, [1])),
        *(about("global-minimum, multiclass", "problem.data.labels", [y]) for y in (2, -1, True)),
    ],
    "objective": [
        about_one("problem.objective", {"kind": "layer-max-margin"}),
        about_one("problem.objective", {"kind": "max-margin", "layer": 1}),
        about_one("problem.objective", {"kind": "hinge", "layer": 1}),
        about_one("problem.objective", {"kind": "squared-hinge"}),
    ],
    "weights-without-hinge": [about_one("problem.data", ONE["data"] | {"weights": ["1"]})],
    "example-weight": [weighted("0"), weighted("-1/2")],
    "tree-node": [
        hinged(3, *HINGE_TREE[:-1], nodes=[{"empty": ["1", "0", "1"], "cell": ["1"]}]),
        hinged(3, *HINGE_TREE[:-1], nodes=[{"unit": 1}]),
        hinged(3, *HINGE_TREE[:-1], nodes=[{}]),
    ],
    "tree-too-long": [hinged(3, *HINGE_TREE, "c -1")],
    "tree-too-short": [hinged(3, *HINGE_TREE[:-1]), hinged(0)],
    "bias-without-bias": [about_one("problem.parameters.biases", [[], None])],
    "slopes-or-cells": [
        miss(kkt(V32, KKT_32[0], {"example": 1}, KKT_32[2])),
        miss(kkt(ONE, ["1"], {"example": 1, "slopes": [], "cells": []})),
    ],
    "empty-without-units": [miss(not_kkt(SAME, ["0", "1"], example_1=empty()))],
    "no-fixed-layers": [
        miss(
            minimum(
                "norm-bound", without_point(THREE), "layer", squared_norm="1/2", tree=THREE_TREE
            )
        )
    ],
    "method-unknown": [
        about("local-minimum", "evidence.by", "magic"),
        about("norm-bound", "evidence.by", ""),
    ],
    "no-breakpoints": [miss(curve(V32, CURVE_32, []))],
    "trailing-zero": [about("not-local-minimum", "evidence.denominator", ["1", "0"])],
    "motion": [miss(single(ONE, {"a": "growing"}))],
    "symbol-repeated": [about("flow, every start", "evidence.symbols.6.name", "e")],
    "velocity-not-needed": [miss(two_flow("1", "1", velocities=[[["2*a"], ["a"]]]))],
}

# The mathematics: ``need``.
REJECTED: dict[str, list[Miss]] = {
    "assumption-unknown": [miss(ONE_POINT | {"assumptions": ["folklore"]})],
    "assumption-missing": [miss(SAMPLES["flow"] | {"assumptions": []})],
    "conclusion-not-proved": [
        miss(theorem("a/b", part("p", ONE, [STEP], "t"))),
        miss(theorem("a/b", part("p", ONE, [STEP], "s", "s"))),
    ],
    "assumptions-differ": [
        miss(SAMPLES["theorem"] | {"assumptions": []}),
        miss(SAMPLES["theorem"] | {"assumptions": [FLOW, POWER]}),
        miss(SAMPLES["theorem"] | {"assumptions": [FLOW, FLOW]}),
    ],
    "other-field": [miss(ONE_POINT, FIELD)],
    "other-minpoly": [
        other("field.minpoly", ["2", "0", "-1"]),
        other("field.generator", "s", FIELD),
    ],
    "other-root": [other("field.interval", ["-2", "-1"])],
    "other-slope": [other("network.negative_slope", "1/2")],
    "other-layers": [other("network.layers.0.pattern", [[2, 1, 0, 0], [0, 0, 2, 1]])],
    "other-labels": [other("data.labels", [-1])],
    "other-objective": [
        other("objective", LAYER_2),
        other("objective", {"kind": "hinge"}),
        miss(SAMPLES["cells, hinge"], chain("1", "1")),
        miss(SAMPLES["cells, hinge"], change(HINGE, "data.weights", ["2"])),
    ],
    "objective-of-the-claim": [
        miss(certificate("feasible", ONE | {"objective": {"kind": "hinge"}}, {})),
        miss(kkt(under_hinge(ONE), ["1"])),
    ],
    "other-inputs": [other("data.inputs.0.1", "1/2*r+1")],
    "other-parameters": [
        other("parameters.weights.0.0", "1/1000"),
        miss(ONE_POINT, without_point(ONE)),
    ],
    "breakpoints-not-rising": [miss(curve(V32, CURVE_32, ["1", "1/2"]))],
    "margin-below-one": [miss(certificate("feasible", chain("1", "1/2"), {}))],
    "margin-not-below-one": [miss(certificate("infeasible", ONE, {"example": 1}))],
    "kink": [miss(certificate("no-kinks", V32, {}))],
    "zero-neuron": [miss(certificate("nonzero-neurons", V32, {}))],
    "other-value": [
        about("evaluation", "evidence.value", "5"),
        about("evaluation, a unit", "evidence.unit", 1),
        about("evaluation, a unit", "evidence.value", "-5"),
    ],
    "not-identical": [fact("x^2", "x")],
    "not-positive": [
        miss(certificate("positive", None, {"symbols": ["x"], "expression": text}))
        for text in ("x-1", "0", "-x")
    ],
    # kkt
    "kkt-infeasible": [miss(kkt(with_inputs(V32, ["0", "-1"]), ["2", "2", "0"], *KKT_32[1:]))],
    "multiplier-negative": [miss(kkt(OUTSIDE, ["-1", "3"])), miss(kkt(TWO, ["2", "-1"]))],
    "multiplier-inactive": [miss(kkt(chain("1", "1", "2"), ["1/2"]))],
    "subgradient-not-needed": [
        miss(kkt(with_inputs(V32, ["1", "1/4"]), ["2", "2", "0"], *KKT_32[1:], slopes(3, (2, "0"))))
    ],
    "stationarity": [miss(kkt(chain("2", "1/2"), ["1"])), miss(kkt(ONE, ["0"]))],
    "approximate-kkt-infeasible": [
        miss(near_kkt(chain("2", "1/4"), "1", "3", "1", ["1/2"])),
        miss(near_kkt(chain("2", "1/2"), "1/2", "9", "9", ["1/2"])),
    ],
    "scale-not-positive": [
        miss(near_kkt(chain("-1", "1", slope="1", x="-1"), "-1", "0", "0", ["1"])),
        miss(near_kkt(LINEAR, "-1", "0", "0", ["1"])),
    ],
    "epsilon-negative": [miss(near_kkt(ONE, "1", "-1", "0", ["1"]))],
    "complementarity": [
        miss(near_kkt(chain("1", "1", "2"), "1", "0", "1/4", ["1/2"])),
        miss(near_kkt(ONE, "1", "0", "-1", ["1"])),
        miss(near_kkt(ONE, "1", "9", "-1", ["0"])),
    ],
    "residual-above-epsilon": [
        miss(near_kkt(chain("2", "1/2"), "1", "1", "0", ["1/2"])),
        miss(near_kkt(ONE, "1", "0", "0", ["99/100"])),
    ],
    "weight-not-positive": [
        miss(kkt(shared("2", "-1"), ["1"], cells(1, ("2", [["-1", "0"]]), ("-1", [["1", "0"]]))))
    ],
    "weights-sum": [
        miss(kkt(shared("1", "1"), ["2"], cells(1, ("1/4", [["1", "0"]]), ("1/4", [["-1", "0"]]))))
    ],
    "path-on-a-kink": [
        miss(kkt(shared("1", "-1"), ["1"], cells(1, ("1", [["0", "1"]])))),
        miss(kkt(shared("1", "-1"), ["1"], cells(1, ("1", [])))),
    ],
    "slope-outside": [
        miss(kkt(SAMPLES["not-kkt, layer, box"]["problem"], ["1"], slopes(1, (2, "0")))),
        *(
            miss(
                kkt(three_units(["1", "0", "-1"]), ["1", "1"], slopes(1, (2, s)), slopes(2, (2, s)))
            )
            for s in ("3/2", "-1/8")
        ),
    ],
    "slopes-need-one-hidden-layer": [
        miss(kkt(diagonal([["1", "1"]], "1", "0", "1", "0", "1", "0"), ["1"], slopes(1, (2, "0"))))
    ],
    "slopes-need-unshared-parameters": [
        miss(kkt(shared("1", "-1"), ["1"], slopes(1, (1, "0"), (2, "0"))))
    ],
    "kink-without-slope": [miss(kkt(V32, KKT_32[0])), miss(kkt(V32, *KKT_32[:2]))],
    "slope-not-at-a-kink": [
        miss(kkt(V32, KKT_32[0], slopes(1, (1, "1"), (2, "0")), KKT_32[2])),
        miss(kkt(SAMPLES["kkt, input of zeros"]["problem"], ["1"], slopes(1, (2, "0")))),
    ],
    # not-kkt
    "not-kkt-infeasible": [miss(not_kkt(chain("2", "1/4"), ["2", "1/4"]))],
    "separator-not-positive": [miss(not_kkt(ONE, ["0", "0"])), miss(not_kkt(ONE, ["1", "-1"]))],
    "split-of-inactive-example": [miss(not_kkt(chain("2", "1"), ["2", "1"], example_1="bound"))],
    "farkas": [miss(not_kkt(ONE, ["1", "1"])), miss(not_kkt(shared("1", "-1"), ["-1", "1"]))],
    "split-not-at-zero": [
        miss(not_kkt(chain("2", "1/2"), ["4", "-1"], example_1=split(1, 1, "bound", "bound"))),
        deep(together(slope="1"), split(1, 2, "bound", "bound")),  # linear: no kink to split
    ],
    "split-twice": [
        miss(
            change(
                SAMPLES["not-kkt, layer, box"],
                "evidence.splits",
                [{"example": 1, "tree": split(1, 2, split(1, 2, "bound", "bound"), "bound")}],
            )
        )
    ],
    "undecided": [deep(TOGETHER, "bound")],
    "empty-undecided-unit": [miss(not_kkt(SAME, ["0", "1"], example_1=CONTRADICT))],
    "empty-weight": [
        miss(
            not_kkt(
                SAME,
                ["0", "1"],
                example_1=split(
                    1, 1, split(1, 2, DIFFER, CONTRADICT), split(1, 2, CONTRADICT, DIFFER)
                ),
            )
        ),
    ],
    "empty-of-idle-units": [
        miss(
            not_kkt(
                SAMPLES["kkt, input of zeros"]["problem"],
                ["1", "0", "1", "0"],
                example_1=split(1, 2, empty((1, 2, "1")), empty((1, 2, "1"))),
            )
        ),
    ],
    "gordan": [
        miss(
            not_kkt(SAME, ["0", "1"], example_1=split(1, 1, empty((1, 1, "1")), empty((1, 1, "1"))))
        ),
    ],
    "empty-two-layers": [
        deep(TOGETHER, change(TOGETHER_TREE, "plus.minus", empty((1, 2, "1/2"), (2, 2, "1"))))
    ],
    "empty-with-bias": [deep(together(biases={1: ["0"] * 3}), TOGETHER_TREE)],
    "empty-with-shared-weights": [deep(together([[1, 0], [0, 2], [0, 2]]), TOGETHER_TREE)],
    "empty-without-live-source": [
        deep(
            together(slope="0"),
            change(TOGETHER_TREE, "minus", split(2, 2, empty((2, 2, "1")), empty((2, 2, "1")))),
        )
    ],
    "empty-source-not-zero": [
        miss(
            not_kkt(
                problem([[[1]], [[1], [2]], [[1, 2]]], [["1"]], [["1"], ["1", "0"], ["1", "0"]]),
                ["1", "0", "0", "0", "0"],
                example_1=split(2, 2, empty((2, 2, "1")), "bound"),
            )
        )
    ],
    "propagation": [
        miss(
            not_kkt(
                diagonal([["1", "1"]], *["1", "0"] * 3, slope="1/2"),
                ["1", "0"] * 3,
                example_1=split(1, 2, split(2, 2, DEEP, DEEP), split(2, 2, DEEP, DEEP)),
            )
        ),
        deep(TOGETHER, change(TOGETHER_TREE, "plus.plus", empty((2, 2, "1")))),
    ],
    # minima
    "better-point-infeasible": [miss(better(ONE, ["1", "1/2"]))],
    "norm-not-smaller": [miss(better(ONE, ["1", "1"]))],
    "curve-start": [miss(curve(chain("2", "1/2"), [["1"], ["1"]], ["1"]))],
    "denominator-not-positive": [
        miss(
            curve(
                chain("2", "1/2", slope="1"), [["-2"], ["-1/2", "-1", "-1/2"]], ["1"], ["-1", "-1"]
            )
        )
    ],
    "not-smaller-along": [
        miss(curve(ONE, [["1"], ["1"]], ["1"])),
        miss(curve(chain("2", "1/2"), [["2", "1"], ["1/2"]], ["1"])),
    ],
    "sign-changes": [miss(CROSSING_CURVE)],
    "margin-below-one-along": [miss(curve(ONE, [["1", "-1"], ["1"]], ["1"]))],
    # local-minimum, global-minimum, norm-bound
    "minimum-infeasible": [lifted(chain("1", "1/2"), ["1"], ball())],
    "norm-bound-not-positive": [
        about("norm-bound", "evidence.squared_norm", bound) for bound in ("0", "-3")
    ],
    "bound-for-all-layers": [lifted(chain("1", "4", layer=1), ["1"], ball())],
    "bound-with-shared-weights": [
        lifted(
            problem([[[1], [1]], [[1, 2]]], [["1"]], [["1"], ["1/2", "1/2"]]),
            ["1"],
            ball(),
            ball(),
        ),
        multiplied(
            problem([[[1, 1]]], [["1", "1"]], [["1/2"]]),
            "1/8",
        ),
    ],
    "lifting-needs-one-hidden-layer": [
        lifted(problem([[[1]]], [["1"]], [["1"]]), ["1"], ball()),
        lifted(diagonal([["1", "1"]], *["1"] * 6), ["1"], ball(), ball()),
    ],
    "lifting-multiplier-negative": [
        lifted(with_inputs(FAR, ["2"]), ["13/4", "-9/8"], ball()),
    ],
    "lifting-bound": [
        lifted(FAR, ["1"], ball()),
        lifted(  # an output bias costs the square of the sum of the multipliers
            chain("1", "1", biases={1: ["0"]}), ["1"], ball()
        ),
    ],
    "lifting-split-of-known": [
        lifted(ONE, halves(1, dual(["1"], ball()), dual(["1"], ball()), neuron=1)),
        lifted(ONE, signs(dual(["1"], ball()), dual(["1"], ball(slopes={})), neuron=1)),
        lifted(ONE, ["1"], halves(1, ball(), ball())),
        lifted(SPARSE, ["1"], ball(), signs(ball(), ball()), signs(ball(), ball())),
        lifted(SPARSE, ["1"], ball(), halves(1, ball(), ball()), signs(ball(), ball())),
        lifted(SPARSE, ["1"], ball(), ball(), halves(1, *[signs(ball(), ball())] * 2)),
    ],
    "lifting-sign-open": [
        lifted(SPARSE, ["1"], ball(), ball(), ball()),
        lifted(ONE, ["1"], ball(), claim="global-minimum"),
    ],
    "lifting-side-open": [
        lifted(OPPOSITE, ["1", "1"], ball(), ball()),
        lifted(APART, ["1", "1"], ball(), ball()),
    ],
    "lifting-slope-for-convex": [
        lifted(APART, ["1", "1"], ball(slopes={2: "0"}), ball(slopes={1: "0"}))
    ],
    "lifting-slope-outside": [
        lifted(change(OPPOSITE, "network.negative_slope", "1/2"), OPPOSITE_TREE),
        miss(minimum("norm-bound", STEEP, "lifting", squared_norm="22/3", tree=STEEP_TREE)),
    ],
    "lifting-slope-not-needed": [
        lifted(ONE, ["1"], ball(slopes={1: "1"})),
        lifted(LINEAR, ["1"], ball(slopes={1: "1"})),
        lifted(SPARSE, ["1"], ball(), ball(slopes={1: "0"}), signs(ball(), ball())),
        lifted(
            with_inputs(OPPOSITE, ["2", "0"]),
            ["1", "1", "0"],
            ball(slopes={2: "0"}),
            ball(slopes={1: "0", 3: "0"}),
        ),
    ],
    "lifting-weight-on-open-side": [
        lifted(OPPOSITE, ["1", "1"], ball({2: "1"}, {2: "0"}), ball(slopes={1: "0"}))
    ],
    "lifting-weight-not-positive": [
        lifted(FAR, ["17/8"], ball({1: "-9/8"})),
        lifted(with_inputs(FAR, ["1"]), ["17/8", "0"], nothing("1", "-1")),
    ],
    "lifting-outside-ball": [
        lifted(FAR, ["17/8"], ball()),
        lifted(one_neuron("0"), dual(["1", "1"], ball())),
    ],
    "lifting-empty-sides": [
        lifted(FAR, ["17/8"], nothing()),
        lifted(FAR, nothing(neuron=1)),
        lifted(  # the side of a zero input is known, and says nothing
            problem(
                [[[1]], [[1]]],
                [["1"], ["0"]],
                [["4"], ["1/2"]],
                labels=[1, -1],
                biases={1: ["-1"]},
            ),
            ["69/16", "69/16"],
            {"empty": [{"example": 2, "weight": "1"}]},
        ),
    ],
    "lifting-empty-not-zero": [
        lifted(FAR, ["17/8"], nothing("1")),
        lifted(FAR, nothing("1", neuron=1)),
    ],
    "product-of-nonlinear-examples": [
        multiplied(
            problem([[[1], [2]], [[1, 2]]], [["1"], ["-1"]], [["2", "-1"], ["1/2", "1"]]), "1", "1"
        ),
    ],
    "bound-for-linear-networks": [
        at_vertices(linear([[1, 0], [0, 2]], ["1 1", "-1 -1"], "1 -2", "1 1/2", slope="0")),
        at_vertices(ONE, vertex("1", "1")),
    ],
    "product-with-late-bias": [
        multiplied(chain("1", "1", slope="1", biases={1: ["0"]}), "1"),
    ],
    "product-multiplier-negative": [multiplied(with_inputs(FAR_LINEAR, ["2"]), "4", "-3/2")],
    "product-multipliers-zero": [multiplied(FAR_LINEAR, "0")],
    "product-bound": [
        multiplied(FAR_LINEAR, "1"),
        multiplied(linear([[1, 2]], ["1 1"], "1 0", "1"), "1"),
        multiplied(  # one unit reads both inputs
            problem(
                [[[1, 2], [0, 3]], [[1, 0], [0, 2]], [[1, 2]]],
                [["1331/1000", "1"]],
                [["10/11", "0", "0"], ["10/11", "0"], ["10/11", "0"]],
            ),
            "1",
        ),
    ],
    "vertices-of-one-layer": [
        at_vertices(
            problem([[[1, 2]]], [["1", "1"]], [["1", "0"]]),
            vertex("0 1", "0 1"),
            vertex("1 0", "1 0"),
        )
    ],
    "vertices-with-bias": [
        at_vertices(chain("1", "1", slope="1", biases=biases), vertex("1", "1"))
        for biases in ({0: ["0"]}, {1: ["0"]})
    ],
    "vertices-of-crossing-chains": [
        at_vertices(
            linear([[1, 2], [3, 4]], ["1 1"], "1 0 0 0", "1 0"),
            vertex("0 1", "0 1"),
            vertex("1 0", "1 0"),
        )
    ],
    "vertices-of-irrational-data": [
        at_vertices(chain("r+1", "r+1", "-2*r+3", field=SQRT2, slope="1"), vertex("3", "3"))
    ],
    "vertex-root": [at_vertices(FAR_LINEAR, vertex("1", "17/8"))],
    "vertex-below-bound": [
        at_vertices(FAR_LINEAR, vertex("1", "1")),
        at_vertices(FAR_LINEAR, vertex("1", "-1")),
    ],
    "not-a-vertex": [
        at_vertices(LINEAR, vertex("1", "1"), vertex("2", "1")),
        at_vertices(
            linear([[1, 0], [0, 2]], ["1 1"], "1 0", "1 0"),
            vertex("0 1", "0 1"),
            vertex("1/2 1/2", "1/2 1/2"),
            vertex("1 0", "1 0"),
        ),
    ],
    "vertex-missing": [
        at_vertices(linear([[1, 0], [0, 2]], ["1 2"], "1 0", "1 0"), vertex("1 0", "1 0")),
        at_vertices(LINEAR),
        at_vertices(linear([[1, 0], [0, 2]], ["1 -2"], "1 0", "1 0"), vertex("1 0", "1 0")),
    ],
    # multilinear
    "form-on-a-kink": [
        miss(form(chain("0", "1"), "0")),
        miss(certificate("zero-trace-hessian", chain("0", "1"), {"example": 1})),
        miss(form(chain("0", "1", layer=2), "0")),  # all parameters move, whatever the objective
    ],
    "term-blocks": [
        miss(change(form(chain("-1", "1"), "0"), "evidence.terms.0.blocks", blocks))
        for blocks in (["u2"], ["u2", "u1"], ["u1", "u2", "b1"], [])
    ]
    + [miss(change(form(chain("-1", "1"), "0"), "evidence.terms", []))]
    + [miss(change(loss_form(LOSS_FORM, "u1_1*u2_1", "0"), "evidence.example", 1))],
    "term-not-multilinear": [
        miss(form(BIASED_FORM, "u1_1*u2_1+1/2*u1_2*u2_2+b1_1*u2_1", "1/2*b1_2*u2_2", "b2_1")),
        miss(form(BIASED_FORM, "u1_1*u2_1+1/2*u1_2*u2_2+1", "(b1_1)*u2_1+1/2*b1_2*u2_2", "b2_1-1")),
        miss(loss_form(LOSS_FORM, "0", "1-u1_1*u2_1")),
    ],
    "other-form": [miss(form(chain("1", "1"), text)) for text in ("2*u1_1*u2_1", "-u1_1*u2_1", "0")]
    + [
        miss(loss_form(LOSS_FORM, *texts))
        for texts in (("-u1_1*u2_1", "2"), ("u1_1*u2_1", "1"), ("0", "1"))
    ],
    "curvature": [
        miss(indefinite(chain("1", "1"), ["1", "-1"], ["1", "-1"])),
        miss(indefinite(chain("1", "1"), ["1", "1"], ["1", "1"])),
        miss(indefinite(chain("1", "1"), ["1", "0"], ["1", "-1"])),
        miss(indefinite(chain("1", "1"), ["1", "1"], ["0", "0"])),
    ],
    # split trees: layer, second-order
    "side-known": [
        second_order(PUSHED, PUSHED_TREE),
        second_order(PUSHED, curved("1", "0", "1 1", slopes=[at_unit(1, 1, 1, slope="1/2")])),
        about(
            "local-minimum, second order, shared, biases",
            "evidence.tree.plus.plus",
            cut(1, 1, 1, RESTING_LEAF, RESTING_LEAF),
        ),
        one_layer(chain("1", "1", slope="1", layer=1), cut(1, 1, 1, leaf("1"), leaf("1"))),
        one_layer(chain("1", "1", layer=2), cut(1, 1, 1, leaf("1"), leaf("1"))),
    ],
    "listed-slope-outside": [
        one_layer(behind(weight), leaf("1", slopes=[at_unit(1, 1, 1, slope=slope)]))
        for weight, slope in (("-1", "-1"), ("2", "2"))
    ],
    "listed-slope-not-concave": [
        one_layer(shared("1", "1"), leaf("1", slopes=BOTH_OFF)),
        one_layer(
            problem(
                [shared("1", "1")["network"]["layers"][0]["pattern"], [[1, 2, 3]], [[1]]],
                [["1", "-1", "1"]],
                [["0", "1"], ["1", "1", "1"], ["1"]],
                layer=1,
            ),
            leaf("1", slopes=BOTH_OFF),
        ),
    ],
    "leaf-multiplier-negative": [one_layer(OUTSIDE, leaf("-1 3"))],
    "side-not-taken": [
        one_layer(V54, leaf("2 2 1", sides=[at_unit(1, 1, 1, weight="1")])),
        about("local-minimum, layer, kinks, shared", "evidence.tree.plus.sides.0.unit", 2),
    ],
    "side-weight-not-positive": [
        one_layer(
            shared("1", "0"),
            cut(1, 1, 1, leaf("1", sides=[at_unit(1, 1, 1, weight="-1")]), leaf("1")),
        ),
        second_order(
            STRONG,
            cut(
                1,
                1,
                1,
                curved("1", "2", "1 3 1", sides=[at_unit(1, 1, 1, weight="0")]),
                curved("1", "0", "1 1 1"),
            ),
        ),
    ],
    "open-slope": [
        one_layer(V54, LEAF_54, claim="global-minimum"),
        one_layer(shared("1", "1"), leaf("1")),
        miss(  # a listed slope is none of a weighted pre-activation, z = s(u) - s(w)
            minimum(
                "norm-bound",
                BESIDE,
                "layer",
                squared_norm="1/2",
                tree=cut(
                    1,
                    1,
                    1,
                    cut(1, 2, 1, BESIDE_SIDE, leaf("1")),
                    cut(1, 2, 1, leaf("1", slopes=BESIDE_OFF), leaf("1")),
                ),
            )
        ),
        second_order(shared("1", "1"), curved("1", "0", "1 1")),
        second_order(STRONG, curved("1", "0", "1 1 1")),
    ],
    "several-layers-move": [one_layer(chain("2", "1/2"), leaf("100"))],
    "layer-bound": [
        one_layer(problem([[[1, 2]]], [["1", "1"]], [["1", "1"]]), leaf(x)) for x in ("1/2", "1")
    ],
    "second-order-is-local": [
        second_order(V54, curved("2 2 1", "0", "1 1 1 1"), "global-minimum"),
        second_order(CHAIN_3, curved("1", "1", "1 1 1"), "norm-bound", squared_norm="4"),
    ],
    "leaf-multiplier-inactive": [second_order(chain("1", "1", "2"), curved("1/2", "1", "1 1"))],
    "leaf-stationarity": [second_order(chain("2", "1/2"), curved("1", "1", "1 1"))],
    "not-dominant": [
        second_order(V44, curved("1", "1", "1 1 1 1")),
        second_order(CHAIN_3, curved("1", "1", "1 0 1")),
        second_order(CHAIN_3, curved("1", "0", "1 1 1")),
    ],
    "rotation-of-one-layer": [
        second_order(
            problem([[[1], [2]], [[1, 2]]], [["1"]], [["1", "0"]] * 2, slope="1", layer=layer),
            curved("1", "0", "1 1", rotations=TURNED),
        )
        for layer in (1, 2)
    ],
    "rotation-with-other-slopes": [
        second_order(LEAKY_IDLE, cut(1, 1, 2, LEAKY_TURN, LEAKY_TURN)),
    ],
    "rotation-of-a-side": [second_order(OPPOSED, OPPOSED_TREE)],
    "rotation-of-different-units": [
        second_order(LOPSIDED, cut(1, 1, 2, LOPSIDED_TURN, curved("1", "1", "1 1 1 1 1"))),
    ],
    "rotation-of-shared-weights": [second_order(SHARING, SHARING_TURN)],
    # gradient-flow-limit
    "flow-moves-all-layers": [about("flow, Q(sqrt2), shared", "problem.objective", LAYER_2)],
    "flow-needs-homogeneity": [biased_flow()],
    "region-not-linear": [miss(single(region=["a^2", "a^2"]))],
    "region-sign": [dead_neuron(["a", "b-c", "a", "d"], dict.fromkeys("bcd", "constant"))],
    "region-kink": [dead_neuron(["a", "0", "a", "d"], {"d": "constant"})],
    "chain-order": [miss(two_flow("1/4", "2", chains=[[2, 1]], velocities=[[["5/4*a"], ["a"]]]))],
    "chains-partition": [
        miss(classes(chains=[[1, 2]], velocities=[[["1/2*a", "0"], None]])),
        miss(
            classes(
                chains=[[1, 2], [3], [3]],
                velocities=[[["1/2*a", "0"], None], [["0", "b"]], [["0", "b"]]],
            )
        ),
    ],
    "velocity": [miss(single(velocities=[[["2*a"]]]))],
    "moves-though-constant": [miss(general({"a": "constant"}))],
    "falls-though-increasing": [miss(FALLING)],
    "rises-though-decreasing": [rising_flow()],
    "crosses-zero": [miss(CROSSING)],
    "balance-not-conserved": [
        miss(general(balances=[{"weights": ["5", "1", "0", "0", "-1", "0"], "symbols": [2, 3]}]))
    ],
    "balance-of-bounded-symbols": [
        miss(general(balances=[*GENERAL_32["balances"], {"weights": ["0"] * 6, "symbols": [2, s]}]))
        for s in (1, 4)
    ],
    "balance-without-square": [miss(general(balances=[{"weights": ["0"] * 6, "symbols": [2, 3]}]))],
    "balance-form": [
        miss(
            general(
                balances=[*GENERAL_32["balances"], {**GENERAL_32["balances"][0], "symbols": [2, 2]}]
            )
        )
    ],
    "symbol-not-bounded-by-norm": [miss(UNBOUNDED)],
    "limit-symbols": [miss(single(limit=[limit("b", [1], 1, "1")]))],
    "limit-value": [miss(single(chain("-1", "-1", slope="1"), limit=[limit("a", [1], 1, "-1")]))],
    "limit-parameter": [about("flow", "evidence.limit.0.parameter", 2)],
    "limit-point": [miss(single(chain("2", "1/2")))],
    "limit-margin": [miss(classes(limit=[limit("a", [1, 2, 3], 2, "2"), limit("b", [3], 4, "1")]))],
    "limit-pull": [miss(two_flow("1", "1", limit=[limit("a", [1], 1, "1")]))],
    "limit-kink": [zero_neuron_flow()],
    "limit-infeasible": [miss(two_flow("1/4", "1"))],
    "limit-inactive": [miss(two_flow("1", "2"))],
    "no-escape": [miss(general(start={"parameter": 1}))],
    "start-outside": [miss(single(LINEAR, start={"values": ["-2"], "bounds": ["4"], "terms": 9}))],
    "bound-negative": [
        miss(two_flow("1", "1", start={"values": ["1/9"], "bounds": ["-10"] * 2, "terms": 3}))
    ],
    "bound-above-margin": [
        miss(two_flow("1", "1", start={"values": ["1/9"], "bounds": ["5"] * 2, "terms": 20}))
    ],
    "initial-loss": [
        miss(two_flow("1", "1", start={"values": ["1/2"], "bounds": ["1/4"] * 2, "terms": 20})),
        miss(two_flow("1", "1", start={"values": ["9/10"], "bounds": ["4/5"] * 2, "terms": 20})),
    ],
    # cells
    "cells-need-one-hidden-layer": [
        miss(count(diagonal([["1", "1"]], *["1"] * 6), 4, ["1"])),
    ],
    "witness-on-a-hyperplane": [
        miss(count(GENERAL, 36, ["1 1", "1 0", "1 -2"])),
        miss(count(GENERAL, 36, ["0 0", "2 -1", "1 -2"])),
    ],
    "witness-repeated": [
        miss(count(GENERAL, 36, ["1 1", "2 -1", second])) for second in ("2 -1", "3 -1", "-2 1")
    ],
    "chambers-missing": [
        miss(count(GENERAL, 36, ["1 1", "2 -1"])),
        miss(count(GENERAL, 36, [])),
    ],
    "other-count": [
        miss(count(GENERAL, 35, None)),
        miss(count(GENERAL, 6, None)),
        miss(change(SAMPLES["cells, nothing"], "evidence.count", "0")),
    ],
    # hinge cells
    "hinge-cells-need-one-hidden-layer": [
        miss(tree(hinge(problem([[[1]]] * 3, [["1"]], [[]] * 3)), 3, *HINGE_TREE))
    ],
    "group-read-twice": [read_twice()],
    "loss-before-its-units": [hinged(2, "l 1", "h 1 1", "c 1/2", "c -1", "e 1 1")],
    "loss-before-its-output-signs": [
        miss(
            tree(
                hinge(chain("1", "1"), labels=[-1]),
                2,
                *("h 1 1", "l 1", "c 1", "e 1 1 1", "l 1", "c -1", "e 1 0 1"),
            )
        )
    ],
    "split-by-zero": [miss(tree(hinge(chain("1", "1", "0")), 0, "h 1 1", "e 0 1", "e 0 1"))],
    "split-again": [
        miss(
            tree(
                hinge(TWO, labels=[1, -1]),
                5,
                *("h 1 1", "h 2 1", "o 1"),
                *("l 1", "l 2", "c 1/2", "e 1 1 0 0 1"),
                *("o 1", "l 2", "c 2", "e 1 1 0 0 1", "l 2", "e 0 0 0 1 1", "c 2"),
                *("l 1", "l 2", "c 1/2", "c 2", "e 1 1 0 1", "e 0 1 1"),
                *("h 2 1", "e 0 1 1", "l 1", "l 2", "c -1", "e 1 0 0 0 1", "e 1 0 0 1"),
            )
        )
    ],
    "point-not-in-the-cell": [hinge_node(4, "c 1/2"), hinge_node(4, "c 1"), hinge_node(4, "c -2")],
    "cell-with-open-signs": [
        hinged(2, *HINGE_TREE[:2], "c 1/2", "c 1/2", *HINGE_TREE[8:]),
        hinged(1, "c 1/2"),
    ],
    "refutation-weight": [hinge_node(4, "e 1 -1 1", 2)],
    "refutation-of-nothing": [hinge_node(4, "e 0 0 0", 2)],
    "refutation": [hinge_node(4, "e 1 1 1", 2), hinge_node(4, "e 0 1 1", 2)],
    "other-number-of-cells": [hinged(2, *HINGE_TREE), hinged(4, *HINGE_TREE)],
}

HALF = under_hinge(chain("1", "1/2"))
PLANE = problem([[[1]], [[1]]], [["1"], ["-1"]], [["0"], ["0"]])


def hinge_minimum(about: Any, by: str, claim: str = "global-minimum", **evidence: Any) -> Miss:
    """A claim about a minimum of the hinge loss."""
    return miss(minimum(claim, about, by, **evidence))


# w1 x1 with the weight 1, and a second unit that nothing reads but 0, on its kink at example 3.
IDLE_PAIR = under_hinge(
    problem(
        [[[1, 0], [0, 2]], [[1, 2]]],
        [["1", "0"], ["1", "0"], ["-1", "1"], ["1", "0"]],
        [["1", "0"], ["1", "0"]],
    ),
    labels=[1, 1, 1, -1],
    weights=["1/8", "1/8", "1/4", "1/2"],
)
# One unit that is off, an output bias c = 1: the loss is 1 - c or 0.
OFF = under_hinge(chain("-1", "1", biases={1: ["1"]}))
DEAD = under_hinge(chain("-1", "1"))
PAIR = under_hinge(problem([[[1]], [[1]]], [["1"], ["1"]], [["0"], ["1"]]))
PAIR_TREE = halves(
    1,
    halves(2, "bound", nowhere((1, "1"), (2, "1"))),
    halves(2, nowhere((1, "1"), (2, "1")), nowhere((1, "1"), (2, "-1"))),
)
# Both second units see 0 at first order alike, and not beyond.
ALIKE = under_hinge(
    problem(
        [[[1, 2]], [[1]], [[1]]],
        [["1", "0"], ["0", "1"]],
        [["1", "1"], ["0"], ["1"]],
        biases={1: ["0"]},
    )
)


def at_term(about: Any, separator: str, leaf: Any) -> Miss:
    """Not critical: term 1 is on, or its other side is this leaf."""
    return miss(not_critical(about, separator, by_term(1, bounded(), leaf)))


LOSS_CELLS: dict[str, list[Miss]] = {
    "path-on-a-term": [
        miss(critical(under_hinge(chain("1", "1")), ("1", []))),
        miss(typed(under_hinge(chain("1", "1")), {"by": "zero-loss"}, path=[["0", "0"]])),
        miss(loss_form(under_hinge(chain("1", "1")), "0", "0")),
    ],
    "cell-bound": [
        miss(not_critical(DEAD, "-1 -1", bounded())),
        miss(not_critical(ONE_KINK, "-1 0", bounded())),
        miss(
            typed(
                under_hinge(chain("1", "1")),
                {"by": "zero-loss"},
                tree=by_term(1, bounded("-1 1"), bounded("-1 1")),
            )
        ),
    ],
    "cell-split-not-at-zero": [
        miss(not_critical(DEAD, "0 0", by_term(1, null(term_1="1"), null(term_1="1")))),
        miss(not_critical(HALF, "-1 -1", {"output": 1, "plus": bounded(), "minus": bounded()})),
        miss(not_critical(HALF, "-1 -1", {"example": 1} | split(1, 1, bounded(), bounded()))),
        miss(not_critical(HALF, "-1 -1", bounded(unit_1=halves(1, "bound", "bound")))),
    ],
    "cell-side-open": [
        miss(
            not_critical(
                under_hinge(
                    problem(
                        [[[1]]] * 3,
                        [["1"]],
                        [["0"], ["1"], ["1"]],
                        biases={1: ["1/2"]},
                        slope="1/2",
                    )
                ),
                "-1 0 0 0",
                bounded(),
            )
        )
    ],
    "empty-form-open": [
        miss(not_critical(ONE_KINK, "-1 0", null(kink_1_1_1="1", kink_2_1_1="1"))),
        miss(not_critical(under_hinge(chain("1", "1")), "-1 -1", null(term_1="1"))),
    ],
    "empty-form-weight": [miss(not_critical(PAIR, "-1 0", bounded(unit_1=PAIR_TREE)))],
    "empty-terms-of-deep-networks": [
        at_term(under_hinge(problem([[[1]]] * 3, [["1"]], [["1"]] * 3)), "-1 0 0", null(term_1="1"))
    ],
    "empty-form-not-affine": [
        miss(
            not_critical(
                ALIKE,
                "0 0 -1 -1 0",
                {"example": 1}
                | split(
                    2,
                    1,
                    {"example": 2} | split(2, 1, bounded(), null(kink_1_2_1="1", kink_2_2_1="1")),
                    {"example": 2} | split(2, 1, null(kink_1_2_1="1", kink_2_2_1="1"), bounded()),
                ),
            )
        )
    ],
    "empty-sign-open": [
        miss(
            not_critical(
                IDLE_PAIR,
                "0 0 1 0",
                by_term(
                    1,
                    by_term(
                        2,
                        bounded(),
                        {"example": 3}
                        | split(1, 2, null(kink_3_1_2="1", term_1="1", term_2="1"), bounded()),
                    ),
                    bounded(),
                ),
            )
        )
    ],
    "empty-side-open": [
        miss(
            typed(
                KINKED,
                KINKED_MINIMUM,
                tree=by_term(
                    1,
                    by_term(2, bounded("0 0 1 -1"), null(term_1="1", term_2="1")),
                    bounded("0 0 1 1"),
                ),
            )
        )
    ],
    "empty-bias": [at_term(OFF, "0 0 -1", null(term_1="1"))],
    "empty-pull": [
        at_term(under_hinge(chain("1", "1")), "-1 -1", null(term_1="1")),
        miss(
            typed(
                THIN,
                THIN_MINIMUM,
                tree=change(THIN_TREE, "plus.minus.minus.plus", null(term_1="1", term_2="1")),
            )
        ),
        miss(
            typed(
                THIN,
                THIN_MINIMUM,
                tree=change(THIN_TREE, "plus.minus.minus", null(term_1="1", term_3="1")),
            )
        ),
    ],
    "combination-not-zero": [
        miss(critical(HALF, ("1", []))),
        miss(critical(FIGURE_1, ("1", [["1", "1"]]))),
    ],
    "cell-not-flat": [
        miss(typed(FIGURE_1, {"by": "hinge-lifting", "tree": UNEVEN_LEAF}, path=[["1", "1"]]))
    ],
}


HINGE_MINIMA: dict[str, list[Miss]] = {
    "constant-is-local": [hinge_minimum(under_hinge(chain("-1", "1")), "constant")],
    "loss-not-constant": [
        hinge_minimum(HALF, "constant", "local-minimum"),
        hinge_minimum(PULLED, "constant", "local-minimum", multipliers=varying(term_1="2/3")),
    ],
    "varying-multiplier-outside": [
        hinge_minimum(
            PULLED | {"data": PULLED["data"] | {"weights": ["1/3", "2/3"]}},
            "constant",
            "local-minimum",
            multipliers=varying(term_1="2"),
        ),
        hinge_minimum(
            under_hinge(problem([[[1]]], [["1"], ["1"]], [["1"]]), labels=[1, 1]),
            "constant",
            "local-minimum",
            multipliers=varying(term_1="-1/2", term_2="1/2"),
        ),
    ],
    "loss-not-zero": [hinge_minimum(HALF, "zero-loss")],
    "hinge-multiplier-outside": [
        hinge_minimum(conflict("2", "1", slope="1"), "linear", multipliers=["3/2", "3/2"]),
        hinge_minimum(
            under_hinge(chain("1", "1/2", slope="1"), inputs=[["1"], ["3"]], labels=[1, 1]),
            "linear",
            multipliers=["1", "-1/3"],
        ),
    ],
    "hinge-bound": [hinge_minimum(conflict("2", "1"), "hinge-lifting", tree=CONFLICT_TREE)],
    "hinge-linear-with-kinks": [
        hinge_minimum(under_hinge(PLANE), "linear", multipliers=["1", "1"])
    ],
    "hinge-linear-stationarity": [
        hinge_minimum(under_hinge(chain("0", "0", slope="1")), "linear", multipliers=["1"]),
        hinge_minimum(
            under_hinge(chain("0", "0", "0", slope="1", biases={1: ["0"]})),
            "linear",
            multipliers=["1"],
        ),
    ],
    "hinge-unbalanced": [
        hinge_minimum(
            under_hinge(chain("0", "0", "0", biases={1: ["0"]})),
            "hinge-lifting",
            tree=dual(["1"], signs(ball(), ball())),
        )
    ],
    "hinge-stationarity": [
        hinge_minimum(HALF, "hinge-lifting", "local-minimum", tree=dual(["1"], ball())),
    ],
    "loss-not-smaller": [miss(better(HALF, ["1/2", "1"]))],
    "term-changes-sign": [miss(curve(HALF, [["1"], ["1/2", "-1", "3"]], ["1"]))],
}
REJECTED |= HINGE_MINIMA | LOSS_CELLS


def sampled(claim: str, about: Any, evidence: Any) -> Miss:
    """A claim about a sample."""
    return miss(certificate(claim, about, evidence))


ORDERED = of_sample("0 1 2", [1, 1, -1])
UP_THEN_DOWN = pair_split(1, -1, UP, DOWN)
SAMPLE_CLAIMS: dict[str, list[Miss]] = {
    "separators-of-the-classes": [
        sampled("separable", MIXED, separators()),
        about(
            "separable", "evidence.separators", [SAMPLES["separable"]["evidence"]["separators"][0]]
        ),
    ],
    "wrong-side": [
        sampled("separable", MIXED, separators((-1, "-1", "1/2"), (1, "1", "-1/2"))),
        about("separable", "evidence.separators.1.weights.0", "0"),
    ],
    "hull-weight-negative": [
        sampled("not-separable", ORDERED, {"class": 1, "weights": ["1", "-2", "-1"]})
    ],
    "hulls-of-nothing": [
        sampled("not-separable", ORDERED, {"class": 1, "weights": ["0", "0", "0"]})
    ],
    "hulls-apart": [sampled("not-separable", ORDERED, {"class": 1, "weights": ["0", "1", "1"]})],
    "rare-without-slope": [
        sampled("rare", of_sample("1 1", [1, -1]), chosen((1, 0, [-1]), (2, 0, [1]))),
        sampled("generic", TWO_SIDES, {"tree": functional("0 0", "1 0")}),
    ],
    "rare-by-its-own-class": [sampled("rare", UNEQUAL, chosen((1, 0, [1])))],
    "rare-by-nothing": [sampled("rare", UNEQUAL, chosen((1, 0, [])))],
    "rare-equation": [sampled("rare", UNEQUAL, chosen((1, 0, [-1]), (2, 0, [1])))],
    "open-choice-not-positive": [sampled("generic", REPEATED, {"tree": UP})],
    "choices-not-positive": [sampled("generic", REPEATED, {"tree": UP_THEN_DOWN})],
}
REJECTED |= SAMPLE_CLAIMS
WRONG = of_classes(TWO_OUTPUTS, ["1"], [0], [["0", "0"]], "multiclass-hinge")
REJECTED |= {
    "claim-about-one-output": [
        miss(
            certificate("evaluation", RIGHT, {"parameters": ["1", "0"], "example": 1, "value": "1"})
        )
    ],
    "form-of-several-outputs": [
        miss(certificate("zero-trace-hessian", RIGHT, {"example": 1})),
    ],
    "method-of-the-binary-loss": [hinge_minimum(WRONG, "linear", multipliers=["1"])],
    "other-objective": [
        *REJECTED["other-objective"],
        miss(
            certificate("global-minimum", RIGHT, {"by": "zero-loss"}),
            {**RIGHT, "objective": {"kind": "one-vs-all-hinge"}},
        ),
    ],
}
MALFORMED["form-without-example"] = [
    miss(certificate("zero-trace-hessian", chain("1", "1"), {})),
]
# 525 copies of 2001 edges and more, all with the same three weights.
MANY_REPLICATES = without_point(
    replicated([[[1]] * 1000, [[1] * 1000], [[1]] * 525], [["1"]], [0], [[["1"], ["1"], ["1"]]])
)
REST = SAMPLES["clarke-critical, replicates"]["evidence"]
NO_LOSS = SAMPLES["global-minimum, replicates"]["evidence"]
REJECTED |= {
    "replicates-differ": [
        miss(certificate("clarke-critical", twins("0 0 0", "-1 0 0"), REST)),
        miss(certificate("global-minimum", twins("1 1 0", "2 0 -1"), NO_LOSS)),
    ],
    "replicates-agree": [miss(certificate("not-clarke-critical", AT_REST, {}))],
    "claim-about-replicates": [
        miss(certificate("flat-minimum", SOLVED, {})),
        miss(certificate("zero-trace-hessian", SOLVED, {})),  # the penalty is a sum of squares
    ],
    "other-product-of-cells": [about("cells, replicates", "evidence.count", "6")],
}
REJECTED["other-objective"].append(
    miss(SAMPLES["global-minimum, replicates"], twins("1 1 5", "1 5 -1"))
)
MALFORMED |= {
    "gamma-not-positive": [
        about("not-clarke-critical, replicates", "problem.objective.gamma", "0"),
        about("not-clarke-critical, replicates", "problem.objective.gamma", "-1"),
    ],
    "too-many-replicates": [
        miss(certificate("not-clarke-critical", MANY_REPLICATES, {})),
    ],
    "nothing-to-penalize": [
        miss(
            certificate(
                "not-clarke-critical",
                replicated([[[1], [2]]], [["1"]], [0], [[["1", "0"]], [["0", "0"]]]),
                {},
            )
        )
    ],
}
MALFORMED["class-unknown"] = [
    about("separable", "evidence.separators.0.class", 0),
    about("not-separable", "evidence.class", 2),
    about("rare", "evidence.choices.0.classes.0", 0),
]

# ---------------------------------------------------------------- existence

ALONE = [live(1, 1, "1")]
CHAIN = ("1 1", "1/2 0", "-1/4 1/2")
"""The solution of ``chain("1", "1")`` and the inverse there."""


def alone(what: Any, centre: str, *inverse: str, **more: str) -> Miss:
    """One active example on the positive side of one neuron, far from the parameters."""
    return miss(exists(what, "1", ALONE, centre, *inverse, distance="9", **more))


def turned(x: str, kink: str, third: str, **more: str) -> Miss:
    """Two directions; the second example is on the kink of the first neuron."""
    units = [live(1, 1, "1", "2"), live(2, 1, "2")]
    rows = ("1/2 0 0 0 0", "0 1/2 0 0 0", f"{third} 0 1 0 0", f"-1/4 0 {third} 1/2 0")
    centre = f"1 1 {kink} 1 1"
    return miss(exists(two_directions(x), "1 2", units, centre, *rows, "0 -1/4 0 0 1/2", **more))


def copied(inputs: str, patterns: Any = TWO_NEURONS, **copies: str) -> Miss:
    """Copies of the first of two neurons; with ratios 3/4 it has t = 4/5."""
    what = problem(patterns, [inputs.split()], [["4/5", "3/5"], ["4/5", "3/5"]])
    units = [live(1, 1, "1", **copies)]
    more = {"distance": "9", "local_minimum": "unknown"}
    return miss(exists(what, "1", units, "1 4/5", "1/2 0", "-1/5 2/5", **more))


def diagonal_matrix(size: int) -> str:
    """Rows of the identity, for `hessian`."""
    return ",".join(" ".join(str(int(p == q)) for q in range(size)) for p in range(size))


def told(sample: str, size: int) -> Miss:
    """A sample, said to be a local minimum, with the identity as congruence."""
    found = SAMPLES[sample]["evidence"] | hessian(diagonal_matrix(size)) | {"local_minimum": "yes"}
    return miss(change(SAMPLES[sample], "evidence", found))


def two_chains() -> Miss:
    """Chains of three layers that see one input, all weights 1: one chain alone is shorter."""
    layers = [[live(1, 0, "1"), live(2, 0, "1")]] * 2
    rows = """1/6 1/6 -1/3 1/6 -1/3 1/6 1/3, 1/6 1/6 1/6 -1/3 1/6 -1/3 1/3,
        -1/3 1/6 1/6 1/6 -1/3 1/6 1/3, 1/6 -1/3 1/6 1/6 1/6 -1/3 1/3,
        -1/3 1/6 -1/3 1/6 1/6 1/6 1/3, 1/6 -1/3 1/6 -1/3 1/6 1/6 1/3,
        -1/3 -1/3 -1/3 -1/3 -1/3 -1/3 -2/3"""
    pair = problem([[[1], [2]], [[1, 0], [0, 2]], [[1, 2]]], [["1/2"]], [["1", "1"]] * 3)
    more = hessian(diagonal_matrix(6))
    return miss(exists_full(pair, "1", layers, "1 1 1 1 1 1 2", *rows.split(","), **more))


DESCENT = "evidence.descent."

EXISTENCE: dict[str, list[Miss]] = {
    "exists-over-the-rationals": [alone(chain("1", "1", field=SQRT2), *CHAIN)],
    "exists-scale": [
        alone(chain("1", "1"), *CHAIN, scale="-1"),
        alone(chain("1", "1"), *CHAIN, scale="0"),
    ],
    "exists-radius": [alone(chain("1", "1"), "1 1", "9 0", "0 9", radius="-1/1024")],
    "exists-distance": [
        miss(exists(chain("9/8", "1"), "1", ALONE, *CHAIN, distance="1/9")),
        miss(exists(chain("1", "2"), "1", ALONE, *CHAIN, distance="1/2")),
    ],
    "live-without-output": [
        miss(
            exists(
                problem([[[1], [2]], [[0, 1]]], [["1"]], [["1", "1"], ["1"]]), "1", ALONE, *CHAIN
            )
        )
    ],
    "copy-with-other-inputs": [copied("1 2", [[[1, 0], [0, 2]], [[1, 2]]], unit_2="3/4")],
    "live-twice": [copied("1", unit_1="3/4")],
    "copy-ratio": [copied("1", unit_2="-3/4")],
    "exists-contraction": [
        alone(chain("1", "1"), "1 17/16", *CHAIN[1:]),
        alone(chain("1", "1"), "1 1", "0 0", "0 0"),
        alone(chain("1", "1", "2"), *CHAIN),
    ],
    "exists-multiplier": [
        miss(
            exists(
                problem([[[1, 2]], [[1]]], [["1", "1"], ["1", "2"]], [["1", "0"], ["1"]]),
                "1 2",
                [live(1, 1, "1 2")],
                "2 -1 1",
                *("1 1 -1", "-1/2 -1 1", "-1/4 1 -1/2"),
            )
        )
    ],
    "exists-slope": [turned("-2", "2", "1", local_minimum="no")],
    "exists-norm": [alone(chain("1", "1"), "1 -1", "1/2 0", "1/4 -1/2")],
    "exists-side": [
        miss(exists(chain("2", "2", slope="1/4"), "1", [live(1, 1)], "4 2", "2 0", "-1/2 1"))
    ],
    "exists-margin": [
        miss(exists(problem([[[1]], [[1]]], [["1"], ["1/2"]], [["1"], ["1"]]), "1", ALONE, *CHAIN))
    ],
    "exists-convex-kink": [
        turned("-1/2", "1/2", "1/4"),
        told("kkt-exists, full, convex kink", 6),
    ],
    "exists-zero-neuron": [
        miss(exists(problem(TWO_NEURONS, [["1"]], [["1", "0"], ["1", "0"]]), "1", ALONE, *CHAIN)),
        told("kkt-exists, deep, zero unit", 3),
    ],
    "exists-not-dominant": [
        two_chains(),
        about("kkt-exists, deep", "evidence.congruence.6.6", "0"),
        about("kkt-exists, full, copies", "evidence.penalty", "-1/2"),
    ],
    "exists-zero-neuron-gains": [
        miss(exists(beside("9/8"), *AT_ONE, zero_neurons=HARMLESS)),
        about(
            "kkt-exists, harmless zero neuron", "evidence.zero_neurons.multipliers.0", "7/4"
        ),  # the tree holds for 7/4, which lambda is not
    ],
    "exists-listed-negative": [
        about("kkt-exists, harmless zero neuron", "evidence.zero_neurons.multipliers.0", "-1/9")
    ],
    "exists-descent-of-zero": [
        miss(
            exists(
                problem([[[1, 0], [0, 2]], [[1, 0]]], [["1", "2"]], [["1", "0"], ["1"]]),
                *AT_ONE,
                local_minimum="no",
                descent={"unit": 2, "sign": 1, "direction": ["1"]},
            )
        )
    ],
    "exists-descent-too-short": [
        miss(
            exists(
                beside("1"),
                *AT_ONE,
                local_minimum="no",
                descent={"unit": 2, "sign": 1, "direction": ["1"]},
            )
        ),
        about("kkt-exists, zero neuron that grows", DESCENT + "sign", -1),
        about("kkt-exists, zero neuron that grows", DESCENT + "direction.0", "-1"),
    ],
    "exists-no-convex-kink": [
        alone(chain("1", "1"), *CHAIN, local_minimum="no"),
        about("kkt-exists, concave kink", "evidence.local_minimum", "no"),
    ],
}
REJECTED |= EXISTENCE
MALFORMED |= {
    "exists-minimum": [
        about("kkt-exists", "evidence.local_minimum", "perhaps"),
        about("kkt-exists", "evidence.local_minimum", None),
    ],
    "side-not-active": [about("kkt-exists, copies", "evidence.units.0.positive", [1, 2])],
}

# Checks that no file can fail, and why; ``test_forms_beyond_files`` fails them without a file.
BEYOND_FILES = {
    "second-derivative": "a parameter belongs to one layer, so that no path meets it twice",
}

# Checks behind which something else stands, and what refuses when they are taken away.
BACKED_UP = {
    "conclusion-not-proved": "the name is looked up in a table: a KeyError",
    "kink-without-slope": "the slope is looked up in a table: a KeyError",
    "empty-undecided-unit": "the side is looked up in a table: a KeyError",
    "empty-form-open": "the side is looked up in a table: a KeyError",
    "empty-terms-of-deep-networks": "two layers are unpacked: a ValueError",
    "empty-form-not-affine": "the slope is looked up in a table: a KeyError",
    "side-not-taken": "the side is looked up in a table: a KeyError",
    "empty-source-not-zero": "the side is looked up in a table: a KeyError",
    "lifting-needs-one-hidden-layer": "two layers are unpacked: a ValueError",
    "lifting-sign-open": "the sign is looked up in a table: a KeyError",
    "lifting-side-open": "the slope is looked up in a table: a KeyError",
    "lifting-weight-on-open-side": "the side is looked up in a table: a KeyError",
    "vertices-of-irrational-data": "such numbers cannot be divided: a TypeError",
    "live-without-output": "the output weight is looked up in a table: a KeyError",
    "claim-about-replicates": "the rule is looked up in a table: a KeyError",
    "balance-of-bounded-symbols": "a bounded symbol has no square (balance-without-square), and no "
    "class to be merged: a KeyError",
}
