"""Examples of a strategy that depend on nothing but a seed and a number.

Hypothesis draws an example from a string of bytes (`fuzz_one_input`, part of its public interface).
The bytes are SHAKE-256 of the seed and the number: no state, no order, no clock, no machine.  A
string that is too short is made longer; a longer string begins with the shorter one.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import shake_256
from threading import Lock
from typing import Any, final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.database import ExampleDatabase
from hypothesis.strategies import SearchStrategy

from exactmargin.errors import InvalidInputError
from exactmargin.exact.scalars import shown

__all__ = ["Source", "instance"]

_BYTES = 1 << 12
_MOST_BYTES = 1 << 20
_ATTEMPTS = 100


@final
class Source:
    """Draws examples of one strategy from bytes; `reject` may raise on what was drawn.

    With a `database` Hypothesis keeps there what `reject` raised on, and `replay` shrinks it.
    """

    def __init__(
        self,
        strategy: SearchStrategy[Any],
        reject: Callable[[Any], None] | None = None,
        database: ExampleDatabase | None = None,
    ):
        self._drawn: list[Any] = []
        self._lock = Lock()

        @settings(
            database=database,
            deadline=None,
            phases=(Phase.reuse, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(strategy)
        def take(example: Any) -> None:
            self._drawn[:] = [example]
            if reject is not None:
                reject(example)

        self.replay: Callable[[], None] = take
        handle: Any = take  # its type does not show what `given` adds
        self._fuzz: Callable[[bytes], bytes | None] = handle.hypothesis.fuzz_one_input

    def draw(self, seed: int, number: int) -> Any:
        """The example; raises `InvalidInputError` where the strategy rejects all attempts."""
        with self._lock:
            for data in _strings(seed, number):
                self._drawn.clear()
                self._fuzz(data)
                if self._drawn:
                    return self._drawn[0]
        raise InvalidInputError(
            f"the strategy rejects instance {number} of seed {seed} in {_ATTEMPTS} attempts; build "
            "what you need instead of filtering for it",
            place="instances",
        )


def _strings(seed: int, number: int) -> Iterator[bytes]:
    """Longer and longer strings of bytes for an instance, then those of further attempts."""
    for attempt in range(_ATTEMPTS):
        stream = shake_256(f"exactmargin {seed} {number} {attempt}".encode())
        length = _BYTES
        while length <= _MOST_BYTES:
            yield stream.digest(length)
            length *= 16


@lru_cache(maxsize=64)  # a source knows its strategy: without a bound neither would be freed
def _source(strategy: SearchStrategy[Any]) -> Source:
    return Source(strategy)


def instance(strategy: SearchStrategy[Any], seed: int, number: int) -> Any:
    """Example `number` ≥ 0 of a seed: the same on every machine with the same Hypothesis and
    exactmargin, whatever was drawn before.

    >>> instance(rationals(), 0, 4)  # doctest: +SKIP
    -3

    Raises `InvalidInputError`, also where the strategy rejects nearly everything.
    """
    if not isinstance(strategy, SearchStrategy):
        raise InvalidInputError(
            f"{shown(strategy)} is not a Hypothesis strategy; kkt_points() makes one",
            place="strategy",
        )
    if {type(seed), type(number)} != {int} or number < 0:
        raise InvalidInputError(
            f"{shown(seed)} and {shown(number)}; expected an integer and an integer from 0",
            place="seed and number",
        )
    return _source(strategy).draw(seed, number)
