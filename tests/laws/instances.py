"""Random small problems, degenerate on purpose: zero weights, repeated and shared parameters,
zero inputs, points exactly on margins and on kinks. Small integers first, so that they shrink.
"""

from fractions import Fraction

from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.exact import Q, sign
from exactmargin.networks import Architecture, Parameters, from_pattern
from exactmargin.problems import LayerMaxMargin, MaxMargin, Problem

NUMBERS = st.sampled_from([Fraction(p, q) for p in (0, 1, -1, 2, -2) for q in (1, 1, 2)])
SLOPES = st.sampled_from([Fraction(0), Fraction(0), Fraction(1, 4), Fraction(1)])


@st.composite
def architectures(draw, max_depth=3, max_width=3, biases=True):
    """Networks of class N: dense, sparse, shared; with one output."""
    depth = draw(st.integers(1, max_depth))
    widths = [draw(st.integers(1, max_width)) for _ in range(depth)] + [1]
    patterns = []
    for rows, columns in zip(widths[1:], widths[:-1], strict=True):
        used, pattern = 0, []
        for _ in range(rows):
            row = []
            for _ in range(columns):
                choice = draw(st.integers(-1, 4))  # missing, shared, or new
                if choice < 0:
                    row.append(0)
                elif choice < 2 and used:
                    row.append(draw(st.integers(1, used)))
                else:
                    used += 1
                    row.append(used)
            pattern.append(tuple(row))
        patterns.append(tuple(pattern))
    flags = [biases and draw(st.integers(0, 5)) == 0 for _ in patterns]
    return from_pattern(patterns, flags, negative_slope=draw(SLOPES))


@st.composite
def problems(draw, **shape):
    """Max-margin and one-layer problems whose point is feasible and active where scaling can do
    it: inputs of a bias-free network are divided by |Phi|, labels follow the sign of Phi."""
    network: Architecture = draw(architectures(**shape))
    size = draw(st.integers(1, 3))
    flat = [Q.coerce(draw(NUMBERS)) for _ in range(network.parameter_count)]
    inputs = [
        [Q.coerce(draw(NUMBERS)) for _ in range(network.input_dimension)] for _ in range(size)
    ]
    layer = draw(st.integers(0, network.depth))
    objective = LayerMaxMargin(layer) if layer else MaxMargin()
    point = Parameters.from_flat(network, flat)
    draft = Problem("draft", Q, network, Dataset(inputs, [1] * size), objective, point)
    outputs = draft.margins()
    labels = [sign(value) or 1 for value in outputs]
    if not network.has_bias:
        inputs = [
            [value / abs(output) for value in x] if sign(output) else x
            for x, output in zip(inputs, outputs, strict=True)
        ]
    return Problem("random", Q, network, Dataset(inputs, labels), objective, point)
