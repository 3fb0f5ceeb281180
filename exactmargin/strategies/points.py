"""Points of a given network: generic, on kinks, with zero neurons, balanced."""

from collections.abc import Sequence

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Number, Q, nullspace
from exactmargin.exact.scalars import shown
from exactmargin.networks import Architecture, Parameters, RationalLike, forward
from exactmargin.strategies.arguments import chosen, rational, strategy
from exactmargin.strategies.numbers import rationals, unit_vectors

__all__ = ["KINDS_OF_PARAMETERS", "parameters"]

KINDS_OF_PARAMETERS = ("any", "generic", "kinks", "zero neurons", "balanced")
"""The kinds of points that `parameters` draws."""


def parameters(
    network: Architecture,
    kind: str = "any",
    *,
    inputs: Sequence[Sequence[RationalLike | Number]] | None = None,
    numbers: st.SearchStrategy[fmpq] | None = None,
) -> st.SearchStrategy[Parameters]:
    """Rational points of `network`.

    ``"any"`` takes all numbers as they come, zeros too; ``"generic"``: no parameter is zero;
    ``"kinks"``: some hidden pre-activation is zero at one of the `inputs` (which this kind
    needs), often at several, in each hidden layer; ``"zero neurons"``: all weights into and out
    of some hidden unit are zero, and its bias; ``"balanced"``: with one hidden layer, one output
    and no shared weight ‖(w_k, b_k)‖ = |v_k| for every unit, and elsewhere the blocks of all
    layers, biases included, have one norm (V Lemma C.4: KKT points are balanced).

    >>> parameters(fully_connected([2, 1, 1]), "balanced").example()  # doctest: +SKIP
    Parameters(weights=((1, 0), (1,)), biases=(None, None))

    Raises `InvalidInputError`, also where the network has no such point.
    """
    if not isinstance(network, Architecture):
        raise InvalidInputError(
            f"{shown(network)} is not an Architecture; fully_connected([2, 3, 1]) makes one",
            place="network",
        )
    chosen(kind, KINDS_OF_PARAMETERS, "kind")
    drawn = strategy(numbers, rationals(), "numbers")
    if kind in ("kinks", "zero neurons") and network.depth == 1:
        raise InvalidInputError(
            f"{kind!r} needs a hidden unit, but the network has depth 1", place="kind"
        )
    if kind == "kinks":
        return _on_kinks(network, _checked_inputs(network, inputs), drawn)
    if kind == "balanced":
        return _balanced_neurons(network, drawn) if _has_neurons(network) else _balanced(network)
    if kind == "generic":
        drawn = drawn.map(lambda x: x or fmpq(1))
    return _zeros(network, drawn) if kind == "zero neurons" else _any(network, drawn)


def _checked_inputs(
    network: Architecture, inputs: Sequence[Sequence[RationalLike | Number]] | None
) -> list[list[fmpq]]:
    if not inputs:
        raise InvalidInputError(
            f"{shown(inputs)}; a kink is a zero pre-activation at an input, so give at least one",
            place="inputs",
        )
    for i, x in enumerate(inputs):
        if len(x) != network.input_dimension:
            raise InvalidInputError(
                f"has length {len(x)}; the network has input dimension {network.input_dimension}",
                place=f"inputs[{i}]",
            )
    return [
        [rational(value, f"inputs[{i}][{j}]") for j, value in enumerate(x)]
        for i, x in enumerate(inputs)
    ]


@st.composite
def _flat(draw: st.DrawFn, network: Architecture, numbers: st.SearchStrategy[fmpq]) -> list[fmpq]:
    return [draw(numbers) for _ in range(network.parameter_count)]


def _any(network: Architecture, numbers: st.SearchStrategy[fmpq]) -> st.SearchStrategy[Parameters]:
    return _flat(network, numbers).map(lambda flat: Parameters.from_flat(network, flat))


def _row(network: Architecture, layer: int, unit: int) -> list[int]:
    """The flat places of the parameters into a unit: its weights, each once, then its bias."""
    start, shape = network.block_slice(layer).start, network.layers[layer]
    own = sorted({g for _, g in shape.entries[unit]})
    return [start + g for g in own] + [start + shape.parameter_count + unit] * shape.bias


