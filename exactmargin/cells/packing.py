"""Sign vectors without zeros as bits: bit k of a row of 64-bit words is 1 where sign k is +."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Words", "pack", "unpack", "words_for"]

Words: TypeAlias = NDArray[np.uint64]
"""Packed sign vectors, shape (number, words)."""


def words_for(size: int) -> int:
    """How many words hold `size` signs; at least one."""
    return max(1, -(-size // 64))


def pack(positive: NDArray[np.bool_]) -> Words:
    """Booleans of shape (number, size) as words of shape (number, words)."""
    number, size = positive.shape
    buffer = np.zeros((number, 8 * words_for(size)), np.uint8)
    packed = np.packbits(positive, axis=1, bitorder="little")
    buffer[:, : packed.shape[1]] = packed
    return buffer.view("<u8").astype(np.uint64, copy=False)


def unpack(words: Words, size: int) -> NDArray[np.bool_]:
    """The inverse of `pack`: booleans of shape (number, size)."""
    little = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    return np.unpackbits(little, axis=1, count=size, bitorder="little").astype(np.bool_)
