"""What each strategy promises holds for everything it draws, and every mode occurs."""

from collections import Counter
from itertools import combinations

import pytest
from flint import fmpq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exactmargin.decisions import Answer, decide_kkt
from exactmargin.exact import Q, rank, squared_norm, strictly_feasible_direction
from exactmargin.networks import (
    Parameters,
    forward,
    from_pattern,
    fully_connected,
    zero_pre_activations,
)
from exactmargin.problems import (
    Hinge,
    LayerMaxMargin,
    MaxMargin,
    PenalizedOneVersusAllHinge,
    replicates_agree,
)
from exactmargin.strategies import (
    KINDS_OF_ARCHITECTURES,
    KINDS_OF_DEEP_NETWORKS,
    KINDS_OF_HINGE_POINTS,
    architectures,
    datasets,
    deep_kkt_points,
    hinge_points,
    kkt_points,
    parameters,
    problems,
    rationals,
    replicated_points,
)


def every(strategy, check, examples=100):
    """Check so many examples, the same in each run; what the checks return is counted."""
    seen = Counter()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(value):
        found = check(value)
        seen.update(found if isinstance(found, list) else [found])

    run()
    return seen


# ---------------------------------------------------------------- rationals


@pytest.mark.parametrize("nonzero", [False, True])
@pytest.mark.parametrize(("low", "high"), [(-4, 4), ("1/3", "1/2"), (0, 1), (-2, "-1/2"), (2, 2)])
def test_rationals_are_in_their_interval(low, high, nonzero):
    least, most = Q.coerce(low), Q.coerce(high)

    def check(x):
        assert isinstance(x, fmpq)
        assert least <= x <= most
        assert x.q <= 3
        assert x or not nonzero
        return ["zero" if not x else "whole" if x.q == 1 else "fraction"]

    seen = every(rationals(low, high, max_denominator=3, nonzero=nonzero), check)
    if (low, high) == (-4, 4):
        assert seen["whole"] >= 20, seen
        assert seen["fraction"] >= 20, seen
        assert bool(seen["zero"]) is not nonzero


# ---------------------------------------------------------------- datasets


def hats(data, affine):
    return [[*x, fmpq(1)] if affine else list(x) for x in data.inputs]


def is_separable(data, affine):
    """An independent word: the linear program for a separating direction."""
    rows = [[y * v for v in x] for x, y in zip(hats(data, affine), data.labels, strict=True)]
    return strictly_feasible_direction(Q, rows, len(rows[0])).direction is not None


def is_general(data, affine):
    x = hats(data, affine)
    few = min(len(x), len(x[0]))
    return all(rank(some) == few for some in combinations(x, few))


def is_special(data):
    x = data.inputs
    if any(not any(v) for v in x) or any(rank(pair) < 2 for pair in combinations(x, 2)):
        return True
    return data.dimension >= 3 and any(rank(three) < 3 for three in combinations(x, 3))


@pytest.mark.parametrize("affine", [False, True], ids=["linear", "affine"])
@pytest.mark.parametrize("position", ["any", "general", "special"])
@pytest.mark.parametrize("separable", [None, True, False])
def test_datasets(separable, position, affine):
    """Separability and position as promised; both labels, sizes and dimensions occur."""

    def check(data):
        assert separable is None or is_separable(data, affine) is separable
        assert position != "general" or is_general(data, affine)
        assert position != "special" or is_special(data)
        assert data.is_binary
        assert data.weights is None
        marks = [f"d{data.dimension}", f"n{data.size}"]
        marks += ["both labels"] * (len(set(data.labels)) == 2)
        marks += ["zero"] * any(not any(x) for x in data.inputs)
        return marks + ["repeated"] * (len(set(data.inputs)) < data.size)

    wish = {"separable": separable, "position": position, "affine": affine}
    seen = every(datasets((1, 3), (1, 5), **wish), check, 60)
    for mark in ("d1", "d2", "d3", "n5", "both labels"):
        assert seen[mark], seen
    if position != "general":
        assert seen["repeated"], seen
        assert seen["zero"] or (separable and not affine), seen


def test_classes_and_weights():
    def check(data):
        assert set(data.labels) <= {0, 1, 2}
        assert sum(data.weights) == 1
        assert min(data.weights) > 0
        return list(data.labels)

    assert set(every(datasets(classes=3, weighted=True), check)) == {0, 1, 2}


# ---------------------------------------------------------------- architectures


def kinds_of(network):
    entries = [entry for layer in network.layers for row in layer.pattern for entry in row]
    square = all(layer.rows == layer.columns for layer in network.layers[:-1])
    off = [
        entry
        for layer in network.layers[:-1]
        for i, row in enumerate(layer.pattern)
        for j, entry in enumerate(row)
        if i != j
    ]
    return {
        "dense": 0 not in entries and network.is_no_share,
        "sparse": 0 in entries and network.is_no_share,
        "diagonal": square and not any(off),
        "shared": not network.is_no_share,
        "convolutional": network.depth == 2,
    }


