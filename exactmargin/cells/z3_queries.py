"""Systems of strict polynomial inequalities in θ, put to z3 (its solver nlsat), where installed.

What z3 says is its word: "empty" comes without a certificate. A point that it gives is only a
proposal, which the caller checks exactly. z3 is loaded when the first `Queries` is made.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, final

from flint import fmpq

from exactmargin.cells.signatures import SignatureMap
from exactmargin.cells.slopes import Expansion
from exactmargin.errors import InvalidInputError
from exactmargin.exact import Algebraic, Number, RealNumberField
from exactmargin.exact.scalars import shown
from exactmargin.networks import Parameters

__all__ = ["ORACLES", "QUERY_SECONDS", "Answer", "Queries", "check_oracle"]

ORACLES = ("z3",)
"""The names of the oracles there are."""

QUERY_SECONDS = 10.0
"""The time limit of one query."""

DIGITS = (1, 2, 4, 8, 16, 32, 64, 128)
"""The decimal digits to which algebraic coordinates of a model are approximated, in turn."""


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """Whether z3 calls the system empty; else `points`, rational ones at or near its model.

    No point and not empty: z3 did not decide in its time.
    """

    empty: bool
    points: Iterable[Parameters] = ()


@final
class Queries:
    """z3 with a variable for every parameter of one signature map, and one for the field's r.

    Raises `InvalidInputError` where z3-solver is not installed, and for germs.
    """

    def __init__(self, signatures: SignatureMap) -> None:
        self._z3 = z3 = _loaded()
        self._signatures, field = signatures, signatures.field
        self._context = z3.Context()
        size = signatures.network.parameter_count
        self._variables = [z3.Real(f"p{n}", self._context) for n in range(size)]
        self._root, self._of_root = None, []
        if isinstance(field, RealNumberField):
            r = self._root = z3.Real("r", self._context)
            low, high = map(self._rational, field.interval)
            self._of_root = [r > low, r < high, self._in_root(field.minpoly) == 0]
        elif not field.archimedean:
            raise InvalidInputError(f"z3 has no numbers of {field!r}; leave out the oracle")

    def inequality(self, polynomial: Expansion, side: int) -> Any:
        """side * polynomial > 0."""
        total = self._rational(fmpq(0))
        for monomial, c in sorted(polynomial.items()):
            term = self._number(c)
            for n in monomial:
                term = term * self._variables[n]
            total = total + term
        return total > 0 if side > 0 else total < 0

    def ask(self, system: Sequence[Any], seconds: float | None = None) -> Answer:
        """Whether a real θ satisfies all of these, within `QUERY_SECONDS`, and within `seconds`.

        Raises `KeyboardInterrupt` as any Python code does.
        """
        limit = QUERY_SECONDS if seconds is None else min(QUERY_SECONDS, seconds)
        solver = self._z3.SolverFor("QF_NRA", ctx=self._context)
        solver.set("timeout", max(1, round(1000 * limit)))
        solver.add(*self._of_root, *system)
        try:
            verdict = solver.check()
        except self._z3.Z3Exception as error:  # out of memory, say: no answer
            _unless_interrupted(str(error))
            return Answer(False)
        if verdict == self._z3.unsat:
            return Answer(True)
        if verdict == self._z3.sat:
            return Answer(False, self._near(solver.model()))
        _unless_interrupted(solver.reason_unknown())
        return Answer(False)

    def _near(self, model: Any) -> Iterator[Parameters]:
        """Rational points near the model, ever nearer; the model itself where it is rational.

        The system is open, so that points near enough satisfy it.
        """
        values = [model.eval(x, model_completion=True) for x in self._variables]
        algebraic = any(self._z3.is_algebraic_value(value) for value in values)
        for digits in DIGITS if algebraic else DIGITS[:1]:
            flat = [self._approximation(value, digits) for value in values]
            if None in flat:
                return
            coerced = [self._signatures.field.coerce(value) for value in flat]
            yield Parameters.from_flat(self._signatures.network, coerced)

    def _approximation(self, value: Any, digits: int) -> fmpq | None:
        if self._z3.is_algebraic_value(value):
            value = value.approx(digits)
        if not self._z3.is_rational_value(value):
            return None
        return fmpq(value.numerator_as_long(), value.denominator_as_long())

    def _number(self, value: Number) -> Any:
        if isinstance(value, Algebraic):
            return self._in_root(value.coefficients)
        assert isinstance(value, fmpq)
        return self._rational(value)

    def _in_root(self, coefficients: Sequence[fmpq]) -> Any:
        total = self._rational(fmpq(0))
        for c in reversed(coefficients):
            total = total * self._root + self._rational(c)
        return total

    def _rational(self, value: fmpq) -> Any:
        return self._z3.RealVal(f"{value.p}/{value.q}", self._context)


def check_oracle(name: str | None) -> None:
    """Raise `InvalidInputError` where there is no such oracle, or it is not installed."""
    if name is None:
        return
    if name not in ORACLES:
        known = " or ".join(map(repr, ORACLES))
        raise InvalidInputError(f"{shown(name)} is no oracle; expected {known}, or None")
    _loaded()


def _loaded() -> Any:
    try:
        import z3  # here, because it is an extra, and takes long to load
    except ImportError:
        raise InvalidInputError(
            "the oracle 'z3' is not installed; install it with pip install 'exactmargin[z3]' "
            "(the package z3-solver), or leave out the oracle"
        ) from None
    return z3


def _unless_interrupted(reason: str) -> None:
    """z3 takes the keyboard's interrupt for itself; it is passed on."""
    if "interrupted" in reason:
        raise KeyboardInterrupt
