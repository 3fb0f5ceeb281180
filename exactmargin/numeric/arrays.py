"""Arrays of any library that follows the array API standard: NumPy, PyTorch, CuPy and others.

The network and all that is decided stay on the host, as NumPy arrays of float64; the long products
are taken where the caller's inputs are.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from exactmargin.errors import InvalidInputError

__all__ = ["Array", "Floats", "Indices", "Signs", "host", "namespace", "nonzero", "to_device"]

Array: TypeAlias = Any
"""A floating array of any library; Any, because the standard has no type for it."""

Floats: TypeAlias = NDArray[np.float64]
Signs: TypeAlias = NDArray[np.int8]
Indices: TypeAlias = NDArray[np.intp]


def namespace(array: Array) -> Any:
    """The module with the functions of the array API standard for `array`.

    PyTorch tensors do not name theirs: for these the package array-api-compat is needed. Raises
    `InvalidInputError` for what is no array, and where the package is missing.
    """
    if hasattr(array, "__array_namespace__"):
        return array.__array_namespace__()
    try:
        from array_api_compat import array_namespace
    except ImportError:
        raise InvalidInputError(
            f"an array of type {type(array).__name__} does not name its array API namespace; "
            "install array-api-compat (pip install 'exactmargin[arrays]'), or pass a NumPy array"
        ) from None
    try:
        return array_namespace(array)
    except TypeError:
        raise InvalidInputError(
            f"an object of type {type(array).__name__} is no array; expected one of NumPy, "
            "PyTorch, CuPy or another library that follows the array API standard"
        ) from None


def to_device(values: NDArray[Any], like: Array) -> Array:
    """A host array as an array of the library and on the device of `like`."""
    if isinstance(like, np.ndarray):
        return values
    return namespace(like).asarray(values, device=like.device)


def host(array: Array) -> NDArray[Any]:
    """The array as a NumPy array on the host.

    Raises `InvalidInputError` for one that does not let go of its numbers.
    """
    if isinstance(array, np.ndarray):
        return array
    try:
        try:
            return np.from_dlpack(array)
        except (BufferError, RuntimeError, TypeError, ValueError):  # on another device
            from array_api_compat import to_device as move

            return np.from_dlpack(move(array, "cpu"))
    except (AttributeError, BufferError, ImportError, RuntimeError, TypeError, ValueError) as error:
        raise InvalidInputError(
            f"an array of type {type(array).__name__} cannot be brought to the host ({error}); "
            "expected one without gradients, on a device that array-api-compat knows"
        ) from None


def nonzero(values: Floats) -> NDArray[np.bool_]:
    """Which entries are not zero, from their bits: also where the processor flushes denormals."""
    result: NDArray[np.bool_] = np.ascontiguousarray(values).view(np.uint64) << np.uint64(1) != 0
    return result