@pytest.mark.parametrize("kind", KINDS_OF_ARCHITECTURES)
def test_architectures(kind):
    def check(network):
        assert kinds_of(network)[kind]
        assert 1 <= network.depth <= 3
        assert network.output_dimension == 1
        marks = [f"depth {network.depth}", f"slope {network.negative_slope}"]
        return [*marks, "bias" if network.has_bias else "no bias"]

    seen = every(architectures(kinds=[kind]), check)
    for mark in ("slope 0", "slope 1", "slope 1/4", "bias", "no bias", "depth 2"):
        assert seen[mark], seen
    assert kind == "convolutional" or seen["depth 1"] * seen["depth 3"], seen


def test_all_kinds_of_architectures_occur_and_shapes_are_kept():
    def check(network):
        assert network.input_dimension == 2
        assert network.depth == 2
        assert all(layer.bias for layer in network.layers)
        return [kind for kind, holds in kinds_of(network).items() if holds]

    seen = every(architectures(dimension=2, depth=2, biases=True), check)
    assert min(seen[kind] for kind in KINDS_OF_ARCHITECTURES) >= 5, seen


@pytest.mark.parametrize(
    "shape", [{"dimension": 1, "depth": 2, "width": (1, 2)}, {"dimension": (1, 2), "depth": 1}]
)
def test_a_weight_is_shared_in_the_least_shape(shape):
    def check(network):
        assert not network.is_no_share

    every(architectures(kinds=["shared"], **shape), check)


# ---------------------------------------------------------------- parameters

NETWORKS = architectures(depth=(2, 3), dimension=(1, 2))
INPUTS = st.lists(st.lists(rationals(), min_size=2, max_size=2), min_size=1, max_size=3)


@st.composite
def with_points(draw, kind, networks=NETWORKS):
    network = draw(networks)
    inputs = [x[: network.input_dimension] for x in draw(INPUTS)]
    return network, inputs, draw(parameters(network, kind, inputs=inputs))


def test_generic_parameters_are_not_zero():
    every(with_points("generic"), lambda drawn: [all(drawn[2].flat()) or pytest.fail("a zero")])


def test_parameters_on_kinks_have_a_zero_pre_activation():
    def check(drawn):
        network, inputs, point = drawn
        zeros = [
            (i, *unit)
            for i, x in enumerate(inputs)
            for unit in zero_pre_activations(forward(network, point, x))
        ]
        assert zeros
        layers = {layer for _, layer, _ in zeros}
        marks = [f"layer {layer}" for layer in layers]
        return marks + ["live"] * any(point.flat()) + ["several inputs"] * (len(zeros) > 1)

    seen = every(with_points("kinks"), check)
    for mark in ("layer 0", "layer 1", "live", "several inputs"):
        assert seen[mark] >= 5, seen


def incoming(network, point, layer, unit):
    shape = network.layers[layer]
    own = [point.weights[layer][g] for _, g in shape.entries[unit]]
    return own + ([point.biases[layer][unit]] if shape.bias else [])


def outgoing(network, point, layer, unit):
    above = network.layers[layer + 1]
    return [point.weights[layer + 1][g] for row in above.entries for j, g in row if j == unit]


def test_zero_neurons():
    def check(drawn):
        network, _, point = drawn
        zero = [
            (layer, unit)
            for layer in range(network.depth - 1)
            for unit in range(network.layers[layer].rows)
            if not any(incoming(network, point, layer, unit))
            and not any(outgoing(network, point, layer, unit))
        ]
        assert zero
        return ["some life"] * any(point.flat())

    assert every(with_points("zero neurons"), check)["some life"] >= 20


def test_balanced_neurons():
    networks = architectures(depth=2, kinds=["dense", "sparse", "diagonal"])

    def check(drawn):
        network, point = drawn
        marks = []
        for k in range(network.layers[0].rows):
            w, v = incoming(network, point, 0, k), outgoing(network, point, 0, k)
            assert squared_norm(w or [fmpq(0)]) == squared_norm(v or [fmpq(0)])
            marks.append("zero" if not any(w) else "oblique" if w.count(0) < len(w) - 1 else "axis")
        return marks

    seen = every(
        networks.flatmap(lambda n: st.tuples(st.just(n), parameters(n, "balanced"))), check
    )
    assert min(seen["zero"], seen["oblique"], seen["axis"]) >= 5, seen


