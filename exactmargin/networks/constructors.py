"""The families of architectures that the papers and practice use, each one function.

Every function only writes patterns; nothing else in the package knows these families.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import entries, plain_integer, shown
from exactmargin.networks.architecture import Architecture, RationalLike
from exactmargin.networks.layer import Layer

__all__ = ["convolutional", "diagonal", "disjoint_patches", "from_pattern", "fully_connected"]


def fully_connected(
    widths: Sequence[int], *, negative_slope: RationalLike = 0, bias: bool = False
) -> Architecture:
    """The fully connected network with widths d_0, ..., d_m (V §2).

    Parameters are numbered row by row.  With `bias` every layer has biases.  Raises
    `InvalidInputError` for fewer than two widths or a width that is not a positive integer.
    """
    widths = entries(widths, "widths", "the input dimension and the width of each layer")
    if len(widths) < 2:
        raise InvalidInputError(
            f"has length {len(widths)}; expected the input dimension and at least one layer",
            place="widths",
        )
    for position, width in enumerate(widths):
        _check_positive(width, f"widths[{position}]")
    layers = tuple(Layer(_dense(rows, columns), bias) for columns, rows in pairwise(widths))
    return _architecture(layers, negative_slope)


def diagonal(
    dimension: int, depth: int, *, negative_slope: RationalLike = 0, bias: bool = False
) -> Architecture:
    """The diagonal network of V §2: `depth` - 1 diagonal layers, then one dense row.

    Raises `InvalidInputError` when `dimension` or `depth` is not a positive integer.
    """
    _check_positive(dimension, "dimension")
    _check_positive(depth, "depth")
    pattern = tuple(
        tuple(i + 1 if i == j else 0 for j in range(dimension)) for i in range(dimension)
    )
    layers = (Layer(pattern, bias),) * (depth - 1) + (Layer(_dense(1, dimension), bias),)
    return _architecture(layers, negative_slope)


def disjoint_patches(
    patches: int, patch_size: int, *, negative_slope: RationalLike = 0, bias: bool = False
) -> Architecture:
    """The convolutional network of V Theorem 4.4: one filter on disjoint patches, depth 2.

    Φ(x) = Σ_j v_j σ(⟨w, x^(j)⟩), where x is the concatenation of `patches` patches x^(j) of length
    `patch_size`.  The first layer shares w.  The network of the theorem is
    ``disjoint_patches(2, 2)``.  Raises `InvalidInputError` for a number that is not positive.
    """
    _check_positive(patches, "patches")
    _check_positive(patch_size, "patch_size")
    return convolutional(
        patches * patch_size,
        patch_size,
        stride=patch_size,
        negative_slope=negative_slope,
        bias=bias,
    )


def convolutional(
    input_length: int,
    kernel_size: int,
    *,
    stride: int = 1,
    channels: int = 1,
    filters: int = 1,
    negative_slope: RationalLike = 0,
    bias: bool = False,
) -> Architecture:
    """A one-dimensional convolution without padding, then a dense output row (depth 2).

    An input is `channels` signals of length `input_length`, one after the other; the hidden units
    are the positions of filter 0, then those of filter 1, and so on.  Parameter
    (f*channels + c)*kernel_size + t + 1 of layer 1 is tap t of filter f on channel c.  With `bias`
    each hidden unit has its own bias: biases are never shared.  Raises `InvalidInputError` for a
    number that is not positive, and when the strides do not exactly cover the input, because the
    rest of the input would be ignored.
    """
    sizes = {
        "input_length": input_length,
        "kernel_size": kernel_size,
        "stride": stride,
        "channels": channels,
        "filters": filters,
    }
    for name, size in sizes.items():
        _check_positive(size, name)
    steps, rest = divmod(input_length - kernel_size, stride)
    if steps < 0 or rest:
        raise InvalidInputError(
            f"{kernel_size} with stride {stride} does not cover an input of length "
            f"{input_length}; expected input_length = kernel_size + n*stride, n = 0, 1, 2, ...",
            place="kernel_size",
        )
    pattern = tuple(
        tuple(
            (f * channels + c) * kernel_size + position - step * stride + 1
            if 0 <= position - step * stride < kernel_size
            else 0
            for c in range(channels)
            for position in range(input_length)
        )
        for f in range(filters)
        for step in range(steps + 1)
    )
    layers = (Layer(pattern, bias), Layer(_dense(1, len(pattern)), bias))
    return _architecture(layers, negative_slope)


def from_pattern(
    patterns: Sequence[Sequence[Sequence[int]]],
    biases: Sequence[bool] | None = None,
    negative_slope: RationalLike = 0,
) -> Architecture:
    """The network with the given patterns g_1, ..., g_m, the general form of V §2.

    `biases` has one entry per layer; None is no biases.  Integers of other libraries
    (numpy.int64) are taken.  Raises `InvalidInputError` as `Layer` and
    `Architecture` do, with the layer in the place, and when the two lengths differ.
    """
    flags = [False] * len(patterns) if biases is None else list(biases)
    if len(flags) != len(patterns):
        raise InvalidInputError(
            f"has length {len(flags)}, but patterns has length {len(patterns)}", place="biases"
        )
    layers: list[Layer] = []
    for position, (pattern, bias) in enumerate(zip(patterns, flags, strict=True)):
        try:
            layers.append(Layer(tuple(map(_row, pattern)), bias))
        except InvalidInputError as error:
            raise InvalidInputError(
                error.message, place=f"layers[{position}].{error.place}"
            ) from None
    return _architecture(tuple(layers), negative_slope)


def _row(row: Sequence[int]) -> tuple[int, ...]:
    if not isinstance(row, Iterable):
        raise InvalidInputError(
            f"{shown(row)} is not a row; expected a list of patterns, each a list of rows",
            place="pattern",
        )
    return tuple(map(plain_integer, row))


def _architecture(layers: tuple[Layer, ...], negative_slope: RationalLike) -> Architecture:
    return Architecture(layers, negative_slope)  # type: ignore[arg-type]  # coerced on entry


def _dense(rows: int, columns: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(range(i * columns + 1, (i + 1) * columns + 1)) for i in range(rows))


def _check_positive(value: object, place: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidInputError(f"{shown(value)} is not a positive integer", place=place)
