"""Points of the hinge losses where they are not smooth, or where their last layer is best.

A point of the kind ``"optimal"`` has a last layer that no other last layer improves.  The loss is
convex in the last layer, so a linear program finds it, and every critical point at which the
hidden layer is smooth is of this kind.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from flint import fmpq
from hypothesis import strategies as st

from exactmargin.data import Dataset
from exactmargin.errors import InvalidInputError
from exactmargin.exact import LinearProgram, Number, Q, solve_lp
from exactmargin.networks import (
    Parameters,
    RationalLike,
    forward,
    from_pattern,
    fully_connected,
)
from exactmargin.problems import Hinge, MulticlassHinge, OneVersusAllHinge, Problem
from exactmargin.strategies.arguments import Range, bounds, chosen, flag
from exactmargin.strategies.arguments import slopes as checked_slopes
from exactmargin.strategies.networks import SLOPES
from exactmargin.strategies.points import parameters
from exactmargin.strategies.samples import datasets

__all__ = ["KINDS_OF_HINGE_POINTS", "hinge_points"]

KINDS_OF_HINGE_POINTS = (
    "any",
    "kinks",
    "margins",
    "constant",
    "zero neurons",
    "off",
    "optimal",
)
"""The kinds of points that `hinge_points` draws."""


@dataclass(frozen=True, slots=True)
class _Wish:
    kinds: tuple[str, ...]
    width: tuple[int, int]
    slopes: tuple[fmpq, ...]
    balanced: bool
    biases: tuple[bool | None, bool | None]
    sparse: bool
    classes: int | None

    @property
    def has_one_bias(self) -> bool:
        """Whether there surely is a c, and no other."""
        return self.classes is None and self.biases[1] is True


def hinge_points(
    kind: str | None = None,
    *,
    dimension: Range = (1, 2),
    size: Range = (1, 3),
    width: Range = (1, 2),
    slopes: Sequence[RationalLike] = SLOPES,
    weighted: bool = False,
    separable: bool | None = None,
    balanced: bool = False,
    hidden_bias: bool | None = True,
    output_bias: bool | None = True,
    sparse: bool = False,
    classes: int | None = None,
) -> st.SearchStrategy[Problem]:
    """Hinge losses (L eq. 9) of networks with one hidden layer, with a point.

    ``"any"`` takes the numbers as they come; ``"kinks"``: a hidden pre-activation is zero;
    ``"margins"``: some example has margin exactly 1, where its loss has a kink; ``"constant"``:
    v = 0 and c = ±1, so that every example of one label is on its margin (L §4, Lemma 105);
    these two need c;
    ``"zero neurons"``: all numbers of some hidden unit are zero; ``"off"``: some unit is on its
    negative side at every example, or at zero (without `hidden_bias` it is a zero unit);
    ``"optimal"``: no other last layer has a smaller loss.  None draws the kind.

    `weighted` adds the weights μ^(i); `separable` is as of `datasets`, by an affine function;
    with `balanced` both labels occur, with weights of sum 1/2 each.  The network is dense and has
    biases; `hidden_bias` and `output_bias` take them away (False) or draw it (None), and with
    `sparse` weights may be missing.  `classes` is R for a network with R outputs and the loss of
    several classes or one-versus-all (L eq. 5, 15); then ``"margins"`` and ``"constant"`` are not
    drawn.

    >>> hinge_points("constant").example().parameters  # doctest: +SKIP
    Parameters(weights=((0,), (0,)), biases=((0,), (1,)))

    Raises `InvalidInputError`.
    """
    flags = {"hidden_bias": hidden_bias, "output_bias": output_bias}
    for name, value in flags.items():
        flag(value, name, optional=True)
    for name, value in (("balanced", balanced), ("sparse", sparse)):
        flag(value, name)
    free = classes is None and output_bias is True
    every = [k for k in KINDS_OF_HINGE_POINTS if free or k not in _OF_ONE_BIAS]
    kinds = tuple(every) if kind is None else (chosen(kind, every, "kind"),)
    if balanced and classes is not None:
        raise InvalidInputError("needs labels 1 and -1; leave `classes` out", place="balanced")
    samples = datasets(
        bounds(dimension, "dimension"),
        bounds(size, "size"),
        weighted=flag(weighted, "weighted"),
        separable=separable,
        affine=True,
        classes=classes,
    )
    shape = bounds(width, "width"), checked_slopes(slopes)
    biases = hidden_bias, output_bias
    return _hinge_points(samples, _Wish(kinds, *shape, balanced, biases, sparse, classes))


_OF_ONE_BIAS = ("margins", "constant")
_SEVERAL: tuple[MulticlassHinge | OneVersusAllHinge, ...] = (MulticlassHinge(), OneVersusAllHinge())


@st.composite
def _hinge_points(draw: st.DrawFn, samples: st.SearchStrategy[Dataset], wish: _Wish) -> Problem:
    kind, data = draw(st.sampled_from(wish.kinds)), draw(samples)
    data = _balanced(data) if wish.balanced else data
    widths = [data.dimension, draw(st.integers(*wish.width)), wish.classes or 1]
    slope = draw(st.sampled_from(wish.slopes))
    patterns = [[list(row) for row in layer.pattern] for layer in fully_connected(widths).layers]
    if wish.sparse:
        patterns = [draw(_thinned(pattern)) for pattern in patterns]
    biases = [draw(st.booleans()) if bias is None else bias for bias in wish.biases]
    network = from_pattern(patterns, biases, negative_slope=slope)
    points = kind if kind in ("kinks", "zero neurons") else "any"
    point = draw(parameters(network, points, inputs=data.inputs))
    objective: Hinge | MulticlassHinge | OneVersusAllHinge = Hinge()
    if wish.classes is not None:
        objective = draw(st.sampled_from(_SEVERAL))
    problem = Problem(f"hinge, {kind}", Q, network, data, objective, point)
    if kind == "off":
        problem = _at(problem, draw(_off(problem)))
        again = ("any", "constant", "optimal") if wish.has_one_bias else ("any", "optimal")
        kind = draw(st.sampled_from(again))
    if kind == "margins":
        i = draw(st.integers(0, data.size - 1))
        gap = (1 - problem.margins()[i]) * data.labels[i]
        *v, c = point.flat()[network.block_slice(1)]
        problem = _at(problem, _with_last(problem, [*v, c + gap]))
    if kind == "constant":
        sign, weights = fmpq(draw(st.sampled_from((1, -1)))), network.layers[1].parameter_count
        problem = _at(problem, _with_last(problem, [*[fmpq(0)] * weights, sign]))
    if kind == "optimal":
        costs = [draw(st.integers(1, 3)) for _ in range(network.parameter_counts[1])]
        problem = _at(problem, _with_last(problem, _best_last_layer(problem, costs)))
    return problem


@st.composite
def _thinned(draw: st.DrawFn, pattern: list[list[int]]) -> list[list[int]]:
    """Without some of the weights."""
    number = count(1)
    return [[next(number) if draw(st.integers(0, 5)) < 5 else 0 for _ in row] for row in pattern]


def _at(problem: Problem, point: Parameters) -> Problem:
    return problem.with_parameters(point)


def _with_last(problem: Problem, last: Sequence[Number]) -> Parameters:
    """The point with other numbers (v, c) in the last layer."""
    network = problem.network
    flat = problem.point().flat()[: network.block_slice(1).start]
    return Parameters.from_flat(network, (*flat, *last))


def _balanced(data: Dataset) -> Dataset:
    """Both labels, each with weights of sum 1/2; a new input, beyond all others, for a label that
    is missing: what is separable stays so."""
    inputs, labels = list(data.inputs), list(data.labels)
    parts = list(data.weights or [fmpq(1)] * data.size)
    if len(set(labels)) == 1:
        far = max(Q.coerce(x[0]) for x in inputs) + 1
        inputs.append((far, *inputs[0][1:]))
        labels.append(-labels[0])
        parts.append(parts[0])
    sums = {
        c: sum((w for y, w in zip(labels, parts, strict=True) if y == c), fmpq(0)) for c in (1, -1)
    }
    weights = tuple(w / sums[y] / 2 for y, w in zip(labels, parts, strict=True))
    return Dataset(tuple(inputs), tuple(labels), weights)


@st.composite
def _off(draw: st.DrawFn, problem: Problem) -> Parameters:
    """One or more units without a positive pre-activation: their biases are lowered."""
    network, flat = problem.network, list(problem.point().flat())
    first, width = network.layers[0], network.hidden_widths[0]
    runs = [forward(network, problem.point(), x) for x in problem.data.inputs]
    for k in sorted(draw(st.sets(st.integers(0, width - 1), min_size=1))):
        top = max(Q.coerce(run.pre_activations[0][k]) for run in runs)
        if first.bias:
            flat[first.parameter_count + k] -= top + draw(st.integers(0, 1))
        else:
            for _, g in first.entries[k]:
                flat[g] = fmpq(0)
    return Parameters.from_flat(network, flat)


_LOSS_FIRST = 10**6


def _best_last_layer(problem: Problem, costs: Sequence[int]) -> list[Number]:
    """A last layer u with the least loss, and of these with the least Σ costs_p |u_p|.

    The terms m_j = 1 + Σ_r c_r Φ_r are affine in u: the program has t_j ≥ m_j, t_j ≥ 0, and
    s_p ≥ ±u_p, and makes Σ w_j t_j least, then Σ costs_p s_p.
    """
    network, terms = problem.network, problem.loss_terms
    last, n = network.layers[1], network.parameter_counts[1]
    runs = [forward(network, problem.point(), x) for x in problem.data.inputs]
    rows: list[dict[int, Number]] = []
    for j, term in enumerate(terms):
        h = runs[term.example].activations[0]
        row: dict[int, Number] = {2 * n + j: Q.one}
        for r, c in term.factors.items():
            for k, g in last.entries[r]:
                row[g] = row.get(g, Q.zero) - c * h[k]
            if last.bias:
                row[last.parameter_count + r] = fmpq(-c)
        rows.append(row)
    rows += [{n + p: Q.one, p: side} for p in range(n) for side in (Q.one, -Q.one)]
    rows += [{2 * n + j: Q.one} for j in range(len(terms))]
    rhs = [Q.one] * len(terms) + [Q.zero] * (len(rows) - len(terms))
    loss = [term.weight * _LOSS_FIRST for term in terms]
    values = [*[Q.zero] * n, *map(fmpq, costs), *loss]
    found = solve_lp(LinearProgram(Q, values, rows, [">="] * len(rows), rhs, True))
    assert found.x is not None  # u = 0 is feasible, and no cost is negative
    return list(found.x[:n])
