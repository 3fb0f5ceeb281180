"""A network whose numbers are floats, as it was trained: one matrix per layer.

Every architecture becomes matrices, missing weights being zeros and shared ones standing where they
are used. Layers that are not fully connected keep the places of each parameter, so that gradients
can be summed over them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, final

import numpy as np
from flint import fmpq
from numpy.typing import NDArray

from exactmargin.errors import InvalidInputError
from exactmargin.exact import Q
from exactmargin.exact.scalars import shown
from exactmargin.networks import Architecture, Layer, Parameters
from exactmargin.numeric.arrays import Floats, Indices
from exactmargin.numeric.balls import TINY, UNIT
from exactmargin.problems import Problem

__all__ = ["FloatNetwork", "Places", "float_inputs"]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The parameters of one layer that stand at equally many places (i, j) of its matrix.

    `parameters` has shape (K,), counted within the layer; `rows` and `columns` shape (K, places).
    """

    parameters: Indices
    rows: Indices
    columns: Indices


@final
@dataclass(frozen=True, eq=False)
class FloatNetwork:
    """W_1, b_1, ..., W_m, b_m in float64 and the exact slope (V §2).

    `weights[l]` has shape (d_(l+1), d_l); `biases[l]` is None or has shape (d_(l+1),).
    `places[l]` is None for a fully connected layer. Raises `InvalidInputError` for what is no NumPy
    array of float64 (bits are read), shapes that do not chain, numbers that are not finite, and a
    slope outside [0, 1].
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats | None, ...]
    slope: fmpq = field(default_factory=lambda: fmpq(0))
    places: tuple[tuple[Places, ...] | None, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", self.places or (None,) * len(self.weights))
        object.__setattr__(self, "slope", Q.coerce(self.slope))
        if not 0 <= self.slope <= 1:
            raise InvalidInputError(f"{shown(self.slope)} is not in [0, 1]", place="slope")
        if not self.weights or len(self.biases) != len(self.weights):
            raise InvalidInputError(
                f"{len(self.weights)} matrices and {len(self.biases)} biases; expected one of each "
                "per layer (None for no bias), and at least one layer"
            )
        for l, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            _check(W, f"weights[{l}]", (None, self.weights[l - 1].shape[0] if l else None))
            if b is not None:
                _check(b, f"biases[{l}]", (W.shape[0],))

    @classmethod
    def dense(
        cls, weights: Sequence[Any], biases: Sequence[Any] | None = None, slope: object = 0
    ) -> "FloatNetwork":
        """The fully connected network with these matrices, one row per unit, and biases.

        Raises `InvalidInputError`, with the place, for a number that is not a float64.
        """
        listed = [None] * len(weights) if biases is None else biases
        return cls(
            tuple(_exactly(W, f"weights[{l}]") for l, W in enumerate(weights)),
            tuple(None if b is None else _exactly(b, f"biases[{l}]") for l, b in enumerate(listed)),
            Q.coerce(slope),
        )

    @classmethod
    def of(cls, network: Architecture, parameters: Parameters) -> "FloatNetwork":
        """The same network in floats, exactly.

        Raises `InvalidInputError`, with the place, for a number that is not a float64.
        """
        parameters.check(network)
        weights, biases, places = [], [], []
        for l, layer in enumerate(network.layers):
            u = _floats(parameters.weights[l], f"weights[{l}]")
            b = parameters.biases[l]
            biases.append(None if b is None else _floats(b, f"biases[{l}]"))
            pattern = np.array(layer.pattern, dtype=np.intp)
            weights.append(np.concatenate([np.zeros(1), u])[pattern])
            places.append(None if _is_dense(layer, pattern) else _places(pattern))
        return cls(tuple(weights), tuple(biases), network.negative_slope, tuple(places))

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """(d_0, ..., d_m)."""
        return (self.weights[0].shape[1], *(W.shape[0] for W in self.weights))

    @property
    def depth(self) -> int:
        """m, the number of layers."""
        return len(self.weights)

    @property
    def is_homogeneous(self) -> bool:
        """Whether no layer has biases, so that Φ(sθ) = s^m Φ(θ) for s > 0."""
        return all(b is None for b in self.biases)

    @property
    def units_move_freely(self) -> bool:
        """Whether there is one hidden layer and its units share no parameter: then every kink's
        slope can be chosen alone in the Clarke subdifferential (THEORY §3)."""
        shared = any(group.rows.shape[1] > 1 for group in self.places[0] or ())
        return self.depth <= 2 and not shared

    @property
    def slope_ball(self) -> tuple[float, float]:
        """The slope as a float, and how far it may lie from the exact one."""
        value = int(self.slope.p) / int(self.slope.q)
        exact = Fraction(value) == Fraction(int(self.slope.p), int(self.slope.q))
        return value, 0.0 if exact else 2 * UNIT * value + TINY

    def pattern(self, l: int) -> Indices:
        """Which parameter of layer `l` stands where, from 1; 0 where there is none (V §2)."""
        rows, columns = self.weights[l].shape
        groups = self.places[l]
        if groups is None:
            return np.arange(1, rows * columns + 1).reshape(rows, columns)
        result = np.zeros((rows, columns), dtype=np.intp)
        for group in groups:
            result[group.rows, group.columns] = group.parameters[:, None] + 1
        return result

    def column(self, l: int, matrix: Floats) -> Floats:
        """One number per parameter of a matrix of layer `l`, group by group of its places; the
        matrix itself for a fully connected layer."""
        groups = self.places[l]
        if groups is None:
            return matrix
        return np.concatenate([matrix[group.rows[:, 0], group.columns[:, 0]] for group in groups])

    def matrix(self, l: int, column: Floats) -> Floats:
        """The inverse of `column`: each number at all places of its parameter."""
        groups = self.places[l]
        if groups is None:
            return column
        result, start = np.zeros_like(self.weights[l]), 0
        for group in groups:
            values = column[start : start + len(group.parameters)]
            result[group.rows, group.columns] = values[:, None]
            start += len(values)
        return result

    def block(self, l: int, matrix: Floats, bias: Floats | None) -> Floats:
        """The parameters of layer `l` from its matrix and bias, in flat order (V §2)."""
        groups = self.places[l]
        if groups is None:
            flat = matrix.reshape(-1)
        else:
            flat = np.zeros(sum(len(group.parameters) for group in groups))
            for group in groups:
                flat[group.parameters] = matrix[group.rows[:, 0], group.columns[:, 0]]
        return flat if bias is None else np.concatenate([flat, bias])


def float_inputs(problem: Problem) -> tuple[Floats, NDArray[np.int64]]:
    """The inputs, shape (N, d), and the labels of a problem whose inputs are float64 numbers.

    Raises `InvalidInputError`, with the place, for one that is not.
    """
    rows = [_floats(x, f"data.inputs[{i}]") for i, x in enumerate(problem.data.inputs)]
    return np.array(rows), np.array(problem.data.labels, dtype=np.int64)


def _is_dense(layer: Layer, pattern: Indices) -> bool:
    """Whether all weights exist, are unshared and are numbered row by row."""
    return layer.parameter_count == pattern.size and bool(
        np.all(pattern.reshape(-1) == np.arange(1, pattern.size + 1))
    )


def _places(pattern: Indices) -> tuple[Places, ...]:
    rows, columns = np.nonzero(pattern)
    numbers = pattern[rows, columns] - 1
    order = np.argsort(numbers, kind="stable")
    rows, columns, numbers = rows[order], columns[order], numbers[order]
    found, start, counts = np.unique(numbers, return_index=True, return_counts=True)
    groups = []
    for size in np.unique(counts):
        at = start[counts == size][:, None] + np.arange(size)
        groups.append(Places(found[counts == size], rows[at], columns[at]))
    return tuple(groups)


def _exactly(values: Any, place: str) -> Floats:
    """The numbers as float64, all of them unchanged; lists are read number by number."""
    given = np.asarray(values, dtype=None if hasattr(values, "__array__") else object)
    if given.dtype.kind == "O":
        one_by_one: Any = np.vectorize(lambda value: _exact_float(value, place), [np.float64])
        return np.asarray(one_by_one(given))
    with np.errstate(invalid="ignore", over="ignore"):
        result = given.astype(np.float64)
        changed = result.astype(given.dtype) != given
    if np.any(changed & ~np.isnan(result)):
        kind = given.dtype
        raise InvalidInputError(f"has a number of type {kind} that is no float64", place=place)
    return result


def _exact_float(value: Any, place: str) -> float:
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, float) else float(_floats([Q.coerce(value)], place)[0])


def _floats(values: Sequence[Any], place: str) -> Floats:
    result = np.empty(len(values))
    for k, value in enumerate(values):
        p, q = (int(value.p), int(value.q)) if isinstance(value, fmpq) else (0, 0)
        try:
            result[k] = p / q
            exact = result[k].item().as_integer_ratio() == (p, q)
        except (OverflowError, ZeroDivisionError):
            exact = False
        if not exact:
            raise InvalidInputError(
                f"{shown(value)} is not a float64; float arithmetic with rigorous bounds works on "
                "networks and samples whose numbers are floats",
                place=f"{place}[{k}]",
            )
    return result


def _check(values: Floats, place: str, shape: tuple[int | None, ...]) -> None:
    if type(values) is not np.ndarray or values.dtype != np.float64:
        kind = f"{type(values).__name__} of {getattr(values, 'dtype', 'no dtype')}"
        raise InvalidInputError(
            f"is a {kind}; expected a NumPy array of float64 (FloatNetwork.dense makes them)",
            place=place,
        )
    given = values.shape
    fits = len(given) == len(shape) and all(
        n > 0 and wanted in (None, n) for n, wanted in zip(given, shape, strict=True)
    )
    if not fits:
        wanted = " × ".join("any" if n is None else str(n) for n in shape)
        raise InvalidInputError(f"has shape {given}; expected {wanted}", place=place)
    if not np.all(np.isfinite(values)):
        raise InvalidInputError("has a number that is not finite", place=place)