def test_balanced_layers():
    networks = architectures(depth=3) | architectures(depth=2, kinds=["shared"])

    def check(drawn):
        network, point = drawn
        flat = point.flat()
        norms = {
            squared_norm([fmpq(0), *flat[network.block_slice(n)]]) for n in range(network.depth)
        }
        assert len(norms) == 1
        return [bool(norms.pop())]

    seen = every(
        networks.flatmap(lambda n: st.tuples(st.just(n), parameters(n, "balanced"))), check
    )
    assert seen[True] >= 20, seen


# ---------------------------------------------------------------- KKT points

SHAPES = {
    "default": {},
    "bare": {"biases": False, "kinks": False, "slopes": [0]},
    "diagonal": {"diagonal": True, "depth": 3, "slopes": [0, 1]},
    "deep": {"depth": (3, 4), "slopes": [0, "1/2"], "moving": (1, 2), "zero": (0, 1)},
    "linear": {"slopes": [1]},
    "large": {"size": 6, "moving": 2, "zero": 1, "dimension": 3},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_kkt_points_are_kkt_points(shape):
    """The verdict is yes, by a certificate that the kernel has accepted; sizes are as asked."""

    def check(problem):
        verdict = decide_kkt(problem)
        assert verdict.answer is Answer.YES, verdict
        assert verdict.certificate.outcome().accepted
        data, network = problem.data, problem.network
        marks = ["two labels"] * (len(set(data.labels)) == 2)
        marks += ["several examples"] * (data.size > 1)
        marks += ["zero neuron"] * (0 in problem.point().weights[-1])
        marks += ["slack"] * (len(problem.active_examples()) < data.size)
        runs = [forward(network, problem.point(), x) for x in data.inputs]
        moving = [bool(v) for v in problem.point().weights[-1]]
        on_kink = any(moving[k] for run in runs for _, k in zero_pre_activations(run))
        marks += ["kink"] * on_kink + ["output bias"] * network.layers[-1].bias
        return marks + ["hidden bias"] * network.layers[0].bias

    seen = every(kkt_points(**shape), check, 60)
    assert seen["several examples"] >= 10, seen
    assert seen["two labels"], seen
    assert shape.get("kinks", True) is False or seen["zero neuron"] >= 10, seen
    if shape in (SHAPES["diagonal"], SHAPES["large"]):  # elsewhere they are rare
        assert seen["kink"], seen


@pytest.mark.parametrize("layer", [0, 1], ids=["hidden", "output"])
def test_biases_occur_at_kkt_points(layer):
    seen = every(
        kkt_points(size=(2, 4), slopes=[1], zero=0), lambda p: [p.network.layers[layer].bias], 300
    )
    assert seen[True] >= 3, seen


# ---------------------------------------------------------------- hinge points, problems


@pytest.mark.parametrize("kind", KINDS_OF_HINGE_POINTS)
def test_hinge_points(kind):
    def check(problem):
        assert isinstance(problem.objective, Hinge)
        point, margins = problem.point(), problem.margins()
        (v, (c,)) = point.weights[1], point.biases[1]
        hidden = list(point.weights[0])
        if kind == "kinks":
            runs = [forward(problem.network, point, x) for x in problem.data.inputs]
            assert any(zero_pre_activations(run) for run in runs)
        elif kind == "margins":
            assert 1 in margins
        elif kind == "constant":
            assert not any(v)
            assert abs(c) == 1
        elif kind == "off":
            runs = [forward(problem.network, point, x) for x in problem.data.inputs]
            rows = zip(*(run.pre_activations[0] for run in runs), strict=True)
            assert any(max(row) <= 0 for row in rows)
        elif kind == "optimal":
            least = problem.objective_value()
            for moved in beside(problem):
                assert problem.objective_value(moved) >= least
        elif kind == "zero neurons":
            d = problem.data.dimension
            assert any(
                not any((v[k], point.biases[0][k], *hidden[k * d : k * d + d]))
                for k in range(len(v))
            )
        assert sum(problem.example_weights) == 1
        return [f"loss {bool(problem.objective_value())}"]

    seen = every(hinge_points(kind, weighted=True), check)
    assert seen["loss True"] >= (1 if kind == "optimal" else 10), seen
    assert seen["loss False"], seen


def beside(problem):
    """Points with another number in the last layer: the loss is convex in these."""
    flat = problem.point().flat()
    for p in range(problem.network.block_slice(1).start, len(flat)):
        for step in (fmpq(1), fmpq(-1), fmpq(1, 8), fmpq(-1, 8)):
            moved = [*flat[:p], flat[p] + step, *flat[p + 1 :]]
            yield Parameters.from_flat(problem.network, moved)


def test_hinge_points_of_several_classes():
    wish = hinge_points("optimal", classes=3, slopes=[0], dimension=2)

    def check(problem):
        least = problem.objective_value()
        assert all(problem.objective_value(moved) >= least for moved in beside(problem))
        assert problem.network.output_dimension == 3
        return [problem.objective.kind]

    seen = every(wish, check, 40)
    assert set(seen) == {"multiclass-hinge", "one-vs-all-hinge"}


def test_hinge_points_with_separable_and_balanced_data():
    def check(problem):
        data = problem.data
        assert is_separable(data, True)
        for label in (1, -1):
            pairs = zip(data.labels, data.weights, strict=True)
            assert sum(weight for y, weight in pairs if y == label) == fmpq(1, 2)
        assert [layer.bias for layer in problem.network.layers] == [False, True]

    every(hinge_points(separable=True, balanced=True, hidden_bias=False), check)


def test_hinge_points_without_weights_and_biases():
    """Each may be missing, and a best last layer is one all the same."""

    def check(problem):
        hidden, last = problem.network.layers
        least = problem.objective_value()
        if problem.name == "hinge, optimal":
            assert all(problem.objective_value(moved) >= least for moved in beside(problem))
        missing = hidden.parameter_count < hidden.rows * hidden.columns
        unread = last.parameter_count < last.columns
        return [f"biases {hidden.bias} {last.bias}", f"missing {missing}", f"unread {unread}"]

    seen = every(hinge_points(sparse=True, hidden_bias=None, output_bias=None), check)
    assert len(seen) == 8, seen
    kinds = every(hinge_points(output_bias=None), lambda problem: [problem.name])
    assert not {"hinge, margins", "hinge, constant"} & set(kinds)
    dead = every(
        hinge_points("constant", sparse=True), lambda p: [sorted(map(abs, p.margins()))[-1] == 1]
    )
    assert set(dead) == {True}


def test_deep_kkt_points_of_more_units_than_inputs():
    wish = deep_kkt_points(["sparse"], dimension=2, depth=3, width=3, slopes=[0])
    seen = every(wish, lambda problem: [problem.name], 40)
    assert seen["constructed, sparse"], seen


@pytest.mark.parametrize("slope", [0, "1/4", 1])
@pytest.mark.parametrize("kind", KINDS_OF_DEEP_NETWORKS)
def test_deep_kkt_points_are_kkt_points(kind, slope):
    def check(problem):
        assert problem.network.negative_slope == Q.coerce(slope)
        if decide_kkt(problem).answer is Answer.UNKNOWN:  # deep kinks
            return ["unknown"]
        assert decide_kkt(problem).answer is Answer.YES
        return [problem.name, f"depth {problem.network.depth}"]

    seen = every(deep_kkt_points([kind], slopes=[slope]), check, 30)
    assert seen[f"constructed, {kind}"] >= 10, seen
    assert seen["unknown"] <= 3, seen


def test_hinge_points_mix_their_kinds():
    seen = every(hinge_points(), lambda problem: [problem.name])
    assert set(seen) == {f"hinge, {kind}" for kind in KINDS_OF_HINGE_POINTS}


@pytest.mark.parametrize("agree", [True, False, None])
def test_replicated_points(agree):
    def check(problem):
        assert isinstance(problem.objective, PenalizedOneVersusAllHinge)
        assert problem.network.output_dimension == 3
        found = replicates_agree(problem)
        assert agree in (found, None)
        return [found]

    seen = every(replicated_points(agree, classes=3), check)
    assert set(seen) == ({True, False} if agree is None else {agree})


def test_problems():
    def check(problem):
        margins = problem.margins()
        assert min(margins) >= 0
        active = [margin == 1 for margin in margins if margin]
        assert all(active) or problem.network.has_bias
        feasible = not problem.is_hinge and problem.is_feasible()
        marks = [type(problem.objective), *problem.network.layers[0].pattern[:1]]
        return [*marks, *["feasible"] * feasible]

    seen = every(problems(), check, 200)
    assert min(seen[kind] for kind in (MaxMargin, LayerMaxMargin, Hinge)) >= 20, seen
    assert seen["feasible"] >= 20, seen


def test_problems_take_networks_and_points_as_asked():
    network = from_pattern([[[1, 1]], [[1]]], negative_slope="1/3")
    wish = problems(["hinge"], networks=st.just(network), points="kinks", size=2, scaled=False)

    def check(problem):
        assert problem.network == network
        assert problem.data.size == 2
        kinks = [
            zero_pre_activations(forward(network, problem.point(), x)) for x in problem.data.inputs
        ]
        assert any(kinks)

    every(wish, check)


def test_unscaled_problems_keep_their_labels():
    wish = problems(["max-margin"], networks=st.just(fully_connected([1, 1])), scaled=False)
    seen = every(wish, lambda problem: [min(problem.margins()) < 0])
    assert seen[True] >= 5, seen