def _column(network: Architecture, layer: int, unit: int) -> list[int]:
    """The flat places of the weights out of a hidden unit."""
    start, above = network.block_slice(layer + 1).start, network.layers[layer + 1]
    return [start + g for row in above.entries for j, g in row if j == unit]


@st.composite
def _zeros(draw: st.DrawFn, network: Architecture, numbers: st.SearchStrategy[fmpq]) -> Parameters:
    flat = draw(_flat(network, numbers))
    layer = draw(st.integers(0, network.depth - 2))
    for unit in draw(st.sets(st.integers(0, network.layers[layer].rows - 1), min_size=1)):
        for place in (*_row(network, layer, unit), *_column(network, layer, unit)):
            flat[place] = fmpq(0)
    return Parameters.from_flat(network, flat)


@st.composite
def _on_kinks(
    draw: st.DrawFn,
    network: Architecture,
    inputs: list[list[fmpq]],
    numbers: st.SearchStrategy[fmpq],
) -> Parameters:
    """Upwards, one unit of each layer is put on kinks: a change leaves all layers below alone."""
    flat = draw(_flat(network, numbers))
    sure = draw(st.integers(0, network.depth - 2))
    for layer in range(network.depth - 1):
        if layer != sure and draw(st.booleans()):
            continue
        unit = draw(st.integers(0, network.layers[layer].rows - 1))
        some = draw(st.sets(st.sampled_from(range(len(inputs))), min_size=1))
        point = Parameters.from_flat(network, flat)
        forms = [_form(network, point, inputs[i], layer, unit) for i in sorted(some)]
        own = _row(network, layer, unit)
        # The pre-activation is linear in these parameters: they are drawn from a null space.
        values = [fmpq(0)] * len(own)
        for vector in map(Q.coerce_all, nullspace(forms, len(own))):
            factor = draw(numbers)
            values = [a + factor * b for a, b in zip(values, vector, strict=True)]
        for place, value in zip(own, values, strict=True):
            flat[place] = value
    return Parameters.from_flat(network, flat)


def _form(
    network: Architecture, point: Parameters, x: list[fmpq], layer: int, unit: int
) -> list[fmpq]:
    """The pre-activation of a unit as a linear form in the parameters of its `_row`."""
    below = forward(network, point, x).activations[layer - 1] if layer else x
    shape = network.layers[layer]
    sums: dict[int, fmpq] = {}
    for j, g in shape.entries[unit]:
        sums[g] = sums.get(g, fmpq(0)) + Q.coerce(below[j])
    return [sums[g] for g in sorted(sums)] + [fmpq(1)] * shape.bias


def _has_neurons(network: Architecture) -> bool:
    return network.depth == 2 and network.output_dimension == 1 and network.is_no_share


def _sizes() -> st.SearchStrategy[fmpq]:
    return st.sampled_from([fmpq(p, q) for p, q in ((1, 1), (2, 1), (1, 2), (3, 1), (3, 2))])


@st.composite
def _balanced_neurons(
    draw: st.DrawFn, network: Architecture, numbers: st.SearchStrategy[fmpq]
) -> Parameters:
    flat = draw(_flat(network, numbers))  # of these only the bias of the output remains
    for unit in range(network.layers[0].rows):
        own, out = _row(network, 0, unit), _column(network, 0, unit)
        size = draw(_sizes())  # before the choice of zero, so that this does not look simpler
        size = fmpq(0) if draw(st.integers(0, 4)) == 4 else size
        size = size if own and out else fmpq(0)  # a unit without inputs or output
        for place in out:
            flat[place] = size * draw(st.sampled_from((1, -1)))
        for place, value in zip(own, draw(unit_vectors(len(own))) if own else (), strict=True):
            flat[place] = size * value
    return Parameters.from_flat(network, flat)


@st.composite
def _balanced(draw: st.DrawFn, network: Architecture) -> Parameters:
    counts = network.parameter_counts
    size = draw(_sizes()) if all(counts) else fmpq(0)
    return Parameters.from_flat(
        network, [size * x for n in counts if n for x in draw(unit_vectors(n))]
    )
